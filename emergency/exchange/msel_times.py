"""Times in an events list: as a clock shows them, as a date, or as what has passed since the start.

Everything comes to hours [h] after the start of the scenario, on whole minutes: a list is kept by people with
watches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import isfinite

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from emergency.exchange.msel_sheet import Value
from emergency.quantity import Duration
from emergency.scenario import Assumption

__all__ = ["Clock", "as_elapsed", "elapsed_hours", "likely_hours", "moment_of", "written"]

_LONGEST = 24.0 * 366 * 100  # [h]: a hundred years
_DATE = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?(?:[T\s,，]+(?P<clock>.+))?"
)
_SHORT = re.compile(r"(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日(?:\s*(?P<clock>.+))?")
_CLOCK = re.compile(r"(\d{1,2})\s*[:：时点]\s*(?:(\d{1,2})\s*分?)?(?:[:：]\d{1,2}(?:\.0+)?)?")
_ELAPSED = re.compile(r"(?:T\s*\+\s*|\+\s*)?(\d{1,6})\s*[:：]\s*([0-5]?\d)(?:[:：]\d{1,2})?", re.IGNORECASE)
_MARK = re.compile(r"T\s*\+\s*|\+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """How times on the wall of an exercise go with the times of its scenario.

    Attributes
    ----------
    start : when the scenario begins, local time.
    wall : when the exercise begins; by default as the scenario does.
    pace : hours of the scenario in an hour of the exercise.
    """

    start: datetime
    wall: datetime | None = None
    pace: float = 1.0

    def planned(self, hours: float) -> datetime | None:
        """When on the wall it is so many hours into the scenario; None beyond what a calendar holds."""
        return _later(self.wall or self.start, hours / self.pace)

    def moment(self, hours: float) -> datetime | None:
        """The instant of the scenario."""
        return _later(self.start, hours)

    def from_planned(self, moment: datetime) -> float:
        """Hours into the scenario at a time on the wall, to the minute."""
        return rounded((moment - (self.wall or self.start)) / timedelta(hours=1) * self.pace)

    def from_moment(self, moment: datetime) -> float:
        """Hours into the scenario at an instant of it, to the minute."""
        return rounded((moment - self.start) / timedelta(hours=1))


def _later(start: datetime, hours: float) -> datetime | None:
    try:
        return start + timedelta(minutes=round(hours * 60))
    except OverflowError:
        return None


def rounded(hours: float) -> float:
    """To whole minutes."""
    return round(hours * 60) / 60


def moment_of(value: Value, start: datetime) -> datetime | None:
    """The moment a cell tells: a date and time, or a time of day on the day of `start`; None if it is none.

    >>> moment_of("7月2日 9时30分", datetime(2026, 7, 1, 8)), moment_of("08:30", datetime(2026, 7, 1, 8))
    (datetime.datetime(2026, 7, 2, 9, 30), datetime.datetime(2026, 7, 1, 8, 30))
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, time):
        return datetime.combine(start.date(), value.replace(tzinfo=None))
    if not isinstance(value, str):
        return None
    text = value.strip()
    dated = _DATE.fullmatch(text) or _SHORT.fullmatch(text)
    clock = (dated["clock"] if dated else text) or "00:00"
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return None
    parts = dated.groupdict() if dated else {}
    try:
        year, month, day = (int(parts.get(k) or getattr(start, k)) for k in ("year", "month", "day"))
        return datetime(year, month, day, int(found[1]), int(found[2] or 0))  # noqa: DTZ001  local, as start is
    except ValueError:
        return None


def elapsed_hours(value: Value) -> float | None:
    """Hours a cell tells to have passed; None if it tells none.

    >>> elapsed_hours("T+26:30"), elapsed_hours("26.5 h"), elapsed_hours("1 d"), elapsed_hours(3)
    (26.5, 26.5, 24.0, 3.0)
    """
    if isinstance(value, timedelta):
        found = value / timedelta(hours=1)
    elif isinstance(value, time):
        found = value.hour + value.minute / 60
    elif isinstance(value, int | float):
        found = float(value)
    elif isinstance(value, str):
        clock = _ELAPSED.fullmatch(value.strip())
        given = int(clock[1]) + int(clock[2]) / 60 if clock else _duration(_MARK.sub("", value.strip(), count=1))
        if given is None:
            return None
        found = given
    else:
        return None
    return rounded(found) if isfinite(found) and 0.0 <= found <= _LONGEST else None


def _duration(text: str) -> float | None:
    try:
        return Duration.parse(text).plain_hours
    except (PydanticCustomError, ValueError):
        return None


def as_elapsed(hours: float) -> str:
    """So many hours as a list shows them.

    >>> as_elapsed(26.5)
    'T+26:30'
    """
    minutes = round(hours * 60)
    return f"T+{minutes // 60}:{minutes % 60:02d}"


def written(hours: float) -> str:
    """So many hours as a scenario file says it: ``26 h``, or ``1590 min``.

    >>> written(26.5), written(26.0)
    ('1590 min', '26 h')
    """
    minutes = round(hours * 60)
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"


def likely_hours(supposed: object) -> float | None:
    """The likely value [h] of a supposition as written, to the minute; None if it is no time."""
    try:
        found = Assumption.model_validate(supposed)
    except ValidationError:
        return None
    if found.dimension != "time":
        return None
    n = found.numbers
    likely = n[1] if found.range is not None else sum(n) / 2 if found.uniform is not None else n[0]
    return rounded(likely) if isfinite(likely) and likely <= _LONGEST else None
