"""Bounds: do the levels leave gaps, overlap, run out of order, and do the clauses say which of them count?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

from emergency.condition import Compare, Guard, Node, Quantified, leaves
from emergency.machine import Value
from emergency.plan.leaves import UNSTATED, State
from emergency.plan.statements import Criterion, Statement
from emergency.review.case import Case
from emergency.review.finding import Draft, Severity
from emergency.review.precedence import settled_for
from emergency.review.reference import is_defined
from emergency.review.rules import rule
from emergency.review.scheme import scheme_name
from emergency.review.threshold.grounds import (
    Ground,
    Line,
    amount_at,
    as_fact,
    compare,
    counted,
    grounds,
    holds_at_count,
    indicators_in,
    leads,
    lines,
    runs,
    spoken,
    variable_of,
)
from emergency.source import Citation, Clause, Id, Text
from emergency.words.rules import worded
from emergency.words.rules.threshold import HOW_JOINED, NO_FIGURE, PLACES, THRESHOLD
from emergency.words.terms import amount as in_words

__all__: list[str] = []

# ------------------------------------------------------------------------------------ level by level


@rule("levels-overlap", words=THRESHOLD, cls="threshold", severity="medium")
def levels_overlap(case: Case) -> Iterator[Draft]:
    """Two levels whose bounds on one variable hold for the same number, and no clause says which counts."""
    settled = settled_for(case, "several-criteria-hold")
    for line in lines(case):
        pairs = [(a, b) for a, b in combinations(line.levels, 2) if line.held[a] & line.held[b]]
        if not pairs or line.scheme in settled:
            continue
        levels = [v for v in line.levels if any(v in pair for pair in pairs)]
        witnesses = [_witness(case, line, _example(line, a, b), a, b) for a, b in pairs]
        first = line.amount(_example(line, *pairs[0]))
        facts = {
            "levels": [case.value_name(v) for v in levels],
            "example": _number(case, line, first),
            "both": [case.value_name(v) for v in pairs[0]],
        }
        crossing = any(not _nested(line.held[a], line.held[b]) for a, b in pairs)
        said = [c for g in line.grounds(*levels) for c in g.said]
        clauses = case.cite(*said, *leads(case, said))
        told = {"overlaps": witnesses}
        yield Draft(line.scheme, clauses, facts, told, severity="high" if crossing else None)


@rule("levels-leave-gap", words=THRESHOLD, cls="threshold", severity="high")
def levels_leave_gap(case: Case) -> Iterator[Draft]:
    """Numbers between two levels, or beyond the gravest, at which no level holds."""
    for line in lines(case):
        covered = set().union(*line.held.values())
        open_ends = len(line.levels) > 1 and line.direction
        low = _lowest(line) if open_ends == -1 else min(covered, default=0)
        high = len(line.regions) - 1 if open_ends == 1 else max(covered, default=-1)
        gaps = runs([i for i in range(low, high + 1) if i not in covered])
        if gaps:
            facts = {
                "scheme": scheme_name(case, line.scheme),
                "variable": case.variable_name(line.variable),
                "gaps": [_stretch(line, gap) for gap in gaps],
                "example": _number(case, line, line.amount(_middle(line, gaps[0]))),
            }
            at = as_fact(case, line.variable, line.regions[_middle(line, gaps[0])].witness, line.unit)
            clauses = _cite(case, line.grounds(*line.levels))
            yield Draft(f"{line.scheme} {line.variable}", clauses, facts, {"at": at})
    yield from _gaps_in_counts(case)


def _gaps_in_counts(case: Case) -> Iterator[Draft]:
    """Numbers of places that belong to no level though fewer places do."""
    found: dict[tuple[str, Node, str], list[Ground]] = defaultdict(list)
    for ground in grounds(case):
        one = counted(ground.tree)
        if one:
            found[ground.at.scheme, one.inner, one.places].append(ground)
    for (scheme, inner, area), ones in found.items():
        most = len(case.jurisdiction.sets[Id(area)].places)
        held = {n for n in range(1, most + 1) if any(holds_at_count(g.tree, n, most) for g in ones)}
        gaps = [n for n in range(min(held, default=most), most + 1) if n not in held]
        if gaps and len({g.at for g in ones}) > 1:
            counts = [worded(PLACES, n=n) for n in gaps]
            name = spoken(case, inner)
            facts = {"scheme": scheme_name(case, scheme), "variable": name, "gaps": counts, "example": counts[0]}
            yield Draft(f"{scheme} {area}", _cite(case, ones), facts, {"places": gaps})


@rule("bounds-out-of-order", words=THRESHOLD, cls="threshold", severity="high")
def bounds_out_of_order(case: Case) -> Iterator[Draft]:
    """Neighbouring levels whose bounds run against the others, or are the same."""
    for line in lines(case):
        wrong = [(a, b) for a, b in pairwise(line.levels) if line.move(a, b) * (line.direction or 1) <= 0]
        same = [(a, b) for a, b in wrong if line.held[a] == line.held[b]]
        if wrong and (line.direction or same):
            levels = [v for v in line.levels if any(v in pair for pair in wrong)]
            facts = {"variable": case.variable_name(line.variable), "bounds": _bounds(case, line.grounds(*levels))}
            told = {"bounds": [str(c.when) for g in line.grounds(*levels) for c in g.said]}
            subject = f"{line.scheme} {line.variable}"
            covers = tuple(str(v) for v in levels)
            yield Draft(subject, _cite(case, line.grounds(*levels)), facts, told, covers=covers)


@rule("two-bounds-at-one-level", words=THRESHOLD, cls="threshold", severity="high")
def two_bounds_at_one_level(case: Case) -> Iterator[Draft]:
    """Clauses that set two constants on one side of one variable for one level."""
    sides: dict[tuple[Value, str, str], dict[float, list[tuple[Statement, Node]]]] = defaultdict(dict)
    for value, statement, tree in _entering(case):
        for one in (n for n in leaves(tree) if isinstance(n, Compare)):
            side = sides[value, one.indicator, one.op[0]]
            side.setdefault(one.amount.base, []).append((statement, tree))
    for (value, variable, _), constants in sides.items():
        said = [one for ones in constants.values() for one in ones]
        if len({id(statement) for statement, _ in said}) > 1 and len(constants) > 1:
            bounds = [_with_clause(case, statement, tree) for statement, tree in said]
            facts = {"level": case.value_name(value), "variable": case.variable_name(variable), "bounds": bounds}
            clauses = case.cite(*(statement for statement, _ in said))
            yield Draft(f"{value} {variable}", clauses, facts, {"bounds": bounds})


@rule("bound-inclusion-unstated", words=THRESHOLD, cls="threshold", severity="low", kind="candidate")
def bound_inclusion_unstated(case: Case) -> Iterator[Draft]:
    """Bounds whose clause leaves open whether the number itself is meant."""
    for one in case.plan.criteria:
        if one.boundary != "unstated" or not isinstance(one.when, Guard):
            continue
        if any(isinstance(n, Compare) or (isinstance(n, Quantified) and n.op) for n in leaves(one.when.tree)):
            facts = {"bounds": [_with_clause(case, one, one.when.tree)]}
            yield Draft("bounds", case.cite(one), facts, {"criteria": [str(one.when)]})


# ------------------------------------------------------------------------------- several in a level


@rule("grounds-not-joined", words=THRESHOLD, cls="threshold", severity="medium")
def grounds_not_joined(case: Case) -> Iterator[Draft]:
    """Levels whose clauses do not say whether one listed case is enough, or whether the definition is."""
    for scheme in map(str, case.plan.schemes):
        asked, said = _questions(case, scheme)
        if not asked:
            continue
        first = _telling_item(said)
        facts = {
            "scheme": scheme_name(case, scheme),
            "how": [HOW_JOINED[one] for one in asked],
            "example": spoken(case, first.tree) if first else NO_FIGURE,
        }
        severity: Severity | None = "high" if "definition" in asked else None
        yield Draft(scheme, case.cite(*said), facts, {"questions": asked}, severity)


def _questions(case: Case, scheme: str) -> tuple[list[str], list[Statement]]:
    """What a scheme's clauses leave open about how its criteria are joined, with the statements."""
    said: dict[str, list[Statement]] = defaultdict(list)
    for group in case.plan.groups:
        joined = [c for c in case.plan.criteria if c.id in group.joins]
        if group.connective == UNSTATED and any(isinstance(c.of, State) and c.of.scheme == scheme for c in joined):
            said["items"] += [group, *joined]
    for value in (v for v in case.levels if v.scheme == scheme):
        definitions, items = _definition_and_items(case, value)
        if definitions and items and not _told_together(case, definitions, items):
            said["definition"] += [*definitions, *items]
    return list(said), [statement for ones in said.values() for statement in ones]


def _telling_item(said: list[Statement]) -> Guard | None:
    """The first listed case that sets a number, else the first of all."""
    whens = [c.when for c in said if isinstance(c, Criterion) and isinstance(c.when, Guard) and c.role == "item"]
    return next((when for when in whens if variable_of(when.tree)), whens[0] if whens else None)


def _definition_and_items(case: Case, value: Value) -> tuple[list[Criterion], list[Criterion]]:
    told = [c for c in case.criteria_of[value] if isinstance(c.when, Guard)]
    definitions = [c for c in told if c.role == "definition"]
    return definitions, [c for c in told if c.role != "definition"]


def _told_together(case: Case, definitions: list[Criterion], items: list[Criterion]) -> bool:
    """Whether a group joins both, or the items use the very term that the definition explains."""
    ids = {c.id for c in definitions}
    if any(ids & set(g.joins) and {c.id for c in items} & set(g.joins) for g in case.plan.groups):
        return True
    names = [indicators_in(c.when.tree) for c in items if isinstance(c.when, Guard)]
    return all(any(is_defined(case, v) for v in ones) for ones in names)


@rule("two-standards-for-one-level", words=THRESHOLD, cls="threshold", severity="high")
def two_standards_for_one_level(case: Case) -> Iterator[Draft]:
    """Warnings and responses for which two clauses give different criteria and none says how they go together."""
    for value in _entered_here(case):
        told = [c for c in case.criteria_of[value] if isinstance(c.when, Guard)]
        by_clause: dict[Clause, list[Criterion]] = defaultdict(list)
        for one in told:
            by_clause[_numbered(one.clause)].append(one)
        same = len({frozenset(str(c.when) for c in ones) for ones in by_clause.values()}) < 2
        if not same and not _all_joined(case, told):
            standards = [_with_clause(case, c, c.when.tree) for c in told if isinstance(c.when, Guard)]
            facts = {"scheme": scheme_name(case, value.scheme), "standards": standards}
            yield Draft(value.scheme, case.cite(*told), facts, {"criteria": [str(c.when) for c in told]})


@rule("start-asks-for-more", words=THRESHOLD, cls="threshold", severity="medium", kind="candidate")
def start_asks_for_more(case: Case) -> Iterator[Draft]:
    """Decisions whose clause sets a condition that the levels' criteria, in other clauses, do not know."""
    for value in _entered_here(case):
        criteria = [c for c in case.criteria_of[value] if isinstance(c.when, Guard)]
        known = {_numbered(c.clause) for c in criteria}
        for one in case.decisions_into[value]:
            if criteria and isinstance(one.when, Guard) and _numbered(one.clause) not in known:
                facts = {
                    "scheme": scheme_name(case, value.scheme),
                    "conditions": [_with_clause(case, one, one.when.tree)],
                    "standards": sorted(known, key=Clause.sort_key),
                }
                yield Draft(value.scheme, case.cite(one, *known), facts, {"condition": str(one.when)})


def _entered_here(case: Case) -> list[Value]:
    return [v for v in case.levels if case.plan.schemes[Id(v.scheme)].kind in ("warning", "response")]


def _all_joined(case: Case, told: list[Criterion]) -> bool:
    return any({c.id for c in told} <= set(g.joins) for g in case.plan.groups)


def _numbered(clause: Clause) -> Clause:
    """The clause with a number of its own: without items and paragraphs."""
    while clause[-1] == ")" or "#" in clause:
        clause = clause.parent or clause
    return clause


@rule("count-out-of-reach", words=THRESHOLD, cls="threshold", severity="high")
def count_out_of_reach(case: Case) -> Iterator[Draft]:
    """Conditions that count more places than there are."""
    for use in case.guards:
        for one in leaves(use.leaf.tree):
            if not (isinstance(one, Quantified) and one.kind == "count" and one.op in (">", ">=")):
                continue
            places = case.jurisdiction.sets[Id(one.places)].places
            if not compare(len(places), one.op, one.number):
                facts = {"clause": [use.clause], "condition": spoken(case, use.leaf.tree), "places": len(places)}
                told = {"condition": str(use.leaf), "places": len(places)}
                yield Draft(f"{use.clause} {use.leaf}", case.cite(use), facts, told)


# ------------------------------------------------------------------------------------------- telling


def _entering(case: Case) -> Iterator[tuple[Value, Statement, Node]]:
    """Conditions over one variable on which each level is entered, by criteria and by decisions."""
    for ground in grounds(case):
        if variable_of(ground.tree):
            yield from ((ground.at, c, c.when.tree) for c in ground.said if isinstance(c.when, Guard))
    for value in case.levels:
        for decision in case.decisions_into[value]:
            own = isinstance(decision.when, Guard) and case.values_of(decision.to) == (value,)
            if own and isinstance(decision.when, Guard) and variable_of(decision.when.tree):
                yield value, decision, decision.when.tree


def _with_clause(case: Case, statement: Statement, tree: Node) -> Text:
    told = spoken(case, tree)
    return Text(zh=f"{statement.clause} {told.zh}", en=f"{statement.clause} {told.en}")


def _bounds(case: Case, ones: Iterable[Ground]) -> list[Text]:
    """Each level with its bound, in words."""
    told = [(case.value_name(g.at), spoken(case, g.tree)) for g in ones]
    return [Text(zh=f"{level.zh} {bound.zh}", en=f"{level.en} {bound.en}") for level, bound in told]


def _cite(case: Case, ones: Iterable[Ground]) -> tuple[Citation, ...]:
    return case.cite(*(c for g in ones for c in g.said))


def _example(line: Line, milder: Value, graver: Value) -> int:
    """The region in which two levels hold with as few others as can be, away from the bounds."""
    common = sorted(line.held[milder] & line.held[graver])
    others = {i: sum(i in at for at in line.held.values()) for i in common}
    return min(common, key=lambda i: (others[i], line.regions[i].low == line.regions[i].high, i))


def _witness(case: Case, line: Line, region: int, *levels: Value) -> dict[str, object]:
    at = as_fact(case, line.variable, line.regions[region].witness, line.unit)
    return {"levels": [str(v) for v in levels], "at": at}


def _number(case: Case, line: Line, number: object) -> Text:
    name = case.variable_name(line.variable)
    zh, en = (in_words(str(number), lang) for lang in ("zh", "en"))
    return Text(zh=f"{name.zh} = {zh}", en=f"{name.en} = {en}")


def _nested(one: frozenset[int], other: frozenset[int]) -> bool:
    return one <= other or other <= one


def _lowest(line: Line) -> int:
    """The first region that counts: nothing that has no negative bound is taken below zero."""
    natural = all(r.low >= 0 for r in line.regions[1:])
    return next(i for i, r in enumerate(line.regions) if not natural or r.high > 0 or r.low == 0)


def _middle(line: Line, run: list[int]) -> int:
    """A region of a run that is more than one number, where there is one."""
    return next((i for i in run if line.regions[i].low != line.regions[i].high), run[0])


def _stretch(line: Line, run: list[int]) -> Text:
    """A stretch of numbers: 4 ≤ … < 6 with its unit."""
    first, last = line.regions[run[0]], line.regions[run[-1]]
    from_ = "" if first.low == float("-inf") else f"{_plain(line, first.low)} {'≤' if first.low_closed else '<'} "
    to = "" if last.high == float("inf") else f" {'≤' if last.high_closed else '<'} {_plain(line, last.high)}"
    shown = f"{from_}…{to}"
    return Text(zh=shown, en=shown)


def _plain(line: Line, number: float) -> str:
    return str(amount_at(number, line.unit))
