"""Rules on references and numbering: each has a plan with its fault and one without."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_plans import PLACE, criterion, decision, found, label, measure, tiny, words

from emergency.jurisdiction import Jurisdiction
from emergency.plan import SECTIONS, Plan
from emergency.words.rules.reference import DECIDED


def flag(variable: str, clause: str, name: str, **more: Any) -> dict[str, Any]:
    """A condition that is so or not."""
    return {"clause": clause, "variable": variable, "name": words(name), "unit": "flag", **more}


def clause(no: str, heading: str | None = None, page: str = "body") -> dict[str, Any]:
    """A clause with a heading only."""
    return {"no": no, "status": "heading", "page": page, **({"heading": heading} if heading else {})}


# --------------------------------------------------------------------------------------- conditions


def conditioned(*indicators: dict[str, Any], when: str = "tight", **more: Any) -> Any:
    """A plan that ends its response on a condition."""
    ends = decision("4.6", "response=ended", "decide council", when=when)
    return tiny(decisions=[ends], indicators=list(indicators), **more)


def test_a_condition_is_defined_somewhere() -> None:
    """A condition its clause leaves open is found; a figure, or a term its name contains, defines it."""
    [one] = found("condition-never-defined", conditioned(flag("tight", "3.1", "供应偏紧", holds_when="unstated")))
    assert (one.subject, one.clauses, one.severity) == ("3.1", ("tiny:3.1", "tiny:4.6"), "high")
    defined = [
        flag("tight", "3.1", "供应偏紧", holds_when="unstated"),
        flag("tight", "8.1", "供应偏紧", holds_when="low"),
    ]
    assert not found("condition-never-defined", conditioned(*defined))
    term = {"clause": "8.1", "term": words("偏紧"), "means": words("不足三天用量")}
    plan = conditioned(flag("tight", "3.1", "供应偏紧", holds_when="unstated"), terms=[term])
    assert not found("condition-never-defined", plan)
    assert not found("condition-never-defined", conditioned(flag("tight", "3.1", "供应偏紧")))


def test_how_much_of_an_extent_must_be_struck_is_a_candidate() -> None:
    """A name that is an extent leaves open only whether every place is meant: a reader may hold that it is clear."""
    wide = flag("wide", "3.1", "断货遍及全县", holds_when="unstated")
    [one] = found("condition-never-defined", conditioned(wide, when="wide"))
    assert (one.kind, one.severity, one.subject) == ("candidate", "medium", "3.1 extent")
    stated = flag("wide", "3.1", "断货遍及全县", holds_when="all(out, villages)")
    assert not found("condition-never-defined", conditioned(stated, when="wide"))


def test_a_state_from_above_that_nobody_declares_is_told_once() -> None:
    """By what a state from above is held to be entered includes who declares it: one finding for both."""
    schemes: dict[str, Any] = {"city": {"kind": "imposed", "levels": ["in-force"]}}
    entered = flag("entered", "4.4", "进入市级状态", holds_when="unstated")
    plan = {"schemes": schemes, "measures": [measure("4.4", "city=in-force")]}
    plan["criteria"] = [criterion("4.4", "city=in-force", "entered")]
    [one] = found("condition-never-defined", tiny(indicators=[entered], **plan))
    assert (one.subject, one.severity, one.kind) == ("city", "medium", "fact")
    assert not found("imposed-by-whom", tiny(indicators=[entered], **plan))
    stated = {**entered, "holds_when": "notice"}
    assert found("imposed-by-whom", tiny(indicators=[stated], **plan))


def test_the_words_of_a_definition_are_words_of_degree() -> None:
    """What a clause defines a term by is described there and lacks only its figure: no undefined condition."""
    term = {"clause": "3.1", "term": words("应急状态"), "means": words("供求突变、市场剧烈波动")}
    upset = flag("upset", "3.1", "供求突变", holds_when="unstated")
    criteria = [criterion("3.1", "warning=II", "upset", role="definition")]
    plan = tiny(criteria=criteria, indicators=[upset], terms=[term])
    assert not found("condition-never-defined", plan)
    [one] = found("levels-rest-on-judgement", plan)
    assert one.evidence["variables"] == ["upset"]
    elsewhere = tiny(criteria=criteria, indicators=[upset], terms=[{**term, "clause": "8.1"}])
    assert found("condition-never-defined", elsewhere)


def test_conditions_of_one_clause_are_one_finding() -> None:
    """What one clause leaves open is mended in that clause: one finding."""
    left_open = [flag(v, "4.6", v, holds_when="unstated") for v in ("one", "two")]
    [finding] = found("condition-never-defined", conditioned(*left_open, when="one and two"))
    assert finding.evidence["variables"] == ["one", "two"]


def test_an_undefined_condition_is_graver_where_it_decides() -> None:
    """What only sets a rhythm of reports weighs less than what decides on levels and decisions."""
    watch = {
        "clause": "3.1",
        "variable": "stock",
        "name": words("存量"),
        "unit": "t",
        "every": "1 d",
        "condition": "tight",
    }
    [one] = found(
        "condition-never-defined", tiny(indicators=[flag("tight", "3.1", "偏紧", holds_when="unstated"), watch])
    )
    assert one.severity == "medium"


@pytest.mark.parametrize("name", ["其他情况", "死亡率5%以下"])
def test_what_is_open_on_purpose_or_a_figure_is_left_to_others(name: str) -> None:
    """A case that takes in all the rest is open on purpose; figures are for the rules on thresholds."""
    assert not found("condition-never-defined", conditioned(flag("tight", "3.1", name, holds_when="unstated")))


def test_a_word_of_the_scale_is_told_once() -> None:
    """A condition that is a loose word of the scale is told as that alone."""
    schemes = {
        "event": {"kind": "event", "levels": ["II", "I"]},
        "response": {"kind": "response", "levels": ["started"]},
    }
    labels = [label("1", "event=II", "较大"), label("1", "event=I", "重大")]
    plan = tiny(schemes=schemes, labels=labels, indicators=[flag("big", "4.2", "重大疫情", holds_when="unstated")],
                measures=[measure("4.2", condition="big")])  # fmt: skip
    assert found("grade-word-without-level", plan)
    assert not found("condition-never-defined", plan)


def test_words_of_degree_are_a_candidate() -> None:
    """Words of degree in criteria without figure or definition are listed, one finding for the scheme."""
    indicators = [flag("a", "3.1", "缺口较大"), flag("b", "3.2", "明显恶化"), flag("c", "3.1", "道路中断")]
    criteria = [criterion("3.1", "warning=II", "a and c"), criterion("3.2", "warning=I", "b")]
    [one] = found("levels-rest-on-judgement", tiny(criteria=criteria, indicators=indicators))
    assert (one.kind, one.subject, one.evidence["variables"]) == ("candidate", "warning", ["a", "b"])
    assert not found("levels-rest-on-judgement", tiny(criteria=criteria[:1], indicators=[indicators[2]]))
    terms = [{"clause": "8", "term": words("缺口较大"), "means": words("缺三成以上")}]
    assert not found("levels-rest-on-judgement", tiny(criteria=criteria[:1], indicators=indicators[:1], terms=terms))


def test_a_term_has_one_meaning() -> None:
    """Two clauses that define a term with other words are found; the same words twice are not."""
    one, other = (
        {"clause": c, "term": words("成品"), "means": words(m)} for c, m in (("1.3", "米"), ("8.1", "米和面"))
    )
    [finding] = found("term-defined-twice", tiny(terms=[one, other]))
    assert finding.clauses == ("tiny:1.3", "tiny:8.1")
    assert not found("term-defined-twice", tiny(terms=[one, {**one, "clause": "8.1"}]))


def test_references_do_not_come_back_to_themselves() -> None:
    """Criteria, conditions and inherited measures that refer to each other in a circle are found; a chain is not."""
    same = [
        {"clause": c, "of": f"{a}=any", "same_as": b}
        for c, a, b in (("3", "warning", "response"), ("4", "response", "warning"))
    ]
    [one] = found("reference-circle", tiny(criteria=same))
    assert one.clauses == ("tiny:3", "tiny:4")
    assert not found("reference-circle", tiny(criteria=same[:1]))
    conditions = [flag("a", "3", "甲", holds_when="b"), flag("b", "4", "乙", holds_when="a")]
    assert found("reference-circle", tiny(indicators=conditions))
    assert found("reference-circle", tiny(indicators=[flag("a", "3", "甲", holds_when="not a")]))
    assert not found("reference-circle", tiny(indicators=[conditions[0], flag("b", "4", "乙")]))
    inherits = [
        measure(c, a, inherits=b)
        for c, a, b in (("5", "response=I", "response=II"), ("6", "response=II", "response=I"))
    ]
    assert found("reference-circle", tiny(measures=inherits))
    assert not found("reference-circle", tiny(measures=inherits[:1]))


# ----------------------------------------------------------------------------------- forms and lists


def form(id: str = "slip", no: str = "annex-1", name: str = "启动审批表", *fields: str) -> dict[str, Any]:
    """An annexed form."""
    return {"clause": no, "id": id, "name": words(name), "fields": [words(f) for f in fields]}


def step(no: str, form: str) -> dict[str, Any]:
    """A decision with a step that uses a form."""
    return {
        "clause": no,
        "id": "decided",
        "to": "response=I",
        "steps": [{"do": "sign", "by": "council", "form": form}],
    }


def test_a_form_is_asked_for() -> None:
    """Forms the body does not use are one finding, with the list that announces them; use in the annex is none."""
    given = {"clause": "8", "id": "l", "is": "given", "name": words("启动审批表")}
    plan = tiny(
        forms=[form(), form("other", "annex-2", "结束审批表")], lists=[given], decisions=[step("annex-1", "slip")]
    )
    [one] = found("form-never-asked-for", plan)
    assert one.clauses == ("tiny:8", "tiny:annex-1", "tiny:annex-2")
    assert not found("list-never-asked-for", plan)
    assert not found("form-never-asked-for", tiny(forms=[form()], decisions=[step("4.1", "slip")]))


def test_a_list_in_the_annex_is_asked_for() -> None:
    """Lists given that no clause requires are a candidate; a required list of that name answers to it."""
    given = {"clause": "9.1", "id": "g", "is": "given", "name": words("供应点名单")}
    required = {"clause": "6.2", "id": "r", "is": "required", "name": words("应急供应点名单"), "by": "council"}
    assert found("list-never-asked-for", tiny(lists=[given]))
    assert not found("list-never-asked-for", tiny(lists=[given, required]))


def test_a_directory_lies_with_the_plan() -> None:
    """A directory a clause asks for and no annex gives is a candidate; a scheme to be drawn up is none."""
    required = {"clause": "6.5", "id": "r", "is": "required", "name": words("成员通信录")}
    [one] = found("directory-not-given", tiny(lists=[required]))
    assert one.clauses == ("tiny:6.5",)
    given = {"clause": "9.1", "id": "g", "is": "given", "name": words("通信录")}
    assert not found("directory-not-given", tiny(lists=[required, given]))
    assert not found("directory-not-given", tiny(lists=[{**required, "name": words("铁路运输方案")}]))


def test_a_form_that_starts_the_plan_states_what_the_law_asks() -> None:
    """Level, expected duration and measures each need a box; other forms do not."""
    whole = ("响应级别", "预计期限", "拟采取的措施")
    [one] = found("form-lacks-activation", tiny(forms=[form("slip", "annex-1", "启动审批表", "情况", whole[0])]))
    assert one.evidence["lacking"] == ["duration", "measures"]
    assert not found("form-lacks-activation", tiny(forms=[form("slip", "annex-1", "启动审批表", *whole)]))
    assert not found("form-lacks-activation", tiny(forms=[form("slip", "annex-1", "结束审批表", "情况")]))


# ----------------------------------------------------------------------------------- laws and plans


def vague(no: str, title: str = "按规定", **more: Any) -> dict[str, Any]:
    """Rules cited without a title."""
    return {"clause": no, "title": title, "kind": "vague", "relation": "follows", **more}


def test_rules_are_named_where_somebody_acts_on_them() -> None:
    """Rules without a title are a candidate where a measure rests on them, unless a title stands beside them."""
    acts = [measure("4.2")]
    assert found("rules-not-named", tiny(references=[vague("4.2")], measures=acts))
    assert not found("rules-not-named", tiny(references=[vague("4.1")], measures=acts))
    assert not found("rules-not-named", tiny(references=[vague("4.2", "依法")], measures=acts))
    assert not found("rules-not-named", tiny(references=[vague("4.2", relation="carve-out")], measures=acts))
    titled = {"clause": "4.2", "title": "《某条例》", "kind": "regulation", "relation": "follows"}
    assert not found("rules-not-named", tiny(references=[vague("4.2"), titled], measures=acts))


def placed() -> Jurisdiction:
    """The tiny place with a city above it."""
    city = {"zh": "市政府", "en": "City", "level": "city"}
    held = PLACE.model_dump(by_alias=True, mode="json")
    return Jurisdiction.model_validate(held | {"agencies": {**held["agencies"], "city": city}})


def test_a_plan_names_the_plans_it_links_to() -> None:
    """A basis without a plan is a candidate where clauses turn to a higher level."""
    law = {"clause": "1.2", "title": "《某法》", "kind": "law"}
    actors = {"city": {"is": "outside", "zh": "市政府", "en": "City", "printed": ["市政府"]}}
    asks = [measure("4.2", towards=["city"])]
    plan = tiny(references=[law], measures=asks, actors=actors)
    [one] = found("no-plan-cited", plan, jurisdiction=placed())
    assert one.clauses == ("tiny:1.2", "tiny:4.2")
    assert not found("no-plan-cited", tiny(references=[law], measures=[measure("4.2")]), jurisdiction=placed())
    cited = {"clause": "1.2", "title": "《市预案》", "kind": "plan"}
    plan = tiny(references=[law, cited], measures=asks, actors=actors)
    assert not found("no-plan-cited", plan, jurisdiction=placed())


def test_a_plan_is_cited_by_its_title() -> None:
    """A plan under review that another cites by a part of its title is found; its whole title is right."""

    def cites(title: str) -> Any:
        reference = {"clause": "1.3", "title": title, "kind": "plan", "relation": "carve-out"}
        return tiny("one", title=words("甲预案"), references=[reference])

    other = tiny("two", title=words("某县饮水应急预案"))
    [one] = found("plan-cited-by-other-title", cites("《饮水应急预案》"), other)
    assert (one.clauses, one.evidence["title"]) == (("one:1.3",), "某县饮水应急预案")
    assert not found("plan-cited-by-other-title", cites("《某县饮水应急预案》"), other)
    assert not found("plan-cited-by-other-title", cites("《防汛预案》"), other)


# ---------------------------------------------------------------------------------------- numbering


def numbers(*nos: str) -> Any:
    """A plan with these clauses."""
    listed = [{"no": no, "status": "informative", "zh": "略", "en": "…"} for no in nos]
    return tiny(clauses=listed)


def test_numbers_run_on() -> None:
    """A number left out, at any depth, is found, one finding for each chapter."""
    [one] = found("numbering-jump", numbers("1", "2", "2.1", "2.2", "2.2.1", "2.2.2", "2.3.3", "2.4"))
    assert one.evidence["jumps"] == ["2.2 → 2.4", "2.2.2 → 2.3.3"]
    assert one.clauses == ("tiny:2.2", "tiny:2.2.2", "tiny:2.3.3", "tiny:2.4")
    assert one.suggestion.en.startswith("Renumber from 2.3.3")
    assert found("numbering-jump", numbers("1", "3"))
    assert found("numbering-jump", numbers("1", "1.2"))
    assert found("numbering-jump", numbers("1", "1(1)", "1(3)"))
    assert found("numbering-jump", numbers("1", "annex-1", "annex-3"))


@given(st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=4), max_leaves=25))
def test_no_numbering_that_counts_is_found(tree: list[Any]) -> None:
    """Whatever the shape of a plan, numbers that count from one at every depth do not jump."""

    def walk(node: list[Any], no: str) -> list[str]:
        own = [no] if no else []
        return own + [n for i, child in enumerate(node, 1) for n in walk(child, f"{no}.{i}" if no else str(i))]

    nos = [no for no in walk([[], *tree], "") if no.count(".") < 4]
    assert not found("numbering-jump", numbers(*nos))


def test_paragraphs_are_not_numbered_by_the_print() -> None:
    """Numbers of paragraphs are ours: where only one of them has statements nothing jumps."""
    assert not found("numbering-jump", numbers("1", "1#2", "1#4"))


def test_contents_page_and_headings_agree() -> None:
    """Headings that differ beyond type are one finding; full width, spaces and kinds of numeral are no difference."""
    pages = [
        ("4.3", "II 级（局部）响应", "Ⅱ级(局部)响应"),
        ("6.4", "设施建设维护", "设施建设和维护"),
        ("8.2", "解释部门", None),
    ]
    page = [clause(no, own, "contents") for no, own, _ in pages]
    body = [clause(no, other) for no, _, other in pages]
    [one] = found("contents-heading-differs", tiny(clauses=[*page, *body]))
    assert [d["clause"] for d in one.evidence["differ"]] == ["6.4", "8.2"]
    assert not found("contents-heading-differs", tiny(clauses=[page[0], body[0]]))


def test_contents_page_and_body_list_the_same_clauses() -> None:
    """A clause on the page alone, or missing there beside its siblings, is found; a depth left out is not."""
    body = [clause(no, "略") for no in ("1", "1.1", "1.2", "1.2.1", "2", "2.1")]
    page = [clause(no, "略", "contents") for no in ("1", "1.1", "1.3", "2")]
    [one] = found("contents-page-incomplete", tiny(clauses=[*page, *body]))
    assert one.evidence["lacking"] == [{"clause": "1.3", "only": "contents"}, {"clause": "1.2", "only": "body"}]
    assert not found("contents-page-incomplete", tiny(clauses=body))
    assert not found(
        "contents-page-incomplete", tiny(clauses=[page[0], page[1], page[3], *[b for b in body if b["no"] != "1.2"]])
    )


def test_whatever_can_hang_on_a_condition_has_words() -> None:
    """For every section whose statements may carry a guard, there are words for what hangs on it."""
    guarded = {
        section
        for section in SECTIONS
        for statement in get_args(Plan.model_fields[section].annotation)[:1]
        if "Guard" in str([field.annotation for field in _all_fields(statement)])
    }
    assert guarded <= DECIDED.keys()
    assert {"measures", "publications", "events"} <= guarded


def _all_fields(kind: Any) -> list[Any]:
    """The fields of a statement and of the values in it."""
    found = []
    for field in kind.model_fields.values():
        found.append(field)
        inner = [one for one in (field.annotation, *get_args(field.annotation)) if hasattr(one, "model_fields")]
        found += [more for one in inner for more in _all_fields(one)]
    return found
