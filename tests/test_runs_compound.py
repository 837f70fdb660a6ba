"""The story of the flood: three plans at once, one post in three chairs, one bureau in three offices, few trucks."""

from __future__ import annotations

from functools import cache
from statistics import mean
from typing import Any

import pytest

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.indicators import Indicators
from emergency.log import Entry, EventLog
from emergency.reader import Inputs, load_inputs
from emergency.scenario import Assumption

NAME = "compound-summer-flood"
FUEL, NEEDS, GRAIN = PLANS = ("fuel", "daily-necessities", "grain")
POST, BUREAU, TRUCKS = "vice-head-commerce", "commerce-grain", "fleet:trucks"
RUNS = range(8)
HOUR = Assumption.model_validate({"value": "1 h", "basis": "guess"})


@cache
def inputs() -> Inputs:
    """The scenario with its plans, as read."""
    return load_inputs(NAME)


def ready(*, of: tuple[str, ...] = PLANS, crews: int = 0, vehicles: int = 0, prompt: bool = False) -> Prepared:
    """The flood for some of its plans, perhaps with more people and vehicles, perhaps all called in in an hour."""
    scenario = inputs().scenario
    staffing = scenario.staffing
    if crews:
        staffing = tuple(s.model_copy(update={"crews": crews}) for s in staffing)
    if prompt:
        staffing = tuple(s.model_copy(update={"call_in": s.call_in and HOUR}) for s in staffing)
    fleets = {id: one.model_copy(update={"count": vehicles or one.count}) for id, one in scenario.fleets.items()}
    changed = scenario.model_copy(update={"plans": of, "staffing": staffing, "fleets": fleets})
    return prepare(changed, inputs().plans, inputs().jurisdiction)


@cache
def flood() -> Prepared:
    """The scenario as it ships."""
    return ready()


def told(prepared: Prepared, number: int, *, apart: bool = False) -> list[Entry]:
    """The entries of one run, traces left out."""
    found: list[Entry] = []
    log = EventLog(prepared.start, keep=False)
    log.listen(found.append)
    simulate(Incident(prepared, Chance(1).run(number), log, apart=apart))
    return found


@cache
def run(number: int, *, apart: bool = False) -> tuple[Entry, ...]:
    """The entries of one run as the scenario ships, or with people and vehicles for each plan."""
    return tuple(told(flood(), number, apart=apart))


@cache
def numbers(number: int, *, apart: bool = False) -> Indicators:
    """The numbers of one run."""
    found = Indicators({id: one.program for id, one in flood().plans.items()})
    for entry in run(number, apart=apart):
        found(entry)
    return found


def entered(entries: tuple[Entry, ...], plan: str, *schemes: str) -> list[tuple[str, str | None]]:
    """Each value entered in a plan, with who entered it."""
    return [(e.ref or "", e.actor) for e in entries if e.kind == "entered" and e.plan == plan and e.scheme in schemes]


def overtaken(entries: tuple[Entry, ...]) -> bool:
    """Whether the start of the local response was still waiting when the whole district was struck."""
    lost = [e for e in entries if e.kind == "decision-refused" and (e.plan, e.ref) == (GRAIN, "response=II")]
    return any(e.detail["why"] == "superseded" for e in lost)


def of_plan(entries: list[Entry], plan: str) -> list[dict[str, Any]]:
    """What the log tells of one plan, as written to a file; its place in the log is no part of it."""
    return [{**e.as_dict(), "seq": 0} for e in entries if e.plan == plan]


def waits(number: int, seat: str, *, apart: bool = False) -> float:
    """How long plans waited at a seat for what another plan wanted there [h]."""
    return sum(w["hours"] for w in numbers(number, apart=apart).waits_across() if w["seat"] == seat)


# --------------------------------------------------------------------------------------- the story


@pytest.mark.parametrize("number", RUNS)
def test_each_level_is_entered_by_its_own_seat(number: int) -> None:
    """Three plans, three ways: one group decides, one bureau grades and a group starts, one government approves."""
    entries = run(number)
    fuel = entered(entries, FUEL, "warning", "response")
    assert {who for value, who in fuel if not value.endswith("=off")} == {"leading-group"}
    assert [value for value, _ in fuel if "response" in value][:2] == ["response=IV", "response=III"]
    needs = entered(entries, NEEDS, "event", "response")
    assert needs[0] == ("event=III", BUREAU)  # the town is struck first: no township alone, so no level IV
    assert {who for value, who in needs if value.startswith("event") and who} == {BUREAU}
    assert needs[-1] == ("response=ended", "coordination-group")
    grain = entered(entries, GRAIN, "event", "response")
    assert grain[0] == ("event=II", "headquarters")
    assert {("event=I", "headquarters"), ("response=I", "district-government")} < set(grain)
    assert ("response=II", "district-government") in grain or overtaken(entries)


@pytest.mark.parametrize("number", RUNS)
def test_all_three_responses_end(number: int) -> None:
    """The water goes and each response is ended by its own clause, at its own time; no task is left over."""
    entries = run(number)
    ends = {e.plan: e for e in entries if e.ref == "response=ended" and e.kind == "entered"}
    assert {plan: set(e.clauses) for plan, e in ends.items()} == {
        FUEL: {"fuel:2.2.1", "fuel:4.6"},
        NEEDS: {"daily-necessities:4.6", "daily-necessities:annex-2"},
        GRAIN: {"grain:2.2.1", "grain:4.5"},
    }
    assert len({e.t for e in ends.values()}) == 3
    assert not [e for e in entries if e.ref == "unfinished"]


def test_the_flood_comes_on_a_friday_evening() -> None:
    """Between the flood and the second rain lies a weekend: nothing but the first is decided in office hours."""
    for number in RUNS:
        entries = run(number)
        (flooded,) = (e for e in entries if e.ref == "flood" and e.kind == "inject")
        (again,) = (e for e in entries if e.ref == "second-rain" and e.kind == "inject")
        at = flood().instant(flooded.t)
        assert (at.strftime("%A"), at.hour >= 18) == ("Friday", True)
        decided = [e.t for e in entries if e.kind == "decided" and flooded.t < e.t < again.t]
        assert decided
        assert not any(flood().opening.is_open(t) for t in decided)


@pytest.mark.slow
def test_no_run_is_another() -> None:
    """In twenty runs no two have the same course, grades differ, and the books balance in each."""
    courses, grades = set(), set()
    for number in range(20):
        entries = run(number)
        courses.add(tuple(round(e.t) for e in entries if e.kind == "entered"))
        grades.add(tuple(numbers(number).plans[plan].highest["event"] for plan in PLANS))
        last = entries[-1]
        assert last.kind == "ended"
        books = [last.detail["balance"], *(one["balance"] for one in last.detail["markets"].values())]
        assert max(map(abs, books)) < 1e-6
    assert len(courses) == 20
    assert len(grades) > 1


def test_grain_is_left_to_the_grain_plan() -> None:
    """Clause 1.3: no good of the one market is one of the other, and no plan's measure moves the other's market."""
    scenario = inputs().scenario
    goods = {name: set(market.goods) for name, market in scenario.world.markets.items()}
    assert set(goods) == {"necessities", "grain"}
    assert not goods["necessities"] & goods["grain"]
    markets = {FUEL: "", NEEDS: "necessities", GRAIN: "grain"}
    for one in scenario.measures:
        plan = one.measure.partition(":")[0]
        moved = {e.head for e in one.effects} & set(goods)
        assert moved <= {markets[plan]}, one.measure
    rumour = next(i for i in scenario.injects if i.id == "rumour")
    assert "daily-necessities:1.3#2" in rumour.expects


# ----------------------------------------------------------------------------- what sharing costs


@pytest.mark.parametrize("number", RUNS)
def test_plans_wait_for_the_post_and_the_bureau(number: int) -> None:
    """In every run plans wait for hours behind one another at the one post and at the one bureau; apart, never."""
    assert waits(number, POST) > 5.0
    assert waits(number, BUREAU) > 5.0
    assert not numbers(number, apart=True).waits_across()


def test_waiting_is_what_delays_the_later_plans() -> None:
    """No response starts earlier for sharing; the two that come after the first start later by most of a day."""
    late: dict[str, list[float]] = {plan: [] for plan in PLANS}
    for number in RUNS:
        shared, apart = numbers(number).plans, numbers(number, apart=True).plans
        for plan in PLANS:
            late[plan].append((shared[plan].activated_h or 0.0) - (apart[plan].activated_h or 0.0))
    assert min(map(min, late.values())) >= 0.0
    assert mean(late[FUEL]) < 6.0 < mean(late[NEEDS])
    assert mean(late[NEEDS]) > 12.0
    assert mean(late[GRAIN]) > 8.0


def test_a_level_can_be_overtaken_while_its_decision_waits() -> None:
    """In some runs the local response never starts, for its decision still waits when the district is struck."""
    assert any(overtaken(run(number)) for number in RUNS)
    assert not any(overtaken(run(number, apart=True)) for number in RUNS)


def test_sharing_costs_goods() -> None:
    """What is not on the shelves for it: over the runs more goes short than with people and vehicles of their own."""

    def short(number: int, *, apart: bool) -> float:
        found = numbers(number, apart=apart)
        return sum(found.market_totals(market)["short"] for market in found.markets)

    lost = [short(number, apart=False) - short(number, apart=True) for number in RUNS]
    assert sum(lost) > 10.0
    assert sum(one > 0 for one in lost) > len(lost) / 2


@pytest.mark.parametrize("number", range(3))
def test_apart_is_three_single_runs(number: int) -> None:
    """With people of its own each plan fares as if it were alone, to the last entry: what differs is the sharing."""
    whole = ready(prompt=True)
    apart, shared = told(whole, number, apart=True), told(whole, number)
    for plan in PLANS:
        alone = of_plan(told(ready(of=(plan,), prompt=True), number), plan)
        assert of_plan(apart, plan) == alone
        assert of_plan(shared, plan) != alone


def test_with_people_and_vehicles_enough_sharing_costs_nothing() -> None:
    """Nobody waits, no silence is met, and the shared run is the one with people apart."""
    plenty = ready(crews=300, vehicles=300)
    shared = told(plenty, 0)
    assert [e.as_dict() for e in shared] == [e.as_dict() for e in told(plenty, 0, apart=True)]
    assert not [e for e in shared if e.kind == "resource"]
    assert not silences(shared)


def test_trucks_are_waited_for_across_plans() -> None:
    """Six trucks for fuel, greens and grain: in most runs one plan's load waits for another's; with thirty, none."""
    assert sum(waits(number, TRUCKS) > 0 for number in RUNS) > len(RUNS) / 2
    many = ready(vehicles=30)
    for number in range(3):
        assert not [e for e in told(many, number) if str(e.actor).startswith("fleet:")]


def test_deadlines_suffer() -> None:
    """Over the runs more of the bounds that the plans set are late or missed than with people apart."""

    def failed(*, apart: bool) -> int:
        plans = [one for number in RUNS for one in numbers(number, apart=apart).plans.values()]
        return sum(d["late"] + d["missed"] for d in (one.deadlines() for one in plans))

    assert failed(apart=False) > failed(apart=True)


# ---------------------------------------------------------------------------- what no plan says


def silences(entries: list[Entry] | tuple[Entry, ...]) -> list[Entry]:
    """Where it was told that no plan says whose matter goes first."""
    return [e for e in entries if e.kind == "gap" and e.detail.get("why") == "no-precedence"]


@pytest.mark.parametrize("number", RUNS)
def test_who_goes_first_is_told_as_a_gap(number: int) -> None:
    """One silence for each pair of plans and seat that met, citing what seats them there in both; apart, none."""
    entries = run(number)
    met = [
        (e.actor, frozenset((e.plan, e.detail["behind"].partition(":")[0])))
        for e in entries
        if e.kind == "resource" and not str(e.actor).startswith("fleet:") and e.detail["waited"] > 0
    ]
    gaps = silences(entries)
    pairs = [(e.detail["who"], frozenset((e.plan, e.detail["behind"].partition(":")[0]))) for e in gaps]
    assert pairs == list(dict.fromkeys(m for m in met if len(m[1]) == 2))
    for gap, (_, plans) in zip(gaps, pairs, strict=True):
        assert {c.partition(":")[0] for c in gap.clauses} == plans
    assert not silences(run(number, apart=True))


def test_the_three_chairs_are_cited() -> None:
    """The post: head of three bodies. The bureau: seat of three offices, and member of all three."""
    chairs = {FUEL: {"2.1.1"}, NEEDS: {"2.1#1"}, GRAIN: {"2.1#1"}}
    offices = {FUEL: {"2.1.1", "2.2.3#1"}, NEEDS: {"2.1#2", "2.2.3#1"}, GRAIN: {"2.1#2", "2.2.3#1"}}
    cited: dict[str, dict[str, set[str]]] = {POST: {}, BUREAU: {}}
    for gap in (g for number in RUNS for g in silences(run(number)) if g.detail["who"] in cited):
        for clause in gap.clauses:
            plan, _, no = clause.partition(":")
            cited[gap.detail["who"]].setdefault(plan, set()).add(no)
    assert cited == {POST: chairs, BUREAU: offices}


# ------------------------------------------------------------------------------------ for the exercise


def test_every_objective_can_be_seen_twice() -> None:
    """Each objective has two injects or more that expect something by one of its clauses."""
    scenario = inputs().scenario
    assert 5 <= len(scenario.objectives) <= 6
    for one in scenario.objectives:
        seen = [i.id for i in scenario.injects if set(i.expects) & set(one.clauses)]
        assert len(seen) >= 2, one.id


def test_what_is_expected_spans_the_plans() -> None:
    """Injects for a half-day, 12 to 20; half of them ask something of more than one plan at once."""
    injects = inputs().scenario.injects
    assert 12 <= len(injects) <= 20
    asked = [{c.partition(":")[0] for c in i.expects} for i in injects if i.expects]
    assert sum(len(plans) > 1 for plans in asked) * 2 >= len(asked)
    assert {plan for plans in asked for plan in plans} == set(PLANS)
