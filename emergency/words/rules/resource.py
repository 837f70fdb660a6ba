"""What the rules on resources and arithmetic say, and how plans print what is kept above them."""

from __future__ import annotations

from collections.abc import Mapping

from emergency.words.rules import RuleWords

__all__ = ["ABOVE", "LACKS", "LIST", "PHRASES", "RESOURCE", "SPAN"]

#: Names of reserves kept by higher levels: not the plan's to describe.
ABOVE = r"^(国家|中央|省|市级|上级)"
#: Sizes given in words: "three months' sales".
SPAN = r"[一二两三四五六七八九十\d]+个?(天|日|月|年)"
#: What lists are called, besides what they list.
LIST = r"名单|名录|清单|目录|（.*?）|\(.*?\)"

LACKS: Mapping[str, tuple[str, str]] = {
    "amount": ("数量", "amount"),
    "place": ("存放地点", "place"),
    "holder": ("保管单位", "holder"),
}

#: Parts of messages.
PHRASES: Mapping[str, tuple[str, str]] = {
    "also": ("；它同时列在{lists}", "; it is listed too under {lists}"),
    "lacks": ("{clause} {name}（缺{lacks}）", "{clause} {name} (no {lacks})"),
    "none": ("无", "none"),
    "raw": (
        "；{clause}所列储备{whole}中有{part}须先加工，都要经它",
        "; {part} of the {whole} named in {clause} must be processed first, and all of it passes through this one",
    ),
    "yield": ("{amount}按{share}折算", "{amount} at {share}"),
}

_RESOURCES = ("突发事件应急预案管理办法（国办发〔2024〕5号）第二十四条", "Rules on plan management, 国办发〔2024〕5号, art. 24")

RESOURCE: Mapping[str, RuleWords] = {
    # --- arithmetic
    "parts-miss-total": RuleWords(
        ("分项与总数对不上，调用时能拿出多少说不清", "Where the parts do not make the total nobody can tell how much there is to draw on"),
        ("{clause}的总数是{total}，所列分项{parts}合计{sum}，相差{gap}，没有说明差在哪里", "{clause} gives {total} in all; the parts it names ({parts}) come to {sum}: {gap} apart, and no clause says why"),
        ("写明差额{gap}是什么，或改正总数；如分项折算后计入，写明折率（单就总数反推：{yields}）", "Say what the missing {gap} is or correct the total; where a part is counted converted, state the rate (worked back from the total: {yields})"),
    ),
    "parts-miss-total:over": RuleWords(
        ("分项与总数对不上，调用时能拿出多少说不清", "Where the parts do not make the total nobody can tell how much there is to draw on"),
        ("{clause}的总数是{total}，所列分项{parts}合计{sum}，反而多出{gap}", "{clause} gives {total} in all; the parts it names ({parts}) come to {sum}: {gap} more than the whole"),
        ("改正总数或分项，使两者相符", "Correct the total or the parts so that they agree"),
    ),
    "count-not-as-listed": RuleWords(
        ("条文写的个数与附录所列不同，有几处可用便说不清", "Where a clause counts one number and the annex lists another nobody knows how many there are"),
        ("{clause}写{name}{count}，{annex}列出{listed}个", "{clause} counts {count} ({name}); {annex} lists {listed}"),
        ("改正个数，或补足、删减附录", "Correct the number or the annex"),
    ),
    # --- what is kept
    "reserve-not-specified": RuleWords(
        ("储备不写数量、地点和保管单位，用时不知能调多少、到哪里找谁", "Of a reserve without amount, place and holder nobody knows how much there is, where and with whom"),
        ("储备没有写全，全文也没有另一处补上：{reserves}", "These reserves are not fully described, and no other clause makes up for it: {reserves}"),
        ("逐项写明品种、数量、存放地点和保管单位，或写明以哪份文件为准", "For each state kind, amount, place and holder, or name the document that does"),
        _RESOURCES,
    ),
    "supply-rests-on-one": RuleWords(
        ("应急供应靠一家，这家停了，整条线就断", "Where a supply line rests on one enterprise it breaks when that one stops"),
        ("{functions}只列了一家：{holder}{also}{raw}", "These lists name one enterprise only ({functions}): {holder}{also}{raw}"),
        ("每份名单再确定至少一家备选，或与邻近地区的企业签订代加工、代供协议，并写明何时改用", "Name at least one more for each list, or agree with enterprises near by to stand in, and say when they are called on"),
        _RESOURCES,
    ),
    "supply-points-too-few": RuleWords(
        ("最重一级只留一两处供应点而不指明是哪几处，一处故障即断供，名单要到当时再定", "Where one or two points are left and not named, one failure stops supply and the choice is made in the middle of the crisis"),
        ("{clauses}只留{amount}处供应点（{objects}），最少时仅一处，没有写是哪几处，也没有写备用", "{clauses} leaves {amount} supply points ({objects}), perhaps one only; which they are and what stands in is not said"),
        ("平时就列出候选的供应点和备用点，各配电源、存量和值守，写进附件", "List the points and their stand-ins beforehand, with power, stock and staff for each, in an annex"),
    ),
    "network-at-one-level": RuleWords(
        ("保障网络只在一级启用，其余各级有任务而没有网络可用", "Where networks run at one level only the other levels have tasks and nothing to carry them out with"),
        ("{clause}只规定{gated}时由谁组织使用应急网络（{network}），{left}时由谁组织没有写", "{clause} says who runs the emergency networks ({network}) at one level only: {gated}; it does not for {left}"),
        ("把{clause}的适用范围改为各级，或为{left}另写由谁组织", "Let {clause} hold at every level, or say who runs them at the other: {left}"),
    ),
}
