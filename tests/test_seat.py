"""Seats held by nobody: they do what the plan asks, unless the scenario says otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency.chance import Chance
from emergency.scenario import Behaviour, Work
from emergency.seat import Ask, AsWritten, WorkTimes


def ask(**changes: Any) -> Ask:
    """A step that waits for the reeve."""
    given: dict[str, Any] = {
        "id": 0, "plan": "kelp", "kind": "measure", "ref": "ration", "do": "agree", "actor": "command",
        "seat": "reeve", "clauses": ("kelp:3.2",), "opened": 0.0, "cause": "kelp:ration:0:agree:reeve",
    }  # fmt: skip
    return Ask(**{**given, **changes})


def work(takes: str, **keys: str) -> Work:
    """A time for work."""
    return Work.model_validate({**keys, "takes": {"value": takes, "basis": "guess"}})


def policy(*behaviour: dict[str, Any], takes: dict[str, Any] | None = None, run: int = 0) -> AsWritten:
    """The policy of a scenario with these rules."""
    times = [Work.model_validate({"takes": takes})] if takes else []
    return AsWritten(WorkTimes(times), [Behaviour.model_validate(b) for b in behaviour], Chance(1).run(run))


SPECIFIC = [
    work("7 h", measure="kelp:ration", do="agree"),
    work("6 h", measure="kelp:ration"),
    work("5 h", by="command", do="agree"),
    work("4 h", do="agree"),
    work("3 h", by="command"),
    work("2 h"),
]


@pytest.mark.parametrize("left_out", range(len(SPECIFIC)))
def test_the_most_specific_time_counts(left_out: int) -> None:
    """Measure before actor and verb before verb before actor before what holds for all work, in whatever order."""
    for order in (SPECIFIC[left_out:], SPECIFIC[left_out:][::-1]):
        found = WorkTimes(order).takes("kelp", "ration", "command", "agree")
        assert found == SPECIFIC[left_out].takes


def test_work_of_others_does_not_count() -> None:
    """A time for another measure, actor or verb is not this one's; without any, work takes no time."""
    others = [
        work("9 h", measure="kelp:stop"),
        work("9 h", by="crew"),
        work("9 h", do="sign"),
        work("9 h", by="crew", do="agree"),
    ]
    assert WorkTimes(others).takes("kelp", "ration", "command", "agree") is None
    assert AsWritten(WorkTimes(others), (), Chance(1).run(0)).answer(ask(), 0.0).work == 0.0


def test_as_written_is_doing_it_at_once() -> None:
    """Without a rule the seat does what it is asked, with no delay."""
    answer = policy(takes={"value": "2 h", "basis": "guess"}).answer(ask(), 5.0)
    assert (answer.verdict, answer.work, answer.delay) == ("do", 2.0, 0.0)


@pytest.mark.parametrize(("says", "verdict"), [("refuses", "refuse"), ("never", "never"), ("as-written", "do")])
@pytest.mark.parametrize("seat", ["reeve", "command"])
def test_a_rule_speaks_of_the_seat_or_the_body(says: str, verdict: str, seat: str) -> None:
    """Behaviour may name the post that sits in the chair or the body it acts for."""
    assert policy({"seat": seat, "answers": says}).answer(ask(), 0.0).verdict == verdict
    assert policy({"seat": "crew", "answers": says}).answer(ask(), 0.0).verdict == "do"


def test_a_rule_holds_for_its_steps_and_its_time() -> None:
    """`since` is its first moment, `until` its first moment no more; other steps are done as written."""
    rule = {"seat": "reeve", "answers": "refuses", "steps": ["agree"], "since": "10 h", "until": "20 h"}
    who = policy(rule)
    verdicts = [who.answer(ask(), t).verdict for t in (9.99, 10.0, 19.99, 20.0)]
    assert verdicts == ["do", "refuse", "refuse", "do"]
    assert who.answer(ask(do="sign"), 15.0).verdict == "do"


def test_the_first_rule_that_fits_counts() -> None:
    """Rules are read in the order written."""
    rules = [{"seat": "reeve", "answers": "refuses", "until": "5 h"}, {"seat": "reeve", "answers": "never"}]
    assert [policy(*rules).answer(ask(), t).verdict for t in (0.0, 6.0)] == ["refuse", "never"]


def test_an_answer_may_come_late() -> None:
    """`after` is how long the seat lets the question lie, work not counted."""
    rule = {"seat": "reeve", "answers": "as-written", "after": {"uniform": ["3 h", "5 h"], "basis": "guess"}}
    answer = policy(rule, takes={"value": "1 h", "basis": "guess"}).answer(ask(), 0.0)
    assert 3 <= answer.delay <= 5
    assert answer.work == 1


@given(st.integers(0, 500), st.lists(st.sampled_from("abc"), max_size=6))
def test_chance_follows_the_matter_not_the_order(run: int, before: list[str]) -> None:
    """The time for one matter is the same whatever else the seat was asked before: common random numbers."""
    takes = {"range": ["1 h", "2 h", "9 h"], "basis": "guess"}
    who, alone = policy(takes=takes, run=run), policy(takes=takes, run=run)
    for cause in before:
        who.answer(ask(cause=cause), 0.0)
    assert who.answer(ask(), 3.0).work == alone.answer(ask(), 0.0).work


def test_a_rule_cannot_begin_at_a_length_without_length() -> None:
    """A month has no fixed number of hours, so a rule since a month is refused when read, not when run."""
    with pytest.raises(ValueError, match="no fixed length"):
        Behaviour.model_validate({"seat": "reeve", "answers": "never", "since": "1 month"})
