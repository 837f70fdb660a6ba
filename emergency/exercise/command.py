"""What people do in an exercise, as values: stored before they are acknowledged, replayed to resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from emergency.errors import RefusedError
from emergency.source import Frozen

__all__ = [
    "Archive",
    "Assign",
    "Claim",
    "Command",
    "Decide",
    "End",
    "FileFinding",
    "FillForm",
    "HandOver",
    "HoldInject",
    "Jump",
    "Note",
    "Pace",
    "Pause",
    "Rate",
    "Ready",
    "Release",
    "ReleaseInject",
    "Resume",
    "Say",
    "SkipInject",
    "Start",
    "Tick",
    "WriteInject",
    "from_data",
    "to_data",
]

Words = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Ref = Annotated[str, Field(min_length=1, max_length=200)]
Hours = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]


class _Command(Frozen):
    """Anything people do; `by` is ``facilitator``, ``evaluator`` or ``seat:ID``."""

    by: Annotated[str, Field(pattern=r"^(facilitator|evaluator|seat:[A-Za-z][A-Za-z0-9_-]{0,63})$")]

    @property
    def seat(self) -> str | None:
        """The seat that acts, if a player does."""
        return self.by.removeprefix("seat:") if self.by.startswith("seat:") else None


class Ready(_Command):
    """The preparation is over."""

    do: Literal["ready"] = "ready"


class Start(_Command):
    """The exercise begins; scenario time passes."""

    do: Literal["start"] = "start"


class Pause(_Command):
    """Scenario time stands still."""

    do: Literal["pause"] = "pause"


class Resume(_Command):
    """Scenario time passes again."""

    do: Literal["resume"] = "resume"


class Pace(_Command):
    """Scenario time passes so much faster than time on the wall."""

    do: Literal["pace"] = "pace"
    pace: Annotated[float, Field(ge=1.0, le=3600.0, allow_inf_nan=False)]


class Jump(_Command):
    """Scenario time is put forward: to a time [h], by some hours from now, or without either to the next thing that
    happens."""

    do: Literal["jump"] = "jump"
    to: Hours | None = None
    hours: Hours | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.to is not None and self.hours is not None:
            raise ValueError("a jump is to a time or by some hours, not both")
        return self


class Tick(_Command):
    """Time has passed and nobody did anything."""

    do: Literal["tick"] = "tick"


class End(_Command):
    """The exercise is over."""

    do: Literal["end"] = "end"


class Archive(_Command):
    """Nothing is added any more."""

    do: Literal["archive"] = "archive"


class Claim(_Command):
    """Somebody takes a seat."""

    do: Literal["claim"] = "claim"
    name: Name


class Release(_Command):
    """A seat is left to its policy again."""

    do: Literal["release"] = "release"


class HandOver(_Command):
    """Somebody else takes a seat over."""

    do: Literal["hand-over"] = "hand-over"
    name: Name


class Assign(_Command):
    """The facilitator gives a seat to somebody, or with no name to its policy."""

    do: Literal["assign"] = "assign"
    to: Name
    name: Name | None = None


class Decide(_Command):
    """An open step is taken or refused.

    What it answers is told twice: by number, and by what it is about, so that it can be found again in an incident
    under another plan.
    """

    do: Literal["decide"] = "decide"
    ask: Annotated[int, Field(ge=0)]
    plan: Ref
    ref: Ref
    step: Ref
    verdict: Literal["do", "refuse"]
    why: Annotated[str, Field(max_length=4000)] = ""


class Say(_Command):
    """A message to other seats; `report` names the plan's report it is meant as, as ``plan:id``.

    Sent to all to whom that report is to go, it is the report, if the seat owes it now.
    """

    do: Literal["say"] = "say"
    to: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    text: Words
    report: Ref | None = None


class FillForm(_Command):
    """A form that a plan annexes, filled in and handed to other seats; `form` is ``plan:id``.

    `fields` are what stands in its fields, in the form's order; those behind the last one filled may be left out.
    """

    do: Literal["fill-form"] = "fill-form"
    form: Ref
    to: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    fields: Annotated[tuple[Annotated[str, Field(max_length=4000)], ...], Field(min_length=1, max_length=50)]


class ReleaseInject(_Command):
    """An inject happens now, whatever its own time."""

    do: Literal["release-inject"] = "release-inject"
    inject: Ref


class HoldInject(_Command):
    """An inject waits until it is released."""

    do: Literal["hold-inject"] = "hold-inject"
    inject: Ref


class SkipInject(_Command):
    """An inject does not happen."""

    do: Literal["skip-inject"] = "skip-inject"
    inject: Ref


class WriteInject(_Command):
    """Something written on the spot reaches some seats; with none named, all."""

    do: Literal["write-inject"] = "write-inject"
    title: Name
    text: Words
    to: Annotated[tuple[Name, ...], Field(max_length=50)] = ()


class FileFinding(_Command):
    """The plan is silent here, or contradicts itself."""

    do: Literal["file-finding"] = "file-finding"
    plan: Ref
    clause: Ref
    kind: Literal["silent", "contradiction", "unworkable"]
    text: Words


class Rate(_Command):
    """An evaluator's judgement of an objective; ``N`` is not observed, and never the worst."""

    do: Literal["rate"] = "rate"
    objective: Ref
    rating: Literal["P", "S", "M", "U", "N"]
    text: Annotated[str, Field(max_length=4000)] = ""


class Note(_Command):
    """An observation, perhaps about one entry of the log."""

    do: Literal["note"] = "note"
    text: Words
    entry: Annotated[int, Field(ge=0)] | None = None


Command = Annotated[
    Ready
    | Start
    | Pause
    | Resume
    | Pace
    | Jump
    | Tick
    | End
    | Archive
    | Claim
    | Release
    | HandOver
    | Assign
    | Decide
    | Say
    | FillForm
    | ReleaseInject
    | HoldInject
    | SkipInject
    | WriteInject
    | FileFinding
    | Rate
    | Note,
    Field(discriminator="do"),
]
_ADAPTER: TypeAdapter[Command] = TypeAdapter(Command)


def from_data(data: Any) -> Command:
    """A command from plain data.

    Raises
    ------
    RefusedError
        If it is none; its facts are the ``field`` at fault and ``why``, as pydantic calls it, with the bounds that
        were passed (`words.console_access.malformed` tells them).
    """
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise RefusedError(message, (), facts=_fault(first["loc"], first["type"], first.get("ctx", {}))) from None


def _fault(place: tuple[int | str, ...], why: str, bounds: Mapping[str, Any]) -> dict[str, object]:
    """What is wrong with which field: the last one named, for places of a list are no names."""
    names = [part for part in place if isinstance(part, str)]
    limits = {name: value for name, value in bounds.items() if isinstance(value, int | float)}
    return {"field": names[-1] if names else "do", "why": why, **limits}


def to_data(command: Command) -> dict[str, Any]:
    """The command as plain data, for storing."""
    return command.model_dump(mode="json", exclude_none=True)
