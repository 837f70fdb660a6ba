"""Sensitivity: what can be turned, what turning it does, and that the answer is told by clause."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.errors import InputError, MissingExtraError, RunError
from emergency.incident import simulate
from emergency.quantity import Duration
from emergency.replicate import points
from emergency.replicate import sensitivity as module
from emergency.replicate.case import Case, Started, read_case
from emergency.replicate.factors import KINDS, SPREAD, Factor, factors, turned
from emergency.replicate.instants import is_instant
from emergency.replicate.sensitivity import Question, Sensitivity, analyse
from emergency.report.sensitivity import name_of, render_sensitivity, tell_sensitivity
from emergency.scenario import Assumption

pytest.importorskip("SALib")

ROOT = Path(__file__).parent.parent
QUEUE = str(ROOT / "tests/fixtures/queue/counter.yaml")
#: However they are turned, there are people enough.
SHORT = ("horizon=8 d", "staffing.desk.crews=3", "work.0.takes.exponential=0.8 h")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def fuel() -> tuple[Case, Sequence[Factor]]:
    """A scenario with all that can be turned in it."""
    before = Path.cwd()
    os.chdir(ROOT)
    case = read_case("fuel-pipeline-outage")
    found = factors(case.inputs, Started(case, case.prepared()).programs)
    os.chdir(before)
    return case, found


# ------------------------------------------------------------------------------------------ factors


def test_everything_that_is_supposed_or_said_can_be_turned(fuel: tuple[Case, Sequence[Factor]]) -> None:
    """Assumptions, rules of judgement, bounds, limits, people and readings are found, each once, in this order."""
    kinds = [f.kind for f in fuel[1]]
    assert list(dict.fromkeys(kinds)) == list(KINDS)
    assert len({(f.name, f.path) for f in fuel[1]}) == len(kinds)
    clauses = {f.name: f.clauses for f in fuel[1]}
    assert clauses["measures.fuel:r4-stations.effects.0.to"] == ("fuel:4.2.1(3)",)
    assert clauses["fuel:3.3.1(1)/when"] == ("fuel:3.3.1(1)",)
    assert clauses["fuel:daily-stock/every"] == ("fuel:3.1",)
    assert clauses["world.stock.products.petrol.stock"] == ()


def test_turning_one_thing_leaves_the_rest(fuel: tuple[Case, Sequence[Factor]]) -> None:
    """With one factor turned, one value of one model is another; every other model is the very same."""
    case, found = fuel
    for factor in found[::11]:
        after = turned(case.inputs, [factor], [1.0])
        assert after.jurisdiction is case.inputs.jurisdiction
        changed = after.plans["fuel"] if factor.plan else after.scenario
        before: Any = case.inputs.plans["fuel"] if factor.plan else case.inputs.scenario
        if factor.plan:
            assert after.scenario == case.inputs.scenario
        else:
            assert after.plans == case.inputs.plans
        differing = [n for n in type(before).model_fields if getattr(changed, n) != getattr(before, n)]
        assert differing == [str(factor.path[0])]


def test_a_number_without_distribution_is_turned_about_itself(fuel: tuple[Case, Sequence[Factor]]) -> None:
    """Half way it is what it was; the ends are a quarter less and a quarter more."""
    factor = next(f for f in fuel[1] if f.name == "world.stock.supplies.road.rates.petrol")
    low, middle, high = (factor.at(u).numbers[0] for u in (0.0, 0.5, 1.0))
    assert middle == pytest.approx(factor.now.numbers[0])
    assert (low / middle, high / middle) == (pytest.approx(1 - SPREAD), pytest.approx(1 + SPREAD))


def test_a_distribution_is_turned_within_itself(fuel: tuple[Case, Sequence[Factor]]) -> None:
    """An assumption with a range becomes a certain number within it, the more the further it is turned."""
    ranged = [f for f in fuel[1] if isinstance(f.now, Assumption) and f.now.range is not None]
    assert ranged
    for factor in ranged:
        values = [factor.at(u).numbers[0] for u in (0.0, 0.4, 0.8, 1.0)]
        assert all(factor.at(u).is_fixed for u in (0.0, 1.0))
        assert values == sorted(values)
        assert factor.now.numbers[0] < values[0] < values[-1] < factor.now.numbers[-1]


def test_a_share_is_turned_to_no_more_than_all() -> None:
    """A share of nine tenths goes up to all of it, evenly over its range; so does any other."""
    share = Assumption.model_validate({"value": "0.9", "basis": "guess"})
    factor = Factor("x", "assumption", (), "", "", "", (), share)
    ends = [factor.at(u).numbers[0] for u in (0.0, 0.5, 1.0)]
    assert ends == pytest.approx([0.9 * (1 - SPREAD), (0.9 * (1 - SPREAD) + 1.0) / 2, 1.0])


def test_what_is_counted_is_turned_by_whole_ones(fuel: tuple[Case, Sequence[Factor]]) -> None:
    """A month is turned to two months, since there is no quarter of one; its options are all whole."""
    factor = next(f for f in fuel[1] if f.name == "fuel:monthly-stock/every")
    assert (str(factor.now), factor.low, factor.high) == ("1 month", "1 month", "2 months")
    assert [d.value for d in factor.options] == [1.0, 2.0]


def test_limits_stay_limits(fuel: tuple[Case, Sequence[Factor]]) -> None:
    """A length of time that is turned stays longer than nothing, and months stay whole."""
    for factor in fuel[1]:
        if isinstance(factor.now, Duration):
            for u in (0.0, 0.5, 1.0):
                assert factor.at(u).value > 0
                assert Duration.parse(str(factor.at(u))) == factor.at(u)


@pytest.mark.parametrize("u", [0.0, 1.0])
def test_what_is_turned_still_runs(fuel: tuple[Case, Sequence[Factor]], u: float) -> None:
    """All numbers turned to one end make a scenario that can be made ready; so does every choice of a reading."""
    case, found = fuel
    numbers = [f for f in found if f.kind != "reading"]
    Case(turned(case.inputs, numbers, [u] * len(numbers))).prepared()
    for factor in [f for f in found if f.kind == "reading"][::9]:
        Case(turned(case.inputs, [factor], [u])).prepared()


# ------------------------------------------------------------------------------------------ points


def test_what_does_not_happen_happens_at_the_end_and_no_length_does() -> None:
    """Without a response its start counts as at the end of the run; a lag that no run has is not known."""
    case = read_case(QUEUE, ("horizon=1 d",))
    of = ("requests.activated_h", "requests.response.I_h", "requests.lag_max_h", "waiting_h")
    job = points.Job(0, 0, 2)
    rows = points.Points(case, (), np.zeros((1, 0)), 5, of).chunk(job).rows
    assert rows[:, :2].tolist() == [[24.0, 24.0]] * 2
    assert np.isnan(rows[:, 2]).all()
    assert np.isfinite(rows[:, 3]).all()


def test_a_point_stopped_within_is_not_told_of() -> None:
    """Stopped after the first of three runs, a point has no mean; not stopped, it has that of all three."""
    shop = points.Points(read_case(QUEUE, ("horizon=1 d",)), (), np.zeros((1, 0)), 5, ("waiting_h",))
    asked = iter([False, True])
    assert shop.chunk(points.Job(0, 0, 3), lambda: next(asked)).job.count == 0
    assert shop.chunk(points.Job(0, 0, 3)).job.count == 3
    assert points.judge(shop, 3, 1, lambda n: None, lambda: True) is None


@pytest.mark.parametrize("scenario", ["fuel-pipeline-outage", "forest-native-outbreak"])
def test_instants_are_starts_ends_and_entries(scenario: str) -> None:
    """When a plan is activated and ended and each of its values is first entered is an instant; no other time is."""
    case = read_case(scenario)
    started = Started(case, case.prepared())
    numbers = {name for name in started.run(Chance(1), 0)[2].row() if name.endswith("_h")}
    known = {f"{id}.{what}_h" for id in started.programs for what in ("activated", "ended")}
    known |= {f"{id}.{at.scheme}.{at.value}_h" for id, one in started.programs.items() for at in one.ranks}
    instants = {name for name in numbers if is_instant(name, started.programs)}
    assert instants == numbers & known
    assert instants < numbers


# ------------------------------------------------------------------------------------------ analysis


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    """What decides how long a queue is."""
    question = Question(QUEUE, ("waiting_h",), paths=4, runs=3, settings=SHORT)
    found = analyse(question, tmp_path_factory.mktemp("queue"), workers=1)
    assert found is not None
    return found


def test_a_queue_is_decided_by_people_work_and_arrivals(queue: Sensitivity) -> None:
    """More people shorten a queue, more work lengthens it, rarer requests shorten it; readings do nothing to it."""
    effects = {e.factor.name: e for e in queue.effects["waiting_h"]}
    assert set(effects) >= {"staffing.desk.crews", "work.0.takes", "injects.request.every"}
    people, work, rarer = (effects[n] for n in ("staffing.desk.crews", "work.0.takes", "injects.request.every"))
    assert people.sign < 0 < work.sign
    assert rarer.sign < 0
    assert {e.size for e in effects.values() if e.factor.kind == "reading"} <= {0.0}
    assert [e.size for e in queue.effects["waiting_h"]] == sorted((e.size for e in effects.values()), reverse=True)


def test_the_answer_is_told_by_clause(queue: Sensitivity) -> None:
    """Each clause has the largest effect of what belongs to it; what none speaks of stands apart."""
    rows = {clause: (size, mine) for clause, size, mine in queue.by_clause("waiting_h")}
    assert rows["requests:1.1"][0] == max(e.size for e in queue.effects["waiting_h"] if e.factor.clauses)
    assert "injects.request.every" in {e.factor.name for e in rows[""][1]}


def test_what_it_is_now_is_the_mean_of_as_many_runs(queue: Sensitivity) -> None:
    """The number beside which effects are told is the mean of runs 0, 1, 2 of the scenario as it is."""
    started = Started(queue.case, queue.case.prepared())
    rows = []
    for number in range(queue.question.runs):
        incident, who, tally = started.run(Chance(queue.seed), number)
        simulate(incident, who)
        rows.append(tally.row()["waiting_h"])
    assert queue.base["waiting_h"] == pytest.approx(sum(rows) / len(rows))
    assert len(set(rows)) > 1


def test_a_number_that_no_run_has_is_not_analysed(tmp_path: Path) -> None:
    """Beside numbers that are, it is said so; alone, there is no answer."""
    question = Question(QUEUE, ("waiting_h", "requests.lag_max_h"), paths=2, runs=1, settings=("horizon=1 d",))
    found = analyse(question, tmp_path, workers=1)
    assert found is not None
    assert (list(found.effects), found.unknown, found.dropped) == (["waiting_h"], {"requests.lag_max_h": 2}, 0)
    assert "was not analysed" in tell_sensitivity(found, "en")[-1]
    assert "未作分析" in render_sensitivity(found, "zh")
    with pytest.raises(RunError, match=r"no path to judge by: .* no run with requests\.lag_max_h"):
        analyse(replace(question, of=question.of[1:]), tmp_path, workers=1)


def test_effects_on_a_share_are_points(queue: Sensitivity, tmp_path: Path) -> None:
    """A share is told in per cent; what is added to it or taken from it, in points."""
    effects = [replace(e, size=0.125, interval=0.05) for e in queue.effects["waiting_h"]]
    share = replace(queue, effects={"requests.activated": effects}, base={"requests.activated": 0.5})
    told = tell_sensitivity(share, "en")
    assert "(50.0% as things are, the mean of 3 runs)" in told[0]
    assert all("(12.5 ± 5.0 points)" in line for line in told[1:])
    assert "（12.5 ± 5.0 个百分点）" in tell_sensitivity(share, "zh")[1]


def test_effects_do_not_depend_on_who_finds_them(queue: Sensitivity, tmp_path: Path) -> None:
    """One process or two: the same effects, byte for byte."""
    analyse(queue.question, tmp_path, workers=2)
    for name in ("effects.csv", "summary.json"):
        assert (queue.folder / name).read_bytes() == (tmp_path / name).read_bytes()
    with (tmp_path / "effects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(queue.factors)


def test_paths_that_cannot_be_run_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A combination that breaks costs its path, which is counted; when every path breaks there is no answer."""
    calls: list[int] = []

    def breaks(inputs: Any, found: Any, at: Any) -> Any:
        calls.append(1)
        if len(calls) == 2 or len(calls) > 60:
            raise RunError("no such world")
        return turned(inputs, found, at)

    monkeypatch.setattr(points, "turned", breaks)
    question = Question(QUEUE, ("waiting_h",), paths=3, runs=1, settings=("horizon=1 d",))
    found = analyse(question, tmp_path, workers=1)
    assert found is not None
    assert (found.dropped, found.broke) == (1, "RunError: no such world")
    assert found.effects["waiting_h"]
    calls.extend([1] * 60)
    with pytest.raises(RunError, match="no path could be run to its end: RunError: no such world"):
        analyse(question, tmp_path, workers=1)


def test_what_cannot_be_asked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number no run has is refused with a likely one; without SALib the message says what to install."""
    with pytest.raises(InputError) as refused:
        analyse(Question(QUEUE, ("waiting",), settings=SHORT), tmp_path, workers=1)
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts["near"]) == ("unknown-number", "waiting_h")

    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(module, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r"emergency\[sensitivity\]"):
        analyse(Question(QUEUE), tmp_path)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_names_factors_and_clauses(queue: Sensitivity, lang: str) -> None:
    """The report stands alone, names what was turned in words, and cites clauses that its appendix holds."""
    html = render_sensitivity(queue, lang)
    assert "https://" not in html
    assert ("受理处 人手" if lang == "zh" else "Desk ") in html
    assert 'href="#c-requests-1.1"' in html
    assert 'id="c-requests-1.1"' in html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_factor_has_a_name(fuel: tuple[Case, Sequence[Factor]], lang: str, tmp_path: Path) -> None:
    """Whatever can be turned is called something other than its place in the file."""
    from emergency.report.sensitivity import _page

    case, found = fuel
    programs = Started(case, case.prepared()).programs
    page = _page(Sensitivity(Question(""), tmp_path, case, programs, found, 1, {}), lang)
    assert [f.name for f in found if name_of(page, f).strip() in ("", f.name)] == []


def test_the_command_writes_its_answer(tmp_path: Path) -> None:
    """``sensitivity`` tells how many runs it makes, then what decides the number; leaves effects, figure, report."""
    args = ["sensitivity", QUEUE, "--of", "waiting_h", "--paths", "2", "-n", "1", "--set", "horizon=1 d",
            "--workers", "1", "-o", str(tmp_path), "--lang", "en"]  # fmt: skip
    result = CliRunner().invoke(app, args, env={"COLUMNS": "200"})
    assert (result.exit_code, result.stderr.partition(":")[0]) == (0, "12 runs will be made")
    assert "What decides 'Waiting for people, in all'" in result.stdout
    for name in ("effects.csv", "summary.json", "report.html", "figures/tornado-waiting_h.svg"):
        assert (tmp_path / name).is_file()
