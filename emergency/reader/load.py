"""Files → models, with all problems of a file, and of the files it leans on, in one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from emergency.errors import InputError, Problem
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.reader.bases import add_bases
from emergency.reader.files import Kind, find, read_bytes
from emergency.reader.names import PlanNames, ScenarioNames, Trouble
from emergency.reader.nodes import Mapping as MappingNode
from emergency.reader.nodes import Node, entry
from emergency.reader.references import jurisdiction_problems, plan_problems
from emergency.reader.scenario_references import scenario_problems
from emergency.reader.settings import apply_settings
from emergency.reader.shape import LIMIT, Shaped, locate, shape
from emergency.reader.yaml import compose, decode
from emergency.scenario import Scenario
from emergency.source import Where

__all__ = ["Inputs", "load_inputs", "load_jurisdiction", "load_plan", "load_scenario"]

M = TypeVar("M", Plan, Scenario, Jurisdiction)
_KINDS: dict[type, Kind] = {Plan: "plan", Scenario: "scenario", Jurisdiction: "jurisdiction"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """A scenario with everything it leans on, read together.

    Attributes
    ----------
    files : id of the scenario, of each plan and of the jurisdiction → its file.
    sha256 : the same ids → the digest of the file's bytes, for the receipt of a run; of a scenario that is based
        on others, the digest of all their digests.
    """

    scenario: Scenario
    plans: Mapping[str, Plan]
    jurisdiction: Jurisdiction
    files: Mapping[str, Path]
    sha256: Mapping[str, str]


@dataclass(slots=True)
class _Read(Generic[M]):
    """One file as far as it could be read."""

    path: Path
    problems: list[Problem]
    digest: str = ""
    shaped: Shaped[M] | None = None

    def check(self, troubles: Iterator[Trouble]) -> None:
        """Add reference problems at their places."""
        if self.shaped is not None:
            self.problems += [locate(self.shaped, t) for t in islice(troubles, LIMIT)]

    @property
    def whole(self) -> M | None:
        """The model, if the file has no problem."""
        return self.shaped.model if self.shaped is not None and not self.problems else None

    @property
    def where(self) -> Where:
        return Where(str(self.path), 1, 1)

    def place(self, key: str, index: int | None = None) -> Where:
        """The place of a value of the top level."""
        node = entry(self.shaped.root, key) if self.shaped is not None else None
        items = getattr(node, "items", [])
        if index is not None and index < len(items):
            node = items[index]
        return node.where if node is not None else self.where


def load_plan(path: str | Path, jurisdiction: Jurisdiction | str | Path | None = None) -> Plan:
    """Read a plan and check it against its jurisdiction.

    Parameters
    ----------
    path : str or Path
        A file, or the id of a plan.
    jurisdiction : optional
        By default the one the plan names, looked for beside the plan and then in the search path.

    Raises
    ------
    InputError
        With all problems of the plan (and of its jurisdiction's file), by place.
    """
    read = _read(Plan, find("plan", path))
    place = _jurisdiction_of(read, jurisdiction)
    _check_plan(read, place[0])
    _refuse(read, place[1])
    return _model(read)


def load_jurisdiction(path: str | Path, beside: Path | None = None) -> Jurisdiction:
    """Read a jurisdiction.

    Parameters
    ----------
    path : str or Path
        A file, or the id of a jurisdiction.
    beside : Path, optional
        A file whose folder is searched for the id first, e.g. the plan's.

    Raises
    ------
    InputError
        With all its problems, by place.
    """
    read = _read_jurisdiction(find("jurisdiction", path, beside=beside))
    _refuse(read)
    return _model(read)


def load_scenario(path: str | Path, set: Iterable[str] = ()) -> Scenario:
    """Read a scenario and check it against its plans and jurisdiction; see `load_inputs`."""
    return load_inputs(path, set).scenario


def load_inputs(path: str | Path, set: Iterable[str] = ()) -> Inputs:
    """Read a scenario together with its plans and jurisdiction.

    Parameters
    ----------
    path : str or Path
        A file, or the id of a scenario.
    set : iterable of str
        Changes made before reading: ``key=value`` with a dotted key.

    Raises
    ------
    InputError
        With all problems of the scenario, of its plans and of its jurisdiction, by place.
    """
    read = _read(Scenario, find("scenario", path), set)
    jurisdiction, of_place = _jurisdiction_of(read, None)
    plans: dict[str, _Read[Plan]] = {}
    for i, id in enumerate(read.shaped.model.plans if read.shaped is not None else ()):
        i = read.shaped.kept.get(("plans",), range(i + 1))[i] if read.shaped is not None else i
        try:
            found = find("plan", id, beside=read.path, where=read.place("plans", i))
        except InputError as error:
            read.problems += error.problems
            continue
        plans[id] = _read(Plan, found)
        _check_plan(plans[id], jurisdiction)
    _check_scenario(read, plans, jurisdiction)
    _refuse(read, *plans.values(), of_place)
    assert jurisdiction is not None  # else there were problems
    assert of_place is not None
    reads: list[tuple[str, _Read[Scenario] | _Read[Plan] | _Read[Jurisdiction]]] = [*plans.items()]
    reads += [(_model(read).scenario, read), (jurisdiction.jurisdiction, of_place)]
    return Inputs(
        _model(read),
        {id: _model(one) for id, one in plans.items()},
        jurisdiction,
        {id: one.path for id, one in reads},
        {id: one.digest for id, one in reads},
    )


# ------------------------------------------------------------------------------------------- steps


def _compose(path: Path, kind: Kind) -> tuple[MappingNode | None, list[Problem], str]:
    """A file's root, what is wrong with its text, and the digest of its bytes."""
    raw = read_bytes(path)
    digest = sha256(raw).hexdigest()
    text, problems = decode(raw, str(path))
    root: Node | None = None
    if not problems:
        root, problems = compose(text, str(path))
    if root is None:
        return None, problems, digest
    if not isinstance(root, MappingNode):
        return None, [*problems, Problem("not-a-mapping", root.where, {})], digest
    other = _other_kind(root, kind)
    if other is not None:
        return None, [*problems, other], digest
    return root, problems, digest


def _read(model: type[M], path: Path, settings: Iterable[str] = ()) -> _Read[M]:
    root, problems, digest = _compose(path, _KINDS[model])
    read: _Read[M] = _Read(path, problems, digest)
    if root is None:
        return read
    if model is Scenario:
        more, digests = add_bases(root, path, lambda base: _compose(base, "scenario"))
        read.problems += more
        if digests:
            read.digest = sha256((digest + digests).encode()).hexdigest()
    read.problems += apply_settings(root, settings)
    read.shaped = shape(model, root)
    read.problems += read.shaped.problems
    return read


def _other_kind(root: MappingNode, wanted: Kind) -> Problem | None:
    """A plan given where a scenario is needed, and the like."""
    # Plans and scenarios name their jurisdiction too, so that key alone tells nothing.
    keys = {"scenario": "scenario", "plan": "plan", "jurisdiction": "agencies"}
    there = [kind for kind, key in keys.items() if key in root.entries]
    if not there or wanted in there[:1]:
        return None
    key = root.entries[keys[there[0]]].key
    return Problem("wrong-kind", key, {"found": there[0], "wanted": wanted})


def _read_jurisdiction(path: Path) -> _Read[Jurisdiction]:
    read = _read(Jurisdiction, path)
    if read.shaped is not None:
        read.check(jurisdiction_problems(read.shaped.model))
    return read


def _jurisdiction_of(
    read: _Read[Plan] | _Read[Scenario], given: Jurisdiction | str | Path | None
) -> tuple[Jurisdiction | None, _Read[Jurisdiction] | None]:
    """The jurisdiction that a file names or its reader gives; None while it cannot be used."""
    if isinstance(given, Jurisdiction):
        return given, None
    if read.shaped is None:
        return None, None
    id: object = read.shaped.model.jurisdiction
    try:
        if given is not None:
            path = find("jurisdiction", given)
        elif not isinstance(id, str):  # saved from a file with errors of shape
            return None, None
        else:
            path = find("jurisdiction", id, beside=read.path, where=read.place("jurisdiction"))
        found = _read_jurisdiction(path)
    except InputError as error:
        read.problems += error.problems
        return None, None
    return found.whole, found


def _names(read: _Read[Plan]) -> PlanNames | None:
    return PlanNames.of(read.shaped.model, read.shaped.root) if read.shaped is not None else None


def _check_plan(read: _Read[Plan], jurisdiction: Jurisdiction | None) -> None:
    if read.shaped is not None:
        read.check(plan_problems(read.shaped.model, jurisdiction, _names(read)))


def _check_scenario(
    read: _Read[Scenario], plans: Mapping[str, _Read[Plan]], jurisdiction: Jurisdiction | None
) -> None:
    if read.shaped is None:
        return
    model, root = read.shaped.model, read.shaped.root
    shaped = {id: one.shaped.model for id, one in plans.items() if one.shaped is not None}
    names = {id: found for id, one in plans.items() if (found := _names(one)) is not None}
    read.check(scenario_problems(model, shaped, jurisdiction, ScenarioNames.of(model, root), names))


def _model(read: _Read[M]) -> M:
    assert read.shaped is not None  # else there were problems
    return read.shaped.model


def _refuse(*reads: _Read[Plan] | _Read[Scenario] | _Read[Jurisdiction] | None) -> None:
    """Raise what was found: file by file, the file asked for first, each by place."""
    found: list[Problem] = []
    for read in reads:
        if read is not None and read.problems:
            found += _in_order(read.problems, str(read.path))
    if found:
        raise InputError(found)


def _in_order(problems: list[Problem], file: str) -> list[Problem]:
    distinct: dict[tuple[str, Where | None, str], Problem] = {}
    for one in problems:
        distinct.setdefault((one.code, one.where, repr(sorted(one.facts.items(), key=str))), one)
    ordered = sorted(distinct.values(), key=lambda p: _rank(p, file))
    if len(ordered) > LIMIT:
        ordered[LIMIT:] = [Problem("and-more", Where(file, 1, 1), {"n": len(ordered) - LIMIT})]
    return ordered


def _rank(problem: Problem, file: str) -> tuple[bool, Where]:
    where = problem.where or Where("")
    return where.file == file, where  # what was set on the command line comes first


