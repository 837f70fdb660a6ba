"""The approval forms a plan annexes, filled in from the log of a run.

A form belongs to the decision whose steps use it; where no clause says so, to the one its name speaks of. A field is
filled in where the log tells what it asks for. Everything else stays blank, and says that it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emergency.errors import InputError, Problem
from emergency.log import Entry
from emergency.machine import Program
from emergency.machine.program import DECIDING
from emergency.plan.statements import Form
from emergency.reader.names import about
from emergency.report.docx import write_docx
from emergency.report.page import Page
from emergency.report.situation import Matter, Situation, matters
from emergency.source import Id
from emergency.words import terms
from emergency.words.papers import SERVES, asked_for, told
from emergency.words.review import told_clause

__all__ = ["blank_form", "find_form", "form_rows", "write_blank_forms", "write_form"]

_PUTS = ("propose", "request")  # who does this of a matter puts its form in, where no step says who does
_SIGNS = tuple(do for do in DECIDING if do != "announce")
_ADVISES = ("advise", "propose", "verify", "evaluate", *_SIGNS)
_SHADE, _WHITE = "FFF8E1", "FFFFFF"
_MOST = 30  # lines in one field
_SAME = 1e-6  # hours
Row = dict[str, str]


def find_form(programs: Mapping[str, Program], name: str) -> tuple[str, Form]:
    """A form by its id, or as ``plan:id`` where several plans have one of that id.

    Raises
    ------
    InputError
        If there is none, or more than one.
    """
    known = {f"{plan}:{form.id}": (plan, form) for plan, p in programs.items() for form in p.plan.forms}
    found = [one for key, one in known.items() if name in (key, key.partition(":")[2])]
    if len(found) != 1:
        raise InputError([Problem("unknown-form", None, about(name, known))])
    return found[0]


def write_form(page: Page, plan: str, form: Form, path: Path, of: str | None = None) -> Path:
    """Fill a form in and write it as docx.

    Parameters
    ----------
    of : str, optional
        The value the form is about, e.g. ``response=II``; by default the first that was opened.

    Raises
    ------
    InputError
        If the log holds no such matter.
    MissingExtraError
        Without the extra ``docs``.
    """
    rows = form_rows(page, plan, form, of)
    return write_docx("papers/form.docx", _paper(page, plan, form, rows, "form-note"), path)


def blank_form(page: Page, plan: str, form: Form, path: Path) -> Path:
    """Write a form with nothing filled in."""
    rows = [row(field.in_(page.lang), "", page.lang, field.zh, "blank-form") for field in form.fields]
    return write_docx("papers/form.docx", _paper(page, plan, form, rows, "blank-form-note"), path)


def write_blank_forms(page: Page, folder: Path) -> list[Path]:
    """Every form of every plan, blank, as ``PLAN-FORM.docx``."""
    return [
        blank_form(page, plan, form, folder / f"{plan}-{form.id}.docx")
        for plan, program in page.programs.items()
        for form in program.plan.forms
    ]


def _paper(page: Page, plan: str, form: Form, rows: Sequence[Row], note: str) -> dict[str, Any]:
    return {
        "title": page.names.plan(plan),
        "name": form.name.in_(page.lang),
        "mark": told("mark", page.lang),
        "rows": rows,
        "note": told(note, page.lang, clauses=told_clause(str(form.clause), page.lang)),
    }


# --------------------------------------------------------------------------------------------- rows


def form_rows(page: Page, plan: str, form: Form, of: str | None = None) -> list[Row]:
    """The fields of a form in their order: ``name``, ``text``, ``blank``, ``signed``, ``shade``."""
    matter = _matter(page, plan, form, of)
    filled = _Filled(page, plan, form, matter) if matter is not None else None
    rows, signatories = [], iter(form.signatories)
    for field in form.fields:
        asked = asked_for(field.zh)
        signatory = str(next(signatories, "")) if asked in ("opinion", "instruction") else ""
        text = filled.text(asked, signatory) if filled is not None else ""
        rows.append(row(field.in_(page.lang), text, page.lang, field.zh))
    return rows


def row(name: str, text: str, lang: str, zh: str = "", blank: str = "blank") -> Row:
    """One row of a form: shaded, with a word on what is missing, where there is no text."""
    signed = told("signed", lang) if asked_for(zh) in ("opinion", "instruction") else ""
    empty = "" if text else told(blank, lang, name=name)
    shade = _SHADE if empty and blank == "blank" else _WHITE
    return {"name": name, "text": text, "blank": empty, "signed": signed, "shade": shade}


def _matter(page: Page, plan: str, form: Form, of: str | None) -> Matter | None:
    """The decision a form is about."""
    opened = matters(page.entries, plan)
    if of is not None:
        found = next((m for m in opened if m.ref == of), None)
        if found is None:
            raise InputError([Problem("unknown-value", None, about(of, (m.ref for m in opened)))])
        return found
    return next((m for m in opened if _serves(page.programs[plan], form, m)), None)


def _serves(program: Program, form: Form, matter: Matter) -> bool:
    """Whether a form is used in a decision: by a step of it, or, where none uses the form at all, by its name."""
    users = {str(at) for at, d in program.decisions.items() if any(s.form == form.id for s in d.steps)}
    if users:
        return matter.ref in users
    says = program.plan.schemes.get(Id(matter.opened.scheme or ""))
    if says is None or says.kind != "response":
        return False
    over = matter.opened.level not in says.levels
    return over == (asked_for(form.name.zh, SERVES) == "end")


class _Filled:
    """What the log tells for the fields of one form."""

    def __init__(self, page: Page, plan: str, form: Form, matter: Matter) -> None:
        self.page, self.plan, self.matter, self.lang = page, plan, matter, page.lang
        self.purpose = asked_for(form.name.zh, SERVES)
        decision = next((d for at, d in page.programs[plan].decisions.items() if str(at) == matter.ref), None)
        self.acts = [s.do for s in decision.steps if s.form == form.id] if decision is not None else []
        self.taken = [e for e in matter.steps if e.kind == "step"]
        self.put = self._put()
        self.signed = {} if self._only_tells else self._signed(tuple(map(str, form.signatories)))

    @property
    def _only_tells(self) -> bool:
        """Whether a form only tells of a decision: what was signed then was not this form."""
        return not self.acts and self.purpose == "notice"

    def text(self, asked: str, signatory: str) -> str:
        """What the log tells for a field; empty where it tells nothing."""
        if asked in ("opinion", "instruction"):
            entry = self.signed.get(signatory)
            return self._opinion(entry) if entry is not None else ""
        if asked == "unit":
            return self._unit()
        if asked == "completed" or (asked == "details" and self.purpose == "end"):
            return self._completed()
        return self._details() if asked in ("details", "matter") else ""

    # --- who

    def _put(self) -> Entry | None:
        """The step by which the form was put in."""
        verbs = self.acts[:1] or _PUTS
        return None if self._only_tells else next((e for e in self.taken if e.detail.get("do") in verbs), None)

    def _signed(self, signatories: Sequence[str]) -> dict[str, Entry]:
        """For each signatory the step it signs for: its own, or the one that has its place in the form's steps."""
        found: dict[str, Entry] = {}
        for back, signatory in enumerate(reversed(signatories), 1):
            own = [e for e in self.matter.steps if e.actor == signatory and e.detail.get("do") in _ADVISES]
            if back <= len(self.acts):
                own = [e for e in self.matter.steps if e.detail.get("do") == self.acts[-back]]
            elif back == 1 and not own:
                own = [e for e in self.matter.steps if e.detail.get("do") in _SIGNS]
            if own:
                found[signatory] = own[-1]
        return found

    def _unit(self) -> str:
        if self.put is None:
            return ""
        do, who = terms.verb(str(self.put.detail["do"]), self.lang), self.page.names.actor(self.put.actor or "")
        return told("unit-line", self.lang, who=who, when=self.page.when(self.put.t), do=do)

    def _opinion(self, entry: Entry) -> str:
        """That an act was done or refused; with the words of whoever did it, if there were any."""
        do = terms.verb(str(entry.detail.get("do", "")), self.lang)
        if entry.kind == "decision-refused":
            do = f"{do} — {terms.column('refused', self.lang)}"
        cited = Situation(self.page, self.plan, entry.t).cited(entry.clauses)
        facts = {"when": self.page.when(entry.t), "who": self.page.names.actor(entry.actor or ""), "do": do}
        return told("opinion-line", self.lang, clauses=cited, words=self._words(entry), **facts)

    def _words(self, entry: Entry) -> str:
        """What was said of a step by the person who took or refused it."""
        for note in self.page.entries:
            same = (note.plan, note.ref, note.detail.get("do")) == (self.plan, entry.ref, entry.detail.get("do"))
            if note.kind == "note" and "verdict" in note.detail and same and abs(note.t - entry.t) < _SAME:
                return told("own-words", self.lang, text=note.detail["why"])
        return ""

    # --- what

    def _about(self) -> str:
        opened = self.matter.opened
        what = self.page.level(self.plan, opened.scheme or "", opened.level or "")
        return told("of-matter", self.lang, what=what, when=self.page.when(opened.t))

    def _now(self) -> Situation:
        """What was known when the form was put in; of one that only tells, when the matter was over."""
        opened = self.matter.opened.t
        t = self.put.t if self.put is not None else self.matter.end if self._only_tells else opened
        return Situation(self.page, self.plan, t)

    def _details(self) -> str:
        now = self._now()
        lines = [self._about(), *now.messages(), *now.facts(), *now.criteria(self.matter.opened)]
        return joined([*lines, *now.levels_line()], self.lang)

    def _completed(self) -> str:
        now = self._now()
        lines = [self._about(), *now.changes("response"), *now.criteria(self.matter.opened), *now.done()]
        return joined(lines, self.lang)


def joined(lines: Sequence[str], lang: str) -> str:
    """Lines in one field; of very many the first and the last."""
    kept = list(dict.fromkeys(lines))
    if len(kept) <= _MOST:
        return "\n".join(kept)
    left = told("lines-left", lang, n=len(kept) - _MOST)
    return "\n".join([*kept[:4], left, *kept[4 - _MOST :]])
