"""Rules on resources and arithmetic: each has a plan with its fault and one without."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_plans import found, measure, tiny, words


def kept(id: str = "reserve", clause: str = "6.1", **more: Any) -> dict[str, Any]:
    """Something kept in readiness: ``kept(amount="30 t", holder="council")``."""
    return {"clause": clause, "id": id, "kind": "food", "name": words("口粮储备"), "amount": "unstated", **more}


def part(kind: str, amount: str) -> dict[str, str]:
    """A part of a resource."""
    return {"kind": kind, "amount": amount}


def listed(id: str, name: str, *items: str, clause: str = "9.1") -> dict[str, Any]:
    """A list an annex gives."""
    return {"clause": clause, "id": id, "is": "given", "name": words(name), "items": [words(i) for i in items]}


def counted(id: str, name: str, amount: str, kind: str = "shop", **more: Any) -> dict[str, Any]:
    """A number of enterprises."""
    return kept(id, "6.2.1", kind=kind, name=words(name), amount=amount, **more)


# --------------------------------------------------------------------------------------- arithmetic


def test_parts_make_up_the_total() -> None:
    """Stated parts that fall short of the stated total are found, with the gap and the rates that would close it."""
    parts = [part("raw-corn", "50 t"), part("meal", "7 t")]
    [one] = found("parts-miss-total", tiny(resources=[kept(amount="60 t", parts=parts)]))
    assert (one.class_, one.kind, one.subject, one.clauses) == ("arithmetic", "fact", "reserve", ("tiny:6.1",))
    assert one.evidence["gap"] == "3 t"
    assert one.evidence["yields"] == {"raw-corn": round(50 / 53, 4), "meal": 0.7}
    assert not found("parts-miss-total", tiny(resources=[kept(amount="57 t", parts=parts)]))


def test_parts_above_the_total_are_told_as_such() -> None:
    """Parts that come to more than the whole are found; no rate is offered, since none would help."""
    parts = [part("corn", "50 t"), part("meal", "20 t")]
    [one] = found("parts-miss-total", tiny(resources=[kept(amount="60 t", parts=parts)]))
    assert (one.evidence["gap"], one.evidence["yields"]) == ("10 t", {})


def test_what_is_not_stated_cannot_miss() -> None:
    """A total or a part that is not stated, and parts in another kind of unit, are not held against each other."""
    parts = [part("corn", "50 t"), part("meal", "unstated")]
    assert not found("parts-miss-total", tiny(resources=[kept(amount="60 t", parts=parts)]))
    assert not found("parts-miss-total", tiny(resources=[kept(amount="unstated", parts=[part("corn", "50 t")])]))
    assert not found("parts-miss-total", tiny(resources=[kept(amount="60 t", parts=[part("shops", "5")])]))


def test_a_range_leaves_room() -> None:
    """Of a range some value has to fit: 1 to 2 and 3 make 4 and make 5, and they do not make 6."""
    parts = [part("east", "1..2"), part("west", "3")]
    assert not found("parts-miss-total", tiny(resources=[kept(amount="5", parts=parts)]))
    assert found("parts-miss-total", tiny(resources=[kept(amount="6", parts=parts)]))


@given(st.lists(st.integers(1, 999), min_size=1, max_size=4), st.integers(-50, 50))
def test_the_sum_decides(amounts: list[int], off: int) -> None:
    """Whatever the parts, they are found exactly where their sum is not the total; kg and t are one mass."""
    parts = [part(f"kind-{i}", f"{n} t" if i else f"{n * 1000} kg") for i, n in enumerate(amounts)]
    total = sum(amounts) + off
    if total > 0:
        plan = tiny(resources=[kept(amount=f"{total} t", parts=parts)])
        assert bool(found("parts-miss-total", plan)) == (off != 0)


def test_a_count_agrees_with_its_list() -> None:
    """A number of enterprises is held against the annexed list of that name, whatever the order of its words."""
    shops = counted("shops", "应急供应网点", "3")
    three = listed("shop-list", "供应应急网点名单", "甲店", "乙店", "丙店")
    [one] = found("count-not-as-listed", tiny(resources=[shops], lists=[listed("shop-list", "应急供应网点", "甲店")]))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:6.2.1", "tiny:9.1"))
    assert not found("count-not-as-listed", tiny(resources=[shops], lists=[three]))
    assert not found("count-not-as-listed", tiny(resources=[shops], lists=[listed("mills", "加工厂名单", "甲厂")]))


# -------------------------------------------------------------------------------------- what is kept


def test_a_reserve_has_amount_place_and_holder() -> None:
    """A reserve of which no clause gives amount, place or holder is found; all reserves of a plan are one finding."""
    reserves = [kept(holder="unstated"), kept("second", "6.2", name=words("药剂"), kind="drugs", holder="council")]
    [one] = found("reserve-not-specified", tiny(resources=reserves))
    assert one.clauses == ("tiny:6.1", "tiny:6.2")
    assert one.evidence["lacks"] == [
        {"id": "reserve", "lacks": ["amount", "place", "holder"]}, {"id": "second", "lacks": ["amount"]},
    ]  # fmt: skip
    assert not found("reserve-not-specified", tiny(resources=[kept(amount="3 t", place="isle", holder="council")]))


def test_a_holder_shows_the_place() -> None:
    """Who holds a reserve can be asked where it is, unless the clause speaks of a store and leaves open which."""
    assert not found("reserve-not-specified", tiny(resources=[kept(amount="3 t", holder="council")]))
    stored = kept(amount="3 t", holder="council", place="unstated")
    [one] = found("reserve-not-specified", tiny(resources=[stored]))
    assert one.evidence["lacks"] == [{"id": "reserve", "lacks": ["place"]}]


def test_absence_is_tested_over_the_whole_plan() -> None:
    """What another clause says of the same reserve counts; so does a keeper of like goods."""
    elsewhere = kept("again", "2.3", amount="3 t", keeper="council")
    assert not found("reserve-not-specified", tiny(resources=[kept(holder="unstated"), elsewhere]))


@pytest.mark.parametrize(
    "other",
    [
        kept(kind="money", holder="unstated", name=words("专项资金")),
        kept(holder="unstated", name=words("市级储备")),
        kept(holder="shops", name=words("周转库存")),
        counted("shops-kept", "门店", "3", holder="unstated"),
        kept(released_by="council"),
    ],
    ids=["money", "of a higher level", "an enterprise's own", "a count", "only released here"],
)
def test_what_is_no_reserve_of_the_plan_is_left_alone(other: dict[str, Any]) -> None:
    """Money, stocks others answer for, counts, and clauses that only release are no reserves to describe."""
    actors = {"shops": {"is": "outside", "zh": "门店", "en": "Shops"}}
    assert not found("reserve-not-specified", tiny(actors=actors, resources=[other]))


def test_a_size_in_words_is_a_size() -> None:
    """Three months' sales is an amount, and a general clause is described by the one below it."""
    months = kept(name=words("三个月销量的储备"), holder="council")
    assert not found("reserve-not-specified", tiny(resources=[months]))
    general = kept("general", "6.1", holder="unstated")
    detail = kept("detail", "6.1.1", amount="3 t", holder="council")
    assert not found("reserve-not-specified", tiny(resources=[general, detail]))


# ---------------------------------------------------------------------------- what breaks by itself


def test_a_line_of_supply_does_not_rest_on_one() -> None:
    """One enterprise alone on a list is found, with the other lists it is on and what must pass through it."""
    mill, shops = counted("mill", "应急加工企业", "1", kind="processing-works"), counted("shops", "应急供应网点", "2")
    stock = kept(amount="57 t", parts=[part("raw-corn", "50 t"), part("meal", "7 t")], holder="council")
    lists = [
        listed("mill-list", "应急加工企业名单", "甲厂", clause="9.1"),
        listed("shop-list", "应急供应网点", "甲厂（东点）", "乙店（西点）", clause="9.2"),
    ]
    [one] = found("supply-rests-on-one", tiny(resources=[stock, mill, shops], lists=lists))
    assert (one.subject, one.severity) == ("甲厂", "high")
    assert one.clauses == ("tiny:6.1", "tiny:6.2.1", "tiny:9.1", "tiny:9.2")
    assert one.evidence["through_it"] == {"reserve": "50 t / 57 t"}
    two = [listed("mill-list", "应急加工企业名单", "甲厂", "丙厂"), lists[1]]
    assert not found("supply-rests-on-one", tiny(resources=[stock, mill, shops], lists=two))


def test_lists_of_other_things_are_no_line_of_supply() -> None:
    """A directory with one entry is none."""
    assert not found("supply-rests-on-one", tiny(lists=[listed("directory", "通讯录", "席位")]))


def test_enterprises_known_as_listed_are_a_line_too() -> None:
    """A list of actors the plan knows as listed counts without a resource."""
    actors = {"mills": {"is": "listed", "zh": "应急加工企业", "en": "Mills"}}
    assert found("supply-rests-on-one", tiny(actors=actors, lists=[listed("mills-list", "应急加工企业", "甲厂")]))


def test_few_points_of_supply_are_named() -> None:
    """A measure that leaves perhaps one point of supply is a candidate, unless a list names the points."""
    few = measure("4.2", "response=I", verb="keep-open", object=words("供应站"), amount="1..2 stations")
    [one] = found("supply-points-too-few", tiny(measures=[few]))
    assert (one.kind, one.evidence["amount"]) == ("candidate", "1..2 stations")
    named = listed("points", "供应站名单", "甲", "乙")
    assert not found("supply-points-too-few", tiny(measures=[few], lists=[named]))
    many = measure("4.2", "response=I", verb="keep-open", object=words("供应站"), amount="5 stations")
    assert not found("supply-points-too-few", tiny(measures=[many]))


def test_networks_run_at_every_level() -> None:
    """A clause that runs the networks set up below it at one level alone is found; one for every level is not."""
    mill = counted("mill", "应急加工企业", "2")
    run = measure("6.2", "response=I", verb="organise")
    [one] = found("network-at-one-level", tiny(resources=[mill], measures=[run]))
    assert (one.subject, one.evidence["not_at"]) == ("6.2", ["response=II"])
    assert not found("network-at-one-level", tiny(resources=[mill], measures=[measure("6.2", "response=any")]))
    also = measure("4.2", "response=II", verb="organise")
    assert not found("network-at-one-level", tiny(resources=[mill], measures=[run, also]))
    stock = kept(clause="6.2.1", amount="3 t", holder="council")
    assert not found("network-at-one-level", tiny(resources=[stock], measures=[run]))
