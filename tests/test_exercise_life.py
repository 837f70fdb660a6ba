"""The life of an exercise: whatever people do and in whatever order, it stays one story that can be told again.

A machine of rules plays a foggy fortnight on the island: phases, seats, decisions by those who may and those who may
not, injects, words, ratings. What is allowed when is written down here a second time, as a table; after every step
the exercise is held against it.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emergency.errors import RefusedError
from emergency.exercise import Keeper, MemoryStore, Phase, Receipt, SqliteStore, from_data
from emergency.incident import Prepared, prepare
from emergency.reader import load_inputs
from emergency.scenario import Scenario

FOG = Path(__file__).parent / "fixtures" / "island" / "fog.yaml"
SEATS = ("reeve", "storehouse", "harbour", "command-office", "lighthouse")
INJECTS = ("fog-bank", "gulls", "boat-horn", "nobody-warned", "no")
ALIVE = ("draft", "ready", "running", "paused")
#: Command → phases in which it may be given, and the phase it leads to if it leads anywhere.
LIFE: dict[str, tuple[tuple[str, ...], str | None]] = {
    "ready": (("draft",), "ready"),
    "start": (("ready",), "running"),
    "pause": (("running",), "paused"),
    "resume": (("paused",), "running"),
    "end": (("running", "paused"), "ended"),
    "archive": (("ended",), "archived"),
    "tick": (("running",), None),
}
UNDER_WAY = ("running", "paused")
LATER = {"draft": 0, "ready": 1, "running": 2, "paused": 2, "ended": 3, "archived": 4}

names = st.sampled_from(["A", "乙", "C"])
seats = st.sampled_from(SEATS)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
by_share = st.floats(0, 1)


@cache
def fog() -> Prepared:
    """The foggy fortnight, with injects of every kind: timed, waiting for something, staying away if it is done."""
    inputs = load_inputs(FOG)
    told = inputs.scenario.model_dump(by_alias=True, exclude_unset=True, mode="json")
    now = {"value": "30 min", "basis": "guess"}
    more = [
        {"id": "gulls", "at": {"value": "40 h", "basis": "guess"}},
        {"id": "boat-horn", "when": "warning=any", "after": now},
        {"id": "nobody-warned", "at": {"value": "50 h", "basis": "guess"}, "unless": "warning=any"},
    ]
    injects = [{**one, "title": {"zh": "事", "en": "Event"}} for one in more]
    scenario = Scenario.model_validate({**told, "horizon": "10 d", "injects": told["injects"] + injects})
    return prepare(scenario, inputs.plans, inputs.jurisdiction)


def cmd(do: str, by: str = "facilitator", **rest: Any) -> Any:
    """A command as it comes from outside."""
    return from_data({"do": do, "by": by, **rest})


class Life(RuleBasedStateMachine):
    """One exercise, kept in a file, and what it should be like."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "x.sqlite"
        self.store: SqliteStore | MemoryStore = MemoryStore()
        self.phase, self.holders, self.latest = "draft", dict[str, str](), 0.0
        self.count = 1  # records: the receipt is the first

    @initialize(
        seed=st.integers(0, 3),
        held=st.sets(seats),
        steps=st.sampled_from([(), ("ready",), ("ready", "start"), ("ready", "start")]),
        in_file=st.sampled_from([True, False, False]),
    )
    def begin(self, seed: int, held: set[str], steps: tuple[str, ...], in_file: bool) -> None:
        self.store = SqliteStore(self.path) if in_file else self.store
        self.receipt = Receipt("island-fog", {"island": "x"}, "1", seed)
        self.keeper = Keeper(self.store, "x", fog(), self.receipt)
        for seat in sorted(held):
            self.claim(seat, "A")
        for do in steps:
            self.go(do)

    def teardown(self) -> None:
        if isinstance(self.store, SqliteStore):
            self.store.close()
        self.folder.cleanup()

    @property
    def session(self) -> Any:
        return self.keeper.session

    # --- giving commands

    def seen(self) -> tuple[Any, ...]:
        """Everything about the exercise that a refused command must leave as it was."""
        open_now = [a.id for a in self.session.open_for()]
        held = dict(self.session.holders)
        return self.session.digest, self.session.phase, self.session.now, held, open_now, self.session.pace

    def give(self, command: Any, allowed: bool) -> bool:
        """Give a command now; it is taken if and only if it is allowed, and a refused one changes nothing."""
        before = self.seen()
        try:
            self.keeper.give(command, self.session.now)
            taken = True
        except RefusedError:
            taken = False
        assert taken == allowed, command
        assert taken or self.seen() == before
        self.count += taken
        return taken

    # --- time

    @precondition(lambda self: self.phase == "running")
    @rule(hours=st.sampled_from([0.1, 1.0, 7.0, 23.0]))
    def time_passes(self, hours: float) -> None:
        self.session.run_to(self.session.now + hours)

    @rule(share=by_share | st.none(), by=st.booleans())
    def jump(self, share: float | None, by: bool) -> None:
        """To a time before or after now, by some hours from now, or to what happens next."""
        if share is None:
            way = {}
        else:
            way = {"hours": share * 24.0} if by else {"to": share * 260.0}
        self.give(cmd("jump", **way), self.phase in UNDER_WAY)

    @precondition(lambda self: self.phase in UNDER_WAY and self.holders and not self.session.open_for())
    @rule()
    def until_somebody_is_asked(self) -> None:
        """From one thing that happens to the next, until a person is asked or the scenario ends."""
        for _ in range(60):
            if not self.session.open_for() and self.session.now < 240.0:
                self.give(cmd("jump"), True)

    @rule(pace=st.floats(1, 3600))
    def set_pace(self, pace: float) -> None:
        if self.give(cmd("pace", pace=pace), self.phase in ("ready", *UNDER_WAY)):
            assert self.session.pace == pace

    # --- phases

    @rule(do=st.sampled_from([d for d in LIFE if d not in ("end", "archive")]))
    def go(self, do: str) -> None:
        phases, to = LIFE[do]
        if self.give(cmd(do), self.phase in phases):
            self.phase = to or self.phase

    @rule(do=st.sampled_from(["end", "archive"]), sure=st.integers(0, 3))
    def close(self, do: str, sure: int) -> None:
        """Now and then only, where it may be: most of a life is spent under way."""
        if sure == 0 or self.phase not in UNDER_WAY:
            self.go(do)

    @rule(do=st.sampled_from([*LIFE, "jump"]), by=st.sampled_from(["evaluator", *(f"seat:{s}" for s in SEATS)]))
    def lead_without_being_asked(self, do: str, by: str) -> None:
        assert not self.give(cmd(do, by), False)

    # --- seats

    @rule(seat=seats, name=names)
    def claim(self, seat: str, name: str) -> None:
        if self.give(cmd("claim", f"seat:{seat}", name=name), self.phase in ALIVE and seat not in self.holders):
            self.holders[seat] = name

    @rule(seat=seats)
    def release(self, seat: str) -> None:
        if self.give(cmd("release", f"seat:{seat}"), self.phase in ALIVE and seat in self.holders):
            del self.holders[seat]

    @rule(seat=seats, name=names)
    def hand_over(self, seat: str, name: str) -> None:
        if self.give(cmd("hand-over", f"seat:{seat}", name=name), self.phase in ALIVE and seat in self.holders):
            self.holders[seat] = name

    @rule(seat=seats | st.just("nobody"), name=names | st.none())
    def assign(self, seat: str, name: str | None) -> None:
        given = {} if name is None else {"name": name}
        if self.give(cmd("assign", to=seat, **given), self.phase in ALIVE and seat in SEATS):
            self.holders.pop(seat, None)
            self.holders |= {seat: name} if name is not None else {}

    # --- decisions

    @precondition(lambda self: self.phase in UNDER_WAY and self.session.open_for())
    @rule(which=by_share, verdict=st.sampled_from(["do", "do", "refuse"]), why=st.sampled_from(["", "必要时"]))
    def decide(self, which: float, verdict: str, why: str) -> None:
        """Who is asked answers: the step is no longer open.

        At the end of the scenario steps may stay open that nobody is left to answer.
        """
        asks = [a for a in self.session.open_for() if {a.seat, a.actor} & self.holders.keys()]
        if not asks:
            return
        ask = asks[int(which * (len(asks) - 1))]
        by = ask.seat if ask.seat in self.holders else ask.actor
        about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
        self.give(cmd("decide", f"seat:{by}", verdict=verdict, why=why, **about), True)
        assert ask.id not in [a.id for a in self.session.open_for()]

    @precondition(lambda self: self.phase in UNDER_WAY and self.session.open_for())
    @rule(which=by_share, seat=seats)
    def decide_for_another(self, which: float, seat: str) -> None:
        """Who is not asked is refused with the clause; if the seat is held the attempt is told, and nothing else."""
        asks = self.session.open_for()
        ask = asks[int(which * (len(asks) - 1))]
        if seat in (ask.seat, ask.actor):
            return
        about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
        before, entries = self.seen(), len(self.session.log)
        with pytest.raises(RefusedError) as refused:
            self.keeper.give(cmd("decide", f"seat:{seat}", verdict="do", **about), self.session.now)
        if seat not in self.holders:
            assert refused.value.code == "seat-empty"
            assert self.seen() == before
            return
        self.count += 1
        assert refused.value.code == "not-authorised"
        assert refused.value.clauses == ask.clauses
        assert self.seen()[1:] == before[1:]
        [attempt] = self.session.log.entries[entries:]
        assert (attempt.kind, attempt.actor, attempt.ref) == ("decision-refused", seat, ask.ref)

    @rule(seat=seats)
    def decide_what_is_not_asked(self, seat: str) -> None:
        about = {"ask": 10**6, "plan": "island", "ref": "response=V", "step": "dance"}
        assert not self.give(cmd("decide", f"seat:{seat}", verdict="do", **about), False)

    # --- injects and words

    @rule(do=st.sampled_from(["release-inject", "hold-inject", "skip-inject"]), inject=st.sampled_from(INJECTS))
    def move_inject(self, do: str, inject: str) -> None:
        before = sum(e.kind == "inject" for e in self.session.log)
        if self.give(cmd(do, inject=inject), self.phase in UNDER_WAY and inject != "no"):
            assert sum(e.kind == "inject" for e in self.session.log) >= before + (do == "release-inject")

    @rule(title=words, text=words, to=st.lists(seats, max_size=2, unique=True))
    def write_inject(self, title: str, text: str, to: list[str]) -> None:
        if self.give(cmd("write-inject", title=title, text=text, to=to), self.phase in UNDER_WAY):
            assert any(e.detail.get("text") == text for e in self.session.log if e.kind == "inject")

    @rule(seat=seats, to=seats, text=words)
    def say(self, seat: str, to: str, text: str) -> None:
        self.give(cmd("say", f"seat:{seat}", to=[to], text=text), self.phase in UNDER_WAY and seat in self.holders)

    @rule(text=words)
    def note(self, text: str) -> None:
        self.give(cmd("note", "evaluator", text=text), self.phase != "archived")

    @rule(objective=st.sampled_from(["up-and-down", "no"]), rating=st.sampled_from("PSMUN"))
    def rate(self, objective: str, rating: str) -> None:
        allowed = self.phase != "archived" and objective != "no"
        self.give(cmd("rate", "evaluator", objective=objective, rating=rating), allowed)

    @rule(plan=st.sampled_from(["island", "no"]), clause=st.sampled_from(["3.2.1", "99.9"]), text=words)
    def file_finding(self, plan: str, clause: str, text: str) -> None:
        allowed = self.phase != "archived" and (plan, clause) == ("island", "3.2.1")
        self.give(cmd("file-finding", plan=plan, clause=clause, kind="silent", text=text), allowed)

    # --- what holds throughout

    @rule()
    def gone_on_with(self) -> None:
        """The program stops and starts again: another keeper comes to the same log and goes on in the same place."""
        now, before = self.session.now, self.seen()
        if isinstance(self.store, SqliteStore):
            self.store.close()
            self.store = SqliteStore(self.path)
        self.keeper = Keeper(self.store, "x", fog(), self.receipt)
        self.session.run_to(now)
        assert self.seen() == before
        assert self.session.phase.value == self.phase

    @invariant()
    def as_the_table_says(self) -> None:
        assert self.session.phase is Phase(self.phase)
        assert self.session.holders == self.holders

    @invariant()
    def scenario_time_never_goes_back(self) -> None:
        assert self.session.now >= self.latest
        assert self.session.now <= 240.0
        self.latest = self.session.now
        times = [e.t for e in self.session.log]
        assert times == sorted(times)

    @invariant()
    def every_command_taken_is_kept(self) -> None:
        assert len(self.store.read("x")) == self.count


def run(examples: int, steps: int) -> type[RuleBasedStateMachine.TestCase]:
    """The machine as a test case of so many lives of so many steps."""
    found: Any = type("Case", (Life,), {}).TestCase
    found.settings = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    return found


def test_the_life_of_an_exercise() -> None:
    """Phases in order, refusals without trace, nothing lost by stopping, time that never goes back."""
    case = run(60, 40)()
    case.runTest()


@pytest.mark.slow
def test_many_lives_of_an_exercise() -> None:
    """The same over many longer lives."""
    case = run(400, 80)()
    case.runTest()
