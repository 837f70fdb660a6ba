"""What readings say: whether each settles a question that can be asked, by answers that it can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic_core import PydanticCustomError

from emergency.condition import Guard
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Path, Plan, walk
from emergency.plan.answers import PRECEDENCE, AgencyRef, Answers, PlacesRef, answers, settleable
from emergency.plan.leaves import ActorRef, EventRef, State
from emergency.plan.readings import Reading, Settles
from emergency.plan.statements import SECTIONS, Statement
from emergency.reader.guards import guard_problems, state_problems
from emergency.reader.names import PlanNames, Trouble, about, near

__all__ = ["precedence_problems", "reading_problems"]


def reading_problems(
    plan: Plan, names: PlanNames, units: Mapping[str, str], jurisdiction: Jurisdiction | None
) -> Iterator[Trouble]:
    """Questions that nothing asks, and choices that do not answer their question or name what exists nowhere."""
    for i, reading in enumerate(plan.readings):
        path: Path = ("readings", i)
        wrong = list(_subjects((*path, "settles"), reading.settles, names))
        yield from wrong
        if not wrong:
            for known in _answers(reading.settles, names):
                yield from _choices(path, reading, known, names, units, jurisdiction)


def precedence_problems(plan: Plan, names: PlanNames) -> Iterator[Trouble]:
    """Rules of precedence that answer no question, or answer one with what is no answer to it."""
    for i, one in enumerate(plan.precedence):
        path: Path = ("precedence", i)
        known = answers(Settles(precedence=one.rule))
        if known is None:
            yield Trouble((*path, "rule"), "unknown-precedence", about(one.rule, PRECEDENCE))
            continue
        try:
            value = known.read(one.answer)
        except PydanticCustomError as error:
            yield Trouble((*path, "is"), error.type, {"value": one.answer, **(error.context or {})})
            continue
        if isinstance(value, ActorRef) and value not in names.actors:
            yield Trouble((*path, "is"), "unknown-actor", about(value, names.actors))


def _subjects(path: Path, settles: Settles, names: PlanNames) -> Iterator[Trouble]:
    """What the question is about, and its field."""
    asked: list[tuple[Path, str]] = [((*path, "statement"), settles.statement)] if settles.statement else []
    asked += [((*path, "statements", j), id) for j, id in enumerate(settles.statements)]
    for where, id in asked:
        if id not in names.statements:
            yield Trouble(where, "unknown-statement", about(str(id), names.statements))
    if settles.actor is not None and settles.actor not in names.actors:
        yield Trouble((*path, "actor"), "unknown-actor", about(settles.actor, names.actors))
    if settles.indicator is not None and settles.indicator not in names.variables:
        yield Trouble((*path, "indicator"), "unknown-indicator", about(settles.indicator, names.variables))
    if settles.precedence is not None and settles.precedence not in PRECEDENCE:
        yield Trouble((*path, "precedence"), "unknown-precedence", about(settles.precedence, PRECEDENCE))
    elif all(id in names.statements for _, id in asked):
        yield from _field(path, settles, names)


def _field(path: Path, settles: Settles, names: PlanNames) -> Iterator[Trouble]:
    subject = next(n for n, value in settles if value)
    for kind in _kinds(settles, names):
        if answers(settles, kind) is None:
            fields, given = settleable("statement" if kind else subject, kind), settles.field or ""
            facts: dict[str, object] = {"name": given, "known": list(fields), "near": near(given, fields)}
            at = (*path, "field") if settles.field else path
            yield Trouble(at, "not-settled" if settles.field else "field-missing", facts)
            return


def _kinds(settles: Settles, names: PlanNames) -> list[type[Statement] | None]:
    """The kinds of statement that a question is about; None for a question about something else."""
    ids = [id for id in (settles.statement, *settles.statements) if id]
    found = (SECTIONS[section] for id in ids for section, held in names.ids.items() if id in held)
    return [*dict.fromkeys(found)] or [None]


def _answers(settles: Settles, names: PlanNames) -> Iterator[Answers]:
    """The answers that the question can have, for each kind of statement it is about."""
    for kind in _kinds(settles, names):
        found = answers(settles, kind)
        if found is not None:
            yield found


def _choices(
    path: Path,
    reading: Reading,
    known: Answers,
    names: PlanNames,
    units: Mapping[str, str],
    jurisdiction: Jurisdiction | None,
) -> Iterator[Trouble]:
    for j, choice in enumerate(reading.choices):
        at: Path = (*path, "choices", j)
        try:
            value = known.read(choice)
        except PydanticCustomError as error:
            facts = {"value": choice, **(error.context or {})}
            yield Trouble(at, error.type, facts)
            continue
        for _, leaf in walk(value, object):
            yield from _named(at, leaf, names, units, jurisdiction)


def _named(
    at: Path, leaf: object, names: PlanNames, units: Mapping[str, str], jurisdiction: Jurisdiction | None
) -> Iterator[Trouble]:
    """What a part of an answer names that exists nowhere."""
    match leaf:
        case State():
            yield from state_problems(at, leaf.scheme, leaf.values, names.schemes)
        case Guard():
            yield from guard_problems(at, leaf, names.variables, names.schemes, units, jurisdiction)
        case EventRef() if leaf not in names.ids["events"]:
            yield Trouble(at, "unknown-event", about(leaf, names.ids["events"]))
    if jurisdiction is None:
        return
    actors = {*names.actors, *jurisdiction.agencies, *jurisdiction.posts}
    match leaf:
        case ActorRef() if leaf.named and leaf not in actors:
            yield Trouble(at, "unknown-actor", about(leaf, actors))
        case AgencyRef() if str(leaf) not in {*map(str, jurisdiction.agencies)}:
            yield Trouble(at, "unknown-agency", about(leaf, jurisdiction.agencies))
        case PlacesRef() if str(leaf) not in {*map(str, jurisdiction.sets)}:
            yield Trouble(at, "unknown-set", about(leaf, jurisdiction.sets))
