"""How many runs are enough: batches until every interval asked for is narrow.

The runs decide when to stop, and stop sooner where the rare happens to be missing from them. So an interval counts
only once enough runs differ from the commonest value; what is left of the fault is small, and told in the report.

References
----------
Law (2015), Simulation Modeling and Analysis, 5th ed., section 9.4.1: sequential procedures, and their coverage.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from emergency.errors import InputError, Problem
from emergency.quantity import NUMBER
from emergency.reader.names import about
from emergency.replicate.statistics import Estimate, estimate, estimate_share
from emergency.replicate.store import Table
from emergency.source import Where

__all__ = ["MOST", "Goal", "next_size", "parse_goal", "within_reach"]

FIRST = 128  # runs of the first batch
STEP = 64  # batches end on multiples of this
GROWTH = 4  # a batch makes the sweep at most this many times as long
STRAYS = 30  # runs off the commonest value before the interval of a mean may end the sweep
UNMOVED = 1024  # runs before a number that never changed is believed to be one that cannot
MOST = 100_000  # runs, where nobody says otherwise


@dataclass(frozen=True, slots=True)
class Goal:
    """An interval that is to be no wider than ± `half_width`."""

    name: str
    half_width: float
    text: str


def parse_goal(text: str, columns: Collection[str]) -> Goal:
    """Read ``INDICATOR ± X``; ``+-`` and ``+/-`` do as well, and X may be in per cent.

    Raises
    ------
    InputError
        If it does not read so, or there is no such number of a run.
    """
    where = Where(f"--until {text}")
    match = re.fullmatch(rf"\s*(\S+?)\s*(?:±|\+/?-)\s*({NUMBER})\s*(%?)\s*", text)
    size = float(match[2]) * (0.01 if match[3] else 1.0) if match else 0.0
    if not match or size <= 0:
        raise InputError([Problem("bad-goal", where, {"value": text})])
    if match[1] not in columns:
        raise InputError([Problem("unknown-number", where, about(match[1], columns))])
    return Goal(match[1], size, text)


def now(goal: Goal, table: Table, shares: Collection[str], runs: int) -> Estimate:
    """What the first so many runs say of a goal's indicator."""
    column = table.column(goal.name, runs)
    return estimate_share(column) if goal.name in shares else estimate(column)


def within_reach(goal: Goal, found: Estimate) -> bool:
    """Whether an interval is narrow enough, and rests on enough runs that differ from the commonest value."""
    if found.share:
        return found.half_width <= goal.half_width
    if found.same:
        return found.n >= UNMOVED
    return found.strays >= STRAYS and found.half_width <= goal.half_width


def next_size(goals: Sequence[Goal], table: Table, shares: Collection[str], runs: int, most: int) -> int:
    """How many runs the sweep should have next, after its first `runs`; the same number when they are enough.

    It depends on those runs alone, so a sweep that was broken off and gone on with ends where it would have ended.
    """
    if runs >= most:
        return runs
    if runs < FIRST:
        return min(FIRST, most)
    found = [(goal, now(goal, table, shares, runs)) for goal in goals]
    if all(within_reach(goal, one) for goal, one in found):
        return runs
    wanted = runs * min(GROWTH, max(_more(found), 1.1))
    return min(most, -(-int(wanted) // STEP) * STEP)


def _more(found: Iterable[tuple[Goal, Estimate]]) -> float:
    """By what factor the runs should grow for all goals."""
    return max(_growth(goal, one) for goal, one in found)


def _growth(goal: Goal, one: Estimate) -> float:
    """For one goal: a width falls with the square root of the runs, those that stray grow with their number."""
    if not one.share and one.strays < STRAYS:
        return 1.05 * STRAYS / max(one.strays, 1)
    return 1.05 * (one.half_width / goal.half_width) ** 2
