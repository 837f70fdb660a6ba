"""Logistic pieces and their sums: integrals and their inverses, and when they change sides of a bound."""

from __future__ import annotations

from math import exp, expm1, inf, log, log1p
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from emergency.world.curve import TABLES, Track
from emergency.world.logistic import Joint, Logistic, logit, share

rates = st.one_of(st.just(0.0), st.floats(-0.3, 0.3).filter(lambda r: abs(r) > 1e-7))
logistics = st.builds(Logistic, st.just(3.0), st.just(inf), st.floats(0.5, 1e5), st.floats(-20, 20), rates)


@settings(max_examples=200, deadline=None)
@given(logistics, st.floats(0.01, 300))
def test_the_integral_against_quadrature(piece: Logistic, length: float) -> None:
    """The closed integral is what quadrature of the value finds, and its inverse leads back."""
    end = piece.start + length
    turn = piece.start - piece.logit / piece.rate if piece.rate else end
    points = [turn] if piece.start < turn < end else None
    area, _ = quad(piece.value, piece.start, end, points=points, epsrel=1e-12, epsabs=0.0, limit=500)
    found = piece.integral(end)
    assert found == pytest.approx(area, rel=1e-9)
    # Where hardly anything is left to gather, the time is as uncertain as a rounding of the whole is long.
    if piece.value(end) > 1e-6 * found * abs(piece.rate):
        back = piece.reaches(found)
        assert abs(back - end) * piece.value(end) <= 1e-9 * piece.value(end) + 1e-13 * found
        assert piece.integral(back) == pytest.approx(found, rel=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-6, 0.5), st.floats(-30, 30), st.floats(1e-6, 3.0))
def test_what_decays_gathers_only_so_much(pace: float, exponent: float, part: float) -> None:
    """With r < 0 the whole integral is K/|r|*ln(1 + e^u0): less is reached, as much or more never."""
    piece = Logistic(0.0, inf, 7.0, exponent, -pace)
    whole = 7.0 / pace * log1p(exp(exponent))
    when = piece.reaches(part * whole)
    if part < 1.0 - 1e-9:
        assert piece.integral(when) == pytest.approx(part * whole, rel=1e-9)
    elif part > 1.0 + 1e-9:
        assert when == inf


@pytest.mark.parametrize("exponent", [-2000.0, -740.0, -300.0, -35.0, 35.0, 800.0])
@pytest.mark.parametrize("rate", [-0.1, -1e-9, 0.0, 1e-9, 0.1])
def test_far_tails_neither_overflow_nor_vanish(exponent: float, rate: float) -> None:
    """A share of e^-2000 grows back in due time; nothing overflows on the way."""
    piece = Logistic(0.0, inf, 1.0, exponent, rate)
    for amount in (1e-300, 1e-9, 1.0, 1e6, inf):
        when = piece.reaches(amount)
        assert when >= 0.0
        if when < inf and exponent > -700:
            assert piece.integral(when) == pytest.approx(amount, rel=1e-9)
    if rate == 0.1 and exponent < 0.0:
        assert piece.reaches(1.0) == pytest.approx((log(expm1(0.1)) - exponent) / 0.1, rel=1e-12)


@settings(max_examples=300, deadline=None)
@given(logistics, st.floats(0.001, 0.999), st.sampled_from(sorted(TABLES)), st.floats(0, 50))
def test_a_bound_is_crossed_at_a_logarithm(piece: Logistic, part: float, op: str, wait: float) -> None:
    """A logistic crosses a bound once at most, where its logit is the bound's; a handled one is not found again."""
    assume(piece.rate)
    constant, lo = part * piece.capacity, piece.start + wait
    table = TABLES[op]
    known = table[piece.side(constant, lo) + 1]
    when = piece.flip(constant, table, known, lo, inf)
    exact = piece.start + (log(part / (1 - part)) - piece.logit) / piece.rate
    if exact > lo + 1e-6:
        assert when == pytest.approx(exact, abs=1e-9, rel=1e-11)
        assert piece.flip(constant, table, not known, when, inf) is None
    elif exact < lo - 1e-6:
        assert when is None


def test_an_approach_is_not_an_arrival() -> None:
    """A logistic never reaches its capacity, nor nothing, however long one looks."""
    for rate in (0.5, -0.5):
        track = Track([])
        pieces: list[Any] = [Logistic(0.0, inf, 8.0, 0.0, rate)]
        track.pieces[:] = pieces
        bound, op = (8.0, ">=") if rate > 0 else (0.0, "<=")
        for t in (0.0, 50.0, 1000.0, 1e6):
            assert track.flip(bound, TABLES[op], False, t, inf) is None


def test_shares_and_logits_are_inverse() -> None:
    """`share` and `logit` invert one another, and stay finite far out."""
    for u in (-600.0, -30.0, -1.0, 0.0, 1.0, 30.0):
        assert logit(share(u), 1.0) == pytest.approx(u, abs=1e-2 if u > 20 else 1e-12, rel=1e-12)
    assert (share(-inf), share(inf), share(-1e9)) == (0.0, 1.0, 0.0)
    assert (logit(0.0, 5.0), logit(5.0, 5.0)) == (-inf, inf)


@settings(max_examples=200, deadline=None)
@given(logistics, st.floats(0, 200), st.floats(0.01, 100))
def test_ranges_hold_and_are_tight(piece: Logistic, wait: float, length: float) -> None:
    """Samples of both derivatives lie in the range told for a stretch, and come near its ends."""
    lo = piece.start + wait
    falls, rises, sags, bulges = piece.ranges(lo, lo + length)
    looks = [piece.look(lo + length * k / 2000) for k in range(2001)]
    for least, greatest, seen in ((falls, rises, [look.slope for look in looks]),
                                  (sags, bulges, [look.bend for look in looks])):
        slack = 1e-9 * (abs(least) + abs(greatest))
        assert least - slack <= min(seen)
        assert max(seen) <= greatest + slack
        assert max(seen) - min(seen) >= 0.95 * (greatest - least) - slack


# -- sums ------------------------------------------------------------------------------------------------


def joint(*parts: tuple[float, float, float], base: float = 0.0) -> Joint:
    """A sum of logistics given by capacity, logit and rate."""
    return Joint(0.0, inf, base, tuple(Logistic(0.0, inf, *part) for part in parts))


def test_a_sum_that_never_moves_is_on_its_bound_for_ever() -> None:
    """Two mirrored courses add up to a constant: no crossing is found there, and the search ends."""
    same = joint((50.0, -2.0, 0.03), (50.0, 2.0, -0.03))
    for op in TABLES:
        assert same.flip(50.0, TABLES[op], TABLES[op][1], 0.0, 1e5) is None
        assert same.flip(50.001, TABLES[op], TABLES[op][0], 0.0, 1e5) is None


def test_a_sum_that_touches_does_not_cross() -> None:
    """A sum that falls to its least value and rises again crosses only bounds above it, twice."""
    dip = joint((100.0, 3.0, -0.05), (300.0, -9.0, 0.04))
    times = np.linspace(0.0, 400.0, 400001)
    values = [sum(part.capacity * share(part.exponent(t)) for part in dip.parts) for t in times]
    lowest = int(np.argmin(values))
    [turn, _] = dip._isolate(min(values), *times[[lowest - 1, lowest + 1]].tolist())
    least = dip.value(turn)
    for op in TABLES:
        assert dip.flip(least, TABLES[op], op[0] == ">", 0.0, 1e4) is None
    down = dip.flip(least + 1e-6, TABLES["<"], False, 0.0, 1e4)
    assert down is not None
    assert down < turn
    up = dip.flip(least + 1e-6, TABLES["<"], True, down, 1e4)
    assert up is not None
    assert up > turn
    assert max(abs(dip.value(t) - least - 1e-6) for t in (down, up)) < 1e-11


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 1000), st.floats(-8, 8), st.floats(0.005, 0.3).flatmap(
    lambda r: st.sampled_from([r, -r]))), min_size=2, max_size=6), st.floats(0, 1), st.floats(10, 500))
def test_a_sum_against_a_dense_scan(parts: list[tuple[float, float, float]], part: float, length: float) -> None:
    """Every change of sides that 4000 samples show is found, in order, and no other."""
    total = joint(*parts)
    times = np.linspace(0.0, length, 4001)
    values = sum(k / (1.0 + np.exp(-(u + r * times))) for k, u, r in parts)
    constant = float(values.min() + part * (values.max() - values.min()))
    table = TABLES["<"]
    first = known = table[total.side(constant, 0.0) + 1]
    t, seen = 0.0, []
    while (when := total.flip(constant, table, known, t, length)) is not None:
        t, known = when, not known
        seen.append(when)
        assert len(seen) < 20
        near = 1e-9 * max(1.0, abs(total.look(when).slope)) + 1e-11 * constant
        assert abs(total.value(when) - constant) <= near
    told = first ^ (np.searchsorted(seen, times, side="right") % 2 == 1)
    sure = np.abs(values - constant) > 1e-8 * constant
    assert np.array_equal(told[sure], values[sure] < constant)
