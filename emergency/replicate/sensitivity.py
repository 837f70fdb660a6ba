"""Which assumption, limit, threshold, seat or reading decides the answer: Morris' screening, told by clause.

Everything that can be turned is turned, one thing at a time along random paths, over the whole range it may have.
Each point of a path is judged by the same few runs with the same chances, so that what changes between two
neighbouring points is what the one thing brought about (`emergency.replicate.morris`). Of the weightiest, the shares
in what is uncertain can be asked for (`emergency.replicate.sobol`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from emergency.replicate.morris import Effect, Walk, effects_of, walk
from emergency.replicate.points import Judged, Points, judge
from emergency.replicate.sobol import Share, design, shares
from emergency.source import Where

__all__ = ["Question", "Sensitivity", "analyse"]


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


@dataclass
class Sensitivity:
    """The answer.

    Attributes
    ----------
    base : for each number, its mean over as many runs of the scenario as it is; None where none of them has it.
    effects : for each number, what the factors do to it, the largest effect first.
    dropped : paths left out because a combination of values could not be run; how, for the first of them.
    unknown : for a number, the paths left out beside these, since at some point of them no run has it.
    shares : for each number, the share of each clause in its variance, the largest first, where asked for.
    """

    question: Question
    folder: Path
    case: Case
    programs: Mapping[str, Program]
    factors: Sequence[Factor]
    seed: int
    base: Mapping[str, float | None]
    effects: Mapping[str, Sequence[Effect]] = field(default_factory=dict)
    dropped: int = 0
    broke: str = ""
    unknown: Mapping[str, int] = field(default_factory=dict)
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
    made = walk(found, question.paths, seed, sample)
    work = _Work(question.runs, workers, progress or (lambda done, total: None), stopped)
    to_come = _to_come(question, len(found))
    base = work.as_it_is(Points(case, (), np.zeros((1, 0)), seed, of), len(made.at) + to_come)
    if base is None:
        return None
    judged = work.judge(Points(case, made.factors, made.at, seed, of), to_come)
    if judged is None:
        return None
    answer = Sensitivity(question, folder, case, started.programs, found, seed, base)
    _judge(answer, analysis, made, judged, of)
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

    def as_it_is(self, points: Points, to_come: int) -> dict[str, float | None] | None:
        """The numbers at one point at which nothing is turned; a single job, done here."""
        found = replace(self, workers=1).judge(points, to_come)
        if found is None:
            return None
        self.done += len(points.at)
        values = found.values[0].tolist()
        return {name: None if np.isnan(v) else v for name, v in zip(points.of, values, strict=True)}


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


def _judge(answer: Sensitivity, analysis: Any, made: Walk, judged: Judged, of: Sequence[str]) -> None:
    found: dict[str, Sequence[Effect]] = {}
    unknown: dict[str, int] = {}
    answer.dropped = len({point // made.length for point in judged.broken})
    answer.broke = next(iter(judged.broken.values()), "")
    for column, name in enumerate(of):
        lost = judged.lost(column, made.length)
        kept = [p for p in range(answer.question.paths) if p not in lost]
        if len(lost) > answer.dropped:
            unknown[name] = len(lost) - answer.dropped
        if kept:
            found[name] = effects_of(made, kept, judged.values[:, column], answer.seed, analysis)
    answer.effects, answer.unknown = found, unknown
    if not found and answer.dropped == answer.question.paths:
        raise RunError(f"no path could be run to its end: {answer.broke}")
    if not found:
        raise RunError(f"no path to judge by: on each of them, some point has no run with {' or '.join(of)}")


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
        "dropped": answer.dropped, "unknown": dict(answer.unknown), "settings": list(asked.settings),
        "method": "sobol" if asked.blocks else "morris", "blocks": asked.blocks,
        "numbers": {
            number: {
                "as_it_is": answer.base[number],
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
