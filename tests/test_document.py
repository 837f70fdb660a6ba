"""Cutting a plan's plain text into clauses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emergency.review.document import DocumentText, read_document, spoken_number

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "sources"
SOURCES = Path(os.environ.get("EMERGENCY_SOURCES") or BESIDE)
needs_texts = pytest.mark.skipif(not SOURCES.is_dir(), reason="plan texts not available")

SAMPLE = """\
甲县政办发〔2020〕3号
关于印发《甲县饮水预案》的通知
各乡镇，县直各单位：
2020年1月2日
甲县饮水应急预案
1. 总则
1.1 目的 ........ 2
2. 职责
2.1 机构
1. 总则
1.1 目的
为保障饮水，编写本预案。
2 职责
2.1 机构
县水务局管水源。
县卫健局管水质。
2.2 分级。按停水范围分级。
具体包括：(1) 一处停水；（2）多处停水。
2.3 措施如下：
- (1) 送水。派车送水，分为：①早送；②晚送。
- (2) 限水。
2.10 县城管局清淤。
3.5 万人以上停水时加倍。
３．附则
附件 1
启动审批表
单位
"""


def source(plan: str) -> DocumentText:
    """A printed text, cut."""
    return read_document((SOURCES / f"{plan}.txt").read_text(encoding="utf-8"))


def numbers(text: DocumentText, page: str = "body") -> list[str]:
    """The clause numbers of a page, in order."""
    return [str(s.no) for s in text.segments if s.page == page]


def test_sample_is_cut_as_the_grammar_says() -> None:
    """Contents, chapters, numbers as printed, paragraphs, items and an annex are told apart."""
    found = read_document(SAMPLE)
    assert numbers(found, "contents") == ["1", "1.1", "2", "2.1"]
    assert numbers(found) == [
        *("1", "1.1", "2", "2.1", "2.1#1", "2.1#2", "2.2", "2.2(1)", "2.2(2)"),
        *("2.3", "2.3(1)", "2.3(1)(1)", "2.3(1)(2)", "2.3(2)", "2.10", "3", "annex-1"),
    ]


def test_front_matter_is_kept_apart() -> None:
    """Number, date, addressees and title come before the first clause and belong to none."""
    front = read_document(SAMPLE).front
    assert front.title == "甲县饮水应急预案"
    assert (front.number, front.date) == ("甲县政办发〔2020〕3号", "2020年1月2日")
    assert front.addressees == ("各乡镇", "县直各单位")


def test_headings_are_told_from_sentences() -> None:
    """A title stands alone on its line; opening words before a full stop run in; a sentence is no heading."""
    found = read_document(SAMPLE)
    title, run_in, item = found.clause("2.1"), found.clause("2.2"), found.clause("2.3(1)")
    assert (title.heading, title.run_in, title.text) == ("机构", False, "")
    assert (run_in.heading, run_in.run_in, run_in.text) == ("分级", True, "按停水范围分级。\n具体包括：")
    assert (item.heading, item.text) == ("送水", "派车送水，分为：")
    assert found.clause("2.10").heading is None
    assert found.page("contents")[1].heading == "目的"


def test_an_order_is_no_heading() -> None:
    """A short first sentence that orders something stays in the text, where it counts as an order."""
    clause = read_document("1. 甲\n1.1 县长须签字。其余从简。").clause("1.1")
    assert (clause.heading, clause.text) == (None, "县长须签字。其余从简。")


def test_number_that_begins_a_sentence_is_no_clause() -> None:
    """``3.5 万人`` is a quantity, and belongs to the clause before it."""
    assert "3.5 万人以上" in read_document(SAMPLE).clause("2.10").text


def test_one_paragraph_belongs_to_its_clause() -> None:
    """A single unnumbered paragraph has no number of its own."""
    found = read_document(SAMPLE).clause("1.1")
    assert (found.text, found.line, found.last) == ("为保障饮水，编写本预案。", 11, 12)


def test_paragraphs_after_a_numbered_one() -> None:
    """Words on the line of the number are the clause itself; the unnumbered ones after it count from 1."""
    found = read_document("1. 甲\n1.1 县局报告。\n市局报告。\n省局报告。")
    assert numbers(found) == ["1", "1.1", "1.1#1", "1.1#2"]
    assert found.clause("1.1").text == "县局报告。"


@pytest.mark.parametrize("items", ["一要清沟。\n二要送水。", "①清；\n②送。", "（一）清；\n（二）送。"])
def test_every_mark_is_written_as_a_bracketed_number(items: str) -> None:
    """Circled digits, bracketed numerals and 一要 are items (1), (2)."""
    assert numbers(read_document(f"一、总则\n1.1 措施：\n{items}")) == ["1", "1.1", "1.1(1)", "1.1(2)"]


def test_text_without_clauses_is_all_front_matter() -> None:
    """A text that is no plan gives no clauses rather than an error."""
    found = read_document("一封信\n没有条款。")
    assert found.segments == ()
    assert found.front.lines == ("一封信", "没有条款。")


def test_spoken_numbers() -> None:
    """Numerals up to thousands, with 两."""
    given = {"十": 10, "十二": 12, "二十": 20, "两百零五": 205, "三千": 3000}
    assert {text: spoken_number(text) for text in given} == given


FUEL_CONTENTS = """
1 1.1 1.2 1.3 1.4 2 2.1 2.2 3 3.1 3.2 3.3 3.4 4 4.1 4.2 4.3 4.4 4.5 4.6 5 5.1 5.2 6 6.1 6.2 6.3 6.4 6.5
7 7.1 7.2 7.3 8 8.1 8.2 8.3 8.4
"""
FUEL_BODY = """
1 1.1 1.2 1.3 1.4 1.4.1 1.4.2 1.4.3
2 2.1 2.1.1 2.1.2 2.2 2.2.1 2.2.2 2.2.3 2.2.3#1 2.2.3#2 2.2.3#3 2.2.3#4 2.2.3#5 2.2.3#6
3 3.1 3.2 3.3 3.3.1 3.3.1(1) 3.3.1(2) 3.3.2 3.3.2(1) 3.3.2(2) 3.3.3 3.3.3(1) 3.3.3(2) 3.3.4 3.3.4(1) 3.3.4(2)
3.4
4 4.1 4.2 4.2.1 4.2.1(1) 4.2.1(2) 4.2.1(3) 4.2.2 4.2.2(1) 4.2.2(2) 4.2.2(3) 4.2.3 4.2.3(1) 4.2.3(2) 4.2.3(3)
4.2.4 4.2.4(1) 4.2.4(2) 4.2.4(3) 4.3 4.4 4.5 4.6
5 5.1 5.2 6 6.1 6.2 6.3 6.4 6.5 7 7.1 7.2 7.3 8 8.1 8.2 8.3 8.4
"""


@needs_texts
def test_fuel_exactly() -> None:
    """Every clause number of the fuel plan, in the order of the print, and no other."""
    found = source("fuel")
    assert numbers(found, "contents") == FUEL_CONTENTS.split()
    assert numbers(found) == FUEL_BODY.split()
    assert found.clause("4.2.1").heading == "IV 级"


@needs_texts
def test_forest_pests_as_printed() -> None:
    """Chapters in Chinese numerals, no contents page, 2.3.10 after 2.2.9, items in 一要, three annexes."""
    found = source("forest-pests")
    body = numbers(found)
    assert (len(numbers(found, "contents")), len(body)) == (0, 90)
    at = body.index("2.2.9")
    assert body[at : at + 7] == ["2.2.9", "2.3.10", "2.3.11", "2.3.12", "2.3.13", "2.3.14", "2.4"]
    assert body[-6:] == ["8(1)", "8(2)", "8(3)", "annex-1", "annex-2", "annex-3"]
    assert [n for n in body if n.startswith("4.2.4(")] == [f"4.2.4({i})" for i in (1, 2, 3, 4)]
    assert [n for n in body if "#" in n] == [f"{c}#{i}" for c in ("2.1", "3.4.1", "6.4") for i in (1, 2)]
    assert found.front.number == "岳云政办发〔2023〕7号"
    assert len(found.front.addressees) == 3


@needs_texts
def test_daily_necessities_as_printed() -> None:
    """Items and 9.1 behind a list dash, paragraphs after a numbered one, annexes with their titles."""
    found = source("daily-necessities")
    body = numbers(found)
    assert (len(numbers(found, "contents")), len(body)) == (40, 98)
    assert [n for n in body if n.startswith("4.1.1")] == ["4.1.1", "4.1.1(1)", "4.1.1(2)"]
    assert [n for n in body if n.startswith("4.4.2(")] == [f"4.4.2({i})" for i in range(1, 7)]
    assert [n for n in body if n.startswith("3.3.2")] == ["3.3.2", "3.3.2#1", "3.3.2#2"]
    assert [n for n in body if n.startswith("2.2.3#")] == [f"2.2.3#{i}" for i in range(1, 9)]
    assert body[-7:] == ["9", "9.1", "9.2", "9.3", "annex-1", "annex-2", "annex-3"]
    assert (found.clause("annex-1").heading or "").endswith("启动审批表")


@needs_texts
def test_grain_as_printed() -> None:
    """Circled digits are items, a chapter has words of its own, titles differ between contents and body."""
    found = source("grain")
    body = numbers(found)
    assert (len(numbers(found, "contents")), len(body)) == (37, 85)
    assert [n for n in body if n.startswith("4.4.1")] == ["4.4.1", *(f"4.4.1({i})" for i in (1, 2, 3, 4))]
    assert found.clause("2").text
    assert [s.heading for s in found.segments if s.no == "6.4"] == ["应急设施建设维护", "应急设施建设和维护"]
    assert [s.heading for s in found.segments if s.no == "8.2"] == ["预案解释部门", None]
    assert found.clause("9.3").heading == "粮食应急供应网点"


@needs_texts
@pytest.mark.parametrize("plan", ["fuel", "forest-pests", "daily-necessities", "grain"])
def test_no_line_is_lost(plan: str) -> None:
    """Every printed line stands in the front matter or in a clause, and no page has a number twice."""
    found = source(plan)
    lines = (SOURCES / f"{plan}.txt").read_text(encoding="utf-8").splitlines()
    covered = {n for s in found.segments for n in range(s.line, s.last + 1)}
    assert [i for i, line in enumerate(lines, 1) if line.strip() and i not in covered] == list(
        range(1, len(found.front.lines) + 1)
    )
    keys = [(s.page, s.no) for s in found.segments]
    assert len(keys) == len(set(keys))
