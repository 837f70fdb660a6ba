"""What all commands share: the application, the language, how errors are told."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

__all__ = ["Lang", "LangOption", "app", "export_app", "telling"]

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


@contextmanager
def telling(lang: Lang) -> Iterator[None]:
    """Tell errors in the user's words and leave with their exit code."""
    from emergency.errors import EmergencyError, InputError
    from emergency.words.problems import tell

    try:
        yield
    except InputError as error:
        for problem in error.problems:
            typer.echo(tell(problem, lang.value), err=True)
        raise typer.Exit(error.exit_code) from None
    except EmergencyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        typer.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
        raise typer.Exit(2) from None
