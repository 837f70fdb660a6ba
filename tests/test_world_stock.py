"""The stock world against theory, against a stepped simulation of its rules, and against its own books."""

from __future__ import annotations

from math import exp, log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import Atom, agrees_with_a_scan, crossings, play

from emergency.world import Customer, Source, StockWorld, Store

TAU = 48.0


def small(**more: Any) -> StockWorld:
    """One product, 240 t, two customers of 1 t/h together: ten days of cover."""
    customers = [Customer("a", {"p": 0.6}, 1.0, 1), Customer("b", {"p": 0.4}, 1.0, 2)]
    return StockWorld({"p": 240.0}, more.pop("customers", customers), tau=TAU, **more)


def large(stock: float = 300.0) -> StockWorld:
    """Two products, four customers in three classes, three sources, two stores."""
    customers = [
        Customer("a", {"p": 1.0, "q": 0.5}, 0.0, 1),
        Customer("b", {"p": 0.7}, 1.0, 2),
        Customer("c", {"p": 0.5, "q": 1.5}, 2.0, 2),
        Customer("d", {"p": 1.2, "q": 0.3}, 0.5, 3),
    ]
    sources = [Source("s", "p", 2.0), Source("u", "q", 1.5), Source("v", "p", 0.5)]
    stores = [Store("north", {"p": 0.5, "q": 0.2}), Store("south", {"p": 0.3})]
    return StockWorld({"p": stock, "q": 0.7 * stock}, customers, sources, stores, tau=TAU)


# -- theory ----------------------------------------------------------------------------------------------


def test_constant_demand_without_supply() -> None:
    """With demand d and no delivery, cover falls to L days after exactly S0/d - L days."""
    atoms = [Atom("stock_days", "<", level) for level in (10.0, 8.0, 6.0, 4.0)]
    seen = crossings(small(), atoms, 0.0, 1000.0)
    assert [atom.constant for _, atom, _ in seen] == [10, 8, 6, 4]
    assert [t for t, _, _ in seen] == pytest.approx([0, 48, 96, 144], abs=1e-9)
    assert all(after for _, _, after in seen)


@pytest.mark.parametrize("size", [0.1, 1.0, 4.0])
def test_panic_empties_a_stock_by_its_integral(size: float) -> None:
    """Panic P0 costs d*P0*tau*(1 - exp(-t/tau)) on top of d*t."""
    world = small()
    assert "panic" in world.news(10.0, size)
    t = 50.0
    lost = (t - 10) + size * TAU * (1 - exp(-(t - 10) / TAU))
    assert world.value("stock", t) == pytest.approx(240 - 10 - lost, abs=1e-9)
    assert world.value("panic", t) == pytest.approx(size * exp(-40 / TAU), rel=1e-12)
    world.advance(t)
    assert sum(total.wanted for total in world.totals().values()) == pytest.approx(10 + lost, abs=1e-9)


def test_a_cap_stops_binding_at_a_logarithm() -> None:
    """A limit f binds until 1 + w*P = f, that is until t0 + tau*ln(w*P0/(f - 1))."""
    world = small(customers=[Customer("a", {"p": 1.0}, 0.5)])
    world.news(5.0, 2.0)
    world.limit(5.0, "a", 1.2)
    release = 5 + TAU * log(0.5 * 2.0 / 0.2)
    [(t, _, after)] = crossings(world, [Atom("served_ratio", "<", 1.2)], 5.0, 500.0)
    assert (t, after) == (pytest.approx(release, abs=1e-9), True)
    assert world.value("served_ratio", release - 1) == pytest.approx(1.2)
    assert world.value("served_ratio", release + 10) == pytest.approx(1 + 0.2 * exp(-10 / TAU))
    world.advance(release + 10)
    total = world.totals()["a", "p"]
    limited = 1.0 * TAU * (1 - exp(-(release - 5) / TAU)) - 0.2 * (release - 5)
    assert total.limited == pytest.approx(limited, abs=1e-9)


def test_a_cap_at_or_below_normal_demand_binds_for_ever() -> None:
    """Panic never ends, so a limit at the normal rate is never lifted by itself."""
    world = small()
    world.news(0.0, 1.0)
    world.limit(0.0, "a", 1.0)
    world.limit(0.0, "b", 0.5)
    assert world.value("served_ratio", 200.0) == pytest.approx(0.6 + 0.2)
    world.limit(50.0, "a", None)
    assert world.value("served_ratio", 50.0) == pytest.approx(0.6 * (1 + exp(-50 / TAU)) + 0.2)


def test_an_empty_stock_is_shared_by_priority() -> None:
    """What comes in goes to class 1 first; equal customers share in proportion to allowed demand."""
    customers = [Customer("first", {"p": 1.0}, 1.0, 1), Customer("x", {"p": 3.0}, 1.0, 2),
                 Customer("y", {"p": 1.0}, 1.0, 2), Customer("last", {"p": 1.0}, 1.0, 3)]
    world = StockWorld({"p": 0.0}, customers, [Source("s", "p", 2.0)], tau=TAU)
    world.advance(10.0)
    served = {customer: total.served for (customer, _), total in world.totals().items()}
    assert served == pytest.approx({"first": 10.0, "x": 7.5, "y": 2.5, "last": 0.0})
    assert world.value("short:p", 10.0) == 1.0
    assert world.value("served_ratio", 10.0) == pytest.approx(2.0 / 6.0)
    assert world.totals()["last", "p"].short == pytest.approx(10.0)


def test_decaying_demand_moves_the_marginal_class_and_refills_the_stock() -> None:
    """Inflow above normal demand: short until 1 + P = inflow/d, and stock builds from that logarithm on."""
    world = StockWorld({"p": 0.0}, [Customer("a", {"p": 1.0}, 1.0, 1), Customer("b", {"p": 1.0}, 1.0, 2)],
                       [Source("s", "p", 2.2)], tau=TAU)
    assert world.value("short:p", 0.0) == 0.0
    assert {"short:p", "panic", "served_ratio"} <= world.news(0.0, 3.0)
    first, whole = TAU * log(3.0 / 1.2), TAU * log(3.0 / 0.1)
    assert crossings(world, [Atom("short:p", "<", 1.0)], 0.0, 900.0) == [
        (pytest.approx(whole, abs=1e-9), Atom("short:p", "<", 1.0), True)]
    world.advance(first)
    assert world.totals()["b", "p"].served == pytest.approx(0.0, abs=1e-9)
    assert world.totals()["a", "p"].served == pytest.approx(2.2 * first, abs=1e-9)
    world.advance(whole)
    a = (whole - first) + TAU * 3.0 * (exp(-first / TAU) - exp(-whole / TAU))
    assert world.totals()["a", "p"].served == pytest.approx(2.2 * first + a, abs=1e-9)
    assert world.value("stock", whole) == pytest.approx(0.0, abs=1e-12)
    later = 50.0
    built = 0.2 * later - 0.2 * TAU * (1 - exp(-later / TAU))
    assert world.value("stock", whole + later) == pytest.approx(built, abs=1e-9)


def test_nothing_in_and_nothing_left_sells_nothing() -> None:
    """Without stock and inflow no sales are made and all allowed demand is short."""
    world = small()
    assert crossings(world, [Atom("short:p", ">=", 1.0), Atom("stock", "<=", 0.0), Atom("stock", "<", 0.0)],
                     0.0, 1e4) == [(pytest.approx(240.0), Atom("short:p", ">=", 1.0), True),
                                   (pytest.approx(240.0), Atom("stock", "<=", 0.0), True)]
    world.advance(250.0)
    assert world.value("served_ratio", 250.0) == 0.0
    assert sum(total.short for total in world.totals().values()) == pytest.approx(10.0)


@pytest.mark.parametrize("panic", [0.0, 1e-14])
def test_supply_that_equals_demand_is_no_shortage(panic: float) -> None:
    """An empty stock with inflow equal to demand, up to rounding, stays empty, and everybody is served."""
    customers = [Customer(c, {"p": 0.1}) for c in "abc"]
    world = StockWorld({"p": 0.0}, customers, [Source("s", "p", 0.3)], tau=TAU, panic=panic)
    assert [world.value(name, 1e5) for name in ("stock", "short:p", "stock_days_rate")] == [0.0, 0.0, 0.0]
    assert crossings(world, [Atom("stock", "<=", 0.0), Atom("served_ratio", "<", 1.0)], 0.0, 1e6) == []


# -- operations ------------------------------------------------------------------------------------------


def test_lock_takes_the_share_among_open_stores_and_unlock_returns_it() -> None:
    """A lock takes share/(1 - shares locked already) of what is accessible; unlocking brings it back."""
    world = large(300.0)
    stock = world.value("stock:p", 10.0)
    jumped = world.lock(10.0, "north")
    assert {"stock", "stock:p", "stock:q", "stock_days", "stock_days_scarcest"} <= jumped
    assert not {"inbound_ratio", "panic", "served_ratio", "stock_days_rate", "short:p"} & jumped
    assert world.value("stock:p", 10.0) == pytest.approx(stock / 2)
    world.lock(10.0, "south")
    assert world.value("stock:p", 10.0) == pytest.approx(stock * 0.2)
    assert world.lock(11.0, "south") == frozenset()
    world.unlock(10.0 + 1.0, "north")
    world.unlock(11.0, "south")
    assert world.value("stock:p", 11.0) == pytest.approx(large(300.0).value("stock:p", 11.0))
    assert world.unlock(12.0, "south") == frozenset()
    assert world.balance() == pytest.approx(0.0, abs=1e-9)


def test_modifiers_of_different_names_multiply() -> None:
    """Named factors multiply, a name replaces its own factor, and None takes it away."""
    world = small(sources=[Source("s", "p", 1.0)])
    jumped = world.modify(1, "source", "s", "outage", 0.4)
    assert jumped == {"inbound_ratio", "inbound_ratio:p", "stock_days_rate"}
    world.modify(2, "source", "*", "allocation", 1.25)
    assert world.value("inbound_ratio", 2) == pytest.approx(0.5)
    world.modify(3, "source", "s", "outage", 0.8)
    assert world.value("inbound_ratio:p", 3) == pytest.approx(1.0)
    world.modify(4, "source", "s", "outage", None)
    assert world.value("inbound_ratio", 4) == pytest.approx(1.25)
    jumped = world.modify(5, "demand", "a", "noise", 1.5)
    assert jumped == {"served_ratio", "served_ratio:p", "stock_days_rate"}
    world.modify(5, "demand", "p", "noise", 2.0)
    assert world.value("served_ratio", 5) == pytest.approx(2 * (0.6 * 1.5 + 0.4))
    assert world.modify(6, "demand", "p", "noise", 2.0) == frozenset()


def test_calm_that_lasts_damps_later_news() -> None:
    """Calm multiplies panic; when it lasts, news that comes later counts by the same factor."""
    world = small(panic=1.0)
    world.calm(0.0, 0.5, lasting=False)
    world.news(0.0, 1.0)
    assert world.value("panic", 0.0) == pytest.approx(1.5)
    world.calm(0.0, 0.4)
    world.news(0.0, 1.0)
    assert world.value("panic", 0.0) == pytest.approx(0.6 + 0.4)


def test_the_rate_of_cover_is_its_derivative() -> None:
    """stock_days_rate is d(stock_days)/dt in days per day, and -1 at normal demand without supply."""
    world = small()
    assert world.value("stock_days_rate", 3.0) == pytest.approx(-1.0)
    world.news(4.0, 2.0)
    slope = (world.value("stock_days", 30.01) - world.value("stock_days", 29.99)) / (0.02 / 24)
    assert world.value("stock_days_rate", 30.0) == pytest.approx(slope, rel=1e-6)


def test_the_scarcest_product_decides() -> None:
    """stock_days_scarcest is the least cover, and flips with the product that is the scarcest then."""
    world = StockWorld({"p": 240.0, "q": 480.0}, [Customer("a", {"p": 1.0, "q": 1.0}, 0.0)],
                       [Source("s", "p", 0.5)])
    world.modify(0.0, "demand", "q", "run", 3.0)
    atoms = [Atom("stock_days_scarcest", "<", 9.0), Atom("stock_days_scarcest", "<", 3.0),
             Atom("stock_days:p", "<", 9.0), Atom("stock_days:q", "<", 3.0)]
    seen = {atom: t for t, atom, _ in crossings(world, atoms, 0.0, 150.0)}
    assert [seen[atom] for atom in atoms] == pytest.approx([48.0, 136.0, 48.0, 136.0], abs=1e-9)
    assert "stock_days_scarcest" not in world.deliver(50.0, "q", 10.0)
    assert "stock_days_scarcest" in world.deliver(50.0, "p", 1.0)


# -- crossings -------------------------------------------------------------------------------------------


def test_touching_a_bound_is_not_crossing_it() -> None:
    """A stock that falls to a bound and rises from it, as supply overtakes demand there, does not cross."""
    world = small(sources=[Source("s", "p", 2.0)])
    world.news(0.0, 3.0)
    turn = TAU * log(3.0)
    least = world.value("stock", turn)
    assert crossings(world, [Atom("stock", "<", least), Atom("stock", ">=", least)], 0.0, 2000.0) == []
    assert len(crossings(world, [Atom("stock", "<", least + 1e-3)], 0.0, 200.0)) == 2
    assert crossings(world, [Atom("stock", "<", least - 1e-3)], 0.0, 2000.0) == []


@pytest.mark.parametrize("factor", [0.3, 1.0, 1.7])
def test_a_change_at_a_crossing_does_not_report_it_again(factor: float) -> None:
    """After a crossing the value is the bound give or take 1e-12; a change then must not bring it back."""
    atom = Atom("stock_days", "<", 7.3)
    world = large()
    world.news(0.0, 1.1)
    [(t, _, after)] = world.next_crossing({atom: False}, 0.0, 1e4)
    assert atom.variable not in world.modify(t, "demand", "*", "noise", factor)
    again = world.next_crossing({atom: after}, t, 1e4)
    assert not again or again[0][0] > t + 1.0


def test_what_happens_at_one_time_is_told_as_one() -> None:
    """Products alike but for a factor cross together, though rounding puts their times apart."""
    customers = [Customer(c, {f"p{k}": 0.1 * k for k in range(1, 8)}, 0.3) for c in "abc"]
    world = StockWorld({f"p{k}": 43.7 * k for k in range(1, 8)}, customers, tau=TAU, panic=0.7)
    for level in (1.1, 2.3, 3.7, 4.4):
        atoms = {Atom(f"stock_days:p{k}", "<", level): False for k in range(1, 8)}
        assert len(world.next_crossing(atoms, 0.0, 500.0)) == 7


def test_starting_on_the_bound() -> None:
    """A stock of exactly the bound, falling: < becomes true at once, <= is true and stays true."""
    world = small()
    strict, loose = Atom("stock_days", "<", 10.0), Atom("stock_days", "<=", 10.0)
    assert (world.truth(strict, 0.0), world.truth(loose, 0.0)) == (False, True)
    assert world.next_crossing({strict: False, loose: True}, 0.0, 100.0) == [(0.0, strict, True)]
    rising = small(sources=[Source("s", "p", 3.0)])
    assert rising.next_crossing({strict: False, loose: True}, 0.0, 100.0) == [(0.0, loose, False)]


def test_values_are_continuous_across_internal_switches() -> None:
    """Stock and cover do not jump when a cap stops binding, a stock runs out, or stock builds again."""
    world = large(30.0)
    world.modify(0.0, "source", "*", "more", 1.8)
    world.news(0.0, 3.0)
    world.limit(0.0, "b", 1.5)
    world.limit(0.0, "c", 2.0)
    ends = set()
    for flow in world._flows.values():
        flow.stock.index(5000.0)
        ends |= {piece.end for piece in flow.stock.pieces if piece.end < 5000.0}
    assert len(ends) >= 5
    for name in ("stock", "stock:p", "stock_days:q", "stock_days_scarcest"):
        for end in ends:
            assert world.value(name, end - 1e-9) == pytest.approx(world.value(name, end), abs=1e-7)


bounds = {"stock": (0, 400), "stock:p": (0, 250), "stock_days": (0, 6), "stock_days_scarcest": (0, 6),
          "stock_days_rate": (-3, 1), "served_ratio": (0.2, 2), "served_ratio:q": (0.2, 2), "panic": (0, 2),
          "short:p": (1, 1), "short:q": (1, 1), "inbound_ratio": (0, 1.5)}
atoms_of = st.sampled_from(sorted(bounds)).flatmap(
    lambda name: st.builds(Atom, st.just(name), st.sampled_from(["<", "<=", ">", ">="]),
                           st.floats(*bounds[name]).map(lambda x: round(x, 2))))

gaps = st.floats(0, 40)
operations = st.one_of(
    st.tuples(st.just("news"), st.floats(0, 3)),
    st.tuples(st.just("calm"), st.floats(0, 1), st.booleans()),
    st.tuples(st.just("modify"), st.just("source"), st.sampled_from(["s", "u", "v", "*", "p"]),
              st.sampled_from("xy"), st.none() | st.floats(0, 2)),
    st.tuples(st.just("modify"), st.just("demand"), st.sampled_from(["a", "c", "d", "*", "q"]),
              st.sampled_from("xy"), st.none() | st.floats(0, 2)),
    st.tuples(st.just("limit"), st.sampled_from("abcd"), st.none() | st.floats(0, 2)),
    st.tuples(st.just("deliver"), st.sampled_from("pq"), st.floats(0, 100).map(lambda tonnes: round(tonnes, 9))),
    st.tuples(st.just("lock"), st.sampled_from(["north", "south"])),
    st.tuples(st.just("unlock"), st.sampled_from(["north", "south"])),
)
histories = st.lists(st.tuples(gaps, operations), max_size=12)


@settings(max_examples=300, deadline=None)
@given(histories, st.floats(5, 400), atoms_of, st.floats(1, 300))
def test_next_crossing_against_a_scan(history: list[Any], stock: float, atom: Atom, length: float) -> None:
    """Between two crossings no sample of the value contradicts the truth told; each crossing is told once."""
    world = large(stock)
    start = play(world, history)
    agrees_with_a_scan(world, atom, start, start + length)


@settings(max_examples=300, deadline=None)
@given(histories, st.floats(0, 400), st.floats(0, 200))
def test_the_books_balance(history: list[Any], stock: float, rest: float) -> None:
    """No mass appears or vanishes; all that was wanted was served, limited or short; nothing is negative."""
    world = large(stock)
    world.advance(play(world, history) + rest)
    assert world.balance() == pytest.approx(0.0, abs=1e-7)
    for total in world.totals().values():
        assert total.wanted == pytest.approx(total.served + total.limited + total.short, rel=1e-9, abs=1e-9)
        assert min(total) >= -1e-9
    assert min(world.value(f"stock:{product}", world.now) for product in "pq") >= -1e-9


@settings(max_examples=200, deadline=None)
@given(histories, st.floats(0, 400), operations)
def test_a_change_names_exactly_what_jumped(history: list[Any], stock: float, last: tuple[Any, ...]) -> None:
    """A change returns each variable that jumped and none that did not (sums: one whose parts jumped)."""
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
            assert name not in jumped or name in ("stock", "stock_days", "served_ratio", "stock_days_rate")


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
    assert seen.union(*own) <= jumped
    for variable in sorted(alone.variables()):
        assert joined.value(variable, t + rest) == pytest.approx(alone.value(variable, t + rest), rel=1e-9, abs=1e-9)
    alone.advance(t + rest)
    joined.advance(t + rest)
    assert joined.balance() == pytest.approx(0.0, abs=1e-6)
    for key, total in alone.totals().items():
        assert joined.totals()[key] == pytest.approx(total, rel=1e-9, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(histories, st.floats(0, 150), st.floats(1, 100))
def test_looking_ahead_changes_nothing(history: list[Any], stock: float, rest: float) -> None:
    """Values, totals and copies give the same floats whether or not somebody looked ahead."""
    world, curious = large(stock), large(stock)
    t = 0.0
    for gap, (name, *args) in history:
        t += gap
        curious.next_crossing({Atom("stock", "<", 1.0): False}, curious.now, t + 500)
        curious.totals()
        assert getattr(curious, name)(t, *args) == getattr(world, name)(t, *args)
        curious = curious.copy()
    for one in (world, curious):
        one.advance(t + rest)
    assert world.totals() == curious.totals()
    assert world.delivered() == curious.delivered()
    assert [world.value(name, t + 2 * rest) for name in sorted(world.variables())] == [
        curious.value(name, t + 2 * rest) for name in sorted(curious.variables())]


# -- the rules again, stepped ----------------------------------------------------------------------------


Buyer = tuple[float, float, int, float | None]


def stepped(stock: float, panic: float, inflow: float, customers: list[Buyer], hours: float,
            steps: int = 20000) -> tuple[float, list[float]]:
    """The same rules in small steps: (rate, weight, priority, limit) per customer -> stock and served."""
    step = hours / steps
    served = [0.0] * len(customers)
    for k in range(steps):
        scare = panic * exp(-(k + 0.5) * step / TAU)
        allowed = [rate * min(1 + weight * scare, 9e9 if limit is None else limit)
                   for rate, weight, _, limit in customers]
        left = inflow * step + stock
        for priority in (1, 2, 3):
            group = [i for i, one in enumerate(customers) if one[2] == priority]
            want = sum(allowed[i] for i in group) * step
            share = min(1.0, left / want) if want else 0.0
            for i in group:
                served[i] += share * allowed[i] * step
            left -= share * want
        stock = left
    return stock, served


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 60), st.floats(0, 4), st.floats(0, 6), st.floats(20, 200),
       st.lists(st.tuples(st.floats(0.1, 2), st.floats(0, 2), st.integers(1, 3), st.none() | st.floats(0, 3)),
                min_size=1, max_size=5))
def test_against_a_stepped_simulation(stock: float, panic: float, inflow: float, hours: float,
                                      customers: list[Buyer]) -> None:
    """Stock left and amounts served agree with a simulation of the same rules in 20000 small steps."""
    buyers = [Customer(f"c{i}", {"p": one[0]}, one[1], one[2]) for i, one in enumerate(customers)]
    world = StockWorld({"p": stock}, buyers, [Source("s", "p", inflow)], tau=TAU, panic=panic)
    for i, one in enumerate(customers):
        world.limit(0.0, f"c{i}", one[3])
    world.advance(hours)
    left, served = stepped(stock, panic, inflow, customers, hours)
    slack = 30.0 * hours / 20000
    assert world.value("stock", hours) == pytest.approx(left, abs=slack)
    totals = world.totals()
    assert [totals[one.id, "p"].served for one in buyers] == pytest.approx(served, abs=slack)


@pytest.mark.parametrize("weight", [1.0, 1.0 + 1e-13, 1.0 + 1e-7])
@pytest.mark.parametrize("panic", [0.0, 1e-12, 1e-6, 1.0])
def test_sharing_is_exact_near_its_degenerate_cases(panic: float, weight: float) -> None:
    """Equal weights, or hardly any panic, leave the partial fractions no room to cancel."""
    world = StockWorld({"p": 0.0}, [Customer("a", {"p": 1.0}, 1.0), Customer("b", {"p": 3.0}, weight)],
                       [Source("s", "p", 2.0)], tau=TAU, panic=panic)
    world.advance(100.0)
    served = {customer: total.served for (customer, _), total in world.totals().items()}
    assert served == pytest.approx({"a": 50.0, "b": 150.0}, rel=1e-7 if weight > 1 + 1e-9 else 1e-12)


def test_what_makes_no_world_is_refused() -> None:
    """No demand, a share above the whole, one id for two things, time running back: refused with a reason."""
    with pytest.raises(ValueError, match="normal demand"):
        StockWorld({"p": 1.0}, [])
    with pytest.raises(ValueError, match="shares"):
        small(stores=[Store("x", {"p": 0.7}), Store("y", {"p": 0.7})])
    with pytest.raises(ValueError, match="twice"):
        small(sources=[Source("a", "p", 1.0)])
    world = small()
    world.advance(5.0)
    with pytest.raises(ValueError, match="present"):
        world.news(4.0, 1.0)
    with pytest.raises(ValueError, match="source"):
        world.modify(6.0, "source", "nowhere", "x", 1.0)
