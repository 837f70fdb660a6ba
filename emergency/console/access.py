"""Who may come in: invitations, the cookies they turn into, and what guards the forms.

An invitation is a link with a signed token. The token itself is never kept, only its digest, beside the badge it is
for; so whoever reads the file of invitations can neither come in nor make a link, and without the key cannot make a
cookie either.

A link may be used more than once, until it expires or is revoked. A player whose phone was restarted, or who opened
the link inside a messenger and then in a browser of its own, has to be able to come back in the middle of an
exercise; and messengers fetch links to show a preview, which would use up a link that works only once. What this
costs is seen and mended: the facilitator sees how many browsers a badge has open, and revokes it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from itsdangerous import BadData, URLSafeSerializer

from emergency.console.key import state
from emergency.console.place import Badge, Role
from emergency.errors import EmergencyError

__all__ = ["Access", "Invitation", "TurnedAway", "base_of", "invitations_of"]

MAX_HOURS = 24.0 * 60
"""How long an invitation may be good for [h]."""
MAX_BADGES = 500
"""Badges of one exercise, revoked ones included."""
LINKS = 8
"""Links of one badge that work at a time."""
_COLUMNS = "exercise, id, role, seat, name, serial, digest, expires, revoked"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS invitation (
    exercise TEXT NOT NULL, id TEXT NOT NULL, role TEXT NOT NULL, seat TEXT, name TEXT NOT NULL,
    serial TEXT NOT NULL, digest TEXT NOT NULL, expires REAL NOT NULL, revoked INTEGER NOT NULL,
    PRIMARY KEY (exercise, id)
)"""


class TurnedAway(EmergencyError):
    """Somebody is not let in.

    Attributes
    ----------
    why : str
        ``nobody``, ``forged``, ``expired``, ``revoked``, ``full`` or ``too-long``.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A badge and what proves it.

    Attributes
    ----------
    serial : str
        What cookies and forms are bound to; another one each time a badge is made.
    digests : mapping
        Of the tokens of its links, each with when it expires [s since 1970]: a server started again prints new links,
        and those handed out before go on working until their own time, or until the badge is revoked.
    expires : float
        Seconds since 1970.
    """

    badge: Badge
    serial: str
    digests: Mapping[str, float]
    expires: float
    revoked: bool = False


def base_of(exercise: str, badge: str) -> str:
    """The address under which a badge has everything."""
    return f"/x/{quote(exercise, safe='')}/{quote(badge, safe='')}"


def invitations_of(store: str) -> Path:
    """The file of invitations of a store: beside it, or for a database with the user's other state."""
    if store.startswith(("postgresql://", "postgres://")):
        return state() / f"invitations-{hashlib.sha256(store.encode()).hexdigest()[:12]}.sqlite"
    return Path(f"{store}.invitations")


class Access:
    """The invitations of the exercises in one store.

    Parameters
    ----------
    path : Path
        An SQLite file of their own.
    key : bytes
        What signs tokens and cookies.
    now : callable
        What time it is: seconds since 1970.

    Raises
    ------
    sqlite3.Error
        If the file is no such file, or somebody else has it open: of the servers of one store there is one at a time,
        for two that append to one exercise would make it a thing that never happened.
    """

    def __init__(self, path: Path, key: bytes, now: Callable[[], float]) -> None:
        self._now = now
        self._key = key
        self._tokens = self._signer(b"invitation")
        self._cookies = self._signer(b"cookie")
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._db = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")  # until it is closed, or the process is gone
        self._db.execute("BEGIN EXCLUSIVE")
        self._db.execute(_SCHEMA)
        self._db.execute("COMMIT")
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM invitation").fetchall()
        self._held = {(row[0], row[1]): _invitation(row) for row in rows}

    def _signer(self, what: bytes) -> URLSafeSerializer:
        how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        return URLSafeSerializer(self._key, salt=b"emergency." + what, signer_kwargs=how)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # --- invitations

    def invite(self, exercise: str, role: Role, seat: str | None, name: str, hours: float) -> tuple[Badge, str]:
        """Make a badge and the token of its link.

        Parameters
        ----------
        hours : float
            How long it is good for [h], at most `MAX_HOURS`.

        Raises
        ------
        TurnedAway
            ``too-long``, or ``full`` when an exercise has `MAX_BADGES`.
        """
        if sum(of == exercise for of, _ in self._held) >= MAX_BADGES:
            raise TurnedAway("full")
        badge = Badge(exercise, self._free(exercise, seat or role.value), role, seat, name)
        return badge, self._issue(badge, secrets.token_urlsafe(16), hours, {})

    def link(self, exercise: str, id: str, hours: float) -> str:
        """Another token for a badge there is; of those before, the last few still work.

        Raises
        ------
        TurnedAway
            If there is no such badge, or it is revoked.
        """
        held = self._standing(exercise, id, expired=True)
        return self._issue(held.badge, held.serial, hours, held.digests)

    def revoke(self, exercise: str, id: str) -> None:
        """Let nobody in with this badge any more, neither by link nor by cookie."""
        held = self._held.get((exercise, id))
        if held is not None:
            self._keep(Invitation(held.badge, held.serial, held.digests, held.expires, True))

    def badges(self, exercise: str) -> tuple[Badge, ...]:
        """Everyone invited and not revoked, in the order of invitation."""
        return tuple(one.badge for (of, _), one in list(self._held.items()) if of == exercise and not one.revoked)

    def _free(self, exercise: str, wanted: str) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:34] or "guest"
        ids = (stem, *(f"{stem}-{n}" for n in range(2, MAX_BADGES + 2)))
        return next(id for id in ids if (exercise, id) not in self._held)

    def _issue(self, badge: Badge, serial: str, hours: float, before: Mapping[str, float]) -> str:
        if not 0.0 < hours <= MAX_HOURS:
            raise TurnedAway("too-long")
        expires = self._now() + hours * 3600.0
        token = str(self._tokens.dumps([badge.exercise, badge.id, secrets.token_urlsafe(16)]))
        still = [(digest, until) for digest, until in before.items() if until > self._now()]
        digests = dict([*still[1 - LINKS :], (_digest(token), expires)])
        self._keep(Invitation(badge, serial, digests, max(digests.values())))
        return token

    def _keep(self, one: Invitation) -> None:
        b = one.badge
        digests = " ".join(f"{digest}@{until!r}" for digest, until in one.digests.items())
        row = (b.exercise, b.id, b.role.value, b.seat, b.name, one.serial, digests, one.expires, one.revoked)
        marks = ", ".join("?" * len(row))
        self._db.execute(f"INSERT OR REPLACE INTO invitation ({_COLUMNS}) VALUES ({marks})", row)
        self._held[b.exercise, b.id] = one

    # --- coming in

    def enter(self, token: str) -> Invitation:
        """The invitation a token proves.

        Raises
        ------
        TurnedAway
        """
        exercise, id, _ = self._read(self._tokens, token)
        held = self._standing(exercise, id)
        until = [until for kept, until in held.digests.items() if hmac.compare_digest(kept, _digest(token))]
        if not until:
            raise TurnedAway("revoked")  # newer links have replaced it
        if until[0] <= self._now():
            raise TurnedAway("expired")
        return held

    def cookie(self, one: Invitation) -> tuple[str, str, int]:
        """Name, value and seconds to live of the cookie of a badge."""
        value = self._cookies.dumps([one.badge.exercise, one.badge.id, one.serial])
        return cookie_name(one.badge.exercise, one.badge.id), str(value), max(1, int(one.expires - self._now()))

    def known(self, exercise: str, id: str, cookies: Mapping[str, str]) -> Invitation:
        """Who has this cookie.

        Raises
        ------
        TurnedAway
            ``nobody`` without a cookie, so that an address tells nothing about what there is.
        """
        value = cookies.get(cookie_name(exercise, id))
        if value is None:
            raise TurnedAway("nobody")
        found = self._read(self._cookies, value)
        if found[:2] != (exercise, id):
            raise TurnedAway("forged")
        held = self._standing(exercise, id)
        if not hmac.compare_digest(held.serial, found[2]):
            raise TurnedAway("revoked")
        return held

    def stands(self, one: Invitation) -> bool:
        """Whether an invitation is still good."""
        held = self._held.get((one.badge.exercise, one.badge.id))
        return held is not None and not held.revoked and held.serial == one.serial and held.expires > self._now()

    def _standing(self, exercise: str, id: str, *, expired: bool = False) -> Invitation:
        held = self._held.get((exercise, id))
        if held is None:
            raise TurnedAway("forged")
        if held.revoked:
            raise TurnedAway("revoked")
        if held.expires <= self._now() and not expired:
            raise TurnedAway("expired")
        return held

    def _read(self, signer: URLSafeSerializer, text: str) -> tuple[str, str, str]:
        try:
            found = signer.loads(text)
        except BadData:
            raise TurnedAway("forged") from None
        if not isinstance(found, list) or len(found) != 3 or not all(isinstance(part, str) for part in found):
            raise TurnedAway("forged")
        if signer.dumps(found) != text:  # base64 leaves bits over: one spelling only
            raise TurnedAway("forged")
        return found[0], found[1], found[2]

    # --- forms

    def csrf(self, one: Invitation) -> str:
        """What each form of a badge carries: nobody else's page can know it."""
        text = "\n".join(("form", one.badge.exercise, one.badge.id, one.serial))
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def own_form(self, one: Invitation, told: str) -> bool:
        """Whether a form is one we gave to this badge."""
        return hmac.compare_digest(self.csrf(one).encode(), told.encode())


def cookie_name(exercise: str, id: str) -> str:
    """One name for each exercise and badge, so that a browser may hold many."""
    return f"badge-{hashlib.sha256(exercise.encode()).hexdigest()[:8]}-{id}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _invitation(row: tuple[str, str, str, str | None, str, str, str, float, int]) -> Invitation:
    exercise, id, role, seat, name, serial, digests, expires, revoked = row
    parts = (one.partition("@") for one in digests.split())
    held = {digest: float(until) if until else expires for digest, _, until in parts}
    return Invitation(Badge(exercise, id, Role(role), seat, name), serial, held, expires, bool(revoked))
