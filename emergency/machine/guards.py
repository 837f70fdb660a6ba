"""Guards changed by readings: whether a bound itself is meant, and which places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from emergency.condition import All, Any, Compare, For, Node, Not, Quantified, leaves

__all__ = ["at_bound", "has_bound", "has_places", "over_places"]

_AT = {"<": "<=", "<=": "<=", ">": ">=", ">=": ">="}
_PAST = {"<": "<", "<=": "<", ">": ">", ">=": ">"}


def has_bound(tree: Node) -> bool:
    """Whether a guard compares anything with a number."""
    return any(isinstance(n, Compare) or (isinstance(n, Quantified) and n.op) for n in leaves(tree))


def has_places(tree: Node) -> bool:
    """Whether a guard runs over a set of places."""
    return any(isinstance(n, Quantified) for n in leaves(tree))


def at_bound(tree: Node, included: bool) -> Node:
    """The same guard with every bound itself meant or not meant."""
    ops = _AT if included else _PAST

    def change(node: Node) -> Node:
        if isinstance(node, Compare | Quantified) and node.op:
            return replace(node, op=ops[node.op])
        return node

    return _changed(tree, change)


def over_places(tree: Node, places: str) -> Node:
    """The same guard over another set of places."""
    return _changed(tree, lambda n: replace(n, places=places) if isinstance(n, Quantified) else n)


def _changed(tree: Node, change: Callable[[Node], Node]) -> Node:
    match tree:
        case All(parts):
            return All(tuple(_changed(p, change) for p in parts))
        case Any(parts):
            return Any(tuple(_changed(p, change) for p in parts))
        case Not(inner):
            return Not(_changed(inner, change))
        case For(inner, duration):
            return For(_changed(inner, change), duration)
        case Quantified(inner=inner):
            return change(replace(tree, inner=_changed(inner, change)))
        case _:
            return change(tree)
