"""What a scenario says about its worlds and does to them: names that lead nowhere, quantities of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from emergency.jurisdiction import Jurisdiction
from emergency.plan import Path
from emergency.quantity import UNITS
from emergency.reader.names import Trouble, about
from emergency.scenario import Assumption, Effect, MarketSpec, OutbreakSpec, World
from emergency.scenario.variables import offered

__all__ = ["Wanted", "effect_problems", "effect_quantities", "world_problems", "world_quantities"]

ANY = float("inf")

#: What the effects on a market and on an outbreak take as their value: the dimensions, and the greatest number.
OF_MARKETS: dict[str, tuple[tuple[str, ...], float]] = {
    "news": (("number",), ANY),
    "calm": (("number",), 1.0),
    "modify-supply": (("number",), ANY),
    "modify-demand": (("number",), ANY),
    "modify-mill": (("number",), ANY),
    "modify-transport": (("number",), ANY),
    "modify-raw": (("number",), ANY),
    "limit": (("number",), ANY),
    "deliver": (("mass",), ANY),
    "release": (("mass rate", "mass"), ANY),
    "requisition": (("mass",), ANY),
    "cap-price": (("price",), ANY),
}
OF_OUTBREAKS: dict[str, tuple[tuple[str, ...], float]] = {
    "seed": (("area",), ANY),
    "treat": (("number",), 1.0),
    "modify-growth": (("number",), ANY),
    "control": (("rate",), ANY),
    "quarantine": (("number",), ANY),
    "survey": (("number",), ANY),
}
_ON_CHAIN = ("modify-mill", "modify-transport", "modify-raw", "release", "requisition")
_RESERVES = ("raw", "milled")


class Wanted(NamedTuple):
    """An assumption, the dimension its place asks for, and its bounds; `positive` if it cannot be nothing either."""

    path: Path
    assumption: Assumption | None
    dimension: str
    low: float = 0.0
    high: float = ANY
    positive: bool = False


def world_problems(world: World, jurisdiction: Jurisdiction | None) -> Iterator[Trouble]:
    """References of markets and outbreaks that lead nowhere."""
    kinds = ("products", "supplies", "customers", "stores")
    taken: set[str] = {name for kind in kinds for name in getattr(world.stock, kind, ())}
    for kind, held in (("markets", world.markets), ("outbreaks", world.outbreaks)):
        for id in held:
            if id in taken:
                yield Trouble(("world", kind, id, "[key]"), "target-twice", {"name": str(id)})
        taken |= set(held)
    for id, market in world.markets.items():
        yield from _market(("world", "markets", id), market, jurisdiction)
    for id, outbreak in world.outbreaks.items():
        yield from _places(("world", "outbreaks", id, "places"), outbreak.places, jurisdiction)


def _places(path: Path, places: Iterable[str], jurisdiction: Jurisdiction | None) -> Iterator[Trouble]:
    if jurisdiction is not None:
        for place in places:
            if place not in jurisdiction.places:
                yield Trouble((*path, place, "[key]"), "unknown-place", about(place, jurisdiction.places))


def _market(path: Path, market: MarketSpec, jurisdiction: Jurisdiction | None) -> Iterator[Trouble]:
    yield from _places((*path, "places"), market.places, jurisdiction)
    for id, place in market.places.items():
        at: Path = (*path, "places", id)
        for i, neighbour in enumerate(place.neighbours):
            if neighbour not in market.places:
                yield Trouble((*at, "neighbours", i), "unknown-place", about(neighbour, market.places))
        for good in place.cover:
            if good not in market.goods:
                yield Trouble((*at, "cover", good, "[key]"), "unknown-good", about(good, market.goods))
    for id, route in market.routes.items():
        at = (*path, "routes", id)
        for good in route.brings:
            if good not in market.goods:
                yield Trouble((*at, "brings", good, "[key]"), "unknown-good", about(good, market.goods))
        for i, to in enumerate(route.to):
            if to not in market.places:
                yield Trouble((*at, "to", i), "unknown-place", about(to, market.places))
    if market.chain is not None and market.chain.good not in market.goods:
        yield Trouble((*path, "chain", "good"), "unknown-good", about(market.chain.good, market.goods))
    if market.abnormal is not None:
        yield from _abnormal((*path, "abnormal", "when"), market)


def _abnormal(path: Path, market: MarketSpec) -> Iterator[Trouble]:
    own = offered(World(markets={"m": market}))
    units = {name.partition(":")[2]: one.unit for name, one in own.items() if one.places and one.unit != "flag"}
    assert market.abnormal is not None
    for part in market.abnormal.comparisons:
        unit = units.get(part.indicator)
        if unit is None:
            yield Trouble(path, "unknown-indicator", about(part.indicator, units))
        elif UNITS[unit][0] != part.amount.dimension:
            facts: dict[str, object] = {"name": part.indicator, "amount": str(part.amount), "unit": unit}
            yield Trouble(path, "wrong-unit", facts)


# ---------------------------------------------------------------------------------------- effects


def concerns(effect: Effect, world: World) -> MarketSpec | OutbreakSpec | None:
    """The market or outbreak that an effect is on, if it is on one."""
    if effect.do == "set":
        return None
    markets = {str(id): one for id, one in world.markets.items()}
    outbreaks = {str(id): one for id, one in world.outbreaks.items()}
    return markets.get(effect.head) or outbreaks.get(effect.head)


def effect_problems(path: Path, effect: Effect, world: World, broken: Iterable[str]) -> Iterator[Trouble] | None:
    """What an effect on a market or outbreak names that is not there; None if it is on neither.

    Parameters
    ----------
    broken : iterable of str
        Names of worlds that could not be read: nothing is said about effects on them.
    """
    one = concerns(effect, world)
    if isinstance(one, MarketSpec):
        return _on_market(path, effect, one)
    if isinstance(one, OutbreakSpec):
        return _on_outbreak(path, effect, one)
    if effect.head in broken:
        return iter(())
    if effect.do in {*OF_MARKETS, *OF_OUTBREAKS} - _OF_STOCKS:
        known = [*world.markets, *world.outbreaks]
        return iter([Trouble((*path, "target"), "unknown-world", about(effect.head, map(str, known)))])
    return None


_OF_STOCKS = {"news", "calm", "modify-supply", "modify-demand", "limit", "deliver"}


def _on_market(path: Path, effect: Effect, market: MarketSpec) -> Iterator[Trouble]:
    at: Path = (*path, "target")
    if effect.do not in OF_MARKETS:
        yield Trouble((*path, "do"), "not-done-there", {"do": effect.do, "known": sorted(OF_MARKETS)})
        return
    if effect.place is not None and effect.place not in market.places:
        yield Trouble((*path, "place"), "unknown-place", about(effect.place, market.places))
    if effect.do in _ON_CHAIN and market.chain is None:
        yield Trouble(at, "no-chain", {"name": effect.head})
    elif effect.do in ("release", "requisition"):
        if effect.part not in _RESERVES:
            yield Trouble(at, "unknown-reserve", about(effect.part, _RESERVES))
    elif effect.do in ("limit", "deliver", "cap-price"):
        if effect.part not in market.goods:
            yield Trouble(at, "unknown-good", about(effect.part, market.goods))
    elif effect.do == "modify-supply" and effect.part and effect.part not in {*market.goods, *market.routes}:
        yield Trouble(at, "unknown-route", about(effect.part, [*market.goods, *market.routes]))
    elif effect.do == "modify-supply" and effect.part in market.routes and effect.place is not None:
        yield Trouble((*path, "place"), "route-has-places", {"name": effect.part})
    elif effect.do == "modify-demand" and effect.part and effect.part not in market.goods:
        yield Trouble(at, "unknown-good", about(effect.part, market.goods))


def _on_outbreak(path: Path, effect: Effect, outbreak: OutbreakSpec) -> Iterator[Trouble]:
    if effect.do not in OF_OUTBREAKS:
        yield Trouble((*path, "do"), "not-done-there", {"do": effect.do, "known": sorted(OF_OUTBREAKS)})
    elif effect.place is not None and effect.place not in outbreak.places:
        yield Trouble((*path, "place"), "unknown-place", about(effect.place, outbreak.places))


# ------------------------------------------------------------------------------------- quantities


def effect_quantities(path: Path, effect: Effect, world: World) -> Iterator[Wanted]:
    """The numbers of an effect on a market or outbreak."""
    one = concerns(effect, world)
    table = OF_MARKETS if isinstance(one, MarketSpec) else OF_OUTBREAKS if isinstance(one, OutbreakSpec) else {}
    if effect.do not in table or effect.to is None:
        return
    dimensions, high = table[effect.do]
    fits = effect.to.dimension if effect.to.dimension in dimensions else dimensions[0]
    yield Wanted((*path, "to"), effect.to, fits, 0.0, high, effect.do == "cap-price")
    yield Wanted((*path, "holdback"), effect.holdback, "number", 0.0, 1.0)


def world_quantities(world: World) -> Iterator[Wanted]:
    """The numbers of markets and outbreaks."""
    for id, market in world.markets.items():
        yield from _of_market(("world", "markets", id), market)
    for id, outbreak in world.outbreaks.items():
        yield from _of_outbreak(("world", "outbreaks", id), outbreak)


def _of_market(path: Path, market: MarketSpec) -> Iterator[Wanted]:
    for id, good in market.goods.items():
        at: Path = (*path, "goods", id)
        yield Wanted((*at, "demand"), good.demand, "mass rate", positive=True)
        yield Wanted((*at, "price"), good.price, "price", positive=True)
        yield Wanted((*at, "cover"), good.cover, "days of demand")
        yield Wanted((*at, "panic"), good.panic, "number")
    for id, place in market.places.items():
        yield Wanted((*path, "places", id, "weight"), place.weight, "number", positive=True)
        for of, cover in place.cover.items():
            yield Wanted((*path, "places", id, "cover", of), cover, "days of demand")
    for id, route in market.routes.items():
        yield Wanted((*path, "routes", id, "starts"), route.starts, "number")
        for of, share in route.brings.items():
            yield Wanted((*path, "routes", id, "brings", of), share, "number")
    if market.chain is not None:
        at, chain = (*path, "chain"), market.chain
        for name in ("raw", "milled", "at_mill", "depot"):
            yield Wanted((*at, name), getattr(chain, name), "mass")
        for name in ("mill", "transport", "raw_in"):
            yield Wanted((*at, name), getattr(chain, name), "mass rate")
        yield Wanted((*at, "yields"), chain.yields, "number", 0.0, 1.0)
    yield Wanted((*path, "panic_decay"), market.panic_decay, "time", positive=True)
    yield Wanted((*path, "spread"), market.spread, "number", 0.0, 1.0)


def _of_outbreak(path: Path, outbreak: OutbreakSpec) -> Iterator[Wanted]:
    for id, place in outbreak.places.items():
        at: Path = (*path, "places", id)
        yield Wanted((*at, "hosts"), place.hosts, "area", positive=True)
        yield Wanted((*at, "infested"), place.infested, "area")
        yield Wanted((*at, "growth"), place.growth, "rate")
    yield Wanted((*path, "growth"), outbreak.growth, "rate")
    yield Wanted((*path, "kill"), outbreak.kill, "rate")
    yield Wanted((*path, "least"), outbreak.least, "area")
    yield Wanted((*path, "detection"), outbreak.detection, "rate per area")
    yield Wanted((*path, "finding_lasts"), outbreak.finding_lasts, "time")
    if outbreak.jumps is not None:
        yield Wanted((*path, "jumps", "rate"), outbreak.jumps.rate, "rate per area")
        yield Wanted((*path, "jumps", "area"), outbreak.jumps.area, "area")
