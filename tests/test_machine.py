"""The program of a plan: voices merged, questions settled or refused, one flat machine."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import changed, extended, ladder_plan, ladders, reading

from emergency.errors import InputError, UnsettledError
from emergency.jurisdiction import Jurisdiction
from emergency.machine import FlatMachine, Performer, Program, Value, assess, compile_plan
from emergency.plan import Plan
from emergency.reader import load_jurisdiction, load_plan

ENGINE = Path(__file__).parent / "fixtures" / "engine"
ROOT = Path(__file__).parent.parent
TODAY = date(2026, 7, 13)

FUEL = load_plan(ROOT / "plans/yunxi/fuel.yaml")
YUNXI = load_jurisdiction(ROOT / "plans/yunxi/jurisdiction.yaml")
OIL = load_plan(ENGINE / "lamp-oil.yaml")
ISLE = load_jurisdiction(ENGINE / "tern-isle.yaml")
#: Each says more exactly what a general reading says too: without it the general one answers.
SPECIAL = {"guarding-by-police", "resale-by-police", "outflow-by-market-supervision"}


@cache
def fuel_program() -> Program:
    """The shipped plan, compiled."""
    return compile_plan(FUEL, YUNXI, on=TODAY)


def without(plan: Plan, *ids: str) -> Plan:
    """A plan without some of its readings."""
    return plan.model_copy(update={"readings": tuple(r for r in plan.readings if r.id not in ids)})


def refused(plan: Plan, jurisdiction: Jurisdiction = ISLE) -> UnsettledError:
    """The refusal of a plan that leaves questions open."""
    with pytest.raises(UnsettledError) as stopped:
        compile_plan(plan, jurisdiction, on=TODAY)
    assert stopped.value.exit_code == 2
    assert isinstance(stopped.value, InputError)
    return stopped.value


def questions(error: UnsettledError) -> dict[str, str]:
    """Each question asked, with its clauses."""
    return {str(p.facts["question"]): str(p.facts["clauses"]) for p in error.problems}


def says(program: Program) -> tuple[Any, ...]:
    """What a program orders, the readings that led to it left out."""
    decisions = [(d.at, d.mode, d.when, d.parts, d.sources, d.steps, d.follows) for d in program.decisions.values()]
    measures = [(m.during, m.by, m.towards, m.steps, m.every) for m in program.measures]
    return (
        program.rules, decisions, measures, program.events, program.reports, program.publications,
        program.channels, program.variables, program.precedence,
    )  # fmt: skip


# -------------------------------------------------------------------------------------------- voices


def told(*voices: tuple[str, list[dict[str, Any]]], readings: tuple[dict[str, Any], ...] = ()) -> Plan:
    """The island's plan with one decision statement for each clause given."""
    begin = [{"clause": c, "id": f"v{i}", "to": "response=any", "steps": s} for i, (c, s) in enumerate(voices)]
    end = {
        "clause": "3.4",
        "id": "end",
        "to": "response=over",
        "when": "plenty",
        "steps": [{"do": "decide", "by": "command"}],
    }
    return extended(changed(OIL, decisions=[*begin, end]), readings=list(readings))


def step(do: str, by: str = "larder", **more: Any) -> dict[str, Any]:
    """One step as written."""
    return {"do": do, "by": by, **{name.rstrip("_"): value for name, value in more.items()}}


def begin(plan: Plan) -> Any:
    """How level II is entered."""
    return compile_plan(plan, ISLE, on=TODAY).decisions[Value("response", "II")]


def test_clauses_that_tell_parts_are_joined_in_order() -> None:
    """Two clauses share a step: the union of their steps stands in the order both tell, each step citing its own."""
    found = begin(
        told(("3.1", [step("collect"), step("propose")]), ("3.2", [step("propose"), step("decide", "command")]))
    )
    assert [(s.do, s.clauses) for s in found.steps] == [
        ("collect", ("lamp-oil:3.1",)),
        ("propose", ("lamp-oil:3.1", "lamp-oil:3.2")),
        ("decide", ("lamp-oil:3.2",)),
    ]
    assert found.clauses == ("lamp-oil:3.1", "lamp-oil:3.2")


def test_bounds_and_addressees_gather() -> None:
    """Every clause's bound, addressee and partner on one step is kept, each bound with its own clause."""
    at_once = {"bound": "1 h", "urgency": "at-once"}
    found = begin(
        told(
            ("3.1", [step("propose", to=["command"], within={"bound": "2 h"}), step("decide", "command")]),
            ("3.2", [step("propose", to=["council"], with_=["harbour"], within=at_once)]),
        )
    )  # fmt: skip
    first = found.steps[0]
    assert [(str(b.duration), b.clause) for b in first.bounds] == [("2 h", "lamp-oil:3.1"), ("1 h", "lamp-oil:3.2")]
    assert [p.actor for p in first.to] == ["command", "council"]
    assert [p.actor for p in first.together_with] == ["harbour"]
    assert first.urgency == "at-once"


@pytest.mark.parametrize(
    "voices",
    [
        (("3.1", [step("propose"), step("decide", "command")]), ("3.2", [step("report"), step("decide", "command")])),
        (("3.1", [step("propose"), step("report")]), ("3.2", [step("report"), step("propose")])),
    ],
    ids=["tie", "circle"],
)
def test_a_tie_or_a_circle_needs_a_reading(voices: tuple[tuple[str, list[dict[str, Any]]], ...]) -> None:
    """Where the clauses leave the order open or contradict each other, the order is a question, clauses named."""
    asked = questions(refused(told(*voices)))
    assert asked["entering response=II order"] == "lamp-oil:3.1, lamp-oil:3.2"
    settled = reading("order", ["3.1"], {"entering": "response=any", "field": "order"}, "report, propose, decide")
    order = [s.do for s in begin(told(*voices, readings=(settled,))).steps]
    assert order[:2] == ["report", "propose"]


def test_an_order_that_leaves_a_step_out_settles_nothing() -> None:
    """A reading of the order must name every verb told."""
    settled = reading("order", ["3.1"], {"entering": "response=any", "field": "order"}, "propose, decide")
    voices = (
        ("3.1", [step("propose"), step("decide", "command")]),
        ("3.2", [step("report"), step("decide", "command")]),
    )
    assert "entering response=II order" in questions(refused(told(*voices, readings=(settled,))))


def test_a_body_acts_through_its_chair() -> None:
    """The actor stays the body the plan names, the seat is the post that holds the chair."""
    assert begin(OIL).steps[-1].by == (Performer("command", "warden"),)


def test_criteria_of_one_level_keep_their_clauses() -> None:
    """Each clause's share in a level stands apart, so that a log can cite the one that held."""
    plan = extended(OIL, criteria=[{"clause": "3.1", "of": "response=II", "when": "any(storm, villages)"}])
    rule = next(r for r in compile_plan(plan, ISLE, on=TODAY).rules if r.at.value == "II")
    assert [p.clauses for p in rule.parts] == [("lamp-oil:2.2",), ("lamp-oil:3.1",)]


# ------------------------------------------------------------------------------------------ readings


@pytest.mark.parametrize("id", sorted(set(fuel_program().readings) - SPECIAL))
def test_every_reading_in_use_is_needed(id: str) -> None:
    """Without a reading that the program uses the plan is refused, exit code 2, with the clauses of the question."""
    plan = without(FUEL, id)
    asked = questions(refused(plan, YUNXI))
    settled = next(r for r in FUEL.readings if r.id == id)
    cited = {c for clauses in asked.values() for c in clauses.split(", ")}
    assert all(c.startswith("fuel:") for c in cited)
    subject = next(str(v) for k, v in settled.settles if v and k != "field")
    assert asked
    # The question is the reading's own: it speaks of the same clauses, or of the same thing.
    assert cited & set(FUEL.cite(*settled.clauses)) or any(subject in q for q in asked)


@pytest.mark.parametrize("id", sorted(SPECIAL & set(fuel_program().readings)))
def test_a_special_reading_goes_before_the_general_one(id: str) -> None:
    """Without it the general reading answers, and the program is another."""
    program = compile_plan(without(FUEL, id), YUNXI, on=TODAY)
    assert id not in program.readings
    assert says(program) != says(fuel_program())


def test_all_questions_are_asked_at_once() -> None:
    """A plan without any reading is told all its questions in one refusal, each once."""
    error = refused(FUEL.model_copy(update={"readings": ()}), YUNXI)
    asked = [p.facts["question"] for p in error.problems]
    assert len(asked) == len(set(asked)) > 20
    assert {p.code for p in error.problems} == {"unsettled"}


@pytest.mark.parametrize(
    ("id", "choice"),
    [(r.id, c) for r in FUEL.readings if r.id in fuel_program().readings for c in r.choices if c != r.taken],
)
def test_overruling_a_reading_changes_the_program(id: str, choice: str) -> None:
    """Another choice orders something else, and the program says which reading was overruled."""
    program = compile_plan(FUEL, YUNXI, {id: choice}, TODAY)
    assert program.readings[id] == choice
    assert program.overruled == (id,)
    assert says(program) != says(fuel_program())


def test_a_plan_is_not_changed_by_being_compiled() -> None:
    """Compiling twice gives the same program: nothing is remembered between."""
    assert says(compile_plan(FUEL, YUNXI, on=TODAY)) == says(fuel_program())


# ------------------------------------------------------------------------------------- the flat machine


@pytest.mark.parametrize("program", [fuel_program(), compile_plan(OIL, ISLE)], ids=["fuel", "lamp-oil"])
def test_a_value_is_entered_from_its_sources_only(program: Program) -> None:
    """In every state: a value may be entered just where its decision says, and moves its own scheme only."""
    machine = FlatMachine(program)
    for state in machine.machine.states:
        for at, decision in program.decisions.items():
            situation = machine.situation()
            situation.state = state
            before = machine.values(situation)
            may = before[at.scheme] in decision.sources
            assert machine.may(situation, at) == may
            assert machine.enter(situation, at) == may
            assert machine.values(situation) == ({**before, at.scheme: at.value} if may else before)


def test_a_value_nobody_enters_is_never_entered() -> None:
    """An unknown value, or one no decision leads to, is refused without a sound."""
    machine = FlatMachine(fuel_program())
    situation = machine.situation()
    for at in (Value("response", "off"), Value("response", "V"), Value("tide", "I")):
        assert not machine.may(situation, at)
        assert not machine.enter(situation, at)
    assert set(machine.values(situation).values()) == {"off"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(fuel_program().decisions)), max_size=25))
def test_the_machine_agrees_with_a_dict(history: list[Value]) -> None:
    """Whatever is tried in whatever order, the machine stands where a plain dict of values stands."""
    machine = FlatMachine(fuel_program())
    situation, plain = machine.situation(), dict.fromkeys(map(str, machine.schemes), "off")
    for at in history:
        entered = plain[at.scheme] in fuel_program().decisions[at].sources
        if entered:
            plain[at.scheme] = at.value
        assert machine.enter(situation, at) == entered
        assert machine.values(situation) == plain


def test_situations_share_a_machine_and_nothing_else() -> None:
    """Moving one situation leaves another where it is."""
    machine = FlatMachine(compile_plan(OIL, ISLE))
    one, other = machine.situation(), machine.situation()
    assert machine.enter(one, Value("response", "II"))
    assert machine.values(other) == {"response": "off"}


@settings(max_examples=40, deadline=None)
@given(ladders(), st.integers(0, 50).map(lambda n: n / 2))
def test_of_nested_levels_the_gravest_counts(ladder: tuple[dict[str, float], str], cover: float) -> None:
    """With bounds that fall from level to level, the level is the last whose bound is not yet passed from below."""
    bounds, sources = ladder
    program = compile_plan(ladder_plan(OIL, bounds, sources), ISLE)
    held = [level for level, bound in bounds.items() if cover < bound]
    verdict = assess(program, {"cover": cover}).verdicts["response"]
    assert verdict.level == (held[-1] if held else None)
    gravest = Value("response", list(bounds)[-1])
    others = {"off", *bounds} - {gravest.value}
    assert program.decisions[gravest].sources == others
    mildest = Value("response", next(iter(bounds)))
    assert program.decisions[mildest].sources == (
        {"off"} if sources == "milder" else {"off", *bounds} - {mildest.value}
    )


def test_who_may_do_what_is_told_with_the_clause() -> None:
    """The seats of a decision come with the clause that names them, and so does a verdict."""
    program = compile_plan(OIL, ISLE)
    may = program.who_may(Value("response", "I"))
    assert [(s.do, p.actor, s.clauses) for s, p in may] == [
        ("propose", "larder", ("lamp-oil:3.1",)),
        ("decide", "command", ("lamp-oil:3.1",)),
    ]
    verdict = assess(program, {"cover": 3.0}).verdicts["response"]
    assert (verdict.decided_by, verdict.decided_clauses) == (("command",), ("lamp-oil:3.1",))
    assert verdict.clauses == ("lamp-oil:2.2",)


def test_a_program_is_data() -> None:
    """A plan dumped to JSON and read again compiles to the same program."""
    again = Plan.model_validate(json.loads(OIL.model_dump_json(by_alias=True, exclude_unset=True)))
    assert says(compile_plan(again, ISLE)) == says(compile_plan(OIL, ISLE))
