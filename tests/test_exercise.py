"""Exercises: who may do what and when, that nothing acknowledged is lost, and that a replay is the same exercise."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency.chance import Chance
from emergency.errors import InputError, RefusedError, RunError
from emergency.exercise import (
    Divergence,
    ExerciseClock,
    Keeper,
    MemoryStore,
    Phase,
    Receipt,
    Session,
    SqliteStore,
    from_data,
    open_store,
    replay,
    to_data,
)
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import EventLog
from emergency.reader import load_inputs

OUTAGE = "fuel-pipeline-outage"
HEAD, BUREAU = "vice-head-commerce", "commerce-grain"


@cache
def prepared(*settings: str) -> Prepared:
    """The outage scenario, perhaps changed."""
    inputs = load_inputs(OUTAGE, settings)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def receipt(seed: int = 1) -> Receipt:
    """A receipt for it."""
    return Receipt(OUTAGE, {"fuel": "x"}, "1", seed)


def cmd(do: str, by: str = "facilitator", **rest: Any) -> Any:
    """A command as it comes from outside."""
    return from_data({"do": do, "by": by, **rest})


def begun(**claims: str) -> Session:
    """A session under way, with some seats held."""
    session = Session(prepared(), 1)
    for seat, name in claims.items():
        session.apply(cmd("claim", f"seat:{seat.replace('_', '-')}", name=name))
    session.apply(cmd("ready"))
    session.apply(cmd("start"))
    return session


def decide(ask: Any, by: str | None = None, verdict: str = "do", why: str = "") -> Any:
    """The answer to an open step."""
    about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do, "why": why}
    return cmd("decide", by or f"seat:{ask.seat}", verdict=verdict, **about)


# ------------------------------------------------------------------------------------------ the clock


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from(["pause", "resume", "pace", "to"]), st.floats(1, 3600))))
def test_scenario_time_never_goes_back(acts: list[tuple[float, str, float]]) -> None:
    """Whatever is done to the clock, scenario time only grows, stands still while paused, and stops at the end."""
    clock, wall, before = ExerciseClock(end=200.0), 0.0, 0.0
    for step, act, number in acts:
        at = clock.now(wall + step)
        assert at >= before
        assert not clock.paused or at == before
        wall, before = wall + step, at
        if act == "pause":
            clock.pause(wall)
        elif act == "resume":
            clock.resume(wall)
        elif act == "pace":
            clock.set_pace(wall, number)
        else:
            clock.set_to(wall, number)
            before = max(before, min(number, 200.0))
        assert clock.now(wall) == pytest.approx(before)
        assert clock.now(wall) <= 200.0


def test_pace_and_forecast() -> None:
    """At sixty hours an hour, six hours of the scenario pass in six minutes; paused, nothing is ever due."""
    clock = ExerciseClock()
    clock.set_pace(10.0, 60.0)
    clock.resume(10.0)
    assert clock.now(10.1) == pytest.approx(6.0)
    assert clock.wall_at(12.0, 10.1) == pytest.approx(10.2)
    clock.pause(10.1)
    assert clock.wall_at(12.0, 10.1) == inf
    with pytest.raises(ValueError, match="pace"):
        clock.set_pace(10.1, 0.5)


# ---------------------------------------------------------------------------------------- the session


def test_with_nobody_in_a_seat_it_is_the_run() -> None:
    """All seats on policy: the log is that of `run` with the same seed, however time was cut up."""
    log = EventLog(prepared().start)
    simulate(Incident(prepared(), Chance(1).run(0), log))
    session = begun()
    for t in (5.0, 5.0, 30.3, 100.0, 1e9):
        session.run_to(t)
    assert [e.as_dict() for e in session.log if "trace" not in e.detail] == [
        e.as_dict() for e in log if "trace" not in e.detail
    ]


def test_the_phases_of_an_exercise() -> None:
    """Each step of an exercise's life is taken from where it belongs only, and by the facilitator only."""
    session = Session(prepared(), 1)
    for wrong in ("start", "pause", "end", "archive"):
        with pytest.raises(RefusedError) as refused:
            session.apply(cmd(wrong))
        assert refused.value.code == "wrong-phase"
    with pytest.raises(RefusedError) as refused:
        session.apply(cmd("ready", f"seat:{HEAD}"))
    assert refused.value.code == "facilitator-only"
    session.run_to(50.0)
    assert session.now == 0.0  # nothing passes before the start
    for do, phase in (("ready", Phase.ready), ("start", Phase.running), ("pause", Phase.paused),
                      ("resume", Phase.running), ("end", Phase.ended)):  # fmt: skip
        session.apply(cmd(do))
        assert session.phase is phase
    session.apply(cmd("note", "evaluator", text="late"))
    session.apply(cmd("archive"))
    with pytest.raises(RefusedError):
        session.apply(cmd("note", "evaluator", text="later"))


def test_a_seat_held_is_asked_and_waits() -> None:
    """What the plan gives to a seat that is held waits for its answer; the others go on by policy."""
    session = begun(vice_head_commerce="A")
    session.run_to(140.0)
    asks = session.open_for(HEAD)
    assert asks
    assert session.open_for() == asks
    assert not [e for e in session.log if e.kind == "entered" and e.scheme == "response"]
    while asks := session.open_for(HEAD):
        session.apply(decide(asks[0]))
    assert [e for e in session.log if e.kind == "entered" and e.scheme == "response"]


@pytest.mark.parametrize(
    ("by", "do", "rest"),
    [
        ("evaluator", "decide", {"ask": 1, "plan": "fuel", "ref": "response=IV", "step": "decide", "verdict": "do"}),
        ("evaluator", "say", {"to": ["experts"], "text": "hello"}),
        ("facilitator", "release", {}),
        ("facilitator", "hand-over", {"name": "B"}),
        ("evaluator", "claim", {"name": "B"}),
        ("seat:vice-head-commerce", "rate", {"objective": "x", "rating": "P"}),
        ("seat:vice-head-commerce", "pause", {}),
        ("evaluator", "write-inject", {"title": "x", "text": "y"}),
    ],
)
def test_what_is_not_for_a_role_is_refused_and_not_kept(by: str, do: str, rest: dict[str, Any]) -> None:
    """Evaluators do not decide, players do not rate, nobody but the facilitator leads; no record is left of it."""
    store = MemoryStore()
    keeper = Keeper(store, "x", prepared(), receipt())
    played(keeper)
    before, log = store.read("x"), len(keeper.session.log)
    with pytest.raises(RefusedError) as found:
        keeper.give(from_data({"do": do, "by": by, **rest}), keeper.session.now)
    assert found.value.code in ("role", "facilitator-only")
    assert (store.read("x"), len(keeper.session.log)) == (before, log)


def test_another_seats_decision_is_refused_with_the_clause() -> None:
    """Who tries what the plan gives to another is told which clause says so, and the log keeps the attempt.

    What it gave as its reason is not written down in the other's name.
    """
    session = begun(vice_head_commerce="A", market_supervision="B")
    session.run_to(200.0)
    ask = session.open_for(HEAD)[0]
    with pytest.raises(RefusedError) as refused:
        session.apply(decide(ask, "seat:market-supervision", why="because I say so"))
    assert not [e for e in session.log if e.detail.get("why") == "because I say so"]
    assert refused.value.code == "not-authorised"
    assert refused.value.clauses == ask.clauses
    tried = [e for e in session.log if e.kind == "decision-refused" and e.detail["why"] == "not-authorised"]
    assert [(e.actor, e.clauses) for e in tried] == [("market-supervision", ask.clauses)]
    assert session.open_for(HEAD)[0] == ask


def test_seats_are_claimed_handed_over_and_left() -> None:
    """A seat has one holder; handed over, the other goes on; left, its policy answers what is open."""
    session = begun(vice_head_commerce="A")
    with pytest.raises(RefusedError) as refused:
        session.apply(cmd("claim", f"seat:{HEAD}", name="B"))
    assert refused.value.code == "seat-taken"
    with pytest.raises(RefusedError) as refused:
        session.apply(cmd("claim", "seat:harbour-master", name="B"))
    assert refused.value.code == "unknown-seat"
    session.apply(cmd("hand-over", f"seat:{HEAD}", name="B"))
    assert session.holders[HEAD] == "B"
    session.run_to(200.0)
    assert session.open_for(HEAD)
    session.apply(cmd("assign", to=HEAD))
    assert not session.open_for(HEAD)
    with pytest.raises(RefusedError) as refused:
        session.apply(cmd("say", f"seat:{HEAD}", to=[BUREAU], text="hello"))
    assert refused.value.code == "seat-empty"


def test_injects_are_released_held_and_skipped() -> None:
    """Released it comes now and not again; held it waits; skipped it stays away; written on the spot it is told."""
    session = begun()
    session.apply(cmd("hold-inject", inject="news"))
    session.apply(cmd("skip-inject", inject="repair-slips"))
    session.apply(cmd("release-inject", inject="outage"))
    assert [(e.ref, e.t) for e in session.log if e.kind == "inject"] == [("outage", 0.0)]
    session.run_to(40.0)
    assert [e.ref for e in session.log if e.kind == "inject"] == ["outage"]
    session.apply(cmd("pause"))
    session.apply(cmd("release-inject", inject="news"))  # a pause delays no inject released by hand
    session.apply(cmd("write-inject", title="Call", text="A bus is stranded", to=[BUREAU]))
    session.run_to(inf)
    assert [e.ref for e in session.log if e.kind == "inject"] == ["outage", "news", "written-1", "repaired"]
    with pytest.raises(RefusedError) as refused:
        session.apply(cmd("hold-inject", inject="storm"))
    assert refused.value.code == "unknown-inject"


def test_findings_ratings_and_jumps() -> None:
    """A finding names a clause there is, a rating an objective; a jump goes to the next thing that happens."""
    session = begun()
    session.apply(cmd("jump"))
    assert 0.0 < session.now < 24.0
    session.apply(cmd("jump", to=30.0))
    assert session.now == 30.0
    session.run_to(30.5)  # since the button was drawn, time has passed
    session.apply(cmd("jump", hours=1.0))
    assert session.now == 31.5
    session.apply(cmd("file-finding", f"seat:{HEAD}", plan="fuel", clause="3.1", kind="silent", text="How often?"))
    session.apply(cmd("rate", "evaluator", objective="warn-in-time", rating="M", text="late"))
    assert [e.clauses for e in session.log if e.ref == "finding"] == [("fuel:3.1",)]
    for wrong in (cmd("file-finding", plan="fuel", clause="9.9", kind="silent", text="?"),
                  cmd("rate", "evaluator", objective="win", rating="P")):  # fmt: skip
        with pytest.raises(RefusedError):
            session.apply(wrong)


@pytest.mark.parametrize(
    "data",
    [
        {}, {"do": "fly", "by": "facilitator"}, {"do": "pause"}, {"do": "pause", "by": "root"}, [], None, "pause",
        {"do": "pace", "by": "facilitator", "pace": 1e9}, {"do": "jump", "by": "facilitator", "to": "nan"},
        {"do": "jump", "by": "facilitator", "to": 30, "hours": 1}, {"do": "jump", "by": "facilitator", "hours": -1},
        {"do": "say", "by": "seat:a", "to": [], "text": "x"}, {"do": "note", "by": "evaluator", "text": "x" * 5000},
        {"do": "pause", "by": "facilitator", "more": 1}, {"do": "claim", "by": "seat:../x", "name": "a"},
    ],
)  # fmt: skip
def test_what_is_no_command_is_refused(data: Any) -> None:
    """Malformed commands end in a refusal, never in anything else."""
    with pytest.raises(RefusedError):
        from_data(data)


# ------------------------------------------------------------------------------------- nothing is lost


def played(keeper: Keeper) -> None:
    """Some of an exercise: two seats held, decisions, an attempt, a message."""
    for seat in (HEAD, "market-supervision"):
        keeper.give(cmd("claim", f"seat:{seat}", name="A"), 0.0)
    keeper.give(cmd("ready"), 0.0)
    keeper.give(cmd("start"), 0.0)
    for t in (60.0, 100.0, 130.0, 180.0, 240.0):
        keeper.session.run_to(t)
        for ask in keeper.session.open_for(HEAD):
            if ask in keeper.session.open_for(HEAD):
                keeper.give(decide(ask), t)
        for ask in keeper.session.open_for("market-supervision")[:1]:
            with pytest.raises(RefusedError):
                keeper.give(decide(ask, f"seat:{HEAD}"), t)
    keeper.give(cmd("say", f"seat:{HEAD}", to=[BUREAU], text="Report at once"), 250.0)


def test_a_resumed_exercise_is_the_same() -> None:
    """Kept and read again, an exercise stands where it stood, attempts and open steps included, and goes on alike."""
    store = MemoryStore()
    first = Keeper(store, "x", prepared(), receipt())
    played(first)
    again = Keeper(store, "x", prepared(), receipt())
    assert again.session.digest == first.session.digest
    assert again.session.phase is Phase.running
    assert [a.id for a in again.session.open_for()] == [a.id for a in first.session.open_for()]
    for one in (first, again):
        one.session.run_to(500.0)
    assert again.session.digest == first.session.digest


def test_an_exercise_can_branch_anywhere() -> None:
    """The first records alone give the exercise as it was then, from which it can go on otherwise."""
    store = MemoryStore()
    played(Keeper(store, "x", prepared(), receipt()))
    records = store.read("x")
    for length in range(1, len(records) + 1, 3):
        branch = replay(prepared(), records[:length]).session
        assert [e.as_dict() for e in branch.log] == [
            e.as_dict() for e in replay(prepared(), records).session.log.entries[: len(branch.log)]
        ]


def test_a_replay_that_differs_is_refused() -> None:
    """With another scenario or plan the log comes out otherwise; the first entry that differs is named."""
    store = MemoryStore()
    played(Keeper(store, "x", prepared(), receipt()))
    with pytest.raises(Divergence) as found:
        Keeper(store, "x", prepared("injects.outage.at.value=20 h"), receipt())
    assert found.value.entry is not None
    assert found.value.entry.kind == "inject"
    assert found.value.entry.t == 20.0


def test_the_same_decisions_against_another_plan() -> None:
    """A decision the edited plan no longer offers is kept aside with its clause, and the replay goes on."""
    store = MemoryStore()
    played(Keeper(store, "x", prepared(), receipt()))
    stock = "world.stock.products.{}.stock.value={} t"
    gentle = prepared(stock.format("petrol", 900), stock.format("diesel", 1300))
    found = replay(gentle, store.read("x"), edited=True)
    assert found.session.now == 250.0
    assert found.not_offered
    assert all(one.clauses and one.clauses[0].startswith("fuel:") for one in found.not_offered)
    asked = [one.command.ref for one in found.not_offered]
    assert set(asked) & {"response=III", "warning=III"}


def test_the_next_event_is_the_next_that_is_told_of() -> None:
    """Going from event to event stops at every instant at which the log says that something happened by itself."""
    session = Session(prepared(), 7)
    for do in ("ready", "start"):
        session.apply(from_data({"do": do, "by": "facilitator"}))
    stops = {session.now}
    while not session.incident.ended and session.now < 400.0:
        session.run_to(max(session.next_event(), session.now))
        stops.add(session.now)
    happened = {e.t for e in session.log if e.kind == "indicator" and e.t <= 400.0}
    assert len(happened) > 5
    assert all(min(abs(t - stop) for stop in stops) < 1e-6 for t in happened)


def test_two_who_go_on_with_one_exercise_do_not_mix(tmp_path: Path) -> None:
    """Whoever comes second with a record is refused, and finds all of the first's on opening anew."""
    path = tmp_path / "x.sqlite"
    one = Keeper(SqliteStore(path), "x", prepared(), receipt())
    other = Keeper(SqliteStore(path), "x", prepared(), receipt())
    one.give(from_data({"do": "ready", "by": "facilitator"}), 0.0)
    with pytest.raises(RunError, match="elsewhere"):
        other.give(from_data({"do": "ready", "by": "facilitator"}), 0.0)
    again = Keeper(SqliteStore(path), "x", prepared(), receipt())
    assert again.session.digest == one.session.digest
    again.give(from_data({"do": "start", "by": "facilitator"}), 0.0)


def test_after_resuming_a_difference_is_still_found_where_it_is() -> None:
    """Entries that the last command made before a stop are spoken of by the first record after it."""
    store = MemoryStore()
    keeper = Keeper(store, "x", prepared(), receipt())
    for do in ("ready", "start"):
        keeper.give(from_data({"do": do, "by": "facilitator"}), 0.0)
    keeper.give(from_data({"do": "jump", "by": "facilitator", "to": 60.0}), 0.0)
    made = len(keeper.session.marks)
    Keeper(store, "x", prepared(), receipt()).give(from_data({"do": "tick", "by": "facilitator"}), 60.0)
    records = store.read("x")[1:]
    assert sum(len(r["marks"]) for r in records) == made


def test_records_are_appended_never_changed(tmp_path: Path) -> None:
    """SQLite keeps records through a new connection, refuses to change or delete them, and numbers each exercise."""
    path = tmp_path / "deep" / "x.sqlite"
    store = open_store(str(path))
    assert isinstance(store, SqliteStore)
    numbers = [store.append("a", {"n": 0}), store.append("b", {"n": 0}), store.append("a", {"n": 1, "zh": "油"})]
    assert numbers == [0, 0, 1]
    store.close()
    again = SqliteStore(path)
    assert again.read("a") == [{"n": 0}, {"n": 1, "zh": "油"}]
    assert again.read() == [{"n": 0}, {"n": 0}]
    other = sqlite3.connect(path)
    for change in ("UPDATE record SET body = 'x'", "DELETE FROM record"):
        with pytest.raises(sqlite3.Error, match="never changed"):
            other.execute(change)
    [(mode,)] = other.execute("PRAGMA journal_mode")
    assert mode == "wal"
    (tmp_path / "no.sqlite").write_bytes(b"not a database at all, but long enough to look like one" * 100)
    with pytest.raises(InputError):
        SqliteStore(tmp_path / "no.sqlite")


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_exercise import *
keeper = Keeper(SqliteStore(Path({path!r})), "x", prepared(), receipt())
print("up", flush=True)
session, t = keeper.session, keeper.session.now
def give(command, t):
    keeper.give(command, t)
    print(len(keeper.store.read("x")), session.digest, flush=True)
if session.phase is Phase.draft:
    give(cmd("claim", f"seat:{{HEAD}}", name="A"), 0.0); give(cmd("ready"), 0.0); give(cmd("start"), 0.0)
while t < 300:
    t += 3.0
    session.run_to(t)
    for ask in session.open_for(HEAD):
        if ask in session.open_for(HEAD):
            give(decide(ask), t)
    give(cmd("tick"), t)
"""


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(100))
def test_killed_at_any_moment_nothing_acknowledged_is_lost(moment: int, tmp_path: Path) -> None:
    """After kill -9 every acknowledged command is there, and the session resumed has the digest it had."""
    path = tmp_path / "x.sqlite"
    code = SCRIPT.format(tests=str(Path(__file__).parent), path=str(path))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["tests", *sys.path])}
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout is not None
    seen = []
    for line in child.stdout:
        seen.append(line.split())
        if len(seen) > moment:
            child.send_signal(signal.SIGKILL)
            break
    child.communicate()
    acknowledged = [line for line in seen if len(line) == 2]
    records = SqliteStore(path).read("x")
    assert len(records) >= (int(acknowledged[-1][0]) if acknowledged else 1)
    if acknowledged:
        found = replay(prepared(), records[: int(acknowledged[-1][0])]).session
        assert found.digest == acknowledged[-1][1]


def test_commands_come_back_from_what_is_stored() -> None:
    """What is stored is plain data, and gives the same command again."""
    for one in (cmd("pause"), cmd("jump"), cmd("say", "seat:a", to=["b"], text="油", report="fuel:x"),
                cmd("assign", to=HEAD), cmd("rate", "evaluator", objective="o", rating="N")):  # fmt: skip
        assert from_data(json.loads(json.dumps(to_data(one)))) == one


# -------------------------------------------------------------------------------- reports in one's own words


@cache
def flood() -> Prepared:
    """The flood, in which the bureau owes reports under two plans on the third day."""
    inputs = load_inputs("compound-summer-flood")
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def owed(session: Session) -> set[tuple[str, str]]:
    """The reports the bureau owes."""
    return {(a.plan, a.ref) for a in session.open_for(BUREAU) if a.kind == "report"}


@pytest.mark.parametrize(
    ("by", "to", "report", "done"),
    [
        (BUREAU, ["district-government"], "daily-necessities:level-by-level", True),
        (BUREAU, ["district-government", "finance"], "daily-necessities:level-by-level", True),
        (BUREAU, [HEAD], "grain:urgent-report", True),  # who heads the headquarters it is to go to
        (BUREAU, ["headquarters"], "grain:urgent-report", True),
        (BUREAU, ["finance"], "daily-necessities:level-by-level", False),
        (BUREAU, ["district-government"], None, False),
        (BUREAU, ["district-government"], "daily-necessities:none", False),
        (BUREAU, ["district-government"], "none:level-by-level", False),
        ("finance", ["district-government"], "daily-necessities:level-by-level", False),
    ],
)
def test_a_report_in_ones_own_words(by: str, to: list[str], report: str | None, done: bool) -> None:
    """A message meant as a report the plan asks of the seat, and sent to whom it is to go, is that report and no
    other; anything else is words, and the report stays owed."""
    session = Session(flood(), 1)
    for seat in (BUREAU, "finance"):
        session.apply(cmd("claim", f"seat:{seat}", name="x"))
    session.apply(cmd("ready"))
    session.apply(cmd("start"))
    session.run_to(75.0)
    before, length = owed(session), len(session.log)
    session.apply(cmd("say", f"seat:{by}", to=to, text="as things stand", report=report))
    sent = [(e.plan, e.ref) for e in session.log.entries[length:] if e.kind == "report-sent"]
    about = tuple((report or "").split(":"))
    assert sent == ([about] if done else [])
    assert before - owed(session) == ({about} if done else set())
    assert sum(e.ref == "said" for e in session.log.entries[length:]) == 1
    session.apply(cmd("say", f"seat:{by}", to=to, text="once more", report=report))  # owed no longer: only words
    assert sum(e.kind == "report-sent" for e in session.log.entries[length:]) == len(sent)
