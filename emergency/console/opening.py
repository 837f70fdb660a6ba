"""Before the doors open: the exercises taken from their store, and the first invitations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from emergency.console.access import Access
from emergency.console.aftermath import Aftermath, Premises
from emergency.console.hall import Held
from emergency.console.host import Host
from emergency.console.key import Unusable
from emergency.console.naming import name_for, name_shown
from emergency.console.place import Badge, Role
from emergency.console.shelf import Shelf, reviews_of
from emergency.errors import EmergencyError
from emergency.exercise import Keeper, Receipt, Session, open_store
from emergency.report.page import Page
from emergency.report.play import Asked, Load, begin
from emergency.words.console_access import told

__all__ = ["Opened", "Opening", "Wanted", "invite", "name_of", "page_of"]

Wanted = tuple[Role, str | None]
"""Somebody to invite: a role, and of a player the seat."""


class Opened(NamedTuple):
    """An exercise, its session as it was opened, and whether it was in the store already."""

    held: Held
    session: Session
    resumed: bool


class Opening(NamedTuple):
    """What is needed to open exercises.

    Attributes
    ----------
    where : str
        The store.
    load : callable
        Reads a scenario with settings, and makes it ready.
    version : str
        Of the engine, for receipts.
    wall : callable
        Time on the wall [h].
    """

    where: str
    load: Load
    access: Access
    version: str
    wall: Callable[[], float]
    lang: str

    def all(self, asked: Asked, left_out: Callable[[str, EmergencyError], None]) -> list[Opened]:
        """The exercise asked for, or with none named every one in the store.

        Parameters
        ----------
        left_out : callable
            Told of an exercise that cannot be opened, where others can.

        Raises
        ------
        EmergencyError
            If there is nothing to open.
        """
        if asked.scenario is not None or asked.name is not None:
            return [self.one(asked)]
        opened = []
        for name in [str(record["title"]) for record in open_store(self.where).read()]:
            try:
                opened.append(self.one(replace(asked, name=name)))
            except EmergencyError as error:
                left_out(name, error)
        if not opened:
            raise Unusable(told("nothing-to-serve", self.lang))
        return opened

    def one(self, asked: Asked) -> Opened:
        """One exercise, begun or gone on with.

        Raises
        ------
        EmergencyError
            If its name may not stand in an address, or it cannot be begun or resumed.
        """
        name, access = name_of(asked, self.lang), self.access
        store = open_store(self.where)
        keeper, inputs = begin(store, asked, self.load, self.version, self.lang)
        first, *since = store.read(name)
        receipt = Receipt.of(first)
        host = Host(_reopening(self.where, keeper, receipt), lambda: access.badges(name), self.wall)
        shelf = Shelf(reviews_of(self.where), name, self.version)
        aftermath = Aftermath(host, Premises(inputs, receipt.settings, receipt.seed), shelf)
        return Opened(Held(name, host, aftermath), keeper.session, bool(since))


def name_of(asked: Asked, lang: str) -> str:
    """What an exercise is called: a name that may stand in an address and in a path.

    Raises
    ------
    Unusable
    """
    name = asked.name or Path(asked.scenario or "").stem
    if not re.fullmatch(r"(?!\.)[\w.-]{1,60}", name):
        raise Unusable(told("name", lang, name=name))
    return name


def _reopening(where: str, keeper: Keeper, receipt: Receipt) -> Callable[[], Keeper]:
    """Gives the exercise that is open already; when asked again, opens it anew, for the store has failed."""
    first, used = [keeper], [keeper.store]

    def reopen() -> Keeper:
        if first:
            return first.pop()
        with suppress(Exception):
            used.pop().close()  # type: ignore[attr-defined]
        used.append(open_store(where))
        return Keeper(used[-1], keeper.name, keeper.session.prepared, receipt)

    return reopen


# ------------------------------------------------------------------------------------------- inviting


def invite(
    access: Access, opened: Opened, wanted: Iterable[Wanted], hours: float, lang: str
) -> list[tuple[str, str]]:
    """Invite people; whoever is invited already is given another link, not another badge.

    Returns
    -------
    list of tuple of str
        What each is called, and the token of the link.

    Raises
    ------
    Unusable
        If there is no such seat.
    """
    wanted, seats = list(wanted), opened.session.seats()
    for _, seat in wanted:
        if seat is not None and seat not in seats:
            raise Unusable(told("no-seat-to-invite", lang, name=seat, list=", ".join(sorted(seats))))
    names = {said: page_of(opened.session, said).names for said in ("zh", "en")}

    def actor(seat: str, lang: str) -> str:
        return names[lang].actor(seat)

    made: list[tuple[Badge, str]] = []
    for role, seat in wanted:
        called = name_for(role, seat, sum(badge.role is role for badge, _ in made) + 1, actor, lang)
        used = {badge.id for badge, _ in made}
        made.append(_link(access, opened.held.name, role, seat, called, used, hours))
    return [(_called(badge, actor, lang), token) for badge, token in made]


def _link(
    access: Access, exercise: str, role: Role, seat: str | None, name: str, used: set[str], hours: float
) -> tuple[Badge, str]:
    for badge in access.badges(exercise):
        if (badge.role, badge.seat) == (role, seat) and badge.id not in used:
            return badge, access.link(exercise, badge.id, hours)
    return access.invite(exercise, role, seat, name, hours)


def _called(badge: Badge, actor: Callable[[str, str], str], lang: str) -> str:
    name = name_shown(badge.role, badge.seat, badge.name, actor, lang)
    if badge.seat is None:
        return name
    return told("seated", lang, role=told(badge.role.value, lang), name=name)


def page_of(session: Session, lang: str) -> Page:
    """Names and times of a session in the user's language."""
    programs = {id: ready.program for id, ready in session.prepared.plans.items()}
    return Page(session.log.entries, session.prepared.scenario, programs, {}, lang)
