"""An exercise: an incident some of whose seats are played by people, moved by their commands.

The same incident as in simulation. What time it is, who is in the room and where commands are kept is for the host
to know; a session is the same whenever it is given the same commands at the same scenario times.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from math import inf
from typing import Any

from emergency.chance import Chance
from emergency.errors import RefusedError
from emergency.exercise import command as c
from emergency.incident import Incident, Prepared
from emergency.log import Entry, EventLog
from emergency.plan.statements import Form
from emergency.seat import Answer, Ask, AsWritten

__all__ = ["Phase", "Session"]


class Phase(StrEnum):
    """How far an exercise has come."""

    draft = "draft"
    ready = "ready"
    running = "running"
    paused = "paused"
    ended = "ended"
    archived = "archived"


#: What may be done in which phase; notes and ratings are taken as long as it is not archived.
_FROM: dict[str, tuple[Phase, ...]] = {
    "ready": (Phase.draft,),
    "start": (Phase.ready,),
    "pause": (Phase.running,),
    "resume": (Phase.paused,),
    "end": (Phase.running, Phase.paused),
    "archive": (Phase.ended,),
    "pace": (Phase.ready, Phase.running, Phase.paused),
    "jump": (Phase.running, Phase.paused),
    "tick": (Phase.running,),
}
_ALIVE = (Phase.draft, Phase.ready, Phase.running, Phase.paused)
_UNDER_WAY = (Phase.running, Phase.paused)
_NOT_ARCHIVED = (*_ALIVE, Phase.ended)
_SEATS = ("claim", "release", "hand-over", "assign")
_NOTES = ("rate", "note", "file-finding")
#: What only the facilitator does.
_LEADS = (
    "ready", "start", "pause", "resume", "pace", "jump", "tick", "end", "archive", "assign", "release-inject",
    "hold-inject", "skip-inject", "write-inject",
)  # fmt: skip
#: What only some do beyond that: players by their seats, evaluators, the facilitator.
_ROLES: dict[str, tuple[str, ...]] = {
    "claim": ("seat",), "release": ("seat",), "hand-over": ("seat",), "fill-form": ("seat",),
    "decide": ("seat", "facilitator"), "say": ("seat", "facilitator"), "rate": ("evaluator", "facilitator"),
}  # fmt: skip
_TOLD = {"seat": "player"}


class Session:
    """One exercise as it stands.

    Parameters
    ----------
    seed, run : int
        Which chances it meets; a session in which nobody takes a seat is that run.

    Attributes
    ----------
    phase : Phase
    holders : dict
        Seat → the name of who holds it; the others follow the plan by policy.
    log : EventLog
        What happened, as in any run, with what people said and wrote.
    injects : dict
        Inject → ``held``, ``skipped`` or ``released``: what the facilitator did with it last.
    """

    def __init__(self, prepared: Prepared, seed: int, run: int = 0) -> None:
        self.prepared, self.seed, self.run = prepared, seed, run
        self.phase = Phase.draft
        self.holders: dict[str, str] = {}
        self.injects: dict[str, str] = {}
        self.pace = 1.0
        self.log = EventLog(prepared.start)
        self.marks: list[str] = []  # of each entry, to find where a replay first differs
        self._digest = sha256()
        self.log.listen(self._seal)
        stream = Chance(seed).run(run)
        self.incident = Incident(prepared, stream, self.log)
        self._policy = AsWritten(prepared.work, prepared.scenario.behaviour, stream)
        self._written = 0

    # --- as it stands

    @property
    def now(self) -> float:
        """Scenario time [h]."""
        return self.incident.clock.now

    @property
    def digest(self) -> str:
        """Of everything in the log so far."""
        return self._digest.hexdigest()

    def _seal(self, entry: Entry) -> None:
        line = json.dumps(entry.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        self._digest.update(line)
        self.marks.append(sha256(line).hexdigest()[:12])

    def open_for(self, seat: str | None = None) -> list[Ask]:
        """The steps that wait for people: for one seat, or all."""
        return [a for a in self.incident.open_decisions() if seat is None or seat in (a.seat, a.actor)]

    def next_event(self) -> float:
        """When something next happens by itself [h]; infinite if nothing will."""
        found = self.incident.next_event()
        return found if found <= self.prepared.horizon else min(self.prepared.horizon, found)

    # --- time

    def run_to(self, t: float) -> None:
        """Let scenario time pass up to `t` [h]; seats nobody holds follow the plan meanwhile."""
        if self.phase in _UNDER_WAY:
            self._pass(min(t, self.prepared.horizon))

    def _pass(self, t: float) -> None:
        while not self.incident.ended:
            self.incident.advance(t)
            if not self._answer() and self.now >= t:
                return

    def _answer(self) -> bool:
        """Answer for the seats nobody holds; whether there was anything to answer."""
        answered = False
        while asks := [a for a in self.incident.open_decisions() if not self._held(a)]:
            self.incident.decide(asks[0], self._policy.answer(asks[0], self.now))
            answered = True
        return answered

    def _held(self, ask: Ask) -> bool:
        return ask.seat in self.holders or ask.actor in self.holders

    # --- commands

    def check(self, command: c.Command) -> None:
        """See whether a command may be given now, changing nothing.

        Raises
        ------
        RefusedError
            With the clause that says who may, where a clause does.
        """
        do = command.do
        if do in _LEADS and command.by != "facilitator":
            raise RefusedError(f"only the facilitator may {do}", code="facilitator-only", facts={"do": do})
        role = command.by.partition(":")[0]
        if role not in _ROLES.get(do, (role,)):
            facts = {"do": do, "role": _TOLD.get(role, role)}
            raise RefusedError(f"{command.by} may not {do}", code="role", facts=facts)
        if self.phase not in self._phases(do):
            facts = {"do": do, "phase": self.phase.value}
            raise RefusedError(f"not while the exercise is {self.phase.value}: {do}", code="wrong-phase", facts=facts)
        look = _CHECKS.get(do)
        if look is not None:
            look(self, command)

    def _phases(self, do: str) -> tuple[Phase, ...]:
        if do in _FROM:
            return _FROM[do]
        return _NOT_ARCHIVED if do in _NOTES else _ALIVE if do in _SEATS else _UNDER_WAY

    def do(self, command: c.Command) -> None:
        """Carry out a command that has been checked.

        Raises
        ------
        RefusedError
            Where the plan gives a decision to another seat; the attempt is in the log.
        """
        try:
            _ACTS[command.do](self, command)
        finally:
            if self.phase in _UNDER_WAY:
                self._pass(self.now)

    def apply(self, command: c.Command) -> None:
        """Check a command and carry it out."""
        self.check(command)
        self.do(command)

    # --- checks

    def _check_claim(self, command: c.Claim) -> None:
        seat = self._seat_of(command)
        if seat not in self.seats():
            raise RefusedError(f"there is no seat {seat}", code="unknown-seat", facts={"name": seat})
        if seat in self.holders:
            raise RefusedError(f"{seat} is held already", code="seat-taken", facts={"name": seat})

    def _check_held(self, command: c.Release | c.HandOver | c.Say | c.FillForm | c.Decide) -> None:
        if command.seat is not None and command.seat not in self.holders:
            raise RefusedError(f"nobody holds {command.seat}", code="seat-empty", facts={"name": command.seat})

    def _check_assign(self, command: c.Assign) -> None:
        if command.to not in self.seats():
            raise RefusedError(f"there is no seat {command.to}", code="unknown-seat", facts={"name": command.to})

    def _check_decide(self, command: c.Decide) -> None:
        """Whether something is open to be decided; who may is seen when it is done, for an attempt is told of too."""
        self._check_held(command)
        self._ask(command)

    def _ask(self, command: c.Decide) -> Ask:
        """The open step that is meant; by what it is about, where the number belongs to another incident."""
        asks = self.incident.open_decisions()
        about = (command.plan, command.ref, command.step)
        alike = [a for a in asks if (a.plan, a.ref, a.do) == about]
        for ask in alike:
            if ask.id == command.ask:
                return ask
        mine = [a for a in alike if command.seat in (None, a.seat, a.actor)]
        if mine or alike:
            return (mine or alike)[0]
        facts = {"plan": command.plan, "ref": command.ref, "do": command.step}
        clauses = self.clauses_of(command)
        raise RefusedError(f"{command.ref} {command.step} is not open", clauses, "not-open", facts)

    def clauses_of(self, command: c.Decide) -> tuple[str, ...]:
        """The clauses about what a decision meant to answer, as far as the plan knows it."""
        ready = self.prepared.plans.get(command.plan)
        if ready is None:
            return ()
        for at, decision in ready.program.decisions.items():
            if str(at) == command.ref:
                return tuple(decision.clauses)
        return next((tuple(m.clauses) for m in ready.program.measures if str(m.says.id) == command.ref), ())

    def _check_inject(self, command: c.ReleaseInject | c.HoldInject | c.SkipInject) -> None:
        self.incident.known_inject(command.inject)

    def _check_form(self, command: c.FillForm) -> None:
        self._seat_of(command)
        self._check_held(command)
        form = self._form(command)
        if len(command.fields) > len(form.fields):
            facts = {"name": command.form, "n": len(form.fields)}
            raise RefusedError(f"the form has {len(form.fields)} fields", code="too-many-fields", facts=facts)

    def _form(self, command: c.FillForm) -> Form:
        """The form that is meant.

        Raises
        ------
        RefusedError
            If no plan here has it.
        """
        plan, _, id = command.form.partition(":")
        ready = self.prepared.plans.get(plan)
        for form in ready.program.plan.forms if ready is not None else ():
            if form.id == id:
                return form
        raise RefusedError(f"there is no form {command.form}", code="unknown-form", facts={"name": command.form})

    def _check_finding(self, command: c.FileFinding) -> None:
        ready = self.prepared.plans.get(command.plan)
        if ready is None:
            raise RefusedError(f"no plan {command.plan} here", code="unknown-plan", facts={"name": command.plan})
        if command.clause not in {str(e.no) for e in ready.program.plan.body()}:
            facts = {"name": f"{command.plan}:{command.clause}"}
            raise RefusedError(f"the plan has no clause {command.clause}", code="unknown-clause", facts=facts)

    def _check_rate(self, command: c.Rate) -> None:
        if command.objective not in {str(o.id) for o in self.prepared.scenario.objectives}:
            facts = {"name": command.objective}
            raise RefusedError(f"there is no objective {command.objective}", code="unknown-objective", facts=facts)

    # --- acts

    def seats(self) -> frozenset[str]:
        """Every seat somebody may take: who the plans ask, and who is staffed."""
        asked = {
            seat
            for ready in self.prepared.plans.values()
            for decision in ready.program.decisions.values()
            for step in decision.steps
            for performer in step.by
            for seat in (performer.seat, performer.actor)
        }
        done = {
            seat
            for ready in self.prepared.plans.values()
            for measure in ready.program.measures
            for performer in measure.by
            for seat in (performer.seat, performer.actor)
        }
        return frozenset(asked | done | set(self.prepared.staffing))

    def _seat_of(self, command: c.Command) -> str:
        if command.seat is None:
            raise RefusedError("only a player holds a seat", code="no-seat", facts={})
        return command.seat

    def _to_phase(self, phase: Phase) -> None:
        self.phase = phase

    def _claim(self, command: c.Claim | c.HandOver) -> None:
        self._hold(self._seat_of(command), command.name)

    def _hold(self, seat: str, name: str | None) -> None:
        before = self.holders.pop(seat, None)
        if name is not None:
            self.holders[seat] = name
        detail = {"held": name is not None, "before": before is not None}
        self.log.add(self.now, "seat", actor=seat, ref=seat, detail=detail)

    def _release(self, command: c.Release) -> None:
        self._hold(self._seat_of(command), None)

    def _assign(self, command: c.Assign) -> None:
        self._hold(command.to, command.name)

    def _decide(self, command: c.Decide) -> None:
        ask = self._ask(command)
        if command.why and command.seat in (None, ask.seat, ask.actor):  # whoever may not is refused below
            detail = {"do": ask.do, "verdict": command.verdict, "why": command.why}
            self.log.add(
                self.now, "note", plan=ask.plan, actor=ask.seat, ref=ask.ref, clauses=ask.clauses, detail=detail
            )
        self.incident.decide(ask, Answer(command.verdict, at_once=True), by=command.seat)

    def _say(self, command: c.Say) -> None:
        detail: dict[str, Any] = {"to": list(command.to), "text": command.text}
        if command.report is not None:
            detail["report"] = command.report
        self.log.add(self.now, "message", actor=command.seat or command.by, ref="said", detail=detail)
        ask = self._reported_by(command)
        if ask is not None:
            self.incident.decide(ask, Answer("do", at_once=True), by=command.seat)

    def _reported_by(self, command: c.Say) -> Ask | None:
        """The open report that a message is: meant as it, and sent to all in this exercise to whom it is to go."""
        plan, _, id = (command.report or "").partition(":")
        ready = self.prepared.plans.get(plan)
        found = next((r for r in ready.program.reports if str(r.says.id) == id), None) if ready is not None else None
        if found is None or command.seat is None:
            return None
        here = self.seats()
        owed = [{p.actor, p.seat} for p in found.to if not here.isdisjoint({p.actor, p.seat})]
        if not all(names & set(command.to) for names in owed):
            return None
        about = ("report", plan, id)
        return next((a for a in self.open_for(command.seat) if (a.kind, a.plan, a.ref) == about), None)

    def _fill(self, command: c.FillForm) -> None:
        plan, form = command.form.partition(":")[0], self._form(command)
        written = "\n".join(words for words in command.fields if words)
        detail = {"to": list(command.to), "form": str(form.id), "fields": list(command.fields), "text": written}
        cited = (f"{plan}:{form.clause}",)
        self.log.add(self.now, "message", plan=plan, actor=command.seat, ref="form", clauses=cited, detail=detail)

    def _move_inject(self, command: c.HoldInject | c.SkipInject | c.ReleaseInject) -> None:
        move, self.injects[command.inject] = _MOVES[command.do]
        move(self.incident, command.inject)

    def _write_inject(self, command: c.WriteInject) -> None:
        self._written += 1
        title = {"zh": command.title, "en": command.title}
        detail = {"title": title, "text": command.text, "to": list(command.to), "written": True}
        self.log.add(self.now, "inject", ref=f"written-{self._written}", detail=detail)

    def _file(self, command: c.FileFinding) -> None:
        detail = {"kind": command.kind, "text": command.text, "by": command.by}
        cited = (f"{command.plan}:{command.clause}",)
        self.log.add(self.now, "note", plan=command.plan, ref="finding", clauses=cited, detail=detail)

    def _note(self, command: c.Note) -> None:
        detail = {"text": command.text, "entry": command.entry, "by": command.by}
        self.log.add(self.now, "note", ref="observation", detail=detail)

    def _rate(self, command: c.Rate) -> None:
        detail = {"objective": command.objective, "rating": command.rating, "text": command.text}
        self.log.add(self.now, "note", ref="rating", detail=detail)

    def _jump(self, command: c.Jump) -> None:
        if command.hours is not None:
            target = self.now + command.hours
        else:
            target = self.next_event() if command.to is None else command.to
        if target < inf:
            self._pass(min(max(target, self.now), self.prepared.horizon))

    def _set_pace(self, command: c.Pace) -> None:
        self.pace = command.pace


_MOVES: dict[str, tuple[Callable[[Incident, str], None], str]] = {
    "hold-inject": (Incident.hold_inject, "held"),
    "skip-inject": (Incident.skip_inject, "skipped"),
    "release-inject": (Incident.release_inject, "released"),
}
_CHECKS: dict[str, Callable[[Session, Any], None]] = {
    "claim": Session._check_claim,
    "release": Session._check_held,
    "hand-over": Session._check_held,
    "assign": Session._check_assign,
    "say": Session._check_held,
    "fill-form": Session._check_form,
    "decide": Session._check_decide,
    "release-inject": Session._check_inject,
    "hold-inject": Session._check_inject,
    "skip-inject": Session._check_inject,
    "file-finding": Session._check_finding,
    "rate": Session._check_rate,
}
_ACTS: dict[str, Callable[[Session, Any], None]] = {
    "ready": lambda s, _: s._to_phase(Phase.ready),
    "start": lambda s, _: s._to_phase(Phase.running),
    "pause": lambda s, _: s._to_phase(Phase.paused),
    "resume": lambda s, _: s._to_phase(Phase.running),
    "end": lambda s, _: s._to_phase(Phase.ended),
    "archive": lambda s, _: s._to_phase(Phase.archived),
    "tick": lambda s, _: None,
    "pace": Session._set_pace,
    "jump": Session._jump,
    "claim": Session._claim,
    "release": Session._release,
    "hand-over": Session._claim,
    "assign": Session._assign,
    "decide": Session._decide,
    "say": Session._say,
    "fill-form": Session._fill,
    "release-inject": Session._move_inject,
    "hold-inject": Session._move_inject,
    "skip-inject": Session._move_inject,
    "write-inject": Session._write_inject,
    "file-finding": Session._file,
    "rate": Session._rate,
    "note": Session._note,
}
