"""Evidence of a finding in words, line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emergency.words.findings import listed

__all__ = ["evidence_lines"]

_TEXT = {"zh", "en"}


def evidence_lines(
    evidence: Mapping[str, Any], lang: str, name: Callable[[str], str] = str
) -> tuple[tuple[str, str], ...]:
    """Each part of the evidence as its heading and its value in one line.

    Parameters
    ----------
    name : callable, optional
        Words for an id (an actor, a level); others it gives back as they are.

    >>> evidence_lines({"at": ["a", {"zh": "乙", "en": "B"}], "n": {"x": 2}}, "en", str.upper)
    (('AT', 'A, B'), ('N', 'X: 2'))
    """
    return tuple((_key(key, name), _line(value, lang, name)) for key, value in evidence.items())


def _key(key: str, name: Callable[[str], str]) -> str:
    found = name(key)
    return found if found != key else key.replace("_", " ")


def _line(value: Any, lang: str, name: Callable[[str], str]) -> str:
    if isinstance(value, Mapping):
        if set(value) == _TEXT:
            return str(value[lang])
        sep = "；" if lang == "zh" else "; "
        return sep.join(f"{_key(str(k), name)}: {_line(v, lang, name)}" for k, v in value.items())
    if isinstance(value, list):
        parts = [_line(one, lang, name) for one in value]
        if any(isinstance(one, Mapping) and set(one) != _TEXT for one in value):
            return " / ".join(parts)
        return listed(parts, lang)
    if value is None:
        return "—"
    return name(value) if isinstance(value, str) else str(value)
