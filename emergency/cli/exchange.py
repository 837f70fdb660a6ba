"""``export msel``, ``export scenario``, ``export cap``: event lists out and in, warnings out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emergency.cli.app import LangOption, SetOption, export_app, refused, room_for, telling

if TYPE_CHECKING:
    from datetime import datetime

    from emergency.exchange.msel_reading import EventsList

__all__ = ["Times", "cap", "msel", "scenario"]


class Times(StrEnum):
    """Which column of an events list counts where they differ."""

    elapsed = "elapsed"
    moment = "moment"
    planned = "planned"


@export_app.command(epilog="Example: emergency export msel fuel-pipeline-outage -o msel.xlsx")
def msel(
    scenario: Annotated[str, typer.Argument(help="A scenario's id or file.")],
    lang: LangOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file; default SCENARIO-msel.xlsx.")
    ] = None,
    wall: Annotated[
        str | None, typer.Option("--wall", help="When the exercise begins, e.g. 2026-11-30T09:00.")
    ] = None,
    pace: Annotated[
        float, typer.Option("--pace", min=0.01, max=100_000, help="Scenario hours in an hour of the exercise.")
    ] = 1.0,
    set_: SetOption = None,
) -> None:
    """Write a scenario as a master scenario events list (MSEL), a spreadsheet that can be read back."""
    from emergency.exchange.msel import msel as as_list
    from emergency.log import write_bytes_atomically
    from emergency.reader import load_inputs

    with telling(lang):
        room_for(output)
        inputs = load_inputs(scenario, set_ or [])
        begins = _moment(wall, "--wall") if wall is not None else None
        path = output or Path(f"{inputs.scenario.scenario}-msel.xlsx")
        write_bytes_atomically(path, as_list(inputs, lang.value, wall=begins, pace=pace))
        typer.echo(str(path))


def _moment(text: str, option: str) -> datetime:
    from emergency.errors import InputError
    from emergency.exchange.msel_wanted import local_moment
    from emergency.source import Where
    from emergency.words.exchange import problem

    found = local_moment(text)
    if found is None:
        raise InputError([problem("msel-bad-start", Where(option), {"value": text})])
    return found


@export_app.command(
    epilog="Example: emergency export scenario list.xlsx --based-on fuel-ordinary --start 2026-07-01T08:00 -o s.yaml"
)
def scenario(
    file: Annotated[Path, typer.Argument(help="An events list (xlsx), ours or made by hand.")],
    lang: LangOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="The scenario file to write.")],
    based_on: Annotated[
        str | None, typer.Option("--based-on", help="Scenario whose plans, people and world are taken over.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", help="When the scenario begins, local time: 2026-07-01T08:00.")
    ] = None,
    wall: Annotated[str | None, typer.Option("--wall", help="When the exercise begins; default --start.")] = None,
    pace: Annotated[
        float | None, typer.Option("--pace", min=0.01, max=100_000, help="Scenario hours in an hour of the exercise.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="FIELD=HEADING: what a column of another list holds.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet that holds the list.")] = None,
    times: Annotated[Times | None, typer.Option("--times", help="Which times count where they differ.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="Id of the scenario; default the name of its file.")] = None,
) -> None:
    """Read a master scenario events list (MSEL) into a scenario file; what the list leaves open is listed."""
    from emergency.exchange.msel_author import scenario_of
    from emergency.exchange.msel_reading import read_list
    from emergency.exchange.msel_scenario import write_scenario
    from emergency.exchange.msel_wanted import Wanted
    from emergency.reader import load_inputs
    from emergency.words.exchange import told

    with telling(lang):
        room_for(output)
        made = read_list(file, column or [], sheet, lang.value)
        base = load_inputs(_base(made, based_on, file))
        named = _id(id, output, str(base.scenario.scenario))
        wanted = Wanted(named, start, wall, pace, times.value if times else None)
        draft = scenario_of(made, base, wanted)
        write_scenario(draft, made, output)
        typer.echo(told("read", lang.value, n=draft.injects, path=output))
        for line in draft.marked(lang.value):
            typer.echo(f"- {line}")


def _id(asked: str | None, output: Path, base: str) -> str:
    """The scenario's id: as asked for, else by its file; never that of the scenario it is based on."""
    import re

    from emergency.source import Id

    if asked == base:
        raise refused("based-on-loop", "--id", name=base)
    if asked is not None:
        return asked
    return output.stem if re.fullmatch(Id.pattern, output.stem) and output.stem != base else f"{base}-msel"[:64]


def _base(made: EventsList, based_on: str | None, file: Path) -> str:
    """The scenario a list belongs to: as told, or as its second sheet says."""
    from emergency.errors import InputError
    from emergency.source import Where
    from emergency.words.exchange import problem

    if based_on is None and "scenario" not in made.about:
        raise InputError([problem("msel-no-base", Where(str(file)))])
    return based_on if based_on is not None else made.about["scenario"].text


@export_app.command(epilog="Example: emergency export cap runs/fuel-pipeline-outage-1 -o warnings")
def cap(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    lang: LangOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write the messages to.")],
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="The run's scenario, where its id does not lead to it.")
    ] = None,
    category: Annotated[str, typer.Option("--category", help="CAP's category of the danger.")] = "Other",
    grades: Annotated[bool, typer.Option("--grades", help="Also the grades of incidents.")] = False,
) -> None:
    """Write the warnings and level changes of a run as CAP 1.2 messages, all marked as an exercise."""
    from emergency.cli.runs import reading_once
    from emergency.exchange.cap import CATEGORIES, alerts
    from emergency.log import write_bytes_atomically
    from emergency.report.run_folder import read_run
    from emergency.report.statements import level_name
    from emergency.words.exchange import told

    with telling(lang):
        if category not in CATEGORIES:
            raise refused("not-a-choice", "--category", value=category, choices=CATEGORIES)
        room_for(output, folder=True)
        kept = read_run(folder, reading_once(), scenario)
        if kept.changed:
            typer.echo(told("other-plans", lang.value, list=kept.changed), err=True)
        found = alerts(kept.entries, kept.programs, category=category, grades=grades)
        for message, xml in found:
            write_bytes_atomically(output / message.file, xml)
            level = level_name(kept.programs[message.plan].plan, message.scheme, message.level, lang.value)
            typer.echo(f"{message.sent}  {message.type:6}  {message.plan}: {level}")
        typer.echo(told("written" if found else "none", lang.value, n=len(found), path=output))
