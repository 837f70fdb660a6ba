"""What may answer a question: for each field that a reading settles, the words and the values that it can take."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from emergency.condition import Guard
from emergency.plan.leaves import UNSTATED, ActorRef, Silence, State
from emergency.plan.readings import Settles
from emergency.plan.statements import (
    Criterion,
    Decision,
    Event,
    Group,
    Indicator,
    Measure,
    Publication,
    Report,
    Resource,
    Seat,
    Statement,
    Step,
)
from emergency.source import Id

__all__ = ["PRECEDENCE", "STEPS", "AgencyRef", "Answers", "PlacesRef", "answers", "read_field", "settleable"]

#: The verbs of steps.
STEPS: tuple[str, ...] = get_args(Step.model_fields["do"].annotation)
#: Rules of precedence → their answers in words; none where an actor answers.
PRECEDENCE: Mapping[str, tuple[str, ...]] = {
    "several-criteria-hold": ("gravest", "mildest"),
    "step-down": ("never", "when-criteria-fall"),
    "measures-of-milder-levels": ("kept", "dropped"),
    "measures-of-skipped-levels": ("not-started", "started"),
    "definition-and-items": ("both", "either", "items-only"),
    "measures-without-actor": (),
}
#: Kind of statement → the fields of it that readings settle, as written in a file.
_FIELDS: Mapping[type[Statement], tuple[str, ...]] = {
    Criterion: ("of", "role", "when", "boundary", "scope"),
    Group: ("connective",),
    Decision: ("to", "when"),
    Event: ("state", "when"),
    Indicator: ("every",),
    Measure: ("during", "by", "every", "condition"),
    Report: ("after", "from", "to", "condition"),
    Publication: ("after", "by", "condition"),
    Resource: ("released_by",),
}
_OF_INDICATOR = ("holds_when", "measured_as", "over")
_ENTERING = ("from", "when", "order", "routes", "steps")


class AgencyRef(str):
    """The id of an agency of the jurisdiction, as part of an answer."""

    __slots__ = ()


class PlacesRef(str):
    """The id of a set of places, as an answer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers a question can have: fixed words, and values that may follow a fixed beginning."""

    words: tuple[str, ...]
    forms: Mapping[str, Callable[[str], Any]]

    def read(self, text: str) -> Any:
        """The answer as a value: the word itself, or what a form makes of it.

        Raises
        ------
        PydanticCustomError
            With a code of `words.PROBLEMS`, if the text answers nothing.
        """
        if text in self.words:
            return text
        for beginning, form in self.forms.items():
            if text.startswith(beginning):
                return form(text.removeprefix(beginning))
        choices = [*self.words, *(f"{beginning}…" for beginning in self.forms)]
        raise PydanticCustomError("not-an-answer", "no answer", {"value": text, "choices": choices})


def settleable(subject: str, statement: type[Statement] | None = None) -> tuple[str, ...]:
    """The fields of a subject that a reading can settle; none where the subject itself is the question."""
    if subject == "statement":
        return _FIELDS.get(statement, ()) if statement is not None else ()
    return {"indicator": _OF_INDICATOR, "entering": (*_ENTERING, *(f"{do}.by" for do in STEPS))}.get(
        subject, ("acts-through",) if subject == "actor" else ()
    )


def answers(settles: Settles, statement: type[Statement] | None = None) -> Answers | None:
    """The answers to a question; None where it is no question that a reading can settle.

    Parameters
    ----------
    statement : type of statement, optional
        The kind of the statement that the question is about, where it is about one.
    """
    field = settles.field
    if settles.statement or settles.statements:
        return _of_statement(statement, field) if statement is not None else None
    if settles.precedence is not None:
        words = PRECEDENCE.get(settles.precedence)
        return None if words is None or field else Answers(words, {} if words else {"": ActorRef.parse})
    if settles.indicator is not None:
        return Answers((), {"": partial(read_field, Indicator, field)}) if field in _OF_INDICATOR else None
    if settles.actor is not None:
        if field == "acts-through":
            return Answers((), {"": partial(read_field, Seat, "role")})
        in_charge = lambda text: AgencyRef(Id.parse(text))  # noqa: E731
        return None if field else Answers((), {"in-charge-of ": in_charge, "": ActorRef.parse})
    return _of_entering(field)


def _of_statement(statement: type[Statement], field: str | None) -> Answers | None:
    if field is None or field not in _FIELDS.get(statement, ()):
        return None
    if statement is Criterion and field == "boundary":
        return Answers(("included", "excluded"), {})
    if statement is Criterion and field == "scope":
        return Answers((), {"": lambda text: PlacesRef(Id.parse(text))})
    return Answers(("never",) if field == "during" else (), {"": partial(read_field, statement, field)})


def _of_entering(field: str | None) -> Answers | None:
    match field:
        case None:
            words = ("never", "by-criteria", "rises-with-criteria")
            return Answers(words, {"with ": State.parse, "when ": Guard.parse})
        case "from":
            return Answers(("any", "milder"), {"": State.parse})
        case "when":
            return Answers(("criteria-only", "criteria-and-when"), {})
        case "order":
            return Answers((), {"": _verbs})
        case "routes":
            return Answers(("merge", "either", "both"), {})
        case "steps":
            return Answers(("apart",), {"": _same})
        case _:
            by = field.endswith(".by") and field.removesuffix(".by") in STEPS
            return Answers((), {"": ActorRef.parse}) if by else None


def _verbs(text: str) -> tuple[str, ...]:
    """Verbs of steps in order: ``collect, propose, decide``."""
    found = tuple(verb.strip() for verb in text.split(","))
    for verb in found:
        if verb not in STEPS:
            raise PydanticCustomError("not-an-answer", "no verb", {"value": verb, "choices": list(STEPS)})
    return found


def _same(text: str) -> tuple[tuple[str, str], ...]:
    """Verbs that mean one act: ``agree is approve, propose is request``; the second word of each stays."""
    found = []
    for part in text.split(","):
        same = re.fullmatch(r"\s*([a-z]+) is ([a-z]+)\s*", part)
        if same is None or not {same[1], same[2]} <= {*STEPS} or same[1] == same[2]:
            choices = ["apart", "agree is approve"]
            raise PydanticCustomError("not-an-answer", "not one act", {"value": part.strip(), "choices": choices})
        found.append((same[1], same[2]))
    return tuple(found)


@cache
def _adapter(model: type[Statement], name: str) -> tuple[TypeAdapter[Any], bool]:
    """How a field is read, and whether it holds a list."""
    info = next(f for n, f in model.model_fields.items() if name in (n, f.alias))
    annotation: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    return TypeAdapter(annotation), "tuple[" in str(info.annotation)


def read_field(model: type[Statement], name: str, text: str) -> Any:
    """The value of one field of a kind of statement from its text; entries of a list are parted by commas.

    Raises
    ------
    PydanticCustomError
        With a code of `words.PROBLEMS`, if the text is no value of the field, or leaves it unstated again.
    """
    adapter, many = _adapter(model, name)
    try:
        found = adapter.validate_python([part.strip() for part in text.split(",")] if many else text)
    except ValidationError as error:
        raise _first(error, text) from None
    if found is None or found == UNSTATED or isinstance(found, Silence):
        raise PydanticCustomError("not-an-answer", "unstated", {"value": text, "choices": []})
    return found


def _first(error: ValidationError, text: str) -> PydanticCustomError:
    """The complaint of a leaf, if one has any; else the fixed words of the field."""
    errors = error.errors(include_url=False, include_input=False)
    for one in errors:
        if "-" in one["type"]:
            return PydanticCustomError(one["type"], one["msg"], dict(one.get("ctx", {})))
    words = [re.findall(r"'([^']*)'", str(one.get("ctx", {}).get("expected", ""))) for one in errors]
    choices = [w for group in words for w in group if w != UNSTATED]
    return PydanticCustomError("not-an-answer", "no answer", {"value": text, "choices": choices})
