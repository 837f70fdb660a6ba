"""Rules of precedence: which schemes the clauses settle a question for, and which they leave it open for."""

from __future__ import annotations

from collections.abc import Iterator

from emergency.plan.leaves import State
from emergency.review.case import Case
from emergency.source import Clause

__all__ = ["settled_for"]

#: The fields by which a statement is about a scheme: its criteria, the entering of its levels, what is done at them.
_ABOUT = ("of", "to", "from", "from_", "during")


def settled_for(case: Case, rule: str) -> frozenset[str]:
    """The schemes for which a clause answers a question of precedence, ``several-criteria-hold`` say.

    A clause speaks for the schemes of its surroundings: those its own number speaks of, else the next number above
    that speaks of any. One that stands apart from every scheme, in the general or the final part, speaks for all.
    """
    found: set[str] = set()
    for one in case.plan.precedence:
        if one.rule == rule:
            found |= next((near for area in _areas(one.clause) if (near := _spoken_of(case, area))), _every(case))
    return frozenset(found)


def _areas(clause: Clause) -> Iterator[Clause]:
    """A clause and all it stands in, from the smallest."""
    area: Clause | None = clause
    while area is not None:
        yield area
        area = area.parent


def _spoken_of(case: Case, area: Clause) -> set[str]:
    uses = (u for u in case.leaves(State) if u.field in _ABOUT and u.clause.within(area))
    return {str(u.leaf.scheme) for u in uses}


def _every(case: Case) -> set[str]:
    return set(map(str, case.plan.schemes))
