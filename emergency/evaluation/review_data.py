"""What an after-action review rests on: objectives, deviations on either side, what to put right.

A deviation is either people leaving the plan (an attempt at what is another's, a refusal, a missed limit, or longer
over a thing than any plan-perfect play while the plan was clear about it), or the plan failing people (a silence
that was met, a finding that was filed, a wait for which no clause sets a limit).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emergency.evaluation.conformance import Act, conformance
from emergency.evaluation.envelope import Envelope, Position, milestones_of
from emergency.log import Entry
from emergency.machine import Program
from emergency.scenario import Objective, Scenario

__all__ = [
    "HEADINGS", "AfterAction", "Deviation", "Improvement", "Rating", "Wait", "deviations_of", "improvements_of",
    "review",
]  # fmt: skip

#: What the review of an exercise has to speak of, by the plan-management rule (art. 33); the last one is the list
#: of improvements itself.
HEADINGS = ("execution", "usability", "command", "people", "equipment", "improvements")
_HEADING_OF = {
    "not-authorised": "command", "refused": "command", "missed": "execution", "late": "execution",
    "slow": "execution", "never": "execution", "gap": "usability", "finding": "usability", "no-limit": "usability",
}  # fmt: skip
_PEOPLE = {"not-authorised": "not-authorised", "refused": "refused", "missed": "missed", "late": "late"}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure from the plan, or one place where the plan gave no support.

    Attributes
    ----------
    side : ``people`` or ``plan``.
    why : ``not-authorised``, ``refused``, ``missed``, ``late``, ``slow`` (longer than plan-perfect play), ``never``;
        ``gap``, ``finding``, ``no-limit``.
    ref, do : what it is about, as in an `Act`.
    t : when it came to light [h]; None for what never came.
    facts : what else there is to tell: ``took, low, middle, high`` [h], ``question``, ``text``, ``kind``.
    """

    side: str
    why: str
    plan: str
    ref: str
    do: str
    actor: str
    t: float | None
    clauses: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Improvement:
    """One row of the improvement plan; its date is for the meeting to set.

    Attributes
    ----------
    heading : one of `HEADINGS`.
    owner : the actor it falls to; empty where the log names none: whoever keeps the plan.
    clauses : those to revise, or to drill.
    because : the deviations behind it.
    """

    heading: str
    owner: str
    clauses: tuple[str, ...]
    because: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """An objective with the last rating it was given; ``N`` is not observed."""

    objective: Objective
    rating: str
    text: str


@dataclass(frozen=True, slots=True)
class Wait:
    """How often and how long [h] tasks waited for the people of a seat, or for vehicles (``fleet:KIND``)."""

    seat: str
    times: int
    hours: float


@dataclass(frozen=True, slots=True)
class AfterAction:
    """Everything a review tells.

    Attributes
    ----------
    until : when the exercise ended [h].
    held : the seats that people held at some time.
    notes : observations, as ``(t, text)``.
    """

    until: float
    held: tuple[str, ...]
    acts: Sequence[Act]
    envelope: Envelope
    positions: Sequence[Position]
    ratings: Sequence[Rating]
    deviations: Sequence[Deviation]
    improvements: Sequence[Improvement]
    waits: Sequence[Wait]
    notes: Sequence[tuple[float, str]]

    def side(self, side: str) -> list[Deviation]:
        """The deviations of one side."""
        return [d for d in self.deviations if d.side == side]


def review(
    entries: Sequence[Entry], scenario: Scenario, programs: Mapping[str, Program], envelope: Envelope
) -> AfterAction:
    """Judge the log of an exercise."""
    acts = conformance(entries, programs)
    positions = envelope.place(milestones_of(entries, programs))
    found = deviations_of(entries, acts, positions)
    notes = [(e.t, str(e.detail["text"])) for e in entries if e.kind == "note" and e.ref == "observation"]
    return AfterAction(
        entries[-1].t if entries else 0.0, _held(entries), acts, envelope, positions, _ratings(entries, scenario),
        found, improvements_of(found), _waits(entries), notes,
    )  # fmt: skip


def _held(entries: Iterable[Entry]) -> tuple[str, ...]:
    taken = (e.actor for e in entries if e.kind == "seat" and e.detail.get("held"))
    return tuple(dict.fromkeys(seat for seat in taken if seat))


def _ratings(entries: Iterable[Entry], scenario: Scenario) -> list[Rating]:
    told = {e.detail["objective"]: e.detail for e in entries if e.kind == "note" and e.ref == "rating"}
    nothing = {"rating": "N", "text": ""}
    said = [(o, told.get(str(o.id), nothing)) for o in scenario.objectives]
    return [Rating(o, str(one["rating"]), str(one["text"])) for o, one in said]


def _waits(entries: Iterable[Entry]) -> list[Wait]:
    hours: dict[str, list[float]] = {}
    for entry in entries:
        if entry.kind == "resource" and entry.detail.get("waited", 0.0) > 0:
            hours.setdefault(entry.actor or "", []).append(float(entry.detail["waited"]))
    found = [Wait(seat, len(one), round(sum(one), 6)) for seat, one in hours.items()]
    return sorted(found, key=lambda w: (-w.hours, w.seat))


# ----------------------------------------------------------------------------------------- deviations


def deviations_of(entries: Iterable[Entry], acts: Sequence[Act], positions: Iterable[Position]) -> list[Deviation]:
    """All deviations: people's first, each side in the order of time."""
    kept = list(entries)
    plan = [*_silences(kept), *_unlimited(acts)]
    unclear = {(d.plan, d.ref) for d in plan}
    people = [*_departures(acts), *_slow(acts, positions, unclear)]
    return sorted((*people, *plan), key=lambda d: (d.side != "people", float("inf") if d.t is None else d.t))


def _departures(acts: Iterable[Act]) -> list[Deviation]:
    """What acts tell by themselves: attempts, refusals, limits not kept."""
    found = []
    for act in acts:
        why = _PEOPLE.get(act.state)
        if why is not None:
            t = act.done if act.done is not None else act.due if act.due is not None else act.asked
            facts = {"took": act.took, "due": act.due}
            found.append(Deviation("people", why, act.plan, act.ref, act.do, act.actor, t, act.clauses, facts))
    return found


def _slow(
    acts: Sequence[Act], positions: Iterable[Position], unclear: set[tuple[str, str]]
) -> list[Deviation]:
    """What took longer than in any plan-perfect play, or never came, though it was asked for."""
    found = []
    for one in positions:
        plan, ref = one.mark.plan, one.mark.ref
        if one.mark.number != "took" or one.verdict not in ("later", "never") or (plan, ref) in unclear:
            continue
        slowest = _slowest([a for a in acts if (a.plan, a.ref) == (plan, ref)], one.verdict)
        if slowest is not None and slowest.state not in _PEOPLE:  # those are told already
            why = "slow" if one.verdict == "later" else "never"
            t = None if why == "never" else slowest.done
            found.append(
                Deviation("people", why, plan, ref, slowest.do, slowest.actor, t, slowest.clauses, _told(one))
            )
    return found


def _slowest(acts: Sequence[Act], verdict: str) -> Act | None:
    """Whose part of a matter took longest; of one that never came, where it stands. None if nobody was asked."""
    slowest = max((a for a in acts if a.took is not None), key=lambda a: a.took or 0.0, default=None)
    if verdict != "never":
        return slowest
    stands = next((a for a in acts if a.state in ("open", "missed", "refused")), None)
    gone = next((a for a in acts if a.state == "called-off"), None)  # its ground went while somebody took too long
    return stands or (gone and (slowest or gone))


def _told(one: Position) -> dict[str, Any]:
    band = one.band
    quantiles = {"low": band.low, "middle": band.middle, "high": band.high} if band is not None else {}
    return {"took": one.value, **quantiles}


def _silences(entries: Iterable[Entry]) -> list[Deviation]:
    """Gaps that were met, and findings that people filed."""
    found = []
    for entry in entries:
        plan, ref, who = entry.plan or "", entry.ref or "", str(entry.detail.get("who", ""))
        if entry.kind == "gap":
            do = str(entry.detail.get("do", ""))
            found.append(Deviation("plan", "gap", plan, ref, do, who, entry.t, entry.clauses, dict(entry.detail)))
        elif entry.kind == "note" and entry.ref == "finding":
            by = str(entry.detail.get("by", "")).removeprefix("seat:")
            facts = {**entry.detail, "by": by}
            found.append(Deviation("plan", "finding", plan, "", "", "", entry.t, entry.clauses, facts))
    return found


def _unlimited(acts: Iterable[Act]) -> list[Deviation]:
    """What still waited at the end, and no clause says by when it is due."""
    return [
        Deviation("plan", "no-limit", a.plan, a.ref, a.do, a.actor, a.asked, a.clauses, {})
        for a in acts
        if a.state == "open" and a.due is None
    ]


def improvements_of(deviations: Iterable[Deviation]) -> list[Improvement]:
    """Rows of the improvement plan: deviations about the same clauses and of the same owner are one row."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[Deviation]] = {}
    for one in deviations:
        groups.setdefault((_HEADING_OF[one.why], one.actor, one.clauses), []).append(one)
    rows = [Improvement(*key, tuple(because)) for key, because in groups.items()]
    return sorted(rows, key=lambda row: HEADINGS.index(row.heading))
