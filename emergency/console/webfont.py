"""The font the console's pages load: a common part at once, the rest in slices a browser asks for when it needs them.

People type any character there is. The common part holds GB 2312 (6,763 Chinese characters, kana, Greek, Cyrillic)
and Latin with its accents; every other character the face has stands in one of a few slices by code point. The style
sheet declares the slices with their ranges and the common part last, so that it is asked first, and a browser fetches
a slice only where a page shows a character that the common part lacks. What the face itself lacks is left to the
fonts of the machine.
"""

from __future__ import annotations

import asyncio
import threading
from functools import cache
from hashlib import sha256
from pathlib import Path

from matplotlib.font_manager import get_font
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from emergency.figures import subset
from emergency.figures.font import font_file
from emergency.log import write_bytes_atomically

__all__ = ["COMMON", "FONTS", "SLICES", "characters", "webfont"]

COMMON = "common"
#: The slices with the code points of each, as in ``static/console.css``.
SLICES: dict[str, tuple[range, ...]] = {
    "rest-1": (range(0x2E80, 0x3000), range(0x3400, 0x4DC0)),
    "rest-2": (range(0x4E00, 0x6000),),
    "rest-3": (range(0x6000, 0x7000),),
    "rest-4": (range(0x7000, 0x8000),),
    "rest-5": (range(0x8000, 0x9000),),
    "rest-6": (range(0x9000, 0xA000),),
    "rest-7": (range(0x250, 0x2E80), range(0x3000, 0x3400), range(0xA000, 0xFB00), range(0xFE00, 0x10000),
               range(0x1F000, 0x40000)),
}  # fmt: skip
_MAKING = threading.Lock()


@cache
def _common() -> frozenset[int]:
    rows = (bytes((a, b)).decode("gb2312", "ignore") for a in range(0xA1, 0xF8) for b in range(0xA1, 0xFF))
    return frozenset(map(ord, "".join(rows))) | frozenset(range(0x20, 0x250)) | frozenset(range(0x2010, 0x2070))


def characters(name: str) -> str:
    """The characters of a part of the face.

    Raises
    ------
    KeyError
        If there is no such part.
    """
    shapes = frozenset(get_font(str(font_file())).get_charmap())
    if name == COMMON:
        return "".join(map(chr, sorted(shapes & _common())))
    wanted = (code for codes in SLICES[name] for code in codes)
    return "".join(chr(code) for code in wanted if code in shapes and code not in _common())


def webfont(name: str) -> Path:
    """The WOFF file of a part of the face, kept beside the face in the user's cache; made on first use in seconds.

    Raises
    ------
    KeyError
        If there is no such part.
    """
    text = characters(name)
    face = font_file()
    mark = sha256(f"{face.name}\0{text}".encode()).hexdigest()[:12]
    kept = face.with_name(f"console-{name}-{mark}.woff")
    with _MAKING:
        if not kept.is_file():
            write_bytes_atomically(kept, subset(text))
    return kept


async def _font(request: Request) -> Response:
    """A part of the face; the same for everybody, so anybody may have it."""
    name = request.path_params["name"]
    if name != COMMON and name not in SLICES:
        raise HTTPException(404)
    path = await asyncio.to_thread(webfont, name)
    mark = {"ETag": f'"{path.stem}"'}  # the name tells what is in it
    if request.headers.get("if-none-match") == mark["ETag"]:
        return Response(status_code=304, headers=mark)
    return FileResponse(path, media_type="font/woff", headers=mark)


FONTS = Route("/static/fonts/{name}.woff", _font)
