"""Guards made ready for a run: each leaf an index into a list of truths, each tree a test over that list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from emergency.condition import All, Any, Atom, Compare, Flag, For, InState, Node, Not, Quantified
from emergency.errors import InputError, Problem
from emergency.machine import Program, Variable
from emergency.quantity import Duration
from emergency.scenario import Judgement
from emergency.source import Id

__all__ = ["Signal", "Signals", "Sustained", "Test"]

#: truths of the signals, value of each scheme, truths of the sustained conditions → holds or not
Test = Callable[[Sequence[bool], Mapping[str, str], Sequence[bool]], bool]


@dataclass(frozen=True, slots=True)
class Signal:
    """A comparison on a world variable that people can come to know.

    Attributes
    ----------
    variable : the indicator as the plan names it, or the world's own name in a judgement.
    judged : whether it only serves a judgement, and so is not told as a crossing of the plan's own.
    """

    atom: Atom
    variable: str
    place: str | None
    unit: str
    bound: str
    judged: bool


@dataclass(frozen=True, slots=True)
class Sustained:
    """A condition that must hold for a time without a break."""

    inner: Test
    duration: Duration


@dataclass(slots=True)
class Signals:
    """Collects the signals of one program while its guards are compiled."""

    program: Program
    names: Mapping[str, str]  # plan variable (or variable@place) → world variable
    judged: Mapping[str, Judgement]
    found: list[Signal] = field(default_factory=list)
    sustained: list[Sustained] = field(default_factory=list)
    undriven: dict[str, tuple[str, ...]] = field(default_factory=dict)
    under: list[set[str]] = field(default_factory=list)  # for each signal, the indicators judged by it
    cited: list[dict[str, None]] = field(default_factory=list)  # for each signal, the clauses that give its bound
    judgements: dict[tuple[str, str | None], Test] = field(default_factory=dict)
    _index: dict[tuple[Atom, str], int] = field(default_factory=dict)
    _literals: dict[Test, tuple[int, bool]] = field(default_factory=dict)  # tests of one signal: which, and how
    _lasting: dict[tuple[For, str | None], int] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _citing: tuple[str, ...] = ()

    def of(self, clauses: tuple[str, ...], tree: Node) -> Test:
        """The test of a tree that some clauses give."""
        self._citing = clauses
        try:
            return self.compile(tree)
        finally:
            self._citing = ()

    def compile(self, tree: Node, place: str | None = None, judged: bool = False) -> Test:
        """The test of a tree; a flag inside any(…, set) is read at each place of the set."""
        match tree:
            case All(parts):
                return self._all_of([self.compile(p, place, judged) for p in parts])
            case Any(parts):
                return self._any_of([self.compile(p, place, judged) for p in parts])
            case Not(inner):
                return self._none_of(self.compile(inner, place, judged))
            case InState(scheme, value, negated):
                return self._in_state(scheme, value, negated)
            case Quantified(kind, inner, places, op, number):
                return self._quantified(kind, inner, places, op, number, judged)
            case For(inner, duration):
                test = self.compile(inner, place, judged)
                k = self._lasting.setdefault((tree, place), len(self.sustained))
                if k == len(self.sustained):  # one clock, however often a plan's guards repeat it
                    self.sustained.append(Sustained(test, duration))
                return lambda b, v, s: s[k]
            case Compare(indicator, op, amount):
                # One signal for both sides of a bound: >= is the contrary of <.
                side = {">=": "<", ">": "<="}.get(op, op)
                atom = Atom(self._world_name(indicator, place), side, amount.base)
                leaf = self._leaf(Signal(atom, indicator, place, amount.unit, f"{side} {amount}", judged))
                return leaf if side == op else self._none_of(leaf)
            case Flag(indicator):
                return self._flag(indicator, place, judged)

    def _in_state(self, scheme: str, value: str, negated: bool) -> Test:
        every = self.program.plan.schemes[Id(scheme)].levels
        levels: frozenset[str] = frozenset(every) if value == "any" else frozenset((value,))
        if negated:
            return lambda b, v, s: v[scheme] not in levels
        return lambda b, v, s: v[scheme] in levels

    def _quantified(self, kind: str, inner: Node, places: str, op: str, number: int, judged: bool) -> Test:
        known = self.program.jurisdiction.sets[Id(places)].places
        tests = [self.compile(inner, p, judged) for p in known]
        if kind == "any":
            return self._any_of(tests)
        if kind == "all":
            return self._all_of(tests)
        if kind == "none":
            return self._none_of(self._any_of(tests))
        compare = _COMPARE[op]
        return lambda b, v, s: compare(sum([t(b, v, s) for t in tests]), number)

    def _flag(self, indicator: str, place: str | None, judged: bool) -> Test:
        variable = self.program.variables.get(indicator)
        tree = variable.holds_when if variable else None
        if tree is None and indicator in self.judged:
            tree = self.judged[indicator].when.tree
        if tree is None:
            atom = Atom(self._world_name(indicator, place), ">", 0.5)
            return self._leaf(Signal(atom, indicator, place, "flag", "", judged))
        if indicator in self._open:
            raise InputError([Problem("circular-judgement", None, {"name": indicator})])
        self._open.append(indicator)
        test = self.compile(tree, place, judged or indicator in self.judged)
        self._open.pop()
        if indicator in self.judged:
            self.judgements.setdefault((indicator, place), test)
        return test

    def _world_name(self, indicator: str, place: str | None) -> str:
        for name in (f"{indicator}@{place}", indicator) if place else (indicator,):
            if name in self.names:
                return self.names[name]
        variable: Variable | None = self.program.variables.get(indicator)
        self.undriven.setdefault(indicator, variable.clauses if variable else ())
        return indicator

    def _leaf(self, signal: Signal) -> Test:
        key = (signal.atom, signal.variable)
        k = self._index.get(key)
        if k is None:
            k = self._index[key] = len(self.found)
            self.found.append(signal)
            self.under.append(set())
            self.cited.append({})
        elif self.found[k].judged and not signal.judged:
            self.found[k] = signal
        self.under[k].update(self._open)
        self.cited[k].update(dict.fromkeys(self._citing))
        return self._literal(k, True)

    # Guards are asked over and over; a leaf, or its contrary, in a row of such is looked up without a call.

    def _literal(self, k: int, wanted: bool) -> Test:
        """Whether a signal is so."""
        test: Test = (lambda b, v, s: b[k]) if wanted else (lambda b, v, s: not b[k])
        self._literals[test] = (k, wanted)
        return test

    def _none_of(self, test: Test) -> Test:
        if test in self._literals:
            k, wanted = self._literals[test]
            return self._literal(k, not wanted)
        return lambda b, v, s: not test(b, v, s)

    def _any_of(self, tests: list[Test]) -> Test:
        return self._first_to_be(True, tests)

    def _all_of(self, tests: list[Test]) -> Test:
        return self._first_to_be(False, tests)

    def _first_to_be(self, decisive: bool, tests: list[Test]) -> Test:
        """What the first decisive test decides, or else the contrary."""
        found = [self._literals[test] for test in tests if test in self._literals]
        literals = tuple((k, wanted is decisive) for k, wanted in found)
        others = [test for test in tests if test not in self._literals]

        # Plain loops: a generator under any() costs three times as much.
        def test(b: Sequence[bool], v: Mapping[str, str], s: Sequence[bool]) -> bool:
            for k, wanted in literals:
                if b[k] is wanted:
                    return decisive
            for one in others:
                if one(b, v, s) is decisive:
                    return decisive
            return not decisive

        return test


_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
