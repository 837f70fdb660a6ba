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
    """An event that has come about already and is made known at its time, as a timeout is.

    All calls of a clock share one list of callbacks, which SimPy reads and never changes.
    """

    _ok, _value = True, None

    def __init__(self, callbacks: list[Callable[[simpy.Event], None]], due: float, call: Callable[[], None]) -> None:
        # Like simpy.Timeout, without Event.__init__: there are more of these than of anything else.
        self.callbacks, self.due, self.call = callbacks, due, call


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

    __slots__ = ("_callbacks", "_env", "events", "now")

    def __init__(self) -> None:
        self._env = simpy.Environment(initial_time=0)
        self._callbacks: list[Callable[[simpy.Event], None]] = [self._make]
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
        due = t if t > self.now else self.now
        turn = _CLOSING if closing else _LAST if last else _FIRST
        env = self._env
        env.schedule(_Call(self._callbacks, due, call), turn, round(due * NANOSECONDS) - env.now)

    def _make(self, event: simpy.Event) -> None:
        assert isinstance(event, _Call)
        if event.due > self.now:
            self.now = event.due
        self.events += 1
        event.call()

    def next(self) -> float:
        """When the next call is due [h]; infinite if none is."""
        return float(self._env.peek()) / NANOSECONDS

    def due(self, until: float) -> bool:
        """Whether a call is due by `until`."""
        return self._env.peek() <= round(until * NANOSECONDS)

    def step(self) -> None:
        """Make the next call."""
        self._env.step()

    def step_by(self, until: float) -> bool:
        """Make the next call if it is due by `until`; whether it was."""
        if self._env.peek() > round(until * NANOSECONDS):
            return False
        self._env.step()
        return True

    def skip_to(self, t: float) -> None:
        """Move the present to `t` where nothing is due before."""
        self.now = max(self.now, t)
