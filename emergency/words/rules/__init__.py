"""What review rules say, Chinese and English: one table for each module of rules.

A table maps a rule's id to its `RuleWords`; ``"rule-id:variant"`` holds other wording for some of its cases. Templates
have places for facts, ``{level}``; `findings.filled` puts them in. What several facts are put together to stands in a
table of phrases beside it, and `phrases` says them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from emergency.source import Text
from emergency.words.findings import filled
from emergency.words.punctuation import punctuation

__all__ = ["RuleWords", "both", "in_one_line", "phrases", "worded"]

Words = tuple[str, str]


class RuleWords(NamedTuple):
    """The wording of a rule, each as ``(zh, en)``.

    Attributes
    ----------
    because : why it is a fault, in one sentence; no places for facts.
    says : what is wrong, for one finding.
    suggests : what would mend it.
    reference : the law or practice that asks for it, with its article, if any does.
    """

    because: Words
    says: Words
    suggests: Words
    reference: Words | None = None


def both(say: Callable[..., str], *about: object) -> Text:
    """What a function says in either language; the language is its last argument.

    >>> both(lambda name, lang: f"{name} {lang}", "A")
    Text(zh='A zh', en='A en')
    """
    return Text(zh=say(*about, "zh"), en=say(*about, "en"))


def worded(words: Words, /, **facts: object) -> Text:
    """A pair of a table with its facts filled in.

    >>> worded(("进入{level}", "entering: {level}"), level="III")
    Text(zh='进入III', en='entering: III')
    """
    return Text(zh=filled(words[0], facts, "zh"), en=filled(words[1], facts, "en"))


def phrases(table: Mapping[str, Words]) -> Callable[..., Text]:
    """What says a phrase of a table: ``phrase(name, **facts)``."""

    def phrase(name: str, /, **facts: object) -> Text:
        return worded(table[name], **facts)

    return phrase


def in_one_line(texts: Iterable[Text], between: Words | None = None) -> Text:
    """Texts that hold lists of their own, one after the other, with a semicolon or some other words between them.

    >>> in_one_line([Text(zh="甲", en="A"), Text(zh="乙", en="B")], ("和", " and "))
    Text(zh='甲和乙', en='A and B')
    """
    several = list(texts)
    zh, en = between or (punctuation("zh").semicolon, punctuation("en").semicolon)
    return Text(zh=zh.join(one.zh for one in several), en=en.join(one.en for one in several))
