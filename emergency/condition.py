"""Guards: the conditions under which a plan lets something happen.

A small language of its own, read into a tree and never executed::

    stock_days < 10 days-of-demand
    warning=IV and not under-control and worsening
    any(cut-off, localities)                       count(anomaly, townships) >= 2
    none(new-finding, townships) for 9 months      price_rise > 10 % for 10 d

Grammar::

    guard   := all ("or" all)*          all := single ("and" single)*
    single  := "not" single | primary ["for" duration]
    primary := "(" guard ")" | quantified | state | comparison | flag
    state   := scheme ("="|"!=") value        value := a level, off, any, or the word for ended
    comparison := indicator ("<"|"<="|">"|">=") amount
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self, TypeVar

from pydantic_core import PydanticCustomError

from emergency.quantity import Amount, Duration
from emergency.source import Leaf

__all__ = [
    "All",
    "Any",
    "Atom",
    "Compare",
    "Flag",
    "For",
    "Guard",
    "InState",
    "Node",
    "Not",
    "Quantified",
    "Region",
    "atoms",
    "evaluate",
    "leaves",
    "regions",
    "show",
]

MAX_DEPTH = 40
L = TypeVar("L", Amount, Duration)


class Atom(NamedTuple):
    """What can flip: a variable, a side and a constant in the variable's base unit."""

    variable: str
    op: str
    constant: float


@dataclass(frozen=True, slots=True)
class Compare:
    """An indicator against a constant."""

    indicator: str
    op: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Flag:
    """An indicator that is either so or not."""

    indicator: str


@dataclass(frozen=True, slots=True)
class InState:
    """The value a scheme has now."""

    scheme: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    inner: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Quantified:
    """How many places of a set satisfy the inner condition; `kind` is any, all, none or count."""

    kind: str
    inner: Node
    places: str
    op: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class For:
    """The inner condition has held without a break for this long; any change restarts the clock."""

    inner: Node
    duration: Duration


Node = Compare | Flag | InState | Not | All | Any | Quantified | For

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+))|(?P<word>[A-Za-z][\w.-]*(?::[A-Za-z][\w-]*)*(?:/[a-z]+)*)"
    r"|(?P<op><=|>=|!=|<|>|=)|(?P<mark>[(),])|(?P<unit>%|(?:/[a-z]+)+))"
)
_KEYWORDS = {"and", "or", "not", "for", "any", "all", "none", "count"}
_QUANTIFIERS = {"any", "all", "none", "count"}


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _fail(message: str, at: int, text: str) -> PydanticCustomError:
    return PydanticCustomError(
        "bad-guard", "guard does not parse: {why}", {"why": message, "at": at + 1, "value": text}
    )


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if not match or match.lastgroup is None:
            rest = text[at:].lstrip()
            raise _fail(f"unexpected {rest[:1]!r}", len(text) - len(rest), text)
        found.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    found.append(_Token("end", "", end))
    return found


class _Parser:
    """Recursive descent over the grammar in the module's docstring."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self, text: str | None = None, kind: str | None = None) -> _Token | None:
        token = self.next
        if (
            (text is None or token.text == text)
            and (kind is None or token.kind == kind)
            and token.kind != "end"
        ):
            self.at += 1
            return token
        return None

    def need(self, what: str, text: str | None = None, kind: str | None = None) -> _Token:
        token = self.take(text, kind)
        if token is None:
            found = self.next.text or "the end"
            raise _fail(f"expected {what}, found {found!r}", self.next.at, self.text)
        return token

    def whole(self) -> Node:
        tree = self.guard()
        if self.next.kind != "end":
            raise _fail(f"unexpected {self.next.text!r}", self.next.at, self.text)
        return tree

    def guard(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _fail("too deeply nested", self.next.at, self.text)
        parts = [self.all()]
        while self.take("or"):
            parts.append(self.all())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def all(self) -> Node:
        parts = [self.single()]
        while self.take("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def single(self) -> Node:
        negations = 0
        while self.take("not"):
            negations += 1
        node = self.primary()
        if self.take("for"):
            node = For(node, self.duration())
        return Not(node) if negations % 2 else node

    def primary(self) -> Node:
        if self.take("("):
            node = self.guard()
            self.need("')'", ")")
            return node
        token = self.need("a condition", kind="word")
        if token.text in _QUANTIFIERS:
            return self.quantified(token.text)
        if token.text in _KEYWORDS:
            raise _fail(f"unexpected {token.text!r}", token.at, self.text)
        op = self.take(kind="op")
        return Flag(token.text) if op is None else self.relation(token, op)

    def relation(self, token: _Token, op: _Token) -> Node:
        if self.next.kind == "number":
            if op.text in ("=", "!="):
                raise _fail("a number is compared with < <= > >=", op.at, self.text)
            return Compare(token.text, op.text, self.amount())
        value = self.need("a number or a level", kind="word")
        if op.text not in ("=", "!="):
            raise _fail("a level is compared with = or !=", op.at, self.text)
        return InState(token.text, value.text, op.text == "!=")

    def quantified(self, kind: str) -> Node:
        self.need("'('", "(")
        inner = self.guard()
        self.need("','", ",")
        places = self.need("the name of a set of places", kind="word").text
        self.need("')'", ")")
        if kind != "count":
            return Quantified(kind, inner, places)
        op = self.need("a comparison", kind="op")
        amount = self.need("a whole number", kind="number")
        if op.text not in ("<", "<=", ">", ">=") or not amount.text.isdigit() or len(amount.text) > 9:
            raise _fail("count(…) is compared with a whole number by < <= > >=", op.at, self.text)
        return Quantified(kind, inner, places, op.text, int(amount.text))

    def amount(self) -> Amount:
        return self._read(Amount, "a number")

    def duration(self) -> Duration:
        return self._read(Duration, "a duration")

    def _read(self, kind: type[L], what: str) -> L:
        at = self.next.at
        try:
            return kind.parse(self._number_and_unit(what))
        except PydanticCustomError as error:
            facts = {"at": at + 1, **(error.context or {})}
            raise PydanticCustomError(error.type, error.message_template, facts) from None

    def _number_and_unit(self, what: str) -> str:
        digits = self.need(what, kind="number").text
        token = self.next
        if token.kind == "unit" or (token.kind == "word" and token.text not in _KEYWORDS):
            self.at += 1
            return f"{digits} {token.text}"
        return digits


@dataclass(frozen=True, slots=True)
class Guard(Leaf):
    """A condition as read: its text in normal form and its tree."""

    text: str
    tree: Node

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a guard; every mistake is reported with its column within the text."""
        if not text.strip():
            raise _fail("it is empty", 0, text)
        tree = _Parser(text).whole()
        return cls(show(tree), tree)

    def __str__(self) -> str:
        return self.text


def show(node: Node) -> str:
    """Print a tree in normal form; reading it again gives the same tree."""
    match node:
        case Compare(indicator, op, amount):
            return f"{indicator} {op} {amount}"
        case Flag(indicator):
            return indicator
        case InState(scheme, value, negated):
            return f"{scheme}{'!=' if negated else '='}{value}"
        case Not(inner):
            return f"not {_bracket(inner, All, Any, For)}"
        case All(parts):
            return " and ".join(_bracket(p, All, Any) for p in parts)
        case Any(parts):
            return " or ".join(_bracket(p, Any) for p in parts)
        case Quantified(kind, inner, places, op, count):
            tail = f" {op} {count}" if kind == "count" else ""
            return f"{kind}({show(inner)}, {places}){tail}"
        case For(inner, duration):
            return f"{_bracket(inner, Not, All, Any, For)} for {duration}"


def _bracket(node: Node, *kinds: type) -> str:
    return f"({show(node)})" if isinstance(node, kinds) else show(node)


def leaves(node: Node) -> Iterator[Compare | Flag | InState | Quantified | For]:
    """Every part that is not a mere connective, outermost first."""
    match node:
        case Not(inner):
            yield from leaves(inner)
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case Quantified(inner=inner) | For(inner=inner):
            yield node
            yield from leaves(inner)
        case _:
            yield node


def atoms(node: Node) -> list[Atom]:
    """The comparisons in a tree with their constants in base units, in order, without repeats."""
    found = [Atom(n.indicator, n.op, n.amount.base) for n in leaves(node) if isinstance(n, Compare)]
    return list(dict.fromkeys(found))


def evaluate(node: Node, holds: Callable[[Compare | Flag | InState | Quantified | For], bool]) -> bool:
    """Whether a tree holds, when `holds` answers for its leaves."""
    match node:
        case Not(inner):
            return not evaluate(inner, holds)
        case All(parts):
            return all(evaluate(p, holds) for p in parts)
        case Any(parts):
            return any(evaluate(p, holds) for p in parts)
        case _:
            return holds(node)


class Region(NamedTuple):
    """A stretch of the number line on which no atom flips; `low` or `high` may be infinite."""

    low: float
    low_closed: bool
    high: float
    high_closed: bool

    @property
    def witness(self) -> float:
        """A value inside."""
        if self.low == self.high:
            return self.low
        if self.low == float("-inf") and self.high == float("inf"):
            return 0.0
        if self.low == float("-inf"):
            return self.high if self.high_closed else self.high - 1
        if self.high == float("inf"):
            return self.low if self.low_closed else self.low + 1
        return (self.low + self.high) / 2


def regions(found: Sequence[Atom]) -> list[Region]:
    """Cut the number line at the constants of atoms over one variable.

    Each constant is a region of its own, because a strict and an inclusive bound differ just there.
    """
    cuts = sorted({a.constant for a in found})
    edges = [float("-inf"), *cuts, float("inf")]
    parts: list[Region] = []
    for low, high in pairwise(edges):
        parts.append(Region(low, False, high, False))
        if high != float("inf"):
            parts.append(Region(high, True, high, True))
    return parts
