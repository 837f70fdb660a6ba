"""Guards: read into a tree, printed in normal form, never executed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError
from strategies import guards

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
    Region,
    atoms,
    evaluate,
    leaves,
    regions,
    show,
)
from emergency.quantity import Amount, Duration

FLOOD = Flag("flood")


@given(guards)
def test_a_guard_printed_can_be_read_again(tree: Node) -> None:
    """Reading what is printed gives the same tree, and printing that gives the same text."""
    read = Guard.parse(show(tree))
    assert read.tree == tree
    assert str(read) == show(tree) == str(Guard.parse(str(read)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("flood", FLOOD),
        ("not not flood", FLOOD),
        ("stock_days<10 days-of-demand", Compare("stock_days", "<", Amount(10, "days-of-demand"))),
        ("price_rise > 10 % for 10 d", For(Compare("price_rise", ">", Amount(10, "%")), Duration(10, "d"))),
        ("x > 3 for 10 d", For(Compare("x", ">", Amount(3)), Duration(10, "d"))),
        ("warning!=IV", InState("warning", "IV", True)),
        ("a or b and c", Any((Flag("a"), All((Flag("b"), Flag("c")))))),
        ("(a or b) and c", All((Any((Flag("a"), Flag("b"))), Flag("c")))),
        ("not a and b", All((Not(Flag("a")), Flag("b")))),
        ("not a for 3 d", Not(For(Flag("a"), Duration(3, "d")))),
        ("(not a) for 3 d", For(Not(Flag("a")), Duration(3, "d"))),
        ("count(flood, villages) >= 2", Quantified("count", FLOOD, "villages", ">=", 2)),
        ("none(flood, villages) for 9 months", For(Quantified("none", FLOOD, "villages"), Duration(9, "month"))),
    ],
)
def test_how_guards_are_read(text: str, tree: Node) -> None:
    """``or`` binds weakest, then ``and``, then ``not``, then ``for``."""
    assert Guard.parse(text).tree == tree


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("   ", 1),
        ("a and", 6),
        ("a b", 3),
        ("a & b", 3),
        ("and a", 1),
        ("(a", 3),
        ("a)", 2),
        ("x < ", 4),
        ("x = 3", 3),
        ("x < IV", 3),
        ("any(a)", 6),
        ("any(a, )", 8),
        ("count(a, s)", 12),
        ("count(a, s) >= 1.5", 13),
        ("count(a, s) = 2", 13),
        ("a for", 6),
        ("a for ever", 7),
        ("a for 3", 7),
        ("a for 3 apples", 7),
        ("a and x < 10 bananas", 11),
        ("x < 3 4", 7),
        ("__import__('os')", 1),
        ("a; b", 2),
        ("x < ３ t", 5),
    ],
)
def test_mistakes_are_told_with_their_column(text: str, column: int) -> None:
    """Every mistake names the column, counted from 1, at which reading stopped."""
    with pytest.raises(PydanticCustomError) as refused:
        Guard.parse(text)
    assert (refused.value.context or {}).get("at") == column


def test_nesting_has_a_bound() -> None:
    """Brackets too deep are refused with a column, and never reach Python's own limit."""
    Guard.parse("(" * 30 + "a" + ")" * 30)
    for text in ("(" * 100_000 + "a", "not " * 100_000 + "(" * 50 + "a"):
        with pytest.raises(PydanticCustomError, match="deeply nested"):
            Guard.parse(text)


@given(guards, st.data())
def test_connectives_mean_what_they_say(tree: Node, data: st.DataObject) -> None:
    """A tree holds as Python's and, or, not over its leaves hold; every leaf asked for is a leaf of the tree."""
    known: dict[Node, bool] = {}

    def holds(leaf: Node) -> bool:
        return known.setdefault(leaf, data.draw(st.booleans()))

    def plain(node: Node) -> bool:
        match node:
            case Not(inner):
                return not plain(inner)
            case All(parts):
                return all(plain(p) for p in parts)
            case Any(parts):
                return any(plain(p) for p in parts)
            case _:
                return holds(node)

    assert evaluate(tree, holds) == plain(tree)
    assert set(known) <= set(leaves(tree))


@given(guards)
def test_atoms_are_the_comparisons(tree: Node) -> None:
    """Each comparison is an atom in base units once, however often it occurs."""
    compared = [n for n in leaves(tree) if isinstance(n, Compare)]
    assert set(atoms(tree)) == {Atom(n.indicator, n.op, n.amount.base) for n in compared}
    assert len(atoms(tree)) == len(set(atoms(tree)))


@given(st.lists(st.integers(-50, 50).map(float), max_size=6), st.floats(-60, 60))
def test_regions_partition_the_line(constants: list[float], point: float) -> None:
    """Every number lies in just one region, each bound in one of its own, and a witness lies in its region."""
    cut = regions([Atom("x", "<", c) for c in constants])

    def inside(r: Region, x: float) -> bool:
        return (r.low < x or (r.low_closed and r.low == x)) and (x < r.high or (r.high_closed and x == r.high))

    for x in (point, *constants):
        assert sum(inside(r, x) for r in cut) == 1
    assert all(inside(r, r.witness) for r in cut)
    assert len(cut) == 2 * len(set(constants)) + 1


@given(st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.integers(-9, 9)), min_size=1, max_size=5))
def test_no_atom_flips_within_a_region(found: list[tuple[str, int]]) -> None:
    """What holds at the witness holds at every other point of the region."""
    compare = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}
    for region in regions([Atom("x", op, float(c)) for op, c in found]):
        low, high = max(region.low, -100.0), min(region.high, 100.0)
        for x in (low + (high - low) * k / 7 for k in range(1, 7)):
            if region.low != region.high:
                assert all(compare[op](x, float(c)) == compare[op](region.witness, float(c)) for op, c in found)
