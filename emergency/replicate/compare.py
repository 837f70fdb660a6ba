"""Pairs of runs that differ in one thing and share all their chances.

A change is a reading, a value of the scenario, another file for a plan, a field of a clause, the policy of the seats
or people of each plan's own. Runs of one number draw the same numbers for the same causes with and without it, so
what differs between them is what the change brought about.

References
----------
Law (2015), Simulation Modeling and Analysis, 5th ed., section 11.2: common random numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emergency.errors import InputError, Problem
from emergency.reader.names import about
from emergency.replicate.amend import Amendment
from emergency.replicate.case import Case, read_case
from emergency.replicate.statistics import Pairs, paired
from emergency.replicate.store import Table
from emergency.seat import POLICIES
from emergency.source import Typed, Where

__all__ = ["Change", "Difference", "differences", "parse_change", "read_changed", "refuse_unmatched"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is made otherwise.

    Attributes
    ----------
    text : as the user wrote it.
    settings : changes of the scenario, ``key=value``.
    seats : the policy of all seats, or None where it stays.
    apart : whether each plan gets people and vehicles of its own.
    amendments : changes of plans.
    """

    text: str
    settings: tuple[str, ...] = ()
    seats: str | None = None
    apart: bool = False
    amendments: tuple[Amendment, ...] = ()


def parse_change(text: str, option: str = "--compare") -> Change:
    """Read one ``--compare``, or another option that tells a change.

    Raises
    ------
    InputError
        If it has none of the forms ``reading:PLAN:ID=CHOICE``, ``set:KEY=VALUE``, ``plan=FILE``, ``policy=NAME``,
        ``people=apart``, ``PLAN:CLAUSE/FIELD=VALUE``.
    """
    place = Typed.place(text, f"{option} {text}")
    where = Where(place)
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (equals and name and value):
        raise InputError([Problem("bad-change", where, {"value": text})])
    if name.startswith("set:"):
        return Change(text, (Typed(f"{name.removeprefix('set:')}={value}", place),))
    if match := re.fullmatch(r"reading:([^:.]+):([^:.]+)", name):
        return Change(text, (Typed(f"readings.{match[1]}.{match[2]}={value}", place),))
    if name == "policy":
        if value not in POLICIES:
            raise InputError([Problem("unknown-policy", where, about(value, POLICIES))])
        return Change(text, seats=value)
    if (name, value) == ("people", "apart"):
        return Change(text, apart=True)
    if name == "plan":
        return Change(text, amendments=(Amendment(text, where, file=value),))
    if match := re.fullmatch(r"([\w-]+):([^/]+)/([\w.-]+)", name):
        one = Amendment(text, where, plan=match[1], target=match[2], field=match[3], value=value)
        return Change(text, amendments=(one,))
    raise InputError([Problem("bad-change", where, {"value": text})])


def read_changed(
    scenario: str | Path, settings: Iterable[str], changes: Sequence[str], option: str = "--compare"
) -> Case:
    """Read a scenario with any number of changes made to it, told as for ``--compare``.

    Raises
    ------
    InputError
        If a change cannot be read, or with all problems of the files.
    """
    made = [parse_change(text, option) for text in changes]
    return read_case(
        scenario,
        (*settings, *(s for one in made for s in one.settings)),
        seats=next((one.seats for one in reversed(made) if one.seats), "as-written"),
        apart=any(one.apart for one in made),
        label=", ".join(changes),
        amendments=[a for one in made for a in one.amendments],
    )


def refuse_unmatched(text: str, without: Case, changed: Case) -> None:
    """See that runs of the same number can be paired.

    Raises
    ------
    InputError
        If a change sets another seed, which pairs do not heed, or another end of the run.
    """
    for name in ("seed", "horizon"):
        before, after = (getattr(case.inputs.scenario, name) for case in (without, changed))
        if before != after:
            _refuse(text, f"{name} = {before}", f"{name} = {after}")


def _refuse(text: str, without: str, changed: str) -> None:
    place = Typed.place(text, f"--compare {text}")
    raise InputError([Problem("runs-differ", Where(place), {"without": without, "changed": changed})])


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change brings about, number by number."""

    text: str
    pairs: Mapping[str, Pairs]


def differences(text: str, without: Table, changed: Table) -> Difference:
    """Pair the runs of two tables and tell the differences, with minus without.

    Only numbers that both tables have are compared, each over the runs in which both know it.

    Raises
    ------
    InputError
        If the runs do not match: another seed, or another number of them.
    """
    facts = [f"seed = {t.seed}, n = {len(t)}" for t in (without, changed)]
    if facts[0] != facts[1]:
        _refuse(text, *facts)
    shared = [name for name in without.columns if name in set(changed.columns)]
    return Difference(text, {name: paired(without.column(name), changed.column(name)) for name in shared})
