"""Small files kept beside plans: one list of entries under one key, each entry a mapping with a few known keys.

Every function appends what it finds wrong to a list, so that a reader tells all problems of a file at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from emergency.errors import Problem
from emergency.reader.files import read_bytes
from emergency.reader.nodes import Entry, Items, Mapping, Node, Scalar
from emergency.reader.yaml import compose, decode
from emergency.source import Where

__all__ = ["entries_under", "only_keys", "stated", "twice"]


def entries_under(key: str, path: Path) -> tuple[list[Mapping], list[Problem]]:
    """The entries of a file that holds one list, ``{key: [{…}, …]}``, and what keeps others from being entries.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read.
    """
    text, problems = decode(read_bytes(path), str(path))
    if problems:
        return [], problems
    root, problems = compose(text, str(path))
    return (list(_entries(root, key, problems)) if root is not None else []), problems


def _entries(root: Node, key: str, problems: list[Problem]) -> Iterator[Mapping]:
    if not isinstance(root, Mapping):
        problems.append(Problem("not-a-mapping", root.where))
        return
    only_keys(root, (key,), (key,), problems)
    held = root.entries.get(key)
    if held is not None and not isinstance(held.value, Items):
        problems.append(Problem("not-a-list", held.value.where))
    for node in held.value.items if held is not None and isinstance(held.value, Items) else ():
        if isinstance(node, Mapping):
            yield node
        else:
            problems.append(Problem("not-a-mapping", node.where))


def only_keys(node: Mapping, allowed: Sequence[str], needed: Iterable[str], problems: list[Problem]) -> None:
    """Refuse keys that are not known and miss those that are needed."""
    for name, entry in node.entries.items():
        if name not in allowed:
            problems.append(Problem("unknown-key", entry.key, {"name": name, "known": list(allowed)}))
    problems += [Problem("missing-key", node.where, {"name": name}) for name in needed if name not in node.entries]


def stated(entry: Entry, problems: list[Problem]) -> str:
    """The text of a value; "" where it is none, which is a problem unless it has been reported already."""
    value = entry.value
    if not isinstance(value, Scalar):
        problems.append(Problem("not-text", value.where))
        return ""
    if not value.text.strip() and not value.hole:
        problems.append(Problem("empty-text", value.where))
    return value.text if value.text.strip() else ""


def twice(named: Iterable[tuple[str, Where]]) -> Iterator[Problem]:
    """A problem for each name that an entry before has already."""
    first: dict[str, Where] = {}
    for name, where in named:
        if first.setdefault(name, where) is not where:
            yield Problem("duplicate-key", where, {"name": name, "line": first[name].line})
