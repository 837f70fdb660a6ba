"""`emergency serve` as a process: what it prints, and that killed at any moment it has lost nothing told."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("sse_starlette")

from typer.testing import CliRunner

from emergency.cli import app as cli
from emergency.cli import main
from emergency.console.access import Access, invitations_of
from emergency.console.opening import Opening, invite
from emergency.console.place import Badge, Role, Room
from emergency.exercise import Keeper, Phase, Receipt, Session, SqliteStore, replay
from emergency.incident import Prepared, prepare
from emergency.reader import Inputs, load_inputs
from emergency.report.play import Asked

OUTAGE = "fuel-pipeline-outage"
HEAD = "vice-head-commerce"
MODULES = ["emergency.cli", "emergency.console.app", "emergency.console.opening", "uvicorn"]


def serve(arguments: list[str], told: str) -> None:
    """In a process of its own, the real command; but its live part tells how the session stands, to be compared."""
    from emergency.console import pages

    def panels(session: Session, room: Room, badge: Badge, lang: str, *, base: str, csrf: str) -> str:
        asks = [[a.id, a.plan, a.ref, a.do] for a in session.open_for(badge.seat)] if badge.seat else []
        told = {"csrf": csrf, "asks": asks, "n": len(session.log), "digest": session.digest, "t": room.t}
        return json.dumps(told)

    pages.panels = panels
    sys.stdout = Path(told).open("w", buffering=1)  # noqa: SIM115  as long as the process lives
    sys.argv = ["emergency", *arguments]
    main()


@cache
def read() -> tuple[Inputs, Prepared]:
    """The outage scenario as read and made ready."""
    inputs = load_inputs(OUTAGE)
    return inputs, prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def prepared() -> Prepared:
    """The outage scenario."""
    return read()[1]


class Server:
    """A server process, and what it printed; forked from one that has everything loaded."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        folder.mkdir(exist_ok=True)
        self.store = folder / "x.sqlite"
        self.said = folder / f"said-{len(list(folder.glob('said-*')))}"
        store = ["--store", str(self.store), "--key", str(folder / "key"), "--port", "0", "--lang", "en"]
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(MODULES)
        self.process = context.Process(target=serve, args=(["serve", OUTAGE, *store, *arguments], str(self.said)))
        self.process.start()
        self.people: list[Person] = []
        self.links = re.findall(r"(http://\S+/join/\S+)", self._printed())

    def _printed(self) -> str:
        while self.process.is_alive():
            text = self.said.read_text() if self.said.exists() else ""
            if "Ctrl-C" in text:
                return text
            time.sleep(0.02)
        raise AssertionError("the server has ended")

    def person(self, link: str) -> Person:
        """Somebody comes in."""
        self.people.append(Person(link))
        return self.people[-1]

    def end(self, how: signal.Signals) -> int | None:
        """Stop it; its status."""
        assert self.process.pid is not None
        os.kill(self.process.pid, how)
        self.process.join(60)
        return self.process.exitcode


class Person:
    """A browser with one badge."""

    def __init__(self, link: str) -> None:
        where = urlsplit(link)
        self.door = http.client.HTTPConnection(where.netloc, timeout=60)
        answer = self._ask("GET", where.path)
        self.base = answer.headers["location"]
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        self.seen: list[dict[str, Any]] = []
        self.look()

    def _ask(self, method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
        self.door.request(method, path, body or None, headers)
        answer = self.door.getresponse()
        self.text = answer.read().decode()
        return answer

    def look(self) -> dict[str, Any]:
        """What is shown."""
        self._ask("GET", self.base + "/panels", cookie=self.cookie)
        self.seen.append(json.loads(self.text))
        return self.seen[-1]

    def post(self, path: str, **fields: Any) -> http.client.HTTPResponse:
        """Post one of one's own forms."""
        body = urlencode({"csrf": self.seen[-1]["csrf"], **fields}, doseq=True)
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self._ask("POST", self.base + path, body, cookie=self.cookie, **kind)

    def do(self, do: str, **fields: Any) -> int:
        """Give a command; the status, and what is shown with it."""
        answer = self.post("/command", do=do, **fields)
        if answer.status == 200:
            self.seen.append(json.loads(self.text))
        return answer.status


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[Server]:
    """A server that does not outlive the test."""
    server = Server(folder, *arguments)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.join()
        for person in server.people:
            person.door.close()


def play(leader: Person, head: Person, given: list[str]) -> None:
    """A scripted exercise, for ever; `given` holds what has been acknowledged."""

    def give(who: Person, do: str, **fields: Any) -> None:
        status = who.do(do, **fields)
        assert status in (200, 409), (do, status, who.text)
        if status == 200:
            given.append(do)

    give(head, "claim", name="A")
    give(leader, "ready")
    give(leader, "pace", pace="3600")
    give(leader, "start")
    for n in range(10_000):
        for ask, plan, ref, step in head.look()["asks"]:
            give(head, "decide", ask=ask, plan=plan, ref=ref, step=step, verdict="do", why=f"because {n}")
        give(head, "say", to=["finance", "transport"], text=f"message {n}")
        if n % 7 == 3:
            give(leader, "pause")
            give(leader, "write-inject", title="Call", text=f"on the spot {n}")
            give(leader, "resume")
        if n % 20 == 11:
            give(leader, "jump")
        leader.look()


def beginnings(session: Session) -> list[str]:
    """The digest of each beginning of a log, by its length."""
    empty = Session(prepared(), 1)
    empty._digest = sha256()
    found = [""]
    for entry in session.log:
        empty._seal(entry)
        found.append(empty.digest)
    return found


def killed(folder: Path, moment: float) -> None:
    """Play, kill -9 at a moment, and compare what is left with what was acknowledged and shown."""
    with served(folder, "--seat", HEAD) as server:
        leader, head = (server.person(link) for link in server.links)
        given: list[str] = []
        killer = threading.Timer(moment, server.process.kill)
        killer.start()
        with pytest.raises((OSError, http.client.HTTPException)):
            play(leader, head, given)
        killer.join()
    store = SqliteStore(server.store)
    records = store.read(OUTAGE)
    stored = [r["command"]["do"] for r in records[1:]]
    mine = [do for do in stored if do != "tick"]
    assert mine[: len(given)] == given
    assert len(mine) <= len(given) + 1  # one may have been kept and its answer cut off
    session = replay(prepared(), records).session
    whole = beginnings(session)
    assert whole[-1] == session.digest
    for shown in (*leader.seen, *head.seen):
        assert whole[shown["n"]] == shown["digest"]
    again = Keeper(store, OUTAGE, prepared(), Receipt.of(records[0])).session
    assert again.digest == session.digest
    store.close()


def moments(n: int, until: float) -> list[float]:
    """Times spread over the first seconds of an exercise, as unevenly as the golden ratio does."""
    return [round(k * 0.618034 % 1.0 * until, 3) for k in range(1, n + 1)]


@pytest.mark.parametrize("moment", moments(5, 2.0))
def test_killed_at_some_moments_nothing_told_is_lost(moment: float, tmp_path: Path) -> None:
    """After kill -9 every acknowledged command is in the store, and the exercise resumed holds all that was shown."""
    killed(tmp_path, moment)


@pytest.mark.slow
@pytest.mark.parametrize("moment", moments(100, 3.0))
def test_killed_at_any_moment_nothing_told_is_lost(moment: float, tmp_path: Path) -> None:
    """The same, a hundred times."""
    killed(tmp_path, moment)


def test_after_a_kill_people_go_on_where_they_were(tmp_path: Path) -> None:
    """Served again from the same store, it stands paused where it stood; cookies hold, the leader gets a new link."""
    with served(tmp_path, "--seat", HEAD) as server:
        leader, head = (server.person(link) for link in server.links)
        for who, do in ((head, "claim"), (leader, "ready"), (leader, "start")):
            assert who.do(do) == 200
        before = leader.look()
        assert server.end(signal.SIGKILL) == -signal.SIGKILL
    with served(tmp_path) as server:
        assert "Gone on with" in server.said.read_text()
        where = urlsplit(server.links[0]).netloc
        for old in (leader, head):
            old.door = http.client.HTTPConnection(where, timeout=60)
            server.people.append(old)
        assert head.look()["digest"] == leader.look()["digest"] == before["digest"]
        assert leader.do("pause") == 409
        assert leader.do("resume") == 200
        assert server.person(server.links[0]).base == leader.base
    session = replay(prepared(), SqliteStore(server.store).read(OUTAGE)).session
    assert session.phase is Phase.running
    assert list(session.holders) == [HEAD]


def test_it_prints_links_and_stops_cleanly(tmp_path: Path) -> None:
    """One link for the facilitator and for each one asked for; Ctrl-C ends it with status 0 and says how to go on."""
    store = tmp_path / "x.sqlite"
    command = [sys.executable, "-m", "emergency.cli", "serve", OUTAGE, "--store", str(store), "--port", "0"]
    command += ["--key", str(tmp_path / "key"), "--lang", "en", "--seat", HEAD, "--seat", "finance"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*command, "--evaluators", "2", "--walls", "1"], env=environment, **pipes) as process:
        lines = [process.stdout.readline() for _ in range(10)]
        links = re.findall(r"http://\S+/join/\S+", "".join(lines))
        assert len(set(links)) == 6
        assert lines[-1].startswith("Ctrl-C")
        assert str(store) in lines[-2]
        where = urlsplit(links[-1])
        door = http.client.HTTPConnection(where.netloc, timeout=60)
        door.request("GET", where.path)
        answer = door.getresponse()
        answer.read()
        cookie = answer.headers["set-cookie"].partition(";")[0]
        door.request("GET", answer.headers["location"] + "/events", headers={"cookie": cookie})
        stream = door.getresponse()
        assert stream.headers["content-type"].startswith("text/event-stream")
        words = [stream.readline().partition(b":")[0] for _ in range(4)]
        assert set(words) == {b"id", b"event", b"data", b"retry"}
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        door.close()
    assert process.returncode == 0
    assert f"--store {store}" in out
    assert err == ""


def test_a_browser_is_told_of_what_others_do(tmp_path: Path) -> None:
    """What others do is followed by a word on the streams of those who may know of it, counted without the rest; a
    stream that comes again and has missed nothing is told nothing."""
    with served(tmp_path, "--seat", HEAD, "--walls", "1") as server:
        leader, head, wall = (server.person(link) for link in server.links)
        wall.door.request("GET", wall.base + "/events", headers={"cookie": wall.cookie})
        stream = wall.door.getresponse()

        mark = ""

        def version() -> int:
            nonlocal mark
            while True:
                line = stream.readline()
                if line.startswith(b"id: "):
                    mark = line[4:].decode().strip()
                if line.startswith(b"data: "):
                    return int(line[6:])

        versions = [version()]
        for who, do in ((head, "claim"), (leader, "ready"), (head, "release"), (leader, "start")):
            assert who.do(do) == 200  # who sits where is not for the wall
            if who is leader:
                versions.append(version())
        assert versions == [1, 2, 3]
        again = server.person(server.links[2])
        again.door.request("GET", wall.base + "/events", headers={"cookie": again.cookie, "last-event-id": mark})
        other = again.door.getresponse()
        assert leader.do("pause") == 200
        assert other.readline().startswith(b"id: ")
        assert (other.readline(), other.readline()) == (b"event: changed\r\n", b"data: 4\r\n")
        assert leader.post("/revoke", badge="wall").status == 200
        stream.read()  # ends, for the stream has


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seat", "harbour-master"], "no seat harbour-master"),
        (["--name", "../x"], "an exercise's name"),
        (["--key", "."], "key file"),
        (["--ssl-certfile", "none.pem"], "none.pem"),
    ],
)
def test_what_cannot_be_served_is_said(arguments: list[str], words: str, tmp_path: Path) -> None:
    """A wrong seat, name, key or certificate ends in a sentence and status 2, not in a traceback."""
    store = ["--store", str(tmp_path / "x.sqlite"), "--key", str(tmp_path / "key"), "--port", "0", "--lang", "en"]
    found = CliRunner().invoke(cli, ["serve", OUTAGE, *store, *arguments])
    assert found.exit_code == 2, found.output
    assert words in found.stderr
    assert found.exception is None or isinstance(found.exception, SystemExit)


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    """A port somebody else has: it says so and ends with status 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        arguments = ["--store", str(tmp_path / "x"), "--port", port, "--lang", "en"]
        found = CliRunner().invoke(cli, ["serve", OUTAGE, *arguments])
    assert found.exit_code == 2
    assert f"port {port}" in found.stderr


def test_a_store_that_is_served_is_not_served_twice(tmp_path: Path) -> None:
    """A second server for the same store says so and ends with status 2."""
    store = tmp_path / "x.sqlite"
    first = Access(invitations_of(str(store)), b"k" * 64, lambda: 0.0)
    key = ["--key", str(tmp_path / "key"), "--port", "0", "--lang", "en"]
    found = CliRunner().invoke(cli, ["serve", OUTAGE, "--store", str(store), *key])
    first.close()
    assert (found.exit_code, "another serve" in found.stderr) == (2, True)


def test_all_exercises_of_a_store_are_opened(tmp_path: Path) -> None:
    """Without a scenario, every exercise in the store; one that does not replay is left out and named."""
    store = SqliteStore(tmp_path / "x.sqlite")
    for name, seed in (("a", 1), ("b", 2), ("c", 3)):
        Keeper(store, name, prepared(), Receipt(OUTAGE, {"fuel": "x"}, "1", seed, title=name))
    store.append("c", {"t": 0.0, "digest": "wrong", "marks": [], "command": {"do": "ready", "by": "facilitator"}})
    store.close()
    access = Access(tmp_path / "invitations", b"k" * 64, lambda: 0.0)
    opening = Opening(str(tmp_path / "x.sqlite"), lambda what, settings: read(), access, "1", lambda: 0.0, "en")
    left_out: list[str] = []
    opened = opening.all(Asked(), lambda name, why: left_out.append(name))
    assert [(one.held.name, one.session.seed, one.resumed) for one in opened] == [("a", 1, False), ("b", 2, False)]
    assert left_out == ["c"]
    assert [name for name, _ in invite(access, opened[0], [(Role.facilitator, None)], 1.0, "zh")] == ["导调"]
    access.close()


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the packages of the web extra: a sentence with the command that installs them."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    key = ["--key", str(tmp_path / "key"), "--port", "0"]
    found = CliRunner().invoke(cli, ["serve", OUTAGE, "--store", str(tmp_path / "x"), *key])
    assert found.exit_code == 2
    assert "pip install 'emergency[web]'" in found.stderr
