"""Sentences of reports, Chinese and English, with places for facts."""

from __future__ import annotations

from emergency.words.table import Table, filled

__all__ = ["SENTENCES", "sentence"]

SENTENCES: Table = {
    "date": ("{year}年{day}", "{day} {year}"),
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
    "gaps": ("推演中遇到文本缺口{n}处，如何越过见第{section}节。", "Gaps in the text met: {n}; how each was got over is told below (section {section})."),
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
    "market": (
        "{market}：需求共{wanted}吨，实供{served}吨（{share}）；因限供少供{limited}吨，因无货少供{short}吨。",
        "{market}: {wanted} t were wanted and {served} t served ({share}); limits withheld {limited} t, and {short} t was unmet for lack of stock.",
    ),
    "shelves": ("脱销：{list}。", "Out of stock: {list}."),
    "shelf": ("{place}{good}{hours}", "{good} in {place} for {hours}"),
    "shelves-more": ("另有{n}处", "and {n} more shelves"),
    "shelves-full": ("各地各商品均未脱销。", "Nothing ran out anywhere."),
    "outbreak": (
        "{name}：{first}首次发现，共发现{found}次，人为传播{jumps}次；结束时发生{area}，涉及{places}处，寄主死亡率{mortality}。",
        "{name}: first found on {first} (finds: {found}, carried elsewhere: {jumps}×); at the end {area} in {places} places were infested and {mortality} of the hosts dead.",
    ),
    "outbreak-unfound": (
        "{name}：始终未被发现，人为传播{jumps}次；结束时发生{area}，涉及{places}处，寄主死亡率{mortality}。",
        "{name}: never found, carried elsewhere {jumps}×; at the end {area} in {places} places were infested and {mortality} of the hosts dead.",
    ),
    "no-outbreak": ("{name}：本次推演中没有发生。", "{name}: did not occur in this run."),
    "never-there": ("本次推演中没有发生。", "It did not occur in this run."),
    "started": ("{when}，启动响应，自提请起{took}。", "The response was started on {when}, {took} after the matter was opened."),
    "started-plain": ("{when}，启动响应。", "The response was started on {when}."),
    "waits-across": ("预案之间共等候{times}次，合计{hours}。", "Waits of one plan for people or vehicles busy with another: {times}, {hours} in all."),
    "most-waited": (
        "最久的是{seat}：{plan}排在{behind}之后{times}次，共{hours}。",
        "The longest: {seat}, where \"{plan}\" waited behind \"{behind}\" {times}×, {hours} in all.",
    ),
    "no-waits-across": ("没有一个预案等候被另一预案占用的人手或车辆。", "No plan waited for people or vehicles that another kept busy."),
    "sharing-same": ("若各预案各有人手，结果并无不同。", "With people and vehicles of its own for each plan, nothing would have come differently."),
    "same-times": ("若各有人手，各响应的启动和结束时间不变。", "With people of its own for each plan, responses would have started and ended at the same times."),
    "sharing-cost": ("{plan}：因共用人手，{list}。", "{plan}: for sharing people, its response {list}."),
    "later-activated_h": ("响应晚启动{span}", "started {span} later"),
    "earlier-activated_h": ("响应早启动{span}", "started {span} earlier"),
    "later-ended_h": ("响应晚结束{span}", "ended {span} later"),
    "earlier-ended_h": ("响应早结束{span}", "ended {span} earlier"),
    "only-apart-activated_h": ("响应始终没有启动，否则会启动", "never started, and else would have"),
    "only-apart-ended_h": ("响应到推演结束时尚未结束，否则已结束", "was not ended when the run was, and else would have been"),
    "more-unmet": ("因共用人手，多断供{amount}吨。", "For sharing people, {amount} t more went unmet for lack of stock."),
    "less-unmet": ("因共用人手，少断供{amount}吨。", "For sharing people, {amount} t less went unmet for lack of stock."),
    "sharing-note": (
        "同一情景、同一随机数再推演一次，各预案各有人手和车辆；两次之差即共用人手的代价。",
        "The same run with the same chance was played again with people and vehicles of its own for each plan; the difference is what sharing them costs.",
    ),
    "not-compared": ("本次推演没有做人手分开的对照。", "This run was not compared with one in which plans have people of their own."),
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
        "\"Limited\" was withheld on purpose by a measure; \"short\" could not be served for lack of stock.",
    ),
}


def sentence(name: str, lang: str, /, **facts: object) -> str:
    """A sentence with its facts filled in; a fact is never read as a template."""
    return filled(SENTENCES[name], lang, facts)
