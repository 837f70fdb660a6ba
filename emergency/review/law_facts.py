"""Facts of law that plans are held against: a table shipped as data, each fact with its source.

``facts/law.json`` holds the facts of one legal order and says by its calendar in which jurisdictions they hold. A
fact that was not read at its source is not ``checked``: what rests on it is a candidate, never a fact.
"""

from __future__ import annotations

import json
import re
from datetime import date as Date
from functools import cache
from importlib.resources import files
from typing import Literal

from emergency.plan.leaves import UNSTATED
from emergency.review.case import Case
from emergency.source import Frozen, Id, Text

__all__ = ["About", "Fact", "Table", "facts_on", "law_table"]

About = Literal[
    "abolished",
    "activation",
    "basis",
    "clock",
    "extent",
    "government",
    "levels",
    "renamed",
    "reserved",
    "triggers",
    "upkeep",
]


class Fact(Frozen):
    """One fact: what it says, where it stands, and what a rule needs to look for it.

    Attributes
    ----------
    about : the rule that uses it.
    date : since when, a day or a year; a plan older than a fact of a full date is told so.
    checked : whether it was read in its text; ``doubtful`` where it is open whether the case falls under it.
    title, cites : patterns of the plans it is for: of their title, of a law they cite.
    words, verbs, kinds : what to look for: patterns of names, verbs of acts, kinds of scheme or upkeep.
    carried_out : those of the verbs that may mean no more than carrying out what is decided elsewhere.
    longest, least, levels, level, bound : the figure it sets.
    name, to, by : what it is called today; to whom it gives a power, and the pattern by which a plan names them.
    """

    id: Id
    about: About
    source: Text
    says: Text
    date: str | None = None
    checked: bool = True
    doubtful: bool = False
    title: str | None = None
    cites: str | None = None
    words: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    carried_out: tuple[str, ...] = ()
    longest: str | None = None
    least: int | None = None
    levels: int | None = None
    level: str | None = None
    bound: str | None = None
    name: Text | None = None
    to: Text | None = None
    by: str | None = None

    @property
    def day(self) -> Date | None:
        """The day it holds from; None where only a year, or nothing, is given."""
        return Date.fromisoformat(self.date) if self.date and len(self.date) == 10 else None

    @property
    def certain(self) -> bool:
        """Whether a finding that rests on it may be a fact."""
        return self.checked and not self.doubtful

    def is_for(self, case: Case) -> bool:
        """Whether it is for a plan of this title that cites these laws."""
        cited = any(self.cites and re.search(self.cites, one.title) for one in case.plan.references)
        return (self.cites is None or cited) and (not self.title or bool(re.search(self.title, case.plan.title.zh)))

    def is_later_than(self, case: Case) -> bool:
        """Whether the plan was issued before it held."""
        issued = case.plan.document.date
        return self.day is not None and issued != UNSTATED and not isinstance(issued, str) and issued < self.day


class Applies(Frozen):
    """Where the facts hold: the places that keep this calendar of working days."""

    calendar: str


class Table(Frozen):
    """The facts of one legal order."""

    applies: Applies
    facts: tuple[Fact, ...]


@cache
def law_table() -> Table:
    """The table shipped with the package."""
    found = files("emergency.review").joinpath("facts", "law.json").read_text(encoding="utf-8")
    return Table.model_validate(json.loads(found))


def facts_on(case: Case, about: About) -> tuple[Fact, ...]:
    """The facts a rule uses that hold for a plan where it is in force."""
    table = law_table()
    if case.jurisdiction.calendar.days != table.applies.calendar:
        return ()
    return tuple(fact for fact in table.facts if fact.about == about and fact.is_for(case))
