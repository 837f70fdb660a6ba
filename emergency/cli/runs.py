"""``run``: one run of a scenario, and what it leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emergency.cli.app import Lang, LangOption, app, telling

if TYPE_CHECKING:
    from emergency.errors import InputError
    from emergency.incident import Prepared
    from emergency.indicators import Indicators
    from emergency.log import EventLog
    from emergency.reader import Inputs

__all__ = ["as_settings", "placed", "prepared_from", "run"]


@app.command(epilog="Example: emergency run scenarios/fuel-pipeline-outage.yaml --set seed=7")
def run(
    scenario: Annotated[str, typer.Argument(help="A scenario's id or file.")],
    lang: LangOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/SCENARIO-SEED/.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")] = None,
    number: Annotated[int, typer.Option("--run", min=0, help="Which run of a sweep with that seed.")] = 0,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE: change any value of the scenario.")
    ] = None,
    reading: Annotated[list[str] | None, typer.Option("--reading", help="PLAN:READING=CHOICE.")] = None,
) -> None:
    """Run a scenario once, and write its log, summary, figures and report."""
    with telling(lang):
        inputs, prepared = prepared_from(scenario, set_ or [], reading or [])
        used = int(inputs.scenario.seed) if seed is None else seed
        folder = output or Path("runs") / f"{inputs.scenario.scenario}-{used}"
        log = _simulated(prepared, used, number)
        _write(folder, inputs, prepared, log, used, number, lang)


def _write(
    folder: Path, inputs: Inputs, prepared: Prepared, log: EventLog, seed: int, number: int, lang: Lang
) -> None:
    """Write what a run leaves behind, and tell the story."""
    from rich.console import Console

    from emergency import __version__
    from emergency.indicators import fold, summary
    from emergency.report import tell_run, write_run

    programs = {id: one.program for id, one in prepared.plans.items()}
    numbers = fold(log, programs)
    told = summary(
        numbers,
        scenario=inputs.scenario.scenario,
        seed=seed,
        run=number,
        plan_sha256={id: inputs.sha256[id] for id in inputs.scenario.plans},
        scenario_sha256=inputs.sha256[inputs.scenario.scenario],
        version=__version__,
        sharing=_sharing(prepared, numbers, seed, number),
    )
    console = Console(highlight=False)
    for line in tell_run(log.entries, inputs.scenario, programs, told, lang.value):
        console.print(line, markup=False)
    with console.status({"zh": "正在绘图、撰写报告……", "en": "Drawing figures, writing the report…"}[lang.value]):
        path = write_run(folder, log.entries, inputs.scenario, programs, told, lang.value)
    console.print(f"\n{path}", markup=False, soft_wrap=True)


def _sharing(prepared: Prepared, numbers: Indicators, seed: int, number: int) -> dict[str, Any] | None:
    """What several plans lose by sharing people: the same run again with people of its own for each plan."""
    if len(prepared.plans) == 1:
        return None
    from emergency.chance import Chance
    from emergency.incident import Incident, simulate
    from emergency.indicators import Indicators, sharing
    from emergency.log import EventLog

    apart = Indicators({id: one.program for id, one in prepared.plans.items()})
    log = EventLog(prepared.start, keep=False)
    log.listen(apart)
    simulate(Incident(prepared, Chance(seed).run(number), log, apart=True))
    return sharing(numbers, apart)


def as_settings(readings: list[str]) -> list[str]:
    """Readings chosen on the command line, as changes to the scenario."""
    return [f"readings.{r.replace(':', '.', 1)}" for r in readings]


def prepared_from(scenario: str, settings: list[str], readings: list[str]) -> tuple[Inputs, Prepared]:
    """A scenario with what it leans on, changed as told and made ready."""
    from emergency.errors import InputError
    from emergency.incident import prepare
    from emergency.reader import load_inputs

    inputs = load_inputs(scenario, [*settings, *as_settings(readings)])
    try:
        return inputs, prepare(inputs.scenario, inputs.plans, inputs.jurisdiction, settings)
    except InputError as error:
        raise placed(error, inputs) from None


def placed(error: InputError, inputs: Inputs) -> InputError:
    """Say in which file a question stays open, where the program that found it did not know."""
    from dataclasses import replace

    from emergency.source import Where

    placed = []
    for problem in error.problems:
        file = inputs.files.get(str(problem.facts.get("plan", inputs.scenario.scenario)))
        where = problem.where or (Where(str(file)) if file else None)
        placed.append(replace(problem, where=where))
    return type(error)(placed)


def _simulated(prepared: Prepared, seed: int, number: int) -> EventLog:
    from emergency.chance import Chance
    from emergency.incident import Incident, simulate
    from emergency.log import EventLog

    log = EventLog(prepared.start)
    simulate(Incident(prepared, Chance(seed).run(number), log))
    return log
