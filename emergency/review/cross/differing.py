"""Like rules that differ: who sets prices, how soon those above are told, through whom is published."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from emergency.plan.statements import Measure, Report, Statement
from emergency.review.case import Case, Cases, clauses_of
from emergency.review.cross.leading import led_by_one
from emergency.review.cross.telling import (
    Act,
    acts_of,
    by_place,
    cite_all,
    hands_in,
    in_plan,
    known_name,
    once,
    phrase,
    titles,
    told_price,
)
from emergency.review.finding import Draft
from emergency.review.rules import rule_across
from emergency.source import Id, Text
from emergency.words.rules import both, in_one_line
from emergency.words.rules.cross import ABOVE, AFTERMATH, CROSS, PRICES, REPORTS
from emergency.words.terms import amount, urgency

__all__: list[str] = []

#: Verbs that set or bound prices.
_PRICE_VERBS = ("adjust-price", "cap-price", "intervene", "levy")


@rule_across("price-powers-differ", words=CROSS, cls="cross-plan", severity="medium")
def price_powers_differ(cases: Cases) -> Iterator[Draft]:
    """Plans of one jurisdiction that leave interventions in prices to different agencies."""
    for place, group in by_place(cases).items():
        acts = {case: [act for act in acts_of(case) if _on_prices(act)] for case in group}
        setting = [case for case in group if acts[case]]
        named = {frozenset(hands_in(case, acts[case])) for case in setting if hands_in(case, acts[case])}
        if len(named) > 1:
            told = [in_plan(case, once([told_price(case, a) for a in acts[case]])) for case in setting]
            evidence = {"by": {case.id: sorted(hands_in(case, acts[case])) for case in setting}}
            clauses = cite_all((c, a) for c in setting for a in acts[c])
            yield Draft(place, clauses, {"powers": in_one_line(told)}, evidence)


def _on_prices(act: Act) -> bool:
    return act.verb in _PRICE_VERBS and (act.verb.endswith("-price") or PRICES in act.object.zh)


@rule_across("upward-reports-differ", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def upward_reports_differ(cases: Cases) -> Iterator[Draft]:
    """Plans of one lead agency that tell higher levels of an incident within different times."""
    for lead, group in led_by_one(cases).items():
        told = {case: _told_above(case) for case in group}
        bounds = {frozenset(one.bound for one in told[case]) for case in group}
        if len(bounds) > 1:
            rules = [in_plan(c, _told_words(c, told[c]) or [phrase("no-report")]) for c in group]
            facts = {"lead": known_name(group[0], lead), "rules": in_one_line(rules)}
            evidence = {c.id: sorted({one.bound or "none" for one in told[c]}) for c in group}
            yield Draft(lead, cite_all((c, o.statement) for c in group for o in told[c]), facts, evidence)


@dataclass(frozen=True, slots=True)
class _Told:
    """A report, or an act that tells, to somebody above."""

    statement: Report | Measure
    by: tuple[str, ...]
    to: tuple[str, ...]

    @property
    def bound(self) -> str:
        """Its limit as printed, its word of urgency, or nothing."""
        within = self.statement.within
        return str(within.bound or within.urgency or "") if within else ""


def _told_words(case: Case, told: list[_Told]) -> list[Text]:
    """Who tells whom how soon, clauses that say the same together."""
    same: dict[tuple[tuple[str, ...], tuple[str, ...], str], list[_Told]] = defaultdict(list)
    for one in told:
        same[one.by, one.to, one.bound].append(one)
    return [
        phrase(
            "report",
            clauses=clauses_of(o.statement for o in ones),
            by=case.names(by),
            to=case.names(to),
            bound=_soon(bound),
        )
        for (by, to, bound), ones in same.items()
    ]


def _told_above(case: Case) -> list[_Told]:
    """What is told above of an incident; what comes after it is left out."""
    measures = (m for m in case.plan.measures if m.towards and REPORTS in m.object.zh)
    acts: list[Report | Measure] = [*case.plan.reports, *measures]
    found = []
    for one in acts:
        addressed, by = (one.to, one.from_) if isinstance(one, Report) else (one.towards or (), one.by)
        to = tuple(str(a) for a in addressed if _is_above(case, str(a)))
        own = any(not _is_above(case, str(a)) for a in by)
        if to and own and not _after_the_end(case, one):
            found.append(_Told(one, tuple(map(str, by)), to))
    return found


def _after_the_end(case: Case, one: Statement) -> bool:
    heading = case.clauses.get(one.clause.chapter)
    return bool(heading and heading.heading and re.search(AFTERMATH, heading.heading))


def _soon(bound: str) -> Text:
    if not bound:
        return phrase("no-bound")
    return both(amount if bound[0].isdigit() else urgency, bound)


def _is_above(case: Case, actor: str) -> bool:
    known = case.jurisdiction.agencies.get(Id(case.seated_as.get(actor, "-")))
    if known is not None:
        return known.level in ("city", "province", "state")
    return actor in case.actors and bool(re.match(ABOVE, case.actors[actor].zh))


@rule_across("publisher-left-out", words=CROSS, cls="cross-plan", severity="low", kind="candidate")
def publisher_left_out(cases: Cases) -> Iterator[Draft]:
    """Agencies that publish in several plans and are named nowhere in another plan that publishes too."""
    for known, named in cases.known_as.items():
        publishing = {
            case: [p for p in case.plan.publications if actor in (*p.by, *(p.together_with or ()))]
            for case, actor in named
        }
        having = [case for case, ones in publishing.items() if ones]
        uses = {case for case, actor in named if case.actor_uses[actor]}
        lacking = [case for case in cases if case.plan.publications and case not in uses]
        if len(having) > 1 and lacking:
            facts = {"agency": known_name(having[0], known), "having": titles(having), "lacking": titles(lacking)}
            clauses = [(c, p) for c in having for p in publishing[c]]
            clauses += [(c, p) for c in lacking for p in c.plan.publications]
            yield Draft(
                known, cite_all(clauses), facts, {"in": [c.id for c in having], "not_in": [c.id for c in lacking]}
            )
