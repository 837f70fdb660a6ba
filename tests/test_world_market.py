"""The market world against theory, against a stepped simulation of its rules, and against its own books."""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import Atom, agrees_with_a_scan, crossings, play

from emergency.world.market import Chain, Delivery, Good, MarketWorld, Place
from emergency.world.shape import along, no_more_than

TAU = 48.0
KNOTS = ((0.0, 2.0), (2.0, 1.3), (5.0, 1.0))


ABNORMAL = (Atom("price_rise", ">", 0.3), Atom("cover", "<=", 0.0), Atom("demand_ratio", ">=", 2.0))


def small(stock: float = 240.0, chain: Chain | None = None, **more: Any) -> MarketWorld:
    """One place, one good, 1 t/h: ten days of cover."""
    return MarketWorld([Place("a", {"g": 1.0}, {"g": stock})], [Good("g", KNOTS)], more.pop("deliveries", ()), chain,
                       anomaly=ABNORMAL, tau=TAU, **more)


def large(stock: float = 200.0, by: str = "need") -> MarketWorld:
    """Three places in a row, two goods, three deliveries, and a chain for one good."""
    places = [
        Place("a", {"g": 1.0, "h": 0.5}, {"g": stock, "h": 0.3 * stock}, ("b",), 1),
        Place("b", {"g": 0.6, "h": 0.4}, {"g": 0.4 * stock, "h": 0.2 * stock}, ("c",), 2),
        Place("c", {"g": 0.4}, {"g": 0.1 * stock}, (), 2),
    ]
    goods = [Good("g", KNOTS, 1.0, 1.0), Good("h", ((0.0, 3.0), (4.0, 1.0)), 2.0, 0.5)]
    deliveries = [Delivery("s", "a", "h", 0.4), Delivery("s", "b", "h", 0.3), Delivery("u", "b", "g", 0.2)]
    chain = Chain("g", raw=150.0, milled=40.0, mill=1.5, yields=0.7, transport=1.6, raw_in=0.5, at_mill=5.0,
                  depot=10.0, by=by)
    return MarketWorld(places, goods, deliveries, chain, anomaly=ABNORMAL, spread=0.4, tau=TAU)


# -- theory: shelves -------------------------------------------------------------------------------------


def test_constant_demand_without_supply_empties_a_shelf() -> None:
    """With demand d and no delivery, cover falls to L days after exactly S/d - L days; then nothing is sold."""
    atoms = [Atom("cover@a", "<", level) for level in (8.0, 4.0)] + [Atom("cover:g@a", "<=", 0.0)]
    assert [t for t, _, _ in crossings(small(), atoms, 0.0, 1000.0)] == pytest.approx([48, 144, 240], abs=1e-9)
    world = small()
    assert world.value("served_ratio@a", 239.0) == 1.0
    assert world.value("served_ratio@a", 240.0) == 0.0
    world.advance(250.0)
    assert world.totals()["a", "g"].short == pytest.approx(10.0)


@pytest.mark.parametrize("size", [0.1, 1.0, 4.0])
def test_panic_empties_a_shelf_by_its_integral(size: float) -> None:
    """Panic P0 costs d*P0*tau*(1 - exp(-t/tau)) on top of d*t."""
    world = small()
    assert {"panic@a", "demand_ratio@a", "demand_ratio:g@a"} <= world.news(10.0, "a", size)
    lost = 40 + size * TAU * (1 - exp(-40 / TAU))
    assert 24 * world.value("cover@a", 50.0) == pytest.approx(230 - lost, abs=1e-9)
    assert world.value("panic@a", 50.0) == pytest.approx(size * exp(-40 / TAU), rel=1e-12)
    assert world.value("demand_ratio@a", 50.0) == pytest.approx(1 + size * exp(-40 / TAU), rel=1e-12)


def test_panic_jumps_to_neighbours_once() -> None:
    """A share of a jump reaches each neighbour at that instant, and no further; news for all is not passed on."""
    world = large()
    assert {"panic@a", "panic@b"} == {name for name in world.news(0.0, "a", 1.0) if name.startswith("panic")}
    assert [world.value(f"panic@{place}", 0.0) for place in "abc"] == [1.0, 0.4, 0.0]
    world.news(0.0, "b", 0.5)
    assert [world.value(f"panic@{place}", 0.0) for place in "abc"] == pytest.approx([1.2, 0.9, 0.2])
    world.news(TAU, "*", 1.0)
    assert [world.value(f"panic@{place}", TAU) for place in "abc"] == pytest.approx(
        [1 + 1.2 / exp(1), 1 + 0.9 / exp(1), 1 + 0.2 / exp(1)])


def test_calm_that_lasts_damps_later_news_there_and_what_is_passed_on() -> None:
    """Lasting calm in a place counts for the news it hears and for the news its neighbours pass on to it."""
    world = large()
    world.calm(0.0, "b", 0.5)
    world.news(0.0, "a", 1.0)
    assert world.value("panic@b", 0.0) == pytest.approx(0.4 * 0.5)
    world.calm(0.0, "*", 0.5, lasting=False)
    world.news(0.0, "b", 1.0)
    assert [world.value(f"panic@{place}", 0.0) for place in "abc"] == pytest.approx([0.7, 0.6, 0.2])


def test_a_ration_stops_binding_at_a_logarithm() -> None:
    """A limit f binds until 1 + P = f, that is until t0 + tau*ln(P0/(f - 1))."""
    world = small()
    world.news(5.0, "a", 2.0)
    world.limit(5.0, "a", "g", 1.2)
    release = 5 + TAU * log(2.0 / 0.2)
    [(t, _, after)] = crossings(world, [Atom("served_ratio@a", "<", 1.2)], 5.0, 200.0)
    assert (t, after) == (pytest.approx(release, abs=1e-9), True)
    assert world.value("served_ratio@a", release - 1) == pytest.approx(1.2)
    assert world.value("demand_ratio@a", release - 1) > 1.2
    world.advance(release + 10)
    limited = 2.0 * TAU * (1 - exp(-(release - 5) / TAU)) - 0.2 * (release - 5)
    assert world.totals()["a", "g"].limited == pytest.approx(limited, abs=1e-9)


def test_a_ration_at_or_below_normal_demand_binds_for_ever() -> None:
    """Panic never ends, so a limit at the normal rate is never lifted by itself."""
    world = small()
    world.news(0.0, "a", 1.0)
    world.limit(0.0, "*", "*", 1.0)
    assert world.value("served_ratio@a", 200.0) == 1.0
    world.limit(210.0, "a", "g", 0.5)
    assert world.value("served_ratio@a", 210.0) == 0.5
    assert "served_ratio:g@a" in world.limit(220.0, "a", "g", None)


def test_an_empty_shelf_sells_what_comes_in_and_builds_up_when_demand_has_fallen() -> None:
    """Short while d*(1 + P) exceeds inflow r, that is until tau*ln(d*P0/(r - d)); then stock builds."""
    world = small(0.0, deliveries=[Delivery("s", "a", "g", 1.5)], panic=2.0)
    turn = TAU * log(2.0 / 0.5)
    assert world.value("served_ratio@a", turn - 1) == 1.5
    assert world.value("cover@a", turn) == 0.0
    built = 0.5 * 50 - 0.5 * TAU * (1 - exp(-50 / TAU))
    assert 24 * world.value("cover@a", turn + 50) == pytest.approx(built, abs=1e-9)
    assert crossings(world, [Atom("cover@a", "<=", 0.0)], 0.0, 900.0) == [
        (pytest.approx(turn, abs=1e-6), Atom("cover@a", "<=", 0.0), False)]


# -- theory: prices and flags ----------------------------------------------------------------------------


def test_a_bound_on_the_price_is_a_bound_on_the_cover() -> None:
    """Each price is reached exactly when cover reaches the point where the declared function has it."""
    covers = {1.0: 5.0, 1.1: 4.0, 1.3: 2.0, 1.65: 1.0}
    atoms = [Atom("price@a", ">", price) for price in covers] + [Atom("price_rise:g@a", ">", 0.2)]
    seen = {(atom.variable, atom.constant): t for t, atom, after in crossings(small(), atoms, 0.0, 999.0) if after}
    assert seen == pytest.approx(
        {**{("price@a", price): 24 * (10 - cover) for price, cover in covers.items()},
         ("price_rise:g@a", 0.2): 24 * (10 - 3)}, abs=1e-9)
    assert [small().value("price@a", t) for t in (0.0, 180.0, 240.0, 999.0)] == pytest.approx([1, 1.25, 2, 2])


def test_a_price_cap_limits_the_price_and_lifting_it_lets_it_jump() -> None:
    """The price is no higher than the cap, touches it and stays; lifted, it is what the cover makes it."""
    world = small()
    world.cap_price(1.0, "g", 1.3)
    reached = Atom("price@a", ">=", 1.3)
    assert crossings(world, [reached, Atom("price@a", ">", 1.3)], 1.0, 999.0) == [
        (pytest.approx(192.0, abs=1e-9), reached, True)]
    assert world.value("price@a", 220.0) == 1.3
    jumped = world.cap_price(220.0, "g", None)
    assert jumped == {"price@a", "price:g@a", "price_rise@a", "price_rise:g@a", "anomaly@a"}
    assert world.value("price@a", 220.0) == pytest.approx(along([(0, 2), (2, 1.3)], 20 / 24))
    assert world.cap_price(220.0, "g", 9.0) == frozenset()


def test_a_price_cap_may_make_suppliers_hold_back() -> None:
    """Under a cap deliveries are less by the share held back; what the chain brings is not."""
    world = small(deliveries=[Delivery("s", "a", "g", 1.0)])
    world.cap_price(10.0, "g", 1.5, holdback=0.25)
    world.advance(50.0)
    assert world.delivered()["s", "a", "g"] == pytest.approx(10 + 0.75 * 40)
    world.cap_price(50.0, "g", None)
    world.advance(60.0)
    assert world.delivered()["s", "a", "g"] == pytest.approx(10 + 0.75 * 40 + 10)


def test_cutting_a_function_off_keeps_it_where_it_is_lower() -> None:
    """A function cut off at a cap is the lesser of the two everywhere."""
    for cap in (0.5, 1.0, 1.2, 1.3, 1.7, 2.0, 2.5):
        for x in (0.0, 0.5, 1.0, 2.0, 3.0, 4.9, 5.0, 9.0):
            assert along(no_more_than(KNOTS, cap), x) == pytest.approx(min(cap, along(KNOTS, x)))


def test_the_worst_good_speaks_for_its_place() -> None:
    """Without a good, cover and served ratio are the least of the place, price, rise and demand the greatest."""
    world = large()
    world.news(3.0, "a", 2.0)
    for t in (3.0, 40.0, 150.0, 400.0):
        for name, worst in {"cover": min, "served_ratio": min, "price": max, "price_rise": max,
                            "demand_ratio": max}.items():
            for place, goods in {"a": "gh", "b": "gh", "c": "g"}.items():
                assert world.value(f"{name}@{place}", t) == pytest.approx(
                    worst(world.value(f"{name}:{good}@{place}", t) for good in goods))


def test_an_anomaly_is_the_sum_of_its_reasons() -> None:
    """The flag goes up with news, down as demand falls back, up as the shelf empties, each at its atom's time."""
    world = small()
    assert "anomaly@a" in world.news(0.0, "a", 3.0)
    flag = Atom("anomaly@a", ">=", 1.0)
    seen = crossings(world, [flag, Atom("demand_ratio@a", ">=", 2.0), Atom("price_rise@a", ">", 0.3)], 0.0, 999.0)
    down, up = TAU * log(3.0), next(t for t, atom, _ in seen if atom.variable == "price_rise@a")
    assert [(t, after) for t, atom, after in seen if atom == flag] == [(pytest.approx(down), False), (up, True)]
    assert [world.value("anomaly@a", t) for t in (0.0, down - 1e-6, down + 1e-6, up - 1e-6, up)] == [1, 1, 0, 0, 1]


# -- theory: the chain -----------------------------------------------------------------------------------


def test_the_mill_is_the_bottleneck() -> None:
    """With raw reserve enough, milled stock everywhere falls at exactly demand - capacity*yield."""
    world = small(chain=Chain("g", raw=5000.0, milled=60.0, mill=0.8, yields=0.7))
    world.release(0.0, "raw", tonnes=5000.0)
    world.release(0.0, "milled", rate=0.2)
    rate = (0.8 * 0.7 - 1.0) / 24
    for t in (10.0, 100.0, 299.0):
        assert world.value("milled_days", t) == pytest.approx((300 / 24) + rate * t, abs=1e-9)
        assert world.value("mill_load", t) == 1.0
    for level in (10.0, 5.0, 1.0):
        [(t, _, _)] = crossings(world, [Atom("milled_days", "<", level)], 0.0, 2000.0)
        assert t == pytest.approx((300 / 24 - level) / -rate, abs=1e-8)


def test_the_raw_reserve_lasts_as_long_as_the_mill_needs_for_it() -> None:
    """Released as fast as the mill takes it, or all at once, R tonnes last R/capacity; milling loses some."""
    chain = Chain("g", raw=100.0, mill=0.8, yields=0.7)
    world = small(chain=chain)
    world.release(0.0, "raw", rate=0.8)
    gone = Atom("reserve:raw", "<=", 0.0)
    idle = Atom("mill_load", "<", 1.0)
    assert crossings(world, [gone, idle], 0.0, 999.0) == [
        (pytest.approx(125.0, abs=1e-9), gone, True), (pytest.approx(125.0, abs=1e-9), idle, True)]
    world = small(chain=chain)
    assert world.release(0.0, "raw", tonnes=1e9) == {"reserve:raw", "at_mill", "mill_load"}
    assert crossings(world, [idle], 0.0, 999.0) == [(pytest.approx(125.0, abs=1e-9), idle, True)]
    world.advance(500.0)
    total = world.chain_total()
    assert (total.milled, total.lost, total.sent) == pytest.approx((100.0, 30.0, 70.0))


def test_a_mill_that_is_down_lets_raw_goods_wait() -> None:
    """While the mill is down what is released waits for it; then the mill runs until that is gone."""
    world = small(chain=Chain("g", raw=100.0, mill=2.0, yields=0.5))
    world.release(0.0, "raw", rate=1.0)
    assert world.value("mill_load", 5.0) == 0.5
    assert world.modify(10.0, "mill", "*", "outage", 0.0) == {"mill_load"}
    assert world.value("at_mill", 30.0) == pytest.approx(20.0)
    world.modify(30.0, "mill", "*", "outage", None)
    assert world.value("mill_load", 49.0) == 1.0
    assert world.value("mill_load", 51.0) == 0.5
    assert world.value("at_mill", 51.0) == 0.0


def test_transport_limits_what_leaves_the_depot() -> None:
    """What cannot be carried waits in the depot, and goes as soon as it can."""
    world = small(chain=Chain("g", depot=100.0, transport=0.5))
    assert world.value("depot", 50.0) == pytest.approx(75.0)
    world.modify(50.0, "transport", "*", "lorries", 1.5)
    assert world.value("depot", 90.0) == pytest.approx(75.0 - 0.75 * 40)
    world.modify(90.0, "transport", "a", "road", 0.2)
    assert world.value("depot", 190.0) == pytest.approx(45.0 - 0.2 * 100)
    assert "depot" in world.requisition(190.0, "milled", 12.0)
    assert world.value("depot", 190.0) == pytest.approx(37.0)
    world.advance(1000.0)
    assert world.balance() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("by", "shares"), [("need", (0.8, 0.48, 0.32)), ("priority", (1.0, 0.36, 0.24))])
def test_places_share_what_can_be_carried(by: str, shares: tuple[float, ...]) -> None:
    """By need in proportion to what places ask for; by priority class after class, equals by need."""
    world = large(by=by)
    world.modify(0.0, "transport", "*", "snow", 1.0)
    world.requisition(0.0, "milled", 1000.0)
    world.advance(100.0)
    got = world.delivered()
    assert [got["chain", place, "g"] / 100 for place in "abc"] == pytest.approx(shares)


def test_lasting_demand_is_ordered_from_the_chain_and_panic_is_not() -> None:
    """Places order their normal demand times its modifiers: twice the people, twice the order."""
    world = large()
    world.requisition(0.0, "milled", 1000.0)
    world.news(0.0, "*", 2.0)
    world.advance(10.0)
    assert world.delivered()["chain", "c", "g"] == pytest.approx(10 * 1.6 * 0.2)
    world.modify(10.0, "demand", "c", "guests", 2.0)
    world.advance(20.0)
    assert world.delivered()["chain", "c", "g"] == pytest.approx(10 * 1.6 * 0.2 + 10 * 1.6 * 0.8 / 2.4)


def test_modifiers_of_different_names_multiply() -> None:
    """Named factors multiply, a name replaces its own factor, None takes it away; targets may be pairs."""
    world = large()
    world.modify(0.0, "supply", "s", "outage", 0.5)
    world.modify(0.0, "supply", "h@a", "more", 3.0)
    world.modify(0.0, "supply", "s", "outage", 0.4)
    world.advance(10.0)
    got = world.delivered()
    assert (got["s", "a", "h"], got["s", "b", "h"]) == pytest.approx((0.4 * 3 * 0.4 * 10, 0.3 * 0.4 * 10))
    assert world.modify(10.0, "supply", "h@a", "more", 3.0) == frozenset()
    jumped = world.modify(10.0, "demand", "h", "heat", 2.0)
    assert jumped >= {"demand_ratio:h@a", "demand_ratio@a", "served_ratio:h@b"}
    assert world.value("demand_ratio:h@a", 10.0) == 2.0
    assert "demand_ratio:h@a" in world.modify(10.0, "demand", "*", "heat", 1.5)


# -- crossings -------------------------------------------------------------------------------------------


def test_touching_a_bound_is_not_crossing_it() -> None:
    """A shelf that falls to a bound and rises from it does not cross it, nor does its price, nor the flag."""
    world = small(deliveries=[Delivery("s", "a", "g", 2.0)])
    world.news(0.0, "a", 8.0)
    turn = TAU * log(8.0)
    least, top = world.value("cover@a", turn), world.value("price@a", turn)
    assert 0.0 < least < 5.0
    assert crossings(world, [Atom("cover@a", "<", least), Atom("price@a", "<=", top)], 0.0, 2000.0) == []
    assert len(crossings(world, [Atom("cover@a", "<", least + 1e-3)], 0.0, 300.0)) == 2
    assert len(crossings(world, [Atom("price@a", ">", top - 1e-3)], 0.0, 300.0)) == 2
    flagged = MarketWorld([Place("a", {"g": 1.0}, {"g": 240.0})], [Good("g", KNOTS)], [Delivery("s", "a", "g", 2.0)],
                          anomaly=[Atom("price_rise", ">", top - 1.0)], tau=TAU)
    flagged.news(0.0, "a", 8.0)
    assert crossings(flagged, [Atom("anomaly@a", ">=", 1.0)], 0.0, 2000.0) == []


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.7])
def test_a_change_at_a_crossing_does_not_report_it_again(factor: float) -> None:
    """After a crossing the value is the bound give or take 1e-12; a change must not bring it or its flag back."""
    world = large()
    world.news(0.0, "a", 0.4)
    atoms = {Atom("price_rise:h@a", ">", 0.3): False, Atom("anomaly@a", ">=", 1.0): False}
    found = world.next_crossing(atoms, 0.0, 1e4)
    t = found[0][0]
    assert {atom for _, atom, _ in found} == set(atoms)
    jumped = world.modify(t, "demand", "*", "noise", factor)
    assert not jumped & {atom.variable for atom in atoms}
    again = world.next_crossing(dict.fromkeys(atoms, True), t, 1e4)
    assert not again or again[0][0] > t + 1.0


def test_a_change_at_a_crossing_that_turns_it_back_undoes_it() -> None:
    """A price on its bound that falls from there never was over it, nor was its place abnormal."""
    world = large()
    price, flag = Atom("price_rise:h@a", ">", 0.3), Atom("anomaly@a", ">=", 1.0)
    [(t, _, _), _] = world.next_crossing({price: False, flag: False}, 0.0, 1e4)
    assert "anomaly@a" in world.modify(t, "demand", "h", "gone", 0.0)
    assert world.truth(flag, t) is False
    assert world.next_crossing({price: True, flag: False}, t, 1e4) == [(t, price, False)]


def test_values_are_continuous_across_internal_switches() -> None:
    """Stocks and prices do not jump when a limit stops binding, a shelf or a reserve runs out, or stock builds."""
    world = large(30.0)
    world.release(0.0, "raw", rate=1.4)
    world.release(0.0, "milled", rate=0.5)
    world.news(0.0, "b", 3.0)
    world.limit(0.0, "*", "g", 1.5)
    ends = set()
    for shelf in world._all():
        shelf.stock.index(5000.0)
        ends |= {piece.end for piece in shelf.stock.pieces if piece.end < 5000.0}
    assert len(ends) >= 8
    for name in ("cover:g@a", "cover@b", "price:h@a", "price@b", "milled_days", "depot", "reserve:raw"):
        for end in ends:
            assert world.value(name, end - 1e-9) == pytest.approx(world.value(name, end), abs=1e-7)


bounds = {"cover@a": (0, 6), "cover:h@b": (0, 6), "cover@c": (0, 3), "price@a": (1, 6), "price:g@b": (1, 2),
          "price_rise@b": (0, 1.5), "demand_ratio@a": (0.5, 3), "served_ratio@b": (0, 2), "served_ratio:g@c": (0, 2),
          "panic@b": (0, 2), "anomaly@a": (1, 1), "anomaly@b": (1, 1), "anomaly@c": (0, 1), "reserve:raw": (0, 150),
          "reserve:milled": (0, 40), "at_mill": (0, 100), "depot": (0, 100), "mill_load": (0, 1),
          "milled_days": (0, 9)}
atoms_of = st.sampled_from(sorted(bounds)).flatmap(
    lambda name: st.builds(Atom, st.just(name), st.sampled_from(["<", "<=", ">", ">="]),
                           st.floats(*bounds[name]).map(lambda x: round(x, 2))))

gaps = st.floats(0, 40)
lumps = st.floats(0, 60).map(lambda tonnes: round(tonnes, 6))  # less than a gram is no jump
factors = st.none() | st.floats(0, 2)
someplace = st.sampled_from("abc*")
operations = st.one_of(
    st.tuples(st.just("news"), someplace, st.floats(0, 3)),
    st.tuples(st.just("calm"), someplace, st.floats(0, 1), st.booleans()),
    st.tuples(st.just("modify"), st.just("supply"), st.sampled_from(["s", "u", "*", "h", "b"]), st.sampled_from("xy"),
              factors),
    st.tuples(st.just("modify"), st.just("demand"), st.sampled_from(["a", "c", "*", "g", "h@b"]),
              st.sampled_from("xy"), factors),
    st.tuples(st.just("modify"), st.sampled_from(["mill", "raw", "transport"]), st.just("*"), st.just("x"), factors),
    st.tuples(st.just("modify"), st.just("transport"), st.sampled_from("abc"), st.just("x"), factors),
    st.tuples(st.just("limit"), someplace, st.sampled_from("g*"), factors),
    st.tuples(st.just("deliver"), st.sampled_from("ab"), st.sampled_from("gh"), lumps),
    st.tuples(st.just("release"), st.sampled_from(["raw", "milled"]), st.none() | st.floats(0, 3), lumps),
    st.tuples(st.just("requisition"), st.sampled_from(["raw", "milled"]), lumps),
    st.tuples(st.just("cap_price"), st.sampled_from("gh"), st.none() | st.floats(0.8, 4), st.floats(0, 1)),
)
histories = st.lists(st.tuples(gaps, operations), max_size=12)


@settings(max_examples=400, deadline=None)
@given(histories, st.floats(5, 400), atoms_of, st.floats(1, 300))
def test_next_crossing_against_a_scan(history: list[Any], stock: float, atom: Atom, length: float) -> None:
    """Between two crossings no sample of the value contradicts the truth told; each crossing is told once."""
    world = large(stock)
    start = play(world, history)
    agrees_with_a_scan(world, atom, start, start + length)


@settings(max_examples=300, deadline=None)
@given(histories, st.floats(5, 400), st.sampled_from("abc"), st.floats(1, 400))
def test_a_flag_changes_exactly_with_its_atoms(history: list[Any], stock: float, place: str, length: float) -> None:
    """A caller who hears of the flag and of its reasons always finds it up when one of them holds, else down."""
    world = large(stock)
    reasons = [Atom(f"{one.variable}@{place}", one.op, one.constant) for one in ABNORMAL]
    flag = Atom(f"anomaly@{place}", ">=", 1.0)
    truths: dict[Atom, bool] = {}

    def hear(t: float, until: float) -> None:
        while found := world.next_crossing(truths, t, until):
            t = found[0][0]
            truths.update({atom: after for _, atom, after in found})
            assert truths[flag] is any(truths[one] for one in reasons)

    t = 0.0
    truths.update({one: world.truth(one, t) for one in (*reasons, flag)})
    for gap, (name, *args) in history:
        hear(t, t + gap)
        t += gap
        jumped = getattr(world, name)(t, *args)
        truths.update({one: world.truth(one, t) for one in truths if one.variable in jumped})
    hear(t, t + length)


@settings(max_examples=300, deadline=None)
@given(histories, st.floats(0, 400), st.floats(0, 200), st.sampled_from(["need", "priority"]))
def test_the_books_balance(history: list[Any], stock: float, rest: float, by: str) -> None:
    """No mass appears or vanishes but in the mill; what was wanted was served, limited or short; nothing negative."""
    world = large(stock, by)
    world.advance(play(world, history) + rest)
    assert world.balance() == pytest.approx(0.0, abs=1e-7)
    total = world.chain_total()
    assert total.lost == pytest.approx(0.3 * total.milled)
    assert min(total) >= 0.0
    for one in world.totals().values():
        assert one.wanted == pytest.approx(one.served + one.limited + one.short, rel=1e-9, abs=1e-9)
        assert min(one) >= -1e-9
    stocks = ("cover@a", "cover@b", "cover@c", "depot", "at_mill")
    assert min(world.value(name, world.now) for name in stocks) >= -1e-9


@settings(max_examples=300, deadline=None)
@given(histories, st.floats(0, 400), operations)
def test_a_change_names_exactly_what_jumped(history: list[Any], stock: float, last: tuple[Any, ...]) -> None:
    """A change returns each variable that jumped and none that did not."""
    world = large(stock)
    t = play(world, history) + 1.0
    names = sorted(world.variables())
    before = {name: world.value(name, t) for name in names}
    jumped = getattr(world, last[0])(t, *last[1:])
    for name in names:
        differs = abs(world.value(name, t) - before[name])
        if differs > 1e-6:
            assert name in jumped
        elif differs == 0.0:
            assert name not in jumped


@settings(max_examples=200, deadline=None)
@given(histories, st.floats(0, 400), st.lists(operations, min_size=1, max_size=5), st.floats(1, 200))
def test_changes_of_one_instant_worked_out_together_are_the_same(
    history: list[Any], stock: float, changes: list[tuple[Any, ...]], rest: float
) -> None:
    """Several changes at one instant lead to the same world whether worked out one by one or as one."""
    alone, joined = large(stock), large(stock)
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
        assert joined.value(variable, t + rest) == pytest.approx(alone.value(variable, t + rest), rel=1e-9, abs=1e-9)
    alone.advance(t + rest)
    joined.advance(t + rest)
    assert joined.balance() == pytest.approx(0.0, abs=1e-6)
    assert joined.chain_total() == pytest.approx(alone.chain_total(), rel=1e-9, abs=1e-9)
    for key, total in alone.totals().items():
        assert joined.totals()[key] == pytest.approx(total, rel=1e-9, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(histories, st.floats(0, 150), st.floats(1, 100))
def test_looking_ahead_changes_nothing(history: list[Any], stock: float, rest: float) -> None:
    """Values, totals and copies give the same floats whether or not somebody looked ahead."""
    world, curious = large(stock), large(stock)
    t = 0.0
    for gap, (name, *args) in history:
        t += gap
        curious.next_crossing({Atom("cover@a", "<", 1.0): False, Atom("anomaly@b", ">=", 1.0): False}, curious.now,
                              t + 500)
        curious.totals()
        assert getattr(curious, name)(t, *args) == getattr(world, name)(t, *args)
        curious = curious.copy()
    for one in (world, curious):
        one.advance(t + rest)
    assert world.totals() == curious.totals()
    assert world.delivered() == curious.delivered()
    assert world.chain_total() == curious.chain_total()
    assert [world.value(name, t + 2 * rest) for name in sorted(world.variables())] == [
        curious.value(name, t + 2 * rest) for name in sorted(curious.variables())]


# -- the rules again, stepped ----------------------------------------------------------------------------


def stepped(shelves: list[float], stocks: list[float], panic: float, limit: float | None, rates: tuple[float, float],
            chain: Chain, hours: float, steps: int = 20000) -> tuple[list[float], list[float]]:
    """The same rules in small steps, places of 1.0 and 0.5 t/h: shelves, and [raw, at mill, milled, depot]."""
    step = hours / steps
    shelves, (raw, at_mill, milled, depot) = shelves[:], stocks
    for k in range(steps):
        freed = min(raw, rates[0] * step)
        raw, at_mill = raw - freed, at_mill + freed + chain.raw_in * step
        taken = min(at_mill, chain.mill * step)
        at_mill, depot = at_mill - taken, depot + taken * chain.yields
        freed = min(milled, rates[1] * step)
        milled, depot = milled - freed, depot + freed
        sent = min(depot, min(chain.transport, 1.5) * step)
        depot -= sent
        wish = 1 + panic * exp(-(k + 0.5) * step / TAU)
        for i, normal in enumerate((1.0, 0.5)):
            on = shelves[i] + sent * normal / 1.5
            shelves[i] = max(0.0, on - normal * step * (wish if limit is None else min(wish, limit)))
    return shelves, [raw, at_mill, milled, depot]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 40), min_size=6, max_size=6), st.floats(0, 4), st.none() | st.floats(0, 3),
       st.floats(0, 2), st.floats(0, 2), st.floats(0, 2), st.floats(0.1, 2), st.floats(20, 150))
def test_against_a_stepped_simulation(amounts: list[float], panic: float, limit: float | None, raw_rate: float,
                                      milled_rate: float, mill: float, transport: float, hours: float) -> None:
    """Shelves and the chain's stocks agree with a simulation of the same rules in 20000 small steps."""
    raw, at_mill, milled, depot, *shelves = amounts
    chain = Chain("g", raw, milled, mill, 0.7, transport, 0.3, at_mill, depot)
    world = MarketWorld([Place("a", {"g": 1.0}, {"g": shelves[0]}), Place("b", {"g": 0.5}, {"g": shelves[1]})],
                        [Good("g", KNOTS)], chain=chain, tau=TAU, panic=panic)
    world.limit(0.0, "*", "g", limit)
    world.release(0.0, "raw", raw_rate)
    world.release(0.0, "milled", milled_rate)
    rates = (raw_rate, milled_rate)
    left, stocks = stepped(shelves, [raw, at_mill, milled, depot], panic, limit, rates, chain, hours)
    slack = 30.0 * hours / 20000
    names = ("reserve:raw", "at_mill", "reserve:milled", "depot")
    assert [world.value(name, hours) for name in names] == pytest.approx(stocks, abs=slack)
    assert [24 * world.value("cover@a", hours), 12 * world.value("cover@b", hours)] == pytest.approx(left, abs=slack)


# -- refusals --------------------------------------------------------------------------------------------


def test_what_makes_no_world_is_refused() -> None:
    """Nothing sold, unknown neighbours, rising prices, an id for two things, a chain for nothing: refused."""
    place, good = Place("a", {"g": 1.0}, {}), Good("g")
    refused: list[tuple[str, tuple[Any, ...]]] = [
        ("places", ([], [good])),
        ("abnormal", ([place], [good], [], None, "cold")),
        ("what is sold", ([Place("a", {}, {})], [good])),
        ("neighbour", ([place._replace(neighbours=("z",))], [good])),
        ("a good in", ([Place("a", {"g": 1.0, "k": 1.0}, {})], [good])),
        ("nobody wants", ([Place("a", {"g": 1.0}, {"h": 5.0})], [good, Good("h")])),
        ("knots in a row", ([place], [Good("g", ((0.0, 1.0), (1.0, 2.0)))])),
        ("twice", ([place], [good], [Delivery("g", "a", "g", 1.0)])),
        ("delivers", ([place], [good], [Delivery("s", "b", "g", 1.0)])),
        ("good of the chain", ([place], [good], [], Chain("h"))),
        ("yields", ([place], [good], [], Chain("g", yields=1.2))),
        ("mill of the chain", ([place], [good], [], Chain("g", mill=inf))),
    ]
    for words, args in refused:
        with pytest.raises(ValueError, match=words):
            MarketWorld(*args[:4], anomaly=[Atom(name, ">", 1.0) for name in args[4:]])


def test_what_makes_no_change_is_refused_and_changes_nothing() -> None:
    """Unknown targets, time running back, a chain that is not there: refused, and the world goes on."""
    world = small()
    world.advance(5.0)
    refused: list[tuple[str, tuple[Any, ...]]] = [
        ("present", ("news", 4.0, "a", 1.0)), ("a place", ("news", 6.0, "z", 1.0)),
        ("size", ("news", 6.0, "a", -1.0)), ("target", ("modify", 6.0, "supply", "nobody", "x", 1.0)),
        ("chain", ("modify", 6.0, "mill", "*", "x", 1.0)), ("chain", ("release", 6.0, "raw", 1.0)),
        ("kind", ("modify", 6.0, "weather", "*", "x", 1.0)), ("a good sold", ("limit", 6.0, "a", "h", 1.0)),
        ("lump", ("deliver", 6.0, "*", "g", 1.0)), ("cap", ("cap_price", 6.0, "g", 0.0)),
    ]
    for words, (name, *args) in refused:
        with pytest.raises(ValueError, match=words):
            getattr(world, name)(*args)
    assert world.now == 5.0
    assert world.value("cover@a", 24.0) == pytest.approx(9.0)


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_two_places_that_cross_together_flip_once_each(a: float, b: float) -> None:
    """Shelves that fill alike stop being abnormal at the same instant, up to rounding: each is told so once."""
    world = MarketWorld(
        [Place("a", {"g": a}, {}), Place("b", {"g": b}, {})],
        [Good("g", [(0, 2.5), (1.5, 1.0)], 6.0)],
        [Delivery("r", "a", "g", a * 1.3), Delivery("r", "b", "g", b * 1.3)],
        anomaly=[Atom("price_rise", ">=", 0.3)],
    )
    truths, t, flips = {Atom(f"anomaly@{p}", ">", 0.5): True for p in "ab"}, 0.0, []
    while found := world.next_crossing(truths, t, 1000.0):
        t = found[0][0]
        world.advance(t)
        for _, atom, value in found:
            truths[atom] = value
            flips.append((atom.variable, value))
    assert sorted(flips) == [("anomaly@a", False), ("anomaly@b", False)]
