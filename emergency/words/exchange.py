"""The words of spreadsheets and warnings that go to others and come back: headings, sentences, problems."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from emergency.errors import Problem
from emergency.source import Where
from emergency.words import problems
from emergency.words.findings import filled
from emergency.words.table import Table

__all__ = ["ABOUT", "CAP", "COLUMNS", "MSEL", "field_named", "heading", "plain", "problem", "told"]

#: Columns of a master scenario events list, in their order.
COLUMNS: Table = {
    "no": ("序号", "No."),
    "planned": ("计划时间", "Planned time"),
    "moment": ("情景时间", "Scenario time"),
    "elapsed": ("历时", "Elapsed"),
    "type": ("类型", "Type"),
    "title": ("事件", "Event"),
    "text": ("内容", "Content"),
    "from": ("发出方", "From"),
    "to": ("接收方", "To"),
    "method": ("方式", "Method"),
    "controller": ("责任导调员", "Controller"),
    "waits": ("等候条件", "Waits for"),
    "expected": ("预期行动", "Expected actions"),
    "expects": ("依据条款", "Clauses"),
    "objective": ("演练目标", "Objective"),
    "note": ("评估记录", "Evaluator note"),
    "status": ("状态", "Status"),
    "actual": ("实际时间", "Actual time"),
    "comments": ("备注", "Comments"),
    "id": ("编号", "Id"),
    "other-title": ("事件（英文）", "Event (Chinese)"),
    "other-text": ("内容（英文）", "Content (Chinese)"),
    "other-comments": ("备注（英文）", "Comments (Chinese)"),
    "at": ("at 时刻", "at"),
    "every": ("every 间隔", "every"),
    "when": ("when 条件", "when"),
    "of": ("of 预案", "of"),
    "once": ("once 仅一次", "once"),
    "after": ("after 滞后", "after"),
    "unless": ("unless 除非", "unless"),
    "effects": ("effects 对情景的作用", "effects"),
    "tells": ("tells 告知", "tells"),
}

#: Other headings under which such a column is met.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "no": ("no", "#", "number", "编次", "行号", "msel no.", "inject no.", "serial"),
    "planned": ("time", "wall time", "planned", "scheduled time", "inject time", "exercise time", "时间", "时刻", "演练时间", "注入时间", "发布时间"),
    "moment": ("simulated time", "scenario clock", "情景时刻", "模拟时间", "情境时间"),
    "elapsed": ("t+", "elapsed time", "offset", "相对时间", "累计时间"),
    "type": ("event type", "inject type", "类别", "事件类型", "注入类型"),
    "title": ("event synopsis", "synopsis", "inject", "event description", "title", "情景事件", "注入事件", "注入", "事件概要", "事件名称", "标题", "情景"),
    "text": ("description", "detail", "details", "message", "inject text", "事件内容", "注入内容", "信息内容", "描述", "详情", "消息"),
    "from": ("sender", "simulated sender", "source", "发送方", "来源", "发布者", "模拟发出方"),
    "to": ("recipient", "recipients", "player", "target", "接收者", "接收单位", "参演单位", "对象"),
    "method": ("mode", "delivery", "delivery method", "means", "传递方式", "注入方式", "途径"),
    "controller": ("responsible controller", "facilitator", "导调员", "控制人员", "责任人"),
    "waits": ("trigger", "released if", "condition", "触发条件", "释放条件"),
    "expected": ("expected action", "expected player action", "expected player actions", "expected response", "预期响应", "期望行动", "应对行动", "预期处置"),
    "expects": ("clause", "reference", "references", "条款", "依据", "预案条款"),
    "objective": ("objectives", "capability", "critical task", "objective/capability", "目标", "演练科目", "科目", "考核目标"),
    "note": ("evaluator notes", "evaluation", "evaluator", "评估要点", "评估意见"),
    "status": ("state", "执行状态", "完成情况"),
    "actual": ("actual", "time released", "实际释放时间", "完成时间"),
    "comments": ("comment", "remarks", "remark", "notes", "说明", "注"),
    "id": ("identifier", "inject id", "标识"),
    "other-title": ("event (english)", "title (english)", "事件（中文）"),
    "other-text": ("content (english)", "内容（中文）"),
    "other-comments": ("comments (english)", "备注（中文）"),
    "at": ("at 时刻", "at time"),
}

#: What the second sheet tells of the scenario.
ABOUT: Table = {
    "scenario": ("情景", "Scenario"),
    "title": ("标题（中文）", "Title (Chinese)"),
    "other-title": ("标题（英文）", "Title (English)"),
    "story": ("梗概（中文）", "Story (Chinese)"),
    "other-story": ("梗概（英文）", "Story (English)"),
    "plans": ("预案", "Plans"),
    "start": ("情景开始", "Scenario starts"),
    "horizon": ("时长", "Horizon"),
    "seed": ("随机种子", "Seed"),
    "wall": ("演练开始", "Exercise starts"),
    "pace": ("倍速", "Pace"),
}

MSEL: Table = {
    "msel": ("情景事件清单", "MSEL"),
    "about": ("说明", "About"),
    "objectives": ("演练目标", "Objectives"),
    "objective-zh": ("目标（中文）", "Objective (Chinese)"),
    "objective-en": ("目标（英文）", "Objective (English)"),
    "inject": ("注入", "inject"),
    "conditional": ("条件注入", "conditional inject"),
    "contingency": ("备用注入", "contingency inject"),
    "recurring": ("反复注入", "recurring inject"),
    "waits-when": ("待：{what}", "when {what}"),
    "waits-after": ("，之后 {time}", ", {time} later"),
    "waits-each": ("（每次）", " (each time)"),
    "waits-every": ("约每 {time} 一次", "about every {time}"),
    "waits-unless": ("若已{what}则不注入", "stays away if {what}"),
    "state-any": ("已有{scheme}（任一级）", "any level of {scheme} is in force"),
    "state-none": ("尚无{scheme}", "no level of {scheme} is in force"),
    "and": ("，且", " and "),
    "or": ("，或", " or "),
    "exercise": ("演练：以下均非真实事件", "EXERCISE: nothing here is real"),
    "own": ("灰色各列为情景文件的写法，读回时不丢内容；时间改在前面的列即可。", "Grey columns are in the scenario file's own notation, so that nothing is lost when the list is read back; times may simply be changed in the columns before them."),
    "planned-note": ("计划时间＝演练开始＋历时÷倍速；区间取最可能值。", "Planned time = start of the exercise + elapsed time / pace; of a range, the likely value."),
    # the account of what was read
    "read": ("读取 {n} 个注入事件，写成 {path}", "{n} injects read, written to {path}"),
    "row": ("第 {row} 行", "row {row}"),
    "no-translation": ("“{name}”只有一种语言，另一种照抄", "{name} is given in one language only and stands for both"),
    "no-time": ("没有时间也没有 when 条件，未成为注入事件，以注释保留", "neither a time nor a when condition: kept as a comment, not as an inject"),
    "no-unless": ("标为备用注入，却没有 unless 条件：到时总会发生", "called a contingency inject and has no unless condition: it will always happen"),
    "no-clause": ("预期行动没有条款，推演后无从对照", "the expected action cites no clause, so that play cannot be compared with it"),
    "objective-left": ("目标“{name}”没有条款，仅作备注", "the objective {name} has no clause and is kept as a note"),
    "time-changed": ("时间已改，at 一列的原分布不再使用", "the time was changed: what stood in the column at no longer counts"),
    "beyond": ("在情景结束（{horizon}）之后，不会发生", "after the scenario ends ({horizon}): it will not happen"),
    "column-kept": ("不认识的列“{name}”作为备注保留", "the unknown column {name} is kept as notes"),
    "title-missing": ("没有情景标题，用文件名代替", "no title of the scenario; the file's name stands for it"),
    "story-missing": ("没有情景梗概，请补写", "no story; write one"),
    "story-none": ("由 {name} 读入。", "Read from {name}."),
    "from-file": ("由 {name} 的工作表“{sheet}”读入", "Read from {name}, sheet {sheet}"),
    "marks": ("需要补充：", "What is missing:"),
}  # fmt: skip

#: Warnings in the Common Alerting Protocol.
CAP: Table = {
    "mark": ("【演练】", "[EXERCISE] "),
    "note": ("演练。本消息由推演产生，所述事件并未发生。", "Exercise. This message was made by a simulation; nothing it tells of has happened."),
    "chain": ("同一事项此前的消息曾公开，而预案没有规定公布这一变动。", "An earlier message of this matter was public, and no clause has this change published."),
    "headline": ("{mark}{plan}：{what}", "{mark}{plan}: {what}"),
    "over": ("解除{was}", "{was}: lifted"),
    "raised": ("由{was}升为{level}", "raised from {was} to {level}"),
    "lowered": ("由{was}降为{level}", "lowered from {was} to {level}"),
    "coloured": ("{level}（{colour}）", "{level} ({colour})"),
    "decided": ("由{who}决定。", "Decided by {who}."),
    "by-rule": ("条件具备即生效，无人另作决定。", "In force as its conditions hold; nobody decided it apart."),
    "clauses": ("依据：{list}。", "By: {list}."),
    "restricted": ("预案没有规定公布：限预案所列单位和演练人员。", "The plan does not have it published: for the bodies it names and those in the exercise."),
    "blue": ("蓝色", "blue"),
    "yellow": ("黄色", "yellow"),
    "orange": ("橙色", "orange"),
    "red": ("红色", "red"),
    "written": ("{n} 条消息写入 {path}", "{n} messages written to {path}"),
    "none": ("该次运行没有发布预警，也没有等级变动。", "The run issued no warning and changed no level."),
    "other-plans": ("预案或情景在该次运行之后已经改变：{list}", "plans or scenario have changed since the run: {list}"),
}

problems.PROBLEMS.update({
    "xlsx-not": ("this is not an Excel workbook (.xlsx)", "save it as .xlsx; .xls and .csv are not read", "不是 Excel 工作簿（.xlsx）", "请另存为 .xlsx；不读取 .xls 和 .csv"),
    "xlsx-broken": ("the workbook is damaged and cannot be read", "open it in a spreadsheet program and save it again", "工作簿已损坏，无法读取", "请用表格软件打开后重新保存"),
    "xlsx-too-large": ("the workbook is too large: {what}, at most {limit}", "keep only the list itself: no pictures, no empty formatted rows", "工作簿过大：{what}，上限 {limit}", "请只保留清单本身，去掉图片和带格式的空行"),
    "xlsx-entities": ("a part of the workbook declares a document type, which no spreadsheet program writes", "open it in a spreadsheet program and save it again", "工作簿中有文档类型声明，表格软件不会写出这样的内容", "请用表格软件打开后重新保存"),
    "xlsx-formula": ("this cell is a formula, and formulas are not evaluated", "copy the column and paste it as values", "此格是公式，本程序不计算公式", "请复制该列并“选择性粘贴为值”"),
    "xlsx-long-text": ("the text of this cell is longer than {max} characters", "", "此格文字超过 {max} 个字符", ""),
    "msel-no-sheet": ("there is no sheet {name}", "the sheets: {known}", "没有工作表 {name}", "现有工作表：{known}"),
    "msel-no-heading": ("no row of headings is recognised", "the first rows hold e.g. {known}; or name them: --column \"Event=…\"", "没有认出标题行", "前几行应有如 {known} 的标题；或用 --column \"事件=…\" 指定"),
    "msel-no-column": ("no column holds {name}", "name it: --column \"{name}=…\"; the headings here: {known}", "没有“{name}”一列", "请用 --column \"{name}=…\" 指定；此处的标题：{known}"),
    "msel-twice": ("two columns hold {name}; the first is column {column}", "rename one of them, or choose: --column \"{name}=…\"", "有两列都是“{name}”，第一列在第 {column} 列", "请改名，或用 --column \"{name}=…\" 指定"),
    "msel-bad-column": ("--column takes FIELD=HEADING, not {value}", "did you mean {near}?|the fields: {known}", "--column 应写 字段=标题，而不是 {value}", "是否想写 {near}？|可用字段：{known}"),
    "msel-no-such-heading": ("no column is headed {name}", "did you mean {near}?|the headings here: {known}", "没有标题为 {name} 的列", "是否想写 {near}？|此处的标题：{known}"),
    "msel-no-start": ("when the scenario starts is not told", "--start 2026-07-01T08:00: planned times count from there", "没有给出情景开始的时间", "请加 --start 2026-07-01T08:00，计划时间由此算起"),
    "msel-bad-start": ("{value} is no local time", "e.g. 2026-07-01T08:00", "{value} 不是当地时间", "例如 2026-07-01T08:00"),
    "msel-bad-time": ("{value} is no time", "e.g. 2026-07-01 08:30, 08:30, T+26:00 or 26 h", "{value} 不是时间", "例如 2026-07-01 08:30、08:30、T+26:00 或 26 h"),
    "msel-before-start": ("{value} is before the start, {start}", "check --start and the cell, or let what has passed count: --times elapsed", "{value} 早于开始时间 {start}", "请核对 --start 和此格；或以历时为准：--times elapsed"),
    "msel-times-differ": ("{first} and {second} tell different times here: {one} and {other} after the start", "correct one, or say which counts: --times {known}", "此行 {first} 与 {second} 不一致：分别为开始后 {one} 和 {other}", "请改正其一，或指定以哪列为准：--times {known}"),
    "msel-no-title": ("this row has no event", "fill in what happens, or empty the row", "此行没有写明事件", "请填写事件，或清空此行"),
    "msel-empty": ("the sheet holds no inject", "", "工作表中没有注入事件", ""),
    "msel-no-base": ("no scenario is told that this list belongs to", "--based-on SCENARIO: its plans, people and world are taken over", "没有说明清单属于哪个情景", "请加 --based-on 情景：沿用其预案、人员和世界"),
    "cap-unknown-level": ("the log tells of {name}, which is in no plan here", "the plan has changed since the run: run it again", "日志中的 {name} 不在这里的预案中", "预案在该次运行后已改变，请重新运行"),
})  # fmt: skip


def problem(code: str, where: Where | None = None, facts: Mapping[str, object] | None = None) -> Problem:
    """A problem of a file that came from elsewhere, which this table has the words for."""
    return Problem(code, where, facts or {})


def heading(field: str, lang: str) -> str:
    """What a column of the list is headed with."""
    return COLUMNS[field][lang != "zh"]


def told(name: str, lang: str, /, **facts: object) -> str:
    """A word or a sentence with its facts filled in; a fact is never read as a template."""
    found = MSEL.get(name) or CAP.get(name) or ABOUT[name]
    return filled(found[lang != "zh"], facts, lang)


def plain(text: str) -> str:
    r"""A heading without what people write differently: width, case, spaces, a colon or a star behind it.

    >>> plain("计划\n时间 *："), plain(" Planned  TIME:")
    ('计划时间', 'planned time')
    """
    words = unicodedata.normalize("NFKC", text).casefold().split()
    return ("" if any("\u4e00" <= char <= "\u9fff" for char in text) else " ").join(words).strip(" :*")


def field_named(name: str, table: Table = COLUMNS) -> str | None:
    """The field that a heading means, in either language or by another of its names; None if it is none."""
    return _KNOWN[id(table)].get(plain(name))


def _known(table: Table) -> dict[str, str]:
    found = {plain(name): field for field, names in table.items() for name in (field, *names)}
    more = _ALIASES if table is COLUMNS else {}
    for field, names in more.items():
        for name in names:
            found.setdefault(plain(name), field)
    return found


_KNOWN = {id(table): _known(table) for table in (COLUMNS, ABOUT)}
