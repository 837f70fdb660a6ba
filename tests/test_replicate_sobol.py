"""Shares of variance: right where they are known, told by clause, and the same whoever finds them."""

from __future__ import annotations

import csv
import dataclasses
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from emergency.cli import app
from emergency.replicate.factors import Factor
from emergency.replicate.points import Judged
from emergency.replicate.sensitivity import Question, Sensitivity, analyse
from emergency.replicate.sobol import Design, design, shares
from emergency.report.sensitivity import render_sensitivity, tell_sensitivity

pytest.importorskip("SALib")

ROOT = Path(__file__).parent.parent
QUEUE = str(ROOT / "tests/fixtures/queue/counter.yaml")
SHORT = ("horizon=8 d", "staffing.desk.crews=3", "work.0.takes.exponential=0.8 h")


def factor(name: str, *clauses: str) -> Factor:
    """One thing that can be turned."""
    return Factor(name, "assumption", clauses, "0", "1", "", (), None)


def ishigami(at: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990), whose indices are known in closed form."""
    x = -np.pi + 2 * np.pi * at
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def made(found: list[Factor], blocks: int = 2048) -> Design:
    """The points of a design."""
    return design(found, blocks, 7, import_module("SALib.sample.sobol"))


def told(plan: Design, values: np.ndarray, broken: dict[int, str] | None = None) -> dict[str, tuple[float, float]]:
    """Shares by name: alone, and with others."""
    judged = Judged(values[:, None], broken or {})
    found = shares(plan, judged, 0, 7, import_module("SALib.analyze.sobol"))
    return {s.name: (s.first, s.total) for s in found}


def test_known_shares_are_found() -> None:
    """Ishigami's function: 0.314, 0.442 and 0 alone; 0.558, 0.442 and 0.244 with others."""
    plan = made([factor("a"), factor("b"), factor("c")])
    found = told(plan, ishigami(plan.at))
    for name, first, total in (("a", 0.3139, 0.5576), ("b", 0.4424, 0.4424), ("c", 0.0, 0.2437)):
        assert found[name] == (pytest.approx(first, abs=0.03), pytest.approx(total, abs=0.03))


def test_what_acts_together_within_a_clause_is_its_own() -> None:
    """Two factors of one clause are turned together: what they do jointly is the clause's alone."""
    plan = made([factor("a", "plan:1"), factor("b", "plan:2"), factor("c", "plan:1")])
    found = told(plan, ishigami(plan.at))
    assert set(found) == {"plan:1", "plan:2"}
    assert found["plan:1"] == (pytest.approx(0.5576, abs=0.03), pytest.approx(0.5576, abs=0.03))


def test_what_is_of_several_clauses_stands_apart() -> None:
    """A factor of two clauses is turned with none that is of one of them; those of the same two go together."""
    plan = made([factor("a", "p:1"), factor("b", "p:1", "p:2"), factor("c", "p:2"), factor("d", "p:1", "p:2")], 8)
    assert plan.groups == ("p:1", "p:1 p:2", "p:2")
    blocks = plan.at.reshape(-1, plan.block, 4)
    turned = blocks[:, 1:-1] != blocks[:, :1]  # the first of a block is its base, the last its counterpart
    assert turned.any(axis=0).tolist() == [
        [True, False, False, False], [False, True, False, True], [False, False, True, False]
    ]  # fmt: skip


def test_blocks_that_cannot_be_run_are_left_out_whole() -> None:
    """A point that broke takes its block with it, and the rest still tells the shares."""
    plan = made([factor("a"), factor("b"), factor("c")])
    values = ishigami(plan.at)
    values[3] = np.nan
    found = told(plan, values, {101: "cannot be"})
    assert found["b"][1] == pytest.approx(0.4424, abs=0.03)


def test_a_number_that_does_not_move_has_no_shares() -> None:
    """Nothing is uncertain about a constant."""
    plan = made([factor("a"), factor("b")], 8)
    assert told(plan, np.full(len(plan.at), 3.0)) == {}


# ------------------------------------------------------------------------------------------ a scenario


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    """What makes the length of a queue uncertain."""
    question = Question(QUEUE, ("waiting_h",), paths=2, runs=2, settings=SHORT, blocks=16, first=4)
    found = analyse(question, tmp_path_factory.mktemp("queue"), workers=1)
    assert found is not None
    return found


def test_shares_are_of_the_weightiest_factors(queue: Sensitivity) -> None:
    """As many factors as asked for, those that do most and do anything; their shares in falling order."""
    found = queue.shares["waiting_h"]
    turned = {f.name for s in found for f in s.factors}
    assert turned == {e.factor.name for e in queue.effects["waiting_h"][:4] if e.size > 0}
    totals = [s.total for s in found]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] > 0.2


def test_shares_do_not_depend_on_who_finds_them(queue: Sensitivity, tmp_path: Path) -> None:
    """One process or two: the same shares, byte for byte."""
    analyse(queue.question, tmp_path, workers=2)
    for name in ("shares.csv", "effects.csv", "summary.json"):
        assert (tmp_path / name).read_bytes() == (queue.folder / name).read_bytes()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_tells_the_shares(queue: Sensitivity, lang: str) -> None:
    """A table, a figure and a sentence; nothing is left of the template."""
    html = render_sensitivity(queue, lang)
    assert {"zh": "不确定性的来源", "en": "Where the uncertainty comes from"}[lang] in html
    assert html.count("<figure>") == 2
    assert html.count("± ") >= 2 * len(queue.shares["waiting_h"])


@pytest.mark.parametrize(
    ("lang", "clear", "unclear"),
    [
        ("zh", "人手等 2 项（60%，区间 45%–75%）", "都还不能与零分清"),
        ("en", "Staffing and 1 more (60%, interval 45%–75%)", "lies clear of zero yet"),
    ],
)
def test_only_what_lies_clear_of_zero_is_named(queue: Sensitivity, lang: str, clear: str, unclear: str) -> None:
    """A share whose interval reaches zero is not told as a source; where all do, that is what is told."""
    people, other = sorted(queue.shares["waiting_h"], key=lambda s: -len(s.factors))
    sure = dataclasses.replace(people, total=0.6, total_interval=0.15)
    vague = dataclasses.replace(other, total=0.3, total_interval=0.3)
    one = tell_sensitivity(dataclasses.replace(queue, shares={"waiting_h": [sure, vague]}), lang)[-1]
    assert clear in one
    assert "30%" not in one
    assert unclear in tell_sensitivity(dataclasses.replace(queue, shares={"waiting_h": [vague]}), lang)[-1]


def test_the_command_writes_shares(tmp_path: Path) -> None:
    """`--method sobol` writes shares.csv beside the effects; base points must be a power of two."""
    asked = ["sensitivity", QUEUE, "--of", "waiting_h", "--method", "sobol", "--paths", "2", "-n", "1"]
    settings = [x for s in SHORT for x in ("--set", s)]
    refused = CliRunner().invoke(app, [*asked, *settings, "--blocks", "12"])
    assert refused.exit_code == 2
    done = CliRunner().invoke(app, [*asked, *settings, "--blocks", "4", "--first", "3", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader((tmp_path / "shares.csv").read_text(encoding="utf-8").splitlines()))
    assert rows
    assert {"number", "clauses", "factors", "first", "total"} <= set(rows[0])
