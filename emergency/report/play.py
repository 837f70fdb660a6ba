"""An exercise for one trainer in the terminal: the same session, commands and store as any other.

Lines come from a function and go to another, so that a keyboard, a pipe and a test are alike.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from emergency.errors import InputError, Problem, RefusedError
from emergency.exercise import Divergence, Keeper, MemoryStore, Phase, Receipt, Session, Store, from_data
from emergency.incident import Prepared
from emergency.log import Entry
from emergency.machine import Value
from emergency.quantity import Amount
from emergency.reader import Inputs
from emergency.reader.names import about
from emergency.report.page import Page
from emergency.seat import Ask
from emergency.source import Where
from emergency.words import terms
from emergency.words.play import REFUSALS, told
from emergency.words.problems import safe
from emergency.words.punctuation import headed

__all__ = ["Asked", "Load", "Table", "Unclear", "begin", "find_exercise", "read_line", "rehearse"]

_UNITS = {"min": 1 / 60, "m": 1 / 60, "h": 1.0, "d": 24.0, "": 1.0}
_KINDS = ("silent", "contradiction", "unworkable")
_NEWS = ("inject", "message", "indicator", "entered", "deadline-missed", "decision-refused")
_WORK = ("step", "measure-done", "report-sent", "published")
_CUT = 4000  # characters of a line at most
Load = Callable[[str, list[str]], tuple[Inputs, Prepared]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What exercise is meant: a new one of a scenario, or one in a store; None for what was not said."""

    scenario: str | None = None
    name: str | None = None
    seed: int | None = None
    settings: tuple[str, ...] = ()


class Unclear(RefusedError):
    """What was asked for is not to be had: bad input."""

    exit_code = 2


# --------------------------------------------------------------------------------------------- begin


def begin(store: Store, asked: Asked, load: Load, version: str, lang: str) -> tuple[Keeper, Inputs]:
    """Open an exercise: the one of that name in the store, else a new one.

    Parameters
    ----------
    load : callable
        Reads a scenario with settings, and makes it ready.
    version : str
        Of the engine, for the receipt.

    Raises
    ------
    RefusedError
        If it is not said which exercise is meant, or the one in the store was begun otherwise or does not replay.
    """
    kept = {str(record["title"]): Receipt.of(record) for record in store.read()}
    name = asked.name or (asked.scenario and Path(asked.scenario).stem) or _only(kept, lang)
    receipt = kept.get(name)
    if receipt is None and asked.scenario is None:
        raise Unclear(told("which" if kept else "no-exercise", lang, list=", ".join(kept)))
    settings = list(asked.settings if receipt is None else receipt.settings)
    inputs, prepared = load(asked.scenario or (receipt.scenario if receipt else ""), settings)
    if receipt is None:
        seed = int(inputs.scenario.seed) if asked.seed is None else asked.seed
        used = {str(id): inputs.sha256[id] for id in (inputs.scenario.scenario, *inputs.scenario.plans)}
        receipt = Receipt(inputs.scenario.scenario, used, version, seed, settings=tuple(settings), title=name)
    elif _otherwise(asked, receipt, inputs):
        raise Unclear(told("other", lang, name=name))
    try:
        return Keeper(store, name, prepared, receipt), inputs
    except Divergence as error:
        raise RefusedError(told("divergence", lang, **error.facts)) from None


def rehearse(asked: Asked, load: Load, seats: Iterable[str], version: str, lang: str) -> None:
    """Begin a new exercise where nothing is kept: what is wrong with it is told before a store is made.

    Raises
    ------
    EmergencyError
        As `begin`, and if there is no such seat.
    """
    keeper, _ = begin(MemoryStore(), asked, load, version, lang)
    _refuse_unknown(seats, keeper.session)


def _refuse_unknown(seats: Iterable[str], session: Session) -> None:
    known = sorted(session.seats())
    wrong = [Problem("unknown-seat", Where(f"--seat {s}"), about(s, known)) for s in seats if s not in known]
    if wrong:
        raise InputError(wrong)


def find_exercise(store: Store, name: str | None, lang: str) -> tuple[str, Receipt]:
    """An exercise in a store, by its name or as the only one, and what it rests on.

    Raises
    ------
    RefusedError
        If it is not said which one is meant, or there is none of that name.
    """
    kept = {str(record["title"]): Receipt.of(record) for record in store.read()}
    which = _only(kept, lang) if name is None else name
    if which not in kept:
        raise Unclear(told("which" if kept else "no-exercise", lang, list=", ".join(kept)))
    return which, kept[which]


def _only(kept: dict[str, Receipt], lang: str) -> str:
    if len(kept) == 1:
        return next(iter(kept))
    raise Unclear(told("which" if kept else "no-exercise", lang, list=", ".join(kept)))


def _otherwise(asked: Asked, receipt: Receipt, inputs: Inputs) -> bool:
    """Whether what was asked for is another exercise than the one in the store."""
    other_seed = asked.seed is not None and asked.seed != receipt.seed
    other_settings = bool(asked.settings) and asked.settings != receipt.settings
    return other_seed or other_settings or inputs.scenario.scenario != receipt.scenario


def read_line(lang: str) -> str | None:
    """The next line of standard input, asked for where somebody sits there; None at its end."""
    if sys.stdin.isatty():
        sys.stdout.write(told("prompt", lang))
        sys.stdout.flush()
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


# ---------------------------------------------------------------------------------------------- play


class Table:
    """A trainer at a terminal.

    Parameters
    ----------
    read : callable
        Gives the next line, None when there are no more.
    say : callable
        Shows a line.
    """

    def __init__(
        self, keeper: Keeper, lang: str, read: Callable[[], str | None], say: Callable[[str], None]
    ) -> None:
        self.keeper, self.session, self.lang = keeper, keeper.session, lang
        self._read, self._say = read, say
        prepared = self.session.prepared
        programs = {id: ready.program for id, ready in prepared.plans.items()}
        self.page = Page(self.session.log.entries, prepared.scenario, programs, {}, lang)
        self._shown = 0
        self._stood: list[str] = []  # how the levels stood when they were last shown

    @property
    def over(self) -> bool:
        """Whether the exercise has come to its end."""
        return self.session.incident.ended or self.session.phase in (Phase.ended, Phase.archived)

    def play(self, seats: list[str]) -> bool:
        """Take seats and play until the exercise is over or the trainer leaves; whether it is over.

        Raises
        ------
        InputError
            If there is no such seat; no command has been kept then.
        """
        _refuse_unknown(seats, self.session)
        new = self.session.phase is Phase.draft
        self._sit_down(seats)
        self._greet(new)
        self._look()
        while not self.over:
            line = self._read()
            if line is None or line.strip() == "q":
                break
            self._answer(line.strip())
        self._tell("over" if self.over else "left", when=self._when())
        return self.over

    # --- sitting down

    def _sit_down(self, seats: list[str]) -> None:
        for seat in dict.fromkeys(seats):
            if not self.over and seat not in self.session.holders:
                self._give("claim", by=f"seat:{seat}", name="trainer")
        if self.session.phase is Phase.draft:
            self._give("ready")
        if self.session.phase is Phase.ready:
            self._give("start")
        if self.session.phase is Phase.paused:
            self._give("resume")

    def _greet(self, new: bool) -> None:
        self._tell("title", title=self.session.prepared.scenario.title.in_(self.lang))
        held = [f"{self.page.names.actor(s)} ({s})" for s in self.session.holders]
        if held:
            self._tell("seats", list=self.page.join(held))
        else:
            self._tell("no-seats")
            named = (f"{self.page.names.actor(s)} ({s})" for s in sorted(self.session.seats()))
            self._tell("seats-there", list=self.page.join(named))
        if not new:
            self._shown = len(self.session.log)
            self._tell("resumed", when=self._when())

    # --- one line

    def _answer(self, line: str) -> None:
        """Do what a line asks for."""
        word, _, rest = line.partition(" ")
        acts: dict[str, Callable[[str], None]] = {
            "": self._wait, "n": self._wait, "t": self._pass, "f": self._file, "r": self._refuse, "?": self._help,
            "w": self._look_again, "e": self._end,
        }  # fmt: skip
        act = acts.get(word)
        if act is not None:
            act(rest.strip())
        elif word.isdecimal():
            self._decide(word, "do", "")
        else:
            self._tell("not-understood", text=line)

    def _help(self, _: str) -> None:
        for line in told("help", self.lang).split("\n"):
            self._say(line)

    def _end(self, _: str) -> None:
        self._give("end")

    def _give(self, do: str, by: str = "facilitator", **rest: Any) -> bool:
        """Give a command now; whether it was taken."""
        try:
            self.keeper.give(from_data({"do": do, "by": by, **rest}), self.session.now)
        except RefusedError as error:
            known = error.code in REFUSALS
            self._say(safe(told(error.code, self.lang, **error.facts) if known else str(error), _CUT))
            return False
        return True

    def _decide(self, number: str, verdict: str, why: str) -> None:
        asks = self._asks()
        if not 1 <= int(number) <= len(asks):
            self._tell("not-understood", text=number)
            return
        ask = asks[int(number) - 1]
        seat = ask.seat if ask.seat in self.session.holders else ask.actor
        about_ = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
        self._give("decide", by=f"seat:{seat}", verdict=verdict, why=why, **about_)
        self._look()

    def _refuse(self, rest: str) -> None:
        number, _, why = rest.partition(" ")
        if number.isdecimal():
            self._decide(number, "refuse", why.strip())
        else:
            self._tell("not-understood", text=f"r {rest}")

    def _file(self, rest: str) -> None:
        """``f plan:clause [kind] text``."""
        cited, _, text = rest.partition(" ")
        plan, _, clause = cited.partition(":")
        first, _, more = text.strip().partition(" ")
        kind, words = (first, more.strip()) if first in _KINDS else ("silent", text.strip())
        if not clause or not words:
            self._tell("not-understood", text=f"f {rest}")
        elif self._give("file-finding", plan=plan, clause=clause, kind=kind, text=words):
            self._tell("filed", clause=cited)

    # --- time

    def _pass(self, rest: str) -> None:
        found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,4})?)\s*(min|m|h|d|)", rest)
        if found is None:
            self._tell("not-understood", text=f"t {rest}")
            return
        self._go_on(self.session.now + float(found[1]) * _UNITS[found[2]], lambda: False)

    def _wait(self, _: str) -> None:
        before = len(self.session.log)

        def news() -> bool:
            entries = self.session.log.entries[before:]
            return any(self._news(e) for e in entries)

        self._go_on(self.session.prepared.horizon, news)

    def _go_on(self, until: float, enough: Callable[[], bool]) -> None:
        """Let time pass, event by event, up to a time, or until something new is to be answered or is enough."""
        session = self.session
        before = {a.id for a in self._asks()}
        until = min(until, session.prepared.horizon)
        while not self.over and session.now < until and not enough():
            session.run_to(min(max(session.next_event(), session.now), until))
            if {a.id for a in self._asks()} - before:
                break
        if not self.over:
            self._give("tick")  # so that time passed is kept
        elif session.phase is Phase.running:
            self._give("end")
        self._look()

    # --- what is shown

    def _asks(self) -> list[Ask]:
        return self.session.open_for()

    def _when(self) -> str:
        return self.page.when(self.session.now)

    def _tell(self, name: str, **facts: object) -> None:
        self._say(safe(told(name, self.lang, **facts), _CUT))

    def _look_again(self, _: str) -> None:
        """Where everything stands, also what has not changed since last time."""
        self._stood = []
        self._look()

    def _look(self) -> None:
        """What came in since last time, where things stand, and what waits."""
        self._show_news()
        if self.over:
            return
        now = told("now", self.lang, when=self._when(), t=self.page.span(self.session.now))
        levels = list(self._levels())
        self._say(f"\n— {now}" + (f" · {levels[0]}" if len(levels) == 1 else ""))
        for line in (line for line in levels if len(levels) > 1 and line not in self._stood):
            self._say(safe(f"  {line}", _CUT))
        self._stood = levels
        asks = self._asks()
        self._tell("open" if asks else "nothing-open")
        for number, ask in enumerate(asks, 1):
            self._say(safe(self._line(number, ask), _CUT))

    def _levels(self) -> Iterator[str]:
        """How each plan stands, by the values of its schemes; several plans each after their names."""
        plans = self.session.incident.plans
        for plan, run in plans.items():
            values = self.page.join(self.page.level(plan, scheme, value) for scheme, value in run.values().items())
            yield values if len(plans) == 1 else headed(self.page.names.plan(plan), values, self.lang)

    def _line(self, number: int, ask: Ask) -> str:
        what, do = self.page.thing(ask.plan, ask.ref), terms.verb(ask.do, self.lang)
        if "=" in ask.ref:
            what = self.page.level(ask.plan, *ask.ref.split("=", 1))
        waited = self.page.span(self.session.now - ask.opened)
        who, clauses = self.page.names.actor(ask.actor), ", ".join(ask.clauses)
        limit = self._limit(ask)
        facts = {"what": what, "do": do, "who": who, "clauses": clauses, "waited": waited, "limit": limit}
        return told("ask", self.lang, n=number, **facts)

    def _limit(self, ask: Ask) -> str:
        """By when a step is due, how urgent its clause calls it, and whether it may be left."""
        dues = [
            e.detail["due"]
            for e in self.session.log
            if e.kind == "report-due" and (e.plan, e.ref, e.detail["do"]) == (ask.plan, ask.ref, ask.do)
            and e.t >= ask.opened
        ]  # fmt: skip
        found = told("limit", self.lang, due=self.page.when(min(dues))) if dues else ""
        if ask.urgency:
            found += told("urgency", self.lang, word=terms.urgency(ask.urgency, self.lang))
        return found + (told("may", self.lang) if ask.may else "")

    def _show_news(self) -> None:
        entries = self.session.log.entries[self._shown :]
        self._shown = len(self.session.log)
        for _, alike in groupby(filter(self._news, entries), self._frame):
            same = list(alike)
            self._say(safe(f"  {self.page.when(same[0].t)}  {self._told(same)}", _CUT))
        work = sum(e.kind in _WORK for e in entries)
        if work:
            self._tell("further", n=work)

    def _news(self, entry: Entry) -> bool:
        """Whether an entry is one the trainer is told of; of indicators, only what has become known."""
        if entry.kind == "indicator":
            return entry.detail.get("known") is not None and entry.plan is not None
        return entry.kind in _NEWS

    def _frame(self, entry: Entry) -> tuple[object, ...]:
        """What entries share that are told in one line: all but the place, or whom they are told to."""
        detail = entry.detail
        if entry.kind == "indicator" and detail.get("place"):
            return entry.kind, entry.t, entry.plan, detail.get("variable"), detail.get("bound"), detail["known"]
        if entry.kind == "message" and "text" not in detail:
            return entry.kind, entry.t, entry.ref, str(detail.get("title"))
        return (entry.seq,)

    def _told(self, same: list[Entry]) -> str:
        entry, lang = same[0], self.lang
        plan, ref = entry.plan or "", entry.ref or ""
        match entry.kind:
            case "inject":
                return told("inject", lang, what=self._inject(entry))
            case "message":
                return self._message(same)
            case "indicator":
                return told("known", lang, what=self._known(same))
            case "entered":
                return told("entered", lang, what=self.page.level(plan, entry.scheme or "", entry.level or ""))
            case "deadline-missed":
                do = terms.verb(str(entry.detail.get("do", "report")), lang)
                return told("missed", lang, what=self.page.thing(plan, ref), do=do)
            case _:
                at = Value(entry.scheme or "", entry.level or "")
                known = at in self.page.programs[plan].ranks
                what = self.page.level(plan, *at) if known else self.page.thing(plan, ref)
                return told("not-decided", lang, what=what)

    def _inject(self, entry: Entry) -> str:
        title = str(entry.detail.get("title", {}).get(self.lang, entry.ref))
        own = next((i.text for i in self.session.prepared.scenario.injects if i.id == entry.ref), None)
        text = own.in_(self.lang) if own is not None else str(entry.detail.get("text", ""))
        return told("titled", self.lang, title=title, text=text) if text else title

    def _message(self, same: list[Entry]) -> str:
        entry = same[0]
        if "text" in entry.detail:
            return told("said", self.lang, what=entry.detail["text"])
        title = entry.detail.get("title", {}).get(self.lang, entry.ref)
        who = self.page.join(dict.fromkeys(self.page.names.actor(e.actor or "") for e in same))
        return told("message", self.lang, who=who, what=title)

    def _known(self, same: list[Entry]) -> str:
        entry, detail = same[0], same[0].detail
        name = self.page.names.variable(entry.plan or "", str(detail.get("variable", "")))
        places = [self.page.names.place(str(e.detail["place"])) for e in same if e.detail.get("place")]
        place = told("at-places", self.lang, list=self.page.join(places)) if places else ""
        op, _, amount = str(detail.get("bound") or "").partition(" ")
        bound = f" {op} {terms.amount(str(Amount.parse(amount)), self.lang)}" if amount else ""
        return f"{name}{place}{bound} {'✓' if detail['known'] else '✗'}"
