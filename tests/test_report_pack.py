"""The print pack: each seat gets what is its own, and only controllers get what is going to happen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from exercises import ATTACK, ATTACK_SHOWN, COMPOUND, OUTAGE, PINE, SNOW, prepared
from typer.testing import CliRunner

from emergency.cli import app
from emergency.errors import MissingExtraError
from emergency.machine.program import DECIDING
from emergency.plan import walk
from emergency.report.exercise_guides import controller_data, evaluation_data, manual_data
from emergency.report.page import Page
from emergency.report.pdf import shown, write_pdf
from emergency.report.player_cards import Card, card_data, seats_of, split
from emergency.report.print_pack import pack_page, write_pack
from emergency.report.tasks import tasks
from emergency.scenario import Scenario
from emergency.source import Text
from emergency.words.evaluation import told as rated
from emergency.words.papers import told

SCENARIOS = (SNOW, OUTAGE, PINE, COMPOUND)
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")


def page_of(scenario: str, lang: str = "en") -> Page:
    """A page of a scenario that has not been run."""
    return pack_page(prepared(scenario), lang)


def papers_of(scenario: str, lang: str = "en") -> dict[str, Any]:
    """The contents of each paper."""
    page = page_of(scenario, lang)
    at_table, simulated = split(page, seats_of(page))
    return {
        "manual": manual_data(page, at_table, prepared(scenario).calendar),
        "cards": [card_data(page, card) for card in at_table],
        "guide": evaluation_data(page),
        "control": controller_data(page, simulated),
    }


def card_of(scenario: str, seat: str) -> tuple[Card, dict[str, Any]]:
    """The card of a seat."""
    page = page_of(scenario)
    card = next(c for c in seats_of(page) if c.seat == seat)
    return card, card_data(page, card)


def text_of(path: Path) -> str:
    """The text of a PDF."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


# --------------------------------------------------------------------------------------- who gets what


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_controllers_get_what_is_going_to_happen(scenario: str, lang: str) -> None:
    """Story, titles and texts of injects stand in the controllers' guide and in no other paper."""
    says: Scenario = prepared(scenario).scenario
    secret = [says.story, *(i.title for i in says.injects), *(i.text for i in says.injects if i.text is not None)]
    papers = {name: json.dumps(data, ensure_ascii=False) for name, data in papers_of(scenario, lang).items()}
    for one in secret:
        text = json.dumps(one.in_(lang), ensure_ascii=False)[1:-1]
        assert text in papers["control"]
        assert not [name for name, said in papers.items() if name != "control" and text in said]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_but_controllers_gets_a_supposition(scenario: str) -> None:
    """What the scenario supposes (numbers, behaviours) reaches no player: their papers change with no assumption."""
    ready = prepared(scenario)
    page = page_of(scenario)
    bare = ready.scenario.model_copy(update={"injects": (), "work": (), "behaviour": (), "staffing": ()})
    other = Page(page.entries, bare, page.programs, {}, "en")
    for one in (page, other):
        one.cited.clear()
    told_, again = ([card_data(p, c) for c in seats_of(p)] for p in (page, other))
    assert told_ == again
    assert evaluation_data(page) == evaluation_data(other)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_task_is_on_the_cards_of_those_who_do_it_and_on_no_other(scenario: str) -> None:
    """A card holds the tasks whose performers include its seat, and all of them."""
    page = page_of(scenario)
    everything = [t for plan in page.programs for t in tasks(page, plan)]
    cards = seats_of(page)
    assert {c.seat for c in cards} == {p.seat for t in everything for p in t.by}
    for card in cards:
        assert list(card.tasks) == [t for t in everything if any(p.seat == card.seat for p in t.by)]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_step_and_measure_of_a_plan_is_a_task(scenario: str) -> None:
    """Nothing the programs ask for is lost when steps that are the same for several levels become one task."""
    page = page_of(scenario)
    for plan, program in page.programs.items():
        found = tasks(page, plan)
        asked = {(s.do, p.seat) for d in program.decisions.values() for w in d.ways for s in w.steps for p in s.by}
        assert asked == {(t.verb, p.seat) for t in found if t.kind == "decision" for p in t.by}
        assert {m.id for m in program.measures if not m.never} == {t.ref for t in found if t.kind == "measure"}
        assert {str(r.says.id) for r in program.reports} == {t.ref for t in found if t.kind == "report"}


def test_steps_that_differ_by_level_only_are_one_task_that_names_the_levels() -> None:
    """The announcement of four warning levels is one line for any level, not four."""
    page = page_of(OUTAGE)
    mine = [t for t in tasks(page, "fuel") if t.verb == "announce" and "fuel:3.4" in t.clauses]
    assert [t.what for t in mine] == ["Warning, any level"]


# --------------------------------------------------------------------------------------------- cards


def test_a_card_tells_what_its_seat_may_decide_with_the_clause() -> None:
    """What the head of the group decides stands apart from what it only passes on, each with its clause."""
    _, card = card_of(OUTAGE, "vice-head-commerce")
    [plan] = card["plans"]
    assert plan["decides"]
    assert all(row[-1] for row in plan["decides"])
    _, office = card_of(OUTAGE, "commerce-grain")
    [of_office] = office["plans"]
    assert of_office["decides"] == []
    assert all("Leading group" in row[3] for row in of_office["handles"])


def test_a_card_tells_to_whom_its_seat_reports() -> None:
    """The plan's time limit, its addressees and its clause stand on the card of whoever has to report."""
    _, card = card_of(SNOW, "commerce-grain")
    [plan] = card["plans"]
    [row] = [r for r in plan["reports"] if r[0] == "the confirmed fluctuation" and "within" in r[3]]
    assert row[1] == "Coordination group"
    assert "2 h" in row[3]
    assert row[4] == "3.3.1"


def test_authorities_above_are_played_by_controllers() -> None:
    """City, province and citizens have no seat at the table; the district's bureaus and posts have."""
    page = page_of(SNOW)
    at_table, simulated = split(page, seats_of(page))
    assert {"commerce-grain", "vice-head-commerce", "media-centre"} <= {c.seat for c in at_table}
    assert "city-commerce" in {c.seat for c in simulated}
    assert not {c.seat for c in at_table} & {c.seat for c in simulated}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_deciding_table_holds_deciding_steps_only(scenario: str) -> None:
    """As many rows under 'what I may decide' as the seat has deciding steps."""
    page = page_of(scenario)
    for card in seats_of(page):
        rows = sum(len(p["decides"]) for p in card_data(page, card)["plans"])
        assert rows == sum(t.kind == "decision" and t.verb in DECIDING for t in card.tasks)


# ------------------------------------------------------------------------------------------- guides


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_objective_has_tasks_with_clauses_and_a_time_standard(scenario: str) -> None:
    """Each objective has something to observe, each of its clauses a task; that no limit is set is said aloud."""
    data = evaluation_data(page_of(scenario))
    says = prepared(scenario).scenario
    assert [o["text"] for o in data["objectives"]] == [o.text.en for o in says.objectives]
    for one, objective in zip(data["objectives"], says.objectives, strict=True):
        cited = " ".join(row[1] for row in one["tasks"])
        assert all(str(c.clause) in cited for c in objective.clauses)
        assert all(row[2] for row in one["tasks"] if not row[0].startswith("observe"))
    assert data["ratings"] == [rated(r, "en") for r in "PSMUN"]


def test_an_inject_tells_when_whom_it_reaches_and_what_is_expected() -> None:
    """The controllers' list is in the order of time; contingency injects say on what they depend."""
    data = controller_data(page_of(COMPOUND), [])
    says = prepared(COMPOUND).scenario.injects
    assert sorted(i["title"] for i in data["injects"]) == sorted(i.title.en for i in says)
    assert [i["no"] for i in data["injects"]] == list(range(1, len(says) + 1))
    for one in says:
        [row] = [i for i in data["injects"] if i["title"] == one.title.en]
        assert len(row["expected"]) == len(one.expects)
        assert (row["type"] == told("type-contingency", "en")) == (one.unless is not None)
        assert ("unless" in row["when"]) == (one.unless is not None)


def test_the_manual_names_every_level_with_who_decides() -> None:
    """Each value that some clause enters stands there; where no act is needed it says so."""
    data = papers_of(OUTAGE)["manual"]
    [plan] = data["levels"]
    by = {row[0]: row[2] for row in plan["rows"]}
    assert by["Level II warning"].startswith("Leading group")
    assert by["Level II incident"] == told("by-criteria", "en")
    assert "half of normal demand" in next(row[1] for row in plan["rows"] if row[0] == "Level II warning")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_papers_call_plans_as_people_do(lang: str) -> None:
    """A clause is cited under its plan's short title, never under the name of the plan's file; there are such."""
    ids, texts = "|".join(prepared(COMPOUND).plans), [text for _, text in walk(papers_of(COMPOUND, lang), str)]
    assert not [text for text in texts if re.search(rf"\b({ids}):(\d|annex)", text)]
    short = prepared(COMPOUND).plans["grain"].program.plan.brief.in_(lang)
    assert [text for text in texts if re.search(rf"\b{short} \d", text)]


# ---------------------------------------------------------------------------------------------- pdf


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pack_is_in_three_folders(lang: str, tmp_path: Path) -> None:
    """Players, evaluators and controllers each have a folder; every file is whole."""
    paths = write_pack(prepared(SNOW), tmp_path, lang)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["controllers", "evaluators", "players"]
    assert {p.name for p in (tmp_path / "players").iterdir()} == {"forms", "player-cards.pdf", "situation-manual.pdf"}
    assert len(list((tmp_path / "players" / "forms").iterdir())) == 4
    assert all(p.read_bytes().startswith((b"%PDF-", b"PK")) for p in paths)
    assert sorted(paths) == sorted(p for p in tmp_path.rglob("*") if p.is_file())


@needs_pdftotext
def test_what_anybody_wrote_is_text_in_a_pdf(tmp_path: Path) -> None:
    """Text of a scenario is never typst source: it is printed as written, and stops nothing."""
    ready = prepared(OUTAGE)
    nasty = Text(zh=ATTACK, en=ATTACK)
    injects = tuple(i.model_copy(update={"title": nasty, "text": nasty}) for i in ready.scenario.injects)
    page = page_of(OUTAGE)
    scenario = ready.scenario.model_copy(update={"title": nasty, "story": nasty, "injects": injects})
    odd = Page(page.entries, scenario, page.programs, {}, "en")
    data = controller_data(odd, [])
    head = {"kind": ATTACK, "title": ATTACK, "mark": ATTACK, "whose": ATTACK, "lang": "en", "w": page_words()}
    path = write_pdf("papers/controller-guide.typ", head | data, tmp_path / "a.pdf")
    text = " ".join(text_of(path).split())
    assert text.count('#panic("x") #eval("1") *b*') >= 4
    assert ATTACK_SHOWN in text
    assert "49" not in text.split("#panic")[0]


def page_words() -> dict[str, str]:
    """The words of the papers in English."""
    from emergency.words.papers import plain

    return plain("en")


@needs_pdftotext
def test_no_sign_is_lost_in_chinese(tmp_path: Path) -> None:
    """The packaged face sets every word of a card; nothing becomes an empty box."""
    page = page_of(SNOW, "zh")
    cards = [card_data(page, card) for card in seats_of(page)]
    head = {"kind": told("cards", "zh"), "title": "题", "mark": "", "whose": "", "lang": "zh"}
    from emergency.words.papers import plain

    path = write_pdf("papers/player-cards.typ", head | {"cards": cards, "w": plain("zh")}, tmp_path / "a.pdf")
    text = text_of(path)
    assert "\u25a1" not in text
    squeezed = "".join(text.split())
    for card in cards:
        assert "".join(card["seat"].split()) in squeezed


def test_signs_the_face_does_not_have_become_a_box() -> None:
    """Every text in the data is made fit to print; numbers, keys and order stay."""
    data = {"a": ["x\x00y", "😀", 1, None, True], "b": {"c": "price $5 \\$"}}
    assert shown(data) == {"a": ["x□y", "□", 1, None, True], "b": {"c": "price $5 \\$"}}


def test_the_same_data_give_the_same_pdf(tmp_path: Path) -> None:
    """No date, no chance, no path in a file."""
    page = page_of(OUTAGE)
    head = {"kind": "k", "title": "t", "mark": "m", "whose": "w", "lang": "en", "w": page_words()}
    made = [write_pdf("papers/evaluation-guide.typ", head | evaluation_data(page), tmp_path / n) for n in ("a", "b")]
    assert made[0].read_bytes() == made[1].read_bytes()


def test_without_the_extra_a_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing library is told with the pip command; the command line ends with 2 and writes nothing."""
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emergency\[docs\]'"):
        write_pdf("papers/evaluation-guide.typ", {}, tmp_path / "a.pdf")
    found = CliRunner().invoke(app, ["export", "pack", OUTAGE, "-o", str(tmp_path / "p"), "--lang", "en"])
    assert found.exit_code == 2
    assert "pip install" in found.stderr
    assert not list(tmp_path.rglob("*"))


def test_scenarios_have_injects_to_keep_secret() -> None:
    """The rule on secrets is not kept for want of secrets."""
    for scenario in SCENARIOS:
        assert len(list(walk(prepared(scenario).scenario.injects, Text))) > 3
