"""What the plan asked of whom, and what became of it: folded from log entries alone.

Every step of a decision or an approval, every measure, report and publication that was asked for is one `Act`, and
so is every attempt at what the plan gives to another. What a log does not tell is not judged: which of several
bodies had done its part of a measure that was never finished, and reports without a time limit that still waited
when an exercise was broken off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from emergency.log import Entry
from emergency.machine import Performer, Program, Route, StepPlan, Value
from emergency.source import Id

__all__ = ["STATES", "Act", "Conformance", "by_agency", "by_clause", "conformance"]

#: What can become of an act. ``done`` had no time limit; ``open`` still waited at the end of the log; ``declined``
#: was left by those to whom the plan leaves it; ``called-off`` lost its ground; ``not-asked`` stood behind a step
#: that was not taken.
STATES = (
    "in-time", "done", "late", "missed", "refused", "not-authorised", "not-asked", "open", "declined", "called-off",
)  # fmt: skip
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Act:
    """One thing the plan asked for, or one attempt at what it gives to another.

    Attributes
    ----------
    kind : str
        ``decision``, ``measure``, ``report`` or ``publication``.
    ref, do : str
        What it belongs to, e.g. ``response=III`` or a measure's id, and the verb of the step.
    state : str
        One of `STATES`.
    asked, done, due : float or None
        When it was asked for, done and due [h]; `due` None where no clause sets a time limit.
    clauses : tuple of str
        The clauses that ask for it, that of the time limit among them.
    """

    plan: str
    kind: str
    ref: str
    do: str
    actor: str
    state: str
    asked: float | None
    done: float | None
    due: float | None
    clauses: tuple[str, ...]

    @property
    def took(self) -> float | None:
        """From being asked to being done [h]."""
        return None if self.asked is None or self.done is None else round(self.done - self.asked, _DIGITS)


@dataclass(slots=True)
class _Task:
    """A decision or measure under way, at one of its steps."""

    plan: str
    kind: str
    ref: str
    steps: tuple[StepPlan, ...]
    asked: float
    at: Value | None
    route: str = ""
    index: int = 0
    waiting: list[str] = field(default_factory=list)

    @property
    def step(self) -> StepPlan | None:
        """The present step; none when all are taken."""
        return self.steps[self.index] if self.index < len(self.steps) else None

    def settle(self) -> None:
        """Come to the next step that somebody is there to take."""
        while self.index < len(self.steps) and not self.steps[self.index].by:
            self.index += 1
        step = self.step
        last = self.kind == "measure" and self.index == len(self.steps) - 1  # told by one entry for all who act
        performers: tuple[Performer, ...] = () if step is None else step.by[:1] if last else step.by
        self.waiting = [p.actor for p in performers]

    def taken(self, do: str, actor: str, t: float) -> None:
        """A performer has done its part of the present step."""
        if self.step is None or self.step.do != do or actor not in self.waiting:
            return
        self.waiting.remove(actor)
        if not self.waiting:
            self.go_on(t)

    def go_on(self, t: float) -> None:
        """The present step is over."""
        self.index, self.asked = self.index + 1, t
        self.settle()


@dataclass(slots=True)
class _Bound:
    """A time limit that runs."""

    entry: Entry
    due: float
    missed: bool = False


class Conformance:
    """The fold; call it with each entry.

    Parameters
    ----------
    programs : mapping
        The programs of the plans that ran, by id.
    """

    def __init__(self, programs: Mapping[str, Program]) -> None:
        self.programs = programs
        self._acts: list[Act] = []
        self._tasks: list[_Task] = []
        self._bounds: dict[tuple[str, str, str], list[_Bound]] = {}
        self._unfinished: list[tuple[str, str]] = []
        self._kinds = {id: _kinds(program) for id, program in programs.items()}
        self._told: dict[str, Callable[[Entry, Program], None]] = {
            "decision-opened": self._opened, "measure-started": self._started, "step": self._done,
            "measure-done": self._done, "report-sent": self._done, "published": self._done,
            "decided": self._decided, "decision-refused": self._refused,
            "report-due": self._due, "deadline-missed": self._missed, "note": self._note,
        }  # fmt: skip

    def __call__(self, entry: Entry) -> None:
        """Take one entry in."""
        told = self._told.get(entry.kind)
        program = self.programs.get(entry.plan or "")
        if told is not None and program is not None:
            told(entry, program)

    def acts(self) -> list[Act]:
        """All that was asked for so far, in the order in which it was asked for."""
        found = [*self._acts]
        for task in self._tasks:
            found += self._waiting(task)
        found += self._left(found)
        return sorted(found, key=_place)

    # --- taken on

    def _opened(self, entry: Entry, program: Program) -> None:
        at = Value(entry.scheme or "", entry.level or "")
        decision, route = program.decisions.get(at), str(entry.detail.get("route", ""))
        ways: tuple[Route, ...] = () if decision is None else decision.ways
        steps = next((way.steps for way in ways if way.id == route), ())
        self._take_on(_Task(program.id, "decision", entry.ref or "", steps, _r(entry.t), at, route))

    def _started(self, entry: Entry, program: Program) -> None:
        measure = next((m for m in program.measures if m.id == entry.ref), None)
        if measure is None:
            return
        last = StepPlan(str(measure.says.verb), measure.by, (), (), measure.bounds, None, measure.clauses)
        at = Value(entry.scheme, entry.level or "") if entry.scheme else None
        self._take_on(_Task(program.id, "measure", measure.id, (*measure.steps, last), _r(entry.t), at))

    def _take_on(self, task: _Task) -> None:
        task.settle()
        self._tasks.append(task)

    # --- done

    def _done(self, entry: Entry, program: Program) -> None:
        detail, t = entry.detail, _r(entry.t)
        do = str(detail.get("do") or detail.get("verb") or "")
        met = detail.get("met")
        state = "done" if met is None else "in-time" if met else "late"
        due = _r(detail["due"]) if "due" in detail else None
        bounds = self._bounds.pop((program.id, entry.ref or "", do), [])
        clauses = (*entry.clauses, *(c for b in bounds for c in b.entry.clauses))
        asked = _r(t - detail.get("took", 0.0))
        self._add(entry, do, state, asked, t, due, clauses)
        for task in self._of(entry):
            if entry.kind == "measure-done":
                self._tasks.remove(task)
            elif task.route == str(detail.get("route", "")):
                task.taken(do, entry.actor or "", t)

    def _decided(self, entry: Entry, _: Program) -> None:
        self._tasks = [x for x in self._tasks if not (x.plan == entry.plan and x.ref == entry.ref and x.step is None)]

    def _of(self, entry: Entry) -> list[_Task]:
        return [task for task in self._tasks if (task.plan, task.ref) == (entry.plan, entry.ref)]

    def _add(
        self,
        entry: Entry,
        do: str,
        state: str,
        asked: float | None,
        done: float | None,
        due: float | None,
        clauses: Iterable[str],
    ) -> None:
        plan, ref = entry.plan or "", entry.ref or ""
        kind = self._kinds[plan].get(ref, "report")
        cited = tuple(dict.fromkeys(clauses))
        self._acts.append(Act(plan, kind, ref, do, entry.actor or "", state, asked, done, due, cited))

    # --- not done

    def _refused(self, entry: Entry, _: Program) -> None:
        why, do = str(entry.detail["why"]), str(entry.detail.get("do", ""))
        if why == "not-authorised":
            self._add(entry, do, why, None, _r(entry.t), None, entry.clauses)
            return
        tasks = [t for t in self._of(entry) if t.step is not None and t.route == entry.detail.get("route", t.route)]
        if why not in ("refused", "declined"):
            for task in tasks:
                self._call_off(task)
            return
        mine = next((t for t in tasks if t.step is not None and t.step.do == do), None)
        asked = mine.asked if mine is not None else None
        self._bounds.pop((entry.plan or "", entry.ref or "", do), None)
        self._add(entry, do, why, asked, None, None, entry.clauses)
        if mine is not None:
            self._tasks.remove(mine)
            self._acts += _behind(mine) if why == "refused" else ()

    def _call_off(self, task: _Task) -> None:
        """A task has lost its ground: what it stood at is no longer asked for."""
        self._tasks.remove(task)
        step = task.step
        if step is None:
            return
        self._bounds.pop((task.plan, task.ref, step.do), None)
        self._acts += [_act(task, step, actor, "called-off", None, ()) for actor in task.waiting]

    # --- time limits

    def _due(self, entry: Entry, program: Program) -> None:
        key = (program.id, entry.ref or "", str(entry.detail["do"]))
        self._bounds.setdefault(key, []).append(_Bound(entry, _r(entry.detail["due"])))

    def _missed(self, entry: Entry, program: Program) -> None:
        if "due" not in entry.detail:  # one report of a schedule
            how = str(entry.detail.get("how", "missed"))
            self._add(entry, "report", how, _r(entry.t), None, _r(entry.t), entry.clauses)
            return
        for bound in self._bounds.get((program.id, entry.ref or "", str(entry.detail["do"])), ()):
            bound.missed |= bound.due == _r(entry.detail["due"])

    def _note(self, entry: Entry, program: Program) -> None:
        if entry.ref == "unfinished":
            self._unfinished += [(program.id, str(ref)) for ref in entry.detail["waiting"]]
        elif entry.ref == "measure-stopped":
            for task in [t for t in self._tasks if (t.plan, t.ref) == (program.id, entry.detail["measure"])]:
                self._call_off(task)
        elif entry.ref == "step-not-called-for":
            for task in self._tasks:
                mine = (task.plan, task.ref) == (program.id, entry.detail["of"])
                if mine and task.step is not None and task.step.do == entry.detail["do"]:
                    task.go_on(_r(entry.t))

    # --- at the end

    def _waiting(self, task: _Task) -> list[Act]:
        """What a task still waits for, and what stands behind that."""
        step = task.step
        if step is None:
            return []
        bounds = self._bounds.get((task.plan, task.ref, step.do), [])
        state = "missed" if any(b.missed for b in bounds) else "open"
        due = min((b.due for b in bounds), default=None)
        clauses = tuple(c for b in bounds for c in b.entry.clauses)
        return [*(_act(task, step, actor, state, due, clauses) for actor in task.waiting), *_behind(task)]

    def _left(self, found: Iterable[Act]) -> list[Act]:
        """Reports and publications that were asked for and never sent."""
        left = []
        told = {(act.plan, act.ref) for act in found if act.state in ("open", "missed")}
        for (plan, ref, do), bounds in self._bounds.items():
            kind = self._kinds[plan].get(ref, "report")
            if kind in ("report", "publication") and (plan, ref) not in told:
                entry, state = bounds[0].entry, "missed" if any(b.missed for b in bounds) else "open"
                due = min(b.due for b in bounds)
                cited = tuple(dict.fromkeys(c for b in bounds for c in b.entry.clauses))
                left.append(Act(plan, kind, ref, do, entry.actor or "", state, _r(entry.t), None, due, cited))
                told.add((plan, ref))
        for plan, ref in self._unfinished:
            kind = self._kinds[plan].get(ref, "")
            if kind in ("report", "publication") and (plan, ref) not in told:
                left.append(_unsent(self.programs[plan], kind, ref))
        return left


def conformance(entries: Iterable[Entry], programs: Mapping[str, Program]) -> list[Act]:
    """All that the plans asked for in an exercise, with what became of it."""
    found = Conformance(programs)
    for entry in entries:
        found(entry)
    return found.acts()


def by_clause(acts: Iterable[Act]) -> dict[str, Counter[str]]:
    """Per clause, how many acts ended in which state; an act that rests on several counts for each."""
    found: dict[str, Counter[str]] = {}
    for act in acts:
        for clause in act.clauses:
            found.setdefault(clause, Counter())[act.state] += 1
    return found


def by_agency(acts: Iterable[Act]) -> dict[str, Counter[str]]:
    """Per actor, how many acts ended in which state."""
    found: dict[str, Counter[str]] = {}
    for act in acts:
        found.setdefault(act.actor, Counter())[act.state] += 1
    return found


def _act(task: _Task, step: StepPlan, actor: str, state: str, due: float | None, more: tuple[str, ...]) -> Act:
    asked = None if state == "not-asked" else task.asked
    clauses = tuple(dict.fromkeys((*step.clauses, *more)))
    return Act(task.plan, task.kind, task.ref, step.do, actor, state, asked, None, due, clauses)


def _behind(task: _Task) -> list[Act]:
    """The steps behind the present one: nobody has been asked for them."""
    later = task.steps[task.index + 1 :]
    return [_act(task, step, p.actor, "not-asked", None, ()) for step in later for p in step.by]


def _unsent(program: Program, kind: str, ref: str) -> Act:
    """A report or publication of which only the end of the log tells that it was asked for."""
    for report in program.reports:
        if kind == "report" and str(report.says.id) == ref:
            by = report.by[0].actor if report.by else ""
            return Act(program.id, kind, ref, "report", by, "open", None, None, None, report.clauses)
    one = next(p for p in program.publications if str(p.says.id or p.says.clause) == ref)
    by = one.by[0].actor if one.by else ""
    return Act(program.id, kind, ref, "publish", by, "open", None, None, None, one.clauses)


def _kinds(program: Program) -> dict[str, str]:
    """What each ref of a plan is."""
    return {
        **{str(r.says.id): "report" for r in program.reports},
        **{str(Id(p.says.id or p.says.clause)): "publication" for p in program.publications},
        **{m.id: "measure" for m in program.measures},
        **{str(at): "decision" for at in program.decisions},
    }


def _place(act: Act) -> float:
    at = act.asked if act.asked is not None else act.done
    return float("inf") if at is None else at


def _r(value: float) -> float:
    return round(float(value), _DIGITS)
