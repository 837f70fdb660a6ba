"""One incident on the island: what is known when, who is asked what, what is done and undone, and never by accident.

The shipped scenarios' own rules stand in test_runs.py; here small scenes isolate one rule each.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import changed, extended, ladder_plan, ladders, reading, stocks

from emergency.chance import Chance
from emergency.errors import InputError, RefusedError, RunError
from emergency.figures.levels import pending
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.incident.clock import Clock
from emergency.log import Entry, EventLog, lines
from emergency.plan import Plan
from emergency.reader import load_inputs
from emergency.report.page import Page
from emergency.report.tables import decisions
from emergency.scenario import Scenario
from emergency.seat import Answer, AsWritten

ENGINE = Path(__file__).parent / "fixtures" / "engine"
ROOT = Path(__file__).parent.parent
SQUALL = load_inputs(ENGINE / "tern-squall.yaml")
OIL = SQUALL.plans["lamp-oil"]
BASE = SQUALL.scenario.model_dump(by_alias=True, exclude_unset=True, mode="json")
MONDAY = 8.0  # 16:00 on the first day; the scene begins on Monday, 2 March 2026, at 08:00
DAY = 24.0


# ------------------------------------------------------------------------------------------- scenes


def guess(value: str) -> dict[str, str]:
    """A supposition with a fixed value."""
    return {"value": value, "basis": "guess"}


def cover(*points: tuple[float, float]) -> dict[str, Any]:
    """A world in which cover jumps: (time [h], days)."""
    held = [[f"{t} h", f"{v} days-of-demand"] for t, v in points]
    return {"series": {"cover": {"points": held, "basis": "guess"}}}


def tank(stock: str = "100 t", demand: str = "5 t/d", ferry: str = "0 t/d") -> dict[str, Any]:
    """A world with one product, one route and one class of customers."""
    words = {"zh": "甲", "en": "A"}
    return {
        "stock": {
            "products": {"oil": {**words, "stock": guess(stock)}},
            "supplies": {"ferry": {**words, "rates": {"oil": guess(ferry)}}},
            "customers": {"homes": {**words, "demand": {"oil": guess(demand)}, "panic": guess("1"), "priority": "1"}},
            "panic_decay": guess("3 d"),
        }
    }


FALLS = cover((0, 20), (26, 9))  # below ten on Tuesday at 10:00, known at 16:00, at 32 h
WORSE = cover((0, 20), (26, 9), (50, 4))  # and below five a day later


def scene(plan: Plan = OIL, **parts: Any) -> Prepared:
    """The squall with some parts written anew, ready to run."""
    scenario = Scenario.model_validate({**BASE, **parts})
    return prepare(scenario, {"lamp-oil": plan}, SQUALL.jurisdiction)


def staff(seat: str, crews: int = 1, hours: str = "always", **more: Any) -> dict[str, Any]:
    """Staffing of one seat."""
    return {"seat": seat, "crews": str(crews), "hours": hours, **more}


def takes(value: str, **keys: str) -> dict[str, Any]:
    """A time for work."""
    return {**keys, "takes": guess(value)}


def inject(id: str, at: str, *effects: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Something that happens at a set time."""
    return {"id": id, "at": guess(at), "title": {"zh": "事", "en": "Event"}, "effects": list(effects), **more}


def effect(measure: str, *effects: dict[str, Any]) -> dict[str, Any]:
    """What a measure does once done."""
    return {"measure": f"lamp-oil:{measure}", "effects": list(effects)}


def limited(to: str) -> dict[str, Any]:
    """A limit on sales to homes."""
    return {"do": "limit", "target": "homes", "to": guess(to)}


def begin(ready: Prepared, run: int = 0, seed: int = 1) -> Incident:
    """A fresh incident."""
    return Incident(ready, Chance(seed).run(run), EventLog(ready.start))


def play(ready: Prepared, run: int = 0, seed: int = 1) -> list[Entry]:
    """The entries of a run with policies in all seats."""
    return simulate(begin(ready, run, seed)).log.entries


def play_to(incident: Incident, t: float, **answers: Answer) -> None:
    """Go on to `t`, everyone doing at once what is asked but for the verbs given."""
    incident.advance(t)
    while asks := incident.open_decisions():
        incident.decide(asks[0], answers.get(asks[0].do, Answer("do")))
        incident.advance(t)


def text(entries: Iterable[Entry]) -> str:
    """Entries as written to a file."""
    return "".join(lines(entries))


def kinds(entries: Iterable[Entry], *wanted: str) -> list[Entry]:
    """The entries of some kinds."""
    return [e for e in entries if e.kind in wanted]


def told(entries: Iterable[Entry], kind: str) -> list[tuple[float, str | None]]:
    """When which matter was told of, for one kind of entry."""
    return [(e.t, e.ref) for e in entries if e.kind == kind]


def known(entries: Iterable[Entry], bound: str = "< 10 ") -> list[tuple[float, bool]]:
    """When a bound on cover became known to be passed or not."""
    found = [e for e in entries if "known" in e.detail and e.detail["bound"].startswith(bound)]
    return [(e.t, e.detail["known"]) for e in found]


# --------------------------------------------------------------------------------------------- clock


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), max_size=25))
def test_calls_come_in_time_then_as_asked(asked: list[tuple[int, int, bool]]) -> None:
    """Whenever a call is asked for, calls for one time come in the order they were asked for, late ones after."""
    clock = Clock()
    made: list[tuple[float, bool, int]] = []
    order = [0]

    def ask(t: float, last: bool) -> None:
        n = order[0] = order[0] + 1
        clock.at(t, lambda: made.append((clock.now, last, n)), last=last)

    for when, later, last in asked:  # tenths of an hour, which floats do not hold
        clock.at(when / 10, partial(ask, max(when, later) / 10, last))
    while clock.due(100.0):
        clock.step()
    assert [(t, last) for t, last, _ in made] == sorted((t, last) for t, last, _ in made)
    groups = {(t, last): [n for u, w, n in made if (u, w) == (t, last)] for t, last, _ in made}
    assert all(g == sorted(g) for g in groups.values())
    assert [t for t, _, _ in made] == sorted(max(a, b) / 10 for a, b, _ in asked)


def test_the_present_is_the_time_asked_for() -> None:
    """A call at 0.1 + 0.2 is made at that very float, and skipping moves the present without a call."""
    clock = Clock()
    clock.skip_to(0.1)
    seen: list[float] = []
    clock.at(0.1 + 0.2, lambda: seen.append(clock.now))
    clock.at(0.05, lambda: seen.append(clock.now))  # past: at once
    while clock.due(1.0):
        clock.step()
    assert seen == [0.1, 0.1 + 0.2]
    clock.skip_to(7.7)
    assert (clock.now, clock.events) == (7.7, 2)


# ---------------------------------------------------------------------------------------- repeatable

SCRIPT = """
import hashlib, sys
from emergency.chance import Chance
from emergency.incident import Incident, prepare, simulate
from emergency.log import EventLog, lines
from emergency.reader import load_inputs
found = load_inputs(sys.argv[1])
ready = prepare(found.scenario, found.plans, found.jurisdiction)
for seed in (1, 2):
    run = simulate(Incident(ready, Chance(seed).run(3), EventLog(ready.start)))
    sys.stdout.write(hashlib.sha256("".join(lines(run.log)).encode()).hexdigest() + "\\n")
"""


def test_the_log_is_the_same_in_every_process() -> None:
    """Whatever order a process keeps its sets in, one seed gives the same bytes, and another seed others."""
    found = []
    for hash_seed in ("0", "4321"):
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        call = [sys.executable, "-c", SCRIPT, "scenarios/fuel-pipeline-outage.yaml"]
        done = subprocess.run(call, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=60)
        found.append(done.stdout.split())
    assert found[0] == found[1]
    assert found[0][0] != found[0][1]


def busy(**more: Any) -> Prepared:
    """A scene with much in it: noise, panic, queues, office hours, late reports, random injects."""
    world = tank("60 t", "5 t/d", "3 t/d")
    world["stock"]["noise"] = {"every": "7 h", "spread": {"range": ["0.8", "1", "1.2"], "basis": "guess"}}
    spread = {"range": ["1 h", "3 h", "9 h"], "basis": "guess"}
    news = {"do": "news", "to": guess("1.5")}
    cut = {"do": "modify-supply", "target": "ferry", "to": guess("0"), "lasts": guess("5 d")}
    parts: dict[str, Any] = {
        "world": world,
        "reporting": {"at": "16:00", "late": guess("20 %"), "missed": guess("20 %"), "delay": spread},
        "staffing": [staff("larder", 1, "office", call_in=spread), staff("warden", 1, "office")],
        "work": [{"takes": spread}],
        "measures": [effect("ration", limited("60 %"))],
        "injects": [
            inject("news", "2 d", news, cut),
            {"id": "boat", "every": {"exponential": "4 d", "basis": "guess"}, "title": {"zh": "船", "en": "Boat"},
             "effects": [{"do": "deliver", "target": "oil", "to": guess("12 t"), "after": spread}]},
        ],
    }  # fmt: skip
    return scene(**{**parts, **more})


BUSY = busy()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30), st.lists(st.floats(0.0005, 60), min_size=1, max_size=40))
def test_a_run_stepped_by_hand_is_the_same(run: int, steps: list[float]) -> None:
    """An own loop of advance, open_decisions and decide, in small steps of any size, writes the log of simulate()."""
    ready = BUSY
    incident = begin(ready, run)
    policy = AsWritten(ready.work, ready.scenario.behaviour, incident.stream)
    goal, n = 0.0, 0
    while not incident.ended:
        incident.advance(goal)
        asks = incident.open_decisions()
        for ask in asks:
            incident.decide(ask, policy.answer(ask, incident.clock.now), by=ask.seat)
        if not asks:
            goal, n = goal + steps[n % len(steps)] + (0 if n < 400 else 30), n + 1
    assert text(incident.log) == text(play(ready, run))


def test_time_stops_until_the_question_has_been_seen() -> None:
    """advance() stops at the first question and stays there until somebody has looked; a past goal moves nothing."""
    incident = begin(scene(world=FALLS))
    incident.advance(400)
    incident.advance(400)
    assert (incident.clock.now, [a.do for a in incident.open_decisions()]) == (32.0, ["propose"])
    incident.advance(1)
    assert incident.clock.now == 32.0
    play_to(incident, 40)
    assert (incident.clock.now, incident.ended) == (40.0, False)
    play_to(incident, 1e9)
    assert (incident.clock.now, incident.ended) == (480.0, True)


def test_decisions_do_not_change_the_weather() -> None:
    """Runs that differ in one decision share all other chances: noise, injects and failing reports."""
    a = play(BUSY)
    b = play(busy(behaviour=[{"seat": "warden", "answers": "refuses"}]))
    assert text(a) != text(b)
    assert told(a, "inject") == told(b, "inject")
    failing = [[(e.t, e.detail["how"]) for e in kinds(x, "deadline-missed") if "how" in e.detail] for x in (a, b)]
    assert failing[0] == failing[1] != []


def test_noise_is_drawn_anew_and_repeats_with_the_seed() -> None:
    """Demand wavers from time to time by the seed: stock falls otherwise in another run, and alike in the same."""
    world = tank()
    world["stock"]["noise"] = {"every": "12 h", "spread": {"uniform": ["0.5", "1.5"], "basis": "guess"}}
    ready = scene(world=world)
    ends = [play(ready, run)[-1].detail["demand"]["homes"]["oil"]["wanted"] for run in (0, 0, 1)]
    assert ends[0] == ends[1] != ends[2]
    assert all(50 < e < 150 for e in ends)  # 100 t in the mean


# ------------------------------------------------------------------------------------ who is asked


def test_the_wrong_seat_is_refused() -> None:
    """Who is not given a step is refused, told the clause; it is logged, and the step stays open."""
    incident = begin(scene(world=FALLS))
    incident.advance(400)
    [ask] = incident.open_decisions()
    with pytest.raises(RefusedError, match=r"lamp-oil:3\.1") as refused:
        incident.decide(ask, Answer("do"), by="harbour")
    assert refused.value.clauses == ("lamp-oil:3.1",)
    [entry] = kinds(incident.log, "decision-refused")
    assert (entry.actor, entry.clauses, entry.detail["whose"]) == ("harbour", ("lamp-oil:3.1",), "larder")
    assert incident.open_decisions() == [ask]


@pytest.mark.parametrize("by", ["command", "warden", None])
def test_the_body_and_its_chair_may_answer(by: str | None) -> None:
    """A step of a body is answered in the body's name or by the post that holds the chair."""
    incident = begin(scene(world=FALLS))
    incident.advance(400)
    incident.decide(incident.open_decisions()[0], Answer("do"))
    [ask] = [a for a in incident.open_decisions() if a.do == "decide"]
    incident.decide(ask, Answer("do"), by=by)
    assert told(incident.log, "entered") == [(32.0, "response=II")]
    with pytest.raises(RefusedError, match="not open"):
        incident.decide(ask, Answer("do"))


def test_a_seat_that_never_answers_is_a_gap() -> None:
    """Without a bound the plan waits for ever: a gap with the step's clause, told once, and nothing is entered.

    What nobody will ever take further gives way as soon as a graver level is called for.
    """
    entries = play(scene(world=WORSE, behaviour=[{"seat": "warden", "answers": "never", "steps": ["decide"]}]))
    gaps = [e for e in kinds(entries, "gap") if e.detail.get("why") == "waits"]
    assert [(e.ref, e.clauses, e.detail["who"]) for e in gaps] == [
        ("response=II", ("lamp-oil:3.1",), "command"),
        ("response=I", ("lamp-oil:3.1",), "command"),
    ]
    assert not kinds(entries, "entered")
    assert next(e for e in entries if e.ref == "unfinished").detail["waiting"] == ["response=I"]
    [gone] = kinds(entries, "decision-refused")
    assert (gone.t, gone.ref, gone.detail) == (56.0, "response=II", {"why": "superseded"})


def test_a_refused_decision_rests_until_its_ground_comes_again() -> None:
    """A refusal is logged with a gap; the decision is opened anew only once its guard was false and holds again."""
    world = cover((0, 20), (26, 9), (60, 8), (100, 11), (150, 9))
    entries = play(scene(world=world, behaviour=[{"seat": "warden", "answers": "refuses", "until": "100 h"}]))
    assert told(entries, "decision-opened") == [(32.0, "response=II"), (152.0, "response=II")]
    [refused] = kinds(entries, "decision-refused")
    assert (refused.t, refused.actor, refused.clauses, refused.detail["why"]) == (
        32.0, "command", ("lamp-oil:3.1",), "refused",
    )  # fmt: skip
    assert [e.ref for e in kinds(entries, "gap") if e.detail.get("why") == "refused"] == ["response=II"]
    assert told(entries, "entered") == [(152.0, "response=II")]


def members() -> Plan:
    """The plan with a step that two agencies take side by side."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")
    decisions = held["decisions"]
    decisions[0]["steps"][0]["by"] = "crew"
    actors = {**held["actors"], "crew": {"is": "members", "zh": "成员", "en": "Members", "of": "command"}}
    seats = [*held["seats"], {"clause": "1.1", "body": "command", "role": "member", "actors": ["larder", "harbour"]}]
    return changed(OIL, decisions=decisions, actors=actors, seats=seats)


def test_a_step_of_several_waits_for_all() -> None:
    """Performers of one step act side by side, and the next step begins when the last is done."""
    ready = scene(members(), world=FALLS, work=[takes("5 h", by="harbour"), takes("2 h", by="larder")])
    steps = [(e.t, e.detail["do"], e.actor) for e in kinds(play(ready), "step")]
    assert steps == [(34.0, "propose", "larder"), (37.0, "propose", "harbour"), (37.0, "decide", "command")]


@pytest.mark.parametrize("seat", ["larder", "harbour"])
def test_one_of_several_refuses(seat: str) -> None:
    """One refusal ends the step: the others are no longer asked, and the run goes on."""
    entries = play(
        scene(members(), world=FALLS, behaviour=[{"seat": seat, "answers": "refuses", "steps": ["propose"]}])
    )
    assert [e.actor for e in kinds(entries, "decision-refused")] == [seat]
    assert not kinds(entries, "entered")
    assert entries[-1].kind == "ended"


def test_a_pending_decision_lapses_with_its_ground() -> None:
    """Once what is known no longer calls for it, a pending decision lapses at its next step."""
    world = cover((0, 20), (26, 9), (40, 11))  # known again at 56
    entries = play(scene(world=world, work=[takes("30 h", do="propose")]))
    [lapsed] = kinds(entries, "decision-refused")
    assert (lapsed.t, lapsed.ref, lapsed.detail) == (62.0, "response=II", {"why": "lapsed"})
    assert not kinds(entries, "entered", "decided", "step")


def test_a_graver_level_supersedes_a_pending_milder_one() -> None:
    """While II is prepared I becomes known: I is opened at once, II ends superseded at its next step."""
    entries = play(scene(world=WORSE, work=[takes("30 h", do="propose")]))
    assert told(entries, "decision-opened") == [(32.0, "response=II"), (56.0, "response=I")]
    [gone] = kinds(entries, "decision-refused")
    assert (gone.t, gone.ref, gone.detail) == (62.0, "response=II", {"why": "superseded"})
    assert told(entries, "entered") == [(86.0, "response=I")]


@settings(max_examples=30, deadline=None)
@given(
    ladders(),
    st.lists(st.tuples(st.integers(1, 19), st.integers(0, 50)), min_size=1, max_size=8, unique_by=lambda p: p[0]),
)
def test_levels_follow_what_is_known(ladder: tuple[dict[str, float], str], falls: list[tuple[int, int]]) -> None:
    """With seats that act at once the level entered after each report is the gravest called for, and never milder."""
    bounds, sources = ladder
    points = [(0.0, 99.0), *((day * DAY, days / 2) for day, days in sorted(falls))]
    entries = play(scene(ladder_plan(OIL, bounds, sources), world=cover(*points)))
    levels, expected, rank = list(bounds), [], -1
    for t, days in points:
        held = [k for k, bound in enumerate(bounds.values()) if days < bound]
        if held and held[-1] > rank:
            rank = held[-1]
            expected.append((t + MONDAY, f"response={levels[rank]}"))
    assert told(entries, "entered") == expected


# ------------------------------------------------------------------------------------- what is known


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 470), st.sampled_from([3.0, 9.0, 11.0])), max_size=20, unique_by=lambda p: p[0])
)
def test_a_crossing_is_known_at_the_first_report_at_which_it_holds(jumps: list[tuple[int, float]]) -> None:
    """At each 16:00 people know how cover stands then, jumps of that minute included; between reports nothing."""
    points = [(0.0, 20.0), *((float(t), v) for t, v in sorted(jumps))]
    entries = play(scene(world=cover(*points)))
    for bound, limit in (("< 10 ", 10.0), ("< 5 ", 5.0)):
        expected, now = [], False
        for day in range(20):
            t = day * DAY + MONDAY
            holds = [v for u, v in points if u <= t][-1] < limit
            if holds != now:
                expected.append((t, holds))
                now = holds
        assert known(entries, bound) == expected


def test_an_excursion_between_two_reports_stays_unseen() -> None:
    """The log tells both true crossings, and nobody learns of them."""
    entries = play(scene(world=cover((0, 20), (33, 3), (55, 20))))
    true = [(e.t, e.detail["true"]) for e in entries if "true" in e.detail and e.detail["bound"].startswith("< 10 ")]
    assert true == [(33.0, True), (55.0, False)]
    assert known(entries) == []
    assert not kinds(entries, "decision-opened")


def test_a_report_that_is_missed_leaves_the_news_to_the_next() -> None:
    """Each missed report is logged with its clause, and what it would have told is known at the next one made."""
    ready = scene(world=FALLS, reporting={"at": "16:00", "missed": guess("50 %")})
    missed = 0
    for run in range(300):
        entries = play(ready, run)
        failed = [e.t for e in kinds(entries, "deadline-missed")]
        assert all(
            e.clauses == ("lamp-oil:2.1",) and e.detail["how"] == "missed" for e in kinds(entries, "deadline-missed")
        )
        reports = [day * DAY + MONDAY for day in range(1, 20)]
        assert known(entries) == [(t, True) for t in reports if t not in failed][:1]
        missed += len(failed)
    # 20 reports in each of 300 runs, half of them missed: within four standard deviations
    assert abs(missed - 3000) < 4 * math.sqrt(6000 / 4)


def test_a_late_report_comes_after_its_delay() -> None:
    """What a late report carries is known when it arrives, and its lateness is logged when it was due."""
    entries = play(scene(world=FALLS, reporting={"at": "16:00", "late": guess("100 %"), "delay": guess("3 h")}))
    assert known(entries) == [(35.0, True)]
    assert (32.0, "report:cover") in told(entries, "deadline-missed")
    assert {e.detail["how"] for e in kinds(entries, "deadline-missed")} == {"late"}


def test_no_report_no_news() -> None:
    """Where every report is missed nothing is ever known."""
    entries = play(scene(world=FALLS, reporting={"at": "16:00", "missed": guess("100 %")}))
    assert known(entries) == []
    assert len(kinds(entries, "deadline-missed")) == 20


def cadence(every: str, **more: Any) -> Plan:
    """The plan with another cadence of reports on cover."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["indicators"]
    held[0] |= {"every": every, **more}
    return changed(OIL, indicators=held)


@pytest.mark.parametrize(
    ("every", "day", "first"),
    [
        ("1 month", "1", "2026-04-01T16:00"),
        ("1 month", "31", "2026-03-31T16:00"),
        ("2 months", "1", "2026-05-01T16:00"),
        ("1 week", "1", "2026-03-09T16:00"),
        ("6 h", "1", "2026-03-03T10:00"),
        ("1 workday", "1", "2026-03-03T16:00"),
        ("1 year", "1", "2027-03-01T16:00"),
    ],
)
def test_how_often_reports_come(every: str, day: str, first: str) -> None:
    """The first report from Tuesday, 10:00, on: on its day of the month, or counted from the first 16:00."""
    ready = scene(cadence(every), world=FALLS, horizon="400 d", reporting={"at": "16:00", "day": day})
    zone = ready.start.tzinfo
    hours = (datetime.fromisoformat(first).replace(tzinfo=zone) - ready.start).total_seconds() / 3600
    assert known(play(ready)) == [(hours, True)]


@pytest.mark.parametrize(("every", "days"), [("1 workday", 7), ("2 workdays", 8), ("3 workdays", 8)])
def test_workday_reports_skip_the_weekend(every: str, days: int) -> None:
    """A crossing on Friday evening is known on Monday; where every 2nd (3rd) workday reports, on Tuesday."""
    assert known(play(scene(cadence(every), world=cover((0, 20), (4 * DAY + 12, 9))))) == [
        (days * DAY + MONDAY, True)
    ]


def test_reports_quicken_with_a_condition() -> None:
    """Who reports knows the situation: monthly becomes daily with the storm, logged once, and slow again after it."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["indicators"]
    held[0]["every"] = "1 month"
    held.append({**held[0], "every": "1 d", "condition": "any(storm, villages)", "clause": "2.2"})
    storm = [
        inject(f"storm-{t}", f"{t} h", {"do": "set", "target": "storm", "place": "south", "to": guess(v)})
        for t, v in ((40, "1"), (130, "0"))
    ]
    world = cover((0, 20), (26, 9), (100, 11), (124, 9), (140, 11))
    entries = play(scene(changed(OIL, indicators=held), world=world, injects=storm))
    notes = [(e.t, e.detail["before"], e.detail["cadence"], e.clauses) for e in entries if e.ref == "cadence"]
    assert notes == [(40.0, "1 month", "1 d", ("lamp-oil:2.2",)), (130.0, "1 d", "1 month", ("lamp-oil:2.1",))]
    # The reports stop at 130 h. Nobody sends one at 152 h that could tell what happened at 140 h.
    assert known(entries) == [(56.0, True), (104.0, False), (128.0, True)]


def test_reports_that_stop_tell_by_stopping() -> None:
    """What ended the reports is known when the next one fails to come."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["indicators"]
    held[0]["condition"] = "cover < 10 days-of-demand"
    entries = play(scene(changed(OIL, indicators=held), world=cover((0, 20), (26, 9), (40, 11), (60, 9), (70, 11))))
    assert known(entries) == [(32.0, True), (56.0, False)]


def test_a_told_event_is_known_at_once() -> None:
    """A report outside the schedule makes an indicator known when it comes, and is logged as a message."""
    tells = [{"about": ["cover"], "to": "command", "after": guess("1 h")}]
    entries = play(scene(world=FALLS, injects=[inject("call", "27 h", tells=tells)]))
    assert known(entries) == [(28.0, True)]
    assert [(e.t, e.actor) for e in kinds(entries, "message")] == [(28.0, "command")]


def sustained(guard: str) -> Plan:
    """The plan with another criterion for level II."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["criteria"]
    held[0]["when"] = guard
    return changed(OIL, criteria=held)


def test_a_condition_that_must_last_restarts_on_change() -> None:
    """Ten days below the bound count from the report that tells it; a break, once known, starts them anew."""
    plan = sustained("cover < 10 days-of-demand for 10 d")
    unbroken = play(scene(plan, world=FALLS))
    assert told(unbroken, "decision-opened") == [(32 + 240, "response=II")]
    broken = play(scene(plan, world=cover((0, 20), (26, 9), (146, 11), (170, 9))))
    assert told(broken, "decision-opened") == [(176 + 240, "response=II")]
    unseen = play(scene(plan, world=cover((0, 20), (26, 9), (130, 11), (140, 9))))
    assert told(unseen, "decision-opened") == [(32 + 240, "response=II")]


def test_a_lasting_condition_is_cited() -> None:
    """The decision that a lasting condition opens names the criterion's clause."""
    [opened] = kinds(play(scene(sustained("cover < 10 days-of-demand for 3 d"), world=FALLS)), "decision-opened")
    assert opened.detail["criteria"] == ["lamp-oil:2.2"]
    assert opened.clauses == ("lamp-oil:2.2", "lamp-oil:3.1")


@pytest.mark.parametrize(
    ("guard", "hours"),
    [
        ("any(storm, villages)", {1: 20}),
        ("all(storm, villages)", {3: 60}),
        ("count(storm, villages) >= 2", {2: 40}),
        ("none(storm, villages) for 4 d", {0: 96}),
    ],
)
def test_guards_over_places(guard: str, hours: dict[int, int]) -> None:
    """any, all, count and none are read place by place; villages are struck one after another."""
    storms = [
        inject(f"s{k}", f"{20 * k} h", {"do": "set", "target": "storm", "place": place, "to": guess("1")},
               tells=[{"about": ["storm"], "to": "command", "after": guess("0 h")}])
        for k, place in enumerate(("north", "south", "west"), 1)
    ]  # fmt: skip
    plan = sustained(guard)
    calm = "none" in guard
    entries = play(scene(plan, world=cover((0, 11)), flags={"storm": "no"}, injects=[] if calm else storms))
    assert told(entries, "decision-opened") == [(float(next(iter(hours.values()))), "response=II")]


def test_criteria_that_contradict_each_other_stop_the_run() -> None:
    """Where a level and its end are both called for and nobody needs time, the run stops and names the clauses."""
    tells = [{"about": ["storm"], "to": "command", "after": guess("0 h")}]
    storm = inject("storm", "30 h", {"do": "set", "target": "storm", "to": guess("1")}, tells=tells)
    with pytest.raises(RunError, match=r"response=(II|over).*without end at 30 h.*lamp-oil:") as stopped:
        play(scene(sustained("any(storm, villages)"), world=cover((0, 20)), injects=[storm]))
    assert stopped.value.exit_code == 1


def test_an_indicator_that_nothing_drives_is_refused() -> None:
    """A guard over something the scenario says nothing about is refused before the run, clause named."""
    with pytest.raises(InputError) as stopped:
        scene(sustained("any(storm, villages)"))
    [problem] = stopped.value.problems
    assert (problem.code, problem.facts["name"], problem.facts["clauses"]) == ("undriven", "storm", "lamp-oil:2.1")


# ----------------------------------------------------------------------------------------- deadlines


@pytest.mark.parametrize(
    ("work", "met", "missed_at"),
    [("1 h", True, []), ("2 h", True, []), ("3 h", False, [34.0]), (None, None, [34.0])],
    ids=["met", "at-the-last-moment", "late", "missed"],
)
def test_a_bound_is_met_late_or_missed(work: str | None, met: bool | None, missed_at: list[float]) -> None:
    """Due two hours after the event: done by then is met, done after is late, never done is missed."""
    never = [{"seat": "larder", "answers": "never", "steps": ["report"]}]
    parts: dict[str, Any] = {"work": [takes(work, do="report")]} if work else {"behaviour": never}
    entries = play(scene(world=FALLS, **parts))
    [due] = kinds(entries, "report-due")
    assert (due.t, due.detail["due"], due.clauses) == (32.0, 34.0, ("lamp-oil:3.3",))
    assert [e.t for e in kinds(entries, "deadline-missed")] == missed_at
    assert [(e.detail["due"], e.detail["met"]) for e in kinds(entries, "report-sent")] == (
        [] if met is None else [(34.0, met)]
    )


def bounded(**within: dict[str, str]) -> Plan:
    """The plan with bounds on the steps of its decision."""
    decisions = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["decisions"]
    for step in decisions[0]["steps"]:
        step |= {"within": within[step["do"]]} if step["do"] in within else {}
    return changed(OIL, decisions=decisions)


def test_a_bound_without_event_runs_from_when_the_step_can_begin() -> None:
    """The second step's two hours do not count the time the first one took."""
    plan = bounded(decide={"bound": "2 h"})
    entries = play(scene(plan, world=FALLS, work=[takes("5 h", do="propose"), takes("1 h", do="decide")]))
    due = next(e for e in kinds(entries, "report-due") if e.ref == "response=II")
    assert (due.t, due.detail["due"]) == (37.0, 39.0)
    assert [e.detail.get("met") for e in kinds(entries, "step")] == [None, True]


def test_a_missed_bound_is_told_of_its_own_step_only() -> None:
    """A step done late is late; the steps after it are not."""
    plan = bounded(propose={"bound": "2 h"})
    entries = play(scene(plan, world=FALLS, work=[takes("5 h", do="propose")]))
    assert [(e.detail["do"], e.detail.get("met")) for e in kinds(entries, "step")] == [
        ("propose", False),
        ("decide", None),
    ]


def test_workdays_run_to_the_close_of_the_last() -> None:
    """Two workdays from Tuesday, 16:00, end on Thursday at the close of the office."""
    reports = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["reports"]
    reports[0]["within"]["bound"] = "2 workdays"
    [due] = kinds(play(scene(changed(OIL, reports=reports), world=FALLS)), "report-due")
    assert due.detail["due"] == 3 * DAY + 10


@pytest.mark.parametrize(("work", "met"), [("3 h", True), ("5 h", False)])
def test_a_measure_keeps_its_bound(work: str, met: bool) -> None:
    """A measure with a bound is due from its start, and what became of it is told when it is done."""
    measures = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["measures"]
    measures[0]["within"] = {"bound": "4 h"}
    entries = play(scene(changed(OIL, measures=measures), world=FALLS, work=[takes(work, do="watch")]))
    done = next(e for e in kinds(entries, "measure-done") if e.ref == "watch")
    assert (done.detail["due"], done.detail["met"]) == (36.0, met)
    assert [e.ref for e in kinds(entries, "deadline-missed")] == ([] if met else ["watch"])


def test_events_reports_wait_for() -> None:
    """A report falls due when its event is entered, left, or told of; the next level is no new event."""
    tells = [{"about": ["wreck-known"], "to": "command", "after": guess("2 h")}]
    world = cover((0, 20), (26, 9), (50, 4), (150, 20))
    entries = play(scene(world=world, injects=[inject("wreck", "10 h", tells=tells)]))
    assert told(entries, "report-sent") == [(12.0, "tell-wreck"), (32.0, "tell-council"), (152.0, "tell-relief")]
    assert told(entries, "entered") == [(32.0, "response=II"), (56.0, "response=I"), (152.0, "response=over")]
    assert told(entries, "aftermath") == [(152.0, "response=over")]


# ------------------------------------------------------------------------------------------ measures


def test_a_measure_of_any_level_starts_once() -> None:
    """It runs on through an escalation; the measure of the milder level stays too, as the reading has it."""
    entries = play(scene(world=cover((0, 20), (26, 9), (50, 4), (150, 20))))
    assert told(entries, "measure-started") == [(32.0, "watch"), (32.0, "ration"), (56.0, "stop")]


@pytest.mark.parametrize(
    ("choice", "started"), [("not-started", ["watch", "stop"]), ("started", ["ration", "watch", "stop"])]
)
def test_measures_of_a_skipped_level(choice: str, started: list[str]) -> None:
    """Straight to level I: the measures of II start with it or not, as the reading has it."""
    entries = play(scene(world=cover((0, 20), (26, 4)), readings={"lamp-oil": {"skipped": choice}}))
    assert sorted(str(e.ref) for e in kinds(entries, "measure-started")) == sorted(started)


DRAIN = tank("60 t", "5 t/d")  # twelve days; below ten at 48 h, known at 56; below five at 168 h, known at 176


def served(incident: Incident, t: float, **answers: Answer) -> float:
    """Sales as a share of normal demand at `t`."""
    play_to(incident, t, **answers)
    return round(incident.world.value("served_ratio", t), 9)


def test_the_graver_levels_limit_counts() -> None:
    """Two limits on one customer: the graver level's counts whichever was done last; both end with the response."""
    measures = [effect("ration", limited("80 %")), effect("stop", limited("20 %"))]
    boat = inject("boat", "280 h", {"do": "deliver", "target": "oil", "to": guess("200 t")})
    incident = begin(scene(world=tank("45 t", "5 t/d"), measures=measures, injects=[boat], horizon="30 d"))
    late = {"ration": Answer("do", 150.0)}
    assert served(incident, 7, **late) == 1.0
    assert served(incident, 9, **late) == 1.0  # nine days from the start: known as such, II at once, rationing slow
    assert served(incident, 120, **late) == 0.2
    assert served(incident, 200, **late) == 0.2  # rationing, done at last, lifts nothing
    assert served(incident, 300, **late) == 1.0
    assert told(incident.log, "entered")[-1][1] == "response=over"


@pytest.mark.parametrize(("choice", "share"), [("kept", 0.8), ("dropped", 1.0)])
def test_milder_measures_stay_or_go(choice: str, share: float) -> None:
    """Before level I's own limit is done, level II's is still in force, or not, as the reading has it."""
    ready = scene(
        world=tank("45 t", "5 t/d"),
        measures=[effect("ration", limited("80 %"))],
        readings={"lamp-oil": {"milder-stay": choice}},
    )
    incident = begin(ready)
    assert served(incident, 10) == 0.8
    play_to(incident, 150)
    assert told(incident.log, "entered")[-1][1] == "response=I"
    assert served(incident, 151) == share


def test_effects_end_with_the_response() -> None:
    """Factors, limits and openings that measures brought are taken back when the response is over."""
    held = {"do": "modify-demand", "target": "homes", "to": guess("0.5")}
    more = {"do": "modify-supply", "target": "ferry", "to": guess("3")}
    boat = inject("boat", "100 h", {"do": "deliver", "target": "oil", "to": guess("100 t")})
    ready = scene(world=tank("60 t", "5 t/d", "1 t/d"), measures=[effect("watch", held, more)], injects=[boat])
    incident = begin(ready)
    play_to(incident, 90)
    world = incident.world
    assert (world.value("inbound_ratio", 90), world.value("served_ratio", 90)) == pytest.approx((0.6, 0.5))
    play_to(incident, 110)
    assert (world.value("inbound_ratio", 110), world.value("served_ratio", 110)) == pytest.approx((0.2, 1.0))


def test_an_effect_that_has_not_begun_does_not_begin_after_the_end() -> None:
    """A measure's delayed effect is called off with the measure."""
    slow = {"do": "modify-demand", "target": "homes", "to": guess("0.5"), "after": guess("90 h")}
    boat = inject("boat", "100 h", {"do": "deliver", "target": "oil", "to": guess("100 t")})
    incident = begin(scene(world=DRAIN, measures=[effect("watch", slow)], injects=[boat]))
    play_to(incident, 200)
    assert told(incident.log, "entered")[-1][1] == "response=over"
    assert incident.world.value("served_ratio", 200) == 1.0


def test_what_lasts_ends_by_itself() -> None:
    """A cut route opens again after its time; a value set for a time goes back to what it was."""
    cut = {"do": "modify-supply", "target": "ferry", "to": guess("0"), "lasts": guess("24 h")}
    calm = {"do": "set", "target": "storm", "place": "north", "to": guess("0"), "lasts": guess("24 h")}
    plan = sustained("any(storm, villages) and cover < 1 days-of-demand")
    flags = {"storm": "yes"}
    incident = begin(scene(plan, world=tank(ferry="5 t/d"), flags=flags, injects=[inject("cut", "10 h", cut, calm)]))
    seen = []
    for t in (9, 11, 33, 35):
        play_to(incident, t)
        seen.append((incident.world.value("inbound_ratio", t), incident.world.value("storm@north", t)))
    assert seen == [(1, 1), (0, 0), (0, 0), (1, 1)]


def measure(id: str, **more: Any) -> dict[str, Any]:
    """A measure of the larder."""
    words = {"zh": "事", "en": "a thing"}
    return {"clause": "3.2", "id": id, "by": ["larder"], "verb": "watch", "object": words, **more}


def test_a_conditional_measure_waits_for_its_condition() -> None:
    """It starts once, when its condition is known within its levels, whatever levels were entered meanwhile."""
    plan = extended(OIL, measures=[measure("bail", during=["response=any"], condition="any(storm, villages)")])
    tells = [{"about": ["storm"], "to": "command", "after": guess("0 h")}]
    storm = inject("storm", "80 h", {"do": "set", "target": "storm", "to": guess("1")}, tells=tells)
    entries = play(scene(plan, world=WORSE, injects=[storm]))
    assert [t for t, ref in told(entries, "measure-started") if ref == "bail"] == [80.0]


def test_a_recurring_measure_comes_again_until_it_is_stopped() -> None:
    """Every two days from its start, done each time, until the response is over."""
    plan = extended(OIL, measures=[measure("round", during=["response=any"], every="2 d")])
    entries = play(scene(plan, world=cover((0, 20), (26, 9), (150, 20)), work=[takes("1 h", do="watch")]))
    assert [t for t, ref in told(entries, "measure-done") if ref == "round"] == [33.0, 81.0, 129.0]
    assert [t for t, ref in told(entries, "measure-started") if ref == "round"] == [32.0]


def test_a_measure_waits_for_consent() -> None:
    """A measure with steps is carried out after the last of them."""
    steps = [{"do": "request", "by": "larder"}, {"do": "agree", "by": "council"}]
    plan = extended(OIL, measures=[measure("price", during=["response=any"], steps=steps)])
    entries = play(
        scene(plan, world=FALLS, work=[takes("5 h", do="agree"), takes("2 h", measure="lamp-oil:price", do="watch")])
    )
    assert [t for t, ref in told(entries, "measure-done") if ref == "price"] == [39.0]
    assert [(e.t, e.detail["do"]) for e in kinds(entries, "step") if e.ref == "price"] == [
        (32.0, "request"),
        (37.0, "agree"),
    ]


# ---------------------------------------------------------------------------- what comes before what


def ordered(**rules: dict[str, Any]) -> Plan:
    """The plan with measures of level II by the harbour, each with the rules given."""
    usual = {"during": ["response=II"], "by": ["harbour"]}
    return extended(OIL, measures=[measure(id, **(usual | more)) for id, more in rules.items()])


def course(entries: Iterable[Entry], *ids: str) -> list[tuple[float, str, str]]:
    """When some measures were started and done."""
    found = [(e.t, e.kind.removeprefix("measure-"), str(e.ref)) for e in entries if e.ref in ids]
    return [one for one in found if one[1] in ("started", "done")]


def test_a_later_rank_waits_for_the_earlier() -> None:
    """Of one clause's measures the second rank begins when all of the first, taken side by side, are done."""
    plan = ordered(last={"rank": "2"}, one={"rank": "1"}, other={"rank": "1"})
    work = [takes("3 h", measure="lamp-oil:one", do="watch"), takes("5 h", measure="lamp-oil:other", do="watch")]
    assert course(play(scene(plan, world=FALLS, work=work)), "one", "other", "last") == [
        (32.0, "started", "one"),
        (32.0, "started", "other"),
        (35.0, "done", "one"),
        (37.0, "done", "other"),
        (37.0, "started", "last"),
        (37.0, "done", "last"),
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9)), min_size=1, max_size=7))
def test_ranks_from_theory(found: list[tuple[int, int]]) -> None:
    """Whatever the ranks and the work, a measure starts when the last of those of lower rank is done."""
    plan = ordered(**{f"m{k}": {"rank": str(rank)} for k, (rank, _) in enumerate(found)})
    work = [takes(f"{hours} h", measure=f"lamp-oil:m{k}", do="watch") for k, (_, hours) in enumerate(found)]
    starts: dict[int, float] = {}
    for rank in sorted({rank for rank, _ in found}):
        earlier = [starts[r] + hours for r, hours in found if r < rank]
        starts[rank] = max(earlier, default=32.0)
    entries = play(scene(plan, world=FALLS, work=work))
    begun = {ref: t for t, ref in told(entries, "measure-started")}
    assert [begun[f"m{k}"] for k in range(len(found))] == [starts[rank] for rank, _ in found]


def test_a_rank_that_is_not_called_for_is_not_waited_for() -> None:
    """An earlier measure whose condition is not known to hold, or which is refused, holds no later one back."""
    plan = ordered(one={"rank": "1", "condition": "any(storm, villages)"}, last={"rank": "2"})
    calm = play(scene(plan, world=FALLS, flags={"storm": "no"}))
    assert course(calm, "one", "last")[0] == (32.0, "started", "last")
    refusing = [{"seat": "harbour", "answers": "refuses", "steps": ["check"]}]
    plan = ordered(one={"rank": "1", "verb": "check"}, last={"rank": "2"})
    entries = play(scene(plan, world=FALLS, behaviour=refusing))
    assert [one[1:] for one in course(entries, "one", "last")] == [
        ("started", "one"), ("started", "last"), ("done", "last")
    ]  # fmt: skip


@pytest.mark.parametrize("mutual", [False, True])
@pytest.mark.parametrize("refuses", [False, True])
def test_an_alternative_comes_when_the_first_cannot_be_had(mutual: bool, refuses: bool) -> None:
    """Of two alternatives the one named second is taken only once the first is refused, which is then no gap."""
    plan = ordered(
        buy={"verb": "buy"} | ({"alternative": "seize"} if mutual else {}),
        seize={"verb": "requisition", "alternative": "buy"},
    )
    refusal = {"seat": "harbour", "answers": "refuses", "steps": ["buy"], "after": guess("2 h")}
    entries = play(scene(plan, world=FALLS, behaviour=[refusal] if refuses else []))
    started = [one for one in course(entries, "buy", "seize") if one[1] == "started"]
    assert started == [(32.0, "started", "buy"), *([(34.0, "started", "seize")] if refuses else [])]
    assert not [e for e in kinds(entries, "gap") if e.detail.get("why") == "refused"]
    seized = [e.detail.get("instead-of") for e in kinds(entries, "measure-started") if e.ref == "seize"]
    assert seized == (["buy"] if refuses else [])


def test_an_alternative_to_nothing_that_is_called_for_is_taken() -> None:
    """Where the first is no measure of the level, or its condition does not hold, the second is taken at once."""
    plan = ordered(buy={"during": ["response=I"]}, seize={"alternative": "buy"})
    assert course(play(scene(plan, world=FALLS)), "seize")[0] == (32.0, "started", "seize")


def test_a_measure_waits_for_what_it_needs() -> None:
    """For another measure to be done, for a report to be sent, for a decision to be in force."""
    plan = ordered(
        first={"verb": "check"},
        after={"needs": ["first"]},
        told={"needs": ["tell-council"]},
        ended={"during": ["response=any"], "needs": ["end"]},
    )
    work = [takes("4 h", do="check"), takes("9 h", do="report")]
    found = course(play(scene(plan, world=FALLS, work=work)), "after", "told", "ended")
    assert [one for one in found if one[1] == "started"] == [(36.0, "started", "after"), (41.0, "started", "told")]


def test_what_is_needed_and_refused_never_comes() -> None:
    """A measure whose need is refused is not taken, and the refusal is a gap: nothing takes its place."""
    plan = ordered(first={"verb": "check"}, after={"needs": ["first"]})
    refusal = {"seat": "harbour", "answers": "refuses", "steps": ["check"]}
    entries = play(scene(plan, world=FALLS, behaviour=[refusal]))
    assert [one[2] for one in course(entries, "first", "after")] == ["first"]
    assert [e.ref for e in kinds(entries, "gap") if e.detail.get("why") == "refused"] == ["first"]


def test_order_begins_anew_with_the_level() -> None:
    """What was done or refused the last time a level was in force counts for nothing when it is entered again."""
    plan = ordered(
        first={"verb": "check"},
        after={"needs": ["first"]},
        buy={"verb": "buy"},
        seize={"verb": "requisition", "alternative": "buy"},
    )
    world = cover((0, 20), (26, 9), (100, 20), (200, 9))  # over at 104, level II again at 200
    refusal = {"seat": "harbour", "answers": "refuses", "steps": ["buy"], "until": "150 h"}
    entries = play(scene(plan, world=world, work=[takes("4 h", do="check")], behaviour=[refusal]))
    started = [one for one in course(entries, "after", "seize") if one[1] == "started"]
    assert started == [(32.0, "started", "seize"), (36.0, "started", "after"), (204.0, "started", "after")]


def test_a_needed_resource_is_released_before() -> None:
    """Who releases a store is asked first; the measure is carried out after that."""
    words = {"zh": "库", "en": "Store"}
    store = {"clause": "3.2", "id": "store", "kind": "oil", "name": words, "amount": "unstated"}
    store["released_by"] = "council"
    plan = extended(ordered(pour={"needs": ["store"]}), resources=[store])
    entries = play(scene(plan, world=FALLS, work=[takes("6 h", do="release")]))
    assert [(e.t, e.detail["do"], e.actor) for e in kinds(entries, "step") if e.ref == "pour"] == [
        (38.0, "release", "council")
    ]
    assert course(entries, "pour")[-1] == (38.0, "done", "pour")


DISCRETION = {"discretion": {"zh": "必要时", "en": "when necessary"}}


@pytest.mark.parametrize("more", [DISCRETION, {"modality": "may"}], ids=["discretion", "may"])
def test_what_is_left_to_the_seat_may_be_left(more: dict[str, Any]) -> None:
    """It is asked as a thing that may be done, done unless the seat declines, and declining is no gap."""
    plan = ordered(extra={"verb": "check"} | more)
    incident = begin(scene(plan, world=FALLS))
    asked = []
    while not incident.ended:
        incident.advance(1e9)
        for ask in incident.open_decisions():
            asked.append((ask.ref, ask.may))
            incident.decide(ask, Answer("do"))
    assert dict(asked)["extra"]
    assert not dict(asked)["watch"]
    [begun] = [e for e in kinds(incident.log, "measure-started") if e.ref == "extra"]
    assert begun.detail["discretion"] == more.get("discretion", "may")
    refusal = {"seat": "harbour", "answers": "refuses", "steps": ["check"]}
    entries = play(scene(plan, world=FALLS, behaviour=[refusal]))
    assert [e.detail for e in kinds(entries, "decision-refused")] == [{"do": "check", "why": "declined"}]
    assert not [e for e in kinds(entries, "gap") if "why" in e.detail]


@pytest.mark.parametrize(("choice", "started"), [("response=any", 32.0), ("response=I", 56.0), ("never", None)])
def test_a_measure_without_a_time_starts_as_a_reading_has_it(choice: str, started: float | None) -> None:
    """In the states the reading names, or not at all; the silence is logged as a gap either way."""
    when = reading("when", ["3.2"], {"statement": "bail", "field": "during"}, choice)
    plan = extended(OIL, measures=[measure("bail", during="unstated")], readings=[when])
    entries = play(scene(plan, world=WORSE))
    assert [t for t, ref in told(entries, "measure-started") if ref == "bail"] == ([started] if started else [])
    [gap] = [e for e in kinds(entries, "gap") if e.detail["reading"] == "when"]
    assert (gap.t, gap.ref, gap.clauses, gap.detail["taken"]) == (started or 32.0, "bail", ("lamp-oil:3.2",), choice)


def test_a_measure_taken_at_no_time_is_not_taken_on_its_condition_either() -> None:
    """What a reading has taken never is not the same as what is tied to its condition alone."""
    never = reading("when", ["3.2"], {"statement": "bail", "field": "during"}, "never")
    windy = {"condition": "any(storm, villages)"}
    both = [measure("bail", during="unstated", **windy), measure("pump", **windy)]
    plan = extended(OIL, measures=both, readings=[never])
    entries = play(scene(plan, flags={"storm": "no"}, injects=[storm_at(10)]))
    assert [ref for _, ref in told(entries, "measure-started") if ref in ("bail", "pump")] == ["pump"]


# ------------------------------------------------------------------------------------------- routes


def ways(how: str) -> Plan:
    """Level II by short cover, which the command decides; or by storm, reported by the harbour, the warden signs."""
    dry = [{"do": "propose", "by": "larder"}, {"do": "decide", "by": "command"}]
    gale = [{"do": "report", "by": "harbour"}, {"do": "sign", "by": "warden"}]
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")
    decisions = [
        {"clause": "3.1", "id": "dry", "to": "response=II", "steps": dry},
        {"clause": "3.2", "id": "gale", "to": "response=II", "steps": gale},
        {"clause": "3.1", "id": "grave", "to": "response=I", "steps": [{"do": "decide", "by": "command"}]},
        held["decisions"][1],
    ]
    criteria = [
        {"clause": "3.1", "id": "c2", "of": "response=II", "when": "cover < 10 days-of-demand"},
        {"clause": "3.2", "id": "c2-storm", "of": "response=II", "when": "any(storm, villages)"},
        held["criteria"][1],
    ]
    settles = {"entering": "response=II", "field": "routes"}
    return extended(
        changed(OIL, decisions=decisions, criteria=criteria), readings=[reading("ways", ["3.1", "3.2"], settles, how)]
    )


def storm_at(t: float, value: str = "1") -> dict[str, Any]:
    """A storm that the command is told of at once, or that it is over."""
    tells = [{"about": ["storm"], "to": "command", "after": guess("0 h")}]
    return inject(f"storm-{t:g}", f"{t} h", {"do": "set", "target": "storm", "to": guess(value)}, tells=tells)


def through(entries: Iterable[Entry]) -> list[tuple[float, str, Any]]:
    """What became of the routes."""
    found = kinds(entries, "decision-opened", "decided", "decision-refused", "entered")
    return [(e.t, e.kind, e.detail.get("why", e.detail.get("route"))) for e in found]


def test_the_first_of_two_routes_enters_the_value() -> None:
    """Each opens on its own ground; whichever is through first enters the value, and the other is given up."""
    work = [takes("9 h", do="propose"), takes("1 h", do="sign")]
    entries = play(scene(ways("either"), world=FALLS, injects=[storm_at(34)], work=work))
    assert through(entries) == [
        (32.0, "decision-opened", "dry"),
        (34.0, "decision-opened", "gale"),
        (35.0, "decided", "gale"),
        (35.0, "entered", None),
        (35.0, "decision-refused", "other-route"),
    ]
    [decided] = kinds(entries, "decided")
    assert decided.clauses == ("lamp-oil:3.2",)
    assert {e.detail["route"] for e in kinds(entries, "step")} == {"gale"}


def test_a_route_without_ground_is_not_opened() -> None:
    """Only short cover: only the clause that speaks of it is followed."""
    entries = play(scene(ways("either"), world=FALLS, flags={"storm": "no"}))
    assert through(entries)[0] == (32.0, "decision-opened", "dry")
    assert {e.detail["do"] for e in kinds(entries, "step")} == {"propose", "decide"}


def test_both_routes_must_be_gone_through() -> None:
    """The value is entered when the last of them comes to its end, which cites all of them."""
    work = [takes("9 h", do="propose"), takes("1 h", do="sign")]
    entries = play(scene(ways("both"), world=FALLS, injects=[storm_at(34)], work=work))
    assert [e for e in through(entries) if e[1] in ("decided", "entered")] == [
        (41.0, "decided", "dry"),
        (41.0, "entered", None),
    ]
    [half] = [e for e in entries if e.ref == "route-done"]
    assert (half.t, half.detail["route"], half.detail["left"]) == (35.0, "gale", ["dry"])
    assert kinds(entries, "decided")[0].clauses == ("lamp-oil:3.1", "lamp-oil:3.2")


@pytest.mark.parametrize(("how", "ends"), [("either", [35.0, 35.0]), ("both", [41.0, 41.0])])
def test_routes_open_at_once_are_told_apart(how: str, ends: list[float]) -> None:
    """Two routes to one value have a row and a bar each: its own steps, and until it is taken or given up."""
    work = [takes("9 h", do="propose"), takes("1 h", do="sign")]
    ready = scene(ways(how), world=FALLS, injects=[storm_at(34)], work=work)
    entries = play(ready)
    programs = {id: one.program for id, one in ready.plans.items()}
    rows = decisions(Page(entries, ready.scenario, programs, {}, "en"), "lamp-oil")
    bars = sorted(pending(entries, "lamp-oil"))
    assert [(b, e) for b, e, *_ in bars] == [(32.0, ends[0]), (34.0, ends[1])]
    assert [row["decided"] for row in rows] == [how == "both", True]
    taken = [e.detail["route"] for e in kinds(entries, "step") if e.ref == "response=II"]
    assert [len(row["steps"]) for row in rows] == [taken.count("dry"), taken.count("gale")]
    assert "gale" in taken


def test_what_was_gone_through_lapses_with_its_ground() -> None:
    """One of two routes gone through, and then all ground lost: when it comes again both are gone through anew."""
    world = cover((0, 20), (26, 9), (40, 11), (100, 9))  # known at 32, 56 and 104
    ready = scene(ways("both"), world=world, flags={"storm": "no"}, injects=[storm_at(110)])
    assert through(play(ready)) == [
        (32.0, "decision-opened", "dry"),
        (104.0, "decision-opened", "dry"),
        (110.0, "decision-opened", "gale"),
        (110.0, "decided", "gale"),
        (110.0, "entered", None),
    ]


def test_a_decision_that_nobody_answers_opens_again() -> None:
    """What a seat never answers lapses with its ground, and is opened anew when that comes again."""
    world = cover((0, 20), (26, 9), (60, 11), (100, 9))
    silent = [{"seat": "warden", "answers": "never", "until": "90 h"}]
    entries = play(scene(world=world, behaviour=silent))
    assert told(entries, "decision-opened") == [(32.0, "response=II"), (104.0, "response=II")]
    assert [(e.t, e.detail["why"]) for e in kinds(entries, "decision-refused")] == [(80.0, "lapsed")]
    assert told(entries, "entered") == [(104.0, "response=II")]


# ------------------------------------------------------------------- steps, events, reports with conditions


def test_a_step_is_taken_only_if_it_is_called_for() -> None:
    """A step with a condition falls out where that is not known to hold when its turn comes; the log says so."""
    decisions = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["decisions"]
    decisions[0]["steps"].insert(1, {"do": "advise", "by": "harbour", "when": "any(storm, villages)"})
    plan = changed(OIL, decisions=decisions)
    calm = play(scene(plan, world=FALLS, flags={"storm": "no"}))
    assert [e.detail["do"] for e in kinds(calm, "step")] == ["propose", "decide"]
    [note] = [e for e in calm if e.ref == "step-not-called-for"]
    assert (note.detail, note.clauses) == ({"of": "response=II", "do": "advise"}, ("lamp-oil:3.1",))
    rough = play(scene(plan, world=FALLS, flags={"storm": "no"}, injects=[storm_at(20)]))
    assert [e.detail["do"] for e in kinds(rough, "step")] == ["propose", "advise", "decide"]


def test_a_step_without_anyone_to_take_it_is_a_gap() -> None:
    """The matter goes on, and the log says that nobody was there, once."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")
    held["decisions"][0]["steps"][0]["by"] = "crew"
    actors = {**held["actors"], "crew": {"is": "members", "zh": "成员", "en": "Members", "of": "command"}}
    entries = play(scene(changed(OIL, decisions=held["decisions"], actors=actors), world=WORSE))
    gaps = [(e.ref, e.detail["do"], e.clauses) for e in kinds(entries, "gap") if e.detail.get("why") == "nobody"]
    assert gaps == [("response=II", "propose", ("lamp-oil:3.1",)), ("response=I", "propose", ("lamp-oil:3.1",))]
    assert told(entries, "entered") == [(32.0, "response=II"), (56.0, "response=I")]


def reporting(event: dict[str, Any], **more: Any) -> Plan:
    """The plan with an event and a report by the harbour that waits for it."""
    words = {"zh": "事", "en": "It"}
    report = {"clause": "3.3", "id": "tell", "after": "it", "from": ["harbour"], "to": ["council"], "content": words}
    return extended(OIL, events=[{"clause": "3.3", "id": "it", "name": words, **event}], reports=[report | more])


def sent(entries: Iterable[Entry]) -> list[float]:
    """When the report was sent."""
    return [t for t, ref in told(entries, "report-sent") if ref == "tell"]


def test_an_event_is_a_condition_coming_to_be_known() -> None:
    """Each time it comes to be known to hold, not while it goes on holding, nor for what was so at the beginning."""
    world = cover((0, 9), (20, 11), (60, 9), (100, 8), (130, 11), (180, 9))  # known: false 32, true 80, false 152, …
    plan = reporting({"is": "holds", "when": "cover < 10 days-of-demand"})
    assert sent(play(scene(plan, world=world))) == [80.0, 200.0]


def test_an_event_looks_at_states_too() -> None:
    """A condition on what level is in force comes to hold with the level."""
    assert sent(play(scene(reporting({"is": "holds", "when": "response=I"}), world=WORSE))) == [56.0]


def test_an_event_is_a_report_that_was_sent() -> None:
    """A report can fall due when another has been sent, and its limit runs from then."""
    within = {"bound": "2 h", "after": "it"}
    plan = reporting({"is": "reported", "report": "tell-council"}, within=within)
    entries = play(scene(plan, world=FALLS, work=[takes("1 h", do="report")]))
    assert sent(entries) == [34.0]
    assert [e.detail["due"] for e in kinds(entries, "report-due") if e.ref == "tell"] == [35.0]


def test_reports_that_call_for_each_other_stop_the_run() -> None:
    """Where nobody needs time and each of two reports follows the other, the run stops and names the clauses."""
    words = {"zh": "回", "en": "Back"}
    plan = extended(
        reporting({"is": "reported", "report": "echo"}),
        events=[{"clause": "3.3", "id": "back", "is": "reported", "report": "tell", "name": words}],
        reports=[
            {"clause": "3.3", "id": "echo", "after": "back", "from": ["council"], "to": ["harbour"], "content": words}
        ],
    )
    tells = [{"about": ["it"], "to": "command", "after": guess("0 h")}]
    with pytest.raises(RunError, match=r"without end at 10 h.*lamp-oil:3\.3"):
        play(scene(plan, injects=[inject("first", "10 h", tells=tells)]))


def test_a_report_is_owed_in_its_states_only() -> None:
    """A duty to report that a clause ties to a level is no duty at another."""
    event = {"is": "entered", "state": "response=any"}
    assert sent(play(scene(reporting(event, during=["response=I"]), world=WORSE))) == []  # at II, and no event after
    assert sent(play(scene(reporting(event, during=["response=I"]), world=cover((0, 20), (26, 4))))) == [32.0]


@pytest.mark.parametrize(("storm", "at"), [("yes", [32.0]), ("no", [])])
def test_a_report_may_hang_on_a_condition(storm: str, at: list[float]) -> None:
    """It falls due with its event only if its condition is known to hold then."""
    plan = reporting({"is": "entered", "state": "response=any"}, condition="any(storm, villages)")
    assert sent(play(scene(plan, world=FALLS, flags={"storm": storm}))) == at


def test_a_report_may_be_made_together() -> None:
    """The log names whom a report is made with."""
    plan = reporting({"is": "entered", "state": "response=any"}, together_with=["larder"])
    entries = play(scene(plan, world=FALLS))
    [report] = [e for e in kinds(entries, "report-sent") if e.ref == "tell"]
    assert (report.actor, report.detail["with"]) == ("harbour", ["larder"])


def publishing(**more: Any) -> Plan:
    """The plan with something that the larder makes public."""
    words = {"zh": "消息", "en": "News"}
    return extended(OIL, publications=[{"clause": "3.3", "id": "news", "by": ["larder"], "what": words, **more}])


@pytest.mark.parametrize(
    ("rules", "at"),
    [
        ({"during": ["response=I"]}, [56.0]),
        ({"during": ["response=any"]}, [32.0]),
        ({"after": "begins", "during": ["response=II"]}, [32.0]),
        ({"after": "begins", "during": ["response=I"]}, []),
        ({"after": "begins", "condition": "any(storm, villages)"}, []),
        ({"during": ["response=any"], "condition": "not any(storm, villages)"}, [32.0]),
        ({}, []),
    ],
)
def test_what_is_published_when(rules: dict[str, Any], at: list[float]) -> None:
    """On its event, or once with the first of its states; in these states and under its condition only."""
    entries = play(scene(publishing(**rules), world=WORSE, flags={"storm": "no"}))
    assert told(entries, "published") == [(t, "news") for t in at]


# ------------------------------------------------------------------------------- imposed from above


def test_an_imposed_state_comes_and_goes_with_its_notice() -> None:
    """It is entered when its ground is known, without a decision, brings its measures, and is lifted by notice.

    What ends it is cited: the notice that lifts it, or the clause whose ground is gone.
    """
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")
    flags = [
        {"clause": "2.1", "variable": name, "name": {"zh": "通知", "en": "a notice"}, "unit": "flag"}
        for name in ("notice", "lifting")
    ]
    plan = extended(
        changed(OIL, schemes={**held["schemes"], "mainland": {"kind": "imposed", "levels": ["set"]}}),
        indicators=flags,
        criteria=[
            {"clause": "3.1", "of": "mainland=set", "when": "notice"},
            {"clause": "3.4", "of": "mainland=off", "when": "lifting"},
        ],
        measures=[measure("obey", during=["mainland=set"])],
    )

    def notice(name: str, t: float, value: str) -> dict[str, Any]:
        tells = [{"about": [name], "to": "command", "after": guess("1 h")}]
        return inject(f"{name}-{t:g}", f"{t} h", {"do": "set", "target": name, "to": guess(value)}, tells=tells)

    course = (("notice", 10, "1"), ("lifting", 50, "1"), ("lifting", 70, "0"), ("notice", 90, "0"))
    entries = play(scene(plan, world=cover((0, 20)), injects=[notice(*one) for one in course]))
    found = [(e.t, e.ref, e.clauses) for e in kinds(entries, "entered")]
    assert found == [
        (11.0, "mainland=set", ("lamp-oil:3.1",)),
        (51.0, "mainland=off", ("lamp-oil:3.4",)),
        (71.0, "mainland=set", ("lamp-oil:3.1",)),
        (91.0, "mainland=off", ("lamp-oil:3.1",)),
    ]
    assert told(entries, "measure-started") == [(11.0, "obey"), (71.0, "obey")]
    assert not kinds(entries, "decision-opened")


def test_the_silence_of_a_criterion_is_logged_when_it_counts() -> None:
    """A reading of what a bound means is a gap of the run in which the criterion holds, told once."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["criteria"]
    held[0]["boundary"] = "unstated"
    bound = reading("bound", ["2.2"], {"statement": "c2", "field": "boundary"}, "included", "excluded")
    plan = extended(changed(OIL, criteria=held), readings=[bound])
    for days, at in ((10.0, [32.0]), (11.0, [])):
        entries = play(scene(plan, world=cover((0, 20), (26, days))))
        assert [e.t for e in kinds(entries, "gap") if e.detail["reading"] == "bound"] == at
        assert told(entries, "decision-opened") == [(t, "response=II") for t in at]


# -------------------------------------------------------------------------------------------- seats


def test_a_post_does_one_thing_at_a_time() -> None:
    """Three tasks for one crew: first come, first served; each that had to wait is logged with what it waited for."""
    entries = play(scene(world=FALLS, staffing=[staff("larder")], work=[takes("5 h", by="larder")]))
    done = [(e.t, e.ref) for e in kinds(entries, "measure-done", "report-sent")]
    assert done == [(42.0, "watch"), (47.0, "ration"), (52.0, "tell-council")]  # after proposing till 37
    waits = [(e.t, e.ref, e.detail["waited"], e.detail["behind"]) for e in kinds(entries, "resource")]
    assert waits == [(42.0, "ration", 5.0, "lamp-oil:watch"), (47.0, "tell-council", 10.0, "lamp-oil:ration")]
    assert {e.actor for e in kinds(entries, "resource")} == {"larder"}


def test_more_crews_wait_less() -> None:
    """With three crews nobody waits."""
    entries = play(scene(world=FALLS, staffing=[staff("larder", 3)], work=[takes("5 h", by="larder")]))
    assert {t for t, _ in told(entries, "measure-done")} == {42.0}
    assert not kinds(entries, "resource")


def test_an_unstaffed_seat_has_no_queue_but_takes_its_time() -> None:
    """A seat the scenario does not staff does everything side by side, day and night, in the time it takes."""
    entries = play(scene(world=FALLS, work=[takes("5 h", by="larder")]))
    assert {t for t, _ in told(entries, "measure-done")} == {42.0}


@pytest.mark.parametrize(
    ("hours", "call_in", "done"),
    [("always", None, 38.0), ("office", None, 49.0), ("office", "2 h", 40.0), ("office", "40 h", 49.0)],
)
def test_office_hours(hours: str, call_in: str | None, done: float) -> None:
    """Known at 16:00, proposed in 5 h: the warden's work begins at once, at the next opening, or after a call."""
    more = {"call_in": guess(call_in)} if call_in else {}
    entries = play(
        scene(
            world=FALLS,
            staffing=[staff("warden", 1, hours, **more)],
            work=[takes("5 h", do="propose"), takes("1 h", do="decide")],
        )
    )  # fmt: skip
    assert told(entries, "entered") == [(done, "response=II")]


def test_weekends_count() -> None:
    """What comes up on Friday evening without a call waits for Monday, 08:00."""
    friday = 4 * DAY + 12
    tells = [{"about": ["cover"], "to": "command", "after": guess("0 h")}]
    world = cover((0, 20), (friday, 9))
    entries = play(
        scene(
            world=world, staffing=[staff("larder", 1, "office")], injects=[inject("call", f"{friday} h", tells=tells)]
        )
    )
    assert told(entries, "decision-opened") == [(friday, "response=II")]
    assert kinds(entries, "step")[0].t == 7 * DAY


# ------------------------------------------------------------------------------------------- injects


def boats(after: str | None = None) -> dict[str, Any]:
    """Lumps of oil at random intervals."""
    lump = {"do": "deliver", "target": "oil", "to": guess("1 t")} | ({"after": guess(after)} if after else {})
    every = {"exponential": "2 d", "basis": "guess"}
    return {"id": "boat", "every": every, "title": {"zh": "船", "en": "Boat"}, "effects": [lump]}


def test_random_injects_come_at_their_rate() -> None:
    """Intervals with a mean of two days over twenty days make ten in the mean, numbered, alike for a seed."""
    ready = scene(world=tank("500 t"), injects=[boats()])
    counts = []
    for run in range(150):
        entries = kinds(play(ready, run), "inject")
        assert [e.detail["n"] for e in entries] == list(range(len(entries)))
        counts.append(len(entries))
    assert sum(counts) / len(counts) == pytest.approx(10, abs=4 * math.sqrt(10 / 150))
    assert told(play(ready, 3), "inject") == told(play(ready, 3), "inject")


def test_no_inject_calls_off_the_one_before() -> None:
    """An effect still on its way when the same thing happens again arrives all the same."""
    ready = scene(world=tank("500 t"), injects=[boats("3 d")])
    entries = play(ready)
    due = [e.t for e in kinds(entries, "inject") if e.t + 3 * DAY <= ready.horizon]
    assert entries[-1].detail["delivered"]["lump"]["oil"] == len(due) > 3


# -------------------------------------------------------------------------------------------- theory


@settings(max_examples=25, deadline=None)
@given(st.integers(60, 300), st.integers(3, 12))
def test_crossings_and_reports_from_theory(stock: int, demand: int) -> None:
    """Constant demand d, no delivery: cover is below L days at S0/d - L days; a decision opens at the next 16:00."""
    bounds = {"IV": 10.0, "III": 8.0, "II": 6.0, "I": 4.0}
    ready = scene(ladder_plan(OIL, bounds, "milder"), world=tank(f"{stock} t", f"{demand} t/d"), horizon="120 d")
    entries = play(ready)
    for level, bound in bounds.items():
        due = (stock / demand - bound) * DAY
        crossed = [
            e.t for e in entries if e.detail.get("true") and e.detail["bound"] == f"< {bound:g} days-of-demand"
        ]
        assert crossed == ([pytest.approx(due, abs=1e-6)] if due >= 0 else [])
        if due > 0:
            opened = next(t for t, ref in told(entries, "decision-opened") if ref == f"response={level}")
            assert opened == pytest.approx(math.ceil((round(due, 6) - MONDAY) / DAY) * DAY + MONDAY)


def crisis(found: dict[str, Any]) -> Prepared:
    """A scene from the parts that `strategies.stocks` draws."""
    words = {"zh": "甲", "en": "A"}
    world = tank()
    spec = world["stock"]
    spec["products"]["oil"]["stock"] = found["stock"]
    spec["supplies"]["ferry"]["rates"]["oil"] = found["ferry"]
    spec["customers"]["homes"] |= {"demand": {"oil": found["homes"]}, "panic": found["panic"]}
    spec["customers"]["canteens"] = {
        **words,
        "demand": {"oil": found["canteens"]},
        "panic": guess("0"),
        "priority": "2",
    }
    spec["stores"] = {"cave": {**words, "shares": {"oil": found["store"]}}}
    a, b, c, d = (f"{h} h" for h in found["hours"])
    injects = [
        inject("news", a, {"do": "news", "to": found["news"]}),
        inject("cut", b, {"do": "modify-supply", "target": "ferry", "to": found["cut"], "lasts": guess("50 h")}),
        inject("boat", c, {"do": "deliver", "target": "oil", "to": found["lump"]}),
        inject("shut", d, {"do": "lock", "target": "cave", "lasts": guess("70 h")}),
    ]
    return scene(
        world=world,
        injects=injects,
        measures=[effect("ration", {"do": "limit", "target": "homes", "to": found["limit"]})],
    )


@settings(max_examples=40, deadline=None)
@given(stocks())
def test_nothing_comes_from_nothing(found: dict[str, Any]) -> None:
    """Whatever happens, stock, served and delivered balance, and what was wanted was served, limited or short."""
    detail = play(crisis(found))[-1].detail
    assert detail["balance"] == pytest.approx(0.0, abs=1e-6)
    for totals in detail["demand"].values():
        oil = totals["oil"]
        assert oil["wanted"] == pytest.approx(oil["served"] + oil["limited"] + oil["short"], abs=1e-6)
        assert min(oil.values()) >= -1e-9


def test_uneventful_reports_cost_nothing() -> None:
    """Reports that tell nothing new are not events: hourly ones over 300 days make as few as daily ones over 30."""
    counts = set()
    for every, horizon in (("1 d", "30 d"), ("1 d", "300 d"), ("1 h", "300 d")):
        incident = simulate(begin(scene(cadence(every), world=FALLS, horizon=horizon)))
        counts.add(incident.clock.events)
    assert len(counts) == 1
    assert counts.pop() < 20


def test_a_run_says_what_it_rests_on() -> None:
    """The first entries tell the scenario and each reading taken, with the clauses and what was overruled."""
    entries = play(scene(readings={"lamp-oil": {"upward": "any"}}))
    note = next(e for e in entries if e.ref == "readings")
    assert note.detail["taken"]["upward"] == "any"
    assert note.detail["overruled"] == ["upward"]
    assert "lamp-oil:3.1" in note.clauses


def test_step_down_by_reading() -> None:
    """Where a reading has levels fall with their criteria, a milder level is decided; else it is a gap."""
    world = cover((0, 20), (26, 4), (100, 9))
    falls = {"lamp-oil": {"no-step-down": "when-criteria-fall", "upward": "any"}}
    entries = play(scene(world=world, readings=falls))
    assert told(entries, "entered") == [(32.0, "response=I"), (104.0, "response=II")]
    never = play(scene(world=world))
    assert told(never, "entered") == [(32.0, "response=I")]
    assert "no-step-down" in {e.detail.get("reading") for e in kinds(never, "gap")}


def test_an_extra_plan_statement_is_what_it_says() -> None:
    """A decision that names where it may start from is not opened elsewhere."""
    decisions = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["decisions"]
    decisions[0] |= {"to": "response=I", "from": "response=II"}
    lower = [reading("lower", ["3.1"], {"entering": "response=II"}, "never")]
    entries = play(scene(extended(changed(OIL, decisions=decisions), readings=lower), world=WORSE))
    assert not kinds(entries, "entered", "decision-opened")
