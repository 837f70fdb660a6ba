"""A scenario: what we suppose, nothing else.

Every number is an `Assumption` with its basis; what a plan says stands in the plan file.
"""

from __future__ import annotations

import math
from datetime import date as Date
from datetime import datetime, time
from functools import cached_property
from statistics import NormalDist
from typing import Annotated, Literal, TypeVar

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from emergency.condition import Guard
from emergency.jurisdiction import Basis
from emergency.plan.leaves import OrUnstated, Whole
from emergency.quantity import Amount, Duration
from emergency.source import Citation, Frozen, Id, Text

__all__ = [
    "Assumption",
    "Behaviour",
    "Customer",
    "Effect",
    "Inject",
    "Judgement",
    "Noise",
    "Objective",
    "Product",
    "Reporting",
    "Scenario",
    "Series",
    "SourceTag",
    "Staffing",
    "StockSpec",
    "Store",
    "Supply",
    "Tell",
    "Work",
    "World",
]

#: A measure of a plan, as ``plan:id``.
MeasureName = Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*:[A-Za-z][\w-]*$")]
D = TypeVar("D", Duration, Duration | None)
Quantity = Annotated[Duration | Amount, OrUnstated(Duration, Amount, unstated=False)]


class Assumption(Frozen):
    """A supposed number: fixed, or drawn once a run from a stated distribution.

    Attributes
    ----------
    value : one number; or
    range : ``[low, likely, high]``, triangular; or ``uniform``: ``[low, high]``; or ``normal``:
        ``[mean, standard deviation]`` (cut at 3 sd, never below 0); or ``exponential``: its mean.
    basis : where it comes from; anything but ``guess`` names its `source` (a tag of the scenario's `sources`).
    """

    value: Quantity | None = None
    range: tuple[Quantity, Quantity, Quantity] | None = None
    uniform: tuple[Quantity, Quantity] | None = None
    normal: tuple[Quantity, Quantity] | None = None
    exponential: Quantity | None = None
    basis: Basis
    source: Id | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Assumption:
        forms = [
            f for f in ("value", "range", "uniform", "normal", "exponential") if getattr(self, f) is not None
        ]
        if len(forms) != 1:
            raise PydanticCustomError("one-form", "one of value, range, …", {"n": len(forms)})
        numbers = self.numbers
        if len({_dimension(q) for q in self._quantities()}) > 1:
            raise PydanticCustomError("mixed-units", "mixed units", {})
        if self.range and not numbers[0] <= numbers[1] <= numbers[2]:
            raise PydanticCustomError("bad-order", "low, likely, high", {})
        if self.uniform and not numbers[0] <= numbers[1]:
            raise PydanticCustomError("bad-order", "low, high", {})
        if self.basis != "guess" and not self.source:
            raise PydanticCustomError("no-source", "basis {basis} needs a source", {"basis": self.basis})
        return self

    def _quantities(self) -> tuple[Duration | Amount, ...]:
        for form in (self.range, self.uniform, self.normal):
            if form is not None:
                return form
        one = self.value if self.value is not None else self.exponential
        assert one is not None  # _one_form has seen to it
        return (one,)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The stated numbers in base units: hours [h] for times, else the dimension's base."""
        return tuple(q.plain_hours if isinstance(q, Duration) else q.base for q in self._quantities())

    @property
    def dimension(self) -> str:
        """``time`` or the dimension of `quantity.UNITS`."""
        return _dimension(self._quantities()[0])

    @property
    def is_fixed(self) -> bool:
        """Whether every run uses the same number."""
        return self.value is not None

    def draw(self, u: float) -> float:
        """The value at quantile `u` in [0, 1), by inverting the distribution function."""
        n = self.numbers
        if self.value is not None:
            return n[0]
        if self.range is not None:
            return _triangular(u, *n)
        if self.uniform is not None:
            return n[0] + u * (n[1] - n[0])
        if self.exponential is not None:
            return -n[0] * math.log1p(-u)
        z = NormalDist().inv_cdf(min(max(u, 1e-12), 1 - 1e-12))
        return max(0.0, n[0] + n[1] * min(3.0, max(-3.0, z)))

    def __str__(self) -> str:
        q = self._quantities()
        if self.range is not None:
            return f"{q[0]} … {q[1]} … {q[2]}"
        if self.uniform is not None:
            return f"{q[0]} … {q[1]}"
        if self.normal is not None:
            return f"{q[0]} ± {q[1]}"
        return f"~ {q[0]}" if self.exponential is not None else str(q[0])


def _dimension(q: Duration | Amount) -> str:
    return "time" if isinstance(q, Duration) else q.dimension


def _fixed(value: D) -> D:
    """Refuse a length of time that depends on where it begins."""
    if value is not None:
        _ = value.plain_hours
    return value


def _triangular(u: float, low: float, likely: float, high: float) -> float:
    if high <= low:
        return low
    cut = (likely - low) / (high - low)
    if u < cut:
        return min(likely, low + math.sqrt(u * (high - low) * (likely - low)))
    return max(likely, high - math.sqrt((1 - u) * (high - low) * (high - likely)))


class SourceTag(Frozen):
    """Where numbers with this tag come from; `evidence` T text read, E excerpt only, M from memory."""

    zh: str
    en: str
    evidence: Literal["T", "E", "M"]


class Effect(Frozen):
    """A change of the world, caused by an inject or by a measure that is done.

    ``do`` is one of: ``set`` (a series or flag to a value), ``modify-supply`` / ``modify-demand`` (a named factor
    on a supply or a customer), ``news`` (panic jumps by an amount), ``calm`` (panic times a factor), ``limit``
    (a customer's sales to a share of normal), ``deliver`` (a lump), ``lock`` / ``unlock`` (a store).
    """

    do: Literal["set", "modify-supply", "modify-demand", "news", "calm", "limit", "deliver", "lock", "unlock"]
    target: Id | None = None
    place: Id | None = None
    to: Assumption | None = None
    after: Assumption | None = None
    lasts: Assumption | None = None

    @model_validator(mode="after")
    def _complete(self) -> Effect:
        if self.do not in ("news", "calm") and self.target is None:
            raise PydanticCustomError("effect-target", "{do} needs a target", {"do": self.do})
        if self.do not in ("lock", "unlock") and self.to is None:
            raise PydanticCustomError("effect-to", "{do} needs a value", {"do": self.do})
        for field in ("after", "lasts"):
            given: Assumption | None = getattr(self, field)
            if given is not None and given.dimension != "time":
                raise PydanticCustomError("not-a-time", "{field} is a time", {"field": field})
        return self


class Product(Frozen):
    """A good with a stock."""

    zh: str
    en: str
    stock: Assumption


class Supply(Frozen):
    """A route by which goods arrive, with its normal rate per product; `starts` 0 for one that must be opened."""

    zh: str
    en: str
    rates: dict[Id, Assumption]
    starts: Assumption | None = None


class Customer(Frozen):
    """A class of customers: normal demand per product, how strongly panic moves it, who is served first."""

    zh: str
    en: str
    demand: dict[Id, Assumption]
    panic: Assumption
    priority: Whole


class Store(Frozen):
    """A store that can be cut off, with its share of each product's stock."""

    zh: str
    en: str
    shares: dict[Id, Assumption]


class Noise(Frozen):
    """Demand of all customers times a factor drawn anew every so often; mean 1."""

    every: Duration
    spread: Assumption

    @field_validator("every")
    @classmethod
    def _lasting(cls, value: Duration) -> Duration:
        if not _fixed(value).plain_hours:
            raise PydanticCustomError("bad-duration", "bad duration {value}", {"value": str(value)})
        return value


class StockSpec(Frozen):
    """A world of stocks, customers and supplies."""

    products: dict[Id, Product]
    supplies: dict[Id, Supply]
    customers: dict[Id, Customer]
    stores: dict[Id, Store] = {}
    panic_decay: Assumption
    noise: Noise | None = None


class Series(Frozen):
    """A variable driven by declared values; `points` are ``[time from start, value]``."""

    shape: Literal["step", "linear"] = "step"
    points: Annotated[tuple[tuple[Duration, Amount], ...], Field(min_length=1)]
    basis: Basis
    source: Id | None = None
    note: Text | None = None

    @field_validator("points")
    @classmethod
    def _in_order(cls, value: tuple[tuple[Duration, Amount], ...]) -> tuple[tuple[Duration, Amount], ...]:
        times = [t.plain_hours for t, _ in value]
        if times != sorted(set(times)) or times[0] != 0:
            raise PydanticCustomError("series-order", "times start at 0 and increase", {})
        return value


class World(Frozen):
    """What the crisis does."""

    stock: StockSpec | None = None
    series: dict[Id, Series] = {}


class Judgement(Frozen):
    """How people judge a matter the plan leaves to judgement, as a rule over what is reported to them."""

    when: Guard
    basis: Basis
    source: Id | None = None
    note: Text | None = None


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
    """How long a kind of work takes; the most specific entry counts (measure, then actor and verb, then verb)."""

    do: str | None = None
    by: Id | None = None
    measure: MeasureName | None = None
    takes: Assumption


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
        return _fixed(value)


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
    """Something that happens: at a set time, or at random intervals."""

    id: Id
    at: Assumption | None = None
    every: Assumption | None = None
    title: Text
    text: Text | None = None
    effects: tuple[Effect, ...] = ()
    tells: tuple[Tell, ...] = ()
    expects: tuple[Citation, ...] = ()

    @model_validator(mode="after")
    def _one_time(self) -> Inject:
        if (self.at is None) == (self.every is None):
            raise PydanticCustomError("inject-time", "give at or every", {})
        for given in (self.at, self.every):
            if given is not None and given.dimension != "time":
                raise PydanticCustomError("not-a-time", "{field} is a time", {"field": "at / every"})
        if self.every is not None and min(self.every.numbers) <= 0:
            raise PydanticCustomError("inject-time", "intervals are longer than nothing", {})
        return self


class Objective(Frozen):
    """What an exercise of this scenario is meant to test."""

    id: Id
    text: Text
    clauses: Annotated[tuple[Citation, ...], Field(min_length=1)]


class Scenario(Frozen):
    """One scenario file, read."""

    schema_: Literal["1"] = Field(alias="schema")
    scenario: Id
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
    flags: dict[Id, Literal["yes", "no"]] = {}
    reporting: Reporting = Reporting()
    staffing: tuple[Staffing, ...] = ()
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
