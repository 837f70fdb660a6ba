"""Gauges of the world for those who run an exercise: what is so, beside what has been reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emergency.console.views.ledger import Ledger
from emergency.console.views.telling import bound_told
from emergency.exercise import Session
from emergency.incident.signals import Signal
from emergency.incident.worlds import headlines
from emergency.report.page import Page
from emergency.words import terms

__all__ = ["gauges"]

#: Quantities of markets and outbreaks: the unit they are shown in, and how many of it their own unit holds.
_WORLD_UNITS = {
    "stock_days": ("days-of-demand", 1.0), "cover": ("d", 1.0), "price_rise": ("%", 100.0), "reserve:raw": ("t", 1.0),
    "reserve:milled": ("t", 1.0), "milled_days": ("days-of-demand", 1.0), "mill_load": ("%", 100.0),
    "infested": ("mu", 1.0), "mortality": ("%", 100.0),
}  # fmt: skip
_LOW_IS_BAD = ("cover", "milled_days", "reserve:raw", "reserve:milled")
_ROOM = 1.6  # of the greatest bound: how far a gauge goes at least


@dataclass(slots=True)
class _Gauge:
    """One indicator of one plan: its bounds in base units, and where it is read."""

    plan: str
    variable: str
    bounds: dict[str, float] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # place or "" → the world's own variable
    falls: bool = True  # whether low is bad


def gauges(session: Session, ledger: Ledger, lang: str) -> list[dict[str, Any]]:
    """Every measured indicator at the place where it stands worst: true, last reported, and the plan's bounds."""
    page, collected = ledger.page(lang), _collected(session)
    asked = {name for gauge in collected for name in gauge.places.values()}
    rows = [_row(session, ledger, page, gauge) for gauge in collected]
    return rows + [_world(session, page, whole, names) for whole, names in _headlines(session, asked).items()]


def _headlines(session: Session, asked: set[str]) -> dict[str, list[str]]:
    """What else tells the story of the worlds, though no plan has a bound for it: one name → that of each place."""
    found: dict[str, list[str]] = {}
    for name in headlines(session.prepared.scenario.world):
        if name not in asked:
            found.setdefault(name.partition("@")[0], []).append(name)
    return found


def _world(session: Session, page: Page, whole: str, names: list[str]) -> dict[str, Any]:
    """One quantity of a world, where it stands worst."""
    what = whole.partition(":")[2]
    read = {name: session.incident.world.value(name, session.now) for name in names}
    worst = (min if what in _LOW_IS_BAD else max)(read, key=lambda name: read[name])
    unit, size = _WORLD_UNITS.get(what, ("", 1.0))
    return {
        "plan": "",
        "name": page.names.world_variable(whole),
        "place": page.names.place(worst.partition("@")[2]) if "@" in worst else "",
        "others": len(read) - 1,
        "value": round(read[worst] * size, 4),
        "shown": _shown(read[worst] * size, terms.unit(unit, page.lang)),
        "bounds": [],
    }


def _collected(session: Session) -> list[_Gauge]:
    found: dict[tuple[str, str], _Gauge] = {}
    for plan, run in session.incident.plans.items():
        for signal in run.ready.signals.found:
            if signal.unit == "flag" or signal.judged or not signal.bound:
                continue
            gauge = found.setdefault((plan, signal.variable), _Gauge(plan, signal.variable))
            _add(gauge, signal)
    return list(found.values())


def _add(gauge: _Gauge, signal: Signal) -> None:
    gauge.bounds[signal.bound] = signal.atom.constant
    gauge.places[signal.place or ""] = signal.atom.variable
    gauge.falls = signal.bound.startswith("<")


def _row(session: Session, ledger: Ledger, page: Page, gauge: _Gauge) -> dict[str, Any]:
    read = {place: session.incident.world.value(name, session.now) for place, name in gauge.places.items()}
    place = (min if gauge.falls else max)(read, key=lambda p: read[p])
    value, bounds = read[place], sorted(gauge.bounds.values())
    unit, size = page.names.unit(gauge.plan, gauge.variable)
    reported = ledger.reported.get((gauge.plan, gauge.variable, place))
    told = reported.detail.get("value") if reported is not None else None
    return {
        "plan": page.names.plan(gauge.plan),
        "name": page.names.variable(gauge.plan, gauge.variable),
        "place": page.names.place(place) if place else "",
        "others": len(read) - 1,
        "value": round(value / size, 4),
        "shown": _shown(value / size, unit),
        "reported": _shown(float(told) / size, unit) if told is not None else "",
        "reported_when": page.when(reported.t) if reported is not None else "",
        "max": round(max(bounds[-1] * _ROOM, value * 1.05) / size, 4),
        "low": round(bounds[0] / size, 4),
        "high": round(bounds[-1] / size, 4),
        "falls": gauge.falls,
        "bounds": _bounds(page, gauge),
        "worst": _reached(gauge, value),
    }


def _bounds(page: Page, gauge: _Gauge) -> list[str]:
    ranked = sorted(gauge.bounds, key=lambda b: gauge.bounds[b], reverse=gauge.falls)
    return [bound_told(b, page.lang) for b in ranked]


def _reached(gauge: _Gauge, value: float) -> int:
    """How many of the bounds have been passed."""
    passed = (value < b if gauge.falls else value > b for b in gauge.bounds.values())
    return sum(passed)


def _shown(value: float, unit: str) -> str:
    digits = 0 if not value or abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()
