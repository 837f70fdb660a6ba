"""What guards and states name that exists nowhere, and amounts that do not fit their variable's unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from emergency.condition import Compare, Flag, Guard, InState, Quantified
from emergency.condition import leaves as parts_of
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Path, Plan
from emergency.plan.declarations import Scheme
from emergency.quantity import UNITS
from emergency.reader.names import Trouble, about

__all__ = ["guard_problems", "plan_units", "state_problems", "unit_problem"]


def plan_units(plans: Iterable[Plan]) -> dict[str, str]:
    """Variable → the unit it is measured in, where a statement gives one we know."""
    found: dict[str, str] = {}
    for plan in plans:
        for indicator in plan.indicators:
            if indicator.unit in UNITS:
                found.setdefault(indicator.variable, indicator.unit)
    return found


def guard_problems(
    path: Path,
    guard: Guard,
    variables: Iterable[str],
    schemes: Mapping[str, Scheme | None],
    units: Mapping[str, str],
    jurisdiction: Jurisdiction | None,
) -> Iterator[Trouble]:
    """What a guard names that exists nowhere, and amounts that do not fit their variable's unit."""
    known = set(variables)
    sets = None if jurisdiction is None else set(jurisdiction.sets)
    for part in parts_of(guard.tree):
        if isinstance(part, InState):
            yield from state_problems(path, part.scheme, (part.value,), schemes)
        elif isinstance(part, Compare | Flag) and part.indicator not in known:
            yield Trouble(path, "unknown-indicator", about(part.indicator, known))
        elif isinstance(part, Compare | Flag):
            yield from unit_problem(path, part, units.get(part.indicator))
        elif isinstance(part, Quantified) and sets is not None and part.places not in sets:
            yield Trouble(path, "unknown-set", about(part.places, sets))


def unit_problem(path: Path, part: Compare | Flag, unit: str | None) -> Iterator[Trouble]:
    """A flag compared with a number, a number used as a flag, or an amount of another kind than the unit."""
    if unit is None:
        return
    name = part.indicator
    if isinstance(part, Flag):
        if unit != "flag":
            yield Trouble(path, "number-as-flag", {"name": name, "unit": unit})
    elif unit == "flag":
        yield Trouble(path, "flag-compared", {"name": name, "number": str(part.amount)})
    elif UNITS[unit][0] != part.amount.dimension:
        yield Trouble(path, "wrong-unit", {"name": name, "amount": str(part.amount), "unit": unit})


def state_problems(
    path: Path, scheme: str, values: Iterable[str], schemes: Mapping[str, Scheme | None]
) -> Iterator[Trouble]:
    """A scheme that is not declared, or values it does not take."""
    if scheme not in schemes:
        yield Trouble(path, "unknown-scheme", about(scheme, schemes))
        return
    found = schemes[scheme]
    if found is None:  # declared, but too broken to say which values it takes
        return
    known = {"any", *found.values}
    for value in values:
        if value not in known:
            yield Trouble(path, "unknown-value", about(value, known))
