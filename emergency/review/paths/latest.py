"""How long things take at the most, if everybody uses all the time the clauses give."""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf

from emergency.condition import Node
from emergency.plan.statements import Step
from emergency.review.deadline.acts import bound_of, hours, start_of
from emergency.review.paths.search import Move, Search, Situation, run_back
from emergency.review.paths.turns import Turn

__all__ = ["latest_run"]


def latest_run(search: Search, at: Situation, goal: Node) -> tuple[float, tuple[Move, ...]]:
    """The run to a goal that is over soonest at the latest, the tracked world staying as it is.

    Returns
    -------
    float
        The time [h] by which it is over if each step uses its limit; infinite where a step has none, or no run leads
        there (the run is then empty).
    """
    best: dict[Situation, tuple[float, int]] = {at: (0.0, 0)}
    came: dict[Situation, tuple[Situation, Move]] = {}
    ahead = [((0.0, 0), 0, at)]
    count = 0
    while ahead:
        cost, _, here = heappop(ahead)
        if search.holds(here, goal):
            return cost[0], run_back(came, here)
        for move in search.onwards(here) if cost <= best[here] else ():
            if move.turn is None:
                continue
            then = (cost[0] + _allowed(search, move.turn) + move.hours, cost[1] + move.turn.length)
            if move.after not in best or then < best[move.after]:
                best[move.after], came[move.after] = then, (here, move)
                count += 1
                heappush(ahead, (then, count, move.after))
    return inf, ()


def _allowed(search: Search, turn: Turn) -> float:
    """The time [h] the steps of a turn may take: a limit from the step before adds, one from an event does not.

    Events from which limits run are taken to happen when the turn begins.
    """
    now = 0.0
    for step in turn.steps:
        limit = hours(bound_of(step.within))
        if limit is None:
            return inf
        now = max(now, limit) if _from_beginning(search, step) else now + limit
    return now


def _from_beginning(search: Search, step: Step) -> bool:
    event = search.case.events.get(str(start_of(step.within)))
    return event is not None and event.kind not in ("entered", "left")
