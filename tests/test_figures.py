"""Figures of plans and runs: every one renders in both languages, with every character, the same bytes each time."""

from __future__ import annotations

import importlib
import io
import pkgutil
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from outage import entries, inputs, prepared, programs
from PIL import Image

from emergency import figures
from emergency.figures import Names, draw_machine, draw_run
from emergency.figures.font import clean, font_file, subset, width
from emergency.figures.lanes import actions, lanes
from emergency.figures.levels import levels, traces
from emergency.figures.style import cut, settings, steps_of, wrapped
from emergency.graph import PALETTE
from emergency.log import Entry, EventLog


def names(lang: str) -> Names:
    """Names in one language."""
    return Names(inputs().scenario, programs(), prepared().start, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_has_every_character(lang: str) -> None:
    """Every figure of a run renders as SVG and PNG without a warning: no glyph is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = draw_run(entries(), inputs().scenario, programs(), lang, ("svg", "png"))
    assert set(found) == {"levels-fuel", "signs-fuel", "lanes-fuel", "series-fuel", "waiting-fuel", "demand"}
    for forms in found.values():
        assert forms["svg"].startswith(b"<?xml")
        assert Image.open(io.BytesIO(forms["png"])).width > 1000


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", ["svg", "png", "mermaid", "dot"])
def test_the_machine_is_drawn_in_every_form(form: str, lang: str) -> None:
    """A plan's machine is drawn in each form, the same bytes each time."""
    first = draw_machine(programs()["fuel"], form, lang)
    assert first == draw_machine(programs()["fuel"], form, lang)
    assert len(first) > 500


def test_the_same_log_gives_the_same_bytes() -> None:
    """The same entries are drawn to the same bytes, whatever the user's matplotlib is set to."""
    first = draw_run(entries(), inputs().scenario, programs(), "zh", ("svg", "png"))
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 30, "axes.facecolor": "red", "svg.hashsalt": None}):
        second = draw_run(entries(), inputs().scenario, programs(), "zh", ("svg", "png"))
    assert first == second


def test_nothing_global_is_left_behind() -> None:
    """Drawing leaves matplotlib's settings as they were."""
    before = dict(mpl.rcParams)
    draw_machine(programs()["fuel"], "svg", "en")
    assert dict(mpl.rcParams) == before


def test_figures_ask_for_nothing_outside() -> None:
    """Words are drawn as outlines: a figure needs no font and links to nothing but its own parts."""
    for forms in draw_run(entries(), inputs().scenario, programs(), "en").values():
        text = forms["svg"].decode()
        assert "<text" not in text
        assert "<image" not in text
        assert all(part.startswith("#") for part in _hrefs(text))


def _hrefs(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('href="')[1:]]


def test_level_bars_have_the_plans_colours() -> None:
    """A level's bar is as wide as it lasted and has the colour the plan gives that level."""
    found = programs()["fuel"].plan
    printed = {label.level: PALETTE[label.colour] for label in found.labels if label.colour}
    with settings():
        strip = levels(entries(), "fuel", programs(), names("en")).axes[0]
    bars = [p for p in strip.patches if isinstance(p, Rectangle) and to_hex(p.get_facecolor()) in PALETTE.values()]
    drawn = {(round(b.get_x(), 3), to_hex(b.get_facecolor())) for b in bars}
    for entry in entries():
        if entry.kind == "entered" and entry.level in printed:
            assert (round(entry.t, 3), printed[entry.level]) in drawn  # type: ignore[index]


def test_bounds_are_the_plans() -> None:
    """The first course is the one with most bounds, each with its level and clause."""
    first = traces(entries(), programs(), names("en"))[0]
    assert first.variable == "stock_days"
    assert [(b.at.scheme, b.at.value, b.value) for b in first.bounds] == [
        ("warning", "IV", 10.0), ("warning", "III", 8.0), ("warning", "II", 6.0), ("warning", "I", 4.0),
    ]  # fmt: skip
    assert all(b.clause.startswith("fuel:3.3.") for b in first.bounds)


def test_words_in_lanes_do_not_overlap() -> None:
    """No two texts of the lanes cover each other, nor leave the page."""
    with settings():
        figure = lanes(entries(), "fuel", programs(), names("en"))
        assert figure is not None
        figure.savefig(io.BytesIO(), format="png")
        boxes = [t.get_window_extent() for t in figure.axes[0].texts if t.get_text()]
        page = figure.bbox
    for i, one in enumerate(boxes):
        assert page.x0 - 1 <= one.x0, "left of the page"
        assert one.x1 <= page.x1 + 1, "right of the page"
        for other in boxes[i + 1 :]:
            overlap_x = min(one.x1, other.x1) - max(one.x0, other.x0)
            overlap_y = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert overlap_x <= 0.5 or overlap_y <= 0.25 * min(one.height, other.height)


def test_every_measure_is_in_its_lane() -> None:
    """Measures are numbered in the order they began; those never done are told apart."""
    found = actions(entries(), "fuel")
    assert [a.number for a in found] == list(range(1, len(found) + 1))
    assert [a.entry.t for a in found] == sorted(a.entry.t for a in found)
    done = {e.ref for e in entries() if e.kind == "measure-done"}
    assert {a.entry.ref for a in found if a.done is not None} == done


def test_a_quiet_log_is_drawn() -> None:
    """A log in which nothing happens, and an empty one, are drawn without fuss."""
    log = EventLog(datetime(2026, 7, 13, 8, tzinfo=timezone(timedelta(hours=8))))
    assert draw_run([], inputs().scenario, programs(), "en") == {}
    log.add(0.0, "note", ref="scenario")
    log.add(48.0, "ended", ref="horizon")
    assert set(draw_run(list(log), inputs().scenario, programs(), "en")) == {"levels-fuel"}


def test_untrusted_words_are_drawn_as_words() -> None:
    """Formulas, emoji and control characters of a scenario are shown, not obeyed."""
    assert clean("$\\frac{1}{0}$") == "\\$\\frac{1}{0}\\$"
    assert clean("a\x07b\u202ec") == "a□b□c" or "\x07" not in clean("a\x07b\u202ec")
    assert "\U0001f525" not in clean("\U0001f525")
    entry = entries()[0]
    odd = {"title": {"zh": "$x^$ 🔥\x00", "en": "$x^$ 🔥\x00"}, "n": 0}
    inject = Entry(0, 1.0, entry.start, None, "inject", None, None, None, "i", (), odd)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_run([inject, *entries()], inputs().scenario, programs(), "zh")


def test_the_font_is_simplified_chinese_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The face is taken out of the collection once; with a read-only cache it is still found."""
    from emergency.figures import font as module

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    module._font_file.cache_clear()
    kept = font_file()
    assert kept.parent == tmp_path / "emergency"
    stamp = kept.stat().st_mtime_ns
    module._font_file.cache_clear()
    assert font_file().stat().st_mtime_ns == stamp
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    module._font_file.cache_clear()
    elsewhere = font_file()
    assert elsewhere.is_file()
    assert elsewhere.read_bytes() == kept.read_bytes()
    monkeypatch.undo()
    module._font_file.cache_clear()


def test_a_subset_is_small_and_always_alike() -> None:
    """The font of a report holds its characters only, byte for byte the same each time."""
    one = subset("云溪区成品油 IV")
    assert one[:4] == b"wOFF"
    assert len(one) < 20_000
    assert one == subset("云溪区成品油 IV")


def test_words_are_measured_and_shortened() -> None:
    """Cut and wrapped words fit the room they are given."""
    text = "区应急领导小组办公室会同市场监管局"
    assert width(cut(text, 8, 60), 8) <= 60
    assert all(width(row, 8) <= 60 for row in wrapped(text, 8, 60))
    assert "".join(wrapped(text, 8, 60)) == text


def test_ticks_are_round_and_cover() -> None:
    """Ticks begin at 0, are evenly spaced and reach at least the largest value."""
    for top in (0.3, 1.0, 12.5, 99.0, 1234.0):
        ticks = steps_of(top)
        assert ticks[0] == 0
        assert ticks[-1] >= top
        assert len(ticks) <= 9


def test_no_module_of_figures_hides_what_another_gives() -> None:
    """A name given by `emergency.figures` stays what it is when every module of the package has been imported."""
    before = {name: getattr(figures, name) for name in figures.__all__}
    for found in pkgutil.iter_modules(figures.__path__):
        importlib.import_module(f"emergency.figures.{found.name}")
    assert {name: getattr(figures, name) for name in figures.__all__} == before
    assert not [name for name, one in before.items() if isinstance(one, ModuleType)]
