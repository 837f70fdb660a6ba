"""What each address answers. Who may have it stands over each answer, and nobody comes past that."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from secrets import token_urlsafe
from threading import Lock
from typing import Any

from anyio import Event
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from emergency.console import pages
from emergency.console.access import TurnedAway, base_of
from emergency.console.authority import by_plan
from emergency.console.guard import Denied, hall_of, lang_of, let_act, let_in
from emergency.console.hall import Guest, Hall
from emergency.console.headers import REVIEW, SVG
from emergency.console.host import Busy, Host, OutOfOrder
from emergency.console.intake import Form, command_of
from emergency.console.place import Badge, Role, Room
from emergency.console.views import meant
from emergency.errors import RefusedError
from emergency.exercise import Session
from emergency.words.console_access import malformed, told

__all__ = ["ROUTES", "fragment", "status_of"]

HEARTBEAT = 15.0
"""Seconds after which a quiet stream shows that it is alive."""
SEND_SECONDS = 30.0
"""How long a browser may take to take one word of a stream."""
RETRY, BRIEF_RETRY = 1000, 3000
"""Milliseconds after which a browser opens a stream again that has ended."""
STREAMS = 4
"""Streams of one browser that stay open."""
BROWSER = "browser"
"""The cookie by which the windows of one browser are counted; it lets nobody in."""
INVITED = 12.0
"""Hours an invitation is good for, if nobody says."""
AGAIN = 3
"""Seconds after which the page of a review that is being made comes again by itself."""
_MOST_RUNS = 5000
_DRAWING = Lock()  # matplotlib has settings of the whole process; exercises have a thread each
_EVERYONE = tuple(Role)
_JUDGES = (Role.facilitator, Role.evaluator)


# ------------------------------------------------------------------------------------------ the door


async def landing(request: Request) -> Response:
    """Where somebody comes without an invitation; one who has been inside can only be told how to get back, for
    which badges a browser holds is not said at this address."""
    return HTMLResponse(pages.door(lang_of(request), None, known=BROWSER in request.cookies))


async def join(request: Request) -> Response:
    """A link turned into a cookie.

    The cookie is `Lax` and not `Strict`: an invitation is opened from a messenger or a mail, and a strict cookie
    would not be sent on the very redirect that follows. What changes anything is a POST with a token of its own.
    """
    hall = hall_of(request)
    invitation = hall.access.enter(request.path_params["token"])
    badge = invitation.badge
    if badge.exercise not in hall.exercises:
        raise TurnedAway("nobody")
    name, value, seconds = hall.access.cookie(invitation)
    base = base_of(badge.exercise, badge.id)
    answer = RedirectResponse(base, 303)
    answer.set_cookie(
        name, value, max_age=seconds, path=base, httponly=True, secure=hall.secure, samesite="lax"
    )
    if not re.fullmatch(r"[\w-]{16,64}", request.cookies.get(BROWSER, "")):
        answer.set_cookie(
            BROWSER, token_urlsafe(16), max_age=seconds, path="/", httponly=True, secure=hall.secure, samesite="lax"
        )
    return answer


# ------------------------------------------------------------------------------------------ looking


async def _seen(guest: Guest, tell: Callable[[Session, Room, Badge], Any], *, soon: bool = False) -> Any:
    badge = guest.invitation.badge
    return await guest.held.host.see(lambda session, room: tell(session, room, badge), soon=soon)


async def _panels(guest: Guest, *, soon: bool = False) -> Response:
    def tell(session: Session, room: Room, badge: Badge) -> str:
        return pages.panels(session, room, badge, guest.lang, base=guest.base, csrf=guest.csrf)

    return HTMLResponse(await _seen(guest, tell, soon=soon))


@let_in(*_EVERYONE)
async def page(request: Request, guest: Guest) -> Response:
    """The page of a role."""

    def tell(session: Session, room: Room, badge: Badge) -> str:
        return pages.page(session, room, badge, guest.lang, base=guest.base, csrf=guest.csrf)

    answer = HTMLResponse(await _seen(guest, tell))
    if request.query_params.get("lang") == guest.lang:
        secure = hall_of(request).secure
        answer.set_cookie(
            "lang", guest.lang, max_age=30 * 86400, path=guest.base, httponly=True, secure=secure, samesite="lax"
        )
    return answer


@let_in(*_EVERYONE)
async def panels(request: Request, guest: Guest) -> Response:
    """Only what changes of it."""
    return await _panels(guest)


@let_in(*_EVERYONE)
async def events(request: Request, guest: Guest) -> Response:
    """A stream that says when there is something new to see."""
    host, badge = guest.held.host, guest.invitation.badge
    if host.crowded(badge):
        raise Denied(429, "crowded")
    await host.attend(badge)
    leaving = Event()
    browser, last = request.cookies.get(BROWSER, ""), request.headers.get("last-event-id", "")
    return EventSourceResponse(
        _changes(hall_of(request), guest, browser, last, leaving),
        ping=int(HEARTBEAT),
        send_timeout=SEND_SECONDS,
        shutdown_event=leaving,
        shutdown_grace_period=1.0,
    )


async def _changes(
    hall: Hall, guest: Guest, browser: str, last: str, leaving: Event
) -> AsyncIterator[ServerSentEvent]:
    """The words of one stream; `last` is what the browser has heard, when it comes again."""
    host, badge = guest.held.host, guest.invitation.badge
    with host.listening(badge) as listener, _stream(hall, browser) as brief:
        if last == _mark(host, badge):
            listener.caught_up()
        if brief:
            yield _changed(host, badge, BRIEF_RETRY) if await listener.behind(0.0) else _quiet(BRIEF_RETRY)
            return

        async def leave() -> None:
            await leaving.wait()
            listener.dismiss()

        closing = asyncio.create_task(leave())
        try:
            while not listener.dismissed and hall.access.stands(guest.invitation):
                if await listener.behind(HEARTBEAT) and not listener.dismissed:
                    yield _changed(host, badge)
                    await listener.rest(host.pause)  # what changes in bursts is fetched once
            if not hall.access.stands(guest.invitation):
                yield _changed(host, badge)  # who is out asks once more, and is told why there is nothing more
        finally:
            closing.cancel()


@contextmanager
def _stream(hall: Hall, browser: str) -> Iterator[bool]:
    """Whether a stream is to be brief.

    A browser opens six connections to one server and no more. With a stream for each of seven windows none would be
    left to ask or to decide with; so beyond a few, streams end at once and come again every few seconds.
    """
    hall.streams[browser] += 1
    try:
        yield browser != "" and hall.streams[browser] > STREAMS
    finally:
        hall.streams[browser] -= 1
        if not hall.streams[browser]:
            del hall.streams[browser]


def _mark(host: Host, badge: Badge) -> str:
    """By which a browser that comes again says what it has heard; of this process, which counts from one."""
    return f"{host.opened}.{host.word(badge)}"


def _changed(host: Host, badge: Badge, retry: int = RETRY) -> ServerSentEvent:
    return ServerSentEvent(data=str(host.word(badge)), event="changed", id=_mark(host, badge), retry=retry)


def _quiet(retry: int) -> ServerSentEvent:
    return ServerSentEvent(comment="nothing new", retry=retry)


@let_in(*_EVERYONE)
async def machine(request: Request, guest: Guest) -> Response:
    """The state diagram of a plan as it stands."""
    plan = request.path_params["plan"]

    def tell(session: Session, room: Room, badge: Badge) -> bytes | None:
        with _DRAWING:
            return pages.diagram(session, plan, guest.lang, badge)

    drawn = await _seen(guest, tell)
    if drawn is None:
        raise HTTPException(404)
    return Response(drawn, media_type="image/svg+xml", headers={"Content-Security-Policy": SVG})


@let_in(Role.player)
async def form(request: Request, guest: Guest) -> Response:
    """A form of a plan to fill in."""
    asked = request.path_params["form"]

    def tell(session: Session, room: Room, badge: Badge) -> str | None:
        return pages.form_page(session, room, badge, asked, guest.lang, base=guest.base, csrf=guest.csrf)

    found = await _seen(guest, tell)
    if found is None:
        raise HTTPException(404)
    return HTMLResponse(found)


@let_in(*_JUDGES)
async def leaf(request: Request, guest: Guest) -> Response:
    """An earlier part of the log."""
    number = request.path_params["leaf"]

    def tell(session: Session, room: Room, badge: Badge) -> str:
        return pages.leaf(session, badge, number, guest.lang)

    return HTMLResponse(await _seen(guest, tell))


@let_in(*_JUDGES)
async def acts(request: Request, guest: Guest) -> Response:
    """The table of acts, which is too long to come with each page."""

    def tell(session: Session, room: Room, badge: Badge) -> str:
        return pages.acts(session, badge, guest.lang)

    return HTMLResponse(await _seen(guest, tell))


@let_in(*_JUDGES)
async def review(request: Request, guest: Guest) -> Response:
    """The after-action review, once it is made."""
    making = guest.held.aftermath.progress
    if making is not None:
        waiting = pages.waiting(making, guest.lang, base=guest.base)
        return HTMLResponse(waiting, 202, headers={"Refresh": str(AGAIN)})
    made = await guest.held.aftermath.page(guest.lang)
    if made is not None:
        return HTMLResponse(made, headers={"Content-Security-Policy": REVIEW})
    if guest.held.aftermath.failed:
        raise Denied(404, "review-failed", why=guest.held.aftermath.failed)
    raise Denied(404, "no-review")


# ------------------------------------------------------------------------------------------ acting


@let_act(*_EVERYONE)
async def command(request: Request, guest: Guest, form: Form) -> Response:
    """A command: taken, kept, and seen in the answer; or refused, and why."""
    badge, host = guest.invitation.badge, guest.held.host
    given = command_of(form, badge)
    try:
        await host.give(given, lambda session, command: meant(session, badge, command))
    except RefusedError as error:
        refused = error
        raise await host.see(lambda session, _: by_plan(session, given, refused), soon=True) from None
    return await _panels(guest, soon=True)


@let_in(Role.facilitator)
async def invited(request: Request, guest: Guest) -> Response:
    """Who is invited."""
    return await _invitations(guest, {})


@let_act(Role.facilitator)
async def invite(request: Request, guest: Guest, form: Form) -> Response:
    """An invitation more; its link is shown this once."""
    hall, exercise = hall_of(request), guest.held.name
    role, name, hours = _role(form), form.one("name").strip(), _number(form, "hours", INVITED)
    if not 1 <= len(name) <= 80:
        raise Denied(422, "no-name")
    seat = form.one("seat") if role is Role.player else None
    if seat is not None and not await guest.held.host.see(lambda session, _: seat in session.seats()):
        raise Denied(422, "no-seat", name=seat)
    try:
        badge, token = hall.access.invite(exercise, role, seat, name, hours)
    except TurnedAway as error:
        raise Denied(422, error.why) from None
    guest.held.host.tell(Role.facilitator)
    return await _invitations(guest, {badge.id: f"{request.base_url}join/{token}"})


@let_act(Role.facilitator)
async def revoke(request: Request, guest: Guest, form: Form) -> Response:
    """An invitation withdrawn: its link, its cookies and its open pages are worth nothing from now on."""
    hall, exercise, id = hall_of(request), guest.held.name, form.one("badge")
    if id == guest.invitation.badge.id:
        raise Denied(409, "not-yourself")
    if all(id != badge.id for badge in hall.access.badges(exercise)):
        raise Denied(422, "no-badge")
    hall.access.revoke(exercise, id)
    guest.held.host.dismiss(id)
    guest.held.host.tell(Role.facilitator)
    return await _invitations(guest, {})


@let_act(*_JUDGES)
async def make_review(request: Request, guest: Guest, form: Form) -> Response:
    """Begin to make the after-action review."""
    runs = int(min(max(1.0, _number(form, "runs", hall_of(request).runs)), _MOST_RUNS))
    if not guest.held.aftermath.make(runs):
        raise Denied(409, "review-under-way")
    return await _panels(guest)


async def _invitations(guest: Guest, links: dict[str, str | None]) -> Response:
    def tell(session: Session, room: Room, badge: Badge) -> str:
        return pages.invitations(session, room, links, guest.lang, base=guest.base, csrf=guest.csrf)

    return HTMLResponse(await _seen(guest, tell))


def _role(form: Form) -> Role:
    try:
        return Role(form.one("role"))
    except ValueError:
        raise Denied(422, "no-role") from None


def _number(form: Form, name: str, otherwise: float) -> float:
    text = form.one(name).strip()
    try:
        found = float(text) if text else otherwise
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= 1e6:
        raise Denied(422, "not-a-number", name=name)
    return found


# ------------------------------------------------------------------------------------------ refusing


def status_of(error: RefusedError) -> int:
    """What a refused command is answered with."""
    if error.code in ("role", "facilitator-only", "not-authorised"):
        return 403
    return 422 if error.code == "refused" or error.code.startswith("unknown") else 409


async def fragment(request: Request, error: RefusedError, status: int) -> Response:
    """A refusal that a page shows in its place."""
    titles: dict[str, str] = {}
    if error.code == "role":
        who = told(str(error.facts["role"]), lang_of(request))
        error = RefusedError(told("role", lang_of(request), role=who, do=error.facts["do"]), (), "role", error.facts)
    elif error.code == "refused":
        named = str(error).partition(":")[0].rpartition(".")[2]  # the field; the rest is English
        what = malformed(error.facts, lang_of(request)) if error.facts else named
        error = RefusedError(told("bad-command", lang_of(request), what=what))
    held = hall_of(request).exercises.get(request.path_params.get("exercise", ""))
    lang = lang_of(request)
    if held is not None and error.clauses:
        try:
            titles = await held.host.see(lambda session, _: pages.names_of(session, lang))
        except (Busy, OutOfOrder):
            titles = {}
    return HTMLResponse(pages.refusal(error, titles, lang), status)


_BASE = "/x/{exercise}/{badge}"

ROUTES = [
    Route("/", landing),
    Route("/join/{token}", join),
    Route(_BASE, page),
    Route(_BASE + "/panels", panels),
    Route(_BASE + "/events", events),
    Route(_BASE + "/command", command, methods=["POST"]),
    Route(_BASE + "/invite", invite, methods=["POST"]),
    Route(_BASE + "/invite", invited),
    Route(_BASE + "/revoke", revoke, methods=["POST"]),
    Route(_BASE + "/review", make_review, methods=["POST"]),
    Route(_BASE + "/review", review),
    Route(_BASE + "/acts", acts),
    Route(_BASE + "/log/{leaf:int}", leaf),
    Route(_BASE + "/machine/{plan}.svg", machine),
    Route(_BASE + "/form/{form}", form),
]
