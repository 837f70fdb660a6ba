"""Rules on coverage: each has a plan with its fault and one without."""

from __future__ import annotations

from typing import Any

import pytest
from review_plans import criterion, decision, found, label, measure, tiny, words

THREE: dict[str, Any] = {"response": {"kind": "response", "levels": ["III", "II", "I"], "ends": "ended"}}
STARTS = [decision("4.1", "response=II", "decide council"), decision("4.2", "response=I", "decide council")]
END = decision("4.6", "response=ended", "decide council")
LIFTED: dict[str, Any] = {"warning": {"kind": "warning", "levels": ["II", "I"], "ends": "lifted"}}


def change(to: str, from_: str, clause: str = "4.3") -> dict[str, Any]:
    """A decision from one level to another."""
    return decision(clause, to, "decide council") | {"from": from_}


def on(level: str, *targets: str, clause: str = "", verb: str = "ration", **more: Any) -> dict[str, Any]:
    """What is done to things at a level."""
    return measure(clause or f"4.2.{len(level)}", f"response={level}", verb=verb, target=list(targets), **more)


# ---------------------------------------------------------------------------------- changing levels


def test_a_response_can_be_raised_and_lowered() -> None:
    """Levels that are entered and that no clause goes between are found; what lacks is told."""
    [one] = found("response-never-adjusted", tiny(decisions=STARTS))
    assert (one.subject, one.severity, one.clauses) == ("response", "high", ("tiny:4.1", "tiny:4.2"))
    up, down = change("response=I", "response=II"), change("response=II", "response=I")
    assert not found("response-never-adjusted", tiny(decisions=[*STARTS, up, down]))
    [only_up] = found("response-never-adjusted", tiny(decisions=[*STARTS, up]))
    [only_down] = found("response-never-adjusted", tiny(decisions=[*STARTS, down]))
    assert "lowered" in only_up.message.en.split(";")[1]
    assert "raised" in only_down.message.en.split(";")[1]


def test_a_criterion_may_raise() -> None:
    """A graver level's criterion that asks for the milder level tells of rising."""
    rises = criterion("3.1", "response=I", "response=II and worse")
    down = change("response=II", "response=I")
    assert not found("response-never-adjusted", tiny(decisions=[*STARTS, down], criteria=[rises]))


@pytest.mark.parametrize(
    "plan",
    [
        {"decisions": STARTS[:1]},
        {"decisions": STARTS, "duties": [{"clause": "4.3", "actors": ["council"], "verb": "adjust",
                                          "object": words("响应升级、降级")}]},
        {"decisions": [decision("4.1", "response=II|I", "announce province")],
         "actors": {"province": {"is": "outside", "zh": "省", "en": "Province"}}},
    ],
    ids=["one level", "a duty to adjust", "entered by others"],
)  # fmt: skip
def test_no_adjustment_is_missed_where_there_is_nothing_to_adjust(plan: dict[str, Any]) -> None:
    """One level, levels others enter, and plans that speak of adjusting are let be."""
    assert not found("response-never-adjusted", tiny(**plan))


def test_a_warning_is_lifted() -> None:
    """Warnings of one's own that no decision lifts or lowers are found; each lack has its own words."""
    issued = [decision("3.1", "warning=II", "announce council"), decision("3.2", "warning=I", "announce council")]
    lift = change("warning=lifted", "warning=any", "3.4")
    lower = change("warning=II", "warning=I", "3.3")
    [both] = found("warning-never-lifted", tiny(schemes=LIFTED, decisions=issued))
    assert (both.severity, both.clauses) == ("high", ("tiny:3.1", "tiny:3.2"))
    assert not found("warning-never-lifted", tiny(schemes=LIFTED, decisions=[*issued, lift, lower]))
    [not_lowered] = found("warning-never-lifted", tiny(schemes=LIFTED, decisions=[*issued, lift]))
    [not_lifted] = found("warning-never-lifted", tiny(schemes=LIFTED, decisions=[*issued, lower]))
    assert len({both.message.en, not_lowered.message.en, not_lifted.message.en}) == 3


def test_a_warning_may_be_lifted_to_off() -> None:
    """A decision to `off` lifts a warning too; a single level has nothing to be lowered to."""
    issued = decision("3.1", "warning=I", "announce council")
    assert found("warning-never-lifted", tiny(decisions=[issued]))
    lifted = decision("3.4", "warning=off", "decide council")
    assert not found("warning-never-lifted", tiny(decisions=[issued, lifted]))


def test_warnings_of_others_are_theirs_to_lift() -> None:
    """What province and city issue is not the plan's to lift."""
    actors = {"province": {"is": "outside", "zh": "省", "en": "Province"}}
    issued = decision("3.1", "warning=any", "announce province")
    assert not found("warning-never-lifted", tiny(actors=actors, decisions=[issued]))


def test_a_response_ends() -> None:
    """A level from which no decision leads to the end is a dead end; one from any level ends all."""
    [one] = found("response-never-ended", tiny(decisions=STARTS))
    assert (one.severity, one.evidence["levels"]) == ("critical", ["response=II", "response=I"])
    assert not found("response-never-ended", tiny(decisions=[*STARTS, END]))
    [one] = found("response-never-ended", tiny(decisions=[*STARTS, END | {"from": "response=II"}]))
    assert one.evidence["levels"] == ["response=I"]


def test_an_imposed_state_ends() -> None:
    """A state from above in which something is to be done needs to be told when it is over."""
    schemes: dict[str, Any] = {"city": {"kind": "imposed", "levels": ["in-force"]}}
    begun = criterion("4.4", "city=in-force", "notice")
    acts = [measure("4.4", "city=in-force")]
    [one] = found("imposed-state-without-end", tiny(schemes=schemes, criteria=[begun], measures=acts))
    assert (one.subject, one.evidence["states"]) == ("city", ["city=in-force"])
    over = criterion("4.5", "city=off", "withdrawn")
    assert not found("imposed-state-without-end", tiny(schemes=schemes, criteria=[begun, over], measures=acts))
    assert not found("imposed-state-without-end", tiny(schemes=schemes, criteria=[begun]))


GRADED: dict[str, Any] = {
    "event": {"kind": "event", "levels": ["II", "I"]},
    "response": {"kind": "response", "levels": ["II", "I"], "ends": "ended"},
}


def graded(**more: Any) -> Any:
    """An incident that is graded, on whose grade something is done, and a response that ends."""
    plain = {
        "schemes": GRADED,
        "criteria": [criterion("4.1", "event=II", "wet"), criterion("4.2", "response=II", "storm")],
        "decisions": [STARTS[0], END],
        "measures": [measure("4.4", "event=II")],
    }
    return tiny(**plain | more)


def test_a_state_on_which_something_hangs_is_left() -> None:
    """A grade, a suspicion, a fluctuation that no clause says is over is found, once for each scheme."""
    [one] = found("state-never-left", graded())
    assert (one.subject, one.kind, one.severity) == ("event", "fact", "medium")
    assert one.clauses == ("tiny:4.1", "tiny:4.4", "tiny:4.6")
    over = criterion("4.5", "event=off", "dry")
    assert not found("state-never-left", graded(criteria=[criterion("4.1", "event=II", "wet"), over]))
    withdrawn = decision("4.5", "event=off", "decide council")
    assert not found("state-never-left", graded(decisions=[STARTS[0], END, withdrawn]))


def test_a_state_on_which_nothing_hangs_may_stay() -> None:
    """A grade that no measure, report or start goes by is told as a scheme without use, not as one never left."""
    assert not found("state-never-left", graded(measures=[]))


def test_the_end_of_the_response_may_be_the_end_of_the_state() -> None:
    """A response that starts on the state, or ends on what bears its name, may close it: a reader has to judge."""
    starts = [criterion("4.1", "event=II", "wet"), criterion("4.2", "response=II", "event=II")]
    [one] = found("state-never-left", graded(criteria=starts))
    assert one.kind == "candidate"
    named = {"clause": "4.6", "variable": "gone", "name": words("二级水患已退"), "unit": "flag"}
    end = END | {"when": "gone"}
    labels = [label("4.1", "event=II", "水患")]
    [one] = found("state-never-left", graded(decisions=[STARTS[0], end], indicators=[named], labels=labels,
                  schemes=GRADED | {"event": {"kind": "event", "levels": ["II"]}}))  # fmt: skip
    assert one.kind == "candidate"


def test_a_state_said_to_be_terminated_has_two_ends() -> None:
    """Where an act terminates the state, what is open is whether it holds until then: told so, and low."""
    act = measure("4.6", "response=ended", verb="end-state")
    begins = {"clause": "5.1", "id": "over", "is": "entered", "state": "event=off", "name": words("终止")}
    [one] = found("state-never-left", graded(measures=[measure("4.4", "event=II"), act], events=[begins]))
    assert (one.kind, one.severity) == ("candidate", "low")
    assert one.clauses == ("tiny:4.1", "tiny:4.4", "tiny:4.6", "tiny:5.1")


def test_where_a_change_would_be_told_is_cited() -> None:
    """For a way up or down a reader looks at the standards of the levels and at the end, beside the start."""
    criteria = [criterion("3.1", "response=I", "worse")]
    [one] = found("response-never-adjusted", tiny(decisions=[*STARTS, END], criteria=criteria))
    assert one.clauses == ("tiny:3.1", "tiny:4.1", "tiny:4.2", "tiny:4.6")


# ----------------------------------------------------------------------------------------- warnings


def test_headings_keep_what_they_promise() -> None:
    """Headings on warnings in a plan without warning levels are found; with levels they are not."""
    clauses = [{"no": "3", "heading": "预警与监测", "status": "heading"}]
    schemes: dict[str, Any] = {"response": {"kind": "response", "levels": ["II", "I"]}}
    [one] = found("no-warning-stage", tiny(clauses=clauses, schemes=schemes))
    assert (one.kind, one.clauses) == ("fact", ("tiny:3",))
    assert not found("no-warning-stage", tiny(clauses=clauses))
    other = [{"no": "3", "heading": "监测", "status": "heading"}]
    assert not found("no-warning-stage", tiny(clauses=other, schemes=schemes))


def warned(start: str) -> dict[str, Any]:
    """A warning on stock, and a response on something."""
    return {
        "decisions": [decision(c, to, "decide council") for c, to in (("3.4", "warning=II"), ("4.1", "response=II"))],
        "criteria": [criterion("3.3", "warning=II", "stock < 10 t"), criterion("4.1", "response=II", start)],
    }


def test_a_warned_incident_is_responded_to() -> None:
    """A warning and a response on conditions that have nothing in common are a candidate, with both conditions."""
    [one] = found("warned-never-started", tiny(**warned("epidemic")))
    assert (one.kind, one.evidence) == ("candidate", {"warned_on": ["stock"], "started_on": ["epidemic"]})


@pytest.mark.parametrize("start", ["warning=II and epidemic", "stock < 5 t"])
def test_a_warning_and_a_response_may_meet(start: str) -> None:
    """A response that asks for the warning, or for the same variable, is linked to it."""
    assert not found("warned-never-started", tiny(**warned(start)))


def test_grades_that_take_the_standards_of_warnings_link_them() -> None:
    """Response on grade, grade by the standards of warnings: the warning leads to the response."""
    schemes: dict[str, Any] = {
        "warning": {"kind": "warning", "levels": ["II", "I"]},
        "event": {"kind": "event", "levels": ["II", "I"]},
        "response": {"kind": "response", "levels": ["II", "I"]},
    }
    plan = warned("event=II")
    plan["criteria"].append({"clause": "4", "of": "event=any", "same_as": "warning"})
    assert not found("warned-never-started", tiny(schemes=schemes, **plan))


# --------------------------------------------------------------------------------- measures by level


def test_measures_have_their_level() -> None:
    """Measures ordered without a level are found, as grave as the levels that should differ by them."""
    loose = [measure(clause, verb="supply") | {"during": "unstated"} for clause in ("4.4", "4.5")]
    [one] = found("measures-without-state", tiny(measures=loose, decisions=STARTS))
    assert (one.severity, one.clauses) == ("high", ("tiny:4.4", "tiny:4.5"))
    [one] = found("measures-without-state", tiny(measures=loose, decisions=STARTS[:1]))
    assert one.severity == "medium"
    tied = measure("4.4", "response=any")
    assert not found("measures-without-state", tiny(measures=[tied], decisions=STARTS))


def test_a_condition_ties_a_measure() -> None:
    """A measure that hangs on a condition of its own is not loose."""
    hung = measure("4.4", condition="dear") | {"during": "unstated"}
    assert not found("measures-without-state", tiny(measures=[hung], decisions=STARTS))


def test_a_graver_level_keeps_the_measures_of_the_milder() -> None:
    """Objects a milder level acts on and the graver does not name are found, scheme by scheme."""
    [one] = found("measures-of-milder-levels-unstated", tiny(measures=[on("II", "taxis", "shops"), on("I", "shops")]))
    assert one.subject == "response"
    assert one.evidence["dropped"] == [{"at": "response=I", "objects": ["taxis"]}]
    same = [on("II", "taxis"), on("I", "taxis", "shops")]
    assert not found("measures-of-milder-levels-unstated", tiny(measures=same))


def test_inherited_measures_go_on() -> None:
    """"In addition to the level below" carries its measures on, through every level."""
    rises = [
        on("III", "taxis"),
        on("II", "shops", inherits="response=III"),
        on("I", "depots", inherits="response=II"),
    ]
    assert not found("measures-of-milder-levels-unstated", tiny(schemes=THREE, measures=rises))


@pytest.mark.parametrize(
    "graver",
    [
        {"objects": {"dealers": words("经销商"), "others": words("其他经销商")},
         "measures": [on("II", "dealers"), on("I", "others")]},
        {"measures": [on("II", "stock", verb="dispatch"), on("I", verb="allocate")]},
        {"measures": [on("II", "taxis")]},
    ],
    ids=["other dealers are dealers", "all is shared out", "a level without measures"],
)  # fmt: skip
def test_what_is_not_dropped(graver: dict[str, Any]) -> None:
    """Names that differ by "other", sharing out without an object, and empty levels told elsewhere."""
    assert not found("measures-of-milder-levels-unstated", tiny(**graver))


def test_what_is_asked_for_weighs_less_than_what_is_done() -> None:
    """Acts without an object that the next level does not repeat are of low severity, proposals are a candidate."""
    for lost, kind in ((on("II", verb="urge"), "fact"), (on("II", "reserve", verb="propose"), "candidate")):
        [one] = found("measures-of-milder-levels-unstated", tiny(measures=[lost, on("I", "shops")]))
        assert (one.severity, one.kind) == ("low", kind)
    repeated = [on("II", verb="urge"), on("I", verb="urge")]
    assert not found("measures-of-milder-levels-unstated", tiny(measures=repeated))
    meeting = [on("II", verb="convene"), on("I", "shops")]
    assert not found("measures-of-milder-levels-unstated", tiny(measures=meeting))


def test_command_that_passes_to_another_is_a_candidate() -> None:
    """Where each level has another in command, whether the first goes on or hands over is for a reader to judge."""
    two = [on("II", verb="command"), on("I", verb="command", by="mayor")]
    [one] = found("measures-of-milder-levels-unstated", tiny(measures=two))
    assert (one.kind, one.severity, one.clauses) == ("candidate", "low", ("tiny:4.2.1", "tiny:4.2.2"))
    assert not found("measures-of-milder-levels-unstated", tiny(measures=[two[0], on("I", verb="command")]))


SAID = {"goes-on": "measures-of-milder-levels", "passed-over": "measures-of-skipped-levels"}


@pytest.mark.parametrize("said", [(), ("goes-on",), ("passed-over",), ("goes-on", "passed-over")])
def test_each_question_between_levels_may_be_answered(said: tuple[str, ...]) -> None:
    """Only what no clause says is asked: whether measures go on, and what becomes of those of a level passed over."""
    answers = {"goes-on": "kept", "passed-over": "not-started"}
    given = [{"clause": "4.2.9", "rule": SAID[one], "is": answers[one]} for one in said]
    plan = tiny(measures=[on("II", "taxis"), on("I", "shops")], precedence=given)
    ones = found("measures-of-milder-levels-unstated", plan)
    assert [o for one in ones for o in one.evidence["open"]] == [one for one in SAID if one not in said]


def test_a_level_that_is_entered_only_from_the_next_is_not_passed_over() -> None:
    """Where the graver level follows the milder one always, nothing becomes of a level passed over."""
    measures = [on("II", "taxis"), on("I", "shops")]
    up = [STARTS[0], change("response=I", "response=II")]
    [one] = found("measures-of-milder-levels-unstated", tiny(measures=measures, decisions=up))
    assert one.evidence["open"] == ["goes-on"]


def test_no_level_is_skipped() -> None:
    """What is acted on at a milder and a graver level and not between is told of once, as skipped."""
    skips = [on("III", "taxis"), on("II", "shops"), on("I", "taxis", "shops")]
    plan = tiny(schemes=THREE, measures=skips)
    [one] = found("object-skipped", plan)
    assert one.evidence["skipped"] == [{"at": "response=II", "object": "taxis"}]
    assert not found("measures-of-milder-levels-unstated", plan)
    full = [on("III", "taxis"), on("II", "taxis"), on("I", "taxis")]
    assert not found("object-skipped", tiny(schemes=THREE, measures=full))


def test_measures_do_not_ease_as_levels_rise() -> None:
    """A softer strength on the same object at a graver level is found; strengths that cannot be ranked are not."""
    eased = [on("II", "taxis", strength="stopped"), on("I", "taxis", strength="limited")]
    [one] = found("measure-weaker", tiny(measures=eased))
    assert one.evidence["eased"] == [{"object": "taxis", "from": "stopped", "to": "limited"}]
    tighter = [on("II", "taxis", strength="limited"), on("I", "taxis", strength="stopped")]
    assert not found("measure-weaker", tiny(measures=tighter))
    other = [on("II", "taxis", strength="stopped"), on("I", "taxis", strength="planned")]
    assert not found("measure-weaker", tiny(measures=other))


# -------------------------------------------------------------------------------------------- scope


def extended(**more: Any) -> Any:
    """A plan whose term takes in more than it says."""
    means = words("含食盐（下同）", "includes table salt")
    return tiny(terms=[{"clause": "1.3", "term": words("口粮", "provisions"), "means": means}], **more)


def test_what_a_definition_adds_is_provided_for() -> None:
    """Goods a definition adds and no reserve, measure or duty names are a candidate."""
    [one] = found("scope-not-provided-for", extended())
    assert (one.kind, one.clauses, one.evidence["goods"]["en"]) == ("candidate", ("tiny:1.3",), "table salt")
    assert not found("scope-not-provided-for", extended(measures=[measure("4.2", object=words("供应食盐", "salt"))]))
    reserve = {"clause": "6.1", "id": "r", "kind": "salt", "name": words("盐"), "amount": "3 t", "holder": "council"}
    assert not found("scope-not-provided-for", extended(resources=[reserve]))


def test_an_ordinary_definition_adds_nothing() -> None:
    """A term explained, not extended, asks for no provision of its own."""
    term = {"clause": "8.1", "term": words("口粮"), "means": words("米和面", "rice and flour")}
    assert not found("scope-not-provided-for", tiny(terms=[term], labels=[label("4", "response=I", "重")]))
