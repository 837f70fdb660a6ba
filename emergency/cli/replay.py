"""``replay``: the decisions of an exercise once more."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emergency.cli.app import (
    Lang,
    LangOption,
    ReadingOption,
    app,
    existing_store,
    fit_name,
    refused,
    room_for,
    telling,
)
from emergency.cli.many import under_way
from emergency.cli.runs import as_settings

if TYPE_CHECKING:
    from emergency.exercise import Receipt
    from emergency.exercise.keeper import Replay
    from emergency.exercise.store import Store
    from emergency.replicate.case import Case

__all__ = ["replay"]


@app.command(epilog="Example: emergency replay play.sqlite --with plan=my-fuel.yaml --review")
def replay(
    store: Annotated[str, typer.Argument(help="SQLite file or postgresql:// address of the exercise.")],
    lang: LangOption,
    name: Annotated[str | None, typer.Option("--name", help="Which exercise of the store.")] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", help="A change, as in sweep --compare: plan=FILE, PLAN:CLAUSE/FIELD=VALUE, "
                     "set:KEY=VALUE, reading:PLAN:ID=CHOICE."),
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE: short for --with set:…")] = None,
    reading: ReadingOption = None,
    branch: Annotated[
        str | None, typer.Option("--branch", help="Name of a new exercise that goes on from --at, in the same store.")
    ] = None,
    at: Annotated[
        float | None,
        typer.Option("--at", min=0, max=1_000_000, help="Hours from the start up to which it is the same."),
    ] = None,
    review: Annotated[bool, typer.Option("--review", help="Write its after-action review too.")] = False,
    runs: Annotated[int, typer.Option("-n", "--runs", min=1, help="Plan-perfect plays of the review.")] = 500,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder; default runs/replay-NAME/.")] = None,
) -> None:  # fmt: skip
    """Give the decisions of an exercise again, to an edited plan; or branch off, to go on otherwise."""
    from emergency.exercise import open_store
    from emergency.report.play import find_exercise

    with telling(lang):
        changes = [*(with_ or []), *_as_changes((*(set_ or []), *as_settings(reading or [])))]
        if not changes and branch is None:
            raise refused("no-change")
        room_for(output, folder=True)
        fit_name(branch, "--branch")
        kept = open_store(existing_store(store))
        which, receipt = find_exercise(kept, name, lang.value)
        if branch is not None:
            _branch_off(kept, which, branch, at, store, lang)
        if changes:
            case, found = _replayed(kept.read(which), receipt, changes, lang)
            folder = output or Path("runs") / f"replay-{which}"
            _write(case, found, folder, runs if review else 0, lang)


def _as_changes(settings: Iterable[str]) -> list[str]:
    """Settings as changes; what is wrong with one is told of the option it was typed under."""
    from emergency.source import Typed

    return [Typed(f"set:{one}", Typed.place(one, f"--set {one}")) for one in settings]


def _replayed(
    records: list[dict[str, Any]], receipt: Receipt, changes: list[str], lang: Lang
) -> tuple[Case, Replay]:
    """Replay as it was and as changed, and tell the difference."""
    from emergency.errors import RefusedError
    from emergency.exercise import Divergence
    from emergency.exercise import replay as again
    from emergency.replicate.case import read_case
    from emergency.replicate.compare import read_changed
    from emergency.report.replayed import tell_replay
    from emergency.words.play import told
    from emergency.words.problems import safe

    changed = _deciding(read_changed(receipt.scenario, receipt.settings, changes, "--with"), changes, lang)
    try:
        before = again(read_case(receipt.scenario, receipt.settings).prepared(), records).session
    except Divergence as error:
        raise RefusedError(told("divergence", lang.value, **error.facts)) from None
    found = again(changed.prepared(), records, edited=True)
    for line in tell_replay(before, found, changes, lang.value):
        typer.echo(safe(line, 4000))
    return changed, found


def _deciding(case: Case, changes: list[str], lang: Lang) -> Case:
    """Refuse what bears on how seats nobody holds behave: in a session they do as the plan asks."""
    from emergency.report.play import Unclear
    from emergency.words.replay import told

    if case.seats != "as-written" or case.apart:
        raise Unclear(told("not-replayable", lang.value, value=", ".join(changes)))
    return case


def _write(case: Case, found: Replay, folder: Path, runs: int, lang: Lang) -> None:
    """The log of the replay and, if asked for, its review."""
    from emergency.log import write_jsonl
    from emergency.report.after_action_papers import conclude_papers

    session, prepared = found.session, found.session.prepared
    entries, paths = session.log.entries, [folder / "log.jsonl"]
    if runs:
        with under_way(lang, keeps=False) as (progress, _):
            pages, lines = conclude_papers(
                entries, prepared, session.seed, folder, runs, lang.value, ["html"], "", progress
            )
            progress(-1, -1)
        paths += pages
        typer.echo("\n".join(("", *lines)))
    else:
        write_jsonl(paths[0], entries)
    typer.echo("\n".join(("", *map(str, paths))))


def _branch_off(kept: Store, name: str, new: str, at: float | None, store: str, lang: Lang) -> None:
    import shlex

    from emergency.errors import RefusedError
    from emergency.exercise.keeper import branch
    from emergency.report.play import Unclear
    from emergency.words.replay import told

    try:
        count, t = branch(kept, name, new, at)
    except RefusedError:
        raise Unclear(told("name-taken", lang.value, name=new)) from None
    command = shlex.join(["emergency", "play", "--store", store, "--name", new])
    typer.echo(told("branched", lang.value, name=new, n=count, when=f"{t:g} h", command=command))
