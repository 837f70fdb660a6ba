"""Faults put into a plan on purpose: each operator makes one kind of fault, at every place where it would be one.

A mutant names the clauses one of which a reviewer must be sent to: that of the statement that was changed or, where
it is gone, those of the statements left that still speak of its level, its body or its matter. An operator is applied
only where what it makes *is* a fault: a second decider where there is one decider, an end dropped where it is the
only one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from emergency.condition import All, Compare, Guard, InState, Node, leaves, show
from emergency.machine import Value
from emergency.plan import Plan
from emergency.plan.leaves import SILENT, UNSTATED, ActorRef, State, Within
from emergency.plan.statements import Actor, Criterion, Decision, Indicator, Measure, Report, Statement, Step, Term
from emergency.quantity import Amount, Duration
from emergency.review.case import Case
from emergency.review.deadline.acts import Act, acts, hours
from emergency.review.finding import Class
from emergency.review.law_facts import facts_on
from emergency.source import Clause, Id, Text

__all__ = ["OPERATORS", "Mutant", "Operator", "mutants"]

NOBODY = ActorRef("unstated")


class Mutant(NamedTuple):
    """A plan with one fault: where it was put, and the clauses that tell of it."""

    place: str
    plan: Plan
    clauses: frozenset[str]


class Operator(NamedTuple):
    """One way to spoil a plan, and the class of finding it asks for."""

    name: str
    aims_at: Class
    make: Callable[[Case], Iterator[Mutant]]


OPERATORS: dict[str, Operator] = {}


def mutants(operator: Operator, case: Case) -> list[Mutant]:
    """What one operator makes of a plan."""
    return list(operator.make(case))


def aims_at(cls: Class) -> Callable[[Callable[[Case], Iterator[Mutant]]], Callable[[Case], Iterator[Mutant]]]:
    """Register an operator with the class of the fault it makes."""

    def register(make: Callable[[Case], Iterator[Mutant]]) -> Callable[[Case], Iterator[Mutant]]:
        name = make.__name__.replace("_", "-")
        OPERATORS[name] = Operator(name, cls, make)
        return make

    return register


# ------------------------------------------------------------------------------------------ editing


def edited(plan: Plan, *changes: tuple[Statement, Statement | None]) -> Plan:
    """A plan with statements in another's place; None takes one away."""
    by = {id(old): new for old, new in changes}
    sections: dict[str, Any] = {}
    for section, _, statement in plan.statements():
        if id(statement) in by:
            sections.setdefault(section, None)
    for section in sections:
        kept = (by.get(id(one), one) for one in getattr(plan, section))
        sections[section] = tuple(one for one in kept if one is not None)
    return plan.model_copy(update=sections)


def changed(case: Case, place: str, old: Statement, also: Iterable[Any] = (), **fields: Any) -> Mutant:
    """A mutant in which one statement says something else; `also` may be cited instead."""
    new = old.model_copy(update=fields)
    return Mutant(place, edited(case.plan, (old, new)), clauses(old, *also))


def clauses(*said: Any) -> frozenset[str]:
    """The clauses of statements, uses, or clauses themselves."""
    return frozenset(str(one if isinstance(one, str) else one.clause) for one in said)


def told(one: Statement) -> str:
    """A name for a statement: its id, else kind and clause."""
    return str(one.id or f"{type(one).__name__.lower()} {one.clause}")


def without_value(case: Case, state: State, value: Value) -> State | None:
    """A state less one of its values."""
    left = tuple(v for v in case.plan.values(state) if v != value.value)
    return State(state.scheme, left) if left else None


def with_step(one: Decision | Measure, at: int, **fields: Any) -> Any:
    """A decision with one of its steps changed."""
    steps = list(one.steps)
    steps[at] = steps[at].model_copy(update=fields)
    return one.model_copy(update={"steps": tuple(steps)})


def stepwise(case: Case) -> Iterator[tuple[Decision, int, Step]]:
    """Every step of every decision."""
    for one in case.plan.decisions:
        for at, step in enumerate(one.steps):
            yield one, at, step


# ------------------------------------------------------------------------------------------ levels


def own_levels(case: Case, *kinds: str) -> list[Value]:
    """Levels of schemes of some kinds."""
    return [v for v in case.levels if case.plan.schemes[Id(v.scheme)].kind in kinds]


@aims_at("level scheme")
def delete_decisions_into_a_level(case: Case) -> Iterator[Mutant]:
    """Nothing enters the level any more; the clauses that use it are left alone."""
    for value in own_levels(case, "warning", "response"):
        into = case.decisions_into[value]
        if not into:
            continue
        left = {id(d): without_value(case, d.to, value) for d in into if isinstance(d.to, State)}
        new = [(d, d.model_copy(update={"to": left[id(d)]}) if left[id(d)] else None) for d in into]
        plan = edited(case.plan, *new)
        yield Mutant(str(value), plan, clauses(*Case(plan, case.jurisdiction).mentions[value]))


@aims_at("level scheme")
def drop_the_criteria_of_a_level(case: Case) -> Iterator[Mutant]:
    """No clause says when the level is reached."""
    for value in own_levels(case, "warning", "response", "event"):
        given = case.criteria_of[value]
        if given and not any(d.when or d.from_ for d in case.decisions_into[value]):
            left = {id(c): without_value(case, c.of, value) for c in given if isinstance(c.of, State)}
            new = [(c, c.model_copy(update={"of": left[id(c)]}) if left[id(c)] else None) for c in given]
            plan = edited(case.plan, *new)
            yield Mutant(str(value), plan, clauses(*Case(plan, case.jurisdiction).mentions[value]))


@aims_at("level scheme")
def drop_the_measures_of_a_level(case: Case) -> Iterator[Mutant]:
    """Nothing is done at the level."""
    for value in own_levels(case, "response"):
        done = case.measures_during[value]
        if done:
            new: list[tuple[Statement, Statement | None]] = []
            for one in done:
                states = [without_value(case, s, value) if s.scheme == value.scheme else s for s in one.during]
                kept = tuple(s for s in states if s)
                new.append((one, one.model_copy(update={"during": kept}) if kept else None))
            plan = edited(case.plan, *new)
            yield Mutant(str(value), plan, clauses(*Case(plan, case.jurisdiction).mentions[value]))


@aims_at("level scheme")
def swap_two_level_words(case: Case) -> Iterator[Mutant]:
    """Neighbouring levels of one clause bear each other's word and colour."""
    for mild, grave in pairwise(case.plan.labels):
        same = (mild.scheme, mild.clause) == (grave.scheme, grave.clause) and mild.level != grave.level
        if same and (mild.colour or (mild.word and len(case.labels_of[Value(mild.scheme, mild.level)]) > 1)):
            a = mild.model_copy(update={"word": grave.word, "colour": grave.colour})
            b = grave.model_copy(update={"word": mild.word, "colour": mild.colour})
            plan = edited(case.plan, (mild, a), (grave, b))
            yield Mutant(f"{mild.scheme} {mild.level} {grave.level} {mild.clause}", plan, clauses(mild, grave))


# ------------------------------------------------------------------------------------------ thresholds


def compares(node: Node) -> list[Compare]:
    """A guard that is nothing but comparisons of one variable joined by "and"; else nothing."""
    parts = node.parts if isinstance(node, All) else (node,)
    found = [p for p in parts if isinstance(p, Compare)]
    one = len(found) == len(parts) and len({p.indicator for p in found}) == 1
    return found if one else []


def guard(*parts: Node) -> Guard:
    """A guard of some parts joined by "and"."""
    return Guard.parse(" and ".join(show(p) for p in parts))


def plain_bounds(case: Case) -> Iterator[tuple[Value, Criterion, list[Compare]]]:
    """Criteria that are bounds on one variable, level by level."""
    for value in case.levels:
        for one in case.criteria_of[value]:
            if isinstance(one.when, Guard) and (found := compares(one.when.tree)):
                yield value, one, found


@aims_at("threshold")
def swap_two_thresholds(case: Case) -> Iterator[Mutant]:
    """Two neighbouring levels have each other's bounds on a variable."""
    found = list(plain_bounds(case))
    for mild, grave in pairwise(case.levels):
        for value, a, bounds in found:
            others = [c for v, c, b in found if v == grave and b[0].indicator == bounds[0].indicator]
            if value == mild and mild.scheme == grave.scheme and len(others) == 1 and a.when != others[0].when:
                b = others[0]
                new = (a, a.model_copy(update={"when": b.when})), (b, b.model_copy(update={"when": a.when}))
                yield Mutant(f"{told(a)} {told(b)}", edited(case.plan, *new), clauses(a, b))


@aims_at("threshold")
def open_a_bound(case: Case) -> Iterator[Mutant]:
    """A level between two numbers loses the one towards the graver level, and no clause says which counts."""
    for value, one, bounds in plain_bounds(case):
        graver = [c for v, c, b in plain_bounds(case) if v != value and b[0].indicator == bounds[0].indicator]
        if len(bounds) == 2 and graver:
            made = changed(case, told(one), one, graver, when=guard(bounds[0]))
            yield made._replace(plan=without_precedence(made.plan))


def without_precedence(plan: Plan) -> Plan:
    """A plan in which no clause says that the graver level counts."""
    rules = tuple(one for one in plan.precedence if one.rule != "several-criteria-hold")
    return plan.model_copy(update={"precedence": rules})


@aims_at("threshold")
def narrow_a_bound(case: Case) -> Iterator[Mutant]:
    """A level between two numbers begins short of where its neighbour ends."""
    for value, one, bounds in plain_bounds(case):
        others = [c for v, c, b in plain_bounds(case) if v != value and b[0].indicator == bounds[0].indicator]
        if len(bounds) == 2 and others:
            a, b = bounds
            middle = f"{(a.amount.value + b.amount.value) / 2:g} {b.amount.unit}"
            moved = Compare(b.indicator, b.op, Amount.parse(middle))
            yield changed(case, told(one), one, others, when=guard(a, moved))


@aims_at("threshold")
def let_an_end_forget_a_start(case: Case) -> Iterator[Mutant]:
    """An end no longer asks about one of the figures or states that the response starts on."""
    ends = {str(id_): str(s.ends) for id_, s in case.plan.schemes.items() if s.kind in ("warning", "response")}
    for scheme, over in ends.items():
        grounds = [c for v in case.levels if v.scheme == scheme for c in case.criteria_of[v] if not _keeps(c, scheme)]
        for one in case.decisions_into[Value(scheme, over)]:
            parts = one.when.tree.parts if isinstance(one.when, Guard) and isinstance(one.when.tree, All) else ()
            for part in parts:
                kept = [p for p in parts if p is not part]
                started = [c for c in grounds if _asks_for(c) & _names(part)]
                if started and not any(_asks_for(c) & _names(p) for c in started for p in kept):
                    yield changed(case, f"{told(one)} {show(part)}", one, started, when=guard(*kept))


def _keeps(criterion: Criterion, scheme: str) -> bool:
    """Whether a criterion asks for a level of its own scheme: what keeps a level does not start it."""
    return scheme in _asks_for(criterion)


def _asks_for(criterion: Criterion) -> set[str]:
    return _names(criterion.when.tree) if isinstance(criterion.when, Guard) else set()


def _names(node: Node) -> set[str]:
    """The variables and schemes a condition asks for."""
    return {str(name) for n in leaves(node) for k in ("indicator", "scheme") if (name := getattr(n, k, None))}


@aims_at("threshold")
def leave_inclusion_open(case: Case) -> Iterator[Mutant]:
    """The words no longer say whether the bound itself is meant."""
    for one in case.plan.criteria:
        numbers = isinstance(one.when, Guard) and any(isinstance(n, Compare) for n in leaves(one.when.tree))
        if numbers and one.boundary == "stated":
            yield changed(case, told(one), one, boundary="unstated")


@aims_at("threshold")
def let_nobody_watch(case: Case) -> Iterator[Mutant]:
    """What decides on a level is reported by nobody at any interval."""
    for variable, given in case.indicators_of.items():
        asked = [u for u in case.variable_uses[variable] if u.section == "criteria"]
        numeric = any(one.unit and one.unit != "flag" for one in given)
        if asked and numeric and any(isinstance(one.every, Duration) for one in given):
            new = [(one, one.model_copy(update={"every": None, "observer": None, "to": None})) for one in given]
            yield Mutant(variable, edited(case.plan, *new), clauses(*given, *asked))


# ------------------------------------------------------------------------------------------ authority


def acting(case: Case, old: str, generic: bool = True) -> tuple[ActorRef, dict[Id, Actor]]:
    """A vague word to stand where an actor stood, and the plan's actors with it."""
    vague = Actor.model_validate({"is": "generic", "zh": "有关部门", "en": "Departments concerned"})
    known = {**case.plan.actors, Id("some-departments"): vague}
    return ActorRef("some-departments"), known


@aims_at("authority")
def name_nobody_for_a_measure(case: Case) -> Iterator[Mutant]:
    """A measure loses the one who takes it; an item whose leading sentence names the same ones has not lost them."""
    for one in case.plan.measures:
        lead = one.clause.parent if one.clause.endswith(")") else None
        led = any(set(m.by) == set(one.by) for m in case.plan.measures if m.clause == lead)
        if all(a.named for a in one.by) and not led:
            yield changed(case, told(one), one, by=(NOBODY,))


@aims_at("authority")
def make_an_actor_generic(case: Case) -> Iterator[Mutant]:
    """A measure is left to the departments concerned."""
    for one in case.plan.measures:
        if all(case.actors[a].kind in ("agency", "body", "post") for a in one.by if a.named):
            vague, known = acting(case, str(one.by[0]))
            made = changed(case, told(one), one, by=(vague,))
            yield made._replace(plan=made.plan.model_copy(update={"actors": known}))


@aims_at("authority")
def unlink_a_report(case: Case) -> Iterator[Mutant]:
    """A report goes to nobody."""
    for one in case.plan.reports:
        if all(a.named for a in one.to):
            yield changed(case, told(one), one, to=(NOBODY,))


@aims_at("authority")
def leave_out_a_decider(case: Case) -> Iterator[Mutant]:
    """The step that decides is nobody's."""
    for one, at, step in stepwise(case):
        if step.do in ("decide", "approve", "announce", "sign") and step.by.named:
            plan = edited(case.plan, (one, with_step(one, at, by=NOBODY)))
            yield Mutant(f"{told(one)} {step.do}", plan, clauses(one))


@aims_at("authority")
def add_a_second_decider(case: Case) -> Iterator[Mutant]:
    """The general clauses leave to an agency what another clause leaves to a body."""
    agencies = [id for id, one in case.actors.items() if one.kind == "agency"]
    for one in case.plan.decisions:
        deciding = [s for s in one.steps if s.do == "decide" and s.by.named]
        if deciding and isinstance(one.to, State):
            other = next(a for a in reversed(agencies) if a != deciding[0].by)
            steps = (Step.model_validate({"do": "decide", "by": other}),)
            new = one.model_copy(update={"id": Id("second-decider"), "clause": Clause("1"), "steps": steps})
            plan = case.plan.model_copy(update={"decisions": (*case.plan.decisions, new)})
            yield Mutant(told(one), plan, clauses(one, new))


# ------------------------------------------------------------------------------------------ membership


@aims_at("membership")
def drop_a_seat(case: Case) -> Iterator[Mutant]:
    """An agency with tasks loses its only chair."""
    for seat in case.plan.seats:
        for actor in seat.actors:
            if not actor.named:
                continue
            posts = [id for id, one in case.actors.items() if one.kind == "post" and one.of == actor]
            chairs = [chair for one in (str(actor), *posts) for chair in case.seats_of[one]]
            alone = len(seat.actors) > 1 and chairs == [seat]
            busy = any(u.section in ("duties", "measures") for u in case.actor_uses[str(actor)])
            if alone and busy and seat.role == "member" and case.actors[str(actor)].kind == "agency":
                left = tuple(a for a in seat.actors if a != actor)
                yield changed(case, f"{seat.body} {actor}", seat, case.actor_uses[str(actor)], actors=left)


@aims_at("membership")
def drop_the_head(case: Case) -> Iterator[Mutant]:
    """A body loses its head; what is left of it stands in its other chairs."""
    for seat in case.plan.seats:
        heads = [s for s in case.seats_in[str(seat.body)] if s.role in ("head", "office-head")]
        if heads == [seat]:
            left = [s for s in case.seats_in[str(seat.body)] if s is not seat]
            cites = clauses(seat, *left, *case.actor_uses[str(seat.body)])
            yield Mutant(told(seat), edited(case.plan, (seat, None)), cites)


@aims_at("membership")
def rename_a_body(case: Case) -> Iterator[Mutant]:
    """One step is taken by a body of a name no clause sets up."""
    other = Actor.model_validate({"is": "undeclared", "zh": "联合调度中心", "en": "Joint dispatch centre"})
    known = {**case.plan.actors, Id("joint-centre"): other}
    for one, at, step in stepwise(case):
        if str(step.by) in case.bodies:
            plan = edited(case.plan, (one, with_step(one, at, by=ActorRef("joint-centre"))))
            place = f"{told(one)} {at} {step.do}"
            yield Mutant(place, plan.model_copy(update={"actors": known}), clauses(one))


# ------------------------------------------------------------------------------------------ deadlines


def bounded(case: Case) -> Iterator[tuple[str, Statement, Within, Callable[[Within | None], Statement]]]:
    """Every limit given as a length: place, statement, limit, and how to put another in its place."""
    for _, _, one in case.plan.statements():
        within = getattr(one, "within", None)
        if within is not None and isinstance(within.bound, Duration):
            yield told(one), one, within, lambda w, one=one: one.model_copy(update={"within": w})
        for at, step in enumerate(getattr(one, "steps", ())):
            if step.within is not None and isinstance(step.within.bound, Duration):
                place = f"{told(one)} {at} {step.do}"
                yield place, one, step.within, lambda w, one=one, at=at: with_step(one, at, within=w)


@aims_at("deadline")
def leave_a_limit_open(case: Case) -> Iterator[Mutant]:
    """A clause speaks of a limit and does not give it."""
    for place, one, within, put in bounded(case):
        new = put(within.model_copy(update={"bound": UNSTATED}))
        yield Mutant(place, edited(case.plan, (one, new)), clauses(one))


@aims_at("deadline")
def lose_the_start_of_a_clock(case: Case) -> Iterator[Mutant]:
    """A limit is counted from nothing."""
    for place, one, within, put in bounded(case):
        after = within.after or getattr(one, "after", None)
        if after not in (None, UNSTATED) and not isinstance(one, Report) and not getattr(one, "during", ()):
            new = put(within.model_copy(update={"after": UNSTATED}))
            new = new.model_copy(update={"after": UNSTATED}) if "after" in type(new).model_fields else new
            yield Mutant(place, edited(case.plan, (one, new)), clauses(one))


def by_level(case: Case) -> dict[tuple[str, str, str, str], list[tuple[Value, Act]]]:
    """Acts with a limit by who, what and whom, from the mildest level they belong to."""
    found: dict[tuple[str, str, str, str], list[tuple[Value, Act]]] = defaultdict(list)
    for value in case.levels:
        for act in acts(case):
            one_each = len(act.by) == 1 and len(act.to) <= 1 and act.section == "reports"
            if act.during == (value,) and one_each and hours(act.bound) is not None:
                found[value.scheme, act.does, act.by[0], "".join(act.to)].append((value, act))
    return {key: ones for key, ones in found.items() if len({v for v, _ in ones}) == len(ones) > 1}


@aims_at("deadline")
def move_a_deadline_the_wrong_way(case: Case) -> Iterator[Mutant]:
    """At a graver level there is more time than at a milder one."""
    for ones in by_level(case).values():
        for (_, mild), (value, grave) in pairwise(ones):
            long = Duration.parse(f"{10 * (hours(mild.bound) or 1):g} h")
            within = grave.statement.within.model_copy(update={"bound": long})  # type: ignore[attr-defined]
            yield changed(case, f"{told(grave.statement)} {value}", grave.statement, [mild], within=within)


@aims_at("deadline")
def remove_a_bound(case: Case) -> Iterator[Mutant]:
    """Of reports that have a limit at every level, one loses it."""
    for ones in by_level(case).values():
        for value, act in ones:
            others = [a for _, a in ones if a is not act]
            yield changed(case, f"{told(act.statement)} {value}", act.statement, others, within=None)


# ------------------------------------------------------------------------------------------ references, numbers


@aims_at("reference")
def dangle_a_condition(case: Case) -> Iterator[Mutant]:
    """A criterion asks besides for something no clause defines or has anybody judge."""
    for one in case.plan.criteria:
        states = isinstance(one.when, Guard) and any(isinstance(n, InState) for n in leaves(one.when.tree))
        if isinstance(one.when, Guard) and one.of != UNSTATED and not states:
            name = Text(zh="事由相当", en="due cause")
            told_of = {"variable": Id("due-cause"), "name": name, "unit": "flag"}
            open_ = Indicator(clause=one.clause, holds_when=UNSTATED, **told_of)
            made = changed(case, told(one), one, when=Guard.parse(f"({one.when}) and due-cause"))
            plan = made.plan.model_copy(update={"indicators": (*made.plan.indicators, open_)})
            yield made._replace(plan=plan)


@aims_at("reference")
def define_a_term_twice(case: Case) -> Iterator[Mutant]:
    """Another clause gives a term of the glossary another meaning."""
    elsewhere = Clause("1")
    for one in case.plan.terms:
        new = Term(clause=elsewhere, term=one.term, means=Text(zh="另一种解释", en="something else"))
        plan = case.plan.model_copy(update={"terms": (*case.plan.terms, new)})
        yield Mutant(one.term.en, plan, clauses(one, new))


@aims_at("reference")
def unlink_a_form(case: Case) -> Iterator[Mutant]:
    """No step uses the form any more."""
    for form in case.plan.forms:
        users = [d for d in (*case.plan.decisions, *case.plan.measures) if any(s.form == form.id for s in d.steps)]
        if any(not one.clause.startswith("annex-") for one in users):
            new = []
            for one in users:
                steps = (s.model_copy(update={"form": None}) if s.form == form.id else s for s in one.steps)
                new.append((one, one.model_copy(update={"steps": tuple(steps)})))
            yield Mutant(str(form.id), edited(case.plan, *new), clauses(form))


@aims_at("numbering")
def renumber_a_clause(case: Case) -> Iterator[Mutant]:
    """The last of three or more numbered siblings is printed under the number after next."""
    siblings: dict[Clause, list[Clause]] = defaultdict(list)
    for no in case.clauses:
        if no.parent is not None and no.startswith(f"{no.parent}."):
            siblings[no.parent].append(no)
    for parent, ones in siblings.items():
        last = max(ones, key=Clause.sort_key)
        if len(ones) > 2 and not any(c.parent == last for c in case.clauses):
            new = Clause(f"{parent}.{int(last.rpartition('.')[2]) + 1}")
            yield Mutant(str(last), renumbered(case.plan, last, new), clauses(new, parent, *ones))


def renumbered(plan: Plan, old: Clause, new: Clause) -> Plan:
    """A plan in which a clause, with all it says, bears another number."""
    entries = tuple(c.model_copy(update={"no": new}) if c.no == old else c for c in plan.clauses)
    moved = [(s, s.model_copy(update={"clause": new})) for _, _, s in plan.statements() if s.clause == old]
    return edited(plan, *moved).model_copy(update={"clauses": entries})


@aims_at("numbering")
def drop_an_annex(case: Case) -> Iterator[Mutant]:
    """An annex the contents page lists is not there, nor what it gives."""
    for no in case.clauses:
        if no.startswith("annex-") and no in case.contents_page:
            left = tuple(c for c in case.plan.clauses if c.no != no or c.page == "contents")
            gone = [(s, None) for _, _, s in case.plan.statements() if s.clause == no]
            yield Mutant(str(no), edited(case.plan, *gone).model_copy(update={"clauses": left}), clauses(no))


@aims_at("numbering")
def reword_a_heading(case: Case) -> Iterator[Mutant]:
    """The contents page calls a clause otherwise than the body."""
    for no, entry in case.contents_page.items():
        if no in case.clauses and entry.heading and entry.heading == case.clauses[no].heading:
            new = entry.model_copy(update={"heading": "另题"})
            entries = tuple(new if c is entry else c for c in case.plan.clauses)
            yield Mutant(str(no), case.plan.model_copy(update={"clauses": entries}), clauses(no))


# ------------------------------------------------------------------------------------------ resources, coverage, law


@aims_at("arithmetic")
def break_a_total(case: Case) -> Iterator[Mutant]:
    """One part of a stock is twice what it was."""
    for one in case.plan.resources:
        for at, part in enumerate(one.parts):
            if isinstance(part.amount, Amount) and isinstance(one.amount, Amount):
                double = Amount.parse(f"{2 * part.amount.value:g} {part.amount.unit}".strip())
                parts = [*one.parts]
                parts[at] = part.model_copy(update={"amount": double})
                yield changed(case, f"{told(one)} {part.kind}", one, parts=tuple(parts))


@aims_at("resource")
def lose_a_holder(case: Case) -> Iterator[Mutant]:
    """A reserve is nobody's."""
    for one in case.plan.resources:
        if one.holder is not None and one.holder.named and "reserve" in f"{one.id} {one.name.en}":
            yield changed(case, told(one), one, holder=NOBODY, keeper=None)


@aims_at("coverage")
def drop_the_end(case: Case) -> Iterator[Mutant]:
    """A response has no end; the clauses that start it are left."""
    yield from _no_way_out(case, "response")


@aims_at("coverage")
def drop_the_lifting(case: Case) -> Iterator[Mutant]:
    """A warning is never lifted; the clauses that issue it are left."""
    yield from _no_way_out(case, "warning")


def _no_way_out(case: Case, kind: str) -> Iterator[Mutant]:
    for id_, scheme in case.plan.schemes.items():
        ways = [d for v in (scheme.ends, "off") if v for d in case.decisions_into[Value(str(id_), str(v))]]
        levels = [Value(str(id_), str(v)) for v in scheme.levels]
        if scheme.kind == kind and ways:
            into = [d for v in levels for d in case.decisions_into[v]]
            yield Mutant(str(id_), edited(case.plan, *((d, None) for d in ways)), clauses(*into, *ways))


@aims_at("coverage")
def forget_what_goes_on(case: Case) -> Iterator[Mutant]:
    """A level no longer says that it takes over the measures of the milder one, nor does a clause for all levels."""
    for one in case.plan.measures:
        milder = case.values_of(one.inherits)
        done = [m for v in milder for m in case.measures_during[v] if m.target and not m.inherits]
        there = [m for s in one.during for v in case.values_of(s) for m in case.measures_during[v]]
        if {t for m in done for t in m.target} - {t for m in there for t in m.target}:
            rules = tuple(p for p in case.plan.precedence if p.rule != "measures-of-milder-levels")
            made = changed(case, told(one), one, done, inherits=None)
            yield made._replace(plan=made.plan.model_copy(update={"precedence": rules}))


@aims_at("coverage")
def untie_a_measure(case: Case) -> Iterator[Mutant]:
    """A measure is ordered without saying at which level."""
    for one in case.plan.measures:
        if one.during and not isinstance(one.condition, Guard):
            yield changed(case, told(one), one, during=SILENT)


@aims_at("law")
def let_the_plan_grow_old(case: Case) -> Iterator[Mutant]:
    """The plan is exercised or reviewed every twenty years, under a law that asks for more."""
    asked = {kind for fact in facts_on(case, "upkeep") if fact.longest for kind in fact.kinds}
    for one in case.plan.upkeep:
        if one.kind in asked:
            yield changed(case, f"{one.kind} {one.clause}", one, every=Duration.parse("20 years"))
