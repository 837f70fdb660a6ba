"""Two versions of a plan compared: what counts as a change, which findings move, how an outcome moves."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import OPERATORS, edited, mutants, renumbered
from typer.testing import CliRunner

from emergency.cli import app
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.plan.leaves import ActorRef
from emergency.plan.statements import SECTIONS
from emergency.reader import load_inputs, load_jurisdiction, load_plan
from emergency.review.case import Case
from emergency.review.check import Review, check_plans
from emergency.review.compare import ASPECTS, Comparison, compare_plans, findings_moved
from emergency.review.inputs import load_plans
from emergency.review.rules import Rule
from emergency.review.sisters import review_beside, sisters_among
from emergency.source import Clause

ROOT = Path(__file__).parent.parent
ISLAND = ROOT / "tests" / "fixtures" / "island"
ISLE = load_inputs(ISLAND / "calm.yaml")
PLAN = ISLE.plans["island"]
SAID = [one for _, _, one in PLAN.statements()]
CLAUSES = sorted({str(one.clause) for one in SAID})


def call(*args: str | Path) -> tuple[int, str, str]:
    """Exit code, output and errors of ``emergency diff``."""
    result = CliRunner().invoke(app, ["diff", *map(str, args)], env={"COLUMNS": "200", "LANG": "C"})
    return result.exit_code, result.stdout, result.stderr


def version(folder: Path, *changes: tuple[str, str]) -> Path:
    """The island's plan in another file, with some of its words replaced, beside its jurisdiction."""
    text = (ISLAND / "island.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert re.search(old, text), old
        text = re.sub(old, new, text)
    (folder / "jurisdiction.yaml").write_bytes((ISLAND / "jurisdiction.yaml").read_bytes())
    file = folder / "island.yaml"
    file.write_text(text, encoding="utf-8")
    return file


LATER = (r"after: r2-begins, from: (.*)bound: 8 h", r"after: r2-begins, from: \1bound: 20 h")
MOVED = (r"(?<![\d.])7\.4(?!\d)", "7.5")


@cache
def statement_rules() -> tuple[Rule, ...]:
    """The rules that look at statements; the search of paths is dear and has tests of its own."""
    from emergency.review.check import all_rules

    return tuple(r for r in all_rules() if not r.run.__module__.startswith("emergency.review.paths"))


def reviewed(plan: Plan) -> Review:
    """The findings on one plan."""
    place = ISLE.jurisdiction if plan.jurisdiction == PLAN.jurisdiction else load_jurisdiction(plan.jurisdiction)
    return check_plans([plan], [place], rules=statement_rules())


def hows(found: Comparison) -> list[tuple[str, str]]:
    """How what changed, without its order."""
    return sorted((one.how, one.subject) for one in found.changes)


# ------------------------------------------------------------------------------------------ statements


def test_every_part_of_a_plan_is_compared() -> None:
    """No section is left out of the comparison, and none is told twice."""
    told = [section for sections in ASPECTS.values() for section in sections]
    assert len(told) == len(set(told))
    assert set(told) >= set(SECTIONS)
    assert set(Plan.model_fields) - set(told) == {"schema_", "plan", "title", "short", "jurisdiction"}


@pytest.mark.parametrize("name", ["fuel", "grain", "forest-pests", "daily-necessities"])
def test_a_plan_is_the_same_as_itself(name: str) -> None:
    """Nothing changes between a plan and another reading of its file."""
    assert compare_plans(load_plan(name), load_plan(name)).same


@given(st.sampled_from(SAID))
@settings(max_examples=60)
def test_one_statement_less_is_one_removal(one: Any) -> None:
    """Without a statement one thing is removed, looked at from the other side added, and nothing else is."""
    less = edited(PLAN, (one, None))
    [gone], [come] = compare_plans(PLAN, less).changes, compare_plans(less, PLAN).changes
    assert (gone.how, gone.clauses) == ("removed", (str(one.clause), None))
    assert (come.how, come.clauses, come.subject) == ("added", (None, str(one.clause)), gone.subject)


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_under_another_number_is_a_renumbering(clause: str) -> None:
    """Whatever a clause says, under another number it says the same: nothing is removed, added or changed."""
    new = "annex-99" if clause.startswith("annex") else "9.9"
    found = compare_plans(PLAN, renumbered(PLAN, Clause(clause), Clause(new)))
    assert found.changes == ()
    [moved] = found.renumbered
    n = sum(one.clause == clause for one in SAID)
    assert (moved.before, moved.after, moved.statements) == (clause, new, n)


@pytest.mark.parametrize("operator", [name for name in OPERATORS if name != "drop-the-lifting"])
def test_the_way_back_is_the_change_turned_round(operator: str) -> None:
    """What one direction adds the other removes, and a field's before and after change places."""
    made = mutants(OPERATORS[operator], Case(PLAN, ISLE.jurisdiction)) or mutants(
        OPERATORS[operator], Case(load_plan("fuel"), load_jurisdiction("yunxi"))
    )
    for mutant in made[:5]:
        base = PLAN if mutant.plan.plan == PLAN.plan else load_plan("fuel")
        bare = base.model_copy(update={"readings": ()})
        there, back = compare_plans(bare, mutant.plan), compare_plans(mutant.plan, bare)
        assert not there.same
        turned = {"added": "removed", "removed": "added", "changed": "changed"}
        assert sorted((turned[how], what) for how, what in hows(there)) == hows(back)
        assert {(m.before, m.after) for m in there.renumbered} == {(m.after, m.before) for m in back.renumbered}


def test_a_change_says_what_it_is_about(tmp_path: Path) -> None:
    """A longer limit of a report is a change of reports and of deadlines, with the field and both values."""
    [change] = compare_plans(PLAN, load_plan(version(tmp_path, LATER))).changes
    assert (change.how, change.section, change.subject) == ("changed", "reports", "r2-report")
    assert change.aspects == ("reports", "deadlines")
    assert [(f.path, f.before, f.after) for f in change.fields] == [("within.bound", "8 h", "20 h")]


# ------------------------------------------------------------------------------------------ findings


def test_a_fault_put_in_is_a_finding_that_appears() -> None:
    """A fault's finding appears with the fault and vanishes when it is mended."""
    mutant = mutants(OPERATORS["drop-the-end"], Case(PLAN, ISLE.jurisdiction))[0]
    before, after = reviewed(PLAN), reviewed(mutant.plan)
    there, back = findings_moved(before, after), findings_moved(after, before)
    assert "response-never-ended" in {f.rule for f in there.appeared}
    assert (there.vanished, there.appeared) == (back.appeared, back.vanished)


def test_a_finding_goes_with_its_clause() -> None:
    """Where a clause is renumbered its findings are the same ones, though their subject bears the number."""
    fuel = load_plan("fuel")
    before = reviewed(fuel)
    subjects = {f.subject for f in before.findings}
    clause = next(c for c in ("4.6", "3.2") if c in subjects)
    moved = renumbered(fuel, Clause(clause), Clause("8.8"))
    found = findings_moved(before, reviewed(moved), compare_plans(fuel, moved).renumbered)
    assert {f.subject for f in found.vanished} == set()
    assert {f.rule for f in found.appeared} <= {"numbering-jump", "contents-page-incomplete"}


def sister_plans() -> tuple[Plan, list[Plan], dict[str, Jurisdiction]]:
    """The fuel plan, the plans beside it, and their jurisdiction."""
    plans, places = load_plans([ROOT / "plans" / "yunxi"])
    fuel = next(plan for plan in plans if plan.plan == "fuel")
    return fuel, sisters_among(plans, fuel), places


def test_sisters_are_the_other_plans_of_the_jurisdiction() -> None:
    """Every other plan for the same jurisdiction is a sister; a version of the plan itself and strangers are none."""
    fuel, sisters, _ = sister_plans()
    assert {plan.plan for plan in sisters} == {"daily-necessities", "forest-pests", "grain"}
    assert sisters_among([fuel, *sisters, PLAN], fuel, fuel) == sisters
    assert sisters_among([fuel, *sisters], PLAN) == []


def test_findings_across_plans_come_and_go_with_a_version() -> None:
    """A version whose seats another post takes moves the finding across plans; what its sisters share stays out."""
    fuel, sisters, places = sister_plans()
    seats = tuple(
        seat.model_copy(update={"actors": (ActorRef("district-government"),)}) if seat.role == "head" else seat
        for seat in fuel.seats
    )
    other = fuel.model_copy(update={"seats": seats})
    before, after = (review_beside(plan, sisters, places) for plan in (fuel, other))
    found = findings_moved(before, after, compare_plans(fuel, other).renumbered, "fuel")
    moved = {f.rule for f in (*found.appeared, *found.vanished, *(b for _, b in found.changed))}
    assert "one-command-several-plans" in moved
    assert all("fuel" in f.plans for f in (*before.findings, *after.findings))
    assert {f.rule for f in check_plans([fuel], places).findings} < {f.rule for f in before.findings}


def test_sisters_keep_the_numbers_of_their_clauses() -> None:
    """A renumbered clause of the plan compared changes no finding across plans, and no clause of a sister."""
    fuel, sisters, places = sister_plans()
    moved = renumbered(fuel, Clause("2.1.1"), Clause("2.1.8"))
    before, after = (review_beside(plan, sisters, places) for plan in (fuel, moved))
    found = findings_moved(before, after, compare_plans(fuel, moved).renumbered, "fuel")
    assert not [f for _, f in found.changed if len(f.plans) > 1]


# ------------------------------------------------------------------------------------------ the command


def test_the_plans_beside_are_told_and_may_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plans that findings across plans were looked for in are named; `--alone` leaves them out."""
    monkeypatch.chdir(ROOT)
    _, out, _ = call("fuel", "fuel", "--format", "json")
    assert json.loads(out)["beside"] == ["daily-necessities", "forest-pests", "grain"]
    _, out, _ = call("fuel", "fuel", "--alone", "--lang", "en")
    assert "beside" not in out
    assert call("fuel", "fuel", "--alone", "--with", "grain")[0] == 2


@pytest.mark.parametrize(
    ("lang", "pieces"),
    [
        ("en", ("Reports and publications (1)", "bound: 8 h → 20 h", "7.4 → 7.5 (3 statements", "[high] bound-not")),
        ("zh", ("报告与发布 (1)", "bound: 8 h → 20 h", "7.4 → 7.5（随迁语句 3 条）", "[高] bound-not")),
    ],
)  # fmt: skip
def test_the_differences_are_told(lang: str, pieces: tuple[str, ...], tmp_path: Path) -> None:
    """Changes by what they are about, renumbered clauses and findings that appear are told; exit 1."""
    code, out, _ = call(ISLAND / "island.yaml", version(tmp_path, LATER, MOVED), "--lang", lang)
    assert code == 1
    assert [piece for piece in pieces if piece not in out] == []


def test_no_difference_is_told_and_is_no_failure(tmp_path: Path) -> None:
    """Two files that say the same give exit 0, the same findings and, with a scenario, the same outcome."""
    same = version(tmp_path)
    code, out, err = call(ISLAND / "island.yaml", same, "--lang", "en", "--scenario", ISLAND / "fog.yaml", "-n", "2")
    assert (code, err) == (0, "")
    assert "The two versions say the same." in out
    assert "Nothing comes out differently." in out


def test_an_outcome_moves_with_the_plan(tmp_path: Path) -> None:
    """With a scenario each number of a run is compared pair by pair: an earlier threshold starts earlier."""
    sooner = ("visibility < 10 km and visibility >= 4 km", "visibility < 11 km and visibility >= 4 km")
    limit = (r"(id: r1-cover.*when: )cover < 20 days", r"\1cover < 40 days")
    file = version(tmp_path, sooner, limit)
    asked = ("--scenario", ISLAND / "fog.yaml", "-n", "3", "--seed", "5", "--format", "json")
    code, out, _ = call(ISLAND / "island.yaml", file, *asked)
    found = json.loads(out)
    assert code == 1
    assert set(found) == {"changes", "renumbered", "findings", "outcome"}
    assert set(found["findings"]) == {"appeared", "vanished", "changed", "kept"}
    played = found["outcome"]
    assert (played["scenario"], played["seed"], played["runs"]) == ("island-fog", 5, 3)
    start = played["numbers"]["island.activated_h"]
    assert start["changed"] == start["n"] > 0
    assert start["difference"] == pytest.approx(start["after"] - start["before"])
    assert start["after"] < start["before"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("fuel", "no-such-plan"), "no-such-plan"),
        (("fuel", "fuel", "--scenario", "grain-quiet"), "--scenario grain-quiet: "),
        (("fuel", "fuel", "--scenario", "no-such-scenario"), "no-such-scenario"),
        (("fuel", "plans/yunxi"), "plans/yunxi: this goes with one plan, not 4"),
        (("grain", "fuel", "--scenario", "grain-quiet"), "--scenario grain-quiet: "),
    ],
)
def test_bad_input_ends_in_words(args: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan nobody knows, and a scenario that has another plan, are told of in words; exit 2."""
    monkeypatch.chdir(ROOT)
    code, out, err = call(*args, "--lang", "en")
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_a_list_goes_to_a_file(tmp_path: Path) -> None:
    """With ``-o`` the list is written, and the command prints where."""
    code, out, _ = call(ISLAND / "island.yaml", version(tmp_path, LATER), "-o", tmp_path / "diff.txt", "--lang", "en")
    assert (code, out.strip()) == (1, str(tmp_path / "diff.txt"))
    assert "r2-report" in (tmp_path / "diff.txt").read_text(encoding="utf-8")
