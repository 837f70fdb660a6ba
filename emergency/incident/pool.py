"""Seats as people, and the vehicles they share: so many tasks at once, first come first served, office hours.

A pool of our own instead of a SimPy resource, because it only counts: no process and no request event per task.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Mapping
from functools import partial
from math import inf

from mypy_extensions import mypyc_attr

from emergency.quantity import OpeningHours

__all__ = ["Fleet", "Job", "Pool"]


NOTHING: Mapping[str, int] = {}


@mypyc_attr(allow_interpreted_subclasses=True)
class Job:
    """A piece of work that waits for, then occupies, one crew of a seat; subclasses say what its end brings.

    Parameters
    ----------
    what, plan : str
        What it is a step of, and in which plan.
    work, asked : float
        How long it takes, and since when it has been wanted [h].
    uses : mapping of str to int
        How many of each kind of vehicle it occupies.
    """

    __slots__ = ("asked", "began", "plan", "uses", "what", "work")

    def __init__(self, what: str, plan: str, work: float, asked: float, uses: Mapping[str, int] = NOTHING) -> None:
        self.what, self.plan, self.work, self.asked, self.uses = what, plan, work, asked, uses
        self.began = 0.0

    def done(self, now: float) -> None:
        """It is done [h]."""

    def wanted(self) -> bool:
        """Whether it still has to be done."""
        return True


class Fleet:
    """Vehicles and the like that several seats draw on: first come, first served, all that a job needs at once.

    A job waits for what it uses only: one that waits for a lorry keeps nobody from a boat.

    Parameters
    ----------
    counts : mapping of kind to how many there are
    waited : callable
        ``waited(kind, job, hours, behind)`` is told when a job had to wait.
    first : callable
        ``first(kind)`` gives the plans whose work goes before that of others.
    """

    def __init__(
        self,
        counts: Mapping[str, int],
        waited: Callable[[str, Job, float, str], None],
        first: Callable[[str], Container[str]] = lambda _: (),
    ) -> None:
        self._free = dict(counts)
        self._waited, self._goes_first = waited, first
        self._queue: deque[tuple[Job, float, str, Callable[[float], None]]] = deque()
        self._busy: list[Job] = []

    def take(self, job: Job, now: float, begin: Callable[[float], None]) -> None:
        """Begin a job as soon as all it uses is free."""
        holder = next((b for b in self._busy if set(b.uses) & set(job.uses)), None)
        self._queue.append((job, now, f"{holder.plan}:{holder.what}" if holder else "", begin))
        self._serve(now)

    def give_back(self, job: Job, now: float) -> None:
        """A job has ended."""
        self._busy.remove(job)
        for kind, n in job.uses.items():
            self._free[kind] += n
        self._serve(now)

    def _serve(self, now: float) -> None:
        while (next_one := self._first()) is not None:
            job, asked, behind, begin = next_one
            self._queue.remove(next_one)
            for kind, n in job.uses.items():
                self._free[kind] -= n
            if now > asked:
                self._waited(next(iter(job.uses)), job, now - asked, behind)
            self._busy.append(job)
            begin(now)

    def _first(self) -> tuple[Job, float, str, Callable[[float], None]] | None:
        """The first in line that nobody before it keeps waiting and for which there is enough."""
        wanted: set[str] = set()
        line = list(self._queue)
        if len(line) > 1:
            line.sort(key=lambda w: not any(w[0].plan in self._goes_first(kind) for kind in w[0].uses))
        for waiting in line:
            uses = waiting[0].uses
            if not wanted & uses.keys() and all(self._free[kind] >= n for kind, n in uses.items()):
                return waiting
            wanted |= uses.keys()
        return None


class Pool:
    """The crews of one seat.

    Parameters
    ----------
    capacity : int
        How many tasks at once.
    opening : OpeningHours or None
        When work can begin; None for a seat that is always on duty.
    call_in : callable or None
        ``call_in(job)``: outside opening hours, the time [h] it takes to call people in for it; None: wait.
    at : callable
        ``at(t, function)`` schedules a call.
    waited : callable
        ``waited(job, hours, behind)`` is told when a job had to queue.
    fleet : Fleet
        What jobs may need beside people; a crew that waits for vehicles is held meanwhile.
    """

    __slots__ = ("_at", "_busy", "_call_in", "_fleet", "_opening", "_queue", "_waited", "capacity", "seat")

    def __init__(
        self,
        seat: str,
        capacity: int,
        opening: OpeningHours | None,
        call_in: Callable[[Job], float] | None,
        at: Callable[[float, Callable[[], None]], None],
        waited: Callable[[str, Job, float, str], None],
        fleet: Fleet,
    ) -> None:
        self.seat, self.capacity, self._fleet = seat, capacity, fleet
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
        job.began = begins = now if self._opening is None or self._opening.is_open(now) else self._opens(job, now)
        if not job.uses:
            self._work(job, begins)
        elif begins > now:
            self._at(begins, lambda: self._fleet.take(job, begins, lambda t: self._work(job, t)))
        else:
            self._fleet.take(job, begins, lambda t: self._work(job, t))

    def _opens(self, job: Job, now: float) -> float:
        """When work can begin that comes outside opening hours."""
        assert self._opening is not None
        opens = self._opening.next_open(now)
        return opens if self._call_in is None else min(opens, now + self._call_in(job))

    def _work(self, job: Job, begins: float) -> None:
        ends = begins + job.work
        if ends < inf:
            self._at(ends, partial(self._finish, job, ends))

    def _finish(self, job: Job, now: float) -> None:
        self._busy.remove(job)
        if job.uses:
            self._fleet.give_back(job, now)
        while self._queue and len(self._busy) < self.capacity:
            waiting = self._queue.popleft()
            if waiting.wanted():  # nobody begins what has lapsed meanwhile
                self._waited(self.seat, waiting, now - waiting.asked, f"{job.plan}:{job.what}")
                self._begin(waiting, now)
        job.done(now)
