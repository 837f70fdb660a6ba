"""Morris' screening: effects are those of the whole range, whatever kind of thing is turned."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from emergency.replicate.factors import Factor
from emergency.replicate.morris import Effect, Walk, effects_of, walk

pytest.importorskip("SALib")

PATHS = 24


def factor(name: str, kind: str = "assumption", options: tuple[object, ...] = ()) -> Factor:
    """One thing that can be turned."""
    return Factor(name, kind, (), "", "", "", (), None, options)


def walked(*found: Factor) -> Walk:
    """Paths on which they are turned."""
    return walk(found, PATHS, 3, import_module("SALib.sample.morris"))


def told(made: Walk, values: np.ndarray, kept: list[int] | None = None) -> dict[str, Effect]:
    """Effects by name."""
    kept = list(range(PATHS)) if kept is None else kept
    found = effects_of(made, kept, values, 3, import_module("SALib.analyze.morris"))
    assert [e.size for e in found] == sorted((e.size for e in found), reverse=True)
    return {e.factor.name: e for e in found}


def test_an_effect_is_that_of_the_whole_range() -> None:
    """A number, two choices, three crews, five months: where each brings 1 from end to end, its effect is 1."""
    crews, months = (1, 2, 3), (1, 2, 3, 4, 5)
    made = walked(
        factor("number"), factor("choice", "reading", ("a", "b")), factor("crews", "people", crews),
        factor("months", "limit", months),
    )  # fmt: skip
    at = made.at
    choice, crew, month = (f.at for f in made.factors[1:])
    values = np.array(
        [row[0] + (choice(row[1]) == "b") - (crew(row[2]) - 1) / 2 + (month(row[3]) - 1) / 4 for row in at]
    )
    found = told(made, values)
    assert {name: e.size for name, e in found.items()} == pytest.approx(dict.fromkeys(found, 1.0), abs=1e-6)
    assert {name: round(e.sign) for name, e in found.items()} == {"number": 1, "choice": 1, "crews": -1, "months": 1}
    assert all(e.interval == e.spread == 0.0 for e in found.values())


def test_each_pair_of_choices_has_its_turn() -> None:
    """A reading goes from one choice to another on each path, from each to each on one path or the next."""
    made = walked(factor("x"), factor("which", "reading", ("a", "b", "c")))
    which = [made.factors[1].at(u) for u in made.at[:, 1]]
    pairs = [frozenset(which[k : k + made.length]) for k in range(0, len(which), made.length)]
    assert set(pairs) == {frozenset("ab"), frozenset("ac"), frozenset("bc")}
    assert {pairs.count(pair) for pair in pairs} == {PATHS // 3}
    found = told(made, np.array([float(choice == "b") for choice in which]))
    assert found["which"].size == pytest.approx(2 / 3)  # seen on the pairs that b belongs to


def test_one_thing_is_turned_at_a_time() -> None:
    """From each point of a path to the next exactly one factor is turned, and on a path each once."""
    made = walked(factor("x"), factor("y", "people", (4, 5, 6)), factor("z", "reading", ("a", "b", "c")))
    for path in made.at.reshape(PATHS, made.length, -1):
        changed = np.diff(path, axis=0) != 0.0
        assert changed.sum(axis=0).tolist() == changed.sum(axis=1).tolist() == [1, 1, 1]


def test_paths_left_out_do_not_count() -> None:
    """The effects of the paths kept, and of no other."""
    made = walked(factor("x"), factor("y", "reading", ("a", "b")))
    values = 3.0 * made.at[:, 0]
    values[: made.length] = np.nan
    found = told(made, values, list(range(1, PATHS)))
    assert (found["x"].size, found["y"].size) == (pytest.approx(3.0), 0.0)


def test_the_same_seed_walks_the_same_paths() -> None:
    """Paths and pairs of choices depend on the seed alone."""
    found = (factor("x"), factor("y", "reading", ("a", "b", "c")))
    assert np.array_equal(walked(*found).at, walked(*found).at)
    other = walk(found, PATHS, 4, import_module("SALib.sample.morris"))
    assert not np.array_equal(walked(*found).at, other.at)
