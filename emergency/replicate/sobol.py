"""How much of what is uncertain about a number each clause accounts for: Sobol' indices of the weightiest factors.

Factors of the very same clauses are turned together and have one share, so that what they do jointly is theirs and
no share overlaps another. A factor of several clauses is none of any one of them: it stands apart, and a clause may
so be named in more than one share. What no clause speaks of stands alone; what the screening found light stays as it
is.

References
----------
Saltelli, Annoni, Azzini, Campolongo, Ratto, Tarantola (2010), Variance based sensitivity analysis of model output.
Computer Physics Communications 181.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emergency.replicate.factors import Factor
from emergency.replicate.points import Floats, Judged, rows_of

__all__ = ["Design", "Share", "design", "shares"]


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the factors of the same clauses, or of one factor of none, in the variance of a number.

    Attributes
    ----------
    name : str
        The clauses, separated by blanks, else the factor's name.
    first : float
        What would go if it alone were known (S1).
    total : float
        What would stay if all else were known (ST); larger than `first` where it acts together with others.
    first_interval, total_interval : float
        Half widths of the 95 % intervals, by bootstrap.
    """

    name: str
    factors: tuple[Factor, ...]
    first: float
    first_interval: float
    total: float
    total_interval: float

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses it stands for; none for a factor of the scenario alone."""
        return self.factors[0].clauses

    @property
    def is_clear(self) -> bool:
        """Whether the interval of `total` lies clear of zero."""
        return self.total > self.total_interval


@dataclass(frozen=True)
class Design:
    """Which points are to be judged.

    Attributes
    ----------
    factors : those that are turned
    at : array of shape (blocks × (groups + 2), factors)
    """

    factors: tuple[Factor, ...]
    problem: Mapping[str, Any]
    at: Floats

    @property
    def groups(self) -> tuple[str, ...]:
        """Each group once, in the order of the indices."""
        return tuple(dict.fromkeys(self.problem["groups"]))

    @property
    def block(self) -> int:
        """Points that belong together."""
        return len(self.groups) + 2


def design(found: Sequence[Factor], blocks: int, seed: int, sample: Any) -> Design:
    """The points at which factors are turned, group by group.

    Parameters
    ----------
    blocks : int
        Base points, a power of two: Sobol' sequences are balanced only then.
    sample : module
        SALib's of Sobol' sampling.
    """
    problem = {
        "num_vars": len(found), "names": [f.name for f in found], "bounds": [[0.0, 1.0]] * len(found),
        "groups": [_group(f) for f in found],
    }  # fmt: skip
    at = sample.sample(problem, blocks, calc_second_order=False, seed=seed)
    return Design(tuple(found), problem, np.minimum(at, 1.0))


def _group(factor: Factor) -> str:
    return " ".join(factor.clauses) or factor.name


def shares(made: Design, judged: Judged, column: int, seed: int, analysis: Any) -> list[Share]:
    """The shares in one number, the largest first; none if no block could be run, or nothing moves the number."""
    lost = judged.lost(column, made.block)
    kept = [b for b in range(len(made.at) // made.block) if b not in lost]
    values = judged.values[rows_of(kept, made.block), column]
    if len(kept) < 2 or np.ptp(values) == 0.0:
        return []
    told = analysis.analyze(made.problem, values, calc_second_order=False, seed=seed + 1)  # 0 would be no seed there
    columns = (np.round(np.nan_to_num(told[key]), 6).tolist() for key in ("S1", "S1_conf", "ST", "ST_conf"))
    rows = zip(made.groups, zip(*columns, strict=True), strict=True)
    mine = {g: tuple(f for f in made.factors if _group(f) == g) for g in made.groups}
    return sorted((Share(g, mine[g], *row) for g, row in rows), key=lambda s: (-s.total, s.name))
