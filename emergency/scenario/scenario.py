"""A scenario: what we suppose, nothing else.

Every number is an `Assumption` with its basis; what a plan says stands in the plan file.
"""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from emergency.condition import Guard
from emergency.jurisdiction import Basis
from emergency.plan.leaves import Whole
from emergency.quantity import Duration
from emergency.scenario.assumption import Assumption, SourceTag, fixed
from emergency.scenario.effect import Effect
from emergency.scenario.world import World
from emergency.source import Citation, Frozen, Id, Named, Target, Text

__all__ = [
    "Behaviour",
    "Fleet",
    "Inject",
    "Judgement",
    "MeasureEffect",
    "Measured",
    "Noticing",
    "Objective",
    "Reporting",
    "Scenario",
    "Staffing",
    "Tell",
    "Work",
]

#: A measure of a plan, as ``plan:id``.
MeasureName = Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*:[A-Za-z][\w-]*$")]


class Judgement(Frozen):
    """How people judge a matter the plan leaves to judgement, as a rule over what is reported to them."""

    when: Guard
    basis: Basis
    source: Id | None = None
    note: Text | None = None


class Measured(Frozen):
    """Which variable of the world an indicator of a plan stands for."""

    as_: Target = Field(alias="as")
    basis: Basis
    source: Id | None = None
    note: Text | None = None


class Noticing(Frozen):
    """How matters become known for which a plan sets no reports: looked at every so often, or told of when changed.

    `about` names indicators; `to` the seat that learns of them.
    """

    about: Annotated[tuple[Id, ...], Field(min_length=1)]
    to: Id
    by: Id | None = None
    every: Duration | None = None
    after: Assumption | None = None
    basis: Basis = "guess"
    note: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Noticing:
        if (self.every is None) == (self.after is None):
            raise PydanticCustomError("noticing-way", "give every or after", {})
        return self


class Reporting(Frozen):
    """When periodic reports come in, and how often one fails."""

    at: str = "16:00"
    day: Whole = Whole(1)
    missed: Assumption | None = None
    late: Assumption | None = None
    delay: Assumption | None = None

    @field_validator("at")
    @classmethod
    def _clock(cls, value: str) -> str:
        try:
            time.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("bad-span", "bad time {value}", {"value": value}) from None
        return value

    @model_validator(mode="after")
    def _late_has_delay(self) -> Reporting:
        if self.late is not None and self.delay is None:
            raise PydanticCustomError("no-delay", "late needs a delay", {})
        return self


class Staffing(Frozen):
    """How many tasks a seat does at once, and what happens outside office hours."""

    seat: Id
    crews: Whole = Whole(1)
    hours: Literal["office", "always"] = "office"
    call_in: Assumption | None = None
    basis: Basis = "guess"


class Work(Frozen):
    """How long a kind of work takes, and what of the fleets it occupies meanwhile.

    The most specific entry counts: by measure, then actor and verb, then verb, then actor.
    """

    do: str | None = None
    by: Id | None = None
    measure: MeasureName | None = None
    takes: Assumption
    uses: dict[Id, Whole] = {}


class Fleet(Named):
    """Vehicles or the like that several agencies draw on, over all plans.

    `first` names measures by which a plan puts its own goods first on these vehicles: once one is carried out, and as
    long as it lasts, work of its plan goes before that of plans with no such measure in force.
    """

    count: Whole
    first: tuple[MeasureName, ...] = ()
    basis: Basis = "guess"
    source: Id | None = None
    note: Text | None = None


class Behaviour(Frozen):
    """How a seat held by nobody behaves; without one it does what the plan asks."""

    seat: Id
    answers: Literal["as-written", "refuses", "never"]
    after: Assumption | None = None
    steps: tuple[str, ...] = ()
    since: Duration | None = None
    until: Duration | None = None

    @field_validator("since", "until")
    @classmethod
    def _fixed(cls, value: Duration | None) -> Duration | None:
        return fixed(value)


class MeasureEffect(Frozen):
    """What a measure does to the world once done: the measure as ``plan:id``."""

    measure: MeasureName
    effects: Annotated[tuple[Effect, ...], Field(min_length=1)]


class Tell(Frozen):
    """A report outside the schedule: an outage, a blockade, a citizen's call."""

    about: Annotated[tuple[Id, ...], Field(min_length=1)]
    to: Id
    after: Assumption


class Inject(Frozen):
    """Something that happens: at a set time, at random intervals, or each time that something comes to be so.

    Attributes
    ----------
    when : a guard on what is truly so; `of` names the plan whose indicators and schemes it speaks of, by default
        the scenario's first.
    once : whether it happens at the first time only.
    after : how long after its guard has come true.
    unless : a guard, in the same words, on what is so when its time comes: if it holds, the inject stays away. So
        a contingency inject comes only where the expected action was left out.
    """

    id: Id
    at: Assumption | None = None
    every: Assumption | None = None
    when: Guard | None = None
    of: Id | None = None
    once: Literal["yes", "no"] = "yes"
    after: Assumption | None = None
    unless: Guard | None = None
    title: Text
    text: Text | None = None
    effects: tuple[Effect, ...] = ()
    tells: tuple[Tell, ...] = ()
    expects: tuple[Citation, ...] = ()

    @model_validator(mode="after")
    def _one_time(self) -> Inject:
        if sum(given is not None for given in (self.at, self.every, self.when)) != 1:
            raise PydanticCustomError("inject-time", "give at, every or when", {})
        for given in (self.at, self.every, self.after):
            if given is not None and given.dimension != "time":
                raise PydanticCustomError("not-a-time", "{field} is a time", {"field": "at / every / after"})
        if self.every is not None and min(self.every.numbers) <= 0:
            raise PydanticCustomError("inject-time", "intervals are longer than nothing", {})
        return self


class Objective(Frozen):
    """What an exercise of this scenario is meant to test."""

    id: Id
    text: Text
    clauses: Annotated[tuple[Citation, ...], Field(min_length=1)]


class Scenario(Frozen):
    """One scenario file, read, with what it is based on."""

    schema_: Literal["1"] = Field(alias="schema")
    scenario: Id
    based_on: tuple[Id, ...] = ()
    title: Text
    story: Text
    jurisdiction: Id
    plans: Annotated[tuple[Id, ...], Field(min_length=1)]
    start: datetime
    horizon: Duration
    seed: Whole = Whole(1)
    sources: dict[Id, SourceTag] = {}
    readings: dict[Id, dict[Id, str]] = {}
    days: dict[str, Literal["workday", "holiday"]] = {}
    world: World = World()
    judged: dict[Id, Judgement] = {}
    measured: dict[Id, Measured] = {}
    noticed: tuple[Noticing, ...] = ()
    flags: dict[Id, Literal["yes", "no"]] = {}
    reporting: Reporting = Reporting()
    staffing: tuple[Staffing, ...] = ()
    fleets: dict[Id, Fleet] = {}
    work: tuple[Work, ...] = ()
    behaviour: tuple[Behaviour, ...] = ()
    measures: tuple[MeasureEffect, ...] = ()
    injects: tuple[Inject, ...] = ()
    objectives: tuple[Objective, ...] = ()

    @field_validator("start", mode="before")
    @classmethod
    def _start(cls, value: object) -> object:
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            raise PydanticCustomError("bad-date", "no such date {value}", {"value": str(value)}) from None
        if found.tzinfo is not None:
            raise PydanticCustomError("local-time", "start is local time", {"value": str(value)})
        return found

    @field_validator("days")
    @classmethod
    def _days(cls, value: dict[str, str]) -> dict[str, str]:
        for day in value:
            try:
                Date.fromisoformat(day)
            except ValueError:
                raise PydanticCustomError("bad-date", "no such date {value}", {"value": day}) from None
        return value

    def given_days(self) -> dict[Date, bool]:
        """Days whose kind the scenario gives itself (True = working day)."""
        return {Date.fromisoformat(d): kind == "workday" for d, kind in self.days.items()}
