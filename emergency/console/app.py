"""The application a web server runs: the routes, what guards them, and how everything that goes wrong is told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sse_starlette.sse import SendTimeoutError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from emergency.console import pages
from emergency.console.access import TurnedAway
from emergency.console.guard import Denied, base_if_in, hall_of, lang_of
from emergency.console.hall import Hall
from emergency.console.headers import Headers
from emergency.console.host import Busy, OutOfOrder
from emergency.console.intake import NotAForm
from emergency.console.routes import BROWSER, ROUTES, fragment, status_of
from emergency.console.webfont import FONTS
from emergency.errors import RefusedError
from emergency.words.console_access import told

__all__ = ["application"]

_STATIC = Path(__file__).parent / "static"
_LOG = logging.getLogger("emergency.console")
#: Why somebody is out whose own page will not let them in either.
_OUT = ("expired", "revoked")
_HTTP = {404: "not-here", 405: "not-so"}


def application(hall: Hall) -> ASGIApp:
    """The application that serves a hall; it opens the exercises when it starts and closes them when it ends."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        try:
            for held in hall.exercises.values():
                await held.host.start()
            yield
        finally:
            for held in hall.exercises.values():
                await held.aftermath.stop()
                await held.host.stop()

    app = Starlette(
        routes=[*ROUTES, FONTS, Mount("/static", StaticFiles(directory=_STATIC))],
        middleware=[Middleware(Fence)],
        exception_handlers={
            HTTPException: _http, Denied: _denied, TurnedAway: _turned_away, RefusedError: _refused,
            NotAForm: _not_a_form, Busy: _busy, OutOfOrder: _out_of_order, ClientDisconnect: _gone,
        },
        lifespan=life,
    )  # fmt: skip
    app.router.redirect_slashes = False
    app.state.hall = hall
    return Headers(app)


class Fence:
    """Whatever nobody foresaw ends in a page that says so and tells nothing else; the log tells the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, if it does."""
        begun = False

        async def sending(message: object) -> None:
            nonlocal begun
            begun = True
            await send(message)  # type: ignore[arg-type]

        try:
            await self.app(scope, receive, sending)
        except SendTimeoutError:
            _LOG.info("a stream nobody reads is closed: %r", scope["path"])
        except Exception:
            if begun or scope["type"] != "http":
                raise
            _LOG.exception("%s %r", scope["method"], scope["path"])
            await _told(Request(scope, receive), 500, "broken")(scope, receive, send)


# ------------------------------------------------------------------------------------- what goes wrong


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _told(request, status, _HTTP.get(status, "not-so"))


async def _denied(request: Request, error: Exception) -> Response:
    assert isinstance(error, Denied)
    return _told(request, error.status, error.why, **error.facts)


async def _turned_away(request: Request, error: Exception) -> Response:
    """A stranger; many from one address are told to wait, which costs nobody with an invitation anything."""
    assert isinstance(error, TurnedAway)
    hall = hall_of(request)
    address = request.client.host if request.client else ""
    if not hall.strangers.allows(address, hall.seconds()):
        return _told(request, 429, "too-often")
    return _told(request, 403, error.why)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return await fragment(request, error, status_of(error))


async def _not_a_form(request: Request, error: Exception) -> Response:
    return _told(request, 400, "not-a-form")


async def _busy(request: Request, error: Exception) -> Response:
    return _told(request, 503, "crowded")


async def _out_of_order(request: Request, error: Exception) -> Response:
    _LOG.error("the exercise cannot be kept: %s", error)
    return _told(request, 503, "out-of-order")


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it


def _told(request: Request, status: int, why: str, /, **facts: object) -> Response:
    """A page for a browser that came for one; a fragment for a page that asked for a part of itself."""
    lang = lang_of(request)
    text = told(why, lang, **facts)
    if request.headers.get("hx-request") == "true":
        body = pages.refusal(RefusedError(text, (), why, facts), {}, lang)
    else:
        known = BROWSER in request.cookies and why not in _OUT
        body = pages.door(lang, text, back=base_if_in(request), known=known)
    waiting = {"Retry-After": "5"} if status in (429, 503) else {}
    return HTMLResponse(body, status, headers=waiting)
