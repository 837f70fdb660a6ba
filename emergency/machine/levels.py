"""When a level is held to be reached: criteria of all clauses put together as clauses and readings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date
from functools import cached_property
from typing import NamedTuple, TypeVar

from emergency.condition import All, Any, Guard, Node, Not, show
from emergency.jurisdiction import Jurisdiction
from emergency.machine.guards import at_bound, has_bound, has_places, over_places
from emergency.machine.program import Gap, LevelRule, Part, Value
from emergency.machine.voices import Cast, Readings
from emergency.plan import Plan
from emergency.plan.leaves import UNSTATED, Silence, State
from emergency.plan.statements import Criterion, Statement
from emergency.source import Clause, Id

__all__ = ["LevelCompiler", "join", "silent"]

S = TypeVar("S", bound=Statement)


class _Ground(NamedTuple):
    """A criterion with what readings settle of it filled in, and these readings."""

    says: Criterion
    gaps: tuple[str, ...]


class LevelCompiler:
    """Compiles the criteria of one plan; subclasses compile what levels bring."""

    def __init__(self, plan: Plan, jurisdiction: Jurisdiction, choices: Mapping[str, str], on: Date | None) -> None:
        self.plan, self.jurisdiction = plan, jurisdiction
        self.readings = Readings(plan, choices)
        self.cast = Cast(plan, jurisdiction, self.readings, on)
        self.gaps: dict[str, Gap] = {}

    # --- small things

    def cite(self, *clauses: Clause) -> tuple[str, ...]:
        return self.plan.cite(*clauses)

    def values(self, state: State) -> list[Value]:
        return [Value(state.scheme, v) for v in self.plan.values(state)]

    def ranks(self) -> dict[Value, int]:
        """How grave each value is: off and ended 0, then the levels in order."""
        found: dict[Value, int] = {}
        for name, scheme in self.plan.schemes.items():
            for value in scheme.values:
                rank = scheme.levels.index(Id(value)) + 1 if value in scheme.levels else 0
                found[Value(name, value)] = rank
        return found

    def overruled(self) -> tuple[str, ...]:
        """Readings whose choice differs from the one taken in the file."""
        taken = {r.id: r.taken for r in self.plan.readings}
        return tuple(id for id, choice in self.readings.used.items() if choice != taken[Id(id)])

    def settled(self, subject: str, name: str, field: str | None, clause: Clause) -> str | None:
        return self.readings.find(subject, name, field, needed_by=[clause])

    def settle(self, says: S, *fields: str, needed: bool = True) -> tuple[S, tuple[str, ...]]:
        """A statement with the fields that readings settle filled in, and the readings that stand in for its silence.

        A field left `unstated` and not settled is noted as an open question, if `needed`.
        """
        changes: dict[str, object] = {}
        gaps: list[str | None] = []
        name = str(says.id or says.clause)
        for field in fields:
            attribute = next(n for n, f in type(says).model_fields.items() if field in (n, f.alias))
            unsaid = silent(getattr(says, attribute))
            if unsaid and needed:
                self.settled("statement", name, field, says.clause)
            found = self.readings.answer("statement", name, field)
            if found is not None and found != "never":
                changes[attribute] = found
            if unsaid:
                gaps.append(self.gap("statement", name, field))
        return (says.model_copy(update=changes) if changes else says), tuple(g for g in gaps if g)

    def gap(self, subject: str, name: str, field: str | None = None) -> str | None:
        """Remember the reading of a question as the stand-in for a silence; its id."""
        for reading in self.plan.readings:
            s = reading.settles
            state = s.entering
            given = state is not None and name in [str(v) for v in self.values(state)]
            about = getattr(s, subject, None) == name or (subject == "statement" and name in s.statements)
            asked = s.field == field and (given if subject == "entering" else about)
            if asked and reading.id in self.readings.used:
                question = {"zh": reading.question.zh, "en": reading.question.en}
                taken = self.readings.used[reading.id]
                self.gaps[reading.id] = Gap(reading.id, taken, self.cite(*reading.clauses), question)
                return str(reading.id)
        return None

    # --- levels

    @cached_property
    def grounds(self) -> tuple[_Ground, ...]:
        """The criteria, settled; those that speak of no level drop out."""
        found = [self.ground(criterion) for criterion in self.plan.criteria]
        return tuple(g for g in found if isinstance(g.says.of, State))

    def ground(self, criterion: Criterion) -> _Ground:
        says, gaps = self.settle(criterion, "of", "role", "when")
        if isinstance(says.when, Guard):
            tree = says.when.tree
            bound = self.meant(criterion, "boundary", has_bound(tree))
            tree = tree if bound is None else at_bound(tree, bound == "included")
            places = self.meant(criterion, "scope", has_places(tree))
            tree = tree if places is None else over_places(tree, places)
            says = says.model_copy(update={"when": Guard(show(tree), tree)})
            open_ = [f for f in ("boundary", "scope") if getattr(says, f) == UNSTATED]
            asked = [self.gap("statement", str(says.id), f) for f in open_]
            gaps += tuple(g for g in asked if g)
        return _Ground(says, gaps)

    def meant(self, criterion: Criterion, field: str, matters: bool) -> str | None:
        """What a reading takes the words of a criterion to mean; a question where they leave it open."""
        if not matters:
            return None
        name = str(criterion.id or criterion.clause)
        if getattr(criterion, field) == UNSTATED:
            return self.settled("statement", name, field, criterion.clause)
        return self.readings.taken("statement", name, field)

    def rules(self) -> tuple[LevelRule, ...]:
        found: list[LevelRule] = []
        for name, scheme in self.plan.schemes.items():
            lifted = self.rule(Value(name, "off"), ()) if scheme.kind == "imposed" else None
            for level in scheme.levels:
                rule = self.rule(Value(name, level), ())
                if rule is not None and lifted is not None:
                    rule = replace(rule, tree=All((rule.tree, Not(lifted.tree))))
                found += [rule] if rule is not None else []
        return tuple(found)

    def rule(self, at: Value, seen: tuple[str, ...], clause: Clause | None = None) -> LevelRule | None:
        """When a value is held to be reached, by all clauses or by one alone; None where nothing says so."""
        own = [g for g in self.grounds if isinstance(g.says.of, State) and at in self.values(g.says.of)]
        own = [g for g in own if clause is None or g.says.clause == clause]
        parts: list[Part] = []
        trees: list[Node] = []
        for criterion, _ in own:
            if criterion.same_as and criterion.same_as not in seen:
                other = self.rule(Value(criterion.same_as, at.value), (*seen, at.scheme))
                if other:
                    trees.append(other.tree)
                    cited = self.cite(criterion.clause)
                    parts += [Part(p.tree, (*cited, *p.clauses), p.gaps) for p in other.parts]
        guarded = [g for g in own if isinstance(g.says.when, Guard)]
        counted, joined = self.joined([g.says for g in guarded])
        kept = [g for g in guarded if any(g.says is c for c in counted)]
        for says, gaps in kept:
            parts += [Part(says.when.tree, self.cite(says.clause), gaps)] if isinstance(says.when, Guard) else []
        trees += [joined] if joined else []
        if not trees:
            return None
        return LevelRule(at, trees[0] if len(trees) == 1 else Any(tuple(trees)), tuple(parts))

    def joined(self, criteria: list[Criterion]) -> tuple[list[Criterion], Node | None]:
        """The criteria of one level put together as the clauses and readings say, and those that count."""
        items = [c for c in criteria if c.role != "definition"]
        definitions = [c for c in criteria if c.role == "definition"]
        item_tree = self.joined_items(items)
        definition_tree = self.joined_items(definitions)
        if item_tree is None or definition_tree is None:
            return criteria, item_tree or definition_tree
        clauses = [c.clause for c in criteria]
        how = self.readings.find("precedence", "definition-and-items", needed_by=clauses)
        if how == "items-only":
            return items, item_tree
        kind = All if how == "both" else Any
        return criteria, kind((definition_tree, item_tree))

    def joined_items(self, items: list[Criterion]) -> Node | None:
        trees = [c.when.tree for c in items if isinstance(c.when, Guard)]
        if len(trees) < 2:
            return trees[0] if trees else None
        ids = {c.id for c in items}
        for group in self.plan.groups:
            if ids & set(group.joins):
                connective: str | None = group.connective
                if connective == UNSTATED and group.id:
                    connective = self.settled("statement", group.id, "connective", group.clause)
                return join(All if connective == "all" else Any, trees)
        return join(Any, trees)


def join(kind: type[All] | type[Any], trees: list[Node]) -> Node | None:
    """Several conditions as one; None of none."""
    if not trees:
        return None
    return trees[0] if len(trees) == 1 else kind(tuple(trees))


def silent(value: object) -> bool:
    """Whether a field's value is the word for what the clause does not give."""
    if isinstance(value, Silence) or value == UNSTATED:
        return True
    return isinstance(value, tuple) and bool(value) and all(v == UNSTATED for v in value)
