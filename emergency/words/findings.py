"""Words all findings share: names of classes, severities and kinds, the labels of a list of findings.

What a single rule says stands in `words.rules`, one table for each module of rules; `filled` puts the facts into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emergency.source import Text
from emergency.words.punctuation import listed
from emergency.words.system import NEEDS_EXTRA
from emergency.words.table import Table, fill

__all__ = [
    "CLASSES", "COLOURS", "FINDINGS", "KINDS", "SEVERITIES", "WORD_SCALES", "filled", "finding", "listed", "told",
]  # fmt: skip

#: The classes of rules, in the order of a list of findings; the names are a contract.
CLASSES: Table = {
    "level scheme": ("等级体系", "level scheme"),
    "threshold": ("门槛", "threshold"),
    "authority": ("权限", "authority"),
    "membership": ("成员", "membership"),
    "deadline": ("时限", "deadline"),
    "reference": ("引用", "reference"),
    "numbering": ("编号", "numbering"),
    "resource": ("资源", "resource"),
    "arithmetic": ("算术", "arithmetic"),
    "coverage": ("覆盖", "coverage"),
    "cross-plan": ("跨预案", "cross-plan"),
    "law": ("法规", "law"),
}

SEVERITIES: Table = {
    "critical": ("危急", "critical"),
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "low": ("低", "low"),
}

KINDS: Table = {
    "fact": ("事实", "fact"),
    "candidate": ("待确认", "candidate"),
}

#: Scales of words as plans print them, from mild to grave.
WORD_SCALES = (("一般", "较大", "重大", "特别重大"), ("一般", "较重", "严重", "特别严重"))
COLOURS = ("blue", "yellow", "orange", "red")

FINDINGS: Table = {
    "class": ("类别", "class"),
    "total": ("合计", "total"),
    "evidence": ("依据", "evidence"),
    "suggestion": ("建议", "suggestion"),
    "reference": ("参照", "reference"),
    "printed": ("原文", "printed"),
    "summary": ("各类问题数", "Findings by class and severity"),
    "none": ("没有发现问题", "Nothing was found"),
    "ran": ("已运行规则 {n} 条：{list}；其中 {clean} 条没有发现问题", "{n} rules ran: {list}; {clean} of them found nothing"),
    "skipped": ("未运行的规则", "Rules that did not run"),
    "accepted": ("已采纳", "accepted"),
    "rejected": ("已驳回", "rejected"),
    "settled": ("已有结论的问题（不计入）", "Findings already decided (not counted)"),
    "unknown": ("基线中列有、本次未出现的问题", "Named in the baseline and not found in this check"),
    "needs-extra": NEEDS_EXTRA,
    "needs-plans": ("只给了一份预案，跨预案规则需要两份以上", "one plan was given and the rule compares several"),
}


def told(value: object, lang: str) -> str:
    """A fact in words: a text in its language, several with the language's comma.

    >>> told(Text(zh="甲", en="A"), "zh"), told(("a", 2), "zh"), told(["a", 2], "en")
    ('甲', 'a、2', 'a, 2')
    """
    if isinstance(value, Text):
        return value.in_(lang)
    if isinstance(value, Mapping):
        return listed([f"{name} {told(one, lang)}" for name, one in value.items()], lang)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return listed([told(one, lang) for one in value], lang)
    return str(value)


def filled(template: str, facts: Mapping[str, object], lang: str) -> str:
    """A template with its facts filled in; a fact is never read as a template.

    Raises
    ------
    KeyError
        If the template asks for a fact that is not given.
    """
    return fill(template, lambda name: told(facts[name], lang))


def finding(name: str, lang: str, /, **facts: object) -> str:
    """A label of a list of findings."""
    return filled(FINDINGS[name][lang != "zh"], facts, lang)
