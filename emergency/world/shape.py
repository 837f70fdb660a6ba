"""Paths made of other paths: a shaped one, the greatest of several, and a flag that comparisons raise.

All stay exact. A piecewise linear function of a curve is, between the curve's crossings of the knots, a curve of
the same family; a bound on a maximum is a bound on its members; a flag changes only where its comparisons do.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, inf
from typing import NamedTuple

from emergency.world.curve import TOGETHER, Curve, Lowest, Path, Table, Track, flat

__all__ = ["Bound", "Flag", "Highest", "Knots", "Shaped", "along", "no_more_than"]

Knots = Sequence[tuple[float, float]]
"""Points (x, y) of a piecewise linear function, x rising; beyond the outermost it is flat."""


def along(knots: Knots, x: float) -> float:
    """The piecewise linear function at `x`.

    >>> along([(0.0, 2.0), (4.0, 1.0)], 1.0), along([(0.0, 2.0), (4.0, 1.0)], 9.0)
    (1.75, 1.0)
    """
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


class Shaped(Track):
    """A piecewise linear function of a track, worked out piece by piece when looked at."""

    __slots__ = ("knots", "source", "start")

    def __init__(self, source: Track, knots: Knots) -> None:
        super().__init__([], self._bend)
        self.source, self.knots, self.start = source, knots, 0.0

    def restart(self, t: float) -> None:
        """Forget the pieces: the source or the knots have changed at `t`."""
        self.start = t
        self.pieces.clear()

    def _bend(self) -> bool:
        """Cut the next piece of the source where it crosses a knot, and bend each part."""
        lo = self.pieces[-1].end if self.pieces else self.start
        if lo == inf:
            return False
        piece = self.source.piece(lo)
        cuts = {when for x, _ in self.knots for when in piece.crossings(x, lo, piece.end)}
        for left, right in pairwise((lo, *sorted(cuts), piece.end)):
            if left < right:
                self.pieces.append(self._part(piece, left, right))
        return True

    def _part(self, piece: Curve, left: float, right: float) -> Curve:
        """What becomes of `piece` where it stays between two knots."""
        # In the middle it is clear between which: at the ends it is on a knot, give or take rounding.
        middle = piece.value(0.5 * (left + right) if right < inf else left + 1.0)
        k = bisect_right(self.knots, middle, key=lambda knot: knot[0])
        if k in (0, len(self.knots)):
            return flat(left, right, self.knots[max(0, k - 1)][1])
        (x, y), (following, target) = self.knots[k - 1 : k + 1]
        steep = (target - y) / (following - x)
        bend = piece.bend and steep * piece.bend * exp((piece.start - left) / piece.tau)
        return Curve(left, right, y + steep * (piece.value(left) - x), steep * piece.slope, bend, piece.tau)


class _Turned(Track):
    """A track with its sign turned."""

    __slots__ = ("track",)

    def __init__(self, track: Track) -> None:
        super().__init__(track.pieces, track.grow)
        self.track = track

    def value(self, t: float) -> float:
        return -self.track.value(t)

    def side(self, constant: float, t: float) -> int:
        return -self.track.side(-constant, t)

    def flip(self, constant: float, table: Table, known: bool, t: float, until: float) -> float | None:
        return self.track.flip(-constant, table[::-1], known, t, until)


class Highest:
    """The greatest of several scaled tracks: the least of them turned."""

    __slots__ = ("turned",)

    def __init__(self, members: Sequence[tuple[Track, float]]) -> None:
        self.turned = Lowest([(_Turned(track), scale) for track, scale in members])

    def value(self, t: float) -> float:
        """Value at `t`."""
        return -self.turned.value(t)

    def side(self, constant: float, t: float) -> int:
        """Side of `constant` at `t`."""
        return -self.turned.side(-constant, t)

    def flip(self, constant: float, table: Table, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        return self.turned.flip(-constant, table[::-1], known, t, until)


class Bound(NamedTuple):
    """A comparison of a path, and the name of the variable it is about."""

    name: str
    path: Path
    constant: float
    table: Table


class Flag(Track):
    """1 while any of some comparisons holds, else 0.

    Like every caller of a world it keeps the truths it was told, over changes too: a comparison is judged
    anew only when its variable has jumped, or has clearly left the bound.
    """

    __slots__ = ("_due", "_truths", "bounds", "first", "flips", "start")

    def __init__(self, bounds: Sequence[Bound]) -> None:
        super().__init__([], self._next)
        self.bounds = bounds
        self.start = 0.0
        self.first: list[bool] = []
        self.flips: list[tuple[float, int]] = []

    def truths(self, t: float) -> list[bool]:
        """Which comparisons hold from `t` on."""
        sides = [path.side(constant, t) for _, path, constant, _ in self.bounds]
        if all(sides):
            return [bound.table[side + 1] for bound, side in zip(self.bounds, sides, strict=True)]
        # On the bound only the history can tell.
        self.index(t)
        truths = self.first[:]
        for when, i in self.flips:
            if when > t:
                break
            truths[i] = not truths[i]
        return truths

    def restart(self, t: float, truths: Sequence[bool] | None, jumped: Callable[[str], bool]) -> None:
        """Go on from `t` with what held before (None at the start), some variables having jumped."""
        found = []
        for i, (name, path, constant, table) in enumerate(self.bounds):
            side = path.side(constant, t)
            truth = table[side + 1] if side or truths is None or jumped(name) else truths[i]
            # On the bound it may have been true for that instant only.
            if side == 0 and path.flip(constant, table, truth, t, t) is not None:
                truth = not truth
            found.append(truth)
        self.resume(t, found)

    def resume(self, t: float, truths: list[bool]) -> None:
        """Go on from `t` with these truths."""
        self.start, self.first, self.flips = t, truths, []
        self._truths = truths[:]
        self._due: list[float | None] | None = None
        self.pieces.clear()

    def flip(self, constant: float, table: Table, known: bool, t: float, until: float) -> float | None:
        """When a comparison of the flag changes; what changes within rounding of `t` was told with that of `t`."""
        end = self.piece(t).end
        return super().flip(constant, table, known, end if end - t <= TOGETHER else t, until)

    def _next(self) -> bool:
        """Append the stretch up to the next change of the flag."""
        lo = self.pieces[-1].end if self.pieces else self.start
        if lo == inf:
            return False
        held = any(self._truths)
        if self._due is None:
            self._due = [self._flip(i, lo) for i in range(len(self.bounds))]
        while any(self._truths) is held:
            at = min((when for when in self._due if when is not None), default=inf)
            if at == inf:
                self.pieces.append(flat(lo, inf, float(held)))
                return True
            for i, when in enumerate(self._due):
                if when is not None and when <= at + TOGETHER:
                    self._truths[i] = not self._truths[i]
                    self.flips.append((at, i))
                    self._due[i] = self._flip(i, at)
        if at > lo:
            self.pieces.append(flat(lo, at, float(held)))
        return at > lo or self._next()

    def _flip(self, i: int, t: float) -> float | None:
        _, path, constant, table = self.bounds[i]
        return path.flip(constant, table, self._truths[i], t, inf)
