"""What injects and measures do to the world, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emergency.chance import Stream
from emergency.incident.clock import Clock
from emergency.scenario import Assumption, Effect, Scenario
from emergency.world import SeriesWorld, StockWorld, Worlds

__all__ = ["Effects"]

Jumped = Callable[[frozenset[str]], None]


class Effects:
    """Applies effects to the world of one run.

    Where several measures limit one customer, the gravest level's limit counts, and of equals the latest.

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
        worlds: Worlds,
        clock: Clock,
        stream: Stream,
        before: Callable[[], None],
        jumped: Jumped,
    ) -> None:
        self._clock, self._stream, self._before, self._jumped = clock, stream, before, jumped
        self._stock = next((w for w in worlds.worlds if isinstance(w, StockWorld)), None)
        self._series = next(w for w in worlds.worlds if isinstance(w, SeriesWorld))
        self._limits: dict[str, dict[str, tuple[int, int, float]]] = {}
        supplies = scenario.world.stock.supplies if scenario.world.stock is not None else {}
        self._starts = {str(s): one.starts.numbers[0] for s, one in supplies.items() if one.starts is not None}
        self._order = 0
        self._undone: dict[str, int] = {}
        self._nth: dict[str, int] = {}
        self._held: dict[str, list[tuple[str, float]]] = {}

    def drawn(self, assumption: Assumption, cause: str) -> float:
        """An assumption's value in this run."""
        return assumption.draw(0.0 if assumption.is_fixed else self._stream.uniform(cause))

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
        self._change(lambda: [self._apply(e, name, rank) for e, name in live])
        for effect, name in live:
            self._nth[name] = nth = self._nth.get(name, 0) + 1
            if effect.lasts is not None:
                ends = self._clock.now + self.drawn(effect.lasts, f"lasts:{name}")
                self._clock.at(ends, lambda e=effect, n=name, nth=nth: self._expire(e, n, nth))  # type: ignore[misc]

    def _expire(self, effect: Effect, name: str, nth: int) -> None:
        """An effect has lasted its time, unless it was undone or has happened anew since."""
        if self._nth[name] == nth:
            self._change(lambda: [self._take_back(effect, name)])

    def undo(self, effects: Sequence[tuple[Effect, str]]) -> None:
        """Take back what can be taken back: factors, limits, locks, values set; not news, calm or deliveries."""
        if effects:
            for _, name in effects:
                self._undone[name] = self._undone.get(name, 0) + 1
                self._nth[name] = self._nth.get(name, 0) + 1
            self._change(lambda: [self._take_back(e, name) for e, name in effects])

    def _change(self, changes: Callable[[], list[frozenset[str]]]) -> None:
        """Make several changes of the world as one, and tell what jumped."""
        self._before()
        if self._stock is None:
            self._jumped(frozenset().union(*changes()))
            return
        with self._stock.together(self._clock.now) as jumped:
            own = changes()
        self._jumped(frozenset(jumped).union(*own))

    def noise(self, factor: float) -> None:
        """Put a common factor on all demand."""
        if self._stock is not None:
            self._before()
            self._jumped(self._stock.modify(self._clock.now, "demand", "*", "noise", factor))

    def totals(self) -> dict[str, object]:
        """What became of demand and supply [t], and the balance of the books [t]."""
        if self._stock is None:
            return {}
        demand: dict[str, dict[str, dict[str, float]]] = {}
        for (customer, product), total in self._stock.totals().items():
            demand.setdefault(customer, {})[product] = total._asdict()
        delivered: dict[str, dict[str, float]] = {}
        for (source, product), tonnes in self._stock.delivered().items():
            delivered.setdefault(source, {})[product] = tonnes
        return {"demand": demand, "delivered": delivered, "balance": self._stock.balance()}

    def _apply(self, effect: Effect, name: str, rank: int) -> frozenset[str]:
        now, target = self._clock.now, str(effect.target)
        value = self.drawn(effect.to, f"to:{name}") if effect.to else 0.0
        if effect.do == "set":
            return self._set(effect, name, value)
        assert self._stock is not None  # the reader refuses such effects without a world of stocks
        match effect.do:
            case "news":
                return self._stock.news(now, value)
            case "calm":
                return self._stock.calm(now, value)
            case "modify-supply":
                return self._stock.modify(now, "source", target, self._slot(target, name), value)
            case "modify-demand":
                return self._stock.modify(now, "demand", target, name, value)
            case "limit":
                self._order += 1
                self._limits.setdefault(target, {})[name] = (rank, self._order, value)
                return self._limit(target)
            case "deliver":
                return self._stock.deliver(now, target, value)
            case "lock":
                return self._stock.lock(now, target)
            case _:
                return self._stock.unlock(now, target)

    def _set(self, effect: Effect, name: str, value: float) -> frozenset[str]:
        names = self._series.variables()
        target = str(effect.target)
        full = f"{target}@{effect.place}" if effect.place else target
        wanted = [full] if full in names else sorted(n for n in names if n.split("@")[0] == target)
        self._held.setdefault(name, [(n, self._series.value(n, self._clock.now)) for n in wanted])
        return self._put([(n, value) for n in wanted])

    def _put(self, values: Sequence[tuple[str, float]]) -> frozenset[str]:
        return frozenset().union(*(self._series.set(self._clock.now, n, value) for n, value in values))

    def _slot(self, target: str, name: str) -> str:
        """A supply that must be opened has one factor, replaced by whoever opens it."""
        return "start" if target in self._starts else name

    def _limit(self, target: str) -> frozenset[str]:
        assert self._stock is not None
        found = self._limits.get(target)
        return self._stock.limit(self._clock.now, target, max(found.values())[2] if found else None)

    def _take_back(self, effect: Effect, name: str) -> frozenset[str]:
        now, target = self._clock.now, str(effect.target)
        if effect.do == "set":
            return self._put(self._held.pop(name, []))
        if self._stock is None:
            return frozenset()
        match effect.do:
            case "modify-supply":
                factor = self._starts.get(target)
                return self._stock.modify(now, "source", target, self._slot(target, name), factor)
            case "modify-demand":
                return self._stock.modify(now, "demand", target, name, None)
            case "limit":
                self._limits.get(target, {}).pop(name, None)
                return self._limit(target)
            case "lock":
                return self._stock.unlock(now, target)
            case _:
                return frozenset()
