"""A sweep: many runs of a scenario and of its variations, kept as they come, summed up at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from emergency import __version__
from emergency.errors import InputError, Problem, RunError
from emergency.machine import Program
from emergency.replicate.case import Case, read_case
from emergency.replicate.cluster import cluster
from emergency.replicate.compare import Difference, differences, read_changed, refuse_unmatched
from emergency.replicate.course import COURSE_RUNS, Courses, Layout
from emergency.replicate.crew import AHEAD, Crew, chunks, cores, pool
from emergency.replicate.parquet import need_parquet, parquet_file, write_parquet
from emergency.replicate.runs import Chunk, Workshop, jobs, never, said
from emergency.replicate.statistics import LEVEL, Estimate, estimate, estimate_share
from emergency.replicate.store import Store, Table, read_manifest, runs_file
from emergency.replicate.tally import share_names
from emergency.replicate.until import MOST, Goal, next_size, now, parse_goal, within_reach
from emergency.source import Where

__all__ = ["Conduct", "Request", "Sweep", "resume", "sweep"]

FEW = 48  # runs for which no pool is set up unless it is asked for
CHUNK = 64  # runs of one job at most
TRIES = 8  # runs tried to see what numbers a run has
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    runs : how many; with `until`, at most how many. Never fewer than a folder holds that is gone on with.
    until : intervals that end the sweep when all are narrow, each ``INDICATOR ± X``.
    settings, compare : as on the command line.
    """

    scenario: str
    runs: int = 1000
    seed: int | None = None
    settings: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()
    until: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a sweep is carried out; its results do not depend on any of this.

    Attributes
    ----------
    workers : processes; by default one for each processor, or none for few runs. With a scheduler, how many of its
        workers to keep busy.
    scheduler : address of a Dask cluster whose workers do the jobs, instead of processes of this machine.
    progress : told after each chunk how many runs are done and how many there will be, all cases counted.
    stopped : once it says so, the sweep breaks off after the runs under way: what is done is kept.
    parquet : whether the rows are also written as Parquet when all are there.
    """

    workers: int | None = None
    scheduler: str | None = None
    progress: Progress | None = None
    stopped: Callable[[], bool] = never
    parquet: bool = False


CONDUCT = Conduct()


@dataclass
class Sweep:
    """A sweep as far as it has come.

    Attributes
    ----------
    cases : the scenario as it is, then with each change.
    tables : their rows.
    complete : whether all runs asked for are there; the rest is only known then.
    """

    request: Request
    folder: Path
    workshop: Workshop
    tables: Sequence[Table]
    goals: Sequence[Goal] = ()
    complete: bool = False
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    differences: Sequence[Difference] = ()
    courses: Courses | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cases(self) -> Sequence[Case]:
        """The scenario as it is, then with each change."""
        return self.workshop.cases

    @property
    def seed(self) -> int:
        """Of all chance."""
        return self.workshop.seed

    @property
    def programs(self) -> Mapping[str, Program]:
        """The programs of the plans as they are."""
        return self.workshop.started(0).programs

    @property
    def shares(self) -> frozenset[str]:
        """Numbers that are 1 where something happened and 0 where it did not."""
        return share_names(self.programs)

    def failures(self) -> list[tuple[int, int, str]]:
        """Runs that broke: case, run, what was said."""
        return [(c, run, what) for c, t in enumerate(self.tables) for run, what in sorted(t.failures.items())]


def sweep(request: Request, folder: Path, conduct: Conduct = CONDUCT) -> Sweep:
    """Run a sweep from its beginning.

    Raises
    ------
    InputError
        With all that is wrong with the files or the request.
    RunError
        If not even one run can be completed.
    """
    found = _set_up(request, folder)
    store = Store(folder, found.tables, found.workshop.layout)
    with _elsewhere(found, conduct) as crew:  # what is refused leaves nothing behind
        store.begin(_manifest(found))
        return _go_on(found, store, conduct, crew)


def resume(
    folder: Path,
    conduct: Conduct = CONDUCT,
    *,
    runs: int | None = None,
    until: Sequence[str] | None = None,
    expected: Request | None = None,
) -> Sweep:
    """Go on with a sweep that was broken off, or make a finished one longer.

    Parameters
    ----------
    runs, until : optional
        Other ends than the sweep was begun with; the folder keeps them.
    expected : Request, optional
        What the user thinks the sweep is; refused where it is another.

    Raises
    ------
    InputError
        If a plan, the scenario, a setting or the version is not what it was when the sweep was begun: each named.
    """
    manifest = read_manifest(folder)
    request = _request(manifest, folder)
    if expected is not None:
        _refuse_others(folder, request, expected)
    if runs is not None or until is not None:
        request = replace(request, runs=runs or MOST, until=tuple(until or ()))
    found = _set_up(request, folder, str(manifest.get("file") or "") or None)
    _refuse_changes(folder, manifest, _manifest(found))
    store = Store(folder, found.tables, found.workshop.layout)
    with _elsewhere(found, conduct) as crew:
        store.resume(COURSE_RUNS)
        found.request = replace(found.request, runs=max(found.request.runs, *map(len, found.tables)))
        store.keep({**manifest, "runs": found.request.runs, "until": list(found.request.until)})
        return _go_on(found, store, conduct, crew)


# ------------------------------------------------------------------------------------------- before


def _set_up(request: Request, folder: Path, file: str | None = None) -> Sweep:
    """Read everything and see what numbers a run has; `file` where the id may mean another scenario by now."""
    scenario = file or request.scenario
    cases = [read_case(scenario, request.settings)]
    cases += [read_changed(scenario, request.settings, [text]) for text in request.compare]
    for text, case in zip(request.compare, cases[1:], strict=True):
        refuse_unmatched(text, cases[0], case)
    seed = int(cases[0].inputs.scenario.seed) if request.seed is None else request.seed
    workshop = Workshop(tuple(cases), seed, ((),) * len(cases), Layout((), ()))
    workshop.layout = Layout.of(workshop.started(0).prepared)
    workshop.columns = tuple(_columns(workshop, case) for case in range(len(cases)))
    goals = [parse_goal(text, workshop.columns[0]) for text in request.until]
    tables = [Table(columns, seed) for columns in workshop.columns]
    return Sweep(request, folder, workshop, tables, goals)


def _columns(workshop: Workshop, case: int) -> tuple[str, ...]:
    """The numbers of a run, from the first that can be completed."""
    what = ""
    for number in range(TRIES):
        try:
            return tuple(workshop.run(case, number)[0])
        except Exception as error:  # it will be told of again where its row would stand
            what = said(error)
    scenario = workshop.cases[case].inputs.scenario.scenario
    raise RunError(f"{scenario}: none of the first {TRIES} runs could be completed: {what}")


def _manifest(found: Sweep) -> dict[str, Any]:
    request, layout, first = found.request, found.workshop.layout, found.cases[0].inputs
    cases = [
        {"change": c.label, "rows": runs_file(i), "sha256": c.hashes()} for i, c in enumerate(found.cases)
    ]
    lines = [{"plan": one.plan, "name": one.name, "world": one.world} for one in layout.lines]
    return {
        "schema": "1", "version": __version__, "scenario": first.scenario.scenario,
        "asked": request.scenario, "file": str(first.files[first.scenario.scenario].resolve()), "seed": found.seed,
        "settings": list(request.settings), "runs": request.runs, "until": list(request.until), "cases": cases,
        "courses": {"runs": COURSE_RUNS, "type": "<f4", "lines": lines, "grid_h": list(layout.grid)},
    }  # fmt: skip


def _request(manifest: Mapping[str, Any], folder: Path) -> Request:
    try:
        changes = tuple(str(case["change"]) for case in manifest["cases"][1:])
        return Request(
            str(manifest["asked"]), int(manifest["runs"]), int(manifest["seed"]),
            tuple(map(str, manifest["settings"])), changes, tuple(map(str, manifest["until"])),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        raise InputError([Problem("no-sweep", Where(str(folder)), {"folder": str(folder)})]) from None


def _refuse_others(folder: Path, begun: Request, asked: Request) -> None:
    """Refuse to go on with another sweep than the one that lies there."""
    told = {
        "settings": (begun.settings, asked.settings), "compare": (begun.compare, asked.compare),
        "seed": (begun.seed, begun.seed if asked.seed is None else asked.seed),
    }  # fmt: skip
    _refuse(folder, ((name, then, given) for name, (then, given) in told.items() if given and then != given))


def _refuse_changes(folder: Path, then: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse to go on where rows to come would not belong with those that are there."""
    changed = [(name, then.get(name), given[name]) for name in ("version", "scenario", "seed", "courses")]
    for before, after in zip(then["cases"], given["cases"], strict=True):
        old, new = before.get("sha256", {}), after["sha256"]
        changed += [(f"{id}.yaml", old.get(id), new.get(id)) for id in sorted({*old, *new})]
    _refuse(folder, ((name, a, b) for name, a, b in changed if a != b))


def _refuse(folder: Path, changed: Iterable[tuple[str, object, object]]) -> None:
    distinct = {name: (str(a), str(b)) for name, a, b in changed}
    problems = [
        Problem("resume-differs", Where(str(folder)), {"name": name, "then": a, "found": b})
        for name, (a, b) in distinct.items()
    ]
    if problems:
        raise InputError(problems)


# ------------------------------------------------------------------------------------------- during


def _elsewhere(found: Sweep, conduct: Conduct) -> AbstractContextManager[Crew | None]:
    """The workers of a cluster, if they are to do it."""
    if conduct.parquet:
        need_parquet()
    return cluster(found.workshop, conduct.scheduler) if conduct.scheduler else nullcontext()


def _go_on(found: Sweep, store: Store, conduct: Conduct, elsewhere: Crew | None) -> Sweep:
    todo = found.request.runs * len(found.tables) - sum(map(len, found.tables))
    count = conduct.workers if conduct.workers is not None else (cores() if todo > FEW or conduct.scheduler else 1)
    size = _chunk_size(todo, count)
    with nullcontext(elsewhere) if elsewhere else pool(found.workshop, count) as crew:
        while (until := _next_end(found)) is not None:
            work = jobs([len(table) for table in found.tables], until, size, COURSE_RUNS)
            come = chunks(found.workshop, work, crew, AHEAD * count, conduct.stopped)
            _keep(found, store, come, conduct.progress, until)
            if min(map(len, found.tables)) < until:  # broken off
                return found
    _finish(found, store)
    if conduct.parquet:
        for case, table in enumerate(found.tables):
            write_parquet(found.folder / parquet_file(case), table, _about(found, case))
    return found


def _about(found: Sweep, case: int) -> dict[str, Any]:
    """What the rows of a case are of, for who finds them alone."""
    one = found.cases[case]
    about = {"scenario": one.inputs.scenario.scenario, "seed": found.seed, "settings": list(one.settings)}
    return {**about, "change": one.label, **_receipt(one)}


def _chunk_size(runs: int, workers: int) -> int:
    """Runs of a job: a power of two, so that jobs fill blocks of chance; small enough for all to have work."""
    size = CHUNK
    while size > 1 and size * workers * 4 > runs:
        size //= 2
    return size


def _next_end(found: Sweep) -> int | None:
    """Up to which run to go on; None when there are enough, and of every case as many."""
    there, longest = min(map(len, found.tables)), max(map(len, found.tables))
    until = _goals_end(found, there) if found.goals else found.request.runs
    end = max(until, longest) if until <= there else until
    return end if end > there else None


def _goals_end(found: Sweep, there: int) -> int:
    """Where the sweep ends or looks at its goals next, as it came to the runs that are there."""
    runs = 0
    while (until := next_size(found.goals, found.tables[0], found.shares, runs, found.request.runs)) > runs:
        if until > there:
            return until
        runs = until
    return runs


def _keep(found: Sweep, store: Store, come: Iterable[Chunk], progress: Progress | None, until: int) -> None:
    """Write down what comes, as it comes."""
    for chunk in come:
        store.add(chunk)
        if progress is not None:
            progress(sum(map(len, found.tables)), until * len(found.tables))


# -------------------------------------------------------------------------------------------- after


def _finish(found: Sweep, store: Store) -> None:
    shares, table = found.shares, found.tables[0]
    found.estimates = {
        name: (estimate_share if name in shares else estimate)(table.column(name)) for name in table.columns
    }
    compared = zip(found.request.compare, found.tables[1:], strict=True)
    found.differences = [differences(text, table, other) for text, other in compared]
    found.courses = store.courses()
    found.summary = _summary(found)
    store.finish(dict(found.summary))
    found.complete = True


def _summary(found: Sweep) -> dict[str, Any]:
    """What ``summary.json`` holds; keys may be added, never renamed."""
    cases, table = found.cases, found.tables[0]
    return {
        "scenario": cases[0].inputs.scenario.scenario,
        "seed": found.seed,
        "runs": len(table),
        "level": LEVEL,
        "settings": list(found.request.settings),
        "until": [_goal(found, goal) for goal in found.goals],
        "failed": [{"run": run, "what": what} for run, what in sorted(table.failures.items())],
        "indicators": {name: one.as_dict() for name, one in found.estimates.items()},
        "comparisons": [_comparison(found, k, one) for k, one in enumerate(found.differences, 1)],
        "receipt": _receipt(cases[0]),
    }


def _goal(found: Sweep, goal: Goal) -> dict[str, Any]:
    table = found.tables[0]
    reached = within_reach(goal, now(goal, table, found.shares, len(table)))
    return {"indicator": goal.name, "half_width": goal.half_width, "reached": reached}


def _comparison(found: Sweep, case: int, one: Difference) -> dict[str, Any]:
    table = found.tables[case]
    return {
        "change": one.text,
        "rows": runs_file(case),
        "failed": [{"run": run, "what": what} for run, what in sorted(table.failures.items())],
        "indicators": {name: pairs.as_dict() for name, pairs in one.pairs.items()},
        "receipt": _receipt(found.cases[case]),
    }


def _receipt(case: Case) -> dict[str, Any]:
    inputs, hashes = case.inputs, case.hashes()
    return {
        "plan_sha256": {id: hashes[id] for id in inputs.scenario.plans},
        "scenario_sha256": hashes[inputs.scenario.scenario],
        "version": __version__,
    }
