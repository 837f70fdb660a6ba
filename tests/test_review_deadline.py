"""Rules on deadlines: each has a plan with its fault and one without; chains of limits by properties."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_plans import PLACE, decision, found, measure, tiny, words

from emergency.plan import Plan
from emergency.reader import load_jurisdiction, load_plan
from emergency.review.case import Case
from emergency.review.check import check_plans
from emergency.review.deadline.acts import acts, hours, is_outsider
from emergency.review.rules import RULES

ISLAND = Path(__file__).parent / "fixtures" / "island"
AFTER = {"no": "5", "heading": "善后工作", "status": "heading"}
UPPER = {"province": {"is": "outside", "zh": "省厅", "en": "Province"}}


def step(
    do: str, by: str = "council", bound: str | None = None, after: str | None = None, **more: Any
) -> dict[str, Any]:
    """A step with what it may take."""
    within = {k: v for k, v in (("bound", bound), ("after", after)) if v}
    return {"do": do, "by": by, **({"within": within} if within else {}), **more}


def entering(clause: str, to: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """How a value is entered, step by step."""
    return decision(clause, to, **more) | {"steps": list(steps)}


def report(clause: str, after: str, bound: str | None = None, word: str | None = None, **more: Any) -> dict[str, Any]:
    """A report of the office to the council."""
    within = {k: v for k, v in (("bound", bound), ("urgency", word)) if v}
    plain: dict[str, Any] = {
        "clause": clause,
        "id": f"r-{clause}-{after}".replace(".", "-"),
        "after": after,
        "from": ["office"],
    }
    return {**plain, "to": ["council"], "content": words("情况"), **({"within": within} if within else {}), **more}


def duty(clause: str, *actors: str, **more: Any) -> dict[str, Any]:
    """What an actor is there for."""
    return {"clause": clause, "actors": list(actors), "verb": "report", "object": words("情况"), **more}


def event(clause: str, id: str, kind: str, **more: Any) -> dict[str, Any]:
    """Something a clock can start from."""
    return {"clause": clause, "id": id, "is": kind, "name": words(id), **more}


TOLD = event("3.1", "told", "reported", to="council")
DECIDED = entering("4.1", "response=II", step("decide", bound="2 h", after="told"))

# ------------------------------------------------------------------------------------------ limits


def test_a_plan_has_some_limit() -> None:
    """A plan without a single limit is one finding, and the rules that would tell of each lack are silent."""
    worded = step("propose", by="office", within={"urgency": "at-once", "after": "told"})
    bare = {
        "events": [TOLD],
        "decisions": [entering("4.1", "response=II", worded, step("decide"))],
        "reports": [report("4.3", "told", word="promptly")],
    }
    [one] = found("no-bound-anywhere", tiny(**bare))
    assert (one.severity, one.clauses, one.evidence["words"]) == (
        "high",
        ("tiny:4.1", "tiny:4.3"),
        ["at-once", "promptly"],
    )
    for silent in ("decision-without-bound", "report-without-bound", "urgency-words-only"):
        assert not found(silent, tiny(**bare))
    some = tiny(**bare, duties=[duty("2.1", "council", within={"bound": "1 h", "after": "told"})])
    assert not found("no-bound-anywhere", some)
    assert found("decision-without-bound", some)
    assert not found("no-bound-anywhere", tiny(reports=bare["reports"], events=[TOLD]))


def test_a_level_is_decided_in_time() -> None:
    """Levels with no limit on any deciding step are one finding; a limit on what comes before does not help."""
    before = step("report", by="office", bound="1 h", after="told")
    open_ones = [
        entering("4.1", "response=II", before, step("decide")),
        entering("4.2", "response=I", step("approve")),
    ]
    [one] = found("decision-without-bound", tiny(events=[TOLD], decisions=open_ones))
    assert one.evidence["decisions"] == {"response=II": ["4.1"], "response=I": ["4.2"]}
    assert not found("decision-without-bound", tiny(events=[TOLD], decisions=[DECIDED]))
    elsewhere = entering("4.2", "response=I", step("announce", by="province"))
    assert not found("decision-without-bound", tiny(events=[TOLD], decisions=[DECIDED, elsewhere], actors=UPPER))
    one_clause_does = entering("4.4", "response=II", step("decide"))
    assert not found("decision-without-bound", tiny(events=[TOLD], decisions=[DECIDED, one_clause_does]))


def test_a_report_is_due_in_time() -> None:
    """Reports without a limit, or with a word, are one finding; not what another statement limits, nor outsiders'."""
    bare = {"events": [TOLD], "decisions": [DECIDED]}
    two = [report("4.3", "told"), report("4.4", "told", word="promptly")]
    [one] = found("report-without-bound", tiny(**bare, reports=two))
    assert one.clauses == ("tiny:4.3", "tiny:4.4")
    limited = report("4.5", "told", "2 h")
    assert not found("report-without-bound", tiny(**bare, reports=[*two, limited]))
    theirs = report("4.3", "told", **{"from": ["province"]})
    assert not found("report-without-bound", tiny(**bare, reports=[theirs], actors=UPPER))
    assert not found("report-without-bound", tiny(**bare, reports=[report("5.1", "told")], clauses=[AFTER]))
    first = entering("4.2", "response=II", step("report", by="office", after="told", to=["council"]), step("decide"))
    assert found("report-without-bound", tiny(**(bare | {"decisions": [DECIDED, first]})))


def test_what_is_due_at_the_same_time_has_its_neighbours_limit() -> None:
    """A report due at the same time as one with a limit, in the same clause, has that limit."""
    beside = [report("4.3", "told", "2 h"), report("4.3", "again", word="same-time", to=["mayor"])]
    events = [TOLD, event("3.1", "again", "reported", to="council")]
    plain = {"decisions": [DECIDED], "events": events}
    assert not found("report-without-bound", tiny(**plain, reports=beside))
    assert found("report-without-bound", tiny(**plain, reports=[beside[0], {**beside[1], "clause": "4.4"}]))


def test_a_word_is_no_limit() -> None:
    """Acts with a start and a word are one low finding; with a figure beside the word, or without a start, none."""
    within = {"urgency": "at-once", "after": "told"}
    plain = {"events": [TOLD], "decisions": [DECIDED]}
    [one] = found("urgency-words-only", tiny(**plain, measures=[measure("4.2", within=within)]))
    assert (one.severity, one.clauses) == ("low", ("tiny:4.2",))
    figure = measure("4.2", within={**within, "bound": "1 h"})
    assert not found("urgency-words-only", tiny(**plain, measures=[figure]))
    standing = measure("4.2", within={"urgency": "promptly"})
    assert not found("urgency-words-only", tiny(**plain, measures=[standing]))


def test_a_limit_spoken_of_is_given() -> None:
    """A limit spoken of and not given is found; where the actor has one elsewhere it is a candidate."""
    spoken = measure("4.2", within={"bound": "unstated"})
    [one] = found("bound-not-given", tiny(measures=[spoken]))
    assert (one.subject, one.kind, one.severity) == ("4.2", "fact", "high")
    assert not found("bound-not-given", tiny(measures=[measure("4.2", within={"bound": "2 h"})]))
    vague = duty("3.2", "office", within={"bound": "unstated"})
    [one] = found("bound-not-given", tiny(duties=[vague], reports=[report("4.3", "told", "2 h")], events=[TOLD]))
    assert (one.kind, one.severity) == ("candidate", "medium")


def test_no_act_among_others_is_left_without_a_limit() -> None:
    """The one act of a clause without a limit beside two that have one is found; told by levels it is told once."""
    due = {"bound": "2 h"}
    ones = [measure("4.2", "response=II", verb=verb, within=due) for verb in ("inform", "guard")]
    left_out = measure("4.2", "response=II", verb="count")
    [one] = found("bound-missing-beside-others", tiny(measures=[*ones, left_out]))
    assert (one.clauses, one.evidence["others"]) == (("tiny:4.2",), ["2 h", "2 h"])
    assert not found("bound-missing-beside-others", tiny(measures=[ones[0], left_out]))
    told = [{"clause": "4.5", "by": ["council"], "what": words(w), "within": due} for w in ("甲", "乙", "丙")]
    assert not found("bound-missing-beside-others", tiny(publications=told))
    assert found(
        "bound-missing-beside-others",
        tiny(publications=[*told[:2], {**told[2], "within": {"after": "told"}}], events=[TOLD]),
    )
    graver = measure("4.3", "response=I", verb="count", within=due)
    told = tiny(measures=[*ones, left_out | {"towards": ["office"]}, graver | {"towards": ["office"]}])
    assert found("bound-at-some-levels", told)
    assert not found("bound-missing-beside-others", told)


# ----------------------------------------------------------------------------------- level by level


def at_levels(*bounds: str | None) -> Plan:
    """A report at each response level, mild to grave, with its limit."""
    entered = [event("4.1", f"r{i}", "entered", state=f"response={v}") for i, v in enumerate(("II", "I"))]
    reports = [report(f"4.{i + 3}", f"r{i}", bound) for i, bound in enumerate(bounds)]
    return tiny(
        events=[*entered, TOLD], reports=reports, decisions=[DECIDED, entering("4.2", "response=I", step("decide"))]
    )


def test_a_limit_at_one_level_is_one_at_the_others() -> None:
    """The same report with a limit at one level and none at another is found, with both clauses."""
    [one] = found("bound-at-some-levels", at_levels(None, "4 h"))
    assert (one.clauses, one.severity) == (("tiny:4.3", "tiny:4.4"), "medium")
    assert not found("bound-at-some-levels", at_levels("6 h", "4 h"))
    assert not found("bound-at-some-levels", at_levels(None, None))


@pytest.mark.parametrize(
    ("bounds", "severity"), [(("2 h", "4 h"), "high"), (("2 h", "120 min"), "low"), (("4 h", "2 h"), None)]
)
def test_limits_tighten_with_the_levels(bounds: tuple[str, str], severity: str | None) -> None:
    """A longer limit at a graver level is a fact, the same at all a candidate, a shorter one none."""
    ones = found("bound-not-tighter", at_levels(*bounds))
    assert [f.severity for f in ones] == ([severity] if severity else [])
    assert all((f.kind == "fact") == (severity == "high") for f in ones)


# ------------------------------------------------------------------------------------------ clocks


def test_a_limit_has_a_start() -> None:
    """A limit counted from nothing stated is found; milder where its clause names the case in which it is due."""
    one_hour = {"bound": "1 h", "after": "unstated"}
    [one] = found("clock-without-start", tiny(duties=[duty("3.3", "shops", within=one_hour)]))
    assert (one.subject, one.severity) == ("3.3 report", "high")
    [one] = found("clock-without-start", tiny(duties=[duty("3.3", "shops", within=one_hour, condition="panic")]))
    assert one.severity == "medium"
    assert found("clock-without-start", tiny(duties=[duty("3.3", "shops", within={"bound": "1 h"})]))
    started = duty("3.3", "shops", within={"bound": "1 h", "after": "told"})
    assert not found("clock-without-start", tiny(duties=[started], events=[TOLD]))
    after_the_level = measure("4.1", "response=II", within={"bound": "1 h"})
    assert not found("clock-without-start", tiny(measures=[after_the_level]))


def test_a_start_comes_about() -> None:
    """A clock that starts from a report nobody makes or a value nobody enters is found; any teller will do."""
    due = [report("4.3", "told", "1 h", to=["mayor"])]
    [one] = found("start-never-comes", tiny(events=[TOLD], reports=due))
    assert (one.subject, one.clauses) == ("told", ("tiny:3.1", "tiny:4.3"))
    teller = duty("2.1", "shops", towards=["council"])
    assert not found("start-never-comes", tiny(events=[TOLD], reports=due, duties=[teller]))
    watcher = {"clause": "2.1", "variable": "cold", "unit": "flag", "observer": "council"}
    assert not found("start-never-comes", tiny(events=[TOLD], reports=due, indicators=[watcher]))
    entered = [event("4.1", "begun", "entered", state="response=I")]
    late = [report("4.3", "begun", "1 h")]
    assert found("start-never-comes", tiny(events=entered, reports=late))
    assert not found(
        "start-never-comes",
        tiny(events=entered, reports=late, decisions=[entering("4.2", "response=I", step("decide"))]),
    )
    world = [event("4.1", "begun", "occurs")]
    assert not found("start-never-comes", tiny(events=world, reports=late))
    assert not found("start-never-comes", tiny(events=entered))


GRADES = {"event": {"kind": "event", "levels": ["II", "I"]}, "response": {"kind": "response", "levels": ["II", "I"]}}


def graded(*steps: dict[str, Any], **more: Any) -> Plan:
    """A plan with a report due two hours after somebody has graded the incident."""
    confirmed = event("3.3", "confirmed", "entered", state="event=II")
    grading = entering("3.3", "event=II", *steps)
    return tiny(
        schemes=GRADES,
        events=[confirmed, TOLD],
        decisions=[grading],
        reports=[report("3.4", "confirmed", "2 h")],
        **more,
    )


def test_a_clock_does_not_wait_for_an_open_step() -> None:
    """A limit that runs from a finding nobody has to make in any time is found; where that has a limit it is not."""
    [one] = found("clock-starts-after-open-step", graded(step("verify"), step("decide")))
    assert (one.clauses, one.severity) == (("tiny:3.3", "tiny:3.4"), "high")
    assert not found(
        "clock-starts-after-open-step", graded(step("verify"), step("decide", bound="1 h", after="told"))
    )
    begun = event("4.1", "begun", "entered", state="response=II")
    started = tiny(
        events=[begun],
        decisions=[entering("4.1", "response=II", step("decide"))],
        reports=[report("4.3", "begun", "2 h")],
    )
    assert not found("clock-starts-after-open-step", started)


def test_a_report_has_one_clock() -> None:
    """A report counted from a bare finding and from a graded one is a candidate; two limits from one start a fact."""
    bare = event("3.3.1", "found-so", "entered", state="unstated")
    grade = event("3.3.2", "confirmed", "entered", state="event=II")
    reports = [report("3.3.1", "found-so", "2 h"), report("3.3.2", "confirmed", "2 h")]
    timely = entering("3.3.2", "event=II", step("decide", bound="1 h", after="told"))
    plain = {"schemes": GRADES, "events": [bare, grade, TOLD], "decisions": [timely]}
    [one] = found("two-clocks-for-one-report", tiny(**plain, reports=reports))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:3.3.1", "tiny:3.3.2"))
    assert not found(
        "two-clocks-for-one-report", tiny(**plain, reports=[reports[0], {**reports[1], "to": ["mayor"]}])
    )
    twice = [report("3.3.2", "confirmed", "2 h"), report("4.3", "confirmed", "4 h")]
    [one] = found("two-clocks-for-one-report", tiny(**plain, reports=twice))
    assert (one.kind, one.severity) == ("fact", "high")
    assert not found(
        "two-clocks-for-one-report", tiny(**plain, reports=[twice[0], {**twice[1], "within": {"bound": "2 h"}}])
    )
    minutes = {**twice[1], "within": {"bound": "120 min"}}
    assert not found("two-clocks-for-one-report", tiny(**plain, reports=[twice[0], minutes]))


def test_nothing_waits_for_ever_on_an_outsider() -> None:
    """A decision that stands still until an outsider answers is found: critical without another way, else high."""
    waits = entering("2.4", "response=II", step("verify", by="province"), step("decide"))
    [one] = found("waits-on-outsider", tiny(decisions=[waits], actors=UPPER))
    assert (one.severity, one.evidence["other_routes"]) == ("critical", [])
    other = entering("4.1", "response=II", step("decide"))
    [one] = found("waits-on-outsider", tiny(decisions=[waits, other], actors=UPPER))
    assert (one.severity, one.clauses, one.evidence["other_routes"]) == ("high", ("tiny:2.4",), ["4.1"])
    limited = entering(
        "2.4", "response=II", step("verify", by="province", bound="24 h", after="told"), step("decide")
    )
    assert not found("waits-on-outsider", tiny(decisions=[limited], actors=UPPER, events=[TOLD]))
    informed = entering("2.4", "response=II", step("decide"), step("accept", by="province"))
    assert not found("waits-on-outsider", tiny(decisions=[informed], actors=UPPER))
    theirs = entering("2.4", "response=II", step("decide", by="province"))
    assert not found("waits-on-outsider", tiny(decisions=[theirs], actors=UPPER))


def test_a_measure_may_wait_too() -> None:
    """A measure that an outsider must agree to without any limit is found; one our own council agrees to is not."""
    asked = [{"do": "request", "by": "office"}, {"do": "agree", "by": "province"}]
    [one] = found("waits-on-outsider", tiny(measures=[measure("4.2", steps=asked)], actors=UPPER))
    assert one.severity == "high"
    ours = [asked[0], {"do": "agree", "by": "council"}]
    assert not found("waits-on-outsider", tiny(measures=[measure("4.2", steps=ours)]))


@pytest.mark.parametrize(
    ("kind", "zh", "outside"),
    [("outside", "某公司", True), ("generic", "上级有关部门", True), ("undeclared", "省专家组", True),
     ("undeclared", "市指挥部", True), ("generic", "市场部门", False), ("generic", "有关部门", False),
     ("agency", "岛政府", False)],
)  # fmt: skip
def test_who_stands_outside(kind: str, zh: str, outside: bool) -> None:
    """Whom a plan cannot bind is told by kind, and by the name of a level above where the text leaves it vague."""
    plan = tiny(actors={"them": {"is": kind, "zh": zh, "en": "Them"}}, duties=[duty("2.1", "them")])
    assert is_outsider(Case(plan, PLACE), "them") == outside


# ------------------------------------------------------------------------------------------ chains


def chain(*limits: tuple[str, str]) -> Plan:
    """A decision of steps, each with its limit and the event it is counted from; each step tells the next actor."""
    events = [TOLD, *(event("4.1", f"heard-{i}", "reported", to=f"desk-{i}") for i in range(len(limits)))]
    steps = [
        step("report", by="council", bound=bound, after=after, to=[f"desk-{i}"])
        for i, (bound, after) in enumerate(limits)
    ]
    return tiny(events=events, decisions=[entering("4.1", "response=II", *steps)])


def test_limits_add_up() -> None:
    """A step due before the steps ahead of it may be through is found with the time they may take."""
    [one] = found("chain-over-bound", chain(("6 h", "told"), ("4 h", "told")))
    assert (one.evidence["taken_h"], one.evidence["bound_h"]) == (6.0, 4.0)
    assert not found("chain-over-bound", chain(("4 h", "told"), ("6 h", "told")))
    through = chain(("3 h", "told"), ("3 h", "heard-0"), ("5 h", "told"))
    [one] = found("chain-over-bound", through)
    assert one.evidence["taken_h"] == 6.0
    assert not found("chain-over-bound", chain(("3 h", "told"), ("3 h", "heard-0"), ("6 h", "told")))


def test_a_measure_is_done_after_its_approvals() -> None:
    """A measure due before its own approvals may be through is found."""
    asked = [step("request", by="office", bound="2 h", after="told"), step("agree", bound="5 h", after="told")]
    due = {"bound": "4 h", "after": "told"}
    [one] = found("chain-over-bound", tiny(events=[TOLD], measures=[measure("4.2", steps=asked, within=due)]))
    assert one.evidence["taken_h"] == 5.0
    roomy = measure("4.2", steps=asked, within={**due, "bound": "1 d"})
    assert not found("chain-over-bound", tiny(events=[TOLD], measures=[roomy]))


def test_working_days_are_not_turned_into_hours() -> None:
    """Limits in working days and months have no length by themselves and are left out of sums."""
    assert not found("chain-over-bound", chain(("7 workdays", "told"), ("1 h", "told")))
    plan = chain(("7 workdays", "told"), ("1 d", "told"))
    assert [hours(a.bound) for a in acts(Case(plan, PLACE))] == [None, 24.0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_a_chain_is_as_long_as_its_links(links: list[int], overall: int) -> None:
    """Where each step waits for the one before, the last is found exactly where its limit is less than the sum."""
    limits = [(f"{h} h", "told" if not i else f"heard-{i - 1}") for i, h in enumerate(links)]
    plan = chain(*limits, (f"{overall} h", "told"))
    ones = check_plans([plan], [PLACE], rules=[RULES["chain-over-bound"]]).findings
    assert [f.evidence["taken_h"] for f in ones] == ([float(sum(links))] if overall < sum(links) else [])


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5))
@settings(max_examples=30, deadline=None)
def test_limits_that_grow_along_the_chain_are_sound(steps: list[int]) -> None:
    """Steps counted from one start, each due later than the one before, can all be met; turned round they cannot."""
    limits = [(f"{h} h", "told") for h in accumulate(steps)]
    run = [RULES["chain-over-bound"]]
    assert not check_plans([chain(*limits)], [PLACE], rules=run).findings
    assert check_plans([chain(*reversed(limits))], [PLACE], rules=run).findings


# ----------------------------------------------------------------------------------------- afterwards


def test_what_follows_the_end_has_a_date() -> None:
    """Clauses on the aftermath in which nothing has a limit are one finding; one limit dates a clause."""
    ones = [report("5.1", "unstated"), duty("5.2", "office", within={"urgency": "promptly"})]
    [one] = found("aftermath-without-date", tiny(clauses=[AFTER], reports=ones[:1], duties=ones[1:]))
    assert one.evidence["clauses"] == ["5.1", "5.2"]
    dated = [report("5.1", "told", "7 workdays"), report("5.1", "unstated")]
    assert not found(
        "aftermath-without-date", tiny(clauses=[AFTER], events=[TOLD], reports=[dated[0], {**dated[1], "id": "b"}])
    )
    assert not found("aftermath-without-date", tiny(clauses=[{**AFTER, "heading": "应急响应"}], reports=ones[:1]))


def test_what_follows_the_end_has_an_owner() -> None:
    """A clause on the aftermath that names nobody is a fact, one that names "departments concerned" a candidate."""
    vague = {"those": {"is": "generic", "zh": "有关部门", "en": "Departments"}}
    [one] = found("aftermath-without-owner", tiny(clauses=[AFTER], duties=[duty("5.4", "unstated")]))
    assert (one.kind, one.clauses) == ("fact", ("tiny:5.4",))
    [one] = found("aftermath-without-owner", tiny(clauses=[AFTER], duties=[duty("5.1", "those")], actors=vague))
    assert one.kind == "candidate"
    beside = [duty("5.1", "those"), duty("5.1", "office")]
    assert not found("aftermath-without-owner", tiny(clauses=[AFTER], duties=beside, actors=vague))
    assert not found("aftermath-without-owner", tiny(duties=[duty("5.4", "unstated")]))


def test_regularly_has_an_interval() -> None:
    """What is to be done regularly and not said how often is one finding; an interval settles it."""
    watch = {
        "clause": "3.1",
        "variable": "stock",
        "name": words("存量"),
        "unit": "t",
        "observer": "office",
        "every": "unstated",
    }
    press = measure("4.2", every="unstated")
    [one] = found("interval-not-given", tiny(indicators=[watch], measures=[press]))
    assert one.clauses == ("tiny:3.1", "tiny:4.2")
    assert not found("interval-not-given", tiny(indicators=[{**watch, "every": "1 d"}], measures=[measure("4.2")]))


# ---------------------------------------------------------------------------------- the shipped plans


def test_every_fact_on_the_shipped_plans_was_read() -> None:
    """The facts on the shipped plans are those a person has held against the text; a new one is read, then listed."""
    plans = [load_plan(p) for p in ("fuel", "daily-necessities", "forest-pests", "grain")]
    review = check_plans(plans, [load_jurisdiction("yunxi")], classes=["deadline"])
    read = {
        ("no-bound-anywhere", "fuel:bounds"),
        ("interval-not-given", "fuel:intervals"),
        ("aftermath-without-date", "fuel:aftermath"),
        ("clock-without-start", "daily-necessities:3.3.1 report"),
        ("decision-without-bound", "daily-necessities:decisions"),
        ("report-without-bound", "daily-necessities:reports"),
        ("urgency-words-only", "daily-necessities:urgency"),
        ("aftermath-without-date", "daily-necessities:aftermath"),
        ("waits-on-outsider", "forest-pests:start-by-linkage"),
        ("waits-on-outsider", "forest-pests:end-emergency"),
        ("clock-starts-after-open-step", "forest-pests:start"),
        ("decision-without-bound", "forest-pests:decisions"),
        ("urgency-words-only", "forest-pests:urgency"),
        ("interval-not-given", "forest-pests:intervals"),
        ("aftermath-without-date", "forest-pests:aftermath"),
        ("bound-not-given", "grain:4.4.2(2)"),
        ("bound-at-some-levels", "grain:response report headquarters district-government"),
        ("decision-without-bound", "grain:decisions"),
        ("report-without-bound", "grain:reports"),
        ("urgency-words-only", "grain:urgency"),
        ("aftermath-without-date", "grain:aftermath"),
        ("aftermath-without-owner", "grain:aftermath"),
    }
    assert {(f.rule, f"{f.plans[0]}:{f.subject}") for f in review.findings if f.kind == "fact"} == read


def test_a_plan_without_faults_has_none() -> None:
    """The toy plan, written to be faultless, gives no finding of this class."""
    plan, place = load_plan(ISLAND / "island.yaml"), load_jurisdiction(ISLAND / "jurisdiction.yaml")
    assert not check_plans([plan], [place], classes=["deadline"]).findings
    assert sum(a.bound is not None for a in acts(Case(plan, place))) > 50
