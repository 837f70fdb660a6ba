"""What the rules on deadlines say."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.source import Text
from emergency.words.rules import RuleWords

__all__ = ["ABOVE", "AFTERMATH", "DEADLINE", "NOBODY", "NOT_TO_WHOM", "NO_URGENCY", "PHRASES", "UNNAMED_START"]

#: How plans name bodies above their own.
ABOVE = "上级|省|市(?!场|政|容|民)|州|国家|中央|国务院"
#: How chapters on what follows the end are headed.
AFTERMATH = "善后|后期|事后|恢复|总结评估"
NOBODY = Text(zh="没有写由谁办", en="nobody is named")
UNNAMED_START = Text(zh="预案的启动", en="the start of the plan")
NOT_TO_WHOM = Text(zh="也没有写报给谁", en="nor to whom it is reported")
NO_URGENCY = Text(zh="也没有写缓急", en="no word of urgency either")
PHRASES: Mapping[str, tuple[str, str]] = {
    "at-level": ("{level}{bounds}", "{level}: {bounds}"),
    "clause": ("{clause} {what}", "{clause} {what}"),
    "decisions": ("决定（{clauses}）", "the decisions ({clauses})"),
    "ending": ("{scheme}的结束", "the end of the {scheme}"),
    "entering": ("进入{level}", "entering: {level}"),
    "reports": ("报告（{clauses}）", "the reports ({clauses})"),
    "starting": ("{scheme}的启动", "the start of the {scheme}"),
}

DEADLINE: Mapping[str, RuleWords] = {
    # --- limits
    "no-bound-anywhere": RuleWords(
        ("没有一个数值的时限，迟与不迟无从判断，也无从追究", "Without a single figure nobody can tell what is late, and nobody answers for it"),
        ("全文没有一个办理时限：{acts}都没有写多长时间内完成；所用的词：{words}", "No act in the whole plan has a limit: no clause says within what time these are due: {acts}; the words used: {words}"),
        ("至少为三件事写明小时数：接报后上报、接报后决定预警和响应级别、启动后召集成员单位", "State hours for at least three things: passing on a report, deciding on warning and response once told, convening the members once started"),
    ),
    "decision-without-bound": RuleWords(
        ("决定没有时限，情况再急也可以等下去，后面的时限都跟着落空", "A decision without a limit can wait however pressing the matter, and every later limit waits with it"),
        ("没有写明多长时间内决定：{levels}（由{deciders}决定或批准）", "No clause says within what time these are decided: {levels} (decided or approved by {deciders})"),
        ("写明接到报告或建议后几小时内决定，等级越重时限越短；逾期由谁代为决定", "State the hours from report or proposal to decision, fewer the graver the level, and who decides where they pass"),
    ),
    "report-without-bound": RuleWords(
        ("报告没有时限，上级和成员单位何时知情没有保证", "Where reports have no limit nothing assures when those above and beside learn of the matter"),
        ("以下报告没有写明时限：{reports}", "These reports have no limit: {reports}"),
        ("逐项写明几小时内报出，口头和书面可以分开规定", "State the hours for each; first word and written report may differ"),
    ),
    "urgency-words-only": RuleWords(
        ("写了从何时起、却只用“立即、及时”，期限仍是各人的理解", 'A clock with a start and only "at once" or "promptly" for its length runs as long as each reader thinks'),
        ("以下各项写了起点，时限只有一个词：{acts}", "These name their start and give a word for their limit: {acts}"),
        ("把词改为数值，如“立即（最迟30分钟内）”", 'Add a figure to the word, such as "at once (within 30 minutes at the latest)"'),
    ),
    "bound-missing-beside-others": RuleWords(
        ("同一条里各项都有时限而漏了一项，漏的一项便无人催办", "Where all acts of a clause have a limit but one, nobody presses for that one"),
        ("{clause}其余{others}项都有时限，这一项没有：{what}", "{clause}: the other {others} have a limit and this one has none: {what}"),
        ("为这一项补上时限", "Give this one a limit too"),
    ),
    "bound-not-given": RuleWords(
        ("提到时限而不给出，执行的人无从遵守", "Nobody can keep a limit that is spoken of and not given"),
        ("{clause}要求在规定的时限内完成（{what}），没有一处给出这一时限", "{clause} asks for this within the time set ({what}), and no clause sets it"),
        ("写出小时数或天数，或写明依哪一份文件的哪一条", "Give the hours or days, or the document and article that does"),
    ),
    "bound-not-given:which": RuleWords(
        ("提到时限而不给出，执行的人无从遵守", "Nobody can keep a limit that is spoken of and not given"),
        ("{clause}要求按规定的时限完成（{what}），没有写明是哪一处的时限；{others}的时限是否适用没有说", "{clause} asks for this within the time set ({what}) and does not say which; whether the limits of {others} are meant is not said"),
        ("写明依哪一条的时限，或另写小时数", "Name the clause whose limit is meant, or give the hours"),
    ),
    "bound-at-some-levels": RuleWords(
        ("同一件事一级有时限、另一级没有，没有时限的一级等于可以不报", "Where one level has a limit for something and another has none, the other need not do it in any time"),
        ("{who}的{does}（对象：{whom}），{bounded}，而{lacking}没有时限", "{who}, {does} (to {whom}): {bounded}; no limit at: {lacking}"),
        ("为{lacking}也写明时限", "Give a limit here too: {lacking}"),
    ),
    "bound-not-tighter": RuleWords(
        ("越重的情况应报得越快，各级同一时限则分级没有体现在时限上", "The graver the matter the sooner it should be told; one limit for all levels makes no use of them"),
        ("{who}的{does}（对象：{whom}）各级时限相同：{bounds}", "{who}, {does} (to {whom}): the same limit at every level: {bounds}"),
        ("较重等级改用更短的时限，或先口头、后书面", "Shorten it for the graver levels, or ask for word of mouth first and writing later"),
    ),
    "bound-not-tighter:looser": RuleWords(
        ("越重的情况应报得越快，各级同一时限则分级没有体现在时限上", "The graver the matter the sooner it should be told; one limit for all levels makes no use of them"),
        ("{who}的{does}（对象：{whom}），等级加重而时限变长：{bounds}", "{who}, {does} (to {whom}): the limit grows as the level gets graver: {bounds}"),
        ("较重等级的时限不长于较轻等级", "Make no graver level's limit longer than a milder one's"),
    ),
    # --- clocks
    "clock-without-start": RuleWords(
        ("不写从何时起算，时限无从计算", "A limit nobody knows the start of cannot be reckoned"),
        ("{clause}给{who}规定{bound}，没有写明从哪一刻起算", "{clause} gives {who} {bound} and does not say from which moment on"),
        ("写明自发现、自接报或自某一事实出现时起算", "Say that it runs from discovery, from being told, or from a named fact"),
    ),
    "start-never-comes": RuleWords(
        ("时限从一件没有人去做的事起算，永远不会开始", "A clock that starts from something nobody brings about never starts"),
        ("{clauses}自“{event}”起算，没有一条使它发生", "The clock of {clauses} starts from “{event}”, which no clause brings about"),
        ("写明由谁作出这一报告或决定，或改自另一事实起算", "Say who makes that report or decision, or count from another fact"),
    ),
    "clock-starts-after-open-step": RuleWords(
        ("时限从确认之后起算而确认本身没有时限，拖着不确认，时限就不开始", "Where the clock starts once something is confirmed and confirming has no limit, it does not start while that is put off"),
        ("{clauses}规定的{bounds}自{event}起算，而这一步本身没有写多长时间内完成", "The limit of {clauses} ({bounds}) runs from this: {event}; and no clause says within what time that is done"),
        ("改自发现或接报时起算，或为核实、确认写明时限，未确认也先报", "Count from discovery or from being told, or give verifying a limit and have word sent before it is done"),
    ),
    "two-clocks-for-one-report": RuleWords(
        ("同一报告从两个时点起算，按哪一个算迟没有答案", "One report counted from two moments leaves it open what is late"),
        ("{who}向{whom}的报告，{clauses}分别自“{events}”起算，两者是否同一时点没有说明", "The report of {who} to {whom} is counted from different moments ({clauses}: {events}), and whether they are one is not said"),
        ("统一用一个起算点", "Count from one moment only"),
    ),
    "two-clocks-for-one-report:bounds": RuleWords(
        ("同一报告有两个时限，按哪一个算迟没有答案", "One report with two limits leaves it open what is late"),
        ("{who}向{whom}的报告，{clauses}规定了不同的时限：{bounds}", "The report of {who} to {whom} has two limits ({clauses}): {bounds}"),
        ("只保留一个时限", "Keep one limit"),
    ),
    "waits-on-outsider": RuleWords(
        ("等预案管不到的单位答复而不设时限，对方不答复就一直停在这里", "A plan that waits without limit for somebody it cannot bind stands still until they answer"),
        ("{clause}：{what}要等{who}{does}，没有时限，也没有写不答复时怎么办", "{clause}: this waits for others ({what}: {who}, {does}); there is no limit, and what is done if no answer comes is not said"),
        ("写明等候的时限和期满后的做法，如“24小时未答复的先行处置，并再次报告”", 'State how long to wait and what then, such as "where no answer comes within 24 hours, act and report again"'),
    ),
    "chain-over-bound": RuleWords(
        ("前面各步用足各自的时限，后面的时限就来不及", "If each step before takes the time it is given, the limit after cannot be met"),
        ("{clause}：自“{event}”起，前面各步可用到{taken}，而{does}须在{bound}内完成", "{clause}: since “{event}” the steps before may take {taken}, yet {does} is due within {bound}"),
        ("缩短前面各步的时限，或放宽这一时限", "Shorten the limits of the steps before, or lengthen this one"),
    ),
    # --- after the end, at intervals
    "aftermath-without-date": RuleWords(
        ("善后没有时限，往往不了了之", "What has no date after the end is often never done"),
        ("善后各条没有完成时限：{clauses}", "The clauses on what follows the end set no date: {clauses}"),
        ("逐项写明应急结束后多少个工作日内完成、报给谁", "State for each within how many working days of the end it is done and to whom it goes"),
    ),
    "aftermath-without-owner": RuleWords(
        ("没有责任单位的善后没有人做", "What follows the end is done by nobody where nobody is named"),
        ("善后没有落到具体单位：{open}", "Nobody in particular has what follows the end: {open}"),
        ("写明牵头单位、配合单位和报送对象", "Name who leads, who helps, and to whom it is reported"),
    ),
    "interval-not-given": RuleWords(
        ("“定期”不写间隔，一月一次和一天一次都算", '"Regularly" without an interval is kept by once a month as by once a day'),
        ("要求定期而没有写间隔：{what}", "To be done regularly, no interval given: {what}"),
        ("写明平时和响应期间各多久一次", "State the interval for ordinary times and for the response"),
    ),
}
