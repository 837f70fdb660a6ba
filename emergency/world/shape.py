"""Paths made of other paths: a shaped one, the greatest of several, and a flag that comparisons raise.

All stay exact. A bound on a function of a curve is a bound on the curve; a bound on a maximum is a bound on its
members; a flag changes only where its comparisons do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf, isinf
from typing import NamedTuple

from emergency.world.curve import ROUNDING, TOGETHER, Table
from emergency.world.track import Edge, Followed, Line, Meeting, Track

__all__ = ["Bound", "Flag", "Highest", "Knots", "Shaped", "along", "no_more_than", "where"]

Knots = Sequence[tuple[float, float]]
"""Points (x, y) of a piecewise linear function, x rising; beyond the outermost it is flat."""


def along(knots: Knots, x: float) -> float:
    """The piecewise linear function at `x`.

    >>> along([(0.0, 2.0), (4.0, 1.0)], 1.0), along([(0.0, 2.0), (4.0, 1.0)], 9.0)
    (1.75, 1.0)
    """
    if x >= knots[-1][0]:  # shelves are mostly full
        return knots[-1][1]
    if x <= knots[0][0]:
        return knots[0][1]
    for (left, y), (right, z) in pairwise(knots):
        if x < right:
            return y + (z - y) * (x - left) / (right - left)
    return knots[-1][1]


def no_more_than(knots: Knots, cap: float) -> Knots:
    """A function that does not rise, cut off at `cap`.

    >>> no_more_than([(0.0, 3.0), (4.0, 1.0)], 2.0)
    [(2.0, 2.0), (4.0, 1.0)]
    """
    if cap >= knots[0][1]:
        return knots
    found = []
    for (left, y), (right, z) in pairwise(knots):
        if y > cap >= z:
            found.append((left + (right - left) * (y - cap) / (y - z), cap))
        if z < cap:
            found.append((right, z))
    return found or [(knots[-1][0], cap)]


def where(knots: Knots, y: float, last: bool) -> float:
    """Where a function that does not rise comes down to `y`: the `last` place where it is that high, or the first
    where it is no higher; infinite where there is none, or it goes on for ever.

    >>> [where([(0.0, 3.0), (4.0, 1.0), (6.0, 1.0)], y, last=True) for y in (4.0, 2.0, 1.0)]
    [-inf, 2.0, inf]
    >>> [where([(0.0, 3.0), (4.0, 1.0), (6.0, 1.0)], y, last=False) for y in (4.0, 2.0, 1.0, 0.5)]
    [-inf, 2.0, 4.0, inf]
    """
    # A knot that differs from y by rounding is meant to be y.
    heights = [y if abs(height - y) <= ROUNDING * (abs(height) + abs(y)) else height for _, height in knots]
    beyond = [k for k, height in enumerate(heights) if (height < y if last else height <= y)]
    if not beyond:
        return inf
    k = beyond[0]
    if k == 0:
        return -inf
    (left, _), (right, _) = knots[k - 1 : k + 1]
    high, low = heights[k - 1 : k + 1]
    return left + (right - left) * (high - y) / (high - low)


class Shaped:
    """A piecewise linear function of a track; it does not rise, so a bound on it is a bound on the track."""

    __slots__ = ("knots", "source")

    def __init__(self, source: Track, knots: Knots) -> None:
        self.source, self.knots = source, knots

    def value(self, t: float) -> float:
        """Value at `t`."""
        return along(self.knots, self.source.value(t))

    def edge(self, constant: float, table: Table) -> Bent:
        """The comparison with a constant, to be followed."""
        return Bent(self, constant, table)


class Bent(Line):
    """The comparison of a shaped track with a constant, made on the track itself."""

    __slots__ = ("_knots", "bound", "shaped")

    def __init__(self, shaped: Shaped, bound: float, table: Table) -> None:
        super().__init__(shaped.source, 0.0, table[::-1])
        self.shaped, self.bound = shaped, bound
        self._aim()

    def _aim(self) -> None:
        """Find the bound on the track that the function as it is now makes of the bound on it."""
        self._knots = self.shaped.knots
        # "not above it" includes the bound, on the track as on the function: then the far end of a level counts.
        self.constant = where(self._knots, self.bound, last=self.table[0] is self.table[1])

    def stand(self, t: float) -> bool | None:
        """Whether it holds at `t`; None on the bound, as far as floats can tell."""
        if self._knots is not self.shaped.knots:
            self._aim()
        if isinf(self.constant):
            return self.table[0] if self.constant > 0.0 else self.table[2]
        return super().stand(t)

    def flip(self, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        if self._knots is not self.shaped.knots:
            self._aim()
        return super().flip(known, t, until)

    def after(self, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`; not remembered."""
        if isinf(self.constant):
            return None if self.stand(t) is known else t
        return super().after(known, t, until)


class Highest:
    """The greatest of several scaled tracks."""

    __slots__ = ("members",)

    def __init__(self, members: Sequence[tuple[Followed, float]]) -> None:
        self.members = members

    def value(self, t: float) -> float:
        """Value at `t`."""
        return max([track.value(t) * scale for track, scale in self.members])

    def edge(self, constant: float, table: Table) -> Meeting:
        """The comparison with a constant, to be followed."""
        return Meeting([track.edge(constant / scale, table) for track, scale in self.members], table[2])


class Bound(NamedTuple):
    """A comparison, and the name of the variable it is about."""

    name: str
    edge: Edge



class Flag:
    """1 while any of some comparisons holds, else 0.

    Like every caller of a world it keeps the truths it was told, over changes too: a comparison is judged
    anew only when its path has changed, and then on the bound only when its variable has jumped.
    """

    __slots__ = ("_ages", "_at", "_due", "_truths", "_upto", "bounds", "first", "flips", "start", "turns")

    def __init__(self, bounds: Sequence[Bound]) -> None:
        self.bounds = bounds
        self.first: list[bool] = []
        self.flips: list[tuple[float, int]] = []  # which comparison changes when, as far as somebody has looked
        self.turns: list[tuple[float, bool]] = []  # the flag from when on
        self.resume(0.0, [False] * len(bounds))

    def value(self, t: float) -> float:
        """Value at `t`."""
        self._look(t)
        return float(self._held(t)[1])

    def edge(self, constant: float, table: Table) -> Raised:
        """The comparison with a constant, to be followed."""
        return Raised(self, constant, table)

    def truths(self, t: float) -> list[bool]:
        """Which comparisons hold from `t` on."""
        self._look(t)
        truths = self.first[:]
        for when, i in self.flips:
            if when > t:
                break
            truths[i] = not truths[i]
        return truths

    def restart(self, t: float, truths: Sequence[bool] | None, jumped: Callable[[str], bool]) -> None:
        """Go on from `t` with what held before (None at the start), some variables having jumped."""
        found = list(truths or [False] * len(self.bounds))
        for i, (name, edge) in enumerate(self.bounds):
            if truths is not None and edge.age == self._ages[i]:
                continue
            truth = edge.stand(t)
            if truth is None:
                truth = edge.equal if truths is None or jumped(name) else found[i]
                # On the bound it may have been true for that instant only.
                if edge.flip(truth, t, t) is not None:
                    truth = not truth
            found[i] = truth
        self.resume(t, found)

    def resume(self, t: float, truths: list[bool]) -> None:
        """Go on from `t` with these truths."""
        self.start = self._at = t
        self.first, self._truths = truths, truths[:]
        self._ages = [bound.edge.age for bound in self.bounds]
        self.flips, self.turns = [], [(t, any(truths))]
        self._upto = -inf
        self._due: list[float | None] = [None] * len(truths)

    def next(self, held: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the flag no longer is `held`.

        What changes within rounding of `t` was told with that of `t`.
        """
        self._search(until)
        self._look(t + TOGETHER)
        since, now = self._held(t + TOGETHER)
        if now is not held:
            return max(since, t)
        while True:
            ahead = [when for when, after in self.turns if after is not held and when > t + TOGETHER]
            if ahead:
                return ahead[0] if ahead[0] <= until else None
            if not self._step(until):
                return None

    def _held(self, t: float) -> tuple[float, bool]:
        """Whether it is up at `t`, and since when."""
        if len(self.turns) == 1:
            return self.turns[0]
        return next(turn for turn in reversed(self.turns) if turn[0] <= t or turn is self.turns[0])

    def _look(self, t: float) -> None:
        """Find what changes up to `t`."""
        while self._step(t):
            pass

    def _search(self, until: float) -> None:
        """Find out which comparison is due next, as far as `until`."""
        if until > self._upto:
            self._upto = until
            due = self._due
            for i, bound in enumerate(self.bounds):
                if due[i] is None:
                    due[i] = bound.edge.flip(self._truths[i], self._at, until)

    def _step(self, until: float) -> bool:
        """Find the next changes up to `until`, all that are at one instant; false if there are none."""
        self._search(until)
        due = self._due
        at = min([when for when in due if when is not None], default=inf)
        if at > until:
            return False
        self._at = at
        while at <= self._at:
            for i, when in enumerate(due):
                if when is not None and when <= at + TOGETHER:
                    self._truths[i] = not self._truths[i]
                    self.flips.append((at, i))
                    due[i] = self.bounds[i].edge.flip(self._truths[i], at, self._upto)
            at = min([when for when in due if when is not None], default=inf)
        if any(self._truths) is not self.turns[-1][1]:
            self._turn(self._at)
        return True

    def _turn(self, at: float) -> None:
        """Note that the flag changes at `at`; what it was for an instant only it never was."""
        if at > self.turns[-1][0]:
            self.turns.append((at, not self.turns[-1][1]))
        else:
            self.turns[0] = (at, not self.turns[0][1])


class Raised:
    """The comparison of a flag with a constant."""

    __slots__ = ("down", "flag", "up")

    def __init__(self, flag: Flag, constant: float, table: Table) -> None:
        self.flag = flag
        self.down, self.up = (table[(value > constant) - (value < constant) + 1] for value in (0.0, 1.0))

    @property
    def equal(self) -> bool:
        """Whether it holds on the bound: a flag is never there by rounding."""
        return False

    @property
    def age(self) -> int:
        """A number that changes whenever its path goes another way."""
        return sum([bound.edge.age for bound in self.flag.bounds])

    def stand(self, t: float) -> bool:
        """Whether it holds at `t`."""
        return self.up if self.flag.value(t) else self.down

    def flip(self, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        if self.up is self.down:
            return None if self.up is known else t
        return self.flag.next(self.up is known, t, until)
