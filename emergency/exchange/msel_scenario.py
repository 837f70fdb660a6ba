"""Writing the scenario that an events list comes to, after it has been read as any other scenario."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from emergency.errors import InputError, Problem
from emergency.exchange.msel_author import Draft
from emergency.exchange.msel_reading import EventsList
from emergency.reader import Inputs, load_inputs
from emergency.source import Where
from emergency.words.exchange import told

__all__ = ["write_scenario"]


def write_scenario(draft: Draft, made: EventsList, path: Path) -> Inputs:
    """Write the scenario's file, whole or not at all, and read it.

    Raises
    ------
    InputError
        With all problems of the list, at its cells.
    """
    head = _head(draft, made)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside where it will stand, so that what it is based on is looked for in the same places.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    kept = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join([*head, *draft.lines]) + "\n")
        found = _read_back(kept, draft, made, len(head))
        umask = os.umask(0)
        os.umask(umask)
        kept.chmod(0o666 & ~umask)
        kept.replace(path)
        return found
    finally:
        kept.unlink(missing_ok=True)


def _head(draft: Draft, made: EventsList) -> list[str]:
    """Comments at the top: where it is from, and what is left open."""
    lines = [told("from-file", made.lang, name=made.path.name, sheet=made.sheet)]
    marked = draft.marked(made.lang)
    lines += [told("marks", made.lang), *(f"- {line}" for line in marked)] if marked else []
    return [f"# {' '.join(line.split())}" for line in lines]


def _read_back(kept: Path, draft: Draft, made: EventsList, shift: int) -> Inputs:
    try:
        found = load_inputs(kept)
        problems = []
    except InputError as error:
        problems = [_at_its_cell(one, str(kept), draft, made, shift) for one in error.problems]
    if problems or draft.problems:
        raise InputError(_in_order([*draft.problems, *problems], str(made.path)))
    return found


def _at_its_cell(one: Problem, kept: str, draft: Draft, made: EventsList, shift: int) -> Problem:
    """A problem of a line of the file as one of the cell it was written from."""
    if one.where is None or one.where.file != kept:
        return one
    otherwise = Where(str(made.path))
    where = draft.cells.get(one.where.line - shift, otherwise)
    facts = dict(one.facts)
    if isinstance(first := facts.get("line"), int):
        facts["line"] = draft.cells.get(first - shift, otherwise).line
    return replace(one, where=where, facts=facts)


def _in_order(problems: Iterable[Problem], file: str) -> list[Problem]:
    distinct = {(one.code, one.where, repr(sorted(one.facts.items()))): one for one in problems}
    return sorted(distinct.values(), key=lambda p: (not p.where or p.where.file != file, p.where or Where("")))
