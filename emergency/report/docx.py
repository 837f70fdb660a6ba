"""Docx from Word templates of ours, and everything else as data.

A template is a Word file with places to fill in (docxtpl); an office may open it and see how a paper is laid out.
What plans, scenarios and people say is escaped, and never read as a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from emergency.errors import MissingExtraError
from emergency.exchange.packed import timeless
from emergency.log import write_bytes_atomically
from emergency.words.punctuation import listed

__all__ = ["write_docx"]

_TEMPLATES = Path(__file__).parent.parent / "templates"
#: What XML cannot carry, and what docxtpl would take for a paragraph, a page or a tabulator of its own.
_UNFIT = re.compile(r"[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_docx(template: str, data: Mapping[str, Any], path: Path) -> Path:
    """Fill a Word template in; the same data gives the same bytes.

    Parameters
    ----------
    template : str
        A file under ``emergency/templates``, e.g. ``papers/form.docx``; never a user's.
    data : mapping
        Text, numbers, lists and mappings of these. A line break in a text stays one.
    path : Path
        Written whole or not at all.

    Raises
    ------
    MissingExtraError
        Without the extra ``docs``.
    """
    try:
        from docxtpl import DocxTemplate  # noqa: PLC0415  an extra
    except ImportError:
        raise MissingExtraError("docxtpl", "docs") from None
    document = DocxTemplate(_TEMPLATES / template)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters["cites"] = lambda cites: listed((one["text"] for one in cites), str(data.get("lang", "en")))
    environment.filters["lines"] = "\n".join
    document.render(_fit(data), environment, autoescape=True)
    out = BytesIO()
    document.save(out)
    write_bytes_atomically(path, timeless(out.getvalue()))
    return path


def _fit(value: Any) -> Any:
    """Data without the characters that a docx cannot hold."""
    if isinstance(value, str):
        return _UNFIT.sub(" ", value.replace("\r\n", "\n"))
    if isinstance(value, Mapping):
        return {key: _fit(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(one) for one in value]
    return value
