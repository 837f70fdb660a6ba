"""What became of markets and outbreaks: their tables, and what there is to say of them in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emergency.figures import Spread, spread
from emergency.indicators import Indicators
from emergency.report.page import Page
from emergency.words import terms
from emergency.words.punctuation import strung
from emergency.words.sentences import sentence

__all__ = ["amounts", "area", "markets", "occurred", "outbreaks", "shelves", "tell_worlds"]

Row = dict[str, Any]
_MOST = 4  # shelves named in one sentence


def markets(page: Page, numbers: Indicators) -> list[Row]:
    """Each market: what its places and its goods wanted, were served, and went without."""
    return [
        {
            "id": id,
            "title": page.names.world(id),
            "places": _by_place(page, numbers, id),
            "goods": _by_good(page, numbers, id),
        }
        for id in numbers.markets
    ]


def shelves(numbers: Indicators, market: str) -> dict[tuple[str, str], float]:
    """How long each shelf of a market was empty [h], by good and place; the longest first."""
    found = {}
    for ref, hours in numbers.stockout_h.items():
        name, _, shelf = ref.partition(":")
        if name == market and shelf:
            good, _, place = shelf.partition("@")
            found[good, place] = hours
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def amounts(total: Mapping[str, float], lang: str) -> Row:
    """Demand and what became of it, each with its unit, and the share served."""
    told: Row = {k: f"{total[k]:,.1f} {terms.unit('t', lang)}" for k in ("wanted", "served", "limited", "short")}
    return {**told, "share": f"{total['served'] / total['wanted']:.1%}" if total["wanted"] else "—"}


def _by_place(page: Page, numbers: Indicators, id: str) -> list[Row]:
    out = shelves(numbers, id)
    rows = []
    for place, total in numbers.places(id).items():
        empty = {good: hours for (good, where), hours in out.items() if where == place}
        rows.append({"name": page.names.place(place), **amounts(total, page.lang), "total": False,
                     "out": _out(page, out, {page.names.good(id, g): h for g, h in empty.items()})})  # fmt: skip
    whole = amounts(numbers.market_totals(id), page.lang)
    rows.append({"name": terms.column("total", page.lang), **whole, "total": True, "out": ""})
    return rows


def _by_good(page: Page, numbers: Indicators, id: str) -> list[Row]:
    out = shelves(numbers, id)
    rows = []
    for good, total in numbers.goods(id).items():
        empty = {page.names.place(where): hours for (what, where), hours in out.items() if what == good}
        rows.append({"name": page.names.good(id, good), **amounts(total, page.lang), "total": False,
                     "out": _out(page, out, empty)})  # fmt: skip
    return rows


def _out(page: Page, out: Mapping[tuple[str, str], float], empty: Mapping[str, float]) -> str:
    """What was empty and how long, all of one market in one unit."""
    longest = max(out.values(), default=0.0)
    return page.join(f"{name} {terms.span(hours, page.lang, longest)}" for name, hours in empty.items())


# --------------------------------------------------------------------------------------- outbreaks


def outbreaks(page: Page, numbers: Indicators) -> list[Row]:
    """Each outbreak, place by place: how far it got, when and how often it was found, where it came from."""
    ended = {id: one for id, one in numbers.outbreaks.items() if "infested" in one}
    places = {id: _infested(page, id, one) if occurred(page, id, one) else [] for id, one in ended.items()}
    return [{"id": id, "title": page.names.world(id), "places": rows} for id, rows in places.items()]


def occurred(page: Page, id: str, one: Mapping[str, float | None]) -> bool:
    """Whether an outbreak was ever there, found or not."""
    return any(one.get(k) for k in ("infested", "found", "jumps")) or any(_greatest(page, id).values())


def _infested(page: Page, id: str, one: Mapping[str, float | None]) -> list[Row]:
    told, greatest = spread(page.entries, id), _greatest(page, id)
    places = [name.partition("@")[2] for name in one if name.startswith("infested@")]
    rows = [
        _place(page, told.get(p, Spread([], [])), one, p, greatest.get(p, 0.0))
        for p in sorted(places, key=page.names.place_rank)
        if p in told or (one[f"infested@{p}"] or 0.0) > 0 or greatest.get(p, 0.0) > 0
    ]
    whole = Spread(sorted(t for s in told.values() for t in s.found), [])
    rows.append({**_place(page, whole, one, "", greatest.get("", 0.0)), "total": True})
    return rows


def _place(page: Page, told: Spread, one: Mapping[str, float | None], place: str, greatest: float) -> Row:
    at = f"@{place}" if place else ""
    origin = ""
    if told.arrived:
        when, source = told.arrived[0]
        origin = f"{page.when(when)} {page.names.place(source)}"
    return {
        "name": page.names.place(place) if place else terms.column("total", page.lang),
        "infested": area(one[f"infested{at}"] or 0.0, page.lang),
        "greatest": area(greatest, page.lang) if greatest else "—",
        "mortality": f"{one.get(f'mortality{at}') or 0.0:.2%}",
        "first": page.when(told.found[0]) if told.found else "—",
        "found": str(len(told.found)),
        "arrived": origin or "—",
        "total": False,
    }


def area(size: float, lang: str) -> str:
    """An area [mu] in words."""
    return f"{size:,.{0 if size >= 100 else 1}f} {terms.unit('mu', lang)}"


def _greatest(page: Page, id: str) -> dict[str, float]:
    """The greatest infested area of each place [mu], of all together under no name; as far as the log kept it."""
    found = {}
    for name, course in page.courses().items():
        head, _, place = name.partition("@")
        if head == f"{id}:infested":
            found[place] = max(v for _, v in course)
    return found


# --------------------------------------------------------------------------------------- sentences


def tell_worlds(page: Page, numbers: Indicators) -> list[str]:
    """What became of each market and outbreak, in sentences."""
    found = []
    for id in numbers.markets:
        found += _tell_market(page, numbers, id)
    for id, one in numbers.outbreaks.items():
        if "infested" in one:
            found.append(_tell_outbreak(page, id, one))
    return found


def _tell_market(page: Page, numbers: Indicators, id: str) -> list[str]:
    lang, totals = page.lang, numbers.market_totals(id)
    share = f"{totals['served'] / totals['wanted']:.1%}" if totals["wanted"] else "100%"
    told = {k: f"{v:,.0f}" for k, v in totals.items()}
    found = [sentence("market", lang, market=page.names.world(id), share=share, **told)]
    out = shelves(numbers, id)
    if not out:
        return [*found, sentence("shelves-full", lang)]
    longest = max(out.values())
    named = [
        sentence("shelf", lang, good=page.names.good(id, good), place=page.names.place(place),
                 hours=terms.span(hours, lang, longest))
        for (good, place), hours in list(out.items())[:_MOST]
    ]  # fmt: skip
    if len(out) > _MOST:
        named.append(sentence("shelves-more", lang, n=len(out) - _MOST))
    return [*found, sentence("shelves", lang, list=strung(named, lang))]


def _tell_outbreak(page: Page, id: str, one: Mapping[str, float | None]) -> str:
    facts = {
        "name": page.names.world(id), "area": area(one["infested"] or 0.0, page.lang),
        "places": int(one.get("infested_places") or 0), "mortality": f"{one.get('mortality') or 0.0:.2%}",
        "found": int(one["found"] or 0), "jumps": int(one["jumps"] or 0),
    }  # fmt: skip
    if not occurred(page, id, one):
        return sentence("no-outbreak", page.lang, **facts)
    first = one["first_found_h"]
    if first is None:
        return sentence("outbreak-unfound", page.lang, **facts)
    return sentence("outbreak", page.lang, **facts, first=page.when(first))
