"""Wording of the review's report and of the list of opinions, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.findings import filled

__all__ = ["EVIDENCE", "REVIEW", "evidence_name", "told"]

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
    "same-as": ("同{name}的标准", "as for: {name}"),
    "agencies": ("单位与等级", "Agencies by level"),
    "agencies-note": (
        "格内是该单位在该等级下所承担的措施、报告数，点数字看条款。红底斜纹的行：列为成员，却没有一项措施或报告由它承担（职责条款不计），并有成员类问题提到它。",
        "A cell counts the measures and reports an agency has at a level; hover for them, click for the clause. A hatched row is a member to whom no measure or report falls (standing duties aside) and of whom a finding on membership tells.",
    ),
    "agency": ("单位", "Agency"),
    "any-time": ("不分等级", "At no stated level"),
    "in-bodies": ("所在机构", "Seats"),
    "machine": ("等级与进入方式，标出问题", "Levels and how they are entered, with findings"),
    "machine-note": (
        "方框是等级，箭头旁写明由谁、按哪一条进入；虚线表示条文没有写、按解读补上。方框上的编号是提到这一等级的问题，箭头旁的编号是涉及这一决定条款的问题。",
        "Boxes are levels; beside an arrow stands who decides under which clause; a dashed one is in no clause and rests on a reading. Numbers in a box are findings about that level, numbers at an arrow are findings in the clauses of that decision.",
    ),
    "reporting": ("报告关系与累计时限", "Who informs whom, and by when"),
    "reporting-note": (
        "箭头从报告人指向接收人，旁边是时限和条款；红色表示没有写明多长时间（只写“立即”“及时”的也在内）。虚线为定期报送。",
        "Arrows go from who reports to who is told, with the bound and the clause; red where no length of time is stated (words such as \"at once\" state none). Dashed: at regular intervals.",
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
        "每格一条，按印刷顺序。颜色是条款的处理情况，右下角是涉及这一条的问题数。",
        "One cell a clause, in the order of print. The colour tells what became of the clause in the encoding, the number how many findings cite it.",
    ),
    "clause-list": ("条款（转述）", "Clauses (paraphrased)"),
    "basis": ("依据", "Basis"),
    "because": ("理由", "Reason"),
    "rules-run": ("检查了什么", "What was checked"),
    "skipped": ("没有运行", "did not run"),
    "chapter": ("第 {n} 章", "Chapter {n}"),
    "annex": ("附件", "Annexes"),
    "nobody": ("未写明", "not stated"),
    "others": ("“等”", "and others"),
    # conditions
    "and": ("，且", " and "),
    "or": ("，或", " or "),
    "not": ("并非“{what}”", 'not "{what}"'),
    "bracket": ("（{what}）", "({what})"),
    "lasting": ("{what}，持续{time}", "{what}, for {time}"),
    "places-any": ("任一处（{places}）{what}", "in any of {places}: {what}"),
    "places-all": ("各处（{places}）都{what}", "in all of {places}: {what}"),
    "places-none": ("没有一处（{places}）{what}", "in none of {places}: {what}"),
    "places-count": ("{what}的处数（{places}）{sign} {number}", "places of {places} with {what} {sign} {number}"),
    "places-more": ("{places}等{n}处", "{places} and others ({n})"),
}  # fmt: skip

#: The names rules give to parts of their evidence; one that stands here in no row is shown as it is.
EVIDENCE: Mapping[str, tuple[str, str]] = {
    "acted": ("行动", "acts"), "actors": ("各方", "actors"), "acts": ("条款", "clauses"), "acts_as": ("以何名义", "acts as"),
    "agency": ("单位", "agency"), "also_in": ("另见", "also in"), "amount": ("数量", "amount"), "approved_in": ("须经批准之处", "approved in"),
    "at": ("写有", "at"), "bound": ("门槛", "bound"), "bounds_d": ("门槛（天）", "bounds (d)"), "by": ("由", "by"),
    "chairs": ("席位", "chairs"), "checkers": ("检查者", "checkers"), "cited": ("所引", "cited"), "claims": ("各预案所需", "claims"),
    "clauses": ("条款", "clauses"), "colours": ("颜色", "colours"), "condition": ("条件", "condition"), "criteria": ("标准", "criteria"),
    "decisions": ("决定", "decisions"), "differ": ("不同之处", "differ"), "dropped": ("未再提及", "dropped"), "duties": ("职责", "duties"),
    "ended_by": ("由谁终止", "ended by"), "events": ("事件", "events"), "fields": ("栏目", "fields"), "forms": ("表单", "forms"),
    "from_above": ("上级决定", "from above"), "gap": ("差额", "gap"), "goods": ("品种", "goods"), "grades": ("等级", "grades"),
    "headed": ("任负责人", "headed"), "heading": ("标题", "heading"), "headings": ("标题", "headings"), "hours": ("小时", "hours"),
    "idle": ("没有行动者", "without action"), "in": ("列入", "in"), "interval_d": ("间隔（天）", "interval (d)"), "issued": ("印发", "issued"),
    "jumps": ("跳号", "jumps"), "keepers": ("保管", "keepers"), "kept_in": ("存放", "kept in"), "known_as": ("称谓", "known as"),
    "labels": ("级号与名称", "labels"), "lacking": ("缺", "lacking"), "lacks": ("缺", "lacks"), "later": ("此后", "later"),
    "law": ("法规事项", "point of law"), "leaders": ("领导", "leaders"), "levels": ("等级", "levels"), "lines": ("条线称谓", "lines"),
    "list": ("名单", "list"), "lists": ("名单", "lists"), "measures": ("措施", "measures"), "name": ("名称", "name"),
    "named": ("所称", "named"), "named_beside": ("旁边写有", "named beside"), "named_in": ("写于", "named in"), "names": ("名称", "names"),
    "not_at": ("未写", "not at"), "not_in": ("未列入", "not in"), "observers": ("监测者", "observers"), "only": ("仅", "only"),
    "only_in": ("仅见于", "only in"), "other_routes": ("其他途径", "other routes"), "overlaps": ("重叠", "overlaps"), "parts": ("分项", "parts"),
    "passed_over": ("越过", "passed over"), "printed": ("所印", "printed"), "publishers": ("发布者", "publishers"), "questions": ("未定之处", "questions"),
    "reports": ("报告", "reports"), "seated_through_a_post": ("以职务列席", "seated through a post"), "section": ("部分", "section"), "sets": ("取值", "sets"),
    "skipped": ("跳过", "skipped"), "started_on": ("启动依据", "started on"), "states": ("状态", "states"), "steps": ("步骤", "steps"),
    "through_it": ("须经它", "through it"), "title": ("名称", "title"), "total": ("合计", "total"), "upward": ("上报", "upward"),
    "variables": ("变量", "variables"), "verbs": ("行为", "acts"), "warned_on": ("预警依据", "warned on"), "words": ("用词", "words"),
    "yields": ("产量", "yields"),
}  # fmt: skip


def evidence_name(name: str, lang: str) -> str:
    """What a part of the evidence is called; an unknown one as it is, without its underscores."""
    found = EVIDENCE.get(name)
    return name.replace("_", " ") if found is None else found[lang != "zh"]


def told(name: str, lang: str, /, **facts: object) -> str:
    """A heading, a word or a sentence with its facts filled in; a fact is never read as a template.

    >>> told("same-as", "en", name="warning")
    'as for: warning'
    """
    return filled(REVIEW[name][lang != "zh"], facts, lang)
