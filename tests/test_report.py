"""The report of a run: one file that stands alone, in both languages, with nothing of a plan's text obeyed."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from outage import ROOT, entries, inputs, prepared, programs

from emergency.chance import Chance
from emergency.incident import Incident, prepare, simulate
from emergency.indicators import fold, summary
from emergency.log import Entry, EventLog, read_jsonl
from emergency.reader import load_inputs
from emergency.report import render_report, write_report, write_run
from emergency.scenario import Scenario
from emergency.source import Text


def told() -> dict[str, Any]:
    """Its summary."""
    return summary(
        fold(entries(), programs()),
        scenario="fuel-pipeline-outage",
        seed=1,
        run=0,
        plan_sha256={"fuel": "a" * 64},
        scenario_sha256="b" * 64,
        version="0.1.0",
    )


@cache
def page(lang: str) -> str:
    """The report of that run."""
    return render_report(entries(), inputs().scenario, programs(), told(), lang)


class Reader(HTMLParser):
    """Collects what a page refers to, what it names, and what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.refers: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "src", "srcset", "action", "data"):
                self.refers.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] != "style":
            self.words.append(data)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_stands_alone(lang: str) -> None:
    """A report refers to nothing outside itself and runs no script."""
    read = Reader(page(lang))
    assert all(r.startswith(("#", "data:")) for r in read.refers)
    assert not {"script", "link", "iframe", "object", "form"} & set(read.tags)
    assert not re.search(r"url\((?![\"']?data:)|@import", page(lang))
    figures = [r for r in read.refers if r.startswith("data:image/svg+xml;base64,")]
    assert len(figures) == 6
    for figure in figures:
        assert base64.b64decode(figure.split(",", 1)[1]).startswith(b"<?xml")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_arrives(lang: str) -> None:
    """Every clause cited links to its paraphrase; no two places have one name."""
    read = Reader(page(lang))
    assert len(read.ids) == len(set(read.ids))
    assert {r[1:] for r in read.refers if r.startswith("#")} <= set(read.ids)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_cited_clause_is_told(lang: str) -> None:
    """The appendix holds our paraphrase of every clause that some entry of the log rests on in the tables."""
    plan, text = programs()["fuel"].plan, "".join(Reader(page(lang)).words)
    for entry in entries():
        if entry.kind in ("decided", "measure-started", "gap", "report-sent"):
            for clause in entry.clauses:
                said = plan.clause(clause.split(":")[1])
                told = said.zh if lang == "zh" else said.en
                assert told is None or told in text


def test_it_is_in_one_language() -> None:
    """The English report has no Chinese words but names of documents and terms quoted from them."""
    words = "".join(Reader(page("en")).words)
    for word in ("级响应", "等候人手", "依据", "吨", "小时"):
        assert word not in words
    assert "Waiting for people" in words
    assert "等候人手" in "".join(Reader(page("zh")).words)


def test_the_font_holds_every_character() -> None:
    """The report carries its own font, once."""
    assert page("zh").count("data:font/woff;base64,") == 1
    assert "FONT-OF-THIS-REPORT" not in page("zh")


def evil_scenario() -> Scenario:
    """A scenario whose words are markup."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    text = Text(zh=evil, en=evil)
    return inputs().scenario.model_copy(update={"title": text, "story": text})


def test_a_scenarios_words_are_not_obeyed() -> None:
    """Markup in a scenario's title, story and injects is shown as text."""
    evil = "<script>alert(3)</script>"
    first = entries()[0]
    inject = Entry(
        0, 1.0, first.start, None, "inject", None, None, None, evil, (), {"title": {"zh": evil, "en": evil}}
    )
    text = render_report([inject, *entries()], evil_scenario(), programs(), told(), "en")
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert set(Reader(text).tags) == set(Reader(page("en")).tags)


def test_a_fact_is_no_template() -> None:
    """Braces in a scenario's words are not filled in or evaluated."""
    words = Text(zh="{{ 7*7 }} {when} {% raw %}", en="{{ 7*7 }} {when} {% raw %}")
    scenario = inputs().scenario.model_copy(update={"title": words})
    assert "{{ 7*7 }} {when} {% raw %}" in render_report(entries(), scenario, programs(), told(), "en")


def test_the_same_run_gives_the_same_bytes() -> None:
    """The same log gives the same report, byte for byte."""
    assert page("zh") == render_report(entries(), inputs().scenario, programs(), told(), "zh")


def test_the_receipt_is_there() -> None:
    """The digests, the version and the command to run it again stand in the report."""
    for part in ("a" * 64, "b" * 64, "emergency 0.1.0", "emergency run fuel-pipeline-outage --seed 1 --run 0"):
        assert part in page("en")


def test_every_assumption_is_told() -> None:
    """Every source of the scenario stands in the report, and there is no assumption without its basis."""
    for source in inputs().scenario.sources.values():
        assert source.zh in "".join(Reader(page("zh")).words)


def test_a_run_leaves_its_files(tmp_path: Path) -> None:
    """A run leaves log, summary, report and figures; the log reads back, nothing half-written stays."""
    folder = tmp_path / "runs" / "one"
    report = write_run(folder, entries(), inputs().scenario, programs(), told(), "en")
    assert report == folder / "report.html"
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == json.loads(json.dumps(told()))
    assert [e.as_dict() for e in read_jsonl(folder / "log.jsonl")] == [e.as_dict() for e in entries()]
    drawn = {p.name for p in (folder / "figures").iterdir()}
    kinds = ("demand", "lanes-fuel", "levels-fuel", "series-fuel", "signs-fuel", "waiting-fuel")
    assert drawn == {f"{k}.{f}" for k in kinds for f in ("svg", "png")}
    assert not list(folder.rglob(".*"))
    alone = write_report(tmp_path / "alone", entries(), inputs().scenario, programs(), told(), "en")
    assert alone.read_bytes() == report.read_bytes()


def test_a_quiet_run_has_a_report() -> None:
    """A run in which nothing happens is reported in plain words, without empty tables of acts."""
    log = EventLog(prepared().start)
    log.add(0.0, "note", ref="scenario")
    log.add(48.0, "ended", ref="horizon")
    quiet = summary(
        fold(log, programs()), scenario="q", seed=1, run=0, plan_sha256={}, scenario_sha256="", version="0"
    )
    text = "".join(Reader(render_report(list(log), inputs().scenario, programs(), quiet, "en")).words)
    for sentence in ("No response was started.", "No decision was opened.", "The run met no gap in the text."):
        assert sentence in text


def test_other_readings_are_marked_and_repeated() -> None:
    """A reading chosen otherwise than in the plan file is named, and stands in the command that repeats the run."""
    changed = load_inputs(
        ROOT / "scenarios" / "fuel-pipeline-outage.yaml", ["readings.fuel.gravest-first=mildest", "horizon=10 d"]
    )
    ready = prepare(changed.scenario, changed.plans, changed.jurisdiction)
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(1).run(0), log))
    compiled = {id: one.program for id, one in ready.plans.items()}
    text = render_report(list(log), changed.scenario, compiled, told(), "en")
    assert "Readings chosen otherwise than in the plan file: gravest-first" in text
    assert "--reading fuel:gravest-first=mildest" in text
    assert "--reading" not in page("en")
