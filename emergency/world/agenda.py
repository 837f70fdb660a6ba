"""Several worlds as one, and an agenda of what they will cross next.

A run asks for the next crossing each time something has changed, and a change rarely concerns more than one part of
one world: one place, one product. All the other atoms keep the times they were due at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from math import inf
from typing import Any, Generic, cast

from emergency.world.base import A, AtomLike, World
from emergency.world.curve import TOGETHER

__all__ = ["Agenda", "Worlds"]


class Agenda(Generic[A]):
    """When each of some known truths changes next: a heap of due times.

    A time in the heap that is no longer the atom's own is void, and dropped when it comes to the top.
    """

    __slots__ = ("_atoms", "_due", "_edges", "_heap", "_knowns", "_parts", "_ranks", "_stale", "_until", "_worlds")

    def __init__(self, owner: Mapping[str, World], truths: Mapping[A, bool]) -> None:
        self._atoms = [*truths]
        self._knowns = [*truths.values()]
        owners = [owner[atom.variable] for atom in self._atoms]
        self._worlds = list({id(world): world for world in owners}.values())
        self._edges = [world.edge(atom) for world, atom in zip(owners, self._atoms, strict=True)]
        # What changes together is told world by world, and then as it was asked about.
        self._ranks = [(self._worlds.index(world), i) for i, world in enumerate(owners)]
        self._parts = [self._parted(world, owners) for world in self._worlds]
        self._due = [inf] * len(owners)
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

    def next(self, truths: Mapping[A, bool], t: float, until: float) -> list[tuple[float, A, bool]]:
        """The earliest change of a known truth in ``[t, until]``, with all atoms that change then."""
        self._compare(truths)
        self._look(t, until)
        found = self._first(t, until)
        return [(found[0][0], self._atoms[i], not self._knowns[i])
                for i in sorted((i for _, i in found), key=self._ranks.__getitem__)]

    def _compare(self, truths: Mapping[A, bool]) -> None:
        """Find out what is known or goes otherwise than when it was last looked at."""
        knowns = [*truths.values()]
        if knowns != self._knowns:
            self._stale.update(i for i, known in enumerate(knowns) if known is not self._knowns[i])
            self._knowns = knowns
        for world, parts in zip(self._worlds, self._parts, strict=True):
            stirred = world.stirred()
            if stirred:
                for part in (*stirred, ""):
                    self._stale.update(parts.get(part, ()))

    def _look(self, t: float, until: float) -> None:
        """Work out anew what is stale; what was not due by then has to be looked for if it is now."""
        if until > self._until:
            self._until = until
            self._stale.update(i for i, due in enumerate(self._due) if due == inf)
        for i in self._stale:
            when = self._edges[i].flip(self._knowns[i], t, self._until)
            due = inf if when is None else when
            if due != self._due[i]:
                self._due[i] = due
                if due < inf:
                    heappush(self._heap, (due, i))
        self._stale.clear()

    def _first(self, t: float, until: float) -> list[tuple[float, int]]:
        """What is due first, all that is due together; it stays on the heap."""
        heap, due = self._heap, self._due
        found: list[tuple[float, int]] = []
        while heap and heap[0][0] <= (min(until, found[0][0] + TOGETHER) if found else until):
            when, i = heappop(heap)
            if due[i] != when or (when, i) in found:
                continue
            if when < t:  # nobody took notice of it: it is due for what it is now
                self._stale.add(i)
                self._look(t, until)
                continue
            found.append((when, i))
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
        if self._agenda is None or not self._agenda.about(truths):
            self._agenda = Agenda(self._owner, truths)
        return cast("Agenda[A]", self._agenda).next(truths, t, until)

    def advance(self, t: float) -> None:
        """Move every world to `t`."""
        for world in self.worlds:
            world.advance(t)
