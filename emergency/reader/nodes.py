"""What a file holds before anything is made of it: texts, lists and mappings, each with its place."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from emergency.source import Where

__all__ = ["Entry", "Items", "Mapping", "Node", "Scalar", "data", "entry", "find_node", "text_of"]


@dataclass(slots=True)
class Scalar:
    """One piece of text.

    Attributes
    ----------
    shift : columns between `where` and the first character of the text (1 inside quotes), or None where the
        text is folded, escaped or otherwise not printed as it is.
    hole : the value is missing or could not be read, which has been reported already.
    """

    text: str
    where: Where
    shift: int | None = None
    hole: bool = False


class Entry(NamedTuple):
    """A value and its key."""

    key: Where
    value: Node


@dataclass(slots=True)
class Mapping:
    """Keys with values, in file order."""

    where: Where
    entries: dict[str, Entry] = field(default_factory=dict)


@dataclass(slots=True)
class Items:
    """A list."""

    where: Where
    items: list[Node] = field(default_factory=list)


Node = Scalar | Mapping | Items


def data(node: Node) -> object:
    """The plain values of a node: str, dict and list."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [data(n) for n in node.items]
    return {key: data(e.value) for key, e in node.entries.items()}


def entry(node: Node | None, key: str) -> Node | None:
    """The value of a key, if `node` is a mapping that has it."""
    found = node.entries.get(key) if isinstance(node, Mapping) else None
    return found.value if found else None


def text_of(node: Node | None) -> str | None:
    """The text of a scalar, else None."""
    return node.text if isinstance(node, Scalar) and not node.hole else None


def _steps(root: Node, path: Sequence[str | int]) -> Iterator[tuple[int, Node, Where]]:
    """Follow a path as far as it goes; parts that name nothing (pydantic's union tags) are passed over."""
    node, where = root, root.where
    yield 0, node, where
    for i, part in enumerate(path, 1):
        if isinstance(node, Mapping) and isinstance(part, str) and part in node.entries:
            where, node = node.entries[part].key, node.entries[part].value
        elif isinstance(node, Items) and isinstance(part, int) and 0 <= part < len(node.items):
            node = node.items[part]
            where = node.where
        else:
            continue
        yield i, node, where


def find_node(root: Node, path: Sequence[str | int]) -> tuple[Node, Where, bool]:
    """The deepest node on a path, the place of its key, and whether the last part of the path was found."""
    reached, node, key = deque(_steps(root, path), maxlen=1)[0]
    return node, key, reached == len(path)
