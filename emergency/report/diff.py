"""What two versions of a plan differ in, told: statements, findings, and how a scenario comes out under each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from emergency.chance import Chance
from emergency.figures.columns import Labels, scale
from emergency.figures.names import Names
from emergency.incident import Incident, Prepared, simulate
from emergency.indicators import Indicators
from emergency.log import EventLog
from emergency.plan import Plan
from emergency.replicate.statistics import Pairs, paired
from emergency.review.compare import ASPECTS, Change, Comparison, FindingsMoved, Renumbered
from emergency.review.finding import Finding
from emergency.words.diff import told
from emergency.words.findings import SEVERITIES
from emergency.words.problems import safe
from emergency.words.punctuation import listed
from emergency.words.review import told_clause
from emergency.words.sweep import told as word

__all__ = ["Outcome", "diff_json", "outcome", "tell_diff"]

_WIDEST = 300
_ENDINGS = (
    "activated_h", "ended_h", "highest", "measures_started", "measures_done", "reports_sent", "deadlines_due",
    "deadlines_met", "deadlines_late", "deadlines_missed", "gaps", "short_t", "limited_t", "served_share",
    "stockout_h", "waiting_h", "infested", "mortality", "_d",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario comes out under each version, run by run with the same chance.

    Attributes
    ----------
    pairs : each number of a run that both versions have, paired over the runs in which both know it.
    happened : for numbers that some runs lack (the response never started), in how many each version has it.
    """

    scenario: str
    seed: int
    runs: int
    pairs: Mapping[str, Pairs]
    happened: Mapping[str, tuple[int, int]]

    def differing(self) -> list[str]:
        """The numbers that differ in some run, or are there under one version and not the other."""
        return [n for n, p in self.pairs.items() if p.changed or self.happened[n][0] != self.happened[n][1]]

    def to_json(self) -> dict[str, Any]:
        """Every number as plain data: ``{n, before, after, difference, changed, happened}``."""
        numbers = {
            name: {
                "n": p.n, "before": p.before, "after": p.after, "difference": p.mean, "changed": p.changed,
                "happened": list(self.happened[name]),
            }
            for name, p in self.pairs.items()
        }  # fmt: skip
        return {"scenario": self.scenario, "seed": self.seed, "runs": self.runs, "numbers": numbers}


def outcome(before: Prepared, after: Prepared, *, seed: int, runs: int) -> Outcome:
    """Run a scenario under both versions of a plan.

    Parameters
    ----------
    before, after : Prepared
        The same scenario with either version.
    runs : int
        How many runs of each; run `k` draws the same chances under both.
    """
    old, new = (_numbers(one, seed, runs) for one in (before, after))
    names = [name for name in old if name in new and _wanted(name)]
    columns = {name: (_column(old[name]), _column(new[name])) for name in names}
    pairs = {name: paired(a, b) for name, (a, b) in columns.items()}
    happened = {n: (int((~np.isnan(a)).sum()), int((~np.isnan(b)).sum())) for n, (a, b) in columns.items()}
    return Outcome(str(before.scenario.scenario), seed, runs, pairs, happened)


def _wanted(name: str) -> bool:
    return name.endswith(_ENDINGS)


def _numbers(ready: Prepared, seed: int, runs: int) -> dict[str, list[float | None]]:
    """Each number of a run by its name, run by run."""
    found: dict[str, list[float | None]] = {}
    chance = Chance(seed)
    for number in range(runs):
        numbers = Indicators({id: one.program for id, one in ready.plans.items()})
        log = EventLog(ready.start, keep=False)
        log.listen(numbers)
        simulate(Incident(ready, chance.run(number), log))
        for name, value in numbers.numbers().items():
            found.setdefault(name, []).append(value)
    return found


def _column(values: list[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


# ------------------------------------------------------------------------------------------ as data, as text


def diff_json(
    compared: Comparison, findings: FindingsMoved, played: Outcome | None = None, sisters: Iterable[Plan] = ()
) -> dict[str, Any]:
    """A comparison as plain data.

    Returns
    -------
    dict
        ``changes, renumbered, findings``; where there are sister plans ``beside``, the ids of those that findings
        across plans were looked for in; where a scenario was run ``outcome``.
    """
    beside = [str(plan.plan) for plan in sisters]
    found = {**compared.to_json(), "findings": findings.to_json()} | ({"beside": beside} if beside else {})
    return found | ({"outcome": played.to_json()} if played else {})


def tell_diff(
    compared: Comparison,
    findings: FindingsMoved,
    played: tuple[Outcome, Prepared] | None,
    lang: str,
    sisters: Iterable[Plan] = (),
) -> Iterator[str]:
    """A comparison line by line: changes by what they are about, renumbered clauses, findings, outcome.

    Parameters
    ----------
    sisters : iterable of Plan
        The plans that findings across plans were looked for in.
    """
    if compared.same:
        yield told("same", lang)
    for aspect in ASPECTS:
        changes = [c for c in compared.changes if c.aspects[0] == aspect]
        if changes:
            yield f"== {told(aspect, lang)} ({len(changes)})"
            for one in changes:
                yield from _change(one, lang)
            yield ""
    if compared.renumbered:
        yield f"== {told('renumbered', lang)} ({len(compared.renumbered)})"
        yield from (_moved(one, lang) for one in compared.renumbered)
        yield ""
    yield from _beside(sisters, lang)
    yield from _findings(findings, lang)
    if played is not None:
        yield ""
        yield from _outcome(*played, lang)


def _change(one: Change, lang: str) -> Iterator[str]:
    beside = [told(aspect, lang) for aspect in one.aspects[1:]]
    where = " → ".join(dict.fromkeys(clause for clause in one.clauses if clause))
    marks = f" [{', '.join(beside)}]" if beside else ""
    yield f"  {told(one.how, lang)}  {where or one.section}  {safe(one.subject, _WIDEST)}{marks}"
    for field in one.fields:
        before, after = (_shown(value, lang) for value in (field.before, field.after))
        yield f"      {field.path}: {before} → {after}"


def _shown(value: Any, lang: str) -> str:
    """A value as the file has it, a text in the reader's language."""
    if value is None:
        return told("unsaid", lang)
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return safe(value[lang], _WIDEST)
    return safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), _WIDEST)


def _moved(one: Renumbered, lang: str) -> str:
    name = "moved-one" if one.statements == 1 else "moved"
    return f"  {told(name, lang, before=one.before, after=one.after, n=one.statements)}"


def _beside(sisters: Iterable[Plan], lang: str) -> Iterator[str]:
    titles = [plan.title.in_(lang) for plan in sisters]
    if titles:
        yield told("beside", lang, titles=safe(listed(titles, lang), _WIDEST))


def _findings(moved: FindingsMoved, lang: str) -> Iterator[str]:
    retold = tuple(b for _, b in moved.changed)
    groups = {"appeared": moved.appeared, "vanished": moved.vanished, "finding-changed": retold}
    if not any(groups.values()):
        yield told("findings-same", lang, n=moved.kept)
        return
    for name, ones in groups.items():
        if ones:
            yield f"== {told(name, lang)} ({len(ones)})"
            yield from (_finding(one, lang) for one in ones)
            yield ""
    yield told("findings-kept", lang, n=moved.kept)


def _finding(one: Finding, lang: str) -> str:
    severity = SEVERITIES[one.severity][lang != "zh"]
    several = len(one.plans) > 1
    clauses = " ".join(str(c) if several else str(c.clause) for c in one.clauses)
    message = safe(told_clause(one.message.in_(lang), lang), 2 * _WIDEST)
    return f"  [{severity}] {one.rule}  {clauses}\n      {message}"


def _outcome(played: Outcome, ready: Prepared, lang: str) -> Iterator[str]:
    yield f"== {told('outcome', lang, scenario=played.scenario, seed=played.seed, runs=played.runs)}"
    names = played.differing()
    if not names:
        yield f"  {told('outcome-same', lang)}"
    programs = {id: one.program for id, one in ready.plans.items()}
    labels = Labels(Names(ready.scenario, programs, ready.start, lang))
    for name in names:
        yield f"  {labels.label(name)}: {_moves(played, name, labels)}"


def _moves(played: Outcome, name: str, labels: Labels) -> str:
    """How one number moves: means before and after, their difference, and in how many runs it differs."""
    pair, (old, new) = played.pairs[name], played.happened[name]
    kind, lang = labels.kind(name), labels.lang
    parts = []
    if pair.n:
        by = scale(kind, max(abs(pair.before or 0.0), abs(pair.after or 0.0)), lang)
        sign = "+" if (pair.mean or 0.0) > 0 else ""
        apart = scale(kind, pair.mean, lang) if kind == "hours" else by
        if apart.unit == "%":  # a difference of shares is one of points, not a per cent of anything
            apart = replace(apart, unit=word("points", lang))
        difference = f"{sign}{apart.tell(pair.mean)}"
        parts.append(f"{by.tell(pair.before)} → {by.tell(pair.after)} ({difference}; {pair.changed}/{pair.n})")
    if old != new:
        parts.append(told("happened", lang, before=old, after=new))
    return "; ".join(parts)
