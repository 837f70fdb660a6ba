"""Clauses as a reader cites them: under the short title of their plan, not under the name of its file.

What is typed or read by machines (logs, JSON, YAML, commands, anchors) keeps ``plan:clause``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from emergency.plan import Plan
from emergency.words.review import told_clause

__all__ = ["told_citations"]


def told_citations(
    citations: Iterable[str], plans: Mapping[str, Plan], lang: str, *, within: str | None = None
) -> list[str]:
    """Citations in words, each once, in their order.

    The plan is said before the first of several clauses that follow one another, and not at all where only one is in
    play. A plan without a short title, or with that of another one in play, goes by its id before every clause.

    Parameters
    ----------
    citations : iterable of str
        As ``plan:clause``.
    plans : mapping of str to Plan
        The plans in play by id.
    within : str, optional
        The plan that is spoken of anyway.
    """
    names = {id: plan.short.in_(lang) for id, plan in plans.items() if plan.short is not None}
    borne = Counter(names.values())
    said = {id: name for id, name in names.items() if borne[name] == 1}
    spoken_of = within or (next(iter(plans)) if len(plans) == 1 else None)
    found = []
    for citation in dict.fromkeys(map(str, citations)):
        plan, _, clause = citation.partition(":")
        before = "" if plan == spoken_of else f"{said[plan]} " if plan in said else f"{plan}:"
        found.append(before + told_clause(clause, lang))
        spoken_of = plan if plan in said or not before else None
    return found
