"""The chain behind the shelves of one good: raw reserve, mill, milled stock, transport.

See `emergency.world.market` for the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import inf
from typing import NamedTuple

from emergency.world.base import differ, require
from emergency.world.curve import ROUNDING, TOGETHER, Curve, flat
from emergency.world.shelf import Place
from emergency.world.track import Track

__all__ = ["STOCKS", "Chain", "ChainTotal", "Works", "check_chain"]

STOCKS = ("reserve:raw", "at_mill", "reserve:milled", "depot")
"""The stocks of a chain, in the order of its levels."""


class Chain(NamedTuple):
    """How one good reaches the shelves: raw reserve, mill, milled stock, transport.

    Parameters
    ----------
    good : str
        What the mill makes.
    raw, milled : float
        Reserves that are held until released [t].
    mill : float
        What the mill can take in [t raw/h].
    yields : float
        Milled tonnes out of a raw one.
    transport : float
        What can be carried to all places together [t/h].
    raw_in : float
        Raw good that comes to the mill of itself, bought day by day [t/h].
    at_mill, depot : float
        Raw good waiting for the mill, milled good waiting for transport [t].
    by : {'need', 'priority'}
        How places share what is too little for all: in proportion to what they ask for, or by their priority,
        and by need among equals.
    """

    good: str
    raw: float = 0.0
    milled: float = 0.0
    mill: float = 0.0
    yields: float = 1.0
    transport: float = inf
    raw_in: float = 0.0
    at_mill: float = 0.0
    depot: float = 0.0
    by: str = "need"


class ChainTotal(NamedTuple):
    """What went through the chain so far [t].

    `bought` came to the mill of itself, `milled` went into it, `lost` is the part that came out as no good,
    `released` left the reserves, `requisitioned` came from outside, `sent` left the depot.
    """

    bought: float = 0.0
    milled: float = 0.0
    lost: float = 0.0
    released_raw: float = 0.0
    released_milled: float = 0.0
    requisitioned_raw: float = 0.0
    requisitioned_milled: float = 0.0
    sent: float = 0.0


class Stage(NamedTuple):
    """A stretch in which every rate of the chain is constant."""

    start: float
    end: float
    freed_raw: float
    freed_milled: float
    intake: float
    sent: float


class Works:
    """The chain as it is now.

    Between two changes everything that comes to the depot only dwindles, so each of the four stocks runs out at
    most once and stays empty: the stages are few, and all are worked out at once.
    """

    __slots__ = ("arrivals", "capacity", "levels", "load", "rates", "spec", "stages", "start", "sums", "tracks",
                 "transport")

    def __init__(self, spec: Chain) -> None:
        self.spec = spec
        self.levels = [spec.raw, spec.at_mill, spec.milled, spec.depot]
        self.rates = {"raw": 0.0, "milled": 0.0, "raw_in": spec.raw_in}
        self.capacity, self.transport = spec.mill, spec.transport
        self.tracks = [Track([]) for _ in self.levels]
        self.load = Track([])
        self.arrivals: dict[str, list[tuple[float, float]]] = {}
        self.stages: list[Stage] = []
        self.sums = ChainTotal()
        self.start = 0.0

    def mark(self, t: float) -> tuple[float, ...]:
        """The four stocks, and the load of the mill at `t`."""
        return (*(max(0.0, track.value(t)) for track in self.tracks), self.load.value(t))

    def jumps(self, before: tuple[float, ...], t: float) -> tuple[set[str], float]:
        """The variables that differ at `t` from a mark made before a change, and what milled stock has gained [t]."""
        after = self.mark(t)
        before = before or after
        names = (*STOCKS, "mill_load")
        found = {name for name, old, new in zip(names, before, after, strict=True) if differ(old, new)}
        return found, after[2] + after[3] - before[2] - before[3]

    def restart(self, t: float, orders: Mapping[str, tuple[int, float]]) -> None:
        """Go on from `t` with these levels; `orders` are (priority, what is asked for [t/h]) by place."""
        self.start = t
        for track in (*self.tracks, self.load):
            track.renew()
        self.stages.clear()
        asked = min(self.transport, sum([order for _, order in orders.values()], 0.0))
        levels = self.levels[:]
        while t < inf:
            stage, slopes = self._stage(t, levels, asked)
            due = [t - level / slope if slope < 0.0 else inf for level, slope in zip(levels, slopes, strict=True)]
            end = min(due)
            if end > t:
                self.stages.append(stage._replace(end=end))
                for track, level, slope in zip(self.tracks, levels, slopes, strict=True):
                    track.pieces.append(Curve(t, end, level, slope, 0.0, 1.0))
                self.load.pieces.append(flat(t, end, stage.intake / self.spec.mill if self.spec.mill else 0.0))
                levels = [level + slope * (end - t) if slope else level
                          for level, slope in zip(levels, slopes, strict=True)]
            levels = [0.0 if when <= end + TOGETHER else level for level, when in zip(levels, due, strict=True)]
            t = end
        self._send(orders)

    def _stage(self, t: float, levels: Sequence[float], asked: float) -> tuple[Stage, list[float]]:
        """The rates that follow from which stocks are empty, and the slopes of the stocks."""
        raw, at_mill, milled, depot = levels
        freed_raw = self.rates["raw"] if raw > 0.0 else 0.0
        freed_milled = self.rates["milled"] if milled > 0.0 else 0.0
        coming = self.rates["raw_in"] + freed_raw
        intake = self.capacity if at_mill > 0.0 else min(self.capacity, coming)
        made = intake * self.spec.yields + freed_milled
        sent = asked if depot > 0.0 else min(asked, made)
        slopes = [-freed_raw, _rest(coming, intake), -freed_milled, _rest(made, sent)]
        return Stage(t, inf, freed_raw, freed_milled, intake, sent), slopes

    def _send(self, orders: Mapping[str, tuple[int, float]]) -> None:
        """Share out what each stage sends."""
        self.arrivals = {place: [] for place in orders}
        for stage in self.stages:
            for place, rate in self._shares(stage.sent, orders).items():
                steps = self.arrivals[place]
                if steps and steps[-1][1] == rate:
                    steps.pop()
                steps.append((stage.end, rate))

    def _shares(self, sent: float, orders: Mapping[str, tuple[int, float]]) -> dict[str, float]:
        ranked = sorted(orders, key=lambda place: orders[place][0]) if self.spec.by == "priority" else list(orders)
        found: dict[str, float] = {}
        for _, group in groupby(ranked, key=lambda place: orders[place][0] if self.spec.by == "priority" else 0):
            places = list(group)
            whole = sum([orders[place][1] for place in places], 0.0)
            share = min(1.0, sent / whole) if whole > 0.0 else 0.0
            found |= {place: share * orders[place][1] for place in places}
            sent = max(0.0, sent - whole)
        return found

    def take(self, own: Works) -> None:
        """Take over the state of works like these; a restart must follow."""
        self.levels, self.rates, self.sums = own.levels[:], dict(own.rates), own.sums
        self.capacity, self.transport = own.capacity, own.transport

    def move(self, reserve: str, tonnes: float) -> None:
        """Take a lump out of a reserve into the chain, at most what there is."""
        k = 0 if reserve == "raw" else 2
        tonnes = min(tonnes, self.levels[k])
        self.levels[k] -= tonnes
        self.levels[k + 1] += tonnes
        self._count(f"released_{reserve}", tonnes)

    def add(self, kind: str, tonnes: float) -> None:
        """Put a lump from outside into the chain."""
        self.levels[1 if kind == "raw" else 3] += tonnes
        self._count(f"requisitioned_{kind}", tonnes)

    def _count(self, name: str, tonnes: float) -> None:
        self.sums = self.sums._replace(**{name: getattr(self.sums, name) + tonnes})

    # -- totals ----------------------------------------------------------------------------------------------

    def settle(self, t: float) -> None:
        """Count up to `t`, and take what is left there as the levels; a restart must follow."""
        self.sums = self.total(t)
        self.levels = [max(0.0, track.value(t)) for track in self.tracks]

    def total(self, t: float) -> ChainTotal:
        """What went through up to `t`, counting nothing."""
        bought, milled, lost, raw, finished, more_raw, more_milled, sent = self.sums
        bought += self.rates["raw_in"] * (t - self.start)
        for stage in self.stages:
            hours = max(0.0, min(stage.end, t) - stage.start)
            milled += stage.intake * hours
            lost += stage.intake * (1.0 - self.spec.yields) * hours
            raw += stage.freed_raw * hours
            finished += stage.freed_milled * hours
            sent += stage.sent * hours
        return ChainTotal(bought, milled, lost, raw, finished, more_raw, more_milled, sent)


def _rest(coming: float, going: float) -> float:
    """What stays of a flow; flows that are equal up to rounding leave nothing."""
    rest = coming - going
    return rest if abs(rest) > ROUNDING * (coming + going) else 0.0


def check_chain(chain: Chain, places: Sequence[Place]) -> None:
    """Refuse what makes no chain.

    Raises
    ------
    ValueError
    """
    require(any(place.demand.get(chain.good) for place in places), "the good of the chain", chain.good)
    for name, amount in zip(chain._fields[1:9], chain[1:9], strict=True):
        require(amount >= 0.0 and (amount < inf or name == "transport"), f"{name} of the chain", amount)
    require(chain.yields <= 1.0, "yields of the chain", chain.yields)
    require(chain.by in ("need", "priority"), "how the chain shares", chain.by)
