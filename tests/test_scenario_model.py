"""Suppositions: what is drawn from them, and what they refuse."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError
from strategies import assumptions

from emergency.scenario import Assumption, Effect, Inject, Noise, Reporting, Scenario, Series

ONE = {"value": "1", "basis": "guess"}
TITLE = {"zh": "甲", "en": "A"}
levels = st.floats(0, 1, exclude_max=True)


def assumption(**given: Any) -> Assumption:
    """A guess as written."""
    return Assumption.model_validate({"basis": "guess", **given})


# ------------------------------------------------------------------------------------------- drawing


@given(assumptions(), levels, levels)
def test_the_quantile_rises(written: dict[str, Any], u: float, v: float) -> None:
    """A higher quantile is never a lower number, for every distribution."""
    found = assumption(**written)
    low, high = sorted((u, v))
    assert found.draw(low) <= found.draw(high)


@given(assumptions(), levels)
def test_draws_lie_inside_the_bounds(written: dict[str, Any], u: float) -> None:
    """Between the ends where there are ends; never below 0; a normal one within three standard deviations."""
    found = assumption(**written)
    value, numbers = found.draw(u), found.numbers
    assert math.isfinite(value)
    if "exponential" in written:
        assert value >= 0
    elif "normal" in written:
        mean, deviation = numbers
        assert max(0.0, mean - 3 * deviation) <= value <= mean + 3 * deviation
    else:
        assert numbers[0] <= value <= numbers[-1] * (1 + 1e-15)


@given(st.tuples(*[st.integers(0, 1000)] * 3).map(sorted), levels)
def test_triangular_against_numeric_integration(ends: list[int], u: float) -> None:
    """The share of the density below the quantile u is u, summed by the midpoint rule."""
    low, likely, high = ends
    assume(low < high)
    x = assumption(range=[str(n) for n in ends]).draw(u)

    def density(y: float) -> float:
        if y < likely:
            return 2 * (y - low) / ((high - low) * (likely - low))
        return 2 * (high - y) / ((high - low) * (high - likely)) if y < high else 0.0

    def mass(a: float, b: float) -> float:
        n = 50  # exact on a straight piece, so only the rounding remains
        return sum(density(a + (b - a) * (k + 0.5) / n) * (b - a) / n for k in range(n))

    assert mass(low, min(x, likely)) + mass(min(x, likely), x) == pytest.approx(u, abs=1e-9)


@given(levels)
def test_exponential_inverts_its_distribution(u: float) -> None:
    """1 - exp(-x/mean) = u, in hours."""
    x = assumption(exponential="2 d").draw(u)
    assert -math.expm1(-x / 48) == pytest.approx(u, abs=1e-12)


def test_means_are_as_stated() -> None:
    """The mean over evenly spread quantiles: the number, the third of the sum, the middle, the mean, the mean."""
    n = 20_000
    wanted = {
        "value": ("3 h", 3),
        "range": (["1 h", "2 h", "6 h"], 3),
        "uniform": (["1 h", "6 h"], 3.5),
        "normal": (["30 h", "4 h"], 30),
        "exponential": ("5 h", 5),
    }
    for form, (written, mean) in wanted.items():
        found = assumption(**{form: written})
        assert sum(found.draw((k + 0.5) / n) for k in range(n)) / n == pytest.approx(mean, rel=2e-3)


@given(assumptions())
def test_an_assumption_written_to_json_is_the_same(written: dict[str, Any]) -> None:
    """A model dumped and read again draws the same."""
    found = assumption(**written)
    again = Assumption.model_validate(found.model_dump(mode="json", exclude_none=True))
    assert again == found
    assert again.draw(0.37) == found.draw(0.37)


# ------------------------------------------------------------------------------------------ refusing


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({}, "one-form"),
        ({"value": "1 h", "exponential": "1 h"}, "one-form"),
        ({"uniform": ["1 h", "2 t"]}, "mixed-units"),
        ({"range": ["1 h", "3 h", "2 h"]}, "bad-order"),
        ({"range": ["2 h", "1 h", "3 h"]}, "bad-order"),
        ({"uniform": ["2 h", "1 h"]}, "bad-order"),
        ({"value": "1 h", "basis": "expert"}, "no-source"),
        ({"value": "1 month"}, "no-fixed-length"),
        ({"value": "unstated"}, "bad-amount"),
        ({"value": 3}, "not-text"),
        ({"value": "1e3 t"}, "bad-amount"),
    ],
)
def test_what_is_no_supposition_is_refused(written: dict[str, Any], code: str) -> None:
    """One form, one kind of unit, numbers in order, a source for what is no guess, a fixed length."""
    with pytest.raises(ValidationError) as refused:
        assumption(**written)
    assert code in {e["type"] for e in refused.value.errors()}


@pytest.mark.parametrize(
    ("model", "written", "code"),
    [
        (Effect, {"do": "set", "to": ONE}, "effect-target"),
        (Effect, {"do": "limit", "target": "homes"}, "effect-to"),
        (Effect, {"do": "calm", "to": ONE, "lasts": ONE}, "not-a-time"),
        (Inject, {"id": "a", "title": {"zh": "甲", "en": "A"}}, "inject-time"),
        (Inject, {"id": "a", "title": TITLE, "every": {"uniform": ["0 h", "2 h"], "basis": "guess"}}, "inject-time"),
        (Noise, {"every": "0 h", "spread": {"value": "1", "basis": "guess"}}, "bad-duration"),
        (Noise, {"every": "1 month", "spread": {"value": "1", "basis": "guess"}}, "no-fixed-length"),
        (Series, {"points": [["1 h", "0"]], "basis": "guess"}, "series-order"),
        (Series, {"points": [["0 h", "0"], ["0 min", "1"]], "basis": "guess"}, "series-order"),
        (Reporting, {"at": "25:00"}, "bad-span"),
        (Reporting, {"late": {"value": "5 %", "basis": "guess"}}, "no-delay"),
    ],
)  # fmt: skip
def test_parts_of_a_scenario_refuse(model: Any, written: dict[str, Any], code: str) -> None:
    """An effect needs what it acts on and by how much; what recurs takes time; a series starts at 0 and goes on."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(written)
    assert code in {e["type"] for e in refused.value.errors()}


@pytest.mark.parametrize("start", ["2026-07-13T08:00+08:00", "2026-07-13T08:00Z", "2026-02-30T08:00", "soon"])
def test_a_scenario_starts_at_a_local_time_that_exists(start: str) -> None:
    """The zone is the jurisdiction's; an instant with an offset is refused, not converted."""
    with pytest.raises(ValidationError) as refused:
        Scenario.model_validate({"schema": "1", "start": start})
    assert {"local-time", "bad-date"} & {e["type"] for e in refused.value.errors()}
