"""The world of one run, made from what a scenario supposes, its assumptions drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emergency.chance import Stream
from emergency.condition import Atom
from emergency.scenario import Assumption, Hosts, MarketSpec, OutbreakSpec, StockSpec, World
from emergency.world import (
    Chain,
    Customer,
    Delivery,
    Good,
    MarketPlace,
    MarketWorld,
    Named,
    OutbreakPlace,
    OutbreakWorld,
    Series,
    SeriesWorld,
    Source,
    StockWorld,
    Store,
    Worlds,
)
from emergency.world import World as WorldLike

__all__ = ["Crisis", "declared_series", "headlines", "make_crisis"]

Drawn = Callable[[Assumption, str], float]


@dataclass(frozen=True, slots=True)
class Crisis:
    """The worlds of one run, together and by kind."""

    all: Worlds
    stock: StockWorld | None
    markets: Mapping[str, Named]
    outbreaks: Mapping[str, Named]
    series: SeriesWorld


def declared_series(spec: World, flags: Mapping[str, float]) -> SeriesWorld:
    """The world of what is declared, the same in every run.

    Parameters
    ----------
    flags : mapping of name to 0 or 1
        Flags that the scenario drives, with their first value.
    """
    declared = [
        Series(str(n), [(t.plain_hours, v.base) for t, v in one.points], one.shape) for n, one in spec.series.items()
    ]
    return SeriesWorld([*declared, *(Series(name, [(0.0, value)]) for name, value in flags.items())])


def make_crisis(spec: World, series: SeriesWorld, stream: Stream) -> Crisis:
    """Draw the assumptions of a scenario's worlds and set the worlds up, beside the series that are declared."""

    def drawn(assumption: Assumption, cause: str) -> float:
        return stream.draw(assumption, f"world:{cause}")

    stock = _stock_world(spec.stock, drawn) if spec.stock is not None else None
    markets = {str(m): Named(str(m), _market_world(str(m), one, drawn)) for m, one in spec.markets.items()}
    outbreaks = {str(o): Named(str(o), _outbreak_world(str(o), one, drawn)) for o, one in spec.outbreaks.items()}
    every: list[WorldLike] = [*([stock] if stock else []), *markets.values(), *outbreaks.values(), series]
    return Crisis(Worlds(every), stock, markets, outbreaks, series)


def headlines(spec: World) -> tuple[str, ...]:
    """Variables whose course tells the story of the worlds, whether or not a plan asks for them."""
    found = ["stock_days"] if spec.stock is not None else []
    for name, market in spec.markets.items():
        found += [f"{name}:{what}@{place}" for what in ("cover", "price_rise") for place in market.places]
        if market.chain is not None:
            found += [f"{name}:{what}" for what in ("reserve:raw", "reserve:milled", "milled_days", "mill_load")]
    for name, outbreak in spec.outbreaks.items():
        found += [f"{name}:infested", f"{name}:mortality", *(f"{name}:infested@{place}" for place in outbreak.places)]
    return tuple(found)


def _stock_world(spec: StockSpec, drawn: Drawn) -> StockWorld:
    stock = {str(p): drawn(one.stock, f"{p}.stock") for p, one in spec.products.items()}
    customers = [
        Customer(
            str(c),
            {str(p): drawn(a, f"{c}.{p}") for p, a in one.demand.items()},
            drawn(one.panic, f"{c}.panic"),
            int(one.priority),
        )
        for c, one in spec.customers.items()
    ]
    sources = [
        Source(str(s), str(p), drawn(a, f"{s}.{p}")) for s, one in spec.supplies.items() for p, a in one.rates.items()
    ]
    stores = [
        Store(str(s), {str(p): drawn(a, f"{s}.{p}") for p, a in one.shares.items()}) for s, one in spec.stores.items()
    ]
    world = StockWorld(stock, customers, sources, stores, tau=drawn(spec.panic_decay, "panic.decay"))
    for id, supply in spec.supplies.items():
        if supply.starts is not None:
            world.modify(0.0, "source", str(id), "start", drawn(supply.starts, f"{id}.starts"))
    return world


def _market_world(name: str, spec: MarketSpec, drawn: Drawn) -> MarketWorld:
    def own(assumption: Assumption, cause: str) -> float:
        return drawn(assumption, f"{name}:{cause}")

    demand = {g: own(one.demand, f"{g}.demand") for g, one in spec.goods.items()}
    cover = {g: own(one.cover, f"{g}.cover") for g, one in spec.goods.items()}
    weights = {p: own(one.weight, f"{p}.weight") for p, one in spec.places.items()}
    whole = sum(weights.values(), 0.0)
    goods = [
        Good(
            str(g),
            [(x.base, y.base) for x, y in one.price_at_cover.points] if one.price_at_cover else ((0.0, 1.0),),
            own(one.price, f"{g}.price"),
            own(one.panic, f"{g}.panic"),
        )
        for g, one in spec.goods.items()
    ]
    places = []
    for p, place in spec.places.items():
        normal = {str(g): rate * weights[p] / whole for g, rate in demand.items()}
        held = {g: own(place.cover[g], f"{p}.{g}.cover") if g in place.cover else cover[g] for g in demand}
        shelf = {str(g): held[g] * 24.0 * normal[str(g)] for g in demand}
        places.append(MarketPlace(str(p), normal, shelf, tuple(map(str, place.neighbours)), int(place.priority)))
    by_id = {place.id: place for place in places}
    deliveries = []
    for r, route in spec.routes.items():
        for g, share in route.brings.items():
            part = own(share, f"{r}.{g}")
            deliveries += [
                Delivery(str(r), str(p), str(g), part * by_id[str(p)].demand[str(g)]) for p in route.to or spec.places
            ]
    return MarketWorld(
        places,
        goods,
        deliveries,
        _chain(spec, own),
        anomaly=[Atom(c.indicator, c.op, c.amount.base) for c in spec.abnormal.comparisons] if spec.abnormal else (),
        spread=own(spec.spread, "spread") if spec.spread is not None else 0.0,
        tau=own(spec.panic_decay, "panic.decay"),
        starts={str(r): own(one.starts, f"{r}.starts") for r, one in spec.routes.items() if one.starts is not None},
    )


def _chain(spec: MarketSpec, own: Drawn) -> Chain | None:
    chain = spec.chain
    if chain is None:
        return None

    def part(name: str, none: float = 0.0) -> float:
        given: Assumption | None = getattr(chain, name)
        return none if given is None else own(given, f"chain.{name}")

    return Chain(
        str(chain.good),
        part("raw"),
        part("milled"),
        part("mill"),
        part("yields"),
        part("transport", float("inf")),
        part("raw_in"),
        part("at_mill"),
        part("depot"),
        chain.by,
    )


def _outbreak_world(name: str, spec: OutbreakSpec, drawn: Drawn) -> OutbreakWorld:
    def own(assumption: Assumption | None, cause: str, none: float = 0.0) -> float:
        return none if assumption is None else drawn(assumption, f"{name}:{cause}")

    growth, kill, least = own(spec.growth, "growth"), own(spec.kill, "kill"), own(spec.least, "least")

    def place(p: str, one: Hosts) -> OutbreakPlace:
        area = own(one.hosts, f"{p}.hosts")
        grows = own(one.growth, f"{p}.growth", growth)
        return OutbreakPlace(p, area, grows, kill, least, min(area, own(one.infested, f"{p}.infested")))

    return OutbreakWorld([place(str(p), one) for p, one in spec.places.items()])
