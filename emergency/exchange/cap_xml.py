"""One message of the Common Alerting Protocol as XML: the elements in the order OASIS asks for, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from emergency.machine import Program
from emergency.plan.leaves import State
from emergency.plan.statements import Measure
from emergency.source import Id
from emergency.words import terms
from emergency.words.exchange import told
from emergency.words.punctuation import headed, listed, punctuation

if TYPE_CHECKING:
    from emergency.exchange.cap import Message

__all__ = ["NAMESPACE", "write_alert"]

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_MOST = 20  # acts in an instruction
#: Kind of scheme → what to do, how soon, how sure: a warning tells of what may come, the others of what is so.
_OF_KIND = {
    "warning": ("Prepare", "Expected", "Likely"),
    "event": ("Assess", "Immediate", "Observed"),
    "response": ("Execute", "Immediate", "Observed"),
    "imposed": ("Execute", "Immediate", "Observed"),
}
_LIFTED = ("AllClear", "Past", "Observed")
_ODD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_alert(message: Message, program: Program, scenario: str, category: str) -> bytes:
    """The message as an XML document.

    Parameters
    ----------
    scenario : the id of the scenario, which is the incident.
    category : one of `cap.CATEGORIES`.
    """
    alert = Xml.Element(f"{{{NAMESPACE}}}alert")
    _add(alert, "identifier", message.identifier)
    _add(alert, "sender", message.sender)
    _add(alert, "sent", message.sent)
    _add(alert, "status", "Exercise")
    _add(alert, "msgType", message.type)
    _add(alert, "source", "emergency")
    _add(alert, "scope", "Public" if message.public else "Restricted")
    if not message.public:
        _add(alert, "restriction", _both("restricted"))
    _add(alert, "note", " ".join([_both("note"), *([_both("chain")] if message.was_public > message.public else [])]))
    if message.references:
        _add(alert, "references", " ".join(message.references))
    if scenario:
        _add(alert, "incidents", scenario)
    for lang in _LANGUAGES:
        _info(alert, message, program, category, lang)
    Xml.indent(alert)
    return bytes(Xml.tostring(alert, encoding="utf-8", xml_declaration=True, default_namespace=NAMESPACE)) + b"\n"


def _add(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    found = Xml.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    found.text = _ODD.sub(" ", text)
    return found


def _pair(parent: Xml.Element, element: str, name: str, value: str) -> None:
    found = Xml.SubElement(parent, f"{{{NAMESPACE}}}{element}")
    _add(found, "valueName", name)
    _add(found, "value", value)


def _both(name: str) -> str:
    return f"{told(name, 'zh')} {told(name, 'en')}"


def _info(alert: Xml.Element, message: Message, program: Program, category: str, lang: str) -> None:
    info = Xml.SubElement(alert, f"{{{NAMESPACE}}}info")
    does, urgency, certainty = _LIFTED if message.type == "Cancel" else _OF_KIND[message.kind]
    title, change = program.plan.title.in_(lang), _change(message, program, lang)
    _add(info, "language", _LANGUAGES[lang])
    _add(info, "category", category)
    _add(info, "event", title)
    _add(info, "responseType", does)
    _add(info, "urgency", urgency)
    _add(info, "severity", message.severity)
    _add(info, "certainty", certainty)
    _add(info, "effective", message.sent)
    _add(info, "senderName", told("mark", lang) + _actor(message.actor, program, lang))
    _add(info, "headline", told("headline", lang, mark=told("mark", lang), plan=title, what=change))
    _add(info, "description", _description(message, program, change, lang))
    if acts := _acts(message, program, lang):
        _add(info, "instruction", "\n".join(acts))
    if message.colour and message.type != "Cancel":
        _pair(info, "parameter", "ColorCode", message.colour)
    for name, value in (("plan", message.plan), ("scheme", message.scheme), ("level", message.level)):
        _pair(info, "parameter", name, value)
    _pair(info, "parameter", "scenario-hours", f"{message.t:.2f}")
    _areas(info, program, lang)


def _areas(info: Xml.Element, program: Program, lang: str) -> None:
    """The places that lie within no other; what part of them is meant, plans and logs do not tell of a level."""
    whole = {id: place for id, place in program.jurisdiction.places.items() if place.within is None}
    for id, place in whole.items():
        area = Xml.SubElement(info, f"{{{NAMESPACE}}}area")
        _add(area, "areaDesc", place.in_(lang))
        _pair(area, "geocode", "place", str(id))
    if not whole:
        area = Xml.SubElement(info, f"{{{NAMESPACE}}}area")
        _add(area, "areaDesc", program.jurisdiction.name.in_(lang))


# ------------------------------------------------------------------------------------------- wording


def _change(message: Message, program: Program, lang: str) -> str:
    """From which level to which."""
    scheme = program.plan.schemes[Id(message.scheme)]
    level, was = (_level(value, program, message.scheme, lang) for value in (message.level, message.was))
    if message.type == "Cancel":
        return told("over", lang, was=was)
    if message.colour:
        level = told("coloured", lang, level=level, colour=told(message.colour, lang))
    if message.type == "Alert":
        return level
    ranks = list(scheme.levels)
    up = ranks.index(Id(message.level)) > ranks.index(Id(message.was))
    return told("raised" if up else "lowered", lang, was=was, level=level)


def _level(value: str, program: Program, scheme: str, lang: str) -> str:
    """A level; the only one of a scheme that has no word of its own stands behind what it is a level of."""
    says = program.plan.schemes[Id(scheme)]
    word = program.plan.word(scheme, value) if value in says.levels else None
    found = terms.level(says.kind, value, lang, ends=says.ends, word=word.in_(lang) if word else None)
    if len(says.levels) > 1 or word is not None:
        return found
    return headed(terms.scheme_kind(says.kind, lang), found, lang)


def _description(message: Message, program: Program, change: str, lang: str) -> str:
    """What changed, who decided it, by which clauses, and what these say."""
    who = _actor(message.actor, program, lang)
    by = told("decided", lang, who=who) if message.actor else told("by-rule", lang)
    lines = [change + punctuation(lang).stop.rstrip(), by]
    lines.append(told("clauses", lang, list=listed(message.clauses, lang)))
    said = {f"{program.id}:{entry.no}": entry.in_(lang) for entry in program.plan.body()}
    lines += [f"{clause}  {said[clause]}" for clause in message.clauses if said.get(clause)]
    return "\n".join(lines)


def _actor(id: str | None, program: Program, lang: str) -> str:
    """Who decided; where nobody did, the plan speaks for itself."""
    if id is None:
        return program.plan.title.in_(lang)
    place, name = program.jurisdiction, Id(id)
    found = program.plan.actors.get(name) or place.agencies.get(name) or place.posts.get(name)
    return found.in_(lang) if found is not None else id


def _acts(message: Message, program: Program, lang: str) -> list[str]:
    """What the plan has done at this level: the public is told what falls to it, those concerned all of it."""
    found = []
    for measure in program.plan.measures:
        by = [str(one) for one in measure.by if str(one) in program.plan.actors]
        to_all = any(program.plan.actors[Id(one)].kind == "public" for one in by)
        if by and (to_all or not message.public) and _belongs(measure, message):
            who = listed([_actor(one, program, lang) for one in by], lang)
            found.append(f"{who} · {headed(terms.verb(measure.verb, lang), measure.object.in_(lang), lang)}")
    return found[:_MOST]


def _belongs(measure: Measure, message: Message) -> bool:
    """Whether the plan names the level for the measure; what holds at any level is said elsewhere."""
    states = measure.during if isinstance(measure.during, tuple) else ()
    named = (state for state in states if isinstance(state, State) and state.scheme == message.scheme)
    return any(message.level in state.values for state in named)
