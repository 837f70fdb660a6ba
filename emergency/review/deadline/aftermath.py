"""After the end, and at intervals: who does it, by when, how often?"""

from __future__ import annotations

from collections.abc import Iterator

from emergency.plan.leaves import OPEN, UNSTATED
from emergency.plan.statements import Indicator, Measure, Publication
from emergency.review.case import Case, clauses_of
from emergency.review.deadline.acts import Act, acts, cited, in_aftermath, phrase
from emergency.review.finding import Draft, Kind
from emergency.review.rules import rule
from emergency.source import Clause, Text
from emergency.words.findings import told
from emergency.words.punctuation import aside, punctuation
from emergency.words.rules import both
from emergency.words.rules.deadline import DEADLINE, NOBODY, NOT_TO_WHOM

__all__: list[str] = []


@rule("aftermath-without-date", words=DEADLINE, cls="deadline", severity="medium")
def aftermath_without_date(case: Case) -> Iterator[Draft]:
    """Clauses on what follows the end in which nothing has a limit."""
    after = _after_the_end(case)
    dated = {a.clause for a in after if a.bound}
    lacking = [a for a in after if a.clause not in dated]
    if lacking:
        clauses = sorted({a.clause for a in lacking}, key=Clause.sort_key)
        yield Draft("aftermath", cited(case, lacking), {"clauses": clauses}, {"clauses": [*map(str, clauses)]})


@rule("aftermath-without-owner", words=DEADLINE, cls="deadline", severity="medium")
def aftermath_without_owner(case: Case) -> Iterator[Draft]:
    """Clauses on what follows the end that give it to nobody, or to departments no word picks out."""
    after = _after_the_end(case)
    for clause in sorted({a.clause for a in after}, key=Clause.sort_key):
        ones = [a for a in after if a.clause == clause]
        nobody = [a for a in ones if set(a.by) <= {UNSTATED, OPEN}]
        somebody = any(_is_named(case, by) for a in ones for by in a.by)
        vague = [a for a in ones if not somebody and a not in nobody]
        if nobody or vague:
            who = [NOBODY] if nobody else case.names(dict.fromkeys(by for a in vague for by in a.by))
            unheard = any(a.does == "report" and UNSTATED in a.to for a in ones)
            facts = {"open": [_open(clause, who, unheard)]}
            kind: Kind | None = None if nobody else "candidate"
            yield Draft("aftermath", case.cite(clause), facts, {"clauses": [str(clause)]}, kind=kind)


def _after_the_end(case: Case) -> list[Act]:
    return [a for a in acts(case) if in_aftermath(case, a.clause)]


def _is_named(case: Case, actor: str) -> bool:
    one = case.actors.get(str(actor))
    return one is not None and one.kind not in ("generic", "undeclared", "public")


def _open(clause: Clause, who: list[Text], unheard: bool) -> Text:
    def say(lang: str) -> str:
        parts = [told(who, lang)] + ([NOT_TO_WHOM.in_(lang)] if unheard else [])
        return aside(str(clause), punctuation(lang).pause.join(parts), lang)

    return both(say)


@rule("interval-not-given", words=DEADLINE, cls="deadline", severity="medium")
def interval_not_given(case: Case) -> Iterator[Draft]:
    """What is to be done regularly while the matter lasts, without saying how often."""
    lacking = [
        one.statement
        for one in case.said
        if isinstance(one.statement, Indicator | Measure | Publication) and one.statement.every == UNSTATED
    ]
    if lacking:
        facts = {"what": [_what(case, one) for one in lacking]}
        yield Draft("intervals", case.cite(*lacking), facts, {"clauses": clauses_of(lacking)})


def _what(case: Case, one: Indicator | Measure | Publication) -> Text:
    match one:
        case Indicator():
            what = case.variable_name(str(one.variable))
        case Measure():
            what = one.object
        case Publication():
            what = one.what
    return phrase("clause", clause=one.clause, what=what)
