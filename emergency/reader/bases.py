"""``based_on``: a scenario takes over what it does not say itself, node by node, before it is read.

Taken over are the place and its people: plans, worlds, flags, staffing, how long work takes, what measures do. A
scenario's own story, its start and length, its injects and objectives are never another's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emergency.errors import InputError, Problem
from emergency.reader.files import find
from emergency.reader.nodes import Items, Mapping, Node, entry, text_of

__all__ = ["TAKEN", "add_bases"]

#: Sections that are taken over.
TAKEN = (
    "jurisdiction", "plans", "sources", "readings", "days", "world", "judged", "measured", "noticed", "flags",
    "reporting", "staffing", "fleets", "work", "behaviour", "measures",
)  # fmt: skip
#: What tells the entries of a list apart; of two entries for the same thing the scenario's own stands.
KEYS = {"staffing": ("seat",), "work": ("measure", "by", "do"), "measures": ("measure",)}
DEPTH = 8

Compose = Callable[[Path], tuple[Mapping | None, list[Problem], str]]


def add_bases(root: Mapping, path: Path, compose: Compose, above: tuple[Path, ...] = ()) -> tuple[list[Problem], str]:
    """Merge into a scenario what it is based on, and that into what it is based on, and so on.

    Parameters
    ----------
    compose : callable
        Reads a file into its root, the problems with its text, and the digest of its bytes.

    Returns
    -------
    problems, digests : list of Problem, str
        The digests of all files taken over, joined; empty if there are none.
    """
    based = entry(root, "based_on")
    problems: list[Problem] = []
    digests = ""
    for node in based.items if isinstance(based, Items) else []:
        name = text_of(node)
        if not name:
            continue
        try:
            found = find("scenario", name, beside=path, where=node.where)
        except InputError as error:
            problems += error.problems
            continue
        if found.resolve() in (*above, path.resolve()) or len(above) >= DEPTH:
            problems.append(Problem("based-on-loop", node.where, {"name": name}))
            continue
        base, troubles, digest = compose(found)
        problems += troubles
        if base is not None:
            more, deeper = add_bases(base, found, compose, (*above, path.resolve()))
            problems += more
            digests += digest + deeper
            _take_over(root, base)
    return problems, digests


def _take_over(root: Mapping, base: Mapping) -> None:
    for section in TAKEN:
        theirs = base.entries.get(section)
        if theirs is None:
            continue
        own = root.entries.get(section)
        if own is None:
            root.entries[section] = theirs
        else:
            _merge(section, own.value, theirs.value)


def _merge(section: str, own: Node, theirs: Node) -> None:
    if isinstance(own, Mapping) and isinstance(theirs, Mapping):
        if "basis" in own.entries or "basis" in theirs.entries:
            return  # a supposition stands or falls as a whole
        for key, one in theirs.entries.items():
            if key in own.entries:
                _merge(section, own.entries[key].value, one.value)
            else:
                own.entries[key] = one
    elif isinstance(own, Items) and isinstance(theirs, Items):
        told = [_key(section, node) for node in own.items]
        own.items += [node for node in theirs.items if _key(section, node) is None or _key(section, node) not in told]


def _key(section: str, node: Node) -> object:
    """What an entry of a list is about; None if entries of that list are never about the same."""
    if section == "plans":
        return text_of(node)
    keys = KEYS.get(section)
    return tuple(text_of(entry(node, key)) for key in keys) if keys else None


