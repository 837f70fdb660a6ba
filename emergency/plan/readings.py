"""Readings: the answers we give where clauses are silent or conflict, apart from what the plan says."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from emergency.plan.leaves import Name, State
from emergency.source import Clause, Frozen, Id, Text

__all__ = ["Reading", "Settles"]


class Settles(Frozen):
    """The question a reading answers: which field of what."""

    statement: Id | None = None
    statements: tuple[Id, ...] = ()
    actor: Id | None = None
    indicator: Id | None = None
    entering: State | None = None
    precedence: Name | None = None
    field: str | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Settles:
        subjects = ("statement", "statements", "actor", "indicator", "entering", "precedence")
        given = [n for n in subjects if getattr(self, n)]
        if len(given) != 1:
            raise PydanticCustomError(
                "settles-one", "a reading settles one question, not {n}", {"n": len(given)}
            )
        return self

    @property
    def key(self) -> str:
        """The question in one line, e.g. ``entering response=any order``."""
        parts: list[Any] = []
        for name, value in self:
            if value:
                shown = "+".join(value) if isinstance(value, tuple) else value
                parts += [shown] if name == "field" else [name, shown]
        return " ".join(str(p) for p in parts)


class Reading(Frozen):
    """An answer we give where clauses are silent or conflict; never something the plan says."""

    id: Id
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]
    question: Text
    settles: Settles
    choices: Annotated[tuple[str, ...], Field(min_length=1)]
    taken: str
    because: Text

    @model_validator(mode="after")
    def _taken_is_a_choice(self) -> Reading:
        if self.taken not in self.choices:
            raise PydanticCustomError("not-a-choice", "{taken} is no choice", {"taken": self.taken})
        return self
