"""The plans' programs against tables of cases, written from the documents and not from the programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from emergency.condition import Flag, Guard, leaves
from emergency.machine import (
    Assessment,
    LevelRule,
    MeasurePlan,
    Performer,
    Program,
    Value,
    assess,
    compile_plan,
)
from emergency.quantity import Range
from emergency.reader import load_jurisdiction, load_plan

ROOT = Path(__file__).parent.parent
TABLES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CLAUSE = re.compile(r"(?<![\d.])\d\.\d(?:\.\d)*(?:\(\d\))?")
STRENGTHS = {
    "designated": "designate",
    "limited": "limit",
    "strictly-limited": "limit-strictly",
    "controlled": "control",
    "stopped": "stop",
}


def table(path: Path) -> dict[str, Any]:
    """A table of cases as written."""
    with path.open(encoding="utf-8") as file:
        # A table is ours and no input of the library, whose bounded reader knows only its own kinds of file.
        return yaml.load(file, Loader=yaml.CSafeLoader)  # type: ignore[no-any-return]  # noqa: TID251


CASES = [pytest.param(path, case, id=f"{path.stem}-{case['id']}") for path in TABLES for case in table(path)["cases"]]


@cache
def program(path: Path) -> Program:
    """The program of the plan that a table is about."""
    head = table(path)
    place = load_jurisdiction(ROOT / head["jurisdiction"])
    return compile_plan(load_plan(ROOT / head["plan"], place), place)


@dataclass(frozen=True)
class Outcome:
    """A case put to the program: what it was asked and what it answered."""

    program: Program
    facts: Mapping[str, float | bool | frozenset[str]]
    now: Mapping[str, str]
    answer: Assessment

    def after(self, scheme: str) -> str:
        """The value in force once the answer is acted on; ``none`` for not in force."""
        return self.answer.state[scheme].replace("off", "none")

    @property
    def lifts_warning(self) -> bool:
        """Whether a response ends and the warning is taken back with it."""
        off = self.program.decisions.get(Value("warning", "off"))
        return self.ends and off is not None and off.follows == Value("response", "ended")

    @property
    def ends(self) -> bool:
        """Whether the end of the response is due."""
        verdict = self.answer.verdicts["response"]
        return verdict.enters and verdict.level == "ended"

    def level(self, scheme: str) -> dict[str, Any]:
        """The level in force afterwards and whether it is newly entered."""
        return {"level": self.after(scheme), "new": self.answer.verdicts[scheme].enters}

    def measures(self, *verbs: str) -> list[MeasurePlan]:
        """The measures of the response with one of the verbs."""
        found = [m for m in self.answer.measures if any(v.scheme == "response" for v in m.during)]
        return [m for m in found if m.says.verb in verbs]

    def last(self, scheme: str, do: str) -> str:
        """Who takes one step of entering the level that holds."""
        verdict = self.answer.verdicts[scheme]
        steps = self.program.decisions[Value(scheme, verdict.level or "off")].steps
        (step,) = [s for s in steps if s.do == do]
        if step is steps[-1]:
            assert verdict.decided_by == names(step.by)
        return one_of(names(step.by))


def names(who: Iterable[Performer]) -> tuple[str, ...]:
    """Performers as the plan names them."""
    return tuple(p.actor for p in who)


def one_of(found: Iterable[str]) -> str:
    """The only name, or all of them for the message."""
    return " + ".join(found)


def clause(measure: MeasurePlan) -> str:
    """The clause of a measure."""
    return one_of(measure.clauses)


# ---------------------------------------------------------------------------- one check for each expectation


def criteria(case: Outcome, wanted: Any) -> Any:
    """Clause by clause: each that would alone bring its level; the verdict cites those of the gravest."""
    found: list[str] = []
    by_level: dict[str, list[str]] = {}
    for rule in case.program.rules:
        if rule.at.scheme != "warning":
            continue
        for part in rule.parts:
            alone = replace(case.program, rules=(LevelRule(rule.at, part.tree, (part,)),), measures=())
            if assess(alone, case.facts, case.now).verdicts["warning"].level is not None:
                found += part.clauses
                by_level.setdefault(rule.at.value, []).extend(part.clauses)
    verdict = case.answer.verdicts["warning"]
    assert sorted(verdict.clauses) == sorted(by_level.get(verdict.level or "", []))
    return sorted(found), sorted(wanted)


def customers(case: Outcome, wanted: Any) -> Any:
    """How each class is supplied; of several measures for a class the one of the gravest level counts."""
    found: dict[str, tuple[int, list[str]]] = {}
    for one in (*case.answer.measures, *case.answer.kept):
        rank = max((case.program.ranks[v] for v in one.during if v.scheme == "response"), default=0)
        for target in one.says.target if rank and one.says.strength in STRENGTHS else ():
            if rank > found.get(str(target), (0, []))[0]:
                found[str(target)] = rank, [STRENGTHS[str(one.says.strength)], clause(one)]
    stopped = {t: how for t, (_, how) in found.items() if how[0] == "stop"}
    return {t: how for t, (_, how) in found.items() if t in wanted} | stopped, wanted


def meeting(case: Outcome, wanted: Any) -> Any:
    """The meeting of the level entered: who calls it and how fast."""
    found = [
        {"by": one_of(names(m.by)), "when": str(m.says.within and m.says.within.urgency), "clause": clause(m)}
        for m in case.measures("convene")
        if not len(m.during) > 1
    ]
    return found, [] if wanted == "none" else [wanted]


def special_meeting(case: Outcome, wanted: Any) -> Any:
    """The meeting called at every start."""
    found = [{"by": one_of(names(m.by)), "clause": clause(m)} for m in case.measures("convene") if len(m.during) > 1]
    return found, [wanted]


def consent(case: Outcome, wanted: Any) -> Any:
    """Whose agreement the price and sales measures need, and who seeks it."""
    found = []
    for one in case.answer.measures:
        asks = [s for s in one.steps if s.do == "request"]
        for step in [s for s in one.steps if s.do == "agree"]:
            assert [s.to for s in asks] == [step.by]
            sought = [*names(asks[0].by), *names(asks[0].together_with)]
            seen = {"of": one_of(names(step.by)), "sought-by": sought, "clause": clause(one)}
            found += [seen] if seen not in found else []
    return found, [] if wanted == "none" else [wanted]


def requests(case: Outcome, wanted: Any) -> Any:
    """Who asks whom for more fuel."""
    found = [
        {"by": one_of(names(m.by)), "to": list(names(m.towards)), "clause": clause(m)}
        for m in case.measures("request")
    ]
    return found, [wanted]


def stations(case: Outcome, wanted: Any) -> Any:
    """How many stations stay open or are set up."""
    found = [
        {"least": m.says.amount.low, "most": m.says.amount.high, "clause": clause(m)}
        for m in case.measures("keep-open", "set-up")
        if isinstance(m.says.amount, Range)
    ]
    return found, [wanted]


def allocation(case: Outcome, wanted: Any) -> Any:
    """Who allots which stocks."""
    found = [
        {"by": one_of(names(m.by)), "of": [str(t) for t in m.says.target], "clause": clause(m)}
        for m in case.measures("allocate")
    ]
    return found, [wanted]


def planned_supply_in(case: Outcome, wanted: Any) -> Any:
    """The places where the condition of a local measure of planned supply holds."""
    found: set[str] = set()
    for one in case.measures("plan-supply"):
        if isinstance(one.says.condition, Guard):
            flags = [n.indicator for n in leaves(one.says.condition.tree) if isinstance(n, Flag)]
            for places in (case.facts[f] for f in flags):
                assert isinstance(places, frozenset)
                found |= places
    return sorted(found), sorted(wanted)


def press(case: Outcome, wanted: Any) -> Any:
    """Who holds press conferences, and how often."""
    found = []
    for one in case.measures("hold-press-conference"):
        every = {"1 d": "daily", "unstated": "regularly"}.get(str(one.says.every))
        how = every or ("as-needed" if one.says.discretion else "unstated")
        found.append({"by": one_of(names(one.by)), "how": how, "clause": clause(one)})
    return found, [wanted]


def end(case: Outcome, wanted: Any) -> Any:
    """Whether the end is due, who decides and announces it, and whether the warning goes with it."""
    if not case.ends:
        return "none", wanted
    found = {
        "decided-by": case.last("response", "decide"),
        "announced-by": case.last("response", "announce"),
        "clause": one_of(c for c in case.answer.verdicts["response"].clauses),
        "lifts-warning": case.lifts_warning,
    }
    return found, wanted


CHECKS: dict[str, Callable[[Outcome, Any], Any]] = {
    "warning": lambda case, wanted: (case.level("warning"), wanted),
    "event": lambda case, wanted: (case.after("event"), wanted),
    "response": lambda case, wanted: (case.level("response"), wanted),
    "warning-announced-by": lambda case, wanted: (case.last("warning", "announce"), wanted),
    "response-decided-by": lambda case, wanted: (case.last("response", "decide"), wanted),
    "response-announced-by": lambda case, wanted: (case.last("response", "announce"), wanted),
    "criteria": criteria,
    "customers": customers,
    "meeting": meeting,
    "special-meeting": special_meeting,
    "consent": consent,
    "requests": requests,
    "stations": stations,
    "allocation": allocation,
    "planned-supply-in": planned_supply_in,
    "press": press,
    "end": end,
}


# --------------------------------------------------------------------------------------------------- tests


@pytest.mark.parametrize(("path", "case"), CASES)
def test_program_does_what_the_document_asks(path: Path, case: dict[str, Any]) -> None:
    """In every situation the program gives each expectation, and the table expects nothing unknown."""
    one = program(path)
    known = {i.variable for i in one.plan.indicators}
    written = table(path)["usual"] | case["facts"]
    assert set(written) <= known
    assert set(case["now"]) == set(one.plan.schemes)
    facts = {k: frozenset(v) if isinstance(v, list) else v for k, v in written.items()}
    now = {k: v.replace("none", "off") for k, v in case["now"].items()}
    outcome = Outcome(one, facts, now, assess(one, facts, now))
    assert set(case["expect"]) <= set(CHECKS)
    differs = {}
    for key, wanted in case["expect"].items():
        found, asked = CHECKS[key](outcome, wanted)
        if found != asked:
            differs[key] = {"program": found, "document": asked}
    assert not differs


@pytest.mark.parametrize(("path", "case"), CASES)
def test_every_expectation_says_where_it_stands(path: Path, case: dict[str, Any]) -> None:
    """A case is told in both languages, and each expectation names clauses that the plan has."""
    assert set(case) == {"id", "situation", "facts", "now", "expect", "because"}
    assert set(case["situation"]) == {"zh", "en"}
    assert set(case["because"]) == set(case["expect"])
    printed = {str(c.no) for c in program(path).plan.clauses}
    for key, source in case["because"].items():
        cited = [re.findall(CLAUSE, source[language]) for language in ("zh", "en")]
        assert set(cited[0]) == set(cited[1]), key
        assert cited[0], key
        assert set(cited[0]) <= printed, key


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_cases_are_told_apart(path: Path) -> None:
    """Every case of a table has an id of its own, and no two put the same question."""
    cases = table(path)["cases"]
    assert len({c["id"] for c in cases}) == len(cases) >= 28
    usual = table(path)["usual"]
    assert len({repr((usual | c["facts"], c["now"])) for c in cases}) == len(cases)
