"""Level schemes: is every level named one way, declared, reached, entered, and followed by something?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations, product

from emergency.condition import Guard, InState, leaves
from emergency.machine import Value
from emergency.machine.program import DECIDING
from emergency.plan.leaves import State
from emergency.plan.statements import Label, Measure, Scheme, Statement
from emergency.review.case import Case, Use
from emergency.review.finding import Draft
from emergency.review.printed import printed_figures
from emergency.review.rules import rule
from emergency.source import Citation, Clause, Id, Text
from emergency.words.findings import COLOURS, WORD_SCALES
from emergency.words.rules import both, in_one_line, phrases
from emergency.words.rules.scheme import EMERGENCY, LEVEL, PHRASES, SCHEME
from emergency.words.terms import scheme_kind

__all__ = ["COMMANDS", "entered_elsewhere", "never_entered", "never_used", "scheme_name"]

_phrase = phrases(PHRASES)

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
#: Verbs that say who commands, as plans print them.
COMMANDS = {"command", "coordinate", "deploy", "direct", "lead", "organise", "respond"}
#: Kinds of actor that stand outside a plan's organisation, or may.
_OUTSIDE = ("outside", "public", "generic")


# ------------------------------------------------------------------------------------------ naming


@rule("level-named-two-ways", words=SCHEME, cls="level scheme", severity="high")
def level_named_two_ways(case: Case) -> Iterator[Draft]:
    """Words and colours that stand for two levels of a scheme, levels that have two of them."""
    for scheme, labels in _labels(case).items():
        for what in ("word", "colour"):
            pairs = sorted({(_named(one, what), str(one.level)) for one in labels if _named(one, what)})
            twice = {p for p, q in combinations(pairs, 2) if p[0] == q[0] or p[1] == q[1]}
            twice |= {q for p, q in combinations(pairs, 2) if p[0] == q[0] or p[1] == q[1]}
            odd = [one for one in labels if (_named(one, what), str(one.level)) in twice]
            if odd:
                facts = {"scheme": scheme_name(case, scheme), "pairs": _pairs(odd, what), "keep": _usual(odd, what)}
                told = {"labels": [{"clause": o.clause, "level": o.level, what: _named(o, what)} for o in odd]}
                yield Draft(scheme, case.cite(*odd), facts, told)


@rule(
    "level-words-out-of-order",
    words=SCHEME,
    cls="level scheme",
    severity="high",
    yields_to=("level-named-two-ways",),
)
def level_words_out_of_order(case: Case) -> Iterator[Draft]:
    """Words or colours of one clause that rank against the order of the scheme's levels."""
    for scheme, labels in _labels(case).items():
        levels = [str(v) for v in case.plan.schemes[Id(scheme)].levels]
        for what, scales in (("word", WORD_SCALES), ("colour", (COLOURS,))):
            for a, b in combinations(sorted(labels, key=lambda one: levels.index(str(one.level))), 2):
                if (
                    a.clause == b.clause
                    and a.level != b.level
                    and _inverted(_named(a, what), _named(b, what), scales)
                ):
                    words, own = [_named(a, what), _named(b, what)], [str(a.level), str(b.level)]
                    keep = [f"{level} {word}" for level, word in zip(own, reversed(words), strict=True)]
                    facts = {"clause": [a.clause], "words": words, "levels": own, "keep": keep}
                    yield Draft(scheme, case.cite(a), facts, {"levels": own, what: words})


@rule("numerals-out-of-order", words=SCHEME, cls="level scheme", severity="high")
def numerals_out_of_order(case: Case) -> Iterator[Draft]:
    """Schemes whose Roman numerals neither rise nor fall with gravity."""
    for id, scheme in case.plan.schemes.items():
        levels = [str(v) for v in scheme.levels]
        ranks = [_NUMERALS.index(v) for v in levels if v in _NUMERALS]
        clauses = _where_used(case, str(id))
        if len(ranks) == len(levels) and clauses and ranks not in (sorted(ranks), sorted(ranks, reverse=True)):
            facts = {"scheme": scheme_name(case, str(id)), "levels": levels}
            yield Draft(str(id), case.cite(*clauses), facts, {"levels": levels})


@rule("two-word-scales", words=SCHEME, cls="level scheme", severity="low", kind="candidate")
def two_word_scales(case: Case) -> Iterator[Draft]:
    """Schemes tied by "the same criteria" whose like levels bear other words."""
    labels = _labels(case)
    for criterion in case.plan.criteria:
        if criterion.same_as is None or not isinstance(criterion.of, State):
            continue
        own, other = criterion.of.scheme, str(criterion.same_as)
        pairs = {v: (_scale_word(labels[own], v), _scale_word(labels[other], v)) for v in _levels(case, own)}
        differ = {v: [a, b] for v, (a, b) in pairs.items() if a and b and a != b}
        if differ:
            pairs_told = [f"{v} {a}/{b}" for v, (a, b) in differ.items()]
            facts = {"scheme": scheme_name(case, own), "other": scheme_name(case, other), "pairs": pairs_told}
            said = [one for one in (*labels[own], *labels[other]) if str(one.level) in differ]
            yield Draft(f"{own} {other}", case.cite(criterion, *said), facts, {"words": differ})


@rule("word-scale-shared", words=SCHEME, cls="level scheme", severity="low", kind="candidate")
def word_scale_shared(case: Case) -> Iterator[Draft]:
    """Warnings that have at least two words in common with a scheme of another kind."""
    for (one, a), (other, b) in combinations(_labels(case).items(), 2):
        kinds = {case.plan.schemes[Id(one)].kind, case.plan.schemes[Id(other)].kind}
        theirs = {_named(y, "word") for y in b}
        shared = [w for w in dict.fromkeys(_named(x, "word") for x in a) if w and w in theirs]
        if "warning" in kinds and len(kinds) == 2 and len(shared) > 1:
            facts = {"schemes": [scheme_name(case, one), scheme_name(case, other)], "words": shared}
            yield Draft(f"{one} {other}", case.cite(*a, *b), facts, {"words": shared})


@rule("grade-word-without-level", words=SCHEME, cls="level scheme", severity="medium", kind="candidate")
def grade_word_without_level(case: Case) -> Iterator[Draft]:
    """Events and flags whose name begins with a word of the scale and that are tied to no level."""
    named: list[tuple[str, Statement, str]] = [
        (str(e.id), e, e.name.zh) for e in case.plan.events if e.kind == "occurs" and e.state is None
    ]
    named += [(str(i.variable), i, i.name.zh) for i in case.plan.indicators if i.name and i.unit == "flag"]
    grades = {s: v for s, v in _labels(case).items() if case.plan.schemes[Id(s)].kind == "event"}
    for (subject, statement, name), (scheme, labels) in product(named, grades.items()):
        word = _begins(name, labels)
        meant = [
            Value(scheme, v)
            for v in _levels(case, scheme)
            if word in {_named(o, "word") for o in labels if o.level == v}
        ]
        if word and len(_levels(case, scheme)) > 1:
            names = [case.value_name(v) for v in meant]
            facts = {"clause": statement.clause, "name": name, "word": word, "level": names}
            clauses = case.cite(statement, *(one for v in meant for one in case.labels_of[v]))
            yield Draft(subject, clauses, facts, {"name": name, "levels": list(map(str, meant))})


@rule("colours-on-grades", words=SCHEME, cls="level scheme", severity="low", kind="candidate")
def colours_on_grades(case: Case) -> Iterator[Draft]:
    """Colours given to grades in a plan without warning levels."""
    if any(s.kind == "warning" for s in case.plan.schemes.values()):
        return
    for scheme, labels in _labels(case).items():
        coloured = [one for one in labels if one.colour]
        if coloured and case.plan.schemes[Id(scheme)].kind == "event":
            colours = {str(one.level): one.colour for one in coloured}
            yield Draft(scheme, case.cite(*coloured), {"scheme": scheme_name(case, scheme)}, {"colours": colours})


# --------------------------------------------------------------------------------------- declaring


@rule("levels-not-as-counted", words=SCHEME, cls="level scheme", severity="medium")
def levels_not_as_counted(case: Case) -> Iterator[Draft]:
    """A clause whose "in four levels" is not the number of levels it names."""
    for scheme, labels in _labels(case).items():
        for clause in dict.fromkeys(one.clause for one in labels):
            listed = list(dict.fromkeys(str(one.level) for one in labels if one.clause == clause))
            entry = case.clauses.get(clause)
            figures = [f for name in (entry.figures if entry else ()) for f in printed_figures(name)]
            counted = [int(f.low) for f in figures if f.printed.endswith(LEVEL)]
            if counted and len(listed) > 1 and len(listed) not in counted:
                facts = {"clause": clause, "counted": counted[0], "levels": listed, "listed": len(listed)}
                yield Draft(f"{scheme} {clause}", case.cite(clause), facts, {"counted": counted, "levels": listed})


@rule("levels-never-declared", words=SCHEME, cls="level scheme", severity="medium")
def levels_never_declared(case: Case) -> Iterator[Draft]:
    """Schemes of several levels that statements use and no clause labels."""
    labels = _labels(case)
    for id, scheme in case.plan.schemes.items():
        clauses = _where_used(case, str(id))
        if labels[str(id)] or len(scheme.levels) < 2 or scheme.kind == "imposed" or not clauses:
            continue
        headed = _headed_otherwise(case, scheme)
        facts = {"scheme": scheme_name(case, str(id)), "headed": _headed(headed)}
        told = {"levels": list(scheme.levels), "headed": [{"clause": c, "heading": h} for c, h in headed]}
        yield Draft(str(id), case.cite(*(c for c, _ in headed), *clauses), facts, told)


@rule(
    "heading-promises-other-levels",
    words=SCHEME,
    cls="level scheme",
    severity="low",
    yields_to=("levels-never-declared",),
)
def heading_promises_other_levels(case: Case) -> Iterator[Draft]:
    """Clauses headed "response levels" that grade incidents, and the like."""
    for id, scheme in case.plan.schemes.items():
        for clause, heading in _headed_otherwise(case, scheme):
            graded = dict.fromkeys(str(one.scheme) for one in case.plan.labels if one.clause == clause)
            facts = {"clause": clause, "heading": heading, "scheme": [scheme_name(case, s) for s in graded]}
            yield Draft(str(id), case.cite(clause), facts, {"heading": heading, "grades": list(graded)})


@rule("level-not-in-declaration", words=SCHEME, cls="level scheme", severity="medium")
def level_not_in_declaration(case: Case) -> Iterator[Draft]:
    """Levels in use that no clause labels while others of their scheme are listed together."""
    for scheme, labels in _labels(case).items():
        named = {str(one.level) for one in labels}
        levels_in = {o.clause: {x.level for x in labels if x.clause == o.clause} for o in labels}
        listing = [clause for clause, levels in levels_in.items() if len(levels) > 1]
        for level in _levels(case, scheme):
            uses = case.mentions[Value(scheme, level)]
            if level not in named and listing and uses:
                value = Value(scheme, level)
                facts = {"levels": [case.value_name(value)], "declared": listing}
                yield Draft(str(value), case.cite(*listing, *uses), facts, {"declared": listing})


@rule("scheme-never-used", words=SCHEME, cls="level scheme", severity="high")
def scheme_never_used(case: Case) -> Iterator[Draft]:
    """Schemes of several levels that only labels speak of."""
    for scheme in never_used(case):
        levels = _levels(case, scheme)
        clauses = list(dict.fromkeys(one.clause for one in _labels(case)[scheme]))
        facts = {"scheme": scheme_name(case, scheme), "levels": levels, "clauses": clauses}
        yield Draft(scheme, case.cite(*clauses), facts, {"levels": levels})


# ------------------------------------------------------------------------------ reached and entered


@rule("level-without-criteria", words=SCHEME, cls="level scheme", severity="high")
def level_without_criteria(case: Case) -> Iterator[Draft]:
    """Levels in use that no criterion and no decision's condition leads to; what others enter is theirs to define."""
    silent = set(never_entered(case))
    unused = set(never_used(case))
    ours = [v for v in case.levels if v not in silent and v.scheme not in unused and not entered_elsewhere(case, v)]
    lacking = [v for v in ours if case.mentions[v] and not _has_criteria(case, v)]
    for group in _together(lacking):
        yield _about(case, group, case.cite(*(u for v in group for u in case.mentions[v])))


@rule("level-never-entered", words=SCHEME, cls="level scheme", severity="high")
def level_never_entered(case: Case) -> Iterator[Draft]:
    """Warning and response levels in use that no decision enters."""
    for group in _together(never_entered(case)):
        siblings = [d for v in case.levels if v.scheme == group[0].scheme for d in case.decisions_into[v]]
        uses = [u for v in group for u in case.mentions[v]]
        own = [u for u in uses if "any" not in getattr(u.leaf, "values", ())]
        instead = _instead(case, {v.value for v in group})
        clauses = case.cite(*siblings, *instead, *own) or case.cite(*uses)
        draft = _about(case, group, clauses, instead=list(dict.fromkeys(m.clause for m in instead)))
        yield replace(draft, variant="grades") if instead else draft


@rule("level-without-measures", words=SCHEME, cls="level scheme", severity="high")
def level_without_measures(case: Case) -> Iterator[Draft]:
    """Response levels during which nothing is done."""
    silent = set(never_entered(case))
    lacking = [
        v for v in case.levels if _kind(case, v) == "response" and v not in silent and not case.measures_during[v]
    ]
    for group in _together(v for v in lacking if case.mentions[v]):
        yield _about(case, group, case.cite(*(u for v in group for u in case.mentions[v])))


@rule("level-without-commander", words=SCHEME, cls="level scheme", severity="high")
def level_without_commander(case: Case) -> Iterator[Draft]:
    """Response levels at which nobody is given the command, be it by a measure or by a standing duty."""
    standing = [d for d in case.plan.duties if d.verb in COMMANDS and not d.during and _by_own(case, d.actors)]
    if standing:
        return
    silent = set(never_entered(case))
    lacking = [
        v for v in case.levels
        if _kind(case, v) == "response" and v not in silent
        and not any(m.verb in COMMANDS and any(a.named for a in m.by) for m in case.measures_during[v])
    ]  # fmt: skip
    for group in _together(lacking):
        uses = [u for v in group for u in (*case.measures_during[v], *case.decisions_into[v])]
        if uses:
            yield _about(case, group, case.cite(*uses))


# ---------------------------------------------------------------------------------------- warnings


@rule("warning-without-response", words=SCHEME, cls="level scheme", severity="medium")
def warning_without_response(case: Case) -> Iterator[Draft]:
    """Warning levels that are issued and that no measure, duty or response answers."""
    issued = [v for v in case.levels if _kind(case, v) == "warning" and case.decisions_into[v]]
    for group in _together(v for v in issued if not _answered(case, v)):
        uses = [u for v in group for u in (*case.decisions_into[v], *case.labels_of[v])]
        yield _about(case, group, case.cite(*uses))


@rule("warning-shares-criteria", words=SCHEME, cls="level scheme", severity="medium")
def warning_shares_criteria(case: Case) -> Iterator[Draft]:
    """Grades of incidents that take their standards from the warnings, or the reverse."""
    for one in case.plan.criteria:
        if one.same_as is None or not isinstance(one.of, State):
            continue
        kinds = {case.plan.schemes[Id(one.of.scheme)].kind, case.plan.schemes[one.same_as].kind}
        if kinds == {"warning", "event"}:
            facts: dict[str, object] = {"scheme": scheme_name(case, one.of.scheme)}
            facts["other"] = scheme_name(case, str(one.same_as))
            theirs = [
                c for v in _levels(case, str(one.same_as)) for c in case.criteria_of[Value(str(one.same_as), v)]
            ]
            whole = [c for c in theirs if "(" not in c.clause] or theirs
            yield Draft(f"{one.of.scheme} {one.same_as}", case.cite(one, *whole), facts | {"clause": [one.clause]})


@rule("decision-names-no-level", words=SCHEME, cls="level scheme", severity="low", kind="candidate")
def decision_names_no_level(case: Case) -> Iterator[Draft]:
    """Decisions that name no level in a plan with several, where no other clause repeats them with a level."""
    if not any(s.kind == "response" and len(s.levels) > 1 for s in case.plan.schemes.values()):
        return
    told = {tuple((s.do, s.by) for s in d.steps) for d in case.plan.decisions if isinstance(d.to, State)}
    deciding = [d for d in case.decisions_into_nothing if any(s.do in DECIDING for s in d.steps)]
    silent = [d for d in deciding if tuple((s.do, s.by) for s in d.steps) not in told]
    if silent:
        clauses = list(dict.fromkeys(d.clause for d in silent))
        yield Draft("decisions", case.cite(*clauses), {"clauses": clauses}, {"decisions": [d.id for d in silent]})


# ------------------------------------------------------------------------------- what levels have


def never_entered(case: Case) -> tuple[Value, ...]:
    """Warning and response levels that statements use and no decision enters."""
    used = (v for v in case.levels if any(use.section != "labels" for use in case.mentions[v]))
    return tuple(v for v in used if _kind(case, v) in ("warning", "response") and not case.decisions_into[v])


def never_used(case: Case) -> tuple[str, ...]:
    """Schemes of several levels that labels name and no other statement or guard uses."""
    labels = _labels(case)
    named = [s for s in labels if len(_levels(case, s)) > 1]
    used = {v.scheme for v, uses in case.mentions.items() if any(u.section != "labels" for u in uses)}
    used |= {str(c.same_as) for c in case.plan.criteria if c.same_as}
    return tuple(s for s in named if s not in used)


def entered_elsewhere(case: Case, value: Value) -> bool:
    """Whether all who enter a level stand outside the plan's organisation: province and city issue it, say.

    A step that the clause gives to nobody says nothing of where it is taken.
    """
    takers = [taken.step.by for taken in case.voices[value] if taken.step.by.named]
    return bool(takers) and not any(_by_own(case, [by]) for by in takers)


def scheme_name(case: Case, scheme: str) -> Text:
    """A scheme in words: the name of its only level where a clause gives one, else its kind: 预警, "Warning"."""
    kind, levels = case.plan.schemes[Id(scheme)].kind, _levels(case, scheme)
    named = [one.word for one in case.labels_of[Value(scheme, levels[0])] if one.word and len(levels) == 1]
    return named[0] if named else both(scheme_kind, kind)


def _instead(case: Case, levels: set[str]) -> list[Measure]:
    """What is done when an incident is of these levels and no others."""
    grades = [v for v in case.levels if _kind(case, v) == "event" and v.value in levels]
    during = dict.fromkeys((m.id, m) for v in grades for m in case.measures_during[v])
    return [m for _, m in during if set().union(*(state.values for state in m.during)) <= levels]


def _has_criteria(case: Case, value: Value) -> bool:
    """Whether criteria lead to a level; a decision's condition does where it is the condition of no other level."""
    told = any(isinstance(c.when, Guard) or c.same_as for c in case.criteria_of[value])
    own = (d for d in case.decisions_into[value] if case.values_of(d.to) == (value,))
    return told or any(isinstance(d.when, Guard) for d in own)


def _answered(case: Case, value: Value) -> bool:
    """Whether something follows a warning: tied to it, hanging on it, or told beside the decision to issue it."""
    clauses = {d.clause for d in case.decisions_into[value]}
    beside = any(m.clause in clauses and not m.during for m in case.plan.measures)
    return (
        beside or bool(case.during[value]) or any(value in _asked(case, use.leaf) for use in _elsewhere(case, value))
    )


def _elsewhere(case: Case, value: Value) -> Iterator[Use]:
    for use in case.guards:
        of = getattr(use.statement, "of", None) or getattr(use.statement, "to", None)
        if not (isinstance(of, State) and of.scheme == value.scheme):
            yield use


def _asked(case: Case, guard: Guard) -> set[Value]:
    states = [n for n in leaves(guard.tree) if isinstance(n, InState) and not n.negated]
    return {v for n in states for v in case.values_of(State(n.scheme, (n.value,)))}


def _by_own(case: Case, actors: Iterable[str]) -> bool:
    return any(str(a) in case.actors and case.actors[str(a)].kind not in _OUTSIDE for a in actors)


def _kind(case: Case, value: Value) -> str:
    return case.plan.schemes[Id(value.scheme)].kind


def _levels(case: Case, scheme: str) -> list[str]:
    return [str(v) for v in case.plan.schemes[Id(scheme)].levels]


def _where_used(case: Case, scheme: str) -> list[Clause]:
    """The clauses that use single levels; of items the clause that lists them."""
    uses = (u for v in _levels(case, scheme) for u in case.mentions[Value(scheme, v)])
    named = (u.clause for u in uses if "any" not in getattr(u.leaf, "values", ()))
    return [no.parent if no.endswith(")") and no.parent in case.clauses and no.parent else no for no in named]


def _together(values: Iterable[Value]) -> list[list[Value]]:
    """Values scheme by scheme: levels that lack the same thing are one finding."""
    found: dict[str, list[Value]] = defaultdict(list)
    for value in values:
        found[value.scheme].append(value)
    return list(found.values())


def _about(case: Case, group: list[Value], clauses: tuple[Citation, ...], **facts: object) -> Draft:
    subject = f"{group[0].scheme}={'|'.join(v.value for v in group)}"
    names = [case.value_name(v) for v in group]
    covers = tuple(str(v) for v in group)
    return Draft(subject, clauses, {"levels": names, **facts}, {"levels": covers}, covers=covers)


# ------------------------------------------------------------------------------------------- words


def _labels(case: Case) -> defaultdict[str, list[Label]]:
    found: defaultdict[str, list[Label]] = defaultdict(list)
    for one in case.plan.labels:
        found[str(one.scheme)].append(one)
    return found


def _named(label: Label, what: str) -> str:
    return (label.word.zh if label.word else "") if what == "word" else (label.colour or "")


def _pairs(labels: list[Label], what: str) -> list[str]:
    return list(dict.fromkeys(f"{one.level} {_named(one, what)} ({one.clause})" for one in labels))


def _usual(labels: list[Label], what: str) -> list[str]:
    """The pairs most often used; those said last where it is a tie, since summaries come first."""
    count: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, one in enumerate(labels):
        count[str(one.level), _named(one, what)].append(i)
    ranked = sorted(count, key=lambda pair: (-len(count[pair]), -count[pair][-1]))
    keep: dict[str, str] = {}
    for level, word in ranked:
        if word not in keep.values():
            keep.setdefault(level, word)
    return [f"{level} {word}" for level, word in sorted(keep.items())]


def _rank(word: str, scale: tuple[str, ...]) -> int | None:
    fits = [i for i, one in enumerate(scale) if word.startswith(one)]
    return max(fits, key=lambda i: len(scale[i])) if fits else None


def _inverted(milder: str, graver: str, scales: Iterable[tuple[str, ...]]) -> bool:
    for scale in scales:
        a, b = _rank(milder, scale), _rank(graver, scale)
        if a is not None and b is not None and a > b:
            return True
    return False


def _scale_word(labels: list[Label], level: str) -> str:
    """The bare word of a level, without the noun it is printed with: 较重预警 → 较重."""
    for one in labels:
        word = _named(one, "word")
        for scale in WORD_SCALES:
            rank = _rank(word, scale) if word else None
            if str(one.level) == level and rank is not None:
                return scale[rank]
    return ""


def _begins(name: str, labels: list[Label]) -> str:
    """The longest word of a scale a name begins with, if it begins with one."""
    fits = [_named(one, "word") for one in labels if _named(one, "word") and name.startswith(_named(one, "word"))]
    return max(fits, key=len, default="")


def _headed_otherwise(case: Case, scheme: Scheme) -> list[tuple[Clause, str]]:
    """Clauses whose heading promises levels of this kind while they label another scheme."""
    word = scheme_kind(scheme.kind, "zh").removeprefix(EMERGENCY)
    own = {one.clause for one in case.plan.labels if case.plan.schemes[one.scheme] == scheme}
    labelled = {one.clause for one in case.plan.labels} - own
    heads = ((e.no, e.heading) for e in case.clauses.values() if e.heading and e.no in labelled)
    return [(no, heading) for no, heading in heads if word in heading and LEVEL in heading]


def _headed(headed: list[tuple[Clause, str]]) -> Text:
    if not headed:
        return Text.model_construct(zh="", en="")
    return _phrase("more", what=in_one_line(_phrase("headed", clause=no, heading=heading) for no, heading in headed))
