"""A plan of a fictional island: what the shipped plans do not have, and a plan no reviewer could object to.

Five levels numbered from the mildest, conditions that must last, measures in addition to a milder level's and
measures in their place, ties, lowering, a warning with its lifting. The plan in ``fixtures/island`` has no faults;
tests that need one make it.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import changed
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.errors import InputError, RefusedError, UnsettledError
from emergency.figures.levels import pending
from emergency.graph import PALETTE, colours
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.indicators import fold
from emergency.log import Entry, EventLog, lines
from emergency.machine import Assessment, Program, Value, assess, compile_plan
from emergency.machine.assess import holds
from emergency.plan import Plan
from emergency.plan.leaves import OPEN, UNSTATED, ActorRef, Unstated, Within
from emergency.quantity import Amount, Duration
from emergency.reader import load_inputs, load_plan
from emergency.scenario import Scenario
from emergency.seat import Answer
from emergency.source import Citation

ISLAND = Path(__file__).parent / "fixtures" / "island"
CALM = load_inputs(ISLAND / "calm.yaml")
PLAN, ISLE = CALM.plans["island"], CALM.jurisdiction
BASE = CALM.scenario.model_dump(by_alias=True, exclude_unset=True, mode="json")
LEVELS = ("I", "II", "III", "IV", "V")
WARNINGS = ("I", "II", "III")
DAY = 24.0
UNITS = {"cover": "days-of-demand", "price_rise": "%", "visibility": "km"}
WELL = {"cover": 30.0, "price_rise": 0.0, "visibility": 25.0}

Tree = dict[str, Any]
Points = list[tuple[float, float]]


# ------------------------------------------------------------------------------------------- scenes


@cache
def program() -> Program:
    """The plan, compiled."""
    return compile_plan(PLAN, ISLE)


def asked(
    now: str = "off", warning: str = "off", lasted: str | None = None, of: Program | None = None, **facts: float
) -> Assessment:
    """What is called for on the island in a stated situation; what is not given is well."""
    since = {name: Duration.parse(lasted) for name in facts} if lasted else {}
    return assess(of or program(), WELL | facts, {"response": now, "warning": warning}, since)


def series(**courses: Points) -> Tree:
    """A world in which each variable jumps: (time [h], value); what is not given stays well."""
    told = {name: [(0.0, value)] for name, value in WELL.items()} | courses
    points = {name: [[f"{t} h", f"{v} {UNITS[name]}"] for t, v in course] for name, course in told.items()}
    return {"series": {name: {"points": one, "basis": "guess"} for name, one in points.items()}}


def scene(plan: Plan = PLAN, **parts: Any) -> Prepared:
    """The calm month with some parts written anew, ready to run; it begins on a Monday at 08:00."""
    scenario = Scenario.model_validate({**BASE, **parts})
    return prepare(scenario, {"island": plan}, ISLE)


def play(ready: Prepared, seed: int = 1) -> list[Entry]:
    """The entries of a run."""
    return simulate(Incident(ready, Chance(seed).run(0), EventLog(ready.start))).log.entries


def shipped(name: str, seed: int = 1) -> list[Entry]:
    """The entries of a run of one of the island's own scenarios."""
    found = load_inputs(ISLAND / f"{name}.yaml")
    return play(prepare(found.scenario, found.plans, found.jurisdiction), seed)


def entered(entries: Iterable[Entry], scheme: str = "response") -> list[tuple[float, str | None]]:
    """When which value of a scheme was entered."""
    return [(e.t, e.level) for e in entries if e.kind == "entered" and e.scheme == scheme]


def carried_out(entries: Iterable[Entry], ref: str, since: float = 0.0) -> list[float]:
    """When a measure was carried out, from an instant on."""
    return [e.t for e in entries if e.kind == "measure-done" and e.ref == ref and e.t >= since]


def report_at(t: float) -> float:
    """The first daily report at or after `t` [h]: they come in at 16:00."""
    return 8.0 + DAY * math.ceil((t - 8.0) / DAY)


def dumped(plan: Plan = PLAN) -> Tree:
    """The plan as plain data, to be edited."""
    return plan.model_dump(by_alias=True, exclude_unset=True, mode="json")


def statement(tree: Tree, id: str) -> Tree:
    """One statement or reading of a plan as plain data."""
    return next(one for held in tree.values() if isinstance(held, list) for one in held if one.get("id") == id)


def as_written(path: Path) -> Tree:
    """A file of ours as plain data, every scalar the text that is written."""
    text = path.read_text(encoding="utf-8")
    # No input of the library, whose bounded reader knows only its own kinds of file.
    return yaml.load(text, Loader=yaml.CBaseLoader)  # type: ignore[no-any-return]  # noqa: S506, TID251


def write(path: Path, tree: Tree) -> None:
    """Write plain data as a file."""
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")


def guess(value: str) -> Tree:
    """A supposition with a fixed value."""
    return {"value": value, "basis": "guess"}


# --------------------------------------------------------------------------------- the plan is whole


def test_the_plan_loads_and_compiles() -> None:
    """Five levels stand in the order the plan gives them, I the mildest, each with a way in and a clause for it."""
    ranks = program().ranks
    assert [ranks[Value("response", level)] for level in LEVELS] == [1, 2, 3, 4, 5]
    for level in LEVELS:
        decision = program().decisions[Value("response", level)]
        assert decision.sources == {"off", "ended", *LEVELS} - {level}
        assert f"island:4.2.{LEVELS.index(level) + 1}" in decision.clauses
    assert program().decisions[Value("response", "ended")].sources == set(LEVELS)
    assert program().decisions[Value("warning", "lifted")].sources == set(WARNINGS)


def test_nothing_is_left_unsaid() -> None:
    """The plan leaves no actor vague, no value unstated, no list open."""
    assert not list(PLAN.leaves(Unstated))
    assert not [a for _, a in PLAN.leaves(ActorRef) if a in (UNSTATED, OPEN)]
    assert not [a for a in PLAN.actors.values() if a.kind in ("generic", "undeclared")]
    assert not [m.id for m in PLAN.measures if m.discretion]


def test_every_clause_that_orders_something_has_a_statement() -> None:
    """Clauses called executable have statements, the others none; every reading names the clause that answers."""
    stated = {s.clause for _, _, s in PLAN.statements()}
    assert stated == {c.no for c in PLAN.body() if c.status == "executable"}
    printed = {c.no for c in PLAN.body() if c.status != "heading"}
    for reading in PLAN.readings:
        assert set(reading.clauses) <= printed
        assert str(reading.clauses[-1]) in reading.because.en


def test_every_text_is_in_both_languages() -> None:
    """No clause, actor or word is told in one language only, and the two are not the same."""
    for one in PLAN.body():
        assert one.status == "heading" or (one.zh and one.en and one.zh != one.en)
    for actor in (*PLAN.actors.values(), *PLAN.objects.values()):
        assert actor.zh != actor.en


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_complete(level: str) -> None:
    """Each level has criteria, measures, one who decides, a commander, a report, a publication, and its own word."""
    at = Value("response", level)
    decision = program().decisions[at]
    assert [r for r in program().rules if r.at == at]
    assert [m for m in program().measures if at in m.during]
    assert [(s.do, p.actor) for s in decision.steps for p in s.by if s.do == "decide"] == [("decide", "command")]
    begins = {e.id for e in program().events.values() if e.kind == "entered" and at in e.values}
    assert [r for r in program().reports if r.after in begins]
    assert [p for p in program().publications if p.after in begins]
    commanding = [d for d in PLAN.duties if d.verb == "command"]
    assert [d.actors for d in commanding if any(level in PLAN.values(s) for s in d.during)] == [("command",)]
    assert len([one for one in PLAN.labels if (one.scheme, one.level) == at]) == 1


def test_every_limit_has_an_event_and_a_bound() -> None:
    """A limit runs from an event of the plan for a time that is given."""
    events = {e.id for e in PLAN.events}
    limits = [w for _, w in PLAN.leaves(Within)]
    assert len(limits) > 80
    assert all(isinstance(w.bound, Duration) and w.after in events for w in limits)


def test_limits_tighten_with_the_level() -> None:
    """What is done at several levels has less time at each graver one: steps, measures, reports, publications."""
    for scheme, levels in (("response", LEVELS), ("warning", WARNINGS)):
        steps = [program().decisions[Value(scheme, level)].steps for level in levels]
        assert len({tuple(s.do for s in one) for one in steps}) == 1
        for step in zip(*steps, strict=True):
            falls([b.duration for s in step for b in s.bounds], len(levels))
        held = [m for m in PLAN.measures if any(s.scheme == scheme for s in m.during)]
        bounds = [{limit(m.within) for m in held if level in PLAN.values(m.during[0])} for level in levels]
        falls([one for (one,) in bounds], len(levels))
    for ids in ([f"r{k}-report" for k in range(1, 6)], [f"p-r{k}" for k in range(1, 6)], ["p-w1", "p-w2", "p-w3"]):
        told = {str(one.id): one.within for one in (*PLAN.reports, *PLAN.publications)}
        falls([limit(told[id]) for id in ids], len(ids))


def limit(within: Within | None) -> Duration:
    """The bound of a limit."""
    assert within is not None
    assert isinstance(within.bound, Duration)
    return within.bound


def falls(bounds: list[Duration], count: int) -> None:
    """There are so many bounds, each shorter than the one before."""
    hours = [b.plain_hours for b in bounds]
    assert len(hours) == count
    assert all(a > b for a, b in pairwise(hours))


def test_bodies_have_seats_and_seats_have_duties() -> None:
    """Every body has a head or an office; who sits in one has a duty; a member acts at some level."""
    bodies = {str(id) for id, a in PLAN.actors.items() if a.kind == "body"}
    assert {str(s.body) for s in PLAN.seats} == bodies
    on_duty = {str(a) for d in PLAN.duties for a in d.actors}
    seated = {str(a) for s in PLAN.seats for a in s.actors}
    assert bodies | seated <= on_duty
    acting = {str(a) for m in PLAN.measures for a in m.by}
    assert {str(a) for s in PLAN.seats if s.role == "member" for a in s.actors} <= acting


def test_papers_are_used_and_complete() -> None:
    """Every form, list of contents and annex is asked for; a start states level, expected period and measures."""
    steps = [s for d in PLAN.decisions for s in d.steps]
    assert {s.form for s in steps if s.form} == {f.id for f in PLAN.forms}
    asked_for = {s.contents for s in steps if s.contents} | {r.contents for r in PLAN.reports if r.contents}
    assert asked_for == {c.id for c in PLAN.contents}
    required, given_ = ({one.name.zh for one in PLAN.lists if one.kind == k} for k in ("required", "given"))
    assert required == given_
    (slip,) = ({field.en for field in f.fields} for f in PLAN.forms if f.id == "lantern-slip")
    (start,) = ({item.en for item in c.items} for c in PLAN.contents if c.id == "start-contents")
    assert slip == start >= {"level", "expected period", "measures"}


def test_the_plan_is_kept_alive() -> None:
    """Exercise and review come at least every three years, training too, and each has somebody to see to it."""
    for kind in ("exercise", "review", "training"):
        (found,) = (u for u in PLAN.upkeep if u.kind == kind)
        assert isinstance(found.every, Duration)
        assert found.every.unit == "year"
        assert found.every.value <= 3
    assert all(u.by for u in PLAN.upkeep)
    (revision,) = (u for u in PLAN.upkeep if u.kind == "revision")
    assert (revision.approved_by, bool(revision.trigger)) == ("council", True)


def test_amounts_add_up() -> None:
    """The parts of the reserve make its total."""
    (reserve,) = PLAN.resources
    assert isinstance(reserve.amount, Amount)
    assert sum(p.amount.base for p in reserve.parts if isinstance(p.amount, Amount)) == reserve.amount.base


# ------------------------------------------------------------------- thresholds: no gap, no overlap, no flapping


@given(st.floats(0, 40))
def test_cover_calls_for_one_level_or_none(cover: float) -> None:
    """From rest, any cover under twenty days meets the cases of exactly one level, and more meets none."""
    found = [r.at.value for r in program().rules if r.at.scheme == "response" and meets(r.at, cover=cover)]
    assert len(found) == (cover < 20)
    assert asked(cover=cover).state["response"] == (found[0] if found else "off")


def meets(at: Value, now: str = "off", **facts: float) -> bool:
    """Whether the cases of a level hold."""
    (rule,) = (r for r in program().rules if r.at == at)
    return holds(program(), rule.tree, WELL | facts, {"response": now})


@given(st.floats(0, 40), st.floats(0, 40), st.sampled_from(("off", *LEVELS)))
def test_less_food_never_means_fewer_lanterns(one: float, other: float, now: str) -> None:
    """Whatever level is in force, smaller cover calls for a level at least as grave."""
    ranks = program().ranks
    low, high = sorted((one, other))
    graver, milder = (ranks[Value("response", asked(now, cover=c).state["response"])] for c in (low, high))
    assert graver >= milder


@given(st.floats(0, 40), st.floats(0, 1.99), st.sampled_from(LEVELS))
def test_a_level_left_is_not_soon_entered_again(cover: float, drop: float, now: str) -> None:
    """A level lowered as cover recovers is not raised again before cover has fallen by two days."""
    after = asked(now, cover=cover).state["response"]
    ranks = program().ranks
    if ranks[Value("response", after)] < ranks[Value("response", now)]:
        again = asked(after, cover=max(0.0, cover - drop)).state["response"]
        assert ranks[Value("response", again)] <= ranks[Value("response", after)]


# --------------------------------------------------------------------------------------- the planner's cases


@cache
def table() -> list[Tree]:
    """The cases as written, with what each leaves out filled in."""
    head = as_written(ISLAND / "cases.yaml")
    for case in head["cases"]:
        case["facts"] = head["usual"] | case["facts"]
        case["now"] = {"warning": "off", "response": "off"} | case.get("now", {})
        case.setdefault("since", {})
    return head["cases"]  # type: ignore[no-any-return]


CASES = [pytest.param(case, id=case["id"]) for case in table()]


@pytest.mark.parametrize("case", CASES)
def test_a_case_comes_out_as_the_clauses_say(case: Tree) -> None:
    """In each situation: the levels whose cases hold, what is entered, who decides it, within what time of what."""
    facts = {name: Amount.parse(value).base for name, value in case["facts"].items()}
    since = {name: Duration.parse(value) for name, value in case["since"].items()}
    now = case["now"]
    found: dict[str, list[str]] = {"warning": [], "response": []}
    for rule in program().rules:
        if holds(program(), rule.tree, facts, now, since):
            found[rule.at.scheme].append(rule.at.value)
    assert found == case["holds"]
    answer = assess(program(), facts, now, since)
    assert dict(answer.state) == case["becomes"]
    moved = [Value(s, v) for s, v in answer.state.items() if v != now[s]]
    assert {at.scheme: " + ".join(answer.verdicts[at.scheme].decided_by) for at in moved} == case["decided-by"]
    bounds = [(s.do, b) for at in moved for s in program().decisions[at].steps for b in s.bounds]
    assert {do: f"{b.duration} after {b.after}" for do, b in bounds} == case["deadlines"]
    grounds = {c for v in answer.verdicts.values() for c in v.clauses}
    assert {Citation(c).clause for c in grounds} <= set(case["because"])


def test_cases_are_told_apart() -> None:
    """There are enough cases, no two alike, each told in both languages and resting on clauses the plan has."""
    assert len(table()) >= 20
    assert len({c["id"] for c in table()}) == len({repr((c["facts"], c["since"], c["now"])) for c in table()})
    assert len({c["id"] for c in table()}) == len(table())
    printed = {str(c.no) for c in PLAN.body()}
    for case in table():
        assert set(case["situation"]) == {"zh", "en"}
        assert case["because"]
        assert set(case["because"]) <= printed


def test_cases_reach_every_value() -> None:
    """The table enters every level of both schemes, the lifting and the end."""
    reached = {(s, v) for c in table() for s, v in c["becomes"].items() if v != c["now"][s]}
    assert reached == {(s, v) for s, one in PLAN.schemes.items() for v in one.values if v != "off"}


# ------------------------------------------------------------------------------------- conditions that must last


@given(st.integers(1, 15 * 24))
@settings(max_examples=25)
def test_ten_dear_days_light_three_lanterns(rises: int) -> None:
    """Prices that stay up are answered exactly ten days after the report that first tells of them, and not before."""
    entries = play(scene(world=series(price_rise=[(0, 2), (rises, 12)])))
    assert entered(entries) == [(report_at(rises) + 10 * DAY, "III")]


def test_a_break_on_day_nine_starts_the_count_anew() -> None:
    """Fallen at the ninth daily report and up by the tenth, prices are answered ten days after that tenth one."""
    first, again = report_at(DAY), report_at(DAY) + 10 * DAY
    prices = [(0.0, 2.0), (DAY, 12.0), (first + 8.5 * DAY, 5.0), (first + 9.5 * DAY, 12.0)]
    entries = play(scene(world=series(price_rise=prices)))
    assert entered(entries) == [(again + 10 * DAY, "III")]


def test_prices_that_fall_in_time_are_not_answered() -> None:
    """Nine dear days and no more light no lantern."""
    entries = play(scene(world=series(price_rise=[(0, 2), (DAY, 12), (report_at(DAY) + 8.5 * DAY, 5)])))
    assert entered(entries) == []


def test_a_break_between_two_reports_goes_unseen() -> None:
    """What nobody reports breaks nothing: the count runs on what is known."""
    first = report_at(DAY)
    entries = play(scene(world=series(price_rise=[(0, 2), (DAY, 12), (first + 80, 5), (first + 90, 12)])))
    assert entered(entries) == [(first + 10 * DAY, "III")]


def test_a_break_told_by_the_last_report_counts() -> None:
    """The report of the tenth day says that prices have fallen: the ten days have not been completed."""
    first = report_at(DAY)
    entries = play(scene(world=series(price_rise=[(0, 2), (DAY, 12), (first + 9.6 * DAY, 5)])))
    assert entered(entries) == []


# ------------------------------------------------------------------------------------------------ ties


def tie(taken: str) -> Prepared:
    """Cover of two lanterns and prices of three become known at one report, with a rule for ties."""
    world = series(price_rise=[(0, 2), (DAY, 12)], cover=[(0, 30), (10.5 * DAY, 12)])
    return scene(ruled(taken), world=world)


def ruled(taken: str) -> Plan:
    """The plan with another rule for ties."""
    tree = dumped()
    statement(tree, "graver-counts")["is"] = taken
    return Plan.model_validate(tree)


def test_of_two_levels_the_graver_is_entered() -> None:
    """Two and three lanterns called for at one report: three are lit, as 4.1.7 has it, and two never."""
    due = report_at(DAY) + 10 * DAY
    assert report_at(10.5 * DAY) == due
    assert entered(play(tie("gravest"))) == [(due, "III")]


def test_the_rule_for_ties_is_the_plans_own() -> None:
    """Were the plan to let the milder level count, the same facts would light two lanterns."""
    facts = {"lasted": "10 d", "cover": 12.0, "price_rise": 0.12}
    levels = {r.at.value for r in program().rules if meets(r.at, cover=12.0)}
    assert levels == {"II"}
    milder = compile_plan(ruled("mildest"), ISLE)
    assert asked(**facts).state["response"] == "III"  # type: ignore[arg-type]
    assert asked(**facts, of=milder).state["response"] == "II"  # type: ignore[arg-type]


# ------------------------------------------------------------------- in addition to a milder level, or in its place


def clauses_of(found: Assessment) -> set[str]:
    """The clauses whose measures on the response are called for."""
    of = (*found.measures, *found.kept)
    return {Citation(c).clause for m in of for c in m.clauses if any(v.scheme == "response" for v in m.during)}



@pytest.mark.parametrize(("level", "cover"), [("II", 12.0), ("III", 8.0), ("IV", 5.0)])
def test_a_level_in_addition_brings_the_milder_measures(level: str, cover: float) -> None:
    """Measures in addition to a level's bring that level's, and those it adds to in turn, even if it was skipped."""
    wanted = {f"4.3.{k}" for k in range(1, LEVELS.index(level) + 2)}
    for before in ("off", LEVELS[LEVELS.index(level) - 1]):
        assert clauses_of(asked(before, cover=cover)) == wanted


@pytest.mark.parametrize(("cover", "brought"), [(12.0, False), (10.5, True)])
def test_what_is_inherited_on_a_condition_waits_for_it(cover: float, brought: bool) -> None:
    """A level in addition to a milder one on a condition brings its measures only where that holds."""
    tree = dumped()
    statement(tree, "r2-and-1")["condition"] = "cover < 11 days-of-demand"
    plan = Plan.model_validate(tree)
    found = asked(cover=cover, of=compile_plan(plan, ISLE))
    assert clauses_of(found) == ({"4.3.1", "4.3.2"} if brought else {"4.3.2"})
    entries = play(scene(plan, world=series(cover=[(0, 30), (24, cover)])))
    assert [bool(carried_out(entries, id)) for id in ("r2-light", "r1-count")] == [True, brought]


@pytest.mark.parametrize(("does", "brought"), [("yes", True), ("no", False)])
def test_what_is_inherited_if_people_wish_waits_for_them(does: str, brought: bool) -> None:
    """Where it is left to those who act whether to add a milder level's measures, they come once that is done."""
    tree = dumped()
    statement(tree, "r2-and-1")["modality"] = "may"
    refusing = [] if does == "yes" else [{"seat": "storehouse", "answers": "refuses", "steps": ["carry-out"]}]
    plan, world = Plan.model_validate(tree), series(cover=[(0, 30), (24, 12)])
    entries = play(scene(plan, world=world, behaviour=refusing))
    assert [bool(carried_out(entries, id)) for id in ("r2-light", "r1-count")] == [True, brought]


@pytest.mark.parametrize("before", ["off", *LEVELS[:4]])
def test_a_level_without_addition_replaces_the_milder_measures(before: str) -> None:
    """Five lanterns bring the measures of 4.3.5 and no others, whatever was in force."""
    assert clauses_of(asked(before, cover=3.0)) == {"4.3.5"}


def test_a_level_says_which_level_it_adds_to() -> None:
    """Two to four lanterns are in addition to the level below, warnings likewise; one and five add to none."""
    added = {(str(one), str(m.inherits)) for m in PLAN.measures if m.inherits for one in m.during}
    response = {(f"response={b}", f"response={a}") for a, b in pairwise(LEVELS[:4])}
    assert added == response | {(f"warning={b}", f"warning={a}") for a, b in pairwise(WARNINGS)}


def test_one_level_alone_brings_its_own_measures() -> None:
    """One lantern brings the measures of 4.3.1 and no others."""
    assert clauses_of(asked(cover=18.0)) == {"4.3.1"}


FALLING = series(cover=[(0, 30), (DAY, 18), (4 * DAY, 12), (8 * DAY, 3)])


def test_replaced_measures_are_no_longer_carried_out() -> None:
    """The daily count of one lantern goes on while one lantern burns, and is not made once five do."""
    entries = play(scene(world=FALLING))
    first, second, fifth = (t for t, _ in entered(entries))
    assert [level for _, level in entered(entries)] == ["I", "II", "V"]
    assert [t for t in carried_out(entries, "r1-count") if t < second] == [first, first + DAY, first + 2 * DAY]
    (begun,) = (e.seq for e in entries if e.kind == "entered" and e.level == "V")
    assert carried_out(entries[begun:], "r1-count", fifth) == []


def test_measures_in_addition_go_on_being_carried_out() -> None:
    """Two lanterns are in addition to one: the daily count goes on until five lanterns replace it."""
    entries = play(scene(world=FALLING))
    _, second, fifth = (t for t, _ in entered(entries))
    assert len([t for t in carried_out(entries, "r1-count", second) if t < fifth]) == 4


# ---------------------------------------------------------------------------------- up, down, lifted, ended

UP = [(0, 30), (24, 18), (48, 12), (72, 8), (96, 5), (120, 3)]
UP_AND_DOWN = [*UP, (144, 7), (168, 9.5), (192, 13), (216, 17), (240, 25)]


def test_the_lanterns_go_up_and_down_one_by_one() -> None:
    """Cover sinks and recovers: every level is entered on the way up and on the way down, then the end."""
    entries = play(scene(world=series(cover=UP_AND_DOWN)))
    steps = [(report_at(24 * k), level) for k, level in enumerate([*LEVELS, "IV", "III", "II", "I"], 1)]
    assert entered(entries) == [*steps, (report_at(240) + 7 * DAY, "ended")]


def test_every_entry_rests_on_the_clauses_that_call_for_it() -> None:
    """Each level entered cites the case that held, and each lowering the clause on lowering."""
    entries = [e for e in play(scene(world=series(cover=UP_AND_DOWN))) if e.kind == "entered"]
    up, down = entries[:5], entries[5:9]
    for k, entry in enumerate(up, 1):
        assert {f"island:4.1.{k}(1)", f"island:4.2.{k}"} <= set(entry.clauses)
    for k, entry in zip((4, 3, 2, 1), down, strict=True):
        assert {f"island:4.2.{k}", "island:4.2.6"} <= set(entry.clauses)
    assert entries[9].clauses == ("island:4.6",)


def test_a_rise_does_not_rest_on_the_clause_on_lowering() -> None:
    """4.2.6 is about lowering and is cited by no rise."""
    up = [e for e in play(scene(world=series(cover=UP_AND_DOWN))) if e.kind == "entered"][:5]
    assert not [e.level for e in up if "island:4.2.6" in e.clauses]


def test_the_end_is_followed_up() -> None:
    """With the end losses and evaluation fall due and are reported within their bounds, and the end is published."""
    entries = play(scene(world=series(cover=[(0, 30), (24, 18), (48, 30)])))
    (ended,) = (t for t, level in entered(entries) if level == "ended")
    (after,) = (e for e in entries if e.kind == "aftermath")
    assert (after.t, after.detail["due"]) == (ended, ["loss-report", "evaluation"])
    sent = {e.ref: e for e in entries if e.kind in ("report-sent", "published") and e.t >= ended}
    assert set(sent) == {"loss-report", "evaluation", "p-ended"}
    assert all(e.detail["met"] for e in sent.values())
    assert sent["loss-report"].detail["due"] == ended + 10 * DAY
    assert sent["p-ended"].detail["due"] == ended + 12


def test_a_warning_is_raised_lowered_and_lifted() -> None:
    """Fog thickens and thins: the warning follows with the first report, and is lifted after a clear day."""
    sight = [(0, 25), (24, 7), (48, 3), (72, 0.5), (96, 5), (120, 8), (144, 20)]
    entries = play(scene(world=series(visibility=sight)))
    wanted = [(26.0, "I"), (50.0, "II"), (74.0, "III"), (98.0, "II"), (122.0, "I"), (170.0, "lifted")]
    assert entered(entries, "warning") == wanted  # reports come at 04:00, 10:00, 16:00 and 22:00: two hours on
    published = [(e.t, e.ref) for e in entries if e.kind == "published" and str(e.ref)[:3] in ("p-w", "p-l")]
    assert published == [(t, "p-lifted" if v == "lifted" else f"p-w{len(str(v))}") for t, v in wanted]


def test_the_lanterns_follow_the_warning() -> None:
    """A warning of level I lights one lantern, one of level III two; lowered and lifted, it lets the response end."""
    entries = play(scene(world=series(visibility=[(0, 25), (24, 7), (48, 0.5), (72, 25)], cover=[(0, 30)])))
    assert entered(entries, "warning") == [(26.0, "I"), (50.0, "III"), (74.0, "I"), (98.0, "lifted")]
    # Stores and prices have been well for the seven days of 4.6 by 168 h; the warning was lifted before.
    assert entered(entries) == [(26.0, "I"), (50.0, "II"), (74.0, "I"), (168.0, "ended")]


def lifted_into_off() -> Plan:
    """The plan with a warning that has no word for its end: it is lifted into no warning at all."""
    tree = dumped()
    del tree["schemes"]["warning"]["ends"]
    statement(tree, "lift")["to"] = "warning=off"
    for decision in tree["decisions"]:
        decision["from"] = decision["from"].replace("|lifted", "")
    tree["events"] = [e for e in tree["events"] if e["id"] != "warning-lifted"]
    tree["publications"] = [p for p in tree["publications"] if p["id"] != "p-lifted"]
    return Plan.model_validate(tree)


def test_a_warning_may_be_lifted_into_off() -> None:
    """A clause may lift a warning into no warning at all: the steps it gives are taken when its condition holds."""
    entries = play(scene(lifted_into_off(), world=series(visibility=[(0, 25), (24, 7), (48, 20)])))
    assert entered(entries, "warning") == [(26.0, "I"), (74.0, "off")]


def test_what_is_lifted_into_off_is_called_for() -> None:
    """In a stated situation too, a decision for no warning at all is called for once its condition holds."""
    off = compile_plan(lifted_into_off(), ISLE)
    found = asked(warning="II", lasted="1 d", of=off, visibility=20.0)
    assert found.state["warning"] == "off"
    assert (found.verdicts["warning"].level, found.verdicts["warning"].decided_by) == (None, ("council",))


def test_the_gravest_level_is_the_one_with_most_lanterns() -> None:
    """The highest level of a run is V, though its number is not the lowest."""
    ready = scene(world=series(cover=UP_AND_DOWN))
    log = simulate(Incident(ready, Chance(1).run(0), EventLog(ready.start))).log
    assert fold(log, {"island": program()}).plans["island"].highest == {"response": "V"}


def test_a_level_is_coloured_by_its_own_scheme() -> None:
    """Red is printed for the gravest of three warnings; the middle of five lanterns is not as red as the gravest."""
    found = colours(PLAN)
    assert found[Value("warning", "III")] == found[Value("response", "V")] == "red"
    assert found[Value("response", "III")] != "red"


def test_colours_never_grow_milder_with_the_level() -> None:
    """From the mildest level to the gravest, colours go from blue towards red and never back."""
    found, ramp = colours(PLAN), list(PALETTE)
    for scheme, levels in (("response", LEVELS), ("warning", WARNINGS)):
        order = [ramp.index(found[Value(scheme, level)]) for level in levels]
        assert order == sorted(order)


# -------------------------------------------------------------------------------- steps and time limits


def test_steps_are_taken_in_order() -> None:
    """The office gathers and proposes, the command's head decides, the lighthouse notifies: then the level begins."""
    minutes = {"collect": 50, "propose": 20, "decide": 30, "notify": 10}
    work = [{"do": do, "takes": guess(f"{m} min")} for do, m in minutes.items()]
    entries = play(scene(world=series(cover=[(0, 30), (24, 18)]), work=work))
    steps = [e for e in entries if e.kind == "step" and e.ref == "response=I"]
    acting = [(e.detail["do"], e.actor, e.detail.get("seat", e.actor)) for e in steps]
    assert acting == [
        ("collect", "command-office", "storehouse"),
        ("propose", "command-office", "storehouse"),
        ("decide", "command", "reeve"),
        ("notify", "lighthouse", "lighthouse"),
    ]
    assert [round(60 * (e.t - 32)) for e in steps] == [50, 70, 100, 110]
    assert entered(entries)[0] == (pytest.approx(32 + 110 / 60), "I")


GATHERED = [("II", 12, 6.0), ("III", 8, 4.0), ("IV", 5, 2.0), ("V", 3, 1.0)]


@pytest.mark.parametrize(("level", "cover", "bound"), GATHERED)
def test_late_work_misses_the_bound_of_its_level(level: str, cover: float, bound: float) -> None:
    """Gathering the facts may take as long as the level's clause says; what is late cites that clause."""
    for hours, late in ((bound - 0.1, 0), (bound + 0.1, 1)):
        work = [{"do": "collect", "takes": guess(f"{hours} h")}]
        entries = play(scene(world=series(cover=[(0, 30), (24, cover)]), work=work))
        missed = [e for e in entries if e.kind == "deadline-missed" and e.detail["do"] == "collect"]
        assert [(e.t, e.clauses) for e in missed] == [(32 + bound, (f"island:4.2.{LEVELS.index(level) + 1}",))] * late


def test_reports_and_publications_are_made_in_time() -> None:
    """Each level entered brings its report to the council and, from IV on, to the mainland, and is made public."""
    entries = play(scene(world=series(cover=UP_AND_DOWN)))
    for t, level in entered(entries):
        if level == "ended":
            continue
        k = LEVELS.index(str(level)) + 1
        told = {e.ref: e for e in entries if e.kind in ("report-sent", "published") and e.t == t}
        assert set(told) == {f"r{k}-report", f"p-r{k}"} | ({f"r{k}-mainland"} if k > 3 else set())
        assert all(e.detail["met"] for e in told.values())



def test_the_time_to_decide_runs_from_the_proposal() -> None:
    """The command has an hour from the proposal at five lanterns, however long the proposal took."""
    work = [{"do": "propose", "takes": guess("1 h")}, {"do": "decide", "takes": guess("30 min")}]
    entries = play(scene(world=series(cover=[(0, 30), (24, 3)]), work=work))
    (decided,) = (e for e in entries if e.kind == "step" and e.ref == "response=V" and e.detail["do"] == "decide")
    (proposed,) = (e for e in entries if e.kind == "step" and e.ref == "response=V" and e.detail["do"] == "propose")
    assert decided.detail["due"] == proposed.t + 1
    assert decided.detail["met"]


def test_work_done_in_good_time_misses_nothing() -> None:
    """In the fog every step takes minutes where its clause gives half an hour and more: no bound is missed."""
    assert not [(seed, e.ref) for seed in range(5) for e in shipped("fog", seed) if e.kind == "deadline-missed"]


def test_what_is_done_after_its_time_is_late() -> None:
    """A step done after its bound has passed has not kept it, also when it is done in no time."""
    work = [{"do": "collect", "takes": guess("5 h")}]  # and proposing takes no time, but two hours are all there is
    entries = play(scene(world=series(cover=[(0, 30), (24, 3)]), work=work))
    steps = {e.detail["do"]: e for e in entries if e.kind == "step" and e.ref == "response=V"}
    assert steps["propose"].t == 37 > steps["propose"].detail["due"] == 34
    assert (steps["collect"].detail["met"], steps["propose"].detail["met"]) == (False, False)


def test_what_is_published_has_been_cleared() -> None:
    """A publication that needs clearance waits for it: the reeve's clearance comes before the council publishes."""
    entries = play(scene(world=series(cover=[(0, 30), (24, 18)])))
    (published,) = (e for e in entries if e.kind == "published" and e.ref == "p-r1")
    assert [e for e in entries if e.ref == "p-r1" and e.actor == "reeve" and e.seq < published.seq]


def test_what_is_published_again_and_again_ends_with_its_level() -> None:
    """A publication that recurs comes at its interval while a level it is about is in force, and not after it."""
    tree = dumped()
    statement(tree, "p-w1").update(every="1 d", during=["warning=I"])
    sight = [(0, 25), (24, 7), (100, 20)]
    entries = play(scene(Plan.model_validate(tree), world=series(visibility=sight)))
    begun, ended = (t for t, _ in entered(entries, "warning"))
    made = [e.t for e in entries if e.kind == "published" and e.ref == "p-w1"]
    assert made == [begun + DAY * k for k in range(math.ceil((ended - begun) / DAY))]
    assert len(made) > 3


def test_the_end_of_a_measure_is_told() -> None:
    """What ends with its level is told once, with its clause, and whether it had been carried out."""
    entries = play(scene(world=series(cover=[(0, 30), (24, 18), (48, 3)])))
    (fifth,) = (e.t for e in entries if e.kind == "entered" and e.level == "V")
    stopped = [e for e in entries if e.kind == "note" and e.ref == "measure-stopped" and e.t == fifth]
    told = {e.detail["measure"]: e for e in stopped}
    assert len(told) == len(stopped)
    assert set(told) == {m.id for m in program().measures if m.says.clause == "4.3.1"}
    assert all(e.detail["carried-out"] and e.clauses == ("island:4.3.1",) for e in told.values())


OVERLAPS = [((24, 96), (48, 24)), ((24, 48), (48, 96)), ((24, 96), (48, 96))]


@pytest.mark.parametrize(("one", "other"), OVERLAPS)
def test_of_two_settings_the_latest_in_force_counts(one: tuple[float, float], other: tuple[float, float]) -> None:
    """Where two injects set one variable for a time each, what holds is the one set last of those still lasting."""

    def inject(id: str, begins: float, lasts: float, km: int) -> Tree:
        effect = {"do": "set", "target": "visibility", "to": guess(f"{km} km"), "lasts": guess(f"{lasts} h")}
        return {"id": id, "at": guess(f"{begins} h"), "title": {"zh": "雾", "en": "fog"}, "effects": [effect]}

    ready = scene(injects=[inject("one", *one, 7), inject("other", *other, 3)])
    incident = Incident(ready, Chance(1).run(0), EventLog(ready.start))
    for t in range(12, 192, 12):
        incident.advance(t + 1.0)
        for ask in incident.open_decisions():
            incident.decide(ask, Answer("never"))
        set_ = [(b, km) for (b, lasts), km in ((one, 7.0), (other, 3.0)) if b <= t + 1 < b + lasts]
        assert incident.world.value("visibility", t + 1.0) == (max(set_)[1] if set_ else 25.0)


def test_what_is_seen_is_told_with_the_clause_that_gives_its_bound() -> None:
    """An entry that an indicator has crossed a line cites who watches it and who draws that line, and no other."""
    entries = play(scene(world=series(cover=[(0, 30), (24, 18)])))
    (crossed,) = (e for e in entries if e.kind == "indicator" and e.detail.get("true") and "20" in e.detail["bound"])
    assert crossed.clauses == ("island:3.1", "island:4.1.1(1)")


def test_who_may_not_decide_changes_nothing() -> None:
    """An answer from the wrong seat is logged, but the matter is neither over nor counted as not decided."""
    ready = scene(world=series(cover=[(0, 30), (24, 18)]))
    incident = Incident(ready, Chance(1).run(0), EventLog(ready.start))
    incident.advance(100.0)
    (ask,) = incident.open_decisions()
    with pytest.raises(RefusedError):
        incident.decide(ask, Answer("do"), by="岛诊所")
    incident.advance(130.0)
    assert fold(incident.log, {"island": program()}).plans["island"].counts["not_decided"] == 0
    assert [(began, ended, level) for began, ended, _, level in pending(incident.log.entries, "island")] == [
        (ask.opened, incident.log.entries[-1].t, "I")
    ]


def test_who_never_answers_does_not_keep_a_graver_level_out() -> None:
    """While the first lantern waits for a seat that never answers, a graver level is opened and entered."""
    silent = [{"seat": "reeve", "answers": "never", "until": "40 h"}]
    entries = play(scene(world=series(cover=[(0, 30), (24, 18), (72, 5)]), behaviour=silent))
    assert entered(entries) == [(report_at(72), "IV")]
    (over,) = (e for e in entries if e.kind == "decision-refused")
    assert (over.t, over.level, over.detail["why"]) == (report_at(72), "I", "superseded")


# ---------------------------------------------------------------------------------------- silence


def test_clauses_that_disagree_need_a_reading() -> None:
    """Where two clauses set one rule differently, the plan has not answered: a reading has to."""
    tree = dumped()
    statement(tree, "warning-falls")["is"] = "never"
    with pytest.raises(UnsettledError, match="step-down"):
        compile_plan(Plan.model_validate(tree), ISLE)


WRONG = [("rule", "several-criteria-fold", "unknown-precedence"), ("is", "best", "not-an-answer")]


@pytest.mark.parametrize(("field", "value", "code"), WRONG)
def test_a_rule_that_answers_nothing_is_refused(field: str, value: str, code: str, tmp_path: Path) -> None:
    """A rule of precedence answers a question that there is, in words that answer it; else its place is told."""
    tree = as_written(ISLAND / "island.yaml")
    statement(tree, "graver-counts")[field] = value
    write(tmp_path / "island.yaml", tree)
    with pytest.raises(InputError) as caught:
        load_plan(tmp_path / "island.yaml", ISLE)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.where is not None
    assert problem.where.line > 1


@pytest.mark.parametrize("name", ["fog", "prices"])
def test_a_plan_without_silences_leaves_no_gap(name: str) -> None:
    """A run of a plan that answers every question itself logs no gap."""
    assert not [e.detail.get("reading") for e in shipped(name) if e.kind == "gap"]


def test_every_reading_in_use_is_needed() -> None:
    """Taking any reading out of the plan stops the machine; none is there for show."""
    assert set(program().readings) == {r.id for r in PLAN.readings}
    for reading in PLAN.readings:
        without = changed(PLAN, readings=[r for r in dumped()["readings"] if r["id"] != reading.id])
        with pytest.raises(UnsettledError):
            compile_plan(without, ISLE)


def test_a_level_in_force_is_not_entered_again() -> None:
    """A level that any level may go over to is not newly entered while it is in force."""
    tree = dumped()
    statement(tree, "start-2")["from"] = "response=off|any|ended"
    again = asked("II", cover=12.0, of=compile_plan(Plan.model_validate(tree), ISLE)).verdicts["response"]
    assert (again.level, again.enters) == ("II", False)


# ------------------------------------------------------------------------------------------ repeatable


def test_same_seed_same_log() -> None:
    """One seed gives one log; another gives another."""
    logs = ["".join(lines(shipped("fog", seed))) for seed in (4, 4, 5)]
    assert logs[0] == logs[1] != logs[2]


def test_the_fog_tells_the_whole_story() -> None:
    """Warnings up and down again, one to three lanterns and back, and an end, whatever the seed."""
    for seed in range(5):
        entries = shipped("fog", seed)
        assert [v for _, v in entered(entries, "warning")] == ["I", "II", "III", "II", "I", "lifted"]
        assert [v for _, v in entered(entries)] == ["I", "II", "III", "II", "I", "ended"]
        assert all(e.clauses for e in entries if e.kind in ("entered", "step", "decided", "measure-started"))


def test_prices_alone_light_three_lanterns() -> None:
    """Full stores and fair weather: ten dear days light three lanterns, which burn while prices are over 8 % up."""
    assert [(t / DAY, v) for t, v in entered(shipped("prices"))] == [
        (pytest.approx(11 + 1 / 3), "III"),
        (pytest.approx(25 + 1 / 3), "I"),
        (pytest.approx(32 + 1 / 3), "ended"),
    ]


def test_a_calm_month_lights_no_lantern() -> None:
    """Close to every line and across none: nobody is asked anything."""
    assert not [e.kind for e in shipped("calm") if e.kind in ("entered", "decision-opened", "measure-started")]


# ----------------------------------------------------------------------------------------- the command line


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds the island and nothing else, to work in."""
    for folder, names in (("plans", ("island", "jurisdiction")), ("scenarios", ("fog", "prices", "calm"))):
        (tmp_path / folder).mkdir()
        for name in names:
            shutil.copy(ISLAND / f"{name}.yaml", tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*args: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    result = CliRunner().invoke(app, list(args), env={"COLUMNS": "200", "LANG": "C"})
    return result.exit_code, result.stdout, result.stderr


BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


@BOTH
@pytest.mark.usefixtures("here")
def test_plans_lists_the_island(lang: str) -> None:
    """``plans`` tells its title, document, schemes with their numbers of levels, and measures."""
    code, out, err = call("plans", "--lang", lang)
    assert (code, err) == (0, "")
    title, measures = PLAN.title.in_(lang)[:10], str(len(PLAN.measures))
    schemes = ("预警（3级）", "应急响应（5级）") if lang == "zh" else ("Warning (3 levels)", "Response (5 levels)")
    for piece in ("island", title, "岛议〔2025〕3号", *schemes, measures):
        assert piece in out


SHOWN = [
    (("--level", "response=V"), {"zh": ["五盏灯全亮", "岛保供指挥部"], "en": ["all five lanterns", "Command"]}),
    (("--level", "warning=I"), {"zh": ["岛议事会", "3.3.1"], "en": ["Council", "3.3.1"]}),
    (("--clause", "4.1.3"), {"zh": ["涨幅连续10天"], "en": ["price rise > 10 %, for 10 d"]}),
    (("--agency", "岛灯塔站"), {"zh": ["第四盏灯"], "en": ["the fourth lantern lit"]}),
    (("--organisation",), {"zh": ["港务长"], "en": ["Harbour master"]}),
    (("--reports",), {"zh": ["20 个工作日"], "en": ["20 working days"]}),
    (("--at", "cover=5 visibility=0.5"), {"zh": ["IV级响应", "III级预警"], "en": ["Level IV response"]}),
]


@BOTH
@pytest.mark.parametrize(("args", "told"), SHOWN)
@pytest.mark.usefixtures("here")
def test_show_tells_of_the_island(args: tuple[str, ...], told: dict[str, list[str]], lang: str) -> None:
    """``show`` tells of levels, clauses, agencies, bodies, reports and situations in either language."""
    code, out, err = call("show", "island", *args, "--lang", lang)
    assert (code, err) == (0, "")
    for piece in told[lang]:
        assert piece in out


@BOTH
def test_show_draws_the_machine(here: Path, lang: str) -> None:
    """The machine of two schemes with eight levels is drawn, every value in its place."""
    code, _, err = call("show", "island", "-o", "island.svg", "--lang", lang)
    assert (code, err) == (0, "")
    assert b"<svg" in (here / "island.svg").read_bytes()[:300]
    _, out, _ = call("show", "island", "--as", "mermaid", "--lang", lang)
    for level in LEVELS:
        assert {"zh": f"{level}级响应", "en": f"Level {level} response"}[lang] in out


@BOTH
def test_run_tells_and_writes(here: Path, lang: str) -> None:
    """``run`` tells the story, and leaves log, summary and report."""
    code, out, err = call("run", "island-prices", "-o", "out", "--lang", lang)
    assert (code, err) == (0, "")
    assert {"zh": "III级响应", "en": "Level III response"}[lang] in out
    summary = json.loads((here / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["plans"]["island"]["highest"] == {"response": "III"}
    assert summary["plans"]["island"]["ended_h"] == pytest.approx(32 * DAY + 8)
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert {"zh": "口粮涨价", "en": "Dear provisions"}[lang] in page


def test_show_takes_a_plan_file_from_anywhere() -> None:
    """A plan given by its path is shown with the jurisdiction that lies beside it."""
    code, _, err = call("show", str(ISLAND / "island.yaml"), "--level", "response=I", "--lang", "en")
    assert (code, err) == (0, "")


def test_a_scenario_file_finds_the_plans_next_to_its_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario given by its path is read with the plans beside it or, as in a shelf of ours, in ../plans."""
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    for path in (here / "scenarios" / "calm.yaml", Path("..") / "scenarios" / "calm.yaml", ISLAND / "calm.yaml"):
        assert load_inputs(path).plans["island"] == PLAN


@BOTH
@pytest.mark.usefixtures("here")
def test_a_warning_lifted_is_not_called_ended(lang: str) -> None:
    """A lifted warning and an ended response are told apart in words."""
    _, lifted, _ = call("show", "island", "--level", "warning=lifted", "--lang", lang)
    _, ended, _ = call("show", "island", "--level", "response=ended", "--lang", lang)
    assert lifted.splitlines()[0].strip() != ended.splitlines()[0].strip()


# ------------------------------------------------------------------------------- faults that stop a run


def without(*ids: str) -> Callable[[Tree], None]:
    """An edit that takes readings and rules of precedence out."""

    def edit(tree: Tree) -> None:
        for section in ("readings", "precedence"):
            tree[section] = [one for one in tree[section] if one["id"] not in ids]

    return edit


def put(id: str, **fields: Any) -> Callable[[Tree], None]:
    """An edit of one statement."""
    return lambda tree: statement(tree, id).update(fields)


def dropped(field: str, *ids: str) -> Callable[[Tree], None]:
    """An edit that drops a field of statements."""
    return lambda tree: [statement(tree, id).pop(field) for id in ids] and None


FAULTS = [
    pytest.param(without("warning-falls", "response-falls"), ("step-down", "island:3.3.4"), id="no word on lowering"),
    pytest.param(without("graver-counts"), ("several-criteria-hold", "island:4.1.1(1)"), id="no rule for ties"),
    pytest.param(without("measures-cease"), ("measures-of-milder-levels", "island:4.3.5"), id="no rule for measures"),
    pytest.param(put("r1-count", every="unstated"), ("r1-count every", "island:4.3.1"), id="counted regularly"),
    pytest.param(put("r3-order", by=["unstated"]), ("measures-without-actor", "island:4.3.3"), id="by nobody"),
    pytest.param(put("r3-cases", connective="unstated"), ("r3-cases connective", "island:4.1.6"), id="any or all"),
    pytest.param(put("loss-report", to=["unstated"]), ("loss-report to", "island:5.1"), id="reported to nobody"),
    pytest.param(put("evaluation", after="unstated"), ("evaluation after", "island:5.2"), id="evaluated some day"),
    pytest.param(put("p-ended", by=["unstated"]), ("p-ended by", "island:4.5"), id="published by nobody"),
    pytest.param(put("r4-begins", state="unstated"), ("r4-begins state", "island:4.3.4"), id="begins when?"),
    pytest.param(dropped("from", "start-2", "lower-to-2"), ("response=II from", "island:4.2.2"), id="from where?"),
]


@pytest.mark.parametrize(("edit", "told"), FAULTS)
def test_a_question_left_open_stops_the_run(edit: Callable[[Tree], None], told: tuple[str, str], here: Path) -> None:
    """What the plan leaves open and no reading answers ends in exit code 2 and names file, question and clause."""
    path = here / "plans" / "island.yaml"
    tree = as_written(path)
    edit(tree)
    write(path, tree)
    load_plan(path)  # nothing is wrong with the file: it is the plan that is silent
    for lang in ("zh", "en"):
        code, out, err = call("run", "island-calm", "-o", "out", "--lang", lang)
        assert code == 2
        assert "island.yaml:" in err
        assert all(piece in err for piece in told)
        assert "Traceback" not in out + err
    assert not (here / "out").exists()


def test_an_open_question_names_all_its_clauses(here: Path) -> None:
    """A question that many clauses leave open is told with every one of them."""
    path = here / "plans" / "island.yaml"
    tree = as_written(path)
    without("graver-counts")(tree)
    write(path, tree)
    _, _, err = call("run", "island-calm", "-o", "out", "--lang", "en")
    assert [c.clause for c in PLAN.criteria if f"island:{c.clause}" not in err] == []


def test_the_same_file_unedited_runs(here: Path) -> None:
    """Read and written again without a change, the plan runs: it is the edits that stop it."""
    path = here / "plans" / "island.yaml"
    write(path, as_written(path))
    assert load_plan(path) == PLAN
