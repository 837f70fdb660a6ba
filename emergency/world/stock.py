"""Stocks that run down: supply, demand, panic, rationing, and who goes without.

Amounts are in tonnes, rates in t/h, times in h.  Panic P jumps at news and decays with one time constant;
what customer c wants of product p is ``d * m * (1 + w*P(t))``, with d the normal rate, m the demand
modifiers in force and w the customer's weight.  A limit caps *sales* at a fraction of d.  So a stock is A +
B*t + C*exp(-t/tau), and the world switches by itself, at logarithms and at roots of that curve, when

- panic has decayed so far that a limit no longer binds;
- a stock runs out: from then on what comes in goes to the customers by priority, equal ones sharing in
  proportion to their allowed demand;
- demand has fallen so far that the next class gets something, or that stock builds up again.

Between two changes demand only falls, so a stock is convex: it runs out at most once and recovers at most
once. The switches are found one by one, as far as somebody looks ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isfinite, prod
from typing import NamedTuple

from emergency.world.base import Tracked, differ, require
from emergency.world.curve import Curve, flat
from emergency.world.flow import Customer, Flow, Line, Mark, Source, Supply, Total
from emergency.world.track import Lowest, Path, Sum, Track, curve_at

__all__ = ["Customer", "Source", "StockWorld", "Store", "Total"]

EVERY = "*"
"""Target of a modifier that is on all sources, or on all demand."""
LUMP = "lump"
"""Under this name single deliveries are counted in `StockWorld.delivered`."""
HOURS = 24.0


class Store(NamedTuple):
    """A depot that can be locked, with its share of the initial stock of each product."""

    id: str
    shares: Mapping[str, float]


class StockWorld(Tracked):
    """Products, sources, customers and stores, moved by the changes its caller makes.

    Parameters
    ----------
    stock : mapping of product to float
        Accessible stock at the start [t].
    customers, sources, stores
        Every product needs some normal demand: cover in days is a quotient by it.
    tau : float
        Time in which panic falls to 1/e [h].
    panic : float
        Panic at the start.
    start : float
        The world's first moment [h].

    Notes
    -----
    Every change returns the variables that jumped; a caller evaluates only the atoms on those again.

    Variables, the starred ones also as ``name:product``: ``stock``* [t], ``stock_days``* and
    ``stock_days_scarcest`` [d], ``stock_days_rate`` [d/d], ``inbound_ratio``* and ``served_ratio``* (of
    normal demand), ``panic``, and ``short:product`` (1 while the stock is empty and allowed demand
    unserved, else 0).
    """

    __slots__ = ("_batch", "_effects", "_factors", "_flows", "_inflow", "_locked", "_lumps", "_moved", "_panic",
                 "_spec", "_sums", "damping", "tau")

    def __init__(
        self,
        stock: Mapping[str, float],
        customers: Iterable[Customer],
        sources: Iterable[Source] = (),
        stores: Iterable[Store] = (),
        *,
        tau: float = 72.0,
        panic: float = 0.0,
        start: float = 0.0,
    ) -> None:
        super().__init__(start)
        self._spec = (dict(stock), tuple(customers), tuple(sources), tuple(stores))
        _check(*self._spec, tau, panic)
        self.tau, self.damping = tau, 1.0
        self._factors: dict[tuple[str, str], dict[str, float]] = {}
        self._effects: dict[tuple[str, str], float] = {}
        self._lumps: dict[str, float] = dict.fromkeys(stock, 0.0)
        self._locked: set[str] = set()
        self._batch: dict[str, tuple[Flow, Mark]] | None = None
        self._moved: dict[str, float] = {}
        self._flows = {product: self._flow(product, tonnes) for product, tonnes in self._spec[0].items()}
        self._panic = Track([_decay(start, panic, tau)])
        self._inflow = {product: Track([]) for product in (*self._flows, "")}
        self._offer()
        for flow in self._flows.values():
            flow.restart(start, flow.initial, panic)
        self._refresh(start)

    # -- changes ---------------------------------------------------------------------------------------------

    def news(self, t: float, size: float) -> frozenset[str]:
        """Panic rises by `size`, less the damping of lasting calm."""
        require(size >= 0.0 and isfinite(size), "the size of news", size)
        return self._frighten(t, lambda panic: panic + size * self.damping)

    def calm(self, t: float, factor: float, lasting: bool = True) -> frozenset[str]:
        """Panic is multiplied by `factor`; when `lasting`, so is the effect of later news."""
        require(0.0 <= factor <= 1.0, "a calming factor", factor)
        if lasting:
            self.damping *= factor
        return self._frighten(t, lambda panic: panic * factor)

    def modify(self, t: float, kind: str, target: str, name: str, factor: float | None) -> frozenset[str]:
        """Put a named factor on supply or demand, replace it, or with None take it away.

        Parameters
        ----------
        kind : {'source', 'demand'}
        target : str
            A source (or a customer), a product, or ``*`` for all.
        name : str
            Factors of different names on one target multiply.
        """
        require(factor is None or 0.0 <= factor < inf, f"factor {name!r}", factor)
        flows = self._targets(kind, target)
        marks = self._settle(t, flows)
        named = self._factors.setdefault((kind, target), {})
        if factor is None:
            named.pop(name, None)
        else:
            named[name] = factor
        self._effects[kind, target] = prod(named.values())
        for flow in flows:
            self._apply(kind, flow)
        return self._resume(marks)

    def limit(self, t: float, customer: str, fraction: float | None) -> frozenset[str]:
        """Cap sales to `customer` at `fraction` of its normal rate; None lifts the limit."""
        require(fraction is None or 0.0 <= fraction < inf, f"limit on {customer!r}", fraction)
        marks = self._settle(t, self._buying(customer))
        for flow, _ in marks:
            for line in flow.lines:
                if line.customer == customer:
                    line.limit = fraction
        return self._resume(marks)

    def deliver(self, t: float, product: str, tonnes: float) -> frozenset[str]:
        """Add a lump of `tonnes` to the stock of `product`."""
        require(0.0 <= tonnes < inf, "a delivery", tonnes)
        flow = self._flows[product]
        marks = self._settle(t, [flow])
        self._lumps[product] += tonnes
        return self._resume(marks, {flow.product: tonnes})

    def lock(self, t: float, store: str) -> frozenset[str]:
        """Close a store: its share of what is accessible now is out of reach until `unlock`.

        Stores are thought to be drawn down evenly, so its part of the accessible stock is its share among the
        parts not locked already.  Locking a locked store changes nothing.
        """
        shares = self._store(store).shares
        if store in self._locked:
            return frozenset()
        marks = self._settle(t, [self._flows[product] for product in shares])
        gone: dict[str, float] = {}
        for flow, mark in marks:
            share = shares[flow.product]
            closed = sum([one.shares.get(flow.product, 0.0) for one in self._spec[3] if one.id in self._locked], 0.0)
            flow.locked[store] = mark.stock * min(1.0, share / (1.0 - closed)) if share else 0.0
            gone[flow.product] = -flow.locked[store]
        self._locked.add(store)
        return self._resume(marks, gone)

    def unlock(self, t: float, store: str) -> frozenset[str]:
        """Open a store again: what was locked in it is accessible."""
        shares = self._store(store).shares
        if store not in self._locked:
            return frozenset()
        marks = self._settle(t, [self._flows[product] for product in shares])
        self._locked.remove(store)
        return self._resume(marks, {flow.product: flow.locked.pop(store) for flow, _ in marks})

    def steady(self, variable: str) -> bool:
        """What comes in is piecewise constant: it changes only by a change."""
        return variable.startswith("inbound_ratio")

    # -- what came of it -------------------------------------------------------------------------------------

    def totals(self) -> dict[tuple[str, str], Total]:
        """For each customer and product, what became of its demand up to the present [t]."""
        return {(customer, product): total for product, flow in self._flows.items()
                for customer, total in flow.totals(self.now).items()}

    def delivered(self) -> dict[tuple[str, str], float]:
        """What came in up to the present [t], by source and product; single deliveries are the source
        ``lump``."""
        found = {}
        for product, flow in self._flows.items():
            for supply in flow.supplies:
                found[supply.id, product] = supply.given + supply.rate * (self.now - flow.start)
            found[LUMP, product] = self._lumps[product]
        return found

    def locked(self, product: str) -> float:
        """Stock of `product` out of reach in locked stores [t]."""
        return sum(self._flows[product].locked.values(), 0.0)

    def balance(self) -> float:
        """Stock + locked + served - initial - delivered [t]: zero but for rounding."""
        held = sum([flow.stock.value(self.now) + self.locked(product) - flow.initial
                   for product, flow in self._flows.items()], 0.0)
        served = sum([total.served for total in self.totals().values()], 0.0)
        return held + served - sum(self.delivered().values(), 0.0)

    def copy(self) -> StockWorld:
        """An independent world in the same state."""
        twin = StockWorld(*self._spec, tau=self.tau, start=self.now)
        twin.damping = self.damping
        twin._factors = {key: dict(named) for key, named in self._factors.items()}
        twin._effects = dict(self._effects)
        twin._lumps = dict(self._lumps)
        twin._locked = set(self._locked)
        twin._panic.renew(*self._panic.pieces)
        for flow, own in zip(twin._flows.values(), self._flows.values(), strict=True):
            _copy_flow(flow, own, curve_at(twin._panic, own.start).remnant(own.start))
        twin._refresh(self.now)
        return twin

    # -- inside ----------------------------------------------------------------------------------------------

    def _flow(self, product: str, tonnes: float) -> Flow:
        _, customers, sources, _ = self._spec
        lines = [Line(one, one.demand[product]) for one in customers if product in one.demand]
        supplies = [Supply(one) for one in sources if one.product == product]
        return Flow(product, tonnes, lines, supplies, self.tau)

    def _offer(self) -> None:
        """Name the variables."""
        flows = self._flows.values()
        self._sums = [Sum([getattr(flow, part) for flow in flows], self.tau, self.now)
                      for part in ("stock", "sales", "net")]
        stock, sales, net = self._sums
        normal = sum([flow.normal for flow in flows], 0.0)
        views: dict[str, tuple[Path, float]] = {
            "panic": (self._panic, 1.0),
            "stock_days_scarcest": (Lowest([(one.stock, 1.0 / (HOURS * one.normal)) for one in flows]), 1.0),
            "stock_days_rate": (net, 1.0 / normal),
        }
        views |= _views("", stock, sales, self._inflow[""], normal)
        for product, flow in self._flows.items():
            views |= _views(f":{product}", flow.stock, flow.sales, self._inflow[product], flow.normal)
            views[f"short:{product}"] = (flow.short, 1.0)
        self._views = views

    def _targets(self, kind: str, target: str) -> list[Flow]:
        """The products that a modifier on `target` concerns."""
        if kind not in ("source", "demand"):
            raise ValueError(f"a modifier is on 'source' or 'demand', not {kind!r}")
        if target == EVERY:
            return list(self._flows.values())
        if target in self._flows:
            return [self._flows[target]]
        if kind == "demand":
            return self._buying(target)
        found = [flow for flow in self._flows.values() if any(one.id == target for one in flow.supplies)]
        require(bool(found), "a source", target)
        return found

    def _buying(self, customer: str) -> list[Flow]:
        found = [flow for flow in self._flows.values()
                 if any(line.customer == customer for line in flow.lines)]
        require(bool(found), "a customer", customer)
        return found

    def _store(self, store: str) -> Store:
        found = [one for one in self._spec[3] if one.id == store]
        require(bool(found), "a store", store)
        return found[0]

    def _apply(self, kind: str, flow: Flow) -> None:
        """Work out the modifiers in force on one product."""
        effect = self._effects
        common = effect.get((kind, EVERY), 1.0) * effect.get((kind, flow.product), 1.0)
        if kind == "source":
            for supply in flow.supplies:
                supply.rate = supply.normal * common * effect.get((kind, supply.id), 1.0)
        else:
            for line in flow.lines:
                line.factor = common * effect.get((kind, line.customer), 1.0)

    def _frighten(self, t: float, change: Callable[[float], float]) -> frozenset[str]:
        marks = self._settle(t, self._flows.values())
        before = curve_at(self._panic, self.now).remnant(self.now)
        after = change(before)
        self._panic.renew(_decay(self.now, after, self.tau))
        jumped = self._resume(marks)
        return jumped | {"panic"} if differ(before, after) else jumped

    def gather(self, t: float) -> None:
        """Work the changes of one instant out as one: until `resolve` a change returns nothing, and nothing may be
        asked of the world."""
        self.advance(t)
        self._batch, self._moved = {}, {}

    def resolve(self) -> frozenset[str]:
        """The changes since `gather` are all; returns the variables that jumped."""
        marks, self._batch = list((self._batch or {}).values()), None
        return self._resume(marks, self._moved)

    def _settle(self, t: float, flows: Iterable[Flow]) -> list[tuple[Flow, Mark]]:
        """Bring some products to `t`; `_resume` must follow."""
        self.advance(t)
        marks = []
        for flow in flows:
            found = self._batch.get(flow.product) if self._batch is not None else None
            if found is None:
                found = (flow, flow.mark(self.now))
                flow.settle(self.now)
                if self._batch is not None:
                    self._batch[flow.product] = found
            elif flow.product in self._moved:
                found = (flow, found[1]._replace(stock=found[1].stock + self._moved[flow.product]))
            marks.append(found)
        return marks

    def _resume(self, marks: list[tuple[Flow, Mark]],
                moved: Mapping[str, float] | None = None) -> frozenset[str]:
        """Go on after a change that `moved` some stock; returns what jumped."""
        if self._batch is not None:
            for product, tonnes in (moved or {}).items():
                self._moved[product] = self._moved.get(product, 0.0) + tonnes
            return frozenset()
        now, panic = self.now, curve_at(self._panic, self.now).remnant(self.now)
        scarcest = self._scarcest() if moved else 0.0
        for flow, mark in marks:
            more = moved.get(flow.product, 0.0) if moved else 0.0
            flow.restart(now, max(0.0, mark.stock + more), panic)
        self._refresh(now)
        self._stirred.add("")
        jumped: set[str] = set()
        for flow, mark in marks:
            jumped |= _jumps(flow.product, mark, flow.mark(now))
        if moved and differ(scarcest, self._scarcest()):
            jumped.add("stock_days_scarcest")
        return frozenset(jumped)

    def _scarcest(self) -> float:
        return min(flow.stock.value(self.now) / flow.normal for flow in self._flows.values())

    def _refresh(self, t: float) -> None:
        """Make the sums and what comes in follow the products as they are from `t` on."""
        total = 0.0
        for product, flow in self._flows.items():
            _hold(self._inflow[product], t, flow.inflow)
            total += flow.inflow
        _hold(self._inflow[""], t, total)
        for track in self._sums:
            track.restart(t)


def _views(suffix: str, stock: Track, sales: Track, inflow: Track,
           normal: float) -> dict[str, tuple[Path, float]]:
    return {
        f"stock{suffix}": (stock, 1.0),
        f"stock_days{suffix}": (stock, 1.0 / (HOURS * normal)),
        f"served_ratio{suffix}": (sales, 1.0 / normal),
        f"inbound_ratio{suffix}": (inflow, 1.0 / normal),
    }


def _jumps(product: str, before: Mark, after: Mark) -> set[str]:
    """Variables of one product, and of all, that differ on both sides of a change."""
    found: set[str] = set()
    if differ(before.stock, after.stock):
        found |= {"stock", "stock_days", f"stock:{product}", f"stock_days:{product}"}
    if differ(before.sales, after.sales):
        found |= {"served_ratio", f"served_ratio:{product}"}
    if differ(before.inflow, after.inflow):
        found |= {"inbound_ratio", f"inbound_ratio:{product}"}
    if differ(before.inflow - before.sales, after.inflow - after.sales, before.inflow + before.sales):
        found.add("stock_days_rate")
    if before.short != after.short:
        found.add(f"short:{product}")
    return found


def _hold(track: Track, t: float, value: float) -> None:
    """Let a track stay at `value` from `t` on, if it does not already."""
    if not track.pieces or track.pieces[0].value(t) != value:
        track.renew(flat(t, inf, value))


def _decay(t: float, panic: float, tau: float) -> Curve:
    return Curve(t, inf, panic, 0.0, panic, tau)


def _copy_flow(twin: Flow, own: Flow, panic: float) -> None:
    """Give `twin` the state of `own`; the same start makes the same spans."""
    for to, line in zip(twin.lines, own.lines, strict=True):
        to.factor, to.limit = line.factor, line.limit
        to.sums = line.sums[:]
    for into, supply in zip(twin.supplies, own.supplies, strict=True):
        into.rate, into.given = supply.rate, supply.given
    twin.locked = dict(own.locked)
    twin.restart(own.start, own.opening, panic)


def _check(stock: Mapping[str, float], customers: Iterable[Customer], sources: Sequence[Source],
           stores: Iterable[Store], tau: float, panic: float) -> None:
    require(0.0 < tau < inf, "tau", tau)
    require(0.0 <= panic < inf, "panic", panic)
    require(bool(stock), "the stock", stock)
    # One source may bring several products; a modifier on it is on all of them.
    pairs = {(one.id, one.product) for one in sources}
    require(len(pairs) == len(sources), "two sources of one name for one product,", sorted(pairs))
    ids = [*stock, *(one.id for one in customers), *{one.id for one in sources}, EVERY]
    for name in ids:
        require(ids.count(name) == 1, "an id used twice, as targets must be told apart,", name)
    for source in sources:
        require(source.product in stock, f"the product of source {source.id!r}", source.product)
        require(0.0 <= source.rate < inf, f"the rate of source {source.id!r}", source.rate)
    for one in customers:
        require(0.0 <= one.weight < inf, f"the weight of panic of {one.id!r}", one.weight)
        for product, rate in one.demand.items():
            require(product in stock, f"a product that {one.id!r} buys", product)
            require(0.0 <= rate < inf, f"demand of {one.id!r} for {product!r}", rate)
    for product, tonnes in stock.items():
        require(0.0 <= tonnes < inf, f"the stock of {product!r}", tonnes)
        normal = sum([one.demand.get(product, 0.0) for one in customers], 0.0)
        require(normal > 0.0, f"normal demand for {product!r}", normal)
    _check_stores(stock, stores)


def _check_stores(stock: Mapping[str, float], stores: Iterable[Store]) -> None:
    for store in stores:
        for product, share in store.shares.items():
            require(product in stock, f"a product in store {store.id!r}", product)
            require(0.0 <= share <= 1.0, f"the share of store {store.id!r} in {product!r}", share)
    for product in stock:
        whole = sum([store.shares.get(product, 0.0) for store in stores], 0.0)
        require(whole <= 1.0 + 1e-9, f"the shares of the stores in {product!r} together", whole)
