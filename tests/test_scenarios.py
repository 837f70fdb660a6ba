"""What holds for every shipped scenario."""

from __future__ import annotations

from functools import cache

import pytest

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog
from emergency.quantity import Duration
from emergency.reader import known, load_inputs
from emergency.scenario import Scenario

NAMES = [one.id for one in known("scenario")]
MONTH = Duration(30, "d")


@cache
def scenario(name: str) -> Prepared:
    """A shipped scenario, made ready."""
    inputs = load_inputs(name)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def run(name: str, number: int = 0) -> list[Entry]:
    """The entries of one run."""
    prepared = scenario(name)
    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(int(prepared.scenario.seed)).run(number), log))
    return log.entries


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_log_and_books_balance(name: str) -> None:
    """A scenario runs to its end and, with its seed, leaves the same log again; its worlds lose and make nothing."""
    first = run(name)
    assert [e.as_dict() for e in first] == [e.as_dict() for e in run(name)]
    assert first[-1].kind == "ended"
    detail = first[-1].detail
    books = [detail.get("balance", 0.0), *(one["balance"] for one in detail.get("markets", {}).values())]
    assert max(map(abs, books)) < 1e-6
    for totals in _totals(detail):
        assert totals["wanted"] == pytest.approx(totals["served"] + totals["limited"] + totals["short"], abs=1e-6)


def _totals(detail: dict) -> list[dict[str, float]]:  # type: ignore[type-arg]
    books = [detail.get("demand", {}), *(one["demand"] for one in detail.get("markets", {}).values())]
    return [total for book in books for goods in book.values() for total in goods.values()]


@pytest.mark.parametrize("name", NAMES)
def test_another_run_is_another_story(name: str) -> None:
    """Runs differ by chance, and run 1 is no copy of run 0."""
    assert [e.as_dict() for e in run(name)] != [e.as_dict() for e in run(name, 1)]


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_can_be_exercised(name: str) -> None:
    """It has a story in both languages and, unless it is an ordinary time, objectives and expected actions."""
    told: Scenario = scenario(name).scenario
    assert told.story.zh
    assert told.story.en
    if not name.endswith(("-quiet", "-ordinary")):
        assert told.objectives
        assert any(inject.expects for inject in told.injects)
