"""Wording of after-action reviews, Chinese and English."""

from __future__ import annotations

from emergency.words.table import Table, filled

__all__ = ["EVALUATION", "told"]

EVALUATION: Table = {
    # headings of the page
    "report": ("应急演练复盘评估", "After-action review"),
    "exercise": ("演练，非真实事件", "Exercise: not a real event"),
    "summary": ("摘要", "Summary"),
    "objectives": ("目标与评定", "Objectives and ratings"),
    "timeline": ("决定经过与预案要求", "Decisions, and what the plan asks"),
    "envelope": ("与完全按预案处置相比", "Against plan-perfect play"),
    "conformance": ("逐项对照预案", "Conformance with the plan"),
    "by-agency": ("按单位", "By agency"),
    "by-clause": ("按条款", "By clause"),
    "all-acts": ("全部事项", "All acts"),
    "deviations": ("偏离", "Deviations"),
    "people-side": ("人偏离了预案", "People left the plan"),
    "plan-side": ("预案没有给人依据", "The plan failed people"),
    "assessment": ("评估", "Assessment"),
    "notes": ("评估员记录", "Observations"),
    # what a review speaks of
    "execution": ("预案执行情况", "Execution of the plan"),
    "usability": ("预案实用性和可操作性", "Usability of the plan"),
    "command": ("指挥协调和应急联动", "Command and linkage"),
    "people": ("应急人员处置", "People"),
    "equipment": ("装备与物资", "Equipment"),
    "improvements": ("改进建议", "Improvements"),
    # columns
    "asked": ("要求提出", "Asked"),
    "limit": ("时限", "Due"),
    "who": ("单位", "Agency"),
    "what": ("事项", "What"),
    "state": ("结果", "State"),
    "team": ("本次", "This play"),
    "perfect": ("完全按预案（5%–中位–95%）", "Plan-perfect (5 % – median – 95 %)"),
    "place": ("位置", "Place"),
    "chart": ("范围", "Range"),
    "heading": ("方面", "Heading"),
    "owner": ("责任单位", "Owner"),
    "because": ("依据", "Because"),
    "date": ("完成时限", "Date"),
    "objective": ("目标", "Objective"),
    "rating": ("评定", "Rating"),
    "comment": ("说明", "Comment"),
    # states
    "in-time": ("按时", "in time"),
    "done": ("完成（无时限）", "done (no limit set)"),
    "late": ("迟", "late"),
    "missed": ("逾期未做", "missed"),
    "refused": ("拒绝", "refused"),
    "not-authorised": ("越权尝试", "not authorised (attempt)"),
    "not-asked": ("未走到", "not asked"),
    "open": ("未了", "open"),
    "declined": ("依裁量未做", "left, as the plan allows"),
    "called-off": ("条件消失", "called off"),
    # verdicts
    "within": ("范围之内", "within"),
    "earlier": ("早于全部", "earlier than all"),
    "later": ("晚于全部", "later than all"),
    "less": ("少于全部", "less than all"),
    "more": ("多于全部", "more than all"),
    "never": ("没有发生", "never came"),
    "only-here": ("仅见于本次", "only here"),
    "verdict-open": ("演练先结束", "over before that"),
    # ratings
    "P": ("P 完成", "P performed"),
    "S": ("S 有小问题", "S performed with some challenges"),
    "M": ("M 有大问题", "M performed with major challenges"),
    "U": ("U 未能完成", "U unable to perform"),
    "N": ("未观察", "not observed"),
    # milestones
    "entered": ("进入{what}", "{what} entered"),
    "carried": ("{what}", "{what}"),
    "sent": ("报告：{what}", "report: {what}"),
    "published": ("发布：{what}", "published: {what}"),
    "ended": ("{what}结束", "{what} ended"),
    "unmet": ("{what}未满足的需求", "unmet demand {what}"),
    "at": ("何时（自开始）", "When (from the start)"),
    "took": ("用时（自提出要求）", "How long (since asked)"),
    "amount": ("数量", "Amounts"),
    # sentences
    "held": ("由人担任的席位：{list}。", "Seats held by people: {list}."),
    "nobody": ("没有席位由人担任。", "No seat was held by people."),
    "counted-none": ("预案没有提出任何要求。", "The plan asked for nothing."),
    "counted": ("预案共提出 {n} 项要求：{list}。", "The plan asked for {n} acts: {list}."),
    "activated": (
        "{what}自提请起用时 {took}；完全按预案处置为 {low}–{high}（{place}）。",
        "{what}: decided {took} after the matter was opened; plan-perfect {low} to {high} ({place}).",
    ),
    "sides": (
        "人偏离预案 {people} 处；预案没有给人依据 {plan} 处。",
        "Departures of people from the plan: {people}; places where the plan gave people nothing to go by: {plan}.",
    ),
    "envelope-note": (
        "同一情景由各席位完全按预案处置 {runs} 次（种子 {seed}）：一经得知即办理，用时按情景抽取，预案未写之处按解读。“晚于全部”指晚于这 {runs} 次中的每一次。横线为 5%–95%，竖线为中位数，圆点为本次。只有“用时”可归于办理的人；“何时”还带着此前的一切。",
        "The same scenario was played plan-perfect {runs} times (seed {seed}): everything done as soon as it is known, lengths of work drawn from the scenario, readings where the plan is silent. 'Later than all' means later than in each of the {runs}. Bar: 5 % to 95 %; tick: median; dot: this play. Only 'how long' can be held against those who acted; 'when' carries all that went before.",
    ),
    "acts-note": (
        "仅由演练记录得出。“未走到”指前一步没有完成，因而没有向任何人提出。",
        "Told by the log alone. 'Not asked' stood behind a step that was not taken.",
    ),
    "rows-all": ("全部 {n} 行", "all {n} rows"),
    "nothing": ("没有。", "None."),
    "none-asked": (
        "推演期间预案没有向任何单位提出要求，没有可逐项对照的事项。",
        "In this play the plan asked nothing of anybody, so there is nothing to hold against it.",
    ),
    "none-decided": ("推演期间没有需要作出的决定。", "No decision was called for in this play."),
    "none-objectives": ("情景没有列出演练目标。", "The scenario names no objectives."),
    "none-compared": (
        "同一情景由各席位完全按预案处置 {runs} 次（种子 {seed}）；本次没有可与之相比的进程。",
        "The same scenario was played plan-perfect {runs} times (seed {seed}); this play holds nothing to compare with them.",
    ),
    "none-improved": ("没有需要改进之处。", "Nothing to put right came to light."),
    "none-cited": ("本报告没有引用条款。", "This review cites no clause."),
    "waited": ("{who}：等候 {times} 次，共 {hours}。", "{who}: {times} waits, {hours} in all."),
    "drafter": ("预案编制单位", "whoever keeps the plan"),
    # why
    "why-not-authorised": ("越权：预案把“{do}”交给别的席位", "attempted to {do}, which the plan gives to another"),
    "why-refused": ("拒绝“{do}”", "refused to {do}"),
    "why-missed": ("“{do}”逾期未做", "did not {do} within the limit"),
    "why-late": ("“{do}”迟于时限", "was late to {do}"),
    "why-slow": (
        "用时 {took}，完全按预案为 {low}–{high}；最慢的一步是“{do}”",
        "took {took}, plan-perfect {low} to {high}; the slowest step was to {do}",
    ),
    "why-never": ("停在“{do}”，没有完成", "stopped at: {do}; never came to its end"),
    "why-gap": ("预案未写：{question}", "the plan is silent: {question}"),
    "why-stuck": ("预案未写“{do}”无人办理时怎么办", "the plan does not say what follows when nobody is there to {do}"),
    "why-finding": ("{kind}：{text}", "{kind}: {text}"),
    "why-no-limit": ("“{do}”一直等候，没有条文规定时限", "waited to {do}, and no clause sets a limit"),
    "silent": ("预案未写", "the plan is silent"),
    "contradiction": ("预案自相矛盾", "the plan contradicts itself"),
    "unworkable": ("预案做不到", "the plan cannot be carried out"),
}


def told(name: str, lang: str, /, **facts: object) -> str:
    """A heading, a word or a sentence with its facts filled in; a fact is never read as a template.

    >>> told("why-refused", "en", do="{took}")
    'refused to {took}'
    """
    return filled(EVALUATION[name], lang, facts)
