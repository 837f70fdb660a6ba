"""Numbers are folds over log entries: the same live, from a kept log, and from its file."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.indicators import Indicators, fold, summary
from emergency.log import EventLog, read_jsonl, write_jsonl
from emergency.machine import Program
from emergency.reader import load_inputs

ROOT = Path(__file__).parent.parent
START = datetime(2026, 7, 13, 8, tzinfo=timezone(timedelta(hours=8)))


@cache
def prepared() -> Prepared:
    """The scenario made ready."""
    inputs = load_inputs(ROOT / "scenarios" / "fuel-pipeline-outage.yaml")
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def programs() -> dict[str, Program]:
    """The programs of its plans."""
    return {id: ready.program for id, ready in prepared().plans.items()}


def told(numbers: Indicators) -> dict[str, object]:
    """Its summary."""
    return summary(
        numbers,
        scenario="s",
        seed=1,
        run=0,
        plan_sha256={"fuel": "a"},
        scenario_sha256="b",
        version="0",
    )


def by_hand(*entries: tuple[float, str, dict[str, object]]) -> Indicators:
    """The numbers of entries written by hand, all of the plan `fuel`."""
    numbers, log = Indicators(programs()), EventLog(START)
    log.listen(numbers)
    for t, kind, facts in entries:
        log.add(t, kind, **{"plan": "fuel", **facts})
    return numbers


def test_live_equals_kept(tmp_path: Path) -> None:
    """Numbers folded while a run goes on equal those of its kept log and of that log read from its file."""
    live = Indicators(programs())
    log = EventLog(prepared().start)
    log.listen(live)
    simulate(Incident(prepared(), Chance(3).run(0), log))
    write_jsonl(tmp_path / "log.jsonl", log)
    assert told(live) == told(fold(log, programs()))
    assert told(live) == told(fold(read_jsonl(tmp_path / "log.jsonl"), programs()))


def test_keeping_nothing_gives_the_same_numbers() -> None:
    """A run that keeps no entries, as in a sweep, folds to the same numbers as one that does."""
    found = []
    for keep in (True, False):
        numbers, log = Indicators(programs()), EventLog(prepared().start, keep=keep)
        log.listen(numbers)
        simulate(Incident(prepared(), Chance(5).run(2), log))
        found.append(told(numbers))
    assert found[0] == found[1]


def test_summary_has_the_keys_others_read() -> None:
    """`summary.json` has every key of the contract; what was passed in for the receipt stands there."""
    log = EventLog(prepared().start)
    simulate(Incident(prepared(), Chance(1).run(0), log))
    found = told(fold(log, programs()))
    assert {"scenario", "seed", "run", "plans", "indicators", "readings", "receipt"} <= set(found)
    plan = found["plans"]["fuel"]  # type: ignore[index]
    assert {"levels", "highest", "activated_h", "ended_h", "deadlines"} <= set(plan)
    assert {"due", "met", "late", "missed"} <= set(plan["deadlines"])
    assert all({"scheme", "level", "from_h", "to_h"} == set(one) for one in plan["levels"])
    assert found["receipt"] == {"plan_sha256": {"fuel": "a"}, "scenario_sha256": "b", "version": "0"}
    assert all(v is None or isinstance(v, float) for v in found["indicators"].values())  # type: ignore[attr-defined]


def test_levels_follow_what_was_entered() -> None:
    """A level lasts until its scheme enters another value; the highest is the gravest, not the last."""
    numbers = by_hand(
        (10.0, "entered", {"scheme": "response", "level": "IV"}),
        (20.0, "entered", {"scheme": "response", "level": "II"}),
        (44.0, "entered", {"scheme": "response", "level": "III"}),
        (68.0, "entered", {"scheme": "response", "level": "ended"}),
        (92.0, "ended", {"plan": None}),
    )
    plan = numbers.plans["fuel"]
    assert [(one["level"], one["from_h"], one["to_h"]) for one in plan.levels] == [
        ("IV", 10.0, 20.0), ("II", 20.0, 44.0), ("III", 44.0, 68.0),
    ]  # fmt: skip
    assert plan.highest == {"response": "II"}
    assert (plan.activated_h, plan.ended_h) == (10.0, 68.0)
    assert plan.days_at() == {"response": {"IV": round(10 / 24, 6), "II": 1.0, "III": 1.0}}


def test_a_level_in_force_at_the_end_has_no_end() -> None:
    """A level still in force when the run ends has no `to_h`, counts its days up to then, and nothing has ended."""
    plan = by_hand((24.0, "entered", {"scheme": "response", "level": "I"}), (72.0, "ended", {"plan": None})).plans[
        "fuel"
    ]
    assert plan.levels[0]["to_h"] is None
    assert plan.days_at() == {"response": {"I": 2.0}}
    assert plan.ended_h is None


def test_a_warning_is_no_activation() -> None:
    """Only a scheme of kind response activates the plan; a warning or a grade does not."""
    plan = by_hand(
        (1.0, "entered", {"scheme": "warning", "level": "I"}), (2.0, "entered", {"scheme": "event", "level": "I"})
    ).plans["fuel"]
    assert plan.activated_h is None
    assert plan.highest == {"warning": "I", "event": "I"}


def test_starting_again_undoes_the_end() -> None:
    """A response entered again after its end is not ended; the activation stays the first."""
    plan = by_hand(
        (1.0, "entered", {"scheme": "response", "level": "IV"}),
        (2.0, "entered", {"scheme": "response", "level": "ended"}),
        (3.0, "entered", {"scheme": "response", "level": "IV"}),
    ).plans["fuel"]
    assert (plan.activated_h, plan.ended_h) == (1.0, None)


def due(ref: str, at: float) -> dict[str, object]:
    """What tells of a deadline."""
    return {"ref": ref, "detail": {"due": at, "do": "report"}}


def test_deadlines_are_met_late_missed_or_open() -> None:
    """A deadline is met by its step in time, late by its step afterwards, missed without it, open until then."""
    numbers = by_hand(
        (0.0, "report-due", due("a", 4.0)),
        (0.0, "report-due", due("b", 4.0)),
        (0.0, "report-due", due("c", 4.0)),
        (0.0, "report-due", due("d", 99.0)),
        (4.0, "step", {"ref": "a", "detail": {"do": "report", "met": True, "due": 4.0}}),
        (4.0, "deadline-missed", due("b", 4.0)),
        (4.0, "deadline-missed", due("c", 4.0)),
        (6.0, "report-sent", {"ref": "b", "detail": {"do": "report", "met": False, "due": 4.0}}),
        (7.0, "step", {"ref": "c", "detail": {"do": "decide", "met": False, "due": 4.0}}),
    )
    assert numbers.plans["fuel"].deadlines() == {"due": 4, "met": 1, "late": 1, "missed": 1, "open": 1}


def test_periodic_reports_are_no_deadlines() -> None:
    """A periodic report that fails is counted apart: nothing says how many were due."""
    plan = by_hand(
        (1.0, "deadline-missed", {"ref": "report:stock", "detail": {"how": "late", "carries": "stock"}}),
        (2.0, "deadline-missed", {"ref": "report:stock", "detail": {"how": "missed", "carries": "stock"}}),
    ).plans["fuel"]
    assert plan.periodic == {"late": 1, "missed": 1}
    assert plan.deadlines()["due"] == 0


def test_waiting_adds_up_by_seat() -> None:
    """Waits are counted, summed and their longest kept for each seat."""
    plan = by_hand(
        (1.0, "resource", {"actor": "police", "detail": {"waited": 1.5, "behind": "x"}}),
        (2.0, "resource", {"actor": "police", "detail": {"waited": 0.5, "behind": "x"}}),
        (2.0, "resource", {"actor": "finance", "detail": {"waited": 2.0, "behind": "x"}}),
    ).plans["fuel"]
    assert plan.waiting["police"] == {"times": 2, "hours": 2.0, "longest_h": 1.5}
    assert plan.waiting["finance"]["hours"] == 2.0


def test_stock_outs_last_until_restocked_or_the_end() -> None:
    """Hours out of stock add up over spells; a spell still open ends with the run."""
    numbers = by_hand(
        (1.0, "shortage", {"plan": None, "ref": "petrol", "detail": {"short": True}}),
        (3.0, "shortage", {"plan": None, "ref": "petrol", "detail": {"short": False}}),
        (8.0, "shortage", {"plan": None, "ref": "petrol", "detail": {"short": True}}),
        (10.0, "ended", {"plan": None}),
    )
    assert numbers.stockout_h == {"petrol": 4.0}


def test_demand_adds_up() -> None:
    """What was wanted is what was served, limited and short, for each customer and in all."""
    log = EventLog(prepared().start)
    simulate(Incident(prepared(), Chance(1).run(0), log))
    numbers = fold(log, programs())
    for total in (*numbers.customers().values(), numbers.totals()):
        assert total["wanted"] == pytest.approx(total["served"] + total["limited"] + total["short"], abs=1e-4)


@cache
def shops() -> Indicators:
    """The numbers of a run with a market and an outbreak."""
    inputs = load_inputs(ROOT / "tests" / "fixtures" / "engine" / "tern-shops.yaml")
    ready = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(1).run(0), log))
    return fold(log, {id: one.program for id, one in ready.plans.items()})


def test_a_market_is_the_same_by_place_and_by_good() -> None:
    """What places wanted, were served and went without is what goods were, and what the market was in all."""
    numbers = shops()
    total = numbers.market_totals("shops")
    for books in (numbers.places("shops"), numbers.goods("shops")):
        for key, whole in total.items():
            assert sum(one[key] for one in books.values()) == pytest.approx(whole, abs=1e-4)
    assert total["wanted"] == pytest.approx(total["served"] + total["limited"] + total["short"], abs=1e-4)
    assert total["wanted"] > 0


def test_time_taken_adds_up_by_kind() -> None:
    """How long decisions and measures took adds up over those that came to an end, and over no others."""
    plan = by_hand(
        (5.0, "decided", {"scheme": "response", "level": "IV", "detail": {"took": 4.5}}),
        (6.0, "decided", {"scheme": "response", "level": "III", "detail": {"took": 0.5}}),
        (9.0, "decision-refused", {"detail": {"took": 7.0}}),
        (9.0, "measure-done", {"detail": {"took": 2.0}}),
    ).plans["fuel"]
    assert plan.took == {"decided": 5.0, "measure-done": 2.0}


def test_a_wait_behind_ones_own_plan_is_no_sharing() -> None:
    """Waits are told by the plan they were behind; those behind the same plan count among waits only."""
    numbers = by_hand(
        (1.0, "resource", {"actor": "police", "ref": "a", "detail": {"waited": 1.5, "behind": "fuel:x"}}),
        (2.0, "resource", {"actor": "police", "ref": "b", "detail": {"waited": 0.5, "behind": "other:y"}}),
        (3.0, "resource", {"actor": "police", "ref": "c", "detail": {"waited": 0.25, "behind": ""}}),
    )
    assert numbers.plans["fuel"].waiting["police"]["times"] == 3
    assert numbers.waits_across() == [
        {"seat": "police", "plan": "fuel", "behind": "other", "times": 1, "hours": 0.5, "longest_h": 0.5, "t_h": 2.0,
         "ref": "b", "behind_ref": "y"}
    ]  # fmt: skip
