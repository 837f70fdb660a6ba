"""The shelves of a place: what is left of each good, what comes in, what is sold, and at which price.

See `emergency.world.market` for the rules; this is where they become curves and integrals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from math import exp, expm1, inf, log
from typing import NamedTuple

from emergency.world.base import AtomLike, differ, require
from emergency.world.curve import ROUNDING, TABLES, Curve, flat
from emergency.world.flow import Source, Supply, Total
from emergency.world.shape import Bound, Flag, Highest, Knots, Shaped, along, no_more_than
from emergency.world.track import Lowest, Meeting, Path, Track, curve_at

__all__ = ["CHAIN", "EVERY", "LUMP", "Before", "Delivery", "Good", "Market", "Place", "Shelf", "Steps", "check",
           "require"]

EVERY = "*"
"""Target that is all places, all goods, all deliveries, or the mill or the transport as a whole."""
LUMP = "lump"
"""Under this name single deliveries are counted in `MarketWorld.delivered`."""
CHAIN = "chain"
"""Under this name what the chain brought is counted there."""
HOURS = 24.0
Steps = Sequence[tuple[float, float]]
"""A piecewise constant rate: (until when [h], rate [t/h])."""


class Good(NamedTuple):
    """What is sold: its normal `price`, and what becomes of it as shelves empty.

    `knots` are (cover [d], multiple of the normal price), joined by lines, flat beyond the outermost, never
    rising; `weight` is that of panic in its demand.
    """

    id: str
    knots: Sequence[tuple[float, float]] = ((0.0, 1.0),)
    price: float = 1.0
    weight: float = 1.0


class Place(NamedTuple):
    """Where it is sold: normal `demand` [t/h] and `shelf` stock [t] by good.

    Neighbours are mutual, whoever names the other; `priority` (1 is served first) counts where the chain
    shares by priority.
    """

    id: str
    demand: Mapping[str, float]
    shelf: Mapping[str, float]
    neighbours: Sequence[str] = ()
    priority: int = 1


class Delivery(NamedTuple):
    """What reaches a shelf past the chain, at a steady `rate` [t/h]; one id may bring several goods, or to
    several places."""

    id: str
    place: str
    good: str
    rate: float


# -- what happens to it ---------------------------------------------------------------------------------------


class State(NamedTuple):
    """One good in one place at an instant: what is left [t], what price that makes, what is wanted and sold [t/h]."""

    stock: float
    knots: Knots
    wanted: float
    sold: float


class Span(NamedTuple):
    """A stretch without a switch; `short` while the shelf is empty and what comes in is not enough."""

    start: float
    end: float
    inflow: float
    short: bool


class Shelf:
    """The stock of one good in one place.

    Since the last change the place wants ``base + surge*E`` with E the decay since then, and may buy no more
    than `cap` until `release`, the time at which the limit stops binding.
    """

    __slots__ = ("_more", "arrivals", "arrived", "base", "cap", "days", "direct", "factor", "good", "initial",
                 "knots", "level", "limit", "lumps", "names", "normal", "place", "price", "priority", "release",
                 "rise", "sales", "scare", "sources", "spans", "start", "stock", "sums", "supplies", "surge",
                 "targets", "tau", "usual", "wanted", "was", "weight")

    def __init__(self, place: Place, good: Good, deliveries: Sequence[Delivery], tau: float) -> None:
        self.place, self.good, self.weight, self.tau = place.id, good.id, good.weight, tau
        self.names = (EVERY, place.id, good.id, f"{good.id}@{place.id}")
        self.targets = _targets(self.names)
        self.priority = place.priority
        self.normal: float = place.demand[good.id]
        self.initial = self.level = place.shelf.get(good.id, 0.0)
        self.days: float = HOURS * self.normal
        self.supplies = [Supply(Source(one.id, one.good, one.rate)) for one in deliveries]
        self.sources = _sources(tuple([one.id for one in deliveries]))
        self.limit: float | None = None
        self.factor, self.lumps, self.arrived = 1.0, 0.0, 0.0
        self.sums = [0.0, 0.0, 0.0, 0.0]
        self.arrivals: Steps = ((inf, 0.0),)
        self.spans: list[Span] = []
        self.stock, self.sales = Track([], self.grow), Track([], self.grow)
        self.wanted = Track([], self._want)
        self.usual: float = good.price
        self.knots: Knots = [(x * self.days, y * good.price) for x, y in good.knots]
        self.price, self.rise = Shaped(self.stock, self.knots), Shaped(self.stock, self.knots)
        self.cap_price(inf)
        self.was = State(self.level, self.knots, 0.0, 0.0)
        self._more: Iterator[bool] = iter(())

    def state(self, t: float) -> State:
        """How it is at `t`."""
        k = self.stock.index(t)
        wanted = self.base + self.surge * exp((self.start - t) / self.tau) if self.surge else self.base
        return State(max(0.0, self.stock.pieces[k].value(t)), self.price.knots, wanted,
                     self.sales.pieces[k].value(t))

    def jumps(self, now: State) -> list[str]:
        """The variables that a change has made jump from how it `was` to what it is `now`."""
        was = self.was
        names = ["cover"] if differ(was.stock, now.stock) else []
        if names or was.knots is not now.knots:
            names += ["price", "price_rise"]
        if differ(was.wanted, now.wanted):
            names.append("demand_ratio")
        if differ(was.sold, now.sold):
            names.append("served_ratio")
        return [name for name in names if _apart(name, SHOWN[name](self, was), SHOWN[name](self, now))]

    def paths(self) -> dict[str, tuple[Track | Shaped, float]]:
        """The variables, by name."""
        normal = 1.0 / self.normal
        return {"cover": (self.stock, 1.0 / self.days), "price": (self.price, 1.0), "price_rise": (self.rise, 1.0),
                "demand_ratio": (self.wanted, normal), "served_ratio": (self.sales, normal)}

    def cap_price(self, level: float) -> None:
        """Let the price rise no further than `level`; a restart must follow."""
        self.price.knots = no_more_than(self.knots, level)
        self.rise.knots = [(x, y / self.usual - 1.0) for x, y in self.price.knots]

    def take(self, own: Shelf) -> None:
        """Take over the state of a shelf like this one; `cap_price` and a restart must follow."""
        self.level, self.factor, self.limit = own.level, own.factor, own.limit
        self.sums, self.lumps, self.arrived = own.sums[:], own.lumps, own.arrived
        for supply, other in zip(self.supplies, own.supplies, strict=True):
            supply.rate, supply.given = other.rate, other.given

    def restart(self, t: float, panic: float, arrivals: Steps) -> None:
        """Go on from `t` with `level` on the shelf."""
        self.start, self.scare, self.arrivals = t, panic, arrivals
        self.direct = sum([supply.rate for supply in self.supplies], 0.0)
        self.base = base = self.normal * self.factor
        self.surge = surge = base * self.weight * panic
        self.cap, self.release = inf, -inf
        if self.limit is not None:
            self.cap = cap = self.limit * self.normal
            if base + surge > cap:
                self.release = t + self.tau * log(surge / (cap - base)) if base < cap else inf
        self.spans.clear()
        self.stock.renew()
        self.sales.renew()
        self.wanted.renew()
        self._more = self._unroll()

    def _want(self) -> bool:
        """Append all that it wants, the only piece."""
        if not self.wanted.pieces:
            self.wanted.pieces.append(Curve(self.start, inf, self.base + self.surge, 0.0, self.surge, self.tau))
        return True

    def grow(self) -> bool:
        return next(self._more, False)

    def _unroll(self) -> Iterator[bool]:
        """Find the spans one after another, each between two switches."""
        at, stock = self.start, self.level
        for edge, inflow in self._phases():
            # After a switch it is known what comes next, though rounding may hide it.
            short: bool | None = None
            while at < edge:
                since = at
                base, surge = self._allowed(at)
                if short is None:
                    short = base + surge > inflow * (1.0 + ROUNDING)
                if stock <= 0.0 and short:
                    at, short = self._wait(at, edge, inflow, base, surge), False
                else:
                    at, stock = self._sell(at, edge, inflow, base, surge, stock)
                    short = True
                if at > since:
                    yield True

    def _phases(self) -> Iterator[tuple[float, float]]:
        """Stretches in which neither what comes in nor the limit switches: end, and inflow."""
        if len(self.arrivals) == 1 and not self.start < self.release < inf:
            yield inf, self.arrivals[0][1] + self.direct
            return
        edges = {end for end, _ in self.arrivals if end > self.start}
        if self.start < self.release < inf:
            edges.add(self.release)
        steps = iter(self.arrivals)
        end, rate = next(steps)
        for edge in sorted(edges):
            while end < edge:
                end, rate = next(steps)
            yield edge, rate + self.direct

    def _allowed(self, t: float) -> tuple[float, float]:
        """Allowed demand from `t` on [t/h]: what is constant, and what decays (as at `t`)."""
        if self.release > t:
            return self.cap, 0.0
        return self.base, self.surge and self.surge * exp((self.start - t) / self.tau)

    def _sell(self, at: float, edge: float, inflow: float, base: float, surge: float,
              stock: float) -> tuple[float, float]:
        """Serve all allowed demand until the stock is empty or `edge`; returns when, and what is left."""
        tau = self.tau
        slope, noise = inflow - base, ROUNDING * (inflow + base)
        # Supply that equals demand up to rounding must stand still, not creep over a bound centuries later.
        slope = slope if abs(slope) > noise else 0.0
        surge = surge if surge > noise else 0.0
        curve = Curve(at, edge, stock, slope, surge * tau, tau)
        end = edge
        # From zero it can only rise: demand falls, and is met.
        if slope < surge and stock > 0.0:
            empty = curve.runs_out()
            if empty is not None:
                end = empty
                curve = Curve(at, end, stock, slope, surge * tau, tau)
        if end > at:
            self.stock.pieces.append(curve)
            self.sales.pieces.append(Curve(at, end, base + surge, 0.0, surge, tau))
            self.spans.append(Span(at, end, inflow, False))
        return end, 0.0 if end < edge or edge == inf else max(0.0, curve.value(edge))

    def _wait(self, at: float, edge: float, inflow: float, base: float, surge: float) -> float:
        """Sell what comes in until it is enough, or `edge`."""
        end = edge
        if base < inflow and surge > 0.0:
            end = min(edge, max(at, at + self.tau * log(surge / (inflow - base))))
        if end > at:
            self.stock.pieces.append(flat(at, end, 0.0))
            self.sales.pieces.append(flat(at, end, inflow))
            self.spans.append(Span(at, end, inflow, True))
        return end

    # -- totals ----------------------------------------------------------------------------------------------

    def settle(self, t: float) -> None:
        """Count up to `t`, and take what is left there as the level; a restart must follow."""
        self.was = self.state(t)
        self.sums, self.arrived = self.tally(t)
        hours = t - self.start
        for supply in self.supplies:
            supply.given += supply.rate * hours
        self.level = self.was.stock

    def tally(self, t: float) -> tuple[list[float], float]:
        """What was wanted, served, limited and short up to `t`, and what arrived by the chain [t]."""
        self.stock.index(t)
        wanted, served, limited, short = self.sums
        arrived = self.arrived
        for start, end, inflow, dry in self.spans:
            if start >= t:
                break
            hours = min(end, t) - start
            want = self.base * hours
            if self.surge:
                early = exp((self.start - start) / self.tau)
                want -= self.surge * self.tau * early * expm1(-hours / self.tau)
            allowed = self.cap * hours if self.release > start else want
            sold = inflow * hours if dry else allowed
            wanted, served = wanted + want, served + sold
            limited, short = limited + want - allowed, short + allowed - sold
            arrived += (inflow - self.direct) * hours
        return [wanted, served, limited, short], arrived

    def total(self, t: float) -> Total:
        """What became of the demand up to `t`, counting nothing."""
        return Total(*self.tally(t)[0])


@lru_cache(4096)
def _sources(ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Of the modifiers that may be on the deliveries to a shelf."""
    return [("supply", id) for id in ids]


@lru_cache(4096)
def _targets(names: tuple[str, ...]) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Of the modifiers that may be on a shelf, the same in every run: on demand, and on supply."""
    return [(("demand", name), ("supply", name)) for name in names]


SHOWN: Mapping[str, Callable[[Shelf, State], float]] = {
    "cover": lambda shelf, at: at.stock / shelf.days,
    "price": lambda shelf, at: along(at.knots, at.stock),
    "price_rise": lambda shelf, at: along(at.knots, at.stock) / shelf.usual - 1.0,
    "demand_ratio": lambda shelf, at: at.wanted / shelf.normal,
    "served_ratio": lambda shelf, at: at.sold / shelf.normal,
}
"""The variables of a shelf, as it is at an instant."""
WORST: Mapping[str, type[Lowest] | type[Highest]] = {
    "cover": Lowest, "price": Highest, "price_rise": Highest, "demand_ratio": Highest, "served_ratio": Lowest}
"""What the worst of several goods is."""


def _apart(name: str, a: float, b: float) -> bool:
    """Whether two values of a variable differ by more than rounding."""
    # A rise near zero is what is left of two prices near each other.
    return differ(a, b, 1.0 if name == "price_rise" else 0.0)


class Before(NamedTuple):
    """A market as it was before a change: its panic, and what made it abnormal."""

    panic: float
    truths: list[bool]


class Market:
    """The market of one place: its shelves, its panic, and whether it is abnormal."""

    __slots__ = ("damping", "flag", "neighbours", "panic", "place", "shelves", "tau")

    def __init__(self, place: str, shelves: Sequence[Shelf], neighbours: Sequence[str], tau: float) -> None:
        self.place, self.shelves, self.neighbours, self.tau = place, shelves, neighbours, tau
        self.damping = 1.0
        self.panic = Track([])
        self.flag = Flag(())

    def offer(self, anomaly: Sequence[AtomLike]) -> dict[str, tuple[Path, float]]:
        """The variables: of each good, of the one that is worst off, and of the place."""
        paths = [shelf.paths() for shelf in self.shelves]
        found: dict[str, tuple[Path, float]] = {f"panic@{self.place}": (self.panic, 1.0)}
        for name, worst in WORST.items():
            found[f"{name}@{self.place}"] = (worst([one[name] for one in paths]), 1.0)
            for shelf, one in zip(self.shelves, paths, strict=True):
                found[f"{name}:{shelf.good}@{self.place}"] = one[name]
        self.flag = Flag(self._bounds(anomaly, found))
        return found | {f"anomaly@{self.place}": (self.flag, 1.0)}

    def _bounds(self, atoms: Sequence[AtomLike], views: Mapping[str, tuple[Path, float]]) -> list[Bound]:
        """What makes the place abnormal; an atom on a good that is not sold here never does."""
        found = []
        for atom in atoms:
            name = f"{atom.variable}@{self.place}"
            if name in views:
                path, scale = views[name]
                edge = path.edge(atom.constant / scale, TABLES[atom.op])
                if isinstance(edge, Meeting) and edge.one:  # any of any: then each good stands for itself
                    goods = [f"{atom.variable}:{shelf.good}@{self.place}" for shelf in self.shelves]
                    found += [Bound(good, line) for good, line in zip(goods, edge.lines, strict=True)]
                else:
                    found.append(Bound(name, edge))
        return found

    def panic_at(self, t: float) -> float:
        """Panic at `t`."""
        return curve_at(self.panic, t).remnant(t)

    def frighten(self, t: float, panic: float) -> None:
        """Let panic decay from this value; the shelves must restart."""
        self.panic.renew(Curve(t, inf, panic, 0.0, panic, self.tau))

    def mark(self, t: float) -> Before:
        """What may jump, as it is at `t`."""
        return Before(self.panic_at(t), self.flag.truths(t))

    def resume(self, t: float, before: Before, changed: Iterable[Shelf]) -> set[str]:
        """Go on after a change of some shelves; returns the variables that jumped."""
        states = {shelf.good: shelf.state(t) for shelf in changed}
        jumps = [(shelf, name) for shelf in changed for name in shelf.jumps(states[shelf.good])]
        found = {f"{name}:{shelf.good}@{self.place}" for shelf, name in jumps}
        if jumps:
            found |= {f"{name}@{self.place}" for name in self._worse(t, states, {name for _, name in jumps})}
        if differ(before.panic, self.panic_at(t)):
            found.add(f"panic@{self.place}")
        self.flag.restart(t, before.truths, found.__contains__)
        if any(self.flag.first) is not any(before.truths):
            found.add(f"anomaly@{self.place}")
        return found

    def _worse(self, t: float, states: Mapping[str, State], names: Set[str]) -> list[str]:
        """Those variables for which it is another value, and not only another good, that is worst."""
        after = [states.get(shelf.good) or shelf.state(t) for shelf in self.shelves]
        before = [shelf.was if shelf.good in states else state
                  for shelf, state in zip(self.shelves, after, strict=True)]
        found = []
        for name in names:
            shown, worst = SHOWN[name], min if WORST[name] is Lowest else max
            old, new = (worst(map(shown, self.shelves, states)) for states in (before, after))
            if _apart(name, old, new):
                found.append(name)
        return found


# -- what is refused ------------------------------------------------------------------------------------------


def check(places: Sequence[Place], goods: Sequence[Good], deliveries: Sequence[Delivery]) -> None:
    """Refuse what makes no markets.

    Raises
    ------
    ValueError
    """
    require(bool(places), "the places", places)
    ids = [*(one.id for one in places), *(one.id for one in goods), *{one.id for one in deliveries}, EVERY]
    for name, times in Counter(ids).items():
        require(times == 1, "an id used twice, as targets must be told apart,", name)
    sold = {(place.id, good) for place in places for good, rate in place.demand.items() if rate > 0.0}
    for place in places:
        require(any(one == place.id for one, _ in sold), f"what is sold in {place.id!r}", place.demand)
        for other in place.neighbours:
            require(other in {one.id for one in places} - {place.id}, f"a neighbour of {place.id!r}", other)
        for good in {*place.demand, *place.shelf}:
            require(good in {one.id for one in goods}, f"a good in {place.id!r}", good)
            rate, tonnes = place.demand.get(good, 0.0), place.shelf.get(good, 0.0)
            require(0.0 <= rate < inf, f"demand in {place.id!r} for {good!r}", rate)
            require(0.0 <= tonnes < inf, f"the shelf of {good!r} in {place.id!r}", tonnes)
            require(rate > 0.0 or not tonnes, f"the shelf of {good!r}, which nobody wants in {place.id!r},", tonnes)
    _check_deliveries(deliveries, sold)
    for item in goods:
        _check_good(item)


def _check_deliveries(deliveries: Sequence[Delivery], sold: Set[tuple[str, str]]) -> None:
    for one in deliveries:
        require((one.place, one.good) in sold, f"where {one.id!r} delivers", (one.place, one.good))
        require(0.0 <= one.rate < inf, f"the rate of {one.id!r}", one.rate)
    pairs = [(one.id, one.place, one.good) for one in deliveries]
    require(len(set(pairs)) == len(pairs), "two deliveries of one name to one shelf,", pairs)
    require(not {one.id for one in deliveries} & {LUMP, CHAIN}, "the id of a delivery", (LUMP, CHAIN))


def _check_good(good: Good) -> None:
    require(0.0 < good.price < inf, f"the price of {good.id!r}", good.price)
    require(0.0 <= good.weight < inf, f"the weight of panic in {good.id!r}", good.weight)
    require(bool(good.knots), f"the knots of {good.id!r}", good.knots)
    for cover, price in good.knots:
        require(0.0 <= cover < inf and 0.0 < price < inf, f"a knot of {good.id!r}", (cover, price))
    for one, other in pairwise(good.knots):
        require(one[0] < other[0] and one[1] >= other[1], f"knots in a row of {good.id!r}", (one, other))
