"""A sheet somebody else made, read as an events list: which column holds what, and what each row says.

Headings are recognised in Chinese and English by the names they usually have; others are told by ``FIELD=HEADING``.
A column that stays unknown is not thrown away: its cells go to the comments, under its heading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emergency.errors import InputError, Problem
from emergency.exchange.msel_sheet import Cell, Sheet, read_sheets, unusable
from emergency.reader.names import near
from emergency.source import Where
from emergency.words.exchange import ABOUT, COLUMNS, MSEL, field_named, heading, plain, problem

__all__ = ["EventsList", "Row", "read_list"]

_FIRST_ROWS = 20
#: By each of these a list tells when something happens.
TIMES = ("planned", "moment", "elapsed", "at", "every", "when")
_OBJECTIVES = ("id", "zh", "en", "clauses")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by field, and by heading those of unknown columns."""

    where: Where
    cells: Mapping[str, Cell]
    unknown: Mapping[str, Cell] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a field; empty where the row has none."""
        return self.cells[name].text if name in self.cells else ""

    def place(self, name: str) -> Where:
        """Where a field stands, or the row."""
        return self.cells[name].where if name in self.cells else self.where


@dataclass(slots=True)
class EventsList:
    """What a workbook holds.

    Attributes
    ----------
    lang : the language of its headings.
    about, objectives : what further sheets of ours tell; empty in a list made by hand.
    problems : what is wrong with its cells and headings.
    """

    path: Path
    sheet: str
    lang: str
    fields: Sequence[str]
    unknown: Sequence[str]
    rows: list[Row] = field(default_factory=list)
    about: dict[str, Cell] = field(default_factory=dict)
    objectives: list[Row] = field(default_factory=list)
    has_objectives: bool = False
    problems: list[Problem] = field(default_factory=list)


def read_list(path: Path, columns: Iterable[str] = (), sheet: str | None = None, lang: str = "zh") -> EventsList:
    """Read a workbook as an events list.

    Parameters
    ----------
    columns : ``FIELD=HEADING`` each; a field is one of `words.exchange.COLUMNS`, by its key or either name.
    sheet : the sheet that holds the list; by default the first that has its headings.
    lang : where the headings are in neither language.

    Raises
    ------
    InputError
        If the file cannot be read, no list is found in it, or `columns` asks for what is not there.
    """
    sheets = read_sheets(path)
    asked = _asked(columns)
    found, number = _with_headings(sheets, sheet, asked, Where(str(path)))
    problems: list[Problem] = []
    places, unknown, lang = _places(found.row(number), asked, lang, problems)
    made = EventsList(path, found.name, lang, list(places), list(unknown.values()), problems=problems)
    _see_that_it_is_one(places, found.row(number), lang)
    _fill(made, found, number, places, unknown)
    for other in sheets:
        if other is not found and other.name in MSEL["about"]:
            made.about = dict(_pairs(other, problems))
        elif other is not found and other.name in MSEL["objectives"]:
            made.has_objectives, made.objectives = True, list(_objectives(other, problems))
    return made


# ----------------------------------------------------------------------------------------- headings


def _asked(columns: Iterable[str]) -> dict[str, str]:
    """Heading as compared → field, as told."""
    found: dict[str, str] = {}
    problems = []
    for told in columns:
        name, equals, head = told.partition("=")
        known = field_named(name)
        if not equals or not head.strip() or known is None:
            names = [name for pair in COLUMNS.values() for name in pair]
            facts = {"value": told, "near": near(name.strip(), names) if equals else "", "known": list(COLUMNS)}
            problems.append(problem("msel-bad-column", Where(f"--column {told}"), facts))
        else:
            found[plain(head)] = known
    if problems:
        raise InputError(problems)
    return found


def _with_headings(
    sheets: Sequence[Sheet], wanted: str | None, asked: Mapping[str, str], where: Where
) -> tuple[Sheet, int]:
    if wanted is not None and wanted not in [one.name for one in sheets]:
        known = [one.name for one in sheets]
        raise InputError([problem("msel-no-sheet", where, {"name": wanted, "known": known})])
    for one in sheets:
        if wanted in (None, one.name):
            for number in sorted(one.rows)[:_FIRST_ROWS]:
                fields = {asked.get(plain(c.text)) or field_named(c.text) for c in one.row(number).values()} - {None}
                if len(fields) > 1 and fields & {"title", "text"}:
                    return one, number
    known = [name for field in ("planned", "title", "expected") for name in COLUMNS[field]]
    raise InputError([problem("msel-no-heading", where, {"known": known})])


def _places(
    heads: Mapping[int, Cell], asked: Mapping[str, str], lang: str, problems: list[Problem]
) -> tuple[dict[str, int], dict[int, str], str]:
    """Field → column, unknown column → heading, and the language of the headings.

    A column that was asked for goes before one whose heading is ours, and that before one that is called alike.
    """
    ranked = []
    for at, cell in heads.items():
        name = asked.get(plain(cell.text))
        known = name or field_named(cell.text)
        ours = known is not None and plain(cell.text) in map(plain, COLUMNS[known])
        ranked.append((0 if name else 1 if ours else 2, at, known, cell))
    places: dict[str, int] = {}
    ranks: dict[str, int] = {}
    unknown: dict[int, str] = {}
    for rank, at, known, cell in sorted(ranked, key=lambda one: one[:2]):
        if known is None or (known in places and rank > ranks[known]):
            unknown[at] = cell.text
        elif known in places:
            facts = {"name": cell.text, "column": places[known]}
            problems.append(problem("msel-twice", cell.where, facts))
        else:
            places[known], ranks[known] = at, rank
    missing = [head for head in asked if head not in [plain(cell.text) for cell in heads.values()]]
    shown = {plain(cell.text): cell.text for cell in heads.values()}
    for head in missing:
        facts = {"name": head, "near": shown.get(near(head, shown), ""), "known": list(shown.values())}
        problems.append(problem("msel-no-such-heading", Where(f"--column {asked[head]}"), facts))
    return places, unknown, _language(heads.values(), lang)


def _language(heads: Iterable[Cell], otherwise: str) -> str:
    """The language that most headings are in."""
    han = [any("\u4e00" <= char <= "\u9fff" for char in cell.text) for cell in heads]
    return otherwise if 2 * sum(han) == len(han) else "zh" if 2 * sum(han) > len(han) else "en"


def _see_that_it_is_one(places: Mapping[str, int], heads: Mapping[int, Cell], lang: str) -> None:
    """A list tells when something happens, or it is another table."""
    if not set(TIMES) & places.keys():
        first = next(iter(heads.values()))
        facts = {"name": heading("planned", lang), "known": [cell.text for cell in heads.values()]}
        raise InputError([problem("msel-no-column", first.where, facts)])


# --------------------------------------------------------------------------------------------- rows


def _fill(made: EventsList, sheet: Sheet, head: int, places: Mapping[str, int], unknown: Mapping[int, str]) -> None:
    for number in sorted(n for n in sheet.rows if n > head):
        row = sheet.row(number)
        used = {name: row[at] for name, at in places.items() if at in row}
        kept = {name: row[at] for at, name in unknown.items() if at in row}
        made.problems += unusable([*used.values(), *kept.values()])
        if set(used) - {"no"} or kept:
            first = next(iter(row.values())).where
            made.rows.append(Row(Where(first.file, number, 1), used, kept))


def _pairs(sheet: Sheet, problems: list[Problem]) -> Iterator[tuple[str, Cell]]:
    for row in sheet.rows.values():
        name = field_named(row[1].text, ABOUT) if 1 in row else None
        if name is not None and 2 in row:
            problems += unusable([row[2]])
            yield name, row[2]


def _objectives(sheet: Sheet, problems: list[Problem]) -> Iterator[Row]:
    """Rows below the headings ``id, zh, en, clauses``, in this order."""
    for number in sorted(sheet.rows)[1:]:
        row = sheet.row(number)
        cells = {name: row[at] for at, name in enumerate(_OBJECTIVES, 1) if at in row}
        problems += unusable(cells.values())
        if cells:
            yield Row(Where(next(iter(cells.values())).where.file, number, 1), cells)
