"""What became of the worlds of a run: the books that its last entry carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

from emergency.incident.worlds import Crisis
from emergency.world import MarketWorld, OutbreakWorld, StockWorld

__all__ = ["outcome"]


class _Total(Protocol):
    def _asdict(self) -> dict[str, float]: ...


def outcome(crisis: Crisis) -> dict[str, Any]:
    """Demand and supply [t] with the balance of the books [t], and how far each outbreak has come [area]."""
    found: dict[str, Any] = _stock(crisis.stock) if crisis.stock is not None else {}
    if crisis.markets:
        found["markets"] = {name: _market(cast(MarketWorld, one.world)) for name, one in crisis.markets.items()}
    if crisis.outbreaks:
        worlds = crisis.outbreaks.items()
        found["outbreaks"] = {name: _outbreak(cast(OutbreakWorld, one.world)) for name, one in worlds}
    return found


def _stock(world: StockWorld) -> dict[str, Any]:
    delivered: dict[str, dict[str, float]] = {}
    for (source, product), tonnes in world.delivered().items():
        delivered.setdefault(source, {})[product] = tonnes
    return {"demand": _nested(world.totals()), "delivered": delivered, "balance": world.balance()}


def _market(world: MarketWorld) -> dict[str, Any]:
    delivered: dict[str, dict[str, float]] = {}
    for (source, _, good), tonnes in world.delivered().items():
        goods = delivered.setdefault(source, {})
        goods[good] = goods.get(good, 0.0) + tonnes
    return {
        "demand": _nested(world.totals()),
        "delivered": delivered,
        "chain": world.chain_total()._asdict(),
        "balance": world.balance(),
    }


def _outbreak(world: OutbreakWorld) -> dict[str, Any]:
    names = sorted(n for n in world.variables() if n.split("@")[0] in ("infested", "mortality", "infested_places"))
    return {name: world.value(name, world.now) for name in names}


def _nested(totals: Mapping[tuple[str, str], _Total]) -> dict[str, dict[str, dict[str, float]]]:
    found: dict[str, dict[str, dict[str, float]]] = {}
    for (whose, what), total in totals.items():
        found.setdefault(whose, {})[what] = total._asdict()
    return found
