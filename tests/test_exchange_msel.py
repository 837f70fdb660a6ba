"""Event lists: a scenario written as one is the same when read back, and one made by hand says what it says."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from emergency.cli import app
from emergency.errors import InputError, Problem
from emergency.exchange import msel_sheet
from emergency.exchange.msel import msel
from emergency.exchange.msel_author import Draft, scenario_of
from emergency.exchange.msel_fields import NOTED, join_note, notation, split_note
from emergency.exchange.msel_reading import EventsList, read_list
from emergency.exchange.msel_scenario import write_scenario
from emergency.exchange.msel_sheet import read_sheets
from emergency.exchange.msel_times import as_elapsed, elapsed_hours, moment_of
from emergency.exchange.msel_wanted import Wanted
from emergency.reader import Inputs, known, load_inputs
from emergency.reader.nodes import data
from emergency.reader.yaml import compose
from emergency.words.exchange import ABOUT, CAP, COLUMNS, MSEL, field_named, told
from emergency.words.problems import PROBLEMS, tell

FOG = Path(__file__).parent / "fixtures" / "island" / "fog.yaml"
OUTAGE = "fuel-pipeline-outage"
START = "2026-07-01T08:00"
HEADINGS = (
    "序号", "计划时间", "事件", "内容", "发出方", "接收方", "方式", "责任导调员", "预期行动", "依据条款", "备注",
)  # fmt: skip
HAND = (1, datetime(2026, 7, 1, 9), "=1+1", "+2\n@x", "-a", "x", "来源：y", "", "备注：z\n  w", "", "方式：信\n\n=")


@cache
def island() -> Inputs:
    """A small scenario to base lists on."""
    return load_inputs(FOG)


@pytest.fixture(scope="module")
def isle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the island's scenarios are found."""
    return Path(shutil.copytree(FOG.parent, tmp_path_factory.mktemp("isle") / "island"))


def book(rows: Sequence[Sequence[Any]], path: Path, title: str = "清单") -> Path:
    """A workbook somebody made by hand."""
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(list(row))
    made.save(path)
    return path


def taken_in(path: Path, base: Inputs | None = None, **asked: Any) -> tuple[EventsList, Draft]:
    """A list read, not yet written."""
    columns, sheet = asked.pop("columns", ()), asked.pop("sheet", None)
    made = read_list(path, columns, sheet)
    return made, scenario_of(made, base or island(), Wanted(asked.pop("id", "again"), **asked))


def read_in(path: Path, base: Inputs | None = None, **asked: Any) -> Inputs:
    """A list as a scenario; the file stands beside what it is based on, under another name."""
    made, draft = taken_in(path, base, **asked)
    return write_scenario(draft, made, path.with_suffix(".yaml"))


def problems_of(path: Path, **asked: Any) -> list[Problem]:
    """What is wrong with a list."""
    with pytest.raises(InputError) as found:
        read_in(path, load_inputs(OUTAGE), **asked)
    assert not path.with_suffix(".yaml").exists()
    assert [p.name for p in path.parent.glob(".*")] == []
    for problem in found.value.problems:
        for lang in ("zh", "en"):
            assert "…}" not in tell(problem, lang)
    return list(found.value.problems)


def placed(problems: Sequence[Problem]) -> list[tuple[str, int, int]]:
    """Each problem with its row and column."""
    return [(p.code, p.where.line, p.where.column) for p in problems if p.where]


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    """Every value of a workbook by sheet."""
    found = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[c.value for c in row] for row in sheet] for sheet in found}


# ----------------------------------------------------------------------------------------- both ways


@pytest.mark.parametrize(
    ("name", "lang"),
    [*((one.id, "zh") for one in known("scenario")), ("fuel-quiet", "en"), ("necessities-local-rumour", "en")],
)
def test_a_scenario_is_the_same_when_read_back(name: str, lang: str, tmp_path: Path) -> None:
    """A scenario written as a list and read back has the injects, objectives, start and words it had."""
    inputs = load_inputs(name)
    path = tmp_path / "list.xlsx"
    path.write_bytes(msel(inputs, lang))
    if not inputs.scenario.injects:
        assert [p.code for p in problems_of(path)] == ["msel-empty"]
        return
    again = read_in(path, inputs).scenario
    before = inputs.scenario
    assert {i.id: i for i in again.injects} == {i.id: i for i in before.injects}
    assert again.objectives == before.objectives
    for field in ("title", "story", "start", "horizon", "seed", "plans", "world", "measures", "behaviour"):
        assert getattr(again, field) == getattr(before, field)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_is_the_same_when_written_again(lang: str, tmp_path: Path) -> None:
    """The list of the scenario read back has the same cells, whatever the pace and start of the exercise."""
    inputs = load_inputs("compound-summer-flood")
    clock = {"wall": datetime(2026, 11, 30, 9), "pace": 48.0}
    first = msel(inputs, lang, **clock)
    (tmp_path / "list.xlsx").write_bytes(first)
    again = read_in(tmp_path / "list.xlsx", inputs, id="compound-summer-flood")
    assert cells(msel(again, lang, **clock)) == cells(first)


def test_a_list_holds_nothing_of_when_it_was_written() -> None:
    """The parts of the file are packed at no hour; it bears the start of the scenario as that of its making."""
    inputs = load_inputs("fuel-ordinary")
    with zipfile.ZipFile(io.BytesIO(msel(inputs, "zh"))) as packed:
        about = packed.read("docProps/core.xml").decode()
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    start = inputs.scenario.start.isoformat()[:19]
    assert re.findall(r">(\d{4}-[^<]*)Z<", about) == [start, start]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]), max_size=25)
lines = st.lists(texts, max_size=3).map("\n".join)
times = st.integers(0, 20_000).map(lambda minutes: datetime(2026, 7, 1, 8) + timedelta(minutes=minutes))
rows = st.tuples(
    st.integers(1, 99), times, texts.filter(str.strip), lines, texts, texts, texts, texts, lines,
    st.sampled_from(["", "4.6", "island:4.2.6；4.6"]), lines,
)  # fmt: skip


@settings(max_examples=15)
@given(st.lists(rows, min_size=1, max_size=5))
@example([HAND])
def test_what_is_written_by_hand_stays(isle: Path, rows: list[tuple[Any, ...]]) -> None:
    """A list made by hand keeps its words, whatever they begin with; after the first writing nothing changes."""
    folder = isle
    made = openpyxl.Workbook()
    made.active.append(list(HEADINGS))
    for row in rows:
        made.active.append(["" if isinstance(v, str) else v for v in row])
        for cell, value in zip(made.active[made.active.max_row], row, strict=True):
            if isinstance(value, str) and value:
                cell.value, cell.data_type = value, "s"
    made.save(folder / "x.xlsx")
    first = read_in(folder / "x.xlsx", start=START)
    (folder / "y.xlsx").write_bytes(msel(first, "zh"))
    second = read_in(folder / "y.xlsx", id="again")
    assert {i.id: i for i in second.scenario.injects} == {i.id: i for i in first.scenario.injects}
    assert cells(msel(second, "zh")) == cells((folder / "y.xlsx").read_bytes())
    listed = {one["编号"]: one for one in as_rows((folder / "y.xlsx").read_bytes())}
    for row, inject in zip(rows, first.scenario.injects, strict=True):
        now = listed[inject.id]
        assert now["计划时间"] == row[1]
        assert squeezed(now["事件"]) == squeezed(row[2])
        kept = " ".join(str(v) for name, v in now.items() if v and name != "编号")
        for words in (w for cell in row[3:] if isinstance(cell, str) for w in cell.split()):
            assert words.strip("；") in kept or words.startswith("island:") or words == "4.6"


def squeezed(text: object) -> str:
    """Words without the space about them."""
    return " ".join(str(text).split())


def as_rows(content: bytes) -> list[dict[str, Any]]:
    """The first sheet by its headings."""
    head, *rows = next(iter(cells(content).values()))
    return [dict(zip(head, row, strict=True)) for row in rows]


@given(st.dictionaries(st.sampled_from(NOTED), lines), st.sampled_from(["", "方式：", "From: ", "  "]), lines)
def test_notes_keep_apart_what_is_noted(noted: dict[str, str], before: str, comments: str) -> None:
    """What is noted by column comes back by column, and the comments as they were, even if they look like notes."""
    for lang in ("zh", "en"):
        note = join_note(noted, before + comments, lang)
        back, rest = split_note(note, lang)
        assert {n: t.split() for n, t in back.items()} == {n: t.split() for n, t in noted.items() if t.strip()}
        assert rest.split() == (before + comments).split()
        assert join_note(back, rest, lang) == note


@given(st.recursive(texts, lambda x: st.lists(x, max_size=3) | st.dictionaries(texts, x, max_size=3)))
def test_notation_is_read_as_it_was_meant(value: Any) -> None:
    """Whatever a value holds, written on one line it is read back as itself: no text turns into anything else."""
    node, problems = compose(notation(value), "x")
    assert not problems
    assert node is not None
    assert data(node) == value


# --------------------------------------------------------------------------------------- what it says


def test_the_columns_of_an_events_list(tmp_path: Path) -> None:
    """A row tells when, what kind, to whom, what it waits for, which actions are expected and by which clauses."""
    inputs = load_inputs(OUTAGE, ["injects.repaired.unless=response=off"])
    wall = datetime(2026, 11, 30, 9)
    rows = as_rows(msel(inputs, "zh", wall=wall, pace=42.0))
    assert list(rows[0]) == [zh for zh, _ in COLUMNS.values()]
    first, last = rows[0], rows[-1]
    assert (first["计划时间"], first["情景时间"], first["历时"]) == (
        datetime(2026, 11, 30, 9, 30), datetime(2026, 7, 14, 5), "T+21:00",
    )  # fmt: skip
    assert first["接收方"] == "区商务粮食局"
    assert first["类型"] == "注入"
    assert first["预期行动"].startswith("3.2  ")
    assert len(first["预期行动"].split("\n")) == 3
    assert first["演练目标"] == "接报后及时发布预警"
    assert last["类型"] == "备用注入"
    assert "不注入" in last["等候条件"]
    english = as_rows(msel(load_inputs("necessities-local-rumour"), "en"))
    assert {row["Type"] for row in english} == {"inject", "conditional inject"}
    several = as_rows(msel(load_inputs("compound-summer-flood"), "zh"))[0]
    assert several["预期行动"].startswith("成品油 ")
    assert several["依据条款"].startswith("fuel:")  # read back as it stands
    shops = next(row for row in english if row["Id"] == "shops-report")
    assert (shops["Planned time"], shops["when"]) == (None, "any(anomaly, markets)")
    assert shops["Waits for"].startswith("when in any of Lukou Town")
    assert shops["Waits for"].endswith("0.3 h–1 h later (each time)")


def test_rows_stand_in_the_order_of_time() -> None:
    """Timed rows follow the likely time; one that waits for something stays behind what it stands behind."""
    for name in ("compound-summer-flood", "forest-pinewood-import"):
        moments = [row["情景时间"] for row in as_rows(msel(load_inputs(name), "zh")) if row["情景时间"]]
        assert moments == sorted(moments)


def test_every_text_is_text_in_the_spreadsheet(tmp_path: Path) -> None:
    """A text that begins like a formula is written and read as text, and asks the program to show it as such."""
    inputs = load_inputs(OUTAGE, ["injects.outage.title.zh==HYPERLINK(1)", "injects.news.title.zh=@SUM(1)"])
    sheet = openpyxl.load_workbook(io.BytesIO(msel(inputs, "zh"))).worksheets[0]
    at = list(COLUMNS).index("title") + 1
    assert [(sheet.cell(r, at).data_type, sheet.cell(r, at).quotePrefix) for r in (2, 3)] == [("s", True)] * 2
    (tmp_path / "x.xlsx").write_bytes(msel(inputs, "zh"))
    again = read_in(tmp_path / "x.xlsx", inputs).scenario
    assert [i.title.zh for i in again.injects[:2]] == ["=HYPERLINK(1)", "@SUM(1)"]


# -------------------------------------------------------------------------------------- made by hand


def test_a_list_made_by_hand(tmp_path: Path) -> None:
    """Times, words and clauses are taken over; what has no place in a scenario comes back in its column."""
    rows = [
        ["某区桌面推演脚本"], [],
        ["#", "注入时间", "类别", "情景事件", "发布者", "接收单位", "传递方式", "预期处置", "条款", "目标", "天气"],
        [1, datetime(2026, 7, 1, 8, 30), "注入", "停输", "公司", "值班室", "电话", "报告", "3.2；3.4", "预警", "晴"],
        [2, "09:15", "注入", "加油站排队", "记者", None, None, "发通报"],
        [None, None, "预期行动", "维持秩序", None, None, None, None, "4.5"],
        [3, None, "备用注入", "停电"],
    ]  # fmt: skip
    path = book(rows, tmp_path / "x.xlsx")
    base = load_inputs("fuel-ordinary")
    made, draft = taken_in(path, base, start=START)
    found = write_scenario(draft, made, path.with_suffix(".yaml")).scenario
    assert [(i.id, str(i.at)) for i in found.injects] == [("inject-1", "30 min"), ("inject-2", "75 min")]
    assert [str(c) for c in found.injects[0].expects] == ["fuel:3.2", "fuel:3.4"]
    assert found.injects[0].title.en == "停输"
    [goal] = found.objectives
    assert (goal.text.zh, [str(c) for c in goal.clauses]) == ("预警", ["fuel:3.2", "fuel:3.4"])
    again = as_rows(msel(load_inputs(path.with_suffix(".yaml")), "zh"))
    assert [again[0][n] for n in ("发出方", "接收方", "方式", "备注")] == ["公司", "值班室", "电话", "天气: 晴"]
    assert again[1]["预期行动"] == "发通报\n维持秩序"
    assert again[1]["依据条款"] == "fuel:4.5"
    told_of = "\n".join(draft.marked("zh"))
    assert "第 4、5、7 行：“事件”只有一种语言" in told_of
    for words in ("第 7 行：没有时间", "“天气”", "标题", "梗概"):
        assert words in told_of
    text = path.with_suffix(".yaml").read_text(encoding="utf-8")
    assert "# - id: inject-3" in text
    assert "# 没有时间" in text


@pytest.mark.parametrize("lang", [0, 1])
def test_headings_are_known_in_both_languages(lang: int, tmp_path: Path) -> None:
    """Each column is recognised by its heading in either language, however it is spaced, cased or starred."""
    for name, pair in {**COLUMNS, **ABOUT}.items():
        table = COLUMNS if name in COLUMNS and pair == COLUMNS[name] else ABOUT
        assert field_named(f"  {pair[lang].upper()}＊ :", table) == name
    for said in ("Time", "Event synopsis", "Expected player action", "注入时间", "情景事件"):
        assert field_named(said) in ("planned", "title", "expected")


def test_columns_by_name(tmp_path: Path, isle: Path) -> None:
    """A heading nobody could know is told; a mistake in telling is a problem with what there is."""
    path = book([["Uhr", "Was", "Event"], ["2026-07-01 10:00", "Leck", "no"]], isle / "x.xlsx")
    found = read_in(path, start=START, columns=["Time=Uhr", "title=Was"]).scenario
    assert (str(found.injects[0].at), found.injects[0].title.zh) == ("2 h", "Leck")
    path = Path(shutil.copy(path, tmp_path))
    assert [p.code for p in problems_of(path, columns=["Zeit=Uhr", "planned"])] == ["msel-bad-column"] * 2
    found = problems_of(path, start=START, columns=["planned=Uhr", "text=Wass"])
    assert [(p.code, p.facts["near"]) for p in found] == [("msel-no-such-heading", "Was")]
    assert [p.code for p in problems_of(path, sheet="no")] == ["msel-no-sheet"]
    untimed = book([["事件", "备注"], ["x", "y"]], tmp_path / "w.xlsx")
    assert [p.code for p in problems_of(untimed)] == ["msel-no-column"]
    twice = book([["计划时间", "时间", "演练时间", "事件"], ["9:00", "a", "b", "c"]], isle / "y.xlsx")
    assert "时间: a" in as_rows(msel(read_in(twice, start=START), "zh"))[0]["备注"]
    alike = book([["时间", "演练时间", "事件"], ["9:00", "9:00", "c"]], tmp_path / "z.xlsx")
    assert placed(problems_of(alike, start=START)) == [("msel-twice", 1, 2)]


def test_the_start_is_asked_for(tmp_path: Path) -> None:
    """Without a start nothing is guessed; the second sheet of our own lists tells it, and an option goes before."""
    path = book([["计划时间", "事件"], ["2026-07-01 10:00", "x"]], tmp_path / "x.xlsx")
    [problem] = problems_of(path)
    assert problem.code == "msel-no-start"
    assert "--start" in tell(problem, "zh")
    assert [p.code for p in problems_of(path, start="2026-07-01T08:00Z")] == ["msel-bad-start"]
    assert [p.code for p in problems_of(path, start="yesterday")] == ["msel-bad-start"]
    inputs = load_inputs(OUTAGE)
    path.write_bytes(msel(inputs, "zh"))
    moved = read_in(path, inputs, start="2026-07-20T08:00", times="elapsed").scenario
    assert moved.start == datetime(2026, 7, 20, 8)
    assert moved.injects == inputs.scenario.injects


@pytest.mark.parametrize(
    ("value", "hours"),
    [
        ("2026-07-01 09:30", 1.5), ("2026/7/2 8:00", 24.0), ("2026年7月1日 10时15分", 2.25), ("7月3日8点", 48.0),
        ("2026-07-01T20:00:00", 12.0), ("08:45", 0.75), ("9：20", 4 / 3), (time(12, 30), 4.5), ("T+26:30", 26.5),
        (datetime(2026, 7, 1, 8, 0, 29), 0.0), ("+2 d", 48.0), ("90 min", 1.5),
    ],
)  # fmt: skip
def test_times_as_people_write_them(value: Any, hours: float, isle: Path) -> None:
    """A planned time may be a date, a time of the first day, or what has passed since the start."""
    path = book([["计划时间", "事件"], [value, "x"]], isle / "x.xlsx")
    [inject] = read_in(path, start=START).scenario.injects
    assert inject.at is not None
    assert inject.at.numbers[0] == pytest.approx(hours)


@given(st.integers(0, 10**6))
def test_elapsed_times_come_back(minutes: int) -> None:
    """An elapsed time is read as it was written, to the minute."""
    assert elapsed_hours(as_elapsed(minutes / 60)) == pytest.approx(minutes / 60)


@given(st.text(max_size=20) | st.integers() | st.floats() | st.datetimes() | st.timedeltas() | st.times())
def test_what_is_no_time_is_none(value: Any) -> None:
    """Anything else in a cell is no time, and no error."""
    hours, moment = elapsed_hours(value), moment_of(value, datetime(2026, 7, 1, 8))
    assert hours is None or 0 <= hours < 1e6
    assert moment is None or isinstance(moment, datetime)


def test_times_that_differ_are_asked_about(tmp_path: Path) -> None:
    """If a row's times differ nobody chooses silently; told which counts, that one does, and the change is listed."""
    inputs = load_inputs(OUTAGE)
    made = openpyxl.load_workbook(io.BytesIO(msel(inputs, "zh")))
    made.worksheets[0].cell(2, 2).value = datetime(2026, 7, 14, 9)
    path = tmp_path / "x.xlsx"
    made.save(path)
    [problem] = problems_of(path)
    assert placed([problem]) == [("msel-times-differ", 2, 2)]
    assert (problem.facts["one"], problem.facts["other"]) == ("T+21:00", "T+25:00")
    made_list, draft = taken_in(path, inputs, times="planned")
    moved = write_scenario(draft, made_list, path.with_suffix(".yaml")).scenario
    assert str(moved.injects[0].at) == "25 h"
    assert moved.injects[1:] == inputs.scenario.injects[1:]
    assert [line for line in draft.marked("zh") if "时间已改" in line] == [f"第 2 行：{told('time-changed', 'zh')}"]


def test_all_problems_at_their_cells(tmp_path: Path) -> None:
    """Whatever is wrong with cells, and with what they say, is told at once, each at its row and column."""
    rows = [
        ["id", "计划时间", "事件", "依据条款", "when 条件", "effects 对情景的作用", "tells 告知", "内容"],
        ["a", "soon", "x", "fuel:3.2"],
        ["a", "9:00", "x", "fuel:99.9"],
        ["b c", "9:00", "x"],
        ["c", "2026-06-01 9:00", "x"],
        ["d", None, "x", None, "price >"],
        ["e", "9:00", "x", None, None, "[{do: fly, target: pipeline}]"],
        ["f", "9:00", "x", None, None, "[{", "[{about: [x], to: nobody, after: 1 h}]"],
        ["g", "9:00", None],
        ["h", "9:00", "x", None, None, None, None, "y" * 5000],
        ["i", "9:00", "x", None, None, "=A1"],
    ]
    found = placed(problems_of(book(rows, tmp_path / "x.xlsx"), start=START))
    assert ("msel-bad-time", 2, 2) in found
    assert ("duplicate-id", 3, 1) in found
    assert ("bad-id", 4, 1) in found
    assert ("msel-before-start", 5, 2) in found
    assert ("msel-no-title", 9, 1) in found
    assert ("long-text", 10, 8) in found
    assert ("xlsx-formula", 11, 6) in found
    assert {line for code, line, column in found if column == 4} == {3}
    assert {line for code, line, column in found if column == 5} == {6}
    assert {line for code, line, column in found if column == 6} == {7, 8, 11}
    assert {line for code, line, column in found if column == 7} == {8}
    assert found == sorted(found, key=lambda one: one[1:])


def test_a_formula_is_refused_only_where_it_is_read(tmp_path: Path) -> None:
    """Formulas outside the list do no harm; in it they are refused, with how to paste values."""
    rows = [["=1+1"], ["计划时间", "事件", None], ["9:00", "x", "=A1"], ["=A3+1", "y"]]
    [problem] = problems_of(book(rows, tmp_path / "x.xlsx"), start=START)
    assert placed([problem]) == [("xlsx-formula", 4, 1)]


# ------------------------------------------------------------------------------------------ bad files


def parts(content: bytes, **changed: bytes) -> bytes:
    """A workbook with some of its parts written anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            after.writestr(part.filename, changed.pop(part.filename, before.read(part)))
        for name, text in changed.items():
            after.writestr(name, text)
    return out.getvalue()


@cache
def small() -> bytes:
    """A small list of ours."""
    return msel(load_inputs(OUTAGE), "zh")


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xlsx-not"),
        (b"a,b\r\n1,2\r\n", "xlsx-not"),
        (b"PK\x03\x04rubbish", "xlsx-broken"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xlsx-not"),
        ("docx", "xlsx-not"),
        ("entities", "xlsx-entities"),
        ("utf-16", "xlsx-broken"),
        ("bomb", "xlsx-too-large"),
        ("many parts", "xlsx-too-large"),
        ("no sheet", "xlsx-broken"),
    ],
)
def test_a_file_that_is_no_list_is_refused(content: Any, code: str, tmp_path: Path) -> None:
    """What is no workbook, is damaged, unpacks into too much or declares entities is refused before it is read."""
    made: Mapping[str, Any] = {
        "docx": lambda: parts(small()).replace(b"[Content_Types].xml", b"[Content_Tipes].xml"),
        "entities": lambda: parts(small(), **{SHEET: ENTITIES}),
        "utf-16": lambda: parts(small(), **{SHEET: ENTITIES.decode().encode("utf-16")}),
        "bomb": lambda: parts(small(), **{"xl/media/a.xml": b" " * 40_000_000}),
        "many parts": lambda: parts(small(), **{f"xl/{n}": b"" for n in range(500)}),
        "no sheet": lambda: parts(small(), **{SHEET: b"<worksheet><sheetData><row r='x'>"}),
    }
    path = tmp_path / "x.xlsx"
    path.write_bytes(made[content]() if isinstance(content, str) else content)
    with pytest.raises(InputError) as found:
        read_list(path)
    assert [p.code for p in found.value.problems] == [code]


def test_too_much_of_anything_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, columns, cells, sheets and bytes have bounds, each told."""
    rows: list[list[Any]] = [["计划时间", "事件"], *([["9:00", "x"]] * 9)]
    path = book(rows, tmp_path / "x.xlsx")
    bounds = {"MAX_ROWS": 9, "MAX_COLUMNS": 1, "MAX_CELLS": 19, "MAX_SHEETS": 0, "MAX_BYTES": 99}
    for bound, value in bounds.items():
        with monkeypatch.context() as patch:
            patch.setattr(msel_sheet, bound, value)
            with pytest.raises(InputError) as found:
                read_list(path)
            assert [p.code for p in found.value.problems] == ["xlsx-too-large"]
    assert len(read_list(path).rows) == 9
    for missing in (tmp_path / "no.xlsx", tmp_path, tmp_path / "\0.xlsx"):
        with pytest.raises(InputError):
            read_list(missing)


def test_a_giant_cell(tmp_path: Path) -> None:
    """A cell longer than spreadsheet programs allow is told at its place; a far-off row costs nothing."""
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    sheet = zipfile.ZipFile(io.BytesIO(small())).read(SHEET)
    path = tmp_path / "x.xlsx"
    path.write_bytes(parts(small(), **{SHEET: sheet.replace(b"</sheetData>", far)}))
    with pytest.raises(InputError) as found:
        read_list(path)
    assert found.value.problems[0].code == "xlsx-too-large"
    made = openpyxl.load_workbook(io.BytesIO(small()))
    made.worksheets[0]["G3"] = "GIANT"
    made.save(path)
    held = {p: zipfile.ZipFile(path).read(p) for p in zipfile.ZipFile(path).namelist()}
    changed = {name: text.replace(b"GIANT", b"x" * 99_999) for name, text in held.items() if b"GIANT" in text}
    path.write_bytes(parts(path.read_bytes(), **changed))
    assert placed(problems_of(path)) == [("xlsx-long-text", 3, 7), ("long-text", 3, 7)]


@settings(max_examples=40)
@given(st.data())
def test_damaged_files_are_refused_never_a_traceback(tmp_path_factory: Any, data: st.DataObject) -> None:
    """Cut short, with bytes changed, or with a part replaced by anything, a workbook is read or refused."""
    content = small()
    how = data.draw(st.sampled_from(["cut", "change", "part", "random"]))
    if how == "cut":
        content = content[: data.draw(st.integers(0, len(content)))]
    elif how == "change":
        found = bytearray(content)
        for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
            found[at] = data.draw(st.integers(0, 255))
        content = bytes(found)
    elif how == "part":
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        name = data.draw(st.sampled_from(names))
        inner = zipfile.ZipFile(io.BytesIO(content)).read(name)
        at, cut = sorted(data.draw(st.integers(0, len(inner))) for _ in range(2))
        content = parts(content, **{name: inner[:at] + data.draw(st.binary(max_size=40)) + inner[cut:]})
    else:
        content = data.draw(st.binary(max_size=500))
    path = tmp_path_factory.mktemp("bad") / "x.xlsx"
    path.write_bytes(content)
    try:
        read_sheets(path)
        read_in(path, load_inputs(OUTAGE))
    except InputError as error:
        for problem in error.problems:
            assert tell(problem, "zh")


odd = ["", "[{", "{value: 1 h}", "x", "[[[]]]", "{a: {b: [c]}}", "any(x, y)", "1e999 h", "{1: 2}"]
junk = st.sampled_from(odd) | texts | times | st.floats() | st.booleans()


@settings(max_examples=25)
@given(st.lists(st.dictionaries(st.sampled_from(list(COLUMNS)), junk), max_size=4))
def test_any_cells_are_read_or_refused(isle: Path, rows: list[dict[str, Any]]) -> None:
    """Whatever stands in the cells, the list becomes a scenario or its problems are told; nothing else happens."""
    path = isle / "x.xlsx"
    values = [[_cell(row.get(name)) for name in COLUMNS] for row in rows]
    book([[zh for zh, _ in COLUMNS.values()], *values], path)
    try:
        read_in(path, start=START)
    except InputError as error:
        for problem in error.problems:
            assert tell(problem, "en")
            assert problem.where is None or ".tmp" not in problem.where.file


def _cell(value: Any) -> Any:
    if isinstance(value, float) and abs(value) > 1e15:
        return None  # a spreadsheet program has no such number, nor what is no number
    return None if value != value else value


# ----------------------------------------------------------------------------------- the command line


def test_both_commands(tmp_path: Path) -> None:
    """``export msel`` and ``export scenario`` go out and in; what is wrong ends with exit code 2 and a hint."""
    run = CliRunner()
    path, back = tmp_path / "x.xlsx", tmp_path / "mine.yaml"
    out = run.invoke(app, ["export", "msel", OUTAGE, "-o", str(path), "--lang", "en"])
    assert (out.exit_code, out.output) == (0, f"{path}\n")
    came = run.invoke(app, ["export", "scenario", str(path), "-o", str(back), "--lang", "en"])
    assert came.exit_code == 0, came.output
    assert came.output.startswith("4 injects read")
    assert load_inputs(back).scenario.injects == load_inputs(OUTAGE).scenario.injects
    assert load_inputs(back).scenario.scenario == "mine"
    there = tmp_path / f"{OUTAGE}.yaml"
    assert run.invoke(app, ["export", "scenario", str(path), "-o", str(there)]).exit_code == 0
    assert load_inputs(there).scenario.scenario == f"{OUTAGE}-msel"
    for id in (OUTAGE, "b c"):
        again = run.invoke(app, ["export", "scenario", str(path), "-o", str(back), "--id", id, "--lang", "zh"])
        assert again.exit_code == 2
        assert again.output.startswith("--id: ")
    hand = book([["计划时间", "事件"], ["x", "y"]], tmp_path / "hand.xlsx")
    bad = run.invoke(app, ["export", "scenario", str(hand), "-o", str(back), "--lang", "zh"])
    assert bad.exit_code == 2
    assert "--based-on" in bad.output
    asked = ["--based-on", OUTAGE, "--start", START, "--lang", "zh"]
    bad = run.invoke(app, ["export", "scenario", str(hand), "-o", str(back), *asked])
    assert bad.exit_code == 2
    assert f"{hand}:2:1: x 不是时间" in bad.output
    bad = run.invoke(app, ["export", "msel", OUTAGE, "--wall", "noon", "--lang", "zh"])
    assert bad.exit_code == 2


def test_wording_is_complete() -> None:
    """Every heading, sentence and problem has both languages."""
    for table in (COLUMNS, ABOUT, MSEL, CAP):
        for zh, en in table.values():
            assert zh
            assert en
    for code in (c for c in PROBLEMS if c.startswith(("xlsx-", "msel-"))):
        en, _, zh, _ = PROBLEMS[code]
        assert en != zh
