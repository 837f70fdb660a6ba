"""Who a browser is in an exercise, and what surrounds the session now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Badge", "Making", "Role", "Room"]


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
class Making:
    """How far the making of a review has come.

    Attributes
    ----------
    done, runs : int
        Plan-perfect plays, and of how many; all done, the review is being written.
    left : float or None
        Time until they are done [s], as far as it can be told yet.
    """

    done: int
    runs: int
    left: float | None = None


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
    busy : Making or None
        The review that is being made meanwhile.
    """

    paused: bool
    pace: float
    t: float
    present: Mapping[str, int]
    badges: tuple[Badge, ...]
    busy: Making | None = None
