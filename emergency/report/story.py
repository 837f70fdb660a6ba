"""What happened, in one paragraph and a row of figures."""

from __future__ import annotations

from typing import Any

from emergency.figures import day_label
from emergency.indicators import Indicators, PlanIndicators
from emergency.log import Entry
from emergency.machine import Value
from emergency.quantity import Amount
from emergency.report.page import Page
from emergency.words import terms
from emergency.words.sentences import sentence

__all__ = ["paragraph", "tiles"]


def paragraph(page: Page, numbers: Indicators, gaps_section: int) -> list[str]:
    """The sentences of the summary, in the order of time."""
    lang = page.lang
    start = page.names.at(0.0)
    day = f"{start.year}年{day_label(start, lang)}" if lang == "zh" else f"{day_label(start, lang)} {start.year}"
    found = [sentence("begins", lang, start=f"{day} {start:%H:%M}", length=page.span(numbers.now))]
    injects = [e for e in page.entries if e.kind == "inject"][:6]
    if injects:
        told = [
            sentence("inject", lang, when=page.when(e.t), title=e.detail.get("title", {}).get(lang, e.ref))
            for e in injects
        ]
        found.append(sentence("injects", lang, list=("；" if lang == "zh" else "; ").join(told)))
    for plan, one in numbers.plans.items():
        found += _plan(page, plan, one)
    totals = numbers.totals()
    if totals:
        share = f"{totals['served'] / totals['wanted']:.1%}" if totals["wanted"] else "100%"
        amounts = {k: f"{v:,.0f}" for k, v in totals.items()}
        found.append(sentence("demand", lang, share=share, **amounts))
        out = [
            sentence("stockout", lang, product=page.names.product(p), hours=f"{h:.1f}")
            for p, h in numbers.stockout_h.items()
        ]
        found += out or [sentence("no-stockout", lang)]
    met = sum(len(one.gaps) for one in numbers.plans.values())
    found.append(sentence("gaps", lang, n=met, section=gaps_section) if met else sentence("no-gaps", lang))
    return found


def _plan(page: Page, plan: str, one: PlanIndicators) -> list[str]:
    lang = page.lang
    schemes = page.programs[plan].plan.schemes
    found = [title] if len(page.programs) > 1 and (title := f"{page.programs[plan].plan.title.in_(lang)}：") else []
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
        key = "entered" if spent is not None else "entered-plain"
        found.append(sentence(key, lang, when=page.when(entry.t), level=level, took=page.span(spent or 0.0)))
    if one.highest:
        levels = [page.names.level(plan, s, v) for s, v in one.highest.items()]
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
    """The figures a reader looks for first."""
    found: list[dict[str, Any]] = []

    def tile(name: str, value: str, chip: dict[str, str] | None = None) -> None:
        found.append({"label": terms.column(f"tile-{name}", page.lang), "value": value, "chip": chip})

    for plan, one in numbers.plans.items():
        for name, scheme in page.programs[plan].plan.schemes.items():
            if scheme.kind in ("warning", "response"):
                tile(scheme.kind, "", page.chip(plan, str(name), one.highest.get(str(name), "off")))
        if one.lags:
            tile("lag", page.span(max(lag["lag_h"] for lag in one.lags)))
        took = _first_start(page, plan)
        if took is not None:
            tile("start", page.span(took))
        if one.activated_h is not None:
            until = numbers.now if one.ended_h is None else one.ended_h
            tile("length", page.span(until - one.activated_h))
        tile("gaps", str(len(one.gaps)))
    totals = numbers.totals()
    if totals and totals["wanted"]:
        tile("served", f"{totals['served'] / totals['wanted']:.1%}")
    return found


def _first_start(page: Page, plan: str) -> float | None:
    """From opening to entering the first response level [h]."""
    schemes = page.programs[plan].plan.schemes
    ranks = page.programs[plan].ranks
    for entry in page.of(plan, "decided"):
        at = Value(entry.scheme or "", entry.level or "")
        if schemes[at.scheme].kind == "response" and ranks.get(at, 0):  # type: ignore[index]
            return float(entry.detail.get("took", 0.0))
    return None
