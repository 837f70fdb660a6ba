"""The stories of the grain scenarios: who enters which level, what is known when, and what one mill can do."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog, lines
from emergency.reader import load_inputs

QUIET, MILL, FLOOD, PANIC = "grain-quiet", "grain-mill-down", "grain-local-flood", "grain-district-panic"
CRISES = (MILL, FLOOD, PANIC)
TOWNSHIPS = {"lukou", "lucheng", "yunxi-street", "changling", "songyanghu"}
SIGNS = {"panic-buying", "out-of-stock", "price-surge"}
SEEDS = range(8)
NEVER_MENDED = "injects.breakdown.effects.0.lasts.value=60 d"


@cache
def ready(name: str, *changes: str) -> Prepared:
    """A grain scenario with some values changed."""
    inputs = load_inputs(name, changes)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


@cache
def run(name: str, seed: int = 1, *changes: str) -> tuple[Entry, ...]:
    """The entries of one run."""
    prepared = ready(name, *changes)
    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(seed).run(0), log))
    return tuple(log.entries)


def first(entries: tuple[Entry, ...], kind: str, ref: str) -> Entry:
    """The first entry of a kind about something."""
    return next(e for e in entries if e.kind == kind and e.ref == ref)


def entered(entries: tuple[Entry, ...], *schemes: str) -> list[tuple[str, str | None]]:
    """Each value entered, with who entered it."""
    return [(e.ref or "", e.actor) for e in entries if e.kind == "entered" and e.scheme in schemes]


def judged(entries: tuple[Entry, ...], *indicators: str) -> list[Entry]:
    """What people came to hold to be so."""
    return [e for e in entries if e.ref in indicators and e.detail.get("judged") is True]


def course(entries: tuple[Entry, ...], variable: str) -> list[list[float]]:
    """A variable of the grain market over time: [h, value]."""
    return next(e.detail["trace"] for e in entries if e.ref == f"grain:{variable}" and "trace" in e.detail)


def books(entries: tuple[Entry, ...]) -> dict:  # type: ignore[type-arg]
    """What became of the grain market."""
    return entries[-1].detail["markets"]["grain"]


def short(entries: tuple[Entry, ...]) -> float:
    """For how long shelves were empty, all together [h]."""
    return sum(e.t * (-1 if e.detail["short"] else 1) for e in entries if e.kind == "shortage")


# ------------------------------------------------------------------------------------- an ordinary month


@pytest.mark.slow
def test_an_ordinary_month_starts_nothing() -> None:
    """An overhaul, a late consignment and some talk move prices by less than a fifth: no level in 200 seeds."""
    dearest = 0.0
    for seed in range(200):
        log = EventLog(ready(QUIET).start)
        simulate(Incident(ready(QUIET), Chance(seed).run(0), log))
        began = ("entered", "decision-opened", "measure-started", "gap", "shortage")
        assert not [e for e in log if e.kind in began]
        rises = [course(tuple(log.entries), f"price_rise@{place}") for place in TOWNSHIPS]
        dearest = max(dearest, *(value for points in rises for _, value in points))
    assert 0.05 < dearest < 0.2  # near enough to what counts as abnormal to mean something


# ---------------------------------------------------------------------------------------- who enters what


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mill_stops_and_one_township_then_the_district(seed: int) -> None:
    """Local before district-wide; the headquarters confirms (4.2), the government approves (4.3.1, 4.4.2)."""
    entries = run(MILL, seed)
    first_round = entered(entries, "event", "response")[:5]
    assert first_round == [
        ("event=II", "headquarters"),
        ("response=II", "district-government"),
        ("event=I", "headquarters"),
        ("response=I", "district-government"),
        ("response=ended", "district-government"),
    ]
    local = [e.detail["place"] for e in judged(entries, *SIGNS) if e.t < first(entries, "entered", "event=II").t]
    assert "yunxi-street" in local  # and at most, in some seeds, what spreads to its neighbours
    assert set(local) < TOWNSHIPS
    wide = [e.detail["place"] for e in judged(entries, *SIGNS) if e.t <= first(entries, "entered", "event=I").t]
    assert set(wide) == TOWNSHIPS


@pytest.mark.parametrize("seed", SEEDS)
def test_a_flood_in_one_township_stays_local(seed: int) -> None:
    """Level II and no other, for one township; no paddy leaves the reserve, no other shelf runs empty."""
    entries = run(FLOOD, seed)
    assert entered(entries, "event", "response") == [
        ("event=II", "headquarters"),
        ("response=II", "district-government"),
        ("response=ended", "district-government"),
        ("event=off", None),
    ]
    signs = judged(entries, *SIGNS)
    assert {e.detail["place"] for e in signs if e.t < first(entries, "entered", "event=II").t} == {"lucheng"}
    assert {e.detail["place"] for e in signs if e.ref != "panic-buying"} == {"lucheng"}  # fear alone spreads
    assert {e.ref for e in entries if e.kind == "shortage"} <= {"grain:rice@lucheng"}
    assert books(entries)["chain"]["released_raw"] == 0
    proposed = first(entries, "measure-done", "r2-reserve")
    assert proposed.clauses == ("grain:4.3.2",)
    freed = next(t for t, tonnes in course(entries, "reserve:milled") if tonnes < 300)
    assert freed > proposed.t


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_on_grain_is_district_wide_and_the_city_steps_in(seed: int) -> None:
    """Level I by its own steps; the city's state by notice alone, and by notice lifted (4.4.3)."""
    entries = run(PANIC, seed)
    assert [ref for ref, _ in entered(entries, "response")] == ["response=I", "response=ended"]
    assert entered(entries, "city") == [("city=in-force", None), ("city=off", None)]
    noticed = [e for e in entries if e.ref == "city-notice" and "known" in e.detail]
    assert [e.detail["known"] for e in noticed] == [True, False]
    for notice, value in zip(noticed, ("city=in-force", "city=off"), strict=True):
        at = first(entries, "entered", value)
        assert at.t == notice.t
        assert at.clauses[0] == "grain:4.4.3(1)"
    asked = {"c-people", "c-act", "c-respond", "c-allot", "c-process", "c-supply", "c-supervise", "c-order"}
    started = {e.ref: e.t for e in entries if e.kind == "measure-started" and (e.ref or "").startswith("c-")}
    assert set(started) == {*asked, "c-instructions", "c-monitor"}
    told = next(e.t for e in entries if e.ref == "city-instruction" and "known" in e.detail)
    assert started.pop("c-instructions") == max(told, noticed[0].t)  # only an instruction given can be carried out
    assert set(started.values()) == {noticed[0].t}


@pytest.mark.parametrize("name", CRISES)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_end_is_proposed_approved_and_followed_by_an_evaluation(name: str, seed: int) -> None:
    """No sign is left when the end is proposed (4.5); the state of emergency ends with it; then 5.1."""
    entries = run(name, seed)
    opened = first(entries, "decision-opened", "response=ended")
    standing: dict[tuple[str | None, str], bool] = {}
    for e in entries:
        if e.seq < opened.seq and e.ref in SIGNS and "judged" in e.detail:
            standing[e.ref, e.detail["place"]] = e.detail["judged"]
    assert standing
    assert not any(standing.values())
    ended = first(entries, "entered", "response=ended")
    assert first(entries, "entered", "event=off").t == ended.t
    assert first(entries, "measure-done", "e-terminate").clauses == ("grain:4.5",)
    assert first(entries, "measure-done", "e-evaluate").t > ended.t


# ----------------------------------------------------------------------------------------- what is known


@pytest.mark.parametrize(
    ("name", "inject"), [(MILL, "rumour"), (FLOOD, "run-on-the-outlet"), (PANIC, "notice-misread")]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_known_before_it_is_noticed(name: str, inject: str, seed: int) -> None:
    """A market is held to be abnormal half an hour after the cause at the soonest, signs an hour; no level before."""
    entries = run(name, seed)
    cause = first(entries, "inject", inject).t
    assert judged(entries, "market-abnormal")[0].t >= cause + 0.5
    assert judged(entries, *SIGNS)[0].t >= cause + 1
    assert min(e.t for e in entries if e.kind in ("entered", "decision-opened")) >= cause + 0.5
    assert first(entries, "entered", "fluctuation=abnormal").t == judged(entries, "market-abnormal")[0].t


@pytest.mark.parametrize("name", CRISES)
def test_incidents_are_known_once_told(name: str) -> None:
    """What happened in a township is known as long after as its inject says, and to nobody sooner."""
    prepared = ready(name)
    telling = [
        (str(about), tell.after) for i in prepared.scenario.injects for tell in i.tells for about in tell.about
    ]
    for seed in SEEDS:
        heard = [e for e in run(name, seed) if e.detail.get("how") == "event" and e.detail["known"]]
        assert {e.ref for e in heard} >= {"rather-severe-event"}
        for e in heard:
            after = [one.numbers for about, one in telling if about == e.ref]
            assert any(least <= e.detail["lag"] <= most for least, _, most in after)


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_are_read_once_a_day(seed: int) -> None:
    """A rise in price becomes known at 16:00, or counts from the moment on in which the state is confirmed."""
    entries = run(MILL, seed)
    confirmed = {e.t for e in entries if e.kind == "entered" and e.scheme == "event"}
    for e in judged(entries, "price-surge"):
        assert e.t in confirmed or (e.t - 8) % 24 == pytest.approx(0)


# ------------------------------------------------------------------------------------------- four hours


@pytest.mark.parametrize("name", [MILL, PANIC])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_report_of_a_district_wide_state_has_four_hours(name: str, seed: int) -> None:
    """The bound of 4.4.1 runs from the state's entering; a report within it meets it, else its end is missed."""
    entries = run(name, seed)
    began = first(entries, "decision-opened", "response=I")
    assert began.t == first(entries, "entered", "event=I").t
    report = next(e for e in entries if e.kind == "step" and e.ref == "response=I" and e.detail["do"] == "report")
    assert report.actor == "headquarters"
    assert report.detail["due"] == pytest.approx(began.t + 4)
    assert report.detail["met"] is (report.t <= began.t + 4)
    missed = [e for e in entries if e.kind == "deadline-missed" and e.ref == "response=I"]
    due = [] if report.detail["met"] else [(report.detail["due"], ("grain:4.4.1",))]
    assert [(e.t, e.clauses) for e in missed] == due


# -------------------------------------------------------------------------------------- one mill, its grain


@pytest.mark.parametrize("name", CRISES)
@pytest.mark.parametrize("seed", range(5))
def test_raw_and_milled_grain_are_conserved(name: str, seed: int) -> None:
    """Reserves only shrink, by what was released; a raw tonne gives 0.7 milled; wanted = served + limited + short."""
    entries = run(name, seed)
    found = books(entries)
    chain = found["chain"]
    assert found["balance"] == pytest.approx(0.0, abs=1e-6)
    for part, held in (("raw", 5000.0), ("milled", 300.0)):
        tonnes = [value for _, value in course(entries, f"reserve:{part}")]
        assert tonnes[0] == held
        assert all(later <= sooner + 1e-9 for sooner, later in pairwise(tonnes))
        assert tonnes[-1] == pytest.approx(held - chain[f"released_{part}"], abs=1e-6)
    assert chain["lost"] == pytest.approx(0.3 * chain["milled"])
    came = {part: chain[f"released_{part}"] + chain[f"requisitioned_{part}"] for part in ("raw", "milled")}
    assert chain["milled"] <= chain["bought"] + came["raw"] + 1e-6
    assert chain["sent"] <= 0.7 * chain["milled"] + came["milled"] + 1e-6
    assert found["delivered"]["chain"]["rice"] == pytest.approx(chain["sent"])
    for goods in found["demand"].values():
        for total in goods.values():
            assert total["wanted"] == pytest.approx(total["served"] + total["limited"] + total["short"], abs=1e-6)


@pytest.mark.parametrize("name", CRISES)
def test_same_seed_same_log(name: str) -> None:
    """Whichever runs were made between, a seed leaves the same log, and another seed another."""
    prepared = ready(name)
    logs = []
    for seed in (3, 4, 3):
        log = EventLog(prepared.start)
        simulate(Incident(prepared, Chance(seed).run(0), log))
        logs.append("".join(lines(log.entries)))
    assert logs[0] == logs[2] != logs[1]


def test_the_milled_reserve_lasts_five_to_eight_days() -> None:
    """300 t (6.1.1) over what 146,000 people eat in a day; and, once level I lets it go, eight days in no seed."""
    rice = ready(MILL).scenario.world.markets["grain"].goods["rice"]
    assert all(5 <= 300 / (24 * rate) <= 8 for rate in rice.demand.numbers)
    for seed in SEEDS:
        entries = run(MILL, seed)
        freed = first(entries, "measure-done", "r1-release").t
        empty = next(t for t, tonnes in course(entries, "reserve:milled") if tonnes <= 1e-6)
        assert 0 < empty - freed < 8 * 24


@pytest.mark.parametrize("seed", SEEDS)
def test_paddy_is_no_rice_without_a_mill(seed: int) -> None:
    """While the only mill stands still nothing is milled, however much paddy leaves the reserve."""
    entries = run(MILL, seed, NEVER_MENDED)
    chain = books(entries)["chain"]
    broke = first(entries, "inject", "breakdown").t
    raw_in = ready(MILL).scenario.world.markets["grain"].chain.raw_in.numbers[0]
    assert chain["milled"] == pytest.approx(raw_in * broke)
    assert chain["released_raw"] > 100
    assert chain["sent"] <= 0.7 * chain["milled"] + 300 + chain["requisitioned_milled"] + 1e-6
    assert books(entries)["delivered"]["chain"]["rice"] < books(run(MILL, seed))["delivered"]["chain"]["rice"]


def test_a_second_mill_shortens_the_shortage() -> None:
    """All chance the same: with another mill, be it small, shelves are empty for less time; with a larger, less."""
    hours: dict[int, list[float]] = {}
    for other in (0, 10, 30):
        size, left = f"world.markets.grain.chain.mill.value={65 + other} t/d", f"{other / (65 + other):.6f}"
        changes = (size, f"injects.breakdown.effects.0.to.value={left}")
        hours[other] = [short(run(MILL, seed, *changes)) for seed in SEEDS]
    assert min(hours[0]) >= 0 < max(hours[0])
    for alone, small, large in zip(*hours.values(), strict=True):
        assert alone > small or alone == 0
        assert small >= large
    assert sum(hours[30]) < sum(hours[10]) or sum(hours[10]) == 0


# -------------------------------------------------------------------------------------------- measures


@pytest.mark.parametrize("name", [MILL, PANIC])
@pytest.mark.parametrize("seed", SEEDS)
def test_prices_keep_under_the_ceiling_while_it_holds(name: str, seed: int) -> None:
    """From when the members have acted (4.4.2, ceiling of 2.2.3#5) to the end no price is over 125 % of the usual."""
    entries = run(name, seed)
    capped = first(entries, "measure-done", "r1-members-act").t
    ended = first(entries, "entered", "response=ended").t
    for place in TOWNSHIPS:
        rises = [value for t, value in course(entries, f"price_rise@{place}") if capped < t < ended]
        assert rises
        assert max(rises) <= 0.25 + 1e-9


def test_trucks_are_waited_for_until_there_are_enough() -> None:
    """The district's transfer and the city's supply want seven of six trucks; with eight nobody waits."""

    def waited(*changes: str) -> list[Entry]:
        return [e for seed in SEEDS for e in run(PANIC, seed, *changes) if e.actor == "fleet:trucks"]

    assert {e.ref for e in waited()} <= {"r1-transfer", "c-supply"}
    assert waited()
    assert not waited("fleets.trucks.count=8")


def test_the_city_is_asked_only_when_supply_falls_short() -> None:
    """The city reserve is asked for (4.4.2(3)) once demand is known to exceed supply, in a state of emergency."""
    for name in CRISES:
        for seed in SEEDS:
            entries = run(name, seed)
            asked = [e.t for e in entries if e.kind == "measure-started" and e.ref == "any-ask-city"]
            known = [e.t for e in judged(entries, "short-supply")]
            states = [e.t for e in entries if e.kind == "entered" and e.scheme == "event" and e.level != "off"]
            assert all(any(t >= k for k in known) and any(t >= s for s in states) for t in asked)
    assert all(first(run(MILL, seed), "measure-started", "any-ask-city") for seed in SEEDS)


def test_an_end_that_must_last_three_days_comes_three_days_later() -> None:
    """4.5 has no standard: read as "removed for three days", the end is opened 72 h after the last sign is gone."""
    for seed in SEEDS:
        sooner = first(run(FLOOD, seed), "decision-opened", "response=ended").t
        reading = "readings.grain.removed-is=none(local-emergency, townships) for 3 d"
        later = first(run(FLOOD, seed, reading), "decision-opened", "response=ended").t
        assert later == pytest.approx(sooner + 72)
