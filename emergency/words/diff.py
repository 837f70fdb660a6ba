"""Wording of comparisons between two versions of a plan, Chinese and English."""

from __future__ import annotations

from emergency.words.table import Table, filled

__all__ = ["DIFF", "told"]

DIFF: Table = {
    "title": ("{before} → {after}", "{before} → {after}"),
    "other-plan": ("两份文件是不同的预案（{before}、{after}），不是同一预案的两版。", "These are two plans ({before}, {after}), not two versions of one."),
    "same": ("两版内容相同。", "The two versions say the same."),
    # what a change is about
    "levels": ("等级", "Levels"),
    "thresholds": ("门槛", "Thresholds"),
    "deadlines": ("时限", "Deadlines"),
    "authority": ("权限", "Authority"),
    "membership": ("成员", "Membership"),
    "measures": ("措施", "Measures"),
    "reports": ("报告与发布", "Reports and publications"),
    "resources": ("资源", "Resources"),
    "rest": ("其他", "Other"),
    "readings": ("读法（我们的作答）", "Readings (our answers)"),
    # how it changed
    "added": ("增", "added"),
    "removed": ("删", "removed"),
    "changed": ("改", "changed"),
    "unsaid": ("（未提及）", "(not said)"),
    "renumbered": ("条款改号", "Clauses renumbered"),
    "moved": ("{before} → {after}（随迁语句 {n} 条）", "{before} → {after} ({n} statements went with it)"),
    "moved-one": ("{before} → {after}（随迁语句 1 条）", "{before} → {after} (1 statement went with it)"),
    # findings
    "beside": ("跨预案的问题对照：{titles}。", "Findings across plans are looked for beside: {titles}."),
    "appeared": ("新出现的问题", "Findings that appear"),
    "vanished": ("消失的问题", "Findings that vanish"),
    "finding-changed": ("内容有变的问题", "Findings that tell something else"),
    "findings-same": ("审查所见问题不变（{n} 项）。", "The review finds the same ({n} findings)."),
    "findings-kept": ("其余 {n} 项问题不变。", "The other {n} findings are as they were."),
    # outcome
    "outcome": (
        "情景 {scenario}，种子 {seed}，两版各运行 {runs} 次，机会相同",
        "Scenario {scenario}, seed {seed}, {runs} runs of each version, the same chance",
    ),
    "outcome-same": ("各项结果均无不同。", "Nothing comes out differently."),
    "number": ("指标", "number"),
    "before": ("旧版", "before"),
    "after": ("新版", "after"),
    "difference": ("差", "difference"),
    "runs": ("有差异的次数", "runs that differ"),
    "happened": ("旧版 {before} 次、新版 {after} 次", "in {before} runs before, {after} after"),
}


def told(name: str, lang: str, /, **facts: object) -> str:
    """A word or sentence with its facts filled in; a fact is never read as a template."""
    return filled(DIFF[name], lang, facts)
