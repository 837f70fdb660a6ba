"""Rules on level schemes: each has a plan with its fault and one without."""

from __future__ import annotations

from typing import Any

from review_plans import criterion, decision, found, label, measure, tiny, words

LEVELS = ("II", "I")
GRADES: dict[str, Any] = {"event": {"kind": "event", "levels": ["II", "I"]}}
RESPONSE: dict[str, Any] = {"response": {"kind": "response", "levels": ["II", "I"], "ends": "ended"}}
WARNING: dict[str, Any] = {"warning": {"kind": "warning", "levels": ["II", "I"]}}


def event(id: str, clause: str, name: str, **more: Any) -> dict[str, Any]:
    """An event the world brings."""
    return {"clause": clause, "id": id, "is": "occurs", "name": words(name), **more}


def flag(variable: str, clause: str, name: str, **more: Any) -> dict[str, Any]:
    """A condition that is so or not."""
    return {"clause": clause, "variable": variable, "name": words(name), "unit": "flag", **more}


# ------------------------------------------------------------------------------------------- naming


def test_a_level_has_one_name_and_a_name_one_level() -> None:
    """One level with two words, or one word for two levels, is found once for the scheme, with every clause."""
    pairs = [("1.6", "event=II", "重大"), ("1.6", "event=I", "特别重大"), ("3.4", "event=I", "重大")]
    [one] = found("level-named-two-ways", tiny(schemes=GRADES, labels=[label(*p) for p in pairs]))
    assert one.subject == "event"
    assert one.clauses == ("tiny:1.6", "tiny:3.4")
    assert one.kind == "fact"
    assert not found("level-named-two-ways", tiny(schemes=GRADES, labels=[label(*p) for p in pairs[:2]]))


def test_other_schemes_may_use_the_same_names() -> None:
    """A word that stands for a level in each of two schemes is no contradiction."""
    labels = [label("1", "event=II", "重大"), label("2", "response=I", "重大")]
    assert not found("level-named-two-ways", tiny(schemes=GRADES | RESPONSE, labels=labels))


def test_the_usual_names_are_proposed() -> None:
    """Of two ways to name levels the one used more often is proposed."""
    often = [label(c, v, w) for c in ("2", "3") for v, w in (("event=II", "重大"), ("event=I", "特别重大"))]
    odd = [label("1", "event=I", "重大"), label("1", "event=II", "特别重大")]
    [one] = found("level-named-two-ways", tiny(schemes=GRADES, labels=[*odd, *often]))
    assert one.suggestion.en.endswith("I 特别重大, II 重大")


def test_a_level_has_one_colour() -> None:
    """Two colours of one level are found like two words."""
    labels = [label("1", "warning=II", colour="yellow"), label("2", "warning=II", colour="orange")]
    [one] = found("level-named-two-ways", tiny(labels=labels))
    assert one.evidence["labels"] == [
        {"clause": "1", "level": "II", "colour": "yellow"}, {"clause": "2", "level": "II", "colour": "orange"},
    ]  # fmt: skip


def test_words_rank_as_levels_do() -> None:
    """In one clause the graver word and the graver colour go with the graver level."""
    turned = [label("1", "event=II", "特别重大"), label("1", "event=I", "较大")]
    [one] = found("level-words-out-of-order", tiny(schemes=GRADES, labels=turned))
    assert "II 较大, I 特别重大" in one.suggestion.en
    right = [label("1", "event=II", "较大"), label("1", "event=I", "特别重大")]
    assert not found("level-words-out-of-order", tiny(schemes=GRADES, labels=right))
    colours = [label("1", "warning=II", colour="red"), label("1", "warning=I", colour="blue")]
    assert found("level-words-out-of-order", tiny(labels=colours))
    assert not found(
        "level-words-out-of-order", tiny(labels=[label("1", "warning=II", "红"), label("1", "warning=I", "蓝")])
    )


def test_two_names_of_one_level_are_told_once() -> None:
    """Where words turned round also contradict another clause, only the contradiction is told."""
    labels = [label("1", "event=II", "特别重大"), label("1", "event=I", "较大"), label("2", "event=I", "特别重大")]
    plan = tiny(schemes=GRADES, labels=labels)
    assert found("level-named-two-ways", plan)
    assert not found("level-words-out-of-order", plan)


def test_numerals_run_with_gravity() -> None:
    """Roman numerals rise or fall with gravity, not now one and now the other; other level names have no order."""

    def plan(*levels: str) -> Any:
        schemes = {"response": {"kind": "response", "levels": list(levels)}}
        return tiny(schemes=schemes, measures=[measure("4", f"response={levels[0]}")])

    assert found("numerals-out-of-order", plan("II", "I", "III"))
    assert not found("numerals-out-of-order", plan("I", "II", "III"))
    assert not found("numerals-out-of-order", plan("III", "II", "I"))
    assert not found("numerals-out-of-order", plan("amber", "red"))


def test_schemes_with_the_same_standards_share_their_words() -> None:
    """Grades that take the warnings' standards and other words are a candidate; with the same words they are not."""

    def plan(own: str, other: str) -> Any:
        labels = [label("3", "warning=I", other), label("4", "event=I", own)]
        return tiny(
            schemes=WARNING | GRADES,
            labels=labels,
            criteria=[{"clause": "4", "of": "event=any", "same_as": "warning"}],
        )

    [one] = found("two-word-scales", plan("重大", "严重预警"))
    assert one.kind == "candidate"
    assert one.evidence["words"] == {"I": ["重大", "严重"]}
    assert not found("two-word-scales", plan("重大", "重大预警"))


def test_warnings_have_words_of_their_own() -> None:
    """Two words shared by warnings and grades are a candidate; one word, or a shared scale of response, is not."""
    both = [
        label(c, f"{s}={v}", w)
        for c, s in (("1", "event"), ("3", "warning"))
        for v, w in (("II", "较大"), ("I", "重大"))
    ]
    assert found("word-scale-shared", tiny(schemes=WARNING | GRADES, labels=both))
    assert not found("word-scale-shared", tiny(schemes=WARNING | GRADES, labels=both[:3]))
    as_response = [{**one, "scheme": one["scheme"].replace("warning", "response")} for one in both]
    assert not found("word-scale-shared", tiny(schemes=RESPONSE | GRADES, labels=as_response))


def test_a_word_of_the_scale_names_its_level() -> None:
    """An event or flag whose name begins with a word of the scale is a candidate unless it names the level."""
    labels = [label("1", "event=II", "重大"), label("1", "event=I", "特别重大")]
    [one] = found(
        "grade-word-without-level", tiny(schemes=GRADES, labels=labels, events=[event("e", "4", "重大事件发生")])
    )
    assert (one.subject, one.clauses, one.evidence["levels"]) == ("e", ("tiny:1", "tiny:4"), ["event=II"])
    [one] = found(
        "grade-word-without-level", tiny(schemes=GRADES, labels=labels, indicators=[flag("f", "4", "特别重大疫情")])
    )
    assert one.evidence["levels"] == ["event=I"]
    told = [event("e", "4", "重大事件发生", state="event=II"), event("g", "4", "发生事件")]
    assert not found("grade-word-without-level", tiny(schemes=GRADES, labels=labels, events=told))


def test_colours_belong_to_warnings() -> None:
    """Colours on grades are a candidate where the plan has no warnings to carry them."""
    labels = [label("4.1", "event=I", "重大", "red")]
    assert found("colours-on-grades", tiny(schemes=GRADES, labels=labels))
    assert not found("colours-on-grades", tiny(schemes=GRADES | WARNING, labels=labels))
    assert not found("colours-on-grades", tiny(schemes=GRADES, labels=[label("4.1", "event=I", "重大")]))


# ---------------------------------------------------------------------------------------- declaring


def counted(*levels: str, figure: str = "三级") -> Any:
    """A clause that speaks of so many levels and names these."""
    schemes = {"warning": {"kind": "warning", "levels": ["III", "II", "I"]}}
    clause = {"no": "3", "status": "executable", "zh": "略", "en": "…", "figures": [figure]}
    return tiny(schemes=schemes, clauses=[clause], labels=[label("3", f"warning={v}", v) for v in levels])


def test_a_clause_lists_as_many_levels_as_it_says() -> None:
    """ "In three levels" with two named is found; with three, or with another figure, it is not."""
    [one] = found("levels-not-as-counted", counted("III", "I"))
    assert one.evidence == {"counted": [3], "levels": ["III", "I"]}
    assert not found("levels-not-as-counted", counted("III", "II", "I"))
    assert not found("levels-not-as-counted", counted("III", "I", figure="三天"))


def test_levels_in_use_are_declared() -> None:
    """A scheme whose levels bring measures and that no clause lists is found, with a heading that promises them."""
    clause = {"no": "4", "status": "executable", "heading": "应急响应级别", "zh": "略", "en": "…"}
    measures = [measure("4.2", "response=II"), measure("4.3", "response=I")]
    labels = [label("4", "event=I", "重大")]
    plan = tiny(schemes=RESPONSE | GRADES, clauses=[clause], labels=labels, measures=measures)
    [one] = found("levels-never-declared", plan)
    assert (one.subject, one.clauses) == ("response", ("tiny:4", "tiny:4.2", "tiny:4.3"))
    assert "应急响应级别" in one.message.zh
    assert not found("heading-promises-other-levels", plan)
    declared = [label("4", "response=II", "二级"), label("4", "response=I", "一级")]
    assert not found("levels-never-declared", tiny(schemes=RESPONSE, labels=declared, measures=measures))
    single = {"response": {"kind": "response", "levels": ["started"]}}
    assert not found("levels-never-declared", tiny(schemes=single, measures=[measure("4.2", "response=started")]))


def test_a_heading_promises_what_the_clause_grades() -> None:
    """A clause headed response levels that grades incidents is found even where response levels are declared."""
    clause = {"no": "4", "status": "executable", "heading": "响应分级", "zh": "略", "en": "…"}
    responses = [label("5", "response=II", "局部"), label("5", "response=I", "全区")]
    plan = tiny(schemes=RESPONSE | GRADES, clauses=[clause], labels=[label("4", "event=I", "重大"), *responses])
    [one] = found("heading-promises-other-levels", plan)
    assert (one.clauses, one.evidence["grades"]) == (("tiny:4",), ["event"])
    own = [label("4", "response=I", "一级"), label("4", "event=I", "重大")]
    assert not found("heading-promises-other-levels", tiny(schemes=RESPONSE | GRADES, clauses=[clause], labels=own))


def test_a_list_of_levels_is_whole() -> None:
    """A level in use that the clause listing the others does not name is found."""
    schemes = {"response": {"kind": "response", "levels": ["III", "II", "I"]}}
    listed = [label("4", "response=II", "二"), label("4", "response=I", "一")]
    used = [measure("5", "response=III")]
    [one] = found("level-not-in-declaration", tiny(schemes=schemes, labels=listed, measures=used))
    assert (one.subject, one.clauses) == ("response=III", ("tiny:4", "tiny:5"))
    assert not found("level-not-in-declaration", tiny(schemes=schemes, labels=listed))
    whole = [*listed, label("6", "response=III", "三")]
    assert not found("level-not-in-declaration", tiny(schemes=schemes, labels=whole, measures=used))


def test_levels_are_there_for_something() -> None:
    """Levels that only labels speak of are found; one criterion, measure or guard on them is use."""
    labels = [label("1.6", "event=II", "重大"), label("1.6", "event=I", "特别重大")]
    [one] = found("scheme-never-used", tiny(schemes=GRADES, labels=labels))
    assert (one.subject, one.severity) == ("event", "high")
    used: list[dict[str, Any]] = [
        {"measures": [measure("4", "event=I")]},
        {"criteria": [criterion("3", "event=II", "grave")]},
        {"criteria": [criterion("3", "response=II", "event=II")], "schemes": GRADES | RESPONSE},
        {"criteria": [{"clause": "3", "of": "warning=any", "same_as": "event"}], "schemes": GRADES | WARNING},
    ]
    for more in used:
        assert not found("scheme-never-used", tiny(**{"schemes": GRADES, "labels": labels, **more}))


# ------------------------------------------------------------------------------ reached and entered


def whole(**more: Any) -> dict[str, Any]:
    """A response of two levels with criteria, decisions, measures and a commander each."""
    return {
        "schemes": RESPONSE,
        "criteria": [criterion("3.2", "response=II", "bad"), criterion("3.1", "response=I", "worse")],
        "decisions": [
            decision("4.2", "response=II", "decide council"),
            decision("4.1", "response=I", "decide council"),
        ],
        "measures": [measure("5.2", "response=II", verb="command"), measure("5.1", "response=I", verb="command")],
        **more,
    }


def without(section: str, at: int) -> dict[str, Any]:
    """The whole response with one statement taken out."""
    held = whole()
    return held | {section: [one for i, one in enumerate(held[section]) if i != at]}


def test_a_response_that_has_everything_has_no_fault() -> None:
    """Levels with criteria, decisions, measures and commanders give none of the four findings."""
    for rule in (
        "level-without-criteria",
        "level-never-entered",
        "level-without-measures",
        "level-without-commander",
    ):
        assert not found(rule, tiny(**whole()))


def test_a_level_needs_criteria() -> None:
    """A level in use without criteria is found with its clauses; the condition of its decision would do."""
    [one] = found("level-without-criteria", tiny(**without("criteria", 1)))
    assert (one.subject, one.clauses) == ("response=I", ("tiny:4.1", "tiny:5.1"))
    told = without("criteria", 1)
    told["decisions"][1]["when"] = "worse"
    assert not found("level-without-criteria", tiny(**told))
    told["decisions"] = [decision("4", "response=any", "decide council", when="worse")]
    assert found("level-without-criteria", tiny(**told)), "a condition of every level tells none apart"


def test_levels_that_lack_the_same_are_one_finding() -> None:
    """Two levels of a scheme without criteria are one finding."""
    [one] = found("level-without-criteria", tiny(**whole(criteria=[])))
    assert one.subject == "response=II|I"
    assert one.clauses == ("tiny:4.1", "tiny:4.2", "tiny:5.1", "tiny:5.2")


def test_what_others_enter_is_theirs_to_define() -> None:
    """A warning level that only outsiders issue needs no criteria here."""
    outsiders = {"city": {"is": "outside", "zh": "市", "en": "City"}}
    plan = {"decisions": [decision("3.4", "warning=I", "announce city")], "schemes": WARNING}
    assert not found("level-without-criteria", tiny(**plan, actors=outsiders))
    assert found("level-without-criteria", tiny(**plan))
    nobody = plan | {"decisions": [decision("3.4", "warning=I", "announce unstated")]}
    assert found("level-without-criteria", tiny(**nobody)), "what nobody enters is nobody else's to define"


def test_a_level_needs_a_way_in() -> None:
    """A level no decision enters, others being entered, is found, with what stands in its place."""
    [one] = found("level-never-entered", tiny(**without("decisions", 1)))
    assert (one.subject, one.severity, one.clauses) == ("response=I", "high", ("tiny:3.1", "tiny:4.2", "tiny:5.1"))
    instead = without("decisions", 1) | {"schemes": RESPONSE | GRADES}
    instead["measures"] = [*instead["measures"], measure("4.3", "event=I")]
    instead["criteria"] = instead["criteria"][:1]
    [one] = found("level-never-entered", tiny(**instead))
    assert "4.3" in one.message.en
    assert "tiny:4.3" in one.clauses
    assert "response=I" not in {f.subject for f in found("level-without-criteria", tiny(**instead))}


def test_a_scheme_nothing_enters_is_one_finding() -> None:
    """With every decision gone all levels in use are one finding, on the clauses that use them."""
    [one] = found("level-never-entered", tiny(**whole(decisions=[], measures=[measure("5", "response=any")])))
    assert (one.subject, one.clauses) == ("response=II|I", ("tiny:3.1", "tiny:3.2"))
    [one] = found("level-never-entered", tiny(schemes=RESPONSE, measures=[measure("5", "response=any")]))
    assert one.clauses == ("tiny:5",)


def test_grades_may_follow_their_criteria() -> None:
    """No decision is asked of grades of incidents, nor of levels that nothing uses."""
    assert not found("level-never-entered", tiny(schemes=GRADES, criteria=[criterion("3", "event=I", "bad")]))
    assert not found("level-never-entered", tiny(schemes=RESPONSE, labels=[label("3", "response=I", "一")]))


def test_a_response_level_needs_measures() -> None:
    """A response level during which nothing is done is found; a measure at any level is one of each."""
    [one] = found("level-without-measures", tiny(**without("measures", 1)))
    assert one.subject == "response=I"
    assert not found("level-without-measures", tiny(**whole(measures=[measure("5", "response=any")])))


def test_a_response_level_needs_a_commander() -> None:
    """A level whose measures give nobody the command is found, unless a standing duty does for all."""
    acts = [measure("5.2", "response=II", verb="command"), measure("5.1", "response=I", verb="ration")]
    [one] = found("level-without-commander", tiny(**whole(measures=acts)))
    assert (one.subject, one.clauses) == ("response=I", ("tiny:4.1", "tiny:5.1"))
    standing = [{"clause": "2.1", "actors": ["council"], "verb": "lead", "object": words("处置")}]
    assert not found("level-without-commander", tiny(**whole(measures=acts, duties=standing)))
    nobody = [{"clause": "2.1", "actors": ["unstated"], "verb": "lead", "object": words("处置")}]
    assert found("level-without-commander", tiny(**whole(measures=acts, duties=nobody)))


# ---------------------------------------------------------------------------------------- warnings


def warned(**more: Any) -> Any:
    """A plan that issues warnings of level I."""
    return tiny(
        **{"schemes": WARNING | RESPONSE, "decisions": [decision("3.4", "warning=I", "announce council")], **more}
    )


def test_a_warning_is_answered() -> None:
    """A warning nothing is tied to is found; a measure, a duty or a response hanging on it is an answer."""
    [one] = found("warning-without-response", warned())
    assert (one.subject, one.clauses) == ("warning=I", ("tiny:3.4",))
    duty = {"clause": "3.5", "actors": ["council"], "verb": "prepare", "object": words("略"), "during": ["warning=I"]}
    answers: list[dict[str, Any]] = [
        {"measures": [measure("3.5", "warning=I")]},
        {"measures": [measure("3.4")]},
        {"duties": [duty]},
        {"criteria": [criterion("4.1", "response=I", "warning=I and bad")]},
    ]
    for more in answers:
        assert not found("warning-without-response", warned(**more))


def test_escalation_among_warnings_is_no_answer() -> None:
    """That a graver warning starts from this one answers nothing."""
    decisions = [decision("3.4", "warning=any", "announce council")]
    rises = criterion("3.3", "warning=I", "warning=II and worse")
    [one] = found("warning-without-response", warned(decisions=decisions, criteria=[rises]))
    assert one.subject == "warning=II|I"


def test_a_warning_comes_before_the_incident() -> None:
    """Grades with the warnings' own standards hold when the warning does."""
    criteria = [criterion("3.1", "warning=I", "bad"), {"clause": "4.1", "of": "event=any", "same_as": "warning"}]
    [one] = found("warning-shares-criteria", tiny(schemes=WARNING | GRADES, criteria=criteria))
    assert one.clauses == ("tiny:3.1", "tiny:4.1")
    responses = [criteria[0], {"clause": "4.1", "of": "response=any", "same_as": "warning"}]
    assert not found("warning-shares-criteria", tiny(schemes=WARNING | RESPONSE, criteria=responses))


def test_a_decision_names_its_level() -> None:
    """A decision without a level is a candidate, unless its steps are told of a level elsewhere or decide nothing."""
    unnamed = decision("2.2", "unstated", "announce council", id="start")
    [one] = found("decision-names-no-level", tiny(schemes=RESPONSE, decisions=[unnamed]))
    assert (one.kind, one.clauses) == ("candidate", ("tiny:2.2",))
    named = decision("4.1", "response=I", "announce council")
    assert not found("decision-names-no-level", tiny(schemes=RESPONSE, decisions=[unnamed, named]))
    advice = decision("2.2", "unstated", "advise council", id="start")
    assert not found("decision-names-no-level", tiny(schemes=RESPONSE, decisions=[advice]))
    single = {"response": {"kind": "response", "levels": ["started"]}}
    assert not found("decision-names-no-level", tiny(schemes=single, decisions=[unnamed]))
