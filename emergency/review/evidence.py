"""Evidence of a finding in words, line by line: what stands there by id is called by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from emergency.condition import Guard
from emergency.machine import Value
from emergency.plan.citing import told_citations
from emergency.plan.leaves import UNSTATED
from emergency.plan.statements import Decision, Duty, Measure, Statement
from emergency.review.case import Case, Cases
from emergency.review.conditions import told_condition
from emergency.review.law_facts import law_table
from emergency.review.paths.telling import run_in_words
from emergency.source import Citation, Clause, Id, Text
from emergency.words import terms
from emergency.words.punctuation import aside, bracketed, headed, listed, strung
from emergency.words.review import EVIDENCE, evidence_name, evidence_word, told, told_clause

__all__ = ["Naming", "as_it_is", "cited", "evidence_lines", "naming"]

Naming = Callable[[str, str], str]

_TEXT = {"zh", "en"}
#: Parts of the evidence that name statements by id: what they say goes before any other meaning of the word.
_STATEMENTS = frozenset(
    {"measures", "objects", "object", "forms", "list", "lists", "directory", "reports", "decisions", "events", "id",
     "only_in", "also_in", "duties", "acts"}
)  # fmt: skip
#: Parts that hold words of a small vocabulary.
_VOCABULARY = frozenset(
    {"lacks", "lacking", "words", "colours", "as", "acts_as", "section", "questions", "passed_over", "do", "how"}
)
_MANY = 12  # statements called by name, where a finding lists more it says how many


def as_it_is(text: str, key: str) -> str:
    """No names are known."""
    return text


def evidence_lines(evidence: Mapping[str, Any], lang: str, name: Naming = as_it_is) -> tuple[tuple[str, str], ...]:
    """Each part of the evidence as its heading and its value; a run is told step by step, a line each.

    Parameters
    ----------
    name : callable, optional
        Words for an id (an actor, a level) below a heading; others it gives back as they are.

    >>> evidence_lines({"at": ["a", {"zh": "乙", "en": "B"}], "n": {"x": 2}}, "en", lambda text, key: text.upper())
    (('at', 'A, B'), ('N', 'X: 2'))
    """
    return tuple((_key(key, lang, name), _told(key, value, lang, name)) for key, value in evidence.items())


def _key(key: str, lang: str, name: Naming) -> str:
    return evidence_name(key, lang) if key in EVIDENCE else name(key, "") or evidence_name(key, lang)


def _told(key: str, value: Any, lang: str, name: Naming) -> str:
    if key == "trace" and isinstance(value, list):
        return "\n".join(run_in_words(value, lang))
    return _line(key, value, lang, name)


def _line(key: str, value: Any, lang: str, name: Naming, depth: int = 0) -> str:
    if isinstance(value, Mapping):
        return _mapping(value, lang, name)
    if isinstance(value, list):
        return _list(key, value, lang, name, depth)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return told("yes" if value else "no-such", lang)
    return name(value, key) if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _mapping(value: Mapping[str, Any], lang: str, name: Naming) -> str:
    if set(value) == _TEXT:
        return str(value[lang])
    lines = [(str(k), _line(str(k), v, lang, name)) for k, v in value.items()]
    return strung((v if k in ("clause", "id") else headed(_key(k, lang, name), v, lang) for k, v in lines), lang)


def _list(key: str, value: list[Any], lang: str, name: Naming, depth: int) -> str:
    if not value:
        return told("none-at-all", lang)
    parts = [_line(key, one, lang, name, depth + 1) for one in value[:_MANY]]
    if len(value) > _MANY:
        parts.append(told("and-more", lang, n=len(value) - _MANY))
    if any(isinstance(one, Mapping) and set(one) != _TEXT for one in value):
        return " / ".join(parts)
    line = listed(parts, lang)
    return line if depth < 1 or len(parts) == 1 else bracketed(line, lang)


def cited(clauses: Iterable[Citation], cases: Cases, lang: str) -> list[str]:
    """Clauses as a reader cites them; those of several plans under the short titles of these, a line a plan."""
    by_plan: dict[str, list[str]] = {}
    for one in clauses:
        by_plan.setdefault(one.plan, []).append(str(one))
    told_ = {plan: told_citations(ones, {}, lang, within=plan) for plan, ones in by_plan.items()}
    if len(told_) == 1:
        return next(iter(told_.values()))
    names = {plan: cases.by_id[plan].plan.brief.in_(lang) if plan in cases.by_id else plan for plan in told_}
    return [f"{names[plan]} {listed(numbers, lang)}" for plan, numbers in told_.items()]


# ------------------------------------------------------------------------------------------- names


def naming(cases: Cases, plans: Iterable[str], lang: str) -> Naming:
    """Words for the ids in evidence: actors, statements, variables, levels, places, plans, points of law, verbs.

    Conditions and amounts are told in words too; what is none of these stays as it is.
    """
    concerned = [cases.by_id[plan] for plan in plans if plan in cases.by_id]
    names = [_Names(case, lang) for case in concerned]

    def name(text: str, key: str) -> str:
        if text in cases.by_id:
            return str(cases.by_id[text].plan.title.in_(lang))
        found = (words for one in names if (words := one.told(text, key)))
        return next(found, _word(text, key, lang))

    return name


def _word(text: str, key: str, lang: str) -> str:
    """A word that belongs to no plan."""
    return evidence_word(text, lang) or _law(text, lang) or terms.urgency(terms.verb(text, lang), lang)


def _law(text: str, lang: str) -> str:
    found = (fact.name or fact.says for fact in law_table().facts if fact.id == text)
    return next((one.in_(lang) for one in found), "")


class _Names:
    """What the ids of one plan are called."""

    def __init__(self, case: Case, lang: str) -> None:
        self.case, self.lang = case, lang

    def told(self, text: str, key: str = "") -> str:
        """The name of an id; empty for what is none."""
        first = [self.statement] if key in _STATEMENTS else []
        if key in _VOCABULARY and evidence_word(text, self.lang):
            return evidence_word(text, self.lang)
        ways = (*first, self.named, self.place, self.statement, self.amount, self.clause_and_more, self.act,
                self.fact, self.condition, self.part)  # fmt: skip
        return next((found for way in ways if (found := way(text))), "") or self.named(f"{key}={text}")

    def named(self, id: str) -> str:
        """An actor, a variable, a level, or several of one scheme: ``response=II|I``."""
        case, lang = self.case, self.lang
        if id in case.actors:
            return case.name(id).in_(lang)
        if id in case.indicators_of:
            return case.variable_name(id).in_(lang)
        if id in case.plan.objects:
            return case.plan.objects[Id(id)].in_(lang)
        if id in case.plan.schemes:
            return terms.scheme_kind(case.plan.schemes[Id(id)].kind, lang)
        scheme, is_value, values = id.partition("=")
        known = {str(n): s.values for n, s in case.plan.schemes.items()}.get(scheme, ())
        levels = [case.value_name(Value(scheme, v)).in_(lang) for v in values.split("|") if v in known]
        return listed(levels, lang) if is_value and len(levels) == len(values.split("|")) else ""

    def place(self, id: str) -> str:
        """A place, a set of places, or an agency or post of the jurisdiction."""
        where = self.case.jurisdiction
        for table in (where.places, where.agencies, where.posts):
            if id in table:
                return str(table[Id(id)].in_(self.lang))
        held = where.sets.get(Id(id))
        if held is None:
            return ""
        return held.note.in_(self.lang) if held.note else listed(map(self.place, held.places), self.lang)

    def statement(self, id: str) -> str:
        """What the statement of that id says, with its clause."""
        found = self._statements.get(id)
        return _says(self.case, found, self.lang) if found else ""

    @property
    def _statements(self) -> Mapping[str, Statement]:
        return {str(said.statement.id): said.statement for said in self.case.said if said.statement.id}

    def clause_and_more(self, text: str) -> str:
        """A clause, and what stands after it: ``4.2.1 district-command``."""
        no, _, rest = text.partition(" ")
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)*\S*|annex-\S+", no) or Clause(no) not in self.case.clauses:
            return ""
        return f"{told_clause(no, self.lang)} {self.told(rest) or _word(rest, '', self.lang)}".strip()

    def act(self, text: str) -> str:
        """A verb, and who does it: ``report hq-office``."""
        verb, _, who = text.partition(" ")
        told_ = self.named(who) or (evidence_word(who, self.lang) if who == UNSTATED else "")
        return f"{told_} {terms.verb(verb, self.lang)}" if told_ else ""

    def part(self, kind: str) -> str:
        """A part of a resource by its place among them: its kind is a name of ours."""
        parts = [part.kind for one in self.case.plan.resources for part in one.parts]
        return told("part", self.lang, n=parts.index(kind) + 1, kind=kind) if kind in parts else ""

    def fact(self, text: str) -> str:
        """A variable with its value: ``stock_days=7``."""
        variable, is_fact, value = text.partition("=")
        if not is_fact or variable not in self.case.indicators_of:
            return ""
        unit = next((i.unit for i in self.case.indicators_of[variable] if i.unit and i.unit != "flag"), "")
        shown = value if value.endswith("%") or not unit else terms.amount(f"{value} {unit}", self.lang)
        return f"{self.named(variable)} = {shown}"

    def condition(self, text: str) -> str:
        """A condition over variables of the plan."""
        if not re.search(r"[<>(]| and | or ", text):
            return ""
        try:
            return told_condition(self.case, Guard.parse(text).tree, self.lang)
        except (PydanticCustomError, KeyError):
            return ""

    def amount(self, text: str) -> str:
        """An amount, a range, or one amount against another."""
        units = re.findall(r"(?<=[0-9] )[A-Za-z][A-Za-z/-]*", text)
        if not re.match(r"[0-9]", text) or not units or any(unit not in terms.UNITS for unit in units):
            return ""
        return terms.amount(text.replace("..", "–"), self.lang)


def _says(case: Case, one: Statement, lang: str) -> str:
    """What a statement says in a few words."""
    words = "".join(_content(case, one, lang))
    where = told_clause(str(one.clause), lang)
    return aside(words, where, lang) if words else where


def _content(case: Case, one: Statement, lang: str) -> Iterator[str]:
    if isinstance(one, Measure | Duty):
        yield headed(terms.verb(one.verb, lang), one.object.in_(lang), lang)
    elif isinstance(one, Decision):
        values = [case.value_name(v).in_(lang) for v in case.values_of(one.to)]
        yield listed(values or [terms.verb(step.do, lang) for step in one.steps], lang)
    else:
        texts = (getattr(one, field, None) for field in ("name", "content", "what", "of", "term"))
        yield next((text.in_(lang) for text in texts if isinstance(text, Text)), "")
