"""The words of reports, figures and the terminal, Chinese and English.

Each table maps a name used in plans, scenarios and logs to ``(zh, en)``. A name that stands in no table is shown as
it is, so a plan may use a verb nobody has put into words yet.
"""

from __future__ import annotations

import re

from emergency.words import worlds
from emergency.words.table import Table, shown
from emergency.words.verbs import VERBS

__all__ = [
    "amount", "basis", "choice", "column", "effect", "evidence", "field", "heading", "kind", "level", "scheme_kind",
    "span", "strength", "unit", "urgency", "verb", "world_variable",
]  # fmt: skip

KINDS: Table = {
    "inject": ("情景事件", "inject"),
    "indicator": ("指标", "indicator"),
    "decision-opened": ("提请决定", "decision opened"),
    "step": ("步骤", "step"),
    "decided": ("已决定", "decided"),
    "decision-refused": ("未成决定", "not decided"),
    "entered": ("进入", "entered"),
    "level-left": ("离开等级", "level left"),
    "measure-started": ("措施开始", "measure started"),
    "measure-done": ("措施完成", "measure done"),
    "report-due": ("时限起算", "deadline running"),
    "report-sent": ("报告送出", "report sent"),
    "deadline-missed": ("超过时限", "deadline missed"),
    "published": ("信息发布", "published"),
    "message": ("消息", "message"),
    "shortage": ("脱销", "stock-out"),
    "resource": ("等候人手", "wait for people"),
    "gap": ("文本缺口", "gap in the text"),
    "aftermath": ("善后", "aftermath"),
    "seat": ("席位", "seat"),
    "note": ("说明", "note"),
    "ended": ("推演结束", "end of run"),
}

STRENGTHS: Table = {
    "designated": ("指定", "designated"),
    "limited": ("限量", "limited"),
    "strictly-controlled": ("严格控制", "strictly controlled"),
    "strictly-limited": ("严格限制", "strictly limited"),
    "controlled": ("控制", "controlled"),
    "planned": ("计划", "planned"),
    "strictly-planned": ("严格计划", "strictly planned"),
    "stopped": ("停止", "stopped"),
    "by-quota": ("按定量", "by quota"),
    "fixed-quantity": ("定量", "fixed quantity"),
    "forbidden": ("禁止", "forbidden"),
    "strict": ("严格", "strict"),
}

SCHEME_KINDS: Table = {
    "event": ("事件等级", "Incident grade"),
    "warning": ("预警", "Warning"),
    "response": ("应急响应", "Response"),
    "imposed": ("上级决定", "Imposed from above"),
}

_LEVELS: Table = {  # the kind of scheme → how one of its levels is called
    "event": ("{level}级事件", "Level {level} incident"),
    "warning": ("{level}级预警", "Level {level} warning"),
    "response": ("{level}级响应", "Level {level} response"),
    "imposed": ("上级{level}级", "Imposed level {level}"),
}
_LEVEL_WORDS: Table = {  # levels that are called by a word
    "abnormal": ("异常波动", "Abnormal fluctuation"),
    "confirmed": ("已确认", "Confirmed"),
    "in-force": ("生效", "In force"),
    "started": ("已启动", "Started"),
    "suspected": ("疑似", "Suspected"),
}
_ANY_LEVEL: Table = {
    "event": ("任一级事件", "Incident of any level"),
    "warning": ("任一级预警", "Warning of any level"),
    "response": ("任一级响应", "Response of any level"),
    "imposed": ("上级任一级", "Imposed, any level"),
}
_NO_LEVEL: Table = {
    "event": ("未定级", "No incident"),
    "warning": ("无预警", "No warning"),
    "response": ("未启动", "Not started"),
    "imposed": ("无", "None"),
}

_OVER: Table = {
    "event": ("已结束", "Ended"),
    "warning": ("已解除", "Lifted"),
    "response": ("已结束", "Ended"),
    "imposed": ("已解除", "Lifted"),
}

BASIS: Table = {
    "text": ("文本", "text"),
    "literature": ("文献", "literature"),
    "expert": ("专家", "expert"),
    "guess": ("推测", "guess"),
}

EVIDENCE: Table = {
    "T": ("已读原文", "text read"),
    "E": ("仅见摘录", "excerpt only"),
    "M": ("凭记忆", "from memory"),
}

URGENCY: Table = {
    "at-once": ("立即", "at once"),
    "promptly": ("及时", "promptly"),
    "first-moment": ("第一时间", "at the first moment"),
    "same-time": ("同时", "at the same time"),
    "quickly": ("迅速", "quickly"),
    "regularly": ("定期", "regularly"),
}

CHOICES: Table = {  # the answers readings give, where they are words
    "all": ("全部", "all"),
    "any": ("任一", "any"),
    "both": ("两者都须满足", "both"),
    "by-criteria": ("按标准成立", "by its criteria"),
    "criteria-and-when": ("另须其条件", "the criteria and the condition"),
    "criteria-only": ("只看标准", "the criteria only"),
    "deputy": ("由其副职", "through its deputy"),
    "dropped": ("停止", "they stop"),
    "either": ("两者满足其一", "either"),
    "gravest": ("取最重", "the gravest"),
    "head": ("由其负责人", "through its head"),
    "items-only": ("只看所列情形", "the listed cases only"),
    "kept": ("继续", "they go on"),
    "mildest": ("取最轻", "the mildest"),
    "milder": ("只从较轻的等级", "from milder levels only"),
    "never": ("从不", "never"),
    "not-started": ("不启动", "not started"),
    "office": ("由所设部门", "through the bureau it sits in"),
    "office-head": ("由其主任", "through its head"),
    "rises-with-criteria": ("随标准上升，不自行下降", "rises with the criteria, does not fall by itself"),
    "scarcest": ("按最紧的品种", "the scarcest product"),
    "started": ("启动", "started"),
    "total": ("按合计", "the total"),
    "when-criteria-fall": ("条件不再满足即下调", "when the criteria no longer hold"),
    "inbound/normal-demand": ("到货 ÷ 正常需求", "arrivals ÷ normal demand"),
    "sales/normal-demand": ("销售 ÷ 正常需求", "sales ÷ normal demand"),
    "stock/normal-demand": ("库存 ÷ 正常需求", "stock ÷ normal demand"),
}

EFFECTS: Table = {
    "set": ("情况改变", "fact changes"),
    "modify-supply": ("来货倍数", "supply times"),
    "modify-demand": ("需求倍数", "demand times"),
    "news": ("恐慌增加", "panic rises by"),
    "calm": ("恐慌降为", "panic falls to"),
    "limit": ("限供至正常量的", "sales limited to"),
    "deliver": ("一次到货", "one delivery"),
    "lock": ("封库", "store cut off"),
    "unlock": ("开库", "store opened"),
    **worlds.EFFECTS,
}

FIELDS: Table = {  # the fields of a scenario that hold assumptions
    "after": ("见效时间", "time until it works"),
    "at": ("发生时间", "when"),
    "call_in": ("下班后召回", "calling people in"),
    "delay": ("迟报时间", "delay of late reports"),
    "demand": ("正常需求", "normal demand"),
    "every": ("间隔", "every"),
    "late": ("迟报比例", "share of late reports"),
    "lasts": ("持续", "lasts"),
    "missed": ("漏报比例", "share of missed reports"),
    "noise": ("需求波动", "variation of demand"),
    "panic": ("受恐慌影响", "moved by panic"),
    "panic_decay": ("恐慌消退时间", "time in which panic fades"),
    "rates": ("正常来货", "normal arrivals"),
    "shares": ("所占库存", "share of the stock"),
    "spread": ("幅度", "spread"),
    "starts": ("开始时的倍数", "factor at the start"),
    "stock": ("初始库存", "stock at the start"),
    "takes": ("用时", "takes"),
    "tells": ("获知滞后", "time until told"),
    "to": ("取值", "value"),
    **worlds.FIELDS,
}

UNITS: Table = {
    "t": ("吨", "t"),
    "kg": ("公斤", "kg"),
    "t/d": ("吨/天", "t/d"),
    "t/h": ("吨/小时", "t/h"),
    "/d": ("/天", "/d"),
    "/mu/d": ("/亩·天", "/mu/d"),
    "mu": ("亩", "mu"),
    "ha": ("公顷", "ha"),
    "km": ("公里", "km"),
    "CNY": ("元", "CNY"),
    "CNY/kg": ("元/公斤", "CNY/kg"),
    "days-of-demand": ("天用量", "days of demand"),
    "days-of-demand/d": ("天用量/天", "days of demand per day"),
    "places": ("处", "places"),
    "stations": ("座", "stations"),
    "households": ("户", "households"),
    "persons": ("人", "persons"),
    "levels": ("级", "levels"),
    "flag": ("是否", "yes or no"),
    "min": ("分钟", "min"),
    "h": ("小时", "h"),
    "d": ("天", "d"),
    "week": ("周", "weeks"),
    "weeks": ("周", "weeks"),
    "month": ("个月", "months"),
    "months": ("个月", "months"),
    "year": ("年", "years"),
    "years": ("年", "years"),
    "workday": ("个工作日", "working days"),
    "workdays": ("个工作日", "working days"),
}

HEADINGS: Table = {
    # lists on the terminal
    "plan": ("预案", "Plan"),
    "title": ("名称", "Title"),
    "document": ("文件", "Document"),
    "schemes": ("等级体系", "Schemes"),
    "agencies": ("单位", "Agencies"),
    "measures": ("措施", "Measures"),
    "coverage": ("条款覆盖", "Clauses covered"),
    "scenario": ("情景", "Scenario"),
    "seed": ("随机种子", "Seed"),
    "run": ("运行号", "Run"),
    # sections of the report
    "report": ("应急预案推演报告", "Report of a simulated incident"),
    "simulated": ("推演结果，非真实事件", "Simulated: not a real event"),
    "summary": ("摘要", "Summary"),
    "levels": ("形势与等级", "Situation and levels"),
    "decisions": ("决定与时限", "Decisions and deadlines"),
    "deadlines": ("时限", "Deadlines"),
    "who-did-what": ("谁在何时做了什么", "Who did what, and when"),
    "demand": ("保供结果", "Demand served and unmet"),
    "gaps": ("文本缺口", "Gaps met in the text"),
    "readings": ("所用解读", "Readings used"),
    "overruled": ("与预案文件不同的解读", "Readings chosen otherwise than in the plan file"),
    "reports": ("报告与发布", "Reports and publications"),
    "contents": ("目录", "Contents"),
    "waiting": ("等候人手", "Waiting for people"),
    "assumptions": ("情景假设", "Assumptions of the scenario"),
    "sources": ("来源", "Sources"),
    "judged": ("判断规则", "Rules of judgement"),
    "clauses": ("所引条款（转述）", "Clauses cited (paraphrased)"),
    "receipt": ("运行凭据", "Receipt of the run"),
    "machine": ("等级与进入方式", "Levels and how they are entered"),
    # parts of a scenario's assumptions
    "world": ("供需", "Supply and demand"),
    "reporting": ("报告", "Reporting"),
    "staffing": ("人手", "Staffing"),
    "work": ("办理用时", "Time that work takes"),
    "measures-do": ("措施的作用", "What measures do"),
    "behaviour": ("席位行为", "How seats behave"),
    "effects": ("措施的作用", "What measures do"),
    "injects": ("情景事件", "Injects"),
    "flags": ("开始时的情况", "Facts at the start"),
    # figures
    "fig-levels": ("真实值、已知值与等级", "What was true, what was known, and the levels"),
    "fig-lanes": ("各单位行动", "Actions by agency"),
    "fig-demand": ("各类用户的需求", "Demand by class of customer"),
    "fig-series": ("其他指标", "Other indicators"),
    "fig-waiting": ("各席位等候时间", "Waiting time by seat"),
    **worlds.HEADINGS,
}

COLUMNS: Table = {
    "actor": ("单位", "Agency"),
    "after": ("滞后", "Lag"),
    "amount": ("取值", "Value"),
    "answer": ("所取解读", "Reading taken"),
    "assumption": ("假设", "Assumption"),
    "basis": ("依据", "Basis"),
    "because": ("理由", "Because"),
    "choices": ("可选", "Choices"),
    "clauses": ("条款", "Clauses"),
    "customer": ("用户", "Customer"),
    "decided": ("结果", "Outcome"),
    "decision": ("决定", "Decision"),
    "done": ("完成", "Done"),
    "due": ("到期", "Due"),
    "ground": ("依据的标准", "Criteria"),
    "known": ("已知", "known"),
    "level": ("等级", "Level"),
    "limited": ("限供", "Limited"),
    "longest": ("最长", "Longest"),
    "no": ("序号", "No."),
    "no-level": ("不随等级的措施", "tied to no level"),
    "note": ("说明", "Note"),
    "opened": ("提请", "Opened"),
    "question": ("问题", "Question"),
    "reported": ("报告值", "as reported"),
    "seat": ("席位", "Seat"),
    "served": ("实供", "Served"),
    "short": ("断供", "Unmet for lack of stock"),
    "short-brief": ("断供", "Short"),
    "share-served": ("满足率", "Share served"),
    "source": ("来源", "Source"),
    "started": ("开始", "Started"),
    "state": ("状态", "State"),
    "steps": ("经过的步骤", "Steps taken"),
    "times": ("次数", "Times"),
    "took": ("用时", "Took"),
    "in-charge-of": ("分管{name}的领导", "whoever is in charge of: {name}"),
    "any-level": ("{name}任一级", "{name}: any level"),
    "to-whom": ("报送、发布对象", "To"),
    "total": ("合计", "Total"),
    "true": ("真实", "true"),
    "true-value": ("真实值", "true value"),
    "urgency": ("条文用语", "Word used"),
    "wanted": ("需求", "Wanted"),
    "what": ("事项", "What"),
    "when": ("时间", "When"),
    "where": ("遇到时", "Met at"),
    "hours": ("小时", "hours"),
    "pending": ("办理中", "being decided"),
    "step": ("步骤", "Step"),
    "deciding": ("决定、宣布", "Decide, announce"),
    "sent": ("报告、发布", "Report, publish"),
    "measure": ("措施（颜色为其所属等级）", "Measure (colour: level in whose name)"),
    "inject": ("情景事件", "Inject"),
    "reading": ("解读", "Reading"),
    "from": ("自", "from"),
    "version": ("版本", "Version"),
    "by-reading": ("虚线：条文未写，按解读", "dashed: not in the text, by a reading"),
    "by-clause": ("实线：按条文", "solid: by the clauses"),
    "lag": ("滞后", "Lag"),
    "lag-known": ("越过门槛到为人所知", "from crossing a bound to its being known"),
    "open": ("未了", "open"),
    "met": ("按时", "met"),
    "late": ("迟", "late"),
    "missed": ("未做", "missed"),
    "unfinished": ("至推演结束未完成", "not finished when the run ended"),
    "superseded": ("被更重的等级取代", "superseded by a graver level"),
    "lapsed": ("条件消失，作罢", "lapsed: its ground was gone"),
    "refused": ("被拒绝", "refused"),
    "declined": ("酌情未采取", "not taken: it was left to the seat"),
    "other-route": ("已由另一途径完成", "the other route came first"),
    "plan-file": ("预案文件 SHA-256", "Plan file SHA-256"),
    "scenario-file": ("情景文件 SHA-256", "Scenario file SHA-256"),
    "again": ("重做本次推演", "To run this again"),
    "gap-refused": ("{who}拒绝{do}，条文未说此后如何", "{who} refuses to {do}; the text does not say what follows"),
    "gap-no-precedence": ("{who}同时要办两份预案的事，谁先谁后，两份预案都没有写", "{who} is wanted by two plans at once; neither says whose matter goes first"),
    "gap-both-first": ("{who}：两份预案都要求本预案的运输优先，谁先谁后没有写", "{who}: two plans each put their own transport first; neither says whose goes first"),
    "both-first": ("都要求优先", "both claim to go first"), "no-precedence": ("先后没有规定", "no order is given"),
    "n-times": ("{n} 次", "{n}×"),
    "gap-nobody": ("没有人可以{do}", "there is nobody to do this: {do}"),
    "gap-waits": ("{who}一直未{do}，条文没有时限", "{who} never does this: {do}; the text sets no limit"),
    "crews-office": ("{n} 组，工作时间", "{n} crews, office hours"),
    "crews-always": ("{n} 组，昼夜值守", "{n} crews, day and night"),
    "answers-as-written": ("按预案办理", "as written"),
    "answers-refuses": ("拒绝", "refuses"),
    "answers-never": ("不答复", "never answers"),
    "tile-warning": ("最重预警", "Gravest warning"),
    "tile-response": ("最重响应", "Gravest response"),
    "tile-lag": ("越过门槛到获知，最长", "Longest lag until known"),
    "tile-start": ("提请到启动响应", "Opened to response started"),
    "tile-length": ("响应历时", "Response lasted"),
    "tile-gaps": ("遇到的文本缺口", "Gaps met in the text"),
    "tile-served": ("需求满足率", "Demand served"),
    "by-criteria": ("按标准自然成立", "holds by its criteria"),
    "with": ("随“{name}”", 'with "{name}"'),
    **worlds.COLUMNS,
}


def kind(name: str, lang: str) -> str:
    """A kind of log entry."""
    return shown(KINDS, name, lang)


def verb(name: str, lang: str) -> str:
    """A verb of a step, measure or duty; an unknown one is shown as it is.

    >>> verb("ration", "zh"), verb("ration", "en"), verb("whistle", "en")
    ('限量供应', 'ration', 'whistle')
    """
    return shown(VERBS, name, lang)


def strength(name: str, lang: str) -> str:
    """How hard a measure is."""
    return shown(STRENGTHS, name, lang)


def scheme_kind(name: str, lang: str) -> str:
    """A kind of scheme: event, warning, response, imposed."""
    return shown(SCHEME_KINDS, name, lang)


def level(scheme: str, value: str, lang: str, *, ends: str | None = None, word: str | None = None) -> str:
    """One value of a scheme.

    Parameters
    ----------
    scheme : str
        The scheme's kind.
    ends : str, optional
        The scheme's word for having ended.
    word : str, optional
        The plan's own word for the level, where it has one that needs no grade beside it (`Plan.word`).

    >>> level("response", "III", "zh"), level("warning", "off", "en"), level("response", "started", "zh")
    ('III级响应', 'No warning', '已启动')
    >>> level("response", "严重", "zh"), level("imposed", "set", "en", word="city-level state")
    ('严重', 'City-level state')
    >>> level("event", "any", "zh"), level("event", "any", "en")
    ('任一级事件', 'Incident of any level')
    """
    if value == "off":
        return shown(_NO_LEVEL, scheme, lang)
    if value == "any":
        return shown(_ANY_LEVEL, scheme, lang)
    if value == ends:
        return shown(_OVER, scheme, lang)
    if word:
        return word[:1].upper() + word[1:]
    if re.fullmatch(r"[A-Za-z0-9]{1,4}", value) is None:
        return shown(_LEVEL_WORDS, value, lang)
    return shown(_LEVELS, scheme, lang).replace("{level}", value)


def basis(name: str, lang: str) -> str:
    """What an assumption rests on."""
    return shown(BASIS, name, lang)


def evidence(name: str, lang: str) -> str:
    """How far a source was read."""
    return shown(EVIDENCE, name, lang)


def urgency(name: str, lang: str) -> str:
    """A word of urgency."""
    return shown(URGENCY, name, lang)


def unit(name: str, lang: str) -> str:
    """A unit."""
    return shown(UNITS, name, lang)


def amount(text: str, lang: str) -> str:
    """A printed amount with its unit in words.

    >>> amount("10 days-of-demand", "zh"), amount("24 t/d", "en"), amount("50 %", "en")
    ('10 天用量', '24 t/d', '50 %')
    """
    return re.sub(r"(?<=[0-9] )[A-Za-z/][A-Za-z/-]*", lambda found: unit(found[0], lang), text)


def choice(name: str, lang: str) -> str:
    """The answer of a reading."""
    return shown(CHOICES, name, lang)


def effect(name: str, lang: str) -> str:
    """What an inject or a measure does to the world."""
    return shown(EFFECTS, name, lang)


def field(name: str, lang: str) -> str:
    """A field of a scenario that holds an assumption."""
    return shown(FIELDS, name, lang)


def world_variable(name: str, lang: str) -> str:
    """A variable of a market or an outbreak."""
    return shown(worlds.VARIABLES, name, lang)


def heading(name: str, lang: str) -> str:
    """A heading of a list, a report's section or a figure."""
    return shown(HEADINGS, name, lang)


def column(name: str, lang: str) -> str:
    """A column of a table, or a word of a legend."""
    return shown(COLUMNS, name, lang)


def span(hours: float, lang: str, like: float | None = None) -> str:
    """A length of time in the unit a reader would use; among others, in the unit of the longest, `like` [h].

    >>> span(0.25, "en"), span(18.85, "zh"), span(145.06, "en"), span(18.85, "en", 145.06)
    ('15 min', '18.9 小时', '6.0 d', '0.8 d')
    """
    size_of = abs(hours if like is None else like)
    for limit, size, name in ((1.0, 60.0, "min"), (72.0, 1.0, "h")):
        if size_of < limit:
            digits = 0 if name == "min" else 1
            return f"{hours * size:.{digits}f} {unit(name, lang)}"
    return f"{hours / 24:.1f} {unit('d', lang)}"
