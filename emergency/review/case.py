"""A plan as rules see it: its statements without the readings, and indexes over them computed once.

Mappings here are total: a key nobody speaks of has an empty tuple. Values are `Value(scheme, value)`; a statement on
``any`` stands under each level of its scheme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar

from emergency.condition import Compare, Flag, Guard, InState, leaves
from emergency.jurisdiction import Jurisdiction
from emergency.machine import Value
from emergency.plan import Path, Plan, walk
from emergency.plan.leaves import OPEN, UNSTATED, ActorRef, EventRef, State, StateOrUnstated
from emergency.plan.statements import (
    Actor,
    ClauseEntry,
    Criterion,
    Decision,
    Event,
    Indicator,
    Label,
    Measure,
    Seat,
    Statement,
    Step,
)
from emergency.source import Citation, Clause, Id, Text
from emergency.words import terms
from emergency.words.review import told
from emergency.words.rules import both

__all__ = ["Case", "Cases", "Said", "Taken", "Use", "clauses_of", "numbers"]

K = TypeVar("K")
T = TypeVar("T")


class Said(NamedTuple):
    """A statement with the section it stands in."""

    section: str
    statement: Statement

    @property
    def clause(self) -> Clause:
        """The clause that says it."""
        return self.statement.clause


class Use(NamedTuple):
    """A leaf with the statement that holds it; `path` begins below the statement: ``("steps", 0, "by")``."""

    section: str
    statement: Statement
    path: Path
    leaf: Any

    @property
    def clause(self) -> Clause:
        """The clause that says it."""
        return self.statement.clause

    @property
    def field(self) -> str:
        """The field of the statement, or of its step, that holds the leaf."""
        return str(next(p for p in reversed(self.path) if not isinstance(p, int)))


class Taken(NamedTuple):
    """A step with the decision or measure it belongs to."""

    statement: Decision | Measure
    step: Step

    @property
    def clause(self) -> Clause:
        """The clause that says it."""
        return self.statement.clause


class _Index(dict[K, tuple[T, ...]]):
    """A mapping to tuples in which every other key has none."""

    def __missing__(self, key: K) -> tuple[T, ...]:
        return ()


def _index(pairs: Iterable[tuple[K, T]]) -> _Index[K, T]:
    found: dict[K, list[T]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return _Index({key: tuple(ones) for key, ones in found.items()})


class Case:
    """One plan with its jurisdiction, for rules.

    Attributes
    ----------
    plan : the plan without its readings.
    jurisdiction : who and where.
    """

    def __init__(self, plan: Plan, jurisdiction: Jurisdiction) -> None:
        self.plan = plan.model_copy(update={"readings": ()})
        self.jurisdiction = jurisdiction
        self._leaves: dict[type[Any], tuple[Use, ...]] = {}

    @property
    def id(self) -> str:
        """The plan's id."""
        return str(self.plan.plan)

    # --- clauses and statements

    @cached_property
    def clauses(self) -> Mapping[Clause, ClauseEntry]:
        """The clauses of the body, as printed."""
        return {e.no: e for e in self.plan.body()}

    @cached_property
    def contents_page(self) -> Mapping[Clause, ClauseEntry]:
        """The clauses the contents page lists; empty where the print has no such page."""
        return {e.no: e for e in self.plan.clauses if e.page == "contents"}

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Every statement with its section."""
        return tuple(Said(section, statement) for section, _, statement in self.plan.statements())

    @cached_property
    def said_in(self) -> Mapping[Clause, tuple[Said, ...]]:
        """The statements of each clause; those of its items and paragraphs stand under their own numbers."""
        return _index((one.clause, one) for one in self.said)

    def cite(self, *said: Clause | str | Said | Use | Taken | Statement) -> tuple[Citation, ...]:
        """Clauses, or the clauses of statements, as citations in the order of the print, without repeats."""
        return self.plan.cite(*(Clause(one) if isinstance(one, str) else one.clause for one in said))

    # --- leaves

    def leaves(self, kind: type[Any]) -> tuple[Use, ...]:
        """Every leaf of a type in the statements: all guards, actors, bounds, whatever section they stand in."""
        if kind not in self._leaves:
            found: list[Use] = []
            for section, statement in self.said:
                found += [Use(section, statement, path, leaf) for path, leaf in walk(statement, kind)]
            self._leaves[kind] = tuple(found)
        return self._leaves[kind]

    @cached_property
    def guards(self) -> tuple[Use, ...]:
        """Every guard."""
        return self.leaves(Guard)

    @cached_property
    def steps(self) -> tuple[Taken, ...]:
        """Every step of decisions and measures."""
        acts: list[Decision | Measure] = [*self.plan.decisions, *self.plan.measures]
        return tuple(Taken(act, step) for act in acts for step in act.steps)

    # --- values of schemes

    @cached_property
    def levels(self) -> tuple[Value, ...]:
        """Every level of every scheme, from the mildest to the gravest; without `off` and the word for ended."""
        return tuple(Value(str(n), str(v)) for n, s in self.plan.schemes.items() for v in s.levels)

    def values_of(self, state: StateOrUnstated | None) -> tuple[Value, ...]:
        """The values a state stands for; none where it is not stated."""
        if not isinstance(state, State):
            return ()
        return tuple(Value(state.scheme, v) for v in self.plan.values(state))

    def _by_value(self, ones: Iterable[tuple[StateOrUnstated | None, T]]) -> _Index[Value, T]:
        pairs = [(value, one) for state, one in ones for value in self.values_of(state)]
        return _index(pairs)

    @cached_property
    def labels_of(self) -> Mapping[Value, tuple[Label, ...]]:
        """How clauses name each level."""
        return _index((Value(str(one.scheme), str(one.level)), one) for one in self.plan.labels)

    @cached_property
    def criteria_of(self) -> Mapping[Value, tuple[Criterion, ...]]:
        """When each level is held to be reached."""
        return self._by_value((one.of, one) for one in self.plan.criteria)

    @cached_property
    def decisions_into(self) -> Mapping[Value, tuple[Decision, ...]]:
        """How each value comes to be entered; what enters an unstated value is in `decisions_into_nothing`."""
        return self._by_value((one.to, one) for one in self.plan.decisions)

    def leaving(self, scheme: str) -> list[Decision]:
        """The decisions that lead out of a scheme's levels: to ``off``, and to its word for having ended."""
        ends = self.plan.schemes[Id(scheme)].ends
        return [d for out in ("off", *([str(ends)] if ends else [])) for d in self.decisions_into[Value(scheme, out)]]

    @cached_property
    def decisions_into_nothing(self) -> tuple[Decision, ...]:
        """Decisions whose clause does not say which value is entered."""
        return tuple(one for one in self.plan.decisions if not isinstance(one.to, State))

    @cached_property
    def voices(self) -> Mapping[Value, tuple[Taken, ...]]:
        """All steps that clauses tell of entering each value, clause by clause."""
        return _index((v, Taken(d, s)) for v, ds in self.decisions_into.items() for d in ds for s in d.steps)

    @cached_property
    def measures_during(self) -> Mapping[Value, tuple[Measure, ...]]:
        """What is done while each value is in force."""
        return self._by_value((state, one) for one in self.plan.measures for state in one.during)

    @cached_property
    def during(self) -> Mapping[Value, tuple[Said, ...]]:
        """Every statement tied to each value by its `during`: measures, duties, reports, publications."""
        tied = ((s, one) for one in self.said for s in getattr(one.statement, "during", ()))
        return self._by_value(tied)

    @cached_property
    def mentions(self) -> Mapping[Value, tuple[Use, ...]]:
        """Every statement field or guard that speaks of a value, labels and criteria included."""
        found: list[tuple[Value, Use]] = [(v, u) for u in self.leaves(State) for v in self.values_of(u.leaf)]
        for use in self.guards:
            states = [n for n in leaves(use.leaf.tree) if isinstance(n, InState)]
            found += [(v, use) for n in states for v in self.values_of(State(n.scheme, (n.value,)))]
        for label in self.plan.labels:
            value = Value(str(label.scheme), str(label.level))
            found.append((value, Use("labels", label, ("level",), value)))
        return _index(found)

    # --- events

    @cached_property
    def events(self) -> Mapping[str, Event]:
        """Events by id."""
        return {str(one.id): one for one in self.plan.events}

    @cached_property
    def event_uses(self) -> Mapping[str, tuple[Use, ...]]:
        """Where clocks start from each event."""
        return _index((str(u.leaf), u) for u in self.leaves(EventRef))

    # --- actors

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """Actors by id."""
        return {str(id): one for id, one in self.plan.actors.items()}

    @cached_property
    def actor_uses(self) -> Mapping[str, tuple[Use, ...]]:
        """Where statements name each actor; ``unstated`` and ``open`` are keys too."""
        return _index((str(u.leaf), u) for u in self.leaves(ActorRef))

    @cached_property
    def bodies(self) -> tuple[str, ...]:
        """The bodies the plan sets up."""
        return tuple(id for id, one in self.actors.items() if one.kind == "body")

    @cached_property
    def seats_in(self) -> Mapping[str, tuple[Seat, ...]]:
        """The chairs of each body, as each clause says."""
        return _index((str(one.body), one) for one in self.plan.seats)

    @cached_property
    def seats_of(self) -> Mapping[str, tuple[Seat, ...]]:
        """The chairs each actor holds."""
        return _index((str(a), one) for one in self.plan.seats for a in one.actors)

    @cached_property
    def seated_as(self) -> Mapping[str, str]:
        """Each actor → the agency or post of the jurisdiction it is, where the jurisdiction knows its name."""
        names = self.jurisdiction.names()
        found = ((id, [names[p] for p in one.printed if p in names]) for id, one in self.actors.items())
        return {id: known[0] for id, known in found if known}

    # --- variables

    @cached_property
    def indicators_of(self) -> Mapping[str, tuple[Indicator, ...]]:
        """What clauses say of each variable."""
        return _index((str(one.variable), one) for one in self.plan.indicators)

    @cached_property
    def variable_uses(self) -> Mapping[str, tuple[Use, ...]]:
        """The guards that ask for each variable."""
        asked = ((n.indicator, u) for u in self.guards for n in leaves(u.leaf.tree) if isinstance(n, Compare | Flag))
        return _index(asked)

    # --- names for messages

    def name(self, actor: str) -> Text:
        """An actor's name; words for ``unstated`` and ``open``."""
        one = self.actors.get(actor)
        if one is not None:
            return Text(zh=one.zh, en=one.en)
        word = {UNSTATED: "nobody-named", OPEN: "those-of-etc"}.get(str(actor))
        return both(told, word) if word else Text(zh=actor, en=actor)

    def names(self, actors: Iterable[str]) -> list[Text]:
        """The names of several actors."""
        return [self.name(str(actor)) for actor in actors]

    def value_name(self, value: Value) -> Text:
        """A value of a scheme in words: III级响应, "Level III response"."""
        scheme = self.plan.schemes[Id(value.scheme)]
        ends = str(scheme.ends) if scheme.ends else None
        zh, en = (terms.level(scheme.kind, value.value, lang, ends=ends) for lang in ("zh", "en"))
        return Text(zh=zh, en=en)

    def state_name(self, value: Value) -> Text:
        """A value as the plan words it; one without a word of its own by its scheme and level."""
        return self.plan.word(value.scheme, value.value) or self.value_name(value)

    def variable_name(self, variable: str) -> Text:
        """A variable's name as the clause that introduces it gives it."""
        named = [one.name for one in self.indicators_of[variable] if one.name]
        return named[0] if named else Text(zh=variable, en=variable)


class Cited(Protocol):
    """What stands in a clause: a statement, a leaf, a step."""

    @property
    def clause(self) -> Clause:
        """The clause that says it."""


def clauses_of(said: Iterable[Cited]) -> list[Clause]:
    """The clauses of statements, each once, in the order the statements come."""
    return list(dict.fromkeys(one.clause for one in said))


def numbers(said: Iterable[Cited]) -> list[Clause]:
    """The clauses of statements, each once, in the order of the print."""
    return sorted(clauses_of(said), key=Clause.sort_key)


class Cases(Sequence[Case]):
    """Several plans under review, in the order given; a rule across plans compares them."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases = tuple(cases)

    def __len__(self) -> int:
        return len(self._cases)

    def __getitem__(self, at: Any) -> Any:
        return self._cases[at]

    def __iter__(self) -> Iterator[Case]:
        return iter(self._cases)

    @cached_property
    def by_id(self) -> Mapping[str, Case]:
        """The cases by their plan's id."""
        return {case.id: case for case in self._cases}

    @cached_property
    def known_as(self) -> Mapping[str, tuple[tuple[Case, str], ...]]:
        """Each agency or post of the jurisdictions → the plans that name it, with its actor id there."""
        return _index((known, (case, actor)) for case in self._cases for actor, known in case.seated_as.items())
