"""Several worlds as one, and an agenda of what they will cross next.

A run asks for the next crossing each time something has changed, and a change rarely concerns more than one part of
one world: one place, one product. All the other atoms keep the times they were due at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from heapq import heappop, heappush
from math import inf
from typing import Any, Generic, NamedTuple, cast

from emergency.world.base import A, AtomLike, World
from emergency.world.curve import TOGETHER

__all__ = ["Agenda", "Crossings", "Worlds"]

GLANCE = 1 / 30
"""How far an atom is looked at when its part of a world has changed: this share of what is of interest."""
FURTHER = 4.0
"""How many times as far with each look after that."""


class Crossings(NamedTuple, Generic[A]):
    """What is crossed next, all at one time, and up to when [h] nothing else is."""

    found: list[tuple[float, A, bool]]
    clear: float


class Agenda(Generic[A]):
    """When each of some known truths changes next: a heap of what is to be attended to.

    Most changes of a world come before what would have been crossed next without them. So an atom is looked at
    only some way ahead, and again, further, when its world has not changed by then. The heap holds for each atom
    when it changes, or how far it has been looked at: then with the atom's number plus how many atoms there are.
    What is in the heap and no longer the atom's own is void, and dropped when it comes to the top.
    """

    __slots__ = ("_atoms", "_edges", "_glances", "_heap", "_knowns", "_next", "_parts", "_ranks", "_stale", "_until",
                 "_worlds")

    def __init__(self, owner: Mapping[str, World], truths: Mapping[A, bool]) -> None:
        self._atoms = [*truths]
        self._knowns = [*truths.values()]
        owners = [owner[atom.variable] for atom in self._atoms]
        self._worlds = list({id(world): world for world in owners}.values())
        self._edges = [world.edge(atom) for world, atom in zip(owners, self._atoms, strict=True)]
        # What changes together is told world by world, and then as it was asked about.
        self._ranks = [(self._worlds.index(world), i) for i, world in enumerate(owners)]
        self._parts = [self._parted(world, owners) for world in self._worlds]
        self._next = [(-inf, i) for i in range(len(owners))]
        self._glances = [0.0] * len(owners)
        self._heap: list[tuple[float, int]] = []
        self._stale = set(range(len(owners)))
        self._until = -inf

    def _parted(self, world: World, owners: list[World]) -> dict[str, list[int]]:
        """The atoms on each part of a world."""
        found: dict[str, list[int]] = {}
        for i, (atom, own) in enumerate(zip(self._atoms, owners, strict=True)):
            if own is world:
                found.setdefault(world.part(atom.variable), []).append(i)
        return found

    def about(self, truths: Mapping[A, bool]) -> bool:
        """Whether it is these atoms, in this order, that it is about."""
        return [*truths] == self._atoms

    def next(self, truths: Mapping[A, bool], t: float, until: float, soon: float) -> Crossings[A]:
        """The earliest change of a known truth in ``[t, until]``, with all atoms that change then.

        A change after `soon` may be missed: then `clear` comes before it.
        """
        self._compare(truths)
        if until > self._until:  # what was looked at as far as anybody cared is of interest again
            self._until = until
        for i in self._stale:
            self._glances[i] = GLANCE * self._until
        self._look(t, soon)
        found = self._first(t, until, soon)
        if not found:
            return Crossings([], min(self._heap[0][0], until) if self._heap else until)
        first = found[0][0]
        due = sorted([i for _, i in found], key=self._ranks.__getitem__)
        return Crossings([(first, self._atoms[i], not self._knowns[i]) for i in due], first)

    def _compare(self, truths: Mapping[A, bool]) -> None:
        """Find out what is known or goes otherwise than when it was last looked at."""
        knowns = [*truths.values()]
        if knowns != self._knowns:
            self._stale.update([i for i, known in enumerate(knowns) if known is not self._knowns[i]])
            self._knowns = knowns
        for world, parts in zip(self._worlds, self._parts, strict=True):
            stirred = world.stirred()
            if stirred:
                for part in (*stirred, ""):
                    self._stale.update(parts.get(part, ()))

    def _look(self, t: float, soon: float) -> None:
        """Work out anew what is stale."""
        for i in self._stale:
            far = min(self._until, max(soon, t + self._glances[i]))
            self._glances[i] *= FURTHER
            when = self._edges[i].flip(self._knowns[i], t, far)
            entry = (far, i + len(self._edges)) if when is None else (when, i)
            if entry != self._next[i]:
                self._next[i] = entry
                heappush(self._heap, entry)
        self._stale.clear()

    def _first(self, t: float, until: float, soon: float) -> list[tuple[float, int]]:
        """What is due first, all that is due together; it stays on the heap."""
        heap, number = self._heap, len(self._edges)
        found: list[tuple[float, int]] = []
        end = until
        while heap and heap[0][0] <= end:
            entry = heap[0]
            when, i = entry
            if self._next[i % number] != entry or entry in found:
                heappop(heap)
            elif i < number and when >= t:
                found.append(heappop(heap))
                end = min(until, found[0][0] + TOGETHER)
            elif i >= number and when >= (end if found else soon):
                break  # it has been looked at as far as need be
            else:  # it has not; or it was due and nobody took notice: then it is due for what it is now
                heappop(heap)
                self._stale.add(i % number)
                self._look(t, end if found else soon)
        for one in found:
            heappush(heap, one)
        return found


class Worlds:
    """Several worlds as one; each variable belongs to exactly one of them."""

    __slots__ = ("_agenda", "_owner", "worlds")

    def __init__(self, worlds: Iterable[World]) -> None:
        self.worlds = tuple(worlds)
        self._owner: dict[str, World] = {}
        self._agenda: Agenda[Any] | None = None
        for world in self.worlds:
            for name in sorted(world.variables()):
                if name in self._owner:
                    raise ValueError(f"two worlds offer the variable {name!r}")
                self._owner[name] = world

    def variables(self) -> frozenset[str]:
        """Names that `value` and the atoms may use."""
        return frozenset(self._owner)

    def owner(self, variable: str) -> World:
        """The world that a variable belongs to."""
        return self._owner[variable]

    def value(self, variable: str, t: float) -> float:
        """Value at `t`."""
        return self._owner[variable].value(variable, t)

    def reading(self, variable: str) -> Callable[[float], float]:
        """What reads a variable off at a time, again and again."""
        return self._owner[variable].reading(variable)

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`."""
        return self._owner[atom.variable].truth(atom, t)

    def steady(self, variable: str) -> bool:
        """Whether a variable stays as it is until somebody changes it."""
        return self._owner[variable].steady(variable)

    def next_crossing(self, truths: Mapping[A, bool], t: float, until: float) -> list[tuple[float, A, bool]]:
        """The earliest change of a known truth in any world; see `Tracked.next_crossing`.

        Asking again and again about the same atoms is cheap: only those are looked at again whose truth is another,
        or whose part of a world has gone another way.
        """
        return self.ahead(truths, t, until, until).found

    def ahead(self, truths: Mapping[A, bool], t: float, until: float, soon: float) -> Crossings[A]:
        """The same for a caller who expects a change at `soon` [h], which makes most of what is found after it void.

        What comes after `soon` may not be found; ask again when `clear` has come.
        """
        if self._agenda is None or not self._agenda.about(truths):
            self._agenda = Agenda(self._owner, truths)
        return cast("Agenda[A]", self._agenda).next(truths, t, until, min(soon, until))

    def advance(self, t: float) -> None:
        """Move every world to `t`."""
        for world in self.worlds:
            world.advance(t)
