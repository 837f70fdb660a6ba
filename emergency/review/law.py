"""Law: what a plan says against the facts of `law_facts`; every finding names the facts it rests on.

A plan may be older than a rule: the finding then says so, and means a revision, not a reproach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from emergency.condition import Quantified, leaves
from emergency.machine import Value
from emergency.machine.program import DECIDING
from emergency.plan.leaves import Within
from emergency.plan.statements import Decision, Duty, Measure, Report, Statement, Upkeep
from emergency.quantity import Duration
from emergency.review.case import Case, Said, Use, numbers
from emergency.review.coverage import own_levels
from emergency.review.finding import Draft, Kind
from emergency.review.law_facts import Fact, facts_on
from emergency.review.rules import rule
from emergency.review.scheme import scheme_name
from emergency.source import Clause, Id, Text
from emergency.words.rules import both, in_one_line, phrases
from emergency.words.rules.law import GOVERNMENT, LAW, PHRASES
from emergency.words.rules.reference import ACTIVATION, STARTS
from emergency.words.terms import amount, verb

__all__: list[str] = []

_phrase = phrases(PHRASES)

#: Days a calendar unit has at least, to compare intervals.
_DAYS = {"d": 1, "week": 7, "month": 30, "year": 365}

# ------------------------------------------------------------------------------- keeping the plan alive


@rule("upkeep-not-periodic", words=LAW, cls="law", severity="low")
def upkeep_not_periodic(case: Case) -> Iterator[Draft]:
    """Plans that state no interval of exercise or evaluation, or not what they are revised for."""
    lacking: list[tuple[Fact, Text, list[Upkeep]]] = []
    for fact in facts_on(case, "upkeep"):
        own = _upkeep(case, fact)
        if fact.name and not any(isinstance(one.every, Duration) for one in own):
            lacking.append((fact, fact.name, own))
    for fact in facts_on(case, "triggers"):
        own = _upkeep(case, fact)
        printed = [one.trigger for one in own if one.trigger]
        named = {i for text in printed for i, words in enumerate(fact.words) if re.search(words, text.zh)}
        if fact.name and len(named) < (fact.least or 1):
            name = _phrase("trigger", name=fact.name, printed=printed) if printed else fact.name
            lacking.append((fact, name, own))
    if lacking:
        said: list[Statement] = [one for _, _, own in lacking for one in own]
        said = said or [*(case.plan.upkeep or case.plan.seats)]
        names = [name for _, name, _ in lacking]
        if said:
            told = {"lacking": [fact.id for fact, _, _ in lacking]}
            yield _draft(case, "upkeep", said, [fact for fact, _, _ in lacking], {"lacking": names}, told)


@rule("upkeep-too-seldom", words=LAW, cls="law", severity="medium")
def upkeep_too_seldom(case: Case) -> Iterator[Draft]:
    """Intervals of exercise or evaluation longer than the rules allow."""
    for fact in facts_on(case, "upkeep"):
        longest = Duration.parse(fact.longest) if fact.longest else None
        for one in _upkeep(case, fact):
            if longest and isinstance(one.every, Duration) and _days(one.every) > _days(longest):
                every = both(amount, str(one.every))
                told = [_phrase("long", clause=one.clause, every=every)]
                yield _draft(case, one.kind, [one], [fact], {"long": told}, {"every": str(one.every)})


def _upkeep(case: Case, fact: Fact) -> list[Upkeep]:
    return [one for one in case.plan.upkeep if one.kind in fact.kinds]


def _days(duration: Duration) -> float:
    return duration.value * _DAYS.get(duration.unit, 0)


@rule("basis-changed-since", words=LAW, cls="law", severity="medium")
def basis_changed_since(case: Case) -> Iterator[Draft]:
    """Plans older than a law, rule or superior plan they rest on."""
    later = [fact for fact in facts_on(case, "basis") if fact.is_later_than(case)]
    if later:
        cited = [r for r in case.plan.references if any(f.cites and re.search(f.cites, r.title) for f in later)]
        basis = [r for r in case.plan.references if r.relation == "basis" and r.kind != "vague"]
        kept = [one for one in case.plan.upkeep if one.kind in ("review", "revision")]
        said = cited or basis or kept
        if said:
            told = {"issued": str(case.plan.document.date), "later": [f.id for f in later]}
            yield _draft(case, "basis", said, later, {"issued": str(case.plan.document.date)}, told)


# --------------------------------------------------------------------------------- starting and ending


@rule("activation-contents-unstated", words=LAW, cls="law", severity="medium")
def activation_contents_unstated(case: Case) -> Iterator[Draft]:
    """Plans without a form for the start in which no clause has an activation state level, duration and measures."""
    facts = facts_on(case, "activation")
    started = [d for ones in own_levels(case, "response").values() for v in ones for d in case.decisions_into[v]]
    if not (facts and started) or any(STARTS in form.name.zh for form in case.plan.forms):
        return
    asked = {str(s.contents) for d in started for s in d.steps if s.contents}
    listed = [c for c in case.plan.contents if str(c.id) in asked or STARTS in c.of.zh]
    whole = [c for c in case.plan.contents if any(c.clause.within(one.clause) for one in listed)]
    items = " ".join(item.zh for c in whole for item in c.items)
    lacking = {k: words for k, (printed, words) in ACTIVATION.items() if not re.search(printed, items)}
    if lacking:
        missing = [Text(zh=zh, en=en) for zh, en in lacking.values()]
        more = {"missing": missing, "clauses": numbers(listed)}
        draft = _draft(case, "activation", [*listed, *started], facts, more, {"lacking": list(lacking)})
        yield replace(draft, variant="lacking") if listed else draft


@rule("act-of-government", words=LAW, cls="law", severity="medium", kind="candidate")
def act_of_government(case: Case) -> Iterator[Draft]:
    """Warnings issued, and ends declared, by bodies that are no government and with no government's consent."""
    used: dict[Id, Fact] = {}
    acts: dict[Clause, Text] = {}
    said: list[Decision] = []
    for fact in facts_on(case, "government"):
        for one in _given_to_governments(case, fact.kinds):
            who = dict.fromkeys(s.by for s in one.steps if s.do in DECIDING and s.by.named)
            own = who and not one.clause.startswith("annex") and not any(_is_government(case, a) for a in who)
            if own and fact.name:
                used[fact.id] = fact
                acts[one.clause] = _phrase("act", clause=one.clause, what=fact.name, by=case.names(who))
                said.append(one)
    if said:
        told = {"acts": numbers(said)}
        yield _draft(case, "acts", said, list(used.values()), {"acts": list(acts.values())}, told)


def _given_to_governments(case: Case, kinds: tuple[str, ...]) -> list[Decision]:
    """The decisions a fact is about: into the levels of a kind of scheme, or to the end of responses."""
    if "ends" not in kinds:
        own = [v for kind in kinds for levels in own_levels(case, kind).values() for v in levels]
        return list({str(d.id): d for v in own for d in case.decisions_into[v]}.values())
    ended = [Value(str(id), str(s.ends)) for id, s in case.plan.schemes.items() if s.kind == "response" and s.ends]
    into = [d for v in ended for d in case.decisions_into[v]]
    agreed = any(_is_government(case, s.by) for d in into for s in d.steps if s.do in DECIDING)
    return [] if agreed else into


def _is_government(case: Case, actor: str) -> bool:
    return actor in case.actors and bool(re.search(GOVERNMENT, case.actors[actor].zh))


# ------------------------------------------------------------------------------------ names and instruments


@rule("body-renamed", words=LAW, cls="law", severity="medium")
def body_renamed(case: Case) -> Iterator[Draft]:
    """Bodies that act or are told under a name they no longer bear; titles of old documents keep theirs."""
    for fact in facts_on(case, "renamed"):
        for id, one in case.actors.items():
            uses = case.actor_uses[id]
            if uses and fact.name and {one.zh, *one.printed} & set(fact.words):
                told = _phrase("renamed", clauses=numbers(uses), old=case.name(id), new=fact.name)
                yield _draft(case, "names", uses, [fact], {"names": [told]}, {"names": {one.zh: fact.name.zh}})


@rule("instrument-abolished", words=LAW, cls="law", severity="high")
def instrument_abolished(case: Case) -> Iterator[Draft]:
    """Measures and duties by instruments that no longer exist."""
    for fact in facts_on(case, "abolished"):
        acts = [a for a in _acts(case) if any(re.search(words, a.object.zh) for words in fact.words)]
        if acts and fact.name:
            more = {"clauses": numbers(acts), "names": [fact.name]}
            yield _draft(case, str(fact.id), acts, [fact], more, {"acts": numbers(acts)})


# ---------------------------------------------------------------------------------------- powers


@rule("power-reserved", words=LAW, cls="law", severity="critical")
def power_reserved(case: Case) -> Iterator[Draft]:
    """Acts that law reserves to higher levels and that a plan takes without their decision.

    To carry out is not yet to decide: where every act is of a verb that leaves it open, a person must look.
    """
    for fact in facts_on(case, "reserved"):
        acts = [(one, who, what) for one, who, what in _reserved(case, fact) if not _decided_above(case, one, fact)]
        if acts and fact.to:
            acts.sort(key=lambda act: act[0].clause.sort_key())
            told = [_taken(case, fact, *act) for act in acts]
            told = list({(t.zh, t.en): t for t in told}.values())
            said = [one for one, _, _ in acts]
            more = {"acts": told, "to": fact.to}
            draft = _draft(case, str(fact.id), said, [fact], more, {"acts": numbers(said)})
            yield replace(draft, **_weighed(fact, said))


def _weighed(fact: Fact, said: list[Statement]) -> dict[str, Any]:
    """How sure and how grave it is, and in which words: by the fact, and by whether an act decides the matter."""
    if all(_carries_out(fact, one) for one in said):
        return {"kind": "candidate", "severity": "high", "variant": "carried-out"}
    variant = "published" if "publish" in fact.verbs else None
    return {"severity": "high" if fact.doubtful else None, "variant": variant}


def _carries_out(fact: Fact, one: Statement) -> bool:
    return getattr(one, "verb", None) in fact.carried_out


def _reserved(case: Case, fact: Fact) -> Iterator[tuple[Statement, tuple[str, ...], Text]]:
    """Acts by the verbs of a fact on the things it names; ``publish`` stands for publications."""
    for one in _acts(case):
        if one.verb in fact.verbs and one.modality != "must-not" and _is_on(case, one, fact):
            done = Text(zh=one.object.zh, en=f"{verb(one.verb, 'en')}: {one.object.en}")
            yield one, one.actors if isinstance(one, Duty) else one.by, done
    for notice in case.plan.publications if "publish" in fact.verbs else ():
        if any(re.search(words, notice.what.zh) for words in fact.words):
            yield notice, notice.by, notice.what


def _taken(case: Case, fact: Fact, one: Statement, who: tuple[str, ...], what: Text) -> Text:
    """An act in words, with those who consent to it, or that it is carried out and not said to be decided."""
    agreed = dict.fromkeys(s.by for s in getattr(one, "steps", ()) if s.do in DECIDING)
    facts = {"clause": one.clause, "what": what, "by": case.names(who)}
    if agreed:
        return _phrase("act-agreed", agreed=case.names(agreed), **facts)
    if not _carries_out(fact, one):
        return _phrase("act", **facts)
    return _phrase("act-carried-out" if any(a in case.actors for a in who) else "act-carried-out-nobody", **facts)


def _is_on(case: Case, act: Measure | Duty, fact: Fact) -> bool:
    targets = [case.plan.objects[Id(t)].zh for t in act.target] if isinstance(act, Measure) else []
    return any(re.search(words, text) for words in fact.words for text in (act.object.zh, *targets))


def _decided_above(case: Case, one: Statement, fact: Fact) -> bool:
    """Whether those the power is reserved to take, approve or clear the act."""
    who = [*getattr(one, "actors", ()), *getattr(one, "by", ()), *(getattr(one, "cleared_by", None) or ())]
    who += [s.by for s in getattr(one, "steps", ())]
    return any(a in case.actors and fact.by and re.search(fact.by, case.actors[a].zh) for a in who)


# ---------------------------------------------------------------------------------- levels and clocks


@rule("levels-not-as-law", words=LAW, cls="law", severity="medium", kind="candidate")
def levels_not_as_law(case: Case) -> Iterator[Draft]:
    """Schemes with another number of levels than the law has, or with other numerals than the plan above."""
    used: list[Fact] = []
    told: dict[str, Text] = {}
    said: list[Statement] = []
    for fact in facts_on(case, "levels"):
        for id, scheme in case.plan.schemes.items():
            uses = [u for v in scheme.levels for u in case.mentions[Value(str(id), str(v))]]
            graded = scheme.kind == "response" or len(scheme.levels) > 1
            differs = fact.levels not in (None, len(scheme.levels)) or fact.level not in (None, *scheme.levels)
            if scheme.kind in fact.kinds and graded and differs and uses:
                used.append(fact)
                told[str(id)] = _level_count(case, str(id))
                said += _declaring(case, str(id))
    if said:
        evidence = {id: list(case.plan.schemes[Id(id)].levels) for id in told}
        yield _draft(case, "levels", said, used, {"schemes": list(told.values())}, evidence)


def _level_count(case: Case, scheme: str) -> Text:
    number = len(case.plan.schemes[Id(scheme)].levels)
    return _phrase("scheme", scheme=scheme_name(case, scheme), number=number) if number > 1 else _phrase("started")


def _declaring(case: Case, scheme: str) -> list[Statement]:
    """The clauses that name the levels of a scheme; those that enter them where none does, or at least use them."""
    levels = [Value(scheme, str(v)) for v in case.plan.schemes[Id(scheme)].levels]
    labels: list[Statement] = [one for one in case.plan.labels if one.scheme == scheme]
    entered = [d for v in levels for d in case.decisions_into[v]]
    return labels or [*entered] or [u.statement for v in levels for u in case.mentions[v]]


@rule("graded-against-extent", words=LAW, cls="law", severity="high", kind="candidate")
def graded_against_extent(case: Case) -> Iterator[Draft]:
    """Levels above the mildest given to what happens in places of the jurisdiction, where law grades by extent."""
    for fact in facts_on(case, "extent"):
        for id, scheme in case.plan.schemes.items():
            graver = [Value(str(id), str(v)) for v in scheme.levels[1:]] if scheme.kind == "event" else []
            found = {v: case.criteria_of[v] for v in graver if case.criteria_of[v]}
            said = [c for ones in found.values() for c in ones]
            if any(_in_places(c.when) for c in said):
                levels = [_phrase("levelled", level=case.value_name(v), conditions=numbers(found[v])) for v in found]
                told = {"levels": {str(v): numbers(ones) for v, ones in found.items()}}
                yield _draft(case, str(id), said, [fact], {"levels": levels}, told)


def _in_places(guard: object) -> bool:
    tree = getattr(guard, "tree", None)
    return tree is not None and any(isinstance(node, Quantified) for node in leaves(tree))


@rule("clock-starts-late", words=LAW, cls="law", severity="high", kind="candidate")
def clock_starts_late(case: Case) -> Iterator[Draft]:
    """Reports within the limit of the law whose clock starts after verification and not at detection or receipt."""
    for fact in facts_on(case, "clock"):
        late = [r for r in case.plan.reports if _bound(r.within) == fact.bound and _starts_late(case, r)]
        if late:
            told = [
                _phrase("clock", clause=r.clause, content=r.content, event=case.events[_start(r)].name) for r in late
            ]
            yield _draft(case, str(fact.id), late, [fact], {"reports": told}, {"bound": fact.bound})


def _bound(within: Within | None) -> str | None:
    return str(within.bound) if within and within.bound else None


def _start(report: Report) -> str:
    return str((report.within.after if report.within else None) or report.after)


def _starts_late(case: Case, report: Report) -> bool:
    event = case.events.get(_start(report))
    return event is not None and event.kind in ("entered", "holds")


# ------------------------------------------------------------------------------------------ words


def _draft(
    case: Case,
    subject: str,
    said: Iterable[Said | Statement | Use],
    facts: Iterable[Fact],
    more: Mapping[str, object],
    evidence: Mapping[str, object],
) -> Draft:
    """A draft that tells its facts with their source; a candidate where one of them is not certain."""
    used = list({fact.id: fact for fact in facts}.values())
    told = {**evidence, "law": [fact.id for fact in used]}
    kind: Kind | None = None if all(fact.certain for fact in used) else "candidate"
    return Draft(subject, case.cite(*said), {**more, "asks": _asks(case, used)}, told, kind=kind)


def _asks(case: Case, facts: list[Fact]) -> Text:
    """Facts in words with their source; where some are later than the plan, from which day."""
    told = in_one_line([_phrase("ask", source=fact.source, says=fact.says) for fact in facts])
    later = list(dict.fromkeys(fact.date for fact in facts if fact.is_later_than(case)))
    if not later:
        return told
    note = _phrase("later", dates=later, issued=str(case.plan.document.date))
    return Text(zh=told.zh + note.zh, en=f"{told.en} {note.en}")


def _acts(case: Case) -> list[Measure | Duty]:
    return [*case.plan.measures, *case.plan.duties]
