"""What the tests of all worlds share: atoms, histories of changes, and crossings as a caller meets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from emergency.world import World

Crossing = tuple[float, "Atom", bool]
#: A change after a gap [h]: the name of a method, then its arguments after the time.
History = Sequence[tuple[float, tuple[Any, ...]]]


class Atom(NamedTuple):
    """The shape of a guard's atom."""

    variable: str
    op: str
    constant: float


def crossings(world: World, atoms: Iterable[Atom], t: float, until: float) -> list[Crossing]:
    """All crossings up to `until`, as a caller meets them."""
    truths = {atom: world.truth(atom, t) for atom in atoms}
    seen: list[Crossing] = []
    while found := world.next_crossing(truths, t, until):
        t = found[0][0]
        assert all(truths[atom] is not after for _, atom, after in found)
        truths.update({atom: after for _, atom, after in found})
        seen += found
        assert len(seen) < 300
    return seen


def play(world: World, history: History) -> float:
    """Make the changes one after another; the time of the last."""
    t = 0.0
    for gap, (name, *args) in history:
        t += gap
        getattr(world, name)(t, *args)
    return t


def agrees_with_a_scan(world: World, atom: Atom, start: float, end: float) -> None:
    """Between two crossings no sample of the value contradicts the truth told; each crossing is told once."""
    truth = world.truth(atom, start)
    times = [start, *(t for t, _, _ in crossings(world, [atom], start, end)), end]
    assert times == sorted(times)
    for lo, hi in pairwise(times):
        for k in range(1, 120):
            t = lo + (hi - lo) * k / 120
            near = 1e-8 * (1 + abs(atom.constant))
            if abs(world.value(atom.variable, t) - atom.constant) > near:
                assert world.truth(atom, t) is truth, (t, times)
        truth = not truth
