"""How the cost of a run grows: with its horizon, its measures, its plans and its places.

    python tests/benchmarks/growth.py

Shipped scenarios are made larger by repetition: a longer horizon, every measure several times, several copies of a
plan beside each other, every place of a market several times. For each, the CPU of a run and what happens in it
(calls of the clock and entries of the log) are told as multiples of the smallest, with the exponents fitted to them
on logarithmic scales: cost against size, what happens against size, and cost against what happens. The last is the
one that must not exceed 1: nothing may grow faster than linearly in what happens.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.indicators import Indicators
from emergency.log import EventLog
from emergency.reader import Inputs, load_inputs
from emergency.scenario.world import MarketPlace, MarketSpec

REPEATS = 9


@dataclass
class Point:
    """One size: the CPU seconds of a run, and what happens in it."""

    size: int
    cost: float
    happens: float


def horizons() -> Iterator[tuple[int, Inputs]]:
    """A quiet market over longer and longer times."""
    for size in (1, 2, 4, 8):
        settings = ["start=2026-01-05T08:00", f"horizon={size * 30} d"]
        yield size, load_inputs("necessities-quiet", settings)


def measures() -> Iterator[tuple[int, Inputs]]:
    """Every measure that no reading has to settle several times, each by the same people."""
    base = load_inputs("fuel-pipeline-outage")
    plan = base.plans["fuel"]
    settled = set(re.findall(r"[\w-]+", " ".join(repr(r.settles) for r in plan.readings)))
    plain = [m for m in plan.measures if str(m.id) not in settled]
    for size in (1, 2, 4, 8):
        more = [m.model_copy(update={"id": f"{m.id}-again-{k}"}) for k in range(1, size) for m in plain]
        larger = plan.model_copy(update={"measures": (*plan.measures, *more)})
        yield size, replace(base, plans={"fuel": larger})


def plans() -> Iterator[tuple[int, Inputs]]:
    """Copies of a plan that all answer the same crisis, with the same people."""
    base = load_inputs("fuel-pipeline-outage")
    plan = base.plans["fuel"]
    for size in (1, 2, 4, 8):
        copies = {f"fuel-{k}": plan.model_copy(update={"plan": f"fuel-{k}"}) for k in range(1, size)}
        scenario = base.scenario.model_copy(update={"plans": ("fuel", *copies)})
        yield size, replace(base, plans={"fuel": plan, **copies}, scenario=scenario)


def places() -> Iterator[tuple[int, Inputs]]:
    """Every place of a market several times, its demand and its goods shared out."""
    base = load_inputs("necessities-snow-and-rumour")
    world = base.scenario.world
    for size in (1, 2, 4, 8):
        markets = {id: _larger(spec, size) for id, spec in world.markets.items()}
        scenario = base.scenario.model_copy(update={"world": world.model_copy(update={"markets": markets})})
        yield size, replace(base, scenario=scenario)


def _larger(spec: MarketSpec, size: int) -> MarketSpec:
    """A market with copies of its places, each copy a neighbour of its like."""

    def named(id: str, k: int) -> str:
        return id if k == 0 else f"{id}-{k}"

    def copied(place: MarketPlace, k: int) -> MarketPlace:
        return place.model_copy(update={"neighbours": tuple(named(n, k) for n in place.neighbours)})

    larger = {named(id, k): copied(place, k) for k in range(size) for id, place in spec.places.items()}
    routes = {
        id: route.model_copy(update={"to": tuple(named(p, k) for k in range(size) for p in route.to)})
        for id, route in spec.routes.items()
    }
    return spec.model_copy(update={"places": larger, "routes": routes})


def measured(series: Iterator[tuple[int, Inputs]]) -> list[Point]:
    """All sizes of a series, their runs interleaved."""
    ready = [(size, prepare(i.scenario, i.plans, i.jurisdiction)) for size, i in series]
    chance = Chance(1)
    happens = {size: _happens(prepared, chance) for size, prepared in ready}
    times: dict[int, list[float]] = {size: [] for size, _ in ready}
    for number in range(REPEATS + 1):
        for size, prepared in ready:
            start = process_time()
            _lean(prepared, chance, number)
            times[size].append(process_time() - start)
    return [Point(size, statistics.median(found[1:]), happens[size]) for size, found in times.items()]


def _lean(prepared: Prepared, chance: Chance, number: int) -> None:
    log = EventLog(prepared.start, keep=False)
    log.listen(Indicators({id: one.program for id, one in prepared.plans.items()}))
    simulate(Incident(prepared, chance.run(number), log))


def _happens(prepared: Prepared, chance: Chance) -> float:
    found = []
    for number in range(1, REPEATS + 1):
        incident = simulate(Incident(prepared, chance.run(number), EventLog(prepared.start)))
        found.append(incident.clock.events + len(incident.log))
    return statistics.median(found)


def exponent(x: list[float], y: list[float]) -> float:
    """The slope of y against x on logarithmic scales."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def main() -> None:
    """Print a line for each way of growing."""
    print(f"{'growing':10} {'size':>4} {'cost':>8} {'happens':>8}   exponents: cost~size happens~size cost~happens")
    kinds: dict[str, Callable[[], Iterator[tuple[int, Inputs]]]] = {
        "horizon": horizons, "measures": measures, "plans": plans, "places": places,
    }  # fmt: skip
    for name, series in kinds.items():
        found = measured(series())
        first = found[0]
        for p in found:
            print(f"{name:10} {p.size:>4} x{p.cost / first.cost:7.2f} x{p.happens / first.happens:7.2f}")
        size, cost, happens = zip(*((float(p.size), p.cost, p.happens) for p in found), strict=True)
        slopes = exponent(list(size), list(cost)), exponent(list(size), list(happens))
        moved = max(happens) > 1.05 * min(happens)
        last = f"{exponent(list(happens), list(cost)):.2f}" if moved else "—"
        print(f"{name:10}      {'':8} {'':8}   {slopes[0]:20.2f} {slopes[1]:12.2f} {last:>12}", flush=True)


if __name__ == "__main__":
    main()
