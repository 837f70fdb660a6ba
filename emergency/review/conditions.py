"""Conditions in words: a guard as a reader of the plan would say it."""

from __future__ import annotations

from emergency.condition import All, Any, Compare, Flag, For, InState, Node, Not, Quantified
from emergency.machine import Value
from emergency.review.case import Case
from emergency.words import terms
from emergency.words.punctuation import listed
from emergency.words.review import told

__all__ = ["told_condition", "told_places"]

_FEW = 2  # places called by name


def told_condition(case: Case, node: Node, lang: str) -> str:
    """A condition with its variables, levels and places called by name."""
    match node:
        case Compare(indicator, op, amount):
            return f"{_variable(case, indicator, lang)} {_sign(op)} {terms.amount(str(amount), lang)}"
        case Flag(indicator):
            return _variable(case, indicator, lang)
        case InState(scheme, value, negated):
            name = case.value_name(Value(scheme, value)).in_(lang)
            return told("not", lang, what=name) if negated else name
        case Not(inner):
            return told("not", lang, what=_inner(case, inner, lang))
        case All(parts) | Any(parts):
            word = told("and" if isinstance(node, All) else "or", lang)
            return word.join(_inner(case, part, lang) for part in parts)
        case Quantified(kind, inner, places, op, number):
            facts = {"what": told_condition(case, inner, lang), "places": told_places(case, places, lang)}
            return told(f"places-{kind}", lang, sign=_sign(op), number=number, **facts)
        case For(inner, duration):
            lasts = terms.amount(str(duration), lang)
            return told("lasting", lang, what=_inner(case, inner, lang), time=lasts)


def _inner(case: Case, node: Node, lang: str) -> str:
    said = told_condition(case, node, lang)
    return told("bracket", lang, what=said) if isinstance(node, All | Any) else said


def _variable(case: Case, name: str, lang: str) -> str:
    return case.variable_name(name).in_(lang)


def told_places(case: Case, name: str, lang: str) -> str:
    """The places of a set: all of a few, else the first with their number."""
    held = next((one.places for id, one in case.jurisdiction.sets.items() if id == name), ())
    places = case.jurisdiction.places
    names = [places[id].in_(lang) for id in held if id in places]
    if not names:
        return name
    few = listed(names[:_FEW], lang)
    return few if len(names) <= _FEW else told("places-more", lang, places=few, n=len(names))


def _sign(op: object) -> str:
    return {">=": "≥", "<=": "≤"}.get(str(op), str(op))
