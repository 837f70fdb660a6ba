"""Rules on authority: each has a plan with its fault and one without."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_plans import criterion, decision, found, measure, seat, tiny, words

from emergency.review.authority.organisation import alike, core

BODIES: dict[str, Any] = {
    "group": {"is": "body", "zh": "小组", "en": "Group"},
    "group-office": {"is": "body", "zh": "小组办公室", "en": "Office of the group", "of": "group"},
    "mayor": {"is": "post", "zh": "岛长", "en": "Mayor", "of": "council"},
    "council": {"is": "agency", "zh": "岛政府", "en": "Council"},
}
CITY: dict[str, Any] = {"city-group": {"is": "outside", "zh": "市小组", "en": "City group"}}
VAGUE: dict[str, Any] = {"departments": {"is": "generic", "zh": "有关部门", "en": "Departments concerned"}}
GRADES: dict[str, Any] = {
    "event": {"kind": "event", "levels": ["II", "I"]},
    "response": {"kind": "response", "levels": ["II", "I"], "ends": "ended"},
}


def duty(clause: str, actor: str, verb: str, matter: str = "略", **more: Any) -> dict[str, Any]:
    """What an actor is there for."""
    return {"clause": clause, "actors": [actor], "verb": verb, "object": words(matter), **more}


def report(clause: str, sender: str, *to: str, after: str = "told", **more: Any) -> dict[str, Any]:
    """Who tells whom after an event."""
    ends = {"id": f"r-{clause.replace('.', '-')}", "from": [sender], "to": list(to)}
    return {"clause": clause, "after": after, "content": words("情况"), **ends, **more}


def told(clause: str = "3") -> dict[str, Any]:
    """The event reports start from."""
    return {"clause": clause, "id": "told", "is": "occurs", "name": words("事件")}


def publication(clause: str, what: str, *by: str) -> dict[str, Any]:
    """What is made public, by whom."""
    return {"clause": clause, "by": list(by), "what": words(what)}


def upkeep(clause: str, kind: str, by: str, what: str = "本预案") -> dict[str, Any]:
    """How the plan is kept alive."""
    return {"clause": clause, "kind": kind, "by": [by], "what": words(what)}


# ------------------------------------------------------------------------------- start, command, end


def test_who_commands_a_level_ends_it() -> None:
    """A level another body starts or commands is not this one's to end; it is critical where that body is outside."""
    actors = BODIES | CITY
    decisions = [decision("4.2", "response=II", "decide group"), decision("4.6", "response=ended", "announce group")]
    above = measure("4.3", "response=I", "city-group", "command")
    [one] = found("ended-by-another", tiny(actors=actors, decisions=decisions, measures=[above]))
    assert (one.severity, one.kind) == ("critical", "fact")
    assert one.clauses == ("tiny:4.3", "tiny:4.6")
    assert one.evidence == {"response=I": ["city-group"], "ended_by": ["group"]}
    own = measure("4.3", "response=I", "group", "command")
    assert not found("ended-by-another", tiny(actors=actors, decisions=decisions, measures=[own]))


def test_who_starts_a_level_ends_it() -> None:
    """A township that starts a response does not see the district declare it over, unless the clause says which."""
    start = [decision("4.2", "response=II", "decide township"), decision("4.3", "response=I", "decide group")]
    plan = tiny(actors=BODIES, decisions=[*start, decision("4.6", "response=ended", "decide group")])
    [one] = found("ended-by-another", plan)
    assert (one.severity, one.clauses) == ("high", ("tiny:4.2", "tiny:4.6"))
    only = decision("4.6", "response=ended", "decide group", **{"from": "response=I"})
    assert not found("ended-by-another", tiny(actors=BODIES, decisions=[*start, only]))


def test_the_government_may_end_what_its_body_started() -> None:
    """A response started by a headquarters may be ended by the government whose post heads it."""
    start = decision("4.2", "response=any", "decide group")
    decisions = [start, decision("4.6", "response=ended", "announce council")]
    assert found("ended-by-another", tiny(actors=BODIES, decisions=decisions))
    led = [seat("2.1", "group", "head", "mayor")]
    assert not found("ended-by-another", tiny(actors=BODIES, seats=led, decisions=decisions))


def test_an_incident_commanded_by_another_is_ended_by_it() -> None:
    """Command given at a grade of incident counts for the response level of that name."""
    above = measure("4.3", "event=I", "city-group", "command")
    end = decision("4.6", "response=ended", "decide group")
    [one] = found("ended-by-another", tiny(schemes=GRADES, actors=BODIES | CITY, decisions=[end], measures=[above]))
    assert "response=I" in one.evidence


def test_head_office_and_body_are_one_hand() -> None:
    """A level started by a body's head and ended by its office is not in two hands."""
    seats = [seat("2", "group", "head", "mayor")]
    start = decision("4.2", "response=II", "sign mayor")
    decisions = [start, decision("4.6", "response=ended", "announce group-office")]
    assert not found("ended-by-another", tiny(actors=BODIES, seats=seats, decisions=decisions))


# ------------------------------------------------------------------------------------ one decision


def test_one_decision_has_one_decider() -> None:
    """Two clauses that leave one level to two bodies are found; a body that puts it to the other has not decided."""
    two = [decision("4.1", "response=I", "decide council"), decision("4.2", "response=I", "decide group")]
    [one] = found("two-deciders", tiny(actors=BODIES, decisions=two))
    assert (one.subject, one.kind, one.severity) == ("response=I", "fact", "high")
    assert one.clauses == ("tiny:4.1", "tiny:4.2")
    asks = decision("4.1", "response=I", "agree group-office")
    asks["steps"].append({"do": "report", "by": "group-office", "to": ["council"]})
    consents = decision("4.2", "response=I", "approve council")
    assert not found("two-deciders", tiny(actors=BODIES, decisions=[asks, consents]))


def test_the_one_who_decides_puts_it_on() -> None:
    """A report by somebody else in the same clause does not make the decision another's."""
    reported = decision("4.1", "response=I", "report group-office", "decide council")
    reported["steps"][0]["to"] = ["group"]
    two = [reported, decision("4.2", "response=I", "decide group")]
    assert found("two-deciders", tiny(actors=BODIES, decisions=two))


def test_one_announces() -> None:
    """Two clauses that have two bodies announce one value are found in words of their own."""
    two = [decision(c, "warning=I", f"announce {who}") for c, who in (("3.2", "council"), ("3.4", "group"))]
    [one] = found("two-deciders", tiny(actors=BODIES, decisions=two))
    assert (one.severity, one.clauses) == ("medium", ("tiny:3.2", "tiny:3.4"))
    assert "who announces" in one.message.en


def test_who_starts_a_level_commands_it() -> None:
    """A level started by one and commanded by another is a candidate; a government starts for its body."""
    commands = measure("4.3", "response=I", "group", "command")
    township = [decision("4.2", "response=I", "decide township")]
    [one] = found("started-by-another", tiny(actors=BODIES, decisions=township, measures=[commands]))
    assert (one.subject, one.kind, one.clauses) == ("response=I", "candidate", ("tiny:4.2", "tiny:4.3"))
    seats = [seat("2.1", "group", "head", "mayor")]
    government = [decision("4.2", "response=I", "approve council")]
    plan = tiny(actors=BODIES, seats=seats, decisions=government, measures=[commands])
    assert not found("started-by-another", plan)


def test_announcing_is_not_deciding() -> None:
    """Who announces what another decides is no second decider."""
    two = [decision("4.1", "response=I", "decide council"), decision("4.2", "response=I", "announce group")]
    assert not found("two-deciders", tiny(actors=BODIES, decisions=two))


def test_deciders_of_different_hazards_do_not_meet() -> None:
    """One level for two hazards may have two deciders."""
    two = [
        decision("4.1", "response=I", "decide council", hazard="flood"),
        decision("4.2", "response=I", "decide group", hazard="fire"),
    ]
    assert not found("two-deciders", tiny(actors=BODIES, decisions=two))


def test_a_form_for_the_start_is_a_second_decider_to_be_confirmed() -> None:
    """A form that starts the plan without a level, approved by another than who starts that level, is a candidate."""
    start = decision("4.1", "response=I", "decide council")
    form = decision("annex-1", "unstated", "approve group")
    sheet = {"no": "annex-1", "heading": "启动审批表", "status": "executable", "zh": "启动审批表", "en": "…"}
    [one] = found("two-deciders", tiny(actors=BODIES, clauses=[sheet], decisions=[start, form]))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:4.1", "tiny:annex-1"))
    notice = sheet | {"heading": "通报审批表", "zh": "通报审批表"}
    assert not found("two-deciders", tiny(actors=BODIES, clauses=[notice], decisions=[start, form]))


def test_a_clause_on_one_level_speaks_of_no_other() -> None:
    """Work on the start told in a sentence on level II is not held against who decides level I."""
    study = decision("3.3", "unstated", "advise group")
    clause = {"no": "3.3", "status": "executable", "zh": "研究启动预案", "en": "…"}
    both = [decision("3.3", "event=II", "decide council"), study, decision("4.1", "response=I", "decide council")]
    plan = tiny(schemes=GRADES, actors=BODIES, clauses=[clause], decisions=both)
    assert not found("two-deciders", plan)
    level_2 = [*both, decision("4.2", "response=II", "decide council")]
    plan = tiny(schemes=GRADES, actors=BODIES, clauses=[clause], decisions=level_2)
    assert [f.subject for f in found("two-deciders", plan)] == ["response=II"]


# ------------------------------------------------------------------------------------ nobody decides


def test_somebody_decides() -> None:
    """A level whose steps nobody is named for is found with the levels that share them."""
    nobody = decision("4.2", "event=any", "verify unstated")
    [one] = found("decision-without-actor", tiny(schemes=GRADES, decisions=[nobody]))
    assert (one.subject, one.severity, one.kind) == ("event=II|I", "high", "fact")
    named = decision("4.2", "event=any", "verify council")
    assert not found("decision-without-actor", tiny(schemes=GRADES, decisions=[named]))
    verified_only = decision("4.2", "response=any", "verify council")
    assert found("decision-without-actor", tiny(schemes=GRADES, decisions=[verified_only]))


def test_a_finding_may_be_that_of_whoever_the_clause_is_about() -> None:
    """Verifying in a sentence without a subject is a candidate where its clause has others act; deciding is not."""
    graded = decision("4.2", "event=any", "verify unstated")
    acts = [measure("4.2", by="group", verb="analyse")]
    alone = tiny(schemes=GRADES, actors=BODIES, decisions=[graded])
    beside = tiny(schemes=GRADES, actors=BODIES, decisions=[graded], measures=acts)
    assert [f.kind for f in found("decision-without-actor", alone)] == ["fact"]
    assert [f.kind for f in found("decision-without-actor", beside)] == ["candidate"]
    decided = decision("4.2", "response=I", "decide unstated")
    [one] = found("decision-without-actor", tiny(actors=BODIES, decisions=[decided], measures=acts))
    assert one.kind == "fact"


def test_steps_without_a_decision_decide_nothing() -> None:
    """A level that is proposed and reported and never decided on is found."""
    [one] = found("decision-without-actor", tiny(decisions=[decision("4.2", "response=I", "propose council")]))
    assert "none is the decision" in one.message.en
    decided = decision("4.2", "response=I", "propose council", "decide council")
    assert not found("decision-without-actor", tiny(decisions=[decided]))


def test_lowering_a_level_does_not_start_it() -> None:
    """A level nobody decides to start is found though somebody decides to lower to it, where both say from where."""
    start = decision("4.2", "response=II", "propose council", **{"from": "response=off"})
    lower = decision("4.3", "response=II", "decide council", **{"from": "response=I"})
    [one] = found("decision-without-actor", tiny(decisions=[start, lower]))
    assert one.clauses == ("tiny:4.2",)
    anywhere = {k: v for k, v in lower.items() if k != "from"}
    assert not found("decision-without-actor", tiny(decisions=[start, anywhere]))


def test_another_clause_may_name_the_decider() -> None:
    """A clause that says "once approved" is a small fault where another clause says by whom."""
    passive = decision("4.5", "response=ended", "propose group", "approve unstated")
    named = decision("2.2", "response=ended", "agree council")
    [one] = found("decision-without-actor", tiny(actors=BODIES, decisions=[passive, named]))
    assert (one.severity, one.clauses) == ("low", ("tiny:2.2", "tiny:4.5"))
    [alone] = found("decision-without-actor", tiny(actors=BODIES, decisions=[passive]))
    assert alone.severity == "high"


def test_a_decision_without_a_level_has_an_actor_too() -> None:
    """A decision that names no level and nobody is found by itself."""
    nameless = decision("2.2", "unstated", "announce unstated")
    [one] = found("decision-without-actor", tiny(decisions=[nameless]))
    assert (one.severity, one.clauses) == ("medium", ("tiny:2.2",))
    assert not found("decision-without-actor", tiny(decisions=[decision("2.2", "unstated", "announce council")]))


def test_the_one_a_matter_went_to_may_be_meant() -> None:
    """Steps without an actor that follow a report to somebody are a candidate: the recipient may be meant."""
    sent = decision("4.2", "event=any", "verify unstated")
    sent["steps"].insert(0, {"do": "report", "by": "council", "to": ["station"]})
    [one] = found("decision-without-actor", tiny(schemes=GRADES, decisions=[sent]))
    assert (one.kind, one.severity) == ("candidate", "medium")


def test_grades_that_matter_are_determined_by_somebody() -> None:
    """Grades a response hangs on need a decision that grades; grades nothing hangs on are another rule's."""
    standards = [criterion("4.1", "event=II", "bad"), criterion("4.1", "event=I", "grave")]
    hanging = criterion("4.2", "response=I", "event=I")
    [one] = found("grade-without-assessor", tiny(schemes=GRADES, criteria=[*standards, hanging]))
    assert one.clauses == ("tiny:4.1", "tiny:4.2")
    assert not found("grade-without-assessor", tiny(schemes=GRADES, criteria=standards))
    graded = [decision("3", "event=any", "decide council")]
    assert not found("grade-without-assessor", tiny(schemes=GRADES, criteria=[*standards, hanging], decisions=graded))


def test_states_from_above_are_declared_by_somebody() -> None:
    """A state imposed from above on which measures hang is found where no clause says who declares it."""
    schemes = {"above": {"kind": "imposed", "levels": ["in-force"]}}
    hanging = [measure("4.4", "above=in-force")]
    assert [f.kind for f in found("imposed-by-whom", tiny(schemes=schemes, measures=hanging))] == ["candidate"]
    declared = [decision("4.3", "above=in-force", "announce city")]
    assert not found("imposed-by-whom", tiny(schemes=schemes, measures=hanging, decisions=declared))


def test_what_is_proposed_is_decided_on() -> None:
    """A measure put to the government is found unless a step of it, or of one on the same object, decides."""
    asks = measure("4.3", "response=II", "group", "propose", towards=["council"], target=["stock"])
    [one] = found("proposal-never-decided", tiny(actors=BODIES, measures=[asks]))
    assert one.clauses == ("tiny:4.3",)
    agreed = asks | {"steps": [{"do": "agree", "by": "council"}]}
    assert not found("proposal-never-decided", tiny(actors=BODIES, measures=[agreed]))
    taken = measure("4.4", "response=II", "group", "release-reserve", target=["stock"])
    taken["steps"] = [{"do": "approve", "by": "council"}]
    assert not found("proposal-never-decided", tiny(actors=BODIES, measures=[asks, taken]))
    graver = taken | {"during": ["response=I"]}
    assert found("proposal-never-decided", tiny(actors=BODIES, measures=[asks, graver]))


def test_requests_to_outsiders_are_not_ours_to_decide() -> None:
    """What is asked of somebody outside the plan is no proposal the plan decides on."""
    asks = measure("4.3", "response=II", "group", "request", towards=["city-group"])
    assert not found("proposal-never-decided", tiny(actors=BODIES | CITY, measures=[asks]))


# ------------------------------------------------------------------------------------ compelling


def test_measures_that_bind_others_need_a_name() -> None:
    """Rationing by nobody is found with what else the clause leaves to nobody, and not told again as a measure."""
    rations = measure("4.2", "response=I", "unstated", "ration")
    beside = measure("4.2", "response=I", "unstated", "encourage")
    plan = tiny(measures=[rations, beside])
    [one] = found("compelling-without-authority", plan)
    assert (one.severity, one.clauses) == ("high", ("tiny:4.2",))
    assert one.evidence["verbs"] == ["ration", "encourage"]
    assert not found("measure-without-actor", plan)
    assert not found("compelling-without-authority", tiny(measures=[rations | {"by": ["council"]}]))


@pytest.mark.parametrize(("named", "kind"), [("4.2(3)", "candidate"), ("4.2", "candidate"), ("4.3", "fact")])
def test_a_subject_may_be_carried_on(named: str, kind: str) -> None:
    """Where the clause or the sentence its item hangs on names somebody else, nobody's measures are candidates."""
    beside = measure(named, "response=I", "council", "inform", id="beside")
    for verb, rule in (("ration", "compelling-without-authority"), ("encourage", "measure-without-actor")):
        ones = [beside, measure("4.2(3)", "response=I", "unstated", verb, id="act")]
        assert [f.kind for f in found(rule, tiny(measures=ones))] == [kind]
    silent = report("4.2(3)", "unstated", "office") | {"id": "silent"}
    plan = tiny(events=[told()], measures=[beside], reports=[silent])
    assert [f.kind for f in found("report-without-ends", plan)] == [kind]


def test_departments_concerned_are_no_authority() -> None:
    """A blockade by "the units concerned" is found under their name, approval by a named one mends it."""
    closes = measure("4.2", "response=I", "departments", "blockade")
    [one] = found("compelling-without-authority", tiny(actors=VAGUE, measures=[closes]))
    assert one.subject == "departments"
    assert "有关部门" in one.message.zh
    assert not found("vague-actor", tiny(actors=VAGUE, measures=[closes]))
    approved = closes | {"steps": [{"do": "approve", "by": "council"}]}
    assert not found("compelling-without-authority", tiny(actors=VAGUE, measures=[approved]))


def test_listed_measures_are_those_of_the_sentence_before() -> None:
    """Items without a subject under "the departments concerned shall" are left to these, and told with them once."""
    actors = {"some": {"is": "generic", "zh": "有关部门", "en": "Departments concerned"}}
    lead = measure("4.2", by="some", verb="secure-supply")
    item = measure("4.2(1)", verb="supply") | {"by": ["unstated"], "id": "item"}
    plan = tiny(actors=actors, measures=[lead, item])
    [one] = found("vague-actor", plan)
    assert one.clauses == ("tiny:4.2", "tiny:4.2(1)")
    assert not found("measure-without-actor", plan)
    assert found("measure-without-actor", tiny(actors=actors, measures=[lead, item | {"clause": "4.3"}]))
    binding = item | {"verb": "ration"}
    [one] = found("compelling-without-authority", tiny(actors=actors, measures=[lead, binding]))
    assert (one.subject, one.clauses) == ("some", ("tiny:4.2", "tiny:4.2(1)"))


def test_a_share_out_binds_where_it_is_compulsory() -> None:
    """Allotting binds others where the words say so: "unified", "by quota"; sharing the work out does not."""
    shares = measure("4.2", "response=I", "unstated", "allocate", object=words("粥的调配"))
    assert not found("compelling-without-authority", tiny(measures=[shares]))
    assert found("compelling-without-authority", tiny(measures=[shares | {"object": words("统一分配")}]))


def test_a_duty_elsewhere_answers_for_a_measure_of_nobody() -> None:
    """A measure without an actor that is somebody's duty in so many words is a small fault, no gap in authority."""
    caps = measure("4.4", "response=I", "unstated", "intervene", object=words("价格干预，含限价"))
    owner = duty("2.2", "council", "intervene", "必要时的价格干预措施")
    plan = tiny(measures=[caps], duties=[owner])
    assert not found("compelling-without-authority", plan)
    [one] = found("measure-left-to-duty", plan)
    assert (one.kind, one.severity, one.clauses) == ("candidate", "low", ("tiny:2.2", "tiny:4.4"))
    other = duty("2.2", "council", "monitor", "必要时的价格干预措施")
    assert found("compelling-without-authority", tiny(measures=[caps], duties=[other]))


def test_requisition_takes_a_government() -> None:
    """A bureau that requisitions by itself is found, and held against the clause that asks for approval."""
    alone = duty("2.2", "transport", "requisition", "车辆")
    approved = measure("4.4", "response=I", "group", "requisition", steps=[{"do": "approve", "by": "council"}])
    [one] = found("requisition-without-approval", tiny(actors=BODIES, duties=[alone], measures=[approved]))
    assert one.clauses == ("tiny:2.2", "tiny:4.4")
    assert "2007" in (one.reference.en if one.reference else "")
    by_government = alone | {"actors": ["council"]}
    assert not found("requisition-without-approval", tiny(actors=BODIES, duties=[by_government], measures=[approved]))


def test_what_is_taken_is_compensated() -> None:
    """Requisition without compensation is found; compensation as seen fit is found in other words; due, not."""
    takes = measure("4.4", "response=I", "council", "requisition")
    [one] = found("taking-without-compensation", tiny(measures=[takes]))
    assert (one.kind, one.clauses) == ("fact", ("tiny:4.4",))
    pays = duty("5.3", "council", "compensate")
    assert not found("taking-without-compensation", tiny(measures=[takes], duties=[pays]))
    at_will = tiny(measures=[takes], duties=[pays | {"condition": "unstated"}])
    [seen_fit] = found("taking-without-compensation", at_will)
    assert seen_fit.clauses == ("tiny:4.4", "tiny:5.3")


def test_sharing_out_what_is_others_is_taking() -> None:
    """A compulsory share-out of the stock of outsiders is a candidate; of one's own it is not."""
    actors = {"depots": {"is": "outside", "zh": "仓栈", "en": "Depots"}}
    shares = measure("4.4", "response=I", "council", "allocate", object=words("统一调配"), target=["stock"])
    theirs = tiny(actors=actors, objects={"stock": words("仓栈库存")}, measures=[shares])
    assert [f.kind for f in found("taking-without-compensation", theirs)] == ["candidate"]
    own = tiny(actors=actors, objects={"stock": words("储备")}, measures=[shares])
    assert not found("taking-without-compensation", own)


# ------------------------------------------------------------------------------------ who acts


@given(named=st.lists(st.booleans(), min_size=1, max_size=5))
def test_each_measure_of_nobody_is_told_once(named: list[bool]) -> None:
    """Of any measures exactly those without an actor are told, in one finding."""
    measures = [measure(f"4.{i}", "response=I", "council" if by else "unstated") for i, by in enumerate(named, 1)]
    told_of = [c for f in found("measure-without-actor", tiny(measures=measures)) for c in f.clauses]
    assert told_of == [f"tiny:4.{i}" for i, by in enumerate(named, 1) if not by]


def test_standing_tasks_have_owners() -> None:
    """Tasks, lists and exercises of nobody are found; principles and what founds a body are let be."""
    general = {"no": "1", "heading": "总则", "status": "heading"}
    network, principle, founding = (duty(c, "unstated", "set-up") for c in ("6.5", "1.4", "2.1"))
    register = {"clause": "6.2", "id": "register", "name": words("名册"), "is": "required", "by": "unstated"}
    plan = tiny(
        clauses=[general], actors=BODIES, seats=[seat("2.1", "group", "head", "mayor")],
        duties=[network, principle, founding], lists=[register], upkeep=[upkeep("6.7", "exercise", "unstated")],
    )  # fmt: skip
    [one] = found("duty-without-actor", plan)
    assert one.clauses == ("tiny:6.2", "tiny:6.5", "tiny:6.7")
    assert not found("duty-without-actor", tiny(duties=[network | {"actors": ["council"]}]))


def test_a_report_has_a_sender() -> None:
    """A report nobody is to make is grave."""
    [one] = found("report-without-ends", tiny(events=[told()], reports=[report("4.4", "unstated", "council")]))
    assert (one.subject, one.severity, one.clauses) == ("from nobody r-4-4", "high", ("tiny:4.4",))
    assert not found("report-without-ends", tiny(events=[told()], reports=[report("4.4", "office", "council")]))


def test_a_report_has_a_recipient() -> None:
    """Reports to nobody are found, be they reports, measures or duties of telling."""
    lost = tiny(
        events=[told()], reports=[report("5.1", "office", "unstated")],
        measures=[measure("4.2", "response=I", "office", "submit", towards=["unstated"])],
        duties=[duty("2.2", "office", "report", towards=["unstated"]), duty("2.3", "office", "monitor")],
    )  # fmt: skip
    [one] = found("report-without-ends", lost)
    assert (one.severity, one.clauses) == ("medium", ("tiny:2.2", "tiny:4.2", "tiny:5.1"))
    standing = tiny(duties=[duty("2.2", "office", "report", towards=["unstated"])])
    assert [f.severity for f in found("report-without-ends", standing)] == ["low"]


def test_one_report_more_is_another_finding() -> None:
    """A second report without a recipient in the same clause gives the finding another id."""
    first = report("5.1", "office", "unstated")
    second = first | {"id": "again"}
    [one], [two] = (
        found("report-without-ends", tiny(events=[told()], reports=reports)) for reports in ([first], [first, second])
    )
    assert one.clauses == two.clauses
    assert one.id != two.id


def test_work_of_nobody_after_the_end_is_told_with_its_dates() -> None:
    """In the chapter on the aftermath, clauses that name nobody are left to the rules on deadlines."""
    aftermath = {"no": "5", "heading": "善后工作", "status": "heading"}
    lost = [report("5.1", "departments", "unstated")]
    tasks = [duty("5.4", "unstated", "refill")]
    plan = tiny(actors=VAGUE, clauses=[aftermath], events=[told()], reports=lost, duties=tasks)
    rules = ("report-without-ends", "vague-actor", "duty-without-actor")
    assert not [f for rule in rules for f in found(rule, plan)]
    assert found("aftermath-without-owner", plan)
    elsewhere = tiny(actors=VAGUE, events=[told()], reports=lost, duties=tasks)
    assert all(found(rule, elsewhere) for rule in rules)


def test_a_publication_has_a_publisher() -> None:
    """What nobody is to publish is found."""
    [one] = found("publisher-not-named", tiny(publications=[publication("3.4", "预警", "unstated")]))
    assert one.clauses == ("tiny:3.4",)
    assert not found("publisher-not-named", tiny(publications=[publication("3.4", "预警", "council")]))


def test_departments_concerned_act_with_a_name_beside_them() -> None:
    """Acts left to vague names alone are found; with a named one beside them, or as a standing duty, they are not."""
    acts = measure("4.2", "response=I", "departments", "organise")
    [one] = found("vague-actor", tiny(actors=VAGUE, measures=[acts]))
    assert one.clauses == ("tiny:4.2",)
    assert not found("vague-actor", tiny(actors=VAGUE, measures=[acts | {"by": ["council", "departments"]}]))
    assert not found("vague-actor", tiny(actors=VAGUE, duties=[duty("2.2", "departments", "cooperate")]))


def test_the_name_of_a_line_is_not_vague() -> None:
    """"Police departments" tells whom is meant where the plan names the district's police."""
    actors = {
        "police": {"is": "agency", "zh": "区公安分局", "en": "Police"},
        "police-departments": {"is": "generic", "zh": "公安部门", "en": "Police departments"},
    }
    acts = [measure("4.2", "response=I", "police-departments"), measure("4.3", "response=I", "police")]
    assert not found("vague-actor", tiny(actors=actors, measures=acts))
    only = {"police-departments": actors["police-departments"]}
    assert found("vague-actor", tiny(actors=only, measures=acts[:1]))


def test_one_duty_has_one_owner() -> None:
    """The same duty in the same words for two is found once; helping, and one body's own office, are not."""
    twice = [duty(c, a, v, "灾情") for a, c in (("forest", "2.2"), ("group", "2.1")) for v in ("assess", "verify")]
    [one] = found("duty-given-twice", tiny(actors=BODIES, duties=twice))
    assert one.clauses == ("tiny:2.1", "tiny:2.2")
    assert one.evidence["actors"] == ["forest", "group"]
    helping = [duty("2.2", "forest", "assist", "灾情"), duty("2.3", "council", "assist", "灾情")]
    assert not found("duty-given-twice", tiny(actors=BODIES, duties=helping))
    in_house = [duty("2.2", "group-office", "assess", "灾情"), duty("2.1", "group", "assess", "灾情")]
    assert not found("duty-given-twice", tiny(actors=BODIES, duties=in_house))


def test_one_matter_is_published_by_one() -> None:
    """Two publishers of one matter, in two clauses or in one, are a candidate; of two matters they are not."""
    apart = [publication("2.1", "事件信息，适时", "group"), publication("2.2", "事件信息", "council")]
    [one] = found("several-publishers", tiny(actors=BODIES, publications=apart))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:2.1", "tiny:2.2"))
    together = [publication("4.5", "事件信息", "group", "media")]
    assert found("several-publishers", tiny(actors=BODIES, publications=together))
    two = [publication("2.1", "事件信息", "group"), publication("2.2", "检测结果", "council")]
    assert not found("several-publishers", tiny(actors=BODIES, publications=two))


def test_one_keeps_the_plan_up_to_date() -> None:
    """Revision left to two in two clauses is a candidate."""
    two = [upkeep("2.2", "revision", "office"), upkeep("8.2", "revision", "council")]
    assert [f.clauses for f in found("revision-by-two", tiny(upkeep=two))] == [("tiny:2.2", "tiny:8.2")]
    assert not found("revision-by-two", tiny(upkeep=[two[0], upkeep("8.2", "revision", "office")]))


# ------------------------------------------------------------------------------------ the wrong one

LEVELS: dict[str, Any] = {
    "district-office": {"is": "body", "zh": "区办公室", "en": "District office"},
    "city": {"is": "outside", "zh": "市政府", "en": "City government"},
    "province": {"is": "outside", "zh": "省政府", "en": "Provincial government"},
    "above": {"is": "generic", "zh": "上级主管部门", "en": "Authority above"},
}


@pytest.mark.parametrize("also", ["city", "above"])
def test_reports_go_up_tier_by_tier(also: str) -> None:
    """A report to the province that nobody makes to the city is found; one to the city, or above, mends it."""
    up = report("4.2", "district-office", "province")
    [one] = found("tier-skipped", tiny(actors=LEVELS, events=[told()], reports=[up]))
    assert (one.subject, one.evidence) == ("r-4-2", {"passed_over": "city"})
    beside = report("4.3", "council", also)
    assert not found("tier-skipped", tiny(actors=LEVELS, events=[told()], reports=[up, beside]))


def test_a_report_on_another_event_is_told_of() -> None:
    """Where the level passed over is told on another event, the finding cites that clause too."""
    other = {"clause": "3", "id": "other", "is": "occurs", "name": words("他事")}
    reports = [report("4.2", "district-office", "province"), report("2.4", "council", "city", after="other")]
    [one] = found("tier-skipped", tiny(actors=LEVELS, events=[told(), other], reports=reports))
    assert one.clauses == ("tiny:2.4", "tiny:4.2")


def test_who_carries_out_does_not_check_alone() -> None:
    """Execution checked only by those who carry measures out, or host the office that does, is a candidate."""
    checks = upkeep("7.3", "supervision", "bureau", "预案实施情况")
    acts = measure("4.2", "response=I", "group-office")
    seats = [seat("2.1", "group-office", "office", "bureau")]
    plan = tiny(actors=BODIES, seats=seats, measures=[acts], upkeep=[checks])
    assert [f.clauses for f in found("checks-itself", plan)] == [("tiny:4.2", "tiny:7.3")]
    joined = checks | {"together_with": ["audit"]}
    assert not found("checks-itself", tiny(actors=BODIES, seats=seats, measures=[acts], upkeep=[joined]))
    firms = checks | {"what": words("指定企业")}
    assert not found("checks-itself", tiny(actors=BODIES, seats=seats, measures=[acts], upkeep=[firms]))


def test_work_is_accepted_by_another() -> None:
    """Work accepted by whom a duty has carry it out is a candidate; it weighs less where others judge afterwards."""
    works = duty("2.2", "bureau", "carry-out")
    ends = decision("4.3", "response=ended", "accept bureau")
    [one] = found("accepts-own-work", tiny(actors=BODIES, duties=[works], decisions=[ends]))
    assert (one.kind, one.severity, one.clauses) == ("candidate", "medium", ("tiny:2.2", "tiny:4.3"))
    judged = decision("4.3", "response=ended", "accept bureau", "report bureau", "evaluate audit")
    [one] = found("accepts-own-work", tiny(actors=BODIES, duties=[works], decisions=[judged]))
    assert (one.severity, one.evidence["steps"]) == ("low", ["evaluate audit"])
    apart = decision("4.3", "response=ended", "accept audit")
    assert not found("accepts-own-work", tiny(actors=BODIES, duties=[works], decisions=[apart]))
    watches = measure("4.2", "response=I", "bureau", "monitor")
    assert not found("accepts-own-work", tiny(actors=BODIES, measures=[watches], decisions=[ends]))


def test_guards_do_not_move_goods() -> None:
    """Goods dispatched by an agency that only guards are a candidate; one that keeps stores may."""
    moves = measure("4.2", "response=I", "watch", "dispatch")
    guards = duty("2.2", "watch", "keep-order")
    [one] = found("outside-function", tiny(measures=[moves], duties=[guards]))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:2.2", "tiny:4.2"))
    stores = duty("2.3", "watch", "keep-stock")
    assert not found("outside-function", tiny(measures=[moves], duties=[guards, stores]))
    assert not found("outside-function", tiny(measures=[moves]))


# ------------------------------------------------------------------------------------ names

NAMES = st.text(st.sampled_from("区市省局厅部门机构公安交通运输卫生健康农业村办"), min_size=1, max_size=10)


@given(one=NAMES, other=NAMES)
def test_likeness_has_no_direction(one: str, other: str) -> None:
    """Two names are alike whichever stands first."""
    assert alike(one, other) == alike(other, one)


@given(name=NAMES)
def test_a_core_is_part_of_its_name(name: str) -> None:
    """What is left of a name without level and kind of organ stands in it."""
    assert core(name) in name
