"""Who leads: the same people at the head of several plans, and who commands when it is gravest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from emergency.plan.statements import Measure, Statement
from emergency.review.case import Case, Cases
from emergency.review.coverage import speaks_of
from emergency.review.cross.telling import (
    cite_all,
    in_plan,
    kind_of,
    known_name,
    phrase,
    titles,
    told_act,
)
from emergency.review.finding import Draft
from emergency.review.rules import rule_across
from emergency.words.rules import in_one_line, worded
from emergency.words.rules.cross import CHARGE, CROSS, STANDS_IN
from emergency.words.rules.membership import ROLES

__all__ = ["lead_agency", "led_by_one", "post_meant"]

#: Verbs of command, the plainest first.
_COMMANDS = ("command", "direct", "lead", "coordinate", "organise", "deploy", "convene")


@rule_across("one-command-several-plans", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def one_command_several_plans(cases: Cases) -> Iterator[Draft]:
    """Plans of one lead agency whose chairs the same posts hold, where no plan says who stands in."""
    for lead, group in led_by_one(cases).items():
        chairs = _shared_chairs(group)
        if any(role == "head" for _, role in chairs) and not all(speaks_of(case, STANDS_IN) for case in group):
            held = [*chairs.items(), ((lead, "office"), _offices(group))]
            told = [
                phrase("chair", actor=known_name(group[0], who), role=worded(ROLES[role])) for (who, role), _ in held
            ]
            facts = {"titles": titles(group), "chairs": told}
            evidence = {
                "chairs": [{"holds": who, "as": role, "in": [c.id for c in seats]} for (who, role), seats in held]
            }
            yield Draft(
                lead, cite_all((c, s) for _, seats in held for c, ss in seats.items() for s in ss), facts, evidence
            )


def lead_agency(case: Case) -> str | None:
    """The agency of the jurisdiction that houses the office of a plan's body."""
    hosts = (str(a) for seat in case.plan.seats if seat.role == "office" for a in seat.actors)
    return next((case.seated_as[a] for a in hosts if a in case.seated_as), None)


def post_meant(case: Case, actor: str) -> str | None:
    """The post an actor is; one "in charge" is found by the jurisdiction's division of work on the plan's day."""
    lead, one = lead_agency(case), case.actors.get(actor)
    if actor in case.seated_as or one is None:
        return case.seated_as.get(actor)
    if one.kind != "post" or CHARGE not in one.zh or lead is None:
        return None
    day = case.plan.document.date
    found = case.jurisdiction.post_in_charge(lead, None if isinstance(day, str) else day)
    return str(found[0]) if found else None


def led_by_one(cases: Cases) -> dict[str, list[Case]]:
    """Each agency that leads several plans → these plans."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        lead = lead_agency(case)
        if lead:
            found[lead].append(case)
    return {lead: group for lead, group in found.items() if len(group) > 1}


def _shared_chairs(group: list[Case]) -> dict[tuple[str, str], dict[Case, list[Statement]]]:
    """(post, role) → the plans in which it has that chair, with the clauses; those in several plans alone."""
    found: dict[tuple[str, str], dict[Case, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for case in group:
        for seat in case.plan.seats:
            for actor in seat.actors if seat.role in ("head", "deputy") else ():
                post = post_meant(case, str(actor))
                if post:
                    found[post, seat.role][case].append(seat)
    return {key: seats for key, seats in found.items() if len(seats) > 1}


def _offices(group: list[Case]) -> dict[Case, list[Statement]]:
    return {case: [seat for seat in case.plan.seats if seat.role == "office"] for case in group}


@rule_across("top-level-commanded-differently", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def top_level_commanded_differently(cases: Cases) -> Iterator[Draft]:
    """Plans of one lead agency of which one is commanded from above at its gravest level and another is not."""
    for lead, group in led_by_one(cases).items():
        acts = {case: _at_the_top(case) for case in group}
        above = {case for case, ms in acts.items() if any(kind_of(case, a) == "outside" for m in ms for a in m.by)}
        if above and any(acts[case] for case in group if case not in above):
            told = [in_plan(case, [told_act(case, m) for m in acts[case][:1]]) for case in group if acts[case]]
            facts = {"lead": known_name(group[0], lead), "commands": in_one_line(told)}
            evidence = {"from_above": [case.id for case in group if case in above]}
            yield Draft(lead, cite_all((case, m) for case in group for m in acts[case][:1]), facts, evidence)


def _at_the_top(case: Case) -> list[Measure]:
    """Who is to command at the gravest level, of responses or of incidents."""
    schemes = [
        (id, s) for id, s in case.plan.schemes.items() if s.kind in ("event", "response") and len(s.levels) > 1
    ]
    tops = [v for v in case.levels if any(v.scheme == id and v.value == s.levels[-1] for id, s in schemes)]
    acts = [m for v in tops for m in case.measures_during[v] if m.verb in _COMMANDS and len(m.during) == 1]
    own = [m for m in acts if any(kind_of(case, a) in ("body", "outside") for a in m.by) and not _at_any(m)]
    return sorted(own, key=lambda m: _COMMANDS.index(m.verb))


def _at_any(measure: Measure) -> bool:
    return any("any" in state.values for state in measure.during)
