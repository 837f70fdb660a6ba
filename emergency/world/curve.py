"""Curves with a closed form, and when they change sides of a bound.

Between two changes every variable of a world is::

    value(t) = at + slope*(t - start) + bend*(exp(-(t - start)/tau) - 1)

that is A + B*t + C*exp(-t/tau) with A = at - bend.  It is kept in this form because `expm1` is exact near the
start, where A + C would cancel.  Such a curve turns at most once, so it crosses a bound at most twice, and
each crossing lies alone between the ends and the turn: no step size, no crossing overlooked.

What a guard asks is not "is the value equal to the bound" but "on which side is it from now on".  The
*side* of a curve is -1, 0 or 1, where 0 means: so near that floats cannot tell.  A curve that is on the
bound is judged by where it goes next, hence

- touching is not crossing: a curve that meets a bound and turns back never was on the other side;
- a crossing already handled is not found again, though the value there is the bound plus or minus 1e-12;
- a curve that lies on the bound and stays (an empty stock) is on side 0, which `<=` accepts and `<` does not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import exp, expm1, inf, log
from operator import itemgetter
from typing import NamedTuple, Protocol

__all__ = ["TABLES", "Curve", "Lowest", "Path", "Sum", "Table", "Track", "flat"]

Table = tuple[bool, bool, bool]
"""Truth of a comparison when the value is below, on, or above the bound."""

TABLES: dict[str, Table] = {
    "<": (True, False, False),
    "<=": (True, True, False),
    ">": (False, False, True),
    ">=": (False, True, True),
}

ROUNDING = 1e-13
"""Relative error left by a handful of float operations: less than this is no distance."""
INSTANT = 1e-9
"""[h] Two times nearer than this are one: a value that will be on the bound this soon is on it."""
TOGETHER = 1e-10
"""[h] Flips nearer than this are one event, so that `a and b` never sees half of it."""
BEYOND = 1e-3
"""[h] How far past `until` a curve is looked at, to see where it goes when it is on the bound at `until`."""


class Curve(NamedTuple):
    """One closed-form piece, in force on ``[start, end)`` [h]."""

    start: float
    end: float
    at: float
    slope: float
    bend: float
    tau: float

    def value(self, t: float) -> float:
        """Value at `t`."""
        elapsed = t - self.start
        curved = self.bend * expm1(-elapsed / self.tau) if self.bend else 0.0
        return self.at + self.slope * elapsed + curved

    def rate(self, t: float) -> float:
        """Derivative at `t` [1/h]."""
        return self.slope - self.bend / self.tau * exp(-(t - self.start) / self.tau)

    def side(self, constant: float, t: float) -> int:
        """-1, 0 or 1: below, on (as far as floats can tell) or above `constant` at `t`."""
        start, _, at, slope, bend, tau = self
        elapsed = t - start
        line = slope * elapsed
        if bend:
            decay = expm1(-elapsed / tau)
            curved = bend * decay
            rate = slope - bend / tau * (decay + 1.0)
        else:
            curved, rate = 0.0, slope
        gap = at + line + curved - constant
        near = ROUNDING * (abs(at) + abs(line) + abs(curved) + abs(constant)) + INSTANT * abs(rate)
        return 1 if gap > near else -1 if gap < -near else 0

    def turn(self) -> float | None:
        """The time at which the rate is zero [h], if there is one; it may lie outside the piece."""
        if self.slope == 0.0 or self.bend == 0.0:
            return None
        level = self.slope * self.tau / self.bend
        return self.start - self.tau * log(level) if level > 0.0 else None

    def flip(self, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known` [h].

        `lo` itself is an answer: then the comparison was true (or false) for that instant only.
        """
        side = self.side(constant, lo)
        if not self.slope and not self.bend:
            return lo if table[side + 1] is not known else None
        for knot in self._knots(constant, lo, hi):
            ahead = self.side(constant, knot)
            now = side or ahead
            if now:
                if table[now + 1] is not known:
                    return lo
                if side == -ahead:
                    return self._root(constant, lo, knot)
            elif self.slope == 0.0 == self.bend and table[1] is not known:
                return lo
            # Otherwise it is on the bound and moves less than rounding: nothing that could be told has
            # changed.
            lo, side = knot, ahead
        return None

    def crossings(self, constant: float, lo: float, hi: float) -> list[float]:
        """All times inside ``(lo, hi)`` at which the curve changes sides of `constant` [h]: none, one or
        two."""
        found: list[float] = []
        last, side = lo, self.side(constant, lo)
        for knot in self._knots(constant, lo, hi):
            ahead = self.side(constant, knot)
            if ahead and ahead == -side:
                found.append(self._root(constant, last, knot))
            last, side = knot, ahead
        return found

    def _knots(self, constant: float, lo: float, hi: float) -> tuple[float, ...]:
        """Ends of the monotone stretches of ``[lo, hi]``."""
        if self.slope * self.bend <= 0.0 and hi < inf:
            return (hi,)
        turn = self.turn()
        if hi == inf:
            hi = self._far(constant, lo if turn is None else max(lo, turn))
        return (hi,) if turn is None or not lo < turn < hi else (turn, hi)

    def _far(self, constant: float, lo: float) -> float:
        """A time after which the curve stays on its side of `constant` for ever."""
        far = max(lo, self.start) + 60.0 * self.tau
        if self.slope:
            reach = abs(self.at - constant) + abs(self.bend)
            far = max(far, self.start + 2.0 * reach / abs(self.slope) + 1.0)
        return far

    def _root(self, constant: float, lo: float, hi: float) -> float:
        """Where the curve equals `constant`, given that it is monotone and changes sides in ``(lo, hi)``."""
        start, _, at, slope, bend, tau = self
        if not bend:
            return min(max(start + (constant - at) / slope, lo), hi)
        if not slope:
            return min(max(start - tau * log((constant - at) / bend + 1.0), lo), hi)
        rising = self.value(hi) > constant
        x = lo
        for _ in range(200):
            decay = expm1((start - x) / tau)
            gap = at + slope * (x - start) + bend * decay - constant
            if (gap > 0.0) is rising:
                hi = x
            else:
                lo = x
            rate = slope - bend / tau * (decay + 1.0)
            step = x - gap / rate if rate else inf
            if abs(step - x) <= 1e-11 or hi - lo <= 1e-11:
                # Newton squares its error, so the last step leaves none; rounding may put it a hair outside.
                return min(max(step, lo), hi)
            # Near a turn Newton is thrown out of the bracket: bisect then.
            x = step if lo < step < hi else 0.5 * (lo + hi)
        return x


def flat(start: float, end: float, at: float) -> Curve:
    """A constant piece."""
    return Curve(start, end, at, 0.0, 0.0, 1.0)


class Path(Protocol):
    """What a world needs to know of the future of one variable."""

    def value(self, t: float) -> float:
        """Value at `t`; at a jump, the value after it."""

    def side(self, constant: float, t: float) -> int:
        """Side of `constant` at `t`."""

    def flip(self, constant: float, table: Table, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""


_end = itemgetter(1)


def _nothing_more() -> bool:
    return False


class Track:
    """Pieces one after another, the last one without end; further ones are made when somebody looks that far.

    Parameters
    ----------
    pieces : list of Curve
        Shared with the owner, who clears and refills it when something changes.
    grow : callable
        Appends the next piece to `pieces`; false when there is none.
    """

    __slots__ = ("grow", "pieces")

    def __init__(self, pieces: list[Curve], grow: Callable[[], bool] = _nothing_more) -> None:
        self.pieces = pieces
        self.grow = grow

    def index(self, t: float) -> int:
        """Number of the piece in force at `t`."""
        pieces = self.pieces
        while not pieces or pieces[-1].end <= t:
            if not self.grow():
                raise ValueError(f"nothing is known of time {t}")
        return bisect_right(pieces, t, key=_end) if pieces[0].end <= t else 0

    def piece(self, t: float) -> Curve:
        """The piece in force at `t`."""
        return self.pieces[self.index(t)]

    def value(self, t: float) -> float:
        """Value at `t`."""
        return self.piece(t).value(t)

    def side(self, constant: float, t: float) -> int:
        """Side of `constant` at `t`."""
        return self.piece(t).side(constant, t)

    def flip(self, constant: float, table: Table, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        k = self.index(t)
        pieces = self.pieces
        while (piece := pieces[k]).start <= until:
            hi = min(piece.end, until + BEYOND)
            when = piece.flip(constant, table, known, max(t, piece.start), hi)
            if when is not None:
                return when if when <= until else None
            k += 1
            if piece.end > until or not (k < len(pieces) or self.grow()):
                return None
        return None


class Sum(Track):
    """The sum of tracks that share one time constant, joined piece by piece when looked at."""

    __slots__ = ("start", "tau", "tracks")

    def __init__(self, tracks: Sequence[Track], tau: float, start: float) -> None:
        super().__init__([], self._join)
        self.tracks = tracks
        self.tau = tau
        self.start = start

    def restart(self, t: float) -> None:
        """Forget the pieces: one of the tracks has changed at `t`."""
        self.start = t
        self.pieces.clear()

    def _join(self) -> bool:
        start = self.pieces[-1].end if self.pieces else self.start
        if start == inf:
            return False
        parts = [track.piece(start) for track in self.tracks]
        at = slope = bend = 0.0
        for part in parts:
            at += part.value(start)
            slope += part.slope
            bend += part.bend and part.bend * exp((part.start - start) / self.tau)
        self.pieces.append(Curve(start, min(map(_end, parts)), at, slope, bend, self.tau))
        return True


class Lowest:
    """The least of several scaled tracks.

    A minimum of curves is no curve of the family, but a bound on it is `any` (for < and <=) or `all` (for >
    and >=) of the same bound on its members, and their flips are exact.
    """

    __slots__ = ("members",)

    def __init__(self, members: Sequence[tuple[Track, float]]) -> None:
        self.members = members

    def value(self, t: float) -> float:
        """Value at `t`."""
        return min(track.value(t) * scale for track, scale in self.members)

    def side(self, constant: float, t: float) -> int:
        """Side of `constant` at `t`."""
        return min(track.side(constant / scale, t) for track, scale in self.members)

    def flip(self, constant: float, table: Table, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        meet = any if table[0] else all
        bounds = [constant / scale for _, scale in self.members]
        truths = [table[track.side(bound, t) + 1]
                  for (track, _), bound in zip(self.members, bounds, strict=True)]
        if meet(truths) is not known:
            # On the bound itself a member's truth holds for an instant only; what was told before goes first.
            truths = [known if track.side(bound, t) == 0 else truth
                      for (track, _), bound, truth in zip(self.members, bounds, truths, strict=True)]
            if meet(truths) is not known:
                return t
        when = [t] * len(truths)
        due: list[float | None] = [None] * len(truths)
        stale = list(range(len(truths)))
        while True:
            for i in stale:
                due[i] = self.members[i][0].flip(bounds[i], table, truths[i], when[i], until)
            first = min((at for at in due if at is not None), default=None)
            if first is None:
                return None
            stale = [i for i, at in enumerate(due) if at is not None and at <= first + TOGETHER]
            for i in stale:
                truths[i] = not truths[i]
                when[i] = first
            if meet(truths) is not known:
                return first
