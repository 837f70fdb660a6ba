"""The review: every rule over every plan, one finding for each cause, and the account of what was checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from emergency.errors import MissingExtraError
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.review.case import Case, Cases
from emergency.review.finding import Class, Draft, Finding, finding_id, plain
from emergency.review.rules import RULES, Rule
from emergency.source import Citation, Id, Text
from emergency.words.findings import CLASSES, FINDINGS, SEVERITIES
from emergency.words.rules import worded

__all__ = ["MODULES", "Checked", "Review", "all_rules", "check_plans"]

#: The modules that hold rules, one class or two in each.
MODULES = (
    "scheme",
    "threshold",
    "authority",
    "membership",
    "deadline",
    "reference",
    "resource",
    "coverage",
    "cross",
    "law",
    "paths",
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule that was asked for: how much it found, or why it did not run."""

    rule: Rule
    findings: int
    skipped: Text | None = None

    def to_json(self) -> dict[str, Any]:
        """The account as plain data; rules that did not run bear the reason."""
        words = self.rule.wording()
        found: dict[str, Any] = {"rule": self.rule.id, "findings": self.findings, "class": self.rule.class_}
        found["because"] = plain(worded(words.because))
        if words.reference:
            found["reference"] = plain(worded(words.reference))
        return found | ({"skipped": plain(self.skipped)} if self.skipped else {})


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, gravest first, and what was checked."""

    findings: tuple[Finding, ...]
    checked: tuple[Checked, ...]

    def of(self, rule: str) -> tuple[Finding, ...]:
        """The findings of one rule."""
        return tuple(f for f in self.findings if f.rule == rule)

    def to_json(self) -> dict[str, Any]:
        """The review as plain data: ``{"findings": […], "checked": […]}``."""
        found = [f.to_json() for f in self.findings]
        return {"findings": found, "checked": [c.to_json() for c in self.checked]}


def all_rules() -> tuple[Rule, ...]:
    """Every rule of every module, class by class."""
    for name in MODULES:
        path = f"emergency.review.{name}"
        if find_spec(path) is not None:
            import_module(path)
    return tuple(sorted(RULES.values(), key=lambda r: list(CLASSES).index(r.class_)))


def check_plans(
    plans: Iterable[Plan],
    jurisdictions: Iterable[Jurisdiction] | Mapping[str, Jurisdiction],
    *,
    classes: Iterable[Class] | None = None,
    rules: Iterable[Rule] | None = None,
) -> Review:
    """Review plans, one by one and against each other.

    Parameters
    ----------
    jurisdictions : iterable or mapping by id
        Those the plans are for.
    classes : iterable of str, optional
        Only rules of these classes are run; all by default.
    rules : iterable of Rule, optional
        Instead of every rule there is.

    Raises
    ------
    KeyError
        If a plan's jurisdiction is not given.
    """
    given = jurisdictions.values() if isinstance(jurisdictions, Mapping) else jurisdictions
    places = {one.jurisdiction: one for one in given}
    cases = Cases(Case(plan, places[Id(plan.jurisdiction)]) for plan in plans)
    wanted = set(classes or CLASSES)
    known = list(all_rules() if rules is None else rules)
    asked = [r for r in known if r.class_ in wanted]
    heeded = {id for r in asked for id in r.yields_to}
    run = [r for r in known if r in asked or r.id in heeded]
    sighted = {rule.id: _sighted(rule, cases) for rule in run}
    _drop_told_elsewhere(run, sighted)
    made = {r.id: [_finding(r, drafts, cases) for drafts in sighted[r.id].found.values()] for r in asked}
    findings = sorted((f for ones in made.values() for f in ones), key=Finding.sort_key)
    checked = tuple(Checked(r, len(made[r.id]), sighted[r.id].skipped) for r in asked)
    return Review(tuple(findings), checked)


# ------------------------------------------------------------------------------------------ running


@dataclass(slots=True)
class _Sighted:
    """The drafts of one rule, those of one plan and subject together."""

    found: dict[tuple[str, str], list[Draft]]
    skipped: Text | None = None


def _sighted(rule: Rule, cases: Cases) -> _Sighted:
    lacking = rule.missing()
    if lacking is not None:
        return _Sighted({}, _label("needs-extra", package=lacking[0], extra=lacking[1]))
    if rule.scope == "plans" and len(cases) < 2:
        return _Sighted({}, _label("needs-plans"))
    found: dict[tuple[str, str], list[Draft]] = {}
    try:
        for plan, draft in rule.sightings(cases):
            found.setdefault((plan, draft.subject), []).append(draft)
    except MissingExtraError as error:
        return _Sighted({}, _label("needs-extra", package=error.package, extra=error.extra))
    return _Sighted(found)


def _drop_told_elsewhere(rules: list[Rule], sighted: Mapping[str, _Sighted]) -> None:
    """Silence a rule where one it yields to has told of the same subject."""
    told = {id: _subjects(one) for id, one in sighted.items()}
    for rule in rules:
        better = {s for id in rule.yields_to for s in told.get(id, ())}
        found = sighted[rule.id].found
        sighted[rule.id].found = {key: drafts for key, drafts in found.items() if key not in better}


def _subjects(sighted: _Sighted) -> set[tuple[str, str]]:
    drafts = ((plan, d) for (plan, _), ones in sighted.found.items() for d in ones)
    return {(plan, subject) for plan, d in drafts for subject in (d.subject, *d.covers)}


# ------------------------------------------------------------------------------------------ wording


def _finding(rule: Rule, drafts: list[Draft], cases: Cases) -> Finding:
    """The sightings of one cause as one finding."""
    first = drafts[0]
    clauses = _in_order({c for d in drafts for c in d.clauses}, cases)
    facts = _joined([d.facts for d in drafts])
    severities = sorted((d.severity or rule.severity for d in drafts), key=list(SEVERITIES).index)
    kinds = {d.kind or rule.kind for d in drafts}
    words = rule.wording(first.variant)
    return Finding(
        id=finding_id(rule.id, first.subject, clauses),
        rule=rule.id,
        class_=rule.class_,
        severity=severities[0],
        kind="candidate" if "candidate" in kinds else "fact",
        plans=tuple(dict.fromkeys(c.plan for c in clauses)),
        clauses=clauses,
        subject=first.subject,
        message=worded(words.says, **facts),
        suggestion=worded(words.suggests, **facts),
        evidence=plain(_joined([d.evidence for d in drafts])),
        reference=worded(words.reference, **facts) if words.reference else None,
    )


def _in_order(clauses: set[Citation], cases: Cases) -> tuple[Citation, ...]:
    order = [case.id for case in cases]
    return tuple(sorted(clauses, key=lambda c: (order.index(c.plan), c.clause.sort_key())))


def _joined(several: list[Mapping[str, object]]) -> dict[str, object]:
    """Facts of several sightings as one: what they share stays, the rest becomes lists without repeats."""
    names = dict.fromkeys(name for one in several for name in one)
    return {name: _together([one[name] for one in several if name in one]) for name in names}


def _together(values: list[object]) -> object:
    if all(value == values[0] for value in values):
        return values[0]
    found: list[object] = []
    for value in values:
        found += [v for v in (value if isinstance(value, list | tuple) else [value]) if v not in found]
    return found


def _label(name: str, **facts: object) -> Text:
    return worded(FINDINGS[name], **facts)
