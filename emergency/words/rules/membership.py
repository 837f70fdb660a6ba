"""What the rules on membership say."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = ["BODIES", "CHAIR", "MEMBERSHIP", "OFFICES", "ORGANS", "PEOPLE", "ROLES", "UNITS"]

#: How names of organs that manage end, and of units that work.
ORGANS = "主管部门|部门|机构|机关|局|厅|委员会|办公室"
UNITS = "站|中心|大队|组|队|所"
#: Objects of "set up" that are bodies and not systems or stores.
BODIES = "机构|指挥部|小组|工作组|专班"
#: Ends that tell two offices of one name apart only by their form.
OFFICES = "办公室|局|中心|办"
#: Ends of names that mean people and no body of them.
PEOPLE = ("专家", "学者", "人员", "人士", "志愿者")

ROLES: Mapping[str, tuple[str, str]] = {
    "head": ("负责人（正职）", "head"),
    "deputy": ("副职", "deputy"),
    "member": ("成员", "member"),
    "office": ("承办单位", "host"),
    "office-head": ("主任", "director"),
    "expert": ("专家", "expert"),
    "site-commander": ("现场指挥", "site commander"),
}

#: A chair of a body.
CHAIR = ("{body}{role}", "{role} of {body}")

_CONSULTED = ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十二条", "Rules on plan management, 国办发〔2024〕5号, art. 22")
_REVIEWED = ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十四条", "Rules on plan management, 国办发〔2024〕5号, art. 24")

MEMBERSHIP: Mapping[str, RuleWords] = {
    # --- lists of members
    "member-lists-differ": RuleWords(
        ("成员名单前后不一，列在一处的单位是否成员便说不清，开会、通知时会漏掉", "Where two lists of members differ nobody can tell who is one; whoever stands in one list only is left out when members are called"),
        ("{body}的成员，{having}列有{only}，{lacking}没有", "Members of one body ({body}): {having} lists {only}, {lacking} does not"),
        ("在{lacking}补列{only}，使两处一致", "Add to {lacking}, so that both lists agree: {only}"),
        _CONSULTED,
    ),
    "member-lists-differ:open": RuleWords(
        ("成员名单前后不一，列在一处的单位是否成员便说不清，开会、通知时会漏掉", "Where two lists of members differ nobody can tell who is one; whoever stands in one list only is left out when members are called"),
        ("{body}的成员，{having}列有{only}，{lacking}没有列名，只以“等”字收尾", 'Members of one body ({body}): {having} lists {only}; {lacking} does not name it and ends in "etc."'),
        ("在{lacking}写全成员，加上{only}，删去“等”字", 'Write the members out in {lacking} with these and without "etc.": {only}'),
        _CONSULTED,
    ),
    "member-list-open": RuleWords(
        ("承担职责的单位须逐一列名、逐一征求意见；以“等”收尾，未列名的单位不会认为自己有责任", 'Every body given a duty is consulted, so it is named; one that an "etc." may mean will not hold itself bound'),
        ("{body}的成员没有列全：{clauses}以“等”或“其他部门”收尾", 'The members of one body are not all named: {clauses} ends in "etc." or "other departments" ({body})'),
        ("写全成员单位，确需增加的写明由谁确定", "Write all members out; where more may be needed, say who determines them"),
        _CONSULTED,
    ),
    "post-in-many-chairs": RuleWords(
        ("一个岗位兼任几席，提建议的和批建议的是同一人，人也分不开", "A post in several chairs proposes to itself and cannot be in two places"),
        ("{post}一岗多席：{chairs}", "One post holds several chairs ({post}): {chairs}"),
        ("其中一席改由他人担任，或写明不在位时由谁代行", "Give one of the chairs to another, or say who stands in"),
    ),
    # --- seats and tasks
    "duty-without-seat": RuleWords(
        ("有任务而不是成员的单位不参加会商，收不到指令", "An agency with a task and no seat is not at the table and gets no orders"),
        ("{clauses}给了{agency}任务，它不在{body}的成员名单之内", "{clauses} gives an agency a task and no list of members names it ({agency}; body: {body})"),
        ("把{agency}列为{body}成员，或把任务交给现有成员", "Make it a member of the body, or give the task to a member: {agency}, {body}"),
        _CONSULTED,
    ),
    "seat-without-duty": RuleWords(
        ("没有任务的成员只占席位，事到临头各自解释", "A member without a task only fills a chair; in a crisis it will decide for itself what it is there for"),
        ("{body}成员{members}在全文没有任何职责或任务", "No clause gives these members any duty or task: {members} ({body})"),
        ("写明{members}的职责，或从成员中删去", "State their duties, or take them off the list: {members}"),
        _REVIEWED,
    ),
    "leaders-without-duty": RuleWords(
        ("正副职没有分工，正职不在时谁有权决定、谁分管哪一块都不清楚", "Where head and deputies have no tasks of their own, nobody knows who may decide when the head is away"),
        ("{body}的{leaders}只有席位，没有一条写各自管什么、正职不在时由谁代行", "These hold the chairs of one body and no clause says what each is for or who acts when the head is away: {leaders} ({body})"),
        ("写明正职决定哪些事项、各副职分管什么、正职不在时由哪位副职代行", "State what the head decides, what each deputy has charge of, and which deputy acts for the head"),
        _REVIEWED,
    ),
    "member-without-action": RuleWords(
        ("平时职责与各级响应的措施接不上，启动后该单位不知道做什么", "Where standing duties and the measures of the levels do not meet, a member does not know what to do once the plan is started"),
        ("{body}成员{members}有平时职责，响应措施中没有一项由其实施", "These members have standing duties and no measure of the response is theirs: {members} ({body})"),
        ("在响应措施中逐一写明上述成员各级做什么，或写明启动后即履行其职责", "Say in the measures what each of them does at each level, or that its duties begin with the start"),
        _REVIEWED,
    ),
    "member-without-action:together": RuleWords(
        ("平时职责与各级响应的措施接不上，启动后该单位不知道做什么", "Where standing duties and the measures of the levels do not meet, a member does not know what to do once the plan is started"),
        ("{body}成员{members}在响应中没有自己的措施，只有{clauses}要求各成员单位一并行动", "These members have no measure of their own in the response, only {clauses} has all members act together: {members} ({body})"),
        ("在响应措施中逐一写明上述成员各级做什么", "Say in the measures what each of them does at each level"),
        _REVIEWED,
    ),
    # --- bodies
    "body-without-head": RuleWords(
        ("没有负责人的机构不能开会、不能签字", "A body without a head can neither meet nor sign"),
        ("{body}没有写由谁负责", "No clause says who heads this body: {body}"),
        ("写明{body}的负责人", "Name its head: {body}"),
        _REVIEWED,
    ),
    "body-without-members": RuleWords(
        ("设立机构的条款应当写明由哪些单位组成，否则召集谁、向谁征求意见都无从确定", "The clause that founds a body names its members, else nobody knows whom to call and whom to consult"),
        ("{clauses}设立{body}，只写了正副职，没有写成员单位", "{clauses} founds a body with head and deputies and names no members: {body}"),
        ("在{clauses}写明成员单位", "Name the members in {clauses}"),
        _CONSULTED,
    ),
    "office-without-host": RuleWords(
        ("办公室不设在哪个单位，就没有人手，也不知报告送到哪里", "An office that sits nowhere has no people, and nobody knows where reports go"),
        ("{body}有主任，没有写设在哪个单位", "This office has a director and no clause says at which agency it sits: {body}"),
        ("写明{body}设在哪个单位、由其承担日常工作", "Say at which agency it sits and that this does its daily work: {body}"),
        _REVIEWED,
    ),
    "body-without-deputy": RuleWords(
        ("决定权系于一人而无人代行，此人不在，响应就停在那里", "Where one person decides and nobody stands in, the response stops with that person's absence"),
        ("{body}有权作决定，只有正职，没有副职", "This body decides, has a head and no deputy: {body}"),
        ("设副职，写明正职不在时由其代行", "Add a deputy and say that the deputy acts when the head is away"),
        _REVIEWED,
    ),
    "body-never-used": RuleWords(
        ("设了而没有任务、没有人员的机构，用时找不到它", "A body with neither tasks nor people cannot be found when it is needed"),
        ("{clauses}设立{body}，全文没有一条写它做什么", "{clauses} sets a body up and no clause says what it does: {body}"),
        ("写明{body}的组成、任务和何时召集，或删去", "State who is in it, what it does and when it is called, or leave it out: {body}"),
        _REVIEWED,
    ),
    "body-never-used:form": RuleWords(
        ("设了而没有任务、没有人员的机构，用时找不到它", "A body with neither tasks nor people cannot be found when it is needed"),
        ("{clauses}设立{body}，除{forms}的一栏外没有一条写它由谁组成、做什么", "{clauses} sets a body up ({body}); but for a box in {forms} no clause says who is in it and what it does"),
        ("写明{body}的组成、任务和何时召集，或删去", "State who is in it, what it does and when it is called, or leave it out: {body}"),
        _REVIEWED,
    ),
    "body-undefined": RuleWords(
        ("没有设立的机构不存在，交给它的报告、决定、措施便没有人接", "A body nobody sets up does not exist; what is reported to it or left to it reaches nobody"),
        ("{clauses}把事项交给{names}，全文没有写其如何设立、由谁组成；所设立的机构是{bodies}", "{clauses} leaves matters to someone no clause sets up or composes ({names}); what is set up is {bodies}"),
        ("如即指{bodies}，改用其名称；否则写明其组成和职责", "If one of these is meant, use its name: {bodies}; else say who is in it and what it is for"),
        _REVIEWED,
    ),
    "body-undefined:left": RuleWords(
        ("由别人设立、组成不明的机构，启动时是否已经存在、谁说了算都不知道", "A body left to others to set up may not exist when it must act, and nobody knows who speaks for it"),
        ("{clauses}由{names}决定或指挥；{left}要求设立，没有写由谁负责、由哪些单位组成", "{clauses} leaves decision or command to bodies ({names}) that {left} asks to be set up, naming neither head nor members"),
        ("写明其负责人和组成，或附各地名单及设立期限", "State head and members, or annex a list of them and a date by which they are set up"),
        _REVIEWED,
    ),
    "leader-not-a-chair": RuleWords(
        ("签批的人与席位的名称对不上，正职、副职谁签有效便有争议", "Where the one who signs is called by no chair's name, whether the head or a deputy may sign is open"),
        ("{clauses}由{leader}签批，席位中没有这一名称，所设席位为{chairs}", "{clauses} has something signed by a leader ({leader}); no chair is called so, the chairs are {chairs}"),
        ("改为席位的名称，并写明正职不在时由谁签", "Use the name of the chair, and say who signs when the head is away"),
    ),
    # --- names
    "one-body-many-names": RuleWords(
        ("一个机构几个名称，读者不知是一家还是几家，材料可能报错地方", "Under several names one body looks like several, and papers may go to the wrong place"),
        ("名称相近，是否同一机构没有说明：{names}", "Names so near that one body may be meant, which no clause says: {names}"),
        ("统一用一个名称；确为几家的，分别写明职责", "Use one name throughout; where they are several, say what each does"),
    ),
    "one-body-many-names:known": RuleWords(
        ("一个机构几个名称，读者不知是一家还是几家，材料可能报错地方", "Under several names one body looks like several, and papers may go to the wrong place"),
        ("{clauses}所称的机构与本地另一机构名称相近，是否同一机构没有说明：{names}", "{clauses} names a body whose name is near another's of the place; no clause says whether they are one: {names}"),
        ("确认现有机构的名称后改用，已不存在的删去", "Find out what it is called today and use that name; leave out what no longer exists"),
    ),
    "agency-called-by-line": RuleWords(
        ("以系统名代替单位名，同一系统有几家单位时不知指谁", "The name of a line in place of an agency's does not tell whom is meant where the line has several"),
        ("以系统名代称具名单位：{pairs}", "Agencies are called by their line of administration: {pairs}"),
        ("改用单位全称，系统内有几家的写明是哪一家", "Use the agency's name; where a line has several, say which"),
    ),
}
