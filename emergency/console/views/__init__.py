"""What each role sees: everything a browser ever gets is built here, from what its role may know."""

from __future__ import annotations

from typing import Any

from emergency.console.place import Badge, Room
from emergency.console.views.acts import acts, wanted_acts
from emergency.console.views.knowledge import KNOWS, Audience, Eyes, eyes_of
from emergency.console.views.ledger import Ledger, ledger_of
from emergency.console.views.logbook import leaf
from emergency.console.views.making import making_told
from emergency.console.views.roles import ROLES, people
from emergency.console.views.stage import known_values, stage
from emergency.console.views.standing import meant, standing
from emergency.console.views.telling import Line
from emergency.console.views.tools import form, tools
from emergency.exercise import Session

__all__ = [
    "KNOWS", "Audience", "Eyes", "Ledger", "View", "eyes_of", "known_values", "ledger_of", "look", "look_at_acts",
    "look_at_form", "look_at_log", "look_at_people", "look_at_tools", "making_told", "meant", "standing",
]  # fmt: skip

View = dict[str, Any]


def look(session: Session, room: Room, badge: Badge, lang: str) -> View:
    """What the browser of a badge may show now: plain data, fit for JSON.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    dict
        ``stage`` (title, phase, clock) and the parts of the badge's role; nothing a role may not know is in it.
    """
    ledger = ledger_of(session)
    eyes = eyes_of(badge, ledger.ground)
    return {
        "stage": stage(session, room, badge, lang),
        **ROLES[badge.role](session, room, badge, ledger, eyes, lang),
    }


def look_at_log(session: Session, badge: Badge, number: int, lang: str) -> list[Line]:
    """A leaf of the log as far as a badge may know it, the newest entry first."""
    ledger = ledger_of(session)
    return leaf(ledger, eyes_of(badge, ledger.ground), number, lang)


def look_at_acts(session: Session, badge: Badge, lang: str) -> list[View]:
    """The acts of the plans that a judge looks through, with what became of each."""
    ledger = ledger_of(session)
    return acts(ledger, lang, wanted_acts(ledger, badge))


def look_at_people(session: Session, room: Room, lang: str) -> list[View]:
    """Everyone invited."""
    return people(room, ledger_of(session), lang)


def look_at_tools(session: Session, badge: Badge, lang: str) -> View:
    """What the forms of a badge's page offer to choose from; the same throughout an exercise."""
    ledger = ledger_of(session)
    return tools(session, badge, ledger, eyes_of(badge, ledger.ground), lang)


def look_at_form(session: Session, form_id: str, lang: str) -> View | None:
    """A form of a plan (``plan:id``) to fill in; None if there is none."""
    return form(session, ledger_of(session), form_id, lang)
