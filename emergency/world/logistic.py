"""Logistic growth with a closed form, its integral and the inverse of both, and sums of such courses.

An infested area I in hosts of area K follows ``dI/dt = r*I*(1 - I/K)``.  Its logit ``u = ln(I/(K - I))`` is a
line, ``u(t) = u0 + r*(t - start)``, so the pieces are kept by their logit: exact near none and near all, and the
same formula whether r is above, on, or below zero.  With ``p = I/K = 1/(1 + exp(-u))``::

    I(t)         = K * p(u)
    integral I   = K/r * ln((1 + exp(u)) / (1 + exp(u0)))
    t(I), t(integral) by logarithms

The pieces here stand beside `curve.Curve` in a `curve.Track`, and answer `flip` by its rules: a side of 0 means
that floats cannot tell, touching is not crossing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import exp, expm1, inf, log, log1p, sqrt, tanh
from typing import Any, NamedTuple, Protocol

from emergency.world.curve import INSTANT, ROUNDING, Curve, Table, Track, flat

__all__ = ["Integral", "Joint", "Logistic", "Total", "logit", "share"]

EPSILON = 1e-15
"""Relative error of a logit: a few roundings."""
SETTLED = 745.0
"""exp(-SETTLED) is the least float: past such a logit nothing moves that floats could tell."""
BENDS = log(2.0 + sqrt(3.0))
"""Logits of +-BENDS are where a logistic curve bends most."""
FINE, SAMPLES = 0.25, 8
"""An interval so short, in units of 1/r, that so many samples of a sum of logistics fix it to rounding."""
FINEST = 1e-4
"""In units of 1/r: between two crossings this near a sum of logistics leaves the bound by less than rounding."""


class Look(NamedTuple):
    """A piece at one time."""

    value: float
    slope: float
    error: float
    bend: float = 0.0


class Piece(Protocol):
    """What `_flip` needs of a piece."""

    def look(self, t: float) -> Look:
        """Value, its first derivative [1/h], rounding error and second derivative at `t`."""

    def knots(self, constant: float, lo: float, hi: float) -> Iterable[float]:
        """Ends of stretches of ``[lo, hi]`` in each of which the piece crosses `constant` once at most."""

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides once in ``(lo, hi)``."""


class Logistic(NamedTuple):
    """Growth (or decay) of an area towards `capacity` (or nothing), in force on ``[start, end)`` [h].

    `logit` is that of the share infested at `start`; an infinite one goes with a rate of 0.
    """

    start: float
    end: float
    capacity: float
    logit: float
    rate: float

    def exponent(self, t: float) -> float:
        """Logit of the share at `t`."""
        return self.logit + self.rate * (t - self.start)

    def value(self, t: float) -> float:
        """Value at `t`."""
        return self.capacity * share(self.exponent(t))

    def look(self, t: float) -> Look:
        """Value, its first derivative [1/h], rounding error and second derivative at `t`."""
        u = self.exponent(t)
        value = self.capacity * share(u)
        steep = self.capacity * _steep(u) if self.rate else 0.0
        error = ROUNDING * value + (EPSILON * (abs(self.logit) + abs(u)) * steep if steep else 0.0)
        return Look(value, self.rate * steep, error, -self.rate * self.rate * steep * tanh(0.5 * u))

    def side(self, constant: float, t: float) -> int:
        """-1, 0 or 1: below, on (as far as floats can tell) or above `constant` at `t`."""
        return _side(self.look(t), constant)

    def flip(self, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known`; see `Curve.flip`."""
        return _flip(self, constant, table, known, lo, hi)

    def knots(self, constant: float, lo: float, hi: float) -> tuple[float]:
        """`hi`: one stretch, as a logistic is monotone."""
        return (self.far(lo) if hi == inf else hi,)

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides in ``(lo, hi)``."""
        return min(max(self.start + (logit(constant, self.capacity) - self.logit) / self.rate, lo), hi)

    def far(self, lo: float) -> float:
        """A time after `lo` from which the piece stays as it is."""
        if not self.rate:
            return lo + 1.0
        return max(lo + 1.0, self.start + ((SETTLED if self.rate > 0.0 else -SETTLED) - self.logit) / self.rate)

    def integral(self, t: float) -> float:
        """Integral of the value from `start` to `t` [area*h]."""
        elapsed = t - self.start
        grown = self.rate * elapsed
        if not self.rate:
            return self.capacity * share(self.logit) * elapsed
        if abs(grown) < 1.0:
            # No difference of logarithms, which would cancel near the start.
            return self.capacity * log1p(share(self.logit) * expm1(grown)) / self.rate
        return self.capacity * (_softplus(self.logit + grown) - _softplus(self.logit)) / self.rate

    def reaches(self, amount: float) -> float:
        """The time at which the integral from `start` is `amount` [area*h]; infinite if it never is."""
        if amount <= 0.0:
            return self.start
        needed = amount / self.capacity
        if not self.rate:
            part = share(self.logit)
            return self.start + needed / part if part else inf
        grown = self.rate * needed
        if abs(grown) < 1.0 and self.logit > -700.0:
            inner = expm1(grown) / share(self.logit)
            return self.start + log1p(inner) / self.rate if inner > -1.0 else inf
        goal = _softplus(self.logit) + grown
        if goal <= 0.0:
            return inf
        return self.start + max(0.0, (goal + log(-expm1(-goal)) - self.logit) / self.rate)

    def ranges(self, lo: float, hi: float) -> tuple[float, float, float, float]:
        """Least and greatest first derivative, least and greatest second one, in ``[lo, hi]``."""
        u, v = self.exponent(lo), self.exponent(hi)
        steep = (_steep(u), _steep(v))
        slope = self.capacity * self.rate
        ends = (slope * min(steep), slope * (0.25 if u * v <= 0.0 else max(steep)))
        bends = [-steep[0] * tanh(0.5 * u), -steep[1] * tanh(0.5 * v)]
        bends += [-_steep(knee) * tanh(0.5 * knee) for knee in (-BENDS, BENDS) if min(u, v) < knee < max(u, v)]
        bend = slope * self.rate
        return min(ends), max(ends), bend * min(bends), bend * max(bends)


class Integral(NamedTuple):
    """`at` plus `factor` times the integral of a logistic from `start` on."""

    start: float
    end: float
    at: float
    factor: float
    source: Logistic

    def value(self, t: float) -> float:
        """Value at `t`."""
        return self.at + self.factor * self.source.integral(t)

    def look(self, t: float) -> Look:
        """Value, its first derivative [1/h], rounding error and second derivative at `t`."""
        value, area = self.value(t), self.source.look(t)
        return Look(value, self.factor * area.value, ROUNDING * value, self.factor * area.slope)

    def side(self, constant: float, t: float) -> int:
        """-1, 0 or 1: below, on (as far as floats can tell) or above `constant` at `t`."""
        return _side(self.look(t), constant)

    def flip(self, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known`; see `Curve.flip`."""
        return _flip(self, constant, table, known, lo, hi)

    def knots(self, constant: float, lo: float, hi: float) -> tuple[float]:
        """`hi`: one stretch, as an integral of an area only rises."""
        return (self.far(lo) if hi == inf else hi,)

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides in ``(lo, hi)``."""
        return min(max(self.source.reaches((constant - self.at) / self.factor), lo), hi)

    def far(self, lo: float) -> float:
        """A time after `lo` from which the piece stays as it is: only what decays converges."""
        return self.source.far(lo)


class Joint(NamedTuple):
    """A sum of logistics, or of integrals of them, on a common interval.

    Integrals only rise.  A sum of growing and decaying areas may turn many times, and its turns have no closed
    form: `knots` isolates them by bounds on its derivatives, so that none is overlooked.
    """

    start: float
    end: float
    base: float
    parts: tuple[Any, ...]  # all Logistic, or all Integral

    def value(self, t: float) -> float:
        """Value at `t`."""
        total: float = self.base + sum(part.value(t) for part in self.parts)
        return total

    def look(self, t: float) -> Look:
        """Value, its first derivative [1/h], rounding error and second derivative at `t`."""
        value, slope, error, bend = self.base, 0.0, ROUNDING * abs(self.base), 0.0
        for part in self.parts:
            more = part.look(t)
            value += more.value
            slope += more.slope
            error += more.error
            bend += more.bend
        return Look(value, slope, error, bend)

    def side(self, constant: float, t: float) -> int:
        """-1, 0 or 1: below, on (as far as floats can tell) or above `constant` at `t`."""
        return _side(self.look(t), constant)

    def flip(self, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known`; see `Curve.flip`."""
        return _flip(self, constant, table, known, lo, hi)

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides once in ``(lo, hi)``."""
        def gap(t: float) -> tuple[float, float]:
            value, slope, _, _ = self.look(t)
            return value - constant, slope
        return _solve(gap, lo, hi)

    def knots(self, constant: float, lo: float, hi: float) -> Iterable[float]:
        """Ends of stretches of ``[lo, hi]`` in each of which the piece crosses `constant` once at most."""
        if hi == inf:
            hi = max(part.far(lo) for part in self.parts)
        if isinstance(self.parts[0], Integral) or len({part.rate > 0.0 for part in self.parts}) == 1:
            return (hi,)
        return self._stretches(constant, lo, hi)

    def _stretches(self, constant: float, lo: float, hi: float) -> Iterator[float]:
        """Halve until bounds prove a stretch simple; found from left to right, as somebody asks."""
        due = [hi]
        while due:
            ends = self._isolate(constant, lo, due[-1])
            if ends:
                yield from ends
                lo = due.pop()
            else:
                due.append(0.5 * (lo + due[-1]))

    def _isolate(self, constant: float, lo: float, hi: float) -> tuple[float, ...]:
        """Ends of simple stretches that make up ``[lo, hi]``; none when it cannot be told yet."""
        width = hi - lo
        ends = [(part.value(lo), part.value(hi)) for part in self.parts]
        near = 10.0 * ROUNDING * (sum(map(max, ends)) + abs(constant))
        if not self.base + sum(map(min, ends)) - near <= constant <= self.base + sum(map(max, ends)) + near:
            return (hi,)
        falls, rises, sags, bulges = map(sum, zip(*(part.ranges(lo, hi) for part in self.parts), strict=True))
        if falls >= 0.0 or rises <= 0.0 or (rises - falls) * width <= near:
            return (hi,)
        first, last = (self.base + sum(end) - constant for end in zip(*ends, strict=True))
        # A curve leaves its chord by no more than this.
        if first * last > 0.0 and min(abs(first), abs(last)) > max(-sags, bulges) * width * width / 8.0 + near:
            return (hi,)
        if sags >= 0.0 or bulges <= 0.0:
            turns = self.look(lo).slope * self.look(hi).slope < 0.0
            return (_solve(lambda t: (self.look(t).slope, self.look(t).bend), lo, hi), hi) if turns else (hi,)
        units = width * max(abs(part.rate) for part in self.parts)
        samples = (lo + width * k / SAMPLES for k in range(SAMPLES + 1))
        # A sum of logistics is analytic within pi/r of the real line: a polynomial through the samples is it.
        if units <= FINEST or (units <= FINE and all(self.side(constant, t) == 0 for t in samples)):
            return (hi,)
        return ()


class Total(Track):
    """The sum of tracks of logistics, of integrals of them, or of flat pieces, joined when looked at."""

    __slots__ = ("start", "tracks")

    def __init__(self, tracks: Sequence[Track], start: float) -> None:
        super().__init__([], self._join)
        self.tracks = tracks
        self.start = start

    def restart(self, t: float) -> None:
        """Forget the pieces: one of the tracks has changed at `t`."""
        self.start = t
        self.pieces.clear()

    def _join(self) -> bool:
        start = self.pieces[-1].end if self.pieces else self.start
        if start == inf:
            return False
        end, base = inf, 0.0
        parts: list[Any] = []
        for track in self.tracks:
            piece: Any = track.piece(start)
            end = min(end, piece.end)
            if isinstance(piece, Curve):
                base += piece.at
            else:
                parts.append(piece)
        joined: Any = Joint(start, end, base, tuple(parts)) if parts else flat(start, end, base)
        self.pieces.append(joined)
        return True


def logit(area: float, capacity: float) -> float:
    """ln(area/(capacity - area)), infinite at both ends."""
    if area <= 0.0:
        return -inf
    return log(area / (capacity - area)) if area < capacity else inf


def share(u: float) -> float:
    """1/(1 + exp(-u)), the inverse of `logit` for a capacity of 1; ``share(-u)`` is what is left, exactly."""
    small = exp(-abs(u))
    return (1.0 if u >= 0.0 else small) / (1.0 + small)


def _steep(u: float) -> float:
    """Derivative of the share by its logit."""
    small = exp(-abs(u))
    return small / ((1.0 + small) * (1.0 + small))


def _softplus(u: float) -> float:
    """ln(1 + exp(u)), without overflow."""
    return max(u, 0.0) + log1p(exp(-abs(u)))


def _side(look: Look, constant: float) -> int:
    gap = look.value - constant
    near = look.error + ROUNDING * abs(constant) + INSTANT * abs(look.slope)
    return 1 if gap > near else -1 if gap < -near else 0


def _flip(piece: Piece, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
    """`Curve.flip` for a piece that is nowhere flat."""
    side = _side(piece.look(lo), constant)
    for knot in piece.knots(constant, lo, hi):
        ahead = _side(piece.look(knot), constant)
        now = side or ahead
        if now:
            if table[now + 1] is not known:
                return lo
            if side == -ahead:
                return piece.root(constant, lo, knot)
        lo, side = knot, ahead
    return None


def _solve(gap: Callable[[float], tuple[float, float]], lo: float, hi: float) -> float:
    """Where a function, given with its derivative, changes sign; it does so once in ``(lo, hi)``."""
    rising = gap(hi)[0] > 0.0
    x = 0.5 * (lo + hi)
    for _ in range(200):
        value, slope = gap(x)
        if (value > 0.0) is rising:
            hi = x
        else:
            lo = x
        step = x - value / slope if slope else inf
        enough = max(1e-11, 4e-16 * abs(x))
        if abs(step - x) <= enough or hi - lo <= enough:
            return min(max(step, lo), hi)
        # Far from the root Newton may be thrown out of the bracket: bisect then.
        x = step if lo < step < hi else 0.5 * (lo + hi)
    return x
