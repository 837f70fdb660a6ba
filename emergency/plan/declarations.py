"""What a plan file declares before it states anything: its clauses, registers, actors and things."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from emergency.plan.leaves import ActorRef
from emergency.source import Clause, Frozen, Id, Named, Text

__all__ = ["Actor", "ClauseEntry", "Scheme", "Thing"]


class ClauseEntry(Frozen):
    """A clause as printed, our paraphrase of it, and what became of it in the encoding.

    Attributes
    ----------
    page : where it stands; a heading printed in the contents and in the body has two entries.
    status : ``executable`` (has statements), ``judgement`` (orders something no machine can weigh),
        ``informative`` (orders nothing), ``heading`` (a title only), ``not-encoded``.
    figures : figures of the clause that no statement carries, as printed.
    """

    no: Clause
    heading: str | None = None
    page: Literal["contents", "body"] = "body"
    status: Literal["executable", "judgement", "informative", "heading", "not-encoded"]
    why: Text | None = None
    zh: str | None = None
    en: str | None = None
    figures: tuple[str, ...] = ()

    def in_(self, lang: str) -> str:
        """Our paraphrase in one language; empty where there is none."""
        return (self.zh if lang == "zh" else self.en) or ""

    @model_validator(mode="after")
    def _gives_reasons(self) -> ClauseEntry:
        if self.status in ("judgement", "not-encoded") and self.why is None:
            raise PydanticCustomError("no-reason", "status {status} needs a reason", {"status": self.status})
        if self.status in ("executable", "judgement", "informative") and not (self.zh and self.en):
            raise PydanticCustomError("no-paraphrase", "clause {no} has no paraphrase", {"no": str(self.no)})
        return self


class Scheme(Frozen):
    """A register with one value at a time: off, one of its levels, perhaps ended.

    Attributes
    ----------
    levels : from the mildest to the gravest, as the plan orders them.
    ends : the word for having ended, where the plan tells of an end.
    """

    kind: Literal["event", "warning", "response", "imposed"]
    levels: Annotated[tuple[Id, ...], Field(min_length=1)]
    ends: Id | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """Every value the register can take, `off` first."""
        return ("off", *self.levels, *((self.ends,) if self.ends else ()))


class Actor(Named):
    """Who can act: a name that statements talk about.

    Attributes
    ----------
    kind : written ``is``. ``generic`` where the text stays vague ("departments concerned"), ``undeclared``
        for a body named without being set up, ``listed`` for those a list names, ``members`` for the
        members of `of`.
    printed : the names the plan prints for it, looked up among the jurisdiction's names and aliases.
    of : the agency a post belongs to, or the body whose members are meant.
    """

    kind: Literal[
        "agency", "body", "post", "members", "generic", "undeclared", "outside", "listed", "public"
    ] = Field(alias="is")
    printed: tuple[str, ...] = ()
    of: ActorRef | None = None
    per: Id | None = None


class Thing(Named):
    """What measures act on: a class of customers, a place, a good."""
