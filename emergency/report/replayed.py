"""What became of an exercise when its decisions were given once more, against something changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from emergency.exercise import NotOffered, Session
from emergency.exercise.command import Decide
from emergency.exercise.keeper import Replay
from emergency.figures.columns import Labels, scale
from emergency.indicators import fold
from emergency.machine import Program
from emergency.report.page import Page
from emergency.words import terms
from emergency.words.punctuation import headed
from emergency.words.replay import told

__all__ = ["Outcome", "outcomes", "tell_replay"]

Number = float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One number of the exercise, as it was and as it would have been; None for what did not happen."""

    name: str
    before: Number
    after: Number


def outcomes(before: Session, after: Session) -> list[Outcome]:
    """The numbers that came out otherwise, in the order of a run's row."""
    rows = [_numbers(before), _numbers(after)]
    names = [name for name in rows[0] if name in rows[1]]
    return [Outcome(n, rows[0][n], rows[1][n]) for n in names if rows[0][n] != rows[1][n]]


def _numbers(session: Session) -> Mapping[str, Number]:
    return fold(session.log.entries, _programs(session)).numbers()


def _programs(session: Session) -> dict[str, Program]:
    return {id: ready.program for id, ready in session.prepared.plans.items()}


def tell_replay(before: Session, found: Replay, changes: Sequence[str], lang: str) -> list[str]:
    """What was changed, which decisions had no place any more, and what came out otherwise.

    Parameters
    ----------
    before : Session
        The exercise as it was held.
    changes : sequence of str
        What was made otherwise, as the user wrote it.
    """
    after = found.session
    page = _page(after, lang)
    lines = [told("replayed", lang, changes=page.join(changes)), ""]
    if found.not_offered:
        lines.append(told("not-offered", lang, n=len(found.not_offered)))
        lines += [f"  {_kept_aside(page, one)}" for one in found.not_offered]
    else:
        lines.append(told("all-offered", lang))
    moved = list(_moved(before, after, lang))
    lines += ["", told("moved" if moved else "nothing-moved", lang), *(f"  {line}" for line in moved)]
    return lines


def _page(session: Session, lang: str) -> Page:
    return Page(session.log.entries, session.prepared.scenario, _programs(session), {}, lang)


def _kept_aside(page: Page, one: NotOffered) -> str:
    """A command for which there was no place, with the clauses it is about."""
    lang, command = page.lang, one.command
    if isinstance(command, Decide) and command.plan in page.programs:
        scheme, is_value, value = command.ref.partition("=")
        what = page.level(command.plan, scheme, value) if is_value else page.thing(command.plan, command.ref)
        what = headed(what, terms.verb(command.step, lang), lang)
    else:
        what = told(f"do-{command.do}", lang)
    who = page.names.actor(command.seat) if command.seat else told("staff", lang)
    cited = page.clauses(one.clauses)
    line = told("one", lang, when=page.when(one.t), who=who, what=what)
    return f"{line}  [{cited}]" if cited else line


def _moved(before: Session, after: Session, lang: str) -> Iterator[str]:
    labels = Labels(_page(after, lang).names)
    for one in outcomes(before, after):
        like = next((v for v in (one.before, one.after) if v is not None), 0.0)
        by = scale(labels.kind(one.name), like, lang)
        values = [told("never", lang) if v is None else by.tell(v) for v in (one.before, one.after)]
        yield told("number", lang, name=labels.label(one.name), before=values[0], after=values[1])
