"""Markets: shelves in many places, panic that passes between them, prices, rationing, and the chain behind them.

Amounts are in tonnes, rates in t/h, times in h.  Panic P of a place jumps at news and decays with one time
constant; a share `spread` of a jump is passed on to each neighbour at that instant, once.  What a place wants of
a good is ``d * m * (1 + w*P(t))``, with d the normal rate, m the demand modifiers in force and w the weight of
panic in that good; a limit caps *sales* at a fraction of d.  What comes in is piecewise constant: deliveries of
its own, and what the chain sends,

    raw reserve -> mill (a rate, a yield) -> milled stock -> transport (a rate, shared) -> shelves

in which a stock that runs out changes a rate at a time known beforehand.  So a shelf is A + B*t + C*exp(-t/tau)
between switches; its price is a declared, falling, piecewise linear function of its cover in days of normal
demand, and a bound on the price is a bound on the cover.

Places order from the chain what they lastingly want (d * m, not the panic), times the factor on their road.
Nothing is on the way: what is sent arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf, isfinite, prod

from emergency.world.base import AtomLike, Tracked, require
from emergency.world.chain import STOCKS, Chain, ChainTotal, Works, check_chain
from emergency.world.flow import Total
from emergency.world.shelf import CHAIN, EVERY, LUMP, Before, Delivery, Good, Market, Place, Shelf, Steps, check
from emergency.world.track import Path, Sum

__all__ = ["Chain", "ChainTotal", "Delivery", "Good", "MarketWorld", "Place"]

NOTHING: Steps = ((inf, 0.0),)


class MarketWorld(Tracked):
    """Places, goods, deliveries and a chain, moved by the changes its caller makes.

    Parameters
    ----------
    places, goods, deliveries
        A place sells the goods it has some normal demand for: cover in days is a quotient by it.
    chain : Chain, optional
        How one of the goods reaches the shelves from a reserve.
    anomaly : sequence of atoms
        A place is abnormal while any of these holds; their variables are those of a place, without ``@place``.
        One that names a good concerns the places that sell it.
    spread : float
        Share of a jump of panic that is passed on to each neighbour.
    tau : float
        Time in which panic falls to 1/e [h].
    panic : float
        Panic at the start, everywhere.
    starts : mapping of delivery to float
        Factors, of the name ``start``, on deliveries from the first moment on.
    start : float
        The world's first moment [h].

    Notes
    -----
    Every change returns the variables that jumped; a caller evaluates only the atoms on those again.

    Variables, the starred ones also as ``name:good@place``: ``cover@place``* [d], ``price@place``*,
    ``price_rise@place``* (over normal, 0.3 = 30 % dearer), ``demand_ratio@place``* and ``served_ratio@place``*
    (of normal demand), ``panic@place``, ``anomaly@place`` (1 or 0).  Without a good it is the good that is worst
    off: the least cover and served ratio, the greatest price, rise and demand ratio.  With a chain also
    ``reserve:raw`` and ``reserve:milled`` (held), ``at_mill`` and ``depot`` (released or made, and waiting) [t],
    ``milled_days`` (milled stock everywhere, in days of normal demand) and ``mill_load`` (of its normal
    capacity).
    """

    __slots__ = ("_batched", "_before", "_caps", "_effects", "_factors", "_fed", "_known", "_markets", "_milled",
                 "_settled", "_spec", "_works", "_works_before", "spread", "tau")

    def __init__(
        self,
        places: Iterable[Place],
        goods: Iterable[Good],
        deliveries: Iterable[Delivery] = (),
        chain: Chain | None = None,
        *,
        anomaly: Iterable[AtomLike] = (),
        spread: float = 0.0,
        tau: float = 72.0,
        panic: float = 0.0,
        starts: Mapping[str, float] | None = None,
        start: float = 0.0,
    ) -> None:
        super().__init__(start)
        self._spec = (tuple(places), tuple(goods), tuple(deliveries), chain, tuple(anomaly))
        check(*self._spec[:3])
        if chain:
            check_chain(chain, self._spec[0])
        for one in starts or ():
            require(any(one == delivery.id for delivery in self._spec[2]), "what starts with a factor", one)
        require(0.0 < tau < inf, "tau", tau)
        require(0.0 <= panic < inf, "panic", panic)
        require(0.0 <= spread <= 1.0, "spread", spread)
        self.tau, self.spread = tau, spread
        self._factors = {("supply", one): {"start": factor} for one, factor in (starts or {}).items()}
        self._effects = {key: prod(named.values()) for key, named in self._factors.items()}
        self._caps: dict[str, tuple[float, float]] = {}
        self._known: dict[tuple[str, str], list[Shelf]] = {}  # the shelves that a kind of modifier has on a target
        self._batched = False
        self._before: dict[str, Before] = {}
        self._settled: dict[str, dict[str, Shelf]] = {}  # by place and good
        self._works_before: tuple[float, ...] = ()
        self._stock_up(panic)
        self._offer()
        self._begin()

    # -- changes ---------------------------------------------------------------------------------------------

    def news(self, t: float, place: str, size: float) -> frozenset[str]:
        """Panic in `place` rises by `size`, less the damping of lasting calm, and in its neighbours by a share.

        News for all places (``*``) is not passed on: everybody has heard it.
        """
        require(size >= 0.0 and isfinite(size), "the size of news", size)
        rises = {one: size * self._markets[one].damping for one in self._chosen(place)}
        if place != EVERY and self.spread > 0.0:
            passed = self.spread * rises[place]
            rises |= {one: passed * self._markets[one].damping for one in self._markets[place].neighbours}
        return self._frighten(t, rises, lambda one, panic: panic + rises[one])

    def calm(self, t: float, place: str, factor: float, lasting: bool = True) -> frozenset[str]:
        """Panic in `place` is multiplied by `factor`; when `lasting`, so is the effect of later news there."""
        require(0.0 <= factor <= 1.0, "a calming factor", factor)
        places = self._chosen(place)
        self.advance(t)
        if lasting:
            for one in places:
                self._markets[one].damping *= factor
        return self._frighten(t, places, lambda one, panic: panic * factor)

    def modify(self, t: float, kind: str, target: str, name: str, factor: float | None) -> frozenset[str]:
        """Put a named factor on something, replace it, or with None take it away.

        Parameters
        ----------
        kind : {'supply', 'demand', 'mill', 'transport', 'raw'}
            Deliveries, normal demand, what the mill can take in, what can be carried, or the raw good that comes
            to the mill of itself.
        target : str
            ``*``; for supply and demand also a place, a good or ``good@place``, for supply a delivery's id; for
            transport also a place: then the factor is on what that place asks for, as on the road to it.
        name : str
            Factors of different names on one target multiply.
        """
        require(factor is None or 0.0 <= factor < inf, f"factor {name!r}", factor)
        shelves, chain = self._concerned(kind, target)
        self._touch(t, shelves, chain)
        named = self._factors.setdefault((kind, target), {})
        if factor is None:
            named.pop(name, None)
        else:
            named[name] = factor
        self._effects[kind, target] = prod(named.values())
        self._apply(shelves)
        return self._resume()

    def limit(self, t: float, place: str, good: str, fraction: float | None) -> frozenset[str]:
        """Cap sales of `good` in `place` at `fraction` of its normal rate; None lifts the limit."""
        require(fraction is None or 0.0 <= fraction < inf, f"limit on {good!r} in {place!r}", fraction)
        shelves = self._find(place, good)
        self._touch(t, shelves)
        for shelf in shelves:
            shelf.limit = fraction
        return self._resume()

    def deliver(self, t: float, place: str, good: str, tonnes: float) -> frozenset[str]:
        """Put a lump of `tonnes` on a shelf, past the chain."""
        require(0.0 <= tonnes < inf, "a delivery", tonnes)
        require(EVERY not in (place, good), "where a lump goes", EVERY)
        [shelf] = self._find(place, good)
        self._touch(t, [shelf])
        shelf.level += tonnes
        shelf.lumps += tonnes
        return self._resume()

    def release(self, t: float, reserve: str, rate: float | None = None, tonnes: float = 0.0) -> frozenset[str]:
        """Let a reserve (``raw`` or ``milled``) go into the chain.

        Parameters
        ----------
        rate : float, optional
            What leaves it from now on [t/h], until it is empty or another rate is ordered; None keeps the rate.
        tonnes : float
            What leaves it at once; of less, all there is.
        """
        require(reserve in ("raw", "milled"), "a reserve", reserve)
        require(rate is None or 0.0 <= rate < inf, "a rate of release", rate)
        require(tonnes >= 0.0, "a release", tonnes)
        works = self._touch_chain(t)
        if rate is not None:
            works.rates[reserve] = rate
        works.move(reserve, tonnes)
        return self._resume()

    def requisition(self, t: float, kind: str, tonnes: float) -> frozenset[str]:
        """Bring a lump of others' goods into the chain: ``raw`` to the mill, ``milled`` to the depot."""
        require(kind in ("raw", "milled"), "what is requisitioned", kind)
        require(0.0 <= tonnes < inf, "a requisition", tonnes)
        self._touch_chain(t).add(kind, tonnes)
        return self._resume()

    def cap_price(self, t: float, good: str, level: float | None, holdback: float = 0.0) -> frozenset[str]:
        """Let no price of `good` rise above `level`; None lifts the cap.

        While there is a cap, suppliers hold back the share `holdback` of their deliveries, whether it binds or
        not: were they to deliver more as soon as it does not, shelves would hang at its edge for ever.
        """
        require(level is None or 0.0 < level < inf, f"a cap on the price of {good!r}", level)
        require(0.0 <= holdback <= 1.0, "a share held back", holdback)
        shelves = self._find(EVERY, good)
        self._touch(t, shelves)
        self._caps.pop(good, None)
        if level is not None:
            self._caps[good] = (level, holdback)
        self._price(shelves)
        self._apply(shelves)
        return self._resume()

    def gather(self, t: float) -> None:
        """Work the changes of one instant out as one: until `resolve` a change returns nothing, and nothing may be
        asked of the world."""
        self.advance(t)
        self._batched = True

    def resolve(self) -> frozenset[str]:
        """The changes since `gather` are all; returns the variables that jumped."""
        self._batched = False
        return self._resume()

    def part(self, variable: str) -> str:
        """The shelf, or else the place, that a variable is about; the chain is more than one part."""
        kind, _, place = variable.partition("@")
        _, _, good = kind.partition(":")
        return f"{good}@{place}" if good and place else place

    def normal(self, good: str) -> dict[str, float]:
        """What each place that sells a good normally needs of it [t/h]."""
        return {shelf.place: shelf.normal for shelf in self._find(EVERY, good)}

    # -- what came of it -------------------------------------------------------------------------------------

    def totals(self) -> dict[tuple[str, str], Total]:
        """For each place and good, what became of its demand up to the present [t]."""
        return {(shelf.place, shelf.good): shelf.total(self.now) for shelf in self._all()}

    def delivered(self) -> dict[tuple[str, str, str], float]:
        """What reached each shelf up to the present [t], by source, place and good; single deliveries are the
        source ``lump``, and what the chain brought is the source ``chain``."""
        found = {}
        for shelf in self._all():
            for supply in shelf.supplies:
                given = supply.given + supply.rate * (self.now - shelf.start)
                found[supply.id, shelf.place, shelf.good] = given
            found[LUMP, shelf.place, shelf.good] = shelf.lumps
        for shelf in self._fed:
            found[CHAIN, shelf.place, shelf.good] = shelf.tally(self.now)[1]
        return found

    def chain_total(self) -> ChainTotal:
        """What went through the chain up to the present [t]."""
        return self._works.total(self.now) if self._works else ChainTotal()

    def balance(self) -> float:
        """The greatest hole in any of the books (each shelf, raw good, milled good) [t]: zero but for rounding."""
        came: dict[tuple[str, str], float] = {}
        for (_, place, good), tonnes in self.delivered().items():
            came[place, good] = came.get((place, good), 0.0) + tonnes
        holes = [max(0.0, shelf.stock.value(self.now)) + shelf.total(self.now).served - shelf.initial
                 - came[shelf.place, shelf.good] for shelf in self._all()]
        if self._works:
            spec, total = self._works.spec, self.chain_total()
            raw, at_mill, milled, depot, _ = self._works.mark(self.now)
            holes += [
                raw + at_mill + total.milled - spec.raw - spec.at_mill - total.bought - total.requisitioned_raw,
                milled + depot + total.sent + total.lost - spec.milled - spec.depot - total.milled
                - total.requisitioned_milled,
                sum([shelf.tally(self.now)[1] for shelf in self._fed], 0.0) - total.sent,
            ]
        return max(map(abs, holes))

    def copy(self) -> MarketWorld:
        """An independent world in the same state."""
        places, goods, deliveries, chain, anomaly = self._spec
        twin = MarketWorld(places, goods, deliveries, chain, anomaly=anomaly, spread=self.spread, tau=self.tau,
                           start=self.now)
        twin._factors = {key: dict(named) for key, named in self._factors.items()}
        twin._effects, twin._caps = dict(self._effects), dict(self._caps)
        for place, market in self._markets.items():
            twin._markets[place].damping = market.damping
            twin._markets[place].panic.renew(*market.panic.pieces)
        if self._works and twin._works:
            twin._works.take(self._works)
            twin._works.restart(self._works.start, self._orders())
        shelves = list(twin._all())
        for to, shelf in zip(shelves, self._all(), strict=True):
            to.take(shelf)
        twin._price(shelves)
        for to, shelf in zip(shelves, self._all(), strict=True):
            to.restart(shelf.start, shelf.scare, shelf.arrivals)
        for place, market in self._markets.items():
            twin._markets[place].flag.resume(market.flag.start, market.flag.first[:])
        twin._milled.restart(self._milled.start)
        return twin

    # -- how it is built -------------------------------------------------------------------------------------

    def _stock_up(self, panic: float) -> None:
        """Set up the market of each place, and the chain."""
        places, goods, deliveries, chain, _ = self._spec
        brought: dict[tuple[str, str], list[Delivery]] = {}
        for one in deliveries:
            brought.setdefault((one.place, one.good), []).append(one)
        self._markets: dict[str, Market] = {}
        for place in places:
            shelves = [Shelf(place, good, brought.get((place.id, good.id), ()), self.tau)
                       for good in goods if place.demand.get(good.id)]
            near = {*place.neighbours, *(one.id for one in places if place.id in one.neighbours)}
            self._markets[place.id] = Market(place.id, shelves, sorted(near), self.tau)
            self._markets[place.id].frighten(self.now, panic)
        self._works = Works(chain) if chain else None
        self._fed = [shelf for shelf in self._all() if chain and shelf.good == chain.good]

    def _begin(self) -> None:
        """Start everything."""
        if self._effects:
            self._apply(self._all())
        if self._works:
            self._works.restart(self.now, self._orders())
        for shelf in self._all():
            shelf.restart(self.now, self._markets[shelf.place].panic_at(self.now), self._arrivals(shelf))
        for market in self._markets.values():
            market.flag.restart(self.now, None, frozenset[str]().__contains__)
        self._milled.restart(self.now)

    def _offer(self) -> None:
        """Name the variables."""
        views: dict[str, tuple[Path, float]] = {}
        for market in self._markets.values():
            views |= market.offer(self._spec[4])
        for atom in self._spec[4]:
            known = any(f"{atom.variable}@{place}" in views for place in self._markets) and atom.variable != "anomaly"
            require(known, "what makes a place abnormal", atom.variable)
        tracks = [shelf.stock for shelf in self._fed]
        if self._works:
            tracks += self._works.tracks[2:]
            views |= {name: (track, 1.0) for name, track in zip(STOCKS, self._works.tracks, strict=True)}
            views["mill_load"] = (self._works.load, 1.0)
        self._milled = Sum(tracks, self.tau, self.now)
        if self._works:
            views["milled_days"] = (self._milled, 1.0 / sum([shelf.days for shelf in self._fed], 0.0))
        self._views = views

    def _all(self) -> Iterator[Shelf]:
        for market in self._markets.values():
            yield from market.shelves

    # -- who is meant ----------------------------------------------------------------------------------------

    def _chosen(self, place: str) -> list[str]:
        if place == EVERY:
            return list(self._markets)
        require(place in self._markets, "a place", place)
        return [place]

    def _find(self, place: str, good: str) -> list[Shelf]:
        found = [shelf for one in self._chosen(place) for shelf in self._markets[one].shelves
                 if good in (shelf.good, EVERY)]
        require(bool(found), f"a good sold in {place!r}", good)
        return found

    def _concerned(self, kind: str, target: str) -> tuple[list[Shelf], bool]:
        """The shelves that a modifier works on, and whether the chain is concerned."""
        if kind in ("mill", "raw", "transport"):
            require(self._works is not None, "what has no chain to work on", kind)
            require(target == EVERY or (kind == "transport" and target in self._markets), f"target of {kind!r}",
                     target)
            return [], True
        require(kind in ("supply", "demand"), "the kind of a modifier", kind)
        found = self._known.get((kind, target))
        if found is None:
            found = self._known[kind, target] = [
                shelf for shelf in self._all() if target in shelf.names
                or (kind == "supply" and any(one.id == target for one in shelf.supplies))]
        require(bool(found), f"target of {kind!r}", target)
        return found, kind == "demand" and any(shelf in self._fed for shelf in found)

    # -- how a change works out ------------------------------------------------------------------------------

    def _apply(self, shelves: Iterable[Shelf]) -> None:
        """Work out the modifiers in force."""
        effect = self._effects
        for shelf in shelves:
            factor = common = 1.0
            for wanted, brought in shelf.targets:
                if wanted in effect:
                    factor *= effect[wanted]
                if brought in effect:
                    common *= effect[brought]
            shelf.factor = factor
            if shelf.good in self._caps:
                common *= 1.0 - self._caps[shelf.good][1]
            for supply, own in zip(shelf.supplies, shelf.sources, strict=True):
                supply.rate = supply.normal * common * effect.get(own, 1.0)
        if self._works:
            spec = self._works.spec
            self._works.capacity = spec.mill * effect.get(("mill", EVERY), 1.0)
            self._works.rates["raw_in"] = spec.raw_in * effect.get(("raw", EVERY), 1.0)
            carried = effect.get(("transport", EVERY), 1.0)
            self._works.transport = spec.transport * carried if carried else 0.0

    def _price(self, shelves: Iterable[Shelf]) -> None:
        """Work out the price caps in force."""
        for shelf in shelves:
            shelf.cap_price(self._caps[shelf.good][0] if shelf.good in self._caps else inf)

    def _orders(self) -> dict[str, tuple[int, float]]:
        return {shelf.place: (shelf.priority, shelf.normal * shelf.factor
                              * self._effects.get(("transport", shelf.place), 1.0)) for shelf in self._fed}

    def _arrivals(self, shelf: Shelf) -> Steps:
        works = self._works
        return works.arrivals[shelf.place] if works and shelf.good == works.spec.good else NOTHING

    def _frighten(self, t: float, places: Iterable[str],
                  change: Callable[[str, float], float]) -> frozenset[str]:
        self._touch(t, [shelf for place in places for shelf in self._markets[place].shelves])
        for place in places:
            market = self._markets[place]
            market.frighten(self.now, change(place, market.panic_at(self.now)))
        return self._resume()

    def _touch_chain(self, t: float) -> Works:
        if self._works is None:
            raise ValueError("there is no chain to change")
        self._touch(t, (), True)
        return self._works

    def _touch(self, t: float, shelves: Sequence[Shelf], chain: bool = False) -> None:
        """Bring shelves, and perhaps the chain, to `t`; changes and `_resume` must follow."""
        self.advance(t)
        if chain and self._works:
            shelves = [*shelves, *self._fed]
        for shelf in shelves:
            if shelf.place not in self._before:
                self._before[shelf.place] = self._markets[shelf.place].mark(self.now)
                self._settled[shelf.place] = {}
        if chain and self._works and not self._works_before:
            self._works_before = self._works.mark(self.now)
            self._works.settle(self.now)
        for shelf in shelves:
            settled = self._settled[shelf.place]
            if shelf.good not in settled:
                settled[shelf.good] = shelf
                shelf.settle(self.now)

    def _resume(self) -> frozenset[str]:
        """Go on after a change; returns what jumped."""
        if self._batched:
            return frozenset()
        now, jumped = self.now, set[str]()
        if self._works and self._works_before:
            self._works.restart(now, self._orders())
        for place, shelves in self._settled.items():
            panic = self._markets[place].panic_at(now)
            for shelf in shelves.values():
                shelf.restart(now, panic, self._arrivals(shelf))
        self._milled.restart(now)
        for place, before in self._before.items():
            jumped |= self._markets[place].resume(now, before, self._settled[place].values())
        jumped |= self._chain_jumps()
        for place, shelves in self._settled.items():
            self._stirred.add(place)
            self._stirred.update([f"{good}@{place}" for good in shelves])
        self._before, self._settled, self._works_before = {}, {}, ()
        return frozenset(jumped)

    def _chain_jumps(self) -> set[str]:
        """Variables of the chain, and of all milled stock, that differ on both sides of a change."""
        if not self._works:
            return set()
        found, moved = self._works.jumps(self._works_before, self.now)
        for shelf in self._fed:
            if shelf.good in self._settled.get(shelf.place, ()):
                moved += shelf.level - shelf.was.stock
        return found | {"milled_days"} if abs(moved) > 1e-12 * self._milled.value(self.now) else found
