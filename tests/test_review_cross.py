"""Rules across plans: each has two plans with its fault and two without."""

from __future__ import annotations

from typing import Any

import pytest
from review_plans import PLACE, criterion, decision, measure, review, seat, tiny, words

from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.review.case import Case
from emergency.review.cross import lead_agency, post_meant
from emergency.review.finding import Finding

ISLE = Jurisdiction.model_validate(
    PLACE.model_dump(by_alias=True)
    | {
        "agencies": {
            "government": words("岛政府", "Government"),
            "stores": words("仓储局", "Stores bureau"),
            "prices": words("物价局", "Price bureau"),
            "news": words("新闻中心", "News centre"),
            "city": {**words("市政府", "City government"), "level": "city"},
        },
        "posts": {
            "head-a": {**words("甲副岛长", "Vice-head A"), "of": "government"},
            "head-b": {**words("乙副岛长", "Vice-head B"), "of": "government"},
        },
        "divisions": [{"document": "1", "date": "2020-01-01", "holds": {"head-a": ["stores"], "head-b": ["prices"]}}],
    }
)
ACTORS: dict[str, Any] = {
    "government": {"is": "agency", **words("岛政府", "Government"), "printed": ["岛政府"]},
    "stores": {"is": "agency", **words("仓储局", "Stores bureau"), "printed": ["仓储局"]},
    "prices": {"is": "agency", **words("物价局", "Price bureau"), "printed": ["物价局"]},
    "vice-head": {"is": "post", **words("分管副岛长", "Vice-head in charge"), "of": "government"},
    "group": {"is": "body", **words("指挥部", "Group")},
    "office": {"is": "body", **words("办公室", "Office"), "of": "group"},
    "city": {"is": "outside", **words("市政府", "City government"), "printed": ["市政府"]},
}
NEWS: dict[str, Any] = {"news": {"is": "agency", **words("新闻中心", "News centre"), "printed": ["新闻中心"]}}


def plan(id: str, title: str = "预案", host: str = "stores", **sections: Any) -> Plan:
    """A plan of the isle with a body, its head and its office."""
    seats = [seat("2.1", "group", "head", "vice-head"), seat("2.2", "office", "office", host)]
    given = {"title": words(f"{title}{id}"), "seats": seats, "actors": ACTORS | sections.pop("actors", {})}
    return tiny(id, **given, **sections)


def found(rule: str, *plans: Plan) -> tuple[Finding, ...]:
    """What one rule finds in plans of the isle."""
    return review(*plans, jurisdiction=ISLE).of(rule)


def duty(clause: str, actor: str, verb: str, what: str, **more: Any) -> dict[str, Any]:
    """A standing task."""
    return {"clause": clause, "actors": [actor], "verb": verb, "object": words(what), **more}


# ---------------------------------------------------------------------------------------- who leads


def test_one_command_for_several_plans_is_told() -> None:
    """Plans whose head is one post by the division of work, and whose office one agency houses, are a candidate."""
    [one] = found("one-command-several-plans", plan("a"), plan("b"), plan("c", host="prices"))
    assert (one.kind, one.plans, one.subject) == ("candidate", ("a", "b"), "stores")
    assert one.evidence["chairs"] == [
        {"holds": "head-a", "as": "head", "in": ["a", "b"]}, {"holds": "stores", "as": "office", "in": ["a", "b"]},
    ]  # fmt: skip
    assert not found("one-command-several-plans", plan("a"), plan("b", host="prices"))


def test_stand_ins_in_every_plan_answer_it() -> None:
    """Where each of the plans says who stands in, several may run at once."""
    stands_in = {"duties": [duty("2.3", "stores", "lead", "指挥长不在时代行")]}
    assert not found("one-command-several-plans", plan("a", **stands_in), plan("b", **stands_in))
    assert found("one-command-several-plans", plan("a", **stands_in), plan("b"))


def test_a_post_in_charge_is_found_by_the_division_of_work() -> None:
    """A head known only as "in charge" is the post that holds the agency which houses the office."""
    case = Case(plan("a", host="prices"), ISLE)
    assert (lead_agency(case), post_meant(case, "vice-head"), post_meant(case, "group")) == ("prices", "head-b", None)


def commanded(id: str, by: str) -> Plan:
    """A plan commanded by somebody at its gravest level."""
    return plan(id, measures=[measure("4.2", "response=I", by=by, verb="command")])


def test_the_gravest_level_is_commanded_alike() -> None:
    """One plan of an agency commanded from above at its gravest level and another from within are a candidate."""
    [one] = found("top-level-commanded-differently", commanded("a", "group"), commanded("b", "city"))
    assert (one.kind, one.evidence["from_above"], one.clauses) == ("candidate", ["b"], ("a:4.2", "b:4.2"))
    assert not found("top-level-commanded-differently", commanded("a", "group"), commanded("b", "group"))


# ------------------------------------------------------------------------------------- carved out


def carving(*, keeps: bool, title: str = "《口粮预案b》") -> Plan:
    """A plan that leaves flour to another and defines it in; it goes on to deal with it, or not."""
    listed = words("面、肉、蛋等商品", "supply of flour, meat, eggs and the like")
    return plan(
        "a",
        clauses=[{"no": "1.3", "status": "executable", "zh": "面的事按另一预案", "en": "Flour is the other's"}],
        terms=[{"clause": "8.1", "term": words("必需品"), "means": listed}],
        references=[{"clause": "1.3", "title": title, "kind": "plan", "relation": "carve-out"}],
        duties=[duty("2.3", "stores", "supply", "面的供应" if keeps else "肉的供应")],
        decisions=[decision("4.2", "response=I", "decide group")],
    )


def test_what_is_left_to_another_plan_is_left() -> None:
    """Goods a clause leaves to a plan under review and other clauses still take in are found; who starts is told."""
    other = plan("b", "口粮预案", decisions=[decision("4.3", "response=I", "approve government")])
    [one] = found("carve-out-not-kept", carving(keeps=True), other)
    assert (one.kind, one.severity, one.subject) == ("fact", "high", "a b")
    assert one.evidence == {"goods": [{"zh": "面", "en": "flour"}], "kept_in": ["2.3", "8.1"]}
    assert one.clauses == ("a:1.3", "a:2.3", "a:4.2", "a:8.1", "b:4.3")
    [one] = found("carve-out-not-kept", carving(keeps=False), other)
    assert one.evidence["kept_in"] == ["8.1"]


def test_a_carve_out_to_a_plan_not_at_hand_is_not_judged() -> None:
    """What is left to a plan that is not under review cannot be held against it."""
    assert not found("carve-out-not-kept", carving(keeps=True, title="《防汛预案》"), plan("b", "口粮预案"))


# ---------------------------------------------------------------------------------- promised twice


def releasing(id: str, kind: str = "flour", **more: Any) -> Plan:
    """A plan that keeps flour and releases it."""
    kept = {"clause": "6.1", "id": "r", "kind": kind, "name": words("储备"), "amount": "3 t", "holder": "stores"}
    return plan(id, resources=[kept], **more)


def test_one_stock_is_released_one_way() -> None:
    """Two plans that release like goods by other hands are a candidate; by the same hands, or other goods, not."""
    freely = releasing("a", duties=[duty("2.3", "stores", "release-reserve", "储备")])
    proposal = measure("4.3", "response=I", by="group", verb="propose", object=words("动用储备"))
    asked = releasing("b", measures=[proposal | {"towards": ["government"]}])
    [one] = found("one-reserve-two-plans", freely, asked)
    assert (one.kind, one.severity, one.evidence["goods"]) == ("candidate", "high", ["flour"])
    assert one.clauses == ("a:2.3", "a:6.1", "b:4.3", "b:6.1")
    alike = releasing("b", duties=[duty("2.3", "stores", "release-reserve", "储备")])
    assert not found("one-reserve-two-plans", freely, alike)
    fuel = releasing("b", "fuel", duties=[duty("2.3", "prices", "release-reserve", "储备")])
    assert not found("one-reserve-two-plans", freely, fuel)


def first(id: str, *acts: dict[str, Any]) -> Plan:
    """A plan with claims on transport."""
    return plan(id, measures=list(acts))


def test_transport_is_promised_once() -> None:
    """Two plans that put their own goods first in transport, or take vehicles, are a candidate; one alone is not."""
    bread = measure("4.2", "response=I", verb="give-priority", object=words("面包优先运输"))
    coal = measure("4.3", "response=I", verb="give-priority", object=words("煤炭运输"))
    take = measure("4.4", "response=I", verb="requisition", object=words("运输车辆"))
    [one] = found("transport-promised-twice", first("a", bread), first("b", coal, take))
    assert (one.kind, one.evidence["claims"]) == ("candidate", {"a": ["4.2"], "b": ["4.3", "4.4"]})
    assert not found("transport-promised-twice", first("a", bread), first("b"))
    assert not found("transport-promised-twice", first("a", take), first("b", take))


def test_a_lane_is_a_claim_to_go_first() -> None:
    """Lanes two plans keep for their own goods are claims on the same roads; a network of outlets is none."""
    lane = duty("6.3", "stores", "set-up", "面包快速通道")
    green = duty("6.2", "prices", "set-up", "煤炭绿色通道")
    [one] = found("transport-promised-twice", plan("a", duties=[lane]), plan("b", duties=[green]))
    assert one.evidence["claims"] == {"a": ["6.3"], "b": ["6.2"]}
    outlets = duty("6.2", "prices", "set-up", "供应网点")
    assert not found("transport-promised-twice", plan("a", duties=[lane]), plan("b", duties=[outlets]))


# ------------------------------------------------------------------------------ what they are in each


def ranked(id: str, rank: str | None, *members: str) -> Plan:
    """A plan whose body some agencies send people of a rank to."""
    sits = seat("2.3", "group", "member", *members) | ({"rank": rank} if rank else {})
    head = [seat("2.1", "group", "head", "vice-head"), seat("2.2", "office", "office", "stores")]
    return tiny(id, title=words(id), actors=ACTORS | NEWS, seats=[*head, sits])


def test_an_agency_sends_people_of_one_rank() -> None:
    """Agencies that send a principal here and a deputy there are a candidate; where a plan is silent they are not."""
    principals = ranked("a", "in-charge", "stores", "prices")
    [one] = found("seat-rank-differs", principals, ranked("b", "deputy-in-charge", "prices", "news"))
    assert (one.kind, one.evidence["actors"], one.clauses) == ("candidate", ["prices"], ("a:2.3", "b:2.3"))
    assert not found("seat-rank-differs", principals, ranked("b", "in-charge", "prices"))
    assert not found("seat-rank-differs", principals, ranked("b", None, "prices"))


def starting_by(id: str, *steps: str, host: str = "stores") -> Plan:
    """A plan and the steps by which its response starts."""
    return plan(id, host=host, decisions=[decision("4.2", "response=I", *steps)])


def test_plans_of_one_agency_start_by_one_word() -> None:
    """A plan that takes the government's word to start beside one whose body starts it alone is a candidate."""
    alone, asking = starting_by("a", "decide group"), ("propose group", "approve government")
    [one] = found("started-by-other-hands", alone, starting_by("b", *asking))
    assert (one.kind, one.subject) == ("candidate", "stores")
    assert one.evidence == {"approver": ["government"], "started_by": {"a": ["group"], "b": ["government"]}}
    assert not found("started-by-other-hands", alone, starting_by("b", "decide group"))
    assert not found("started-by-other-hands", alone, starting_by("b", *asking, host="prices"))
    assert not found("started-by-other-hands", alone, plan("b"))


def in_villages(id: str, *, office_directs: bool = False, **sections: Any) -> Plan:
    """A plan in which each village has people."""
    villages = {"villages": {"is": "listed", **words("各村", "Villages"), "per": "villages"}}
    under = [duty("2.4", "office", "direct", "各村工作", towards=["villages"])] if office_directs else []
    return plan(id, actors=villages, duties=[*under, duty("2.5", "villages", "monitor", "市场")], **sections)


def test_those_of_each_place_are_the_same_everywhere() -> None:
    """Villages that start one plan and are under command in another, or have no task there, are a candidate."""
    leading = in_villages("a", decisions=[decision("4.2", "response=II", "decide villages")])
    [one] = found("place-role-differs", leading, in_villages("b", office_directs=True))
    assert (one.kind, one.subject, one.clauses) == ("candidate", "villages", ("a:4.2", "b:2.4"))
    graded = plan("b", criteria=[criterion("4.1", "response=I", "any(anomaly, villages)")])
    [one] = found("place-role-differs", leading, graded)
    assert one.clauses == ("a:4.2", "b:4.1")


@pytest.mark.parametrize("other", [in_villages("b"), plan("b")], ids=["tasks", "elsewhere"])
def test_tasks_beside_command_are_no_contradiction(other: Plan) -> None:
    """To start one plan and have tasks in another, or nothing to do with it, goes together."""
    leading = in_villages("a", decisions=[decision("4.2", "response=II", "decide villages")])
    assert not found("place-role-differs", leading, other)


# -------------------------------------------------------------------------- like rules that differ


def pricing(id: str, by: str, verb: str = "cap-price") -> Plan:
    """A plan that intervenes in prices."""
    return plan(id, duties=[duty("2.3", by, verb, "最高限价")])


def test_price_powers_are_in_one_hand() -> None:
    """Price intervention by other agencies in each plan is found; by one agency, or mere watching, is not."""
    [one] = found("price-powers-differ", pricing("a", "stores"), pricing("b", "prices"))
    assert (one.kind, one.evidence["by"]) == ("fact", {"a": ["stores"], "b": ["prices"]})
    assert not found("price-powers-differ", pricing("a", "stores"), pricing("b", "stores"))
    assert not found("price-powers-differ", pricing("a", "stores"), pricing("b", "prices", "monitor"))


def telling(id: str, to: str, bound: str | None, clause: str = "4.4", heading: str | None = None) -> Plan:
    """A plan that reports upward."""
    report = {"clause": clause, "id": "up", "after": "unstated", "from": ["stores"], "to": [to],
              "content": words("情况"), **({"within": {"bound": bound}} if bound else {})}  # fmt: skip
    entries = [{"no": clause.split(".")[0], "heading": heading, "status": "heading"}] if heading else []
    return plan(id, reports=[report], clauses=entries)


def test_like_events_are_reported_alike() -> None:
    """Plans of one agency that tell those above within other times are a candidate."""
    [one] = found("upward-reports-differ", telling("a", "city", "2 h"), telling("b", "city", None))
    assert (one.kind, one.evidence) == ("candidate", {"a": ["2 h"], "b": ["none"]})
    assert not found("upward-reports-differ", telling("a", "city", "2 h"), telling("b", "city", "2 h"))


@pytest.mark.parametrize(
    "other",
    [telling("b", "group", "4 h"), telling("b", "city", "20 workdays", "5.1", "善后工作")],
    ids=["within", "after"],
)
def test_reports_within_and_after_are_not_compared(other: Plan) -> None:
    """Reports inside the plan, and what comes after the incident, are no upward report: the plan has none."""
    [one] = found("upward-reports-differ", telling("a", "city", "2 h"), other)
    assert one.evidence["b"] == []


def publishing(id: str, by: str, *, knows: bool = True) -> Plan:
    """A plan that publishes."""
    notice = {"clause": "4.5", "by": [by], "what": words("情况")}
    return plan(id, publications=[notice], actors=NEWS if knows else {})


def test_who_publishes_is_named_wherever_there_is_publishing() -> None:
    """An agency through which two plans publish and a third, which publishes too, never names is a candidate."""
    two = [publishing("a", "news"), publishing("b", "news")]
    [one] = found("publisher-left-out", *two, publishing("c", "group", knows=False))
    assert (one.subject, one.evidence) == ("news", {"in": ["a", "b"], "not_in": ["c"]})
    assert not found("publisher-left-out", *two, publishing("c", "news"))
    assert not found("publisher-left-out", two[0], publishing("c", "group", knows=False))


def test_one_plan_alone_is_not_compared() -> None:
    """With one plan the rules across plans do not run, and say why."""
    skipped = [c for c in review(plan("a"), jurisdiction=ISLE).checked if c.rule.class_ == "cross-plan"]
    assert skipped
    assert all(c.skipped is not None for c in skipped)
