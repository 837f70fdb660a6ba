"""What a notebook shows of plans and runs: all of it, in words, and nothing that acts."""

from __future__ import annotations

import io
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog
from emergency.machine import Program
from emergency.reader import load_inputs
from emergency.report.cards import clause_card
from emergency.report.notebook import Hidden, Picture, Table, log_table, show_card
from emergency.scenario import Scenario
from emergency.words.punctuation import listed

SCENARIO = Path(__file__).parent.parent / "scenarios" / "fuel-pipeline-outage.yaml"
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


class Reader(HTMLParser):
    """What a browser would see: tags, and the text of each cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and begin a cell."""
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        """Add to the cell that was begun last."""
        if self.cells:
            self.cells[-1] += data


def seen(html: str) -> Reader:
    """What stands in a piece of HTML."""
    reader = Reader()
    reader.feed(html)
    return reader


@cache
def ready() -> Prepared:
    """The scenario made ready."""
    found = load_inputs(SCENARIO)
    return prepare(found.scenario, found.plans, found.jurisdiction)


@cache
def entries() -> tuple[Entry, ...]:
    """The log of one run."""
    log = EventLog(ready().start)
    simulate(Incident(ready(), Chance(1).run(0), log))
    return tuple(log)


def cast() -> tuple[Scenario, dict[str, Program]]:
    """The scenario with the programs of its plans."""
    return ready().scenario, {id: one.program for id, one in ready().plans.items()}


@given(st.lists(st.tuples(texts, texts), max_size=4), texts)
def test_whatever_a_file_says_is_shown_as_words(rows: list[tuple[str, str]], summary: str) -> None:
    """Each cell is shown as it was given, and no text of a file becomes a tag."""
    table = Table(("a", "b"), rows, title=summary)
    reader = seen(Hidden(summary, table)._repr_html_())
    assert reader.cells == ["a", "b", *(cell for row in rows for cell in row)]
    assert set(reader.tags) <= {"details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td"}


def test_a_script_stays_a_word() -> None:
    """Markup in a sentence behind a summary is shown and not obeyed."""
    html = Hidden("<b>?</b>", "<script>alert(1)</script>")._repr_html_()
    assert seen(html).tags == ["details", "summary", "p"]
    assert "&lt;script&gt;" in html


def test_an_answer_is_closed() -> None:
    """What is hidden stands within one `details` that is not open."""
    html = Hidden("?", Table(("a",), [("secret",)]))._repr_html_()
    assert html.startswith("<details><summary>?</summary>")
    assert html.endswith("</details>")
    assert html.index("secret") > html.index("</summary>")


def test_a_picture_keeps_its_colours() -> None:
    """A picture is shown with its size in pixels told, and no colour strays far, however rare it is."""
    image = Image.effect_mandelbrot((90, 60), (-2, -1, 1, 1), 100).convert("RGB")
    image.paste((198, 40, 40), (0, 0, 3, 3))
    image.paste((47, 111, 181), (87, 57, 90, 60))
    out = io.BytesIO()
    image.save(out, "png")
    png, shown = Picture(out.getvalue(), "a test")._repr_png_()
    with Image.open(io.BytesIO(png)) as few:
        assert few.size == image.size
        pixels = zip(image.tobytes(), few.convert("RGB").tobytes(), strict=True)
        assert max(abs(a - b) for a, b in pixels) <= 24
    assert shown == {"width": 90 * 5 // 8, "height": 60 * 5 // 8}


def test_a_picture_says_what_it_shows() -> None:
    """Where a picture cannot be shown its title is."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "png")
    assert repr(Picture(out.getvalue(), "levels")) == "<Picture 'levels'>"


def test_a_card_is_shown_whole() -> None:
    """Every row of a card stands in its table, under the card's own columns."""
    card = clause_card(cast()[1]["fuel"], "3.3.2", "en")
    table = show_card(card, "en")
    assert table.rows == card.rows
    assert table.columns == ("Clause", "Kind", "What")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_entry_has_a_row(lang: str) -> None:
    """Every entry of a run is told, in order, with its clauses and its place in the log."""
    told = [e for e in entries() if e.ref != "readings"]
    rows = log_table(told, *cast(), lang).rows
    assert [row[-1] for row in rows] == [str(e.seq) for e in told]
    cited = [dict.fromkeys(c.split(":")[1] for c in e.clauses) for e in told]
    assert [row[-2] for row in rows] == [listed(clauses, lang) for clauses in cited]


def test_an_entry_tells_what_was_known_and_how_late() -> None:
    """A bound that becomes known is told with its lag; one that is crossed is told as true."""
    crossed = [e for e in entries() if e.kind == "indicator" and e.ref == "stock_days" and "bound" in e.detail]
    rows = log_table(crossed, *cast(), "en").rows
    for entry, row in zip(crossed, rows, strict=True):
        assert row[3].startswith("true" if "true" in entry.detail else "known")
        assert ("Lag" in row[3]) == ("lag" in entry.detail)
    assert len({row[3].split(":")[0] for row in rows}) == 2


def test_a_log_of_nothing_is_a_table_of_nothing() -> None:
    """No entries make a table with its columns and no rows."""
    table = log_table([], *cast(), "zh")
    assert table.rows == ()
    assert len(table.columns) == 6
