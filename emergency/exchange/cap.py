"""Warnings and level changes of a run as messages of the Common Alerting Protocol (OASIS CAP 1.2).

A level entered is an Alert, a change of level an Update, its lifting a Cancel, each with references to the messages
of the same matter before it. All bear ``status`` *Exercise*: nothing a simulation tells has happened. A message is
*Public* only where the plan publishes it (a step that announces it, or a publication the plan ties to that level,
was taken in the run); else it is *Restricted*, also when it ends what was public: that no clause has the end
published is the plan's doing, and the message notes it.

The same log gives the same messages, byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from emergency.errors import InputError
from emergency.exchange.cap_xml import write_alert
from emergency.graph import colours
from emergency.log import Entry
from emergency.machine import Program, Value
from emergency.plan.declarations import Scheme
from emergency.source import Id
from emergency.words.exchange import problem

__all__ = ["CATEGORIES", "KINDS", "Message", "alerts", "messages"]

CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip
#: Kinds of schemes that somebody is told of; the grade of an incident is a judgement, and only on request.
KINDS = ("warning", "response", "imposed")
_SEVERITIES = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
_TELLS = ("announce", "publish")


@dataclass(frozen=True, slots=True)
class Message:
    """One message, before it is written.

    Attributes
    ----------
    identifier, sender, sent : as CAP has them; together they name the message.
    type : ``Alert``, ``Update`` or ``Cancel``.
    level, was : the value entered and the one before it.
    public : whether the plan publishes it.
    was_public : whether an earlier message of the matter was public.
    colour : the plan's own for the level, if it has one.
    references : the earlier messages of the matter, as CAP writes them.
    """

    identifier: str
    sender: str
    sent: str
    type: str
    plan: str
    scheme: str
    kind: str
    level: str
    was: str
    actor: str | None
    clauses: tuple[str, ...]
    public: bool
    was_public: bool
    severity: str
    colour: str | None
    t: float
    references: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """How later messages refer to it."""
        return f"{self.sender},{self.identifier},{self.sent}"

    @property
    def file(self) -> str:
        """A name for its file that sorts by time."""
        number = self.identifier.rpartition(".")[2]
        return f"{number}-{self.plan}-{self.scheme}-{self.level}-{self.type.lower()}.xml"


def alerts(
    entries: Sequence[Entry],
    programs: Mapping[str, Program],
    *,
    category: str = "Other",
    grades: bool = False,
) -> list[tuple[Message, bytes]]:
    """The messages of a run in order, each with its XML.

    Parameters
    ----------
    category : one of `CATEGORIES`; what kind of danger a plan is for is nowhere written in its file.
    grades : also the grades of incidents.

    Raises
    ------
    InputError
        If the log speaks of plans or levels that are not there.
    """
    scenario = _name(entries).split(".")[0]
    found = messages(entries, programs, grades=grades)
    return [(one, write_alert(one, programs[one.plan], scenario, category)) for one in found]


def messages(entries: Sequence[Entry], programs: Mapping[str, Program], *, grades: bool = False) -> list[Message]:
    """The messages of a run in order; see `alerts`."""
    name = _name(entries)
    told = _Told(entries, programs)
    chains: dict[tuple[str, str], list[Message]] = {}
    found = []
    for entry in entries:
        if entry.kind != "entered" or entry.plan is None or entry.scheme is None or entry.level is None:
            continue
        scheme = _scheme(entry, programs)
        if scheme.kind not in KINDS and not grades:
            continue
        chain = chains.setdefault((entry.plan, entry.scheme), [])
        lifted = entry.level not in scheme.levels
        if lifted and not chain:
            continue
        message = _message(entry, scheme, chain, name, told)
        found.append(message)
        chain[:] = [] if lifted else [*chain, message]
    return found


def _scheme(entry: Entry, programs: Mapping[str, Program]) -> Scheme:
    program = programs.get(str(entry.plan))
    scheme = program.plan.schemes.get(Id(str(entry.scheme))) if program is not None else None
    if scheme is None or entry.level not in scheme.values:
        facts = {"name": f"{entry.plan}: {entry.scheme}={entry.level}"}
        raise InputError([problem("cap-unknown-level", None, facts)])
    return scheme


def _message(entry: Entry, scheme: Scheme, chain: Sequence[Message], name: str, told: _Told) -> Message:
    plan, level = str(entry.plan), str(entry.level)
    lifted = level not in scheme.levels
    value = Value(str(entry.scheme), chain[-1].level if lifted else level)
    return Message(
        identifier=f"{name}.{entry.seq:06d}",
        sender=f"{plan}@{told.programs[plan].jurisdiction.jurisdiction}.invalid",  # RFC 2606: never anybody's
        sent=sent(entry.time),
        type="Cancel" if lifted else "Update" if chain else "Alert",
        plan=plan,
        scheme=value.scheme,
        kind=scheme.kind,
        level=level,
        was=chain[-1].level if chain else "off",
        actor=entry.actor,
        clauses=entry.clauses,
        public=told.publicly(entry),
        was_public=any(one.public for one in chain),
        severity=severity(told.programs[plan], value),
        colour=colour(told.programs[plan], value),
        t=entry.t,
        references=tuple(one.reference for one in chain),
    )


def _name(entries: Sequence[Entry]) -> str:
    """The run's part of every identifier: its scenario and number, and a digest, for settings may differ."""
    first = next((e.detail for e in entries if e.ref == "scenario"), {})
    digest = sha256()
    for entry in entries:
        digest.update(json.dumps(entry.as_dict(), ensure_ascii=False, sort_keys=True).encode())
    said = f"{first.get('scenario', 'run')}.{first.get('run', 0)}"
    return f"{re.sub(r'[^A-Za-z0-9._-]', '-', said)[:100]}.{digest.hexdigest()[:10]}"  # CAP: no space, comma, < or &


def sent(time: str) -> str:
    """An instant as CAP writes it: to the second, with an offset that for UTC is ``-00:00``.

    >>> sent("2026-07-17T16:00:00+08:00"), sent("2026-07-17T16:00:00+00:00")
    ('2026-07-17T16:00:00+08:00', '2026-07-17T16:00:00-00:00')
    """
    return time.replace("+00:00", "-00:00").replace("Z", "-00:00")


def severity(program: Program, value: Value) -> str:
    """By the colour the plan prints for the level, else by how near the gravest it is; a lone level tells nothing."""
    if len(program.plan.schemes[Id(value.scheme)].levels) == 1 and colour(program, value) is None:
        return "Unknown"
    return _SEVERITIES.get(colours(program.plan).get(value, ""), "Unknown")


def colour(program: Program, value: Value) -> str | None:
    """The colour that the plan prints for this very level; None where it prints none, or several."""
    said = {label.colour for label in program.plan.labels if (label.scheme, label.level) == value and label.colour}
    return next(iter(said)) if len(said) == 1 else None


class _Told:
    """Which values were made public: by an announcing step on the way to them, or by a publication after them."""

    def __init__(self, entries: Iterable[Entry], programs: Mapping[str, Program]) -> None:
        self.programs = programs
        self._announced: dict[tuple[str | None, str | None], int] = {}
        self._public: set[int] = set()
        latest: dict[tuple[str, str], Entry] = {}
        for entry in entries:
            if entry.kind == "step" and entry.detail.get("do") in _TELLS:
                self._announced[entry.plan, entry.ref] = entry.seq
            elif entry.kind == "entered" and entry.plan and entry.scheme:
                latest[entry.plan, entry.scheme] = entry
                if self._announced.pop((entry.plan, entry.ref), None) is not None:
                    self._public.add(entry.seq)
            elif entry.kind == "published" and entry.plan and entry.plan in programs:
                values = set(_published(programs[entry.plan], entry.ref))
                held = (e for (plan, _), e in latest.items() if plan == entry.plan)
                self._public |= {e.seq for e in held if Value(str(e.scheme), str(e.level)) in values}

    def publicly(self, entry: Entry) -> bool:
        """Whether a value was made public when, or after, it was entered."""
        return entry.seq in self._public


def _published(program: Program, ref: str | None) -> Iterator[Value]:
    """The values whose entry a publication of the plan tells of."""
    for one in program.publications:
        if ref in (one.says.id, str(one.says.clause)):
            event = program.events.get(one.after)
            yield from event.values if event is not None and event.kind == "entered" else one.during
