"""Wording of sweeps, Chinese and English: what their numbers are called, their figures, their report, the terminal."""

from __future__ import annotations

from emergency.words.table import Table, filled, shown

__all__ = ["NUMBERS", "SWEEP", "VARIABLES", "number", "told", "variable"]

#: What the numbers of a run are called; in braces the names of what they are of.
NUMBERS: Table = {
    # of a plan
    "activated": ("启动过响应", "A response was started"),
    "activated_h": ("首次启动响应", "First response started"),
    "ended": ("响应已结束", "The response was ended"),
    "ended_h": ("响应结束", "Response ended"),
    "lag_max_h": ("越过门槛到获知，最长", "Longest lag from crossing a bound to its being known"),
    "lag_mean_h": ("越过门槛到获知，平均", "Mean lag from crossing a bound to its being known"),
    "opened": ("提请的决定", "Decisions opened"),
    "decided": ("作出的决定", "Decisions made"),
    "not_decided": ("未作出的决定", "Decisions that lapsed or were refused"),
    "measures_started": ("启动的措施", "Measures started"),
    "measures_done": ("完成的措施", "Measures done"),
    "reports_sent": ("报出的报告", "Reports sent"),
    "gaps": ("遇到的文本缺口", "Gaps met in the text"),
    "deadlines_due": ("起算的时限", "Limits that ran"),
    "deadlines_met": ("按时完成的时限", "Limits met"),
    "deadlines_late": ("迟于时限", "Limits met late"),
    "deadlines_missed": ("未完成的时限", "Limits missed"),
    "deadlines_open": ("未了的时限", "Limits still open"),
    "highest": ("{scheme}最重等级（序号）", "Gravest {scheme}, as a rank"),
    "level": ("达到{level}", "{level} or graver reached"),
    "level_h": ("首次进入{level}", "{level} first entered"),
    "level_d": ("{level}持续", "Time at {level}"),
    # of the world
    "wanted_t": ("需求", "Demand"),
    "served_t": ("实供", "Served"),
    "limited_t": ("因限供少供", "Withheld by limits"),
    "short_t": ("因无货少供", "Unmet for lack of stock"),
    "served_share": ("需求满足率", "Demand served"),
    "stockout": ("某处某品种脱销", "Something ran out somewhere"),
    "stockout_h": ("脱销时间", "Time out of stock"),
    "infested": ("结束时发生面积", "Infested at the end"),
    "infested_places": ("结束时发生地点", "Infested places at the end"),
    "mortality": ("结束时寄主死亡率", "Hosts dead at the end"),
    "found": ("发现次数", "Times it was found"),
    "jumps": ("传到别处的次数", "Times it was carried elsewhere"),
    "first_found_h": ("首次发现", "First found"),
    "waiting_h": ("等候人手，合计", "Waiting for people, in all"),
    # of clauses, steps, seats, customers
    "step": ("{scheme}：{verb}", "{scheme}: {verb}"),
    "haste": ("{clause} “{word}”", "{clause} '{word}'"),
    "limit": ("{clause} 时限：{state}", "{clause}, limits: {state}"),
    "demand": ("{customer}：{what}", "{customer}: {what}"),
    "seat": ("{seat}：{what}", "{seat}: {what}"),
    "seat-tasks": ("办结事项", "matters done"),
    "seat-hours_h": ("在手时间", "time with matters on hand"),
    "seat-waits": ("排队事项", "matters that had to queue"),
    "seat-waited_h": ("排队时间", "time matters queued"),
    "seat-longest_h": ("最长一次排队", "longest time in the queue"),
}

#: Variables of markets and outbreaks.
VARIABLES: Table = {
    "at_mill": ("厂内存量", "in hand at the mill"),
    "cover": ("可用天数", "days of cover"),
    "depot": ("库存", "in the depot"),
    "infested": ("发生面积", "infested area"),
    "infested_places": ("发生地点", "infested places"),
    "mill_load": ("加工负荷", "load of the mill"),
    "milled_days": ("成品可用天数", "days of milled stock"),
    "mortality": ("寄主死亡率", "hosts dead"),
    "price_rise": ("涨价幅度", "rise in price"),
    "reserve:milled": ("成品储备", "milled reserve"),
    "reserve:raw": ("原料储备", "raw reserve"),
    "stock_days": ("库存可用天数", "days of stock"),
}

SWEEP: Table = {
    # headings
    "report": ("批量推演报告", "Report of a sweep of simulated incidents"),
    "summary": ("摘要", "Summary"),
    "course": ("过程", "The course over time"),
    "times": ("等级与时间", "Levels and times"),
    "clauses": ("条款：步骤、时限与缓急", "Clauses: steps, limits, haste"),
    "demand": ("保供结果", "Demand served and unmet"),
    "load": ("各席位的负担", "What each seat had to do"),
    "comparisons": ("比较", "Comparisons"),
    "numbers": ("全部指标", "All numbers"),
    "failures": ("未能完成的运行", "Runs that broke"),
    "receipt": ("凭据与方法", "Receipt and method"),
    "cited": ("所引条款（转述）", "Clauses cited (paraphrased)"),
    "runs": ("运行次数", "Runs"),
    "steps": ("决定各步骤的用时", "Time taken by the steps of decisions"),
    "limits": ("以小时、日计的时限", "Limits in hours or days"),
    "haste": ("条文用语", "Words of haste"),
    # columns
    "number": ("指标", "Number"),
    "share": ("达到或超过的比例", "Share that reached it or a graver one"),
    "interval": ("95% 区间", "95 % interval"),
    "mean": ("平均", "Mean"),
    "quantiles": ("5% / 50% / 95%", "5 % / 50 % / 95 %"),
    "range": ("每次运行 5%–95%", "Between runs, 5–95 %"),
    "first": ("首次进入，平均", "First entered, mean"),
    "stayed": ("持续，平均", "Time there, mean"),
    "step": ("步骤", "Step"),
    "took": ("每次运行用时，平均", "Time a run, mean"),
    "longest-took": ("一次运行中最久", "Longest in a run"),
    "came": ("涉及的运行", "Runs it came up in"),
    "kept": ("全部按时的运行", "Runs that kept every one"),
    "due": ("起算", "Ran"),
    "unmet-runs": ("断供的运行", "Runs with a shortage"),
    "tasks": ("办结", "Done"),
    "hours": ("在手", "On hand"),
    "waited": ("排队", "Queued"),
    "longest": ("最长一次排队，95%", "Longest queue, 95 %"),
    "without": ("不变", "As it is"),
    "with": ("改变后", "Changed"),
    "difference": ("差", "Difference"),
    "differs": ("有差别的运行", "Runs that differ"),
    "gain": ("配对之益", "Gain by pairing"),
    "what": ("错误", "What happened"),
    "replay": ("重做该次运行", "To run it again"),
    "known": ("运行数", "Runs"),
    "column": ("列名", "Column"),
    "change": ("改变", "Change"),
    "shared-post": ("分管多项的职位", "a post that several matters share"),
    # figures
    "fig-fan": ("主要指标随时间的分布", "How the main indicators spread over time"),
    "fig-share": ("各时刻处于各等级的运行比例", "Share of runs at each level over time"),
    "fig-times": ("首次进入各等级的时间", "When each level was first entered"),
    "fig-spread": ("各次运行之间的差别", "How runs differ"),
    "fig-demand": ("各类用户的需求（平均；细线为未满足部分的 5%–95%，不足 {enough} 次运行不画）", "Demand by class of customer (means; thin lines: the unmet part, 5–95 %, from {enough} runs on)"),
    "fig-load": ("各席位每次运行的排队时间（细线为 5%–95%，不足 {enough} 次运行不画）", "Time matters queued at each seat in a run (thin lines: 5–95 %, from {enough} runs on)"),
    "fig-differences": ("改变带来的差别（点为平均，线为 95% 区间）", "What each change brings about (points: means, lines: 95 % intervals)"),
    "band-90": ("90% 的运行", "90 % of runs"),
    "band-90-at": ("每一时刻 90% 的运行", "at each instant 90 % of runs"),
    "band-50": ("50% 的运行", "50 % of runs"),
    "entered-in": ("进入过的运行", "entered in"),
    "median": ("中位数", "median"),
    "one-run": ("单次运行", "single runs"),
    "no-level": ("无", "none"),
    "from-runs": ("据前 {n} 次运行绘制", "It is drawn from the first {n} runs"),
    "from-completed": ("据前 {of} 次运行中完成的 {n} 次绘制", "It is drawn from the {n} of the first {of} runs that were completed"),
    "fan-note": (
        "色带是各时刻分别统计的，不是某些运行的全程；不足 {enough} 次运行时只画单次运行。",
        "Bands hold at each instant by itself: no run need stay within one. Of fewer than {enough} runs only the runs themselves are drawn.",
    ),
    "share-note": ("各时刻分别统计。", "Counted at each instant by itself."),
    "times-note": (
        "按全部运行计，到推演结束仍未进入的算作更晚；不足 {enough} 次运行或九成五以上没有进入时，每次进入画一个圆点。有的运行会越级，右侧是确实进入过该级的比例。",
        "Over all runs; one that never entered a level counts as later than the end. Where there are fewer than {enough} runs, or more than 95 % never entered, each entry is a dot. A run may pass over a level: on the right, the share of runs that entered it.",
    ),
    "never": ("从未", "never"),
    "every-run": ("各次相同", "the same in every run"),
    "each-of-these": ("这些运行都相同", "the same in each of these"),
    "too-few": ("有差别的运行太少，给不出区间", "too few runs differ for an interval"),
    "too-few-pairs": ("有差别的运行太少，给不出区间", "too few pairs differ for an interval"),
    "not-within": ("期内未发生", "not within the run"),
    "rare": ("95% 以上未发生", "not in 95 % of runs"),
    "behind": ("{of} 次运行中的 {n} 次", "{n} of {of} runs"),
    "behind-pairs": ("{of} 对中的 {n} 对", "{n} of {of} pairs"),
    "undecided": ("{n} 次未定", "{n} undecided"),
    "median-all": ("全部运行的中位数：{median}", "median of all runs: {median}"),
    "same-in-pairs": ("{n} 对都相同", "the same in all {n} pairs"),
    "points": ("个百分点", "points"),
    # sentences
    "made": (
        "同一情景以各自的机会运行 {n} 次（种子 {seed}）。",
        "The scenario was run {n} times, each time with chances of its own (seed {seed}).",
    ),
    "broke": ("其中 {n} 次未能完成，见第 {section} 节。", "{n} of them broke (section {section})."),
    "activated-in": ("启动响应的占 {share}（{interval}）", "A response was started in {share} of runs ({interval})"),
    "activated-after": ("，平均在开始后 {mean}（{interval}）", ", on average {mean} after the start ({interval})"),
    "activated-at": ("，在开始后 {mean}", ", {mean} after the start"),
    "activated-of-those": ("；启动了的 {n} 次运行，平均在开始后 {mean}（{interval}）", "; in the {n} runs in which it was, on average {mean} after the start ({interval})"),
    "activated-once": ("；启动的一次在开始后 {mean}", "; in the one run in which it was, {mean} after the start"),
    "nine-in-ten": ("；九成运行在 {low} 与 {high} 之间", "; nine runs in ten lie between {low} and {high}"),
    "half-by": ("；全部运行的中位数是 {median}", "; the median of all runs is {median}"),
    "full-stop": ("。", "."),
    "highest-in": ("达到{level}的占 {share}（{interval}）。", "{level} was reached in {share} of runs ({interval})."),
    "ended-in": ("响应在推演期内结束的占 {share}（{interval}）。", "The response ended within the run in {share} ({interval})."),
    "served-in": ("需求平均满足 {mean}（{interval}），最差的 5% 运行不超过 {low}。", "On average {mean} of demand was served ({interval}); in the worst 5 % of runs at most {low}."),
    "served-mean": ("需求平均满足 {mean}（{interval}）。", "On average {mean} of demand was served ({interval})."),
    "served-once": ("这一次运行满足需求的 {mean}。", "In the one run {mean} of demand was served."),
    "served-always": ("每次运行都满足需求的 {mean}。", "In every run {mean} of demand was served."),
    "stockout-in": ("某处某品种脱销的占 {share}（{interval}）。", "Something ran out somewhere in {share} of runs ({interval})."),
    "bottleneck": ("决定步骤中用时最多的是“{step}”，每次运行平均 {mean}（{clause}）。", "Of the steps of decisions '{step}' takes most time, {mean} a run on average ({clause})."),
    "busiest": ("排队最久的席位是{seat}，每次运行平均 {mean}。", "Matters queue longest at {seat}: {mean} a run on average."),
    "interval-note": (
        "区间只反映运行次数有限带来的不确定；假设若不符实际，再多运行也不会更准。",
        "Intervals tell only what the number of runs leaves open. If the assumptions are wrong, more runs make nothing truer.",
    ),
    "many-note": (
        "同时比较许多指标时，每二十个真实并无差别的指标中，约有一个的区间会碰巧不含零。",
        "Of twenty numbers that a change leaves alone, about one interval will miss zero by chance.",
    ),
    "pair-note": (
        "逐次配对：同一编号的两次运行使用相同的机会，差别只来自这一改变。没有发生的事没有时间：两次运行都有的才能配对，“不变”“改变后”只取这些运行，与前文的平均可以不同，指标下注明对数。“配对之益”指与各自独立运行相比，差的方差缩小到几分之一；有底色的行，区间不含零。",
        "Runs are paired: two runs of one number share all their chances, so they differ by the change alone. What did not happen has no time: only pairs of which both runs have a number are compared, and 'as it is' and 'changed' are over these, so they may differ from the means above; how many pairs stands below the number. 'Gain by pairing' is by what factor this lowers the variance of the difference, against runs with chances of their own. Tinted rows: the interval leaves out zero.",
    ),
    "no-comparison": ("没有要求比较；用 --compare 指定一项改变。", "No comparison was asked for; --compare names a change."),
    "show-all": ("展开全部 {n} 项", "Show all {n}"),
    "spread-note": (
        "紫线为平均，虚线为 5% 与 95%（不足 {enough} 次运行不画）；只有部分运行有的，标题注明次数，时间点的虚线按全部运行计。",
        "Purple: the mean; dashed: 5 % and 95 % (from {enough} runs on). Where only some runs have a number, its title says how many; dashed lines of instants are over all runs.",
    ),
    "differences-note": ("左侧数字为下列各项改变的编号；紫色：区间不含零。只有部分配对有的，注明对数。", "Numbers on the left are those of the changes below; purple: the interval leaves out zero. Where only some pairs have a number, it is said how many."),
    "no-change": ("任何一次运行都没有差别。", "No run differs."),
    "show-more": ("另有 {n} 项指标的差别可与零区分", "Further numbers whose difference can be told from nothing: {n}"),
    "vague": ("还有 {n} 项在有的运行中不同，但差别不能与零区分，见 summary.json；其余指标在各次配对中都相同。", "Further numbers that differ in some pairs, but not so that it could be told from nothing (see summary.json): {n}. The rest are the same in every pair."),
    "rest-same": ("其余指标在各次配对中都相同。", "All other numbers are the same in every pair."),
    "steps-note": (
        "一次运行中同一步骤在各等级的用时之和，含等候办理、下班和排队。",
        "The time a step took in a run, over all levels; waiting in the queue and for the office to open included.",
    ),
    "haste-note": ("条文只用词语、没有数字；列出一次运行中最久的一次。", "The clauses use a word and no number; shown is the longest time in a run."),
    "limits-note": ("“全部按时”以运行计：该条款的每项时限在这次运行中都按时完成。推演结束时仍有时限未了、其余都按时的运行尚未定：比例写作两端，一端当作都没有按时，一端当作都按时。", "Counted by runs: every limit of the clause that ran was met in time. A run that ended with limits still open and none late or missed is undecided: the share is then given as a range, from none of these kept to all of them kept."),
    "no-limits": ("涉及的条款没有以小时、日计的时限。", "The clauses that came into play set no limit in hours or days."),
    "no-haste": ("没有涉及此类词语。", "No such word came into play."),
    "no-demand": ("本情景没有各类用户的供需。", "This scenario has no demand by class of customer."),
    "no-load": ("没有席位办理过事项。", "No seat had anything to do."),
    "load-note": (
        "在手：从接手到办结，含夜间和休息日，不含排队；同一席位几组人同时办理时分别计。",
        "On hand: from taking a matter up until it is done, nights and days off included, queueing left out; crews that work side by side count each.",
    ),
    "demand-note": (
        "“限供”是措施有意不供的量；“断供”是无货可供的量。",
        "'Limited' was withheld on purpose by a measure; 'short' could not be served for lack of stock.",
    ),
    "more-failures": ("这里列出前 {shown} 次；另有 {n} 次见 summary.json。", "The first {shown} are listed; {n} more are in summary.json."),
    "no-failures": ("全部运行均已完成。", "Every run was completed."),
    "numbers-note": ("runs.csv 中每次运行一行，列名如下。“{runs}”指完成的运行中有此数的次数，平均与区间只取这些；时间点的分位数按全部完成的运行计，没有发生的算作推演结束以后。", "runs.csv holds a row for each run; these are its columns. '{runs}' tells in how many completed runs a number is known; mean and interval are over these. Quantiles of instants are over all completed runs, those in which it did not happen counted as later than the end."),
    "method": (
        "平均值的区间用 t 分布，比例用 Wilson 区间，配对的比例用 Bonett-Price 区间，分位数用次序统计量；均为 95%。与最常见的取值不同的运行不足十次时不给区间。没有发生的事没有时间，只在发生的运行中取平均，并注明次数；不足 {enough} 次运行不给出 5% 与 95%。",
        "Means have Student's t intervals, shares Wilson's, paired shares Bonett and Price's, quantiles those of order statistics; all at 95 %. There is none where fewer than ten runs differ from the commonest value. What did not happen has no time: means are over the runs in which it did, and say how many. Of fewer than {enough} runs no 5 % or 95 % is told.",
    ),
    "same": (
        "同一预案、情景、种子与版本，必得同样的结果，与用几个处理器无关。",
        "The same plan, scenario, seed and version give the same results, on however many processors.",
    ),
    "not-reached": ("到 {n} 次运行时，{name} 的区间仍宽于 ± {goal}，或取值不同的运行还不足 30 次。", "After {n} runs the interval of {name} is still wider than ± {goal}, or fewer than 30 runs differ from the commonest value."),
    "reached": ("{n} 次运行后，{name} 的区间已在 ± {goal} 以内。何时停止由已有的运行决定，这样的区间含真值的机会略低于 95%。", "After {n} runs the interval of {name} is within ± {goal}. When to stop was decided by the runs themselves, so such an interval holds the truth a little less often than 95 %."),
    "constant": ("{name} 在全部 {n} 次运行中都相同。", "{name} is the same in all {n} runs."),
    # the terminal
    "running": ("推演中", "Running"),
    "per-second": ("次/秒", "runs/s"),
    "drawing": ("正在绘图、撰写报告……", "Drawing figures, writing the report…"),
    "stopping": ("正在收尾，已开始的运行做完即停；再按一次立即退出。", "Finishing the runs under way; press again to leave at once."),
    "stopped": ("已停止：{done} / {total} 次运行已保存在 {folder}。", "Stopped: {done} of {total} runs are kept in {folder}."),
    "go-on": ("继续：{command}", "Go on with: {command}"),
    "failed": ("{n} 次运行未能完成，例如第 {run} 次：{what}", "{n} runs broke, for example run {run}: {what}"),
}  # fmt: skip


def told(name: str, lang: str, /, **facts: object) -> str:
    """A heading, a word or a sentence with its facts filled in; a fact is never read as a template.

    >>> told("not-reached", "en", n=64, name="stockout", goal=0.01)
    'After 64 runs the interval of stockout is still wider than ± 0.01, or fewer than 30 runs differ from the commonest value.'
    """
    return filled(SWEEP[name], lang, facts)


def number(name: str, lang: str, /, **facts: object) -> str | None:
    """What a number of a run is called; None for one that has no name but its own.

    >>> number("level_h", "en", level="Level I response"), number("elsewhere", "en")
    ('Level I response first entered', None)
    """
    found = NUMBERS.get(name)
    return None if found is None else filled(found, lang, facts)


def variable(name: str, lang: str) -> str:
    """A variable of a market or an outbreak; an unknown one is shown as it is."""
    return shown(VARIABLES, name, lang)
