"""Where reviews are kept that have been made: pages beside the store, each under what it was made of.

A review belongs to the log as it was when it was made. It is found again as long as that log is how the present one
begins: an exercise that has gone on, or was rated once more, still has it; another exercise, a branch that went
otherwise, or another engine has not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from emergency.console.key import state

__all__ = ["Shelf", "reviews_of"]

_MARK = 16  # hexadecimal digits of a name


class _Kept(NamedTuple):
    """A page on the shelf: how many entries of the log it was made of, and what these come to."""

    entries: int
    mark: str
    lang: str
    path: Path


def reviews_of(store: str) -> Path:
    """The folder of reviews of a store: beside it, or for a database with the user's other state."""
    if store.startswith(("postgresql://", "postgres://")):
        return state() / f"reviews-{hashlib.sha256(store.encode()).hexdigest()[:12]}"
    return Path(f"{store}.reviews")


class Shelf:
    """The reviews of one exercise.

    Parameters
    ----------
    exercise : str
        Its name, which may stand in a path.
    version : str
        Of the engine: another one may judge otherwise.
    """

    def __init__(self, folder: Path, exercise: str, version: str) -> None:
        self._folder, self._exercise, self._version = folder, exercise, version

    def put(self, marks: Sequence[str], pages: Mapping[str, str]) -> None:
        """Keep the pages of a review, by language, in place of any before.

        Parameters
        ----------
        marks : sequence of str
            Of each entry of the log it was made of (`Session.marks`).

        Raises
        ------
        OSError
        """
        before = self._kept()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = {self._path(marks, lang): page for lang, page in pages.items()}
        for path, page in new.items():
            _write(path, page)
        for one in before:
            if one.path not in new:
                one.path.unlink(missing_ok=True)

    def find(self, marks: Sequence[str], lang: str) -> str | None:
        """The review of a log, or of as much of it as there was; None if there is none."""
        for one in sorted(self._kept(), reverse=True):
            if one.lang == lang and one.entries <= len(marks) and one.mark == self._mark(marks[: one.entries]):
                try:
                    return one.path.read_text(encoding="utf-8")
                except (OSError, ValueError):
                    continue
        return None

    def _path(self, marks: Sequence[str], lang: str) -> Path:
        return self._folder / f"{self._exercise}.{len(marks)}.{self._mark(marks)}.{lang}.html"

    def _mark(self, marks: Sequence[str]) -> str:
        return hashlib.sha256("\n".join((self._version, *marks)).encode()).hexdigest()[:_MARK]

    def _kept(self) -> list[_Kept]:
        form = re.compile(rf"{re.escape(self._exercise)}\.(\d{{1,9}})\.([0-9a-f]{{{_MARK}}})\.(zh|en)\.html")
        found = ((form.fullmatch(path.name), path) for path in self._folder.glob("*.html"))
        return [_Kept(int(said[1]), said[2], said[3], path) for said, path in found if said is not None]


def _write(path: Path, text: str) -> None:
    """Under a name of its own until it is whole; for its owner alone, as the store's invitations are."""
    with NamedTemporaryFile("w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8") as file:
        file.write(text)
    Path(file.name).replace(path)
