"""``sweep`` and ``sensitivity``: many runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emergency.cli.app import (
    Lang,
    LangOption,
    ReadingOption,
    SeedOption,
    SetOption,
    app,
    printer,
    refused,
    room_for,
    telling,
)
from emergency.cli.runs import as_settings

if TYPE_CHECKING:
    from emergency.replicate.sensitivity import Question
    from emergency.replicate.sweep import Request, Sweep
    from emergency.source import Text

__all__ = ["sensitivity", "sweep", "under_way"]

_SILENT = 10.0  # seconds after which progress is told where there is no terminal, a line for each tenth


@app.command(epilog="Example: emergency sweep fuel-pipeline-outage -n 2000 --compare policy=hesitant")
def sweep(
    lang: LangOption,
    scenario: Annotated[str | None, typer.Argument(help="A scenario's id or file; none with --resume.")] = None,
    runs: Annotated[int | None, typer.Option("-n", "--runs", min=1, help="How many runs; default 1,000.")] = None,
    until: Annotated[
        list[str] | None, typer.Option("--until", help="'INDICATOR ± X': go on until the interval is as narrow.")
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option("--compare", help="Run again with one change: reading:PLAN:ID=CHOICE, set:KEY=VALUE, plan=FILE, "
                     "policy=NAME, people=apart, PLAN:CLAUSE/FIELD=VALUE."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/sweep-SCENARIO-SEED/.")
    ] = None,
    seed: SeedOption = None,
    set_: SetOption = None,
    reading: ReadingOption = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Go on with the sweep in a folder.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default: all cores.")] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write the rows as Parquet too.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="tcp://HOST:8786 of a Dask cluster whose workers do the runs; tls://… with "
                     "certificates. On trusted networks only: who reaches a scheduler can execute code on its "
                     "workers. How to start one: README, 'Sweeps on several machines'."),
    ] = None,
) -> None:  # fmt: skip
    """Run a scenario many times, and write its rows, summary, figures and report. Ctrl-C keeps what is done."""
    from emergency.replicate.sweep import Conduct, Request
    from emergency.replicate.sweep import resume as go_on
    from emergency.replicate.sweep import sweep as begin
    from emergency.replicate.until import MOST

    with telling(lang), under_way(lang) as (progress, stopped):
        if (scenario is None) == (resume is None):
            raise refused("scenario-or-resume")
        changed = (*(set_ or []), *as_settings(reading or []))
        asked = Request(
            scenario or "", runs or (MOST if until else 1000), seed, changed, tuple(compare or ()), tuple(until or ())
        )
        _see_packages(parquet, scheduler)
        conduct = Conduct(workers, scheduler, progress, stopped, parquet)
        folder = resume or output or _sweep_folder(asked)
        with _kept(folder, lang):
            if resume is not None:
                found = go_on(resume, conduct, runs=runs, until=until, expected=asked)
            else:
                room_for(folder, folder=True)
                found = begin(asked, folder, conduct)
        progress(-1, -1)
        _tell_sweep(found, lang)


@contextmanager
def _kept(folder: Path, lang: Lang) -> Iterator[None]:
    """Where a sweep ends before its time, say how to go on with what is kept of it."""
    from emergency.errors import RunError
    from emergency.replicate.store import unfinished

    try:
        yield
    except (KeyboardInterrupt, RunError) as error:
        if unfinished(folder):
            printer().print(_way_on(folder, lang), markup=False, soft_wrap=True)
        if isinstance(error, RunError):
            raise
        raise typer.Exit(130) from None


def _way_on(folder: Path, lang: Lang) -> str:
    import shlex

    from emergency.words.sweep import told

    return told("go-on", lang.value, command=shlex.join(["emergency", "sweep", "--resume", str(folder)]))


def _see_packages(parquet: bool, scheduler: str | None) -> None:
    """Packages and certificates a sweep will need, before anything is read."""
    from emergency.replicate.cluster import need_cluster
    from emergency.replicate.parquet import need_parquet

    if parquet:
        need_parquet()
    if scheduler:
        need_cluster(scheduler)


def _sweep_folder(asked: Request) -> Path:
    """Where a sweep's files go unless the user says."""
    from emergency.reader import load_scenario

    scenario = load_scenario(asked.scenario, asked.settings)
    return Path("runs") / f"sweep-{scenario.scenario}-{scenario.seed if asked.seed is None else asked.seed}"


@contextmanager
def under_way(
    lang: Lang, *, keeps: bool = True
) -> Iterator[tuple[Callable[[int, int], None], Callable[[], bool]]]:
    """A progress bar; Ctrl-C ends the work at the next good moment: at once if pressed again or nothing is kept."""
    import signal
    from time import monotonic

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    from emergency.words.sweep import told

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f} {told('per-second', lang.value)}")

    pressed = False
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), Remaining())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(told("running", lang.value), total=None)

    told_of, begun = 0, monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told_of
        if total < 0:
            bar.stop()
        elif console.is_terminal:
            bar.update(task, completed=done, total=total)
        elif done * 10 // max(total, 1) > told_of and monotonic() - begun > _SILENT:  # for whoever reads a log
            told_of = done * 10 // max(total, 1)
            typer.echo(f"{told('running', lang.value)} {done:,}/{total:,}", err=True)

    def interrupted(_: int, __: object) -> None:
        nonlocal pressed
        if pressed or not keeps:
            raise KeyboardInterrupt
        pressed = True
        bar.update(task, description=told("stopping", lang.value))

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        with bar:
            yield progress, lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _tell_sweep(found: Sweep, lang: Lang) -> None:
    """Write the report of a sweep and tell its story, or how to go on with it."""
    from rich.table import Table
    from rich.text import Text

    from emergency.report.sweep import tell_sweep, write_sweep
    from emergency.words.sweep import told

    console = printer()
    if not found.complete:
        done, total = sum(map(len, found.tables)), found.request.runs * len(found.tables)
        console.print(told("stopped", lang.value, done=f"{done:,}", total=f"{total:,}", folder=found.folder))
        console.print(_way_on(found.folder, lang), markup=False, soft_wrap=True)
        raise typer.Exit(130)
    with console.status(told("drawing", lang.value)):
        path = write_sweep(found, lang.value)  # before anything is told: who pipes it to a pager may leave early
    lines, headlines, differences = tell_sweep(found, lang.value)
    for line in lines:
        console.print(line, markup=False)
    for names, rows in ((("number", "mean", "interval", "quantiles"), headlines),
                        (("change", "number", "difference", "interval"), differences)):  # fmt: skip
        table = Table(*(told(name, lang.value) for name in names))
        for row in rows:
            table.add_row(*map(Text, row))
        if rows:
            console.print(table)
    console.print(f"\n{path}", markup=False, soft_wrap=True)
    if broken := found.failures():
        _, run, what = broken[0]
        told_ = told("failed", lang.value, n=len(broken), run=run, what=what)
        console.print(told_, markup=False, style="red")
        raise typer.Exit(1)


class Method(StrEnum):
    """How sensitivity is looked for."""

    morris = "morris"
    sobol = "sobol"


@app.command(epilog="Example: emergency sensitivity fuel-pipeline-outage --of served_share")
def sensitivity(
    scenario: Annotated[str, typer.Argument(help="A scenario's id or file.")],
    lang: LangOption,
    of: Annotated[list[str] | None, typer.Option("--of", help="A number of a run (a column of runs.csv).")] = None,
    method: Annotated[
        Method, typer.Option("--method", help="morris: what weighs most; sobol: also its shares of the variance.")
    ] = Method.morris,
    blocks: Annotated[
        int,
        typer.Option("--blocks", min=4, max=65536, help="Sobol: base points, a power of 2."),
    ] = 64,
    first: Annotated[int, typer.Option("--first", min=1, help="Sobol: so many of the weightiest factors.")] = 12,
    paths: Annotated[int, typer.Option("--paths", min=2, help="Random paths; each turns every factor once.")] = 4,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="Runs that judge each point of a path.")] = 8,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/sensitivity-SCENARIO/.")
    ] = None,
    seed: SeedOption = None,
    set_: SetOption = None,
    reading: ReadingOption = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default: all cores.")] = None,
) -> None:
    """Tell which assumptions, limits, thresholds, people and readings decide the answer, clause by clause."""

    from emergency.reader import load_scenario
    from emergency.replicate.sensitivity import Question, analyse
    from emergency.report.sensitivity import tell_sensitivity, write_sensitivity
    from emergency.words.sensitivity import told

    with telling(lang):
        _see_salib()
        if blocks & (blocks - 1):
            raise refused("not-a-power", "--blocks", value=blocks)
        changed = (*(set_ or []), *as_settings(reading or []))
        folder = output or Path("runs") / f"sensitivity-{load_scenario(scenario, changed).scenario}"
        room_for(folder, folder=True)
        points = blocks if method is Method.sobol else 0
        asked = Question(scenario, tuple(of or ()), paths, runs, seed, changed, points, first)
        typer.echo(_foretold(asked, lang), err=True)
        with under_way(lang) as (progress, stopped):
            found = analyse(
                asked, folder, workers=workers, stopped=stopped,
                progress=lambda done, total: progress(done * runs, total * runs),  # told of points, a few runs each
            )
            progress(-1, -1)
        if found is None:
            typer.echo(told("stopped", lang.value), err=True)
            raise typer.Exit(130)
        path = write_sensitivity(found, lang.value)
        console = printer()
        for line in tell_sensitivity(found, lang.value):
            console.print(line, markup=False)
        console.print(f"\n{path}", markup=False, soft_wrap=True)


def _see_salib() -> None:
    """Told before anything is read, let alone promised."""
    from importlib.util import find_spec

    from emergency.errors import MissingExtraError

    if find_spec("SALib") is None:
        raise MissingExtraError("SALib", "sensitivity")


def _foretold(asked: Question, lang: Lang) -> str:
    """How many runs an analysis is going to make, and what asks for so many."""
    from emergency.replicate.case import Started, read_case
    from emergency.replicate.factors import factors
    from emergency.words.sensitivity import told

    case = read_case(asked.scenario, asked.settings)
    n = len(factors(case.inputs, Started(case, case.prepared()).programs))
    points = asked.paths * (n + 1)
    more = asked.blocks * (min(asked.first, n) + 2)
    facts = {"factors": n, "paths": asked.paths, "each": asked.runs, "points": points, "blocks": more}
    total = f"{(points + more) * asked.runs:,}"
    return told("foretold-shares" if more else "foretold", lang.value, runs=total, **facts)
