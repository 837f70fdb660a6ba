"""The names that a file declares, so that references to them can be checked, also while parts are broken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from emergency.plan import Path, Plan
from emergency.plan.statements import SECTIONS, Reading, Scheme, Statement
from emergency.quantity import UNITS
from emergency.reader.nodes import Items, Mapping, Node, entry, text_of
from emergency.scenario import Scenario
from emergency.source import Clause

__all__ = ["PlanNames", "ScenarioNames", "Trouble", "about", "about_unit", "near", "near_by"]


class Trouble(NamedTuple):
    """A problem that is known by its path in the file rather than by line and column."""

    path: Path
    code: str
    facts: dict[str, object]


def near(name: str, among: Iterable[str], likeness: float = 0.6) -> str:
    """The known name that was probably meant, or nothing."""
    found = difflib.get_close_matches(name[:64], sorted(set(among)), 1, likeness)
    return found[0] if found else ""


def near_by(no: str, among: Iterable[Clause], most: int = 4) -> list[str]:
    """The clauses that stand nearest to a number nobody has used, in the order of print.

    >>> near_by("3.3.9", [Clause(no) for no in ("3", "3.2", "3.3", "3.3.1", "3.3.4", "3.3.4(1)", "4.1")], 3)
    ['3.3', '3.3.1', '3.3.4']
    >>> near_by("3.3.4(x)", [Clause(no) for no in ("3.3.4", "4.1")], 1)
    ['3.3.4']
    """
    def digits(text: str) -> list[int]:
        return [int("annex" in text), *(int(n) for n in re.findall(r"\d{1,3}", text))]

    wanted = digits(no)

    def far(clause: str) -> tuple[int, int, int]:
        own = digits(clause)
        both = list(zip(wanted, own, strict=False))
        shared = next((i for i, (a, b) in enumerate(both) if a != b), len(both))
        gap = abs(both[shared][0] - both[shared][1]) if shared < len(both) else 0
        return -shared, abs(len(own) - len(wanted)), gap

    return sorted(map(str, sorted(among, key=far)[:most]), key=lambda one: Clause(one).sort_key())


def about_unit(unit: str) -> dict[str, object]:
    """The facts of a unit we do not know; units are short, so only a very like one is meant."""
    units = [u for u in UNITS if u]
    return {"unit": unit, "near": near(unit, units, 0.75), "known": units}


def about(name: str, among: Iterable[str]) -> dict[str, object]:
    """The facts of a name that is not among the known ones."""
    names = sorted(set(among))
    return {"name": name, "near": near(name, names), "known": names}


@dataclass(slots=True)
class PlanNames:
    """What a plan declares; a scheme or reading too broken to read has the value None."""

    schemes: dict[str, Scheme | None] = field(default_factory=dict)
    readings: dict[str, Reading | None] = field(default_factory=dict)
    actors: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    clauses: set[str] = field(default_factory=set)
    ids: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, root: Node | None = None) -> PlanNames:
        """The names in a plan as read and, where given, in the nodes of its file, broken parts included."""
        names = cls(dict(plan.schemes.items()), {r.id: r for r in plan.readings})
        names.actors = set(plan.actors)
        names.objects = set(plan.objects)
        names.variables = {i.variable for i in plan.indicators}
        names.clauses = {c.no for c in plan.body()}
        for section in SECTIONS:
            held: tuple[Statement, ...] = getattr(plan, section)
            names.ids[section] = {s.id for s in held if s.id}
        if root is not None:
            names._add(root)
        return names

    def _add(self, root: Node) -> None:
        for name in _keys(root, "schemes"):
            self.schemes.setdefault(name, None)
        for name in _texts(root, "readings", "id"):
            self.readings.setdefault(name, None)
        self.actors |= _keys(root, "actors")
        self.objects |= _keys(root, "objects")
        self.variables |= _texts(root, "indicators", "variable")
        clauses = entry(root, "clauses")
        for one in clauses.items if isinstance(clauses, Items) else []:
            no = text_of(entry(one, "no"))
            if no and text_of(entry(one, "page")) in (None, "body"):
                self.clauses.add(no)
        for section in SECTIONS:
            self.ids[section] |= _texts(root, section, "id")

    @property
    def statements(self) -> set[str]:
        """The ids of all statements."""
        return set().union(*self.ids.values())


@dataclass(slots=True)
class ScenarioNames:
    """What a scenario declares."""

    products: set[str] = field(default_factory=set)
    supplies: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    series: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    worlds: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, scenario: Scenario, root: Node | None = None) -> ScenarioNames:
        """The names in a scenario as read and, where given, in the nodes of its file."""
        names = cls(sources=set(scenario.sources), flags=set(scenario.flags) | set(scenario.judged))
        if scenario.world is not None and scenario.world.stock is not None:
            stock = scenario.world.stock
            names.products, names.supplies = set(stock.products), set(stock.supplies)
            names.customers, names.stores = set(stock.customers), set(stock.stores)
        if scenario.world is not None:
            names.series = set(scenario.world.series)
            names.worlds = {*scenario.world.markets, *scenario.world.outbreaks}
        if root is not None:
            stock_node = entry(entry(root, "world"), "stock")
            for kind in ("products", "supplies", "customers", "stores"):
                getattr(names, kind).update(_keys(stock_node, kind))
            world = entry(root, "world")
            names.series |= _keys(world, "series")
            names.worlds |= _keys(world, "markets") | _keys(world, "outbreaks")
            names.sources |= _keys(root, "sources")
            names.flags |= _keys(root, "flags") | _keys(root, "judged")
        return names


def _keys(root: Node | None, section: str) -> set[str]:
    node = entry(root, section)
    return set(node.entries) if isinstance(node, Mapping) else set()


def _texts(root: Node | None, section: str, key: str) -> set[str]:
    node = entry(root, section)
    found = (text_of(entry(one, key)) for one in node.items) if isinstance(node, Items) else ()
    return {text for text in found if text}
