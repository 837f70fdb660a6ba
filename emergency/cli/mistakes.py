"""How the command line tells what is wrong: in which language, in which form, with which exit code."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from emergency.errors import InputError

__all__ = ["Lang", "default_lang", "lang_of", "refused", "telling"]


class Lang(StrEnum):
    """Language of what is printed."""

    zh = "zh"
    en = "en"


def default_lang() -> Lang:
    """The language of the locale."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    name = name or (locale.getlocale()[0] or "")
    return Lang.zh if name.lower().startswith(("zh", "chinese")) else Lang.en


def lang_of(args: Sequence[str]) -> Lang:
    """The language that a command line asks for, also one that is not understood: its last ``--lang``, or the locale.

    >>> lang_of(["run", "--lang", "zh", "--sed", "7"]).value, lang_of(["--lang=en", "rnu"]).value
    ('zh', 'en')
    """
    values = [one.partition("=")[2] for one in args if one.startswith("--lang=")]
    values += [value for option, value in pairwise(args) if option == "--lang"]
    known = [Lang(value) for value in values if value in list(Lang)]
    return known[-1] if known else default_lang()


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
