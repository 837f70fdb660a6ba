"""Who acts: what is left to nobody, to somebody vague, to two at once, or to one who checks himself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from emergency.plan.leaves import ActorRef
from emergency.plan.statements import Decision, Duty, Measure, Publication, Report, Statement
from emergency.review.authority.compelling import (
    compelling_names,
    compels,
    led_by,
    owed_by,
    untaken,
    without_authority,
)
from emergency.review.authority.organisation import (
    acting_uses,
    agencies_meant,
    by_clause,
    clause_by,
    house,
    is_vague,
    spoken_of,
    those,
    tier,
)
from emergency.review.case import Case, Use, numbers
from emergency.review.deadline.acts import in_aftermath
from emergency.review.finding import Draft, Kind
from emergency.review.rules import rule
from emergency.source import Text
from emergency.words.punctuation import punctuation
from emergency.words.rules import phrases
from emergency.words.rules.authority import AUTHORITY, EXECUTION, GENERAL, PHRASES

_phrase = phrases(PHRASES)
#: Levels of administration a report goes up through.
_TIERS = ("township", "district", "city", "province", "state")
#: Verbs of telling somebody: without a recipient they tell nobody.
_TELLING = ("report", "submit")
#: Verbs of guarding and of moving goods: an agency whose duties are all of one kind is not made for the other.
_GUARDING = ("guard", "keep-order", "secure", "strike")
_MOVING = (
    "allocate", "designate-supply", "dispatch", "distribute", "plan-supply", "ration", "release-reserve", "transfer",
)  # fmt: skip
#: Duties in which goods are moved or kept all the same.
_SUPPLYING = (*_MOVING, "keep-stock", "manage", "supply", "transport")
#: Verbs of helping, which many may do.
_HELPING = ("assist", "cooperate", "prevent", "support")
#: Verbs by which a duty is the work itself; verbs of measures that only watch, keep and tell.
_EXECUTING = ("carry-out", "treat")
_WATCHING = ("archive", "check", "monitor", "record", "report", "submit")
#: Steps by which others judge of work that was accepted.
_JUDGING = ("evaluate", "verify", "agree", "approve", "decide")
#: Kinds of upkeep somebody has to do.
_KEPT = ("exercise", "training", "review", "revision", "supervision")


# ------------------------------------------------------------------------------------ nobody acts


@rule("measure-without-actor", words=AUTHORITY, cls="authority", severity="medium")
def measure_without_actor(case: Case) -> Iterator[Draft]:
    """Measures for which the clause names nobody and no duty of anybody fits; compelling ones are told apart."""
    told = {one.clause for one in without_authority(case) if untaken(one)}
    ones = [m for m in case.plan.measures if untaken(m) and m.clause not in told and not owed_by(case, m)]
    ones = [m for m in ones if not led_by(case, m)]  # left to whom the sentence before leaves it: `vague-actor`
    alone = [m for m in ones if not spoken_of(case, m.clause)]
    if alone:
        facts: dict[str, object] = {"measures": by_clause(alone)}
        yield Draft(those("measures", alone), case.cite(*alone), facts)
    beside = [m for m in ones if m not in alone]
    if beside:
        who = list(dict.fromkeys(a for m in beside for a in spoken_of(case, m.clause)))
        facts = {"measures": by_clause(beside), "who": case.names(who)}
        named = {"named_beside": who}
        yield Draft(those("beside", beside), case.cite(*beside), facts, named, kind="candidate", variant="beside")


@rule("measure-left-to-duty", words=AUTHORITY, cls="authority", severity="low", kind="candidate")
def measure_left_to_duty(case: Case) -> Iterator[Draft]:
    """Measures for which the clause names nobody, while a standing duty elsewhere seems to give them to an agency."""
    acts: list[Measure | Duty] = [*case.plan.measures, *(d for d in case.plan.duties if compels(d))]
    pairs = [(act, owed_by(case, act)) for act in acts if untaken(act)]
    owed = [(act, duties) for act, duties in pairs if duties]
    if owed:
        rows = [_owed(case, act, duties) for act, duties in owed]
        told = {"duties": numbers(d for _, duties in owed for d in duties)}
        clauses = case.cite(*(one for act, duties in owed for one in (act, *duties)))
        yield Draft("measures", clauses, {"rows": rows}, told)


def _owed(case: Case, act: Measure | Duty, duties: list[Duty]) -> Text:
    who = case.names(dict.fromkeys(str(a) for d in duties for a in d.actors if a.named))
    return _phrase("owed", acts=by_clause([act]), clauses=numbers(duties), who=who)


@rule("duty-without-actor", words=AUTHORITY, cls="authority", severity="low")
def duty_without_actor(case: Case) -> Iterator[Draft]:
    """Standing tasks, lists and upkeep nobody is given.

    Principles of the general part bind all; what nobody is to do after the end is told with its dates.
    """
    told = {one.clause for one in without_authority(case) if untaken(one)}
    general = {no.chapter for no, entry in case.clauses.items() if GENERAL in (entry.heading or "")}
    founding = {seat.clause for seat in case.plan.seats}
    duties = [d for d in case.plan.duties if untaken(d) and not (compels(d) and owed_by(case, d))]
    ones: list[Statement] = [d for d in duties if d.verb != "publish"]
    ones += [one for one in case.plan.lists if one.kind == "required" and one.by is not None and not one.by.named]
    ones += [u for u in case.plan.upkeep if u.kind in _KEPT and not any(a.named for a in u.by)]
    ones = [one for one in ones if one.clause not in told | founding and one.clause.chapter not in general]
    ones = [one for one in ones if not in_aftermath(case, one.clause)]
    if ones:
        yield Draft("duties", case.cite(*ones), {"duties": by_clause(ones)}, {"clauses": numbers(ones)})


@rule("report-without-ends", words=AUTHORITY, cls="authority", severity="medium")
def report_without_ends(case: Case) -> Iterator[Draft]:
    """Reports that nobody is to make, and reports that nobody is to get."""
    silent = [r for r in case.plan.reports if not any(a.named for a in r.from_)]
    if silent:
        facts = {"reports": by_clause(silent)}
        beside = list(dict.fromkeys(a for r in silent for a in spoken_of(case, r.clause)))
        kind: Kind = "candidate" if beside else "fact"
        told = {"named_beside": beside}
        yield Draft(those("from nobody", silent), case.cite(*silent), facts, told, severity="high", kind=kind)
    unheard = (r for r in case.plan.reports if not any(a.named for a in r.to))
    lost: list[Statement] = [r for r in unheard if not _ownerless(case, r)]
    acts: list[Measure | Duty] = [*case.plan.measures, *case.plan.duties]
    lost += [a for a in acts if a.verb in _TELLING and not untaken(a) and a.towards and not _to_anyone(a)]
    if lost:
        standing = all(isinstance(one, Duty) for one in lost)
        facts = {"reports": by_clause(lost)}
        draft = Draft(those("to nobody", lost), case.cite(*lost), facts, {"clauses": numbers(lost)}, variant="to")
        yield replace(draft, severity="low") if standing else draft


def _ownerless(case: Case, statement: Statement) -> bool:
    """Whether a clause on what follows the end names nobody at all, which is told together with its dates."""
    if not in_aftermath(case, statement.clause):
        return False
    uses = (u for id in case.actors for u in acting_uses(case, id) if u.clause == statement.clause)
    return all(is_vague(case, str(u.leaf)) for u in uses)


@rule("publisher-not-named", words=AUTHORITY, cls="authority", severity="medium")
def publisher_not_named(case: Case) -> Iterator[Draft]:
    """Publications for which the clause names nobody."""
    ones = [p for p in case.plan.publications if not any(a.named for a in p.by)]
    if ones:
        yield Draft("publications", case.cite(*ones), {"what": by_clause(ones)}, {"clauses": numbers(ones)})


# ------------------------------------------------------------------------------------ somebody, but who


@rule("vague-actor", words=AUTHORITY, cls="authority", severity="medium")
def vague_actor(case: Case) -> Iterator[Draft]:
    """Measures, reports, decisions and publications left to "the departments concerned" and the like alone."""
    compelling = compelling_names(case)
    names = [id for id in case.actors if is_vague(case, id) and id not in compelling]
    uses = [u for id in names for u in acting_uses(case, id) if _alone(case, u)]
    if uses:
        acting = list(dict.fromkeys(str(u.leaf) for u in uses))
        led = {id: [m for m in case.plan.measures if led_by(case, m) == [id]] for id in acting}
        below = [m for ones in led.values() for m in ones]
        facts = {"who": case.names(acting), "clauses": numbers([*uses, *below])}
        told = {id: numbers([*(u for u in uses if u.leaf == id), *led[id]]) for id in acting}
        yield Draft("vague", case.cite(*uses, *below), facts, told)


def _alone(case: Case, use: Use) -> bool:
    """Whether a vague name acts in the incident with nobody named beside it; forms leave the name to be filled in."""
    if use.section == "duties" or use.clause.startswith("annex-") or _ownerless(case, use.statement):
        return False
    beside = getattr(use.statement, use.field, None) or getattr(use.statement, f"{use.field}_", None) or ()
    return not any(a.named and not is_vague(case, str(a)) for a in beside)


@rule("duty-given-twice", words=AUTHORITY, cls="authority", severity="medium")
def duty_given_twice(case: Case) -> Iterator[Draft]:
    """Tasks that different clauses give to different actors in the same words."""
    groups: dict[tuple[str, str], list[Duty]] = defaultdict(list)
    for one in case.plan.duties:
        alone = one.modality == "shall" and one.verb not in _HELPING and not untaken(one)
        if alone and not any(is_vague(case, str(a)) for a in one.actors):
            groups[one.verb, one.object.zh].append(one)
    pairs: dict[tuple[str, ...], list[Duty]] = defaultdict(list)
    for ones in groups.values():
        if len({_houses(case, d) for d in ones}) > 1 and len(numbers(ones)) > 1:
            pairs[tuple(sorted({str(a) for d in ones for a in d.actors}))] += ones
    for actors, duties in pairs.items():
        objects = {d.object.zh: d.object for d in duties}
        facts = {"who": case.names(actors), "objects": list(objects.values()), "clauses": numbers(duties)}
        yield Draft(" ".join(actors), case.cite(*duties), facts, {"actors": list(actors), "duties": list(objects)})


@rule("several-publishers", words=AUTHORITY, cls="authority", severity="medium", kind="candidate")
def several_publishers(case: Case) -> Iterator[Draft]:
    """Information on one matter that several publish, together or in clauses of their own."""
    own = [p for p in case.plan.publications if any(a.named for a in p.by)]
    shared = [p for p in own if len({str(a) for a in p.by if a.named}) > 1]
    for one, other in combinations(own, 2):
        if {str(a) for a in one.by} != {str(a) for a in other.by} and _one_matter(one, other):
            shared += [one, other]
    if shared:
        rows = {f"{p.clause}": case.names(a for a in p.by if a.named) for p in shared}
        facts = {"rows": [clause_by(clause, who) for clause, who in sorted(rows.items())]}
        told = {"publishers": sorted({str(a) for p in shared for a in p.by if a.named})}
        yield Draft("publishers", case.cite(*shared), facts, told)


def _one_matter(one: Publication, other: Publication) -> bool:
    """Whether two publications are of one matter: what the one is of, up to the first comma, is in the other."""
    a, b = (p.what.zh.split(punctuation("zh").pause)[0] for p in (one, other))
    return a in b or b in a


@rule("revision-by-two", words=AUTHORITY, cls="authority", severity="low", kind="candidate")
def revision_by_two(case: Case) -> Iterator[Draft]:
    """Upkeep of the plan that different clauses give to different actors."""
    for kind in ("revision", "review", "interpretation"):
        ones = [u for u in case.plan.upkeep if u.kind == kind and any(a.named for a in u.by)]
        keepers = {tuple(str(a) for a in u.by) for u in ones}
        if len(keepers) > 1 and len(numbers(ones)) > 1:
            rows = [clause_by(str(u.clause), case.names(a for a in u.by if a.named)) for u in ones]
            yield Draft(kind, case.cite(*ones), {"rows": rows}, {"keepers": sorted(" ".join(k) for k in keepers)})


# ------------------------------------------------------------------------------------ the wrong one


@rule("tier-skipped", words=AUTHORITY, cls="authority", severity="medium")
def tier_skipped(case: Case) -> Iterator[Draft]:
    """Reports that pass over the level next above the one who reports, whom no report on the event reaches."""
    for one in case.plan.reports:
        reached = {tier(case, str(a)) for r in case.plan.reports if r.after == one.after for a in r.to}
        for sender in (str(a) for a in one.from_ if a.named):
            own = tier(case, sender) or "district"
            above = _TIERS[_TIERS.index(own) + 1 :] if own in _TIERS else ()
            higher = [a for a in one.to if tier(case, str(a)) in above[1:]]
            if higher and not {above[0], "above"} & reached:
                yield _passed_over(case, one, sender, higher, above[0])


def _passed_over(case: Case, report: Report, sender: str, higher: list[ActorRef], above: str) -> Draft:
    elsewhere = [u for u in _told_elsewhere(case, above) if u.statement is not report]
    facts: dict[str, object] = {"clause": report.clause, "who": case.name(sender), "to": case.names(higher)}
    facts |= {"report": report.content, "elsewhere": numbers(elsewhere)}
    variant = "elsewhere" if elsewhere else None
    clauses = case.cite(report, *elsewhere)
    return Draft(str(report.id), clauses, facts, {"passed_over": above}, variant=variant)


def _told_elsewhere(case: Case, level: str) -> list[Use]:
    """Where the plan's own side tells somebody at a level, in a step or report on another event."""
    uses = [u for id in case.actors if tier(case, id) == level for u in case.actor_uses[id]]
    return [u for u in uses if u.field == "to" and u.section in ("decisions", "reports")]


@rule("checks-itself", words=AUTHORITY, cls="authority", severity="low", kind="candidate")
def checks_itself(case: Case) -> Iterator[Draft]:
    """Plans whose execution is supervised by those alone who carry the measures out."""
    ones = [u for u in case.plan.upkeep if u.kind == "supervision" and re.search(EXECUTION, u.what.zh)]
    ones = [u for u in ones if any(a.named for a in u.by)]
    named = (a for u in ones for a in (*u.by, *(u.together_with or ())) if a.named)
    checkers = {str(a) for a in named if not is_vague(case, str(a))}
    acting = {id: _carried_out(case, id) for id in checkers}
    if ones and checkers and all(acting.values()):
        measures = [m for done in acting.values() for m in done]
        facts = {"who": case.names(sorted(checkers)), "clauses": numbers(ones), "measures": numbers(measures)}
        yield Draft("supervision", case.cite(*ones, *measures), facts, {"checkers": sorted(checkers)})


def _carried_out(case: Case, actor: str) -> list[Measure]:
    """The measures of an agency, or of the office it hosts."""
    return [m for m in case.plan.measures if _selves(case, actor) & {str(a) for a in m.by}]


def _selves(case: Case, actor: str) -> set[str]:
    """An agency with the office it hosts."""
    return {actor, *(str(s.body) for s in case.seats_of[actor] if s.role == "office")}


@rule("accepts-own-work", words=AUTHORITY, cls="authority", severity="medium", kind="candidate")
def accepts_own_work(case: Case) -> Iterator[Draft]:
    """Work accepted by those who are to carry it out; it weighs less where others judge of it afterwards."""
    for one in case.plan.decisions:
        for at, step in enumerate(one.steps):
            if step.do == "accept" and step.by.named:
                own = _own_work(case, str(step.by))
                if own:
                    yield _accepted(case, one, at, own)


def _accepted(case: Case, one: Decision, at: int, own: list[Measure | Duty]) -> Draft:
    who, after = one.steps[at].by, one.steps[at + 1 :]
    later = [s for s in after if s.do in _JUDGING and s.by.named and s.by != who]
    papers = any(s.do in _TELLING and s.by == who for s in after)
    facts: dict[str, object] = {"clause": one.clause, "who": case.name(who), "work": by_clause(own)}
    facts["judges"] = case.names(dict.fromkeys(s.by for s in later))
    told = {"acts": numbers(own), "checkers": [str(who)], "steps": [f"{s.do} {s.by}" for s in later]}
    draft = Draft(str(one.id), case.cite(one, *own), facts, told)
    if not later:
        return draft
    return replace(draft, severity="low", variant="on-its-papers" if papers else "judged")


def _own_work(case: Case, actor: str) -> list[Measure | Duty]:
    """What an agency, or the office it hosts, is to carry out in the incident; to watch and to tell are no work."""
    selves = _selves(case, actor)
    acts: list[Measure | Duty] = [m for m in case.plan.measures if m.verb not in _WATCHING]
    acts += [d for d in case.plan.duties if d.verb in _EXECUTING and not in_aftermath(case, d.clause)]
    return [a for a in acts if selves & {str(who) for who in (a.by if isinstance(a, Measure) else a.actors)}]


@rule("outside-function", words=AUTHORITY, cls="authority", severity="medium", kind="candidate")
def outside_function(case: Case) -> Iterator[Draft]:
    """Goods moved, shared out or rationed by agencies whose every duty is to guard and keep order."""
    for measure in case.plan.measures:
        for actor in (str(a) for a in measure.by if a.named and measure.verb in _MOVING):
            agencies = agencies_meant(case, actor) or [actor]
            duties = [d for d in case.plan.duties if set(agencies) & {str(a) for a in d.actors}]
            verbs = {d.verb for d in duties}
            if verbs & set(_GUARDING) and not verbs & set(_SUPPLYING):
                facts: dict[str, object] = {"clause": measure.clause, "who": case.name(actor)}
                facts |= {"measure": measure.object, "duties": numbers(duties)}
                yield Draft(str(measure.id), case.cite(measure, *duties), facts, {"verbs": sorted(verbs)})


# ------------------------------------------------------------------------------------ telling


def _to_anyone(act: Measure | Duty) -> bool:
    return any(a.named for a in act.towards or ())


def _houses(case: Case, duty: Duty) -> tuple[str, ...]:
    return tuple(sorted({house(case, str(a)) for a in duty.actors}))
