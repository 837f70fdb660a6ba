"""A scenario made ready: everything runs share, worked out once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import TypeVar

from emergency.chance import Stream
from emergency.condition import Atom, Guard, Node
from emergency.errors import InputError, Problem, UnsettledError
from emergency.incident.matters import Matter, Matters, Notice, Way
from emergency.incident.precedence import place_of
from emergency.incident.signals import Signals, Test
from emergency.incident.worlds import Crisis, declared_series, make_crisis
from emergency.jurisdiction import Jurisdiction
from emergency.machine import Channel, DecisionPlan, EventPlan, FlatMachine, MeasurePlan, Program, Value, compile_plan
from emergency.plan import Plan
from emergency.quantity import Duration, OpeningHours, WorkCalendar
from emergency.scenario import Effect, Inject, Noticing, Scenario, Staffing, World
from emergency.scenario.variables import offered
from emergency.seat import WorkTimes
from emergency.source import Id

__all__ = ["Prepared", "ReadyMeasure", "ReadyPlan", "ReadyScheme", "prepare"]

K = TypeVar("K")
V = TypeVar("V")

#: (measured_as, over) of a plan's indicator → the stock world's variable and the quantity whose reports carry it.
MEASURES: dict[tuple[str, str | None], str] = {
    ("stock/normal-demand", None): "stock_days",
    ("stock/normal-demand", "total"): "stock_days",
    ("stock/normal-demand", "scarcest"): "stock_days_scarcest",
    ("inbound/normal-demand", None): "inbound_ratio",
    ("sales/normal-demand", None): "served_ratio",
}
#: a world variable → the quantity whose reports make it known.
CARRIED_BY = {
    "stock": "stock",
    "stock_days": "stock",
    "stock_days_scarcest": "stock",
    "stock_days_rate": "stock",
    "inbound_ratio": "inbound",
    "served_ratio": "sales",
}


@dataclass(frozen=True, slots=True)
class ReadyScheme:
    """One scheme of a plan, its values at hand.

    Attributes
    ----------
    at : each value, by its name.
    rules : when each level is held to be reached.
    bare : levels with no criteria of their own, opened by the condition of their decision.
    over : values that end the matter and have a condition of their own.
    follows : whether its levels are entered by their criteria alone.
    """

    name: str
    at: Mapping[str, Value]
    off: Value
    ends: Value | None
    levels: tuple[Value, ...]
    rules: tuple[tuple[Value, Test], ...]
    bare: tuple[Value, ...]
    over: tuple[Value, ...]
    follows: bool


@dataclass(frozen=True, slots=True, eq=False)
class ReadyMeasure:
    """One measure.

    Attributes
    ----------
    place : its place in the plan.
    condition : without which it is not taken.
    alternative : the measure in whose place it may be taken, if any.
    follows : whether anything has to come before it.
    brings : the measures that are taken too once it is carried out.
    effects : what it does to the world, each with the name it can be undone by.
    """

    id: str
    place: int
    plan: MeasurePlan
    matter: Matter
    condition: Test | None
    alternative: str
    follows: bool
    brings: tuple[str, ...]
    effects: tuple[tuple[Effect, str], ...]


@dataclass(frozen=True, slots=True)
class ReadyPlan:
    """One plan's program with its machine, its guards as tests, and its matters step by step."""

    program: Program
    machine: FlatMachine
    signals: Signals
    whens: Mapping[Value, Test]
    parts: Mapping[Value, tuple[tuple[Test, tuple[str, ...]], ...]]
    schemes: Mapping[str, ReadyScheme]
    ways: Mapping[Value, tuple[Way, ...]]
    following: Mapping[Value, tuple[DecisionPlan, ...]]  # value → those that come with it
    cadences: tuple[tuple[Channel, Test | None], ...]
    prompt: Mapping[str, Noticing]  # indicator → how people come to know of each change
    triggers: tuple[tuple[Inject, Test], ...]
    unless: Mapping[Id, Test]  # inject → what keeps it away
    events: tuple[tuple[str, Test], ...]  # those that are a guard's coming to hold
    happens: Mapping[tuple[Value, Value], tuple[str, ...]]  # value entered, and before → those that this is
    reports: tuple[Notice, ...]
    publications: tuple[Notice, ...]
    measures: Mapping[str, ReadyMeasure]
    measures_at: Mapping[Value, tuple[ReadyMeasure, ...]]
    leaving: Mapping[Value, Mapping[str, int]]  # value → the measures it ends, each with its gravest level
    conditional: tuple[tuple[ReadyMeasure, Test], ...]  # the measures that have a condition
    by_condition: tuple[str, ...]  # those that nothing but their condition calls for
    followers: frozenset[str]  # those that something has to come before
    never: tuple[ReadyMeasure, ...]  # those that a reading has taken at no time
    silent: Mapping[str, str]  # rule of precedence → the reading that stands in for it
    taken: Mapping[str, str]  # reading → what it was taken to mean
    settled: tuple[str, ...]  # the clauses those settle


@dataclass(slots=True)
class Heard:
    """What depends on an atom: signals of plans (plan, number), and a shortage of something. Atoms have an order."""

    place: int
    signals: list[tuple[str, int]] = field(default_factory=list)
    shortage: str | None = None


class Prepared:
    """A scenario with its plans, shared by all runs; holds no state of any run.

    Attributes
    ----------
    start : datetime
        The instant of t = 0, with offset.
    horizon : float
        Length of a run [h].
    atoms : dict of Atom to Heard
        All comparisons whose truth somebody depends on.
    atoms_on : dict
        Variable → the atoms on it.
    """

    def __init__(
        self,
        scenario: Scenario,
        plans: Mapping[str, ReadyPlan],
        jurisdiction: Jurisdiction,
        settings: tuple[str, ...] = (),
    ) -> None:
        self.scenario, self.plans, self.jurisdiction, self.settings = scenario, plans, jurisdiction, settings
        self.calendar: WorkCalendar = jurisdiction.work_calendar(scenario.given_days())
        self.start: datetime = scenario.start.replace(tzinfo=self.calendar.zone)
        self.horizon = scenario.horizon.hours(self.start, self.calendar)
        self.opening: OpeningHours = self.calendar.opening_hours(self.start, self.horizon)
        self.staffing: dict[str, Staffing] = {s.seat: s for s in scenario.staffing}
        self.work = WorkTimes(scenario.work)
        self._spans: dict[Duration, float] = {}
        self._reports: dict[Duration, list[float]] = {}
        self._places: dict[tuple[str, str], tuple[str, ...]] = {}
        self._declared = declared_series(scenario.world, self._flags())
        self.atoms = self._atoms()
        self.atoms_on = _grouped((atom.variable, atom) for atom in self.atoms)
        clock = time.fromisoformat(scenario.reporting.at)
        first = datetime.combine(self.start.date(), clock, self.calendar.zone)
        self.first_report = (first - self.start).total_seconds() / 3600

    def _atoms(self) -> dict[Atom, Heard]:
        found: dict[Atom, Heard] = {}
        for id, ready in self.plans.items():
            for sid, signal in enumerate(ready.signals.found):
                found.setdefault(signal.atom, Heard(len(found))).signals.append((id, sid))
        for atom, what in _shortages(self.scenario.world).items():
            found.setdefault(atom, Heard(len(found))).shortage = what
        return found

    def crisis(self, stream: Stream) -> Crisis:
        """The worlds of one run, their assumptions drawn."""
        return make_crisis(self.scenario.world, self._declared.copy(), stream)

    def _flags(self) -> dict[str, float]:
        """Flags the scenario declares or an effect sets, with their first value; one per place where placed."""
        found: dict[str, float] = {}
        for name, value in self.scenario.flags.items():
            for full in self._placed(name):
                found[full] = float(value == "yes")
        for target in sorted(_set_by_effects(self.scenario)):
            for full in self._placed(target):
                found.setdefault(full, 0.0)
        return found

    def _placed(self, name: str) -> list[str]:
        for ready in self.plans.values():
            variable = ready.program.variables.get(name)
            if variable is not None and variable.places:
                return [f"{name}@{p}" for p in variable.places]
        return [name]

    def instant(self, t: float) -> datetime:
        """The instant at `t` [h]."""
        return self.start + timedelta(hours=t)

    def place_of(self, seat: str, plan: str) -> tuple[str, ...]:
        """The clauses that give a seat its place in a plan."""
        if (seat, plan) not in self._places:
            self._places[seat, plan] = place_of(seat, self.plans[plan].program, self.start.date())
        return self._places[seat, plan]

    def on_duty(self, seat: str) -> bool:
        """Whether the scenario staffs a seat; one it does not staff has no queue and no hours."""
        return seat in self.staffing

    def span(self, duration: Duration, t: float) -> float:
        """The length [h] of a duration that begins at `t` [h]."""
        if duration.unit in ("month", "year", "workday"):
            return duration.hours(self.instant(t), self.calendar)
        return self.from_start(duration)

    def from_start(self, duration: Duration) -> float:
        """The length [h] of a duration that begins when a run does."""
        found = self._spans.get(duration)
        if found is None:
            found = self._spans[duration] = duration.hours(self.start, self.calendar)
        return found

    def report_time(self, channel: Channel, t: float) -> float:
        """The first regular report of a channel at or after `t` [h]."""
        every, first = channel.every, self.first_report
        if every.unit in ("month", "year", "workday"):
            times = self._regular(every)
            while times[-1] < t:
                times.append(self._report_by_calendar(every, times[-1] + 1e-6))
            return times[bisect_left(times, t)]
        step = every.plain_hours
        count = -((first - t) // step)
        found = first + count * step
        return found if found >= t else found + step

    def _regular(self, every: Duration) -> list[float]:
        """The times of reports by the calendar that anybody has asked for; the same in every run [h]."""
        found = self._reports.get(every)
        if found is None:
            found = self._reports[every] = [self._report_by_calendar(every, 0.0)]
        return found

    def _report_by_calendar(self, every: Duration, t: float) -> float:
        return self._workday_report(every, t) if every.unit == "workday" else self._monthly_report(every, t)

    def _monthly_report(self, every: Duration, t: float) -> float:
        now = self.start + timedelta(hours=t)
        clock = time.fromisoformat(self.scenario.reporting.at)
        months = int(every.value) * (12 if every.unit == "year" else 1)
        year, month = self.start.year, self.start.month
        while True:
            day = min(self.scenario.reporting.day, _last_day(year, month))
            found = datetime.combine(datetime(year, month, day), clock, self.calendar.zone)  # noqa: DTZ001
            if found >= now:
                return (found - self.start).total_seconds() / 3600
            month += months
            year, month = year + (month - 1) // 12, (month - 1) % 12 + 1

    def _workday_report(self, every: Duration, t: float) -> float:
        clock = time.fromisoformat(self.scenario.reporting.at)
        day, count = self.start.date(), -1
        while True:
            try:
                count += self.calendar.is_workday(day)
            except NotImplementedError:  # beyond the calendar, and so beyond the horizon
                return float("inf")
            found = (datetime.combine(day, clock, self.calendar.zone) - self.start).total_seconds() / 3600
            if found >= t and self.calendar.is_workday(day) and count % int(every.value) == 0:
                return found
            day += timedelta(days=1)


def _last_day(year: int, month: int) -> int:
    following = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
    return (following - timedelta(days=1)).day


def prepare(
    scenario: Scenario,
    plans: Mapping[str, Plan],
    jurisdiction: Jurisdiction,
    settings: Iterable[str] = (),
) -> Prepared:
    """Compile the plans of a scenario with its readings, and its guards over its world.

    Parameters
    ----------
    settings : iterable of str
        Changes already made to the scenario (``key=value``); the log repeats them.

    Raises
    ------
    UnsettledError
        For every question some plan leaves open.
    InputError
        For indicators that a plan's guards need and the scenario says nothing about.
    """
    programs: list[Program] = []
    problems: list[Problem] = []
    for id in scenario.plans:
        try:
            chosen = {str(k): v for k, v in scenario.readings.get(id, {}).items()}
            programs.append(compile_plan(plans[id], jurisdiction, chosen, scenario.start.date()))
        except UnsettledError as error:
            problems += error.problems
    if problems:
        raise UnsettledError(problems)
    ready = {p.id: _ready(p, scenario, jurisdiction) for p in programs}
    undriven = [
        Problem("undriven", None, {"name": name, "clauses": ", ".join(clauses), "scenario": scenario.scenario})
        for one in ready.values()
        for name, clauses in one.signals.undriven.items()
    ]
    if undriven:
        raise InputError(undriven)
    return Prepared(scenario, ready, jurisdiction, tuple(settings))


def _ready(program: Program, scenario: Scenario, jurisdiction: Jurisdiction) -> ReadyPlan:
    names = _world_names(program, scenario)
    signals = Signals(program, names, {str(k): v for k, v in scenario.judged.items()})
    tests: dict[Node, Test] = {}

    def of(clauses: tuple[str, ...], tree: Node) -> Test:
        """One test for one condition, however many clauses give it: a run then looks at it once."""
        return tests.setdefault(tree, signals.of(clauses, tree))

    compile_ = partial(of, ())
    whens = {at: compile_(d.when) for at, d in program.decisions.items() if d.when is not None}
    rules = {r.at: compile_(r.tree) for r in program.rules}
    parts = {at: tuple((of(p.clauses, p.tree), p.clauses) for p in d.parts) for at, d in program.decisions.items()}
    channels = [*program.channels, *_supposed(scenario)]
    cadences = tuple((c, of(c.clauses, c.condition) if c.condition is not None else None) for c in channels)
    prompt = {str(a): one for one in scenario.noticed if one.after is not None for a in one.about}
    conditions = {
        m.id: of(m.clauses, m.says.condition.tree) for m in program.measures if isinstance(m.says.condition, Guard)
    }
    matters = Matters(program, scenario, {tree: compile_(tree) for tree in program.guards})
    measures = _measures(program, scenario, matters, conditions)
    settled = {r.settles.precedence: str(r.id) for r in program.plan.readings if r.id in program.gaps}
    machine = FlatMachine(program)
    own = [i for i in scenario.injects if (i.of or scenario.plans[0]) == program.id]
    return ReadyPlan(
        program=program,
        machine=machine,
        signals=signals,
        whens=whens,
        parts=parts,
        schemes={str(name): _scheme(program, str(name), rules, whens) for name in program.plan.schemes},
        ways={at: matters.ways(d) for at, d in program.decisions.items()},
        following=_grouped((d.follows, d) for d in program.decisions.values() if d.follows is not None),
        cadences=cadences,
        prompt=prompt,
        triggers=tuple((i, signals.compile(i.when.tree, None, True)) for i in own if i.when is not None),
        unless={i.id: signals.compile(i.unless.tree, None, True) for i in own if i.unless is not None},
        events=matters.events(),
        happens=_grouped(
            ((at, before), e.id)
            for at, d in program.decisions.items()
            for before in (Value(at.scheme, v) for v in d.sources)
            for e in program.events.values()
            if _is(e, at, before)
        ),
        reports=tuple(matters.report(r) for r in program.reports),
        publications=tuple(matters.publication(p) for p in program.publications),
        measures=measures,
        measures_at=_grouped((at, m) for m in measures.values() for at in m.plan.during),
        leaving={at: _leaving(program, at) for at in program.ranks},
        conditional=tuple((m, m.condition) for m in measures.values() if m.condition is not None),
        by_condition=tuple(
            m.id for m in measures.values() if m.condition is not None and not m.plan.during and not m.plan.never
        ),
        followers=frozenset(m.id for m in measures.values() if m.follows),
        never=tuple(m for m in measures.values() if m.plan.never),
        silent={str(name): id for name, id in settled.items() if name},
        taken=dict(sorted(program.readings.items())),
        settled=program.settled_clauses,
    )


def _scheme(
    program: Program, name: str, rules: Mapping[Value, Test], whens: Mapping[Value, Test]
) -> ReadyScheme:
    says = program.plan.schemes[Id(name)]
    at = {value: Value(name, value) for value in says.values}
    levels = tuple(at[v] for v in says.levels)
    ends = at[says.ends] if says.ends else None
    return ReadyScheme(
        name,
        at,
        at["off"],
        ends,
        levels,
        tuple((value, test) for value, test in rules.items() if value.scheme == name),
        tuple(value for value in levels if value not in rules and value in whens),
        tuple(value for value in (ends, at["off"]) if value is not None and value in whens),
        any(d.mode == "by-criteria" and program.ranks[v] for v, d in program.decisions.items() if v.scheme == name),
    )


def _measures(
    program: Program, scenario: Scenario, matters: Matters, conditions: Mapping[str, Test]
) -> dict[str, ReadyMeasure]:
    at = _grouped((value, m.id) for m in program.measures for value in m.during)
    effects = {m.measure: m.effects for m in scenario.measures}
    found: dict[str, ReadyMeasure] = {}
    for place, one in enumerate(program.measures):
        other = str(one.says.alternative or "")
        follows = bool(one.earlier or other or one.needs)
        brings = tuple(dict.fromkeys(id for value in one.adds for id in at.get(value, ())))
        name = f"{program.id}:{one.id}"
        does = tuple((e, f"{name}:{k}") for k, e in enumerate(effects.get(name, ())))
        matter, condition = matters.measure(one), conditions.get(one.id)
        found[one.id] = ReadyMeasure(one.id, place, one, matter, condition, other, follows, brings, does)
    return found


def _leaving(program: Program, at: Value) -> dict[str, int]:
    """The measures that entering a value ends, as only others of its scheme carry them; how grave the gravest is."""
    ending = [one for one in program.measures if at not in one.during]
    ranks = {one.id: [program.ranks[v] for v in one.during if v.scheme == at.scheme] for one in ending}
    return {id: max(found) for id, found in ranks.items() if found}


def _is(event: EventPlan, at: Value, before: Value) -> bool:
    """Whether going from one value to another is an event."""
    if event.kind == "left":
        return before in event.values and at not in event.values
    return at in event.values and before not in event.values


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """The values of each key, in their order."""
    found: dict[K, tuple[V, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found


def _shortages(world: World) -> dict[Atom, str]:
    """What runs out where: each product of the world of stocks, each good on each shelf."""
    products = world.stock.products if world.stock else ()
    found = {Atom(f"short:{product}", ">", 0.5): str(product) for product in products}
    for name, market in world.markets.items():
        shelves = [(good, place) for place in market.places for good in market.goods]
        found |= {Atom(f"{name}:cover:{g}@{p}", "<=", 0.0): f"{name}:{g}@{p}" for g, p in shelves}
    return found


def _supposed(scenario: Scenario) -> list[Channel]:
    """How often people look, where the scenario supposes it because no plan says."""
    return [
        Channel(str(about), one.every, None, str(one.by or one.to), str(one.to), ())
        for one in scenario.noticed
        if one.every is not None
        for about in one.about
    ]


def _set_by_effects(scenario: Scenario) -> set[str]:
    """What injects and measures set, beside the declared series."""
    effects = [e for inject in scenario.injects for e in inject.effects]
    effects += [e for measure in scenario.measures for e in measure.effects]
    return {str(e.target) for e in effects if e.do == "set"} - {str(s) for s in scenario.world.series}


def _world_names(program: Program, scenario: Scenario) -> dict[str, str]:
    """What each indicator of a plan is called in the world; the world's own names stand for themselves."""
    every = offered(scenario.world)
    names = {full: full for name, one in every.items() for full in one.names(name)}
    for variable in program.variables.values():
        found = MEASURES.get((variable.measured_as or "", variable.over))
        if found in every:
            names[variable.id] = found
        if (given := scenario.measured.get(Id(variable.id))) is not None:
            stands = [(f"{variable.id}@{p}", f"{given.as_}@{p}") for p in variable.places]
            names |= {mine: its for mine, its in stands or [(variable.id, str(given.as_))] if its in names}
    names |= {str(s): str(s) for s in scenario.world.series}
    driven = {str(f) for f in scenario.flags} | _set_by_effects(scenario)
    for name in driven - set(names):
        variable_ = program.variables.get(name)
        places = variable_.places if variable_ else ()
        names |= {f"{name}@{p}": f"{name}@{p}" for p in places} or {name: name}
    return names
