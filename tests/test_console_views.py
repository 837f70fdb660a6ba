"""What each role sees of an exercise, and above all what it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency.console import pages
from emergency.console.place import Badge, Making, Role, Room
from emergency.console.views import (
    KNOWS,
    eyes_of,
    known_values,
    ledger_of,
    look,
    look_at_acts,
    look_at_form,
    look_at_log,
    look_at_tools,
    meant,
    standing,
)
from emergency.console.views.acts import numbers
from emergency.console.views.knowledge import Eyes, Ground, audience_of
from emergency.console.views.ledger import Ledger
from emergency.console.views.logbook import LEAF
from emergency.errors import RefusedError
from emergency.exercise import Session, from_data
from emergency.incident import Prepared, prepare
from emergency.log import KINDS, Entry
from emergency.reader import load_inputs
from emergency.seat import Ask
from emergency.words.console import told as console_told

FLOOD, OUTAGE = "compound-summer-flood", "fuel-pipeline-outage"
SHIPPED = (FLOOD, OUTAGE, "grain-mill-down", "necessities-local-rumour", "forest-pinewood-import")
ALL = tuple(sorted(path.stem for path in (Path(__file__).parent.parent / "scenarios").glob("*.yaml")))
HEAD, BUREAU, POLICE = "vice-head-commerce", "commerce-grain", "police"
SEATED = (HEAD, BUREAU)
START = datetime.fromisoformat("2026-07-16T08:00:00+08:00")


@cache
def prepared(scenario: str) -> Prepared:
    """A shipped scenario made ready."""
    inputs = load_inputs(scenario)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def give(session: Session, do: str, by: str = "facilitator", **rest: Any) -> None:
    """A command as it comes from outside."""
    session.apply(from_data({"do": do, "by": by, **rest}))


def begun(scenario: str, *seats: str, seed: int = 1) -> Session:
    """An exercise under way with people in some seats."""
    session = Session(prepared(scenario), seed)
    for seat in seats:
        give(session, "claim", f"seat:{seat}", name=f"who holds {seat}")
    give(session, "ready")
    give(session, "start")
    return session


def badge(role: Role, seat: str | None = None) -> Badge:
    """Somebody who is invited."""
    return Badge("x", f"{role}-{seat or 'one'}", role, seat, f"{role} {seat or ''}".strip())


LEAD, JUDGE, WALL = badge(Role.facilitator), badge(Role.evaluator), badge(Role.wall)


def player(seat: str) -> Badge:
    """A player's badge."""
    return badge(Role.player, seat)


def room(session: Session, *badges: Badge, **changed: Any) -> Room:
    """What surrounds a session."""
    paused = session.phase.value != "running"
    facts: dict[str, Any] = {"paused": paused, "pace": 60.0, "t": session.now, "present": {}, "badges": badges}
    return Room(**{**facts, **changed})


def sees(session: Session, who: Badge, lang: str = "en") -> dict[str, Any]:
    """The view of somebody."""
    return look(session, room(session, LEAD, who), who, lang)


def strings(value: Any) -> Iterator[str]:
    """Every text in a view."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def all_text(session: Session, who: Badge, lang: str = "en") -> str:
    """All that somebody's browser gets as data, in one text."""
    return "\n".join((*strings(sees(session, who, lang)), *strings(look_at_tools(session, who, lang))))


def play_on(session: Session, until: float, chance: np.random.Generator) -> None:
    """Let time pass event by event; people answer what waits for them, sooner or later, and sometimes refuse."""
    while session.now < until and not session.incident.ended:
        session.run_to(min(max(session.next_event(), session.now), until))
        for ask in session.open_for():
            if chance.random() < 0.6:
                verdict = "refuse" if chance.random() < 0.1 else "do"
                seat = ask.seat if ask.seat in session.holders else ask.actor
                about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
                try:
                    give(session, "decide", f"seat:{seat}", verdict=verdict, **about)
                except RefusedError:
                    continue  # an answer before it has withdrawn it


# ----------------------------------------------------------------------------------- who knows what


@cache
def ground() -> Ground:
    """The ground of the flood, where nothing has happened yet."""
    return Ground(prepared(FLOOD))


def entry(kind: str, **rest: Any) -> Entry:
    """An entry of the log."""
    known = {"plan": None, "actor": None, "scheme": None, "level": None, "ref": None, "clauses": (), "detail": {}}
    facts = {**known, **rest}
    return Entry(0, 1.0, START, kind=kind, **facts)


#: kind, what the entry says, who knows (a seat, or ``wall``), who does not; the bureau hosts the plans' offices, the
#: vice-head chairs their bodies.
CASES: list[tuple[str, dict[str, Any], tuple[str, ...], tuple[str, ...]]] = [
    ("inject", {"ref": "second-rain"}, (), (HEAD, BUREAU, POLICE, "wall")),
    ("inject", {"ref": "three-voices"}, (HEAD, BUREAU, POLICE, "wall"), ()),
    ("inject", {"ref": "tanks-are-full"}, (), (HEAD, BUREAU, "wall")),
    ("inject", {"ref": "roads-open"}, (), (HEAD, BUREAU, "wall")),
    ("inject", {"ref": "rumour"}, (HEAD, POLICE, "wall"), ()),
    ("inject", {"ref": "written-1", "detail": {"written": True, "to": [POLICE]}}, (POLICE,), (HEAD, BUREAU, "wall")),
    ("inject", {"ref": "written-2", "detail": {"written": True, "to": []}}, (HEAD, POLICE, "wall"), ()),
    ("indicator", {"plan": "fuel", "ref": "stock_days", "detail": {"true": True}}, (), (HEAD, BUREAU, "wall")),
    ("indicator", {"plan": "fuel", "detail": {"of": "x", "trace": [[0, 1]]}}, (), (HEAD, BUREAU, "wall")),
    ("indicator", {"plan": "fuel", "detail": {"known": True, "how": "report", "from": "stations", "to": "lg-office"}},
     (BUREAU,), (HEAD, POLICE, "wall")),
    ("indicator", {"plan": "fuel", "detail": {"known": True, "how": "event"}}, (), (HEAD, BUREAU, "wall")),
    ("indicator", {"plan": "fuel", "ref": "panic", "detail": {"judged": True}}, (BUREAU,), (POLICE, "wall")),
    ("decision-opened", {"plan": "fuel", "scheme": "response", "level": "IV", "ref": "response=IV"},
     (BUREAU,), (POLICE, "wall")),
    ("step", {"plan": "fuel", "ref": "r", "actor": "lg-office", "detail": {"do": "report", "to": ["leading-group"]}},
     (BUREAU, HEAD), (POLICE, "wall")),
    ("decided", {"plan": "grain", "ref": "nobody's"}, (), (HEAD, BUREAU, "wall")),
    ("decision-refused", {"plan": "fuel", "ref": "response=III", "actor": POLICE,
                          "detail": {"why": "not-authorised", "whose": "leading-group"}},
     (), (POLICE, HEAD, BUREAU, "wall")),
    ("entered", {"plan": "fuel", "scheme": "response", "level": "IV", "ref": "response=IV"}, (POLICE, "wall"), ()),
    ("entered", {"plan": "fuel", "scheme": "event", "level": "IV", "ref": "event=IV"}, (BUREAU,), (POLICE, "wall")),
    ("level-left", {"plan": "fuel", "scheme": "warning", "level": "IV", "ref": "warning=IV"}, (POLICE, "wall"), ()),
    ("level-left", {"plan": "fuel", "scheme": "event", "level": "III", "ref": "event=III"}, (BUREAU,), (POLICE,)),
    ("measure-started", {"plan": "fuel", "ref": "m1", "actor": "transport", "detail": {"by": ["transport"]}},
     ("transport",), (HEAD, BUREAU, POLICE, "wall")),
    ("measure-done", {"plan": "fuel", "ref": "m2", "actor": "transport"}, ("transport",), (HEAD, POLICE, "wall")),
    ("report-due", {"plan": "fuel", "ref": "r1", "actor": BUREAU, "detail": {"due": 2.0, "do": "report"}},
     (BUREAU,), (HEAD, POLICE, "wall")),
    ("report-sent", {"plan": "grain", "ref": "r2", "actor": POLICE, "detail": {"to": ["headquarters"]}},
     (POLICE, HEAD), ("transport", "wall")),
    ("deadline-missed", {"plan": "fuel", "ref": "r3", "actor": BUREAU, "detail": {"due": 2.0, "do": "report"}},
     (BUREAU,), (HEAD, POLICE, "wall")),
    ("deadline-missed", {"plan": "fuel", "ref": "report:stock", "actor": "stations", "detail": {"to": "lg-office"}},
     (BUREAU,), (HEAD, POLICE, "wall")),
    ("published", {"plan": "fuel", "ref": "first-notice", "actor": "lg-office"}, (POLICE, "wall"), ()),
    ("message", {"actor": POLICE, "ref": "said", "detail": {"to": [HEAD], "text": "x"}},
     (POLICE, HEAD), (BUREAU, "wall")),
    ("message", {"actor": "lg-office", "ref": "flood", "detail": {"about": ["traffic-cut"]}},
     (BUREAU,), (HEAD, POLICE, "wall")),
    ("message", {"plan": "fuel", "actor": BUREAU, "ref": "form", "detail": {"to": [HEAD], "form": "f", "fields": []}},
     (BUREAU, HEAD), (POLICE, "wall")),
    ("shortage", {"ref": "diesel", "detail": {"short": True}}, (), (HEAD, BUREAU, "wall")),
    ("resource", {"plan": "fuel", "actor": POLICE, "ref": "m"}, (POLICE,), (HEAD, BUREAU, "wall")),
    ("gap", {"plan": "fuel", "ref": "m", "clauses": ("fuel:3.1",)}, (), (HEAD, BUREAU, "wall")),
    ("aftermath", {"plan": "fuel", "ref": "response=ended", "detail": {"due": ["no-such"]}}, (), (HEAD, "wall")),
    ("seat", {"actor": HEAD, "ref": HEAD, "detail": {"held": True}}, (HEAD, POLICE), ("wall",)),
    ("note", {"ref": "scenario"}, (), (HEAD, BUREAU, "wall")),
    ("note", {"plan": "fuel", "ref": "readings"}, (), (HEAD, BUREAU, "wall")),
    ("note", {"ref": "observation", "detail": {"text": "x", "by": "evaluator"}}, (), (HEAD, BUREAU, "wall")),
    ("note", {"ref": "rating", "detail": {"objective": "o", "rating": "U"}}, (), (HEAD, BUREAU, "wall")),
    ("note", {"ref": "three-voices", "detail": {"inject": "held"}}, (), (HEAD, BUREAU, "wall")),
    ("note", {"plan": "fuel", "ref": "unfinished", "detail": {"waiting": ["m"]}}, (), (HEAD, BUREAU, "wall")),
    ("note", {"plan": "fuel", "ref": "finding", "detail": {"by": f"seat:{POLICE}", "text": "x"}},
     (POLICE,), (HEAD, BUREAU, "wall")),
    ("note", {"plan": "fuel", "ref": "cadence", "detail": {"from": "stations", "to": "lg-office"}},
     (BUREAU,), (HEAD, POLICE, "wall")),
    ("note", {"plan": "fuel", "ref": "response=II", "actor": HEAD, "detail": {"verdict": "refuse", "why": "x"}},
     (HEAD,), (POLICE, "wall")),
    ("note", {"ref": "something new"}, (), (HEAD, BUREAU, "wall")),
    ("ended", {"ref": "horizon", "detail": {"demand": {}}}, (HEAD, POLICE), ("wall",)),
]  # fmt: skip


def looking(who: str) -> Eyes:
    """The eyes of a seat, or of the wall display."""
    return Eyes(Role.wall) if who == "wall" else Eyes(Role.player, ground().mine(who))


def test_every_kind_has_a_rule() -> None:
    """For every kind of log entry there is a rule that says whom it reaches, and a case here that tries it."""
    assert set(KNOWS) == set(KINDS)
    assert {kind for kind, _, _, _ in CASES} == set(KINDS)


@pytest.mark.parametrize(("kind", "says", "known", "hidden"), CASES)
def test_knows(kind: str, says: dict[str, Any], known: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    """An entry reaches those its rule names, nobody else; who runs or judges the exercise knows all."""
    audience = audience_of(entry(kind, **says), Ground(prepared(FLOOD)))
    found = {who: looking(who).see(audience) for who in (*known, *hidden)}
    assert found == {**dict.fromkeys(known, True), **dict.fromkeys(hidden, False)}
    assert Eyes(Role.facilitator).see(audience)
    assert Eyes(Role.evaluator).see(audience)


def test_a_kind_without_a_rule_is_hidden() -> None:
    """An entry of a kind nobody thought of reaches no player."""
    audience = audience_of(entry("rumination", actor=HEAD), ground())
    assert not looking(HEAD).see(audience)


def test_a_seat_acts_for_its_bodies() -> None:
    """What comes to a body or office reaches the seat that acts for it, and not the body's members."""
    assert {"lg-office", "coordination-office", "hq-office"} <= ground().mine(BUREAU)
    assert {"leading-group", "headquarters"} <= ground().mine(HEAD)
    assert not {"leading-group", "lg-office"} & ground().mine(POLICE)


def test_having_a_hand_in_a_matter() -> None:
    """Who took a step in a matter learns how it ends; who had none does not."""
    fresh = Ground(prepared(FLOOD))
    step = entry("step", plan="fuel", ref="response=III", actor="finance", detail={"do": "advise"})
    audience_of(step, fresh)
    ended = audience_of(entry("decided", plan="fuel", ref="response=III", actor="leading-group"), fresh)
    assert Eyes(Role.player, fresh.mine("finance")).see(ended)
    assert not Eyes(Role.player, fresh.mine(POLICE)).see(ended)


def test_what_comes_with_a_message_reaches_who_is_told() -> None:
    """What becomes known by word outside the schedule is known to whom the message went, and to nobody else."""
    fresh = Ground(prepared(FLOOD))
    audience_of(entry("message", actor="lg-office", ref="flood", detail={"about": ["traffic-cut"]}), fresh)
    heard = audience_of(entry("indicator", plan="fuel", detail={"known": True, "how": "event"}), fresh)
    assert Eyes(Role.player, fresh.mine(BUREAU)).see(heard)
    assert not Eyes(Role.player, fresh.mine(HEAD)).see(heard)


# ---------------------------------------------------------------------------- nothing hidden gets out


def hidden_texts(session: Session, who: Badge, lang: str) -> set[str]:
    """What is told of entries that must not reach somebody, unless something that did reach them says the same."""
    ledger = ledger_of(session)
    everything = {line["text"] for line in ledger.lines(Eyes(Role.facilitator), lang)}
    mine = [line["text"] for line in ledger.lines(eyes_of(who, ledger.ground), lang)]
    return {text for text in everything if not any(text in one for one in mine)}


def untold_titles(session: Session, who: Badge, lang: str) -> set[str]:
    """The titles of injects that somebody has not been told of, those to come among them."""
    ledger = ledger_of(session)
    mine = [line["text"] for line in ledger.lines(eyes_of(who, ledger.ground), lang)]
    titles = {i.title.in_(lang) for i in session.prepared.scenario.injects}
    return {title for title in titles if not any(title in text for text in mine)}


def nothing_gets_out(scenario: str, seed: int, data: st.DataObject) -> None:
    """Play with some seats held by people, and look through their browsers, another's and the wall's."""
    seats = sorted(Session(prepared(scenario), seed).seats())
    held = data.draw(st.lists(st.sampled_from(seats), min_size=1, max_size=3, unique=True))
    session, chance = begun(scenario, *held, seed=seed), np.random.default_rng(seed)
    until = data.draw(st.floats(0.05, 0.5)) * session.prepared.horizon
    play_on(session, until, chance)
    onlookers = [player(seat) for seat in (*held, data.draw(st.sampled_from(seats)))]
    for who in (*onlookers, WALL):
        for lang in ("zh", "en"):
            page = pages.page(session, room(session), who, lang, base="/x", csrf="token")
            text = all_text(session, who, lang) + unescape(page)
            found = {one for one in hidden_texts(session, who, lang) if one in text}
            assert not found
            assert not {title for title in untold_titles(session, who, lang) if title in text}


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(SHIPPED), st.integers(0, 10_000), st.data())
def test_nothing_hidden_is_in_a_view(scenario: str, seed: int, data: st.DataObject) -> None:
    """However people play, no line of an entry hidden from a seat and no inject untold to it is in its view."""
    nothing_gets_out(scenario, seed, data)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.sampled_from(ALL), st.integers(0, 10_000), st.data())
def test_nothing_hidden_is_in_any_view(scenario: str, seed: int, data: st.DataObject) -> None:
    """The same over every scenario that is shipped, and many more plays."""
    nothing_gets_out(scenario, seed, data)


def test_something_is_hidden() -> None:
    """The test before could fail: on the flood there are lines and injects that a seat must not see."""
    session = begun(FLOOD, BUREAU)
    play_on(session, 80.0, np.random.default_rng(1))
    assert len(hidden_texts(session, player(POLICE), "en")) > 20
    assert len(untold_titles(session, player(POLICE), "en")) > 5
    assert hidden_texts(session, LEAD, "en") == set()


SECRETS = st.lists(st.text("abcdefghij", min_size=12, max_size=16), min_size=6, max_size=6, unique=True)


@settings(max_examples=15, deadline=None)
@given(SECRETS)
def test_what_people_write_reaches_whom_it_is_for(secrets: list[str]) -> None:
    """A message, form, reason, note, rating or finding is in the views of those it is for, and in no other."""
    said, filed, noted, rated, written, formed = secrets
    session = begun(FLOOD, HEAD, BUREAU, POLICE)
    give(session, "say", f"seat:{BUREAU}", to=[HEAD], text=said)
    form = {"form": "daily-necessities:form-start", "to": [HEAD], "fields": [formed]}
    give(session, "fill-form", f"seat:{BUREAU}", **form)
    give(session, "file-finding", f"seat:{BUREAU}", plan="fuel", clause="3.1", kind="silent", text=filed)
    give(session, "note", "evaluator", text=noted)
    give(session, "rate", "evaluator", objective="one-fleet", rating="U", text=rated)
    give(session, "write-inject", title="t", text=written, to=[POLICE])
    texts = {who.id: all_text(session, who) for who in (player(HEAD), player(BUREAU), player(POLICE), WALL)}
    got = {who: {s for s in secrets if s in text} for who, text in texts.items()}
    assert got == {
        player(HEAD).id: {said, formed},
        player(BUREAU).id: {said, formed, filed},
        player(POLICE).id: {written},
        WALL.id: set(),
    }
    for who in (LEAD, JUDGE):
        assert {said, formed, filed, noted, rated, written} <= {s for s in secrets if s in all_text(session, who)}


WORDS = st.text(min_size=1, max_size=80)
NAMES = st.lists(WORDS, min_size=1, max_size=3)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_people_type_can_be_told(data: st.DataObject) -> None:
    """Names and references that mean nothing are told as they were typed, and no view breaks on them."""
    session = begun(FLOOD, BUREAU)
    by, said = f"seat:{BUREAU}", data.draw(WORDS)
    give(session, "say", by, to=[BUREAU, *data.draw(NAMES)], text=said, report=data.draw(WORDS))
    give(session, "write-inject", title=data.draw(WORDS), text=said, to=data.draw(NAMES))
    give(session, "note", "evaluator", text=said, entry=data.draw(st.integers(0, 10**9)))
    give(session, "assign", to=POLICE, name=data.draw(WORDS))
    form = {"form": "daily-necessities:form-start", "to": data.draw(NAMES), "fields": [said]}
    give(session, "fill-form", by, **form)
    for who in (LEAD, JUDGE, WALL, player(BUREAU)):
        view = sees(session, who)
        assert json.loads(json.dumps(view)) == view
    assert said in "\n".join(strings(sees(session, player(BUREAU))["known"]))


def test_the_world_is_for_who_runs_it() -> None:
    """Gauges, the queue, what is expected and what others do are no part of a player's view, nor of the wall's."""
    session = begun(FLOOD, BUREAU)
    session.run_to(60.0)
    lead, mine, wall = sees(session, LEAD), sees(session, player(BUREAU)), sees(session, WALL)
    assert {"gauges", "queue", "expected", "acts", "seats"} <= set(lead)
    assert set(mine) == {
        "stage", "seat", "seat_id", "name", "held", "levels", "asks", "waits", "deadlines", "inbox", "known",
        "chairs", "duties", "findings", "came",
    }  # fmt: skip
    assert set(wall) == {"stage", "levels", "news"}


def test_lines_of_a_player_are_numbered_without_gaps() -> None:
    """The numbers of a player's lines do not tell how many entries there are that he does not see."""
    session = begun(FLOOD, BUREAU)
    play_on(session, 70.0, np.random.default_rng(2))
    numbers = [line["seq"] for line in sees(session, player(BUREAU))["known"]]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] < len(session.log) - 1
    ledger = ledger_of(session)
    lines = ledger.lines(eyes_of(player(BUREAU), ledger.ground), "en")
    assert [line["seq"] for line in lines] == list(range(len(lines)))[::-1]


# -------------------------------------------------------------------------------------- plain data


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scenario", SHIPPED)
def test_views_are_plain_data(scenario: str, lang: str) -> None:
    """At every phase, in both languages, a view is fit for JSON and says the same when it is read back."""
    session = Session(prepared(scenario), 1)
    who = [LEAD, JUDGE, WALL, *(player(s) for s in sorted(session.seats())[:4])]
    for step in ("", "ready", "start", "pause", "end", "archive"):
        if step:
            give(session, step)
        if step == "start":
            session.run_to(100.0)
        for one in who:
            view = sees(session, one, lang)
            assert json.loads(json.dumps(view)) == view
            assert view["stage"]["phase"] == session.phase.value


def test_looking_changes_nothing() -> None:
    """An exercise that is looked at all the time has the log of one nobody looks at."""
    plain, watched = begun(FLOOD), begun(FLOOD)
    plain.run_to(plain.prepared.horizon)
    while not watched.incident.ended:
        watched.run_to(watched.now + 12.0)
        for who in (LEAD, JUDGE, WALL, player(BUREAU)):
            sees(watched, who)
    assert watched.digest == plain.digest


def test_a_ledger_reads_each_entry_once() -> None:
    """A ledger that was asked again and again says what a new one says."""
    session = begun(FLOOD, BUREAU)
    for t in (20.0, 50.0, 80.0):
        session.run_to(t)
        ledger_of(session)
    fresh = Ledger(session)
    fresh.read_on()
    kept = ledger_of(session)
    assert kept.audiences == fresh.audiences
    assert kept.acts() == fresh.acts()
    assert len(kept.audiences) == len(session.log)


# ------------------------------------------------------------------------------------- the player


def until_asked(session: Session, seat: str) -> None:
    """Let time pass until something waits for a seat."""
    while not session.open_for(seat):
        session.run_to(max(session.next_event(), session.now + 1e-6))


def test_an_inbox_tells_once_of_several_places() -> None:
    """What becomes known of several places at one instant is one line of an inbox, which names them all; what a seat
    knows keeps a line for each."""
    session = begun(FLOOD, BUREAU)
    session.run_to(100.0)
    view = sees(session, player(BUREAU))
    known = [line for line in view["known"] if line["several"]]
    inbox = {(line["when"], *line["several"][:2]): line["text"] for line in view["inbox"] if line["several"]}
    assert len(known) > len(inbox)
    reports = [line for line in known if (line["when"], *line["several"][:2]) in inbox]
    assert len(reports) > len(inbox)
    for line in reports:
        assert line["several"][2] in inbox[line["when"], *line["several"][:2]]


def test_a_player_is_asked_what_the_plan_asks() -> None:
    """What waits for a seat is told with its clause, what was done before and who comes next; nothing of others."""
    session = begun(OUTAGE, HEAD, BUREAU)
    until_asked(session, BUREAU)
    asked = sees(session, player(BUREAU))["asks"]
    about = [(a["plan"], a["ref"], a["step"]) for a in asked]
    assert about == [(a.plan, a.ref, a.do) for a in session.open_for(BUREAU)]
    assert all(a["clauses"] and all(c["says"] for c in a["clauses"]) for a in asked)
    decisions = [a for a in asked if a["kind"] == "decision"]
    assert decisions
    assert all(a["next"] for a in decisions)
    assert sees(session, player(HEAD))["asks"] == []
    assert sees(session, player(POLICE))["asks"] == []


def test_steps_are_numbered_by_what_their_seat_is_told() -> None:
    """Each step a seat is asked for has a number that nothing else open to it has, that is the same when the exercise
    is made again, and that follows from what is told of it; the command sent back is the step of the incident."""
    who, first = player("transport"), dict[int, tuple[object, ...]]()
    for look_only_at_the_end in (False, True):
        session, chance = begun(FLOOD, BUREAU, HEAD, "transport"), np.random.default_rng(3)
        while session.now < 120.0:
            play_on(session, session.now + 2.0, chance)
            if look_only_at_the_end and session.now < 60.0:
                continue
            rows = sees(session, who)["asks"]
            assert len({row["ask"] for row in rows}) == len(rows)
            for row, ask in zip(rows, session.open_for("transport"), strict=True):
                about = (ask.id, ask.plan, ask.ref, ask.do, ask.opened)
                assert first.setdefault(row["ask"], about) == about
                facts = {"plan": ask.plan, "ref": ask.ref, "step": ask.do, "verdict": "do", "ask": row["ask"]}
                command = from_data({"do": "decide", "by": "seat:transport", **facts})
                assert meant(session, who, command) == command.model_copy(update={"ask": ask.id})
    assert len(first) > 1
    assert not first.keys() & {id for id, *_ in first.values()}


def test_alike_steps_have_numbers_of_their_own() -> None:
    """Two steps of which a seat is told the same are told apart all the same."""
    session = begun(FLOOD, BUREAU)
    session.run_to(60.0)
    ask = session.open_for(BUREAU)[0]
    facts = (ask.plan, ask.kind, ask.ref, ask.do, ask.actor, ask.seat, ask.clauses, ask.opened, ask.cause)
    known = numbers([ask, twin := Ask(ask.id + 1, *facts)])
    assert known[ask.id] == numbers([ask])[ask.id] != known[twin.id]


def still(view: dict[str, Any]) -> dict[str, Any]:
    """A view without what passing time alone changes."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: kept(v) for k, v in value.items() if k not in ("clock", "waited", "left", "over")}
        return [kept(v) for v in value] if isinstance(value, list) else value

    found: dict[str, Any] = kept(view)
    return found


@settings(max_examples=8)
@given(seed=st.integers(0, 1000), data=st.data())
def test_how_it_stands_for_a_seat_is_what_its_page_shows(seed: int, data: st.DataObject) -> None:
    """Whatever others do: as long as nothing changes on the page of a seat, it stands for it as it did; and when
    something does, it stands otherwise."""
    seats = sorted(Session(prepared(FLOOD), 1).seats())
    held = data.draw(st.lists(st.sampled_from(seats), min_size=1, max_size=4, unique=True))
    session, chance = begun(FLOOD, *held, seed=seed), np.random.default_rng(seed)
    onlookers = [player(held[0]), player(data.draw(st.sampled_from(seats))), WALL]
    before = [(standing(session, who), still(sees(session, who))) for who in onlookers]
    quiet = 0
    for _ in range(60):
        length = len(session.log)
        play_on(session, session.now + 3.0, chance)
        now = [(standing(session, who), still(sees(session, who))) for who in onlookers]
        for (stood, shown), (stands, shows) in zip(before, now, strict=True):
            assert (stood == stands) == (shown == shows)
            quiet += stood == stands and len(session.log) > length
        before = now
    assert quiet  # something did happen that concerned somebody not


@pytest.mark.parametrize("length", [0, 1, LEAF - 1, LEAF, 2 * LEAF - 1, 2 * LEAF, 5 * LEAF + 7])
def test_the_log_in_leaves_is_the_whole_log(length: int) -> None:
    """The page of a judge and the leaves it offers hold every entry once, whatever the length; the page a bounded
    number of them, the newest."""
    session = begun(FLOOD)
    while len(session.log) < length:
        give(session, "note", "evaluator", text=f"note {len(session.log)}")
    ledger, eyes = ledger_of(session), Eyes(Role.evaluator)
    view = sees(session, JUDGE)
    assert len(view["log"]) < 2 * LEAF
    assert len(view["log"]) >= min(LEAF, len(ledger.lines(eyes, "en")))
    leaves = [look_at_log(session, JUDGE, one["leaf"], "en") for one in view["earlier"]]
    assert [line for part in (view["log"], *leaves) for line in part] == ledger.lines(eyes, "en")
    for one, lines in zip(view["earlier"], leaves, strict=True):
        assert {one["first"] <= line["seq"] <= one["last"] for line in lines} == {True}
    assert look_at_log(session, JUDGE, 10**12, "en") == []


def test_nobody_is_asked_before_sitting_down() -> None:
    """Who is invited to a seat but has not taken it is offered nothing to decide: its policy does."""
    session = begun(OUTAGE, BUREAU)
    until_asked(session, BUREAU)
    give(session, "release", f"seat:{BUREAU}")
    view = sees(session, player(BUREAU))
    assert (view["held"], view["asks"]) == (False, [])


def test_who_did_a_step_sees_on_whom_it_waits() -> None:
    """After its step a seat sees whom the matter waits for; a seat with no hand in it does not."""
    session = begun(OUTAGE, HEAD, BUREAU)
    for _ in range(200):
        for ask in session.open_for(BUREAU):
            about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
            give(session, "decide", f"seat:{BUREAU}", verdict="do", **about)
        if session.open_for(HEAD):
            break
        session.run_to(max(session.next_event(), session.now + 1e-6))
    (wanted, *_) = session.open_for(HEAD)
    waits = sees(session, player(BUREAU))["waits"]
    names = ledger_of(session).page("en").names
    assert names.actor(wanted.actor) in {w["who"] for w in waits}
    assert sees(session, player(POLICE))["waits"] == []
    assert all(names.actor(wanted.actor) != w["who"] for w in sees(session, player(HEAD))["waits"])


def test_a_level_is_shown_as_far_as_it_is_known() -> None:
    """The grade of an incident is on the screens of those who judge the reports, not on the others' or the wall."""
    session = begun(FLOOD, BUREAU)
    session.run_to(60.0)
    truth = session.incident.plans["fuel"].values()["event"]
    assert truth != "off"

    def grades(who: Badge) -> list[str]:
        fuel = next(row for row in sees(session, who)["levels"] if row["id"] == "fuel")
        return [x["value"] for x in fuel["schemes"] if x["kind"] == "event"]

    assert grades(LEAD) == grades(player(BUREAU)) == [truth]
    assert grades(player(POLICE)) == grades(WALL) == []
    ledger = ledger_of(session)
    known = known_values(session, ledger, eyes_of(player(POLICE), ledger.ground), "fuel")
    assert ("event", "off") in known


def test_duties_follow_the_levels() -> None:
    """A response brings a seat the measures that the plan gives it at that level, with clauses."""
    session = begun(OUTAGE)
    before = sees(session, player(BUREAU))["duties"]
    assert [p["now"] for p in before] == [[]]
    assert before[0]["standing"]
    while session.incident.plans["fuel"].values()["response"] == "off":
        session.run_to(session.now + 1.0)
    now = sees(session, player(BUREAU))["duties"][0]["now"]
    assert now
    assert all(row["clauses"] for row in now)


@cache
def simulated(scenario: str) -> tuple[Entry, ...]:
    """The log of a scenario in which every seat follows the plan."""
    session = begun(scenario)
    session.run_to(session.prepared.horizon)
    return tuple(session.log)


def test_deadlines_are_the_seats_own() -> None:
    """A limit that runs is shown to who has to keep it and to who runs the exercise; past it, it is overdue."""
    session = begun(FLOOD)
    session.run_to(next(e.t for e in simulated(FLOOD) if e.kind == "report-due" and e.actor == BUREAU))
    (first, *_) = sees(session, player(BUREAU))["deadlines"]
    assert not first["over"]
    assert first["clauses"]
    assert sees(session, player(POLICE))["deadlines"] == []
    session.run_to(first["due_t"] + 1e-3)
    late = next(d for d in sees(session, LEAD)["deadlines"] if d["due_t"] == first["due_t"])
    assert late["over"]


# -------------------------------------------------------------------------- facilitator and evaluator


@pytest.mark.parametrize("scenario", SHIPPED)
def test_an_inject_comes_when_the_queue_says(scenario: str) -> None:
    """The time the queue gives for a scheduled inject is the time at which it happens."""
    session = begun(scenario)
    planned = {row["id"]: row["at"] for row in sees(session, LEAD)["queue"] if row["at"] is not None}
    assert planned
    session.run_to(session.prepared.horizon)
    came: dict[str, float] = {}
    for one in session.log:
        if one.kind == "inject" and one.ref in planned:
            came.setdefault(one.ref, one.t)
    assert came
    assert {id: planned[id] for id in came} == pytest.approx(came)


def test_the_queue_tells_what_became_of_an_inject() -> None:
    """Held, skipped and released injects are shown so, and one that has come no longer waits."""
    session = begun(FLOOD)

    def states() -> dict[str, str]:
        return {row["id"]: row["state"] for row in sees(session, LEAD)["queue"]}

    assert states()["flood"] == "scheduled"
    assert states()["city-notice"] == "waiting"
    give(session, "hold-inject", inject="flood")
    give(session, "skip-inject", inject="rumour")
    give(session, "release-inject", inject="three-voices")
    assert (states()["flood"], states()["rumour"]) == ("held", "skipped")
    assert states()["three-voices"] == "happened"
    session.run_to(60.0)
    assert (states()["flood"], states()["rumour"], states()["rain-warning"]) == ("held", "skipped", "happened")


def test_expected_and_done() -> None:
    """An inject that has come lists the clauses it calls on, with what was done under them since."""
    session = begun(FLOOD)
    session.run_to(120.0)
    rows = sees(session, JUDGE)["expected"]
    came = {e.ref for e in session.log if e.kind == "inject"}
    titles = {i.title.en for i in session.prepared.scenario.injects if i.id in came and i.expects}
    assert {row["title"] for row in rows} == titles
    clauses = [clause for row in rows for clause in row["clauses"]]
    assert any(clause["acts"] for clause in clauses)
    assert all(clause["told"] for clause in clauses if clause["acts"])


def test_a_clause_that_asks_for_no_act_is_not_told_as_left_undone() -> None:
    """Beside a clause that only sets up a body or grades an incident stands that nothing can be recorded under it;
    beside one with steps of its own, that nothing has been done yet."""
    session = begun(FLOOD, *SEATED)
    session.run_to(105.0)
    told = {c["cite"]: c["told"] for row in sees(session, JUDGE)["expected"] for c in row["clauses"]}
    assert (told["fuel:3.3.2(2)"], told["fuel:2.1.1"]) == (False, False)
    assert (told["fuel:3.2"], told["fuel:4.3"]) == (True, True)
    shown = pages.panels(session, room(session, JUDGE), JUDGE, "en", base="/x", csrf="c")
    assert console_told("no-act", "en") in shown
    assert console_told("nothing-done", "en") in shown


def test_the_table_of_acts_comes_on_request() -> None:
    """The page of a judge tells how many acts there are and holds none; asked for, there is a row for each, for the
    facilitator for those that want attention."""
    session = begun(FLOOD, BUREAU)
    session.run_to(120.0)
    all_acts, pressing = look_at_acts(session, JUDGE, "en"), look_at_acts(session, LEAD, "en")
    for who, rows in ((JUDGE, all_acts), (LEAD, pressing)):
        shown = pages.panels(session, room(session, who), who, "en", base="/x", csrf="c")
        assert f"({len(rows)})" in shown
        assert 'class="acts"' not in shown
        assert pages.acts(session, who, "en").count("<tr>") == len(rows) + 1
    assert {row["state"] for row in pressing} < {row["state"] for row in all_acts}


@pytest.mark.parametrize(
    ("role", "seat", "zh", "en"),
    [
        (Role.facilitator, None, "导调", "facilitator"),
        (Role.evaluator, None, "评估人员 2", "evaluator 2"),
        (Role.wall, None, "大屏 1", "wall display 1"),
        (Role.player, "finance", "区财政局", "Finance bureau"),
    ],
)
def test_a_name_nobody_gave_is_told_in_a_pages_language(
    role: Role, seat: str | None, zh: str, en: str
) -> None:
    """Who is invited without a name is called by seat or role, in the language of who reads it and not of who made
    the invitation; a given name stays as it is."""
    session = begun(FLOOD)
    badges = [Badge("x", str(n), role, seat, name) for n, name in enumerate((zh, en, "Table 3", "导调 x 2"))]
    for lang, called in (("zh", zh), ("en", en)):
        view = look(session, room(session, LEAD, *badges), LEAD, lang)
        assert [p["name"] for p in view["people"]][-4:] == [called, called, "Table 3", "导调 x 2"]
        assert [p["given"] for p in view["people"]][-4:] == [b.name for b in badges]


def test_a_holder_is_called_as_the_page_speaks() -> None:
    """A seat held under its own name in Chinese is shown held in English too, and not offered to its holder."""
    session = begun(FLOOD)
    who = Badge("x", "f", Role.player, "finance", "区财政局")
    give(session, "claim", "seat:finance", name=who.name)
    view = look(session, room(session, LEAD, who), LEAD, "en")
    held = next(s for s in view["seats"] if s["id"] == "finance")
    assert (held["holder"], held["given"]) == ("Finance bureau", "区财政局")
    shown = pages.panels(session, room(session, LEAD, who), LEAD, "en", base="/x", csrf="c")
    assert "to-policy-finance" in shown
    assert "assign-finance-f" not in shown


def test_gauges_tell_truth_and_report_apart() -> None:
    """A gauge shows what is so and what was last reported, and the two differ while nobody has reported."""
    session = begun(OUTAGE)
    session.run_to(session.prepared.horizon / 4)
    gauges = sees(session, LEAD)["gauges"]
    stock = next(g for g in gauges if g["bounds"] and "day" in g["bounds"][0])
    assert stock["shown"]
    assert stock["shown"] != stock["reported"]
    assert all(0 <= g["value"] <= g["max"] for g in gauges if g["bounds"])


def test_ratings_are_the_last_given() -> None:
    """An objective shows its last rating; one that was not rated shows none, and not the worst."""
    session = begun(FLOOD)
    for rating in ("U", "S"):
        give(session, "rate", "evaluator", objective="one-fleet", rating=rating, text=rating)
    found = {o["id"]: o["rating"] for o in sees(session, JUDGE)["objectives"]}
    assert found.pop("one-fleet") == "S"
    assert set(found.values()) == {""}


def test_what_is_being_made_is_told_in_words() -> None:
    """The progress of a review is told to who asked for it in the language of the page."""
    session = begun(FLOOD)
    found = {}
    for making in (Making(3, 20), Making(3, 20, 600.0), Making(20, 20)):
        for lang, unit in (("zh", "10 分钟"), ("en", "10 min")):
            busy = look(session, room(session, LEAD, busy=making), LEAD, lang)["busy"]
            assert f"{making.done}/20" in busy["text"]
            assert (unit in busy["text"]) == (making.left is not None)
            found[making, lang] = busy["text"]
    assert len(set(found.values())) == len(found)
    assert sees(session, LEAD)["busy"] is None


def test_seats_tell_who_holds_them_and_who_is_here() -> None:
    """The facilitator sees of each seat who holds it, who is invited to it, and whether they are there."""
    session = begun(FLOOD, BUREAU)
    who = player(BUREAU)
    view = look(session, room(session, LEAD, who, present={who.id: 2}), LEAD, "en")
    bureau = next(s for s in view["seats"] if s["id"] == BUREAU)
    assert (bureau["held"], bureau["holder"], bureau["present"]) == (True, f"who holds {BUREAU}", True)
    assert {s["id"] for s in view["seats"]} == session.seats()


# ------------------------------------------------------------------------------------ forms of plans


def test_forms_of_the_plans() -> None:
    """A form is shown with the plan's fields and clause; one no plan has is none."""
    session = begun(FLOOD, BUREAU)
    offered = look_at_tools(session, player(BUREAU), "en")["forms"]
    assert offered
    for one in offered:
        found = look_at_form(session, one["form"], "en")
        assert found is not None
        assert found["fields"]
        assert found["clause"] == one["clause"]
        assert ":" not in found["clause"]  # the plan stands beside it by its name
    assert look_at_form(session, "fuel:no-such", "en") is None
    assert look_at_form(session, "nothing", "en") is None


def test_a_filled_form_is_kept_with_its_clause() -> None:
    """A filled form is in the log with its fields in order and the annex it is printed in."""
    session = begun(FLOOD, BUREAU)
    fields = ["Commerce", "", "prices up"]
    form = {"form": "daily-necessities:form-start", "to": [HEAD], "fields": fields}
    give(session, "fill-form", f"seat:{BUREAU}", **form)
    kept = session.log.entries[-1]
    assert (kept.kind, kept.ref, kept.detail["fields"]) == ("message", "form", fields)
    assert kept.clauses == ("daily-necessities:annex-1",)


@pytest.mark.parametrize(
    ("form", "fields", "code"),
    [
        ("daily-necessities:no-such", ["x"], "unknown-form"),
        ("no-such:form-start", ["x"], "unknown-form"),
        ("daily-necessities:form-start", ["x"] * 9, "too-many-fields"),
    ],
)
def test_a_form_no_plan_has_is_refused(form: str, fields: list[str], code: str) -> None:
    """A form that no plan annexes, or with more fields than it has, is refused and leaves no trace."""
    session = begun(FLOOD, BUREAU)
    before = session.digest
    with pytest.raises(RefusedError) as refused:
        give(session, "fill-form", f"seat:{BUREAU}", form=form, to=[HEAD], fields=fields)
    assert refused.value.code == code
    assert session.digest == before


def test_a_clause_stands_for_what_is_below_it() -> None:
    """What was done under an item of a clause was done under the clause, and not under one with a like number."""
    session = begun(FLOOD)
    session.run_to(200.0)
    for row in sees(session, JUDGE)["expected"]:
        for clause in row["clauses"]:
            cited = {c["cite"] for act in clause["acts"] for c in act["clauses"]}
            marks = tuple(f"{clause['cite']}{mark}" for mark in ".(#")
            for act in clause["acts"]:
                cites = [c["cite"] for c in act["clauses"]]
                assert any(c == clause["cite"] or c.startswith(marks) for c in cites), (clause["cite"], cited)
