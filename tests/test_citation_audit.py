"""The citation audit: each plan file against its print, and proof that the audit can fail.

The printed texts are not part of the repository: they are read from ``EMERGENCY_SOURCES``, else from
``../shared/sources`` beside it. The unit tests use an invented plan.
"""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emergency.plan import Plan
from emergency.quantity import UNITS
from emergency.review.citation import Audit, audit, stated_figures
from emergency.review.document import read_document
from emergency.review.printed import printed_figures, printed_orders

ROOT = Path(__file__).resolve().parents[1]
SOURCES = Path(os.environ.get("EMERGENCY_SOURCES") or ROOT.parent / "shared" / "sources")
PLANS = sorted(p for p in (ROOT / "plans" / "yunxi").glob("*.yaml") if p.stem != "jurisdiction")
needs_texts = pytest.mark.skipif(not SOURCES.is_dir(), reason="plan texts not available")
each_plan = pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)

TEXT = """\
甲县饮水应急预案
1. 总则
2. 运行
1. 总则
1.1 依据
《甲县2019年饮水办法》（甲政办〔2019〕12号）。
2. 运行
2.1 机构
县水务局要每月报告水量，实行 24 小时值班。
县卫健局送水，不得收费。
2.2 分级。停水分为两级。
2.2.1 乙级（Ⅱ级）：存水低于 10 天的用量，旱情连续三个月。
2.2.2 甲级（I 级）
存水不足 50%，受旱 2 万亩以上。
具体包括：(1) 保留1-2个水站；(2) 其他情形。
2.3 督导
县水务局必须公开、公正。
"""


def words(text: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"zh": text, "en": text}


def entry(no: str, heading: str | None = None, status: str = "heading", **more: Any) -> dict[str, Any]:
    """A clause entry."""
    said = {} if status == "heading" else {"zh": "略", "en": "…"}
    return {"no": no, "heading": heading, "status": status, **said, **more}


def sample() -> dict[str, Any]:
    """A plan file that agrees with TEXT in everything."""
    duty = {"actors": ["water"], "verb": "act", "object": words("略")}
    return {
        "schema": "1",
        "plan": "water",
        "title": words("甲县饮水应急预案"),
        "document": {"number": "unstated", "date": "unstated", "issuer": "unstated"},
        "jurisdiction": "somewhere",
        "clauses": [
            entry("1", "总则", page="contents"),
            entry("2", "运行", page="contents"),
            entry("1", "总则"),
            entry("1.1", "依据", "informative"),
            entry("2", "运行"),
            entry("2.1", "机构"),
            entry("2.1#1", None, "executable", figures=["24小时"]),
            entry("2.1#2", None, "executable"),
            entry("2.2", "分级", "informative", figures=["两级"]),
            entry("2.2.1", "乙级(II级)", "executable"),
            entry("2.2.2", "甲级 （Ⅰ级）", "executable"),
            entry("2.2.2(1)", None, "executable"),
            entry("2.2.2(2)", None, "not-encoded", why=words("略")),
            entry("2.3", "督导", "judgement", why=words("略")),
        ],
        "schemes": {"response": {"kind": "response", "levels": ["II", "I"]}},
        "actors": {"water": {"is": "agency", **words("县水务局")}},
        "duties": [{"clause": "2.1#2", **duty, "modality": "must-not"}],
        "indicators": [{"clause": "2.1#1", "variable": "water", "every": "1 month"}],
        "criteria": [
            {
                "clause": "2.2.1",
                "of": "response=II",
                "when": "stock < 10 days-of-demand and dry for 3 months",
            },
            {"clause": "2.2.2", "of": "response=I", "when": "stock < 50 % and dry_area > 20000 mu"},
        ],
        "resources": [
            {
                "clause": "2.2.2(1)",
                "id": "taps",
                "kind": "tap",
                "name": words("水站"),
                "amount": "1..2 stations",
            }
        ],
        "readings": [
            {
                "id": "which",
                "clauses": ["2.2.1", "2.2.2"],
                "question": words("?"),
                "settles": {"precedence": "several"},
                "choices": ["gravest"],
                "taken": "gravest",
                "because": words("略"),
            }
        ],
    }


def run(change: Callable[[dict[str, Any]], object] | None = None, text: str = TEXT) -> Audit:
    """Audit the sample after a change."""
    data = copy.deepcopy(sample())
    if change:
        change(data)
    return audit(Plan.model_validate(data), text)


def found(result: Audit) -> set[tuple[str, ...]]:
    """The findings as (what, clause, the fact that tells them apart)."""
    return {
        *(("missing", f.clause, f.why) for f in result.missing_clauses),
        *(("figure", f.clause, f.direction, f.figure) for f in result.misplaced_figures),
        *(("order", f.clause) for f in result.unanswered_orders),
        *(("heading", f.clause, f.page) for f in result.heading_differences),
        *(("status", f.clause, f.why) for f in result.status_conflicts),
    }


# ------------------------------------------------------------------------------------ the real plans


def load(path: Path) -> tuple[Plan, str]:
    """A shipped plan and its print."""
    from emergency.reader import load_plan

    return load_plan(path), (SOURCES / f"{path.stem}.txt").read_text(encoding="utf-8")


@needs_texts
@each_plan
def test_plan_agrees_with_its_print(path: Path) -> None:
    """A shipped plan cites what is printed and answers what is printed: nothing is found either way."""
    result = audit(*load(path))
    assert result.ok, "\n".join(result.lines("en"))


@needs_texts
@each_plan
def test_a_clause_taken_out_of_a_plan_is_missed(path: Path) -> None:
    """Whichever clause entries are dropped, the audit names just those clauses."""
    plan, text = load(path)
    for third in range(3):
        gone = {(e.no, e.page) for e in plan.clauses[third::3]}
        kept = tuple(e for e in plan.clauses if (e.no, e.page) not in gone)
        result = audit(plan.model_copy(update={"clauses": kept}), text)
        assert {(f.clause.clause, f.page) for f in result.missing_clauses} == gone


@needs_texts
@each_plan
def test_an_order_without_its_statements_is_missed(path: Path) -> None:
    """Whichever ordering clause loses its statements, the audit names it, unless it is a judgement."""
    plan, text = load(path)
    for segment in read_document(text).page("body"):
        if segment.no.chapter == "1" or segment.no.startswith("annex-") or not printed_orders(segment.text):
            continue
        if plan.clause(segment.no).status == "judgement":
            continue
        kept: dict[str, list[Any]] = {}
        for section, _, statement in plan.statements():
            kept.setdefault(section, [])
            if not statement.clause.within(segment.no):
                kept[section].append(statement)
        less = plan.model_copy(update={section: tuple(rest) for section, rest in kept.items()})
        assert segment.no in {f.clause.clause for f in audit(less, text).unanswered_orders}


@needs_texts
@each_plan
def test_a_figure_changed_in_the_print_is_missed(path: Path) -> None:
    """Whichever printed figure is another one, the audit names its clause."""
    plan, text = load(path)
    lines = text.splitlines()
    for segment in read_document(text).page("body"):
        for figure in printed_figures(segment.printed):
            if figure.article or not re.match(r"\d", figure.printed):
                continue
            spaced = r"\s*".join(map(re.escape, figure.printed))
            changed = lines.copy()
            for i in range(segment.line - 1, segment.last):
                changed[i] = re.sub(rf"(?<!\d){spaced}", f"97{figure.printed[-1]}", lines[i])
            wrong = audit(plan, "\n".join(changed)).misplaced_figures
            assert segment.no in {f.clause.clause for f in wrong}, figure


# ------------------------------------------------------------------------------ the audit can fail


def test_sample_agrees() -> None:
    """A file that answers its text in everything gives no finding, only shares that add up."""
    result = run()
    assert found(result) == set()
    assert result.ok
    assert {c.status: c.clauses for c in result.coverage} == {
        "executable": 5,
        "judgement": 1,
        "informative": 2,
        "not-encoded": 1,
    }
    assert sum(c.percent for c in result.coverage) == pytest.approx(100)


def _set(section: str, i: int, **values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda data: data[section][i].update(values)


def _drop(section: str, i: int) -> Callable[[dict[str, Any]], object]:
    return lambda data: data[section].pop(i)


MUTATIONS: dict[str, tuple[Callable[[dict[str, Any]], object], set[tuple[str, ...]]]] = {
    "a bound is changed": (
        _set("criteria", 0, when="stock < 11 days-of-demand and dry for 3 months"),
        {
            ("figure", "water:2.2.1", "stated", "11 days-of-demand"),
            ("figure", "water:2.2.1", "printed", "10天"),
        },
    ),
    "a sustained time is changed": (
        _set("criteria", 0, when="stock < 10 days-of-demand and dry for 3 weeks"),
        {
            ("figure", "water:2.2.1", "stated", "3 weeks"),
            ("figure", "water:2.2.1", "printed", "三个月"),
        },
    ),
    "a range is cut to one end": (
        _set("resources", 0, amount="2 stations"),
        {("figure", "water:2.2.2(1)", "printed", "1-2个")},
    ),
    "a cadence is changed": (
        _set("indicators", 0, every="1 week"),
        {("figure", "water:2.1#1", "stated", "1 week"), ("figure", "water:2.1#1", "printed", "每月")},
    ),
    "a figure is invented": (
        _set("duties", 0, within={"bound": "2 h"}),
        {("figure", "water:2.1#2", "stated", "2 h")},
    ),
    "a figure stands with the clause around it": (
        _set("resources", 0, clause="2.2.2"),
        {
            ("figure", "water:2.2.2", "stated", "1..2 stations"),
            ("figure", "water:2.2.2(1)", "printed", "1-2个"),
            ("status", "water:2.2.2(1)", "no-statement"),
        },
    ),
    "a named figure is forgotten": (
        _set("clauses", 6, figures=[]),
        {("figure", "water:2.1#1", "printed", "24小时")},
    ),
    "a named figure is not printed": (
        _set("clauses", 8, figures=["两级", "三种"]),
        {("figure", "water:2.2", "named", "三种")},
    ),
    "a clause is cited that does not exist": (
        _set("duties", 0, clause="2.9"),
        {
            ("missing", "water:2.9", "not-in-text"),
            ("order", "water:2.1#2"),
            ("status", "water:2.1#2", "no-statement"),
        },
    ),
    "a reading cites a clause that does not exist": (
        _set("readings", 0, clauses=["2.2.1", "7.7"]),
        {("missing", "water:7.7", "not-in-text")},
    ),
    "an entry is invented": (
        lambda data: data["clauses"].append(entry("annex-1", "表")),
        {("missing", "water:annex-1", "not-in-text")},
    ),
    "an entry is dropped": (_drop("clauses", 3), {("missing", "water:1.1", "not-in-plan")}),
    "an entry of the contents page is dropped": (
        _drop("clauses", 1),
        {("missing", "water:2", "not-in-plan")},
    ),
    "a heading is changed": (_set("clauses", 13, heading="监督"), {("heading", "water:2.3", "body")}),
    "a heading of the contents page is changed": (
        _set("clauses", 0, heading="总纲"),
        {("heading", "water:1", "contents")},
    ),
    "a running heading is changed": (
        _set("clauses", 9, heading="乙级"),
        {("heading", "water:2.2.1", "body")},
    ),
    "a heading is invented": (_set("clauses", 7, heading="送水"), {("heading", "water:2.1#2", "body")}),
    "a title is left out": (_set("clauses", 13, heading=None), {("heading", "water:2.3", "body")}),
    "all statements of a clause are removed": (
        _drop("duties", 0),
        {("order", "water:2.1#2"), ("status", "water:2.1#2", "no-statement")},
    ),
    "an order is passed off as information": (
        _set("clauses", 13, status="informative"),
        {("order", "water:2.3")},
    ),
    "a text is passed off as a heading": (
        _set("clauses", 3, status="heading"),
        {("status", "water:1.1", "has-text")},
    ),
    "a statement stands on a clause called informative": (
        _set("clauses", 7, status="informative"),
        {("status", "water:2.1#2", "statements")},
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_is_wrong_in_the_file_is_found(name: str) -> None:
    """Each fault gives exactly its own findings, naming the clause, and a sentence in both languages."""
    change, expected = MUTATIONS[name]
    result = run(change)
    assert found(result) == expected
    assert not result.ok
    for lang in ("zh", "en"):
        said = result.lines(lang)[: -len(result.coverage)]
        assert len(said) == len(expected)
        assert all(any(clause in line for line in said) for _, clause, *_ in expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("不足 50%", "不足 50%，余 300吨", {("figure", "water:2.2.2", "printed", "300吨")}),
        ("其他情形", "其他5种情形", {("figure", "water:2.2.2(2)", "printed", "5种")}),
        ("办法》（", "办法》，共三章四种情形（", {("figure", "water:1.1", "printed", "四种")}),
        (
            "2.3 督导",
            "2.4 督导",
            {
                ("missing", "water:2.3", "not-in-text"),
                ("missing", "water:2.4", "not-in-plan"),
                ("order", "water:2.4"),
            },
        ),
        ("(2) 其他情形", "(2) 其他情形应报县局", {("order", "water:2.2.2(2)")}),
    ],
)
def test_what_the_print_has_more_is_found(old: str, new: str, expected: set[tuple[str, ...]]) -> None:
    """A figure, a clause or an order that only the print has is found at its clause."""
    assert old in TEXT
    assert found(run(text=TEXT.replace(old, new))) == expected


def test_items_answer_for_the_clause_that_introduces_them() -> None:
    """An order above its items is answered by statements on the items."""
    text = TEXT.replace("存水不足 50%，受旱 2 万亩以上。\n具体包括", "应做到")
    assert text != TEXT
    assert found(run(_drop("criteria", 1), text)) == set()


# -------------------------------------------------------------------------------- figures and orders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1小时、24 小时、30分钟", [(1, "hour"), (24, "hour"), (0.5, "hour")]),
        ("10 天，５日内，7 个工作日", [(10, "day"), (5, "day"), (7, "workday")]),
        ("三个月、9月内、半年、一个季度", [(3, "month"), (9, "month"), (6, "month"), (3, "month")]),
        ("两年，一周", [(2, "year"), (1, "week")]),
        ("每月、每日、每天、每年、每周", [(1, "month"), (1, "day"), (1, "day"), (1, "year"), (1, "week")]),
        ("每3个月一次", [(3, "month"), (1, "count")]),
        ("1%或5%以下", [(0.01, "number"), (0.05, "number")]),
        ("10万亩、3万公顷、5,428吨、2万元", [(1e5, "area"), (4.5e5, "area"), (5428, "mass"), (2e4, "money")]),
        ("四级、四种、十二个、六家", [(4, "count"), (4, "count"), (12, "count"), (6, "count")]),
        ("设3处", [(3, "count")]),
        ("共 6。", [(6, "count")]),
    ],
)  # fmt: skip
def test_figures_as_printed(text: str, expected: list[tuple[float, str]]) -> None:
    """Arabic numbers and Chinese numerals with a unit are figures, in base units."""
    assert [(round(f.low, 9), f.kind) for f in printed_figures(text)] == expected


def test_a_range_keeps_its_ends() -> None:
    """``1-2个`` is one figure with two ends."""
    (printed,) = printed_figures("保留1-2个点")
    assert (printed.low, printed.high, printed.printed) == (1, 2, "1-2个")


@pytest.mark.parametrize(
    "text",
    [
        *("第一时间", "一般", "统一", "一定", "一些", "十分", "一旦", "进一步", "之一", "单一", "一致"),
        *("万无一失", "逐一", "同一个"),
        *("IV 级", "Ⅱ级", "（I级）", "《某法（2018年修订）》", "〔2006〕16号文件", "（甲办发〔2021〕60号）"),
        *("2023年5月22日", "从2007年起", "20世纪90年代", "6月1日", "按（1）办理"),
        *("见4.2.1", "第3条", "24365"),
        *("①甲②乙", "各级各部门", "千家万户", "三方", "周边一带", "0730-8412345"),
    ],
)
def test_no_figures(text: str) -> None:
    """Ordinary words, level labels, numbers of clauses and documents, dates and titles are no figures."""
    assert printed_figures(text) == []


def test_an_article_asks_for_nothing() -> None:
    """``一支队伍`` is "a team": it may carry a figure but needs no statement."""
    assert [f.article for f in printed_figures("建一支队伍，设两支")] == [True, False]


def test_every_unit_of_an_amount_can_be_printed() -> None:
    """No unit is beyond the figures a text can print, but for flags and rates of change, which no plan states."""
    kinds = {f.kind for f in printed_figures("1% 2天 3吨 3吨/日 4亩 5公里 6元 7元/公斤 8个")}
    for unit, (dimension, _) in UNITS.items():
        if dimension in ("flag", "days of demand per day", "rate", "rate per area"):
            continue
        plan = sample()
        plan["resources"][0]["amount"] = f"1 {unit}".strip()
        stated = [f.kind for f in stated_figures(Plan.model_validate(plan).resources[0])]
        assert stated
        assert set(stated) <= kinds, unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("县局要核实，应公开", ["要", "应"]),
        ("必须上报，不得瞒报", ["必须", "报", "不得", "报"]),
        ("乡镇负责送水，须登记", ["负责", "须"]),
        ("县局接到报告后应立即汇报", ["应", "报"]),
        ("需要时由主要负责人按重要程度供应，相应反应、响应", []),
        ("应急预案、应对工作、新闻报道、预报、简报、必要时、无须", []),
    ],
)
def test_orders_as_printed(text: str, expected: list[str]) -> None:
    """要, 应, 须, 必须, 负责, 报 and 不得 order something; the nouns made with them do not."""
    assert printed_orders(text) == expected
