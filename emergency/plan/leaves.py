"""The typed leaves of a plan: the small values that statements are made of.

Because every actor, state, event, bound and amount is a type of its own, a rule about all of them
walks `Plan.leaves(type)` and needs no list of sections.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from emergency.quantity import Amount, Duration, Range
from emergency.source import Frozen, Id, Leaf, Text

__all__ = [
    "OPEN",
    "SILENT",
    "UNSTATED",
    "ActorRef",
    "AmountOrUnstated",
    "DurationOrUnstated",
    "EventOrUnstated",
    "EventRef",
    "Frozen",
    "Name",
    "ObjectRef",
    "OrUnstated",
    "Silence",
    "State",
    "StateOrUnstated",
    "StatesOrUnstated",
    "Text",
    "Unstated",
    "VariableRef",
    "Verb",
    "Whole",
    "Within",
]


class Unstated(str):
    """The clause speaks of the matter without giving this value."""

    __slots__ = ()


UNSTATED = Unstated("unstated")


class OrUnstated:
    """Annotation for a field that holds a leaf or, unless told otherwise, the word ``unstated``."""

    def __init__(self, *leaves: type[Leaf], unstated: bool = True) -> None:
        self.leaves = leaves
        self.unstated = unstated

    def _read(self, value: object) -> object:
        if value == UNSTATED and self.unstated:
            return UNSTATED
        if isinstance(value, self.leaves):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("not-text", "expected one piece of text", {})
        for leaf in self.leaves[:-1]:
            try:
                return leaf.parse(value)
            except PydanticCustomError:
                continue
        return self.leaves[-1].parse(value)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._read, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        patterns = [leaf.pattern for leaf in self.leaves] + (["^unstated$"] if self.unstated else [])
        return {"type": "string", "pattern": "|".join(patterns)} if all(patterns) else {"type": "string"}


class ActorRef(Leaf, str):
    """The id of an actor, or ``unstated``, or ``open`` for the "etc." that ends a list."""

    __slots__ = ()
    pattern = Id.pattern

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference to an actor."""
        return cls(Id.parse(text))

    @property
    def named(self) -> bool:
        """Whether it points to a declared actor."""
        return self not in (UNSTATED, OPEN)


OPEN = ActorRef("open")


class EventRef(Leaf, str):
    """The id of an event a clock can start from."""

    __slots__ = ()
    pattern = Id.pattern

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference to an event."""
        return cls(Id.parse(text))


class ObjectRef(Leaf, str):
    """The id of a thing or group that measures act on."""

    __slots__ = ()
    pattern = Id.pattern

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference to an object."""
        return cls(Id.parse(text))


class VariableRef(Leaf, str):
    """The id of an indicator's variable."""

    __slots__ = ()
    pattern = Id.pattern

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference to a variable."""
        return cls(Id.parse(text))


@dataclass(frozen=True, slots=True)
class State(Leaf):
    """One or several values of a scheme: ``response=III``, ``warning=IV|III``, ``response=any``."""

    scheme: str
    values: tuple[str, ...]

    pattern = r"^[A-Za-z][\w-]*=[A-Za-z0-9_-]+(\|[A-Za-z0-9_-]+)*$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a state."""
        if not re.fullmatch(cls.pattern, text):
            raise PydanticCustomError("bad-state", "bad state {value}", {"value": text})
        scheme, values = text.split("=")
        return cls(scheme, tuple(values.split("|")))

    def __str__(self) -> str:
        return f"{self.scheme}={'|'.join(self.values)}"


class Whole(Leaf, int):
    """A whole number written as digits."""

    __slots__ = ()
    pattern = r"^\d{1,9}$"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a whole number."""
        if not re.fullmatch(cls.pattern, text):
            raise PydanticCustomError("bad-number", "bad number {value}", {"value": text})
        return cls(text)


class Silence(tuple[State, ...]):
    """No states, because the clause speaks of the matter without saying when: written ``unstated``.

    Whoever goes through the states a clause names finds none here, which is so; yet it is not the same as a list
    that was left out.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Silence)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, Silence)

    __hash__ = tuple.__hash__


SILENT = Silence()


class _OrSilent:
    """Annotation for a list of states that may be left ``unstated``."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        def read(value: object, states: core_schema.ValidatorFunctionWrapHandler) -> object:
            return SILENT if value == UNSTATED or isinstance(value, Silence) else states(value)

        def write(value: object, states: core_schema.SerializerFunctionWrapHandler) -> object:
            return str(UNSTATED) if isinstance(value, Silence) else states(value)

        written = core_schema.wrap_serializer_function_ser_schema(write)
        return core_schema.no_info_wrap_validator_function(read, handler(source), serialization=written)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(schema["schema"]), {"type": "string", "const": str(UNSTATED)}]}


StatesOrUnstated = Annotated[tuple[State, ...], _OrSilent()]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Verb = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")]
DurationOrUnstated = Annotated[Duration | Unstated, OrUnstated(Duration)]
AmountOrUnstated = Annotated[Amount | Range | Unstated, OrUnstated(Range, Amount)]
EventOrUnstated = Annotated[EventRef | Unstated, OrUnstated(EventRef)]
StateOrUnstated = Annotated[State | Unstated, OrUnstated(State)]


class Within(Frozen):
    """How soon: a word of urgency, a bound, and the event its clock starts from.

    Each part is given only where the clause speaks of it; ``bound: unstated`` says that the clause
    sets a limit but does not give it.
    """

    urgency: str | None = Field(
        None, pattern=r"^(at-once|promptly|first-moment|same-time|quickly|regularly)$"
    )
    bound: DurationOrUnstated | None = None
    after: EventOrUnstated | None = None
