"""The agenda against the plain scan of all atoms, and what it looks at again."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency.world import (
    Chain,
    Customer,
    Delivery,
    Good,
    MarketPlace,
    MarketWorld,
    Named,
    Series,
    SeriesWorld,
    Source,
    StockWorld,
    Worlds,
)
from emergency.world.curve import TABLES, Curve, flat
from emergency.world.shape import Bound, Flag, Shaped, along, where
from emergency.world.track import Line, Track

KNOTS = ((0.0, 2.0), (2.0, 1.3), (5.0, 1.0))


class Atom(NamedTuple):
    """The shape of a guard's atom."""

    variable: str
    op: str
    constant: float


def several(stock: float) -> Worlds:
    """A market of two places with a mill, a world of stocks, and a series."""
    places = [MarketPlace("a", {"g": 1.0, "h": 0.5}, {"g": stock, "h": 0.4 * stock}, ("b",)),
              MarketPlace("b", {"g": 0.6}, {"g": 0.5 * stock})]
    market = MarketWorld(places, [Good("g", KNOTS), Good("h", ((0.0, 3.0), (4.0, 1.0)), 2.0)],
                         [Delivery("s", "a", "h", 0.4), Delivery("s", "b", "g", 0.5)],
                         Chain("g", 80.0, 20.0, 1.0, 0.8, 1.4, 0.3), spread=0.3, tau=48.0,
                         anomaly=[Atom("price_rise", ">", 0.3), Atom("demand_ratio", ">=", 2.0)])
    stocks = StockWorld({"p": 2 * stock, "q": stock}, [Customer("c", {"p": 2.0, "q": 1.0})],
                        [Source("s", "p", 1.9), Source("s", "q", 0.8)], tau=60.0)
    return Worlds([Named("m", market), stocks, SeriesWorld([Series("cold", [(0.0, 5.0), (90.0, -5.0)], "linear")])])


def change(worlds: Worlds, t: float, name: str, *args: Any) -> set[str]:
    """Make one change of one of the worlds; what jumped."""
    market, stocks, series = worlds.worlds
    which: dict[str, Any] = {"m": market.world, "s": stocks, "x": series}  # type: ignore[attr-defined]
    jumped = getattr(which[name[0]], name[2:])(t, *args)
    return {f"m:{variable}" for variable in jumped} if name[0] == "m" else set(jumped)


atoms_of = st.sampled_from(
    [("m:cover@a", 6), ("m:cover:h@a", 6), ("m:cover:g@b", 4), ("m:price_rise@a", 1.5), ("m:price:g@b", 2),
     ("m:demand_ratio@a", 3), ("m:served_ratio@b", 2), ("m:panic@b", 2), ("m:anomaly@a", 1), ("m:anomaly@b", 1),
     ("m:milled_days", 9), ("m:mill_load", 1), ("stock_days", 12), ("stock_days_scarcest", 9), ("short:q", 1),
     ("inbound_ratio", 1), ("cold", 4)]
).flatmap(lambda one: st.builds(Atom, st.just(one[0]), st.sampled_from(["<", "<=", ">", ">="]),
                                st.floats(0, one[1]).map(lambda x: round(x, 2))))
factors = st.none() | st.floats(0, 2)
changes = st.one_of(
    st.tuples(st.just("m.news"), st.sampled_from("ab*"), st.floats(0, 3)),
    st.tuples(st.just("m.modify"), st.sampled_from(["supply", "demand"]), st.sampled_from("abgh*"), st.just("x"),
              factors),
    st.tuples(st.just("m.modify"), st.just("mill"), st.just("*"), st.just("x"), factors),
    st.tuples(st.just("m.limit"), st.sampled_from("ab*"), st.just("g"), factors),
    st.tuples(st.just("m.deliver"), st.sampled_from("ab"), st.just("g"), st.floats(0, 50)),
    st.tuples(st.just("m.cap_price"), st.sampled_from("gh"), st.none() | st.floats(0.8, 4)),
    st.tuples(st.just("s.news"), st.floats(0, 2)),
    st.tuples(st.just("s.modify"), st.sampled_from(["source", "demand"]), st.sampled_from("pq*"), st.just("x"),
              factors),
    st.tuples(st.just("x.set"), st.just("cold"), st.floats(-5, 5)),
)
histories = st.lists(st.tuples(st.floats(0.5, 40), changes), min_size=1, max_size=10)


def scan(worlds: Worlds, truths: dict[Atom, bool], t: float, until: float) -> list[tuple[float, Atom, bool]]:
    """The next crossing by looking at all atoms afresh: each on a copy that remembers nothing."""
    market, stocks, series = worlds.worlds
    afresh = Worlds([Named("m", market.world.copy()), stocks.copy(), series.copy()])  # type: ignore[attr-defined]
    found: list[tuple[float, Atom, bool]] = []
    for world in afresh.worlds:
        own = {atom: known for atom, known in truths.items() if atom.variable in world.variables()}
        found += world.next_crossing(own, t, until)
    first = min((when for when, _, _ in found), default=until)
    return [(first, atom, after) for when, atom, after in found if when <= first + 1e-10]


def stepwise(worlds: Worlds, truths: dict[Atom, bool], t: float, until: float,
             step: float) -> list[tuple[float, Atom, bool]]:
    """The next crossing by looking `step` ahead, and again each time that what is known has run out."""
    while True:
        soon = min(t + step, until)
        found, clear = worlds.ahead(truths, t, until, soon)
        assert found or clear >= soon
        if found or clear >= until:
            return found
        t = clear


@settings(max_examples=150, deadline=None)
@given(st.floats(5, 200), st.lists(atoms_of, min_size=1, max_size=12, unique=True), histories,
       st.sampled_from([500.0, 40.0, 2.0]))
def test_due_times_kept_are_those_of_a_full_scan(
    stock: float, atoms: list[Atom], history: list[Any], step: float
) -> None:
    """Whatever has changed or been crossed before, the first due are those that a scan of all atoms finds first;
    it makes no difference how far ahead they are looked for at a time."""
    worlds, t = several(stock), 0.0
    truths = {atom: worlds.truth(atom, 0.0) for atom in atoms}
    for gap, (name, *args) in history:
        while True:
            found = stepwise(worlds, truths, t, 500.0, step)
            plain = scan(worlds, truths, t, 500.0)
            assert {atom for _, atom, _ in found} == {atom for _, atom, _ in plain}
            assert [when for when, _, _ in found] == pytest.approx([when for when, _, _ in plain], abs=1e-6)
            if not found or found[0][0] > t + gap:
                break
            t, gap = found[0][0], gap - (found[0][0] - t)
            worlds.advance(t)
            truths.update({atom: after for _, atom, after in found})
        t += gap
        jumped = change(worlds, t, name, *args)
        truths.update({atom: worlds.truth(atom, t) for atom in atoms if atom.variable in jumped})


def test_only_what_a_change_concerns_is_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of one place's shelf no comparison of another place, and no other world, is looked at."""
    worlds = several(100.0)
    names = ["m:cover:g@a", "m:cover:h@a", "m:cover:g@b", "stock_days:p", "cold"]
    truths = {Atom(name, "<", 1.0): False for name in names}
    worlds.next_crossing(truths, 0.0, 900.0)
    looked: list[float] = []
    flip = Line.flip

    def spied(self: Line, known: bool, t: float, until: float) -> float | None:
        looked.append(t)
        return flip(self, known, t, until)

    monkeypatch.setattr(Line, "flip", spied)
    worlds.next_crossing(truths, 1.0, 900.0)
    assert looked == []
    change(worlds, 2.0, "m.modify", "supply", "h", "x", 0.5)
    looked.clear()
    worlds.next_crossing(truths, 2.0, 900.0)
    assert looked == [2.0]


def test_a_reading_is_the_value() -> None:
    """What reads a variable off gives its value, before and after a change."""
    worlds = several(100.0)
    readings = {name: worlds.reading(name) for name in worlds.variables()}
    for t in (0.0, 7.5, 30.0):
        assert {name: reading(t) for name, reading in readings.items()} == {
            name: worlds.value(name, t) for name in readings}
        change(worlds, t, "m.news", "a", 1.5)
        change(worlds, t, "s.modify", "source", "p", "x", 0.5)


def test_nothing_is_looked_for_far_behind_the_next_change() -> None:
    """A crossing long after an expected change is not told before it, and is found when that has come to nothing."""
    worlds = several(100.0)
    truths = {Atom("cold", "<", -1.0): False}
    found, clear = worlds.ahead(truths, 0.0, 900.0, 1.0)
    assert found == []
    assert 1.0 <= clear < 54.0
    assert worlds.ahead(truths, clear, 900.0, 54.5) == ([(pytest.approx(54.0), Atom("cold", "<", -1.0), True)],
                                                        pytest.approx(54.0))
    assert worlds.ahead({Atom("cold", "<", -9.0): False}, 0.0, 900.0, 900.0) == ([], 900.0)


def test_what_nobody_took_notice_of_is_still_due() -> None:
    """A truth that was due in the past and is not up to date is due now."""
    worlds = several(100.0)
    truths = {Atom("cold", "<", 0.0): False}
    assert worlds.next_crossing(truths, 0.0, 900.0)[0][0] == pytest.approx(45.0)
    assert worlds.next_crossing(truths, 50.0, 900.0) == [(50.0, Atom("cold", "<", 0.0), True)]
    assert worlds.next_crossing(truths, 10.0, 20.0) == []
    assert worlds.next_crossing({Atom("cold", "<", 0.0): True}, 50.0, 900.0) == []


def test_a_line_remembers_until_its_track_goes_another_way() -> None:
    """What was found holds for every later time up to the flip; another course is looked at anew."""
    track = Track([Curve(0, float("inf"), 10.0, -1.0, 0.0, 1.0)])
    line = Line(track, 4.0, TABLES["<"])
    assert line.flip(False, 0.0, 100.0) == pytest.approx(6.0)
    assert line.flip(False, 5.0, 5.5) is None
    assert line.flip(False, 5.0, 100.0) == pytest.approx(6.0)
    assert line.stand(3.0) is False
    assert line.stand(6.0) is None
    assert line.flip(True, 6.0, 100.0) is None
    track.renew(Curve(2.0, float("inf"), 8.0, -2.0, 0.0, 1.0))
    assert line.flip(False, 2.0, 100.0) == pytest.approx(4.0)
    track.renew(flat(2.0, float("inf"), 3.0))
    assert line.stand(2.0) is True
    assert line.flip(False, 2.0, 100.0) == 2.0


@given(st.lists(st.tuples(st.floats(0.1, 3), st.floats(0, 2)), min_size=1, max_size=4), st.floats(0, 8),
       st.sampled_from(["<", "<=", ">", ">="]), st.floats(-1, 14))
def test_a_bound_on_a_falling_function_is_a_bound_on_its_track(
    steps: list[tuple[float, float]], bound: float, op: str, x: float
) -> None:
    """A comparison of the function's value holds exactly where the comparison made of the track does."""
    knots, left, height = [], 0.0, 6.0
    for wide, deep in steps:
        knots.append((left, height))
        left, height = left + wide, height - deep
    value = along(knots, x)
    shaped = Shaped(Track([flat(0.0, float("inf"), x)]), knots)
    edge = shaped.edge(bound, TABLES[op])
    stand = edge.stand(0.0)
    holds = edge.equal if stand is None else stand
    if abs(value - bound) > 1e-9:
        assert holds is TABLES[op][(value > bound) - (value < bound) + 1]
        assert edge.flip(holds, 0.0, 50.0) is None
        assert edge.flip(not holds, 0.0, 50.0) == 0.0
    assert where(knots, bound, last=True) >= where(knots, bound, last=False)


def test_a_flag_is_not_what_it_was_for_an_instant_only() -> None:
    """One reason that goes as another comes leaves the flag up; dues are told one by one."""
    ends = [Track([flat(0, 4, 1.0), flat(4, float("inf"), 0.0)]), Track([flat(0, 4, 0.0), flat(4, 9, 1.0),
                                                                      flat(9, float("inf"), 0.0)])]
    flag = Flag([Bound(str(k), track.edge(0.5, TABLES[">"])) for k, track in enumerate(ends)])
    flag.restart(0.0, None, frozenset[str]().__contains__)
    up = flag.edge(1.0, TABLES[">="])
    assert up.flip(True, 0.0, 100.0) == 9.0
    assert [flag.value(t) for t in (0.0, 4.0, 8.9, 9.0)] == [1.0, 1.0, 1.0, 0.0]
    assert flag.truths(5.0) == [False, True]
