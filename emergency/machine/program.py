"""What a plan and its readings come to: the values a machine and a run work with.

Everything here is immutable, built once, and shared by all runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from emergency.condition import Node
from emergency.jurisdiction import Jurisdiction
from emergency.machine.voices import Performer
from emergency.plan import Plan
from emergency.plan.leaves import UNSTATED
from emergency.plan.statements import Measure, Publication, Report
from emergency.quantity import Duration

__all__ = [
    "Channel",
    "DecisionPlan",
    "EventPlan",
    "Gap",
    "LevelRule",
    "MeasurePlan",
    "Need",
    "Part",
    "Program",
    "PublicationPlan",
    "ReportPlan",
    "Route",
    "StepPlan",
    "Value",
    "Variable",
    "decider",
]


class Value(NamedTuple):
    """One value of one scheme, e.g. ``response=III``."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}={self.value}"


class Part(NamedTuple):
    """One clause's share in a level's criteria; `gaps` are the readings that settle what its words leave open."""

    tree: Node
    clauses: tuple[str, ...]
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelRule:
    """When a level is held to be reached; `parts` keeps each clause's share apart so that a log can cite it."""

    at: Value
    tree: Node
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit on a step: how long, counted from which event (None: from when the step could begin)."""

    duration: Duration
    after: str | None
    clause: str


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step with who takes it, and every clause that speaks of it; `told` names those of `to` as the plan does."""

    do: str
    by: tuple[Performer, ...]
    together_with: tuple[Performer, ...]
    to: tuple[Performer, ...]
    bounds: tuple[Bound, ...]
    urgency: str | None
    clauses: tuple[str, ...]
    form: str | None = None
    when: Node | None = None
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a value, with a ground and steps of its own; `id` is that of the decision statement."""

    id: str
    when: Node | None
    parts: tuple[Part, ...]
    steps: tuple[StepPlan, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionPlan:
    """How one value of one scheme comes to be entered.

    Attributes
    ----------
    mode : ``steps``; ``by-criteria`` (follows what is known without an act); ``with`` (follows another value).
    when : the guard that must be known to hold, the level's criteria included.
    sources : the values of the scheme it may be entered from.
    steps : of all routes, where the clauses are read as several.
    gap : the reading that stands in for a silence of the plan, if one does.
    joined : how clauses that tell of the same value go together: ``merge``, their steps are one sequence;
        ``either``, the first of the `routes` that comes to its end; ``both``, when all have.
    beside : the value it is entered from → the clauses that speak of entering it from others only.
    """

    at: Value
    mode: str
    when: Node | None
    parts: tuple[Part, ...]
    sources: frozenset[str]
    steps: tuple[StepPlan, ...]
    clauses: tuple[str, ...]
    follows: Value | None = None
    gap: str | None = None
    routes: tuple[Route, ...] = ()
    joined: str = "merge"
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def cited(self, clauses: tuple[str, ...], source: str) -> tuple[str, ...]:
        """Of some clauses, those that speak of entering it from one value; all where none does."""
        left = self.beside.get(source, frozenset())
        return tuple(c for c in clauses if c not in left) or clauses

    @property
    def ways(self) -> tuple[Route, ...]:
        """The routes, or the whole as the only one."""
        return self.routes or (Route("", self.when, self.parts, self.steps, self.clauses),)


@dataclass(frozen=True, slots=True)
class Need:
    """What must have come before a measure; `kind` is the section of the plan that `id` stands in."""

    kind: str
    id: str
    values: frozenset[Value] = frozenset()


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """A measure with who carries it out.

    Attributes
    ----------
    says : the statement, with what readings settle of it filled in.
    gaps : the readings that stand in for what the clause does not say.
    never : whether a reading has it taken in no state at all.
    earlier : the measures that its clause has taken before it.
    adds : the values whose measures are taken too once it is carried out; where nothing may keep it from being, the
        others have its values among theirs instead.
    """

    says: Measure
    during: frozenset[Value]
    by: tuple[Performer, ...]
    towards: tuple[Performer, ...]
    steps: tuple[StepPlan, ...]
    every: Duration | None
    clauses: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    never: bool = False
    needs: tuple[Need, ...] = ()
    earlier: tuple[str, ...] = ()
    adds: frozenset[Value] = frozenset()

    @property
    def id(self) -> str:
        """The statement's id."""
        return str(self.says.id)

    @property
    def discretionary(self) -> bool:
        """Whether those who act may also leave it."""
        says = self.says
        return says.modality == "may" or says.discretion is not None or says.condition == UNSTATED


@dataclass(frozen=True, slots=True)
class EventPlan:
    """An event clocks start from.

    Attributes
    ----------
    values : the values whose entry, or leaving, it is.
    when : the guard whose coming to be known to hold it is.
    report : the report whose having been sent it is.
    to : the actor, as the plan names it, whom word of the matter has to reach.
    """

    id: str
    kind: str
    values: frozenset[Value]
    clause: str
    when: Node | None = None
    report: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """A report with its two ends resolved, the values it is owed in (none: any), and the guard on it."""

    says: Report
    after: str
    by: tuple[Performer, ...]
    to: tuple[Performer, ...]
    bounds: tuple[Bound, ...]
    clauses: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    together_with: tuple[Performer, ...] = ()
    during: frozenset[Value] = frozenset()
    condition: Node | None = None


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """Something made public after an event, or with no event (``""``) once one of the values `during` is entered.

    Attributes
    ----------
    cleared_by : those who clear it before it is published.
    every : how often it is published again while one of the values `during`, or with none named a level, is in force.
    """

    says: Publication
    after: str
    by: tuple[Performer, ...]
    clauses: tuple[str, ...]
    bounds: tuple[Bound, ...] = ()
    gaps: tuple[str, ...] = ()
    together_with: tuple[Performer, ...] = ()
    during: frozenset[Value] = frozenset()
    condition: Node | None = None
    cleared_by: tuple[Performer, ...] = ()
    every: Duration | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A periodic report that carries a quantity to those who judge."""

    carries: str
    every: Duration
    condition: Node | None
    observer: str
    to: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """An indicator as the run needs it; `holds_when` is the reading of a vague one."""

    id: str
    unit: str
    measured_as: str | None
    over: str | None
    places: tuple[str, ...]
    holds_when: Node | None
    clauses: tuple[str, ...]

    @property
    def is_flag(self) -> bool:
        """Whether it is either so or not."""
        return self.unit == "flag"


@dataclass(frozen=True, slots=True)
class Gap:
    """A silence of the plan that a reading stands in for."""

    reading: str
    taken: str
    clauses: tuple[str, ...]
    question: Mapping[str, str]


@dataclass(frozen=True)
class Program:
    """A plan with its readings, ready to run."""

    plan: Plan
    jurisdiction: Jurisdiction
    rules: tuple[LevelRule, ...]
    decisions: Mapping[Value, DecisionPlan]
    measures: tuple[MeasurePlan, ...]
    events: Mapping[str, EventPlan]
    reports: tuple[ReportPlan, ...]
    publications: tuple[PublicationPlan, ...]
    channels: tuple[Channel, ...]
    variables: Mapping[str, Variable]
    readings: Mapping[str, str]
    precedence: Mapping[str, str]
    gaps: Mapping[str, Gap]
    overruled: tuple[str, ...] = ()
    ranks: Mapping[Value, int] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """The plan's id."""
        return str(self.plan.plan)

    @cached_property
    def settled_clauses(self) -> tuple[str, ...]:
        """The clauses of all readings in force, as citations."""
        used = [c for r in self.plan.readings if r.id in self.readings for c in r.clauses]
        return self.plan.cite(*used)

    @cached_property
    def guards(self) -> tuple[Node, ...]:
        """The guards a run needs beside those of levels, decisions, measures and cadences."""
        found: list[Node | None] = [e.when for e in self.events.values()]
        found += [r.condition for r in self.reports]
        found += [p.condition for p in self.publications]
        found += [s.when for d in self.decisions.values() for s in d.steps]
        found += [s.when for m in self.measures for s in m.steps]
        for route in (r for d in self.decisions.values() for r in d.routes):
            found += [route.when, *(part.tree for part in route.parts)]
        return tuple(dict.fromkeys(g for g in found if g is not None))


#: Steps that decide a matter; what comes after the last of them (notify, report) only tells of it.
DECIDING = ("decide", "approve", "agree", "sign", "announce")


def decider(steps: tuple[StepPlan, ...]) -> StepPlan | None:
    """The last step that decides; the last of all where the plan tells of none, as when a level is only verified."""
    return next((s for s in reversed(steps) if s.do in DECIDING), steps[-1] if steps else None)
