"""An events list as the text of a scenario file: each row an inject, over a scenario that exists.

The text is written a field to a line, and for each line it is known which cell it came from, so that what the reader
finds wrong with the file can be told of the cell. What a list leaves out is not made up: it is marked in the file,
and listed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emergency.errors import Problem
from emergency.exchange.msel_fields import NOTED, Telling, join_note, notation, timed_by
from emergency.exchange.msel_reading import EventsList, Row
from emergency.exchange.msel_times import as_elapsed, elapsed_hours, likely_hours, moment_of, written
from emergency.exchange.msel_wanted import TIMES, Settings, Wanted
from emergency.reader import Inputs
from emergency.reader.nodes import data
from emergency.reader.yaml import compose
from emergency.source import Where
from emergency.words.exchange import heading, plain, problem, told
from emergency.words.punctuation import headed, listed

__all__ = ["Draft", "Mark", "scenario_of"]

_LONGEST_NOTE = 4000  # characters
_SHOWN = 80  # characters
_BETWEEN = re.compile(r"[;；,，、\s]+")
_EXPECTED_ROW = ("expected action", "expected actions", "expected player action", "预期行动", "期望行动")
_NAMES = ("of", "once", "when", "unless")  # written as they are; the others are values
_TIMES = ("at", "every", "after")
_ORDER = (
    "id", "at", "every", "when", "of", "once", "after", "unless", "title", "text", "effects", "tells", "expects",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """Something the list leaves open: of a row, or of the whole."""

    name: str
    row: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    def told(self, lang: str) -> str:
        """In words, without its row."""
        return told(self.name, lang, **self.facts)


@dataclass(slots=True)
class Draft:
    """The text of a file as it grows.

    Attributes
    ----------
    lines : the file from its first key on; `cells` tells of which cell a line is, counted from 1.
    injects : how many rows became injects.
    """

    lines: list[str] = field(default_factory=list)
    cells: dict[int, Where] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    injects: int = 0

    def add(self, line: str, where: Where | None = None) -> None:
        """One more line."""
        self.lines.append(line)
        if where is not None:
            self.cells[len(self.lines)] = where

    def marked(self, lang: str) -> list[str]:
        """What is left open, each matter once with its rows."""
        rows: dict[str, list[str]] = {}
        for mark in self.marks:
            rows.setdefault(mark.told(lang), []).extend([str(mark.row)] if mark.row else [])
        return [
            headed(told("row", lang, row=listed(found, lang)), said, lang) if found else said
            for said, found in rows.items()
        ]


def scenario_of(made: EventsList, base: Inputs, wanted: Wanted) -> Draft:
    """The scenario that a list comes to, with what is wrong with its cells; what they say is for the reader to judge.

    Parameters
    ----------
    base : the scenario whose plans, people and world are taken over.
    """
    settings = Settings.of(made, base.scenario, wanted)
    author = _Author(made, base, settings)
    author.head(wanted)
    author.injects()
    author.objectives()
    return author.draft


class _Author:
    """Writes one scenario."""

    def __init__(self, made: EventsList, base: Inputs, settings: Settings) -> None:
        self.made, self.base, self.settings = made, base, settings
        self.lang, self.other = made.lang, "en" if made.lang == "zh" else "zh"
        self.draft = Draft(problems=[*made.problems, *settings.problems])
        self.goals = list(self._goals())
        self.telling = Telling(base.plans, base.jurisdiction, [goal for _, goal in self.goals], made.lang)
        self.asked: dict[str, dict[str, None]] = {}  # objectives of a list that has no sheet of them: text → clauses
        self.ids = {row.text("id") for row in made.rows}

    def mark(self, code: str, row: Row | None = None, **facts: object) -> None:
        self.draft.marks.append(Mark(code, row.where.line if row else None, facts))

    # --- the head

    def head(self, wanted: Wanted) -> None:
        about, scenario, add = self.made.about, self.base.scenario, self.draft.add
        add("schema: 1")
        add(f"scenario: {notation(wanted.id)}", Where("--id"))
        add(f"based_on: [{notation(scenario.scenario)}]", Where("--based-on"))
        for name in ("title", "story"):
            words = {"zh": about.get(name), "en": about.get(f"other-{name}")}
            first = words["zh"] or words["en"]
            given = {lang: (cell or first).text for lang, cell in words.items()} if first else self._instead_of(name)
            add(f"{name}: {notation_of(given)}", first.where if first else None)
        add(f"jurisdiction: {notation(scenario.jurisdiction)}")
        add(f"plans: {notation([str(one) for one in scenario.plans])}")
        add(f"start: {self.settings.clock.start.isoformat(timespec='minutes')}", self.settings.start_at)
        add(f"horizon: {notation(self.settings.horizon)}", self._about("horizon"))
        add(f"seed: {notation(self.settings.seed)}", self._about("seed"))

    def _instead_of(self, name: str) -> dict[str, str]:
        """What stands for a title or story that is missing."""
        self.mark(f"{name}-missing")
        path = self.made.path
        if name == "title":
            return {"zh": path.stem, "en": path.stem}
        return {lang: told("story-none", lang, name=path.name) for lang in ("zh", "en")}

    def _about(self, name: str) -> Where | None:
        return self.made.about[name].where if name in self.made.about else None

    # --- injects

    def injects(self) -> None:
        entries = [(row, self._entry(row, expected)) for row, expected in self._joined()]
        if not entries:
            self.draft.problems.append(problem("msel-empty", Where(str(self.made.path))))
        self.draft.injects = sum(self._comes(inject) for _, inject in entries)
        self.draft.add("injects:" if self.draft.injects else "injects: []")
        for row, inject in entries:
            self._write(row, inject)

    def _joined(self) -> list[tuple[Row, list[Row]]]:
        """The injects; rows of expected actions belong to the inject before them."""
        found: list[tuple[Row, list[Row]]] = []
        for row in self.made.rows:
            if found and plain(row.text("type")) in _EXPECTED_ROW:
                found[-1][1].append(row)
            else:
                found.append((row, []))
        return found

    def _comes(self, fields: Mapping[str, Any]) -> bool:
        return any(name in fields for name in ("at", "every", "when"))

    def _entry(self, row: Row, expected: list[Row]) -> dict[str, Any]:
        """An inject as written; what is wrong or missing is noted on the way."""
        own = {name: found for name in (*_NAMES, *_TIMES, "effects", "tells") if (found := self._own(row, name))}
        inject: dict[str, Any] = {"id": row.text("id") or self._new_id(row), **own}
        self._time(row, inject)
        if cited := list(dict.fromkeys(clause for one in (row, *expected) for clause in self._cited(one))):
            inject["expects"] = cited
        self._words(row, inject)
        self._note(row, inject, expected)
        self._look(row, inject)
        return inject

    def _new_id(self, row: Row) -> str:
        no = re.sub(r"[^A-Za-z0-9]+", "-", row.text("no")).strip("-")[:40]
        names = (f"inject-{'-'.join(filter(None, (no, str(n or ''))))}".rstrip("-") for n in range(10_000))
        found = next(name for name in names if name not in self.ids)
        self.ids.add(found)
        return found

    def _own(self, row: Row, name: str) -> Any:
        """A cell in the scenario's own notation, as plain values; a time alone is taken as supposed."""
        if name not in row.cells:
            return None
        text = row.text(name)
        if name in _NAMES:
            return text
        node, problems = compose(text, str(self.made.path))
        where = row.place(name)
        self.draft.problems += [Problem(one.code, where, one.facts) for one in problems]
        found = data(node) if node is not None and not problems else None
        return {"value": found, "basis": "guess"} if name in _TIMES and isinstance(found, str) else found

    def _time(self, row: Row, inject: dict[str, Any]) -> None:
        hours, slack = self._hours(row)
        if hours is None:
            return
        likely = likely_hours(inject.get("at"))
        if "at" in inject and (likely is None or abs(likely - hours) <= slack):
            return  # as it was written; what cannot be read is told by the reader
        if "at" in inject:
            self.mark("time-changed", row)
        inject["at"] = {"value": written(hours), "basis": "guess"}

    def _hours(self, row: Row) -> tuple[float | None, float]:
        """When a row says that it happens [h], and how much its times may differ [h]."""
        found: dict[str, float] = {}
        before = len(self.draft.problems)
        only = self.settings.times
        for name in [only] if only and only in row.cells else [n for n in TIMES if n in row.cells]:
            found[name] = self._told(row, name)
        minute = 1.01 / 60  # [h]: cells hold whole minutes, so two that tell one time may lie a minute apart
        slack = max(minute, minute * self.settings.clock.pace) if "planned" in found else minute
        if not found:
            return None, minute
        first = next(iter(found))
        for name, hours in found.items():
            if abs(hours - found[first]) > slack and len(self.draft.problems) == before:
                facts = {
                    "first": heading(first, self.lang), "second": heading(name, self.lang),
                    "one": as_elapsed(found[first]), "other": as_elapsed(hours), "known": list(TIMES),
                }  # fmt: skip
                self.draft.problems.append(problem("msel-times-differ", row.place(name), facts))
                break
        return found[first], slack if first == "planned" else minute

    def _told(self, row: Row, name: str) -> float:
        clock, cell = self.settings.clock, row.cells[name]
        if cell.formula or not self.settings.started:
            return 0.0  # told of already; the rest of the row is still to be looked at
        value = cell.text if isinstance(cell.value, str) else cell.value
        begins = clock.wall or clock.start if name == "planned" else clock.start
        moment = None if name == "elapsed" else moment_of(value, begins)
        hours = elapsed_hours(value) if name == "elapsed" or (moment is None and isinstance(value, str)) else None
        if moment is not None:
            hours = clock.from_planned(moment) if name == "planned" else clock.from_moment(moment)
        if hours is None:
            self.draft.problems.append(problem("msel-bad-time", cell.where, {"value": cell.text}))
            return 0.0
        if hours < 0:
            facts = {"value": cell.text, "start": begins.isoformat(" ", "minutes")}
            self.draft.problems.append(problem("msel-before-start", cell.where, facts))
            return 0.0
        if self.settings.length is not None and hours > self.settings.length:
            self.mark("beyond", row, horizon=self.settings.horizon)
        return hours

    def _cited(self, row: Row) -> list[str]:
        """The clauses a row names; where there is one plan, its name may be left out."""
        cited = [one for one in _BETWEEN.split(row.text("expects").replace("（", "(").replace("）", ")")) if one]
        plans = [str(one) for one in self.base.scenario.plans]
        return [f"{plans[0]}:{one}" if ":" not in one and len(plans) == 1 else one for one in cited]

    def _words(self, row: Row, inject: dict[str, Any]) -> None:
        first = row.text("title") or row.text("other-title") or row.text("text").partition("\n")[0][:_SHOWN]
        if not first:
            self.draft.problems.append(problem("msel-no-title", row.where))
            first = "?"
        for name, words in (("title", first), ("text", row.text("text") or row.text("other-text"))):
            if words:
                other = row.text(f"other-{name}")
                inject[name] = {self.lang: words, self.other: other or words}
                if not other:
                    self.mark("no-translation", row, name=heading(name, self.lang))

    def _note(self, row: Row, inject: dict[str, Any], expected: list[Row]) -> None:
        """Keep what a scenario has no place for in the note of the inject's time."""
        noted = {name: row.text(name) for name in NOTED if row.text(name)}
        for one in expected:
            words = [one.text(name) for name in ("title", "text", "expected", "comments")]
            noted["expected"] = "\n".join(filter(None, (noted.get("expected"), *words)))
        try:
            generated = self.telling.cells(inject)
        except (AttributeError, LookupError, TypeError):  # values of another shape, which the reader tells of
            generated = {}
        noted = {name: text for name, text in noted.items() if text.split() != generated.get(name, "").split()}
        self._ask(row, inject, noted)
        if "expected" in noted and "expects" not in inject:
            self.mark("no-clause", row)
        said, translated = row.text("comments"), row.text("other-comments")
        kept = [f"{name}: {cell.text}" for name, cell in row.unknown.items()]
        texts = {self.lang: said or translated, self.other: translated or said}
        comments = {lang: "\n".join(filter(None, (text, *kept))) for lang, text in texts.items()}
        note = {lang: join_note(noted, text, lang) for lang, text in comments.items()}
        if not note[self.lang]:
            return
        if max(map(len, note.values())) > _LONGEST_NOTE:
            self.draft.problems.append(Problem("long-text", row.where, {"max": _LONGEST_NOTE}))
        by = timed_by(inject)
        supposed = inject.get(by, {"value": "0 h", "basis": "guess"})
        if isinstance(supposed, dict):
            inject[by] = {**supposed, "note": {"zh": note["zh"], "en": note["en"]}}

    def _ask(self, row: Row, inject: Mapping[str, Any], noted: dict[str, str]) -> None:
        """A list without a sheet of objectives names them beside its rows."""
        if "objective" not in noted or self.made.has_objectives:
            return
        if "expects" not in inject:
            self.mark("objective-left", row, name=noted["objective"])
            return
        for line in noted.pop("objective").split("\n"):
            self.asked.setdefault(line.strip(), {}).update(dict.fromkeys(inject["expects"]))

    def _look(self, row: Row, inject: Mapping[str, Any]) -> None:
        """Mark what an inject lacks."""
        if not self._comes(inject) and not {*TIMES, "at", "every", "when"} & row.cells.keys():
            self.mark("no-time", row)
        kinds = [plain(told("contingency", lang)) for lang in ("zh", "en")]
        if plain(row.text("type")) in (*kinds, "contingency") and "unless" not in inject and self._comes(inject):
            self.mark("no-unless", row)

    def _write(self, row: Row, inject: Mapping[str, Any]) -> None:
        comment = "" if self._comes(inject) else "# "
        for mark in self.draft.marks:
            if mark.row == row.where.line:
                self.draft.add(f"  # {mark.told(self.lang)}".replace("\n", " "))
        lead = "- "
        for name in (one for one in _ORDER if one in inject):
            value = inject[name]
            line = notation_of(value) if name in ("title", "text") else notation(value)
            by_time = name == "at" and "at" not in row.cells
            source = next((n for n in TIMES if n in row.cells), name) if by_time else name
            self.draft.add(f"  {comment}{lead}{name}: {line}", None if comment else row.place(source))
            lead = "  "
        if self.made.unknown and row.unknown and not comment:
            for name in row.unknown:
                if not any(m.name == "column-kept" and m.facts.get("name") == name for m in self.draft.marks):
                    self.mark("column-kept", name=name)

    # --- objectives

    def _goals(self) -> Iterator[tuple[Row, dict[str, Any]]]:
        for number, row in enumerate(self.made.objectives, 1):
            zh, en = row.text("zh") or row.text("en"), row.text("en") or row.text("zh")
            cited = [one for one in _BETWEEN.split(row.text("clauses")) if one]
            goal = {"id": row.text("id") or f"objective-{number}", "text": {"zh": zh, "en": en}, "clauses": cited}
            yield row, goal

    def objectives(self) -> None:
        made: list[tuple[dict[str, Any], Where]] = [(goal, row.where) for row, goal in self.goals]
        for number, (text, clauses) in enumerate(self.asked.items(), 1):
            words = {"zh": text, "en": text}
            goal: dict[str, Any] = {"id": f"objective-{number}", "text": words, "clauses": [*clauses]}
            made.append((goal, Where(str(self.made.path))))
        if made:
            self.draft.add("objectives:")
        for one, where in made:
            text = f"text: {notation_of(one['text'])}, clauses: {notation(one['clauses'])}"
            self.draft.add(f"  - {{id: {notation(one['id'])}, {text}}}", where)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def notation_of(words: Mapping[str, str]) -> str:
    """A text in both languages as a file has it, always in quotes."""
    return f"{{zh: {_quoted(words['zh'])}, en: {_quoted(words['en'])}}}"
