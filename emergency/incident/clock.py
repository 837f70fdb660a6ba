"""The SimPy clock: hours from the scenario's start, calls instead of processes.

Everything that happens later is one event with one callback. A process and an `AnyOf` for each deadline would cost
several times as much and buy nothing: nothing here waits for two things at once.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

__all__ = ["Clock"]


class Clock:
    """When things happen.

    Attributes
    ----------
    now : float
        The present [h]. It is the time a call was asked for, not that time after a round trip through a
        difference, so that a crossing at 72.0 is logged at 72.0.
    events : int
        How many calls were made.
    """

    def __init__(self) -> None:
        self._env = simpy.Environment()
        self.now = 0.0
        self.events = 0

    def at(self, t: float, call: Callable[[], None]) -> None:
        """Call at `t`, or now if that is past; calls for one time are made in the order they were asked for."""

        def fire(_: simpy.Event) -> None:
            self.now = max(self.now, t)
            self.events += 1
            call()

        timeout = self._env.timeout(max(0.0, t - self._env.now))
        timeout.callbacks.append(fire)

    def next(self) -> float:
        """When the next call is due; inf if none is."""
        return float(self._env.peek())

    def step(self) -> None:
        """Make the next call."""
        self._env.step()

    def skip_to(self, t: float) -> None:
        """Move the present to `t` where nothing is due before."""
        if t > self._env.now:
            self._env.run(until=t)
        self.now = max(self.now, t)
