"""How a seat held by nobody behaves: it answers what it is asked, by the scenario's rules.

A policy decides whether and after how much work a step is taken. Waiting for a free crew or for the office to
open is not its matter: that is the incident's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from mypy_extensions import mypyc_attr

from emergency.chance import Stream
from emergency.scenario import Assumption, Behaviour, Work

__all__ = [
    "POLICIES",
    "AbsentAtNight",
    "Answer",
    "AsWritten",
    "Ask",
    "Eager",
    "Hesitant",
    "Policy",
    "WorkTimes",
    "policy",
]


Verdict = Literal["do", "refuse", "never"]


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
    may : bool
        Whether the plan leaves it to the seat: a refusal is then its right and no gap.
    cause : str
        The name under which chance is drawn for it: the same for the same step of the same matter in every run.
    """

    __slots__ = ("actor", "cause", "clauses", "do", "id", "kind", "may", "opened", "plan", "ref", "seat", "urgency")

    def __init__(self, id: int, plan: str, kind: str, ref: str, do: str, actor: str, seat: str,
                 clauses: tuple[str, ...], opened: float, cause: str, urgency: str | None = None,
                 may: bool = False) -> None:
        self.id, self.plan, self.kind, self.ref, self.do = id, plan, kind, ref, do
        self.actor, self.seat, self.clauses, self.opened, self.cause = actor, seat, clauses, opened, cause
        self.urgency, self.may = urgency, may


@dataclass(slots=True)
class Answer:
    """What a seat does with an ask: `work` [h] is the time its people need for it.

    `at_once` is for people in an exercise: they wait for no crew and no office hours, having done it.
    """

    verdict: Verdict
    work: float = 0.0
    delay: float = 0.0
    at_once: bool = False


class Policy(Protocol):
    """Answers for seats nobody holds."""

    def answer(self, ask: Ask, now: float) -> Answer:
        """Decide on one ask at `now` [h]."""


class WorkTimes:
    """How long work takes, looked up from the most specific assumption; zero where none is made."""

    def __init__(self, work: Iterable[Work]) -> None:
        self._given: dict[tuple[str | None, str | None, str | None], Work] = {}
        self._found: dict[tuple[str, str, str, str], Work | None] = {}
        for one in work:
            self._given[(str(one.measure) if one.measure else None, one.by, one.do)] = one

    def takes(self, plan: str, ref: str, actor: str, do: str) -> Assumption | None:
        """The assumption for a piece of work: by measure, then actor and verb, then verb, then actor."""
        found = self.of(plan, ref, actor, do)
        return found.takes if found is not None else None

    def of(self, plan: str, ref: str, actor: str, do: str) -> Work | None:
        """The entry for a piece of work, with what of the fleets it occupies."""
        piece = (plan, ref, actor, do)
        if piece not in self._found:
            self._found[piece] = self._most_specific(*piece)
        return self._found[piece]

    def _most_specific(self, plan: str, ref: str, actor: str, do: str) -> Work | None:
        for measure in (f"{plan}:{ref}", None):
            for by, verb in ((actor, do), (None, do), (actor, None), (None, None)):
                found = self._given.get((measure, by, verb))
                if found is not None:
                    return found
        return None


@mypyc_attr(allow_interpreted_subclasses=True)
class AsWritten:
    """Does what the plan asks as soon as it is asked, unless the scenario says that a seat behaves otherwise."""

    def __init__(self, work: WorkTimes, behaviour: Iterable[Behaviour], stream: Stream) -> None:
        self._work = work
        self._behaviour = tuple(behaviour)
        self._stream = stream

    def answer(self, ask: Ask, now: float) -> Answer:
        """Decide on one ask: work time drawn from its assumption, behaviour as the scenario has it."""
        found = self._work.of(ask.plan, ask.ref, ask.actor, ask.do)
        work = self._drawn(found.takes, f"work:{ask.cause}") if found is not None else 0.0
        for rule in self._behaviour:
            if _applies(rule, ask, now):
                delay = self._drawn(rule.after, f"delay:{ask.cause}") if rule.after is not None else 0.0
                if rule.answers == "refuses":
                    return Answer("refuse", work, delay)
                if rule.answers == "never":
                    return Answer("never")
                return Answer("do", work, delay)
        return Answer("do", work)

    def _drawn(self, assumption: Assumption, cause: str) -> float:
        """A length of time in this run [h]."""
        return self._stream.draw(assumption, cause)


@mypyc_attr(allow_interpreted_subclasses=True)
class Hesitant(AsWritten):
    """Lets a matter that is to be decided lie for a day before its first step, to see whether its ground persists.

    The incident looks at the ground again when the step is done: what was gone by then has lapsed.
    """

    patience = 24.0  # [h]

    def __init__(self, work: WorkTimes, behaviour: Iterable[Behaviour], stream: Stream) -> None:
        super().__init__(work, behaviour, stream)
        self._begun: set[str] = set()

    def answer(self, ask: Ask, now: float) -> Answer:
        """Decide on one ask, the first of each decision a day late."""
        found = super().answer(ask, now)
        matter = ask.cause.rsplit(":", 2)[0]  # the same for all steps of one decision
        if ask.kind == "decision" and matter not in self._begun:
            self._begun.add(matter)
            found.delay += self.patience
        return found


@mypyc_attr(allow_interpreted_subclasses=True)
class Eager(AsWritten):
    """Needs for everything the shortest time that its assumption allows."""

    def _drawn(self, assumption: Assumption, cause: str) -> float:
        return assumption.draw(0.0)


@mypyc_attr(allow_interpreted_subclasses=True)
class AbsentAtNight(AsWritten):
    """Takes up nothing between ten at night and seven in the morning, called in or not.

    Parameters
    ----------
    start : datetime
        The instant of t = 0, in local time.
    awake : collection of str
        Seats that are on duty day and night, and so answer as written.
    """

    evening = 22.0
    morning = 7.0

    def __init__(
        self,
        work: WorkTimes,
        behaviour: Iterable[Behaviour],
        stream: Stream,
        start: datetime,
        awake: Collection[str] = (),
    ) -> None:
        super().__init__(work, behaviour, stream)
        self._start, self._awake = start, awake

    def answer(self, ask: Ask, now: float) -> Answer:
        """Decide on one ask; what comes at night lies until the morning."""
        found = super().answer(ask, now)
        local = self._start + timedelta(hours=now + found.delay)
        hour = local.hour + local.minute / 60 + local.second / 3600
        if ask.seat not in self._awake and not self.morning <= hour < self.evening:
            found.delay += (self.morning - hour) % 24
        return found


#: Names by which a policy for all seats can be asked for.
POLICIES = ("as-written", "hesitant", "eager", "absent-at-night")


def policy(
    name: str,
    work: WorkTimes,
    behaviour: Iterable[Behaviour],
    stream: Stream,
    start: datetime,
    awake: Collection[str] = (),
) -> Policy:
    """The policy of that name (one of `POLICIES`) for all seats of one run.

    Raises
    ------
    KeyError
        If there is no such policy.
    """
    if name == "absent-at-night":
        return AbsentAtNight(work, behaviour, stream, start, awake)
    return {"as-written": AsWritten, "hesitant": Hesitant, "eager": Eager}[name](work, behaviour, stream)


def _applies(rule: Behaviour, ask: Ask, now: float) -> bool:
    if rule.seat not in (ask.seat, ask.actor) or (rule.steps and ask.do not in rule.steps):
        return False
    since = rule.since.plain_hours if rule.since else 0.0
    until = rule.until.plain_hours if rule.until else float("inf")
    return since <= now < until
