"""What injects and measures may do to the world, in words a planner can read."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from emergency.scenario.assumption import Assumption
from emergency.source import Frozen, Id, Target

__all__ = ["EVERYTHING", "Effect"]

Verb = Literal[
    "set",
    "modify-supply",
    "modify-demand",
    "news",
    "calm",
    "limit",
    "deliver",
    "lock",
    "unlock",
    "modify-mill",
    "modify-transport",
    "modify-raw",
    "release",
    "requisition",
    "cap-price",
    "seed",
    "treat",
    "modify-growth",
    "control",
    "quarantine",
    "survey",
]
#: Verbs that may do without a target: then they concern the world of stocks as a whole.
EVERYTHING = ("news", "calm")


class Effect(Frozen):
    """A change of the world, caused by an inject or by a measure that is done.

    Attributes
    ----------
    do : one of

        - ``set`` a series or flag to a value;
        - on a world of stocks: ``modify-supply`` / ``modify-demand`` (a named factor on a supply or a customer),
          ``news`` (panic jumps by an amount), ``calm`` (panic times a factor), ``limit`` (a customer's sales to a
          share of normal), ``deliver`` (a lump), ``lock`` / ``unlock`` (a store);
        - on a market, in one place or all: ``news``, ``calm``, ``modify-supply`` (of a good or a route),
          ``modify-demand`` and ``limit`` (of a good), ``deliver`` (a lump; without a place shared out by demand),
          ``cap-price`` (of a good, with the share that suppliers then hold back); on its chain ``modify-mill``,
          ``modify-transport``, ``modify-raw`` (factors), ``release`` (a reserve: a rate, or a lump) and
          ``requisition`` (a lump from outside);
        - on an outbreak, in one place or all: ``seed`` (an area more), ``treat`` (a part of what is infested is
          removed at once), ``modify-growth`` (a factor), ``control`` (a rate taken off the growth),
          ``quarantine`` and ``survey`` (factors on jumps, on detection).

    target : a name of the world of stocks, a series or flag; or ``MARKET``, ``MARKET:good``, ``MARKET:route``,
        ``MARKET:raw``, ``MARKET:milled``, ``OUTBREAK``.
    place : where; everywhere if left out.
    """

    do: Verb
    target: Target | None = None
    place: Id | None = None
    to: Assumption | None = None
    holdback: Assumption | None = None
    after: Assumption | None = None
    lasts: Assumption | None = None

    @model_validator(mode="after")
    def _complete(self) -> Effect:
        if self.do not in EVERYTHING and self.target is None:
            raise PydanticCustomError("effect-target", "{do} needs a target", {"do": self.do})
        if self.do not in ("lock", "unlock") and self.to is None:
            raise PydanticCustomError("effect-to", "{do} needs a value", {"do": self.do})
        for field in ("after", "lasts"):
            given: Assumption | None = getattr(self, field)
            if given is not None and given.dimension != "time":
                raise PydanticCustomError("not-a-time", "{field} is a time", {"field": field})
        return self

    @cached_property
    def head(self) -> str:
        """The target up to its colon: the name of a market or outbreak, or the whole of another target."""
        return str(self.target or "").partition(":")[0]

    @cached_property
    def part(self) -> str:
        """The target from its colon on: a good, a route, a reserve; empty without one."""
        return str(self.target or "").partition(":")[2]
