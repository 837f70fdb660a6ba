"""Rules over what can come of a plan: ways in, ways out, those who may not answer, and time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_plans import PLACE, criterion, decision, found, measure, tiny, words
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.errors import InputError
from emergency.incident import Incident, prepare, simulate
from emergency.jurisdiction import Jurisdiction
from emergency.log import Entry, EventLog
from emergency.machine import Value, compile_plan
from emergency.plan import Plan
from emergency.reader import load_inputs, load_jurisdiction, load_plan
from emergency.review.case import Case
from emergency.review.check import all_rules, check_plans
from emergency.review.finding import Finding
from emergency.review.paths.asked import asked_rules
from emergency.review.paths.interleaved import interleaved
from emergency.review.paths.known import Account
from emergency.review.paths.properties import load_properties, property_rules
from emergency.review.paths.reach import ended_by_another, no_way_out, through_nobody
from emergency.review.paths.search import Search
from emergency.review.paths.telling import mermaid, run_in_words
from emergency.review.paths.witness import witness_of

#: Entered by the council when the water is high and ended by it when it has fallen.
RESPONSE = {
    "criteria": [criterion("4.1", "response=II", "water > 3 km"), criterion("4.2", "response=I", "water > 5 km")],
    "decisions": [
        decision("4.3", "response=II", "decide council"),
        decision("4.4", "response=I", "decide council"),
        decision("4.5", "response=ended", "decide council", when="water < 2 km"),
    ],
    "measures": [measure("4.6", "response=any", "council", "direct")],
}


def with_changes(**changes: Any) -> Plan:
    """The plan of `RESPONSE` with other sections."""
    return tiny(**{**RESPONSE, **changes})


def search(plan: Plan) -> Search:
    """Its search."""
    return Search(Case(plan, PLACE))


def reached(plan: Plan) -> set[str]:
    """The values that can come about."""
    one = search(plan)
    return {f"{s}={v}" for at in one.reached for s, v in one.values(at).items()}


# --------------------------------------------------------------------------------------- ways in


def test_a_level_with_a_way_in_is_reached() -> None:
    """A level of which a clause tells who enters it, on a ground that can hold, is found to be reachable."""
    assert {"response=II", "response=I", "response=ended"} <= reached(with_changes())
    assert not found("path-value-out-of-reach", with_changes())


def test_levels_that_ask_for_each_other_are_never_reached() -> None:
    """Two levels each of which asks for the other are one finding, with the clauses of both."""
    criteria = [criterion("3.1", "warning=II", "response=II"), criterion("4.1", "response=II", "warning=II")]
    decisions = [decision("3.2", "warning=II", "announce council"), decision("4.3", "response=II", "decide council")]
    [finding] = found("path-value-out-of-reach", tiny(criteria=criteria, decisions=decisions))
    assert finding.clauses == ("tiny:3.1", "tiny:3.2", "tiny:4.1", "tiny:4.3")
    assert finding.evidence["never"] == ["warning=II", "response=II"]


def test_what_follows_from_a_level_nobody_enters_is_not_told_again() -> None:
    """A level that is out of reach only because another is never entered is that other's finding."""
    plan = tiny(
        criteria=[criterion("4.1", "response=II", "warning=II")],
        decisions=[decision("4.3", "response=II", "decide council")],
        measures=[measure("3.3", "warning=II")],
    )
    assert "response=II" not in reached(plan)
    assert not found("path-value-out-of-reach", plan)
    assert found("level-never-entered", plan)


def test_a_place_to_come_from_is_needed() -> None:
    """A level that may be entered only from a graver one, which in turn is entered only from it, is out of reach."""
    decisions = [
        decision("4.3", "response=II", "decide council", **{"from": "response=I"}),
        decision("4.4", "response=I", "decide council", **{"from": "response=II"}),
    ]
    [finding] = found("path-value-out-of-reach", with_changes(decisions=decisions))
    assert finding.evidence["never"] == ["response=II", "response=I"]


# --------------------------------------------------------------------------------------- ways out


def test_an_end_that_waits_for_a_warning_nobody_lifts_is_no_end() -> None:
    """An end on a condition that nothing can bring about any more is found, with the run that leads there."""
    changes = {
        "criteria": [criterion("4.1", "response=II", "warning=II"), criterion("3.1", "warning=II", "water > 3 km")],
        "decisions": [
            decision("3.2", "warning=II", "announce council"),
            decision("4.3", "response=II", "decide council"),
            decision("4.5", "response=ended", "decide council", when="warning=off"),
        ],
    }
    [finding] = found("path-no-way-out", with_changes(**changes))
    assert (finding.subject, finding.severity, finding.kind) == ("response", "critical", "fact")
    assert [s["to"] for s in finding.evidence["trace"]][-1] == "warning=II response=II"
    assert all(s["clauses"] for s in finding.evidence["trace"])
    lifted = [*changes["decisions"], decision("3.4", "warning=off", "announce council", when="water < 2 km")]
    assert not found("path-no-way-out", with_changes(**{**changes, "decisions": lifted}))


def test_a_level_the_end_does_not_speak_of_is_told_once() -> None:
    """A level that no decision to end is taken from is the static rule's finding, and the search is silent."""
    ending = decision("4.5", "response=ended", "decide council", **{"from": "response=II"})
    decisions = [*RESPONSE["decisions"][:2], ending]
    plan = with_changes(decisions=decisions)
    assert found("response-never-ended", plan)
    assert not found("path-no-way-out", plan)


def test_an_open_clause_is_searched_both_ways() -> None:
    """Where a clause leaves open what it enters, it may be the end: nothing is said to be without a way out."""
    decisions = [*RESPONSE["decisions"][:2], decision("2.2", "unstated", "decide council")]
    one = search(with_changes(decisions=decisions))
    assert any(one.has(at, Value("response", "ended")) for at in one.reached)
    assert not found("path-no-way-out", with_changes(decisions=decisions))


def starting(text: str) -> set[str]:
    """What can come about where a clause with this text enters something that it does not name."""
    clause = {"no": "2.2", "status": "executable", "zh": text, "en": "…"}
    return reached(tiny(clauses=[clause], decisions=[decision("2.2", "unstated", "announce council")]))


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("宣布启动预案", {"response=II", "response=I"}),
        ("宣布终止预案", {"response=ended"}),
        ("启动或终止预案", {"response=II", "response=I", "response=ended"}),
        ("研究决定重大事项", {"warning=II", "warning=I", "response=II", "response=I", "response=ended"}),
    ],
    ids=["starting", "ending", "both", "anything"],
)
def test_a_clause_on_the_plans_start_or_end_speaks_of_the_response(text: str, may_be: set[str]) -> None:
    """Starting or ending the plan issues no warning; only a clause that tells of neither may enter any value."""
    assert starting(text) - {"warning=off", "response=off"} == may_be


def test_a_start_without_a_level_is_bound_by_the_levels_standards() -> None:
    """Which level an unnamed start enters is open; that it is entered on the level's own standards is not."""
    clause = {"no": "2.2", "status": "executable", "zh": "宣布启动预案", "en": "…"}
    criteria = [criterion("4.1", "response=II", "warning=I"), criterion("4.2", "response=I", "wet")]
    plan = tiny(clauses=[clause], criteria=criteria, decisions=[decision("2.2", "unstated", "announce council")])
    assert not {"response=II"} & reached(plan)
    assert "response=I" in reached(plan)


def test_only_ones_own_levels_need_a_way_out() -> None:
    """A warning that others issue is theirs to lift: the search tells of the plan's own, which comes after."""
    actors = {"province": {"is": "outside", "zh": "省", "en": "Province"}}
    others = decision("3.1", "warning=I", "announce province")
    own = decision("3.2", "warning=II", "announce council")
    assert not list(no_way_out(Case(tiny(actors=actors, decisions=[others]), PLACE)))
    [draft] = no_way_out(Case(tiny(actors=actors, decisions=[others, own]), PLACE))
    assert draft.evidence["trace"][-1]["to"] == "warning=II"


# ----------------------------------------------------------------------- those who may not answer


ABROAD = {"experts": {"is": "outside", "zh": "省级专家组", "en": "Provincial experts"}}


def test_an_end_that_hangs_on_an_outsiders_decision_is_held_up() -> None:
    """An end on a state that outsiders alone declare, without a limit, waits for ever; the static rule is silent."""
    changes: dict[str, Any] = {
        "schemes": {
            "safe": {"kind": "warning", "levels": ["declared"]},
            "response": {"kind": "response", "levels": ["II", "I"], "ends": "ended"},
        },
        "actors": ABROAD,
        "decisions": [
            decision("5.1", "safe=declared", "announce experts"),
            *RESPONSE["decisions"][:2],
            decision("4.5", "response=ended", "decide council", when="safe=declared"),
        ],
    }
    [finding] = found("path-held-up-by-outsider", with_changes(**changes))
    last = finding.evidence["trace"][-1]
    assert (last["act"]["by"], last["act"]["answered"]) == ("experts", False)
    assert "tiny:5.1" in finding.clauses
    own = [decision("5.1", "safe=declared", "announce council"), *changes["decisions"][1:]]
    assert not found("path-held-up-by-outsider", with_changes(**{**changes, "decisions": own}))


def test_another_way_out_is_no_wait() -> None:
    """Where another decision leads to the same end without the outsider, nobody is held up."""
    decisions = [
        *RESPONSE["decisions"],
        decision("5.2", "response=ended", "evaluate experts", "announce council", when="water < 2 km"),
    ]
    assert not found("path-held-up-by-outsider", with_changes(actors=ABROAD, decisions=decisions))


# ----------------------------------------------------------------------------------------- by whom


def test_a_response_behind_nobodys_decision_is_found_with_the_run() -> None:
    """A response that asks for a state which a decision of nobody enters is reached through nobody; told once."""
    changes: dict[str, Any] = {
        "schemes": {
            "state": {"kind": "warning", "levels": ["found"]},
            "response": {"kind": "response", "levels": ["II", "I"], "ends": "ended"},
        },
        "criteria": [criterion("4.1", "response=II", "state=found")],
        "decisions": [decision("3.9", "state=found", "decide unstated"), *RESPONSE["decisions"]],
    }
    plan = with_changes(**changes)
    [draft] = through_nobody(Case(plan, PLACE))
    clauses = draft.evidence["trace"][0]["clauses"]  # type: ignore[index]
    assert (draft.subject, clauses) == ("state=found", ["tiny:3.9"])
    assert found("decision-without-actor", plan)
    assert not found("path-through-nobody", plan)


def test_an_end_by_another_authority_is_told_once() -> None:
    """A response started by one body and ended by another is the static rule's finding; the search shows the run."""
    decisions = [*RESPONSE["decisions"][:2], decision("4.5", "response=ended", "decide bureau", when="water < 2 km")]
    plan = with_changes(decisions=decisions, measures=[])
    [draft] = ended_by_another(Case(plan, PLACE))
    assert (draft.subject, draft.kind) == ("response=ended", "fact")
    assert found("ended-by-another", plan)
    assert not found("path-ended-by-another", plan)


# --------------------------------------------------------------------------------------------- time


def timed(condition: str, bound: str) -> Plan:
    """A report within a bound of prices being known to be high, due when the response begins."""
    return tiny(
        criteria=[criterion("4.1", "response=II", condition)],
        decisions=[*RESPONSE["decisions"][:1], decision("4.5", "response=ended", "decide council")],
        events=[
            {"clause": "4.7", "id": "dear", "is": "holds", "name": words("价高", "dear"), "when": "price > 10 %"},
            {"clause": "4.7", "id": "begun", "is": "entered", "name": words("启动", "begun"), "state": "response=II"},
        ],
        reports=[
            {
                "clause": "4.7", "id": "first-report", "after": "begun", "from": ["council"], "to": ["council"],
                "content": words("首报", "first report"), "within": {"bound": bound, "after": "dear"},
            }
        ],
    )  # fmt: skip


def test_a_limit_that_runs_out_before_the_report_can_be_due_is_found() -> None:
    """A fault that shows only through time: four hours from high prices, and ten days before the response begins."""
    [finding] = found("path-report-too-late", timed("price > 10 % for 10 d", "4 h"))
    assert (finding.evidence["bound_h"], finding.evidence["least_h"]) == (4.0, 240.0)
    assert "tiny:4.1" in finding.clauses


@pytest.mark.parametrize(
    ("condition", "bound"),
    [("price > 10 %", "4 h"), ("price > 10 % for 10 d", "10 d"), ("price > 5 % for 10 d", "4 h")],
)
def test_a_limit_that_can_be_met_is_none(condition: str, bound: str) -> None:
    """Nothing to wait for, a limit as long as the wait, or a wait that may have begun before the clock: no fault."""
    assert not found("path-report-too-late", timed(condition, bound))


def test_a_report_in_states_its_event_never_happens_in_is_never_due() -> None:
    """A report owed at one level after the entry of another is never due; after that of its own level it is."""
    def plan(state: str) -> Plan:
        report = {
            "clause": "4.7", "id": "daily", "after": "begun", "from": ["council"], "to": ["council"],
            "content": words("日报", "daily"), "during": ["response=I"],
        }  # fmt: skip
        event = {"clause": "4.7", "id": "begun", "is": "entered", "name": words("启动", "begun"), "state": state}
        return with_changes(events=[event], reports=[report])

    assert found("path-report-never-due", plan("response=II"))
    assert not found("path-report-never-due", plan("response=any"))


# ------------------------------------------------------------------------- the search against brute force


_WATER = ("water > 3 km", "water > 5 km", "water < 2 km", "not water > 3 km")
_STATES = ("warning=II", "warning=off", "warning=I", "response=II", "response!=ended")
_GUARDS = st.one_of(
    st.sampled_from([*_WATER, *_STATES, "alarm"]),
    st.tuples(st.sampled_from(_WATER), st.sampled_from(_STATES)).map(" and ".join),
    st.tuples(st.sampled_from(_STATES), st.sampled_from([*_WATER, "not alarm"])).map(" or ".join),
)
_INTO = ("warning=II", "warning=I", "warning=off", "response=II", "response=I", "response=ended")


@given(st.lists(st.tuples(st.sampled_from(_INTO), _GUARDS), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_leaving_the_world_out_changes_no_answer(told: list[tuple[str, str]]) -> None:
    """The values reached are those of the product with every variable of the world in every situation."""
    decisions = [decision(f"4.{i}", to, "decide council", when=when) for i, (to, when) in enumerate(told)]
    case = Case(tiny(decisions=decisions), PLACE)
    everything = tuple(use.leaf.tree for use in case.guards)
    small, large = Search(case), Search(case, tracked=everything)
    assert large.whole
    assert {at.values for at in small.reached} == {at.values for at in large.reached}


@given(st.lists(st.tuples(st.sampled_from(_INTO), _GUARDS), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_what_is_taken_one_by_one_is_among_what_is_open_side_by_side(told: list[tuple[str, str]]) -> None:
    """The product of open decisions reaches all that decisions taken in turn do; what else it reaches is named."""
    steps = ("propose council", "decide council")
    decisions = [decision(f"4.{i}", to, *steps, when=when) for i, (to, when) in enumerate(told)]
    one = search(tiny(decisions=decisions))
    product = interleaved(one)
    assert product.whole
    alone = {at.values for at in one.reached}
    assert (alone <= product.values, set(product.overtaken)) == (True, product.values - alone)


def test_a_decision_that_others_overtake_is_found_when_searched_deep() -> None:
    """A response decided on a warning that is lifted before the last step leads where nothing else leads."""
    plan = tiny(
        criteria=[criterion("4.1", "response=II", "warning=II")],
        decisions=[
            decision("3.1", "warning=II", "announce council", when="water > 3 km"),
            decision("3.2", "warning=off", "announce council", when="response=off"),
            decision("4.2", "response=II", "propose council", "decide council"),
        ],
    )
    [rule] = asked_rules([plan], {"kelp-isle": PLACE}, None, True, Account())
    [finding] = check_plans([plan], [PLACE], rules=[rule]).findings
    assert (finding.kind, finding.evidence["reached"]) == ("candidate", ["response=II"])


# ----------------------------------------------------------------------------------- users' properties


def judged(plan: Plan, folder: Path, text: str) -> tuple[Finding, ...]:
    """What properties find in a plan."""
    file = folder / "asked.yaml"
    file.write_text(f"properties:\n{text}\n", encoding="utf-8")
    rules = property_rules(load_properties(file, [Case(plan, PLACE)]), Account())
    return check_plans([plan], [PLACE], rules=rules).findings


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        ('never: "response=I"', 'never: "response=I and warning=I"'),
        ('always: "response=off or response=II"', 'always: "response!=off or response=off"'),
        ('eventually: "warning=II", after: "response=II"', 'eventually: "response=ended", after: "response=any"'),
    ],
)
def test_a_property_is_broken_by_a_run_or_kept(tmp_path: Path, broken: str, kept: str) -> None:
    """A property that some run breaks gives the run, each step with its clause; one that all keep gives nothing."""
    [finding] = judged(with_changes(), tmp_path, f"  - {{id: asked, {broken}}}")
    assert finding.rule == "property-asked"
    assert all(step["clauses"] for step in finding.evidence["trace"])
    assert not judged(with_changes(), tmp_path, f"  - {{id: asked, {kept}}}")


def test_the_run_shown_is_the_shortest(tmp_path: Path) -> None:
    """Of the runs that break a property the one with the fewest steps is shown: the gravest level at once."""
    [finding] = judged(with_changes(), tmp_path, '  - {id: asked, never: "response=I"}')
    assert [step["to"] for step in finding.evidence["trace"]] == ["off", "off", "response=I"]


def test_a_run_is_told_as_text_and_as_a_diagram(tmp_path: Path) -> None:
    """Text and diagram have one line, and one arrow, for each step, with its clauses."""
    [finding] = judged(with_changes(), tmp_path, '  - {id: asked, never: "response=I"}')
    steps = finding.evidence["trace"]
    assert [line.split(".")[0].strip() for line in run_in_words(steps, "zh")] == ["1", "2", "3"]
    arrows = [line for line in mermaid(steps, "en").splitlines() if "-->" in line]
    assert len(arrows) == len(steps)
    assert all("tiny：4.4" in line for line in arrows)


def limited(first: str, second: str) -> Plan:
    """A response in two steps with limits."""
    steps = [
        {"do": "propose", "by": "council", "within": {"bound": first}},
        {"do": "decide", "by": "council", "within": {"bound": second}},
    ]
    made = {"clause": "4.3", "id": "start", "to": "response=II", "steps": steps}
    return with_changes(decisions=[made], criteria=RESPONSE["criteria"][:1])


def test_limits_that_add_up_to_more_than_asked_show_only_through_time(tmp_path: Path) -> None:
    """Twelve and sixteen hours are more than the day that is asked, twelve and twelve are not; only time differs."""
    asked = '  - {id: asked, within: 24 h, after: "water > 3 km", reach: "response=II"}'
    [finding] = judged(limited("12 h", "16 h"), tmp_path, asked)
    assert (finding.class_, "28" in finding.message.en) == ("deadline", True)
    assert not judged(limited("12 h", "12 h"), tmp_path, asked)


def test_a_step_without_a_limit_keeps_no_time(tmp_path: Path) -> None:
    """What a clause gives no limit may take for ever."""
    asked = '  - {id: asked, within: 999 d, after: "water > 3 km", reach: "response=II"}'
    assert judged(with_changes(), tmp_path, asked)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('  - {id: a, never: "fire=I"}', "unknown-scheme"),
        ('  - {id: a, never: "smoke"}', "unknown-indicator"),
        ('  - {id: a, never: "response="}', "bad-guard"),
        ('  - {id: a, within: soon, after: "response=II", reach: "response=I"}', "bad-duration"),
        ('  - {id: a, within: 24 h, reach: "response=I"}', "missing-key"),
        ('  - {id: a, never: "response=I", after: "response=II"}', "unknown-key"),
        ('  - {id: a, never: "response=I"}\n  - {id: a, never: "response=II"}', "duplicate-key"),
        ('  - {id: a, plan: nowhere, never: "response=I"}', "unknown-plan"),
    ],
)
def test_mistakes_in_a_file_of_properties_are_told_by_place(tmp_path: Path, text: str, code: str) -> None:
    """Each mistake is a problem of the file with its line."""
    with pytest.raises(InputError) as told:
        judged(with_changes(), tmp_path, text)
    assert (told.value.problems[0].code, told.value.problems[0].where is not None) == (code, True)


# ------------------------------------------------------------------------------------------- witnesses


YUNXI = ("fuel", "daily-necessities", "forest-pests", "grain")
ASKED = """properties:
  - {id: never-over, always: "response!=ended"}
  - {id: quick, plan: fuel, within: 24 h, after: "stock_days < 4 days-of-demand", reach: "response=I"}
"""


@pytest.fixture(scope="module")
def yunxi(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Plan], Jurisdiction, tuple[Finding, ...]]:
    """The four plans with what is found in them, properties included."""
    place, plans = load_jurisdiction("yunxi"), {id: load_plan(id) for id in YUNXI}
    file = tmp_path_factory.mktemp("asked") / "asked.yaml"
    file.write_text(ASKED, encoding="utf-8")
    asked = property_rules(load_properties(file, [Case(p, place) for p in plans.values()]), Account())
    return plans, place, check_plans(plans.values(), [place], rules=(*all_rules(), *asked)).findings


@pytest.mark.parametrize(
    ("rule", "plan", "shows"),
    [
        ("waits-on-outsider", "forest-pests", "waits"),
        ("ended-by-another", "daily-necessities", "enters"),
        ("property-never-over", "fuel", "enters"),
        ("property-never-over", "forest-pests", "enters"),
        ("property-quick", "fuel", "late"),
    ],
)
def test_the_run_of_a_finding_is_played_as_a_scenario(
    yunxi: tuple[dict[str, Plan], Jurisdiction, tuple[Finding, ...]], tmp_path: Path, rule: str, plan: str, shows: str
) -> None:
    """A finding's run, written as a scenario and played, leaves the gap in the log; the plan's own quiet does not."""
    plans, place, findings = yunxi
    found = next(f for f in findings if f.rule == rule and f.plans == (plan,))
    witness = witness_of(found, Case(plans[plan], place), compile_plan(plans[plan], place))
    assert witness is not None
    assert witness.gap.kind == shows
    assert witness.gap.shown_by(played(witness.text, tmp_path / "s.yaml"))
    if shows != "late":
        quiet = "\n".join(line for line in witness.text.splitlines() if not line.startswith("injects:"))
        assert not witness.gap.shown_by(played(quiet, tmp_path / "q.yaml"))


def played(text: str, file: Path) -> list[Entry]:
    """The log of a scenario."""
    file.write_text(text, encoding="utf-8")
    inputs = load_inputs(file)
    prepared = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(1).run(0), log))
    return list(log)


def test_the_command_searches_deep_and_writes_witnesses(tmp_path: Path) -> None:
    """`check --deep` tells states and speed; `--witness` writes a scenario, and an unknown id is a mistake (2)."""
    run = CliRunner().invoke
    deep = run(app, ["check", "forest-pests", "--deep", "--lang", "en", "--class", "authority"])
    assert "states/s" in deep.stderr
    listed = json.loads(run(app, ["check", "forest-pests", "--format", "json"]).stdout)["findings"]
    id = next(one["id"] for one in listed if one["rule"] == "waits-on-outsider")
    file = tmp_path / "s.yaml"
    assert run(app, ["check", "forest-pests", "--witness", id, "-o", str(file)]).exit_code == 0
    assert load_inputs(file).scenario.plans == ("forest-pests",)
    assert run(app, ["check", "forest-pests", "--witness", "no-such-thing"]).exit_code == 2
