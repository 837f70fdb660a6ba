"""A table of wording: names to ``(zh, en)``, with places for facts, ``{level}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

__all__ = ["Table", "Words", "ended", "fill", "filled", "shown"]

Words = tuple[str, str]
Table = Mapping[str, Words]


_ENDS = ("。", "？", "！", ".", "?", "!")
#: A place for a fact, and the full stop that may follow it.
_PLACE = re.compile(r"\{(\w+)\}(。|\.(?!\S))?")


def ended(text: str, mark: str) -> str:
    """A text with a mark after it, unless it is a sentence that ends in a mark of its own.

    >>> ended("谁先走？", "；"), ended("Who goes first?", "; "), ended("A call", "; ")
    ('谁先走？', 'Who goes first? ', 'A call; ')
    """
    return text + mark[len(mark.rstrip()) :] if text.endswith(_ENDS) else text + mark


def fill(template: str, say: Callable[[str], str]) -> str:
    """A template with what is said in its places; after a sentence that ends by itself no full stop is put.

    >>> fill("{what}。{who}", {"what": "谁先走？", "who": "甲"}.__getitem__)
    '谁先走？甲'
    """
    return _PLACE.sub(lambda found: ended(say(found[1]), found[2] or ""), template)


def filled(words: Words, lang: str, facts: Mapping[str, object]) -> str:
    """A wording with its facts filled in; a fact is never read as a template, and one not given shows as ``…``.

    >>> filled(("{who}：{what}", "{who}: {what} by {when}"), "en", {"who": "{what}", "what": 3})
    '{what}: 3 by …'
    """
    return fill(words[lang != "zh"], lambda name: str(facts.get(name, "…")))


def shown(table: Table, name: str, lang: str) -> str:
    """A name in words; one that is in no table is shown as it is.

    >>> shown({"daily": ("每日", "every day")}, "daily", "zh"), shown({}, "weekly", "zh")
    ('每日', 'weekly')
    """
    found = table.get(name)
    return name if found is None else found[lang != "zh"]
