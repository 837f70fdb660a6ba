"""`emergency replay`: the decisions of an exercise given again to an edited plan, and branches of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from emergency.cli import app
from emergency.exercise import open_store
from emergency.exercise.command import Command
from emergency.words.replay import REPLAY

ROOT = Path(__file__).parent.parent
OUTAGE, HEAD = "fuel-pipeline-outage", "vice-head-commerce"


def call(*args: str, lines: str = "") -> tuple[int, str]:
    """Exit code and output of a command."""
    found = CliRunner().invoke(app, [*args, "--lang", "en"], input=lines)
    return found.exit_code, found.output


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An exercise in which the vice-head decided and announced, and then left."""
    monkeypatch.chdir(ROOT)
    path = str(tmp_path / "play.sqlite")
    lines = "n\n" * 3 + "t 200h\n1\nt 100h\n1\nt 100h\n1\n1\nq\n"
    code, out = call("play", OUTAGE, "--seat", HEAD, "--store", path, "--name", "first", lines=lines)
    assert code == 0, out
    return path


def test_the_same_decisions_meet_an_edited_plan(store: str, tmp_path: Path) -> None:
    """With a bound that is never crossed, decisions have no place: each is kept with its clause, the rest goes on."""
    plan = tmp_path / "edited.yaml"
    text = (ROOT / "plans/yunxi/fuel.yaml").read_text(encoding="utf-8")
    plan.write_text(re.sub(r"stock_days < \d+ days-of-demand", "stock_days < 1 days-of-demand", text), "utf-8")
    code, out = call("replay", store, "--with", f"plan={plan}", "-o", str(tmp_path / "out"))
    assert code == 0, out
    assert "had no place any more" in out
    kept = [line for line in out.splitlines() if re.search(r"\[\d[\d.]*", line)]
    assert kept
    assert all("Vice-head" in line for line in kept)
    log = [json.loads(line) for line in (tmp_path / "out/log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert not [e for e in log if e["kind"] == "entered" and e["scheme"] == "response" and e["t"] < 100]
    assert "→" in out.partition("came out otherwise")[2]


def test_what_changes_nothing_moves_nothing(store: str, tmp_path: Path) -> None:
    """A change that does not touch the exercise leaves every command its place and every number as it was."""
    _, told = call("replay", store, "--with", "set:title.en=Another title", "-o", str(tmp_path / "out"))
    assert "Every command still had its place." in told
    assert "Nothing came out otherwise." in told


def test_a_review_of_the_replay_is_written(store: str, tmp_path: Path) -> None:
    """With `--review` the replay is judged against the edited plan like any exercise."""
    code, out = call("replay", store, "--with", "fuel:3.1/every=1 day", "--review", "-n", "2", "-o", str(tmp_path))
    assert code == 0, out
    assert {p.name for p in tmp_path.iterdir()} >= {"log.jsonl", "after-action.html"}


def test_a_branch_goes_on_from_its_hour(store: str) -> None:
    """A branch holds the commands up to its hour under a name of its own; the exercise itself stays as it was."""
    before = open_store(store).read("first")
    at = before[-2]["t"] - 0.001
    code, out = call("replay", store, "--branch", "second", "--at", f"{at}")
    assert code == 0, out
    assert "--name second" in out
    found = open_store(store).read("second")
    assert open_store(store).read("first") == before
    assert 1 < len(found) < len(before)
    assert found[1:] == before[1 : len(found)]
    assert all(record["t"] <= at for record in found[1:])
    code, out = call("play", "--store", store, "--name", "second", lines="w\nq\n")
    assert code == 0, out
    assert call("replay", store, "--name", "first", "--branch", "second")[0] == 2


@pytest.mark.parametrize(
    "args",
    [
        [], ["--with", "policy=eager"], ["--with", "people=apart"], ["--with", "nonsense"],
        ["--name", "none", "--with", "set:seed=2"], ["--with", "plan=missing.yaml"],
    ],
)  # fmt: skip
def test_bad_input_ends_with_two(store: str, args: list[str]) -> None:
    """Nothing to do, no such exercise, a change that cannot be made or means nothing here: exit code 2, a line."""
    code, out = call("replay", store, *args)
    assert code == 2
    assert "Traceback" not in out


def test_every_command_has_its_words() -> None:
    """Whatever was done in an exercise can be told of when it has no place any more."""
    union, *_ = get_args(Command)
    names = {model.model_fields["do"].default for model in get_args(union)}
    assert {f"do-{name}" for name in names - {"decide"}} <= set(REPLAY)
