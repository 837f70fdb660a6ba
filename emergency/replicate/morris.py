"""Morris' screening: random paths on each of which every factor is turned once, and what turning it did.

A number is turned by two thirds of its range at a time, and its effect told for the whole of it. What has only some
values cannot be turned by two thirds of anything: crews, months and the like go from one end to the other, a reading
from one of its choices to another, and the effect is the change seen.

References
----------
Morris (1991), Factorial sampling plans for preliminary computational experiments. Technometrics 33.
Campolongo, Cariboni, Saltelli (2007), An effective screening design for sensitivity analysis of large models.
Environmental Modelling & Software 22.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from emergency.replicate.factors import Factor
from emergency.replicate.points import Floats, rows_of

__all__ = ["Effect", "Walk", "effects_of", "walk"]

LEVELS = 4  # of the grid
STEP = LEVELS / (2 * (LEVELS - 1))  # by which a number is turned: two thirds of its range


@dataclass(frozen=True, slots=True)
class Effect:
    """What turning one factor from one end to the other does to one number.

    Attributes
    ----------
    size : mean of the absolute effects along the paths (mu*).
    interval : half width of its 95 % interval, from the paths.
    sign : mean of the effects themselves (mu): far from ± `size` where the direction changes.
    spread : standard deviation of the effects (sigma): large where it depends on what else is so.
    """

    factor: Factor
    size: float
    interval: float
    sign: float
    spread: float


@dataclass(frozen=True)
class Walk:
    """Which points are to be judged.

    Attributes
    ----------
    grid : array of shape (paths × (factors + 1), factors)
        Morris' sample, from which the effects are told.
    at : array of the same shape
        How far each factor is turned, 0 to 1.
    """

    factors: tuple[Factor, ...]
    grid: Floats
    at: Floats

    @property
    def length(self) -> int:
        """Points of one path."""
        return len(self.factors) + 1


def walk(found: Sequence[Factor], count: int, seed: int, sample: Any) -> Walk:
    """So many random paths.

    Parameters
    ----------
    sample : module
        SALib's of Morris' sampling.
    """
    grid = np.asarray(sample.sample(_problem(found), count, num_levels=LEVELS, seed=seed), dtype=np.float64)
    at, chance = grid.copy(), np.random.default_rng(seed)
    for k, factor in enumerate(found):
        if factor.options:
            ends = np.repeat(_ends(factor, count, chance), len(found) + 1, axis=0)
            at[:, k] = np.where(grid[:, k] > 0.5, ends[:, 1], ends[:, 0])
    return Walk(tuple(found), grid, at)


def _ends(factor: Factor, count: int, chance: np.random.Generator) -> Floats:
    """Between which two options a factor goes on each path, as places in [0, 1]; shape (paths, 2).

    The choices of a reading are in no order: each pair of them has its turn.
    """
    many = len(factor.options)
    pairs = [(0, many - 1)]
    if factor.kind == "reading":
        pairs = list(combinations(range(many), 2))
        chance.shuffle(pairs)
    return np.array([[(k + 0.5) / many for k in pairs[p % len(pairs)]] for p in range(count)])


def effects_of(made: Walk, kept: Sequence[int], values: Floats, seed: int, analysis: Any) -> list[Effect]:
    """What each factor does, the largest effect first.

    Parameters
    ----------
    kept : sequence of int
        The paths to be told from.
    values : array of shape (points,)
        What the points came to.
    analysis : module
        SALib's of Morris' effects.
    """
    rows = rows_of(kept, made.length)
    told = analysis.analyze(_problem(made.factors), made.grid[rows], values[rows], num_levels=LEVELS, seed=seed)
    found = zip(made.factors, _columns(told), strict=True)
    return sorted((_effect(factor, row) for factor, row in found), key=lambda e: (-e.size, e.factor.name))


def _effect(factor: Factor, row: Floats) -> Effect:
    """Told for the whole range: SALib divides by the step, which a factor with options has not made."""
    return Effect(factor, *np.round(row * (STEP if factor.options else 1.0), 6).tolist())


def _columns(told: Mapping[str, Any]) -> Floats:
    names = ("mu_star", "mu_star_conf", "mu", "sigma")
    columns: list[Floats] = [np.ma.filled(np.ma.asarray(told[name], dtype=np.float64), 0.0) for name in names]
    table: Floats = np.nan_to_num(np.array(columns).T, posinf=0.0, neginf=0.0)
    return table


def _problem(found: Sequence[Factor]) -> dict[str, Any]:
    return {"num_vars": len(found), "names": [f.name for f in found], "bounds": [[0.0, 1.0]] * len(found)}
