"""The console's pages: they work without a mouse, hold no code, and ask for nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emergency.console import pages
from emergency.console.intake import MAY
from emergency.console.place import Badge, Role, Room
from emergency.console.webfont import COMMON, FONTS, SLICES, characters, webfont
from emergency.errors import RefusedError
from emergency.exercise import Command, Session, from_data
from emergency.incident import Prepared, prepare
from emergency.machine import Value
from emergency.reader import load_inputs
from emergency.words import console as words

FLOOD = "compound-summer-flood"
HEAD, BUREAU, POLICE = "vice-head-commerce", "commerce-grain", "police"
STATIC = Path(pages.__file__).parent / "static"
VOID = {"meta", "link", "input", "br", "img", "hr", "col"}
HAN = re.compile(r"[\u4e00-\u9fff]")
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{ 7*7 }}</textarea>"


@cache
def prepared() -> Prepared:
    """The flood made ready."""
    inputs = load_inputs(FLOOD)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def give(session: Session, do: str, by: str = "facilitator", **rest: Any) -> None:
    """A command as it comes from outside."""
    session.apply(from_data({"do": do, "by": by, **rest}))


BADGES = (
    Badge("x", "lead", Role.facilitator, None, "lead"),
    Badge("x", "bureau", Role.player, BUREAU, "bureau, table 3"),
    Badge("x", "judge", Role.evaluator, None, "judge"),
    Badge("x", "wall", Role.wall, None, "wall"),
)
BY_ROLE = {badge.role: badge for badge in BADGES}


def room(session: Session) -> Room:
    """What surrounds a session."""
    return Room(session.phase.value != "running", 60.0, session.now, {"bureau": 1}, BADGES)


def played(until: str = "running") -> Session:
    """The flood with the bureau held, as far as a phase: steps open to it, things said and written, all hostile."""
    session = Session(prepared(), 1)
    if until == "draft":
        return session
    give(session, "claim", f"seat:{BUREAU}", name=HOSTILE[:80])
    give(session, "ready")
    give(session, "start")
    session.run_to(60.0)
    give(session, "say", f"seat:{BUREAU}", to=[HEAD], text=HOSTILE, report="fuel:verify")
    form = {"form": "daily-necessities:form-start", "to": [HEAD], "fields": [HOSTILE]}
    give(session, "fill-form", f"seat:{BUREAU}", **form)
    give(session, "file-finding", f"seat:{BUREAU}", plan="fuel", clause="3.1", kind="silent", text=HOSTILE)
    give(session, "note", "evaluator", text=HOSTILE, entry=3)
    give(session, "rate", "evaluator", objective="one-fleet", rating="M", text=HOSTILE)
    give(session, "write-inject", title=HOSTILE[:80], text=HOSTILE, to=[])
    ask = session.open_for(BUREAU)[0]
    about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
    give(session, "decide", f"seat:{BUREAU}", verdict="do", why=HOSTILE, **about)
    if until == "ended":
        give(session, "end")
    return session


@cache
def html(role: Role, lang: str = "en", until: str = "running") -> str:
    """The page of a role."""
    session = played(until)
    return pages.page(session, room(session), BY_ROLE[role], lang, base=f"/x/x/{BY_ROLE[role].id}", csrf="token")


@dataclass(slots=True)
class Element:
    """One element of a page, with the text in it."""

    tag: str
    attrs: dict[str, str]
    inside: list[Element] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator[Element]:
        """It and all that is in it."""
        yield self
        for one in self.inside:
            yield from one.walk()

    def all(self, *tags: str) -> list[Element]:
        """The elements of some kinds in it."""
        return [one for one in self.walk() if one.tag in tags]

    @property
    def said(self) -> str:
        """All text in it."""
        return self.text + "".join(one.said for one in self.inside)


class Reader(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        one = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        assert self.open[-1].tag == tag, (self.open[-1], tag)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        self.open[-1].text += data


def read(text: str) -> Element:
    """A page as elements."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


def every_page() -> Iterator[tuple[str, str]]:
    """All pages and fragments there are, by a name."""
    for role in Role:
        for lang in ("zh", "en"):
            for until in ("draft", "running", "ended"):
                yield f"{role}-{lang}-{until}", html(role, lang, until)
    session = played()
    place = {"base": "/x/x/bureau", "csrf": "token"}
    for form in ("form-start", "form-end", "form-notice"):
        wanted = f"daily-necessities:{form}"
        found = pages.form_page(session, room(session), BY_ROLE[Role.player], wanted, "zh", **place)
        yield form, found or ""
    yield "door", pages.door("zh", HOSTILE)
    yield "refusal", pages.refusal(RefusedError(HOSTILE, ("fuel:4.3",)), {"fuel": HOSTILE}, "en")
    links = {"bureau": "https://example.org/j/1"}
    yield "invitations", pages.invitations(session, room(session), links, "en", **place)


PAGES = dict(every_page())


# ------------------------------------------------------------------------------------------- safety


@pytest.mark.parametrize("name", PAGES)
def test_no_code_and_nothing_from_outside(name: str) -> None:
    """No page holds a script, a style or a handler of its own, and none asks another host for anything."""
    for one in read(PAGES[name]).walk():
        assert one.tag not in ("style", "iframe", "object", "embed", "base", "svg")
        assert one.tag != "script" or (one.attrs["src"].startswith("/static/") and one.said == "")
        assert not {a for a in one.attrs if a == "style" or a.startswith(("on", "hx-on"))}
        for key in ("href", "src", "action", "hx-post", "hx-get", "hx-sse:connect"):
            goal = one.attrs.get(key, "/")
            assert goal.startswith(("/", "#", "data:,"))
            assert not goal.startswith("//")
        assert not any(v.startswith(("js:", "javascript:")) for v in one.attrs.values())


@pytest.mark.parametrize("role", list(Role))
def test_what_people_wrote_is_text(role: Role) -> None:
    """Whatever people type stands in a page as text: it makes no element and no attribute, and is shown as typed."""
    root = read(html(role))
    assert not [e for e in root.walk() if "onerror" in e.attrs or e.attrs.get("src") == "x"]
    assert "<script>alert(1)</script>" in root.said
    assert "49" not in [e.said for e in root.walk()]


# ---------------------------------------------------------------------------------------- accessible


@pytest.mark.parametrize("name", PAGES)
def test_everything_to_fill_in_has_a_label(name: str) -> None:
    """Each field has a label that a screen reader can say, each button and link a text, each picture words."""
    root = read(PAGES[name])
    wrapped = {id(e) for label in root.all("label") for e in label.walk()}
    pointed = {label.attrs["for"] for label in root.all("label") if "for" in label.attrs}
    for one in root.all("input", "select", "textarea"):
        if one.attrs.get("type") != "hidden":
            assert id(one) in wrapped or one.attrs.get("id") in pointed or one.attrs.get("aria-label"), one
    for one in root.all("button", "a", "summary", "option", "legend"):
        assert one.said.strip() or one.attrs.get("aria-label") or one.attrs.get("value") == "", one
    assert all(one.attrs.get("alt") for one in root.all("img"))
    assert all(one.attrs.get("aria-label") for one in root.all("meter"))


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_links_lead_somewhere(name: str) -> None:
    """No id stands twice, since the page is changed in place by ids; links within the page have a goal."""
    root = read(PAGES[name])
    ids = [e.attrs["id"] for e in root.walk() if "id" in e.attrs]
    assert len(ids) == len(set(ids)), {i for i in ids if ids.count(i) > 1}
    for one in root.walk():
        for key in ("for", "list", "aria-labelledby", "data-copy", "data-hours", "data-filter"):
            assert one.attrs.get(key, ids[0] if ids else "") in (ids or [""]), (key, one)
        if one.tag == "a" and one.attrs.get("href", "").startswith("#"):
            assert one.attrs["href"][1:] in ids, one


@pytest.mark.parametrize("role", list(Role))
def test_a_page_begins_with_a_way_past_its_head(role: Role) -> None:
    """The first thing the keyboard comes to leads to the content, and the page says its language."""
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        root = read(html(role, lang))
        assert root.all("html")[0].attrs["lang"] == tag
        (first, *_) = [e for e in root.walk() if e.tag in ("a", "button", "input")]
        assert first.attrs["href"] == "#main"
        assert root.all("main")[0].attrs["id"] == "main"
        other = next(a for a in root.all("a") if "hreflang" in a.attrs)
        assert other.attrs["href"].endswith(f"?lang={'en' if lang == 'zh' else 'zh'}")


def _headings() -> set[str]:
    """Headings of clauses as printed, of which there is no translation."""
    found = (c.heading for ready in prepared().plans.values() for c in ready.program.plan.body())
    return {heading for heading in found if heading}


@pytest.mark.parametrize("role", list(Role))
def test_an_english_page_is_in_english(role: Role) -> None:
    """An English page has no Chinese but the name of the other language and words quoted in an English sentence."""
    root = read(html(role, "en", "draft"))
    chinese = [e.said for e in root.walk() if HAN.search(e.text) and not re.search("[A-Za-z]{3}", e.text)]
    assert [text for text in chinese if text not in _headings()] == ["中文"]
    assert HAN.search(read(html(role, "zh", "draft")).said)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_choices_can_be_told_apart(lang: str) -> None:
    """No list to choose from offers two things that read the same, under whatever plans and for whatever seat."""
    for scenario in (FLOOD, "fuel-pipeline-outage", "forest-pinewood-import"):
        inputs = load_inputs(scenario)
        session = Session(prepare(inputs.scenario, inputs.plans, inputs.jurisdiction), 1)
        give(session, "ready")
        for seat in (HEAD, BUREAU, sorted(session.seats())[0]):
            who = Badge("x", "p", Role.player, seat, "p")
            for choice in read(pages.page(session, room(session), who, lang, base="/x", csrf="t")).all("select"):
                for group in choice.all("optgroup") or [choice]:
                    told = [one.said.strip() for one in group.all("option")]
                    assert len(told) == len(set(told)), (seat, choice.attrs)


# --------------------------------------------------------------------------------- forms and live part

KINDS = {kind.model_fields["do"].default: kind for kind in get_args(get_args(Command)[0])}


def commands(root: Element) -> list[tuple[str, set[str]]]:
    """What each form of a page that gives a command has fields for."""
    found = []
    for form in root.all("form"):
        fields = {e.attrs["name"]: e.attrs.get("value", "") for e in form.walk() if "name" in e.attrs}
        if "do" in fields:
            assert fields["csrf"] == "token"
            posts = [e.attrs["hx-post"] for e in form.walk() if "hx-post" in e.attrs]
            assert posts == [form.attrs["action"]]
            assert "hx-post" not in form.attrs or not set(fields) & {"form", "elements", "action", "method"}
            found.append((fields["do"], set(fields) - {"csrf", "do"}))
    return found


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("until", ["draft", "running", "ended"])
def test_forms_post_what_commands_take(role: Role, until: str) -> None:
    """Every form gives a command that its role may give, with fields the command has and none it needs left out."""
    for do, fields in commands(read(html(role, "en", until))):
        assert do in MAY[role], do
        model = KINDS[do].model_fields
        assert fields <= set(model), (do, fields)
        needed = {name for name, one in model.items() if one.is_required()} - {"by"}
        assert needed <= fields, (do, needed - fields)


def test_every_command_has_a_form() -> None:
    """Whatever a role may do, some page of it offers: at some phase there is a form for it."""
    offered: dict[Role, set[str]] = {role: set() for role in Role}
    session = Session(prepared(), 1)
    for step in ("", "ready", "start", "pause", "end"):
        if step:
            give(session, step)
        if step == "start":
            give(session, "claim", f"seat:{BUREAU}", name="x")
            session.run_to(60.0)
        for role, badge in BY_ROLE.items():
            place = {"base": "/x", "csrf": "token"}
            text = pages.page(session, room(session), badge, "en", **place)
            offered[role] |= {do for do, _ in commands(read(text))}
            if step == "start" and role is Role.player:
                wanted = "daily-necessities:form-start"
                form = pages.form_page(session, room(session), badge, wanted, "en", **place)
                offered[role] |= {do for do, _ in commands(read(form or ""))}
    not_by_form = {Role.facilitator: {"rate"}}  # the facilitator leaves rating to those who watch
    assert offered == {role: MAY[role] - not_by_form.get(role, set()) for role in Role}


@pytest.mark.parametrize("role", list(Role))
def test_the_live_part_is_what_panels_gives(role: Role) -> None:
    """What is swapped in when something changes is the same as what the page was made with."""
    session = played()
    place = {"base": f"/x/x/{BY_ROLE[role].id}", "csrf": "token"}
    fragment = pages.panels(session, room(session), BY_ROLE[role], "en", **place)
    assert fragment in pages.page(session, room(session), BY_ROLE[role], "en", **place)
    ids = {e.attrs.get("id") for e in read(html(role)).walk()}
    assert {"live", "refusal", "stream", "main", "offline", "clock"} <= ids


# ---------------------------------------------------------------------------------------- fragments


def test_a_refusal_names_the_clause() -> None:
    """Who is refused is told what the plan says instead: whose it is, by which clause of which plan."""
    session = Session(prepared(), 1)
    for seat in (BUREAU, POLICE):
        give(session, "claim", f"seat:{seat}", name="x")
    give(session, "ready")
    give(session, "start")
    session.run_to(60.0)
    ask = next(a for a in session.open_for(BUREAU) if a.kind == "decision")
    about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
    with pytest.raises(RefusedError) as refused:
        give(session, "decide", f"seat:{POLICE}", verdict="do", **about)
    for lang in ("zh", "en"):
        names = pages.names_of(session, lang)
        said = read(pages.refusal(refused.value, names, lang)).said
        assert all(names[c] in said for c in ask.clauses)
        assert not any(c in said for c in ask.clauses)  # how it is typed is nobody's business here
        assert names[ask.plan] in said
        assert names[POLICE] in said
        assert POLICE not in said.replace(names[POLICE], "")


@pytest.mark.parametrize("code", sorted(words.REFUSALS))
def test_refusals_are_told_in_both_languages(code: str) -> None:
    """Every reason for refusing has its sentence in both languages."""
    zh, en = (words.refused(code, lang, name="x") for lang in ("zh", "en"))
    assert HAN.search(zh or "")
    assert en
    assert not HAN.search(en)


@pytest.mark.parametrize("do", sorted(KINDS))
def test_a_command_out_of_season_is_refused_in_words(do: str) -> None:
    """What was tried and how far the exercise is are told in the reader's language, whatever was tried."""
    facts = {"do": do, "phase": "draft", "role": "wall"}
    for code in ("wrong-phase", "role", "facilitator-only"):
        zh, en = (read(pages.refusal(RefusedError("x", (), code, facts), {}, lang)).said for lang in ("zh", "en"))
        assert not re.search("[A-Za-z]", zh)
        assert not HAN.search(en)


def test_words_are_there_in_both_languages() -> None:
    """Every word of the console has a Chinese and an English form, with the same facts in both."""
    assert set(words.COMMANDS) == set(KINDS)
    for table in (words.CONSOLE, words.LINES, words.COMMANDS):
        for name, (zh, en) in table.items():
            assert min(len(zh.strip()), len(en.strip())) > 0, name
            assert sorted(set(re.findall(r"\{\w+\}", zh))) == sorted(set(re.findall(r"\{\w+\}", en))), name


def test_a_link_is_shown_once() -> None:
    """The link of an invitation just made is shown with its name; those of others are not there to be shown."""
    session = played()
    place = {"base": "/x/x/lead", "csrf": "token"}
    links = {"bureau": "https://example.org/join/abc"}
    shown = read(pages.invitations(session, room(session), links, "en", **place)).said
    assert shown.count("https://example.org/join/abc") == 1
    assert "https" not in read(pages.invitations(session, room(session), {}, "en", **place)).said


def test_a_door_says_what_is_wrong() -> None:
    """Who is not let in reads why, in the page's language."""
    assert "expired" in read(pages.door("en", "expired")).said
    assert HAN.search(read(pages.door("zh")).said)


# ------------------------------------------------------------------------------------ state diagram


def test_a_diagram_marks_what_is_known() -> None:
    """The diagram marks where a plan stands as far as its looker knows: not the grade nobody told the wall of."""
    session = Session(prepared(), 1)
    give(session, "ready")
    give(session, "start")
    before = pages.diagram(session, "fuel", "en", BY_ROLE[Role.facilitator])
    anybody = pages.diagram(session, "fuel", "en")
    assert before == anybody
    while session.incident.plans["fuel"].values()["event"] == "off":
        session.run_to(session.now + 1.0)
    assert session.incident.plans["fuel"].values()["response"] == "off"
    assert pages.diagram(session, "fuel", "en", BY_ROLE[Role.facilitator]) != before
    assert pages.diagram(session, "fuel", "en") == pages.diagram(session, "fuel", "en", BY_ROLE[Role.wall]) == anybody
    assert pages.diagram(session, "no-such-plan", "en") is None


def test_a_diagram_is_drawn_once() -> None:
    """The same standing gives the same drawing, which is not made again."""
    session = Session(prepared(), 1)
    first = pages.diagram(session, "grain", "zh")
    assert first is pages.diagram(session, "grain", "zh")
    assert Value("response", "off") in {v for _, values, _ in _drawn(session) for v in values}


def _drawn(session: Session) -> Any:
    return pages.ledger_of(session).drawings


# --------------------------------------------------------------------------------------------- font


def test_the_parts_of_the_font_fit_together() -> None:
    """No character is in two parts, all Chinese ones the face has are in one, and our own words in the common one."""
    parts = {name: set(characters(name)) for name in (COMMON, *SLICES)}
    everything = [c for part in parts.values() for c in part]
    assert len(everything) == len(set(everything))
    assert len(parts[COMMON]) > 7000
    assert {"𠮷", "龘", "囍", "㑇"} <= set(everything)
    tables = (words.CONSOLE, words.LINES, words.REFUSALS)
    ours = "".join(text for table in tables for pair in table.values() for text in pair)
    assert set(ours) - parts[COMMON] == set()


def test_the_style_sheet_knows_the_parts() -> None:
    """The style sheet names each part with its ranges, and the common one last, so that browsers ask it first."""
    sheet = (STATIC / "console.css").read_text(encoding="utf-8")
    faces = re.findall(r"@font-face \{ font-family: .Console Sans.[^}]*?/fonts/([\w-]+)\.woff[^}]*\}", sheet)
    assert faces == [*SLICES, COMMON]
    for name, ranges in SLICES.items():
        rule = next(r for r in re.findall(r"@font-face \{[^}]*\}", sheet) if f"/{name}.woff" in r)
        told = re.findall(r"U\+([0-9A-F]+)-([0-9A-F]+)", rule)
        assert [(int(a, 16), int(b, 16) + 1) for a, b in told] == [(r.start, r.stop) for r in ranges]


@pytest.mark.slow
def test_a_part_of_the_font_is_a_font() -> None:
    """A part is a WOFF file, made once and then taken from the cache."""
    path = webfont("rest-2")
    assert path.read_bytes()[:4] == b"wOFF"
    assert webfont("rest-2") == path
    with pytest.raises(KeyError):
        webfont("../../etc/passwd")


def test_the_font_is_served_by_its_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A part is sent to who asks for it, once: who has it already is told so; what is no part is not there."""
    made = tmp_path / "console-common-abc.woff"
    made.write_bytes(b"wOFF and so on")
    monkeypatch.setattr("emergency.console.webfont.webfont", lambda name: made)
    client = TestClient(Starlette(routes=[FONTS]))
    first = client.get("/static/fonts/common.woff")
    assert (first.status_code, first.content) == (200, b"wOFF and so on")
    assert first.headers["content-type"] == "font/woff"
    again = client.get("/static/fonts/common.woff", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/static/fonts/other.woff").status_code == 404


def test_what_is_served_is_there() -> None:
    """What the pages load is in the folder of static files, with the licence of what is not ours."""
    for name in ("console.css", "console.js", "htmx.min.js", "hx-sse.min.js", "LICENSES.txt"):
        assert (STATIC / name).stat().st_size > 500
    sheet = (STATIC / "console.css").read_text(encoding="utf-8")
    assert "http" not in sheet
    assert "@import" not in sheet
