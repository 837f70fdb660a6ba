"""What all commands share: the application, the language, how errors are told."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from emergency.errors import InputError

__all__ = [
    "Lang", "LangOption", "ReadingOption", "SeedOption", "SetOption",
    "app", "existing_store", "export_app", "printer", "refused", "telling", "there",
]  # fmt: skip

app = typer.Typer(
    name="emergency",
    help="Emergency plans as clause-cited data: show, run, check.  应急预案工作台。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

export_app = typer.Typer(help="Write what others work with: forms, event lists, warnings.", no_args_is_help=True)
app.add_typer(export_app, name="export")


class Lang(StrEnum):
    """Language of what is printed."""

    zh = "zh"
    en = "en"


def _default_lang() -> Lang:
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    name = name or (locale.getlocale()[0] or "")
    return Lang.zh if name.lower().startswith(("zh", "chinese")) else Lang.en


LangOption = Annotated[Lang, typer.Option("--lang", help="Language: zh or en.", default_factory=_default_lang)]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of chance; default the scenario's.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE: change any value of the scenario.")]
ReadingOption = Annotated[list[str] | None, typer.Option("--reading", help="PLAN:READING=CHOICE.")]


def printer() -> Console:
    """Prints lines as they are: broken to fit a terminal, never into a file or a pipe."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def there(where: str) -> bool:
    """Whether a store may be looked into without making one: a database, or a file that is there."""
    return where.startswith(("postgresql://", "postgres://")) or Path(where).exists()


def existing_store(where: str) -> str:
    """The address of a store that must be there: opening a file that is not there would make an empty one.

    Raises
    ------
    InputError
        If it is a path, and no file is there.
    """
    if not there(where):
        raise refused("store-missing", path=where)
    return where


def refused(code: str, option: str | None = None, /, **facts: object) -> InputError:
    """A mistake of the command line, told like those of files; a code of `words.PROBLEMS`, and where it stands."""
    from emergency.errors import InputError, Problem
    from emergency.source import Where

    return InputError([Problem(code, Where(option) if option else None, facts)])


@contextmanager
def telling(lang: Lang) -> Iterator[None]:
    """Tell errors in the user's words and leave with their exit code."""
    from emergency.errors import EmergencyError, InputError, MissingExtraError
    from emergency.words.problems import tell
    from emergency.words.system import tell_missing, tell_os_error

    try:
        yield
    except InputError as error:
        for problem in error.problems:
            typer.echo(tell(problem, lang.value), err=True)
        raise typer.Exit(error.exit_code) from None
    except MissingExtraError as error:
        typer.echo(tell_missing(error, lang.value), err=True)
        raise typer.Exit(error.exit_code) from None
    except EmergencyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        typer.echo(tell_os_error(error, lang.value), err=True)
        raise typer.Exit(2) from None
