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
from math import exp, expm1, inf, log, nan
from operator import itemgetter
from typing import NamedTuple, Protocol

__all__ = ["TABLES", "Curve", "Edge", "Line", "Lowest", "Meeting", "Path", "Sum", "Table", "Track", "flat"]

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

    def reach(self, hi: float) -> tuple[float, float]:
        """Bounds that the curve keeps off by more than rounding up to `hi`: a constant outside is met nowhere."""
        start, _, at, slope, bend, tau = self
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

    def runs_out(self) -> float | None:
        """When a stock that only falls, or falls and then rises, comes down to zero from above, if ever [h]."""
        start, end, at, slope, bend, _ = self
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
        """The first time in ``[lo, hi]`` from which a comparison no longer is `known` [h].

        `lo` itself is an answer: then the comparison was true (or false) for that instant only.
        """
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


class Edge(Protocol):
    """A comparison of one path with a constant, followed over time.

    An edge works out once what lies ahead and remembers it until its path goes another way.
    """

    @property
    def equal(self) -> bool:
        """Whether it holds on the bound."""

    @property
    def age(self) -> int:
        """A number that changes whenever its path goes another way."""

    def stand(self, t: float) -> bool | None:
        """Whether it holds at `t`; None on the bound, as far as floats can tell."""

    def flip(self, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""


class Path(Protocol):
    """What a world needs to know of the future of one variable."""

    def value(self, t: float) -> float:
        """Value at `t`; at a jump, the value after it."""

    def edge(self, constant: float, table: Table) -> Edge:
        """The comparison with a constant, to be followed."""


_end = itemgetter(1)


def _nothing_more() -> bool:
    return False


class Track:
    """Pieces one after another, the last one without end; further ones are made when somebody looks that far.

    Parameters
    ----------
    pieces : list of Curve
    grow : callable
        Appends the next piece to `pieces`; false when there is none.

    Attributes
    ----------
    age : int
        How often the track has gone another way.
    seen : float
        Up to when the first piece has been surveyed, each time much further: there the track stays between `least`
        and `most`, off them by more than rounding. Most bounds are far away; two values answer for all of them.
    ahead : float
        How far somebody looked ahead when it last went another way, and will again [h].
    """

    __slots__ = ("_at", "_value", "age", "ahead", "grow", "least", "most", "pieces", "seen")

    def __init__(self, pieces: list[Curve], grow: Callable[[], bool] = _nothing_more) -> None:
        self.pieces = pieces
        self.grow = grow
        self.age = 0
        self.seen, self.least, self.most, self.ahead = -inf, -inf, inf, 0.0
        self._at, self._value = nan, 0.0

    def renew(self, *pieces: Curve) -> None:
        """Go another way: these pieces, and what `grow` appends to them."""
        self.pieces[:] = pieces
        self.age += 1
        self.seen, self._at = -inf, nan

    def survey(self, t: float, until: float) -> None:
        """Find out, at `t`, between which values the first piece stays, as far as `until`."""
        if self.seen == -inf:
            self.ahead = until - t
        if self.pieces or self.grow():
            first = self.pieces[0]
            self.seen = min(first.end, until + BEYOND)
            self.least, self.most = first.reach(self.seen)

    def index(self, t: float) -> int:
        """Number of the piece in force at `t`."""
        pieces = self.pieces
        if pieces and pieces[0].end > t:
            return 0
        while not pieces or pieces[-1].end <= t:
            if not self.grow():
                raise ValueError(f"nothing is known of time {t}")
        return bisect_right(pieces, t, key=_end)

    def piece(self, t: float) -> Curve:
        """The piece in force at `t`."""
        return self.pieces[self.index(t)]

    def value(self, t: float) -> float:
        """Value at `t`."""
        if t != self._at:  # several variables are made of one track, and all are read off at the same times
            self._at, self._value = t, self.pieces[self.index(t)].value(t)
        return self._value

    def edge(self, constant: float, table: Table) -> Line:
        """The comparison with a constant, to be followed."""
        return Line(self, constant, table)

    def side(self, constant: float, t: float) -> int:
        """Side of `constant` at `t`."""
        return self.pieces[self.index(t)].side(constant, t)

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


class Line:
    """The comparison of a track with a constant: how it stands, and until when."""

    __slots__ = ("_age", "_due", "_known", "_since", "_upto", "constant", "table", "track")

    def __init__(self, track: Track, constant: float, table: Table) -> None:
        self.track, self.constant, self.table = track, constant, table
        self._age, self._known, self._since, self._upto = -1, False, inf, -inf
        self._due: float | None = None

    @property
    def equal(self) -> bool:
        """Whether it holds on the bound."""
        return self.table[1]

    @property
    def age(self) -> int:
        """A number that changes whenever its path goes another way."""
        return self.track.age

    def stand(self, t: float) -> bool | None:
        """Whether it holds at `t`; None on the bound, as far as floats can tell."""
        track = self.track
        if track.seen == -inf and track.ahead > 0.0:
            track.survey(t, t + track.ahead)
        if t < track.seen:
            if self.constant > track.most:
                return self.table[0]
            if self.constant < track.least:
                return self.table[2]
        if self._age == track.age and self._since <= t < self._upto:
            return self._known
        side = track.side(self.constant, t)
        return self.table[side + 1] if side else None

    def flip(self, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        track = self.track
        if until >= track.seen and not (track.pieces and track.pieces[0].end <= track.seen):
            track.survey(t, until if track.seen == -inf else until + (until - track.pieces[0].start))
        if until < track.seen:
            if self.constant > track.most:
                return None if self.table[0] is known else t
            if self.constant < track.least:
                return None if self.table[2] is known else t
        if self._age == track.age and known is self._known and self._since <= t:
            due = self._due
            if due is not None and t <= due:
                return due if due <= until else None
            if due is None and until <= self._upto:
                return None
        self._due = due = self.after(known, t, until)
        self._age, self._known, self._since = track.age, known, t
        # So near to a flip that it is one instant with it, floats cannot tell.
        self._upto = until if due is None else due - INSTANT
        return due

    def after(self, known: bool, t: float, until: float) -> float | None:
        """The same, not remembered: for a look beyond the next flip."""
        return self.track.flip(self.constant, self.table, known, t, until)


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
        self.renew()

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


class Followed(Protocol):
    """What a minimum needs of its members."""

    def value(self, t: float) -> float:
        """Value at `t`."""

    def edge(self, constant: float, table: Table) -> Line:
        """The comparison with a constant, to be followed."""


class Lowest:
    """The least of several scaled tracks.

    A minimum of curves is no curve of the family, but a bound on it is `any` (for < and <=) or `all` (for >
    and >=) of the same bound on its members, and their flips are exact.
    """

    __slots__ = ("members",)

    def __init__(self, members: Sequence[tuple[Followed, float]]) -> None:
        self.members = members

    def value(self, t: float) -> float:
        """Value at `t`."""
        return min([track.value(t) * scale for track, scale in self.members])

    def edge(self, constant: float, table: Table) -> Meeting:
        """The comparison with a constant, to be followed."""
        return Meeting([track.edge(constant / scale, table) for track, scale in self.members], table[0])


class Meeting:
    """Any (if `one` is enough), or all, of several comparisons with one operator."""

    __slots__ = ("lines", "one")

    def __init__(self, lines: Sequence[Line], one: bool) -> None:
        self.lines, self.one = lines, one

    @property
    def equal(self) -> bool:
        """Whether it holds on the bound."""
        return self.lines[0].equal

    @property
    def age(self) -> int:
        """A number that changes whenever its path goes another way."""
        return sum([line.age for line in self.lines])

    def stand(self, t: float) -> bool | None:
        """Whether it holds at `t`; None on the bound, as far as floats can tell."""
        stands = [line.stand(t) for line in self.lines]
        return self.one if self.one in stands else None if None in stands else not self.one

    def flip(self, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        lines, meet = self.lines, any if self.one else all
        stands = [line.stand(t) for line in lines]
        truths = [self.equal if stand is None else stand for stand in stands]
        if meet(truths) is not known:
            # On the bound itself a member's truth holds for an instant only; what was told before goes first.
            truths = [known if stand is None else stand for stand in stands]
            if meet(truths) is not known:
                return t
        due = [line.flip(truth, t, until) for line, truth in zip(lines, truths, strict=True)]
        while (first := min((at for at in due if at is not None), default=None)) is not None:
            turned = [i for i, at in enumerate(due) if at is not None and at <= first + TOGETHER]
            for i in turned:
                truths[i] = not truths[i]
            if meet(truths) is not known:
                return first
            for i in turned:
                due[i] = lines[i].after(truths[i], first, until)
        return None
