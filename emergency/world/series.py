"""A world told in advance: each variable follows a declared series of points.

For whatever needs no model (weather, a count of infected plots, a price read from a record) and for tests.  A
variable of one place is named ``variable@place``; to this world that is a name like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf, isfinite
from typing import NamedTuple

from emergency.world.base import Tracked
from emergency.world.curve import Curve, Piece, flat
from emergency.world.track import Track

__all__ = ["Series", "SeriesWorld"]


class Series(NamedTuple):
    """The declared course of one variable.

    `points` are (time [h], value), in order of time.  ``step`` holds each value until the next point,
    ``linear`` joins them; both hold the first value before the first point and the last one after the
    last.  Two points at one time are a jump.
    """

    variable: str
    points: Sequence[tuple[float, float]]
    how: str = "step"
    place: str | None = None

    @property
    def name(self) -> str:
        """``variable`` or ``variable@place``."""
        return self.variable if self.place is None else f"{self.variable}@{self.place}"


class SeriesWorld(Tracked):
    """Any number of declared series.

    Parameters
    ----------
    series : iterable of Series
    start : float
        The world's first moment [h].
    """

    __slots__ = ("_tracks",)

    def __init__(self, series: Iterable[Series], start: float = 0.0) -> None:
        super().__init__(start)
        self._tracks: dict[str, Track] = {}
        for one in series:
            if one.name in self._tracks:
                raise ValueError(f"two series for the variable {one.name!r}")
            self._tracks[one.name] = Track(_pieces(one, start))
        self._views = {name: (track, 1.0) for name, track in self._tracks.items()}

    def steady(self, variable: str) -> bool:
        """Whether the rest of the series is one flat piece."""
        pieces = self._tracks[variable].pieces
        last = pieces[-1]
        return len(pieces) == 1 and isinstance(last, Curve) and last.slope == last.bend == 0.0

    def part(self, variable: str) -> str:
        """Each variable is a part of its own."""
        return variable

    def set(self, t: float, variable: str, value: float) -> frozenset[str]:
        """Hold `variable` at `value` from `t` on, whatever its series says; returns it if it jumped."""
        if not isfinite(value):
            raise ValueError(f"{variable}: {value} is no value")
        track = self._tracks[variable]
        self.advance(t)
        before = track.value(self.now)
        track.renew(flat(self.now, inf, value))
        self._stirred.add(variable)
        return frozenset() if before == value else frozenset((variable,))

    def copy(self) -> SeriesWorld:
        """An independent world in the same state."""
        twin = SeriesWorld((), self.now)
        twin._tracks = {name: Track(list(track.pieces)) for name, track in self._tracks.items()}
        twin._views = {name: (track, 1.0) for name, track in twin._tracks.items()}
        return twin


def _pieces(series: Series, start: float) -> list[Piece]:
    points = series.points
    _check(series)
    pieces: list[Piece] = [flat(min(start, points[0][0]), points[0][0], points[0][1])]
    for (t, value), (following, target) in pairwise(points):
        slope = (target - value) / (following - t) if series.how == "linear" and following > t else 0.0
        pieces.append(Curve(t, following, value, slope, 0.0, 1.0))
    pieces.append(flat(points[-1][0], inf, points[-1][1]))
    return [piece for piece in pieces if piece.start < piece.end and piece.end > start]


def _check(series: Series) -> None:
    if series.how not in ("step", "linear"):
        raise ValueError(f"{series.name}: a series goes by 'step' or 'linear', not {series.how!r}")
    if not series.points:
        raise ValueError(f"{series.name}: a series needs at least one point")
    if not all(isfinite(t) and isfinite(value) for t, value in series.points):
        raise ValueError(f"{series.name}: times and values must be finite numbers")
    if any(a[0] > b[0] for a, b in pairwise(series.points)):
        raise ValueError(f"{series.name}: the points are not in order of time")
