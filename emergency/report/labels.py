"""What an assumption is about, in words: its place in the scenario, read along the path to it."""

from __future__ import annotations

from typing import Any

from emergency.plan import Path
from emergency.report.page import Page
from emergency.scenario import Assumption, Effect, Inject, MarketSpec, Noticing, OutbreakSpec, Work
from emergency.source import Id, Named
from emergency.words import terms
from emergency.words.punctuation import aside, punctuation

__all__ = ["label", "target", "variable"]

#: Fields that only hold others and say nothing themselves.
_SILENT = (
    "world", "stock", "products", "supplies", "customers", "stores", "measures", "markets", "outbreaks", "goods",
    "places", "routes", "injects", "work", "staffing", "reporting", "effects", "behaviour", "noticed", "fleets",
    "tells", "takes",
)  # fmt: skip


def label(page: Page, path: Path) -> str:
    """The place of an assumption in the scenario, in words."""
    parts: list[str] = []
    at: Any = page.scenario
    for step in path:
        before, at = at, _inside(at, step)
        told = _told(page, step, before, at, path)
        if told:
            parts.append(told)
    return " · ".join(parts)


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(step, int) or isinstance(value, dict):
        return value[step]
    return getattr(value, "as_" if step == "as" else step)


def _told(page: Page, step: str | int, before: Any, at: Any, path: Path) -> str:
    """One step of the way, in words; nothing for one that says nothing."""
    if isinstance(at, Effect):
        return _effect(page, at)
    if isinstance(at, MarketSpec | OutbreakSpec):
        return ""  # the heading of its group
    if isinstance(step, int):
        return _entry(page, at)
    if isinstance(before, dict):
        return at.in_(page.lang) if isinstance(at, Named) else _key(page, step, path)
    if step == "stock" and isinstance(at, Assumption):
        return terms.field("stock", page.lang)
    if step in _SILENT or (step == "to" and isinstance(before, Effect)):
        return ""
    if step == "after" and not isinstance(before, Effect):
        return terms.field("after-inject" if isinstance(before, Inject) else "tells", page.lang)
    return terms.field(step, page.lang)


def _entry(page: Page, at: Any) -> str:
    """An entry of a list: an inject by its title, a measure, a seat, an agency and what it does."""
    if isinstance(at, Work):
        return _work(page, at)
    if isinstance(at, Noticing):
        return page.join(variable(page, str(a)) for a in at.about)
    title = getattr(at, "title", None)
    if title is not None:
        return str(title.in_(page.lang))
    seat = getattr(at, "seat", None)
    if seat is not None:
        return page.names.actor(str(seat))
    measure = getattr(at, "measure", None)
    return _measure(page, str(measure)) if measure is not None else ""


def _measure(page: Page, name: str) -> str:
    plan, _, ref = name.partition(":")
    return page.thing(plan, ref) if plan in page.programs else name


def _work(page: Page, at: Work) -> str:
    if at.measure is not None:
        return _measure(page, at.measure)
    parts = [page.names.actor(str(at.by))] if at.by is not None else []
    parts += [terms.verb(at.do, page.lang)] if at.do is not None else []
    return punctuation(page.lang).colon.join(parts)


def _effect(page: Page, effect: Effect) -> str:
    told = terms.effect(effect.do, page.lang)
    if effect.target:
        told += f" {target(page, str(effect.target))}"
    if effect.place is not None:
        told = aside(told, page.names.place(str(effect.place)), page.lang)
    return told


def _key(page: Page, key: str, path: Path) -> str:
    """A key that bears no name itself: a place, or a good of the market it stands in."""
    if page.names.place(key) != key:
        return page.names.place(key)
    market = str(path[2]) if path[:2] == ("world", "markets") else ""
    found = page.names.good(market, key) if market else key
    return found if found != key else target(page, key)


def target(page: Page, id: str) -> str:
    """What an effect acts on: a part of the world of stocks, of a market, an outbreak, a series or a flag."""
    head, _, part = id.partition(":")
    world = page.scenario.world
    stock, market = world.stock, world.markets.get(Id(head))
    groups: list[Any] = [stock.products, stock.supplies, stock.customers, stock.stores] if stock is not None else []
    if market is not None and part:
        groups = [market.goods, market.routes]
    found = next((g[Id(part or head)] for g in groups if (part or head) in g), None)
    if found is not None:
        told = str(found.in_(page.lang))
        return f"{page.names.world(head)} {told}" if part and len(world.markets) > 1 else told
    if page.names.world(head) != head:
        named = terms.field(part, page.lang) if part else ""
        return f"{page.names.world(head)} {named}".rstrip()
    return variable(page, id)


def variable(page: Page, id: str) -> str:
    """An indicator, by the first plan that has a name for it."""
    for plan in page.programs:
        found = page.names.variable(plan, id)
        if found != id:
            return found
    return id
