"""What every world offers, and several worlds behind one interface.

A world is moved by its caller: it has no clock, draws no chance and writes nothing.  A caller changes it,
asks for the next crossing of the comparisons (*atoms*) it cares about, sleeps until then, and stores the
truths it was told.

    truths = {atom: world.truth(atom, 0.0) for atom in atoms}
    found = world.next_crossing(truths, t, until)       # [(time, atom, truth after), …], all at one time
    jumped = world.news(t, 0.4)                         # evaluate again only the atoms on these variables
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from emergency.world.curve import INSTANT, TABLES, TOGETHER, Path

__all__ = ["AtomLike", "Named", "Tracked", "World", "Worlds", "differ", "require"]


class AtomLike(Protocol):
    """A comparison of one variable with one constant; hashable."""

    @property
    def variable(self) -> str:
        """Name of the variable."""

    @property
    def op(self) -> str:
        """One of ``<``, ``<=``, ``>``, ``>=``."""

    @property
    def constant(self) -> float:
        """The bound, in the variable's unit."""


A = TypeVar("A", bound=AtomLike)


class World(Protocol):
    """The part of a crisis that answers in closed form between changes."""

    def variables(self) -> frozenset[str]:
        """Names that `value` and the atoms may use."""

    def value(self, variable: str, t: float) -> float:
        """Value at `t`, not before the world's present; looks ahead without changing anything."""

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`: for the start and after a jump, never at a crossing."""

    def steady(self, variable: str) -> bool:
        """Whether a variable stays as it is until somebody changes it."""

    def next_crossing(self, truths: Mapping[A, bool], t: float, until: float) -> list[tuple[float, A, bool]]:
        """The earliest change of a known truth, with all atoms that change then; empty if none does."""

    def advance(self, t: float) -> None:
        """Move the present to `t`."""


class Tracked:
    """A world whose variables are paths; subclasses fill `_views` and change what the paths follow."""

    __slots__ = ("_views", "now")

    def __init__(self, start: float) -> None:
        self.now = start
        self._views: dict[str, tuple[Path, float]] = {}

    def variables(self) -> frozenset[str]:
        """Names that `value` and the atoms may use."""
        return frozenset(self._views)

    def value(self, variable: str, t: float) -> float:
        """Value at `t`; at a jump, the value after it."""
        path, scale = self._views[variable]
        return path.value(self._ahead(t)) * scale

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`; a value within rounding of the bound is on it."""
        path, scale = self._views[atom.variable]
        return TABLES[atom.op][path.side(atom.constant / scale, self._ahead(t)) + 1]

    def next_crossing(self, truths: Mapping[A, bool], t: float, until: float) -> list[tuple[float, A, bool]]:
        """The earliest change of a known truth in ``[t, until]``, with all atoms that change then.

        Parameters
        ----------
        truths : mapping of atom to bool
            What the caller holds to be true: only a change of this is a crossing, so one that was just
            handled is not found again.
        t, until : float
            Where to look [h].  `t` itself is the answer when a truth held for that instant only: a value that
            starts on its bound and leaves it, or a truth that is not up to date.

        Returns
        -------
        list of (time, atom, truth after)
            All at one time.  The caller stores the truth; evaluating it at a crossing would be a coin toss.
        """
        t = self._ahead(t)
        first = until
        found: list[tuple[float, A]] = []
        for atom, known in truths.items():
            path, scale = self._views[atom.variable]
            when = path.flip(atom.constant / scale, TABLES[atom.op], known, t, min(until, first + TOGETHER))
            if when is not None:
                found.append((when, atom))
                first = min(first, when)
        return [(first, atom, not truths[atom]) for when, atom in found if when <= first + TOGETHER]

    def steady(self, variable: str) -> bool:
        """Whether a variable stays as it is until somebody changes it; False where that cannot be told."""
        return False

    def advance(self, t: float) -> None:
        """Move the present to `t` [h]."""
        self.now = self._ahead(t)

    def _ahead(self, t: float) -> float:
        """Accept `t` if it is not in the past; rounding in the caller's clock is no offence."""
        if t >= self.now:
            return t
        if t >= self.now - INSTANT:
            return self.now
        raise ValueError(f"time {t} lies before the world's present, {self.now}")


class _Own(NamedTuple):
    """An atom in a world's own words."""

    variable: str
    op: str
    constant: float


class Named:
    """A world whose variables bear its name, so that two of a kind can be told apart: ``food:cover@north``."""

    __slots__ = ("_own", "name", "world")

    def __init__(self, name: str, world: World) -> None:
        self.name, self.world = name, world
        self._own: dict[AtomLike, _Own] = {}

    def full(self, variables: Iterable[str]) -> frozenset[str]:
        """The world's own variables as they are called outside."""
        return frozenset(f"{self.name}:{variable}" for variable in variables)

    def variables(self) -> frozenset[str]:
        """Names that `value` and the atoms may use."""
        return self.full(self.world.variables())

    def value(self, variable: str, t: float) -> float:
        """Value at `t`."""
        return self.world.value(self._stripped(variable), t)

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`."""
        return self.world.truth(self._of(atom), t)

    def steady(self, variable: str) -> bool:
        """Whether a variable stays as it is until somebody changes it."""
        return self.world.steady(self._stripped(variable))

    def next_crossing(self, truths: Mapping[A, bool], t: float, until: float) -> list[tuple[float, A, bool]]:
        """The earliest change of a known truth; see `Tracked.next_crossing`."""
        outer = {self._of(atom): atom for atom in truths}
        found = self.world.next_crossing({own: truths[atom] for own, atom in outer.items()}, t, until)
        return [(when, outer[own], after) for when, own, after in found]

    def advance(self, t: float) -> None:
        """Move the world to `t`."""
        self.world.advance(t)

    def _stripped(self, variable: str) -> str:
        return variable[len(self.name) + 1 :]

    def _of(self, atom: AtomLike) -> _Own:
        own = self._own.get(atom)
        if own is None:
            own = self._own[atom] = _Own(self._stripped(atom.variable), atom.op, atom.constant)
        return own


class Worlds:
    """Several worlds as one; each variable belongs to exactly one of them."""

    __slots__ = ("_owner", "worlds")

    def __init__(self, worlds: Iterable[World]) -> None:
        self.worlds = tuple(worlds)
        self._owner: dict[str, World] = {}
        for world in self.worlds:
            for name in sorted(world.variables()):
                if name in self._owner:
                    raise ValueError(f"two worlds offer the variable {name!r}")
                self._owner[name] = world

    def variables(self) -> frozenset[str]:
        """Names that `value` and the atoms may use."""
        return frozenset(self._owner)

    def owner(self, variable: str) -> World:
        """The world that a variable belongs to."""
        return self._owner[variable]

    def value(self, variable: str, t: float) -> float:
        """Value at `t`."""
        return self._owner[variable].value(variable, t)

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`."""
        return self._owner[atom.variable].truth(atom, t)

    def steady(self, variable: str) -> bool:
        """Whether a variable stays as it is until somebody changes it."""
        return self._owner[variable].steady(variable)

    def next_crossing(self, truths: Mapping[A, bool], t: float, until: float) -> list[tuple[float, A, bool]]:
        """The earliest change of a known truth in any world; see `Tracked.next_crossing`."""
        shares: dict[int, tuple[World, dict[A, bool]]] = {}
        for atom, known in truths.items():
            world = self._owner[atom.variable]
            shares.setdefault(id(world), (world, {}))[1][atom] = known
        first = until
        found: list[tuple[float, A, bool]] = []
        for world, share in shares.values():
            crossing = world.next_crossing(share, t, min(until, first + TOGETHER))
            if crossing:
                first = min(first, crossing[0][0])
                found += crossing
        return [(first, atom, after) for when, atom, after in found if when <= first + TOGETHER]

    def advance(self, t: float) -> None:
        """Move every world to `t`."""
        for world in self.worlds:
            world.advance(t)


def differ(a: float, b: float, scale: float = 0.0) -> bool:
    """Whether two numbers differ by more than rounding."""
    return abs(a - b) > 1e-12 * (abs(a) + abs(b) + scale)


def require(ok: bool, what: str, given: object) -> None:
    """Say what cannot be as it is."""
    if not ok:
        raise ValueError(f"{what} cannot be {given!r}")
