"""A plan as the document says it: typed statements, each with its clause, and nothing else.

What we suppose about the world stands in scenarios; what we answer where the text is silent stands in
the plan's `readings`, apart from the statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError

from emergency.plan.declarations import Actor, ClauseEntry, Scheme, Thing
from emergency.plan.leaves import UNSTATED, Silence, State
from emergency.plan.readings import Reading
from emergency.plan.statements import (
    SECTIONS,
    Contents,
    Criterion,
    Decision,
    Duty,
    Event,
    Form,
    Group,
    Indicator,
    Label,
    ListStatement,
    Measure,
    Precedence,
    Publication,
    Reference,
    Report,
    Resource,
    Seat,
    Statement,
    Term,
    Upkeep,
)
from emergency.source import Citation, Clause, Frozen, Id, Text

__all__ = ["Document", "Path", "Plan", "walk"]

T = TypeVar("T")
Path = tuple[str | int, ...]


class Document(Frozen):
    """The printed document; what the text does not carry is ``unstated``."""

    number: str
    date: Date | Literal["unstated"]
    issuer: str
    addressees: tuple[str, ...] = ()
    source: Text | None = None

    @property
    def mark(self) -> str:
        """Number and date, as far as the text carries them; empty where it carries neither."""
        return " ".join(str(part) for part in (self.number, self.date) if part != UNSTATED)

    @field_validator("date", mode="before")
    @classmethod
    def _date(cls, value: object) -> object:
        if value == UNSTATED or isinstance(value, Date):
            return value
        try:
            return Date.fromisoformat(str(value))
        except ValueError:
            raise PydanticCustomError("bad-date", "no such date {value}", {"value": str(value)}) from None


class Plan(Frozen):
    """One plan file, read.

    Build one with `emergency.load_plan`; a plan made by hand is not checked for dangling references.

    Attributes
    ----------
    short : what pages call it beside the number of a clause; ours, and no clause's.
    """

    schema_: Literal["1"] = Field(alias="schema")
    plan: Id
    title: Text
    short: Text | None = Field(
        default=None,
        description="What reports call the plan where they cite its clauses, in a word or two. An editorial name of "
        "ours: the document does not print it and no clause is claimed for it. Without it the id is shown.",
    )
    document: Document
    jurisdiction: Id
    clauses: tuple[ClauseEntry, ...] = ()
    schemes: dict[Id, Scheme]
    actors: dict[Id, Actor] = {}
    objects: dict[Id, Thing] = {}
    labels: tuple[Label, ...] = ()
    terms: tuple[Term, ...] = ()
    seats: tuple[Seat, ...] = ()
    duties: tuple[Duty, ...] = ()
    events: tuple[Event, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    groups: tuple[Group, ...] = ()
    decisions: tuple[Decision, ...] = ()
    precedence: tuple[Precedence, ...] = ()
    measures: tuple[Measure, ...] = ()
    reports: tuple[Report, ...] = ()
    publications: tuple[Publication, ...] = ()
    resources: tuple[Resource, ...] = ()
    lists: tuple[ListStatement, ...] = ()
    contents: tuple[Contents, ...] = ()
    references: tuple[Reference, ...] = ()
    forms: tuple[Form, ...] = ()
    upkeep: tuple[Upkeep, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def brief(self) -> Text:
        """Its short title; the whole title where it has none."""
        return self.short or self.title

    def statements(self) -> Iterator[tuple[str, int, Statement]]:
        """Every statement with its section and place in it, in the order of `SECTIONS`."""
        for section in SECTIONS:
            for i, statement in enumerate(getattr(self, section)):
                yield section, i, statement

    def statement(self, id: str) -> Statement:
        """The statement with that id.

        Raises
        ------
        KeyError
            If no statement has it.
        """
        for _, _, found in self.statements():
            if found.id == id:
                return found
        raise KeyError(id)

    def leaves(self, kind: type[T]) -> Iterator[tuple[Path, T]]:
        """Every leaf of a type in the statements (readings left out), with its path in the file."""
        for section, i, statement in self.statements():
            yield from walk(statement, kind, (section, i))

    def body(self) -> Iterator[ClauseEntry]:
        """The clauses printed in the body, in file order."""
        return (c for c in self.clauses if c.page == "body")

    def clause(self, no: str) -> ClauseEntry:
        """The entry of a clause of the body.

        Raises
        ------
        KeyError
            If the plan lists no such clause.
        """
        for entry in self.body():
            if entry.no == no:
                return entry
        raise KeyError(no)

    def cite(self, *clauses: Clause) -> tuple[Citation, ...]:
        """Clauses of this plan as citations, sorted as printed, without repeats."""
        return tuple(Citation.of(self.plan, c) for c in sorted(set(clauses), key=Clause.sort_key))

    def word(self, scheme: str, value: str) -> Text | None:
        """The plan's own word for the only level of a scheme, which is no grade; None where there is none to use."""
        if self.schemes[Id(scheme)].levels != (value,):
            return None
        words = {label.word.zh: label.word for label in self.labels if label.scheme == scheme and label.word}
        return next(iter(words.values())) if len(words) == 1 else None

    def values(self, state: State) -> tuple[str, ...]:
        """The values a state stands for: ``any`` is every level."""
        scheme = self.schemes[Id(state.scheme)]
        found: list[str] = []
        for value in state.values:
            found += scheme.levels if value == "any" else [value]
        return tuple(found)


def walk(value: Any, kind: type[T], path: Path = ()) -> Iterator[tuple[Path, T]]:
    """Every part of `value` that is a `kind`, with its path (field names as in the file)."""
    if isinstance(value, Silence):
        value = UNSTATED
    if isinstance(value, kind):
        yield path, value
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from walk(getattr(value, name), kind, (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, kind, (*path, str(key)))
    elif isinstance(value, tuple | list):
        for i, inner in enumerate(value):
            yield from walk(inner, kind, (*path, i))
