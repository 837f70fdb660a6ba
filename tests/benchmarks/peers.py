"""What a run costs beside models of the same crisis that have no plan and no log.

    python tests/benchmarks/peers.py [RUNS]

Two peers, both plain SimPy:

- *By hand*: the pipeline outage as one would write it in SimPy for this one plan: a process for each decision,
  measure, report and inject, a resource for each seat, the levels as three comparisons in the code. Its tasks, seats,
  work times, office hours and effects are the scenario's, its chance is drawn under the same names, its stocks are
  the same world, asked for its next crossing. It cites no clause, knows no reading, tells nobody what happened, and
  what the plan has for other crises is left out. Told are the calls of the clock and the CPU of a run, ours as a
  multiple of the peer's; and how far the two go together: levels entered, and the days on which.
- *Day by day*: the slow squeeze polled once a day, as models without closed forms do: every customer, source, store
  of goods, seat and measure looks each day whether there is something for it to do. The changes of the world and the
  time each decision takes are those of our run, so that it enters the same levels on the same days; that it does is
  checked. Told are its events as a multiple of ours, and the ratio of times.

Each number is the median over runs, measured in turns within one process; ratios are what to compare.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, inf
from time import process_time
from typing import Any

import simpy

from emergency.chance import Chance, Stream
from emergency.condition import Atom
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.incident.matters import Matter, ReadyStep
from emergency.indicators import Indicators
from emergency.log import EventLog
from emergency.machine import Value
from emergency.reader import load_inputs
from emergency.scenario import Assumption, Effect
from emergency.world import StockWorld

DAY = 24.0
Doing = Iterator[Any]  # a SimPy process


def cpu(call: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = process_time()
    call()
    return process_time() - start


def ready(name: str) -> Prepared:
    """A scenario made ready."""
    inputs = load_inputs(name)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def ours(prepared: Prepared, number: int, *, keep: bool = False) -> Incident:
    """One run of ours, folding its indicators, keeping its log or not."""
    log = EventLog(prepared.start, keep=keep)
    log.listen(Indicators({id: one.program for id, one in prepared.plans.items()}))
    return simulate(Incident(prepared, Chance(1).run(number) if keep else CHANCE.run(number), log))


CHANCE = Chance(1)
Entered = list[tuple[str, float]]


def entered(incident: Incident) -> Entered:
    """The values of the response that were entered, and when [h]."""
    return [(e.level or "", e.t) for e in incident.log if e.kind == "entered" and e.scheme == "response"]


# --- by hand

LOW, LOWER, HALF = Atom("stock_days", "<", 10.0), Atom("stock_days", "<", 8.0), Atom("inbound_ratio", "<", 0.5)
ATOMS = (LOW, LOWER, HALF)
SEVERITY = ("off", "IV", "III", "II")


@dataclass
class Task:
    """What a seat has to do: how long it takes, and under which name that is drawn."""

    seat: str
    takes: Assumption | None
    cause: str


@dataclass
class Tables:
    """The tasks of the outage, taken from the scenario once."""

    prepared: Prepared
    decisions: dict[str, list[list[Task]]] = field(default_factory=dict)
    measures: dict[str, dict[str, list[list[Task]]]] = field(default_factory=dict)
    effects: dict[str, tuple[Effect, ...]] = field(default_factory=dict)
    every: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.prepared.plans["fuel"]
        for at, ways in plan.ways.items():
            for way in ways:
                self.decisions[str(at)] = [self._tasks(way, s) for way in (next(iter(way.matters.values())),)
                                           for s in way.steps]
        for at, measures in plan.measures_at.items():
            wanted = [m for m in measures if m.condition is None]
            self.measures[str(at)] = {m.id: [self._tasks(m.matter, s) for s in m.matter.steps] for m in wanted}
        for one in plan.measures.values():
            self.effects[one.id] = tuple(effect for effect, _ in one.effects)
            if one.plan.every is not None:
                self.every[one.id] = one.plan.every.plain_hours

    def _tasks(self, matter: Matter, step: ReadyStep) -> list[Task]:
        work = self.prepared.work
        return [
            Task(t.seat, work.takes("fuel", matter.ref, t.actor, step.do), f"work:{matter.cause}0{t.cause}")
            for t in step.turns
        ]


class Outage:
    """The pipeline outage by hand."""

    def __init__(self, tables: Tables, stream: Stream) -> None:
        self.tables, self.prepared, self.stream = tables, tables.prepared, stream
        self.env = simpy.Environment()
        stock = self.prepared.crisis(stream).stock
        assert stock is not None
        self.stock: StockWorld = stock
        self.truths = {atom: stock.truth(atom, 0.0) for atom in ATOMS}
        self.known = dict(self.truths)
        self.relief = True
        self.changed = self.env.event()
        self.seats = {s.seat: simpy.Resource(self.env, int(s.crews)) for s in self.prepared.staffing.values()}
        self.at = {"event": 0, "warning": 0, "response": 0}
        self.pending: set[tuple[str, int]] = set()
        self.running: dict[str, object] = {}
        self.entered: Entered = []
        for process in (self.outage(), self.news(), self.slips(), self.repaired(), self.crossings()):
            self.env.process(process)

    def run(self) -> Entered:
        """From the start to the horizon; what was entered when."""
        self.env.run(until=self.prepared.horizon)
        return self.entered

    def drawn(self, assumption: Assumption, cause: str) -> float:
        """An assumption's value in this run."""
        return assumption.draw(0.0 if assumption.is_fixed else self.stream.uniform(cause))

    # the crisis

    def inject(self, name: str) -> tuple[tuple[Effect, ...], float, float]:
        """The effects of an inject, when it comes, and how much later people are told [h]."""
        one = next(i for i in self.prepared.scenario.injects if i.id == name)
        assert one.at is not None
        told = self.drawn(one.tells[0].after, f"tell:{name}:0") if one.tells else inf
        return one.effects, self.drawn(one.at, f"inject:{name}"), told

    def outage(self) -> Doing:
        """The pipeline stops, and runs again."""
        (stop,), at, told = self.inject("outage")
        yield self.env.timeout(at)
        self.change(lambda stock, t: stock.modify(t, "source", "pipeline", "outage", 0.0))
        self.env.process(self.tell(told, HALF))
        assert stop.lasts is not None
        yield self.env.timeout(self.drawn(stop.lasts, "lasts:inject:outage:0"))
        self.change(lambda stock, t: stock.modify(t, "source", "pipeline", "outage", None))

    def news(self) -> Doing:
        """People fill up."""
        (fright,), at, _ = self.inject("news")
        yield self.env.timeout(at)
        self.frighten(fright, "to:inject:news:0")

    def slips(self) -> Doing:
        """Repair takes longer; no relief soon."""
        (_, fright), at, told = self.inject("repair-slips")
        yield self.env.timeout(at)
        self.frighten(fright, "to:inject:repair-slips:1")
        yield self.env.timeout(told)
        self.relief = False
        self.judge()

    def repaired(self) -> Doing:
        """Repair is in sight."""
        _, at, told = self.inject("repaired")
        yield self.env.timeout(at + told)
        self.relief = True
        self.judge()

    def frighten(self, effect: Effect, cause: str) -> None:
        """News of some size."""
        assert effect.to is not None
        size = self.drawn(effect.to, cause)
        self.change(lambda stock, t: stock.news(t, size))

    def change(self, act: Callable[[StockWorld, float], frozenset[str]]) -> None:
        """Change the stocks; what jumps over a bound is news."""
        jumped = act(self.stock, self.env.now)
        for atom in ATOMS:
            if atom.variable in jumped and self.stock.truth(atom, self.env.now) != self.truths[atom]:
                self.flip(atom, not self.truths[atom])
        self.changed.succeed()
        self.changed = self.env.event()

    def crossings(self) -> Doing:
        """Sleep until the stocks cross a bound, or somebody changes them."""
        env = self.env
        while True:
            found = self.stock.next_crossing(self.truths, env.now, self.prepared.horizon)
            due = env.timeout((found[0][0] if found else self.prepared.horizon) - env.now)
            woken = yield due | self.changed
            if due in woken:
                for _, atom, value in found:
                    self.flip(atom, value)

    def flip(self, atom: Atom, value: bool) -> None:
        """What is true has changed; the next daily report tells."""
        self.truths[atom] = value
        first = self.prepared.first_report
        due = first + ceil((self.env.now - first) / DAY) * DAY
        self.env.process(self.tell(due - self.env.now, atom))

    def tell(self, after: float, atom: Atom) -> Doing:
        """Word of how things stand reaches those who judge."""
        yield self.env.timeout(after)
        if self.known[atom] != self.truths[atom]:
            self.known[atom] = self.truths[atom]
            self.judge()

    # the plan

    def judge(self) -> None:
        """Which level is called for, by what is known."""
        known = self.known
        rank = 3 if known[HALF] and not self.relief else 2 if known[LOWER] else 1 if known[LOW] else 0
        if rank > self.at["event"]:
            self.at["event"] = rank
        elif not known[LOW] and not known[HALF]:
            self.at["event"] = 0
        for scheme in ("warning", "response"):
            if self.at["event"] > self.at[scheme] and (scheme, rank) not in self.pending:
                self.env.process(self.decide(scheme, rank))
        if self.at["response"] and not self.at["event"]:
            self.env.process(self.decide("response", 0))

    def decide(self, scheme: str, rank: int) -> Doing:
        """The steps of entering a level, one after the other."""
        self.pending.add((scheme, rank))
        value = SEVERITY[rank] if rank else "ended"
        for tasks in self.tables.decisions[f"{scheme}={value}"]:
            yield from self.step(tasks)
        self.pending.discard((scheme, rank))
        if rank and (rank <= self.at[scheme] or rank != self.at["event"]):
            return
        self.at[scheme] = rank
        if scheme == "response":
            self.entered.append((value, self.env.now))
        self.carry(f"{scheme}={value}", ended=not rank)

    def carry(self, at: str, *, ended: bool) -> None:
        """Start the measures of a level; at the end stop all."""
        if ended:
            for ref in list(self.running):
                self.stop(ref)
            self.at["warning"] = 0
        for ref, steps in self.tables.measures.get(at, {}).items():
            if ref not in self.running:
                self.running[ref] = mark = object()
                self.env.process(self.measure(ref, steps, mark))

    def measure(self, ref: str, steps: list[list[Task]], mark: object) -> Doing:
        """A measure: its steps, its effects, and again where it recurs."""
        effects = self.tables.effects[ref]
        while self.running.get(ref) is mark:
            began = self.env.now
            for tasks in steps:
                yield from self.step(tasks)
            for k, effect in enumerate(effects if self.running.get(ref) is mark else ()):
                self.env.process(self.take_effect(ref, k, effect, mark))
            if ref not in self.tables.every:
                return
            effects, steps = (), steps[-1:]
            yield self.env.timeout(max(0.0, began + self.tables.every[ref] - self.env.now))

    def take_effect(self, ref: str, k: int, effect: Effect, mark: object) -> Doing:
        """What a measure does to the stocks, after its delay."""
        name = f"fuel:{ref}:{k}"
        if effect.after is not None:
            yield self.env.timeout(self.drawn(effect.after, f"after:{name}"))
        if self.running.get(ref) is mark:
            assert effect.to is not None
            value, target = self.drawn(effect.to, f"to:{name}"), str(effect.target)
            acts: dict[str, Callable[[StockWorld, float], frozenset[str]]] = {
                "limit": lambda stock, t: stock.limit(t, target, value),
                "calm": lambda stock, t: stock.calm(t, value),
                "modify-supply": lambda stock, t: stock.modify(t, "source", target, self.slot(target, ref), value),
            }
            self.change(acts[effect.do])

    def slot(self, target: str, ref: str) -> str:
        """Supplies that somebody has to open have one factor."""
        stock = self.prepared.scenario.world.stock
        assert stock is not None
        return "start" if any(s == target and one.starts for s, one in stock.supplies.items()) else ref

    def stop(self, ref: str) -> None:
        """A measure is over: limits and extra supply end."""
        del self.running[ref]
        for effect in self.tables.effects[ref]:
            target = str(effect.target)
            if effect.do == "limit":
                self.change(lambda stock, t, target=target: stock.limit(t, target, None))  # type: ignore[misc]
            elif effect.do == "modify-supply":
                slot = self.slot(target, ref)
                factor = 0.0 if slot == "start" else None
                self.change(
                    lambda stock, t, target=target, slot=slot, factor=factor: stock.modify(  # type: ignore[misc]
                        t, "source", target, slot, factor
                    )
                )

    # the seats

    def step(self, tasks: list[Task]) -> Doing:
        """A step: one seat does it, or several side by side."""
        if len(tasks) == 1:
            yield from self.work(tasks[0])
        else:
            yield self.env.all_of([self.env.process(self.work(task)) for task in tasks])

    def work(self, task: Task) -> Doing:
        """Wait for a crew and for the office to open, or to be called in; then work."""
        hours = self.drawn(task.takes, task.cause) if task.takes is not None else 0.0
        seat = self.seats.get(task.seat)
        if seat is None:
            yield self.env.timeout(hours)
            return
        with seat.request() as turn:
            yield turn
            yield self.env.timeout(self.until_open(task.seat) + hours)

    def until_open(self, seat: str) -> float:
        """How long until people are there [h]."""
        rules, now = self.prepared.staffing[seat], self.env.now
        if rules.hours == "always" or self.prepared.opening.is_open(now):
            return 0.0
        wait = self.prepared.opening.next_open(now) - now
        return wait if rules.call_in is None else min(wait, self.drawn(rules.call_in, f"call-in:{seat}"))


def steps_of(env: simpy.Environment, until: float) -> int:
    """How many events SimPy processes up to some time."""
    count = 0
    while env.peek() < until:
        env.step()
        count += 1
    return count


def by_hand(runs: int) -> None:
    """Our outage beside the one by hand."""
    prepared = ready("fuel-pipeline-outage")
    tables = Tables(prepared)
    kept = [ours(prepared, n, keep=True) for n in range(runs)]
    mine = [entered(one) for one in kept]
    theirs = [Outage(tables, CHANCE.run(n)).run() for n in range(runs)]
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if [v for v, _ in a] == [v for v, _ in b]]
    apart = [abs(s - t) / DAY for a, b in pairs for (_, s), (_, t) in zip(a, b, strict=True)]
    peer = Outage(tables, CHANCE.run(0))
    events = steps_of(peer.env, prepared.horizon)
    times = [(cpu(lambda n=n: ours(prepared, n)), cpu(lambda n=n: Outage(tables, CHANCE.run(n)).run()))  # type: ignore[misc]
             for n in range(runs)]
    ratio = statistics.median(a / b for a, b in times)
    print(f"by hand: {kept[0].clock.events} calls and {len(kept[0].log)} entries, the peer {events} SimPy events")
    print(f"  same levels in {len(pairs)} of {runs} runs, then entered {statistics.median(apart):.2f} d apart (median)")
    print(f"  ours costs {ratio:.2f} times the peer, indicators included")


# --- day by day


@dataclass
class Course:
    """What the daily peer is given: changes of the world, and how long each decision took [h]."""

    changes: list[tuple[float, str, tuple[Any, ...]]]
    took: list[float]
    entered: Entered
    calls: int
    measures: dict[float, int]  # when → how many measures begin or, below 0, end


def recorded(prepared: Prepared, number: int) -> Course:
    """A run of ours, its changes of the stocks written down."""
    changes: list[tuple[float, str, tuple[Any, ...]]] = []

    class Recording(StockWorld):
        __slots__ = ()

    for name in ("news", "calm", "modify", "limit"):
        def act(self: StockWorld, t: float, *given: Any, _name: str = name) -> frozenset[str]:
            changes.append((t, _name, given))
            found: frozenset[str] = getattr(StockWorld, _name)(self, t, *given)
            return found

        setattr(Recording, name, act)
    make = prepared.crisis

    def crisis(stream: Stream) -> Any:
        found = make(stream)
        assert found.stock is not None
        found.stock.__class__ = Recording
        return found

    prepared.crisis = crisis  # type: ignore[method-assign]
    try:
        incident = ours(prepared, number, keep=True)
    finally:
        prepared.crisis = make  # type: ignore[method-assign]
    log = incident.log
    took = [float(e.detail["took"]) for e in log if e.kind == "decided" and e.scheme == "response"]
    measures: dict[float, int] = {}
    for entry in log:
        step = {"measure-started": 1, "note": -1 if entry.ref == "measure-stopped" else 0}.get(entry.kind, 0)
        measures[entry.t] = measures.get(entry.t, 0) + step
    return Course(changes, took, entered(incident), incident.clock.events, measures)


class Polled:
    """The slow squeeze, looked at once a day by everyone in it."""

    def __init__(self, prepared: Prepared, course: Course, stream: Stream) -> None:
        self.prepared, self.course, self.first = prepared, course, prepared.first_report
        self.env = simpy.Environment(initial_time=self.first)
        world = prepared.crisis(stream)
        assert world.stock is not None
        self.stock: StockWorld = world.stock
        self.changes, self.took = iter([*course.changes, (inf, "", ())]), iter(course.took)
        self.next = next(self.changes)
        self.level, self.due = "off", inf
        self.days = 0.0
        self.books: dict[str, float] = {}
        self.entered: Entered = []
        spec = prepared.scenario.world.stock
        assert spec is not None
        self.each_day(self.world)
        for customer in spec.customers:
            self.each_day(self.trade, f"sold:{customer}")
        for source in spec.supplies:
            self.each_day(self.trade, f"brought:{source}")
        for product in spec.products:
            self.each_day(self.look, product)
        self.each_day(self.office)
        for seat in prepared.staffing:
            self.each_day(self.trade, f"worked:{seat}")
        for t, step in course.measures.items():
            for _ in range(step):
                self.env.process(self.measure(t))

    def each_day(self, act: Callable[..., None], *given: object) -> None:
        """Have something done every day."""

        def days() -> Doing:
            while True:
                act(*given)
                yield self.env.timeout(DAY)

        self.env.process(days())

    def measure(self, begins: float) -> Doing:
        """A measure in force looks every day whether it still is."""
        yield self.env.timeout(max(0.0, ceil((begins - self.first) / DAY) * DAY))
        while self.level == "IV":
            yield self.env.timeout(DAY)

    def world(self) -> None:
        """The changes of the past day, then the stocks of today."""
        while self.next[0] <= self.env.now:
            t, name, given = self.next
            getattr(self.stock, name)(t, *given)
            self.next = next(self.changes)
        self.days = self.stock.value("stock_days", self.env.now)

    def trade(self, name: str) -> None:
        """A day's trade, or work."""
        self.books[name] = self.books.get(name, 0.0) + DAY

    def look(self, product: str) -> None:
        """Whether a tank is empty."""
        self.books[product] = self.stock.value(f"stock:{product}", self.env.now)

    def office(self) -> None:
        """The daily report is read, and decisions are followed up."""
        now = self.env.now
        if self.due <= now:
            self.level, self.due = ("IV" if self.level != "IV" else "ended"), inf
            self.entered.append((self.level, now))
        if self.due == inf and (self.days < 10) != (self.level == "IV"):
            self.due = now + next(self.took, inf)

    def run(self) -> Entered:
        """From the first report to the horizon; what was entered when."""
        self.env.run(until=self.prepared.horizon)
        return self.entered


def day_by_day(runs: int) -> None:
    """Our squeeze beside the one that is polled; reports come in every day, or the two would know at other times."""
    inputs = load_inputs("fuel-slow-squeeze", ("reporting.missed.value=0 %", "reporting.late.value=0 %"))
    prepared = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    courses = [recorded(prepared, n) for n in range(runs)]
    events, same, ratios = [], 0, []
    for n, course in enumerate(courses):
        polled = Polled(prepared, course, CHANCE.run(n))
        events.append(steps_of(polled.env, prepared.horizon) / course.calls)
        same += on_days(course.entered, prepared.first_report) == on_days(polled.entered, prepared.first_report)
        mine, theirs = cpu(lambda n=n: ours(prepared, n)), cpu(  # type: ignore[misc]
            lambda n=n, c=course: Polled(prepared, c, CHANCE.run(n)).run()  # type: ignore[misc]
        )
        ratios.append(theirs / mine)
    print(f"day by day: {statistics.median(c.calls for c in courses):.0f} calls of ours in half a year")
    print(f"  same levels on the same days in {same} of {runs} runs")
    print(f"  the peer has {statistics.median(events):.1f} times our events and takes {statistics.median(ratios):.2f}"
          " times our CPU, without steps, seats or indicators")


def on_days(found: Entered, first: float) -> list[tuple[str, int]]:
    """The days on which values were entered, counted by the reports at which a daily look notices."""
    return [(value, ceil((t - first) / DAY - 1e-9)) for value, t in found]


def main(runs: int) -> None:
    """Print both comparisons."""
    by_hand(runs)
    day_by_day(runs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)
