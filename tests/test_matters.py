"""What is worked out once for all runs says what would be found in each run anew."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transitions import MachineError

from emergency.incident import Prepared, prepare
from emergency.log import KINDS, Entry, EventLog
from emergency.machine import FlatMachine, Situation, compile_plan
from emergency.quantity import Duration
from emergency.reader import load_inputs, load_jurisdiction, load_plan

YUNXI = Path(__file__).parent.parent / "plans" / "yunxi"


def outage() -> Prepared:
    """A scenario made ready."""
    inputs = load_inputs("fuel-pipeline-outage")
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


OUTAGE = outage()
durations = st.builds(
    Duration, st.integers(0, 9).map(float), st.sampled_from(["min", "h", "d", "week", "month", "year", "workday"])
)


@given(durations, st.floats(0, 900))
def test_a_span_is_as_long_as_it_is_from_its_beginning(duration: Duration, t: float) -> None:
    """A length of time that is kept once known is the one counted from when it begins, to the last digit."""
    try:
        wanted = duration.hours(OUTAGE.instant(t), OUTAGE.calendar)
    except NotImplementedError:  # workdays beyond the calendar
        return
    assert OUTAGE.span(duration, t) == wanted


@pytest.mark.parametrize("name", ["fuel", "grain", "daily-necessities", "forest-pests"])
def test_values_are_entered_as_the_machine_has_it(name: str) -> None:
    """From each state each value leads where firing the machine's own trigger leads, and nowhere else."""
    program = compile_plan(load_plan(YUNXI / f"{name}.yaml"), load_jurisdiction(YUNXI / "jurisdiction.yaml"),
                           on=date(2026, 7, 13))  # fmt: skip
    flat = FlatMachine(program)
    moved = 0
    for state in flat.machine.states:
        for at in program.decisions:
            mine, fired = Situation(state), Situation(state)
            event = flat.machine.events.get(str(at))
            try:
                goes = event is not None and event.trigger(fired)
            except MachineError:
                goes = False
            assert (flat.may(mine, at), flat.enter(mine, at), mine.state) == (goes, goes, fired.state)
            moved += goes
    assert moved


def test_each_step_knows_who_takes_it() -> None:
    """The turns of a matter's steps are the plan's performers, in its order, with the scenario's seats and fleets."""
    ready = OUTAGE.plans["fuel"]
    for measure in ready.program.measures:
        steps = ready.measures[measure.id].matter.steps
        asked = [*((s.do, s.by) for s in measure.steps), (measure.says.verb, measure.by)]
        assert [(s.do, [(t.actor, t.seat) for t in s.turns]) for s in steps] == [
            (do, [(p.actor, p.seat) for p in by]) for do, by in asked
        ]
        assert all(t.staffed == OUTAGE.on_duty(t.seat) for s in steps for t in s.turns)


def test_a_decision_cites_what_is_said_of_where_it_comes_from() -> None:
    """A way to a value has a matter for each value it may be entered from, citing what speaks of that."""
    ready = OUTAGE.plans["fuel"]
    for at, ways in ready.ways.items():
        decision = ready.program.decisions[at]
        for way in ways:
            assert way.matters.keys() == decision.sources
            for source, matter in way.matters.items():
                assert matter.clauses == decision.cited(way.clauses, source)


class Deaf:
    """Hears entries of one kind only."""

    kinds = ("entered",)

    def __init__(self) -> None:
        self.heard: list[Entry] = []

    def __call__(self, entry: Entry) -> None:
        self.heard.append(entry)


def test_a_listener_is_told_what_it_cares_for() -> None:
    """A listener that names kinds hears those, one that names none hears all; every entry is counted in its place."""
    log, deaf, everything = EventLog(datetime(2026, 7, 13, 8), keep=False), Deaf(), list[Entry]()
    log.listen(deaf)
    for kind in KINDS:
        log.add(0.0, kind)
    log.listen(everything.append)
    for kind in KINDS:
        log.add(1.0, kind)
    place = KINDS.index("entered")
    assert [e.seq for e in deaf.heard] == [place, len(KINDS) + place]
    assert [e.seq for e in everything] == list(range(len(KINDS), 2 * len(KINDS)))
    assert len(log) == 2 * len(KINDS)
