"""A place: who bears which name, which post is in charge on which day, when offices are open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from emergency.jurisdiction import Jurisdiction, OfficeCalendar
from emergency.reader import load_jurisdiction

OFFICE = {"zone": "Asia/Shanghai", "days": "chinese-calendar", "office": ["08:00-12:00", "14:00-17:00"]}


def division(day: str, **holds: list[str]) -> dict[str, Any]:
    """A division of work from a day on."""
    return {"document": f"令{day}", "date": day, "holds": holds}


def isle(*divisions: dict[str, Any]) -> Jurisdiction:
    """A small place with some divisions of work."""
    return Jurisdiction.model_validate(
        {
            "schema": "1",
            "jurisdiction": "tern-isle",
            "name": {"zh": "燕鸥岛", "en": "Tern Isle"},
            "calendar": OFFICE,
            "agencies": {
                "larder": {"zh": "岛粮库局", "en": "Larder", "aliases": ["粮库局"]},
                "guard": {"zh": "岛警", "en": "Guard"},
            },
            "posts": {
                "reeve": {"zh": "岛长", "en": "Reeve"},
                "warden": {"zh": "副岛长", "en": "Warden", "aliases": ["分管副岛长"]},
            },
            "divisions": divisions,
        }
    )  # fmt: skip


def test_who_is_in_charge_goes_by_the_day() -> None:
    """The division of work in force that day answers, from its date on, in whatever order divisions are listed."""
    place = isle(division("2025-06-01", warden=["larder"]), division("2024-01-02", reeve=["larder"]))
    asked = {"2024-01-02": "reeve", "2025-05-31": "reeve", "2025-06-01": "warden", "2030-01-01": "warden"}
    for day, post in asked.items():
        found = place.post_in_charge("larder", date.fromisoformat(day))
        assert found is not None
        assert found[0] == post


def test_before_the_first_division_the_first_answers() -> None:
    """A plan older than the table, or a day not given, is answered by the earliest one known."""
    place = isle(division("2024-01-02", reeve=["larder"]), division("2025-06-01", warden=["larder"]))
    for day in (None, date(2020, 1, 1)):
        found = place.post_in_charge("larder", day)
        assert found is not None
        assert (found[0], found[1].date) == ("reeve", date(2024, 1, 2))


def test_nobody_is_in_charge_of_what_no_division_names() -> None:
    """An agency that falls to no post has nobody, and so has every agency where no division is known."""
    assert isle(division("2024-01-02", reeve=["larder"])).post_in_charge("guard", date(2026, 1, 1)) is None
    assert isle().post_in_charge("larder", date(2026, 1, 1)) is None


@given(
    st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=1, max_size=6, unique=True),
    st.dates(date(1999, 1, 1), date(2031, 1, 1)),
)
def test_the_division_in_force_is_the_latest_not_later(days: list[date], on: date) -> None:
    """Of several divisions the latest that is not in the future counts."""
    place = isle(*(division(d.isoformat(), reeve=["larder"]) for d in days))
    found = place.post_in_charge("larder", on)
    assert found is not None
    assert found[1].date == max((d for d in days if d <= on), default=min(days))


def test_every_printed_name_leads_to_its_bearer() -> None:
    """Full names and aliases, of agencies and posts alike."""
    names = isle().names()
    assert names == {
        "岛粮库局": "larder",
        "粮库局": "larder",
        "岛警": "guard",
        "岛长": "reeve",
        "副岛长": "warden",
        "分管副岛长": "warden",
    }


@pytest.mark.parametrize(
    "span", ["08:00", "12:00-08:00", "08:00-08:00", "8-12", "08:00-25:00", "08:00-12:00+08:00", "a-b"]
)
def test_office_hours_are_spans_of_one_day(span: str) -> None:
    """An office opens before it closes, the same day, by local time."""
    with pytest.raises(ValidationError) as refused:
        OfficeCalendar.model_validate({**OFFICE, "office": [span]})
    assert refused.value.errors()[0]["type"] == "bad-span"


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "../etc/passwd", "/etc/localtime", ""])
def test_a_zone_is_a_known_zone(zone: str) -> None:
    """A name outside the database is refused, paths too."""
    with pytest.raises(ValidationError) as refused:
        OfficeCalendar.model_validate({**OFFICE, "zone": zone})
    assert refused.value.errors()[0]["type"] == "unknown-zone"


def test_the_shipped_division_names_the_commander() -> None:
    """Commerce falls to the vice-head for industry, commerce and transport since June 2023."""
    found = load_jurisdiction("plans/yunxi/jurisdiction.yaml").post_in_charge("commerce-grain", date(2026, 7, 13))
    assert found is not None
    assert found[0] == "vice-head-commerce"
