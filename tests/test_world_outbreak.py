"""Outbreaks against the theory of logistic growth under control, stepped and sampled runs, and drawn chance."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf, log, log1p
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import kstest
from worlds import Atom, agrees_with_a_scan, crossings, play

from emergency.world.outbreak import OutbreakWorld, Place


def small(**more: Any) -> OutbreakWorld:
    """One place of 1000 units, 10 of them infested, growing at 0.02/h."""
    return OutbreakWorld([Place("a", 1000.0, 0.02, **{"infested": 10.0, **more})])


def large() -> OutbreakWorld:
    """Four places of different size and pace: two infested, one slow and without a least area, one still free."""
    return OutbreakWorld([
        Place("a", 1000.0, 0.02, 0.004, 1.0, 40.0),
        Place("b", 400.0, 0.05, 0.02, 2.0, 150.0),
        Place("c", 2500.0, 0.01, 0.001, 0.0, 300.0),
        Place("d", 800.0, 0.03, 0.0, 4.0),
    ])


def under(area: float, hosts: float, growth: float, control: float, hours: float) -> float:
    """The infested area some hours later: 1/I is linear, and tends to r/(K*(r - c))."""
    net = growth - control
    return 1.0 / ((1.0 / area - growth / (net * hosts)) * exp(-net * hours) + growth / (net * hosts))


def falls_in(area: float, bound: float, hosts: float, growth: float, control: float) -> float:
    """Hours in which an area falls to a bound: quadrature of dI/(c*I - r*I*(1 - I/K))."""
    return quad(lambda x: 1.0 / (control - growth * (1.0 - exp(x) / hosts)), log(bound), log(area), epsrel=1e-12)[0]


# -- theory ----------------------------------------------------------------------------------------------


def test_a_small_outbreak_doubles_in_ln2_over_r() -> None:
    """While I is far below K, it doubles in ln 2/r; exactly, the odds I/(K - I) do."""
    world = OutbreakWorld([Place("a", 1e9, 0.02, infested=1.0)])
    double = log(2) / 0.02
    assert [world.value("infested", k * double) for k in range(5)] == pytest.approx([1, 2, 4, 8, 16], rel=1e-7)
    near = small()
    odds = [near.value("infested", t) / (1000 - near.value("infested", t)) for t in (50.0, 50.0 + double)]
    assert odds[1] / odds[0] == pytest.approx(2.0, rel=1e-12)


def test_growth_is_symmetric_about_half_the_hosts() -> None:
    """Growth is fastest at K/2, at r*K/4, and as far below before as above after."""
    world = small()
    [(half, _, _)] = crossings(world, [Atom("infested", ">=", 500.0)], 0.0, 1e4)
    assert half == pytest.approx(log(99) / 0.02, abs=1e-9)
    for gap in (1.0, 40.0, 150.0):
        assert world.value("infested", half - gap) + world.value("infested", half + gap) == pytest.approx(1000)
    rates = [(world.value("infested", t + 0.01) - world.value("infested", t - 0.01)) / 0.02
             for t in (half - 5, half, half + 5)]
    assert rates[1] == pytest.approx(0.02 * 1000 / 4, rel=1e-6)
    assert rates[1] > max(rates[0], rates[2])


def test_growth_that_control_cancels_still_falls_by_crowding() -> None:
    """With c = r only -r*I**2/K is left, and I falls like K/(r*t); a little more control, and it decays."""
    world = small()
    world.control(0.0, "a", "felling", 0.005, crews=3)
    world.control(0.0, "a", "spraying", 0.005)
    for t in (1.0, 1e3, 1e9):
        assert world.value("infested@a", t) == pytest.approx(10.0 / (1.0 + 0.02 * 10.0 * t / 1000.0), rel=1e-12)
    atoms = [Atom("infested@a", "<", 1.0), Atom("clear", ">", 0.5)]
    [(t, atom, _)] = crossings(world, atoms, 0.0, inf)
    assert (t, atom) == (pytest.approx((1000.0 - 100.0) / 0.02, abs=1e-9, rel=1e-13), atoms[0])
    world.control(10.0, "a", "spraying", 0.008)
    before = 10.0 / (1.0 + 0.02 * 10.0 * 10.0 / 1000.0)
    assert world.value("infested@a", 60.0) == pytest.approx(under(before, 1000.0, 0.02, 0.023, 50.0), rel=1e-12)


@pytest.mark.parametrize("controls", [(0.1, 0.2), (0.2, 0.1), (0.3,), (0.1, 0.1, 0.1), (0.3 * (1 - 1e-15),)])
def test_rounding_does_not_decide_the_course(controls: tuple[float, ...]) -> None:
    """Growth and controls that cancel but for rounding (0.3 - 0.1 - 0.2 < 0) are as good as those that cancel."""
    assert 0.3 - 0.1 - 0.2 < 0.0
    world = OutbreakWorld([Place("a", 10.0, 0.3, 0.01, 1.0, 5.0)])
    for k, rate in enumerate(controls):
        world.control(0.0, "a", f"x{k}", rate)
    assert world.value("infested", 10.0) == pytest.approx(1.0 / (1.0 / 5.0 + 0.3 * 10.0 / 10.0), rel=1e-13)
    assert world.value("mortality", 10.0) == pytest.approx(0.01 * log1p(0.3 * 5.0 * 10.0 / 10.0) / 0.3, rel=1e-13)
    [(end, _, _)] = crossings(world, [Atom("clear", ">", 0.5)], 0.0, inf)
    assert end == pytest.approx((10.0 / 1.0 - 10.0 / 5.0) / 0.3, abs=1e-9)


@pytest.mark.parametrize("start", [10.0, 250.0, 350.0, 1000.0])
def test_control_below_growth_holds_a_place_at_its_balance(start: float) -> None:
    """With c < r the area tends to K*(1 - c/r), from below and from above, and never gets there."""
    world = small(infested=start, least=1.0)
    world.control(0.0, "a", "felling", 0.007, crews=2)
    for t in (1.0, 100.0, 700.0):
        assert world.value("infested", t) == pytest.approx(under(start, 1000.0, 0.02, 0.014, t), rel=1e-12)
    assert world.value("infested", 1e5) == pytest.approx(300.0, rel=1e-12)
    near = 300.0 + (1e-3 if start > 300.0 else -1e-3)
    op = "<" if start > 300.0 else ">"
    atoms = [Atom("infested", op, near), Atom("infested", op, 300.0), Atom("clear", ">", 0.5)]
    seen = crossings(world, atoms, 0.0, inf)
    assert [atom.constant for _, atom, _ in seen] == [near]
    met = log((1.0 / start - 1.0 / 300.0) / (1.0 / near - 1.0 / 300.0)) / 0.006
    assert seen[0][0] == pytest.approx(met, abs=1e-8)


def test_a_place_at_its_balance_stays_until_something_changes() -> None:
    """An area come to K*(1 - c/r) stays exactly as it is, whatever else is changed; less control, and it grows."""
    world = small(infested=290.0)
    world.control(0.0, "a", "felling", 0.014)
    for t in (1e4, 1e5, 1e6):
        assert world.modify(t, "a", "cold", 1.0) == frozenset()
        assert world.value("infested", t) == pytest.approx(300.0, rel=1e-13)
        assert len({world.value("infested", t + rest) for rest in (0.0, 1.0, 30.0, 400.0, 1e5)}) == 1
        assert crossings(world, [Atom("infested", ">", 300.001), Atom("infested", "<", 299.999)], t, inf) == []
    world.control(1e6, "a", "felling", 0.004)
    assert world.value("infested", 1e6 + 50.0) == pytest.approx(under(300.0, 1000.0, 0.02, 0.004, 50.0), rel=1e-9)


def test_a_place_gone_over_falls_at_once_under_control() -> None:
    """At I = K nothing grows, so control works at its full rate: dI/dt = -c*K; without it nothing moves."""
    world = small(infested=1000.0, least=1.0)
    assert world.value("infested", 1e6) == 1000.0
    world.control(100.0, "a", "felling", 0.01, crews=5)
    assert world.value("infested", 100.0 + 1e-3) == pytest.approx(1000.0 * (1.0 - 0.05 * 1e-3), rel=1e-8)
    assert world.value("infested", 110.0) == pytest.approx(under(1000.0, 1000.0, 0.02, 0.05, 10.0), rel=1e-12)
    seen = crossings(world, [Atom("infested", "<", 500.0), Atom("clear", ">", 0.5)], 100.0, 1e5)
    assert [t for t, _, _ in seen] == pytest.approx(
        [100.0 + falls_in(1000.0, bound, 1000.0, 0.02, 0.05) for bound in (500.0, 1.0)], abs=1e-9)


def test_more_crews_clear_a_place_sooner_wherever_it_stands() -> None:
    """Each crew more brings the end nearer, in a place gone over as in one hardly infested."""
    for start in (10.0, 500.0, 1000.0):
        ends = []
        for crews in (3, 4, 5, 8):
            world = small(infested=start, least=1.0)
            world.control(0.0, "a", "felling", 0.01, crews=crews)
            [(end, _, _)] = crossings(world, [Atom("clear", ">", 0.5)], 0.0, inf)
            ends.append(end)
        assert all(later > sooner + 1.0 for later, sooner in pairwise(ends))


@settings(max_examples=150, deadline=None)
@given(st.floats(0.01, 1.0), st.floats(0.001, 0.5), st.floats(0.0, 0.2), st.floats(0.0, 0.2))
def test_a_place_is_clear_when_theory_says(part: float, least: float, growth: float, control: float) -> None:
    """Where K*(1 - c/r) is above the least area a place is never clear, else after the integral of dI/(dI/dt)."""
    hosts, floor = 700.0, 700.0 * part * least
    world = OutbreakWorld([Place("a", hosts, growth, least=floor, infested=hosts * part)])
    world.control(0.0, "a", "felling", control)
    balance = hosts * (1.0 - control / growth) if control < growth else 0.0
    assume(abs(balance - floor) > 1e-6 * floor and control + growth > 1e-6)
    seen = crossings(world, [Atom("clear@a", ">", 0.5)], 0.0, inf)
    if balance > floor or control == 0.0:
        assert seen == []
    else:
        [(end, _, _)] = seen
        assert end == pytest.approx(falls_in(hosts * part, floor, hosts, growth, control), rel=1e-9)


def test_an_outbreak_that_shrinks_ends_at_an_exact_time() -> None:
    """Under control above growth a place is clear when it is down to its least; all its variables flip together."""
    world = small(least=2.0)
    world.control(5.0, "a", "felling", 0.06)
    start = world.value("infested", 5.0)
    atoms = [Atom("clear@a", ">", 0.5), Atom("clear", ">=", 1.0), Atom("infested_places", "<", 1.0),
             Atom("infested", "<=", 0.0), Atom("infested@a", "<", 1.0), Atom("infested@a", "<", 3.0)]
    seen = crossings(world, atoms, 5.0, 1e5)
    assert [(t, atom) for t, atom, _ in seen[:1]] == [
        (pytest.approx(5.0 + falls_in(start, 3.0, 1000.0, 0.02, 0.06), abs=1e-9), atoms[-1])]
    assert {atom for _, atom, _ in seen[1:]} == set(atoms[:-1])
    assert {t for t, _, _ in seen[1:]} == {seen[1][0]}
    assert seen[1][0] == pytest.approx(5.0 + falls_in(start, 2.0, 1000.0, 0.02, 0.06), abs=1e-9)
    assert world.value("infested", seen[1][0]) == 0.0
    world.control(seen[1][0], "a", "felling", None)
    assert (world.value("infested", 1e4), world.value("clear@a", 1e4)) == (0.0, 1.0)


def test_a_caller_that_wakes_a_hair_early_finds_the_place_clear() -> None:
    """A change within rounding before the end does not bring back what was told to be gone."""
    world = small(least=2.0)
    world.control(0.0, "a", "felling", 0.06)
    [(end, _, _)] = crossings(world, [Atom("clear", ">", 0.5)], 0.0, 1e5)
    assert {"infested", "infested@a", "clear", "clear@a"} <= world.control(end - 1e-12, "a", "felling", None)
    assert world.value("infested", end + 1e4) == 0.0


def test_what_is_below_the_least_area_lives_where_it_can_reach_it() -> None:
    """The least area ends what would stay below it: a smaller seed grows, and dies at once where it would not."""
    world = small(infested=0.0, least=2.0)
    assert world.value("clear", 0.0) == 1.0
    assert world.seed(1.0, "a", 0.5) == {"infested", "infested@a", "infested_places", "clear", "clear@a"}
    assert world.value("infested", 101.0) > 3.0
    assert world.modify(2.0, "a", "cold", 0.0) == frozenset()
    assert world.value("infested", 1e5) == world.value("infested", 2.0)
    assert {"clear", "infested_places"} <= world.control(3.0, "a", "felling", 0.01)
    assert world.seed(4.0, "a", 1.9) == frozenset()
    assert world.value("clear", 4.0) == 1.0
    assert "clear" in world.seed(5.0, "a", 2.1)


def test_no_outbreak_lasts_where_the_balance_is_below_the_least_area() -> None:
    """Where K*(1 - c/r) is below the least area, what is above comes down to it and a seed below it is lost."""
    for control, lasts in ((0.0199, True), (0.01999, False)):
        world = small(infested=0.0, least=2.0)  # the balances are 5 and 0.5
        world.control(0.0, "a", "felling", control)
        world.seed(1.0, "a", 0.1)
        assert world.value("clear", 1.0) == float(not lasts)
        world.seed(2.0, "a", 20.0)
        assert (crossings(world, [Atom("clear", ">", 0.5)], 2.0, inf) == []) is lasts


def test_the_dead_still_carry_what_infests_them() -> None:
    """Dying takes nothing off the infested area nor off its hosts: the course is the same however fast they die."""
    deadly, mild = small(kill=0.1), small()
    for world in (deadly, mild):
        world.control(50.0, "a", "felling", 0.01)
    assert deadly.value("mortality", 400.0) == 1.0
    assert [deadly.value("infested", t) for t in (60.0, 200.0, 400.0)] == [
        mild.value("infested", t) for t in (60.0, 200.0, 400.0)]


def test_mortality_is_the_integral_of_what_is_infested() -> None:
    """dM/dt = m*I/K: M = m/r*ln((1 + e^(u0 + rt))/(1 + e^u0)), and 1 once all hosts are dead."""
    world = small(kill=0.004)
    odds = 10 / 990
    died = 0.004 / 0.02 * log((1 + odds * exp(0.02 * 300)) / (1 + odds))
    assert world.value("mortality", 300.0) == pytest.approx(died, rel=1e-12)
    full = log(((1 + odds) * exp(0.02 / 0.004) - 1) / odds) / 0.02
    seen = crossings(world, [Atom("mortality@a", ">=", 1.0), Atom("mortality", ">=", 0.25),
                             Atom("mortality", "<", 1.0), Atom("mortality", ">", 1.0)], 0.0, 1e5)
    assert [(t, atom.constant) for t, atom, _ in seen] == [
        (pytest.approx(log(((1 + odds) * exp(0.02 * 0.25 / 0.004) - 1) / odds) / 0.02, abs=1e-9), 0.25),
        (pytest.approx(full, abs=1e-9), 1.0), (pytest.approx(full, abs=1e-9), 1.0)]
    assert world.value("mortality", 1e6) == pytest.approx(1.0, abs=1e-15)


def test_totals_weigh_by_area() -> None:
    """`infested` is a sum, `mortality` a mean by area, `infested_places` a count; `clear` is all of them."""
    world = large()
    t = 70.0
    parts = [world.value(f"infested@{p}", t) for p in "abcd"]
    assert world.value("infested", t) == pytest.approx(sum(parts), rel=1e-14)
    dead = [world.value(f"mortality@{p}", t) for p in "abcd"]
    assert world.value("mortality", t) == pytest.approx(np.dot(dead, [1000, 400, 2500, 800]) / 4700, rel=1e-13)
    assert world.value("infested_places", t) == 3
    assert [world.value(f"clear@{p}", t) for p in "abcd"] == [0, 0, 0, 1]
    for p in "abc":
        jumped = world.clear(t, p)
        assert {"infested", "infested_places", f"infested@{p}", f"clear@{p}"} <= jumped
        assert ("clear" in jumped) is (p == "c")
    assert world.value("clear", t) == 1.0


def test_treatment_of_a_place_gone_over_lasts_only_under_control() -> None:
    """Without control what a treatment leaves grows back to all hosts; with it, it goes on falling."""
    world = OutbreakWorld([Place("a", 100.0, 0.1, infested=100.0)])
    assert world.treat(10.0, "a", 0.25) == {"infested", "infested@a"}
    assert world.value("infested", 15.0) == pytest.approx(100.0 / (1.0 + exp(-0.1 * 5.0) / 3.0), rel=1e-12)
    world.control(10.0, "a", "felling", 0.3)
    assert world.value("infested", 15.0) == pytest.approx(under(75.0, 100.0, 0.1, 0.3, 5.0), rel=1e-12)


# -- chance ----------------------------------------------------------------------------------------------


def gathered(world: OutbreakWorld, place: str, rate: float, lo: float, hi: float) -> float:
    """The integrated hazard by quadrature."""
    return quad(lambda t: rate * world.value(f"infested@{place}", t), lo, hi, epsrel=1e-12, limit=500)[0]


def test_a_hazard_comes_about_when_its_integral_is_the_threshold() -> None:
    """The time told is that at which quadrature of rate*I reaches the threshold; asking does not use it up."""
    world = small()
    world.hazard(10.0, "seen", "a", 1e-4, 2.5, "detection")
    found = world.next_hazard(1e4)
    assert found is not None
    assert found[1] == "seen"
    assert gathered(world, "a", 1e-4, 10.0, found[0]) == pytest.approx(2.5, rel=1e-10)
    assert world.next_hazard(found[0] - 1e-6) is None
    assert world.next_hazard(found[0]) == found
    world.advance(found[0])
    assert world.next_hazard(1e4) == found
    world.rehazard(found[0], "seen", 1.0)
    later = world.next_hazard(1e4)
    assert later is not None
    assert gathered(world, "a", 1e-4, found[0], later[0]) == pytest.approx(1.0, rel=1e-10)
    world.unhazard("seen")
    assert world.next_hazard(inf) is None


def test_thresholds_survive_changes_of_rates() -> None:
    """What a hazard has consumed stays consumed through control, treatment, survey, quarantine and clearing."""
    world = small(least=0.5)
    world.hazard(0.0, "seen", "a", 1e-4, 4.0, "detection")
    world.hazard(0.0, "away", "a", 1e-4, 4.0, "jump")
    used = dict.fromkeys(("seen", "away"), 0.0)
    scale = dict.fromkeys(("seen", "away"), 1.0)
    changes = [("control", "a", "felling", 0.03), ("survey", "a", 5.0), ("treat", "a", 0.5), ("survey", "*", 0.5),
               ("quarantine", "a", 0.2), ("control", "a", "felling", None), ("modify", "*", "heat", 1.5),
               ("quarantine", "a", None), ("clear", "a"), ("seed", "a", 30.0)]
    t = 0.0
    for name, *args in changes:
        for one in used:
            used[one] += scale[one] * gathered(world, "a", 1e-4, t, t + 25.0)
        t += 25.0
        getattr(world, name)(t, *args)
        if name in ("survey", "quarantine"):
            one, factor = ("seen" if name == "survey" else "away"), args[1]
            scale[one] = 2.5 if args == ["*", 0.5] else 1.0 if factor is None else factor
    due = {}
    while found := world.next_hazard(inf):
        due[found[1]] = found[0]
        world.unhazard(found[1])
    for one, when in due.items():
        assert used[one] < 4.0
        assert used[one] + scale[one] * gathered(world, "a", 1e-4, t, when) == pytest.approx(4.0, rel=1e-9)
    assert len(due) == 2


def test_what_has_come_about_stays_due_until_it_is_answered() -> None:
    """A change at, or after, the very time does not undo a hazard; two at one time are told one after another."""
    world = small()
    world.hazard(0.0, "one", "a", 1e-3, 1.0, "jump")
    world.hazard(0.0, "two", "a", 1e-3, 1.0, "jump")
    found = world.next_hazard(inf)
    assert found is not None
    t, name = found
    assert name == "one"
    world.quarantine(t - 1e-12, "a", 0.0)
    world.clear(t, "a")
    assert world.next_hazard(inf) == (t, "one")
    world.unhazard("one")
    assert world.next_hazard(inf) == (t, "two")
    world.rehazard(t, "two", 1.0)
    assert world.next_hazard(inf) is None
    world.quarantine(t, "a", 1.0)
    world.seed(t + 5.0, "a", 10.0)
    assert world.next_hazard(inf) is not None


def test_what_dies_out_first_is_never_found() -> None:
    """A hazard whose place is clear before the threshold waits: nothing is added to it until a new seed."""
    world = small(least=1.0)
    world.control(0.0, "a", "felling", 0.05)
    end = falls_in(10.0, 1.0, 1000.0, 0.02, 0.05)
    used = gathered(world, "a", 1e-2, 0.0, end)
    whole = 1e-2 * 1000 / 0.02 * log1p(0.02 * 0.01 / 0.03)
    threshold = 0.5 * (used + whole)  # less than would be gathered if the last bit decayed for ever
    world.hazard(0.0, "seen", "a", 1e-2, threshold, "detection")
    assert world.next_hazard(inf) is None
    world.control(end + 500.0, "a", "felling", None)
    world.seed(end + 500.0, "a", 5.0)
    found = world.next_hazard(inf)
    assert found is not None
    rest = gathered(world, "a", 1e-2, end + 500.0, found[0])
    assert used + rest == pytest.approx(threshold, rel=1e-9)
    assert rest > 0.0


def test_a_new_threshold_starts_afresh_and_a_new_rate_does_not() -> None:
    """`rehazard` with a threshold forgets what was consumed, with a rate it keeps that."""
    world = small()
    for name in ("fresh", "faster"):
        world.hazard(0.0, name, "a", 1e-4, 3.0, "detection")
    world.survey(40.0, "a", 2.0)
    world.rehazard(50.0, "fresh", 2.0)
    world.rehazard(60.0, "faster", rate=5e-4)
    plain = small()  # the course is the same without all that
    due = {}
    while found := world.next_hazard(inf):
        due[found[1]] = found[0]
        world.unhazard(found[1])
    assert 2 * gathered(plain, "a", 1e-4, 50.0, due["fresh"]) == pytest.approx(2.0, rel=1e-9)
    kept = gathered(plain, "a", 1e-4, 0.0, 40.0) + 2 * gathered(plain, "a", 1e-4, 40.0, 60.0)
    assert kept + 2 * gathered(plain, "a", 5e-4, 60.0, due["faster"]) == pytest.approx(3.0, rel=1e-9)


def test_drawn_thresholds_give_the_distribution_of_detection() -> None:
    """With unit exponentials the times follow 1 - exp(-integral of the hazard), through a change of effort and
    of growth, and as many are never found as die out first."""
    draws = np.random.default_rng(20230614).exponential(size=1500)
    world = OutbreakWorld([Place("a", 1000.0, 0.02, least=1.0, infested=10.0)])
    for k, threshold in enumerate(draws):
        world.hazard(0.0, f"h{k}", "a", 2e-4, float(threshold), "detection")
    times = []

    def gather(until: float) -> None:
        while found := world.next_hazard(until):
            times.append(found[0])
            world.unhazard(found[1])

    gather(60.0)
    world.survey(60.0, "a", 3.0)
    gather(100.0)
    world.control(100.0, "a", "felling", 0.09)
    gather(inf)
    start = OutbreakWorld([Place("a", 1000.0, 0.02, infested=10.0)])
    at = start.value("infested", 100.0)
    end = 100.0 + falls_in(at, 1.0, 1000.0, 0.02, 0.09)
    grid = np.linspace(0.0, end, 200001)
    area = np.where(grid < 100.0, 1000 / (1 + 99 * np.exp(-0.02 * np.minimum(grid, 100.0))),
                    1 / ((1 / at + 2e-5 / 0.07) * np.exp(0.07 * (np.maximum(grid, 100.0) - 100.0)) - 2e-5 / 0.07))
    hazard = 2e-4 * area * np.where(grid < 60.0, 1.0, 3.0)
    summed = np.concatenate([[0.0], np.cumsum(0.5 * (hazard[1:] + hazard[:-1]) * np.diff(grid))])
    chance = 1.0 - np.exp(-summed)
    assert times == sorted(times)
    assert max(times) < end
    assert len(times) / len(draws) == pytest.approx(chance[-1], abs=0.02)
    found = kstest(times, lambda t: np.interp(t, grid, chance) / chance[-1])
    assert found.statistic < 1.36 / len(times) ** 0.5
    assert 0.2 < chance[-1] < 0.98


# -- changes ---------------------------------------------------------------------------------------------


def test_modifiers_of_different_names_multiply() -> None:
    """Named factors multiply, on one place and on all; a name replaces its own factor, and None takes it away."""
    world = OutbreakWorld([Place("a", 1e12, 0.02, infested=10.0)])  # far from crowded

    def rate(t: float) -> float:
        return log(world.value("infested", t + 1.0) / world.value("infested", t))

    assert world.modify(1.0, "a", "cold", 0.5) == frozenset()
    assert rate(1.0) == pytest.approx(0.01)
    world.modify(2.0, "*", "wet", 3.0)
    assert rate(2.0) == pytest.approx(0.03)
    world.modify(3.0, "a", "cold", 0.8)
    assert rate(3.0) == pytest.approx(0.048)
    world.modify(4.0, "*", "wet", None)
    assert world.control(4.0, "a", "felling", 0.001, crews=4.0) == frozenset()
    assert rate(4.0) == pytest.approx(0.012)
    world.control(5.0, "a", "felling", 0.001, crews=10.0)
    assert rate(5.0) == pytest.approx(0.006)
    world.control(6.0, "a", "felling", None)
    assert rate(6.0) == pytest.approx(0.016)


def test_findings_are_flags_of_the_caller() -> None:
    """`found` sets the flag of one place, `unfound` ends it; only these are steady."""
    world = large()
    assert world.found(3.0, "b") == {"new-finding@b"}
    assert world.found(4.0, "b") == frozenset()
    assert [world.value(f"new-finding@{p}", 5.0) for p in "abcd"] == [0, 1, 0, 0]
    world.gather(6.0)
    world.unfound(6.0, "b")
    world.found(6.0, "c")
    world.found(6.0, "a")
    assert world.unfound(6.0, "a") == frozenset()
    assert world.resolve() == {"new-finding@b", "new-finding@c"}
    assert {name for name in world.variables() if world.steady(name)} == {f"new-finding@{p}" for p in "abcd"}


def test_seeding_and_treating_move_the_area_by_as_much() -> None:
    """A seed adds its area, at most to all hosts; a treatment takes its part of what is there."""
    world = small()
    world.seed(0.0, "a", 5.0)
    assert world.value("infested", 0.0) == pytest.approx(15.0)
    world.treat(0.0, "a", 0.2)
    assert world.value("infested", 0.0) == pytest.approx(12.0)
    world.seed(0.0, "a", 1e6)
    assert world.value("infested", 0.0) == 1000.0
    assert world.clear(0.0, "a") == {"infested", "infested@a", "infested_places", "clear", "clear@a"}
    assert world.clear(0.0, "a") == frozenset()
    assert world.treat(0.0, "a", 0.5) == frozenset()


# -- crossings -------------------------------------------------------------------------------------------


bounds = {"infested": (0, 2500), "infested@a": (0, 1000), "infested@b": (0, 400), "infested_places": (0, 4),
          "mortality": (0, 1), "mortality@a": (0, 1), "mortality@b": (0, 1), "clear": (1, 1), "clear@b": (1, 1)}
atoms_of = st.sampled_from(["infested", *sorted(bounds)]).flatmap(
    lambda name: st.builds(Atom, st.just(name), st.sampled_from(["<", "<=", ">", ">="]),
                           st.floats(*bounds[name]).map(lambda x: round(x, 2))))
places = st.sampled_from("abcd")
operations = st.one_of(
    st.tuples(st.just("seed"), places, st.floats(0, 300)),
    st.tuples(st.just("treat"), places, st.floats(0, 1)),
    st.tuples(st.just("clear"), places),
    st.tuples(st.just("modify"), places | st.just("*"), st.sampled_from("xy"), st.none() | st.floats(0, 3)),
    st.tuples(st.just("control"), places, st.sampled_from("xy"), st.none() | st.floats(0, 0.1), st.floats(0, 2)),
    st.tuples(st.just("control"), places, st.sampled_from("xy"), st.floats(0, 0.1)),
    st.tuples(st.just("quarantine"), places | st.just("*"), st.none() | st.floats(0, 1)),
    st.tuples(st.just("survey"), places | st.just("*"), st.none() | st.floats(0, 5)),
    st.tuples(st.just("found"), places),
    st.tuples(st.just("unfound"), places),
)
histories = st.lists(st.tuples(st.floats(0, 60), operations), max_size=12)


@settings(max_examples=400, deadline=None)
@given(histories, atoms_of, st.floats(1, 600))
def test_next_crossing_against_a_scan(history: list[Any], atom: Atom, length: float) -> None:
    """Between two crossings no sample of the value contradicts the truth told; each crossing is told once."""
    world = large()
    start = play(world, history)
    agrees_with_a_scan(world, atom, start, start + length)


@settings(max_examples=100, deadline=None)
@given(histories, st.floats(10, 1500))
def test_a_change_at_a_crossing_does_not_report_it_again(history: list[Any], bound: float) -> None:
    """After a crossing the value is the bound give or take rounding; a change then must not bring it back."""
    atom = Atom("infested", "<", bound)
    world = large()
    start = play(world, history)
    found = world.next_crossing({atom: world.truth(atom, start)}, start, start + 1e4)
    assume(found and found[0][0] > start)
    t, _, after = found[0]
    near = world.value("infested", t)
    assume(abs(near - bound) < 1e-6)  # not a crossing by extinction
    assert "infested" not in world.modify(t, "*", "unused", 1.0)  # a change that turns nothing round
    again = world.next_crossing({atom: after}, t, 1e5)
    assert not again or again[0][0] > t + 1e-6


def test_starting_on_the_bound() -> None:
    """An area of exactly the bound, growing: > becomes true at once, >= is true and stays true."""
    strict, loose = Atom("infested", ">", 10.0), Atom("infested@a", ">=", 10.0)
    world = small()
    assert (world.truth(strict, 0.0), world.truth(loose, 0.0)) == (False, True)
    assert world.next_crossing({strict: False, loose: True}, 0.0, 100.0) == [(0.0, strict, True)]
    world.control(0.0, "a", "felling", 0.1)
    assert world.next_crossing({strict: False, loose: True}, 0.0, 100.0) == [(0.0, loose, False)]


def test_what_happens_at_one_time_is_told_as_one() -> None:
    """Places alike but for their size cross their shares together, though rounding puts their times apart."""
    world = OutbreakWorld([Place(f"p{k}", 70.3 * k, 0.013, infested=0.9 * k) for k in range(1, 8)])
    for level in (0.11, 0.37, 0.74):
        atoms = {Atom(f"infested@p{k}", ">", level * 70.3 * k): False for k in range(1, 8)}
        assert len(world.next_crossing(atoms, 0.0, 5000.0)) == 7


@settings(max_examples=300, deadline=None)
@given(histories, operations)
def test_a_change_names_exactly_what_jumped(history: list[Any], last: tuple[Any, ...]) -> None:
    """A change returns each variable that jumped and none that did not."""
    world = large()
    t = play(world, history) + 1.0
    names = sorted(world.variables())
    before = {name: world.value(name, t) for name in names}
    jumped = getattr(world, last[0])(t, *last[1:])
    for name in names:
        differs = abs(world.value(name, t) - before[name])
        if differs > 1e-6:
            assert name in jumped
        elif differs <= 1e-13 * abs(before[name]):
            assert name not in jumped


# -- the rules again, stepped ----------------------------------------------------------------------------


both = st.sampled_from("ac")
names = st.sampled_from("xy")
steps = st.one_of(
    st.tuples(st.just("treat"), both, st.floats(0, 0.9)),
    st.tuples(st.just("modify"), both | st.just("*"), names, st.floats(0, 3)),
    st.tuples(st.just("control"), both, names, st.floats(0, 0.05), st.integers(0, 3)),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(5, 60), steps), max_size=5))
def test_against_a_stepped_simulation(history: list[tuple[float, tuple[Any, ...]]]) -> None:
    """Areas and deaths agree with the differential equations, solved in small steps of Runge and Kutta."""
    spec = {"a": (1000.0, 0.02, 0.004, 40.0), "c": (2500.0, 0.01, 0.001, 300.0)}
    world = OutbreakWorld([Place(p, *rest[:3], infested=rest[3]) for p, rest in spec.items()])
    factors: dict[tuple[str, str], float] = {}
    controls: dict[tuple[str, str], float] = {}
    state = {p: [start, 0.0] for p, (*_, start) in spec.items()}

    def step(p: str, hours: float) -> None:
        area, growth, kill, _ = spec[p]
        for (target, _), factor in factors.items():
            growth *= factor if target in (p, "*") else 1.0
        control = sum(rate for (target, _), rate in controls.items() if target == p)

        def slope(x: float) -> float:
            return growth * x * (1 - x / area) - control * x

        h = hours / 500
        for _ in range(500):
            x, dead = state[p]
            k1 = slope(x)
            k2 = slope(x + h * k1 / 2)
            k3 = slope(x + h * k2 / 2)
            k4 = slope(x + h * k3)
            after = x + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6
            middle = (x + after) / 2 + h * (k1 - slope(after)) / 8
            state[p] = [after, min(1.0, dead + kill * h * (x + 4 * middle + after) / 6 / area)]

    t = 0.0
    for gap, (name, target, *args) in [*history, (50.0, ("modify", "*", "z", 1.0))]:
        for p in spec:
            step(p, gap)
        t += gap
        getattr(world, name)(t, target, *args)
        if name == "modify":
            factors[target, args[0]] = args[1]
        elif name == "control":
            controls[target, args[0]] = args[1] * args[2]
        else:
            state[target][0] *= 1 - args[0]
    for p, (area, died) in state.items():
        assert world.value(f"infested@{p}", t) == pytest.approx(area, rel=1e-8, abs=1e-8)
        assert world.value(f"mortality@{p}", t) == pytest.approx(died, rel=1e-8, abs=1e-8)


@settings(max_examples=200, deadline=None)
@given(histories, st.floats(0, 2000))
def test_mortality_only_rises_and_never_above_one(history: list[Any], rest: float) -> None:
    """Whatever is done, the dead stay dead and are at most all; areas stay between nothing and all hosts."""
    world = large()
    last: dict[str, float] = {}
    t = 0.0
    for gap, (name, *args) in [*history, (rest, ("found", "a"))]:
        t += gap
        for variable in sorted(world.variables()):
            now = world.value(variable, t)
            if variable.startswith("mortality"):
                assert last.get(variable, 0.0) * (1 - 1e-14) <= now <= 1.0 + 1e-14
                last[variable] = now
        getattr(world, name)(t, *args)
        for place, area in zip("abcd", (1000, 400, 2500, 800), strict=True):
            infested = world.value(f"infested@{place}", t)
            assert 0.0 <= infested <= area
            # Without a least area what decays may underflow, but is never told to be gone.
            assert world.value(f"clear@{place}", t) == float(infested == 0.0) or (place == "c" and infested == 0.0)
        assert world.value("infested_places", t) == 4 - sum(world.value(f"clear@{p}", t) for p in "abcd")
        assert world.value("clear", t) == float(world.value("infested_places", t) == 0)


# -- batches and copies ----------------------------------------------------------------------------------


def with_hazards(world: OutbreakWorld) -> OutbreakWorld:
    """Two hazards in each place."""
    for k, place in enumerate("abcd"):
        world.hazard(0.0, f"away-{place}", place, 1e-5 * (k + 1), 0.7, "jump")
        world.hazard(0.0, f"seen-{place}", place, 2e-5, 1.3 - 0.2 * k, "detection")
    return world


def hazards(world: OutbreakWorld) -> list[tuple[float, str]]:
    """All that is due, in order; takes the hazards away."""
    found = []
    while one := world.next_hazard(inf):
        found.append(one)
        world.unhazard(one[1])
    return found


@settings(max_examples=200, deadline=None)
@given(histories, st.lists(operations, min_size=1, max_size=5), st.floats(1, 200))
def test_changes_of_one_instant_worked_out_together_are_the_same(
    history: list[Any], changes: list[tuple[Any, ...]], rest: float
) -> None:
    """Several changes at one instant lead to the same world whether worked out one by one or as one."""
    alone, joined = with_hazards(large()), with_hazards(large())
    t = play(alone, history)
    play(joined, history)
    jumped: set[str] = set()
    for name, *args in changes:
        jumped |= getattr(alone, name)(t, *args)
    joined.gather(t)
    own = [getattr(joined, name)(t, *args) for name, *args in changes]
    seen = joined.resolve()
    assert not any(own)
    assert seen <= jumped
    for variable in sorted(alone.variables()):
        assert joined.value(variable, t + rest) == alone.value(variable, t + rest)
    assert hazards(joined) == hazards(alone)


@settings(max_examples=100, deadline=None)
@given(histories, st.floats(1, 100))
def test_looking_ahead_changes_nothing(history: list[Any], rest: float) -> None:
    """Values, hazards and copies give the same floats whether or not somebody looked ahead."""
    world, curious = with_hazards(large()), with_hazards(large())
    t = 0.0
    for gap, (name, *args) in history:
        t += gap
        curious.next_crossing({Atom("infested", "<", 700.0): False}, curious.now, t + 500)
        curious.next_hazard(inf)
        assert getattr(curious, name)(t, *args) == getattr(world, name)(t, *args)
        twin = curious.copy()
        curious.clear(t, "a")
        curious.rehazard(t, "seen-c", 9.0)
        curious = twin
    for one in (world, curious):
        one.advance(t + rest)
    names = sorted(world.variables())
    assert [world.value(n, t + 2 * rest) for n in names] == [curious.value(n, t + 2 * rest) for n in names]
    assert hazards(world) == hazards(curious)


def test_what_makes_no_world_is_refused() -> None:
    """No place, one id twice, areas and rates out of bounds, time running back: refused with a reason."""
    with pytest.raises(ValueError, match="places"):
        OutbreakWorld([])
    with pytest.raises(ValueError, match="twice"):
        OutbreakWorld([Place("a", 1.0, 0.1), Place("a", 2.0, 0.1)])
    for place, words in ((Place("*", 1.0, 0.1), "id"), (Place("a", 0.0, 0.1), "area"),
                         (Place("a", 1.0, -0.1), "growth"), (Place("a", 1.0, 0.1, -1.0), "dying"),
                         (Place("a", 1.0, 0.1, 0.0, 1.0), "least"), (Place("a", 1.0, 0.1, infested=2.0), "infested")):
        with pytest.raises(ValueError, match=words):
            OutbreakWorld([place])
    world = small()
    world.hazard(0.0, "h", "a", 0.1, 1.0, "jump")
    world.advance(5.0)
    refused: list[tuple[str, tuple[Any, ...], str]] = [
        ("seed", (4.0, "a", 1.0), "present"), ("seed", (6.0, "nowhere", 1.0), "place"),
        ("control", (6.0, "*", "x", 1.0), "place"), ("control", (6.0, "a", "x", -1.0), "control"),
        ("modify", (6.0, "a", "x", -1.0), "factor"), ("treat", (6.0, "a", 1.5), "part"),
        ("seed", (6.0, "a", -1.0), "area"), ("hazard", (6.0, "h", "a", 0.1, 1.0, "jump"), "second"),
        ("hazard", (6.0, "g", "a", 0.1, 1.0, "flood"), "kind"),
        ("hazard", (6.0, "g", "a", 0.1, -1.0, "jump"), "threshold"),
        ("rehazard", (6.0, "h", -1.0), "threshold"), ("survey", (6.0, "a", -1.0), "detection"),
    ]
    for name, args, words in refused:
        with pytest.raises(ValueError, match=words):
            getattr(world, name)(*args)
    assert world.value("infested", 6.0) == small().value("infested", 6.0)
