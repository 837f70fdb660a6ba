"""What the rules of the path search say, and how the steps of a run are told."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = ["DEEP", "ENDS", "PATHS", "PHRASES", "PROPERTIES", "STARTS"]

#: How a clause tells of starting the plan or a response, and of ending it.
STARTS = r"启动|进入应急响应"
ENDS = "终止|结束|解除"

PATHS: Mapping[str, RuleWords] = {
    "path-value-out-of-reach": RuleWords(
        ("写了标准和启动程序的等级，若任何经过都到不了，等于没有", "A level that has criteria and a way in and that no course of events reaches might as well not be there"),
        ("从平时起，不论形势如何变化、各方如何应答，都到不了{levels}：{clauses}的条件与来路合起来不能成立", "Starting from rest, whatever happens and whoever answers, {levels} cannot be reached: what {clauses} asks for and where it starts from never come together"),
        ("改写{clauses}，使{levels}的条件能与进入前的状态同时成立，并写明从哪些级进入", "Reword {clauses} so that the conditions of {levels} can hold in the states it is entered from, and state which these are"),
    ),
    "path-no-way-out": RuleWords(
        ("启动了就要能结束；走到某一状态后再无一条路通向结束，响应只能一直挂着", "What is started must come to an end; a state from which nothing leads to the end leaves the response hanging"),
        ("按条文可以走到{state}，此后不论形势如何都结束不了{scheme}：{clauses}所要的条件在此后不会成立", "The clauses lead to {state}, and from there {scheme} can never be left: what {clauses} asks for no longer comes about"),
        ("写明在{state}时{scheme}怎样结束，或补写使{clauses}的条件得以成立的规定", "State how {scheme} ends when in {state}, or add what lets the condition of {clauses} come about"),
    ),
    "path-no-way-out:none": RuleWords(
        ("启动了就要能结束；走到某一状态后再无一条路通向结束，响应只能一直挂着", "What is started must come to an end; a state from which nothing leads to the end leaves the response hanging"),
        ("按条文可以走到{state}，此后没有一条使{scheme}结束", "The clauses lead to {state}, and no clause ends {scheme} from there"),
        ("写明在{state}时{scheme}怎样结束", "State how {scheme} ends when in {state}"),
    ),
    "path-held-up-by-outsider": RuleWords(
        ("预案管不到的一方可以一直不答复；只要它不答复就进不去或出不来的状态，须有时限和替代办法", "Those a plan cannot bind may never answer; a state that cannot be entered or left without their answer needs a limit and another way"),
        ("{who}不{does}（{clause}，没有时限），就没有别的路可以{what}", "Unless {who} acts ({clause}: {does}, without a limit), there is no other way to {what}"),
        ("在{clause}写明多久未得答复时由谁按何依据继续办理", "In {clause} state after how long without an answer who goes on, and on what ground"),
    ),
    "path-report-too-late": RuleWords(
        ("时限从某事起算，而报告要等的另一事最快也晚于时限，报告必然逾期", "Where a limit runs from one event and the report waits for another that comes later than the limit, it is late however fast people are"),
        ("{clause}的时限{bound}自“{start}”起算，而报告要等“{after}”，最快也要{least}之后，必然逾期", '{clause} gives {bound} from "{start}", and the report waits for "{after}", which comes {least} later at the earliest: it is always late'),
        ("时限改自“{after}”起算，或放宽到{least}以上", 'Let the limit run from "{after}", or make it longer than {least}'),
    ),
    "path-report-never-due": RuleWords(
        ("限定在某一状态才报，而触发报告的事不会在该状态发生，报告就永远不会有", "A report owed only in certain states, after an event that never happens in them, is never made"),
        ("{clause}要求在{states}时、于“{after}”之后报告，而此事不会在该状态下发生", '{clause} asks for a report in {states} after "{after}", which never happens in these states'),
        ("写明在哪一状态、何事之后报告，使两者能同时成立", "State in which state and after what the report is owed, so that both can be"),
    ),
    "path-through-nobody": RuleWords(
        ("进入响应的每一条路都要经过一道无人负责的决定，届时没有人能推动", "Where every way into a response leads through a decision that is nobody's, nobody can move it on"),
        ("到达{levels}的每一条路都要先经{clauses}认定或决定，而该步没有写由谁作出", "Every way to {levels} leads through {clauses}, and nobody is named to take that decision"),
        ("在{clauses}写明由谁认定或决定", "Name in {clauses} who takes the decision"),
    ),
    "path-ended-by-another": RuleWords(
        ("谁启动、谁结束应当一致或有授权关系，否则会出现一方仍在响应、另一方已宣布结束", "Start and end should lie with one authority or its superior, else one side is still responding when the other declares the end"),
        ("有一种经过：{starters}启动{level}，{enders}宣布结束，两者没有隶属或授权关系", "There is a course of events in which {starters} starts {level} and {enders} declares the end, and neither stands under the other"),
        ("写明{level}由谁结束，或{enders}结束前须与{starters}会商", "State who ends {level}, or that {enders} ends it in agreement with {starters}"),
    ),
}

DEEP: Mapping[str, RuleWords] = {
    "path-overtaken": RuleWords(
        ("决定办理期间形势和状态会变；没有写依据消失时怎么办，迟到的决定就会把预案带到本不该有的状态", "While a decision is on its way things change; where no clause says what becomes of it when its ground is gone, a late decision leads where nothing else would"),
        ("{clauses}的决定在途中依据已失，仍可办结，由此出现别无他途的状态：{states}", "The decision of {clauses} may be carried through after its ground has gone, which leads to what nothing else leads to: {states}"),
        ("在{clauses}写明办结前须再核依据，依据已失的即行撤回", "In {clauses} have the ground checked again before the last step, and the matter withdrawn where it is gone"),
    ),
}

PROPERTIES: Mapping[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    "always": (
        ("用户要求始终成立的条件", "A condition the user asks to hold always"),
        ("性质“{name}”不成立：{steps}步之后到达{state}，此时“{guard}”可以不成立", 'Property "{name}" fails: {steps} steps lead to {state}, where "{guard}" need not hold'),
        ("对照各步所依条款（{clauses}），补写使“{guard}”保持成立的规定", 'Look at the clauses of each step ({clauses}) and add what keeps "{guard}" true'),
    ),
    "never": (
        ("用户要求不得出现的情形", "A situation the user asks never to come about"),
        ("性质“{name}”不成立：{steps}步之后到达{state}，此时“{guard}”可以成立", 'Property "{name}" fails: {steps} steps lead to {state}, where "{guard}" can hold'),
        ("对照各步所依条款（{clauses}），补写排除“{guard}”的规定", 'Look at the clauses of each step ({clauses}) and add what rules out "{guard}"'),
    ),
    "eventually": (
        ("用户要求总能到达的情形", "A situation the user asks to remain within reach"),
        ("性质“{name}”不成立：到达{state}之后，再也不会有“{guard}”", 'Property "{name}" fails: after {state} "{guard}" never comes about'),
        ("写明从{state}怎样到达“{guard}”", 'State how "{guard}" is reached from {state}'),
    ),
    "within": (
        ("用户要求限时到达的情形", "A situation the user asks to be reached in time"),
        ("性质“{name}”不成立：从{state}起，各步都用足条文给的时间，到“{guard}”{least}，超过{bound}", 'Property "{name}" fails: from {state} on, if each step takes what the clauses allow, "{guard}" is reached {least}, later than {bound}'),
        ("给各步（{clauses}）写明时限，使合计不超过{bound}", "Give each step ({clauses}) a limit so that together they stay within {bound}"),
    ),
}

#: How the steps of a run are told.
PHRASES: Mapping[str, tuple[str, str]] = {
    "world": ("形势：{facts}", "The world: {facts}"),
    "answered": ("{who}：{does}", "{who}: {does}"),
    "never": ("{who}一直不{does}", "{who} never does this: {does}"),
    "enters": ("进入{state}", "Entering {state}"),
    "leaves": ("回到平时：{state}", "Back to rest: {state}"),
    "flag-up": ("{name}：是", "{name}: yes"),
    "flag-down": ("{name}：否", "{name}: no"),
    "number": ("{name}为{value}", "{name} at {value}"),
    "places": ("{n}处“{name}”", "“{name}” in {n} places"),
    "lasting": ("持续满“{name}”", "“{name}”: lasting in full"),
    "not-lasting": ("未持续满“{name}”", "“{name}”: not lasting in full"),
    "rest": ("平时", "rest"),
    "enter": ("进入{state}", "enter {state}"),
    "leave": ("结束{state}", "leave {state}"),
    "unbounded": ("没有时限可言", "without any limit"),
    "after-hours": ("要{hours}小时", "after {hours} hours"),
    "not-at-all": ("到不了", "not at all"),
    "explored": ("路径搜索 {plan}：{states} 个状态，{speed} 个/秒", "Path search {plan}: {states} states, {speed} states/s"),
    "cut": ("（到上限为止，未穷尽）", " (cut off at the limit, not exhaustive)"),
    "no-finding": ("本次审查没有编号为 {id} 的发现", "the review has no finding {id}"),
    "no-run": ("{id} 没有可以演示的经过", "{id} shows no run that could be played"),
    "witness-title": ("见证：{finding}", "Witness: {finding}"),
    "witness-story": ("由审查发现导出。{message}", "Made from a finding of the review. {message}"),
    "inject": ("第{n}步：{what}", "Step {n}: {what}"),
}
