"""Decisions: how each value of each scheme comes to be entered, by clauses or by readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from emergency.condition import All, Any, Guard, Node
from emergency.machine.levels import join
from emergency.machine.program import DecisionPlan, LevelRule, Part, Route, StepPlan, Value
from emergency.machine.steps import StepCompiler
from emergency.plan.leaves import State
from emergency.plan.statements import Decision
from emergency.source import Clause, Id

__all__ = ["DecisionCompiler"]


class DecisionCompiler(StepCompiler):
    """Compiles the decisions of one plan."""

    def decisions(self, rules: Iterable[LevelRule]) -> dict[Value, DecisionPlan]:
        by_level = {r.at: r for r in rules}
        found: dict[Value, DecisionPlan] = {}
        for name, scheme in self.plan.schemes.items():
            wanted = [*map(str, scheme.levels), *([str(scheme.ends)] if scheme.ends else [])]
            wanted += ["off"] if not scheme.ends or self.voices(Value(name, "off")) else []
            for value in wanted:
                plan = self.decision(Value(name, value), by_level)
                if plan is not None:
                    found[plan.at] = plan
        return found

    @cached_property
    def entries(self) -> tuple[Decision, ...]:
        """The decision statements, a vague target settled by its reading."""
        return tuple(self.settle(decision, "to", "when")[0] for decision in self.plan.decisions)

    def voices(self, at: Value) -> list[Decision]:
        """The decision statements about entering a value."""
        return [d for d in self.entries if isinstance(d.to, State) and at in self.values(d.to)]

    def decision(self, at: Value, rules: Mapping[Value, LevelRule]) -> DecisionPlan | None:
        voices = self.voices(at)
        rule = rules.get(at)
        if not voices:
            return self.imposed(at, rule) or self.silent_decision(at, rule)
        clauses = self.cite(*[v.clause for v in voices])
        joined = (self.readings.taken("entering", str(at), "routes") if len(voices) > 1 else None) or "merge"
        sources = self.sources(at, voices)
        if joined == "merge":
            when, parts = self.when(at, voices, rule), self.parts(voices, rule)
            steps = self.merged_steps(voices, at)
            beside = self.beside(at, voices, steps)
            return DecisionPlan(at, "steps", when, parts, sources, steps, clauses, beside=beside)
        routes = tuple(self.route(at, voice, rule) for voice in voices)
        whens = [r.when for r in routes if r.when is not None]
        parts = tuple(dict.fromkeys(p for r in routes for p in r.parts))
        steps = tuple(s for r in routes for s in r.steps)
        when = join(Any, list(dict.fromkeys(whens))) if len(whens) == len(routes) else None
        return DecisionPlan(at, "steps", when, parts, sources, steps, clauses, routes=routes, joined=joined)

    def beside(self, at: Value, voices: list[Decision], steps: tuple[StepPlan, ...]) -> dict[str, frozenset[str]]:
        """The value a value is entered from → the clauses that speak only of other ways and alone tell no step."""
        found: dict[str, frozenset[str]] = {}
        for source in self.others(at):
            mine = {*self.cite(*[v.clause for v in voices if self.speaks_of(v, source)])}
            alone = {c for s in steps if not mine & {*s.clauses} for c in s.clauses}
            if left := {*self.cite(*[v.clause for v in voices])} - mine - alone:
                found[source] = frozenset(left)
        return found

    def speaks_of(self, voice: Decision, source: str) -> bool:
        """Whether a clause speaks of entering its value from another, or does not say from which."""
        return not isinstance(voice.from_, State) or source in self.plan.values(voice.from_)

    def route(self, at: Value, voice: Decision, rule: LevelRule | None) -> Route:
        """One clause's way to a value: on its own criteria, where it has any, else on those of all clauses."""
        own = self.rule(at, (), voice.clause) or rule
        when, parts = self.when(at, [voice], own), self.parts([voice], own)
        return Route(str(voice.id), when, parts, self.merged_steps([voice], at), self.cite(voice.clause))

    def parts(self, voices: list[Decision], rule: LevelRule | None) -> tuple[Part, ...]:
        if rule is not None:
            return rule.parts
        return tuple(Part(v.when.tree, self.cite(v.clause)) for v in voices if isinstance(v.when, Guard))

    def when(self, at: Value, voices: list[Decision], rule: LevelRule | None) -> Node | None:
        stated = [v.when.tree for v in voices if isinstance(v.when, Guard)]
        own = join(All, stated)
        if rule is None or own is None:
            return rule.tree if rule else own
        clauses = [v.clause for v in voices if v.when is not None]
        how = self.readings.find("entering", str(at), "when", needed_by=clauses)
        return All((rule.tree, own)) if how == "criteria-and-when" else rule.tree

    # --- values no clause enters

    def imposed(self, at: Value, rule: LevelRule | None) -> DecisionPlan | None:
        """A value of a scheme imposed from above: it holds as soon as its ground is known, without an act of ours.

        It is left once that no longer holds, or by what lifts it; a reading may have it otherwise.
        """
        scheme = self.plan.schemes[Id(at.scheme)]
        if scheme.kind != "imposed" or self.readings.taken("entering", str(at)) is not None:
            return None
        ground = [r for v in scheme.levels if (r := self.rule(Value(at.scheme, v), ()))]
        if at.value == "off" and ground:
            lifted = self.rule(at, ())
            parts = lifted.parts if lifted else ()
            return DecisionPlan(at, "by-criteria", None, parts, self.others(at), (), _cited(ground))
        if rule is None:
            return None
        return DecisionPlan(at, "by-criteria", rule.tree, rule.parts, self.others(at), (), _cited([rule]))

    def silent_decision(self, at: Value, rule: LevelRule | None) -> DecisionPlan | None:
        """A value no clause enters: a reading says how, or that it never is."""
        how = self.readings.find("entering", str(at), needed_by=self.near(at))
        if how is None or how == "never":
            return None
        gap = self.gap("entering", str(at))
        clauses = self.gaps[gap].clauses if gap else ()
        sources = self.milder(at) if how == "rises-with-criteria" else self.others(at)
        value = self.readings.answer("entering", str(at))
        if isinstance(value, State):
            follows = self.values(value)[0]
            return DecisionPlan(at, "with", None, (), sources, (), clauses, follows, gap)
        tree = rule.tree if rule else None
        if isinstance(value, Guard):
            tree = value.tree
        parts = rule.parts if rule else ()
        return DecisionPlan(at, "by-criteria", tree, parts, sources, (), clauses, None, gap)

    def near(self, at: Value) -> list[Clause]:
        """The clauses that come nearest to saying how a value is entered."""
        criteria = [c for c in self.plan.criteria if isinstance(c.of, State)]
        near = [c.clause for c in criteria if isinstance(c.of, State) and at in self.values(c.of)]
        near = near or [d.clause for d in self.plan.decisions if isinstance(d.to, State) and d.to.scheme == at.scheme]
        return near or [c.clause for c in criteria if isinstance(c.of, State) and c.of.scheme == at.scheme]

    # --- from where

    def sources(self, at: Value, voices: list[Decision]) -> frozenset[str]:
        stated = [v.from_ for v in voices if isinstance(v.from_, State)]
        if stated:
            named = frozenset(v for s in stated for v in self.plan.values(s) if s.scheme == at.scheme)
            return named & self.others(at)
        how = self.readings.find("entering", str(at), "from", needed_by=[v.clause for v in voices])
        if how is None or how == "any":
            return self.others(at)
        if how == "milder":
            return self.milder(at)
        return frozenset(self.plan.values(State.parse(how))) & self.others(at)

    def others(self, at: Value) -> frozenset[str]:
        """Every other value of the scheme."""
        return frozenset(v for v in self.plan.schemes[Id(at.scheme)].values if v != at.value)

    def milder(self, at: Value) -> frozenset[str]:
        """The values of the scheme that are less grave."""
        ranks = self.ranks()
        values = self.plan.schemes[Id(at.scheme)].values
        return frozenset(v for v in values if ranks[Value(at.scheme, v)] < ranks[at])


def _cited(rules: Iterable[LevelRule]) -> tuple[str, ...]:
    """The clauses of all that rules rest on."""
    return tuple(dict.fromkeys(c for rule in rules for part in rule.parts for c in part.clauses))
