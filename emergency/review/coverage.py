"""Coverage: can each level be changed and left, does it keep what the milder had, is all in scope provided for?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from emergency.condition import Compare, Flag, Guard, InState, leaves
from emergency.machine import Value
from emergency.plan import walk
from emergency.plan.leaves import Silence
from emergency.plan.statements import Decision, Measure, Statement, Term
from emergency.review.case import Case
from emergency.review.finding import Draft
from emergency.review.resource import own_reserves
from emergency.review.rules import rule
from emergency.review.scheme import entered_elsewhere
from emergency.source import Id, Text
from emergency.words.findings import filled
from emergency.words.rules.coverage import ADJUSTS, COVERAGE, EXTENDS, OTHER, PHRASES, WARNS
from emergency.words.terms import strength

__all__ = ["own_levels", "speaks_of"]

#: Verbs by which something is asked for and not yet done.
_ASKS = {"propose", "request", "report", "submit"}
#: Verbs by which what there is is shared out.
_SHARES = {"allocate", "dispatch", "distribute", "transfer"}
#: Strengths that can be ranked against each other, from soft to hard.
_LADDERS = (
    ("limited", "strictly-limited", "stopped"),
    ("controlled", "strictly-controlled", "stopped"),
    ("planned", "strictly-planned"),
)

# ---------------------------------------------------------------------------------- changing levels


@rule("response-never-adjusted", words=COVERAGE, cls="coverage", severity="high")
def response_never_adjusted(case: Case) -> Iterator[Draft]:
    """Response schemes of several levels that no clause raises, or lowers, once they are in force."""
    for scheme, levels in own_levels(case, "response").items():
        raised, lowered = _rises(case, levels), _falls(case, levels)
        if len(levels) > 1 and not (raised and lowered) and not speaks_of(case, ADJUSTS):
            variant = "raised" if raised else "lowered" if lowered else None
            yield _about(case, scheme, levels, variant)


@rule("warning-never-lifted", words=COVERAGE, cls="coverage", severity="high")
def warning_never_lifted(case: Case) -> Iterator[Draft]:
    """Warnings the plan's own side issues and that no clause lifts, or of several levels, lowers."""
    for scheme, levels in own_levels(case, "warning").items():
        lifted, lowered = bool(_ways_out(case, scheme)), _falls(case, levels) or len(levels) == 1
        if not (lifted and lowered):
            yield _about(case, scheme, levels, "lowered" if lifted else "one" if lowered else None)


@rule("response-never-ended", words=COVERAGE, cls="coverage", severity="critical")
def response_never_ended(case: Case) -> Iterator[Draft]:
    """Response levels that are entered and from which no decision leads to the end."""
    for scheme, levels in own_levels(case, "response").items():
        out = _ways_out(case, scheme)
        left = [v for v in levels if not any(d.from_ is None or v in case.values_of(d.from_) for d in out)]
        if left:
            yield _about(case, scheme, left, None)


@rule("imposed-state-without-end", words=COVERAGE, cls="coverage", severity="medium")
def imposed_state_without_end(case: Case) -> Iterator[Draft]:
    """States imposed from above in which something is to be done and that no clause lets end."""
    for id, scheme in case.plan.schemes.items():
        states = [Value(str(id), str(v)) for v in scheme.levels] if scheme.kind == "imposed" else []
        used = [v for v in states if case.during[v]]
        if used and not case.criteria_of[Value(str(id), "off")] and not _ways_out(case, str(id)):
            uses = [use for v in used for use in case.mentions[v]]
            facts = {
                "state": [_state(case, v) for v in used],
                "clauses": _clauses(s for v in used for s in case.during[v]),
            }
            yield Draft(str(id), case.cite(*uses), facts, {"states": list(map(str, used))})


def _state(case: Case, value: Value) -> Text:
    return case.plan.word(value.scheme, value.value) or case.value_name(value)


def own_levels(case: Case, kind: str) -> dict[str, list[Value]]:
    """Scheme of a kind → its levels that the plan's own side enters, from mild to grave."""
    entered = [v for v in case.levels if case.decisions_into[v] and not entered_elsewhere(case, v)]
    schemes = [str(id) for id, one in case.plan.schemes.items() if one.kind == kind]
    found = {scheme: [v for v in entered if v.scheme == scheme] for scheme in schemes}
    return {scheme: levels for scheme, levels in found.items() if levels}


def _about(case: Case, scheme: str, levels: list[Value], variant: str | None) -> Draft:
    into = [d for v in levels for d in case.decisions_into[v]]
    facts = {"levels": [case.value_name(v) for v in levels], "clauses": _clauses(into)}
    return Draft(scheme, case.cite(*into), facts, {"levels": list(map(str, levels))}, variant=variant)


def _rises(case: Case, levels: list[Value]) -> bool:
    """Whether a clause tells of going from a milder level to a graver one, by a decision or in a criterion."""
    for i, level in enumerate(levels):
        asked = {v for c in case.criteria_of[level] for v in _states(c.when)}
        stated = {v for d in case.decisions_into[level] for v in case.values_of(d.from_)}
        if (asked | stated) & set(levels[:i]):
            return True
    return False


def _falls(case: Case, levels: list[Value]) -> bool:
    decisions = ((i, d) for i, level in enumerate(levels) for d in case.decisions_into[level])
    return any(v in levels[i + 1 :] for i, d in decisions for v in case.values_of(d.from_))


def _ways_out(case: Case, scheme: str) -> list[Decision]:
    """Decisions that lead out of a scheme's levels."""
    ends = case.plan.schemes[Id(scheme)].ends
    return [d for out in ("off", *([str(ends)] if ends else [])) for d in case.decisions_into[Value(scheme, out)]]


def _states(guard: object) -> set[Value]:
    if not isinstance(guard, Guard):
        return set()
    return {Value(n.scheme, n.value) for n in leaves(guard.tree) if isinstance(n, InState) and not n.negated}


def speaks_of(case: Case, pattern: str) -> bool:
    """Whether any statement's own words, notes left out, have a pattern."""
    return any(re.search(pattern, text.zh) for one in case.said for text in _texts(one.statement))


def _texts(statement: Statement) -> list[Text]:
    return [text for path, text in walk(statement, Text) if path[0] != "note"]


# ----------------------------------------------------------------------------------------- warnings


@rule("no-warning-stage", words=COVERAGE, cls="coverage", severity="medium")
def no_warning_stage(case: Case) -> Iterator[Draft]:
    """Plans whose headings speak of warnings and that have no warning levels at all."""
    headed = [e for e in case.clauses.values() if e.heading and WARNS in e.heading]
    if headed and not any(s.kind == "warning" for s in case.plan.schemes.values()):
        told = [f"{e.no} {e.heading}" for e in headed]
        yield Draft("warning", case.cite(*(e.no for e in headed)), {"headings": told}, {"headings": told})


@rule("warned-never-started", words=COVERAGE, cls="coverage", severity="medium", kind="candidate")
def warned_never_started(case: Case) -> Iterator[Draft]:
    """Warnings and responses whose conditions have nothing in common and of which neither asks for the other."""
    for scheme, levels in own_levels(case, "warning").items():
        grounds, _ = _asked(case, levels)
        responses = [v for ones in own_levels(case, "response").values() for v in ones]
        starts, schemes = _asked(case, responses)
        if grounds and starts and scheme not in schemes and not grounds & starts:
            guards = [c for v in (*levels, *responses) for c in case.criteria_of[v]]
            facts = {
                "warnings": [case.value_name(v) for v in levels],
                "grounds": [case.variable_name(v) for v in sorted(grounds)],
                "starts": [case.variable_name(v) for v in sorted(starts)],
            }
            clauses = case.cite(*guards, *(d for v in (*levels, *responses) for d in case.decisions_into[v]))
            yield Draft(scheme, clauses, facts, {"warned_on": sorted(grounds), "started_on": sorted(starts)})


def _asked(case: Case, levels: Iterable[Value]) -> tuple[set[str], set[str]]:
    """The variables and schemes on which levels depend, through the states their conditions ask for."""
    variables: set[str] = set()
    schemes: set[str] = set()
    ahead = list(levels)
    while ahead:
        level = ahead.pop()
        criteria, decisions = case.criteria_of[level], case.decisions_into[level]
        asked = [*(c.when for c in criteria), *(d.when for d in decisions)]
        guards = [guard for guard in asked if isinstance(guard, Guard)]
        nodes = [n for guard in guards for n in leaves(guard.tree)]
        variables |= {n.indicator for n in nodes if isinstance(n, Compare | Flag)}
        further = {n.scheme for n in nodes if isinstance(n, InState)} | {
            str(c.same_as) for c in criteria if c.same_as
        }
        ahead += [v for v in case.levels if v.scheme in further - schemes]
        schemes |= further
    return variables, schemes


# --------------------------------------------------------------------------------- measures by level


@rule("measures-without-state", words=COVERAGE, cls="coverage", severity="medium")
def measures_without_state(case: Case) -> Iterator[Draft]:
    """Measures ordered without a level, a state or a condition; graver where levels are to differ by them."""
    loose = [m for m in case.plan.measures if isinstance(m.during, Silence) and m.condition is None]
    if loose:
        graded = any(len(levels) > 1 for levels in own_levels(case, "response").values())
        told = {"measures": [m.id for m in loose]}
        facts = {"clauses": _clauses(loose)}
        draft = Draft("measures", case.cite(*loose), facts, told, severity="high")
        yield draft if graded else replace(draft, severity="medium", variant="ungraded")


@rule("measures-of-milder-levels-unstated", words=COVERAGE, cls="coverage", severity="medium")
def measures_of_milder_levels_unstated(case: Case) -> Iterator[Draft]:
    """Objects a milder level acts on and the next does not, where no clause says whether measures go on."""
    for scheme, levels in _ladders(case).items():
        for milder, graver in pairwise(levels):
            later = [o for v in levels[levels.index(graver) :] for o in acted_on(case, v)]
            own = {o: ms for o, ms in acted_on(case, milder).items() if not _goes_on(case, ms, graver)}
            dropped = [o for o, ms in own.items() if _done(ms) and not _among(case, o, later)]
            if dropped and not _empty(case, graver):
                names = [_object(case, o) for o in dropped]
                own_name, next_name = case.value_name(milder), case.value_name(graver)
                facts = {"dropped": [_phrase("dropped", level=next_name, objects=names, **{"from": own_name})]}
                also = [m for m in case.measures_during[graver] if m not in case.measures_during[milder]]
                beside = also or case.criteria_of[graver]
                clauses = case.cite(*(m for o in dropped for m in own[o]), *beside)
                yield Draft(scheme, clauses, facts, {"dropped": [{"at": str(graver), "objects": dropped}]})


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
    hard, soft = (Text(zh=strength(str(m.strength), "zh"), en=strength(str(m.strength), "en")) for m in acts)
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


# -------------------------------------------------------------------------------------------- scope


@rule("scope-not-provided-for", words=COVERAGE, cls="coverage", severity="medium", kind="candidate")
def scope_not_provided_for(case: Case) -> Iterator[Draft]:
    """Goods a definition adds to its term and of which no reserve, measure or duty speaks."""
    for term in case.plan.terms:
        for goods in _added(term):
            provided = (one for one in case.said if one.section in ("resources", "measures", "duties", "contents"))
            named = any(_names(text, goods) for one in provided for text in _texts(one.statement))
            kinds = {p.kind for r in case.plan.resources for p in r.parts} | {r.kind for r in case.plan.resources}
            objects = (Text(zh=o.zh, en=o.en) for o in case.plan.objects.values())
            if not named and not any(_names(o, goods) for o in objects) and not _kept_as(kinds, goods):
                facts = {"clause": term.clause, "term": term.term, "goods": [goods]}
                kept = (r for r in own_reserves(case) if r.parts)
                yield Draft(f"{term.clause} {goods.zh}", case.cite(term, *kept), facts, {"goods": goods})


def _added(term: Term) -> list[Text]:
    """What a definition of the form "includes …" adds, remarks in brackets left out."""
    zh, en = (re.sub(r"[（(].*?[）)]", "", words) for words in (term.means.zh, term.means.en))
    if not re.match(EXTENDS, zh):
        return []
    added = re.split("[、，,和及]", re.sub(EXTENDS, "", zh))
    told = re.split(r",|\band\b", re.sub(r"^includ(es|ing) ", "", en))
    return [Text(zh=a.strip(), en=e.strip()) for a, e in zip(added, told, strict=False) if a.strip() and e.strip()]


def _names(text: Text, goods: Text) -> bool:
    return goods.zh in text.zh or goods.en.split()[-1] in text.en.lower().split()


def _kept_as(kinds: Iterable[str], goods: Text) -> bool:
    return any(goods.en.split()[-1] in kind.split("-") for kind in kinds)


def _clauses(said: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(str(getattr(one, "clause", "")) for one in said))


def _phrase(name: str, /, **facts: object) -> Text:
    zh, en = PHRASES[name]
    return Text(zh=filled(zh, facts, "zh"), en=filled(en, facts, "en"))
