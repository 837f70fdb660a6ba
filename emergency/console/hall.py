"""Everything one server holds: its exercises, who may come in, and how often anybody may ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from emergency.console.access import Access, Invitation, TurnedAway, base_of
from emergency.console.aftermath import Aftermath
from emergency.console.host import Host
from emergency.console.limits import Limit

__all__ = ["Guest", "Hall", "Held"]


@dataclass(frozen=True, slots=True)
class Held:
    """One exercise with its review."""

    name: str
    host: Host
    aftermath: Aftermath


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody let in.

    Attributes
    ----------
    base : str
        The address under which everything of this badge lies.
    csrf : str
        What its forms carry.
    """

    held: Held
    invitation: Invitation
    lang: str
    base: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Hall:
    """What one server holds.

    Attributes
    ----------
    exercises : mapping
        By name.
    lang : str
        The language of whoever has not chosen one.
    secure : bool
        Whether it is reached by TLS only.
    seconds : callable
        Time on the wall for limits [s], from any beginning.
    runs : int
        Plan-perfect plays of a review, if nobody says.
    commands, looks, strangers : Limit
        How often a badge may act and look; how often an address may come with what is no invitation. A class shares
        an address, so nobody who has an invitation is ever measured by it.
    streams : Counter
        Open streams of each browser.
    """

    exercises: Mapping[str, Held]
    access: Access
    lang: str
    seconds: Callable[[], float]
    secure: bool = False
    runs: int = 500
    commands: Limit = field(default_factory=lambda: Limit(rate=10.0, burst=40.0))
    looks: Limit = field(default_factory=lambda: Limit(rate=20.0, burst=80.0))
    strangers: Limit = field(default_factory=lambda: Limit(rate=0.2, burst=20.0))
    streams: Counter[str] = field(default_factory=Counter)

    def guest(self, exercise: str, badge: str, cookies: Mapping[str, str], lang: str) -> Guest:
        """Who has come.

        Raises
        ------
        TurnedAway
        """
        invitation = self.access.known(exercise, badge, cookies)
        held = self.exercises.get(exercise)
        if held is None:
            raise TurnedAway("nobody")
        return Guest(held, invitation, lang, base_of(exercise, badge), self.access.csrf(invitation))
