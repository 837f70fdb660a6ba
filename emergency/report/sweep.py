"""The report of a sweep: one HTML file that stands alone, beside the rows and the summary.

What plans and scenarios say is untrusted and escaped.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emergency.figures.columns import Labels, Scale, headlines
from emergency.figures.sweep import draw_sweep
from emergency.graph import PALETTE, ink
from emergency.log import Entry, write_atomically
from emergency.replicate.course import COURSE_RUNS
from emergency.replicate.statistics import Estimate
from emergency.replicate.sweep import Sweep
from emergency.report.files import write_figures
from emergency.report.page import Page
from emergency.report.standalone import data_uri, standalone
from emergency.report.sweep_tables import (
    changes,
    customers,
    every_number,
    haste,
    interval,
    levels,
    limits,
    seats,
    steps,
)
from emergency.report.sweep_tables import tiles as make_tiles
from emergency.words import terms
from emergency.words.punctuation import punctuation, sentences
from emergency.words.sweep import told

__all__ = ["render_sweep", "tell_sweep", "write_sweep"]

_SECTIONS = (
    "summary", "course", "times", "clauses", "demand", "load", "comparisons", "numbers", "failures", "receipt",
)  # fmt: skip
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
    found: dict[str, Any] = {
        "lang": lang, "title": scenario.title.in_(lang), "story": scenario.story.in_(lang),
        "comma": marks.comma, "colon": marks.colon, "stop": marks.stop,
        "w": lambda name, **facts: told(name, lang, **facts), "h": lambda name: terms.heading(name, lang),
        "c": lambda name: terms.column(name, lang), "sections": _SECTIONS, "summary": sweep.summary,
        "paragraph": sentences(_paragraph(sweep, labels), lang),
        "tiles": make_tiles(sweep, labels), "plans": [_plan(sweep, page, labels, id) for id in page.programs],
        "customers": customers(sweep, labels), "seats": seats(sweep, page, labels),
        "changes": [{**one, "k": k, "pair_note": k == 1} for k, one in enumerate(changes(sweep, labels), 1)],
        "numbers": every_number(sweep, labels), "failures": _failures(sweep), "many": _many(sweep, lang),
        "goals": _goals(sweep, lang), "figures": {name: data_uri(forms["svg"]) for name, forms in figures.items()},
        "from_runs": told("from-runs", lang, n=f"{_courses(sweep):,}"), "again": _again(sweep),
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


def _courses(sweep: Sweep) -> int:
    return min(len(sweep.tables[0]), COURSE_RUNS)


# ---------------------------------------------------------------------------------------- the story


def _paragraph(sweep: Sweep, labels: Labels) -> list[str]:
    """What the sweep shows, in a few sentences."""
    lang, found, failed = labels.lang, sweep.estimates, len(sweep.tables[0].failures)
    said = [told("made", lang, n=f"{len(sweep.tables[0]):,}", seed=sweep.seed)]
    if failed:
        said.append(told("broke", lang, n=failed, section=_SECTIONS.index("failures") + 1))
    for id in sweep.programs:
        said += _of_plan(sweep, labels, id)
    if "served_share" in found and found["served_share"].n:
        one, by = found["served_share"], labels.scale("served_share")
        facts = {"mean": by.tell(one.mean), "interval": by.span(one.interval)}
        facts["low"] = by.tell(one.quantiles[0.05][0])
        said.append(told("served-in" if one.sd else "served-always", lang, **facts))
    if "stockout" in found:
        said.append(_share(sweep, labels, "stockout", "stockout-in"))
    return [*said, *_slow(sweep, labels)]


def _share(sweep: Sweep, labels: Labels, column: str, sentence: str, **facts: object) -> str:
    one, by = sweep.estimates[column], labels.scale(column)
    return told(sentence, labels.lang, share=by.tell(one.mean), interval=by.span(one.interval), **facts)


def _of_plan(sweep: Sweep, labels: Labels, id: str) -> list[str]:
    found, lang = sweep.estimates, labels.lang
    begun = labels.of_plan(id) + _share(sweep, labels, f"{id}.activated", "activated-in")
    at = found[f"{id}.activated_h"]
    if not at.n:
        return [begun + told("full-stop", lang)]
    by = labels.scale(f"{id}.activated_h", at)
    low, high = (by.tell(at.quantiles[q][0]) for q in (0.05, 0.95))
    facts = {"mean": by.tell(at.mean), "interval": by.span(at.interval), "low": low, "high": high}
    said = [begun + told("activated-after", lang, **facts)]
    gravest = [
        (f"{id}.{scheme}.{level}", labels.names.level(id, str(scheme), level))
        for scheme, says in sweep.programs[id].plan.schemes.items()
        if says.kind == "response"
        for level in reversed(says.levels)
    ]
    reached = next(((c, level) for c, level in gravest if found[c].mean), None)
    if reached is not None:
        said.append(_share(sweep, labels, reached[0], "highest-in", level=reached[1]))
    return [*said, _share(sweep, labels, f"{id}.ended", "ended-in")]


def _slow(sweep: Sweep, labels: Labels) -> list[str]:
    """The step that takes most time, and the seat at which matters queue longest."""
    found, lang = sweep.estimates, labels.lang
    said = []
    taken = [c for c in found if c.startswith("step.") and (found[c].mean or 0) > 0]
    if taken:
        slow = max(taken, key=lambda c: found[c].mean or 0)
        by = labels.scale(slow, found[slow])
        cited = ", ".join(_clauses_of(sweep, slow))
        said.append(told("bottleneck", lang, step=labels.label(slow), mean=by.tell(found[slow].mean), clause=cited))
    queued = [c for c in found if c.startswith("seat.") and c.endswith(".waited_h") and (found[c].mean or 0) > 0.05]
    if queued:
        busy = max(queued, key=lambda c: found[c].mean or 0)
        seat = labels.names.actor(busy.removeprefix("seat.").removesuffix(".waited_h"))
        said.append(told("busiest", lang, seat=seat, mean=labels.scale(busy, found[busy]).tell(found[busy].mean)))
    return said


def _clauses_of(sweep: Sweep, step: str) -> list[str]:
    """The clauses that order a step of decisions, ``step.PLAN.SCHEME.VERB_h``."""
    plan, scheme, do = step.removeprefix("step.").removesuffix("_h").split(".")
    decisions = sweep.programs[plan].decisions.items()
    cited = [c for at, d in decisions if at.scheme == scheme for s in d.steps if s.do == do for c in s.clauses]
    return list(dict.fromkeys(cited))


def _goals(sweep: Sweep, lang: str) -> list[str]:
    """What became of the intervals that were asked for."""
    n = f"{len(sweep.tables[0]):,}"
    return [
        told("reached" if one["reached"] else "not-reached", lang, n=n, name=one["indicator"], goal=one["half_width"])
        for one in sweep.summary["until"]
    ]


def _many(sweep: Sweep, lang: str) -> str:
    return told("many-note", lang) if sweep.differences else ""


# ------------------------------------------------------------------------------ commands that repeat


def _failures(sweep: Sweep) -> list[dict[str, str]]:
    """The runs that broke, each with the command that makes it again; at most so many."""
    return [
        {"change": sweep.cases[case].label, "run": str(run), "what": what, "replay": replay(sweep, case, run)}
        for case, run, what in sweep.failures()[:_MOST_FAILURES]
    ]


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
    parts = ["emergency", "sweep", request.scenario, "-n", str(request.runs), "--seed", str(sweep.seed)]
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
    rows = [
        (labels.label(c), by.tell(one.mean), interval(by, one, lang), _quantiles(by, one))
        for c in headlines(sweep)
        for one in [sweep.estimates[c]]
        for by in [labels.scale(c, one)]
    ]
    compared = [
        (one["text"], row["label"], row["difference"], row["interval"])
        for one in changes(sweep, labels)
        for row in one["rows"]
    ]
    return [*_paragraph(sweep, labels), *_goals(sweep, lang)], rows, compared


def _quantiles(by: Scale, one: Estimate) -> str:
    return " / ".join(by.figure(value) for value, _ in one.quantiles.values())
