"""The report of a review: what was found, plan by plan, and where it stands in the levels, agencies and reports.

Every mark leads to its finding, every finding to its clauses, every clause back to its findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emergency import __version__
from emergency.exchange import opinions, sarif
from emergency.jurisdiction import Jurisdiction
from emergency.machine import Program
from emergency.plan import Plan
from emergency.report.page import anchor
from emergency.report.review_across import across
from emergency.report.review_clauses import clause_list, coverage_map
from emergency.report.review_drawings import machine_drawings
from emergency.report.review_levels import agency_table, level_tables
from emergency.report.review_organisation import organisation
from emergency.report.review_page import Reviewed, ReviewPage
from emergency.report.review_pdf import review_pdf
from emergency.report.review_reporting import chains, reporting_drawings, tellings
from emergency.report.review_thresholds import thresholds
from emergency.report.standalone import ENVIRONMENT, standalone, style
from emergency.review.baseline import Decided, Sorted
from emergency.review.case import Case
from emergency.review.check import Review
from emergency.review.evidence import evidence_lines, naming
from emergency.review.finding import Finding
from emergency.source import Citation
from emergency.words.findings import CLASSES, KINDS, SEVERITIES
from emergency.words.punctuation import punctuation
from emergency.words.review import told, told_clause

__all__ = ["render_review", "review_as"]


def review_as(
    form: str,
    review: Review,
    sorted_out: Sorted,
    plans: Iterable[Plan],
    places: Mapping[str, Jurisdiction],
    lang: str,
) -> bytes:
    """A review as the bytes of a file: ``sarif``, ``xlsx``, ``html`` or ``pdf``.

    Raises
    ------
    MissingExtraError
        For ``pdf`` without the extra ``docs``.
    ValueError
        For another form.
    """
    of = Reviewed(review, sorted_out, tuple(plans), places, lang)
    match form:
        case "sarif":
            return (sarif(review, sorted_out, lang) + "\n").encode()
        case "xlsx":
            return opinions(review, sorted_out, of.cases, lang)
        case "pdf":
            return review_pdf(_context(of, paper=True), ENVIRONMENT, lang)
        case "html":
            return render_review(of).encode()
        case _:
            raise ValueError(f"no form {form}")


def render_review(of: Reviewed) -> str:
    """The report as one HTML text that asks for nothing from outside."""
    return standalone("review.html.j2", _context(of))


def _context(of: Reviewed, *, paper: bool = False) -> dict[str, Any]:
    page, programs, lang = ReviewPage(of), of.programs, of.lang
    return {
        "lang": lang, "w": lambda name, **facts: told(name, lang, **facts), "version": __version__,
        "comma": punctuation(lang).comma, "colon": punctuation(lang).colon,
        "own_css": style("review.css"),
        "counts": _counts(page), "open": _open(page),
        "severities": [{"id": s, "text": words[lang != "zh"]} for s, words in SEVERITIES.items()],
        "plans": [_plan(page, case, programs[case.id], paper) for case in page.cases],
        "shared": across(page), "across": [_finding(page, one) for one in page.findings(None)],
        "settled": [_finding(page, one, decided) for one, decided in page.sorted_out.settled],
        "checked": _checked(page), "skipped": _skipped(page),
    }  # fmt: skip


def _plan(page: ReviewPage, case: Case, program: Program | None, paper: bool) -> dict[str, Any]:
    document = case.plan.document
    date = "" if document.date == "unstated" else str(document.date)
    number = "" if document.number == "unstated" else document.number
    told_ = tellings(page, case)
    return {
        "id": case.id, "title": case.plan.title.in_(page.lang), "document": " ".join(p for p in (number, date) if p),
        "findings": [_finding(page, one) for one in page.findings(case.id)],
        "levels": level_tables(page, case), "agencies": agency_table(page, case),
        "thresholds": thresholds(page, case), "organisation": organisation(page, case, paper=paper),
        "machine": machine_drawings(page, case, program),
        "reporting": reporting_drawings(page, case, told_), "chains": chains(page, case, told_),
        "coverage": coverage_map(page, case), "clauses": clause_list(page, case),
    }  # fmt: skip


def _finding(page: ReviewPage, one: Finding, decided: Decided | None = None) -> dict[str, Any]:
    lang = page.lang
    at = lang != "zh"
    return {
        "no": page.numbers[one.id], "anchor": f"f-{one.id}", "id": one.id, "severity": one.severity,
        "severity_text": SEVERITIES[one.severity][at], "kind": one.kind, "kind_text": KINDS[one.kind][at],
        "class": CLASSES[one.class_][at], "message": page.says(one.message),
        "suggestion": page.says(one.suggestion), "because": _because(page, one),
        "basis": one.reference.in_(lang) if one.reference else "",
        "evidence": evidence_lines(one.evidence, lang, naming(page.cases, one.plans, lang)),
        "cites": _cites(page, one),
        "status": told(decided.status, lang) if decided else "", "reason": decided.reason if decided else "",
    }  # fmt: skip


def _cites(page: ReviewPage, one: Finding) -> list[dict[str, Any]]:
    """The clauses as links, plan by plan; what the plan is called stands before them where there are several."""
    groups: dict[str, list[Citation]] = {}
    for citation in one.clauses:
        groups.setdefault(citation.plan, []).append(citation)
    several = len(groups) > 1
    return [
        {"plan": page.cases.by_id[plan].plan.brief.in_(page.lang) if several else "",
         "links": [{"text": told_clause(str(c.clause), page.lang), "anchor": anchor(c)} for c in cited]}
        for plan, cited in groups.items()
    ]  # fmt: skip


def _because(page: ReviewPage, one: Finding) -> str:
    rule = next(c.rule for c in page.review.checked if c.rule.id == one.rule)
    return rule.wording().because[page.lang != "zh"]


# ----------------------------------------------------------------------------------------- summary


def _open(page: ReviewPage) -> list[str]:
    kinds = [f.kind for f in page.sorted_out.open]
    said = [page.w("open", n=len(kinds), facts=kinds.count("fact"), candidates=kinds.count("candidate"))]
    settled = len(page.sorted_out.settled)
    return [*said, page.w("settled-count", n=settled)] if settled else said


def _counts(page: ReviewPage) -> list[dict[str, Any]]:
    """Open findings by plan and severity, those across plans in a row of their own."""
    groups: list[tuple[str, str, str | None]] = [
        (case.plan.title.in_(page.lang), f"p-{case.id}", case.id) for case in page.cases
    ]
    rows = [*groups, (page.w("across"), "p-across", None)] if len(page.cases) > 1 else groups
    found = []
    for title, place, plan in rows:
        own: list[str] = [f.severity for f in page.findings(plan)]
        found.append({"title": title, "anchor": place, "n": [own.count(s) for s in SEVERITIES], "total": len(own)})
    every: list[str] = [f.severity for f in page.sorted_out.open]
    total = {"title": page.w("total"), "anchor": "", "n": [every.count(s) for s in SEVERITIES], "total": len(every)}
    return [*found, total]


def _checked(page: ReviewPage) -> list[dict[str, Any]]:
    """How many rules of each class ran, and how much each class found."""
    found = []
    for name, words in CLASSES.items():
        ran = [c for c in page.review.checked if c.rule.class_ == name and c.skipped is None]
        if ran:
            n = sum(f.class_ == name for f in page.sorted_out.open)
            found.append({"class": words[page.lang != "zh"], "rules": len(ran), "n": n})
    return found


def _skipped(page: ReviewPage) -> list[dict[str, str]]:
    return [
        {"rule": c.rule.id, "why": c.skipped.in_(page.lang)} for c in page.review.checked if c.skipped is not None
    ]
