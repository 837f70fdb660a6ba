"""The report of a sweep: one HTML file that stands alone, beside the rows and the summary.

What plans and scenarios say is untrusted and escaped.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emergency.figures.columns import Labels, headlines
from emergency.figures.sweep import draw_sweep
from emergency.graph import PALETTE, ink
from emergency.log import Entry, write_atomically
from emergency.replicate.course import COURSE_RUNS
from emergency.replicate.instants import ENOUGH
from emergency.replicate.sweep import Sweep
from emergency.report.files import write_figures
from emergency.report.page import Page
from emergency.report.standalone import data_uri, standalone
from emergency.report.sweep_changes import changes
from emergency.report.sweep_story import goals, story
from emergency.report.sweep_tables import customers, every_number, haste, levels, limits, seats, steps
from emergency.report.sweep_tables import tiles as make_tiles
from emergency.report.sweep_values import Values
from emergency.words import terms
from emergency.words.punctuation import aside, punctuation, sentences
from emergency.words.sweep import told

__all__ = ["render_sweep", "tell_sweep", "write_sweep"]

_SECTIONS = (
    "summary", "course", "times", "clauses", "demand", "load", "comparisons", "numbers", "failures", "receipt",
)  # fmt: skip
_FAILURES = _SECTIONS.index("failures") + 1
_MOST_FAILURES = 50


def write_sweep(sweep: Sweep, lang: str) -> Path:
    """Write ``figures/`` and ``report.html`` of a complete sweep into its folder.

    Returns
    -------
    Path
        The report.
    """
    figures = draw_sweep(sweep, lang, ("svg", "png"))
    write_figures(sweep.folder, figures)
    path = sweep.folder / "report.html"
    write_atomically(path, render_sweep(sweep, lang, figures=figures))
    return path


def render_sweep(sweep: Sweep, lang: str, *, figures: Mapping[str, Mapping[str, bytes]] | None = None) -> str:
    """The report as one HTML text that asks for nothing from outside: figures and font are within it."""
    drawn = draw_sweep(sweep, lang) if figures is None else figures
    page = _page(sweep, lang)
    return standalone("sweep.html.j2", _context(sweep, page, drawn))


def _page(sweep: Sweep, lang: str) -> Page:
    started = sweep.workshop.started(0)
    # A page takes the start of time from the first entry of a log; here it is all there is of one.
    opening = Entry(0, 0.0, started.prepared.start, None, "note", None, None, None, "scenario", (), {})
    return Page([opening], sweep.cases[0].inputs.scenario, started.programs, sweep.summary, lang)


def _context(sweep: Sweep, page: Page, figures: Mapping[str, Mapping[str, bytes]]) -> dict[str, Any]:
    lang, scenario, labels, marks = page.lang, page.scenario, Labels(page.names), punctuation(page.lang)
    drawn_from = f"{_from_runs(sweep, lang)}{told('full-stop', lang)}"
    found: dict[str, Any] = {
        "lang": lang, "title": scenario.title.in_(lang), "story": scenario.story.in_(lang),
        "comma": marks.comma, "colon": marks.colon, "stop": marks.stop,
        "w": lambda name, **facts: told(name, lang, **facts), "h": lambda name: terms.heading(name, lang),
        "c": lambda name: terms.column(name, lang), "sections": _SECTIONS, "summary": sweep.summary,
        "paragraph": sentences(story(sweep, labels, _FAILURES), lang),
        "tiles": make_tiles(sweep, labels), "plans": [_plan(sweep, page, labels, id) for id in page.programs],
        "customers": customers(sweep, labels), "seats": seats(sweep, page, labels),
        "changes": [{**one, "k": k, "pair_note": k == 1} for k, one in enumerate(changes(sweep, labels), 1)],
        "numbers": every_number(sweep, labels), "failures": _failures(sweep), "many": _many(sweep, lang),
        "more_failures": _more_failures(sweep, lang), "enough": ENOUGH,
        "goals": goals(sweep, lang), "figures": {name: data_uri(forms["svg"]) for name, forms in figures.items()},
        "fan_note": sentences((drawn_from, told("fan-note", lang, enough=ENOUGH)), lang),
        "share_note": sentences((drawn_from, told("share-note", lang)), lang), "again": _again(sweep),
        "runs": f"{len(sweep.tables[0]):,}",
        "palette": [(word, fill, ink(fill)) for word, fill in PALETTE.items()],
    }  # fmt: skip
    found["appendix"] = page.appendix()  # last: it holds what all the other parts have cited
    return found


def _plan(sweep: Sweep, page: Page, labels: Labels, id: str) -> dict[str, Any]:
    says = page.programs[id].plan
    return {
        "id": id, "title": says.title.in_(page.lang),
        "document": says.document.mark,
        "levels": levels(sweep, page, labels, id), "steps": steps(sweep, page, labels, id),
        "limits": limits(sweep, page, labels, id), "haste": haste(sweep, page, labels, id),
    }  # fmt: skip


def _from_runs(sweep: Sweep, lang: str) -> str:
    """Which runs the courses are of: those that broke have none."""
    first = min(len(sweep.tables[0]), COURSE_RUNS)
    drawn = 0 if sweep.courses is None else len(sweep.courses.runs)
    return told("from-runs" if drawn == first else "from-completed", lang, n=f"{drawn:,}", of=f"{first:,}")


def _many(sweep: Sweep, lang: str) -> str:
    return told("many-note", lang) if sweep.differences else ""


# ------------------------------------------------------------------------------ commands that repeat


def _failures(sweep: Sweep) -> list[dict[str, str]]:
    """The runs that broke, each with the command that makes it again; at most so many."""
    return [
        {"change": sweep.cases[case].label, "run": str(run), "what": what, "replay": replay(sweep, case, run)}
        for case, run, what in sweep.failures()[:_MOST_FAILURES]
    ]


def _more_failures(sweep: Sweep, lang: str) -> str:
    """How many runs broke besides those listed."""
    more = len(sweep.failures()) - _MOST_FAILURES
    return told("more-failures", lang, shown=_MOST_FAILURES, n=f"{more:,}") if more > 0 else ""


def replay(sweep: Sweep, case: int, run: int) -> str:
    """The command that makes one run again."""
    parts = ["emergency", "run", sweep.request.scenario, "--seed", str(sweep.seed), "--run", str(run)]
    for setting in sweep.request.settings:
        parts += ["--set", setting]
    if change := sweep.cases[case].label:
        parts += ["--with", change]
    return shlex.join(parts)


def _again(sweep: Sweep) -> str:
    request = sweep.request
    runs = request.runs if request.until else len(sweep.tables[0])  # what was asked may be less than was there
    parts = ["emergency", "sweep", request.scenario, "-n", str(runs), "--seed", str(sweep.seed)]
    for option, values in (("--set", request.settings), ("--compare", request.compare), ("--until", request.until)):
        for value in values:
            parts += [option, value]
    return shlex.join(parts)


# -------------------------------------------------------------------------------------- the terminal


def tell_sweep(sweep: Sweep, lang: str) -> tuple[list[str], Sequence[tuple[str, ...]], Sequence[tuple[str, ...]]]:
    """A sweep for a terminal: the story, the headlines, and the differences that each change makes.

    Returns
    -------
    lines : list of str
    headlines : rows of number, mean, interval, quantiles
    differences : rows of change, number, difference, interval
    """
    labels = Labels(_page(sweep, lang).names)
    values = Values(sweep, labels)
    rows = [
        (labels.label(c), aside(values.mean(c), values.behind(c), lang), values.interval(c), values.figures(c))
        for c in headlines(sweep)
    ]
    compared = [
        (one["text"], aside(row["label"], row["pairs"], lang), row["difference"], row["interval"])
        for one in changes(sweep, labels)
        for row in one["rows"]
    ]
    return [*story(sweep, labels, _FAILURES), *goals(sweep, lang)], rows, compared
