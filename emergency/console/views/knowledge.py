"""Who knows what: for every kind of log entry, an explicit rule that says whom it reaches.

Those who run or judge an exercise know everything. A player knows what reached the seat: what it did itself, what
was sent to it, what everybody is told. What no rule gives to anybody stays with those who run and judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emergency.console.place import Badge, Role
from emergency.incident import Prepared
from emergency.log import Entry
from emergency.machine import Performer, Program, StepPlan, Value
from emergency.scenario import Inject
from emergency.source import Id

__all__ = ["KNOWS", "Audience", "Eyes", "Ground", "audience_of", "eyes_of"]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an entry reaches.

    Attributes
    ----------
    actors : the actors and seats it reaches.
    players : whether it reaches every player.
    public : whether anybody may see it, on a screen on the wall too.
    """

    actors: frozenset[str] = frozenset()
    players: bool = False
    public: bool = False


NOBODY = Audience()
PLAYERS = Audience(players=True)
PUBLIC = Audience(players=True, public=True)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks: a role, and of a player the seat with the bodies, offices and posts it acts for."""

    role: Role
    mine: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether nothing is hidden from these."""
        return self.role in (Role.facilitator, Role.evaluator)

    def see(self, audience: Audience) -> bool:
        """Whether they see what reaches an audience."""
        if self.everything or audience.public:
            return True
        return self.role is Role.player and (audience.players or not self.mine.isdisjoint(audience.actors))


class Ground:
    """What the rules rest on: what plans and scenario say, and who has had a hand in what so far.

    Parameters
    ----------
    prepared : Prepared
        The scenario with its plans.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.programs: Mapping[str, Program] = {id: ready.program for id, ready in prepared.plans.items()}
        scenario = prepared.scenario
        self.open_injects = frozenset(str(i.id) for i in scenario.injects if _is_word(i))
        told = {str(t.to) for i in scenario.injects for t in i.tells} | {str(n.to) for n in scenario.noticed}
        self._judges = {id: _judges(program, told) for id, program in self.programs.items()}
        self._seats: dict[str, set[str]] = {}
        for program in self.programs.values():
            for performer in performers_of(program):
                self._seats.setdefault(performer.seat, set()).add(performer.actor)
        self.hands: dict[tuple[str, str], set[str]] = {}
        self.told: Entry | None = None  # the last message of the scenario's own

    def mine(self, seat: str) -> frozenset[str]:
        """A seat with every body, office and post it acts for under the plans."""
        return frozenset({seat, *self._seats.get(seat, ())})

    def take_in(self, entry: Entry) -> None:
        """Note what one more entry brings, before its own audience is asked for."""
        if entry.kind == "message" and "about" in entry.detail:
            self.told = entry
        if entry.kind in ("step", "measure-started", "report-due", "decision-opened") and entry.plan and entry.ref:
            self.hands.setdefault((entry.plan, entry.ref), set()).update(_took_part(entry, self))

    def program(self, entry: Entry) -> Program | None:
        """The program an entry belongs to."""
        return self.programs.get(entry.plan or "")

    def hand(self, entry: Entry, ref: str | None = None) -> Audience:
        """Those who have had a hand in the matter of an entry so far."""
        return Audience(frozenset(self.hands.get((entry.plan or "", ref or entry.ref or ""), ())))

    def judges(self, program: Program) -> frozenset[str]:
        """Those to whom a plan's people report, and so who judge what is reported."""
        return self._judges[program.id]


def eyes_of(badge: Badge, ground: Ground) -> Eyes:
    """Who looks through the browser of a badge."""
    return Eyes(badge.role, ground.mine(badge.seat) if badge.seat else frozenset())


def _judges(program: Program, told: set[str]) -> frozenset[str]:
    """Whom reports and events go to; who is told by messages, if the plan knows it; who begins a decision."""
    found = {c.to for c in program.channels if c.to} | {e.to for e in program.events.values() if e.to}
    beginning = {p.actor for d in program.decisions.values() for s in d.steps[:1] for p in s.by}
    return frozenset(found | beginning | (told & {p.actor for p in performers_of(program)}))


def performers_of(program: Program) -> Iterator[Performer]:
    """Everybody a plan has do, or be told of, anything."""
    for decision in program.decisions.values():
        for step in decision.steps:
            yield from _of_step(step)
    for measure in program.measures:
        yield from (*measure.by, *measure.towards)
        for step in measure.steps:
            yield from _of_step(step)
    for report in program.reports:
        yield from (*report.by, *report.to, *report.together_with)
    for publication in program.publications:
        yield from (*publication.by, *publication.cleared_by, *publication.together_with)


def _of_step(step: StepPlan) -> Iterator[Performer]:
    yield from (*step.by, *step.to, *step.together_with)


def _took_part(entry: Entry, ground: Ground) -> set[str]:
    """Who comes to have a hand in a matter with an entry."""
    found = {entry.actor} if entry.actor else set()
    detail = entry.detail
    found.update(str(a) for key in ("to", "with", "by") for a in _several(detail.get(key)))
    if "seat" in detail:
        found.add(str(detail["seat"]))
    if entry.kind == "decision-opened":
        found.update(_asked_first(entry, ground))
    return found


def _several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else ()


def _asked_first(entry: Entry, ground: Ground) -> set[str]:
    program = ground.program(entry)
    decision = program.decisions.get(Value(entry.scheme or "", entry.level or "")) if program else None
    if decision is None:
        return set()
    route = entry.detail.get("route")
    ways = [w for w in decision.ways if route is None or w.id == route]
    return {p.actor for way in ways for step in way.steps[:1] for p in step.by}


def _is_word(inject: Inject) -> bool:
    """Whether an inject is words said in the open: news that goes round, or what does nothing to the world at all.

    One that is addressed to somebody is not: its messages say whom it reaches.
    """
    return not inject.tells and (not inject.effects or any(e.do == "news" for e in inject.effects))


# ---------------------------------------------------------------------------------------------- rules

Rule = Callable[[Entry, Ground], Audience]


def _nobody(entry: Entry, ground: Ground) -> Audience:
    return NOBODY


def _public(entry: Entry, ground: Ground) -> Audience:
    return PUBLIC


def _players(entry: Entry, ground: Ground) -> Audience:
    return PLAYERS


def _own(entry: Entry, ground: Ground) -> Audience:
    """Only whoever it is about."""
    return Audience(frozenset({entry.actor} if entry.actor else ()))


def _addressed(entry: Entry, ground: Ground) -> Audience:
    """Who did it, and to or with whom."""
    return Audience(frozenset(_took_part(entry, ground)))


def _concerned(entry: Entry, ground: Ground) -> Audience:
    """Those who have had a hand in the matter so far."""
    return ground.hand(entry)


def _inject(entry: Entry, ground: Ground) -> Audience:
    """What was written on the spot reaches whom it names. What the scenario has happen reaches nobody by itself but
    by its messages and by reports; words that go round are in the open."""
    if entry.detail.get("written"):
        to = frozenset(map(str, _several(entry.detail.get("to"))))
        return Audience(to) if to else PUBLIC
    return PUBLIC if entry.ref in ground.open_injects else NOBODY


def _indicator(entry: Entry, ground: Ground) -> Audience:
    """What is true is known to nobody. What is reported is known to who reports and who is told; what is concluded
    from reports, to those who judge them."""
    detail, program = entry.detail, ground.program(entry)
    if program is None or "true" in detail or "trace" in detail:
        return NOBODY
    if "judged" in detail:
        return Audience(ground.judges(program))
    if "known" not in detail:
        return NOBODY
    if detail.get("how") == "event":  # comes with the message that told of it
        heard = ground.told
        return _own(heard, ground) if heard is not None and heard.t == entry.t else NOBODY
    named = {str(detail[key]) for key in ("from", "to") if detail.get(key)}
    return Audience(frozenset(named if detail.get("to") else named | ground.judges(program)))


def _level(entry: Entry, ground: Ground) -> Audience:
    """Warnings, responses and what is imposed from above are announced. The grade of an incident is an assessment:
    it is known to those who judge the reports and those who had a hand in deciding it."""
    program = ground.program(entry)
    if program is None or not entry.scheme:
        return NOBODY
    if program.plan.schemes[Id(entry.scheme)].kind != "event":
        return PUBLIC
    return Audience(ground.judges(program) | ground.hand(entry).actors)


def _refused(entry: Entry, ground: Ground) -> Audience:
    """An end of a matter is known to those with a hand in it. An attempt at what is another's is entered only where
    somebody has been asked for it, so who made it must not find it: the refusal has told what the plan says."""
    if entry.detail.get("why") == "not-authorised":
        return NOBODY
    return Audience(ground.hand(entry).actors | _own(entry, ground).actors)


def _measure_done(entry: Entry, ground: Ground) -> Audience:
    """Who has carried it out, and towards whom."""
    return Audience(ground.hand(entry).actors | _took_part(entry, ground))


def _missed(entry: Entry, ground: Ground) -> Audience:
    """Who owed it; of a report that was expected at a set time, who waits for it too."""
    to = entry.detail.get("to")
    return Audience(frozenset(str(a) for a in (entry.actor, to) if a))


def _message(entry: Entry, ground: Ground) -> Audience:
    """Who it comes from and who it goes to; the actor of one the scenario sends is who is told."""
    to = frozenset(map(str, _several(entry.detail.get("to"))))
    return Audience(to | _own(entry, ground).actors)


def _aftermath(entry: Entry, ground: Ground) -> Audience:
    """Who owes the reports that fall due."""
    program, due = ground.program(entry), set(_several(entry.detail.get("due")))
    reports = program.reports if program is not None else ()
    return Audience(frozenset(p.actor for r in reports if str(r.says.id) in due for p in r.by))


def _note(entry: Entry, ground: Ground) -> Audience:
    """By what the note is about; one of an unknown kind is known to nobody."""
    detail, by = entry.detail, str(entry.detail.get("by", ""))
    match entry.ref:
        case "cadence":
            return Audience(frozenset(str(detail[k]) for k in ("from", "to") if detail.get(k)))
        case "measure-stopped":
            return ground.hand(entry, str(detail["measure"]))
        case "step-not-called-for":
            return ground.hand(entry, str(detail["of"]))
        case "route-done":
            return ground.hand(entry, str(detail["at"]))
        case "finding":
            return Audience(frozenset({by.removeprefix("seat:")}))
    if "verdict" in detail:  # the reason given with a decision, for those whose matter it is
        return Audience(ground.hand(entry).actors | _own(entry, ground).actors)
    return NOBODY


#: Whom an entry of each kind reaches.
KNOWS: Mapping[str, Rule] = {
    "inject": _inject,
    "indicator": _indicator,
    "decision-opened": _concerned,
    "step": _addressed,
    "decided": _concerned,
    "decision-refused": _refused,
    "entered": _level,
    "level-left": _level,
    "measure-started": _concerned,
    "measure-done": _measure_done,
    "report-due": _own,
    "report-sent": _addressed,
    "deadline-missed": _missed,
    "published": _public,
    "message": _message,
    "shortage": _nobody,
    "resource": _own,
    "gap": _nobody,
    "aftermath": _aftermath,
    "seat": _players,
    "note": _note,
    "ended": _players,
}


def audience_of(entry: Entry, ground: Ground) -> Audience:
    """Whom an entry reaches; a kind without a rule reaches nobody."""
    ground.take_in(entry)
    return KNOWS.get(entry.kind, _nobody)(entry, ground)
