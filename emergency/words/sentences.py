"""Sentences of reports, Chinese and English, with places for facts."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["SENTENCES", "sentence"]

Table = Mapping[str, tuple[str, str]]

SENTENCES: Table = {
    "begins": ("推演自{start}起，历时{length}。", "The run begins on {start} and covers {length}."),
    "injects": ("情景事件：{list}。", "Injects: {list}."),
    "inject": ("{when}{title}", "{title} ({when})"),
    "lag": (
        "{when}，{name}{crossing}；{lag}后才为人所知。",
        "{name} {crossing} on {when}; this became known {lag} later.",
    ),
    "passes-down": ("降到{value}以下", "fell below {value}"),
    "passes-up": ("升到{value}以上", "rose above {value}"),
    "entered": ("{when}，进入{level}，自提请起{took}。", "{level} was entered on {when}, {took} after the matter was opened."),
    "entered-plain": ("{when}，进入{level}。", "{level} was entered on {when}."),
    "highest": ("最重达到{list}。", "The gravest levels reached: {list}."),
    "ended": ("{when}应急结束，响应共持续{length}。", "The emergency was ended on {when}; the response lasted {length}."),
    "not-ended": ("至推演结束，响应仍在进行。", "The response was still in force when the run ended."),
    "not-started": ("没有启动响应。", "No response was started."),
    "demand": (
        "期间需求共{wanted}吨，实供{served}吨（{share}）；因限供少供{limited}吨，因无货可供少供{short}吨。",
        "Customers wanted {wanted} t and were served {served} t ({share}); limits withheld {limited} t, and {short} t was unmet for lack of stock.",
    ),
    "gaps": ("推演中遇到文本缺口{n}处，均以解读代替，见第{section}节。", "Gaps in the text met: {n}; readings stand in for them (section {section})."),
    "no-gaps": ("推演中没有遇到文本缺口。", "The run met no gap in the text."),
    "no-decision": ("没有提请任何决定。", "No decision was opened."),
    "no-act": ("没有采取任何措施。", "No measure was taken."),
    "no-haste": ("没有时限起算。", "No deadline came into play."),
    "no-deadline": (
        "涉及的条款没有规定以小时、日计的时限，只用了下列词语。",
        "The clauses that came into play set no limit in hours or days; they only use these words.",
    ),
    "deadline-count": ("起算{due}项：按时{met}，迟{late}，未做{missed}，未了{open}。", "{due} ran: {met} met, {late} late, {missed} missed, {open} open."),
    "periodic": ("定期报告：迟报{late}次，漏报{missed}次。", "Periodic reports: {late} late, {missed} missed."),
    "no-waiting": ("没有任务因人手不足而等候。", "Nothing had to wait for people."),
    "no-demand": ("本情景没有供需模型。", "This scenario has no model of supply and demand."),
    "stockout": ("{product}脱销{hours}小时。", "{product} was out of stock for {hours} h."),
    "no-stockout": ("各品种均未脱销。", "No product ran out."),
    "cropped": ("图中只画到{when}；此后至推演结束无事发生。", "Drawn to {when}; nothing happened from then to the end of the run."),
    "lanes-note": ("条形上的序号与下表相同。", "The numbers on the bars are those of the table below."),
    "appendix-note": ("以下为我们对条款的转述，并非原文。", "Our paraphrase of each clause, not its wording."),
    "assumption-note": ("以下均为假设，不是本地事实。", "All of these are suppositions, not facts of the place."),
    "invariant-note": (
        "同一预案、情景、种子与版本，必得同一日志，逐字节相同。",
        "The same plan, scenario, seed and version give the same log, byte for byte.",
    ),
    "met-note": ("本次推演中遇到过该缺口。", "this question came up during the run."),
    "demand-note": (
        "“限供”是措施有意不供的量；“断供”是无货可供的量。",
        "“Limited” was withheld on purpose by a measure; “short” could not be served for lack of stock.",
    ),
}


def sentence(name: str, lang: str, /, **facts: object) -> str:
    """A sentence with its facts filled in; a fact is never read as a template."""
    return re.sub(r"\{(\w+)\}", lambda found: str(facts.get(found[1], "…")), SENTENCES[name][lang != "zh"])
