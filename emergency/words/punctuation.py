"""Punctuation, Chinese and English: what joins names, rows and sentences, and what stands around an aside.

English marks bring their blanks with them, Chinese ones have none: whoever joins or encloses a text here need not
know which language it is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "Punctuation", "aside", "bracketed", "headed", "listed", "punctuation", "quoted", "sentences", "strung", "unbracketed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Punctuation:
    """The marks of one language, blanks included.

    Attributes
    ----------
    comma : between the names of a list.
    pause : between the parts of a sentence.
    semicolon : between parts that hold lists of their own.
    colon : after what heads a text.
    stop : after a sentence that another one follows.
    gap : between sentences that end in their own full stop, and between words.
    brackets, quotes : what opens and what closes.
    """

    comma: str
    pause: str
    semicolon: str
    colon: str
    stop: str
    gap: str
    brackets: tuple[str, str]
    quotes: tuple[str, str]


_CHINESE = Punctuation("、", "，", "；", "：", "。", "", ("（", "）"), ("“", "”"))
_ENGLISH = Punctuation(", ", ", ", "; ", ": ", ". ", " ", ("(", ")"), ("'", "'"))


def punctuation(lang: str) -> Punctuation:
    """The marks of a language."""
    return _CHINESE if lang == "zh" else _ENGLISH


def listed(names: Iterable[str], lang: str) -> str:
    """Names in one line.

    >>> listed(["甲", "乙"], "zh"), listed(["A", "B"], "en")
    ('甲、乙', 'A, B')
    """
    return punctuation(lang).comma.join(names)


def strung(texts: Iterable[str], lang: str) -> str:
    """Texts that may hold lists of their own, in one line.

    >>> strung(["甲、乙", "丙"], "zh"), strung(["A, B", "C"], "en")
    ('甲、乙；丙', 'A, B; C')
    """
    return punctuation(lang).semicolon.join(texts)


def sentences(texts: Iterable[str], lang: str) -> str:
    """Sentences that end in their own full stop, one after the other.

    >>> sentences(["甲。", "乙。"], "zh"), sentences(["A.", "B."], "en")
    ('甲。乙。', 'A. B.')
    """
    return punctuation(lang).gap.join(texts)


def headed(head: str, text: str, lang: str) -> str:
    """A text after what it is about.

    >>> headed("甲", "乙", "zh"), headed("A", "b", "en")
    ('甲：乙', 'A: b')
    """
    return f"{head}{punctuation(lang).colon}{text}"


def bracketed(text: str, lang: str) -> str:
    """A text in brackets.

    >>> bracketed("甲", "zh"), bracketed("A", "en")
    ('（甲）', '(A)')
    """
    opens, closes = punctuation(lang).brackets
    return f"{opens}{text}{closes}"


def aside(text: str, note: str, lang: str) -> str:
    """A text with a note in brackets after it; alone where there is no note.

    >>> aside("库存", "天", "zh"), aside("Stock", "d", "en"), aside("Stock", "", "en")
    ('库存（天）', 'Stock (d)', 'Stock')
    """
    return f"{text}{punctuation(lang).gap}{bracketed(note, lang)}" if note else text


def quoted(text: str, lang: str) -> str:
    """A text as somebody's own words.

    >>> quoted("及时", "zh"), quoted("promptly", "en")
    ('“及时”', "'promptly'")
    """
    opens, closes = punctuation(lang).quotes
    return f"{opens}{text}{closes}"


def unbracketed(text: str) -> str:
    """A text without what stands in brackets, of either width.

    >>> unbracketed("甲（乙）丙(丁)")
    '甲丙'
    """
    return re.sub(r"[（(].*?[）)]", "", text)
