"""The after-action review: one HTML file that stands alone.

What people wrote during an exercise is untrusted like everything else, and escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from emergency.evaluation import AfterAction
from emergency.figures import subset
from emergency.log import Entry, write_atomically
from emergency.machine import Program
from emergency.report.after_action_content import content, summary
from emergency.report.page import Page
from emergency.scenario import Scenario
from emergency.words import papers, terms
from emergency.words.evaluation import told

__all__ = ["render_review", "tell_review", "write_review"]

_TEMPLATES = Path(__file__).parent.parent / "templates"
_FONT_MARK = "FONT-OF-THIS-REPORT"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


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
    html = _ENVIRONMENT.get_template("after_action.html.j2").render(_context(page, found, due))
    shapes = subset("".join(sorted(set(html))))
    return html.replace(_FONT_MARK, base64.b64encode(shapes).decode("ascii"), 1)


def tell_review(
    entries: Sequence[Entry], scenario: Scenario, programs: Mapping[str, Program], found: AfterAction, lang: str
) -> list[str]:
    """The review in a few lines of plain text."""
    return summary(Page(entries, scenario, programs, {}, lang), found)


def _context(page: Page, found: AfterAction, due: str) -> dict[str, Any]:
    lang = page.lang
    return content(page, found, due) | {
        "comma": "、" if lang == "zh" else ", ", "font_mark": _FONT_MARK,
        "w": lambda name, **facts: told(name, lang, **facts), "p": lambda name: papers.told(name, lang),
        "h": lambda name: terms.heading(name, lang), "c": lambda name: terms.column(name, lang),
        "css": Markup((_TEMPLATES / "run.css").read_text(encoding="utf-8")),
    }  # fmt: skip
