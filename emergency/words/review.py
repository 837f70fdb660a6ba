"""Wording of the review's report and of the list of opinions, Chinese and English."""

from __future__ import annotations

import re

from emergency.words.findings import filled
from emergency.words.table import Table

__all__ = ["EVIDENCE", "REVIEW", "WORDS", "evidence_name", "evidence_word", "told", "told_clause"]

REVIEW: Table = {
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
        "带编号的方块都可点击：数字是问题编号，颜色是严重程度；“事实”由条文直接得出，“待确认”须由人核定。点击条款号可看转述的条文和与它有关的全部问题；“2.2.3#4”指 2.2.3 的第 4 个未编号段落。",
        "Every numbered square is a link: the number is that of a finding, the colour its severity. A fact follows from the text; a candidate has to be confirmed by a person. A clause number leads to the clause as paraphrased, with all that was found in it; \"2.2.3#4\" is the fourth unnumbered paragraph of 2.2.3.",
    ),
    "findings": ("问题", "Findings"),
    "settled": ("已有处理意见的问题", "Findings already decided"),
    "across": ("各预案之间", "Across plans"),
    "across-graph": ("各预案共用的人和物", "What the plans share"),
    "across-note": (
        "方框之间的线写明每一份预案把它当作什么：红线为负责人，橙线为副职，黑线为成员、办公室，虚线为只有职责或提及，蓝线为要用的储备和车辆。各预案要求完全相同的合在一个框内。分管领导按分工文件查得。",
        "Lines say what each plan takes them for: red the head, orange a deputy, black a member or the office, dashed a duty or a mention only, blue stocks and vehicles it means to use. Those whom the plans want alike share a box. Who is in charge of a field is read from the division of work.",
    ),
    "undrawn": ("在几份预案中都没有席位、只在下表列出的有 {n} 个：{names}。", "{n} have a seat in none of the plans and stand in the table only: {names}."),
    "shared-sort": ("类别", "Kind"),
    "shared-name": ("共用的人或物", "Shared"),
    "shared-post": ("职务", "post"),
    "shared-agency": ("单位", "agency"),
    "shared-stock": ("储备", "stock"),
    "shared-vehicles": ("车辆", "vehicles"),
    "vehicles": ("运输车辆和优先通行", "vehicles and the right of way"),
    "role-acts": ("有职责", "acts"),
    "role-named": ("提及", "named"),
    "role-promised": ("要用", "counts on"),
    "none": ("没有发现问题。", "Nothing was found."),
    "levels": ("等级一览", "Levels, side by side"),
    "levels-note": (
        "每一等级有没有标准、由谁决定进入、由谁指挥、有哪些措施、向谁报告。红底斜纹为空缺：全文没有任何条款写到。响应表头的方块是关于不分等级的措施、报告、决定的问题。",
        "Whether each level has criteria, somebody who decides on it, somebody who commands, measures, reports. Hatched red is a hole: no clause of the plan speaks of it. Squares in the heads of the table of responses are findings on what is done at no stated level.",
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
        "格内是该单位在该等级下所承担的措施、报告数，点数字看条款。红底斜纹的行：列为成员，却没有一项措施或报告由它承担（职责条款不计），并有成员类问题提到它。只指明措施、报告而没有指明单位的问题，列在承担者名下。",
        "A cell counts the measures and reports an agency has at a level; hover for them, click for the clause. A hatched row is a member to whom no measure or report falls (standing duties aside) and of whom a finding on membership tells. A finding that names acts and no actor stands with those who do them.",
    ),
    "agency": ("单位", "Agency"),
    "any-time": ("不分等级", "At no stated level"),
    "in-bodies": ("所在机构", "Seats"),
    "thresholds": ("门槛", "Thresholds"),
    "thresholds-note": (
        "每行是一条标准，颜色为其等级；实心端点含本数，空心不含，虚线端点条文没有写明含不含。虚线框另有条件（写在旁边）。最下一行把各级叠在一起：并列的色条表示同时成立的等级，红色斜纹是没有等级的空档。",
        "Each row is a ground, in the colour of its level; a filled end belongs to it, a hollow one does not, a dashed one is left open by the clause. An outlined row asks for something else too, said beside it. The last row puts the levels together: strips side by side hold at once, red hatching is where no level holds.",
    ),
    "thresholds-none": ("没有一条标准比较数字。", "No criterion compares a number."),
    "rest-note": ("以下标准不比较数字，或同时看多个方面，无法画在数轴上：", "These grounds compare no number, or look at several things at once, and cannot stand on a line:"),
    "not-to-scale": ("（间隔不按比例）", "(not to scale)"),
    "gaps-at": ("空档：{gaps}。", "No level holds at {gaps}."),
    "gap": ("没有等级", "no level"),
    "at-once": ("合看", "together"),
    "count-of": ("{what}的处数（{places}）", "number of places with {what} ({places})"),
    "places": ("处", "places"),
    "for-so-long": ("持续{time}", "for {time}"),
    "leaves-at": ("退出：{what}（{clause}）", "left at {what} ({clause})"),
    "ground": ("条件", "Condition"),
    "organisation": ("机构、席位、报告与指挥", "Bodies, seats, reports and orders"),
    "organisation-note": (
        "黑线：在机构任席位；蓝线：报告、请示；橙线：指挥、部署；灰虚线：隶属。同一框内的单位与相同的各方有同一类关系，用语不同的注在名称后。蓝底为机构，绿底为职务，黄底为泛称或未设立者，虚框为区外和社会各方；红框为单点：缺了它，另一些单位与其余部分就没有任何联系。",
        "Black: a seat in a body; blue: reports and requests; orange: orders; dashed grey: belongs to. Actors in one box have ties of the same kinds to the same others; where the words differ they stand after the name. Blue ground is a body, green a post, yellow a vague name or a body nobody set up, dashed border outsiders and the public. A red border is a single point of failure: without it others lose every tie to the rest.",
    ),
    "drawn-seat": ("席位", "Seats"),
    "drawn-tells": ("报告与指挥", "Reports and orders"),
    "standing": ("谁连接着这个机构", "Who holds it together"),
    "standing-note": (
        "“直接联系”是与之直接相连的单位数；“必经”是中介中心度：任意两个单位之间最短的联系路径有多少经过它。“缺了它会断开”列出单点失效时失去联系的单位。",
        "\"Direct ties\" counts those it is tied to; \"on the way\" is betweenness centrality: the share of shortest ways between two others that lead over it. \"Cut off without it\" lists who loses every tie to the rest if it is missing.",
    ),
    "actor": ("单位、职务", "Actor"),
    "actor-kind": ("类别", "Kind"),
    "chairs": ("席位", "Seats"),
    "acts": ("职责与行动", "Duties and acts"),
    "degree": ("直接联系", "Direct ties"),
    "between": ("必经", "On the way"),
    "cuts": ("缺了它会断开", "Cut off without it"),
    "several-chairs": ("一人多席", "several seats"),
    "loose": ("另有 {n} 个名称没有席位、报告或指挥关系：{names}。", "{n} more names have no seat, report or order to tie them: {names}."),
    "single": ("其余 {n} 个各只有一处联系：{names}。", "The other {n} have one tie each: {names}."),
    "not-drawn": (
        "共 {n} 个方框，在一页上无法辨认，故不画图；下表列出全部联系。",
        "There would be {n} boxes, more than can be read on a page, so nothing is drawn; the table below has them all.",
    ),
    "tie-tells": ("报告、告知", "tells"),
    "tie-directs": ("指挥、部署", "directs"),
    "actor-body": ("机构", "body"),
    "actor-agency": ("单位", "agency"),
    "actor-post": ("职务", "post"),
    "actor-members": ("成员", "members"),
    "actor-generic": ("泛称", "vague name"),
    "actor-undeclared": ("未设立", "not set up"),
    "actor-outside": ("区外", "outside"),
    "actor-listed": ("名单所列", "listed"),
    "actor-public": ("社会", "public"),
    "machine": ("等级与进入方式，标出问题", "Levels and how they are entered, with findings"),
    "machine-note": (
        "方框是等级，箭头旁写明由谁、按哪一条进入；虚线表示条文没有写、按解读补上。方框上的编号是提到这一等级的问题，箭头旁的编号是涉及这一决定条款的问题。",
        "Boxes are levels; beside an arrow stands who decides under which clause; a dashed one is in no clause and rests on a reading. Numbers in a box are findings about that level, numbers at an arrow are findings in the clauses of that decision.",
    ),
    "machine-stated": (
        "条文留有疑问，又没有解读作答，无法编成可以推演的状态机；这里画的是各条决定原样所说的：由谁、按哪一条进入哪一级。",
        "Questions the clauses leave open have no reading, so no machine can be built that could be run. What is drawn instead is what each decision says as it stands: who enters which level under which clause.",
    ),
    "machine-too-large": (
        "{scheme}有 {n} 个取值，在一页上无法辨认，故不画图；各级的标准、决定者和措施见“等级一览”表。",
        "{scheme} has {n} values, more than can be read on a page, and is not drawn; the table of levels has the criteria, deciders and measures of each.",
    ),
    "reporting": ("报告关系与累计时限", "Who informs whom, and by when"),
    "reporting-note": (
        "箭头从报告人指向接收人，旁边是时限和条款；红色表示没有写明多长时间（只写“立即”“及时”的也在内）。虚线为定期报送。方框内是沿最长的报告链累计到此的时限，红底为无法确定。",
        "Arrows go from who reports to who is told, with the bound and the clause; red where no length of time is stated (words such as \"at once\" state none). Dashed: at regular intervals. A box tells the time added up along the longest chain that reaches it; red where it cannot be determined.",
    ),
    "reporting-too-large": (
        "有 {n} 个单位彼此相报，在一页上无法辨认，故不画图；下表逐条列出报告链。",
        "{n} actors report to one another, more than can be read on a page, and are not drawn; the table below lists the chains one by one.",
    ),
    "chains": ("逐级累计", "Added up along the chain"),
    "chains-note": (
        "从最先知情者到最上级的每一条报告链。某一环没有时限，此后的累计就无从确定；不同口径的时间（小时、天、工作日）不互相折算。",
        "Every chain from those who know first to the highest level told. After a link without a bound nothing can be added up; hours, days and working days are not converted into one another.",
    ),
    "arrives": ("累计 {total}", "in all {total}"),
    "arrives-unsure": ("累计无法确定", "not determined"),
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
    "any-other": ("任一状态", "any other"),
    "does": ("{who}{what}", "{who}: {what}"),
    "level-of": ("{scheme}{level}", "{scheme}: {level}"),
    "nobody-named": ("未写明者", "nobody named"),
    "those-of-etc": ("“等”单位", 'those meant by "etc."'),
    "others": ("“等”", "and others"),
    # evidence
    "yes": ("是", "yes"),
    "no-such": ("否", "no"),
    "none-at-all": ("无", "none"),
    "and-more": ("另 {n} 项", "{n} more"),
    "part": ("第{n}项", "{kind}"),
    "clause-of-annex": ("附件{n}", "annex {n}"),
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
EVIDENCE: Table = {
    "acted": ("行动", "acts"), "actors": ("各方", "actors"), "acts": ("条款", "clauses"), "acts_as": ("以何名义", "acts as"),
    "agency": ("单位", "agency"), "also_in": ("另见", "also in"), "amount": ("数量", "amount"), "approved_in": ("须经批准之处", "approved in"),
    "at": ("写有", "at"), "bound": ("门槛", "bound"), "bounds_d": ("门槛（天）", "bounds (d)"), "by": ("由", "by"),
    "chairs": ("席位", "chairs"), "checkers": ("检查者", "checkers"), "cited": ("所引", "cited"), "claims": ("各预案所需", "claims"),
    "clauses": ("条款", "clauses"), "colours": ("颜色", "colours"), "condition": ("条件", "condition"), "criteria": ("标准", "criteria"),
    "decisions": ("决定", "decisions"), "differ": ("不同之处", "differ"), "dropped": ("未再提及", "dropped"), "duties": ("职责", "duties"),
    "ended_by": ("由谁终止", "ended by"), "events": ("事件", "events"), "fields": ("栏目", "fields"), "forms": ("表单", "forms"),
    "from_above": ("上级决定", "from above"), "gap": ("差额", "gap"), "goods": ("品种", "goods"), "grades": ("等级", "grades"),
    "headed": ("标题写有", "headed"), "heading": ("标题", "heading"), "headings": ("标题", "headings"), "hours": ("小时", "hours"),
    "idle": ("没有行动者", "without action"), "in": ("列入", "in"), "interval_d": ("间隔（天）", "interval (d)"), "issued": ("印发", "issued"),
    "jumps": ("跳号", "jumps"), "keepers": ("保管", "keepers"), "kept_in": ("存放", "kept in"), "known_as": ("称谓", "known as"),
    "labels": ("级号与名称", "labels"), "lacking": ("缺", "lacking"), "lacks": ("缺", "lacks"), "later": ("此后", "later"),
    "law": ("法规事项", "point of law"), "leaders": ("领导", "leaders"), "levels": ("等级", "levels"), "lines": ("条线称谓", "lines"),
    "list": ("名单", "list"), "lists": ("名单", "lists"), "measures": ("措施", "measures"), "name": ("名称", "name"),
    "named": ("所称", "named"), "named_beside": ("旁边写有", "named beside"), "named_in": ("写于", "named in"), "names": ("名称", "names"),
    "not_at": ("未写", "not at"), "not_in": ("未列入", "not in"), "observers": ("监测者", "observers"), "only": ("仅", "only"),
    "open": ("未定之处", "left open"), "only_in": ("仅见于", "only in"), "other_routes": ("其他途径", "other routes"), "overlaps": ("重叠", "overlaps"), "parts": ("分项", "parts"),
    "passed_over": ("越过", "passed over"), "printed": ("所印", "printed"), "publishers": ("发布者", "publishers"), "questions": ("未定之处", "questions"),
    "reports": ("报告", "reports"), "seated_through_a_post": ("以职务列席", "seated through a post"), "section": ("部分", "section"), "sets": ("取值", "sets"),
    "skipped": ("跳过", "skipped"), "started_on": ("启动依据", "started on"), "states": ("状态", "states"), "steps": ("步骤", "steps"),
    "through_it": ("须经它", "through it"), "title": ("名称", "title"), "total": ("合计", "total"), "upward": ("上报", "upward"),
    "variables": ("变量", "variables"), "verbs": ("行为", "acts"), "warned_on": ("预警依据", "warned on"), "words": ("用词", "words"),
    "yields": ("产量", "yields"),
    # parts of parts
    "about": ("关于", "about"), "answered": ("是否答复", "answered"), "approver": ("批准", "approver"), "as": ("任", "as"),
    "body": ("正文", "body"), "clause": ("条款", "clause"), "colour": ("颜色", "colour"), "commanded_by": ("由谁指挥", "commanded by"),
    "contents": ("目录页", "contents page"), "count": ("数目", "count"), "directory": ("名单", "directory"), "duration": ("时限", "duration"),
    "event": ("事件", "event"), "facts": ("情形", "case"), "holds": ("任职", "holder"), "how": ("方式", "how"),
    "id": ("项目", "item"), "lasting": ("持续", "lasting"), "least_h": ("最少小时", "least hours"), "level": ("等级", "level"),
    "listed": ("所列", "listed"), "listed_in": ("列于", "listed in"), "never": ("从不", "never"), "object": ("对象", "object"),
    "objects": ("对象", "objects"), "places": ("地点", "places"), "bound_h": ("时限（小时）", "bound (h)"), "searched": ("搜索状态数", "states searched"),
    "shows": ("表现", "shows"), "started_by": ("由谁启动", "started by"), "subject": ("主题", "subject"), "taken_h": ("用时（小时）", "time taken (h)"),
    "takings": ("征用", "takings"), "to": ("向", "to"), "trace": ("经过", "run"), "within_h": ("须在（小时）内", "within (h)"),
    "word": ("名称", "word"), "acts on": ("作用于", "acts on"), "hazard": ("灾种", "hazard"), "state": ("状态", "state"),
}  # fmt: skip

#: Words that stand in evidence by a name of ours: what is lacking, where somebody is named, roles, colours.
WORDS: Table = {
    "amount": ("数量", "amount"), "place": ("存放地点", "place"), "holder": ("保管单位", "holder"), "keeper": ("管理单位", "keeper"),
    "level": ("响应级别", "level"), "duration": ("期限", "duration"), "measures": ("措施", "measures"), "area": ("范围", "area"),
    "blue": ("蓝色", "blue"), "yellow": ("黄色", "yellow"), "orange": ("橙色", "orange"), "red": ("红色", "red"),
    "head": ("负责人", "head"), "deputy": ("副职", "deputy head"), "member": ("成员", "member"), "expert": ("专家", "expert"),
    "office": ("承办办公室", "host of the office"), "office-head": ("办公室主任", "head of office"), "site-commander": ("现场指挥", "site commander"),
    "reports to": ("报告对象", "addressee of reports"), "reports from": ("报告人", "sender of reports"), "duties actors": ("职责主体", "holder of duties"),
    "duties towards": ("职责对象", "object of duties"), "decisions by": ("决定者", "decider"), "measures by": ("措施主体", "doer of measures"),
    "decisions to": ("决定报送对象", "addressee of decisions"), "measures towards": ("措施对象", "object of measures"), "publications by": ("发布者", "publisher"),
    "seats body": ("所设机构", "body with seats"), "seats actors": ("席位", "holder of seats"), "resources holder": ("资源保管", "holder of resources"),
    "actors of": ("所属", "belongs to"), "indicators observer": ("监测者", "observer"), "upkeep by": ("预案管理", "keeper of the plan"),
    "duties": ("职责", "duties"), "reports": ("报告", "reports"), "decisions": ("决定", "decisions"), "publications": ("发布", "publications"),
    "criteria": ("标准", "criteria"), "indicators": ("监测", "indicators"), "seats": ("席位", "seats"), "upkeep": ("预案管理", "upkeep"),
    "resources": ("资源", "resources"), "events": ("事件", "events"), "forms": ("表单", "forms"), "lists": ("名单", "lists"),
    "items": ("所列各项是“其一”还是“全部”", "whether any or all of the listed cases"), "definition": ("定义与所列情形的关系", "how the definition goes with the cases"),
    "city": ("市级", "city"), "district": ("区级", "district"), "province": ("省级", "province"), "state": ("国家", "state"),
    "township": ("镇（街道）", "township"), "none": ("未写时限", "no bound"), "unstated": ("未写明", "not stated"), "open": ("“等”", "and others"),
    "goes-on": ("升级后原级的措施是否继续", "whether a level's measures go on when it rises"),
    "passed-over": ("越级时被越过一级的措施是否也做", "whether those of a level passed over are taken too"),
    "off": ("未启动", "not in force"), "true": ("成立", "so"), "false": ("不成立", "not so"), "any": ("任一级", "any level"),
}  # fmt: skip


def evidence_name(name: str, lang: str) -> str:
    """What a part of the evidence is called; an unknown one as it is, without its underscores."""
    found = EVIDENCE.get(name)
    return name.replace("_", " ") if found is None else found[lang != "zh"]


def evidence_word(name: str, lang: str) -> str:
    """A word of evidence; empty where it is none of ours."""
    found = WORDS.get(name)
    return "" if found is None else found[lang != "zh"]


def told_clause(text: str, lang: str) -> str:
    """A text with the clauses in it as a reader cites them.

    >>> told_clause("4.1, annex-2", "zh"), told_clause("annex-2#1", "en")
    ('4.1, 附件2', 'annex 2#1')
    """
    return re.sub(r"\bannex-(\d+)", lambda found: told("clause-of-annex", lang, n=found[1]), text, flags=re.ASCII)


def told(name: str, lang: str, /, **facts: object) -> str:
    """A heading, a word or a sentence with its facts filled in; a fact is never read as a template.

    >>> told("same-as", "en", name="warning")
    'as for: warning'
    """
    return filled(REVIEW[name][lang != "zh"], facts, lang)
