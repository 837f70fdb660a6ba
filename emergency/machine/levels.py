"""When a level is held to be reached: criteria of all clauses put together as clauses and readings say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

from emergency.condition import All, Any, Guard, Node
from emergency.jurisdiction import Jurisdiction
from emergency.machine.program import Gap, LevelRule, Part, Value
from emergency.machine.voices import Cast, Readings
from emergency.plan import Plan
from emergency.plan.leaves import UNSTATED, State
from emergency.plan.statements import Criterion
from emergency.source import Clause, Id

__all__ = ["LevelCompiler", "join"]


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

    def gap(self, subject: str, name: str, field: str | None = None) -> str | None:
        """Remember the reading of a question as the stand-in for a silence; its id."""
        for reading in self.plan.readings:
            s = reading.settles
            state = s.entering
            given = state is not None and name in [str(v) for v in self.values(state)]
            asked = s.field == field and (given if subject == "entering" else getattr(s, subject, None) == name)
            if asked and reading.id in self.readings.used:
                question = {"zh": reading.question.zh, "en": reading.question.en}
                taken = self.readings.used[reading.id]
                self.gaps[reading.id] = Gap(reading.id, taken, self.cite(*reading.clauses), question)
                return str(reading.id)
        return None

    # --- levels

    def rules(self) -> tuple[LevelRule, ...]:
        found: list[LevelRule] = []
        for name, scheme in self.plan.schemes.items():
            for level in scheme.levels:
                rule = self.rule(Value(name, level), ())
                if rule is not None:
                    found.append(rule)
        return tuple(found)

    def rule(self, at: Value, seen: tuple[str, ...]) -> LevelRule | None:
        own = [c for c in self.plan.criteria if isinstance(c.of, State) and at in self.values(c.of)]
        parts: list[Part] = []
        trees: list[Node] = []
        for criterion in own:
            if criterion.same_as and criterion.same_as not in seen:
                other = self.rule(Value(criterion.same_as, at.value), (*seen, at.scheme))
                if other:
                    trees.append(other.tree)
                    cited = self.cite(criterion.clause)
                    parts += [Part(p.tree, (*cited, *p.clauses)) for p in other.parts]
        counted, joined = self.joined([c for c in own if isinstance(c.when, Guard)])
        parts += [Part(c.when.tree, self.cite(c.clause)) for c in counted if isinstance(c.when, Guard)]
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
