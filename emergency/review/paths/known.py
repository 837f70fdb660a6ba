"""One search for each plan under review, shared by all rules that ask it, and the account of what was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary

from emergency.condition import Node
from emergency.review.case import Case
from emergency.review.paths.search import Search

__all__ = ["Account", "Explored", "explored", "search_of"]


@dataclass(frozen=True, slots=True)
class Explored:
    """How much of a plan was searched: situations with their open decisions, in how many seconds [s] of work."""

    plan: str
    states: int
    seconds: float
    whole: bool = True

    @property
    def speed(self) -> int:
        """States a second."""
        return round(self.states / self.seconds) if self.seconds else self.states

    def to_json(self) -> dict[str, Any]:
        """The account as plain data."""
        return {"plan": self.plan, "states": self.states, "states_per_s": self.speed, "whole": self.whole}


@dataclass(slots=True)
class Account:
    """What searches looked at, in the order they were made."""

    explored: list[Explored] = field(default_factory=list)

    def __iter__(self) -> Iterator[Explored]:
        return iter(self.explored)

    def note(self, one: Explored) -> None:
        """Add what was looked at elsewhere."""
        self.explored.append(one)

    def search(self, case: Case, tracked: tuple[Node, ...] = ()) -> Search:
        """Search a plan and note how much of it there was."""
        began = perf_counter()
        found = Search(case, tracked=tracked)
        states = found.situations
        self.explored.append(Explored(case.id, states, perf_counter() - began, found.whole))
        return found


_SEARCHES: WeakKeyDictionary[Case, tuple[Search, Explored]] = WeakKeyDictionary()


def search_of(case: Case) -> Search:
    """The search of a plan that tracks nothing of the world; made once."""
    if case not in _SEARCHES:
        account = Account()
        _SEARCHES[case] = (account.search(case), account.explored[0])
    return _SEARCHES[case][0]


def explored(case: Case) -> Explored:
    """How much of a plan its search looked at."""
    search_of(case)
    return _SEARCHES[case][1]
