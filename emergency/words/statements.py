"""Wording of statements on cards: what kinds there are, what their fields and the words in them are called."""

from __future__ import annotations

from emergency.words.table import Table, shown

__all__ = ["CHOICES", "FIELDS", "SECTIONS", "choice", "field", "section"]

#: The sections of a plan, as kinds of statement.
SECTIONS: Table = {
    "labels": ("等级名称", "name of a level"),
    "terms": ("术语", "term"),
    "seats": ("席位", "seat"),
    "duties": ("职责", "duty"),
    "events": ("事件", "event"),
    "indicators": ("监测", "watched"),
    "criteria": ("标准", "criterion"),
    "groups": ("各项的关系", "how items join"),
    "decisions": ("决定", "decision"),
    "precedence": ("先后", "precedence"),
    "measures": ("措施", "measure"),
    "reports": ("报告", "report"),
    "publications": ("发布", "publication"),
    "resources": ("资源", "resource"),
    "lists": ("名单", "list"),
    "contents": ("内容要求", "required contents"),
    "references": ("引用", "reference"),
    "forms": ("表单", "form"),
    "upkeep": ("预案管理", "upkeep"),
}

#: The fields of statements that do not speak for themselves.
FIELDS: Table = {
    "after": ("起算", "after"),
    "alternative": ("代替", "in place of"),
    "amount": ("数量", "amount"),
    "answer": ("按", "by"),
    "approved_by": ("批准", "approved by"),
    "boundary": ("边界值是否在内", "whether the bound itself is meant"),
    "by": ("由", "by"),
    "cleared_by": ("审核", "cleared by"),
    "colour": ("颜色", "colour"),
    "condition": ("条件", "if"),
    "connective": ("所需", "needed"),
    "content": ("内容", "content"),
    "contents": ("应含", "containing"),
    "discretion": ("酌情", "left open by"),
    "during": ("何时", "during"),
    "every": ("频次", "how often"),
    "fields": ("栏目", "fields"),
    "from_": ("由", "from"),
    "hazard": ("灾种", "hazard"),
    "holder": ("持有", "held by"),
    "holds_when": ("成立条件", "holds if"),
    "inherits": ("沿用", "as during"),
    "items": ("所列", "items"),
    "joins": ("各项", "items"),
    "keeper": ("保管", "kept by"),
    "kind": ("类别", "kind"),
    "means": ("含义", "means"),
    "measured_as": ("算法", "measured as"),
    "modality": ("要求", "modality"),
    "name": ("名称", "name"),
    "needs": ("须先有", "needs first"),
    "observer": ("监测者", "watched by"),
    "over": ("计算范围", "counted over"),
    "parts": ("其中", "of which"),
    "place": ("地点", "place"),
    "rank": ("次序", "rank"),
    "relation": ("关系", "relation"),
    "released_by": ("动用决定", "released by"),
    "report": ("报告", "report"),
    "role": ("作为", "as"),
    "same_as": ("标准同", "criteria those of"),
    "scope": ("范围", "where"),
    "signatories": ("签署", "signed by"),
    "state": ("状态", "state"),
    "steps": ("步骤", "steps"),
    "strength": ("力度", "how hard"),
    "target": ("作用于", "acts on"),
    "to": ("向", "to"),
    "together_with": ("会同", "together with"),
    "towards": ("对", "towards"),
    "trigger": ("时机", "when"),
    "unit": ("计量", "in"),
    "what": ("事项", "what"),
    "when": ("条件", "when"),
    "within": ("时限", "by when"),
    "word": ("称为", "called"),
}

#: Values that stand in statements as words of ours.
CHOICES: Table = {
    "all": ("各项都须满足", "all of them"),
    "any": ("有一项即可", "any of them"),
    "items-only": ("只看所列情形", "the listed cases only"),
    "definition": ("定义", "definition"),
    "item": ("所列情形之一", "one of the listed cases"),
    "unstated": ("未说明", "not stated"),
    "may": ("可以", "may"),
    "must-not": ("不得", "must not"),
    "blue": ("蓝色", "blue"),
    "yellow": ("黄色", "yellow"),
    "orange": ("橙色", "orange"),
    "red": ("红色", "red"),
    "head": ("主要负责人", "its head"),
    "principal": ("主要领导", "its principal leader"),
    "in-charge": ("单位负责人", "a person in charge of it"),
    "deputy-in-charge": ("分管负责人", "the one in charge of the matter"),
    "entered": ("进入等级", "a level is entered"),
    "left": ("离开等级", "a level is left"),
    "holds": ("条件成立", "a condition holds"),
    "reported": ("收到报告", "a report arrives"),
    "occurs": ("情况发生", "it happens"),
    "recovered": ("恢复", "recovery"),
    "given": ("附有", "given"),
    "required": ("要求编制", "to be drawn up"),
    "law": ("法律", "law"),
    "regulation": ("法规", "regulation"),
    "plan": ("预案", "plan"),
    "notice": ("文件", "notice"),
    "vague": ("未写名称", "not named"),
    "superior": ("上位", "above this plan"),
    "carve-out": ("另有规定的从其规定", "carved out"),
    "follows": ("照办", "followed"),
    "publicity": ("宣传", "publicity"),
    "training": ("培训", "training"),
    "exercise": ("演练", "exercise"),
    "review": ("评估", "review"),
    "revision": ("修订", "revision"),
    "supervision": ("监督", "supervision"),
    "accountability": ("责任追究", "accountability"),
    "interpretation": ("解释", "interpretation"),
    "in-force": ("施行", "in force"),
    "reward": ("奖励", "reward"),
    # what a clause may settle for the whole plan
    "several-criteria-hold": ("同时达到几级的标准", "criteria of several levels hold"),
    "step-down": ("降级", "stepping down"),
    "measures-of-milder-levels": ("升级后原级的措施", "measures of milder levels"),
    "measures-of-skipped-levels": ("越级时被越过一级的措施", "measures of levels passed over"),
    "definition-and-items": ("定义与所列情形", "a definition and its cases"),
    "measures-without-actor": ("未写由谁办的措施", "measures without an actor"),
}


def section(name: str, lang: str) -> str:
    """A section of a plan, as a kind of statement."""
    return shown(SECTIONS, name, lang)


def field(name: str, lang: str) -> str:
    """A field of a statement."""
    return shown(FIELDS, name, lang)


def choice(name: str, lang: str) -> str:
    """A word of ours in a statement; an unknown one is shown as it is.

    >>> choice("must-not", "en"), choice("raw-timber", "en")
    ('must not', 'raw-timber')
    """
    return shown(CHOICES, name, lang)
