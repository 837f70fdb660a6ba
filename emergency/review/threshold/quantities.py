"""Quantities and extents: is what a level compares defined, bounded, watched, and reported often enough?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from emergency.condition import Compare, Flag, For, Guard, Node, Quantified, leaves
from emergency.machine import Value
from emergency.plan.leaves import UNSTATED, State, Unstated
from emergency.plan.statements import Indicator
from emergency.quantity import UNITS, Duration
from emergency.review.case import Case, Use
from emergency.review.finding import Draft, Severity
from emergency.review.reference import is_defined
from emergency.review.rules import rule
from emergency.review.threshold.grounds import Line, indicators_in, lines, spoken
from emergency.source import Id, Text
from emergency.words import terms
from emergency.words.rules.threshold import FIGURE, THRESHOLD, UNMEASURED, WIDE

__all__: list[str] = []

_DECIDING = ("criteria", "decisions")
#: Steps that conclude a matter: whoever takes one goes by what others found.
_CONCLUDING = ("announce", "approve", "agree", "decide", "notify", "sign")

# ----------------------------------------------------------------------------------------- measured


@rule("quantity-not-measured", words=THRESHOLD, cls="threshold", severity="high")
def quantity_not_measured(case: Case) -> Iterator[Draft]:
    """Numbers that decide on levels and that no clause says how to work out; names for what may be one number."""
    open_ones = {v: how for v in _decisive(case) if (how := _unmeasured(case, v))}
    for like in _like_named(case, open_ones):
        uses = [u for v in like for u in _deciding_uses(case, v)]
        indicators = [i for v in like for i in case.indicators_of[v]]
        facts = {
            "names": [case.variable_name(v) for v in like],
            "clauses": list(dict.fromkeys(u.clause for u in uses)),
            "open": list(dict.fromkeys(how for v in like for how in open_ones[v])),
        }
        variant = "two-names" if len(like) > 1 else None
        told = {"variables": like}
        clauses = case.cite(*uses, *(i for i in indicators if _speaks_of_it(i)))
        yield Draft(" ".join(like), clauses, facts, told, variant=variant, covers=tuple(like))


@rule(
    "quantity-nobody-reports",
    words=THRESHOLD,
    cls="threshold",
    severity="low",
    kind="candidate",
    yields_to=("quantity-not-measured",),
)
def quantity_nobody_reports(case: Case) -> Iterator[Draft]:
    """Numbers that decide on levels and that no clause has anybody report at any interval."""
    for variable in _decisive(case):
        channels = [i for v in _components(case, variable) for i in case.indicators_of[v]]
        observed = [i for i in channels if i.observer is not None and i.observer.named]
        if not any(i.every is not None for i in observed):
            uses = _deciding_uses(case, variable)
            facts = {"name": case.variable_name(variable), "clauses": list(dict.fromkeys(u.clause for u in uses))}
            told = {"observers": [str(i.observer) for i in observed]}
            yield Draft(variable, case.cite(*uses, *observed), facts, told)


@rule("condition-nobody-observes", words=THRESHOLD, cls="threshold", severity="low", kind="candidate")
def condition_nobody_observes(case: Case) -> Iterator[Draft]:
    """Conditions of decisions that nobody watches, by a name like theirs, and nobody looks into before deciding."""
    watched = [case.variable_name(str(i.variable)).zh for i in case.plan.indicators if i.observer is not None]
    for one in case.plan.decisions:
        if not isinstance(one.when, Guard) or any(s.do not in _CONCLUDING and s.by.named for s in one.steps):
            continue
        flags = dict.fromkeys(n.indicator for n in leaves(one.when.tree) if isinstance(n, Flag))
        unseen = [v for v in flags if not any(_share(case.variable_name(v).zh, name) for name in watched)]
        # who determines a condition that no clause defines is asked with its definition
        open_ = [v for v in unseen if any(i.holds_when for i in case.indicators_of[v]) and not is_defined(case, v)]
        unseen = [v for v in unseen if v not in open_]
        if unseen and one.steps:
            facts = {
                "clause": one.clause,
                "names": [case.variable_name(v) for v in unseen],
                "who": case.names(dict.fromkeys(str(s.by) for s in one.steps if s.by.named)),
            }
            clauses = case.cite(one, *(i for v in unseen for i in case.indicators_of[v]))
            yield Draft(str(one.clause), clauses, facts, {"variables": unseen})


def _share(one: str, other: str) -> bool:
    """Whether two names have two signs in a row in common: stocks back to normal, and stocks."""
    return any(one[i : i + 2] in other for i in range(len(one) - 1))


@rule("figure-without-range", words=THRESHOLD, cls="threshold", severity="high")
def figure_without_range(case: Case) -> Iterator[Draft]:
    """Figures printed so that they stand for no one range of numbers."""
    for variable, indicators in case.indicators_of.items():
        uses, name = case.variable_uses[variable], case.variable_name(variable)
        unread = any(i.holds_when is not None and not isinstance(i.holds_when, Guard) for i in indicators)
        if uses and unread and re.search(FIGURE, name.zh) and not is_defined(case, variable):
            facts = {"clause": indicators[0].clause, "name": name, "decides": _levels_of(case, uses) or [name]}
            yield Draft(variable, case.cite(*indicators, *uses), facts, {"printed": name})


def _decisive(case: Case) -> list[str]:
    """The numbers that criteria and conditions of decisions compare."""
    uses = (u for u in case.guards if u.section in _DECIDING)
    return list(dict.fromkeys(n.indicator for u in uses for n in leaves(u.leaf.tree) if isinstance(n, Compare)))


def _deciding_uses(case: Case, variable: str) -> list[Use]:
    return [u for u in case.variable_uses[variable] if u.section in _DECIDING]


def _components(case: Case, variable: str) -> list[str]:
    """A variable and the simpler quantities it follows from."""
    told = [i.measured_as for i in case.indicators_of[variable] if i.measured_as and i.measured_as != UNSTATED]
    return [variable, *dict.fromkeys(part for one in told for part in one.split("/"))]


def _unmeasured(case: Case, variable: str) -> list[Text]:
    """What no clause says of how a number is worked out."""
    if is_defined(case, variable):
        return []
    told, found = case.indicators_of[variable], []
    if any(i.measured_as == UNSTATED for i in told):
        found.append(_open("formula"))
    if any(i.over == UNSTATED for i in told):
        found.append(_open("over"))
    for i in told:
        parts = (i.measured_as or "").split("/")[1:]
        if any(not case.indicators_of[part] for part in parts):
            zh, en = (terms.choice(i.measured_as or "", lang) for lang in ("zh", "en"))
            found.append(_open("part", zh, en))
    return found


def _open(name: str, zh: str = "", en: str = "") -> Text:
    words = UNMEASURED[name]
    return Text(zh=words[0].format(zh), en=words[1].format(en))


def _like_named(case: Case, variables: Iterable[str]) -> list[list[str]]:
    """Variables in groups whose names differ by left-out words and whose unit is the same."""
    groups: list[list[str]] = []
    for variable in variables:
        like = next((g for g in groups if any(_alike(case, variable, other) for other in g)), None)
        if like is None:
            groups.append([variable])
        else:
            like.append(variable)
    return groups


def _alike(case: Case, one: str, other: str) -> bool:
    units = [{i.unit for i in case.indicators_of[v] if i.unit} for v in (one, other)]
    names = sorted((case.variable_name(v).zh for v in (one, other)), key=len)
    letters = iter(names[1])
    return units[0] == units[1] and all(letter in letters for letter in names[0])


def _speaks_of_it(indicator: Indicator) -> bool:
    return indicator.measured_as is not None or indicator.over is not None


# ------------------------------------------------------------------------------------------- extent


@rule("extent-not-bounded", words=THRESHOLD, cls="threshold", severity="high")
def extent_not_bounded(case: Case) -> Iterator[Draft]:
    """Levels that turn on whether something lies in an area that no text bounds or lists."""
    sets = case.jurisdiction.sets
    known = {frozenset(one.places) for one in sets.values() if one.basis == "text"}
    for use in case.guards:
        if use.section not in _DECIDING:
            continue
        for one in leaves(use.leaf.tree):
            if not isinstance(one, Quantified):
                continue
            area = sets[Id(one.places)]
            if area.basis == "text" or frozenset(area.places) in known:
                continue
            places = [case.jurisdiction.places[p] for p in area.places]
            facts = {
                "clauses": [use.clause],
                "decides": _levels_of(case, [use]),
                "places": [Text(zh=p.zh, en=p.en) for p in places],
                "says": [_paraphrase(case, use)],
            }
            yield Draft("extent", case.cite(use), facts, {"sets": {str(one.places): list(area.places)}})


@rule("wide-and-single-place", words=THRESHOLD, cls="threshold", severity="medium", kind="candidate")
def wide_and_single_place(case: Case) -> Iterator[Draft]:
    """Terms that by definition spread over a wide area, and criteria that one place meets."""
    wide = [one for one in case.plan.terms if re.search(WIDE, one.means.zh)]
    mildest = {State(str(id), (str(scheme.levels[0]),)) for id, scheme in case.plan.schemes.items()}
    for one in case.plan.criteria:
        if one.of not in mildest or not isinstance(one.when, Guard) or not _one_place_will_do(one.when.tree):
            continue
        names = [case.variable_name(v).zh for v in indicators_in(one.when.tree)]
        for term in wide:
            if any(name in term.term.zh or term.term.zh in name for name in names):
                decides = [case.value_name(v) for v in case.values_of(one.of)]
                facts = {"term": term.term, "defined": term.clause, "clauses": [one.clause], "levels": decides}
                told = {"criteria": [str(one.when)]}
                yield Draft(term.term.zh, case.cite(term, one), facts, told)


def _paraphrase(case: Case, use: Use) -> Text:
    entry = case.clauses.get(use.clause)
    zh, en = (entry.zh, entry.en) if entry else (None, None)
    return Text(zh=zh or use.clause, en=en or use.clause)


def _one_place_will_do(tree: Node) -> bool:
    counted = [n for n in leaves(tree) if isinstance(n, Quantified)]
    least = [n.number + (n.op == ">") for n in counted if n.op in (">", ">=")]
    asked = any(n.kind == "any" for n in counted) or bool(least)
    return asked and len({n.places for n in counted}) == 1 and max(least, default=1) == 1


def _levels_of(case: Case, uses: Iterable[Use]) -> list[Text]:
    """The levels that conditions decide on."""
    states = (getattr(u.statement, "of", None) or getattr(u.statement, "to", None) for u in uses)
    values = [v for state in states if isinstance(state, State) for v in case.values_of(state)]
    return [case.value_name(v) for v in dict.fromkeys(values)]


# ------------------------------------------------------------------------------------------- cadence


@rule("reported-too-seldom", words=THRESHOLD, cls="threshold", severity="medium")
def reported_too_seldom(case: Case) -> Iterator[Draft]:
    """Stocks in days of demand that pass from one level's bound to another's between two reports."""
    for line in lines(case):
        if UNITS[line.unit][0] != "days of demand":
            continue
        channels = [i for v in _components(case, line.variable) for i in case.indicators_of[v] if i.every]
        counted = [i for i in channels if _days(i.every) is not None and _is_certain(case, i)]
        entered = _entered_below(line)
        slowest = min((_days(i.every) or 0 for i in counted), default=None)
        steps = [a - b for (_, a), (_, b) in pairwise(entered)]
        if slowest is None or not steps or slowest <= min(steps):
            continue
        first, last = entered[0][1], entered[-1][1]
        whole = slowest >= first - last
        facts = {
            "variable": case.variable_name(line.variable),
            "interval": next(_interval(i) for i in counted if _days(i.every) == slowest),
            "first": f"{first:g}",
            "early": f"{first * 1.5:g}",
            "last": f"{last:g}",
            "days": f"{first - last if whole else min(steps):g}",
            "levels": [case.value_name(v) for v, _ in entered],
            "unless": [_condition(case, i) for i in channels if i not in counted and isinstance(i.condition, Guard)],
        }
        severity: Severity = "high" if whole else "medium"
        variant = "unless" if facts["unless"] else None
        told = {"interval_d": slowest, "bounds_d": [at for _, at in entered]}
        clauses = case.cite(*channels, *(c for g in line.grounds(*line.levels) for c in g.said))
        # where nothing else of their clause is left open, the undefined conditions of denser reports are told here
        spoken_in = dict.fromkeys(str(i.clause) for i in channels)
        covers = tuple(no for no in spoken_in if _only_cadence(case, no, channels))
        yield Draft(f"{line.scheme} {line.variable}", clauses, facts, told, severity, variant=variant, covers=covers)


def _only_cadence(case: Case, clause: str, channels: list[Indicator]) -> bool:
    """Whether all conditions that a clause introduces do nothing but say when some channels report more often."""
    asked = {n for i in channels if isinstance(i.condition, Guard) for n in indicators_in(i.condition.tree)}
    flags = {str(i.variable) for i in case.plan.indicators if i.clause == clause and i.unit == "flag"}
    return flags <= asked and all(u.section == "indicators" for flag in flags for u in case.variable_uses[flag])


@rule("lasting-condition-unwatched", words=THRESHOLD, cls="threshold", severity="medium", kind="candidate")
def lasting_condition_unwatched(case: Case) -> Iterator[Draft]:
    """Conditions that must last, over something that no clause has anybody look for at any interval."""
    for use in case.guards:
        for one in leaves(use.leaf.tree):
            if not isinstance(one, For) or use.section not in _DECIDING:
                continue
            told = [i for v in indicators_in(one.inner) for i in case.indicators_of[v]]
            if not any(i.every for i in told):
                facts = {"clause": [use.clause], "condition": [spoken(case, one)]}
                yield Draft(f"{use.clause}", case.cite(use, *told), facts, {"condition": str(use.leaf)})


def _entered_below(line: Line) -> list[tuple[Value, float]]:
    """Each level with the number below which it is entered, from the mildest on."""
    tops = [(v, line.regions[max(at)].high) for v, at in line.held.items()]
    return [(v, top) for v, top in tops if top != float("inf")]


def _days(every: Duration | Unstated | None) -> float | None:
    """An interval in days; a month has thirty."""
    if not isinstance(every, Duration) or every.unit == "workday":
        return None
    days = {"month": 30.0, "year": 365.0}
    return every.value * days[every.unit] if every.unit in days else every.plain_hours / 24


def _is_certain(case: Case, indicator: Indicator) -> bool:
    """Whether a report comes at its interval without anybody's judgement."""
    if indicator.condition is None:
        return True
    if not isinstance(indicator.condition, Guard):
        return False
    flags = [n.indicator for n in leaves(indicator.condition.tree) if isinstance(n, Flag)]
    return all(is_defined(case, flag) for flag in flags)


def _interval(indicator: Indicator) -> Text:
    return Text(zh=terms.amount(str(indicator.every), "zh"), en=str(indicator.every))


def _condition(case: Case, indicator: Indicator) -> Text:
    assert isinstance(indicator.condition, Guard)
    return spoken(case, indicator.condition.tree)
