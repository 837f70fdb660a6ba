"""The search: which situations can come about, by which shortest run, and what can come of each.

A situation is one value per scheme and, for the variables a question tracks, the region the world is in. A variable
that is not tracked is not part of a situation: the world moves it as it likes, so whatever region a guard asks for
can be had whenever it is asked, and leaving it out changes no answer. Decisions are taken one at a time here, each
to its end before the next; `interleaved` goes through those that are open side by side, for ``--deep``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from emergency.condition import Compare, InState, Node, leaves
from emergency.machine import Value
from emergency.review.case import Case
from emergency.review.paths.ground import Facts, Ground
from emergency.review.paths.turns import Turn, turns_of
from emergency.source import Id

__all__ = ["Cost", "Move", "Search", "Situation", "run_back"]

LIMIT = 200_000


class Situation(NamedTuple):
    """Where the plan and the tracked part of the world stand: values and points, in the search's order."""

    values: tuple[str, ...]
    world: tuple[int, ...] = ()


class Cost(NamedTuple):
    """What a run costs: open turns are avoided, then steps, then time [h]."""

    open: int = 0
    steps: int = 0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a run: a turn, with the facts on which it rests, or (None) the world's.

    Attributes
    ----------
    steps : how many of the turn's steps are answered; the next one never is. All of them, as a rule.
    """

    turn: Turn | None
    facts: Facts
    hours: float
    after: Situation
    steps: int | None = None


@dataclass(slots=True)
class Search:
    """The product of a plan's turns and the tracked world.

    Parameters
    ----------
    without : a turn is left out where this is true of it.
    tracked : guards whose variables are part of each situation.

    Attributes
    ----------
    reached : every situation that can come about → the cost of the cheapest run.
    whole : False where the search was cut off; nothing may then be said to be out of reach.
    """

    case: Case
    turns: tuple[Turn, ...] = ()
    tracked: tuple[Node, ...] = ()
    schemes: tuple[str, ...] = field(init=False)
    ground: Ground = field(init=False)
    names: tuple[str, ...] = field(init=False)
    start: Situation = field(init=False)
    reached: dict[Situation, Cost] = field(default_factory=dict)
    whole: bool = True
    _came: dict[Situation, tuple[Situation, Move]] = field(default_factory=dict)
    _onwards: dict[Situation, tuple[Move, ...]] = field(default_factory=dict)
    _solved: dict[tuple[int, tuple[str, ...], tuple[int, ...]], Facts | None] = field(default_factory=dict)
    _asks: list[tuple[int, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Go through everything that can come about."""
        self.turns = self.turns or turns_of(self.case)
        self.schemes = tuple(map(str, self.case.plan.schemes))
        own = [t.guard for t in self.turns if t.guard is not None]
        # guards of events and reports too: they cut the world finer
        self.ground = Ground(self.case, [*own, *(use.leaf.tree for use in self.case.guards), *self.tracked])
        self.names = tuple(self._watched())
        self.start = self._at_rest()
        self._asks = [tuple(self._schemes_in(t.guard)) for t in self.turns]
        self._go()

    def _watched(self) -> Iterator[str]:
        """The variables that the tracked guards speak of, through what clauses say they mean."""
        ahead, seen = list(self.tracked), set()
        while ahead:
            for name, means in self.ground.asked(ahead.pop()):
                if means is not None and name not in seen:
                    ahead.append(means)
                elif name not in seen:
                    yield name
                seen.add(name)

    def _schemes_in(self, guard: Node | None) -> Iterator[int]:
        asked = {n.scheme for n in leaves(guard) if isinstance(n, InState)} if guard is not None else set()
        yield from (i for i, scheme in enumerate(self.schemes) if scheme in asked)

    # --- situations

    def _at_rest(self) -> Situation:
        """Nothing in force, tracked flags down, tracked numbers where the fewest levels are called for."""
        grounds = [t.guard for t in self.turns if t.guard is not None and t.at.value in self._levels(t.at.scheme)]
        world = []
        for variable in (self.ground.variables[n] for n in self.names):
            asked = [n for g in grounds for n in leaves(g) if isinstance(n, Compare) and n.indicator == variable.name]
            called = [sum(i in variable.holds(n.op, n.amount.base) for n in asked) for i in range(variable.size)]
            world.append(called.index(min(called)) if variable.kind == "number" else 0)
        return Situation(("off",) * len(self.schemes), tuple(world))

    def _levels(self, scheme: str) -> frozenset[str]:
        return frozenset(map(str, self.case.plan.schemes[Id(scheme)].levels))

    def values(self, at: Situation) -> dict[str, str]:
        """The value of each scheme."""
        return dict(zip(self.schemes, at.values, strict=True))

    def facts(self, at: Situation) -> Facts:
        """Where the tracked world is."""
        return {name: frozenset({point}) for name, point in zip(self.names, at.world, strict=True)}

    def has(self, at: Situation, value: Value) -> bool:
        """Whether a value is in force."""
        return at.values[self.schemes.index(value.scheme)] == value.value

    def holds(self, at: Situation, tree: Node, want: bool = True) -> bool:
        """Whether a guard can hold in a situation; certain where all its variables are tracked."""
        return self.ground.can_hold(tree, self.values(at), self.facts(at), want)

    # --- moves

    def onwards(self, at: Situation) -> tuple[Move, ...]:
        """Every move from a situation."""
        if at not in self._onwards:
            self._onwards[at] = (*self._turned(at), *self._drifted(at))
        return self._onwards[at]

    def _turned(self, at: Situation) -> Iterator[Move]:
        for i, turn in enumerate(self.turns):
            place = self.schemes.index(turn.at.scheme)
            if at.values[place] not in turn.sources:
                continue
            facts = self._ground_for(i, turn, at)
            if facts is not None:
                values = (*at.values[:place], turn.at.value, *at.values[place + 1 :])
                yield Move(turn, facts, self.ground.hours(facts), at._replace(values=values))

    def _ground_for(self, i: int, turn: Turn, at: Situation) -> Facts | None:
        if turn.guard is None:
            return self.facts(at)
        key = (i, tuple(at.values[n] for n in self._asks[i]), at.world)
        if key not in self._solved:
            self._solved[key] = self.ground.best(turn.guard, self.values(at), self.facts(at))
        return self._solved[key]

    def _drifted(self, at: Situation) -> Iterator[Move]:
        """The world moves a tracked variable to the next region."""
        for i, name in enumerate(self.names):
            for point in (at.world[i] - 1, at.world[i] + 1):
                if 0 <= point < self.ground.variables[name].size:
                    world = (*at.world[:i], point, *at.world[i + 1 :])
                    yield Move(None, {name: frozenset({point})}, 0.0, at._replace(world=world))

    def _go(self) -> None:
        self.reached = {self.start: Cost()}
        ahead = [(Cost(), 0, self.start)]
        count, done = 0, set()
        while ahead:
            cost, _, at = heappop(ahead)
            if at in done:
                continue
            done.add(at)
            if len(done) > LIMIT:
                self.whole = False
                return
            for move in self.onwards(at):
                then = _with(cost, move)
                if move.after not in self.reached or then < self.reached[move.after]:
                    self.reached[move.after] = then
                    self._came[move.after] = (at, move)
                    count += 1
                    heappush(ahead, (then, count, move.after))

    # --- questions

    def run_to(self, at: Situation) -> tuple[Move, ...]:
        """The shortest run from the start: fewest steps, then least time."""
        return run_back(self._came, at)

    def cheapest(self, wanted: Iterable[Situation]) -> Situation | None:
        """The situation that the shortest run leads to."""
        return min(wanted, key=lambda at: (self.reached[at], at), default=None)

    def can_come_to(
        self, wanted: Callable[[Situation], bool], use: Callable[[Turn], bool] = lambda _: True
    ) -> set[Situation]:
        """The situations from which one that is wanted can be reached, by turns that may be used."""
        before: dict[Situation, list[Situation]] = {}
        for at in self.reached:
            for move in self.onwards(at):
                if move.turn is None or use(move.turn):
                    before.setdefault(move.after, []).append(at)
        found = {at for at in self.reached if wanted(at)}
        ahead = deque(found)
        while ahead:
            for at in before.get(ahead.popleft(), ()):
                if at not in found:
                    found.add(at)
                    ahead.append(at)
        return found

    def reach_with(self, use: Callable[[Turn], bool]) -> set[Situation]:
        """The situations that turns which may be used lead to."""
        found, ahead = {self.start}, deque([self.start])
        while ahead:
            for move in self.onwards(ahead.popleft()):
                if move.after not in found and (move.turn is None or use(move.turn)):
                    found.add(move.after)
                    ahead.append(move.after)
        return found

    def run_on(self, at: Situation, wanted: Callable[[Situation], bool]) -> tuple[Move, ...]:
        """The shortest run from a situation to one that is wanted; empty if there is none."""
        came: dict[Situation, tuple[Situation, Move]] = {}
        best = {at: Cost()}
        ahead: list[tuple[Cost, int, Situation]] = [(Cost(), 0, at)]
        count = 0
        while ahead:
            cost, _, here = heappop(ahead)
            if wanted(here):
                return run_back(came, here)
            for move in self.onwards(here) if cost <= best[here] else ():
                then = _with(cost, move)
                if move.after not in best or then < best[move.after]:
                    best[move.after], came[move.after] = then, (here, move)
                    count += 1
                    heappush(ahead, (then, count, move.after))
        return ()

    # --- how much was looked at

    @property
    def situations(self) -> int:
        """Situations with the stages of each decision that can be open in them."""
        stages = sum(len(m.turn.steps) for at in self.reached for m in self.onwards(at) if m.turn is not None)
        return len(self.reached) + stages


def _with(cost: Cost, move: Move) -> Cost:
    if move.turn is None:
        return Cost(cost.open, cost.steps + 1, cost.hours)
    return Cost(cost.open + (not move.turn.sure), cost.steps + move.turn.length, cost.hours + move.hours)


def run_back(came: Mapping[Situation, tuple[Situation, Move]], at: Situation) -> tuple[Move, ...]:
    """The run that leads to a situation, by where each was come to from."""
    moves: list[Move] = []
    while at in came:
        at, move = came[at]
        moves.append(move)
    return tuple(reversed(moves))
