"""``serve``: exercises in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from emergency.cli.app import (
    Lang,
    LangOption,
    ReadingOption,
    SeedOption,
    SetOption,
    app,
    existing_store,
    fit_name,
    refused,
    sound_store,
    telling,
    there,
)
from emergency.cli.runs import as_settings, reading_once
from emergency.words.console_access import told

if TYPE_CHECKING:
    import socket

    from emergency.console.access import Access
    from emergency.console.opening import Opened, Wanted
    from emergency.errors import EmergencyError
    from emergency.report.play import Asked, Load

__all__ = ["serve"]

_PACKAGES = ("itsdangerous", "python_multipart", "sse_starlette", "starlette", "uvicorn")

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_EVERYWHERE = ("0.0.0.0", "::", "")


@app.command(epilog="Example: emergency serve compound-summer-flood --seat vice-head-commerce --seat commerce-grain")
def serve(
    lang: LangOption,
    scenario: Annotated[
        str | None, typer.Argument(help="A scenario's id or file; none: all exercises in --store.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name in the store; default the scenario's.")] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", help="SQLite file or postgresql:// address; default in runs/serve-NAME/."),
    ] = None,
    seat: Annotated[
        list[str] | None, typer.Option("--seat", help="Invite a player to this seat; may be given often.")
    ] = None,
    evaluators: Annotated[int, typer.Option("--evaluators", min=0, max=50, help="Evaluators to invite.")] = 0,
    walls: Annotated[int, typer.Option("--walls", min=0, max=10, help="Wall displays to invite.")] = 0,
    hours: Annotated[float, typer.Option("--hours", min=0.1, max=1440, help="How long invitations are good.")] = 24.0,
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0: any free one.")] = 8000,
    certfile: Annotated[Path | None, typer.Option("--ssl-certfile", help="Certificate, for https.")] = None,
    keyfile: Annotated[Path | None, typer.Option("--ssl-keyfile", help="Its private key.")] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="File of the secret that signs invitations; made if missing.")
    ] = None,
    seed: SeedOption = None,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="Plan-perfect plays of a review.")] = 500,
    set_: SetOption = None,
    reading: ReadingOption = None,
) -> None:
    """Hold an exercise in the browser: prints the facilitator's link, and invitations; Ctrl-C stops."""
    with telling(lang):
        from emergency.report.play import Asked

        _see_packages()
        if scenario is None and store is None:
            raise refused("scenario-or-store", "emergency serve", example="emergency serve fuel-pipeline-outage")
        if store is not None:
            sound_store(store)
        asked = Asked(scenario, fit_name(name), seed, (*(set_ or []), *as_settings(reading or [])))
        where, load = store or _own_store(asked, lang), reading_once()
        _look_ahead(asked, where, load, seat or [], lang)
        door = _Door(host, port, certfile, keyfile, key, hours)
        _serve(asked, where, load, door, _wanted(seat or [], evaluators, walls), runs, lang)


def _look_ahead(asked: Asked, where: str, load: Load, seats: list[str], lang: Lang) -> None:
    """What is wrong with an exercise that is to be begun, told before a store or an invitation is made."""
    from emergency import __version__
    from emergency.console.opening import name_of
    from emergency.exercise import open_store
    from emergency.report.play import rehearse

    if asked.scenario is None:
        existing_store(where)
        return
    name = name_of(asked, lang.value)
    kept = open_store(where).read() if there(where) else []
    if all(record["title"] != name for record in kept):
        rehearse(asked, load, seats, __version__, lang.value)


class _Door(NamedTuple):
    """Where people come in."""

    host: str
    port: int
    certfile: Path | None
    keyfile: Path | None
    key: Path | None
    hours: float


def _wanted(seats: list[str], evaluators: int, walls: int) -> list[Wanted]:
    """Whom to invite: a role, and of a player the seat."""
    from emergency.console.place import Role

    players = [(Role.player, seat) for seat in dict.fromkeys(seats)]
    others = [*[Role.evaluator] * evaluators, *[Role.wall] * walls]
    return [(Role.facilitator, None), *players, *((role, None) for role in others)]


def _serve(
    asked: Asked, where: str, load: Load, door: _Door, wanted: list[Wanted], runs: int, lang: Lang
) -> None:
    from shlex import join
    from time import monotonic

    from emergency import __version__
    from emergency.console.opening import Opening

    def left_out(name: str, why: EmergencyError) -> None:
        _say(lang, "left-out", err=True, name=name, why=why)

    secure = _secure(door, lang)
    with _listening(door.host, door.port, lang) as listener, _access(where, door.key, lang) as access:
        opening = Opening(where, load, access, __version__, lambda: monotonic() / 3600.0, lang.value)
        opened = opening.all(asked, left_out)
        if door.host not in _LOOPBACK and not secure:
            _say(lang, "open-network", err=True, host=door.host)
        for one in opened:
            _invite(access, one, wanted, door.hours, _address(door.host, listener.getsockname()[1], secure), lang)
        _say(lang, "kept-in", store=where.rpartition("@")[2])  # never a password
        _say(lang, "stop")
        _run(opened, access, listener, runs, door, lang)
    named = [part for part in (asked.scenario, "--name" if asked.name else None, asked.name) if part]
    _say(lang, "stopped", command=join(["emergency", "serve", *named, "--store", where]))


def _invite(access: Access, one: Opened, wanted: list[Wanted], hours: float, address: str, lang: Lang) -> None:
    """Print the links asked for."""
    from emergency.console.opening import invite, page_of

    links = invite(access, one, wanted, hours, lang.value)
    _say(lang, "serving", name=one.held.name, address=address)
    if one.resumed:
        _say(lang, "resumed", when=page_of(one.session, lang.value).when(one.session.now))
    _say(lang, "links", hours=f"{hours:g}")
    for name, token in links:
        _say(lang, "link", name=name, url=f"{address}/join/{token}")


def _see_packages() -> None:
    """A missing package is told before anything is written."""
    from importlib.util import find_spec

    from emergency.errors import MissingExtraError

    for package in _PACKAGES:
        if find_spec(package) is None:
            raise MissingExtraError(package, "web")


def _say(lang: Lang, what: str, /, *, err: bool = False, **facts: object) -> None:
    from emergency.words.problems import safe

    typer.echo(safe(told(what, lang.value, **facts), 4000), err=err)


def _refuse(lang: Lang, what: str, /, **facts: object) -> Exception:
    from emergency.console.key import Unusable

    return Unusable(told(what, lang.value, **facts))


def _own_store(asked: Asked, lang: Lang) -> str:
    from emergency.console.opening import name_of

    return str(Path("runs") / f"serve-{name_of(asked, lang.value)}" / "exercise.sqlite")


# ------------------------------------------------------------------------------------- what is opened


@contextmanager
def _access(where: str, key: Path | None, lang: Lang) -> Iterator[Access]:
    import sqlite3
    from time import time  # noqa: TID251  invitations expire by the calendar; the console is passed the time

    from emergency.console.access import Access, invitations_of
    from emergency.console.key import default_key, read_key

    path = invitations_of(where)
    secret = read_key(key or default_key(), lang.value)
    try:
        access = Access(path, secret, time)
    except sqlite3.Error as error:
        taken = "locked" in str(error)
        raise _refuse(lang, "held-elsewhere" if taken else "invitations-unusable", path=path, why=error) from None
    try:
        yield access
    finally:
        access.close()


# -------------------------------------------------------------------------------------------- serving


def _secure(door: _Door, lang: Lang) -> bool:
    """Whether people come in by TLS; a certificate that cannot be used is said before anything is opened."""
    import ssl

    if door.certfile is None and door.keyfile is None:
        return False
    path = door.certfile or door.keyfile
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(str(door.certfile or ""), door.keyfile)
    except OSError as error:
        raise _refuse(lang, "certificate", path=path, why=error.strerror or error) from None
    return True


@contextmanager
def _listening(host: str, port: int, lang: Lang) -> Iterator[socket.socket]:
    """The door opened before anything else, so that a port that is taken is said at once."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise _refuse(lang, "port-taken", port=port, why=error.strerror or error) from None
    with listener:
        yield listener


def _address(host: str, port: int, secure: bool) -> str:
    """Where people reach the server."""
    import socket

    shown = host
    if host in _EVERYWHERE:
        shown = socket.gethostname()
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing; says by which of our addresses we would reach others
            shown = probe.getsockname()[0]
    return f"{'https' if secure else 'http'}://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _run(
    opened: list[Opened], access: Access, listener: socket.socket, runs: int, door: _Door, lang: Lang
) -> None:
    """Serve until told to stop."""
    from time import monotonic

    import uvicorn

    from emergency.console.app import application
    from emergency.console.hall import Hall

    exercises = {one.held.name: one.held for one in opened}
    hall = Hall(exercises, access, lang.value, monotonic, door.certfile is not None, runs)
    config = uvicorn.Config(
        application(hall),
        log_level="warning",
        access_log=False,  # addresses hold tokens
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        limit_concurrency=2000,
        ssl_certfile=door.certfile,
        ssl_keyfile=door.keyfile,
    )
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        raise typer.Exit(1)
