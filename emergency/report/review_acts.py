"""Whose act, and at which level: where a finding belongs that names acts and neither an actor nor a level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from emergency.machine import Value
from emergency.plan.leaves import State
from emergency.plan.statements import Decision, Publication, Report, Statement
from emergency.review.case import Case
from emergency.review.finding import Finding

__all__ = ["Acts", "column_id", "texts_in", "when_owed"]

#: Sections whose statements are acts, and the fields that name who acts.
_ACTS = ("measures", "duties", "reports", "publications", "decisions", "resources")
_DOING = ("by", "from", "actors", "observer", "holder")
#: Sections whose acts stand in a column of the table of levels.
_COLUMNS = {"measures": "measures", "reports": "reports", "publications": "reports", "decisions": "decides"}
#: The part of the evidence in which rules list acts by their clauses.
_BY_CLAUSE = "acts"


class Acts:
    """The acts of one plan: measures, duties, reports, publications, decisions, and the keeping of a stock."""

    def __init__(self, case: Case) -> None:
        doers = _doers(case)
        self._by_id: dict[str, frozenset[str]] = {}
        self._by_clause: dict[str, frozenset[str]] = {}
        for section, one in case.said:
            if section in _ACTS:
                no, levels = str(one.clause), frozenset(_levels(case, section, one))
                ids = levels | doers[id(one)]
                self._by_clause[no] = self._by_clause.get(no, ids) & ids
                if one.id is not None:  # what is found of a decision is found of its way in, not of all who take part
                    self._by_id[str(one.id)] = levels if section == "decisions" else ids

    def of(self, finding: Finding) -> frozenset[str]:
        """The actors who do the acts that a finding names by their ids, and the levels at which they are done.

        What is done at no stated level belongs to its column of the table of levels, `column_id`. Where the evidence
        lists acts by their clauses, who and what all acts of the clause have in common counts: which is meant is not
        told.
        """
        names = {*finding.subject.split(), *texts_in(finding.evidence)}
        found = [self._by_id.get(name, frozenset()) for name in names]
        found += [self._by_clause.get(no, frozenset()) for no in texts_in(finding.evidence.get(_BY_CLAUSE))]
        return frozenset(id for several in found for id in several)


def column_id(column: str) -> str:
    """What stands for a column of the table of levels among the ids of actors and levels."""
    return f"column {column}"


def when_owed(case: Case, one: Report | Publication) -> set[Value]:
    """The levels during which, or on entering which, something is to be told."""
    states = [value for state in one.during for value in case.values_of(state)]
    event = case.events.get(str(one.after)) if one.after else None
    if event is not None and event.kind == "entered" and isinstance(event.state, State):
        states += case.values_of(event.state)
    return set(states)


def _doers(case: Case) -> Mapping[int, set[str]]:
    """Who does each act, by the identity of its statement."""
    found: dict[int, set[str]] = defaultdict(set)
    for actor in case.actors:
        for use in case.actor_uses[actor]:
            if use.field in _DOING:
                found[id(use.statement)].add(actor)
    return found


def _levels(case: Case, section: str, one: Statement) -> Iterator[str]:
    """The levels at which something is done, else its column."""
    if isinstance(one, Decision):
        levels = set(case.values_of(one.to))
    elif isinstance(one, Report | Publication):
        levels = when_owed(case, one)
    else:
        levels = {value for state in getattr(one, "during", ()) for value in case.values_of(state)}
    yield from map(str, levels)
    if section in _COLUMNS and not levels:
        yield column_id(_COLUMNS[section])


def texts_in(value: object) -> Iterator[str]:
    """The texts in some evidence, whole."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield str(name)
            yield from texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one)
