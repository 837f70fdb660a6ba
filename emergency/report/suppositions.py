"""The assumptions of a scenario as a table: what, how much, on what ground."""

from __future__ import annotations

from typing import Any

from emergency.plan import Path, walk
from emergency.report.page import Page
from emergency.scenario import Assumption, Effect
from emergency.words import terms

__all__ = ["assumptions", "sources"]

Row = dict[str, Any]


def assumptions(page: Page) -> list[dict[str, Any]]:
    """Every supposed number and rule, grouped by what it is about."""
    groups: dict[str, list[Row]] = {}
    for path, one in walk(page.scenario, Assumption):
        group = "measures-do" if path[0] == "measures" else str(path[0])
        amount = terms.amount(str(one), page.lang)
        groups.setdefault(group, []).append(_row(page, _label(page, path), amount, one))
    _rest(page, groups)
    order = ["world", "flags", "judged", "reporting", "injects", "staffing", "behaviour", "work", "measures-do"]
    names = [*(g for g in order if g in groups), *(g for g in groups if g not in order)]
    return [{"title": terms.heading(name, page.lang), "rows": groups[name]} for name in names]


def _rest(page: Page, groups: dict[str, list[Row]]) -> None:
    """What is supposed without being a number: series, rules of judgement, first facts, crews."""
    lang, scenario = page.lang, page.scenario
    for name, series in scenario.world.series.items():
        points = page.join(f"{t}: {terms.amount(str(v), lang)}" for t, v in series.points)
        groups.setdefault("world", []).append(_row(page, _variable(page, str(name)), points, series))
    for name, rule in scenario.judged.items():
        groups.setdefault("judged", []).append(_row(page, _variable(page, str(name)), str(rule.when), rule))
    for name, value in scenario.flags.items():
        told = ("是" if value == "yes" else "否") if lang == "zh" else value
        groups.setdefault("flags", []).append(_row(page, _variable(page, str(name)), told, None))
    for staff in scenario.staffing:
        amount = terms.column(f"crews-{staff.hours}", lang).replace("{n}", str(staff.crews))
        groups.setdefault("staffing", []).append(_row(page, page.names.actor(staff.seat), amount, staff))
    for rule_ in scenario.behaviour:
        text = terms.column(f"answers-{rule_.answers}", lang)
        groups.setdefault("behaviour", []).append(_row(page, page.names.actor(rule_.seat), text, None))


def _row(page: Page, what: str, amount: str, one: object) -> Row:
    """A row with the basis, source and note of whatever carries them."""
    basis, source, note = (getattr(one, key, None) for key in ("basis", "source", "note"))
    return {
        "what": what,
        "amount": amount,
        "basis": terms.basis(str(basis), page.lang) if basis else "",
        "source": str(source) if source else "",
        "anchor": f"s-{source}" if source else "",
        "note": note.in_(page.lang) if note is not None else "",
    }


def _variable(page: Page, id: str) -> str:
    for plan in page.programs:
        found = page.names.variable(plan, id)
        if found != id:
            return found
    return id


def _label(page: Page, path: Path) -> str:
    """The place of an assumption in the scenario, in words."""
    parts: list[str] = []
    at: Any = page.scenario
    for step in path:
        before, at = at, _inside(at, step)
        told = _told(page, step, before, at)
        if told:
            parts.append(told)
    return " · ".join(parts)


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(step, int) or isinstance(value, dict):
        return value[step]
    return getattr(value, step)


def _told(page: Page, step: str | int, before: Any, at: Any) -> str:
    lang = page.lang
    if isinstance(at, Effect):
        target = f" {_target(page, str(at.target))}" if at.target else ""
        return f"{terms.effect(at.do, lang)}{target}"
    for key in ("title", "measure", "seat", "do"):
        found = getattr(at, key, None) if isinstance(step, int) else None
        if found is None:
            continue
        if key == "title":
            return str(found.in_(lang))
        if key == "measure":
            plan, _, ref = str(found).partition(":")
            return page.thing(plan, ref) if plan in page.programs else str(found)
        return page.names.actor(found) if key == "seat" else terms.verb(found, lang)
    if isinstance(before, dict):
        named = getattr(at, lang, None)
        return str(named) if named else _target(page, str(step))
    if isinstance(step, int) or step in ("world", "stock", "products", "supplies", "customers", "stores", "measures"):
        return "" if step != "stock" or not isinstance(at, Assumption) else terms.field("stock", lang)
    if step in ("injects", "work", "staffing", "reporting", "effects", "behaviour"):
        return ""
    return terms.field(str(step), lang)


def _target(page: Page, id: str) -> str:
    stock = page.scenario.world.stock
    for group in (stock.products, stock.supplies, stock.customers, stock.stores) if stock is not None else ():
        found = group.get(id)  # type: ignore[call-overload]
        if found is not None:
            return str(getattr(found, page.lang))
    return _variable(page, id)


def sources(page: Page) -> list[Row]:
    """Where the numbers come from, with how far each source was read."""
    return [
        {
            "id": str(id),
            "anchor": f"s-{id}",
            "text": one.zh if page.lang == "zh" else one.en,
            "evidence": terms.evidence(one.evidence, page.lang),
        }
        for id, one in page.scenario.sources.items()
    ]
