"""A case put to the program, and what most checks ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emergency.machine import (
    Assessment,
    DecisionPlan,
    EventPlan,
    MeasurePlan,
    Performer,
    Program,
    PublicationPlan,
    ReportPlan,
    StepPlan,
    Value,
    assess,
)
from emergency.plan.leaves import State
from emergency.quantity import Duration

__all__ = ["Outcome", "alike", "alone", "clause", "one_of", "put"]

Fact = float | bool | frozenset[str]
Act = StepPlan | MeasurePlan | ReportPlan | PublicationPlan


@dataclass(frozen=True)
class Outcome:
    """What the program was asked and what it answered."""

    program: Program
    facts: Mapping[str, Fact]
    now: Mapping[str, str]
    lasted: Mapping[str, Duration]
    answer: Assessment

    def after(self, scheme: str) -> str:
        """The value in force once the answer is acted on; ``none`` for not in force."""
        return self.answer.state[scheme].replace("off", "none")

    @property
    def moved(self) -> dict[Value, Value]:
        """The values newly taken, each with the one before."""
        after = self.answer.state
        return {Value(s, after[s]): Value(s, before) for s, before in self.now.items() if after[s] != before}

    def entering(self, scheme: str) -> DecisionPlan | None:
        """How the level, or the end, that is newly entered comes to be entered; None where none is."""
        at = next((at for at in self.moved if at.scheme == scheme and at.value != "off"), None)
        return self.program.decisions[at] if at else None

    @property
    def starting(self) -> DecisionPlan | None:
        """How the response level newly entered comes to be entered."""
        found = self.entering("response")
        return found if found and self.program.ranks[found.at] else None

    @property
    def ending(self) -> DecisionPlan | None:
        """How the response is ended, where its end is due."""
        found = self.entering("response")
        return found if found and not self.program.ranks[found.at] else None

    @property
    def in_force(self) -> list[MeasurePlan]:
        """The measures called for, those kept from milder levels among them."""
        return [*self.answer.measures, *self.answer.kept]

    def measures(self, *verbs: str, of: str | None = None) -> list[MeasurePlan]:
        """The measures called for with one of the verbs, perhaps only those of one scheme; none kept from before."""
        found = [m for m in self.answer.measures if of is None or any(v.scheme == of for v in m.during)]
        return [m for m in found if m.says.verb in verbs]

    @property
    def happened(self) -> set[str]:
        """The events that the values newly taken are."""
        events = self.program.events.values()
        return {e.id for e in events if any(_is(e, at, before) for at, before in self.moved.items())}

    @property
    def due(self) -> list[ReportPlan]:
        """The reports that fall due with it."""
        return [r for r in self.program.reports if r.after in self.happened and self.holds_in(r.says.during)]

    def names(self, who: Iterable[Performer]) -> list[str]:
        """Performers as the plan names them, also those whom the jurisdiction knows by another id."""
        plan, known = self.program.plan, self.program.jurisdiction.names()
        own = {known[p]: str(id) for id, one in plan.actors.items() for p in one.printed if p in known}
        return list(dict.fromkeys(p.actor if p.actor in plan.actors else own.get(p.actor, p.actor) for p in who))

    def by(self, act: Act) -> str:
        """The only one who does it, or all of them for the message."""
        return one_of(self.names(act.by))

    def holds_in(self, states: Iterable[State]) -> bool:
        """Whether one of the states is in force afterwards, or none is asked for."""
        wanted = [(str(s.scheme), v) for s in states for v in self.program.plan.values(s)]
        return not wanted or any(self.answer.state[scheme] == value for scheme, value in wanted)


def put(
    program: Program, facts: Mapping[str, Fact], now: Mapping[str, str], lasted: Mapping[str, Duration]
) -> Outcome:
    """Put a case to the program."""
    return Outcome(program, facts, now, lasted, assess(program, facts, now, lasted))


def _is(event: EventPlan, at: Value, before: Value) -> bool:
    """Whether going from one value to another is an event."""
    one, other = (before, at) if event.kind == "left" else (at, before)
    return one in event.values and other not in event.values


def one_of(found: Iterable[str]) -> str:
    """The only name, or all of them for the message."""
    return " + ".join(found)


def clause(measure: MeasurePlan) -> str:
    """The clause of a measure."""
    return one_of(measure.clauses)


def alone(found: list[Any]) -> Any:
    """What tables write for none, for one, and for several."""
    return "none" if not found else found[0] if len(found) == 1 else found


def alike(found: Iterable[str], wanted: Any) -> Any:
    """What was found, in the order of the table where it is the same."""
    found = sorted(found)
    return wanted if isinstance(wanted, list) and found == sorted(wanted) else found
