"""What a sweep costs, and what its intervals are worth.

    python tests/benchmarks/sweep_cost.py [--scenario ID] [--runs N] [--big N]

Prints, for the scenario (default fuel-pipeline-outage):

- CPU of a run within a sweep against the same run alone (what keeping its row and its course adds), as ratios within
  one process, medians over interleaved repetitions;
- two workers against one on the same sweep: ratio of elapsed times, median of 7 interleaved pairs;
- peak memory of this process after a tenth of the runs and after all of them (`--big`);
- coverage of the 95 % intervals over 1,000 seeds;
- by how much common random numbers lower the variance of a paired difference.

Seconds are those of this machine on this day; the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from emergency.chance import Chance
from emergency.incident import Incident, simulate
from emergency.indicators import Indicators
from emergency.log import EventLog
from emergency.replicate.case import Started, read_case
from emergency.replicate.course import Layout, run_with_course
from emergency.replicate.statistics import estimate, estimate_share
from emergency.replicate.sweep import Conduct, Request, sweep

REPEATS = 25
PAIRS = 7
CHANGES = ("policy=eager", "policy=hesitant", "set:staffing.vice-head-commerce.crews=3")
SHOWN = ("activated_h", "ended_h", "served_share", "limited_t", "waiting_h")


def cpu(call: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = process_time()
    call()
    return process_time() - start


def alone(started: Started, chance: Chance, number: int) -> None:
    """A run that folds its indicators only."""
    log = EventLog(started.prepared.start, keep=False)
    log.listen(Indicators(started.programs))
    simulate(Incident(started.prepared, chance.run(number), log))


def kept(started: Started, chance: Chance, number: int) -> None:
    """A run with all that a sweep keeps of it."""
    incident, who, tally = started.run(chance, number)
    simulate(incident, who)
    tally.row()


def watched(started: Started, chance: Chance, number: int, layout: Layout) -> None:
    """A run with its course read off."""
    incident, who, tally = started.run(chance, number)
    run_with_course(incident, who, layout, tally.indicators.plans)
    tally.row()


def runs(scenario: str) -> None:
    """What keeping a row, and a course, adds to a run."""
    case = read_case(scenario)
    started, chance = Started(case, case.prepared()), Chance(1)
    layout = Layout.of(started.prepared)
    for number in range(5):
        kept(started, chance, number)
    rows = [
        (
            cpu(lambda n=n: alone(started, chance, n)),  # type: ignore[misc]
            cpu(lambda n=n: kept(started, chance, n)),  # type: ignore[misc]
            cpu(lambda n=n: watched(started, chance, n, layout)),  # type: ignore[misc]
        )
        for n in range(5, 5 + REPEATS)
    ]
    print(f"a run alone: {statistics.median(a for a, _, _ in rows) * 1e3:.1f} ms of CPU")
    print(f"  with its row     x {statistics.median(b / a for a, b, _ in rows):.2f}")
    print(f"  with its course  x {statistics.median(c / a for a, _, c in rows):.2f}")


def spent(scenario: str, count: int, workers: int) -> tuple[float, float]:
    """Seconds elapsed, and CPU seconds of this process and its workers, of a sweep without its report."""
    with tempfile.TemporaryDirectory() as folder:
        before, start = os.times(), perf_counter()
        sweep(Request(scenario, count), Path(folder), Conduct(workers=workers))
        after = os.times()
        return perf_counter() - start, sum(after[:4]) - sum(before[:4])


def pairs(scenario: str, count: int) -> None:
    """Two workers against one; the CPU they need tells more than the clock where others use the machine too."""
    found = []
    for k in range(PAIRS):
        both = [(w, spent(scenario, count, w)) for w in ((1, 2) if k % 2 else (2, 1))]
        found.append(dict(both))
    ratios = [one[1][0] / one[2][0] for one in found]
    cost = statistics.median(one[2][1] / one[1][1] for one in found)
    print(f"two workers against one, {count} runs: x {statistics.median(ratios):.2f} faster", end="  ")
    print(f"(median of {PAIRS} pairs, {min(ratios):.2f} to {max(ratios):.2f}; one worker "
          f"{statistics.median(one[1][0] for one in found):.1f} s; together x {cost:.2f} of its CPU; load "
          f"{os.getloadavg()[0]:.1f})")  # fmt: skip


def memory(scenario: str, count: int) -> None:
    """Peak memory of this process, and seconds, as a sweep grows."""
    for part in (count // 10, count):
        start = perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            found = sweep(Request(scenario, part), Path(folder))
        if found.failures():
            raise RuntimeError(f"{len(found.failures())} runs broke: {found.failures()[0]}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{part:>8} runs: {perf_counter() - start:7.1f} s, peak {peak:.0f} MB, of a worker {worker:.0f} MB")


def coverage() -> None:
    """How often 95 % intervals hold the truth."""
    kinds: dict[str, tuple[Callable[[np.random.Generator], np.ndarray], float, Callable[..., object]]] = {
        "mean, normal, n = 12": (lambda r: r.normal(5, 2, 12), 5.0, estimate),
        "mean, exponential, n = 400": (lambda r: r.exponential(3.0, 400), 3.0, estimate),
        "share of 20 %, n = 150": (lambda r: (r.random(150) < 0.2).astype(float), 0.2, estimate_share),
        "share of 2 %, n = 800": (lambda r: (r.random(800) < 0.02).astype(float), 0.02, estimate_share),
    }
    print("coverage of 95 % intervals over 1,000 seeds:")
    for name, (draw, truth, of) in kinds.items():
        hits = 0
        for seed in range(1000):
            low, high = of(draw(np.random.default_rng(seed))).interval  # type: ignore[attr-defined]
            hits += low <= truth <= high
        print(f"  {name:28} {hits / 10:.1f} %")


def common(scenario: str, count: int) -> None:
    """What pairing by common random numbers buys."""
    with tempfile.TemporaryDirectory() as folder:
        found = sweep(Request(scenario, count, compare=CHANGES), Path(folder))
    print(f"variance of a paired difference against runs with chances of their own, {count} pairs (x smaller):")
    for one in found.differences:
        known = {n: p.gain for n, p in one.pairs.items() if p.gain is not None and not n.startswith("demand.")}
        gains = {n: gain for n, gain in known.items() if n.split(".")[-1] in SHOWN}
        print(f"  {one.text:42}", "  ".join(f"{n} {gain:.1f}" for n, gain in gains.items()))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", default="fuel-pipeline-outage")
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--big", type=int, default=10_000)
    given = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    runs(given.scenario)
    coverage()
    common(given.scenario, given.runs)
    pairs(given.scenario, given.runs)
    memory(given.scenario, given.big)


if __name__ == "__main__":
    main()
