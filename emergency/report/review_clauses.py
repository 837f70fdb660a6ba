"""The clauses of a plan in a review: the map of what became of each, and the list that findings link to."""

from __future__ import annotations

from typing import Any

from emergency.plan.declarations import ClauseEntry
from emergency.report.page import anchor
from emergency.report.review_page import ReviewPage
from emergency.review.case import Case
from emergency.source import Clause
from emergency.words.cards import card
from emergency.words.review import told_clause

__all__ = ["clause_list", "coverage_map"]


def coverage_map(page: ReviewPage, case: Case) -> dict[str, Any]:
    """Cells by chapter in the order of print, with the number and the gravest of the findings that cite each."""
    chapters: dict[str, list[dict[str, Any]]] = {}
    for entry in sorted(case.clauses.values(), key=lambda e: e.no.sort_key()):
        chapter = "annex" if entry.no.startswith("annex") else str(entry.no.chapter)
        chapters.setdefault(chapter, []).append(_cell(page, case, entry))
    counts: dict[str, int] = {}
    for entry in case.clauses.values():
        counts[entry.status] = counts.get(entry.status, 0) + 1
    legend = [{"status": s, "text": card(f"status-{s}", page.lang), "n": n} for s, n in counts.items()]
    told = [{"name": _chapter(page, no), "cells": cells} for no, cells in chapters.items()]
    return {"chapters": told, "legend": legend}


def _chapter(page: ReviewPage, no: str) -> str:
    return page.w("annex") if no == "annex" else page.w("chapter", n=no)


def _cell(page: ReviewPage, case: Case, entry: ClauseEntry) -> dict[str, Any]:
    marks = page.marks(page.by_clause.get(f"{case.id}:{entry.no}", ()))
    return {
        "no": told_clause(str(entry.no), page.lang),
        "anchor": anchor(f"{case.id}:{entry.no}"),
        "status": entry.status,
        "title": _text(page, entry),
        "n": len(marks),
        "severity": marks[0]["severity"] if marks else "",
    }


def _text(page: ReviewPage, entry: ClauseEntry) -> str:
    return entry.in_(page.lang) or entry.heading or ""


def clause_list(page: ReviewPage, case: Case) -> list[dict[str, Any]]:
    """Every clause with paraphrase, status and the findings that cite it; cited clauses not printed come last."""
    rows = []
    for entry in sorted(case.clauses.values(), key=lambda e: e.no.sort_key()):
        told = _text(page, entry)
        why = entry.why.in_(page.lang) if entry.why else ""
        rows.append(
            _row(page, case, str(entry.no), entry.heading or "", told if told != entry.heading else "")
            | {"status": card(f"status-{entry.status}", page.lang), "why": why}
        )
    known = {str(no) for no in case.clauses}
    found = {c.clause for f in page.numbered() for c in f.clauses if c.plan == case.id}
    cited = sorted(found, key=Clause.sort_key)
    rows += [_row(page, case, str(no), "", "") | {"status": "", "why": ""} for no in cited if no not in known]
    return rows


def _row(page: ReviewPage, case: Case, no: str, heading: str, text: str) -> dict[str, Any]:
    found = page.marks(page.by_clause.get(f"{case.id}:{no}", ()))
    names = {"no": told_clause(no, page.lang), "anchor": anchor(f"{case.id}:{no}")}
    return {**names, "heading": heading, "text": text, "marks": found}
