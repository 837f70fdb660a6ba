"""What the ids in log entries are called, from the plans and the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from emergency.graph import actor_names, colours
from emergency.log import Entry
from emergency.machine import Program, Value
from emergency.plan.citing import told_citations
from emergency.plan.statements import Measure
from emergency.quantity import UNITS
from emergency.scenario import Scenario
from emergency.source import Id, Named
from emergency.words import terms
from emergency.words.punctuation import headed

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
        """An actor or seat; or vehicles that seats share, as ``fleet:KIND``."""
        kind = id.removeprefix("fleet:")
        if kind != id:
            return self._named(self.scenario.fleets, kind)
        return next((name for find in self._actors if (name := find(id)) != id), id)

    def plan(self, id: str) -> str:
        """A plan, by its title."""
        return self.programs[id].plan.title.in_(self.lang) if id in self.programs else id

    def clauses(self, citations: Iterable[str], *, within: str | None = None) -> list[str]:
        """Clauses as a reader cites them, each once; those of the plan `within` without its name."""
        plans = {id: program.plan for id, program in self.programs.items()}
        return told_citations(citations, plans, self.lang, within=within)

    def clause(self, citation: str) -> str:
        """One clause as a reader cites it."""
        return "".join(self.clauses([citation]))

    def _named(self, group: Mapping[Id, Named] | None, id: str) -> str:
        """What bears its name in both languages; its id where the group does not hold it."""
        found = (group or {}).get(Id(id))
        return found.in_(self.lang) if found is not None else id

    def customer(self, id: str) -> str:
        """A class of customers."""
        stock = self.scenario.world.stock
        return self._named(stock.customers if stock else None, id)

    def product(self, id: str) -> str:
        """A product."""
        stock = self.scenario.world.stock
        return self._named(stock.products if stock else None, id)

    def world(self, id: str) -> str:
        """A market or an outbreak."""
        return self._named({**self.scenario.world.markets, **self.scenario.world.outbreaks}, id)

    def world_variable(self, name: str) -> str:
        """A variable of a market or an outbreak, as ``WORLD:what``, ``WORLD:what:good`` or either with ``@place``."""
        (head, _, rest), lang = name.partition(":"), self.lang
        what, _, place = rest.partition("@")
        told = terms.world_variable(what, lang)
        if told == what and ":" in what:
            what, _, good = what.rpartition(":")
            told = f"{self.good(head, good)} {terms.world_variable(what, lang)}"
        where = [self.world(head), self.place(place)] if place else [self.world(head)]
        return headed(" · ".join(where), told, lang) if rest else name

    def good(self, market: str, id: str) -> str:
        """A good of a market."""
        found = self.scenario.world.markets.get(Id(market))
        return self._named(found.goods if found else None, id)

    def place(self, id: str) -> str:
        """A place of the jurisdiction."""
        return next((self._named(p.jurisdiction.places, id) for p in self.programs.values()), id)

    def place_rank(self, id: str) -> int:
        """Where a place stands in the jurisdiction's own order."""
        known = [str(p) for program in self.programs.values() for p in program.jurisdiction.places]
        return known.index(id) if id in known else len(known)

    def concerned(self, world: str) -> list[str]:
        """The plans whose measures act on a market or an outbreak; all of them where no measure does."""
        measures = self.scenario.measures
        acting = [m.measure.partition(":")[0] for m in measures if any(e.head == world for e in m.effects)]
        return [plan for plan in self.programs if plan in acting] or list(self.programs)

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
        """A scheme, by its kind; one with a single level by that, if the plan has a word for it or others like it."""
        says = self.programs[plan].plan
        found = says.schemes[Id(id)]
        others = sum(s.kind == found.kind for s in says.schemes.values()) > 1
        if len(found.levels) == 1 and (others or says.word(id, found.levels[0]) is not None):
            return self.level(plan, id, found.levels[0])
        return terms.scheme_kind(found.kind, self.lang)

    def level(self, plan: str, scheme: str, value: str) -> str:
        """A value of a scheme."""
        says = self.programs[plan].plan
        found, word = says.schemes[Id(scheme)], says.word(scheme, value)
        told = word.in_(self.lang) if word is not None else None
        return terms.level(found.kind, value, self.lang, ends=found.ends, word=told)

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
