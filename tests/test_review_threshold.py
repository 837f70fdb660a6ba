"""Rules on thresholds: each has a plan with its fault and one without; bounds in general by properties."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from review_plans import PLACE, criterion, decision, found, measure, tiny, words
from typer.testing import CliRunner

from emergency.cli import app
from emergency.condition import All, Compare, Flag, For, Guard, InState, Node, Quantified, evaluate
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.reader import load_jurisdiction, load_plan
from emergency.review.case import Case
from emergency.review.check import Review, check_plans
from emergency.review.rules import RULES
from emergency.review.threshold.grounds import compare, held_at, lines
from emergency.review.threshold.solver import Facts, smallest
from emergency.source import Id

ROOT = Path(__file__).resolve().parents[1]
ISLAND = ROOT / "tests" / "fixtures" / "island"

FOUR = {"warning": {"kind": "warning", "levels": ["IV", "III", "II", "I"], "ends": "lifted"}}
#: A place with two villages, an area whose extent is guessed, and the same villages under another name.
ISLES = Jurisdiction.model_validate(
    PLACE.model_dump(mode="json", by_alias=True)
    | {
        "places": {
            "isle": {"zh": "岛", "en": "Isle"},
            "east": {"zh": "东村", "en": "East", "within": "isle"},
            "west": {"zh": "西村", "en": "West", "within": "isle"},
        },
        "sets": {
            "villages": {"places": ["east", "west"], "basis": "text"},
            "centre": {"places": ["east"], "basis": "guess"},
            "localities": {"places": ["west", "east"], "basis": "guess"},
        },
    }
)


def levelled(*guards: str, **more: Any) -> Plan:
    """A plan whose four warning levels, mild to grave, have these guards; each in a clause of its own."""
    levels = FOUR["warning"]["levels"]
    ones = [criterion(f"3.{i}", f"warning={v}", g) for i, (v, g) in enumerate(zip(levels, guards, strict=False), 1)]
    return tiny(schemes=FOUR, criteria=ones, **more)


def stock(*bounds: int) -> tuple[str, ...]:
    """Nested bounds on a stock: under so many days."""
    return tuple(f"stock < {b} days-of-demand" for b in bounds)


def bands(*bounds: int) -> tuple[str, ...]:
    """Bands of a stock that meet without overlap, from the highest down; the last is open below."""
    pairs = pairwise([*bounds, 0])
    return tuple(f"stock < {a} days-of-demand and stock >= {b} days-of-demand" for a, b in pairs)


def watched(variable: str = "stock", **more: Any) -> dict[str, Any]:
    """A quantity in days of demand that the store reports."""
    plain = {"clause": "2.1", "variable": variable, "name": words("可用天数"), "unit": "days-of-demand"}
    return {**plain, "observer": "council", "every": "1 d", **more}


def flag(variable: str, name: str, **more: Any) -> dict[str, Any]:
    """A condition that is so or not."""
    return {"clause": "2.2", "variable": variable, "name": words(name), "unit": "flag", **more}


def of_bounds(plan: Plan) -> set[str]:
    """Which rules on bounds find something; the others are not asked."""
    ids = ("levels-overlap", "levels-leave-gap", "bounds-out-of-order")
    return {f.rule for f in check_plans([plan], [PLACE], rules=[RULES[i] for i in ids]).findings}


def gravest(clause: str) -> list[dict[str, Any]]:
    """A clause that says that the graver of several levels counts."""
    return [{"clause": clause, "rule": "several-criteria-hold", "is": "gravest"}]



# ------------------------------------------------------------------------------------ overlaps, gaps


def test_one_number_belongs_to_one_level() -> None:
    """Nested bounds overlap: one finding for the scheme, with a number that meets two levels and no others."""
    [one] = found("levels-overlap", levelled(*stock(10, 8, 6, 4)))
    assert (one.subject, one.severity, one.kind) == ("warning", "medium", "fact")
    assert one.clauses == ("tiny:3.1", "tiny:3.2", "tiny:3.3", "tiny:3.4")
    assert one.evidence["overlaps"][0] == {"levels": ["warning=IV", "warning=III"], "at": "stock=7"}
    assert not found("levels-overlap", levelled(*bands(10, 8, 6, 4)))


def test_bounds_that_cross_are_graver_than_nested_ones() -> None:
    """Where neither of two levels lies within the other no custom says which counts."""
    crossing = ["stock < 10 days-of-demand and stock > 4 days-of-demand", "stock < 6 days-of-demand"]
    [one] = found("levels-overlap", levelled(*crossing))
    assert one.severity == "high"


def test_a_clause_may_say_which_level_counts() -> None:
    """A clause on levels that hold at once settles every overlap, whatever decides on the levels."""
    assert not found("levels-overlap", levelled(*stock(10, 8), precedence=gravest("3.9")))
    both = ("cold", "cold and wet")
    assert found("levels-overlap-together", levelled(*both))
    assert not found("levels-overlap-together", levelled(*both, precedence=gravest("3.9")))


@pytest.mark.parametrize(
    ("clause", "open_"), [("3.9", {"response"}), ("4.2.9", {"warning"}), ("8.5", set())], ids=["3", "4.2", "8"]
)
def test_which_level_counts_is_said_scheme_by_scheme(clause: str, open_: set[str]) -> None:
    """A clause speaks for the schemes of its surroundings; one that stands apart from all of them, for every one."""
    response = [criterion("4.2.1", "response=II", "storm"), criterion("4.2.2", "response=I", "storm and dark")]
    warning = [criterion("3.1", "warning=II", "cold"), criterion("3.2", "warning=I", "cold and wet")]
    plan = tiny(criteria=[*warning, *response], precedence=gravest(clause))
    assert {one.subject for one in found("levels-overlap-together", plan)} == open_


def test_the_sentence_that_lists_the_cases_is_cited() -> None:
    """A reader looks for the rule on several levels in the sentence that brings a level's cases together."""
    group = {"clause": "3.1.0", "joins": ["w"], "connective": "any"}
    first = criterion("3.1", "warning=IV", "stock < 10 days-of-demand", id="w")
    second = criterion("3.2", "warning=III", "stock < 8 days-of-demand")
    [one] = found("levels-overlap", tiny(schemes=FOUR, criteria=[first, second], groups=[group]))
    assert one.clauses == ("tiny:3.1", "tiny:3.1.0", "tiny:3.2")


def test_what_keeps_a_level_is_no_overlap() -> None:
    """A criterion that asks for the level in force says by itself which level it keeps."""
    kept = [criterion("3.5", "warning=III", "warning=III and stock < 9 days-of-demand")]
    plan = tiny(schemes=FOUR, criteria=[*levelled(*bands(10, 8)).model_dump(mode="json")["criteria"], *kept])
    assert not found("levels-overlap", plan)
    assert not found("levels-overlap-together", plan)


def test_no_number_lies_between_levels() -> None:
    """What lies between two bands belongs to no level, nor what lies beyond the gravest; each is found."""
    apart = [bands(10, 8)[0], "stock < 6 days-of-demand"]
    [one] = found("levels-leave-gap", levelled(*apart))
    assert (one.subject, one.evidence, one.severity) == ("warning stock", {"at": "stock=7"}, "high")
    assert "6 days-of-demand ≤ … < 8 days-of-demand" in one.message.en
    closed = [*bands(10, 8, 6)[:2], "stock < 6 days-of-demand and stock >= 4 days-of-demand"]
    [one] = found("levels-leave-gap", levelled(*closed))
    assert one.evidence == {"at": "stock=3"}
    assert not found("levels-leave-gap", levelled(*bands(10, 8, 6, 4)))


def test_a_gap_may_be_a_single_number() -> None:
    """Two strict bounds leave out the number both are set at."""
    [one] = found("levels-leave-gap", levelled("price < 10 %", "price > 10 %"))
    assert one.evidence == {"at": "price=10%"}
    assert not found("levels-leave-gap", levelled("price < 10 %", "price >= 10 %"))


def test_no_number_of_places_lies_between_levels() -> None:
    """One place a level, more than two another: two places belong to none; nor may all of them."""
    apart = levelled("count(dark, villages) >= 1 and count(dark, villages) <= 1", "count(dark, villages) > 2")
    [one] = found("levels-leave-gap", apart, jurisdiction=ISLES)
    assert (one.clauses, one.evidence) == (("tiny:3.1", "tiny:3.2"), {"places": [2]})
    joined = levelled("count(dark, villages) >= 1 and count(dark, villages) <= 1", "all(dark, villages)")
    assert not found("levels-leave-gap", joined, jurisdiction=ISLES)
    other_areas = levelled("count(dark, villages) < 2", "any(dark, centre)")
    assert not found("levels-leave-gap", other_areas, jurisdiction=ISLES)


@given(st.lists(st.integers(1, 60), min_size=3, max_size=4, unique=True), st.data())
@settings(max_examples=40, deadline=None)
def test_bands_that_meet_are_sound_and_one_taken_out_leaves_a_gap(bounds: list[int], data: st.DataObject) -> None:
    """Bands that meet neither overlap nor leave a gap nor run out of order; without an inner one there is a gap."""
    guards = bands(*sorted(bounds, reverse=True))
    assert not of_bounds(levelled(*guards))
    inner = data.draw(st.integers(1, len(guards) - 2))
    holed = levelled(*(g if i != inner else "cold" for i, g in enumerate(guards)))
    assert of_bounds(holed) == {"levels-leave-gap"}


# -------------------------------------------------------------------------------------------- order


def test_bounds_tighten_with_the_levels() -> None:
    """Two bounds swapped are found with the levels they belong to; so are two levels with one bound."""
    [one] = found("bounds-out-of-order", levelled(*stock(8, 10, 6, 4)))
    assert (one.subject, one.clauses) == ("warning stock", ("tiny:3.1", "tiny:3.2"))
    assert found("bounds-out-of-order", levelled(*stock(10, 8, 8, 4)))
    assert not found("bounds-out-of-order", levelled(*stock(10, 8, 6, 4)))
    assert not found("bounds-out-of-order", levelled("price > 10 %", "price > 20 %", "price > 30 %"))


def test_less_stock_is_never_milder() -> None:
    """Days of demand get graver as they fall, even where all levels run the other way."""
    assert found("bounds-out-of-order", levelled(*stock(6, 8)))
    assert not found("bounds-out-of-order", levelled("price < 6 %", "price < 8 %"))


@given(st.permutations([4, 6, 8, 10]))
@settings(max_examples=24, deadline=None)
def test_any_other_order_is_out_of_order(bounds: list[int]) -> None:
    """Of all orders of four bounds on a stock one alone is sound."""
    assert ("bounds-out-of-order" in of_bounds(levelled(*stock(*bounds)))) == (bounds != [10, 8, 6, 4])


def test_one_level_has_one_figure() -> None:
    """Two constants for one side of one variable at one level are found, be the second in a decision's condition."""
    twice = [criterion("3.1", "warning=IV", "price > 30 %"), criterion("4.1", "warning=IV", "price > 50 %")]
    [one] = found("two-bounds-at-one-level", tiny(schemes=FOUR, criteria=twice))
    assert (one.subject, one.clauses) == ("warning=IV price", ("tiny:3.1", "tiny:4.1"))
    decided = [decision("4.1", "warning=IV", "decide council", when="price > 50 %")]
    assert found("two-bounds-at-one-level", tiny(schemes=FOUR, criteria=twice[:1], decisions=decided))
    same = [decision("4.1", "warning=IV", "decide council", when="price > 30 %")]
    assert not found("two-bounds-at-one-level", tiny(schemes=FOUR, criteria=twice[:1], decisions=same))
    both_sides = [criterion("3.1", "warning=IV", "price > 30 % and price < 50 %")]
    assert not found("two-bounds-at-one-level", tiny(schemes=FOUR, criteria=both_sides))


def test_a_bound_says_whether_it_is_included() -> None:
    """Bounds whose inclusion is left open are one candidate for the plan; a flag has no bound to include."""
    open_ones = [criterion(f"3.{i}", "warning=IV", "price >= 30 %", boundary="unstated") for i in (1, 2)]
    [one] = found("bound-inclusion-unstated", tiny(schemes=FOUR, criteria=open_ones))
    assert (one.kind, one.severity, one.clauses) == ("candidate", "low", ("tiny:3.1", "tiny:3.2"))
    assert not found("bound-inclusion-unstated", levelled("price >= 30 %"))
    assert not found(
        "bound-inclusion-unstated",
        tiny(schemes=FOUR, criteria=[criterion("3.1", "warning=IV", "cold", boundary="unstated")]),
    )


# ------------------------------------------------------------------------------ cases and standards


def test_listed_cases_are_joined() -> None:
    """A list that does not say whether one case is enough is found once for its scheme, with a case as example."""
    items = [
        criterion("3.1(1)", "warning=IV", "cold", id="a", role="item"),
        criterion("3.1(2)", "warning=IV", "stock < 9 days-of-demand", id="b", role="item"),
    ]
    group = {"clause": "3.1", "id": "g", "joins": ["a", "b"], "connective": "unstated"}
    [one] = found("grounds-not-joined", tiny(schemes=FOUR, criteria=items, groups=[group]))
    assert (one.subject, one.severity, one.evidence["questions"]) == ("warning", "medium", ["items"])
    assert one.clauses == ("tiny:3.1", "tiny:3.1(1)", "tiny:3.1(2)")
    assert "stock < 9 days of demand" in one.message.en
    told = {**group, "connective": "any"}
    assert not found("grounds-not-joined", tiny(schemes=FOUR, criteria=items, groups=[told]))


def test_a_definition_and_its_cases_go_together() -> None:
    """A definition beside listed cases leaves two answers; not where the cases use the very term defined."""
    both = [
        criterion("3.1", "warning=IV", "gap-wide", role="definition"),
        criterion("3.1(1)", "warning=IV", "bread-out", role="item"),
    ]
    [one] = found("grounds-not-joined", tiny(schemes=FOUR, criteria=both))
    assert (one.severity, one.evidence["questions"]) == ("high", ["definition"])
    terms = [{"clause": "3.1", "term": words("断供"), "means": words("缺口很大")}]
    named = [flag("bread-out", "面包断供")]
    assert not found("grounds-not-joined", tiny(schemes=FOUR, criteria=both, terms=terms, indicators=named))


def test_a_level_has_one_standard() -> None:
    """Two clauses with different standards for one response are found; items of one clause and a group are not."""
    two = [criterion("2.4", "response=II", "seen", id="a"), criterion("4.1(1)", "response=II", "confirmed", id="b")]
    [one] = found("two-standards-for-one-level", tiny(criteria=two))
    assert (one.subject, one.clauses, one.severity) == ("response", ("tiny:2.4", "tiny:4.1(1)"), "high")
    within = [criterion("4.1(1)", "response=II", "seen"), criterion("4.1(2)", "response=II", "confirmed")]
    assert not found("two-standards-for-one-level", tiny(criteria=within))
    joined = {"clause": "4.2", "id": "g", "joins": ["a", "b"], "connective": "any"}
    assert not found("two-standards-for-one-level", tiny(criteria=two, groups=[joined]))
    same = [criterion("2.4", "response=II", "seen"), criterion("4.1", "response=II", "seen")]
    assert not found("two-standards-for-one-level", tiny(criteria=same))


def test_a_procedure_adds_no_condition() -> None:
    """A condition a decision adds to standards that stand elsewhere is a candidate; beside them it is one of them."""
    standard = [criterion("3.1", "response=II", "seen")]
    more = [decision("4.1", "response=any", "decide council", when="lasting")]
    [one] = found("start-asks-for-more", tiny(criteria=standard, decisions=more))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:3.1", "tiny:4.1"))
    beside = [decision("3.1", "response=II", "decide council", when="lasting")]
    assert not found("start-asks-for-more", tiny(criteria=standard, decisions=beside))
    assert not found("start-asks-for-more", tiny(decisions=more))


@pytest.mark.parametrize(
    ("guard", "reached"), [("count(dark, villages) >= 3", False), ("count(dark, villages) > 1", True)]
)
def test_a_count_can_be_reached(guard: str, reached: bool) -> None:
    """A count of more places than there are is found, with how many there are."""
    ones = found("count-out-of-reach", levelled(guard), jurisdiction=ISLES)
    assert [f.evidence["places"] for f in ones] == ([] if reached else [2])


# ---------------------------------------------------------------------------------- entry and exit


def leaving(when: str | None, to: str = "warning=off", **more: Any) -> Plan:
    """A plan that enters a warning under ten days of stock and leaves it on a condition."""
    entry = [criterion("3.1", "warning=IV", "stock < 10 days-of-demand")]
    condition = {"when": when} if when else {}
    out = [decision("3.5", to, "announce council", **condition, **more)]
    return tiny(schemes=FOUR, criteria=entry, decisions=out)


def test_a_level_is_not_left_where_it_is_entered() -> None:
    """Entry and exit at one number are found with the number; a wider exit or one that must last is sound."""
    [one] = found("entry-and-exit-share-bound", leaving("stock >= 10 days-of-demand"))
    assert (one.subject, one.clauses) == ("warning stock", ("tiny:3.1", "tiny:3.5"))
    assert one.evidence["bounds"] == ["10 days-of-demand"]
    assert found("entry-and-exit-share-bound", leaving("stock > 8 days-of-demand"))
    assert not found("entry-and-exit-share-bound", leaving("stock >= 12 days-of-demand"))
    assert not found("entry-and-exit-share-bound", leaving("stock >= 10 days-of-demand for 3 d"))
    assert not found("entry-and-exit-share-bound", leaving("calm"))
    assert not found("entry-and-exit-share-bound", leaving(None))


def test_lowering_needs_more_than_what_raised() -> None:
    """Where a level is lowered once its criteria have gone, a criterion that keeps it must reach further."""
    criteria = [
        criterion("3.1", "warning=III", "stock < 8 days-of-demand"),
        criterion("3.2", "warning=IV", "stock < 10 days-of-demand"),
    ]
    lowered = [decision("3.5", "warning=IV", "announce council", **{"from": "warning=III"})]
    [one] = found("entry-and-exit-share-bound", tiny(schemes=FOUR, criteria=criteria, decisions=lowered))
    assert one.clauses == ("tiny:3.1", "tiny:3.5")
    kept = criterion("3.3", "warning=III", "warning=III and stock < 9 days-of-demand")
    assert not found("entry-and-exit-share-bound", tiny(schemes=FOUR, criteria=[*criteria, kept], decisions=lowered))


# ------------------------------------------------------------------------------------- quantities


def test_a_deciding_number_can_be_worked_out() -> None:
    """A number with no way to work it out is found: formula, which kinds, over which time; a term defines it."""
    vague = watched(measured_as="stock-kept/usual-demand", over="unstated")
    kept = {"clause": "2.1", "variable": "stock-kept", "name": words("存量"), "unit": "t"}
    [one] = found("quantity-not-measured", levelled(*bands(10, 8), indicators=[vague, kept]))
    assert (one.subject, one.severity, one.kind) == ("stock", "high", "fact")
    assert one.clauses == ("tiny:2.1", "tiny:3.1", "tiny:3.2")
    assert found("quantity-not-measured", levelled(*bands(10, 8), indicators=[watched(measured_as="unstated")]))
    term = {"clause": "8.1", "term": words("可用天数"), "means": words("总存量除以上月日均用量")}
    assert not found("quantity-not-measured", levelled(*bands(10, 8), indicators=[vague, kept], terms=[term]))
    assert not found("quantity-not-measured", levelled(*bands(10, 8), indicators=[watched()]))
    elsewhere = tiny(measures=[measure("4.1", condition="stock < 9 days-of-demand")], indicators=[vague, kept])
    assert not found("quantity-not-measured", elsewhere)


def test_two_names_for_one_number_are_one_finding() -> None:
    """Unmeasured numbers whose names differ by a word left out are told together; others apart."""
    ratio = {"clause": "3", "unit": "%", "measured_as": "unstated"}
    like = [{**ratio, "variable": "a", "name": words("粒供应比")}, {**ratio, "variable": "b", "name": words("粒比")}]
    [one] = found("quantity-not-measured", levelled("a < 50 %", "b < 20 %", indicators=like))
    assert one.evidence["variables"] == ["a", "b"]
    apart = [like[0], {**like[1], "name": words("水比")}]
    assert len(found("quantity-not-measured", levelled("a < 50 %", "b < 20 %", indicators=apart))) == 2


def test_somebody_reports_a_deciding_number() -> None:
    """A number nobody reports at intervals is a candidate, unless what it follows from is reported."""
    silent = watched(observer=None, every=None)
    [one] = found("quantity-nobody-reports", levelled(*bands(10), indicators=[silent]))
    assert (one.subject, one.kind) == ("stock", "candidate")
    assert not found("quantity-nobody-reports", levelled(*bands(10), indicators=[watched()]))
    derived = {**silent, "measured_as": "kept"}
    kept = {"clause": "2.1", "variable": "kept", "unit": "t", "observer": "council", "every": "1 week"}
    assert not found("quantity-nobody-reports", levelled(*bands(10), indicators=[derived, kept]))
    vague = {**silent, "measured_as": "unstated"}
    assert not found("quantity-nobody-reports", levelled(*bands(10), indicators=[vague]))


def test_a_figure_is_a_range() -> None:
    """A condition named by a figure and left open is found; one a guard reads, or without a figure, is not."""
    [one] = found(
        "figure-without-range", levelled("rate", indicators=[flag("rate", "死亡1%或5%以下", holds_when="unstated")])
    )
    assert (one.subject, one.clauses) == ("rate", ("tiny:2.2", "tiny:3.1"))
    read = [flag("rate", "死亡1%或5%以下", holds_when="deaths < 5 %")]
    assert not found("figure-without-range", levelled("rate", indicators=read))
    assert not found(
        "figure-without-range", levelled("rate", indicators=[flag("rate", "死亡偏多", holds_when="unstated")])
    )


def test_an_area_that_decides_is_bounded() -> None:
    """Areas no text bounds are one finding where levels turn on them; the same places listed elsewhere are none."""
    [one] = found("extent-not-bounded", levelled("any(dark, centre)", "all(dark, villages)"), jurisdiction=ISLES)
    assert (one.clauses, one.evidence["sets"]) == (("tiny:3.1",), {"centre": ["east"]})
    assert not found("extent-not-bounded", levelled("any(dark, localities)"), jurisdiction=ISLES)
    only_watched = tiny(measures=[measure("4.1", condition="any(dark, centre)")])
    assert not found("extent-not-bounded", only_watched, jurisdiction=ISLES)


def test_a_wide_area_is_no_single_place() -> None:
    """A term that spreads over a wide area and a mildest level one place meets are a candidate."""
    term = {"clause": "8.1", "term": words("市场失灵"), "means": words("较大范围内断货")}
    named = [flag("failing", "市场失灵", scope="villages")]
    [one] = found(
        "wide-and-single-place",
        levelled("any(failing, villages)", terms=[term], indicators=named),
        jurisdiction=ISLES,
    )
    assert (one.clauses, one.kind) == (("tiny:3.1", "tiny:8.1"), "candidate")
    two = levelled("count(failing, villages) >= 2", terms=[term], indicators=named)
    assert not found("wide-and-single-place", two, jurisdiction=ISLES)
    narrow = {**term, "means": words("某村断货")}
    plan = levelled("any(failing, villages)", terms=[narrow], indicators=named)
    assert not found("wide-and-single-place", plan, jurisdiction=ISLES)


def test_reports_come_before_levels_pass() -> None:
    """A stock reported less often than it may fall from one bound to the next is found; daily reports are enough."""
    monthly = watched(every="1 month")
    [one] = found("reported-too-seldom", levelled(*stock(10, 8, 6, 4), indicators=[monthly]))
    assert (one.severity, one.evidence) == ("high", {"interval_d": 30.0, "bounds_d": [10.0, 8.0, 6.0, 4.0]})
    [one] = found("reported-too-seldom", levelled(*stock(10, 8, 6, 4), indicators=[watched(every="3 d")]))
    assert one.severity == "medium"
    assert not found("reported-too-seldom", levelled(*stock(10, 8, 6, 4), indicators=[watched(every="2 d")]))
    assert not found("reported-too-seldom", levelled("price > 10 %", "price > 20 %", indicators=[]))


def test_reports_on_a_vague_condition_do_not_count() -> None:
    """Reports "when things are tight" have no interval where nobody says when that is; below a figure they have."""
    monthly = watched(every="1 month")
    for condition, vague in (("tight", True), ("stock < 15 days-of-demand", False)):
        daily = watched(every="1 d", condition=condition)
        ones = found("reported-too-seldom", levelled(*stock(10, 8), indicators=[monthly, daily]))
        assert bool(ones) == vague


def test_what_leaves_reports_too_seldom_is_told_once() -> None:
    """An undefined condition that only makes reports denser is told with the interval, and only such a one."""
    tight = {"clause": "2.1", "variable": "tight", "name": words("偏紧"), "unit": "flag", "holds_when": "unstated"}
    channels = [watched(every="1 month"), watched(every="1 d", condition="tight"), tight]
    plan = levelled(*stock(10, 8), indicators=channels)
    assert found("reported-too-seldom", plan)
    assert not found("condition-never-defined", plan)
    measures = [measure("4.2", condition="tight")]
    assert found("condition-never-defined", levelled(*stock(10, 8), indicators=channels, measures=measures))


def test_somebody_looks_whether_a_condition_holds() -> None:
    """A condition nobody watches, on which a decision is taken without anybody looking into it, is a candidate."""
    calm = flag("calm", "秩序恢复")
    [one] = found("condition-nobody-observes", ended("cut", "calm", calm))
    assert (one.kind, one.severity, one.clauses) == ("candidate", "low", ("tiny:2.2", "tiny:4.6"))
    watched_ = flag("order", "现场秩序", observer="council")
    assert not found("condition-nobody-observes", ended("cut", "calm", calm, watched_))
    checked = decision("4.6", "response=ended", "verify council", "decide council", when="calm")
    assert not found("condition-nobody-observes", tiny(schemes=ENDED, decisions=[checked], indicators=[calm]))
    undefined = flag("calm", "秩序恢复", holds_when="unstated")
    assert not found("condition-nobody-observes", ended("cut", "calm", undefined))


def test_what_must_last_is_looked_for() -> None:
    """Nothing found for so long is a candidate where nobody is said to look at any interval."""
    ends = [decision("4.6", "response=ended", "decide council", when="not seen for 9 months")]
    [one] = found("lasting-condition-unwatched", tiny(decisions=ends))
    assert (one.clauses, one.kind) == (("tiny:4.6",), "candidate")
    looked = [flag("seen", "有发现", every="1 week")]
    assert not found("lasting-condition-unwatched", tiny(decisions=ends, indicators=looked))


# --------------------------------------------------------------------------------- several variables


def test_levels_that_share_a_condition_exclude_each_other() -> None:
    """Levels that hold at once in one case are found with the smallest such case; excluded cases are not."""
    [one] = found(
        "levels-overlap-together", levelled("any(dark, villages)", "all(dark, villages)"), jurisdiction=ISLES
    )
    assert (one.subject, one.severity) == ("warning", "medium")
    assert one.evidence["overlaps"] == [
        {"levels": ["warning=IV", "warning=III"], "facts": {"dark": ["east", "west"]}}
    ]
    crossing = levelled("cold and not dry", "cold and wet")
    [one] = found("levels-overlap-together", crossing)
    assert (one.severity, one.evidence["overlaps"][0]["at"]) == ("high", "cold=yes wet=yes")
    assert not found("levels-overlap-together", levelled("cold and not wet", "cold and wet"))


def test_cases_of_different_kinds_may_occur_at_once() -> None:
    """Levels that look at nothing in common do not exclude each other either: a candidate, with the smallest case."""
    [one] = found("levels-overlap-together", levelled("cold", "wet"))
    assert (one.kind, one.severity, one.evidence["overlaps"][0]["at"]) == ("candidate", "medium", "cold=yes wet=yes")
    [sure] = found("levels-overlap-together", levelled("cold", "cold and wet"))
    assert sure.kind == "fact"
    assert not found("levels-overlap-together", levelled("cold", "wet", precedence=gravest("3.9")))
    defined = [flag("cold", "寒", holds_when="degrees < 0"), flag("hot", "热", holds_when="degrees > 30")]
    assert not found("levels-overlap-together", levelled("cold", "hot", indicators=defined))


ENDED = {"response": {"kind": "response", "levels": ["II", "I"], "ends": "ended"}}


def ended(start: str, over: str, *indicators: dict[str, Any], **more: Any) -> Plan:
    """A response that starts on one condition and ends on another."""
    criteria = [criterion("4.2", "response=II", start)]
    steps = [decision("4.3", "response=II", "decide council"), decision("4.6", "response=ended", "decide council")]
    steps[1]["when"] = over
    return tiny(**{"schemes": ENDED, "criteria": criteria, "decisions": steps, "indicators": [*indicators], **more})


def test_an_end_asks_whether_the_start_is_gone() -> None:
    """A start and an end on different matters can hold together: a candidate, with the smallest such case."""
    names = flag("cut", "道路阻断"), flag("full", "库存正常")
    [one] = found("start-and-end-both-hold", ended("cut", "full", *names))
    assert (one.kind, one.subject, one.clauses) == ("candidate", "response", ("tiny:4.2", "tiny:4.6"))
    assert one.evidence["at"] == "cut=yes full=yes"
    assert not found("start-and-end-both-hold", ended("cut", "full and not cut", *names))


@pytest.mark.parametrize(
    ("start", "over"),
    [("库存不足", "库存恢复正常"), ("道路阻断", "事件处置完毕")],
    ids=["the same matter is normal again", "the whole matter is over"],
)
def test_an_end_that_answers_the_start_is_none(start: str, over: str) -> None:
    """What is normal again is not short, and what is dealt with is over, without a figure that says so."""
    assert not found("start-and-end-both-hold", ended("a", "b", flag("a", start), flag("b", over)))


def test_numbers_that_let_start_and_end_hold_are_a_fact() -> None:
    """Where the numbers of start and end leave room for both it follows from them; lasting is no way out."""
    start, over = "stock < 10 days-of-demand", "stock > {} days-of-demand for 3 d"
    [one] = found("start-and-end-both-hold", ended(start, over.format(8)))
    assert (one.kind, one.evidence["facts"]["stock"]) == ("fact", 9)
    assert not found("start-and-end-both-hold", ended(start, over.format(12)))
    wavering = ended(start, "stock > 8 days-of-demand")
    assert found("entry-and-exit-share-bound", wavering)
    assert not found("start-and-end-both-hold", wavering)


def test_the_start_is_sought_through_the_grades() -> None:
    """A response that goes by the grade, and a grade by the warnings, starts on what these ask for."""
    schemes = ENDED | {"event": {"kind": "event", "levels": ["II", "I"]}}
    schemes |= {"warning": {"kind": "warning", "levels": ["II", "I"]}}
    criteria = [
        criterion("3.1", "warning=II", "cut"),
        {"clause": "4.1", "of": "event=any", "same_as": "warning"},
        criterion("4.2", "response=II", "event=II"),
    ]
    names = flag("cut", "道路阻断"), flag("full", "库存正常")
    [one] = found("start-and-end-both-hold", ended("", "full", *names, schemes=schemes, criteria=criteria))
    assert one.clauses == ("tiny:3.1", "tiny:4.2", "tiny:4.6")


def test_a_milder_level_holds_by_itself_somewhere() -> None:
    """A level whose every case is one of a graver level too is found with it; told by the bounds it is told once."""
    [one] = found("level-never-alone", levelled("cold and wet", "cold"))
    assert (one.subject, one.evidence["graver"]) == ("warning=IV", ["warning=III"])
    assert not found("level-never-alone", levelled("cold", "cold and wet"))
    swapped = levelled(*stock(8, 10))
    assert found("bounds-out-of-order", swapped)
    assert not found("level-never-alone", swapped)


def test_a_condition_can_hold() -> None:
    """A condition that contradicts itself is found, whatever it is for; a count too high is told as that."""
    plan = tiny(measures=[measure("4.1", condition="stock < 3 days-of-demand and stock > 5 days-of-demand")])
    [one] = found("condition-never-holds", plan)
    assert one.clauses == ("tiny:4.1",)
    assert not found("condition-never-holds", tiny(measures=[measure("4.1", condition="cold and not wet")]))
    defined = [flag("cold", "寒", holds_when="degrees < 0")]
    assert found(
        "condition-never-holds", tiny(measures=[measure("4.1", condition="cold and degrees > 5")], indicators=defined)
    )
    states = tiny(measures=[measure("4.1", condition="warning=I and warning=II")])
    assert found("condition-never-holds", states)
    counted = levelled("count(dark, villages) >= 5 and cold")
    assert not found("condition-never-holds", counted, jurisdiction=ISLES)
    assert found("count-out-of-reach", counted, jurisdiction=ISLES)


_atoms = st.builds("{} {} {} %".format, st.just("price"), st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 6))
_one_variable = st.lists(st.lists(_atoms, min_size=1, max_size=2).map(" and ".join), min_size=1, max_size=2).map(
    " or ".join
)


@given(_one_variable, _one_variable)
@settings(max_examples=60, deadline=None)
def test_the_solver_and_the_number_line_agree(one: str, other: str) -> None:
    """Over one variable the solver finds a case of both conditions exactly where some number meets both."""
    trees = [Guard.parse(text).tree for text in (one, other)]
    numbers = [n / 2 / 100 for n in range(-2, 16)]
    meeting = [n for n in numbers if all(held_at(tree, n) for tree in trees)]
    facts = smallest(Case(tiny(), PLACE), trees)
    assert (facts is not None) == bool(meeting)
    if facts is not None:
        assert all(held_at(tree, facts.numbers["price"]) for tree in trees)


_parts = st.sampled_from(
    ["cold", "wet", "not cold", "price > 3 %", "price < 5 %", "any(dark, villages)", "count(dark, villages) < 2",
     "all(dark and cold-there, villages)", "warning=I", "warning!=any", "wet for 3 d"]
)  # fmt: skip
_several = st.lists(_parts, min_size=1, max_size=4, unique=True).map(" and ".join)


@given(_several, _several)
@settings(max_examples=60, deadline=None)
def test_a_case_that_is_found_is_one(holds: str, fails: str) -> None:
    """What the solver gives makes the one condition hold and the other fail when read by the guards themselves."""
    case = Case(tiny(), ISLES)
    trees = [Guard.parse(text).tree for text in (holds, fails)]
    facts = smallest(case, trees[:1], trees[1:])
    assume(facts is not None)
    assert facts is not None
    assert _so(trees[0], facts)
    assert not _so(trees[1], facts)


def _so(tree: Node, facts: Facts, place: str = "") -> bool:
    """Whether a condition holds in a case, by the guards' own evaluation."""

    def leaf(node: Node) -> bool:
        match node:
            case Compare(indicator, op, amount):
                return compare(facts.numbers[indicator], op, amount.base)
            case Flag(indicator):
                there = facts.flags.get(indicator, ())
                return place in there if place else indicator in facts.flags
            case InState(scheme, value, negated):
                now = {v.scheme: v.value for v in facts.state}.get(scheme, "off")
                return (now == value or (value == "any" and now != "off")) != negated
            case Quantified(kind, inner, places, op, number):
                among = ISLES.sets[Id(places)].places
                count = sum(_so(inner, facts, str(p)) for p in among)
                wanted = {"any": count > 0, "all": count == len(among), "none": not count}
                return wanted[kind] if kind in wanted else compare(count, op, number)
            case For():
                return any(key.startswith("wet for") for key in facts.lasting)
        raise AssertionError(node)

    return evaluate(tree, leaf)


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=4, unique=True))
@settings(max_examples=15, deadline=None)
def test_the_smallest_case_has_nothing_to_spare(flags: list[str]) -> None:
    """Of a choice the solver takes one; of what is all needed it takes all and nothing else."""
    case = Case(tiny(), PLACE)
    both = smallest(case, [All(tuple(Flag(f) for f in flags))])
    assert both is not None
    assert sorted(both.flags) == sorted(flags)
    one = smallest(case, [Guard.parse(" or ".join(flags)).tree])
    assert one is not None
    assert len(one.flags) == 1


# ---------------------------------------------------------------------------------- the shipped plans


@pytest.fixture(scope="module")
def four() -> Review:
    """The four shipped plans under the rules of this class."""
    plans = [load_plan(p) for p in ("fuel", "daily-necessities", "forest-pests", "grain")]
    return check_plans(plans, [load_jurisdiction("yunxi")], classes=["threshold"])


def test_every_fact_on_the_shipped_plans_was_read(four: Review) -> None:
    """The facts on the shipped plans are those a person has held against the text; a new one is read, then listed."""
    read = {
        ("levels-overlap", "fuel:warning"),
        ("levels-overlap-together", "daily-necessities:event"),
        ("grounds-not-joined", "fuel:warning"),
        ("grounds-not-joined", "forest-pests:warning"),
        ("two-standards-for-one-level", "forest-pests:response"),
        ("quantity-not-measured", "fuel:stock_days"),
        ("quantity-not-measured", "fuel:supply_ratio resource_ratio"),
        ("figure-without-range", "forest-pests:mortality-in-band"),
        ("extent-not-bounded", "daily-necessities:extent"),
        ("reported-too-seldom", "fuel:warning stock_days"),
    }
    assert {(f.rule, f"{f.plans[0]}:{f.subject}") for f in four.findings if f.kind == "fact"} == read


def test_witnesses_are_facts_the_command_takes(four: Review) -> None:
    """What a witness says can be asked of `emergency show --at`, and both its levels' clauses answer for it."""
    asked = [(f, o) for f in four.findings for o in f.evidence.get("overlaps", ()) if "at" in o]
    assert asked
    for finding, overlap in asked:
        shown = CliRunner().invoke(app, ["show", finding.plans[0], "--at", overlap["at"], "--lang", "en"])
        assert shown.exit_code == 0, shown.output
        graver = overlap["levels"][-1].split("=")[1]
        assert f"Level {graver} warning" in " ".join(shown.output.split())


def test_a_plan_without_faults_has_none() -> None:
    """The toy plan, written to be faultless, gives no finding of this class."""
    plan, place = load_plan(ISLAND / "island.yaml"), load_jurisdiction(ISLAND / "jurisdiction.yaml")
    assert not check_plans([plan], [place], classes=["threshold"]).findings
    assert {line.variable for line in lines(Case(plan, place))} == {"visibility", "cover", "price_rise"}
