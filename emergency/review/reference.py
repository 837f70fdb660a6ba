"""References and numbering: does everything the plan points to exist, and is everything it carries pointed to?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

import networkx as nx

from emergency.condition import Compare, Flag, Guard, leaves
from emergency.plan.leaves import State
from emergency.plan.statements import Criterion, Form, Indicator, Reference, Statement
from emergency.review.case import Case, Cases, Use
from emergency.review.finding import Draft
from emergency.review.printed import typed_alike
from emergency.review.rules import rule, rule_across
from emergency.review.scheme import grade_word_without_level, scheme_name
from emergency.source import Citation, Clause, Id, Text
from emergency.words.rules import phrases, worded
from emergency.words.rules.reference import (
    ACTIVATION,
    BARE,
    DECIDED,
    DIRECTORIES,
    EXTENT,
    OTHER,
    PHRASES,
    REFERENCE,
    STARTS,
    TITLE_MARKS,
    VAGUE,
)

__all__ = ["is_defined"]

_phrase = phrases(PHRASES)

# --------------------------------------------------------------------------------------- conditions


@rule(
    "condition-never-defined",
    words=REFERENCE,
    cls="reference",
    severity="medium",
    yields_to=("reported-too-seldom",),
)
def condition_never_defined(case: Case) -> Iterator[Draft]:
    """Conditions that their clause leaves open and no other defines; those of one clause are mended in one place."""
    graded = {draft.subject for draft in grade_word_without_level(case)}
    for variable, indicators in case.indicators_of.items():
        uses, name = case.variable_uses[variable], case.variable_name(variable)
        counted = re.match(OTHER, name.zh) or re.search(r"\d", name.zh) or variable in graded
        if not uses or not _left_open(indicators) or counted or _of_definition(case, variable):
            continue
        clause = indicators[0].clause
        facts = {"clause": [clause], "names": [name], "for": _decided_by(uses)}
        draft = Draft(clause, case.cite(*indicators, *uses), facts, {"variables": [variable]}, severity="medium")
        imposed = _imposed_by(case, uses)
        if imposed and not is_defined(case, variable):  # who declares it is part of when it holds
            yield replace(draft, subject=imposed, variant="imposed")
        elif re.search(EXTENT, name.zh):  # the area is known, how much of it must be struck is not
            yield replace(draft, subject=f"{clause} extent", kind="candidate", variant="extent")
        elif not is_defined(case, variable):
            decisive = any(use.section in ("criteria", "decisions") for use in uses)
            yield replace(draft, severity="high") if decisive else draft


@rule("levels-rest-on-judgement", words=REFERENCE, cls="reference", severity="low", kind="candidate")
def levels_rest_on_judgement(case: Case) -> Iterator[Draft]:
    """Words of degree in the criteria of a scheme that have neither figure nor definition."""
    for criterion in case.plan.criteria:
        if not (isinstance(criterion.when, Guard) and isinstance(criterion.of, State)):
            continue
        for variable in _flags(criterion.when):
            name = case.variable_name(variable)
            indicators = case.indicators_of[variable]
            vague = re.search(VAGUE, name.zh) and not is_defined(case, variable) and not _left_open(indicators)
            if vague or (_of_definition(case, variable) and _left_open(indicators)):
                scheme = criterion.of.scheme
                facts = {"scheme": scheme_name(case, scheme), "names": [name]}
                yield Draft(scheme, case.cite(criterion), facts, {"variables": [variable]})


@rule("term-defined-twice", words=REFERENCE, cls="reference", severity="high")
def term_defined_twice(case: Case) -> Iterator[Draft]:
    """Terms that two clauses define with other words."""
    defined = defaultdict(list)
    for one in case.plan.terms:
        defined[one.term.zh].append(one)
    for term, ones in defined.items():
        if len({one.means.zh for one in ones}) > 1:
            facts = {"term": ones[0].term, "means": [one.means for one in ones]}
            yield Draft(term, case.cite(*ones), facts, {"means": {one.clause: one.means for one in ones}})


@rule("reference-circle", words=REFERENCE, cls="reference", severity="high")
def reference_circle(case: Case) -> Iterator[Draft]:
    """Criteria, measures and conditions that take their meaning from each other all around."""
    links, said = nx.DiGraph(), defaultdict(list)
    for name, other, statement in _references(case):
        links.add_edge(name, other)
        said[name].append(statement)
    for circle in nx.strongly_connected_components(links):
        names = sorted(circle)
        if len(names) > 1 or links.has_edge(names[0], names[0]):
            steps = [*names, names[0]] if len(names) == 1 else names
            facts = {"steps": [" ⇄ ".join(steps)]}
            yield Draft(" ".join(names), case.cite(*(s for n in names for s in said[n])), facts, {"circle": names})


def is_defined(case: Case, variable: str) -> bool:
    """Whether a clause says when a condition holds: by a guard of its own, or a term its name contains."""
    if any(isinstance(one.holds_when, Guard) for one in case.indicators_of[variable]):
        return True
    name = case.variable_name(variable).zh
    return any(one.term.zh in name or name in one.term.zh for one in case.plan.terms)


def _imposed_by(case: Case, uses: Iterable[Use]) -> str:
    """The one state imposed from above that is all a condition decides on; "" where it decides on more."""
    states = {getattr(u.statement, "of", None) for u in uses}
    schemes = {state.scheme if isinstance(state, State) else "" for state in states}
    alone = next(iter(schemes)) if len(schemes) == 1 else ""
    return str(alone) if alone and case.plan.schemes[Id(alone)].kind == "imposed" else ""


def _of_definition(case: Case, variable: str) -> bool:
    """Whether a condition is nothing but the words in which a clause defines a term: signs and all, but no figure."""
    defining = {one.clause for one in case.plan.terms}
    uses = case.variable_uses[variable]
    roles = [u.statement.role for u in uses if isinstance(u.statement, Criterion)]
    there = {u.clause for u in uses} <= defining
    return there and len(roles) == len(uses) and {*roles} == {"definition"}


def _left_open(indicators: Iterable[Indicator]) -> bool:
    """Whether a clause speaks of the condition and leaves open when it holds."""
    return any(one.holds_when is not None and not isinstance(one.holds_when, Guard) for one in indicators)


def _flags(guard: Guard) -> list[str]:
    return list(dict.fromkeys(n.indicator for n in leaves(guard.tree) if isinstance(n, Flag)))


def _decided_by(uses: Iterable[Use]) -> list[Text]:
    """What hangs on a condition, by section."""
    sections = dict.fromkeys(use.section for use in uses)
    return [worded(DECIDED[section]) for section in sections]


def _references(case: Case) -> Iterator[tuple[str, str, Statement]]:
    """Who takes its meaning from whom: by the same criteria, by inheriting, by another condition."""
    for criterion in case.plan.criteria:
        if criterion.same_as and isinstance(criterion.of, State):
            yield criterion.of.scheme, str(criterion.same_as), criterion
    for measure in case.plan.measures:
        if measure.inherits:
            for own in measure.during:
                yield str(own), str(measure.inherits), measure
    for indicator in case.plan.indicators:
        if isinstance(indicator.holds_when, Guard):
            for node in leaves(indicator.holds_when.tree):
                if isinstance(node, Compare | Flag):
                    yield str(indicator.variable), node.indicator, indicator


# ----------------------------------------------------------------------------------- forms and lists


@rule("form-never-asked-for", words=REFERENCE, cls="reference", severity="medium")
def form_never_asked_for(case: Case) -> Iterator[Draft]:
    """Annexed forms that no step of a clause outside the annex uses."""
    unused = [form for form in case.plan.forms if not _asked_for(case, form)]
    if unused:
        listed = [
            one for one in case.plan.lists if one.kind == "given" and one.name.zh in {f.name.zh for f in unused}
        ]
        clauses = case.cite(*unused, *listed)
        yield Draft("forms", clauses, {"forms": [f.name for f in unused]}, {"forms": [f.id for f in unused]})


@rule("list-never-asked-for", words=REFERENCE, cls="reference", severity="low", kind="candidate")
def list_never_asked_for(case: Case) -> Iterator[Draft]:
    """Lists given in an annex that no required list of the body answers to."""
    forms = {form.name.zh for form in case.plan.forms}
    required = [one.name.zh for one in case.plan.lists if one.kind == "required"]
    for one in case.plan.lists:
        given = one.kind == "given" and one.name.zh not in forms
        if given and not any(name in one.name.zh or one.name.zh in name for name in required):
            yield Draft("lists", case.cite(one), {"lists": [one.name]}, {"lists": [one.id]})


@rule("directory-not-given", words=REFERENCE, cls="reference", severity="low", kind="candidate")
def directory_not_given(case: Case) -> Iterator[Draft]:
    """Directories a clause asks for that no annex gives."""
    given = [one.name.zh for one in case.plan.lists if one.kind == "given"]
    for one in case.plan.lists:
        asked = one.kind == "required" and re.search(DIRECTORIES, one.name.zh)
        if asked and not any(name in one.name.zh or one.name.zh in name for name in given):
            yield Draft(str(one.id), case.cite(one), {"clause": one.clause, "lists": [one.name]}, {"list": one.id})


@rule("form-lacks-activation", words=REFERENCE, cls="reference", severity="medium")
def form_lacks_activation(case: Case) -> Iterator[Draft]:
    """Forms that start the plan without boxes for what an activation must state."""
    for form in case.plan.forms:
        if STARTS not in form.name.zh:
            continue
        fields = [field.zh for field in form.fields]
        lacking = {k: words for k, (printed, words) in ACTIVATION.items() if not re.search(printed, " ".join(fields))}
        if lacking:
            missing = [worded(words) for words in lacking.values()]
            clauses = case.cite(form, *(t for t in case.steps if t.step.form == form.id))
            told = {"fields": list(form.fields), "lacking": list(lacking)}
            yield Draft(str(form.id), clauses, {"form": form.name, "missing": missing}, told)


def _asked_for(case: Case, form: Form) -> bool:
    """Whether a clause outside the annexes uses the form."""
    uses = (t for t in case.steps if t.step.form == form.id)
    return any(not t.clause.startswith("annex-") and t.clause != form.clause for t in uses)


# ----------------------------------------------------------------------------------- laws and plans


@rule("rules-not-named", words=REFERENCE, cls="reference", severity="low", kind="candidate")
def rules_not_named(case: Case) -> Iterator[Draft]:
    """Measures, reports, publications and decisions that rest on rules without a title."""
    acting = ("measures", "reports", "publications", "decisions")
    vague = [one for one in case.plan.references if one.kind == "vague" and not re.fullmatch(BARE, one.title)]
    for one in sorted(vague, key=lambda r: r.clause.sort_key()):
        beside = case.said_in[one.clause]
        named = any(isinstance(s.statement, Reference) and s.statement.kind != "vague" for s in beside)
        acts = any(s.section in acting for s in beside)
        if one.relation == "follows" and acts and not named:
            cited = f"{one.clause} {one.title}"
            yield Draft("rules", case.cite(one), {"cited": [cited]}, {"cited": [cited]})


@rule("no-plan-cited", words=REFERENCE, cls="reference", severity="low", kind="candidate")
def no_plan_cited(case: Case) -> Iterator[Draft]:
    """Plans that turn to higher levels and name no plan among their basis."""
    basis = [one for one in case.plan.references if one.relation == "basis" and one.kind != "vague"]
    if not basis or any(one.kind == "plan" for one in case.plan.references):
        return
    agencies = case.jurisdiction.agencies
    above = {id for id, one in agencies.items() if one.level in ("city", "province", "state")}
    upward = [actor for actor, known in case.seated_as.items() if known in above and case.actor_uses[actor]]
    if upward:
        clauses = list(dict.fromkeys(one.clause for one in basis))
        uses = [use for actor in upward for use in case.actor_uses[actor]]
        facts = {"clauses": clauses, "upward": case.names(upward)}
        yield Draft("basis", case.cite(*basis, *uses), facts, {"upward": upward})


@rule_across("plan-cited-by-other-title", words=REFERENCE, cls="reference", severity="low")
def plan_cited_by_other_title(cases: Cases) -> Iterator[Draft]:
    """Plans under review that another cites by a longer or shorter title than their own."""
    titles = {typed_alike(case.plan.title.zh): case for case in cases}
    for case in cases:
        for one in case.plan.references:
            cited = typed_alike(one.title).strip(TITLE_MARKS)
            like = [t for t in titles if t != cited and (cited in t or t in cited)]
            if one.kind == "plan" and cited not in titles and like:
                title = titles[like[0]].plan.title.zh
                facts = {"clause": one.clause, "cited": one.title.strip(TITLE_MARKS), "title": title}
                yield Draft(f"{case.id} {cited}", case.cite(one), facts, {"cited": one.title, "title": title})


# ---------------------------------------------------------------------------------------- numbering


@rule("numbering-jump", words=REFERENCE, cls="numbering", severity="low")
def numbering_jump(case: Case) -> Iterator[Draft]:
    """Numbers that do not follow on: one cause for each chapter."""
    chapters: dict[Clause, list[tuple[Clause | None, Clause]]] = defaultdict(list)
    for before, after in _jumps(case.clauses):
        chapters[after.chapter].append((before, after))
    for chapter, jumps in chapters.items():
        told = [f"{before or '—'} → {after}" for before, after in jumps]
        there = [no for jump in jumps for no in jump if no is not None]
        first = min((after for _, after in jumps), key=Clause.sort_key)
        yield Draft(str(chapter), case.cite(*there), {"jumps": told, "first": first}, {"jumps": told})


@rule("contents-heading-differs", words=REFERENCE, cls="numbering", severity="low")
def contents_heading_differs(case: Case) -> Iterator[Draft]:
    """Clauses whose heading is another on the contents page than in the body."""
    for no, entry in case.contents_page.items():
        body = case.clauses.get(no)
        if body is None or typed_alike(entry.heading or "") == typed_alike(body.heading or ""):
            continue
        own, other = entry.heading or "—", body.heading or "—"
        told = {"clause": no, "contents": entry.heading, "body": body.heading}
        yield Draft("headings", case.cite(no), {"differ": [f"{no} {own} / {other}"]}, {"differ": [told]})


@rule("contents-page-incomplete", words=REFERENCE, cls="numbering", severity="low")
def contents_page_incomplete(case: Case) -> Iterator[Draft]:
    """Clauses that stand on the contents page alone, or in the body alone while their siblings are on the page."""
    listed = {no.parent for no in case.contents_page}
    only_page = [no for no in case.contents_page if no not in case.clauses]
    numbered = (no for no in case.clauses if re.fullmatch(r"[\d.]+", no))
    only_body = [no for no in numbered if no not in case.contents_page and no.parent in listed]
    for no in only_page:
        yield _lacking(case, no, _phrase("contents-only", clause=no), "contents")
    for no in only_body:
        yield _lacking(case, no, _phrase("body-only", clause=no), "body")


def _lacking(case: Case, no: Clause, told: Text, page: str) -> Draft:
    citation = Citation.of(case.id, no)
    return Draft("clauses", (citation,), {"lacking": [told]}, {"lacking": [{"clause": no, "only": page}]})


def _jumps(clauses: Mapping[Clause, object]) -> Iterator[tuple[Clause | None, Clause]]:
    """Numbers of one depth and kind that follow each other in the print and not in counting."""
    rows: dict[str, list[Clause]] = defaultdict(list)
    for no in sorted(clauses, key=Clause.sort_key):
        if "#" not in no:
            rows[re.sub(r"\d+", "0", no) if "(" not in no else f"{no.parent}(0)"].append(no)
    for row in rows.values():
        if not _follows(None, row[0]):
            yield None, row[0]
        yield from ((before, after) for before, after in pairwise(row) if not _follows(before, after))


def _follows(before: Clause | None, after: Clause) -> bool:
    if before is not None and before.parent == after.parent:
        return _last(after) == _last(before) + 1
    return _last(after) == 1


def _last(no: Clause) -> int:
    return int(re.findall(r"\d+", no)[-1])
