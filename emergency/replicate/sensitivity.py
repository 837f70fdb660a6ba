"""Which assumption, limit, threshold, seat or reading decides the answer: Morris' screening, told by clause.

Everything that can be turned is turned, one thing at a time along random paths, over the whole range it may have.
Each point of a path is judged by the same few runs with the same chances, so that what changes between two
neighbouring points is what the one thing brought about.

References
----------
Morris (1991), Factorial sampling plans for preliminary computational experiments. Technometrics 33.
Campolongo, Cariboni, Saltelli (2007), An effective screening design for sensitivity analysis of large models.
Environmental Modelling & Software 22.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emergency import __version__
from emergency.chance import Chance
from emergency.errors import InputError, MissingExtraError, Problem, RunError
from emergency.incident import simulate
from emergency.log import write_atomically
from emergency.machine import Program
from emergency.reader.names import about
from emergency.replicate.case import Case, Started, read_case
from emergency.replicate.crew import AHEAD, chunks, cores, pool
from emergency.replicate.factors import Factor, factors, turned
from emergency.replicate.runs import Chunk, Job, said
from emergency.source import Where

__all__ = ["Effect", "Question", "Sensitivity", "analyse"]

LEVELS = 4  # of Morris' grid
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes
    ----------
    of : the numbers of a run whose sensitivity is wanted; by default when responses start and who goes without.
    paths : how many random paths; each turns every factor once.
    runs : runs by which each point of a path is judged, the same for all.
    """

    scenario: str
    of: tuple[str, ...] = ()
    paths: int = 4
    runs: int = 8
    seed: int | None = None
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What turning one factor over its whole range does to one number.

    Attributes
    ----------
    size : mean of the absolute effects along the paths (mu*).
    interval : half width of its 95 % interval, from the paths.
    sign : mean of the effects themselves (mu): far from ± `size` where the direction changes.
    spread : standard deviation of the effects (sigma): large where it depends on what else is so.
    """

    factor: Factor
    size: float
    interval: float
    sign: float
    spread: float


@dataclass
class Sensitivity:
    """The answer.

    Attributes
    ----------
    effects : for each number, what the factors do to it, the largest effect first.
    dropped : paths left out because a combination of values could not be run; how, for the first of them.
    """

    question: Question
    folder: Path
    case: Case
    programs: Mapping[str, Program]
    factors: Sequence[Factor]
    seed: int
    base: Mapping[str, float]
    effects: Mapping[str, Sequence[Effect]] = field(default_factory=dict)
    dropped: int = 0
    broke: str = ""

    def by_clause(self, number: str) -> list[tuple[str, float, list[Effect]]]:
        """Clauses by the largest effect of what belongs to them; the empty clause stands for what none speaks of."""
        found: dict[str, list[Effect]] = {}
        for one in self.effects[number]:
            for clause in one.factor.clauses or ("",):
                found.setdefault(clause, []).append(one)
        rows = [(clause, max(e.size for e in mine), mine) for clause, mine in found.items()]
        return sorted(rows, key=lambda row: (-row[1], row[0]))


@dataclass
class Points:
    """The work of one process: points of the paths, each a way of turning all factors, judged by some runs.

    Attributes
    ----------
    at : array of shape (points, factors)
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

    def chunk(self, job: Job) -> Chunk:
        """Judge one point."""
        with self._lock:
            rows = np.full((job.count, len(self.of)), np.nan)
            nothing = np.zeros((0, 0, 0), dtype=np.float32)
            try:
                rows[:] = self._rows(job)
            except Exception as error:  # a combination that cannot be: its path is left out
                return Chunk(job, rows, {job.case: said(error)}, nothing)
            return Chunk(job, rows, {}, nothing)

    def _rows(self, job: Job) -> list[list[float]]:
        if self._chance is None:
            self._chance = Chance(self.seed)
        case = Case(turned(self.case.inputs, self.found, self.at[job.case].tolist()), self.case.settings)
        started = Started(case, case.prepared())
        rows = []
        for number in range(job.first, job.first + job.count):
            incident, who, tally = started.run(self._chance, number)
            simulate(incident, who)
            row = tally.row()
            never = started.prepared.horizon  # what does not happen within the run counts as at its end
            rows.append([_known(name, row.get(name), never) for name in self.of])
        return rows


def _known(name: str, value: float | None, never: float) -> float:
    if value is not None:
        return value
    return never if name.endswith("_h") else np.nan


def analyse(
    question: Question,
    folder: Path,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Sensitivity | None:
    """Screen every factor of a scenario; None if it was stopped before the end.

    Raises
    ------
    MissingExtraError
        If SALib is not installed.
    InputError
        With all that is wrong with the files or the question.
    RunError
        If no path could be run to its end.
    """
    sample, analysis = _salib("sample.morris"), _salib("analyze.morris")
    case = read_case(question.scenario, question.settings)
    started = Started(case, case.prepared())
    seed = int(case.inputs.scenario.seed) if question.seed is None else question.seed
    row = _first(started, seed)
    of = question.of or _worth_asking(row, started.programs)
    _refuse_unknown(of, row)
    found = factors(case.inputs, started.programs)
    problem = {"num_vars": len(found), "names": [f.name for f in found], "bounds": [[0.0, 1.0]] * len(found)}
    at = sample.sample(problem, question.paths, num_levels=LEVELS, seed=seed)
    points = Points(case, tuple(found), at, seed, of)
    count = workers if workers is not None else cores()
    values: list[Floats] = []
    broken: dict[int, str] = {}
    with pool(points, count) as submit:
        todo = (Job(k, 0, question.runs) for k in range(len(at)))
        for chunk in chunks(points, todo, submit, AHEAD * count, stopped):
            values.append(_mean(chunk.rows))
            broken |= chunk.failures
            if progress is not None:
                progress(len(values), len(at))
    if len(values) < len(at):
        return None
    base = {name: _known(name, row[name], started.prepared.horizon) for name in of}
    answer = Sensitivity(question, folder, case, started.programs, found, seed, base)
    _judge(answer, analysis, problem, at, np.array(values), broken, of)
    _write(answer)
    return answer


def _salib(module: str) -> Any:
    try:
        return import_module(f"SALib.{module}")
    except ModuleNotFoundError:
        raise MissingExtraError("SALib", "sensitivity") from None


def _first(started: Started, seed: int) -> dict[str, float | None]:
    """The row of run 0: what numbers a run has."""
    incident, who, tally = started.run(Chance(seed), 0)
    simulate(incident, who)
    return tally.row()


def _worth_asking(row: Mapping[str, float | None], programs: Mapping[str, Program]) -> tuple[str, ...]:
    """When each plan's response starts and, for each world, who goes without."""
    started = [f"{id}.activated_h" for id in programs if row.get(f"{id}.activated_h") is not None]
    left = [name for name in row if name.split(".")[-1] in ("served_share", "mortality")]
    return (*started, *left) or ("waiting_h",)


def _refuse_unknown(of: Sequence[str], row: Mapping[str, float | None]) -> None:
    unknown = [name for name in of if name not in row]
    if unknown:
        raise InputError([Problem("unknown-number", Where(f"--of {name}"), about(name, row)) for name in unknown])


def _mean(rows: Floats) -> Floats:
    """The mean of each number over the runs that know it; NaN where none does."""
    known = ~np.isnan(rows)
    counts = known.sum(axis=0)
    totals = np.where(known, rows, 0.0).sum(axis=0)
    return np.where(counts > 0, totals / np.maximum(counts, 1), np.nan)


def _judge(
    answer: Sensitivity,
    analysis: Any,
    problem: dict[str, Any],
    at: Floats,
    values: Floats,
    broken: Mapping[int, str],
    of: Sequence[str],
) -> None:
    length = len(answer.factors) + 1
    effects: dict[str, Sequence[Effect]] = {}
    for column, name in enumerate(of):
        lost = {k // length for k in broken} | {k // length for k in np.flatnonzero(np.isnan(values[:, column]))}
        kept = [p for p in range(answer.question.paths) if p not in lost]
        answer.dropped = max(answer.dropped, len(lost))
        if not kept:
            continue
        rows = [k for p in kept for k in range(p * length, (p + 1) * length)]
        found = analysis.analyze(problem, at[rows], values[rows, column], num_levels=LEVELS, seed=answer.seed)
        effects[name] = _effects(answer.factors, found)
    answer.effects = effects
    answer.broke = next(iter(broken.values()), "")
    if not effects:
        raise RunError(f"no path could be run to its end: {answer.broke or 'nothing to judge by'}")


def _effects(found: Sequence[Factor], analysed: Mapping[str, Any]) -> list[Effect]:
    columns = (analysed[key] for key in ("mu_star", "mu_star_conf", "mu", "sigma"))
    rows = [[_number(v) for v in row] for row in zip(*columns, strict=True)]
    effects = [Effect(factor, *row) for factor, row in zip(found, rows, strict=True)]
    return sorted(effects, key=lambda e: (-e.size, e.factor.name))


def _number(value: object) -> float:
    found = float(np.ma.filled(np.ma.asarray(value, dtype=float), np.nan))
    return round(found, 6) if np.isfinite(found) else 0.0


# ------------------------------------------------------------------------------------------- writing


def _write(answer: Sensitivity) -> None:
    """``effects.csv``, a row for each number and factor, and ``summary.json``."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["number", "factor", "kind", "clauses", "low", "high", "mu_star", "interval", "mu", "sigma"])
    for number, effects in answer.effects.items():
        for e in effects:
            f = e.factor
            low, high = ("'" + t if t[:1] in ("=", "+", "-", "@") else t for t in (f.low, f.high))
            sizes = [e.size, e.interval, e.sign, e.spread]
            table.writerow([number, f.name, f.kind, " ".join(f.clauses), low, high, *sizes])
    write_atomically(answer.folder / "effects.csv", out.getvalue())
    write_atomically(
        answer.folder / "summary.json", json.dumps(_summary(answer), ensure_ascii=False, indent=2) + "\n"
    )


def _summary(answer: Sensitivity) -> dict[str, Any]:
    inputs, hashes, asked = answer.case.inputs, answer.case.hashes(), answer.question
    return {
        "scenario": inputs.scenario.scenario, "seed": answer.seed, "paths": asked.paths, "runs": asked.runs,
        "dropped": answer.dropped, "settings": list(asked.settings), "method": "morris",
        "numbers": {
            number: {
                "effects": [{"factor": e.factor.name, "mu_star": e.size, "interval": e.interval} for e in effects],
                "clauses": [{"clause": c, "largest": size} for c, size, _ in answer.by_clause(number) if c],
            }
            for number, effects in answer.effects.items()
        },
        "receipt": {
            "plan_sha256": {id: hashes[id] for id in inputs.scenario.plans},
            "scenario_sha256": hashes[inputs.scenario.scenario], "version": __version__,
        },
    }  # fmt: skip
