"""Facts as people type them for a situation: ``stock_days=7 warning=IV anomaly=north,south relief-soon=yes``."""

from __future__ import annotations

import math
from collections.abc import Iterable

from emergency.errors import InputError, Problem
from emergency.machine import Fact, Program, Value, Variable
from emergency.quantity import UNITS
from emergency.reader.names import about
from emergency.source import Id, Where

__all__ = ["read_facts"]

YES, NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")


def read_facts(program: Program, written: Iterable[str]) -> tuple[dict[str, Fact], dict[str, str]]:
    """Facts by indicator and present values by scheme.

    Parameters
    ----------
    written : iterable of str
        Each one or more pairs, separated by spaces. A number may bear ``%``; a flag is yes or no, and one that is
        looked at place by place names the places where it holds, or yes for all of them.

    Raises
    ------
    InputError
        With everything that cannot be read.
    """
    facts: dict[str, Fact] = {}
    now: dict[str, str] = {}
    problems: list[Problem] = []
    for pair in (p for text in written for p in text.split()):
        name, _, value = pair.partition("=")
        try:
            if name in program.plan.schemes:
                now[name] = _level(program, name, value, pair)
            else:
                facts[name] = _fact(program, name, value, pair)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return facts, now


def _level(program: Program, scheme: str, value: str, pair: str) -> str:
    values = [str(v) for v in program.plan.schemes[Id(scheme)].values]
    if value not in values:
        raise _refused(pair, "unknown-value", about(value, values))
    return Value(scheme, value).value


def _fact(program: Program, name: str, value: str, pair: str) -> Fact:
    variable = program.variables.get(name)
    if variable is None:
        raise _refused(pair, "unknown-indicator", about(name, [*program.variables, *map(str, program.plan.schemes)]))
    if variable.is_flag:
        return _flag(variable, value, pair)
    number, unit = value.removesuffix("%"), "%" if value.endswith("%") else variable.unit
    try:
        found = float(number) * UNITS[unit][1]
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise _refused(pair, "bad-number", {"value": value or pair})
    return found


def _flag(variable: Variable, value: str, pair: str) -> Fact:
    if value in (*YES, *NO):
        return frozenset(variable.places) if variable.places and value in YES else value in YES
    named = value.split(",")
    if not variable.places:
        raise _refused(pair, "not-a-choice", {"value": value, "near": "", "choices": ["yes", "no"]})
    for place in named:
        if place not in variable.places:
            raise _refused(pair, "unknown-place", about(place, variable.places))
    return frozenset(named)


def _refused(pair: str, code: str, facts: dict[str, object]) -> InputError:
    return InputError([Problem(code, Where(f"--at {pair}"), facts)])
