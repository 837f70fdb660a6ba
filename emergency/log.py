"""The log: what happened, in order, and nothing else decides what did.

Reports, figures, indicators and exports read entries; none of them reads live objects. Keys may be added to an
entry's line, never renamed.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = [
    "FORMULA_STARTERS", "KINDS", "Entry", "EventLog", "as_text", "read_jsonl", "write_atomically",
    "write_bytes_atomically", "write_csv", "write_jsonl",
]  # fmt: skip

#: Every kind of entry, in the order a reader meets them.
KINDS = (
    "inject",
    "indicator",
    "decision-opened",
    "step",
    "decided",
    "decision-refused",
    "entered",
    "level-left",
    "measure-started",
    "measure-done",
    "report-due",
    "report-sent",
    "deadline-missed",
    "published",
    "message",
    "shortage",
    "resource",
    "gap",
    "aftermath",
    "seat",
    "note",
    "ended",
)

#: What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r")
_NOTHING: Mapping[str, Any] = {}
_DIGITS = 6


class Entry:
    """One thing that happened.

    Attributes
    ----------
    seq : int
        Place in the log, from 0.
    t : float
        Hours [h] from the scenario's start.
    time : str
        The same instant, ISO 8601 with offset.
    clauses : tuple of str
        The clauses it rests on, as ``plan:clause``.
    detail : mapping
        What else there is to tell; values are text, numbers, lists and mappings of these.
    """

    __slots__ = ("actor", "clauses", "detail", "kind", "level", "plan", "ref", "scheme", "seq", "start", "t")

    def __init__(
        self,
        seq: int,
        t: float,
        start: datetime,
        plan: str | None,
        kind: str,
        actor: str | None,
        scheme: str | None,
        level: str | None,
        ref: str | None,
        clauses: tuple[str, ...],
        detail: Mapping[str, Any],
    ) -> None:
        self.seq, self.t, self.start = seq, t, start
        self.plan, self.kind, self.actor = plan, kind, actor
        self.scheme, self.level, self.ref = scheme, level, ref
        self.clauses, self.detail = clauses, detail

    @property
    def time(self) -> str:
        """The instant of the entry, to the second."""
        return (self.start + timedelta(seconds=_seconds(self.t))).isoformat()

    def as_dict(self) -> dict[str, Any]:
        """The entry as written to a file: keys in a fixed order, numbers rounded to 1e-6."""
        return {
            "seq": self.seq,
            "t": round(self.t, _DIGITS),
            "time": self.time,
            "plan": self.plan,
            "kind": self.kind,
            "actor": self.actor,
            "scheme": self.scheme,
            "level": self.level,
            "ref": self.ref,
            "clauses": list(self.clauses),
            "detail": _rounded(self.detail),
        }

    def __repr__(self) -> str:
        return f"<Entry {self.seq} t={self.t:.2f} {self.kind} {self.ref or ''}>"


def _seconds(t: float) -> int:
    """Whole seconds of `t` as it is written, so that a log read back shows the same instants."""
    return round(round(t, _DIGITS) * 3600)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        found = round(value, _DIGITS)
        return int(found) if found == int(found) and abs(found) < 1e15 else found
    if isinstance(value, Mapping):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(v) for v in value]
    return value


class EventLog:
    """Append-only; tells each entry to its listeners as it is emitted.

    An entry that is neither kept nor heard is only counted.

    Parameters
    ----------
    start : datetime
        The instant of ``t = 0``, with offset.
    keep : bool
        Whether entries are kept; a sweep folds them as they come and keeps none.
    """

    def __init__(self, start: datetime, *, keep: bool = True) -> None:
        self.start = start
        self.keep = keep
        self.entries: list[Entry] = []
        self.count = 0
        self._listeners: dict[str, list[Callable[[Entry], None]]] = {kind: [] for kind in KINDS}

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Call `listener` with every entry from now on; with those of its `kinds` only, where it names them."""
        for kind in getattr(listener, "kinds", KINDS):
            self._listeners[kind].append(listener)

    def add(
        self,
        t: float,
        kind: str,
        *,
        plan: str | None = None,
        actor: str | None = None,
        scheme: str | None = None,
        level: str | None = None,
        ref: str | None = None,
        clauses: tuple[str, ...] = (),
        detail: Mapping[str, Any] = _NOTHING,
    ) -> Entry | None:
        """Append one entry; None if nobody wants it."""
        listeners = self._listeners[kind]
        self.count += 1
        if not listeners and not self.keep:
            return None
        entry = Entry(self.count - 1, t, self.start, plan, kind, actor, scheme, level, ref, clauses, detail)
        if self.keep:
            self.entries.append(entry)
        for listener in listeners:
            listener(entry)
        return entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return self.count


def lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Each entry as one line of JSON."""
    for entry in entries:
        yield json.dumps(entry.as_dict(), ensure_ascii=False, separators=(",", ":")) + "\n"


def write_atomically(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a text whole or not at all; its line ends stay as they are."""
    write_bytes_atomically(path, text.encode(encoding))


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: to a temporary file beside it, then renamed."""
    if path.exists() and not path.is_file() and not path.is_dir():  # a device or a pipe is written to, not replaced
        path.write_bytes(data)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_jsonl(path: Path, entries: Iterable[Entry]) -> None:
    """Write ``log.jsonl``."""
    write_atomically(path, "".join(lines(entries)))


def read_jsonl(path: Path) -> list[Entry]:
    """Read ``log.jsonl`` back as entries.

    Raises
    ------
    ValueError
        If a line is no entry.
    """
    found: list[Entry] = []
    start: datetime | None = None
    # Not splitlines: a title may hold a line separator of Unicode, which JSON leaves as it is.
    for number, line in enumerate(path.read_text(encoding="utf-8").removesuffix("\n").split("\n"), 1):
        if not line and number == 1:
            break
        try:
            row = json.loads(line)
            start = start or datetime.fromisoformat(row["time"]) - timedelta(seconds=_seconds(row["t"]))
            found.append(
                Entry(
                    row["seq"],
                    row["t"],
                    start,
                    row["plan"],
                    row["kind"],
                    row["actor"],
                    row["scheme"],
                    row["level"],
                    row["ref"],
                    tuple(row["clauses"]),
                    row["detail"],
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}:{number}: not a log entry: {error}") from None
    return found


def write_csv(path: Path, entries: Iterable[Entry]) -> None:
    """Write the log for a spreadsheet; cells that would be formulas are made text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # so that a cell with either of them is quoted
    header = ("seq", "t", "time", "plan", "kind", "actor", "scheme", "level", "ref", "clauses", "detail")
    writer.writerow(header)
    for entry in entries:
        row = entry.as_dict()
        row["clauses"] = " ".join(row["clauses"])
        row["detail"] = json.dumps(row["detail"], ensure_ascii=False) if row["detail"] else ""
        writer.writerow([as_text(v) if isinstance(v := row[key], str) else v for key in header])
    # The mark at the front tells spreadsheets that the file is UTF-8.
    write_atomically(path, out.getvalue(), encoding="utf-8-sig")


def as_text(cell: str) -> str:
    """A text for a cell of a CSV file, which no spreadsheet takes for a formula.

    >>> as_text("=1+1"), as_text("ten days")
    ("'=1+1", 'ten days')
    """
    return "'" + cell if cell.startswith(FORMULA_STARTERS) else cell
