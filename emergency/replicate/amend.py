"""A plan changed for comparison: another file in its place, or a field that its clauses give.

The change is made on the nodes of the plan's file before anything is made of them, so that a value is read, checked
and complained of exactly as if it stood in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

from emergency.errors import InputError, Problem
from emergency.plan import Plan
from emergency.plan.statements import SECTIONS
from emergency.reader import Inputs, find, plan_problems, scenario_problems
from emergency.reader.files import read_bytes
from emergency.reader.names import PlanNames, about
from emergency.reader.nodes import Entry, Items, Node, entry, text_of
from emergency.reader.nodes import Mapping as MappingNode
from emergency.reader.shape import LIMIT, locate, shape
from emergency.reader.yaml import compose, decode
from emergency.source import Where

__all__ = ["Amendment", "amended"]


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of a plan.

    Attributes
    ----------
    plan : str
        The plan's id; empty where `file` says which.
    file : str
        A file to read in the plan's place, or empty.
    target, field, value : str
        The clause (or the id of one statement) whose statements change, the dotted field, and its new value as YAML.
    text : str
        The change as the user wrote it, for problems.
    where : Where
        The option it was typed under.
    """

    text: str
    where: Where
    plan: str = ""
    file: str = ""
    target: str = ""
    field: str = ""
    value: str = ""


@dataclass(slots=True)
class _Opened:
    """The nodes of a plan's file, and the options under which some of them were typed."""

    path: Path
    root: MappingNode
    digest: str
    typed: set[str] = field(default_factory=set)

    def placed(self, problem: Problem) -> Problem:
        """The problem without line and column, which an option has not."""
        if problem.where is None or problem.where.file not in self.typed:
            return problem
        return replace(problem, where=Where(problem.where.file))


def amended(inputs: Inputs, amendments: Iterable[Amendment]) -> Inputs:
    """The inputs with their plans changed; digests are those of the files as they are read now.

    Raises
    ------
    InputError
        With everything that is wrong with a change or with the plan it makes, by place.
    """
    opened: dict[str, _Opened] = {}
    for one in amendments:
        if one.file:
            found = _open(find("plan", one.file, where=one.where))
            opened[_id_of(found, one, inputs)] = found
    for one in amendments:
        if not one.file:
            if one.plan not in inputs.plans:
                raise InputError([Problem("unknown-plan", one.where, about(one.plan, inputs.plans))])
            if one.plan not in opened:
                opened[one.plan] = _open(inputs.files[one.plan])
            _change(opened[one.plan], one)
    plans = {**inputs.plans, **{id: _shaped(found, inputs) for id, found in opened.items()}}
    _still_fits(inputs, plans)
    files = {**inputs.files, **{id: found.path for id, found in opened.items()}}
    digests = {**inputs.sha256, **{id: found.digest for id, found in opened.items()}}
    return replace(inputs, plans=plans, files=files, sha256=digests)


def _open(path: Path) -> _Opened:
    raw = read_bytes(path)
    text, problems = decode(raw, str(path))
    root: Node | None = None
    if not problems:
        root, problems = compose(text, str(path))
    if problems or root is None:
        raise InputError(problems)
    if not isinstance(root, MappingNode):
        raise InputError([Problem("not-a-mapping", root.where, {})])
    return _Opened(path, root, sha256(raw).hexdigest())


def _id_of(found: _Opened, amendment: Amendment, inputs: Inputs) -> str:
    """The plan of the scenario that a file stands in for: it bears that plan's id."""
    id = text_of(entry(found.root, "plan"))
    if id is None:
        raise InputError([Problem("missing-key", Where(str(found.path)), {"name": "plan"})])
    if id not in inputs.plans:
        raise InputError([Problem("unknown-plan", amendment.where, about(id, inputs.plans))])
    return id


def _change(found: _Opened, amendment: Amendment) -> None:
    where = amendment.where
    value, problems = compose(amendment.value, where.file)
    found.typed.add(where.file)
    if problems or value is None:
        problems = problems or [Problem("bad-change", where, {"value": amendment.text})]
        raise InputError(map(found.placed, problems))
    statements = list(_statements(found.root, amendment.target))
    if not statements:
        known = sorted({t for s in SECTIONS for one in _items(found.root, s) for t in _bears(one)})
        raise InputError([Problem("unknown-statement", where, about(amendment.target, known))])
    parts = amendment.field.split(".")
    holders = [h for one in statements for h in _holders(one, parts)]
    if len(parts) > 1 or len(statements) == 1:  # no doubt where it belongs, so it may also be new
        wanted = holders
    else:
        wanted = [h for h in holders if parts[-1] in h.entries]
    if not wanted:
        fields = {key for one in statements if isinstance(one, MappingNode) for key in one.entries}
        raise InputError([Problem("unknown-path", where, {"under": amendment.target, **about(parts[-1], fields)})])
    for holder in wanted:
        holder.entries[parts[-1]] = Entry(where, value)


def _items(root: Node, section: str) -> list[Node]:
    held = entry(root, section)
    return held.items if isinstance(held, Items) else []


def _bears(node: Node) -> list[str]:
    return [t for t in (text_of(entry(node, key)) for key in ("clause", "id")) if t]


def _statements(root: Node, target: str) -> Iterable[Node]:
    """The statements of a clause, or the one that bears an id."""
    return (one for section in SECTIONS for one in _items(root, section) if target in _bears(one))


def _holders(node: Node, parts: list[str]) -> list[MappingNode]:
    """Where in a statement the last part of a path belongs; a step is named by its verb or its place."""
    below: list[Node] = [node]
    for part in parts[:-1]:
        below = [found for one in below for found in _into(one, part)]
    return [one for one in below if isinstance(one, MappingNode)]


def _into(node: Node, part: str) -> list[Node]:
    if isinstance(node, Items):
        return [n for i, n in enumerate(node.items) if part in (str(i), text_of(entry(n, "do")))]
    found = entry(node, part)
    return [found] if found is not None else []


def _shaped(found: _Opened, inputs: Inputs) -> Plan:
    shaped = shape(Plan, found.root)
    problems = list(shaped.problems)
    names = PlanNames.of(shaped.model, found.root)
    troubles = plan_problems(shaped.model, inputs.jurisdiction, names)
    problems += [locate(shaped, t) for t in islice(troubles, LIMIT)]
    if problems:
        raise InputError(map(found.placed, problems))
    return shaped.model


def _still_fits(inputs: Inputs, plans: Mapping[str, Plan]) -> None:
    """Refuse plans that no longer have what the scenario speaks of."""
    file = Where(str(inputs.files[inputs.scenario.scenario]))
    troubles = scenario_problems(inputs.scenario, plans, inputs.jurisdiction)
    problems = [Problem(t.code, file, t.facts) for t in islice(troubles, LIMIT)]
    if problems:
        raise InputError(problems)
