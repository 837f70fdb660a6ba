"""Declared series, and several worlds behind one interface."""

from __future__ import annotations

from math import inf

import pytest
from worlds import Atom

from emergency.world import Customer, Series, SeriesWorld, StockWorld, Worlds


@pytest.fixture
def world() -> SeriesWorld:
    """A step, a line, and one variable of a place."""
    return SeriesWorld([
        Series("wind", [(0, 3.0), (10, 8.0), (20, 5.0)]),
        Series("level", [(0, 10.0), (10, 0.0), (20, 10.0)], "linear"),
        Series("cases", [(5, 1.0), (6, 4.0)], place="north"),
    ])


def test_step_holds_and_linear_joins(world: SeriesWorld) -> None:
    """A step holds until the next point, a line joins the points, both are held at the ends."""
    assert [world.value("wind", t) for t in (0, 9.999, 10, 25, 1000)] == [3, 3, 8, 5, 5]
    levels = [world.value("level", t) for t in (0, 2.5, 10, 15, 20, 99)]
    assert levels == pytest.approx([10, 7.5, 0, 5, 10, 10])
    assert [world.value("cases@north", t) for t in (0, 5, 6)] == [1, 1, 4]
    assert world.variables() == {"wind", "level", "cases@north"}


def test_steps_are_crossed_at_their_points(world: SeriesWorld) -> None:
    """A step over a bound is a crossing at the time of the step, on the bound included when not strict."""
    at_least, over = Atom("wind", ">=", 8.0), Atom("wind", ">", 8.0)
    assert world.next_crossing({at_least: False, over: False}, 0, 100) == [(10, at_least, True)]
    assert world.next_crossing({at_least: True, over: False}, 10, 100) == [(20, at_least, False)]
    assert world.next_crossing({at_least: False, over: False}, 20, inf) == []
    assert world.next_crossing({at_least: False}, 0, 9.99) == []


def test_lines_are_crossed_exactly(world: SeriesWorld) -> None:
    """A line crosses a bound where it equals it, down and up again; touching at a point is no crossing."""
    low, zero = Atom("level", "<", 4.0), Atom("level", "<=", 0.0)
    [(down, _, after)] = world.next_crossing({low: False, zero: False}, 0, 100)
    assert (down, after) == (pytest.approx(6, abs=1e-9), True)
    [(up, _, after)] = world.next_crossing({low: True, zero: False}, down, 100)
    assert (up, after) == (pytest.approx(14, abs=1e-9), False)


def test_set_overrides_from_then_on(world: SeriesWorld) -> None:
    """A variable that is set holds its value for good; it jumped only if the value is another one."""
    assert world.set(4, "wind", 3.0) == frozenset()
    assert world.set(5, "wind", 9.0) == {"wind"}
    assert [world.value("wind", t) for t in (5, 10, 30)] == [9, 9, 9]
    assert world.next_crossing({Atom("wind", "<", 8.5): False}, 5, 100) == []
    with pytest.raises(ValueError, match="before the world's present"):
        world.value("wind", 4)


def test_a_copy_goes_its_own_way(world: SeriesWorld) -> None:
    """What happens to a copy leaves the original alone."""
    twin = world.copy()
    twin.set(1, "wind", 99.0)
    assert (world.value("wind", 2), twin.value("wind", 2)) == (3, 99)


@pytest.mark.parametrize(("series", "words"), [
    ([Series("a", [])], "at least one"), ([Series("a", [(2, 1), (1, 1)])], "order"),
    ([Series("a", [(0, 1)], "spline")], "spline"), ([Series("a", [(0, float("nan"))])], "finite"),
    ([Series("a", [(0, 1)]), Series("a", [(0, 2)])], "two series"),
])
def test_what_is_no_series_is_refused(series: list[Series], words: str) -> None:
    """A series is finite, in order of time and declared once."""
    with pytest.raises(ValueError, match=words):
        SeriesWorld(series)


def test_worlds_answer_as_one(world: SeriesWorld) -> None:
    """Several worlds give the earliest crossing of all, and all atoms that flip at that time."""
    stock = StockWorld({"p": 240.0}, [Customer("c", {"p": 1.0})])
    worlds = Worlds([world, stock])
    days, wind, level = Atom("stock_days", "<", 5.0), Atom("wind", ">", 7.0), Atom("level", "<", 4.0)
    truths = {atom: worlds.truth(atom, 0) for atom in (days, wind, level)}
    seen = []
    t = 0.0
    while found := worlds.next_crossing(truths, t, 500):
        t = found[0][0]
        seen.append((round(t, 6), {atom for _, atom, _ in found}))
        truths.update({atom: after for _, atom, after in found})
    assert seen == [(6, {level}), (10, {wind}), (14, {level}), (20, {wind}), (120, {days})]
    worlds.advance(30)
    assert (world.now, stock.now) == (30, 30)
    assert worlds.owner("wind") is world
    assert worlds.value("stock_days", 30) == pytest.approx(8.75)


def test_flips_at_one_time_come_together(world: SeriesWorld) -> None:
    """Atoms of different worlds that flip at one time are one event."""
    stock = StockWorld({"p": 240.0}, [Customer("c", {"p": 1.0})])
    ten, wind = Atom("stock", "<", 230.0), Atom("wind", ">", 7.0)
    found = Worlds([stock, world]).next_crossing({ten: False, wind: False}, 0, 500)
    assert {(t, atom) for t, atom, _ in found} == {(found[0][0], ten), (found[0][0], wind)}


def test_a_variable_has_one_world(world: SeriesWorld) -> None:
    """Two worlds may not offer the same variable."""
    with pytest.raises(ValueError, match="wind"):
        Worlds([world, SeriesWorld([Series("wind", [(0, 1)])])])
