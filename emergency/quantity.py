"""Amounts with units, durations of three kinds, and the working calendar.

Three kinds of duration are never converted into one another: *clock* time (``90 min``, ``24 h``), *calendar*
time (``10 d``, ``9 months``), *workdays* (``7 workdays``). ``days-of-demand`` is a unit of stock, not of time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Self
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from pydantic_core import PydanticCustomError

from emergency.source import Leaf

__all__ = ["CALENDARS", "UNITS", "Amount", "Duration", "Range", "WorkCalendar", "number"]

# At most 12 digits: what is longer is no figure of a plan, and hundreds of digits would become infinite.
NUMBER = r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})"

#: unit → (dimension, factor to the dimension's base unit).
UNITS: dict[str, tuple[str, float]] = {
    "": ("number", 1.0),
    "%": ("number", 0.01),
    "t": ("mass", 1.0),
    "kg": ("mass", 0.001),
    "t/d": ("mass rate", 1.0 / 24),
    "t/h": ("mass rate", 1.0),
    "mu": ("area", 1.0),
    "ha": ("area", 15.0),
    "km": ("length", 1.0),
    "/d": ("rate", 1.0 / 24),
    "/mu/d": ("rate per area", 1.0 / 24),
    "CNY": ("money", 1.0),
    "CNY/kg": ("price", 1.0),
    "days-of-demand": ("days of demand", 1.0),
    "days-of-demand/d": ("days of demand per day", 1.0),
    "places": ("count", 1.0),
    "stations": ("count", 1.0),
    "households": ("count", 1.0),
    "persons": ("count", 1.0),
    "levels": ("count", 1.0),
    "flag": ("flag", 1.0),
}

_DURATION_UNITS: dict[str, tuple[str, float]] = {
    "min": ("clock", 1 / 60),
    "h": ("clock", 1.0),
    "d": ("calendar", 24.0),
    "week": ("calendar", 168.0),
    "month": ("calendar", 0.0),
    "year": ("calendar", 0.0),
    "workday": ("workday", 0.0),
}


def number(text: str) -> float:
    """Read a plain decimal number; ``nan``, ``inf``, ``1_0`` and ``1e5`` are no numbers here."""
    if not re.fullmatch(NUMBER, text):
        raise PydanticCustomError("bad-number", "bad number {value}", {"value": text})
    return float(text)


def _plain(value: float) -> str:
    """All digits, and no exponent: what is printed can be read again."""
    shown = f"{Decimal(repr(value)):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


@dataclass(frozen=True, slots=True)
class Amount(Leaf):
    """A number with a unit of `UNITS`: ``10 days-of-demand``, ``50 %``, ``5428 t``."""

    value: float
    unit: str = ""

    pattern = rf"^{NUMBER}( ?\S+)?$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an amount."""
        match = re.fullmatch(rf"({NUMBER}) ?(\D\S*)?", text.strip())
        if not match:
            raise PydanticCustomError("bad-amount", "bad amount {value}", {"value": text})
        unit = match[2] or ""
        if unit not in UNITS:
            raise PydanticCustomError("unknown-unit", "unknown unit {unit}", {"unit": unit, "value": text})
        return cls(float(match[1]), unit)

    @property
    def dimension(self) -> str:
        """What kind of quantity this is."""
        return UNITS[self.unit][0]

    @property
    def base(self) -> float:
        """The number in the dimension's base unit, e.g. ``50 %`` → 0.5."""
        return self.value * UNITS[self.unit][1]

    def __str__(self) -> str:
        return f"{_plain(self.value)} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Range(Leaf):
    """A printed range of whole things, ``1..2 stations``."""

    low: float
    high: float
    unit: str = ""

    pattern = rf"^{NUMBER}\.\.{NUMBER}( ?\S+)?$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a range; the lower end comes first."""
        match = re.fullmatch(rf"({NUMBER})\.\.({NUMBER}) ?(\D\S*)?", text.strip())
        if not match or float(match[1]) > float(match[2]):
            raise PydanticCustomError("bad-amount", "bad range {value}", {"value": text})
        unit = match[3] or ""
        if unit not in UNITS:
            raise PydanticCustomError("unknown-unit", "unknown unit {unit}", {"unit": unit, "value": text})
        return cls(float(match[1]), float(match[2]), unit)

    def __str__(self) -> str:
        return f"{_plain(self.low)}..{_plain(self.high)} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Duration(Leaf):
    """A length of time: ``30 min``, ``24 h`` (clock), ``1 d``, ``9 months`` (calendar), ``7 workdays``."""

    value: float
    unit: str

    pattern = rf"^{NUMBER} ?(min|h|d|days?|weeks?|months?|years?|workdays?)$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a duration; it cannot be negative, and calendar units take whole numbers."""
        match = re.fullmatch(rf"({NUMBER}) ?(min|h|d|(?:day|week|month|year|workday)s?)", text.strip())
        unit = match[2].removesuffix("s") if match else ""
        unit = "d" if unit == "day" else unit
        if not match:
            raise PydanticCustomError("bad-duration", "bad duration {value}", {"value": text})
        value = float(match[1])
        if value < 0 or (unit in ("month", "year", "workday") and value != int(value)):
            raise PydanticCustomError("bad-duration", "bad duration {value}", {"value": text})
        return cls(value, unit)

    @property
    def kind(self) -> str:
        """``clock``, ``calendar`` or ``workday``."""
        return _DURATION_UNITS[self.unit][0]

    def after(self, start: datetime, calendar: WorkCalendar) -> datetime:
        """The instant this long after `start`; workdays run to the close of the last one."""
        if self.unit == "workday":
            return calendar.add_workdays(start, int(self.value))
        if self.unit in ("month", "year"):
            return start + relativedelta(**{self.unit + "s": int(self.value)})  # type: ignore[arg-type]
        return start + timedelta(hours=self.value * _DURATION_UNITS[self.unit][1])

    def hours(self, start: datetime, calendar: WorkCalendar) -> float:
        """The length in hours [h] when it begins at `start`."""
        return (self.after(start, calendar) - start).total_seconds() / 3600

    @property
    def plain_hours(self) -> float:
        """The length in hours [h] where it needs no calendar.

        Raises
        ------
        PydanticCustomError
            A ValueError: for months, years and workdays, whose length depends on where they begin.
        """
        factor = _DURATION_UNITS[self.unit][1]
        if not factor:
            raise PydanticCustomError("no-fixed-length", "{value} has no fixed length", {"value": str(self)})
        return self.value * factor

    def __str__(self) -> str:
        plural = "s" if self.value != 1 and self.unit not in ("min", "h", "d") else ""
        return f"{_plain(self.value)} {self.unit}{plural}"


def _no_holidays(day: date) -> bool:
    return day.weekday() < 5


@cache
def _chinese_calendar() -> Callable[[date], bool]:
    import chinese_calendar  # noqa: PLC0415  loaded only by jurisdictions that name it

    return chinese_calendar.is_workday  # type: ignore[no-any-return]


#: Calendars a jurisdiction may name → a function that gives `is_workday(date)`; the second raises
#: NotImplementedError for years its package does not cover yet.
CALENDARS: dict[str, Callable[[], Callable[[date], bool]]] = {
    "weekdays": lambda: _no_holidays,
    "chinese-calendar": _chinese_calendar,
}


class WorkCalendar:
    """Office hours on working days, holidays and make-up workdays included.

    Parameters
    ----------
    zone : str
        IANA name of the time zone, e.g. ``Asia/Shanghai``.
    office : list of (time, time)
        Opening periods of a working day, in order.
    calendar : str
        A key of `CALENDARS`.
    days : mapping of date to bool, optional
        Days given by hand (True = working day); they go before the calendar.
    """

    def __init__(
        self,
        zone: str,
        office: list[tuple[time, time]],
        calendar: str = "weekdays",
        days: Mapping[date, bool] | None = None,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.office = office
        self.days = dict(days or {})
        self._is_workday = CALENDARS[calendar]()

    def is_workday(self, day: date) -> bool:
        """Whether offices open that day.

        Raises
        ------
        NotImplementedError
            For a day outside the calendar that was not given by hand.
        """
        given = self.days.get(day)
        return self._is_workday(day) if given is None else given

    def periods(self, day: date) -> list[tuple[datetime, datetime]]:
        """The opening periods of one day, empty on a day off."""
        if not self.is_workday(day):
            return []
        return [
            (datetime.combine(day, a, self.zone), datetime.combine(day, b, self.zone)) for a, b in self.office
        ]

    def add_workdays(self, start: datetime, count: int) -> datetime:
        """The close of the `count`-th working day after the day of `start`."""
        day = start.astimezone(self.zone).date()
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return datetime.combine(day, self.office[-1][1], self.zone)

    def opening_hours(self, start: datetime, horizon: float) -> OpeningHours:
        """The opening periods from `start` over `horizon` [h], as hours from `start`."""
        spans: list[tuple[float, float]] = []
        day = start.astimezone(self.zone).date()
        # Two weeks more than asked: a step that begins at the horizon still finds its next opening.
        last = (start + timedelta(hours=horizon)).astimezone(self.zone).date() + timedelta(days=14)
        while day <= last:
            try:
                periods = self.periods(day)
            except NotImplementedError:
                if day <= last - timedelta(days=14):
                    raise
                break
            spans += [
                ((a - start).total_seconds() / 3600, (b - start).total_seconds() / 3600) for a, b in periods
            ]
            day += timedelta(days=1)
        return OpeningHours([a for a, _ in spans], [b for _, b in spans])


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Opening periods as sorted hours; shared by all runs of a scenario."""

    opens: list[float]
    closes: list[float]

    def is_open(self, t: float) -> bool:
        """Whether offices are open at `t` [h]."""
        i = bisect_right(self.opens, t) - 1
        return i >= 0 and t < self.closes[i]

    def next_open(self, t: float) -> float:
        """The first instant [h] from `t` on at which offices are open; inf beyond the calendar."""
        i = bisect_right(self.opens, t)
        if i and t < self.closes[i - 1]:
            return t
        return self.opens[i] if i < len(self.opens) else float("inf")
