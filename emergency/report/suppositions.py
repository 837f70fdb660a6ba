"""The assumptions of a scenario as a table: what, how much, on what ground."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emergency.plan import Path, walk
from emergency.report.labels import label, variable
from emergency.report.page import Page
from emergency.scenario import Assumption, MarketSpec
from emergency.words import terms
from emergency.words.review import told as word_of

__all__ = ["assumptions", "sources"]

Row = dict[str, Any]
#: Three numbers of one unit: it is enough to name it once.
_SPREAD = re.compile(r"^(\S+) (\S+) … (\S+) \2 … (\S+) \2$")
_ORDER = (
    "measured", "flags", "judged", "noticed", "reporting", "injects", "staffing", "fleets", "behaviour",
    "work", "measures-do",
)  # fmt: skip


def assumptions(page: Page) -> list[dict[str, Any]]:
    """Every supposed number and rule, grouped by what it is about."""
    groups: dict[str, list[Row]] = {}
    for path, one in walk(page.scenario, Assumption):
        group = _group(page, path)
        groups.setdefault(group, []).append(_row(page, label(page, path), _amount(page, path, one), one))
    for group, rows in (*_rules(page), *_people(page)):
        groups.setdefault(group, []).extend(rows)
    worlds = [str(id) for group in (page.scenario.world.markets, page.scenario.world.outbreaks) for id in group]
    order = ["world", *(f"world {id}" for id in worlds), *_ORDER]
    names = [*(g for g in order if g in groups), *(g for g in groups if g not in order)]
    return [{"title": _title(page, name), "rows": groups[name]} for name in names if groups[name]]


def _group(page: Page, path: Path) -> str:
    """What an assumption is filed under; each market and outbreak has a group of its own."""
    if path[0] == "world" and path[1] in ("markets", "outbreaks"):
        return f"world {path[2]}"
    return "measures-do" if path[0] == "measures" else str(path[0])


def _title(page: Page, group: str) -> str:
    _, is_world, name = group.partition(" ")
    return page.names.world(name) if is_world else terms.heading(group, page.lang)


def _amount(page: Page, path: Path, one: Assumption) -> str:
    """A supposed number; with a length of work, what that occupies meanwhile."""
    told = terms.amount(_SPREAD.sub(r"\1 … \3 … \4 \2", str(one)), page.lang)
    if path[0] != "work":
        return told
    uses = page.scenario.work[int(path[1])].uses
    needs = page.join(f"{page.names.actor(f'fleet:{kind}')} × {n}" for kind, n in uses.items())
    return f"{told}; {terms.column('uses', page.lang).replace('{list}', needs)}" if needs else told


def _rules(page: Page) -> Iterator[tuple[str, list[Row]]]:
    """What is supposed without being a number: series, price curves, what counts as abnormal, rules, first facts."""
    lang, scenario = page.lang, page.scenario
    for name, series in scenario.world.series.items():
        points = page.join(f"{t}: {terms.amount(str(v), lang)}" for t, v in series.points)
        yield "world", [_row(page, variable(page, str(name)), points, series)]
    for id, market in scenario.world.markets.items():
        yield f"world {id}", _market_rules(page, market)
    for mine, one in scenario.measured.items():
        text = terms.column("stands-for", lang).replace("{name}", page.names.world_variable(str(one.as_)))
        yield "measured", [_row(page, variable(page, str(mine)), text, one)]
    for name, rule in scenario.judged.items():
        yield "judged", [_row(page, variable(page, str(name)), str(rule.when), rule, formula=True)]
    for name, value in scenario.flags.items():
        answer = word_of("yes" if value == "yes" else "no-such", lang)
        yield "flags", [_row(page, variable(page, str(name)), answer, None)]


def _market_rules(page: Page, market: MarketSpec) -> list[Row]:
    rows = []
    for good in market.goods.values():
        if good.price_at_cover is not None:
            points = page.join(
                f"{terms.amount(str(x), page.lang)}: {terms.amount(str(y), page.lang)}"
                for x, y in good.price_at_cover.points
            )
            name = f"{good.in_(page.lang)} · {terms.column('price-at-cover', page.lang)}"
            rows.append(_row(page, name, points, good.price_at_cover))
    if market.abnormal is not None:
        name, when = terms.column("abnormal-when", page.lang), str(market.abnormal.when)
        rows.append(_row(page, name, when, market.abnormal, formula=True))
    return rows


def _people(page: Page) -> Iterator[tuple[str, list[Row]]]:
    """How many people and vehicles there are, how they behave, and how they come to notice what no plan reports."""
    lang, scenario = page.lang, page.scenario
    for notice in scenario.noticed:
        if notice.every is not None:
            about = page.join(variable(page, str(a)) for a in notice.about)
            every = terms.amount(str(notice.every), lang)
            told = terms.column("noticed-every", lang).replace("{every}", every)
            yield "noticed", [_row(page, about, told, notice)]
    for staff in scenario.staffing:
        amount = terms.column(f"crews-{staff.hours}", lang).replace("{n}", str(staff.crews))
        yield "staffing", [_row(page, page.names.actor(staff.seat), amount, staff)]
    for kind, fleet in scenario.fleets.items():
        amount = terms.column("fleet-count", lang).replace("{n}", str(fleet.count))
        yield "fleets", [_row(page, page.names.actor(f"fleet:{kind}"), amount, fleet)]
    for rule in scenario.behaviour:
        text = terms.column(f"answers-{rule.answers}", lang)
        yield "behaviour", [_row(page, page.names.actor(rule.seat), text, None)]


def _row(page: Page, what: str, amount: str, one: object, *, formula: bool = False) -> Row:
    """A row with the basis, source and note of whatever carries them."""
    basis, source, note = (getattr(one, key, None) for key in ("basis", "source", "note"))
    return {
        "what": what,
        "amount": amount,
        "formula": formula,
        "basis": terms.basis(str(basis), page.lang) if basis else "",
        "source": str(source) if source else "",
        "anchor": f"s-{source}" if source else "",
        "note": note.in_(page.lang) if note is not None else "",
    }


def sources(page: Page) -> list[Row]:
    """Where the numbers come from, with how far each source was read."""
    return [
        {
            "id": str(id),
            "anchor": f"s-{id}",
            "text": one.in_(page.lang),
            "evidence": terms.evidence(one.evidence, page.lang),
        }
        for id, one in page.scenario.sources.items()
    ]
