"""What can be turned in a scenario and its plans: assumptions, limits, thresholds, people, readings.

A factor is one such thing with the range over which it is turned. Turning replaces the one value within the models
as read: no file is read again, and everything else stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import BaseModel

from emergency.condition import All, Compare, For, Guard, Node, Not, Quantified, leaves, show
from emergency.condition import Any as AnyOf
from emergency.errors import InputError
from emergency.incident import prepare
from emergency.machine import Program
from emergency.plan import Path, Plan, walk
from emergency.plan.leaves import Within
from emergency.quantity import UNITS, Amount, Duration
from emergency.reader import Inputs
from emergency.replicate.tally import acts
from emergency.scenario import Assumption, Scenario, Staffing
from emergency.source import Citation, Clause, Id

__all__ = ["KINDS", "Factor", "factors", "turned"]

#: Kinds of factor, in the order they are told.
KINDS = ("assumption", "judgement", "threshold", "limit", "people", "reading")
TAIL = 0.05  # an assumption with a distribution is turned from this quantile to its counterpart
SPREAD = 0.25  # a number without one is turned by this share of itself, up and down
_COUNTED = ("month", "year", "workday")  # units of which there are no parts
_LEFT_OUT = ("stores", "fleets")  # shares of a whole; counts that measures ask for by number


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that can be turned from 0 to 1.

    Attributes
    ----------
    name : str
        Its dotted place in the scenario, ``PLAN:CLAUSE/FIELD`` in a plan, ``reading:PLAN:ID``.
    clauses : tuple of str
        The clauses it belongs to, as ``plan:clause``; none for what no clause speaks of.
    low, high : str
        What it is at either end, as a reader would write it.
    plan : str
        The plan it stands in; empty for the scenario.
    options : tuple
        The values it goes through in equal parts, where there are only some.
    """

    name: str
    kind: str
    clauses: tuple[str, ...]
    low: str
    high: str
    plan: str
    path: Path
    now: Any
    options: tuple[Any, ...] = ()

    def at(self, u: float) -> Any:
        """The value at `u` in [0, 1]."""
        if self.options:
            return self.options[min(int(u * len(self.options)), len(self.options) - 1)]
        return _at(self.now, u)


def _at(now: Any, u: float) -> Any:
    if isinstance(now, Assumption):
        return _fixed(now, u)
    factor = 1 - SPREAD + 2 * SPREAD * u
    if isinstance(now, Duration):
        return _longer(now, factor)
    assert isinstance(now, Guard)
    tree = _scaled(now.tree, factor)
    return Guard(show(tree), tree)


def _fixed(now: Assumption, u: float) -> Assumption:
    """An assumption made certain: a quantile of its distribution, or more or less of its number.

    A mean of random intervals stays one: made certain, they would no longer be random.
    """
    given = next(q for q in (now.value, now.exponential, *(now.range or now.uniform or now.normal or ())) if q)
    form = "value" if now.exponential is None else "exponential"
    if now.is_fixed or now.exponential is not None:
        low, high = (now.numbers[0] * (1 + sign * SPREAD) for sign in (-1, 1))
        bare = not isinstance(given, Duration) and given.dimension == "number" and now.is_fixed
        if bare and now.numbers[0] <= 1.0:  # a share: no more than all of it
            high = min(high, 1.0)
        base = low + (high - low) * u
    else:
        base = now.draw(TAIL + (1 - 2 * TAIL) * u)
    told = Duration(base, "h") if isinstance(given, Duration) else Amount(base / UNITS[given.unit][1], given.unit)
    return Assumption.model_validate({form: told, "basis": now.basis, "source": now.source})


def _longer(now: Duration, factor: float) -> Duration:
    """A limit made longer or shorter; months and working days stay whole."""
    if now.unit in _COUNTED:
        return replace(now, value=max(1, round(now.value * factor)))
    return replace(now, value=now.value * factor)


def _scaled(node: Node, factor: float) -> Node:
    match node:
        case Compare(indicator, op, amount):
            return Compare(indicator, op, replace(amount, value=amount.value * factor))
        case All(parts):
            return All(tuple(_scaled(p, factor) for p in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_scaled(p, factor) for p in parts))
        case Not(inner):
            return Not(_scaled(inner, factor))
        case For(inner, duration):
            return For(_scaled(inner, factor), _longer(duration, factor))
        case Quantified(kind, inner, places, op, number):
            return Quantified(kind, _scaled(inner, factor), places, op, number)
        case _:
            return node


# ------------------------------------------------------------------------------------------- finding


def factors(inputs: Inputs, programs: Mapping[str, Program]) -> list[Factor]:
    """Everything that can be turned, in the order of `KINDS`."""
    found = [*_assumptions(inputs.scenario, programs), *_people(inputs.scenario, programs)]
    found += _judgements(inputs.scenario, programs)
    for id, plan in inputs.plans.items():
        found += [*_thresholds(id, plan), *_limits(id, plan), *_readings(inputs, id, programs[id])]
    return sorted(found, key=lambda f: KINDS.index(f.kind))


def _assumptions(scenario: Scenario, programs: Mapping[str, Program]) -> Iterator[Factor]:
    for path, one in walk(scenario, Assumption):
        numbers = one.numbers
        if any(part in _LEFT_OUT for part in path) or (one.is_fixed and (one.basis == "text" or not numbers[0])):
            continue
        clauses = _clauses_of(scenario, path, programs)
        low, high = (_shown(_at(one, u)) for u in (0.0, 1.0))
        if low != high:
            yield Factor(_key(scenario, path), "assumption", clauses, low, high, "", path, one)


def _shown(value: Any) -> str:
    amount = (value.value or value.exponential) if isinstance(value, Assumption) else value
    if isinstance(amount, Duration | Amount):
        return f"{float(f'{amount.value:.4g}'):g} {amount.unit}".strip()
    return str(amount)


def _key(scenario: Scenario, path: Path) -> str:
    """The place of a value as ``--set`` would write it: entries of lists by their id, seat or measure."""
    parts: list[str] = []
    here: Any = scenario
    for part in path:
        here = _inside(here, part)
        if isinstance(part, int):
            named = [getattr(here, key, None) for key in ("id", "seat", "measure")]
            parts.append(next((str(name) for name in named if name), str(part)))
        else:
            parts.append(part)
    return ".".join(parts)


def _clauses_of(scenario: Scenario, path: Path, programs: Mapping[str, Program]) -> tuple[str, ...]:
    """The clauses that an assumption is about: those of its measure, or of the work it is the time for."""
    section, *rest = path
    if section == "measures":
        plan, _, id = str(scenario.measures[cast(int, rest[0])].measure).partition(":")
        found = (m.clauses for m in programs[plan].measures if m.says.id == id) if plan in programs else ()
        return tuple(dict.fromkeys(c for clauses in found for c in clauses))
    if section == "work":
        work = scenario.work[cast(int, rest[0])]
        does = (a for p in programs.values() for a in acts(p) if work.do in (None, a.do))
        mine = [a for a in does if work.by is None or work.by in {x for p in a.by for x in (p.actor, p.seat)}]
        return tuple(dict.fromkeys(a.clauses[0] for a in mine if a.clauses))
    return ()


def _people(scenario: Scenario, programs: Mapping[str, Program]) -> Iterator[Factor]:
    for i, one in enumerate(scenario.staffing):
        crews = int(one.crews)
        counts = sorted({max(1, crews - 1), crews, crews + 1})
        options = tuple(_staffed(one, n) for n in counts)
        doing = [a for p in programs.values() for a in acts(p) if one.seat in {x.seat for x in a.by}]
        clauses = tuple(dict.fromkeys(a.clauses[0] for a in doing if a.clauses))
        name = f"staffing.{one.seat}.crews"
        yield Factor(name, "people", clauses, str(counts[0]), str(counts[-1]), "", ("staffing", i), one, options)


def _staffed(one: Staffing, crews: int) -> Staffing:
    return one.model_copy(update={"crews": type(one.crews)(crews)})


def _judgements(scenario: Scenario, programs: Mapping[str, Program]) -> Iterator[Factor]:
    for name, one in scenario.judged.items():
        if any(isinstance(leaf, Compare) and leaf.amount.value for leaf in leaves(one.when.tree)):
            about = [p.variables[str(name)].clauses for p in programs.values() if str(name) in p.variables]
            clauses = tuple(dict.fromkeys(c for found in about for c in found))
            path = ("judged", str(name), "when")
            yield Factor(f"judged.{name}", "judgement", clauses, *_ends(one.when), "", path, one.when)


def _ends(guard: Guard) -> tuple[str, str]:
    """The amounts of a guard at either end."""
    told = []
    for factor in (1 - SPREAD, 1 + SPREAD):
        found = (leaf for leaf in leaves(_scaled(guard.tree, factor)) if isinstance(leaf, Compare))
        told.append(", ".join(f"{leaf.op} {_shown(leaf.amount)}" for leaf in found))
    return told[0], told[1]


def _thresholds(id: str, plan: Plan) -> Iterator[Factor]:
    for path, guard in plan.leaves(Guard):
        if any(isinstance(leaf, Compare) and leaf.amount.value for leaf in leaves(guard.tree)):
            clause = _clause(plan, path)
            name = f"{id}:{clause}/{path[-1]}"
            yield Factor(name, "threshold", (Citation.of(id, clause),), *_ends(guard), id, path, guard)


def _limits(id: str, plan: Plan) -> Iterator[Factor]:
    for path, within in plan.leaves(Within):
        if isinstance(within.bound, Duration):
            yield _limit(id, plan, (*path, "bound"), within.bound)
    for path, every in plan.leaves(Duration):
        if path[-1] == "every":
            yield _limit(id, plan, path, every)


def _limit(id: str, plan: Plan, path: Path, duration: Duration) -> Factor:
    clause = _clause(plan, path)
    options = _whole(duration)
    low, high = (options[0], options[-1]) if options else (_longer(duration, 1 + s * SPREAD) for s in (-1, 1))
    named = getattr(_inside(_inside(plan, path[0]), path[1]), "id", None)
    name = f"{id}:{named or clause}/{path[-1]}"
    return Factor(name, "limit", (Citation.of(id, clause),), str(low), str(high), id, path, duration, options)


def _whole(duration: Duration) -> tuple[Duration, ...]:
    """The whole months or working days a limit goes through, at least one more or less; none for hours and days."""
    if duration.unit not in _COUNTED:
        return ()
    low, high = (round(duration.value * (1 + sign * SPREAD)) for sign in (-1, 1))
    now = round(duration.value)
    counts = range(max(1, min(low, now - 1)), max(high, now + 1) + 1)
    return tuple(replace(duration, value=float(count)) for count in counts)


def _clause(plan: Plan, path: Path) -> Clause:
    return cast(Clause, _inside(_inside(plan, path[0]), path[1]).clause)


def _readings(inputs: Inputs, id: str, program: Program) -> Iterator[Factor]:
    """Readings that the run rests on, with those of their choices that leave no question open."""
    for reading in inputs.plans[id].readings:
        if str(reading.id) not in program.readings:
            continue
        choices = [c for c in reading.choices if _can_be_read(inputs, id, str(reading.id), str(c))]
        if len(choices) > 1:
            name = f"reading:{id}:{reading.id}"
            clauses, told = inputs.plans[id].cite(*reading.clauses), [str(c) for c in choices]
            path = ("readings", id, str(reading.id))
            yield Factor(name, "reading", clauses, told[0], told[-1], "", path, reading.taken, tuple(told))


def _can_be_read(inputs: Inputs, plan: str, reading: str, choice: str) -> bool:
    scenario = _put(inputs.scenario, ("readings", plan, reading), choice)
    try:
        prepare(scenario, inputs.plans, inputs.jurisdiction)
    except InputError:
        return False
    return True


# ------------------------------------------------------------------------------------------- turning


def turned(inputs: Inputs, found: Sequence[Factor], at: Iterable[float]) -> Inputs:
    """The inputs with every factor at its place in [0, 1]."""
    scenario, plans = inputs.scenario, dict(inputs.plans)
    for factor, u in zip(found, at, strict=True):
        if factor.plan:
            plans[factor.plan] = _put(plans[factor.plan], factor.path, factor.at(u))
        else:
            scenario = _put(scenario, factor.path, factor.at(u))
    return replace(inputs, scenario=scenario, plans=plans)


def _inside(value: Any, part: str | int) -> Any:
    """A part of a model, by the name it has in the file."""
    if isinstance(value, BaseModel):
        return getattr(value, _field(value, str(part)))
    if isinstance(value, Mapping):
        return value[Id(part)]
    return value[part]


def _field(model: BaseModel, name: str) -> str:
    fields = type(model).model_fields
    return name if name in fields else next(f for f, info in fields.items() if info.alias == name)


def _put(value: Any, path: Path, new: Any) -> Any:
    """A copy of a model with one value of it replaced."""
    if not path:
        return new
    part, rest = path[0], path[1:]
    if isinstance(value, BaseModel):
        field = _field(value, str(part))
        return value.model_copy(update={field: _put(getattr(value, field), rest, new)})
    if isinstance(value, Mapping):
        key = Id(str(part))
        return {**value, key: _put(value.get(key, {}), rest, new)}
    items = list(value)
    items[cast(int, part)] = _put(items[cast(int, part)], rest, new)
    return tuple(items)
