"""Finding plans, scenarios and jurisdictions.

A given path comes first, then ./plans or ./scenarios, then the copies packaged in the wheel.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

from emergency.errors import InputError, Problem
from emergency.reader.names import near
from emergency.reader.yaml import MAX_BYTES
from emergency.source import Id, Where

__all__ = ["Kind", "Known", "find", "known", "read_bytes"]

Kind = Literal["plan", "scenario", "jurisdiction"]
_FOLDERS: dict[str, str] = {"plan": "plans", "jurisdiction": "plans", "scenario": "scenarios"}
_HEAD = re.compile(
    rb"^(plan|scenario|jurisdiction)[ \t]*:[ \t]+[\"']?([A-Za-z][A-Za-z0-9_-]{0,63})\b", re.MULTILINE
)


class Known(NamedTuple):
    """A file that bears an id."""

    id: str
    path: Path


def read_bytes(path: Path, where: Where | None = None) -> bytes:
    """The bytes of a file, at most one more than the limit.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read.
    """
    shown = {"path": str(path)}
    try:
        if path.is_dir():
            raise InputError([Problem("file-is-directory", where, shown)])
        if not path.is_file():
            raise InputError([Problem("file-missing", where, {**shown, "near": _beside(path)})])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise InputError([Problem("file-unreadable", where, {**shown, "why": why})]) from None


def _beside(path: Path) -> str:
    """The file beside a path that was probably meant, or nothing."""
    try:
        found = near(path.name, [p.name for p in path.parent.iterdir() if p.is_file()])
    except (OSError, ValueError):
        return ""
    return str(path.with_name(found)) if found else ""


def _heads(path: Path) -> dict[str, str]:
    """The ids a file states in its first column: kind → id."""
    try:
        if not path.is_file():
            return {}
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return {}
    return {m[1].decode(): m[2].decode() for m in reversed(list(_HEAD.finditer(raw)))}


def _id(path: Path, kind: Kind) -> str | None:
    """The id of a file, if it is of that kind; plans and scenarios name their jurisdiction too."""
    heads = _heads(path)
    if kind == "jurisdiction" and ("plan" in heads or "scenario" in heads):
        return None
    return heads.get(kind)


def _places(kind: Kind) -> Iterator[Path]:
    folder = _FOLDERS[kind]
    yield Path(folder)
    yield Path(str(files("emergency"))) / "_data" / folder


def _files(folder: Path, deep: bool = True) -> list[Path]:
    try:
        look = folder.rglob if deep else folder.glob
        return sorted(p for end in ("*.yaml", "*.yml") for p in look(end))
    except OSError:
        return []


def _bearing(kind: Kind, paths: Iterable[Path]) -> list[Known]:
    return [Known(id, path) for path in paths if (id := _id(path, kind)) is not None]


def known(kind: Kind) -> list[Known]:
    """Every plan (scenario, jurisdiction) that can be found by its id; files nearer at hand go first."""
    found: dict[str, Known] = {}
    for folder in _places(kind):
        for one in _bearing(kind, _files(folder)):
            found.setdefault(one.id, one)
    return sorted(found.values())


def find(kind: Kind, name: str | Path, *, beside: Path | None = None, where: Where | None = None) -> Path:
    """The file meant by a path or an id.

    Parameters
    ----------
    beside : Path, optional
        A file whose folder, and the plans next to it, are searched for the id before the search path, e.g. the plan
        whose jurisdiction is wanted.
    where : Where, optional
        Where the name is written, for the problem.

    Raises
    ------
    InputError
        If nothing is found, or several files bear the id.
    """
    path = Path(name)
    text = str(name)
    is_path = isinstance(name, Path) or "/" in text or "\\" in text or path.suffix in (".yaml", ".yml")
    if is_path or (beside is None and _is_file(path)):
        return _given(kind, path, where)
    ids: set[str] = set()
    near_by = [] if beside is None else [_bearing(kind, _files(beside.parent, deep=False)), *_across(kind, beside)]
    for bearing in chain(near_by, (_bearing(kind, _files(folder)) for folder in _places(kind))):
        ids |= {one.id for one in bearing}
        if there := [one.path for one in bearing if one.id == text]:
            return _single(kind, text, there, where)
    if beside is None and _is_folder(path):
        raise InputError([Problem("file-is-directory", where, {"path": text})])
    facts: dict[str, object] = {"name": text, "near": near(text, ids), "known": sorted(ids)}
    raise InputError([_missing(kind, facts, where)])


def _across(kind: Kind, beside: Path) -> Iterator[list[Known]]:
    """What lies in the folder next to a file's own: a scenario's plans; for packaged files ./plans goes first."""
    folder = Path(os.path.normpath(beside.parent / os.pardir / _FOLDERS[kind]))
    if Path(str(files("emergency"))) not in folder.parents:
        yield _bearing(kind, _files(folder))


def _missing(kind: Kind, facts: dict[str, object], where: Where | None) -> Problem:
    if kind == "plan":
        return Problem("unknown-plan", where, facts)
    if kind == "scenario":
        return Problem("unknown-scenario", where, facts)
    return Problem("unknown-jurisdiction", where, facts)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _given(kind: Kind, path: Path, where: Where | None) -> Path:
    if _is_file(path):
        return path
    if _is_folder(path):
        raise InputError([Problem("file-is-directory", where, {"path": str(path)})])
    try:
        beside = [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
    except (OSError, ValueError):
        beside = []
    likely, ids = near(path.name, beside), [one.id for one in known(kind)]
    if not likely and (match := re.fullmatch(Id.pattern, path.stem)):
        likely = near(match[0], ids)
    raise InputError([Problem("file-missing", where, {"path": str(path), "near": likely, "known": ids})])


def _single(kind: Kind, name: str, paths: list[Path], where: Where | None) -> Path:
    if len(paths) > 1:
        facts = {"kind": kind, "name": name, "files": [str(p) for p in paths]}
        raise InputError([Problem("ambiguous-id", where, facts)])
    return paths[0]
