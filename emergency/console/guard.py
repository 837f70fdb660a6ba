"""Who is let past: by the cookie, the role, how often, and whether a form is one of ours and within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from emergency.console.access import TurnedAway
from emergency.console.hall import Guest, Hall
from emergency.console.intake import MOST, Form, NotAForm, read_form
from emergency.console.place import Role

__all__ = ["Denied", "base_if_in", "hall_of", "lang_of", "let_act", "let_in"]

BODY_SECONDS = 20.0
"""How long a browser may take to send a form."""

Handler = Callable[[Request, Guest], Awaitable[Response]]
Filled = Callable[[Request, Guest, Form], Awaitable[Response]]


class Denied(Exception):
    """A request that is not met.

    Attributes
    ----------
    status : int
        The answer's.
    why : str
        A word of `words.console_access`.
    """

    def __init__(self, status: int, why: str, /, **facts: object) -> None:
        self.status, self.why, self.facts = status, why, facts
        super().__init__(why)


def hall_of(request: Request) -> Hall:
    """What this server holds."""
    found: Hall = request.app.state.hall
    return found


def lang_of(request: Request) -> str:
    """The language of an answer: asked for, chosen before, or the server's."""
    for said in (request.query_params.get("lang"), request.cookies.get("lang")):
        if said in ("zh", "en"):
            return said
    return hall_of(request).lang


def base_if_in(request: Request) -> str:
    """The page of somebody who is let in with the badge of the address, or nothing."""
    where = request.path_params
    try:
        return hall_of(request).guest(where["exercise"], where["badge"], request.cookies, lang_of(request)).base
    except (KeyError, TurnedAway):
        return ""


def let_in(*roles: Role) -> Callable[[Handler], Handler]:
    """Let some roles look."""

    def around(handler: Handler) -> Any:
        async def endpoint(request: Request) -> Response:
            return await handler(request, _guest(request, roles, "looks"))

        return endpoint

    return around


def let_act(*roles: Role) -> Callable[[Filled], Handler]:
    """Let some roles post one of our forms."""

    def around(handler: Filled) -> Any:
        async def endpoint(request: Request) -> Response:
            guest = _guest(request, roles, "commands")
            if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
                raise Denied(403, "elsewhere")
            form = await _form(request)
            if not hall_of(request).access.own_form(guest.invitation, form.one("csrf")):
                raise Denied(403, "no-form")
            return await handler(request, guest, form)

        return endpoint

    return around


def _guest(request: Request, roles: tuple[Role, ...], limit: str) -> Guest:
    hall, where = hall_of(request), request.path_params
    guest = hall.guest(where["exercise"], where["badge"], request.cookies, lang_of(request))
    badge = guest.invitation.badge
    limits = hall.commands if limit == "commands" else hall.looks
    if not limits.allows((badge.exercise, badge.id), hall.seconds()):
        raise Denied(429, "too-often")
    if badge.role not in roles:
        raise Denied(403, "not-yours")
    return guest


async def _form(request: Request) -> Form:
    """The form sent, read no further than it may be long."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:12]) > MOST:
        raise Denied(413, "too-large")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MOST:
                    raise Denied(413, "too-large")
    except TimeoutError:
        raise Denied(408, "too-slow") from None
    try:
        return read_form(request.headers.get("content-type", ""), bytes(body))
    except NotAForm:
        raise Denied(415 if body else 400, "not-a-form") from None
