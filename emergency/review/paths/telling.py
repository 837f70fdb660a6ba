"""Runs in words and as data: each step with its clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from emergency.condition import Guard, Region
from emergency.machine import Value
from emergency.plan.statements import Step
from emergency.review.case import Case
from emergency.review.finding import plain
from emergency.review.paths.ground import Facts, Variable
from emergency.review.paths.search import Move, Search, Situation
from emergency.review.threshold.grounds import spoken
from emergency.source import Citation, Id, Text
from emergency.words import terms
from emergency.words.findings import told
from emergency.words.rules import both, phrases
from emergency.words.rules.paths import PHRASES

__all__ = [
    "mermaid",
    "phrase",
    "run_in_words",
    "scheme_in_words",
    "settings",
    "situation_in_words",
    "trace",
]

#: A phrase with its facts.
phrase = phrases(PHRASES)


def situation_in_words(search: Search, at: Situation, only: Iterable[str] = ()) -> Text:
    """The values in force, those at rest left out."""
    chosen = set(only) or set(search.schemes)
    values = [Value(s, v) for s, v in search.values(at).items() if v != "off" and s in chosen]
    return both(told, [search.case.state_name(v) for v in values] or [phrase("rest")])


def trace(search: Search, moves: Iterable[Move], at: Situation | None = None) -> list[dict[str, Any]]:
    """A run as plain data.

    Returns
    -------
    list of dict
        ``{"n", "what", "clauses", "t_h", "from", "to"}``, with `t_h` [h] the least time it takes so far; a step of
        the world has ``sets`` (``[{"variable", "value", "place"?}]``), an act ``act`` (``{"by", "do", "of",
        "answered"}``).
    """
    found: list[dict[str, Any]] = []
    now, hours = at or search.start, 0.0
    for move in moves:
        hours += move.hours
        for one in _told(search, now, move):
            then = move.after if one.last else now
            found.append(
                {
                    "n": len(found) + 1,
                    "what": plain(one.what),
                    "clauses": list(map(str, one.clauses)),
                    "t_h": hours,
                    "from": _plainly(search, now),
                    "to": _plainly(search, then),
                    **one.data,
                }
            )
        now = move.after
    return found


def _plainly(search: Search, at: Situation) -> str:
    values = [f"{s}={v}" for s, v in search.values(at).items() if v != "off"]
    return " ".join(values) or "off"


class _Step(NamedTuple):
    """One step of a run; `last` where it ends its move."""

    what: Text
    clauses: tuple[Citation, ...]
    data: dict[str, Any] = {}
    last: bool = False


def _told(search: Search, now: Situation, move: Move) -> Iterator[_Step]:
    """The steps of one move: what the world does, who acts, what is entered by it."""
    turn, case = move.turn, search.case
    if move.facts and (turn is None or turn.guard is not None):
        told = [point_in_words(case, search.ground.variables[n], p) for n, p in move.facts.items()]
        clauses = turn.clauses if turn is not None else _watching(case, move.facts)
        sets = list(settings(search, search.values(now), move.facts))
        yield _Step(phrase("world", facts=told), clauses, {"sets": sets}, turn is None)
    if turn is None:
        return
    answered = len(turn.steps) if move.steps is None else move.steps
    for i, step in enumerate(turn.steps[: answered + 1]):
        name = "answered" if i < answered else "never"
        act = {"by": str(step.by), "do": step.do, "of": str(turn.at), "answered": i < answered}
        yield _Step(_act(case, name, step), _telling_of(case, step) or turn.clauses, {"act": act})
    if move.steps is None:
        name = "leaves" if turn.at.value == "off" else "enters"
        value = turn.at if turn.at.value != "off" else Value(turn.at.scheme, search.values(now)[turn.at.scheme])
        yield _Step(phrase(name, state=case.state_name(value)), turn.clauses, {}, True)


def _telling_of(case: Case, step: Step) -> tuple[Citation, ...]:
    """The clause whose decision a step belongs to."""
    return case.cite(*(d for d in case.plan.decisions if any(s is step for s in d.steps)))


def _watching(case: Case, facts: Facts) -> tuple[Citation, ...]:
    """The clauses that speak of variables."""
    return case.cite(*(i for name in facts for i in case.indicators_of[name]))


def settings(search: Search, values: Mapping[str, str], facts: Facts) -> Iterator[dict[str, Any]]:
    """What to set in the world so that facts hold: a number, a flag, a flag at each place of a set."""
    for name, points in facts.items():
        variable = search.ground.variables[name]
        point = _middle(variable, points)
        if variable.kind == "number":
            yield {"variable": name, "value": variable.regions[point].witness}
        elif variable.kind == "flag":
            yield {"variable": name, "value": bool(point)}
        elif variable.kind == "places" and variable.tree is not None:
            yield from _at_places(search, values, variable, point)


def _at_places(search: Search, values: Mapping[str, str], variable: Variable, count: int) -> Iterator[dict[str, Any]]:
    assert variable.tree is not None
    for i, place in enumerate(search.case.jurisdiction.sets[Id(variable.places)].places):
        wanted = next(search.ground.ways(variable.tree, values, {}, i < count), {})
        for one in settings(search, values, wanted):
            yield {**one, "place": str(place)}


def _middle(variable: Variable, points: frozenset[int]) -> int:
    """The point to show: of numbers one in the middle, of others the least."""
    return sorted(points)[len(points) // 2] if variable.kind == "number" else min(points)


def _act(case: Case, name: str, step: Step) -> Text:
    does = both(terms.verb, step.do)
    return phrase(name, who=case.name(str(step.by)), does=does)


def point_in_words(case: Case, variable: Variable, points: frozenset[int]) -> Text:
    """Where a variable is."""
    point = _middle(variable, points)
    match variable.kind:
        case "number":
            return phrase("number", name=case.variable_name(variable.name), value=_number(case, variable, point))
        case "flag":
            return phrase("flag-up" if point else "flag-down", name=case.variable_name(variable.name))
        case "places":
            assert variable.tree is not None
            return phrase("places", n=point, name=spoken(case, variable.tree))
        case _:
            return phrase("lasting" if point else "not-lasting", name=spoken(case, Guard.parse(variable.name).tree))


def _number(case: Case, variable: Variable, point: int) -> str:
    region: Region = variable.regions[point]
    unit = next((i.unit for i in case.indicators_of[variable.name] if i.unit), "")
    value = region.witness * (100 if unit == "%" else 1)
    return f"{value:g}{'' if unit == '%' else ' '}{unit}"


def run_in_words(steps: Iterable[Mapping[str, Any]], lang: str) -> Iterator[str]:
    """A run line by line: number, least time, words, clauses."""
    for step in steps:
        clauses = ", ".join(step["clauses"])
        yield f"{step['n']:>3}. {step['t_h']:g} h  {step['what'][lang]}  [{clauses}]"


def mermaid(steps: Iterable[Mapping[str, Any]], lang: str) -> str:
    """A run as a mermaid state diagram: one arrow for each step, labelled with its words and clauses."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for i, step in enumerate(steps):
        label = f"{step['what'][lang]} ({', '.join(step['clauses'])})".replace(":", "：").replace("\n", " ")
        lines.append(f"    s{i} --> s{i + 1}: {step['n']}. {label}")
        lines.append(f'    state "{step["to"]}" as s{i + 1}')
    return "\n".join(lines)


def scheme_in_words(case: Case, scheme: str) -> Text:
    """A scheme by its kind."""
    return both(terms.scheme_kind, case.plan.schemes[Id(scheme)].kind)
