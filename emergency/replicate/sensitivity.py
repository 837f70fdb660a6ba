"""Which assumption, limit, threshold, seat or reading decides the answer: Morris' screening, told by clause.

Everything that can be turned is turned, one thing at a time along random paths, over the whole range it may have.
Each point of a path is judged by the same few runs with the same chances, so that what changes between two
neighbouring points is what the one thing brought about. Of the weightiest, the shares in what is uncertain can be
asked for (`emergency.replicate.sobol`).

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
from typing import Any

import numpy as np

from emergency import __version__
from emergency.chance import Chance
from emergency.errors import InputError, MissingExtraError, Problem, RunError
from emergency.incident import simulate
from emergency.log import as_text, write_atomically
from emergency.machine import Program
from emergency.reader.names import about
from emergency.replicate.case import Case, Started, read_case
from emergency.replicate.factors import Factor, factors
from emergency.replicate.points import Judged, Points, judge, known, rows_of
from emergency.replicate.sobol import Share, design, shares
from emergency.source import Where

__all__ = ["Effect", "Question", "Sensitivity", "analyse"]

LEVELS = 4  # of Morris' grid


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes
    ----------
    of : the numbers of a run whose sensitivity is wanted; by default when responses start and who goes without.
    paths : how many random paths; each turns every factor once.
    runs : runs by which each point of a path is judged, the same for all.
    blocks : base points of Sobol' indices, a power of two; 0 asks for none.
    first : so many of the weightiest factors have their shares looked for.
    """

    scenario: str
    of: tuple[str, ...] = ()
    paths: int = 4
    runs: int = 8
    seed: int | None = None
    settings: tuple[str, ...] = ()
    blocks: int = 0
    first: int = 12


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
    shares : for each number, the share of each clause in its variance, the largest first, where asked for.
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
    shares: Mapping[str, Sequence[Share]] = field(default_factory=dict)

    def by_clause(self, number: str) -> list[tuple[str, float, list[Effect]]]:
        """Clauses by the largest effect of what belongs to them; the empty clause stands for what none speaks of."""
        found: dict[str, list[Effect]] = {}
        for one in self.effects[number]:
            for clause in one.factor.clauses or ("",):
                found.setdefault(clause, []).append(one)
        rows = [(clause, max(e.size for e in mine), mine) for clause, mine in found.items()]
        return sorted(rows, key=lambda row: (-row[1], row[0]))


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
    work = _Work(question.runs, workers, progress or (lambda done, total: None), stopped)
    judged = work.judge(Points(case, tuple(found), at, seed, of), _to_come(question, len(found)))
    if judged is None:
        return None
    base = {name: known(name, row[name], started.prepared.horizon) for name in of}
    answer = Sensitivity(question, folder, case, started.programs, found, seed, base)
    _judge(answer, analysis, problem, at, judged, of)
    if question.blocks and not _add_shares(answer, work):
        return None
    _write(answer)
    return answer


@dataclass
class _Work:
    """Judging points, and telling how far it has come."""

    runs: int
    workers: int | None
    progress: Callable[[int, int], None]
    stopped: Callable[[], bool]
    done: int = 0

    def judge(self, points: Points, to_come: int = 0) -> Judged | None:
        before, total = self.done, self.done + len(points.at) + to_come
        self.done += len(points.at)
        return judge(points, self.runs, self.workers, lambda n: self.progress(before + n, total), self.stopped)


def _to_come(question: Question, count: int) -> int:
    """Points of the second part, at most."""
    return question.blocks * (min(question.first, count) + 2)


def _add_shares(answer: Sensitivity, work: _Work) -> bool:
    """Look for the shares of the weightiest factors; whether it came to an end."""
    asked, moving = answer.question, _weightiest(answer)
    if not moving:
        answer.shares = dict.fromkeys(answer.effects, ())
        return True
    made = design(moving, asked.blocks, answer.seed, _salib("sample.sobol"))
    of = tuple(answer.effects)
    judged = work.judge(Points(answer.case, made.factors, made.at, answer.seed, of))
    if judged is None:
        return False
    analysis = _salib("analyze.sobol")
    answer.shares = {name: shares(made, judged, k, answer.seed, analysis) for k, name in enumerate(of)}
    return True


def _weightiest(answer: Sensitivity) -> list[Factor]:
    """The factors that do most to some number, each measured by what does most to it."""
    weight: dict[str, float] = {}
    for effects in answer.effects.values():
        most = max((e.size for e in effects), default=0.0) or 1.0
        for e in effects:
            weight[e.factor.name] = max(weight.get(e.factor.name, 0.0), e.size / most)
    ranked = sorted(answer.factors, key=lambda f: (-weight[f.name], f.name))
    return [f for f in ranked if weight[f.name] > 0.0][: answer.question.first]


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


def _judge(
    answer: Sensitivity, analysis: Any, problem: dict[str, Any], at: Any, judged: Judged, of: Sequence[str]
) -> None:
    length = len(answer.factors) + 1
    effects: dict[str, Sequence[Effect]] = {}
    for column, name in enumerate(of):
        lost = judged.lost(column, length)
        kept = [p for p in range(answer.question.paths) if p not in lost]
        answer.dropped = max(answer.dropped, len(lost))
        if not kept:
            continue
        rows = rows_of(kept, length)
        found = analysis.analyze(problem, at[rows], judged.values[rows, column], num_levels=LEVELS, seed=answer.seed)
        effects[name] = _effects(answer.factors, found)
    answer.effects = effects
    answer.broke = next(iter(judged.broken.values()), "")
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
            low, high = map(as_text, (f.low, f.high))
            sizes = [e.size, e.interval, e.sign, e.spread]
            table.writerow([number, f.name, f.kind, " ".join(f.clauses), low, high, *sizes])
    write_atomically(answer.folder / "effects.csv", out.getvalue())
    if answer.shares:
        write_atomically(answer.folder / "shares.csv", _shares(answer))
    write_atomically(
        answer.folder / "summary.json", json.dumps(_summary(answer), ensure_ascii=False, indent=2) + "\n"
    )


def _shares(answer: Sensitivity) -> str:
    """``shares.csv``, a row for each number and group of factors."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["number", "clauses", "factors", "first", "first_interval", "total", "total_interval"])
    for number, found in answer.shares.items():
        for s in found:
            factors_ = " ".join(f.name for f in s.factors)
            sizes = [s.first, s.first_interval, s.total, s.total_interval]
            table.writerow([number, " ".join(s.clauses), factors_, *sizes])
    return out.getvalue()


def _summary(answer: Sensitivity) -> dict[str, Any]:
    inputs, hashes, asked = answer.case.inputs, answer.case.hashes(), answer.question
    return {
        "scenario": inputs.scenario.scenario, "seed": answer.seed, "paths": asked.paths, "runs": asked.runs,
        "dropped": answer.dropped, "settings": list(asked.settings),
        "method": "sobol" if asked.blocks else "morris", "blocks": asked.blocks,
        "numbers": {
            number: {
                "effects": [{"factor": e.factor.name, "mu_star": e.size, "interval": e.interval} for e in effects],
                "clauses": [{"clause": c, "largest": size} for c, size, _ in answer.by_clause(number) if c],
                "shares": [
                    {"of": s.name, "first": s.first, "total": s.total, "interval": s.total_interval}
                    for s in answer.shares.get(number, ())
                ],
            }
            for number, effects in answer.effects.items()
        },
        "receipt": {
            "plan_sha256": {id: hashes[id] for id in inputs.scenario.plans},
            "scenario_sha256": hashes[inputs.scenario.scenario], "version": __version__,
        },
    }  # fmt: skip
