"""What the numbers of a sweep are called, and how their values are told, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from emergency.figures.names import Names
from emergency.machine import Program
from emergency.replicate.instants import is_instant
from emergency.replicate.statistics import Estimate
from emergency.replicate.sweep import Sweep
from emergency.replicate.tally import acts, share_names
from emergency.scenario import Scenario
from emergency.words import terms
from emergency.words.punctuation import headed, listed
from emergency.words.sweep import number

__all__ = ["Canvas", "Labels", "Scale", "foremost", "headlines", "moving", "scale", "sweep_names"]

_OF_LISTS = ("step", "haste", "limit", "demand", "seat")
_RATIOS = ("served_share", "mortality")
_OF_MARKETS = ("wanted_t", "served_t", "limited_t", "short_t", "served_share", "stockout_h")
_FOREMOST = (
    "activated_h", "ended_h", "served_share", "mortality", "stockout", "infested", "first_found_h", "waiting_h",
    "stockout_h", "short_t", "limited_t", "lag_max_h",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How the values of one number are told: `value` × `factor` `unit`, with so many digits."""

    factor: float
    digits: int
    unit: str

    def figure(self, value: float | None) -> str:
        """A value without its unit; a dash for none."""
        if value is None:
            return "—"
        text = f"{value * self.factor:,.{self.digits}f}"
        return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")

    def tell(self, value: float | None) -> str:
        """A value with its unit."""
        return f"{self.figure(value)}{self._unit()}" if value is not None else "—"

    def span(self, pair: tuple[float, float] | None) -> str:
        """An interval with its unit."""
        if pair is None:
            return "—"
        low, high = (self.figure(v) for v in pair)
        between = " … " if "−" in low + high else "–"
        return f"{low}{between}{high}{self._unit()}"

    def _unit(self) -> str:
        return self.unit if self.unit in ("", "%") else f" {self.unit}"


def scale(kind: str, like: float | None, lang: str) -> Scale:
    """The scale for values of a kind about as large as `like`."""
    size = abs(like or 0.0)
    match kind:
        case "share" | "ratio":
            return Scale(100.0, 1, "%")
        case "hours":
            if 0.0 < size < 1.0:
                return Scale(60.0, 0, terms.unit("min", lang))
            if size < 72.0:
                return Scale(1.0, 1, terms.unit("h", lang))
            return Scale(1 / 24, 2 if size < 480 else 1, terms.unit("d", lang))
        case "days":
            return Scale(1.0, 2, terms.unit("d", lang))
        case "tonnes":
            return Scale(1.0, 0 if size >= 1000 else 1, terms.unit("t", lang))
        case "area":
            return Scale(1.0, 0 if size >= 1000 else 1, terms.unit("mu", lang))
        case _:
            return Scale(1.0, 0 if size >= 1000 else 2, "")


class Labels:
    """The names of a sweep's columns.

    Parameters
    ----------
    names : Names
        What the ids of its plans and its scenario are called.
    """

    def __init__(self, names: Names) -> None:
        self.names, self.lang = names, names.lang
        self._shares = share_names(names.programs)
        self._short = _short_titles(names.programs, names.lang)

    def kind(self, column: str) -> str:
        """``share`` (0 or 1 in a run), ``ratio``, ``hours``, ``days``, ``tonnes``, ``area`` or ``number``."""
        last = column.rpartition(".")[2]
        if column in self._shares:
            return "share"
        if last in _RATIOS:
            return "ratio"
        if last == "infested":
            return "area"
        suffix = column.rpartition("_")[2]
        return {"h": "hours", "d": "days", "t": "tonnes"}.get(suffix, "number")

    def is_instant(self, column: str) -> bool:
        """Whether hours are those from the start to an instant, not a length of time."""
        return is_instant(column, self.names.programs)

    def scale(self, column: str, found: Estimate | None = None) -> Scale:
        """The scale that fits a column's values."""
        return scale(self.kind(column), found.mean if found is not None else None, self.lang)

    def label(self, column: str) -> str:
        """What a column is called; its own name where nobody has given it another."""
        head, _, rest = column.partition(".")
        found = None
        if head in _OF_LISTS and rest:
            found = self._listed(head, rest)
        elif head in self.names.scenario.world.markets and rest in _OF_MARKETS:
            found = headed(self.names.world(head), (number(rest, self.lang) or rest).lower(), self.lang)
        elif head in self.names.programs:
            found = self._of_plan(head, rest)
        elif not rest:
            found = self._of_stock(head, number(head, self.lang))
        else:
            found = number(rest, self.lang)
            found = headed(self.names.world(head), found.lower(), self.lang) if found is not None else None
        return found if found is not None else column

    def _of_stock(self, column: str, found: str | None) -> str | None:
        """A number of the stocks, which bears no name of theirs: with one where markets have the like."""
        world = self.names.scenario.world
        if found is None or world.stock is None or not world.markets or column not in _OF_MARKETS:
            return found
        products = listed(map(self.names.product, world.stock.products), self.lang)
        return headed(products, found.lower(), self.lang)

    def of_plan(self, plan: str) -> str:
        """What stands before a label to tell plans apart; nothing where there is one."""
        if len(self.names.programs) == 1:
            return ""
        return headed(self._short[plan], "", self.lang)

    def _of_plan(self, plan: str, rest: str) -> str | None:
        scheme, dot, what = rest.partition(".")
        if not dot:
            found = number(rest, self.lang)
        elif what == "highest":
            found = number("highest", self.lang, scheme=self.names.scheme(plan, scheme))
        else:
            level, suffix = (what[:-2], what[-2:]) if what[-2:] in ("_h", "_d") else (what, "")
            found = number(f"level{suffix}", self.lang, level=self.names.level(plan, scheme, level))
        return f"{self.of_plan(plan)}{found}" if found is not None else None

    def _listed(self, head: str, rest: str) -> str | None:
        of, _, what = rest.removesuffix("_h" if head in ("haste", "step") else "").rpartition(".")
        lang, names = self.lang, self.names
        match head:
            case "step":
                plan, _, scheme = of.partition(".")
                scheme = names.scheme(plan, scheme)
                return f"{self.of_plan(plan)}{number('step', lang, scheme=scheme, verb=terms.verb(what, lang))}"
            case "haste":
                return number("haste", lang, clause=names.clause(of), word=terms.urgency(what, lang))
            case "limit":
                return number("limit", lang, clause=names.clause(of), state=terms.column(what, lang))
            case "demand":
                return number("demand", lang, customer=self.customer(of), what=(number(what, lang) or what).lower())
            case _:
                return number("seat", lang, seat=names.actor(of), what=number(f"seat-{what}", lang))

    def customer(self, id: str) -> str:
        """A class of customers, or a place of a market (``MARKET@PLACE``)."""
        market, at, place = id.partition("@")
        if not at:
            return self.names.customer(id)
        return headed(self.names.world(market), self.names.place(place), self.lang)


def _short_titles(programs: Mapping[str, Program], lang: str) -> dict[str, str]:
    """The short titles of plans.

    Of one that has none, the title without what all of them end in and without the jurisdiction it begins with.
    """
    titles = {id: program.plan.title.in_(lang) for id, program in programs.items()}
    backwards = zip(*(reversed(title) for title in titles.values()), strict=False)
    ending = list(takewhile(lambda letters: len(set(letters)) == 1, backwards))
    found = {}
    for id, title in titles.items():
        place = programs[id].jurisdiction.name.in_(lang)
        begins = next((len(place) - k for k in range(len(place)) if title.startswith(place[k:])), 0)
        short = title[begins : len(title) - len(ending)].strip(" ,，")
        found[id] = short if len(titles) > 1 and len(short) > 1 else title
    named = {id: one.plan.brief.in_(lang) for id, one in programs.items() if one.plan.short is not None}
    return found | {id: name[:1].upper() + name[1:] for id, name in named.items()}


@dataclass(frozen=True, slots=True)
class Canvas:
    """What every figure of a sweep needs."""

    sweep: Sweep
    names: Names
    labels: Labels

    @property
    def lang(self) -> str:
        """Language of the words."""
        return self.names.lang

    @property
    def horizon(self) -> float:
        """Length of a run [h]."""
        return self.sweep.workshop.layout.grid[-1]


def sweep_names(sweep: Sweep, lang: str) -> Names:
    """What the ids of a sweep are called."""
    started = sweep.workshop.started(0)
    return Names(sweep.cases[0].inputs.scenario, started.programs, started.prepared.start, lang)


def headlines(sweep: Sweep) -> list[str]:
    """The numbers to look at first: did a response start and end, when, how grave, who went without."""
    wanted = [name for id, program in sweep.programs.items() for name in _of_plan(id, program)]
    wanted += _of_worlds(sweep.cases[0].inputs.scenario)
    known = sweep.estimates
    return [c for c in wanted if c in known and known[c].n]


def _of_worlds(scenario: Scenario) -> Iterator[str]:
    yield from ("limited_t", "short_t", "served_share", "stockout", "stockout_h")
    for market in scenario.world.markets:
        yield from (f"{market}.{what}" for what in ("limited_t", "short_t", "served_share", "stockout_h"))
    for outbreak in scenario.world.outbreaks:
        yield from (f"{outbreak}.{what}" for what in ("first_found_h", "infested", "infested_places", "mortality"))
    yield "waiting_h"


def _of_plan(id: str, program: Program) -> Iterator[str]:
    yield from (f"{id}.activated", f"{id}.activated_h", f"{id}.ended", f"{id}.ended_h")
    for scheme, says in program.plan.schemes.items():
        if says.kind == "response":
            yield from (f"{id}.{scheme}.{level}" for level in says.levels)
    yield f"{id}.lag_max_h"
    if any(True for act in acts(program) for _ in act.bounds):
        yield from (f"{id}.deadlines_late", f"{id}.deadlines_missed")


def foremost(columns: Sequence[str], most: int = 12) -> list[str]:
    """At most so many of some columns; where there are more, those of a kind that several plans or worlds have."""
    if len(columns) <= most:
        return list(columns)
    ranks = {name: k for k, name in enumerate(_FOREMOST)}
    ordered = sorted(columns, key=lambda c: ranks.get(c.rpartition(".")[2], len(ranks)))
    kept = set(ordered[:most])
    return [c for c in columns if c in kept]


def moving(sweep: Sweep, columns: Sequence[str]) -> list[str]:
    """Those of some columns that are not the same in every run."""
    found = sweep.estimates
    return [c for c in columns if not found[c].share and found[c].sd and (found[c].sd or 0) > 1e-9]
