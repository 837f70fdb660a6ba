"""When a guard can hold: the world cut into the regions on which no guard changes, and how to make one hold.

Each number has one point per region of `condition.regions`, each flag two, each condition over places one for every
number of places that satisfy it, each "for so long" two: not yet, and long enough. Points of one variable lie in a
line and the world moves from each to the next.

Two conditions over different sets of places are taken as independent of each other. That lets more happen than the
world can do, so what cannot happen here cannot happen there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from emergency.condition import (
    All,
    Any,
    Compare,
    Flag,
    For,
    Guard,
    InState,
    Node,
    Not,
    Quantified,
    Region,
    atoms,
    leaves,
    regions,
    show,
)
from emergency.quantity import Duration
from emergency.review.case import Case
from emergency.review.threshold.grounds import compare
from emergency.source import Id

__all__ = ["Facts", "Ground", "Variable", "least_hours"]

#: Points a variable may be at; a variable that is not there may be at any.
Facts = Mapping[str, frozenset[int]]
_WAYS = 64  # of making one guard hold; the cheapest of these is shown
_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Variable:
    """What can change in the world: a number, a flag, how many places satisfy something, whether it has lasted.

    Attributes
    ----------
    tree : for places and lasting conditions, the inner condition.
    hours : for a lasting condition, how long at least.
    """

    name: str
    kind: str
    size: int
    regions: tuple[Region, ...] = ()
    tree: Node | None = None
    places: str = ""
    hours: float = 0.0

    def holds(self, op: str, bound: float) -> frozenset[int]:
        """The points at which a comparison holds."""
        values = [r.witness for r in self.regions] or [float(i) for i in range(self.size)]
        return frozenset(i for i, value in enumerate(values) if compare(value, op, bound))


@dataclass(slots=True)
class Ground:
    """The world of one plan, and the guards over it."""

    case: Case
    trees: Iterable[Node]
    variables: dict[str, Variable] = field(default_factory=dict)
    _definitions: dict[str, Node] = field(init=False)

    def __post_init__(self) -> None:
        """Cut the world at every constant of every guard."""
        self._definitions = self._stated()
        trees = [*self.trees, *self._definitions.values()]
        found = [atom for tree in trees for atom in atoms(tree)]
        for name in dict.fromkeys(a.variable for a in found):
            cut = tuple(regions([a for a in found if a.variable == name]))
            self.variables[name] = Variable(name, "number", len(cut), cut)
        for node in (n for tree in trees for n in leaves(tree)):
            self._add(node)

    def _stated(self) -> dict[str, Node]:
        """What clauses say certain flags mean."""
        stated = [i for i in self.case.plan.indicators if isinstance(i.holds_when, Guard)]
        return {str(i.variable): i.holds_when.tree for i in stated if isinstance(i.holds_when, Guard)}

    def _add(self, node: Node) -> None:
        match node:
            case Flag(name):
                self.variables.setdefault(name, Variable(name, "flag", 2))
            case Quantified(inner=inner, places=places):
                name, size = _over(node), len(self.case.jurisdiction.sets[Id(places)].places) + 1
                self.variables.setdefault(name, Variable(name, "places", size, (), inner, places))
            case For(inner, duration):
                lasting = Variable(show(node), "lasting", 2, (), inner, "", least_hours(duration))
                self.variables.setdefault(lasting.name, lasting)

    def asked(self, tree: Node) -> Iterator[tuple[str, Node | None]]:
        """The variables a guard speaks of; with a flag that a clause defines, what it means."""
        match tree:
            case Not(inner) | For(inner, _):
                yield from self.asked(inner)
            case All(parts) | Any(parts):
                for part in parts:
                    yield from self.asked(part)
            case Flag(name):
                yield name, self._definitions.get(name)
            case Compare(name):
                yield name, None
            case Quantified():
                yield _over(tree), None

    # --- making guards hold

    def ways(self, tree: Node, values: Mapping[str, str], given: Facts, want: bool = True) -> Iterator[Facts]:
        """The ways in which a guard can hold, or not, while schemes have these values and variables these points."""
        match tree:
            case Not(inner):
                yield from self.ways(inner, values, given, not want)
            case All(parts):
                yield from self._both(parts, values, given, want) if want else self._one(parts, values, given, want)
            case Any(parts):
                yield from self._one(parts, values, given, want) if want else self._both(parts, values, given, want)
            case For(inner, _):
                yield from self._lasting(tree, inner, values, given, want)
            case InState(scheme, value, negated):
                levels = self.case.plan.schemes[Id(scheme)].levels if value == "any" else (value,)
                if ((values[scheme] in levels) != negated) == want:
                    yield given
            case _:
                yield from self._leaf(tree, values, given, want)

    def can_hold(self, tree: Node, values: Mapping[str, str], given: Facts, want: bool = True) -> bool:
        """Whether there is a way."""
        return next(iter(self.ways(tree, values, given, want)), None) is not None

    def best(self, tree: Node, values: Mapping[str, str], given: Facts) -> Facts | None:
        """The way that takes the least time and changes the fewest variables; None if there is none."""
        found = list(islice(self.ways(tree, values, given), _WAYS))
        return min(found, key=lambda one: (self.hours(one), len(one)), default=None)

    def hours(self, facts: Facts) -> float:
        """How long it takes at least [h]: waits run side by side."""
        waits = (
            self.variables[n].hours
            for n, points in facts.items()
            if self.variables[n].kind == "lasting" and 0 not in points
        )
        return max(waits, default=0.0)

    def _both(self, parts: tuple[Node, ...], values: Mapping[str, str], given: Facts, want: bool) -> Iterator[Facts]:
        if not parts:
            yield given
            return
        for facts in self.ways(parts[0], values, given, want):
            yield from self._both(parts[1:], values, facts, want)

    def _one(self, parts: tuple[Node, ...], values: Mapping[str, str], given: Facts, want: bool) -> Iterator[Facts]:
        for part in parts:
            yield from self.ways(part, values, given, want)

    def _lasting(
        self, tree: Node, inner: Node, values: Mapping[str, str], given: Facts, want: bool
    ) -> Iterator[Facts]:
        name = show(tree)
        if want:
            for facts in self.ways(inner, values, given):
                yield from _narrowed(facts, name, frozenset({1}))
        else:
            yield from _narrowed(given, name, frozenset({0}))
            yield from self.ways(inner, values, given, False)

    def _leaf(self, node: Node, values: Mapping[str, str], given: Facts, want: bool) -> Iterator[Facts]:
        if isinstance(node, Flag) and node.indicator in self._definitions:
            yield from self.ways(self._definitions[node.indicator], values, given, want)
            return
        name, points = self._points(node)
        every = frozenset(range(self.variables[name].size))
        yield from _narrowed(given, name, points if want else every - points)

    def _points(self, node: Node) -> tuple[str, frozenset[int]]:
        """The variable a leaf speaks of and the points at which it holds."""
        match node:
            case Compare(name, op, amount):
                return name, self.variables[name].holds(op, amount.base)
            case Quantified(kind, _, _, op, number):
                variable = self.variables[_over(node)]
                asked = {"any": (">=", 1), "all": (">=", variable.size - 1), "none": ("<", 1)}.get(kind, (op, number))
                return variable.name, variable.holds(asked[0], asked[1])
            case Flag(name):
                return name, frozenset({1})
        raise TypeError(type(node).__name__)


def _over(node: Quantified) -> str:
    return f"count({show(node.inner)}, {node.places})"


def _narrowed(given: Facts, name: str, points: frozenset[int]) -> Iterator[Facts]:
    left = given[name] & points if name in given else points
    if left:
        yield {**given, name: left}


def least_hours(duration: Duration) -> float:
    """The least a duration can come to [h]: 28 days to a month, workdays in a row without the first."""
    days = {"month": 28.0, "year": 365.0}
    if duration.unit in days:
        return duration.value * days[duration.unit] * _DAY
    if duration.unit == "workday":
        return max(0.0, duration.value - 1.0) * _DAY
    return duration.plain_hours
