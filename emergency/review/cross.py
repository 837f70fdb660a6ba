"""Across plans: are the same people, goods, transport and powers promised in several, and do like rules agree?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from emergency.machine.program import DECIDING
from emergency.plan.leaves import ActorRef
from emergency.plan.statements import Decision, Duty, Measure, Report, Resource, Statement
from emergency.review.case import Case, Cases
from emergency.review.coverage import own_levels, speaks_of
from emergency.review.finding import Draft
from emergency.review.resource import is_own, own_reserves
from emergency.review.rules import rule_across
from emergency.source import Citation, Clause, Id, Text
from emergency.words.findings import filled
from emergency.words.rules.cross import ABOVE, CHARGE, CROSS, PHRASES, PRICES, REPORTS, STANDS_IN, TRANSPORT, VEHICLES
from emergency.words.rules.membership import ROLES
from emergency.words.terms import amount, urgency, verb

__all__ = ["lead_agency", "post_meant"]

Act = Duty | Measure

#: Steps by which those asked give their consent.
_AGREES = ("agree", "approve", "decide")
#: Verbs of command, the plainest first.
_COMMANDS = ("command", "direct", "lead", "coordinate", "organise", "deploy", "convene")
#: Verbs that set or bound prices.
_PRICE_VERBS = ("adjust-price", "cap-price", "intervene", "levy")
#: Verbs that take others' vehicles.
_TAKES = ("requisition", "gather-goods")
#: Words in kinds of resource that name no goods.
_NO_GOODS = {"and", "goods", "milled", "necessities", "other", "others", "raw", "reserve", "supplies"}


# --------------------------------------------------------------------------------------- who leads


@rule_across("one-command-several-plans", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def one_command_several_plans(cases: Cases) -> Iterator[Draft]:
    """Plans of one lead agency whose chairs the same posts hold, where no plan says who stands in."""
    for lead, group in _led_by_one(cases).items():
        chairs = _shared_chairs(group)
        if any(role == "head" for _, role in chairs) and not all(speaks_of(case, STANDS_IN) for case in group):
            held = [*chairs.items(), ((lead, "office"), _offices(group))]
            told = [
                _phrase("chair", actor=_known(group[0], who), role=_words(ROLES[role])) for (who, role), _ in held
            ]
            facts = {"titles": _titles(group), "chairs": told}
            evidence = {
                "chairs": [{"holds": who, "as": role, "in": [c.id for c in seats]} for (who, role), seats in held]
            }
            yield Draft(
                lead, _cite((c, s) for _, seats in held for c, ss in seats.items() for s in ss), facts, evidence
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


def _led_by_one(cases: Cases) -> dict[str, list[Case]]:
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
    for lead, group in _led_by_one(cases).items():
        acts = {case: _at_the_top(case) for case in group}
        above = {case for case, ms in acts.items() if any(_kind(case, a) == "outside" for m in ms for a in m.by)}
        if above and any(acts[case] for case in group if case not in above):
            told = [_in_plan(case, [_act(case, m) for m in acts[case][:1]]) for case in group if acts[case]]
            facts = {"lead": _known(group[0], lead), "commands": _row(told)}
            evidence = {"from_above": [case.id for case in group if case in above]}
            yield Draft(lead, _cite((case, m) for case in group for m in acts[case][:1]), facts, evidence)


def _at_the_top(case: Case) -> list[Measure]:
    """Who is to command at the gravest level, of responses or of incidents."""
    schemes = [
        (id, s) for id, s in case.plan.schemes.items() if s.kind in ("event", "response") and len(s.levels) > 1
    ]
    tops = [v for v in case.levels if any(v.scheme == id and v.value == s.levels[-1] for id, s in schemes)]
    acts = [m for v in tops for m in case.measures_during[v] if m.verb in _COMMANDS and len(m.during) == 1]
    own = [m for m in acts if any(_kind(case, a) in ("body", "outside") for a in m.by) and not _at_any(m)]
    return sorted(own, key=lambda m: _COMMANDS.index(m.verb))


def _at_any(measure: Measure) -> bool:
    return any("any" in state.values for state in measure.during)


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
                numbers = sorted(_numbers(kept), key=lambda no: Clause(no).sort_key())
                facts |= {"goods": goods, "kept": numbers, "starts": _row([_starts(c) for c in (case, other)])}
                clauses = (*case.cite(one, *kept), *_cite((c, d) for c in (case, other) for d in _into(c)))
                yield Draft(f"{case.id} {other.id}", clauses, facts, {"goods": goods, "kept_in": numbers})


def _cited(cases: Cases, title: str) -> Case | None:
    cited = title.strip("《》")
    return next((c for c in cases if cited in c.plan.title.zh or c.plan.title.zh in cited), None)


def _carved(case: Case, clause: Clause) -> list[Text]:
    """The goods listed in the plan's terms that a clause speaks of."""
    entry = case.clauses.get(clause)
    pairs = [
        pair
        for term in case.plan.terms
        for pair in zip(term.means.zh.split("、"), term.means.en.split(","), strict=False)
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


def _starts(case: Case) -> Text:
    """By whom the response of a plan is started, level by level."""
    told = []
    for decision in _into(case):
        who = [s.by for s in decision.steps if s.do in (*DECIDING, *_AGREES) and s.by.named]
        levels = [case.value_name(v) for v in case.values_of(decision.to)]
        if who:
            told.append(_phrase("started", level=levels, who=case.names(dict.fromkeys(who))))
    return _in_plan(case, told)


def _into(case: Case) -> list[Decision]:
    """The decisions that start a response and say who has the last word."""
    levels = [v for ones in own_levels(case, "response").values() for v in ones]
    into = dict.fromkeys(d.id for v in levels for d in case.decisions_into[v])
    found = [d for d in case.plan.decisions if d.id in into]
    return [d for d in found if any(s.do in (*DECIDING, *_AGREES) and s.by.named for s in d.steps)]


# ----------------------------------------------------------------------------- promised twice


@rule_across("one-reserve-two-plans", words=CROSS, cls="cross-plan", severity="high", kind="candidate")
def one_reserve_two_plans(cases: Cases) -> Iterator[Draft]:
    """Reserves of like goods that two plans release by other hands or with other consents."""
    for one, other in combinations(cases, 2):
        pairs = [(a, b) for a in _reserves(one) for b in _reserves(other) if _goods(a) & _goods(b)]
        acts = {case: _releases(case) for case in (one, other)}
        if pairs and all(acts.values()) and _hands(one, acts[one]) != _hands(other, acts[other]):
            kept = {one: [a for a, _ in pairs], other: [b for _, b in pairs]}
            names = [r.name for case in (one, other) for r in {r.id: r for r in kept[case]}.values()]
            how = [_in_plan(case, [_act(case, a) for a in acts[case]]) for case in (one, other)]
            clauses = _cite((c, s) for c in (one, other) for s in (*kept[c], *acts[c]))
            goods = sorted(set().union(*(_goods(a) & _goods(b) for a, b in pairs)))
            facts = {"titles": _titles([one, other]), "reserves": names, "how": _row(how)}
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
    acts = _acts(case)
    upper = [str(r.name.zh) for r in case.plan.resources if not is_own(case, r)]
    spoken = [a for a in acts if a.verb == "release-reserve" or (a.verb == "propose" and "储备" in a.object.zh)]
    return [a for a in spoken if not any(name in a.object.zh for name in upper)]


def _hands(case: Case, acts: Iterable[Act]) -> set[str]:
    """Who has a hand in acts: those who do them, those asked, those who consent."""
    who = {str(a) for act in acts for a in (*_by(act), *(act.towards or ()), *_consents(act)) if a.named}
    return {case.seated_as.get(a, f"{case.id} {a}") for a in who}


@rule_across("transport-promised-twice", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def transport_promised_twice(cases: Cases) -> Iterator[Draft]:
    """Plans of one jurisdiction that each put their goods first in transport, or take vehicles."""
    for place, group in _by_place(cases).items():
        claims = {case: _claims(case) for case in group}
        claiming = [case for case in group if claims[case]]
        if len(claiming) > 1 and any(a.verb not in _TAKES for case in claiming for a in claims[case]):
            told = [_in_plan(c, _grouped(c, claims[c])) for c in claiming]
            evidence = {"claims": {c.id: _numbers(claims[c]) for c in claiming}}
            yield Draft(place, _cite((c, a) for c in claiming for a in claims[c]), {"claims": _row(told)}, evidence)


def _claims(case: Case) -> list[Act]:
    acts = _acts(case)
    first = [a for a in acts if a.verb == "give-priority" and re.search(TRANSPORT, a.object.zh)]
    return first + [a for a in acts if a.verb in _TAKES and _of_vehicles(case, a)]


def _of_vehicles(case: Case, act: Act) -> bool:
    targets = [case.plan.objects[Id(t)].zh for t in act.target] if isinstance(act, Measure) else []
    return any(re.search(VEHICLES, words) for words in (act.object.zh, *targets))


def _grouped(case: Case, acts: list[Act]) -> list[Text]:
    told = [(a.clause, a.object if a.verb not in _TAKES else _phrase("requisition")) for a in acts]
    return [_phrase("clause", clause=clause, what=what) for clause, what in dict.fromkeys(told)]


# -------------------------------------------------------------------------- like rules that differ


@rule_across("price-powers-differ", words=CROSS, cls="cross-plan", severity="medium")
def price_powers_differ(cases: Cases) -> Iterator[Draft]:
    """Plans of one jurisdiction that leave interventions in prices to different agencies."""
    for place, group in _by_place(cases).items():
        acts = {case: [act for act in _acts(case) if _on_prices(act)] for case in group}
        setting = [case for case in group if acts[case]]
        named = {frozenset(_hands(case, acts[case])) for case in setting if _hands(case, acts[case])}
        if len(named) > 1:
            told = [_in_plan(case, _once([_priced(case, a) for a in acts[case]])) for case in setting]
            evidence = {"by": {case.id: sorted(_hands(case, acts[case])) for case in setting}}
            yield Draft(place, _cite((c, a) for c in setting for a in acts[c]), {"powers": _row(told)}, evidence)


def _on_prices(act: Act) -> bool:
    return act.verb in _PRICE_VERBS and (act.verb.endswith("-price") or PRICES in act.object.zh)


@rule_across("upward-reports-differ", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def upward_reports_differ(cases: Cases) -> Iterator[Draft]:
    """Plans of one lead agency that tell higher levels of an incident within different times."""
    for lead, group in _led_by_one(cases).items():
        told = {case: _told_above(case) for case in group}
        bounds = {frozenset(one.bound for one in told[case]) for case in group}
        if len(bounds) > 1:
            rules = [_in_plan(c, _told_words(c, told[c]) or [_phrase("no-report")]) for c in group]
            facts = {"lead": _known(group[0], lead), "rules": _row(rules)}
            evidence = {c.id: sorted({one.bound or "none" for one in told[c]}) for c in group}
            yield Draft(lead, _cite((c, o.statement) for c in group for o in told[c]), facts, evidence)


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
        _phrase(
            "report",
            clauses=_numbers(o.statement for o in ones),
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
    return bool(heading and heading.heading and re.search("善后|后期|评估", heading.heading))


def _soon(bound: str) -> Text:
    if not bound:
        return _phrase("no-bound")
    zh, en = (amount(bound, lang) if bound[0].isdigit() else urgency(bound, lang) for lang in ("zh", "en"))
    return Text(zh=zh, en=en)


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
            facts = {"agency": _known(having[0], known), "having": _titles(having), "lacking": _titles(lacking)}
            clauses = [(c, p) for c in having for p in publishing[c]]
            clauses += [(c, p) for c in lacking for p in c.plan.publications]
            yield Draft(
                known, _cite(clauses), facts, {"in": [c.id for c in having], "not_in": [c.id for c in lacking]}
            )


# ------------------------------------------------------------------------------------------ words


def _act(case: Case, act: Act) -> Text:
    """An act with its clause, who does it, and who consents or is asked."""
    consents, asked = _consents(act), [a for a in act.towards or () if act.verb == "propose"]
    shown = Text(zh=verb(act.verb, "zh"), en=verb(act.verb, "en"))
    facts = {"clause": act.clause, "by": case.names(_by(act)), "verb": shown, "what": act.object}
    if asked:
        return _phrase("act-proposed", agreed=case.names(asked), **facts)
    if not any(a.named for a in _by(act)):
        return _phrase("act-nobody", **facts)
    return _phrase("act-agreed", agreed=case.names(consents), **facts) if consents else _phrase("act", **facts)


def _priced(case: Case, act: Act) -> Text:
    """What an act does to prices, who does it, and who consents."""
    consents = _consents(act)
    facts = {"clause": act.clause, "by": case.names(_by(act)), "what": act.object}
    return _phrase("priced-agreed", agreed=case.names(consents), **facts) if consents else _phrase("priced", **facts)


def _acts(case: Case) -> list[Act]:
    return sorted([*case.plan.duties, *case.plan.measures], key=lambda act: act.clause.sort_key())


def _by(act: Act) -> tuple[ActorRef, ...]:
    return act.actors if isinstance(act, Duty) else act.by


def _consents(act: Act) -> list[ActorRef]:
    return [s.by for s in act.steps if s.do in _AGREES] if isinstance(act, Measure) else []


def _kind(case: Case, actor: str) -> str:
    return case.actors[str(actor)].kind if str(actor) in case.actors else ""


def _known(case: Case, known: str) -> Text:
    """The name of an agency or post of the jurisdiction."""
    one = case.jurisdiction.agencies.get(Id(known)) or case.jurisdiction.posts[Id(known)]
    return Text(zh=one.zh, en=one.en)


def _titles(group: Iterable[Case]) -> list[Text]:
    return [Text(zh=f"《{case.plan.title.zh}》", en=case.plan.title.en) for case in group]


def _in_plan(case: Case, what: list[Text]) -> Text:
    return _phrase("plan", title=case.plan.title, what=what)


def _by_place(cases: Cases) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        found[str(case.jurisdiction.jurisdiction)].append(case)
    return found


def _cite(said: Iterable[tuple[Case, Statement]]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(c for case, one in said for c in case.cite(one)))


def _numbers(said: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(str(getattr(one, "clause", "")) for one in said))


def _row(texts: list[Text]) -> Text:
    """Texts that hold lists of their own, in one line."""
    return Text(zh="；".join(t.zh for t in texts), en="; ".join(t.en for t in texts))


def _once(texts: list[Text]) -> list[Text]:
    return list({(t.zh, t.en): t for t in texts}.values())


def _words(pair: tuple[str, str]) -> Text:
    return Text(zh=pair[0], en=pair[1])


def _phrase(name: str, /, **facts: object) -> Text:
    zh, en = PHRASES[name]
    return Text(zh=filled(zh, facts, "zh"), en=filled(en, facts, "en"))
