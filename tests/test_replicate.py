"""Sweeps: the same rows whoever makes them, nothing lost when they break off, pairs that differ in one thing."""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from emergency.chance import Chance
from emergency.cli import app
from emergency.errors import InputError, RunError
from emergency.figures.columns import Labels, sweep_names
from emergency.incident import Incident, simulate
from emergency.indicators import fold
from emergency.log import EventLog
from emergency.replicate import sweep as sweep_module
from emergency.replicate.case import Case, Started, read_case
from emergency.replicate.compare import differences, parse_change
from emergency.replicate.course import Layout, run_with_course
from emergency.replicate.crew import chunks, pool
from emergency.replicate.runs import Job, Workshop, jobs
from emergency.replicate.store import Store, Table, read_rows
from emergency.replicate.sweep import Conduct, Request, Sweep, resume, sweep
from emergency.replicate.tally import Columns, Tally
from emergency.report.sweep import render_sweep, replay
from emergency.seat import AbsentAtNight, Ask, Eager, Hesitant, WorkTimes

ROOT = Path(__file__).parent.parent
FAST = "fuel-quiet"
BUSY = "fuel-pipeline-outage"
FIXTURES = ROOT / "tests/fixtures"
FILES = ("runs.csv", "runs-1.csv", "summary.json", "courses.bin")
HERE = Conduct(workers=1)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def stop_after(chunks_done: int) -> tuple[Callable[[int, int], None], Callable[[], bool]]:
    """A progress and a stop that break a sweep off after so many chunks."""
    told = []
    return (lambda done, total: told.append(done)), (lambda: len(told) >= chunks_done)


def broken_off(request: Request, folder: Path, chunks_done: int = 2) -> Sweep:
    """A sweep that was interrupted."""
    progress, stopped = stop_after(chunks_done)
    found = sweep(request, folder, Conduct(1, None, progress, stopped))
    assert not found.complete
    return found


def same_files(one: Path, other: Path, names: tuple[str, ...] = FILES) -> None:
    """Both folders hold the same rows, summary and courses, byte for byte."""
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """A sweep of twelve runs with one change, made in this process."""
    before = Path.cwd()
    os.chdir(ROOT)
    found = sweep(Request(BUSY, 12, compare=("policy=eager",)), tmp_path_factory.mktemp("whole"), HERE)
    os.chdir(before)
    return found


# ---------------------------------------------------------------------------------------- the same rows


def test_rows_do_not_depend_on_who_makes_them(whole: Sweep, tmp_path: Path) -> None:
    """One process or two: the same rows, summary and courses, byte for byte."""
    sweep(whole.request, tmp_path, Conduct(workers=2))
    same_files(whole.folder, tmp_path)


def test_a_row_is_what_the_log_of_that_run_says(whole: Sweep) -> None:
    """Run K of a sweep is run K by itself: every number of its row is folded from the log that run keeps."""
    started = whole.workshop.started(0)
    for number in (0, 7):
        log = EventLog(started.prepared.start)
        simulate(Incident(started.prepared, Chance(whole.seed).run(number), log))
        again = Tally(Columns(started.programs))
        for entry in log:
            again(entry)
        row = again.row()
        assert row.items() >= fold(log, started.programs).numbers().items()
        for name, value in row.items():
            found = whole.tables[0].column(name)[number]
            assert (value is None and math.isnan(found)) or value == found, name


def test_runs_may_be_made_in_any_order(whole: Sweep) -> None:
    """A run gives the same row after other runs, of its case or of another, as it gives alone."""
    shop = Workshop(whole.cases, whole.seed, whole.workshop.columns, whole.workshop.layout)
    shop.chunk(Job(1, 3, 2))
    found = [shop.chunk(Job(0, first, 1)).rows[0] for first in (5, 2, 9)]
    wanted = np.stack([whole.tables[0].column(c) for c in shop.columns[0]], axis=1)
    np.testing.assert_array_equal(np.stack(found), wanted[[5, 2, 9]])


def test_looking_on_changes_nothing(whole: Sweep) -> None:
    """A run whose course is read off gives the same row, and its course tells the levels its log tells."""
    shop = whole.workshop
    with_course, course = shop.run(0, 4, course=True)
    assert with_course == shop.run(0, 4)[0]
    assert course is not None
    started = shop.started(0)
    log = EventLog(started.prepared.start)
    simulate(Incident(started.prepared, Chance(whole.seed).run(4), log))
    plan = fold(log, started.programs).plans["fuel"]
    row = next(i for i, line in enumerate(shop.layout.lines) if line.name == "response")
    for t, rank in zip(shop.layout.grid, course[row], strict=True):
        held = [o for o in plan.levels if o["scheme"] == "response" and o["from_h"] <= t < (o["to_h"] or math.inf)]
        assert rank == (4 - ["I", "II", "III", "IV"].index(held[0]["level"]) if held else 0)


def test_jobs_cover_every_run_once() -> None:
    """Jobs of any size go through all runs of every case in order, and never straddle two blocks of chance."""
    for size in (1, 7, 64):
        todo = list(jobs([3, 0], 2100, size, 2000))
        for case, first in ((0, 3), (1, 0)):
            mine = [job for job in todo if job.case == case]
            runs = [r for job in mine for r in range(job.first, job.first + job.count)]
            assert runs == list(range(first, 2100))
            assert all(job.first // 1024 == (job.first + job.count - 1) // 1024 for job in mine)
        assert sum(job.courses for job in todo) == 1997
        assert {job.courses for job in todo if job.case == 1} == {0}


def test_results_come_in_the_order_of_the_jobs(whole: Sweep) -> None:
    """However the workers finish, chunks are collected in order, and none is begun once the sweep is stopped."""
    crew = Slow(whole.workshop)
    todo = [Job(0, first, 1) for first in range(6)]
    came = [c.job.first for c in chunks(whole.workshop, todo, crew, 2, lambda: len(crew.given) >= 4)]
    assert came == [job.first for job in crew.given] == [0, 1, 2, 3]


class Slow:
    """A crew that does a job when its result is asked for; of those in `late` none is done before it is told to stop.

    A job in `begun` is cut short when all is stopped, after so many of its runs; another one is given up.
    """

    def __init__(self, shop: Workshop, late: Collection[int] = (), begun: Mapping[int, int] | None = None) -> None:
        self.shop, self.late, self.begun = shop, late, begun or {}
        self.given: list[Job] = []
        self.told_to_stop = False

    def submit(self, job: Job) -> Any:
        self.given.append(job)
        return SlowJob(self, len(self.given) - 1, job)

    def stop(self) -> None:
        self.told_to_stop = True


class SlowJob:
    """One job of a slow crew."""

    def __init__(self, crew: Slow, number: int, job: Job) -> None:
        self.crew, self.number, self.job = crew, number, job

    def done(self, patience: float) -> bool:
        return self.number not in self.crew.late

    def result(self) -> Any:
        asked = iter([False] * self.crew.begun.get(self.number, self.job.count) + [True])
        return self.crew.shop.chunk(self.job, lambda: next(asked) and self.crew.told_to_stop)

    def cancel(self) -> bool:
        return self.number in self.crew.late and self.number not in self.crew.begun


def test_what_is_stopped_leaves_no_gap(whole: Sweep) -> None:
    """Stopped, a crew gives up what nobody has begun; of each case comes what follows on, part of a job included."""
    todo = [Job(0, 0, 3), Job(1, 0, 3), Job(0, 3, 3), Job(1, 3, 3), Job(1, 6, 3)]
    crew = Slow(whole.workshop, late=(0, 2, 3), begun={0: 2, 2: 3})
    came = [c.job for c in chunks(whole.workshop, todo, crew, 5, lambda: len(crew.given) == 5)]
    assert came == [Job(0, 0, 2), Job(1, 0, 3)]
    assert crew.told_to_stop


def test_a_chunk_ends_after_the_run_under_way(whole: Sweep) -> None:
    """A worker that is told to stop ends between two runs, and what it has made is as it would have been."""
    done = whole.workshop.chunk(Job(0, 2, 5, 4))
    asked = iter([False, False, False, True])
    part = whole.workshop.chunk(Job(0, 2, 5, 4), lambda: next(asked))
    assert part.job == Job(0, 2, 3, 3)
    np.testing.assert_array_equal(part.rows, done.rows[:3])
    np.testing.assert_array_equal(part.courses, done.courses[:3])


def test_workers_hear_that_it_is_over(whole: Sweep) -> None:
    """Processes of a pool end their job early once the crew is stopped."""
    shop = Workshop(whole.cases, whole.seed, whole.workshop.columns, whole.workshop.layout)
    with pool(shop, 2) as crew:
        assert crew is not None
        assert crew.submit(Job(0, 0, 2)).result().job.count == 2
        crew.stop()
        assert crew.submit(Job(0, 2, 64)).result().job.count == 0


# -------------------------------------------------------------------------------- breaking off, going on


@pytest.mark.parametrize("chunks_done", [1, 3])
def test_going_on_ends_where_the_sweep_would_have_ended(whole: Sweep, tmp_path: Path, chunks_done: int) -> None:
    """A sweep that was broken off and gone on with leaves the same files as one that was not."""
    part = broken_off(whole.request, tmp_path, chunks_done)
    assert 0 < sum(map(len, part.tables)) < 24
    assert not (tmp_path / "summary.json").exists()
    assert resume(tmp_path, HERE).complete
    same_files(whole.folder, tmp_path)


def test_a_torn_line_is_made_again(whole: Sweep, tmp_path: Path) -> None:
    """A row that was being written when the machine went down, and courses ahead of the rows, do no harm."""
    broken_off(whole.request, tmp_path, 4)
    for name in ("runs.csv", "runs-1.csv"):
        raw = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(raw[:-9])
    resume(tmp_path, HERE)
    same_files(whole.folder, tmp_path)


def test_rows_without_their_course_are_made_again(whole: Sweep, tmp_path: Path) -> None:
    """Courses that were lost are made again, together with the rows they belong to."""
    shutil.copytree(whole.folder, tmp_path, dirs_exist_ok=True)
    raw = (tmp_path / "courses.bin").read_bytes()
    (tmp_path / "courses.bin").write_bytes(raw[: len(raw) // 2 + 5])
    resume(tmp_path, HERE)
    same_files(whole.folder, tmp_path)


def test_a_finished_sweep_can_be_made_longer(whole: Sweep, tmp_path: Path) -> None:
    """More runs are added to those that are there: the same as if all had been asked for at once."""
    request = Request(BUSY, 8, compare=("policy=eager",))
    sweep(request, tmp_path, HERE)
    resume(tmp_path, HERE, runs=12)
    same_files(whole.folder, tmp_path, (*FILES, "sweep.json"))


def test_another_end_is_remembered(tmp_path: Path) -> None:
    """Broken off again after it was made longer, a sweep goes on to the end that was asked for last."""
    sweep(Request(FAST, 4), tmp_path, HERE)
    progress, stopped = stop_after(1)
    part = resume(tmp_path, Conduct(1, None, progress, stopped), runs=40)
    assert not part.complete
    found = resume(tmp_path, HERE)
    assert len(found.tables[0]) == 40
    assert "-n 40 " in render_sweep(found, "en")


def test_a_sweep_is_never_made_shorter(tmp_path: Path) -> None:
    """Gone on with to fewer runs than are there, it keeps them all, says so, and brings every case to as many."""
    request = Request(FAST, 24, compare=("policy=eager",))
    part = broken_off(request, tmp_path, 1)
    longest = max(map(len, part.tables))
    assert min(map(len, part.tables)) < longest
    found = resume(tmp_path, HERE, runs=1)
    assert [len(table) for table in found.tables] == [longest, longest]
    assert (found.request.runs, found.summary["runs"]) == (longest, longest)
    assert json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))["runs"] == longest


def test_batches_go_on_as_they_would_have(tmp_path: Path) -> None:
    """With --until, too, a sweep that was broken off ends where the unbroken one ends."""
    request = Request(FAST, 600, until=("fuel.lag_max_h ± 0.5",))
    found = sweep(request, tmp_path / "one", HERE)
    assert found.summary["until"] == [{"indicator": "fuel.lag_max_h", "half_width": 0.5, "reached": True}]
    assert 128 <= len(found.tables[0]) < 600
    broken_off(request, tmp_path / "two", 1)
    resume(tmp_path / "two", HERE)
    same_files(tmp_path / "one", tmp_path / "two", ("runs.csv", "summary.json"))


def test_a_repeated_command_loses_nothing(tmp_path: Path) -> None:
    """A sweep is not begun anew over one that was broken off; over a finished one it is."""
    request = Request(FAST, 6)
    broken_off(request, tmp_path, 1)
    before = (tmp_path / "runs.csv").read_bytes()
    with pytest.raises(InputError) as refused:
        sweep(request, tmp_path, HERE)
    assert [p.code for p in refused.value.problems] == ["sweep-unfinished"]
    assert (tmp_path / "runs.csv").read_bytes() == before
    resume(tmp_path, HERE)
    assert sweep(Request(FAST, 2), tmp_path, HERE).complete
    assert len((tmp_path / "runs.csv").read_text().splitlines()) == 3


def local(folder: Path) -> Path:
    """A copy of the queue's files, its runs short."""
    shutil.copytree(FIXTURES / "queue", folder, dirs_exist_ok=True)
    path = folder / "counter.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("60 d", "2 d"), encoding="utf-8")
    return path


@pytest.mark.parametrize("file", ["counter.yaml", "requests.yaml", "toll-isle.yaml"])
def test_rows_of_other_files_are_not_mixed_in(tmp_path: Path, file: str) -> None:
    """A sweep is not gone on with once its scenario, plan or jurisdiction has changed, and the file is named."""
    request = Request(str(local(tmp_path / "files")), 4)
    broken_off(request, tmp_path / "out", 1)
    path = tmp_path / "files" / file
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        resume(tmp_path / "out", HERE)
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts["name"]) == ("resume-differs", file)


def test_rows_of_other_requests_are_not_mixed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version, seed, setting or comparison than the sweep was begun with is refused, and each is named."""
    request = Request(FAST, 4)
    broken_off(request, tmp_path, 1)
    other = Request(FAST, 4, seed=9, settings=("horizon=9 d",), compare=("policy=eager",))
    with pytest.raises(InputError) as refused:
        resume(tmp_path, HERE, expected=other)
    assert [p.facts["name"] for p in refused.value.problems] == ["settings", "compare", "seed"]
    monkeypatch.setattr(sweep_module, "__version__", "0.0.0")
    with pytest.raises(InputError) as refused:
        resume(tmp_path, HERE)
    assert [p.facts["name"] for p in refused.value.problems] == ["version"]


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: (f / "sweep.json").unlink(), "no-sweep"),
        (lambda f: (f / "sweep.json").write_text('{"schema": "1"}'), "no-sweep"),
        (lambda f: (f / "sweep.json").write_text("{"), "no-sweep"),
        (lambda f: (f / "runs.csv").write_text("run,failed,x\n0,,1\n"), "other-columns"),
        (lambda f: (f / "runs.csv").write_text((f / "runs.csv").read_text().replace("\n1,", "\n7,")), "not-rows"),
        (lambda f: (f / "runs.csv").write_text(""), "not-rows"),
    ],
)
def test_what_a_sweep_did_not_leave_is_refused(tmp_path: Path, damage: Callable[[Path], None], code: str) -> None:
    """A folder that holds no sweep, or rows that were tampered with, is told of and not gone on with."""
    broken_off(Request(FAST, 8), tmp_path, 3)
    damage(tmp_path)
    with pytest.raises(InputError) as refused:
        resume(tmp_path, HERE)
    assert [p.code for p in refused.value.problems] == [code]


# ------------------------------------------------------------------------------------------ broken runs


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs 0 and 3 break."""
    whole_run = Started.run

    def run(self: Started, chance: Chance, number: int) -> object:
        if number in (0, 3):
            raise RunError(f"=run {number}, of no avail\nat all")
        return whole_run(self, chance, number)

    monkeypatch.setattr(Started, "run", run)


@pytest.mark.usefixtures("fragile")
def test_a_run_that_breaks_is_written_down(tmp_path: Path) -> None:
    """A broken run has its number, what it said in one line that is no formula, and no numbers; the rest go on."""
    found = sweep(Request(FAST, 6), tmp_path, HERE)
    said = "RunError: =run 3, of no avail at all"
    assert found.failures() == [(0, 0, said.replace("3", "0")), (0, 3, said)]
    with (tmp_path / "runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == list("012345")
    assert [row["failed"] != "" for row in rows] == [True, False, False, True, False, False]
    assert {v for k, v in rows[3].items() if k not in ("run", "failed")} == {""}
    assert found.summary["failed"][1] == {"run": 3, "what": said}
    assert found.estimates["wanted_t"].n == 4
    assert found.courses is not None
    assert found.courses.runs == [1, 2, 4, 5]
    assert replay(found, 0, 3) == f"emergency run {FAST} --seed 1 --run 3"


@pytest.mark.usefixtures("fragile")
def test_broken_runs_are_known_after_going_on(tmp_path: Path) -> None:
    """What broke before a sweep was interrupted is told of when it has been gone on with."""
    sweep(Request(FAST, 6), tmp_path / "one", HERE)
    broken_off(Request(FAST, 6), tmp_path / "two", 5)
    resume(tmp_path / "two", HERE)
    same_files(tmp_path / "one", tmp_path / "two", ("runs.csv", "summary.json", "courses.bin"))


@pytest.mark.usefixtures("fragile")
def test_broken_runs_end_in_exit_code_1(tmp_path: Path) -> None:
    """The command tells how many runs broke and one of them; its report says how to run it again."""
    result = CliRunner().invoke(
        app, ["sweep", FAST, "-n", "5", "-o", str(tmp_path), "--lang", "en"], env={"COLUMNS": "200"}
    )
    assert result.exit_code == 1
    assert "2 runs broke, for example run 0: RunError" in result.stdout
    assert f"emergency run {FAST} --seed 1 --run 3" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_sweep_of_nothing_but_broken_runs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no run can be completed there is nothing to sum up: the sweep ends at once with what was said."""

    def run(self: Started, chance: Chance, number: int) -> object:
        raise RunError("it cannot be")

    monkeypatch.setattr(Started, "run", run)
    with pytest.raises(RunError, match="none of the first 8 runs could be completed: RunError: it cannot be"):
        sweep(Request(FAST, 6), tmp_path, HERE)


def test_a_worker_that_cannot_begin_is_no_broken_run(whole: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the scenario cannot be made ready the sweep ends with one error, not with every run broken."""
    shop = Workshop(whole.cases, whole.seed, whole.workshop.columns, whole.workshop.layout)
    monkeypatch.setattr(Case, "prepared", lambda self: self.nothing)
    with pytest.raises(RunError, match="a worker cannot make the scenario ready: AttributeError"):
        shop.chunk(Job(0, 0, 2))


# ------------------------------------------------------------------------------------------ comparisons


def test_the_same_again_makes_no_difference(tmp_path: Path) -> None:
    """A change that changes nothing shows no difference in any number of any run: all chances are shared."""
    found = sweep(Request(BUSY, 4, compare=("policy=as-written", "set:seed=1")), tmp_path, HERE)
    for one in found.differences:
        assert {p.changed for p in one.pairs.values()} == {0}
        assert all(p.interval in (None, (0.0, 0.0)) for p in one.pairs.values())


def test_only_matching_runs_are_compared(whole: Sweep) -> None:
    """Rows of another seed, or another number of them, are refused, and both sides are told."""
    table = whole.tables[0]
    shorter, strange = Table(table.columns, table.seed), Table(table.columns, table.seed + 1)
    strange.add(np.zeros((12, len(table.columns))), {})
    for other in (shorter, strange):
        with pytest.raises(InputError) as refused:
            differences("x", table, other)
        (problem,) = refused.value.problems
        assert problem.code == "runs-differ"
        assert problem.facts["without"] == "seed = 1, n = 12"


@pytest.mark.parametrize(
    ("change", "told"),
    [("horizon=20 d", ("horizon = 30 d", "horizon = 20 d")), ("seed=4", ("seed = 1", "seed = 4"))],
)
def test_runs_of_another_length_or_seed_are_no_pairs(tmp_path: Path, change: str, told: tuple[str, str]) -> None:
    """A change of the horizon or the seed is refused before anything is run; set for both sides it is none."""
    with pytest.raises(InputError) as refused:
        sweep(Request(BUSY, 2, compare=(f"set:{change}",)), tmp_path / "out", HERE)
    (problem,) = refused.value.problems
    assert (problem.code, str(problem.where)) == ("runs-differ", f"--compare set:{change}")
    assert (problem.facts["without"], problem.facts["changed"]) == told
    assert not (tmp_path / "out").exists()
    both = Request(BUSY, 2, settings=(change,), compare=(f"set:{change}",))
    assert sweep(both, tmp_path / "out", HERE).complete


@pytest.mark.parametrize(
    ("text", "settings", "seats", "apart"),
    [
        ("reading:fuel:gravest-first=mildest", ("readings.fuel.gravest-first=mildest",), None, False),
        ("set:injects.outage.at.value=3 d", ("injects.outage.at.value=3 d",), None, False),
        ("policy = hesitant", (), "hesitant", False),
        ("people=apart", (), None, True),
    ],
)
def test_changes_are_read(text: str, settings: tuple[str, ...], seats: str | None, apart: bool) -> None:
    """A change is a reading, a value of the scenario, a policy, or people of each plan's own."""
    found = parse_change(text)
    assert (found.settings, found.seats, found.apart, found.amendments) == (settings, seats, apart, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "bad-change"),
        ("policy=", "bad-change"),
        ("reading:fuel=any", "bad-change"),
        ("people=together", "bad-change"),
        ("policy=lazy", "unknown-policy"),
        ("reading:fuel:none=any", "unknown-reading"),
        ("set:horizont=3 d", "unknown-key"),
        ("plan=nowhere.yaml", "file-missing"),
        ("plan=grain", "unknown-plan"),
        ("fule:3.1/every=1 d", "unknown-plan"),
        ("fuel:9.9/every=1 d", "unknown-statement"),
        ("fuel:3.1/evry=1 d", "unknown-path"),
        ("fuel:3.1/every=1 dd", "bad-duration"),
        ("fuel:3.1/every=[1 d", "yaml-unclosed-bracket"),
        ("fuel:3.3.1(1)/when=stokk < 1 t", "unknown-indicator"),
    ],
)
def test_changes_that_cannot_be_made_are_refused(tmp_path: Path, text: str, code: str) -> None:
    """Whatever is wrong with a change is told as it would be told of a file, before anything is run."""
    with pytest.raises(InputError) as refused:
        sweep(Request(FAST, 4, compare=(text,)), tmp_path / "out", HERE)
    assert code in {p.code for p in refused.value.problems}
    assert all(str(p.where).startswith("--") for p in refused.value.problems)
    assert not (tmp_path / "out").exists()


def amended(text: str, scenario: str = FAST) -> Case:
    """A scenario with one change made."""
    return read_case(scenario, amendments=parse_change(text).amendments)


def test_a_field_changes_in_every_statement_of_its_clause_that_has_it() -> None:
    """A clause's field is changed where the clause gives it; its other statements, and other clauses, stay."""
    before = read_case(FAST).inputs.plans["fuel"]
    after = amended("fuel:3.1/every=2 d").inputs.plans["fuel"]
    assert [(s.clause, s.id) for s, _ in _every(after)] == [(s.clause, s.id) for s, _ in _every(before)]
    assert {str(i) for s, i in _every(after) if s.clause == "3.1"} == {"2 d"}
    elsewhere = [(s, i) for s, i in _every(before) if s.clause != "3.1"]
    assert [(s, i) for s, i in _every(after) if s.clause != "3.1"] == elsewhere
    assert len(elsewhere) == 2


def _every(plan: Any) -> list[tuple[Any, Any]]:
    found = [s for _, _, s in plan.statements() if getattr(s, "every", None) is not None]
    return [(s, s.every) for s in found]


def test_a_limit_can_be_given_where_the_text_only_asks_for_haste(tmp_path: Path) -> None:
    """What a four-hour rule would buy: a bound put beside a word of haste runs, is kept or missed, and is counted."""
    text = "fuel:4.3/steps.report.within.bound=4 h"
    found = sweep(Request(BUSY, 3, compare=(text,)), tmp_path, HERE)
    table = found.tables[1]
    assert not [c for c in found.tables[0].columns if c.startswith("limit.")]
    ran = sum(table.column(f"limit.fuel:4.3.{state}").sum() for state in ("met", "late", "missed", "open"))
    assert ran == sum(table.column("fuel.deadlines_due")) > 0


def test_a_value_is_read_as_if_it_stood_in_the_file() -> None:
    """A value of a change is YAML: a list stays a list."""
    plan = amended("fuel:r4-convene/by=[experts, lg-office]").inputs.plans["fuel"]
    assert plan.statement("r4-convene").by == ("experts", "lg-office")  # type: ignore[attr-defined]


def test_another_file_takes_a_plan_s_place(tmp_path: Path) -> None:
    """Another version of a plan is compared under the same id, with its own digest in the receipt."""
    other = tmp_path / "fuel.yaml"
    text = (ROOT / "plans/yunxi/fuel.yaml").read_text(encoding="utf-8")
    other.write_text(text.replace("stock_days < 10 days-of-demand", "stock_days < 11 days-of-demand"), "utf-8")
    found = sweep(Request(BUSY, 3, compare=(f"plan={other}",)), tmp_path / "out", HERE)
    (one,) = found.differences
    assert one.pairs["fuel.activated_h"].mean < -10  # type: ignore[operator]
    receipts = found.summary["receipt"], found.summary["comparisons"][0]["receipt"]
    assert receipts[0]["plan_sha256"] != receipts[1]["plan_sha256"]
    assert replay(found, 1, 0).endswith(f"--with plan={other}")


def test_a_plan_without_what_the_scenario_speaks_of_is_refused(tmp_path: Path) -> None:
    """A plan that lacks a measure to which the scenario gives an effect cannot take that plan's place."""
    other = tmp_path / "fuel.yaml"
    lines = (ROOT / "plans/yunxi/fuel.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    other.write_text("".join(line for line in lines if "id: r4-stations" not in line), "utf-8")
    with pytest.raises(InputError) as refused:
        amended(f"plan={other}")
    assert {p.code for p in refused.value.problems} == {"unknown-measure"}


# ------------------------------------------------------------------------------------ policies of seats


def ask(opened: float, **changes: Any) -> Ask:
    """A step of a decision that waits for the reeve."""
    given: dict[str, Any] = {
        "id": 0, "plan": "kelp", "kind": "decision", "ref": "response=II", "do": "decide", "actor": "reeve",
        "seat": "reeve", "clauses": (), "opened": opened, "cause": "kelp:response=II:0:decide:reeve",
    }  # fmt: skip
    return Ask(**{**given, **changes})


def test_the_hesitant_wait_once_for_each_decision() -> None:
    """The first step of a decision lies a day, its other steps none; measures and reports are not held up."""
    who = Hesitant(WorkTimes([]), (), Chance(1).run(0))
    later = {"do": "announce", "cause": "kelp:response=II:0:announce:reeve"}
    assert [who.answer(a, 0.0).delay for a in (ask(0), ask(0, **later))] == [24.0, 0.0]
    assert who.answer(ask(0, cause="kelp:response=II:1:decide:reeve"), 0.0).delay == 24.0
    assert who.answer(ask(0, kind="measure", cause="kelp:ration:0:ration:reeve"), 0.0).delay == 0.0


@pytest.mark.parametrize(
    ("hour", "delay"), [(8.0, 0.0), (21.99, 0.0), (22.0, 9.0), (23.5, 7.5), (3.0, 4.0), (7.0, 0.0)]
)
def test_the_absent_answer_in_the_morning(hour: float, delay: float) -> None:
    """What comes between ten at night and seven lies until seven, except at seats that are always on duty."""
    start = read_case(FAST).prepared().start  # eight in the morning
    who = AbsentAtNight(WorkTimes([]), (), Chance(1).run(0), start, ("police",))
    t = (hour - 8.0) % 24 + 48
    assert who.answer(ask(t), t).delay == pytest.approx(delay)
    assert who.answer(ask(t, seat="police"), t).delay == 0.0


def test_the_eager_are_as_quick_as_can_be() -> None:
    """Eager seats need the least time that the assumption allows, whatever the chance of the run."""
    work = read_case(BUSY).prepared().work
    quick = Eager(work, (), Chance(1).run(0)).answer(ask(0, plan="fuel", cause="c"), 0.0)
    assert quick.work == 0.5


def test_policies_make_the_difference_they_should(whole: Sweep, tmp_path: Path) -> None:
    """The hesitant start later than as written and the eager sooner, in every single run."""
    eager = whole.differences[0].pairs["fuel.activated_h"]
    assert eager.interval[1] < 0  # type: ignore[index]
    found = sweep(Request(BUSY, 4, compare=("policy=hesitant", "policy=absent-at-night")), tmp_path, HERE)
    a, b, c = (t.column("fuel.activated_h") for t in found.tables)
    assert (b - a > 20).all()
    assert (c >= a - 1e-9).all()


# ---------------------------------------------------------------------------------- report, command line


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_has_a_name(whole: Sweep, lang: str) -> None:
    """Every column of runs.csv is called something in either language, not only by its own name."""
    labels = Labels(sweep_names(whole, lang))
    names = {c: labels.label(c) for c in whole.tables[0].columns}
    assert [c for c, name in names.items() if name == c or "None" in name or "…" in name] == []
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_stands_alone(whole: Sweep, lang: str) -> None:
    """The report asks for nothing from outside, shows every section, and cites clauses that its appendix holds."""
    html = render_sweep(whole, lang)
    for section in ("summary", "course", "times", "clauses", "demand", "load", "comparisons", "numbers", "failures"):
        assert f'id="{section}"' in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html
    assert 'href="#c-fuel-4.3"' in html
    assert 'id="c-fuel-4.3"' in html
    assert "policy=eager" in html
    assert ("据前 12 次运行绘制" if lang == "zh" else "drawn from the first 12 runs") in html
    assert html.count("data:image/svg+xml") == 7


def test_what_a_scenario_says_is_escaped(tmp_path: Path) -> None:
    """A title with markup is shown as text."""
    path = local(tmp_path / "files")
    text = path.read_text(encoding="utf-8").replace("en: A queue", "en: <b onload=x>&queue</b>")
    path.write_text(text, encoding="utf-8")
    html = render_sweep(sweep(Request(str(path), 3), tmp_path / "out", HERE), "en")
    assert "<b onload" not in html
    assert "&lt;b onload=x&gt;&amp;queue&lt;/b&gt;" in html


def call(*args: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    result = CliRunner().invoke(app, list(args), env={"COLUMNS": "200", "LANG": "C"})
    return result.exit_code, result.stdout, result.stderr


def test_sweep_writes_what_the_contract_says(tmp_path: Path) -> None:
    """Rows, a summary with mean, interval and quantiles, figures and a report; the same files a second time."""
    args = ("sweep", FAST, "-n", "5", "-o", str(tmp_path / "a"), "--lang", "zh", "--compare", "policy=eager")
    code, out, err = call(*args)
    assert (code, err) == (0, "")
    assert str(tmp_path / "a/report.html") in out
    assert "需求满足率" in out
    summary = json.loads((tmp_path / "a/summary.json").read_text(encoding="utf-8"))
    one = summary["indicators"]["wanted_t"]
    assert one["interval"][0] <= one["mean"] <= one["interval"][1]
    assert list(one["quantiles"]) == ["5", "50", "95"]
    assert set(summary["receipt"]) == {"plan_sha256", "scenario_sha256", "version"}
    assert (tmp_path / "a/figures/share-fuel.svg").is_file()
    call(*args[:5], str(tmp_path / "b"), *args[6:])
    same_files(tmp_path / "a", tmp_path / "b")
    code, _, err = call("sweep", "--resume", str(tmp_path / "a"), "--seed", "3", "--lang", "zh")
    assert code == 2
    assert "seed" in err


def test_sweep_wants_a_scenario_or_a_folder() -> None:
    """Neither and both are refused."""
    for args in ((), (FAST, "--resume", "runs")):
        assert call("sweep", *args)[0] == 2


def rows_in(path: Path) -> int:
    """How many whole lines a file has."""
    return path.read_bytes().count(b"\n") if path.is_file() else 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_control_c_keeps_what_is_done(tmp_path: Path) -> None:
    """Interrupted, the command ends with 130, says how to go on, and what it leaves can be gone on with."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "emergency.cli", "sweep", FAST, "-n", "50000", "-o", str(out)]
    with subprocess.Popen(
        [*command, "--workers", "2", "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
    ) as running:  # fmt: skip
        while rows_in(out / "runs.csv") < 2 and running.poll() is None:
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)  # to the workers too, as a terminal does
        told, _ = running.communicate()
    assert running.returncode == 130, told
    assert f"emergency sweep --resume {out}" in told
    done = rows_in(out / "runs.csv") - 1
    assert 0 < done < 50000
    found = resume(out, HERE, runs=done)
    assert found.complete
    rows, failures, _ = read_rows(out / "runs.csv", found.tables[0].columns)
    assert (len(rows), failures) == (done, {})


@pytest.mark.parametrize(("ends", "code"), [(KeyboardInterrupt(), 130), (RunError("a worker is gone"), 1)])
def test_whatever_ends_a_sweep_the_way_on_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: BaseException, code: int
) -> None:
    """Also where it is left at once, or breaks: what is there can be gone on with, and the command says how."""
    add, done = Store.add, []

    def add_once(self: Store, chunk: Any) -> None:
        if done:
            raise ends
        done.append(chunk)
        add(self, chunk)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Store, "add", add_once)
        found, out, _ = call("sweep", FAST, "-n", "8", "--workers", "1", "-o", str(tmp_path), "--lang", "en")
    assert found == code
    assert f"Go on with: emergency sweep --resume {tmp_path}" in out
    assert resume(tmp_path, HERE).complete


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_worker_ever_sees_an_interruption(whole: Sweep) -> None:
    """Blocked from birth in every worker, so that Ctrl-C while one is still starting breaks nothing."""
    shop = Workshop(whole.cases, whole.seed, whole.workshop.columns, whole.workshop.layout)
    with pool(shop, 3) as crew:
        assert crew is not None
        for waiting in [crew.submit(Job(0, n, 1)) for n in range(6)]:
            waiting.result()
        masks = [Path(f"/proc/{one.pid}/status").read_text() for one in active_children()]
    blocked = [int(line.split()[1], 16) for text in masks for line in text.splitlines() if line.startswith("SigBlk")]
    assert len(blocked) >= 2
    assert all(mask >> (signal.SIGINT - 1) & 1 for mask in blocked)


def test_a_course_follows_declared_values() -> None:
    """A variable that follows declared values is read off as declared."""
    started = Started(case := read_case(FIXTURES / "engine/tern-squall.yaml"), case.prepared())
    layout = Layout.of(started.prepared)
    incident, who, tally = started.run(Chance(1), 0)
    course = run_with_course(incident, who, layout, tally.indicators.plans)
    assert [line.name for line in layout.lines] == ["cover", "response"]
    expected = [20.0 if t < 26 else 9.0 for t in layout.grid]
    assert course[0].tolist() == expected
    assert course[1].max() == 1
