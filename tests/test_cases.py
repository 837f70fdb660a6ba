"""The plans' programs against tables of cases, written from the documents and not from the programs.

Each expectation of a case is checked by `case_checks`. Where a table is right and the program is not, the table lists
the expectation under `disagrees` with the reason; it is then expected to fail, and must.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from case_checks import Outcome, check_for, put

from emergency.machine import Program, compile_plan
from emergency.quantity import Duration
from emergency.reader import load_jurisdiction, load_plan

ROOT = Path(__file__).parent.parent
TABLES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CLAUSE = re.compile(r"(?<![\d.])\d\.\d(?:\.\d)*(?:\(\d\))?")

Case = dict[str, Any]


@cache
def table(path: Path) -> dict[str, Any]:
    """A table of cases as written."""
    with path.open(encoding="utf-8") as file:
        # A table is ours and no input of the library, whose bounded reader knows only its own kinds of file.
        return yaml.load(file, Loader=yaml.CSafeLoader)  # type: ignore[no-any-return]  # noqa: TID251


def disagreements(path: Path) -> dict[tuple[str, str], str]:
    """The expectations that the program does not meet, by case and key, with the reason."""
    listed = table(path).get("disagrees", [])
    return {(one["case"], key): one["why"]["en"] for one in listed for key in one["expect"]}


CASES = [pytest.param(path, case, id=f"{path.stem}-{case['id']}") for path in TABLES for case in table(path)["cases"]]
DISAGREEMENTS = [
    pytest.param(path, id, key, id=f"{path.stem}-{id}-{key}", marks=pytest.mark.xfail(strict=True, reason=why))
    for path in TABLES
    for (id, key), why in disagreements(path).items()
]


@cache
def program(path: Path) -> Program:
    """The program of the plan that a table is about."""
    head = table(path)
    place = load_jurisdiction(ROOT / head["jurisdiction"])
    return compile_plan(load_plan(ROOT / head["plan"], place), place)


def ask(path: Path, case: Case) -> Outcome:
    """A case put to the program of its plan; the table names no indicator or scheme that the plan has not."""
    one = program(path)
    written = table(path)["usual"] | case["facts"]
    lasted = {k: Duration.parse(v) for k, v in written.pop("since", {}).items()}
    assert {*written, *lasted} <= {i.variable for i in one.plan.indicators}
    assert set(case["now"]) == set(one.plan.schemes)
    facts = {k: frozenset(v) if isinstance(v, list) else v for k, v in written.items()}
    now = {k: v.replace("none", "off") for k, v in case["now"].items()}
    return put(one, facts, now, lasted)


def differs(outcome: Outcome, expected: dict[str, Any]) -> dict[str, Any]:
    """The expectations that are not met, or that no check knows."""
    found = {}
    for key, wanted in expected.items():
        check = check_for(outcome, key)
        got = check(outcome, wanted) if check else "(no such expectation)"
        if check is None or got != wanted:
            found[key] = {"program": got, "document": wanted}
    return found


@pytest.mark.parametrize(("path", "case"), CASES)
def test_program_does_what_the_document_asks(path: Path, case: Case) -> None:
    """In every situation the program gives each expectation, and the table expects nothing unknown."""
    listed = disagreements(path)
    expected = {key: wanted for key, wanted in case["expect"].items() if (case["id"], key) not in listed}
    assert not differs(ask(path, case), expected)


@pytest.mark.parametrize(("path", "id", "key"), DISAGREEMENTS)
def test_program_disagrees_with_the_document(path: Path, id: str, key: str) -> None:
    """What a table says the program gets wrong it does get wrong: a list that is out of date fails."""
    (case,) = (c for c in table(path)["cases"] if c["id"] == id)
    assert not differs(ask(path, case), {key: case["expect"][key]})


@pytest.mark.parametrize(("path", "case"), CASES)
def test_every_expectation_says_where_it_stands(path: Path, case: Case) -> None:
    """A case is told in both languages, and each expectation names clauses that the plan has."""
    assert set(case) == {"id", "situation", "facts", "now", "expect", "because"}
    assert set(case["situation"]) == {"zh", "en"}
    assert set(case["because"]) == set(case["expect"])
    printed = {str(c.no) for c in program(path).plan.clauses}
    for key, source in case["because"].items():
        cited = [re.findall(CLAUSE, source[language]) for language in ("zh", "en")]
        assert set(cited[0]) == set(cited[1]), key
        assert cited[0], key
        assert set(cited[0]) <= printed, key


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_cases_are_told_apart(path: Path) -> None:
    """Every case of a table has an id of its own, and no two put the same question."""
    cases = table(path)["cases"]
    assert len({c["id"] for c in cases}) == len(cases) >= 28
    usual = table(path)["usual"]
    assert len({repr((usual | c["facts"], c["now"])) for c in cases}) == len(cases)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_disagreements_name_expectations(path: Path) -> None:
    """A table lists as disagreeing only expectations it states, each once, with a reason in both languages."""
    head = table(path)
    assert set(head) - {"disagrees"} == {"plan", "jurisdiction", "usual", "cases"}
    listed = head.get("disagrees", [])
    assert all(set(one) == {"case", "expect", "why"} and set(one["why"]) == {"zh", "en"} for one in listed)
    pairs = [(one["case"], key) for one in listed for key in one["expect"]]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) <= {(c["id"], key) for c in head["cases"] for key in c["expect"]}
