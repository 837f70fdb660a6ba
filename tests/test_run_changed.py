"""One run with something made otherwise: the run that a sweep compares."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emergency.cli import app
from emergency.replicate.sweep import Conduct, Request, sweep
from emergency.report.sweep import replay

ROOT = Path(__file__).parent.parent
BUSY = "fuel-pipeline-outage"
CHANGES = ("policy=hesitant", "fuel:3.1/every=1 day", "set:injects.outage.at.value=3 d")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def ran(folder: Path, *options: str) -> dict[str, object]:
    """The summary of a run by the command."""
    result = CliRunner().invoke(app, ["run", *options, "-o", str(folder), "--lang", "en"])
    assert result.exit_code == 0, result.output
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_any_run_of_a_comparison_can_be_made_again(tmp_path: Path) -> None:
    """The command that a sweep's report gives for a run of each change makes that row's numbers."""
    found = sweep(Request(BUSY, 3, compare=CHANGES), tmp_path / "sweep", Conduct(1))
    for case, table in enumerate(found.tables):
        command = shlex.split(replay(found, case, 2))
        assert command[:2] == ["emergency", "run"]
        numbers = ran(tmp_path / str(case), *command[2:])["indicators"]
        assert isinstance(numbers, dict)
        for name in ("wanted_t", "served_share", "fuel.activated_h"):
            assert numbers[name] == pytest.approx(table.column(name)[2]), (case, name)


def test_the_log_the_summary_and_the_report_say_what_was_changed(tmp_path: Path) -> None:
    """`--policy` is short for a change; each file names it, and the report's command makes the run again."""
    told = ran(tmp_path / "a", BUSY, "--policy", "absent-at-night")
    assert told["with"] == ["policy=absent-at-night"]
    log = (tmp_path / "a" / "log.jsonl").read_text(encoding="utf-8")
    notes = [e for e in map(json.loads, log.splitlines()) if e["ref"] == "changes"]
    assert [n["detail"] for n in notes] == [{"with": ["policy=absent-at-night"]}]
    assert "--with policy=absent-at-night" in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")
    ran(tmp_path / "b", BUSY, "--with", "policy=absent-at-night")
    assert log == (tmp_path / "b" / "log.jsonl").read_text(encoding="utf-8")
    ran(tmp_path / "c", BUSY)
    assert log != (tmp_path / "c" / "log.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("change", ["policy=lazy", "nonsense", "fuel:9.9/every=1 day", "plan=missing.yaml"])
def test_a_change_that_cannot_be_made_is_refused(tmp_path: Path, change: str) -> None:
    """Bad input: what is wrong and a hint, exit code 2, nothing written."""
    result = CliRunner().invoke(app, ["run", BUSY, "--with", change, "-o", str(tmp_path / "x"), "--lang", "en"])
    assert result.exit_code == 2
    assert "hint" in result.output
    assert not (tmp_path / "x").exists()
