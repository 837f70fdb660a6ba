"""Who a browser is in an exercise, and what surrounds the session now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Badge", "Role", "Room"]


class Role(StrEnum):
    """What somebody is in an exercise: who runs it, plays in it, judges it, or only looks on."""

    facilitator = "facilitator"
    player = "player"
    evaluator = "evaluator"
    wall = "wall"


@dataclass(frozen=True, slots=True)
class Badge:
    """Who a browser is, proven by its cookie.

    Attributes
    ----------
    exercise : str
        The exercise's name in the store.
    id : str
        Unique in the exercise, used in addresses and the cookie's name: ``[a-z0-9-]{1,40}``.
    seat : str or None
        Of a player: the agency or post.
    name : str
        What the invitation says ("Commerce, table 3").
    """

    exercise: str
    id: str
    role: Role
    seat: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Room:
    """What surrounds the session now.

    Attributes
    ----------
    paused : bool
        Whether scenario time stands still.
    pace : float
        Hours of the scenario in an hour on the wall.
    t : float
        Scenario time [h].
    present : mapping
        Open connections by badge id.
    badges : tuple of Badge
        Everyone invited and not revoked.
    busy : str
        What is being made meanwhile, such as a review: ``envelope 120/500``.
    """

    paused: bool
    pace: float
    t: float
    present: Mapping[str, int]
    badges: tuple[Badge, ...]
    busy: str = ""
