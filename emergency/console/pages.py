"""The pages of the console: views told in HTML, and nothing that is not in a view.

Templates get a view, the words of one language and the page's own addresses; they never see a session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from emergency.console.place import Badge, Making, Role, Room
from emergency.console.views import (
    eyes_of,
    known_values,
    ledger_of,
    look,
    look_at_acts,
    look_at_form,
    look_at_log,
    look_at_people,
    look_at_tools,
    making_told,
)  # fmt: skip
from emergency.console.views.knowledge import Eyes
from emergency.errors import RefusedError
from emergency.exercise import Session
from emergency.figures.machine import machine
from emergency.figures.style import render, settings
from emergency.words import evaluation, terms
from emergency.words.cards import card
from emergency.words.console import command_told, refused, told

__all__ = [
    "acts", "diagram", "door", "form_page", "invitations", "leaf", "names_of", "page", "panels", "refusal", "waiting",
]  # fmt: skip

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
#: Refusals in which what is done is a command; in the others it is the verb of a step.
_OF_COMMANDS = ("wrong-phase", "facilitator-only", "role")
_ANYBODY = Eyes(Role.wall)


def page(session: Session, room: Room, badge: Badge, lang: str, *, base: str, csrf: str) -> str:
    """The whole page of a role.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    base : str
        The address of the badge's page, with no slash at its end.
    csrf : str
        What every form of the page sends along.
    """
    place = _place(base, csrf, lang)
    view = look(session, room, badge, lang)
    live = Markup(_live(view, place, lang))
    lists = look_at_tools(session, badge, lang)
    shown = badge.role is Role.facilitator
    invited = Markup(invitations(session, room, {}, lang, base=base, csrf=csrf)) if shown else ""
    return _render("page.html.j2", lang, s=place, v=view, role=badge.role.value, live=live, t=lists, invited=invited)


def panels(session: Session, room: Room, badge: Badge, lang: str, *, base: str, csrf: str) -> str:
    """The part of a role's page that changes: one fragment."""
    return _live(look(session, room, badge, lang), _place(base, csrf, lang), lang)


def leaf(session: Session, badge: Badge, number: int, lang: str) -> str:
    """A leaf of the log: a fragment."""
    return _render("leaf.html.j2", lang, rows=look_at_log(session, badge, number, lang), leaf=number)


def acts(session: Session, badge: Badge, lang: str) -> str:
    """The table of acts a judge looks through: a fragment."""
    return _render("acts.html.j2", lang, rows=look_at_acts(session, badge, lang))


def form_page(
    session: Session, room: Room, badge: Badge, form: str, lang: str, *, base: str, csrf: str
) -> str | None:
    """A form of a plan (``plan:id``) to fill in; None if there is none."""
    found = look_at_form(session, form, lang)
    if found is None:
        return None
    return _render("form.html.j2", lang, s=_place(base, csrf, lang), f={**found, "mine": badge.seat or ""})


def invitations(
    session: Session, room: Room, links: Mapping[str, str | None], lang: str, *, base: str, csrf: str
) -> str:
    """Everyone invited; `links` gives by badge id the link of an invitation that has just been made."""
    people = look_at_people(session, room, lang)
    fresh = [{**one, "link": link} for one in people if (link := links.get(one["id"]))]
    return _render("invitations.html.j2", lang, s=_place(base, csrf, lang), people=people, fresh=fresh)


def door(lang: str, problem: str | None = None, *, back: str = "", known: bool = False) -> str:
    """The page of somebody who is not let in, or not yet; `problem` says why.

    Parameters
    ----------
    back : str
        The address of the page of whoever is in and has only come to the wrong place.
    known : bool
        Whether this browser has been inside before, and may go back.
    """
    return _render("door.html.j2", lang, problem=problem, back=back, known=known)


def waiting(making: Making, lang: str, *, base: str) -> str:
    """What stands where a review will, as long as it is being made."""
    return _render("waiting.html.j2", lang, making=making_told(making, lang), base=base)


def refusal(error: RefusedError, titles: Mapping[str, str], lang: str) -> str:
    """Why a command was refused, with the clauses: a fragment.

    Parameters
    ----------
    titles : mapping
        What plans, and if known seats and acts, are called, by id; see `names_of`.
    """
    facts = {name: _named(value, titles, lang) for name, value in error.facts.items()}
    if error.code in _OF_COMMANDS:
        facts |= {"do": command_told(str(error.facts.get("do", "")), lang)}
    if error.code == "role":
        facts |= {"role": told(f"role-{error.facts.get('role')}", lang)}
    text = refused(error.code, lang, **{"what": str(error), **facts}) or str(error)
    clauses = [{"no": titles.get(c, c), "title": titles.get(_plan_of(c), "")} for c in dict.fromkeys(error.clauses)]
    return _render("refusal.html.j2", lang, text=text, clauses=clauses)


def _plan_of(citation: str) -> str:
    return citation.partition(":")[0]


def names_of(session: Session, lang: str) -> dict[str, str]:
    """What the plans, seats, matters and clauses of an exercise are called, by id, for `refusal`."""
    page = ledger_of(session).page(lang)
    names = page.names
    found = {seat: names.actor(seat) for seat in session.seats()}
    for id, program in page.programs.items():
        found[id] = names.plan(id)
        found |= {f"{id}:{entry.no}": names.clause(f"{id}:{entry.no}") for entry in program.plan.body()}
        found |= {str(at): page.level(id, *at) for at in program.decisions}
        found |= {ref: page.thing(id, ref) for ref in (*_ids(program.measures), *_ids(program.reports))}
        found |= {f"{seat}": names.actor(seat) for seat in map(str, program.plan.actors)}
    return found


def _ids(matters: Iterable[Any]) -> Iterator[str]:
    return (str(one.says.id) for one in matters if one.says.id is not None)


def diagram(session: Session, plan: str, lang: str, badge: Badge | None = None) -> bytes | None:
    """The state diagram of a plan as SVG, the values marked that are known; None if there is no such plan.

    Parameters
    ----------
    badge : Badge, optional
        Whose page it is for; without one only what anybody may know is marked.
    """
    ready = session.prepared.plans.get(plan)
    if ready is None:
        return None
    ledger = ledger_of(session)
    eyes = eyes_of(badge, ledger.ground) if badge is not None else _ANYBODY
    key = (plan, known_values(session, ledger, eyes, plan), lang)
    if key not in ledger.drawings:
        with settings():
            ledger.drawings[key] = render(machine(ready.program, lang, key[1]), "svg")
    return ledger.drawings[key]


# ---------------------------------------------------------------------------------------------- parts


def _place(base: str, csrf: str, lang: str) -> dict[str, str]:
    """The page's own addresses."""
    return {"base": base, "csrf": csrf, "lang": lang, "command": f"{base}/command?lang={lang}"}


def _live(view: Mapping[str, Any], place: Mapping[str, str], lang: str) -> str:
    return _render(f"live_{view['stage']['role']}.html.j2", lang, s=place, v=view)


def _render(template: str, lang: str, **context: Any) -> str:
    words: dict[str, Callable[..., str]] = {
        "w": lambda name, /, **facts: told(name, lang, **facts),
        "rating": lambda name: evaluation.told(name, lang),
        "card": lambda name: card(name, lang),
    }
    return _ENVIRONMENT.get_template(f"console/{template}").render({"lang": lang, **words, **context})


def _named(value: object, titles: Mapping[str, str], lang: str) -> str:
    """A fact of a refusal in words: an id by its name, a phase or a verb as it is called; several, one by one."""
    if isinstance(value, tuple):
        return told("between", lang).join(_named(one, titles, lang) for one in value)
    text = str(value)
    return titles.get(text) or _phase(text, lang) or terms.verb(text, lang)


def _phase(text: str, lang: str) -> str:
    known = ("draft", "ready", "running", "paused", "ended", "archived")
    return told(f"phase-{text}", lang) if text in known else ""
