"""``export form``, ``information``, ``review``, ``pack``: papers, filled in from a run or made from a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emergency.cli.app import (
    Lang,
    LangOption,
    ReadingOption,
    SetOption,
    export_app,
    refused,
    room_for,
    sound_store,
    telling,
)
from emergency.cli.many import under_way
from emergency.cli.runs import as_settings, prepared_from, reading_once

if TYPE_CHECKING:
    from emergency.incident import Prepared
    from emergency.log import Entry
    from emergency.report.page import Page
    from emergency.report.run_folder import Kept

__all__ = ["Format", "checked_date", "form", "information", "pack", "review"]

RunArgument = Annotated[Path, typer.Argument(help="Folder of a run or an exercise, with its log.jsonl.")]
ScenarioOption = Annotated[
    str | None, typer.Option("--scenario", help="Its scenario's file, where the id in the log does not lead there.")
]


class Format(StrEnum):
    """In what a review is written."""

    html = "html"
    docx = "docx"
    pdf = "pdf"


class Kind(StrEnum):
    """Which of the reports on an incident."""

    first = "first"
    follow_up = "follow-up"
    final = "final"


@export_app.command(epilog="Example: emergency export form runs/necessities-snow-and-rumour-1 --form form-start")
def form(
    run: RunArgument,
    lang: LangOption,
    form: Annotated[str, typer.Option("--form", help="Id of a form of the plan, or PLAN:ID.")],
    of: Annotated[
        str | None, typer.Option("--of", help="The level it is about, e.g. response=II; default the first opened.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; default FORM.docx in the folder.")
    ] = None,
    scenario: ScenarioOption = None,
) -> None:
    """Fill in an approval form that a plan annexes, as docx; what the log does not tell stays blank."""
    from emergency.report.forms import find_form, write_form

    with telling(lang):
        room_for(output)
        page = _page(_kept(run, scenario, lang), lang)
        plan, found = find_form(page.programs, form)
        _done([write_form(page, plan, found, output or run / f"{found.id}.docx", of)])


@export_app.command(epilog="Example: emergency export information runs/necessities-snow-and-rumour-1 --kind final")
def information(
    run: RunArgument,
    lang: LangOption,
    kind: Annotated[Kind, typer.Option("--kind", help="first, follow-up or final.")] = Kind.first,
    plan: Annotated[str | None, typer.Option("--plan", help="Which plan; none needed where there is one.")] = None,
    at: Annotated[
        float | None, typer.Option("--at", min=0, max=1_000_000, help="Another instant: hours from the start.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; default information-KIND.docx in the folder.")
    ] = None,
    scenario: ScenarioOption = None,
) -> None:
    """Write the information report on an incident as docx, with what was known by its time."""
    from emergency.report.information import occasion, write_information

    with telling(lang):
        room_for(output)
        page = _page(_kept(run, scenario, lang), lang)
        which = _plan_of(page, plan)
        path = output or run / f"information-{kind.value}.docx"
        _done([write_information(page, which, occasion(page, which, kind.value, at), path)])


@export_app.command(epilog="Example: emergency export review play.sqlite --format pdf --due 2026-12-31 -o review")
def review(
    source: Annotated[str, typer.Argument(help="Folder of a run or an exercise, or a store of exercises.")],
    lang: LangOption,
    format: Annotated[
        list[Format] | None,
        typer.Option("--format", help="html, docx, pdf; repeat for several. Default: all that can be written."),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DATE", help="Date proposed for all improvements, e.g. 2026-12-31.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Which exercise of the store.")] = None,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="Plan-perfect plays to compare with.")] = 500,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder; default that of the run.")] = None,
    scenario: ScenarioOption = None,
) -> None:
    """Review a run or an exercise against its plans: html, docx and pdf."""
    from emergency.report.after_action_papers import conclude_papers

    with telling(lang):
        date = checked_date(due)
        room_for(output, folder=True)
        formats = [one.value for one in format or ()] or _at_hand(lang)
        entries, prepared, seed, title = _reviewed(source, name, scenario, lang)
        folder = output or (Path(source) if Path(source).is_dir() else Path("runs") / f"play-{title}")
        with under_way(lang, keeps=False) as (progress, _):
            paths, lines = conclude_papers(entries, prepared, seed, folder, runs, lang.value, formats, date, progress)
            progress(-1, -1)
        for line in (*lines, ""):
            typer.echo(line)
        _done(paths)


@export_app.command(epilog="Example: emergency export pack compound-summer-flood -o pack")
def pack(
    scenario: Annotated[str, typer.Argument(help="A scenario's id or file.")],
    lang: LangOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default runs/pack-SCENARIO/.")
    ] = None,
    set_: SetOption = None,
    reading: ReadingOption = None,
) -> None:
    """Print pack of an exercise: situation manual, player cards, forms, evaluation guide, controller guide."""
    from emergency.report.print_pack import write_pack

    with telling(lang):
        room_for(output, folder=True)
        inputs, prepared = prepared_from(scenario, [*(set_ or []), *as_settings(reading or [])], [])
        _done(write_pack(prepared, output or Path("runs") / f"pack-{inputs.scenario.scenario}", lang.value))


def _at_hand(lang: Lang) -> list[str]:
    """All formats of a review; those that a missing package leaves out are told with the extra that brings it."""
    from emergency.report.after_action_papers import FORMATS, lacking
    from emergency.words.papers import told
    from emergency.words.system import tell_missing

    for form in FORMATS:
        if (missing := lacking(form)) is not None:
            typer.echo(told("left-out", lang.value, name=form, why=tell_missing(missing, lang.value)), err=True)
    return [form for form in FORMATS if lacking(form) is None]


def checked_date(text: str | None) -> str:
    """A date as written, or nothing.

    Raises
    ------
    InputError
        If it is none.
    """
    from datetime import date

    try:
        return "" if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        raise refused("bad-date", value=text) from None


def _kept(folder: Path, scenario: str | None, lang: Lang) -> Kept:
    """A run's folder; what has changed since is told."""
    from emergency.report.run_folder import read_run
    from emergency.words.papers import told

    kept = read_run(folder, reading_once(), scenario)
    for one in kept.changed:
        typer.echo(told("changed", lang.value, name=one), err=True)
    return kept


def _page(kept: Kept, lang: Lang) -> Page:
    from emergency.report.page import Page

    return Page(kept.entries, kept.prepared.scenario, kept.programs, {}, lang.value)


def _plan_of(page: Page, plan: str | None) -> str:
    from emergency.reader.names import about

    known = list(page.programs)
    if plan is None and len(known) == 1:
        return known[0]
    if plan is None:
        raise refused("which-plan", known=known)
    if plan not in known:
        raise refused("unknown-plan", "--plan", **about(plan, known))
    return plan


def _reviewed(
    source: str, name: str | None, scenario: str | None, lang: Lang
) -> tuple[list[Entry], Prepared, int, str]:
    """The log of a run or of an exercise in a store, what it was made with, its seed, and what it is called."""
    if Path(source).is_dir() or ("://" not in source and not Path(source).exists()):
        kept = _kept(Path(source), scenario, lang)
        return kept.entries, kept.prepared, kept.seed, Path(source).name
    from emergency import __version__
    from emergency.exercise import open_store
    from emergency.report.play import Asked, begin

    sound_store(source)
    keeper, _ = begin(open_store(source), Asked(scenario, name), reading_once(), __version__, lang.value)
    session = keeper.session
    return list(session.log.entries), session.prepared, session.seed, keeper.name


def _done(paths: Iterable[Path]) -> None:
    for path in paths:
        typer.echo(str(path))
