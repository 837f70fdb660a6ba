"""The text of a plan as its reviewers have it: plain text, or a Word file."""

from __future__ import annotations

from pathlib import Path

from emergency.errors import InputError, MissingExtraError, Problem
from emergency.source import Where

__all__ = ["read_text"]

MAX_BYTES = 20_000_000


def read_text(path: Path) -> str:
    """Read a plan's text; of a Word file the paragraphs and the cells of tables, in order.

    Raises
    ------
    InputError
        If the file is missing, too large, or not what its ending says.
    MissingExtraError
        For a Word file, if the `docs` extra is not installed.
    """
    shown = {"path": str(path)}
    if path.is_dir():
        raise InputError([Problem("file-is-directory", None, shown)])
    if not path.is_file():
        raise InputError([Problem("file-missing", None, shown)])
    if path.stat().st_size > MAX_BYTES:
        raise InputError([Problem("file-too-large", None, {**shown, "limit": MAX_BYTES // 1_000_000})])
    if path.suffix.lower() == ".docx":
        return _docx(path)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem("bad-encoding", Where(str(path)))]) from None


def _docx(path: Path) -> str:
    try:
        import docx  # noqa: PLC0415  an extra
    except ImportError:
        raise MissingExtraError("python-docx", "docs") from None
    try:
        document = docx.Document(str(path))
    except Exception as error:  # whatever the library trips over, the file is no Word file
        why = type(error).__name__
        raise InputError([Problem("file-unreadable", None, {"path": str(path), "why": why})]) from None
    lines = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += ["\t".join(dict.fromkeys(cell.text for cell in row.cells)) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)
