"""Coverage: can each level and state be changed and left, is it followed by measures, is all in scope provided for?

`ladders` holds the rules on what becomes of measures from one level to the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from emergency.condition import Compare, Flag, Guard, InState, leaves
from emergency.machine import Value
from emergency.plan import walk
from emergency.plan.leaves import Silence, State
from emergency.plan.statements import Decision, Statement, Term
from emergency.review import ladders
from emergency.review.case import Case, Use, clauses_of
from emergency.review.finding import Draft, Severity
from emergency.review.resource import own_reserves
from emergency.review.rules import rule
from emergency.review.scheme import entered_elsewhere, scheme_name
from emergency.source import Clause, Id, Text
from emergency.words.punctuation import unbracketed
from emergency.words.rules.coverage import ADJUSTS, COVERAGE, EXTENDS, PARTS, WARNS

__all__ = ["ladders", "own_levels", "speaks_of"]

#: Verbs by which a state is declared to be over.
_ENDS_STATE = {"end-state", "lift"}

# ---------------------------------------------------------------------------------- changing levels


@rule("response-never-adjusted", words=COVERAGE, cls="coverage", severity="high")
def response_never_adjusted(case: Case) -> Iterator[Draft]:
    """Response schemes of several levels that no clause raises, or lowers, once they are in force."""
    for scheme, levels in own_levels(case, "response").items():
        raised, lowered = _rises(case, levels), _falls(case, levels)
        if len(levels) > 1 and not (raised and lowered) and not speaks_of(case, ADJUSTS):
            variant = "raised" if raised else "lowered" if lowered else None
            draft = _about(case, scheme, levels, variant)
            into = [d for v in levels for d in case.decisions_into[v]]
            # what a reader looks at for a way up or down: the standards of each level, and the end
            beside = [*(c for v in levels for c in case.criteria_of[v]), *case.leaving(scheme)]
            yield replace(draft, clauses=case.cite(*into, *beside))


@rule("warning-never-lifted", words=COVERAGE, cls="coverage", severity="high")
def warning_never_lifted(case: Case) -> Iterator[Draft]:
    """Warnings the plan's own side issues and that no clause lifts, or of several levels, lowers."""
    for scheme, levels in own_levels(case, "warning").items():
        lifted, lowered = bool(case.leaving(scheme)), _falls(case, levels) or len(levels) == 1
        if not (lifted and lowered):
            yield _about(case, scheme, levels, "lowered" if lifted else "one" if lowered else None)


@rule("response-never-ended", words=COVERAGE, cls="coverage", severity="critical")
def response_never_ended(case: Case) -> Iterator[Draft]:
    """Response levels that are entered and from which no decision leads to the end."""
    for scheme, levels in own_levels(case, "response").items():
        out = case.leaving(scheme)
        left = [v for v in levels if not any(d.from_ is None or v in case.values_of(d.from_) for d in out)]
        if left:
            yield _about(case, scheme, left, None)


@rule("imposed-state-without-end", words=COVERAGE, cls="coverage", severity="medium")
def imposed_state_without_end(case: Case) -> Iterator[Draft]:
    """States imposed from above in which something is to be done and that no clause lets end."""
    for id, scheme in case.plan.schemes.items():
        states = [Value(str(id), str(v)) for v in scheme.levels] if scheme.kind == "imposed" else []
        used = [v for v in states if case.during[v]]
        if used and not case.criteria_of[Value(str(id), "off")] and not case.leaving(str(id)):
            uses = [use for v in used for use in case.mentions[v]]
            facts = {
                "state": [case.state_name(v) for v in used],
                "clauses": clauses_of(s for v in used for s in case.during[v]),
            }
            yield Draft(str(id), case.cite(*uses), facts, {"states": list(map(str, used))})


@rule("state-never-left", words=COVERAGE, cls="coverage", severity="low", kind="candidate")
def state_never_left(case: Case) -> Iterator[Draft]:
    """States of fact, a grade or a suspicion say, on which something hangs and of which no clause says they are over.

    A fact where the end of the response has nothing to do with the state: the response does not start on it, and
    its end does not speak of it.
    """
    for id, scheme in case.plan.schemes.items():
        states = [Value(str(id), str(v)) for v in scheme.levels] if scheme.kind == "event" else []
        hanging = [u for v in states for u in case.mentions[v] if _hangs(case, u, str(id))]
        if not hanging or case.criteria_of[Value(str(id), "off")] or case.leaving(str(id)):
            continue
        begun = [s for v in states for s in (*case.criteria_of[v], *case.decisions_into[v])]
        ends = _ends_of_responses(case)
        over = [*_spoken_over(case, str(id))]
        where = {"clauses": _leads(case, begun), "hanging": _leads(case, hanging), "ends": _leads(case, over or ends)}
        facts = {"states": _called_together(case, states), **where}
        cited = case.cite(*(no for nos in where.values() for no in nos))
        draft = Draft(str(id), cited, facts, {"states": list(map(str, states))})
        done = any(u.section == "measures" for u in hanging)
        apart = not over and not any(_closes(case, end, states) for end in ends)
        variant = "with-end" if over else "beside-end" if ends else None
        severity: Severity | None = "medium" if done and not over else None
        yield replace(draft, severity=severity, kind="fact" if apart else None, variant=variant)


def _leads(case: Case, said: Iterable[Statement | Use]) -> list[Clause]:
    """The clauses of statements in the order of the print; of an item or paragraph the clause it stands in."""
    found: set[Clause] = set()
    for no in (one.clause for one in said):
        lead = no
        while lead.parent in case.clauses and ("#" in lead or lead.endswith(")")):
            lead = lead.parent or lead
        found.add(lead)
    return sorted(found, key=Clause.sort_key)


def _hangs(case: Case, use: Use, scheme: str) -> bool:
    """Whether a mention of a state makes something hang on it; its own standards, labels and beginnings do not."""
    if use.section == "events":
        return any(u.section != "events" for u in case.event_uses[str(getattr(use.statement, "id", ""))])
    about = getattr(use.statement, "of", None) or getattr(use.statement, "to", None)
    return use.section != "labels" and getattr(about, "scheme", None) != scheme


def _ends_of_responses(case: Case) -> list[Decision]:
    return [d for id, one in case.plan.schemes.items() if one.kind == "response" for d in case.leaving(str(id))]


def _spoken_over(case: Case, scheme: str) -> Iterator[Statement]:
    """Statements on a state's being over that do not say when: an act of ending it, a clock from then on."""
    off = Value(scheme, "off")
    used = [e for e in case.plan.events if off in case.values_of(e.state) and e.kind in ("entered", "occurs")]
    ending = [m for m in case.plan.measures if m.verb in _ENDS_STATE]
    yield from [*ending, *used] if used else ()


def _closes(case: Case, end: Decision, states: list[Value]) -> bool:
    """Whether the end of a response may be the end of states: it answers them, or its condition speaks of them."""
    assert isinstance(end.to, State)
    started = [c for v in case.levels if v.scheme == end.to.scheme for c in case.criteria_of[v]]
    asked = {v for c in started for v in _states(c.when)}
    if asked & set(states) or any(str(v.scheme) == str(c.same_as) for v in states for c in started):
        return True
    named = [case.variable_name(n).zh for n in _variables(end.when)]
    return any(word in name for name in named for v in states for word in _own_words(case, v))


def _variables(guard: object) -> list[str]:
    nodes = leaves(guard.tree) if isinstance(guard, Guard) else ()
    return [n.indicator for n in nodes if isinstance(n, Compare | Flag)]


def _own_words(case: Case, value: Value) -> Iterator[str]:
    """Two signs in a row of a state's name that the plan's title does not have: what sets it apart."""
    name = _called(case, value).zh
    yield from (w for i in range(len(name) - 1) if (w := name[i : i + 2]) not in case.plan.title.zh)


def _called_together(case: Case, states: list[Value]) -> Text:
    """States of one scheme in words: the term a clause defines them by, the only one's name, else the scheme's."""
    scheme = states[0].scheme
    defining = {c.clause for v in states for c in case.criteria_of[v] if c.role == "definition"}
    terms = [one.term for one in case.plan.terms if one.clause in defining]
    return terms[0] if terms else scheme_name(case, scheme) if len(states) > 1 else _called(case, states[0])


def _called(case: Case, value: Value) -> Text:
    """A state in words; one that no clause labels by the event of its coming about."""
    coming = [e.name for e in case.plan.events if case.values_of(e.state) == (value,)]
    return case.plan.word(value.scheme, value.value) or (
        coming[0] if coming and len(case.plan.schemes[Id(value.scheme)].levels) == 1 else case.value_name(value)
    )


def own_levels(case: Case, kind: str) -> dict[str, list[Value]]:
    """Scheme of a kind → its levels that the plan's own side enters, from mild to grave."""
    entered = [v for v in case.levels if case.decisions_into[v] and not entered_elsewhere(case, v)]
    schemes = [str(id) for id, one in case.plan.schemes.items() if one.kind == kind]
    found = {scheme: [v for v in entered if v.scheme == scheme] for scheme in schemes}
    return {scheme: levels for scheme, levels in found.items() if levels}


def _about(case: Case, scheme: str, levels: list[Value], variant: str | None) -> Draft:
    into = [d for v in levels for d in case.decisions_into[v]]
    facts = {"levels": [case.value_name(v) for v in levels], "clauses": clauses_of(into)}
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
        facts = {"clauses": clauses_of(loose)}
        draft = Draft("measures", case.cite(*loose), facts, told, severity="high")
        yield draft if graded else replace(draft, severity="medium", variant="ungraded")



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
    zh, en = map(unbracketed, (term.means.zh, term.means.en))
    if not re.match(EXTENDS, zh):
        return []
    added = re.split(PARTS, re.sub(EXTENDS, "", zh))
    told = re.split(r",|\band\b", re.sub(r"^includ(es|ing) ", "", en))
    return [Text(zh=a.strip(), en=e.strip()) for a, e in zip(added, told, strict=False) if a.strip() and e.strip()]


def _names(text: Text, goods: Text) -> bool:
    return goods.zh in text.zh or goods.en.split()[-1] in text.en.lower().split()


def _kept_as(kinds: Iterable[str], goods: Text) -> bool:
    return any(goods.en.split()[-1] in kind.split("-") for kind in kinds)
