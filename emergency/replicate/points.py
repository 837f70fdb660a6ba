"""Points of a sensitivity analysis: each a way of turning all factors, judged by the same few runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from emergency.chance import Chance
from emergency.incident import simulate
from emergency.replicate.case import Case, Started
from emergency.replicate.crew import AHEAD, chunks, cores, pool
from emergency.replicate.factors import Factor, turned
from emergency.replicate.instants import is_instant
from emergency.replicate.runs import Chunk, Job, never, said

__all__ = ["Floats", "Judged", "Points", "judge", "rows_of"]

Floats = NDArray[np.float64]


@dataclass
class Points:
    """The work of one process: points, each judged by some runs that share their chances.

    Attributes
    ----------
    at : array of shape (points, factors)
        How far each factor is turned, 0 to 1.
    of : tuple of str
        The numbers wanted of each run.
    """

    case: Case
    found: tuple[Factor, ...]
    at: Floats
    seed: int
    of: tuple[str, ...]
    _chance: Chance | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __getstate__(self) -> dict[str, object]:
        return {"case": self.case, "found": self.found, "at": self.at, "seed": self.seed, "of": self.of}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def chunk(self, job: Job, stopped: Callable[[], bool] = never) -> Chunk:
        """Judge one point; stopped within it, nothing is told of it, since its runs count only together."""
        with self._lock:
            made = Chunk(job, np.full((job.count, len(self.of)), np.nan), {}, np.zeros((0, 0, 0), dtype=np.float32))
            try:
                rows = self._rows(job, stopped)
            except Exception as error:  # a combination that cannot be: what rests on it is left out
                made.failures[job.case] = said(error)
                return made
            if len(rows) < job.count:
                return made.first(0)
            made.rows[:] = rows
            return made

    def _rows(self, job: Job, stopped: Callable[[], bool]) -> list[list[float]]:
        if self._chance is None:
            self._chance = Chance(self.seed)
        case = Case(turned(self.case.inputs, self.found, self.at[job.case].tolist()), self.case.settings)
        started = Started(case, case.prepared())
        end, plans = started.prepared.horizon, started.programs
        unmet = [end if is_instant(name, plans) else np.nan for name in self.of]
        rows: list[list[float]] = []
        for number in range(job.first, job.first + job.count):
            if stopped():
                break
            incident, who, tally = started.run(self._chance, number)
            simulate(incident, who)
            row = tally.row()
            rows.append([_known(row.get(name), other) for name, other in zip(self.of, unmet, strict=True)])
        return rows


def _known(value: float | None, unmet: float) -> float:
    return unmet if value is None else value


@dataclass(frozen=True)
class Judged:
    """What the points came to.

    Attributes
    ----------
    values : array of shape (points, numbers)
        Means over the runs; NaN where a point could not be run, or no run knows the number.
    broken : dict
        Point → what it said.
    """

    values: Floats
    broken: dict[int, str]

    def lost(self, column: int, length: int) -> set[int]:
        """Blocks of `length` points in which some point has no value."""
        return {int(k) // length for k in (*self.broken, *np.flatnonzero(np.isnan(self.values[:, column])))}


def judge(
    points: Points,
    runs: int,
    workers: int | None,
    progress: Callable[[int], None],
    stopped: Callable[[], bool],
) -> Judged | None:
    """Judge every point by as many runs; None if it was stopped before the end."""
    count = workers if workers is not None else cores()
    values: list[Floats] = []
    broken: dict[int, str] = {}
    with pool(points, count) as crew:
        todo = (Job(k, 0, runs) for k in range(len(points.at)))
        for chunk in chunks(points, todo, crew, AHEAD * count, stopped):
            values.append(_mean(chunk.rows))
            broken |= chunk.failures
            progress(len(values))
    return Judged(np.array(values), broken) if len(values) == len(points.at) else None


def rows_of(kept: Sequence[int], length: int) -> list[int]:
    """The points of the blocks kept."""
    return [k for block in kept for k in range(block * length, (block + 1) * length)]


def _mean(rows: Floats) -> Floats:
    """The mean of each number over the runs that know it; NaN where none does."""
    there = ~np.isnan(rows)
    counts = there.sum(axis=0)
    totals = np.where(there, rows, 0.0).sum(axis=0)
    return np.where(counts > 0, totals / np.maximum(counts, 1), np.nan)
