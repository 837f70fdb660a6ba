"""The tables of a sweep's report: levels, steps and limits by clause, customers, seats, changes, all numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from emergency.figures import time_label
from emergency.figures.columns import Labels, Scale, foremost, headlines, scale
from emergency.replicate.compare import Difference
from emergency.replicate.statistics import Estimate, Pairs, estimate, estimate_share
from emergency.replicate.sweep import Sweep
from emergency.replicate.tally import STATES
from emergency.report.page import Page
from emergency.source import Clause
from emergency.words import terms
from emergency.words.sweep import told

__all__ = ["changes", "customers", "every_number", "haste", "interval", "levels", "limits", "seats", "steps", "tiles"]

Row = dict[str, Any]


def _range(by: Scale, one: Estimate) -> str:
    """Where nine runs in ten lie."""
    return by.span((one.quantiles[0.05][0], one.quantiles[0.95][0])) if one.n and one.sd else "—"


def interval(by: Scale, one: Estimate, lang: str) -> str:
    """The interval of a mean; of a number that never changes, that it does not."""
    return told("every-run", lang) if one.sd == 0 and one.n > 1 else by.span(one.interval)


def _unless_same(by: Scale, one: Estimate) -> str:
    """The interval of a mean, or nothing where every run gives the same."""
    return by.span(one.interval) if one.sd else ""


def tiles(sweep: Sweep, labels: Labels) -> list[Row]:
    """The numbers to look at first, each with its interval."""
    found = sweep.estimates
    shown = foremost([c for c in headlines(sweep) if found[c].mean or not found[c].share])
    rows = []
    for column in shown:
        one = found[column]
        by = labels.scale(column, one)
        when = time_label(labels.names.at(one.mean or 0.0), labels.lang) if labels.is_instant(column) else ""
        found_interval = interval(by, one, labels.lang)
        rows.append(
            {"label": labels.label(column), "value": by.tell(one.mean), "interval": found_interval, "when": when}
        )
    return rows


def levels(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """How often each level was reached, when first, for how long."""
    rows = []
    for scheme, says in sweep.programs[plan].plan.schemes.items():
        for level in says.levels:
            name = f"{plan}.{scheme}.{level}"
            reached, first, days = (sweep.estimates[f"{name}{end}"] for end in ("", "_h", "_d"))
            share, at, stay = labels.scale(name), labels.scale(f"{name}_h", first), labels.scale(f"{name}_d", days)
            rows.append(
                {
                    "chip": page.chip(plan, str(scheme), level),
                    "share": share.tell(reached.mean),
                    "interval": share.span(reached.interval),
                    "first": at.tell(first.mean),
                    "first_interval": at.span(first.interval) if first.n else "",
                    "range": _range(at, first),
                    "days": stay.tell(days.mean),
                    "days_interval": _unless_same(stay, days),
                }
            )
    return rows


def steps(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """The steps of decisions by the time they take in a run, the longest first."""
    rows = []
    for column, one in sweep.estimates.items():
        parts = column.removeprefix("step.").removesuffix("_h").split(".")
        if not column.startswith(f"step.{plan}.") or not one.mean:
            continue
        decisions = sweep.programs[plan].decisions.items()
        found = [s for at, d in decisions if at.scheme == parts[1] for s in d.steps if s.do == parts[2]]
        by = labels.scale(column, one)
        rows.append(
            {
                "what": labels.label(column),
                "by": page.actors(dict.fromkeys(p.seat for s in found for p in s.by)),
                "mean": by.tell(one.mean),
                "interval": by.span(one.interval),
                "range": _range(by, one),
                "clauses": page.cite(c for s in found for c in s.clauses),
                "size": one.mean,
            }
        )
    return sorted(rows, key=lambda row: -row["size"])


def _by_clause(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda c: Clause.parse(c.partition(":")[2]).sort_key())


def limits(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """For each clause that sets a limit: how many ran, how they ended, how many runs kept every one."""
    table, clauses = sweep.tables[0], [c for c in sweep.estimates if c.startswith(f"limit.{plan}:")]
    rows = []
    for clause in _by_clause({c.removeprefix("limit.").rpartition(".")[0] for c in clauses}):
        states = {state: table.column(f"limit.{clause}.{state}") for state in STATES}
        ran = sum(states.values())
        came = np.nan_to_num(ran) > 0
        if not came.any():
            continue
        kept = estimate_share(((states["late"] + states["missed"])[came] == 0).astype(float))
        by = labels.scale(f"{plan}.activated")
        rows.append(
            {
                "clauses": page.cite([clause]),
                "due": f"{np.nansum(ran):,.0f}",
                **{state: f"{np.nansum(counts):,.0f}" for state, counts in states.items()},
                "runs": f"{int(came.sum()):,}",
                "kept": by.tell(kept.mean),
                "interval": by.span(kept.interval),
            }
        )
    return rows


def haste(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """Where the text asks for haste without a number: how long the longest in a run took."""
    names = [c for c, one in sweep.estimates.items() if c.startswith(f"haste.{plan}:") and one.n]
    rows = []
    for column in sorted(names, key=lambda c: Clause.parse(_clause(c)).sort_key()):
        one, word = sweep.estimates[column], column.removesuffix("_h").rpartition(".")[2]
        by = labels.scale(column, one)
        rows.append(
            {
                "clauses": page.cite([f"{plan}:{_clause(column)}"]),
                "word": terms.urgency(word, page.lang),
                "runs": f"{one.n:,}",
                "mean": by.tell(one.mean),
                "interval": by.span(one.interval),
                "range": _range(by, one),
            }
        )
    return rows


def _clause(column: str) -> str:
    return column.partition(":")[2].removesuffix("_h").rpartition(".")[0]


def customers(sweep: Sweep, labels: Labels) -> list[Row]:
    """What each class of customers (or place of a market) wanted, was served and went without."""
    table, found = sweep.tables[0], sweep.estimates
    ids = [c.removeprefix("demand.").removesuffix(".wanted_t") for c in table.columns if c.startswith("demand.")
           and c.endswith(".wanted_t")]  # fmt: skip
    return [_customer(sweep, labels, id) for id in ids if found[f"demand.{id}.wanted_t"].mean]


def _customer(sweep: Sweep, labels: Labels, id: str) -> Row:
    table, found = sweep.tables[0], sweep.estimates
    row: Row = {"name": labels.customer(id)}
    for part in ("wanted", "served", "limited", "short"):
        one = found[f"demand.{id}.{part}_t"]
        by = labels.scale(f"demand.{id}.{part}_t", one)
        row[part], row[f"{part}_interval"] = by.tell(one.mean), _unless_same(by, one)
    wanted, served = (table.column(f"demand.{id}.{part}_t") for part in ("wanted", "served"))
    share = estimate(np.divide(served, wanted, out=np.full(len(wanted), np.nan), where=wanted > 0))
    short = table.column(f"demand.{id}.short_t")
    empty = estimate_share(np.where(np.isnan(short), np.nan, short > 0).astype(float))
    by = scale("share", None, labels.lang)
    row |= {"share": by.tell(share.mean), "share_range": _range(by, share)}
    return row | {"runs": by.tell(empty.mean), "runs_interval": by.span(empty.interval)}


def seats(sweep: Sweep, page: Page, labels: Labels) -> list[Row]:
    """What each seat had to do in a run, and how long matters queued for it; the longest first."""
    found = sweep.estimates
    ids = [c.removeprefix("seat.").removesuffix(".tasks") for c in found if c.startswith("seat.")
           and c.endswith(".tasks")]  # fmt: skip
    posts = {p for program in page.programs.values() for p in program.jurisdiction.posts}
    rows = []
    for id in ids:
        one = {what: found[f"seat.{id}.{what}"] for what in ("tasks", "hours_h", "waits", "waited_h", "longest_h")}
        if not (one["tasks"].mean or one["waits"].mean):
            continue
        told_ = {what: labels.scale(f"seat.{id}.{what}", e) for what, e in one.items()}
        longest = one["longest_h"].quantiles[0.95][0]
        rows.append(
            {
                "name": labels.names.actor(id),
                "post": id in posts,
                "tasks": f"{one['tasks'].mean or 0:.1f}",
                "hours": told_["hours_h"].tell(one["hours_h"].mean),
                "waits": f"{one['waits'].mean or 0:.1f}",
                "waited": told_["waited_h"].tell(one["waited_h"].mean),
                "interval": _unless_same(told_["waited_h"], one["waited_h"]),
                "range": _range(told_["waited_h"], one["waited_h"]),
                "longest": scale("hours", longest, page.lang).tell(longest),
                "size": one["waited_h"].mean or 0.0,
            }
        )
    return sorted(rows, key=lambda row: -row["size"])


# --------------------------------------------------------------------------------------- comparisons


def changes(sweep: Sweep, labels: Labels) -> list[Row]:
    """What each change brings about: the headlines that differ, then what else differs most surely."""
    first = headlines(sweep)
    return [
        {
            "text": one.text,
            "rows": [_pair_row(labels, c, one.pairs[c]) for c in _worth_telling(one, first)],
            "nothing": not any(p.changed for p in one.pairs.values()),
        }
        for one in sweep.differences
    ]


def _worth_telling(one: Difference, first: Sequence[str], others: int = 8) -> list[str]:
    shown = [c for c in first if c in one.pairs and one.pairs[c].changed]
    rest = [c for c, p in one.pairs.items() if p.certain and c not in shown and not c.endswith(("_t", "highest"))]
    return shown + sorted(rest, key=lambda c: -_clearness(one.pairs[c]))[:others]


def _clearness(pair: Pairs) -> float:
    """How many times its half width a difference lies from zero."""
    if pair.interval is None or pair.mean is None:
        return 0.0
    half = (pair.interval[1] - pair.interval[0]) / 2
    return abs(pair.mean) / half if half > 0 else np.inf


def _pair_row(labels: Labels, column: str, pair: Pairs) -> Row:
    kind, lang = labels.kind(column), labels.lang
    level = scale(kind, max(abs(pair.before or 0), abs(pair.after or 0)), lang)
    by = scale(kind, pair.mean, lang) if kind == "hours" else level
    if by.unit == "%":  # a difference of shares is one of points, not a per cent of anything
        by = replace(by, unit=told("points", lang))
    sign = "+" if (pair.mean or 0) > 0 else ""
    return {
        "column": column,
        "label": labels.label(column),
        "n": f"{pair.n:,}",
        "before": level.tell(pair.before),
        "after": level.tell(pair.after),
        "difference": sign + by.tell(pair.mean),
        "interval": by.span(pair.interval),
        "changed": f"{pair.changed:,}",
        "gain": f"{pair.gain:,.1f}×" if pair.gain is not None else "—",
        "certain": pair.certain,
    }


def every_number(sweep: Sweep, labels: Labels) -> list[Row]:
    """Every column of ``runs.csv`` that says anything."""
    rows = []
    for column, one in sweep.estimates.items():
        if not one.n or (not one.share and not one.mean and not one.sd):
            continue
        by = labels.scale(column, one)
        rows.append(
            {
                "column": column,
                "label": labels.label(column),
                "n": f"{one.n:,}",
                "mean": by.tell(one.mean),
                "interval": interval(by, one, labels.lang),
                "quantiles": " / ".join(by.figure(v) for v, _ in one.quantiles.values()),
            }
        )
    return rows
