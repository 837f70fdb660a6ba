"""Two versions of a plan compared by meaning: what they say otherwise, and which findings come and go.

Statements are matched by id, else by what they say, else by their kind and subject (a seat by body and chair, a
measure by what is done to what), so that a clause under another number is a renumbering and not a removal and an
addition. Where several would do, those of one clause go together, then those that stand in the same order.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emergency.plan import Plan
from emergency.plan.statements import SECTIONS, Statement
from emergency.review.check import Review
from emergency.review.finding import Finding, plain
from emergency.source import Clause

__all__ = [
    "ASPECTS", "Change", "Comparison", "FieldChange", "FindingsMoved", "Renumbered", "compare_plans",
    "findings_moved",
]  # fmt: skip

How = Literal["added", "removed", "changed"]

#: What a section is about, in the order of a list of changes.
ASPECTS: Mapping[str, tuple[str, ...]] = {
    "levels": ("schemes", "labels", "precedence"),
    "thresholds": ("criteria", "groups", "indicators"),
    "deadlines": ("events",),
    "authority": ("decisions", "duties"),
    "membership": ("actors", "seats"),
    "measures": ("objects", "measures"),
    "reports": ("reports", "publications", "contents"),
    "resources": ("resources", "lists"),
    "rest": ("document", "clauses", "terms", "references", "forms", "upkeep"),
    "readings": ("readings",),
}
_ASPECT_OF = {section: aspect for aspect, sections in ASPECTS.items() for section in sections}
#: Fields about time, and about who acts, in whatever section they stand.
_TIMES = frozenset({"within", "bound", "after", "urgency", "every"})
_WHO = frozenset({"by", "from", "to", "with", "actors", "together_with", "cleared_by", "approved_by", "released_by"})
_UNSAID = frozenset({"id", "clause", "note", "no"})

#: What a statement is about, by section; a section that is not named has its id alone.
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "labels": ("scheme", "level"),
    "precedence": ("rule",),
    "terms": ("term",),
    "seats": ("body", "role"),
    "duties": ("verb", "object"),
    "events": ("name",),
    "indicators": ("variable", "condition"),
    "criteria": ("of",),
    "groups": ("joins",),
    "decisions": ("to", "from"),
    "measures": ("during", "verb", "target"),
    "reports": ("content",),
    "publications": ("what",),
    "resources": ("name",),
    "lists": ("name",),
    "contents": ("of",),
    "references": ("title",),
    "forms": ("name",),
    "upkeep": ("kind", "what"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that says something else; `path` as in the file (``steps.1.within.bound``), None for not said."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """Something one version says and the other does not, or says otherwise.

    Attributes
    ----------
    aspects : what it is about, of `ASPECTS`; a deadline in a measure is about both.
    subject : the id, or kind and subject in words.
    clauses : where it stands before and after; None where it does not.
    """

    how: How
    aspects: tuple[str, ...]
    section: str
    subject: str
    clauses: tuple[str | None, str | None]
    fields: tuple[FieldChange, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The change as plain data."""
        before, after = self.clauses
        fields = [{"field": f.path, "before": plain(f.before), "after": plain(f.after)} for f in self.fields]
        told = {"how": self.how, "about": list(self.aspects), "section": self.section, "subject": self.subject}
        return told | {"clause_before": before, "clause_after": after, "fields": fields}


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A clause that bears another number, with how many statements went with it unchanged."""

    before: str
    after: str
    statements: int

    def to_json(self) -> dict[str, Any]:
        """The renumbering as plain data."""
        return {"before": self.before, "after": self.after, "statements": self.statements}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two versions say otherwise, by aspect."""

    changes: tuple[Change, ...]
    renumbered: tuple[Renumbered, ...]

    @property
    def same(self) -> bool:
        """Whether the two say the same under the same numbers."""
        return not (self.changes or self.renumbered)

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain data: ``{"changes": […], "renumbered": […]}``."""
        changes = [c.to_json() for c in self.changes]
        return {"changes": changes, "renumbered": [r.to_json() for r in self.renumbered]}


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement as plain data, with what it is known by."""

    id: str | None
    clause: str | None
    said: Mapping[str, Any]
    subject: str

    @property
    def content(self) -> str:
        """What it says, whatever its clause and id."""
        return json.dumps({k: v for k, v in self.said.items() if k not in _UNSAID}, sort_keys=True)


def compare_plans(before: Plan, after: Plan) -> Comparison:
    """Compare two versions of a plan by meaning."""
    changes: list[Change] = []
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for section in _ASPECT_OF:
        old, new = list(_said(before, section)), list(_said(after, section))
        pairs, gone, come = _matched(old, new)
        for a, b in pairs:
            if a.clause != b.clause:
                moved[str(a.clause), str(b.clause)] += section != "clauses"
            fields = tuple(_differences(a.said, b.said))
            if fields:
                changes.append(_change("changed", section, a, b, fields))
        changes += [_change("removed", section, one, None) for one in gone]
        changes += [_change("added", section, None, one) for one in come]
    order = list(ASPECTS)
    changes.sort(key=lambda c: order.index(c.aspects[0]))
    return Comparison(tuple(changes), tuple(Renumbered(a, b, n) for (a, b), n in sorted(moved.items(), key=_printed)))


def _printed(pair: tuple[tuple[str, str], int]) -> Any:
    return Clause(pair[0][0]).sort_key()


# ------------------------------------------------------------------------------------------ what is said


def _said(plan: Plan, section: str) -> Iterator[_Said]:
    """The statements, declarations or entries of a section."""
    held = getattr(plan, section)
    if section == "document":
        yield _Said("document", None, _dumped(held), section)
    elif section == "clauses":
        for one in held:
            page = "" if one.page == "body" else f" ({one.page})"
            yield _Said(None, str(one.no), _dumped(one), f"{one.no}{page}")
    elif section in SECTIONS:
        yield from (_statement(section, one) for one in held)
    elif section == "readings":
        yield from (_Said(str(one.id), None, _dumped(one), str(one.id)) for one in held)  # of several clauses
    else:
        yield from (_Said(str(id), None, _dumped(one), str(id)) for id, one in held.items())


def _statement(section: str, one: Statement) -> _Said:
    said = _dumped(one)
    about = [_short(said[field]) for field in _SUBJECTS.get(section, ()) if said.get(field)]
    return _Said(str(one.id) if one.id else None, str(one.clause), said, " ".join(about) or section)


def _dumped(one: Any) -> dict[str, Any]:
    found: dict[str, Any] = one.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    return found


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("zh", ""))
    return " ".join(map(_short, value)) if isinstance(value, list) else str(value)


# ------------------------------------------------------------------------------------------ matching

_Pairs = list[tuple[_Said, _Said]]


def _matched(old: list[_Said], new: list[_Said]) -> tuple[_Pairs, list[_Said], list[_Said]]:
    """Pairs in the order of the first version, and what is left of each."""
    found: dict[int, tuple[_Said, _Said]] = {}
    for key in _KEYS:
        waiting: dict[object, list[_Said]] = defaultdict(list)
        taken = {id(b) for _, b in found.values()}
        for one in new:
            if id(one) not in taken and key(one) is not None:
                waiting[key(one)].append(one)
        for at, one in enumerate(old):
            if at not in found and key(one) is not None and waiting[key(one)]:
                found[at] = (one, waiting[key(one)].pop(0))
    taken = {id(b) for _, b in found.values()}
    gone = [one for at, one in enumerate(old) if at not in found]
    return [found[at] for at in sorted(found)], gone, [one for one in new if id(one) not in taken]


def _same_subject(one: _Said) -> object:
    """Entries of clauses have no subject but their number, which the first key has taken."""
    return (one.subject, "loose") if one.clause != one.subject.partition(" ")[0] else None


#: From the surest sign that two statements are one to the least.
_KEYS: tuple[Callable[[_Said], object], ...] = (
    lambda one: one.id,
    lambda one: (one.clause, one.content),
    lambda one: one.content,
    lambda one: (one.clause, one.subject),
    _same_subject,
)


# ------------------------------------------------------------------------------------------ differences


def _change(
    how: How, section: str, before: _Said | None, after: _Said | None, fields: tuple[FieldChange, ...] = ()
) -> Change:
    one = after or before
    subject = (one.id or one.subject) if one else ""
    aspects = dict.fromkeys((_ASPECT_OF[section], *(a for f in fields for a in _about(f))))
    clauses = (before.clause if before else None, after.clause if after else None)
    return Change(how, tuple(aspects), section, subject, clauses, fields)


def _about(field: FieldChange) -> Iterator[str]:
    parts = set(field.path.split("."))
    if parts & _TIMES:
        yield "deadlines"
    elif parts & _WHO:
        yield "authority"


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Fields that differ, as deep as both sides have the same shape."""
    for name in dict.fromkeys((*before, *after)):
        if name not in _UNSAID:
            yield from _field(name, before.get(name), after.get(name))


def _field(path: str, a: Any, b: Any) -> Iterator[FieldChange]:
    if a == b:
        return
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for name in dict.fromkeys((*a, *b)):
            yield from _field(f"{path}.{name}", a.get(name), b.get(name))
    elif _steps(a) and _steps(b) and len(a) == len(b):
        for at, (one, other) in enumerate(zip(a, b, strict=True)):
            yield from _field(f"{path}.{at}", one, other)
    else:
        yield FieldChange(path, a, b)


def _steps(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


# ------------------------------------------------------------------------------------------ findings


@dataclass(frozen=True, slots=True)
class FindingsMoved:
    """Findings that appear with the new version, vanish with it, or stay and tell something else."""

    appeared: tuple[Finding, ...]
    vanished: tuple[Finding, ...]
    changed: tuple[tuple[Finding, Finding], ...]
    kept: int

    def to_json(self) -> dict[str, Any]:
        """The findings as plain data; of a changed one both versions."""
        return {
            "appeared": [f.to_json() for f in self.appeared],
            "vanished": [f.to_json() for f in self.vanished],
            "changed": [{"before": a.to_json(), "after": b.to_json()} for a, b in self.changed],
            "kept": self.kept,
        }


def findings_moved(
    before: Review, after: Review, renumbered: Iterable[Renumbered] = (), plan: str = ""
) -> FindingsMoved:
    """Match the findings of two versions by rule and subject, a renumbered clause being the same clause.

    Parameters
    ----------
    plan : str
        The id of the plan compared: in findings across plans, only its clauses bear other numbers.
    """
    numbers = {one.before: one.after for one in renumbered}
    old = {(f.rule, _under(f.subject, numbers)): f for f in before.findings}
    new = {(f.rule, f.subject): f for f in after.findings}
    both = [(old[key], new[key]) for key in new if key in old]
    changed = tuple((a, b) for a, b in both if _tells(a, numbers, plan) != _tells(b, {}, plan))
    appeared = tuple(f for key, f in new.items() if key not in old)
    vanished = tuple(f for key, f in old.items() if key not in new)
    return FindingsMoved(appeared, vanished, changed, len(both) - len(changed))


def _under(text: str, numbers: Mapping[str, str]) -> str:
    """A text with clauses under their new numbers."""
    pattern = r"(?<![\w.#(])(?:annex-\d+|\d+(?:\.\d+)+)(?:#\d+|\(\d+\))*(?![\w(#])"
    return re.sub(pattern, lambda found: numbers.get(found[0], found[0]), text)


def _tells(finding: Finding, numbers: Mapping[str, str], plan: str) -> tuple[object, ...]:
    """What a finding tells of: its clauses, severity, kind and evidence, whatever id the plan compared bears."""
    clauses = sorted(_cited(finding, numbers, plan))
    evidence = _under(json.dumps(finding.evidence, ensure_ascii=False, sort_keys=True), numbers)
    return (clauses, finding.severity, finding.kind, evidence)


def _cited(finding: Finding, numbers: Mapping[str, str], plan: str) -> Iterator[str]:
    """Its clauses under their new numbers; those of sister plans with the id of their plan."""
    for one in finding.clauses:
        if len(finding.plans) == 1 or one.plan == plan:
            yield numbers.get(str(one.clause), str(one.clause))
        else:
            yield str(one)
