"""What the rules on thresholds say."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.source import Text
from emergency.words.rules import RuleWords

__all__ = [
    "ALL_OVER", "FIGURE", "HOW_JOINED", "NO_FIGURE", "PLACES", "SPOKEN", "SYMBOLS", "THRESHOLD", "UNMEASURED", "WIDE",
]  # fmt: skip

#: How an end asks that the matter itself be over, whatever it was.
ALL_OVER = "处置完毕|处置结束|处理完毕|消除|解除|平息|得到(有效)?控制"
#: A name that carries a figure instead of the condition being written as one.
FIGURE = r"\d"
#: Extents that one place does not fill.
WIDE = "较大范围|大范围|大面积|全区|全县|全市|多个"
SYMBOLS: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
SPOKEN: Mapping[str, tuple[str, str]] = {
    "and": ("且", " and "),
    "or": ("或", " or "),
    "not": ("非“{}”", "not “{}”"),
    "any": ("有一处“{}”", "“{}” in at least one place"),
    "all": ("处处“{}”", "“{}” everywhere"),
    "none": ("无一处“{}”", "“{}” nowhere"),
    "count": ("“{}”的地方 {} 处", "places with “{}” {}"),
    "for": ("{}持续{}", "{} for {}"),
}
#: What is not said of how cases, or a definition and its cases, are joined.
HOW_JOINED: Mapping[str, Text] = {
    "items": Text(zh="所列各项满足一项即可还是须全部满足", en="whether one listed case is enough or all are needed"),
    "definition": Text(zh="定义本身能否成立该级、所列情形不合定义时算不算", en="whether the definition by itself makes the level, and whether a listed case does that does not meet it"),
}
NO_FIGURE = Text(zh="其中一项", en="one of them")
PLACES = ("{n}处", "{n} places")
#: What is not said of how a number is worked out.
UNMEASURED: Mapping[str, tuple[str, str]] = {
    "formula": ("分子、分母各取什么、按多长时间计", "what is divided by what, over which time"),
    "over": ("按各品种合计还是按最紧的一种计", "whether of all kinds together or of the scarcest"),
    "part": ("“{}”中的除数以哪一段时间为准", "over which time the divisor of “{}” is taken"),
}

THRESHOLD: Mapping[str, RuleWords] = {
    # --- bounds
    "levels-overlap": RuleWords(
        ("同一数值同时符合几级而不说以哪一级为准，定级就有几种结果", "Where one number meets several levels and no clause says which counts, the level has several answers"),
        ("{levels}的门槛有重叠，没有一条说明同时符合时以哪一级为准；如{example}，既符合{both}", "The bounds overlap ({levels}) and no clause says which level counts; {example} meets all of: {both}"),
        ("写明“同时符合几级的，按较重的一级”，或给每级写全上下限", 'Write "where several levels\' cases hold the graver counts", or give each level both its bounds'),
    ),
    "levels-overlap-together": RuleWords(
        ("同一情形同时符合几级而不说以哪一级为准，定级就有几种结果", "Where one case meets several levels and no clause says which counts, the level has several answers"),
        ("{levels}可以同时成立，没有一条说明以哪一级为准；如{example}，既符合{both}", "Several levels can hold at once ({levels}) and no clause says which counts; {example} meets all of: {both}"),
        ("写明“同时符合几级的，按较重的一级”，或在较轻一级中排除较重一级的情形", 'Write "where several levels\' cases hold the graver counts", or have the milder levels exclude the graver cases'),
    ),
    "levels-overlap-together:apart": RuleWords(
        ("几级情形同时出现而不说以哪一级为准，定级就有几种结果", "Where cases of several levels occur at once and no clause says which counts, the level has several answers"),
        ("{levels}的情形各自独立，可以同时出现，没有一条说明以哪一级为准；如{example}，既符合{both}", "The cases of these levels do not exclude each other ({levels}), and no clause says which counts where they occur at once; {example} meets all of: {both}"),
        ("写明“同时符合几级的，按较重的一级”", 'Write "where several levels\' cases hold the graver counts"'),
    ),
    "levels-leave-gap": RuleWords(
        ("两级之间、或最重一级之外的数值没有级，情况加重反而无级可依", "Numbers between two levels or beyond the gravest belong to none: things get worse and no level holds"),
        ("{scheme}的{variable}有空档：{gaps}不属于任何一级（如{example}）", "{scheme}: {variable} leaves a gap: {gaps} belongs to no level (as {example})"),
        ("让相邻两级的界值相接，并写明界值归哪一级：补上{gaps}", "Let neighbouring levels meet and say to which the bound belongs; cover {gaps}"),
    ),
    "bounds-out-of-order": RuleWords(
        ("门槛应随等级加重而收紧，次序颠倒或相同时较轻一级失去意义", "Bounds tighten as levels get graver; where they do not, a level loses its meaning"),
        ("{variable}的门槛与等级轻重不合：{bounds}", "The bounds on {variable} do not follow the levels: {bounds}"),
        ("按轻重次序改写这几级的数值：{bounds}", "Rewrite the figures of these levels in their order: {bounds}"),
    ),
    "two-bounds-at-one-level": RuleWords(
        ("同一级用同一指标而两处数值不同，按哪一处定级没有答案", "Two figures for one variable at one level leave no answer as to which counts"),
        ("{level}对{variable}有两个数值：{bounds}", "{level} has two figures for {variable}: {bounds}"),
        ("只保留一个数值，其余各条引用它", "Keep one figure and let the other clauses refer to it"),
    ),
    "bound-inclusion-unstated": RuleWords(
        ("“以上、以下”含不含本数，惯例虽有，预案写明才无争议", 'Whether "and above" includes the number is a matter of custom; a plan that says so is not argued about'),
        ("没有写明含不含本数：{bounds}", "Whether the number itself is included is not said: {bounds}"),
        ("在附则写一句“本预案所称以上、以内含本数，不足、低于不含本数”", 'Add to the final chapter: "and above" and "within" include the number, "under" and "less than" do not'),
    ),
    "grounds-not-joined": RuleWords(
        ("列了几种情形而不说满足一项还是全部，或既有定义又有情形而不说以哪个为准，定级可有两种结果", "Cases listed without saying whether one is enough, or a definition beside them, give a level two answers"),
        ("{scheme}的标准没有写明：{how}；如只有“{example}”时算不算达到", "{scheme}: the standards do not say {how}; take only “{example}”: is the level reached?"),
        ("写成“有下列情形之一的，为某级”，定义只作说明或删去", 'Write "the level is reached where one of the following holds" and keep definitions as explanation only'),
    ),
    "two-standards-for-one-level": RuleWords(
        ("两条给出不同的标准而不说关系，各方各据一条", "Where two clauses give different standards and none says how they go together, everyone goes by the one that suits"),
        ("{scheme}有几个不同的启动标准，没有说明须都具备还是其一即可：{standards}", "{scheme}: the clauses give different standards, and none says whether one or all must hold: {standards}"),
        ("标准集中写在一条，其余各条引用它；或写明其一即可", "Put the standards in one clause and let the others refer to it, or say that one is enough"),
    ),
    "start-asks-for-more": RuleWords(
        ("程序条款另加一个条件，标准达到而这一条件不具备时启动与否两可", "A clause on procedure that adds a condition leaves it open what happens where the standards are met without it"),
        ("{scheme}的标准在{standards}，而程序条款另有条件（{conditions}），标准已达到而这一条件不具备时是否启动没有说明", "{scheme}: the standards stand in {standards}, and a clause on procedure adds a condition ({conditions}); whether to act where the standards are met without it is not said"),
        ("删去程序条款中的条件，改为“达到第某条标准的”；或把它写进各级标准", 'Drop the condition and write "where the standards of clause … are met", or put it among the standards'),
    ),
    "count-out-of-reach": RuleWords(
        ("要求的数目多于实有的数目，这一标准永远达不到", "A count greater than the number of places there are is never reached"),
        ("{clause}的条件“{condition}”达不到：实有{places}处", "{clause}: the condition “{condition}” cannot be met: there are {places} places"),
        ("改为不超过{places}的数目，或改用比例", "Ask for no more than {places}, or for a share"),
    ),
    "entry-and-exit-share-bound": RuleWords(
        ("进入与退出同一数值，数值在界上来回时响应反复启停", "Where a level is entered and left at one number, a value that wavers there starts and ends it again and again"),
        ("{level}按{entry}进入、按{exit}退出，都以{variable} {number}为界，也不要求持续多久", "Entry ({entry}) and exit ({exit}) share one bound, {variable} {number}, and nothing has to last: {level}"),
        ("退出另定较宽的数值，或要求恢复后持续若干天", "Give the exit a wider figure, or ask that recovery last some days"),
    ),
    "start-and-end-both-hold": RuleWords(
        ("结束的条件不问启动的情形是否还在，两者可以同时成立：宣布结束之后又该启动，反复不止", "An end that does not ask whether what called for the start is gone can hold beside it: ended, the response is called for again, and so on without limit"),
        ("{end}的结束条件（{over}）与{start}的启动情形（{case}）可以同时成立：刚宣布结束，{levels}的标准仍然达到", "The end of {end} ({over}) and the case of {start} ({case}) can hold at once: just ended, these are called for again: {levels}"),
        ("在{end}加上“启动的情形（{start}）已不存在”，或写明同一情形不再重新启动", "Have {end} ask as well that the cases of {start} are gone, or say that one and the same case does not start the response again"),
    ),
    # --- quantities
    "quantity-not-measured": RuleWords(
        ("决定等级的数怎么算没有写明，各方各算，定级就不同", "Where nobody says how the deciding number is worked out, everyone works out another level"),
        ("{clauses}以{names}定级，没有一条写明{open}", "{names} decides on levels ({clauses}); no clause says {open}"),
        ("在名词解释中写明{names}的算法：{open}", "Define it among the terms ({names}): {open}"),
    ),
    "quantity-not-measured:two-names": RuleWords(
        ("决定等级的数怎么算没有写明，各方各算，定级就不同", "Where nobody says how the deciding number is worked out, everyone works out another level"),
        ("{clauses}以{names}定级，两种叫法是否同一个数没有说，也没有一条写明{open}", "Levels are decided by what may be one number or two ({clauses}: {names}); no clause says which, nor {open}"),
        ("统一用一个名称，并在名词解释中写明{open}", "Use one name, and say among the terms {open}"),
    ),
    "quantity-nobody-reports": RuleWords(
        ("没有人按期测算的数，到了门槛也无人知道", "A number nobody works out at intervals may pass its bound unseen"),
        ("{clauses}以{name}定级，没有一条专门写这个数由谁测算、多久报一次", "{name} decides on levels ({clauses}); no clause says of this number who works it out and how often it is reported"),
        ("写明由哪个单位测算{name}、平时和接近门槛时各多久报一次", "Say which body works it out ({name}) and how often it reports, in ordinary times and near the bound"),
    ),
    "condition-nobody-observes": RuleWords(
        ("条件是否具备要有人核实；没有人核实的条件，决定的人只凭印象", "Somebody must look whether a condition holds; where nobody does, those who decide go by impression"),
        ("{clause}以{names}为条件，由{who}决定或宣布，没有一条写由谁核实、由谁报告这一条件已经具备", "{clause} rests on this ({names}) and is decided or announced by {who}; no clause says who looks into it and reports that it holds"),
        ("写明由谁核实、以什么为据、向谁报告", "Say who looks into it, by what, and to whom it is reported"),
    ),
    "figure-without-range": RuleWords(
        ("读不成一个范围的数值，达到没达到各说各话", "A figure that stands for no one range is met for one reader and not for the next"),
        ("{clause}的数值可以读成几个不同的范围（{name}），是否达到{decides}无从认定", "{clause}: the figure can be read as several ranges ({name}); whether this is reached cannot be told: {decides}"),
        ("把两类对象分开，各写一个数值，并写明上下限和含不含本数", "Separate the kinds it speaks of and give each one figure with its bounds and what they include"),
    ),
    "extent-not-bounded": RuleWords(
        ("以地域定级而不划界，同一地点属不属于该地域、定哪一级各有说法", "Where a level turns on an area nobody bounds, whether a place lies in it, and so the level, is open"),
        ("{clauses}以所在地域定级（{says}；{decides}），该地域没有一条划界或列名；现暂按{places}计", "{clauses} decide by area ({says}; {decides}) and no clause bounds or lists it; for the time being taken as {places}"),
        ("列出所指的街道、社区和单位名称，作为附件", "List the subdistricts, communities and units that are meant, as an annex"),
    ),
    "wide-and-single-place": RuleWords(
        ("定义要求较大范围，最轻一级却只要一处，照定义这一级不会出现", "The definition asks for a wide area and the mildest level for one place: by the definition that level never comes"),
        ("按{defined}，“{term}”须在较大范围内发生，而{clauses}一处发生即达到{levels}", "By {defined} “{term}” spreads over a wide area, yet by {clauses} one place is enough for {levels}"),
        ("从定义中删去范围，由分级标准规定范围；或写明一处发生时“较大范围”指什么", "Take the extent out of the definition and leave it to the levels, or say what a wide area is where one place is hit"),
    ),
    "reported-too-seldom": RuleWords(
        ("报送间隔比跨过几级所需的时间还长，等级过去了才知道", "Where reports come less often than levels are passed, a level is known when it is over"),
        ("{variable}的报送间隔为{interval}，而按正常需求、没有到货时它每天少一天，{days}天就可越过一级以上（{levels}的门槛由{first}至{last}天）", "{variable} is reported at an interval of {interval}; at normal demand, with nothing arriving, it falls by one a day, and {days} days pass a level or more ({levels}: from {first} down to {last} days)"),
        ("写明低于某一数值（如{early}天）时改为每日报送，越过门槛立即报送", "Have it reported daily from a stated figure down (say {early} days), and at once when a bound is passed"),
    ),
    "reported-too-seldom:unless": RuleWords(
        ("报送间隔比跨过几级所需的时间还长，等级过去了才知道", "Where reports come less often than levels are passed, a level is known when it is over"),
        ("{variable}平时的报送间隔为{interval}，而按正常需求、没有到货时它每天少一天，{days}天就可在两次报送之间越过{levels}的门槛（由{first}天至{last}天）；更密的报送以“{unless}”为条件，何时算是没有写明", "{variable} is ordinarily reported at an interval of {interval}; at normal demand, with nothing arriving, it falls by one a day, and {days} days between two reports take it past the bounds of {levels} (from {first} to {last} days); denser reports depend on “{unless}”, and no clause says when that holds"),
        ("用数值写明何时改为每日报送（如低于{early}天），并规定越过门槛立即报送", "Say by a figure from when on reports are daily (say under {early} days), and have a passed bound reported at once"),
    ),
    "lasting-condition-unwatched": RuleWords(
        ("“连续多久未发现”而不写多久查一次，不查也就不会发现", 'Nothing found for so long means little where nobody says how often one looks'),
        ("{clause}的条件是：{condition}；没有一条写这期间多久查一次", "{clause} rests on this: {condition}; no clause says how often one looks during that time"),
        ("写明这段时间由谁、多久调查一次、覆盖哪些地方", "Say who surveys during that time, how often, and which places"),
    ),
    # --- several variables
    "level-never-alone": RuleWords(
        ("较轻一级成立时较重一级必然成立，较轻一级就永远轮不到", "A milder level that never holds without a graver one never comes into play"),
        ("凡符合{level}的情形都同时符合{graver}", "Whatever meets {level} meets this too: {graver}"),
        ("核对两级的标准，使{level}有不属于{graver}的情形", "Compare the standards so that {level} has cases of its own besides {graver}"),
    ),
    "condition-never-holds": RuleWords(
        ("自相矛盾的条件永远不成立，与之相连的规定等于没有", "A condition that contradicts itself never holds, and what hangs on it is void"),
        ("{clause}的条件“{condition}”自相矛盾，任何情形都不能满足", "{clause}: nothing can meet the condition “{condition}”"),
        ("改正其中的数值或连接词", "Correct its figures or its connectives"),
    ),
}
