"""``play``: a seat in the terminal."""

from __future__ import annotations

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
    existing_store,
    fit_name,
    refused,
    room_for,
    sound_store,
    telling,
    there,
)
from emergency.cli.many import under_way
from emergency.cli.papers import Format, checked_date
from emergency.cli.runs import as_settings, reading_once

if TYPE_CHECKING:
    from emergency.exercise import Keeper

__all__ = ["play"]


@app.command(epilog="Example: emergency play fuel-pipeline-outage --seat vice-head-commerce --store play.sqlite")
def play(
    lang: LangOption,
    scenario: Annotated[str | None, typer.Argument(help="A scenario's id or file; none: go on with --store.")] = None,
    seat: Annotated[
        list[str] | None, typer.Option("--seat", help="A seat you hold; the others follow the plan.")
    ] = None,
    seed: SeedOption = None,
    store: Annotated[
        str | None, typer.Option("--store", help="SQLite file that keeps the exercise, to go on later.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name in the store; default the scenario's.")] = None,
    review: Annotated[bool, typer.Option("--review", help="Only review the exercise in the store.")] = False,
    format: Annotated[
        list[Format] | None,
        typer.Option("--format", help="Of the review: html, docx, pdf; may be given several times. Default: html."),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DATE", help="Date proposed for the improvements, e.g. 2026-12-31.")
    ] = None,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="Plan-perfect plays to compare with.")] = 500,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder; default runs/play-NAME/.")] = None,
    set_: SetOption = None,
    reading: ReadingOption = None,
) -> None:
    """Play a scenario in the terminal, some seats by you; at the end, review it against the plan."""
    from emergency import __version__
    from emergency.exercise import MemoryStore, open_store
    from emergency.report.play import Asked, Table, begin, read_line, rehearse

    with telling(lang):
        date = checked_date(due)
        room_for(output, folder=True)
        if scenario is None and store is None:
            raise refused("scenario-or-store", "emergency play", example="emergency play fuel-pipeline-outage")
        if store is not None:
            sound_store(store)
        asked = Asked(scenario, fit_name(name), seed, (*(set_ or []), *as_settings(reading or [])))
        goes_on, load = review or scenario is None, reading_once()
        if store and not goes_on and not there(store):
            rehearse(asked, load, seat or [], __version__, lang.value)
        kept = open_store(existing_store(store) if goes_on else store) if store else MemoryStore()
        keeper, _ = begin(kept, asked, load, __version__, lang.value)
        if review or Table(keeper, lang.value, lambda: read_line(lang.value), typer.echo).play(seat or []):
            formats = [one.value for one in format or (Format.html,)]
            _review_play(keeper, output or Path("runs") / f"play-{keeper.name}", runs, lang, formats, date)
        elif store:
            import shlex

            from emergency.words.play import told

            command = shlex.join(["emergency", "play", "--store", store, "--name", keeper.name])
            typer.echo(told("go-on", lang.value, command=command))


def _review_play(keeper: Keeper, folder: Path, runs: int, lang: Lang, formats: list[str], due: str) -> None:
    from emergency.report.after_action_papers import conclude_papers

    session = keeper.session
    with under_way(lang, keeps=False) as (progress, _):
        paths, lines = conclude_papers(
            session.log.entries, session.prepared, session.seed, folder, runs, lang.value, formats, due, progress
        )
        progress(-1, -1)
    for line in ("", *lines, "", *map(str, paths)):
        typer.echo(line)
