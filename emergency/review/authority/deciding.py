"""Who decides: starter, commander and ender of each level, one decision under two hands, decisions under none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from emergency.condition import Guard, InState, leaves
from emergency.machine import Value
from emergency.plan.leaves import State
from emergency.plan.statements import Decision, Measure, Step
from emergency.review.authority.organisation import clause_by, house, is_vague, spoken_of
from emergency.review.case import Case, Taken, numbers
from emergency.review.finding import Draft, Kind, Severity
from emergency.review.rules import rule
from emergency.review.scheme import scheme_name
from emergency.source import Clause, Id, Text
from emergency.words import terms
from emergency.words.rules import both, in_one_line, phrases
from emergency.words.rules.authority import AUTHORITY, ENDS, PHRASES, STARTS

__all__ = ["deciders", "last_words"]

_phrase = phrases(PHRASES)

#: Steps that settle a matter; announcing tells of what is settled, and settles where nothing else does.
_SETTLING = ("decide", "approve", "agree", "sign")
#: Verbs of having the command, of which there is one at a time.
_COMMANDING = ("command", "lead")
#: Verbs that put a matter to another.
_ASKING = ("propose", "request", "submit")


# ------------------------------------------------------------------------------- start, command, end


@rule("ended-by-another", words=AUTHORITY, cls="authority", severity="high")
def ended_by_another(case: Case) -> Iterator[Draft]:
    """Response levels that one authority starts or commands and another ends; the government above it may."""
    for id, scheme in case.plan.schemes.items():
        if scheme.kind != "response" or not scheme.ends:
            continue
        ended = case.decisions_into[Value(str(id), str(scheme.ends))]
        enders = {house(case, a) for d in ended for a in deciders(d)}
        levels = [Value(str(id), str(v)) for v in scheme.levels]
        others = {v: _in_command(case, v) for v in levels if enders and _may_end(case, ended, v)}
        apart = {v: by for v, by in others.items() if by and not {*by, *_governments(case, by)} & enders}
        if apart:
            yield _ended_apart(case, f"{id}={scheme.ends}", apart, enders, ended)


def _ended_apart(
    case: Case, subject: str, apart: dict[Value, dict[str, Clause]], enders: set[str], ended: Iterable[Decision]
) -> Draft:
    outside = any(case.actors[who].kind == "outside" for by in apart.values() for who in by)
    levels = _under(case, apart)
    closing = [d for d in ended if deciders(d)]
    facts = {"levels": levels, "enders": case.names(sorted(enders)), "clauses": [d.clause for d in closing]}
    told = {str(v): sorted(by) for v, by in apart.items()} | {"ended_by": sorted(enders)}
    clauses = case.cite(*closing, *(clause for by in apart.values() for clause in by.values()))
    severity: Severity = "critical" if outside else "high"
    return Draft(subject, clauses, facts, told, severity=severity, covers=tuple(map(str, apart)))


def _under(case: Case, apart: dict[Value, dict[str, Clause]]) -> list[Text]:
    """Levels with who has them in hand, levels in the same hands together."""
    found = []
    for who in dict.fromkeys(tuple(by) for by in apart.values()):
        levels = [case.value_name(v) for v, by in apart.items() if tuple(by) == who]
        found.append(_phrase("in-hand", levels=in_one_line(levels, PHRASES["and"]), who=case.names(who)))
    return found


def _in_command(case: Case, level: Value) -> dict[str, Clause]:
    """Who starts a level and who commands during it, or during an incident graded alike; with the clause."""
    starts = {house(case, a): d.clause for d in case.decisions_into[level] for a in deciders(d)}
    return starts | _commanders(case, level)


def _commanders(case: Case, level: Value) -> dict[str, Clause]:
    found: dict[str, Clause] = {}
    for measure in (*case.measures_during[level], *_while_graded(case, level)):
        if measure.verb in _COMMANDING:
            found |= {house(case, str(a)): measure.clause for a in measure.by if a.named}
    return found


def _while_graded(case: Case, level: Value) -> list[Measure]:
    grades = [id for id, s in case.plan.schemes.items() if s.kind == "event"]
    return [m for id in grades for m in case.measures_during[Value(str(id), level.value)]]


def _may_end(case: Case, ended: Iterable[Decision], level: Value) -> bool:
    """Whether some decision to end speaks of a level: each that names no levels to end from speaks of all."""
    return any(not isinstance(d.from_, State) or level in case.values_of(d.from_) for d in ended)


@rule("started-by-another", words=AUTHORITY, cls="authority", severity="medium", kind="candidate")
def started_by_another(case: Case) -> Iterator[Draft]:
    """Response levels started by one body of the plan's own and commanded by another that is not under it."""
    for level in case.levels:
        if case.plan.schemes[Id(level.scheme)].kind != "response":
            continue
        starts = {house(case, a): d.clause for d in case.decisions_into[level] for a in deciders(d)}
        commands = _commanders(case, level)
        if starts and commands and not set(starts) & {*commands, *_governments(case, commands)}:
            facts: dict[str, object] = {"level": case.value_name(level), "starters": case.names(starts)}
            facts |= {"commanders": case.names(commands), "clauses": sorted({*starts.values(), *commands.values()})}
            told = {"started_by": sorted(starts), "commanded_by": sorted(commands)}
            yield Draft(str(level), case.cite(*starts.values(), *commands.values()), facts, told)


def _governments(case: Case, bodies: Iterable[str]) -> list[str]:
    """The agencies whose posts head the bodies: the government a headquarters acts for."""
    heads = [s for body in bodies for s in case.seats_in[body] if s.role == "head"]
    parents = (case.actors[str(a)].of for s in heads for a in s.actors if a.named)
    return [str(parent) for parent in parents if parent]


# ------------------------------------------------------------------------------------ one decision


@rule("two-deciders", words=AUTHORITY, cls="authority", severity="high")
def two_deciders(case: Case) -> Iterator[Draft]:
    """Values whose entry different clauses leave to different bodies, neither of which puts it to the other."""
    for value in dict.fromkeys(v for d in case.plan.decisions for v in case.values_of(d.to)):
        decisions = (*case.decisions_into[value], *_unsaid(case, value))
        told = [(d, who) for d in decisions for who in last_words(case, d)]
        everyone = {who for _, who in told}
        last = [(d, who) for d, who in told if not _puts_to(case, d, who, everyone - {who})]
        announced = [(d, str(s.by)) for d in decisions for s in d.steps if s.do == "announce" and s.by.named]
        if _by_several(case, last):
            yield _two(case, value, last)
        elif _by_several(case, announced):
            yield replace(_two(case, value, announced), variant="announce", severity="medium")


def _by_several(case: Case, told: list[tuple[Decision, str]]) -> bool:
    """Whether one matter is in several hands; two hazards are two matters."""
    return len({house(case, who) for _, who in told}) > 1 and len({d.hazard for d, _ in told}) == 1


def _two(case: Case, value: Value, told: list[tuple[Decision, str]]) -> Draft:
    pairs = [clause_by(str(d.clause), case.name(who)) for d, who in told]
    facts = {"value": case.value_name(value), "pairs": pairs}
    inferred = any(not isinstance(d.to, State) for d, _ in told)
    evidence = {"by": [f"{d.clause} {who}" for d, who in told]}
    clauses = case.cite(*(d for d, _ in told))
    return Draft(str(value), clauses, facts, evidence, kind="candidate" if inferred else "fact")


def _unsaid(case: Case, value: Value) -> Iterator[Decision]:
    """Decisions that name no value and that, by their clause or form, may be on entering this one."""
    scheme = case.plan.schemes[Id(value.scheme)]
    if scheme.kind != "response":
        return
    verb = ENDS if value.value == scheme.ends else STARTS
    for decision in case.decisions_into_nothing:
        entry = case.clauses.get(decision.clause)
        text = f"{entry.zh} {entry.heading}" if entry else ""
        beside = {v.value for d in case.plan.decisions if d.clause == decision.clause for v in case.values_of(d.to)}
        if re.search(verb, text) and (not beside or value.value in beside):
            yield decision


def last_words(case: Case, decision: Decision) -> list[str]:
    """Who settles a decision; where its clause names no value and nobody settles it, who is to work on it."""
    settling = [s for s in decision.steps if s.do in _SETTLING]
    if not settling and not isinstance(decision.to, State):
        settling = [s for s in decision.steps if s.do in ("advise", "evaluate")]
    return [str(s.by) for s in settling[-1:] if s.by.named and not is_vague(case, str(s.by))]


def _puts_to(case: Case, decision: Decision, who: str, others: set[str]) -> bool:
    """Whether the one who decides goes on to one of the others, who then has the last word."""
    bodies = {house(case, other) for other in others} - {house(case, who)}
    own = (s for s in decision.steps if s.by == who)
    return any(house(case, str(to)) in bodies for s in own for to in s.to or ())


def deciders(decision: Decision) -> list[str]:
    """The named actors who settle a decision; who announces it where no other step settles."""
    settling = [s for s in decision.steps if s.do in _SETTLING and s.by.named]
    return [str(s.by) for s in settling or (s for s in decision.steps if s.do == "announce" and s.by.named)]


# ------------------------------------------------------------------------------------ nobody decides


@rule("decision-without-actor", words=AUTHORITY, cls="authority", severity="high")
def decision_without_actor(case: Case) -> Iterator[Draft]:
    """Values entered by decisions that no clause has anybody take, and steps whose taker one clause leaves out."""
    values = dict.fromkeys(v for d in case.plan.decisions for v in case.values_of(d.to))
    groups: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for value in values:
        groups[value.scheme, " ".join(str(d.id) for d in case.decisions_into[value])].append(value)
    for together in groups.values():
        decisions = case.decisions_into[together[0]]
        graded = case.plan.schemes[Id(together[0].scheme)].kind == "event"
        undecided = [d for d in decisions if not any(_settled(e, graded) for e in decisions if _meet(case, d, e))]
        nobody = [t for t in case.voices[together[0]] if not t.step.by.named]
        if undecided:
            yield _undecided(case, together, undecided)
        elif nobody:
            yield _left_out(case, together, nobody)
    for decision in case.decisions_into_nothing:
        open_ = [s for s in decision.steps if s.do in (*_SETTLING, "announce") and not s.by.named]
        if open_:
            facts = {"clauses": [decision.clause], "steps": [_verb(s) for s in open_]}
            yield Draft(str(decision.id), case.cite(decision), facts, variant="unsaid", severity="medium")


def _settled(decision: Decision, graded: bool) -> bool:
    """Whether somebody named settles a decision; a grade is settled by verifying it."""
    return bool(deciders(decision)) or (graded and any(s.do == "verify" and s.by.named for s in decision.steps))


def _meet(case: Case, one: Decision, other: Decision) -> bool:
    """Whether two decisions may be taken from the same value: those that say from where from, only there."""
    if not (isinstance(one.from_, State) and isinstance(other.from_, State)):
        return True
    return bool(set(case.values_of(one.from_)) & set(case.values_of(other.from_)))


def _undecided(case: Case, values: list[Value], decisions: list[Decision]) -> Draft:
    """Nobody is named at all.

    A step may be the recipient's of the one before, and a finding that of whoever the rest of the clause is about:
    that is for a reader to judge.
    """
    nobody = [Taken(d, s) for d in decisions for s in d.steps if not s.by.named]
    asked = [s.to for t in nobody for s in _before(t) if s.to]
    steps = [_verb(t.step) for t in nobody]
    facts = {"values": [_named(case, v) for v in values], "clauses": numbers(decisions), "steps": steps}
    told = {"steps": [f"{s.do} {s.by}" for d in decisions for s in d.steps]}
    subject = f"{values[0].scheme}={'|'.join(v.value for v in values)}"
    finding = all(t.step.do not in _SETTLING for t in nobody)
    beside = [a for d in decisions for a in spoken_of(case, d.clause)] if finding and not asked else []
    severity: Severity = "medium" if asked or beside else "high"
    covers = tuple(map(str, values))
    kind: Kind = "candidate" if asked or beside else "fact"
    facts |= {"who": case.names(dict.fromkeys(beside))}
    draft = Draft(subject, case.cite(*decisions), facts, told, severity=severity, kind=kind, covers=covers)
    return replace(draft, variant="beside" if beside else None) if nobody else replace(draft, variant="no-step")


def _named(case: Case, value: Value) -> Text:
    """A value in words; one of a scheme of its own is called by the event of its coming about."""
    if len(case.plan.schemes[Id(value.scheme)].levels) > 1:
        return case.value_name(value)
    entered = [e.name for e in case.plan.events if e.kind == "entered" and case.values_of(e.state) == (value,)]
    return entered[0] if entered else case.value_name(value)


def _verb(step: Step) -> Text:
    return both(terms.verb, step.do)


def _before(taken: Taken) -> tuple[Step, ...]:
    steps = taken.statement.steps
    return steps[: steps.index(taken.step)]


def _left_out(case: Case, values: list[Value], nobody: list[Taken]) -> Draft:
    """One clause leaves out who takes a step; another clause names who decides."""
    named = [d for d in case.decisions_into[values[0]] if deciders(d)]
    who = dict.fromkeys(a for d in named for a in deciders(d))
    facts = {"clauses": numbers(t.statement for t in nobody), "who": case.names(who), "others": numbers(named)}
    subject = f"{values[0].scheme}={'|'.join(v.value for v in values)} step"
    told = {"steps": [f"{t.clause} {t.step.do}" for t in nobody]}
    return Draft(subject, case.cite(*nobody, *named), facts, told, severity="low", variant="elsewhere")


@rule("grade-without-assessor", words=AUTHORITY, cls="authority", severity="medium")
def grade_without_assessor(case: Case) -> Iterator[Draft]:
    """Grades of incidents on which responses or measures depend and that no clause has anybody determine."""
    for id, scheme in case.plan.schemes.items():
        levels = [Value(str(id), str(v)) for v in scheme.levels]
        if scheme.kind != "event" or len(levels) < 2 or any(case.decisions_into[v] for v in levels):
            continue
        standards = [c for v in levels for c in case.criteria_of[v]]
        resting = [u for u in case.guards if _asks_for(u.leaf, str(id))]
        resting_on = [u for u in resting if u.section in ("criteria", "decisions", "measures")]
        measures = [m for v in levels for m in case.measures_during[v]]
        if standards and (resting_on or measures):
            facts = {"scheme": scheme_name(case, str(id)), "clauses": numbers(standards)}
            facts["resting"] = numbers([*resting_on, *measures])
            yield Draft(str(id), case.cite(*standards, *resting_on, *measures), facts)


@rule(
    "imposed-by-whom",
    words=AUTHORITY,
    cls="authority",
    severity="low",
    kind="candidate",
    yields_to=("condition-never-defined",),
)
def imposed_by_whom(case: Case) -> Iterator[Draft]:
    """States imposed from above on which measures depend, and no clause says who declares them."""
    for id, scheme in case.plan.schemes.items():
        levels = [Value(str(id), str(v)) for v in scheme.levels]
        said = [one.statement for v in levels for one in case.during[v]]
        if scheme.kind == "imposed" and said and not any(case.decisions_into[v] for v in levels):
            words = [one.word for v in levels for one in case.labels_of[v] if one.word]
            facts = {"state": words or [case.value_name(v) for v in levels], "clauses": numbers(said)}
            yield Draft(str(id), case.cite(*said), facts)


@rule("proposal-never-decided", words=AUTHORITY, cls="authority", severity="high")
def proposal_never_decided(case: Case) -> Iterator[Draft]:
    """Measures put to an authority of the plan's own side that no clause has it decide on."""
    open_: dict[tuple[str, tuple[str, ...]], list[Measure]] = defaultdict(list)
    for one in case.plan.measures:
        to = tuple(str(a) for a in one.towards or () if a.named and _own(case, str(a)))
        if one.verb in _ASKING and to and not _answered(case, one, to):
            open_[str(one.clause), to].append(one)
    for (clause, to), ones in open_.items():
        facts = {"clause": clause, "to": case.names(to), "matters": [m.object for m in ones]}
        yield Draft(f"{clause} {' '.join(to)}", case.cite(*ones), facts, {"measures": [m.id for m in ones]})


def _answered(case: Case, asked: Measure, to: tuple[str, ...]) -> bool:
    """Whether those asked decide on the matter: in a step of the measure, or on the same object at the same level."""
    if any(s.do in _SETTLING for s in asked.steps):
        return True
    levels = {v for state in asked.during if isinstance(state, State) for v in case.values_of(state)}
    for other in case.plan.measures:
        theirs = {v for state in other.during if isinstance(state, State) for v in case.values_of(state)}
        at_once = levels & theirs or not levels or not theirs
        same = other.id != asked.id and bool(set(other.target) & set(asked.target))
        if at_once and same and any(str(s.by) in to and s.do in _SETTLING for s in other.steps):
            return True
    return False


def _own(case: Case, actor: str) -> bool:
    return case.actors[actor].kind in ("agency", "body", "post")


def _asks_for(guard: Guard, scheme: str) -> bool:
    return any(isinstance(node, InState) and node.scheme == scheme for node in leaves(guard.tree))
