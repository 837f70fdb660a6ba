"""What the rules that hold a plan against law say."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = ["GOVERNMENT", "LAW", "PHRASES"]

#: How a people's government is named.
GOVERNMENT = "政府$"

PHRASES: Mapping[str, tuple[str, str]] = {
    "ask": ("{source}：{says}", "{source}: {says}"),
    "later": ("（{dates}起的规定晚于本预案，本预案{issued}印发）", "(what holds from {dates} is later than the plan, issued on {issued})"),
    "act": ("{clause} {what}（{by}）", "{clause} {what} ({by})"),
    "act-agreed": ("{clause} {what}（{by}，{agreed}同意）", "{clause} {what} ({by}, with the consent of {agreed})"),
    "act-carried-out": ("{clause}由{by}实施{what}", "{clause} {what} (carried out by: {by})"),
    "act-carried-out-nobody": ("{clause}采取{what}（没有写由谁）", "{clause} {what} (by nobody named)"),
    "renamed": ("{clauses}“{old}”今为“{new}”", "{clauses} “{old}” is now “{new}”"),
    "scheme": ("{scheme}有{number}级", "{scheme}: {number} levels"),
    "started": ("响应不分级", "the response has no levels"),
    "clock": ("{clause} {content}（自{event}起）", "{clause} {content} (from: {event})"),
    "long": ("{clause}为{every}", "{clause}: every {every}"),
    "trigger": ("{name}（只写“{printed}”）", "{name} (only “{printed}”)"),
    "levelled": ("{level}：{conditions}", "{level}: {conditions}"),
}

LAW: Mapping[str, RuleWords] = {
    "upkeep-not-periodic": RuleWords(
        ("不写多久演练、多久评估、何时修订，预案会停在印发那一天", "A plan that does not say how often it is exercised and evaluated and when it is revised stays as it was printed"),
        ("没有写明{lacking}。{asks}", "The plan does not state {lacking}. {asks}"),
        ("写明由谁至少每三年演练一次并作演练评估、每三年评估一次预案，逐项列出应当修订的情形", "State who exercises the plan at least every three years and evaluates the exercise, who evaluates the plan every three years, and list the cases in which it is revised"),
        ("突发事件应急预案管理办法（国办发〔2024〕5号）第三十二至三十五条", "Rules on plan management, 国办发〔2024〕5号, art. 32 to 35"),
    ),
    "upkeep-too-seldom": RuleWords(
        ("间隔长于规定，演练和评估就不合规", "Intervals longer than the rules allow are against the rules"),
        ("间隔长于规定：{long}。{asks}", "Intervals are longer than allowed: {long}. {asks}"),
        ("改为不超过三年", "Make it three years at most"),
        ("突发事件应急预案管理办法（国办发〔2024〕5号）第三十二、三十四条", "Rules on plan management, 国办发〔2024〕5号, art. 32, 34"),
    ),
    "activation-contents-unstated": RuleWords(
        ("启动的决定要让人知道是哪一级、到何时、做什么，否则各单位接到的只是“启动”二字", "An activation tells level, duration and measures; without them all that reaches the agencies is the word"),
        ("没有一条写启动响应时须写明哪些内容。{asks}", "No clause says what an activation must state. {asks}"),
        ("在启动一条写明：启动决定载明响应事项、级别、预计期限和措施，并附样式", "In the clause on starting, say that the decision states matter, level, expected duration and measures, and annex a form"),
        ("突发事件应对法（2024年）第七十二条", "Emergency Response Law 2024, art. 72"),
    ),
    "activation-contents-unstated:lacking": RuleWords(
        ("启动的决定要让人知道是哪一级、到何时、做什么，否则各单位接到的只是“启动”二字", "An activation tells level, duration and measures; without them all that reaches the agencies is the word"),
        ("{clauses}列出了请求启动的内容，其中没有{missing}。{asks}", "{clauses} lists what a request to start contains, without {missing}. {asks}"),
        ("在所列内容中增加{missing}，并写明启动决定同样载明", "Add {missing} to the list, and say that the decision states the same"),
        ("突发事件应对法（2024年）第七十二条", "Emergency Response Law 2024, art. 72"),
    ),
    "body-renamed": RuleWords(
        ("报给已不存在的单位，材料没有收件人", "What is sent to a body that no longer exists has no addressee"),
        ("所用的单位名称已经改变：{names}。{asks}", "Names of bodies are out of date: {names}. {asks}"),
        ("改用现名，并核对其他上级单位的名称", "Use today's names, and check those of the other bodies above"),
    ),
    "instrument-abolished": RuleWords(
        ("已停止的手段到时用不上，所在的那一级就少了一项措施", "An instrument that no longer exists is not there when it is needed, and its level has one measure less"),
        ("{clauses}以{names}为措施。{asks}", "{clauses} relies on an instrument ({names}). {asks}"),
        ("删去这项措施，另写现行可用的手段（如报请省级人民政府采取价格干预），并先核实该项政策的现行效力", "Leave it out and name means that exist today (asking the province for price intervention, say), after checking how the matter stands in law"),
    ),
    "power-reserved": RuleWords(
        ("由无权的单位作出的决定无效，执行的单位要担责任", "A decision taken without the power to take it is void, and those who carry it out answer for it"),
        ("{acts}；全文没有写须由{to}决定。{asks}", "{acts}; no clause says that this is for {to} to decide. {asks}"),
        ("改为：由本级提出、逐级报{to}决定，本级依其决定组织实施；紧急时先做的限于本级有权采取的措施", "Have it proposed here and decided by {to}, the district carrying the decision out; until then only what is within its own powers"),
    ),
    "power-reserved:published": RuleWords(
        ("由无权的单位作出的决定无效，执行的单位要担责任", "A decision taken without the power to take it is void, and those who carry it out answer for it"),
        ("{acts}；全文没有写须由{to}发布。{asks}", "{acts}; no clause says that this is for {to} to publish. {asks}"),
        ("改为由{to}发布，本级只转发已发布的内容和本级防控措施，并写明由谁审核", "Leave publication to {to}; the district passes on what is published and tells of its own measures, and the clause says who clears that"),
    ),
    "power-reserved:carried-out": RuleWords(
        ("由无权的单位作出的决定无效，执行的单位要担责任", "A decision taken without the power to take it is void, and those who carry it out answer for it"),
        ("{acts}；由谁决定全文没有写，也没有写须报{to}决定。{asks}", "{acts}; by whose decision is said nowhere, nor that it is for {to} to decide. {asks}"),
        ("写明由本级提出、逐级报{to}决定，本级单位只依其决定实施；若本意是自行决定，改为报请", "Say that the district proposes, that {to} decides, and that the district only carries the decision out; if they were meant to decide, have them ask instead"),
    ),
    "act-of-government": RuleWords(
        ("法律交给人民政府的事项由临时机构以自己名义作出，效力会受质疑", "What the law gives to the government and a leading group does in its own name may be challenged"),
        ("以下事项由非政府机构作出，没有写经人民政府：{acts}。{asks}", "These acts are left to bodies that are no government, and no clause has the government agree: {acts}. {asks}"),
        ("写明由区人民政府决定，或由其授权的机构以区人民政府名义发布", "Say that the government decides, or that the body acts by its authority and in its name"),
    ),
    "levels-not-as-law": RuleWords(
        ("级数、级号与法律和上级预案不同，上下报告时同一级号指不同的事", "Where levels differ from those of law and of the plans above, one numeral means two things in every report"),
        ("等级与上位规定不一：{schemes}。{asks}", "The levels differ from what stands above: {schemes}. {asks}"),
        ("改为四级，或写明本预案各级与法定四级、上级预案各级的对应关系和理由", "Use four levels, or state how each corresponds to the four of the law and to those of the plan above, and why"),
    ),
    "basis-changed-since": RuleWords(
        ("依据变了而预案未修订，两者不一致时以谁为准会起争议", "Where the basis has changed and the plan has not, which of the two holds will be disputed"),
        ("本预案{issued}印发，此后依据或上位预案有变，须重新核对：{asks}", "The plan was issued on {issued}; its basis or the plan above has changed since and it must be held against them again: {asks}"),
        ("按新的规定逐条核对，修订后重新报批、备案、公布", "Go through the plan by the new rules, revise it, and have it approved, filed and published anew"),
        ("突发事件应急预案管理办法（国办发〔2024〕5号）第三十五条", "Rules on plan management, 国办发〔2024〕5号, art. 35"),
    ),
    "graded-against-extent": RuleWords(
        ("同一情形按部门规章是一级、按本预案是另一级，报上去的级别会被退回，指挥权也随之移错", "Where the ministry's rule gives one level and the plan another, the report comes back and command goes to the wrong tier"),
        ("{asks}；本预案却把区内发生的情形定到更重的级别：{levels}", "{asks}; the plan gives graver levels to what happens within the district: {levels}"),
        ("改按规章以影响范围定级；确要在区内细分的，另用名称，写明都属IV级", "Grade by extent as the rule does; where finer steps within the district are wanted, give them other names and say that all are level IV"),
    ),
    "clock-starts-late": RuleWords(
        ("时限从核实以后起算，核实多久报告就晚多久", "Where the clock starts after verification the report is late by as long as that takes"),
        ("{asks}；本预案的时限自核实、确认之后起算：{reports}", "{asks}; the plan's limits run from confirmation: {reports}"),
        ("改为自监测发现或接到报告起两小时内报告，核实结果续报", "Have it reported within two hours of detection or receipt, with the result of verification to follow"),
    ),
}
