"""Clocks: what starts them, whether it ever comes, whether others hold them up, and whether the limits add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from emergency.condition import Guard
from emergency.plan.leaves import UNSTATED, State, Within
from emergency.plan.statements import Decision, Event, Measure, Step
from emergency.quantity import Duration
from emergency.review.case import Case
from emergency.review.deadline.acts import (
    Act,
    acts,
    bound_of,
    cited,
    entering,
    hours,
    in_words,
    is_outsider,
    start_of,
)
from emergency.review.finding import Draft, Severity
from emergency.review.law_facts import facts_on
from emergency.review.rules import rule
from emergency.source import Clause, Id, Text
from emergency.words import terms
from emergency.words.rules import both
from emergency.words.rules.deadline import DEADLINE, UNNAMED_START

__all__: list[str] = []

# ---------------------------------------------------------------------------------------- what starts


@rule("clock-without-start", words=DEADLINE, cls="deadline", severity="high")
def clock_without_start(case: Case) -> Iterator[Draft]:
    """Limits of which no clause says from when they are counted."""
    for act in acts(case):
        # A step may count from the step before, a measure from the level's entry; the others have only their event.
        loose = act.after is None and act.section in ("duties", "reports", "publications") and not act.during
        if act.bound and (act.after == UNSTATED or loose):
            facts = {"clause": act.clause, "bound": in_words(act.bound), "who": case.names(act.by)}
            # Where the clause names the case in which the act is due, the start is in doubt and not unknown.
            cased = isinstance(getattr(act.statement, "condition", None), Guard)
            severity: Severity | None = "medium" if cased else None
            told = {"bound": str(act.bound)}
            yield Draft(f"{act.clause} {act.does}", cited(case, [act]), facts, told, severity)


@rule("start-never-comes", words=DEADLINE, cls="deadline", severity="high")
def start_never_comes(case: Case) -> Iterator[Draft]:
    """Clocks that start from something no clause brings about."""
    for id, event in case.events.items():
        uses = [u for u in case.event_uses[id] if u.section != "events"]
        if uses and not _comes_about(case, event):
            facts = {"clauses": list(dict.fromkeys(u.clause for u in uses)), "event": event.name}
            yield Draft(id, case.cite(event, *uses), facts, {"event": id, "kind": event.kind})


def _comes_about(case: Case, event: Event) -> bool:
    """Whether a clause brings an event about; what the world does, or is imposed from above, needs none."""
    if event.kind == "reported":
        return event.to is None or _is_told(case, str(event.to))
    if event.kind not in ("entered", "left"):
        return True
    if not isinstance(event.state, State):
        return bool(case.decisions_into_nothing) or any(_ends(case, d) for d in case.plan.decisions)
    scheme = case.plan.schemes[Id(event.state.scheme)]
    values = case.values_of(event.state)
    if event.kind == "left" or scheme.kind == "imposed" or all(v.value == "off" for v in values):
        return True
    return any(case.decisions_into[v] or case.criteria_of[v] for v in values)


def _is_told(case: Case, actor: str) -> bool:
    """Whether somebody tells an actor anything, under any of the names the plan has for it."""
    names = [a for a in case.actors if a == actor or _same_body(case, a, actor)]
    told = {str(to) for a in acts(case) for to in a.to} | {str(i.to) for i in case.plan.indicators if i.to}
    watches = any(str(i.observer) in names for i in case.plan.indicators)
    return watches or UNSTATED in told or any(name in told for name in names)


def _same_body(case: Case, one: str, other: str) -> bool:
    a, b = (case.actors[x].zh if x in case.actors else x for x in (one, other))
    return a in b or b in a


def _ends(case: Case, decision: Decision) -> bool:
    if not isinstance(decision.to, State):
        return False
    return str(case.plan.schemes[Id(decision.to.scheme)].ends) in decision.to.values


@rule(
    "clock-starts-after-open-step",
    words=DEADLINE,
    cls="deadline",
    severity="high",
    yields_to=("clock-starts-late",),
)
def clock_starts_after_open_step(case: Case) -> Iterator[Draft]:
    """Limits counted from a finding that somebody makes without any limit of time."""
    for act in acts(case):
        event = case.events.get(act.after or "")
        if act.bound is None or event is None or event.kind != "entered":
            continue
        making = [d for d in _makes(case, event) if d.steps and not bound_of(d.steps[-1].within)]
        if making:
            facts = {
                "clauses": [act.clause],
                "bounds": [in_words(act.bound)],
                "event": [event.name],
            }
            told = {"events": [str(event.id)]}
            covers = tuple(map(str, act.by))
            yield Draft(_by_law(case, act), case.cite(act.statement, *making), facts, told, covers=covers)


def _by_law(case: Case, act: Act) -> str:
    """The subject of a late start: the law, if there is one, that says from when on the limit runs."""
    return next((str(fact.id) for fact in facts_on(case, "clock") if fact.bound == str(act.bound)), "start")


def _makes(case: Case, event: Event) -> list[Decision]:
    """The decisions that grade or confirm what an event is the outcome of."""
    if not isinstance(event.state, State):
        return [d for d in case.decisions_into_nothing if d.clause == event.clause]
    if case.plan.schemes[Id(event.state.scheme)].kind != "event":
        return []
    values = set(case.values_of(event.state))
    return [d for d in case.plan.decisions if isinstance(d.to, State) and values & set(case.values_of(d.to))]


@rule(
    "two-clocks-for-one-report",
    words=DEADLINE,
    cls="deadline",
    severity="medium",
    kind="candidate",
    yields_to=("clock-starts-after-open-step",),
)
def two_clocks_for_one_report(case: Case) -> Iterator[Draft]:
    """Reports of one to another that neighbouring clauses count from two moments, or limit in two ways."""
    reports = [a for a in acts(case) if a.section == "reports" and (a.bound or a.urgency == "same-time")]
    for one, other in combinations(reports, 2):
        if not (set(one.by) & set(other.by) and set(one.to) & set(other.to)):
            continue
        draft = _twice(case, one, other)
        if one.after == other.after and _differ(one.bound, other.bound):
            subject = f"{draft.subject} {one.after}"
            yield replace(draft, subject=subject, severity="high", kind="fact", variant="bounds")
        elif _numbered(one.clause).parent == _numbered(other.clause).parent and _two_moments(case, one, other):
            yield draft


def _differ(one: Duration | None, other: Duration | None) -> bool:
    """Whether two limits are both given and not of one length."""
    if one is None or other is None:
        return False
    lengths = hours(one), hours(other)
    return one != other if None in lengths else lengths[0] != lengths[1]


def _two_moments(case: Case, one: Act, other: Act) -> bool:
    """Whether one report counts from a finding without a level and the other from one with a level."""
    events = [case.events.get(a.after or "") for a in (one, other)]
    entered = [e for e in events if e is not None and e.kind == "entered"]
    levels = [isinstance(e.state, State) for e in entered]
    graded = [e for e in entered if isinstance(e.state, State)]
    kinds = {case.plan.schemes[Id(e.state.scheme)].kind for e in graded if isinstance(e.state, State)}
    return sorted(levels) == [False, True] and kinds == {"event"}


def _twice(case: Case, one: Act, other: Act) -> Draft:
    shared = [by for by in one.by if by in other.by]
    facts = {
        "who": case.names(shared),
        "whom": case.names([to for to in one.to if to in other.to]),
        "clauses": [one.clause, other.clause],
        "events": [case.events[str(a.after)].name for a in (one, other) if a.after in case.events],
        "bounds": [in_words(a.bound) for a in (one, other) if a.bound],
    }
    return Draft(str(shared[0]), cited(case, [one, other]), facts, {"events": [one.after, other.after]})


def _numbered(clause: Clause) -> Clause:
    while "#" in clause or clause.endswith(")"):
        clause = clause.parent or clause
    return clause


# -------------------------------------------------------------------------------------- what holds up


@rule("waits-on-outsider", words=DEADLINE, cls="deadline", severity="high")
def waits_on_outsider(case: Case) -> Iterator[Draft]:
    """Decisions and approvals that stand still until somebody outside the plan's reach answers, however long."""
    for statement in _stepwise(case):
        waiting = _open_steps(case, statement)
        own = any(not is_outsider(case, s.by) for s in statement.steps)
        if not waiting or not own:
            continue
        others = _other_routes(case, statement)
        facts = {
            "clause": statement.clause,
            "who": case.names(dict.fromkeys(s.by for s in waiting)),
            "does": [both(terms.verb, s.do) for s in waiting],
            "what": _what(case, statement),
        }
        severity: Severity = "high" if others or isinstance(statement, Measure) else "critical"
        told = {"other_routes": [str(d.clause) for d in others]}
        yield Draft(str(statement.id), case.cite(statement), facts, told, severity)


def _stepwise(case: Case) -> list[Decision | Measure]:
    return [*case.plan.decisions, *case.plan.measures]


def _open_steps(case: Case, statement: Decision | Measure) -> list[Step]:
    """Steps of outsiders without a limit that something of ours waits for."""
    ours = [i for i, s in enumerate(statement.steps) if not is_outsider(case, s.by)]
    last = max(ours, default=-1) if isinstance(statement, Decision) else len(statement.steps)
    return [s for s in statement.steps[:last] if is_outsider(case, s.by) and not bound_of(s.within)]


def _other_routes(case: Case, statement: Decision | Measure) -> list[Decision]:
    """Other decisions into the same values that wait for nobody outside."""
    if not isinstance(statement, Decision) or not isinstance(statement.to, State):
        return []
    values = set(case.values_of(statement.to))
    rest = [d for d in case.plan.decisions if d is not statement and isinstance(d.to, State)]
    same = [d for d in rest if values & set(case.values_of(d.to)) and d.steps]
    return [d for d in same if not _open_steps(case, d)]


def _what(case: Case, statement: Decision | Measure) -> list[Text]:
    if isinstance(statement, Measure):
        return [statement.object]
    values = case.values_of(statement.to) if isinstance(statement.to, State) else ()
    return [entering(case, v) for v in values] or [UNNAMED_START]


# -------------------------------------------------------------------------------------- what adds up


@rule("chain-over-bound", words=DEADLINE, cls="deadline", severity="high")
def chain_over_bound(case: Case) -> Iterator[Draft]:
    """Limits that steps before, each taking the time it is given, leave no time to meet."""
    for statement in _stepwise(case):
        for event, taken, step, bound in _overruns(case, statement):
            facts = {
                "clause": statement.clause,
                "event": case.events[event].name if event in case.events else event,
                "does": both(terms.verb, step),
                "bound": in_words(bound),
                "taken": in_words(Duration(taken, "h")),
            }
            told = {"event": event, "taken_h": taken, "bound_h": hours(bound)}
            yield Draft(f"{statement.clause} {statement.id} {step}", case.cite(statement), facts, told)


def _overruns(case: Case, statement: Decision | Measure) -> Iterator[tuple[str, float, str, Duration]]:
    """Event, hours the steps before may take since then, the verb of the act, and its limit from the same event."""
    latest: dict[str, float] = {}  # event → the longest the chain may have taken since, by the limits of its steps
    told: dict[str, dict[str, float]] = defaultdict(dict)  # who was told → how long after each event at the latest
    links: list[tuple[str, Within | None, list[str]]]
    links = [(s.do, s.within, [str(to) for to in s.to or ()]) for s in statement.steps]
    if isinstance(statement, Measure):
        links.append((statement.verb, statement.within, []))
    for does, within, to in links:
        bound, start = bound_of(within), start_of(within)
        limit = hours(bound)
        if bound is not None and limit is not None and start is not None:
            if latest.get(start, 0.0) > limit:
                yield start, latest[start], does, bound
            since = told[_hearer(case, start)] or {start: 0.0}
            for event, already in since.items():
                latest[event] = max(latest.get(event, 0.0), already + limit)
        for actor in to:
            told[actor] = dict(latest)


def _hearer(case: Case, event: str) -> str:
    """Who must be told for an event to happen; nobody for events of another kind."""
    one = case.events.get(event)
    return str(one.to) if one is not None and one.kind == "reported" and one.to else ""
