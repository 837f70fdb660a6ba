"""How problems are told: every code in both languages, nothing a file holds can steer a terminal."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import emergency
from emergency.errors import Problem
from emergency.source import Where
from emergency.words import PROBLEMS, safe, tell

PACKAGE = Path(emergency.__file__).parent
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] not in ("words", "_data")
}
CALLS = {"PydanticCustomError": 0, "Problem": 0}
READER_CALLS = {**CALLS, "Trouble": 1, "repeated": 0, "note": 0}


def codes_used() -> set[str]:
    """The codes that stand as words in calls which raise or report a problem."""
    found: set[str] = set()
    for path, text in SOURCES.items():
        calls = READER_CALLS if path.parent.name == "reader" else CALLS
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = calls.get(name, -1)
            if 0 <= place < len(node.args) and isinstance(code := node.args[place], ast.Constant):
                found.add(str(code.value))
    return found


def test_every_code_has_words() -> None:
    """A code that is raised anywhere has a message in both languages."""
    used = codes_used()
    assert len(used) > 60
    assert used <= PROBLEMS.keys()
    for message, _, message_zh, _ in PROBLEMS.values():
        assert message
        assert re.search("[\u4e00-\u9fff]", message_zh)


def test_no_words_without_a_code() -> None:
    """Wording for a code that nobody raises is dead."""
    everything = "".join(SOURCES.values())
    assert [code for code in PROBLEMS if f'"{code}"' not in everything] == []


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_both_languages_say_the_same(code: str) -> None:
    """Both languages use the same facts, and a hint exists in both or in neither."""
    en, hint, zh, hint_zh = PROBLEMS[code]
    facts = [sorted(set(re.findall(r"{(\w+)}", text))) for text in (en, hint, zh, hint_zh)]
    assert facts[0] == facts[2]
    assert facts[1] == facts[3]
    assert bool(hint) == bool(hint_zh)
    if "{" in hint:
        assert hint.count("|") == hint_zh.count("|")
    elif code != "bad-state":  # where the bar is part of what is shown
        assert "|" not in hint


def test_place_message_hint() -> None:
    """A problem is told as file:line:col: message, then the hint on a line of its own."""
    facts = {"name": "polcie", "near": "police", "known": []}
    problem = Problem("unknown-actor", Where("a.yaml", 3, 7), facts)
    assert tell(problem, "en") == "a.yaml:3:7: there is no actor polcie\nhint: did you mean police?"
    assert tell(problem, "zh") == "a.yaml:3:7: 没有行动主体 polcie\n提示：是否想写 police？"


def test_hint_only_with_facts() -> None:
    """No likely name: the known ones are listed; none known: no hint."""
    facts = {"name": "x", "near": "", "known": ["a", "b"]}
    assert tell(Problem("unknown-actor", None, facts), "en").endswith("\nhint: known here: a, b")
    assert "hint" not in tell(Problem("unknown-actor", None, {**facts, "known": []}), "en")


def test_untrusted_text_is_made_safe() -> None:
    """Escape sequences, bidirectional overrides, line breaks never reach the terminal; long text is cut."""
    for nasty in ("\x1b[2J", "a\nb", "\u202egnp", "\x9b0m", "\u2028", "\ud800"):
        told = tell(Problem("unknown-actor", Where(nasty), {"name": nasty, "known": [nasty]}), "en")
        assert not [c for c in told.replace("\nhint", "") if c != " " and not c.isprintable()]
        told.encode()
    assert len(safe("海" * 10_000)) == 120
    assert len(safe("\x1b" * 10_000)) == 120


def test_facts_are_no_templates() -> None:
    """Braces in what a user wrote are shown, not filled in."""
    problem = Problem("unknown-actor", None, {"name": "{name.__class__}"})
    assert "{name.__class__}" in tell(problem, "en")


def test_reasons_of_guards_are_translated() -> None:
    """Every reason the guard reader gives has Chinese words."""
    text = (PACKAGE / "condition.py").read_text(encoding="utf-8")
    reasons = re.findall(r'_fail\("([^"{]+)"', text)
    wanted = re.findall(r'(?:need|_unit|_read)\("([^"]+)"', text)
    reasons += [f"expected {what}, found 'x'" for what in wanted]
    assert len(reasons) > 8
    for reason in reasons:
        told = tell(Problem("bad-guard", None, {"value": "g", "why": reason}), "zh")
        why = told.split("\n")[0].split("无法读懂：")[1]
        assert re.search("[\u4e00-\u9fff]", why), reason
        assert not re.search(r"\b(expected|found|a|the)\b", why), reason
