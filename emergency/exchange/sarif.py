"""A review as SARIF 2.1.0, for code-review tools and editors.

A candidate is a result of kind ``review`` (a person must decide), which the standard gives level ``none``; its
severity stands in ``rank`` and in the properties. Clauses are logical locations: the printed plan has no file.

References
----------
OASIS (2020), Static Analysis Results Interchange Format (SARIF) version 2.1.0, §3.27.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from emergency import __version__
from emergency.review.baseline import Decided, Sorted
from emergency.review.check import Checked, Review
from emergency.review.finding import Finding
from emergency.source import Citation

__all__ = ["sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_RANKS = {"critical": 100.0, "high": 75.0, "medium": 50.0, "low": 25.0}


def sarif(review: Review, sorted_out: Sorted, lang: str) -> str:
    """The review as a SARIF document; what a baseline has decided is there as suppressed results."""
    places = {one.rule.id: i for i, one in enumerate(review.checked)}
    results = [_result(one, places, lang) for one in sorted_out.open]
    results += [_result(one, places, lang) | _suppressed(decided) for one, decided in sorted_out.settled]
    rules = [_rule(one, lang) for one in review.checked]
    run = {
        "tool": {"driver": {"name": "emergency", "version": __version__, "rules": rules}},
        "language": "zh-CN" if lang == "zh" else "en",
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _skipped(review.checked, lang)}],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(one: Checked, lang: str) -> dict[str, Any]:
    rule, at = one.rule, lang != "zh"
    words = rule.wording()
    told = {"id": rule.id, "shortDescription": {"text": rule.id.replace("-", " ")}}
    basis = {"help": {"text": words.reference[at]}} if words.reference else {}
    return {
        **told,
        "fullDescription": {"text": words.because[at]},
        **basis,
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "rank": _RANKS[rule.severity]},
        "properties": {"class": rule.class_, "severity": rule.severity, "kind": rule.kind},
    }


def _result(one: Finding, places: dict[str, int], lang: str) -> dict[str, Any]:
    fact = one.kind == "fact"
    text = f"{one.message.in_(lang)}\n{one.suggestion.in_(lang)}"
    return {
        "ruleId": one.rule,
        "ruleIndex": places[one.rule],
        "kind": "fail" if fact else "review",
        "level": _LEVELS[one.severity] if fact else "none",
        "rank": _RANKS[one.severity],
        "message": {"text": text},
        "locations": [{"logicalLocations": [_clause(c)]} for c in one.clauses],
        "partialFingerprints": {"findingId/v1": one.id},
        "properties": {
            "id": one.id,
            "class": one.class_,
            "severity": one.severity,
            "kind": one.kind,
            "subject": one.subject,
            "evidence": dict(one.evidence),
            "suggestion": one.suggestion.in_(lang),
        },
    }


def _clause(citation: Citation) -> dict[str, str]:
    return {"name": str(citation.clause), "fullyQualifiedName": str(citation), "kind": "clause"}


def _suppressed(decided: Decided) -> dict[str, Any]:
    """A decided finding, accepted or rejected, is no longer reported; the reason says which and why."""
    why = f"{decided.status}: {decided.reason}"
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": why}]}


def _skipped(checked: Iterable[Checked], lang: str) -> list[dict[str, Any]]:
    return [
        {
            "level": "warning",
            "message": {"text": one.skipped.in_(lang)},
            "associatedRule": {"id": one.rule.id, "index": i},
        }
        for i, one in enumerate(checked)
        if one.skipped is not None
    ]
