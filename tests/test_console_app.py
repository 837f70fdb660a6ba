"""The console from outside: who may have what, and that everything else is refused with a page and nothing more."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("sse_starlette")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from emergency.console import aftermath as aftermath_module
from emergency.console import routes
from emergency.console.access import Access, base_of
from emergency.console.aftermath import Aftermath, Premises
from emergency.console.app import application
from emergency.console.hall import Hall, Held
from emergency.console.host import Host, OutOfOrder
from emergency.console.place import Badge, Role
from emergency.console.routes import ROUTES
from emergency.console.shelf import Shelf
from emergency.exercise import Keeper, MemoryStore, Receipt, Session
from emergency.incident import Prepared, prepare
from emergency.reader import Inputs, load_inputs

OUTAGE = "fuel-pipeline-outage"
HEAD, MARKET = "vice-head-commerce", "market-supervision"
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>\'"&{{7*7}}'


@cache
def inputs() -> Inputs:
    """The outage scenario as read."""
    return load_inputs(OUTAGE)


@cache
def prepared() -> Prepared:
    """The outage scenario."""
    return prepare(inputs().scenario, inputs().plans, inputs().jurisdiction)


class House:
    """A server with two exercises, and everybody who may come to it."""

    def __init__(self, folder: Path) -> None:
        self.now, self.wall, self.store, self.folder = 1e9, 0.0, MemoryStore(), folder
        self.access = Access(folder / "invitations", b"k" * 64, lambda: self.now)
        held = {name: self._held(name) for name in ("x", "y")}
        self.hall = Hall(held, self.access, "en", lambda: self.wall * 3600.0, runs=3)
        self.client = TestClient(application(self.hall), raise_server_exceptions=False, follow_redirects=False)
        self.tokens: dict[str, str] = {}
        self.people = {
            "facilitator": self._invited("x", Role.facilitator, None),
            "head": self._invited("x", Role.player, HEAD),
            "market": self._invited("x", Role.player, MARKET),
            "evaluator": self._invited("x", Role.evaluator, None),
            "wall": self._invited("x", Role.wall, None),
            "other": self._invited("y", Role.facilitator, None),
            "revoked": self._invited("x", Role.facilitator, None),
            "expired": self._invited("x", Role.facilitator, None, hours=1.0),
        }
        self.access.revoke("x", self.people["revoked"][0].id)
        self.now += 7200.0

    def _held(self, name: str) -> Held:
        receipt = Receipt(OUTAGE, {"fuel": "x"}, "1", 1, title=name)
        host = Host(
            lambda: Keeper(self.store, name, prepared(), receipt), lambda: self.access.badges(name), lambda: self.wall
        )
        return Held(name, host, Aftermath(host, Premises(inputs(), (), 1), Shelf(self.folder / "reviews", name, "1")))

    def _invited(self, exercise: str, role: Role, seat: str | None, hours: float = 10.0) -> tuple[Badge, str, str]:
        """A badge, with its cookie and what its forms carry."""
        badge, token = self.access.invite(exercise, role, seat, f"{role.value} 1", hours)
        invitation = self.access.enter(token)
        name, value, _ = self.access.cookie(invitation)
        self.tokens[badge.exercise + "/" + badge.id] = token
        return badge, f"{name}={value}", self.access.csrf(invitation)

    def base(self, who: str) -> str:
        """Where somebody has everything."""
        badge = self.people[who][0]
        return base_of(badge.exercise, badge.id)

    def get(self, who: str | None, path: str = "", at: str | None = None, **headers: str) -> Any:
        """Ask for a page, with the cookie of `who`, at the address of `at`."""
        if who is not None:
            headers["cookie"] = self.people[who][1]
        return self.client.get(self.base(at or who or "facilitator") + path, headers=headers)

    def post(self, who: str | None, path: str, at: str | None = None, **fields: Any) -> Any:
        """Post a form of one's own."""
        csrf = self.people[who][2] if who is not None else ""
        headers = {"cookie": self.people[who][1]} if who is not None else {}
        data = {"csrf": csrf, **fields}
        return self.client.post(self.base(at or who or "facilitator") + path, data=data, headers=headers)

    def do(self, who: str, do: str, **fields: Any) -> Any:
        """Give a command."""
        return self.post(who, "/command", do=do, **fields)

    def begin(self) -> None:
        """Start the exercise, two seats held."""
        for who, do in (("head", "claim"), ("market", "claim"), ("facilitator", "ready"), ("facilitator", "start")):
            assert self.do(who, do).status_code == 200

    def entries(self) -> list[Any]:
        """The log of exercise x."""
        return list(Keeper(self.store, "x", prepared(), None).session.log)  # type: ignore[arg-type]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server that runs."""
    found = House(tmp_path)
    with found.client:
        yield found


# --------------------------------------------------------------------------------------- who may what

INSIDE = ("facilitator", "head", "evaluator", "wall")
OUTSIDE = (None, "other", "revoked", "expired")
#: What each role is answered, address by address; whoever is outside is answered 403 everywhere.
MATRIX: dict[tuple[str, str], tuple[int, int, int, int]] = {
    ("GET", ""): (200, 200, 200, 200),
    ("GET", "/panels"): (200, 200, 200, 200),
    ("GET", "/invite"): (200, 403, 403, 403),
    ("GET", "/review"): (404, 403, 404, 403),
    ("GET", "/machine/fuel.svg"): (200, 200, 200, 200),
    ("GET", "/log/0"): (200, 403, 200, 403),
    ("GET", "/acts"): (200, 403, 200, 403),
    ("GET", "/form/fuel:none"): (403, 404, 403, 403),
    ("POST", "/command"): (200, 403, 403, 403),  # `ready`, which is the facilitator's
    ("POST", "/invite"): (200, 403, 403, 403),
    ("POST", "/revoke"): (200, 403, 403, 403),
    ("POST", "/review"): (200, 403, 409, 403),  # the evaluator comes while the facilitator's is being made
}
FIELDS = {
    "/command": {"do": "ready"},
    "/invite": {"role": "wall", "name": "W"},
    "/revoke": {"badge": MARKET},
    "/review": {"runs": "1"},
}


def asked(house: House, method: str, path: str, who: str | None, at: str | None = None) -> Any:
    """One cell of the matrix."""
    if method == "GET":
        return house.get(who, path, at)
    return house.post(who, path, at, **FIELDS[path])


@pytest.mark.parametrize(("method", "path"), MATRIX)
def test_each_address_is_for_its_roles(house: House, method: str, path: str) -> None:
    """Every role gets what the table gives it; nobody from outside gets anything, anywhere, with any cookie."""
    for who in OUTSIDE:
        at = who if who in ("revoked", "expired") else "facilitator"
        assert asked(house, method, path, who, at).status_code == 403, who
    found = tuple(asked(house, method, path, who).status_code for who in INSIDE)
    assert found == MATRIX[method, path]


def test_the_table_names_every_address() -> None:
    """A new address has to be given a row, or a reason."""
    base = "/x/{exercise}/{badge}"
    apart = {("GET", "/"), ("GET", "/join/{token}"), ("GET", base + "/events")}  # tested by themselves
    there = {(m, r.path) for r in ROUTES for m in (r.methods or set()) - {"HEAD"}} - apart
    spelt = {"/machine/fuel.svg": "/machine/{plan}.svg", "/form/fuel:none": "/form/{form}"}
    spelt["/log/0"] = "/log/{leaf:int}"
    assert there == {(method, base + spelt.get(path, path)) for method, path in MATRIX}


def test_nobody_is_told_what_there_is(house: House) -> None:
    """Exercises, badges and addresses that exist answer strangers like those that do not."""
    paths = ("/x/x/facilitator", "/x/x/nobody", "/x/no/facilitator", "/x/x/facilitator/panels", "/x/x/x/review")
    assert len({house.client.get(path).text for path in paths}) == 1


def test_streams_are_for_those_inside(house: House) -> None:
    """The stream of changes is refused to everyone else; inside it is answered as a stream."""
    for who in OUTSIDE:
        at = who if who in ("revoked", "expired") else "facilitator"
        assert house.get(who, "/events", at).status_code == 403
    answer = house.client.head(house.base("wall") + "/events", headers={"cookie": house.people["wall"][1]})
    assert answer.headers["content-type"].startswith("text/event-stream")


# ------------------------------------------------------------------------------------------ coming in


def test_a_link_brings_in_and_leaves_no_trace(house: House) -> None:
    """A link sets its badge's cookie, for its badge's addresses only and out of reach of scripts, and leads there."""
    answer = house.client.get(f"/join/{house.tokens['x/facilitator']}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/x/x/facilitator")
    cookie, browser = answer.headers.get_list("set-cookie")
    assert browser.startswith("browser=")
    assert "HttpOnly" in browser
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/x/x/facilitator", "Max-Age="))
    assert house.tokens["x/facilitator"] not in cookie
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert house.client.get("/x/x/facilitator").status_code == 200


def test_over_tls_the_cookie_is_secure(tmp_path: Path) -> None:
    """Reached by https only, no cookie goes out in the clear."""
    house = House(tmp_path)
    hall = Hall(house.hall.exercises, house.access, "en", lambda: 0.0, secure=True)
    with TestClient(application(hall), base_url="https://testserver", follow_redirects=False) as client:
        cookies = client.get(f"/join/{house.tokens['x/facilitator']}").headers.get_list("set-cookie")
    assert all("; Secure" in cookie for cookie in cookies)


def test_seven_badges_in_one_browser(house: House) -> None:
    """Seven tabs of one browser with seven badges stay seven people."""
    seats = sorted(Keeper(house.store, "x", prepared(), None).session.seats())[:6]  # type: ignore[arg-type]
    badges = [house.access.invite("x", Role.player, seat, f"name of {seat}", 5.0) for seat in seats]
    badges.append(house.access.invite("y", Role.facilitator, None, "the other exercise", 5.0))
    for _, token in badges:
        assert house.client.get(f"/join/{token}").status_code == 303
    assert len(house.client.cookies.jar) == 8  # and one by which windows are counted
    for badge, _ in badges:
        answer = house.client.get(base_of(badge.exercise, badge.id))
        assert answer.status_code == 200
        csrf = house.access.csrf(house.access.known(badge.exercise, badge.id, dict(house.client.cookies)))
        fields = {"csrf": csrf, "do": "claim" if badge.role is Role.player else "ready"}
        assert house.client.post(base_of(badge.exercise, badge.id) + "/command", data=fields).status_code == 200
    session = Keeper(house.store, "x", prepared(), None).session  # type: ignore[arg-type]
    assert session.holders == {seat: f"name of {seat}" for seat in seats}


@pytest.mark.parametrize("token", ["x", "a.b", "%00", "é", "..%2f..%2fetc", "A" * 3000, "WyJ4IiwiYSIsImIiXQ.AAAA"])
def test_forged_links_are_turned_away(house: House, token: str) -> None:
    """What is no token of ours ends in a page that says so."""
    answer = house.client.get(f"/join/{token}")
    assert answer.status_code in (403, 404)
    assert "text/html" in answer.headers["content-type"]


def test_strangers_are_slowed_down_and_nobody_else(house: House) -> None:
    """Who tries many tokens from one address has to wait; a class behind the same address is not held up."""
    found = [house.client.get(f"/join/{n}").status_code for n in range(40)]
    assert found[:20] == [403] * 20
    assert set(found[20:]) == {429}
    assert house.get("head").status_code == 200
    assert house.client.get(f"/join/{house.tokens['x/facilitator']}").status_code == 303
    house.wall += 1.0
    assert house.client.get("/join/1").status_code == 403


def test_a_badge_that_asks_too_often_waits_alone(house: House) -> None:
    """Commands are limited for each badge by itself; the answer says when to try again."""
    found = [house.do("evaluator", "note", text=str(n)).status_code for n in range(45)]
    assert found.count(429) == 5
    answer = house.do("evaluator", "note", text="x")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert house.do("facilitator", "ready").status_code == 200


def test_revoking_ends_what_is_open(house: House) -> None:
    """A badge revoked is out at its next request; nobody revokes themselves."""
    assert house.get("market").status_code == 200
    assert house.post("facilitator", "/revoke", badge=MARKET).status_code == 200
    assert house.get("market").status_code == 403
    assert house.do("market", "claim").status_code == 403
    assert house.post("facilitator", "/revoke", badge="facilitator").status_code == 409
    assert house.post("facilitator", "/revoke", badge="nobody").status_code == 422


def test_an_invitation_is_shown_once(house: House) -> None:
    """The link of a new invitation stands in the answer, works, and is not shown again."""
    answer = house.post("facilitator", "/invite", role="player", seat="finance", name="Finance", hours="2")
    [token] = set(re.findall(r"http://testserver/join/([\w.%-]+)", answer.text))
    assert house.client.get(f"/join/{token}").headers["location"] == "/x/x/finance"
    assert token not in house.get("facilitator", "/invite").text
    assert token not in house.get("facilitator").text


@pytest.mark.parametrize(
    "fields",
    [{"role": "root", "name": "A"}, {"role": "player", "name": "A"}, {"role": "player", "seat": "no", "name": "A"},
     {"role": "wall", "name": ""}, {"role": "wall", "name": "x" * 81}, {"role": "wall", "name": "A", "hours": "-1"},
     {"role": "wall", "name": "A", "hours": "nan"}, {"role": "wall", "name": "A", "hours": "1e5"}, {}],
)  # fmt: skip
def test_invitations_that_make_no_sense(house: House, fields: dict[str, str]) -> None:
    """No such role or seat, no name, no time: refused, and nobody more is invited."""
    before = house.access.badges("x")
    assert house.post("facilitator", "/invite", **fields).status_code == 422
    assert house.access.badges("x") == before


# ------------------------------------------------------------------------------------------- acting


def test_a_command_is_kept_and_seen_in_the_answer(house: House) -> None:
    """What is acknowledged is in the store."""
    house.begin()
    answer = house.do("evaluator", "note", text="well done")
    assert answer.status_code == 200
    assert [e.detail["text"] for e in house.entries() if e.ref == "observation"] == ["well done"]


def test_what_the_plan_gives_to_another_is_refused_with_the_clause(house: House) -> None:
    """Who tries another's decision is answered 403 with the clause; the log keeps the attempt under its name."""
    house.begin()
    assert house.do("facilitator", "jump", to="200").status_code == 200
    ask = Keeper(house.store, "x", prepared(), None).session.open_for(HEAD)[0]  # type: ignore[arg-type]
    fields = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do, "verdict": "do"}
    answer = house.do("market", "decide", **fields)
    assert answer.status_code == 403
    assert ask.clauses[0].partition(":")[2] in answer.text
    assert [e.actor for e in house.entries() if e.kind == "decision-refused"] == [MARKET]
    assert house.do("market", "decide", by=f"seat:{HEAD}", **fields).status_code == 422
    assert house.do("head", "decide", **fields).status_code == 200
    assert house.do("head", "decide", **fields).status_code == 409


def session_of(house: House) -> Session:
    """Exercise x as its store gives it."""
    return Keeper(house.store, "x", prepared(), None).session  # type: ignore[arg-type]


def test_a_refusal_does_not_tell_who_has_been_asked(house: House) -> None:
    """Who tries a step of another is answered the same, and left with the same page, whether that other has been
    asked for it or nobody has; the log tells those who judge of the attempt."""
    house.begin()
    step = {"ask": 0, "plan": "fuel", "ref": "response=IV", "step": "decide", "verdict": "do", "why": "because"}
    found = []
    for hours in ("1", "200"):
        assert house.do("facilitator", "jump", to=hours).status_code == 200
        asked = [a.ref for a in session_of(house).open_for(HEAD) if a.do == step["step"]]
        before = house.get("market", "/panels").text
        answer = house.do("market", "decide", **step)
        assert house.get("market", "/panels").text == before
        found.append((answer.status_code, answer.text, step["ref"] in asked))
    assert [asked for _, _, asked in found] == [False, True]
    assert found[0][:2] == found[1][:2]
    assert found[0][0] == 403
    assert '<span class="cite">4.3</span>' in found[0][1]
    assert [e.actor for e in house.entries() if e.kind == "decision-refused"] == [MARKET]
    assert not [e for e in house.entries() if e.detail.get("why") == "because"]  # it would be told as the other's


def test_what_the_plan_gives_to_a_seat_but_does_not_ask_now(house: House) -> None:
    """Who tries a step of its own too early is told that it is its own, and that it does not wait; a step that the
    plan does not have is told as such."""
    house.begin()
    step = {"ask": 0, "plan": "fuel", "ref": "response=IV", "step": "decide", "verdict": "do"}
    early = house.do("head", "decide", **step)
    assert (early.status_code, "does not wait for you" in early.text) == (409, True)
    for wrong in ({"step": "fly"}, {"ref": "response=XII"}, {"plan": "none"}):
        answer = house.do("head", "decide", **{**step, **wrong})
        assert (answer.status_code, "has no step" in answer.text) == (409, True)


def test_forms_of_others_are_refused(house: House) -> None:
    """Without the badge's own token, with another's, or from another site, nothing is done."""
    cookie = house.people["facilitator"][1]
    path = house.base("facilitator") + "/command"
    for csrf in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": house.people["evaluator"][2]}):
        answer = house.client.post(path, data={**csrf, "do": "ready"}, headers={"cookie": cookie})
        assert answer.status_code == 403
    data = {"csrf": house.people["facilitator"][2], "do": "ready"}
    for site in ("cross-site", "same-site", "none"):
        answer = house.client.post(path, data=data, headers={"cookie": cookie, "sec-fetch-site": site})
        assert answer.status_code == 403
    assert len(house.store.read("x")) == 1
    headers = {"cookie": cookie, "sec-fetch-site": "same-origin"}
    assert house.client.post(path, data=data, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"x=" + b"a" * 70_000, 413),
        ("application/x-www-form-urlencoded", b"\xff\xfe", 415),
        ("application/x-www-form-urlencoded", b"csrf=%FF", 415),
        ("application/x-www-form-urlencoded", b"", 403),
        ("application/json", b'{"do":"ready"}', 415),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--', 415),
        ("text/xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", 415),
    ],
)
def test_malformed_bodies(house: House, kind: str, body: bytes, status: int) -> None:
    """Too long, of another type, or no text: refused before anything is made of it."""
    headers = {"cookie": house.people["facilitator"][1], "content-type": kind}
    answer = house.client.post(house.base("facilitator") + "/command", content=body, headers=headers)
    assert answer.status_code == status
    assert len(house.store.read("x")) == 1


def test_a_body_without_end_is_cut_off(house: House) -> None:
    """A length that is not told is counted; no more is read than may be."""
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"x" * 4096

    headers = {"cookie": house.people["facilitator"][1], "content-type": "application/x-www-form-urlencoded"}
    answer = house.client.post(house.base("facilitator") + "/command", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert len(house.store.read("x")) == 1


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/%00",
     "/static/....//app.py", "/x/x/facilitator/machine/..%2f..%2fetc%2fpasswd.svg",
     "/x/x/facilitator/machine/none.svg",
     "/x/x/facilitator/form/..%2f..%2fapp.py", "/x/x/facilitator/nothing", "/x/x/facilitator/panels/", "/x", "/x/x",
     "/x/x/facilitator%2f..%2fother", "/x/..%2f..%2fetc/facilitator", "//x/x/facilitator", "/favicon.ico",
     "/static/", "/static", "/static/fonts/none.woff", "/static/fonts/..%2f..%2fapp.woff", "/static/fonts/"],
)  # fmt: skip
def test_paths_lead_nowhere_else(house: House, path: str) -> None:
    """Whatever an address is made of, it is one of ours or refused with a page."""
    answer = house.client.get(path, headers={"cookie": house.people["facilitator"][1]})
    assert answer.status_code in (403, 404, 405)
    assert "import" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "POST", "TRACE"])
def test_other_methods_are_refused(house: House, method: str) -> None:
    """A page is for looking."""
    headers = {"cookie": house.people["facilitator"][1]}
    assert house.client.request(method, house.base("facilitator"), headers=headers).status_code == 405


NAMES = [
    "do", "by", "to", "text", "ask", "plan", "ref", "step", "verdict", "why", "pace", "inject", "title", "name",
    "clause", "kind", "objective", "rating", "entry", "report", "form", "fields", "badge", "role", "hours", "runs",
]  # fmt: skip
VALUES = [
    "jump", "pace", "assign", "say", "note", "rate", "write-inject", "release-inject", "hold-inject", "skip-inject",
    "decide", "file-finding", "fill-form", "claim", "release", "hand-over", "pause", "resume", "fuel", "3.1",
    "outage", "do", "M", "silent", "player", "wall", "1e308", "-1", "NaN", "0x10",
]  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(NAMES), st.one_of(st.sampled_from([*VALUES, HEAD, EVIL]), st.text(max_size=30))
    ),
    who=st.sampled_from(INSIDE),
    path=st.sampled_from(["/command", "/invite", "/revoke"]),
)
def test_whatever_is_posted_is_taken_or_refused(house: House, fields: dict[str, str], who: str, path: str) -> None:
    """No form, however filled in, ends in anything but an answer: taken, or refused; never an error of ours."""
    house.wall += 10 / 3600.0  # so that nobody is told to wait
    if fields.get("badge") == who:
        return
    answer = house.post(who, path, **fields)
    assert answer.status_code in (200, 403, 409, 415, 422)


# --------------------------------------------------------------------------------- what answers carry


def test_every_answer_forbids_what_it_was_not_made_for(house: House) -> None:
    """Pages, fragments, refusals, files and errors all carry the strict headers; nothing secret may be cached."""
    house.begin()
    answers = [
        house.client.get("/"),
        house.get("head"),
        house.get("head", "/panels"),
        house.get(None),
        house.do("head", "fly"),
        house.do("head", "say", text="no addressee"),
        house.client.get("/static/console.css"),
        house.client.get("/nothing"),
        house.client.get("/join/x"),
        house.get("wall", "/machine/fuel.svg"),
    ]
    for answer in answers:
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'unsafe" not in policy
        assert "unsafe-eval" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers
        assert headers["cache-control"] in ("no-store", "no-cache")
    assert answers[1].headers["cache-control"] == "no-store"


def test_pages_ask_for_nothing_that_the_policy_forbids(house: House) -> None:
    """No script, style or event handler within the page, and no address but this server's."""
    house.begin()
    house.do("facilitator", "jump", to="200")
    for who in INSIDE:
        text = house.get(who).text
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
        assert "<style" not in text
        assert not re.search(r"<[^>]*\s(style|on\w+)\s*=", text)
        assert not re.search(r"""(?:src|href|action|hx-\w+)=["']?(?:https?:)?//""", text)


def test_whatever_people_write_is_text(house: House) -> None:
    """What is written into any free field is shown to everyone as it was written, and never as a part of the page."""
    house.do("head", "claim", name=f"name {EVIL}"[:80])
    house.do("market", "claim")
    house.do("facilitator", "ready")
    house.do("facilitator", "start")
    house.do("facilitator", "jump", to="200")
    ask = Keeper(house.store, "x", prepared(), None).session.open_for(HEAD)[0]  # type: ignore[arg-type]
    step = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
    given = [
        house.do("head", "say", to=MARKET, text=f"say {EVIL}"),
        house.do("facilitator", "say", to=HEAD, text=f"say {EVIL}"),
        house.do("head", "file-finding", plan="fuel", clause="3.1", kind="silent", text=f"finding {EVIL}"),
        house.do("evaluator", "note", text=f"note {EVIL}"),
        house.do("evaluator", "rate", objective="warn-in-time", rating="M", text=f"rate {EVIL}"),
        house.do("facilitator", "write-inject", title=EVIL[:80], text=f"inject {EVIL}"),
        house.do("head", "decide", **step, verdict="refuse", why=f"why {EVIL}"),
        house.do("head", "hand-over", name=EVIL[:80]),
        house.post("facilitator", "/invite", role="wall", name=EVIL[:80]),
    ]
    assert [answer.status_code for answer in given] == [200] * 9
    refused = [
        house.do("facilitator", "assign", to=EVIL[:80]),
        house.do("facilitator", "release-inject", inject=EVIL),
        house.do("head", "fill-form", form=EVIL, to="a", fields="b"),
        house.do("head", EVIL),
    ]
    assert all(400 <= answer.status_code < 500 for answer in refused)
    pages = [house.get(who, path) for who in (*INSIDE, "market") for path in ("", "/panels")]
    for answer in [*given, *refused, *pages, house.get("facilitator", "/invite")]:
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
    assert "&lt;script&gt;" in house.get("facilitator").text


# -------------------------------------------------------------------------------------- when it fails


def test_an_error_of_ours_is_a_page_that_tells_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Should a page fail, its reader gets a sentence and status 500, the log the rest, and the exercise goes on."""

    def broken(*_: object, **__: object) -> str:
        raise ValueError("secret detail")

    monkeypatch.setattr(routes.pages, "panels", broken)
    answer = house.get("head", "/panels")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers
    assert "secret detail" in caplog.text
    assert house.get("evaluator", "/invite").status_code == 403


def test_when_nothing_can_be_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails is told as such, with 503 and when to try again."""

    async def failing(*_: object) -> None:
        raise OutOfOrder("disk")

    monkeypatch.setattr(Host, "give", failing)
    answer = house.do("facilitator", "ready")
    assert answer.status_code == 503
    assert "paused" in answer.text


# ----------------------------------------------------------------------------------------- the review


def test_the_review_is_made_beside_the_exercise(house: House) -> None:
    """Asked for, it is made in another process while commands are taken; then it opens, for those who judge only."""
    house.begin()
    house.do("facilitator", "jump", to="300")
    assert house.post("evaluator", "/review", runs="2").status_code == 200
    assert house.do("facilitator", "pause").status_code == 200
    answer = house.get("evaluator", "/review")
    while "refresh" in answer.headers:
        house.wall += 1 / 3600.0
        time.sleep(0.05)
        answer = house.get("evaluator", "/review")
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert len(answer.text) > 20_000
    assert house.get("head", "/review").status_code == 403
    house.do("evaluator", "note", text="seen after the review was made")
    house.hall.exercises["x"].aftermath._pages.clear()  # as in a server started again
    for lang in ("en", "zh"):
        found = house.get("evaluator", f"/review?lang={lang}")
        assert (found.status_code, "复盘" in found.text) == (200, lang == "zh")
    assert "sandbox" in found.headers["content-security-policy"]


def test_a_review_that_cannot_be_kept_is_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no room beside the store a review opens all the same."""

    async def played(aftermath: Aftermath, runs: int) -> None:
        return None

    (house.folder / "reviews").write_text("in the way")
    monkeypatch.setattr(Aftermath, "_play", played)
    monkeypatch.setattr(aftermath_module, "_written", lambda *_: {"zh": "<p>复盘", "en": "<p>the review"})
    house.begin()
    assert house.post("facilitator", "/review").status_code == 200
    while (answer := house.get("facilitator", "/review?lang=en")).status_code == 202:
        house.wall += 1 / 3600.0
    assert answer.text == "<p>the review"


def test_a_review_that_fails_says_why(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should it not come about, whoever opens it is told why, in words, and may try again."""

    async def failing(*_: object) -> None:
        raise OSError("no <memory>")

    monkeypatch.setattr(Aftermath, "_play", failing)
    house.begin()
    for _ in range(2):
        assert house.post("facilitator", "/review").status_code == 200
        answer = house.get("facilitator", "/review")
        while "refresh" in answer.headers:
            house.wall += 1 / 3600.0
            answer = house.get("facilitator", "/review")
        assert answer.status_code == 404
        assert "no &lt;memory&gt;" in answer.text


def test_one_review_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is being made no other is begun, and its page comes back by itself."""

    async def long(aftermath: Aftermath, runs: int) -> None:
        while not aftermath._left.is_set():
            await asyncio.sleep(0.01)

    monkeypatch.setattr(Aftermath, "_play", long)
    house.begin()
    assert house.post("facilitator", "/review").status_code == 200
    assert house.post("evaluator", "/review").status_code == 409
    assert house.get("evaluator", "/review").headers["refresh"] == "3"


def test_a_review_tells_how_far_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a review is being made, its page and the pages of those who judge tell plays done, how many there are and
    the time left, reckoned from the plays alone; the page leads back, and players are told nothing of it."""
    seconds = [50.0]
    monkeypatch.setattr(aftermath_module, "monotonic", lambda: seconds[0])

    async def long(aftermath: Aftermath, runs: int) -> None:
        for done, at in ((50, 50.0), (150, 250.0)):
            seconds[0] = at
            aftermath._played(done, runs)
        while not aftermath._left.is_set():
            await asyncio.sleep(0.01)

    monkeypatch.setattr(Aftermath, "_play", long)
    house.begin()
    assert house.post("facilitator", "/review", runs="500").status_code == 200
    while "150/500" not in (waiting := house.get("evaluator", "/review")).text:
        house.wall += 1 / 3600.0
        assert waiting.status_code == 202
    for page in (waiting, house.get("evaluator"), house.get("facilitator", "/panels")):
        assert "150/500" in page.text
        assert "12 min left" in page.text  # 350 plays at two seconds
        assert '<progress max="500" value="150"' in page.text
    assert 'href="/x/x/evaluator?lang=en"' in waiting.text
    assert "invitation" not in waiting.text
    assert "150/500" not in house.get("head").text


def test_who_is_in_is_shown_the_way_back(house: House) -> None:
    """Somebody who is in and comes to a wrong place is led to their own page and not to an invitation; at an address
    that knows no badge, a browser that has been inside is told how to come back."""
    for path in ("/review", "/invite", "/nothing"):
        answer = house.get("head", path)
        assert answer.status_code in (403, 404)
        assert (f'href="{house.base("head")}?lang=en"' in answer.text) == (path != "/nothing")
        assert "invitation" not in answer.text
    assert "has been in an exercise" not in house.client.get("/").text
    house.client.get(f"/join/{house.tokens['x/facilitator']}")
    assert "has been in an exercise" in house.client.get("/").text
    assert house.base("facilitator") not in house.client.get("/").text


# ------------------------------------------------------------------------------------------- language


def test_the_language_is_chosen_and_kept(house: House) -> None:
    """A page asked for in a language comes in it, and so does what follows; anything else is ignored."""
    found = house.get("head", "?lang=zh")
    assert '<html lang="zh' in found.text
    assert "lang=zh" in found.headers["set-cookie"]
    assert '<html lang="en' in house.get("head", "?lang=xx").text
    cookie = f"{house.people['head'][1]}; lang=zh"
    assert '<html lang="zh' in house.client.get(house.base("head"), headers={"cookie": cookie}).text
