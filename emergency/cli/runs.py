"""``run``: one run of a scenario, and what it leaves behind."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emergency.cli.app import Lang, LangOption, ReadingOption, SeedOption, SetOption, app, printer, refused, telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency.incident import Prepared
    from emergency.indicators import Indicators
    from emergency.log import EventLog
    from emergency.reader import Inputs
    from emergency.replicate.case import Started
    from emergency.report.play import Load

__all__ = ["as_settings", "prepared_from", "reading_once", "run"]


class Policy(StrEnum):
    """How people in all seats answer (`emergency.seat.POLICIES`)."""

    as_written = "as-written"
    hesitant = "hesitant"
    eager = "eager"
    absent_at_night = "absent-at-night"


@app.command(epilog="Example: emergency run scenarios/fuel-pipeline-outage.yaml --set seed=7")
def run(
    scenario: Annotated[str, typer.Argument(help="A scenario's id or file.")],
    lang: LangOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/SCENARIO-SEED/.")
    ] = None,
    seed: SeedOption = None,
    number: Annotated[int, typer.Option("--run", min=0, help="Which run of a sweep with that seed.")] = 0,
    set_: SetOption = None,
    reading: ReadingOption = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", help="A change as in sweep --compare: policy=NAME, people=apart, plan=FILE, "
                     "PLAN:CLAUSE/FIELD=VALUE, …"),
    ] = None,
    policy: Annotated[
        Policy | None, typer.Option("--policy", help="How people in all seats answer; short for --with policy=NAME.")
    ] = None,
) -> None:  # fmt: skip
    """Run a scenario once, and write its log, summary, figures and report."""
    from emergency.replicate.case import Started
    from emergency.replicate.compare import read_changed

    with telling(lang):
        changes = (*(with_ or []), *([f"policy={policy.value}"] if policy else []))
        case = read_changed(scenario, (*(set_ or []), *as_settings(reading or [])), changes, "--with")
        started, inputs = Started(case, case.prepared()), case.inputs
        used = int(inputs.scenario.seed) if seed is None else seed
        folder = output or Path("runs") / f"{inputs.scenario.scenario}-{used}"
        folder.mkdir(parents=True, exist_ok=True)  # a place that cannot be written is told before the run
        log = _simulated(started, used, number, changes)
        _write(folder, started, log, used, number, changes, lang)


def _write(
    folder: Path, started: Started, log: EventLog, seed: int, number: int, changes: Sequence[str], lang: Lang
) -> None:
    """Write what a run leaves behind, and tell the story."""

    from emergency import __version__
    from emergency.indicators import fold, summary
    from emergency.report import tell_run, write_run
    from emergency.words.sweep import told as words

    inputs, programs = started.case.inputs, started.programs
    numbers = fold(log, programs)
    told = summary(
        numbers,
        scenario=inputs.scenario.scenario,
        seed=seed,
        run=number,
        plan_sha256={id: inputs.sha256[id] for id in inputs.scenario.plans},
        scenario_sha256=inputs.sha256[inputs.scenario.scenario],
        version=__version__,
        sharing=_sharing(started, numbers, seed, number),
    )
    if changes:
        told["with"] = list(changes)
    console = printer()
    for line in tell_run(log.entries, inputs.scenario, programs, told, lang.value):
        console.print(line, markup=False)
    with console.status(words("drawing", lang.value)):
        path = write_run(folder, log.entries, inputs.scenario, programs, told, lang.value)
    console.print(f"\n{path}", markup=False, soft_wrap=True)


def _sharing(started: Started, numbers: Indicators, seed: int, number: int) -> dict[str, Any] | None:
    """What several plans lose by sharing people: the same run again with people of its own for each plan."""
    if len(started.programs) == 1 or started.case.apart:
        return None
    from emergency.chance import Chance
    from emergency.incident import simulate
    from emergency.indicators import Indicators, sharing
    from emergency.log import EventLog

    apart = Indicators(started.programs)
    log = EventLog(started.prepared.start, keep=False)
    log.listen(apart)
    simulate(*started.begin(Chance(seed), number, log, apart=True))
    return sharing(numbers, apart)


def as_settings(readings: list[str]) -> list[str]:
    """Readings chosen on the command line, as changes to the scenario."""
    from emergency.errors import InputError
    from emergency.source import Typed

    wrong = [r for r in readings if not re.fullmatch(r"[\w-]+:[\w-]+=.+", r.strip())]
    if wrong:
        raise InputError(p for r in wrong for p in refused("bad-reading", "--reading", value=r).problems)
    return [Typed(f"readings.{r.strip().replace(':', '.', 1)}", f"--reading {r}") for r in readings]


def prepared_from(scenario: str, settings: list[str], readings: list[str]) -> tuple[Inputs, Prepared]:
    """A scenario with what it leans on, changed as told and made ready."""
    from emergency.replicate.case import read_case

    case = read_case(scenario, [*settings, *as_settings(readings)])
    return case.inputs, case.prepared()


def reading_once() -> Load:
    """Reads scenarios with settings, each from its files only once however often it is asked for."""
    read: dict[tuple[str, ...], tuple[Inputs, Prepared]] = {}

    def load(scenario: str, settings: list[str]) -> tuple[Inputs, Prepared]:
        key = (scenario, *settings)
        if key not in read:
            read[key] = prepared_from(scenario, settings, [])
        return read[key]

    return load


def _simulated(started: Started, seed: int, number: int, changes: Sequence[str]) -> EventLog:
    from emergency.chance import Chance
    from emergency.incident import simulate
    from emergency.log import EventLog

    log = EventLog(started.prepared.start)
    incident, who = started.begin(Chance(seed), number, log)
    if changes:  # what the files of the receipt do not say
        log.add(0.0, "note", ref="changes", detail={"with": list(changes)})
    simulate(incident, who)
    return log
