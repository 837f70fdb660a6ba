"""Amounts, durations of three kinds that are never converted, and the working calendar."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError
from strategies import amounts, durations, numbers

from emergency.quantity import UNITS, Amount, Duration, Range, WorkCalendar, number

OFFICE = [(time(8), time(12)), (time(14, 30), time(17, 30))]
CALENDAR = WorkCalendar("Asia/Shanghai", OFFICE, "chinese-calendar")
ZONE = CALENDAR.zone


def at(text: str) -> datetime:
    """An instant on the island."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# ------------------------------------------------------------------------------------------- reading


@given(amounts)
def test_an_amount_printed_can_be_read_again(amount: Amount) -> None:
    """All digits survive printing, and no exponent is printed."""
    assert Amount.parse(str(amount)) == amount
    assert re.fullmatch(Amount.pattern, str(amount))


@given(durations)
def test_a_duration_printed_can_be_read_again(duration: Duration) -> None:
    """All digits survive printing; one is singular and many are plural."""
    assert Duration.parse(str(duration)) == duration
    assert re.fullmatch(Duration.pattern, str(duration))


@given(st.tuples(numbers, numbers).map(sorted), st.sampled_from(sorted(UNITS)))
def test_a_range_printed_can_be_read_again(ends: list[float], unit: str) -> None:
    """The lower end stands first."""
    one = Range(ends[0], ends[1], unit)
    assert Range.parse(str(one)) == one


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e5", "1_0", "", "１０", "0x10", "1,000", "1" * 13, "1."])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Words, exponents, underscores, wide digits, and more digits than any figure of a plan are no numbers."""
    for read in (number, Amount.parse, Duration.parse, Range.parse):
        with pytest.raises(PydanticCustomError):
            read(text)


@pytest.mark.parametrize("text", ["10 bananas", "10 T", "10 days of demand", "10 t d"])
def test_an_unknown_unit_is_refused(text: str) -> None:
    """A unit is one of the list, letter by letter."""
    with pytest.raises(PydanticCustomError):
        Amount.parse(text)


@pytest.mark.parametrize(
    "text", ["-1 h", "1.5 months", "0.5 workdays", "1", "h", "5 s", "3 hs", "2 mins", "1 ds", "1 h 30 min", "5 H"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """No negative time, no part of a month, year or workday, no unit beyond the list."""
    with pytest.raises(PydanticCustomError) as refused:
        Duration.parse(text)
    assert refused.value.type == "bad-duration"


@given(st.from_regex(r"[0-9]{1,2}(\.[0-9])? ?[a-z]{1,8}", fullmatch=True))
def test_the_pattern_and_the_reader_agree(text: str) -> None:
    """What the JSON schema's pattern accepts is what is read, but for parts of a month, year or workday."""
    try:
        Duration.parse(text)
    except PydanticCustomError:
        assert not re.fullmatch(Duration.pattern, text) or "." in text
    else:
        assert re.fullmatch(Duration.pattern, text)


def test_base_units() -> None:
    """A guard compares in base units: shares as fractions, rates per hour."""
    assert Amount.parse("50 %").base == 0.5
    assert Amount.parse("24 t/d").base == pytest.approx(1.0)
    assert Amount.parse("5 kg").base == 0.005
    assert Amount.parse("10 days-of-demand").dimension != Duration.parse("10 d").kind


# ---------------------------------------------------------------------------------------- three kinds


def test_kinds_are_not_converted() -> None:
    """Thirty days are no month, seven workdays are no week: months, years and workdays have no fixed length."""
    assert [Duration.parse(t).kind for t in ("24 h", "1 d", "9 months", "7 workdays")] == [
        "clock", "calendar", "calendar", "workday",
    ]  # fmt: skip
    assert Duration.parse("1 week").plain_hours == 168
    for text in ("1 month", "2 years", "3 workdays"):
        with pytest.raises(ValueError, match="no fixed length"):
            _ = Duration.parse(text).plain_hours


@pytest.mark.parametrize(
    ("length", "start", "end"),
    [
        ("30 min", "2026-03-31T23:45", "2026-04-01T00:15"),
        ("1 month", "2026-01-31T09:00", "2026-02-28T09:00"),
        ("9 months", "2026-03-02T09:00", "2026-12-02T09:00"),
        ("1 year", "2024-02-29T09:00", "2025-02-28T09:00"),
        ("1 workday", "2026-07-10T16:00", "2026-07-13T17:30"),  # Friday to Monday's close
        ("7 workdays", "2026-02-11T09:00", "2026-02-27T17:30"),  # over the Spring Festival of 2026
    ],
)
def test_where_a_duration_ends(length: str, start: str, end: str) -> None:
    """Months end at the same day or the last one there is; workdays at the close of the last, holidays left out."""
    assert Duration.parse(length).after(at(start), CALENDAR) == at(end)


@given(durations.filter(lambda d: d.value < 500), st.integers(0, 400))
def test_time_goes_forward(duration: Duration, day: int) -> None:
    """No duration that lasts ends before it begins."""
    plain = WorkCalendar("Asia/Shanghai", OFFICE)
    start = at("2025-01-01T00:00") + timedelta(days=day)
    assert duration.hours(start, plain) >= 0


# ------------------------------------------------------------------------------------------- calendar


def test_holidays_and_make_up_days() -> None:
    """Offices are shut on National Day and open on a Saturday made up for it."""
    assert not CALENDAR.is_workday(date(2026, 10, 1))
    assert CALENDAR.is_workday(date(2026, 10, 10))
    assert not CALENDAR.is_workday(date(2026, 7, 11))


def test_given_days_go_before_the_calendar() -> None:
    """A scenario's own days count even where the calendar knows better or nothing."""
    mine = WorkCalendar(
        "Asia/Shanghai", OFFICE, "chinese-calendar", {date(2026, 10, 1): True, date(2031, 1, 2): True}
    )
    assert mine.is_workday(date(2026, 10, 1))
    assert mine.is_workday(date(2031, 1, 2))
    with pytest.raises(NotImplementedError):
        mine.is_workday(date(2031, 1, 3))


def test_opening_hours() -> None:
    """The bounds: open from the first minute of a period on, shut from its last on."""
    opening = CALENDAR.opening_hours(at("2026-07-10T08:00"), 24)  # a Friday
    assert [opening.is_open(t) for t in (0.0, 3.99, 4.0, 6.4, 6.5, 9.4, 9.5, 24.0)] == [
        True, True, False, False, True, True, False, False,
    ]  # fmt: skip
    assert [opening.next_open(t) for t in (0.0, 4.0, 9.5, 72.5)] == [0.0, 6.5, 72.0, 72.5]


@given(st.floats(0, 400))
def test_the_next_opening_is_open(t: float) -> None:
    """The next opening is never past, offices are open then, and they are shut all the time before it."""
    opening = CALENDAR.opening_hours(at("2026-09-24T00:00"), 400)  # into the National Day holidays
    opens = opening.next_open(t)
    assert opens >= t
    assert opening.is_open(opens)
    assert opens == t or not any(opening.is_open(t + (opens - t) * k / 50) for k in range(50))
    assert all(a < b <= c for (a, b), (c, _) in pairwise(zip(opening.opens, opening.closes, strict=True)))


def test_the_calendar_ends_where_it_ends() -> None:
    """A horizon within the calendar is served though two weeks more are not known; one beyond it is not."""
    opening = CALENDAR.opening_hours(at("2026-12-20T00:00"), 24 * 8)
    assert opening.next_open(24 * 30) == float("inf")
    with pytest.raises(NotImplementedError):
        CALENDAR.opening_hours(at("2026-12-20T00:00"), 24 * 60)
