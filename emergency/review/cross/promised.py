"""Promised twice: goods two plans deal with, stocks they both release, transport each puts its own goods first in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from emergency.plan.statements import Duty, Measure, Resource, Statement
from emergency.review.case import Case, Cases, clauses_of
from emergency.review.cross.telling import (
    Act,
    acts_of,
    by_place,
    cite_all,
    doers,
    hands_in,
    in_plan,
    once,
    phrase,
    starting,
    titles,
    told_act,
    told_starts,
)
from emergency.review.finding import Draft
from emergency.review.resource import is_own, own_reserves
from emergency.review.rules import rule_across
from emergency.source import Clause, Id, Text
from emergency.words.punctuation import punctuation
from emergency.words.rules import in_one_line
from emergency.words.rules.cross import CROSS, LANES, RESERVE, TRANSPORT, VEHICLES
from emergency.words.rules.reference import TITLE_MARKS

__all__: list[str] = []

#: Verbs that take others' vehicles.
_TAKES = ("requisition", "gather-goods")
#: Words in kinds of resource that name no goods.
_NO_GOODS = {"and", "goods", "milled", "necessities", "other", "others", "raw", "reserve", "supplies"}

# ------------------------------------------------------------------------------------ carved out


@rule_across("carve-out-not-kept", words=CROSS, cls="cross-plan", severity="high")
def carve_out_not_kept(cases: Cases) -> Iterator[Draft]:
    """Goods a clause leaves to another plan under review and other clauses of the plan still take in."""
    for case in cases:
        for one in case.plan.references:
            other = _cited(cases, one.title) if one.relation == "carve-out" and one.kind == "plan" else None
            if other is None or other is case:
                continue
            goods = _carved(case, one.clause)
            kept = [s for s in case.said if s.clause != one.clause and _takes_in(s.statement, goods)]
            if goods and kept:
                facts: dict[str, object] = {"clause": one.clause, "other": other.plan.title}
                numbers = sorted(clauses_of(kept), key=lambda no: Clause(no).sort_key())
                starts = in_one_line(told_starts(c) for c in (case, other))
                facts |= {"goods": goods, "kept": numbers, "starts": starts}
                clauses = (*case.cite(one, *kept), *cite_all((c, d) for c in (case, other) for d in starting(c)))
                yield Draft(f"{case.id} {other.id}", clauses, facts, {"goods": goods, "kept_in": numbers})


def _cited(cases: Cases, title: str) -> Case | None:
    cited = title.strip(TITLE_MARKS)
    return next((c for c in cases if cited in c.plan.title.zh or c.plan.title.zh in cited), None)


def _carved(case: Case, clause: Clause) -> list[Text]:
    """The goods listed in the plan's terms that a clause speaks of."""
    entry = case.clauses.get(clause)
    pairs = [
        pair
        for term in case.plan.terms
        for pair in zip(term.means.zh.split(punctuation("zh").comma), term.means.en.split(","), strict=False)
    ]
    found = [(zh.strip(), en.strip()) for zh, en in pairs if entry and entry.zh and zh.strip() in entry.zh]
    return [Text(zh=zh, en=re.split(r"\b(?:of|for)\b", en)[-1].strip()) for zh, en in found if zh and len(zh) < 6]


def _takes_in(statement: Statement, goods: list[Text]) -> bool:
    """Whether a term, a duty or a reserve is of the goods."""
    if isinstance(statement, Resource):
        kinds = {word for kind in (statement.kind, *(p.kind for p in statement.parts)) for word in kind.split("-")}
        return any(one.en.split()[-1] in kinds for one in goods)
    words = getattr(statement, "means", None) or (statement.object if isinstance(statement, Duty) else None)
    return isinstance(words, Text) and any(one.zh in words.zh for one in goods)


# ----------------------------------------------------------------------------- promised twice


@rule_across("one-reserve-two-plans", words=CROSS, cls="cross-plan", severity="high", kind="candidate")
def one_reserve_two_plans(cases: Cases) -> Iterator[Draft]:
    """Reserves of like goods that two plans release by other hands or with other consents."""
    for one, other in combinations(cases, 2):
        pairs = [(a, b) for a in _reserves(one) for b in _reserves(other) if _goods(a) & _goods(b)]
        acts = {case: _releases(case) for case in (one, other)}
        if pairs and all(acts.values()) and hands_in(one, acts[one]) != hands_in(other, acts[other]):
            kept = {one: [a for a, _ in pairs], other: [b for _, b in pairs]}
            names = [r.name for case in (one, other) for r in {r.id: r for r in kept[case]}.values()]
            how = [in_plan(case, [told_act(case, a) for a in acts[case]]) for case in (one, other)]
            clauses = cite_all((c, s) for c in (one, other) for s in (*kept[c], *acts[c]))
            goods = sorted(set().union(*(_goods(a) & _goods(b) for a, b in pairs)))
            facts = {"titles": titles([one, other]), "reserves": names, "how": in_one_line(how)}
            yield Draft(f"{one.id} {other.id}", clauses, facts, {"goods": goods})


def _reserves(case: Case) -> list[Resource]:
    """What the plan's own side keeps, and what it may release though no clause says where it is kept."""
    released = [one for one in case.plan.resources if is_own(case, one) and one.released_by]
    return [one for one in case.plan.resources if one in own_reserves(case) or one in released]


def _goods(one: Resource) -> set[str]:
    """The goods of a resource, word by word."""
    return {w for kind in (one.kind, *(p.kind for p in one.parts)) for w in kind.split("-")} - _NO_GOODS


def _releases(case: Case) -> list[Act]:
    """What is to release a reserve of the plan's own, and what is to propose it."""
    acts = acts_of(case)
    upper = [str(r.name.zh) for r in case.plan.resources if not is_own(case, r)]
    spoken = [a for a in acts if a.verb == "release-reserve" or (a.verb == "propose" and RESERVE in a.object.zh)]
    return [a for a in spoken if not any(name in a.object.zh for name in upper)]


@rule_across("transport-promised-twice", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def transport_promised_twice(cases: Cases) -> Iterator[Draft]:
    """Plans of one jurisdiction that each put their goods first in transport, keep them a lane, or take vehicles."""
    for place, group in by_place(cases).items():
        claims = {case: _claims(case) for case in group}
        claiming = [case for case in group if claims[case]]
        if len(claiming) > 1 and any(a.verb not in _TAKES for case in claiming for a in claims[case]):
            told = [in_plan(c, _grouped(c, claims[c])) for c in claiming]
            evidence = {"claims": {c.id: clauses_of(claims[c]) for c in claiming}}
            clauses = cite_all((c, a) for c in claiming for a in claims[c])
            yield Draft(place, clauses, {"claims": in_one_line(told)}, evidence)


def _claims(case: Case) -> list[Act]:
    acts = acts_of(case)
    first = [a for a in acts if _goes_first(a)]
    return first + [a for a in acts if a.verb in _TAKES and _of_vehicles(case, a)]


def _goes_first(act: Act) -> bool:
    """Whether an act puts goods first in transport, or keeps a lane for them."""
    return bool(re.search({"give-priority": TRANSPORT, "set-up": LANES}.get(act.verb, "(?!)"), act.object.zh))


def _of_vehicles(case: Case, act: Act) -> bool:
    targets = [case.plan.objects[Id(t)].zh for t in act.target] if isinstance(act, Measure) else []
    return any(re.search(VEHICLES, words) for words in (act.object.zh, *targets))


def _grouped(case: Case, acts: list[Act]) -> list[Text]:
    return once([_claim(case, act) for act in acts])


def _claim(case: Case, act: Act) -> Text:
    if act.verb == "set-up":
        return phrase("lane", clause=act.clause, by=case.names(doers(act)), what=act.object)
    return phrase("clause", clause=act.clause, what=phrase("requisition") if act.verb in _TAKES else act.object)
