"""Findings: what a rule hands over (a draft) and what the reviewer gets (a finding).

The keys of `Finding.to_json` are a contract: others may be added, none renamed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from emergency.source import Citation, Text
from emergency.words.findings import CLASSES, SEVERITIES

__all__ = ["Class", "Draft", "Finding", "Kind", "Severity", "finding_id", "plain"]

Class = Literal[
    "level scheme",
    "threshold",
    "authority",
    "membership",
    "deadline",
    "reference",
    "numbering",
    "resource",
    "arithmetic",
    "coverage",
    "cross-plan",
    "law",
]
Severity = Literal["critical", "high", "medium", "low"]
Kind = Literal["fact", "candidate"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One sighting of a fault; sightings of one rule in one plan with one subject become one finding.

    Attributes
    ----------
    subject : what the fault is about, in names that survive an edit elsewhere: ``warning=III``, ``annex-1``.
        Never a line, a place in a list or a count.
    clauses : every clause a reader must look at to see the fault; at least one.
    facts : what the rule's templates ask for: texts, numbers, lists of them. Facts of several sightings are joined.
    evidence : values, sets, a witness, a trace: plain data, joined like the facts.
    severity, kind : where this case differs from what the rule usually finds.
    variant : other wording for this case: the rule's table has it under ``rule-id:variant``.
    covers : other subjects of which this finding tells too, so that rules that yield to this one stay silent there.
    """

    subject: str
    clauses: tuple[Citation, ...]
    facts: Mapping[str, object] = field(default_factory=dict)
    evidence: Mapping[str, object] = field(default_factory=dict)
    severity: Severity | None = None
    kind: Kind | None = None
    variant: str | None = None
    covers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.clauses:
            raise ValueError(f"a finding on {self.subject} names no clause")

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans of its clauses, in the order they are named."""
        return tuple(dict.fromkeys(c.plan for c in self.clauses))


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one plan, or between plans, with every clause it stands in.

    Attributes
    ----------
    id : made of rule, subject and clauses; an edit elsewhere leaves it as it is.
    class_ : one of the contract's classes; ``class`` in JSON.
    kind : ``fact`` follows from the encoded text; a ``candidate`` needs a person to confirm it.
    reference : the law or practice the rule rests on, if it rests on any.
    """

    id: str
    rule: str
    class_: Class
    severity: Severity
    kind: Kind
    plans: tuple[str, ...]
    clauses: tuple[Citation, ...]
    subject: str
    message: Text
    suggestion: Text
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reference: Text | None = None

    def sort_key(self) -> tuple[Any, ...]:
        """Gravest first, then by class, plan and clause."""
        ranks = list(SEVERITIES).index(self.severity), list(CLASSES).index(self.class_)
        return (*ranks, self.plans, tuple(c.clause.sort_key() for c in self.clauses), self.rule, self.subject)

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data; `plan` is an id or, across plans, a list."""
        found = {
            "id": self.id,
            "rule": self.rule,
            "class": self.class_,
            "severity": self.severity,
            "kind": self.kind,
            "plan": self.plans[0] if len(self.plans) == 1 else list(self.plans),
            "clauses": [str(c) for c in self.clauses],
            "message": plain(self.message),
            "evidence": dict(self.evidence),
            "suggestion": plain(self.suggestion),
            "subject": self.subject,
        }
        return found | ({"reference": plain(self.reference)} if self.reference else {})


def finding_id(rule: str, subject: str, clauses: tuple[Citation, ...]) -> str:
    """The id of a finding: its rule in words, subject and clauses as ten hexadecimal digits.

    >>> finding_id("level-without-criteria", "warning=III", (Citation.parse("fuel:3.3"),))
    'level-without-criteria-8042f170af'
    """
    made_of = json.dumps([rule, subject, sorted(clauses)], ensure_ascii=False)
    return f"{rule}-{sha256(made_of.encode()).hexdigest()[:10]}"


def plain(value: object) -> Any:
    """A value as JSON has it.

    Raises
    ------
    TypeError
        For what has no plain form: an object of ours would print as something nobody can read.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    raise TypeError(f"no plain form for {type(value).__name__}")
