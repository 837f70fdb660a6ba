"""What the rules on level schemes say."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = ["EMERGENCY", "LEVEL", "PHRASES", "SCHEME"]

#: What ends a level's name, and what stands before the name of a kind of scheme.
LEVEL = "级"
EMERGENCY = "应急"
PHRASES: Mapping[str, tuple[str, str]] = {
    "headed": ("{clause}题为“{heading}”，所列是另一体系的等级", "{clause} is headed “{heading}” and lists levels of another scheme"),
    "more": ("；{what}", "; {what}"),
}

SCHEME: Mapping[str, RuleWords] = {
    "level-named-two-ways": RuleWords(
        ("一个等级只能有一个名称，一个名称只能指一个等级，否则同一句话可作两种理解", "One level has one word and one word means one level, else the same sentence can be read in two ways"),
        ("{scheme}的级号与名称对应不一：{pairs}", "{scheme}: levels and words are matched in more than one way: {pairs}"),
        ("全文只用一种对应：{keep}", "Match them one way throughout: {keep}"),
    ),
    "level-words-out-of-order": RuleWords(
        ("名称和颜色有公认的轻重次序，与等级的次序相反时无法判断哪一级更重", "Words and colours rank by custom; where they run against the levels nobody can tell which is graver"),
        ("{clause}中{words}的轻重次序与等级{levels}相反", "{clause}: the words {words} rank against the levels {levels}"),
        ("由轻到重改为：{keep}", "From mild to grave write: {keep}"),
        ("突发事件应对法（2007年）第三、四十二条", "Emergency Response Law 2007, art. 3, 42"),
    ),
    "numerals-out-of-order": RuleWords(
        ("级号应随轻重依次排列，次序错乱的等级会被误读", "Numerals should run with gravity, one way or the other; levels out of order will be misread"),
        ("{scheme}由轻到重为{levels}，级号次序错乱", "{scheme} runs from mild to grave as {levels}: the numerals are out of order"),
        ("以I级为最重，依次改写各级", "Make level I the gravest and renumber the others"),
        ("突发事件应对法（2007年）第三条", "Emergency Response Law 2007, art. 3"),
    ),
    "two-word-scales": RuleWords(
        ("两个体系标准、级号相同而名称不同，同一情形就有两个名称", "Two schemes with the same standards and numerals but other words give one situation two names"),
        ("{scheme}与{other}标准相同而名称不同：{pairs}", "{scheme} and {other} have the same standards and other words: {pairs}"),
        ("两者统一用一套名称，或写明两套名称如何对应", "Use one set of words for both, or say how the two correspond"),
    ),
    "word-scale-shared": RuleWords(
        ("预警与事件或响应共用一套名称，单独出现的“重大”等词便不知指哪一个", 'Where warnings share the words of another scheme, a bare "major" does not tell which is meant'),
        ("{schemes}共用一套名称：{words}", "{schemes} share one scale of words: {words}"),
        ("用级号和颜色称呼预警，把这套名称留给另一体系", "Call warnings by numeral and colour and leave the words to the other scheme"),
    ),
    "grade-word-without-level": RuleWords(
        ("分级用词用在没有级号的地方，是指该级还是泛指，决定了该条是否适用", "A word of the scale used without its level may mean that level or be loose; whether the clause applies hangs on it"),
        ("{clause}的“{name}”用了分级用词“{word}”，未说是否即{level}", "{clause}: “{name}” uses “{word}”, a word of the scale, without saying whether this means {level}"),
        ("写明级别，或改用不在分级之列的词", "Name the level, or use a word outside the scale"),
    ),
    "colours-on-grades": RuleWords(
        ("四种颜色是预警级别的标示，用在事件分级上会与上级发布的预警混淆", "The four colours mark warnings; on grades of incidents they are confused with warnings from above"),
        ("{scheme}用预警的颜色表示，而预案没有预警分级", "{scheme} is shown in the colours of warnings, and the plan has no warning levels"),
        ("另设预警分级并以颜色表示，事件分级只用名称和级号", "Set up warning levels shown in colours; give grades words and numerals only"),
        ("突发事件应对法（2007年）第四十二条", "Emergency Response Law 2007, art. 42"),
    ),
    "levels-not-as-counted": RuleWords(
        ("条文说分几级，所列就应是几级", "A clause that says how many levels there are lists as many"),
        ("{clause}说分{counted}级，所列为{levels}，共{listed}级", "{clause} speaks of {counted} levels and lists {listed}: {levels}"),
        ("补足所缺等级，或改正级数", "List the missing level, or correct the number"),
    ),
    "levels-never-declared": RuleWords(
        ("按等级行事，却没有一条说这一体系有哪几级、各级如何称呼", "Clauses act by level and none says which levels the scheme has and what they are called"),
        ("没有一条列出{scheme}有哪几级{headed}", "No clause lists the levels of this scheme: {scheme}{headed}"),
        ("增加一条，列明{scheme}各级及与事件分级的对应关系", "Add a clause that lists the levels ({scheme}) and how they match the grades of incidents"),
    ),
    "heading-promises-other-levels": RuleWords(
        ("标题说的是一个体系，内容分的是另一个体系，读者会把事件的级当作响应的级", "The heading speaks of one scheme and the text grades another: readers take the grade of an incident for a response level"),
        ("{clause}题为“{heading}”，所分的却是另一体系：{scheme}", "{clause} is headed “{heading}” and grades something else: {scheme}"),
        ("改标题，或在此条写明两个体系的级如何对应", "Change the heading, or say here how the levels of the two schemes correspond"),
    ),
    "level-not-in-declaration": RuleWords(
        ("列举等级的条款应当列全", "The clause that lists the levels lists them all"),
        ("条文用到{levels}，列举各级的{declared}却没有", "{levels}: in use, and {declared}, which lists the levels, does not name it"),
        ("在{declared}补列，或改正引用它的条款", "Add it to {declared}, or correct the clauses that use it"),
    ),
    "scheme-never-used": RuleWords(
        ("分了级而没有标准、没有一条规定随等级而变，则无从定级，定了也无用", "Levels without a standard and on which nothing depends can neither be determined nor be of use"),
        ("{clauses}列了{scheme}{levels}各级，没有一条给出各级标准，也没有一条规定随等级而异", "{clauses} names the levels of this scheme ({scheme}: {levels}); no clause gives a standard of any, and nothing depends on them"),
        ("写明各级标准及各级由谁响应，或写明依哪一份预案定级", "State the standards and who responds at each level, or name the plan by which the level is determined"),
    ),
    "level-without-criteria": RuleWords(
        ("没有标准的等级无从认定", "A level without criteria cannot be determined"),
        ("{levels}没有标准：没有一条说明何时达到", "{levels}: no clause says when it is reached"),
        ("写明达到{levels}的条件和数值", "State the conditions and figures of {levels}"),
    ),
    "level-never-entered": RuleWords(
        ("没有一条说由谁、以何程序进入的等级，到时无人能启动", "A level that no clause tells how to enter is one nobody can start"),
        ("{levels}没有启动规定：全文没有一条写由谁、以何程序进入", "{levels}: no clause says by whom and how it is entered"),
        ("写明{levels}由谁决定、以何程序启动，或写明该级不由本预案启动", "State who decides on {levels} and by which steps, or that this plan does not start it"),
    ),
    "level-never-entered:grades": RuleWords(
        ("没有一条说由谁、以何程序进入的等级，到时无人能启动", "A level that no clause tells how to enter is one nobody can start"),
        ("{levels}没有启动规定：{instead}只写事件达到该级时由谁指挥、做什么，没有一条写由谁、以何程序启动", "{levels}: {instead} only tells who acts when an incident is of that level; no clause says by whom and how the response is started"),
        ("写明{levels}由谁决定、以何程序启动，或写明该级不由本预案启动", "State who decides on {levels} and by which steps, or that this plan does not start it"),
    ),
    "level-without-measures": RuleWords(
        ("启动了而没有措施的响应等级是空的", "A response level that brings no measure is empty"),
        ("{levels}没有措施：没有一条规定此级做什么", "{levels}: no clause says what is done"),
        ("写明{levels}采取哪些措施、由谁实施", "State the measures of {levels} and who carries them out"),
    ),
    "level-without-commander": RuleWords(
        ("每一级响应都须有人指挥", "Somebody must command at every response level"),
        ("{levels}没有指挥者：没有一条写由谁指挥、组织或协调", "{levels}: no clause says who commands, organises or coordinates"),
        ("写明{levels}由谁指挥", "State who commands at {levels}"),
    ),
    "warning-without-response": RuleWords(
        ("发布了预警而没有相应行动，预警没有作用", "A warning that nobody answers is of no use"),
        ("{levels}之后做什么没有规定：没有措施、职责与之相连，响应也不以之为条件", "{levels}: nothing follows; no measure or duty is tied to it and no response depends on it"),
        ("写明{levels}发布后由谁采取哪些行动", "State who does what once it is issued: {levels}"),
        ("突发事件应对法（2007年）第四十四条", "Emergency Response Law 2007, art. 44"),
    ),
    "warning-shares-criteria": RuleWords(
        ("预警与事件同一标准，达到预警时事件已经成立，预警不再提前", "Where warnings and incidents have the same standards, the incident is there when the warning is: it warns of nothing"),
        ("{clause}使{scheme}与{other}标准相同，两者同时成立，预警没有提前量", "{clause} gives both the same standards ({scheme}, {other}): they hold at once and the warning gives no lead"),
        ("为预警另定早于事件的标准（如更宽的数值、趋势），或写明两者的先后", "Give warnings standards that hold earlier (wider figures, trends), or say which comes first"),
    ),
    "decision-names-no-level": RuleWords(
        ("分级响应的预案里，“启动预案”不等于进入某一级，不写级别便有两套说法", 'In a plan with response levels "starting the plan" is not entering a level; without the level there are two ways of speaking'),
        ("{clauses}讲由谁决定或宣布启动、终止，没有写明是哪一级响应", "Who decides or announces is told in {clauses} without the response level that is meant"),
        ("写明是哪一级响应，或写明“启动预案”即启动响应", 'Name the response level, or say that "starting the plan" is starting the response'),
    ),
}
