"""What happened, in a few paragraphs and rows of figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emergency.figures import day_label
from emergency.indicators import Indicators, PlanIndicators
from emergency.log import Entry
from emergency.machine import Value
from emergency.quantity import Amount
from emergency.report.page import Page
from emergency.report.sharing import tell_sharing
from emergency.report.worlds import area, occurred, shelves, tell_worlds
from emergency.words import terms
from emergency.words.punctuation import headed, punctuation, sentences
from emergency.words.sentences import sentence
from emergency.words.table import ended

__all__ = ["Part", "story", "tiles"]


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences that belong together; `title` where there are several plans to tell apart."""

    title: str
    sentences: list[str]

    def text(self, lang: str) -> str:
        """The sentences as one paragraph."""
        return sentences(self.sentences, lang)


def story(page: Page, numbers: Indicators, gaps_section: int) -> list[Part]:
    """The summary: how it began, each plan in the order of time, the worlds, what was shared, what was not said."""
    lang, several = page.lang, len(page.programs) > 1
    found = [Part("", _opening(page, numbers))]
    for plan, one in numbers.plans.items():
        found.append(Part(page.names.plan(plan) if several else "", _plan(page, plan, one)))
    worlds = [*_stocks(page, numbers), *tell_worlds(page, numbers)]
    found.append(Part(terms.heading("outcome", lang) if several else "", worlds))
    found.append(Part(terms.heading("sharing", lang), tell_sharing(page)))
    met = sum(len(one.gaps) for one in numbers.plans.values())
    last = sentence("gaps", lang, n=met, section=gaps_section) if met else sentence("no-gaps", lang)
    found.append(Part(terms.heading("gaps", lang) if several else "", [last]))
    return [part for part in found if part.sentences]


def _opening(page: Page, numbers: Indicators) -> list[str]:
    lang = page.lang
    start = page.names.at(0.0)
    day = sentence("date", lang, year=start.year, day=day_label(start, lang))
    found = [sentence("begins", lang, start=f"{day} {start:%H:%M}", length=page.span(numbers.now))]
    injects = [e for e in page.entries if e.kind == "inject"][:6]
    if injects:
        told = [
            sentence("inject", lang, when=page.when(e.t), title=e.detail.get("title", {}).get(lang, e.ref))
            for e in injects
        ]
        mark = punctuation(lang).semicolon
        found.append(sentence("injects", lang, list="".join(ended(one, mark) for one in told[:-1]) + told[-1]))
    return found


def _stocks(page: Page, numbers: Indicators) -> list[str]:
    """What became of the demand on the world of stocks."""
    totals, lang = numbers.totals(), page.lang
    if not totals:
        return []
    share = f"{totals['served'] / totals['wanted']:.1%}" if totals["wanted"] else "100%"
    told = {k: f"{v:,.0f}" for k, v in totals.items()}
    out = [
        sentence("stockout", lang, product=page.names.product(p), hours=f"{h:.1f}")
        for p, h in numbers.stockout_h.items()
        if ":" not in p
    ]
    several = numbers.markets or numbers.outbreaks
    first = {"market": terms.column("stocks", lang)} if several else {}
    found = sentence("market" if several else "demand", lang, share=share, **told, **first)
    return [found, *(out or [sentence("no-stockout", lang)])]


def _plan(page: Page, plan: str, one: PlanIndicators) -> list[str]:
    lang = page.lang
    schemes = page.programs[plan].plan.schemes
    found: list[str] = []
    lag = next((e for e in page.of(plan, "indicator") if e.detail.get("known") and e.detail.get("bound")), None)
    bounded = _first_lag(page, plan) or lag
    if bounded is not None:
        found.append(_lag(page, plan, bounded))
    took = {(e.ref, e.t): e.detail.get("took", 0.0) for e in page.of(plan, "decided")}
    for entry in page.of(plan, "entered"):
        says = schemes[entry.scheme or ""]  # type: ignore[index]
        if says.kind != "response" or entry.level not in says.levels:
            continue
        level = page.names.level(plan, entry.scheme or "", entry.level or "")
        spent = took.get((entry.ref, entry.t))
        key = ("started" if len(says.levels) == 1 else "entered") + ("-plain" if spent is None else "")
        found.append(sentence(key, lang, when=page.when(entry.t), level=level, took=page.span(spent or 0.0)))
    if one.highest:
        levels = [page.level(plan, s, v) for s, v in one.highest.items()]
        found.append(sentence("highest", lang, list=page.join(levels)))
    if one.activated_h is None:
        found.append(sentence("not-started", lang))
    elif one.ended_h is None:
        found.append(sentence("not-ended", lang))
    else:
        length = page.span(one.ended_h - one.activated_h)
        found.append(sentence("ended", lang, when=page.when(one.ended_h), length=length))
    return found


def _first_lag(page: Page, plan: str) -> Entry | None:
    """The first bound that became known and was followed by a decision at once."""
    opened = {e.t for e in page.of(plan, "decision-opened")}
    for entry in page.of(plan, "indicator"):
        if "known" in entry.detail and entry.detail.get("bound") and entry.t in opened:
            return entry
    return None


def _lag(page: Page, plan: str, entry: Entry) -> str:
    detail, lang = entry.detail, page.lang
    op, _, amount = str(detail["bound"]).partition(" ")
    below = op.startswith("<") == bool(detail["known"])
    value = terms.amount(str(Amount.parse(amount)), lang)
    crossing = sentence("passes-down" if below else "passes-up", lang, value=value)
    return sentence(
        "lag",
        lang,
        when=page.when(entry.t - detail["lag"]),
        name=page.names.variable(plan, str(detail["variable"])),
        crossing=crossing,
        lag=page.span(detail["lag"]),
    )


def tiles(page: Page, numbers: Indicators) -> list[dict[str, Any]]:
    """The figures a reader looks for first, as groups: one for each plan, and one for what became of the worlds.

    A run of one plan has one group, which needs no title.
    """
    groups = [(page.names.plan(plan), _plan_tiles(page, plan, numbers)) for plan in numbers.plans]
    outcome = [*_world_tiles(page, numbers), *_sharing_tiles(page)]
    if len(groups) == 1:
        return [{"title": "", "tiles": groups[0][1] + outcome}]
    groups.append((terms.heading("outcome", page.lang), outcome))
    return [{"title": title, "tiles": told} for title, told in groups if told]


def _tile(page: Page, name: str, value: str, chip: dict[str, str] | None = None, of: str = "") -> dict[str, Any]:
    label = terms.column(f"tile-{name}", page.lang)
    return {"label": headed(of, label, page.lang) if of else label, "value": value, "chip": chip, "note": ""}


def _plan_tiles(page: Page, plan: str, numbers: Indicators) -> list[dict[str, Any]]:
    one, found = numbers.plans[plan], []
    for name, scheme in page.programs[plan].plan.schemes.items():
        if scheme.kind in ("warning", "response"):
            found.append(_tile(page, scheme.kind, "", page.chip(plan, str(name), one.highest.get(str(name), "off"))))
    if one.lags:
        found.append(_tile(page, "lag", page.span(max(lag["lag_h"] for lag in one.lags))))
    took = _first_start(page, plan)
    if took is not None:
        found.append(_tile(page, "start", page.span(took)))
    if one.activated_h is not None:
        until = numbers.now if one.ended_h is None else one.ended_h
        found.append(_tile(page, "length", page.span(until - one.activated_h)))
    found.append(_tile(page, "gaps", str(len(one.gaps))))
    return found


def _world_tiles(page: Page, numbers: Indicators) -> list[dict[str, Any]]:
    there = {id: one for id, one in numbers.outbreaks.items() if occurred(page, id, one)}
    several = bool(numbers.demand) + len(numbers.markets) + len(there) > 1
    found = []
    totals = numbers.totals()
    if totals and totals["wanted"]:
        of = terms.column("stocks", page.lang) if several else ""
        found.append(_tile(page, "served", f"{totals['served'] / totals['wanted']:.1%}", of=of))
    for id in numbers.markets:
        of, totals = page.names.world(id) if several else "", numbers.market_totals(id)
        if totals["wanted"]:
            found.append(_tile(page, "served", f"{totals['served'] / totals['wanted']:.1%}", of=of))
        longest = next(iter(shelves(numbers, id).items()), None)
        if longest is not None:
            (good, place), hours = longest
            note = page.join((page.names.good(id, good), page.names.place(place)))
            found.append({**_tile(page, "short", page.span(hours), of=of), "note": note})
    for id, one in there.items():
        of = page.names.world(id) if several else ""
        found.append(_tile(page, "infested", area(one.get("infested") or 0.0, page.lang), of=of))
        found.append(_tile(page, "found", str(int(one["found"] or 0)), of=of))
    return found


def _sharing_tiles(page: Page) -> list[dict[str, Any]]:
    waits = (page.summary.get("sharing") or {}).get("waits", ())
    return [_tile(page, "shared", page.span(sum(one["hours"] for one in waits)))] if waits else []


def _first_start(page: Page, plan: str) -> float | None:
    """From opening to entering the first response level [h]."""
    schemes = page.programs[plan].plan.schemes
    ranks = page.programs[plan].ranks
    for entry in page.of(plan, "decided"):
        at = Value(entry.scheme or "", entry.level or "")
        if schemes[at.scheme].kind == "response" and ranks.get(at, 0):  # type: ignore[index]
            return float(entry.detail.get("took", 0.0))
    return None
