"""Evidence of a finding in words, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emergency.machine import Value
from emergency.review.case import Case, Cases
from emergency.words import terms
from emergency.words.findings import listed
from emergency.words.review import evidence_name

__all__ = ["evidence_lines", "naming"]

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
    return tuple((_key(key, lang, name), _line(value, lang, name)) for key, value in evidence.items())


def _key(key: str, lang: str, name: Callable[[str], str]) -> str:
    found = name(key)
    return found if found != key else evidence_name(key, lang)


def _line(value: Any, lang: str, name: Callable[[str], str]) -> str:
    if isinstance(value, Mapping):
        if set(value) == _TEXT:
            return str(value[lang])
        sep = "；" if lang == "zh" else "; "
        return sep.join(f"{_key(str(k), lang, name)}: {_line(v, lang, name)}" for k, v in value.items())
    if isinstance(value, list):
        parts = [_line(one, lang, name) for one in value]
        if any(isinstance(one, Mapping) and set(one) != _TEXT for one in value):
            return " / ".join(parts)
        return listed(parts, lang)
    if value is None:
        return "—"
    return name(value) if isinstance(value, str) else str(value)


def naming(cases: Cases, plans: Iterable[str], lang: str) -> Callable[[str], str]:
    """Words for the ids in evidence: actors, variables, levels, plans, verbs; what is no id stays as it is."""
    concerned = [cases.by_id[plan] for plan in plans if plan in cases.by_id]

    def name(id: str) -> str:
        if id in cases.by_id:
            return str(cases.by_id[id].plan.title.in_(lang))
        found = (told for case in concerned if (told := _named(case, id, lang)))
        return next(found, terms.verb(id, lang))

    return name


def _named(case: Case, id: str, lang: str) -> str:
    """An actor's name, a variable's, a level's, or several of one scheme: ``response=II|I``."""
    if id in case.actors:
        return case.name(id).in_(lang)
    if id in case.indicators_of:
        return case.variable_name(id).in_(lang)
    scheme, is_value, values = id.partition("=")
    known = {str(n): s.values for n, s in case.plan.schemes.items()}.get(scheme, ())
    told = [case.value_name(Value(scheme, v)).in_(lang) for v in values.split("|") if v in known]
    return listed(told, lang) if is_value and len(told) == len(values.split("|")) else ""
