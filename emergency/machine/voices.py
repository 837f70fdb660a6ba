"""Voices and readings: what the clauses say about one field, and what settles their silence or conflict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Any

from pydantic_core import PydanticCustomError

from emergency.errors import InputError, Problem
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.plan.answers import Answers, answers
from emergency.plan.leaves import OPEN, UNSTATED, ActorRef, State
from emergency.plan.readings import Reading
from emergency.plan.statements import Statement
from emergency.source import Citation, Clause, Id

__all__ = ["Cast", "Performer", "Readings"]


@dataclass(frozen=True, slots=True)
class Performer:
    """Who does something: the actor as the plan names it and the seat that does its work.

    `actor` is the body where the plan names a body, else the seat itself.
    """

    actor: str
    seat: str


@dataclass(slots=True)
class Readings:
    """The readings of a plan, with the choices in force; notes which were used and which are missing."""

    plan: Plan
    choices: Mapping[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    missing: list[Problem] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
    _kinds: dict[str, type[Statement]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse choices for readings the plan does not have, and choices that a reading does not offer."""
        self._kinds = {str(s.id): type(s) for _, _, s in self.plan.statements() if s.id}
        known = {str(r.id): r for r in self.plan.readings}
        wrong = []
        for id, choice in self.choices.items():
            if id not in known:
                wrong.append(Problem("unknown-reading", None, {"name": id, "known": sorted(known)}))
            elif choice not in known[id].choices:
                facts = {"value": choice, "choices": list(known[id].choices)}
                wrong.append(Problem("not-a-choice", None, facts))
        if wrong:
            raise InputError(wrong)

    def find(
        self,
        subject: str,
        name: str,
        field: str | None = None,
        *,
        needed_by: Iterable[Clause] = (),
        why: str = "",
    ) -> str | None:
        """The choice taken for a question; None, noted as missing, where no reading settles it."""
        taken = self.taken(subject, name, field)
        if taken is None:
            question = " ".join(part for part in (subject, name, field) if part)
            if question not in self._asked:
                self._asked.add(question)
                cited = ", ".join(self.plan.cite(*needed_by)) or self.plan.plan
                facts = {"question": question, "clauses": cited, "plan": self.plan.plan, "why": why}
                self.missing.append(Problem("unsettled", None, facts))
        return taken

    def taken(self, subject: str, name: str, field: str | None = None) -> str | None:
        """The choice taken for a question that may also stay open; what the plan itself states needs none."""
        if subject == "precedence" and (said := self.stated(name)) is not None:
            return said
        found = self._settling(subject, name, field)
        if found is None:
            return None
        taken = self._choice(found)
        self.value(found, taken, name)
        self.used[str(found.id)] = taken
        return taken

    def stated(self, rule: str) -> str | None:
        """What the plan's own clauses say on a rule of precedence; None where none does, or two disagree."""
        said = {str(p.answer) for p in self.plan.precedence if p.rule == rule}
        return said.pop() if len(said) == 1 else None

    def answer(self, subject: str, name: str, field: str | None = None) -> Any:
        """The same as a value of the field's own kind; None where no reading settles the question."""
        taken, found = self.taken(subject, name, field), self._settling(subject, name, field)
        return self.value(found, taken, name) if found is not None and taken is not None else None

    def value(self, reading: Reading, taken: str, name: str) -> Any:
        """What a choice says.

        Raises
        ------
        InputError
            If it is no answer to its question; a plan that was read from a file has been checked for that.
        """
        known = answers(reading.settles, self._kinds.get(name)) or Answers((taken,), {})
        try:
            return known.read(taken)
        except PydanticCustomError as error:
            facts = {"value": taken, "name": str(reading.id), **(error.context or {})}
            raise InputError([Problem(error.type, None, facts)]) from None

    def _choice(self, reading: Reading) -> str:
        return self.choices.get(reading.id, reading.taken)

    def clauses_of(self, id: str) -> tuple[Citation, ...]:
        """The clauses a reading settles, cited."""
        return next(self.plan.cite(*r.clauses) for r in self.plan.readings if r.id == id)

    def _settling(self, subject: str, name: str, field: str | None) -> Reading | None:
        best: tuple[int, Reading] | None = None
        for reading in self.plan.readings:
            s = reading.settles
            if s.field != field:
                continue
            rank = self._match(s.entering, name) if subject == "entering" else int(_names(s, subject, name))
            if rank and (best is None or rank > best[0]):
                best = (rank, reading)
        return best[1] if best else None

    def _match(self, state: State | None, name: str) -> int:
        """2 where the reading names exactly that value, 1 where it covers it, else 0."""
        if state is None:
            return 0
        scheme, value = name.split("=")
        if state.scheme != scheme or value not in self.plan.values(state):
            return 0
        return 2 if state.values == (value,) else 1


def _names(settles: object, subject: str, name: str) -> bool:
    if subject == "statement":
        return getattr(settles, "statement", None) == name or name in getattr(settles, "statements", ())
    return getattr(settles, subject, None) == name


class Cast:
    """Who plays whom: resolves the plan's actors to the seats that do the work."""

    def __init__(self, plan: Plan, jurisdiction: Jurisdiction, readings: Readings, on: Date | None = None) -> None:
        self.plan, self.jurisdiction, self.readings, self.on = plan, jurisdiction, readings, on
        self._names = jurisdiction.names()
        self._known: dict[str, tuple[Performer, ...]] = {}

    def performers(self, actors: Iterable[ActorRef], clause: Clause) -> tuple[Performer, ...]:
        """The performers of a list of actors; an open end adds none, ``unstated`` adds none."""
        found: dict[Performer, None] = {}
        for actor in actors:
            if actor not in (OPEN, UNSTATED):
                found |= dict.fromkeys(self.performer(actor, clause))
        return tuple(found)

    def performer(self, actor: str, clause: Clause) -> tuple[Performer, ...]:
        """The performers of one actor: several for "member units"."""
        if actor not in self._known:
            self._known[actor] = ()  # a circle of readings ends here
            self._known[actor] = self._resolve(actor, clause)
        return self._known[actor]

    def _resolve(self, actor: str, clause: Clause) -> tuple[Performer, ...]:
        one = self.plan.actors.get(Id(actor))
        if one is None:  # a reading may name an agency or post of the jurisdiction itself
            return (Performer(actor, actor),)
        match one.kind:
            case "body":
                return self._body(actor, clause)
            case "members":
                return self._members(one.of or "", clause)
            case "post":
                return self._post(actor, clause)
            case "generic" | "undeclared":
                return self._by_reading(actor, clause)
            case _:
                named = [self._names[p] for p in one.printed if p in self._names]
                seat = named[0] if named else actor
                return (Performer(seat, seat),)

    def _body(self, actor: str, clause: Clause) -> tuple[Performer, ...]:
        role = self.readings.find("actor", actor, "acts-through", needed_by=[clause])
        if role is None:
            return ()
        for seat in self.plan.seats:
            if seat.body == actor and seat.role == role:
                holders = self.performers(seat.actors, seat.clause)
                return tuple(Performer(actor, h.seat) for h in holders[:1])
        return ()

    def _members(self, body: str, clause: Clause) -> tuple[Performer, ...]:
        seats = [s for s in self.plan.seats if s.body == body and s.role == "member"]
        return tuple(dict.fromkeys(p for s in seats for p in self.performers(s.actors, s.clause)))

    def _post(self, actor: str, clause: Clause) -> tuple[Performer, ...]:
        one = self.plan.actors[Id(actor)]
        named = [self._names[p] for p in one.printed if p in self._names]
        if named:
            return (Performer(named[0], named[0]),)
        return self._by_reading(actor, clause)

    def _by_reading(self, actor: str, clause: Clause) -> tuple[Performer, ...]:
        choice = self.readings.find("actor", actor, needed_by=[clause])
        if choice is None:
            return ()
        if choice.startswith("in-charge-of "):
            agency = choice.removeprefix("in-charge-of ")
            held = self.jurisdiction.post_in_charge(agency, self.on)
            return (Performer(held[0], held[0]),) if held else ()
        if choice == actor:
            return (Performer(actor, actor),)
        return self.performer(choice, clause)
