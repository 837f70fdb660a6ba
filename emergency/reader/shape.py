"""Nodes → models, with every shape error at its place, and what can be saved of a broken file.

What is saved is checked for dangling references all the same: one shape error must not hide those.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from emergency.errors import Problem
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Path, Plan
from emergency.reader.names import Trouble, about, about_unit, near
from emergency.reader.nodes import Items, Mapping, Node, Scalar, data, entry, find_node
from emergency.scenario import Scenario, StockSpec, World
from emergency.source import Where

__all__ = ["LIMIT", "Shaped", "locate", "shape"]

M = TypeVar("M", Plan, Scenario, Jurisdiction)
LIMIT = 500

#: pydantic's name for an error → ours; errors raised by our own leaves bring their code with them.
_CODES = {
    "missing": "missing-key",
    "extra_forbidden": "unknown-key",
    "literal_error": "not-a-choice",
    "model_type": "not-a-mapping",
    "model_attributes_type": "not-a-mapping",
    "dict_type": "not-a-mapping",
    "tuple_type": "not-a-list",
    "string_type": "not-text",
    "too_short": "too-short",
    "too_long": "too-long",
    "string_too_short": "empty-text",
    "string_too_long": "long-text",
    "string_pattern_mismatch": "bad-form",
}
#: The field at fault, for errors that pydantic reports on the whole statement.
_AT_FIELD = {"not-a-choice": "taken", "no-reason": "status", "no-source": "basis"}
#: Models saved field by field; of any other broken value nothing is saved.
_SAVED_BY_FIELD = (Plan, Scenario, Jurisdiction, World, StockSpec)


@dataclass(slots=True)
class Shaped(Generic[M]):
    """A model made from nodes, or what could be saved of it.

    Attributes
    ----------
    whole : whether nothing was wrong with its shape.
    kept : for lists that lost entries, the places that the remaining ones have in the file.
    """

    model: M
    root: Node
    problems: list[Problem]
    whole: bool
    kept: dict[Path, list[int]] = field(default_factory=dict)


def shape(model: type[M], root: Node) -> Shaped[M]:
    """Make a model of nodes and report every error of shape."""
    values = data(root)
    try:
        return Shaped(model.model_validate(values), root, [], True)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    problems = list(_problems(model, root, errors[: LIMIT + 1]))
    kept: dict[Path, list[int]] = {}
    saved = _save(model, values, {tuple(e["loc"]) for e in errors}, (), kept)
    return Shaped(saved, root, problems, False, kept)


# ------------------------------------------------------------------------------------------ telling


def _problems(model: type[BaseModel], root: Node, errors: list[ErrorDetails]) -> Iterator[Problem]:
    found: dict[tuple[Where | None, str], Problem] = {}
    for error in errors:
        problem = _problem(model, root, error)
        if problem is not None:
            found.setdefault((problem.where, problem.code), problem)
    custom = {where for where, code in found if code.startswith("bad-")}
    for (where, code), problem in found.items():
        # A value that may be a leaf or a fixed word fails as both; the leaf's complaint says more.
        if not (code == "not-a-choice" and where in custom):
            yield problem


def _problem(model: type[BaseModel], root: Node, error: ErrorDetails) -> Problem | None:
    loc = error["loc"]
    on_key = bool(loc) and loc[-1] == "[key]"
    node, key, _ = find_node(root, loc[:-1] if on_key else loc)
    if isinstance(node, Scalar) and node.hole and not on_key:
        return None
    facts = dict(error.get("ctx", {}))
    kind = error["type"]
    code = _CODES.get(kind, kind if "-" in kind else "bad-value")
    if kind == "literal_error" and not isinstance(node, Scalar):
        code = "not-text"
    if code == "missing-key":
        return _missing(model, node, loc, error)
    if code == "unknown-key":
        keys = _keys(_model_at(model, loc[:-1]))
        return Problem(code, key, {"name": loc[-1], "near": near(str(loc[-1]), keys), "known": keys})
    if isinstance(node, Mapping) and code in _AT_FIELD:
        node = entry(node, _AT_FIELD[code]) or node
    if "value" not in facts and isinstance(node, Scalar):
        facts["value"] = node.text
    code, facts = _refine(code, facts, error, node, root, loc)
    if code == "too-short" and _length(node) >= (facts["min"] or 0):
        return None  # long enough, but some of its entries are no good, which is reported there
    return Problem(code, key if on_key else _within(node, facts), facts)


def _missing(model: type[BaseModel], node: Node, loc: tuple[str | int, ...], error: ErrorDetails) -> Problem:
    if not isinstance(loc[-1], int):
        return Problem("missing-key", node.where, {"name": loc[-1]})
    wanted = get_args(_strip(_type_at(model, loc[:-1])))  # a list of fixed length
    return Problem("too-short", node.where, {"n": _length(node), "min": len(wanted)})


def _length(node: Node) -> int:
    return len(node.items) if isinstance(node, Items) else 0


def _refine(
    code: str, facts: dict[str, Any], error: ErrorDetails, node: Node, root: Node, loc: tuple[str | int, ...]
) -> tuple[str, dict[str, Any]]:
    """Put an error into the words of the field."""
    if code == "bad-form":
        return _form(facts)
    if code == "not-a-choice":
        if "expected" in facts:
            choices = re.findall(r"'([^']*)'", facts.pop("expected"))
        else:
            choices = [str(c) for c in _plain_list(entry(find_node(root, loc)[0], "choices"))]
        return code, {**facts, "choices": choices, "near": near(facts.get("value", ""), choices)}
    if code in ("too-short", "too-long"):
        limit = {"min": facts.get("min_length"), "max": facts.get("max_length")}
        return code, {"n": _length(node), **limit}
    if code == "long-text":
        return code, {"max": facts.get("max_length")}
    if code == "unknown-unit":
        return code, {**facts, **about_unit(str(facts.get("unit", "")))}
    if code == "unknown-calendar":
        return code, about(str(facts.get("value")), str(facts.get("known", "")).split(", "))
    if code == "bad-value":
        return code, {"value": facts.get("value", ""), "why": error["msg"]}
    return code, facts


def _plain_list(node: Node | None) -> list[object]:
    found = data(node) if isinstance(node, Items) else []
    return found if isinstance(found, list) else []


def _form(facts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a pattern asks for: one of several words, a word, a number, or else the pattern itself."""
    pattern, value = facts.get("pattern", ""), facts.get("value", "")
    words = re.fullmatch(r"\^\(([a-z|-]+)\)\$", pattern)
    if words:
        choices = words[1].split("|")
        return "not-a-choice", {"value": value, "choices": choices, "near": near(value, choices)}
    if pattern.startswith("^[0-9]"):
        return "bad-number", {"value": value}
    if pattern.startswith("^[a-z]"):
        return "bad-word", {"value": value}
    return "bad-form", {"value": value, "pattern": pattern}


def _within(node: Node, facts: dict[str, Any]) -> Where:
    """The place of a node, moved to the very word at fault where its text stands on one line as printed."""
    where = node.where
    if not isinstance(node, Scalar) or node.shift is None or not where.line:
        return where
    at = facts.get("at")
    if isinstance(at, int):
        offset = at - 1
    else:
        words = [str(facts[name]) for name in ("name", "value", "amount") if facts.get(name)]
        offset = max((_offset(node.text, word) for word in words), default=0)
    return Where(where.file, where.line, where.column + node.shift + offset) if offset > 0 else where


def _offset(text: str, word: str) -> int:
    found = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) if len(word) < 200 else None
    return found.start() if found else 0


def locate(shaped: Shaped[M], trouble: Trouble) -> Problem:
    """A trouble as a problem with its place; parts of lists that were thrown away are counted in again.

    A path that ends in ``[key]`` means the key itself, as in pydantic.
    """
    on_key = trouble.path[-1:] == ("[key]",)
    path = list(trouble.path[:-1] if on_key else trouble.path)
    for i, part in enumerate(path):
        kept = shaped.kept.get(tuple(path[:i]))
        if kept is not None and isinstance(part, int):
            path[i] = kept[part]
    node, key, found = find_node(shaped.root, path)
    facts = dict(trouble.facts)
    if isinstance(first := facts.pop("first", None), tuple):
        facts["line"] = find_node(shaped.root, first)[0].where.line
    if on_key and found:
        return Problem(trouble.code, key, facts)
    return Problem(trouble.code, _within(node, facts) if found else node.where, facts)


# --------------------------------------------------------------------------------- types along a path


def _strip(annotation: Any) -> Any:
    """A type without `Annotated` and without `None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return _strip(inner[0]) if inner else annotation
    return annotation


def _type_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> Any:
    current: Any = model
    for part in loc:
        current = _strip(current)
        args = get_args(current)
        if isinstance(current, type) and issubclass(current, BaseModel):
            named = {f.alias or n: f.annotation for n, f in current.model_fields.items()}
            current = named.get(str(part), current)
        elif get_origin(current) is tuple and isinstance(part, int):
            current = args[0] if args[-1] is Ellipsis else args[min(part, len(args) - 1)]
        elif get_origin(current) is dict:
            current = args[1]
    return _strip(current)


def _model_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel] | None:
    found = _type_at(model, loc)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _keys(model: type[BaseModel] | None) -> list[str]:
    return [f.alias or name for name, f in model.model_fields.items()] if model else []


# ------------------------------------------------------------------------------------------- saving


def _save(annotation: Any, values: object, bad: set[Path], at: Path, kept: dict[Path, list[int]]) -> Any:
    """What can be made of `values` without the parts that errors in `bad` are about."""
    own = {loc for loc in bad if loc[: len(at)] == at}
    plain = _strip(annotation)
    if not own:
        return _valid(annotation, values, None)
    if isinstance(plain, type) and issubclass(plain, _SAVED_BY_FIELD):
        return _save_fields(plain, values if isinstance(values, dict) else {}, own, at, kept)
    broken = {loc[len(at)] for loc in own if len(loc) > len(at)}
    origin, args = get_origin(plain), get_args(plain)
    if origin is dict and isinstance(values, dict):
        return _valid(plain, {k: v for k, v in values.items() if k not in broken}, {})
    if origin is tuple and args[-1] is Ellipsis and isinstance(values, list):
        kept[at] = [i for i in range(len(values)) if i not in broken]
        return _valid(plain, [values[i] for i in kept[at]], ())
    return {} if origin is dict else () if origin is tuple else None


def _save_fields(
    model: type[BaseModel], values: dict[str, object], bad: set[Path], at: Path, kept: dict[Path, list[int]]
) -> BaseModel:
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key in values:
            found[name] = _save(info.annotation, values[key], bad, (*at, key), kept)
        elif info.is_required():
            origin = get_origin(_strip(info.annotation))
            found[name] = {} if origin is dict else () if origin is tuple else None
        else:
            found[name] = info.get_default(call_default_factory=True)
    saved = model.model_construct()
    for name, value in found.items():
        object.__setattr__(saved, name, value)  # the model is frozen, and this copy of it is not a valid one
    return saved


_ADAPTERS: dict[int, tuple[Any, TypeAdapter[Any]]] = {}


def _valid(annotation: Any, values: object, otherwise: object) -> Any:
    # Keyed by identity, because types with metadata need not be hashable; the type is kept alive beside it.
    if id(annotation) not in _ADAPTERS:
        _ADAPTERS[id(annotation)] = annotation, TypeAdapter(annotation)
    try:
        return _ADAPTERS[id(annotation)][1].validate_python(values)
    except ValidationError:
        return otherwise
