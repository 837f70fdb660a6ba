"""The place a plan is for: agencies and their names, posts and the division of work, places, the calendar."""

from __future__ import annotations

from datetime import date as Date
from datetime import time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from emergency.quantity import CALENDARS, WorkCalendar
from emergency.source import Frozen, Id, Named, Text

__all__ = ["Agency", "Division", "Jurisdiction", "OfficeCalendar", "Place", "PlaceSet", "Post"]

Basis = Literal["text", "literature", "expert", "guess"]


class Agency(Named):
    """An agency, its full name, and the other names plans print for it."""

    aliases: tuple[str, ...] = ()
    level: Literal["township", "district", "city", "province", "state", "outside"] = "district"
    basis: Basis = "text"
    note: Text | None = None


class Post(Named):
    """A post, never a person."""

    aliases: tuple[str, ...] = ()
    of: Id | None = None


class Division(Frozen):
    """A dated division of work: which post is in charge of which agencies."""

    document: str
    date: Date
    holds: dict[Id, tuple[Id, ...]]

    @field_validator("date", mode="before")
    @classmethod
    def _date(cls, value: object) -> object:
        try:
            return Date.fromisoformat(str(value))
        except ValueError:
            raise PydanticCustomError("bad-date", "no such date {value}", {"value": str(value)}) from None


class Place(Named):
    """A place in the containment tree; `weight` is its population relative to its siblings."""

    within: Id | None = None
    weight: Annotated[str | None, Field(pattern=r"^[0-9]{1,9}$")] = None


class PlaceSet(Frozen):
    """A named set of places that guards may quantify over; what is not in a text has its basis."""

    places: tuple[Id, ...]
    basis: Basis
    note: Text | None = None


class OfficeCalendar(Frozen):
    """Office hours on working days."""

    zone: str
    days: str
    office: Annotated[tuple[str, ...], Field(min_length=1)]
    basis: Basis = "guess"

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise PydanticCustomError("unknown-zone", "unknown zone {value}", {"value": value}) from None
        return value

    @field_validator("days")
    @classmethod
    def _days(cls, value: str) -> str:
        if value not in CALENDARS:
            raise PydanticCustomError(
                "unknown-calendar",
                "unknown calendar {value}",
                {"value": value, "known": ", ".join(CALENDARS)},
            )
        return value

    @field_validator("office")
    @classmethod
    def _office(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for span in value:
            _span(span)
        return value

    def periods(self) -> list[tuple[time, time]]:
        """Opening and closing times of a working day."""
        return [_span(s) for s in self.office]


def _span(text: str) -> tuple[time, time]:
    try:
        opens, closes = (time.fromisoformat(part) for part in text.split("-"))
    except ValueError:
        raise PydanticCustomError("bad-span", "bad span {value}", {"value": text}) from None
    if opens.tzinfo or closes.tzinfo or opens >= closes:
        raise PydanticCustomError("bad-span", "bad span {value}", {"value": text})
    return opens, closes


class Jurisdiction(Frozen):
    """One jurisdiction file, read."""

    schema_: Literal["1"] = Field(alias="schema")
    jurisdiction: Id
    name: Text
    calendar: OfficeCalendar
    agencies: dict[Id, Agency]
    posts: dict[Id, Post] = {}
    divisions: tuple[Division, ...] = ()
    places: dict[Id, Place] = {}
    sets: dict[Id, PlaceSet] = {}

    def names(self) -> dict[str, str]:
        """Every printed name → the id of the agency or post that bears it."""
        found: dict[str, str] = {}
        for group in (self.agencies, self.posts):
            for id, one in group.items():
                for name in (one.zh, *one.aliases):
                    found[name] = id
        return found

    def post_in_charge(self, agency: str, on: Date | None = None) -> tuple[Id, Division] | None:
        """The post that an agency falls to under the division of work in force on a day.

        With no day given, or before the first division, the earliest known one answers: plans are
        older than the table that tells who is meant, and the caller says so.
        """
        known = sorted(self.divisions, key=lambda d: d.date)
        valid = [d for d in known if on is not None and d.date <= on] or known[:1]
        for division in reversed(valid):
            for post, agencies in division.holds.items():
                if agency in agencies:
                    return post, division
        return None

    def work_calendar(self, days: dict[Date, bool] | None = None) -> WorkCalendar:
        """The working calendar, with days given by hand put before it."""
        return WorkCalendar(self.calendar.zone, self.calendar.periods(), self.calendar.days, days)
