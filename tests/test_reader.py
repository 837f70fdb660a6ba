"""Reading files: what is accepted, and that every mistake is told at its place, all of them at once."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emergency.errors import InputError, Problem
from emergency.reader import (
    find,
    json_schema,
    known,
    load_inputs,
    load_jurisdiction,
    load_plan,
    load_scenario,
    plan_problems,
)
from emergency.reader.yaml import MAX_BYTES, MAX_DEPTH, compose
from emergency.words import PROBLEMS, tell

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
ROOT = HERE.parent
LOADERS = {"plan": load_plan, "scenario": load_scenario, "jurisdiction": load_jurisdiction}
OWN = {"plan": "kelp-shortage", "scenario": "kelp-blight", "jurisdiction": "kelp-isle"}


def base(kind: str) -> str:
    """The valid text that broken ones are made from."""
    return (FIXTURES / f"{OWN[kind]}.yaml").read_text(encoding="utf-8")


def folder(into: Path, kind: str) -> Path:
    """A folder with what a file of that kind leans on, and not that file itself."""
    for other in {"plan": ["jurisdiction"], "scenario": ["plan", "jurisdiction"], "jurisdiction": []}[kind]:
        shutil.copy(FIXTURES / f"{OWN[other]}.yaml", into)
    return into


def problems(kind: str, into: Path, text: str | bytes, **options: object) -> tuple[Problem, ...]:
    """What the reader finds in a file with that text; nothing if it is accepted."""
    path = folder(into, kind) / "tried.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    try:
        LOADERS[kind](path, **options)  # type: ignore[operator]
    except InputError as error:
        refused = error
    else:
        return ()
    assert refused.exit_code == 2
    assert refused.problems
    for problem in refused.problems:
        told_well(problem)
    return refused.problems


def told_well(problem: Problem) -> None:
    """Both languages tell the problem, and no fact is missing from the message."""
    for lang, place in (("en", 0), ("zh", 2)):
        assert tell(problem, lang)
        assert set(re.findall(r"{(\w+)}", PROBLEMS[problem.code][place])) <= problem.facts.keys()


def shipped(kind: str) -> list[Path]:
    """The files of that kind that come with the package."""
    if kind == "scenario":
        return sorted((ROOT / "scenarios").rglob("*.yaml"))
    paths = sorted((ROOT / "plans").rglob("*.yaml"))
    return [p for p in paths if (p.stem == "jurisdiction") == (kind == "jurisdiction")]


def codes(found: tuple[Problem, ...]) -> list[str]:
    """What is wrong, in order."""
    return [p.code for p in found]


def place(problem: Problem) -> str:
    """Line and column."""
    assert problem.where is not None
    return f"{problem.where.line}:{problem.where.column}"


def replaced(text: str, old: str, new: str) -> str:
    """The text with one change, which must be possible in one place only."""
    assert text.count(old) == 1
    return text.replace(old, new)


# ----------------------------------------------------------------------------------- what is accepted


@pytest.mark.parametrize("kind", ["plan", "scenario", "jurisdiction"])
def test_fixtures_are_accepted(kind: str, tmp_path: Path) -> None:
    """The valid base of every broken variant has no problem, with LF, CRLF and a byte order mark alike."""
    text = base(kind)
    assert problems(kind, tmp_path, text) == ()
    assert problems(kind, tmp_path, text.replace("\n", "\r\n")) == ()
    assert problems(kind, tmp_path, b"\xef\xbb\xbf" + text.encode()) == ()


def test_scalars_stay_text() -> None:
    """YAML's guesses are not made: no, on, 12:30, 010, 1_0 and dates are the text that is printed."""
    node, found = compose("[no, on, 12:30, 010, 1_0, 2023-06-06, 0x1F, .inf, 1e5]", "f")
    assert not found
    words = ["no", "on", "12:30", "010", "1_0", "2023-06-06", "0x1F", ".inf", "1e5"]
    assert [n.text for n in node.items] == words  # type: ignore[union-attr]


def test_models_are_read() -> None:
    """What is read carries the values of the file, whichever names the file uses for them."""
    plan = load_plan(FIXTURES / "kelp-shortage.yaml")
    decision = plan.decisions[0]
    assert str(decision.from_) == "unstated"
    assert decision.steps[0].with_ == ("crew-members",)
    assert plan.events[0].kind == "entered"
    assert str(plan.criteria[1].when) == "response=II and worsening or count(spoiled, villages) >= 2"


def test_inputs_come_together() -> None:
    """A scenario brings its plans, its jurisdiction, their files and digests."""
    inputs = load_inputs(FIXTURES / "kelp-blight.yaml")
    assert list(inputs.plans) == ["kelp-shortage"]
    assert inputs.jurisdiction.jurisdiction == "kelp-isle"
    assert set(inputs.files) == set(inputs.sha256) == {"kelp-blight", "kelp-shortage", "kelp-isle"}
    assert all(len(digest) == 64 for digest in inputs.sha256.values())


@pytest.mark.parametrize("kind", ["plan", "scenario", "jurisdiction"])
def test_shipped_files_are_accepted(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shipped plans, scenarios and jurisdictions have no problem."""
    monkeypatch.chdir(ROOT)
    told: list[str] = []
    for path in shipped(kind):
        try:
            LOADERS[kind](path)  # type: ignore[operator]
        except InputError as error:
            told += [tell(p, "en") for p in error.problems]
    assert told == []


@pytest.mark.parametrize("kind", ["plan", "scenario", "jurisdiction"])
def test_both_yaml_readers_agree(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our files read the same, places included, where libyaml is missing."""
    import yaml

    for path in [FIXTURES / f"{OWN[kind]}.yaml", *shipped(kind)]:
        text = path.read_text(encoding="utf-8")
        fast = compose(text, "f")
        with monkeypatch.context() as patch:
            patch.setattr("emergency.reader.yaml._LOADER", yaml.SafeLoader)
            assert compose(text, "f") == fast


# ------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_broken(path: Path, tmp_path: Path) -> None:
    """Each broken file gives the problems its first lines expect: code, words, place, and no others."""
    text = path.read_text(encoding="utf-8")
    expected = [line[10:].split(" | ") for line in text.split("\n") if line.startswith("# expect: ")]
    assert expected
    found = problems(path.stem.split("-")[0], tmp_path, text)
    assert [p.code for p in found] == [e[0] for e in expected]
    for problem, words in zip(found, expected, strict=True):
        if re.fullmatch(r"\d+:\d+", words[-1]):
            assert place(problem) == words.pop()
        for word in words[1:]:
            assert word in tell(problem, "en")


@pytest.mark.parametrize(
    ("raw", "code", "where"),
    [
        (b"", "empty-file", "1:1"),
        (b"# nothing\n", "empty-file", "1:1"),
        (b"schema: 1\0", "control-character", "1:10"),
        ("plan: k\ntitle: 海\x1b\n".encode(), "control-character", "2:9"),
        ("a: 海\u2028b\n".encode(), "control-character", "1:5"),
        (b"a: 1\rb: 2\n", "control-character", "1:5"),
        ("plan: 海带\n".encode("utf-16"), "encoding-utf16", "1:1"),
        ("plan: kelp\n".encode("utf-16-le"), "encoding-utf16", "1:1"),
        ("plan: k\ntitle: 海带短缺\n".encode("gbk"), "encoding-gbk", "2:8"),
        ("plan: caf\u00e9".encode("latin-1"), "bad-encoding", "1:10"),
        (bytes(range(128, 256)), "bad-encoding", "1:1"),
        (b"[" * 200_000, "too-deep", f"1:{MAX_DEPTH + 1}"),
        (b"- " * 200_000, "too-deep", f"1:{2 * MAX_DEPTH + 1}"),
        (b"{" * 200_000, "too-deep", f"1:{MAX_DEPTH + 1}"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "alias", "1:4"),
        (b"- x\n" * 150_000, "too-many-nodes", "100000:3"),
        (b"a: " + b"x" * MAX_BYTES, "file-too-large", "1:1"),
    ],
)
def test_bytes_that_are_no_plan(raw: bytes, code: str, where: str, tmp_path: Path) -> None:
    """Encodings, control characters and bombs are refused before anything is built."""
    found = problems("plan", tmp_path, raw)
    assert (code, where) in [(p.code, place(p)) for p in found]


def test_all_problems_in_order(tmp_path: Path) -> None:
    """Many mistakes of all kinds in one file are all told, by place."""
    text = base("plan")
    text = replaced(text, "colour: yellow", "colour: pink")
    text = replaced(text, "role: head, actors: [reeve]", "role: head, actors: [reve]")
    text = replaced(text, "stock_days < 9 days-of-demand", "stock_days < 9 t")
    text = replaced(text, "form: slip", "form: slop")
    text = replaced(text, "  crew: {is", "  crew: {<<: {}, is")
    text = replaced(text, "choices: [milder, any]", "choices: []")
    found = problems("plan", tmp_path, text)
    expected = ["merge-key", "not-a-choice", "unknown-actor", "wrong-unit", "unknown-form", "too-short"]
    assert codes(found) == expected
    assert [p.where for p in found] == sorted(p.where for p in found if p.where)


def test_shape_error_hides_no_reference_error(tmp_path: Path) -> None:
    """A statement that cannot be read hides neither the others' dangling names nor their places."""
    text = replaced(base("plan"), "role: head, actors: [reeve]", "role: haed, actors: [reeve]")
    text = replaced(text, "id: c2, of: response=II", "id: c2, of: response II")
    text = replaced(text, "id: c1, of: response=I,", "id: c1, of: response=X,")
    found = problems("plan", tmp_path, text)
    assert codes(found) == ["not-a-choice", "bad-state", "unknown-value"]
    line = text.split("\n").index(next(x for x in text.split("\n") if "id: c1" in x)) + 1
    assert found[-1].where is not None
    assert found[-1].where.line == line


def test_names_of_broken_statements_count(tmp_path: Path) -> None:
    """What a broken statement declares is declared: a mistake is told once, where it is."""
    text = base("plan")
    text = replaced(text, "id: c2, of: response=II", "id: c2, of: response II")
    text = replaced(text, "crew: {is: body", "crew: {is: bodi")
    text = replaced(text, "levels: [II, I], ends: ended", "levels: [II, 1], ends: ended")
    text = replaced(text, "id: response-begins, is: entered", "id: response-begins, is: enterd")
    text = replaced(text, "variable: worsening, name: {zh: 恶化", "variable: worsening, name: {zz: 恶化")
    text = replaced(text, "- {no: 3.1, status: executable", "- {no: 3.1, status: exec")
    found = codes(problems("plan", tmp_path, text))
    assert sorted(found) == sorted(
        ["bad-state", "not-a-choice", "bad-id", "not-a-choice", "missing-key", "unknown-key", "not-a-choice"]
    )


def test_broken_world_keeps_its_names(tmp_path: Path) -> None:
    """A product that cannot be read still is a product, and other parts of the world are still checked."""
    text = replaced(base("scenario"), "stock: {value: 90 t", "stock: {value: lots")
    text = replaced(text, "target: ferry", "target: fery")
    text = replaced(text, "panic_decay: {value: 3 d", "panic_decay: {value: 3 t")
    assert codes(problems("scenario", tmp_path, text)) == ["bad-amount", "wrong-dimension", "unknown-supply"]


def test_problems_of_plan_and_scenario_together(tmp_path: Path) -> None:
    """A scenario tells its own problems first, then those of its plan and of its jurisdiction."""
    for kind in ("plan", "jurisdiction"):
        text = base(kind).replace("schema: 1", "schema: 2")
        (tmp_path / f"{OWN[kind]}.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "tried.yaml"
    path.write_text(base("scenario").replace("homes, to", "home, to"), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_scenario(path)
    found = raised.value.problems
    assert codes(found) == ["unknown-customer", "not-a-choice", "not-a-choice"]
    assert [Path(p.where.file).stem for p in found if p.where] == ["tried", "kelp-shortage", "kelp-isle"]


def test_thousands_of_problems_are_bounded(tmp_path: Path) -> None:
    """A hostile file cannot make the report endless."""
    text = base("plan") + "duties:\n" + "  - {clause: 2, actors: [nobody], verb: X}\n" * 9_000
    found = problems("plan", tmp_path, text)
    assert found[-1].code == "and-more"
    assert len(found) <= 502


def test_columns_count_characters(tmp_path: Path) -> None:
    """Columns are characters, not bytes, also after Chinese text and characters beyond the basic plane."""
    duty = "{clause: 2, object: {zh: 海带🌿短缺, en: x}, verb: feed, actors: [nobody]}"
    text = base("plan") + f"duties:\n  - {duty}\n"
    found = problems("plan", tmp_path, text)
    assert place(found[0]) == f"{text.count(chr(10))}:{text.split(chr(10))[-2].index('nobody') + 1}"


@pytest.mark.parametrize(
    ("guard", "offset"),
    [
        ("stock_days < 9 days-of-demand nad worsening", 30),
        ('"stock_days < 9 days-of-demand nad worsening"', 31),
        ("'stock_days < 9 days-of-demand nad worsening'", 31),
        ("worsening and not wrsening", 18),
        ("worsening and stock_days < 9 tt", 27),
        ("worsening for soon", 14),
        ('"stock_days < 9 days-of-demand \\u006Ead worsening"', 0),
        (">-\n      worsening nad\n      worsening", 0),
    ],
)
def test_guard_column(guard: str, offset: int, tmp_path: Path) -> None:
    """A mistake inside a guard is told at its own column, or at the guard's where the print differs."""
    text = base("plan") + "duties:\n  - clause: 2\n    actors: [crew]\n    verb: feed\n"
    text += f"    object: {{zh: 岛, en: isle}}\n    condition: {guard}\n"
    found = problems("plan", tmp_path, text)
    line = next(i for i, x in enumerate(text.split("\n"), 1) if x.startswith("    condition: "))
    assert [place(p) for p in found] == [f"{line}:{16 + offset}"]


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("horizon:", "horizont:", "horizon"),
        ("answers:", "anwsers:", "answers"),
        ("panic_decay:", "panic-decay:", "panic_decay"),
        ("shares: {", "share: {", "shares"),
    ],
)
def test_unknown_key_suggests(old: str, new: str, near: str, tmp_path: Path) -> None:
    """A key that is unknown where it stands suggests the key that was meant."""
    found = problems("scenario", tmp_path, replaced(base("scenario"), old, new))
    hints = [tell(p, "en").split("\n")[1] for p in found if p.code == "unknown-key"]
    assert hints == [f"hint: did you mean {near}?"]


# ---------------------------------------------------------------------------------------------- --set


def set_problems(tmp_path: Path, *changes: str) -> tuple[Problem, ...]:
    """What is wrong with a valid scenario after changes."""
    return problems("scenario", tmp_path, base("scenario"), set=changes)


def test_set_changes_values(tmp_path: Path) -> None:
    """A dotted key reaches values, entries of lists by place, id, seat or measure, and keys left out."""
    path = folder(tmp_path, "scenario") / "tried.yaml"
    shutil.copy(FIXTURES / "kelp-blight.yaml", path)
    changes = [
        "world.stock.products.kelp.stock.value=60 t",
        "seed=7",
        "injects.0.at.value=3 d",
        "injects.outage.tells.0.after.value = 5 h",
        "staffing.council.crews=4",
        "measures.kelp-shortage:ration.effects.0.to.value=10 %",
        "plans.0=kelp-shortage",
        "flags.spoiled=yes",
    ]
    scenario = load_scenario(path, changes)
    assert scenario.world.stock is not None
    assert scenario.world.stock.products["kelp"].stock.numbers == (60.0,)  # type: ignore[index]
    assert scenario.seed == 7
    assert scenario.injects[0].at is not None
    assert scenario.injects[0].at.numbers == (72.0,)
    assert scenario.injects[0].tells[0].after.numbers == (5.0,)
    assert scenario.staffing[0].crews == 4
    assert scenario.measures[0].effects[0].to is not None
    assert scenario.measures[0].effects[0].to.numbers == (0.1,)
    assert dict(scenario.flags) == {"spoiled": "yes"}


def test_set_takes_the_place_of_another_form(tmp_path: Path) -> None:
    """Setting the value of an assumption that was a range leaves one form, not two."""
    path = folder(tmp_path, "scenario") / "tried.yaml"
    shutil.copy(FIXTURES / "kelp-blight.yaml", path)
    scenario = load_scenario(path, ["world.stock.customers.homes.demand.kelp.value=8 t/d"])
    assert scenario.world.stock is not None
    demand = scenario.world.stock.customers["homes"].demand["kelp"]  # type: ignore[index]
    assert demand.is_fixed
    assert str(demand) == "8 t/d"


@pytest.mark.parametrize(
    ("change", "code", "file", "words"),
    [
        ("seed", "bad-setting", "--set seed", "key=value"),
        ("=7", "bad-setting", "--set =7", "key=value"),
        ("seed=x", "bad-number", "--set seed", "x"),
        ("sed=7", "unknown-key", "--set sed", "did you mean seed"),
        ("wrld.stock.x=1", "unknown-section", "--set wrld.stock.x", "did you mean world"),
        ("injects.1.at.value=3 d", "unknown-path", "--set injects.1.at.value", "known here: outage"),
        ("injects.outge.at.value=3 d", "unknown-path", "--set injects.outge.at.value", "did you mean outage"),
        ("horizon.x=3", "unknown-path", "--set horizon.x", "under horizon"),
        ("flags.spoilt=yes", "unknown-indicator", "--set flags.spoilt", "did you mean spoiled"),
        ("world.stock.products.kelp.stock.value=9 d", "wrong-dimension", None, "mass"),
        ("judged.worsening.when=not", "bad-guard", "--set judged.worsening.when", "found 'the end'"),
    ],
)
def test_set_mistakes(change: str, code: str, file: str | None, words: str, tmp_path: Path) -> None:
    """A mistake on the command line is told at the --set it stands in."""
    found = set_problems(tmp_path, change)
    assert codes(found) == [code]
    assert words in tell(found[0], "en")
    if file is not None:
        assert found[0].where is not None
        assert str(found[0].where).split(":")[0] == file
        assert not found[0].where.line


# --------------------------------------------------------------------------------------------- finding


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory with plans and scenarios, and nothing packaged."""
    (tmp_path / "plans" / "isle").mkdir(parents=True)
    (tmp_path / "scenarios").mkdir()
    shutil.copy(FIXTURES / "kelp-shortage.yaml", tmp_path / "plans" / "isle" / "shortage.yaml")
    shutil.copy(FIXTURES / "kelp-isle.yaml", tmp_path / "plans" / "isle" / "jurisdiction.yaml")
    shutil.copy(FIXTURES / "kelp-blight.yaml", tmp_path / "scenarios" / "blight.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("emergency.reader.files.files", lambda package: tmp_path / "wheel")
    return tmp_path


def find_problem(kind: str, name: str | Path) -> Problem:
    """Why nothing is found."""
    with pytest.raises(InputError) as raised:
        find(kind, name)  # type: ignore[arg-type]
    told_well(raised.value.problems[0])
    return raised.value.problems[0]


def test_find_by_id_and_path(workspace: Path) -> None:
    """A path is taken as it is; an id is looked for by what files state, not by their names."""
    assert find("plan", "kelp-shortage") == Path("plans/isle/shortage.yaml")
    assert find("scenario", "kelp-blight") == Path("scenarios/blight.yaml")
    assert find("jurisdiction", "kelp-isle") == Path("plans/isle/jurisdiction.yaml")
    assert find("plan", "plans/isle/shortage.yaml") == Path("plans/isle/shortage.yaml")
    assert load_scenario("kelp-blight").scenario == "kelp-blight"
    assert [one.id for one in known("plan")] == ["kelp-shortage"]
    assert [one.id for one in known("jurisdiction")] == ["kelp-isle"]


def test_find_packaged_copies_last(workspace: Path) -> None:
    """The wheel's copy serves where the workspace has none, and yields to it where it has."""
    packaged = workspace / "wheel" / "_data" / "plans"
    packaged.mkdir(parents=True)
    (packaged / "other.yaml").write_text("schema: 1\nplan: other\n", encoding="utf-8")
    (packaged / "copy.yaml").write_text("schema: 1\nplan: kelp-shortage\n", encoding="utf-8")
    assert find("plan", "other") == packaged / "other.yaml"
    assert find("plan", "kelp-shortage") == Path("plans/isle/shortage.yaml")
    assert [one.id for one in known("plan")] == ["kelp-shortage", "other"]


def test_find_nothing(workspace: Path) -> None:
    """What is not found is told with the name that was probably meant."""
    problem = find_problem("plan", "kelp-shortge")
    assert problem.code == "unknown-plan"
    assert "did you mean kelp-shortage" in tell(problem, "en")
    assert find_problem("scenario", "nothing").code == "unknown-scenario"
    assert "did you mean shortage.yaml" in tell(find_problem("plan", "plans/isle/shortge.yaml"), "en")
    assert find_problem("plan", "../kelp-shortage").code == "file-missing"
    assert find_problem("plan", Path("plans")).code == "file-is-directory"
    assert find_problem("plan", "./plans").code == "file-is-directory"
    assert find_problem("plan", "a\0b").code == "unknown-plan"
    assert find_problem("plan", "x" * 5_000 + "/y").code == "file-missing"


def test_find_ambiguous(workspace: Path) -> None:
    """Two files with one id are told apart by nobody, so neither is taken."""
    shutil.copy("plans/isle/shortage.yaml", "plans/again.yaml")
    problem = find_problem("plan", "kelp-shortage")
    assert problem.code == "ambiguous-id"
    assert "plans/again.yaml" in tell(problem, "en")


def test_jurisdiction_beside_the_plan_first(workspace: Path) -> None:
    """The jurisdiction in the plan's own folder goes before one of the same id elsewhere."""
    (workspace / "plans" / "far").mkdir()
    text = base("jurisdiction").replace("岛人民政府", "别名")
    (workspace / "plans" / "far" / "jurisdiction.yaml").write_text(text, encoding="utf-8")
    assert load_plan("kelp-shortage").plan == "kelp-shortage"


def test_other_jurisdiction(tmp_path: Path) -> None:
    """A plan checked against a jurisdiction it does not name says so."""
    text = base("jurisdiction").replace("jurisdiction: kelp-isle", "jurisdiction: dulse-isle")
    (tmp_path / "dulse.yaml").write_text(text, encoding="utf-8")
    other = load_jurisdiction(tmp_path / "dulse.yaml")
    with pytest.raises(InputError) as raised:
        load_plan(FIXTURES / "kelp-shortage.yaml", other)
    assert codes(raised.value.problems) == ["other-jurisdiction"]


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system will not open is a problem, not a crash."""
    path = tmp_path / "kelp.yaml"
    path.write_text("plan: kelp\n", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError) as raised:
        load_plan(path)
    assert codes(raised.value.problems) == ["file-unreadable"]
    assert "Permission denied" in tell(raised.value.problems[0], "en")


def test_plan_problems_need_no_file() -> None:
    """A plan made by hand can be checked too: path, code, facts."""
    plan = load_plan(FIXTURES / "kelp-shortage.yaml")
    assert list(plan_problems(plan, None)) == []
    path, code, facts = next(iter(plan_problems(plan.model_copy(update={"actors": {}}), None)))
    assert (path, code, facts["name"]) == (("seats", 0, "body"), "unknown-actor", "crew")


# ---------------------------------------------------------------------------------------- JSON Schema


@pytest.mark.parametrize("kind", ["plan", "scenario", "jurisdiction"])
def test_json_schema(kind: str) -> None:
    """Editors get a valid schema that accepts our files as a plain YAML reader sees them."""
    jsonschema = pytest.importorskip("jsonschema")
    yaml = pytest.importorskip("yaml")
    schema = json_schema(kind)  # type: ignore[arg-type]
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for path in [FIXTURES / f"{OWN[kind]}.yaml", *shipped(kind)]:
        seen = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        # To YAML 1.1 the key `no` is a boolean; editors follow 1.2, where it is text.
        plain = json.loads(json.dumps(seen, default=str).replace('"false": ', '"no": '))
        errors = [f"{path.name} {list(e.absolute_path)} {e.message[:200]}" for e in check.iter_errors(plain)]
        assert errors == []
    assert list(check.iter_errors({"schema": 1, "unknown": 1}))


# ------------------------------------------------------------------------------------- random mistakes

NASTY = [
    "unstated", "off", "any", "open", "~", "null", "''", "{}", "[]", "- x", "<<", "&a", "*a", "!!x", "?", ":",
    "\t", "9" * 400, "9" * 5_000, "0", "-1", "1e5", "nan", "inf", "0 d", "999999999 d", "12 months",
    "5000 workdays", "0001-01-01", "9999-12-31", "2030-01-07 08:00", "2026-03-02T08:00Z", "08:00Z-12:00",
    "08:00+01:00-12:00", "25:00", "count(spoiled, villages) > 999999999999", "not not", "((((", "response=",
    "response=any|II", "4.2.1(3)", "４", "annex-99999", "kelp-shortage:3.1", "../../etc/passwd", "C:\\x",
    "\u202e", "🌿", "海" * 300, '"\\ud800"', '"\\0"',
]  # fmt: skip


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """A kind of file and a valid text of it with a few random changes."""
    kind = draw(st.sampled_from(["plan", "scenario", "jurisdiction"]))
    text = base(kind)
    for _ in range(draw(st.integers(1, 4))):
        words = list(re.finditer(r"[^\s{}\[\],:]+", text)) or [re.match("", text)]
        word = draw(st.sampled_from(words))
        assert word is not None
        match draw(st.integers(0, 4)):
            case 0:
                text = text[: word.start()] + draw(st.sampled_from(NASTY)) + text[word.end() :]
            case 1:
                text = text[: word.start()] + text[word.end() :]
            case 2:
                other = draw(st.sampled_from(words))
                assert other is not None
                text = text[: word.start()] + other[0] + text[word.end() :]
            case 3:
                cut = draw(st.integers(0, 80))
                text = text[: word.start()] + text[word.start() + cut :]
            case _:
                line = text[text.rfind("\n", 0, word.start()) + 1 :].split("\n")[0]
                text = text[: word.start()] + line + "\n" + text[word.start() :]
    raw = text.encode("utf-8")
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.binary(max_size=4)) + raw[at:]
    return kind, raw


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each kind of file, used again by every random example."""
    return {kind: tmp_path_factory.mktemp(kind) for kind in LOADERS}


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated=mutations())
def test_mutated_files_never_crash(mutated: tuple[str, bytes], scratch: dict[str, Path]) -> None:
    """Whatever is changed in a valid file, it is accepted or refused with problems at their places."""
    kind, raw = mutated
    for problem in problems(kind, scratch[kind], raw):
        assert problem.where is not None
        assert problem.where.line <= raw.count(b"\n") + 1 or problem.where.file.startswith("--set")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_random_bytes_never_crash(raw: bytes, scratch: dict[str, Path]) -> None:
    """Any bytes at all end in problems and nothing else."""
    for kind in LOADERS:
        assert problems(kind, scratch[kind], raw)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(change=st.text(max_size=30) | st.from_regex(r"(world|injects|[a-z0-9]+)(\.[a-z0-9]+){0,4}=.{0,9}"))
def test_random_settings_never_crash(change: str, scratch: dict[str, Path]) -> None:
    """Any --set is carried out or refused with a problem."""
    problems("scenario", scratch["scenario"], base("scenario"), set=[change])
