"""PDF by typst: a template of ours, and everything else as data.

What plans, scenarios and people say reaches typst as JSON in ``sys.inputs`` and is shown as text; it is never part of
a source, so nothing in it can be markup, code or a file's name. Fonts of the system are not asked for: the packaged
face is the only one, on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emergency.errors import MissingExtraError
from emergency.figures.font import clean, font_file
from emergency.log import write_bytes_atomically
from emergency.words.punctuation import punctuation

__all__ = ["shown", "write_pdf"]

_TEMPLATES = Path(__file__).parent.parent / "templates"


def write_pdf(template: str, data: Mapping[str, Any], path: Path) -> Path:
    """Typeset data by a template; the same data gives the same bytes.

    Parameters
    ----------
    template : str
        A file under ``emergency/templates``, e.g. ``papers/after-action.typ``; never a user's. It reads the data by
        ``json(bytes(sys.inputs.data))``, and begins with ``#import "/papers/paper.typ": *``.
    data : mapping
        Text, numbers, lists and mappings of these; punctuation comes with them as ``marks``, by their ``lang``.
    path : Path
        Written whole or not at all.

    Raises
    ------
    MissingExtraError
        Without the extra ``docs``.
    """
    try:
        import typst  # noqa: PLC0415  an extra
    except ImportError:
        raise MissingExtraError("typst", "docs") from None
    marks = asdict(punctuation(str(data.get("lang", "en"))))
    made = typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=[font_file().parent],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(shown({"marks": marks, **data}), ensure_ascii=False)},
        format="pdf",
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single document")
    write_bytes_atomically(path, made)
    return path


def shown(value: Any) -> Any:
    """Data as paper can show it: in every text a box for what the face has no shape for, control characters too."""
    if isinstance(value, str):
        return clean(value).replace(r"\$", "$")  # a dollar sign means nothing here
    if isinstance(value, Mapping):
        return {str(key): shown(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    return value
