"""What the audit of a plan file against its print says, Chinese and English."""

from __future__ import annotations

from emergency.words.table import Table

__all__ = ["AUDIT"]

#: What is found → its sentence, `f` being the finding.
AUDIT: Table = {
    "not-in-text": (
        "{f.clause} ({f.page}): {f.names} 引用，文本中没有这一条",
        "{f.clause} ({f.page}): named by {f.names}, but the text has no such clause",
    ),
    "not-in-plan": (
        "{f.clause} ({f.page}): 文本第 {f.line} 行有此条，预案文件未登记",
        "{f.clause} ({f.page}): stands in line {f.line} of the text and has no entry in the plan file",
    ),
    "stated": (
        "{f.clause}: {f.by} 写有 {f.figure}，该条原文没有",
        "{f.clause}: {f.by} states {f.figure}, which the clause does not print",
    ),
    "printed": (
        "{f.clause}: 原文第 {f.line} 行的 {f.figure} 既不在该条的语句中，也未列入 figures",
        "{f.clause}: prints {f.figure} (line {f.line}), which no statement of it and no `figures` carries",
    ),
    "named": (
        "{f.clause}: figures 列有 {f.figure}，该条原文没有",
        "{f.clause}: `figures` names {f.figure}, which the clause does not print",
    ),
    "order": (
        "{f.clause}: 原文第 {f.line} 行有要求（{f.listed}），既无语句，也未标为 judgement",
        "{f.clause}: orders something ({f.listed}, line {f.line}) without a statement or status judgement",
    ),
    "heading": (
        "{f.clause} ({f.page}): 标题不一致，文件为 {f.in_plan}，原文为 {f.in_text}",
        "{f.clause} ({f.page}): heading differs, the file has {f.in_plan}, the print {f.in_text}",
    ),
    "no-statement": (
        "{f.clause}: 状态为 {f.status}，却没有任何语句",
        "{f.clause}: status {f.status}, but nothing is stated of it",
    ),
    "statements": (
        "{f.clause}: 状态为 {f.status}，却有语句引用它",
        "{f.clause}: status {f.status}, but statements cite it",
    ),
    "has-text": (
        "{f.clause}: 状态为 {f.status}，该条却有正文",
        "{f.clause}: status {f.status}, but the clause prints a text",
    ),
    "coverage": ("{f.status}: {f.clauses}条, {f.percent:.1f} %", "{f.status}: {f.clauses} clauses, {f.percent:.1f} %"),
}
