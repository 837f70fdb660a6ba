"""The files of a sweep while it goes on: rows as they come, in order; nothing that has to be trusted to be read.

``runs.csv`` holds a row for each run (``runs-1.csv`` and so on for what is compared), ``courses.bin`` the courses of
the first runs as plain little-endian numbers, ``sweep.json`` what was asked for and of which files. A sweep that
breaks off, at whatever moment, can be gone on with from these.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emergency.errors import InputError, Problem
from emergency.log import as_text, write_atomically
from emergency.replicate.course import Courses, Layout
from emergency.replicate.runs import Chunk
from emergency.source import Where

__all__ = ["MANIFEST", "Store", "Table", "read_manifest", "read_rows", "runs_file", "unfinished"]

MANIFEST = "sweep.json"
SUMMARY = "summary.json"
COURSES = "courses.bin"
_OWN = ("run", "failed")


def runs_file(case: int) -> str:
    """The file with the rows of a case."""
    return f"runs-{case}.csv" if case else "runs.csv"


@dataclass
class Table:
    """The rows of one case, run by run from 0.

    Attributes
    ----------
    columns : tuple of str
    seed : int
        Of their chance; only rows of one seed can be paired.
    failures : dict
        Number of a run that broke → what it said. Its row holds nothing.
    """

    columns: tuple[str, ...]
    seed: int
    failures: dict[int, str] = field(default_factory=dict)
    _blocks: list[NDArray[np.float64]] = field(default_factory=list, repr=False)
    _count: int = 0

    def add(self, rows: NDArray[np.float64], failures: dict[int, str]) -> None:
        """Append the rows of the next runs."""
        self._blocks.append(rows)
        self._count += len(rows)
        self.failures |= failures

    def __len__(self) -> int:
        return self._count

    def rows(self, first: int, end: int) -> NDArray[np.float64]:
        """The rows of some runs, shape (end - first, columns)."""
        found, start = [], 0
        for block in self._blocks:
            low, high = max(first - start, 0), min(end - start, len(block))
            if low < high:
                found.append(block[low:high])
            start += len(block)
        return np.concatenate(found) if found else np.empty((0, len(self.columns)))

    def column(self, name: str, runs: int | None = None) -> NDArray[np.float64]:
        """One number of all runs, or of the first so many; NaN where it is not known."""
        index = self.columns.index(name)
        if not self._blocks:
            return np.empty(0)
        return np.concatenate([block[:, index] for block in self._blocks])[:runs]


def unfinished(folder: Path) -> bool:
    """Whether a sweep lies there that was broken off."""
    return (folder / MANIFEST).is_file() and not (folder / SUMMARY).is_file()


class Store:
    """The folder of one sweep, open for writing.

    Parameters
    ----------
    tables : sequence of Table
        One a case; what `resume` finds in the folder is put into them.
    """

    def __init__(self, folder: Path, tables: Sequence[Table], layout: Layout) -> None:
        self.folder, self.tables, self.layout = folder, tables, layout

    def begin(self, manifest: dict[str, Any]) -> None:
        """Start anew.

        Raises
        ------
        InputError
            If a sweep lies here that was broken off: nobody loses hours by a repeated command.
        """
        if unfinished(self.folder):
            raise InputError([Problem("sweep-unfinished", Where(str(self.folder)), {"folder": str(self.folder)})])
        self._undo_end()
        for old in [*self.folder.glob("runs*.csv"), self.folder / COURSES]:
            old.unlink(missing_ok=True)
        self.keep(manifest)
        (self.folder / COURSES).write_bytes(b"")
        for case, table in enumerate(self.tables):
            header = ",".join(map(_cell, (*_OWN, *table.columns)))
            (self.folder / runs_file(case)).write_text(header + "\n", encoding="utf-8", newline="")

    def resume(self, course_runs: int) -> None:
        """Take up what lies here; a last line that was cut off is dropped, and so are runs without their course."""
        self._undo_end()
        size = int(np.prod(self.layout.shape)) * 4
        path = self.folder / COURSES
        kept = path.stat().st_size // size if path.is_file() and size else 0
        for case, table in enumerate(self.tables):
            file = self.folder / runs_file(case)
            rows, failures, ends = read_rows(file, table.columns)
            count = len(rows)
            if case == 0 and kept < min(count, course_runs):
                count = kept
            if count:
                table.add(rows[:count], {run: what for run, what in failures.items() if run < count})
            _cut(file, ends[count])
        kept = min(kept, len(self.tables[0]), course_runs)
        path.touch()
        _cut(path, kept * size)

    def keep(self, manifest: dict[str, Any]) -> None:
        """Write down what is asked for, and of which files."""
        write_atomically(self.folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")

    def _undo_end(self) -> None:
        """Take away what only a finished sweep has."""
        for old in [self.folder / SUMMARY, *self.folder.glob("runs*.parquet")]:
            old.unlink(missing_ok=True)

    def add(self, chunk: Chunk) -> None:
        """Write the rows of a chunk; they must follow on those that are there."""
        table = self.tables[chunk.job.case]
        if chunk.job.first != len(table):
            raise ValueError(f"run {chunk.job.first} does not follow on {len(table)}")
        if len(chunk.courses):  # first the courses: rows without them would have to be run again
            with (self.folder / COURSES).open("ab") as file:
                file.write(chunk.courses.astype("<f4").tobytes())
        text = "".join(_lines(chunk.rows, chunk.job.first, chunk.failures))
        with (self.folder / runs_file(chunk.job.case)).open("ab") as file:
            file.write(text.encode())
        table.add(chunk.rows, chunk.failures)

    def courses(self) -> Courses:
        """The courses kept; those of runs that broke are left out."""
        raw = np.fromfile(self.folder / COURSES, dtype="<f4").astype(np.float32)
        values = raw.reshape(-1, *self.layout.shape)
        runs = [run for run in range(len(values)) if run not in self.tables[0].failures]
        return Courses(self.layout, values[runs], runs)

    def finish(self, summary: dict[str, Any]) -> None:
        """Write ``summary.json``, which says that the sweep is done."""
        write_atomically(self.folder / SUMMARY, json.dumps(summary, ensure_ascii=False, indent=2) + "\n")


def _cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def _lines(rows: NDArray[np.float64], first: int, failures: dict[int, str]) -> Iterable[str]:
    for number, row in enumerate(rows.tolist(), first):
        cells = [str(number), _cell(failures.get(number, "")), *map(_number, row)]
        yield ",".join(cells) + "\n"


def _number(value: float) -> str:
    if value != value:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def _cell(text: str) -> str:
    """Text as a cell: no formula for a spreadsheet, quoted where it must be."""
    safe = as_text(text)
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([safe])
    return out.getvalue() if safe else ""


def read_rows(path: Path, columns: tuple[str, ...]) -> tuple[NDArray[np.float64], dict[int, str], list[int]]:
    """The rows of a file that go on from 0 without a break.

    Returns
    -------
    rows : array of shape (runs, columns)
    failures : dict
    ends : list of int
        Where the header and each row end [bytes].

    Raises
    ------
    InputError
        If its columns are not these, or a line is no row of them.
    """
    rows = np.empty((max(0, _whole_lines(path) - 1), len(columns)))
    failures: dict[int, str] = {}
    ends: list[int] = []
    with path.open("rb") as file:
        for number in range(-1, len(rows)):
            line = file.readline()
            if not line.endswith(b"\n"):
                break
            cells = next(csv.reader([line.decode()]))
            if number < 0:
                _same_columns(path, cells, columns)
            else:
                rows[number] = _row(path, number + 2, cells, number, columns, failures)
            ends.append(file.tell())
    if not ends:
        raise InputError([Problem("not-rows", Where(str(path)), {"path": str(path)})])
    return rows, failures, ends


def _whole_lines(path: Path) -> int:
    """How many lines end in a line break."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _same_columns(path: Path, cells: list[str], columns: tuple[str, ...]) -> None:
    wanted = [*_OWN, *columns]
    if cells != wanted:
        odd = sorted(set(cells) ^ set(wanted))
        raise InputError([Problem("other-columns", Where(str(path)), {"names": odd})])


def _row(
    path: Path, line: int, cells: list[str], number: int, columns: tuple[str, ...], failures: dict[int, str]
) -> list[float]:
    try:
        if len(cells) != len(columns) + len(_OWN) or int(cells[0]) != number:
            raise ValueError(cells[:1])
        if cells[1]:
            failures[number] = cells[1]
        return [float(cell) if cell else np.nan for cell in cells[2:]]
    except ValueError:
        raise InputError([Problem("not-rows", Where(str(path), line), {"path": str(path)})]) from None


def read_manifest(folder: Path) -> dict[str, Any]:
    """What ``sweep.json`` says.

    Raises
    ------
    InputError
        If there is none, or it is no manifest of a sweep.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and found.get("schema") == "1":
            return found
    except (OSError, ValueError):
        pass
    raise InputError([Problem("no-sweep", Where(str(folder)), {"folder": str(folder)})])
