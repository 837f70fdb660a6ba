"""The Word templates of papers, made by program, so that a change to one can be read.

``EMERGENCY_REWRITE=1 pytest tests/test_report_forms.py`` writes them to ``emergency/templates/papers``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

INK, FAINT, BLUE, RED = (RGBColor.from_string(c) for c in ("1A1A1A", "5F6B7A", "1D4F91", "B3261E"))
SERIF, SANS = "宋体", "黑体"
WIDE = 170  # mm between the margins
_CITED = {"c.clauses": "clauses | cites"}


def form() -> bytes:
    """An approval form: one row a field."""
    paper = Paper()
    paper.title("{{ title }}", "{{ name }}", "{{ mark }}")
    paper.fields("rows", height=26)
    paper.text("")
    paper.note("{{ note }}")
    return paper.bytes()


def information() -> bytes:
    """An information report: what is told, item by item."""
    paper = Paper()
    paper.title("{{ title }}", "{{ name }}", "{{ mark }}")
    paper.fields("rows", height=12)
    paper.text("")
    paper.note("{{ note }}")
    return paper.bytes()


def after_action() -> bytes:
    """The after-action review, part by part as on the page."""
    paper = Paper()
    paper.title("{{ w['report'] }}", "{{ title }}", "{{ w['exercise'] }}")
    facts = ("{{ h['plan'] }}", "{{ plans | lines }}"), ("{{ h['scenario'] }}", "{{ story }}")
    paper.pairs(facts, "overview")
    paper.heading("1 {{ w['summary'] }}")
    paper.each("summary", "{{ r }}")
    paper.heading("2 {{ w['objectives'] }}")
    paper.open("{%p if objectives %}")
    paper.note("{{ p['rating-scale'] }}")
    paper.open("{%p endif %}")
    cells = {"w.objective": "text", "w.rating": "rating", "w.comment": "comment"} | _CITED
    paper.rows("objectives", cells, (62, 28, 52, 28), "empty.objectives")
    paper.open("{%p if notes %}")
    paper.heading("{{ w['notes'] }}", 2)
    paper.each("notes", "{{ r[0] }} · {{ r[1] }}", "List Bullet")
    paper.open("{%p endif %}")
    paper.heading("3 {{ w['timeline'] }}")
    paper.acts("decisions", "empty.decided")
    paper.heading("4 {{ w['envelope'] }}")
    paper.open("{%p if groups %}")
    paper.note("{{ envelope_note }}")
    paper.open("{%p else %}")
    paper.text("{{ empty.compared }}")
    paper.open("{%p endif %}")
    paper.open("{%p for g in groups %}")
    paper.heading("{{ g.title }}", 2)
    bands = {"w.what": "what", "w.team": "team", "w.perfect": "perfect", "w.place": "place"} | _CITED
    paper.rows("g.rows", bands, (56, 22, 46, 22, 24))
    paper.open("{%p if g.more %}")
    paper.note("{{ g.rest }}")
    paper.open("{%p endif %}")
    paper.open("{%p endfor %}")
    paper.heading("5 {{ w['conformance'] }}")
    paper.open("{%p if acts %}")
    paper.note("{{ acts_note }}")
    each = "{% set n = r.counts[loop.index0] %}{% if n %}{{ s }} {{ n }}   {% endif %}"
    counts = "{% for s in states %}" + each + "{% endfor %}"
    for name, first, over in (("by-agency", "name", "agencies"), ("by-clause", "clauses | cites", "per_clause")):
        paper.heading(f"{{{{ w['{name}'] }}}}", 2)
        head = "w.who" if first == "name" else "c.clauses"
        paper.rows(over, {head: first, "w.state": counts}, (60, 110))
    paper.heading("{{ p['acts-left'] }}", 2)
    paper.note("{{ p['not-so'] }}")
    paper.acts("acts | selectattr('bad') | list")
    paper.open("{%p else %}")
    paper.text("{{ empty.asked }}")
    paper.open("{%p endif %}")
    paper.heading("6 {{ w['deviations'] }}")
    told = {"c.when": "when", "w.who": "who", "w.what": "what", "w.because": "why"} | _CITED
    for side in ("people", "plan"):
        paper.heading(f"{{{{ w['{side}-side'] }}}}", 2)
        paper.rows(f"sides.{side}", told, (22, 28, 36, 58, 26))
    paper.heading("7 {{ w['assessment'] }}")
    paper.open("{%p for part in assessment %}")
    paper.heading("{{ part.title }}", 2)
    paper.text("{{ part.fact }}")
    paper.each("part.lines", "{{ r }}", "List Bullet")
    paper.open("{%p endfor %}")
    paper.heading("8 {{ w['improvements'] }}")
    paper.open("{%p if improvements %}")
    paper.note("{{ due_note }}")
    paper.open("{%p endif %}")
    rows = {
        "p.number": "no", "w.heading": "heading", "p.issue": "because | lines", "p.action": "action",
        "c.clauses": "clauses | cites", "w.owner": "owner", "p.due": "due",
    }  # fmt: skip
    paper.rows("improvements", rows, (10, 22, 50, 32, 20, 20, 16), "empty.improved")
    paper.heading("9 {{ h['clauses'] }}")
    paper.open("{%p if not appendix %}")
    paper.text("{{ empty.cited }}")
    paper.open("{%p endif %}")
    paper.open("{%p for part in appendix %}")
    paper.open("{%p if appendix | length > 1 %}")
    paper.heading("{{ part.title }}", 2)
    paper.open("{%p endif %}")
    paper.each("part.rows", "{{ r.no }} {{ r.heading }}  {{ r.text }}", small=True)
    paper.open("{%p endfor %}")
    return paper.bytes()


TEMPLATES: dict[str, Callable[[], bytes]] = {
    "form.docx": form,
    "information.docx": information,
    "after-action.docx": after_action,
}


class Paper:
    """A Word template being made: A4, one face for text and one for headings, a number on each page."""

    def __init__(self) -> None:
        self.document = docx.Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(20)
        _style(self.document.styles["Normal"], SERIF, 10.5, INK)
        for level, size in ((1, 14), (2, 11)):
            style = self.document.styles[f"Heading {level}"]
            _style(style, SANS, size, BLUE if level == 1 else INK)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(4)
        _style(self.document.styles["List Bullet"], SERIF, 10.5, INK)
        self.document.styles["Normal"].paragraph_format.space_after = Pt(4)
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = "{{ title }}", "emergency", ""
        _page_number(section.footer.paragraphs[0])

    def bytes(self) -> bytes:
        """The file."""
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    def text(self, text: str, style: str | None = None) -> Any:
        """A paragraph."""
        return self.document.add_paragraph(text, style)

    def open(self, tag: str) -> None:
        """A paragraph that only opens or closes something, and goes when the template is filled in."""
        self.document.add_paragraph(tag)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading."""
        self.document.add_heading(text, level)

    def note(self, text: str) -> None:
        """Small print."""
        _small(self.text(text), 8.5, FAINT)

    def title(self, kind: str, title: str, mark: str) -> None:
        """The head of a paper: what it is, what it is of, and that it is an exercise."""
        for text, size, colour, face in ((kind, 11, FAINT, SERIF), (title, 18, INK, SANS), (mark, 9, RED, SERIF)):
            paragraph = self.text(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _font(paragraph.runs[0], face, size, colour)

    def each(self, over: str, text: str, style: str | None = None, small: bool = False) -> None:
        """A paragraph for each of several things, called `r`."""
        self.open(f"{{%p for r in {over} %}}")
        paragraph = self.text(text, style)
        if small:
            _small(paragraph, 9, INK)
        self.open("{%p endfor %}")

    def pairs(self, first: Sequence[tuple[str, str]], over: str) -> None:
        """A table of names and what they stand for: some given here, the rest from a list of pairs."""
        table = self._table((40, WIDE - 40))
        for name, said in first:
            _fill(table.add_row(), (name, said), 9.5)
        self._loop(table, over, ("{{ r[0] }}", "{{ r[1] }}"), 9.5)

    def rows(self, over: str, cells: dict[str, str], widths: Sequence[int], none: str = "w['nothing']") -> None:
        """A table with a head that is repeated on every page, or the words that there is nothing."""
        self.open(f"{{%p if {over} %}}")
        table = self._table(widths)
        head = table.add_row()
        _fill(head, [f"{{{{ {name.split('.')[0]}['{name.split('.')[1]}'] }}}}" for name in cells], 8.5, SANS)
        _repeated(head)
        said = [c if "{%" in c else f"{{{{ r.{c} }}}}" for c in cells.values()]
        self._loop(table, over, said, 8.5)
        self.open("{%p else %}")
        self.text(f"{{{{ {none} }}}}")
        self.open("{%p endif %}")

    def acts(self, over: str, none: str = "w['nothing']") -> None:
        """A table of what was asked for, and what became of it."""
        cells = {
            "w.asked": "asked", "w.what": "what", "c.step": "do", "w.who": "who", "w.limit": "due", "c.done": "done",
            "w.state": "state", "c.clauses": "clauses | cites",
        }  # fmt: skip
        self.rows(over, cells, (21, 27, 18, 27, 21, 21, 18, 17), none)

    def fields(self, over: str, height: int) -> None:
        """A form: the name of a field, and what is filled in or a shaded blank with room to write."""
        table = self._table((42, WIDE - 42))
        self._tag(table, f"{{%tr for r in {over} %}}")
        row = table.add_row()
        _fill(row, ("{{ r.name }}", "{% cellbg r.shade %}{{ r.text }}"), 10.5)
        faint = row.cells[1].add_paragraph("{% if r.blank %}{{ r.blank }}{% endif %}")
        _small(faint, 8.5, FAINT)
        signed = row.cells[1].add_paragraph("{{ r.signed }}")
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _small(signed, 9.5, INK)
        for cell in row.cells:
            for paragraph in cell.paragraphs[:1]:
                paragraph.paragraph_format.space_before = Pt(4)
        tall = OxmlElement("w:trHeight")
        tall.set(qn("w:val"), str(round(height * 56.7)))
        tall.set(qn("w:hRule"), "atLeast")
        row._tr.get_or_add_trPr().append(tall)
        self._tag(table, "{%tr endfor %}")

    def _table(self, widths: Sequence[int]) -> Any:
        table = self.document.add_table(rows=0, cols=len(widths), style="Table Grid")
        table.autofit = False
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = Mm(wide)
        return table

    def _loop(self, table: Any, over: str, cells: Sequence[str], size: float) -> None:
        self._tag(table, f"{{%tr for r in {over} %}}")
        _fill(table.add_row(), cells, size)
        self._tag(table, "{%tr endfor %}")

    def _tag(self, table: Any, tag: str) -> None:
        table.add_row().cells[0].paragraphs[0].add_run(tag)


def _fill(row: Any, texts: Sequence[str], size: float, face: str = SERIF) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        _font(paragraph.add_run(text), face, size, INK)


def _repeated(row: Any) -> None:
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF1F5")):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    properties.append(OxmlElement("w:tblHeader"))


def _small(paragraph: Any, size: float, colour: RGBColor) -> None:
    for run in paragraph.runs:
        _font(run, SERIF, size, colour)


def _font(run: Any, face: str, size: float, colour: RGBColor) -> None:
    run.font.size, run.font.color.rgb = Pt(size), colour
    _face(run._r.get_or_add_rPr(), face)


def _style(style: Any, face: str, size: float, colour: RGBColor) -> None:
    style.font.size, style.font.color.rgb = Pt(size), colour
    _face(style.element.get_or_add_rPr(), face)


def _face(properties: Any, face: str) -> None:
    """Latin in one face, Chinese in another; no face of the theme, which has no Chinese."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    latin = "Arial" if face == SANS else "Times New Roman"
    for name, value in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", face)):
        fonts.set(qn(f"w:{name}"), value)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
