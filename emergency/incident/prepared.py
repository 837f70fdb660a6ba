"""A scenario made ready: everything runs share, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from emergency.chance import Stream
from emergency.condition import Guard, Node
from emergency.errors import InputError, Problem, UnsettledError
from emergency.incident.signals import Signals, Test
from emergency.incident.worlds import Crisis, make_crisis
from emergency.jurisdiction import Jurisdiction
from emergency.machine import Channel, FlatMachine, MeasurePlan, Program, Value, compile_plan
from emergency.plan import Plan
from emergency.quantity import OpeningHours, WorkCalendar
from emergency.scenario import Effect, Inject, Noticing, Scenario, Staffing
from emergency.scenario.variables import offered
from emergency.seat import WorkTimes
from emergency.source import Id

__all__ = ["Prepared", "ReadyPlan", "prepare"]

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
class ReadyPlan:
    """One plan's program with its machine and its guards as tests."""

    program: Program
    machine: FlatMachine
    signals: Signals
    whens: Mapping[Value, Test]
    parts: Mapping[Value, tuple[tuple[Test, tuple[str, ...]], ...]]
    rules: Mapping[Value, Test]
    cadences: tuple[tuple[Channel, Test | None], ...]
    prompt: Mapping[str, Noticing]  # indicator → how people come to know of each change
    triggers: tuple[tuple[Inject, Test], ...]
    unless: Mapping[Id, Test]  # inject → what keeps it away
    conditions: Mapping[str, Test]
    guards: Mapping[Node, Test]  # those of events, reports, publications, steps and routes
    measures_at: Mapping[Value, tuple[MeasurePlan, ...]]
    reach: Mapping[str, Mapping[str, int]]  # measure → scheme → how grave the gravest of its values is
    silent: Mapping[str, str]  # rule of precedence → the reading that stands in for it


class Prepared:
    """A scenario with its plans, shared by all runs; holds no state of any run.

    Attributes
    ----------
    start : datetime
        The instant of t = 0, with offset.
    horizon : float
        Length of a run [h].
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
        self.effects: dict[str, tuple[Effect, ...]] = {m.measure: m.effects for m in scenario.measures}
        clock = time.fromisoformat(scenario.reporting.at)
        first = datetime.combine(self.start.date(), clock, self.calendar.zone)
        self.first_report = (first - self.start).total_seconds() / 3600

    def crisis(self, stream: Stream) -> Crisis:
        """The worlds of one run, their assumptions drawn."""
        return make_crisis(self.scenario.world, self.flags(), stream)

    def flags(self) -> dict[str, float]:
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

    def on_duty(self, seat: str) -> bool:
        """Whether the scenario staffs a seat; one it does not staff has no queue and no hours."""
        return seat in self.staffing

    def report_time(self, channel: Channel, t: float) -> float:
        """The first regular report of a channel at or after `t` [h]."""
        every, first = channel.every, self.first_report
        if every.unit in ("month", "year"):
            return self._calendar_report(channel, t)
        if every.unit == "workday":
            return self._workday_report(channel, t)
        step = every.plain_hours
        count = -((first - t) // step)
        found = first + count * step
        return found if found >= t else found + step

    def _calendar_report(self, channel: Channel, t: float) -> float:
        now = self.start + timedelta(hours=t)
        clock = time.fromisoformat(self.scenario.reporting.at)
        months = int(channel.every.value) * (12 if channel.every.unit == "year" else 1)
        year, month = self.start.year, self.start.month
        while True:
            day = min(self.scenario.reporting.day, _last_day(year, month))
            found = datetime.combine(datetime(year, month, day), clock, self.calendar.zone)  # noqa: DTZ001
            if found >= now:
                return (found - self.start).total_seconds() / 3600
            month += months
            year, month = year + (month - 1) // 12, (month - 1) % 12 + 1

    def _workday_report(self, channel: Channel, t: float) -> float:
        clock = time.fromisoformat(self.scenario.reporting.at)
        day, count = self.start.date(), -1
        while True:
            try:
                count += self.calendar.is_workday(day)
            except NotImplementedError:  # beyond the calendar, and so beyond the horizon
                return float("inf")
            found = (datetime.combine(day, clock, self.calendar.zone) - self.start).total_seconds() / 3600
            if found >= t and self.calendar.is_workday(day) and count % int(channel.every.value) == 0:
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
    compile_, of = signals.compile, signals.of
    whens = {at: compile_(d.when) for at, d in program.decisions.items() if d.when is not None}
    rules = {r.at: compile_(r.tree) for r in program.rules}
    parts = {at: tuple((of(p.clauses, p.tree), p.clauses) for p in d.parts) for at, d in program.decisions.items()}
    channels = [*program.channels, *_supposed(scenario)]
    cadences = tuple((c, of(c.clauses, c.condition) if c.condition is not None else None) for c in channels)
    prompt = {str(a): one for one in scenario.noticed if one.after is not None for a in one.about}
    conditions = {
        str(m.says.id): of(m.clauses, m.says.condition.tree)
        for m in program.measures
        if isinstance(m.says.condition, Guard)
    }
    guards = {tree: compile_(tree) for tree in program.guards}
    measures_at: dict[Value, tuple[MeasurePlan, ...]] = {}
    for measure in program.measures:
        for at in measure.during:
            measures_at[at] = (*measures_at.get(at, ()), measure)
    reach: dict[str, dict[str, int]] = {}
    for measure in program.measures:
        mine = reach.setdefault(str(measure.says.id), {})
        for at in measure.during:
            mine[at.scheme] = max(mine.get(at.scheme, 0), program.ranks[at])
    settled = {r.settles.precedence: str(r.id) for r in program.plan.readings if r.id in program.gaps}
    silent = {str(name): id for name, id in settled.items() if name}
    machine = FlatMachine(program)
    waiting = [i for i in scenario.injects if i.when is not None and (i.of or scenario.plans[0]) == program.id]
    triggers = tuple((i, compile_(i.when.tree, None, True)) for i in waiting if i.when is not None)
    spoken = [i for i in scenario.injects if i.unless is not None and (i.of or scenario.plans[0]) == program.id]
    unless = {i.id: compile_(i.unless.tree, None, True) for i in spoken if i.unless is not None}
    return ReadyPlan(
        program,
        machine,
        signals,
        whens,
        parts,
        rules,
        cadences,
        prompt,
        triggers,
        unless,
        conditions,
        guards,
        measures_at,
        reach,
        silent,
    )


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
