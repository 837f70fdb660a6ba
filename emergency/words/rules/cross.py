"""What the rules across plans say, and how plans print what they share."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = [
    "ABOVE", "AFTERMATH", "CHARGE", "CROSS", "LANES", "PHRASES", "PLACE_ROLES", "PRICES", "RANKS", "REPORTS", "RESERVE", "STANDS_IN",
    "TRANSPORT", "VEHICLES",
]  # fmt: skip

#: How a post is named that is known only by the work it has charge of.
CHARGE = "分管"
#: Names of authorities above, where no agency is named.
ABOVE = r"^(上级|市|省|国家)"
#: How clauses say who acts for another.
STANDS_IN = "代行|代理|代为|替补|不在时|递补"
#: Objects that are prices, and that are transport or the means of it.
PRICES = "价"
#: Objects by which a measure tells those above besides asking.
REPORTS = "报"
TRANSPORT = "运输|调运|运力"
VEHICLES = "交通工具|运输车辆|车辆"
#: Lanes kept open for some goods.
LANES = "通道"
#: Objects that are a stock kept for need.
RESERVE = "储备"
#: How chapters on what follows the end are headed.
AFTERMATH = "善后|后期|评估"

#: Whom of its leaders an agency sends to a body.
RANKS: Mapping[str, tuple[str, str]] = {
    "head": ("单位正职", "its head"),
    "principal": ("主要负责人", "its principal"),
    "in-charge": ("单位负责人", "a person in charge of it"),
    "deputy-in-charge": ("分管负责人", "the one in charge of the matter"),
}
#: What those of each place are in a plan, the gravest first.
PLACE_ROLES: Mapping[str, tuple[str, str]] = {
    "leads": ("自行启动或指挥", "start it or command"),
    "directed": ("受调度指挥", "are under command"),
    "member": ("是成员单位", "are members"),
    "acts": ("承担任务", "have tasks"),
    "none": ("等级按其辖区内的情况而定，没有给其任务", "have no task, though levels turn on what happens in their area"),
}

PHRASES: Mapping[str, tuple[str, str]] = {
    "chair": ("{actor}（{role}）", "{actor} ({role})"),
    "clause": ("{clause} {what}", "{clause} {what}"),
    "act": ("{clause}由{by}{verb}", "{clause} {by}: {verb}"),
    "act-nobody": ("{clause}没有写由谁{verb}", "{clause} nobody is named: {verb}"),
    "act-agreed": ("{clause}由{by}{verb}（{agreed}同意）", "{clause} {by}: {verb} (with the consent of {agreed})"),
    "act-proposed": ("{clause}由{by}向{agreed}建议{what}", "{clause} {by} proposes to {agreed}: {what}"),
    "priced": ("{clause}{what}（{by}）", "{clause} {what} ({by})"),
    "priced-agreed": ("{clause}{what}（{by}，{agreed}同意）", "{clause} {what} ({by}, with the consent of {agreed})"),
    "plan": ("《{title}》：{what}", "{title}: {what}"),
    "title": ("《{title}》", "{title}"),
    "report": ("{by}报{to}，{bound}（{clauses}）", "{by} to {to}, {bound} ({clauses})"),
    "no-bound": ("没有时限", "no limit"),
    "no-report": ("没有一条报上级", "no report to any higher level"),
    "priority": ("优先", "given priority"),
    "requisition": ("征用、调集车辆", "vehicles requisitioned"),
    "started": ("{level}由{who}决定启动", "{who} decides on {level}"),
    "lane": ("{clause}由{by}设{what}", "{clause} {by}: {what}"),
    "sent": ("{clauses}由{rank}参加", "{clauses} {rank}"),
    "role": ("{role}（{clauses}）", "{role} ({clauses})"),
}

_LINKED = ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十二、二十四条", "Rules on plan management, 国办发〔2024〕5号, art. 22, 24")

CROSS: Mapping[str, RuleWords] = {
    "one-command-several-plans": RuleWords(
        ("同一班人指挥几份预案，几件事同时发生时抽不开身，开会、签批都要排队", "Where the same people command several plans they cannot be at two incidents at once; meetings and signatures queue"),
        ("{titles}由同一班人指挥：{chairs}。几份预案同时启动时谁先谁后、由谁代行，没有一份写明", "These plans are commanded by the same people: {titles}: {chairs}. What comes first when several run at once and who stands in is said in none"),
        ("写明几份预案同时启动时合并指挥或各由哪位副职代行指挥长、办公室如何分班", "Say that commands are merged when several plans run at once, or which deputy acts as head in each and how the office splits"),
        _LINKED,
    ),
    "carve-out-not-kept": RuleWords(
        ("划给另一份预案的事项又写在本预案的定义和职责里，事发时两份都可适用，由谁启动、由谁指挥各执一词", "What one clause leaves to another plan and other clauses keep falls under both: who starts and who commands is open"),
        ("{clause}把{goods}划给《{other}》，{kept}却仍包括{goods}；同一起波动，{starts}", "{clause} leaves this to {other}: {goods}; these clauses still include it: {kept}. For one and the same incident: {starts}"),
        ("从{kept}中删去{goods}，或写明两份预案同时涉及时以哪一份为准、由谁指挥", "Take it out of these clauses ({goods}; {kept}), or say which plan goes first and who commands where both apply"),
        _LINKED,
    ),
    "one-reserve-two-plans": RuleWords(
        ("同一批储备两份预案各自动用，程序、批准人不同，先到先得还是先批先用没有答案", "One stock that two plans draw on by different procedures: who gets it first and on whose word is open"),
        ("{titles}都动用同类的区级储备（{reserves}），程序不同：{how}", "These plans draw on reserves of one kind ({titles}; {reserves}) by different procedures: {how}"),
        ("写明两份预案所指是否同一批储备；是的，统一由谁建议、由谁批准、由谁执行，并写明两边同时需要时的先后", "Say whether both mean one stock; if so, let one clause say who proposes, who approves, who carries out, and who comes first"),
        _LINKED,
    ),
    "transport-promised-twice": RuleWords(
        ("几份预案都把同一批运力定为优先，同时启动时“优先”等于没有规定", 'Where several plans each put their own goods first in the same transport, "first" means nothing once two of them run'),
        ("几份预案都优先使用或征用本区运力，没有一份写彼此的先后：{claims}", "Several plans claim the district's transport and none says who goes before whom: {claims}"),
        ("写明同时启动时运力由谁统一调度、按什么次序分配（如救灾物资、基本生活用品、生产用料）", "Say who dispatches transport when several plans run, and in which order goods are served (relief, basic needs, production)"),
        _LINKED,
    ),
    "price-powers-differ": RuleWords(
        ("同是价格干预，由谁决定各预案不同，几份同时启动时同一市场有几个号令", "Price intervention is decided by another agency in each plan; when several run the market hears several orders"),
        ("价格干预在各预案中由不同单位作出：{powers}", "Price intervention is in other hands in each plan: {powers}"),
        ("统一写明价格干预由谁提出、由谁决定（依法由省级人民政府决定的，写明报请程序）", "State the same way in all plans who proposes and who decides price intervention, and, where it is the province's by law, how it is asked for"),
        _LINKED,
    ),
    "upward-reports-differ": RuleWords(
        ("同一牵头单位对同类事件向上报告的对象和时限不一，值班人员要先分清是哪份预案才知道报给谁、多久报", "One lead agency reports like incidents to different addressees in different times: the officer on duty must know the plan before knowing whom to tell"),
        ("{lead}牵头的几份预案，向上级报告的对象和时限不同：{rules}", "The plans led by one agency differ in whom it tells above and how soon ({lead}): {rules}"),
        ("统一规定：知道后多久口头报、多久书面报，报哪一级政府和哪个主管部门", "Set one rule: how soon by telephone and how soon in writing, and to which government and department"),
        _LINKED,
    ),
    "publisher-left-out": RuleWords(
        ("发布渠道各预案不同，有的预案没有把发布单位写进去，到时口径和渠道接不上", "Where some plans leave out the agency through which others publish, voices and channels do not meet"),
        ("{having}由{agency}参加信息发布，{lacking}也要发布信息，全文没有提到它", "In some plans this agency takes part in publishing ({agency}: {having}); others publish too and never mention it: {lacking}"),
        ("在{lacking}中写明由谁审定、经由谁发布，并征求{agency}意见", "Say who clears and who publishes, and consult the agency: {lacking}; {agency}"),
        _LINKED,
    ),
    "top-level-commanded-differently": RuleWords(
        ("同为最重一级，一份由上级指挥，一份由本级指挥，级号相同而分量不同，几份预案同时启动时上下级各指挥一部分", "At the gravest level one plan is commanded from above and another from within: one numeral, two weights, and two commands when both run"),
        ("同是{lead}牵头，最重一级的指挥不同：{commands}", "Led by one agency, the plans differ in who commands at the gravest level ({lead}): {commands}"),
        ("各预案按同一尺度分级，写明哪一级由上级指挥、本级何时移交", "Grade by one measure in all plans, and say at which level those above take command and how it is handed over"),
        _LINKED,
    ),
    "seat-rank-differs": RuleWords(
        ("同一单位在一份预案里由负责人参加、在另一份里由分管负责人参加，会议通知发给谁、谁能当场表态说不清", "Where an agency sends its principal under one plan and a deputy under another, nobody knows whom to call and who may speak for it"),
        ("{agencies}参加指挥机构的人，各预案级别不同：{ranks}", "Agencies send people of another rank in each plan ({agencies}): {ranks}"),
        ("各预案统一由哪一级负责人参加，并附成员名册；确需不同的写明理由", "Let the same rank attend under every plan and annex a list of members; where it must differ, say why"),
        _LINKED,
    ),
    "started-by-other-hands": RuleWords(
        ("牵头单位相同而启动权限不同，值班人员要先分清是哪份预案，才知道能否不等批准就启动", "With one lead agency and other powers of starting in each plan, those on duty must know which plan it is before they know whether to wait for approval"),
        ("同是{lead}牵头，{asked}由{agency}批准启动，其余不须经其批准，由以下机构自行决定启动：{starts}", "Of the plans led by one agency ({lead}) some are started by the word of {agency} ({asked}), others without it, by these alone: {starts}"),
        ("按同一尺度写明哪一级由指挥机构启动、哪一级报{agency}批准；批准人不在或紧急时可否先启动后补批", "Say by one measure which level the body starts itself and which takes approval ({agency}), and whether it may be started first where nobody can approve in time"),
        _LINKED,
    ),
    "place-role-differs": RuleWords(
        ("同一级单位在一份预案里指挥、在另一份里受指挥或没有任务，几份预案同时启动时它不知道自己该听谁的", "Who commands under one plan and is under command or without a task in another does not know whom to obey once both run"),
        ("{who}在各预案中的地位不同：{roles}", "What these are differs from plan to plan ({who}): {roles}"),
        ("各预案统一写明{who}负责什么、何时自行处置、何时移交指挥，没有写的补上", "Say alike in all plans what they answer for, when they act by themselves and when they hand over command, and add it where nothing is said: {who}"),
        _LINKED,
    ),
}
