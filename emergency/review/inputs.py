"""The plans a review is asked for: ids, files, folders, or every plan that can be found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from emergency.errors import InputError, Problem
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.reader import find, known, load_jurisdiction, load_plan
from emergency.reader.files import read_bytes

__all__ = ["load_plans"]

_PLAN = re.compile(rb"^plan[ \t]*:", re.MULTILINE)


def load_plans(names: Iterable[str]) -> tuple[list[Plan], dict[str, Jurisdiction]]:
    """Read plans and their jurisdictions.

    Parameters
    ----------
    names : iterable of str
        Ids, files, or folders of plans; every plan known where none is given.

    Raises
    ------
    InputError
        With all problems of all files.
    """
    plans: dict[str, tuple[Path, Plan]] = {}
    places: dict[str, Jurisdiction] = {}
    problems: list[Problem] = []
    for path in _paths(list(names), problems):
        try:
            plan = load_plan(path)
            places[plan.jurisdiction] = load_jurisdiction(find("jurisdiction", plan.jurisdiction, beside=path))
        except InputError as error:
            problems += error.problems
            continue
        first = plans.setdefault(plan.plan, (path, plan))[0]
        if first.resolve() != path.resolve():
            facts = {"kind": "plan", "name": plan.plan, "files": [str(first), str(path)]}
            problems.append(Problem("ambiguous-id", None, facts))
    if problems:
        raise InputError({(p.code, p.where, repr(sorted(p.facts.items()))): p for p in problems}.values())
    return [plan for _, plan in plans.values()], places


def _paths(names: list[str], problems: list[Problem]) -> list[Path]:
    """The files meant; what is wrong with a name is added to the problems."""
    if not names:
        return [one.path for one in known("plan")]
    found: list[Path] = []
    for name in names:
        try:
            found += _in_folder(Path(name)) if Path(name).is_dir() else [find("plan", name)]
        except InputError as error:
            problems += error.problems
    return found


def _in_folder(folder: Path) -> list[Path]:
    files = sorted(p for end in ("*.yaml", "*.yml") for p in folder.glob(end))
    held = [p for p in files if _PLAN.search(read_bytes(p))]
    if not held:
        raise InputError([Problem("file-is-directory", None, {"path": str(folder)})])
    return held
