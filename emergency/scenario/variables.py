"""What the worlds of a scenario can be asked for: the variables that guards and assumptions may name."""

from __future__ import annotations

from typing import NamedTuple

from emergency.scenario.world import World

__all__ = ["STOCK_VARIABLES", "Offered", "offered"]

#: Variables of a world of stocks → a unit of their dimension.
STOCK_VARIABLES = {
    "stock": "t",
    "stock_days": "days-of-demand",
    "stock_days_scarcest": "days-of-demand",
    "stock_days_rate": "days-of-demand/d",
    "inbound_ratio": "%",
    "served_ratio": "%",
    "panic": "",
}
#: Variables of each place of a market, but for panic and anomaly also good by good.
_OF_GOODS = {
    "cover": "days-of-demand",
    "price": "CNY/kg",
    "price_rise": "%",
    "demand_ratio": "%",
    "served_ratio": "%",
}
_OF_PLACES = {"panic": "", "anomaly": "flag"}
_OF_CHAINS = {
    "reserve:raw": "t",
    "reserve:milled": "t",
    "at_mill": "t",
    "depot": "t",
    "milled_days": "days-of-demand",
    "mill_load": "%",
}
_OF_OUTBREAKS = {"infested_places": "places"}
_OF_INFESTED_PLACES = {"infested": "mu", "mortality": "%", "clear": "flag"}


class Offered(NamedTuple):
    """A variable: its unit, and the places it exists for (none for one of the whole world)."""

    unit: str
    places: tuple[str, ...] = ()

    def names(self, name: str) -> list[str]:
        """The names that the world itself gives it."""
        return [f"{name}@{place}" for place in self.places] or [name]


def offered(world: World) -> dict[str, Offered]:
    """The variables of a scenario's worlds, by name without place; one both whole and placed is told apart by ``@``.

    Declared series and flags are not among them: they are indicators of the plans.
    """
    found: dict[str, Offered] = {}
    if world.stock is not None:
        found |= {name: Offered(unit) for name, unit in STOCK_VARIABLES.items()}
        found |= {f"short:{product}": Offered("flag") for product in world.stock.products}
    for name, market in world.markets.items():
        places = tuple(map(str, market.places))
        goods = ["", *(f":{good}" for good in market.goods)]
        found |= {f"{name}:{what}{good}": Offered(unit, places) for what, unit in _OF_GOODS.items() for good in goods}
        found |= {f"{name}:{what}": Offered(unit, places) for what, unit in _OF_PLACES.items()}
        if market.chain is not None:
            found |= {f"{name}:{what}": Offered(unit) for what, unit in _OF_CHAINS.items()}
    for name, outbreak in world.outbreaks.items():
        places = tuple(map(str, outbreak.places))
        found |= {f"{name}:{what}": Offered(unit) for what, unit in _OF_OUTBREAKS.items()}
        found |= {f"{name}:new-finding": Offered("flag", places)}
        for what, unit in _OF_INFESTED_PLACES.items():
            found[f"{name}:{what}"] = Offered(unit)
            found |= {f"{name}:{what}@{place}": Offered(unit) for place in places}
    return found
