"""Wording of the cards that show a plan: column names, roles, statuses."""

from __future__ import annotations

from emergency.words.table import Table, shown

__all__ = ["CARDS", "card"]

CARDS: Table = {
    "by-when": ("时限", "By when"),
    "clause": ("条款", "Clause"),
    "criteria": ("依据的标准", "Criteria"),
    "decided-by": ("由谁决定、宣布", "Decided by"),
    "during": ("何时", "When in force"),
    "how": ("如何", "How"),
    "kind": ("类别", "Kind"),
    "measure": ("措施", "measure"),
    "organisation": ("机构与职责", "Organisation and duties"),
    "reports": ("谁向谁报告", "Who informs whom"),
    "role": ("席位或职责", "Seat or duty"),
    "role-deputy": ("副职", "deputy head"),
    "role-expert": ("专家", "expert"),
    "role-head": ("负责人", "head"),
    "role-member": ("成员", "member"),
    "role-office": ("办公室设在", "office sits at"),
    "role-office-head": ("办公室主任", "head of office"),
    "role-site-commander": ("现场指挥", "site commander"),
    "situation": ("在此情形下", "In this situation"),
    "status-executable": ("可执行", "executable"),
    "status-heading": ("标题", "heading"),
    "status-informative": ("说明性", "informative"),
    "status-judgement": ("须人判断", "judgement"),
    "status-not-encoded": ("未编码", "not encoded"),
    "step": ("步骤", "step"),
    "to-whom": ("对象", "To whom"),
    "open": ("等", "and others"),
    "unstated": ("（未说明）", "(not stated)"),
    "value": ("等级", "Level"),
    "what": ("事项", "What"),
    "when": ("条件", "when"),
    "who": ("单位", "Who"),
}


def card(name: str, lang: str) -> str:
    """A word of a card; an unknown one is shown as it is."""
    return shown(CARDS, name, lang)
