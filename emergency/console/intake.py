"""What comes in by a form: read within bounds, and made a command of whoever sent it.

Who gives a command is said by the badge and never by the form.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import parse_qsl

from emergency.console.place import Badge, Role
from emergency.errors import RefusedError
from emergency.exercise import Command, from_data

__all__ = ["MAY", "MOST", "Form", "NotAForm", "command_of", "read_form"]

MOST = 64 * 1024
"""Bytes of a form at most."""
_FIELDS = 200

_KINDS: Mapping[str, Any] = {kind.model_fields["do"].default: kind for kind in get_args(get_args(Command)[0])}

#: Which commands each role may give; whether the plan gives a seat what it asks for is for the session to say.
MAY: Mapping[Role, frozenset[str]] = {
    Role.facilitator: frozenset(
        {"ready", "start", "pause", "resume", "pace", "jump", "end", "archive", "assign", "release-inject",
         "hold-inject", "skip-inject", "write-inject", "say", "file-finding", "note", "rate"}
    ),
    Role.player: frozenset({"claim", "release", "hand-over", "decide", "say", "fill-form", "file-finding"}),
    Role.evaluator: frozenset({"rate", "note", "file-finding"}),
    Role.wall: frozenset(),
}  # fmt: skip


class NotAForm(ValueError):
    """What was sent is no form."""


class Form:
    """The fields of a form, each perhaps repeated.

    Parameters
    ----------
    body : bytes
        ``application/x-www-form-urlencoded``, UTF-8.

    Raises
    ------
    NotAForm
    """

    def __init__(self, body: bytes) -> None:
        self.fields: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(
                body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), encoding="utf-8",
                errors="strict", max_num_fields=_FIELDS,
            )  # fmt: skip
        except ValueError as error:
            raise NotAForm(str(error)) from None
        for name, value in pairs:
            self.fields.setdefault(name, []).append(_cleaned(value))

    def one(self, name: str) -> str:
        """The one value of a field, empty if it is missing.

        Raises
        ------
        NotAForm
            If it is there more than once.
        """
        found = self.fields.get(name, [""])
        if len(found) > 1:
            raise NotAForm(name)
        return found[0]


def read_form(content_type: str, body: bytes) -> Form:
    """A form from what was sent.

    Raises
    ------
    NotAForm
        If it is something else.
    """
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise NotAForm(content_type)
    return Form(body)


def command_of(form: Form, badge: Badge) -> Command:
    """The command a badge gives by a form; a field left blank counts as left out.

    Raises
    ------
    RefusedError
        ``role`` if it is none of the badge's role; ``refused`` if the fields do not make a command.
    NotAForm
        If a field is repeated that has one value.
    """
    do = form.one("do")
    if do not in MAY[badge.role]:
        raise RefusedError(f"the {badge.role} does not {do}", (), "role", {"role": badge.role.value, "do": do})
    if "by" in form.fields:
        raise RefusedError("by: who acts is said by the badge", ())
    lists = _lists(_KINDS[do])
    data: dict[str, Any] = {"do": do, "by": _by(badge)}
    for name, values in form.fields.items():
        given = list(values)  # of several, some in between may be blank: the second field of a paper stays second
        while given and not given[-1].strip():
            given.pop()
        if name not in ("csrf", "do") and given:
            data[name] = given if name in lists else form.one(name)
    if "name" in _KINDS[do].model_fields and do == "claim":
        data.setdefault("name", badge.name)
    return from_data(data)


def _by(badge: Badge) -> str:
    return f"seat:{badge.seat}" if badge.role is Role.player else badge.role.value


def _lists(kind: Any) -> frozenset[str]:
    """The fields of a command that hold several values."""
    found = set()
    for name, field in kind.model_fields.items():
        shape = field.annotation
        if get_origin(shape) is Annotated:
            shape = get_args(shape)[0]
        if get_origin(shape) is tuple:
            found.add(name)
    return frozenset(found)


def _cleaned(text: str) -> str:
    """Without what steers instead of saying something: control characters, overrides of writing direction."""
    kept = (c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(c for c in kept if c not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u202c")
