"""A line that is not understood: told like any other mistake, in the user's language, for every command there is."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

import pytest
import typer

from emergency import __version__
from emergency.cli import app
from emergency.source import Typed

FOLDER = Path(__file__).parent.parent
ROOT: Any = typer.main.get_command(app)
HINT = {"en": "hint: ", "zh": "提示："}


class Called(NamedTuple):
    """A command, and the words that call it."""

    words: tuple[str, ...]
    command: Any

    def __str__(self) -> str:
        return "-".join(self.words) or "emergency"

    @property
    def name(self) -> str:
        return " ".join(("emergency", *self.words))

    @property
    def required(self) -> list[Any]:
        """The parameters that it cannot do without."""
        return [one for one in self.command.params if one.required]

    def line(self, leave_out: Any = None) -> tuple[str, ...]:
        """The command and just enough behind it to be understood; or one thing less."""
        typed = [
            word
            for one in self.required
            if one is not leave_out
            for word in ((one.opts[-1], "x") if one.param_type_name == "option" else ("x",))
        ]
        return (*self.words, *typed)


class Given(NamedTuple):
    """A parameter of a command, and what it takes."""

    called: Called
    param: Any
    kind: type
    low: float | None
    high: float | None

    def __str__(self) -> str:
        return f"{self.called}-{self.param.name}"

    @property
    def place(self) -> str:
        return self.param.opts[-1] if self.param.param_type_name == "option" else self.called.name

    def typed(self, value: str) -> tuple[str, ...]:
        """A line that gives the parameter this value."""
        if self.place.startswith("-"):
            return (*self.called.line(), self.place, value)
        return (*self.called.words, value)


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[Called]:
    below = getattr(command, "commands", {})
    if words and not below:
        yield Called(words, command)
    for name, one in below.items():
        yield from _commands(one, (*words, name))


def _groups(command: Any, words: tuple[str, ...] = ()) -> Iterator[Called]:
    for name, one in getattr(command, "commands", {}).items():
        yield from _groups(one, (*words, name))
    if hasattr(command, "commands"):
        yield Called(words, command)


def _parameters() -> Iterator[Given]:
    for called in _commands(ROOT):
        hints = get_type_hints(called.command.callback, include_extras=True)
        for param in called.command.params:
            kind, about = get_args(hints[param.name])
            kinds = [one for one in (*get_args(kind), kind) if one is not type(None)]
            kind = get_args(kinds[0])[0] if get_args(kinds[0]) else kinds[0]
            yield Given(called, param, kind, getattr(about, "min", None), getattr(about, "max", None))


COMMANDS, GROUPS, PARAMETERS = list(_commands(ROOT)), list(_groups(ROOT)), list(_parameters())
OPTIONS = [one for one in PARAMETERS if one.param.param_type_name == "option"]
CHOICES = [one for one in PARAMETERS if issubclass(one.kind, Enum)]
VALUES = [one for one in PARAMETERS if one.kind is not bool]
NUMBERS = [one for one in PARAMETERS if one.kind in (int, float)]


class Ended(NamedTuple):
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str


def call(args: Iterable[str], locale: str = "C") -> Ended:
    """Run a command; the commands are put together only once, which takes the longest."""
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("LC_ALL", locale)
        with pytest.raises(SystemExit) as end:
            ROOT.main(args=list(args))
    return Ended(int(end.value.code or 0), out.getvalue(), err.getvalue())


def told(*args: str, place: str) -> dict[str, tuple[str, str]]:
    """What is wrong with a line and the hint, by language, both in the form of every mistake."""
    found = {}
    for lang, label in HINT.items():
        result = call(args, {"en": "C", "zh": "zh_CN.UTF-8"}[lang])
        assert (result.exit_code, result.stdout) == (2, "")
        message, hint, *more = result.stderr.splitlines()
        assert message.startswith(f"{place}: ")
        assert hint.startswith(label)
        assert more == []
        found[lang] = message.removeprefix(f"{place}: "), hint.removeprefix(label)
    assert all(re.search("[\u4e00-\u9fff]", text) for text in found["zh"])
    assert not re.search("[\u4e00-\u9fff]", "".join(found["en"]).replace("七", ""))  # which is typed below
    return found


def test_there_are_commands_of_every_kind() -> None:
    """What follows looks at all commands, groups, choices and numbers that there are, and there are some."""
    assert len(COMMANDS) >= 18
    assert [one.words for one in GROUPS] == [("export",), ()]
    assert {"int", "float"} == {one.kind.__name__ for one in NUMBERS}
    assert len(CHOICES) > len(COMMANDS)  # --lang goes with every command
    assert {one.called.words for one in OPTIONS if one.param.name == "lang"} == {one.words for one in COMMANDS}


@pytest.mark.parametrize("called", [*COMMANDS, *GROUPS], ids=str)
def test_an_option_there_is_not(called: Called) -> None:
    """An unknown option is named, with the command it is no option of and where its options are listed."""
    said = told(*called.words, "--qqqq", place="--qqqq")
    assert said["en"] == (f"{called.name} has no such option", f"{called.name} --help lists the options")
    assert f"{called.name} --help" in said["zh"][1]
    assert told(*called.words, "-9", place="-9")["en"] == said["en"]


@pytest.mark.parametrize("one", OPTIONS, ids=str)
def test_an_option_mistyped(one: Given) -> None:
    """A mistyped option is told with the one that was meant, whatever stands before and behind it."""
    meant = one.param.opts[-1]
    said = told(*one.called.words, "a", f"{meant}q=1", "b", place=f"{meant}q")
    assert (said["en"][1], said["zh"][1]) == (f"did you mean {meant}?", f"是否想写 {meant}？")


@pytest.mark.parametrize("one", OPTIONS, ids=str)
def test_an_option_with_no_value_or_one_too_many(one: Given) -> None:
    """An option at the end of a line lacks its value; a flag takes none."""
    option = one.param.opts[-1]
    if one.param.is_flag:
        assert told(*one.called.words, f"{option}=yes", place=option)["en"][0] == "it takes no value"
        return
    assert told(*one.called.words, option, place=option)["en"][0] == "a value is missing behind it"
    for short in one.param.opts[:-1]:
        assert told(*one.called.words, short, place=short)["en"][0] == "a value is missing behind it"


@pytest.mark.parametrize("one", VALUES, ids=str)
def test_a_parameter_given_nothing(one: Given) -> None:
    """An empty value, as of a variable of the shell that is not set, is told as a missing one."""
    for nothing in ("", "  "):
        assert told(*one.typed(nothing), place=one.place)["en"][0] == "a value is missing behind it"


@pytest.mark.parametrize("called", [one for one in COMMANDS if one.required], ids=str)
def test_what_a_command_needs(called: Called) -> None:
    """Leaving out any one thing that a command needs is told with an example of the command."""
    arguments = [one for one in called.required if one.param_type_name == "argument"]
    for one in called.required:
        said = told(*called.line(leave_out=one), place=called.name)
        if one in arguments:
            assert said["en"][0] == f"the argument '{arguments[-1].name}' is missing"
            assert arguments[-1].name not in said["zh"][0]
        else:
            assert said["en"][0] == f"the option {one.opts[-1]} is missing"
        for lang in HINT:
            assert f" {called.name}" in said[lang][1]


FIXED = [one for one in COMMANDS if all(param.nargs == 1 for param in one.command.params)]


@pytest.mark.parametrize("called", FIXED, ids=str)
def test_one_argument_too_many(called: Called) -> None:
    """Where no argument is left to take it, a word too many is named."""
    arguments = [one for one in called.command.params if one.param_type_name == "argument"]
    options = [word for one in called.required if one not in arguments for word in (one.opts[-1], "x")]
    said = told(*called.words, *options, *["plan"] * len(arguments), "a b", "c", place=called.name)
    assert said["en"][0] == "a b is one too many"
    assert called.name in said["zh"][1]


@pytest.mark.parametrize("one", CHOICES, ids=str)
def test_a_word_that_is_no_choice(one: Given) -> None:
    """Where one of several words is wanted another is told with the one that was meant, or with all there are."""
    choices = [str(member.value) for member in one.kind]
    for value in ("qq", f"{choices[0]}x"):
        said = told(*one.typed(value), place=one.place)
        assert said["en"][0] == f"{value} is not one of the choices"
        assert said["en"][1] in (f"did you mean {choices[0]}?", "the choices: " + ", ".join(choices))
    for name in one.param.opts if one.place.startswith("-") else ():
        told(*one.called.line(), name, "qq", place=name)
    if one.param.multiple:
        assert "qq is not" in told(*one.typed(choices[0]), one.place, "qq", place=one.place)["en"][0]


@pytest.mark.parametrize("one", NUMBERS, ids=str)
def test_a_number_that_is_none_or_out_of_bounds(one: Given) -> None:
    """A number option tells words, broken or endless numbers from those beyond its bounds, and says these."""
    whole = one.kind is int
    for value in ("many", "七", "0x10", *(("1.5", "1e3") if whole else ("nan", "inf", "-inf"))):
        said = told(*one.typed(value), place=one.place)["en"][0]
        assert said == f"{value} is not a {'whole ' if whole else ''}number"
    for name in one.param.opts:
        told(*one.called.line(), name, "many", place=name)
        told(*one.called.line(), f"{name}=many" if name.startswith("--") else f"{name}many", place=name)
    beyond = [bound + step for bound, step in ((one.low, -1), (one.high, 1)) if bound is not None]
    assert beyond or one.param.name == "first"
    for value in beyond:
        said = told(*one.typed(str(value)), place=one.place)["en"]
        assert said[0] == f"{value} is out of bounds"
        bounds = [bound for bound in (one.low, one.high) if bound is not None]
        assert [float(n) for n in re.findall(r"[\d.]+", said[1])] == bounds


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_a_command_there_is_not(group: Called) -> None:
    """An unknown command is told with the one that was meant or with all there are; none at all, with the help."""
    names = list(group.command.commands)
    said = told(*group.words, "qqqq", place=group.name)
    assert said["en"] == ("there is no command qqqq", "the commands: " + ", ".join(names))
    for name in names:
        assert told(*group.words, f"{name}q", "x", place=group.name)["zh"][1] == f"是否想写 {name}？"
    result = call(group.words)
    assert result.exit_code == 2
    assert f"Usage: {group.name}" in result.stdout + result.stderr


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_an_option_before_its_command(group: Called) -> None:
    """An option of the commands that stands before them is told to stand behind."""
    result = call([*group.words, "--lang", "zh", next(iter(group.command.commands))])
    assert result.exit_code == 2
    assert result.stderr.startswith("--lang: 选项应写在所属命令之后\n提示：")


@pytest.mark.parametrize(
    ("args", "locale", "lang"),
    [
        (["rnu"], "en_GB.UTF-8", "en"),
        (["rnu"], "zh_CN.UTF-8", "zh"),
        (["rnu", "--lang", "zh"], "C", "zh"),
        (["--lang=en", "rnu"], "zh_CN", "en"),
        (["run", "--lang", "zh"], "C", "zh"),
        (["run", "x", "--sed", "1", "--lang=zh"], "C", "zh"),
        (["run", "--lang", "en", "x", "y", "--lang", "zh"], "C", "zh"),
        (["run", "--lang", "fr"], "zh_CN.UTF-8", "zh"),
        (["run", "x", "--seed", "--lang"], "zh", "zh"),
    ],
)
def test_the_language_of_a_mistake(args: list[str], locale: str, lang: str) -> None:
    """A mistake is told in the language the line asks for, wherever it does; else in that of the locale."""
    result = call(args, locale)
    assert result.exit_code == 2
    assert HINT[lang] in result.stderr


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("called", [*COMMANDS, *GROUPS], ids=str)
def test_help_is_no_mistake(called: Called, option: str) -> None:
    """Every command and group has help, also without what it needs; it ends with exit code 0 on the output."""
    result = call([*called.words, option])
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"Usage: {called.name}" in result.stdout


def test_the_version_is_told() -> None:
    """``--version`` tells which version this is."""
    result = call(["--version"])
    assert (result.exit_code, result.stdout) == (0, f"emergency {__version__}\n")


def test_what_was_typed_goes_with_a_text() -> None:
    """A text made of what was typed still says what that was in another process; otherwise it is just that text."""
    made = pickle.loads(pickle.dumps(Typed("seed=2", "--with set:seed=2")))
    assert (made, Typed.place(made), type(made)) == ("seed=2", "--with set:seed=2", Typed)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        (["run", "fuel-quiet", "--with", "plan=nowhere.yaml"], "--with plan=nowhere.yaml"),
        (["run", "fuel-quiet", "--with", "plan=scenarios/fuel-quiet.yaml"], "scenarios/fuel-quiet.yaml"),
        (["run", "fuel-quiet", "--with", "fuel:9.9/every=1 d"], "--with fuel:9.9/every=1 d"),
        (["run", "fuel-quiet", "--with", "fuel:3.1/every=[1 d"], "--with fuel:3.1/every=[1 d"),
        (["run", "fuel-quiet", "--with", "fuel:3.3.1(1)/when=x <"], "--with fuel:3.3.1(1)/when=x <"),
        (["run", "fuel-quiet", "--with", "set:horizon=-3 d"], "--with set:horizon=-3 d"),
        (["run", "fuel-quiet", "--with", "reading:fuel:items-any=no"], "--with reading:fuel:items-any=no"),
        (["run", "fuel-quiet", "--reading", "fuel:items-any=no"], "--reading fuel:items-any=no"),
        (["run", "fuel-quiet", "--set", "horizon=-3 d"], "--set horizon"),
        (["sweep", "fuel-quiet", "-n", "1", "--compare", "plan=nowhere.yaml"], "--compare plan=nowhere.yaml"),
        (["sweep", "fuel-quiet", "-n", "1", "--compare", "set:horizon=-3 d"], "--compare set:horizon=-3 d"),
        (["sweep", "fuel-quiet", "-n", "1", "--reading", "fuel:items-any=no"], "--reading fuel:items-any=no"),
        (["export", "pack", "fuel-quiet", "--reading", "fuel:items-any=no"], "--reading fuel:items-any=no"),
        (["replay", "STORE", "--with", "fuel:9.9/every=1 d"], "--with fuel:9.9/every=1 d"),
        (["replay", "STORE", "--with", "set:horizon=-3 d"], "--with set:horizon=-3 d"),
        (["replay", "STORE", "--set", "horizon=-3 d"], "--set horizon=-3 d"),
        (["replay", "STORE", "--reading", "fuel:items-any=no"], "--reading fuel:items-any=no"),
    ],
)
def test_the_place_of_a_mistake_is_the_option_that_was_typed(
    typed: list[str], where: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that cannot be made is told of the option it was typed under, which has no lines and columns."""
    monkeypatch.chdir(FOLDER)
    line = [str(store) if one == "STORE" else one for one in typed]
    result = call([*line, "-o", str(tmp_path / "out"), "--lang", "en"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{where}: ")
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one exercise that was left at once."""
    path = tmp_path_factory.mktemp("store") / "play.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(FOLDER)
        line = ["play", "fuel-quiet", "--seat", "vice-head-commerce", "--store", str(path)]
        patch.setattr("sys.stdin", StringIO("q\n"))
        assert call(line).exit_code == 0
    return path
