"""What injects and measures do to the world, when, for how long, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emergency.chance import Stream
from emergency.incident.clock import Clock
from emergency.incident.levers import Act, Levers, all_levers
from emergency.incident.worlds import Crisis
from emergency.scenario import Assumption, Effect, Scenario

__all__ = ["Effects"]

Jumped = Callable[[frozenset[str]], None]
#: Dimensions of a value that is an amount, where an amount by the hour may stand too.
LUMPS = frozenset({"mass"})


class Effects:
    """Applies effects to the world of one run.

    Where several measures order a limit, a cap or a rate for one thing, the gravest level's order counts, and of
    equals the latest.

    Parameters
    ----------
    before : callable
        Called before each change, so that the course up to it can be recorded.
    jumped : callable
        Called after it with the variables that jumped.
    """

    def __init__(
        self,
        scenario: Scenario,
        crisis: Crisis,
        clock: Clock,
        stream: Stream,
        before: Callable[[], None],
        jumped: Jumped,
    ) -> None:
        self._crisis, self._clock, self._stream = crisis, clock, stream
        self._before, self._jumped = before, jumped
        self._levers = all_levers(crisis, scenario.world)
        self._undone: dict[str, int] = {}
        self._nth: dict[str, int] = {}

    def drawn(self, assumption: Assumption, cause: str) -> float:
        """An assumption's value in this run."""
        return self._stream.draw(assumption, cause)

    def start(self, effects: Sequence[tuple[Effect, str]], rank: int = 0) -> None:
        """Let effects happen, each after its delay and for as long as it lasts.

        Parameters
        ----------
        effects : sequence of (Effect, str)
            Each with the name it can be undone by. Those without delay happen as one change.
        rank : int
            How grave the level is in whose name they happen.
        """
        at_once = []
        for effect, name in effects:
            mark = self._undone.get(name, 0)
            delay = self.drawn(effect.after, f"after:{name}") if effect.after else 0.0
            if delay > 0:
                later = [(effect, name, mark)]
                self._clock.at(self._clock.now + delay, lambda later=later: self._happen(later, rank))  # type: ignore[misc]
            else:
                at_once.append((effect, name, mark))
        self._happen(at_once, rank)

    def _happen(self, effects: Sequence[tuple[Effect, str, int]], rank: int) -> None:
        live = [(e, name) for e, name, mark in effects if self._undone.get(name, 0) == mark]
        if not live:
            return
        acts = [self._act(e, name, rank) for e, name in live]
        self._change(acts, lambda levers, act: levers.apply(act, self._clock.now))
        ends: dict[float, list[tuple[Effect, str, int]]] = {}  # what ends together is taken back as one change
        for effect, name in live:
            self._nth[name] = nth = self._nth.get(name, 0) + 1
            if effect.lasts is not None:
                end = self._clock.now + self.drawn(effect.lasts, f"lasts:{name}")
                ends.setdefault(end, []).append((effect, name, nth))
        for end, passing in ends.items():
            self._clock.at(end, lambda passing=passing: self._expire(passing))  # type: ignore[misc]

    def _act(self, effect: Effect, name: str, rank: int) -> Act:
        value = self.drawn(effect.to, f"to:{name}") if effect.to else 0.0
        holdback = self.drawn(effect.holdback, f"holdback:{name}") if effect.holdback else 0.0
        return Act(effect, name, rank, value, holdback, effect.to is not None and effect.to.dimension in LUMPS)

    def _expire(self, effects: Sequence[tuple[Effect, str, int]]) -> None:
        """Effects have lasted their time, but for those undone or happened anew since."""
        over = [(effect, name) for effect, name, nth in effects if self._nth[name] == nth]
        if over:
            self._take_back(over)

    def undo(self, effects: Sequence[tuple[Effect, str]]) -> None:
        """Take back what can be taken back; what has happened once for all stays."""
        if effects:
            for _, name in effects:
                self._undone[name] = self._undone.get(name, 0) + 1
                self._nth[name] = self._nth.get(name, 0) + 1
            self._take_back(effects)

    def _take_back(self, effects: Sequence[tuple[Effect, str]]) -> None:
        lumps = {name: e.to is not None and e.to.dimension in LUMPS for e, name in effects}
        acts = [Act(e, name, 0, 0.0, 0.0, lumps[name]) for e, name in effects]
        self._change(acts, lambda levers, act: levers.take_back(act, self._clock.now))

    def _change(self, acts: Sequence[Act], change: Callable[[Levers, Act], frozenset[str]]) -> None:
        """Make several changes of the worlds as one, and tell what jumped."""
        self._before()
        hands = [self._hand(act.effect) for act in acts]
        jumped: set[str] = set()
        touched = dict.fromkeys(hands)
        for levers in touched:
            levers.gather(self._clock.now)
        for levers, act in zip(hands, acts, strict=True):
            jumped |= change(levers, act)
        for levers in touched:
            jumped |= levers.resolve()
        self._jumped(frozenset(jumped))

    def _hand(self, effect: Effect) -> Levers:
        if effect.do == "set":
            return self._levers["set"]
        return self._levers.get(effect.head) or self._levers[""]

    def noise(self, factor: float) -> None:
        """Put a common factor on all demand of the world of stocks."""
        if self._crisis.stock is not None:
            self._before()
            self._jumped(self._crisis.stock.modify(self._clock.now, "demand", "*", "noise", factor))
