"""One run of one crisis, which several tests look at from different sides."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog
from emergency.machine import Program
from emergency.reader import Inputs, load_inputs

ROOT = Path(__file__).parent.parent


@cache
def inputs() -> Inputs:
    """The scenario with its plans."""
    return load_inputs(ROOT / "scenarios" / "fuel-pipeline-outage.yaml")


@cache
def prepared() -> Prepared:
    """The scenario made ready."""
    return prepare(inputs().scenario, inputs().plans, inputs().jurisdiction)


def programs() -> dict[str, Program]:
    """The programs of its plans."""
    return {id: ready.program for id, ready in prepared().plans.items()}


@cache
def entries() -> tuple[Entry, ...]:
    """The log of one run."""
    log = EventLog(prepared().start)
    simulate(Incident(prepared(), Chance(1).run(0), log))
    return tuple(log)
