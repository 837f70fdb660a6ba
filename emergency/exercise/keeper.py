"""A session that survives: every command is kept before it is acknowledged, and replayed to go on.

A record is a command with the scenario time at which it was given and the digest of the log up to then. A replay
that comes to another log is refused, with the first entry that differs: a plan, a scenario or an engine has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emergency.errors import RefusedError
from emergency.exercise import command as c
from emergency.exercise.session import Session
from emergency.exercise.store import Store
from emergency.incident import Prepared
from emergency.log import Entry

__all__ = ["Divergence", "Keeper", "NotOffered", "Receipt", "branch", "replay"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an exercise rests on: the same things lead to the same log.

    Attributes
    ----------
    scenario : str
        Its id.
    sha256 : mapping
        The digest of the file of the scenario and of each plan, by id.
    version : str
        Of the engine.
    settings : tuple of str
        Changes made to the scenario (``key=value``).
    """

    scenario: str
    sha256: Mapping[str, str]
    version: str
    seed: int
    run: int = 0
    settings: tuple[str, ...] = ()
    title: str = ""

    def as_record(self) -> dict[str, Any]:
        """The first record of an exercise."""
        return {
            "scenario": self.scenario,
            "sha256": dict(self.sha256),
            "version": self.version,
            "seed": self.seed,
            "run": self.run,
            "settings": list(self.settings),
            "title": self.title,
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Receipt:
        """The receipt in a first record."""
        return cls(**{**record, "settings": tuple(record["settings"])})


class Divergence(RefusedError):
    """A replay has come to another log than the exercise had.

    Attributes
    ----------
    record : int
        The record before which the logs differ.
    entry : Entry or None
        The first entry that differs, as replayed; None if the replay has none there.
    """

    def __init__(self, record: int, entry: Entry | None) -> None:
        self.record, self.entry = record, entry
        shown = "nothing" if entry is None else repr(entry)
        facts = {"record": record, "entry": shown}
        super().__init__(f"the log differs before record {record}: {shown}", code="divergence", facts=facts)


@dataclass(slots=True)
class NotOffered:
    """A command that the incident no longer has a place for."""

    record: int
    t: float
    command: c.Command
    why: str
    clauses: tuple[str, ...]


@dataclass(slots=True)
class Replay:
    """A session made again from records.

    Attributes
    ----------
    not_offered : commands kept but not carried out, each with the clause, where the plan has been edited.
    marked : entries of the log that its records speak of; those that the last command made are not among them.
    """

    session: Session
    not_offered: list[NotOffered] = field(default_factory=list)
    marked: int = 0


def replay(prepared: Prepared, records: Iterable[Mapping[str, Any]], *, edited: bool = False) -> Replay:
    """Make a session again from its records.

    Parameters
    ----------
    records : iterable of mapping
        As a store gives them, the receipt first; a part of them branches off where it ends.
    edited : bool
        Whether the plan or scenario is another than it was: digests are not compared then, and a decision that is
        no longer offered is kept aside with its clause, while the rest goes on.

    Raises
    ------
    Divergence
        If the log comes out otherwise, unless it is meant to.
    """
    first, *rest = records
    receipt = Receipt.of(first)
    found = Replay(Session(prepared, receipt.seed, receipt.run))
    session = found.session
    before = 0
    for number, record in enumerate(rest, 1):
        session.run_to(float(record["t"]))
        if not edited:
            _compare(session, record, number, before)
        found.marked = before = len(session.marks)
        command = c.from_data(record["command"])
        try:
            session.apply(command)
        except RefusedError as error:
            if edited and error.code != "not-authorised":
                found.not_offered.append(
                    NotOffered(number, session.now, command, str(error), error.clauses or _about(session, command))
                )
    return found


def branch(store: Store, name: str, new: str, until: float | None = None) -> tuple[int, float]:
    """Begin an exercise that is another one up to a scenario time [h], to go on otherwise from there.

    Parameters
    ----------
    until : float, optional
        Commands given later are left out; none are, without it.

    Returns
    -------
    int, float
        How many commands it has, and the scenario time of the last [h].

    Raises
    ------
    RefusedError
        If the store holds an exercise of that name already.
    """
    if store.read(new):
        raise RefusedError(f"there is an exercise {new} already", code="name-taken", facts={"name": new})
    first, *rest = store.read(name)
    kept = [record for record in rest if until is None or float(record["t"]) <= until]
    store.append(new, {**first, "title": new})
    for record in kept:
        store.append(new, record)
    return len(kept), float(kept[-1]["t"]) if kept else 0.0


def _about(session: Session, command: c.Command) -> tuple[str, ...]:
    return session.clauses_of(command) if isinstance(command, c.Decide) else ()


def _compare(session: Session, record: Mapping[str, Any], number: int, before: int) -> None:
    if record["digest"] == session.digest:
        return
    told, now = list(record["marks"]), session.marks[before:]
    same = next((k for k, (a, b) in enumerate(zip(told, now, strict=False)) if a != b), min(len(told), len(now)))
    entries = session.log.entries
    raise Divergence(number, entries[before + same] if before + same < len(entries) else None)


class Keeper:
    """A session and its store: what is acknowledged is kept.

    Parameters
    ----------
    name : str
        The exercise's name in the store; one that is there already is gone on with.

    Raises
    ------
    Divergence
        If the exercise is there and does not come out as it was.
    """

    def __init__(self, store: Store, name: str, prepared: Prepared, receipt: Receipt) -> None:
        self.store, self.name = store, name
        records = store.read(name)
        if records:
            found = replay(prepared, records)
        else:
            store.append(name, receipt.as_record(), 0)
            found = Replay(Session(prepared, receipt.seed, receipt.run))
        self.session, self._marked = found.session, found.marked
        self._kept = max(1, len(records))

    def give(self, command: c.Command, t: float) -> None:
        """Give a command at scenario time `t` [h]: check it, keep it, then carry it out.

        Raises
        ------
        RefusedError
            If it may not be given; only an attempt at another seat's decision is kept and told all the same.
    RunError
        If somebody else goes on with the same exercise; it has to be opened anew then.
        """
        session = self.session
        session.run_to(t)
        session.check(command)
        record = {
            "t": session.now,
            "digest": session.digest,
            "marks": session.marks[self._marked :],
            "command": c.to_data(command),
        }
        self.store.append(self.name, record, self._kept)
        self._kept += 1
        self._marked = len(session.marks)
        session.do(command)
