"""What every world offers.

A world is moved by its caller: it has no clock, draws no chance and writes nothing.  A caller changes it,
asks for the next crossing of the comparisons (*atoms*) it cares about, sleeps until then, and stores the
truths it was told.

    truths = {atom: world.truth(atom, 0.0) for atom in atoms}
    found = world.next_crossing(truths, t, until)       # [(time, atom, truth after), …], all at one time
    jumped = world.news(t, 0.4)                         # evaluate again only the atoms on these variables
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from emergency.world.curve import INSTANT, TABLES, TOGETHER
from emergency.world.track import Edge, Path

__all__ = ["A", "AtomLike", "Named", "Tracked", "World", "differ", "require"]


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

    def reading(self, variable: str) -> Callable[[float], float]:
        """What reads a variable off at a time, again and again; a time in the past is not refused."""

    def edge(self, atom: AtomLike) -> Edge:
        """The comparison that an atom makes, to be followed."""

    def part(self, variable: str) -> str:
        """The part of the world that alone decides on a variable; nothing if that is more than one part."""

    def stirred(self) -> set[str]:
        """The parts that have gone another way since this was last asked."""

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`: for the start and after a jump, never at a crossing."""

    def steady(self, variable: str) -> bool:
        """Whether a variable stays as it is until somebody changes it."""

    def next_crossing(self, truths: Mapping[A, bool], t: float, until: float) -> list[tuple[float, A, bool]]:
        """The earliest change of a known truth, with all atoms that change then; empty if none does."""

    def advance(self, t: float) -> None:
        """Move the present to `t`."""


class Tracked:
    """A world whose variables are paths; subclasses fill `_views`, change what the paths follow, and then name in
    `_stirred` the parts that have changed."""

    __slots__ = ("_edges", "_stirred", "_views", "now")

    def __init__(self, start: float) -> None:
        self.now = start
        self._views: dict[str, tuple[Path, float]] = {}
        self._edges: dict[tuple[str, str, float], Edge] = {}
        self._stirred: set[str] = set()

    def variables(self) -> frozenset[str]:
        """Names that `value` and the atoms may use."""
        return frozenset(self._views)

    def value(self, variable: str, t: float) -> float:
        """Value at `t`; at a jump, the value after it."""
        path, scale = self._views[variable]
        return path.value(self._ahead(t)) * scale

    def reading(self, variable: str) -> Callable[[float], float]:
        """What reads a variable off at a time, again and again; a time in the past is not refused."""
        path, scale = self._views[variable]
        value = path.value
        return value if scale == 1.0 else lambda t: value(t) * scale

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`; a value within rounding of the bound is on it."""
        edge = self.edge(atom)
        stand = edge.stand(self._ahead(t))
        return edge.equal if stand is None else stand

    def edge(self, atom: AtomLike) -> Edge:
        """The comparison that an atom makes, to be followed."""
        key = (atom.variable, atom.op, atom.constant)
        edge = self._edges.get(key)
        if edge is None:
            path, scale = self._views[atom.variable]
            edge = self._edges[key] = path.edge(atom.constant / scale, TABLES[atom.op])
        return edge

    def part(self, variable: str) -> str:
        """The part of the world that alone decides on a variable; nothing if that is more than one part."""
        return ""

    def stirred(self) -> set[str]:
        """The parts that have gone another way since this was last asked."""
        found, self._stirred = self._stirred, set()
        return found

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
            when = self.edge(atom).flip(known, t, min(until, first + TOGETHER))
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

    def reading(self, variable: str) -> Callable[[float], float]:
        """What reads a variable off at a time, again and again; a time in the past is not refused."""
        return self.world.reading(self._stripped(variable))

    def truth(self, atom: AtomLike, t: float) -> bool:
        """Truth at the instant `t`."""
        return self.world.truth(self._of(atom), t)

    def edge(self, atom: AtomLike) -> Edge:
        """The comparison that an atom makes, to be followed."""
        return self.world.edge(self._of(atom))

    def part(self, variable: str) -> str:
        """The part of the world that alone decides on a variable; nothing if that is more than one part."""
        return self.world.part(self._stripped(variable))

    def stirred(self) -> set[str]:
        """The parts that have gone another way since this was last asked."""
        return self.world.stirred()

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


def differ(a: float, b: float, scale: float = 0.0) -> bool:
    """Whether two numbers differ by more than rounding."""
    return abs(a - b) > 1e-12 * (abs(a) + abs(b) + scale)


def require(ok: bool, what: str, given: object) -> None:
    """Say what cannot be as it is."""
    if not ok:
        raise ValueError(f"{what} cannot be {given!r}")
