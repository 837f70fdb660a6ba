"""Whether there is anything new for somebody to see, and the number by which a seat knows what it is asked.

A browser is told that its page has changed. Were it told of every change of the exercise, or shown numbers counted
over the whole of it, a player could count what others do; so both are reckoned from what the seat itself may know.
"""

from __future__ import annotations

from typing import Any

from emergency.console.place import Badge
from emergency.console.views.acts import asked_of, deadlines, numbers, waits
from emergency.console.views.knowledge import Eyes, eyes_of
from emergency.console.views.ledger import Ledger, ledger_of
from emergency.exercise import Command, Session
from emergency.exercise.command import Decide

__all__ = ["meant", "standing"]

#: What a running clock makes of a limit; each browser reckons that for itself.
_TICKS = ("left", "over")


def standing(session: Session, badge: Badge) -> tuple[Any, ...]:
    """How the exercise stands as far as a badge may know: equal as long as there is nothing new to see on its page.

    Scenario time is not in it, nor what follows from its passing alone.
    """
    ledger = ledger_of(session)
    eyes = eyes_of(badge, ledger.ground)
    known = (session.phase, session.pace, session.incident.ended, len(ledger.seen(eyes)))
    if badge.seat is None:
        return known
    held = badge.seat in session.holders
    asked = [a.id for a in asked_of(session, eyes) if held]
    return (*known, held, asked, _limits(session, ledger, eyes), waits(ledger, eyes, "en"))


def _limits(session: Session, ledger: Ledger, eyes: Eyes) -> list[dict[str, Any]]:
    rows = deadlines(session, ledger, eyes, "en")
    return [{name: value for name, value in row.items() if name not in _TICKS} for row in rows]


def meant(session: Session, badge: Badge, command: Command) -> Command:
    """A command of a player as the session takes it: the step by its number in the incident.

    One that is answered under no number, or a number that is none any more, is the first such step open to the seat.
    """
    if not isinstance(command, Decide) or badge.seat is None:
        return command
    ledger = ledger_of(session)
    eyes = eyes_of(badge, ledger.ground)
    about = (command.plan, command.ref, command.step)
    own = [a.id for a in session.open_for(badge.seat) if (a.plan, a.ref, a.do) == about]
    if not own:
        return command
    known = numbers(asked_of(session, eyes))
    number = next((id for id in own if known[id] == command.ask), own[0])
    return command.model_copy(update={"ask": number})
