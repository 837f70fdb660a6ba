"""A table of wording: names to ``(zh, en)``, with places for facts, ``{level}``."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["Table", "Words", "filled", "shown"]

Words = tuple[str, str]
Table = Mapping[str, Words]


def filled(words: Words, lang: str, facts: Mapping[str, object]) -> str:
    """A wording with its facts filled in; a fact is never read as a template, and one not given shows as ``…``.

    >>> filled(("{who}：{what}", "{who}: {what} by {when}"), "en", {"who": "{what}", "what": 3})
    '{what}: 3 by …'
    """
    return re.sub(r"\{(\w+)\}", lambda found: str(facts.get(found[1], "…")), words[lang != "zh"])


def shown(table: Table, name: str, lang: str) -> str:
    """A name in words; one that is in no table is shown as it is.

    >>> shown({"daily": ("每日", "every day")}, "daily", "zh"), shown({}, "weekly", "zh")
    ('每日', 'weekly')
    """
    found = table.get(name)
    return name if found is None else found[lang != "zh"]
