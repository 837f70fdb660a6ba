"""The log: the same bytes for the same entries, readable again, safe in a spreadsheet, never half written."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import details

from emergency.log import KINDS, Entry, EventLog, lines, read_jsonl, write_atomically, write_csv, write_jsonl

START = datetime(2026, 7, 13, 8, tzinfo=ZoneInfo("Asia/Shanghai"))

names = st.none() | st.text(max_size=10)
rows = st.lists(
    st.tuples(st.floats(0, 9000), st.sampled_from(KINDS), names, names, st.lists(st.text(max_size=6)), details),
    max_size=6,
)


def logged(found: Iterable[tuple[float, str, Any, Any, list[str], dict[str, Any]]]) -> EventLog:
    """A log of some entries."""
    log = EventLog(START)
    for t, kind, plan, ref, clauses, detail in found:
        log.add(t, kind, plan=plan, ref=ref, clauses=tuple(clauses), detail=detail)
    return log


def one(**given: Any) -> Entry:
    """A single entry."""
    return EventLog(START).add(given.pop("t", 1.5), given.pop("kind", "note"), **given)


@settings(max_examples=60)
@given(found=rows)
def test_a_log_read_back_is_the_log_written(found: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Writing, reading and writing again gives the same bytes; entries read back are those written."""
    log = logged(found)
    folder = tmp_path_factory.mktemp("log")
    write_jsonl(folder / "a.jsonl", log)
    again = read_jsonl(folder / "a.jsonl")
    write_jsonl(folder / "b.jsonl", again)
    assert (folder / "a.jsonl").read_bytes() == (folder / "b.jsonl").read_bytes()
    assert [e.as_dict() for e in again] == [e.as_dict() for e in log]


def test_a_line_is_these_bytes() -> None:
    """The line's keys, their order and its spacing are a contract; Chinese stays readable."""
    entry = one(
        t=1.23456789, kind="entered", plan="fuel", actor="a", scheme="s", level="I", ref="s=I",
        clauses=("fuel:4.3",), detail={"题": 0.1 + 0.2, "n": 3.0, "list": (1e-9, True, None)},
    )  # fmt: skip
    assert "".join(lines([entry])) == (
        '{"seq":0,"t":1.234568,"time":"2026-07-13T09:14:04+08:00","plan":"fuel","kind":"entered","actor":"a",'
        '"scheme":"s","level":"I","ref":"s=I","clauses":["fuel:4.3"],"detail":{"题":0.3,"n":3,"list":[0,true,null]}}\n'
    )


@given(st.floats(0, 1e5), st.floats(-1e-7, 1e-7))
def test_numbers_are_rounded_to_a_millionth(t: float, little: float) -> None:
    """What differs by rounding only is written alike, unless it lies on the edge between two millionths."""
    a, b = one(detail={"x": t}).as_dict(), one(detail={"x": t + little}).as_dict()
    assert abs(a["detail"]["x"] - b["detail"]["x"]) <= 1.1e-6
    assert abs(a["detail"]["x"] - t) <= 0.6e-6


@given(st.floats(0, 9000))
def test_the_instant_belongs_to_the_time_written(t: float) -> None:
    """`time` follows from the rounded `t`, so that a reader who has only the file finds the same instant."""
    row = one(t=t).as_dict()
    assert row["time"] == one(t=row["t"]).as_dict()["time"]


def test_listeners_hear_every_entry_and_a_lean_log_keeps_none() -> None:
    """Entries are told in order as they come, counted, and kept only where that is asked for."""
    lean = EventLog(START, keep=False)
    heard: list[Entry] = []
    lean.listen(heard.append)
    for t in (0.0, 1.0, 1.0):
        lean.add(t, "note")
    assert [e.seq for e in heard] == [0, 1, 2]
    assert (len(lean), list(lean)) == (3, [])


@pytest.mark.parametrize("line", ["", "[]", "{}", "nonsense", '{"seq":0,"t":"x","time":"?"}', "null"])
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, line: str) -> None:
    """What cannot be read is told with file and line."""
    path = tmp_path / "log.jsonl"
    path.write_text("".join(lines([one()])) + line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"log\.jsonl:2: not a log entry"):
        read_jsonl(path)


def test_an_empty_log_is_read(tmp_path: Path) -> None:
    """A log without entries is written and read as such."""
    write_jsonl(tmp_path / "log.jsonl", [])
    assert read_jsonl(tmp_path / "log.jsonl") == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    """A cell that a spreadsheet would run is made text; others are as they were."""
    path = tmp_path / "log.csv"
    write_csv(path, [one(plan=text, actor="a=b", ref=text, clauses=(text,), detail={text: text})])
    raw = path.read_bytes()
    assert raw.startswith("\ufeff".encode())
    with path.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert [row["plan"], row["ref"], row["clauses"], row["actor"]] == [f"'{text}"] * 3 + ["a=b"]
    assert json.loads(row["detail"]) == {text: text}
    assert not any(str(v)[:1] in tuple("=+-@\t\r") for v in row.values())


@settings(max_examples=30)
@given(found=rows)
def test_the_table_has_a_row_for_each_entry(found: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever stands in a cell, a reader of the table finds one row an entry and the same columns."""
    log = logged(found)
    path = tmp_path_factory.mktemp("log") / "log.csv"
    write_csv(path, log)
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == len(log) + 1
    assert {len(row) for row in table} == {11}


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where writing fails the old file stays as it was and nothing is left beside it."""
    path = tmp_path / "sub" / "log.jsonl"
    write_atomically(path, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new\n" * 100_000 + "\ud800")
    assert path.read_text(encoding="utf-8") == "old\n"
    assert [p.name for p in path.parent.iterdir()] == ["log.jsonl"]


def test_a_failed_rename_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption at the last moment, even by the keyboard, leaves no temporary file."""

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "x", "text")
    assert list(tmp_path.iterdir()) == []


def test_others_may_read_what_is_written(tmp_path: Path) -> None:
    """The file has the rights of any new file, not those of a private temporary one."""
    write_atomically(tmp_path / "a", "x")
    (tmp_path / "b").write_text("x", encoding="utf-8")
    mode = [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in "ab"]
    assert mode[0] == mode[1]
