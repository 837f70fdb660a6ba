"""A command line that was not understood, told like a mistake in a file: where, what is wrong, a hint."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_type_hints

import typer
from typer.core import TyperGroup

from emergency.cli.mistakes import Lang, lang_of, refused, telling

if TYPE_CHECKING:
    from emergency.errors import InputError

__all__ = ["Commands"]

#: What Click calls a usage error. By its version, Typer has Click inside it or beside it; it hands out but one kind.
UsageError: type[Any] = typer.BadParameter.__mro__[1]


class Commands(TyperGroup):
    """The commands; what is wrong with a line that calls them is told in the user's language, with exit code 2."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and end the process with its exit code."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # as on the error stream: no character ends a command
        given = list(sys.argv[1:] if args is None else args)
        call, lang = _called(self, given), lang_of(given)
        try:
            if (empty := call.empty()) is not None:
                sys.exit(_tell(refused("no-value", call.place(empty)), lang))
            code = super().main(args, prog_name or "emergency", complete_var, False, windows_expand_args, **extra)
        except typer.Abort:  # Ctrl-C, in versions that do not tell it from an unanswered question
            code = 130
        except UsageError as error:
            code = _told(error, call, lang)
        sys.exit(code or 0)


class _Call(NamedTuple):
    """A command that was called, in its context, and what stands behind its name on the line."""

    ctx: Any
    rest: list[str]

    @property
    def command(self) -> Any:
        """The command."""
        return self.ctx.command

    @property
    def name(self) -> str:
        """The words that call it."""
        return str(self.ctx.command_path)

    @property
    def example(self) -> str:
        """How it may be called."""
        return str(self.command.epilog or "").removeprefix("Example: ")

    def parsed(self) -> tuple[Mapping[str, Any], list[str]]:
        """The values of its parameters as they were typed, and what was one too many."""
        values, left, _ = self.command.make_parser(self.ctx).parse_args(list(self.rest))
        return values, left

    def place(self, param: Any) -> str:
        """Where a parameter stands: an option by the name that was typed, an argument behind the command."""
        if param.param_type_name != "option":
            return self.name
        words = [word.partition("=")[0] if word.startswith("--") else word[:2] for word in self.rest]
        return str(next((name for name in param.opts if name in words), param.opts[-1]))

    def empty(self) -> Any:
        """The first of its parameters that is given nothing, as by a variable of the shell that is not set."""
        try:
            values, _ = self.parsed()
        except UsageError:  # told when it is called
            return None
        return next((one for one in self.command.params if _holds_nothing(values.get(one.name))), None)


def _holds_nothing(value: Any) -> bool:
    values = value if isinstance(value, list | tuple) else [value]
    return any(isinstance(one, str) and not one.strip() for one in values)


def _called(root: TyperGroup, given: list[str]) -> _Call:
    call = _Call(_context(root, "emergency"), given[given[:1] == ["--"] :])
    while isinstance(call.command, TyperGroup):
        name, *rest = [*call.rest, ""]
        if name not in call.command.commands:
            return call
        call = _Call(_context(call.command.commands[name], name, call.ctx), rest[:-1])
    return call


def _context(command: Any, name: str, parent: Any = None) -> Any:
    return command.context_class(command, info_name=name, parent=parent, **command.context_settings)


def _options(command: Any) -> list[str]:
    return [name for one in command.params if one.param_type_name == "option" for name in one.opts]


def _told(error: Any, call: _Call, lang: Lang) -> int:
    """Tell what is wrong with a line; one with nothing behind a group's name has been answered with the help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return 2
    return _tell(_mistake(error, call), lang)


def _tell(mistake: InputError, lang: Lang) -> int:
    try:
        with telling(lang):
            raise mistake
    except typer.Exit as end:
        return int(end.exit_code)


def _mistake(error: Any, call: _Call) -> InputError:
    """What Click found, in our own words; it tells the kinds apart by the class of the error alone."""
    match type(error).__name__:
        case "NoSuchOption":
            return _no_such_option(call, error.option_name)
        case "BadOptionUsage":
            takes = any(error.option_name in one.opts and not one.is_flag for one in call.command.params)
            return refused("no-value" if takes else "takes-no-value", error.option_name)
        case "MissingParameter" if error.param.param_type_name == "argument":
            return refused("missing-argument", call.name, wanted=error.param.name, example=call.example)
        case "MissingParameter":
            return refused("missing-option", call.name, name=error.param.opts[-1], example=call.example)
        case "BadParameter":
            return _bad_value(error, call)
    if isinstance(call.command, TyperGroup):
        return _no_such_command(call)
    _, left = call.parsed()
    return refused("one-too-many", call.name, value=left[0], example=call.example)


def _no_such_option(call: _Call, name: str) -> InputError:
    """An option of no command, or one that stands before the command it belongs to."""
    from emergency.reader.names import about

    if any(name in _options(one) for one in getattr(call.command, "commands", {}).values()):
        return refused("before-command", name, command=call.name)
    return refused("unknown-option", name, command=call.name, **about(name, [*_options(call.command), "--help"]))


def _no_such_command(call: _Call) -> InputError:
    from emergency.reader.names import near

    known, name = list(call.command.commands), next(iter(call.rest), "")
    return refused("unknown-command", call.name, name=name, near=near(name, known), known=known)


def _bad_value(error: Any, call: _Call) -> InputError:
    """Which of the values given to an option or argument does not do, and what would."""
    values, _ = call.parsed()
    given = values.get(error.param.name)
    kind, low, high = _asked(call.command.callback, error.param.name)
    for value in [given] if isinstance(given, str) else given or ():
        if (found := _wrong(value, kind, low, high)) is not None:
            code, facts = found
            return refused(code, call.place(error.param), value=value, **facts)
    return refused("bad-value", call.place(error.param), value=given, why=error.message)


def _asked(callback: Any, name: str) -> tuple[type, float | None, float | None]:
    """What a parameter takes: its type, or that of each of several; the least and the greatest value."""
    whole, told = get_args(get_type_hints(callback, include_extras=True)[name])
    kinds = [one for one in _types(whole) if one is not type(None)]
    return kinds[0], getattr(told, "min", None), getattr(told, "max", None)


def _types(hint: Any) -> Iterable[Any]:
    """The plain types that a hint is made of.

    >>> list(_types(list[int] | None))
    [<class 'int'>, <class 'NoneType'>]
    """
    if not get_args(hint):
        return [hint]
    return [one for part in get_args(hint) for one in _types(part)]


def _wrong(value: str, kind: type, low: float | None, high: float | None) -> tuple[str, dict[str, object]] | None:
    """The code and facts of a value that is none of the kind, or beyond its bounds."""
    from emergency.reader.names import near

    if issubclass(kind, Enum):
        choices = [str(one.value) for one in kind]
        return None if value in choices else ("not-a-choice", {"choices": choices, "near": near(value, choices)})
    if not issubclass(kind, int | float):
        return None
    try:
        number = kind(value)
    except ValueError:
        return "bad-number" if kind is float else "not-whole", {}
    if not math.isfinite(number):
        return "bad-number", {}
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = {"low": low, "high": high}
        return "beyond-bounds", {name: bound for name, bound in bounds.items() if bound is not None}
    return None
