"""One product of a stock world: its stock, what comes in, what is sold to whom, and the switches ahead.

See `emergency.world.stock` for the rules; this is where they become curves and integrals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from math import exp, expm1, inf, log, log1p
from typing import NamedTuple

from emergency.world.curve import ROUNDING, TABLES, Curve, flat
from emergency.world.track import Track

__all__ = ["Customer", "Flow", "Mark", "Source", "Total"]


class Source(NamedTuple):
    """Where a product comes from, at a steady `rate` [t/h]."""

    id: str
    product: str
    rate: float


class Customer(NamedTuple):
    """Who buys: normal `demand` by product [t/h], `weight` of panic in it, `priority` (1 is served first)."""

    id: str
    demand: Mapping[str, float]
    weight: float = 1.0
    priority: int = 1


class Total(NamedTuple):
    """What became of a customer's demand for a product so far [t]: wanted = served + limited + short."""

    wanted: float = 0.0
    served: float = 0.0
    limited: float = 0.0
    short: float = 0.0


class Supply:
    """One source as it is now."""

    __slots__ = ("given", "id", "normal", "rate")

    def __init__(self, source: Source) -> None:
        self.id, self.normal, self.rate, self.given = source.id, source.rate, source.rate, 0.0


class Line:
    """The demand of one customer for one product.

    Since the last change it wants ``base + surge*E`` with E the decay since then, but no more than `cap`
    until `release`, the time at which the limit stops binding.
    """

    __slots__ = ("base", "cap", "customer", "factor", "limit", "normal", "priority", "release", "sums",
                 "surge", "weight")

    def __init__(self, customer: Customer, normal: float) -> None:
        self.customer, self.normal = customer.id, normal
        self.weight, self.priority = customer.weight, customer.priority
        self.factor = 1.0
        self.limit: float | None = None
        self.sums = [0.0, 0.0, 0.0, 0.0]
        self.base, self.surge, self.cap, self.release = normal, 0.0, inf, -inf

    def restart(self, t: float, panic: float, tau: float) -> None:
        self.base = base = self.normal * self.factor
        self.surge = surge = base * self.weight * panic
        if self.limit is None:
            self.release = -inf
            return
        self.cap = cap = self.limit * self.normal
        if base + surge <= cap:
            self.release = -inf
        elif base < cap:
            self.release = t - tau * log((cap - base) / surge)
        else:
            self.release = inf


class Span(NamedTuple):
    """A stretch without a switch; `rank` is the class that gets the rest when the stock is empty, else -1."""

    start: float
    end: float
    rank: int


class Mark(NamedTuple):
    """What may jump at a change, as it was before."""

    stock: float
    sales: float
    inflow: float
    short: float


class Flow:
    """One product: its stock, what comes in, what is sold to whom, and the switches ahead."""

    __slots__ = ("_more", "classes", "inflow", "initial", "lines", "locked", "net", "normal", "opening",
                 "product", "sales", "short", "spans", "start", "stock", "supplies", "tau")

    def __init__(self, product: str, initial: float, lines: list[Line], supplies: list[Supply],
                 tau: float) -> None:
        self.product, self.initial, self.tau = product, initial, tau
        self.lines = sorted(lines, key=lambda line: line.priority)
        self.classes = [list(group) for _, group in groupby(self.lines, key=lambda line: line.priority)]
        self.supplies = supplies
        self.normal = sum([line.normal for line in lines], 0.0)
        self.locked: dict[str, float] = {}
        self.spans: list[Span] = []
        self.stock, self.sales, self.net, self.short = (Track([], self.grow) for _ in range(4))
        self.start = self.opening = self.inflow = 0.0
        self._more: Iterator[bool] = iter(())

    # -- changes ---------------------------------------------------------------------------------------------

    def mark(self, t: float) -> Mark:
        """How it stands at `t`."""
        if t == self.start:  # as after each change
            first = self.stock.piece(t)
            since = first.start
            return Mark(max(0.0, first.value(since)), self.sales.pieces[0].value(since), self.inflow,
                        self.short.pieces[0].value(since))
        k = self.stock.index(t)
        return Mark(max(0.0, self.stock.pieces[k].value(t)), self.sales.pieces[k].value(t), self.inflow,
                     self.short.pieces[k].value(t))

    def restart(self, t: float, stock: float, panic: float) -> None:
        """Go on from `t` with this stock and panic."""
        self.start, self.opening = t, stock
        self.inflow = sum([supply.rate for supply in self.supplies], 0.0)
        for track in (self.stock, self.sales, self.net, self.short):
            track.renew()
        self.spans.clear()
        tau = self.tau
        for line in self.lines:
            line.restart(t, panic, tau)
        self._more = self._unroll()

    def grow(self) -> bool:
        return next(self._more, False)

    # -- the switches ahead ----------------------------------------------------------------------------------

    def _unroll(self) -> Iterator[bool]:
        """Find the spans one after another, each between two switches."""
        at, stock = self.start, self.opening
        rank = self._marginal(at) if stock <= 0.0 else -1
        recovered = False
        releases = sorted({line.release for line in self.lines if at < line.release < inf})
        for edge in (*releases, inf):
            while at < edge:
                since = at
                if rank < 0:
                    at, stock = self._sell(at, edge, stock, recovered)
                    # The stock fell to zero, so somebody goes short; if rounding hides whom, it is the last.
                    rank = -1 if at >= edge else self._marginal(at) % len(self.classes)
                else:
                    at = self._ration(at, edge, rank)
                    stock = 0.0
                    rank += at < edge
                    if rank == len(self.classes):
                        # Demand only falls: once met from what comes in, it cannot empty the stock again.
                        rank, recovered = -1, True
                if at > since:
                    yield True

    def _allowed(self, lines: Iterable[Line], t: float) -> tuple[float, float]:
        """Allowed demand of some lines from `t` on [t/h]: what is constant, what decays (as at `start`)."""
        base = surge = 0.0
        for line in lines:
            if line.release > t:
                base += line.cap
            else:
                base += line.base
                surge += line.surge
        return base, surge

    def _marginal(self, t: float) -> int:
        """The first class that cannot be served in full from what comes in at `t`; -1 if all can."""
        decay = exp((self.start - t) / self.tau)
        demand = 0.0
        for rank, lines in enumerate(self.classes):
            base, surge = self._allowed(lines, t)
            demand += base + surge * decay
            if demand > self.inflow * (1.0 + ROUNDING):
                return rank
        return -1

    def _sell(self, at: float, edge: float, stock: float, recovered: bool) -> tuple[float, float]:
        """Serve all allowed demand until the stock is empty or `edge`; returns when, and what is left."""
        tau, inflow = self.tau, self.inflow
        base, surge = self._allowed(self.lines, at)
        surge *= exp((self.start - at) / tau)
        slope, noise = inflow - base, ROUNDING * (inflow + base)
        # Supply that equals demand up to rounding must stand still, not creep over a bound centuries later.
        slope = slope if abs(slope) > noise else 0.0
        surge = surge if surge > noise else 0.0
        curve = Curve(at, edge, stock, slope, surge * tau, tau)
        empty = None
        if slope < surge and not recovered:
            empty = curve.flip(0.0, TABLES[">="], True, at, edge)
        end = edge if empty is None else empty
        if end > at:
            self.stock.pieces.append(Curve(at, end, stock, slope, surge * tau, tau))
            self.sales.pieces.append(Curve(at, end, base + surge, 0.0, surge, tau))
            self.net.pieces.append(Curve(at, end, slope - surge, 0.0, -surge, tau))
            self.short.pieces.append(flat(at, end, 0.0))
            self.spans.append(Span(at, end, -1))
        return end, 0.0 if end < edge or edge == inf else max(0.0, curve.value(edge))

    def _ration(self, at: float, edge: float, rank: int) -> float:
        """Share out what comes in, until class `rank` can be served in full or a limit stops binding."""
        base, surge = self._allowed([line for lines in self.classes[: rank + 1] for line in lines], at)
        end = edge
        if base < self.inflow and surge > 0.0:
            end = min(edge, max(at, self.start - self.tau * log((self.inflow - base) / surge)))
        if end > at:
            self.stock.pieces.append(flat(at, end, 0.0))
            self.sales.pieces.append(flat(at, end, self.inflow))
            self.net.pieces.append(flat(at, end, 0.0))
            self.short.pieces.append(flat(at, end, 1.0))
            self.spans.append(Span(at, end, rank))
        return end

    # -- totals ----------------------------------------------------------------------------------------------

    def settle(self, t: float) -> None:
        """Count what was wanted, served and given from `start` to `t`; a restart must follow."""
        self.tally(t, [line.sums for line in self.lines])
        for supply in self.supplies:
            supply.given += supply.rate * (t - self.start)

    def totals(self, t: float) -> dict[str, Total]:
        """What became of each customer's demand up to `t`, counting nothing."""
        sums = [line.sums[:] for line in self.lines]
        self.tally(t, sums)
        return {line.customer: Total(*row) for line, row in zip(self.lines, sums, strict=True)}

    def tally(self, t: float, sums: list[list[float]]) -> None:
        """Add the integrals from `start` to `t` to `sums`, a row (as in `Total`) for each line."""
        self.stock.index(t)
        for start, end, rank in self.spans:
            if start >= t:
                return
            end = min(end, t)
            early = exp((self.start - start) / self.tau)
            drop = -early * expm1((start - end) / self.tau)
            if rank < 0:
                self._tally_all(start, end - start, self.tau * drop, sums)
            else:
                self._tally_short(start, end - start, early, drop, rank, sums)

    def _tally_all(self, start: float, hours: float, decay: float, sums: list[list[float]]) -> None:
        for line, row in zip(self.lines, sums, strict=True):
            served = wanted = line.base * hours + line.surge * decay
            if line.release > start:
                served = line.cap * hours
                row[2] += wanted - served
            row[0] += wanted
            row[1] += served

    def _tally_short(self, start: float, hours: float, early: float, drop: float, rank: int,
                     sums: list[list[float]]) -> None:
        above = self._allowed([line for lines in self.classes[:rank] for line in lines], start)
        whole = self._allowed(self.classes[rank], start)
        left = (self.inflow - above[0], above[1])
        number = self.classes[rank][0].priority
        for line, row in zip(self.lines, sums, strict=True):
            own = self._allowed((line,), start)
            wanted = line.base * hours + line.surge * self.tau * drop
            allowed = served = own[0] * hours + own[1] * self.tau * drop
            if line.priority > number:
                served = 0.0
            elif line.priority == number:
                served = self.tau * _share(own, whole, left, early, drop, hours / self.tau)
            row[0] += wanted
            row[1] += served
            row[2] += wanted - allowed
            row[3] += allowed - served


def _share(own: tuple[float, float], whole: tuple[float, float], left: tuple[float, float], early: float,
           drop: float, span: float) -> float:
    """Integral of ``(u + v*E) / (U + V*E) * (r - s*E)`` over time, in units of tau, while E falls by `drop`.

    With dt = -tau dE/E the integrand is rational in E; partial fractions give -vs/V, (ur/U)/E and a
    logarithm. Written in v/V, which is at most 1, it stays exact for a small V.
    """
    (u, v), (base, surge), (r, s) = own, whole, left
    if base <= 0.0:
        return v and (v / surge) * (r * span - s * drop)
    if surge <= 1e-14 * base:  # no panic to speak of; base / surge could overflow
        return (u / base) * (r * span - s * drop)
    ratio = v / surge
    late = base + surge * (early - drop)
    logarithm = log1p(surge * drop / late)
    return (u * r / base * span - ratio * s * drop
            - (u / base - ratio) * (r + s * base / surge) * logarithm)
