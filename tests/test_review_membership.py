"""Rules on membership: each has a plan with its fault and one without."""

from __future__ import annotations

from typing import Any

import pytest
from review_plans import PLACE, criterion, decision, found, measure, seat, tiny, words

from emergency.jurisdiction import Jurisdiction

GROUP: dict[str, Any] = {
    "group": {"is": "body", "zh": "小组", "en": "Group"},
    "group-office": {"is": "body", "zh": "小组办公室", "en": "Office of the group", "of": "group"},
    "mayor": {"is": "post", "zh": "岛长", "en": "Mayor", "of": "council"},
    "warden": {"is": "post", "zh": "堤长", "en": "Warden", "of": "dykes"},
    "council": {"is": "agency", "zh": "岛政府", "en": "Council"},
}
LED = [seat("2.1", "group", "head", "mayor"), seat("2.1", "group", "deputy", "warden")]
KNOWN = Jurisdiction.model_validate(
    PLACE.model_dump(by_alias=True)
    | {
        "agencies": {
            "council": {"zh": "岛政府", "en": "Council"},
            "farming": {"zh": "区农业农村局", "en": "Farming bureau"},
            "safety": {"zh": "区应急管理局", "en": "Safety bureau"},
            "safety-office": {"zh": "区应急管理办公室", "en": "Safety office"},
            "city-trade": {"zh": "市商务局", "en": "City trade bureau", "level": "city"},
            "city-trade-farming": {"zh": "市商务农业局", "en": "City trade and farming bureau", "level": "city"},
        }
    }
)


def duty(clause: str, actor: str, verb: str = "monitor", matter: str = "略", **more: Any) -> dict[str, Any]:
    """What an actor is there for."""
    return {"clause": clause, "actors": [actor], "verb": verb, "object": words(matter), **more}


def actor(kind: str, zh: str, **more: Any) -> dict[str, Any]:
    """An actor by its printed name."""
    return {"is": kind, "zh": zh, "en": zh, **more}


def report(clause: str, sender: str, *to: str) -> dict[str, Any]:
    """Who tells whom."""
    made = f"r-{clause.replace('.', '-')}"
    ends = {"from": [sender], "to": list(to)}
    return {"clause": clause, "id": made, "after": "unstated", "content": words("情况"), **ends}


# ------------------------------------------------------------------------------------ lists of members


def test_two_lists_name_the_same_members() -> None:
    """A member that one list has and the other lacks is found, with both lists and its duty."""
    lists = [*LED, seat("2.1", "group", "member", "police", "health")]
    split = [*lists, seat("2.2", "group", "member", "police"), seat("2.3", "group", "member", "media")]
    duties = [duty(clause, who) for clause, who in (("2.2", "police"), ("2.4", "health"), ("2.3", "media"))]
    plan = tiny(actors=GROUP, seats=split, duties=duties)
    both = found("member-lists-differ", plan)
    assert {(f.subject, *f.evidence["only"]) for f in both} == {("group", "media"), ("group duties", "health")}
    assert {f.kind for f in both} == {"fact"}
    [lacking] = [f for f in both if f.subject == "group duties"]
    assert "tiny:2.4" in lacking.clauses
    agreed = [*lists, seat("2.2", "group", "member", "police", "health")]
    assert not found("member-lists-differ", tiny(actors=GROUP, seats=agreed))


def test_etc_may_mean_the_missing_member() -> None:
    """Where the list that lacks a member ends in "etc." the finding is a candidate and tells of the open list too."""
    first = seat("2.1", "group", "member", "police", "open")
    lists = [*LED, first, seat("2.3", "group", "member", "police", "media")]
    plan = tiny(actors=GROUP, seats=lists)
    [one] = found("member-lists-differ", plan)
    assert (one.kind, one.severity) == ("candidate", "medium")
    assert not found("member-list-open", plan)


def test_an_agency_sits_through_its_leader() -> None:
    """An agency whose director the founding clause makes a deputy is in its list; seated elsewhere it weighs less."""
    lists = [seat("2.1", "group", "member", "police"), seat("2.3", "group", "member", "police", "dykes", "media")]
    [one] = found("member-lists-differ", tiny(actors=GROUP, seats=[*LED, *lists]))
    assert (one.evidence["only"], one.severity) == (["media"], "medium")
    headed = [seat("2.1", "group", "head", "mayor"), seat("2.4", "group", "deputy", "warden"), *lists[:1]]
    only_dykes = [*headed, seat("2.3", "group", "member", "police", "dykes")]
    [one] = found("member-lists-differ", tiny(actors=GROUP, seats=only_dykes))
    assert (one.evidence["only"], one.severity) == (["dykes"], "low")


@pytest.mark.parametrize("last", ["open", "others"])
def test_lists_of_members_are_closed(last: str) -> None:
    """A list that ends in "etc." or in "other departments" is a candidate."""
    actors = GROUP | {"others": actor("generic", "其他相关部门")}
    unclear = [*LED, seat("2.1", "group", "member", "police", last)]
    [one] = found("member-list-open", tiny(actors=actors, seats=unclear))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:2.1",))
    closed = [*LED, seat("2.1", "group", "member", "police")]
    assert not found("member-list-open", tiny(actors=actors, seats=closed))


def test_a_post_holds_one_chair() -> None:
    """A post that is deputy here and director there is a candidate; the same chair told twice is one chair."""
    two = [*LED, seat("2.2", "group-office", "office-head", "warden")]
    [one] = found("post-in-many-chairs", tiny(actors=GROUP, seats=two))
    assert (one.subject, one.clauses) == ("warden", ("tiny:2.1", "tiny:2.2"))
    again = [*LED, seat("2.2", "group", "deputy", "warden")]
    assert not found("post-in-many-chairs", tiny(actors=GROUP, seats=again))


# ------------------------------------------------------------------------------------ seats and tasks


def test_who_has_a_task_has_a_seat() -> None:
    """An agency that acts and has no seat is found; one seated through a post, or that only leads, is not."""
    seats = [*LED, seat("2.1", "group", "member", "police")]
    tasks = [duty("2.2", "health"), duty("2.3", "dykes"), duty("1.4", "council", "lead")]
    plan = tiny(actors=GROUP, seats=seats, duties=tasks)
    [one] = found("duty-without-seat", plan)
    assert (one.subject, one.kind, one.clauses) == ("health", "fact", ("tiny:2.1", "tiny:2.2"))
    seated = [*LED, seat("2.1", "group", "member", "police", "health")]
    assert not found("duty-without-seat", tiny(actors=GROUP, seats=seated, duties=[duty("2.2", "health")]))


def test_an_open_list_may_hold_who_has_a_task() -> None:
    """Where the list of members ends in "etc." an agency without a seat is a candidate."""
    seats = [*LED, seat("2.1", "group", "member", "police", "open")]
    [one] = found("duty-without-seat", tiny(actors=GROUP, seats=seats, duties=[duty("2.2", "health")]))
    assert one.kind == "candidate"


def test_a_line_without_a_member_is_a_task_without_a_seat() -> None:
    """A task for "departments of farming" is a candidate where the farming bureau is no member."""
    actors = GROUP | {"farms": actor("generic", "农业部门")}
    task = [duty("6.2", "farms", "designate")]
    without = tiny(actors=actors, seats=[*LED, seat("2.1", "group", "member", "police")], duties=task)
    assert [f.subject for f in found("duty-without-seat", without, jurisdiction=KNOWN)] == ["farms"]
    seats = [*LED, seat("2.1", "group", "member", "farming")]
    member = tiny(actors=actors | {"farming": actor("agency", "区农业农村局")}, seats=seats, duties=task)
    assert not found("duty-without-seat", member, jurisdiction=KNOWN)


def test_who_has_a_seat_has_a_task() -> None:
    """A member no clause gives anything to do is found."""
    seats = [*LED, seat("2.1", "group", "member", "police", "health")]
    [one] = found("seat-without-duty", tiny(actors=GROUP, seats=seats, duties=[duty("2.2", "police")]))
    assert one.evidence == {"idle": ["health"]}
    both = [duty("2.2", "police"), duty("2.3", "health")]
    assert not found("seat-without-duty", tiny(actors=GROUP, seats=seats, duties=both))


def test_head_and_deputies_divide_the_work() -> None:
    """A body whose head and deputies have chairs alone is found; one word on what any of them does mends it."""
    [one] = found("leaders-without-duty", tiny(actors=GROUP, seats=LED))
    assert (one.severity, one.evidence) == ("low", {"leaders": ["mayor", "warden"]})
    assert not found("leaders-without-duty", tiny(actors=GROUP, seats=LED, duties=[duty("2.2", "warden", "direct")]))
    assert not found("leaders-without-duty", tiny(actors=GROUP, seats=LED[:1]))


def test_members_act_in_the_response() -> None:
    """Members with standing duties and no measure are a candidate; by line, as host or on condition they act."""
    actors = GROUP | {"police": actor("agency", "区公安分局"), "line": actor("generic", "公安部门")}
    members = seat("2.1", "group", "member", "police", "health", "media")
    seats = [*LED, members, seat("2.1", "group-office", "office", "media")]
    standing = [duty("2.2", "police"), duty("2.3", "health"), duty("2.4", "media")]
    by_council = [measure("4.2", "response=I")]
    [one] = found("member-without-action", tiny(actors=actors, seats=seats, duties=standing, measures=by_council))
    assert (one.kind, one.severity, one.evidence["idle"]) == ("candidate", "medium", ["police", "health", "media"])
    acting = [*by_council, measure("4.3", "response=I", "line"), measure("4.4", "response=I", "group-office")]
    on_condition = [standing[0], duty("2.3", "health", condition="many-hurt"), standing[2]]
    plan = tiny(actors=actors, seats=seats, duties=on_condition, measures=acting)
    assert not found("member-without-action", plan)


def test_all_members_together_is_something() -> None:
    """Where a measure has all members act, a member without one of its own is told of in milder words."""
    actors = GROUP | {"members": actor("members", "成员单位", of="group")}
    seats = [*LED, seat("2.1", "group", "member", "police")]
    as_one = [measure("4.4", "response=any", "members")]
    plan = tiny(actors=actors, seats=seats, duties=[duty("2.2", "police")], measures=as_one)
    [one] = found("member-without-action", plan)
    assert (one.severity, one.clauses) == ("low", ("tiny:2.2", "tiny:4.4"))


# ------------------------------------------------------------------------------------ bodies


def test_a_body_has_a_head() -> None:
    """A body with members and no head is found; an office without a director is found as a smaller fault."""
    members = [seat("2.1", "group", "member", "police")]
    [one] = found("body-without-head", tiny(actors=GROUP, seats=members))
    assert (one.subject, one.severity) == ("group", "high")
    host = [*LED, seat("2.2", "group-office", "office", "police")]
    [office] = found("body-without-head", tiny(actors=GROUP, seats=host))
    assert (office.subject, office.severity) == ("group-office", "medium")
    led = [*host, seat("2.2", "group-office", "office-head", "warden")]
    assert not found("body-without-head", tiny(actors=GROUP, seats=led))


def test_the_clause_that_founds_a_body_names_its_members() -> None:
    """A body with a head and no members is found; it weighs less where another clause lists them."""
    [none] = found("body-without-members", tiny(actors=GROUP, seats=LED))
    assert (none.severity, none.clauses) == ("high", ("tiny:2.1",))
    elsewhere = [*LED, seat("2.2", "group", "member", "police")]
    [later] = found("body-without-members", tiny(actors=GROUP, seats=elsewhere))
    assert (later.severity, later.clauses) == ("low", ("tiny:2.1", "tiny:2.2"))
    seats = [*LED, seat("2.1", "group", "member", "police")]
    assert not found("body-without-members", tiny(actors=GROUP, seats=seats))


def test_an_office_sits_somewhere() -> None:
    """An office with a director and no host is found."""
    led = [*LED, seat("2.2", "group-office", "office-head", "warden")]
    [one] = found("office-without-host", tiny(actors=GROUP, seats=led))
    assert one.subject == "group-office"
    hosted = [*led, seat("2.2", "group-office", "office", "dykes")]
    assert not found("office-without-host", tiny(actors=GROUP, seats=hosted))


def test_somebody_stands_in_for_the_head() -> None:
    """A body that decides and has no deputy is found."""
    decides = [decision("4.2", "response=I", "decide group")]
    [one] = found("body-without-deputy", tiny(actors=GROUP, seats=LED[:1], decisions=decides))
    assert one.clauses == ("tiny:2.1",)
    assert not found("body-without-deputy", tiny(actors=GROUP, seats=LED, decisions=decides))
    assert not found("body-without-deputy", tiny(actors=GROUP, seats=LED[:1]))


def test_a_body_is_there_for_something() -> None:
    """A body that only sits in another is found; with a task it is not, nor is a unit of an agency's own."""
    actors = GROUP | {"experts": actor("body", "专家组", of="group"), "centre": actor("body", "中心", of="dykes")}
    seats = [*LED, seat("2.1", "group", "expert", "experts")]
    named = [duty("3.3", "council", "assign", towards=["centre"])]
    [one] = found("body-never-used", tiny(actors=actors, seats=seats, duties=named))
    assert (one.subject, one.severity, one.clauses) == ("experts", "medium", ("tiny:2.1",))
    assert not found("body-never-used", tiny(actors=actors, seats=seats, duties=[duty("3.4", "experts", "analyse")]))


def test_who_is_told_is_set_up() -> None:
    """A report to a body nobody sets up is grave; names of it that differ by level alone are one finding."""
    actors = GROUP | {"own": actor("undeclared", "本级指挥机构"), "district": actor("undeclared", "区指挥机构")}
    reports = [report("3.3", "council", "own"), report("4.3", "district", "council")]
    plan = tiny(actors=actors, seats=LED, reports=reports)
    [one] = found("body-undefined", plan)
    assert (one.severity, one.kind, one.clauses) == ("high", "fact", ("tiny:3.3", "tiny:4.3"))
    assert one.suggestion.zh.startswith("如即指小组")


@pytest.mark.parametrize(
    ("name", "does", "graves"),
    [
        ("专家组", "decide", ["high"]),
        ("专家组", "advise", ["medium"]),
        ("专家", "decide", ["high"]),
        ("专家", "advise", []),
    ],
)
def test_an_undefined_body_weighs_what_hangs_on_it(name: str, does: str, graves: list[str]) -> None:
    """To decide is more than to advise; people asked for advice are no body, nor is who is only made use of."""
    actors = GROUP | {"experts": actor("undeclared", name)}
    steps = [decision("3.4", "warning=I", f"{does} experts", "announce group")]
    assert [f.severity for f in found("body-undefined", tiny(actors=actors, decisions=steps))] == graves
    named = [duty("3.2", "council", "use", towards=["experts"])]
    assert not found("body-undefined", tiny(actors=actors, duties=named))


def test_bodies_left_to_each_place_to_set_up() -> None:
    """Bodies each village is told to set up are found only where they decide or command, as a smaller fault."""
    actors = GROUP | {
        "villages": actor("listed", "各村", per="villages"),
        "village-command": actor("undeclared", "村指挥机构", per="villages"),
    }
    told = [duty("2.1", "villages", "set-up", "相应指挥机构")]
    starts = [decision("4.2", "response=II", "decide village-command")]
    [one] = found("body-undefined", tiny(actors=actors, duties=told, decisions=starts))
    assert (one.severity, one.clauses) == ("medium", ("tiny:2.1", "tiny:4.2"))
    works = [*told, duty("2.3", "village-command", "gather")]
    assert not found("body-undefined", tiny(actors=actors, duties=works))


def test_a_known_agency_need_not_be_set_up() -> None:
    """An agency the jurisdiction knows, or the name of a line the plan has an agency for, is defined."""
    actors = {"farms": actor("undeclared", "区农业农村局"), "council": GROUP["council"]}
    plan = tiny(actors=actors, reports=[report("3.3", "council", "farms")])
    assert found("body-undefined", plan)
    assert not found("body-undefined", plan, jurisdiction=KNOWN)


def test_who_signs_sits_in_a_chair() -> None:
    """A signature of "the leaders" is found where no chair is called so; the head's is not."""
    actors = GROUP | {"leaders": actor("generic", "小组领导")}
    signs = [decision("4.1", "response=I", "sign leaders")]
    [one] = found("leader-not-a-chair", tiny(actors=actors, seats=LED, decisions=signs))
    assert (one.subject, one.severity, one.clauses) == ("group", "medium", ("tiny:2.1", "tiny:4.1"))
    on_a_form = [decision("annex-1", "response=I", "approve leaders")]
    form = tiny(actors=actors, seats=LED, decisions=on_a_form)
    assert [f.severity for f in found("leader-not-a-chair", form)] == ["low"]
    by_head = [decision("4.1", "response=I", "sign mayor")]
    assert not found("leader-not-a-chair", tiny(actors=actors, seats=LED, decisions=by_head))


# ------------------------------------------------------------------------------------ names


def test_near_names_may_be_one_body() -> None:
    """Two city bureaus of nearly one name are a candidate; of two levels they are not."""
    actors = {
        "trade": actor("outside", "市商务局", printed=["市商务局"]),
        "trade-farming": actor("outside", "市商务农业局", printed=["市商务农业局"]),
    }
    reports = [report("3.3", "council", "trade"), report("4.3", "council", "trade-farming")]
    [one] = found("one-body-many-names", tiny(actors=actors, reports=reports), jurisdiction=KNOWN)
    assert (one.kind, one.clauses) == ("candidate", ("tiny:3.3", "tiny:4.3"))
    one_level_up = actors | {"trade": actor("undeclared", "区商务局")}
    assert not found("one-body-many-names", tiny(actors=one_level_up, reports=reports), jurisdiction=KNOWN)


def test_parts_of_an_agency_under_several_names() -> None:
    """Divisions of one bureau whose names hold each other are one cause, told once and not as bodies not set up."""
    actors = {
        "a": actor("undeclared", "区应急管理局检疫防治部门"), "b": actor("undeclared", "检疫部门"),
        "c": actor("undeclared", "防治检疫机构"), "station": actor("undeclared", "检疫检查站"),
    }  # fmt: skip
    reports = [report(f"3.{i}", "council", id) for i, id in enumerate(actors, 1)]
    plan = tiny(actors=actors, reports=reports)
    [one] = found("one-body-many-names", plan, jurisdiction=KNOWN)
    assert sorted(one.evidence) == sorted(actors[id]["zh"] for id in "abc")
    assert [f.subject for f in found("body-undefined", plan, jurisdiction=KNOWN)] == ["station"]


def test_an_office_of_another_agencys_name() -> None:
    """An undeclared office whose name is another agency's but for the form of office is a candidate."""
    actors = {"office": actor("undeclared", "区应急管理办公室"), "council": GROUP["council"]}
    plan = tiny(actors=actors, reports=[report("4.4", "council", "office")])
    [one] = found("one-body-many-names", plan, jurisdiction=KNOWN)
    assert "区应急管理局" in one.message.zh
    assert not found("one-body-many-names", plan)


def test_agencies_go_by_their_own_name() -> None:
    """An agency of the plan called by its line elsewhere is a candidate; a line without an agency is not its name."""
    actors = {"police": actor("agency", "区公安分局")}
    actors |= {"line": actor("generic", "公安部门"), "fire": actor("generic", "消防部门")}
    uses = [measure(f"4.{i}", "response=I", id) for i, id in enumerate(("line", "fire", "police"), 2)]
    [one] = found("agency-called-by-line", tiny(actors=actors, measures=uses))
    assert (one.evidence, one.clauses) == ({"lines": {"line": ["police"]}}, ("tiny:4.2",))


# ------------------------------------------------------------------------------------ whole plans

CLEAN: dict[str, Any] = {
    "actors": GROUP,
    "seats": [
        *LED,
        seat("2.1", "group", "member", "police", "health"),
        seat("2.2", "group-office", "office", "police"),
        seat("2.2", "group-office", "office-head", "chief"),
    ],
    "duties": [
        duty("2.3", "police", "keep-order", "秩序"),
        duty("2.4", "health", "treat-injured", "伤员"),
        duty("2.5", "warden", "direct", "堤防"),
    ],
    "decisions": [
        decision("4.2", f"response={v}", "propose group-office", "decide group") for v in ("II", "I", "ended")
    ],
    "criteria": [criterion("4.1", "response=II", "bad"), criterion("4.1", "response=I", "grave")],
    "measures": [measure("4.3", "response=any", a) for a in ("group", "police", "health")],
}


@pytest.mark.parametrize("dropped", ["mayor", "warden", "police", "health", "chief"])
def test_every_empty_chair_is_missed(dropped: str) -> None:
    """From a plan in order, whichever single holder of a chair is left out, a rule on membership says so."""
    rules = ("body-without-head", "body-without-deputy", "duty-without-seat", "office-without-host")
    whole = tiny(**_chiefs(CLEAN))
    assert not [f for r in rules for f in found(r, whole)]
    seats = [s | {"actors": [a for a in s["actors"] if a != dropped]} for s in CLEAN["seats"]]
    plan = tiny(**_chiefs(CLEAN | {"seats": [s for s in seats if s["actors"]]}))
    assert [f for r in rules for f in found(r, plan)]


def _chiefs(sections: dict[str, Any]) -> dict[str, Any]:
    actors = sections["actors"] | {"chief": actor("post", "主任", of="harbour")}
    return sections | {"actors": actors}
