# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 走完一次响应 · Walk a response
#
# 管道停输，库存下降，预案一步步动起来。我们从外面推着时间走，遇到要人拿主意的地方就停下来。约30分钟，
# 接在《读懂一份预案》之后。先写下判断，再运行、再点开“答案”；只管画表的代码格已折叠。
#
# A pipeline stops, stocks fall, and the plan comes to life step by step. We push time forward from outside and stop
# wherever somebody has to make up their mind. About 30 minutes, after *Read a plan*. Write down a judgement first;
# only then run, and open the answers. Code that only draws tables is folded.
#
# 情景里的数都是假设，不是本地事实，依据列在第1节；推演得出的数出自日志，“#”是日志里的序号。方括号里是条款号，
# 条款均为转述。
#
# The scenario's numbers are suppositions and not facts of the place; section 1 lists what each rests on. Numbers
# that come out of a run are those of its log, and # is the place in the log. Brackets name clauses, told in our own
# words.

# %%
LANG = "zh"  # "en": tables and charts in English
SEED = 1  # the same seed gives the same run, to the last entry

# %% jupyter={"source_hidden": true}
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import emergency
from emergency.figures import Names, time_label
from emergency.figures.compare import draw_comparison
from emergency.figures.levels import traces
from emergency.report.notebook import Hidden, Picture, Table, log_table
from emergency.report.page import Page
from emergency.report.suppositions import assumptions, sources
from emergency.report.tables import gaps
from emergency.words import terms

# Works from the repository and from this folder; without the repository, what is packaged with emergency is read.
HERE = next((p for p in (Path.cwd(), *Path.cwd().parents) if (p / "scenarios").is_dir()), Path.cwd())


def say(zh, en):
    """The words in the language of this notebook's tables."""
    return zh if LANG == "zh" else en


def ready(*settings):
    """The scenario made ready to run, with some of its values changed."""
    with chdir(HERE):
        inputs = emergency.load_inputs("fuel-pipeline-outage", settings)
    return emergency.prepare(inputs.scenario, inputs.plans, inputs.jurisdiction, settings)


def begin(prepared):
    """An incident at its first hour."""
    return emergency.Incident(prepared, emergency.Chance(SEED).run(0), emergency.EventLog(prepared.start))


class Hesitant(emergency.AsWritten):
    """Does what the plan asks, but sits on some decisions for a while."""

    def __init__(self, incident, sits_on, hours):
        super().__init__(incident.prepared.work, incident.prepared.scenario.behaviour, incident.stream)
        self.sits_on, self.hours = sits_on, hours

    def answer(self, ask, now):
        """As written, later."""
        found = super().answer(ask, now)
        waits = ask.do == "decide" and ask.ref.startswith(self.sits_on)
        return replace(found, delay=self.hours) if waits else found


def play(*settings, sits_on="nothing", hours=0.0):
    """The log of a whole run; everybody does what the plan asks, perhaps with one hesitation."""
    incident = begin(ready(*settings))
    emergency.simulate(incident, Hesitant(incident, sits_on, hours))
    return incident.log.entries


prepared = ready()
scenario, programs = prepared.scenario, {id: one.program for id, one in prepared.plans.items()}
names = Names(scenario, programs, prepared.start, LANG)
page = Page(begin(prepared).log.entries, scenario, programs, {}, LANG)


def when(t):
    """An instant, `t` hours after the start."""
    return time_label(names.at(t), LANG)


def told(entries, title=""):
    """Log entries as a table."""
    return log_table(entries, scenario, programs, LANG, title=title)


def heads(*words):
    """Column names, written zh|en."""
    return [word.split("|")[LANG != "zh"] for word in words]


def cite(clauses):
    """Clauses of the plan, without its name."""
    return " ".join(c.split(":")[1] for c in clauses)


def asked(asks):
    """Who is asked for what."""
    columns = heads("事项|Matter", "要做|To do", "谁|Who", "由谁的人办|Whose people", "条款|Clause")
    rows = [
        (
            page.thing(a.plan, a.ref),
            terms.verb(a.do, LANG),
            names.actor(a.actor),
            names.actor(a.seat),
            cite(a.clauses),
        )
        for a in asks
    ]
    return Table(columns, rows)


# %% [markdown]
# ## 1　情景 · The scenario　(3 min)
#
# 先读经过，再点开看假设了哪些数、各凭什么。
#
# Read the story; then open what is supposed, and on what ground.

# %% jupyter={"source_hidden": true}
Table(
    heads("项目|Item", "内容|Content"),
    [
        (say("情景", "Scenario"), scenario.title.in_(LANG)),
        (say("经过", "Story"), scenario.story.in_(LANG)),
        (say("起止", "Begin and end"), f"{when(0)} – {when(prepared.horizon)}"),
        (say("文件", "File"), "scenarios/fuel-pipeline-outage.yaml"),
    ],
)

# %% jupyter={"source_hidden": true}
HEAD = heads("假设|Assumption", "取值|Value", "依据|Basis", "来源|Source")


def supposed(group):
    """The assumptions of one group of the scenario."""
    rows = [(r["what"], r["amount"], r["basis"], r["source"]) for r in group["rows"]]
    return Table(HEAD, rows, title=group["title"])


groups = {group["title"]: group for group in assumptions(page)}
tags = [(s["id"], s["text"], s["evidence"]) for s in sources(page)]
Hidden(
    say("都假设了什么，依据什么", "What is supposed, and on what ground"),
    *(supposed(groups[terms.heading(name, LANG)]) for name in ("injects", "reporting", "world")),
    Table(heads("来源|Source", "说明|What it says", "读到何种程度|How far it was read"), tags),
)

# %% [markdown]
# ## 2　走到第一次有人拿主意 · Up to the first decision　(5 min)
#
# 停输在周二清晨。先猜：到哪天几点，才第一次有人必须按预案做点什么？
#
# The line stops early on Tuesday. Guess: on what day and at what hour does the plan first ask anybody for anything?

# %%
incident = begin(prepared)
incident.advance(until=prepared.horizon)  # stops as soon as somebody is asked

told(incident.log.entries[2:], title=say("到第一次提请为止的日志", "The log up to the first decision"))

# %% [markdown]
# 日志分得清“真实”和“已知”：库存真的跌破十天，是一回事；下一次报告到了、办公室知道了，是另一回事。
# 加油站紧张时每日才报一次〔3.1〕，等级只按已知的判。
#
# The log keeps what is true apart from what is known: stock falling below ten days is one thing, the next report
# telling the office another. While supplies are tight stations report once a day 〔3.1〕, and levels are judged on
# what is known.
#
# **现在谁该做什么**？ · **Who must do what now**?

# %%
asks = incident.open_decisions()
asked(asks)

# %% [markdown]
# **换个人来办，行不行**？让区公安分局替办公室报告，看程序怎么说。
#
# **May somebody else do it**? Let the public security branch report in the office's place.

# %%
try:
    incident.decide(asks[0], emergency.Answer("do"), by="police")
    refused = ()
except emergency.RefusedError as error:
    refused = error.clauses

# %% jupyter={"source_hidden": true}
may = say("不可以", "no") if refused else say("可以", "yes")
Hidden(
    say("答案", "Answer"),
    Table(
        heads("谁来办|Who tries", "可以吗|May they?", "条款|Clause", "条款给了谁|Whom it names"),
        [(names.actor("police"), may, cite(refused), names.actor(asks[0].actor))],
    ),
)

# %% [markdown]
# ## 3　替办公室作答，走到响应启动 · Answer for the office, on to the response　(5 min)
#
# 第一件由你来答：马上办，半小时办完。其余的人都照预案办，用时从假设里抽取。
#
# The first is yours: do it now, in half an hour. All others do as the plan asks; how long work takes is drawn from
# the scenario's assumptions.

# %%
seen = len(incident.log)
mine = emergency.Answer("do", work=0.5)  # hours; or emergency.Answer("refuse"), or emergency.Answer("do", delay=24)
incident.decide(asks[0], mine)

others = emergency.AsWritten(prepared.work, scenario.behaviour, incident.stream)
while not incident.ended and not any(e.kind == "entered" and e.scheme == "response" for e in incident.log):
    while asks := incident.open_decisions():
        incident.decide(asks[0], others.answer(asks[0], incident.clock.now))
    incident.advance(until=prepared.horizon)

steps = [e for e in incident.log.entries[seen:] if e.kind in ("step", "published", "decided", "entered")]
told(steps, title=say("到响应启动为止的步骤", "The steps up to the response"))

# %% [markdown]
# 从库存真正跌破十天到启动响应，一共过了多久？等消息占几成，办手续占几成？
#
# How long did it take from stock really falling below ten days to the response? How much of it was waiting for news,
# how much was procedure?

# %% jupyter={"source_hidden": true}
known = next(e for e in incident.log if e.detail.get("known") and e.ref == "stock_days")
begun = next((e for e in incident.log if e.kind == "entered" and e.scheme == "response"), incident.log.entries[-1])
crossed = known.t - known.detail["lag"]
parts = (
    (say("等消息", "waiting for news"), crossed, known),
    (say("办手续", "procedure"), known.t, begun),
    (say("合计", "in all"), crossed, begun),
)
whole = begun.t - crossed
Hidden(
    say("答案", "Answer"),
    Table(
        heads("一段|Part", "从|From", "到|To", "历时|Length", "占|Share", "#|#"),
        [
            (part, when(t), when(end.t), terms.span(end.t - t, LANG), f"{(end.t - t) / whole:.0%}", end.seq)
            for part, t, end in parts
        ],
    ),
)

# %% [markdown]
# ## 4　整个过程 · The whole run　(5 min)
#
# 这是没有我们插手的同一次推演：各席位都照预案办。黑线是真实的库存，灰线是报上来的，紫色是越过门槛到为人所知的时间。
#
# The same run without us: every seat does what the plan asks. Black is the true stock, grey what was reported,
# purple the time from crossing a bound to its being known.

# %%
base = play()
figures = emergency.draw_run(base, scenario, programs, LANG, ("png",))
Picture(figures["levels-fuel"]["png"], say("真实值、已知值与等级", "What was true, what was known, and the levels"))

# %% jupyter={"source_hidden": true}
HOW = {"report": say("定期报告", "regular report"), "event": say("专门报告", "report outside the schedule")}
bounds = {
    (trace.variable, bound.op, bound.value): bound.clause
    for trace in traces(base, programs, names)
    for bound in trace.bounds
}


def bound_of(entry):
    """The clause that sets the bound an entry speaks of; None for a bound that no criterion sets."""
    op, value, *_ = str(entry.detail.get("bound") or "none 0").split()
    return bounds.get((entry.ref, op, float(value)))


def crossing(entry):
    """One bound: its clause, when it was truly crossed and when that was known."""
    detail = entry.detail
    over = "" if detail["known"] else say("（不再成立）", " (no longer)")
    what = f"{names.variable('fuel', entry.ref)} {terms.amount(detail['bound'], LANG)}{over}"
    lag = (when(entry.t - detail["lag"]), when(entry.t), terms.span(detail["lag"], LANG))
    return what, cite([bound_of(entry)]), *lag, HOW[detail["how"]], entry.seq


Table(
    heads("门槛|Bound", "条款|Clause", "真正越过|Truly crossed", "为人所知|Known", "滞后|Lag", "途径|How", "#|#"),
    [crossing(e) for e in base if e.kind == "indicator" and "known" in e.detail and bound_of(e)],
    title=say("真正越过与为人所知", "Crossed and known"),
)

# %% [markdown]
# ## 5　换一个条件，比两条线 · Change one thing, compare the courses　(7 min)
#
# 三种改法，种子不变，别的都不变。先猜：哪一种最要紧？甲，每次报告都晚一小时；乙，IV级响应的决定多想两天；丙，
# 每一级响应的决定都多想四天。
#
# Three changes, same seed, all else equal. Guess which matters most: A, every report an hour late; B, the decision
# on the level-IV response takes two days more; C, each decision on a response level takes four days more.

# %%
HOUR_LATE = ("reporting.at=17:00",)  # reports are due at 16:00
runs = {
    say("照预案", "as written"): base,
    say("甲：报告晚一小时", "A: reports an hour late"): play(*HOUR_LATE),
    say("乙：IV级多想两天", "B: level IV sat on for 2 d"): play(sits_on="response=IV", hours=48),
    say("丙：级级多想四天", "C: each level sat on for 4 d"): play(sits_on="response=", hours=96),
}
Picture(
    draw_comparison(runs, "fuel", "stock_days", "response", programs, names, "png"),
    say("四次推演的库存和响应等级", "Stock and response levels in four runs"),
)


# %% jupyter={"source_hidden": true}
def row(entries):
    """What one run came to."""
    numbers = emergency.fold(entries, programs)
    one, totals = numbers.plans["fuel"], numbers.totals()
    course = next(e for e in entries if e.ref == "stock_days" and "trace" in e.detail)
    started = when(one.activated_h) if one.activated_h is not None else say("未启动", "never")
    gravest = one.highest.get("response")
    level = terms.level("response", gravest, LANG) if gravest else "—"
    lowest = f"{min(value for _, value in course.detail['trace']):.1f}"
    amounts = (f"{totals[k]:,.0f}" for k in ("wanted", "served", "limited", "short"))
    return started, level, lowest, *amounts


COLUMNS = heads(
    "推演|Run",
    "启动响应|Response began",
    "最重|Gravest",
    "最低库存（天）|Lowest stock (days)",
    "需求（吨）|Wanted (t)",
    "实供（吨）|Served (t)",
    "限供（吨）|Limited (t)",
    "断供（吨）|Short (t)",
)
rows = [(name, *row(entries)) for name, entries in runs.items()]
Table(COLUMNS, rows, title=say("四次推演（出自各自的日志）", "Four runs, from their logs"))

# %% [markdown]
# <details><summary>看出了什么？（SEED = 1） · What does it show? (SEED = 1)</summary>
#
# 甲：报告晚一小时，一切大致晚一小时，此外几乎不变。乙：IV级还没决定，III级的条件已经成立，IV级响应再也没有启动；
# 预案对被越过的等级不作规定〔skipped-levels〕。丙：每一级都被更重的一级赶上，等到真正启动，已是I级。
# 没有一条条款限定决定要在多久之内作出。
#
# A: everything comes about an hour later, and little else changes. B: before level IV is decided on, level III is
# called for, and the level-IV response never begins; the plan says nothing of levels skipped 〔skipped-levels〕. C:
# each level is overtaken by the next, and what begins at last is level I. No clause says within what time to decide.
#
# </details>
#
# **报告定在几点，比晚不晚一小时更要紧**。先猜：把每日报告从16时改到18时，预案会知道得更早还是更晚？
#
# **The hour of the report matters more than an hour's delay**. Guess: with the daily report at 18:00 and not at
# 16:00, is the first bound known earlier or later?

# %%
at_hour = {hour: play(f"reporting.at={hour}") for hour in ("08:00", "12:00", "16:00", "17:00", "18:00", "20:00")}

# %% jupyter={"source_hidden": true}
rows = []
for hour, entries in at_hour.items():
    first = next(e for e in entries if e.detail.get("known") and e.ref == "stock_days")
    begun = next(e for e in entries if e.kind == "entered" and e.scheme == "response")
    lag = first.detail["lag"]
    rows.append((hour, when(first.t - lag), when(first.t), terms.span(lag, LANG), when(begun.t), first.seq))
columns = heads(
    "报告时刻|Report at",
    "真正跌破十天|Truly below 10 days",
    "为人所知|Known",
    "滞后|Lag",
    "启动响应|Response began",
    "#|#",
)
LUCK = say(
    "一次报告只看得到它之前的事：真正跌破之后最先到的那个时刻，知道得最早；早到一刻的，要再等一天。"
    "哪个时刻碰得巧，事先谁也不知道；而多久报一次，是条文给的〔3.1〕。",
    "A report sees only what came before it: the hour that comes first after the bound is truly crossed knows first, "
    "and one that came just before waits another day. Which hour will be lucky nobody knows; how often there is a "
    "report is the clause's 〔3.1〕.",
)
Hidden(say("答案", "Answer"), Table(columns, rows), LUCK)

# %% [markdown]
# ## 6　预案没有说的 · What the plan left open　(2 min)
#
# 推演中每遇到一处文本没有说的，都记一笔：问题、代替它的解读、条款。
#
# Each silence the run met is on record: the question, the reading that stood in, the clauses.

# %% jupyter={"source_hidden": true}
course = Page(base, scenario, programs, {}, LANG)
Table(
    heads("何时|When", "遇到时|Met at", "问题|Question", "所取解读|Reading taken", "条款|Clauses"),
    [
        (g["when"], g["where"], g["question"], g["taken"]["text"], " ".join(c["text"] for c in g["clauses"]))
        for g in gaps(course, "fuel")
    ],
)  # fmt: skip

# %% [markdown]
# ## 7　代价 · What it cost　(3 min)
#
# “限供”是措施有意不供的，“断供”是想供而无货的。
#
# *Limited* was withheld on purpose by a measure; *short* could not be served for lack of stock.

# %%
Picture(figures["demand"]["png"], say("各类用户的需求与实供", "Demand and what was served, by class of customer"))

# %% [markdown]
# 用1号种子，照预案办，谁也没有断供，限供却不少；丙拖到最后，反倒谁也没限。那么犹豫是对的？再问一句：
# 要是管道晚修好一周呢？
#
# With seed 1, by the plan nobody went short, but much was withheld; C dithered and withheld nothing. Was it right to
# hesitate? Ask once more: what if the line is repaired a week later?

# %%
WEEK_LATER = ("injects.outage.effects.0.lasts.value=17 d", "injects.repaired.at.value=18 d")
fates = {
    say("照预案", "as written"): base,
    say("丙：级级多想四天", "C: each level sat on for 4 d"): play(sits_on="response=", hours=96),
    say("晚修好一周，照预案", "a week later, as written"): play(*WEEK_LATER),
    say("晚修好一周，丙", "a week later, C"): play(*WEEK_LATER, sits_on="response=", hours=96),
}

# %% jupyter={"source_hidden": true}
WEIGHED = say(
    "只看吨数定不了输赢：照预案办，限供的比丙断供的还多。"
    "限供换来的是油罐里剩下的天数：看“最低库存”一列，一个还够好几天，另一个几乎见底，再出一件事就接不上了。"
    "做决定的人当时并不知道管道几时修好，预案也没有说该怎样权衡。把17天再往后推，看看天平何时翻过来。",
    "Tonnes alone do not settle it: what the plan withheld is more than what C went short of. What limits buy is "
    "days left in the tanks: see the column of the lowest stock. One has days to spare; the other is all but dry, "
    "with nothing left for the next mishap. Those who decide do not know when the line will be repaired, and the "
    "plan does not say how to weigh it. Push the 17 days further and see when the balance tips.",
)
rows = [(name, *row(entries)) for name, entries in fates.items()]
Hidden(say("答案", "Answer"), Table(COLUMNS, rows), WEIGHED)

# %% [markdown]
# **小测 · Quiz**
#
# <details><summary>1　等级按真实的库存判，还是按报上来的判？
# · Are levels judged on true stock or on reported stock?</summary>
#
# 按已知的判，已知的来自报告〔3.1〕。 · On what is known, and that comes from reports 〔3.1〕.
#
# </details>
# <details><summary>2　谁宣布启动，谁宣布结束？ · Who announces the start, and who the end?</summary>
#
# 都是领导小组〔2.2.1〕〔4.6〕。 · The leading group, both 〔2.2.1〕〔4.6〕.
#
# </details>
# <details><summary>3　情况好转，等级会自己降下来吗？ · Do levels come down by themselves as things improve?</summary>
#
# 不会：没有降级的规定，只有恢复正常后的结束〔4.6〕，其间按解读不下调〔no-step-down〕。
#
# No: no clause lowers a level; there is only the end, once things are normal 〔4.6〕, and until then a reading keeps
# the level 〔no-step-down〕.
#
# </details>
#
# **接下来 · Next**：换`SEED`再走一遍。
# 完整的报告 · the full report: `emergency run fuel-pipeline-outage`;
# 同样的改法 · the same changes: `emergency run fuel-pipeline-outage --set reporting.at=17:00`.
