"""What each change of a sweep brings about, as tables: the numbers that matter most, then all that surely differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from emergency.figures.columns import Labels, Scale, headlines, scale
from emergency.replicate.compare import Difference
from emergency.replicate.instants import ENOUGH
from emergency.replicate.statistics import Pairs
from emergency.replicate.store import Table
from emergency.replicate.sweep import Sweep
from emergency.words.sweep import told

__all__ = ["changes"]

Row = dict[str, Any]


def changes(sweep: Sweep, labels: Labels) -> list[Row]:
    """What each change brings about: the headlines that differ, what else differs most surely, then the rest.

    Returns
    -------
    list of dict
        `rows` to look at first, `more` that differ as surely, `vague` how many others differ in some pairs.
    """
    first = headlines(sweep)
    found = zip(sweep.differences, sweep.tables[1:], strict=True)
    return [_change(labels, one, _both(sweep.tables[0], table), first) for one, table in found]


def _change(labels: Labels, one: Difference, of: int, first: Sequence[str]) -> Row:
    shown = _worth_telling(one, first)
    listed = set(shown)
    more = [c for c, p in one.pairs.items() if _sure(p) and c not in listed]
    vague = [c for c, p in one.pairs.items() if p.changed and not _sure(p) and c not in listed]
    return {
        "text": one.text,
        "rows": [_row(labels, c, one.pairs[c], of) for c in shown],
        "more": [_row(labels, c, one.pairs[c], of) for c in more],
        "vague": told("vague", labels.lang, n=f"{len(vague):,}") if vague else told("rest-same", labels.lang),
        "nothing": not any(p.changed for p in one.pairs.values()),
    }


def _both(without: Table, changed: Table) -> int:
    """Pairs of which neither run broke."""
    return len(without) - len({*without.failures, *changed.failures})


def _sure(pair: Pairs) -> bool:
    """Whether a difference can be told from nothing: by its interval, or by being the same in pairs enough."""
    return pair.certain or (pair.same and pair.changed >= ENOUGH)


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


def _row(labels: Labels, column: str, pair: Pairs, of: int) -> Row:
    lang = labels.lang
    level, by = _scales(labels, column, pair)
    sign = "+" if (pair.mean or 0) > 0 else ""
    pairs = told("behind-pairs", lang, n=f"{pair.n:,}", of=f"{of:,}") if pair.n < of else ""
    return {
        "column": column,
        "label": labels.label(column),
        "n": f"{pair.n:,}",
        "pairs": pairs,
        "before": level.tell(pair.before),
        "after": level.tell(pair.after),
        "difference": sign + by.tell(pair.mean),
        "interval": _interval(by, pair, lang),
        "changed": f"{pair.changed:,}",
        "gain": f"{pair.gain:,.1f}×" if pair.gain is not None and not pair.same else "—",
        "certain": pair.certain,
    }


def _scales(labels: Labels, column: str, pair: Pairs) -> tuple[Scale, Scale]:
    """Of the values, and of their difference."""
    kind, lang = labels.kind(column), labels.lang
    level = scale(kind, max(abs(pair.before or 0), abs(pair.after or 0)), lang)
    by = level
    if kind == "hours":
        by = scale(kind, max(map(abs, (pair.mean or 0.0, *(pair.interval or ())))), lang)
    if by.unit == "%":  # a difference of shares is one of points, not a per cent of anything
        by = replace(by, unit=told("points", lang))
    return level, by


def _interval(by: Scale, pair: Pairs, lang: str) -> str:
    """The interval of a difference, or why there is none."""
    if pair.interval is not None or pair.n < 2:
        return by.span(pair.interval)
    return told("same-in-pairs", lang, n=f"{pair.n:,}") if pair.same else told("too-few-pairs", lang)
