"""What a run must be, whatever its numbers: exact, repeatable, steppable by hand, honest about who may do what."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency.chance import Chance
from emergency.errors import RefusedError, UnsettledError
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog, lines
from emergency.machine import compile_plan
from emergency.reader import load_inputs
from emergency.reader.load import Inputs
from emergency.seat import Answer, AsWritten

OUTAGE = "fuel-pipeline-outage"
QUIET = "fuel-quiet"
SQUEEZE = "fuel-slow-squeeze"


def prepared(name: str, *changes: str, **without: Any) -> Prepared:
    """A shipped scenario with some values changed, some parts replaced."""
    inputs = load_inputs(name, changes)
    return prepare(inputs.scenario.model_copy(update=without), inputs.plans, inputs.jurisdiction)


def run(ready: Prepared, seed: int = 1, number: int = 0, play: Callable[[Incident], Any] = simulate) -> list[Entry]:
    """The entries of one run."""
    log = EventLog(ready.start)
    play(Incident(ready, Chance(seed).run(number), log))
    return log.entries


def text(entries: list[Entry]) -> str:
    """The log as written."""
    return "".join(lines(entries))


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """The outage with its plan."""
    return load_inputs(OUTAGE)


@pytest.fixture(scope="module")
def outage() -> Prepared:
    """The outage, ready."""
    return prepared(OUTAGE)


# ------------------------------------------------------------------------------------------ repeatable


@pytest.mark.parametrize("name", [OUTAGE, QUIET, SQUEEZE])
def test_same_seed_same_log_another_differs(name: str) -> None:
    """One seed gives one log, whichever runs were made before it; another seed or run gives another."""
    ready = prepared(name)
    chance = Chance(7)
    logs = []
    for number in (3, 0, 3):
        log = EventLog(ready.start)
        simulate(Incident(ready, chance.run(number), log))
        logs.append(text(log.entries))
    assert logs[0] == logs[2] == text(run(ready, 7, 3))
    assert len({logs[0], logs[1], text(run(ready, 8, 3))}) == 3


@pytest.mark.parametrize("name", [OUTAGE, SQUEEZE])
@pytest.mark.parametrize("step", [math.inf, 5.0, 0.73])
def test_a_run_played_by_hand_is_the_same(name: str, step: float) -> None:
    """Stepping an incident from outside, in whatever steps, with the answers of the policy gives the same log."""
    ready = prepared(name)

    def by_hand(incident: Incident) -> None:
        policy = AsWritten(ready.work, ready.scenario.behaviour, incident.stream)
        goal = step
        while not incident.ended:
            incident.advance(goal)
            asks = incident.open_decisions()
            for ask in asks:
                incident.decide(ask, policy.answer(ask, incident.clock.now), by=ask.seat)
            if not asks:
                goal += step

    assert text(run(ready, 2, play=by_hand)) == text(run(ready, 2))


def test_time_passes_while_people_think(outage: Prepared) -> None:
    """An open step does not stop the world: asked and not answered, the incident can be taken on."""
    incident = Incident(outage, Chance(1).run(0), EventLog(outage.start))
    incident.advance(outage.horizon)
    asked = incident.open_decisions()
    began = incident.clock.now
    assert asked
    incident.advance(began + 2)
    assert incident.clock.now == began + 2 or len(incident.open_decisions()) > len(asked)
    incident.advance(outage.horizon)
    incident.open_decisions()
    while not incident.ended:
        incident.advance(outage.horizon)
        incident.open_decisions()
    assert not [e for e in incident.log if e.kind == "entered" and e.scheme == "response"]


def test_a_log_that_is_not_kept_hears_the_same(outage: Prepared) -> None:
    """A lean run tells its listeners the entries of a kept one, traces apart."""
    heard: list[tuple[float, str, str | None]] = []
    log = EventLog(outage.start, keep=False)
    log.listen(lambda e: heard.append((e.t, e.kind, e.ref)))
    simulate(Incident(outage, Chance(1).run(0), log))
    kept = [(e.t, e.kind, e.ref) for e in run(outage) if "trace" not in e.detail]
    assert heard == kept


# ---------------------------------------------------------------------------------------------- exact


@pytest.mark.parametrize("stock", [1300.0, 1100.0, 1999.5])
def test_crossings_lie_where_theory_puts_them(stock: float) -> None:
    """Constant demand d, no delivery: stock is below L days at S0/d - L days; each report comes at the next 16:00."""
    normal = 97.0  # all customers together [t/d]
    changes = [
        f"world.stock.products.petrol.stock.value={stock * 40 / 97:.6f} t",
        f"world.stock.products.diesel.stock.value={stock * 57 / 97:.6f} t",
        *(
            f"world.stock.supplies.{s}.rates.{p}.value=0 t/d"
            for s in ("pipeline", "road")
            for p in ("petrol", "diesel")
        ),
        "reporting.missed.value=0 %",
        "reporting.late.value=0 %",
        "world.stock.noise.spread.value=1",
        "injects.late.at.value=29 d",
        "injects.arrived.at.value=29.5 d",
    ]
    ready = prepared(QUIET, *changes, measures=())  # measures would slow the fall
    entries = run(ready)
    for level in (10, 8, 6, 4):
        seen = [e for e in entries if e.ref == "stock_days" and e.detail.get("bound", "").startswith(f"< {level} ")]
        true = next(e.t for e in seen if e.detail.get("true") is True)
        known = next(e.t for e in seen if e.detail.get("known") is True)
        assert true == pytest.approx((stock / normal - level) * 24, abs=1e-4)
        assert known == pytest.approx(math.ceil((true - 8) / 24) * 24 + 8)  # the run begins at 08:00
    opened = next(e.t for e in entries if e.kind == "decision-opened" and e.ref == "warning=IV")
    assert opened == next(e.t for e in entries if e.detail.get("known") is True and "< 10" in e.detail["bound"])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([OUTAGE, SQUEEZE, QUIET]), st.floats(200, 900), st.floats(0, 40))
def test_the_books_balance(seed: int, name: str, stock: float, rate: float) -> None:
    """Stock + served = initial + delivered, and wanted = served + limited + short, whatever happens."""
    amounts = (
        f"world.stock.products.petrol.stock.value={stock:.3f} t",
        f"world.stock.supplies.road.rates.diesel.value={rate:.3f} t/d",
    )
    ready = prepared(name, *amounts)
    detail = run(ready, seed)[-1].detail
    assert detail["balance"] == pytest.approx(0.0, abs=1e-6)
    for products in detail["demand"].values():
        for total in products.values():
            assert total["wanted"] == pytest.approx(total["served"] + total["limited"] + total["short"], abs=1e-6)


def test_quiet_enters_no_level() -> None:
    """A late consignment and the demand's noise start nothing in 200 seeds; stock falls to 10-11 days."""
    ready = prepared(QUIET)
    for seed in range(200):
        entries = run(ready, seed)
        assert not [e for e in entries if e.kind in ("entered", "decision-opened", "measure-started")]
        traced = next(e for e in entries if e.ref == "stock_days" and "trace" in e.detail)
        assert 10 < min(v for _, v in traced.detail["trace"]) < 11


# ------------------------------------------------------------------------------- the story of the outage


def test_the_outage_tells_the_whole_story(outage: Prepared) -> None:
    """Levels with clauses, measures of each level by the agencies named, lag, gaps, an end and its aftermath."""
    entries = run(outage)
    entered = [(e.scheme, e.level) for e in entries if e.kind == "entered"]
    for scheme in ("warning", "response"):
        reached = [level for s, level in entered if s == scheme]
        assert reached[:3] == ["IV", "III", "II"]
    assert all(e.clauses for e in entries if e.kind in ("entered", "measure-started", "gap", "decided", "step"))
    started = [e for e in entries if e.kind == "measure-started"]
    for level in ("IV", "III", "II"):
        assert {e.actor for e in started if e.scheme == "response" and e.level == level} >= {
            "lg-office",
            "commerce-grain",
        }
    assert {e.actor for e in started} >= {"leading-group", "police", "transport", "district-government"}
    lags = [e.detail["lag"] for e in entries if e.detail.get("known") is True and "lag" in e.detail]
    assert max(lags) > 1
    assert [e for e in entries if e.kind == "gap"]
    ended = next(e for e in entries if e.kind == "entered" and e.level == "ended")
    assert next(e for e in entries if e.kind == "aftermath").t == ended.t
    assert {e.ref for e in entries if e.kind == "report-sent" and e.t > ended.t} == {"loss-report", "evaluation"}


def test_price_measures_wait_for_the_governments_consent(outage: Prepared) -> None:
    """A price measure is carried out only after the district government has agreed (4.2.1(3), 4.2.2(3), 4.2.3(3))."""
    entries = run(outage)
    for ref in ("r4-margin", "r3-fund", "r2-prices"):
        steps = [(e.detail["do"], e.actor) for e in entries if e.kind == "step" and e.ref == ref]
        assert steps[-1] == ("agree", "district-government")
        agreed = max(e.t for e in entries if e.kind == "step" and e.ref == ref)
        assert next(e.t for e in entries if e.kind == "measure-done" and e.ref == ref) >= agreed


# ------------------------------------------------------------------------------------------ who may what


def test_the_wrong_seat_is_refused_with_the_clause(outage: Prepared) -> None:
    """Who asks for what the plan gives to another is refused, told the clause, and the refusal is logged."""
    log = EventLog(outage.start)
    incident = Incident(outage, Chance(1).run(0), log)
    incident.advance(outage.horizon)
    ask = incident.open_decisions()[0]
    with pytest.raises(RefusedError, match=r"fuel:\d") as refused:
        incident.decide(ask, Answer("do"), by="traffic-police")
    assert refused.value.clauses == ask.clauses
    assert [e.actor for e in log if e.kind == "decision-refused"] == ["traffic-police"]
    incident.decide(ask, Answer("do"), by=ask.seat)
    with pytest.raises(RefusedError):
        incident.decide(ask, Answer("do"), by=ask.seat)


@pytest.mark.parametrize("answers", ["refuses", "never"])
def test_a_seat_that_does_not_answer_leaves_a_gap(answers: str, inputs: Inputs) -> None:
    """The plan says nothing on a commander who refuses or never answers: no response, and a gap with the clause."""
    from emergency.scenario import Behaviour

    behaviour = Behaviour.model_validate({"seat": "vice-head-commerce", "answers": answers, "steps": ("decide",)})
    scenario = inputs.scenario.model_copy(update={"behaviour": (behaviour,)})
    entries = run(prepare(scenario, inputs.plans, inputs.jurisdiction))
    assert "response" not in {e.scheme for e in entries if e.kind == "entered"}
    gap = next(e for e in entries if e.kind == "gap" and e.detail.get("why"))
    assert gap.clauses == ("fuel:4.3",)


def test_every_reading_in_use_is_needed(inputs: Inputs) -> None:
    """Taking any reading in use out of the plan stops the machine, exit code 2, with the clauses of the question."""
    plan = inputs.plans["fuel"]
    in_use = compile_plan(plan, inputs.jurisdiction).readings
    assert len(in_use) > 30
    # One reading says more exactly what another says too: without it the general one answers.
    special = {"guarding-by-police", "resale-by-police", "outflow-by-market-supervision"}
    for id in set(in_use) - special:
        without = plan.model_copy(update={"readings": tuple(r for r in plan.readings if r.id != id)})
        with pytest.raises(UnsettledError) as stopped:
            compile_plan(without, inputs.jurisdiction)
        assert stopped.value.exit_code == 2
        assert all("fuel:" in str(p.facts["clauses"]) for p in stopped.value.problems)


@pytest.mark.slow
def test_every_choice_of_every_reading_runs(inputs: Inputs) -> None:
    """Each answer a reading offers makes a program, and the outage runs with it to its end."""
    for reading in inputs.plans["fuel"].readings:
        for choice in reading.choices:
            scenario = inputs.scenario.model_copy(update={"readings": {"fuel": {reading.id: choice}}})
            entries = run(prepare(scenario, inputs.plans, inputs.jurisdiction))
            assert entries[-1].kind == "ended"
