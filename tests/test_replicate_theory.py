"""Sweeps against theory: a queue against Erlang's formula, intervals of real runs against what they should hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emergency.replicate.statistics import Estimate, estimate, estimate_share, paired
from emergency.replicate.sweep import Conduct, Request, Sweep, sweep

ROOT = Path(__file__).parent.parent
COUNTER = str(ROOT / "tests/fixtures/queue/counter.yaml")
BUSY = "fuel-pipeline-outage"
HERE = Conduct(workers=1)
SEEDS = 1000
Column = NDArray[np.float64]
Interval = tuple[float, float]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


# ---------------------------------------------------------------------------------------------- a queue


def erlang_c(servers: int, load: float) -> float:
    """The share of those who have to wait, in an M/M/c queue of that load (Erlang, 1917)."""
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


def desk(runs: int, days: int, folder: Path) -> Mapping[str, Column]:
    """What a desk of two did in each run: requests seen to, how many waited, hours they waited."""
    table = sweep(Request(COUNTER, runs, settings=(f"horizon={days} d",)), folder, HERE).tables[0]
    return {what: table.column(f"seat.desk.{what}") for what in ("tasks", "waits", "waited_h")}


def ratio(above: Column, below: Column) -> Estimate:
    """One sum by another over all runs, with the interval of a ratio (Cochran, 1977, section 6.4)."""
    found = above.sum() / below.sum()
    return estimate(found + (above - found * below) / below.mean())


def judge(found: Mapping[str, Column], width: float) -> None:
    """The share that waits and the time waited are Erlang's, each within an interval of at most such a width."""
    wanted = erlang_c(2, 1.5)
    for what, truth in (("waits", wanted), ("waited_h", wanted / (2 / 1.5 - 1.0))):
        one = ratio(found[what], found["tasks"])
        low, high = one.interval  # type: ignore[misc]
        assert low < truth < high, what
        assert high - low < width * truth, what


def test_a_queue_waits_as_theory_says(tmp_path: Path) -> None:
    """Requests at random to a desk of two: the share that waits, and for how long, are those of Erlang's formula."""
    judge(desk(50, 60, tmp_path), 0.25)


@pytest.mark.slow
def test_a_queue_waits_just_as_theory_says(tmp_path: Path) -> None:
    """The same to five per cent, once the empty desk of the beginning has been forgotten: ten times its memory."""
    first, whole = desk(150, 20, tmp_path / "first"), desk(150, 240, tmp_path / "whole")
    later = {what: whole[what] - first[what] for what in whole}
    assert (later["tasks"] > 0).all()
    judge(later, 0.05)


# ------------------------------------------------------------------------------------------ runs themselves


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """An outage many times over, as it is and with hesitant seats."""
    with pytest.MonkeyPatch.context() as place:
        place.chdir(ROOT)
        return sweep(Request(BUSY, 320, compare=("policy=hesitant",)), tmp_path_factory.mktemp("many"), HERE)


def held(rows: Column, truth: float, interval: Callable[[Column], Interval | None], size: int = 1000) -> float:
    """Of sweeps of the usual size drawn from runs that were made, the share whose interval holds the mean of all."""
    rng = np.random.default_rng(1)
    found = [interval(rows[rng.integers(0, len(rows), size)]) for _ in range(SEEDS)]
    return float(np.mean([one is not None and one[0] <= truth <= one[1] for one in found]))


@pytest.mark.slow
@pytest.mark.parametrize("column", ["fuel.activated_h", "fuel.ended_h", "served_share", "limited_t", "waiting_h"])
def test_the_intervals_of_real_runs_cover(many: Sweep, column: str) -> None:
    """The interval of a mean over real runs, or of what a change makes of it, holds that of all in 93 to 97 %."""
    before, after = (table.column(column) for table in many.tables)
    both = np.stack([before, after], axis=1)[~np.isnan(before) & ~np.isnan(after)]
    mean, apart = both[:, 0].mean(), (both[:, 1] - both[:, 0]).mean()
    assert 0.93 <= held(both[:, 0], mean, lambda x: estimate(x).interval) <= 0.97
    assert 0.93 <= held(both, apart, lambda x: paired(x[:, 0], x[:, 1]).interval) <= 0.97


@pytest.mark.slow
def test_the_intervals_of_shares_of_real_runs_cover(many: Sweep) -> None:
    """Every share that is not the same in all runs is held by its interval in 92 of 100 sweeps at least."""
    checked = 0
    for column in sorted(many.shares):
        before, after = (table.column(column) for table in many.tables)
        if 0.02 <= before.mean() <= 0.98:
            checked += 1
            assert held(before, before.mean(), lambda x: estimate_share(x).interval) >= 0.92, column
        if np.count_nonzero(before != after) >= 2:
            checked += 1
            both, apart = np.stack([before, after], axis=1), (after - before).mean()
            assert held(both, apart, lambda x: paired(x[:, 0], x[:, 1]).interval) >= 0.92, column
    assert checked >= 2


@pytest.mark.slow
def test_one_run_says_nothing_of_the_next(many: Sweep) -> None:
    """Runs that follow each other are no more alike than others: each has chances of its own."""
    for column in ("fuel.activated_h", "served_share", "waiting_h"):
        rows = many.tables[0].column(column)
        rows = rows[~np.isnan(rows)]
        assert abs(np.corrcoef(rows[1:], rows[:-1])[0, 1]) < 3.5 / math.sqrt(len(rows))
