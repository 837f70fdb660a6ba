"""What the rules on thresholds look at: the grounds of each level, one variable at a time, and words for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

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
    evaluate,
    leaves,
    regions,
)
from emergency.machine import Value
from emergency.plan.statements import Criterion, Group
from emergency.quantity import UNITS, Amount
from emergency.review.case import Case
from emergency.source import Id, Text
from emergency.words import terms
from emergency.words.rules.threshold import SPOKEN, SYMBOLS

__all__ = [
    "Ground",
    "Line",
    "amount_at",
    "as_fact",
    "compare",
    "counted",
    "grounds",
    "held_at",
    "holds_at_count",
    "indicators_in",
    "leads",
    "lines",
    "runs",
    "spoken",
    "variable_of",
]


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground on which a level is reached: a criterion, or several that a clause joins by "all"."""

    at: Value
    tree: Node
    said: tuple[Criterion, ...]


def grounds(case: Case) -> tuple[Ground, ...]:
    """The grounds of each single level, mild to grave.

    A criterion that asks for the level of its own scheme says by itself which level it keeps or follows, so it is
    none; nor is what holds for several levels alike.
    """
    found: list[Ground] = []
    for value in case.levels:
        ones = [c for c in case.criteria_of[value] if _counts(case, c, value)]
        joined = [set(g.joins) for g in case.plan.groups if g.connective == "all"]
        sets = [[c for c in ones if c.id in ids] for ids in joined]
        together = [said for said in sets if said]
        alone = [[c] for c in ones if not any(c in said for said in together)]
        for said in (*together, *alone):
            trees = tuple(c.when.tree for c in said if isinstance(c.when, Guard))
            found.append(Ground(value, trees[0] if len(trees) == 1 else All(trees), tuple(said)))
    return tuple(found)


def _counts(case: Case, criterion: Criterion, value: Value) -> bool:
    if not isinstance(criterion.when, Guard) or len(case.values_of(criterion.of)) != 1:
        return False
    return not any(isinstance(n, InState) and n.scheme == value.scheme for n in leaves(criterion.when.tree))


def leads(case: Case, said: Iterable[Criterion]) -> list[Group]:
    """The sentences that bring listed cases together: a rule on which level counts would stand with them."""
    ids = {c.id for c in said}
    return [group for group in case.plan.groups if ids & set(group.joins)]


# ------------------------------------------------------------------------------------ one variable


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers one variable can take, cut at every bound that a scheme's levels set on it.

    Attributes
    ----------
    regions : from low to high; a bound is a region of its own.
    held : each level → the places in `regions` where one of its grounds holds, mild to grave.
    """

    scheme: str
    variable: str
    unit: str
    regions: tuple[Region, ...]
    held: Mapping[Value, frozenset[int]]
    said: Mapping[Value, tuple[Ground, ...]]

    @property
    def levels(self) -> list[Value]:
        """The levels with a bound, mild to grave."""
        return list(self.held)

    @property
    def direction(self) -> int:
        """1 where higher is graver, -1 where lower is, 0 where the bounds do not tell."""
        if UNITS[self.unit][0] == "days of demand":
            return -1
        moves = [self.move(a, b) for a, b in pairwise(self.levels)]
        total = sum((m > 0) - (m < 0) for m in moves)
        return (total > 0) - (total < 0)

    def move(self, milder: Value, graver: Value) -> int:
        """How far the stretch of one level lies above that of another, in regions."""
        ends = [min(self.held[v]) + max(self.held[v]) for v in (milder, graver)]
        return ends[1] - ends[0]

    def grounds(self, *levels: Value) -> list[Ground]:
        """The grounds of some levels."""
        return [ground for level in levels for ground in self.said[level]]

    def amount(self, region: int) -> Amount:
        """A number in a region, in the variable's unit."""
        return amount_at(self.regions[region].witness, self.unit)


def lines(case: Case) -> Iterator[Line]:
    """Each scheme with each variable that is all some of its grounds look at."""
    found: dict[tuple[str, str], list[Ground]] = defaultdict(list)
    for ground in grounds(case):
        variable = variable_of(ground.tree)
        if variable is not None:
            found[ground.at.scheme, variable].append(ground)
    for (scheme, variable), ones in found.items():
        cut = tuple(regions([atom for ground in ones for atom in atoms(ground.tree)]))
        said = {v: tuple(g for g in ones if g.at == v) for v in dict.fromkeys(g.at for g in ones)}
        held = {v: _where(said[v], cut) for v in said}
        levels = {v: at for v, at in held.items() if at}
        yield Line(scheme, variable, _unit(ones[0].tree), cut, levels, said)


def variable_of(tree: Node) -> str | None:
    """The variable a condition compares, where it looks at nothing else."""
    parts = [n for n in leaves(tree) if not isinstance(n, For)]
    names = {n.indicator for n in parts if isinstance(n, Compare)}
    return names.pop() if len(names) == 1 and all(isinstance(n, Compare) for n in parts) else None


def indicators_in(tree: Node) -> list[str]:
    """The variables and flags a condition looks at, in order."""
    return list(dict.fromkeys(n.indicator for n in leaves(tree) if isinstance(n, Compare | Flag)))


def held_at(tree: Node, number: float) -> bool:
    """Whether a condition over one variable holds at a number in base units; what must last is taken to have."""

    def leaf(node: object) -> bool:
        if isinstance(node, For):
            return held_at(node.inner, number)
        assert isinstance(node, Compare)
        return compare(number, node.op, node.amount.base)

    return evaluate(tree, leaf)


def counted(tree: Node) -> Quantified | None:
    """What a condition counts, where it looks at nothing but how many places of one set are in one state."""
    parts = list(leaves(tree))
    one = parts[0]
    if not isinstance(one, Quantified):
        return None
    inner = list(leaves(one.inner))
    alike = [p for p in parts if isinstance(p, Quantified) and (p.inner, p.places) == (one.inner, one.places)]
    return one if len(parts) == len(alike) * (1 + len(inner)) else None


def holds_at_count(tree: Node, count: int, most: int) -> bool:
    """Whether a condition that only counts places holds with so many of them."""

    def leaf(node: object) -> bool:
        assert isinstance(node, Quantified)
        ways = {"any": count > 0, "all": count == most, "none": count == 0}
        return ways[node.kind] if node.kind in ways else compare(count, node.op, node.number)

    return evaluate(tree, leaf)


def compare(number: float, op: str, bound: float) -> bool:
    """A number against a bound."""
    return {"<": number < bound, "<=": number <= bound, ">": number > bound, ">=": number >= bound}[op]


def runs(found: Iterable[int]) -> list[list[int]]:
    """Neighbouring regions together, in order.

    >>> runs([5, 1, 2])
    [[1, 2], [5]]
    """
    together: list[list[int]] = []
    for i in sorted(found):
        if together and together[-1][-1] == i - 1:
            together[-1].append(i)
        else:
            together.append([i])
    return together


def amount_at(number: float, unit: str) -> Amount:
    """A number in base units as an amount in some unit."""
    return Amount(round(number / UNITS[unit][1], 9), unit)


def as_fact(case: Case, variable: str, number: float, unit: str) -> str:
    """A number in base units as `emergency show --at` takes it: ``stock_days=7``, ``supply_ratio=45%``."""
    stated = [str(one.unit) for one in case.indicators_of[variable] if one.unit]
    shown = str(amount_at(number, stated[0] if stated else unit)).split()
    return f"{variable}={shown[0]}{'%' if shown[1:] == ['%'] else ''}"


def _where(ones: tuple[Ground, ...], cut: tuple[Region, ...]) -> frozenset[int]:
    return frozenset(i for i, region in enumerate(cut) if any(held_at(g.tree, region.witness) for g in ones))


def _unit(tree: Node) -> str:
    return next(n.amount.unit for n in leaves(tree) if isinstance(n, Compare))


# ------------------------------------------------------------------------------------------- words


def spoken(case: Case, tree: Node) -> Text:
    """A condition in words."""
    return Text(zh=_spoken(case, tree, 0), en=_spoken(case, tree, 1))


def _spoken(case: Case, tree: Node, lang: int) -> str:
    match tree:
        case Compare(indicator, op, amount):
            shown = terms.amount(str(amount), ("zh", "en")[lang])
            return f"{_name(case, indicator, lang)} {SYMBOLS[op]} {shown}"
        case Flag(indicator):
            return _name(case, indicator, lang)
        case InState(scheme, value, negated):
            told = _state(case, scheme, value, lang)
            return SPOKEN["not"][lang].format(told) if negated else told
        case Not(inner):
            return SPOKEN["not"][lang].format(_spoken(case, inner, lang))
        case All(parts) | Any(parts):
            mark = SPOKEN["and" if isinstance(tree, All) else "or"][lang]
            return mark.join(_spoken(case, part, lang) for part in parts)
        case Quantified(kind, inner, _, op, number):
            count = f"{SYMBOLS[op]} {number}" if op else ""
            return SPOKEN[kind][lang].format(_spoken(case, inner, lang), count)
        case For(inner, duration):
            shown = terms.amount(str(duration), ("zh", "en")[lang])
            return SPOKEN["for"][lang].format(_spoken(case, inner, lang), shown)


def _name(case: Case, variable: str, lang: int) -> str:
    return case.variable_name(variable).in_(("zh", "en")[lang])


def _state(case: Case, scheme: str, value: str, lang: int) -> str:
    kind = case.plan.schemes[Id(scheme)].kind
    if value == "any":
        return terms.scheme_kind(kind, ("zh", "en")[lang])
    return case.value_name(Value(scheme, value)).in_(("zh", "en")[lang])
