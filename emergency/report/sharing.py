"""What several plans lose by sharing people and vehicles: who waited for whom, and what it cost each plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emergency.report.page import Page
from emergency.report.worlds import area
from emergency.words import terms
from emergency.words.punctuation import punctuation
from emergency.words.sentences import sentence

__all__ = ["costs", "tell_sharing", "waits_across"]

Row = dict[str, Any]
Numbers = Mapping[str, float | None]
_INSTANTS = ("activated_h", "ended_h")
_FIGURE = "—"


def _told(page: Page) -> Mapping[str, Any]:
    found: Mapping[str, Any] = page.summary.get("sharing") or {}
    return found


def waits_across(page: Page) -> list[Row]:
    """Who waited for people or vehicles that another plan kept busy."""
    return [
        {
            "seat": page.names.actor(one["seat"]),
            "plan": page.names.plan(one["plan"]),
            "behind": page.names.plan(one["behind"]),
            "times": one["times"],
            "hours": page.span(one["hours"]),
            "longest": page.span(one["longest_h"]),
            "when": page.when(one["t_h"]),
            "matter": page.thing(one["plan"], one["ref"] or ""),
            "before": page.thing(one["behind"], one["behind_ref"]) if one["behind"] in page.programs else "",
        }
        for one in _told(page).get("waits", ())
    ]


def costs(page: Page) -> list[Row]:
    """Per plan and per world, each number with people shared and with people apart."""
    groups = []
    for plan, numbers in _told(page).get("plans", {}).items():
        groups.append((page.names.plan(plan), numbers))
    for world, numbers in _told(page).get("worlds", {}).items():
        stocks = world == "stock" and world not in page.scenario.world.markets
        groups.append((terms.column("stocks", page.lang) if stocks else page.names.world(world), numbers))
    return [{"title": title, "rows": _rows(page, numbers)} for title, numbers in groups]


def _rows(page: Page, numbers: Mapping[str, Numbers]) -> list[Row]:
    rows = []
    for name, one in numbers.items():
        same = one["shared"] == one["apart"]
        rows.append(
            {
                "what": terms.column(f"cost-{name}", page.lang),
                "shared": _value(page, name, one["shared"], one),
                "apart": _value(page, name, one["apart"], one),
                "difference": _FIGURE if same else _difference(page, name, one),
                "same": same,
            }
        )
    return rows


def _value(page: Page, name: str, value: float | None, one: Numbers) -> str:
    if value is None:
        return terms.column("never-happened", page.lang)
    return page.when(value) if name in _INSTANTS else _size(page, name, value, one)


def _size(page: Page, name: str, value: float, one: Numbers) -> str:
    """A length of time or an amount; times of one row in one unit."""
    if name in _INSTANTS:
        return page.span(value)
    if name.endswith("_h"):
        return terms.span(value, page.lang, max(one["shared"] or 0.0, one["apart"] or 0.0))
    if name.endswith("_t"):
        return f"{value:,.1f} {terms.unit('t', page.lang)}"
    if name == "infested":
        return area(value, page.lang)
    return f"{value:.2%}" if name == "mortality" else f"{value:g}"


def _difference(page: Page, name: str, one: Numbers) -> str:
    value = one["difference"]
    if value is None:
        return _FIGURE
    return f"{'+' if value > 0 else '−'}{_size(page, name, abs(value), one)}"


def tell_sharing(page: Page) -> list[str]:
    """Who waited for whom, and what that cost, in sentences; nothing for a run that was not compared."""
    told, lang = _told(page), page.lang
    if not told:
        return []
    waits = told["waits"]
    found = [sentence("no-waits-across", lang)]
    if waits:
        first = waits[0]
        total = sum(one["hours"] for one in waits)
        found = [
            sentence("waits-across", lang, times=sum(one["times"] for one in waits), hours=page.span(total)),
            sentence("most-waited", lang, seat=page.names.actor(first["seat"]), plan=page.names.plan(first["plan"]),
                     behind=page.names.plan(first["behind"]), times=first["times"], hours=page.span(first["hours"])),
        ]  # fmt: skip
    if told["same"]:
        return [*found, sentence("sharing-same", lang)]
    return [*found, *_later(page, told["plans"]), *_short(page, told["worlds"])]


def _later(page: Page, plans: Mapping[str, Mapping[str, Numbers]]) -> list[str]:
    """Each plan whose response began or ended at another time for sharing."""
    found = []
    for plan, numbers in plans.items():
        told = [text for name in _INSTANTS if (text := _moved(page, name, numbers[name]))]
        if told:
            listed = punctuation(page.lang).pause.join(told)
            found.append(sentence("sharing-cost", page.lang, plan=page.names.plan(plan), list=listed))
    return found or [sentence("same-times", page.lang)]


def _moved(page: Page, name: str, one: Numbers) -> str:
    """How an instant moved for sharing; nothing where it did not."""
    late = one["difference"]
    if late:
        key = f"{'later' if late > 0 else 'earlier'}-{name}"
        return sentence(key, page.lang, span=page.span(abs(late)))
    never = one["shared"] is None and one["apart"] is not None
    return sentence(f"only-apart-{name}", page.lang) if never else ""


def _short(page: Page, worlds: Mapping[str, Mapping[str, Numbers]]) -> list[str]:
    """What could not be served for sharing, over stocks and markets."""
    lost = sum(one["short_t"]["difference"] or 0.0 for one in worlds.values() if "short_t" in one)
    if abs(lost) < 0.05:
        return []
    return [sentence("more-unmet" if lost > 0 else "less-unmet", page.lang, amount=f"{abs(lost):,.1f}")]
