"""What a plan says, as values: silence that is written and read back, and what may answer a question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError
from strategies import changed, extended

from emergency.condition import Guard
from emergency.plan import Plan
from emergency.plan.answers import PRECEDENCE, STEPS, answers, read_field, settleable
from emergency.plan.citing import told_citations
from emergency.plan.leaves import SILENT, Silence, State, Unstated
from emergency.plan.readings import Settles
from emergency.plan.statements import SECTIONS, Criterion, Decision, Event, Group, Indicator, Measure, Report
from emergency.quantity import Duration
from emergency.reader import load_plan
from emergency.words import PROBLEMS

ENGINE = Path(__file__).parent / "fixtures" / "engine"
ROOT = Path(__file__).parent.parent
OIL = load_plan(ENGINE / "lamp-oil.yaml")
SHIPPED = [load_plan(p) for p in sorted((ROOT / "plans").rglob("*.yaml")) if p.stem != "jurisdiction"]
WORDS = {"zh": "事", "en": "a thing"}
MEASURE = {"clause": "3.2", "id": "bail", "by": ["larder"], "verb": "watch", "object": WORDS}


# ------------------------------------------------------------------------------------------- silence


def test_states_left_unstated_are_no_states() -> None:
    """Whoever goes through the states of a measure that names none finds none, and can tell why."""
    plan = extended(OIL, measures=[MEASURE | {"during": "unstated"}, MEASURE | {"id": "pump"}])
    silent, tied_to_none = plan.measures[-2:]
    assert (list(silent.during), isinstance(silent.during, Silence)) == ([], True)
    assert (list(tied_to_none.during), isinstance(tied_to_none.during, Silence)) == ([], False)


def test_unstated_states_are_counted_as_unstated() -> None:
    """They are an `unstated` like any other to a rule that walks the leaves, with its path."""
    plan = extended(OIL, measures=[MEASURE | {"during": "unstated"}])
    assert [path for path, _ in plan.leaves(Unstated)] == [("measures", 3, "during")]


@pytest.mark.parametrize("during", ["unstated", [], ["response=II", "response=over"]])
def test_when_a_measure_is_taken_survives_writing(during: object) -> None:
    """Written to JSON and read again, stated, unstated and not spoken of stay what they were."""
    plan = extended(OIL, measures=[MEASURE | {"during": during}])
    again = Plan.model_validate(json.loads(plan.model_dump_json(by_alias=True, exclude_unset=True)))
    assert again.measures[-1] == plan.measures[-1]
    assert isinstance(again.measures[-1].during, Silence) == (during == "unstated")
    assert (again.measures[-1].during == SILENT) == (during == "unstated")


def test_unstated_is_told_apart_from_left_out() -> None:
    """Where values that a file need not give are left out, `unstated` is not, and it is no empty list."""
    plan = extended(OIL, measures=[MEASURE | {"during": "unstated"}])
    assert plan.measures[-1].model_dump(exclude_defaults=True)["during"] == "unstated"
    assert plan.measures[-1].during != ()
    assert plan.measures[-1].during == SILENT


# -------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("plan", [OIL, *SHIPPED], ids=lambda p: p.plan)
def test_every_choice_of_a_shipped_reading_is_an_answer(plan: Plan) -> None:
    """Each choice of each reading is a value of the field that it settles."""
    kinds = {str(s.id): type(s) for _, _, s in plan.statements() if s.id}
    for one in plan.readings:
        settles = one.settles
        for id in [i for i in (settles.statement, *settles.statements) if i] or [None]:
            known = answers(settles, kinds[id] if id else None)
            assert known is not None, one.id
            assert all(known.read(choice) is not None for choice in one.choices)


@pytest.mark.parametrize(
    ("model", "field", "text", "value"),
    [
        (Measure, "during", "response=II, warning=I|II", (State("response", ("II",)), State("warning", ("I", "II")))),
        (Measure, "by", "a, b", ("a", "b")),
        (Measure, "every", "1 month", Duration(1, "month")),
        (Report, "from", "larder", ("larder",)),
        (Decision, "to", "response=any", State("response", ("any",))),
        (Criterion, "role", "definition", "definition"),
        (Event, "when", "any(storm, villages)", Guard.parse("any(storm, villages)")),
        (Indicator, "over", "total", "total"),
        (Group, "connective", "items-only", "items-only"),
    ],
)
def test_answers_have_the_type_of_their_field(model: type, field: str, text: str, value: object) -> None:
    """The text of an answer is read as the field itself is; lists are parted by commas, guards are not."""
    assert read_field(model, field, text) == value


@pytest.mark.parametrize(
    ("model", "field", "text", "code"),
    [
        (Measure, "during", "at night", "bad-state"),
        (Measure, "during", "unstated", "bad-state"),
        (Measure, "every", "often", "bad-duration"),
        (Measure, "every", "0 d", "bad-duration"),
        (Measure, "every", "unstated", "not-an-answer"),
        (Criterion, "when", "cover <", "bad-guard"),
        (Criterion, "role", "hint", "not-an-answer"),
        (Criterion, "role", "unstated", "not-an-answer"),
    ],
)
def test_what_answers_nothing_is_refused(model: type, field: str, text: str, code: str) -> None:
    """A text that is no value of the field, or leaves it unstated again, is refused with a code that has words."""
    with pytest.raises(PydanticCustomError) as refused:
        read_field(model, field, text)
    assert refused.value.type == code
    assert code in PROBLEMS


def settled(**subject: object) -> Settles:
    """A question as written."""
    return Settles.model_validate(subject)


@pytest.mark.parametrize("do", STEPS)
def test_every_step_can_be_given_to_someone(do: str) -> None:
    """Who takes a step is a question for each verb of steps, and for nothing else."""
    known = answers(settled(entering="response=any", field=f"{do}.by"))
    assert known is not None
    assert known.read("larder") == "larder"
    assert answers(settled(entering="response=any", field=f"{do}s.by")) is None


@pytest.mark.parametrize("name", [n for n, words in PRECEDENCE.items() if words])
def test_rules_of_precedence_have_their_words(name: str) -> None:
    """Each rule is answered by its own words and by no others."""
    known = answers(settled(precedence=name))
    assert known is not None
    assert [known.read(word) for word in PRECEDENCE[name]] == list(PRECEDENCE[name])
    with pytest.raises(PydanticCustomError):
        known.read("larder")


@pytest.mark.parametrize("kind", sorted(set(SECTIONS.values()), key=lambda k: k.__name__), ids=lambda k: k.__name__)
def test_what_can_be_settled_are_fields(kind: type) -> None:
    """The fields of a statement that readings settle are fields it has, and each has answers."""
    names = {n for name, f in kind.model_fields.items() for n in (name, f.alias)}  # type: ignore[attr-defined]
    for field in settleable("statement", kind):
        assert field in names
        assert answers(settled(statement="x", field=field), kind) is not None


@given(st.sampled_from(STEPS), st.sampled_from(STEPS))
def test_two_words_for_one_act_are_two_words(one: str, other: str) -> None:
    """`A is B` joins two different verbs of steps; a verb is not joined to itself."""
    known = answers(settled(entering="response=any", field="steps"))
    assert known is not None
    assert known.read("apart") == "apart"
    if one == other:
        with pytest.raises(PydanticCustomError):
            known.read(f"{one} is {other}")
    else:
        assert known.read(f"{one} is {other}") == ((one, other),)


# ---------------------------------------------------------------------------------------- citations

#: Two plans with short titles of their own, two that share one, one without.
NAMED = {
    id: changed(OIL, **({"short": {"zh": short, "en": short}} if short else {}))
    for id, short in {"lamps": "灯油", "bread": "bread rolls", "salt": "盐", "brine": "盐", "rope": None}.items()
}
CITATIONS = st.builds("{}:{}".format, st.sampled_from([*NAMED]), st.sampled_from(["2.1", "3.3.1(2)", "annex-1"]))


def cited_by(told: str, spoken_of: str | None) -> tuple[str, str]:
    """The plan and the number that a reader takes a citation for."""
    for id, plan in NAMED.items():
        for name in (f"{id}:", f"{plan.brief.en} "):
            if told.startswith(name):
                return id, told.removeprefix(name)
    assert spoken_of is not None
    return spoken_of, told


@given(st.lists(CITATIONS, max_size=8), st.none() | st.sampled_from([*NAMED]))
def test_a_reader_always_knows_of_which_plan_a_clause_is(citations: list[str], within: str | None) -> None:
    """Whatever is left out of a list of citations, plan and number of each can be told from what stands there."""
    spoken_of = within
    for told, citation in zip(
        told_citations(citations, NAMED, "en", within=within), dict.fromkeys(citations), strict=True
    ):
        plan, number = cited_by(told, spoken_of)
        assert f"{plan}:{number.replace('annex ', 'annex-')}" == citation
        spoken_of = plan


def test_a_plan_is_said_once_and_in_the_readers_language() -> None:
    """The short title stands before the first of several clauses; without one of its own a plan goes by its id."""
    told = ["lamps:2.1", "lamps:annex-1", "lamps:2.1", "bread:3.1", "lamps:2.2", "rope:2.1", "rope:2.2", "salt:2.1"]
    assert told_citations(told, NAMED, "zh") == [
        "灯油 2.1", "附件1", "bread rolls 3.1", "灯油 2.2", "rope:2.1", "rope:2.2", "salt:2.1",
    ]  # fmt: skip
    english = changed(OIL, short={"zh": "灯油", "en": "lamp oil"})
    assert told_citations(["lamps:2.1"], {"lamps": english, "rope": OIL}, "en") == ["lamp oil 2.1"]


@pytest.mark.parametrize("id", ["lamps", "rope"])
def test_of_one_plan_only_the_number_is_said(id: str) -> None:
    """Where one plan is in play, or one is spoken of anyway, its clauses need no name."""
    assert told_citations([f"{id}:2.1", f"{id}:2.2"], {id: NAMED[id]}, "en") == ["2.1", "2.2"]
    assert told_citations([f"{id}:2.1", f"{id}:2.2"], NAMED, "en", within=id) == ["2.1", "2.2"]


def test_a_plan_without_a_short_title_goes_by_the_whole() -> None:
    """The key may be left out: then the whole title stands where the short one would."""
    assert OIL.brief == OIL.title
    assert NAMED["lamps"].brief.zh == "灯油"


# -------------------------------------------------------------------------------------------- words


def test_an_only_level_goes_by_the_plans_own_word() -> None:
    """Where a scheme has one level, which is no grade, the plan's word for it is known if clauses agree on one."""
    held = OIL.model_dump(by_alias=True, exclude_unset=True, mode="json")
    plan = changed(OIL, schemes={**held["schemes"], "mainland": {"kind": "imposed", "levels": ["set"]}})
    label = {"clause": "3.1", "scheme": "mainland", "level": "set", "word": {"zh": "大陆令", "en": "mainland order"}}
    other = {**label, "clause": "3.2", "word": {"zh": "他令", "en": "another"}}
    graded = {"clause": "2.2", "scheme": "response", "level": "II", "word": {"zh": "较大", "en": "larger"}}
    assert plan.word("mainland", "set") is None
    named = extended(plan, labels=[label, graded]).word("mainland", "set")
    assert named is not None
    assert named.en == "mainland order"
    assert extended(plan, labels=[label, other]).word("mainland", "set") is None
    assert extended(plan, labels=[graded]).word("response", "II") is None
