"""Packed files (xlsx, docx) that hold nothing of when they were written: the same parts, the same bytes."""

from __future__ import annotations

import zipfile
from io import BytesIO

__all__ = ["timeless"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first instant that a zip file can name


def timeless(data: bytes) -> bytes:
    """The same archive without the hour at which its parts were packed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for part in packed.infolist():
            info = zipfile.ZipInfo(part.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            again.writestr(info, packed.read(part))
    return out.getvalue()
