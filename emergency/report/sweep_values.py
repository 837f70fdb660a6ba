"""How the numbers of a sweep are told: their intervals, how they spread, how many runs are behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from emergency.figures.columns import Labels, Scale
from emergency.replicate.instants import ENOUGH, completed, instant
from emergency.replicate.statistics import Estimate
from emergency.replicate.sweep import Sweep
from emergency.words.sweep import told

__all__ = ["Values"]

_FEW = 5  # Student's t of fewer runs reaches far beyond what the number can be


class Values:
    """The numbers of a sweep's runs in words.

    Parameters
    ----------
    sweep : Sweep
        A complete one.
    labels : Labels
        What its columns are called; gives the language.

    Attributes
    ----------
    runs : int
        How many runs were completed.
    """

    def __init__(self, sweep: Sweep, labels: Labels) -> None:
        self.sweep, self.labels, self.lang = sweep, labels, labels.lang
        self.runs = completed(sweep.tables[0])

    def scale(self, column: str) -> Scale:
        """The scale that fits a column's values."""
        return self.labels.scale(column, self.sweep.estimates[column])

    def mean(self, column: str) -> str:
        """The mean over the runs that know it; of a share, the share."""
        return self.scale(column).tell(self.sweep.estimates[column].mean)

    def interval(self, column: str) -> str:
        """The interval of the mean, or why there is none."""
        return self.interval_of(self.scale(column), self.sweep.estimates[column])

    def interval_of(self, by: Scale, one: Estimate) -> str:
        """The interval of a mean, or why there is none; a dash for less than two runs."""
        if one.same and one.interval is None:
            return told("every-run" if one.n == self.runs else "each-of-these", self.lang)
        if one.n > 1 and (one.interval is None or (one.n < _FEW and not one.share)):
            return told("too-few", self.lang)
        return by.span(one.interval)

    def behind(self, column: str) -> str:
        """How many of the runs know a number; nothing where all do."""
        return self.of_runs(self.sweep.estimates[column].n)

    def of_runs(self, n: int) -> str:
        """So many of the runs; nothing where it is all of them."""
        return told("behind", self.lang, n=f"{n:,}", of=f"{self.runs:,}") if n < self.runs else ""

    # --- between runs

    def quantiles(self, column: str) -> Mapping[float, float]:
        """Those that can be told: of an instant over all runs, infinite where it did not come within them.

        Of fewer than `ENOUGH` runs there is only the median; of a share nothing.
        """
        one = self.sweep.estimates[column]
        if self.labels.is_instant(column):
            runs, found = self.runs, instant(self.sweep.tables[0], column).quantiles
        else:
            runs, found = one.n, {q: value for q, (value, _) in one.quantiles.items()}
        return found if runs >= ENOUGH else {q: value for q, value in found.items() if q == 0.5}

    def spread(self, column: str) -> str:
        """Where nine runs in ten lie; a dash where that cannot be told, or where all runs give the same."""
        found, one = self.quantiles(column), self.sweep.estimates[column]
        if 0.05 not in found or (one.same and one.n == self.runs):
            return "—"
        return self._between(self.scale(column), found[0.05], found[0.95])

    def spread_of(self, by: Scale, one: Estimate) -> str:
        """Where nine runs in ten lie, of a number that no column holds."""
        if one.n < ENOUGH or not one.sd:
            return "—"
        return by.span((one.quantiles[0.05][0], one.quantiles[0.95][0]))

    def at(self, column: str, q: float) -> str:
        """One quantile with its unit; a dash where it cannot be told."""
        value = self.quantiles(column).get(q)
        return self._tell(self.scale(column), value)

    def figures(self, column: str) -> str:
        """The quantiles in one line, without a unit; nothing for a share."""
        if not self.sweep.estimates[column].quantiles:
            return ""
        by, found = self.scale(column), self.quantiles(column)
        shown = (found.get(q) for q in (0.05, 0.5, 0.95))
        return " / ".join(told("never", self.lang) if v == math.inf else by.figure(v) for v in shown)

    def _between(self, by: Scale, low: float, high: float) -> str:
        if high == math.inf:
            if low == math.inf:
                return told("rare", self.lang)
            return f"{by.tell(low)} – {told('not-within', self.lang)}"
        return by.span((low, high))

    def _tell(self, by: Scale, value: float | None) -> str:
        return told("not-within", self.lang) if value == math.inf else by.tell(value)
