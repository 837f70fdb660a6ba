"""Wording of the review's report and of the list of opinions, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.findings import filled

__all__ = ["REVIEW", "told"]

REVIEW: Mapping[str, tuple[str, str]] = {
    # list of opinions
    "opinions": ("意见表", "Opinions"),
    "checked": ("检查项目", "Rules"),
    "no": ("序号", "No."),
    "plan": ("预案", "Plan"),
    "clauses": ("条款", "Clauses"),
    "class": ("类别", "Class"),
    "opinion": ("意见", "Opinion"),
    "evidence": ("证据", "Evidence"),
    "reason": ("理由、依据", "Reason and basis"),
    "suggestion": ("修改建议", "Suggestion"),
    "severity": ("严重程度", "Severity"),
    "kind": ("性质", "Kind"),
    "status": ("处理意见", "Status"),
    "why": ("处理理由", "Why so decided"),
    "id": ("编号", "Id"),
    "rule": ("规则", "Rule"),
    "count": ("问题数", "Findings"),
    "note": ("说明", "Note"),
    "accepted": ("采纳", "accepted"),
    "rejected": ("不采纳", "rejected"),
    # report
    "report": ("应急预案审查报告", "Review of emergency plans"),
    "mark": ("按条文机械检查，待人核定", "Checked by rules; people decide"),
    "summary": ("摘要", "Summary"),
    "contents": ("目录", "Contents"),
    "total": ("合计", "Total"),
    "open": ("待处理 {n} 项，其中事实 {facts} 项、待确认 {candidates} 项。", "{n} findings are open: {facts} facts, {candidates} to be confirmed."),
    "settled-count": ("另有 {n} 项已有处理意见，不计入。", "{n} more have been decided and are not counted."),
    "how-to-read": (
        "带编号的方块都可点击：数字是问题编号，颜色是严重程度；“事实”由条文直接得出，“待确认”须由人核定。点击条款号可看转述的条文和与它有关的全部问题。",
        "Every numbered square is a link: the number is that of a finding, the colour its severity. A fact follows from the text; a candidate has to be confirmed by a person. A clause number leads to the clause as paraphrased, with all that was found in it.",
    ),
    "findings": ("问题", "Findings"),
    "settled": ("已有处理意见的问题", "Findings already decided"),
    "across": ("各预案之间", "Across plans"),
    "none": ("没有发现问题。", "Nothing was found."),
    "levels": ("等级一览", "Levels, side by side"),
    "levels-note": (
        "每一等级有没有标准、由谁决定进入、由谁指挥、有哪些措施、向谁报告。红底斜纹为空缺：全文没有任何条款写到。",
        "Whether each level has criteria, somebody who decides on it, somebody who commands, measures, reports. Hatched red is a hole: no clause of the plan speaks of it.",
    ),
    "level": ("等级", "Level"),
    "criteria": ("标准", "Criteria"),
    "decides": ("由谁决定进入", "Who decides"),
    "commands": ("由谁指挥", "Who commands"),
    "measures": ("措施", "Measures"),
    "reports": ("报告、发布", "Reports, publications"),
    "marks": ("问题", "Findings"),
    "hole": ("空缺", "none"),
    "by-criteria": ("按标准成立", "by its criteria"),
    "same-as": ("同{name}的标准", "as for: {name}"),
    "not-numbered": ("{n} 项", "{n}"),
    "agencies": ("单位与等级", "Agencies by level"),
    "agencies-note": (
        "格内是该单位在该等级下所承担的措施、报告数，点数字看条款。红底斜纹的行：列为成员，但在任何等级都没有写明的行动。",
        "A cell counts the measures and reports an agency has at a level; hover for them, click for the clause. A hatched row is a member that no clause gives anything to do at any level.",
    ),
    "agency": ("单位", "Agency"),
    "any-time": ("不分等级", "At no stated level"),
    "in-bodies": ("所在机构", "Seats"),
    "idle": ("没有写明的行动", "nothing to do"),
    "machine": ("等级与进入方式，标出问题", "Levels and how they are entered, with findings"),
    "machine-note": (
        "方框是等级，箭头旁写明由谁、按哪一条进入；虚线表示条文没有写、按解读补上。方框上的编号是提到这一等级的问题，箭头旁的编号是涉及这一决定条款的问题。",
        "Boxes are levels; beside an arrow stands who decides under which clause; a dashed one is in no clause and rests on a reading. Numbers in a box are findings about that level, numbers at an arrow are findings in the clauses of that decision.",
    ),
    "reporting": ("报告关系与累计时限", "Who informs whom, and by when"),
    "reporting-note": (
        "箭头从报告人指向接收人，旁边是时限和条款；红色表示没有写明时限。虚线为定期报送。",
        "Arrows go from who reports to who is told, with the bound and the clause; red where no bound is stated. Dashed: at regular intervals.",
    ),
    "chains": ("逐级累计", "Added up along the chain"),
    "chains-note": (
        "从最先知情者到最上级的每一条报告链。某一环没有时限，此后的累计就无从确定；不同口径的时间（小时、天、工作日）不互相折算。",
        "Every chain from those who know first to the highest level told. After a link without a bound nothing can be added up; hours, days and working days are not converted into one another.",
    ),
    "chain": ("报告链", "Chain"),
    "adds-up": ("累计时限", "Adds up to"),
    "from-there": ("自{name}起无法确定", "cannot be determined from here on: {name}"),
    "no-bound": ("未写时限", "no bound"),
    "no-reports": ("没有写明任何报告。", "No clause orders a report."),
    "coverage": ("条款覆盖图", "Map of the clauses"),
    "coverage-note": (
        "每格一条，按印刷顺序。颜色是条款的处理情况，右上角是这一条中的问题数。",
        "One cell a clause, in the order of print. The colour tells what became of the clause in the encoding, the number how many findings cite it.",
    ),
    "clause-list": ("条款（转述）", "Clauses (paraphrased)"),
    "organisation": ("机构与席位", "Bodies and seats"),
    "organisation-note": (
        "联系数：与多少机构、单位有席位或报告关系；居间度：其他各方之间的最短联系有多大比例须经过它；单点：去掉它，其余各方就断开。",
        "Ties: bodies and agencies it sits with or reports to. Betweenness: the share of shortest ties between others that pass through it. Cut point: without it the rest falls apart.",
    ),
    "ties": ("联系数", "Ties"),
    "between": ("居间度", "Betweenness"),
    "cut-point": ("单点", "Cut point"),
    "cut-off": ("断开 {n} 方", "cuts off {n}"),
    "thresholds": ("门槛", "Thresholds"),
    "thresholds-note": (
        "每条横线是一个等级的标准在这一变量上的取值范围；实心点含本数，空心点不含，半实为没有写明。",
        "Each bar is the range of one variable in which a criterion of a level holds. A filled end includes the bound, a hollow one does not, a grey one: not said.",
    ),
    "shared": ("各预案共用的单位、职务", "Agencies and posts shared by plans"),
    "shared-note": (
        "格内是该单位或职务在该预案中所占的席位和措施数。",
        "A cell tells the seats and measures of the agency or post in the plan.",
    ),
    "seats-measures": ("席位 {seats}，措施 {measures}", "{seats} seats, {measures} measures"),
    "back": ("回到目录", "to the contents"),
    "basis": ("依据", "Basis"),
    "because": ("理由", "Reason"),
    "because-of": ("涉及问题", "Findings"),
    "rules-run": ("检查了什么", "What was checked"),
    "skipped": ("没有运行", "did not run"),
    "chapter": ("第 {n} 章", "Chapter {n}"),
    "annex": ("附件", "Annexes"),
    "nobody": ("未写明", "not stated"),
    "others": ("“等”", "and others"),
    "again": ("重新生成", "To make this again"),
}  # fmt: skip


def told(name: str, lang: str, /, **facts: object) -> str:
    """A heading, a word or a sentence with its facts filled in; a fact is never read as a template.

    >>> told("same-as", "en", name="warning")
    'as for: warning'
    """
    return filled(REVIEW[name][lang != "zh"], facts, lang)
