"""Wording of sensitivity analyses, Chinese and English."""

from __future__ import annotations

from emergency.words.table import Table, filled

__all__ = ["SENSITIVITY", "told"]

SENSITIVITY: Table = {
    # before it begins
    "foretold": (
        "将运行 {runs} 次：{factors} 个因素，{paths} 条路径共 {points} 个点，每点 {each} 次；用 --paths、-n 可减少。Ctrl-C 中止。",
        "{runs} runs will be made: {factors} factors, {points} points on {paths} paths, {each} runs each; fewer by --paths and -n. Ctrl-C stops.",
    ),
    "foretold-shares": (
        "至多运行 {runs} 次：{factors} 个因素，{paths} 条路径共 {points} 个点，再加方差分解 {blocks} 个点，每点 {each} 次；用 --paths、--blocks、-n 可减少。Ctrl-C 中止。",
        "Up to {runs} runs will be made: {factors} factors, {points} points on {paths} paths, then {blocks} points for shares, {each} runs each; fewer by --paths, --blocks and -n. Ctrl-C stops.",
    ),
    # headings
    "report": ("敏感性分析报告", "Report of a sensitivity analysis"),
    "summary": ("摘要", "Summary"),
    "tornado": ("何者左右结果", "What decides the answer"),
    "clauses": ("按条款", "By clause"),
    "shares": ("不确定性的来源", "Where the uncertainty comes from"),
    "factors": ("全部因素", "All factors"),
    "receipt": ("凭据与方法", "Receipt and method"),
    # kinds of factor
    "assumption": ("假设", "assumption"),
    "judgement": ("判断规则", "rule of judgement"),
    "threshold": ("门槛", "threshold"),
    "limit": ("时限、频次", "limit or interval"),
    "people": ("人手", "people"),
    "reading": ("解读", "reading"),
    # columns
    "factor": ("因素", "Factor"),
    "kind": ("类别", "Kind"),
    "turned": ("取值范围", "Turned from – to"),
    "effect": ("影响", "Effect"),
    "direction": ("方向", "Direction"),
    "interaction": ("随其他因素而变", "Depends on the rest"),
    "alone": ("单独", "Alone"),
    "with-others": ("连同其他因素", "With others"),
    "largest": ("最大影响", "Largest effect"),
    "what": ("其中", "Through"),
    "world": ("（条款之外的情景）", "(the scenario, beyond any clause)"),
    "up": ("增", "up"),
    "down": ("减", "down"),
    "either": ("不定", "either way"),
    # sentences
    "asked": (
        "共 {factors} 项因素，沿 {paths} 条随机路径逐项变动，每点运行 {runs} 次、机会相同（种子 {seed}）。",
        "{factors} factors were turned one at a time along {paths} random paths; each point was judged by {runs} runs that share their chances (seed {seed}).",
    ),
    "dropped": (
        "其中 {n} 条路径含有无法运行的组合而未计入：{what}",
        "{n} of the paths were left out, since a combination on them cannot be run: {what}",
    ),
    "decides": ("对“{number}”（现为 {base}）影响最大的：", "What decides '{number}' (now {base}) most:"),
    "of-kind": ("{kind}：{list}", "{kind}: {list}"),
    "one": ("{name}（{size}）", "{name} ({size})"),
    "note": (
        "影响：该因素由一端变到另一端时，指标平均变动多少；细线为 95% 区间，来自不同路径。路径少时区间宽，只可用来分轻重。",
        "Effect: by how much the number changes on average as the factor goes from one end to the other; thin lines are 95 % intervals between paths. With few paths they are wide: good for telling the weighty from the light, no more.",
    ),
    "range-note": (
        "有分布的假设在其 5% 与 95% 分位之间变动，没有分布的数字上下变动四分之一，解读取遍可行的选项，人手增减一组。",
        "Assumptions with a distribution are turned between its 5 % and 95 % quantiles, other numbers by a quarter up and down, readings through the choices that can be run, seats by one crew more or less.",
    ),
    "never-note": ("没有发生的事，按推演结束时计。", "What did not happen counts as happening when the run ends."),
    "clause-note": ("一个因素涉及几条条款时，逐条列出。", "A factor that belongs to several clauses is listed under each."),
    "shares-note": (
        "在影响最大的 {factors} 项因素中：单独——仅弄清它一项，指标的方差可减少的份额；连同其他因素——其余全部弄清后仍剩下的份额，两者之差为共同作用。同一条款的因素一并变动；其余因素保持现值。区间为 95% 自助法区间。",
        "Among the {factors} weightiest factors: alone, the share of the number's variance that would go if only this were known; with others, the share that would stay if all else were known; the difference is joint action. Factors of one clause are turned together, the rest stay as they are. Intervals: 95 %, by bootstrap.",
    ),
    "no-shares": ("这一指标不随这些因素变动。", "These factors do not move this number."),
    "share": ("{name}占 {share}", "{name} {share}"),
    "share-line": ("其方差主要来自：{list}。", "Its variance comes mostly from: {list}."),
    "method-sobol": (
        "方差份额：Sobol 指数，Saltelli 等（2010）抽样，{blocks} 个基点。",
        "Shares of variance: Sobol' indices, sampling of Saltelli et al. (2010), {blocks} base points.",
    ),
    "fig-shares": ("方差份额：深色为单独，浅色为连同其他因素", "Shares of variance: dark alone, light with others"),
    "method": (
        "方法：Morris（1991）初等效应，四水平网格；μ* 为影响大小，σ 为随其他因素而变的程度。",
        "Method: Morris (1991), elementary effects on a grid of four levels; mu* is the size, sigma how much it depends on the rest.",
    ),
    "fig-tornado": ("影响最大的因素", "The weightiest factors"),
    "running": ("分析中", "Analysing"),
    "stopped": ("已停止，没有结果。", "Stopped; there is no answer."),
}


def told(name: str, lang: str, /, **facts: object) -> str:
    """A heading, a word or a sentence with its facts filled in; a fact is never read as a template.

    >>> told("one", "en", name="work.7.takes", size="3 h")
    'work.7.takes (3 h)'
    """
    return filled(SENSITIVITY[name], lang, facts)
