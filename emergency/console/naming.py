"""What somebody invited is called in the language of a page.

An invitation for which nobody says a name gets that of its seat or role, in the language of whoever made it. Shown to
others, such a name is told in theirs; a name that somebody has given stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from emergency.console.place import Role
from emergency.words.console_access import told

__all__ = ["MOST", "name_for", "name_shown"]

MOST = 80
"""Characters of a name."""
_LANGUAGES = ("zh", "en")

Actor = Callable[[str, str], str]
"""What a seat is called: of its id and a language."""


def name_for(role: Role, seat: str | None, number: int, actor: Actor, lang: str) -> str:
    """The name of somebody for whom none is given; `number` tells those of one role apart."""
    if seat is not None:
        return actor(seat, lang)[:MOST]
    title = told(role.value, lang)
    return title if role is Role.facilitator else f"{title} {number}"


def name_shown(role: Role, seat: str | None, name: str, actor: Actor, lang: str) -> str:
    """A name as a page shows it: one that nobody has given, in the page's language."""
    number = name.rpartition(" ")[2]
    n = int(number) if number.isascii() and number.isdigit() else 0
    if any(name == name_for(role, seat, n, actor, said) for said in _LANGUAGES):
        return name_for(role, seat, n, actor, lang)
    return name
