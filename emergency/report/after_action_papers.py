"""The after-action review on paper: docx to work on, PDF to hand out. The same parts as the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from emergency.errors import MissingExtraError
from emergency.evaluation import AfterAction, play_perfect, review
from emergency.incident import Prepared
from emergency.log import Entry, write_jsonl
from emergency.machine import Program
from emergency.report.after_action import tell_review, write_review
from emergency.report.after_action_content import content
from emergency.report.docx import write_docx
from emergency.report.page import Page
from emergency.report.pdf import write_pdf
from emergency.scenario import Scenario
from emergency.words import papers, terms
from emergency.words.evaluation import EVALUATION, told

__all__ = ["FORMATS", "conclude_papers", "lacking", "write_papers"]

FORMATS = ("html", "docx", "pdf")
_PACKAGES = {"docx": "docxtpl", "pdf": "typst"}
_NAME = "after-action"
_HEADINGS = ("plan", "scenario", "clauses")
_COLUMNS = ("clauses", "step", "done", "when")


def write_papers(
    folder: Path,
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    found: AfterAction,
    lang: str,
    formats: Sequence[str] = FORMATS,
    due: str = "",
) -> list[Path]:
    """Write ``after-action.html``, ``.docx`` and ``.pdf``, as far as asked for; returns their paths in that order.

    Parameters
    ----------
    formats : sequence of str
        Of `FORMATS`.
    due : str
        The date proposed for improvements; empty where the meeting is to set it.

    Raises
    ------
    MissingExtraError
        For docx and pdf without the extra ``docs``.
    """
    written = []
    if "html" in formats:
        written.append(write_review(folder, entries, scenario, programs, found, lang, due))
    if {"docx", "pdf"} & set(formats):
        data = _data(Page(entries, scenario, programs, {}, lang), found, due)
        if "docx" in formats:
            written.append(write_docx("papers/after-action.docx", data, folder / f"{_NAME}.docx"))
        if "pdf" in formats:
            written.append(write_pdf("papers/after-action.typ", data, folder / f"{_NAME}.pdf"))
    return written


def _data(page: Page, found: AfterAction, due: str) -> dict[str, Any]:
    """The parts of the review with the words around them."""
    lang = page.lang
    parts = content(page, found, due)
    return parts | {
        "w": {name: told(name, lang) for name, (_, en) in EVALUATION.items() if "{" not in en},
        "p": papers.plain(lang),
        "h": {name: terms.heading(name, lang) for name in _HEADINGS},
        "c": {name: terms.column(name, lang) for name in _COLUMNS},
        "envelope_note": told("envelope-note", lang, runs=parts["runs"], seed=parts["seed"]),
        "acts_note": told("acts-note", lang),
    }


def conclude_papers(
    entries: Sequence[Entry],
    prepared: Prepared,
    seed: int,
    folder: Path,
    runs: int,
    lang: str,
    formats: Sequence[str] = FORMATS,
    due: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[Path], list[str]]:
    """Judge a run or an exercise, over or not, and write its ``log.jsonl`` and its review.

    Parameters
    ----------
    seed, runs : int
        Of the plan-perfect plays it is compared with.

    Returns
    -------
    list of Path, list of str
        The reviews, and what they come to in a few lines.

    Raises
    ------
    MissingExtraError
        For a format that needs a package which is missing; before the plays, not after.
    """
    for missing in filter(None, map(lacking, formats)):
        raise missing
    programs = {id: ready.program for id, ready in prepared.plans.items()}
    found = review(entries, prepared.scenario, programs, play_perfect(prepared, seed, runs, progress=progress))
    write_jsonl(folder / "log.jsonl", entries)
    paths = write_papers(folder, entries, prepared.scenario, programs, found, lang, formats, due)
    return paths, tell_review(entries, prepared.scenario, programs, found, lang)


def lacking(form: str) -> MissingExtraError | None:
    """What is missing to write one of `FORMATS`; None where nothing is."""
    package = _PACKAGES.get(form)
    return MissingExtraError(package, "docs") if package is not None and find_spec(package) is None else None
