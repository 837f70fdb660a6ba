"""What is kept of one run: a flat row of numbers, folded from its log entries as they come.

The indicators' own numbers come first; beside them stands what a sweep is asked for and one run is not: how often a
clause's limit was kept, how long each step of a decision took, what each seat had to do. The names of a row follow
from the plans and the scenario alone, so that every run of a case fills the same columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from emergency.indicators import Indicators, PlanIndicators
from emergency.log import Entry
from emergency.machine import Bound, Performer, Program, StepPlan, Value

__all__ = ["STATES", "Act", "Columns", "Row", "Tally", "acts", "share_names"]

Row = dict[str, float | None]
#: How a limit can end.
STATES = ("met", "late", "missed", "open")
_DIGITS = 6
_DECIDING = ("step", "report-sent", "published")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a plan has somebody do.

    Attributes
    ----------
    kind : the kind of entry that tells it is done: ``step``, ``measure-done``, ``report-sent``, ``published``.
    clauses : the clauses that order it, the first of which it is counted under.
    """

    kind: str
    ref: str
    do: str
    by: tuple[Performer, ...]
    bounds: tuple[Bound, ...]
    clauses: tuple[str, ...]
    urgency: str | None


def acts(program: Program) -> Iterator[Act]:
    """Everything a plan may have somebody do, in the order of the plan."""
    for at, decision in program.decisions.items():
        yield from _steps(str(at), decision.steps)
    for measure in program.measures:
        ref, says = str(measure.says.id), measure.says
        yield from _steps(ref, measure.steps)
        yield Act("measure-done", ref, says.verb, measure.by, measure.bounds, measure.clauses, _urgency(says))
    for report in program.reports:
        ref, word = str(report.says.id), _urgency(report.says)
        yield Act("report-sent", ref, "report", report.by, report.bounds, report.clauses, word)
    for one in program.publications:
        ref = str(one.says.id or one.says.clause)
        yield Act("published", ref, "publish", one.by, one.bounds, one.clauses, _urgency(one.says))


def _steps(ref: str, steps: Iterable[StepPlan]) -> Iterator[Act]:
    return (Act("step", ref, s.do, s.by, s.bounds, s.clauses, s.urgency) for s in steps)


def _urgency(says: object) -> str | None:
    """The word of haste in a statement's ``within``, if it has one."""
    return getattr(getattr(says, "within", None), "urgency", None)


def share_names(programs: Mapping[str, Program]) -> frozenset[str]:
    """The columns that say whether something happened in a run (1) or not (0)."""
    found = {"stockout"}
    for id, program in programs.items():
        found |= {f"{id}.activated", f"{id}.ended"}
        for scheme, says in program.plan.schemes.items():
            found |= {f"{id}.{scheme}.{level}" for level in says.levels}
    return frozenset(found)


class Columns:
    """What all tallies of one case have in common, worked out once from its programs.

    Attributes
    ----------
    limits : clauses that set a limit in hours or days, as ``plan:clause``.
    haste : (plan, kind, ref, verb) of each act that the text wants done in haste → ``CLAUSE.WORD``.
    seats : who may have to do something; what several seats share (``fleet:KIND``) can only be waited for.
    steps : ``PLAN.SCHEME.VERB`` of each step of a decision.
    doers : (plan, measure) → the seats that carry it out.
    """

    def __init__(self, programs: Mapping[str, Program], fleets: Iterable[str] = ()) -> None:
        self.programs = programs
        found = [(id, act) for id, program in programs.items() for act in acts(program)]
        self.limits = sorted({b.clause for _, act in found for b in act.bounds})
        self.seats = sorted({p.seat for _, act in found for p in act.by} | {f"fleet:{kind}" for kind in fleets})
        self.doers = {
            (id, act.ref): tuple(p.seat for p in act.by) for id, act in found if act.kind == "measure-done"
        }
        hurried = ((id, act) for id, act in found if act.urgency and act.clauses)
        self.haste = {
            (id, a.kind, a.ref, a.do if a.kind == "step" else ""): f"{a.clauses[0]}.{a.urgency}" for id, a in hurried
        }
        decisions = ((id, at, d) for id, program in programs.items() for at, d in program.decisions.items())
        self.steps = {f"{id}.{at.scheme}.{step.do}": None for id, at, d in decisions for step in d.steps}


class Tally:
    """The row of one run; call it with each entry, read `row` when the run has ended."""

    kinds: ClassVar[frozenset[str]] = Indicators.kinds  # of which it makes anything: others need not be told to it

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._programs = columns.programs
        self.indicators = Indicators(columns.programs)
        self._limits = {clause: dict.fromkeys(STATES, 0) for clause in columns.limits}
        self._cited: dict[tuple[str, str, str, float], str] = {}
        self._seats = {seat: _SeatLoad() for seat in columns.seats}
        self._waits: dict[tuple[str, str, str], float] = {}
        self._steps = dict.fromkeys(columns.steps, 0.0)
        self._haste: dict[str, float | None] = dict.fromkeys(sorted(set(columns.haste.values())))
        self._last_step: dict[tuple[str, str], float] = {}

    def __call__(self, entry: Entry) -> None:
        """Take one entry in."""
        self.indicators(entry)
        if entry.plan not in self._programs:
            return
        if entry.kind in _DECIDING:
            self._acted(entry)
        elif entry.kind == "measure-done":
            self._measure_done(entry)
        elif entry.kind == "resource":
            self._waited(entry)
        elif entry.kind == "report-due":
            key = (entry.plan or "", entry.ref or "", str(entry.detail["do"]), round(entry.detail["due"], _DIGITS))
            self._cited[key] = entry.clauses[0]

    # --- who had to do how much

    def _waited(self, entry: Entry) -> None:
        hours, seat = float(entry.detail["waited"]), entry.actor or ""
        load = self._seats.setdefault(seat, _SeatLoad())
        load.waits += 1
        load.waited += hours
        load.longest = max(load.longest, hours)
        self._waits[(entry.plan or "", seat, entry.ref or "")] = hours

    def _worked(self, entry: Entry, seat: str, took: float) -> None:
        """A seat is done with a matter: the time it lay in the seat's queue is not time on its hands."""
        load = self._seats.setdefault(seat, _SeatLoad())
        load.tasks += 1
        load.hours += max(0.0, took - self._waits.pop((entry.plan or "", seat, entry.ref or ""), 0.0))

    def _acted(self, entry: Entry) -> None:
        plan, ref, detail = entry.plan or "", entry.ref or "", entry.detail
        took = float(detail.get("took", 0.0))
        do = str(detail.get("do", ""))
        self._worked(entry, str(detail.get("seat") or entry.actor or ""), took)
        self._last_step[(plan, ref)] = entry.t
        step = f"{plan}.{entry.scheme}.{do}"
        if entry.kind == "step" and ref == f"{entry.scheme}={entry.level}" and step in self._steps:
            self._steps[step] += took
        self._hurried((plan, entry.kind, ref, do if entry.kind == "step" else ""), took)

    def _measure_done(self, entry: Entry) -> None:
        plan, ref = entry.plan or "", entry.ref or ""
        took = float(entry.detail.get("took", 0.0))
        began = max(entry.t - took, self._last_step.get((plan, ref), 0.0))  # its approvals are steps of their own
        for seat in self._columns.doers.get((plan, ref), ()):
            self._worked(entry, seat, entry.t - began)
        self._hurried((plan, entry.kind, ref, ""), took)

    def _hurried(self, key: tuple[str, str, str, str], took: float) -> None:
        name = self._columns.haste.get(key)
        if name is not None:
            self._haste[name] = max(self._haste[name] or 0.0, took)

    # --- the row

    def row(self) -> Row:
        """The numbers of the run; None for what did not happen. Rounded to 1e-6."""
        found: Row = dict(self.indicators.numbers())
        for id, plan in self.indicators.plans.items():
            found |= self._levels(id, plan)
            self._count_limits(id, plan)
        found |= {f"limit.{c}.{state}": float(n) for c, one in self._limits.items() for state, n in one.items()}
        found |= {f"step.{name}_h": hours for name, hours in self._steps.items()}
        found |= {f"haste.{name}_h": hours for name, hours in self._haste.items()}
        found |= self._demand()
        for seat, load in self._seats.items():
            found |= load.row(seat)
        return {name: None if value is None else round(float(value), _DIGITS) for name, value in found.items()}

    def _levels(self, id: str, plan: PlanIndicators) -> Row:
        found: Row = {f"{id}.activated": float(plan.activated_h is not None)}
        found[f"{id}.ended"] = float(plan.ended_h is not None)
        first: dict[tuple[str, str], float] = {}
        for one in plan.levels:
            first.setdefault((one["scheme"], one["level"]), one["from_h"])
        program = self._programs[id]
        for scheme, says in program.plan.schemes.items():
            highest = plan.highest.get(scheme)
            reached = program.ranks[Value(scheme, highest)] if highest else 0
            for level in says.levels:
                found[f"{id}.{scheme}.{level}"] = float(program.ranks[Value(scheme, level)] <= reached)
                found[f"{id}.{scheme}.{level}_h"] = first.get((scheme, level))
        return found

    def _count_limits(self, id: str, plan: PlanIndicators) -> None:
        for one in plan.deadline_list():
            clause = self._cited.get((id, one["ref"], one["do"], one["due_h"]))
            if clause in self._limits:
                self._limits[clause][one["state"]] += 1

    def _demand(self) -> Row:
        """What each class of customers, and each place of a market, wanted and went without."""
        numbers = self.indicators
        whose = dict(numbers.customers())
        for market in numbers.markets:
            whose |= {f"{market}@{place}": total for place, total in numbers.places(market).items()}
        found: Row = {f"demand.{id}.{k}_t": v for id, total in whose.items() for k, v in total.items()}
        if whose:
            found["stockout"] = float(any(h > 0 for h in numbers.stockout_h.values()))
        return found


class _SeatLoad:
    """What one seat had to do."""

    __slots__ = ("hours", "longest", "tasks", "waited", "waits")

    def __init__(self) -> None:
        self.tasks = self.waits = 0
        self.hours = self.waited = self.longest = 0.0

    def row(self, seat: str) -> Row:
        """Its columns: matters done, hours [h] on its hands, matters that had to queue, hours so, the longest."""
        names = {"tasks": self.tasks, "hours_h": self.hours, "waits": self.waits}
        names |= {"waited_h": self.waited, "longest_h": self.longest}
        return {f"seat.{seat}.{name}": float(value) for name, value in names.items()}
