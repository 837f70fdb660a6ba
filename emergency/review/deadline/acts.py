"""What rules on deadlines look at: everything that is to be done in some time, whatever section it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from emergency.machine import Value
from emergency.plan.leaves import State, Within
from emergency.plan.statements import Duty, Measure, Publication, Report, Statement
from emergency.quantity import Duration
from emergency.review.case import Case
from emergency.source import Citation, Clause, Id, Text
from emergency.words import terms
from emergency.words.rules import phrases
from emergency.words.rules.deadline import ABOVE, AFTERMATH, PHRASES

__all__ = [
    "Act", "acts", "bound_of", "cited", "entering", "hours", "in_aftermath", "in_words", "is_outsider", "phrase",
    "start_of",
]  # fmt: skip

#: A phrase on time with its facts.
phrase = phrases(PHRASES)


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody does, with the time it may take.

    Attributes
    ----------
    does : the verb; ``report`` and ``publish`` for reports and publications.
    after : the event its clock starts from, by the act or by its limit; ``unstated`` where the clause leaves it open.
    during : the levels whose entry starts it or while which it is done.
    """

    section: str
    statement: Statement
    does: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    within: Within | None
    after: str | None
    during: tuple[Value, ...]

    @property
    def clause(self) -> Clause:
        """The clause that says it."""
        return self.statement.clause

    @property
    def bound(self) -> Duration | None:
        """Its limit, where one is given."""
        return bound_of(self.within)

    @property
    def urgency(self) -> str | None:
        """The word that says how soon."""
        return self.within.urgency if self.within else None


def acts(case: Case) -> tuple[Act, ...]:
    """Every step, measure, report, publication and duty, in the order of the file."""
    if case not in _KNOWN:
        _KNOWN[case] = tuple(act for section, one in case.said for act in _acts_of(case, section, one))
    return _KNOWN[case]


#: Many rules ask the same case for its acts.
_KNOWN: WeakKeyDictionary[Case, tuple[Act, ...]] = WeakKeyDictionary()


def _acts_of(case: Case, section: str, one: Statement) -> Iterator[Act]:
    states = (getattr(one, "to", None), *getattr(one, "during", ()))
    for step in getattr(one, "steps", ()):
        told = tuple(step.to or ())
        yield Act(section, one, step.do, (step.by,), told, step.within, start_of(step.within), _levels(case, *states))
    if isinstance(one, Measure | Duty):
        by, during = one.by if isinstance(one, Measure) else one.actors, _levels(case, *one.during)
        yield Act(section, one, one.verb, by, tuple(one.towards or ()), one.within, start_of(one.within), during)
    elif isinstance(one, Report):
        during = _levels(case, *one.during, _state_of(case, one.after))
        yield Act(section, one, "report", one.from_, one.to, one.within, start_of(one.within) or one.after, during)
    elif isinstance(one, Publication):
        during = _levels(case, *one.during, _state_of(case, one.after))
        yield Act(section, one, "publish", one.by, (), one.within, start_of(one.within) or one.after, during)


def _levels(case: Case, *states: object) -> tuple[Value, ...]:
    values = (v for state in states if isinstance(state, State) for v in case.values_of(state))
    return tuple(dict.fromkeys(v for v in values if v in case.levels))


def _state_of(case: Case, event: str | None) -> object:
    known = case.events.get(str(event))
    return known.state if known is not None and known.kind == "entered" else None


def start_of(within: Within | None) -> str | None:
    """The event a limit is counted from."""
    return str(within.after) if within is not None and within.after is not None else None


def bound_of(within: Within | None) -> Duration | None:
    """A limit, where one is given."""
    return within.bound if within is not None and isinstance(within.bound, Duration) else None


def hours(bound: Duration | None) -> float | None:
    """A limit in hours [h]; None for workdays, months and years, whose length depends on the calendar."""
    if bound is None or bound.unit in ("workday", "month", "year"):
        return None
    return bound.plain_hours


def in_aftermath(case: Case, clause: Clause) -> bool:
    """Whether a clause stands in the chapter on what follows the end."""
    chapter = case.clauses.get(clause.chapter)
    return chapter is not None and bool(re.search(AFTERMATH, chapter.heading or ""))


def is_outsider(case: Case, actor: str) -> bool:
    """Whether an actor stands outside or above the jurisdiction, which its plan cannot bind."""
    one = case.actors.get(str(actor))
    if one is None:
        return False
    agency = {str(id): a for id, a in case.jurisdiction.agencies.items()}.get(case.seated_as.get(str(actor), ""))
    above = agency is not None and agency.level in ("city", "province", "state", "outside")
    named = one.kind in ("generic", "undeclared") and re.match(ABOVE, one.zh) is not None
    return one.kind in ("outside", "public") or above or named


def entering(case: Case, value: Value) -> Text:
    """Entering a value in words: 进入III级响应; the start or the end of a scheme that has no other levels."""
    name, scheme = case.value_name(value), case.plan.schemes[Id(value.scheme)]
    kind = Text(zh=terms.scheme_kind(scheme.kind, "zh"), en=terms.scheme_kind(scheme.kind, "en").lower())
    if value.value in ("off", scheme.ends):
        return phrase("ending", scheme=kind)
    return phrase("starting", scheme=kind) if len(scheme.levels) == 1 else phrase("entering", level=name)


def cited(case: Case, ones: list[Act]) -> tuple[Citation, ...]:
    """The clauses of acts."""
    return case.cite(*(one.statement for one in ones))


def in_words(bound: Duration) -> Text:
    """A limit in words."""
    return Text(zh=terms.amount(str(bound), "zh"), en=str(bound))
