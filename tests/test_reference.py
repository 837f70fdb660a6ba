"""The reference: its example runs as it stands, and no key of a file is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

import emergency
from emergency.cli import app
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.plan.answers import PRECEDENCE
from emergency.plan.declarations import Actor, ClauseEntry, Scheme
from emergency.plan.leaves import Within
from emergency.plan.readings import Reading, Settles
from emergency.plan.statements import SECTIONS, Part, Step
from emergency.scenario import Scenario

GUIDE = Path(emergency.__file__).parent / "reference" / "writing-a-plan.md"
TEXT = GUIDE.read_text(encoding="utf-8")
#: Keys every statement has, told of once.
OF_EVERY = {"clause", "id", "note"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the example, each under the name in its first line."""
    for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL):
        name = block.split("\n", 1)[0].removeprefix("# ")
        (tmp_path / name).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(*command: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    result = CliRunner().invoke(app, [*command, "--lang", "en"])
    return result.exit_code, result.output


def test_the_example_runs_as_it_stands(folder: Path) -> None:
    """The island's stock falls under five days, the council starts and ends the response, taverns are rationed."""
    code, output = ran("run", "storm.yaml", "-o", "out")
    assert code == 0, output
    log = [json.loads(line) for line in (folder / "out/log.jsonl").read_text(encoding="utf-8").splitlines()]
    entered = [(e["level"], e["clauses"]) for e in log if e["kind"] == "entered"]
    assert [level for level, _ in entered] == ["I", "ended"]
    assert "lamps:1" in entered[0][1]
    assert "lamps:4" in entered[1][1]
    assert any(e["kind"] == "measure-done" and e["ref"] == "ration-taverns" for e in log)


def test_the_example_can_be_shown_and_checked(folder: Path) -> None:
    """Its machine is drawn; the review has something to say about it and nothing about the file."""
    assert ran("show", "lamps.yaml", "-o", "lamps.svg")[0] == 0
    assert (folder / "lamps.svg").stat().st_size > 1000
    code, output = ran("check", "lamps.yaml")
    assert code == 1
    assert "lamps:1" in output


def row(key: str, part: str) -> str:
    """The row of a table that tells of a key."""
    _, _, rest = TEXT.partition(f"## {part}")
    rest = rest.partition("\n## ")[0]
    found = [line for line in rest.splitlines() if line.startswith("| `") and f"`{key}`" in line.split("|")[1]]
    assert len(found) == 1, key
    return found[0]


def names(model: type[BaseModel]) -> Iterator[str]:
    """The keys of a model, as written in a file."""
    for name, field in model.model_fields.items():
        yield field.alias or name


@pytest.mark.parametrize(
    ("model", "part"),
    [(Plan, "Keys of a plan"), (Scenario, "Keys of a scenario"), (Jurisdiction, "Keys of a jurisdiction")],
)
def test_every_key_of_a_file_is_told_of(model: type[BaseModel], part: str) -> None:
    """Each key at the top of a file has its row."""
    for name in names(model):
        row(name, part)


@pytest.mark.parametrize("section", [*SECTIONS, "clauses", "schemes", "actors", "readings"])
def test_every_key_of_a_statement_is_told_of(section: str) -> None:
    """Each key of each kind of statement stands in its section's row; nothing else does."""
    extra = {"clauses": ClauseEntry, "schemes": Scheme, "actors": Actor, "readings": Reading}
    model = SECTIONS.get(section) or extra[section]
    told = set(re.findall(r"`([\w-]+)`", row(section, "Keys of a plan").split("|", 2)[2]))
    wanted = set(names(model)) - (OF_EVERY if section in SECTIONS else set())
    assert wanted <= told | OF_EVERY, wanted - told


def test_steps_bounds_and_answers_are_told_of() -> None:
    """What statements are made of is named too: steps, limits, parts, questions, rules of precedence."""
    told = set(re.findall(r"`([\w-]+)`", TEXT))
    for model in (Step, Within, Part, Settles):
        assert set(names(model)) <= told, model
    assert set(PRECEDENCE) <= told
