"""What the rules on coverage say."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = ["ADJUSTS", "COVERAGE", "EXTENDS", "OTHER", "PARTS", "PHRASES", "WARNS"]

#: How clauses speak of changing a level that is in force.
ADJUSTS = r"升级|降级|(级别|等级|响应|预警).{0,4}调整|调整.{0,4}(级别|等级|响应|预警)"
#: How a name says that others of the kind are meant.
OTHER = r"^(其他|其它|其余|各|所有)"
#: How headings promise warnings.
WARNS = "预警"
#: How a definition takes in more than its term says.
EXTENDS = r"^(包?含|包括|也指|亦指)(有|了)?"
#: What stands between the parts of what it takes in.
PARTS = "[、，,和及]"

PHRASES: Mapping[str, tuple[str, str]] = {
    "dropped": ("{level}没有再提到{objects}（{from}有）", "{level} says nothing more of what {from} acted on: {objects}"),
    "asked": ("{from}建议或申请的{objects}，到{level}怎样衔接没有写", "what is proposed or asked for at {from} ({objects}) and how that is carried on at {level} is not said"),
    "handed": ("{from}由{who}指挥，{level}由{others}指挥，如何交接没有写", "{from} is commanded by {who}, {level} by {others}, and how it passes on is not said"),
    "goes-on": ("升级后原级的措施是否继续", "whether a level's measures go on when it rises"),
    "passed-over": ("越级启动时被越过一级的措施是否也做", "whether those of a level passed over are taken too"),
    "weaker": ("{object}：{milder} {hard}，{graver} {soft}", "{object}: {hard} at {milder}, {soft} at {graver}"),
    "skipped": ("{object}（{around}有措施，{between}没有）", "{object} (acted on at {around}, not at {between})"),
}

_ADJUST = ("突发事件应对法（2007年）第四十七条", "Emergency Response Law 2007, art. 47")
_REVIEWED = ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十四条", "Rules on plan management, 国办发〔2024〕5号, art. 24")

COVERAGE: Mapping[str, RuleWords] = {
    # --- changing levels
    "response-never-adjusted": RuleWords(
        ("事态会加重也会缓和；不写怎样升级、降级，启动之后处在哪一级便没有答案", "Things get worse and better; where nobody says how a response is raised or lowered, the level after the start is anybody's guess"),
        ("{clauses}写了怎样启动{levels}，没有一条写启动后怎样升级、怎样降级", "{clauses} tells how these are started: {levels}; no clause says how a response in force is raised or lowered"),
        ("增加“响应调整”一条：何种情况升级、何种情况降级，由谁决定、以何程序，原级措施如何衔接", "Add a clause on changing the response: when it is raised and lowered, who decides by which steps, what becomes of the measures in force"),
        _REVIEWED,
    ),
    "response-never-adjusted:raised": RuleWords(
        ("事态会加重也会缓和；不写怎样升级、降级，启动之后处在哪一级便没有答案", "Things get worse and better; where nobody says how a response is raised or lowered, the level after the start is anybody's guess"),
        ("{clauses}写了怎样进入和升至{levels}，没有一条写怎样降级", "{clauses} tells how these are entered and risen to: {levels}; no clause says how a response is lowered"),
        ("写明何种情况降级、由谁决定，以及降级后哪些措施停止", "State when the response is lowered, who decides, and which measures then stop"),
        _REVIEWED,
    ),
    "response-never-adjusted:lowered": RuleWords(
        ("事态会加重也会缓和；不写怎样升级、降级，启动之后处在哪一级便没有答案", "Things get worse and better; where nobody says how a response is raised or lowered, the level after the start is anybody's guess"),
        ("{clauses}写了怎样进入和降至{levels}，没有一条写启动后怎样升级", "{clauses} tells how these are entered and lowered to: {levels}; no clause says how a response in force is raised"),
        ("写明何种情况升级、由谁决定、以何程序", "State when the response is raised, who decides and by which steps"),
        _REVIEWED,
    ),
    "response-never-ended": RuleWords(
        ("启动了而没有结束规定的响应停不下来", "A response that nobody can end does not stop"),
        ("{levels}没有结束规定：全文没有一条写由谁、在什么情况下终止", "{levels}: no clause says who ends it and when"),
        ("写明结束的条件、由谁决定、由谁宣布", "State the conditions of the end, who decides and who declares it"),
        ("突发事件应对法（2024年）第八十六条", "Emergency Response Law 2024, art. 86"),
    ),
    "warning-never-lifted": RuleWords(
        ("预警应随事态调整和解除；只发不解，公众和部门长期处在预警状态", "Warnings are adjusted and lifted as things change; one that is never lifted keeps everyone on alert for good"),
        ("{clauses}写了怎样发布{levels}，没有一条写怎样降级、怎样解除", "{clauses} tells how these are issued: {levels}; no clause says how they are lowered or lifted"),
        ("增加一条：预警的调整和解除条件、由谁决定、由谁发布、解除后哪些措施停止", "Add a clause: when a warning is changed and lifted, who decides, who announces it, which measures stop"),
        _ADJUST,
    ),
    "warning-never-lifted:one": RuleWords(
        ("预警应随事态调整和解除；只发不解，公众和部门长期处在预警状态", "Warnings are adjusted and lifted as things change; one that is never lifted keeps everyone on alert for good"),
        ("{clauses}写了怎样发布{levels}，没有一条写怎样解除", "{clauses} tells how these are issued: {levels}; no clause says how they are lifted"),
        ("写明解除的条件、由谁决定、由谁发布、解除后哪些措施停止", "State when a warning is lifted, who decides, who announces it and which measures stop"),
        _ADJUST,
    ),
    "warning-never-lifted:lowered": RuleWords(
        ("预警应随事态调整和解除；只能解除不能降级，事态缓和时级别就偏高", "Warnings are adjusted as things change; where they can be lifted and not lowered they stay too high while things ease"),
        ("{clauses}写了怎样发布和解除{levels}，没有一条写怎样降级", "{clauses} tells how these are issued and lifted: {levels}; no clause says how they are lowered"),
        ("写明何种情况降级、由谁决定", "State when a warning is lowered and who decides"),
        _ADJUST,
    ),
    "imposed-state-without-end": RuleWords(
        ("随上级状态而生的义务，要写明随之何时终止", "Duties that come with a state imposed from above need an end to come with"),
        ("{clauses}规定了进入{state}后做什么，没有一条写这一状态何时、凭什么结束，各项措施做到何时为止", "{clauses} tells what is done in this state: {state}; no clause says when and by what it ends and until when the measures go on"),
        ("写明以上级的何种通知为结束，结束后哪些措施停止、转入本级哪一级响应", "Say which notice from above ends it, which measures then stop, and which level of one's own follows"),
    ),
    "state-never-left": RuleWords(
        ("状态成立之后没有了结的规定，系于其上的措施、报告和启动标准便一直有效", "A state that comes about and is never over keeps what hangs on it in force for good: measures, reports, the standards of a start"),
        ("{clauses}写了{states}怎样成立，{hanging}以之为准，没有一条写何时不再成立", "{clauses} tells how this comes about ({states}), and {hanging} goes by it; no clause says when it is over"),
        ("写明何种情况下不再成立、由谁认定，以及系于其上的事项到此为止", "State in which case it is over, who determines that, and that what hangs on it ends there"),
    ),
    "state-never-left:beside-end": RuleWords(
        ("状态成立之后没有了结的规定，系于其上的措施、报告和启动标准便一直有效", "A state that comes about and is never over keeps what hangs on it in force for good: measures, reports, the standards of a start"),
        ("{clauses}写了{states}怎样成立，{hanging}以之为准，没有一条写何时不再成立；{ends}只写应急响应的结束，这一状态是否随之了结、未启动响应时何时了结没有写", "{clauses} tells how this comes about ({states}), and {hanging} goes by it; no clause says when it is over: {ends} tells of the end of the response alone, not whether this ends with it, nor when where no response was started"),
        ("写明何种情况下不再成立、由谁认定；随响应结束一并了结的，在{ends}写明，并补写未启动响应时怎样了结", "State in which case it is over and who determines that; if it ends with the response say so in {ends}, and say how it ends where none was started"),
    ),
    "state-never-left:with-end": RuleWords(
        ("一个状态有“消除”和“终止”两种说法而不说何者为准，系于其上的事项做到何时便有两个答案", "A state that may pass by itself and may be declared over has two ends unless a clause says which counts"),
        ("{ends}说到{states}的终止，都在应急响应终止之后；应急响应没有启动、或情形已不存在而应急响应尚未终止时，这一状态（{hanging}以之为准）是否还算成立没有写", "{ends} speaks of the end of this ({states}), always after the response; whether it still holds where no response was started, or where its case has passed and the response has not ended, is not said ({hanging} goes by it)"),
        ("写明状态以情形消除为止还是以宣布终止为止，以及未启动应急响应时怎样了结", "Say whether the state ends when its case has passed or when that is declared, and how it ends where no response was started"),
    ),
    "no-warning-stage": RuleWords(
        ("标题讲预警而没有分级、发布和解除，事前这一段就是空的", "Where headings promise warnings and no clause grades, issues or lifts one, the time before the incident is left blank"),
        ("{headings}讲预警，却没有一条规定预警分几级、凭什么发布、由谁发布和解除", "Headings speak of warnings ({headings}); no clause says which levels there are, on what they are issued, by whom, and how they are lifted"),
        ("设预警分级及各级标准（早于事件标准），写明由谁发布、发布后做什么、何时解除；不设预警的，改标题并写明理由", "Set up warning levels with standards that hold before those of incidents, and say who issues them, what follows and when they are lifted; if there are to be none, change the headings and say why"),
        ("突发事件应对法（2007年）第四十二、四十三条；突发事件应急预案管理办法（国办发〔2024〕5号）第十条", "Emergency Response Law 2007, art. 42, 43; Rules on plan management, 国办发〔2024〕5号, art. 10"),
    ),
    "warned-never-started": RuleWords(
        ("预警与启动互不相连，预警之后是否启动、凭什么启动没有答案", "Where warnings and starts do not meet, whether a warned incident is responded to has no answer"),
        ("{warnings}凭{grounds}发布，响应凭{starts}启动，两者互不相连：已预警的情形何时启动响应没有写", "{warnings} is issued on {grounds}, the response starts on {starts}; neither refers to the other: when a warned case is responded to is not said"),
        ("写明发布该级预警即启动响应，或写明由预警转入响应的条件", "Say that issuing this warning starts the response, or on what condition a warning turns into one"),
        ("突发事件应对法（2007年）第四十四条", "Emergency Response Law 2007, art. 44"),
    ),
    # --- measures by level
    "measures-without-state": RuleWords(
        ("措施不写在哪一级采取、做到何时为止，各级响应做什么就没有区别，也无从解除", "Measures tied to no level make all levels the same and have no end"),
        ("{clauses}的措施没有写在哪一级响应、什么状态下采取，也没有写做到何时为止", "{clauses} orders measures without saying at which level or in which state, nor until when"),
        ("按级列出措施，或写明各级通用及起止时间", "List measures by level, or say that they hold at all levels and from when until when"),
        _REVIEWED,
    ),
    "measures-without-state:ungraded": RuleWords(
        ("措施不写何时起、到何时止，就无从启动，也无从解除", "Measures without a beginning can be begun at any time, and those without an end are never lifted"),
        ("{clauses}的措施没有写在什么状态下采取（预警、启动还是其他状态），也没有写做到何时为止", "{clauses} orders measures without saying in which state they are taken (a warning, a response or another), nor until when"),
        ("写明自何时起采取、由谁宣布，解除的条件和由谁解除", "Say from when on they are taken and who declares it, when they are lifted and by whom"),
        _REVIEWED,
    ),
    "measures-of-milder-levels-unstated": RuleWords(
        ("各级只写本级措施而不写较轻一级的是否继续，升级后对原有对象怎么办便没有答案", "Where each level lists its own measures and none says whether the milder level's go on, nobody knows what becomes of those after a rise"),
        ("没有一条写{open}：{dropped}", "No clause says {open}: {dropped}"),
        ("在较重各级开头写“在较轻一级措施的基础上”，不再继续的、改由他人承担的逐项写明，越级启动的同此；或每级把对象列全", 'Begin each level with "in addition to the measures of the level below", wherever it is entered from, and name what does not go on or passes to others; or list every object at every level'),
        _REVIEWED,
    ),
    "object-skipped": RuleWords(
        ("同一对象轻级管、重级管、中间一级不管，多半是漏写", "What is controlled at a milder and a graver level and not between was most likely left out"),
        ("措施跳过了一级：{skipped}", "Measures skip a level: {skipped}"),
        ("在中间一级补写对该对象的措施，强度介于两级之间", "Add a measure on it at the level between, of a strength between the two"),
        _REVIEWED,
    ),
    "measure-weaker": RuleWords(
        ("等级加重而对同一对象的限制放松，与分级的用意相反", "A restriction that is eased as the level rises runs against grading"),
        ("等级加重而措施放松：{weaker}", "Measures are eased as the level rises: {weaker}"),
        ("核对两级的强度，使重级不轻于轻级；确有理由的写明", "Compare the two levels so that the graver is not the softer, or give the reason"),
        _REVIEWED,
    ),
    "scope-not-provided-for": RuleWords(
        ("范围里有而储备、措施里没有的，出了事无物可调、无章可循", "What the scope takes in and neither reserve nor measure provides for has nothing behind it when it is needed"),
        ("{clause}把{goods}纳入“{term}”，储备和措施中没有一处提到{goods}", "{clause} takes more into “{term}”: {goods}; no reserve and no measure speaks of it"),
        ("写明{goods}的储备数量和供应措施，或从范围中移出并写明由哪份预案管", "State how much of it is kept and how it is supplied ({goods}), or take it out of the scope and name the plan that covers it"),
        _REVIEWED,
    ),
}
