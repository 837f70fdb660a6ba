"""The report of a review: every mark leads to a finding, every finding to its clauses, every clause back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_plans import PLACE, criterion, decision, measure, review, seat, tiny, words
from typer.testing import CliRunner

from emergency.cli import app
from emergency.graph import sketch
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.report.review import render_review, review_as
from emergency.report.review_across import across, shared
from emergency.report.review_acts import column_id
from emergency.report.review_drawings import machine_drawings
from emergency.report.review_levels import agency_table, level_tables
from emergency.report.review_organisation import organisation
from emergency.report.review_page import Reviewed, ReviewPage
from emergency.report.review_reporting import arrivals, chains, reporting_drawings, tellings
from emergency.report.review_thresholds import thresholds
from emergency.review.baseline import Decided, Sorted, sort_out
from emergency.review.case import Case
from emergency.review.check import Review, check_plans
from emergency.review.conditions import told_condition
from emergency.review.finding import Finding
from emergency.review.inputs import load_plans
from emergency.source import Text, Where
from emergency.words.findings import SEVERITIES
from emergency.words.review import told

ROOT = Path(__file__).parent.parent
AT_HOME = {"kelp-isle": PLACE}
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
    return ReviewPage(Reviewed(found, sort_out(found.findings, ()), (plan,), AT_HOME, "en")), case


def rendered(plan: Plan, lang: str = "en", decided: tuple[Decided, ...] = ()) -> str:
    """The page of one plan."""
    found = review(plan)
    return render_review(Reviewed(found, sort_out(found.findings, decided), (plan,), AT_HOME, lang))


# ---------------------------------------------------------------------------------------- whose acts


def about(case: Case, subject: str, **evidence: Any) -> Finding:
    """A finding on one matter."""
    says = Text(zh="甲", en="A")
    clauses = case.cite("4.2")
    kinds: tuple[Any, ...] = ("law", "low", "fact")
    return Finding("f-1", "some-rule", *kinds, (case.id,), clauses, subject, says, says, evidence)


def where_told(plan: Plan, subject: str, **evidence: Any) -> set[str]:
    """The actors, levels and columns at which one finding stands."""
    case = Case(plan, PLACE)
    found = review(plan)
    page = ReviewPage(Reviewed(found, Sorted((about(case, subject, **evidence),)), (plan,), AT_HOME, "en"))
    ids = {*case.actors, *map(str, case.levels), column_id("measures"), column_id("reports"), column_id("decides")}
    return {id for id in ids if page.naming(case, id)}


def test_a_finding_stands_with_those_whose_acts_it_names() -> None:
    """A finding that names an act by its id stands with who does it, at its level, else in the column of its kind."""
    plan = faulty(measures=[measure("4.2", "response=I"), measure("4.3", by="post", id="loose")])
    assert where_told(plan, "acts", measures=["m-4-2-response-I-act"]) == {"council", "response=I"}
    assert where_told(plan, "loose") == {"post", column_id("measures")}
    assert where_told(plan, "acts", duties=["nothing"]) == set()


def test_a_finding_that_names_an_actor_itself_stands_there_alone() -> None:
    """Acts tell where a finding belongs only where it names no actor and no level."""
    plan = faulty(measures=[measure("4.2", "response=I"), measure("4.3", by="post", id="loose")])
    assert where_told(plan, "post", measures=["m-4-2-response-I-act"]) == {"post"}
    assert where_told(plan, "response=II", measures=["loose"]) == {"response=II"}


def test_of_a_clause_with_several_acts_only_what_they_share_counts() -> None:
    """Acts listed by their clauses say no more than the clause does; clauses listed as something else say nothing."""
    both_by_one = [measure("4.3", by="post", id="a"), measure("4.3", "response=I", by="post", id="b")]
    assert where_told(faulty(measures=both_by_one), "law", acts=["4.3"]) == {"post"}
    by_two = [measure("4.3", by="post", id="a"), measure("4.3", by="council", id="b")]
    assert where_told(faulty(measures=by_two), "law", acts=["4.3"]) == {column_id("measures")}
    assert where_told(faulty(measures=both_by_one), "law", clauses=["4.3"]) == set()


def test_the_head_of_a_column_shows_what_is_done_at_no_level() -> None:
    """The table of responses, whose levels must have measures, shows findings on measures of no level in its head."""
    plan = faulty(measures=[measure("4.2", "response=I"), measure("4.3", by="post", id="loose")])
    case, found = Case(plan, PLACE), review(plan)
    one = about(case, "loose")
    page = ReviewPage(Reviewed(found, Sorted((one,)), (plan,), AT_HOME, "en"))
    heads = {t["title"]: {c["text"]: [m["anchor"] for m in c["marks"]] for c in t["columns"]}
             for t in level_tables(page, case)}  # fmt: skip
    assert heads["Response"]["Measures"] == [f"f-{one.id}"]
    assert not any(marks for title, columns in heads.items() for name, marks in columns.items()
                   if (title, name) != ("Response", "Measures"))  # fmt: skip


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
    with pytest.raises(ValueError, match="odt"):
        review_as("odt", found, sort_out(found.findings, ()), [faulty()], AT_HOME, "en")


# ------------------------------------------------------------------------------- the shipped plans


@cache
def district() -> tuple[Review, list[Plan], dict[str, Jurisdiction]]:
    """The review of the shipped plans, made once."""
    plans, places = load_plans([ROOT / "plans" / "yunxi"])
    return check_plans(plans, places), plans, places


@cache
def district_page(lang: str) -> tuple[str, Reader]:
    """Their page and its parts."""
    found, plans, places = district()
    html = render_review(Reviewed(found, sort_out(found.findings, ()), tuple(plans), places, lang))
    return html, read(html)


def marked(html: str) -> set[str]:
    """The findings that some mark links to, in tables, drawings and charts."""
    return set(re.findall(r'<a class="(?:mk s-[a-z]+|mark)" href="#(f-[^"]+)"', html))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_of_the_shipped_plans_is_linked_from_a_mark_and_every_link_resolves(lang: str) -> None:
    """No finding without a mark that leads to it, no mark that leads nowhere, no place named twice."""
    html, page = district_page(lang)
    found = {f"f-{one.id}" for one in district()[0].findings}
    assert marked(html) == found
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not page.fetched


def test_drawings_mark_findings_of_their_own() -> None:
    """Each kind of drawing and table bears marks: machine, reports, organisation, thresholds, levels, agencies."""
    html, _ = district_page("en")
    for part in ("levels", "thresholds", "agencies", "organisation", "machine", "reporting"):
        own = html[html.index(f'id="{part}-fuel"') :]
        assert marked(own[: own.index("<h3", 4)]), part
    shared = html[html.index('id="shared"') :]
    assert marked(shared[: shared.index("<h3", 4)])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_every_part_for_every_plan(lang: str) -> None:
    """Each plan has findings, matrices, charts, graphs, a map of clauses and clauses; what they share comes last."""
    html, page = district_page(lang)
    parts = (
        "findings", "levels", "thresholds", "agencies", "organisation", "machine", "reporting", "coverage",
        "clause-list",
    )  # fmt: skip
    for plan in district()[1]:
        assert {f"{part}-{plan.plan}" for part in parts} <= set(page.ids)
    assert {"p-across", "shared", "findings-across"} <= set(page.ids)
    assert html.count("<svg") == html.count("</svg>") > 4 * 4


def test_the_page_stays_small() -> None:
    """Four plans in one page take less than two megabytes, the font's shapes included."""
    assert max(len(district_page(lang)[0].encode()) for lang in ("zh", "en")) < 2_000_000


def test_no_id_stands_on_the_chinese_page() -> None:
    """What a reader sees on the Chinese page is in words: no id of ours is left outside the ids of findings."""
    html, _ = district_page("zh")
    seen = re.sub(r"<style>.*?</style>|<code>.*?</code>", "", html, flags=re.S)
    text = unescape(re.sub(r"<[^>]*>", " ", seen))
    assert set(re.findall(r"[A-Za-z]{2,}(?:[-_][a-z]+)*", text)) <= {"II", "III", "IV", "emergency"}


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


def test_actors_who_tell_each_other_begin_a_chain_too() -> None:
    """Where two inform each other and nobody informs them, the chain begins with either; parts of chains stay out."""
    back = report("1 h") | {"id": "s", "from": ["council"], "to": ["post"]}
    up = report("3 h") | {"id": "t", "from": ["council"], "to": ["state"]}
    page, case = page_of(faulty(reports=[report("2 h"), back, up]))
    found = chains(page, case, tellings(page, case))
    assert [([part["name"] for part in one["parts"]], one["total"]) for one in found] == [
        (["post", "council", "state"], "5 h")
    ]


def test_everybody_a_chain_reaches_is_told_when() -> None:
    """Of two chains to one actor the longer counts; after a link without a bound nobody knows."""
    direct = report("1 h") | {"id": "s", "to": ["state"]}
    via = report("2 h") | {"id": "t", "from": ["council"], "to": ["state"]}
    open_ = report(None) | {"id": "u", "from": ["state"], "to": ["world"]}
    page, case = page_of(faulty(reports=[report("2 h"), direct, via, open_]))
    found = arrivals(page, tellings(page, case))
    assert {actor: (one.text, one.unsure) for actor, one in found.items()} == {
        "council": ("in all 2 h", False), "state": ("in all 4 h", False), "world": ("not determined", True),
    }  # fmt: skip


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


# ------------------------------------------------------------------------------------ organisation


def organised(**more: Any) -> dict[str, Any]:
    """The organisation of a small plan: a headquarters with a head and three members, one of whom tells the state."""
    sections: dict[str, Any] = {
        "actors": {id: {"is": kind, "zh": id, "en": id} for id, kind in (("HQ", "body"), ("Idle", "agency"))},
        "seats": [seat("2.1", "HQ", "head", "chief"), seat("2.1", "HQ", "member", "health", "transport", "council")],
        "events": [EVENT],
        "reports": [report() | {"from": ["council"], "to": ["state"]}],
    }
    page, case = page_of(tiny(**(sections | more)))
    return organisation(page, case)


def test_the_organisation_is_drawn_with_seats_and_reports() -> None:
    """One box serves members alike; lines bear the role or the verb, and lead to the clause."""
    [drawn] = organised()["drawings"]
    boxes = [" ".join(text for text, _, _ in box["words"]) for box in drawn.boxes]
    assert sorted(boxes) == ["HQ", "chief", "council", "health transport", "state"]
    told = sorted((line["words"][0][0], line["links"][0], line["tone"]) for line in drawn.lines)
    assert told == [
        ("head", "c-tiny-2.1", "seat"), ("member", "c-tiny-2.1", "seat"), ("member", "c-tiny-2.1", "seat"),
        ("report", "c-tiny-5.1", "tells"),
    ]  # fmt: skip


def test_single_points_of_failure_have_a_red_border_and_a_row() -> None:
    """Whoever cuts others off is bordered and told with them; names that nothing ties are listed apart."""
    found = organised()
    cutting = {row["name"]: row["cuts"] for row in found["rows"] if row["cut_count"]}
    assert cutting == {"HQ": "chief, health, transport", "council": "state"}
    [drawn] = found["drawings"]
    assert {box["words"][0][0] for box in drawn.boxes if "cut" in box["edge"]} == {"HQ", "council"}
    assert "Idle" in found["loose"]


def test_several_chairs_of_one_actor_are_told() -> None:
    """Somebody with two chairs is marked so in the table."""
    more = [seat("2.1", "HQ", "head", "chief"), seat("2.1", "HQ", "member", "council")]
    more += [seat("2.2", "HQ", "deputy", "council")]
    rows = {row["name"]: row for row in organised(seats=more)["rows"]}
    assert rows["council"]["many"]
    assert rows["council"]["chairs"] == ["HQ: member", "HQ: deputy head"]


def test_an_organisation_too_large_for_a_page_is_left_to_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a part has more boxes than can be read it is not drawn, and how many there would be is told."""
    monkeypatch.setattr("emergency.report.review_organisation.MOST_DRAWN", 4)
    found = organised()
    assert (found["drawings"], found["left_out"]) == ([], 5)
    assert found["rows"]


# -------------------------------------------------------------------------------------- thresholds


STOCK = {"clause": "3.1", "variable": "stock", "name": words("库存", "stock"), "unit": "t"}


def charts(*guards: tuple[str, str], **more: Any) -> dict[str, Any]:
    """The charts of a plan whose warning levels hold on guards over a stock."""
    criteria = [criterion(f"3.{i}", level, guard) for i, (level, guard) in enumerate(guards, 2)]
    page, case = page_of(tiny(criteria=criteria, indicators=[STOCK], **more))
    return thresholds(page, case)


def test_ends_of_bands_are_open_or_closed_as_the_guards_are() -> None:
    """A strict bound has an open end, an inclusive one a closed end, and no end stands where there is no bound."""
    [chart] = charts(("warning=II", "stock < 10 t and stock >= 4 t"), ("warning=I", "stock <= 4 t"))["charts"]
    ends = {band["name"]: (band["low"], band["high"]) for band in chart["bands"]}
    assert ends == {"Level II warning": ("closed", "open"), "Level I warning": ("none", "closed")}
    assert [tick["text"] for tick in chart["ticks"]] == ["4", "10"]
    assert [band["link"] for band in chart["bands"]] == ["c-tiny-3.3", "c-tiny-3.2"]


def test_an_end_the_clause_leaves_open_is_shown_so() -> None:
    """A bound whose inclusion is not stated has ends of its own look."""
    open_ = criterion("3.2", "warning=II", "stock >= 10 t", boundary="unstated")
    page, case = page_of(tiny(criteria=[open_], indicators=[STOCK]))
    [chart] = thresholds(page, case)["charts"]
    assert [(band["low"], band["high"]) for band in chart["bands"]] == [("unsure", "none")]


def test_gaps_are_hatched_and_overlaps_doubled() -> None:
    """Where no level holds the last row is hatched and the stretch told; where two hold both their colours show."""
    gap = charts(("warning=II", "stock > 6 t and stock < 10 t"), ("warning=I", "stock < 4 t"))["charts"][0]
    assert gap["gaps"] == ["[4, 6]"]
    assert [sum_["gap"] for sum_ in gap["sums"]] == [False, True, False]
    assert all(len(sum_["fills"]) == 1 for sum_ in gap["sums"] if not sum_["gap"])
    both = charts(("warning=II", "stock < 10 t"), ("warning=I", "stock < 4 t"))["charts"][0]
    assert both["gaps"] == []
    assert [len(sum_["fills"]) for sum_ in both["sums"]] == [2, 1]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.integers(1, 9)), min_size=2, max_size=2))
def test_bands_hold_just_where_their_guards_do(asked: list[tuple[str, int]]) -> None:
    """At every number the rows that cover it are those whose guards hold there, and a gap is where none is."""
    levels = ("warning=II", "warning=I")
    found = charts(*((level, f"stock {op} {n} t") for level, (op, n) in zip(levels, asked, strict=True)))
    [chart] = found["charts"]
    at = {float(tick["text"]): tick["x"] for tick in chart["ticks"]}
    signs = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}
    names = dict(zip(("Level II warning", "Level I warning"), asked, strict=True))
    for number, x in at.items():
        for band in chart["bands"]:
            op, bound = names[band["name"]]
            left, right = band["x"], band["x"] + band["width"]
            ends = {left: band["low"], right: band["high"]}
            covered = ends[x] == "closed" if x in ends else left < x < right
            assert covered == signs[op](number, float(bound)), (number, band)


def test_entering_and_leaving_at_one_number_is_red() -> None:
    """The number at which a level is left stands on the line, red where the level is entered at the same one."""
    leave = [decision("4.6", "warning=off", "decide council", when="stock >= 10 t")]
    [chart] = charts(("warning=II", "stock < 10 t"), decisions=leave)["charts"]
    assert [(one["red"], one["link"]) for one in chart["exits"]] == [(True, "c-tiny-4.6")]
    apart = [decision("4.6", "warning=off", "decide council", when="stock >= 12 t")]
    [chart] = charts(("warning=II", "stock < 10 t"), decisions=apart)["charts"]
    assert [one["red"] for one in chart["exits"]] == [False]


def test_what_asks_for_more_is_outlined_and_what_compares_nothing_is_listed() -> None:
    """A ground with another condition says it beside its outline; one without a number stands in the list."""
    found = charts(("warning=II", "stock < 10 t and bad"), ("warning=I", "worse"))
    [chart] = found["charts"]
    assert [(band["only"], band["beside"]) for band in chart["bands"]] == [(True, "+ bad")]
    assert [(one["chip"]["text"], one["text"]) for one in found["rest"]] == [("Level I warning", "worse")]


def test_numbers_of_places_stand_on_a_line_of_their_own() -> None:
    """Criteria that count places are drawn by their numbers; "anywhere" is no number and is listed."""
    found = charts(("warning=II", "count(bad, villages) >= 1"), ("warning=I", "any(worse, villages)"))
    [chart] = found["charts"]
    assert [tick["text"] for tick in chart["ticks"]] == ["0", "1"]
    assert [one["chip"]["text"] for one in found["rest"]] == ["Level I warning"]


# ------------------------------------------------------------------------------------ across plans


def test_the_machine_is_drawn_with_the_answers_of_the_readings() -> None:
    """Rules compare plans without their readings; the drawing is of the machine that runs, with them."""
    found, plans, places = district()
    of = Reviewed(found, sort_out(found.findings, ()), tuple(plans), places, "en")
    assert all(of.programs.values())
    bare = tuple(plan.model_copy(update={"readings": ()}) for plan in plans)
    assert not any(Reviewed(found, of.sorted_out, bare, places, "en").programs.values())
    assert told("machine-stated", "en") not in district_page("en")[0]


def test_what_plans_share_is_drawn_with_their_roles() -> None:
    """A post that heads several plans, the agencies of several and the goods they count on are told with clauses."""
    found, plans, places = district()
    page = ReviewPage(Reviewed(found, sort_out(found.findings, ()), tuple(plans), places, "en"))
    ones = {one.id: one for one in shared(page)}
    head = ones["vice-head-commerce"]
    assert (head.sort, {role for role, _ in head.wanted.values()}) == ("post", {"head"})
    assert set(head.wanted) == {"daily-necessities", "fuel", "grain"}
    assert set(ones["vehicles"].wanted) == {"daily-necessities", "fuel", "grain"}
    assert all(len(one.wanted) > 1 and all(clauses for _, clauses in one.wanted.values()) for one in ones.values())
    rows = {row["name"]: row for row in across(page)["rows"]}  # type: ignore[index]
    assert rows["vehicles and the right of way"]["marks"]
    assert rows[head.name]["marks"]


def test_a_single_plan_shares_nothing() -> None:
    """For one plan there is no part across plans."""
    page, _ = page_of(faulty())
    assert across(page) is None


# -------------------------------------------------------------------------------- what is left out


def test_a_machine_that_cannot_be_built_is_drawn_as_stated_and_says_so() -> None:
    """Where open questions have no reading a sentence says what is drawn instead; the drawing has every level."""
    page, case = page_of(faulty())
    told = machine_drawings(page, case, None)
    assert len(told["said"]) == 1
    assert "as it stands" in told["said"][0]
    labels = {box["words"][0][0] for one in told["drawings"] for box in one.boxes}
    assert {"Level II response", "Level I response", "Level II warning"} <= labels


def test_a_scheme_too_large_for_a_page_is_not_drawn_and_says_so() -> None:
    """A scheme with more values than can be read is left out, with a sentence that says where they are told."""
    schemes = {"response": {"kind": "response", "levels": [f"L{i}" for i in range(40)], "ends": "ended"}}
    page, case = page_of(tiny(schemes=schemes, measures=[measure("4.1", "response=L1")]))
    told = machine_drawings(page, case, None)
    assert told["drawings"] == []
    assert any("42 values" in line for line in told["said"])


def test_reports_among_too_many_are_left_to_the_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the reporting graph that no page can hold is not drawn; a sentence says so, the chains stay."""
    monkeypatch.setattr("emergency.report.review_reporting._MOST_TOLD", 1)
    page, case = page_of(faulty())
    told = tellings(page, case)
    found = reporting_drawings(page, case, told)
    assert (found["drawings"], len(found["said"])) == ([], 1)
    assert chains(page, case, told)


# --------------------------------------------------------------------------------------------- pdf


@cache
def paper(lang: str) -> bytes:
    """A PDF of a plan whose texts would be markup, code or a link if they were read as such."""
    bad = '#panic("x") $x$ *b* <f-nowhere> @label'
    clause = {"no": "3.1", "status": "executable", "heading": bad, "zh": bad, "en": bad}
    plan = faulty(title=words(bad), clauses=[clause])
    found = review(plan)
    return review_as("pdf", found, sort_out(found.findings, ()), [plan], AT_HOME, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_review_is_typeset(lang: str) -> None:
    """The same review gives a PDF in either language, whatever marks of typst its texts hold."""
    assert paper(lang).startswith(b"%PDF-")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")
def test_the_pdf_shows_every_finding_and_every_text_as_it_is(tmp_path: Path) -> None:
    """Each message stands on paper, and what looks like code stands there as text."""
    file = tmp_path / "review.pdf"
    file.write_bytes(paper("en"))
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    text = "".join(done.stdout.decode().split())
    assert '#panic("x")$x$*b*<f-nowhere>@label' in text
    for one in review(faulty()).findings:
        assert one.id in text


def test_a_pdf_needs_a_file() -> None:
    """A PDF is not put on the terminal: without -o it is refused with exit code 2."""
    result = CliRunner().invoke(app, ["check", "fuel", "--format", "pdf"])
    assert result.exit_code == 2
    assert "-o" in result.stderr


def test_the_same_review_is_the_same_page_whatever_the_hash_seed(tmp_path: Path) -> None:
    """Two processes with different hash seeds write the same bytes, drawings of small graphs included."""
    pages = []
    for hash_seed in ("1", "2"):
        page = tmp_path / f"{hash_seed}.html"
        plan = str(ROOT / "plans/yunxi/forest-pests.yaml")
        args = [sys.executable, "-m", "emergency.cli", "check", plan, "--format", "html", "-o", str(page)]
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        subprocess.run(args, capture_output=True, cwd=ROOT, env=env)  # ends in 1: there are findings
        pages.append(page.read_bytes())
    assert pages[0] == pages[1]
