"""Approval forms and information reports: what the log tells is filled in, everything else stays visibly blank."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from exercises import ATTACK, ATTACK_SHOWN, COMPOUND, OUTAGE, PINE, SNOW, give, page_of, programs, run_of, session_of
from exercises import words_of as words
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from paper_templates import TEMPLATES
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.errors import InputError, MissingExtraError
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import EventLog, write_jsonl
from emergency.plan.statements import Form
from emergency.reader import Inputs, load_inputs
from emergency.report.docx import write_docx
from emergency.report.forms import find_form, form_rows, write_blank_forms, write_form
from emergency.report.information import (
    KINDS,
    Occasion,
    information_rows,
    occasion,
    write_blank_information,
    write_information,
)
from emergency.report.page import Page
from emergency.report.run_folder import read_run
from emergency.report.situation import matters
from emergency.words.papers import PAPERS, asked_for, told

MADE = Path(__file__).parent.parent / "emergency" / "templates" / "papers"
NECESSITIES, FOREST = "daily-necessities", "forest-pests"


def form_of(plan: str, scenario: str, id: str) -> Form:
    """A form of a plan."""
    return find_form(programs(scenario), f"{plan}:{id}")[1]


def rows_of(page: Page, plan: str, scenario: str, id: str, of: str | None = None) -> dict[str, dict[str, Any]]:
    """The rows of a form by what each field asks for."""
    form = form_of(plan, scenario, id)
    return {asked_for(f.zh): row for f, row in zip(form.fields, form_rows(page, plan, form, of), strict=True)}


# --------------------------------------------------------------------------------------- templates


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_what_the_program_makes(name: str) -> None:
    """The Word templates in the package are those of `paper_templates`; EMERGENCY_REWRITE=1 writes them."""
    path, made = MADE / name, TEMPLATES[name]()
    if os.environ.get("EMERGENCY_REWRITE") and not (path.exists() and _parts(path) == _parts(made)):
        path.write_bytes(made)
    assert _parts(path) == _parts(made)


def _parts(file: Path | bytes) -> dict[str, bytes]:
    """What a Word file says and how it looks, canonically; not when it was packed."""
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(file) if isinstance(file, bytes) else file) as packed:
        kept = [n for n in packed.namelist() if n.startswith("word/") and n.endswith(".xml")]
        return {name: etree.tostring(etree.fromstring(packed.read(name)), method="c14n") for name in kept}


# ------------------------------------------------------------------------------------------- forms


def test_a_form_that_steps_use_is_filled_from_those_steps() -> None:
    """Who submits, who advises and who approves by the form stands in its fields, with when and by which clause."""
    page = page_of(SNOW)
    rows = rows_of(page, NECESSITIES, SNOW, "form-start")
    steps = {e.detail["do"]: e for e in run_of(SNOW) if e.kind == "step" and e.ref == "response=III"}
    for asked, do in (("unit", "submit"), ("opinion", "advise"), ("instruction", "approve")):
        assert page.names.actor(steps[do].actor or "") in rows[asked]["text"]
        assert page.when(steps[do].t) in rows[asked]["text"]
    assert "annex 1" in rows["instruction"]["text"]
    assert not any(row["blank"] for row in rows.values())


def test_a_form_tells_what_was_known_when_it_was_put_in() -> None:
    """What is reported after the form was submitted does not stand in it."""
    page = page_of(SNOW)
    steps = [e for e in run_of(SNOW) if e.kind == "step" and e.ref == "response=III"]
    [submitted] = [e for e in steps if e.detail["do"] == "submit"]
    early = [e for e in run_of(SNOW) if e.t <= submitted.t]
    cut = page_of(SNOW, early)
    details = rows_of(page, NECESSITIES, SNOW, "form-start")["details"]["text"]
    assert details == rows_of(cut, NECESSITIES, SNOW, "form-start")["details"]["text"]
    assert "Supermarkets report empty shelves" in details
    assert "canteens call" not in details


def test_a_form_no_clause_uses_is_found_by_its_name() -> None:
    """Without a step that uses them, a start form is about the response's start, an end form about its end."""
    page = page_of(PINE)
    start, end = (rows_of(page, FOREST, PINE, id) for id in ("start-form", "end-form"))
    assert "Response: Started" in start["details"]["text"]
    assert "Response: Ended" in end["completed"]["text"]
    assert not start["instruction"]["blank"]


def test_what_the_log_does_not_tell_stays_blank_under_its_name() -> None:
    """The experts said nothing in the log: their field is empty, shaded, and names itself."""
    form = form_of(FOREST, PINE, "end-form")
    rows = form_rows(page_of(PINE), FOREST, form)
    [experts] = [r for r, f in zip(rows, form.fields, strict=True) if "expert" in f.en]
    assert experts["text"] == ""
    assert experts["name"] in experts["blank"]
    assert experts["shade"] != next(r for r in rows if r["text"])["shade"]


def test_a_notice_claims_no_opinion_that_was_given_on_something_else() -> None:
    """No step uses the notice form: the opinions on the start of the response are not opinions on the notice."""
    rows = rows_of(page_of(SNOW), NECESSITIES, SNOW, "form-notice")
    assert rows["matter"]["text"]
    assert all(rows[asked]["blank"] for asked in ("unit", "opinion", "instruction"))


def test_a_matter_that_never_came_leaves_the_form_blank() -> None:
    """With no decision in the log the form has nothing but its fields."""
    calm = [e for e in run_of(SNOW) if e.t < 1.0]
    rows = rows_of(page_of(SNOW, calm), NECESSITIES, SNOW, "form-start")
    assert rows
    assert all(row["blank"] and not row["text"] for row in rows.values())


def test_a_form_is_about_the_level_asked_for() -> None:
    """`of` chooses the decision; one that was never opened is refused, and the opened ones are named."""
    page = page_of(OUTAGE)
    opened = [m.ref for m in matters(page.entries, "fuel")]
    form = form_of(NECESSITIES, SNOW, "form-start")
    rows = form_rows(page, "fuel", form, "response=III")
    assert "Level III response" in next(r["text"] for r in rows if "details" in r["name"])
    with pytest.raises(InputError) as refused:
        form_rows(page, "fuel", form, "response=X")
    assert refused.value.problems[0].facts["known"] == sorted(set(opened))


def test_words_of_a_decision_are_quoted() -> None:
    """What a person said when taking or refusing a step is the opinion; it is shown as written."""
    one = session_of(SNOW, "vice-head-commerce")
    one.run_to(400.0)
    [asked] = [a for a in one.open_for("vice-head-commerce") if (a.ref, a.do) == ("response=III", "approve")]
    about = {"ask": asked.id, "plan": asked.plan, "ref": asked.ref, "step": asked.do}
    give(one, "decide", "seat:vice-head-commerce", verdict="refuse", why="not before noon", **about)
    rows = rows_of(page_of(SNOW, one.log.entries), NECESSITIES, SNOW, "form-start")
    assert "refused" in rows["instruction"]["text"]
    assert '"not before noon"' in rows["instruction"]["text"]


def test_an_unknown_or_ambiguous_form_is_refused_with_those_there_are() -> None:
    """A form is asked for by its id; of two plans' forms with one id, by plan and id."""
    with pytest.raises(InputError) as refused:
        find_form(programs(SNOW), "form-x")
    assert f"{NECESSITIES}:form-start" in refused.value.problems[0].facts["known"]  # type: ignore[operator]
    twice = {"a": programs(SNOW)[NECESSITIES], "b": programs(SNOW)[NECESSITIES]}
    with pytest.raises(InputError):
        find_form(twice, "form-start")
    assert find_form(twice, "b:form-start")[0] == "b"


# ------------------------------------------------------------------------------------- information


@given(at=st.floats(0.0, 720.0))
def test_a_report_tells_nothing_of_what_comes_later(at: float) -> None:
    """At any instant the report from the whole log is that from the log up to then."""
    early = [e for e in run_of(SNOW) if e.t <= at]
    when = Occasion("follow-up", at, -1.0, "commerce-grain", None)
    whole = information_rows(page_of(SNOW), NECESSITIES, when)
    assert whole == information_rows(page_of(SNOW, early), NECESSITIES, when)


def test_a_report_tells_no_inject_that_nobody_was_told_of() -> None:
    """The world's own events stay out of first and follow-up reports; only what reached a seat is in them."""
    page = page_of(SNOW)
    told_of = {e.ref for e in run_of(SNOW) if e.kind == "message"}
    silent = [e.detail["title"]["en"] for e in run_of(SNOW) if e.kind == "inject" and e.ref not in told_of]
    reports = [occasion(page, NECESSITIES, kind) for kind in KINDS]
    said = "\n".join(row["text"] for one in reports for row in information_rows(page, NECESSITIES, one))
    assert silent
    assert not [title for title in silent if title in said]
    assert "Supermarkets report empty shelves" in said


def test_a_report_has_the_items_the_plan_lists_else_the_usual_ones() -> None:
    """Items are the plan's own where it lists them, in its order; the words that leave the list open are no item."""
    listed = programs(SNOW)[NECESSITIES].plan.statement("report-contents")
    page = page_of(SNOW)
    names = [r["name"] for r in information_rows(page, NECESSITIES, occasion(page, NECESSITIES, "first"))]
    assert names[3:] == [i.en for i in listed.items[:-1]]  # type: ignore[attr-defined]
    page = page_of(OUTAGE)
    usual = [r["name"] for r in information_rows(page, "fuel", occasion(page, "fuel", "first"))]
    assert PAPERS["cause"][1] in usual
    assert len(usual) == 13


def test_person_telephone_and_foresight_are_never_made_up() -> None:
    """No log tells a person's name, a telephone or what may yet come: these stay blank in every report."""
    for scenario, plan in ((SNOW, NECESSITIES), (OUTAGE, "fuel"), (PINE, FOREST)):
        page = page_of(scenario, lang="zh")
        for kind in KINDS:
            rows = information_rows(page, plan, occasion(page, plan, kind))
            blank = {asked_for(r["name"]) for r in rows if r["blank"]}
            assert {"person", "phone", "harm"} <= blank


def test_first_follow_up_and_final_come_in_that_order() -> None:
    """The first report is the first sent, the final one comes with the response's end, a follow-up between."""
    for scenario, plan in ((SNOW, NECESSITIES), (OUTAGE, "fuel"), (PINE, FOREST), (COMPOUND, "grain")):
        page = page_of(scenario)
        first, between, final = (occasion(page, plan, kind) for kind in KINDS)
        assert first.at <= between.at <= final.at
        assert first.sent is not None
        assert first.unit == first.sent.actor
        assert final.at in [e.t for e in page.of(plan, "entered") if (e.scheme, e.level) == ("response", "ended")]


# -------------------------------------------------------------------------------------------- docx


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_paper_is_a_whole_docx_in_both_languages(lang: str, tmp_path: Path) -> None:
    """Forms, blank forms and reports open as Word files with every field name, and leave nothing of a template."""
    page = page_of(SNOW, lang=lang)
    form = form_of(NECESSITIES, SNOW, "form-end")
    paths = [write_form(page, NECESSITIES, form, tmp_path / "form.docx")]
    reports = [occasion(page, NECESSITIES, kind) for kind in KINDS]
    paths += [write_information(page, NECESSITIES, one, tmp_path / f"{one.kind}.docx") for one in reports]
    paths += [*write_blank_forms(page, tmp_path), write_blank_information(page, NECESSITIES, tmp_path / "i.docx")]
    for path in paths:
        text = words(path)
        assert told("mark", lang) in text
        assert not any(mark in text for mark in ("{{", "{%", "…", "None"))
    assert all(field.in_(lang) in words(paths[0]) for field in form.fields)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_what_people_wrote_is_text_in_a_docx(tmp_path: Path) -> None:
    """Text of any kind stays as written but for what XML cannot hold; a line break stays a line break."""
    row = {"name": ATTACK, "text": ATTACK, "blank": "", "signed": "", "shade": "FFFFFF"}
    data = {"title": ATTACK, "name": ATTACK, "mark": "", "rows": [row], "note": ATTACK}
    path = write_docx("papers/form.docx", data, tmp_path / "a.docx")
    text = words(path)
    assert text.count(ATTACK_SHOWN) == 5
    assert "\nnext" in text
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            assert b"<script>" not in packed.read(name)
    assert docx.Document(str(path)).core_properties.title.startswith("{{ 7*7 }}{% raw %} #panic")


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    """Neither the hour nor the place of writing is in a file."""
    page, form = page_of(SNOW), form_of(NECESSITIES, SNOW, "form-start")
    paths = [write_form(page, NECESSITIES, form, tmp_path / name) for name in ("a.docx", "b.docx")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_without_the_extra_a_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing library is told with the pip command, and no file is begun."""
    monkeypatch.setitem(__import__("sys").modules, "docxtpl", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emergency\[docs\]'"):
        write_blank_forms(page_of(SNOW), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_word_has_both_languages_and_the_same_places() -> None:
    """A sentence has the same facts in Chinese and in English."""
    import re

    for name, (zh, en) in PAPERS.items():
        assert zh, name
        assert en, name
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), name


# ------------------------------------------------------------------------------------ command line


def test_forms_from_the_folder_of_a_run(tmp_path: Path) -> None:
    """Papers are filled in from a run's folder, with its settings and readings; a plan changed since is told of."""
    reading = f"readings.{NECESSITIES}.group-through-head=deputy"
    inputs = load_inputs(SNOW, ["seed=3", reading])
    ready = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction, ("seed=3",))
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(3).run(0), log))
    write_jsonl(tmp_path / "log.jsonl", log)
    digests = {NECESSITIES: inputs.sha256[NECESSITIES]}
    _summarise(tmp_path, digests)
    kept = read_run(tmp_path, _load)
    assert kept.seed == 9
    assert kept.prepared.scenario.seed == 3
    assert kept.programs[NECESSITIES].readings == ready.plans[NECESSITIES].program.readings
    assert kept.changed == ()
    for args in (["form", "--form", "form-start"], ["information", "--kind", "final"]):
        found = CliRunner().invoke(app, ["export", args[0], str(tmp_path), *args[1:], "--lang", "zh"])
        assert found.exit_code == 0, found.output
        assert Path(found.stdout.strip()).is_file()
    _summarise(tmp_path, {NECESSITIES: "0" * 64})
    found = CliRunner().invoke(app, ["export", "form", str(tmp_path), "--form", "form-end", "--lang", "en"])
    assert found.exit_code == 0
    assert f"{NECESSITIES} is no longer" in found.stderr


def _load(scenario: str, settings: list[str]) -> tuple[Inputs, Prepared]:
    inputs = load_inputs(scenario, settings)
    return inputs, prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def _summarise(folder: Path, digests: dict[str, str]) -> None:
    summary = {"seed": 9, "receipt": {"plan_sha256": digests}}
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


def test_bad_input_of_exports_ends_with_two(tmp_path: Path) -> None:
    """No folder, no log, no such form, plan or level: told in a line, exit code 2, nothing written."""
    write_jsonl(tmp_path / "log.jsonl", run_of(SNOW))
    write_jsonl(tmp_path / "three" / "log.jsonl", run_of(COMPOUND))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "log.jsonl").write_text("no log\n", encoding="utf-8")
    here = str(tmp_path)
    for args in (
        ["form", str(tmp_path / "nowhere"), "--form", "form-start"],
        ["form", str(tmp_path / "broken"), "--form", "form-start"],
        ["form", here, "--form", "no-such"],
        ["form", here, "--form", "form-start", "--of", "response=X"],
        ["information", str(tmp_path / "three")],
        ["information", here, "--plan", "rice"],
    ):
        found = CliRunner().invoke(app, ["export", *args, "--lang", "en"])
        assert found.exit_code == 2, (args, found.output)
        assert found.stderr
        assert "Traceback" not in found.output
    assert not list(tmp_path.rglob("*.docx"))
