"""What is said of many runs: intervals against theory, paired differences, when runs are enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from emergency.errors import InputError
from emergency.replicate.statistics import QUANTILES, Estimate, estimate, estimate_share, paired
from emergency.replicate.store import Table
from emergency.replicate.until import FIRST, STRAYS, UNMOVED, Goal, next_size, now, parse_goal, within_reach

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


@pytest.mark.parametrize(
    ("runs", "more", "less"),
    [(100, 0.005, 0), (100, 0.01, 0), (200, 0.005, 0), (200, 0.02, 0), (200, 0.02, 0.01), (1000, 0.05, 0.02)],
)
def test_the_interval_of_a_paired_difference_of_shares_covers_it(runs: int, more: float, less: float) -> None:
    """In 93 of 100 sweeps at least the interval of a difference of shares holds the true one, however rare it is."""

    def draw(rng: np.random.Generator) -> Column:
        before = np.arange(runs) < 0.3 * runs
        turned = rng.random(runs) < np.where(before, less / 0.3, more / 0.7)
        return np.stack([before, before ^ turned])

    assert covered(draw, more - less, lambda x: paired(x[0].astype(float), x[1].astype(float)).interval) >= 0.93


@pytest.mark.parametrize("differing", [1, 3, 6, 10, 15, 25, 60])
@pytest.mark.parametrize("size", ["alike", "unlike"])
def test_where_few_runs_differ_no_interval_is_too_narrow(differing: float, size: str) -> None:
    """Of amounts that few runs have, at most 9 in 100 sweeps give an interval without the true mean."""
    missed, share = 0, differing / 300
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        amounts = rng.normal(1.0, 0.3, 300) if size == "alike" else rng.exponential(1.0, 300)
        interval = paired(np.zeros(300), np.where(rng.random(300) < share, amounts, 0.0)).interval
        missed += interval is not None and not interval[0] <= share <= interval[1]
    assert missed / SEEDS <= 0.09


def ended(values: Column, goal: Goal, shares: Collection[str] = ()) -> Estimate:
    """What is said where the runs themselves say that they are enough."""
    rows, runs = table(values), 0
    while (size := next_size([goal], rows, shares, runs, len(values))) > runs:
        runs = size
    return now(goal, rows, shares, runs)


def held(goal: Goal, share: float, size: float, seeds: int) -> float:
    """How often the interval at which a sweep ended by itself holds the true mean of an amount few runs have."""
    hits = 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        found = ended((rng.random(20_000) < share) * rng.exponential(size, 20_000), goal)
        assert found.interval is not None
        hits += found.interval[0] <= share * size <= found.interval[1]
    return hits / seeds


def test_a_sweep_that_ends_by_itself_still_covers_the_truth() -> None:
    """The runs decide when they are enough, and their interval holds the true mean in nine sweeps of ten at least."""
    assert held(Goal("x", 2.0, ""), 0.05, 100.0, 200) >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("share", "size", "goal"), [(0.02, 100.0, 1.0), (0.01, 100.0, 1.0), (0.3, 10.0, 0.5)])
def test_sweeps_that_end_by_themselves_still_cover_the_truth(share: float, size: float, goal: float) -> None:
    """The same over many seeds, for what is rare and for what is not."""
    assert held(Goal("x", goal, ""), share, size, SEEDS) >= 0.9


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3])
def test_a_share_asked_for_to_a_width_is_covered(share: float) -> None:
    """The interval of a share at which a sweep ended by itself holds the true one in 93 sweeps of 100 at least."""
    hits = 0
    for seed in range(200):
        happened = (np.random.default_rng(seed).random(20_000) < share).astype(float)
        found = ended(happened, Goal("x", 0.02, ""), ("x",))
        hits += found.interval is not None and found.interval[0] <= share <= found.interval[1]
    assert hits / 200 >= 0.93


# ------------------------------------------------------------------------------------------ estimates


@given(numbers)
def test_an_estimate_lies_within_its_interval(values: list[float]) -> None:
    """The interval of a mean holds the mean and reaches no farther than its half width; quantiles rise."""
    found = estimate(np.array(values))
    assert found.n == len(values)
    assert found.mean is not None
    if found.interval is None:
        assert found.strays < min(10, len(values) // 2) or found.same
    else:
        assert found.interval[0] <= found.mean <= found.interval[1]
        reach = max(found.interval[1] - found.mean, found.mean - found.interval[0])
        assert found.half_width == reach
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


def test_of_a_number_that_never_changes_no_interval_is_told() -> None:
    """Runs that all give the same number do not say what another would give; one run is not 'all runs'."""
    found = estimate(np.full(20, 7.25))
    assert (found.mean, found.interval, found.same, found.strays) == (7.25, None, True, 0)
    assert found.as_dict()["same"] is True
    assert not estimate(np.array([7.25])).same


@given(st.lists(st.integers(0, 3), min_size=2, max_size=60))
def test_what_strays_is_what_is_not_the_commonest(values: list[int]) -> None:
    """Runs that differ from the commonest value are counted, by whatever factor the numbers are larger."""
    commonest = max(values.count(v) for v in values)
    for factor in (0.1, 1.0, 1e6 / 3):
        assert estimate(np.array(values) * factor).strays == len(values) - commonest


def test_a_share_is_never_certain() -> None:
    """What happened in no run, or in every run, may still happen, or not, in the next."""
    assert estimate_share(np.zeros(50)).interval[1] > 0.05  # type: ignore[index]
    assert estimate_share(np.ones(50)).interval[0] < 0.95  # type: ignore[index]


# -------------------------------------------------------------------------------------------- pairs


@given(numbers)
def test_a_run_does_not_differ_from_itself(values: list[float]) -> None:
    """Paired with themselves, runs show no difference; that the next would not either is not told."""
    column = np.array(values)
    found = paired(column, column)
    assert (found.mean, found.changed, found.gain, found.same) == (0.0, 0, None, True)
    assert found.interval is None or found.interval[0] < 0 < found.interval[1]
    assert not found.certain


@pytest.mark.parametrize("runs", [2, 5, 300])
def test_a_difference_that_is_the_same_in_all_pairs_has_no_interval(runs: int) -> None:
    """That every pair shows one and the same difference leaves no interval of no width, and nothing certain."""
    before = np.arange(runs) * 0.1
    found = paired(before, before + 0.3)
    assert (found.mean, found.interval, found.same, found.changed) == (pytest.approx(0.3), None, True, runs)
    assert not found.certain
    assert found.as_dict()["same"] is True
    assert not paired(before[:1], before[:1] + 1.0).same


@pytest.mark.parametrize("differing", range(1, 13))
def test_shares_differ_for_certain_where_an_exact_test_says_so(differing: int) -> None:
    """Of 200 pairs, so many that differ all one way tell the sign just where McNemar's exact test does."""
    without, changed = np.zeros(200), np.zeros(200)
    changed[:differing] = 1
    found = paired(without, changed)
    assert found.share
    assert found.certain == (stats.binomtest(differing, differing).pvalue < 0.05)
    assert found.as_dict()["method"] == "bonett-price"


def test_the_interval_of_a_difference_of_shares_is_the_published_one() -> None:
    """Bonett and Price's formula by hand: 10 pairs of 100 one way, 4 the other; and never beyond a whole."""
    without, changed = np.repeat([0.0, 1.0, 0.0], [10, 4, 86]), np.repeat([1.0, 0.0, 0.0], [10, 4, 86])
    more, less = 11 / 102, 5 / 102
    half = 1.959964 * math.sqrt((more + less - (more - less) ** 2) / 102)
    assert paired(without, changed).interval == pytest.approx((more - less - half, more - less + half), abs=1e-6)
    assert paired(np.zeros(3), np.ones(3)).interval[1] == 1.0  # type: ignore[index]


def test_an_amount_that_is_nothing_throughout_is_no_share() -> None:
    """What is 0 in every run may be an amount; it gets no interval of a share."""
    assert not paired(np.zeros(50), np.zeros(50)).share
    assert not paired(np.zeros(50), np.full(50, 2.0)).share


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=2, max_size=40))
def test_the_other_way_round_the_difference_turns(pairs: list[tuple[int, int]]) -> None:
    """With minus without is minus without minus with."""
    a, b = (np.array(x, dtype=float) for x in zip(*pairs, strict=True))
    there, back = paired(a, b), paired(b, a)
    assert there.mean == -back.mean  # type: ignore[operator]
    if there.interval is None or back.interval is None:
        assert there.interval is back.interval
    else:
        assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))
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


def test_what_happened_in_few_runs_does_not_end_a_sweep() -> None:
    """However narrow, the interval of an amount that few runs have is not narrow enough until more have it."""
    goal = Goal("x", 1.0, "")
    for count, enough in ((STRAYS - 1, False), (STRAYS, True)):
        values = np.zeros(2000)
        values[:count] = 1.0
        assert within_reach(goal, estimate(values)) is enough
        assert next_size([goal], table(values), (), 2000, 10_000) >= 2000 + (not enough)


def test_a_goal_is_kept_at_the_farther_end() -> None:
    """A share of which nothing was seen reaches to one side alone: that side counts, not half the interval."""
    goal = Goal("x", 0.01, "")
    assert not within_reach(goal, estimate_share(np.zeros(300)))
    found = estimate_share(np.zeros(400))
    assert found.interval is not None
    assert found.interval[1] <= 0.01
    assert within_reach(goal, found)


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
