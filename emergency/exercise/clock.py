"""The clock of an exercise: scenario time that follows wall time at some pace, pauses, and can be set forward.

It knows no clock of its own: whoever holds it says what time it is on the wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

__all__ = ["MAX_PACE", "ExerciseClock"]

MAX_PACE = 3600.0
"""Hours of the scenario that pass in an hour at most."""


@dataclass(slots=True)
class ExerciseClock:
    """Scenario time [h] from wall time [h].

    Attributes
    ----------
    pace : float
        Hours of the scenario in an hour on the wall, 1 to `MAX_PACE`.
    paused : bool
        Whether scenario time stands still.
    end : float
        Where scenario time stops [h].
    """

    end: float = inf
    pace: float = 1.0
    paused: bool = True
    _t: float = 0.0
    _wall: float = 0.0

    def now(self, wall: float) -> float:
        """Scenario time at `wall` [h]; wall time that runs backwards (a clock put right) moves nothing."""
        passed = 0.0 if self.paused else max(0.0, wall - self._wall) * self.pace
        return min(self.end, self._t + passed)

    def pause(self, wall: float) -> None:
        """Let scenario time stand still."""
        self._anchor(wall)
        self.paused = True

    def resume(self, wall: float) -> None:
        """Let scenario time pass again."""
        self._anchor(wall)
        self.paused = False

    def set_pace(self, wall: float, pace: float) -> None:
        """Let it pass faster or slower from now on."""
        if not 1.0 <= pace <= MAX_PACE:
            raise ValueError(f"a pace is 1 to {MAX_PACE:g}, not {pace:g}")
        self._anchor(wall)
        self.pace = pace

    def set_to(self, wall: float, t: float) -> None:
        """Put scenario time forward to `t` [h]; it never goes back."""
        self._anchor(wall)
        self._t = min(self.end, max(self._t, t))

    def wall_at(self, t: float, wall: float) -> float:
        """When on the wall scenario time will be `t`, as things stand; infinite while paused."""
        ahead = t - self.now(wall)
        return wall if ahead <= 0.0 else inf if self.paused or t > self.end else wall + ahead / self.pace

    def _anchor(self, wall: float) -> None:
        self._t = self.now(wall)
        self._wall = max(wall, self._wall)
