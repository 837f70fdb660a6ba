"""``--set key=value``: one value of a scenario replaced before it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_origin

from pydantic import BaseModel

from emergency.errors import Problem
from emergency.reader.names import about
from emergency.reader.nodes import Entry, Items, Mapping, Node, Scalar, entry, text_of
from emergency.scenario import Scenario
from emergency.source import Typed, Where

__all__ = ["apply_settings"]

#: Sections of a scenario that hold keys.
_SECTIONS = {
    name
    for name, info in Scenario.model_fields.items()
    if get_origin(info.annotation) is dict
    or (isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel))
}
#: A number has one of these forms; setting one takes the place of the others.
_FORMS = ("value", "range", "uniform", "normal", "exponential")
_NAMED_BY = ("id", "seat", "measure")


def apply_settings(root: Node, settings: Iterable[str]) -> list[Problem]:
    """Change the nodes as told and report what could not be.

    A key is a dotted path; an entry of a list is named by its place from 0, or by its id, seat or measure.
    The last part may be a key that the file leaves out, and so may a whole section such as ``flags``.
    """
    problems: list[Problem] = []
    for setting in settings:
        key, equals, value = setting.partition("=")
        key = key.strip()
        where = Where(Typed.place(setting, f"--set {key or setting}"))
        if not equals or not key:
            problems.append(Problem("bad-setting", where, {"value": setting}))
            continue
        problem = _apply(root, key.split("."), Scalar(value.strip(), where, 0), where)
        if problem is not None:
            problems.append(problem)
    return problems


def _apply(root: Node, parts: list[str], value: Scalar, where: Where) -> Problem | None:
    node = root
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if last and isinstance(node, Mapping):
            _put(node, part, value)
            return None
        at = _index(node, part) if isinstance(node, Items) else -1
        if node is root and part in _SECTIONS and isinstance(root, Mapping):
            root.entries.setdefault(part, Entry(where, Mapping(where)))
        if i == 1 and parts[0] == "readings" and isinstance(node, Mapping):
            # a plan whose readings stand as they are
            node.entries.setdefault(part, Entry(where, Mapping(where)))
        below = node.items[at] if isinstance(node, Items) and at >= 0 else entry(node, part)
        if below is None:
            facts = about(part, _known(node))
            if not i:
                return Problem("unknown-section", where, facts)
            return Problem("unknown-path", where, {"under": ".".join(parts[:i]), **facts})
        if last and isinstance(node, Items):
            node.items[at] = value
        node = below
    return None


def _put(node: Mapping, key: str, value: Scalar) -> None:
    if key in _FORMS and "basis" in node.entries:
        for other in _FORMS:
            node.entries.pop(other, None)
    node.entries[key] = Entry(value.where, value)


def _index(node: Items, part: str) -> int:
    """The place in a list that a part of a path means, or -1."""
    if part.isascii() and part.isdigit() and len(part) < 7:
        return int(part) if int(part) < len(node.items) else -1
    for i, one in enumerate(node.items):
        if part in _bears(one):
            return i
    return -1


def _bears(node: Node) -> list[str]:
    named = (text_of(entry(node, key)) for key in _NAMED_BY)
    return [name for name in named if name]


def _known(node: Node) -> list[str]:
    if isinstance(node, Mapping):
        return list(node.entries)
    return [name for one in node.items for name in _bears(one)] if isinstance(node, Items) else []
