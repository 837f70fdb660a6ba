"""Starting and ending at once: an end that asks for other things than the start, so that both can hold together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from emergency.condition import Guard, InState, Node
from emergency.machine import Value
from emergency.plan.leaves import State
from emergency.plan.statements import Decision
from emergency.review.case import Case
from emergency.review.finding import Draft, Kind
from emergency.review.rules import rule
from emergency.review.scheme import scheme_name
from emergency.review.threshold.flapping import entry_and_exit_share_bound
from emergency.review.threshold.grounds import Ground, grounds, indicators_in, spoken
from emergency.review.threshold.solver import Facts, smallest
from emergency.source import Id, Text
from emergency.words.rules.threshold import ALL_OVER, THRESHOLD

__all__: list[str] = []


@dataclass(frozen=True, slots=True)
class _Both:
    """A case in which a level is called for while its end is due.

    Attributes
    ----------
    level : the level called for.
    ground : what calls for it, found through the grades its criteria ask for.
    over : the condition of the end.
    """

    level: Value
    ground: Ground
    end: Decision
    over: Node
    facts: Facts
    kind: Kind


@rule("start-and-end-both-hold", words=THRESHOLD, cls="threshold", severity="high", needs=("z3", "check"))
def start_and_end_both_hold(case: Case) -> Iterator[Draft]:
    """Levels whose cases and whose end can hold together: ended, they are called for again, without limit."""
    for scheme in (str(id) for id, one in case.plan.schemes.items() if one.kind in ("warning", "response")):
        found = list(_both(case, scheme))
        sure = [one for one in found if one.kind == "fact"] or found
        if not sure:
            continue
        first = min(sure, key=lambda one: len(one.facts.told(case)))
        alike = [one for one in sure if one.ground == first.ground and one.end == first.end]
        facts = {
            "levels": [_called(case, one.level) for one in alike],
            "start": list(dict.fromkeys(c.clause for one in alike for c in one.ground.said)),
            "end": [first.end.clause],
            "case": spoken(case, first.ground.tree),
            "over": spoken(case, first.over),
        }
        rest = [c for one in alike for c in case.criteria_of[one.level] if c.when is not None]
        clauses = case.cite(*first.ground.said, *rest, *(one.end for one in sure))
        at = first.facts.at(case)
        told: dict[str, object] = {"levels": [str(one.level) for one in alike], "facts": first.facts.plain()}
        told |= {"at": at} if at else {}
        yield Draft(scheme, clauses, facts, told, kind=first.kind)


def _both(case: Case, scheme: str) -> Iterator[_Both]:
    """Each level with each of its grounds beside each end."""
    wavering = {draft.subject for draft in entry_and_exit_share_bound(case)}
    for end in case.leaving(scheme):
        leaving = end.when
        if not isinstance(leaving, Guard) or any(re.search(ALL_OVER, n) for n in _names(case, leaving)):
            continue
        for level in (v for v in case.levels if v.scheme == scheme and _left_by(case, end, v)):
            for ground in _grounds_of(case, level):
                asked = set(indicators_in(ground.tree)) & set(indicators_in(leaving.tree))
                if any(f"{scheme} {variable}" in wavering for variable in asked):
                    continue
                if (asked or not _one_matter(case, ground, leaving)) and (
                    facts := smallest(case, [ground.tree, leaving.tree])
                ):
                    yield _Both(level, ground, end, leaving.tree, facts, "fact" if asked else "candidate")


def _left_by(case: Case, end: Decision, level: Value) -> bool:
    return not isinstance(end.from_, State) or level in case.values_of(end.from_)


def _grounds_of(case: Case, level: Value, seen: tuple[Value, ...] = ()) -> list[Ground]:
    """What calls for a level: its own grounds, and those of a grade that it goes by; listed cases before definitions.

    A definition sums its cases up, so a case is the plainer witness where there are both.
    """
    if level in seen:
        return []
    found: list[Ground] = []
    for ground in (g for g in grounds(case) if g.at == level):
        grades = _grades(case, ground)
        found += [g for v in grades for g in _grounds_of(case, v, (*seen, level))] if grades else [ground]
    for other in {str(c.same_as) for c in case.criteria_of[level] if c.same_as}:
        found += _grounds_of(case, Value(other, level.value), (*seen, level))
    items = [g for g in found if any(c.role == "item" for c in g.said)]
    return items or found


def _grades(case: Case, ground: Ground) -> tuple[Value, ...]:
    """The grades of an incident that are all a ground asks for."""
    tree = ground.tree
    if not isinstance(tree, InState) or tree.negated or case.plan.schemes[Id(tree.scheme)].kind != "event":
        return ()
    return case.values_of(State(tree.scheme, (tree.value,)))


def _one_matter(case: Case, ground: Ground, leaving: Guard) -> bool:
    """Whether names of start and end share a word: what is normal again is not short, in no need of a figure."""
    own, theirs = ({n[i : i + 2] for n in names for i in range(len(n) - 1)} for names in _two(case, ground, leaving))
    return bool(own & theirs)


def _two(case: Case, ground: Ground, leaving: Guard) -> tuple[list[str], list[str]]:
    return [case.variable_name(v).zh for v in indicators_in(ground.tree)], _names(case, leaving)


def _names(case: Case, guard: Guard) -> list[str]:
    return [case.variable_name(v).zh for v in indicators_in(guard.tree)]


def _called(case: Case, level: Value) -> Text:
    """A level by its name; the only one of a scheme by the scheme's."""
    alone = len(case.plan.schemes[Id(level.scheme)].levels) == 1
    return scheme_name(case, level.scheme) if alone else case.value_name(level)
