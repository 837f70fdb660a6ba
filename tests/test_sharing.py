"""Several plans in one run: who waits for whom across plans, what that costs, and how the report tells them apart."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_report import Reader
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.indicators import Indicators, fold, sharing, summary
from emergency.log import Entry, EventLog, read_jsonl
from emergency.machine import Program
from emergency.plan import Plan
from emergency.reader import load_inputs
from emergency.report import render_report, tell_run
from emergency.scenario import Fleet, Scenario, Staffing, Work
from emergency.source import Text

SHOPS = Path(__file__).parent / "fixtures" / "engine" / "tern-shops.yaml"
START = datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=8)))
GUESS = {"basis": "guess"}
TITLES = {
    "lamp-oil": Text(zh="灯油预案", en="Plan of the lamps"),
    "salt": Text(zh="盐预案", en="Plan of the salt"),
    "kelp": Text(zh="海带预案", en="Plan of the kelp"),
}


def people(crews: int = 1) -> tuple[Staffing, ...]:
    """So many crews in every seat, day and night."""
    rows = [{"seat": s, "crews": str(crews), "hours": "always"} for s in ("larder", "harbour", "council", "warden")]
    return tuple(Staffing.model_validate(row) for row in rows)


def work(hours: float, **uses: int) -> tuple[Work, ...]:
    """Whatever is done takes so long and needs such vehicles."""
    verbs = ("propose", "decide", "watch", "ration", "stop-supply", "report")
    facts = {"takes": {"value": f"{hours} h", **GUESS}, "uses": {k: str(n) for k, n in uses.items()}}
    return tuple(Work.model_validate({"do": verb, **facts}) for verb in verbs)


@cache
def prepared(count: int = 3, crews: int = 1, carts: int = 0) -> Prepared:
    """One plan of the isle under so many names: they begin together and want the same people."""
    inputs = load_inputs(SHOPS)
    one = inputs.plans["lamp-oil"]
    plans: dict[str, Plan] = {
        id: one.model_copy(update={"plan": id, "title": title}) for id, title in list(TITLES.items())[:count]
    }
    uses = {"carts": 1} if carts else {}
    fleet = Fleet.model_validate({"zh": "大车", "en": "Carts", "count": str(max(carts, 1))})
    changes: dict[str, Any] = {"plans": tuple(plans), "staffing": people(crews), "work": work(3.0, **uses)}
    scenario: Scenario = inputs.scenario.model_copy(update=changes | ({"fleets": {"carts": fleet}} if carts else {}))
    return prepare(scenario, plans, inputs.jurisdiction)


def programs(ready: Prepared) -> dict[str, Program]:
    """The programs of its plans."""
    return {id: one.program for id, one in ready.plans.items()}


def run(ready: Prepared, *, apart: bool = False) -> list[Entry]:
    """The entries of one run."""
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(1).run(0), log, apart=apart))
    return log.entries


def compared(ready: Prepared) -> dict[str, Any]:
    """What its plans lose by sharing."""
    found = [fold(run(ready, apart=apart), programs(ready)) for apart in (False, True)]
    return sharing(*found)


@cache
def told(count: int = 3, crews: int = 1, carts: int = 0) -> dict[str, Any]:
    """The summary of a run, sharing included."""
    ready = prepared(count, crews, carts)
    numbers, found = fold(run(ready), programs(ready)), compared(ready)
    return summary(numbers, scenario="s", seed=1, run=0, plan_sha256={}, scenario_sha256="", version="0",
                   sharing=found)  # fmt: skip


# ------------------------------------------------------------------------------------ who waited for whom

WAITS = st.lists(
    st.tuples(
        st.sampled_from(["lamp-oil", "salt"]),
        st.sampled_from(["larder", "warden", "fleet:carts"]),
        st.floats(0.0, 50.0),
        st.sampled_from(["lamp-oil", "salt", "kelp"]),
    ),
    max_size=30,
)


@given(WAITS)
def test_waits_across_plans_are_those_behind_another(waits: list[tuple[str, str, float, str]]) -> None:
    """Per seat and pair of plans, waits behind the other plan are counted, summed, the longest kept; own ones not."""
    numbers, log = Indicators(programs(prepared())), EventLog(START)
    log.listen(numbers)
    for k, (plan, seat, hours, behind) in enumerate(waits):
        log.add(float(k), "resource", plan=plan, actor=seat, ref=f"m{k}",
                detail={"waited": hours, "behind": f"{behind}:b{k}"})  # fmt: skip
    rows = numbers.waits_across()
    for row in rows:
        whose = (row["plan"], row["seat"], row["behind"])
        mine = [(h, k) for k, (p, s, h, b) in enumerate(waits) if (p, s, b) == whose]
        assert row["times"] == len(mine)
        assert row["hours"] == pytest.approx(sum(h for h, _ in mine), abs=1e-4)
        longest, _ = max(mine)
        assert row["longest_h"] == pytest.approx(longest, abs=1e-6)
        assert waits[int(row["ref"][1:])][2] == pytest.approx(longest, abs=1e-6)
        assert row["behind_ref"] == f"b{row['ref'][1:]}"
    assert sum(row["times"] for row in rows) == sum(p != b for p, _, _, b in waits)
    assert [row["hours"] for row in rows] == sorted((row["hours"] for row in rows), reverse=True)


def test_a_run_waits_across_plans_as_its_log_says() -> None:
    """The hours waited across plans are those of the log's entries; with people apart there are none."""
    ready = prepared()
    shared, apart = run(ready), run(ready, apart=True)
    across = [e for e in shared if e.kind == "resource" and e.detail["behind"].split(":")[0] != e.plan]
    assert across
    rows = compared(ready)["waits"]
    assert sum(row["hours"] for row in rows) == pytest.approx(sum(e.detail["waited"] for e in across), abs=1e-4)
    assert not fold(apart, programs(ready)).waits_across()


def test_vehicles_count_as_people_do() -> None:
    """Plans with crews enough still wait for each other where they need the same vehicle."""
    rows = compared(prepared(3, 9, 1))["waits"]
    assert rows
    assert {row["seat"] for row in rows} == {"fleet:carts"}


# ------------------------------------------------------------------------------------------ what it costs


def test_the_cost_is_the_difference_of_two_runs() -> None:
    """Each number stands as it was shared and apart; the difference is theirs, and the later plan started later."""
    ready = prepared()
    found = compared(ready)
    both = [fold(run(ready, apart=apart), programs(ready)) for apart in (False, True)]
    for id, numbers in found["plans"].items():
        assert numbers["activated_h"]["shared"] == both[0].plans[id].activated_h
        assert numbers["activated_h"]["apart"] == both[1].plans[id].activated_h
        for one in numbers.values():
            if one["difference"] is not None:
                assert one["difference"] == pytest.approx(one["shared"] - one["apart"], abs=1e-5)
    assert not found["same"]
    starts = sorted(numbers["activated_h"]["difference"] for numbers in found["plans"].values())
    assert starts[0] == 0.0
    assert starts[-1] >= 3.0  # two plans before it had the larder, which proposes, for three hours each
    assert found["worlds"]["shops"].keys() == {"limited_t", "short_t", "stockout_h"}
    assert found["worlds"]["blight"].keys() == {"infested", "mortality"}


def test_who_has_people_enough_loses_nothing() -> None:
    """With crews for everybody nothing differs: no waits, every number the same, and it is said so."""
    ready = prepared(3, 40)
    found = compared(ready)
    assert found["waits"] == []
    assert found["same"]
    assert all(one["difference"] in (0.0, None) for numbers in found["plans"].values() for one in numbers.values())
    text = " ".join(tell_run(run(ready), ready.scenario, programs(ready), told(3, 40), "en"))
    assert "nothing would have come differently" in text


def test_what_never_happened_has_no_difference() -> None:
    """A response that starts only with people of its own is told of, and not as a number of hours."""
    ready = prepared()
    shared, apart = fold(run(ready), programs(ready)), fold(run(ready, apart=True), programs(ready))
    shared.plans["kelp"].activated_h = shared.plans["kelp"].ended_h = None
    found = sharing(shared, apart)
    assert found["plans"]["kelp"]["activated_h"]["difference"] is None
    assert not found["same"]
    facts = {**told(), "sharing": found}
    lines = tell_run(run(ready), ready.scenario, programs(ready), facts, "en")
    assert any("Plan of the kelp" in line and "never started" in line for line in lines)


def test_a_summary_of_one_plan_has_nothing_to_compare() -> None:
    """The key `sharing` stands in a summary only where there was something to compare."""
    ready = prepared(1)
    numbers = fold(run(ready), programs(ready))
    found = summary(numbers, scenario="s", seed=1, run=0, plan_sha256={}, scenario_sha256="", version="0")
    assert "sharing" not in found
    assert "sharing" in told()


# ---------------------------------------------------------------------------------------------- the report


@cache
def page(lang: str, count: int = 3, crews: int = 1, carts: int = 0) -> str:
    """The report of a run of several plans."""
    ready = prepared(count, crews, carts)
    facts = told(count, crews, carts)
    return render_report(run(ready), ready.scenario, programs(ready), facts, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_plan_has_its_parts(lang: str) -> None:
    """In each section that goes plan by plan, every plan has a part of its own, reached by a link, in their order."""
    text, read = page(lang), Reader(page(lang))
    assert len(read.ids) == len(set(read.ids))
    assert {r[1:] for r in read.refers if r.startswith("#")} <= set(read.ids)
    for section in ("levels", "decisions", "who-did-what", "gaps", "waiting"):
        parts = [id for id in read.ids if id.startswith(f"{section}-")]
        assert parts == [f"{section}-{plan}" for plan in TITLES]
        for plan in TITLES:
            title = TITLES[plan].in_(lang)
            assert re.search(rf'<h3 class="plan" id="{section}-{plan}">{title}</h3>', text)
            assert f"#{section}-{plan}" in read.refers


def test_citations_name_their_plan() -> None:
    """Where there are several plans, a clause is cited with its plan; the appendix has each plan's clauses apart."""
    read = Reader(page("en"))
    cited = [r for r in read.refers if r.startswith("#c-")]
    assert {r.removeprefix("#c-").rsplit("-", 1)[0] for r in cited} == set(TITLES)
    words = "".join(read.words)
    assert "salt:3.1" in words
    assert "kelp:3.2" in words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sections_are_numbered_as_they_come(lang: str) -> None:
    """Sections count from 1 without a gap, and the summary sends the reader to that of the gaps."""
    ready, first = prepared(), run(prepared())[0]
    facts = {"reading": "upward", "taken": "milder", "question": {"zh": "问", "en": "Q"}}
    gap = Entry(1, 1.0, first.start, "salt", "gap", None, None, None, "response=II", ("salt:3.1",), facts)
    text = render_report([first, gap, *run(ready)[1:]], ready.scenario, programs(ready), told(), lang)
    heads = re.findall(r'<h2 id="([\w-]+)">(\d+) ', text)
    assert [int(n) for _, n in heads] == list(range(1, len(heads) + 1))
    assert [id for id, _ in heads].count("sharing") == 1
    gaps = next(n for id, n in heads if id == "gaps")
    assert (f"见第{gaps}节" if lang == "zh" else f"(section {gaps})") in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_says_who_waited_for_whom(lang: str) -> None:
    """Every pair of plans that waited stands in the table with its hours, and both plans by their titles."""
    ready = prepared()
    words = "".join(Reader(page(lang)).words)
    rows = told()["sharing"]["waits"]
    section = words[words.rindex("谁等了谁" if lang == "zh" else "Who waited for whom") :]
    for row in rows:
        assert TITLES[row["plan"]].in_(lang) in section
        assert TITLES[row["behind"]].in_(lang) in section
    assert "larder" not in words
    assert len(rows) >= len(ready.plans)


def test_a_vehicle_is_called_by_its_name() -> None:
    """Vehicles that plans waited for stand in the report by their name, not by their id."""
    words = "".join(Reader(page("en", 3, 9, 1)).words)
    assert "Carts" in words
    assert "fleet:" not in words


def test_one_plan_shares_with_nobody() -> None:
    """A report of one plan has no section on sharing, no links from plan to plan, and cites clauses without plan."""
    ready = prepared(1)
    numbers = fold(run(ready), programs(ready))
    facts = summary(numbers, scenario="s", seed=1, run=0, plan_sha256={}, scenario_sha256="", version="0")
    read = Reader(render_report(run(ready), ready.scenario, programs(ready), facts, "en"))
    assert "sharing" not in read.ids
    assert "levels-lamp-oil" not in read.ids
    assert "lamp-oil:3.1" not in "".join(read.words)


def test_a_run_that_was_not_compared_says_so() -> None:
    """Several plans without the second run: the report says that nothing was compared, and invents no numbers."""
    ready = prepared()
    facts = {k: v for k, v in told().items() if k != "sharing"}
    words = "".join(Reader(render_report(run(ready), ready.scenario, programs(ready), facts, "en")).words)
    assert "was not compared" in words
    assert "Who waited for whom" not in words


# -------------------------------------------------------------------------------------- the command line


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A scenario of two plans in files of their own, with one crew in every seat."""
    for name in ("tern-isle", "lamp-oil"):
        shutil.copy(SHOPS.parent / f"{name}.yaml", tmp_path)
    lamp = (tmp_path / "lamp-oil.yaml").read_text(encoding="utf-8")
    (tmp_path / "salt.yaml").write_text(lamp.replace("plan: lamp-oil", "plan: salt"), encoding="utf-8")
    seats = "".join(f"  - {{seat: {s}, hours: always}}\n" for s in ("larder", "harbour", "council", "warden"))
    work = "work:\n  - {do: propose, takes: {value: 5 h, basis: guess}}\n"
    shops = SHOPS.read_text(encoding="utf-8").replace("plans: [lamp-oil]", "plans: [lamp-oil, salt]")
    path = tmp_path / "two-plans.yaml"
    path.write_text(f"{shops.replace('scenario: tern-shops', 'scenario: two-plans')}staffing:\n{seats}{work}",
                    encoding="utf-8")  # fmt: skip
    return path


def test_run_compares_and_writes_it_down(scenario: Path, tmp_path: Path) -> None:
    """`emergency run` of several plans writes `sharing` into the summary and tells it; the other keys are as ever."""
    folder = tmp_path / "out"
    told = CliRunner().invoke(app, ["run", str(scenario), "--lang", "en", "-o", str(folder)])
    assert told.exit_code == 0, told.output
    found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert {"scenario", "plans", "indicators", "world", "readings", "receipt", "sharing"} <= set(found)
    waits = found["sharing"]["waits"]
    [later] = [one for one in waits if one["plan"] == "salt"]  # the plan named second stands in line second
    assert (later["seat"], later["behind"], later["longest_h"]) == ("larder", "lamp-oil", 5.0)
    assert found["sharing"]["plans"]["salt"]["activated_h"]["difference"] == 5.0
    assert found["sharing"]["plans"]["lamp-oil"]["activated_h"]["difference"] == 0.0
    log = read_jsonl(folder / "log.jsonl")
    assert fold(log, {}).now == log[-1].t
    assert sum(e.kind == "resource" for e in log) >= len(waits)
    assert "Waits of one plan for people or vehicles" in " ".join(told.output.split())
