"""How often somebody may ask: buckets that fill up again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

__all__ = ["Limit"]


class Limit:
    """At most `burst` at once and `rate` a second afterwards, for each of many.

    Parameters
    ----------
    most : int
        How many are remembered; whoever has asked least recently is forgotten first.
    """

    def __init__(self, rate: float, burst: float, most: int = 4096) -> None:
        self._rate, self._burst, self._most = rate, burst, most
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def allows(self, who: Hashable, now: float) -> bool:
        """Whether `who` may ask at `now` [s]; asking counts."""
        left, at = self._left.get(who, (self._burst, now))
        left = min(self._burst, left + max(0.0, now - at) * self._rate)
        allowed = left >= 1.0
        self._left[who] = (left - 1.0 if allowed else left, now)
        self._left.move_to_end(who)
        while len(self._left) > self._most:
            self._left.popitem(last=False)
        return allowed
