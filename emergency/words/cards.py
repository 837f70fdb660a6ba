"""Wording of the cards that show a plan: column names, roles, statuses."""

from __future__ import annotations

from emergency.words.table import Table, filled, shown

__all__ = ["CARDS", "card"]

CARDS: Table = {
    "by-when": ("时限", "By when"),
    "by-when-how-often": ("时限或频次", "By when, or how often"),
    "clause": ("条款", "Clause"),
    "criteria": ("依据的标准", "Criteria"),
    "decided-by": ("由谁决定、宣布", "Decided by"),
    "covered": ("{share} %（{n}/{of}）", "{share} % ({n}/{of})"),
    "covered-judged": ("{share} %（{n}/{of}），{judged} 条须人判断", "{share} % ({n}/{of}), {judged} left to judgement"),
    "during": ("何时", "When in force"),
    "every": ("每 {time}", "every {time}"),
    "every-d": ("每天", "every day"),
    "every-month": ("每月", "every month"),
    "every-week": ("每周", "every week"),
    "every-year": ("每年", "every year"),
    "every-if": ("{every}（{condition}时）", "{every} (while {condition})"),
    "every-unstated": ("定期（未说明多久一次）", "regularly (how often is not stated)"),
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
    "scheme-levels": ("{scheme}（{n}级）", "{scheme} ({n} levels)"),
    "to-whom": ("对象", "To whom"),
    "and-others": ("{list}等", "{list} and others"),
    "open": ("（等）", "others"),
    "unstated": ("（未说明）", "(not stated)"),
    "value": ("等级", "Level"),
    "what": ("事项", "What"),
    "when": ("条件", "when"),
    "who": ("单位", "Who"),
}
def card(name: str, lang: str, /, **facts: object) -> str:
    """A word of a card, its facts filled in; an unknown one is shown as it is.

    >>> card("scheme-levels", "en", scheme="Warning", n=4), card("nonsense", "en")
    ('Warning (4 levels)', 'nonsense')
    """
    return filled(CARDS[name], lang, facts) if facts else shown(CARDS, name, lang)
