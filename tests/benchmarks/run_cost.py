"""What one run costs, in units of 1,000 bare SimPy timeouts measured in the same process.

    python tests/benchmarks/run_cost.py [SCENARIO …]

Without names, every scenario that can be found. For each: how many plans it has, calls made by the clock, entries of
the log, and the CPU time of a run (a) folding indicators only, (b) keeping the log in memory, each as the median over
interleaved repetitions; the collector looks as rarely as in the workers of a sweep. Times in seconds are noise on a
shared machine; the ratios are not.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from time import process_time

import simpy

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, incident, prepare, simulate
from emergency.indicators import Indicators
from emergency.log import EventLog
from emergency.reader import known, load_inputs
from emergency.replicate.crew import look_rarely

REPEATS = 15
TIMEOUTS = 1000


def bare() -> None:
    """A thousand timeouts of one bare SimPy process."""
    env = simpy.Environment()

    def tick() -> object:
        for _ in range(TIMEOUTS):
            yield env.timeout(1)

    env.process(tick())  # type: ignore[arg-type]
    env.run()


def cpu(call: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = process_time()
    call()
    return process_time() - start


def one(prepared: Prepared, chance: Chance, number: int, *, keep: bool) -> Incident:
    """One run."""
    log = EventLog(prepared.start, keep=keep)
    if not keep:
        log.listen(Indicators({id: one.program for id, one in prepared.plans.items()}))
    return simulate(Incident(prepared, chance.run(number), log))


def measure(name: str) -> str:
    """A line of the table."""
    inputs = load_inputs(name)
    prepared = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    chance = Chance(1)
    first = one(prepared, chance, 0, keep=True)
    for number in range(5):
        one(prepared, chance, number, keep=False)
    look_rarely()
    rows = [
        (
            cpu(bare),
            cpu(lambda n=n: one(prepared, chance, n, keep=False)),  # type: ignore[misc]
            cpu(lambda n=n: one(prepared, chance, n, keep=True)),  # type: ignore[misc]
        )
        for n in range(5, 5 + REPEATS)
    ]
    lean = statistics.median(b / a for a, b, _ in rows)
    full = statistics.median(c / a for a, _, c in rows)
    told = f"{name:28} {len(prepared.plans):5} {first.clock.events:8} {len(first.log):8}"
    return f"{told} {lean:12.1f} {full:12.1f}"


def main(names: list[str]) -> None:
    """Print the table."""
    print("engine:", "interpreted" if incident.__file__.endswith(".py") else "compiled")
    head = f"{'scenario':28} {'plans':>5} {'calls':>8} {'entries':>8} {'indicators':>12} {'with log':>12}"
    print(f"{head}   [1,000 timeouts]", flush=True)
    for name in names:
        print(measure(name), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or sorted(one.id for one in known("scenario")))
