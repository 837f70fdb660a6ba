"""Who belongs to whom in a plan, and which of its names mean one agency.

Rules on authority and on membership ask the same things: which body a head, an office or a leader acts for, whether
an agency sits in a body by itself or through a post, and whether two printed names may be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from emergency.plan.leaves import State
from emergency.plan.statements import Duty, ListStatement, Measure, Publication, Report, Statement, Upkeep
from emergency.review.case import Case, Use
from emergency.source import Clause, Id, Text
from emergency.words import terms
from emergency.words.punctuation import punctuation, unbracketed
from emergency.words.rules import both, in_one_line, phrases
from emergency.words.rules.authority import (
    ABOVE,
    GOVERNMENT,
    OFFICE,
    ORGAN,
    PEOPLES,
    PHRASES,
    TIER,
    TIERS,
    VAGUE_NAME,
)

__all__ = [
    "acting_uses", "acts", "agencies_meant", "alike", "by_clause", "clause_by", "core", "house", "is_vague",
    "known_as", "names_line", "represented", "seated", "spoken_of", "those", "tied_to_the_event", "tier",
]  # fmt: skip

_phrase = phrases(PHRASES)
_CHINESE = punctuation("zh")

#: Fields that name who acts; the others name who is told, seated, watched or asked.
_ACTING = ("by", "from", "actors", "observer")
#: Sections whose statements are acts of an incident, or duties in one.
_ACTS = ("measures", "duties", "reports", "publications", "decisions")


# -------------------------------------------------------------------------------- who belongs to whom


def house(case: Case, actor: str) -> str:
    """The body an actor acts for: its office, members, head, deputy and leaders all act for the body; else itself."""
    one = case.actors.get(actor)
    if one is None:
        return actor
    parent = str(one.of) if one.of else ""
    if parent in case.actors and case.actors[parent].kind == "body":
        return house(case, parent)
    leads = [seat for seat in case.seats_of[actor] if seat.role in ("head", "deputy")]
    if one.kind == "post" and leads:
        return house(case, str(leads[0].body))
    named_after = [b for b in case.bodies if one.kind == "generic" and one.zh.startswith(case.actors[b].zh)]
    return house(case, max(named_after, key=lambda b: len(case.actors[b].zh))) if named_after else actor


def seated(case: Case) -> frozenset[str]:
    """Every actor with a chair in some body."""
    return frozenset(str(a) for seat in case.plan.seats for a in seat.actors if a.named)


def represented(case: Case, agency: str) -> bool:
    """Whether an agency sits in a body through one of its posts."""
    return any(str(case.actors[a].of) == agency for a in seated(case) if case.actors[a].of)


def acting_uses(case: Case, actor: str) -> list[Use]:
    """Where an actor acts or is bound to: duties, measures, steps, reports, publications; not where it is told."""
    return [use for use in case.actor_uses[actor] if use.section in _ACTS and use.field in _ACTING]


def acts(case: Case, actor: str) -> list[Use]:
    """What an actor does in an incident, alone or together with others; a duty only where it is tied to one."""
    fields = (*_ACTING, "together_with", "with")
    uses = [use for use in case.actor_uses[actor] if use.section in _ACTS and use.field in fields]
    return [use for use in uses if not isinstance(use.statement, Duty) or tied_to_the_event(use.statement)]


def spoken_of(case: Case, clause: Clause) -> list[str]:
    """Who is named to act in a clause, or in the sentence its item hangs on: a reader may carry the subject on."""
    lead = clause.parent if clause.endswith(")") else None
    named = [id for id, one in case.actors.items() if one.kind != "public" and not is_vague(case, id)]
    return [id for id in named if any(u.clause in (clause, lead) for u in acting_uses(case, id))]


def tied_to_the_event(duty: Duty) -> bool:
    """Whether a duty arises with an incident: at a level, on a condition, after an event."""
    states = [state for state in duty.during if isinstance(state, State)]
    return bool(states or duty.condition is not None or (duty.within and duty.within.after))


# ------------------------------------------------------------------------------------------ names


def is_vague(case: Case, actor: str) -> bool:
    """Whether a name leaves open who is meant: "departments concerned"; not the name of a line of administration."""
    one = case.actors.get(actor)
    if one is None or one.kind != "generic" or house(case, actor) != actor:
        return False
    line = re.match(ABOVE, one.zh) or agencies_meant(case, actor) or names_line(case, actor)
    return bool(re.search(VAGUE_NAME, one.zh)) or not line


def agencies_meant(case: Case, actor: str) -> list[str]:
    """The plan's agencies that a line of administration stands for: 公安部门 → the public security branch."""
    known = {id: one.zh for id, one in case.actors.items() if one.kind == "agency"}
    return [id for id, name in known.items() if _in_line(case, actor, name)]


def names_line(case: Case, actor: str) -> list[str]:
    """The jurisdiction's own agencies that a line of administration stands for, named by the plan or not."""
    known = {id: one.zh for id, one in case.jurisdiction.agencies.items() if one.level == "district"}
    return [id for id, name in known.items() if _in_line(case, actor, name)]


def _in_line(case: Case, actor: str, agency: str) -> bool:
    """Whether an agency's name holds a line's, or its signs in order from the first on: 卫健 in 卫生健康."""
    one = case.actors[actor]
    if one.kind not in ("generic", "undeclared") or re.search(VAGUE_NAME, one.zh) or re.match(ABOVE, one.zh):
        return False
    whole, line = core(agency), core(one.zh)
    signs = iter(whole)
    abbreviated = whole[:1] == line[:1] and all(sign in signs for sign in line)
    return len(line) > 1 and (line in whole or abbreviated)


def tier(case: Case, actor: str) -> str:
    """The level of administration an actor stands at, by the jurisdiction or by its name; "" where neither tells."""
    one = case.actors.get(actor)
    if one is None:
        return ""
    known = known_as(case, actor)
    agency = case.jurisdiction.agencies.get(Id(known or ""))
    if agency is not None:
        return str(agency.level)
    found = re.match(TIER, one.zh)
    return next((level for level, starts in TIERS.items() if found and re.match(starts, one.zh)), "")


def known_as(case: Case, actor: str) -> str | None:
    """The agency or post of the jurisdiction an actor is, by the names the plan prints or by its own."""
    one = case.actors[actor]
    return case.seated_as.get(actor) or case.jurisdiction.names().get(one.zh)


def core(name: str) -> str:
    """What is left of an agency's name without level, brackets and kind of organ.

    >>> core("区农业农村局"), core("公安部门"), core("上级")
    ('农业农村', '公安', '')
    """
    bare = re.sub(TIER, "", unbracketed(name))
    bare = re.sub(f"^({PEOPLES})?{GOVERNMENT}(?=..)", "", bare)  # a government's department, not the government
    return re.sub(f"({ORGAN})$", "", bare)


def alike(one: str, other: str) -> bool:
    """Whether two names may be one: one core within the other, or most pairs of signs in common; offices are not.

    >>> alike("市农业局", "市农业农村局"), alike("区人民政府", "区人民政府办公室"), alike("区财政局", "区公安分局")
    (True, False, False)
    """
    short, long = sorted((one, other), key=len)
    if long != short and re.fullmatch(OFFICE, long.removeprefix(short)):
        return False
    a, b = core(one), core(other)
    return min(len(a), len(b)) > 1 and (a in b or b in a or _overlap(a, b) >= 0.6)


def _overlap(a: str, b: str) -> float:
    """Shared pairs of neighbouring signs, as a share of the shorter name's."""
    one, other = ({name[i : i + 2] for i in range(len(name) - 1)} for name in (a, b))
    return len(one & other) / min(len(one), len(other))


# ---------------------------------------------------------------------------------------- telling


def by_clause(statements: Iterable[Statement], *, most: int = 12) -> Text:
    """What statements say, clause by clause, in one line; beyond `most` clauses the rest are counted."""
    found: dict[str, list[Text]] = {}
    for one in sorted(statements, key=lambda s: s.clause.sort_key()):
        told = _matter(one)
        if told not in found.setdefault(str(one.clause), []):
            found[str(one.clause)].append(told)
    lines = [_phrase("clause-says", clause=clause, acts=_side_by_side(acts)) for clause, acts in found.items()]
    rest = [_phrase("more-clauses", n=len(lines) - most)] if len(lines) > most else []
    return in_one_line([*lines[:most], *rest])


def clause_by(clause: str, who: Text | list[Text]) -> Text:
    """A clause with those it names."""
    return _phrase("clause-by", clause=clause, who=who)


def _side_by_side(acts: Sequence[Text]) -> Text:
    """What one clause says; commas of its own would read as the end of an act in Chinese."""
    plain = [Text(zh=one.zh.replace(_CHINESE.pause, _CHINESE.comma), en=one.en) for one in acts]
    return in_one_line(plain, PHRASES["next-act"])


def those(what: str, statements: Iterable[Statement]) -> str:
    """A subject that is of these statements and no others: a finding on one more is another finding."""
    return " ".join([what, *(str(one.id or one.clause) for one in statements)])


def _matter(statement: Statement) -> Text:
    if isinstance(statement, Measure | Duty):
        return _done(statement)
    if isinstance(statement, Report):
        return statement.content
    if isinstance(statement, Publication | Upkeep):
        return statement.what
    if isinstance(statement, ListStatement):
        return statement.name
    return Text(zh=str(statement.id or statement.clause), en=str(statement.id or statement.clause))


def _done(act: Measure | Duty) -> Text:
    """The object of an act with its verb; in Chinese the object's own words often hold it."""
    verb = both(terms.verb, act.verb)
    said = bool(set(verb.zh) & set(act.object.zh))
    return _phrase("done-in-words" if said else "done", object=act.object, verb=verb)

