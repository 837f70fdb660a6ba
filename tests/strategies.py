"""Hypothesis strategies for what plans and scenarios are made of, from clauses up to small whole scenarios."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from emergency import condition
from emergency.condition import MAX_DEPTH, All, Compare, Flag, For, InState, Node, Not, Quantified
from emergency.plan import Plan
from emergency.quantity import UNITS, Amount, Duration

__all__ = [
    "amounts",
    "assumptions",
    "changed",
    "clauses",
    "details",
    "durations",
    "extended",
    "fixed_durations",
    "guards",
    "ids",
    "ladder_plan",
    "ladders",
    "numbers",
    "reading",
    "stocks",
]

KEYWORDS = ("and", "or", "not", "for", "any", "all", "none", "count")

ids = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,12}", fullmatch=True).filter(lambda s: s not in KEYWORDS)
clauses = st.from_regex(
    r"(annex-[1-9][0-9]?|[1-9][0-9]?(\.[1-9][0-9]?){0,3})(#[1-9]|\([1-9][0-9]?\)){0,2}", fullmatch=True
)
#: Numbers as a plan may print them: up to twelve digits before the point and after it.
numbers = st.builds(
    lambda digits, places: float(Decimal(digits).scaleb(-places)),
    st.integers(0, 10**12 - 1),
    st.integers(0, 12),
)
amounts = st.builds(Amount, numbers, st.sampled_from(sorted(UNITS)))
fixed_durations = st.builds(Duration, numbers, st.sampled_from(["min", "h", "d", "week"]))
durations = fixed_durations | st.builds(
    Duration, st.integers(0, 999).map(float), st.sampled_from(["month", "year", "workday"])
)

_leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Flag, ids),
    st.builds(InState, ids, ids, st.booleans()),
    st.builds(Compare, ids, st.sampled_from(["<", "<=", ">", ">="]), amounts),
)


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Not, inner.filter(lambda n: not isinstance(n, Not))),  # two negations are read as none
        st.builds(All, parts),
        st.builds(condition.Any, parts),
        st.builds(For, inner, durations),
        st.builds(Quantified, st.sampled_from(["any", "all", "none"]), inner, ids),
        st.builds(
            Quantified,
            st.just("count"),
            inner,
            ids,
            st.sampled_from(["<", "<=", ">", ">="]),
            st.integers(0, 999),
        ),
    )


#: Trees of guards, far below the depth that the parser refuses.
guards = st.recursive(_leaves, _larger, max_leaves=MAX_DEPTH // 4)

#: What the detail of a log entry may hold.
details = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9) | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


@st.composite
def assumptions(draw: st.DrawFn) -> dict[str, Any]:
    """A supposition as written, in any of its forms."""
    form = draw(st.sampled_from(["value", "range", "uniform", "normal", "exponential"]))
    unit = draw(st.sampled_from(["h", "d", "t", "%", ""]))
    count = {"value": 1, "exponential": 1, "uniform": 2, "normal": 2, "range": 3}[form]
    found = sorted(draw(st.lists(st.integers(0, 10**6), min_size=count, max_size=count)))
    texts = [f"{n / 1000} {unit}".strip() for n in found]
    if form == "normal":
        texts.reverse()  # mean first, and not below the standard deviation
    return {form: texts[0] if count == 1 else texts, "basis": "guess"}


@st.composite
def ladders(draw: st.DrawFn) -> tuple[dict[str, float], str]:
    """A small plan: levels from the mildest on with falling bounds on cover [d], and how a level is entered."""
    names = draw(st.sampled_from([["one"], ["II", "I"], ["blue", "yellow", "red"], ["IV", "III", "II", "I"]]))
    bounds = draw(st.lists(st.integers(1, 40), min_size=len(names), max_size=len(names), unique=True))
    levels = {name: bound / 2 for name, bound in zip(names, sorted(bounds, reverse=True), strict=True)}
    return levels, draw(st.sampled_from(["milder", "any"]))


@st.composite
def stocks(draw: st.DrawFn) -> dict[str, Any]:
    """A small crisis: stock, two routes, two classes of customers, news, a cut route, a lump, a locked store."""

    def share(low: float, high: float) -> dict[str, str]:
        return {"value": f"{draw(st.floats(low, high)):.4f}", "basis": "guess"}

    def supposed(unit: str, low: float, high: float) -> dict[str, str]:
        return {"value": f"{draw(st.floats(low, high)):.3f} {unit}", "basis": "guess"}

    return {
        "stock": supposed("t", 0, 200),
        "ferry": supposed("t/d", 0, 12),
        "homes": supposed("t/d", 1, 9),
        "canteens": supposed("t/d", 0, 5),
        "panic": share(0, 2),
        "news": share(0, 2),
        "cut": share(0, 2),
        "limit": share(0, 1),
        "lump": supposed("t", 0, 40),
        "store": share(0, 1),
        "hours": [draw(st.integers(0, 300)) for _ in range(4)],
    }


# ------------------------------------------------------------------------------- plans and scenarios


def changed(plan: Plan, **sections: Any) -> Plan:
    """A plan with some of its sections written anew."""
    return Plan.model_validate({**plan.model_dump(by_alias=True, exclude_unset=True, mode="json"), **sections})


def extended(plan: Plan, **sections: list[dict[str, Any]]) -> Plan:
    """A plan with statements added to some of its sections."""
    held = plan.model_dump(by_alias=True, exclude_unset=True, mode="json")
    return changed(plan, **{name: [*held.get(name, []), *more] for name, more in sections.items()})


def reading(id: str, clauses: list[str], settles: dict[str, Any], *choices: str) -> dict[str, Any]:
    """A reading that takes the first of its choices."""
    words = {"zh": "问", "en": "?"}
    return {
        "id": id, "clauses": clauses, "question": words, "settles": settles,
        "choices": list(choices), "taken": choices[0], "because": words,
    }  # fmt: skip


def ladder_plan(plan: Plan, bounds: dict[str, float], sources: str) -> Plan:
    """A plan with these levels, each reached when cover falls below its bound, and no measures."""
    readings = list(plan.model_dump(by_alias=True, exclude_unset=True, mode="json")["readings"])
    for one in readings:
        one["taken"] = sources if one["id"] == "upward" else one["taken"]
    readings = [r for r in readings if r["id"] not in ("end-from", "milder-stay", "skipped")]
    levels, steps = list(bounds), [{"do": "decide", "by": "command"}]
    return changed(
        plan,
        schemes={"response": {"kind": "response", "levels": levels}},
        criteria=[
            {"clause": "2.2", "of": f"response={level}", "when": f"cover < {bound} days-of-demand"}
            for level, bound in bounds.items()
        ],
        decisions=[{"clause": "3.1", "id": "begin", "to": "response=any", "steps": steps}],
        events=[],
        measures=[],
        reports=[],
        readings=[*readings, reading("lifted", ["3.4"], {"entering": "response=off"}, "never")],
    )
