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
# # 读懂一份预案 · Read a plan
#
# 一份预案怎样从条款变成表述，再变成一台能回答问题的状态机。约60分钟，适合10至30人的班；与《走完一次响应》合用，
# 正好90分钟。逐格运行（Shift+Enter）；只管画表的代码格已折叠，点左边的竖条可以展开。先让学员写下自己的判断，
# 再运行、再点开“答案”。
#
# How a plan turns from clauses into statements, and from statements into a machine that answers questions. About 60
# minutes for a class of 10 to 30; together with *Walk a response*, 90. Run cell by cell (Shift+Enter); code that
# only draws tables is folded, and a click on the bar at its left unfolds it. Let the class write down its own
# judgement first; only then run, and open the answers.
#
# 文中条款均为我们的转述，并非原文。方括号里是出处：〔3.3.2(2)〕是条款号，〔vice-head〕是解读的名字。
#
# Clauses are told in our own words. Brackets name the source: 〔3.3.2(2)〕 is a clause, 〔vice-head〕 is a reading.

# %%
LANG = "zh"  # "en": tables and charts in English

# %% jupyter={"source_hidden": true}
from contextlib import chdir
from pathlib import Path

import emergency
from emergency.condition import Guard
from emergency.figures.ladder import draw_ladder
from emergency.graph import actor_names
from emergency.machine import decider
from emergency.report import cards
from emergency.report.notebook import Hidden, Picture, Table, show_card
from emergency.words import terms

# Works from the repository and from this folder; without the repository, the plans packaged with emergency are read.
HERE = next((p for p in (Path.cwd(), *Path.cwd().parents) if (p / "plans").is_dir()), Path.cwd())
with chdir(HERE):
    plan = emergency.load_plan("fuel")
    place = emergency.load_jurisdiction(plan.jurisdiction)
program = emergency.compile_plan(plan, place)
name = actor_names(program, LANG)


def say(zh, en):
    """The words in the language of this notebook's tables."""
    return zh if LANG == "zh" else en


def heads(*words):
    """Column names, written zh|en."""
    return [word.split("|")[LANG != "zh"] for word in words]


def cite(clauses):
    """Clauses of this plan, without its name."""
    return " ".join(c.split(":")[1] for c in clauses)


def steps(*values):
    """The steps of entering some values: who, whose people, to whom, within what time, by which clauses."""
    rows = []
    for at in values:
        scheme = program.plan.schemes[at.scheme]
        level = terms.level(scheme.kind, at.value, LANG, ends=scheme.ends)
        for step in program.decisions[at].steps:
            limits = [terms.amount(str(bound.duration), LANG) for bound in step.bounds]
            limits += [terms.urgency(step.urgency, LANG)] if step.urgency else []
            who, to = step.by[0], say("、", ", ").join(name(p.actor) for p in step.to)
            limit = say("、", ", ").join(limits) or say("（未说明）", "(not stated)")
            row = (level, terms.verb(step.do, LANG), name(who.actor), name(who.seat), to, limit, cite(step.clauses))
            rows.append(row)
    columns = heads(
        "等级|Level",
        "步骤|Step",
        "谁|Who",
        "由谁的人办|Whose people",
        "对谁|To whom",
        "时限|Time limit",
        "条款|Clause",
    )
    return Table(columns, rows)


def judged(program, facts):
    """The response called for, by which criteria of the warning, and the post that decides on it."""
    found = emergency.assess(program, facts)
    level = found.state["response"]
    if level == "off":
        return say("不启动", "none"), "", ""
    last = decider(program.decisions[emergency.Value("response", level)].steps)
    return terms.level("response", level, LANG), cite(found.verdicts["warning"].clauses), name(last.by[0].seat)


# %% [markdown]
# ## 1　这是一份什么文件 · What the document is　(10 min)
#
# 区里的专项预案：成品油供应中断时，谁看着什么，到什么程度算几级，由谁决定，然后做什么。我们把它逐条写成数据，
# 条条注明出处；文本没说的，写成“未说明”，不替它补上。
#
# A district's special plan: when fuel supply fails, who watches what, how bad is how bad, who decides, and what is
# done then. We wrote it down clause by clause as data, each piece with its clause; what the text does not say is
# written as *unstated* and never filled in.

# %% jupyter={"source_hidden": true}
document = plan.document
statements = list(plan.statements())
file = "plans/yunxi/fuel.yaml"
Table(
    heads("项目|Item", "内容|Content", "出处|Source"),
    [
        (say("名称", "Title"), plan.title.in_(LANG), file),
        (say("文号", "Number"), document.number, document.source.in_(LANG)),
        (say("日期", "Date"), document.date, document.source.in_(LANG)),
        (say("印发", "Issued by"), document.issuer, file),
        (say("发往", "Addressed to"), say("、", "; ").join(document.addressees), file),
        (say("正文条款", "Clauses in the body"), len(list(plan.body())), file),
        (say("写成的表述", "Statements made of them"), len(statements), file),
        (say("待答的问题", "Questions left open"), len(plan.readings), file + " · readings"),
    ],
    title=say("这份预案", "The plan"),
)

# %% [markdown]
# 六个词就够用。**条款**是印出来的一条；**表述**是从一条里读出的一件事；**门类**有三个，预警、事件、响应；
# **等级**是门类的取值，I级最重；**指标**是等级所依据的量；**解读**是文本没说清时由人作出、写明理由、
# 可以更换的回答。
#
# Six words suffice. A *clause* is one printed article; a *statement* is one thing read off one clause; there are
# three *schemes*: warning, event, response; a *level* is a value of a scheme, I being the gravest; an *indicator* is
# what levels are judged by; a *reading* answers what the text leaves open, with a reason, and can be exchanged.

# %% [markdown]
# ## 2　条款、表述、状态机 · Clause, statement, machine　(20 min)
#
# ### 2.1　一条条款 · One clause
#
# 有编号的行是转述，其下各行是由它写成的表述，照预案文件里的样子。先只读转述。请学员数一数：按这一条，
# 有几种办法进入III级预警？
#
# Rows with a clause number are the paraphrase; below each stand the statements made of it, as in the plan file. Read
# the paraphrase first, and count: by this clause, how many ways are there into a level-III warning?

# %%
show_card(cards.clause_card(program, "3.3.2", LANG), LANG)

# %% [markdown]
# <details><summary>答案 · Answer</summary>
#
# 三种：定义本身〔3.3.2〕、IV级预警后仍未控制且有加剧趋势〔3.3.2(1)〕、库存不够八天〔3.3.2(2)〕。
# 三者是“有一即可”还是“缺一不可”，条文没说（`connective: unstated`），
# 由解读回答〔items-any〕〔definition-or-items〕。
#
# Three: the definition itself 〔3.3.2〕, things not under control and tending to worsen after a level-IV warning
# 〔3.3.2(1)〕, and stock below eight days 〔3.3.2(2)〕. Whether one suffices or all are needed is not said
# (`connective: unstated`); readings answer it 〔items-any〕〔definition-or-items〕.
#
# </details>
#
# 下面是程序由此得出的结果：什么条件下要进入III级预警，要走哪些步骤。
#
# And this is what the program makes of it: when level III is called for, and by which steps it is entered.

# %%
show_card(cards.level_card(program, emergency.Value("warning", "III"), LANG), LANG)

# %% [markdown]
# ### 2.2　门槛 · The thresholds
#
# 库存可用天数从0到12天，各是哪一级预警？圆点的颜色是恰好等于界值时的等级。
#
# From 0 to 12 days of stock: which warning level? The dot on a bound has the colour of the level that holds at
# exactly that value.

# %%
Picture(
    draw_ladder({say("本预案", "The plan"): program}, "warning", "stock_days", "png", LANG),
    say("库存天数与预警等级", "Days of stock and warning levels"),
)

# %% [markdown]
# <details><summary>恰好八天算哪一级？ · Exactly eight days: which level?</summary>
#
# IV级。条文说的是“不够八天”〔3.3.2(2)〕，恰好八天还够。
#
# Level IV. The clause asks for less than eight days 〔3.3.2(2)〕, and exactly eight is not less.
#
# </details>
#
# ### 2.3　状态机 · The machine
#
# 一个方框是一个等级，一支箭头是进入它的一种办法，旁边写着由谁决定、依据哪条。
#
# A box is a level; an arrow is a way of entering it, with who decides and by which clause.

# %%
Picture(
    emergency.draw_machine(program, "png", LANG), say("各门类的等级和进入办法", "Levels and how they are entered")
)

# %% [markdown]
# <details><summary>为什么没有从III级退回IV级的箭头？虚线是什么？
# · Why does no arrow lead from III back to IV? What is dashed?</summary>
#
# 全文没有降级的规定，只有启动〔4.3〕和结束〔4.6〕；不下调是解读〔no-step-down〕。虚线是条文没有写、由解读代替的：
# 事件由谁定级〔4.1〕，预警何时解除〔3.2〕〔3.4〕〔4.6〕。
#
# No clause lowers a level; there is only a start 〔4.3〕 and an end 〔4.6〕, and not stepping down is a reading
# 〔no-step-down〕. Dashed is what no clause says and a reading stands in for: who grades an incident 〔4.1〕, when a
# warning is lifted 〔3.2〕〔3.4〕〔4.6〕.
#
# </details>
#
# ### 2.4　谁在多长时间内决定什么 · Who decides what within what time
#
# 运行之前先猜：启动III级响应的每一步，预案给了几个小时？
#
# Guess before you run: how many hours does the plan give each step of starting a level-III response?

# %%
steps(emergency.Value("warning", "III"), emergency.Value("response", "III"), emergency.Value("response", "ended"))

# %% [markdown]
# <details><summary>答案 · Answer</summary>
#
# 一个小时数也没有。只有“立即”，而且只管办公室的报告和建议〔3.2〕〔4.3〕。领导小组要在多久之内决定，没有限期。
# 《走完一次响应》里可以看到，没有限期的决定拖上几天会怎样。
#
# Not a single number of hours. There is only *at once*, and only for the office's report and proposal
# 〔3.2〕〔4.3〕; how soon the leading group must decide is nowhere limited. *Walk a response* shows what it does
# when that takes days.
#
# </details>

# %% [markdown]
# ## 3　先猜，再问程序 · Predict, then ask　(10 min)
#
# 现在库存 **7 天**，此前什么级别都没有启动。请写下三件事：该进入哪一级？由谁签批？最迟什么时候？
#
# Stock is at **7 days**; no level is in force. Write down three things: which level is called for, who signs, by
# when?

# %%
STOCK_DAYS = 7  # change the number and run both cells again

# %% jupyter={"source_hidden": true}
found = emergency.assess(program, {"stock_days": STOCK_DAYS})
called = [emergency.Value(scheme, value) for scheme, value in found.state.items() if value != "off"]
WHY = say(
    "“由谁的人办”一列是实际落笔的岗位。"
    "领导小组经组长行事〔group-through-head〕，组长是“分管副区长”〔2.1.1〕，分管什么由解读回答〔vice-head〕。"
    "“最迟什么时候”：除“立即”二字外，条文没有说。",
    'The column "Whose people" names the post that signs: the group acts through its head 〔group-through-head〕, '
    'the head is "the vice-head in charge" 〔2.1.1〕, and in charge of what is a reading 〔vice-head〕. '
    "By when: but for the words at once, the clauses do not say.",
)
Hidden(
    say("答案", "Answer"),
    show_card(cards.situation_card(program, {"stock_days": STOCK_DAYS}, {}, LANG), LANG),
    say("逐步来看：", "Step by step:"),
    steps(*(at for at in called if program.decisions[at].steps)),
    WHY,
)

# %% [markdown]
# 再来四种情形。分组，每组一种；先写等级、条款和签批的人。
#
# Four more, one for each group. Write down level, clause and who signs.

# %%
CASES = {
    say("甲：库存恰好10天", "A: exactly 10 days of stock"): {"stock_days": 10},
    say("乙：库存9天，某镇道路中断、救灾急需用油", "B: 9 days; a township cut off, relief needs fuel"): {
        "stock_days": 9,
        "traffic-cut": frozenset({"lucheng"}),
        "relief-needs-fuel": frozenset({"lucheng"}),
    },
    say("丙：库存11天，到货只有四成，短期难缓解", "C: 11 days; arrivals 40 % of demand, no relief soon"): {
        "stock_days": 11,
        "supply_ratio": 0.4,
        "relief-soon": False,
    },
    say("丁：库存3天", "D: 3 days of stock"): {"stock_days": 3},
}

# %% jupyter={"source_hidden": true}
Hidden(
    say("答案", "Answers"),
    Table(
        heads("情形|Case", "响应|Response", "依据|Criteria", "谁决定|Who decides"),
        [(case, *judged(program, facts)) for case, facts in CASES.items()],
    ),
)

# %% [markdown]
# ## 4　没有说的，和代替它的解读 · What is unstated, and what stands in　(10 min)
#
# 下表数的是“这一条本该说、却没有说”的地方。
#
# The table counts the places where a clause speaks of a matter and leaves out what the matter needs.

# %% jupyter={"source_hidden": true}
silences = {}
for section, _, statement in statements:
    for field in type(statement).model_fields:
        value = getattr(statement, field)
        if "unstated" in (value if isinstance(value, tuple) else (value,)):
            silences.setdefault((section, field), []).append(str(statement.clause))
ASKED = {
    ("measures", "by"): ("措施由谁执行", "who carries out a measure"),
    ("groups", "connective"): ("各项是“或”还是“且”", "whether one case suffices or all are needed"),
    ("duties", "actors"): ("职责归谁", "whose duty it is"),
    ("indicators", "holds_when"): ("“紧张”“持续”“正常”怎样算", 'what counts as "tight", "lasting", "normal"'),
    ("indicators", "measured_as"): ("一个量怎样计算", "how a quantity is measured"),
    ("indicators", "every"): ("“定期”是多久", 'how often "regularly" is'),
    ("indicators", "over"): ("各品种合计还是分计", "over all products or each"),
    ("resources", "amount"): ("储备多少", "how much there is"),
    ("decisions", "to"): ("“启动预案”是进入哪一级", 'which level "starting the plan" enters'),
}
Table(
    heads("没有说的是|What is left out", "处数|Places", "条款|Clauses"),
    [
        (say(*ASKED.get(key, key)), len(where), " ".join(dict.fromkeys(where)))
        for key, where in sorted(silences.items(), key=lambda item: -len(item[1]))
        if key in ASKED
    ],
    title=say("预案没有说的（择要）", "What the plan leaves out (a selection)"),
)

# %% [markdown]
# 每个空白都有一条解读代替，写在预案文件的`readings`里：问题、几种回答、取了哪一种、为什么。
# 这里挑出与等级和签批有关的几条。
#
# For each silence a reading stands in, under `readings` of the plan file: the question, the possible answers, the
# one taken, and why. Here are those that bear on levels and on who signs.

# %% jupyter={"source_hidden": true}
SHOWN = ("definition-or-items", "items-any", "gravest-first", "no-step-down", "group-through-head", "vice-head")
columns = heads("解读|Reading", "问题|Question", "取|Taken", "另可取|Or else", "理由|Because", "条款|Clauses")
Table(
    columns,
    [
        (r.id, r.question.in_(LANG), r.taken, else_, r.because.in_(LANG), " ".join(r.clauses))
        for r in plan.readings
        if r.id in SHOWN
        for else_ in [", ".join(c for c in r.choices if c != r.taken)]
    ],
)

# %% [markdown]
# **换一条解读，看什么变了**。先猜：下面四种换法，就甲乙丙丁四种情形来说，哪几种改变等级，哪一种改变签批的人，
# 哪一种什么也不变？
#
# **Exchange a reading and see what changes**. Guess first: for the cases A to D, which of the four change levels,
# which changes who signs, and which changes nothing?

# %%
SWITCHES = {
    say("照预案文件", "as in the plan file"): {},
    "gravest-first = mildest": {"gravest-first": "mildest"},
    "definition-or-items = items-only": {"definition-or-items": "items-only"},
    "no-step-down = when-criteria-fall": {"no-step-down": "when-criteria-fall"},
    "vice-head = in-charge-of emergency-management": {"vice-head": "in-charge-of emergency-management"},
}

# %% jupyter={"source_hidden": true}
switched = {label: emergency.compile_plan(plan, place, choices) for label, choices in SWITCHES.items()}
Hidden(
    say("答案", "Answer"),
    Table(
        (say("解读", "Reading"), *CASES),
        [
            (label, *("\n".join(p for p in judged(other, facts) if p) for facts in CASES.values()))
            for label, other in switched.items()
        ],
    ),
)

# %% [markdown]
# 取最轻的一级，门槛图就只剩一级，这正是文件取“最重”的理由〔gravest-first〕。
#
# With the mildest level taken, only one level is left on the ladder: which is the file's reason for taking the
# gravest 〔gravest-first〕.

# %%
first_two = dict(list(switched.items())[:2])
Picture(
    draw_ladder(first_two, "warning", "stock_days", "png", LANG),
    say("两种解读下的门槛", "The thresholds under two readings"),
)

# %% [markdown]
# ## 5　找出埋下的错误 · Find the planted defect　(5 min)
#
# 下一格把预案复制一份，改动了一个数（代码折叠着，别打开）。只看门槛图，对照2.2节那张：改的是哪一条？这样一改，
# 哪一级落了空？
#
# The next cell copies the plan and changes one number (its code is folded; do not open it). From the ladder alone,
# and the one in 2.2: which clause was changed, and which level has become idle?

# %% jupyter={"source_hidden": true}
wrong = {"w3-2": Guard.parse("stock_days < 5 days-of-demand")}
criteria = tuple(c.model_copy(update={"when": wrong[c.id]}) if c.id in wrong else c for c in plan.criteria)
spoilt = plan.model_copy(update={"criteria": criteria})
copy = {say("改过的副本", "The changed copy"): emergency.compile_plan(spoilt, place)}
Picture(
    draw_ladder(copy, "warning", "stock_days", "png", LANG),
    say("改过的副本的门槛", "The thresholds of the changed copy"),
)

# %% jupyter={"source_hidden": true}
MORAL = say(
    "III级的门槛低到了II级之下：库存跌破它时，II级早已成立，取最重一级，III级便永远轮不到。"
    "单看这一条，数字并无不妥；要把各级放在一起看。",
    "Level III now begins below level II: whenever stock falls under it, II holds already and, being graver, is "
    "taken; III never has its turn. The clause alone looks sound; only side by side do the levels show it.",
)
Hidden(
    say("答案", "Answer"),
    Table(
        heads("表述|Statement", "条款|Clause", "原来|As it was", "副本|In the copy"),
        [
            (was.id, was.clause, terms.amount(str(was.when), LANG), terms.amount(str(now.when), LANG))
            for was, now in zip(plan.criteria, spoilt.criteria, strict=True)
            if was != now
        ],
    ),
    MORAL,
)

# %% [markdown]
# ## 6　职责卡和小测 · Duty card and quiz　(5 min)
#
# 每组认领一个单位，改`WHO`再运行，读出自己在每一级要做的事。
#
# Each group takes one body: change `WHO`, run, and read out what is yours at each level.

# %%
WHO = "police"  # finance, transport, traffic-police, market-supervision, commerce-grain, district-government …

show_card(cards.agency_card(program, WHO, LANG), LANG)

# %% [markdown]
# **小测 · Quiz**
#
# <details><summary>1　预警由谁发布，依据哪条？ · Who issues a warning, by which clause?</summary>
#
# 区应急领导小组〔3.2〕〔3.4〕。 · The leading group 〔3.2〕〔3.4〕.
#
# </details>
# <details><summary>2　加油站平时多久报一次库存，紧张时呢？
# · How often do stations report stock, usually and when supplies are tight?</summary>
#
# 平时每月，资源相对紧张时每日〔3.1〕。 · Monthly; daily while supplies are relatively tight 〔3.1〕.
#
# </details>
# <details><summary>3　调整进销差价要谁同意？ · Whose consent does adjusting the margin need?</summary>
#
# 区政府〔4.2.1(3)〕。 · The district government's 〔4.2.1(3)〕.
#
# </details>
# <details><summary>4　什么时候可以宣布结束，由谁宣布？ · When may the end be declared, and by whom?</summary>
#
# 库存和后续供应都恢复正常时，由领导小组决定并宣布〔4.6〕。“正常”是多少，
# 条文没说〔normal-stock-is〕〔normal-supply-is〕。
#
# When stock and further supply are back to normal, by the leading group 〔4.6〕; what "normal" is, is not said
# 〔normal-stock-is〕〔normal-supply-is〕.
#
# </details>
# <details><summary>5　“分管副区长”分管什么？ · In charge of what is "the vice-head in charge"?</summary>
#
# 条文没说〔2.1.1〕；我们按办公室的所在读作分管商务粮食〔vice-head〕。
#
# Not said 〔2.1.1〕; from where the office sits we read it as commerce and grain 〔vice-head〕.
#
# </details>
#
# **接下来 · Next**：《走完一次响应》`walk-a-response.ipynb`。
#
# 命令行里也能问：
#
# The same from the command line:
#
# ```sh
# emergency show fuel --at "stock_days=7"
# emergency show fuel --clause 3.3.2
# emergency show fuel --agency police
# ```
