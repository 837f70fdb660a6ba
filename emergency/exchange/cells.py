"""Cells and sheets of the spreadsheets we write: text that stays text, a grid, pages that can be printed."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from emergency.exchange.packed import timeless
from emergency.log import FORMULA_STARTERS

__all__ = ["HEAD", "LONGEST", "as_text", "boxed", "on_paper", "packed"]

HEAD = PatternFill("solid", fgColor="F3F4F6")
LONGEST = 32_767  # characters: what a cell holds in a spreadsheet program
_NO_TIME = datetime.fromisoformat("1980-01-01")  # where every calendar of packed files begins
_THIN = Side(style="thin", color="C9CED5")


def as_text(cell: Cell, text: str) -> None:
    """Text that stays text: openpyxl takes a leading ``=`` for a formula, spreadsheets take ``+``, ``-``, ``@``."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell.data_type = "s"
    cell.quotePrefix = cell.value.startswith(FORMULA_STARTERS)


def boxed(cell: Cell) -> None:
    """A cell with a thin line around it, its words wrapped."""
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.border = Border(_THIN, _THIN, _THIN, _THIN)


def on_paper(sheet: Worksheet) -> None:
    """Print a sheet landscape on A4, as wide as the page, its first row on each page."""
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def packed(book: Workbook, at: datetime = _NO_TIME) -> bytes:
    """A workbook as the bytes of an xlsx file: the same cells, the same bytes.

    Parameters
    ----------
    at : datetime
        The instant it bears as that of its making, since it must bear one; the clock's is never in it.
    """
    book.properties.creator = "emergency"
    book.properties.created = book.properties.modified = at
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()  # Workbook.save would write the present hour
    return timeless(out.getvalue())
