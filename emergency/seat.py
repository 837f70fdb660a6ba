"""How a seat held by nobody behaves: it answers what it is asked, by the scenario's rules.

A policy decides whether and after how much work a step is taken. Waiting for a free crew or for the office to
open is not its matter: that is the incident's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from emergency.chance import Stream
from emergency.scenario import Assumption, Behaviour, Work

__all__ = ["Answer", "AsWritten", "Ask", "Policy", "WorkTimes"]


@dataclass(slots=True, eq=False)
class Ask:
    """One step that waits for its seat.

    Attributes
    ----------
    id : int
        Number of the ask within the incident.
    kind : str
        ``decision``, ``measure``, ``report`` or ``publication``.
    ref : str
        What it is a step of, e.g. ``response=III`` or a measure's id.
    do : str
        The verb of the step; ``carry-out`` for a measure itself.
    actor, seat : str
        The actor the plan names and the seat that answers.
    cause : str
        The name under which chance is drawn for it: the same for the same step of the same matter in every run.
    """

    id: int
    plan: str
    kind: str
    ref: str
    do: str
    actor: str
    seat: str
    clauses: tuple[str, ...]
    opened: float
    cause: str
    urgency: str | None = None


@dataclass(slots=True)
class Answer:
    """What a seat does with an ask: `work` [h] is the time its people need for it."""

    verdict: Literal["do", "refuse", "never"]
    work: float = 0.0
    delay: float = 0.0


class Policy(Protocol):
    """Answers for seats nobody holds."""

    def answer(self, ask: Ask, now: float) -> Answer:
        """Decide on one ask at `now` [h]."""


class WorkTimes:
    """How long work takes, looked up from the most specific assumption; zero where none is made."""

    def __init__(self, work: Iterable[Work]) -> None:
        self._found: dict[tuple[str | None, str | None, str | None], Assumption] = {}
        for one in work:
            self._found[(str(one.measure) if one.measure else None, one.by, one.do)] = one.takes

    def takes(self, plan: str, ref: str, actor: str, do: str) -> Assumption | None:
        """The assumption for a piece of work: by measure, then actor and verb, then verb, then actor."""
        for measure in (f"{plan}:{ref}", None):
            for by, verb in ((actor, do), (None, do), (actor, None), (None, None)):
                found = self._found.get((measure, by, verb))
                if found is not None:
                    return found
        return None


class AsWritten:
    """Does what the plan asks as soon as it is asked, unless the scenario says that a seat behaves otherwise."""

    def __init__(self, work: WorkTimes, behaviour: Iterable[Behaviour], stream: Stream) -> None:
        self._work = work
        self._behaviour = tuple(behaviour)
        self._stream = stream

    def answer(self, ask: Ask, now: float) -> Answer:
        """Decide on one ask: work time drawn from its assumption, behaviour as the scenario has it."""
        found = self._work.takes(ask.plan, ask.ref, ask.actor, ask.do)
        work = 0.0
        if found is not None:
            work = found.draw(0.0 if found.is_fixed else self._stream.uniform(f"work:{ask.cause}"))
        for rule in self._behaviour:
            if _applies(rule, ask, now):
                delay = 0.0
                if rule.after is not None:
                    u = 0.0 if rule.after.is_fixed else self._stream.uniform(f"delay:{ask.cause}")
                    delay = rule.after.draw(u)
                if rule.answers == "refuses":
                    return Answer("refuse", work, delay)
                if rule.answers == "never":
                    return Answer("never")
                return Answer("do", work, delay)
        return Answer("do", work)


def _applies(rule: Behaviour, ask: Ask, now: float) -> bool:
    if rule.seat not in (ask.seat, ask.actor) or (rule.steps and ask.do not in rule.steps):
        return False
    since = rule.since.plain_hours if rule.since else 0.0
    until = rule.until.plain_hours if rule.until else float("inf")
    return since <= now < until
