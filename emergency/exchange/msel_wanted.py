"""What is asked of a scenario besides the rows of its list: when it starts, how its clock runs, how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pydantic_core import PydanticCustomError

from emergency.errors import Problem
from emergency.exchange.msel_reading import EventsList
from emergency.exchange.msel_sheet import Cell, Value
from emergency.exchange.msel_times import Clock, moment_of
from emergency.quantity import Duration
from emergency.scenario import Scenario
from emergency.source import Where
from emergency.words.exchange import problem

__all__ = ["TIMES", "Settings", "Wanted", "local_moment"]

#: Columns that tell a time, the surest first; one of them may be said to count alone.
TIMES = ("elapsed", "moment", "planned")
_DAY = datetime(2000, 1, 1)  # noqa: DTZ001  completes what is no date, and is then refused


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes
    ----------
    id : of the scenario.
    start, wall : local times as written; by default those the list's second sheet tells.
    times : which of `TIMES` counts where a row's times differ.
    """

    id: str
    start: str | None = None
    wall: str | None = None
    pace: float | None = None
    times: str | None = None


@dataclass(slots=True)
class Settings:
    """What came of it, or stands in for what is wrong with it, so that the rows can be looked at all the same.

    Attributes
    ----------
    start_at : where the start is told.
    started : whether it is.
    length : of the scenario [h]; None where it depends on the calendar.
    """

    clock: Clock
    start_at: Where
    started: bool
    horizon: str
    length: float | None
    seed: str
    times: str | None
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, made: EventsList, base: Scenario, wanted: Wanted) -> Settings:
        """The settings of a list: as asked for, else as its second sheet has them, else as the base has them."""
        problems: list[Problem] = []
        about = made.about
        start, start_at = _local(wanted.start, about.get("start"), "--start", problems)
        if start is None and not problems:
            problems.append(problem("msel-no-start", Where(str(made.path))))
        wall, _ = _local(wanted.wall, about.get("wall"), "--wall", problems)
        if wanted.wall is None and _same(about.get("wall"), about.get("start")):
            wall = None  # the exercise begins with the scenario, also with another start
        horizon = about["horizon"].text if "horizon" in about else str(base.horizon)
        clock = Clock(start or base.start, wall, wanted.pace or _pace(about.get("pace")))
        seed = about["seed"].text if "seed" in about else str(base.seed)
        place = start_at or Where(str(made.path))
        return cls(clock, place, start is not None, horizon, _length(horizon), seed, wanted.times, problems)


def _local(
    asked: str | None, cell: Cell | None, option: str, problems: list[Problem]
) -> tuple[datetime | None, Where | None]:
    where = Where(option) if asked is not None else cell.where if cell is not None else None
    if where is None or (asked is None and cell is not None and cell.formula):
        return None, where
    value: Value = asked if asked is not None else cell.value if cell is not None else ""
    found = local_moment(value)
    if found is None:
        problems.append(problem("msel-bad-start", where, {"value": value}))
    return found, where


def local_moment(value: Value) -> datetime | None:
    """A local date and time as written, or in a cell; None if it is none, or tells an offset."""
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            found = moment_of(value, _DAY) or _DAY
        return None if found.tzinfo is not None or found.date() == _DAY.date() else found.replace(second=0)
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else None


def _same(one: Cell | None, other: Cell | None) -> bool:
    return one is not None and other is not None and one.value == other.value


def _pace(cell: Cell | None) -> float:
    try:
        found = float(cell.text) if cell is not None else 1.0
    except ValueError:
        return 1.0
    return found if 0.0 < found <= 1e6 else 1.0


def _length(horizon: str) -> float | None:
    try:
        return Duration.parse(horizon).plain_hours
    except (PydanticCustomError, ValueError):
        return None
