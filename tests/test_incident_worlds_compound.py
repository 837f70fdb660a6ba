"""Two plans in one incident: they meet at the seats they share, and no plan says whose matter goes first."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

from strategies import changed

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.incident.pool import Job
from emergency.incident.precedence import place_of
from emergency.log import Entry, EventLog
from emergency.plan import Plan
from emergency.reader import load_inputs
from emergency.scenario import Scenario

SQUALL = load_inputs(Path(__file__).parent / "fixtures" / "engine" / "tern-squall.yaml")
OIL = SQUALL.plans["lamp-oil"]
BASE = SQUALL.scenario.model_dump(by_alias=True, exclude_unset=True, mode="json")
SEATS = ("larder", "harbour", "warden")


def copied(id: str) -> Plan:
    """The same plan under another name: what one wants of a seat the other wants at the same time."""
    return Plan.model_validate({**OIL.model_dump(by_alias=True, exclude_unset=True, mode="json"), "plan": id})


PEAT, TURF = copied("peat"), copied("turf")
PAIRS = {frozenset(pair) for pair in combinations(("lamp-oil", "peat", "turf"), 2)}


def staff(seat: str, crews: int = 1, **more: Any) -> dict[str, Any]:
    """Staffing of one seat."""
    return {"seat": seat, "crews": str(crews), "hours": "always", **more}


#: Two proposals reach the one warden at once.
FEW = [staff("larder", 2), staff("harbour"), staff("warden")]


def takes(hours: float) -> dict[str, Any]:
    """Every piece of work takes so long."""
    return {"takes": {"value": f"{hours} h", "basis": "guess"}}


def scene(*plans: Plan, **parts: Any) -> Prepared:
    """The squall with these plans; cover falls below ten days on Tuesday and all plans know it at 16:00, at 32 h."""
    written = {**BASE, "plans": [p.plan for p in plans], "work": [takes(2)], **parts}
    return prepare(Scenario.model_validate(written), {p.plan: p for p in plans}, SQUALL.jurisdiction)


def play(ready: Prepared, *, apart: bool = False, run: int = 0) -> list[Entry]:
    """The entries of a run with policies in all seats."""
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(1).run(run), log, apart=apart))
    return log.entries


def silences(entries: list[Entry]) -> list[Entry]:
    """Where it was told that no plan gives precedence."""
    return [e for e in entries if e.kind == "gap" and e.detail.get("why") == "no-precedence"]


def across(entries: list[Entry]) -> list[tuple[str | None, frozenset[str | None]]]:
    """The seat and the two plans of each wait of one plan behind another."""
    waits = [e for e in entries if e.kind == "resource" and e.detail["waited"] > 0]
    pairs = [(e.actor, frozenset((e.plan, e.detail["behind"].partition(":")[0]))) for e in waits]
    return [(seat, pair) for seat, pair in pairs if len(pair) == 2]


def test_one_silence_for_a_seat_and_two_plans() -> None:
    """However often two plans meet at a seat, the log says once that neither goes first, and at its first wait."""
    points = [["0 h", "20 days-of-demand"], ["26 h", "9 days-of-demand"], ["50 h", "4 days-of-demand"]]
    worse = {"series": {"cover": {"points": points, "basis": "guess"}}}
    entries = play(scene(OIL, PEAT, staffing=FEW, world=worse))
    assert len(across(entries)) > len(set(across(entries))) >= 2
    told = [(e.detail["who"], frozenset((e.plan, e.detail["behind"].partition(":")[0]))) for e in silences(entries)]
    assert told == list(dict.fromkeys(across(entries)))
    for gap in silences(entries):
        before = entries[gap.seq - 1]
        assert (before.kind, before.t, before.actor, before.ref) == ("resource", gap.t, gap.detail["who"], gap.ref)
        assert before.detail["behind"] == gap.detail["behind"]


def test_three_plans_meet_two_by_two() -> None:
    """Each pair of plans is told of by itself."""
    entries = play(scene(OIL, PEAT, TURF, staffing=[staff("larder")]))
    assert {pair for _, pair in across(entries)} == PAIRS
    assert len(silences(entries)) == 3


def test_who_waits_for_his_own_plan_is_no_silence() -> None:
    """One plan that makes its own people wait leaves nothing unsaid between plans."""
    entries = play(scene(OIL, staffing=FEW))
    assert any(e.kind == "resource" for e in entries)
    assert not silences(entries)


def test_plans_with_people_of_their_own_do_not_meet() -> None:
    """Apart, no plan waits behind another."""
    entries = play(scene(OIL, PEAT, staffing=FEW), apart=True)
    assert any(e.kind == "resource" for e in entries)
    assert not across(entries)
    assert not silences(entries)


def test_a_silence_cites_what_gives_the_seat_its_place_in_both_plans() -> None:
    """The warden is there as head of the command in each plan; an agency without a chair is there by its duties."""
    duties = [{"clause": "2.1", "actors": ["larder"], "verb": "keep-stock", "object": {"zh": "存货", "en": "stock"}}]
    plans = [changed(p, duties=duties) for p in (OIL, PEAT)]
    entries = play(scene(*plans, staffing=FEW))
    cited = {e.detail["who"]: set(e.clauses) for e in silences(entries)}
    assert cited == {
        "warden": {"lamp-oil:1.1", "peat:1.1"},
        "larder": {"lamp-oil:2.1", "peat:2.1"},
    }


def test_a_chair_counts_before_duties() -> None:
    """Where clauses give a seat a chair its duties are not cited; one that the plan does not know has no place."""
    duties = [{"clause": "2.1", "actors": ["warden"], "verb": "command", "object": {"zh": "应对", "en": "response"}}]
    program = scene(changed(OIL, duties=duties)).plans["lamp-oil"].program
    assert place_of("warden", program) == ("lamp-oil:1.1",)
    assert place_of("heron", program) == ()


def test_what_other_plans_want_of_people_changes_no_plans_chance() -> None:
    """How long people take to come is a plan's own chance: with people enough it fares as it does without a third."""
    call_in = {"uniform": ["1 h", "9 h"], "basis": "guess"}
    staffing = [staff(seat, 50, call_in=call_in) | {"hours": "office"} for seat in SEATS]
    two, three = scene(OIL, PEAT, staffing=staffing), scene(OIL, PEAT, TURF, staffing=staffing)
    courses = set()
    for run in range(5):
        told = [[(e.t, e.kind, e.ref) for e in play(ready, run=run) if e.plan == "peat"] for ready in (two, three)]
        assert told[0] == told[1]
        courses.add(next(t for t, kind, _ in told[0] if kind == "entered"))
    assert len(courses) == 5  # chance did play a part


def test_two_plans_that_both_go_first_leave_a_gap() -> None:
    """Where two plans have both put their own transport first, the wait is told once as a gap, with both clauses."""
    inputs = load_inputs("compound-summer-flood")
    prepared = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    incident = Incident(prepared, Chance(1).run(0), EventLog(prepared.start))
    job = Job("move", "grain", 1.0, 0.0)
    incident._queued("trucks", job, 1.0, "fuel:carry")
    assert not [e for e in incident.log if e.kind == "gap"]  # nobody has yet
    for claim in inputs.scenario.fleets["trucks"].first:
        plan, _, ref = claim.partition(":")
        run = incident.plans[plan]
        run.active[ref] = task = run.take_on(run.ready.measures[ref].matter)
        task.done = True  # carried out, and so in force
    for _ in range(2):
        incident._queued("trucks", job, 1.0, "fuel:carry")
    [gap] = [e for e in incident.log if e.kind == "gap" and e.detail.get("why") == "both-first"]
    assert set(gap.clauses) >= {"grain:6.2.3", "fuel:4.2.3(2)"}
