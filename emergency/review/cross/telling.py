"""What rules across plans share: who has a hand in an act, by whom a response is started, and the words for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from emergency.machine.program import DECIDING
from emergency.plan.leaves import ActorRef
from emergency.plan.statements import Decision, Duty, Measure, Statement
from emergency.review.case import Case, Cases
from emergency.review.coverage import own_levels
from emergency.source import Citation, Id, Text
from emergency.words.rules import both, phrases
from emergency.words.rules.cross import PHRASES
from emergency.words.terms import verb

__all__ = [
    "AGREES", "Act", "acts_of", "by_place", "cite_all", "consenting", "doers", "hands_in",
    "in_plan", "kind_of", "known_name", "once", "phrase", "starting", "titles", "told_act", "told_price",
    "told_starts",
]  # fmt: skip

Act = Duty | Measure

#: A phrase of the table with its facts filled in.
phrase = phrases(PHRASES)
#: Steps by which those asked give their consent.
AGREES = ("agree", "approve", "decide")

# ------------------------------------------------------------------------------------- who, and what


def hands_in(case: Case, acts: Iterable[Act]) -> set[str]:
    """Who has a hand in acts: those who do them, those asked, those who consent."""
    who = {str(a) for act in acts for a in (*doers(act), *(act.towards or ()), *consenting(act)) if a.named}
    return {case.seated_as.get(a, f"{case.id} {a}") for a in who}


def told_starts(case: Case) -> Text:
    """By whom the response of a plan is started, level by level."""
    levels: dict[tuple[ActorRef, ...], list[Text]] = defaultdict(list)
    for one in starting(case):
        who = dict.fromkeys(s.by for s in one.steps if s.do in (*DECIDING, *AGREES) and s.by.named)
        levels[tuple(who)] += [case.value_name(v) for v in case.values_of(one.to)]
    return in_plan(case, [phrase("started", level=names, who=case.names(who)) for who, names in levels.items()])


def starting(case: Case) -> list[Decision]:
    """The decisions that start a response and say who has the last word."""
    levels = [v for ones in own_levels(case, "response").values() for v in ones]
    into = dict.fromkeys(d.id for v in levels for d in case.decisions_into[v])
    found = [d for d in case.plan.decisions if d.id in into]
    return [d for d in found if any(s.do in (*DECIDING, *AGREES) and s.by.named for s in d.steps)]


# ------------------------------------------------------------------------------------------ words


def told_act(case: Case, act: Act) -> Text:
    """An act with its clause, who does it, and who consents or is asked."""
    consents, asked = consenting(act), [a for a in act.towards or () if act.verb == "propose"]
    facts = {"clause": act.clause, "by": case.names(doers(act)), "verb": both(verb, act.verb), "what": act.object}
    if asked:
        return phrase("act-proposed", agreed=case.names(asked), **facts)
    if not any(a.named for a in doers(act)):
        return phrase("act-nobody", **facts)
    return phrase("act-agreed", agreed=case.names(consents), **facts) if consents else phrase("act", **facts)


def told_price(case: Case, act: Act) -> Text:
    """What an act does to prices, who does it, and who consents."""
    consents = consenting(act)
    facts = {"clause": act.clause, "by": case.names(doers(act)), "what": act.object}
    return phrase("priced-agreed", agreed=case.names(consents), **facts) if consents else phrase("priced", **facts)


def acts_of(case: Case) -> list[Act]:
    """The duties and measures of a plan, in the order of the print."""
    return sorted([*case.plan.duties, *case.plan.measures], key=lambda act: act.clause.sort_key())


def doers(act: Act) -> tuple[ActorRef, ...]:
    """Who is named to do an act."""
    return act.actors if isinstance(act, Duty) else act.by


def consenting(act: Act) -> list[ActorRef]:
    """Whose consent a measure asks for."""
    return [s.by for s in act.steps if s.do in AGREES] if isinstance(act, Measure) else []


def kind_of(case: Case, actor: str) -> str:
    """What kind of actor somebody is; empty for none."""
    return case.actors[str(actor)].kind if str(actor) in case.actors else ""


def known_name(case: Case, known: str) -> Text:
    """The name of an agency or post of the jurisdiction."""
    one = case.jurisdiction.agencies.get(Id(known)) or case.jurisdiction.posts[Id(known)]
    return Text(zh=one.zh, en=one.en)


def titles(group: Iterable[Case]) -> list[Text]:
    """The titles of plans."""
    return [phrase("title", title=case.plan.title) for case in group]


def in_plan(case: Case, what: list[Text]) -> Text:
    """What one plan says, after its title."""
    return phrase("plan", title=case.plan.title, what=what)


def by_place(cases: Cases) -> dict[str, list[Case]]:
    """The plans of each jurisdiction."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        found[str(case.jurisdiction.jurisdiction)].append(case)
    return found


def cite_all(said: Iterable[tuple[Case, Statement]]) -> tuple[Citation, ...]:
    """The clauses of statements, each of its own plan, without repeats."""
    return tuple(dict.fromkeys(c for case, one in said for c in case.cite(one)))


def once(texts: list[Text]) -> list[Text]:
    """Texts without repeats."""
    return list({(t.zh, t.en): t for t in texts}.values())
