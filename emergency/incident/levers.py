"""How the words of an effect move each kind of world, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import NamedTuple, Protocol, cast

from emergency.incident.worlds import Crisis
from emergency.scenario import Effect, Route, Supply, World
from emergency.source import Id
from emergency.world import MarketWorld, Named, OutbreakWorld, SeriesWorld, StockWorld

__all__ = ["Act", "Levers", "all_levers"]

EVERY = "*"
FACTORS = {"modify-mill": "mill", "modify-transport": "transport", "modify-raw": "raw"}


class Act(NamedTuple):
    """An effect as it happens in one run.

    Attributes
    ----------
    name : the name it can be taken back by.
    rank : how grave the level is in whose name it happens.
    value, holdback : its numbers in this run, in base units.
    lump : whether its value is an amount, and not an amount by the hour.
    """

    effect: Effect
    name: str
    rank: int
    value: float
    holdback: float
    lump: bool

    @property
    def target(self) -> str:
        """The whole target."""
        return str(self.effect.target)

    @property
    def place(self) -> str:
        """Where it happens."""
        return str(self.effect.place or EVERY)


class Levers(Protocol):
    """The hands on one world. What they return are the variables that jumped."""

    def apply(self, act: Act, t: float) -> frozenset[str]:
        """Let an effect happen."""

    def take_back(self, act: Act, t: float) -> frozenset[str]:
        """Take back what can be taken back: factors, limits, locks, rates, caps; not news, calm or lumps."""

    def gather(self, t: float) -> None:
        """Take the changes from now on as one, until `resolve`."""

    def resolve(self) -> frozenset[str]:
        """The changes since `gather` are all; what jumped."""


def all_levers(crisis: Crisis, spec: World) -> dict[str, Levers]:
    """The levers of each world, by what the targets of its effects begin with; "" for the world of stocks."""
    found: dict[str, Levers] = {"set": _SeriesLevers(crisis.series)}
    if crisis.stock is not None and spec.stock is not None:
        found[""] = _StockLevers(crisis.stock, _starts(spec.stock.supplies))
    for id, market in spec.markets.items():
        found[str(id)] = _MarketLevers(crisis.markets[str(id)], _starts(market.routes))
    for id, outbreak in spec.outbreaks.items():
        found[str(id)] = _OutbreakLevers(crisis.outbreaks[str(id)], tuple(map(str, outbreak.places)))
    return found


def _starts(ways: Mapping[Id, Supply] | Mapping[Id, Route]) -> dict[str, float]:
    """What goods come by before it is opened has one factor, replaced by whoever opens it."""
    return {str(id): one.starts.numbers[0] for id, one in ways.items() if one.starts is not None}


class _Gravest:
    """What several levels order for one thing: the gravest level's order counts, and of equals the latest."""

    def __init__(self) -> None:
        self._orders: dict[object, dict[str, tuple[int, int, tuple[float, ...]]]] = {}
        self._count = 0

    def put(self, thing: object, act: Act, *values: float) -> tuple[float, ...]:
        self._count += 1
        self._orders.setdefault(thing, {})[act.name] = (act.rank, self._count, values)
        return self.now(thing) or values

    def drop(self, thing: object, name: str) -> tuple[float, ...] | None:
        self._orders.get(thing, {}).pop(name, None)
        return self.now(thing)

    def now(self, thing: object) -> tuple[float, ...] | None:
        found = self._orders.get(thing)
        return max(found.values())[2] if found else None


class _Factors:
    """Factors of different names on one thing multiply."""

    def __init__(self) -> None:
        self._named: dict[tuple[str, str], dict[str, float]] = {}

    def put(self, thing: tuple[str, str], name: str, factor: float | None) -> float | None:
        named = self._named.setdefault(thing, {})
        if factor is None:
            named.pop(name, None)
        else:
            named[name] = factor
        return prod(named.values()) if named else None


class _SeriesLevers:
    """Series and flags set to a value, at each of their places or at one; of several settings the latest counts."""

    def __init__(self, world: SeriesWorld) -> None:
        self._world = world
        self._before: dict[str, float] = {}  # variable → its value before the first setting
        self._set: dict[str, dict[str, float]] = {}  # variable → settings in force, by name, the latest last

    def apply(self, act: Act, t: float) -> frozenset[str]:
        names = self._world.variables()
        full = f"{act.target}@{act.effect.place}" if act.effect.place else act.target
        wanted = [full] if full in names else sorted(n for n in names if n.split("@")[0] == act.target)
        for name in wanted:
            held = self._set.setdefault(name, {})
            if not held:
                self._before[name] = self._world.value(name, t)
            held.pop(act.name, None)
            held[act.name] = act.value
        return self._put([(n, act.value) for n in wanted], t)

    def take_back(self, act: Act, t: float) -> frozenset[str]:
        left: list[tuple[str, float]] = []
        for name, held in self._set.items():
            if held.pop(act.name, None) is not None:
                left.append((name, next(reversed(held.values()), self._before[name])))
        return self._put(left, t)

    def gather(self, t: float) -> None:
        pass

    def resolve(self) -> frozenset[str]:
        return frozenset()

    def _put(self, values: list[tuple[str, float]], t: float) -> frozenset[str]:
        return frozenset().union(*(self._world.set(t, n, value) for n, value in values))


class _StockLevers:
    """Supplies, customers, stores and the mood of a world of stocks."""

    def __init__(self, world: StockWorld, starts: Mapping[str, float]) -> None:
        self._world, self._starts = world, starts
        self._limits = _Gravest()

    def apply(self, act: Act, t: float) -> frozenset[str]:
        world, target, value = self._world, act.target, act.value
        match act.effect.do:
            case "news":
                return world.news(t, value)
            case "calm":
                return world.calm(t, value)
            case "modify-supply":
                return world.modify(t, "source", target, self._slot(act), value)
            case "modify-demand":
                return world.modify(t, "demand", target, act.name, value)
            case "limit":
                return world.limit(t, target, self._limits.put(target, act, value)[0])
            case "deliver":
                return world.deliver(t, target, value)
            case "lock":
                return world.lock(t, target)
            case _:
                return world.unlock(t, target)

    def take_back(self, act: Act, t: float) -> frozenset[str]:
        world, target = self._world, act.target
        match act.effect.do:
            case "modify-supply":
                return world.modify(t, "source", target, self._slot(act), self._starts.get(target))
            case "modify-demand":
                return world.modify(t, "demand", target, act.name, None)
            case "limit":
                left = self._limits.drop(target, act.name)
                return world.limit(t, target, left[0] if left else None)
            case "lock":
                return world.unlock(t, target)
            case _:
                return frozenset()

    def gather(self, t: float) -> None:
        self._world.gather(t)

    def resolve(self) -> frozenset[str]:
        return self._world.resolve()

    def _slot(self, act: Act) -> str:
        return "start" if act.target in self._starts else act.name


class _MarketLevers:
    """Shelves, routes, prices and the chain of a market."""

    def __init__(self, named: Named, starts: Mapping[str, float]) -> None:
        self._named, self._starts = named, starts
        self._world = cast(MarketWorld, named.world)
        self._limits, self._caps, self._rates = _Gravest(), _Gravest(), _Gravest()

    def apply(self, act: Act, t: float) -> frozenset[str]:
        return self._named.full(self._apply(act, t))

    def _apply(self, act: Act, t: float) -> frozenset[str]:
        world, part, value = self._world, act.effect.part, act.value
        match act.effect.do:
            case "news":
                return world.news(t, act.place, value)
            case "calm":
                return world.calm(t, act.place, value)
            case "limit":
                return world.limit(t, act.place, part, self._limits.put((act.place, part), act, value)[0])
            case "cap-price":
                level, holdback = self._caps.put(part, act, value, act.holdback)
                return world.cap_price(t, part, level, holdback)
            case "deliver":
                return self._deliver(act, t)
            case "release":
                if act.lump:
                    return world.release(t, part, tonnes=value)
                return world.release(t, part, rate=self._rates.put(part, act, value)[0])
            case "requisition":
                return world.requisition(t, part, value)
            case _:
                return self._modify(act, t, value)

    def take_back(self, act: Act, t: float) -> frozenset[str]:
        return self._named.full(self._take_back(act, t))

    def _take_back(self, act: Act, t: float) -> frozenset[str]:
        world, part = self._world, act.effect.part
        match act.effect.do:
            case "limit":
                left = self._limits.drop((act.place, part), act.name)
                return world.limit(t, act.place, part, left[0] if left else None)
            case "cap-price":
                kept = self._caps.drop(part, act.name)
                return world.cap_price(t, part, *kept) if kept else world.cap_price(t, part, None)
            case "release" if not act.lump:
                rate = self._rates.drop(part, act.name)
                return world.release(t, part, rate=rate[0] if rate else 0.0)
            case "modify-supply" | "modify-demand" | "modify-mill" | "modify-transport" | "modify-raw":
                return self._modify(act, t, None)
            case _:
                return frozenset()

    def gather(self, t: float) -> None:
        self._world.gather(t)

    def resolve(self) -> frozenset[str]:
        return self._named.full(self._world.resolve())

    def _modify(self, act: Act, t: float, factor: float | None) -> frozenset[str]:
        do, part = act.effect.do, act.effect.part
        if do in FACTORS:
            return self._world.modify(t, FACTORS[do], act.place, act.name, factor)
        kind = do.removeprefix("modify-")
        if part in self._starts:
            return self._world.modify(t, kind, part, "start", self._starts[part] if factor is None else factor)
        where = part if act.place == EVERY else f"{part}@{act.place}" if part else act.place
        return self._world.modify(t, kind, where or EVERY, act.name, factor)

    def _deliver(self, act: Act, t: float) -> frozenset[str]:
        """A lump for one place, or shared out by normal demand."""
        part, wanted = act.effect.part, self._world.normal(act.effect.part)
        if act.effect.place:
            return self._world.deliver(t, act.place, part, act.value)
        whole = sum(wanted.values(), 0.0)
        jumped = [self._world.deliver(t, place, part, act.value * d / whole) for place, d in wanted.items()]
        return frozenset().union(*jumped)


class _OutbreakLevers:
    """What is done to an organism, place by place."""

    def __init__(self, named: Named, places: tuple[str, ...]) -> None:
        self._named, self._places = named, places
        self._world = cast(OutbreakWorld, named.world)
        self._factors = _Factors()

    def apply(self, act: Act, t: float) -> frozenset[str]:
        return self._named.full(self._do(act, t, act.value))

    def take_back(self, act: Act, t: float) -> frozenset[str]:
        if act.effect.do in ("seed", "treat"):
            return frozenset()
        return self._named.full(self._do(act, t, None))

    def _do(self, act: Act, t: float, value: float | None) -> frozenset[str]:
        world, do = self._world, act.effect.do
        match do:
            case "modify-growth":
                return world.modify(t, act.place, act.name, value)
            case "quarantine":
                return world.quarantine(t, act.place, self._factors.put((do, act.place), act.name, value))
            case "survey":
                return world.survey(t, act.place, self._factors.put((do, act.place), act.name, value))
            case "control":
                return self._each(act, lambda place: world.control(t, place, act.name, value))
            case "seed":
                return self._each(act, lambda place: world.seed(t, place, act.value))
            case _:
                return self._each(act, lambda place: world.treat(t, place, act.value))

    def _each(self, act: Act, change: Callable[[str], frozenset[str]]) -> frozenset[str]:
        places = self._places if act.place == EVERY else (act.place,)
        return frozenset().union(*(change(place) for place in places))

    def gather(self, t: float) -> None:
        self._world.gather(t)

    def resolve(self) -> frozenset[str]:
        return self._named.full(self._world.resolve())
