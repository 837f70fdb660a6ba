"""Clause numbers and citations: one grammar, printed order, nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError
from strategies import clauses, ids

from emergency.jurisdiction import Agency, Place, Post
from emergency.plan.declarations import Actor, ClauseEntry, Thing
from emergency.source import Citation, Clause, Id, Where


@given(clauses)
def test_a_clause_is_read_as_printed(text: str) -> None:
    """A clause number stays the text it was; its chapter is its outermost part, and it stands within both."""
    clause = Clause.parse(text)
    assert clause == text
    assert clause.chapter.parent is None
    assert clause.within(clause.chapter)
    assert clause.within(clause)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4.",
        ".4",
        "4..2",
        "4.2（3）",
        "4.2(三)",
        "①",
        "４.2",
        "4.2 (3)",
        "annex",
        "annex-1.2",
        "4.2(3",
        "4.2#",
        "IV",
    ],
)
def test_what_is_no_clause_is_refused(text: str) -> None:
    """Full-width brackets and digits, circled and Chinese numerals are refused, not guessed."""
    with pytest.raises(PydanticCustomError) as refused:
        Clause.parse(text)
    assert refused.value.type == "bad-clause"


def test_the_parent_is_one_step_up() -> None:
    """4.2.1(3) stands in 4.2.1, that in 4.2, that in 4; a paragraph stands in its clause."""
    steps = [Clause("4.2.1(3)")]
    while (above := steps[-1].parent) is not None:
        steps.append(above)
    assert steps == ["4.2.1(3)", "4.2.1", "4.2", "4"]
    assert Clause("2.2.3#4").parent == "2.2.3"
    assert Clause("annex-2(3)").parent == "annex-2"
    assert Clause("annex-2").parent is None


def test_within_goes_by_parts_not_by_letters() -> None:
    """4.21 does not stand within 4.2."""
    assert not Clause("4.21").within("4.2")
    assert Clause("4.2(1)").within("4.2")


def test_clauses_sort_as_printed() -> None:
    """A number comes before what stands below it; paragraphs before items; annexes last; 2.10 after 2.9."""
    printed = [
        "2",
        "2.2",
        "2.2#1",
        "2.2(1)",
        "2.2(2)",
        "2.2(10)",
        "2.9",
        "2.10",
        "3",
        "annex-1",
        "annex-1(2)",
        "annex-2",
    ]
    assert sorted((Clause(c) for c in reversed(printed)), key=Clause.sort_key) == printed


@given(clauses, clauses)
def test_the_order_tells_clauses_apart(a: str, b: str) -> None:
    """Two different clauses never have the same place in the order."""
    assert (Clause(a).sort_key() == Clause(b).sort_key()) == (a == b)


@given(ids, clauses)
def test_a_citation_falls_into_plan_and_clause(plan: str, clause: str) -> None:
    """``plan:clause`` is put together and taken apart without loss."""
    cited = Citation.parse(f"{plan}:{clause}")
    assert (cited.plan, cited.clause) == (plan, clause)
    assert Citation.of(plan, clause) == cited


@pytest.mark.parametrize("text", ["4.2", "fuel:", ":4.2", "fuel:4.2:1", "fu el:4.2", "fuel: 4.2", "fuel:annex"])
def test_what_is_no_citation_is_refused(text: str) -> None:
    """A citation needs a plan's id and a clause of the grammar."""
    with pytest.raises(PydanticCustomError):
        Citation.parse(text)


@pytest.mark.parametrize("text", ["../secret", "a/b", "a b", "", "9lives", "a" * 65, "ab\n", "名"])
def test_an_id_is_never_a_path(text: str) -> None:
    """Ids hold no separators, spaces or line ends, and are at most 64 characters long."""
    with pytest.raises(PydanticCustomError):
        Id.parse(text)


@given(st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.text()))
def test_a_leaf_is_read_from_text_only(value: object) -> None:
    """What is not text is refused: a scalar of YAML is never converted on the way."""
    with pytest.raises(ValidationError, match="one piece of text"):
        TypeAdapter(Clause).validate_python(value)


@given(clauses)
def test_the_schema_accepts_what_is_read(text: str) -> None:
    """A value is written to JSON as its text, and the pattern in the schema accepts it."""
    adapter = TypeAdapter(Clause)
    assert adapter.dump_python(Clause(text), mode="json") == text
    assert adapter.json_schema()["pattern"] == Clause.pattern


def test_a_place_is_shown_as_editors_read_it() -> None:
    """file:line:column, counted from 1, in file order; an option or a folder has no line, and none is shown."""
    assert str(Where("plan.yaml", 3, 7)) == "plan.yaml:3:7"
    assert [str(Where("--set seed")), str(Where("runs/sweep"))] == ["--set seed", "runs/sweep"]
    assert sorted([Where("a", 10), Where("a", 9, 2), Where("a", 9)]) == [
        Where("a", 9),
        Where("a", 9, 2),
        Where("a", 10),
    ]


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
def test_what_bears_a_name_gives_it_in_the_language_asked_for(zh: str, en: str) -> None:
    """Agencies, posts, places, actors and goods are named by the one method that texts have."""
    words = {"zh": zh, "en": en}
    actor = Actor.model_validate({"is": "agency", **words})
    for one in (Agency(**words), Post(**words), Place(**words), Thing(**words), actor):
        assert (one.in_("zh"), one.in_("en")) == (zh, en)


def test_a_clause_we_have_no_words_for_says_nothing() -> None:
    """The paraphrase of a heading is empty in either language, not a word for nothing."""
    heading = ClauseEntry(no=Clause("1"), heading="总则", status="heading")
    assert [heading.in_(lang) for lang in ("zh", "en")] == ["", ""]
