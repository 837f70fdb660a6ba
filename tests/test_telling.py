"""What is told of the same thing in many places, and sentences that end in marks of their own."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency.console.views.telling import gathered, line
from emergency.errors import MissingExtraError, RefusedError
from emergency.exercise import Command, MemoryStore, from_data
from emergency.incident import Prepared, prepare
from emergency.indicators import fold
from emergency.log import EventLog
from emergency.reader import Inputs, load_inputs
from emergency.report.page import Page
from emergency.report.play import Asked, Table, begin
from emergency.report.story import story
from emergency.words.console_access import FIELDS, malformed
from emergency.words.system import tell_missing
from emergency.words.table import fill

FLOOD = "compound-summer-flood"


def load(scenario: str, settings: list[str]) -> tuple[Inputs, Prepared]:
    """A scenario made ready."""
    inputs = load_inputs(scenario, settings)
    return inputs, prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


@pytest.fixture(scope="module")
def flood() -> Prepared:
    """Three plans in one incident."""
    return load(FLOOD, [])[1]


def page_of(ready: Prepared, log: EventLog, lang: str) -> Page:
    """Names in one language."""
    return Page(log.entries, ready.scenario, {id: one.program for id, one in ready.plans.items()}, {}, lang)


def told_everywhere(ready: Prepared) -> EventLog:
    """A fact that becomes known at four places at once, the same fact an hour later, and a message to two."""
    log = EventLog(ready.start)
    log.add(0.0, "note", ref="scenario")
    for t, places in ((1.0, ("lukou", "lucheng", "changling", "songyanghu")), (2.0, ("yunxi-street",))):
        for place in places:
            detail = {"variable": "anomaly", "known": True, "how": "event", "place": place}
            log.add(t, "indicator", plan="daily-necessities", ref="anomaly", detail=detail)
    for actor in ("lg-office", "coordination-office"):
        title = {"zh": "记者问：听谁的？", "en": "The press asks: whom to believe?"}
        log.add(3.0, "message", actor=actor, ref="press", detail={"title": title, "about": []})
    return log


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_of_many_places_is_one_line_in_the_console(flood: Prepared, lang: str) -> None:
    """What becomes known at several places at one instant is one line that names them all; a later one is its own."""
    log = told_everywhere(flood)
    page = page_of(flood, log, lang)
    lines = [one for e in log.entries if (one := line(page, e)) is not None]
    found = gathered(page, lines)
    assert [one["t"] for one in found] == [1.0, 2.0, 3.0]
    names = [page.names.place(p) for p in ("lukou", "lucheng", "changling", "songyanghu")]
    assert page.join(names) in found[0]["text"]
    assert found[0]["text"].replace(page.join(names), names[0]) == lines[0]["text"]
    assert page.actors(["lg-office", "coordination-office"]) in found[2]["text"]
    assert gathered(page, lines[:1]) == lines[:1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_of_many_places_is_one_line_in_the_terminal(flood: Prepared, lang: str) -> None:
    """Nothing is told twice at one instant that only names another place; each of several plans is named."""
    keeper, _ = begin(MemoryStore(), Asked(FLOOD), load, "1", lang)
    said: list[str] = []
    lines = iter(["t 100h"])
    Table(keeper, lang, lambda: next(lines, None), said.append).play([])
    page = page_of(flood, keeper.session.log, lang)
    both = page.join([page.names.place("lucheng"), page.names.place("songyanghu")])
    assert [one for one in said if both in one]
    places = [page.names.place(str(p)) for p in keeper.session.prepared.plans["fuel"].program.jurisdiction.places]
    bare: list[str] = []
    for one in said:
        for place in places:
            one = one.replace(place, "")
        bare.append(one)
    known = [one for one in bare if "✓" in one]
    assert len(known) == len(set(known))
    for plan in flood.plans:
        assert [one for one in said if one.strip().startswith(page.names.plan(plan))]


def test_a_question_needs_no_full_stop(flood: Prepared) -> None:
    """A title that ends in a mark of its own is followed by none: in stories, lines of the console, the terminal."""
    zh, en = "记者问：听谁的？", "The press asks: whom to believe?"
    log = EventLog(flood.start)
    for n in range(2):
        log.add(float(n), "inject", ref=f"press-{n}", detail={"title": {"zh": zh, "en": en}, "text": "有三个口径"})
    for lang, title in (("zh", zh), ("en", en)):
        page = page_of(flood, log, lang)
        numbers = fold(log, page.programs)
        told = story(page, numbers, 1)[0].text(lang) + str(line(page, log.entries[0]))
        assert title in told
        for doubled in ("？。", "？；", "?.", "?;"):
            assert doubled not in told


@given(st.text(alphabet="ab。？！.?! ", max_size=8))
def test_no_stop_follows_a_mark_that_ends_a_sentence(fact: str) -> None:
    """Whatever a fact is, what is filled in ends in one mark, and nothing of the fact is lost."""
    told = fill("{fact}。", lambda _: fact)
    assert told.startswith(fact)
    assert told[len(fact) :] == ("" if fact.endswith(("。", "？", "！", ".", "?", "!")) else "。")


def test_a_missing_extra_is_told_by_one_text() -> None:
    """Package and extra are fields, and the sentence names both in either language."""
    error = MissingExtraError("typst", "docs")
    assert (error.package, error.extra) == ("typst", "docs")
    for lang in ("zh", "en"):
        assert "typst" in tell_missing(error, lang)
        assert "pip install 'emergency[docs]'" in tell_missing(error, lang)
    assert tell_missing(error, "zh") != tell_missing(error, "en")


# ------------------------------------------------------------------------------------------ forms


KINDS = get_args(get_args(Command)[0])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_form_has_words(kind: Any) -> None:
    """A field people may fill in is called by name in both languages."""
    assert set(kind.model_fields) - {"by"} <= FIELDS.keys()


@pytest.mark.parametrize(
    ("data", "field", "zh"),
    [
        ({"do": "note", "text": ""}, "text", "请填写“内容”。"),
        ({"do": "note"}, "text", "请填写“内容”。"),
        ({"do": "note", "text": "x" * 4001}, "text", "“内容”太长，最多 4000。"),
        ({"do": "note", "text": "x", "entry": "y"}, "entry", "“记录号”须为数字。"),
        ({"do": "pace", "pace": 0.5}, "pace", "“倍速”至少为 1。"),
        ({"do": "pace", "pace": 1e9}, "pace", "“倍速”至多为 3600。"),
        ({"do": "rate", "objective": "o", "rating": "X"}, "rating", "“评定”不在可选项之中。"),
        ({"do": "say", "to": [""], "text": "x"}, "to", "请填写“对象”。"),
        ({"do": "sing"}, "do", "“操作”不在可选项之中。"),
    ],
)
def test_what_is_wrong_with_a_form_is_told_in_words(data: dict[str, Any], field: str, zh: str) -> None:
    """The field at fault and the fault are facts, and are told without a word of the program's own."""
    with pytest.raises(RefusedError) as refused:
        from_data({"by": "evaluator", **data})
    assert refused.value.facts["field"] == field
    assert malformed(refused.value.facts, "zh") == zh
    told = malformed(refused.value.facts, "en")
    assert FIELDS[field][1] in told
    assert "{" not in told


def test_a_fault_nobody_foresaw_is_told_too() -> None:
    """A fault without words of its own is told as not right, with its field."""
    assert malformed({"field": "text", "why": "of-tomorrow"}, "en") == "Not right: text."
