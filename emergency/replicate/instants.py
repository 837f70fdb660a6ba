"""When something came in many runs, in some of which it never did: those are later than the end of the run.

The end of a run cuts all runs off at the same time, so that a quantile over all of them is known wherever it falls
before that end, and known to fall after it otherwise. A mean over all of them is not.

References
----------
Klein & Moeschberger (2003), Survival analysis, 2nd ed., section 3.2: type I censoring.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from emergency.replicate.statistics import QUANTILES, Column
from emergency.replicate.store import Table

__all__ = ["ENOUGH", "Instant", "completed", "instant", "is_instant"]

_INSTANTS = ("activated_h", "ended_h", "first_found_h")
ENOUGH = 20  # runs; of fewer, the outer 5 % are less than one


@dataclass(frozen=True, slots=True)
class Instant:
    """When something came.

    Attributes
    ----------
    runs : int
        Completed runs.
    came : array of shape (n,)
        When it came [h], the earliest first, in the runs in which it did.
    """

    runs: int
    came: Column

    @property
    def always(self) -> bool:
        """Whether it came in every run."""
        return len(self.came) == self.runs

    @property
    def quantiles(self) -> Mapping[float, float]:
        """The value [h] at each of `QUANTILES` over all runs; infinite where it did not come before their end."""
        if not self.runs:
            return {}
        if self.always:
            return {q: float(np.quantile(self.came, q)) for q in QUANTILES}
        every = np.concatenate([self.came, np.full(self.runs - len(self.came), np.inf)])
        return {q: float(np.quantile(every, q, method="inverted_cdf")) for q in QUANTILES}


def completed(table: Table) -> int:
    """How many runs did not break."""
    return len(table) - len(table.failures)


def instant(table: Table, column: str) -> Instant:
    """When something came, from a column that is NaN where it did not.

    Raises
    ------
    ValueError
        If there is no such column.
    """
    values = table.column(column)
    return Instant(completed(table), np.sort(values[~np.isnan(values)]))


def is_instant(name: str, plans: Collection[str]) -> bool:
    """Whether a number of a run is when something happened, in hours from its start, not how long something took.

    What does not happen within a run counts as happening when it ends; a length of time that no run has is not known.
    """
    parts = name.split(".")
    return parts[-1] in _INSTANTS or (len(parts) == 3 and parts[0] in plans and name.endswith("_h"))
