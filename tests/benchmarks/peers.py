"""What a run costs beside models of the same crisis that have no plan and no log.

    python tests/benchmarks/peers.py [RUNS]

Two peers, both plain SimPy:

- *By hand* (`outage_by_hand`): the pipeline outage written for this one plan. Told are the calls of the clock and the
  CPU of a run, ours as a multiple of the peer's; and how far the two go together: levels entered, and when.
- *Day by day*: the slow squeeze polled once a day, as models without closed forms do: everything in it looks each day
  whether there is something to do, be it a customer, a supply, a product, a seat or a measure. The changes of the
  world and the time that each decision takes are those of our run, so that it enters the same levels on the same
  days; that it does is checked. Told are its events as a multiple of ours, and the ratio of times.

Each number is the median over runs, measured in turns within one process; ratios are what to compare.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil, inf
from time import process_time
from typing import Any

import simpy
from outage_by_hand import DAY, Doing, Entered, Outage, Tables

from emergency.chance import Chance, Stream
from emergency.incident import Incident, Prepared, incident, prepare, simulate
from emergency.indicators import Indicators
from emergency.log import EventLog
from emergency.reader import load_inputs
from emergency.world import StockWorld

CHANCE = Chance(1)


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
    return simulate(Incident(prepared, CHANCE.run(number), log))


def entered(incident: Incident) -> Entered:
    """The values of the response that were entered, and when [h]."""
    return [(e.level or "", e.t) for e in incident.log if e.kind == "entered" and e.scheme == "response"]


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
    pairs = [(entered(one), Outage(tables, CHANCE.run(n)).run()) for n, one in enumerate(kept)]
    alike = [(a, b) for a, b in pairs if [v for v, _ in a] == [v for v, _ in b]]
    apart = [abs(s - t) / DAY for a, b in alike for (_, s), (_, t) in zip(a, b, strict=True)]
    events = steps_of(Outage(tables, CHANCE.run(0)).env, prepared.horizon)
    ratios = [
        cpu(partial(ours, prepared, n)) / cpu(lambda n=n: Outage(tables, CHANCE.run(n)).run())  # type: ignore[misc]
        for n in range(runs)
    ]
    print(f"by hand: {kept[0].clock.events} calls and {len(kept[0].log)} entries, the peer {events} SimPy events")
    told = f"then entered {statistics.median(apart):.2f} d apart" if apart else ""
    print(f"  same levels in {len(alike)} of {runs} runs, {told}")
    print(f"  ours costs {statistics.median(ratios):.2f} times the peer, indicators included")


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
        self.days, self.normal = 0.0, True
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
        """The changes of the past day, then the stocks of today; what comes of today's report is still to be."""
        while self.next[0] < self.env.now:
            t, name, given = self.next
            getattr(self.stock, name)(t, *given)
            self.next = next(self.changes)
        self.days = self.stock.value("stock_days", self.env.now)
        self.normal = self.days >= 10 and self.stock.value("inbound_ratio", self.env.now) >= 1

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
        if self.due == inf and (self.normal if self.level == "IV" else self.days < 10):
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
        mine = cpu(partial(ours, prepared, n))
        ratios.append(cpu(lambda n=n, c=course: Polled(prepared, c, CHANCE.run(n)).run()) / mine)  # type: ignore[misc]
    print(f"day by day: {statistics.median(c.calls for c in courses):.0f} calls of ours in half a year")
    print(f"  same levels on the same days in {same} of {runs} runs")
    times = f"{statistics.median(ratios):.2f} times our CPU, without steps, seats or indicators"
    print(f"  the peer has {statistics.median(events):.1f} times our events and takes {times}")


def on_days(found: Entered, first: float) -> list[tuple[str, int]]:
    """The days on which values were entered, counted by the reports at which a daily look notices."""
    return [(value, ceil((t - first) / DAY - 1e-9)) for value, t in found]


def main(runs: int) -> None:
    """Print both comparisons."""
    by_hand(runs)
    if incident.__file__.endswith(".py"):  # the changes of the world are recorded by a method put over another
        day_by_day(runs)
    else:
        print("day by day: only with the engine interpreted")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)
