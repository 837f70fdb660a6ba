"""The course of a variable over time, and the comparisons made with it.

A `Track` is pieces one after another; an `Edge` follows one comparison of a path with a constant, works out once when
it changes next, and remembers that until the path goes another way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import exp, inf, nan
from operator import attrgetter
from typing import Protocol

from emergency.world.curve import BEYOND, INSTANT, TOGETHER, Curve, Piece, Table

__all__ = ["Edge", "Followed", "Joined", "Line", "Lowest", "Meeting", "Path", "Sum", "Track", "curve_at"]


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


_end = attrgetter("end")


def _nothing_more() -> bool:
    return False


class Track:
    """Pieces one after another, the last one without end; further ones are made when somebody looks that far.

    Parameters
    ----------
    pieces : list of Piece
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

    def __init__(self, pieces: list[Piece], grow: Callable[[], bool] = _nothing_more) -> None:
        self.pieces = pieces
        self.grow = grow
        self.age = 0
        self.seen, self.least, self.most, self.ahead = -inf, -inf, inf, 0.0
        self._at, self._value = nan, 0.0

    def renew(self, *pieces: Piece) -> None:
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

    def piece(self, t: float) -> Piece:
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


def curve_at(track: Track, t: float) -> Curve:
    """The piece in force at `t`, of a track that is made of closed forms."""
    piece = track.pieces[track.index(t)]
    assert isinstance(piece, Curve)
    return piece


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


class Joined(Track):
    """What several tracks make together, joined piece by piece when looked at; subclasses say how."""

    __slots__ = ("start", "tracks")

    def __init__(self, tracks: Sequence[Track], start: float) -> None:
        super().__init__([], self._join)
        self.tracks = tracks
        self.start = start

    def restart(self, t: float) -> None:
        """Forget the pieces: one of the tracks has changed at `t`."""
        self.start = t
        self.renew()

    def _join(self) -> bool:
        start = self.pieces[-1].end if self.pieces else self.start
        if start == inf:
            return False
        self.pieces.append(self.joined(start))
        return True

    def joined(self, start: float) -> Piece:
        """The piece that begins at `start`."""
        raise NotImplementedError


class Sum(Joined):
    """The sum of tracks of curves that share one time constant."""

    __slots__ = ("tau",)

    def __init__(self, tracks: Sequence[Track], tau: float, start: float) -> None:
        super().__init__(tracks, start)
        self.tau = tau

    def joined(self, start: float) -> Curve:
        """The piece that begins at `start`."""
        parts = [curve_at(track, start) for track in self.tracks]
        at = slope = bend = 0.0
        for part in parts:
            at += part.value(start)
            slope += part.slope
            bend += part.bend and part.bend * exp((part.start - start) / self.tau)
        return Curve(start, min([part.end for part in parts]), at, slope, bend, self.tau)


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

    def _met(self, truths: list[bool]) -> bool:
        return (self.one in truths) is self.one

    def stand(self, t: float) -> bool | None:
        """Whether it holds at `t`; None on the bound, as far as floats can tell."""
        stands = [line.stand(t) for line in self.lines]
        return self.one if self.one in stands else None if None in stands else not self.one

    def flip(self, known: bool, t: float, until: float) -> float | None:
        """The first time in ``[t, until]`` from which the comparison no longer is `known`."""
        lines, equal = self.lines, self.equal
        stands = [line.stand(t) for line in lines]
        truths = [equal if stand is None else stand for stand in stands]
        if self._met(truths) is not known:
            # On the bound itself a member's truth holds for an instant only; what was told before goes first.
            truths = [known if stand is None else stand for stand in stands]
            if self._met(truths) is not known:
                return t
        due = [lines[i].flip(truth, t, until) for i, truth in enumerate(truths)]
        while True:
            first = inf
            for at in due:
                if at is not None and at < first:
                    first = at
            if first == inf:
                return None
            turned = [i for i, at in enumerate(due) if at is not None and at <= first + TOGETHER]
            for i in turned:
                truths[i] = not truths[i]
            if self._met(truths) is not known:
                return first
            for i in turned:
                due[i] = lines[i].after(truths[i], first, until)
