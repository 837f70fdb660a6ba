"""How word of a change reaches people when later word overtakes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog
from emergency.reader import load_inputs
from emergency.scenario import Inject, Noticing

SHOPS = Path(__file__).parent / "fixtures" / "engine" / "tern-shops.yaml"
GUESS = {"basis": "guess"}


def stormy(*hours: tuple[str, str]) -> Prepared:
    """Storm in the west switched at some hours; people hear of each change up to half a day later."""

    def switched(k: int, at: str, to: str) -> Inject:
        effect = {"do": "set", "target": "storm", "place": "west", "to": {"value": to, **GUESS}}
        written: dict[str, Any] = {"at": {"value": at, **GUESS}, "effects": [effect]}
        return Inject.model_validate({"id": f"i{k}", "title": {"zh": "风", "en": "Wind"}, **written})

    inputs = load_inputs(SHOPS)
    words = {"about": ["storm"], "to": "council", "after": {"uniform": ["0 h", "12 h"], **GUESS}}
    found = {
        "injects": tuple(switched(k, at, to) for k, (at, to) in enumerate(hours)),
        "noticed": (Noticing.model_validate(words),),
    }
    # A criterion must ask for the storm, or nobody would listen.
    plan = inputs.plans["lamp-oil"].model_dump(by_alias=True, exclude_unset=True, mode="json")
    plan["criteria"].append({"clause": "2.2", "id": "s1", "of": "response=II", "when": "any(storm, villages)"})
    plan["groups"] = [{"clause": "2.2", "id": "either", "joins": ["c2", "s1"], "connective": "any"}]
    plans = {"lamp-oil": type(inputs.plans["lamp-oil"]).model_validate(plan)}
    return prepare(inputs.scenario.model_copy(update=found), plans, inputs.jurisdiction)


def heard(prepared: Prepared, number: int) -> list[Entry]:
    """What people came to know of the storm in one run."""
    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(1).run(number), log))
    return [e for e in log if e.ref == "storm" and "known" in e.detail]


def test_late_word_does_not_undo_later_word() -> None:
    """Word of a storm that comes behind word of its end is not believed: what is known ends as it truly is."""
    prepared = stormy(("30 h", "1"), ("32 h", "0"))
    runs = [heard(prepared, number) for number in range(40)]
    assert all(not told or told[-1].detail["known"] is False for told in runs)
    assert {len(told) for told in runs} == {0, 2}  # overtaken, or heard in order


def test_word_that_comes_in_order_is_believed() -> None:
    """Changes further apart than word can take are all heard of, in order, each with its own lag."""
    prepared = stormy(("30 h", "1"), ("60 h", "0"), ("90 h", "1"))
    for number in range(10):
        told = heard(prepared, number)
        assert [e.detail["known"] for e in told] == [True, False, True]
        assert all(0 <= e.detail["lag"] <= 12 for e in told)
        assert [round(e.t - e.detail["lag"]) for e in told] == [30, 60, 90]
