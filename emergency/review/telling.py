"""A review in words, line by line, for a terminal or a text file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from emergency.review.baseline import Sorted
from emergency.review.case import Cases
from emergency.review.check import Checked, Review
from emergency.review.document import DocumentText
from emergency.review.evidence import Naming, as_it_is, evidence_lines, naming
from emergency.review.finding import Finding
from emergency.source import Clause
from emergency.words.findings import CLASSES, KINDS, SEVERITIES, finding
from emergency.words.problems import safe
from emergency.words.punctuation import headed, listed, strung
from emergency.words.review import told_clause
from emergency.words.table import Table

__all__ = ["review_json", "tell_review"]

_WIDEST = 600
_SHOWN = 160


def review_json(review: Review, sorted_out: Sorted) -> dict[str, Any]:
    """The review as plain data, with what a baseline has decided apart from the open findings."""
    return {**review.to_json(), "findings": [f.to_json() for f in sorted_out.open], **sorted_out.to_json()}


def tell_review(
    review: Review,
    sorted_out: Sorted,
    lang: str,
    texts: Mapping[str, DocumentText] | None = None,
    cases: Cases | None = None,
) -> Iterator[str]:
    """The review line by line: findings by class, counts, what was decided before, what was found clean.

    Parameters
    ----------
    texts : mapping of plan id to its printed text, optional
        Findings then show the words of their clauses; nothing of it is kept.
    cases : Cases, optional
        The plans reviewed: evidence then calls things by their names.
    """

    def names(one: Finding) -> Naming:
        return naming(cases, one.plans, lang) if cases else as_it_is

    for name in CLASSES:
        of_class = [f for f in sorted_out.open if f.class_ == name]
        if of_class:
            yield f"== {_word(CLASSES, name, lang)} ({len(of_class)})"
            for one in of_class:
                yield from _finding(one, lang, texts or {}, names)
            yield ""
    yield from _summary(sorted_out.open, lang)
    yield from _settled(sorted_out, lang)
    yield from _checked(review.checked, lang)


def _word(table: Table, name: str, lang: str) -> str:
    return table[name][lang != "zh"]


def _finding(
    one: Finding, lang: str, texts: Mapping[str, DocumentText], names: Callable[[Finding], Naming]
) -> Iterator[str]:
    marks = f"{_word(SEVERITIES, one.severity, lang)} · {_word(KINDS, one.kind, lang)}"
    yield f"[{marks}] {one.id}  {' '.join(one.clauses)}"
    yield f"    {_safe(told_clause(one.message.in_(lang), lang))}"
    yield from _evidence(evidence_lines(one.evidence, lang, names(one)), lang)
    yield f"    {finding('suggestion', lang)}: {_safe(told_clause(one.suggestion.in_(lang), lang))}"
    if one.reference:
        yield f"    {finding('reference', lang)}: {_safe(one.reference.in_(lang))}"
    for clause in one.clauses:
        printed = _printed(texts.get(clause.plan), clause.clause)
        if printed:
            yield f"    {finding('printed', lang)} {clause}: {safe(printed, _SHOWN)}"


def _evidence(parts: Iterable[tuple[str, str]], lang: str) -> Iterator[str]:
    """Evidence in one line, ``levels: I, II; words: red``; a run below it, step by step."""
    brief = [headed(name, value, lang) for name, value in parts if "\n" not in value]
    if brief:
        yield f"    {finding('evidence', lang)}: {_safe(strung(brief, lang))}"
    for name, value in parts:
        if "\n" in value:
            yield f"    {name}:"
            yield from (f"      {_safe(step)}" for step in value.split("\n"))


def _printed(text: DocumentText | None, clause: Clause) -> str:
    try:
        return text.clause(clause).printed.replace("\n", " ") if text is not None else ""
    except KeyError:
        return ""


def _safe(text: str) -> str:
    return safe(text, _WIDEST)


def _summary(findings: Iterable[Finding], lang: str) -> Iterator[str]:
    """Counts by class and severity."""
    counts: list[tuple[str, str]] = [(f.class_, f.severity) for f in findings]
    if not counts:
        yield finding("none", lang)
        return
    yield finding("summary", lang)
    heads = [_word(SEVERITIES, s, lang) for s in SEVERITIES]
    yield _row(finding("class", lang), [*heads, finding("total", lang)])
    for name in CLASSES:
        own = [severity for cls, severity in counts if cls == name]
        if own:
            yield _row(_word(CLASSES, name, lang), [str(own.count(s)) for s in SEVERITIES] + [str(len(own))])
    every = [severity for _, severity in counts]
    yield _row(finding("total", lang), [str(every.count(s)) for s in SEVERITIES] + [str(len(every))])


def _row(head: str, cells: list[str]) -> str:
    return _wide(head, 16) + "".join(" " * max(1, 10 - _width(cell)) + cell for cell in cells)


def _wide(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def _settled(sorted_out: Sorted, lang: str) -> Iterator[str]:
    if sorted_out.settled:
        yield ""
        yield finding("settled", lang)
        for one, decided in sorted_out.settled:
            yield f"    {one.id} {finding(decided.status, lang)}: {_safe(decided.reason)}"
    if sorted_out.unknown:
        yield ""
        yield finding("unknown", lang)
        for decided in sorted_out.unknown:
            yield f"    {decided.where}: {_safe(decided.id)}"


def _checked(checked: Iterable[Checked], lang: str) -> Iterator[str]:
    """Which rules were skipped, and how many of each class ran; the ids of the others stand in the JSON."""
    ran = [one for one in checked if one.skipped is None]
    skipped = [one for one in checked if one.skipped is not None]
    if skipped:
        yield ""
        yield finding("skipped", lang)
        for one in skipped:
            yield f"    {one.rule.id}: {one.skipped.in_(lang) if one.skipped else ''}"
    counts = Counter(str(one.rule.class_) for one in ran)
    classes = listed((f"{_word(CLASSES, name, lang)} {counts[name]}" for name in CLASSES if name in counts), lang)
    yield ""
    yield finding("ran", lang, n=len(ran), list=classes, clean=sum(not one.findings for one in ran))
