"""Measures from level to level: does a graver level keep, harden and hand over what the milder one had?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from emergency.machine import Value
from emergency.plan.leaves import State
from emergency.plan.statements import Criterion, Measure
from emergency.review.case import Case
from emergency.review.finding import Draft
from emergency.review.precedence import settled_for
from emergency.review.rules import rule
from emergency.review.scheme import COMMANDS, entered_elsewhere
from emergency.source import Id, Text
from emergency.words.punctuation import punctuation
from emergency.words.rules import both, phrases
from emergency.words.rules.coverage import COVERAGE, OTHER, PHRASES
from emergency.words.terms import strength

__all__ = ["acted_on"]

_phrase = phrases(PHRASES)

#: Verbs by which something is asked for and not yet done.
_ASKS = {"propose", "request", "report", "submit"}
#: Verbs of meeting and telling, which each level does in its own way and none takes over.
_TALKS = {"analyse", "assign", "convene", "draft", "hold-press-conference", "inform", "record", "relay", "report"}
#: Verbs by which what there is is shared out.
_SHARES = {"allocate", "dispatch", "distribute", "transfer"}
#: Strengths that can be ranked against each other, from soft to hard.
_LADDERS = (
    ("limited", "strictly-limited", "stopped"),
    ("controlled", "strictly-controlled", "stopped"),
    ("planned", "strictly-planned"),
)

# ------------------------------------------------------------------------------- what a rise leaves open


@dataclass(frozen=True, slots=True)
class _Rise:
    """Two neighbouring levels, and what the graver leaves unsaid of the milder one's measures.

    Attributes
    ----------
    dropped : objects acted on at the milder level and at no later one, with their measures.
    acts : measures of the milder level without such an object that the graver does not repeat.
    asked : what is only proposed or asked for at the milder level, and not at the graver.
    handed : measures of command that the graver level gives to somebody else.
    """

    milder: Value
    graver: Value
    dropped: dict[str, list[Measure]]
    acts: list[Measure]
    asked: list[Measure]
    handed: list[Measure]

    @property
    def measures(self) -> list[Measure]:
        """The measures of the milder level in question."""
        return [*(m for ms in self.dropped.values() for m in ms), *self.acts, *self.asked, *self.handed]


@rule("measures-of-milder-levels-unstated", words=COVERAGE, cls="coverage", severity="medium")
def measures_of_milder_levels_unstated(case: Case) -> Iterator[Draft]:
    """Measures of a level of which no clause says whether they go on at the next, or are taken where it comes first.

    Graver where the next level says nothing of what the milder one acted on; where it only acts on what the milder
    one proposed, or puts somebody else in command, whether anything is left open is for a reader to judge.
    """
    stays, passed = (settled_for(case, f"measures-of-{which}-levels") for which in ("milder", "skipped"))
    for scheme, levels in _ladders(case).items():
        rises = [rise for milder, graver in pairwise(levels) if (rise := _rise(case, levels, milder, graver))]
        open_ = [] if scheme in stays else ["goes-on"]
        open_ += [] if scheme in passed or not any(_can_skip(case, r) for r in rises) else ["passed-over"]
        if not rises or not open_:
            continue
        facts = {"open": [_phrase(one) for one in open_], "dropped": [t for r in rises for t in _told(case, r)]}
        beside = [m for r in rises for m in _beside(case, r)]
        clauses = case.cite(*(m for r in rises for m in r.measures), *beside)
        evidence = {"open": open_, "dropped": [_plainly(r) for r in rises]}
        draft = Draft(scheme, clauses, facts, evidence)
        if not any(r.dropped for r in rises):
            draft = replace(draft, severity="low", kind=None if any(r.acts for r in rises) else "candidate")
        yield draft


def _rise(case: Case, levels: list[Value], milder: Value, graver: Value) -> _Rise | None:
    """What a rise leaves open; None where nothing, or the graver level takes the milder one's measures over."""
    next_ = case.measures_during[graver]
    if (not next_ and not case.criteria_of[graver]) or _empty(case, graver) or entered_elsewhere(case, graver):
        return None
    if any(milder in case.values_of(m.inherits) for m in next_):
        return None
    later = [o for v in levels[levels.index(graver) :] for o in acted_on(case, v)]
    own = {o: ms for o, ms in acted_on(case, milder).items() if not _among(case, o, later)}
    dropped = {o: ms for o, ms in own.items() if _done(ms) and not _goes_on(case, ms, graver)}
    alone = [m for m in case.measures_during[milder] if m not in next_]
    verbs = {m.verb for m in next_}
    acts = [m for m in alone if not m.target and m.verb not in verbs | _TALKS | _ASKS | COMMANDS]
    asked = [m for m in alone if m.verb in _ASKS - _TALKS - verbs]
    handed = [m for m in alone if m.verb in COMMANDS and _passes_on(m, next_)]
    return _Rise(milder, graver, dropped, acts, asked, handed) if dropped or acts or asked or handed else None


def _passes_on(measure: Measure, others: Iterable[Measure]) -> bool:
    """Whether the same is done by somebody else at the next level, and by nobody of this one."""
    alike = [m for m in others if m.verb == measure.verb]
    return bool(alike) and not any(set(m.by) & set(measure.by) for m in alike)


def _can_skip(case: Case, rise: _Rise) -> bool:
    """Whether the graver level can be entered without the milder one."""
    into = case.decisions_into[rise.graver]
    stated = [case.values_of(d.from_) for d in into if isinstance(d.from_, State)]
    return len(stated) < len(into) or not into or any(v != rise.milder for values in stated for v in values)


def _told(case: Case, rise: _Rise) -> Iterator[Text]:
    own, next_ = case.value_name(rise.milder), case.value_name(rise.graver)
    names = [*(_object(case, o) for o in rise.dropped), *map(_in_short, rise.acts)]
    if names:
        yield _phrase("dropped", level=next_, objects=names, **{"from": own})
    if rise.asked:
        yield _phrase("asked", level=next_, objects=[*map(_in_short, rise.asked)], **{"from": own})
    if rise.handed:
        verbs = {m.verb for m in rise.handed}
        after = [m for m in case.measures_during[rise.graver] if m.verb in verbs]
        who, others = (case.names(dict.fromkeys(str(a) for m in ms for a in m.by)) for ms in (rise.handed, after))
        yield _phrase("handed", level=next_, who=who, others=others, **{"from": own})


def _in_short(measure: Measure) -> Text:
    """What a measure is about, without what is said of its purpose."""
    return both(lambda lang: measure.object.in_(lang).split(punctuation(lang).pause.strip())[0])


def _beside(case: Case, rise: _Rise) -> Sequence[Measure | Criterion]:
    """What the graver level has of its own; its criteria where it has no measures."""
    also = [m for m in case.measures_during[rise.graver] if m not in case.measures_during[rise.milder]]
    return also or case.criteria_of[rise.graver]


def _plainly(rise: _Rise) -> dict[str, object]:
    told: dict[str, object] = {"at": str(rise.graver), "objects": list(rise.dropped)}
    acts = [str(m.id) for m in (*rise.acts, *rise.asked, *rise.handed)]
    return told | ({"measures": acts} if acts else {})


# ------------------------------------------------------------------------------- from level to level


@rule("object-skipped", words=COVERAGE, cls="coverage", severity="medium")
def object_skipped(case: Case) -> Iterator[Draft]:
    """Objects acted on at a milder and at a graver level and not at one between."""
    for scheme, levels in _ladders(case).items():
        for i, level in enumerate(levels[1:-1], start=1):
            before, after = (_together(case, ones) for ones in (levels[:i], levels[i + 1 :]))
            for one in before if case.measures_during[level] else ():
                if _among(case, one, after) and not _among(case, one, acted_on(case, level)):
                    yield _skipped(case, scheme, level, one, [*before[one], *after.get(one, [])])


def _skipped(case: Case, scheme: str, level: Value, one: str, acts: list[Measure]) -> Draft:
    around = dict.fromkeys(v for m in acts for s in m.during for v in case.values_of(s) if v.scheme == scheme)
    names = [case.value_name(v) for v in around]
    told = _phrase("skipped", object=_object(case, one), around=names, between=case.value_name(level))
    clauses = case.cite(*acts, *case.measures_during[level])
    return Draft(scheme, clauses, {"skipped": [told]}, {"skipped": [{"at": str(level), "object": one}]})


@rule("measure-weaker", words=COVERAGE, cls="coverage", severity="medium")
def measure_weaker(case: Case) -> Iterator[Draft]:
    """Objects on which the measures of a graver level are softer than those of a milder one."""
    for scheme, levels in _ladders(case).items():
        for milder, graver in pairwise(levels):
            for one, acts in acted_on(case, milder).items():
                others = acted_on(case, graver).get(one, [])
                for hard, soft in _eased(acts, others):
                    yield _weaker(case, scheme, (milder, graver), one, (hard, soft))


def _eased(acts: list[Measure], others: list[Measure]) -> Iterator[tuple[Measure, Measure]]:
    """The hardest act of the first and of the others, where both can be ranked and the first is the harder."""
    for ladder in _LADDERS:
        ranked = [[m for m in ms if m.strength in ladder] for ms in (acts, others)]
        if all(ranked):
            hard, soft = (max(ms, key=lambda m: ladder.index(str(m.strength))) for ms in ranked)
            if ladder.index(str(soft.strength)) < ladder.index(str(hard.strength)):
                yield hard, soft


def _weaker(case: Case, scheme: str, levels: tuple[Value, Value], one: str, acts: tuple[Measure, Measure]) -> Draft:
    milder, graver = (case.value_name(v) for v in levels)
    hard, soft = (both(strength, str(m.strength)) for m in acts)
    told = _phrase("weaker", object=_object(case, one), milder=milder, graver=graver, hard=hard, soft=soft)
    evidence = {"eased": [{"object": one, "from": str(acts[0].strength), "to": str(acts[1].strength)}]}
    return Draft(scheme, case.cite(*acts), {"weaker": [told]}, evidence)


def acted_on(case: Case, level: Value) -> dict[str, list[Measure]]:
    """Object → the measures on it at a level, those it takes over from other levels included."""
    found: dict[str, list[Measure]] = {}
    seen: set[Value] = set()
    ahead = [level]
    while ahead:
        value = ahead.pop()
        seen.add(value)
        for measure in case.measures_during[value]:
            for target in measure.target:
                found.setdefault(str(target), []).append(measure)
            ahead += [v for v in case.values_of(measure.inherits) if v not in seen]
    return found


def _ladders(case: Case) -> dict[str, list[Value]]:
    """Schemes of several levels during which things are acted on, imposed ones left out."""
    schemes = {id: s for id, s in case.plan.schemes.items() if s.kind != "imposed" and len(s.levels) > 1}
    found = {str(id): [Value(str(id), str(v)) for v in s.levels] for id, s in schemes.items()}
    return {id: levels for id, levels in found.items() if any(case.measures_during[v] for v in levels)}


def _together(case: Case, levels: Iterable[Value]) -> dict[str, list[Measure]]:
    found: dict[str, list[Measure]] = {}
    for level in levels:
        for one, acts in acted_on(case, level).items():
            found.setdefault(one, []).extend(acts)
    return found


def _among(case: Case, one: str, others: Iterable[str]) -> bool:
    """Whether an object is among others, under its id or under its name: other dealers are dealers."""
    return any(o == one or _bare(_object(case, o)) == _bare(_object(case, one)) for o in others)


def _bare(name: Text) -> str:
    return re.sub(OTHER, "", name.zh)


def _goes_on(case: Case, acts: Iterable[Measure], level: Value) -> bool:
    """Whether a level does the same, or shares out alike, without naming what it is done to."""
    verbs = {m.verb for m in acts}
    verbs |= _SHARES if verbs & _SHARES else set()
    return any(m.verb in verbs and not m.target for m in case.measures_during[level])


def _done(acts: Iterable[Measure]) -> bool:
    return any(m.verb not in _ASKS for m in acts)


def _empty(case: Case, level: Value) -> bool:
    """Whether a response level has no measures at all, which is a fault of its own."""
    return case.plan.schemes[Id(level.scheme)].kind == "response" and not case.measures_during[level]


def _object(case: Case, id: str) -> Text:
    one = case.plan.objects[Id(id)]
    return Text(zh=one.zh, en=one.en)
