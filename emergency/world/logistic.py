"""Logistic growth under control with a closed form, its integral and the inverse of both, and sums of such courses.

An infested area I in hosts of area K follows ``dI/dt = r*I*(1 - I/K) - c*I``, with growth r and control c, neither
below 0.  With ``p = I/K`` and ``g = r - c`` that is ``dp/dt = g*p - r*p**2``, a logistic again, and linear in 1/p::

    p(t)         = p0*exp(g*t)/(1 + r*F)        F = p0*(exp(g*t) - 1)/g, what growth without crowding would gather
    integral p   = ln(1 + r*F)/r
    t(p)         = ln(1 + g*(p/p0 - 1)/(g - r*p))/g
    t(integral)  = ln(1 + g*F/p0)/g             F = (exp(r*integral) - 1)/r

It tends to K*(1 - c/r) where c < r, and dies out where c >= r; at g = 0 all of this has limits (p = p0/(1 + r*p0*t)),
and at r = 0 too (an exponential).  Both terms of 1 + r*F are positive, so no digits are lost near these limits.  The
pieces are kept by ln p: what is far below the least float still grows back in due time.

The pieces here stand beside `curve.Curve` in a `curve.Track`, and answer `flip` by its rules: a side of 0 means
that floats cannot tell, touching is not crossing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import exp, expm1, inf, log, log1p, sqrt
from typing import Any, cast

from emergency.world.curve import INSTANT, ROUNDING, WIDE, Curve, Piece, Table, flat
from emergency.world.track import Joined

__all__ = ["Integral", "Joint", "Logistic", "Total"]

EPSILON = 1e-15
"""Relative error of an exponent: a few roundings."""
NEGLIGIBLE = 1e-17
"""``1 + NEGLIGIBLE`` is 1: functions here with a limit at 0 are at it."""
STEEPEST = 600.0
"""exp(+-STEEPEST) and what it is multiplied with are floats; beyond it one reckons with logarithms."""
SETTLED, FOREVER = 745.0, 1e300
"""exp(-SETTLED) is the least float: nothing that floats could tell moves after so many 1/|g|, or FOREVER [h]."""
KNEES = (0.5 - sqrt(3.0) / 6.0, 0.5 + sqrt(3.0) / 6.0)
"""Parts of what a growing logistic tends to at which it bends most."""
FINE, SAMPLES = 0.08, 8
"""An interval so short, in units of 1/`Logistic.pace`, that so many samples of a sum fix it to rounding."""
FINEST = 4e-5
"""In the same units: between two crossings this near a sum of logistics leaves the bound by less than rounding."""

Look = tuple[float, float, float, float]
"""A piece at one time: value, its first derivative [1/h], rounding error of the value, second derivative."""


class Sloping(Piece):
    """A piece known by its derivatives, which cannot be unrolled like a `Curve`."""

    __slots__ = ()

    def look(self, t: float) -> Look:
        """What there is to see at `t`."""
        raise NotImplementedError

    def knots(self, constant: float, lo: float, hi: float) -> Iterable[float]:
        """Ends of stretches of ``[lo, hi]`` in each of which the piece crosses `constant` once at most."""
        raise NotImplementedError

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides once in ``(lo, hi)``."""
        raise NotImplementedError

    def side(self, constant: float, t: float) -> int:
        """-1, 0 or 1: below, on (as far as floats can tell) or above `constant` at `t`."""
        return _side(self.look(t), constant)

    def flip(self, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known`; see `Piece.flip`."""
        return _flip(self, constant, table, known, lo, hi)


class Logistic(Sloping):
    """An infested area that grows under control, in force on ``[start, end)`` [h].

    `capacity` is K, `exponent` ln(I/K) at `start`, at most 0, `growth` r and `net` r - c [1/h].  With both rates 0 it
    stands still; an exponent of -inf goes with that.
    """

    __slots__ = ("capacity", "exponent", "growth", "net")

    def __init__(self, start: float, end: float, capacity: float, exponent: float, net: float, growth: float) -> None:
        self.start, self.end = start, end
        self.capacity, self.exponent, self.net, self.growth = capacity, exponent, net, growth

    def until(self, end: float) -> Logistic:
        """The same, but in force until `end`."""
        return Logistic(self.start, end, self.capacity, self.exponent, self.net, self.growth)

    @property
    def drift(self) -> float:
        """Relative growth at `start` [1/h], (dI/dt)/I: what rises does so for ever, and what falls likewise."""
        return self.net - self.growth * exp(self.exponent)

    @property
    def pace(self) -> float:
        """A bound on what is relatively gained or lost by growth, control and crowding [1/h].

        In the complex plane the course has no pole within 1/pace of a time it is in force: a rising one has them
        pi/g off the real line, a falling one in the past.
        """
        return abs(self.net) + self.growth * exp(self.exponent)

    def course(self, t: float) -> tuple[float, float]:
        """The share infested at `t`, and the factor 1/(1 + r*F) that crowding has put on it since `start`."""
        exponent, net, growth = self.exponent, self.net, self.growth
        elapsed = t - self.start
        grown = net * elapsed
        late = exponent + grown
        span = -expm1(-abs(grown)) / abs(net) if abs(grown) > NEGLIGIBLE else elapsed
        if late > 0.0:
            rest = exp(-late)
            whole = rest + growth * span
            return (1.0 / whole, rest / whole) if whole > 1.0 else (1.0, rest)
        free = exp(late)
        crowd = 1.0 / (1.0 + growth * span * (free if grown > 0.0 else exp(exponent)))
        return free * crowd, crowd

    def exponent_at(self, t: float) -> float:
        """Logarithm of the share at `t`."""
        late = self.exponent + self.net * (t - self.start)
        share, crowd = self.course(t)
        return log(share) if late > 0.0 else late + log(crowd)

    def value(self, t: float) -> float:
        """Value at `t`."""
        return self.capacity * self.course(t)[0]

    def reach(self, hi: float) -> tuple[float, float]:
        """Bounds kept off by more than rounding up to `hi`, see `Piece.reach`: it is monotone."""
        return _between(self.look(self.start), self.look(self.far(self.start) if hi == inf else hi))

    def look(self, t: float) -> Look:
        """Value, its first derivative [1/h], rounding error and second derivative at `t`."""
        capacity, exponent, net, growth = self.capacity, self.exponent, self.net, self.growth
        share, crowd = self.course(t)
        grown = net * (t - self.start)
        value = capacity * share
        # (g - r*p) would cancel near where the course tends to; this does not.
        slope = value * (net - growth * exp(exponent)) * crowd
        error = (abs(exponent) + abs(exponent + grown)) * (crowd if grown > 0.0 else 1.0) if share else 0.0
        return value, slope, value * (ROUNDING + EPSILON * error), slope * (net - 2.0 * growth * share)

    def knots(self, constant: float, lo: float, hi: float) -> Iterable[float]:
        """`hi`: one stretch, as a logistic is monotone."""
        return (self.far(lo) if hi == inf else hi,)

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides in ``(lo, hi)``."""
        return min(max(self.meets(constant), lo), hi)

    def far(self, lo: float) -> float:
        """A time after `lo` from which the piece stays as it is."""
        if not self.net:
            return max(lo + 1.0, FOREVER) if self.growth else lo + 1.0
        ahead = SETTLED - self.exponent if self.net > 0.0 else SETTLED + self.exponent
        return max(lo + 1.0, min(self.start + ahead / abs(self.net), FOREVER))

    def meets(self, area: float) -> float:
        """The time from `start` on at which the value is `area` [h]; infinite if it never is."""
        share = area / self.capacity
        if share <= 0.0:
            return inf
        net, drift, gap = self.net, self.drift, self.net - self.growth * share
        ahead = log(share) - self.exponent
        if ahead == 0.0:
            return self.start
        if drift * ahead <= 0.0 or gap * ahead <= 0.0:
            return inf
        gained = expm1(ahead) * (net / gap) if ahead < STEEPEST else inf
        if abs(gained) < NEGLIGIBLE:
            return self.start + expm1(ahead) / gap
        # Near -1 the sum in the logarithm would cancel, and what starts from next to nothing overflow.
        return self.start + (log1p(gained) if -0.5 < gained < inf else ahead + log(drift / gap)) / net

    def integral(self, t: float) -> float:
        """Integral of the value from `start` to `t` [area*h]."""
        capacity, exponent, net, growth = self.capacity, self.exponent, self.net, self.growth
        elapsed = t - self.start
        grown = net * elapsed
        span = -expm1(-abs(grown)) / abs(net) if abs(grown) > NEGLIGIBLE else elapsed
        late = exponent + max(grown, 0.0)
        if late > STEEPEST:
            return capacity * (late + log(exp(-late) + growth * span)) / growth
        free = exp(late) * span
        crowded = growth * free
        return capacity * (log1p(crowded) / growth if crowded > NEGLIGIBLE else free)

    def reaches(self, amount: float) -> float:
        """The time at which the integral from `start` is `amount` [area*h]; infinite if it never is."""
        if amount <= 0.0:
            return self.start
        start, capacity, exponent = self.start, self.capacity, self.exponent
        net, growth = self.net, self.growth
        needed = amount / capacity
        if needed == inf or exponent == -inf:
            return inf
        crowded = growth * needed
        if crowded - exponent > STEEPEST:
            return start + self._reaches_far(needed, crowded)
        free = (expm1(crowded) / growth if crowded > NEGLIGIBLE else needed) / exp(exponent)
        gained = net * free
        if abs(gained) < NEGLIGIBLE:
            return start + free
        return start + log1p(gained) / net if gained > -1.0 else inf

    def _reaches_far(self, needed: float, crowded: float) -> float:
        """The same where only logarithms are floats [h]."""
        free = log(needed) if crowded < NEGLIGIBLE else crowded + log(-expm1(-crowded) / self.growth)
        free -= self.exponent
        if not self.net:
            return exp(free) if free < STEEPEST else inf
        gained = free + log(abs(self.net))
        if self.net > 0.0:
            return (max(gained, 0.0) + log1p(exp(-abs(gained)))) / self.net
        return log(-expm1(gained)) / self.net if gained < 0.0 else inf

    def ranges(self, first: Look, last: Look) -> tuple[float, float, float, float]:
        """Least and greatest first derivative, least and greatest second one, between two times looked at."""
        slopes, bends = [first[1], last[1]], [first[3], last[3]]
        if self.net > 0.0:
            lo, hi = sorted((first[0], last[0]))
            limit = self.capacity * self.net / self.growth
            if lo < 0.5 * limit < hi:
                slopes.append(0.25 * limit * self.net)
            bends += [limit * self.net * self.net * part * (1.0 - part) * (1.0 - 2.0 * part)
                      for part in KNEES if lo < part * limit < hi]
        return min(slopes), max(slopes), min(bends), max(bends)


class Integral(Sloping):
    """`at` plus `factor` times the integral of a logistic from `start` on."""

    __slots__ = ("at", "factor", "source")

    def __init__(self, start: float, end: float, at: float, factor: float, source: Logistic) -> None:
        self.start, self.end = start, end
        self.at, self.factor, self.source = at, factor, source

    def value(self, t: float) -> float:
        """Value at `t`."""
        return self.at + self.factor * self.source.integral(t)

    def reach(self, hi: float) -> tuple[float, float]:
        """Bounds kept off by more than rounding up to `hi`, see `Piece.reach`: it only rises."""
        return _between(self.look(self.start), self.look(self.far(self.start) if hi == inf else hi))

    def look(self, t: float) -> Look:
        """Value, its first derivative [1/h], rounding error and second derivative at `t`."""
        value = self.value(t)
        area, slope, _, _ = self.source.look(t)
        return value, self.factor * area, ROUNDING * value, self.factor * slope

    def knots(self, constant: float, lo: float, hi: float) -> Iterable[float]:
        """`hi`: one stretch, as an integral of an area only rises."""
        return (self.far(lo) if hi == inf else hi,)

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides in ``(lo, hi)``."""
        return min(max(self.source.reaches((constant - self.at) / self.factor), lo), hi)

    def far(self, lo: float) -> float:
        """A time after `lo` from which the piece stays as it is: only what decays converges."""
        return self.source.far(lo)


Growing = tuple[Logistic, ...]


class Joint(Sloping):
    """A sum of logistics, or of integrals of them, on a common interval.

    Integrals only rise.  A sum of growing and decaying areas may turn many times, and its turns have no closed
    form: `knots` isolates them by bounds on its derivatives, so that none is overlooked.
    """

    __slots__ = ("base", "parts")

    def __init__(self, start: float, end: float, base: float, parts: Growing | tuple[Integral, ...]) -> None:
        self.start, self.end = start, end
        self.base, self.parts = base, parts

    def value(self, t: float) -> float:
        """Value at `t`."""
        total = self.base
        for part in self.parts:
            total += part.value(t)
        return total

    def reach(self, hi: float) -> tuple[float, float]:
        """Bounds kept off by more than rounding up to `hi`, see `Piece.reach`: all its parts are monotone."""
        wide = WIDE * abs(self.base)
        least, most = self.base - wide, self.base + wide
        for part in self.parts:
            low, high = _between(part.look(self.start), part.look(part.far(self.start) if hi == inf else hi))
            least, most = least + low, most + high
        return least, most

    def look(self, t: float) -> Look:
        """Value, its first derivative [1/h], rounding error and second derivative at `t`."""
        value, slope, error, bend = self.base, 0.0, ROUNDING * abs(self.base), 0.0
        for part in self.parts:
            more = part.look(t)
            value += more[0]
            slope += more[1]
            error += more[2]
            bend += more[3]
        return value, slope, error, bend

    def root(self, constant: float, lo: float, hi: float) -> float:
        """Where the piece is `constant`, given that it changes sides once in ``(lo, hi)``."""
        return _solve(_gap(self, constant), lo, hi)

    def knots(self, constant: float, lo: float, hi: float) -> Iterable[float]:
        """Ends of stretches of ``[lo, hi]`` in each of which the piece crosses `constant` once at most."""
        if hi == inf:
            hi = max([part.far(lo) for part in self.parts])
        if isinstance(self.parts[0], Integral) or len({part.drift > 0.0 for part in self._growing()}) == 1:
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
                due.append(_middle(lo, due[-1]))

    def _isolate(self, constant: float, lo: float, hi: float) -> tuple[float, ...]:
        """Ends of simple stretches that make up ``[lo, hi]``; none when it cannot be told yet."""
        width = hi - lo
        looks = [(part.look(lo), part.look(hi)) for part in self.parts]
        least = sum([min(first[0], last[0]) for first, last in looks], 0.0)
        most = sum([max(first[0], last[0]) for first, last in looks], 0.0)
        near = 10.0 * ROUNDING * (most + abs(constant))
        level = constant - self.base
        if not least - near <= level <= most + near:
            return (hi,)
        bounds = [part.ranges(*ends) for part, ends in zip(self._growing(), looks, strict=True)]
        falls, rises, sags, bulges = (sum(column, 0.0) for column in zip(*bounds, strict=True))
        if falls >= 0.0 or rises <= 0.0 or (rises - falls) * width <= near:
            return (hi,)
        first, last = (sum([look[0] for look in end], 0.0) - level for end in zip(*looks, strict=True))
        # A curve leaves its chord by no more than this.
        if first * last > 0.0 and min(abs(first), abs(last)) > max(-sags, bulges) * width * width / 8.0 + near:
            return (hi,)
        if sags >= 0.0 or bulges <= 0.0:
            before, after = (sum([look[1] for look in end], 0.0) for end in zip(*looks, strict=True))
            return (_solve(self._slope, lo, hi), hi) if before * after < 0.0 else (hi,)
        units = width * max([part.pace for part in self._growing()])
        samples = (lo + width * k / SAMPLES for k in range(SAMPLES + 1))
        # With no pole near, a polynomial through the samples is the sum.
        if units <= FINEST or (units <= FINE and all(self.side(constant, t) == 0 for t in samples)):
            return (hi,)
        return ()

    def _growing(self) -> Growing:
        return cast(Growing, self.parts)

    def _slope(self, t: float) -> tuple[float, float]:
        _, slope, _, bend = self.look(t)
        return slope, bend


class Total(Joined):
    """The sum of tracks of logistics, of integrals of them, or of flat pieces."""

    __slots__ = ()

    def joined(self, start: float) -> Piece:
        """The piece that begins at `start`."""
        end, base = inf, 0.0
        parts: list[Any] = []
        for track in self.tracks:
            piece = track.piece(start)
            end = min(end, piece.end)
            if isinstance(piece, Curve):
                base += piece.at
            else:
                parts.append(piece)
        return Joint(start, end, base, tuple(parts)) if parts else flat(start, end, base)


def _middle(lo: float, hi: float) -> float:
    """Between two times; the geometric mean where `hi` is so far that halving would take for ever."""
    early = max(lo, 1.0)
    return 0.5 * (lo + hi) if hi <= 1e6 * early else sqrt(early) * sqrt(hi)


def _between(first: Look, last: Look) -> tuple[float, float]:
    """What is less and what is more than a monotone course between two looks, by more than rounding."""
    least, most = (first, last) if first[0] < last[0] else (last, first)
    wide = 10.0 * max(first[2], last[2]) + INSTANT * (abs(first[1]) + abs(last[1])) + WIDE * most[0]
    return least[0] - wide, most[0] + wide


def _side(look: Look, constant: float) -> int:
    value, slope, error, _ = look
    gap = value - constant
    near = error + ROUNDING * abs(constant) + INSTANT * abs(slope)
    return 1 if gap > near else -1 if gap < -near else 0


def _flip(piece: Sloping, constant: float, table: Table, known: bool, lo: float, hi: float) -> float | None:
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


def _gap(piece: Joint, constant: float) -> Callable[[float], tuple[float, float]]:
    """How far a piece is from a constant, with its slope."""
    def gap(t: float) -> tuple[float, float]:
        value, slope, _, _ = piece.look(t)
        return value - constant, slope
    return gap


def _solve(gap: Callable[[float], tuple[float, float]], lo: float, hi: float) -> float:
    """Where a function, given with its derivative, changes sign; it does so once in ``(lo, hi)``."""
    rising = gap(hi)[0] > 0.0
    x = _middle(lo, hi)
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
        x = step if lo < step < hi else _middle(lo, hi)
    return x
