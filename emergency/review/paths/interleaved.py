"""The whole product, step by step: several decisions open at once, their steps answered, refused or never answered.

It is what ``--deep`` goes through. A decision is opened on its ground, taken step by step, and takes effect with
the last; until then others may overtake it and its ground may go. A step that is refused ends its decision; one that
is never answered leaves it open for good, which is the stage itself. No more than one decision is open in a scheme.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from emergency.machine import Value
from emergency.review.paths.search import Search, Situation
from emergency.review.paths.turns import Turn

__all__ = ["Interleaved", "interleaved"]

LIMIT = 1_000_000

#: Values, and for each scheme the decision open in it: its place among the turns and how many steps are taken.
Stage = tuple[Situation, tuple[tuple[int, int] | None, ...]]


@dataclass(frozen=True, slots=True)
class Interleaved:
    """What the product holds.

    Attributes
    ----------
    stages : how many there are.
    values : what is reached in them, one value per scheme.
    overtaken : the values reached in no other way than by a decision that others overtook → that decision.
    whole : whether all stages were looked at.
    """

    stages: int
    values: frozenset[tuple[str, ...]]
    overtaken: dict[tuple[str, ...], Turn]
    whole: bool


def interleaved(search: Search, limit: int = LIMIT) -> Interleaved:
    """Go through the product of a plan."""
    first: Stage = (search.start, (None,) * len(search.schemes))
    found, ahead = {first}, deque([first])
    overtaken: dict[tuple[str, ...], Turn] = {}
    alone = {at.values for at in search.reached}
    numbered = _distinct(search)
    while ahead and len(found) < limit:
        before = ahead.popleft()
        for stage in _onwards(search, numbered, before):
            if stage not in found:
                found.add(stage)
                ahead.append(stage)
                if stage[0].values not in alone and stage[0].values not in overtaken:
                    overtaken[stage[0].values] = _late(search, before, stage)
    return Interleaved(len(found), frozenset(at.values for at, _ in found), overtaken, not ahead)


def _late(search: Search, before: Stage, after: Stage) -> Turn:
    """The decision whose last step leads from one stage to the next, or the turn that comes of itself."""
    place = next(i for i, v in enumerate(after[0].values) if before[0].values[i] != v)
    held = before[1][place]
    if held is not None and after[1][place] is None:
        return search.turns[held[0]]
    entered = Value(search.schemes[place], after[0].values[place])
    return next(t for t in search.turns if t.at == entered)


def _distinct(search: Search) -> dict[int, int]:
    """Each turn by identity → its place; the forms of one turn share that of the last, which is taken from most."""
    places = {(t.at, t.id, t.steps): i for i, t in enumerate(search.turns)}
    return {id(t): places[(t.at, t.id, t.steps)] for t in search.turns}


def _onwards(search: Search, numbered: dict[int, int], stage: Stage) -> Iterator[Stage]:
    at, open_ = stage
    for move in search.onwards(at):
        if move.turn is None or not move.turn.steps:
            yield move.after, open_
        elif open_[search.schemes.index(move.turn.at.scheme)] is None:
            yield at, _with(open_, search.schemes.index(move.turn.at.scheme), (numbered[id(move.turn)], 0))
    for place, held in enumerate(open_):
        if held is not None:
            yield from _taken(search, stage, place, held)


def _taken(search: Search, stage: Stage, place: int, held: tuple[int, int]) -> Iterator[Stage]:
    """The next step of an open decision is taken or refused; the last one puts it into effect, if it still can."""
    at, open_ = stage
    turn, done = search.turns[held[0]], held[1] + 1
    yield at, _with(open_, place, None)
    if done < len(turn.steps):
        yield at, _with(open_, place, (held[0], done))
    elif at.values[place] in turn.sources:
        values = (*at.values[:place], turn.at.value, *at.values[place + 1 :])
        yield at._replace(values=values), _with(open_, place, None)


def _with(
    open_: tuple[tuple[int, int] | None, ...], place: int, held: tuple[int, int] | None
) -> tuple[tuple[int, int] | None, ...]:
    return (*open_[:place], held, *open_[place + 1 :])
