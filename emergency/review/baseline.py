"""What has been decided about findings: accepted or rejected, with a reason, in a file kept beside the plans.

::

    findings:
      - {id: level-never-entered-0a1b2c3d4e, status: accepted, reason: to be mended in the next revision}
      - {id: word-scale-shared-5f6a7b8c9d, status: rejected, reason: the city's plan uses the same words}

The same in JSON is read too. An id names rule, subject and clauses, so an entry holds while its finding does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from emergency.errors import InputError, Problem
from emergency.reader.entries import entries_under, only_keys, stated, twice
from emergency.reader.nodes import Mapping
from emergency.review.finding import Finding
from emergency.source import Where

__all__ = ["Decided", "Sorted", "load_baseline", "sort_out"]

Status = Literal["accepted", "rejected"]
_KEYS = ("id", "status", "reason")


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one finding, and where that is written."""

    id: str
    status: Status
    reason: str
    where: Where


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings still open, those decided, and entries whose finding was not met."""

    open: tuple[Finding, ...]
    settled: tuple[tuple[Finding, Decided], ...] = ()
    unknown: tuple[Decided, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What stands apart from the open findings, as plain data."""
        settled = [{**f.to_json(), "status": d.status, "reason": d.reason} for f, d in self.settled]
        return {"settled": settled, "unknown": [d.id for d in self.unknown]}


def sort_out(findings: tuple[Finding, ...], baseline: tuple[Decided, ...]) -> Sorted:
    """Put findings that have been decided apart."""
    decided = {d.id: d for d in baseline}
    found = {f.id for f in findings}
    return Sorted(
        tuple(f for f in findings if f.id not in decided),
        tuple((f, decided[f.id]) for f in findings if f.id in decided),
        tuple(d for d in baseline if d.id not in found),
    )


def load_baseline(path: Path) -> tuple[Decided, ...]:
    """Read a baseline.

    Raises
    ------
    InputError
        With all problems of the file, by place.
    """
    nodes, problems = entries_under("findings", path)
    found = [one for node in nodes if (one := _decided(node, problems)) is not None]
    problems += twice((one.id, one.where) for one in found)
    if problems:
        raise InputError(sorted(problems, key=lambda p: p.where or Where("")))
    return tuple(found)


def _decided(node: Mapping, problems: list[Problem]) -> Decided | None:
    before = len(problems)
    only_keys(node, _KEYS, _KEYS, problems)
    texts = {name: stated(node.entries[name], problems) for name in _KEYS if name in node.entries}
    status = texts.get("status")
    if status and status not in ("accepted", "rejected"):
        facts = {"value": status, "choices": "accepted, rejected"}
        problems.append(Problem("not-a-choice", node.entries["status"].value.where, facts))
    if len(problems) > before:
        return None
    answer: Status = "accepted" if status == "accepted" else "rejected"
    return Decided(texts["id"], answer, texts["reason"], node.where)

