"""Conditions over several variables, handed to z3: can some hold while others do not, and in which smallest case?

A number matters only by the bounds it lies between, so each variable takes one witness from every region; flags are
asked for at each place of a set; a scheme has one value at a time. The smallest case has the fewest things true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any as Anything

from emergency.condition import (
    All,
    Any,
    Atom,
    Compare,
    Flag,
    For,
    Guard,
    InState,
    Node,
    Not,
    Quantified,
    atoms,
    leaves,
    regions,
    show,
)
from emergency.machine import Value
from emergency.review.case import Case
from emergency.review.threshold.grounds import as_fact
from emergency.source import Id, Text
from emergency.words.findings import told
from emergency.words.punctuation import aside
from emergency.words.rules import both
from emergency.words.terms import amount

__all__ = ["Facts", "smallest"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so in one case; what is not named is not so.

    Attributes
    ----------
    numbers : variable → number in base units. units : variable → the unit it is compared in.
    flags : flag → the places where it is so; none of them for a flag that is not asked for by place.
    lasting : conditions that have held as long as asked.
    """

    numbers: Mapping[str, float]
    units: Mapping[str, str]
    flags: Mapping[str, tuple[str, ...]]
    state: tuple[Value, ...]
    lasting: tuple[str, ...]

    def at(self, case: Case) -> str | None:
        """The case as `emergency show --at` takes it; None where it asks for single places or for what lasts."""
        if self.lasting or any(self.flags.values()):
            return None
        numbers = [as_fact(case, v, n, self.units[v]) for v, n in self.numbers.items()]
        return " ".join([*numbers, *(f"{flag}=yes" for flag in self.flags), *map(str, self.state)])

    def told(self, case: Case) -> list[Text]:
        """The case in words."""
        found = [case.value_name(v) for v in self.state]
        for variable, number in self.numbers.items():
            shown = as_fact(case, variable, number, self.units[variable]).split("=")[1].rstrip("%")
            found.append(_equals(case, variable, f"{shown} {self.units[variable]}".strip()))
        for flag, places in self.flags.items():
            found.append(_at_places(case, flag, places))
        return found

    def plain(self) -> dict[str, object]:
        """The case as plain data."""
        flags = {flag: list(places) or True for flag, places in self.flags.items()}
        state = {v.scheme: v.value for v in self.state}
        lasting = {"lasting": list(self.lasting)} if self.lasting else {}
        return {**self.numbers, **flags, **state, **lasting}


def smallest(case: Case, holds: Iterable[Node], fails: Iterable[Node] = ()) -> Facts | None:
    """The smallest case in which some conditions hold and others do not; None if there is no such case."""
    return _Problem(case, [*holds], [*fails]).solved()


class _Problem:
    """One question to the solver."""

    def __init__(self, case: Case, holds: list[Node], fails: list[Node]) -> None:
        import z3  # noqa: PLC0415  an extra

        self.z3, self.case = z3, case
        self.numbers: dict[tuple[str, str], Anything] = {}
        self.flags: dict[tuple[str, str], Anything] = {}
        self.states: dict[Value, Anything] = {}
        self.lasting: dict[str, Anything] = {}
        self.rules: list[Anything] = []
        self.cuts = _cuts(case, [*holds, *fails])
        self.units = {n.indicator: n.amount.unit for n in _all(case, [*holds, *fails]) if isinstance(n, Compare)}
        self.wanted = [self.read(t) for t in holds] + [z3.Not(self.read(t)) for t in fails]

    def solved(self) -> Facts | None:
        z3 = self.z3
        solver = z3.Optimize()
        solver.add(*self.wanted, *self.rules)
        truths = [*self.flags.values(), *self.states.values(), *self.lasting.values()]
        # The weights differ a little: of two cases of one size always the same is found.
        solver.minimize(z3.Sum([z3.If(t, 1000 + i, 0) for i, t in enumerate(truths)] or [z3.IntVal(0)]))
        for name, number in self.numbers.items():
            ranked = _by_preference(self.cuts[name[0]])
            solver.minimize(z3.Sum([z3.If(number == n, i, 0) for i, n in enumerate(ranked)]))
        return self.facts(solver.model()) if solver.check() == z3.sat else None

    def facts(self, model: Anything) -> Facts:
        true = {k for k, v in self.flags.items() if self.z3.is_true(model.eval(v, model_completion=True))}
        flags = {f: tuple(p for g, p in self.flags if g == f and p and (g, p) in true) for f, _ in self.flags}
        return Facts(
            {v: float(model.eval(n, model_completion=True).as_fraction()) for (v, _), n in self.numbers.items()},
            self.units,
            {f: places for f, places in flags.items() if places or (f, "") in true},
            tuple(v for v, b in self.states.items() if self.z3.is_true(model.eval(b)) and v.value != "off"),
            tuple(t for t, b in self.lasting.items() if self.z3.is_true(model.eval(b))),
        )

    # --- conditions as formulas

    def read(self, tree: Node, place: str = "") -> Anything:
        z3 = self.z3
        match tree:
            case Compare(indicator, op, amount):
                number = self.number(indicator, place)
                bound = z3.RealVal(str(amount.base))
                return {"<": number < bound, "<=": number <= bound, ">": number > bound, ">=": number >= bound}[op]
            case Flag(indicator):
                return self.flag(indicator, place)
            case InState(scheme, value, negated):
                told = z3.Or([self.state(Value(scheme, v)) for v in self.levels(scheme, value)])
                return z3.Not(told) if negated else told
            case Not(inner):
                return z3.Not(self.read(inner, place))
            case All(parts):
                return z3.And([self.read(part, place) for part in parts])
            case Any(parts):
                return z3.Or([self.read(part, place) for part in parts])
            case Quantified():
                return self.counted(tree)
            case For(inner, duration):
                key = f"{show(inner)} for {duration}{f' @{place}' if place else ''}"
                lasted = self.lasting.setdefault(key, z3.Bool(key))
                self.rules.append(z3.Implies(lasted, self.read(inner, place)))
                return lasted

    def counted(self, tree: Quantified) -> Anything:
        z3 = self.z3
        each = [self.read(tree.inner, str(p)) for p in self.case.jurisdiction.sets[Id(tree.places)].places]
        count = z3.Sum([z3.If(one, 1, 0) for one in each] or [z3.IntVal(0)])
        compared = {"<": count < tree.number, "<=": count <= tree.number, ">": count > tree.number}
        compared[">="] = count >= tree.number
        ways = {"any": count >= 1, "all": count == len(each), "none": count == 0}
        return ways[tree.kind] if tree.kind in ways else compared[tree.op]

    def number(self, variable: str, place: str) -> Anything:
        key = (variable, place)
        if key not in self.numbers:
            made = self.numbers[key] = self.z3.Real(f"{variable} @{place}")
            self.rules.append(self.z3.Or([made == n for n in self.cuts[variable]]))
        return self.numbers[key]

    def flag(self, flag: str, place: str) -> Anything:
        key = (flag, place)
        if key not in self.flags:
            made = self.flags[key] = self.z3.Bool(f"{flag} @{place}")
            for tree in _definitions(self.case, flag):
                self.rules.append(made == self.read(tree, place))
        return self.flags[key]

    def state(self, value: Value) -> Anything:
        if value not in self.states:
            ones = [Value(value.scheme, v) for v in self.case.plan.schemes[Id(value.scheme)].values]
            self.states.update({one: self.z3.Bool(str(one)) for one in ones})
            self.rules.append(self.z3.PbEq([(self.states[one], 1) for one in ones], 1))
        return self.states[value]

    def levels(self, scheme: str, value: str) -> Iterable[str]:
        return map(str, self.case.plan.schemes[Id(scheme)].levels) if value == "any" else (value,)


def _definitions(case: Case, flag: str) -> Iterator[Node]:
    for one in case.indicators_of[flag]:
        if isinstance(one.holds_when, Guard):
            yield one.holds_when.tree


def _all(case: Case, trees: Iterable[Node]) -> Iterator[object]:
    """The leaves of conditions, and of those that define their flags."""
    todo, seen = [*trees], set[str]()
    while todo:
        for node in leaves(todo.pop()):
            yield node
            if isinstance(node, Flag) and node.indicator not in seen:
                seen.add(node.indicator)
                todo += _definitions(case, node.indicator)


def _cuts(case: Case, trees: list[Node]) -> dict[str, list[float]]:
    """Each variable with a number from every region its bounds cut."""
    found: dict[str, list[Atom]] = {}
    for node in _all(case, trees):
        if isinstance(node, Compare):
            found.setdefault(node.indicator, []).extend(atoms(node))
    return {variable: [r.witness for r in regions(ones)] for variable, ones in found.items()}


def _by_preference(numbers: list[float]) -> list[float]:
    """Numbers away from the bounds first: regions and bounds alternate."""
    return numbers[::2] + numbers[1::2]


def _equals(case: Case, variable: str, shown: str) -> Text:
    name = case.variable_name(variable)
    zh, en = (amount(shown, lang) for lang in ("zh", "en"))
    return Text(zh=f"{name.zh} = {zh}", en=f"{name.en} = {en}")


def _at_places(case: Case, flag: str, places: tuple[str, ...]) -> Text:
    name, there = case.variable_name(flag), [case.jurisdiction.places[Id(p)] for p in places]
    if not there:
        return name
    names = [Text(zh=one.zh, en=one.en) for one in there]
    return both(lambda lang: aside(name.in_(lang), told(names, lang), lang))
