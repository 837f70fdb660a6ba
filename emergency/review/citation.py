"""The citation audit: a plan file against the print, both ways.

What the file cites must stand in the text, and what the text prints must be answered in the file: its
clauses, its figures, its orders. The text is an argument and is never kept, so a plan can be audited where
its print is at hand and published where it is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Literal

from emergency.condition import Compare, For, Guard, Quantified, leaves
from emergency.plan import Plan, walk
from emergency.plan.leaves import Frozen
from emergency.plan.statements import ClauseEntry, Statement
from emergency.quantity import UNITS, Amount, Duration, Range
from emergency.review.document import DocumentText, Page, Segment, read_document
from emergency.review.printed import Figure, printed_figures, printed_orders, typed_alike
from emergency.source import Citation, Clause
from emergency.words.citation import AUDIT
from emergency.words.punctuation import listed

__all__ = [
    "Audit",
    "Coverage",
    "HeadingDifference",
    "MisplacedFigure",
    "MissingClause",
    "StatusConflict",
    "UnansweredOrder",
    "audit",
    "stated_figures",
]

# ------------------------------------------------------------------------------------------ results


def _say(what: str, finding: object, lang: str) -> str:
    return AUDIT[what][lang != "zh"].format(f=finding)


@dataclass(frozen=True, slots=True)
class MissingClause:
    """A clause that stands on one side only.

    Attributes
    ----------
    why : ``not-in-text`` for a number only the plan file knows, ``not-in-plan`` for one only the print has.
    by : who names it: ``clauses`` for an entry, else statements and readings by place, ``measures[3]``.
    line : where it stands in the text.
    """

    clause: Citation
    page: Page
    why: Literal["not-in-text", "not-in-plan"]
    by: tuple[str, ...] = ()
    line: int | None = None

    @property
    def names(self) -> str:
        """`by` in one line."""
        return ", ".join(self.by)

    def sentence(self, lang: str) -> str:
        """The finding in words."""
        return _say(self.why, self, lang)


@dataclass(frozen=True, slots=True)
class MisplacedFigure:
    """A figure that stands on one side only.

    Attributes
    ----------
    direction : ``stated``: a statement gives it and its clause does not print it; ``printed``: the clause
        prints it and neither a statement of it nor its `figures` do; ``named``: only its `figures` do.
    """

    clause: Citation
    figure: str
    direction: Literal["stated", "printed", "named"]
    line: int
    by: str = ""

    def sentence(self, lang: str) -> str:
        """The finding in words."""
        return _say(self.direction, self, lang)


@dataclass(frozen=True, slots=True)
class UnansweredOrder:
    """A clause that orders something and has neither a statement nor the status ``judgement``."""

    clause: Citation
    words: tuple[str, ...]
    line: int

    @property
    def listed(self) -> str:
        """`words` in one line."""
        return listed(self.words, "zh")  # words of the print

    def sentence(self, lang: str) -> str:
        """The finding in words."""
        return _say("order", self, lang)


@dataclass(frozen=True, slots=True)
class HeadingDifference:
    """A heading the plan file gives otherwise than the print; None where one side gives none."""

    clause: Citation
    page: Page
    in_plan: str | None
    in_text: str | None

    def sentence(self, lang: str) -> str:
        """The finding in words."""
        return _say("heading", self, lang)


@dataclass(frozen=True, slots=True)
class StatusConflict:
    """An entry whose status does not fit what is there.

    Attributes
    ----------
    why : ``no-statement``: called executable, and nothing is stated; ``statements``: statements cite a clause
        called otherwise; ``has-text``: called a heading, and the clause prints a text.
    """

    clause: Citation
    status: str
    why: Literal["no-statement", "statements", "has-text"]

    def sentence(self, lang: str) -> str:
        """The finding in words."""
        return _say(self.why, self, lang)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the body's clauses (headings left out) have a status, and what share [%] that is."""

    status: str
    clauses: int
    percent: float

    def sentence(self, lang: str) -> str:
        """The share in words."""
        return _say("coverage", self, lang)


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything found; all empty but `coverage` when file and print agree."""

    missing_clauses: tuple[MissingClause, ...]
    misplaced_figures: tuple[MisplacedFigure, ...]
    unanswered_orders: tuple[UnansweredOrder, ...]
    heading_differences: tuple[HeadingDifference, ...]
    status_conflicts: tuple[StatusConflict, ...]
    coverage: tuple[Coverage, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not any(getattr(self, f.name) for f in fields(self) if f.name != "coverage")

    def lines(self, lang: str = "en") -> list[str]:
        """Each finding as a sentence in ``zh`` or ``en``, the coverage last."""
        return [found.sentence(lang) for f in fields(self) for found in getattr(self, f.name)]


# ------------------------------------------------------------------------------------------ the audit

_DURATIONS = {"min": ("hour", 1 / 60), "h": ("hour", 1.0), "d": ("day", 1.0)}


def _of_amount(amount: Amount) -> Iterator[Figure]:
    dimension, factor = UNITS[amount.unit]
    kind = {"days of demand": "day"}.get(dimension, dimension)
    if dimension == "number" and not amount.unit:
        kind = "count"
    if dimension != "flag":
        yield Figure(amount.value * factor, amount.value * factor, kind, str(amount))


def _of_duration(duration: Duration) -> Figure:
    kind, factor = _DURATIONS.get(duration.unit, (duration.unit, 1.0))
    return Figure(duration.value * factor, duration.value * factor, kind, str(duration))


def _of_guard(guard: Guard) -> Iterator[Figure]:
    for node in leaves(guard.tree):
        match node:
            case Compare(amount=amount):
                yield from _of_amount(amount)
            case For(duration=duration):
                yield _of_duration(duration)
            case Quantified(kind="count", number=number):
                yield Figure(number, number, "count", str(number))
            case _:
                pass


def stated_figures(statement: Frozen) -> Iterator[Figure]:
    """The figures a statement asserts: its amounts, ranges, durations and the constants of its guards."""
    for _, amount in walk(statement, Amount):
        yield from _of_amount(amount)
    for _, span in walk(statement, Range):
        for end in _of_amount(Amount(span.low, span.unit)):
            yield Figure(end.low, span.high * UNITS[span.unit][1], end.kind, str(span))
    for _, duration in walk(statement, Duration):
        yield _of_duration(duration)
    for _, guard in walk(statement, Guard):
        yield from _of_guard(guard)


def audit(plan: Plan, text: str) -> Audit:
    """Compare a plan file with the text it encodes.

    Parameters
    ----------
    plan : Plan
        The plan as read.
    text : str
        The plain text of the printed document.
    """
    return _Auditor(plan, read_document(text)).audit()


class _Auditor:
    """The plan and its text, indexed by clause."""

    def __init__(self, plan: Plan, text: DocumentText) -> None:
        self.plan = plan
        self.segments = {(s.page, s.no): s for s in text.segments}
        self.entries = {(e.page, e.no): e for e in plan.clauses}
        self.stated: dict[Clause, list[tuple[str, Statement]]] = defaultdict(list)
        for section, i, statement in plan.statements():
            self.stated[statement.clause].append((f"{section}[{i}]", statement))

    def audit(self) -> Audit:
        return Audit(
            tuple(self.missing_clauses()),
            (*self.stated_elsewhere(), *self.printed_only(), *self.named_elsewhere()),
            tuple(self.unanswered_orders()),
            tuple(self.heading_differences()),
            tuple(self.status_conflicts()),
            tuple(self.coverage()),
        )

    def cite(self, no: Clause) -> Citation:
        return Citation.of(self.plan.plan, no)

    def body(self) -> Iterator[tuple[Segment, ClauseEntry | None]]:
        for (page, no), segment in self.segments.items():
            if page == "body":
                yield segment, self.entries.get((page, no))

    def cited(self) -> dict[Clause, tuple[str, ...]]:
        """The clauses statements and readings name, with who names them."""
        found: dict[Clause, list[str]] = defaultdict(list)
        sayings: Iterable[tuple[str, Frozen]] = [
            *((f"{section}[{i}]", statement) for section, i, statement in self.plan.statements()),
            *((f"readings[{i}]", reading) for i, reading in enumerate(self.plan.readings)),
        ]
        for name, saying in sayings:
            for _, clause in walk(saying, Clause):
                found[clause].append(name)
            for _, citation in walk(saying, Citation):
                if citation.plan == self.plan.plan:
                    found[citation.clause].append(name)
        return {clause: tuple(dict.fromkeys(names)) for clause, names in found.items()}

    def missing_clauses(self) -> Iterator[MissingClause]:
        named: dict[tuple[Page, Clause], list[str]] = {key: ["clauses"] for key in self.entries}
        for clause, names in self.cited().items():
            named.setdefault(("body", clause), []).extend(names)
        for (page, no), by in named.items():
            if (page, no) not in self.segments:
                yield MissingClause(self.cite(no), page, "not-in-text", tuple(by))
        for (page, no), segment in self.segments.items():
            if (page, no) not in self.entries:
                yield MissingClause(self.cite(no), page, "not-in-plan", line=segment.line)

    def stated_elsewhere(self) -> Iterator[MisplacedFigure]:
        """Figures of statements that their own clause does not print."""
        for clause, sayings in self.stated.items():
            segment = self.segments.get(("body", clause))
            if segment is None:
                continue
            printed = printed_figures(segment.printed)
            for name, statement in sayings:
                for figure in stated_figures(statement):
                    if not any(p.carries(figure) for p in printed):
                        yield MisplacedFigure(self.cite(clause), figure.printed, "stated", segment.line, name)

    def printed_only(self) -> Iterator[MisplacedFigure]:
        """Figures of the print that the file neither states nor names."""
        for segment, entry in self.body():
            stated = [f for _, s in self.stated.get(segment.no, ()) for f in stated_figures(s)]
            named = {f.printed for n in (entry.figures if entry else ()) for f in printed_figures(n)}
            for figure in dict.fromkeys(printed_figures(segment.printed)):
                ends = {round(e, 9) for f in stated if figure.carries(f) for e in (f.low, f.high)}
                answered = {round(figure.low, 9), round(figure.high, 9)} <= ends
                if not (answered or figure.article or figure.printed in named):
                    yield MisplacedFigure(self.cite(segment.no), figure.printed, "printed", segment.line)

    def named_elsewhere(self) -> Iterator[MisplacedFigure]:
        """Strings of `figures` that the clause does not print."""
        for entry in self.plan.clauses:
            segment = self.segments.get((entry.page, entry.no))
            for name in entry.figures if segment else ():
                if segment and typed_alike(name) not in typed_alike(segment.printed):
                    yield MisplacedFigure(self.cite(entry.no), name, "named", segment.line)

    def has_statement(self, no: Clause) -> bool:
        """Whether the clause, or one of its items and paragraphs, has a statement."""
        return any(c == no or c.startswith((f"{no}(", f"{no}#")) for c in self.stated)

    def unanswered_orders(self) -> Iterator[UnansweredOrder]:
        for segment, entry in self.body():
            chapter = segment.no.chapter
            if chapter.startswith("annex-") or int(chapter) < 2:
                continue
            words = printed_orders(segment.text)
            judged = entry is not None and entry.status == "judgement"
            if words and not judged and not self.has_statement(segment.no):
                yield UnansweredOrder(self.cite(segment.no), tuple(dict.fromkeys(words)), segment.line)

    def heading_differences(self) -> Iterator[HeadingDifference]:
        for (page, no), segment in self.segments.items():
            entry = self.entries.get((page, no))
            if entry is None or (segment.run_in and entry.heading is None):
                continue
            if typed_alike(entry.heading or "") != typed_alike(segment.heading or ""):
                yield HeadingDifference(self.cite(no), page, entry.heading, segment.heading)

    def status_conflicts(self) -> Iterator[StatusConflict]:
        for entry in self.plan.body():
            cited = self.cite(entry.no)
            segment = self.segments.get(("body", entry.no))
            if entry.status == "executable" and not self.has_statement(entry.no):
                yield StatusConflict(cited, entry.status, "no-statement")
            if entry.status != "executable" and entry.no in self.stated:
                yield StatusConflict(cited, entry.status, "statements")
            if entry.status == "heading" and segment is not None and segment.text:
                yield StatusConflict(cited, entry.status, "has-text")

    def coverage(self) -> Iterator[Coverage]:
        statuses = [e.status for e in self.plan.body() if e.status != "heading"]
        for status in ("executable", "judgement", "informative", "not-encoded"):
            count = sum(s == status for s in statuses)
            yield Coverage(status, count, 100 * count / len(statuses) if statuses else 0.0)
