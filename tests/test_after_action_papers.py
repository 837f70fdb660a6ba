"""The after-action review on paper: the same parts as the page, with ratings, owners, dates and clauses."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from exercises import (
    ATTACK,
    ATTACK_SHOWN,
    OUTAGE,
    SNOW,
    give,
    page_of,
    prepared,
    programs,
    run_of,
    session_of,
    words_of,
)
from typer.testing import CliRunner

from emergency.cli import app
from emergency.errors import RefusedError
from emergency.evaluation import HEADINGS, AfterAction, Envelope, play_perfect, review
from emergency.log import Entry, write_jsonl
from emergency.report.after_action_content import content
from emergency.report.after_action_papers import FORMATS, conclude_papers, write_papers
from emergency.words.evaluation import EVALUATION, told

HEAD = "vice-head-commerce"
PARTS = ("summary", "objectives", "timeline", "envelope", "conformance", "deviations", "assessment", "improvements")
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")


@cache
def envelope(scenario: str) -> Envelope:
    """Of few plays."""
    return play_perfect(prepared(scenario), 1, 20)


@cache
def played() -> tuple[Entry, ...]:
    """An exercise in which people are slow, try what is another's, file a finding and are rated."""
    one = session_of(OUTAGE, HEAD, "police")
    one.run_to(150.0)
    ask = one.open_for(HEAD)[0]
    with pytest.raises(RefusedError):
        give(one, "decide", "seat:police", verdict="do", ask=ask.id, plan=ask.plan, ref=ask.ref, step=ask.do)
    _take(one)
    give(one, "file-finding", plan="fuel", clause="3.1", kind="silent", text=ATTACK)
    give(one, "note", "evaluator", text=ATTACK)
    give(one, "rate", "evaluator", objective="warn-in-time", rating="M", text=ATTACK)
    one.run_to(700.0)
    return tuple(one.log.entries)


def _take(one: Any) -> None:
    for ask in one.open_for(HEAD):
        if ask in one.open_for(HEAD):
            about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
            give(one, "decide", f"seat:{HEAD}", verdict="do", **about)


def found_of(scenario: str, entries: tuple[Entry, ...]) -> AfterAction:
    """What a review rests on."""
    return review(entries, prepared(scenario).scenario, programs(scenario), envelope(scenario))


def parts_of(scenario: str, entries: tuple[Entry, ...], due: str = "", lang: str = "en") -> dict[str, Any]:
    """What a review says."""
    return content(page_of(scenario, entries, lang), found_of(scenario, entries), due)


def written(folder: Path, lang: str = "en", formats: tuple[str, ...] = FORMATS, due: str = "") -> list[Path]:
    """The review of the exercise, as files."""
    entries, says = played(), prepared(OUTAGE).scenario
    return write_papers(folder, entries, says, programs(OUTAGE), found_of(OUTAGE, entries), lang, formats, due)


def text_of(path: Path) -> str:
    """The text of a PDF in one line."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


# ----------------------------------------------------------------------------------------- content


def test_every_improvement_has_owner_clause_action_and_date() -> None:
    """A row of the improvement plan says who does what about which clause until when; rows are numbered."""
    rows = parts_of(OUTAGE, played(), "2026-12-31")["improvements"]
    assert [r["no"] for r in rows] == list(range(1, len(rows) + 1))
    assert all(r["owner"] and r["clauses"] and r["action"] and r["because"] for r in rows)
    assert {r["due"] for r in rows} == {"2026-12-31"}
    assert {r["due"] for r in parts_of(OUTAGE, played())["improvements"]} == {""}


def test_a_text_is_put_right_by_whom_the_plan_charges_with_its_revision() -> None:
    """What the plan leaves open falls to whoever revises it; what people did falls to them, and is exercised."""
    found = found_of(OUTAGE, played())
    page = page_of(OUTAGE, played())
    rows = content(page, found)["improvements"]
    [revises] = [u.by[0] for u in programs(OUTAGE)["fuel"].plan.upkeep if u.kind == "revision"]
    sides = {side: set() for side in ("people", "plan")}  # type: dict[str, set[str]]
    for row, told_ in zip(found.improvements, rows, strict=True):
        side = row.because[0].side
        sides[side].add(told_["action"])
        assert told_["owner"] == page.names.actor(str(revises) if side == "plan" else row.owner)
    assert all(sides.values())
    assert not sides["people"] & sides["plan"]


def test_headings_are_those_of_the_rule_and_begin_with_a_fact() -> None:
    """Execution, usability, command and linkage, people, equipment: each has a sentence with its numbers."""
    found = found_of(OUTAGE, played())
    parts = content(page_of(OUTAGE, played()), found)["assessment"]
    assert [p["title"] for p in parts] == [told(h, "en") for h in HEADINGS[:-1]]
    facts = {h: [int(n) for n in re.findall(r"\d+", p["fact"])] for h, p in zip(HEADINGS, parts, strict=False)}
    acts = [a for a in found.acts if a.state != "not-authorised"]
    assert facts["execution"][0] == len(acts)
    assert facts["execution"][1] == sum(a.state in ("in-time", "done", "late") for a in acts)
    assert facts["usability"][1] == 1
    assert facts["people"][0] == 2
    assert "…" not in str(parts)


def test_what_is_to_be_put_right_stands_under_its_heading() -> None:
    """Every deviation is told under one of the headings."""
    parts = parts_of(SNOW, run_of(SNOW))
    told_ = [line for part in parts["assessment"] for line in part["lines"]]
    for row in parts["improvements"]:
        assert set(row["because"]) <= set(told_)


def test_columns_of_conformance_are_the_states_that_occur() -> None:
    """Each clause and agency has as many numbers as there are states, and no column is empty."""
    parts = parts_of(OUTAGE, played())
    for rows in (parts["agencies"], parts["per_clause"]):
        assert all(len(r["counts"]) == len(parts["states"]) for r in rows)
        for column in zip(*(r["counts"] for r in rows), strict=True):
            assert any(column)


def test_what_never_came_is_told_once() -> None:
    """A milestone that never came stands under when, not under how long it took as well."""
    groups = {g["title"]: g["rows"] for g in parts_of(OUTAGE, played())["groups"]}
    never = told("never", "en")
    assert all(row["place"] != never for row in groups[told("took", "en")])


def test_measures_nobody_was_asked_for_are_not_held_against_the_team_one_by_one() -> None:
    """Where a level was not entered, the level is told to have never come; its measures are left to the rest."""
    found = found_of(OUTAGE, played())
    [when] = [g for g in parts_of(OUTAGE, played())["groups"] if g["title"] == told("at", "en")]
    never = {row["what"] for row in when["rows"] if row["place"] == told("never", "en")}
    asked = {a.ref for a in found.acts}
    missed = [p.mark for p in found.positions if p.mark.number == "at" and p.verdict == "never"]
    assert any(mark.kind == "entered" for mark in missed)
    assert len(never) == len([m for m in missed if m.kind in ("entered", "ended") or m.ref in asked])


# ------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_format_has_every_part(lang: str, tmp_path: Path) -> None:
    """The docx has the page's headings, tables and clauses, and leaves nothing of a template."""
    page, word, pdf = written(tmp_path, lang, due="2026-12-31")
    assert [p.name for p in (page, word, pdf)] == ["after-action.html", "after-action.docx", "after-action.pdf"]
    text = words_of(word)
    for part in PARTS:
        assert told(part, lang) in text
        assert told(part, lang) in page.read_text(encoding="utf-8")
    assert "2026-12-31" in text
    assert "2026-12-31" in page.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF-")
    spoken = text.replace(ATTACK_SHOWN, "")
    assert not any(mark in spoken for mark in ("{{", "{%", "…"))


@needs_pdftotext
def test_the_pdf_says_what_the_docx_says(tmp_path: Path) -> None:
    """Every summary line, improvement and cited clause of the docx is in the PDF."""
    _, _, pdf = written(tmp_path)
    text = text_of(pdf)
    parts = parts_of(OUTAGE, played())
    for line in parts["summary"]:
        assert line in text
    for row in parts["improvements"]:
        assert row["clauses"][0]["text"] in text
    for rule in parts["appendix"][0]["rows"]:
        assert rule["no"] in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_nothing_was_asked_a_sentence_says_so(lang: str, tmp_path: Path) -> None:
    """Of a play in which the plan asked for nothing no table is shown that has no row; the sentence stands there."""
    begun = run_of(OUTAGE)[:3]
    found = found_of(OUTAGE, begun)
    assert not found.acts
    bare = replace(found, ratings=(), positions=())
    page, word, pdf = write_papers(tmp_path, begun, prepared(OUTAGE).scenario, programs(OUTAGE), bare, lang)
    html = page.read_text(encoding="utf-8")
    assert not re.findall(r"<tbody>\s*</tbody>", html)
    assert not re.search(r"<table|<h3>\s*</h3>", html)
    tables = docx.Document(str(word)).tables
    assert [len(table.columns) for table in tables] == [2]  # what plan, what scenario
    facts = {"runs": found.envelope.runs, "seed": found.envelope.seed}
    for name in ("objectives", "decided", "compared", "asked", "improved", "cited"):
        said = told(f"none-{name}", lang, **facts)
        assert said in html
        assert said in words_of(word)
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_formats_not_asked_for_are_not_written(tmp_path: Path) -> None:
    """One format, one file."""
    for form in FORMATS:
        folder = tmp_path / form
        [path] = written(folder, formats=(form,))
        assert [p.name for p in folder.iterdir()] == [path.name] == [f"after-action.{form}"]


@needs_pdftotext
def test_what_people_wrote_is_text_on_paper(tmp_path: Path) -> None:
    """A finding, an observation and a comment on a rating are shown as written, in docx and in PDF."""
    _, word, pdf = written(tmp_path)
    assert words_of(word).count(ATTACK_SHOWN) >= 4
    assert text_of(pdf).count('#panic("x")') >= 4
    assert docx.Document(str(word)).core_properties.title == prepared(OUTAGE).scenario.title.en


def test_words_of_the_review_are_all_there() -> None:
    """Every word a template asks for by name exists."""
    folder = Path(__file__).parent.parent / "emergency" / "templates" / "papers"
    source = (folder / "after-action.typ").read_text(encoding="utf-8")
    from emergency.words.papers import PAPERS

    assert set(re.findall(r"\bw\.([a-z-]+)", source)) <= set(EVALUATION)
    assert set(re.findall(r"\bp\.([a-z-]+)", source)) <= set(PAPERS)


def test_a_missing_library_is_told_before_the_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for hundreds of plays to hear that a format cannot be written."""
    from emergency.errors import MissingExtraError
    from emergency.report import after_action_papers

    monkeypatch.setattr(after_action_papers, "find_spec", lambda _: None)
    monkeypatch.setattr(after_action_papers, "play_perfect", lambda *_, **__: pytest.fail("played"))
    with pytest.raises(MissingExtraError, match="docs"):
        conclude_papers(played(), prepared(OUTAGE), 1, tmp_path, 5, "en", ("pdf",))


# ------------------------------------------------------------------------------------ command line


def test_a_folder_and_a_store_give_the_same_review(tmp_path: Path) -> None:
    """`play --format`, `export review` of its folder and of its store write the same bytes."""
    run, store = CliRunner(), str(tmp_path / "play.sqlite")
    more = ["--lang", "en", "-n", "2", "--due", "2026-12-31"]
    begun = ["play", OUTAGE, "--seat", HEAD, "--store", store, "--format", "docx", "--format", "pdf"]
    first = run.invoke(app, [*begun, *more, "-o", str(tmp_path / "a")], input="t 130h\n1\ne\n")
    assert first.exit_code == 0, first.output
    for source, folder in ((store, "b"), (str(tmp_path / "a"), "c")):
        found = run.invoke(app, ["export", "review", source, *more, "-o", str(tmp_path / folder)])
        assert found.exit_code == 0, found.output
        assert [Path(line).name for line in found.stdout.split()[-3:]] == [f"after-action.{f}" for f in FORMATS]
        for name in ("after-action.docx", "after-action.pdf", "log.jsonl"):
            assert (tmp_path / folder / name).read_bytes() == (tmp_path / "a" / name).read_bytes()
    assert not (tmp_path / "a" / "after-action.html").exists()


def test_bad_input_of_the_review_ends_with_two(tmp_path: Path) -> None:
    """No such folder or store, no such date: told in a line, exit code 2, nothing written."""
    write_jsonl(tmp_path / "log.jsonl", run_of(SNOW))
    for args in ([str(tmp_path / "none")], [str(tmp_path), "--due", "soon"], [str(tmp_path / "no.sqlite")]):
        found = CliRunner().invoke(app, ["export", "review", *args, "--lang", "zh", "-n", "2"])
        assert found.exit_code == 2, found.output
        assert found.stderr
        assert "Traceback" not in found.output
    assert [p.name for p in tmp_path.iterdir()] == ["log.jsonl"]
