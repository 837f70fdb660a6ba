"""Measures: which are called for, by whom, on what, by which clause."""

from __future__ import annotations

from typing import Any

from case_checks.outcome import Outcome, alike, alone, clause, one_of
from emergency.condition import Flag, Guard, leaves
from emergency.machine import MeasurePlan
from emergency.quantity import Range

__all__ = [
    "allocation", "consent", "customers", "directed_by", "forbidden", "measures", "measures_of", "meeting",
    "no_measures_of", "planned_supply_in", "press", "prices", "public_information", "rationing", "requests",
    "requisition", "reserves", "special_meeting", "stations", "urged", "watch",
]  # fmt: skip

STRENGTHS = {
    "designated": "designate",
    "limited": "limit",
    "strictly-limited": "limit-strictly",
    "controlled": "control",
    "stopped": "stop",
}


def _urgency(one: MeasurePlan) -> str:
    return str(one.says.within and one.says.within.urgency)


# --------------------------------------------------------------------------------------- measures of any plan


def measures(case: Outcome, wanted: Any) -> Any:
    """Those asked for that are in force, each named by its id or by who does what under which clause."""
    ids = {str(m.says.id) for m in case.in_force}
    acts = [[who, m.says.verb, c] for m in case.in_force for who in case.names(m.by) for c in m.clauses]
    return [one for one in wanted if (one in ids if isinstance(one, str) else one in acts)]


def measures_of(case: Outcome, wanted: Any) -> Any:
    """The clauses whose measures are in force, and no others."""
    return alike({c for m in case.in_force for c in m.clauses}, wanted)


def no_measures_of(case: Outcome, wanted: Any) -> Any:
    """Those of the clauses that have measures, none of which is in force."""
    found = {c for m in case.in_force for c in m.clauses}
    known = {c for m in case.program.measures for c in m.clauses}
    return [c for c in wanted if c in known - found]


def forbidden(case: Outcome, wanted: Any) -> Any:
    """Everything that is forbidden, with the clause."""
    return {str(t): clause(m) for m in case.in_force if m.says.strength == "forbidden" for t in m.says.target}


def watch(case: Outcome, wanted: Any) -> Any:
    """The clauses that have somebody act around the clock."""
    found = [m for m in case.answer.measures if "around the clock" in m.says.object.en]
    return alike({c for m in found for c in m.clauses}, wanted)


def directed_by(case: Outcome, wanted: Any) -> Any:
    """Who commands; there is one command at a time."""
    return alone([{"by": case.by(m), "clause": clause(m)} for m in case.measures("command")])


# --------------------------------------------------------------------------------------- meetings and consent


def _meetings(case: Outcome, *, special: bool) -> list[MeasurePlan]:
    return [m for m in case.measures("convene", of="response") if (len(m.during) > 1) == special]


def meeting(case: Outcome, wanted: Any) -> Any:
    """The meeting of the level in force: who calls it and how fast."""
    found = _meetings(case, special=False)
    return alone([{"by": case.by(m), "when": _urgency(m), "clause": clause(m)} for m in found])


def special_meeting(case: Outcome, wanted: Any) -> Any:
    """The meeting called at every start, of whatever level."""
    return alone([{"by": case.by(m), "clause": clause(m)} for m in _meetings(case, special=True)])


def consent(case: Outcome, wanted: Any) -> Any:
    """Whose agreement measures need and who seeks it; it is sought from whoever gives it, and each is told once."""
    found: list[Any] = []
    for one in case.answer.measures:
        asks = [s for s in one.steps if s.do == "request"]
        for step in [s for s in one.steps if s.do == "agree"]:
            if [s.to for s in asks] != [step.by]:
                return {"asked": [case.names(s.to) for s in asks], "agrees": case.names(step.by)}
            sought = case.names((*asks[0].by, *asks[0].together_with))
            seen = {"of": case.by(step), "sought-by": sought, "clause": clause(one)}
            found += [seen] if seen not in found else []
    return alone(found)


# --------------------------------------------------------------------------------------- supply


def requests(case: Outcome, wanted: Any) -> Any:
    """Who asks whom for more, or for a reserve; a request that is open to them, not owed, says ``may``."""
    found = []
    for one in case.measures("request"):
        listed = isinstance(wanted, dict) and isinstance(wanted.get("to"), list)
        to = case.names(one.towards)
        seen: dict[str, Any] = {"by": case.by(one), "to": to if listed else one_of(to), "clause": clause(one)}
        found.append(seen | ({} if one.says.modality == "shall" else {"modality": one.says.modality}))
    return alone(found)


def reserves(case: Outcome, wanted: Any) -> Any:
    """The measures that the plan puts in an order, in that order: what is done with which reserve, by whom."""
    ranked = [(int(str(m.says.rank)), m) for m in case.answer.measures if m.says.rank]
    found = []
    for rank, one in sorted(ranked, key=lambda pair: pair[0]):
        seen: dict[str, Any] = {"rank": rank, "do": one.says.verb, "of": one_of(map(str, one.says.target))}
        seen |= {"by": case.by(one)} | ({"to": one_of(case.names(one.towards))} if one.towards else {})
        found.append(seen | ({} if one.says.modality == "shall" else {"modality": one.says.modality}))
    return found


def customers(case: Outcome, wanted: Any) -> Any:
    """How each class asked about is supplied, and every class not supplied at all.

    Of several measures for a class the one of the gravest response level counts.
    """
    found: dict[str, tuple[int, list[str]]] = {}
    for one in case.in_force:
        rank = max((case.program.ranks[v] for v in one.during if v.scheme == "response"), default=0)
        for target in one.says.target if rank and one.says.strength in STRENGTHS else ():
            if rank > found.get(str(target), (0, []))[0]:
                found[str(target)] = rank, [STRENGTHS[str(one.says.strength)], clause(one)]
    return {target: how for target, (_, how) in found.items() if target in wanted or how[0] == "stop"}


def rationing(case: Outcome, wanted: Any) -> Any:
    """How goods are given out other than by free sale, in the order of the plan."""
    return [m.says.verb for m in case.measures("distribute", "allocate", "ration")]


def planned_supply_in(case: Outcome, wanted: Any) -> Any:
    """The places where the condition of a local measure of planned supply holds."""
    found: set[str] = set()
    for one in case.measures("plan-supply", of="response"):
        if isinstance(one.says.condition, Guard):
            flags = [n.indicator for n in leaves(one.says.condition.tree) if isinstance(n, Flag)]
            for places in (case.facts[f] for f in flags):
                found |= places if isinstance(places, frozenset) else {"(everywhere)"}
    return alike(found, wanted)


def stations(case: Outcome, wanted: Any) -> Any:
    """How many stations stay open or are set up, where the clause gives a range."""
    found = case.measures("keep-open", "set-up", of="response")
    amounts = [(m.says.amount, m) for m in found]
    return alone([{"least": a.low, "most": a.high, "clause": clause(m)} for a, m in amounts if isinstance(a, Range)])


def allocation(case: Outcome, wanted: Any) -> Any:
    """Who allots which stocks."""
    found = case.measures("allocate", of="response")
    return alone([{"by": case.by(m), "of": [str(t) for t in m.says.target], "clause": clause(m)} for m in found])


def prices(case: Outcome, wanted: Any) -> Any:
    """Who intervenes in prices."""
    return alone([{"by": case.by(m), "clause": clause(m)} for m in case.measures("intervene")])


def requisition(case: Outcome, wanted: Any) -> Any:
    """Who requisitions, with whose approval, in place of what; what is requisitioned where the table asks.

    Of two alternatives each names the other, and both are called for.
    """
    found = []
    for one in case.measures("requisition"):
        seen: dict[str, Any] = {"by": case.by(one), "clause": clause(one)}
        approvals = [case.by(s) for s in one.steps if s.do == "approve"]
        seen |= {"approved-by": one_of(approvals)} if approvals else {}
        seen |= {"of": [str(t) for t in one.says.target]} if "of" in wanted else {}
        if one.says.alternative:
            other = case.answer.measure(one.says.alternative)
            both = other is not None and other.says.alternative == one.says.id
            seen |= {"either": str(one.says.alternative), "or": str(one.says.id) if both else "(not in force)"}
        found.append(seen)
    return alone(found)


def urged(case: Outcome, wanted: Any) -> Any:
    """Who is urged, and by whom."""
    urging = case.measures("urge")
    found = [{"by": case.by(m), "whom": case.names(m.towards), "clause": clause(m)} for m in urging]
    return alone([one for i, one in enumerate(found) if one not in found[:i]])


# --------------------------------------------------------------------------------------- the public


def press(case: Outcome, wanted: Any) -> Any:
    """Who holds press conferences, and how often: daily, regularly, or as they see fit."""
    found = []
    for one in case.measures("hold-press-conference", of="response"):
        every = {"1 d": "daily", "unstated": "regularly"}.get(str(one.says.every))
        how = every or ("as-needed" if one.says.discretion else "unstated")
        found.append({"by": case.by(one), "how": how, "clause": clause(one)})
    return alone(found)


def public_information(case: Outcome, wanted: Any) -> Any:
    """Who has the news media tell the public, and how fast."""
    found = [m for m in case.measures("organise") if "news-media" in case.names(m.towards)]
    return alone([{"by": case.by(m), "when": _urgency(m), "clause": clause(m)} for m in found])
