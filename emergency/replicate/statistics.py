"""What can be said of many runs: means, shares and quantiles, each with its interval.

Every interval covers what the number of runs leaves open, and nothing else: not whether the assumptions are right.
Student's t for means and paired differences, Wilson's score for shares, order statistics for quantiles (all as scipy
has them), Bonett and Price's for paired differences of shares. Where nearly all runs give one number, the spread of
the few others is not known well enough for t: there is no interval then, rather than one that is too narrow.

References
----------
Wilson (1927), Probable inference, the law of succession, and statistical inference. J. Am. Stat. Assoc. 22.
Conover (1999), Practical nonparametric statistics, 3rd ed., section 3.2 (intervals of quantiles).
Bonett and Price (2012), Adjusted Wald confidence interval for a difference of binomial proportions based on paired
data. J. Educ. Behav. Stat. 37.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["LEVEL", "QUANTILES", "Estimate", "Pairs", "estimate", "estimate_share", "paired"]

LEVEL = 0.95
QUANTILES = (0.05, 0.50, 0.95)
FLAT = 1e-12  # a spread below this, relative to the mean, is rounding
PLACES = 9  # of a difference; the rest is rounding
STRAYS = 10  # runs off the commonest value (or half of all) below which t covers too little of what is rare
Column = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One indicator over many runs.

    Attributes
    ----------
    n : how many runs it is known of: an end that never came has no time.
    mean : over those runs; for a share, the share.
    interval : of the mean; None where too few runs, or too few that differ from the others, leave nothing to say.
    sd : standard deviation between runs.
    quantiles : value at each of `QUANTILES`, with its interval where there are runs enough for one.
    share : whether it is one of having happened (1) or not (0).
    strays : how many runs differ from the commonest value.
    """

    n: int
    mean: float | None = None
    interval: Interval | None = None
    sd: float | None = None
    quantiles: Mapping[float, tuple[float, Interval | None]] = field(default_factory=dict)
    share: bool = False
    strays: int = 0

    @property
    def same(self) -> bool:
        """Whether all runs, and two at least, give one number."""
        return self.n > 1 and self.strays == 0

    @property
    def half_width(self) -> float:
        """How far the farther end of the interval lies from the mean; infinite while there is none."""
        if self.interval is None or self.mean is None:
            return float("inf")
        return max(self.interval[1] - self.mean, self.mean - self.interval[0])

    def as_dict(self) -> dict[str, Any]:
        """As ``summary.json`` has it, rounded to 1e-6."""
        found: dict[str, Any] = {"n": self.n, "mean": _r(self.mean), "interval": _pair(self.interval)}
        found["same"] = self.same
        if self.share:
            return {**found, "method": "wilson"}
        found |= {"sd": _r(self.sd), "method": "t"}
        found["quantiles"] = {f"{q * 100:g}": _r(value) for q, (value, _) in self.quantiles.items()}
        found["quantile_intervals"] = {f"{q * 100:g}": _pair(i) for q, (_, i) in self.quantiles.items()}
        return found


def estimate(column: Column) -> Estimate:
    """A number over many runs, those left out of which it is not known (NaN)."""
    known = np.sort(column[~np.isnan(column)])
    n = len(known)
    if not n:
        return Estimate(0)
    mean = float(known.mean())
    spread = float(known.std(ddof=1)) if n > 1 else None
    quantiles = {q: _quantile(known, q) for q in QUANTILES}
    return Estimate(n, mean, _mean_interval(known), spread, quantiles, strays=_strays(known))


def estimate_share(column: Column) -> Estimate:
    """How often something happened, from a column of 0 and 1."""
    known = column[~np.isnan(column)]
    n = len(known)
    if not n:
        return Estimate(0, share=True)
    happened = round(float(known.sum()))
    found = stats.binomtest(happened, n).proportion_ci(LEVEL, method="wilson")
    interval = float(found.low), float(found.high)
    return Estimate(n, happened / n, interval, share=True, strays=min(happened, n - happened))


def _strays(known: Column) -> int:
    """How many of sorted numbers are not the commonest of them; rounding counts for nothing."""
    steps = np.flatnonzero(np.diff(known) > FLAT * float(np.abs(known).max()))
    return len(known) - int(np.diff([0, *(steps + 1), len(known)]).max())


def _mean_interval(known: Column) -> Interval | None:
    n, strays = len(known), _strays(known)
    if strays == 0 or strays < min(STRAYS, n // 2):
        return None
    found = stats.ttest_1samp(known, 0.0).confidence_interval(LEVEL)
    return float(found.low), float(found.high)


def _quantile(known: Column, q: float) -> tuple[float, Interval | None]:
    """A quantile of sorted numbers, and its interval unless there are too few for one at this level."""
    value = float(np.quantile(known, q))
    found = stats.quantile_test(known, q=value, p=q).confidence_interval(LEVEL)
    low, high = float(found.low), float(found.high)
    return value, (low, high) if np.isfinite(low) and np.isfinite(high) else None


@dataclass(frozen=True, slots=True)
class Pairs:
    """How much an indicator changes when one thing is changed, run by run.

    Attributes
    ----------
    n : pairs of which both runs know it.
    before, after : its mean in those runs without and with the change.
    mean, interval : of the difference, with minus without; no interval where all pairs, or nearly all, show the same
        difference: what the others would show is not known.
    changed : in how many pairs it differs at all.
    same : whether the difference is the same in all pairs, and these are two at least.
    share : whether it is 0 or 1 in every run, so that the interval is that of a difference of shares.
    gain : by how much pairing lowers the variance of the mean difference, against as many runs with chances of
        their own; None where nothing differs.
    """

    n: int
    before: float | None = None
    after: float | None = None
    mean: float | None = None
    interval: Interval | None = None
    changed: int = 0
    gain: float | None = None
    same: bool = False
    share: bool = False

    @property
    def certain(self) -> bool:
        """Whether the interval leaves no doubt about the sign of the difference."""
        return self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)

    def as_dict(self) -> dict[str, Any]:
        """As ``summary.json`` has it, rounded to 1e-6."""
        found: dict[str, Any] = {"n": self.n, "without": _r(self.before), "with": _r(self.after)}
        found["difference"] = _r(self.mean)
        method = "bonett-price" if self.share else "t"
        found |= {"interval": _pair(self.interval), "method": method, "changed": self.changed, "same": self.same}
        return {**found, "variance_ratio": _r(self.gain)}


def paired(without: Column, changed: Column) -> Pairs:
    """The difference between two columns whose runs match one by one.

    Raises
    ------
    ValueError
        If they are not of the same length.
    """
    if len(without) != len(changed):
        raise ValueError(f"{len(without)} runs cannot be paired with {len(changed)}")
    both = ~np.isnan(without) & ~np.isnan(changed)
    a, b = without[both], changed[both]
    n = len(a)
    if not n:
        return Pairs(0)
    difference = np.sort(np.round(b - a, PLACES))
    spread = float(difference.var(ddof=1)) if n > 1 else 0.0
    apart = float(a.var(ddof=1) + b.var(ddof=1)) if n > 1 else 0.0
    share = _is_share(a, b)
    return Pairs(
        n, float(a.mean()), float(b.mean()), float(difference.mean()),
        interval=_share_interval(a, b) if share else _mean_interval(difference),
        changed=int(np.count_nonzero(difference)),
        gain=apart / spread if spread > 0 else None,
        same=n > 1 and _strays(difference) == 0,
        share=share,
    )  # fmt: skip


def _is_share(a: Column, b: Column) -> bool:
    """Whether pairs hold nothing but 0 and 1, and both of them: what is 0 throughout may be an amount."""
    return set(np.unique(np.concatenate((a, b)))) == {0.0, 1.0}


def _share_interval(a: Column, b: Column) -> Interval | None:
    """Bonett and Price's interval of a difference of paired shares: one pair more is counted in either direction."""
    if len(a) < 2:
        return None
    n = len(a) + 2
    more, less = (int(np.count_nonzero(c)) + 1 for c in (b > a, b < a))
    middle = (more - less) / n
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) * np.sqrt(((more + less) / n - middle**2) / n)
    return max(middle - half, -1.0), min(middle + half, 1.0)


def _r(value: float | None) -> float | None:
    if value is None or not np.isfinite(value):
        return None
    found = round(float(value), 6)
    return found + 0.0  # no negative zero


def _pair(interval: Interval | None) -> list[float | None] | None:
    return [_r(interval[0]), _r(interval[1])] if interval is not None else None
