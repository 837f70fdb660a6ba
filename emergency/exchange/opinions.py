"""The list of opinions (意见表): a review as a spreadsheet for the offices that have to answer it.

Every cell is text, whatever it begins with: a plan is untrusted, and ``=``, ``+``, ``-`` or ``@`` would start a
formula when somebody opens the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from emergency.exchange.cells import HEAD, as_text, boxed, on_paper, packed
from emergency.review.baseline import Decided, Sorted
from emergency.review.case import Cases
from emergency.review.check import Checked, Review
from emergency.review.evidence import cited, evidence_lines, naming
from emergency.review.finding import Finding
from emergency.words.findings import CLASSES, KINDS, SEVERITIES, listed
from emergency.words.review import told, told_clause

__all__ = ["opinions"]

#: Column → its width in characters.
_COLUMNS: Mapping[str, int] = {
    "no": 6, "plan": 18, "clauses": 16, "opinion": 48, "evidence": 36, "reason": 36, "suggestion": 44, "severity": 9,
    "kind": 9, "status": 11, "why": 22, "class": 11, "id": 30,
}  # fmt: skip
_RULES: Mapping[str, int] = {"rule": 34, "class": 12, "count": 9, "reason": 70, "note": 50}
_LONGEST = 32_000  # characters: a cell holds 32,767
_FILLS = {"critical": "F4B6B0", "high": "F9D5B5", "medium": "FBEFC2", "low": "E6EAEE"}


def opinions(review: Review, sorted_out: Sorted, cases: Cases, lang: str) -> bytes:
    """The list as the bytes of an xlsx file: a sheet of opinions and a sheet of the rules that were checked."""
    book = Workbook()
    sheet = book.active
    sheet.title = told("opinions", lang)
    because = {one.rule.id: one for one in review.checked}
    rows = [(f, None) for f in sorted_out.open] + list(sorted_out.settled)
    _head(sheet, _COLUMNS, lang)
    for no, (finding, decided) in enumerate(rows, 1):
        _write(sheet, no + 1, _row(no, finding, decided, because[finding.rule], cases, lang))
        at = list(_COLUMNS).index("severity") + 1
        sheet.cell(no + 1, at).fill = PatternFill("solid", fgColor=_FILLS[finding.severity])
    _choices(sheet, len(rows), lang)
    _rules(book.create_sheet(told("checked", lang)), review.checked, lang)
    return packed(book)


def _row(
    no: int, one: Finding, decided: Decided | None, rule: Checked, cases: Cases, lang: str
) -> list[str | int]:
    at = lang != "zh"
    several = len(one.plans) > 1
    told_ = evidence_lines(one.evidence, lang, naming(cases, one.plans, lang))
    evidence = "\n".join(f"{name}: {value}" for name, value in told_)
    basis = [rule.rule.wording().because[at], *([one.reference.in_(lang)] if one.reference else [])]
    clauses = cited(one.clauses, cases, lang)
    cells: dict[str, str | int] = {
        "no": no,
        "plan": "\n".join(cases.by_id[p].plan.title.in_(lang) for p in one.plans),
        "clauses": "\n".join(clauses) if several else listed(clauses, lang),
        "opinion": told_clause(one.message.in_(lang), lang),
        "evidence": evidence,
        "reason": "\n".join(basis),
        "suggestion": told_clause(one.suggestion.in_(lang), lang),
        "severity": SEVERITIES[one.severity][at],
        "kind": KINDS[one.kind][at],
        "status": told(decided.status, lang) if decided else "",
        "why": decided.reason if decided else "",
        "class": CLASSES[one.class_][at],
        "id": one.id,
    }
    return [cells[name] for name in _COLUMNS]


def _head(sheet: Worksheet, columns: Mapping[str, int], lang: str) -> None:
    """Column names that stay in sight on the screen and on every printed page."""
    _write(sheet, 1, [told(name, lang) for name in columns])
    for i, width in enumerate(columns.values(), 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
        cell = sheet.cell(1, i)
        cell.font, cell.fill = Font(bold=True), HEAD
    sheet.freeze_panes = "A2"
    on_paper(sheet)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}1"


def _write(sheet: Worksheet, row: int, values: Sequence[str | int]) -> None:
    for i, value in enumerate(values, 1):
        cell = sheet.cell(row, i)
        boxed(cell)
        if isinstance(value, int):
            cell.value = value
        else:
            as_text(cell, value[:_LONGEST])


def _choices(sheet: Worksheet, rows: int, lang: str) -> None:
    """Let those who answer choose between the two decisions a baseline knows."""
    words = ",".join(told(name, lang) for name in ("accepted", "rejected"))
    offered = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    column = get_column_letter(list(_COLUMNS).index("status") + 1)
    offered.add(f"{column}2:{column}{max(2, rows + 1)}")
    sheet.add_data_validation(offered)


def _rules(sheet: Worksheet, checked: Iterable[Checked], lang: str) -> None:
    at = lang != "zh"
    _head(sheet, _RULES, lang)
    for row, one in enumerate(checked, 2):
        note = one.skipped.in_(lang) if one.skipped else ""
        because = one.rule.wording().because[at]
        cells: list[str | int] = [one.rule.id, CLASSES[one.rule.class_][at], one.findings, because, note]
        _write(sheet, row, cells)
