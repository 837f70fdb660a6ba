"""Where an exercise is kept: records that are appended and never changed.

A store has two methods, and a record is safe when `append` returns. SQLite in one file by default; PostgreSQL where
a school has one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from emergency.errors import InputError, MissingExtraError, Problem, RunError

__all__ = ["MemoryStore", "PostgresStore", "SqliteStore", "Store", "open_store"]

Record = dict[str, Any]
T = TypeVar("T")


class Store(Protocol):
    """What an exercise needs of a store."""

    def append(self, exercise: str, record: Record, number: int | None = None) -> int:
        """Keep one record for good; returns its number, from 0.

        Parameters
        ----------
        number : int, optional
            The number it has to get.

        Raises
        ------
        RunError
            If it would get another: somebody else goes on with the exercise too. Nothing has been kept then.
        """

    def read(self, exercise: str | None = None) -> list[Record]:
        """All records of an exercise in order; without a name, the first record of every exercise."""


class MemoryStore:
    """Keeps records as long as the program runs."""

    def __init__(self) -> None:
        self._records: dict[str, list[str]] = {}

    def append(self, exercise: str, record: Record, number: int | None = None) -> int:
        """Keep one record."""
        held = self._records.setdefault(exercise, [])
        _expect(exercise, number, len(held))
        held.append(_text(record))
        return len(held) - 1

    def read(self, exercise: str | None = None) -> list[Record]:
        """The records of an exercise, or the first of each."""
        texts = [held[0] for held in self._records.values()] if exercise is None else self._records.get(exercise, [])
        return [json.loads(text) for text in texts]


_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    exercise TEXT NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (exercise, number)
)"""
#: The number of the next record; the last one is found by the index, however many there are.
_NEXT = "SELECT COALESCE(MAX(number) + 1, 0) FROM record WHERE exercise = ?"
_APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS record_{verb} BEFORE {VERB} ON record
BEGIN SELECT RAISE(ABORT, 'records are appended, never changed'); END"""


class SqliteStore:
    """Records in one SQLite file: write-ahead log, every append on the disk before it returns.

    Raises
    ------
    InputError
        If the file cannot be opened, or is no such store.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(_SCHEMA)
            for verb in ("update", "delete"):
                self._db.execute(_APPEND_ONLY.format(verb=verb, VERB=verb.upper()))
        except (OSError, sqlite3.Error) as error:
            facts = {"path": str(path), "why": str(error)}
            raise InputError([Problem("file-unreadable", None, facts)]) from None

    def append(self, exercise: str, record: Record, number: int | None = None) -> int:
        """Keep one record; it is on the disk when this returns."""
        text = _text(record)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            [(following,)] = self._db.execute(_NEXT, (exercise,))
            _expect(exercise, number, int(following))
            self._db.execute("INSERT INTO record VALUES (?, ?, ?)", (exercise, following, text))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return int(following)

    def read(self, exercise: str | None = None) -> list[Record]:
        """The records of an exercise, or the first of each."""
        if exercise is None:
            rows = self._db.execute("SELECT body FROM record WHERE number = 0 ORDER BY rowid").fetchall()
        else:
            query = "SELECT body FROM record WHERE exercise = ? ORDER BY number"
            rows = self._db.execute(query, (exercise,)).fetchall()
        return [json.loads(text) for (text,) in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


class PostgresStore:
    """Records in a PostgreSQL database (14 or later), for which the `postgres` extra is needed.

    A connection that breaks is made again once for each call. Whether a record was kept when it broke is looked up,
    never guessed: kept twice or not at all, the exercise could not be gone on with.

    Raises
    ------
    InputError
        If the database cannot be reached.
    MissingExtraError
    RunError
        From `append` and `read`, if the database is lost and stays away.
    """

    def __init__(self, url: str) -> None:
        try:
            import psycopg  # noqa: PLC0415  an extra
        except ImportError:
            raise MissingExtraError("psycopg", "postgres") from None
        self._connect: Callable[[], Any] = lambda: psycopg.connect(url, autocommit=True)
        self._lost = (psycopg.OperationalError, psycopg.InterfaceError)
        self._doubt: dict[str, tuple[int, str]] = {}  # what was being appended when the connection broke
        self.where = url.partition("?")[0].rpartition("@")[2]  # never the password
        try:
            self._db = self._connect()
            with self._db.transaction():
                self._db.execute("SELECT pg_advisory_xact_lock(20240131)")  # two hosts may start at once
                self._db.execute(_SCHEMA.replace("number INTEGER", "number BIGINT"))
                self._db.execute(_POSTGRES_APPEND_ONLY)
        except psycopg.Error as error:
            raise InputError([Problem("file-unreadable", None, {"path": self.where, "why": _why(error)})]) from None

    def append(self, exercise: str, record: Record, number: int | None = None) -> int:
        """Keep one record; it is committed when this returns."""
        text = _text(record)

        def act() -> int:
            with self._db.transaction():
                # Waits for a transaction of ours that broke off and that the server is still about to end.
                self._db.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (exercise,))
                found = self._settled(exercise, text)
                if found is None:
                    row = self._db.execute(_NEXT.replace("?", "%s"), (exercise,)).fetchone()
                    found = int(row[0]) if row else 0
                    _expect(exercise, number, found)
                    self._doubt[exercise] = found, text
                    self._db.execute("INSERT INTO record VALUES (%s, %s, %s)", (exercise, found, text))
            del self._doubt[exercise]
            return found

        return self._again(act)

    def read(self, exercise: str | None = None) -> list[Record]:
        """The records of an exercise, or the first of each."""
        query, facts = "SELECT body FROM record WHERE number = 0 ORDER BY exercise", tuple[str, ...]()
        if exercise is not None:
            query, facts = "SELECT body FROM record WHERE exercise = %s ORDER BY number", (exercise,)
        rows = self._again(lambda: self._db.execute(query, facts).fetchall())
        return [json.loads(text) for (text,) in rows]

    def close(self) -> None:
        """Leave the database."""
        self._db.close()

    def _settled(self, exercise: str, text: str) -> int | None:
        """The number under which this very record was kept when the connection broke; None if it was not."""
        if exercise not in self._doubt:
            return None
        number, doubted = self._doubt[exercise]
        query = "SELECT body FROM record WHERE exercise = %s AND number = %s"
        row = self._db.execute(query, (exercise, number)).fetchone()
        if row is None or row[0] != doubted:
            return None
        if doubted != text:
            raise RunError(f"{self.where}: record {number} of {exercise} was kept and never acknowledged: resume it")
        return number

    def _again(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except self._lost as error:
            if not self._db.closed:
                raise RunError(f"{self.where}: {_why(error)}") from None
        try:
            self._db = self._connect()
            return act()
        except self._lost as error:
            raise RunError(f"{self.where}: {_why(error)}") from None


def _expect(exercise: str, number: int | None, following: int) -> None:
    if number is not None and number != following:
        raise RunError(f"{exercise}: record {number} is not the next one: it is gone on with elsewhere too")


def _why(error: Exception) -> str:
    """The first line of what the database says; a complaint about the address may repeat its password."""
    said = str(error).strip().partition("\n")[0]
    return said if type(error).__name__ == "OperationalError" and said else type(error).__name__


_POSTGRES_APPEND_ONLY = """
CREATE OR REPLACE FUNCTION record_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'records are appended, never changed'; END $$;
CREATE OR REPLACE TRIGGER record_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON record
FOR EACH STATEMENT EXECUTE FUNCTION record_stays();
"""


def open_store(where: str) -> SqliteStore | PostgresStore:
    """A store by its path, or by its ``postgresql://`` address."""
    if where.startswith(("postgresql://", "postgres://")):
        return PostgresStore(where)
    return SqliteStore(Path(where))


def _text(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
