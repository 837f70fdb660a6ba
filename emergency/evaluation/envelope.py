"""The envelope: the same scenario played plan-perfect many times, and where a team lay in it.

Plan-perfect is what the policy `AsWritten` does with no behaviour of its own: what the plan asks as soon as it is
known, lengths of work drawn from the scenario, the readings where the plan is silent.

Every milestone has up to two numbers: when it came (``at``), and how long it took since it was asked for (``took``).
The first carries all that went before; only the second can be held against those who acted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, simulate
from emergency.log import Entry, EventLog
from emergency.machine import Program
from emergency.seat import AsWritten
from emergency.source import Id

__all__ = ["Band", "Envelope", "Mark", "Milestones", "Position", "milestones_of", "perfect_run", "play_perfect"]

_DIGITS = 6
_TOLERANCE = 1e-6
_SURE = 0.95  # share of plan-perfect plays in which what happens is held to belong to the plan
_DONE = {"measure-done": "done", "report-sent": "sent", "published": "published"}


class Mark(NamedTuple):
    """One number of one milestone.

    Attributes
    ----------
    number : ``at`` [h] or ``took`` [h]; ``amount`` of what a world left unmet [t].
    kind : ``entered``, ``done``, ``sent``, ``published``, ``ended`` or ``unmet``.
    plan : empty for a world.
    ref : the value entered, the id of the measure, report or publication; the world's name.
    """

    number: str
    kind: str
    plan: str
    ref: str


class Milestones:
    """The milestones of one run, folded from its entries; of what comes several times, the first.

    Attributes
    ----------
    found : dict of Mark to float
    """

    def __init__(self, programs: Mapping[str, Program]) -> None:
        self.programs = programs
        self.found: dict[Mark, float] = {}
        self.until = 0.0

    def __call__(self, entry: Entry) -> None:
        """Take one entry in."""
        self.until = entry.t
        if entry.kind in _DONE:
            self._reach(_DONE[entry.kind], entry, entry.detail.get("took"))
        elif entry.kind == "decided":
            mark = Mark("took", "entered", entry.plan or "", entry.ref or "")
            self.found.setdefault(mark, _r(entry.detail["took"]))
        elif entry.kind == "entered":
            self._entered(entry)
        elif entry.kind == "ended":
            self._unmet(entry.detail)

    def _reach(self, kind: str, entry: Entry, took: float | None) -> None:
        at = Mark("at", kind, entry.plan or "", entry.ref or "")
        if at not in self.found:
            self.found[at] = _r(entry.t)
            if took is not None:
                self.found[at._replace(number="took")] = _r(took)

    def _entered(self, entry: Entry) -> None:
        self._reach("entered", entry, None)
        says = self.programs[entry.plan or ""].plan.schemes[Id(entry.scheme or "")]
        if says.kind != "response":
            return
        over = Mark("at", "ended", entry.plan or "", entry.scheme or "")
        if entry.level in says.levels:
            self.found.pop(over, None)
        elif entry.detail.get("from") in says.levels:
            self.found[over] = _r(entry.t)

    def _unmet(self, detail: Mapping[str, Any]) -> None:
        books = {"": detail.get("demand", {})}
        books |= {name: one["demand"] for name, one in detail.get("markets", {}).items()}
        for name, book in books.items():
            totals = [total for goods in book.values() for total in goods.values()]
            if totals:
                unmet = sum(total["limited"] + total["short"] for total in totals)
                self.found[Mark("amount", "unmet", "", name)] = _r(unmet)


@dataclass(frozen=True, slots=True)
class Band:
    """One number over all plan-perfect plays.

    Attributes
    ----------
    share : of the plays in which there is such a number.
    low, middle, high : its quantiles 5, 50 and 95 % among these.
    least, most : the least and greatest of all.
    """

    share: float
    low: float
    middle: float
    high: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Position:
    """Where a team lay in the envelope.

    Attributes
    ----------
    value : float or None
        None for what did not come.
    verdict : str
        ``within``; ``earlier`` or ``later`` than in every plan-perfect play (of amounts: less, more), for with a
        hundred milestones a band of 90 % would blame a faultless team ten times; ``never`` came though it nearly
        always does; ``only-here`` came though it nearly never does; ``open`` when the exercise was over before one
        could tell.
    """

    mark: Mark
    band: Band | None
    value: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """The bands of all milestones.

    Attributes
    ----------
    runs, seed : how many plays there were, and of which seed.
    """

    runs: int
    seed: int
    bands: Mapping[Mark, Band]

    def place(self, team: Milestones) -> list[Position]:
        """Where the milestones of a team lay, in the order in which plan-perfect play comes to them."""
        marks = dict.fromkeys((*self.bands, *team.found))
        found = [self._position(mark, team) for mark in marks]
        return sorted(found, key=lambda p: (p.mark.number, p.band.middle if p.band else p.value or 0.0))

    def _position(self, mark: Mark, team: Milestones) -> Position:
        band, value = self.bands.get(mark), team.found.get(mark)
        return Position(mark, band, value, self._verdict(mark, band, value, team.until))

    def _verdict(self, mark: Mark, band: Band | None, value: float | None, until: float) -> str:
        if value is None:
            assert band is not None
            when = self.bands.get(mark._replace(number="at"))
            told = when is not None and when.most <= until
            return "open" if not told else "never" if band.share >= _SURE else "within"
        if band is None or band.share <= 1 - _SURE:
            return "only-here"
        if value < band.least - _TOLERANCE:
            return "earlier"
        return "later" if value > band.most + _TOLERANCE else "within"


def milestones_of(entries: Iterable[Entry], programs: Mapping[str, Program]) -> Milestones:
    """The milestones of a kept log."""
    found = Milestones(programs)
    for entry in entries:
        found(entry)
    return found


def play_perfect(
    prepared: Prepared,
    seed: int,
    runs: int = 500,
    *,
    first: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Envelope:
    """Play a scenario plan-perfect many times.

    Parameters
    ----------
    seed, first, runs : int
        The runs `first`, `first` + 1, … of that seed.
    progress : callable, optional
        Told how many are done, and of how many.
    """
    values: dict[Mark, list[float]] = {}
    for number in range(runs):
        for mark, value in perfect_run(prepared, seed, first + number).found.items():
            values.setdefault(mark, []).append(value)
        if progress is not None:
            progress(number + 1, runs)
    return Envelope(runs, seed, {mark: _band(one, runs) for mark, one in values.items()})


def perfect_run(prepared: Prepared, seed: int, number: int) -> Milestones:
    """The milestones of one plan-perfect play."""
    found = Milestones({id: ready.program for id, ready in prepared.plans.items()})
    log = EventLog(prepared.start, keep=False)
    log.listen(found)
    stream = Chance(seed).run(number)
    simulate(Incident(prepared, stream, log), AsWritten(prepared.work, (), stream))
    return found


def _band(values: list[float], runs: int) -> Band:
    low, middle, high = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
    return Band(len(values) / runs, low, middle, high, min(values), max(values))


def _r(value: float) -> float:
    return round(float(value), _DIGITS)
