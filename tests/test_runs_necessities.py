"""What the daily-necessities scenarios tell: who enters which level when, by which clause, knowing what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog, lines
from emergency.reader import load_inputs
from emergency.seat import AsWritten

QUIET = "necessities-quiet"
RUMOUR = "necessities-local-rumour"
SNOW = "necessities-snow-and-rumour"
ALL = (QUIET, RUMOUR, SNOW)
RUNS = range(20)


@cache
def prepared(name: str) -> Prepared:
    """A shipped scenario, ready."""
    inputs = load_inputs(name)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def without(name: str, **parts: Any) -> Prepared:
    """A shipped scenario with some of its parts replaced."""
    inputs = load_inputs(name)
    return prepare(inputs.scenario.model_copy(update=parts), inputs.plans, inputs.jurisdiction)


def told(ready: Prepared, number: int, seed: int = 1) -> list[Entry]:
    """The entries of one run, traces apart."""
    found: list[Entry] = []
    log = EventLog(ready.start, keep=False)
    log.listen(found.append)
    simulate(Incident(ready, Chance(seed).run(number), log))
    return found


@cache
def run(name: str, number: int) -> tuple[Entry, ...]:
    """The entries of one run of a shipped scenario, traces apart."""
    return tuple(told(prepared(name), number))


def stopped(ready: Prepared, number: int, *times: float) -> Iterator[Incident]:
    """One run, halted at each of some times [h]."""
    incident = Incident(ready, Chance(1).run(number), EventLog(ready.start))
    policy = AsWritten(ready.work, ready.scenario.behaviour, incident.stream)
    for t in times:
        incident.advance(t)
        while asks := incident.open_decisions():
            for ask in asks:
                incident.decide(ask, policy.answer(ask, incident.clock.now))
            incident.advance(t)
        yield incident


def of(entries: tuple[Entry, ...], kind: str, ref: str | None = None) -> list[Entry]:
    """The entries of one kind, perhaps about one thing."""
    return [e for e in entries if e.kind == kind and ref in (None, e.ref)]


def clauses(entry: Entry) -> set[str]:
    """What an entry cites, without the plan's name."""
    return {clause.partition(":")[2] for clause in entry.clauses}


def known_places(entries: tuple[Entry, ...], t: float) -> set[str]:
    """Where people know of abnormal fluctuation once all of instant `t` is in."""
    places: dict[str, bool] = {}
    for e in of(entries, "indicator", "anomaly"):
        if e.t <= t and "known" in e.detail:
            places[e.detail["place"]] = e.detail["known"]
    return {place for place, holds in places.items() if holds}


def books(entries: tuple[Entry, ...]) -> dict[str, Any]:
    """What became of the markets, by the last entry."""
    found: dict[str, Any] = entries[-1].detail["markets"]["necessities"]
    return found


# ---------------------------------------------------------------------------------------------- quiet


@pytest.mark.slow
def test_quiet_stays_quiet() -> None:
    """In two hundred ordinary months nobody is told of fluctuation, nothing is graded and nothing started."""
    ready = prepared(QUIET)
    for number in range(200):
        entries = told(ready, number)
        assert {e.kind for e in entries} <= {"note", "inject", "indicator", "ended"}, number
        assert {e.ref for e in entries if e.kind == "indicator"} <= {"dealt-with"}, number
        assert len([e for e in entries if e.kind == "inject"]) == 7, number


def test_quiet_is_not_still() -> None:
    """Something could have happened: shelves run down every month, and in some prices move, below the bound."""
    ready, rises = prepared(QUIET), []
    for number in RUNS:
        log = EventLog(ready.start)
        simulate(Incident(ready, Chance(1).run(number), log))
        traces = {e.ref: [value for _, value in e.detail["trace"]] for e in log if e.ref and "trace" in e.detail}
        cover = traces["necessities:cover@yunxi-street"]
        assert 0.5 < min(cover) < 0.9 * cover[0]
        rises.append(max(max(values) for name, values in traces.items() if "price_rise" in name))
    assert 0.01 < max(rises) < 0.3
    assert min(rises) < 0.01


# --------------------------------------------------------------------------------- a run on salt in one town


@pytest.mark.parametrize("number", RUNS)
def test_who_starts_and_ends_by_which_clause(number: int) -> None:
    """Level IV is the township's to start, level III the group's; the bureau grades, and only the group ends."""
    whose = {"IV": ("township-command", {"4.2.1", "3.3.2"}), "III": ("coordination-group", {"4.2.2", "annex-1"})}
    for name in (RUMOUR, SNOW):
        for e in of(run(name, number), "entered"):
            if e.scheme == "event" and e.level != "off":
                assert e.actor == "commerce-grain"
                assert "3.3.1" in clauses(e)
            elif e.level in whose:
                actor, cited = whose[e.level]
                assert e.actor == actor
                assert cited <= clauses(e)
            elif e.level == "ended":
                assert e.actor == "coordination-group"
                assert {"4.6", "annex-2"} <= clauses(e)


def test_one_town_is_level_four() -> None:
    """While fluctuation is known in one township alone it is graded IV under 4.1.1(1), and the township starts."""
    seen = 0
    for number in RUNS:
        entries = run(RUMOUR, number)
        graded = of(entries, "entered", "event=IV")
        if not graded or known_places(entries, graded[0].t) != {"lucheng"}:
            continue
        seen += 1
        assert "4.1.1(1)" in clauses(graded[0])
        started = of(entries, "entered", "response=IV")
        assert not started or started[0].t > graded[0].t
    assert seen >= 10


def test_two_towns_are_level_three_and_some_runs_see_it() -> None:
    """Some runs are graded III, under 4.1.2(2): those in which a second township is known to be abnormal."""
    graded = [e for number in RUNS for e in of(run(RUMOUR, number), "entered", "event=III")]
    with_it = [number for number in RUNS if of(run(RUMOUR, number), "entered", "event=III")]
    assert all("4.1.2(2)" in clauses(e) for e in graded)
    for number in with_it:
        entries = run(RUMOUR, number)
        assert len(known_places(entries, of(entries, "entered", "event=III")[0].t)) >= 2
    assert 0 < len(with_it) < len(RUNS)


def test_the_run_ends_and_the_aftermath_is_reported() -> None:
    """Every response ends, once supply is known to be normal, and every unit reports its aftermath under 5.1."""
    for name in (RUMOUR, SNOW):
        for number in RUNS:
            entries = run(name, number)
            ends = of(entries, "entered", "response=ended")
            assert bool(ends) == any(e.scheme == "response" for e in of(entries, "entered"))
            if len(ends) == 1:
                assert not known_places(entries, ends[0].t)
                units = {e.actor for e in of(entries, "report-sent", "aftermath-report") if "5.1" in clauses(e)}
                assert len(units) == 8


def test_measures_calm_and_supply() -> None:
    """Were nothing done, more salt would be missing in the town."""
    bare = without(RUMOUR, measures=())
    for number in range(5):
        short = books(run(RUMOUR, number))["demand"]["lucheng"]["salt"]["short"]
        assert books(tuple(told(bare, number)))["demand"]["lucheng"]["salt"]["short"] > 1.5 * short


# ------------------------------------------------------------------------------------- snow and a rumour


@pytest.mark.parametrize("number", RUNS)
def test_the_city_takes_over(number: int) -> None:
    """Town and plants abnormal is level II: the response follows the grade and a gap says why, the city directs."""
    entries = run(SNOW, number)
    for graded in of(entries, "entered", "event=II"):
        assert "4.1.3(1)" in clauses(graded)
        places = known_places(entries, graded.t)
        assert "yunxi-street" in places
        assert places & {"baling-petrochemical", "changling-refinery"}
        response = next(e for e in of(entries, "entered", "response=II") if e.t >= graded.t)
        assert (response.t, response.actor) == (graded.t, None)
        assert "level-2-response" in {e.detail.get("reading") for e in of(entries, "gap", "response=II")}
        command = next(e for e in of(entries, "measure-started", "e2-command") if e.t >= graded.t)
        assert command.actor == "city-necessities-group"
        assert "4.2.3" in clauses(command)


def test_three_before_two() -> None:
    """The plants live longer on their cold stores than the town: III comes first, and in most runs, not all, II."""
    entered = [[e.ref for e in of(run(SNOW, number), "entered")] for number in range(50)]
    assert all("event=III" in refs for refs in entered)
    with_two = [refs for refs in entered if "event=II" in refs]
    assert 25 < len(with_two) < len(entered)
    assert all(refs.index("response=III") < refs.index("event=II") for refs in with_two)


def test_what_a_measure_opens_brings_nothing_before_it() -> None:
    """The city's goods come only once the city directs, neighbours' goods only once they are asked for."""
    opened_by = {"city-support": "e2-command", "neighbour-areas": "bring-in", "city-reserve": "request-city"}
    for name in ALL:
        for number in range(8):
            entries = run(name, number)
            for route, measure in opened_by.items():
                came = sum(books(entries)["delivered"][route].values())
                assert not came or of(entries, "measure-done", measure), (name, number, route)
    assert sum(books(run(SNOW, 0))["delivered"]["city-support"].values()) > 0


def test_what_a_measure_opened_closes_with_the_end() -> None:
    """After the response has ended nothing more comes from the city or from neighbours."""
    [end] = of(run(SNOW, 0), "entered", "response=ended")
    total = []
    for incident in stopped(prepared(SNOW), 0, end.t, prepared(SNOW).horizon):
        incident.world.advance(incident.clock.now)
        delivered = incident.crisis.markets["necessities"].world.delivered()  # type: ignore[attr-defined]
        total.append(sum(v for (route, *_), v in delivered.items() if route in ("city-support", "neighbour-areas")))
    assert total[0] > 0
    assert total[1] == pytest.approx(total[0])


def test_closed_offices_cost_time() -> None:
    """With everybody on duty day and night the response of the holidays would have started earlier."""
    told_of = load_inputs(SNOW).scenario.staffing
    awake = without(SNOW, staffing=tuple(one.model_copy(update={"hours": "always"}) for one in told_of))
    for number in range(5):
        late = of(run(SNOW, number), "entered", "response=III")[0].t
        assert of(tuple(told(awake, number)), "entered", "response=III")[0].t < late - 1


def test_the_two_hours_are_missed_in_some_runs_and_kept_in_others() -> None:
    """Whether the bureau reports within two hours of confirming hangs on who can be called in on a holiday."""
    clocks = ("confirmed-to-command", "level-3-report", "level-2-1-report")
    missed = [any(e.ref in clocks for e in of(run(SNOW, n), "deadline-missed")) for n in RUNS]
    assert set(missed) == {True, False}


# ------------------------------------------------------------------------------------------ of all of them


@pytest.mark.parametrize("name", [RUMOUR, SNOW])
def test_nothing_is_known_before_it_is_noticed(name: str) -> None:
    """A place is known to be abnormal some time after it has truly become so, and nothing is decided before."""
    for number in range(5):
        entries = run(name, number)
        news = [e for e in of(entries, "indicator", "anomaly") if e.detail.get("known")]
        first = max((e for e in news if e.t == news[0].t), key=lambda e: e.detail["lag"])
        lag, place = first.detail["lag"], first.detail["place"]
        assert 0.3 <= lag <= 4.0  # what `noticed` and the shops' report suppose [h]
        assert min(e.t for e in of(entries, "decision-opened")) >= first.t
        since = first.t - lag
        flags = [
            incident.world.value(f"necessities:anomaly@{place}", t)
            for t in (since - 0.01, since + 0.01)
            for incident in stopped(prepared(name), number, t)
        ]
        assert flags == [0.0, 1.0]


@pytest.mark.slow
@pytest.mark.parametrize("name", [RUMOUR, SNOW])
def test_news_that_comes_late_does_not_undo_what_is_known(name: str) -> None:
    """At the end people know of every place how it stands, in whatever order they were told."""
    ready = prepared(name)
    for number in range(40):
        [incident] = stopped(ready, number, ready.horizon - 1)
        watch = incident.plans["daily-necessities"].watch
        anomalies = [i for i, one in enumerate(watch.ready.signals.found) if one.variable == "anomaly"]
        assert [watch.known[i] for i in anomalies] == [watch.true[i] for i in anomalies], number


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("number", range(5))
def test_books_balance(name: str, number: int) -> None:
    """What came is what was sold and what is left; what was wanted was sold, limited or missing."""
    found = books(run(name, number))
    assert abs(found["balance"]) < 1e-6
    for goods in found["demand"].values():
        for one in goods.values():
            assert one["wanted"] == pytest.approx(one["served"] + one["limited"] + one["short"], abs=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_same_seed_same_log(name: str) -> None:
    """One seed and run give one log; another seed gives another."""
    logs = ["".join(lines(told(prepared(name), 3, seed))) for seed in (5, 5, 6)]
    assert logs[0] == logs[1] != logs[2]


@pytest.mark.parametrize("name", [RUMOUR, SNOW])
def test_the_story_is_not_always_the_same_to_the_hour(name: str) -> None:
    """First grade, start and end fall on many different hours."""
    for scheme, level in (("event", None), ("response", None), ("response", "ended")):
        times = {
            round(next(e.t for e in of(run(name, n), "entered") if e.scheme == scheme and level in (None, e.level)))
            for n in RUNS
        }
        assert len(times) >= 8
