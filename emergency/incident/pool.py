"""Seats as people: so many tasks at once, first come first served, with office hours.

A pool of our own instead of a SimPy resource, because it only counts: no process and no request event per task.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from emergency.quantity import OpeningHours

__all__ = ["Job", "Pool"]


@dataclass(slots=True)
class Job:
    """A piece of work that waits for, then occupies, one crew of a seat."""

    what: str
    plan: str
    work: float
    asked: float
    done: Callable[[float], None]
    wanted: Callable[[], bool]
    began: float = 0.0


class Pool:
    """The crews of one seat.

    Parameters
    ----------
    capacity : int
        How many tasks at once.
    opening : OpeningHours or None
        When work can begin; None for a seat that is always on duty.
    call_in : callable or None
        Outside opening hours, the time [h] it takes to call people in (drawn when asked); None: wait.
    at : callable
        ``at(t, function)`` schedules a call.
    waited : callable
        ``waited(job, hours, behind)`` is told when a job had to queue.
    """

    __slots__ = ("_at", "_busy", "_call_in", "_opening", "_queue", "_waited", "capacity", "seat")

    def __init__(
        self,
        seat: str,
        capacity: int,
        opening: OpeningHours | None,
        call_in: Callable[[], float] | None,
        at: Callable[[float, Callable[[], None]], None],
        waited: Callable[[str, Job, float, str], None],
    ) -> None:
        self.seat, self.capacity = seat, capacity
        self._opening, self._call_in, self._at, self._waited = opening, call_in, at, waited
        self._queue: deque[Job] = deque()
        self._busy: list[Job] = []

    def submit(self, job: Job, now: float) -> None:
        """Take a job on, at once if a crew is free."""
        if len(self._busy) < self.capacity:
            self._begin(job, now)
        else:
            self._queue.append(job)

    def _begin(self, job: Job, now: float) -> None:
        self._busy.append(job)
        begins = now
        if self._opening is not None and not self._opening.is_open(now):
            opens = self._opening.next_open(now)
            begins = min(opens, now + self._call_in()) if self._call_in is not None else opens
        job.began = begins
        if begins + job.work < float("inf"):
            self._at(begins + job.work, lambda: self._finish(job, begins + job.work))

    def _finish(self, job: Job, now: float) -> None:
        self._busy.remove(job)
        while self._queue and len(self._busy) < self.capacity:
            waiting = self._queue.popleft()
            if waiting.wanted():  # nobody begins what has lapsed meanwhile
                self._waited(self.seat, waiting, now - waiting.asked, f"{job.plan}:{job.what}")
                self._begin(waiting, now)
        job.done(now)
