"""What the rules on references and numbering say."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = [
    "ACTIVATION", "BARE", "DECIDED", "DIRECTORIES", "EXTENT", "OTHER", "PHRASES", "REFERENCE", "STARTS", "TITLE_MARKS", "VAGUE",
]  # fmt: skip

#: What an activation must state → how forms print it, and its name.
ACTIVATION: Mapping[str, tuple[str, tuple[str, str]]] = {
    "level": ("级别|等级|响应级|几级", ("响应级别", "the response level")),
    "duration": ("期限|期间|时限|起止|预计|持续时间", ("预计期限", "how long it is expected to last")),
    "measures": ("措施", ("所采取的措施", "the measures")),
}
#: How the form that starts a plan is named.
STARTS = "启动"
#: Documents that name people or means to call on: they are of use only where they lie beside the plan.
DIRECTORIES = "名册|名单|通信录|通讯录|联系方式|清单"
#: Words that grade or judge without saying from where on.
VAGUE = "较大|较重|较长|较严重|严重|重大|明显|大幅|大量|异常|特殊|特别|危险|突变|有效|相对|广泛|猛涨"
#: Names of an extent: the place is known, and only how much of it must be struck is open.
EXTENT = "遍及|全(区|县|市|岛|境)"
#: How a case that takes in all the rest begins: it is open on purpose and not undefined.
OTHER = "其他|其它"
#: "By law" with no law in mind.
BARE = "依法|依法依规|依规"
#: What stands around the title of a law or plan.
TITLE_MARKS = "《》"

#: What hangs on a condition, by the section of the statement that asks for it.
DECIDED: Mapping[str, tuple[str, str]] = {
    "criteria": ("等级是否达到", "whether a level is reached"),
    "decisions": ("能否作出决定", "whether a decision may be taken"),
    "measures": ("措施是否采取", "whether measures are taken"),
    "duties": ("职责是否发生", "whether a duty arises"),
    "indicators": ("报告的频次", "how often reports are due"),
    "reports": ("是否须报告", "whether a report is due"),
    "publications": ("是否须发布", "whether anything is made public"),
    "events": ("事件是否发生", "whether an event has occurred"),
}
PHRASES: Mapping[str, tuple[str, str]] = {
    "contents-only": ("{clause}只见于目录", "{clause} only on the contents page"),
    "body-only": ("{clause}不见于目录", "{clause} not on the contents page"),
}

REFERENCE: Mapping[str, RuleWords] = {
    # --- reference
    "condition-never-defined": RuleWords(
        ("条件没有界定，是否成立因人而异，与之相连的规定便无从执行", "A condition nobody defines holds for one reader and not for the next; what hangs on it cannot be carried out"),
        ("{clause}以{names}为条件，它决定{for}，全文没有说明何时成立", "{clause} rests on a condition ({names}) which decides {for}; no clause says when it holds"),
        ("给出数值、范围，或写明由谁按什么认定：{names}", "Give a figure, an extent, or who determines it by what: {names}"),
    ),
    "condition-never-defined:imposed": RuleWords(
        ("随上级状态行事，要知道上级的状态由谁宣布、凭什么算已进入", "Whoever acts on a state imposed from above must know who declares it and by what it is held to be entered"),
        ("{clause}随“{names}”而定，由谁宣布、凭什么算已进入，全文没有说明", "{clause} goes by this: {names}; no clause says who declares it and by what it is held to be entered"),
        ("写明由上级哪一机构宣布、以何种文书为准", "Name the body above that declares it and the notice that counts"),
    ),
    "condition-never-defined:extent": RuleWords(
        ("以范围定级而不说要及于多少地方，一处不差还是多处即可各有说法", "A level that turns on an extent leaves it open whether every place must be struck or many are enough"),
        ("{clause}以{names}为条件，它决定{for}，没有说明须处处都有还是及于多处即可", "{clause} rests on an extent ({names}) which decides {for}; whether every place must be struck or many are enough is not said"),
        ("写明须及于几处，或占多大比例", "Say how many places, or what share of them"),
    ),
    "levels-rest-on-judgement": RuleWords(
        ("标准里的程度词没有数值、没有界定，定级全凭判断", "Words of degree without figure or definition leave the level to judgement"),
        ("{scheme}的标准用了没有界定的词：{names}", "{scheme}: the standards use words nobody defines: {names}"),
        ("逐词给出数值或可观察的情形，或写明由谁认定", "Give each a figure or something that can be observed, or say who determines it"),
    ),
    "reference-circle": RuleWords(
        ("循环引用等于没有规定", "A reference that comes back to itself says nothing"),
        ("{steps}循环引用", "{steps} refer to each other in a circle"),
        ("其中一条写出实际内容", "Let one of them say what is meant"),
    ),
    "term-defined-twice": RuleWords(
        ("一个术语两种定义，用到它的条款可作两种理解", "Two definitions of one term let every clause that uses it be read in two ways"),
        ("“{term}”有不同的定义：{means}", "“{term}” is defined in different ways: {means}"),
        ("只保留一个定义", "Keep one definition"),
    ),
    "form-never-asked-for": RuleWords(
        ("没有一条要求使用的表不会有人填，也不知何时填、填给谁", "A form no clause asks for is filled in by nobody, and nobody knows when and for whom"),
        ("所附{forms}，正文没有一条要求使用", "No clause of the body asks for the annexed forms: {forms}"),
        ("在启动、结束、通报的条款中写明用哪张表、由谁填、报谁批", "In the clauses on start, end and notices say which form is used, who fills it in and who approves"),
    ),
    "list-never-asked-for": RuleWords(
        ("正文不提的附表与正文的规定对不上", "An annexed list the body does not mention stands beside its rules without a link"),
        ("所附{lists}，正文没有一条提到", "No clause of the body mentions the annexed lists: {lists}"),
        ("在相应条款写“名单见附录”，并写明由谁更新", "In the clauses concerned refer to the annex and say who keeps it up to date"),
    ),
    "directory-not-given": RuleWords(
        ("名册不在预案里，用时找不到人", "A directory that is not with the plan is not at hand when people must be called"),
        ("{clause}要求编制{lists}，预案没有附上", "{clause} asks for a directory ({lists}), and the plan does not carry it"),
        ("作为附件附上，或写明存放何处、多久更新", "Annex it, or say where it is kept and how often it is renewed"),
    ),
    "form-lacks-activation": RuleWords(
        ("启动响应须明确级别、预计期限和措施，审批表没有这些栏，批下来也不完整", "An activation states level, expected duration and measures; a form without boxes for them yields an incomplete one"),
        ("{form}没有以下各栏：{missing}", "{form} has no box for: {missing}"),
        ("增加{missing}各栏", "Add boxes for {missing}"),
        ("突发事件应对法（2024年）第七十一、七十二条", "Emergency Response Law 2024, art. 71, 72"),
    ),
    "rules-not-named": RuleWords(
        ("“按有关规定”没有写出哪一份规定，执行的人无从查起", 'Whoever must act "under the rules concerned" cannot look them up'),
        ("以下措施、报告或发布依据的规定没有写明是哪一份：{cited}", "Measures, reports or publications rest on rules that are not named: {cited}"),
        ("写出法规或文件的名称和条款", "Name the law or document and its article"),
    ),
    "no-plan-cited": RuleWords(
        ("预案要与总体预案和上级预案衔接，编制依据应当列出", "A plan links up with the master plan and the plans above, so its basis names them"),
        ("{clauses}所列依据没有任何一份预案，而条文要向{upward}请示、报告", "The basis ({clauses}) names no plan, while clauses turn to {upward}"),
        ("在编制依据中列出本级总体预案和上级同类预案", "Name the district's master plan and the plan of the level above among the basis"),
        ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十二、二十四条", "Rules on plan management, 国办发〔2024〕5号, art. 22, 24"),
    ),
    "plan-cited-by-other-title": RuleWords(
        ("引用的名称与预案名称不一致，难以确认是同一份", "A plan cited by another title than its own may be another plan"),
        ("{clause}引用《{cited}》，该预案名称为《{title}》", "{clause} cites 《{cited}》; the plan is titled 《{title}》"),
        ("改为《{title}》", "Write 《{title}》"),
    ),
    # --- numbering
    "numbering-jump": RuleWords(
        ("条号跳跃使引用落空，也看不出是否漏了条文", "Where numbers jump, references miss and nobody can tell whether a clause is lacking"),
        ("条号不连续：{jumps}", "The numbers do not run on: {jumps}"),
        ("自{first}起重编条号，并核对是否有遗漏的条文", "Renumber from {first} on and check whether a clause is missing"),
    ),
    "contents-heading-differs": RuleWords(
        ("目录与正文标题不一致，说明有一处未随修改更新", "Where the contents page differs from the headings one of them was not kept up"),
        ("目录与正文标题不一致：{differ}", "Contents page and headings differ: {differ}"),
        ("统一目录与正文的标题", "Make headings and contents page agree"),
    ),
    "contents-page-incomplete": RuleWords(
        ("目录应与正文的条款一一对应", "Contents page and body list the same clauses"),
        ("目录与正文条款不对应：{lacking}", "Contents page and body do not list the same clauses: {lacking}"),
        ("补入所缺条款，或从目录中删去", "Add the missing clause, or take it off the contents page"),
    ),
}
