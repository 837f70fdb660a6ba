"""The work of one worker: chunks of neighbouring runs of several cases, prepared once.

A run is known by its number alone: whoever makes it, in whatever order, gets the same row. A run that breaks is
written down with its number and holds up nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from emergency.chance import BLOCK, Chance
from emergency.errors import RunError
from emergency.incident import simulate
from emergency.replicate.case import Case, Started
from emergency.replicate.course import Floats, Layout, run_with_course
from emergency.replicate.tally import Row

__all__ = ["Chunk", "Job", "Workshop", "jobs", "never", "said"]

LONGEST = 300  # characters kept of what a broken run says


def never() -> bool:
    """When to stop what is not to be stopped."""
    return False


@dataclass(frozen=True, slots=True)
class Job:
    """Runs `first` to `first + count - 1` of one case.

    Attributes
    ----------
    courses : int
        Of how many of them, from the first, the course is wanted.
    """

    case: int
    first: int
    count: int
    courses: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """What became of a job.

    Attributes
    ----------
    rows : array of shape (runs, columns)
        NaN for what did not happen, and in all columns of a run that broke.
    failures : dict
        Number of a run that broke → what it said.
    courses : array of shape (courses, lines, points)
    """

    job: Job
    rows: NDArray[np.float64]
    failures: dict[int, str]
    courses: Floats

    def first(self, count: int) -> Chunk:
        """Only its first so many runs, as of a job that asked for no more."""
        job = replace(self.job, count=count, courses=min(self.job.courses, count))
        return Chunk(job, self.rows[:count], self.failures, self.courses[: job.courses])


def jobs(starts: Sequence[int], until: int, size: int, course_runs: int) -> Iterator[Job]:
    """The jobs that bring every case up to `until` runs, all cases side by side so that they share their chance.

    Parameters
    ----------
    starts : sequence of int
        How many runs each case has already.
    size : int
        Runs of one job; a job never straddles two blocks of chance.
    course_runs : int
        Up to which run the courses of the first case are wanted.
    """
    at = list(starts)
    while any(first < until for first in at):
        case = min(range(len(at)), key=lambda c: (at[c], c))
        first = at[case]
        last = min(until, (first // size + 1) * size, (first // BLOCK + 1) * BLOCK)
        wanted = max(0, min(last, course_runs) - first) if case == 0 else 0
        yield Job(case, first, last - first, wanted)
        at[case] = last


@dataclass
class Workshop:
    """Everything a worker needs; sent as plain values, made ready where it arrives.

    Attributes
    ----------
    columns : tuple of tuple of str
        For each case the names of a row, in order.
    """

    cases: tuple[Case, ...]
    seed: int
    columns: tuple[tuple[str, ...], ...]
    layout: Layout
    _started: dict[int, Started] = field(default_factory=dict, repr=False)
    _chance: Chance | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __getstate__(self) -> dict[str, object]:
        return {"cases": self.cases, "seed": self.seed, "columns": self.columns, "layout": self.layout}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def started(self, case: int) -> Started:
        """A case made ready in this process."""
        found = self._started.get(case)
        if found is None:
            found = self._started[case] = Started(self.cases[case], self.cases[case].prepared())
        return found

    def chunk(self, job: Job, stopped: Callable[[], bool] = never) -> Chunk:
        """Do a job; one at a time, since all runs of a process share their blocks of chance.

        Parameters
        ----------
        stopped : callable
            Asked before each run: once it says so the chunk ends, and tells of a shorter job.

        Raises
        ------
        RunError
            If the case cannot be made ready here, though it could where the sweep was begun.
        """
        with self._lock:
            try:
                self.started(job.case)
            except Exception as error:  # told in one plain error, which finds its way back from any worker
                raise RunError(f"a worker cannot make the scenario ready: {said(error)}") from None
            rows = np.full((job.count, len(self.columns[job.case])), np.nan)
            made = Chunk(job, rows, {}, np.zeros((job.courses, *self.layout.shape), dtype=np.float32))
            for k in range(job.count):
                if stopped():
                    return made.first(k)
                self._fill(made, k)
            return made

    def _fill(self, made: Chunk, k: int) -> None:
        """Make a run and put it where it belongs in its chunk."""
        number = made.job.first + k
        try:
            row, course = self.run(made.job.case, number, course=k < made.job.courses)
            made.rows[k] = self._values(made.job.case, row)
            if course is not None:
                made.courses[k] = course
        except Exception as error:  # whatever it is: the other runs are none the worse
            made.failures[number] = said(error)
            made.rows[k] = np.nan
            made.courses[k : k + 1] = np.nan

    def run(self, case: int, number: int, *, course: bool = False) -> tuple[Row, Floats | None]:
        """One run: its row and, if wanted, its course."""
        if self._chance is None:
            self._chance = Chance(self.seed)
        incident, who, tally = self.started(case).run(self._chance, number)
        if not course:
            simulate(incident, who)
            return tally.row(), None
        read = run_with_course(incident, who, self.layout, tally.indicators.plans)
        return tally.row(), read

    def _values(self, case: int, row: Row) -> list[float]:
        columns = self.columns[case]
        if odd := sorted(row.keys() ^ set(columns)):
            raise RunError(f"the run has other numbers than the first one: {', '.join(odd[:8])}")
        return [np.nan if (value := row[name]) is None else value for name in columns]


def said(error: Exception) -> str:
    """What an error says, in one line."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
