"""Logistic pieces and their sums: courses, integrals, the inverse of both, and when they change sides of a bound."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import exp, expm1, inf, log, log1p
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from emergency.world.curve import TABLES
from emergency.world.logistic import Integral, Joint, Logistic
from emergency.world.track import Track


def piece_of(capacity: float, exponent: float, growth: float, control: float) -> Logistic:
    """A piece that begins at 3 h and never ends."""
    return Logistic(3.0, inf, capacity, exponent, growth - control, growth)


rates = st.one_of(st.just(0.0), st.floats(1e-7, 0.3))
controlled = st.one_of(
    st.tuples(rates, rates),
    rates.map(lambda r: (r, r)),
    st.tuples(st.floats(1e-3, 0.3), st.floats(-1e-9, 1e-9)).map(lambda both: (both[0], both[0] * (1.0 + both[1]))),
)
exponents = st.one_of(st.just(0.0), st.floats(-1e-6, 0.0), st.floats(-40.0, 0.0))
logistics = st.tuples(st.floats(0.5, 1e5), exponents, controlled).map(lambda x: piece_of(x[0], x[1], *x[2]))
moving = logistics.filter(lambda piece: abs(piece.drift) > 1e-9 * piece.pace and piece.pace > 0.0)


def exact(piece: Logistic, elapsed: float) -> tuple[Decimal, Decimal]:
    """Share, and integral of the share [h], after so many hours, with sixty digits: 1/p is linear."""
    with localcontext(prec=60):
        net, growth, time = Decimal(piece.net), Decimal(piece.growth), Decimal(elapsed)
        start = Decimal(piece.exponent).exp()
        factor = (net * time).exp()
        free = start * ((factor - 1) / net if net else time)
        return start * factor / (1 + growth * free), (1 + growth * free).ln() / growth if growth else free


def limit(piece: Logistic) -> float:
    """The area a piece tends to."""
    return piece.capacity * piece.net / piece.growth if piece.net > 0.0 else 0.0


# -- one course ------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(logistics, st.floats(1e-6, 3000))
@example(piece_of(10.0, 0.0, 0.3, 0.1 + 0.2), 500.0)
@example(piece_of(10.0, -1e-12, 0.3, 0.0), 1e-6)
def test_value_and_integral_to_the_last_digits(piece: Logistic, elapsed: float) -> None:
    """The closed forms lose no digits: not near g = 0, not near r = 0, not for a tiny area, not near all."""
    share, gathered = exact(piece, elapsed)
    t = piece.start + elapsed
    elapsed_seen = t - piece.start
    slack = abs(elapsed_seen - elapsed) / elapsed + 2e-15 * (1.0 + abs(piece.exponent) + abs(piece.net) * elapsed)
    assert piece.value(t) == pytest.approx(piece.capacity * float(share), rel=slack)
    assert exp(piece.exponent_at(t)) == pytest.approx(float(share), rel=slack)
    assert piece.integral(t) == pytest.approx(piece.capacity * float(gathered), rel=slack)
    assert piece.value(t) <= piece.capacity


@settings(max_examples=60, deadline=None)
@given(logistics, st.floats(1, 300))
def test_a_course_solves_its_equation(piece: Logistic, length: float) -> None:
    """dI/dt = r*I*(1 - I/K) - c*I, integrated numerically, leads to the closed form; so does the quadrature of I."""
    control = piece.growth - piece.net
    times = piece.start + length * np.linspace(0.1, 1.0, 10)
    solved = solve_ivp(lambda _, x: piece.growth * x * (1.0 - x / piece.capacity) - control * x,
                       (piece.start, times[-1]), [piece.value(piece.start)], t_eval=times,
                       method="DOP853", rtol=1e-11, atol=1e-300)
    assert [piece.value(t) for t in times] == pytest.approx(solved.y[0], rel=1e-7)
    area, _ = quad(piece.value, piece.start, times[-1], epsrel=1e-11, epsabs=0.0, limit=500)
    assert piece.integral(times[-1]) == pytest.approx(area, rel=1e-8)


@settings(max_examples=200, deadline=None)
@given(logistics, st.floats(0.01, 300))
def test_the_integral_has_an_inverse(piece: Logistic, length: float) -> None:
    """The time at which so much is gathered is the time it was gathered in."""
    end = piece.start + length
    found = piece.integral(end)
    # Where hardly anything is left to gather, the time is as uncertain as a rounding of the whole is long.
    if piece.value(end) > 1e-6 * found * abs(piece.net):
        back = piece.reaches(found)
        assert abs(back - end) * piece.value(end) <= 1e-9 * piece.value(end) + 1e-12 * found
        assert piece.integral(back) == pytest.approx(found, rel=1e-12)
    assert piece.reaches(0.0) == piece.start


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-6, 0.5), st.one_of(st.just(0.0), st.floats(1e-6, 0.5)), st.floats(-30, 0), st.floats(1e-6, 3.0))
def test_what_dies_out_gathers_only_so_much(pace: float, growth: float, exponent: float, part: float) -> None:
    """With c > r the whole integral is K/r*ln(1 + r*p0/(c - r)): less is reached, as much or more never."""
    piece = Logistic(0.0, inf, 7.0, exponent, -pace, growth)
    whole = 7.0 * (log1p(growth * exp(exponent) / pace) / growth if growth else exp(exponent) / pace)
    when = piece.reaches(part * whole)
    if part < 1.0 - 1e-9:
        assert piece.integral(when) == pytest.approx(part * whole, rel=1e-9)
    elif part > 1.0 + 1e-9:
        assert when == inf


@pytest.mark.parametrize("exponent", [-3e4, -2000.0, -740.0, -400.0, -35.0, 0.0])
@pytest.mark.parametrize(("growth", "net"), [
    (growth, net) for growth in (0.0, 1e-9, 0.1) for net in (-0.1, -1e-9, 0.0, 1e-9, 0.1) if net <= growth])
def test_far_tails_neither_overflow_nor_vanish(exponent: float, growth: float, net: float) -> None:
    """A share of e^-2000 grows back in due time; nothing overflows on the way, wherever one looks."""
    piece = Logistic(0.0, inf, 1.0, exponent, net, growth)
    for amount in (1e-300, 1e-9, 1.0, 5000.0, 1e6, inf):
        when = piece.reaches(amount)
        assert when >= 0.0
        assert when < inf or net <= 0.0 or amount == inf
        if when < inf and exponent > -700:
            assert piece.integral(when) == pytest.approx(amount, rel=1e-9)
    for t in (1e-9, 1.0, 1e4, 1e6, 1e12):
        assert 0.0 <= piece.value(t) <= 1.0
        assert piece.integral(t) >= 0.0
        assert piece.exponent_at(t) <= 0.0
        assert piece.side(0.5, t) in (-1, 0, 1)
    for t in (137.7, 6999.9, *np.linspace(1.0 - 10.0 * exponent, 21.0 - 10.0 * exponent, 20).tolist()):
        assert abs(Decimal(piece.value(t)) - exact(piece, t)[0]) <= piece.look(t)[2] + 5e-324
    if net == 0.1 and exponent < 0.0:
        assert piece.reaches(1.0) == pytest.approx((log(expm1(0.1)) - exponent) / 0.1, rel=1e-12)
        assert piece.meets(0.5) == pytest.approx((log1p(-exp(exponent)) - exponent) / 0.1, rel=1e-12)
        assert piece.value(1e6) == 1.0


@settings(max_examples=300, deadline=None)
@given(moving, st.floats(0.001, 0.999), st.sampled_from(sorted(TABLES)), st.floats(0, 50))
def test_a_bound_is_crossed_at_a_logarithm(piece: Logistic, part: float, op: str, wait: float) -> None:
    """A course crosses each bound on its way once, at a time of sixty digits, and no other; a handled one is not
    found again."""
    lo = piece.start + wait
    table = TABLES[op]
    first, last = piece.value(lo), limit(piece)
    assume(abs(first - last) > 1e-6 * first)
    constant = first * (last / first) ** part if last else first * exp(-12.0 * part)
    known = table[piece.side(constant, lo) + 1]
    when = piece.flip(constant, table, known, lo, inf)
    assert when is not None
    uncertain = 1e-14 * (10.0 + abs(piece.exponent)) * constant / abs(piece.look(when)[1])
    assert when == pytest.approx(met(piece, constant), abs=1e-9 + uncertain, rel=1e-12)
    assert piece.flip(constant, table, not known, when, inf) is None
    for beyond in (first + (first - last) * 0.01, last - (first - last) * 0.01):
        assert piece.flip(beyond, table, table[piece.side(beyond, lo) + 1], lo, inf) is None


def met(piece: Logistic, area: float) -> float:
    """When the area is met: exp(-g*t) is the ratio of the distances of 1/p from r/g."""
    with localcontext(prec=60):
        net, growth = Decimal(piece.net), Decimal(piece.growth)
        start, goal = (-Decimal(piece.exponent)).exp(), Decimal(piece.capacity) / Decimal(area)
        if not net:
            return piece.start + float((goal - start) / growth)
        return piece.start - float(((goal - growth / net) / (start - growth / net)).ln() / net)


def test_what_lies_behind_or_beyond_is_never_met() -> None:
    """A course meets an area on its way to where it tends to, never that itself, nor one behind or beyond."""
    rising, falling = piece_of(100.0, log(0.1), 0.2, 0.1), piece_of(100.0, log(0.9), 0.2, 0.1)
    for piece, on in ((rising, 40.0), (falling, 60.0)):
        assert piece.value(piece.meets(on)) == pytest.approx(on, rel=1e-14)
        for off in (0.0, 5.0, 50.0, 95.0, 100.0 - on):
            assert piece.meets(off) == inf
        assert piece.meets(piece.capacity * exp(piece.exponent)) in (piece.start, inf)
    assert piece_of(100.0, 0.0, 0.2, 0.2).meets(50.0) == pytest.approx(3.0 + 1.0 / 0.2)
    assert piece_of(100.0, 0.0, 0.0, 0.2).meets(50.0) == pytest.approx(3.0 + log(2.0) / 0.2)
    assert piece_of(100.0, log(0.1), 0.0, 0.0).meets(50.0) == inf


def test_an_approach_is_not_an_arrival() -> None:
    """A course never reaches what it tends to, from above or from below, however long one looks."""
    for growth, control, bound, op in ((0.5, 0.0, 8.0, ">="), (0.5, 0.25, 4.0, ">="), (0.5, 0.45, 0.8, "<="),
                                       (0.5, 0.5, 0.0, "<="), (0.5, 0.9, 0.0, "<="), (0.0, 0.4, 0.0, "<=")):
        track = Track([])
        pieces: list[Any] = [Logistic(0.0, inf, 8.0, log(0.25), growth - control, growth)]
        track.pieces[:] = pieces
        for t in (0.0, 50.0, 1000.0, 1e6):
            near = track.side(bound, t) == 0
            assert near or track.flip(bound, TABLES[op], False, t, inf) is None
            assert track.flip(bound, TABLES[op[0]], False, t, inf) is None


@settings(max_examples=200, deadline=None)
@given(logistics, st.floats(0, 200), st.floats(0.01, 100))
def test_ranges_hold_and_are_tight(piece: Logistic, wait: float, length: float) -> None:
    """Samples of both derivatives lie in the range told for a stretch, and come near its ends."""
    lo = piece.start + wait
    falls, rises, sags, bulges = piece.ranges(piece.look(lo), piece.look(lo + length))
    looks = [piece.look(lo + length * k / 2000) for k in range(2001)]
    for least, greatest, seen in ((falls, rises, [look[1] for look in looks]),
                                  (sags, bulges, [look[3] for look in looks])):
        slack = 1e-9 * (abs(least) + abs(greatest))
        assert least - slack <= min(seen)
        assert max(seen) <= greatest + slack
        assert max(seen) - min(seen) >= 0.95 * (greatest - least) - slack


@settings(max_examples=200, deadline=None)
@given(moving, st.floats(0.1, 300))
def test_derivatives_are_those_of_the_value(piece: Logistic, wait: float) -> None:
    """What `look` tells as first and second derivative is what the differential equation says, digits kept."""
    with localcontext(prec=60):
        share, _ = exact(piece, (piece.start + wait) - piece.start)
        net, growth, capacity = Decimal(piece.net), Decimal(piece.growth), Decimal(piece.capacity)
        slope = capacity * share * (net - growth * share)
        bend = slope * (net - 2 * growth * share)
    value, rate, error, curve = piece.look(piece.start + wait)
    assert abs(value - float(capacity * share)) <= error
    # Only the distance at the start from where the course tends to, known to a rounding, counts.
    slack = 1e-12 + 1e-14 * piece.pace / abs(piece.drift)
    assert rate == pytest.approx(float(slope), rel=slack)
    assert curve == pytest.approx(float(bend), rel=slack + 1e-12, abs=1e-12 * piece.pace * abs(rate))


# -- sums ------------------------------------------------------------------------------------------------


def joint(*parts: tuple[float, float, float, float], base: float = 0.0) -> Joint:
    """A sum of courses given by hosts, share infested, growth and control."""
    return Joint(0.0, inf, base, tuple(
        Logistic(0.0, inf, area, log(share), growth - control, growth) for area, share, growth, control in parts))


def test_a_sum_that_settles_on_its_bound_never_crosses_it() -> None:
    """One course rises and one falls to its limit, with gaps that cancel but for their squares: the sum stays above
    what it tends to for ever, no crossing is found however near it comes, and the search ends."""
    # At g = 0.05 both tend to half their hosts: 50*(1/(1 + a*s) + 1/(1 - a*s)) is 100 + 100*(a*s)**2 + ...
    gap = 0.2
    both = joint((100.0, 0.5 / (1.0 + gap), 0.1, 0.05), (100.0, 0.5 / (1.0 - gap), 0.1, 0.05))
    for k in (0.0, 10.0, 60.0):
        square = (gap * exp(-0.05 * k)) ** 2
        assert both.value(k) == pytest.approx(100.0 / (1.0 - square), rel=1e-13)
    for op in TABLES:
        for until in (50.0, 1e5, inf):
            assert both.flip(100.0, TABLES[op], op[0] == ">", 0.0, until) is None
            assert both.flip(99.999, TABLES[op], op[0] == ">", 0.0, until) is None
        seen = both.flip(100.001, TABLES[op], op[0] == ">", 0.0, inf)
        assert seen == pytest.approx(log(gap / (1.0 - 100.0 / 100.001) ** 0.5) / 0.05, abs=1e-9)


def test_a_sum_that_touches_does_not_cross() -> None:
    """A sum that falls to its least value and rises again crosses only bounds above it, twice."""
    dip = joint((100.0, 0.95, 0.1, 0.05), (300.0, 1e-4, 0.04, 0.0))
    times = np.linspace(0.0, 400.0, 400001)
    values = [dip.value(t) for t in times]
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


def test_a_sum_looked_at_for_ever_is_solved_as_well_as_a_near_one() -> None:
    """Where growth and control cancel, an area falls like 1/t: however late it crosses a bound, that is found."""
    slow = joint((100.0, 1.0, 0.1, 0.1), (100.0, 1e-3, 0.02, 0.0))
    early = slow.flip(40.0, TABLES["<"], False, 0.0, inf)
    assert early == pytest.approx(slow.flip(40.0, TABLES["<"], False, 0.0, 500.0), abs=1e-11)
    late = slow.flip(100.0 + 1e-6, TABLES["<"], False, 2000.0, inf)
    assert late == pytest.approx((100.0 / 1e-6 - 1.0) / 0.1, rel=1e-6)
    assert slow.flip(100.0 + 1e-6, TABLES["<"], True, late, inf) is None
    gathered = Joint(0.0, inf, 0.0, tuple(Integral(0.0, inf, 0.0, 0.01, part) for part in slow.parts))
    full = gathered.flip(1000.0, TABLES[">="], False, 0.0, inf)
    assert full is not None
    assert gathered.value(full) == pytest.approx(1000.0, rel=1e-13)


course = st.tuples(st.floats(1, 1000), st.floats(-8, 0).map(exp), st.one_of(st.just(0.0), st.floats(0.005, 0.3)),
                   st.one_of(st.just(0.0), st.floats(0.005, 0.3)))


@settings(max_examples=400, deadline=None)
@given(st.lists(course, min_size=2, max_size=6), st.floats(0, 1), st.floats(10, 500))
def test_a_sum_against_a_dense_scan(
    parts: list[tuple[float, float, float, float]], part: float, length: float
) -> None:
    """Every change of sides that 4000 samples show is found, in order, and no other."""
    total = joint(*parts)
    times = np.linspace(0.0, length, 4001)
    values = np.zeros_like(times)
    for area, share, growth, control in parts:
        grown = (growth - control) * times
        free = share * (np.expm1(grown) / (growth - control) if growth != control else times)
        values += area * share * np.exp(grown) / (1.0 + growth * free)
    constant = float(values.min() + part * (values.max() - values.min()))
    table = TABLES["<"]
    first = known = table[total.side(constant, 0.0) + 1]
    t, seen = 0.0, []
    while (when := total.flip(constant, table, known, t, length)) is not None:
        t, known = when, not known
        seen.append(when)
        assert len(seen) < 20
        near = 1e-9 * max(1.0, abs(total.look(when)[1])) + 1e-11 * constant
        assert abs(total.value(when) - constant) <= near
    told = first ^ (np.searchsorted(seen, times, side="right") % 2 == 1)
    sure = np.abs(values - constant) > 1e-8 * constant
    assert np.array_equal(told[sure], values[sure] < constant)
