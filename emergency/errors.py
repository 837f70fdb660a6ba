"""What can go wrong, as one tree.

::

    EmergencyError
    ├── InputError          something a user wrote is wrong; holds every Problem found (exit code 2)
    │   └── UnsettledError  a plan is silent or ambiguous and no reading settles it (exit code 2)
    ├── RefusedError        a seat asked for what the plan does not give it
    ├── RunError            a run could not go on (exit code 1)
    └── MissingExtraError   an optional package is not installed (exit code 2)

An error's wording lives in `words.py`: a `Problem` carries a code and the facts, so that the same
problem can be told in Chinese and in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emergency.source import Where

__all__ = [
    "EmergencyError",
    "InputError",
    "MissingExtraError",
    "Problem",
    "RefusedError",
    "RunError",
    "UnsettledError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what a user wrote: a code of `words.PROBLEMS`, the place, the facts."""

    code: str
    where: Where | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


class EmergencyError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1


class InputError(EmergencyError):
    """What a user wrote cannot be used; `problems` lists all that was found, in file order."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.code} {dict(p.facts)}" for p in self.problems))


class UnsettledError(InputError):
    """The plan leaves a question open that a run needs answered, and no reading answers it."""


class RefusedError(EmergencyError):
    """A seat asked for something the plan gives to another.

    Attributes
    ----------
    clauses : tuple of str
        The clauses that say who may, e.g. ``("fuel:4.3",)``.
    code, facts : str, mapping
        What was refused, to be told in the user's language.
    """

    def __init__(
        self,
        message: str,
        clauses: Iterable[str] = (),
        code: str = "refused",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.clauses, self.code, self.facts = tuple(clauses), code, dict(facts or {})
        super().__init__(message)


class RunError(EmergencyError):
    """A run cannot go on."""


class MissingExtraError(EmergencyError):
    """An optional package is missing.

    Attributes
    ----------
    package, extra : str
        What is missing, and the extra of this package that brings it; `words.system.tell_missing` tells both, with
        the command that installs it.
    """

    exit_code = 2

    def __init__(self, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f"this needs the package {package}: pip install 'emergency[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        return type(self), (self.package, self.extra)  # crosses from a worker process whole
