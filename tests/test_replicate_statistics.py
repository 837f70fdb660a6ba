"""What is said of many runs: intervals against theory, paired differences, when runs are enough."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from emergency.errors import InputError
from emergency.replicate.statistics import QUANTILES, Estimate, estimate, estimate_share, paired
from emergency.replicate.store import Table
from emergency.replicate.until import FIRST, UNMOVED, Goal, next_size, parse_goal, within_reach

Column = NDArray[np.float64]
SEEDS = 1000
numbers = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 6)), min_size=2, max_size=60)


def covered(draw: Callable[[np.random.Generator], Column], truth: float, of: Callable[[Column], object]) -> float:
    """The share of seeds whose interval holds the truth."""
    hits = 0
    for seed in range(SEEDS):
        interval = of(draw(np.random.default_rng(seed)))
        assert isinstance(interval, tuple)
        hits += interval[0] <= truth <= interval[1]
    return hits / SEEDS


# ------------------------------------------------------------------------------------------ coverage


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (lambda rng: rng.normal(5.0, 2.0, 12), 5.0),
        (lambda rng: rng.exponential(3.0, 400), 3.0),
    ],
)
def test_the_interval_of_a_mean_covers_it(draw: Callable[[np.random.Generator], Column], truth: float) -> None:
    """In 93 to 97 of 100 sweeps the 95 % interval of a mean holds the true mean."""
    assert 0.93 <= covered(draw, truth, lambda x: estimate(x).interval) <= 0.97


@pytest.mark.parametrize(("share", "runs"), [(0.5, 100), (0.2, 150), (0.02, 800)])
def test_the_interval_of_a_share_covers_it(share: float, runs: int) -> None:
    """In 93 to 97 of 100 sweeps the 95 % interval of a share holds the true one, also of a rare event."""

    def draw(rng: np.random.Generator) -> Column:
        return (rng.random(runs) < share).astype(float)

    assert 0.93 <= covered(draw, share, lambda x: estimate_share(x).interval) <= 0.97


@pytest.mark.parametrize("q", QUANTILES)
def test_the_interval_of_a_quantile_covers_it(q: float) -> None:
    """Order statistics come in steps, so the interval of a quantile covers at least what it says and little more."""
    truth = -math.log1p(-q)
    share = covered(lambda rng: rng.exponential(1.0, 300), truth, lambda x: estimate(x).quantiles[q][1])
    assert 0.94 <= share <= 0.99


def test_the_interval_of_a_paired_difference_covers_it() -> None:
    """In 93 to 97 of 100 sweeps the interval of a paired difference holds the true one."""

    def draw(rng: np.random.Generator) -> Column:
        common = rng.exponential(10.0, 80)
        return np.stack([common + rng.normal(0, 1, 80), common + rng.normal(0.5, 1, 80)])

    assert 0.93 <= covered(draw, 0.5, lambda x: paired(x[0], x[1]).interval) <= 0.97


# ------------------------------------------------------------------------------------------ estimates


@given(numbers)
def test_an_estimate_lies_within_its_interval(values: list[float]) -> None:
    """The interval of a mean holds the mean, and quantiles rise."""
    found = estimate(np.array(values))
    assert found.n == len(values)
    assert found.mean is not None
    assert found.interval is not None
    assert found.interval[0] <= found.mean <= found.interval[1]
    shown = [value for value, _ in found.quantiles.values()]
    assert shown == sorted(shown)


@given(numbers)
def test_what_is_not_known_counts_for_nothing(values: list[float]) -> None:
    """A run in which an end never came leaves the estimate as it is over the others."""
    holes = np.array([x for v in values for x in (v, np.nan)])
    assert estimate(holes) == estimate(np.array(values))


def test_few_runs_say_little() -> None:
    """Of no run nothing is said, of one no interval, of few no interval of an outer quantile."""
    assert estimate(np.array([np.nan])) == Estimate(0)
    assert estimate_share(np.array([])) == Estimate(0, share=True)
    one = estimate(np.array([3.0]))
    assert (one.n, one.mean, one.interval, one.sd) == (1, 3.0, None, None)
    assert math.isinf(one.half_width)
    few = estimate(np.arange(10.0))
    assert few.quantiles[0.05][1] is None
    assert few.quantiles[0.5][1] is not None


def test_a_number_that_never_changes_has_an_interval_without_width() -> None:
    """Runs that all give the same number leave no doubt about it."""
    assert estimate(np.full(20, 7.25)).interval == (7.25, 7.25)


def test_a_share_is_never_certain() -> None:
    """What happened in no run, or in every run, may still happen, or not, in the next."""
    assert estimate_share(np.zeros(50)).interval[1] > 0.05  # type: ignore[index]
    assert estimate_share(np.ones(50)).interval[0] < 0.95  # type: ignore[index]


# -------------------------------------------------------------------------------------------- pairs


@given(numbers)
def test_a_run_does_not_differ_from_itself(values: list[float]) -> None:
    """Paired with themselves, runs show no difference and no interval around it."""
    column = np.array(values)
    found = paired(column, column)
    assert (found.mean, found.interval, found.changed, found.gain) == (0.0, (0.0, 0.0), 0, None)
    assert not found.certain


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=2, max_size=40))
def test_the_other_way_round_the_difference_turns(pairs: list[tuple[int, int]]) -> None:
    """With minus without is minus without minus with."""
    a, b = (np.array(x, dtype=float) for x in zip(*pairs, strict=True))
    there, back = paired(a, b), paired(b, a)
    assert there.mean == -back.mean  # type: ignore[operator]
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))  # type: ignore[index]
    assert there.certain == back.certain


def test_pairing_takes_out_what_both_runs_share() -> None:
    """The gain is the variance that runs with chances of their own would have, over the variance of the pairs."""
    rng = np.random.default_rng(1)
    common, own = rng.normal(0, 3, 4000), rng.normal(0, 1, 4000)
    found = paired(common, common + own)
    assert found.gain == pytest.approx((9 + 10) / 1, rel=0.1)


def test_runs_that_do_not_match_are_not_paired() -> None:
    """Columns of different length are refused; a run that one of them does not know is left out."""
    with pytest.raises(ValueError, match="2 runs cannot be paired with 3"):
        paired(np.zeros(2), np.zeros(3))
    found = paired(np.array([1.0, np.nan, 3.0]), np.array([2.0, 5.0, np.nan]))
    assert (found.n, found.mean) == (1, 1.0)
    assert paired(np.array([np.nan]), np.array([1.0])).n == 0


# -------------------------------------------------------------------------------------------- enough


def table(values: Column) -> Table:
    """A table with one column."""
    found = Table(("x",), 1)
    found.add(values.reshape(-1, 1), {})
    return found


@given(st.floats(0.01, 2.0), st.integers(1, 9))
def test_batches_end_where_the_runs_themselves_say(goal: float, seed: int) -> None:
    """Sizes grow to the end, never past the most allowed, and depend only on the runs before."""
    values = np.random.default_rng(seed).normal(0, 3, 4096)
    goals, rows, runs, sizes = [Goal("x", goal, "")], table(values), 0, []
    while (size := next_size(goals, rows, (), runs, 4096)) > runs:
        assert size == next_size(goals, table(values[:runs]), (), runs, 4096)
        runs = size
        sizes.append(size)
    assert sizes == sorted(sizes)
    assert runs <= 4096
    width = estimate(values[:runs]).half_width
    assert runs == 4096 or width <= goal


def test_a_wider_goal_needs_no_more_runs() -> None:
    """Whoever is content with less precision never waits longer."""
    values, ends = np.random.default_rng(3).exponential(1.0, 20_000), []
    for width in (0.4, 0.2, 0.1, 0.05, 0.025):
        runs = 0
        while (size := next_size([Goal("x", width, "")], table(values), (), runs, 20_000)) > runs:
            runs = size
        ends.append(runs)
    assert ends == sorted(ends)
    assert ends[0] == FIRST
    assert ends[-1] > 4 * FIRST


def test_what_has_not_happened_yet_is_not_believed_impossible() -> None:
    """A number that never changed is only taken for one that cannot after many runs."""
    goal = Goal("x", 0.1, "")
    assert not within_reach(goal, estimate(np.zeros(FIRST)))
    assert within_reach(goal, estimate(np.zeros(UNMOVED)))
    assert next_size([goal], table(np.zeros(UNMOVED)), (), FIRST, 10_000) > FIRST


@pytest.mark.parametrize(
    ("text", "name", "width"),
    [("stockout ± 0.01", "stockout", 0.01), ("stockout±1 %", "stockout", 0.01), ("a.b_h +- 2", "a.b_h", 2.0),
     ("stockout +/- .5", "stockout", 0.5)],
)  # fmt: skip
def test_goals_are_read_as_people_write_them(text: str, name: str, width: float) -> None:
    """The sign ± may be typed as +- or +/-; a per cent is a hundredth."""
    found = parse_goal(text, ("stockout", "a.b_h"))
    assert (found.name, found.half_width) == (name, pytest.approx(width))


@pytest.mark.parametrize(
    ("text", "code"),
    [("stockout", "bad-goal"), ("stockout ± 0", "bad-goal"), ("stockout ± much", "bad-goal"),
     ("stockuot ± 1", "unknown-number")],
)  # fmt: skip
def test_goals_that_cannot_be_met_are_refused(text: str, code: str) -> None:
    """No width, a width of nothing and a number nobody knows are refused where they are written."""
    with pytest.raises(InputError) as refused:
        parse_goal(text, ("stockout", "a.b_h"))
    (problem,) = refused.value.problems
    assert problem.code == code
    assert text in str(problem.where)
