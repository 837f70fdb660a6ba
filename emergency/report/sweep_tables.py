"""The tables of a sweep's report: levels, steps and limits by clause, customers, seats, all numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from emergency.figures import time_label
from emergency.figures.columns import Labels, foremost, headlines, scale
from emergency.replicate.statistics import Column, estimate, estimate_share
from emergency.replicate.sweep import Sweep
from emergency.replicate.tally import STATES
from emergency.report.page import Page
from emergency.report.sweep_values import Values
from emergency.source import Clause
from emergency.words import terms
from emergency.words.sweep import told

__all__ = ["customers", "every_number", "haste", "levels", "limits", "seats", "steps", "tiles"]

Row = dict[str, Any]


def tiles(sweep: Sweep, labels: Labels) -> list[Row]:
    """The numbers to look at first, each with its interval, and how many runs know it where not all do."""
    found, values = sweep.estimates, Values(sweep, labels)
    shown = foremost(_gravest_first([c for c in headlines(sweep) if found[c].mean or not found[c].share]))
    return [_tile(values, column) for column in shown]


def _gravest_first(columns: Sequence[str]) -> list[str]:
    """The same columns, of each scheme's levels the gravest first: where room is short, the mildest go."""
    schemes = groupby(columns, key=lambda c: c.rpartition(".")[0] if c.count(".") == 2 else c)
    return [column for _, levels in schemes for column in reversed(list(levels))]


def _tile(values: Values, column: str) -> Row:
    labels, one = values.labels, values.sweep.estimates[column]
    instant = labels.is_instant(column)
    notes = [values.interval(column)]
    if instant:
        notes.append(time_label(labels.names.at(one.mean or 0.0), labels.lang))
    if behind := values.behind(column):
        notes.append(behind)
        if instant:
            notes.append(told("median-all", labels.lang, median=values.at(column, 0.5)))
    return {"label": labels.label(column), "value": values.mean(column), "notes": notes}


def levels(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """How often each level was reached, when first, for how long."""
    values, rows = Values(sweep, labels), []
    for scheme, says in sweep.programs[plan].plan.schemes.items():
        for level in says.levels:
            name = f"{plan}.{scheme}.{level}"
            entered = sweep.estimates[f"{name}_h"].n > 0
            rows.append(
                {
                    "chip": page.chip(plan, str(scheme), level),
                    "share": values.mean(name),
                    "interval": values.interval(name),
                    "first": values.mean(f"{name}_h"),
                    "first_interval": values.interval(f"{name}_h") if entered else "",
                    "of": values.behind(f"{name}_h") if entered else "",
                    "range": values.spread(f"{name}_h") if entered else "—",
                    "days": values.mean(f"{name}_d"),
                    "days_interval": _unless_same(values, f"{name}_d"),
                }
            )
    return rows


def steps(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """The steps of decisions by the time they take in a run, the longest first."""
    values, rows = Values(sweep, labels), []
    for column, one in sweep.estimates.items():
        parts = column.removeprefix("step.").removesuffix("_h").split(".")
        if not column.startswith(f"step.{plan}.") or not one.mean:
            continue
        decisions = sweep.programs[plan].decisions.items()
        found = [s for at, d in decisions if at.scheme == parts[1] for s in d.steps if s.do == parts[2]]
        rows.append(
            {
                "what": labels.label(column),
                "by": page.actors(dict.fromkeys(p.seat for s in found for p in s.by)),
                "mean": values.mean(column),
                "interval": values.interval(column),
                "range": values.spread(column),
                "clauses": page.cite(c for s in found for c in s.clauses),
                "size": one.mean,
            }
        )
    return sorted(rows, key=lambda row: -row["size"])


def _by_clause(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda c: Clause.parse(c.partition(":")[2]).sort_key())


def limits(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """For each clause that sets a limit: how many ran, how they ended, how many runs kept every one."""
    table, values = sweep.tables[0], Values(sweep, labels)
    clauses = [c for c in sweep.estimates if c.startswith(f"limit.{plan}:")]
    rows = []
    for clause in _by_clause({c.removeprefix("limit.").rpartition(".")[0] for c in clauses}):
        states = {state: table.column(f"limit.{clause}.{state}") for state in STATES}
        ran = sum(states.values())
        came = np.nan_to_num(ran) > 0
        if not came.any():
            continue
        rows.append(
            {
                "clauses": page.cite([clause]),
                "due": f"{np.nansum(ran):,.0f}",
                **{state: f"{np.nansum(counts):,.0f}" for state, counts in states.items()},
                "runs": f"{int(came.sum()):,}",
                **_kept(values, {state: counts[came] for state, counts in states.items()}),
            }
        )
    return rows


def _kept(values: Values, states: Mapping[str, Column]) -> Row:
    """The share of runs that kept every limit; where some were still open at the end, from none to all of them."""
    by = scale("share", None, values.lang)
    broken = (states["late"] + states["missed"]) > 0
    undecided = ~broken & (states["open"] > 0)
    least, most = (estimate_share(one.astype(float)) for one in (~broken & ~undecided, ~broken))
    outer = (least.interval[0], most.interval[1]) if least.interval and most.interval else None
    if not undecided.any():
        return {"kept": by.tell(most.mean), "interval": by.span(outer), "undecided": ""}
    both = by.span((least.mean or 0.0, most.mean or 0.0))
    count = told("undecided", values.lang, n=f"{int(undecided.sum()):,}")
    return {"kept": both, "interval": by.span(outer), "undecided": count}


def haste(sweep: Sweep, page: Page, labels: Labels, plan: str) -> list[Row]:
    """Where the text asks for haste without a number: how long the longest in a run took."""
    names = [c for c, one in sweep.estimates.items() if c.startswith(f"haste.{plan}:") and one.n]
    values, rows = Values(sweep, labels), []
    for column in sorted(names, key=lambda c: Clause.parse(_clause(c)).sort_key()):
        one, word = sweep.estimates[column], column.removesuffix("_h").rpartition(".")[2]
        rows.append(
            {
                "clauses": page.cite([f"{plan}:{_clause(column)}"]),
                "word": terms.urgency(word, page.lang),
                "runs": f"{one.n:,}",
                "mean": values.mean(column),
                "interval": values.interval(column),
                "range": values.spread(column),
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
    values = Values(sweep, labels)
    return [_customer(values, id) for id in ids if found[f"demand.{id}.wanted_t"].mean]


def _unless_same(values: Values, column: str) -> str:
    """The interval of a mean, or nothing where every run gives the same."""
    one = values.sweep.estimates[column]
    return "" if one.same or one.n < 2 else values.interval(column)


def _customer(values: Values, id: str) -> Row:
    table = values.sweep.tables[0]
    row: Row = {"name": values.labels.customer(id)}
    for part in ("wanted", "served", "limited", "short"):
        column = f"demand.{id}.{part}_t"
        row[part], row[f"{part}_interval"] = values.mean(column), _unless_same(values, column)
    wanted, served = (table.column(f"demand.{id}.{part}_t") for part in ("wanted", "served"))
    share = estimate(np.divide(served, wanted, out=np.full(len(wanted), np.nan), where=wanted > 0))
    short = table.column(f"demand.{id}.short_t")
    empty = estimate_share(np.where(np.isnan(short), np.nan, short > 0).astype(float))
    by = scale("share", None, values.lang)
    row |= {"share": by.tell(share.mean), "share_of": values.of_runs(share.n)}
    row["share_range"] = values.spread_of(by, share)
    return row | {"runs": by.tell(empty.mean), "runs_interval": by.span(empty.interval)}


def seats(sweep: Sweep, page: Page, labels: Labels) -> list[Row]:
    """What each seat had to do in a run, and how long matters queued for it; the longest first."""
    found = sweep.estimates
    ids = [c.removeprefix("seat.").removesuffix(".tasks") for c in found if c.startswith("seat.")
           and c.endswith(".tasks")]  # fmt: skip
    posts = {p for program in page.programs.values() for p in program.jurisdiction.posts}
    values, rows = Values(sweep, labels), []
    for id in ids:
        tasks, waits, waited = (found[f"seat.{id}.{what}"].mean or 0.0 for what in ("tasks", "waits", "waited_h"))
        if not (tasks or waits):
            continue
        longest = values.quantiles(f"seat.{id}.longest_h").get(0.95)
        rows.append(
            {
                "name": labels.names.actor(id),
                "post": id in posts,
                "tasks": f"{tasks:.1f}",
                "hours": values.mean(f"seat.{id}.hours_h"),
                "waits": f"{waits:.1f}",
                "waited": values.mean(f"seat.{id}.waited_h"),
                "interval": _unless_same(values, f"seat.{id}.waited_h"),
                "range": values.spread(f"seat.{id}.waited_h"),
                "longest": scale("hours", longest, page.lang).tell(longest),
                "size": waited,
            }
        )
    return sorted(rows, key=lambda row: -row["size"])


def every_number(sweep: Sweep, labels: Labels) -> list[Row]:
    """Every column of ``runs.csv`` that says anything."""
    values, rows = Values(sweep, labels), []
    for column, one in sweep.estimates.items():
        if not one.n or (not one.share and not one.mean and not one.sd):
            continue
        rows.append(
            {
                "column": column,
                "label": labels.label(column),
                "n": f"{one.n:,}",
                "mean": values.mean(column),
                "interval": values.interval(column),
                "quantiles": values.figures(column),
            }
        )
    return rows
