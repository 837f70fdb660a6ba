"""Curves: values, turns, and the moment from which a comparison is no longer what it was."""

from __future__ import annotations

from math import exp, inf, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency.world.curve import TABLES, Curve, flat
from emergency.world.track import Lowest, Sum, Track

numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
curves = st.builds(Curve, st.floats(0, 50), st.just(inf), numbers, numbers, numbers, st.floats(0.5, 80))


def parabola_like(low: float) -> Curve:
    """Falls, turns at t = 10 ln 2 at the value `low`, rises."""
    turn = 10 * log(2)
    bottom = turn + 20 * (exp(-turn / 10) - 1)
    return Curve(0.0, inf, low - bottom, 1.0, 20.0, 10.0)


def test_value_and_rate_are_the_formula() -> None:
    """A curve is A + B*t + C*exp(-t/tau), with A = at - bend, and its rate is the derivative."""
    curve = Curve(3.0, inf, 7.0, -0.5, 4.0, 6.0)
    assert curve.value(8.0) == pytest.approx(3.0 - 2.5 + 4 * exp(-5 / 6), rel=1e-14)
    assert curve.rate(8.0) == pytest.approx((curve.value(8.0001) - curve.value(7.9999)) / 2e-4, rel=1e-7)


def test_turn_is_where_the_rate_is_zero() -> None:
    """The only turn lies where B = C/tau * exp(-t/tau); without one there is none."""
    assert parabola_like(1.0).turn() == pytest.approx(10 * log(2), abs=1e-12)
    assert Curve(0, inf, 1, -1, 20, 10).turn() is None
    assert flat(0, inf, 3).turn() is None


def crossings(curve: Curve, constant: float, lo: float, hi: float) -> list[float]:
    """All flips of ``<`` in ``(lo, hi]``, one after another."""
    known, found = TABLES["<"][curve.side(constant, lo) + 1], list[float]()
    while (when := curve.flip(constant, TABLES["<"], known, lo, hi)) is not None:
        found.append(when)
        lo, known = when, not known
    return found


def test_two_crossings_are_both_found() -> None:
    """A curve that dips below a bound crosses it twice, once on each side of the turn."""
    curve = parabola_like(-1.0)
    first, second = crossings(curve, 0.0, 0.0, 100.0)
    assert first < 10 * log(2) < second
    assert curve.value(first) == pytest.approx(0, abs=1e-12)
    assert curve.value(second) == pytest.approx(0, abs=1e-12)
    assert crossings(curve, 0.0, first + 1, 100.0) == [pytest.approx(second, abs=1e-9)]


@pytest.mark.parametrize("op", ["<", "<=", ">", ">="])
def test_touching_is_not_crossing(op: str) -> None:
    """A curve that meets a bound at its turn and goes back flips nothing, strict or not."""
    curve = parabola_like(5.0)
    assert curve.flip(5.0, TABLES[op], op[0] == ">", 0.0, 100.0) is None
    assert crossings(curve, 5.0, 0.0, 100.0) == []
    assert parabola_like(5.0 - 1e-6).flip(5.0, TABLES[op], op[0] == ">", 0.0, 100.0) is not None


@pytest.mark.parametrize(("op", "known", "slope", "flips"), [
    ("<", False, -1, True), ("<", False, 1, False), ("<=", True, -1, False), ("<=", True, 1, True),
    (">", False, 1, True), (">", False, -1, False), (">=", True, 1, False), (">=", True, -1, True),
])
def test_start_on_the_bound(op: str, known: bool, slope: float, flips: bool) -> None:
    """A value that starts on its bound flips at once if leaving it changes the comparison."""
    when = Curve(2.0, inf, 10.0, slope, 0.0, 1.0).flip(10.0, TABLES[op], known, 2.0, 50.0)
    assert when == (2.0 if flips else None)


@pytest.mark.parametrize("slope", [-1e-6, -1.0, -1e3])
@pytest.mark.parametrize("error", [-1e-12, 0.0, 1e-12])
def test_no_second_report(error: float, slope: float) -> None:
    """At a crossing just handled the value may lie a hair on either side: it is not found again."""
    falling = Curve(2.0, inf, 10.0 + error * max(1.0, -slope), slope, 0.0, 1.0)
    assert falling.flip(10.0, TABLES["<"], True, 2.0, 50.0) is None
    assert falling.flip(10.0, TABLES[">="], False, 2.0, 50.0) is None


def test_an_approach_is_not_an_arrival() -> None:
    """A curve that decays towards a bound never reaches it, even when floats cannot tell any more."""
    curve = Curve(0.0, inf, 2.0, 0.0, 1.0, 10.0)
    for t in (0.0, 100.0, 300.0, 1000.0):
        assert curve.flip(1.0, TABLES[">"], True, t, inf) is None
        assert curve.flip(1.0, TABLES[">="], True, t, inf) is None


def test_arrival_and_stay() -> None:
    """A value that reaches a bound and stays there makes <= true and > false, but < never true."""
    track = Track([Curve(0, 5, 10.0, -2.0, 0.0, 1.0), flat(5, inf, 0.0)])
    assert track.flip(0.0, TABLES["<="], False, 0.0, 100.0) == pytest.approx(5, abs=1e-9)
    assert track.flip(0.0, TABLES[">"], True, 0.0, 100.0) == pytest.approx(5, abs=1e-9)
    assert track.flip(0.0, TABLES["<"], False, 0.0, 100.0) is None


def test_a_kink_that_touches() -> None:
    """Falling to a bound in one piece and rising from it in the next is touching."""
    track = Track([Curve(0, 5, 10.0, -2.0, 0.0, 1.0), Curve(5, inf, 0.0, 1.0, 0.0, 1.0)])
    assert all(track.flip(0.0, TABLES[op], op[0] == ">", 0.0, 100.0) is None for op in TABLES)


def test_until_belongs_to_the_search() -> None:
    """A flip exactly at `until` is found, one just after it is not."""
    track = Track([Curve(0, inf, 10.0, -1.0, 0.0, 1.0)])
    assert track.flip(4.0, TABLES["<"], False, 0.0, 6.0) == pytest.approx(6.0, abs=1e-12)
    assert track.flip(4.0, TABLES["<"], False, 0.0, 6.0 - 1e-6) is None


@settings(max_examples=300, deadline=None)
@given(curves, numbers, st.sampled_from(sorted(TABLES)), st.floats(0, 20), st.floats(1, 200))
def test_flip_against_a_scan(curve: Curve, constant: float, op: str, wait: float, length: float) -> None:
    """No sample contradicts the known truth before a flip, and the samples after it do."""
    lo = curve.start + wait
    table = TABLES[op]
    known = table[curve.side(constant, lo) + 1]
    when = curve.flip(constant, table, known, lo, lo + length)
    stop = lo + length if when is None else when
    for k in range(1, 400):
        t = lo + (stop - lo) * k / 400
        side = curve.side(constant, t)
        assert side == 0 or table[side + 1] is known
    if when is not None and lo < when:
        assert abs(curve.value(when) - constant) <= 1e-9 * (1 + abs(curve.rate(when))) * 100
        after = curve.side(constant, when + 1e-4) or curve.side(constant, when + 1e-2)
        assert after == 0 or abs(curve.rate(when)) < 1e-2 or table[after + 1] is not known


@settings(max_examples=100, deadline=None)
@given(curves, numbers)
def test_search_without_end(curve: Curve, constant: float) -> None:
    """Looking ahead for ever finds what looking ahead far enough finds."""
    table = TABLES["<"]
    known = table[curve.side(constant, curve.start) + 1]
    endless = curve.flip(constant, table, known, curve.start, inf)
    if endless is None:
        assert curve.flip(constant, table, known, curve.start, curve.start + 1e4) is None
    else:
        bounded = curve.flip(constant, table, known, curve.start, endless + 1.0)
        assert bounded == pytest.approx(endless, abs=1e-9) or curve.rate(endless) < 1e-6


def test_sum_and_lowest_follow_their_tracks() -> None:
    """A sum joins the pieces of its tracks, a minimum takes the least at every time."""
    one = Track([Curve(0, 4, 10.0, -1.0, 3.0, 8.0), flat(4, inf, 2.0)])
    two = Track([Curve(1, 6, 5.0, 1.0, -2.0, 8.0), Curve(6, inf, 1.0, 0.5, 0.0, 8.0)])
    both, least = Sum([one, two], 8.0, 1.0), Lowest([(one, 1.0), (two, 0.5)])
    for t in (1.0, 2.5, 4.0, 5.9, 6.0, 30.0):
        assert both.value(t) == pytest.approx(one.value(t) + two.value(t), rel=1e-13)
        assert least.value(t) == min(one.value(t), 0.5 * two.value(t))


def test_minimum_crosses_with_the_member_that_is_least_then() -> None:
    """Of two falling members the minimum flips with the first one down; rising, with the last one up."""
    slow, fast = Track([Curve(0, inf, 10, -1, 0, 1)]), Track([Curve(0, inf, 20, -4, 0, 1)])
    least = Lowest([(slow, 1.0), (fast, 1.0)])
    assert least.edge(6.0, TABLES["<"]).flip(False, 0.0, 50.0) == pytest.approx(3.5, abs=1e-9)
    assert least.edge(6.0, TABLES["<"]).flip(True, 3.5, 50.0) is None
    up = Lowest([(Track([Curve(0, inf, 0, 1, 0, 1)]), 1.0), (Track([Curve(0, inf, 5, 0.25, 0, 1)]), 1.0)])
    assert up.edge(7.0, TABLES["<"]).flip(True, 0.0, 50.0) == pytest.approx(8.0, abs=1e-9)
    assert up.edge(7.0, TABLES[">="]).flip(False, 0.0, 50.0) == pytest.approx(8.0, abs=1e-9)


def test_minimum_when_members_change_places_below_the_bound() -> None:
    """The minimum stays below its bound while one member recovers and the other is down already."""
    first = Track([Curve(0, 5, 10, -2, 0, 1), Curve(5, inf, 0, 2, 0, 1)])
    second = Track([Curve(0, 8, 12, -1.5, 0, 1), Curve(8, inf, 0, 1, 0, 1)])
    least = Lowest([(first, 1.0), (second, 1.0)])
    down = least.edge(4.0, TABLES["<"]).flip(False, 0.0, 50.0)
    assert down == pytest.approx(3.0, abs=1e-9)
    assert least.edge(4.0, TABLES["<"]).flip(True, 3.0, 50.0) == pytest.approx(12.0, abs=1e-9)
