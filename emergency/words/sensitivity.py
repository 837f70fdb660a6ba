"""Wording of sensitivity analyses, Chinese and English."""

from __future__ import annotations

from emergency.words.table import Table, filled

__all__ = ["SENSITIVITY", "told"]

SENSITIVITY: Table = {
    # before it begins
    "foretold": (
        "将运行 {runs} 次：{factors} 个因素，{paths} 条路径共 {points} 个点，每点 {each} 次；另按现状运行 {each} 次。用 --paths、-n 可减少。Ctrl-C 中止。",
        "{runs} runs will be made: {factors} factors, {points} points on {paths} paths, {each} runs each; {each} more of the scenario as it is. Fewer by --paths and -n. Ctrl-C stops.",
    ),
    "foretold-shares": (
        "至多运行 {runs} 次：{factors} 个因素，{paths} 条路径共 {points} 个点，再加方差分解 {blocks} 个点，每点 {each} 次；另按现状运行 {each} 次。用 --paths、--blocks、-n 可减少。Ctrl-C 中止。",
        "Up to {runs} runs will be made: {factors} factors, {points} points on {paths} paths, then {blocks} points for shares, {each} runs each; {each} more of the scenario as it is. Fewer by --paths, --blocks and -n. Ctrl-C stops.",
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
    "unknown": (
        "“{number}”：{n} 条路径未计入，因为途中有一点的各次运行都没有这一数值（共 {paths} 条）。",
        "'{number}': {n} of {paths} paths were left out, since at some point of them no run has this number.",
    ),
    "unknown-all": (
        "“{number}”未作分析：每条路径途中都有一点，各次运行都没有这一数值。",
        "'{number}' was not analysed: on each path there is a point at which no run has this number.",
    ),
    "decides": (
        "对“{number}”（按现状运行 {runs} 次，平均 {base}）影响最大的：",
        "What decides '{number}' ({base} as things are, the mean of {runs} runs) most:",
    ),
    "of-kind": ("{kind}：{list}", "{kind}: {list}"),
    "one": ("{name}（{size}）", "{name} ({size})"),
    "note": (
        "影响：该因素由一端变到另一端时，指标平均变动多少（比率以百分点计）；细线为 95% 区间，来自不同路径。路径少时区间宽，只可用来分轻重。",
        "Effect: by how much the number changes on average as the factor goes from one end to the other (shares by percentage points); thin lines are 95 % intervals between paths. With few paths they are wide: good for telling the weighty from the light, no more.",
    ),
    "range-note": (
        "有分布的假设在其 5% 与 95% 分位之间变动；没有分布的数字上下变动四分之一，比率不超过 100%，月、年、工作日取整且至少增减一个；解读由一个可行的选项换为另一个；人手由少一组变到多一组。",
        "Assumptions with a distribution are turned between its 5 % and 95 % quantiles; other numbers by a quarter up and down, shares to no more than 100 %, months, years and working days by at least a whole one; readings from one choice that can be run to another; seats from one crew less to one more.",
    ),
    "never-note": (
        "推演中没有发生的事，其时刻按推演结束时计；某次运行没有的时长或比率，不计入平均。",
        "What did not happen counts as happening when the run ends; a length of time or a share that a run does not have is left out of the mean.",
    ),
    "clause-note": (
        "一个因素涉及几条条款时，逐条列出。",
        "A factor that belongs to several clauses is listed under each.",
    ),
    "shares-note": (
        "在影响最大的 {factors} 项因素中：单独——仅弄清它一项，指标的方差可减少的份额；连同其他因素——其余全部弄清后仍剩下的份额，两者之差为共同作用。所属条款完全相同的因素一并变动，合为一项；涉及几条条款的因素另为一项，所以同一条款可能见于几项。其余因素保持现值。区间为 95% 自助法区间。",
        "Among the {factors} weightiest factors: alone, the share of the number's variance that would go if only this were known; with others, the share that would stay if all else were known; the difference is joint action. Factors that belong to the very same clauses are turned together and told as one; a factor of several clauses stands apart, so that a clause may be named in more than one row. The rest stay as they are. Intervals: 95 %, by bootstrap.",
    ),
    "no-shares": ("这一指标不随这些因素变动。", "These factors do not move this number."),
    "and-more": ("{name}等 {n} 项", "{name} and {more} more"),
    "share": ("{name}（{share}，区间 {low}–{high}）", "{name} ({share}, interval {low}–{high})"),
    "share-line": ("其方差主要来自：{list}。", "Its variance comes mostly from: {list}."),
    "unclear-shares": (
        "各项在方差中的份额都还不能与零分清；增加基点数或每点的运行次数再看。",
        "No share in its variance lies clear of zero yet; more base points, or more runs at each, would tell.",
    ),
    "points": ("个百分点", "points"),
    "method-sobol": (
        "方差份额：Sobol 指数，Saltelli 等（2010）抽样，{blocks} 个基点。",
        "Shares of variance: Sobol' indices, sampling of Saltelli et al. (2010), {blocks} base points.",
    ),
    "fig-shares": ("方差份额：深色为单独，浅色为连同其他因素", "Shares of variance: dark alone, light with others"),
    "method": (
        "方法：Morris（1991）初等效应，四水平网格；μ* 为影响大小，σ 为随其他因素而变的程度。数字每次变动其范围的三分之二，影响折算到全范围；选项、人手、取整的时限直接由一端换到另一端。",
        "Method: Morris (1991), elementary effects on a grid of four levels; mu* is the size, sigma how much it depends on the rest. Numbers are turned by two thirds of their range at a time and their effect is told for all of it; choices, crews and whole months or working days go straight from one end to the other.",
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
