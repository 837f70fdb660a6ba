"""Figures of markets and outbreaks, and of what people took to be so: what is drawn is what the log tells."""

from __future__ import annotations

import io
import warnings
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from emergency.chance import Chance
from emergency.figures import Names, courses, draw_run, spread
from emergency.figures.levels import levels
from emergency.figures.market import chain, market
from emergency.figures.names import window
from emergency.figures.outbreak import outbreak
from emergency.figures.panels import scaled, shown, spells
from emergency.figures.signs import Sign, signs, spells_of
from emergency.figures.style import settings
from emergency.graph import PALETTE
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.indicators import fold
from emergency.log import Entry, EventLog
from emergency.machine import Program
from emergency.reader import load_inputs
from emergency.scenario import Inject

ROOT = Path(__file__).parent.parent
SHOPS = Path(__file__).parent / "fixtures" / "engine" / "tern-shops.yaml"
START = datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=8)))
GUESS = {"basis": "guess"}
FIGURES = {"levels-lamp-oil", "lanes-lamp-oil", "market-shops", "chain-shops", "outbreak-blight"}


@cache
def prepared() -> Prepared:
    """The shops, with a ferry that stops and a rumour, so that salt runs out and kelp becomes dear."""
    inputs = load_inputs(SHOPS)
    nothing, lasts = {"value": "0", **GUESS}, {"value": "14 d", **GUESS}
    storm = {
        "id": "storm",
        "at": {"value": "24 h", **GUESS},
        "title": {"zh": "停航", "en": "No ferry"},
        "effects": [
            {"do": "modify-supply", "target": "shops:ferry", "to": nothing, "lasts": lasts},
            {"do": "news", "target": "shops", "to": {"value": "2", **GUESS}},
        ],
    }
    scenario = inputs.scenario.model_copy(update={"injects": (Inject.model_validate(storm),)})
    return prepare(scenario, inputs.plans, inputs.jurisdiction)


def programs() -> dict[str, Program]:
    """The programs of its plans."""
    return {id: one.program for id, one in prepared().plans.items()}


@cache
def entries() -> tuple[Entry, ...]:
    """The log of one run."""
    log = EventLog(prepared().start)
    simulate(Incident(prepared(), Chance(1).run(0), log))
    return tuple(log)


def names(lang: str = "en") -> Names:
    """Names in one language."""
    return Names(prepared().scenario, programs(), prepared().start, lang)


def drawn(draw: Any, *facts: Any, lang: str = "en") -> Figure:
    """A figure drawn as a run draws it."""
    with settings():
        figure: Figure = draw(entries(), *facts, names(lang))
        figure.savefig(io.BytesIO(), format="png")
    return figure


def lines(axes: Axes) -> list[tuple[list[float], list[float]]]:
    """The courses on some axes, bounds left out."""
    found = [(list(map(float, one.get_xdata())), list(map(float, one.get_ydata()))) for one in axes.lines]
    return [(xs, ys) for xs, ys in found if len(xs) > 2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_has_every_character(lang: str) -> None:
    """The figures of markets and outbreaks render as SVG and PNG in both languages without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = draw_run(entries(), prepared().scenario, programs(), lang, ("svg", "png"))
    assert set(found) == FIGURES
    for forms in found.values():
        assert b"<text" not in forms["svg"]
        assert Image.open(io.BytesIO(forms["png"])).width > 1000


# ----------------------------------------------------------------------------------------- markets


def test_a_cell_for_each_place() -> None:
    """Each place of the market has its cover and its price rise, in days and per cent, as the log keeps them."""
    figure, found = drawn(market, "shops"), courses(entries(), names())
    cells = [axes for axes in figure.axes if lines(axes)]
    places = list(prepared().scenario.world.markets["shops"].places)  # type: ignore[index]
    assert len(cells) == 2 * len(places)
    for k, place in enumerate(places):
        for axes, what, size in ((cells[2 * k], "cover", 1.0), (cells[2 * k + 1], "price_rise", 100.0)):
            until = axes.get_xlim()[1]
            xs, ys = lines(axes)[0]
            assert list(zip(xs, ys, strict=True)) == scaled(found[f"shops:{what}@{place}"], size, until)
            assert axes.get_ylim()[1] > max(ys)


def test_stock_outs_are_hatched_where_and_when_they_were() -> None:
    """A place's cover is hatched exactly while some good was out of stock there."""
    figure = drawn(market, "shops")
    told = spells(entries(), entries()[-1].t)
    assert told
    places = [str(p) for p in prepared().scenario.world.markets["shops"].places]  # type: ignore[index]
    upper = [axes for axes in figure.axes if lines(axes)][::2]
    for place, axes in zip(places, upper, strict=True):
        hatched = [p for p in axes.patches if isinstance(p, Rectangle) and p.get_hatch()]
        spans = sorted((p.get_x(), p.get_x() + p.get_width()) for p in hatched)
        mine = sorted(span for ref, times in told.items() if ref.endswith(f"@{place}") for span in times)
        assert spans == [pytest.approx((b, min(e, axes.get_xlim()[1]))) for b, e in mine]


def test_the_bound_of_the_abnormal_is_the_scenarios() -> None:
    """The dashed line stands at the price rise from which the scenario counts a place as abnormal."""
    lower = [axes for axes in drawn(market, "shops").axes if lines(axes)][1::2]
    for axes in lower:
        bounds = [one.get_ydata()[0] for one in axes.lines if len(one.get_xdata()) == 2]  # type: ignore[index]
        assert bounds == [pytest.approx(50.0)]


@pytest.mark.parametrize(("draw", "world"), [(market, "shops"), (chain, "shops"), (outbreak, "blight")])
def test_levels_stand_above_in_the_plans_colours(draw: Any, world: str) -> None:
    """Above each cell runs a strip of the response levels: as long as they lasted, in the plan's own colours."""
    figure = drawn(draw, world)
    inks = {PALETTE[word] for word in ("blue", "yellow", "orange", "red")}
    strips = [axes for axes in figure.axes if not lines(axes) and axes.patches]
    assert len(strips) == len([axes for axes in figure.axes if lines(axes)]) // (2 if draw is market else 1)
    mine = fold(entries(), programs()).plans["lamp-oil"].levels
    assert mine
    for axes in strips:
        until = axes.get_xlim()[1]
        bars = [(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches if to_hex(p.get_facecolor()) in inks]  # type: ignore[attr-defined]
        wanted = [(one["from_h"], until if one["to_h"] is None else min(one["to_h"], until)) for one in mine]
        assert bars == [pytest.approx(span) for span in wanted]


def test_words_of_panels_do_not_leave_the_page() -> None:
    """Titles, notes and dates of a market's figure lie within the page and not on each other."""
    figure = drawn(market, "shops")
    shown = [axes for axes in figure.axes if axes.axison]
    told = [t for axes in shown for t in (*axes.texts, *axes.get_xticklabels()) if t.get_text()]
    boxes = [t.get_window_extent() for t in told]
    assert len(told) > 12
    for i, one in enumerate(boxes):
        assert figure.bbox.x0 - 1 <= one.x0
        assert one.x1 <= figure.bbox.x1 + 1
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


def test_a_plans_indicator_brings_its_course() -> None:
    """A variable that a plan measures by its own name is drawn with the chain like the others."""
    found = courses(entries(), names())
    ran = [e for e in entries() if e.plan == "lamp-oil" and e.ref == "cover" and "trace" in e.detail]
    assert found["shops:milled_days"] == [tuple(point) for point in ran[0].detail["trace"]]
    cells = [axes for axes in drawn(chain, "shops").axes if lines(axes)]
    assert len(cells) == 4


def test_a_log_without_courses_has_no_such_figures() -> None:
    """Where the log kept no course, as one that was only folded, nothing is drawn."""
    log = [e for e in entries() if "trace" not in e.detail]
    with settings():
        assert market(log, "shops", names()) is None
        assert chain(log, "shops", names()) is None
        assert outbreak(log, "blight", names()) is None


def test_spells_end_or_last() -> None:
    """A stock-out lasts from when it began to when it ended; one still open, to the given time."""
    log = EventLog(START)
    for t, ref, short in ((1.0, "m:a@x", True), (3.0, "m:a@x", False), (5.0, "m:a@x", True), (6.0, "m:b@x", False)):
        log.add(t, "shortage", ref=ref, detail={"short": short})
    assert spells(log, 9.0) == {"m:a@x": [(1.0, 3.0), (5.0, 9.0)]}


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.floats(1, 400))
def test_a_moving_course_is_shown_to_its_end(values: list[float], step: float) -> None:
    """What is shown covers the run's window and every move of a course, and never more than the run."""
    course = [(k * step, v) for k, v in enumerate(values)]
    log, end = EventLog(START), course[-1][0] + 1.0
    log.add(0.0, "inject", ref="i")
    log.add(end, "ended", ref="horizon")
    until = shown(log.entries, [course])
    assert window(log.entries)[0] <= until <= max(end, window(log.entries)[0])
    wide = max(values) - min(values)
    assert all(abs(v - values[-1]) <= 0.02 * wide for t, v in course if t > until)


# --------------------------------------------------------------------------------------- outbreaks


def test_every_finding_and_jump_is_told() -> None:
    """Each finding and each jump of the log is told once, at its place and time."""
    told = spread(entries(), "blight")
    finds = [(e.detail["place"], e.t) for e in entries() if e.ref == "blight:new-finding"]
    jumps = [(e.detail["to"], e.t, e.detail["from"]) for e in entries() if e.ref == "blight:jump"]
    assert finds
    assert jumps
    assert sorted((p, t) for p, one in told.items() for t in one.found) == sorted(finds)
    assert sorted((p, t, s) for p, one in told.items() for t, s in one.arrived) == sorted(jumps)


def test_marks_stand_on_the_course() -> None:
    """A mark stands on the infested area of its place at its time, or between the values about it."""
    figure, told, found = drawn(outbreak, "blight"), spread(entries(), "blight"), courses(entries(), names())
    cells = [axes for axes in figure.axes if lines(axes)][2:]  # after the whole area and the mortality
    places = [p for p in ("north", "south", "west") if any(v > 0 for _, v in found[f"blight:infested@{p}"])]
    assert len(cells) == len(places)
    for place, axes in zip(places, cells, strict=True):
        course = found[f"blight:infested@{place}"]
        marks = [line for line in axes.lines if line.get_marker() in ("v", ">")]
        assert sum(len(line.get_xdata()) for line in marks) == len(told[place].found) + len(told[place].arrived)
        for line in marks:
            for t, v in zip(line.get_xdata(), line.get_ydata(), strict=True):
                before = [value for when, value in course if when <= t][-1]
                after = next(value for when, value in course if when >= t)
                assert min(before, after) - 1e-6 <= v <= max(before, after) + 1e-6


# ------------------------------------------------------------------------------------------- signs


def sign_log(*told: tuple[float, str, str | None, dict[str, Any]]) -> list[Entry]:
    """Entries about flags of the plan, written by hand."""
    log = EventLog(START)
    for t, variable, place, facts in told:
        log.add(t, "indicator", plan="lamp-oil", ref=variable, detail={"variable": variable, "place": place, **facts})
    log.add(100.0, "ended", ref="horizon")
    return log.entries


def test_signs_tell_truth_from_knowledge() -> None:
    """A sign is true from its report less the lag, known from then on, and known longer than true at its end."""
    log = sign_log(
        (10.0, "storm", "north", {"known": True, "lag": 4.0}),
        (30.0, "storm", "north", {"known": False, "lag": 5.0}),
        (40.0, "storm", "south", {"known": True, "lag": 0.0}),
    )
    found = spells_of(log, "lamp-oil")
    north, south = found[Sign("storm", "north")], found[Sign("storm", "south")]
    assert [(s.true, s.known, s.gone, s.ends) for s in north] == [(6.0, 10.0, 25.0, 30.0)]
    assert [(s.true, s.known, s.gone, s.ends) for s in south] == [(40.0, 40.0, None, 100.0)]


def test_what_was_so_from_the_start_began_with_it() -> None:
    """A sign whose end is told first was held from the start; what people judge has no truth of its own."""
    log = sign_log((8.0, "plenty", None, {"judged": False}), (20.0, "plenty", None, {"judged": True}))
    found = spells_of(log, "lamp-oil")[Sign("plenty", None)]
    assert [(s.true, s.known, s.ends) for s in found] == [(None, 0.0, 8.0), (None, 20.0, 100.0)]


def test_numbers_are_no_signs() -> None:
    """Reports of amounts are not drawn among signs; without any sign there is no figure."""
    log = sign_log((8.0, "cover", None, {"known": True, "lag": 1.0, "value": 9.0}))
    assert spells_of(log, "lamp-oil") == {}
    with settings():
        assert signs(log, "lamp-oil", programs(), names()) is None


def test_signs_are_drawn_by_place() -> None:
    """Each sign has a row for each place where it was held, in the jurisdiction's order, under the sign's name."""
    facts = {"known": True, "lag": 2.0}
    storms = [(9.0, "storm", "west", facts), (11.0, "storm", "north", facts)]
    log = sign_log(*storms, (50.0, "plenty", None, {"judged": True}))
    with settings():
        figure = signs(log, "lamp-oil", programs(), names())
        assert figure is not None
        figure.savefig(io.BytesIO(), format="png")
    words = [t.get_text() for t in figure.axes[0].texts]
    assert words == ["Storm", "North Village", "West Village", "Back to normal"]
    boxes = [t.get_window_extent() for t in figure.axes[0].texts]
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[k + 1 :])


# -------------------------------------------------------------------------------- levels without a course


@cache
def grain() -> tuple[Prepared, tuple[Entry, ...]]:
    """A plan with two schemes of one kind, levels called by words, and no measured bounds."""
    inputs = load_inputs("grain-mill-down")
    ready = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(1).run(0), log))
    return ready, tuple(log)


def test_levels_without_a_course_still_tell_of_injects() -> None:
    """With no measured bound the injects are numbered above the strips; words stand within the page."""
    ready, log = grain()
    told = {id: one.program for id, one in ready.plans.items()}
    with settings():
        figure = levels(log, "grain", told, Names(ready.scenario, told, ready.start, "en"))
        figure.savefig(io.BytesIO(), format="png")
    strip = figure.axes[0]
    numbers = [t.get_text() for t in strip.texts if t.get_text().isdigit()]
    assert numbers == [str(k + 1) for k in range(sum(e.kind == "inject" for e in log))]
    labels = [t for t in strip.get_yticklabels() if t.get_text()]
    assert len({t.get_text() for t in labels}) == len(labels)  # schemes of one kind are told apart
    assert all(t.get_window_extent().x0 >= 0 for t in labels)
    assert "abnormal" not in [t.get_text() for t in strip.texts]
