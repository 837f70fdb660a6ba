"""Membership: has everyone with a task a seat, everyone with a seat a task, every body a head and one name?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

import networkx as nx

from emergency.plan.leaves import OPEN
from emergency.plan.statements import Duty, Seat
from emergency.review.authority.organisation import (
    acting_uses,
    acts,
    agencies_meant,
    alike,
    core,
    house,
    is_vague,
    known_as,
    names_line,
    represented,
    seated,
    tier,
)
from emergency.review.case import Case, Use, numbers
from emergency.review.finding import Draft, Kind, Severity
from emergency.review.rules import rule
from emergency.source import Id, Text
from emergency.words.findings import told
from emergency.words.punctuation import aside
from emergency.words.rules import both, worded
from emergency.words.rules.authority import TIER, VAGUE_NAME
from emergency.words.rules.membership import BODIES, CHAIR, MEMBERSHIP, OFFICES, ORGANS, PEOPLE, ROLES, UNITS

#: Steps by which an actor puts a name under something.
_SIGNING = ("sign", "approve", "agree", "decide")
#: Verbs of those a body works under: they need no seat in it.
_ABOVE_IT = ("lead", "command", "set-up", "print", "approve")
#: Levels of the jurisdiction's own side; "" where a name does not tell.
_OWN = ("", "district", "township")


# ------------------------------------------------------------------------------------ lists of members


@rule("member-lists-differ", words=MEMBERSHIP, cls="membership", severity="medium")
def member_lists_differ(case: Case) -> Iterator[Draft]:
    """Agencies that the clause founding a body seats and the list of its members' duties does not, or the reverse.

    An agency whose own leader the lacking clause gives a chair of the body sits there by that.
    """
    for body in case.bodies:
        founding, listed = _lists(case, body)
        first, second = _members(founding), _members(listed)
        if first and second:
            yield from _only_in(case, body, [a for a in second if a not in first], listed, founding)
            yield from _only_in(case, f"{body} duties", [a for a in first if a not in second], founding, listed)


def _only_in(case: Case, subject: str, only: list[str], having: list[Seat], lacking: list[Seat]) -> Iterator[Draft]:
    """Members of one list that another lacks; where that one ends in "etc." it may mean them."""
    body = str(having[0].body)
    named = [a for a in only if not is_vague(case, a) and not _sits_through_its_leader(case, body, a, lacking)]
    if not named:
        return
    unclear = any(OPEN in seat.actors for seat in lacking)
    there = [seat for seat in having if set(named) & set(seat.actors)]
    facts: dict[str, object] = {"body": case.name(body), "only": case.names(named)}
    facts |= {"lacking": numbers(lacking), "having": numbers(there)}
    through = [a for a in named if represented(case, a)]
    yield Draft(
        subject,
        case.cite(*lacking, *there, *(u for a in named for u in acting_uses(case, a)[:1])),
        facts,
        {"only": named, "seated_through_a_post": through},
        severity="low" if through == named else "medium",
        kind="candidate" if unclear else "fact",
        variant="open" if unclear else None,
        covers=(body, *named),
    )


def _sits_through_its_leader(case: Case, body: str, agency: str, lacking: list[Seat]) -> bool:
    """Whether one of the clauses of a list that lacks an agency seats its head or a deputy of it in the body."""
    clauses = {seat.clause for seat in lacking}
    seated_there = (a for seat in case.seats_in[body] if seat.clause in clauses for a in seat.actors if a.named)
    return any(str(case.actors[str(a)].of) == agency for a in seated_there)


@rule(
    "member-list-open",
    words=MEMBERSHIP,
    cls="membership",
    severity="low",
    kind="candidate",
    yields_to=("member-lists-differ",),
)
def member_list_open(case: Case) -> Iterator[Draft]:
    """Lists of members that end in "etc." or in "other departments"."""
    for body in case.bodies:
        seats = [s for s in case.seats_in[body] if s.role == "member"]
        unclear = [s for s in seats if any(not a.named or is_vague(case, str(a)) for a in s.actors)]
        if unclear:
            facts = {"body": case.name(body), "clauses": numbers(unclear)}
            yield Draft(body, case.cite(*unclear), facts, {"named": _members(seats)})


@rule("post-in-many-chairs", words=MEMBERSHIP, cls="membership", severity="low", kind="candidate")
def post_in_many_chairs(case: Case) -> Iterator[Draft]:
    """Posts that hold several chairs of one organisation."""
    for actor, seats in case.seats_of.items():
        one = case.actors.get(actor)
        chairs = list(dict.fromkeys((str(s.body), str(s.role)) for s in seats))
        if one is not None and one.kind == "post" and len(chairs) > 1:
            facts = {"post": case.name(actor), "chairs": [_chair(case, b, r) for b, r in chairs]}
            yield Draft(actor, case.cite(*seats), facts, {"chairs": [list(c) for c in chairs]})


# ------------------------------------------------------------------------------------ seats and tasks


@rule("duty-without-seat", words=MEMBERSHIP, cls="membership", severity="medium", yields_to=("member-lists-differ",))
def duty_without_seat(case: Case) -> Iterator[Draft]:
    """Agencies of the district that a plan gives tasks and no seat, neither their own nor one of their posts'."""
    body = _main_body(case)
    if body is None:
        return
    sitting = seated(case)
    founding = _lists(case, body)[0] or _lists(case, body)[1]
    unclear = any(OPEN in s.actors for s in founding)
    for actor in case.actors:
        uses = [u for u in acting_uses(case, actor) if _needs_seat(u)]
        if uses and actor not in sitting and _may_sit(case, actor):
            facts = {"agency": case.name(actor), "body": case.name(body), "clauses": numbers(uses)}
            clauses = case.cite(*uses, *founding)
            kind: Kind = "candidate" if unclear or case.actors[actor].kind != "agency" else "fact"
            yield Draft(actor, clauses, facts, {"agency": actor, "known_as": known_as(case, actor)}, kind=kind)


@rule("seat-without-duty", words=MEMBERSHIP, cls="membership", severity="medium")
def seat_without_duty(case: Case) -> Iterator[Draft]:
    """Members of a body for whom no clause has a task."""
    for body in case.bodies:
        members = _members([s for s in case.seats_in[body] if s.role == "member"])
        idle = [a for a in members if case.actors[a].kind == "agency" and not _tasks(case, a)]
        if idle:
            seats = [s for s in case.seats_in[body] if set(idle) & set(s.actors)]
            facts = {"body": case.name(body), "members": case.names(idle)}
            yield Draft(body, case.cite(*seats), facts, {"idle": idle})


@rule("leaders-without-duty", words=MEMBERSHIP, cls="membership", severity="low")
def leaders_without_duty(case: Case) -> Iterator[Draft]:
    """Heads and deputies none of whom has a task: who acts when the head is away is open."""
    for body in case.bodies:
        seats = [s for s in case.seats_in[body] if s.role in ("head", "deputy")]
        leaders = [str(a) for s in seats for a in s.actors if a.named]
        if any(s.role == "deputy" for s in seats) and not any(acting_uses(case, a) for a in leaders):
            facts = {"body": case.name(body), "leaders": case.names(leaders), "clauses": numbers(seats)}
            yield Draft(body, case.cite(*seats), facts, {"leaders": leaders})


@rule(
    "member-without-action",
    words=MEMBERSHIP,
    cls="membership",
    severity="low",
    kind="candidate",
    yields_to=("seat-without-duty",),
)
def member_without_action(case: Case) -> Iterator[Draft]:
    """Members who have standing duties and nothing to do at any level of the response."""
    if not case.plan.measures:
        return
    for body in case.bodies:
        seats = [s for s in case.seats_in[body] if s.role == "member"]
        members = [a for a in _members(seats) if case.actors[a].kind == "agency"]
        idle = [a for a in members if _tasks(case, a) and not _acts(case, a)]
        together = [id for id, one in case.actors.items() if one.kind == "members" and house(case, id) == body]
        as_one = [use for id in together for use in acts(case, id)]
        if idle:
            about = {"body": case.name(body), "members": case.names(idle), "clauses": numbers(as_one)}
            uses = [u for a in idle for u in acting_uses(case, a)]
            grave: Severity = "medium" if len(idle) * 2 >= len(members) and not as_one else "low"
            variant = "together" if as_one else None
            yield Draft(body, case.cite(*uses, *as_one), about, {"idle": idle}, severity=grave, variant=variant)


# ------------------------------------------------------------------------------------ bodies


@rule("body-without-head", words=MEMBERSHIP, cls="membership", severity="high")
def body_without_head(case: Case) -> Iterator[Draft]:
    """Bodies with members or tasks and nobody at their head."""
    for body in case.bodies:
        seats, uses = case.seats_in[body], acting_uses(case, body)
        roles = {s.role for s in seats}
        if (seats or uses) and not roles & {"head", "office-head"} and not _never_used(case, body):
            severity: Severity = "medium" if "office" in roles else "high"
            facts = {"body": case.name(body)}
            yield Draft(body, case.cite(*(seats or uses)), facts, {"roles": roles}, severity=severity)


@rule("body-without-members", words=MEMBERSHIP, cls="membership", severity="high")
def body_without_members(case: Case) -> Iterator[Draft]:
    """Bodies with a head whose founding clause names no members; it weighs less where another clause does."""
    for body in case.bodies:
        heads = [s for s in case.seats_in[body] if s.role == "head"]
        founding, listed = _lists(case, body)
        if heads and not founding:
            facts = {"body": case.name(body), "clauses": numbers(heads)}
            told = {"listed_in": numbers(listed)}
            severity: Severity = "low" if listed else "high"
            yield Draft(body, case.cite(*heads, *listed), facts, told, severity=severity)


@rule("office-without-host", words=MEMBERSHIP, cls="membership", severity="medium")
def office_without_host(case: Case) -> Iterator[Draft]:
    """Offices with a director and no agency whose people do the work."""
    for body in case.bodies:
        roles = {s.role: s for s in case.seats_in[body]}
        if "office-head" in roles and not {"office", "member"} & set(roles):
            yield Draft(body, case.cite(roles["office-head"]), {"body": case.name(body)}, {"roles": set(roles)})


@rule("body-without-deputy", words=MEMBERSHIP, cls="membership", severity="medium")
def body_without_deputy(case: Case) -> Iterator[Draft]:
    """Bodies that decide and have a head whom nobody stands in for."""
    for body in case.bodies:
        roles = {s.role: s for s in case.seats_in[body]}
        decides = any(u.section == "decisions" for u in acting_uses(case, body))
        if decides and "head" in roles and "deputy" not in roles:
            yield Draft(body, case.cite(roles["head"]), {"body": case.name(body)}, {"roles": set(roles)})


@rule("body-never-used", words=MEMBERSHIP, cls="membership", severity="medium")
def body_never_used(case: Case) -> Iterator[Draft]:
    """Bodies a plan sets up and gives nothing to do; an agency's own units are the agency's business."""
    for body in case.bodies:
        uses = case.actor_uses[body]
        parent = case.actors[body].of
        own = parent is None or str(parent) in case.bodies
        if uses and own and _never_used(case, body):
            forms = numbers(u for u in uses if u.section == "forms")
            named = numbers(u for u in uses if u.section != "forms")
            facts = {"body": case.name(body), "clauses": named or forms, "forms": forms}
            variant = "form" if forms and named else None
            yield Draft(body, case.cite(*uses), facts, {"forms": forms}, variant=variant)


@rule(
    "body-undefined", words=MEMBERSHIP, cls="membership", severity="medium", yields_to=("one-body-many-names",)
)
def body_undefined(case: Case) -> Iterator[Draft]:
    """Bodies that act, decide or are told and that no clause sets up; names that differ by level alone are one."""
    unknown = [id for id, one in case.actors.items() if one.kind == "undeclared" and _ours(case, id)]
    groups: dict[str, list[str]] = defaultdict(list)
    for id in unknown:
        per = case.actors[id].per
        groups[f"{core(case.actors[id].zh)} {per or ''}"].append(id)
    for ids in groups.values():
        uses = [u for id in ids for u in case.actor_uses[id] if _in_charge(u)]
        if uses and not _mere_people(case, ids, uses):
            left = _set_up_by(case, ids)
            grave = max((_weight(case, u) for u in uses), default=0)
            if grave > 0 or not left:
                yield _undefined(case, ids, uses, left, grave)


def _undefined(case: Case, ids: list[str], uses: list[Use], left: list[Duty], grave: int) -> Draft:
    severity: Severity = "medium" if left else ("low", "medium", "high")[grave]
    facts: dict[str, object] = {"names": case.names(ids), "clauses": numbers(uses), "left": numbers(left)}
    facts["bodies"] = case.names(b for b in case.bodies if not case.actors[b].of) or [case.name("unstated")]
    told = {"named_in": numbers(uses), "acts_as": list(dict.fromkeys(f"{u.section} {u.field}" for u in uses))}
    covers = tuple(ids[1:])
    variant = "left" if left else None
    return Draft(ids[0], case.cite(*uses, *left), facts, told, severity=severity, variant=variant, covers=covers)


@rule("leader-not-a-chair", words=MEMBERSHIP, cls="membership", severity="low")
def leader_not_a_chair(case: Case) -> Iterator[Draft]:
    """Signatories described as leaders of a body that no seat of it is called by."""
    sitting = seated(case)
    for actor, one in case.actors.items():
        body = house(case, actor)
        if body == actor or actor in sitting or one.kind not in ("post", "generic", "undeclared"):
            continue
        uses = [u for u in case.actor_uses[actor] if _signs(u) or u.section == "forms"]
        chairs = [s for s in case.seats_in[body] if s.role in ("head", "deputy")]
        if uses and chairs:
            in_body = [u for u in uses if not u.clause.startswith("annex-")]
            facts = {"leader": case.name(actor), "clauses": numbers(uses)}
            facts["chairs"] = case.names(a for s in chairs for a in s.actors)
            severity: Severity | None = "medium" if in_body else None
            yield Draft(body, case.cite(*uses, *chairs), facts, {"names": one.zh}, severity=severity)


# ------------------------------------------------------------------------------------ names


@rule("one-body-many-names", words=MEMBERSHIP, cls="membership", severity="medium", kind="candidate")
def one_body_many_names(case: Case) -> Iterator[Draft]:
    """Names so near each other that one body may be meant, where the plan defines neither or tells them apart."""
    links = nx.Graph()
    for one, other in combinations(_nameable(case), 2):
        if _may_be_one(case, one, other):
            links.add_edge(one, other)
    for cluster in nx.connected_components(links):
        ids = sorted(cluster, key=list(case.actors).index)
        if len({re.sub(TIER, "", case.actors[id].zh) for id in ids}) > 1:
            yield _near(case, ids, case.names(ids))
    for id, agency in _near_agencies(case):
        known = case.jurisdiction.agencies[agency]
        names = [case.name(id), Text(zh=known.zh, en=known.en)]
        yield replace(_near(case, [id], names), variant="known")


@rule("agency-called-by-line", words=MEMBERSHIP, cls="membership", severity="low", kind="candidate")
def agency_called_by_line(case: Case) -> Iterator[Draft]:
    """Agencies of the plan that other clauses call by their line of administration."""
    lines = {id: agencies_meant(case, id) for id, one in case.actors.items() if not one.per}
    acting = {id: meant for id, meant in lines.items() if meant and acting_uses(case, id)}
    if acting:
        pairs = [_for(case.name(id), case.names(meant)) for id, meant in acting.items()]
        uses = [u for id in acting for u in acting_uses(case, id)]
        yield Draft("lines", case.cite(*uses), {"pairs": pairs}, {"lines": acting})


# ------------------------------------------------------------------------------------ seats and bodies


def _lists(case: Case, body: str) -> tuple[list[Seat], list[Seat]]:
    """A body's member seats: those of the clause that seats its head, and those of all others."""
    seats = [s for s in case.seats_in[body] if s.role == "member"]
    founding = {s.clause for s in case.seats_in[body] if s.role == "head"}
    return [s for s in seats if s.clause in founding], [s for s in seats if s.clause not in founding]


def _members(seats: Iterable[Seat]) -> list[str]:
    return list(dict.fromkeys(str(a) for s in seats for a in s.actors if a.named))


def _main_body(case: Case) -> str | None:
    """The body with the most members, which those with tasks are expected to sit in."""
    sized = {body: len(_members(s for s in case.seats_in[body] if s.role == "member")) for body in case.bodies}
    found = max(sized, key=lambda body: sized[body], default=None)
    return found if found is not None and sized[found] else None


def _needs_seat(use: Use) -> bool:
    """Whether a task is one of the common work; leading, setting up and printing are not done as a member."""
    return not (isinstance(use.statement, Duty) and use.statement.verb in _ABOVE_IT)


def _may_sit(case: Case, actor: str) -> bool:
    """Whether an actor is an agency of the district that is meant by itself and sits nowhere through a post."""
    one = case.actors[actor]
    if one.kind == "agency":
        return not represented(case, actor) and tier(case, actor) in _OWN
    if one.kind == "undeclared":
        return known_as(case, actor) in case.jurisdiction.agencies and tier(case, actor) == "district"
    line = one.kind == "generic" and not is_vague(case, actor) and house(case, actor) == actor
    return line and bool(names_line(case, actor)) and not agencies_meant(case, actor)


def _tasks(case: Case, actor: str) -> list[Use]:
    """Everything a plan gives an actor to do, watching and keeping included."""
    return [u for u in case.actor_uses[actor] if u.section != "seats"]


def _acts(case: Case, agency: str) -> bool:
    """Whether an agency acts in an incident: itself, as the office it hosts, or called by its line."""
    offices = [str(s.body) for s in case.seats_of[agency] if s.role == "office"]
    lines = [id for id in case.actors if agency in agencies_meant(case, id)]
    return any(acts(case, a) for a in (agency, *offices, *lines))


def _never_used(case: Case, body: str) -> bool:
    """Whether a body does nothing; one with members or a host has a purpose that may go without saying."""
    peopled = any(s.role in ("head", "member", "office") for s in case.seats_in[body])
    return not peopled and not acting_uses(case, body)


def _signs(use: Use) -> bool:
    steps = getattr(use.statement, "steps", ())
    return use.field == "by" and any(s.by == use.leaf and s.do in _SIGNING for s in steps)


def _chair(case: Case, body: str, role: str) -> Text:
    return worded(CHAIR, body=case.name(body), role=worded(ROLES[role]))


# ------------------------------------------------------------------------------------ names and clauses


def _ours(case: Case, actor: str) -> bool:
    """Whether an undeclared actor would have to be of the plan's own organisation: no agency known, none above."""
    return tier(case, actor) in _OWN and known_as(case, actor) is None and not agencies_meant(case, actor)


def _in_charge(use: Use) -> bool:
    """Whether a statement gives something to do, decide or know; to be watched, staffed or used is neither."""
    if use.section == "reports":
        return use.field in ("from", "to")
    return use.section in ("measures", "decisions", "publications", "duties") and use.field in ("by", "actors")


def _mere_people(case: Case, ids: list[str], uses: list[Use]) -> bool:
    """Whether people and no body are meant, who neither decide nor report: experts asked for their opinion, say."""
    people = all(case.actors[id].zh.endswith(PEOPLE) for id in ids)
    return people and all(_weight(case, use) < 2 for use in uses)


def _weight(case: Case, use: Use) -> int:
    """How much hangs on the one who is named: 2 a decision or a report, 1 a measure, advice or command, 0 a duty."""
    if use.section == "reports" or _signs(use):
        return 2
    commands = isinstance(use.statement, Duty) and use.statement.verb == "command"
    return 1 if commands or use.section != "duties" else 0


def _set_up_by(case: Case, ids: list[str]) -> list[Duty]:
    """The duties by which others, one in each place, are to set up such bodies in each place."""
    places = {case.actors[id].per for id in ids} - {None}
    setting_up = (d for d in case.plan.duties if d.verb == "set-up" and re.search(BODIES, d.object.zh))
    return [d for d in setting_up if any(a.named and case.actors[str(a)].per in places for a in d.actors)]


def _nameable(case: Case) -> list[str]:
    """Actors whose name may be another's: those not set up, and those above that the jurisdiction knows."""
    found = []
    for id, one in case.actors.items():
        institution = one.kind == "generic" and not (re.search(VAGUE_NAME, one.zh) or names_line(case, id))
        known = one.kind in ("outside", "agency") and tier(case, id) not in _OWN and known_as(case, id) is not None
        if (one.kind == "undeclared" or institution or known) and not one.per and case.actor_uses[id]:
            found.append(id)
    return found


def _may_be_one(case: Case, one: str, other: str) -> bool:
    a, b = (_bare(case, id) for id in (one, other))
    levels = {tier(case, one), tier(case, other)}
    own = levels <= set(_OWN)
    return (own or len(levels) == 1) and _kind_of_organ(a) == _kind_of_organ(b) != "" and alike(a, b)


def _bare(case: Case, actor: str) -> str:
    """An institution's name without the agency's it is a part of: 区林业局检疫部门 → 检疫部门."""
    name = case.actors[actor].zh
    for one in case.jurisdiction.agencies.values():
        for whole in (one.zh, *one.aliases):
            if name.startswith(whole) and name != whole:
                return name.removeprefix(whole)
    return name


def _kind_of_organ(name: str) -> str:
    kinds = {"organ": ORGANS, "unit": UNITS}
    return next((kind for kind, ends in kinds.items() if name.endswith(tuple(ends.split("|")))), "")


def _near_agencies(case: Case) -> Iterator[tuple[str, Id]]:
    """Undeclared actors whose name is another agency's of the jurisdiction but for the kind of office."""
    for id, one in case.actors.items():
        known = known_as(case, id)
        if one.kind != "undeclared" or known is None or not case.actor_uses[id]:
            continue
        for agency, other in case.jurisdiction.agencies.items():
            same = other.level == tier(case, id) and core(other.zh) == core(one.zh)
            if agency != known and same and one.zh.endswith(tuple(OFFICES.split("|"))):
                yield id, agency


def _near(case: Case, ids: list[str], names: list[Text]) -> Draft:
    uses = [u for id in ids for u in case.actor_uses[id]]
    facts = {"names": names, "clauses": numbers(uses)}
    told = {case.actors[id].zh: numbers(case.actor_uses[id]) for id in ids}
    return Draft(ids[0], case.cite(*uses), facts, told, covers=tuple(ids[1:]))


def _for(name: Text, agencies: list[Text]) -> Text:
    return both(lambda lang: aside(name.in_(lang), told(agencies, lang), lang))
