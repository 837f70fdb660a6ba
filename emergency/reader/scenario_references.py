"""What a scenario says about names, clauses and quantities that its plans, place and world do not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from emergency.jurisdiction import Jurisdiction
from emergency.plan import Path, Plan, walk
from emergency.plan.statements import Scheme
from emergency.quantity import UNITS
from emergency.reader.names import PlanNames, ScenarioNames, Trouble, about
from emergency.reader.references import guard_problems, plan_units, repeated
from emergency.reader.world_references import (
    Wanted,
    effect_problems,
    effect_quantities,
    world_problems,
    world_quantities,
)
from emergency.scenario import (
    Abnormal,
    Assumption,
    Effect,
    Fleet,
    Judgement,
    Measured,
    PriceCurve,
    Scenario,
    Series,
    StockSpec,
)
from emergency.scenario.variables import STOCK_VARIABLES, Offered, offered
from emergency.source import Citation

__all__ = ["scenario_problems"]

MAX_YEARS = 20

#: Unit of duration → days, not less than it may last; only to refuse what is far too long.
_ROUGH_DAYS = {
    "min": 1 / 1440,
    "h": 1 / 24,
    "d": 1.0,
    "week": 7.0,
    "month": 31.0,
    "year": 366.0,
    "workday": 2.0,
}
_EXAMPLES = {
    "mass": "900 t",
    "mass rate": "120 t/d",
    "number": "0.4 or 40 %",
    "time": "2 d",
    "days of demand": "12 days-of-demand",
    "price": "5.2 CNY/kg",
    "area": "300 mu",
    "rate": "0.05 /d",
    "rate per area": "0.001 /mu/d",
}


@dataclass(slots=True)
class _Around:
    """What a scenario may name: its plans, their jurisdiction, and what it declares itself."""

    plans: Mapping[str, Plan]
    plan_names: Mapping[str, PlanNames]
    jurisdiction: Jurisdiction | None
    own: ScenarioNames
    whole: bool  # whether every plan of the scenario is here
    units: dict[str, str] = field(default_factory=dict)
    offered: dict[str, Offered] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)
    schemes: dict[str, Scheme | None] = field(default_factory=dict)
    seats: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)


def scenario_problems(
    scenario: Scenario,
    plans: Mapping[str, Plan],
    jurisdiction: Jurisdiction | None,
    names: ScenarioNames | None = None,
    plan_names: Mapping[str, PlanNames] | None = None,
) -> Iterator[Trouble]:
    """Every reference of a scenario that leads nowhere, and every quantity of the wrong kind.

    Parameters
    ----------
    plans : mapping of id to Plan
        The scenario's plans; while one is missing, names that it may declare are not checked.
    jurisdiction : Jurisdiction or None
        With None, what refers to the jurisdiction is not checked.
    names, plan_names : optional
        The names that count as declared, where the files hold more than could be read.
    """
    declared = {id: (plan_names or {}).get(id) or PlanNames.of(plan) for id, plan in plans.items()}
    whole = all(id in plans for id in scenario.plans)
    around = _Around(plans, declared, jurisdiction, names or ScenarioNames.of(scenario), whole)
    _look_around(around, scenario)
    yield from repeated("duplicate-id", [(("plans", i), id) for i, id in enumerate(scenario.plans)])
    for section in ("injects", "objectives"):
        held = enumerate(getattr(scenario, section))
        yield from repeated("duplicate-id", [((section, i, "id"), one.id) for i, one in held])
    yield from _reading_choices(scenario, around)
    yield from _seats(scenario, around)
    yield from _measures(scenario, around)
    yield from _clauses(scenario, around)
    yield from _sources(scenario, around)
    yield from _variables(scenario, around)
    if scenario.world is not None:
        if scenario.world.stock is not None:
            yield from _stock(scenario.world.stock, around)
        yield from world_problems(scenario.world, jurisdiction)
    for path, effect in walk(scenario, Effect):
        special = None
        if scenario.world is not None:
            special = effect_problems(path, effect, scenario.world, around.own.worlds)
        yield from _effect(path, effect, around) if special is None else special
    yield from _dimensions(scenario)
    if jurisdiction is not None:
        yield from _calendar(scenario, jurisdiction)


def _look_around(around: _Around, scenario: Scenario) -> None:
    for plan_id, names in around.plan_names.items():
        around.variables |= names.variables
        around.schemes.update({k: v for k, v in names.schemes.items() if k not in around.schemes})
        around.seats |= set(around.plans[plan_id].actors) | names.actors
        around.events |= names.ids["events"]
    if scenario.world is not None:
        around.offered = offered(scenario.world)
    around.variables |= {*STOCK_VARIABLES, *around.offered}
    worlds = {name: one.unit for name, one in around.offered.items()}
    around.units = {**STOCK_VARIABLES, **worlds, **plan_units(around.plans.values())}
    if around.jurisdiction is not None:
        around.seats |= set(around.jurisdiction.agencies) | set(around.jurisdiction.posts)


# ------------------------------------------------------------------------------- plans and people


def _reading_choices(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    for plan_id, chosen in scenario.readings.items():
        path: Path = ("readings", plan_id)
        if plan_id not in scenario.plans:
            yield Trouble((*path, "[key]"), "unknown-plan", about(plan_id, scenario.plans))
            continue
        if plan_id not in around.plan_names:
            continue
        readings = around.plan_names[plan_id].readings
        for id, choice in chosen.items():
            reading = readings.get(id)
            if id not in readings:
                yield Trouble((*path, id, "[key]"), "unknown-reading", about(id, readings))
            elif reading is not None and choice not in reading.choices:
                found = about(choice, reading.choices)
                facts = {"value": choice, "near": found["near"], "choices": list(reading.choices)}
                yield Trouble((*path, id), "not-a-choice", facts)


def _seats(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    if not around.whole or around.jurisdiction is None:
        return
    named: list[tuple[Path, str]] = []
    named += [(("staffing", i, "seat"), s.seat) for i, s in enumerate(scenario.staffing)]
    named += [(("behaviour", i, "seat"), b.seat) for i, b in enumerate(scenario.behaviour)]
    named += [(("work", i, "by"), w.by) for i, w in enumerate(scenario.work) if w.by is not None]
    for i, inject in enumerate(scenario.injects):
        named += [(("injects", i, "tells", j, "to"), tell.to) for j, tell in enumerate(inject.tells)]
    for i, notice in enumerate(scenario.noticed):
        named += [(("noticed", i, key), who) for key in ("to", "by") if (who := getattr(notice, key)) is not None]
    for path, seat in named:
        if seat not in around.seats:
            yield Trouble(path, "unknown-seat", about(seat, around.seats))
    for i, work in enumerate(scenario.work):
        for fleet in work.uses:
            if fleet not in scenario.fleets:
                yield Trouble(("work", i, "uses", fleet, "[key]"), "unknown-fleet", about(fleet, scenario.fleets))
            elif work.uses[fleet] > scenario.fleets[fleet].count:
                facts: dict[str, object] = {"name": str(fleet), "n": work.uses[fleet]}
                yield Trouble(("work", i, "uses", fleet), "fleet-too-small", facts)


def _measures(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    named: list[tuple[Path, str, tuple[str, ...]]] = [
        (("measures", i, "measure"), one.measure, ("measures",)) for i, one in enumerate(scenario.measures)
    ]
    # what work is done on may be a report or publication too
    acts = ("measures", "reports", "publications")
    named += [(("work", i, "measure"), w.measure, acts) for i, w in enumerate(scenario.work) if w.measure is not None]
    for fleet, held in scenario.fleets.items():
        named += [(("fleets", fleet, "first", i), measure, ("measures",)) for i, measure in enumerate(held.first)]
    for path, name, sections in named:
        plan_id, _, id = name.partition(":")
        if plan_id not in scenario.plans:
            yield Trouble(path, "unknown-plan", about(plan_id, scenario.plans))
        elif plan_id in around.plan_names:
            known = set().union(*(around.plan_names[plan_id].ids[section] for section in sections))
            if id not in known:
                yield Trouble(path, "unknown-measure", about(id, known))


def _clauses(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    for path, cited in walk(scenario, Citation):
        if cited.plan not in scenario.plans:
            yield Trouble(path, "unknown-plan", about(cited.plan, scenario.plans))
        elif cited.plan in around.plan_names:
            clauses = around.plan_names[cited.plan].clauses
            if cited.clause not in clauses:
                yield Trouble(path, "unknown-clause", about(cited.clause, clauses))


def _sources(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    based: list[tuple[Path, Assumption | Series | Judgement | Measured | PriceCurve | Abnormal | Fleet]] = []
    for kind in (Assumption, Series, Judgement, Measured, PriceCurve, Abnormal, Fleet):
        based += walk(scenario, kind)
    for path, one in based:
        if one.source is not None and one.source not in around.own.sources:
            yield Trouble((*path, "source"), "unknown-source", about(one.source, around.own.sources))


# --------------------------------------------------------------------------------------- the world


def _variables(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    """What is judged, set or driven is an indicator of a plan, of the fitting kind."""
    if not around.whole:
        return
    for section, held in (("judged", scenario.judged), ("flags", scenario.flags)):
        for id in held:
            path: Path = (section, id, "[key]")
            if id not in around.variables:
                yield Trouble(path, "unknown-indicator", about(id, around.variables))
            elif around.units.get(id, "flag") != "flag":
                yield Trouble(path, "not-a-flag", {"name": str(id), "unit": around.units[id]})
    for id, judgement in scenario.judged.items():
        path = ("judged", id, "when")
        yield from guard_problems(
            path, judgement.when, around.variables, around.schemes, around.units, around.jurisdiction
        )
    yield from _measured(scenario, around)
    yield from _conditional(scenario, around)
    for id, series in (scenario.world.series if scenario.world is not None else {}).items():
        path = ("world", "series", id)
        if id not in around.variables:
            yield Trouble((*path, "[key]"), "unknown-indicator", about(id, around.variables))
            continue
        unit = around.units.get(id)
        for i, (_, amount) in enumerate(series.points):
            if unit is not None and not _fits(unit, amount.dimension):
                facts: dict[str, object] = {"name": str(id), "amount": str(amount), "unit": unit}
                yield Trouble((*path, "points", i, 1), "wrong-unit", facts)
    for path, told in _told(scenario):
        known = around.variables | around.events
        if told not in known:
            yield Trouble(path, "unknown-indicator", about(told, known))


def _measured(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    """An indicator of a plan stands for a variable of a world, of the same kind."""
    for id, one in scenario.measured.items():
        path: Path = ("measured", id)
        if id not in around.variables:
            yield Trouble((*path, "[key]"), "unknown-indicator", about(id, around.variables))
        elif str(one.as_) not in around.offered:
            yield Trouble((*path, "as"), "unknown-variable", about(str(one.as_), around.offered))
        elif id in around.units and UNITS[around.units[id]][0] != UNITS[around.offered[one.as_].unit][0]:
            facts: dict[str, object] = {"name": str(id), "unit": around.units[id]}
            amount = f"{one.as_} ({around.offered[one.as_].unit})"
            yield Trouble((*path, "as"), "wrong-unit", {**facts, "amount": amount})


def _conditional(scenario: Scenario, around: _Around) -> Iterator[Trouble]:
    """What injects wait for, in the words of the plan they name."""
    for i, inject in enumerate(scenario.injects):
        if inject.of is not None and inject.of not in scenario.plans:
            yield Trouble(("injects", i, "of"), "unknown-plan", about(inject.of, scenario.plans))
            continue
        whose = around.plan_names.get(inject.of or (scenario.plans[0] if scenario.plans else ""))
        for name, guard in (("when", inject.when), ("unless", inject.unless)):
            if guard is not None and whose is not None:
                path: Path = ("injects", i, name)
                schemes, place = whose.schemes, around.jurisdiction
                yield from guard_problems(path, guard, around.variables, schemes, around.units, place)


def _told(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    for i, notice in enumerate(scenario.noticed):
        for k, name in enumerate(notice.about):
            yield ("noticed", i, "about", k), name
    for i, inject in enumerate(scenario.injects):
        for j, tell in enumerate(inject.tells):
            for k, name in enumerate(tell.about):
                yield ("injects", i, "tells", j, "about", k), name


def _fits(unit: str, dimension: str) -> bool:
    """Whether a quantity can be a value in that unit; a flag is driven by 0 and 1."""
    return dimension == UNITS[unit][0] or (unit == "flag" and dimension == "number")


def _stock(stock: StockSpec, around: _Around) -> Iterator[Trouble]:
    base: Path = ("world", "stock")
    kinds = ("products", "supplies", "customers", "stores")
    # A target is told apart by its id alone, so one id cannot serve two kinds of thing.
    yield from repeated(
        "duplicate-id", [((*base, kind, id, "[key]"), id) for kind in kinds for id in getattr(stock, kind)]
    )
    held = [("supplies", "rates"), ("customers", "demand"), ("stores", "shares")]
    for kind, of in held:
        for id, one in getattr(stock, kind).items():
            for product in getattr(one, of):
                if product not in around.own.products:
                    path = (*base, kind, id, of, product, "[key]")
                    yield Trouble(path, "unknown-product", about(product, around.own.products))
    wanted = {product for customer in stock.customers.values() for product in customer.demand}
    shares = [(path, one) for path, one in _wanted_shares(stock) if one.is_fixed]
    for product in stock.products:
        held_back = [(path, one.numbers[0]) for path, one in shares if path[-1] == product]
        together = sum(share for _, share in held_back)
        if together > 1 + 1e-9 and all(share <= 1 for _, share in held_back):
            yield Trouble(held_back[-1][0], "shares-sum", {"name": str(product)})
        if stock.customers and product not in wanted:
            yield Trouble((*base, "products", product, "[key]"), "no-demand", {"name": str(product)})


def _wanted_shares(stock: StockSpec) -> Iterator[tuple[Path, Assumption]]:
    for id, store in stock.stores.items():
        for name, share in store.shares.items():
            yield ("world", "stock", "stores", id, "shares", name), share


def _effect(path: Path, effect: Effect, around: _Around) -> Iterator[Trouble]:
    own, target = around.own, effect.target
    jurisdiction = around.jurisdiction
    if effect.place is not None and jurisdiction is not None and effect.place not in jurisdiction.places:
        yield Trouble((*path, "place"), "unknown-place", about(effect.place, jurisdiction.places))
    if target is None:
        return
    at = (*path, "target")
    if effect.do == "modify-supply" and target not in own.supplies | own.products:
        yield Trouble(at, "unknown-supply", about(target, own.supplies | own.products))
    elif effect.do == "modify-demand" and target not in own.customers | own.products:
        yield Trouble(at, "unknown-customer", about(target, own.customers | own.products))
    elif effect.do == "limit" and target not in own.customers:
        yield Trouble(at, "unknown-customer", about(target, own.customers))
    elif effect.do == "deliver" and target not in own.products:
        yield Trouble(at, "unknown-product", about(target, own.products))
    elif effect.do in ("lock", "unlock") and target not in own.stores:
        yield Trouble(at, "unknown-store", about(target, own.stores))
    elif effect.do == "set" and around.whole:
        known = around.variables | own.series | own.flags
        if target not in known:
            yield Trouble(at, "unknown-indicator", about(target, known))
        elif effect.to is not None and target in around.units:
            unit = around.units[target]
            if not _fits(unit, effect.to.dimension):
                yield _dimension((*path, "to"), effect.to, UNITS[unit][0])


# -------------------------------------------------------------------------------------- quantities


def _dimensions(scenario: Scenario) -> Iterator[Trouble]:
    for path, assumption, wanted, low, high, positive in _wanted(scenario):
        if assumption is None:
            continue
        if assumption.dimension != wanted:
            yield _dimension(path, assumption, wanted)
        elif wanted != "time" and min(assumption.numbers) < low:
            yield Trouble(path, "below-zero", {"amount": str(assumption)})
        elif positive and not assumption.least > 0:
            yield Trouble(path, "not-positive", {"amount": str(assumption)})
        elif wanted == "number" and max(assumption.numbers) > high:
            yield Trouble(path, "not-a-share", {"amount": str(assumption)})


def _dimension(path: Path, assumption: Assumption, wanted: str) -> Trouble:
    facts: dict[str, object] = {"amount": str(assumption), "found": assumption.dimension, "wanted": wanted}
    return Trouble(path, "wrong-dimension", {**facts, "example": _EXAMPLES.get(wanted, "")})


_ANY = float("inf")


def _wanted(scenario: Scenario) -> Iterator[Wanted]:
    """Every assumption with the dimension its place asks for, and its bounds."""
    for found in _wanted_of_people(scenario):
        yield Wanted(*found)
    world = scenario.world
    for path, effect in walk(scenario, Effect):
        on_special = [*effect_quantities(path, effect, world)] if world is not None else []
        yield from on_special
        if effect.do in _OF_STOCKS and not on_special:
            wanted, high = _OF_STOCKS[effect.do]
            yield Wanted((*path, "to"), effect.to, wanted, 0, high)
    if world is not None:
        yield from world_quantities(world)
        if world.stock is not None:
            for found in _wanted_of_stock(world.stock):
                yield Wanted(*found)


_Plain = tuple[Path, Assumption | None, str, float, float]
#: What effects on a world of stocks take as their value, and the greatest number.
_OF_STOCKS = {
    "news": ("number", _ANY),
    "calm": ("number", 1.0),
    "limit": ("number", 1.0),
    "modify-supply": ("number", _ANY),
    "modify-demand": ("number", _ANY),
    "deliver": ("mass", _ANY),
}


def _wanted_of_people(scenario: Scenario) -> Iterator[_Plain]:
    reporting = scenario.reporting
    if reporting is not None:
        yield ("reporting", "missed"), reporting.missed, "number", 0, 1
        yield ("reporting", "late"), reporting.late, "number", 0, 1
        yield ("reporting", "delay"), reporting.delay, "time", 0, _ANY
    for i, staffing in enumerate(scenario.staffing):
        yield ("staffing", i, "call_in"), staffing.call_in, "time", 0, _ANY
    for i, work in enumerate(scenario.work):
        yield ("work", i, "takes"), work.takes, "time", 0, _ANY
    for i, behaviour in enumerate(scenario.behaviour):
        yield ("behaviour", i, "after"), behaviour.after, "time", 0, _ANY
    for i, inject in enumerate(scenario.injects):
        for j, tell in enumerate(inject.tells):
            yield ("injects", i, "tells", j, "after"), tell.after, "time", 0, _ANY
    for i, notice in enumerate(scenario.noticed):
        yield ("noticed", i, "after"), notice.after, "time", 0, _ANY


def _wanted_of_stock(stock: StockSpec) -> Iterator[_Plain]:
    base: Path = ("world", "stock")
    for id, product in stock.products.items():
        yield (*base, "products", id, "stock"), product.stock, "mass", 0, _ANY
    for id, supply in stock.supplies.items():
        yield (*base, "supplies", id, "starts"), supply.starts, "number", 0, _ANY
        for name, rate in supply.rates.items():
            yield (*base, "supplies", id, "rates", name), rate, "mass rate", 0, _ANY
    for id, customer in stock.customers.items():
        yield (*base, "customers", id, "panic"), customer.panic, "number", 0, _ANY
        for name, rate in customer.demand.items():
            yield (*base, "customers", id, "demand", name), rate, "mass rate", 0, _ANY
    for path, share in _wanted_shares(stock):
        yield path, share, "number", 0, 1
    yield (*base, "panic_decay"), stock.panic_decay, "time", 0, _ANY
    if stock.noise is not None:
        yield (*base, "noise", "spread"), stock.noise.spread, "number", 0, _ANY


# ---------------------------------------------------------------------------------------- the time


def _calendar(scenario: Scenario, jurisdiction: Jurisdiction) -> Iterator[Trouble]:
    """The working calendar must know every day of the run."""
    horizon = scenario.horizon
    if any(given is None for given in (scenario.start, horizon, jurisdiction.calendar)):
        return  # saved from a file with errors of shape
    facts: dict[str, object] = {"value": str(horizon), "limit": MAX_YEARS}
    if not 0 < horizon.value * _ROUGH_DAYS[horizon.unit] <= MAX_YEARS * 366:
        yield Trouble(("horizon",), "bad-horizon", facts)
        return
    try:
        calendar = jurisdiction.work_calendar(scenario.given_days())
        start = scenario.start.replace(tzinfo=ZoneInfo(jurisdiction.calendar.zone))
        hours = horizon.hours(start, calendar)
        end = start + timedelta(hours=hours)
        calendar.opening_hours(start, hours)
    except NotImplementedError:
        rough = scenario.start + timedelta(days=horizon.value * _ROUGH_DAYS[horizon.unit])
        facts = {"start": f"{scenario.start:%Y-%m-%d}", "end": f"{rough:%Y-%m-%d}"}
        yield Trouble(("start",), "beyond-calendar", facts)
    except (OverflowError, ValueError):
        yield Trouble(("start",), "bad-date", {"value": str(scenario.start)})
    else:
        if end <= start:
            yield Trouble(("horizon",), "bad-horizon", facts)

