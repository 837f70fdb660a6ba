"""One statement of a plan in one line, in the words of the plan itself: no keys of the file, no ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from emergency.condition import Guard
from emergency.plan import Plan
from emergency.plan.leaves import OPEN, UNSTATED, ActorRef, Silence, State, Within
from emergency.plan.statements import (
    Criterion,
    Decision,
    Group,
    Indicator,
    Label,
    Part,
    Precedence,
    Resource,
    Seat,
    Statement,
    Step,
)
from emergency.quantity import Amount, Duration, Range
from emergency.review.case import Case
from emergency.review.conditions import told_condition, told_places
from emergency.source import Id, Text
from emergency.words import terms
from emergency.words.cards import CARDS, card
from emergency.words.punctuation import headed, listed, quoted, strung
from emergency.words.statements import choice, field

__all__ = ["Saying", "level_name", "scheme_name"]

#: Fields that say nothing to a reader, or are said by another one.
_UNSAID = frozenset({"clause", "id", "note", "scheme", "scope"})
_UNSAID_OF = {Indicator: frozenset({"name"}), Resource: frozenset({"kind"})}
#: Fields that begin a statement, and need no label.
_LEADS = frozenset({"level", "variable", "of", "actors", "verb", "object", "term", "title", "name", "body", "rule"})
_LEADS_OF = {Seat: frozenset({"role", "rank"}), Decision: frozenset({"to"})}


def level_name(plan: Plan, scheme: str, value: str, lang: str) -> str:
    """A value of a scheme, by the plan's own word where it has one."""
    found, word = plan.schemes[Id(scheme)], plan.word(scheme, value)
    told = word.in_(lang) if word is not None else None
    return terms.level(found.kind, value, lang, ends=found.ends, word=told)


def scheme_name(plan: Plan, scheme: str, lang: str) -> str:
    """What a scheme is called: by its kind, or by its only level where the plan has a word or others of that kind."""
    found = plan.schemes[Id(scheme)]
    kind, only = terms.scheme_kind(found.kind, lang), level_name(plan, scheme, found.levels[0], lang)
    if plan.word(scheme, found.levels[0]) is not None:
        return only
    alike = sum(one.kind == found.kind for one in plan.schemes.values()) > 1
    return headed(kind, only, lang) if alike and len(found.levels) == 1 else kind


class Saying:
    """Tells the statements of one plan in one language.

    Parameters
    ----------
    actor : callable
        The name of an actor by its id.
    """

    def __init__(self, case: Case, lang: str, actor: Callable[[str], str]) -> None:
        self.case, self.lang, self._actor = case, lang, actor
        self._names = _names(case, lang)

    def line(self, statement: Statement) -> str:
        """A statement in one line."""
        return strung([told for told in self._parts(statement) if told], self.lang)

    def actors(self, ids: Iterable[str]) -> str:
        """Names in one line; words for what is not stated, and for the "etc." that ends a list."""
        known = list(map(str, ids))
        names = [card("unstated", self.lang) if i == UNSTATED else self._actor(i) for i in known if i != OPEN]
        told = listed(dict.fromkeys(names), self.lang)  # several ids may be one post
        if OPEN not in known:
            return told
        return card("and-others", self.lang, list=told) if told else card("open", self.lang)

    def value(self, scheme: str, value: str) -> str:
        """A value of a scheme."""
        return level_name(self.case.plan, scheme, value, self.lang)

    def guard(self, guard: Guard) -> str:
        """A condition, with its indicators, levels and places called by name."""
        return told_condition(self.case, guard.tree, self.lang)

    def within(self, within: Within | None) -> str:
        """By when: the word of urgency, the limit, what its clock starts from."""
        if within is None:
            return ""
        parts = [
            terms.urgency(within.urgency, self.lang) if within.urgency else "",
            "" if within.bound is None else self._amount(within.bound),
            "" if within.after is None else self._names.get(str(within.after), card("unstated", self.lang)),
        ]
        return " · ".join(p for p in parts if p)

    def every(self, every: object) -> str:
        """How often; that it is regular where the clause does not say how often."""
        if every == UNSTATED:
            return card("every-unstated", self.lang)
        number, _, unit = str(every).partition(" ")
        once = f"every-{unit.removesuffix('s')}"
        return card(once, self.lang) if number == "1" and once in CARDS else card(
            "every", self.lang, time=self._amount(every)
        )

    def step(self, step: Step) -> str:
        """Who does what, towards whom."""
        to = f" → {self.actors(step.to)}" if step.to else ""
        return f"{self.actors([step.by])} {terms.verb(step.do, self.lang)}{to}"

    # --- fields

    def _parts(self, statement: Statement) -> Iterator[str]:
        model = type(statement)
        unsaid = _UNSAID | _UNSAID_OF.get(model, frozenset())
        leads = _LEADS | _LEADS_OF.get(model, frozenset())
        for name, about in model.model_fields.items():
            value = getattr(statement, name)
            if name in unsaid or (not isinstance(value, Silence) and (value in (None, ()) or value == about.default)):
                continue
            told = self._value(statement, name, value)
            yield told if name in leads or not told else headed(field(name, self.lang), told, self.lang)
        if isinstance(statement, Indicator) and statement.scope is not None:
            places = told_places(self.case, str(statement.scope), self.lang)
            yield headed(field("scope", self.lang), places, self.lang)

    def _value(self, statement: Statement, name: str, value: Any) -> str:
        match statement, name:
            case Label(), "level":
                return self.value(str(statement.scheme), str(value))
            case Seat(), "role":
                return card(f"role-{value}", self.lang)
            case Precedence(), "rule" | "answer":
                return terms.choice(str(value), self.lang) if name == "answer" else choice(str(value), self.lang)
            case Criterion(), "same_as":
                return terms.scheme_kind(self.case.plan.schemes[value].kind, self.lang)
            case Group(), "joins":
                return listed((quoted(self._told(one), self.lang) for one in value), self.lang)
            case _, "steps":
                return " ".join(f"{n}. {self.step(one)}" for n, one in enumerate(value, 1))
            case _, "every":
                return self.every(value)
            case _, "verb":
                return terms.verb(str(value), self.lang)
            case _, "unit":
                return "" if value == "flag" else terms.unit(str(value), self.lang)  # it is so or not: no measure
            case _, "strength":
                return terms.strength(str(value), self.lang)
            case _, "measured_as" | "over":
                return choice(value, self.lang) if value == UNSTATED else terms.choice(value, self.lang)
        return self._told(value)

    def _told(self, value: Any) -> str:
        """A value by its type; a name by what it names in the plan."""
        match value:
            case Text():
                return value.in_(self.lang)
            case Guard():
                return self.guard(value)
            case Within():
                return self.within(value)
            case State():
                return listed((self.value(value.scheme, v) for v in value.values), self.lang)
            case Part():
                return self._part(value)
            case ActorRef():
                return self.actors([value])
            case Duration() | Amount() | Range():
                return self._amount(value)
            case Silence():
                return card("unstated", self.lang)
            case (ActorRef(), *_):
                return self.actors(value)
            case tuple():
                return listed(filter(None, map(self._told, value)), self.lang)
        text = str(value)
        return self._names.get(text) or choice(text, self.lang)

    def _part(self, part: Part) -> str:
        """How much of a part; what it is only in English, in which its name in the file is written."""
        if part.amount == UNSTATED:
            return ""
        return f"{str(part.kind).replace('-', ' ') + ' ' if self.lang == 'en' else ''}{self._amount(part.amount)}"

    def _amount(self, value: object) -> str:
        if value == UNSTATED:
            return card("unstated", self.lang)
        return terms.amount(str(value), self.lang).replace("..", "–")


def _names(case: Case, lang: str) -> Mapping[str, str]:
    """What statements, events, variables and things are called, by their ids."""
    plan, found = case.plan, {}
    for one in plan.criteria:
        if one.id and isinstance(one.when, Guard):
            found[str(one.id)] = told_condition(case, one.when.tree, lang)
    named = [(m.id, m.object) for m in plan.measures] + [(r.id, r.content) for r in plan.reports]
    named += [(c.id, c.of) for c in plan.contents] + [(e.id, e.name) for e in plan.events]
    named += [(one.id, one.name) for group in (plan.resources, plan.lists, plan.forms) for one in group]
    named += [(i.variable, i.name) for i in plan.indicators if i.name]
    found |= {str(id): text.in_(lang) for id, text in named}
    found |= {str(id): thing.in_(lang) for id, thing in plan.objects.items()}
    return found
