"""What a notebook shows: tables, pictures, answers that stay hidden until somebody opens them.

A notebook asks an object for the forms it has (``_repr_html_``, ``_repr_png_``), so nothing of Jupyter is needed
here. What plans, scenarios and logs say is untrusted and escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import BytesIO

from PIL import Image

from emergency.log import Entry
from emergency.machine import Program
from emergency.report.cards import Card
from emergency.report.page import Page
from emergency.scenario import Scenario
from emergency.words import terms
from emergency.words.cards import card as card_word
from emergency.words.punctuation import headed, punctuation, strung
from emergency.words.review import told as word_of

__all__ = ["Hidden", "Picture", "Table", "log_table", "show_card"]

_CELL = "text-align:left;vertical-align:top;padding:2px 10px 2px 0"
_SHORT = 20  # characters of a cell that is never broken over lines: dates, levels, clauses
_COLOURS = 256  # of a picture: a notebook carries its pictures with it, and drawings need no more


class Table:
    """Rows of text under column names.

    >>> print(Table(("Level", "Clause"), [("II", "3.3.3"), ("I", "3.3.4")], title="Levels")._repr_html_())
    ... # doctest: +ELLIPSIS
    <table...><caption...>Levels</caption><thead>...<td ...>II</td><td ...>3.3.3</td>...</table>
    """

    def __init__(self, columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
        self.columns, self.title = tuple(columns), title
        self.rows = tuple(tuple(str(cell) for cell in row) for row in rows)

    def _repr_html_(self) -> str:
        head = "".join(f'<th style="{_CELL}">{_text(c)}</th>' for c in self.columns)
        rows = ("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in self.rows)
        caption = f'<caption style="{_CELL};font-weight:bold">{_text(self.title)}</caption>' if self.title else ""
        body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
        return f'<table style="margin-left:0">{caption}{body}</table>'

    def __repr__(self) -> str:
        return f"<Table {self.title!r}: {len(self.rows)} rows>" if self.title else f"<Table: {len(self.rows)} rows>"


class Picture:
    """A drawing, given as PNG; shown smaller than its pixels, so that it is sharp on a projector.

    Parameters
    ----------
    png : bytes
        As the functions of `emergency.figures` return it for the form ``png``.
    title : str
        What is seen, for whoever cannot see it.
    """

    def __init__(self, png: bytes, title: str) -> None:
        self.title = title
        with Image.open(BytesIO(png)) as image:
            self.width, self.height = image.size
            out = BytesIO()
            # Maximum coverage keeps a colour that is rare, as in a legend; median cut would blend it away.
            few = image.convert("RGB").quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            few.save(out, "png", optimize=True)
        self.png = out.getvalue()

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return self.png, {"width": self.width * 5 // 8, "height": self.height * 5 // 8}

    def __repr__(self) -> str:
        return f"<Picture {self.title!r}>"


class Hidden:
    """Tables and sentences behind a summary, shown when it is clicked."""

    def __init__(self, summary: str, *shown: Table | str) -> None:
        self.summary, self.shown = summary, shown

    def _repr_html_(self) -> str:
        inner = "".join(s._repr_html_() if isinstance(s, Table) else f"<p>{_text(s)}</p>" for s in self.shown)
        return f"<details><summary>{_text(self.summary)}</summary>{inner}</details>"

    def __repr__(self) -> str:
        return f"<Hidden {self.summary!r}>"


def _cell(text: str) -> str:
    whole = ";white-space:nowrap" if len(text) <= _SHORT else ""
    return f'<td style="{_CELL}{whole}">{_text(text)}</td>'


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def show_card(card: Card, lang: str) -> Table:
    """A card of `emergency.report.cards` as a table."""
    return Table([card_word(c, lang) for c in card.columns], card.rows, title=card.title)


def log_table(
    entries: Iterable[Entry], scenario: Scenario, programs: Mapping[str, Program], lang: str, *, title: str = ""
) -> Table:
    """Log entries in words, each with its clauses and its place in the log.

    Parameters
    ----------
    entries : iterable of Entry
        All or some entries of one run.
    """
    told = list(entries)
    page = Page(told, scenario, programs, {}, lang) if told else None
    columns = [terms.column(name, lang) for name in ("when", "what", "actor", "note", "clauses")]
    rows = [_entry(page, entry) for entry in told] if page is not None else []
    return Table([*columns, "#"], rows, title=title)


def _entry(page: Page, entry: Entry) -> tuple[str, ...]:
    what = terms.kind(entry.kind, page.lang)
    thing = page.thing(entry.plan, entry.ref or "") if entry.plan else ""
    if thing and thing != entry.ref:
        what = headed(what, thing, page.lang)
    actor = page.names.actor(entry.actor) if entry.actor else ""
    return page.when(entry.t), what, actor, _note(page, entry), page.clauses(entry.clauses), str(entry.seq)


def _note(page: Page, entry: Entry) -> str:
    """What an entry tells besides its kind, its subject and who acts."""
    detail, lang = entry.detail, page.lang
    words = []
    if "title" in detail:
        words.append(str(detail["title"].get(lang, entry.ref)))
    if entry.kind == "indicator" and entry.plan:
        crossed = "variable" in detail  # else the whole course of an indicator, at the end of a run
        words += _known(page, entry.plan, detail) if crossed else [page.names.variable(entry.plan, entry.ref or "")]
    if "do" in detail:
        to = detail.get("to")
        words.append(terms.verb(str(detail["do"]), lang) + (f" → {page.actors(to)}" if to else ""))
    if "steps" in detail:
        words.append(" → ".join(terms.verb(str(s), lang) for s in detail["steps"]))
    if "cadence" in detail and entry.plan:
        words.append(_cadence(page, entry.plan, detail))
    if "question" in detail:
        words.append(str(detail["question"].get(lang, "")))
    if "why" in detail:
        words.append(terms.column(str(detail["why"]), lang))
    return strung((word for word in words if word), lang)


def _cadence(page: Page, plan: str, detail: Mapping[str, object]) -> str:
    """How often something is reported, before and now."""
    often = " → ".join(terms.amount(str(detail.get(k) or "—"), page.lang) for k in ("before", "cadence"))
    about = [terms.heading("reporting", page.lang), page.names.variable(plan, str(detail["carries"])), often]
    return punctuation(page.lang).colon.join(about)


def _known(page: Page, plan: str, detail: Mapping[str, object]) -> list[str]:
    """Which bound was crossed, truly or to somebody's knowledge, and how late that was."""
    bound = terms.amount(str(detail.get("bound") or ""), page.lang)
    name = " ".join(p for p in (page.names.variable(plan, str(detail["variable"])), bound) if p)
    key = "true" if "true" in detail else "known"
    holds = bool(detail.get(key))
    word = terms.column(key, page.lang)
    answer = word_of("yes" if holds else "no-such", page.lang)
    found = [punctuation(page.lang).colon.join((word, name, answer))]
    lag = detail.get("lag")
    if isinstance(lag, int | float):
        found.append(f"{terms.column('lag', page.lang)} {page.span(lag)}")
    return found
