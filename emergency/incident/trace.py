"""The course of the world's variables, as the log keeps it for figures.

Between changes the course is a formula; it is read off at each change and on a grid, and written as one entry a
variable when the run ends. Only a run that keeps its log has a trace.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from emergency.incident.watch import Watch
from emergency.log import EventLog

__all__ = ["Trace"]


class Trace:
    """Samples of chosen variables, true and as reported.

    Parameters
    ----------
    reading : callable
        ``reading(variable)`` gives what reads a variable of the world off at a time.
    step : float
        Width of the grid [h].
    headlines : iterable of str
        Variables of the world itself to keep, beside those the plans ask for.
    """

    def __init__(
        self,
        watches: list[Watch],
        reading: Callable[[str], Callable[[float], float]],
        step: float,
        headlines: Iterable[str] = (),
    ) -> None:
        self._step = step
        self._next = 0.0
        self._last = 0.0
        self._sampled = -math.inf
        self._fresh: float | None = None  # when all was read off after a change, if nothing has happened since
        self.samples: dict[tuple[str, str, str], list[list[float]]] = {}
        self.reports: dict[tuple[str, str, str], list[list[float]]] = {}
        self._watches = watches
        for watch in watches:
            for signal in watch.ready.signals.found:
                if signal.unit != "flag" and not signal.judged:
                    self.samples.setdefault((watch.plan, signal.variable, signal.atom.variable), [])
        asked = {name for _, _, name in self.samples}
        self.samples |= {("", name, name): [] for name in headlines if name not in asked}
        self._readings = [reading(name) for _, _, name in self.samples]
        self._kept = [*zip(self._readings, self.samples.values(), strict=True)]

    def upto(self, t: float) -> None:
        """Read off the course since the last change, up to just before `t`."""
        if t == self._fresh:  # several changes of one instant
            return
        while self._next < t:
            self._sample(self._next)
            self._next += self._step
        for watch in self._watches:
            self._reported(watch, t)
        self._last, self._fresh = t, None
        self._sample(t)

    def after(self, t: float) -> None:
        """Read off the values after a change."""
        self._sample(t)
        self._fresh = t

    def _sample(self, t: float) -> None:
        again, self._sampled = t == self._sampled, t
        for value, points in self._kept:
            found = value(t)
            if not again or points[-1][1] != found:
                points.append([t, found])

    def _reported(self, watch: Watch, t: float) -> None:
        for key, value in zip(self.samples, self._readings, strict=True):
            plan, variable, _ = key
            group = watch.group_of(variable) if plan == watch.plan else None
            if group is None or group.active is None:
                continue
            points = self.reports.setdefault(key, [])
            at = watch.prepared.report_time(group.active, self._last)
            while at < t:
                if not points or points[-1][0] < at:
                    points.append([at, value(at)])
                at = watch.prepared.report_time(group.active, at + 1e-6)

    def write(self, log: EventLog, t: float) -> None:
        """One entry for each variable."""
        self.upto(t)
        for key, points in self.samples.items():
            plan, variable, of = key
            detail = {"of": of, "trace": points, "reported": self.reports.get(key, [])}
            log.add(t, "indicator", plan=plan or None, ref=variable, detail=detail)
