"""How far the making of a review has come, in words."""

from __future__ import annotations

from typing import Any

from emergency.console.place import Making
from emergency.words import terms
from emergency.words.console import told as say
from emergency.words.console_access import told

__all__ = ["making_told"]

_LEAST = 60.0  # s: nobody is helped by fewer


def making_told(making: Making | None, lang: str) -> dict[str, Any] | None:
    """What is shown while a review is being made: a sentence, and the plays done and to do; None if none is."""
    if making is None:
        return None
    text = told("reviewing", lang, done=making.done, runs=making.runs)
    if making.done >= making.runs:
        text += say("making-written", lang)
    elif making.left is not None:
        text += say("making-left", lang, span=terms.span(max(making.left, _LEAST) / 3600.0, lang))
    return {"text": text, "done": making.done, "runs": making.runs}
