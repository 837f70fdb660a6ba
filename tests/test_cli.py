"""The command line: what it prints, what it writes, how it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emergency.cli import app
from emergency.cli.app import export_app
from emergency.log import read_jsonl

ROOT = Path(__file__).parent.parent
FAST = "fuel-quiet"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def call(*args: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    result = CliRunner().invoke(app, list(args), env={"COLUMNS": "200", "LANG": "C"})
    return result.exit_code, result.stdout, result.stderr


def test_help_loads_no_heavy_library() -> None:
    """``emergency --help`` imports no numpy, networkx, scipy or matplotlib."""
    code = (
        "import sys\nfrom emergency.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'networkx', 'scipy', 'matplotlib', 'simpy', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["plans", "show", "run", "check", "schema"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    """The help of each command ends with an example of it."""
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"Example: emergency {command}" in out


def test_every_command_is_in_the_readme() -> None:
    """The README names every command, and only commands that exist."""
    shown = set(re.findall(r"^\S*emergency (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))
    shown |= set(re.findall(r"bin/emergency (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    assert shown == commands | {str(group.name) for group in app.registered_groups}


def test_every_export_is_in_the_readme() -> None:
    """So is everything that can be written for others."""
    shown = set(re.findall(r"emergency export ([\w-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert shown == {c.name or c.callback.__name__ for c in export_app.registered_commands if c.callback}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plans_lists_document_schemes_and_coverage(lang: str) -> None:
    """``plans`` tells of each plan its document, schemes, agencies, measures and coverage."""
    code, out, _ = call("plans", "--lang", lang)
    assert code == 0
    for piece in ("fuel", "岳云政办发", "2023-06-06", "warning 4", "response 4", " %"):
        assert piece in out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--clause", "3.3.1(1)"), ["stock_days < 10 days-of-demand", "criteria"]),
        (("--level", "response=II"), ["4.2.3(3)", "district government"]),
        (("--agency", "区财政局"), ["2.2.3#2", "4.2.4(2)", "5.1"]),
        (("--organisation",), ["2.1.1", "office sits at"]),
        (("--reports",), ["1 month", "not stated", "5.2"]),
        (
            ("--at", "stock_days=7.5 warning=IV", "--at", "supply_ratio=45%"),
            ["3.3.3", "Level II response"],
        ),
    ],
)
def test_show_tells_on_cards(args: tuple[str, ...], told: list[str]) -> None:
    """``show`` tells of a clause, a level, an agency, the bodies, the reports and a situation, each with clauses."""
    code, out, err = call("show", "fuel", *args, "--lang", "en")
    assert (code, err) == (0, "")
    for piece in told:
        assert piece.lower() in out.lower()


@pytest.mark.parametrize(
    "args", [("--clause", "9.9"), ("--level", "response=V"), ("--agency", "nobody"), ("--at", "stock_days=much"),
             ("--at", "stock_dais=7"), ("--at", "warning=X"), ("--at", "relief-soon=maybe"),
             ("--at", "local-supply-hit=nowhere")],
)  # fmt: skip
def test_show_refuses_what_the_plan_has_not(args: tuple[str, str]) -> None:
    """A clause, level, agency or value that the plan does not have ends with exit code 2 and its name."""
    code, out, err = call("show", "fuel", *args, "--lang", "en")
    assert code == 2
    assert args[1].split("=")[0] in err
    assert "Traceback" not in out + err


def test_a_situation_may_name_places() -> None:
    """A flag looked at place by place holds where it is said to: one township is level IV, two are level III."""
    for places, level in (("lukou", "Level IV"), ("lukou,lucheng", "Level III"), ("yunxi-street", "Level III")):
        code, out, _ = call("show", "daily-necessities", "--at", f"anomaly={places}", "--lang", "en")
        assert code == 0
        assert level in out


def test_check_audits_a_text(tmp_path: Path) -> None:
    """``check --source`` finds what the text and the plan file do not share, and ends with exit code 1."""
    path = tmp_path / "text.txt"
    path.write_text("1. 总则\n1.1 目的\n为了演示。\n", encoding="utf-8")
    code, out, _ = call("check", "fuel", "--source", str(path), "--lang", "en")
    assert code == 1
    assert "3.3.1(1)" in out
    code, _, err = call("check", "fuel", "--source", str(tmp_path / "none.txt"), "--lang", "en")
    assert code == 2
    assert "none.txt" in err


def test_schema_is_json() -> None:
    """``schema`` prints a JSON Schema for each kind of file."""
    for kind in ("plan", "scenario", "jurisdiction"):
        code, out, _ = call("schema", kind)
        assert code == 0
        assert json.loads(out)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("ending", [".svg", ".png", ".mmd", ".dot"])
def test_show_writes_what_the_ending_says(tmp_path: Path, ending: str) -> None:
    """``show -o`` draws the machine in the form the file's ending names."""
    path = tmp_path / f"fuel{ending}"
    code, out, err = call("show", "fuel", "-o", str(path), "--lang", "zh")
    assert (code, err) == (0, "")
    assert str(path) in out.replace("\n", "")
    head = path.read_bytes()[:300]
    assert {".svg": b"<svg", ".png": b"PNG", ".mmd": b"flowchart", ".dot": b"digraph"}[ending] in head


def test_run_writes_the_files_of_the_contract(tmp_path: Path) -> None:
    """A run leaves log.jsonl, summary.json, report.html and figures as SVG and PNG, and names the report."""
    code, out, err = call("run", "fuel-pipeline-outage", "-o", str(tmp_path / "out"), "--lang", "en")
    assert (code, err) == (0, "")
    made = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert {"log.jsonl", "summary.json", "report.html"} <= made
    figures = {Path(name).stem for name in made if name.startswith("figures")}
    assert figures
    assert all({f"figures/{name}.svg", f"figures/{name}.png"} <= made for name in figures)
    assert "report.html" in out
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["scenario"] == "fuel-pipeline-outage"
    assert summary["plans"]["fuel"]["highest"]["response"] == "II"
    assert set(summary["receipt"]) >= {"plan_sha256", "scenario_sha256", "version"}
    assert read_jsonl(tmp_path / "out" / "log.jsonl")[-1].kind == "ended"


def test_same_seed_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    """Two processes with different hash seeds write the same log; another seed differs."""
    logs = []
    for hash_seed, seed in (("1", "5"), ("2", "5"), ("1", "6")):
        folder = tmp_path / f"{hash_seed}-{seed}"
        args = [
            sys.executable,
            "-m",
            "emergency.cli",
            "run",
            "fuel-pipeline-outage",
            "--seed",
            seed,
            "-o",
            str(folder),
        ]
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        subprocess.run(args, check=True, capture_output=True, cwd=ROOT, env=env)
        logs.append((folder / "log.jsonl").read_bytes())
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


def test_set_and_reading_change_the_run(tmp_path: Path) -> None:
    """``--set`` changes a number of the scenario, ``--reading`` an answer to an open question; the log tells."""
    folder = tmp_path / "out"
    changed = ("--set", "injects.outage.at.value=45 h", "--reading", "fuel:stock-of-all-products=scarcest")
    code, _, err = call("run", "fuel-pipeline-outage", *changed, "-o", str(folder))
    assert (code, err) == (0, "")
    entries = read_jsonl(folder / "log.jsonl")
    assert next(e.t for e in entries if e.kind == "inject" and e.ref == "outage") == 45
    assert next(e for e in entries if e.ref == "readings").detail["overruled"] == ["stock-of-all-products"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("run", "no-such-scenario"), "no-such-scenario"),
        (("run", "fuel-quiet", "--set", "world.stok=1"), "world"),
        (("run", "fuel-quiet", "--set", "horizon=-3 d"), "--set horizon:1:1"),
        (("run", "fuel-quiet", "--reading", "fuel:no-such-reading=x"), "no-such-reading"),
        (("run", "fuel-quiet", "--reading", "fuel:items-any=perhaps"), "perhaps"),
        (("show", "no-such-plan"), "no-such-plan"),
    ],
)
def test_bad_input_ends_with_exit_code_2_and_no_traceback(tmp_path: Path, args: tuple[str, ...], told: str) -> None:
    """Every mistake of a user ends in a sentence and exit code 2, and nothing is written."""
    where = ("-o", str(tmp_path / "out")) if args[0] == "run" else ()
    for lang in ("zh", "en"):
        code, out, err = call(*args, *where, "--lang", lang)
        assert code == 2
        assert told in err
        assert "Traceback" not in out + err
    assert not (tmp_path / "out").exists()


def test_taking_a_reading_out_stops_the_run(tmp_path: Path) -> None:
    """Without a reading the run stops with exit code 2, naming the clauses that leave the question open."""
    for name in ("fuel.yaml", "jurisdiction.yaml"):
        text = (ROOT / "plans" / "yunxi" / name).read_text(encoding="utf-8")
        text = re.sub(r"  - id: no-step-down\n(?:    .*\n)+", "", text)
        (tmp_path / name).write_text(text, encoding="utf-8")
    scenario = (ROOT / "scenarios" / "fuel-quiet.yaml").read_text(encoding="utf-8")
    (tmp_path / "quiet.yaml").write_text(scenario, encoding="utf-8")
    code, _, err = call("run", str(tmp_path / "quiet.yaml"), "-o", str(tmp_path / "out"), "--lang", "en")
    assert code == 2
    assert "step-down" in err
    assert "fuel:4.6" in err
    assert "fuel.yaml:" in err


@pytest.mark.parametrize("args", [("play", "--review", "--store"), ("play", "--store"), ("replay",)])
def test_a_store_that_is_not_there_is_told_and_not_made(args: tuple[str, ...], tmp_path: Path) -> None:
    """To go on with, review or replay a store needs one: a wrong name is told, and no empty store is left behind."""
    store = tmp_path / "lost.sqlite"
    changes = ["--set", "seed=2"] if args[0] == "replay" else []
    code, _, told = call(*args, str(store), *changes, "--lang", "en")
    assert (code, told.splitlines()[0]) == (2, f"there is no store {store}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("lang", "why"), [("zh", "已有同名文件"), ("en", "in the way")])
def test_a_run_that_cannot_be_kept_is_not_begun(lang: str, why: str, tmp_path: Path) -> None:
    """A folder that cannot be written is told in the user's language before the run, which then prints nothing."""
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    code, out, told = call("run", FAST, "-o", str(taken), "--lang", lang)
    assert (code, out) == (2, "")
    assert str(taken) in told
    assert why in told
    assert taken.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("option", "package"), [(["--parquet"], "pyarrow"), (["--scheduler", "tcp://x:1"], "distributed")]
)
def test_a_missing_package_is_told_before_a_sweep_begins(
    option: list[str], package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence is in the user's language with the command to install; no folder of a sweep is left half done."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, package, None)
    folder = tmp_path / "sweep"
    code, _, told = call("sweep", FAST, "-n", "2", "-o", str(folder), *option, "--lang", "zh")
    assert code == 2
    assert f"需要组件 {package}，请安装：pip install" in told
    assert not folder.exists()
