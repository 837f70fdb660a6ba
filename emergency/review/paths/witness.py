"""The run that a finding shows as a scenario: play it, and the log shows the same gap.

The world of the scenario is declared series and flags, quiet at first; an inject for each time the run has the world
move sets what the guards ask for and tells the seat concerned at once; who never answers in the run never answers in
the scenario. Nobody is staffed, so nothing waits for crews or hours: what the log shows is the plan's own doing.

A run takes its way by the clauses alone. The scenario is played under the readings the plan file takes, so a run of
a ``candidate``, which rests on another answer, may go another way there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from emergency.condition import Compare, Node, Region, leaves
from emergency.log import Entry
from emergency.machine import Program, Value, compile_plan
from emergency.quantity import UNITS
from emergency.review.case import Case
from emergency.review.finding import Finding
from emergency.review.paths.ground import Ground, Variable
from emergency.review.paths.search import Search
from emergency.review.paths.telling import phrase, settings
from emergency.review.rules import RULES
from emergency.source import Text

__all__ = ["Gap", "Witness", "witness_of"]

START = "2026-01-05T08:00"
STEP = 24.0  # [h] between what happens and what happens next
_SLACK = 1.15  # months are counted by their shortest; real ones are longer


@dataclass(frozen=True, slots=True)
class Gap:
    """What the log of the scenario shows.

    Attributes
    ----------
    kind : ``waits``, a step of `ref` that never comes; ``stays``, `values` still in force at the end; ``enters``, all
        of them in force at one time; ``late``, not before the hour `until`.
    until : hours [h] from the start.
    """

    kind: str
    ref: str
    values: tuple[Value, ...] = ()
    until: float = 0.0

    def shown_by(self, entries: Iterable[Entry]) -> bool:
        """Whether a log shows it."""
        held: dict[str | None, str | None] = {}
        for entry in entries:
            waits = entry.kind == "gap" and entry.detail.get("why") == "waits" and entry.ref == self.ref
            if self.kind == "waits" and waits:
                return True
            if entry.kind == "entered":
                held[entry.scheme] = entry.level
                if self.kind == "enters" and self._all_in(held):
                    return True
                if self.kind == "late" and self._all_in(held):
                    return entry.t > self.until
        return self.kind == "late" or (self.kind == "stays" and self._all_in(held))

    def _all_in(self, held: Mapping[str | None, str | None]) -> bool:
        return bool(self.values) and all(held.get(v.scheme, "off") == v.value for v in self.values)


@dataclass(frozen=True, slots=True)
class Witness:
    """A scenario, as text of its file, the gap that playing it shows, and the steps of the run (`telling.trace`)."""

    text: str
    gap: Gap
    steps: tuple[Mapping[str, Any], ...] = ()


def witness_of(finding: Finding, case: Case, program: Program | None = None) -> Witness | None:
    """The scenario of a finding's run; None where the finding shows no run and the search has none for it.

    Parameters
    ----------
    program : of the plan with the readings it takes; compiled here by default, for which `case` must have been made
        of the plan as read.

    Raises
    ------
    UnsettledError
        If the plan leaves a question open that a run needs answered.
    """
    steps = finding.evidence.get("trace") or _found_by_search(finding, case)
    if not steps or not _played(steps):
        return None
    made = program or compile_plan(case.plan, case.jurisdiction)
    return _Author(case, made, finding, steps).witness()


def _played(steps: list[dict[str, Any]]) -> bool:
    """Whether a run can be played: nobody opens a decision in it for which no clause gives a ground."""
    grounded = False
    for step in steps:
        if "act" in step and not grounded:
            return False
        grounded = grounded or "sets" in step or step["from"] != step["to"]
    return True


def _found_by_search(finding: Finding, case: Case) -> list[dict[str, Any]] | None:
    """The run of a finding of another rule to which a rule of this package yields."""
    for rule in RULES.values():
        if rule.id.startswith("path-") and finding.rule in rule.yields_to:
            for draft in rule.run(case):
                if finding.subject in (draft.subject, *draft.covers):
                    found = draft.evidence.get("trace")
                    return list(found) if isinstance(found, list) else None
    return None


class _Author:
    """Writes one scenario."""

    def __init__(self, case: Case, program: Program, finding: Finding, steps: list[dict[str, Any]]) -> None:
        self.case, self.program, self.finding, self.steps = case, program, finding, steps
        meant = [v.holds_when for v in program.variables.values() if v.holds_when is not None]
        grounds = [r.tree for r in program.rules] + [d.when for d in program.decisions.values() if d.when]
        self.search = Search(case)
        self._bound: float | None = finding.evidence.get("within_h")
        self._due = 0.0
        self._moved: dict[tuple[str, str | None], Mapping[str, Any]] = {}
        self.ground = self.search.ground
        wider = Ground(case, [*meant, *grounds, *(u.leaf.tree for u in case.guards)])
        self.ground.variables |= {n: v for n, v in wider.variables.items() if n not in self.ground.variables}

    def witness(self) -> Witness:
        lines = [f"# {self.finding.id}: {self.finding.message.en}".replace("\n", " ")]
        lines += [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in self._content().items()]
        return Witness("\n".join(lines) + "\n", self._gap(), tuple(self.steps))

    def _content(self) -> dict[str, Any]:
        injects, behaviour, end = self._course()
        message = self.finding.message
        title = phrase("witness-title", finding=self.finding.id)
        return {
            "schema": "1",
            "scenario": f"witness-{self.finding.id}"[:64].rstrip("-"),
            "title": _both(title),
            "story": _both(phrase("witness-story", message=message)),
            "jurisdiction": str(self.case.plan.jurisdiction),
            "plans": [self.case.id],
            "start": START,
            "horizon": f"{int(end // 24) + 30} d",
            "world": {"series": self._series()},
            "flags": {v.id: "no" for v in self.program.variables.values() if v.is_flag and v.holds_when is None},
            "behaviour": behaviour,
            "injects": injects,
            "objectives": [{"id": "gap", "text": _both(message), "clauses": list(map(str, self.finding.clauses))}],
        }

    def _gap(self) -> Gap:
        last = self.steps[-1]
        act = last.get("act")
        if act is not None and not act["answered"]:
            return Gap("waits", act["of"])
        shown = self.finding.evidence.get("shows") or _changed(last)
        values = tuple(Value(*pair.split("=", 1)) for pair in shown)
        if self._bound is not None:
            return Gap("late", self.finding.subject, values, self._due)
        stays = self.finding.subject in self.case.plan.schemes
        return Gap("stays" if stays else "enters", self.finding.subject, values)

    # --- the course of events

    def _course(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], float]:
        injects: list[dict[str, Any]] = []
        behaviour: list[dict[str, Any]] = []
        now, begun, waited = STEP, 0.0, 0.0
        for i, step in enumerate(self.steps):
            now += (step["t_h"] - waited) * _SLACK if not step.get("sets") else 0.0
            waited = step["t_h"] if not step.get("sets") else waited
            if step.get("sets"):
                now += STEP if injects else 0.0
                injects.append(self._inject(len(injects) + 1, now, i))
                begun = now
            act = step.get("act")
            if act is not None and not act["answered"]:
                behaviour.append(self._silence(act, begun))
        if self._bound is not None:
            self._due = now + self._bound
            behaviour += self._delay(2 * self._bound + STEP)
            now += 3 * self._bound
        last = self.steps[-1]["t_h"] - waited
        return injects, behaviour, now + last * _SLACK

    def _inject(self, n: int, at: float, i: int) -> dict[str, Any]:
        step = self.steps[i]
        values = dict(pair.split("=", 1) for pair in step["from"].split() if "=" in pair)
        sets = list(self._set(step["sets"], {str(s): values.get(str(s), "off") for s in self.case.plan.schemes}))
        if self._eases(i):
            sets = [*self._back_to_rest(sets), *sets]
        self._moved |= {(one["variable"], one.get("place")): one for one in sets}
        words = {lang: str(step["what"][lang]) for lang in ("zh", "en")}
        about = list(dict.fromkeys(one["variable"] for one in sets))
        found: dict[str, Any] = {
            "id": f"step-{n}",
            "at": _guess(f"{at:g} h"),
            "title": _both(phrase("inject", n=n, what=Text(**words))),
            "effects": [self._effect(one) for one in sets],
            "expects": step["clauses"],
        }
        return found | {"tells": [{"about": about, "to": self._hearer(i), "after": _guess("1 min")}]}

    def _eases(self, i: int) -> bool:
        """Whether what follows leaves a level: what called for it is over then."""
        then = next((s for s in self.steps[i:] if s["from"] != s["to"]), None)
        if then is None:
            of = next((s["act"]["of"] for s in self.steps[i:] if "act" in s), "")
            return bool(of) and not self.program.ranks[Value(*of.split("=", 1))]
        return not any(self.program.ranks[Value(*pair.split("=", 1))] for pair in _changed(then))

    def _back_to_rest(self, sets: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """What was set before and is not set now, as it was at first."""
        now = {(one["variable"], one.get("place")) for one in sets}
        for (name, place), one in self._moved.items():
            if (name, place) not in now:
                rest = False if isinstance(one["value"], bool) else self._quiet(name)
                yield {**one, "value": rest}

    def _set(self, sets: Iterable[Mapping[str, Any]], values: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """What to set, matters that the readings take to follow from others put down to these."""
        for one in sets:
            variable = self.program.variables.get(one["variable"])
            if variable is None or variable.holds_when is None:
                yield one
                continue
            ways = islice(self.ground.ways(variable.holds_when, values, {}, bool(one["value"])), 1)
            for facts in ways:
                place = {"place": one["place"]} if "place" in one else {}
                for other in settings(self.search, values, facts):
                    yield from self._set([{**other, **place}], values)

    def _effect(self, one: Mapping[str, Any]) -> dict[str, Any]:
        variable = self.program.variables.get(one["variable"])
        placed = variable is not None and variable.places and "place" in one
        unit = variable.unit if variable is not None and not variable.is_flag else ""
        value = str(int(one["value"])) if isinstance(one["value"], bool) else _amount(one["value"], unit)
        where = {"place": one["place"]} if placed else {}
        return {"do": "set", "target": one["variable"], "to": _guess(value), **where}

    def _hearer(self, i: int) -> str:
        """Who learns of it: whoever acts next, else the first agency of the jurisdiction."""
        acts = (s["act"] for s in self.steps[i:] if "act" in s)
        act = next(acts, None)
        seat = self._seat(act) if act is not None else None
        return seat or next(iter(map(str, self.case.jurisdiction.agencies)))

    def _seat(self, act: Mapping[str, Any]) -> str | None:
        """The seat that takes a step, as the readings have it."""
        decision = self.program.decisions.get(Value(*act["of"].split("=", 1)))
        steps = [s for s in decision.steps if s.do == act["do"]] if decision is not None else []
        performers = [p for s in steps for p in s.by]
        named = [p for p in performers if act["by"] in (p.actor, p.seat)]
        return next((p.seat for p in (named or performers)), None)

    def _silence(self, act: Mapping[str, Any], since: float) -> dict[str, Any]:
        seat = self._seat(act) or act["by"]
        return {"seat": seat, "answers": "never", "steps": [act["do"]], "since": f"{since:g} h"}

    def _delay(self, hours: float) -> list[dict[str, Any]]:
        """Those who act in the run take longer than was asked; no clause says that they may not."""
        seats = dict.fromkeys(self._seat(s["act"]) for s in self.steps if "act" in s)
        after = _guess(f"{hours:g} h")
        return [{"seat": seat, "answers": "as-written", "after": after} for seat in seats if seat is not None]

    # --- the world at rest

    def _series(self) -> dict[str, Any]:
        numbers = [v for v in self.program.variables.values() if not v.is_flag and v.holds_when is None]
        return {v.id: {"points": [["0 h", _amount(self._quiet(v.id), v.unit)]], "basis": "guess"} for v in numbers}

    def _quiet(self, name: str) -> float:
        """The value of a variable at which the fewest levels are called for."""
        variable = self.ground.variables.get(name)
        if variable is None or not variable.regions:
            return 0.0
        ranks = self.program.ranks
        trees = [r.tree for r in self.program.rules]
        trees += [d.when for d in self.program.decisions.values() if d.when is not None and ranks[d.at]]
        called = [sum(_calls(variable, i, tree) for tree in trees) for i in range(variable.size)]
        shown = [_plain_value(r) for r in variable.regions]
        return shown[min(range(variable.size), key=lambda i: (shown[i] < 0.0, called[i]))]


def _plain_value(region: Region) -> float:
    """A value of a region, none below nothing where it has another."""
    below = region.low < 0.0 <= region.high and region.witness < 0.0
    return 0.0 if below and (region.high > 0.0 or region.high_closed) else region.witness


def _changed(step: Mapping[str, Any]) -> list[str]:
    """The values a step enters, those left for nothing as ``off``."""
    before, after = (dict(p.split("=", 1) for p in step[k].split() if "=" in p) for k in ("from", "to"))
    found = [f"{scheme}={value}" for scheme, value in after.items() if before.get(scheme) != value]
    return found + [f"{scheme}=off" for scheme in before if scheme not in after]


def _calls(variable: Variable, point: int, tree: Node) -> int:
    """How many comparisons of a guard hold at a point."""
    asked = [n for n in leaves(tree) if isinstance(n, Compare) and n.indicator == variable.name]
    return sum(point in variable.holds(n.op, n.amount.base) for n in asked)


def _amount(base: float, unit: str) -> str:
    return f"{base / UNITS[unit][1]:.10g} {unit}".strip() if unit in UNITS else f"{base:.10g}"


def _guess(value: str) -> dict[str, str]:
    return {"value": value, "basis": "guess"}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
