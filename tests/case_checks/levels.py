"""Levels: what they rest on, who takes which step of entering them, and how they end."""

from __future__ import annotations

from typing import Any

from case_checks.outcome import Outcome, alike, alone, one_of
from emergency.condition import All
from emergency.machine import LevelRule, Value
from emergency.machine.assess import holds
from emergency.machine.program import DecisionPlan, StepPlan

__all__ = [
    "DONE", "criteria", "end", "event_criteria", "graded_by", "request_contents", "start", "start_deadline",
    "start_form", "start_studied_by", "steps", "taken_by", "value",
]  # fmt: skip

#: How tables name the actor of a step → the step.
DONE = {
    "agreed": "agree",
    "announced": "announce",
    "approved": "approve",
    "confirmed": "verify",
    "decided": "decide",
    "proposed": "propose",
    "signed": "sign",
    "told": "notify",
}
DECIDING = ("decide", "approve", "agree", "sign", "announce")


def value(case: Outcome, wanted: Any, scheme: str) -> Any:
    """The value in force afterwards; where the table asks, also whether it is a level, or the end, newly entered."""
    after = case.after(scheme)
    if not isinstance(wanted, dict):
        return after
    return {"level": after, "new": case.answer.verdicts[scheme].enters and after != "none"}


# --------------------------------------------------------------------------------------- what a level rests on


def _held(case: Outcome, rule: LevelRule) -> list[str]:
    """The clauses of a level's criteria that hold, each as often as it has criteria that do."""
    parts = [p for p in rule.parts if holds(case.program, p.tree, case.facts, case.now, case.lasted)]
    return [c for p in parts for c in p.clauses]


def criteria(case: Outcome, wanted: Any) -> Any:
    """Every clause that by itself brings a level; where clauses bring one only together, those of the level reached.

    They are those of the warning, or of the incident where the plan has no warning. The verdict cites just those of
    the level it gives.
    """
    scheme = "warning" if "warning" in case.program.plan.schemes else "event"
    verdict = case.answer.verdicts[scheme]
    found: list[str] = []
    for rule in (r for r in case.program.rules if r.at.scheme == scheme):
        together = isinstance(rule.tree, All) and len(rule.parts) > 1
        reached = rule.at.value == verdict.level
        held = _held(case, rule)
        if reached and verdict.follows is None and set(verdict.clauses) != set(held):
            return {"the verdict cites": verdict.clauses, "of its level hold": held}
        found += held if reached or not together else []
    return alike(found, wanted)


def event_criteria(case: Outcome, wanted: Any) -> Any:
    """Every clause on grading the incident that holds, of whatever level."""
    return alike([c for r in case.program.rules if r.at.scheme == "event" for c in _held(case, r)], wanted)


# --------------------------------------------------------------------------------------- how a level is entered


def _pairs(case: Outcome, decision: DecisionPlan) -> list[list[str]]:
    return [[s.do, case.by(s)] for s in decision.steps]


def _decider(decision: DecisionPlan) -> StepPlan | None:
    """The last step that decides; what notifies or reports afterwards does not. Where none decides, the last."""
    last = decision.steps[-1] if decision.steps else None
    return next((s for s in reversed(decision.steps) if s.do in DECIDING), last)


def _misnamed(case: Outcome, decision: DecisionPlan) -> dict[str, Any] | None:
    """What is wrong where the verdict does not name just those who take the deciding step."""
    named, last = case.answer.verdicts[decision.at.scheme].decided_by, _decider(decision)
    wanted = tuple(p.actor for p in last.by) if last else ()
    return None if named == wanted else {"the verdict names": named, "the last deciding step is by": wanted}


def taken_by(case: Outcome, wanted: Any, scheme: str, done: str) -> Any:
    """Who takes one step of entering the level newly entered; the verdict names the last who decides."""
    decision = case.entering(scheme)
    if decision is None:
        return "none"
    found = [s for s in decision.steps if s.do == DONE[done]]
    return _misnamed(case, decision) or alone([case.by(s) for s in found])


def graded_by(case: Outcome, wanted: Any) -> Any:
    """Who takes the steps of grading an incident newly graded, and the word of urgency set for them."""
    decision = case.entering("event")
    if decision is None:
        return "none"
    words = list(dict.fromkeys(s.urgency for s in decision.steps if s.urgency))
    return {"by": one_of(dict.fromkeys(n for s in decision.steps for n in case.names(s.by))), "when": one_of(words)}


def steps(case: Outcome, wanted: Any) -> Any:
    """For each value newly entered by an act: what is done by whom, in order."""
    found = [case.program.decisions[at] for at in case.moved if at in case.program.decisions]
    return {str(d.at): _pairs(case, d) for d in found if d.mode == "steps"}


def start(case: Outcome, wanted: Any) -> Any:
    """The steps of starting the response newly called for, in order, each with who takes it."""
    return _pairs(case, case.starting) if case.starting else "none"


def start_deadline(case: Outcome, wanted: Any) -> Any:
    """The steps of the start with a time limit, the limit, the event it runs from, and the clause that sets it."""
    of = case.starting.steps if case.starting else ()
    return alone(
        [
            {"do": s.do, "by": case.by(s), "limit": str(b.duration), "from": b.after, "clause": str(b.clause)}
            for s in of
            for b in s.bounds
        ]
    )


def start_studied_by(case: Outcome, wanted: Any) -> Any:
    """Who has the start studied: the advice sought outside the annexed form."""
    of = case.starting.steps if case.starting else ()
    studied = [s for s in of if s.do == "advise" and not s.form]
    return alone([{"by": case.by(s), "when": s.urgency, "clause": one_of(s.clauses)} for s in studied])


def start_form(case: Outcome, wanted: Any) -> Any:
    """The annexed form of the start, who submits it, gives an opinion and approves."""
    of = [s for s in case.starting.steps if s.form] if case.starting else []
    if not of:
        return "none"
    by = {s.do: case.by(s) for s in of}
    return {
        "form": one_of(dict.fromkeys(str(s.form) for s in of)),
        "submitted-by": by.get("submit"),
        "opinion-of": by.get("advise"),
        "approved-by": by.get("approve"),
        "clause": one_of(dict.fromkeys(c for s in of for c in s.clauses)),
    }


def request_contents(case: Outcome, wanted: Any) -> Any:
    """The items below the clause whose contents the request for the start must have."""
    plan, begun = case.program.plan, case.starting
    told = {
        s.contents for d in plan.decisions for s in d.steps if begun and {*plan.cite(d.clause)} & {*begun.clauses}
    }
    heads = [str(c.clause) for c in plan.contents if c.id in told]
    below = [c.clause for c in plan.contents if any(str(c.clause).startswith(f"{head}(") for head in heads)]
    return list(plan.cite(*below))


# --------------------------------------------------------------------------------------- how the response ends


def end(case: Outcome, wanted: Any) -> Any:
    """Whether the end is due, and what the table asks about it.

    A key in ``-by`` asks who takes a step; whoever decides last is always told. ``form`` is the annexed form used,
    ``lifts-warning`` and ``ends-state`` tell whether warning and incident go with the end. An announcement never
    comes before what decides.
    """
    over = case.ending
    if over is None:
        return "none"
    if wrong := _misnamed(case, over):
        return wrong
    do = [s.do for s in over.steps]
    if "announce" in do and any(s in DECIDING for s in do[do.index("announce") + 1 :]):
        return {"announced before it is decided": do}
    by = {done: s for done, verb in DONE.items() for s in over.steps if s.do == verb}
    forms = list(dict.fromkeys(str(s.form) for s in over.steps if s.form))
    asked = set(wanted) if isinstance(wanted, dict) else set()
    told = {done: case.by(s) for done, s in by.items() if f"{done}-by" in asked or s is _decider(over)}
    found: dict[str, Any] = {f"{done}-by": who for done, who in told.items()}
    found |= {"form": one_of(forms)} if forms else {}
    found |= {key: _goes(case, of) for key, of in _WITH_THE_END.items() if key in asked}
    return {**found, "clause": one_of(case.answer.verdicts["response"].clauses)}


_WITH_THE_END = {"lifts-warning": "warning", "ends-state": "event"}


def _goes(case: Outcome, scheme: str) -> bool:
    """Whether a scheme's level goes with the end of the response."""
    off = case.program.decisions.get(Value(scheme, "off"))
    follows = off is not None and off.follows == Value("response", "ended")
    return follows and case.after(scheme) == "none"
