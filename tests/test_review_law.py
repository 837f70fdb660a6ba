"""Plans held against law: each rule has a plan with its fault and one without, and the table its own tests."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, get_args

import pytest
from review_plans import PLACE, criterion, decision, found, measure, review, tiny, words

from emergency.jurisdiction import Jurisdiction
from emergency.review.case import Case
from emergency.review.law_facts import About, facts_on, law_table

ELSEWHERE = Jurisdiction.model_validate(
    PLACE.model_dump(by_alias=True) | {"calendar": {"zone": "UTC", "days": "weekdays", "office": ["08:00-12:00"]}}
)
GRADES: dict[str, Any] = {"event": {"kind": "event", "levels": ["IV", "III", "II", "I"]}}


def issued(day: str) -> dict[str, Any]:
    """A document of a day."""
    return {"number": "1", "date": day, "issuer": "x"}


def upkeep(kind: str, clause: str = "7.1", **more: Any) -> dict[str, Any]:
    """How the plan is kept alive."""
    return {"clause": clause, "kind": kind, "by": ["council"], "what": words(kind), **more}


KEPT = [
    upkeep("exercise", every="2 years"),
    upkeep("review", "7.2", every="3 years"),
    upkeep("revision", "7.3", trigger=words("法律、机构、风险变化，或演练发现问题")),
]


# ----------------------------------------------------------------------------------------- the table


def test_the_table_is_in_order() -> None:
    """Facts have ids of their own, dates that are a day or a year, and patterns that can be searched for."""
    facts = law_table().facts
    assert len({fact.id for fact in facts}) == len(facts)
    for fact in facts:
        assert fact.date is None or len(fact.date) == 4 or fact.day is not None
        for pattern in (*fact.words, fact.title or "", fact.cites or "", fact.by or ""):
            re.compile(pattern)


def test_every_kind_of_fact_is_in_the_table() -> None:
    """No rule asks for a kind of fact the table does not have: it could never find anything."""
    assert {fact.about for fact in law_table().facts} == set(get_args(About))


def test_facts_hold_where_their_law_does() -> None:
    """A jurisdiction that keeps another calendar is under other law: no rule of this table finds anything there."""
    plan = tiny(upkeep=[upkeep("exercise")], decisions=[decision("4", "response=ended", "decide council")])
    assert [f.class_ for f in review(plan).findings].count("law") > 0
    assert "law" not in {f.class_ for f in review(plan, jurisdiction=ELSEWHERE).findings}


def test_a_fact_is_later_than_an_older_plan_only() -> None:
    """A plan without a date, or a fact of a year only, is never said to be overtaken."""
    rules = {fact.id: fact for fact in law_table().facts}
    older, newer = (Case(tiny(document=issued(day)), PLACE) for day in ("2023-06-06", "2025-01-01"))
    undated = Case(tiny(), PLACE)
    assert rules["responses-four"].day == date(2024, 11, 1)
    assert [rules["responses-four"].is_later_than(case) for case in (older, newer, undated)] == [True, False, False]
    assert not rules["state-forestry-renamed"].is_later_than(older)


def test_facts_for_some_plans_are_for_those_alone() -> None:
    """A fact for plans of a title, or for plans that cite a law, is not used on others."""
    about = {fact.about for fact in law_table().facts if fact.title}
    assert about
    case = Case(tiny(), PLACE)
    assert not any(fact.title or fact.cites for name in about for fact in facts_on(case, name))


# ------------------------------------------------------------------------------ keeping the plan alive


def test_a_plan_says_how_it_is_kept_alive() -> None:
    """Intervals of exercise and evaluation, and occasions of revision, that no clause states are one finding."""
    loosely = [upkeep("exercise"), upkeep("revision", "8.2", trigger=words("情况变化"))]
    [one] = found("upkeep-not-periodic", tiny(upkeep=loosely))
    assert (one.subject, one.severity, one.clauses) == ("upkeep", "low", ("tiny:7.1", "tiny:8.2"))
    assert one.evidence["lacking"] == ["exercise-period", "review-period", "revision-triggers"]
    assert not found("upkeep-not-periodic", tiny(upkeep=KEPT))


def test_the_finding_names_its_source_and_says_when_the_rule_is_newer() -> None:
    """A finding that rests on law names it, and tells an older plan from which day it holds."""
    [one] = found("upkeep-not-periodic", tiny(upkeep=KEPT[1:], document=issued("2023-06-06")))
    assert "国办发〔2024〕5号" in one.message.zh
    assert "2024-01-31" in one.message.en
    assert "2023-06-06" in one.message.en
    [one] = found("upkeep-not-periodic", tiny(upkeep=KEPT[1:], document=issued("2025-06-06")))
    assert "2024-01-31" not in one.message.en


@pytest.mark.parametrize(("every", "long"), [("3 years", False), ("36 months", False), ("4 years", True)])
def test_intervals_are_no_longer_than_allowed(every: str, *, long: bool) -> None:
    """An exercise every three years will do, every four will not, whatever the unit."""
    plan = tiny(upkeep=[upkeep("exercise", every=every), *KEPT[1:]])
    assert bool(found("upkeep-too-seldom", plan)) == long


def test_a_plan_older_than_its_basis_is_looked_at_again() -> None:
    """A plan that rests on a law revised after its issue is told; a later plan, or one on other law, is not."""
    law = {"clause": "1.2", "title": "《中华人民共和国突发事件应对法》", "kind": "law"}
    [one] = found("basis-changed-since", tiny(references=[law], document=issued("2023-06-06")))
    assert (one.clauses, one.evidence["later"]) == (("tiny:1.2",), ["response-law-revised"])
    assert not found("basis-changed-since", tiny(references=[law], document=issued("2025-06-06")))
    other = law | {"title": "《岛法》"}
    assert not found("basis-changed-since", tiny(references=[other], document=issued("2023-06-06")))


# ------------------------------------------------------------------------------- starting and ending


def test_an_activation_states_level_duration_and_measures() -> None:
    """A plan in which no clause says what an activation states is found; with contents it is asked what they lack."""
    start = decision("4.1", "response=I") | {"steps": [{"do": "decide", "by": "council", "contents": "c"}]}
    plain = decision("4.1", "response=I", "decide council")
    [one] = found("activation-contents-unstated", tiny(decisions=[plain]))
    assert one.evidence["lacking"] == ["level", "duration", "measures"]
    some = {"clause": "4.2", "id": "c", "of": words("请示"), "items": [words("级别"), words("措施")]}
    [one] = found("activation-contents-unstated", tiny(decisions=[start], contents=[some]))
    assert one.evidence["lacking"] == ["duration"]
    full = some | {"items": [words("级别"), words("措施"), words("预计期限")]}
    assert not found("activation-contents-unstated", tiny(decisions=[start], contents=[full]))


def test_a_form_for_the_start_is_judged_elsewhere() -> None:
    """Where a form starts the plan its boxes are what is asked about, by another rule."""
    form = {"clause": "annex-1", "id": "f", "name": words("启动审批表"), "fields": [words("事由")]}
    plan = tiny(decisions=[decision("4.1", "response=I", "decide council")], forms=[form])
    assert not found("activation-contents-unstated", plan)
    assert found("form-lacks-activation", plan)


def test_governments_do_what_law_gives_to_governments() -> None:
    """Warnings and ends by a body that is no government are a candidate; with a government's hand they are not."""
    group = {"group": {"is": "body", "zh": "领导小组", "en": "Group"}}
    warn, end = decision("3.4", "warning=I", "announce group"), decision("4.6", "response=ended", "decide group")
    [one] = found("act-of-government", tiny(actors=group, decisions=[warn, end]))
    assert (one.kind, one.evidence["acts"]) == ("candidate", ["3.4", "4.6"])
    government = {"council": {"is": "agency", "zh": "岛政府", "en": "Council"}}
    by_it = [decision("3.4", "warning=I", "announce council"), decision("4.6", "response=ended", "approve council")]
    assert not found("act-of-government", tiny(actors=government, decisions=by_it))


# ------------------------------------------------------------------------------ names and instruments


def test_bodies_bear_their_name_of_today() -> None:
    """A body told under a name it no longer bears is found; the title of an old document keeps its name."""
    old = {"old": {"is": "outside", "zh": "国家林业局", "en": "State Forestry Administration"}}
    told: dict[str, Any] = {"clause": "4.2", "id": "r", "after": "unstated", "from": ["council"], "to": ["old"]}
    told["content"] = words("情况")
    [one] = found("body-renamed", tiny(actors=old, reports=[told]))
    assert (one.kind, one.clauses) == ("fact", ("tiny:4.2",))
    assert "国家林业和草原局" in one.message.zh
    new = {"old": {"is": "outside", "zh": "国家林业和草原局", "en": "NFGA"}}
    assert not found("body-renamed", tiny(actors=new, reports=[told]))
    cited = {"clause": "1.4", "title": "《国家林业局关于检疫的通知》", "kind": "notice"}
    assert not found("body-renamed", tiny(references=[cited]))


def test_an_instrument_that_is_gone_is_a_candidate() -> None:
    """What rests on a fact not read at its source is a candidate, whatever the rule."""
    levy = measure("4.2", "response=I", verb="levy", object=words("征收价格调节基金"))
    [one] = found("instrument-abolished", tiny(measures=[levy]))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:4.2",))
    assert not found("instrument-abolished", tiny(measures=[levy | {"object": words("征收水费")}]))


# ------------------------------------------------------------------------------------------ powers


def test_powers_of_the_province_are_not_taken() -> None:
    """A price cap that nobody above decides is found as fact; one the province approves is not."""
    cap = measure("4.2", "response=I", verb="cap-price", object=words("最高限价"))
    [one] = found("power-reserved", tiny(measures=[cap]))
    assert (one.kind, one.severity, one.subject) == ("fact", "critical", "price-intervention")
    province = {"province": {"is": "outside", "zh": "省人民政府", "en": "Provincial government"}}
    approved = cap | {"steps": [{"do": "approve", "by": "province"}]}
    assert not found("power-reserved", tiny(actors=province, measures=[approved]))
    watched = measure("4.2", "response=I", verb="monitor", object=words("价格"))
    assert not found("power-reserved", tiny(measures=[watched]))


def test_to_carry_out_is_not_to_decide() -> None:
    """Where acts only carry out, a person must see whose decision it is; one that sets a price makes it a fact."""
    carried = measure("4.2", "response=I", verb="intervene", object=words("价格干预措施"))
    [one] = found("power-reserved", tiny(measures=[carried]))
    assert (one.kind, one.severity, one.clauses) == ("candidate", "high", ("tiny:4.2",))
    assert "由谁决定全文没有写" in one.message.zh
    cap = measure("4.3", "response=I", verb="cap-price", object=words("最高限价"))
    [one] = found("power-reserved", tiny(measures=[carried, cap]))
    assert (one.kind, one.severity, one.clauses) == ("fact", "critical", ("tiny:4.2", "tiny:4.3"))


def test_verbs_that_carry_out_are_verbs_of_their_fact() -> None:
    """What a fact says may be mere carrying out it looks for at all."""
    for fact in law_table().facts:
        assert set(fact.carried_out) <= set(fact.verbs)


def test_a_doubtful_case_is_a_candidate() -> None:
    """Where it is open whether an act falls under the reserved power, the finding is a candidate and less grave."""
    margin = measure("4.2", "response=I", verb="adjust-price", object=words("调整差价"))
    [one] = found("power-reserved", tiny(measures=[margin]))
    assert (one.kind, one.severity) == ("candidate", "high")


def test_epidemics_are_published_by_those_who_may() -> None:
    """Publishing an epidemic is reserved in plans under the quarantine regulation; forbidding it to others is not."""
    cites = {"clause": "1.4", "title": "《植物检疫条例》", "kind": "regulation"}
    notice = {"clause": "4.2", "by": ["council"], "what": words("统一发布疫情")}
    [one] = found("power-reserved", tiny(references=[cites], publications=[notice]))
    assert (one.subject, one.clauses) == ("quarantine-epidemic-published", ("tiny:4.2",))
    assert not found("power-reserved", tiny(publications=[notice]))
    forbidden: dict[str, Any] = {"clause": "4.2", "actors": ["council"], "modality": "must-not"}
    forbidden |= {"verb": "publish", "object": words("疫情")}
    assert not found("power-reserved", tiny(references=[cites], duties=[forbidden]))


# ---------------------------------------------------------------------------------- levels and clocks


def test_levels_are_as_many_as_the_law_has() -> None:
    """Schemes of another number of levels than four are a candidate, one for the plan; registers of one are not."""
    schemes: dict[str, Any] = {
        "event": {"kind": "event", "levels": ["II", "I"]},
        "flood": {"kind": "event", "levels": ["seen"]},
        "response": {"kind": "response", "levels": ["IV", "III", "II", "I"]},
    }
    reached = (("4.1", "event=I"), ("4.2", "response=I"), ("3", "flood=seen"))
    criteria = [criterion(clause, of, "grave") for clause, of in reached]
    [one] = found("levels-not-as-law", tiny(schemes=schemes, criteria=criteria))
    assert (one.kind, one.clauses, one.evidence["event"]) == ("candidate", ("tiny:4.1",), ["II", "I"])
    four = schemes | {"event": {"kind": "event", "levels": ["IV", "III", "II", "I"]}}
    assert not found("levels-not-as-law", tiny(schemes=four, criteria=criteria))


def graded(title: str) -> Any:
    """A plan that grades by places of its own district."""
    criteria = [
        criterion("4.1", "event=IV", "any(anomaly, villages)"),
        criterion("4.2", "event=III", "count(anomaly, villages) >= 1"),
        criterion("4.3", "event=I", "everywhere"),
    ]
    return tiny(title=words(title), schemes=GRADES, criteria=criteria)


def test_grades_follow_the_extent_the_ministry_sets() -> None:
    """Graver levels for what happens within one county are a candidate in the plans the rule is for."""
    [one] = found("graded-against-extent", graded("岛生活必需品预案"))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:4.2", "tiny:4.3"))
    assert not found("graded-against-extent", graded("岛防汛预案"))


@pytest.mark.parametrize(("kind", "late"), [("entered", True), ("reported", False)])
def test_the_clock_starts_at_detection(kind: str, *, late: bool) -> None:
    """A two-hour report that runs from confirmation is late by what that takes; one from receipt is not."""
    event: dict[str, Any] = {"clause": "3.3", "id": "e", "is": kind, "name": words("确认", "Confirmed")}
    event |= {"state": "event=IV"} if late else {"to": "council"}
    told: dict[str, Any] = {"clause": "3.3", "id": "r", "after": "e", "from": ["council"], "to": ["council"]}
    told |= {"content": words("情况"), "within": {"bound": "2 h"}}
    plan = tiny(title=words("岛生活必需品预案"), schemes=GRADES, events=[event], reports=[told])
    assert bool(found("clock-starts-late", plan)) == late
