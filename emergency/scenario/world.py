"""Worlds as a scenario supposes them: stocks, markets, outbreaks, declared series.

What they do is told in `emergency.world`; here are the numbers people write. Amounts keep their units.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from emergency.condition import Any, Compare, Guard
from emergency.jurisdiction import Basis
from emergency.plan.leaves import Whole
from emergency.quantity import Amount, Duration
from emergency.scenario.assumption import Assumption, fixed
from emergency.source import Frozen, Id, Named, Text

__all__ = [
    "Abnormal",
    "ChainSpec",
    "Customer",
    "Good",
    "Hosts",
    "Jumps",
    "MarketPlace",
    "MarketSpec",
    "Noise",
    "OutbreakSpec",
    "PriceCurve",
    "Product",
    "Route",
    "Series",
    "StockSpec",
    "Store",
    "Supply",
    "World",
]


class Product(Named):
    """A good with a stock."""

    stock: Assumption


class Supply(Named):
    """A route by which goods arrive, with its normal rate per product; `starts` 0 for one that must be opened."""

    rates: dict[Id, Assumption]
    starts: Assumption | None = None


class Customer(Named):
    """A class of customers: normal demand per product, how strongly panic moves it, who is served first."""

    demand: dict[Id, Assumption]
    panic: Assumption
    priority: Whole


class Store(Named):
    """A store that can be cut off, with its share of each product's stock."""

    shares: dict[Id, Assumption]


class Noise(Frozen):
    """Demand of all customers times a factor drawn anew every so often; mean 1."""

    every: Duration
    spread: Assumption

    @field_validator("every")
    @classmethod
    def _lasting(cls, value: Duration) -> Duration:
        if not fixed(value).plain_hours:
            raise PydanticCustomError("bad-duration", "bad duration {value}", {"value": str(value)})
        return value


class StockSpec(Frozen):
    """A world of stocks, customers and supplies."""

    products: dict[Id, Product]
    supplies: dict[Id, Supply]
    customers: dict[Id, Customer]
    stores: dict[Id, Store] = {}
    panic_decay: Assumption
    noise: Noise | None = None


class Series(Frozen):
    """A variable driven by declared values; `points` are ``[time from start, value]``."""

    shape: Literal["step", "linear"] = "step"
    points: Annotated[tuple[tuple[Duration, Amount], ...], Field(min_length=1)]
    basis: Basis
    source: Id | None = None
    note: Text | None = None

    @field_validator("points")
    @classmethod
    def _in_order(cls, value: tuple[tuple[Duration, Amount], ...]) -> tuple[tuple[Duration, Amount], ...]:
        times = [t.plain_hours for t, _ in value]
        if times != sorted(set(times)) or times[0] != 0:
            raise PydanticCustomError("series-order", "times start at 0 and increase", {})
        return value


class PriceCurve(Frozen):
    """What becomes of the price as shelves empty: ``[cover, multiple of the normal price]``, joined by lines."""

    points: Annotated[tuple[tuple[Amount, Amount], ...], Field(min_length=1)]
    basis: Basis
    source: Id | None = None
    note: Text | None = None

    @field_validator("points")
    @classmethod
    def _falling(cls, value: tuple[tuple[Amount, Amount], ...]) -> tuple[tuple[Amount, Amount], ...]:
        if any(x.dimension != "days of demand" or y.dimension != "number" for x, y in value):
            raise PydanticCustomError("price-curve", "cover in days-of-demand, multiples of the price", {})
        covers, multiples = [x.base for x, _ in value], [y.base for _, y in value]
        if covers != sorted(set(covers)) or multiples != sorted(multiples, reverse=True) or multiples[-1] <= 0:
            raise PydanticCustomError("price-curve", "cover rises, the price never does", {})
        return value


class Good(Named):
    """What a market sells: what all places together normally need, its price, how strongly panic moves it.

    `cover` is what shelves hold at the start, in days of normal demand.
    """

    demand: Assumption
    price: Assumption
    cover: Assumption
    panic: Assumption
    price_at_cover: PriceCurve | None = None


class MarketPlace(Frozen):
    """Where goods are sold: its share of demand by `weight`, the places its panic spreads to, who is served first.

    `cover` overrides that of a good in this place.
    """

    weight: Assumption
    neighbours: tuple[Id, ...] = ()
    priority: Whole = Whole(1)
    cover: dict[Id, Assumption] = {}


class Route(Named):
    """How goods reach shelves: by good, the share of normal demand that arrives; `starts` 0 if it must be opened.

    `to` names the places it serves; all, if left out.
    """

    brings: dict[Id, Assumption]
    to: tuple[Id, ...] = ()
    starts: Assumption | None = None


class ChainSpec(Frozen):
    """How one good reaches the shelves: raw reserve, mill, milled stock, transport.

    `raw` and `milled` are reserves held until released; `mill` is what it takes in, `yields` what comes out of a
    raw tonne, `transport` what can be carried to all places together (any amount, if left out), `raw_in` what is
    bought and milled day by day; `at_mill` and `depot` wait there at the start. What is too little for all is
    shared by need, or by priority first.
    """

    good: Id
    raw: Assumption
    milled: Assumption
    mill: Assumption
    yields: Assumption
    transport: Assumption | None = None
    raw_in: Assumption | None = None
    at_mill: Assumption | None = None
    depot: Assumption | None = None
    by: Literal["need", "priority"] = "need"


class Abnormal(Frozen):
    """When a place of a market counts as abnormal: comparisons joined by ``or``, on the place's own variables."""

    when: Guard
    basis: Basis
    source: Id | None = None
    note: Text | None = None

    @property
    def comparisons(self) -> tuple[Compare, ...]:
        """The comparisons of which one is enough."""
        parts = self.when.tree.parts if isinstance(self.when.tree, Any) else (self.when.tree,)
        return tuple(p for p in parts if isinstance(p, Compare))

    @field_validator("when")
    @classmethod
    def _plain(cls, value: Guard) -> Guard:
        parts = value.tree.parts if isinstance(value.tree, Any) else (value.tree,)
        if not all(isinstance(p, Compare) for p in parts):
            raise PydanticCustomError("abnormal-form", "comparisons joined by or", {"value": value.text})
        return value


class MarketSpec(Named):
    """A world of goods in places, with what passes between them, and perhaps a chain behind one of the goods."""

    goods: Annotated[dict[Id, Good], Field(min_length=1)]
    places: Annotated[dict[Id, MarketPlace], Field(min_length=1)]
    routes: dict[Id, Route] = {}
    chain: ChainSpec | None = None
    abnormal: Abnormal | None = None
    panic_decay: Assumption
    spread: Assumption | None = None


class Hosts(Frozen):
    """What an organism can infest in a place, and what it has infested at the start."""

    hosts: Assumption
    infested: Assumption | None = None
    growth: Assumption | None = None


class Jumps(Frozen):
    """How an organism is carried elsewhere: how often, by infested area, and the area then infested there."""

    rate: Assumption
    area: Assumption


class OutbreakSpec(Named):
    """A world of one organism.

    `growth` is the rate at which a small infested area grows, `kill` that at which hosts in it die; what shrinks
    to `least` is gone. `detection` is how often it is found, by infested area; a finding counts as new for
    `finding_lasts`.
    """

    places: Annotated[dict[Id, Hosts], Field(min_length=1)]
    growth: Assumption
    kill: Assumption | None = None
    least: Assumption | None = None
    detection: Assumption | None = None
    finding_lasts: Assumption | None = None
    jumps: Jumps | None = None

    @model_validator(mode="after")
    def _a_finding_ends(self) -> OutbreakSpec:
        if (self.detection is None) != (self.finding_lasts is None):
            raise PydanticCustomError("finding-lasts", "detection and finding_lasts go together", {})
        return self


class World(Frozen):
    """What the crisis does."""

    stock: StockSpec | None = None
    markets: dict[Id, MarketSpec] = {}
    outbreaks: dict[Id, OutbreakSpec] = {}
    series: dict[Id, Series] = {}
