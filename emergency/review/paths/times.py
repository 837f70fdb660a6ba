"""Can each report be on time? Rules on how long things take at the least.

What takes time in a plan is a condition that must have lasted. Everything else is taken to be done at once, so a
report that is late here is late however fast people are. A condition that could have been lasting before the clock
began to run counts as having lasted: what is found is a bound from below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import islice

from emergency.condition import Guard, Node
from emergency.plan.statements import Event, Publication, Report
from emergency.quantity import Duration
from emergency.review.case import Case
from emergency.review.deadline.acts import bound_of, hours, in_words, start_of
from emergency.review.finding import Draft
from emergency.review.paths.known import search_of
from emergency.review.paths.reach import clauses_along, evidence
from emergency.review.paths.search import Move, Search, Situation, run_back
from emergency.review.rules import rule
from emergency.words.rules.paths import PATHS

__all__ = ["least_time"]

Owed = Callable[[Situation], bool]
_WAYS = 64


@rule(
    "path-report-too-late",
    words=PATHS,
    cls="deadline",
    severity="high",
    yields_to=("clock-without-start", "start-never-comes", "chain-over-bound", "path-report-never-due"),
)
def report_too_late(case: Case) -> Iterator[Draft]:
    """Reports whose limit has run out before what they wait for can have come about."""
    search = search_of(case)
    lasting = [v for v in search.ground.variables.values() if v.kind == "lasting"]
    if not lasting or not search.whole:
        return
    told: list[Report | Publication] = [*case.plan.reports, *case.plan.publications]
    for one in told:
        start, due = case.events.get(str(start_of(one.within))), case.events.get(str(one.after))
        bound = bound_of(one.within)
        limit = hours(bound)
        if bound is None or limit is None or start is None or due is None or start is due:
            continue
        found = least_time(search, start, due, _during(search, one))
        if found is not None and found[0] > limit:
            yield _late(search, one, (start, due), bound, found)


def _late(
    search: Search,
    one: Report | Publication,
    events: tuple[Event, Event],
    bound: Duration,
    found: tuple[float, tuple[Move, ...]],
) -> Draft:
    case, (least, run) = search.case, found
    facts = {
        "clause": one.clause,
        "bound": in_words(bound),
        "start": events[0].name,
        "after": events[1].name,
        "least": in_words(_shown(least)),
    }
    clauses = tuple(dict.fromkeys((*case.cite(one, *events), *clauses_along(run))))
    told = {"bound_h": hours(bound), "least_h": least} | evidence(search, run)
    return Draft(str(one.id or one.clause), clauses, facts, told)


def _shown(time: float) -> Duration:
    return Duration(time / 24, "d") if time >= 48 else Duration(time, "h")


@rule("path-report-never-due", words=PATHS, cls="deadline", severity="medium", yields_to=("start-never-comes",))
def report_never_due(case: Case) -> Iterator[Draft]:
    """Reports owed only in states in which the event they follow never happens."""
    search = search_of(case)
    for one in case.plan.reports if search.whole else ():
        event = case.events.get(str(one.after))
        if event is None or not one.during or not case.values_of(event.state):
            continue
        happens = [move.after for at in search.reached for move in search.onwards(at) if _is(search, event, at, move)]
        inside = _during(search, one)
        if happens and not any(inside(at) for at in happens):
            values = [v for s in one.during for v in case.values_of(s)]
            facts = {"clause": one.clause, "after": event.name, "states": [case.value_name(v) for v in values]}
            run = search.run_to(search.cheapest(happens) or search.start)
            yield Draft(str(one.id), case.cite(one, event), facts, evidence(search, run))


def _during(search: Search, one: Report | Publication) -> Owed:
    """Whether a report is owed in a situation at all."""
    values = [v for s in one.during for v in search.case.values_of(s)]
    return lambda at: not values or any(search.has(at, v) for v in values)


def _is(search: Search, event: Event, at: Situation, move: Move) -> bool:
    """Whether a move is an event of entering or leaving values."""
    values = search.case.values_of(event.state)
    was, now = (any(search.has(s, v) for v in values) for s in (at, move.after))
    return (was and not now) if event.kind == "left" else (now and not was)


# ------------------------------------------------------------------------------------------ least times


def least_time(search: Search, start: Event, due: Event, owed: Owed) -> tuple[float, tuple[Move, ...]] | None:
    """The least time [h] from one event to another, with the run between; None where the other never comes.

    Parameters
    ----------
    owed : whether a situation counts once the other event has come about.
    """
    best: tuple[float, tuple[Move, ...]] | None = None
    for unripe, begins in _beginnings(search, start).items():
        found = _soonest(search, begins, unripe, due, owed)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best


def _beginnings(search: Search, start: Event) -> dict[frozenset[str], list[Situation]]:
    """Where the clock can begin to run, by the conditions that cannot have lasted by then."""
    found: dict[frozenset[str], list[Situation]] = {}
    stated = bool(search.case.values_of(start.state))
    for at in search.reached:
        after = [m.after for m in search.onwards(at) if _is(search, start, at, m)] if stated else [at]
        if after:
            found.setdefault(_unripe(search, at, start), []).extend(after)
    return found


def _unripe(search: Search, before: Situation, start: Event) -> frozenset[str]:
    """Lasting conditions that do not hold in the situation before the clock begins."""
    values = search.values(before)
    guard = start.when.tree if start.kind == "holds" and isinstance(start.when, Guard) else None
    given = list(islice(search.ground.ways(guard, values, {}, False), _WAYS)) if guard is not None else [{}]
    lasting = [v for v in search.ground.variables.values() if v.kind == "lasting" and v.tree is not None]
    ripe = {
        v.name for v in lasting for g in given if v.tree is not None and search.ground.can_hold(v.tree, values, g)
    }
    return frozenset(v.name for v in lasting) - ripe


def _soonest(
    search: Search, begins: list[Situation], unripe: frozenset[str], due: Event, owed: Owed
) -> tuple[float, tuple[Move, ...]] | None:
    """The soonest run by which the event comes about, the beginnings all at time 0."""
    best = dict.fromkeys(begins, 0.0)
    came: dict[Situation, tuple[Situation, Move]] = {}
    ahead = [(0.0, i, at) for i, at in enumerate(best)]
    found: tuple[float, tuple[Move, ...]] | None = None
    count = len(ahead)
    while ahead:
        time, _, at = heappop(ahead)
        if found is not None and found[0] <= time:
            break
        here = _here(search, at, due, owed, unripe)
        if here is not None and (found is None or max(time, here) < found[0]):
            found = max(time, here), run_back(came, at)
        for move in search.onwards(at) if time <= best[at] else ():
            then = max(time, _wait(search, move.turn.guard if move.turn else None, at, unripe))
            if _is(search, due, at, move) and owed(move.after) and (found is None or then < found[0]):
                found = then, (*run_back(came, at), move)
            if move.after not in best or then < best[move.after]:
                best[move.after], came[move.after] = then, (at, move)
                count += 1
                heappush(ahead, (then, count, move.after))
    return found


def _here(search: Search, at: Situation, due: Event, owed: Owed, unripe: frozenset[str]) -> float | None:
    """How long an event that enters and leaves nothing takes to come about here [h]; None where it does not."""
    if search.case.values_of(due.state) or not owed(at):
        return None
    if due.kind == "holds" and isinstance(due.when, Guard):
        can = search.holds(at, due.when.tree)
        return _wait(search, due.when.tree, at, unripe) if can else None
    return 0.0


def _wait(search: Search, guard: Node | None, at: Situation, unripe: frozenset[str]) -> float:
    """How long after the clock began a guard can hold at the earliest [h]."""
    if guard is None:
        return 0.0
    ways = islice(search.ground.ways(guard, search.values(at), search.facts(at)), _WAYS)
    waits = [search.ground.hours({n: p for n, p in way.items() if n in unripe}) for way in ways]
    return min(waits, default=0.0)
