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

from emergency.condition import Guard, show
from emergency.errors import InputError, UnsettledError
from emergency.jurisdiction import Jurisdiction
from emergency.machine import FlatMachine, Performer, Program, Value, assess, compile_plan
from emergency.machine.guards import at_bound
from emergency.plan import Plan
from emergency.reader import load_jurisdiction, load_plan
from emergency.words import tell

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


# ------------------------------------------------------------------------- questions about statements


def measure(id: str, **more: Any) -> dict[str, Any]:
    """A measure of the larder."""
    words = {"zh": "事", "en": "a thing"}
    return {"clause": "3.2", "id": id, "by": ["larder"], "verb": "watch", "object": words, **more}


def settled(statement: str, field: str, *choices: str) -> dict[str, Any]:
    """A reading of one field of a statement, taking the first choice."""
    return reading(f"r-{field.replace('_', '-')}", ["3.2"], {"statement": statement, "field": field}, *choices)


def compiled(plan: Plan, **choices: str) -> Program:
    """The program of a plan on the island."""
    return compile_plan(plan, ISLE, {k.replace("_", "-"): v for k, v in choices.items()}, TODAY)


def test_a_measure_without_a_time_is_a_question() -> None:
    """Where the clause does not say in which state a measure is taken, the plan is refused with the clause."""
    plan = extended(OIL, measures=[measure("bail", during="unstated")])
    assert questions(refused(plan)) == {"statement bail during": "lamp-oil:3.2"}


@pytest.mark.parametrize(
    ("choice", "during", "never"),
    [
        ("response=any", {Value("response", "II"), Value("response", "I")}, False),
        ("response=I, response=over", {Value("response", "I"), Value("response", "over")}, False),
        ("never", set(), True),
    ],
)
def test_a_reading_says_when_a_measure_is_taken(choice: str, during: set[Value], never: bool) -> None:
    """States, several of them, or never; the silence is a gap that the measure names."""
    when = settled("bail", "during", choice)
    plan = extended(OIL, measures=[measure("bail", during="unstated")], readings=[when])
    program = compiled(plan)
    found = next(m for m in program.measures if m.id == "bail")
    assert (found.during, found.never, found.gaps) == (during, never, ("r-during",))
    assert program.gaps["r-during"].taken == choice


def test_what_is_never_taken_is_never_called_for() -> None:
    """Not even when its condition holds, which alone calls for a measure that is tied to no state."""
    windy = {"condition": "any(storm, villages)"}
    both = [measure("bail", during="unstated", **windy), measure("pump", **windy)]
    program = compiled(extended(OIL, measures=both, readings=[settled("bail", "during", "never")]))
    found = assess(program, {"storm": frozenset({"west"})})
    assert [m.id for m in found.measures] == ["pump"]


def test_one_reading_settles_a_group() -> None:
    """Several statements with one silence are settled by one reading."""
    group = reading("when", ["3.2"], {"statements": ["bail", "pump"], "field": "during"}, "response=I")
    plan = extended(OIL, measures=[measure(id, during="unstated") for id in ("bail", "pump")], readings=[group])
    found = [m for m in compiled(plan).measures if m.id in ("bail", "pump")]
    assert [(m.during, m.gaps) for m in found] == [({Value("response", "I")}, ("when",))] * 2


def criterion(**more: Any) -> Plan:
    """The plan with another criterion for level II."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")["criteria"]
    held[0] |= more
    return changed(OIL, criteria=held)


def rule(program: Program, level: str = "II") -> Any:
    """When a level is held to be reached."""
    return next(r for r in program.rules if r.at == Value("response", level))


def test_a_criterion_without_its_guard_is_a_question() -> None:
    """A criterion that names no condition needs a reading, and is what the reading says."""
    plan = criterion(when="unstated")
    assert questions(refused(plan)) == {"statement c2 when": "lamp-oil:2.2"}
    found = rule(compiled(extended(plan, readings=[settled("c2", "when", "any(storm, villages)")])))
    assert show(found.tree) == "any(storm, villages)"
    assert found.parts[0].gaps == ("r-when",)


@pytest.mark.parametrize(("taken", "at_ten"), [("included", "II"), ("excluded", None)])
def test_whether_the_bound_itself_counts(taken: str, at_ten: str | None) -> None:
    """A bound whose inclusion the words leave open is a question; the answers differ at the bound alone."""
    plan = criterion(boundary="unstated")
    assert questions(refused(plan)) == {"statement c2 boundary": "lamp-oil:2.2"}
    both = ("included", "excluded") if taken == "included" else ("excluded", "included")
    program = compiled(extended(plan, readings=[settled("c2", "boundary", *both)]))
    levels = [assess(program, {"cover": days}).verdicts["response"].level for days in (9.99, 10.0, 10.01)]
    assert levels == ["II", at_ten, None]
    assert "r-boundary" in rule(program).parts[0].gaps


def test_a_bound_nobody_compares_with_is_no_question() -> None:
    """A criterion by a flag has no bound to include, whatever its words leave open."""
    assert rule(compiled(criterion(when="any(storm, villages)", boundary="unstated")))


@pytest.mark.parametrize("op", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("included", [True, False])
def test_a_boundary_changes_the_bound_and_nothing_else(op: str, included: bool) -> None:
    """The same comparison with its bound in or out, wherever in a guard it stands."""
    kept = f"not (cover {op} 3 d or storm) and count(storm and cover {op} 3 d, villages) {op} 2 for 4 d"
    tree = Guard.parse(kept.replace("3 d", "3 days-of-demand")).tree
    found = show(at_bound(tree, included))
    wanted = op[0] + ("=" if included else "")
    assert found == show(tree).replace(f" {op} ", f" {wanted} ")


def test_which_places_are_meant() -> None:
    """A criterion whose places the words leave open is a question, and runs over the set that a reading names."""
    plan = criterion(when="all(storm, villages)", scope="unstated")
    assert questions(refused(plan)) == {"statement c2 scope": "lamp-oil:2.2"}
    found = rule(compiled(extended(plan, readings=[settled("c2", "scope", "harbours", "villages")])))
    assert show(found.tree) == "all(storm, harbours)"


@pytest.mark.parametrize(("role", "levels"), [("item", ["II", "II", "II"]), ("definition", [None, None, "II"])])
def test_what_part_a_criterion_plays(role: str, levels: list[str | None]) -> None:
    """Where it is open whether a clause defines a level or lists a case, the reading says which.

    As one case of two it is enough; as the definition it has to hold beside the other.
    """
    other = {"clause": "3.1", "id": "c3", "of": "response=II", "role": "unstated", "when": "any(storm, villages)"}
    plan = extended(criterion(role="item"), criteria=[other])
    assert "statement c3 role" in questions(refused(plan))
    both = reading("both", ["2.2"], {"precedence": "definition-and-items"}, "both")
    program = compiled(extended(plan, readings=[settled("c3", "role", role), both]))
    facts = [{"cover": 9.0}, {"storm": frozenset({"west"})}, {"cover": 9.0, "storm": frozenset({"west"})}]
    assert [assess(program, f).verdicts["response"].level for f in facts] == levels


# -------------------------------------------------------------------------------- steps that are one


def test_a_step_told_with_and_without_its_actor_is_one() -> None:
    """A clause that leaves the actor open speaks of the step that another clause gives to someone."""
    found = begin(
        told(
            ("3.1", [step("propose"), step("approve", "unstated")]),
            ("3.2", [step("propose"), step("approve", "council")]),
        )
    )
    assert [(s.do, [p.actor for p in s.by], s.clauses) for s in found.steps][1:] == [
        ("approve", ["council"], ("lamp-oil:3.1", "lamp-oil:3.2"))
    ]


def test_a_reading_of_the_actor_goes_before_another_clause() -> None:
    """Where a reading names the actor of the open step, it is not taken to be the other clause's."""
    settles = {"entering": "response=any", "field": "approve.by"}
    by = reading("by", ["3.1"], settles, "harbour")
    order = reading("order", ["3.1"], {"entering": "response=any", "field": "order"}, "propose, approve")
    voices = (
        ("3.1", [step("propose"), step("approve", "unstated")]),
        ("3.2", [step("propose"), step("approve", "council")]),
    )
    found = begin(told(*voices, readings=(by, order)))
    assert [s.by[0].actor for s in found.steps] == ["larder", "harbour", "council"]


CONSENT = (
    ("3.1", [step("propose"), step("agree", "council"), step("decide", "command")]),
    ("3.2", [step("propose"), step("approve", "council"), step("decide", "command")]),
)


@pytest.mark.parametrize(
    ("choice", "verbs"),
    [
        ("agree is approve", ["propose", "approve", "decide"]),
        ("approve is agree", ["propose", "agree", "decide"]),
        ("apart", ["propose", "agree", "approve", "decide"]),
    ],
)
def test_two_words_for_one_act(choice: str, verbs: list[str]) -> None:
    """A reading makes two verbs of one actor one step, which cites both clauses; apart they stay two."""
    same = reading("same", ["3.1"], {"entering": "response=any", "field": "steps"}, choice)
    settles = {"entering": "response=any", "field": "order"}
    order = reading("order", ["3.1"], settles, "propose, agree, approve, decide")
    found = begin(told(*CONSENT, readings=(same, order)))
    assert [s.do for s in found.steps] == verbs
    cited = {s.do: s.clauses for s in found.steps}
    assert (cited[verbs[1]] == ("lamp-oil:3.1", "lamp-oil:3.2")) == (choice != "apart")


def test_one_act_has_one_actor() -> None:
    """Verbs of two actors stay two steps, whatever a reading says of the words."""
    same = reading("same", ["3.1"], {"entering": "response=any", "field": "steps"}, "agree is approve")
    voices = (
        ("3.1", [step("propose"), step("agree", "harbour"), step("approve", "council")]),
        ("3.2", [step("propose")]),
    )
    assert [s.do for s in begin(told(*voices, readings=(same,))).steps] == ["propose", "agree", "approve"]


def test_those_who_act_together_take_one_step() -> None:
    """What one clause has two do jointly is the step that another clause tells of either of them."""
    found = begin(
        told(
            ("3.1", [step("propose", with_=["harbour"]), step("decide", "command")]),
            ("3.2", [step("propose", "harbour", within={"bound": "1 h"}), step("decide", "command")]),
        )
    )
    assert [s.do for s in found.steps] == ["propose", "decide"]
    first = found.steps[0]
    assert ([p.actor for p in first.by], [p.actor for p in first.together_with]) == (["larder"], ["harbour"])
    assert [b.clause for b in first.bounds] == ["lamp-oil:3.2"]


# --------------------------------------------------------------------------------------- routes


def two_ways(how: str | None) -> Plan:
    """Level II by short cover, proposed and decided; or by storm, which the harbour reports and the command signs."""
    dry, gale = [step("propose"), step("decide", "command")], [step("report", "harbour"), step("sign", "command")]
    begin = [
        {"clause": "3.1", "id": "dry", "to": "response=II", "steps": dry},
        {"clause": "3.2", "id": "gale", "to": "response=II", "steps": gale},
        {"clause": "3.1", "id": "grave", "to": "response=I", "steps": [step("decide", "command")]},
    ]
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")
    criteria = [
        {"clause": "3.1", "id": "c2", "of": "response=II", "when": "cover < 10 days-of-demand"},
        {"clause": "3.2", "id": "c2-storm", "of": "response=II", "when": "any(storm, villages)"},
        held["criteria"][1],
    ]
    order = reading("order", ["3.1"], {"entering": "response=II", "field": "order"}, "report, propose, sign, decide")
    settles = {"entering": "response=II", "field": "routes"}
    ways = [reading("ways", ["3.1", "3.2"], settles, how)] if how else []
    plan = changed(OIL, decisions=[*begin, held["decisions"][1]], criteria=criteria)
    return extended(plan, readings=[order, *ways])


@pytest.mark.parametrize("how", [None, "merge"])
def test_clauses_on_one_value_are_one_procedure(how: str | None) -> None:
    """Unless a reading says otherwise, the steps of all clauses make one sequence on the ground of any of them."""
    found = begin(two_ways(how))
    assert (found.joined, found.routes) == ("merge", ())
    assert [s.do for s in found.steps] == ["report", "propose", "sign", "decide"]


@pytest.mark.parametrize("how", ["either", "both"])
def test_routes_keep_their_own_ground_and_steps(how: str) -> None:
    """Read as routes, each decision has the criteria of its own clause, its own steps, and cites itself alone."""
    found = begin(two_ways(how))
    assert found.joined == how
    told_of = [(r.id, show(r.when), [s.do for s in r.steps], r.clauses) for r in found.routes]
    assert told_of == [
        ("dry", "cover < 10 days-of-demand", ["propose", "decide"], ("lamp-oil:3.1",)),
        ("gale", "any(storm, villages)", ["report", "sign"], ("lamp-oil:3.2",)),
    ]
    assert [s.do for s in found.steps] == ["propose", "decide", "report", "sign"]


@pytest.mark.parametrize(
    ("facts", "clauses"),
    [
        ({"cover": 9.0}, ("lamp-oil:3.1",)),
        ({"storm": frozenset({"west"})}, ("lamp-oil:3.2",)),
        ({"cover": 9.0, "storm": frozenset({"west"})}, ("lamp-oil:3.1", "lamp-oil:3.2")),
    ],
)
def test_who_decides_depends_on_the_route(facts: dict[str, Any], clauses: tuple[str, ...]) -> None:
    """In a stated situation the deciding step is that of the routes whose ground holds."""
    verdict = assess(compiled(two_ways("either")), facts).verdicts["response"]
    assert (verdict.level, verdict.decided_by, verdict.decided_clauses) == ("II", ("command",), clauses)


FOREST = load_plan(ROOT / "plans/yunxi/forest-pests.yaml")


@pytest.mark.parametrize("how", ["merge", "either", "both"])
def test_the_forest_plan_can_be_started_by_each_reading(how: str) -> None:
    """2.4 and 4.1 compile as one procedure, as two routes, or as two that must both be gone through."""
    program = compile_plan(FOREST, YUNXI, {"start-routes": how}, TODAY)
    found = program.decisions[Value("response", "started")]
    assert [r.id for r in found.routes] == ([] if how == "merge" else ["start-by-linkage", "start-by-order"])
    for fact, clause in (("dangerous-epidemic", "forest-pests:4.1"), ("disaster-detected", "forest-pests:2.4")):
        verdict = assess(program, {fact: True}).verdicts["response"]
        assert verdict.level == "started"
        assert verdict.decided_clauses == (("forest-pests:4.1",) if how == "merge" else (clause,))


# ------------------------------------------------------------------------------ imposed from above


def imposed(**more: Any) -> Plan:
    """The plan with a state that the mainland imposes while its notice stands."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")
    flags = [
        {"clause": "2.1", "variable": name, "name": {"zh": "通知", "en": "a notice"}, "unit": "flag"}
        for name in ("notice", "lifting")
    ]
    plan = changed(OIL, schemes={**held["schemes"], "mainland": {"kind": "imposed", "levels": ["set"]}})
    criteria = [{"clause": "3.1", "of": "mainland=set", "when": "notice"}, *more.pop("criteria", [])]
    return extended(plan, indicators=flags, criteria=criteria, **more)


@pytest.mark.parametrize(
    ("lifts", "facts", "now", "value"),
    [
        (False, {"notice": True}, "off", "set"),
        (False, {"notice": True}, "set", "set"),
        (False, {}, "set", "off"),
        (True, {"notice": True, "lifting": True}, "set", "off"),
        (True, {"notice": True, "lifting": True}, "off", "off"),
        (True, {"notice": True}, "off", "set"),
        (True, {}, "set", "off"),
    ],
)
def test_an_imposed_state_follows_its_notice(lifts: bool, facts: dict[str, bool], now: str, value: str) -> None:
    """It holds while its ground is known, needs no decision and no reading, and what lifts it goes before."""
    more = [{"clause": "3.4", "of": "mainland=off", "when": "lifting"}] if lifts else []
    program = compiled(imposed(criteria=more))
    assert assess(program, facts, {"mainland": now}).state["mainland"] == value
    assert program.decisions[Value("mainland", "set")].clauses == ("lamp-oil:3.1",)


def test_a_reading_has_an_imposed_state_otherwise() -> None:
    """A reading of how it is entered goes before the kind of the scheme."""
    never = reading("never", ["3.1"], {"entering": "mainland=any"}, "never")
    program = compiled(imposed(readings=[never]))
    assert Value("mainland", "set") not in program.decisions
    assert Value("mainland", "off") in program.decisions


GRAIN = load_plan(ROOT / "plans/yunxi/grain.yaml")


def test_the_city_state_of_the_grain_plan_is_imposed() -> None:
    """4.4.3: in force on the city's notice and no longer, with or without a reading that says so."""
    bare = without(GRAIN, "city-state-follows", "city-state-over")
    for plan in (GRAIN, bare):
        program = compile_plan(plan, YUNXI, on=TODAY)
        on, off = Value("city", "in-force"), Value("city", "off")
        assert assess(program, {"city-notice": True}).state["city"] == on.value
        assert assess(program, {}, {"city": "in-force"}).state["city"] == off.value
        assert not program.decisions[on].steps


# ----------------------------------------------------------------------------- order of measures


def test_what_a_measure_comes_after() -> None:
    """Ranks count within a clause; needs name measures, decisions, reports and events by their kind."""
    measures = [
        measure("first", during=["response=I"], rank="1"),
        measure("then", during=["response=I"], rank="2"),
        measure("last", during=["response=I"], rank="3", needs=["first", "end", "tell-wreck", "begins"]),
        measure("elsewhere", during=["response=I"], rank="1", clause="3.1"),
    ]
    found = {m.id: m for m in compiled(extended(OIL, measures=measures)).measures}
    earlier = [found[id].earlier for id in ("first", "then", "last", "elsewhere")]
    assert earlier == [(), ("first",), ("first", "then"), ()]
    needs = [(n.kind, n.id, set(n.values)) for n in found["last"].needs]
    assert needs == [
        ("measures", "first", set()),
        ("decisions", "end", {Value("response", "over")}),
        ("reports", "tell-wreck", set()),
        ("events", "begins", set()),
    ]


def stock(released_by: str | None) -> dict[str, Any]:
    """A store of the island."""
    words = {"zh": "库", "en": "Store"}
    held = {"clause": "3.2", "id": "store", "kind": "oil", "name": words, "amount": "unstated"}
    return held | ({"released_by": released_by} if released_by else {})


@pytest.mark.parametrize(
    ("released_by", "steps"), [("council", [("release", "council")]), ("larder", []), (None, [])]
)
def test_a_resource_is_released_first(released_by: str | None, steps: list[tuple[str, str]]) -> None:
    """A measure that needs a resource waits for whoever releases it, unless that is who takes the measure."""
    pour = measure("pour", during=["response=I"], needs=["store"])
    plan = extended(OIL, measures=[pour], resources=[stock(released_by)])
    found = next(m for m in compiled(plan).measures if m.id == "pour")
    assert [(s.do, s.by[0].actor) for s in found.steps] == steps


def test_who_releases_a_needed_resource_is_a_question() -> None:
    """Of a resource that a measure needs, a clause silent on who releases it leaves a question; of others not."""
    pour = measure("pour", during=["response=I"])
    assert compiled(extended(OIL, measures=[pour], resources=[stock("unstated")]))
    needing = extended(OIL, measures=[pour | {"needs": ["store"]}], resources=[stock("unstated")])
    assert questions(refused(needing)) == {"statement store released_by": "lamp-oil:3.2"}
    program = compiled(extended(needing, readings=[settled("store", "released_by", "council")]))
    found = next(m for m in program.measures if m.id == "pour")
    assert (found.steps[0].by[0].actor, found.gaps) == ("council", ("r-released-by",))


# ------------------------------------------------------------------------------------- choices


def test_a_choice_for_no_reading_is_refused() -> None:
    """A choice must be for a reading that the plan has: exit code 2, the known ones named."""
    with pytest.raises(InputError) as stopped:
        compile_plan(OIL, ISLE, {"upwards": "any"}, TODAY)
    [problem] = stopped.value.problems
    assert (problem.code, problem.facts["name"]) == ("unknown-reading", "upwards")
    assert "upward" in tell(problem, "en")


def test_a_choice_that_is_not_offered_is_refused() -> None:
    """A choice must be one of the reading's own."""
    with pytest.raises(InputError) as stopped:
        compile_plan(OIL, ISLE, {"upward": "downwards"}, TODAY)
    [problem] = stopped.value.problems
    assert (problem.code, problem.facts["choices"]) == ("not-a-choice", ["milder", "any"])


def test_an_answer_that_answers_nothing_is_refused() -> None:
    """Also in a plan that was never read from a file a choice must answer its question, or the error says so."""
    never = settled("bail", "during", "at night")
    plan = extended(OIL, measures=[measure("bail", during="unstated")], readings=[never])
    with pytest.raises(InputError) as stopped:
        compile_plan(plan, ISLE, on=TODAY)
    assert [p.code for p in stopped.value.problems] == ["bad-state"]


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
    steps = program.decisions[Value("response", "I")].steps
    assert [(s.do, p.actor, s.clauses) for s in steps for p in s.by] == [
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
