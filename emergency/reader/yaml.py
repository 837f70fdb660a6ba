"""YAML text → nodes; the only module that knows YAML.

The stream of events is bounded before any tree is built, because a tree of 200,000 nested brackets ends the
process inside libyaml. Every scalar stays text: no guess is made about ``no``, ``on``, ``12:30`` or ``010``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from emergency.errors import Problem
from emergency.reader.nodes import Entry, Items, Mapping, Node, Scalar
from emergency.source import Where

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "compose", "decode"]

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 100_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML counts U+0085, U+2028, U+2029 and a lone CR as line breaks and editors do not, so lines would drift.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")
_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_EMPTY = {"", "~", "null", "Null", "NULL"}
_WIDE_COLON = re.compile(r"^\s*(?:- )*[\w-]+(：)")

#: Part of libyaml's (or the pure reader's) complaint → our code, and whether the place is where it began.
_COMPLAINTS = [
    ("mapping values are not allowed", "yaml-colon", False),
    ("could not find expected ':'", "yaml-no-colon", True),
    ("while scanning a quoted scalar", "yaml-unclosed-quote", True),
    ("',' or ']'", "yaml-unclosed-bracket", True),
    ("',' or '}'", "yaml-unclosed-bracket", True),
    ("while parsing a flow", "yaml-unclosed-bracket", True),
    ("while parsing a block", "yaml-indent", False),
]


def decode(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of a file, or the problems that keep it from being text."""
    if len(raw) > MAX_BYTES:
        return "", [Problem("file-too-large", Where(file, 1, 1), {"limit": MAX_BYTES // 1_000_000})]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(raw) > 3 and raw.count(0) >= len(raw) // 4):
        return "", [Problem("encoding-utf16", Where(file, 1, 1))]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return "", [Problem(_encoding(raw), _place(file, raw[: error.start].decode("utf-8"), error.start))]
    text = text.removeprefix("\ufeff")
    problems = [
        Problem("control-character", _place(file, text, m.start()), {"char": f"U+{ord(m[0]):04X}"})
        for m in _CONTROL.finditer(text)
    ]
    if not problems and not text.strip():
        problems.append(Problem("empty-file", Where(file, 1, 1)))
    return text, problems


def _encoding(raw: bytes) -> str:
    """GBK, or some other encoding; a file of ours in GBK has many pairs of high bytes."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return "bad-encoding"
    return "encoding-gbk" if re.search("[\u4e00-\u9fff]", text) else "bad-encoding"


def _place(file: str, text: str, at: int) -> Where:
    start = text.rfind("\n", 0, at) + 1
    return Where(file, text.count("\n", 0, at) + 1, len(text[start:at]) + 1)


def _shift(event: yaml.ScalarEvent) -> int | None:
    """Columns before the text of a scalar, where it is printed on one line as it is."""
    start: Any = event.start_mark
    end: Any = event.end_mark
    if event.style in ("|", ">"):
        return None
    shift = 1 if event.style else 0
    as_it_is = start.line == end.line and end.column - start.column == len(event.value) + 2 * shift
    return shift if as_it_is else None


class _StopReading(Exception):
    """A bound is passed; nothing more is read."""


class _Frame:
    """A list or mapping that is being filled; one that `skips` is read over and thrown away."""

    __slots__ = ("key", "node", "skips")

    def __init__(self, node: Mapping | Items, skips: bool) -> None:
        self.node = node
        self.key: Scalar | None = None
        self.skips = skips


class _Composer:
    """Builds nodes from events and notes every problem on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.frames: list[_Frame] = []
        self.count = 0
        self.documents = 0

    def note(self, code: str, where: Where, **facts: object) -> None:
        self.problems.append(Problem(code, where, facts))

    def where(self, mark: Any) -> Where:
        return Where(self.file, mark.line + 1, mark.column + 1)

    def take(self, event: yaml.Event) -> None:
        """Take one event in."""
        if isinstance(event, yaml.ScalarEvent):
            self.begin(event)
            self.put(self.scalar(event))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            where = self.begin(event)
            node = Mapping(where) if isinstance(event, yaml.MappingStartEvent) else Items(where)
            self.frames.append(_Frame(node, not self.put(node)))
            if len(self.frames) > MAX_DEPTH:
                self.note("too-deep", where, limit=MAX_DEPTH)
                raise _StopReading
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.frames.pop()
        elif isinstance(event, yaml.AliasEvent):
            where = self.begin(event)
            self.put(Scalar("", where, hole=True))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.note("two-documents", self.where(event.start_mark))
                raise _StopReading

    def begin(self, event: yaml.NodeEvent) -> Where:
        """Count a node and refuse what plans do not use: anchors, aliases, tags."""
        where = self.where(event.start_mark)
        self.count += 1
        if self.count > MAX_NODES:
            self.note("too-many-nodes", where, limit=MAX_NODES)
            raise _StopReading
        if event.anchor is not None:
            self.note("alias", where)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.note("tag", where, tag=tag.replace("tag:yaml.org,2002:", "!!"))
        return where

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        where = self.where(event.start_mark)
        shift = _shift(event)
        odd = _IN_TEXT.search(event.value)
        if odd:
            self.note("control-character", where, char=f"U+{ord(odd[0]):04X}")
            return Scalar(_IN_TEXT.sub("\ufffd", event.value), where, hole=True)
        hole = not event.style and event.value in _EMPTY and event.tag is None
        return Scalar("" if hole else event.value, where, shift, hole)

    def put(self, node: Node) -> bool:
        """Put a node where it belongs; False where it is thrown away."""
        if not self.frames:
            self.root = node
            return True
        frame = self.frames[-1]
        if isinstance(frame.node, Items):
            if isinstance(node, Scalar) and node.hole and not self.reported(node):
                self.note("empty-value", node.where, name="-")
            frame.node.items.append(node)
            return not frame.skips
        if frame.key is None:
            return self.put_key(frame, node)
        key, frame.key = frame.key, None
        return self.put_value(frame.node, key, node) and not frame.skips

    def put_key(self, frame: _Frame, node: Node) -> bool:
        if isinstance(node, Scalar):
            if node.hole and not self.reported(node):
                self.note("key-not-text", node.where)
            frame.key = node
            return True
        self.note("key-not-text", node.where)
        frame.key = Scalar("", node.where, hole=True)
        return False

    def put_value(self, mapping: Mapping, key: Scalar, node: Node) -> bool:
        if key.hole:
            return False
        if key.text == "<<" and key.shift == 0:
            self.note("merge-key", key.where)
            return False
        if key.text in mapping.entries:
            first = mapping.entries[key.text].key
            self.note("duplicate-key", key.where, name=key.text, line=first.line)
            return False
        if isinstance(node, Scalar) and node.hole and not self.reported(node):
            self.note("empty-value", key.where, name=key.text)
        mapping.entries[key.text] = Entry(key.where, node)
        return True

    def reported(self, node: Scalar) -> bool:
        return bool(self.problems) and self.problems[-1].where == node.where


def compose(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The nodes of a text and all problems found; no nodes where the text cannot be read to its end."""
    composer = _Composer(file)
    try:
        for event in _events(text):
            composer.take(event)
    except _StopReading:
        return None, composer.problems
    except yaml.YAMLError as error:
        return None, [*composer.problems, _complaint(error, text, file)]
    if composer.root is None:
        return None, [*composer.problems, Problem("empty-file", Where(file, 1, 1))]
    return composer.root, composer.problems


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


def _complaint(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What the YAML reader complains of, in words of ours."""
    problem, context = getattr(error, "problem", None) or "", getattr(error, "context", None) or ""
    at, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    lines = text.split("\n")
    code, mark, facts = "yaml-syntax", at, {"why": problem or str(error)}
    if "cannot start any token" in problem and at is not None:
        char = lines[at.line][at.column : at.column + 1]
        code, facts = ("yaml-tab", {}) if char == "\t" else ("yaml-reserved", {"char": char})
    else:
        for words, name, from_start in _COMPLAINTS:
            if words in problem or words in context:
                code, facts, mark = name, {}, (began if from_start and began is not None else at)
                break
    if "escape" in problem or "Unicode" in problem:
        code, mark, facts = "yaml-syntax", at, {"why": problem}
    if mark is None:
        return Problem(code, Where(file, 1, 1), facts)
    if code in ("yaml-colon", "yaml-no-colon", "yaml-indent"):
        for line in (mark.line, mark.line - 1):
            wide = _WIDE_COLON.match(lines[line]) if 0 <= line < len(lines) else None
            if wide:
                return Problem("full-width-colon", Where(file, line + 1, wide.start(1) + 1))
    return Problem(code, Where(file, min(mark.line + 1, len(lines)), mark.column + 1), facts)
