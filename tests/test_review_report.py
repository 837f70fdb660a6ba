"""The report of a review: every mark leads to a finding, every finding to its clauses, every clause back."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from review_plans import PLACE, criterion, decision, measure, review, seat, tiny, words
from typer.testing import CliRunner

from emergency.cli import app
from emergency.graph import sketch
from emergency.plan import Plan
from emergency.report.conditions import told_condition
from emergency.report.review import render_review, review_as
from emergency.report.review_drawings import chains, tellings
from emergency.report.review_levels import agency_table, level_tables
from emergency.report.review_page import ReviewPage
from emergency.review.baseline import Decided, sort_out
from emergency.review.case import Case, Cases
from emergency.source import Where
from emergency.words.findings import SEVERITIES

ROOT = Path(__file__).parent.parent
EVIL = "<script>alert(1)</script>'\"&"


class Reader(HTMLParser):
    """Collects ids, links, tags and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a start tag names."""
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
            if name in ("src", "action", "data") or name.startswith("on"):
                self.fetched.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def read(html: str) -> Reader:
    """A page as its parts."""
    found = Reader()
    found.feed(html)
    return found


def report(bound: str | None = "2 h") -> dict[str, Any]:
    """Report of the post to the council, within a bound if there is one."""
    within = {"within": {"bound": bound}} if bound else {}
    told = {"clause": "5.1", "id": "r", "after": "e", "from": ["post"], "to": ["council"], "content": words("甲")}
    return told | within


EVENT = {"clause": "5.1", "id": "e", "is": "occurs", "name": words("发生", "it happens")}


def faulty(**more: Any) -> Plan:
    """A plan with a level that nothing leads to, and a report."""
    sections: dict[str, Any] = {
        "criteria": [criterion("3.1", "response=II", "bad")],
        "decisions": [decision("4.1", "response=II", "decide council")],
        "measures": [measure("4.2", "response=I"), measure("4.1", "response=II", verb="command")],
        "events": [EVENT],
        "reports": [report()],
    }
    return tiny(**(sections | more))


def page_of(plan: Plan) -> tuple[ReviewPage, Case]:
    """A report being made of one plan."""
    found, case = review(plan), Case(plan, PLACE)
    return ReviewPage(found, sort_out(found.findings, ()), Cases([case]), "en"), case


def rendered(plan: Plan, lang: str = "en", decided: tuple[Decided, ...] = ()) -> str:
    """The page of one plan."""
    found = review(plan)
    return render_review(found, sort_out(found.findings, decided), [plan], {"kelp-isle": PLACE}, lang)


# -------------------------------------------------------------------------------------------- page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_of_the_page_has_its_place_and_none_leads_out(lang: str) -> None:
    """Links stay in the page and find their place; no place has two names; nothing is fetched or run."""
    page = read(rendered(faulty(), lang))
    assert page.links
    assert {link[0] for link in page.links} == {"#"}
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not page.fetched
    assert "script" not in page.tags


def test_every_finding_has_its_place_and_is_linked_from_each_of_its_clauses() -> None:
    """A finding links to all its clauses and each of these links back."""
    plan = faulty()
    html = rendered(plan)
    for one in review(plan).findings:
        own = re.search(rf'<div class="f[^>]*id="f-{one.id}">.*?</div>', html, re.S)
        assert own is not None
        for citation in one.clauses:
            place = f"c-tiny-{citation.clause}"
            assert f'href="#{place}"' in own[0]
            listed = re.search(rf'<dt id="{re.escape(place)}">.*?(?=<dt |</dl>)', html, re.S)
            assert listed is not None
            assert f'href="#f-{one.id}"' in listed[0]


def test_text_of_a_plan_is_escaped_wherever_it_is_shown() -> None:
    """Titles, names, objects, conditions and paraphrases are shown as they are and never become markup."""
    plan = faulty(
        title=words(EVIL),
        actors={"council": {"is": "agency", "zh": EVIL, "en": EVIL}},
        measures=[measure("4.1", "response=II", object=words(EVIL))],
        indicators=[{"clause": "3.1", "variable": "bad", "name": words(EVIL), "unit": "flag"}],
        clauses=[{"no": "3.1", "status": "executable", "heading": EVIL, "zh": EVIL, "en": EVIL}],
        reports=[report() | {"from": ["council"], "to": ["post"]}],
    )
    decided = Decided(review(plan).findings[0].id, "rejected", EVIL, Where("b"))
    for lang in ("zh", "en"):
        page = read(rendered(plan, lang, (decided,)))
        assert "script" not in page.tags
        assert page.text.count(EVIL) > 10


def test_decided_findings_are_listed_apart_with_the_reason() -> None:
    """A finding a baseline has decided is no longer counted or marked, and stands at the end with its reason."""
    plan = faulty()
    first = review(plan).findings[0]
    decided = Decided(first.id, "accepted", "in the next revision", Where("b.yaml"))
    html = rendered(plan, "en", (decided,))
    assert "in the next revision" in html
    assert html.index('id="settled"') < html.index(f'id="f-{first.id}"')
    assert f'href="#f-{first.id}"' not in html


def test_a_plan_whose_questions_are_open_still_has_a_report() -> None:
    """A plan that cannot be compiled for lack of readings is reviewed all the same; only its machine is missing."""
    page = read(rendered(faulty()))
    assert "machine-tiny" in page.ids


def test_an_unknown_form_is_refused() -> None:
    """A form nobody knows is a mistake of the caller."""
    found = review(faulty())
    with pytest.raises(ValueError, match="pdf"):
        review_as("pdf", found, sort_out(found.findings, ()), [faulty()], {"kelp-isle": PLACE}, "en")


# ---------------------------------------------------------------------------------------- matrices


def test_what_a_level_lacks_is_a_hole() -> None:
    """A response level without criteria, decision, commander or reports shows a hole in each; the other has none."""
    plan = faulty(reports=[report() | {"during": ["response=II"]}])
    page, case = page_of(plan)
    [table] = [t for t in level_tables(page, case) if t["title"] == "Response"]
    states = {row["chip"]["text"]: [cell["state"] for cell in row["cells"]] for row in table["rows"]}
    assert states["Level I response"] == ["hole", "hole", "hole", "said", "hole"]
    assert states["Level II response"] == ["said", "said", "said", "said", "said"]


def test_what_is_said_at_no_level_is_no_hole() -> None:
    """Reports and standing commands at no stated level are shown as such, not as a hole."""
    duty = {"clause": "2.1", "actors": ["council"], "verb": "command", "object": words("响应")}
    page, case = page_of(faulty(duties=[duty]))
    [table] = [t for t in level_tables(page, case) if t["title"] == "Response"]
    grave = next(row for row in table["rows"] if row["chip"]["text"] == "Level I response")
    assert [cell["state"] for cell in grave["cells"]] == ["hole", "hole", "general", "said", "general"]


def test_agencies_are_counted_where_they_act() -> None:
    """A cell counts the measures and reports of an agency at a level; a member with no act keeps an empty row."""
    plan = faulty(
        seats=[seat("2.1", "hq", "member", "council", "idler")],
        actors={"hq": {"is": "body", "zh": "指挥部", "en": "HQ"}},
    )
    page, case = page_of(plan)
    table = agency_table(page, case)
    counts = {row["name"]: [cell["n"] for cell in row["cells"]] for row in table["rows"]}
    assert [head["text"] for head in table["heads"]] == ["Level II response", "Level I response"]
    assert counts == {"council": [1, 1, 0], "post": [0, 0, 1], "idler": [0, 0, 0]}


# ----------------------------------------------------------------------------------------- reports


def test_bounds_are_added_up_along_a_chain() -> None:
    """Bounds of one unit are added; workdays stand beside hours and are not converted."""
    up = report("3 h") | {"id": "s", "from": ["council"], "to": ["province"]}
    last = report("2 workdays") | {"id": "t", "from": ["province"], "to": ["state"]}
    page, case = page_of(faulty(reports=[report("2 h"), up, last]))
    [chain] = chains(page, case, tellings(page, case))
    assert [part["name"] for part in chain["parts"]] == ["post", "council", "province", "state"]
    assert (chain["total"], chain["unsure"]) == ("5 h + 2 working days", "")


def test_a_chain_ends_in_doubt_at_a_link_without_a_bound() -> None:
    """After a link without a bound nothing is added, and the report says from where on."""
    up = report(None) | {"id": "s", "from": ["council"], "to": ["province"]}
    last = report("1 h") | {"id": "t", "from": ["province"], "to": ["state"]}
    page, case = page_of(faulty(reports=[report("2 h"), up, last]))
    [chain] = chains(page, case, tellings(page, case))
    assert chain["total"] == "2 h"
    assert "province" in chain["unsure"]


def test_words_of_a_sketch_touch_no_box_and_no_other_words() -> None:
    """Boxes and words of a sketched graph lie apart from each other, circles in the graph included."""
    graph = nx.DiGraph()
    graph.add_nodes_from("abcde", width=90.0, height=30.0)
    for pair in ("ab", "ac", "ad", "bc", "dc", "ca", "ea", "ec"):
        graph.add_edge(*pair, label_size={"width": 80.0, "height": 34.0})
    for room in (200.0, 2000.0):
        drawn = sketch(graph, room=room)
        boxes = [(n.x, n.y, n.width, n.height) for n in drawn.nodes] + [(*o.place, 80.0, 34.0) for o in drawn.links]
        for i, (x, y, w, h) in enumerate(boxes):
            assert w / 2 <= x + 0.01 <= drawn.width - w / 2 + 0.02
            assert h / 2 <= y + 0.01 <= drawn.height - h / 2 + 0.02
            for u, v, a, b in boxes[:i]:
                assert abs(x - u) >= (w + a) / 2 or abs(y - v) >= (h + b) / 2


@pytest.mark.parametrize(
    ("guard", "told"),
    [
        ("stock < 10 t", "stock < 10 t"),
        ("bad and not worse", 'bad and not "worse"'),
        ("response=II or (bad and worse)", "Level II response or (bad and worse)"),
        ("none(bad, villages) for 9 months", "in none of East: bad, for 9 months"),
        ("count(bad, villages) >= 2", "places of East with bad ≥ 2"),
    ],
)
def test_conditions_are_told_in_words(guard: str, told: str) -> None:
    """A guard is told with its variables, levels and places by name."""
    plan = tiny(criteria=[criterion("3.1", "warning=II", guard)])
    when = plan.criteria[0].when
    assert told_condition(Case(plan, PLACE), when.tree, "en") == told  # type: ignore[union-attr]


# ------------------------------------------------------------------------------------------- shell


def test_check_writes_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` writes a review as text, JSON, SARIF, a spreadsheet and a page, and leaves with 1 for findings."""
    monkeypatch.chdir(ROOT)
    begins = {"text": b"==", "json": b"{", "sarif": b"{", "xlsx": b"PK", "html": b"<!DOCTYPE html>"}
    for form, start in begins.items():
        file = tmp_path / f"review.{form}"
        args = ["check", "fuel", "--class", "coverage", "--lang", "zh", "--format", form, "-o", str(file)]
        result = CliRunner().invoke(app, args)
        assert (result.exit_code, result.stdout.strip()) == (1, str(file))
        assert file.read_bytes().startswith(start)


def test_a_spreadsheet_needs_a_file() -> None:
    """A spreadsheet is not put on the terminal: without -o it is refused with exit code 2."""
    result = CliRunner().invoke(app, ["check", "fuel", "--format", "xlsx"])
    assert result.exit_code == 2
    assert "-o" in result.stderr


def test_severities_have_a_colour() -> None:
    """Every severity has its colour on the page."""
    css = (ROOT / "emergency" / "templates" / "review.css").read_text(encoding="utf-8")
    assert {s for s in SEVERITIES if f".s-{s}" in css} == set(SEVERITIES)
