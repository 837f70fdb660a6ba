"""A hall full of browsers on one server: what is lost or out of order, how long it takes, what memory it costs.

    python tests/benchmarks/console_load.py [--clients 100] [--rate 20] [--seconds 60] [--reading 20] [SCENARIO]

Starts `emergency serve` as a process on loopback, opens streams of events, and has players, evaluators and the
facilitator give commands at a steady rate, whether or not the answers have come (a slow server is not spared). Some
of the browsers do what real ones do and fetch their page at each word of the stream. Scenario time runs at ×60
meanwhile. Ends with status 1 if a command is lost or comes out of order, or a stream goes back or misses the end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from emergency.console.host import PAUSE_MOST
from emergency.exercise import SqliteStore
from emergency.reader import load_inputs

#: As in an exercise of half a day: a facilitator, a dozen players, two evaluators, a screen on the wall.
PLAYERS, EVALUATORS, WALLS = 12, 2, 1


@dataclass
class Badge:
    """Somebody with a cookie."""

    base: str
    cookie: str
    csrf: str = ""

    @property
    def role(self) -> str:
        """As the address tells."""
        id = self.base.rsplit("/", 1)[1]
        return re.sub(r"-\d+$", "", id) if id.startswith(("facilitator", "evaluator", "wall")) else "player"


@dataclass
class Seen:
    """What has been measured [s]."""

    acknowledged: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    fetched: list[float] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)
    versions: list[list[int]] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    last_word: list[float] = field(default_factory=list)
    paused_at: float = 0.0
    under_load: bool = False


class Line:
    """One connection that is kept open."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.lock = asyncio.Lock()
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, cookie: str, body: str = "") -> tuple[int, dict[str, str], str]:
        """One request and its answer."""
        async with self.lock:
            try:
                return await self._ask(method, path, cookie, body)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.writer = None  # the server closes lines that have long been idle
                return await self._ask(method, path, cookie, body)

    async def _ask(self, method: str, path: str, cookie: str, body: str) -> tuple[int, dict[str, str], str]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader is not None
        self.writer.write(request(method, path, self.host, cookie, body))
        status, headers = await head(self.reader)
        text = (await self.reader.readexactly(int(headers.get("content-length", "0")))).decode()
        return status, headers, text


def request(method: str, path: str, host: str, cookie: str, body: str = "") -> bytes:
    """A request as it goes over the line."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}", f"cookie: {cookie}", f"content-length: {len(body)}"]
    if body:
        lines.append("content-type: application/x-www-form-urlencoded")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    found: dict[str, str] = {}
    for name, value in (line.split(": ", 1) for line in lines):
        # The cookie that counts the windows of one browser is left out: every stream here is a browser of its own.
        if name.lower() != "set-cookie" or not value.startswith("browser="):
            found[name.lower()] = value
    return int(first.split()[1]), found


# ------------------------------------------------------------------------------------------ the parts


async def come_in(line: Line, link: str) -> Badge:
    """A link turned into a badge."""
    _, headers, _ = await line.ask("GET", urlsplit(link).path, "")
    badge = Badge(headers["location"], headers["set-cookie"].partition(";")[0])
    _, _, text = await line.ask("GET", badge.base, badge.cookie)
    found = re.search(r'name="csrf"[^>]*value="([^"]+)"|"csrf"\s*:\s*"([^"]+)"', text)
    assert badge.role == "wall" or found, "no form on the page"
    badge.csrf = (found[1] or found[2]) if found else ""
    return badge


async def listen(line: Line, badge: Badge, seen: Seen, reads: bool, over: asyncio.Event) -> None:
    """One open stream; versions as they come, and for some the page fetched at each."""
    reader, writer = await asyncio.open_connection(line.host, line.port)
    writer.write(request("GET", badge.base + "/events", line.host, badge.cookie))
    status, _ = await head(reader)
    assert status == 200, status
    mine: list[int] = []
    number = len(seen.versions)
    seen.versions.append(mine)
    seen.roles.append(badge.role)
    seen.last_word.append(0.0)
    fetching = Line(line.host, line.port)
    while not over.is_set():
        text = await reader.readline()
        if not text:
            break
        if not text.startswith(b"data: "):
            continue
        mine.append(int(text[6:]))
        seen.last_word[number] = time.perf_counter()
        if seen.under_load:
            seen.told.append(time.perf_counter() - seen.sent_at[-1])
        if reads:
            began = time.perf_counter()
            await fetching.ask("GET", badge.base + "/panels", badge.cookie)
            seen.fetched.append(time.perf_counter() - began)
    writer.close()


async def give(line: Line, badge: Badge, seen: Seen, number: int, to: str) -> None:
    """One command, timed from when it was due."""
    text = f"{badge.base.rsplit('/', 1)[1]} {number}"
    fields = {"csrf": badge.csrf, "do": "note", "text": text}
    if badge.role == "player":
        fields |= {"do": "say", "to": to}
    began = time.perf_counter()
    seen.sent_at.append(began)
    seen.under_load = True
    status, _, answer = await line.ask("POST", badge.base + "/command", badge.cookie, urlencode(fields))
    if status == 200:
        seen.acknowledged.append(time.perf_counter() - began)
        seen.given.setdefault(badge.base, []).append(text)
    else:
        seen.refused.append((status, answer[:80]))


async def load(links: list[str], clients: int, rate: float, seconds: float, reading: int, process: Any) -> Seen:
    """The whole of it."""
    where = urlsplit(links[0])
    assert where.hostname is not None
    assert where.port is not None
    first = Line(where.hostname, where.port)
    badges = [await come_in(first, link) for link in links]
    lines = [Line(where.hostname, where.port) for _ in badges]
    facilitator, players = badges[0], [b for b in badges if b.role == "player"]
    for badge, fields in [*((p, {"do": "claim"}) for p in players), (facilitator, {"do": "ready"}),
                          (facilitator, {"do": "pace", "pace": "60"}), (facilitator, {"do": "start"})]:  # fmt: skip
        body = urlencode({"csrf": badge.csrf, **fields})
        status, _, text = await first.ask("POST", badge.base + "/command", badge.cookie, body)
        assert status == 200, (fields, status, text[:200])
    seen, over = Seen(), asyncio.Event()
    streams = [
        asyncio.create_task(listen(first, badges[n % len(badges)], seen, n < reading, over)) for n in range(clients)
    ]
    await asyncio.sleep(2.0)
    memory, used = [resident(process.pid)], processor(process.pid)
    acting = [(b, line) for b, line in zip(badges, lines, strict=True) if b.role != "wall"]
    begun, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        badge, line = acting[number % len(acting)]
        to = players[number % len(players)].base.rsplit("/", 1)[1]
        tasks.append(asyncio.create_task(give(line, badge, seen, number, to)))
        if number % int(rate * 10) == 0:
            memory.append(resident(process.pid))
    await asyncio.gather(*tasks)
    seen.under_load = False
    took, used = time.perf_counter() - begun, processor(process.pid) - used
    await asyncio.sleep(2.0)
    memory.append(resident(process.pid))
    seen.paused_at = time.perf_counter()
    body = urlencode({"csrf": facilitator.csrf, "do": "pause"})
    await first.ask("POST", facilitator.base + "/command", facilitator.cookie, body)
    await asyncio.sleep(PAUSE_MOST + 2.0)
    over.set()
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    print(f"{len(seen.acknowledged)} commands acknowledged in {took:.1f} s, {len(seen.refused)} refused")
    print(f"processor time of the server: {used:.1f} s, {used / len(tasks) * 1000:.1f} ms a command, all told")
    print("memory of the server [MB]: " + " ".join(f"{m:.1f}" for m in memory))
    return seen


# ------------------------------------------------------------------------------------------- telling


def resident(pid: int) -> float:
    """Memory a process holds [MB]."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


def processor(pid: int) -> float:
    """Processor time a process has used [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(name: str, times: Sequence[float]) -> str:
    """Percentiles in milliseconds."""
    if not times:
        return f"{name:32} none"
    ordered = sorted(times)
    cuts = [ordered[min(len(ordered) - 1, int(q * len(ordered)))] * 1000 for q in (0.5, 0.9, 0.95, 0.99)]
    return f"{name:32}{len(ordered):8}" + "".join(f"{ms:9.1f}" for ms in (*cuts, ordered[-1] * 1000))


def verdict(seen: Seen, store: Path, name: str) -> list[str]:
    """What went wrong."""
    wrong = [f"refused: {one}" for one in seen.refused[:5]]
    kept = [r["command"].get("text", "") for r in SqliteStore(store).read(name)[1:]]
    places = {text: n for n, text in enumerate(kept)}
    for base, texts in seen.given.items():
        lost = [text for text in texts if text not in places]
        wrong += [f"lost: {base}: {lost[:3]}"] if lost else []
        order = [places[text] for text in texts if text in places]
        wrong += [f"out of order: {base}"] if order != sorted(order) else []
    if len(set(kept)) < sum(map(len, seen.given.values())):
        wrong.append("kept twice")
    wrong += ["a stream went back" for mine in seen.versions if mine != sorted(set(mine))]
    return wrong + ["a stream missed the end" for at in seen.last_word if at < seen.paused_at]


def main() -> int:
    """Serve, load, tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", nargs="?", default="compound-summer-flood")
    for name, kind, default in (("clients", int, 100), ("rate", float, 20.0), ("seconds", float, 60.0),
                                ("reading", int, 20)):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=default)
    asked = parser.parse_args()
    read = load_inputs(asked.scenario)
    scenario = str(read.scenario.scenario)
    seats = [str(one.seat) for one in read.scenario.staffing]
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "x.sqlite"
        command = [sys.executable, "-m", "emergency.cli", "serve", asked.scenario, "--store", str(store)]
        command += ["--port", "0"]
        command += ["--key", f"{folder}/key", "--lang", "en", "--evaluators", str(EVALUATORS), "--walls", str(WALLS)]
        command += [part for seat in seats[:PLAYERS] for part in ("--seat", seat)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})
        try:
            return tell(process, asked, store, scenario)
        finally:
            process.terminate()
            process.wait()


def tell(process: Any, asked: argparse.Namespace, store: Path, scenario: str) -> int:
    """The table."""
    links = []
    for line in process.stdout:
        links += re.findall(r"http://\S+/join/\S+", line)
        if line.startswith("Ctrl-C"):
            break
    seen = asyncio.run(load(links, asked.clients, asked.rate, asked.seconds, asked.reading, process))
    print(f"{asked.clients} streams, {asked.reading} of them fetching pages; {asked.rate:g} commands a second")
    print(f"others on this machine: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'[ms]':32}{'n':>8}{'p50':>9}{'p90':>9}{'p95':>9}{'p99':>9}{'max':>9}")
    print(row("command → acknowledged", seen.acknowledged))
    print(row("last command → told on a stream", seen.told))
    print(row("page fetched", seen.fetched))
    print(f"words on streams: {sum(map(len, seen.versions))}, for each {min(map(len, seen.versions))}"
          f" to {max(map(len, seen.versions))}")  # fmt: skip
    for role in dict.fromkeys(seen.roles):  # who does not see everything is told of less
        words = [len(mine) for mine, of in zip(seen.versions, seen.roles, strict=True) if of == role]
        print(f"  of these to each {role}: {min(words)} to {max(words)}")
    wrong = verdict(seen, store, scenario)
    print("\n".join(wrong) if wrong else "nothing lost, nothing out of order")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
