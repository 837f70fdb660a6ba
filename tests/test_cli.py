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
    """``plans`` tells of each plan its document, schemes by name, agencies, measures and coverage."""
    code, out, _ = call("plans", "--lang", lang)
    assert code == 0
    named = {"zh": ("预警（4级）", "粮食市场异常波动"), "en": ("Warning (4 levels)", "Abnormal fluctuation")}[lang]
    for piece in ("fuel", "岳云政办发", "2023-06-06", " %", *named):
        assert piece in out
    assert not re.search(r"\b(warning|response|event|imposed) \d", out)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--clause", "3.3.1(1)"), ["stock in days of normal demand < 10 days of demand", "criterion"]),
        (("--clause", "fuel:3.3.1（1）"), ["stock in days of normal demand < 10 days of demand"]),
        (("--level", "response=II"), ["4.2.3(3)", "district government"]),
        (("--agency", "区财政局"), ["2.2.3#2", "4.2.4(2)", "5.1"]),
        (("--organisation",), ["2.1.1", "office sits at"]),
        (("--reports",), ["every month", "every day (while", "how often is not stated", "5.2"]),
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
    """A clause, level, agency or value that the plan does not have: what, a hint, exit code 2, in either language."""
    for lang, hint in (("en", "\nhint: "), ("zh", "\n提示：")):
        code, out, err = call("show", "fuel", *args, "--lang", lang)
        assert (code, out) == (2, "")
        assert args[1].split("=")[0] in err
        assert hint in err
        assert "Usage" not in err
        assert ":1:1" not in err


@pytest.mark.parametrize(
    ("no", "nearest"),
    [("3.3.7", "3.3.1, 3.3.2, 3.3.3, 3.3.4"), ("3.3.1(5)", "3.3.1(1), 3.3.1(2)"), ("9", "5, 6, 7, 8")],
)
def test_a_clause_there_is_not_is_told_with_those_near_it(no: str, nearest: str) -> None:
    """Whoever mistypes a clause is given those that stand where it would stand."""
    _, _, err = call("show", "fuel", "--clause", no, "--lang", "en")
    assert f"the plan fuel has no clause {no}\nhint: the nearest are " in err
    assert nearest in err


@pytest.mark.parametrize("plan", ["fuel", "grain", "daily-necessities", "forest-pests"])
def test_cards_speak_the_words_of_the_plan(plan: str) -> None:
    """No card shows a reader keys of the file or ids of schemes, levels, statements and indicators."""
    for args in (("--organisation",), ("--reports",), ("--clause", "3"), ("--clause", "4"), ("--clause", "6")):
        _, out, _ = call("show", plan, *args, "--lang", "zh")
        told = re.sub(r"annex-\d+|WHO|GPS", "", out.split("\n", 1)[1])  # behind the title
        assert re.findall(r"[A-Za-z]+[_-][A-Za-z_-]+|\w+=\w+|\b[a-z]{3,}\b", told) == []


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("check", "fuel", "--class", "deadlin"), "did you mean deadline"),
        (("check", "fuel", "--witness", "nothing"), "no finding nothing"),
        (("check", "fuel", "grain", "--source", "text.txt"), "one plan, not 2"),
        (("check", "fuel", "--format", "pdf"), "add -o FILE"),
        (("check", "fuel", "--source", "none.txt"), "a path begins in the folder"),
        (("check", "fuel", "--baseline", "README.mb"), "did you mean README.md"),
        (("diff", "fuel", "fuel", "--alone", "--with", "grain"), "leave one of them out"),
        (("diff", "fuel", "fule.yaml"), "did you mean fuel"),
        (("show", "fuel", "-o", "x.foo"), "one of: .svg"),
        (("show", "fuel", "--level", "III"), "response=III"),
        (("show", "fuel", "--level", "respons=III"), "did you mean response"),
        (("sweep",), "a scenario is needed or --resume"),
        (("sensitivity", FAST, "--blocks", "7"), "--blocks: 7 is no power of 2"),
        (("run", FAST, "--reading", "x"), "PLAN:READING=CHOICE"),
        (("run", FAST, "--set", "wrld.x=1"), "did you mean world"),
        (("sweep", FAST, "--compare", "x"), "--compare x: x is not a change"),
        (("sweep", FAST, "--scheduler", "nonsense"), "the form is tcp://HOST:8786"),
        (("show", "fuel", "--as", "png", "-o", "x.svg"), "--as png and -o x.svg do not go together"),
        (("show", "plans"), "plans is a directory"),
        (("show", "fuel", "--at", "stock_days=nan"), "nan is not a number"),
        (("check", "fuel", "--source", "plans"), "plans is a directory"),
        (("check", "fuel", "-o", "plans"), "plans: this is a folder"),
        (("diff", "fuel", "fuel", "-o", "README.md/x"), "README.md/x: a part of the path is a file"),
        (("export", "review", "runs", "-o", "README.md"), "README.md: a file of that name is in the way"),
        (("export", "cap", "none", "-o", "x", "--category", "Wet"), "the choices: Geo"),
    ],
)
def test_a_mistake_of_the_command_line_ends_in_what_and_hint(
    args: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    """Every mistake that is ours to tell has one form, in both languages, and names no line where there is none."""
    where = ("-o", str(tmp_path / "out")) if args[0] in ("run", "sensitivity") or args[1:2] == (FAST,) else ()
    code, out, err = call(*args, *where, "--lang", "en")
    assert (code, out) == (2, "")
    assert told in err
    assert "\nhint: " in err
    assert ":1:1" not in err
    assert "Usage" not in err
    code, _, err = call(*args, *where, "--lang", "zh")
    assert code == 2
    assert "\n提示：" in err
    assert not (tmp_path / "out").exists()


def test_check_tells_how_many_rules_ran_by_class() -> None:
    """The terminal counts the rules that ran by class; their ids stand in the JSON and nowhere on the terminal."""
    _, out, _ = call("check", "fuel", "--class", "numbering", "--class", "arithmetic", "--lang", "en")
    _, listed, _ = call("check", "fuel", "--class", "numbering", "--class", "arithmetic", "--format", "json")
    rules = [one["rule"] for one in json.loads(listed)["checked"]]
    clean = [one["rule"] for one in json.loads(listed)["checked"] if not one["findings"]]
    last = out.rstrip().split("\n")[-1]
    assert last.startswith(f"{len(rules)} rules ran: numbering ")
    assert last.endswith(f"; {len(clean)} of them found nothing")
    assert clean
    assert not [rule for rule in clean if rule in out]


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
        (("run", "fuel-quiet", "--set", "horizon=-3 d"), "--set horizon: "),
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


@pytest.mark.parametrize("command", ["play", "serve"])
@pytest.mark.parametrize("wrong", [["nothing"], [FAST, "--seat", "harbour-master"], [FAST, "--set", "seed=x"]])
def test_nothing_is_written_before_an_exercise_is_known_good(
    command: str, wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown scenario or seat, or a value that is none: told with a hint, and no store is left behind."""
    if command == "serve":
        pytest.importorskip("uvicorn")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    store = tmp_path / "new.sqlite"
    code, out, told = call(command, *wrong, "--store", str(store), "--lang", "en")
    assert (code, out) == (2, "")
    assert "\nhint: " in told
    assert not list(tmp_path.iterdir())


def test_a_review_says_which_formats_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra for papers the page is written and the extra named; a paper asked for by name is refused."""
    folder = tmp_path / "run"
    assert call("run", FAST, "-o", str(folder))[0] == 0
    monkeypatch.setattr("emergency.report.after_action_papers.find_spec", lambda name: None)
    code, out, told = call("export", "review", str(folder), "-n", "1", "--lang", "en")
    assert code == 0
    assert [line.partition(" ")[0] for line in told.splitlines()] == ["docx", "pdf"]
    assert told.count("pip install 'emergency[docs]'") == 2
    assert out.rstrip().endswith("after-action.html")
    code, out, told = call("export", "review", str(folder), "--format", "pdf", "--lang", "zh")
    assert (code, out) == (2, "")
    assert told == "缺少组件 typst，请安装：pip install 'emergency[docs]'\n"


def test_sensitivity_says_beforehand_how_many_runs_it_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asks for so many runs is told before the first of them, also of what Sobol' adds."""
    pytest.importorskip("SALib")
    monkeypatch.setattr("emergency.replicate.sensitivity.analyse", lambda *_, **__: None)  # as if stopped at once
    for more, points in (((), 0), (("--method", "sobol", "--blocks", "4", "--first", "3"), 4 * (3 + 2))):
        code, out, told = call("sensitivity", FAST, "--paths", "2", "-n", "3", *more, "--lang", "en")
        assert (code, out) == (130, "")
        [runs] = re.findall(r"([\d,]+) runs will be made", told)
        [factors] = re.findall(r"(\d+) factors", told)
        assert int(runs.replace(",", "")) == 3 * (2 * (int(factors) + 1) + points)


@pytest.mark.slow
def test_sensitivity_makes_as_many_runs_as_it_said(tmp_path: Path) -> None:
    """The number told beforehand is that of the points looked at; each has a row for every factor turned."""
    pytest.importorskip("SALib")
    folder = tmp_path / "out"
    args = ("--paths", "2", "-n", "1", "--of", "served_share", "-o", str(folder), "--lang", "en")
    code, _, told = call("sensitivity", FAST, *args)
    assert code == 0, told
    [[runs, factors, points]] = re.findall(r"(\d+) runs will be made: (\d+) factors, (\d+) points on 2 paths", told)
    assert int(runs) == int(points) == 2 * (int(factors) + 1)
    rows = (folder / "effects.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == int(factors) + 1


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
    assert f"缺少组件 {package}，请安装：pip install" in told
    assert not folder.exists()
