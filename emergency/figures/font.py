"""The font of figures and reports: one face out of the Noto Sans CJK collection, kept in the user's cache.

The collection holds ten faces and matplotlib always takes the first, whose Han shapes are Japanese. The simplified
Chinese face is therefore taken out once (half a second, 16 MB) and used by path; nothing is registered globally.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import threading
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from matplotlib.font_manager import FontProperties, get_font
from noto_cjk_sans_otc import FONT_PATH

from emergency.log import write_bytes_atomically

__all__ = ["clean", "font", "font_file", "subset", "width"]

_FAMILY = "Noto Sans CJK SC"
#: Tables that only matter for vertical setting and for features we do not use.
_UNUSED = ("BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
_MISSING = "\u25a1"  # shown for what the font has no shape for
_ONCE = threading.Lock()


def font_file() -> Path:
    """The file with the face; made on first use."""
    with _ONCE:
        return _font_file()


@cache
def _font_file() -> Path:
    source = Path(str(FONT_PATH))
    name = f"NotoSansCJK-SC-{source.stat().st_size}.otf"
    folder = _cache_folder()
    kept = folder / name
    if kept.is_file() and kept.stat().st_size > 1_000_000:
        return kept
    data = _face(source)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes_atomically(kept, data)
    except OSError:  # a read-only home: for this process only
        own = Path(tempfile.mkdtemp(prefix="emergency-font-"))
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        kept = own / name
        write_bytes_atomically(kept, data)
    return kept


def _cache_folder() -> Path:
    named = os.environ.get("XDG_CACHE_HOME")
    if named:
        return Path(named) / "emergency"
    try:
        home = Path.home()
    except RuntimeError:
        return Path(tempfile.gettempdir(), "no-home", "emergency")
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "emergency"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(home))) / "emergency" / "Cache"
    return home / ".cache" / "emergency"


def _face(source: Path) -> bytes:
    number = 0
    while True:
        with TTFont(source, fontNumber=number, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as face:
            if face["name"].getDebugName(1) != _FAMILY:
                number += 1
                continue
            for table in _UNUSED:
                if table in face:
                    del face[table]
            out = BytesIO()
            face.save(out)
            return out.getvalue()


@cache
def font(size: float) -> FontProperties:
    """The face at a size [pt]."""
    return FontProperties(fname=str(font_file()), size=size)


@cache
def _shapes() -> frozenset[int]:
    return frozenset(get_font(str(font_file())).get_charmap())


def clean(text: str) -> str:
    """Text as a figure may show it: no control characters, no mathematics, a box for what the font lacks.

    Scenarios and plans are untrusted: a ``$`` would start a formula, an emoji would warn and leave a hole.
    """
    shapes = _shapes()
    shown = (c if c == "\n" or ord(c) in shapes else " " if c.isspace() else _MISSING for c in text)
    return "".join(c for c in shown if c == "\n" or c.isprintable()).replace("$", r"\$")


def width(text: str, size: float) -> float:
    """The width of a text [pt]."""
    face = get_font(str(font_file()))
    face.set_size(size, 72)
    face.set_text("".join(c if ord(c) in _shapes() else _MISSING for c in text))
    return float(face.get_width_height()[0]) / 64


def subset(text: str) -> bytes:
    """A WOFF file with the shapes of the characters of a text, for a document that carries its own font."""
    options = Options()
    options.flavor = "woff"
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [1, 2]
    options.notdef_outline = True
    options.desubroutinize = True
    with TTFont(font_file(), lazy=True, recalcTimestamp=False) as face:
        maker = Subsetter(options)
        maker.populate(text=text + _MISSING)
        maker.subset(face)
        face.flavor = "woff"
        out = BytesIO()
        face.save(out)
        return out.getvalue()
