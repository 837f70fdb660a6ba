"""What the same people are in several plans: by whom they are sent, whether they start it, what each place is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from emergency.condition import Node, Quantified, leaves
from emergency.machine.program import DECIDING
from emergency.plan.statements import Decision, Duty, Measure, Seat, Statement
from emergency.review.authority.organisation import acting_uses
from emergency.review.case import Case, Cases, Use, clauses_of
from emergency.review.cross.leading import led_by_one
from emergency.review.cross.telling import (
    AGREES,
    by_place,
    cite_all,
    in_plan,
    known_name,
    phrase,
    starting,
    titles,
)
from emergency.review.finding import Draft
from emergency.review.rules import rule_across
from emergency.source import Text
from emergency.words.rules import in_one_line, worded
from emergency.words.rules.cross import CROSS, PLACE_ROLES, RANKS

__all__: list[str] = []

#: Verbs of those who command, and of those who have others at their command.
_COMMANDING = ("command", "direct")


# ------------------------------------------------------------------------------------- who is sent


@rule_across("seat-rank-differs", words=CROSS, cls="cross-plan", severity="low", kind="candidate")
def seat_rank_differs(cases: Cases) -> Iterator[Draft]:
    """Agencies whose chair goes to their principal in one plan and to a deputy in charge in another."""
    for place, group in by_place(cases).items():
        ranked = {case: _ranked(case) for case in group}
        known = dict.fromkeys(agency for ranks in ranked.values() for agency in ranks)
        ranks = {a: {r[a].rank for r in ranked.values() if a in r} for a in known}
        differ = [agency for agency in known if len(ranks[agency]) > 1]
        if differ:
            seats = {case: [s for a, s in ranked[case].items() if a in differ] for case in group}
            told = [in_plan(case, _sent(ones)) for case, ones in seats.items() if ones]
            names = [known_name(group[0], agency) for agency in differ]
            by_rank = {case.id: _rank_names(ones) for case, ones in seats.items() if ones}
            facts = {"agencies": names, "ranks": in_one_line(told)}
            clauses = cite_all((case, s) for case, ones in seats.items() for s in ones)
            yield Draft(place, clauses, facts, {"chairs": by_rank, "actors": differ})


def _ranked(case: Case) -> dict[str, Seat]:
    """Each agency of the jurisdiction → the seat by which a clause says whom of its leaders it sends."""
    seats = [s for s in case.plan.seats if s.role == "member" and s.rank]
    return {case.seated_as[str(a)]: s for s in seats for a in s.actors if str(a) in case.seated_as}


def _rank_names(seats: Iterable[Seat]) -> list[Text]:
    return [worded(RANKS[rank]) for rank in dict.fromkeys(str(one.rank) for one in seats)]


def _sent(seats: Iterable[Seat]) -> list[Text]:
    found: dict[str, list[Seat]] = defaultdict(list)
    for one in seats:
        found[str(one.rank)].append(one)
    return [phrase("sent", clauses=clauses_of(ones), rank=worded(RANKS[rank])) for rank, ones in found.items()]


# ------------------------------------------------------------------------------------- who starts


@rule_across("started-by-other-hands", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def started_by_other_hands(cases: Cases) -> Iterator[Draft]:
    """Plans of one lead agency of which one is started by its own body and another only by an agency's word."""
    for lead, group in led_by_one(cases).items():
        into = {case: starting(case) for case in group}
        told = [case for case in group if into[case]]
        asked = {case: who for case in told if (who := _asked(case, into[case]))}
        alone = [case for case in told if case not in asked]
        if asked and alone:
            agency = list(dict.fromkeys(a for who in asked.values() for a in who))
            facts: dict[str, object] = {"lead": known_name(group[0], lead), "asked": titles(asked)}
            facts["agency"] = [known_name(group[0], a) for a in agency]
            facts["starts"] = in_one_line([in_plan(c, c.names(_last_word(into[c]))) for c in alone])
            evidence = {"approver": agency, "started_by": {c.id: _last_word(into[c]) for c in told}}
            yield Draft(lead, cite_all((c, d) for c in told for d in into[c]), facts, evidence)


def _asked(case: Case, decisions: Iterable[Decision]) -> list[str]:
    """The agencies of the jurisdiction that have the last word on starting a plan."""
    return list(dict.fromkeys(case.seated_as[a] for a in _last_word(decisions) if a in case.seated_as))


def _last_word(decisions: Iterable[Decision]) -> list[str]:
    last = ([s.by for s in d.steps if s.do in (*DECIDING, *AGREES) and s.by.named][-1] for d in decisions)
    return list(dict.fromkeys(str(actor) for actor in last))


# ------------------------------------------------------------------------------------- what a place is


@dataclass(frozen=True, slots=True)
class _Role:
    """What those of each place are in one plan: the gravest of their roles, and where it stands."""

    name: str
    said: tuple[Statement, ...]


@rule_across("place-role-differs", words=CROSS, cls="cross-plan", severity="medium", kind="candidate")
def place_role_differs(cases: Cases) -> Iterator[Draft]:
    """Those of each place who start or command in one plan and in another are under command, or have no task."""
    for group in by_place(cases).values():
        for places in dict.fromkeys(str(one.per) for case in group for one in case.actors.values() if one.per):
            roles = {case: _role(case, places) for case in group if _concerns(case, places)}
            names = {role.name for role in roles.values()}
            if "leads" in names and names & {"directed", "none"}:
                yield _of_each_place(places, roles)


def _of_each_place(places: str, roles: Mapping[Case, _Role]) -> Draft:
    told = [in_plan(case, [_told_role(role)]) for case, role in roles.items()]
    named = [one for case in roles for one in case.actors.values() if one.per == places]
    who = next((one for one in named if one.kind == "listed"), named[0])
    facts = {"who": Text(zh=who.zh, en=who.en), "roles": in_one_line(told)}
    clauses = cite_all((case, s) for case, role in roles.items() for s in role.said)
    evidence = {"acts_as": {case.id: worded(PLACE_ROLES[role.name]) for case, role in roles.items()}}
    return Draft(places, clauses, facts, evidence)


def _concerns(case: Case, places: str) -> bool:
    """Whether a plan has to do with places of a set: it names those of each, or grades by what happens there."""
    return any(one.per == places for one in case.actors.values()) or bool(_graded_by(case, places))


def _graded_by(case: Case, places: str) -> list[Statement]:
    """The criteria that turn on what happens in places of a set."""
    asking = (u for u in case.guards if u.section == "criteria")
    return [u.statement for u in asking if any(_is_in(node, places) for node in leaves(u.leaf.tree))]


def _is_in(node: Node, places: str) -> bool:
    return isinstance(node, Quantified) and node.places == places


def _role(case: Case, places: str) -> _Role:
    ids = [id for id, one in case.actors.items() if one.per == places]
    acting = [u for id in ids for u in acting_uses(case, id)]
    commanding = [d for d in case.plan.duties if d.verb in _COMMANDING]
    found: dict[str, Sequence[Statement]] = {
        "leads": [u.statement for u in acting if _leads(u)],
        "directed": [d for d in commanding if set(ids) & {str(a) for a in d.towards or ()}],
        "member": [s for id in ids for s in case.seats_of[id]],
        "acts": [u.statement for u in acting],
    }
    name = next((name for name, said in found.items() if said), "none")
    return _Role(name, tuple(found.get(name) or _graded_by(case, places) or _speaking_of(case, ids)))


def _speaking_of(case: Case, ids: Iterable[str]) -> list[Statement]:
    return [use.statement for id in ids for use in case.actor_uses[id]]


def _leads(use: Use) -> bool:
    one = use.statement
    if isinstance(one, Decision):
        return any(s.by == use.leaf and s.do in DECIDING for s in one.steps)
    return isinstance(one, Duty | Measure) and one.verb in _COMMANDING


def _told_role(role: _Role) -> Text:
    return phrase("role", role=worded(PLACE_ROLES[role.name]), clauses=clauses_of(role.said))
