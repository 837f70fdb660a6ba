"""HTML pages that stand alone: style, figures and font are within them, and they ask for nothing from outside."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from emergency.figures import subset

__all__ = ["ENVIRONMENT", "data_uri", "standalone", "style"]

_TEMPLATES = Path(__file__).parent.parent / "templates"
_FONT_MARK = "FONT-OF-THIS-REPORT"

ENVIRONMENT = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def standalone(template: str, context: Mapping[str, Any]) -> str:
    """A template of ours filled in, with the common style and a font of just the characters on the page.

    Parameters
    ----------
    template : str
        A file under ``emergency/templates``, e.g. ``run.html.j2``; `css` and `font_mark` are added to its context.
    """
    given = {"css": style("run.css"), "font_mark": _FONT_MARK, **context}
    html = ENVIRONMENT.get_template(template).render(given)
    shapes = subset("".join(sorted(set(html))))
    return html.replace(_FONT_MARK, base64.b64encode(shapes).decode("ascii"), 1)


def style(name: str) -> Markup:
    """A style sheet of ours as it stands."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def data_uri(svg: bytes) -> str:
    """A figure as a data URI; its own document, so that nothing in it can reach the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
