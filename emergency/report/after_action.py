"""The after-action review: one HTML file that stands alone.

What people wrote during an exercise is untrusted like everything else, and escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emergency.evaluation import AfterAction
from emergency.log import Entry, write_atomically
from emergency.machine import Program
from emergency.report.after_action_content import content, summary
from emergency.report.page import Page
from emergency.report.standalone import standalone
from emergency.scenario import Scenario
from emergency.words import papers, terms
from emergency.words.evaluation import told
from emergency.words.punctuation import punctuation

__all__ = ["render_review", "tell_review", "write_review"]



def write_review(
    folder: Path,
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    found: AfterAction,
    lang: str,
    due: str = "",
) -> Path:
    """Write ``after-action.html``; returns its path."""
    path = folder / "after-action.html"
    write_atomically(path, render_review(entries, scenario, programs, found, lang, due))
    return path


def render_review(
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    found: AfterAction,
    lang: str,
    due: str = "",
) -> str:
    """The review as one HTML text that asks for nothing from outside; `due` as in `content`."""
    page = Page(entries, scenario, programs, {}, lang)
    return standalone("after_action.html.j2", _context(page, found, due))


def tell_review(
    entries: Sequence[Entry], scenario: Scenario, programs: Mapping[str, Program], found: AfterAction, lang: str
) -> list[str]:
    """The review in a few lines of plain text."""
    return summary(Page(entries, scenario, programs, {}, lang), found)


def _context(page: Page, found: AfterAction, due: str) -> dict[str, Any]:
    lang = page.lang
    return content(page, found, due) | {
        "comma": punctuation(lang).comma,
        "w": lambda name, **facts: told(name, lang, **facts), "p": lambda name: papers.told(name, lang),
        "h": lambda name: terms.heading(name, lang), "c": lambda name: terms.column(name, lang),
    }  # fmt: skip
