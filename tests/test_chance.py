"""Chance has names: a draw depends on its seed, cause, count and run, and on nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from emergency.chance import BLOCK, Chance

causes = st.text(max_size=20)
runs = st.integers(0, 5 * BLOCK)


@given(st.integers(0, 2**40), st.lists(causes, min_size=1, max_size=5, unique=True), runs, st.data())
def test_the_order_of_causes_does_not_matter(seed: int, named: list[str], run: int, data: DataObject) -> None:
    """However causes are interleaved, the n-th number of each stays the same."""
    order = data.draw(st.permutations([c for c in named for _ in range(3)]))
    stream, alone = Chance(seed).run(run), {c: Chance(seed).run(run) for c in named}
    for cause in order:
        assert stream.uniform(cause) == alone[cause].uniform(cause)


@given(st.integers(0, 99), causes, st.lists(runs, min_size=1, max_size=8))
def test_a_run_alone_is_the_run_among_others(seed: int, cause: str, numbers: list[int]) -> None:
    """Run K draws the same whatever runs were made before it, in whatever order and block."""
    shared = Chance(seed)
    assert [shared.run(k).uniform(cause) for k in numbers] == [Chance(seed).run(k).uniform(cause) for k in numbers]


def test_streams_of_one_chance_do_not_disturb_each_other() -> None:
    """Two runs that take turns, from different blocks, draw what each draws alone."""
    chance = Chance(5)
    streams = [chance.run(0), chance.run(BLOCK + 3)]
    turns = [[s.uniform("a") for s in streams] for _ in range(4)]
    for k, run in enumerate((0, BLOCK + 3)):
        alone = Chance(5).run(run)
        assert [t[k] for t in turns] == [alone.uniform("a") for _ in range(4)]


def test_different_names_draw_differently() -> None:
    """Another seed, cause, count or run gives another number: in 20,000 draws none comes twice."""
    found = [
        Chance(seed).uniform(cause, nth, run)
        for seed in (0, 1, 2**33)
        for cause in ("a", "b", "a0", "0a", "")
        for nth in range(5)
        for run in range(3 * BLOCK - 100, 3 * BLOCK + 200)
    ]
    assert len(set(found)) == len(found) > 20_000


def test_names_do_not_run_together() -> None:
    """Seed 1, count 12 is not seed 11, count 2, and a cause that looks like a count is still a cause."""
    assert Chance(1).uniform("x", 12, 0) != Chance(11).uniform("x", 2, 0)
    assert Chance(1).uniform("2\0x", 1, 0) != Chance(1).uniform("x", 2, 0)


def test_numbers_are_uniform() -> None:
    """Over runs and over draws the numbers fill [0, 1) evenly: mean, spread and tenths as chance allows."""
    over_runs = [Chance(3).uniform("work", 0, run) for run in range(20 * BLOCK)]
    stream = Chance(3).run(7)
    over_draws = [stream.uniform("work") for _ in range(2000)]
    for found in (over_runs, over_draws):
        n = len(found)
        assert all(0 <= u < 1 for u in found)
        assert sum(found) / n == pytest.approx(1 / 2, abs=4 * (1 / 12 / n) ** 0.5)
        tenths = [sum(k <= 10 * u < k + 1 for u in found) for k in range(10)]
        assert sum((c - n / 10) ** 2 / (n / 10) for c in tenths) < 30  # chi square, 9 degrees: p = 0.0004


def test_neighbouring_runs_are_not_alike() -> None:
    """Runs next to each other, and causes of one run, are uncorrelated."""
    n = 8 * BLOCK
    a = [Chance(1).uniform("a", 0, run) for run in range(n)]
    b = [Chance(1).uniform("b", 0, run) for run in range(n)]
    for pairs in (list(pairwise(a)), list(zip(a, b, strict=True))):
        assert sum((x - 0.5) * (y - 0.5) for x, y in pairs) / len(pairs) * 12 == pytest.approx(0, abs=4 / n**0.5)


def test_runs_are_counted_from_zero() -> None:
    """There is no run before the first."""
    with pytest.raises(ValueError, match="counted from 0"):
        Chance(1).run(-1)


def test_numbers_never_change() -> None:
    """A seed of today draws the same tomorrow: published runs stay repeatable."""
    stream = Chance(1).run(0)
    drawn = [stream.uniform("work:fuel:warn"), stream.uniform("work:fuel:warn"), Chance(1).uniform("news", 0, 2000)]
    assert drawn == pytest.approx(NUMBERS, abs=0)


NUMBERS = [0.2359160824230454, 0.22026091017533012, 0.16118635475836685]
