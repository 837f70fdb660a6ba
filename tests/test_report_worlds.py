"""What the report of a run says of markets, outbreaks and assumptions: the log's numbers, everything by its name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_report import Reader

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.indicators import Indicators, fold, summary
from emergency.log import Entry, EventLog
from emergency.machine import Program
from emergency.reader import known, load_inputs
from emergency.report import render_report
from emergency.report.page import Page
from emergency.report.suppositions import assumptions
from emergency.report.worlds import markets, occurred, outbreaks, shelves, tell_worlds
from emergency.scenario import Inject

SHOPS = Path(__file__).parent / "fixtures" / "engine" / "tern-shops.yaml"
GUESS = {"basis": "guess"}
SCENARIOS = [one.id for one in known("scenario")]


@cache
def prepared(stops: bool = True) -> Prepared:
    """The shops, with a ferry that stops so that salt runs out; or as they are."""
    inputs = load_inputs(SHOPS)
    effect = {"do": "modify-supply", "target": "shops:ferry", "to": {"value": "0", **GUESS}}
    storm = {"id": "storm", "at": {"value": "24 h", **GUESS}, "title": {"zh": "停航", "en": "No ferry"},
             "effects": [effect]}  # fmt: skip
    injects = (Inject.model_validate(storm),) if stops else ()
    return prepare(inputs.scenario.model_copy(update={"injects": injects}), inputs.plans, inputs.jurisdiction)


def programs(ready: Prepared) -> dict[str, Program]:
    """The programs of its plans."""
    return {id: one.program for id, one in ready.plans.items()}


@cache
def entries(stops: bool = True) -> tuple[Entry, ...]:
    """The log of one run."""
    ready = prepared(stops)
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(1).run(0), log))
    return tuple(log)


def numbers(stops: bool = True) -> Indicators:
    """Its numbers."""
    return fold(entries(stops), programs(prepared(stops)))


def told(stops: bool = True) -> dict[str, Any]:
    """Its summary."""
    return summary(numbers(stops), scenario="s", seed=1, run=0, plan_sha256={}, scenario_sha256="", version="0")


def page(lang: str = "en", stops: bool = True) -> Page:
    """The report being made."""
    ready = prepared(stops)
    return Page(entries(stops), ready.scenario, programs(ready), told(stops), lang)


@cache
def words(lang: str) -> str:
    """What the finished report says."""
    ready = prepared()
    return "".join(Reader(render_report(entries(), ready.scenario, programs(ready), told(), lang)).words)


def amount(text: str) -> float:
    """The number at the head of a cell."""
    return float(text.split()[0].replace(",", ""))


# ----------------------------------------------------------------------------------------- markets


def test_places_and_goods_add_up_to_the_same() -> None:
    """The rows of places add up to their total row, and the rows of goods to the same amounts."""
    found = markets(page(), numbers())[0]
    rows, total = found["places"][:-1], found["places"][-1]
    assert total["total"]
    for key in ("wanted", "served", "limited", "short"):
        assert sum(amount(r[key]) for r in rows) == pytest.approx(amount(total[key]), abs=0.2)
        assert sum(amount(r[key]) for r in found["goods"]) == pytest.approx(amount(total[key]), abs=0.2)


def test_every_empty_shelf_is_named() -> None:
    """What ran out stands with its place, its good and how long, in both tables; and what did not, does not."""
    out = shelves(numbers(), "shops")
    assert out == {
        tuple(ref.partition(":")[2].split("@")): hours for ref, hours in numbers().stockout_h.items() if hours
    }
    found, names = markets(page(), numbers())[0], page().names
    for row in found["places"][:-1]:
        empty = [good for good, place in out if names.place(place) == row["name"]]
        assert [good for good in ("salt", "kelp") if names.good("shops", good) in row["out"]] == empty
    salt = next(row for row in found["goods"] if row["name"] == "Salt")
    assert [place in salt["out"] for place in ("North Village", "South Village", "West Village")] == [True] * 3


def test_the_story_tells_what_ran_out_and_for_how_long() -> None:
    """The summary names the emptiest shelves, longest first, and says so where nothing ran out."""
    text = " ".join(tell_worlds(page(), numbers()))
    (good, place), hours = next(iter(shelves(numbers(), "shops").items()))
    names = page().names
    assert f"{names.good('shops', good)} in {names.place(place)} for {hours / 24:.1f} d" in text
    assert "Nothing ran out anywhere." in " ".join(tell_worlds(page(stops=False), numbers(stops=False)))


# --------------------------------------------------------------------------------------- outbreaks


def test_findings_and_areas_are_the_logs() -> None:
    """Each place that was infested has its finds, its first find and its greatest area; the total counts them all."""
    found, log = outbreaks(page(), numbers())[0], entries()
    rows, total = found["places"][:-1], found["places"][-1]
    finds = [e for e in log if e.ref == "blight:new-finding"]
    assert sum(int(r["found"]) for r in rows) == int(total["found"]) == len(finds)
    assert total["first"] == page().when(finds[0].t)
    ended = log[-1].detail["outbreaks"]["blight"]
    assert amount(total["infested"]) == pytest.approx(ended["infested"], abs=0.5)
    assert all(amount(r["greatest"]) >= amount(r["infested"]) for r in rows)
    carried = {page().names.place(e.detail["to"]) for e in log if e.ref == "blight:jump"}
    assert {r["name"] for r in rows if r["arrived"] != "—"} == carried


def test_an_outbreak_that_never_was_is_said_to_be_none() -> None:
    """Where nothing was infested, found or carried, the story says that it did not occur."""
    log = EventLog(prepared().start)
    log.add(0.0, "note", ref="scenario")
    nothing = {"blight": {"infested": 0.0, "infested@north": 0.0, "infested_places": 0.0, "mortality": 0.0}}
    log.add(9.0, "ended", ref="horizon", detail={"outbreaks": nothing})
    none = fold(log, programs(prepared()))
    quiet = Page(log.entries, prepared().scenario, programs(prepared()), told(), "en")
    assert not occurred(quiet, "blight", none.outbreaks["blight"])
    assert tell_worlds(quiet, none) == ["Blight: did not occur in this run."]
    assert occurred(page(), "blight", numbers().outbreaks["blight"])


# ------------------------------------------------------------------------------------ the whole page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_of_the_worlds_is_called_by_its_id(lang: str) -> None:
    """Places, goods, markets and outbreaks stand in the report by their names; ids only inside formulas."""
    for id in ("shops:", "blight:", "kelp@", "salt@", "@north"):
        assert id not in words(lang)
    for name in ("铺子", "海带病", "北村") if lang == "zh" else ("Shops", "Blight", "North Village"):
        assert name in words(lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sections_are_those_of_its_worlds(lang: str) -> None:
    """A scenario with an outbreak has a section on it, one with a market on what was served, each in its place."""
    ready = prepared()
    read = Reader(render_report(entries(), ready.scenario, programs(ready), told(), lang))
    heads = [id for id in read.ids if not id.startswith(("c-", "s-"))]
    assert heads == ["summary", "levels", "decisions", "who-did-what", "demand", "infestation", "gaps", "waiting",
                     "assumptions", "clauses", "receipt"]  # fmt: skip
    assert len(read.ids) == len(set(read.ids))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_assumption_is_told_in_words(name: str) -> None:
    """No label of a shipped scenario's assumptions shows a field, id or verb of the files; formulas are marked."""
    inputs = load_inputs(name)
    ready = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    log = EventLog(ready.start)
    log.add(0.0, "note", ref="scenario")
    found = Page(log.entries, ready.scenario, programs(ready), {}, "zh")
    rows = [row for group in assumptions(found) for row in group["rows"]]
    assert rows
    for row in rows:
        assert row["what"], row
        assert not re.search(r"[a-z]{3,}", row["what"]), row
        assert row["formula"] or not re.search(r"[a-z]{3,}", row["amount"]), row
