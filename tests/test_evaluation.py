"""Evaluation: conformance folded from the log, the envelope of plan-perfect play, deviations, and the review."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emergency.chance import Chance
from emergency.evaluation import (
    HEADINGS,
    STATES,
    Act,
    AfterAction,
    Envelope,
    by_agency,
    by_clause,
    conformance,
    milestones_of,
    play_perfect,
    review,
)
from emergency.evaluation.envelope import Mark, perfect_run
from emergency.exercise import Session, from_data
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog, read_jsonl, write_jsonl
from emergency.machine import Program
from emergency.reader import load_inputs
from emergency.report.after_action import render_review, tell_review, write_review
from emergency.seat import AsWritten, Hesitant, Policy

OUTAGE, COMPOUND = "fuel-pipeline-outage", "compound-summer-flood"
HEAD, BUREAU = "vice-head-commerce", "commerce-grain"
DONE = {"in-time", "done", "called-off", "declined"}


@cache
def prepared(scenario: str = OUTAGE, *settings: str) -> Prepared:
    """A scenario made ready."""
    inputs = load_inputs(scenario, settings)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def programs(ready: Prepared) -> dict[str, Program]:
    """Its programs."""
    return {id: one.program for id, one in ready.plans.items()}


def played(ready: Prepared, who: type[AsWritten] = AsWritten, run: int = 0) -> list[Entry]:
    """The log of a play without behaviours of the scenario's own."""
    log, stream = EventLog(ready.start), Chance(1).run(run)
    policy: Policy = who(ready.work, (), stream)
    simulate(Incident(ready, stream, log), policy)
    return log.entries


@cache
def envelope(scenario: str = OUTAGE) -> Envelope:
    """Of few plays, which is enough to tell a day from an hour."""
    return play_perfect(prepared(scenario), 1, 60)


def cmd(do: str, by: str = "facilitator", **rest: Any) -> Any:
    """A command as it comes from outside."""
    return from_data({"do": do, "by": by, **rest})


def session(*seats: str) -> Session:
    """An exercise under way with some seats held."""
    found = Session(prepared(), 1)
    for seat in seats:
        found.apply(cmd("claim", f"seat:{seat}", name="A"))
    found.apply(cmd("ready"))
    found.apply(cmd("start"))
    return found


def answer(one: Session, ask: Any, by: str | None = None, verdict: str = "do") -> None:
    """Answer an open step."""
    about = {"ask": ask.id, "plan": ask.plan, "ref": ask.ref, "step": ask.do}
    one.apply(cmd("decide", by or f"seat:{ask.seat}", verdict=verdict, **about))


def judged(entries: Sequence[Entry]) -> AfterAction:
    """A review of a play of the outage."""
    return review(entries, prepared().scenario, programs(prepared()), envelope())


def acts_of(one: Session) -> list[Act]:
    """What was asked for in a session."""
    return conformance(one.log, programs(prepared()))


# ---------------------------------------------------------------------------------------- conformance


def test_nobody_in_a_seat_conforms() -> None:
    """With every seat on policy all that is asked for is done, but for reports that chance lets fail."""
    acts = conformance(played(prepared()), programs(prepared()))
    assert len(acts) > 100
    left = [a for a in acts if a.state not in DONE]
    assert all(a.ref.startswith("report:") for a in left)
    kinds = {a.kind for a in acts}
    assert kinds == {"decision", "measure", "report", "publication"}


def test_only_what_the_plans_make_impossible_is_late() -> None:
    """In two plans that share people, a limit is kept or the log tells of the very limit that was passed."""
    entries = played(prepared(COMPOUND))
    acts = conformance(entries, programs(prepared(COMPOUND)))
    late = sorted((a.ref, a.do) for a in acts if a.state in ("late", "missed") and not a.ref.startswith("report:"))
    passed = sorted((e.ref, e.detail["do"]) for e in entries if e.kind == "deadline-missed" and "due" in e.detail)
    assert late == passed
    assert late
    behind = [a for a in acts if a.state == "late" and a.done is not None]
    assert behind
    assert all(a.due is not None and a.done is not None and a.done > a.due for a in behind)


@pytest.mark.parametrize("scenario", [OUTAGE, COMPOUND])
def test_every_entry_of_something_done_is_one_act(scenario: str) -> None:
    """Each step, measure, report and publication that the log tells of as done is counted once, with its clauses."""
    entries = played(prepared(scenario))
    acts = conformance(entries, programs(prepared(scenario)))
    done = [e for e in entries if e.kind in ("step", "measure-done", "report-sent", "published")]
    told = [a for a in acts if a.done is not None]
    assert sorted((e.ref, round(e.t, 6)) for e in done) == sorted((a.ref, a.done) for a in told)
    assert all(a.clauses for a in acts if not a.ref.startswith("report:"))  # a cadence may be supposed, not stated
    assert {a.state for a in acts} <= set(STATES)
    assert all(a.took is None or a.took >= 0 for a in told)


def test_conformance_rests_on_the_log_alone(tmp_path: Path) -> None:
    """A log written and read back is judged alike."""
    entries = played(prepared(), Hesitant)
    write_jsonl(tmp_path / "log.jsonl", entries)
    again = read_jsonl(tmp_path / "log.jsonl")
    live, read = (conformance(one, programs(prepared())) for one in (entries, again))
    assert [(a.ref, a.do, a.actor, a.state) for a in live] == [(a.ref, a.do, a.actor, a.state) for a in read]
    assert [a.asked for a in live] == pytest.approx([a.asked for a in read], abs=1e-5)


def test_a_step_nobody_takes_is_open_and_the_rest_is_not_asked() -> None:
    """What a held seat leaves lying is open; the steps behind it have been put to nobody."""
    one = session(HEAD)
    one.run_to(140.0)
    mine = [a for a in acts_of(one) if a.ref == "response=IV"]
    assert [(a.do, a.state) for a in mine if a.state != "done"] == [("decide", "open"), ("announce", "not-asked")]


def test_a_refusal_and_an_attempt_are_told_apart() -> None:
    """A refusal belongs to the seat that was asked, an attempt to the seat that tried; both cite the clause."""
    one = session(HEAD, "market-supervision")
    one.run_to(140.0)
    ask = next(a for a in one.open_for(HEAD) if a.ref == "response=IV")
    with pytest.raises(Exception, match="may not"):
        answer(one, ask, "seat:market-supervision")
    answer(one, ask, verdict="refuse")
    found = {a.state: a for a in acts_of(one) if a.state in ("refused", "not-authorised")}
    assert found["not-authorised"].actor == "market-supervision"
    assert found["refused"].actor == ask.actor
    assert found["refused"].clauses == found["not-authorised"].clauses == ask.clauses
    later = [a.do for a in acts_of(one) if a.ref == "response=IV" and a.state == "not-asked"]
    assert later == ["announce"]


def test_a_measure_stopped_before_it_was_done_is_called_off() -> None:
    """A measure that somebody left lying until its level was over is neither done nor missed."""
    one = session("market-supervision")
    one.run_to(720.0)
    stopped = {e.detail["measure"] for e in one.log if e.ref == "measure-stopped" and not e.detail["carried-out"]}
    called_off = [a for a in acts_of(one) if a.state == "called-off" and a.kind == "measure"]
    assert stopped
    assert {a.ref for a in called_off} == stopped
    assert all(a.done is None and a.asked is not None for a in called_off)


def test_counts_by_agency_and_clause() -> None:
    """Per agency every act counts once; per clause once for each clause it cites."""
    acts = conformance(played(prepared()), programs(prepared()))
    assert sum(sum(c.values()) for c in by_agency(acts).values()) == len(acts)
    assert sum(sum(c.values()) for c in by_clause(acts).values()) == sum(len(a.clauses) for a in acts)


# ------------------------------------------------------------------------------------------- envelope


def test_plan_perfect_play_lies_in_its_own_envelope() -> None:
    """Of the milestones of 20 plays that the envelope has not seen, at least nine tenths lie within."""
    ready = prepared()
    verdicts = [p.verdict for k in range(1000, 1020) for p in envelope().place(perfect_run(ready, 1, k))]
    assert len(verdicts) > 2000
    assert verdicts.count("within") >= 0.9 * len(verdicts)


def test_a_team_that_answers_a_day_late_lies_outside() -> None:
    """A day lost before each decision puts every response level later than all plan-perfect plays."""
    late = milestones_of(played(prepared(), Hesitant), programs(prepared()))
    found = {p.mark: p for p in envelope().place(late)}
    for level in ("IV", "III", "II"):
        one = found[Mark("took", "entered", "fuel", f"response={level}")]
        assert one.verdict == "later"
        assert one.band is not None
        assert one.value is not None
        assert one.value > one.band.high + 12


def test_bands_are_ordered_and_cover_the_kinds() -> None:
    """Quantiles lie in order between the least and the most; levels, measures, reports, end and demand have them."""
    bands = envelope().bands
    assert all(b.least <= b.low <= b.middle <= b.high <= b.most and 0 < b.share <= 1 for b in bands.values())
    assert {m.kind for m in bands} == {"entered", "done", "sent", "published", "ended", "unmet"}


def test_what_had_no_time_to_come_is_open() -> None:
    """An exercise broken off before anything happened is blamed for nothing."""
    one = session(HEAD)
    one.run_to(20.0)
    verdicts = {p.verdict for p in envelope().place(milestones_of(one.log, programs(prepared())))}
    assert "never" not in verdicts
    assert "open" in verdicts


# ----------------------------------------------------------------------------------------- deviations


def test_lateness_is_peoples_and_silence_is_the_plans() -> None:
    """A day lost is held against people once per decision; gaps of the plan are the plan's, in every play alike."""
    late, perfect = judged(played(prepared(), Hesitant)), judged(played(prepared()))
    slow = {d.ref for d in late.side("people") if d.why == "slow"}
    assert {"response=IV", "response=III", "response=II"} <= slow
    assert not slow & {d.ref for d in late.side("plan")}
    assert {d.why for d in perfect.side("plan")} == {"gap"}
    assert len(perfect.side("people")) < len(late.side("people"))


def test_findings_and_endless_waits_are_the_plans() -> None:
    """A finding that was filed, and a wait for which no clause sets a limit, count on the plan's side."""
    one = session(HEAD)
    one.run_to(140.0)
    one.apply(cmd("file-finding", f"seat:{HEAD}", plan="fuel", clause="3.1", kind="silent", text="How often?"))
    one.apply(cmd("end"))
    whys = {d.why: d for d in judged(one.log.entries).side("plan")}
    assert whys["finding"].clauses == ("fuel:3.1",)
    assert whys["no-limit"].clauses
    assert not [d for d in judged(one.log.entries).side("people") if d.ref == "response=IV"]


def test_a_decision_left_lying_until_its_ground_has_gone_is_peoples() -> None:
    """What nearly every plan-perfect play decides and a team let lapse is told, with the step that took longest."""
    one = session(HEAD)
    for t in (150.0, 160.0):  # a graver level is called for in between
        one.run_to(t)
        answer(one, next(a for a in one.open_for(HEAD) if a.ref == "response=IV"))
    one.run_to(700.0)
    assert [a.state for a in acts_of(one) if a.ref == "response=IV"][-1] == "called-off"
    [told] = [d for d in judged(one.log.entries).side("people") if d.ref == "response=IV"]
    assert (told.why, told.do) == ("never", "decide")


def test_improvements_have_an_owner_and_a_clause() -> None:
    """Every deviation stands behind exactly one row, which names clauses and has its heading."""
    found = judged(played(prepared(), Hesitant))
    assert sum(len(row.because) for row in found.improvements) == len(found.deviations)
    assert all(row.clauses and row.heading in HEADINGS for row in found.improvements)
    assert {d.actor for d in found.side("people")} <= {row.owner for row in found.improvements}


def test_ratings_are_the_last_given_and_never_the_worst_by_default() -> None:
    """Of two ratings of an objective the later counts; what was not rated was not observed."""
    one = session()
    for rating in ("U", "S"):
        one.apply(cmd("rate", "evaluator", objective="warn-in-time", rating=rating, text=""))
    found = {r.objective.id: r.rating for r in judged(one.log.entries).ratings}
    assert found["warn-in-time"] == "S"
    assert set(found.values()) == {"S", "N"}


# --------------------------------------------------------------------------------------------- review


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_review_stands_alone_and_has_its_headings(lang: str, tmp_path: Path) -> None:
    """The page asks for nothing from outside, has every section, and every citation leads to its clause."""
    entries = played(prepared(), Hesitant)
    found, ready = judged(entries), prepared()
    path = write_review(tmp_path, entries, ready.scenario, programs(ready), found, lang)
    html = path.read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!#|data:)|url\("(?!data:)|<script', html)
    for id in ("objectives", "timeline", "envelope", "conformance", "deviations", "assessment", "improvements"):
        assert f'<h2 id="{id}">' in html
    assert set(re.findall(r'href="#(c-[^"]+)"', html)) <= set(re.findall(r'<dt id="([^"]+)"', html))
    assert "…" not in " ".join(tell_review(entries, ready.scenario, programs(ready), found, lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_nothing_nothing_is_counted(lang: str) -> None:
    """Where the plan asked for nothing, the review says so, and lists no counts."""
    ready = prepared()
    entries = played(ready)[:3]
    found = judged(entries)
    assert not found.acts
    told = tell_review(entries, ready.scenario, programs(ready), found, lang)
    assert {"zh": "预案没有提出任何要求。", "en": "The plan asked for nothing."}[lang] in told
    assert not [line for line in told if "：。" in line or ": ." in line]


def test_what_people_wrote_is_shown_as_text() -> None:
    """Free text of findings, notes and ratings cannot become part of the page."""
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"
    one = session()
    one.apply(cmd("file-finding", plan="fuel", clause="3.1", kind="silent", text=attack))
    one.apply(cmd("note", "evaluator", text=attack))
    one.apply(cmd("rate", "evaluator", objective="warn-in-time", rating="M", text=attack))
    entries, ready = one.log.entries, prepared()
    html = render_review(entries, ready.scenario, programs(ready), judged(entries), "en")
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;alert(1)") >= 3
    assert "{{ 7*7 }}" in html
