"""The ladder of a plan and the comparison of runs: drawn from what the program answers and what the logs say."""

from __future__ import annotations

import io
import warnings
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from emergency.chance import Chance
from emergency.figures import Names
from emergency.figures.compare import draw_comparison
from emergency.figures.ladder import draw_ladder, rungs
from emergency.graph import PALETTE
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog
from emergency.machine import Program, Value, assess, compile_plan
from emergency.reader import Inputs, load_inputs

ROOT = Path(__file__).parent.parent


@cache
def inputs(*settings: str) -> Inputs:
    """The scenario with its plans."""
    return load_inputs(ROOT / "scenarios" / "fuel-pipeline-outage.yaml", settings)


@cache
def ready(*settings: str) -> Prepared:
    """The scenario made ready."""
    found = inputs(*settings)
    return prepare(found.scenario, found.plans, found.jurisdiction)


@cache
def entries(*settings: str) -> tuple[Entry, ...]:
    """The log of one run."""
    log = EventLog(ready().start)
    simulate(Incident(ready(*settings), Chance(1).run(0), log))
    return tuple(log)


@cache
def program(choice: str = "gravest") -> Program:
    """The plan under one reading."""
    found = inputs()
    return compile_plan(found.plans["fuel"], found.jurisdiction, {"gravest-first": choice})


def names(lang: str) -> Names:
    """Names in one language."""
    return Names(inputs().scenario, {"fuel": program()}, ready().start, lang)


def compared(lang: str, **runs: tuple[Entry, ...]) -> bytes:
    """Runs drawn under one another."""
    return draw_comparison(runs, "fuel", "stock_days", "response", {"fuel": program()}, names(lang), "png")


# ------------------------------------------------------------------------------------------ ladder


@given(st.floats(0, 12.4))
def test_a_rung_answers_as_the_program_does(days: float) -> None:
    """Every value lies on exactly one rung, and the rung has the level that the program calls for at that value."""
    found = [r for r in rungs(program(), "warning", "stock_days") if r.low < days < r.high or r.low == days == r.high]
    on = [r for r in found if r.low == r.high] or found or [rungs(program(), "warning", "stock_days")[0]]
    level = assess(program(), {"stock_days": days}).verdicts["warning"].level
    assert len(on) == 1
    assert (on[0].at.value if on[0].at else None) == level


def test_rungs_leave_nothing_out() -> None:
    """Rungs join: each begins where the one before ends, and stretches and bounds take turns."""
    found = rungs(program(), "warning", "stock_days")
    assert found[0].low == 0
    assert [r.low for r in found[1:]] == [r.high for r in found[:-1]]
    assert [r.low == r.high for r in found] == [False, True] * 4 + [False]


def test_a_bound_belongs_to_the_milder_level() -> None:
    """This plan asks for less than each bound, so exactly ten, eight, six and four days are the milder level's."""
    bounds = {r.low: r.at for r in rungs(program(), "warning", "stock_days") if r.low == r.high}
    assert bounds == {
        4: Value("warning", "II"), 6: Value("warning", "III"), 8: Value("warning", "IV"), 10: None,
    }  # fmt: skip


def test_a_reading_changes_the_ladder() -> None:
    """With the mildest level taken, no level but the mildest is ever called for."""
    assert {r.at for r in rungs(program("mildest"), "warning", "stock_days")} == {Value("warning", "IV"), None}


def test_what_is_given_counts() -> None:
    """With supplies at 40 % and no relief near, the serious level holds however much is in stock."""
    given = {"supply_ratio": 0.4, "relief-soon": False}
    assert rungs(program(), "warning", "stock_days", given)[-1].at == Value("warning", "II")


def test_no_bounds_no_ladder() -> None:
    """An indicator that is compared with nothing has no ladder."""
    with pytest.raises(KeyError, match="price"):
        rungs(program(), "warning", "price")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_ladder_shows_every_level_in_its_colour(lang: str) -> None:
    """The drawing renders without a warning and holds the colour of every level; the same bytes each time."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png = draw_ladder({"一 one": program()}, "warning", "stock_days", "png", lang)
    assert png == draw_ladder({"一 one": program()}, "warning", "stock_days", "png", lang)
    with Image.open(io.BytesIO(png)) as image:
        drawn = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b, _) in image.convert("RGBA").getcolors(2**20) or ()}
    assert set(PALETTE.values()) <= drawn


# -------------------------------------------------------------------------------------- comparison


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_runs_are_compared(lang: str) -> None:
    """Two runs render without a warning, the same bytes each time; each run takes a row more."""
    runs = {"as-written": entries(), "late": entries("reporting.at=17:00")}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png = compared(lang, **runs)
    assert png == compared(lang, **runs)
    with Image.open(io.BytesIO(png)) as two, Image.open(io.BytesIO(compared(lang, alone=entries()))) as one:
        assert two.height > one.height


def test_a_run_that_differs_is_drawn_otherwise() -> None:
    """Comparing a run with itself is not comparing it with another."""
    late = entries("reporting.at=18:00")
    assert compared("en", a=entries(), b=entries()) != compared("en", a=entries(), b=late)


def test_an_indicator_without_a_course_is_refused() -> None:
    """An indicator that a run has no course of is named."""
    with pytest.raises(KeyError, match="price"):
        draw_comparison({"a": entries()}, "fuel", "price", "response", {"fuel": program()}, names("en"), "png")
