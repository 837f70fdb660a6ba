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
OFFICE, HEAD = "commerce-grain", "vice-head-commerce"


@contextmanager
def served(folder: Path, scenario: str, *seats: str) -> Iterator[list[str]]:
    """A server that holds a scenario, with links for the facilitator and the players of some seats."""
    command = [sys.executable, "-m", "emergency.cli", "serve", scenario, "--store", str(folder / "x.sqlite")]
    command += ["--key", str(folder / "key"), "--port", "0", "--lang", "en", "-n", "4"]
    command += [part for seat in seats for part in ("--seat", seat)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    found: list[str] = []
    for line in process.stdout:
        found += re.findall(r"http://\S+/join/\S+", line)
        if line.startswith("Ctrl-C"):
            break
    try:
        yield found
    finally:
        process.terminate()
        process.communicate(timeout=30)


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
        found = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield found
        found.close()


def enter(browser: Browser, link: str, complaints: list[str]) -> Page:
    """Somebody in a browser of their own; what the browser complains of is collected."""

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:  # refusals are answered with 4xx
            complaints.append(message.text)

    page = browser.new_context().new_page()
    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(link)
    page.wait_for_function(CONNECTED, timeout=15_000)
    return page


def press(page: Page, do: str, **fields: str) -> None:
    """Press the button of the form that gives this command with these fields, and wait for its answer."""
    form = page.locator(f"form:has(input[name=do][value='{do}'])")
    for name, value in fields.items():
        form = form.and_(page.locator(f"form:has(input[name='{name}'][value='{value}'])"))
    with page.expect_response(lambda answer: answer.url.partition("?")[0].endswith("/command")):
        form.first.locator("button").first.click()


def jump(leader: Page, hours: int) -> None:
    """Put scenario time forward by the button for so many hours, and see the clock there."""
    before = float(leader.locator("#clock").get_attribute("data-t") or 0)
    leader.locator("#time").get_by_role("button", name=re.compile(rf"\+\s*{hours}\b")).click()
    leader.wait_for_function("t => Number(document.getElementById('clock').dataset.t) >= t", arg=before + hours)


def decide(player: Page, id: str | None) -> None:
    """Do what waits, and see it go."""
    player.locator(f"#{id} form.decide button.main").click()
    expect(player.locator(f"#{id}")).to_have_count(0, timeout=15_000)


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
    expect(response).to_be_visible(timeout=15_000)
    expect(office.locator("article.ask", has=office.locator("input[name=ref][value='warning=IV']"))).to_be_visible()
    response.locator("textarea[name=why]").first.fill("the roads are cut")
    decide(office, response.first.get_attribute("id"))

    # The vice-head tries what the plan gives to the office.
    form = head.locator("form.own", has=head.locator("input[name=plan][value=fuel]"))
    head.locator("#own > summary").click()
    form.locator("select[name=ref]").select_option("warning=IV")
    form.locator("select[name=step]").select_option("report")
    form.get_by_role("button").click()
    expect(head.locator("#refusal")).to_contain_text("fuel:3.2", timeout=15_000)

    # Two days on: the vice-head decides what waits for that seat, and nobody has warned.
    for _ in range(3):
        jump(leader, 24)
    mine = head.locator("article.ask")
    expect(mine.first).to_be_visible(timeout=15_000)
    decide(head, mine.first.get_attribute("id"))
    expect(leader.locator("#inject-no-warning-yet")).to_have_class("i-happened", timeout=15_000)

    press(leader, "end")
    leader.locator("form[action*='/review'] button").click()
    link = leader.locator("a[href*='/review']").get_attribute("href")
    assert link is not None
    leader.goto("/".join(links[0].split("/")[:3]) + link)  # comes back by itself until the review is made
    expect(leader.locator("#conformance")).to_be_visible(timeout=120_000)
    for heading in ("conformance", "envelope", "deviations"):
        expect(leader.locator(f"#{heading}")).to_contain_text(told(heading, "en"))
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
        windows = []
        for link in links:
            windows.append(context.new_page())
            windows[-1].goto(link)
        leader, *players = windows
        for player in players:
            press(player, "claim")
            expect(player.locator("#unseated")).to_have_count(0, timeout=15_000)
        press(leader, "ready")
        press(leader, "start")
        press(leader, "pause")
        for window in windows:
            expect(window.locator("#bar")).to_contain_text("paused", timeout=15_000)
            expect(window.locator("#offline")).to_be_hidden()
