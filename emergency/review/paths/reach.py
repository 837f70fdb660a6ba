"""Can every level be reached, left and moved on, and by whom? Rules over what can come of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from emergency.condition import InState, leaves
from emergency.machine import Value
from emergency.plan.statements import Decision, Step
from emergency.review.authority.deciding import deciders
from emergency.review.authority.organisation import house
from emergency.review.case import Case
from emergency.review.deadline.acts import bound_of, is_outsider
from emergency.review.finding import Draft, Kind
from emergency.review.paths.known import search_of
from emergency.review.paths.search import Move, Search, Situation
from emergency.review.paths.telling import phrase, scheme_in_words, situation_in_words, trace
from emergency.review.paths.turns import Turn, turns_of
from emergency.review.rules import rule
from emergency.review.scheme import entered_elsewhere
from emergency.source import Citation, Id, Text
from emergency.words import terms
from emergency.words.rules import both
from emergency.words.rules.paths import PATHS

__all__ = ["evidence", "kind_of", "own_schemes"]


def evidence(search: Search, moves: Iterable[Move]) -> dict[str, object]:
    """A run as the evidence of a finding."""
    steps = trace(search, moves)
    return {"steps": len(steps), "hours": steps[-1]["t_h"] if steps else 0.0, "trace": steps}


def kind_of(moves: Iterable[Move]) -> Kind:
    """A run in which every turn is sure is a fact; one that rests on an answer to what is left open is not."""
    return "fact" if all(m.turn is None or m.turn.sure for m in moves) else "candidate"


def clauses_along(moves: Iterable[Move]) -> tuple[Citation, ...]:
    """The clauses of a run."""
    return tuple(dict.fromkeys(c for m in moves if m.turn is not None for c in m.turn.clauses))


def own_schemes(case: Case) -> dict[str, str]:
    """Each scheme that the plan's own side enters → the value in which it is over."""
    found = {}
    for id, scheme in case.plan.schemes.items():
        levels = [Value(str(id), str(v)) for v in scheme.levels]
        if scheme.kind in ("warning", "response") and not all(entered_elsewhere(case, v) for v in levels):
            found[str(id)] = str(scheme.ends or "off")
    return found


# -------------------------------------------------------------------------------------- out of reach


@rule(
    "path-value-out-of-reach",
    words=PATHS,
    cls="coverage",
    severity="high",
    yields_to=("level-never-entered", "condition-never-holds", "count-out-of-reach", "level-never-alone"),
)
def value_out_of_reach(case: Case) -> Iterator[Draft]:
    """Levels with a way in that no run reaches, whatever is answered where clauses are silent."""
    search = search_of(case)
    if not search.whole:
        return
    ways = {t.at for t in search.turns if t.at.value != "off"}
    lost = [v for v in case.levels if v in ways and not any(search.has(at, v) for at in search.reached)]
    if lost:
        relaxed = Search(case, (*turns_of(case), *_given(case)))
        lost = [v for v in lost if not any(relaxed.has(at, v) for at in relaxed.reached)]
    for group in _one_cause(search, lost):
        turns = [t for t in search.turns if t.at in group]
        clauses = tuple(dict.fromkeys(c for t in turns for c in t.clauses)) or case.cite(
            *(s for v in group for s in case.mentions[v])
        )
        facts = {"levels": [case.state_name(v) for v in group], "clauses": [c.clause for c in clauses]}
        told = {"searched": search.situations, "never": list(map(str, group))}
        yield Draft(str(group[0]), clauses, facts, told, covers=tuple(map(str, group[1:])))


def _given(case: Case) -> Iterator[Turn]:
    """Levels that no clause enters, entered all the same: what follows from their lack is told with them."""
    for value in case.levels:
        if not case.decisions_into[value]:
            others = frozenset(map(str, case.plan.schemes[Id(value.scheme)].values)) - {value.value}
            yield Turn(value, "", others, None, (), (), False)


def _one_cause(search: Search, lost: list[Value]) -> Iterator[tuple[Value, ...]]:
    """Levels that ask for each other are one matter; what asks for a lost level of another is its consequence."""
    asked = {v: {w for w in lost if w != v and _asks(search, v, w)} for v in lost}
    for value in lost:
        causes = _all_asked(asked, value)
        mutual = tuple(v for v in lost if v == value or (v in causes and value in _all_asked(asked, v)))
        if mutual[0] == value and causes <= set(mutual):
            yield mutual


def _asks(search: Search, value: Value, other: Value) -> bool:
    turns = [t for t in search.turns if t.at == value]
    states = {
        Value(n.scheme, n.value)
        for t in turns
        if t.guard is not None
        for n in leaves(t.guard)
        if isinstance(n, InState)
    }
    ways = [t.sources for t in turns]
    same = other.scheme == value.scheme and bool(ways) and all(s == {other.value} for s in ways)
    return other in states or Value(other.scheme, "any") in states or same


def _all_asked(asked: dict[Value, set[Value]], value: Value) -> set[Value]:
    found: set[Value] = set()
    ahead = [value]
    while ahead:
        new = asked[ahead.pop()] - found
        found |= new
        ahead += new
    return found


# ------------------------------------------------------------------------------------------ no way out


@rule(
    "path-no-way-out",
    words=PATHS,
    cls="coverage",
    severity="critical",
    yields_to=("response-never-ended", "warning-never-lifted"),
)
def no_way_out(case: Case) -> Iterator[Draft]:
    """States that can come about, with a level of the plan's own in force that can never be left any more."""
    search = search_of(case)
    for scheme, over in own_schemes(case).items():
        stuck = _stuck(search, scheme, over, lambda _: True)
        ours = [at for at in stuck if not entered_elsewhere(case, _in_force(search, at, scheme))]
        at = search.cheapest(ours) if search.whole else None
        if at is not None:
            yield _dead_end(search, scheme, over, at)


def _in_force(search: Search, at: Situation, scheme: str) -> Value:
    return Value(scheme, search.values(at)[scheme])


def _stuck(search: Search, scheme: str, over: str, use: Callable[[Turn], bool]) -> set[Situation]:
    """The situations with a level of a scheme in force from which it is never over."""
    place = search.schemes.index(scheme)
    levels = set(map(str, search.case.plan.schemes[Id(scheme)].levels))
    out = search.can_come_to(lambda at: at.values[place] in (over, "off"), use)
    return {at for at in search.reached if at.values[place] in levels} - out


def _dead_end(search: Search, scheme: str, over: str, at: Situation) -> Draft:
    case, run = search.case, search.run_to(at)
    out = [t for t in search.turns if t.at == Value(scheme, over)]
    clauses = tuple(dict.fromkeys((*(c for t in out for c in t.clauses), *clauses_along(run))))
    facts = {
        "state": situation_in_words(search, at),
        "scheme": scheme_in_words(case, scheme),
        "clauses": list(dict.fromkeys(c.clause for t in out for c in t.clauses)),
    }
    variant = None if out else "none"
    return Draft(scheme, clauses, facts, evidence(search, run), kind=kind_of(run), variant=variant)


# --------------------------------------------------------------------------------- others who may not answer


@dataclass(frozen=True, slots=True)
class Held:
    """A turn that stands still at a step of somebody outside, and what then cannot happen."""

    turn: Turn
    step: int
    run: tuple[Move, ...]
    value: Value
    leaving: bool


@rule(
    "path-held-up-by-outsider",
    words=PATHS,
    cls="deadline",
    severity="critical",
    yields_to=("waits-on-outsider", "path-no-way-out", "path-value-out-of-reach"),
)
def held_up_by_outsider(case: Case) -> Iterator[Draft]:
    """Responses that nobody can enter, or end, unless somebody whom the plan cannot bind answers."""
    search = search_of(case)
    if not search.whole:
        return
    seen: set[str] = set()
    for held in _held_up(search):
        step = held.turn.steps[held.step]
        if held.turn.id in seen:
            continue
        seen.add(held.turn.id)
        decision = next(d for d in case.plan.decisions if d.id == held.turn.id)
        facts = {
            "who": case.name(str(step.by)),
            "does": both(terms.verb, step.do),
            "clause": decision.clause,
            "what": phrase("leave" if held.leaving else "enter", state=_whole(case, held.value)),
        }
        clauses = tuple(dict.fromkeys((*case.cite(decision), *clauses_along(held.run))))
        yield Draft(held.turn.id, clauses, facts, evidence(search, held.run), kind=kind_of(held.run))


def _whole(case: Case, value: Value) -> Text:
    """A value in words; the only level of a scheme by the scheme's name."""
    alone = len(case.plan.schemes[Id(value.scheme)].levels) == 1
    return scheme_in_words(case, value.scheme) if alone else case.state_name(value)


def _held_up(search: Search) -> Iterator[Held]:
    case = search.case
    outsiders = dict.fromkeys(
        str(s.by) for t in search.turns for s in t.steps if _open_step(case, s) and t.at.scheme in search.schemes
    )
    for who in outsiders:

        def without(turn: Turn, who: str = who) -> bool:
            return not any(str(s.by) == who and _open_step(case, s) for s in turn.steps)

        yield from _ends_held(search, who, without)
        yield from _starts_held(search, who, without)


def _open_step(case: Case, step: Step) -> bool:
    return is_outsider(case, str(step.by)) and bound_of(step.within) is None


def _ends_held(search: Search, who: str, without: Callable[[Turn], bool]) -> Iterator[Held]:
    """Responses that can be left with an answer and cannot without."""
    for scheme, over in own_schemes(search.case).items():
        if search.case.plan.schemes[Id(scheme)].kind != "response":
            continue
        held = _stuck(search, scheme, over, without) - _stuck(search, scheme, over, lambda _: True)
        at = search.cheapest(held)
        if at is not None:
            place = search.schemes.index(scheme)
            onwards = search.run_on(at, lambda s, p=place, o=over: s.values[p] in (o, "off"))  # type: ignore[misc]
            yield from _until(search, who, (*search.run_to(at), *onwards), Value(scheme, at.values[place]), True)


def _starts_held(search: Search, who: str, without: Callable[[Turn], bool]) -> Iterator[Held]:
    """Response levels that can be entered with an answer and cannot without."""
    alone = search.reach_with(without)
    for value in search.case.levels:
        if search.case.plan.schemes[Id(value.scheme)].kind != "response" or entered_elsewhere(search.case, value):
            continue
        reached = [at for at in search.reached if search.has(at, value)]
        if reached and not any(search.has(at, value) for at in alone):
            at = search.cheapest(reached)
            assert at is not None
            yield from _until(search, who, search.run_to(at), value, False)


def _until(search: Search, who: str, run: tuple[Move, ...], value: Value, leaving: bool) -> Iterator[Held]:
    """A run as far as the last step that waits for somebody: what came before was answered."""
    for i in reversed(range(len(run))):
        turn = run[i].turn
        steps = turn.steps if turn is not None else ()
        waits = [n for n, s in enumerate(steps) if str(s.by) == who and _open_step(search.case, s)]
        if turn is not None and waits:
            yield Held(turn, waits[0], (*run[:i], replace(run[i], steps=waits[0])), value, leaving)
            return


# ---------------------------------------------------------------------------------------- by whom


@rule(
    "path-through-nobody",
    words=PATHS,
    cls="authority",
    severity="high",
    yields_to=("decision-without-actor", "grade-without-assessor", "level-never-entered"),
)
def through_nobody(case: Case) -> Iterator[Draft]:
    """Response levels that every run reaches through a decision which nobody is named to take."""
    search = search_of(case)
    alone = search.reach_with(lambda turn: not _nobodys(case, turn)) if search.whole else set(search.reached)
    groups: dict[str, list[Value]] = {}
    runs: dict[str, tuple[Move, ...]] = {}
    for value in case.levels:
        reached = [at for at in search.reached if search.has(at, value)]
        ours = case.plan.schemes[Id(value.scheme)].kind == "response" and case.decisions_into[value]
        if ours and reached and not any(search.has(at, value) for at in alone):
            run = search.run_to(search.cheapest(reached) or search.start)
            turn = next(m.turn for m in run if m.turn is not None and _nobodys(case, m.turn))
            groups.setdefault(str(turn.at), []).append(value)
            runs.setdefault(str(turn.at), run)
    for subject, values in groups.items():
        turn = next(m.turn for m in runs[subject] if m.turn is not None and _nobodys(case, m.turn))
        deciding = case.cite(*(d for d in case.plan.decisions if d.id == turn.id))
        facts = {"levels": [case.state_name(v) for v in values], "clauses": [c.clause for c in deciding]}
        yield Draft(subject, (*deciding, *clauses_along(runs[subject])), facts, evidence(search, runs[subject]))


def _nobodys(case: Case, turn: Turn) -> bool:
    """Whether a turn is a decision in which no step that settles it is given to anybody."""
    decisions = [d for d in case.plan.decisions if d.id == turn.id]
    return bool(decisions) and not any(s.by.named for d in decisions for s in d.steps)


@rule("path-ended-by-another", words=PATHS, cls="authority", severity="high", yields_to=("ended-by-another",))
def ended_by_another(case: Case) -> Iterator[Draft]:
    """Runs in which one authority starts a response and another, not above it, ends it."""
    search = search_of(case)
    for scheme, over in own_schemes(case).items():
        if case.plan.schemes[Id(scheme)].kind != "response":
            continue
        found = next(_by_two(search, scheme, over), None)
        if found is not None:
            yield _two_authorities(search, f"{scheme}={over}", *found)


def _by_two(search: Search, scheme: str, over: str) -> Iterator[tuple[Value, Decision, Decision, tuple[Move, ...]]]:
    """The level, who starts it, who ends it, and a run in which both happen, one after the other."""
    case, place = search.case, search.schemes.index(scheme)
    ends = case.decisions_into[Value(scheme, over)]
    for level in case.plan.schemes[Id(scheme)].levels:
        value = Value(scheme, str(level))
        starts = case.decisions_into[value]
        authorities = {house(case, a) for d in starts for a in deciders(d)}
        above = _above(case, authorities)
        for end in ends:
            closing = {house(case, a) for a in deciders(end)}
            if not authorities or not closing or closing & {*authorities, *above}:
                continue
            at = search.cheapest(s for s in search.reached if search.has(s, value))
            onwards = search.run_on(at, lambda s: s.values[place] == over) if at is not None else ()
            if at is not None and onwards and onwards[0].turn is not None and onwards[0].turn.id == end.id:
                yield value, next(d for d in starts if deciders(d)), end, (*search.run_to(at), *onwards)


def _above(case: Case, bodies: Iterable[str]) -> set[str]:
    """The governments whose posts head the bodies."""
    heads = [s for body in bodies for s in case.seats_in[body] if s.role == "head"]
    parents = (case.actors[str(a)].of for s in heads for a in s.actors if a.named)
    return {str(parent) for parent in parents if parent}


def _two_authorities(
    search: Search, subject: str, level: Value, start: Decision, end: Decision, run: tuple[Move, ...]
) -> Draft:
    case = search.case
    facts = {
        "starters": case.names(deciders(start)),
        "enders": case.names(deciders(end)),
        "level": case.state_name(level),
    }
    clauses = tuple(dict.fromkeys((*case.cite(start, end), *clauses_along(run))))
    return Draft(subject, clauses, facts, evidence(search, run), kind=kind_of(run))
