"""The report of a run: one HTML file that stands alone, and everything else a run leaves behind.

Read from log entries, the plans' values and the scenario. What plans and scenarios say is untrusted and escaped.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emergency.figures import draw_run, window
from emergency.graph import PALETTE, ink
from emergency.indicators import Indicators, fold
from emergency.log import Entry, write_atomically, write_jsonl
from emergency.machine import Program
from emergency.report.files import write_figures
from emergency.report.page import Page
from emergency.report.sharing import costs, tell_sharing, waits_across
from emergency.report.standalone import data_uri, standalone
from emergency.report.story import story, tiles
from emergency.report.suppositions import assumptions, sources
from emergency.report.tables import acts, deadlines, decisions, gaps, readings, reports, urgencies, waiting
from emergency.report.worlds import amounts, markets, outbreaks
from emergency.scenario import Scenario
from emergency.words import terms
from emergency.words.punctuation import punctuation, sentences
from emergency.words.sentences import sentence

__all__ = ["render_report", "tell_run", "write_report", "write_run"]

_NUMERIC = (
    "no", "wanted", "served", "limited", "short-brief", "share-served", "times", "total", "longest", "infested",
    "greatest", "hosts-dead", "found-times", "shared", "apart", "difference",
)  # fmt: skip


def write_run(
    folder: Path,
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    summary: Mapping[str, Any],
    lang: str,
) -> Path:
    """Write ``log.jsonl``, ``summary.json``, ``figures/`` and ``report.html``, each whole or not at all.

    Parameters
    ----------
    summary : mapping
        As `emergency.indicators.summary` makes it.

    Returns
    -------
    Path
        The report.
    """
    write_jsonl(folder / "log.jsonl", entries)
    write_atomically(folder / "summary.json", json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    figures = draw_run(entries, scenario, programs, lang, ("svg", "png"))
    write_figures(folder, figures)
    return write_report(folder, entries, scenario, programs, summary, lang, figures=figures)


def tell_run(
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    summary: Mapping[str, Any],
    lang: str,
) -> list[str]:
    """A run in a few lines of plain text, for a terminal: each value entered with its clauses, then the story."""
    page = Page(entries, scenario, programs, summary, lang)
    lines = [scenario.title.in_(lang), ""]
    for entry in entries:
        if entry.kind == "entered" and entry.plan:
            at = page.level(entry.plan, entry.scheme or "", entry.level or "")
            who = page.names.actor(entry.actor) if entry.actor else ""
            told = (page.when(entry.t), at, who, page.clauses(entry.clauses))
            lines.append("  ".join(part for part in told if part))
    for part in story(page, fold(entries, programs), _sections(page).index("gaps") + 1):
        lines += ["", *([part.title] if part.title else []), *part.sentences]
    return lines


def write_report(
    folder: Path,
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    summary: Mapping[str, Any],
    lang: str,
    *,
    figures: Mapping[str, Mapping[str, bytes]] | None = None,
) -> Path:
    """Write ``report.html``; figures are drawn unless they are given."""
    path = folder / "report.html"
    write_atomically(path, render_report(entries, scenario, programs, summary, lang, figures=figures))
    return path


def render_report(
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    summary: Mapping[str, Any],
    lang: str,
    *,
    figures: Mapping[str, Mapping[str, bytes]] | None = None,
) -> str:
    """The report as one HTML text that asks for nothing from outside: figures and font are within it."""
    if figures is None:
        figures = draw_run(entries, scenario, programs, lang)
    page = Page(entries, scenario, programs, summary, lang)
    return standalone("run.html.j2", _context(page, figures))


def _sections(page: Page) -> list[str]:
    """The sections of the report, in order: what the scenario's worlds and plans give it to tell."""
    world = page.scenario.world
    outcome = ["demand"] if world.stock is not None or world.markets or not world.outbreaks else []
    outcome += ["infestation"] if world.outbreaks else []
    shared = ["sharing"] if len(page.programs) > 1 else []
    return ["summary", "levels", "decisions", "who-did-what", *outcome, "gaps", "waiting", *shared, "assumptions",
            "clauses", "receipt"]  # fmt: skip


def _context(page: Page, figures: Mapping[str, Mapping[str, bytes]]) -> dict[str, Any]:
    lang, numbers = page.lang, fold(page.entries, page.programs)
    plans = [_plan(page, id, numbers) for id in page.programs]
    until, end = window(page.entries)
    sections, marks = _sections(page), punctuation(lang)
    parts = story(page, numbers, sections.index("gaps") + 1)
    found = {
        "lang": lang, "title": page.scenario.title.in_(lang), "story": page.scenario.story.in_(lang),
        "comma": marks.comma, "colon": marks.colon, "stop": marks.stop,
        "h": lambda name: terms.heading(name, lang), "c": lambda name: terms.column(name, lang),
        "s": lambda name: sentence(name, lang), "numeric": _NUMERIC, "sections": sections,
        "story_parts": [{"title": part.title, "text": part.text(lang)} for part in parts],
        "tile_groups": tiles(page, numbers), "plans": plans, "customers": _customers(page, numbers),
        "markets": markets(page, numbers), "outbreaks": outbreaks(page, numbers),
        "waits_across": waits_across(page), "costs": costs(page), "compared": "sharing" in page.summary,
        "sharing_told": sentences(tell_sharing(page), lang),
        "assumptions": assumptions(page), "sources": sources(page), "summary": page.summary,
        "cropped": sentence("cropped", lang, when=page.when(until)) if until < end else "",
        "figures": {name: data_uri(forms["svg"]) for name, forms in figures.items()},
        "again": _again(page, plans),
        "palette": [(word, fill, ink(fill)) for word, fill in PALETTE.items()],
    }  # fmt: skip
    found["appendix"] = page.appendix()  # last: it holds what all the other parts have cited
    return found


def _again(page: Page, plans: Sequence[Mapping[str, Any]]) -> str:
    """The command that makes this run again, other choices of readings included."""
    parts = ["emergency", "run", str(page.summary["scenario"])]
    parts += ["--seed", str(page.summary["seed"]), "--run", str(page.summary["run"])]
    first = next((e for e in page.entries if e.ref == "scenario"), None)
    for setting in first.detail.get("settings", ()) if first else ():
        if not setting.startswith("readings."):  # told below
            parts += ["--set", setting]
    with_ = next((e.detail["with"] for e in page.entries if e.ref == "changes"), ())
    for change in with_:
        parts += ["--with", change]
    told = {str(change).partition("=")[0] for change in with_}
    for plan in plans:
        for reading in plan["readings"]:
            if reading["changed"] and f"reading:{plan['id']}:{reading['id']}" not in told:
                parts += ["--reading", f"{plan['id']}:{reading['id']}={reading['choice']}"]
    return shlex.join(parts)


def _plan(page: Page, id: str, numbers: Indicators) -> dict[str, Any]:
    says, one, lang = page.programs[id].plan, numbers.plans[id], page.lang
    late = one.periodic
    periodic = sentence("periodic", lang, **late) if any(late.values()) else ""
    told = readings(page, id)
    return {
        "id": id, "title": says.title.in_(lang), "document": says.document.mark,
        "decisions": decisions(page, id), "deadlines": deadlines(page, id, one),
        "deadline_count": sentence("deadline-count", lang, **one.deadlines()), "periodic": periodic,
        "urgencies": urgencies(page, id), "acts": acts(page, id), "reports": reports(page, id),
        "gaps": gaps(page, id), "readings": told, "changed": [r["id"] for r in told if r["changed"]],
        "waiting": waiting(page, id, one),
    }  # fmt: skip


def _customers(page: Page, numbers: Indicators) -> list[dict[str, Any]]:
    rows = [(page.names.customer(id), total, False) for id, total in numbers.customers().items()]
    if not rows:
        return []
    rows.append((terms.column("total", page.lang), numbers.totals(), True))
    return [
        {
            "name": name,
            **amounts(total, page.lang),
            "total": is_total,
        }
        for name, total, is_total in rows
    ]
