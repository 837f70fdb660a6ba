"""What a sweep shows, in a few sentences."""

from __future__ import annotations

import math

from emergency.figures.columns import Labels
from emergency.replicate.sweep import Sweep
from emergency.report.sweep_values import Values
from emergency.words.punctuation import listed
from emergency.words.sweep import told

__all__ = ["goals", "story"]


def story(sweep: Sweep, labels: Labels, failures: int) -> list[str]:
    """The sentences, each with its full stop; `failures` is the number of the section on runs that broke."""
    lang, values, failed = labels.lang, Values(sweep, labels), len(sweep.tables[0].failures)
    said = [told("made", lang, n=f"{len(sweep.tables[0]):,}", seed=sweep.seed)]
    if failed:
        said.append(told("broke", lang, n=f"{failed:,}", section=failures))
    for id in sweep.programs:
        said += _of_plan(values, id)
    if "served_share" in sweep.estimates and sweep.estimates["served_share"].n:
        said.append(_served(values))
    if "stockout" in sweep.estimates:
        said.append(_share(values, "stockout", "stockout-in"))
    return [*said, *_slow(values)]


def goals(sweep: Sweep, lang: str) -> list[str]:
    """What became of the intervals that were asked for."""
    n = f"{len(sweep.tables[0]):,}"
    return [
        told(_became(sweep, str(name), reached), lang, n=n, name=name, goal=goal)
        for name, goal, reached in ((g["indicator"], g["half_width"], g["reached"]) for g in sweep.summary["until"])
    ]


def _became(sweep: Sweep, column: str, reached: bool) -> str:
    one = sweep.estimates[column]
    if not reached:
        return "not-reached"
    return "constant" if one.same and not one.share else "reached"


def _share(values: Values, column: str, sentence: str, **facts: object) -> str:
    told_ = {"share": values.mean(column), "interval": values.interval(column)}
    return told(sentence, values.lang, **told_, **facts)


def _of_plan(values: Values, id: str) -> list[str]:
    sweep, labels, lang = values.sweep, values.labels, values.lang
    begun = labels.of_plan(id) + _share(values, f"{id}.activated", "activated-in")
    if not sweep.estimates[f"{id}.activated_h"].n:
        return [begun + told("full-stop", lang)]
    said = [begun + _when(values, f"{id}.activated_h") + told("full-stop", lang)]
    gravest = [
        (f"{id}.{scheme}.{level}", labels.names.level(id, str(scheme), level))
        for scheme, says in sweep.programs[id].plan.schemes.items()
        if says.kind == "response"
        for level in reversed(says.levels)
    ]
    reached = next(((c, level) for c, level in gravest if sweep.estimates[c].mean), None)
    if reached is not None:
        said.append(_share(values, reached[0], "highest-in", level=reached[1]))
    return [*said, _share(values, f"{id}.ended", "ended-in")]


def _when(values: Values, column: str) -> str:
    """When something came: its mean over the runs in which it did, and what can be told of all runs."""
    one, lang, found = values.sweep.estimates[column], values.lang, values.quantiles(column)
    facts = {"mean": values.mean(column), "interval": values.interval(column), "n": f"{one.n:,}"}
    if one.n < values.runs:
        said = told("activated-of-those" if one.n > 1 else "activated-once", lang, **facts)
        if found[0.5] < math.inf:
            said += told("half-by", lang, median=values.at(column, 0.5))
        return said
    said = told("activated-after" if one.n > 1 else "activated-at", lang, **facts)
    if 0.05 in found and not one.same:
        said += told("nine-in-ten", lang, low=values.at(column, 0.05), high=values.at(column, 0.95))
    return said


def _served(values: Values) -> str:
    one, lang, by = values.sweep.estimates["served_share"], values.lang, values.scale("served_share")
    facts = {"mean": values.mean("served_share"), "interval": values.interval("served_share")}
    if one.n == 1:
        return told("served-once", lang, **facts)
    if one.same:
        return told("served-always", lang, **facts)
    low = values.at("served_share", 0.05)
    if 0.05 not in values.quantiles("served_share") or low == by.tell(1.0):
        return told("served-mean", lang, **facts)
    return told("served-in", lang, low=low, **facts)


def _slow(values: Values) -> list[str]:
    """The step that takes most time, and the seat at which matters queue longest."""
    found, labels, lang = values.sweep.estimates, values.labels, values.lang
    said = []
    taken = [c for c in found if c.startswith("step.") and (found[c].mean or 0) > 0]
    if taken:
        slow = max(taken, key=lambda c: found[c].mean or 0)
        cited = listed(labels.names.clauses(_clauses_of(values.sweep, slow)), lang)
        said.append(told("bottleneck", lang, step=labels.label(slow), mean=values.mean(slow), clause=cited))
    queued = [c for c in found if c.startswith("seat.") and c.endswith(".waited_h") and (found[c].mean or 0) > 0.05]
    if queued:
        busy = max(queued, key=lambda c: found[c].mean or 0)
        seat = labels.names.actor(busy.removeprefix("seat.").removesuffix(".waited_h"))
        said.append(told("busiest", lang, seat=seat, mean=values.mean(busy)))
    return said


def _clauses_of(sweep: Sweep, step: str) -> list[str]:
    """The clauses that order a step of decisions, ``step.PLAN.SCHEME.VERB_h``."""
    plan, scheme, do = step.removeprefix("step.").removesuffix("_h").split(".")
    decisions = sweep.programs[plan].decisions.items()
    cited = [c for at, d in decisions if at.scheme == scheme for s in d.steps if s.do == do for c in s.clauses]
    return list(dict.fromkeys(cited))
