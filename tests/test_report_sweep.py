"""The report of a sweep: it tells nothing that its runs do not show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency.figures.columns import Canvas, Labels, sweep_names
from emergency.figures.sweep import times
from emergency.replicate.compare import differences
from emergency.replicate.instants import ENOUGH, Instant
from emergency.replicate.statistics import QUANTILES, estimate, estimate_share
from emergency.replicate.store import Table
from emergency.replicate.sweep import Conduct, Request, Sweep, sweep
from emergency.report.sweep import _page, render_sweep
from emergency.report.sweep_changes import changes
from emergency.report.sweep_story import goals, story
from emergency.report.sweep_tables import every_number, levels, limits, tiles
from emergency.report.sweep_values import Values

ROOT = Path(__file__).parent.parent
SCENARIO = "fuel-pipeline-outage"
Numbers = Mapping[str, object]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Two runs, and two with a change."""
    request = Request(SCENARIO, 2, compare=("policy=eager",))
    with chdir(ROOT):
        return sweep(request, tmp_path_factory.mktemp("small"), Conduct(workers=1))


def table(small: Sweep, runs: int, numbers: Numbers, failures: Mapping[int, str] | None = None) -> Table:
    """A table of so many runs, all like the first but for the numbers given."""
    found = small.tables[0]
    rows = np.repeat(found.rows(0, 1), runs, axis=0)
    for column, values in numbers.items():
        rows[:, found.columns.index(column)] = values
    for run in failures or {}:
        rows[run] = np.nan
    made = Table(found.columns, found.seed)
    made.add(rows, dict(failures or {}))
    return made


def of(small: Sweep, *tables: Table) -> Sweep:
    """A sweep whose rows are these; those after the first are of changes."""
    first = tables[0]
    found = {
        name: (estimate_share if name in small.shares else estimate)(first.column(name)) for name in first.columns
    }
    compared = [differences(f"policy={k}", first, other) for k, other in enumerate(tables[1:])]
    request = replace(small.request, runs=len(first))
    return replace(small, tables=list(tables), estimates=found, differences=compared, request=request)


def made(small: Sweep, runs: int, numbers: Numbers, failures: Mapping[int, str] | None = None) -> Sweep:
    """A sweep without a change."""
    return of(small, table(small, runs, numbers, failures))


def labels(found: Sweep) -> Labels:
    """English names."""
    return Labels(sweep_names(found, "en"))


def told(found: Sweep) -> str:
    """The story of a sweep."""
    return " ".join(story(found, labels(found), 9))


def came(runs: int, *hours: float) -> np.ndarray:
    """When something came in the first runs; in the others it never did."""
    return np.array([*hours, *[np.nan] * (runs - len(hours))])


def started(runs: int, *hours: float) -> Numbers:
    """A response that was started in the first runs only."""
    times_ = came(runs, *hours)
    return {"fuel.activated_h": times_, "fuel.activated": (~np.isnan(times_)).astype(float)}


# --------------------------------------------------------------------------------- times that may not come


@given(st.lists(st.floats(0, 1000), max_size=60), st.integers(0, 60))
def test_a_quantile_counts_runs_in_which_it_never_came(hours: list[float], never: int) -> None:
    """Where it never came is later than all else; a quantile is told exactly if that many runs have seen it come."""
    one = Instant(len(hours) + never, np.sort(np.array(hours)))
    for q, value in one.quantiles.items():
        seen = np.count_nonzero(one.came <= value * (1 + 1e-12))
        assert (value == np.inf) == (len(hours) < q * one.runs)
        if value < np.inf and never:
            assert seen >= q * one.runs
        if not never:
            assert value == np.quantile(hours, q)
    assert set(one.quantiles) == (set(QUANTILES) if one.runs else set())


def test_a_start_that_was_rare_is_told_of_the_runs_that_had_one(small: Sweep) -> None:
    """A mean over five of two hundred runs says so, and nothing is said of nine runs in ten."""
    found = made(small, 200, started(200, 3.9, 4.4, 5.0, 5.3, 6.9))
    assert Values(found, labels(found)).spread("fuel.activated_h") == "not in 95 % of runs"
    text = told(found)
    assert "in the 5 runs in which it was" in text
    assert "nine runs in ten" not in text
    assert "median" not in text


def test_the_median_of_all_runs_is_told_where_it_is_known(small: Sweep) -> None:
    """Of a start in six runs of ten the median over all runs is that of the runs and of those that never had one."""
    hours = np.arange(60.0) + 100.0
    found = made(small, 100, {**started(100, *hours), "fuel.ended_h": came(100, *hours)})
    assert "the median of all runs is 6.21 d" in told(found)  # the 50th of 100 [149 h], not the middle of the 60
    tile = next(t for t in tiles(found, labels(found)) if t["label"] == "Response ended")
    assert "60 of 100 runs" in tile["notes"]
    assert "median of all runs: 6.21 d" in tile["notes"]


def test_a_time_that_always_came_is_told_as_before(small: Sweep) -> None:
    """Where every run has it, no run is left out and nothing is said of that."""
    found = made(small, 40, started(40, *np.linspace(90, 100, 40)))
    text = told(found)
    assert "nine runs in ten lie between" in text
    assert "in which it was" not in text
    tile = next(t for t in tiles(found, labels(found)) if t["label"] == "First response started")
    assert not [note for note in tile["notes"] if "of 40 runs" in note or "median" in note]


@pytest.mark.parametrize("runs", [1, 2, ENOUGH - 1])
def test_few_runs_tell_nothing_of_nine_in_ten(small: Sweep, runs: int) -> None:
    """Of fewer than twenty runs the outer twentieths are not known: only the median is told."""
    found = made(small, runs, started(runs, *np.linspace(90, 100, runs)))
    assert "nine runs in ten" not in told(found)
    assert "worst 5 %" not in told(found)
    values = Values(found, labels(found))
    assert values.spread("fuel.activated_h") == "—"
    assert values.figures("fuel.activated_h").split(" / ")[::2] == ["—", "—"]
    assert values.figures("fuel.activated_h").split(" / ")[1] != "—"


def test_one_run_is_not_every_run(small: Sweep) -> None:
    """What a single run shows is not told as if it held of all."""
    text = told(made(small, 1, {}))
    assert "In the one run" in text
    assert "every run" not in text
    assert "—" not in text


def test_every_number_says_how_many_runs_it_is_of(small: Sweep) -> None:
    """A number that some runs do not have says of how many it is, and that its median lies beyond them."""
    found = made(small, 100, started(100, *np.linspace(90, 100, 30)))
    row = next(r for r in every_number(found, labels(found)) if r["column"] == "fuel.activated_h")
    assert row["n"] == "30"
    assert row["quantiles"].endswith("/ never / never")


def test_the_worst_runs_are_not_told_to_be_as_good_as_can_be(small: Sweep) -> None:
    """Where nineteen runs in twenty serve everything, none is told to serve at most 100 %."""
    served = np.ones(100)
    served[:3] = 0.9
    assert "at most" not in told(made(small, 100, {"served_share": served}))
    assert "at most" in told(made(small, 100, {"served_share": np.linspace(0.8, 1.0, 100)}))


def test_a_level_passed_over_says_how_many_entered_it(small: Sweep) -> None:
    """Runs that went past a level have reached a graver one and did not enter this: the table says both."""
    name = "fuel.response.II"
    found = made(small, 40, {name: 1.0, f"{name}_h": came(40, *np.linspace(90, 95, 30))})
    page = _page(found, "en")
    row = next(r for r in levels(found, page, labels(found), "fuel") if r["chip"]["text"] == "Level II response")
    assert row["share"] == "100.0%"
    assert row["of"] == "30 of 40 runs"


# ----------------------------------------------------------------------------------------------- figures


def drawn(found: Sweep) -> tuple[int, int]:
    """Bars and dots of the figure of times."""
    names = sweep_names(found, "en")
    figure = times(Canvas(found, names, Labels(names)), "fuel")
    assert figure is not None
    axes = figure.axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    return len(axes.patches), sum(len(line.get_xdata()) for line in dots)  # type: ignore[arg-type]


def test_what_nearly_never_came_is_drawn_as_the_runs_it_came_in(small: Sweep) -> None:
    """A bar holds nine runs in ten of all; where fewer than one in twenty entered a level, each is a dot."""
    all_bars, none = drawn(made(small, 100, {}))
    assert all_bars > 1
    assert none == 0
    bars, dots = drawn(made(small, 100, {"fuel.ended_h": came(100, 300.0, 310.0, 320.0)}))
    assert (bars, dots) == (all_bars - 1, 3)


def test_a_bar_is_open_where_some_runs_end_before_it_does(small: Sweep) -> None:
    """Where more than one run in twenty has not seen it, the bar of nine in ten goes beyond the axes."""
    found = made(small, 100, {"fuel.ended_h": came(100, *np.linspace(300, 400, 75))})
    names = sweep_names(found, "en")
    figure = times(Canvas(found, names, Labels(names)), "fuel")
    assert figure is not None
    axes = figure.axes[0]
    assert axes.patches[-1].get_bbox().x1 > axes.get_xlim()[1]


# ------------------------------------------------------------------------------------------------ limits


def test_a_limit_still_open_at_the_end_is_neither_kept_nor_broken(tmp_path: Path) -> None:
    """The share of runs that kept every limit is a range from none to all of the undecided runs kept."""
    plan, clause = "daily-necessities", "limit.daily-necessities:3.3.2#2"
    late, still = np.zeros(75), np.zeros(75)
    late[:21], still[20:24] = 1, 1  # one run is late with one limit and has another open: it is decided
    numbers = {f"{clause}.met": 1, f"{clause}.late": late, f"{clause}.open": still, f"{clause}.missed": 0}
    with chdir(ROOT):
        begun = sweep(Request("necessities-snow-and-rumour", 1), tmp_path / "one", Conduct(workers=1))
    found = made(begun, 75, numbers)
    texts = [r for r in limits(found, _page(found, "en"), labels(found), plan) if r["undecided"]]
    assert [(r["kept"], r["undecided"]) for r in texts] == [("68.0–72.0%", "3 undecided")]


# ------------------------------------------------------------------------------------------- comparisons


def test_every_difference_is_listed_or_counted(small: Sweep) -> None:
    """No number that differs in some pair is passed over: it stands in a table or among those counted."""
    rng = np.random.default_rng(1)
    names = [c for c in small.tables[0].columns if c.startswith(("seat.", "step."))][:40]
    moved = {c: rng.normal(k % 4, 5.0, 60) for k, c in enumerate(names)}
    found = of(small, table(small, 60, dict.fromkeys(names, 0.0)), table(small, 60, moved))
    (one,), pairs = changes(found, labels(found)), found.differences[0].pairs
    shown = {r["column"] for r in [*one["rows"], *one["more"]]}
    assert {c for c, p in pairs.items() if p.certain} <= shown
    counted = int(re.search(r": (\d+)\.", one["vague"])[1])  # type: ignore[index]
    assert len(shown) + counted == sum(p.changed > 0 for p in pairs.values())


def test_a_difference_of_some_pairs_says_of_how_many(small: Sweep) -> None:
    """Times that only one of two runs has cannot be compared: the row says how many pairs it is of."""
    before = came(40, *np.linspace(90, 95, 30))
    after = np.roll(before, 5) + np.linspace(2, 4, 40)
    name = "fuel.activated_h"
    found = of(small, table(small, 40, {name: before}), table(small, 40, {name: after}))
    (one,) = changes(found, labels(found))
    row = next(r for r in one["rows"] if r["column"] == name)
    assert row["pairs"] == "25 of 40 pairs"
    assert row["changed"] == row["n"] == "25"


def test_a_difference_that_is_the_same_in_all_pairs_is_told_in_words(small: Sweep) -> None:
    """Where all pairs differ by as much there is no interval, and no row is tinted as if there were a sure one."""
    found = of(small, table(small, 40, {"fuel.gaps": 1}), table(small, 40, {"fuel.gaps": 2}))
    (one,) = changes(found, labels(found))
    (row,) = [r for r in [*one["rows"], *one["more"]] if r["column"] == "fuel.gaps"]
    assert row["interval"] == "the same in all 40 pairs"
    assert not row["certain"]


def test_two_pairs_leave_nothing_to_be_sure_of(small: Sweep) -> None:
    """Two pairs that differ by as much are among those that cannot be told from nothing."""
    found = of(small, table(small, 2, {"fuel.gaps": 1}), table(small, 2, {"fuel.gaps": 2}))
    (one,) = changes(found, labels(found))
    assert not [r for r in [*one["rows"], *one["more"]] if r["column"] == "fuel.gaps"]
    assert ": 1. " in one["vague"]


# ------------------------------------------------------------------------------------------------- rest


def test_tiles_leave_out_the_mildest_levels_first(small: Sweep) -> None:
    """Where there is no room for all levels, the gravest that was reached is shown."""
    names = (f"fuel.response.{level}" for level in ("IV", "III", "II", "I"))
    found = made(small, 10, {**dict.fromkeys(names, 1.0), "stockout": 1.0})
    shown = [t["label"] for t in tiles(found, labels(found)) if "or graver reached" in t["label"]]
    assert shown
    assert shown[0].startswith("Level I response")
    assert len(shown) < 4


def test_broken_runs_that_are_not_listed_are_counted(small: Sweep) -> None:
    """Of sixty broken runs fifty are listed and ten counted; captions count the runs that were drawn."""
    found = made(small, 80, {}, dict.fromkeys(range(60), "broke"))
    html = render_sweep(found, "en", figures={"fan-fuel": {"svg": b"<svg/>"}})
    assert "The first 50 are listed; 10 more are in summary.json." in html
    assert f"the {len(found.courses.runs)} of the first 80 runs that were completed" in html  # type: ignore[union-attr]


def test_the_command_that_repeats_a_sweep_asks_for_the_runs_there_are(small: Sweep) -> None:
    """A sweep that was made longer is repeated at its length; one that went on until is asked for the same way."""
    longer = of(small, table(small, 30, {}))
    longer = replace(longer, request=replace(longer.request, runs=10))
    assert "-n 30 " in render_sweep(longer, "en", figures={})
    until = replace(longer, request=replace(longer.request, until=("stockout ± 0.1",)))
    assert "-n 10 " in render_sweep(until, "en", figures={})


@pytest.mark.parametrize(("reached", "same", "said"), [
    (True, False, "a little less often than 95 %"), (True, True, "is the same in all 40 runs"),
    (False, False, "fewer than 30 runs differ"),
])  # fmt: skip
def test_a_goal_says_what_it_is_worth(small: Sweep, reached: bool, same: bool, said: str) -> None:
    """An interval that ended the sweep says that the runs decided so; a constant has none."""
    found = made(small, 40, {"limited_t": 5.0 if same else np.arange(40.0)})
    goal = {"indicator": "limited_t", "half_width": 1.0, "reached": reached}
    found = replace(found, summary={**found.summary, "until": [goal]})
    assert said in goals(found, "en")[0]


def test_the_report_of_one_run_can_be_made(tmp_path: Path) -> None:
    """A sweep of one run has a report in either language, without a time that is not a number."""
    with chdir(ROOT):
        found = sweep(Request(SCENARIO, 1), tmp_path / "one", Conduct(workers=1))
    for lang in ("zh", "en"):
        html = re.sub(r"data:[^\"]+", "", render_sweep(found, lang))
        assert not re.search(r"\b(nan|inf)\b", re.sub(r"<[^>]+>", " ", html))
