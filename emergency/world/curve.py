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

from math import exp, expm1, inf, log

__all__ = ["TABLES", "Curve", "Piece", "Table", "flat"]

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
WIDE = 10.0 * ROUNDING
"""Relative distance that is more than rounding, whichever way a value was worked out."""
CLEAR = 1e-6
"""Relative distance that is plainly no rounding."""
INSTANT = 1e-9
"""[h] Two times nearer than this are one: a value that will be on the bound this soon is on it."""
TOGETHER = 1e-10
"""[h] Flips nearer than this are one event, so that `a and b` never sees half of it."""
BEYOND = 1e-3
"""[h] How far past `until` a curve is looked at, to see where it goes when it is on the bound at `until`."""


class Piece:
    """A stretch of the course of a variable, in force on ``[start, end)`` [h]; never changed once made."""

    __slots__ = ("end", "start")

    def __init__(self, start: float, end: float) -> None:
        self.start, self.end = start, end

    def value(self, t: float) -> float:
        """Value at `t`."""
        raise NotImplementedError

    def side(self, constant: float, t: float) -> int:
        """-1, 0 or 1: below, on (as far as floats can tell) or above `constant` at `t`."""
        raise NotImplementedError

    def reach(self, hi: float) -> tuple[float, float]:
        """Bounds that it keeps off by more than rounding up to `hi`: a constant outside is met nowhere."""
        raise NotImplementedError

    def flip(self, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known` [h].

        `lo` itself is an answer: then the comparison was true (or false) for that instant only.
        """
        raise NotImplementedError


class Curve(Piece):
    """One closed-form piece."""

    __slots__ = ("at", "bend", "slope", "tau")

    def __init__(self, start: float, end: float, at: float, slope: float, bend: float, tau: float) -> None:
        self.start, self.end = start, end
        self.at, self.slope, self.bend, self.tau = at, slope, bend, tau

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
        at, slope, bend, tau = self.at, self.slope, self.bend, self.tau
        elapsed = t - self.start
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

    def reach(self, hi: float) -> tuple[float, float]:
        """Bounds kept off up to `hi`, see `Piece.reach`."""
        start, at, slope, bend, tau = self.start, self.at, self.slope, self.bend, self.tau
        if not slope and not bend:
            wide = WIDE * abs(at)
            return at - wide, at + wide
        line = slope * (hi - start) if slope else 0.0
        last = at + line + (bend * expm1((start - hi) / tau) if bend else 0.0)
        least, most = (at, last) if at < last else (last, at)
        if slope * bend > 0.0:
            turn = start - tau * log(slope * tau / bend)
            if start < turn < hi:
                least, most = min(least, self.value(turn)), max(most, self.value(turn))
        wide = WIDE * (abs(at) + abs(line) + abs(bend)) + INSTANT * (abs(slope) + abs(bend) / tau)
        return least - wide, most + wide

    def remnant(self, t: float) -> float:
        """What is left at `t` of a curve that decays to nothing.

        Not `value`: after many tau the difference of two ones would be all rounding.
        """
        return self.at * exp((self.start - t) / self.tau)

    def runs_out(self) -> float | None:
        """When a stock that only falls, or falls and then rises, comes down to zero from above, if ever [h]."""
        start, end, at, slope, bend = self.start, self.end, self.at, self.slope, self.bend
        if bend and end == inf:
            if slope < 0.0 and at > CLEAR * (bend - slope):
                return self._root(0.0, start, self._far(0.0, start))
            turn = self.turn()
            least = at - bend if turn is None else self.value(turn)
            if slope >= 0.0 and least > CLEAR * at:
                return None
        return self.flip(0.0, TABLES[">="], True, start, end)

    def turn(self) -> float | None:
        """The time at which the rate is zero [h], if there is one; it may lie outside the piece."""
        if self.slope == 0.0 or self.bend == 0.0:
            return None
        level = self.slope * self.tau / self.bend
        return self.start - self.tau * log(level) if level > 0.0 else None

    def flip(self, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known`, see `Piece.flip`."""
        side = self.side(constant, lo)
        if not self.bend:
            return self._line_flip(side, constant, table, known, lo, hi)
        for knot, rising in self._stretches(constant, lo, hi):
            # What moves away from the bound need not be looked at where it gets to.
            ahead = side if side and (side > 0) is rising else self.side(constant, knot)
            now = side or ahead
            if now:
                if table[now + 1] is not known:
                    return lo
                if side == -ahead:
                    return self._root(constant, lo, knot)
            # Otherwise it is on the bound and moves less than rounding: nothing that could be told has
            # changed.
            lo, side = knot, ahead
        return None

    def _line_flip(self, side: int, constant: float, table: Table, known: bool, lo: float,
                   hi: float) -> float | None:
        """`flip` where there is no bend: on `side` at `lo`, it crosses once at most."""
        slope = self.slope
        if not slope:
            return lo if table[side + 1] is not known else None
        ahead = self.side(constant, hi) if hi < inf else 1 if slope > 0.0 else -1
        now = side or ahead
        if now and table[now + 1] is not known:
            return lo
        if side and side == -ahead:
            return min(max(self.start + (constant - self.at) / slope, lo), hi)
        return None

    def _stretches(self, constant: float, lo: float, hi: float) -> tuple[tuple[float, bool], ...]:
        """Ends of the monotone stretches of ``[lo, hi]``, and whether the curve rises there."""
        turn = self.turn()
        if hi == inf:
            hi = self._far(constant, lo if turn is None else max(lo, turn))
        # In the end it goes as its slope, or as what decays if it has none; before a turn the other way.
        rising = self.slope > 0.0 or (self.slope == 0.0 and self.bend < 0.0)
        if turn is None or turn <= lo:
            return ((hi, rising),)
        return ((hi, not rising),) if hi <= turn else ((turn, not rising), (hi, rising))

    def _far(self, constant: float, lo: float) -> float:
        """A time after which the curve stays on its side of `constant` for ever."""
        far = max(lo, self.start) + 60.0 * self.tau
        if self.slope:
            reach = abs(self.at - constant) + abs(self.bend)
            far = max(far, self.start + 2.0 * reach / abs(self.slope) + 1.0)
        return far

    def _root(self, constant: float, lo: float, hi: float) -> float:
        """Where the curve equals `constant`, given that it is monotone and changes sides in ``(lo, hi)``."""
        start, at, slope, bend, tau = self.start, self.at, self.slope, self.bend, self.tau
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
