"""What scenarios do to markets and outbreaks, how people come to notice, and what is waited for."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.incident.clock import Clock
from emergency.incident.effects import Effects
from emergency.incident.pool import Fleet, Job, Pool
from emergency.incident.worlds import headlines
from emergency.log import Entry, EventLog
from emergency.reader import load_inputs
from emergency.scenario import Effect, Inject, Judgement, Noticing
from emergency.scenario.variables import offered

SHOPS = Path(__file__).parent / "fixtures" / "engine" / "tern-shops.yaml"
GUESS = {"basis": "guess"}


def ready(**parts: Any) -> Prepared:
    """The shops scenario, some parts of it replaced."""
    inputs = load_inputs(SHOPS)
    scenario = inputs.scenario.model_copy(update=parts)
    return prepare(scenario, inputs.plans, inputs.jurisdiction)


def injects(*written: dict[str, Any]) -> tuple[Inject, ...]:
    """Injects as written, with titles."""
    return tuple(Inject.model_validate({"id": f"i{k}", "title": {"zh": "事", "en": "It"}, **one})
                 for k, one in enumerate(written))


def effect(do: str, target: str, to: str | None = None, **more: Any) -> Effect:
    """An effect as written."""
    value = {} if to is None else {"to": {"value": to, **GUESS}}
    return Effect.model_validate({"do": do, "target": target, **value, **more})


def run(prepared: Prepared, seed: int = 1, number: int = 0) -> list[Entry]:
    """The entries of one run."""
    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(seed).run(number), log))
    return log.entries


class Bench:
    """The worlds of the shops scenario with hands on them, no plan."""

    def __init__(self) -> None:
        prepared, stream = ready(), Chance(1).run(0)
        self.crisis, self.clock = prepared.crisis(stream), Clock()
        self.told: list[frozenset[str]] = []
        self.effects = Effects(prepared.scenario, self.crisis, self.clock, stream, lambda: None, self.told.append)

    def value(self, variable: str, days: float = 0.0) -> float:
        """A variable so many days from now."""
        return self.crisis.all.value(variable, self.clock.now + 24 * days)


def test_worlds_offer_what_they_are_said_to_offer() -> None:
    """What the reader lets guards name is what the worlds answer to, no more and no less; headlines are among it."""
    prepared = ready()
    world = prepared.crisis(Chance(1).run(0)).all
    told = {full for name, one in offered(prepared.scenario.world).items() for full in one.names(name)}
    assert told == world.variables()
    assert set(headlines(prepared.scenario.world)) <= told


@pytest.mark.parametrize(
    ("written", "variable", "days"),
    [
        (effect("modify-supply", "shops:ferry", "0"), "shops:cover:salt@north", 3),
        (effect("modify-supply", "shops:raft", "2"), "shops:cover:salt@south", 3),
        (effect("modify-supply", "shops:salt", "0.5", place="south"), "shops:cover:salt@south", 3),
        (effect("modify-demand", "shops:kelp", "2"), "shops:demand_ratio:kelp@north", 0),
        (effect("limit", "shops:kelp", "40 %"), "shops:served_ratio:kelp@south", 0),
        (effect("modify-mill", "shops", "0"), "shops:mill_load", 0),
        (effect("modify-raw", "shops", "0"), "shops:mill_load", 0),
        (effect("modify-transport", "shops", "0.5", place="north"), "shops:cover:kelp@north", 2),
        (effect("release", "shops:milled", "2 t/d"), "shops:reserve:milled", 2),
        (effect("modify-growth", "blight", "3"), "blight:infested@north", 5),
        (effect("control", "blight", "0.2 /d", place="north"), "blight:infested@north", 5),
    ],
    ids=lambda p: p.do if isinstance(p, Effect) else None,
)  # fmt: skip
def test_what_lasts_can_be_taken_back(written: Effect, variable: str, days: float) -> None:
    """A factor, limit or rate moves its variable while it is on; undone at once, it is as if it had not been."""
    bench = Bench()
    before = bench.value(variable, days)
    bench.effects.start([(written, "it")])
    assert bench.value(variable, days) != pytest.approx(before, rel=1e-3)
    bench.effects.undo([(written, "it")])
    assert bench.value(variable, days) == pytest.approx(before, rel=1e-9)


@pytest.mark.parametrize(
    ("written", "variable", "change"),
    [
        (effect("news", "shops", "0.4", place="south"), "shops:panic@south", 0.4),
        (effect("news", "shops", "0.4", place="south"), "shops:panic@north", 0.2),
        (effect("deliver", "shops:salt", "6 t", place="north"), "shops:cover:salt@north", 10.0),
        (effect("deliver", "shops:salt", "6 t"), "shops:cover:salt@north", 5.0),
        (effect("release", "shops:milled", "5 t"), "shops:reserve:milled", -5.0),
        (effect("requisition", "shops:milled", "5 t"), "shops:depot", 5.0),
        (effect("seed", "blight", "30 mu", place="south"), "blight:infested@south", 30.0),
        (effect("treat", "blight", "50 %"), "blight:infested@north", -10.0),
    ],
    ids=lambda p: p.do if isinstance(p, Effect) else None,
)  # fmt: skip
def test_what_happens_once_stays(written: Effect, variable: str, change: float) -> None:
    """News, lumps and treatments change the world by what they say, and taking them back changes nothing."""
    bench = Bench()
    before = bench.value(variable)
    bench.effects.start([(written, "it")])
    assert bench.value(variable) - before == pytest.approx(change)
    assert any(variable in told for told in bench.told)
    bench.effects.undo([(written, "it")])
    assert bench.value(variable) - before == pytest.approx(change)


def test_the_gravest_level_orders() -> None:
    """Of two limits or caps the gravest level's counts, whichever came last; when it is lifted the other is left."""
    bench = Bench()
    mild, grave = effect("limit", "shops:kelp", "80 %"), effect("limit", "shops:kelp", "30 %")
    bench.effects.start([(grave, "grave")], rank=3)
    bench.effects.start([(mild, "mild")], rank=1)
    assert bench.value("shops:served_ratio:kelp@north") == pytest.approx(0.3)
    bench.effects.undo([(grave, "grave")])
    assert bench.value("shops:served_ratio:kelp@north") == pytest.approx(0.8)


def test_quarantine_and_survey_multiply() -> None:
    """Two quarantines of one place leave the product of their factors; lifting one leaves the other."""
    named = Bench()
    world: Any = named.crisis.outbreaks["blight"].world
    world.hazard(0.0, "h", "north", 0.01, 1.0, "jump")
    free = world.next_hazard(1e9)[0]
    half, third = effect("quarantine", "blight", "0.5", place="north"), effect("quarantine", "blight", "0.3")
    named.effects.start([(half, "a"), (third, "b")])
    both = world.next_hazard(1e9)[0]
    named.effects.undo([(half, "a")])
    one = world.next_hazard(1e9)[0]
    named.effects.undo([(third, "b")])
    assert free < one < both
    assert world.next_hazard(1e9)[0] == pytest.approx(free)


# ---------------------------------------------------------------------------------------- knowing


def shortage(**more: Any) -> list[Entry]:
    """A run in which the shops run down from the thirtieth hour on."""
    news = injects({"at": {"value": "30 h", **GUESS}, "effects": [
        {"do": "modify-demand", "target": "shops:kelp", "to": {"value": "4", **GUESS}}]})  # fmt: skip
    return run(ready(injects=news, **more))


def crossing(entries: list[Entry]) -> tuple[float, float]:
    """When the cover truly fell below ten days, and when that was known."""
    told = [e for e in entries if e.ref == "cover" and e.detail.get("bound", "").startswith("< 10 ")]
    return (next(e.t for e in told if e.detail.get("true")), next(e.t for e in told if e.detail.get("known")))


def test_an_indicator_stands_for_a_variable() -> None:
    """What the plan calls cover is what the scenario says it is; the plan's daily report makes it known."""
    true, known = crossing(shortage())
    assert true > 30
    assert true <= known <= true + 24
    assert (known - 8) % 24 == pytest.approx(0)  # 16:00 each day, counted from 08:00


def test_what_is_noticed_is_known_so_long_after() -> None:
    """Where people are told of a change after two hours they need not wait for the report."""
    noticed = (Noticing.model_validate({"about": ["cover"], "to": "council", "after": {"value": "2 h", **GUESS}}),)
    true, known = crossing(shortage(noticed=noticed))
    assert known == pytest.approx(min(true + 2, 8 + 24 * math.ceil((true - 8) / 24)))


def test_people_judge_place_by_place() -> None:
    """A flag that is judged holds where its guard does; told of two hours after a change, and not before."""
    found = injects(
        {"at": {"value": "30 h", **GUESS}, "effects": [
            {"do": "news", "target": "shops", "place": "west", "to": {"value": "40", **GUESS}}]},
        {"when": "any(storm, villages)"},
    )  # fmt: skip
    judged = {"storm": Judgement.model_validate({"when": "shops:demand_ratio > 500 %", **GUESS})}
    noticed = (Noticing.model_validate({"about": ["storm"], "to": "council", "after": {"value": "2 h", **GUESS}}),)
    entries = run(ready(injects=found, judged=judged, noticed=noticed))
    told = [(e.detail["place"], e.detail["judged"], e.t) for e in entries if e.ref == "storm"]
    assert told[0] == ("west", True, pytest.approx(32))
    assert [state for _, state, _ in told] == [True, False]  # and no more, when the rush has passed
    assert {place for place, _, _ in told} == {"west"}
    came = [e.t for e in entries if e.kind == "inject"]
    assert came == [pytest.approx(30), pytest.approx(30)]  # what waits for a truth does not wait for its report


def test_an_inject_may_wait_for_something() -> None:
    """It comes when its guard comes true, after its delay; once, or each time."""
    found = injects(
        {"when": "any(blight:new-finding, villages)", "once": "no", "after": {"value": "3 h", **GUESS}},
        {"when": "any(blight:new-finding, villages)"},
        {"when": "cover < 3 days-of-demand"},
    )
    entries = run(ready(injects=found))
    finds = [e.t for e in entries if e.ref == "blight:new-finding"]
    came = {k: [e.t for e in entries if e.kind == "inject" and e.ref == f"i{k}"] for k in range(3)}
    assert len(finds) > 3
    assert came[0][0] == pytest.approx(finds[0] + 3)
    assert 1 < len(came[0]) <= len(finds)
    assert came[1] == [pytest.approx(finds[0])]
    assert came[2] == []


def test_findings_and_jumps_follow_their_hazards() -> None:
    """Without detection nothing is found; a place never infested neither finds nor sends; jumps infest the other."""
    entries = run(ready())
    jumps = [e for e in entries if e.ref == "blight:jump"]
    finds = [e for e in entries if e.ref == "blight:new-finding"]
    assert jumps[0].detail["from"] == "north"
    reached = {place: next(e.t for e in jumps if e.detail["to"] == place) for place in ("south", "west")}
    for entry in finds + jumps:
        here = entry.detail.get("place") or entry.detail["from"]
        assert entry.t > reached.get(here, 0.0)
    means = [len([e for e in run(ready(), 1, k) if e.ref == "blight:new-finding"]) for k in range(8)]
    assert len(set(means)) > 1


def test_the_books_of_markets_balance() -> None:
    """Whatever is done to a market, what came in is what was sold, is held or was lost."""
    words = [effect(*one) for one in (("release", "shops:raw", "9 t/d"), ("modify-mill", "shops", "0.5"),
                                      ("news", "shops", "2"), ("limit", "shops:kelp", "60 %"))]  # fmt: skip
    when = injects(*({"at": {"value": f"{20 * k + 5} h", **GUESS}, "effects": [w.model_dump(exclude_none=True)]}
                     for k, w in enumerate(words)))  # fmt: skip
    ended = run(ready(injects=when))[-1]
    assert ended.detail["markets"]["shops"]["balance"] == pytest.approx(0, abs=1e-7)
    assert ended.detail["markets"]["shops"]["chain"]["released_raw"] > 0


# ---------------------------------------------------------------------------------------- sharing


class Noted(Job):
    """Work that notes its end."""

    def __init__(self, what: str, uses: dict[str, int], ends: list[str], work: float) -> None:
        super().__init__(what, "plan", work, 0.0, uses)
        self.ends = ends

    def done(self, now: float) -> None:
        """Note it."""
        self.ends.append(f"{self.what}@{now:g}")


def job(name: str, uses: dict[str, int], done: list[str], work: float = 1.0) -> Job:
    """Work that notes its end."""
    return Noted(name, uses, done, work)


def test_a_fleet_serves_in_order_and_all_at_once() -> None:
    """A job begins when all it uses is free; nobody overtakes one that waits; vehicles come back at the end."""
    clock, done, waits = Clock(), list[str](), list[tuple[str, str, float, str]]()
    fleet = Fleet({"carts": 3}, lambda kind, j, hours, behind: waits.append((kind, j.what, hours, behind)))
    pool = Pool("crew", 9, None, None, clock.at, lambda *_: None, fleet)
    for name, n in (("a", 2), ("b", 2), ("c", 1)):
        pool.submit(job(name, {"carts": n}, done), 0.0)
    while clock.due(99):
        clock.step()
    assert done == ["a@1", "b@2", "c@2"]
    assert waits == [("carts", "b", 1.0, "plan:a"), ("carts", "c", 1.0, "plan:a")]


def test_waiting_for_one_kind_keeps_nobody_from_another() -> None:
    """A job that waits for carts holds up later jobs that use carts, and no job that uses boats."""
    clock, done = Clock(), list[str]()
    fleet = Fleet({"carts": 1, "boats": 1}, lambda *_: None)
    pool = Pool("crew", 9, None, None, clock.at, lambda *_: None, fleet)
    both = {"carts": 1, "boats": 1}
    for name, uses in (("a", {"carts": 1}), ("b", {"carts": 1}), ("c", {"boats": 1}), ("d", both)):
        pool.submit(job(name, uses, done), 0.0)
    while clock.due(99):
        clock.step()
    assert done == ["a@1", "c@1", "b@2", "d@3"]


def test_a_plan_whose_work_goes_first_overtakes() -> None:
    """Work of a plan that goes first is begun before older work of another, and takes nothing from what has begun."""
    clock, done = Clock(), list[str]()
    fleet = Fleet({"carts": 1}, lambda *_: None, lambda kind: {"salt"})
    pool = Pool("crew", 9, None, None, clock.at, lambda *_: None, fleet)
    for name, plan in (("a", "oil"), ("b", "oil"), ("c", "salt"), ("d", "salt")):
        one = job(name, {"carts": 1}, done)
        one.plan = plan
        pool.submit(one, 0.0)
    while clock.due(99):
        clock.step()
    assert done == ["a@1", "c@2", "d@3", "b@4"]


def test_plans_apart_do_not_wait_for_each_other() -> None:
    """With people of its own each plan does what it would do alone; shared, one waits behind the other."""
    inputs = load_inputs("fuel-pipeline-outage")
    prepared = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    logs = []
    for apart in (False, True):
        log = EventLog(prepared.start)
        simulate(Incident(prepared, Chance(1).run(0), log, apart=apart))
        logs.append([e.as_dict() for e in log.entries])
    assert logs[0] == logs[1]  # one plan alone shares with nobody
