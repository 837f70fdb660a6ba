"""Three browsers at one exercise, from the invitation to the review."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
pytest.importorskip("uvicorn")

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from emergency.exercise import SqliteStore
from emergency.words.evaluation import told

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs the system's chromium"),
]
FLOOD = Path(__file__).parent.parent / "scenarios" / "compound-summer-flood.yaml"
CONNECTED = "() => Boolean(document.getElementById('stream')._htmx?.sse)"
#: Milliseconds until something is taken to have failed: enough for two slow cores, five browsers and a server.
LONG = 60_000
OFFICE, HEAD = "commerce-grain", "vice-head-commerce"


class Server:
    """A server that holds a scenario, with links for the facilitator and the players of some seats."""

    def __init__(self, folder: Path, scenario: str, *seats: str, more: tuple[str, ...] = (), port: str = "0") -> None:
        command = [sys.executable, "-m", "emergency.cli", "serve", scenario, "--store", str(folder / "x.sqlite")]
        command += ["--key", str(folder / "key"), "--port", port, "--lang", "en", "-n", "4"]
        command += [*more, *(part for seat in seats for part in ("--seat", seat))]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        self.links: list[str] = []
        for line in self._process.stdout:
            self.links += re.findall(r"http://\S+/join/\S+", line)
            if line.startswith("Ctrl-C"):
                break
        self.port = self.links[0].split("/")[2].partition(":")[2]

    def kill(self) -> None:
        """End it as a loss of power would."""
        self._process.kill()
        self._process.communicate(timeout=60)

    def stop(self) -> None:
        """End it, if it has not ended."""
        self._process.terminate()
        self._process.communicate(timeout=60)


@contextmanager
def served(folder: Path, scenario: str, *seats: str, more: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The links of a server as long as it runs."""
    server = Server(folder, scenario, *seats, more=more)
    try:
        yield server.links
    finally:
        server.stop()


@pytest.fixture
def links(tmp_path: Path) -> Iterator[list[str]]:
    """The flood, and two players."""
    with served(tmp_path, str(FLOOD), OFFICE, HEAD) as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    """The system's browser."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        expect.set_options(timeout=LONG)
        found = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield found
        found.close()
        expect.set_options(timeout=5_000)


def enter(browser: Browser, link: str, complaints: list[str]) -> Page:
    """Somebody in a browser of their own; what the browser complains of is collected."""

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:  # refusals are answered with 4xx
            complaints.append(message.text)

    page = browser.new_context().new_page()
    page.set_default_timeout(LONG)
    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(link)
    page.wait_for_function(CONNECTED)
    return page


def press(page: Page, do: str, **fields: str) -> None:
    """Press the button of the form that gives this command with these fields, and wait for its answer."""
    form = page.locator(f"form:has(input[name=do][value='{do}'])")
    for name, value in fields.items():
        form = form.and_(page.locator(f"form:has(input[name='{name}'][value='{value}'])"))
    with answered(page):
        form.first.locator("button").first.click()


def answered(page: Page) -> Any:
    """Wait for the answer to a command that is given inside."""
    return page.expect_response(lambda answer: answer.url.partition("?")[0].endswith("/command"))


def jump(leader: Page, hours: int) -> None:
    """Put scenario time forward by the button for so many hours, and see the clock there."""
    before = float(leader.locator("#clock").get_attribute("data-t") or 0) - 1e-5  # the page's hours are rounded
    with answered(leader):
        leader.locator(f"#b-plus-{hours}").click()
    leader.wait_for_function("t => Number(document.getElementById('clock').dataset.t) >= t", arg=before + hours)


def decide(player: Page, id: str | None) -> None:
    """Do what waits, and see it go."""
    player.locator(f"#{id} form.decide button.main").click()
    expect(player.locator(f"#{id}")).to_have_count(0)


def test_three_browsers_play_an_exercise(links: list[str], browser: Browser, tmp_path: Path) -> None:
    """Two decide, an attempt is refused with its clause, an omission brings its inject, the review opens."""
    complaints: list[str] = []
    leader, office, head = (enter(browser, link, complaints) for link in links)
    for player in (office, head):
        press(player, "claim")
        expect(player.locator("#unseated")).to_have_count(0)
    press(leader, "ready")
    press(leader, "start")
    for _ in range(2):
        jump(leader, 24)

    # The office is asked for three things on Saturday morning; it reports for the response, and leaves the warning.
    response = office.locator("article.ask", has=office.locator("input[name=ref][value='response=IV']"))
    expect(response).to_be_visible()
    expect(office.locator("article.ask", has=office.locator("input[name=ref][value='warning=IV']"))).to_be_visible()
    response.locator("textarea[name=why]").first.fill("the roads are cut")
    decide(office, response.first.get_attribute("id"))

    # The vice-head tries what the plan gives to the office.
    form = head.locator("form.own", has=head.locator("input[name=plan][value=fuel]"))
    head.locator("#own > summary").click()
    form.locator("select[name=ref]").select_option("warning=IV")
    form.locator("select[name=step]").select_option("report")
    form.get_by_role("button").click()
    expect(head.locator("#refusal .cite")).to_have_text(re.compile(r"(^|\s)3\.2$"))

    # Two days on: the vice-head decides what waits for that seat, and nobody has warned.
    for _ in range(3):
        jump(leader, 24)
    mine = head.locator("article.ask")
    expect(mine.first).to_be_visible()
    decide(head, mine.first.get_attribute("id"))
    expect(leader.locator("#inject-no-warning-yet")).to_have_class("i-happened")

    press(leader, "end")
    with leader.expect_response(lambda answer: "/review" in answer.url):
        leader.locator("form[action*='/review'] button").click()
    with leader.expect_popup() as opened:
        leader.locator("a[href*='/review']").click()
    report = opened.value  # comes back by itself until the review is made
    expect(report.locator("#conformance")).to_be_visible(timeout=4 * LONG)
    for heading in ("conformance", "envelope", "deviations"):
        expect(report.locator(f"#{heading}")).to_contain_text(told(heading, "en"))
    assert complaints == []
    given = [r["command"]["do"] for r in SqliteStore(tmp_path / "x.sqlite").read(FLOOD.stem)[1:]]
    assert given.count("decide") == 3


def test_seven_windows_of_one_browser(browser: Browser, tmp_path: Path) -> None:
    """Seven badges in seven windows of one browser, all in sight: each acts, and is told of what the others do.

    A browser opens six connections to a server at most, and hidden tabs close their stream; windows do not.
    """
    seats = (HEAD, OFFICE, "finance", "transport", "police", "market-supervision")
    with served(tmp_path, "fuel-pipeline-outage", *seats) as links:
        context = browser.new_context()
        context.set_default_timeout(LONG)
        windows = []
        for link in links:
            windows.append(context.new_page())
            windows[-1].goto(link)
        leader, *players = windows
        for player in players:
            press(player, "claim")
            expect(player.locator("#unseated")).to_have_count(0)
        press(leader, "ready")
        press(leader, "start")
        press(leader, "pause")
        for window in windows:
            expect(window.locator("#bar")).to_contain_text("paused")
            expect(window.locator("#offline")).to_be_hidden()


# -------------------------------------------------------------------------------------------- keyboard

#: Marks what the keyboard has to reach, and says how many there are: of radio buttons one in a group.
TO_REACH = """() => {
  document.querySelectorAll("details").forEach((one) => (one.open = true));
  const groups = new Set();
  const found = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((one) => {
    if (one.disabled || one.type === "hidden" || !one.checkVisibility()) return false;
    if (one.type !== "radio") return true;
    const group = one.form.querySelector("[name=objective]")?.value;
    return groups.has(group) ? false : groups.add(group);
  });
  found.forEach((one, n) => (one.dataset.reach = one.type === "radio" ? one.form.objective.value : n));
  return found.map((one) => one.dataset.reach);
}"""
#: What has the focus: its mark, and whether the focus can be seen on it.
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const mark = one.type === "radio" ? one.form.objective.value : one.dataset.reach;
  const shown = box.width > 0 && box.right > 0;
  return [one === document.body ? "end" : mark ?? "", ring, shown, one.outerHTML.slice(0, 90)];
}"""


#: Nothing is to change meanwhile.
STILL = "() => document.addEventListener('htmx:before:swap', (event) => event.preventDefault())"


def walk(page: Page) -> None:
    """Go through a page with the Tab key alone: it comes to everything, and one sees where it is."""
    page.evaluate(STILL)
    wanted = page.evaluate(TO_REACH)
    reached: set[str] = set()
    ends = 0  # the first time round begins in the middle
    for _ in range(4 * len(wanted)):
        page.keyboard.press("Tab")
        mark, ring, shown, text = page.evaluate(FOCUSED)
        if mark == "end":
            ends += 1
            if ends == 2:
                break
            continue
        assert ring, text
        assert shown, text
        reached.add(mark)
    assert set(wanted) <= reached


@pytest.fixture
def hall(browser: Browser, tmp_path: Path) -> Iterator[dict[str, Page]]:
    """The flood in its second day, with two players, an evaluator and a wall: pages by role or seat."""
    with served(tmp_path, str(FLOOD), OFFICE, HEAD, more=("--evaluators", "1", "--walls", "1")) as links:
        names = ("leader", OFFICE, HEAD, "judge", "wall")
        pages = {name: enter(browser, link, []) for name, link in zip(names, links, strict=True)}
        for seat in (OFFICE, HEAD):
            press(pages[seat], "claim")
            expect(pages[seat].locator("#unseated")).to_have_count(0)
        for do in ("ready", "start"):
            press(pages["leader"], do)
        for _ in range(2):
            jump(pages["leader"], 24)
        press(pages["leader"], "pause")
        for page in pages.values():
            expect(page.locator("#bar")).to_contain_text("paused")
        yield pages


def test_everything_is_reached_by_keyboard(hall: dict[str, Page]) -> None:
    """On every page the Tab key comes to each link, button and field, and the one it stands on can be seen."""
    for name in ("leader", OFFICE, "judge", "wall"):
        walk(hall[name])


def send(page: Page, text: str) -> None:
    """Write to the office from another seat."""
    form = page.locator("#tool-say form")
    form.locator(f"input[value='{OFFICE}']").check()
    form.locator("textarea").fill(text)
    with answered(page):
        form.locator("button").click()
    expect(form.locator("textarea")).to_have_value("")


def test_what_is_being_written_stays_when_something_changes(hall: dict[str, Page]) -> None:
    """While somebody writes a reason, or has chosen a rating without giving it, news arrive on the page: the text,
    the caret, the choice and the focus stay."""
    office, judge, head = hall[OFFICE], hall["judge"], hall[HEAD]
    reason = office.locator("textarea[name=why]").nth(1)
    reason.focus()
    office.keyboard.type("the roads are cut")
    for _ in range(4):
        office.keyboard.press("ArrowLeft")
    clause = office.locator("details.finding select[name=kind]").first
    clause.evaluate("one => { one.closest('details').open = true; one.value = 'unworkable'; }")
    article = judge.locator("article.objective").nth(1)
    article.locator("input[value=M]").check()
    article.locator("textarea").focus()
    judge.keyboard.type("too late by")
    for n in range(3):
        send(head, f"word {n}")
        expect(office.locator("#inbox")).to_contain_text(f"word {n}")
        expect(judge.locator("#log")).to_contain_text(f"word {n}")
        office.keyboard.type(f"{n}")
        judge.keyboard.type(f" {n}")
    expect(reason).to_have_value("the roads are012 cut")
    expect(reason).to_be_focused()
    assert clause.evaluate("one => [one.value, one.closest('details').open]") == ["unworkable", True]
    expect(article.locator("textarea")).to_have_value("too late by 0 1 2")
    expect(article.locator("input[value=M]")).to_be_checked()


def test_focus_stays_where_it_is(hall: dict[str, Page]) -> None:
    """A button keeps the focus though the list in which it stands gets longer and shorter before it; once it is gone
    itself, the keyboard goes on at what stood around it, and at no button that does something else."""
    leader, office = hall["leader"], hall[OFFICE]
    button = leader.locator("#inject-city-notice form:has(input[value=hold-inject]) button")
    button.focus()
    hall[HEAD].locator("#own > summary").focus()
    decide(office, office.locator("article.ask").first.get_attribute("id"))
    expect(leader.locator("#bar")).to_contain_text("paused")
    first = leader.locator("ul.queue > li").first.get_attribute("id")
    skip = "id => document.querySelector(`#${id} form:has(input[value=skip-inject])`).requestSubmit()"
    leader.evaluate(skip, first)
    expect(leader.locator(f"#past #{first}")).to_have_count(1)
    expect(button).to_be_focused()
    expect(hall[HEAD].locator("#own > summary")).to_be_focused()
    leader.keyboard.press("Enter")
    expect(leader.locator("#inject-city-notice")).to_have_class("i-held")
    expect(leader.locator("#inject-city-notice")).to_be_focused()
    office.locator("article.ask button.main").first.focus()
    office.keyboard.press("Enter")
    expect(office.locator("#asks")).to_be_focused()


def test_earlier_entries_are_there_on_request(hall: dict[str, Page]) -> None:
    """A judge's page has the newest entries and offers the earlier ones; opened, they stay while news arrive, can be
    searched without being opened, and can be noted on."""
    leader, judge = hall["leader"], hall["judge"]
    for seat in (OFFICE, HEAD):
        press(leader, "assign", to=seat)
    for _ in range(6):
        jump(leader, 24)
    rows = judge.locator("#log .lines > li")
    leaf = judge.locator("details.earlier").last
    length = re.sub(r"\D", "", leader.locator("#log h2").inner_text())
    expect(judge.locator("#log h2")).to_contain_text(f"({length})")
    shown = rows.count()
    leaf.locator("summary").focus()
    judge.keyboard.press("Enter")
    expect(leaf.locator(".lines > li").first).to_be_visible()
    assert rows.count() > shown
    jump(leader, 24)
    press(leader, "resume")
    expect(judge.locator("#bar")).to_contain_text("running")
    expect(leaf.locator(".lines > li").first).to_be_visible()
    number = leaf.locator("[data-entry]").last.get_attribute("data-entry")
    leaf.locator("[data-entry]").last.click()
    judge.keyboard.type("early")
    judge.locator("#note-form button").click()
    expect(judge.locator("#notes")).to_contain_text(f"(of #{number}): early")
    judge.locator("#filter").fill("is held by people")
    expect(judge.locator("#log .lines > li:not([hidden])")).to_have_count(2)


# ------------------------------------------------------------------------- networks, restarts, quick hands


def test_a_jump_goes_where_its_field_says(hall: dict[str, Page]) -> None:
    """A time chosen before the page changed is the time that is jumped to."""
    leader = hall["leader"]
    chosen = "2026-07-19T10:30"
    leader.locator("#jump-at").fill(chosen)
    send(hall[HEAD], "a word before the jump")
    expect(leader.locator("#log")).to_contain_text("a word before the jump")
    expect(leader.locator("#jump-at")).to_have_value(chosen)
    with answered(leader):
        leader.locator("form:has(#jump-at) button").click()
    expect(leader.locator("#clock")).to_have_attribute("data-t", "74.5")


def test_every_press_of_a_jump_counts(hall: dict[str, Page]) -> None:
    """Who presses "an hour on" three times in a row has gone on by three hours, however slow the answers are."""
    leader = hall["leader"]
    leader.locator("#b-plus-1").evaluate("one => { one.click(); one.click(); one.click(); }")
    expect(leader.locator("#clock")).to_have_attribute("data-t", re.compile(r"^51\b"))


#: Writes down when the part that changes was exchanged, and when a button was pressed and clicked.
WATCH = """() => {
  window.seen = [];
  const live = document.getElementById("live");
  document.addEventListener("htmx:after:swap", (e) => { if (e.detail.ctx.target === live) seen.push("swap"); });
  addEventListener("click", () => seen.push("click"));
  addEventListener("pointerdown", () => {
    seen.push("pointerdown");
    setTimeout(() => seen.push("late"), 1450);
  });
}"""


def test_nothing_is_exchanged_under_a_finger(hall: dict[str, Page]) -> None:
    """What comes while a button is down waits for the click, and is there after it."""
    leader = hall["leader"]
    leader.evaluate(WATCH)
    leader.locator("#b-plus-1").hover()
    with leader.expect_response(lambda answer: "/panels" in answer.url):
        leader.mouse.down()
        send(hall[HEAD], "a word meanwhile")
    leader.wait_for_timeout(200)  # on a machine so slow that the press has been given up by now, nothing is shown
    leader.mouse.up()
    expect(leader.locator("#log")).to_contain_text("a word meanwhile")
    expect(leader.locator("#clock")).to_have_attribute("data-t", re.compile(r"^49\b"))
    seen = leader.evaluate("seen")
    assert re.fullmatch(r"(swap )*pointerdown (late (swap )*)?click( swap| late)+", " ".join(seen)), seen


def test_a_network_that_goes_and_comes_back(hall: dict[str, Page]) -> None:
    """A page whose network is gone says so at once, and of what was pressed meanwhile that it was not sent; with the
    network it comes back by itself, has what it missed, and what was written can be sent."""
    office, head = hall[OFFICE], hall[HEAD]
    head.context.set_offline(True)
    expect(head.locator("#offline")).to_be_visible()
    send_to = head.locator("#tool-say form")
    send_to.locator(f"input[value='{OFFICE}']").check()
    send_to.locator("textarea").fill("from the cellar")
    send_to.locator("button").click()
    expect(head.locator("#unsent")).to_be_in_viewport()
    form = office.locator("#tool-say form")
    form.locator(f"input[value='{HEAD}']").check()
    form.locator("textarea").fill("where are you?")
    form.locator("button").click()
    expect(hall["judge"].locator("#log")).to_contain_text("where are you?")
    expect(head.locator("#inbox")).not_to_contain_text("where are you?")
    head.context.set_offline(False)
    expect(head.locator("#inbox")).to_contain_text("where are you?")
    expect(head.locator("#offline")).to_be_hidden()
    expect(send_to.locator("textarea")).to_have_value("from the cellar")
    send_to.locator("button").click()
    expect(office.locator("#inbox")).to_contain_text("from the cellar")
    expect(head.locator("#unsent")).to_be_hidden()


def test_news_are_counted_until_they_are_seen(hall: dict[str, Page]) -> None:
    """While the inbox is out of sight, the head of the page and its title count what came; looked at, it is read."""
    office = hall[OFFICE]
    office.set_viewport_size({"width": 390, "height": 600})
    office.locator("nav a[href='#inbox']").click()
    expect(office.locator("#unread")).to_be_hidden()
    office.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    for n in range(2):
        send(hall[HEAD], f"word {n}")
    expect(office.locator("#unread")).to_have_text("2")
    waiting = office.locator("article.ask").count()
    expect(office).to_have_title(re.compile(rf"^\({waiting + 2}\) "))
    office.locator("nav a[href='#inbox']").click()
    expect(office.locator("#unread")).to_be_hidden()
    expect(office).to_have_title(re.compile(rf"^\({waiting}\) "))


def test_a_server_that_dies_takes_nothing_along(browser: Browser, tmp_path: Path) -> None:
    """Killed and started again, it has every page back by itself; a reason that is being written stays with its step,
    and links handed out before still let people in."""
    server = Server(tmp_path, str(FLOOD), OFFICE)
    try:
        leader, office = (enter(browser, link, []) for link in server.links)
        press(office, "claim")
        for do in ("ready", "start"):
            press(leader, do)
        for _ in range(2):
            jump(leader, 24)
        asks = office.locator("article.ask")
        expect(asks.nth(1)).to_be_visible()
        decide(office, asks.first.get_attribute("id"))
        about = {name: asks.last.locator(f"form.decide input[name={name}]").input_value() for name in ("ref", "step")}
        last = asks.last.get_attribute("id")
        office.locator(f"#{last} textarea[name=why]").fill("half a reason")
        server.kill()
        expect(office.locator("#offline")).to_be_visible()
        old, server = server.links, Server(tmp_path, str(FLOOD), OFFICE, port=server.port)
        for page in (leader, office):
            expect(page.locator("#offline")).to_be_hidden()
            expect(page.locator("#bar")).to_contain_text("paused")
        again = office.locator("article.ask", has=office.locator(f"input[name=ref][value='{about['ref']}']"))
        again = again.filter(has=office.locator(f"input[name=step][value='{about['step']}']"))
        expect(again.locator("textarea[name=why]")).to_have_value("half a reason")
        expect(enter(browser, old[1], []).locator("#asks")).to_be_visible()
    finally:
        server.stop()
