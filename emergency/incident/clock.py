"""The SimPy clock: hours from the scenario's start, calls instead of processes.

Everything that happens later is one event with one callback. A process and an `AnyOf` for each deadline would cost
several times as much and buy nothing: nothing here waits for two things at once.

SimPy is given whole nanoseconds. It adds a delay to its present, and with floats the sum may miss the time meant by
its last digit: calls for one time would then come in an order that depends on when each was asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy
from simpy.events import EventPriority

__all__ = ["Clock"]

NANOSECONDS = 3.6e12  # in an hour
_FIRST, _LAST, _CLOSING = EventPriority(1), EventPriority(2), EventPriority(3)


class _Call(simpy.Event):
    """A timeout that can let the others of its instant go first."""

    def __init__(
        self,
        env: simpy.Environment,
        delay: int,
        priority: EventPriority,
        fire: Callable[[simpy.Event], None],
    ) -> None:
        super().__init__(env)
        self.callbacks = [fire]
        self._ok, self._value = True, None
        env.schedule(self, priority, delay)


class Clock:
    """When things happen.

    Attributes
    ----------
    now : float
        The present [h]. It is the time a call was asked for, not that time after a round trip through SimPy, so
        that a crossing at 72.0 is logged at 72.0.
    events : int
        How many calls were made.
    """

    def __init__(self) -> None:
        self._env = simpy.Environment(initial_time=0)
        self.now = 0.0
        self.events = 0

    def at(self, t: float, call: Callable[[], None], *, last: bool = False, closing: bool = False) -> None:
        """Call at `t`, or now if that is past; calls for one time are made in the order they were asked for.

        Parameters
        ----------
        last : bool
            After all other calls for that time: a report tells how things stand once they have happened, and a
            bound is missed only when its last instant has passed.
        closing : bool
            After even those: a span of time has run out only when what its last instant's reports tell is in.
        """
        due = max(t, self.now)

        def fire(_: simpy.Event) -> None:
            self.now = max(self.now, due)
            self.events += 1
            call()

        turn = _CLOSING if closing else _LAST if last else _FIRST
        _Call(self._env, _ticks(due) - int(self._env.now), turn, fire)

    def next(self) -> float:
        """When the next call is due [h]; infinite if none is."""
        return float(self._env.peek()) / NANOSECONDS

    def due(self, until: float) -> bool:
        """Whether a call is due by `until`."""
        return self._env.peek() <= _ticks(until)

    def step(self) -> None:
        """Make the next call."""
        self._env.step()

    def skip_to(self, t: float) -> None:
        """Move the present to `t` where nothing is due before."""
        self.now = max(self.now, t)


def _ticks(t: float) -> int:
    return round(t * NANOSECONDS)
