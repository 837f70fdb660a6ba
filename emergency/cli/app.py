"""What all commands share: the application, its options, where things are printed and looked for."""

from __future__ import annotations

import errno
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emergency.cli.mistakes import Lang, default_lang, refused, telling
from emergency.cli.usage import Commands

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "Lang", "LangOption", "ReadingOption", "SeedOption", "SetOption",
    "app", "existing_store", "export_app", "fit_name", "printer", "refused", "room_for", "sound_store", "telling",
    "there",
]  # fmt: skip

_STORE = b"SQLite format 3\0"

app = typer.Typer(
    name="emergency",
    cls=Commands,
    help="Emergency plans as clause-cited data: show, run, check.  应急预案工作台。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

export_app = typer.Typer(help="Write what others work with: forms, event lists, warnings.", no_args_is_help=True)
app.add_typer(export_app, name="export")


LangOption = Annotated[Lang, typer.Option("--lang", help="Language: zh or en.", default_factory=default_lang)]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE: change any value of the scenario.")]
ReadingOption = Annotated[list[str] | None, typer.Option("--reading", help="PLAN:READING=CHOICE.")]


def _version(asked: bool) -> None:
    if asked:
        from emergency import __version__

        typer.echo(f"emergency {__version__}")
        raise typer.Exit


@app.callback()
def _about(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    pass


def printer() -> Console:
    """Prints lines as they are: broken to fit a terminal, never into a file or a pipe."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def room_for(path: Path | None, *, folder: bool = False) -> None:
    """See that a file, or a folder with files, can be written; called before work that takes long.

    Raises
    ------
    OSError
        If there is a folder where a file is wanted or the other way round, or the place can only be read.
    """
    if path is None or (path.exists() and not path.is_file() and not path.is_dir()):  # a device or a pipe
        return
    if path.is_file() if folder else path.is_dir():
        raise OSError(errno.EEXIST if folder else errno.EISDIR, "", str(path))
    near = next(one for one in (path, *path.absolute().parents) if one.is_dir() or (one != path and one.exists()))
    if not near.is_dir():
        raise OSError(errno.ENOTDIR, "", str(path))
    if not os.access(near, os.W_OK):
        raise OSError(errno.EACCES, "", str(path))


def there(where: str) -> bool:
    """Whether a store may be looked into without making one: a database, or a file that is there."""
    return where.startswith(("postgresql://", "postgres://")) or Path(where).exists()


def sound_store(where: str) -> str:
    """The address of a store, which may be new, but no other file.

    Raises
    ------
    InputError
        If it is a path, and a folder is there or a file of another kind.
    """
    path = Path(where)
    if there(where) and path.is_dir():
        raise refused("file-is-directory", path=where)
    if there(where) and path.is_file():
        with path.open("rb") as file:
            if file.read(len(_STORE)) not in (_STORE, b""):
                raise refused("not-a-store", where)
    return where


def existing_store(where: str) -> str:
    """The address of a store that must be there: opening a file that is not there would make an empty one.

    Raises
    ------
    InputError
        If it is a path, and no store is there.
    """
    if not there(where):
        raise refused("store-missing", path=where)
    return sound_store(where)


def fit_name(name: str | None, option: str = "--name") -> str | None:
    """A name for an exercise, which is part of the names of files.

    Raises
    ------
    InputError
        If it cannot be that.
    """
    if name is not None and (re.search(r"[/\\\0]", name) or name.strip(".") == "" or len(name) > 64):
        raise refused("bad-name", option, value=name)
    return name
