"""The tables of wording hold nothing that nobody says."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import emergency
from emergency import words
from emergency.words.punctuation import punctuation

PACKAGE = Path(emergency.__file__).parent
ROOT = PACKAGE.parent
#: Every verb a plan may use, whether or not one of ours does.
VOCABULARY = {"VERBS"}
#: What is said begins with it where it is the pattern of a name put together.
PATTERN = "\0"


def tables() -> dict[str, Mapping[str, Any]]:
    """``module.TABLE`` → the table."""
    return {
        f"{found.name.removeprefix('emergency.words.')}.{name}": table
        for found in pkgutil.walk_packages(words.__path__, "emergency.words.")
        for name, table in vars(importlib.import_module(found.name)).items()
        if name.isupper() and isinstance(table, Mapping) and all(isinstance(key, str) for key in table)
    }


def in_tables(tree: ast.AST) -> set[ast.AST]:
    """What stands in the tables of a module of words, and so is no use of a name."""
    return {inner for node in ast.walk(tree) if isinstance(node, ast.Dict) for inner in ast.walk(node)}


def said_in_python(path: Path) -> Iterator[str]:
    """Texts and names of a module; what is put together as a pattern, of dotted names also the last part alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = in_tables(tree) if "words" in path.parts else set()
    for node in ast.walk(tree):
        match node:
            case _ if node in left_out:
                pass
            case ast.Constant(value=str(text)) | ast.Attribute(attr=text) | ast.Name(id=text) | ast.arg(arg=text):
                yield text
            case ast.keyword(arg=str(text)):
                yield text
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                pattern = as_pattern(node)
                yield from (PATTERN + pattern, PATTERN + pattern.rpartition(r"\.")[2])


def as_pattern(part: ast.expr) -> str:
    """An f-string, a sum or a part of one: its text, one of two texts, or anything."""
    match part:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(map(as_pattern, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return as_pattern(left) + as_pattern(right)
        case ast.FormattedValue(value=inner):
            return as_pattern(inner)
        case ast.IfExp(body=ast.Constant(value=yes), orelse=ast.Constant(value=no)):
            return f"(?:{re.escape(str(yes))}|{re.escape(str(no))})"
    return ".+"


def said_in_text(path: Path) -> Iterator[str]:
    """Names in a template or a file of data; ``"name-" ~ …`` and ``"name-" + …`` as patterns."""
    text = path.read_text(encoding="utf-8")
    yield from re.findall(r"[\w-]+", text)
    yield from re.findall(r"\w+", text)
    yield from (f"{PATTERN}{re.escape(head)}.+" for head in re.findall(r"""["']([\w-]+)["']\s*[~+]""", text))


def said_in_word(path: Path) -> list[str]:
    """Names in a template of a Word file."""
    with zipfile.ZipFile(path) as packed:
        text = packed.read("word/document.xml").decode()
    return re.findall(r"[\w-]+", re.sub(r"<[^>]+>", "", text))


@cache
def said() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Names that the package, its templates and its plans say; and patterns of names they put together."""
    found = {one for path in PACKAGE.rglob("*.py") for one in said_in_python(path)}
    texts = [*(PACKAGE / "templates").rglob("*.j2"), *(PACKAGE / "templates").rglob("*.typ")]
    texts += [path for folder in ("plans", "scenarios") for path in (ROOT / folder).rglob("*.yaml")]
    found |= {one for path in texts for one in said_in_text(path)}
    found |= {one for path in (PACKAGE / "templates").rglob("*.docx") for one in said_in_word(path)}
    # Two letters at least and a stroke, or nearly every name would be put together somehow.
    built = {one for one in found if one.startswith(PATTERN) and re.search(r"\w\w\)?\\?[-_]|[-_](\(\?:)?\w", one)}
    return frozenset(found - built), tuple(re.compile(one[1:]) for one in sorted(built))


def unsaid(names: Iterable[str]) -> list[str]:
    """Names nobody says, whole, put together, or part by part (``rule:variant``, ``section field``)."""
    whole, built = said()

    def is_said(name: str) -> bool:
        return name in whole or any(one.fullmatch(name) for one in built)

    def is_put_together(name: str) -> bool:
        parts = re.split("[: ]", name)
        return len(parts) > 1 and all(map(is_said, parts))

    return [name for name in names if not is_said(name) and not is_put_together(name)]


@pytest.mark.parametrize("name", sorted(name for name in tables() if name.rpartition(".")[2] not in VOCABULARY))
def test_every_entry_is_said_somewhere(name: str) -> None:
    """An entry that no module, template, plan or scenario names is dead, and goes."""
    assert unsaid(tables()[name]) == []


def test_what_nobody_says_is_found() -> None:
    """The search finds a name that is nowhere, alone or as the variant of a rule that is somewhere."""
    dead = ["nobody-says-this", "reference-circle:nobody-says-this"]
    assert unsaid(["reference-circle", *dead, "severity"]) == dead


# ------------------------------------------------------------------------------- nothing said elsewhere

#: Modules that tell a user something and find its words, and the marks between them, in the tables.
TELLING = ("review/**/*.py", "graph/*.py", "figures/*.py", "report/review*.py")
#: Those that know Chinese signs all the same.
READING = {
    "review/document.py": "the grammar of the print",
    "review/printed.py": "how the print writes figures and orders",
    "review/paths/telling.py": "a colon ends the words of an arrow in a mermaid diagram",
    "graph/machine.py": "where a line may be broken",
    "graph/text.py": "what is no part of a name in dot and mermaid",
    "figures/columns.py": "what is cut off a title's end",
    "figures/style.py": "dates",
}


def telling() -> list[str]:
    """The modules that tell."""
    return sorted({str(path.relative_to(PACKAGE)) for one in TELLING for path in PACKAGE.glob(one)})


def chinese_in(path: Path) -> list[str]:
    """Texts of a module that hold Chinese words or marks; what it says of itself is none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [(id(n), n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [text for node, text in texts if node not in own and re.search("[\u3001-\u9fff\uff00-\uffef]", text)]


@pytest.mark.parametrize("name", [name for name in telling() if name not in READING])
def test_what_is_told_stands_in_the_tables(name: str) -> None:
    """A module that tells a user something has no Chinese of its own: another language would have to be put there."""
    assert chinese_in(PACKAGE / name) == []


@pytest.mark.parametrize("name", READING)
def test_modules_that_read_chinese_do_so(name: str) -> None:
    """An exception is one no longer once its module has no Chinese."""
    assert chinese_in(PACKAGE / name)


def test_marks_bring_their_blanks() -> None:
    """Chinese marks stand without blanks; English ones end in a blank where another text follows."""
    chinese, english = asdict(punctuation("zh")), asdict(punctuation("en"))
    assert not [mark for mark in chinese.values() if " " in "".join(mark)]
    between = {name: mark for name, mark in english.items() if name not in ("brackets", "quotes")}
    assert [name for name, mark in between.items() if not mark.endswith(" ")] == []
