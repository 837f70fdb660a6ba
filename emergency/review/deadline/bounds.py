"""Limits: which acts have none, only a word, or one that is not given or does not tighten as things get graver."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from emergency.machine import Value
from emergency.machine.program import DECIDING
from emergency.plan.leaves import UNSTATED, Within
from emergency.quantity import Duration
from emergency.review.case import Case, numbers
from emergency.review.deadline.acts import (
    Act,
    acts,
    bound_of,
    cited,
    entering,
    hours,
    in_aftermath,
    in_words,
    is_outsider,
    phrase,
)
from emergency.review.finding import Draft
from emergency.review.rules import rule
from emergency.review.scheme import entered_elsewhere
from emergency.source import Id, Text
from emergency.words import terms
from emergency.words.punctuation import aside, quoted
from emergency.words.rules import both
from emergency.words.rules.deadline import DEADLINE, NO_URGENCY

__all__: list[str] = []

# ------------------------------------------------------------------------------------------ missing


@rule("no-bound-anywhere", words=DEADLINE, cls="deadline", severity="high")
def no_bound_anywhere(case: Case) -> Iterator[Draft]:
    """Plans in which no act has a limit, only words."""
    if any(bound_of(u.leaf) for u in case.leaves(Within)):
        return
    deciding = [a for v in _decided_here(case) for a in _deciding(case, v)]
    telling = [a for a in _reports(case) if not a.bound]
    if not deciding:
        return
    words = dict.fromkeys(a.urgency for a in acts(case) if a.urgency)
    facts = {
        "acts": _listed(deciding, telling),
        "words": [_quoted(w) for w in words] or [NO_URGENCY],
    }
    covers = ("decisions", "reports", "urgency")
    yield Draft("bounds", cited(case, [*deciding, *telling]), facts, {"words": [*words]}, covers=covers)


def _quoted(word: str) -> Text:
    return both(lambda lang: quoted(terms.urgency(word, lang), lang))


def _listed(deciding: list[Act], telling: list[Act]) -> list[Text]:
    """Decisions and, where there are any, reports, with their clauses."""
    decisions, reports = (", ".join(str(c) for c in numbers(acts_)) for acts_ in (deciding, telling))
    found = [phrase("decisions", clauses=decisions)]
    return [*found, phrase("reports", clauses=reports)] if telling else found


@rule("decision-without-bound", words=DEADLINE, cls="deadline", severity="high", yields_to=("no-bound-anywhere",))
def decision_without_bound(case: Case) -> Iterator[Draft]:
    """Warning and response levels that nobody has to decide on within a stated time."""
    open_ones = {v: told for v in _decided_here(case) if (told := _deciding(case, v))}
    lacking = {v: told for v, told in open_ones.items() if not any(a.bound for a in told)}
    if lacking:
        told = [a for ones in lacking.values() for a in ones]
        facts = {
            "levels": [entering(case, v) for v in lacking],
            "deciders": case.names(dict.fromkeys(by for a in told for by in a.by)),
        }
        evidence = {"decisions": {str(v): numbers(ones) for v, ones in lacking.items()}}
        covers = tuple(_subject(a) for a in told)
        yield Draft("decisions", cited(case, told), facts, evidence, covers=covers)


@rule("report-without-bound", words=DEADLINE, cls="deadline", severity="medium", yields_to=("no-bound-anywhere",))
def report_without_bound(case: Case) -> Iterator[Draft]:
    """Reports of the response that have no limit, or a word instead of one."""
    lacking = [a for a in _reports(case) if not a.bound and not _bound_by_another(case, a)]
    if lacking:
        facts = {"reports": _once(_told(a) for a in lacking)}
        yield Draft("reports", cited(case, lacking), facts, {"reports": [str(a.statement.id) for a in lacking]})


@rule("urgency-words-only", words=DEADLINE, cls="deadline", severity="low", yields_to=("no-bound-anywhere",))
def urgency_words_only(case: Case) -> Iterator[Draft]:
    """Acts whose clause names the event they follow and gives a word for how soon."""
    others = [a for a in acts(case) if a not in _reports(case) and not in_aftermath(case, a.clause)]
    open_ones = [a for a in others if a.urgency not in (None, "same-time") and a.after and not a.bound]
    first = {(id(a.statement), a.urgency): a for a in reversed(open_ones)}  # of steps together the first
    worded = sorted(first.values(), key=lambda a: a.clause.sort_key())
    if worded:
        facts = {"acts": _once(_told(a) for a in worded)}
        yield Draft("urgency", cited(case, worded), facts, {"acts": [f"{a.clause} {a.does}" for a in worded]})


@rule(
    "bound-missing-beside-others",
    words=DEADLINE,
    cls="deadline",
    severity="medium",
    yields_to=("bound-at-some-levels", "decision-without-bound"),
)
def bound_missing_beside_others(case: Case) -> Iterator[Draft]:
    """The one step of a decision, or measure or publication of a clause, without the limit all others have."""
    together: dict[tuple[object, ...], list[Act]] = defaultdict(list)
    for act in acts(case):
        if act.section in ("decisions", "measures", "publications"):
            own = id(act.statement) if act.section == "decisions" else act.section == "measures" and act.during
            together[act.section, act.clause, own].append(act)
    for ones in together.values():
        lacking = [a for a in ones if not a.bound]
        if len(lacking) == 1 and len(ones) > 2:
            facts = {"clause": lacking[0].clause, "what": _told(lacking[0]), "others": len(ones) - 1}
            yield Draft(
                _subject(lacking[0]), cited(case, lacking), facts, {"others": [str(a.bound) for a in ones if a.bound]}
            )


@rule("bound-not-given", words=DEADLINE, cls="deadline", severity="high")
def bound_not_given(case: Case) -> Iterator[Draft]:
    """Clauses that speak of a limit and do not give it."""
    for act in acts(case):
        if act.within is None or act.within.bound != UNSTATED:
            continue
        others = [a for a in acts(case) if a.bound and a.does == act.does and set(a.by) & set(act.by)]
        facts = {"clause": act.clause, "what": _object(act.statement), "others": numbers(others)}
        draft = Draft(act.clause, cited(case, [act]), facts, {"section": act.section})
        # The limits of the same actor for the like may be the ones meant.
        yield replace(draft, severity="medium", kind="candidate", variant="which") if others else draft


# -------------------------------------------------------------------------------------- level by level


@rule("bound-at-some-levels", words=DEADLINE, cls="deadline", severity="medium")
def bound_at_some_levels(case: Case) -> Iterator[Draft]:
    """What has a limit at one level and none at another of the same scheme."""
    for (scheme, does, by, to), levels in _by_level(case).items():
        bounded = [v for v, ones in levels.items() if any(a.bound for a in ones)]
        lacking = [v for v in levels if v not in bounded]
        if bounded and lacking and does not in DECIDING:  # of those decision-without-bound tells
            told = [a for v, ones in levels.items() for a in ones if a.bound or v in lacking]
            facts = {
                "who": case.name(by),
                "whom": case.names([to]) if to else [],
                "does": both(terms.verb, does),
                "lacking": [case.value_name(v) for v in lacking],
                "bounded": [_with_bound(case, v, levels[v]) for v in bounded],
            }
            covers = tuple(_subject(a) for a in told if not a.bound)
            evidence = {"levels": [*map(str, levels)]}
            yield Draft(f"{scheme} {does} {by} {to}".strip(), cited(case, told), facts, evidence, covers=covers)


@rule("bound-not-tighter", words=DEADLINE, cls="deadline", severity="low", kind="candidate")
def bound_not_tighter(case: Case) -> Iterator[Draft]:
    """Limits that are the same at every level, or longer at a graver one."""
    for (scheme, does, by, to), levels in _by_level(case).items():
        limits = {v: [h for a in ones if (h := hours(a.bound)) is not None] for v, ones in levels.items()}
        known = {v: min(ones) for v, ones in limits.items() if ones}
        looser = any(known[b] > known[a] for a, b in pairwise(known))
        if len(known) < 2 or not (looser or len(set(known.values())) == 1):
            continue
        facts = {
            "who": case.name(by),
            "whom": case.names([to]) if to else [],
            "does": both(terms.verb, does),
            "bounds": [_with_bound(case, v, levels[v]) for v in known],
        }
        subject = f"{scheme} {does} {by}"
        told = {"hours": {str(v): limit for v, limit in known.items()}}
        draft = Draft(subject, cited(case, [a for v in known for a in levels[v]]), facts, told)
        yield replace(draft, severity="high", kind="fact", variant="looser") if looser else draft


def _by_level(case: Case) -> Mapping[tuple[str, str, str, str], dict[Value, list[Act]]]:
    """The same act of the same actor towards the same one, level by level, mild to grave."""
    found: dict[tuple[str, str, str, str], dict[Value, list[Act]]] = defaultdict(dict)
    for value in case.levels:
        for act in acts(case):
            if value not in act.during or act.section == "duties":
                continue
            for by in act.by:
                for to in act.to or ("",):
                    found[value.scheme, act.does, str(by), str(to)].setdefault(value, []).append(act)
    return {key: levels for key, levels in found.items() if len(levels) > 1 and key[2] in case.actors}


# --------------------------------------------------------------------------------------------- index


def _decided_here(case: Case) -> list[Value]:
    """Warning and response levels that the plan's own bodies enter."""
    kinds = ("warning", "response")
    ours = (v for v in case.levels if case.plan.schemes[Id(v.scheme)].kind in kinds)
    return [v for v in ours if case.decisions_into[v] and not entered_elsewhere(case, v)]


def _deciding(case: Case, value: Value) -> list[Act]:
    """The deciding steps of entering a level."""
    entering = {id(d) for d in case.decisions_into[value]}
    return [a for a in acts(case) if id(a.statement) in entering and a.does in DECIDING]


def _reports(case: Case) -> list[Act]:
    """Reports while the matter lasts, and steps that report and say how soon, by those the plan can bind."""
    told = [a for a in acts(case) if a.section == "reports" or _reports_as_a_step(a)]
    ours = (a for a in told if not in_aftermath(case, a.clause))
    return [a for a in ours if not all(is_outsider(case, by) for by in a.by)]


def _reports_as_a_step(act: Act) -> bool:
    return act.section == "decisions" and act.does == "report" and act.within is not None


def _bound_by_another(case: Case, act: Act) -> bool:
    """Whether another statement limits the same report: beside it, or of the same sender where it names nobody."""
    bounded = [a for a in acts(case) if a.bound and a.does == "report" and set(a.by) & set(act.by)]
    if act.urgency == "same-time":
        return any(a.clause == act.clause for a in bounded)
    return bool(bounded) and (set(act.to) == {UNSTATED} or any(set(act.to) & set(a.to) for a in bounded))


# --------------------------------------------------------------------------------------------- words


def _subject(act: Act) -> str:
    """An act by name."""
    return f"{act.clause} {getattr(act.statement, 'id', '')} {act.does}"


def _told(act: Act) -> Text:
    """An act with its clause and word, a step by its verb: 3.2 …（及时）."""
    what, word = _object(act.statement), act.urgency
    told = phrase("clause", clause=act.clause, what=both(terms.verb, act.does) if what is _NOTHING else what)
    return both(lambda lang: aside(told.in_(lang), terms.urgency(word, lang), lang)) if word else told


def _once(told: Iterable[Text]) -> list[Text]:
    return list({one.zh: one for one in told}.values())


_NOTHING = Text(zh="—", en="—")


def _object(statement: object) -> Text:
    """What an act is about, in the clause's words."""
    for field in ("object", "content", "what"):
        told = getattr(statement, field, None)
        if isinstance(told, Text):
            return told
    return _NOTHING


def _with_bound(case: Case, value: Value, ones: list[Act]) -> Text:
    bounds = [in_words(a.bound) for a in ones if isinstance(a.bound, Duration)]
    return phrase("at-level", level=case.value_name(value), bounds=bounds)
