"""Who may take a step, by the plan alone: what a player is told who tries what is not asked of the seat.

An incident refuses one way what waits for somebody else and another way what waits for nobody. That difference would
tell a player who has been asked what; so it is not told. What a refusal says follows from the plan and the seat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from emergency.errors import RefusedError
from emergency.exercise import Session
from emergency.exercise.command import Command, Decide
from emergency.machine import Performer, Program

__all__ = ["by_plan"]

#: How an incident refuses a decision, depending on what waits for whom.
_TELLING = ("not-open", "not-authorised")


class _Given(NamedTuple):
    """A step as the plan gives it."""

    do: str
    by: tuple[Performer, ...]
    clauses: tuple[str, ...]


def by_plan(session: Session, command: Command, error: RefusedError) -> RefusedError:
    """The refusal that a player is shown for a refused command.

    Returns
    -------
    RefusedError
        Of a decision ``not-asked`` if the plan gives the step to the seat, ``not-authorised`` with the clauses and
        whose it is if it does not, ``no-such-step`` if the matter has none like it; of anything else, `error`.
    """
    if not isinstance(command, Decide) or command.seat is None or error.code not in _TELLING:
        return error
    ready = session.prepared.plans.get(command.plan)
    found = [s for s in _steps(ready.program, command.ref) if s.do == command.step] if ready is not None else []
    facts = {"plan": command.plan, "ref": command.ref, "do": command.step, "by": command.seat}
    performers = list(dict.fromkeys(p for step in found for p in step.by))
    if not performers:
        return _refused("no-such-step", session.clauses_of(command), facts)
    clauses = tuple(dict.fromkeys(c for step in found for c in step.clauses))
    cited = {**facts, "clauses": clauses}
    if any(command.seat in (p.actor, p.seat) for p in performers):
        return _refused("not-asked", clauses, cited)
    whose = tuple(dict.fromkeys(p.actor for p in performers))
    return _refused("not-authorised", clauses, {**cited, "whose": whose})


def _refused(code: str, clauses: tuple[str, ...], facts: Mapping[str, object]) -> RefusedError:
    return RefusedError(f"{facts['ref']} {facts['do']}: {code}", clauses, code, facts)


def _steps(program: Program, ref: str) -> Iterator[_Given]:
    """Every step of a matter: of a decision by all its ways, of a measure, a report or a publication."""
    for at, decision in program.decisions.items():
        if str(at) == ref:
            yield from (_Given(s.do, s.by, s.clauses) for way in decision.ways for s in way.steps)
    for measure in program.measures:
        if measure.id == ref:
            yield from (_Given(s.do, s.by, s.clauses) for s in measure.steps)
            yield _Given(str(measure.says.verb), measure.by, measure.clauses)
    for report in program.reports:
        if str(report.says.id) == ref:
            yield _Given("report", report.by, report.clauses)
    for one in program.publications:
        if str(one.says.id or one.says.clause) == ref:
            yield _Given("approve", one.cleared_by, one.clauses)
            yield _Given("publish", one.by, one.clauses)
