"""Where something stands (a place in a file, a clause in a plan), and the base of what is read from files.

Clause grammar (ASCII, Arabic digits, whatever the print uses)::

    4.2.1        a numbered clause            4.2.1(3)   an item of it, also for ① and 一要
    2.2.3#4      its 4th unnumbered paragraph 2          a chapter
    annex-1      an annex                     fuel:4.3   the same in a named plan (a Citation)

Numbers are kept as printed even where the print is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, StringConstraints
from pydantic_core import PydanticCustomError, core_schema

__all__ = ["Citation", "Clause", "Frozen", "Id", "Leaf", "Named", "Target", "Text", "Typed", "Where"]


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file, or what has no places inside: a file as a whole, a folder, an option of a command.

    Line and column count from 1; 0 where there is none to point at.

    >>> str(Where("plan.yaml", 3, 7)), str(Where("--set seed=x"))
    ('plan.yaml:3:7', '--set seed=x')
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


class Typed(str):
    """Text that was made of what a user typed, with the place to name where it is wrong.

    >>> one = Typed("readings.fuel.items-any=none", "--reading fuel:items-any=none")
    >>> one, Typed.place(one), Typed.place("seed=x", "--set seed")
    ('readings.fuel.items-any=none', '--reading fuel:items-any=none', '--set seed')
    """

    typed: str

    def __new__(cls, text: str, typed: str = "") -> Self:
        """The text, and what was typed for it: the option and its value."""
        made = super().__new__(cls, text)
        made.typed = typed
        return made

    @staticmethod
    def place(text: str, otherwise: str = "") -> str:
        """What was typed for a text, where it says so."""
        return text.typed if isinstance(text, Typed) else otherwise


class Leaf:
    """A value that is written as one piece of text in a plan or scenario.

    A subclass gives `parse(text)`, which raises ``PydanticCustomError(code, …, facts)`` with a code of
    `words.PROBLEMS`; pydantic then reads and writes the value as that text.
    """

    __slots__ = ()
    pattern: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the value from its text."""
        raise NotImplementedError

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("not-text", "expected one piece of text", {})
        return cls.parse(value)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "title": cls.__name__}
        if cls.pattern:
            found["pattern"] = cls.pattern
        return found


class Frozen(BaseModel):
    """Base of every value read from a file: immutable, and nothing beyond what is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class Named(Frozen):
    """What bears its name in both languages."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The name in one language, ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


class Text(Named):
    """User-facing words in both languages."""

    zh: Words
    en: Words


class Id(Leaf, str):
    """A name that statements talk about: letters, digits, hyphens; never a path."""

    __slots__ = ()
    pattern = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id, refusing separators and spaces."""
        if not re.fullmatch(cls.pattern, text):
            raise PydanticCustomError("bad-id", "bad id {value}", {"value": text})
        return cls(text)


class Target(Leaf, str):
    """A name, or the name of a world and of a part of it: ``pipeline``, ``food:rice``."""

    __slots__ = ()
    pattern = r"^[A-Za-z][A-Za-z0-9_-]{0,63}(:[A-Za-z][A-Za-z0-9_-]{0,63}){0,2}$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a target, refusing spaces and empty parts."""
        if not re.fullmatch(cls.pattern, text):
            raise PydanticCustomError("bad-id", "bad id {value}", {"value": text})
        return cls(text)


class Clause(Leaf, str):
    """A clause number of one plan, e.g. ``4.2.1(3)``."""

    __slots__ = ()
    pattern = r"^(annex-[0-9]{1,3}|[0-9]{1,3}(\.[0-9]{1,3})*)((#[0-9]{1,3})|(\([0-9]{1,3}\)))*$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a clause number; full-width brackets and circled digits are refused, not guessed."""
        if not re.fullmatch(cls.pattern, text):
            raise PydanticCustomError("bad-clause", "bad clause {value}", {"value": text})
        return cls(text)

    @property
    def parent(self) -> Clause | None:
        """The clause this one stands in: 4.2.1(3) → 4.2.1 → 4.2 → 4 → None."""
        cut = re.sub(r"((#\d+)|(\(\d+\))|(\.\d+))$", "", self)
        return Clause(cut) if cut != self else None

    @property
    def chapter(self) -> Clause:
        """The chapter it belongs to."""
        clause, above = self, self.parent
        while above is not None:
            clause, above = above, above.parent
        return clause

    def within(self, other: str) -> bool:
        """Whether this clause is `other` or stands below it."""
        clause: Clause | None = self
        while clause is not None:
            if clause == other:
                return True
            clause = clause.parent
        return False

    def sort_key(self) -> tuple[tuple[int, int], ...]:
        """Order as printed: 2 < 2.2 < 2.2.3 < 2.2.3#1 < 2.2.3(1) < 2.10; annexes last."""
        return _sort_key(self)


@lru_cache(maxsize=4096)
def _sort_key(no: str) -> tuple[tuple[int, int], ...]:
    kinds = {"": 1, ".": 1, "#": 2, "(": 3, "-": 4}
    return tuple((kinds[mark], int(digits)) for mark, digits in re.findall(r"([-.#(]?)(\d+)", no))


class Citation(Leaf, str):
    """A clause of a named plan, e.g. ``fuel:4.2.1(3)``."""

    __slots__ = ()
    pattern = r"^[A-Za-z][A-Za-z0-9_-]*:" + Clause.pattern[1:]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a citation."""
        if not re.fullmatch(cls.pattern, text):
            raise PydanticCustomError("bad-clause", "bad citation {value}", {"value": text})
        return cls(text)

    @classmethod
    def of(cls, plan: str, clause: str) -> Citation:
        """The citation of a clause in a plan."""
        return cls(f"{plan}:{clause}")

    @property
    def plan(self) -> str:
        """The plan's id."""
        return self.split(":", 1)[0]

    @property
    def clause(self) -> Clause:
        """The clause within it."""
        return Clause(self.split(":", 1)[1])
