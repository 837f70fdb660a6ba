"""A plan's plain text, cut into clauses by our clause grammar.

Nothing is interpreted here: a segment is a number as printed, its heading, its words and its lines. The words
stay with the caller; no text of a plan is kept by the package.

A clause's *own* text is what stands at its number, without the items and paragraphs that have a number of
their own in the grammar:

* ``(1)``, ``（1）``, ``①``, ``（一）`` and ``一要…`` at the start of a line are items, also where they run
  into a paragraph after a colon; items of another style inside an item are its items, ``4.1(2)(1)``;
* unnumbered paragraphs are ``2.2.3#1``, ``2.2.3#2``… where there are several; a single one, and one that only
  introduces items, belongs to the clause itself, like words printed on the line of the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from emergency.source import Clause

__all__ = ["DocumentText", "FrontMatter", "Page", "Segment", "read_document", "spoken_number"]

Page = Literal["contents", "body"]

_DIGITS = {"零": 0, "〇": 0, **{c: i for i, c in enumerate("一二三四五六七八九", 1)}, "两": 2}
#: Same length on both sides: a match on the translated line cuts the printed one at the same place.
_NARROW = str.maketrans("０１２３４５６７８９．（）：", "0123456789.():")
_CHINESE = r"[一二三四五六七八九十]{1,3}"
_CHAPTERS = (re.compile(r"(\d{1,2})(?:[.、]\s*|\s+)(?![\d.])"), re.compile(rf"({_CHINESE})、\s*"))
# A number that begins a sentence (3.5 万亩…) is no clause number.
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})[.、]?\s*(?![\d%％万亿吨元倍])")
_ANNEX = re.compile(rf"(?:附件|附录|附表)\s*(\d{{1,2}}|{_CHINESE})(?:\s*[:、.]\s*|\s+|$)")
_BULLET = re.compile(r"[-•·●]\s*")
_ITEMS = {
    "bracket": r"\(\s*(\d{1,2})\s*\)\s*",
    "spoken": rf"\(\s*({_CHINESE})\s*\)\s*",
    "circled": r"([①-⑳])\s*",
    "ordinal": rf"({_CHINESE})(?=[要是])",
    "dotted": r"(\d{1,2})[.、]\s*(?!\d)",
}
_LEADER = re.compile(r"\s*(?:[.…·]{2,}|\t)\s*\d{1,3}\s*$")
_STOPS = "。；：！？，;:!?,"
_LONGEST_TITLE = 45
_LONGEST_RUN_IN = 24
# A short first sentence that orders something is a sentence, not a heading.
_ORDERS = re.compile(r"(?<!无)须|不得|负责(?![，。]|$)|(?<![需主重必])要|(?<![供相反响])应(?!急)")


def spoken_number(text: str) -> int:
    """The value of a Chinese numeral below 10,000: 十二 → 12, 两百 → 200.

    >>> [spoken_number(t) for t in ("九", "十二", "两百", "三十", "一百零五")]
    [9, 12, 200, 30, 105]
    """
    total, digit = 0, 0
    for char in text:
        power = {"十": 10, "百": 100, "千": 1000}.get(char)
        if power:
            total += (digit or 1) * power
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def _value(mark: str) -> int:
    if mark.isascii():
        return int(mark)
    return ord(mark) - ord("①") + 1 if "①" <= mark <= "⑳" else spoken_number(mark)


@dataclass(frozen=True, slots=True)
class Segment:
    """One clause as printed.

    Attributes
    ----------
    heading : the title on the line of the number, or the opening words that stand for one (`run_in`).
    text : the clause's own words without its heading; paragraphs and items of it are other segments.
    line, last : where it stands, counted from 1.
    """

    page: Page
    no: Clause
    heading: str | None
    text: str
    line: int
    last: int
    run_in: bool = False

    @property
    def printed(self) -> str:
        """Heading and text together."""
        return "\n".join(part for part in (self.heading, self.text) if part)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before the first clause; what a text does not carry is None."""

    title: str | None = None
    number: str | None = None
    date: str | None = None
    addressees: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text cut into clauses, in the order of the print."""

    front: FrontMatter
    segments: tuple[Segment, ...]

    def page(self, page: Page) -> tuple[Segment, ...]:
        """The segments of the contents page or of the body."""
        return tuple(s for s in self.segments if s.page == page)

    def clause(self, no: str) -> Segment:
        """A clause of the body.

        Raises
        ------
        KeyError
            If the body has no such clause.
        """
        for segment in self.segments:
            if segment.page == "body" and segment.no == no:
                return segment
        raise KeyError(no)


class _Line(NamedTuple):
    at: int
    text: str

    @property
    def narrow(self) -> str:
        return self.text.translate(_NARROW)


def read_document(text: str) -> DocumentText:
    """Cut a plan's plain text into front matter, contents page and body.

    >>> found = read_document("某预案\\n1. 总则\\n1.1 目的\\n为甲。\\n2. 职责\\n2.1 甲局负责：(1)乙；(2)丙。")
    >>> [str(s.no) for s in found.segments]
    ['1', '1.1', '2', '2.1', '2.1(1)', '2.1(2)']
    """
    lines = [_Line(i, raw.strip()) for i, raw in enumerate(text.splitlines(), 1) if raw.strip()]
    style, first = _first_chapter(lines)
    body = _body_start(lines, style, first)
    contents = _Cutter("contents", style).read(lines[first:body])
    return DocumentText(_front(lines[:first]), (*contents, *_Cutter("body", style).read(lines[body:])))


def _first_chapter(lines: Sequence[_Line]) -> tuple[re.Pattern[str], int]:
    """How chapters are numbered, and where the first stands; a text without chapters is all front matter."""
    for i, line in enumerate(lines):
        for style in _CHAPTERS:
            found = style.match(line.narrow)
            if found and _value(found[1]) == 1 and _is_title(line.text[found.end() :]):
                return style, i
    return _CHAPTERS[0], len(lines)


def _body_start(lines: Sequence[_Line], style: re.Pattern[str], first: int) -> int:
    """Where the body begins: at the second chapter 1, if only numbered lines stand between the two."""
    for i in range(first + 1, len(lines)):
        line = _BULLET.sub("", lines[i].narrow, count=1)
        chapter = style.match(line)
        if chapter and _value(chapter[1]) == 1:
            return i
        if not (chapter or _NUMBERED.match(line) or _ANNEX.match(line)):
            break
    return first


def _front(lines: Sequence[_Line]) -> FrontMatter:
    texts = [line.text for line in lines]
    titles = [t for t in texts if "预案" in t and "通知" not in t and not t.endswith(("。", "：", ":"))]
    numbers = [t for t in texts if re.fullmatch(r"\S{1,14}[〔\[［(（]\d{4}[〕\]］)）]\s*\d+\s*号", t)]
    dates = [t for t in texts if re.fullmatch(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日", t)]
    addressed = [t for t in texts if t.endswith(("：", ":"))]
    return FrontMatter(
        title=titles[-1] if titles else None,
        number=numbers[0] if numbers else None,
        date=dates[-1] if dates else None,
        addressees=tuple(re.split(r"[，,]\s*", addressed[0][:-1])) if addressed else (),
        lines=tuple(texts),
    )


def _is_title(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_TITLE and text[-1] not in _STOPS and "。" not in text


def _heading(text: str, titled: bool) -> tuple[str | None, str, bool]:
    """Cut the words at a number into heading and text; the third value says that the heading runs in."""
    if titled and _is_title(text):
        return text, "", False
    for stop in ("：", ":", "。"):
        head, _, rest = text.partition(stop)
        if not rest.strip() or len(head) > _LONGEST_RUN_IN or _ORDERS.search(head):
            continue
        if stop == "。" or not re.search("[，。；]", head):
            return head.strip(), rest.strip(), True
    return None, text, False


def _run_in_items(text: str) -> tuple[str, str, list[tuple[int, str]]]:
    """Items that run into a paragraph after a colon: what stands before them, their style, the items."""
    narrow = text.translate(_NARROW)
    for style in ("bracket", "spoken", "circled", "dotted"):
        start = re.search(rf"(?<=:)\s*{_ITEMS[style]}", narrow)
        if not start or _value(start[1]) != 1:
            continue
        marks = [start]
        for mark in re.finditer(rf"(?<=[;。,、])\s*{_ITEMS[style]}", narrow.replace("；", ";")):
            if mark.start() > start.start() and _value(mark[1]) == len(marks) + 1:
                marks.append(mark)
        ends = [m.start() for m in marks[1:]] + [len(text)]
        items = [text[m.end() : end].strip() for m, end in zip(marks, ends, strict=True)]
        return text[: start.start()].strip(), style, list(enumerate(items, 1))
    return text, "", []


@dataclass(slots=True)
class _Part:
    """A paragraph (`no` is None) or an item of the clause being read."""

    no: str | None
    text: str
    at: int
    heading: str | None = None


@dataclass(slots=True)
class _Open:
    """The clause being read."""

    no: str
    at: int
    heading: str | None = None
    text: str = ""
    run_in: bool = False
    parts: list[_Part] = field(default_factory=list)
    #: Item styles from the outside in, each with the last number used.
    styles: list[tuple[str, int]] = field(default_factory=list)

    def item(self, style: str, number: int, text: str, at: int) -> None:
        """Add an item; a new style opens a level inside the item before."""
        names = [name for name, _ in self.styles]
        if style in names:
            del self.styles[names.index(style) :]
        self.styles.append((style, number))
        no = self.no + "".join(f"({n})" for _, n in self.styles)
        before, inner, items = _run_in_items(text)
        heading, before, _ = _heading(before, titled=False)
        self.parts.append(_Part(no, before, at, heading))
        for n, inner_text in items:
            self.item(inner, n, inner_text, at)

    def expects(self, style: str, number: int) -> bool:
        """Whether an item with that mark can stand here: the first of its style, or the next."""
        return number == 1 or any(name == style and number <= last + 2 for name, last in self.styles)

    def paragraph(self, text: str, at: int) -> None:
        """Add an unnumbered paragraph, and the items that run into it."""
        before, style, items = _run_in_items(text)
        self.parts.append(_Part(None, before, at))
        for n, inner in items:
            self.item(style, n, inner, at)


class _Cutter:
    """Reads the lines of one page; `chapters` says how its chapters are numbered."""

    def __init__(self, page: Page, chapters: re.Pattern[str]) -> None:
        self.page: Page = page
        self.chapters = chapters
        self.chapter = 0
        self.open: _Open | None = None

    def read(self, lines: Sequence[_Line]) -> Iterator[Segment]:
        """Yield the segments in the order of the print."""
        for line in lines:
            fresh = self.start(line)
            if fresh is not None:
                yield from self.close()
                self.open = fresh
            elif self.open is not None:
                self.go_on(self.open, line)
        yield from self.close()

    def start(self, line: _Line) -> _Open | None:
        """The clause this line begins, if it begins one."""
        annex = _ANNEX.match(line.narrow)
        if annex:
            return _Open(f"annex-{_value(annex[1])}", line.at, line.text[annex.end() :] or None)
        if self.open is not None and self.open.no.startswith("annex-"):
            return None
        printed, narrow = line.text, line.narrow
        bullet = _BULLET.match(narrow)
        if bullet:
            printed, narrow = printed[bullet.end() :], narrow[bullet.end() :]
        if self.page == "contents":
            printed = _LEADER.sub("", printed)
        numbered = _NUMBERED.match(narrow)
        if numbered and int(numbered[1].split(".")[0]) == self.chapter:
            return self.numbered(numbered[1], printed[numbered.end() :], line.at)
        chapter = self.chapters.match(narrow)
        if chapter and self.chapter < _value(chapter[1]) <= self.chapter + 2:
            title = printed[chapter.end() :]
            if _is_title(title):
                self.chapter = _value(chapter[1])
                return _Open(str(self.chapter), line.at, title)
        return None

    def numbered(self, no: str, rest: str, at: int) -> _Open:
        """A numbered clause with what stands on its line."""
        before, style, items = _run_in_items(rest)
        heading, text, run_in = _heading(before, titled=not items)
        found = _Open(no, at, heading, text, run_in)
        for n, inner in items:
            found.item(style, n, inner, at)
        return found

    def go_on(self, clause: _Open, line: _Line) -> None:
        """Add a line to the open clause: an item, a paragraph, or words of an annex."""
        if clause.no.startswith("annex-"):
            if clause.heading is None and not clause.text:
                clause.heading, clause.text = _annex_title(line.text)
            else:
                clause.text = "\n".join(filter(None, (clause.text, line.text)))
            clause.parts.append(_Part("", "", line.at))
            return
        bullet = _BULLET.match(line.narrow)
        cut = bullet.end() if bullet else 0
        for style, pattern in _ITEMS.items():
            mark = re.compile(pattern).match(line.narrow, cut)
            if mark and clause.expects(style, _value(mark[1])):
                clause.item(style, _value(mark[1]), line.text[mark.end() :], line.at)
                return
        clause.paragraph(line.text[cut:], line.at)

    def close(self) -> Iterator[Segment]:
        """The segments of the clause just read."""
        clause, self.open = self.open, None
        if clause is None:
            return
        own = [clause.text] if clause.text else []
        last = max([clause.at, *(p.at for p in clause.parts)])
        parts = clause.parts
        paragraphs = [p for i, p in enumerate(parts) if p.no is None and not _introduces(parts, i)]
        alone = len(paragraphs) == 1
        own += [p.text for p in clause.parts if p.no is None and (alone or p not in paragraphs)]
        yield Segment(
            self.page, Clause(clause.no), clause.heading, "\n".join(own), clause.at, last, clause.run_in
        )
        for part in clause.parts:
            if part.no:
                no, run_in = Clause(part.no), part.heading is not None
                yield Segment(self.page, no, part.heading, part.text, part.at, part.at, run_in)
            elif part.no is None and not alone and part in paragraphs:
                no = Clause(f"{clause.no}#{paragraphs.index(part) + 1}")
                yield Segment(self.page, no, None, part.text, part.at, part.at)


def _introduces(parts: Sequence[_Part], i: int) -> bool:
    """Whether a paragraph only leads to the items after it."""
    return parts[i].text.endswith(("：", ":")) and i + 1 < len(parts) and bool(parts[i + 1].no)


def _annex_title(text: str) -> tuple[str | None, str]:
    """A form's title; text taken out of a form may have its first fields glued to it."""
    found = re.match(r"[^。]{5,60}?表(?=$|[^达示明现面率决])", text)
    if found:
        return found[0], text[found.end() :].strip()
    return (text, "") if _is_title(text) else (None, text)
