"""The pipeline outage as one would write it in SimPy for this one plan, with neither plan nor log; for `peers.py`.

A process for each decision, measure, report and inject, a resource for each seat, the levels as comparisons in the
code. Its tasks, seats, work times, office hours and effects are those of the scenario, its chance is drawn under the
same names, and its stocks are the same world, asked for its next crossing. It cites no clause, knows no reading,
tells nobody what happened, and what the plan has for other crises is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Any

import simpy

from emergency.chance import Stream
from emergency.condition import Atom
from emergency.incident import Prepared
from emergency.incident.matters import Matter, ReadyStep
from emergency.scenario import Assumption, Effect
from emergency.world import StockWorld

DAY = 24.0
Doing = Iterator[Any]  # a SimPy process
Entered = list[tuple[str, float]]  # the levels of the response that were entered, and when [h]

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
                matter = next(iter(way.matters.values()))
                self.decisions[str(at)] = [self._tasks(matter, s) for s in matter.steps]
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
        self.change("modify", "source", "pipeline", "outage", 0.0)
        self.env.process(self.tell(told, HALF))
        assert stop.lasts is not None
        yield self.env.timeout(self.drawn(stop.lasts, "lasts:inject:outage:0"))
        self.change("modify", "source", "pipeline", "outage", None)

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
        self.change("news", self.drawn(effect.to, cause))

    def change(self, act: str, *given: object) -> None:
        """Change the stocks; what jumps over a bound is news."""
        jumped = getattr(self.stock, act)(self.env.now, *given)
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
            if effect.do == "calm":
                self.change("calm", value)
            elif effect.do == "limit":
                self.change("limit", target, value)
            else:
                self.change("modify", "source", target, self.slot(target, ref), value)

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
                self.change("limit", target, None)
            elif effect.do == "modify-supply":
                slot = self.slot(target, ref)
                self.change("modify", "source", target, slot, 0.0 if slot == "start" else None)

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
