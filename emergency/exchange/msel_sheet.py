"""An xlsx file somebody sends, read as cells: bounded before anything is unpacked, and nothing in it carried out.

A workbook is a zip of XML files. The sizes it states are summed before it is opened, a part that declares a document
type (and could define entities) is refused, and only so many rows, columns and cells are looked at. Formulas are not
evaluated, and the values a spreadsheet program stored beside them are not trusted either: they may be stale, or say
what nobody has seen. A cell that is read and holds one is refused; text that begins with ``=`` is text.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from emergency.errors import InputError, Problem
from emergency.exchange.cells import LONGEST
from emergency.source import Where
from emergency.words.exchange import problem

__all__ = ["Cell", "Sheet", "Value", "read_sheets", "unusable"]

MAX_BYTES = 5_000_000
MAX_UNPACKED = 30_000_000
MAX_PARTS = 400
MAX_SHEETS = 20
MAX_ROWS = 2_000
MAX_COLUMNS = 80
MAX_CELLS = 60_000

Value = str | int | float | datetime | time | timedelta
_XML = (".xml", ".rels", ".vml")
_DECLARED = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
#: Control characters and line separators that our files do not hold; what a spreadsheet puts between lines.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]|_x000D_\n?")
_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something; rows and columns count from 1.

    Attributes
    ----------
    value : what it holds; of a formula, its text.
    """

    where: Where
    value: Value
    formula: bool = False

    @property
    def text(self) -> str:
        """What it holds, as text: numbers without a needless fraction, moments in ISO 8601."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, datetime):
            return value.isoformat(" ", "minutes")
        return _ODD.sub("", _BREAKS.sub("\n", str(value))).strip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and for each row its cells by column."""

    name: str
    rows: Mapping[int, Mapping[int, Cell]]

    def row(self, number: int) -> Mapping[int, Cell]:
        """The cells of a row that hold something."""
        return self.rows.get(number, {})


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook.

    Raises
    ------
    InputError
        If there is no such file, it is no workbook, is too large, or cannot be read.
    """
    raw = _bytes(path)
    where = Where(str(path))
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            _bounded(archive, where)
            _plain(archive, where)
    except zipfile.BadZipFile:
        code = "xlsx-broken" if raw[:2] == b"PK" else "xlsx-not"
        raise InputError([problem(code, where)]) from None
    except InputError:
        raise
    except Exception:  # a damaged archive breaks in as many ways as there are compressors
        raise InputError([problem("xlsx-broken", where)]) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions it leaves out
            return list(_sheets(raw, where))
    except InputError:
        raise
    except Exception:  # openpyxl takes a file at its word, and fails wherever that breaks
        raise InputError([problem("xlsx-broken", where)]) from None


def _bytes(path: Path) -> bytes:
    facts: dict[str, object] = {"path": str(path)}
    try:
        if path.is_dir():
            raise InputError([Problem("file-is-directory", None, facts)])
        if not path.is_file():
            raise InputError([Problem("file-missing", None, facts)])
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise InputError([Problem("file-unreadable", None, {**facts, "why": why})]) from None
    if len(raw) > MAX_BYTES:
        raise _too_large(Where(str(path)), f"{MAX_BYTES // 1_000_000} MB", "MB")
    return raw


def _too_large(where: Where, limit: object, what: str) -> InputError:
    return InputError([problem("xlsx-too-large", where, {"what": what, "limit": limit})])


def _bounded(archive: zipfile.ZipFile, where: Where) -> None:
    """See that what is to be unpacked is little; a part that holds more than it states is cut there by zipfile."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise _too_large(where, MAX_PARTS, f"{len(parts)} parts")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_large(where, f"{MAX_UNPACKED // 1_000_000} MB", "MB")
    if "[Content_Types].xml" not in archive.namelist():
        raise InputError([problem("xlsx-not", where)])


def _plain(archive: zipfile.ZipFile, where: Where) -> None:
    """Refuse a document type, and encodings in which one could be hidden from such a search."""
    for part in archive.infolist():
        if not part.filename.lower().endswith(_XML) or part.filename.startswith("customXml/"):
            continue  # nobody reads custom parts here, and some programs write them in UTF-16
        text = archive.read(part)
        declared = _DECLARED.search(text[:200])
        known = declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
        begins = text.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise InputError([problem("xlsx-entities", where)])
        if not known or begins not in (b"<", b"") or b"\0" in text:
            raise InputError([problem("xlsx-broken", where)])


def _sheets(raw: bytes, where: Where) -> Iterator[Sheet]:
    book = load_workbook(BytesIO(raw), read_only=True, keep_links=False)
    left = MAX_CELLS
    try:
        if len(book.worksheets) > MAX_SHEETS:
            raise _too_large(where, MAX_SHEETS, f"{len(book.worksheets)} sheets")
        for at, one in enumerate(book.worksheets):
            place = Where(f"{where.file}[{one.title}]") if at else where  # the list itself is nearly always the first
            rows = dict(_rows(one, place))
            left -= sum(map(len, rows.values()))
            if left < 0:
                raise _too_large(where, MAX_CELLS, "cells")
            yield Sheet(str(one.title), rows)
    finally:
        book.close()


def _rows(sheet: Any, where: Where) -> Iterator[tuple[int, dict[int, Cell]]]:
    sheet.reset_dimensions()  # what a file says of its own extent may leave rows out
    held, before = 0, None
    for number, cells in enumerate(sheet.iter_rows(min_row=1, min_col=1, max_col=MAX_COLUMNS + 1), 1):
        if cells is before:
            continue  # openpyxl gives one and the same row for all that are left out, which may be a million
        before = cells
        row = {at: found for at, cell in enumerate(cells, 1) if (found := _cell(cell, number, at, where))}
        held += len(row)
        if number > MAX_ROWS and row:
            raise _too_large(where, MAX_ROWS, "rows")
        if MAX_COLUMNS + 1 in row:
            raise _too_large(where, MAX_COLUMNS, "columns")
        if held > MAX_CELLS:
            raise _too_large(where, MAX_CELLS, "cells")
        if row:
            yield number, row


def _cell(cell: Any, row: int, column: int, where: Where) -> Cell | None:
    value = cell.value
    if value is None or value == "":
        return None
    place = Where(where.file, row, column)
    if getattr(cell, "data_type", "") == "f":
        return Cell(place, str(getattr(value, "text", value)), formula=True)
    if isinstance(value, bool):
        return Cell(place, str(value).upper())
    if isinstance(value, datetime | time | timedelta | int | float | str):
        found = Cell(place, value)
        return found if found.text else None
    return Cell(place, value.isoformat() if isinstance(value, Date) else str(value))


def unusable(cells: Iterable[Cell]) -> Iterator[Problem]:
    """What is wrong with cells that are to be used."""
    for cell in cells:
        if cell.formula:
            yield problem("xlsx-formula", cell.where)
        elif len(cell.text) > LONGEST:
            yield problem("xlsx-long-text", cell.where, {"max": LONGEST})
