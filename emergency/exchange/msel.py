"""A scenario as a master scenario events list (MSEL): the spreadsheet a facilitator plans and runs an exercise by.

One row an inject. The columns before the grey ones are for people; the grey ones hold what a list has no words for,
in the notation of the scenario file, so that a list read back is the same scenario. Every cell is text except the
moments, which stay moments so that they can be sorted and moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from emergency.errors import InputError
from emergency.exchange.cells import HEAD, LONGEST, as_text, boxed, on_paper, packed
from emergency.exchange.msel_fields import OWN, Telling, notation, split_note, timed_by
from emergency.exchange.msel_times import Clock, as_elapsed, likely_hours
from emergency.reader import Inputs
from emergency.scenario import Scenario
from emergency.source import Where
from emergency.words.exchange import ABOUT, COLUMNS, heading, problem, told

__all__ = ["msel"]

_WIDTHS = {
    "no": 5, "planned": 16, "moment": 16, "elapsed": 10, "type": 11, "title": 34, "text": 38, "from": 12, "to": 16,
    "method": 10, "controller": 12, "waits": 26, "expected": 44, "expects": 18, "objective": 28, "note": 18,
    "status": 9, "actual": 11, "comments": 22, "id": 16, "effects": 40, "tells": 40, "at": 28, "after": 28,
}  # fmt: skip
_WIDTH = 20
_GREY = ("id", "other-title", "other-text", "other-comments", *OWN)
_MOMENT = "yyyy-mm-dd hh:mm"
Row = dict[str, str | int | datetime]


def msel(inputs: Inputs, lang: str, *, wall: datetime | None = None, pace: float = 1.0) -> bytes:
    """The list as the bytes of an xlsx file: the list, what it is of, and the objectives.

    Parameters
    ----------
    wall : when the exercise begins, local time; by default as the scenario does.
    pace : hours of the scenario in an hour of the exercise.

    Raises
    ------
    InputError
        If a part of the scenario is longer than a cell can hold.
    """
    scenario = inputs.scenario
    objectives = [_as_written(one) for one in scenario.objectives]
    telling = Telling(inputs.plans, inputs.jurisdiction, objectives, lang)
    clock = Clock(scenario.start, wall, pace)
    rows = _rows([_as_written(one) for one in scenario.injects], clock, telling, lang)
    book = Workbook()
    _list(book.active, list(rows), lang)
    _about(book.create_sheet(told("about", lang)), scenario, clock, lang)
    _objectives(book.create_sheet(told("objectives", lang)), objectives, lang)
    _fits(book, inputs.files[scenario.scenario])
    return packed(book, scenario.start)


def _as_written(statement: Any) -> dict[str, Any]:
    found: dict[str, Any] = statement.model_dump(by_alias=True, exclude_unset=True, mode="json")
    return found


# --------------------------------------------------------------------------------------------- rows


def _rows(
    injects: Iterable[dict[str, Any]], clock: Clock, telling: Telling, lang: str
) -> Iterator[Row]:
    """The injects in the order of their likely times; what waits for something stays behind what it stands behind."""
    timed: list[tuple[float, dict[str, Any]]] = []
    for inject in injects:
        hours = likely_hours(inject.get("at"))
        timed.append((timed[-1][0] if timed and hours is None else hours or 0.0, inject))
    for no, (hours, inject) in enumerate(sorted(timed, key=lambda pair: pair[0]), 1):
        yield _row(no, inject, hours if "at" in inject else None, clock, telling, lang)


def _row(no: int, inject: dict[str, Any], hours: float | None, clock: Clock, telling: Telling, lang: str) -> Row:
    by = timed_by(inject)
    supposed = inject.get(by) or {}
    note = supposed.get("note") or {"zh": "", "en": ""}
    other = "en" if lang == "zh" else "zh"
    noted, comments = split_note(note[lang], lang)
    row: Row = {"no": no, "id": inject["id"], "type": telling.type(inject)}
    row |= {"expects": "; ".join(inject.get("expects", ())), **telling.cells(inject), **noted}
    row |= {"comments": comments, "other-comments": split_note(note[other], other)[1]}
    for name in ("title", "text"):
        words = inject.get(name) or {"zh": "", "en": ""}
        row |= {name: words[lang], f"other-{name}": words[other]}
    row |= {name: _own(inject[name], name == by) for name in OWN if name in inject}
    row |= _times(hours, clock) if hours is not None else {}
    return row


def _own(value: Any, noted: bool) -> str:
    """A value in the file's notation; the note stands in columns of its own."""
    if noted:
        value = {k: v for k, v in value.items() if k != "note"}
    return value if isinstance(value, str) else notation(value)


def _times(hours: float, clock: Clock) -> Row:
    found = {"planned": clock.planned(hours), "moment": clock.moment(hours), "elapsed": as_elapsed(hours)}
    return {name: value for name, value in found.items() if value is not None}


# ------------------------------------------------------------------------------------------- sheets


def _list(sheet: Worksheet, rows: Sequence[Row], lang: str) -> None:
    sheet.title = told("msel", lang)
    _head(sheet, {name: heading(name, lang) for name in COLUMNS}, _GREY)
    for number, row in enumerate(rows, 2):
        for at, name in enumerate(COLUMNS, 1):
            cell = sheet.cell(number, at)
            _put(cell, row.get(name, ""))
            if name in _GREY:
                cell.font, cell.alignment = Font(color="6B7280", size=9), Alignment(vertical="top")  # on one line
            elif "unless" in row or "when" in row:
                cell.fill = PatternFill("solid", fgColor="FBF6E4")
    for at, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(name, _WIDTH)
    first = get_column_letter(list(COLUMNS).index("title") + 2)
    sheet.freeze_panes = f"{first}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{max(2, len(rows) + 1)}"
    last = get_column_letter(len(COLUMNS) - len(_GREY))
    sheet.print_area = f"A1:{last}{max(2, len(rows) + 1)}"
    _page(sheet, told("exercise", lang))
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3


def _about(sheet: Worksheet, scenario: Scenario, clock: Clock, lang: str) -> None:
    facts: dict[str, str | datetime] = {
        "scenario": str(scenario.scenario),
        "title": scenario.title.zh,
        "other-title": scenario.title.en,
        "story": scenario.story.zh,
        "other-story": scenario.story.en,
        "plans": ", ".join(scenario.plans),
        "start": clock.start,
        "horizon": str(scenario.horizon),
        "seed": str(scenario.seed),
        "wall": clock.wall or clock.start,
        "pace": f"{clock.pace:g}",
    }
    rows: list[tuple[str, str | datetime]] = [(ABOUT[name][lang != "zh"], value) for name, value in facts.items()]
    rows += [("", told("exercise", lang)), ("", told("own", lang)), ("", told("planned-note", lang))]
    for number, (name, value) in enumerate(rows, 1):
        _put(sheet.cell(number, 1), name)
        sheet.cell(number, 1).font = Font(bold=True)
        _put(sheet.cell(number, 2), value)
        sheet.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 100
    _page(sheet, told("exercise", lang))


def _objectives(sheet: Worksheet, objectives: Sequence[Mapping[str, Any]], lang: str) -> None:
    names = {"id": heading("id", lang), "zh": told("objective-zh", lang), "en": told("objective-en", lang)}
    _head(sheet, {**names, "clauses": heading("expects", lang)}, ())
    for number, one in enumerate(objectives, 2):
        cells = (one["id"], one["text"]["zh"], one["text"]["en"], "; ".join(one["clauses"]))
        for at, value in enumerate(cells, 1):
            _put(sheet.cell(number, at), value)
    for letter, width in zip("ABCD", (20, 50, 50, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    _page(sheet, told("exercise", lang))


def _head(sheet: Worksheet, names: Mapping[str, str], grey: Sequence[str]) -> None:
    for at, (name, words) in enumerate(names.items(), 1):
        cell = sheet.cell(1, at)
        _put(cell, words)
        colour = "6B7280" if name in grey else "1F2937"
        cell.font, cell.fill = Font(bold=True, color=colour), HEAD


def _put(cell: Cell, value: str | int | datetime) -> None:
    """Fill a cell: a moment as one, a number as one, all else as text whatever it begins with."""
    boxed(cell)
    if isinstance(value, datetime):
        cell.value, cell.number_format = value, _MOMENT
    elif isinstance(value, int):
        cell.value = value
    elif value:
        as_text(cell, value)


def _page(sheet: Worksheet, mark: str) -> None:
    """On paper: landscape, as wide as the page, the mark of an exercise and the headings on each."""
    on_paper(sheet)
    sheet.oddHeader.center.text = mark
    sheet.oddFooter.center.text = "&P / &N"


def _fits(book: Workbook, file: Any) -> None:
    longest = max((len(c.value) for s in book for row in s for c in row if isinstance(c.value, str)), default=0)
    if longest > LONGEST:
        raise InputError([problem("xlsx-long-text", Where(str(file)), {"max": LONGEST})])


