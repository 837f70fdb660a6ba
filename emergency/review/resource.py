"""Resources and arithmetic: do the figures add up, is what is kept described, what breaks when one part fails?"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import networkx as nx

from emergency.machine import Value
from emergency.plan.statements import ListStatement, Measure, Resource
from emergency.quantity import UNITS, Amount, Range
from emergency.review.case import Case
from emergency.review.finding import Draft
from emergency.review.rules import rule
from emergency.source import Clause, Text
from emergency.words.punctuation import unbracketed
from emergency.words.rules import both, phrases
from emergency.words.rules.resource import ABOVE, LACKS, LIST, PHRASES, RESOURCE, SPAN
from emergency.words.terms import amount as in_words

__all__ = ["is_own", "own_reserves"]

_phrase = phrases(PHRASES)

#: Kinds of resource that are no reserve of goods.
_MONEY = ("money", "funds")
#: How kinds of goods that must be worked before use, and of those that work them, are named.
_RAW, _WORKS = "raw", "processing"
#: Verbs that leave or set up points of supply.
_LEAVES = {"keep-open", "set-up", "designate", "keep"}
_NOTHING = Text.model_construct(zh="", en="")


# --------------------------------------------------------------------------------------- arithmetic


@rule("parts-miss-total", words=RESOURCE, cls="arithmetic", severity="medium")
def parts_miss_total(case: Case) -> Iterator[Draft]:
    """Resources whose stated parts do not make up their stated total; where a yield would, it is named."""
    for one in case.plan.resources:
        spans = [_span(part.amount) for part in one.parts]
        total = _span(one.amount)
        if total is None or not spans or None in spans or not _same_kind(one):
            continue
        stated = [span for span in spans if span is not None]
        low, high = (sum(span[i] for span in stated) for i in (0, 1))
        if _apart(low, total[1]) > 0 or _apart(total[0], high) > 0:
            yield _missed(case, one, (low, high), total)


def _missed(case: Case, one: Resource, made: tuple[float, float], total: tuple[float, float]) -> Draft:
    over = made[0] > total[1]
    gap = made[0] - total[1] if over else total[0] - made[1]
    unit = one.amount.unit if isinstance(one.amount, Amount | Range) else ""
    found = {} if over else _yields(one, total[0])
    parts = [str(part.amount) for part in one.parts]
    facts = {
        "clause": one.clause,
        "total": _shown(str(one.amount)),
        "parts": [_shown(part) for part in parts],
        "sum": _shown(f"{_in_unit(made[1], unit):g} {unit}"),
        "gap": _shown(f"{_in_unit(gap, unit):g} {unit}"),
        "yields": [_yield_text(amount, share) for amount, share in found.values()] or [_phrase("none")],
    }
    told = {"parts": {p.kind: str(p.amount) for p in one.parts}, "total": str(one.amount)}
    rates = {kind: round(share, 4) for kind, (_, share) in found.items()}
    evidence = {**told, "gap": f"{_in_unit(gap, unit):g} {unit}".strip(), "yields": rates}
    return Draft(str(one.id), case.cite(one), facts, evidence, variant="over" if over else None)


def _yields(one: Resource, total: float) -> dict[str, tuple[str, float]]:
    """Kind → its amount and the rate by which it would have to be converted for the total to hold, where below 1."""
    stated = [(part, part.amount.base) for part in one.parts if isinstance(part.amount, Amount)]
    found: dict[str, tuple[str, float]] = {}
    if len(stated) == len(one.parts) and len({part.kind for part, _ in stated}) > 1:
        for part, own in stated:
            counted = total - sum(base for other, base in stated if other is not part)
            if counted > own > 0:
                found[part.kind] = (str(part.amount), own / counted)
    return found


def _yield_text(amount: str, share: float) -> Text:
    return _phrase("yield", amount=_shown(amount), share=f"{share:.1%}")


@rule("count-not-as-listed", words=RESOURCE, cls="arithmetic", severity="medium", kind="candidate")
def count_not_as_listed(case: Case) -> Iterator[Draft]:
    """Numbers of enterprises or outlets that an annexed list of the same name does not bear out."""
    for one in case.plan.resources:
        span = _span(one.amount)
        for listed in _lists_of(case, one) if span is not None and _counts(one) else ():
            if span is not None and not span[0] <= len(listed.items) <= span[1]:
                facts: dict[str, object] = {"clause": one.clause, "annex": listed.clause, "name": one.name}
                facts["count"] = _shown(str(one.amount))
                told = {"count": str(one.amount), "listed": len(listed.items)}
                facts["listed"] = len(listed.items)
                yield Draft(f"{one.id} {listed.id}", case.cite(one, listed), facts, told)


# -------------------------------------------------------------------------------------- what is kept


@rule("reserve-not-specified", words=RESOURCE, cls="resource", severity="medium")
def reserve_not_specified(case: Case) -> Iterator[Draft]:
    """Reserves the plan's own side keeps for which no clause gives an amount, a place or a holder."""
    for one in own_reserves(case):
        lacks = [what for what in LACKS if _lacks(case, one, what)]
        if lacks:
            named = [Text(zh=LACKS[what][0], en=LACKS[what][1]) for what in lacks]
            told = _phrase("lacks", clause=one.clause, name=one.name, lacks=named)
            yield Draft("reserves", case.cite(one), {"reserves": [told]}, {"lacks": [{"id": one.id, "lacks": lacks}]})


def own_reserves(case: Case) -> list[Resource]:
    """The goods the plan's own side is to keep, as the clauses that provide them say.

    A general statement whose clause goes on to describe the reserve is left to the description.
    """
    kept = [one for one in case.plan.resources if is_own(case, one) and _is_provided(one)]
    return [one for one in kept if isinstance(one.amount, Amount | Range) or not _described_below(one, kept)]


def is_own(case: Case, one: Resource) -> bool:
    """Whether a resource is goods of the plan's own side: no money, no count of things, nothing others answer for."""
    goods = one.kind not in _MONEY and not _counts(one)
    return goods and not re.match(ABOVE, one.name.zh) and not _by_others(case, one)


def _is_provided(one: Resource) -> bool:
    """Whether its clause is about keeping it: it gives an amount or parts, or speaks of holder or place."""
    return bool(one.model_fields_set & {"holder", "place", "parts"}) or _span(one.amount) is not None


def _by_others(case: Case, one: Resource) -> bool:
    """Whether enterprises keep it as a stock of their own."""
    holder = case.actors.get(str(one.holder))
    return holder is not None and holder.kind in ("outside", "public")


def _described_below(one: Resource, kept: Iterable[Resource]) -> bool:
    """Whether the same clause, or one below it, gives an amount of the same kind."""
    alike = (o for o in kept if o is not one and o.kind == one.kind and o.clause.within(one.clause))
    return any(_span(o.amount) is not None for o in alike)


def _lacks(case: Case, one: Resource, what: str) -> bool:
    """Whether no clause gives this of a reserve; its holder shows where it is, unless the clause leaves that open."""
    same = [o for o in case.plan.resources if o.id == one.id or o.name.zh == one.name.zh]
    if what == "amount":
        parts = (part.amount for o in same for part in o.parts)
        stated = any(_span(a) is not None for a in (*(o.amount for o in same), *parts))
        return not stated and not re.search(SPAN, one.name.zh)
    if what == "place":
        places = [o.place for o in same]
        return "unstated" in places or not (_held(same) or any(places))
    alike = (o for o in case.plan.resources if o.kind == one.kind and not _by_others(case, o))
    return not _held(alike)


def _held(ones: Iterable[Resource]) -> bool:
    """Whether any of these resources has a named holder or keeper."""
    return any(a is not None and a.named for one in ones for a in (one.holder, one.keeper))


@rule("supply-rests-on-one", words=RESOURCE, cls="resource", severity="high")
def supply_rests_on_one(case: Case) -> Iterator[Draft]:
    """Enterprises whose loss breaks a line of supply: the articulation points of the annexed lists taken in a row."""
    stages = [one for one in case.plan.lists if one.kind == "given" and one.items and _supplies(case, one)]
    network = _network(stages)
    cut = set(nx.articulation_points(network)) if len(network) else set()
    for holder in sorted(h for h in {_holder(i) for s in stages for i in s.items} if h in cut):
        alone = [s for s in stages if {_holder(i) for i in s.items} == {holder}]
        beside = [s for s in stages if s not in alone and holder in {_holder(i) for i in s.items}]
        if alone:
            yield _rests_on(case, holder, alone, beside)


def _rests_on(case: Case, holder: str, alone: list[ListStatement], beside: list[ListStatement]) -> Draft:
    counted = [r for r in case.plan.resources if any(s in alone for s in _lists_of(case, r)) and _counts(r)]
    raw = _raw(case) if any(r.kind.startswith(_WORKS) for r in counted) else None
    name = next((i for s in alone for i in s.items if _holder(i) == holder), Text(zh=holder, en=holder))
    facts: dict[str, object] = {
        "holder": name,
        "functions": [s.name for s in alone],
        "also": _NOTHING,
        "raw": _NOTHING,
    }
    if beside:
        facts["also"] = _phrase("also", lists=[s.name for s in beside])
    if raw:
        part, whole = (_shown(amount) for amount in raw[1])
        facts["raw"] = _phrase("raw", clause=raw[0].clause, part=part, whole=whole)
    told: dict[str, object] = {"only_in": [s.id for s in alone], "also_in": [s.id for s in beside]}
    if raw:
        told["through_it"] = {raw[0].id: " / ".join(raw[1])}
    clauses = case.cite(*alone, *beside, *counted, *((raw[0],) if raw else ()))
    return Draft(holder, clauses, facts, told)


def _network(stages: list[ListStatement]) -> nx.Graph:
    """The lists in a row, each between two stations that its enterprises join."""
    network = nx.Graph()
    for at, stage in enumerate(stages):
        for item in stage.items:
            network.add_edge(("station", at), _holder(item))
            network.add_edge(_holder(item), ("station", at + 1))
    return network


def _holder(item: Text) -> str:
    """The enterprise an entry names, without the place added in brackets."""
    return unbracketed(item.zh).strip()


def _supplies(case: Case, one: ListStatement) -> bool:
    """Whether a list names those who supply: a resource counts them, or the plan knows them as listed."""
    listed = [a.zh for a in case.actors.values() if a.kind == "listed"]
    return any(_counts(r) and _is_alike(r.name.zh, one.name.zh) for r in case.plan.resources) or any(
        _is_alike(name, one.name.zh) for name in listed
    )


def _raw(case: Case) -> tuple[Resource, tuple[str, str]] | None:
    """The reserve of which a part must be worked first; that part, and all its parts: ``5000 t``, ``5300 t``."""
    for one in own_reserves(case):
        amounts = [(part.kind, part.amount) for part in one.parts]
        raw = [a.value for kind, a in amounts if kind.startswith(_RAW) and isinstance(a, Amount)]
        every = [a.value for _, a in amounts if isinstance(a, Amount)]
        if raw and isinstance(one.amount, Amount):
            unit = one.amount.unit
            return one, (f"{sum(raw):g} {unit}", f"{sum(every):g} {unit}")
    return None


@rule("supply-points-too-few", words=RESOURCE, cls="resource", severity="medium", kind="candidate")
def supply_points_too_few(case: Case) -> Iterator[Draft]:
    """Measures that leave as few as one point of supply, which no list names."""
    for one in case.plan.measures:
        span = _span(one.amount)
        few = span is not None and span[0] <= 1 and one.during and one.verb in _LEAVES
        if few and not any(_is_alike(one.object.zh, listed.name.zh) for listed in case.plan.lists):
            amount = "—".join(f"{n:g}" for n in dict.fromkeys(span or ()))
            facts = {"clauses": [one.clause], "amount": amount, "objects": [one.object]}
            yield Draft("points", case.cite(one), facts, {"measures": [one.id], "amount": str(one.amount)})


@rule("network-at-one-level", words=RESOURCE, cls="resource", severity="high")
def network_at_one_level(case: Case) -> Iterator[Draft]:
    """Clauses on emergency networks whose measures run at some levels of a scheme and have no like at the others."""
    for clause, measures in _by_clause(case).items():
        network = [r for r in case.plan.resources if _counts(r) and r.clause != clause and r.clause.within(clause)]
        for scheme in case.plan.schemes if network else ():
            gated = [v for v in case.levels if v.scheme == scheme and _run(case, measures, v)]
            left = [v for v in case.levels if v.scheme == scheme and v not in gated]
            verbs = {m.verb for m in measures}
            bare = [v for v in left if not verbs & {m.verb for m in _measures_at(case, v)}]
            if gated and bare:
                yield _gated(case, measures, network, gated, bare)


def _gated(
    case: Case, measures: list[Measure], network: list[Resource], gated: list[Value], left: list[Value]
) -> Draft:
    clause = measures[0].clause
    facts: dict[str, object] = {"clause": clause, "network": [r.name for r in network]}
    facts["gated"] = [case.value_name(v) for v in gated]
    facts["left"] = [case.value_name(v) for v in left]
    told = {"at": list(map(str, gated)), "not_at": list(map(str, left)), "measures": [m.id for m in measures]}
    return Draft(str(clause), case.cite(*measures, *network), facts, told)


def _measures_at(case: Case, value: Value) -> list[Measure]:
    """Measures while a value is in force, or a value of the same name of another scheme: grade II and response II."""
    same = [v for v in case.levels if v.value == value.value and v.scheme != value.scheme]
    return [m for v in (value, *same) for m in case.measures_during[v]]


def _run(case: Case, measures: Iterable[Measure], value: Value) -> bool:
    return any(m in case.measures_during[value] for m in measures)


def _by_clause(case: Case) -> dict[Clause, list[Measure]]:
    found: dict[Clause, list[Measure]] = defaultdict(list)
    for one in case.plan.measures:
        if one.during:
            found[one.clause].append(one)
    return found


# ------------------------------------------------------------------------------------------ amounts


def _is_alike(one: str, other: str) -> bool:
    """Whether two names are of one thing but for order and additions: most signs of the shorter stand in the longer.

    >>> _is_alike("应急加工企业", "加工应急企业名单"), _is_alike("应急加工企业", "应急供应网点")
    (True, False)
    """
    short, long = sorted((set(re.sub(LIST, "", one)), set(re.sub(LIST, "", other))), key=len)
    return bool(short) and len(short & long) >= 0.85 * len(short)


def _lists_of(case: Case, one: Resource) -> list[ListStatement]:
    given = (listed for listed in case.plan.lists if listed.kind == "given" and listed.items)
    return [listed for listed in given if _is_alike(one.name.zh, listed.name.zh)]


def _counts(one: Resource) -> bool:
    """Whether a resource is a number of things, not a quantity of goods."""
    return isinstance(one.amount, Amount | Range) and UNITS[one.amount.unit][0] in ("number", "count")


def _span(amount: object) -> tuple[float, float] | None:
    """The amount in base units from its lowest to its highest; None where it is not stated."""
    if isinstance(amount, Amount):
        return amount.base, amount.base
    if isinstance(amount, Range):
        factor = UNITS[amount.unit][1]
        return amount.low * factor, amount.high * factor
    return None


def _same_kind(one: Resource) -> bool:
    amounts = [one.amount, *(part.amount for part in one.parts)]
    return len({UNITS[a.unit][0] for a in amounts if isinstance(a, Amount | Range)}) == 1


def _apart(more: float, less: float) -> float:
    """By how much one number is above another; 0 where they are equal but for rounding."""
    return 0.0 if math.isclose(more, less, rel_tol=1e-9) else max(0.0, more - less)


def _in_unit(base: float, unit: str) -> float:
    return round(base / UNITS[unit][1], 6)


def _shown(amount: str) -> Text:
    return both(in_words, amount.strip())
