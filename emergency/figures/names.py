"""What the ids in log entries are called, from the plans and the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from emergency.graph import actor_names, colours
from emergency.log import Entry
from emergency.machine import Program, Value
from emergency.plan.statements import Measure
from emergency.quantity import UNITS
from emergency.scenario import Scenario
from emergency.source import Id
from emergency.words import terms

__all__ = ["Names", "window"]


class Names:
    """Names and colours in one language.

    Parameters
    ----------
    start : datetime
        The instant of t = 0, in the local time the reader lives in.
    """

    def __init__(self, scenario: Scenario, programs: Mapping[str, Program], start: datetime, lang: str) -> None:
        self.scenario, self.programs, self.start, self.lang = scenario, programs, start, lang
        self._actors = [actor_names(p, lang) for p in programs.values()]
        self._colours = {id: colours(p.plan) for id, p in programs.items()}

    def actor(self, id: str) -> str:
        """An actor or seat."""
        return next((name for find in self._actors if (name := find(id)) != id), id)

    def _world(self, kind: str, id: str) -> str:
        stock = self.scenario.world.stock
        found = getattr(stock, kind).get(Id(id)) if stock is not None else None
        if found is None:
            return id
        return str(found.zh if self.lang == "zh" else found.en)

    def customer(self, id: str) -> str:
        """A class of customers."""
        return self._world("customers", id)

    def product(self, id: str) -> str:
        """A product."""
        return self._world("products", id)

    def variable(self, plan: str, id: str) -> str:
        """An indicator, by the statement that introduces it."""
        for one in self.programs[plan].plan.indicators:
            if one.variable == id and one.name is not None:
                name = one.name.in_(self.lang)
                return name[:1].upper() + name[1:]
        return id

    def unit(self, plan: str, id: str) -> tuple[str, float]:
        """The unit of an indicator, in words, and the size of one of it in base units."""
        variable = self.programs[plan].variables.get(id)
        unit = variable.unit if variable is not None else ""
        return terms.unit(unit, self.lang), UNITS[unit][1] if unit in UNITS else 1.0

    def scheme(self, plan: str, id: str) -> str:
        """A scheme, by its kind."""
        return terms.scheme_kind(self.programs[plan].plan.schemes[Id(id)].kind, self.lang)

    def level(self, plan: str, scheme: str, value: str) -> str:
        """A value of a scheme."""
        found = self.programs[plan].plan.schemes[Id(scheme)]
        return terms.level(found.kind, value, self.lang, ends=found.ends)

    def colour(self, plan: str | None, scheme: str | None, value: str | None) -> str:
        """The colour word of a level; grey for everything else."""
        return self._colours.get(plan or "", {}).get(Value(scheme or "", value or ""), "grey")

    def measure(self, plan: str, ref: str) -> Measure | None:
        """The statement behind a measure's entries."""
        found = (m.says for m in self.programs[plan].measures if m.says.id == ref)
        return next(found, None)

    def at(self, t: float) -> datetime:
        """The local instant of `t` [h]."""
        return self.start + timedelta(seconds=round(t * 3600))


def window(entries: Iterable[Entry]) -> tuple[float, float]:
    """Up to when [h] there is something to see, and when the run ended."""
    last = end = 0.0
    for entry in entries:
        end = max(end, entry.t)
        if entry.kind not in ("ended", "note") and "trace" not in entry.detail:
            last = max(last, entry.t)
    shown = max(last * 1.05 + 6.0, 24.0)
    return (end if shown > end * 0.9 else shown), end
