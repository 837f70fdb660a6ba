"""Supposed numbers, and where they come from."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, partial
from statistics import NormalDist
from typing import Annotated, Literal, TypeVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from emergency.jurisdiction import Basis
from emergency.plan.leaves import OrUnstated
from emergency.quantity import Amount, Duration
from emergency.source import Frozen, Id, Named, Text

__all__ = ["Assumption", "SourceTag", "fixed"]

D = TypeVar("D", Duration, Duration | None)
Quantity = Annotated[Duration | Amount, OrUnstated(Duration, Amount, unstated=False)]


class Assumption(Frozen):
    """A supposed number: fixed, or drawn once a run from a stated distribution.

    Attributes
    ----------
    value : one number; or
    range : ``[low, likely, high]``, triangular; or ``uniform``: ``[low, high]``; or ``normal``:
        ``[mean, standard deviation]`` (cut at 3 sd, never below 0); or ``exponential``: its mean.
    basis : where it comes from; anything but ``guess`` names its `source` (a tag of the scenario's `sources`).
    """

    value: Quantity | None = None
    range: tuple[Quantity, Quantity, Quantity] | None = None
    uniform: tuple[Quantity, Quantity] | None = None
    normal: tuple[Quantity, Quantity] | None = None
    exponential: Quantity | None = None
    basis: Basis
    source: Id | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Assumption:
        forms = [
            f for f in ("value", "range", "uniform", "normal", "exponential") if getattr(self, f) is not None
        ]
        if len(forms) != 1:
            raise PydanticCustomError("one-form", "one of value, range, …", {"n": len(forms)})
        numbers = self.numbers
        if len({_dimension(q) for q in self._quantities()}) > 1:
            raise PydanticCustomError("mixed-units", "mixed units", {})
        if self.range and not numbers[0] <= numbers[1] <= numbers[2]:
            raise PydanticCustomError("bad-order", "low, likely, high", {})
        if self.uniform and not numbers[0] <= numbers[1]:
            raise PydanticCustomError("bad-order", "low, high", {})
        if self.basis != "guess" and not self.source:
            raise PydanticCustomError("no-source", "basis {basis} needs a source", {"basis": self.basis})
        return self

    def _quantities(self) -> tuple[Duration | Amount, ...]:
        for form in (self.range, self.uniform, self.normal):
            if form is not None:
                return form
        one = self.value if self.value is not None else self.exponential
        assert one is not None  # _one_form has seen to it
        return (one,)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The stated numbers in base units: hours [h] for times, else the dimension's base."""
        return tuple(q.plain_hours if isinstance(q, Duration) else q.base for q in self._quantities())

    @cached_property
    def dimension(self) -> str:
        """``time`` or the dimension of `quantity.UNITS`."""
        return _dimension(self._quantities()[0])

    @property
    def least(self) -> float:
        """The smallest value it can take, in base units."""
        n = self.numbers
        if self.normal is not None:
            return max(0.0, n[0] - 3.0 * n[1])
        return 0.0 if self.exponential is not None else n[0]

    @cached_property
    def is_fixed(self) -> bool:
        """Whether every run uses the same number."""
        return self.value is not None

    @cached_property
    def draw(self) -> Callable[[float], float]:
        """From a quantile in [0, 1) to the value there: the distribution function, inverted."""
        for form, inverse in _INVERSES.items():
            if getattr(self, form) is not None:
                return partial(inverse, *self.numbers)
        raise AssertionError("no form")  # _one_form has seen to it

    def __str__(self) -> str:
        q = self._quantities()
        if self.range is not None:
            return f"{q[0]} … {q[1]} … {q[2]}"
        if self.uniform is not None:
            return f"{q[0]} … {q[1]}"
        if self.normal is not None:
            return f"{q[0]} ± {q[1]}"
        return f"~ {q[0]}" if self.exponential is not None else str(q[0])


def _dimension(q: Duration | Amount) -> str:
    return "time" if isinstance(q, Duration) else q.dimension


def fixed(value: D) -> D:
    """Refuse a length of time that depends on where it begins."""
    if value is not None:
        _ = value.plain_hours
    return value


def _fixed(value: float, _: float) -> float:
    return value


def _triangular(low: float, likely: float, high: float, u: float) -> float:
    if high <= low:
        return low
    cut = (likely - low) / (high - low)
    if u < cut:
        return min(likely, low + math.sqrt(u * (high - low) * (likely - low)))
    return max(likely, high - math.sqrt((1 - u) * (high - low) * (high - likely)))


def _uniform(low: float, high: float, u: float) -> float:
    return low + u * (high - low)


def _normal(mean: float, sd: float, u: float) -> float:
    z = NormalDist().inv_cdf(min(max(u, 1e-12), 1 - 1e-12))
    return max(0.0, mean + sd * min(3.0, max(-3.0, z)))


def _exponential(mean: float, u: float) -> float:
    return -mean * math.log1p(-u)


_INVERSES: dict[str, Callable[..., float]] = {
    "value": _fixed, "range": _triangular, "uniform": _uniform, "normal": _normal, "exponential": _exponential,
}  # fmt: skip


class SourceTag(Named):
    """Where numbers with this tag come from; `evidence` T text read, E excerpt only, M from memory."""

    evidence: Literal["T", "E", "M"]
