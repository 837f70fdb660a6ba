"""Runs and sessions for the tests of papers: a run with every seat on policy, a session with people in some."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import docx

from emergency.chance import Chance
from emergency.exercise import Session, from_data
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog
from emergency.machine import Program
from emergency.reader import load_inputs
from emergency.report.page import Page

SNOW, OUTAGE, COMPOUND = "necessities-snow-and-rumour", "fuel-pipeline-outage", "compound-summer-flood"
PINE = "forest-pinewood-import"
#: What must never be read as anything but text: by jinja, typst, XML, HTML, a terminal.
ATTACK_SHOWN = '{{ 7*7 }}{% raw %} #panic("x") #eval("1") *b* _i_ $x$ @ref <w:p/><script> & ]]>'
ATTACK = ATTACK_SHOWN + " \\ \x00\x0b\x1b[31m 😀\nnext"


@cache
def prepared(scenario: str) -> Prepared:
    """A scenario made ready."""
    inputs = load_inputs(scenario)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def programs(scenario: str) -> dict[str, Program]:
    """Its programs, by id."""
    return {id: one.program for id, one in prepared(scenario).plans.items()}


@cache
def run_of(scenario: str) -> tuple[Entry, ...]:
    """The log of the scenario's own run."""
    ready = prepared(scenario)
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(int(ready.scenario.seed)).run(0), log))
    return tuple(log.entries)


def page_of(scenario: str, entries: Sequence[Entry] | None = None, lang: str = "en") -> Page:
    """A page of a run, or of some entries of it."""
    kept = run_of(scenario) if entries is None else entries
    return Page(kept, prepared(scenario).scenario, programs(scenario), {}, lang)


def session_of(scenario: str, *seats: str) -> Session:
    """An exercise under way with some seats held."""
    found = Session(prepared(scenario), 1)
    for seat in seats:
        give(found, "claim", f"seat:{seat}", name="A")
    give(found, "ready")
    give(found, "start")
    return found


def give(session: Session, do: str, by: str = "facilitator", **rest: Any) -> None:
    """Give a command as it comes from outside."""
    session.apply(from_data({"do": do, "by": by, **rest}))


def words_of(file: Path | bytes) -> str:
    """All text of a docx, a line a paragraph; tables after the body."""
    document = docx.Document(BytesIO(file) if isinstance(file, bytes) else str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])
