"""How problems are told, in English and in Chinese.

A message is a template over the facts of its `Problem`. A hint may hold several templates separated by
``|``: the first whose facts are all known is told, so a "did you mean" appears only where there is a
likely name. Facts come from files we do not trust; `safe` keeps them from steering a terminal.
"""

from __future__ import annotations

import re
import unicodedata
from string import Formatter

from emergency.errors import Problem
from emergency.words.punctuation import headed, listed

__all__ = ["PROBLEMS", "safe", "tell"]

CUT = 120
ALL = 2000
SHOWN = 12

#: Kind of name → how to tell that a name of that kind is unknown: a noun, or a sentence.
_KINDS = {
    "actor": ("actor", "行动主体"),
    "agency": ("the jurisdiction has no agency {name}", "辖区中没有部门 {name}"),
    "calendar": ("calendar", "日历"),
    "class": ("class of rules", "规则类别"),
    "clause": ("the clauses of the body list no {name}", "正文条款中没有列出 {name}"),
    "contents": ("contents statement", "内容要求条目"),
    "criterion": ("criterion", "标准"),
    "customer": ("class of customers", "用户类别"),
    "event": ("event", "事件"),
    "fleet": ("fleet", "车队"),
    "form": ("form", "附表"),
    "good": ("good of the market", "市场品种"),
    "indicator": ("indicator", "指标"),
    "jurisdiction": ("jurisdiction", "辖区"),
    "level": ("the scheme has no level {name}", "该体系没有等级 {name}"),
    "measure": ("measure", "措施"),
    "number": ("number of a run", "运行指标"),
    "object": ("object", "对象"),
    "place": ("place", "地点"),
    "plan": ("plan", "预案"),
    "policy": ("no policy for seats is called {name}", "没有名为 {name} 的席位策略"),
    "precedence": ("rule of precedence", "取舍规则"),
    "post": ("the jurisdiction has no post {name}", "辖区中没有职位 {name}"),
    "product": ("product", "品种"),
    "reading": ("reading", "解读"),
    "report": ("report", "报告"),
    "reserve": ("reserve", "储备"),
    "route": ("good or route of the market", "市场品种或线路"),
    "scenario": ("scenario", "情景"),
    "scheme": ("scheme", "等级体系"),
    "seat": ("seat", "席位"),
    "set": ("set of places", "地点集合"),
    "source": ("source tag", "来源标签"),
    "statement": ("statement", "条目"),
    "store": ("store", "库点"),
    "supply": ("supply", "供应线路"),
    "variable": ("variable of the world", "世界变量"),
    "world": ("market or outbreak", "市场或疫情"),
    "value": ("the scheme has no value {name}", "该体系没有取值 {name}"),
}
_NEAR = ("did you mean {near}?|known here: {known}", "是否想写 {near}？|此处已有：{known}")

#: Code of a problem → English message and hint, Chinese message and hint.
PROBLEMS: dict[str, tuple[str, str, str, str]] = {
    # questions a run needs answered
    "unsettled": ("{clauses}: the text leaves open: {question}", "add a reading to the plan that settles it", "{clauses}：条文未定：{question}", "请在预案中增加一条解读加以确定"),
    "undriven": ("nothing in the scenario drives the indicator {name}, which {clauses} needs", "give it under world.series, judged or flags, or set it by an inject", "情景没有给出指标 {name}，而 {clauses} 需要它", "请在 world.series、judged 或 flags 中给出，或由注入事件设置"),
    "circular-judgement": ("the judgement of {name} depends on itself", "judge it from what is reported", "对 {name} 的判断循环依赖自身", "请改为依据上报数据判断"),
    # files
    "and-more": ("{n} more problems are not shown", "mend these first", "另有 {n} 个问题未列出", "请先改正以上问题"),
    "ambiguous-id": ("several files hold the {kind} {name}: {files}", "give the path of the one you mean", "有多个文件的 {kind} 编号都是 {name}：{files}", "请直接给出文件路径"),
    "bad-encoding": ("the file is not UTF-8 text", "save it as UTF-8", "文件不是 UTF-8 文本", "请另存为 UTF-8 编码"),
    "control-character": ("the control character {char} does not belong in a text file", "delete it", "文本中不应有控制字符 {char}", "请删除该字符"),
    "empty-file": ("the file is empty", "", "文件是空的", ""),
    "encoding-gbk": ("the file is not UTF-8; it looks like GBK", "save it as UTF-8, e.g. iconv -f GB18030 -t UTF-8", "文件不是 UTF-8 编码，像是 GBK", "请另存为 UTF-8，例如 iconv -f GB18030 -t UTF-8"),
    "encoding-utf16": ("the file is not UTF-8; it looks like UTF-16", "save it as UTF-8 (in Notepad: Save as, Encoding UTF-8)", "文件不是 UTF-8 编码，像是 UTF-16", "请另存为 UTF-8（记事本：另存为，编码选 UTF-8）"),
    "file-is-directory": ("{path} is a directory", "give a file in it", "{path} 是目录", "请给出其中的文件"),
    "store-missing": ("there is no store {path}", "give the file that play --store or serve wrote", "没有存储文件 {path}", "请给出 play --store 或 serve 写成的文件"),
    "file-missing": ("there is no file {path}", "did you mean {near}?|those known by their id: {known}|a path begins in the folder where you are", "没有文件 {path}", "是否想写 {near}？|可按编号查找的有：{known}|路径从当前文件夹算起"),
    "file-too-large": ("the file is larger than {limit} MB", "a plan is some tens of kB; is this the right file?", "文件超过 {limit} MB", "一份预案只有几十 kB，请确认文件是否正确"),
    "file-unreadable": ("{path} cannot be read: {why}", "", "无法读取 {path}：{why}", ""),
    "wrong-kind": ("this is a {found}, and a {wanted} is needed here", "", "这是 {found} 文件，此处需要 {wanted} 文件", ""),
    # YAML
    "alias": ("anchors and aliases (& and *) are not read", "write the value out; quote a text that begins with & or *", "不支持锚点和别名（& 与 *）", "请写出完整的值；以 & 或 * 开头的文字请加引号"),
    "duplicate-key": ("the key {name} stands here twice; first in line {line}", "keep one of them", "键 {name} 重复；首次出现在第 {line} 行", "请只保留一个"),
    "empty-value": ("{name} has no value", "give a value or leave the line out", "{name} 没有值", "请填写值，或删去这一行"),
    "full-width-colon": ("a full-width colon follows a key", "write an ASCII colon and a space", "键后面用了全角冒号", "请改为半角冒号加空格"),
    "key-not-text": ("a key must be one piece of text", "quote it if it begins with a bracket", "键必须是一段文字", "若以括号开头，请加引号"),
    "merge-key": ("the merge key << is not read", "write the keys out", "不支持合并键 <<", "请逐一写出各键"),
    "tag": ("tags such as {tag} are not read", "leave it out; quote a text that begins with !", "不支持标记 {tag}", "请删去；以 ! 开头的文字请加引号"),
    "too-deep": ("the file is nested deeper than {limit} levels", "", "文件嵌套超过 {limit} 层", ""),
    "too-many-nodes": ("the file has more than {limit} values", "", "文件中的值超过 {limit} 个", ""),
    "two-documents": ("a second document begins here", "one file holds one document: remove the line ---", "此处开始了第二个文档", "一个文件只能有一个文档，请删去 --- 行"),
    "yaml-colon": ("a colon is not expected here", "check the indentation of this line; quote a text that contains ': '", "此处不应有冒号", "请检查本行缩进；含“: ”的文字请加引号"),
    "yaml-indent": ("the indentation does not fit the lines above", "keys of one mapping, and the dashes of one list, stand in one column", "缩进与上文不一致", "同一映射的键、同一列表的短横应对齐"),
    "yaml-no-colon": ("this line has no ': ' after its key", "write key: value", "本行的键后面没有“: ”", "请写成 键: 值"),
    "yaml-reserved": ("a text cannot begin with {char}", "put the text in quotes", "文字不能以 {char} 开头", "请给这段文字加引号"),
    "yaml-syntax": ("this is not valid YAML: {why}", "", "不是有效的 YAML：{why}", ""),
    "yaml-tab": ("a tab is used for indentation", "use spaces", "缩进用了制表符", "请改用空格"),
    "yaml-unclosed-bracket": ("this bracket is not closed, or a comma is missing", "close it; quote texts that contain brackets or commas", "括号没有闭合，或缺少逗号", "请补上；含括号或逗号的文字请加引号"),
    "yaml-unclosed-quote": ("this quotation mark is not closed", "", "引号没有闭合", ""),
    # --set
    "bad-reading": ("{value} is not PLAN:READING=CHOICE", "e.g. --reading fuel:stock-of-all-products=scarcest; the report of a run lists all readings and their choices", "{value} 不是 预案:解读=选项 的写法", "例如 --reading fuel:stock-of-all-products=scarcest；运行报告列有全部解读及选项"),
    "bad-setting": ("{value} is not key=value", "e.g. --set seed=7", "{value} 不是 键=值 的写法", "例如 --set seed=7"),
    "unknown-section": ("the file has no key {name}", _NEAR[0], "文件中没有键 {name}", _NEAR[1]),
    "unknown-path": ("nothing in the file is called {name} under {under}", _NEAR[0], "文件中 {under} 之下没有 {name}", _NEAR[1]),
    # sweeps
    "bad-change": ("{value} is not a change that can be made", "reading:PLAN:ID=CHOICE, set:KEY=VALUE, plan=FILE, policy=NAME, people=apart, or PLAN:CLAUSE/FIELD=VALUE", "无法读懂这项改动：{value}", "写作 reading:预案:编号=选项、set:键=值、plan=文件、policy=名称、people=apart，或 预案:条款/字段=值"),
    "bad-goal": ("{value} is not a goal", "a number of a run and how close it must be, e.g. stockout ± 0.01", "无法读懂这个目标：{value}", "写出运行指标及其允许误差，例如 stockout ± 0.01"),
    "lost-cluster": ("the cluster has no worker left, or its scheduler is gone", "what is done is kept; start it again and go on: emergency sweep --resume FOLDER --scheduler {address}", "集群已没有工作进程，或调度器已不在", "已完成的运行均已保存；重新启动后继续：emergency sweep --resume 文件夹 --scheduler {address}"),
    "no-certificates": ("tls:// needs certificates, and they are not set or cannot be read", "set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__CLIENT__CERT and …__CLIENT__KEY to their files", "tls:// 需要证书，而证书没有设置或不能读取", "请把 DASK_DISTRIBUTED__COMM__TLS__CA_FILE、…__CLIENT__CERT、…__CLIENT__KEY 设为证书文件"),
    "no-scheduler": ("no scheduler answers at {address}: {why}", "start one: dask scheduler; then workers on each machine: dask worker {address}", "{address} 没有调度器应答：{why}", "先启动调度器：dask scheduler；再在各机器启动工作进程：dask worker {address}"),
    "no-sweep": ("no sweep is here that can be gone on with", "give the folder that holds its sweep.json", "此处没有可以继续的批量推演", "请给出 sweep.json 所在的文件夹"),
    "no-workers": ("the scheduler at {address} has no workers", "start them on each machine: dask worker {address} --nthreads 1 --nworkers -1", "{address} 的调度器没有工作进程", "请在各机器启动：dask worker {address} --nthreads 1 --nworkers -1"),
    "not-rows": ("this is not as a sweep left it", "begin the sweep anew, in another folder", "已不是批量推演留下的样子", "请换一个文件夹重新开始"),
    "other-columns": ("the rows hold other numbers than this sweep's: {names}", "begin the sweep anew, in another folder", "已有各行的指标与本次推演不同：{names}", "请换一个文件夹重新开始"),
    "other-workers": ("the workers of the cluster run version {found}, not {wanted}", "install the same version of emergency[cluster] on all of them", "集群工作进程的版本是 {found}，而不是 {wanted}", "请在各机器安装同一版本的 emergency[cluster]"),
    "resume-differs": ("{name} is not what it was when the sweep was begun: then {then}, now {found}", "put it back, or begin the sweep anew in another folder", "{name} 与批量推演开始时不同：当时 {then}，现在 {found}", "请改回去，或换一个文件夹重新开始"),
    "runs-differ": ("runs can only be compared one by one: {without} against {changed}", "run both with the same seed, to the same horizon and as often; --seed, --set seed=… and --set horizon=… hold for both", "只能逐次比较：一边是 {without}，另一边是 {changed}", "请用相同的种子和推演时长，运行同样多次；--seed、--set seed=…、--set horizon=… 对两边都有效"),
    "sweep-unfinished": ("a sweep was broken off here", "go on with it: emergency sweep --resume {folder}; or choose another folder with -o", "此处有一次中断的批量推演", "继续：emergency sweep --resume {folder}；或用 -o 另选文件夹"),
    # the command line
    "bad-ending": ("{path} has no ending that says how to draw", "one of: {known}", "{path} 的扩展名不表示任何画法", "可用：{known}"),
    "nothing-for": ("the plan {plan} asks nothing of {name}", "did you mean {near}?|it names: {known}", "预案 {plan} 没有要求 {name} 做什么", "是否想写 {near}？|其中有：{known}"),
    "no-change": ("nothing is changed", "give a change by --with, or a name by --branch", "没有改动", "请用 --with 给出改动，或用 --branch 给出名称"),
    "no-such-clause": ("the plan {plan} has no clause {name}", "the nearest are {near}", "预案 {plan} 没有条款 {name}", "相近的有 {near}"),
    "no-witness": ("no run can be written: {told}", "the ids of findings stand in the list of a review", "不能写出运行过程：{told}", "审查列表中写有各问题的编号"),
    "not-a-power": ("{value} is no power of 2", "e.g. 64", "{value} 不是 2 的幂", "例如 64"),
    "not-together": ("{first} and {second} do not go together", "leave one of them out", "{first} 与 {second} 不能同时使用", "请只用其一"),
    "one-plan": ("this goes with one plan, not {n}", "name one", "此处须是一份预案，而不是 {n} 份", "请只指明一份"),
    "scenario-or-resume": ("either a scenario is needed or --resume with a folder", "e.g. emergency sweep fuel-pipeline-outage -n 1000", "须给出情景，或用 --resume 给出文件夹", "例如 emergency sweep fuel-pipeline-outage -n 1000"),
    "to-a-file": ("{value} is written to a file", "add -o FILE", "{value} 只能写入文件", "请加 -o 文件名"),
    "which-plan": ("there are several plans", "say which by --plan: {known}", "有几份预案", "请用 --plan 指明：{known}"),
    # the command line, not understood
    "before-command": ("an option stands behind the command it belongs to", "e.g. emergency plans --lang zh; {command} --help lists the commands", "选项应写在所属命令之后", "例如 emergency plans --lang zh；用 {command} --help 查看各命令"),
    "bad-name": ("{value} cannot be an exercise's name", "files are called by it: no / or \\, not only dots, 64 characters at most", "{value} 不能用作演练名称", "文件以此命名：不含 / 或 \\，不能只有点号，最多 64 个字符"),
    "beyond-bounds": ("{value} is out of bounds", "from {low} to {high}|{low} or more|{high} or less", "{value} 超出范围", "应在 {low} 与 {high} 之间|应不小于 {low}|应不大于 {high}"),
    "missing-argument": ("the argument '{wanted}' is missing", "e.g. {example}", "缺少{wanted}", "例如 {example}"),
    "missing-option": ("the option {name} is missing", "e.g. {example}", "缺少选项 {name}", "例如 {example}"),
    "no-value": ("a value is missing behind it", "write it behind the option, or leave the option out", "其后缺少取值", "请在选项之后写明取值，或去掉该选项"),
    "not-whole": ("{value} is not a whole number", "plain digits, e.g. 7", "{value} 不是整数", "请写数字，例如 7"),
    "one-too-many": ("{value} is one too many", "quote what holds spaces; e.g. {example}", "多出了 {value}", "含空格的内容请加引号；例如 {example}"),
    "not-a-store": ("this file is no store of exercises", "give the file that play --store or serve wrote, or a new one", "这个文件不是演练存储", "请给出 play --store 或 serve 写成的文件，或一个新文件名"),
    "scenario-or-store": ("either a scenario is needed, or a --store that holds an exercise", "e.g. {example}", "须给出情景，或用 --store 给出存有演练的文件", "例如 {example}"),
    "takes-no-value": ("it takes no value", "leave out = and what follows", "该选项不带取值", "请去掉 = 及其后的内容"),
    "unknown-command": ("there is no command {name}", "did you mean {near}?|the commands: {known}", "没有命令 {name}", "是否想写 {near}？|可用命令：{known}"),
    "unknown-option": ("{command} has no such option", "did you mean {near}?|{command} --help lists the options", "{command} 没有这个选项", "是否想写 {near}？|用 {command} --help 查看各选项"),
    # shape
    "bad-form": ("{value} is not written as expected here", "the form is {pattern}", "{value} 的写法不符合要求", "应符合 {pattern}"),
    "bad-value": ("{value} is not accepted: {why}", "", "不接受 {value}：{why}", ""),
    "bad-word": ("{value} is not a plain word", "lower-case letters and hyphens, e.g. stop-sales", "{value} 不是规定的词", "请用小写字母和连字符，例如 stop-sales"),
    "empty-text": ("the text is empty", "", "文字为空", ""),
    "long-text": ("the text is longer than {max} characters", "", "文字超过 {max} 个字符", ""),
    "missing-key": ("{name} is missing", "", "缺少 {name}", ""),
    "not-a-choice": ("{value} is not one of the choices", "did you mean {near}?|the choices: {choices}", "{value} 不在可选项之中", "是否想写 {near}？|可选：{choices}"),
    "not-a-list": ("a list is expected here", "write [one, two], or lines that begin with a dash", "此处应为列表", "请写成 [甲, 乙]，或逐行以短横开头"),
    "not-a-mapping": ("keys with values are expected here", "write key: value", "此处应为若干键和值", "请写成 键: 值"),
    "not-text": ("one piece of text is expected here", "", "此处应为一段文字", ""),
    "too-long": ("the list has {n} entries; it takes at most {max}", "", "列表有 {n} 项，最多 {max} 项", ""),
    "too-short": ("the list has {n} entries; it needs at least {min}", "", "列表有 {n} 项，至少需要 {min} 项", ""),
    "unknown-key": ("there is no key {name} here", "did you mean {near}?|the keys here: {known}", "此处没有 {name} 这个键", "是否想写 {near}？|此处的键：{known}"),
    # leaves
    "bad-amount": ("{value} is not an amount", "a number and a unit, e.g. 50 t or 1..2 stations", "{value} 不是数量", "写作数字加单位，例如 50 t 或 1..2 stations"),
    "bad-clause": ("{value} is not a clause number", "ASCII digits and brackets: 4.2.1(3), 2.2.3#4, annex-1; in a plan: fuel:4.3", "{value} 不是条款号", "用半角数字和括号：4.2.1(3)、2.2.3#4、annex-1；带预案名：fuel:4.3"),
    "bad-date": ("there is no such date or time: {value}", "e.g. 2023-06-06, or 2026-07-01 08:00", "没有这样的日期或时间：{value}", "例如 2023-06-06 或 2026-07-01 08:00"),
    "bad-duration": ("{value} is not a duration", "e.g. 30 min, 24 h, 10 d, 9 months, 7 workdays (months and workdays are whole)", "{value} 不是时长", "例如 30 min、24 h、10 d、9 months、7 workdays（月和工作日须为整数）"),
    "bad-guard": ("the condition {value} does not read: {why}", "e.g. stock_days < 10 days-of-demand and not under-control", "条件 {value} 无法读懂：{why}", "例如 stock_days < 10 days-of-demand and not under-control"),
    "bad-id": ("{value} is not an id", "a letter, then letters, digits, hyphens (64 at most)", "{value} 不是编号", "以字母开头，后接字母、数字、连字符，最多 64 个"),
    "bad-number": ("{value} is not a number", "plain digits, e.g. 7", "{value} 不是数字", "请写数字，例如 7"),
    "bad-span": ("{value} is not a time of day or a span of it", "e.g. 16:00, or 08:00-12:00", "{value} 不是时刻或时段", "例如 16:00 或 08:00-12:00"),
    "bad-state": ("{value} is not a state", "scheme=level, e.g. response=III or warning=IV|III", "{value} 不是状态", "写作 体系=等级，例如 response=III 或 warning=IV|III"),
    "no-fixed-length": ("{value} has no fixed length", "use min, h, d or weeks here", "{value} 没有固定长度", "此处请用 min、h、d 或 weeks"),
    "unknown-unit": ("there is no unit {unit}", "did you mean {near}?|the units: {known}", "没有单位 {unit}", "是否想写 {near}？|可用单位：{known}"),
    # statements of a plan
    "reserved-level": ("{name} cannot be a level: the word is taken", "off, any and unstated have a meaning of their own", "{name} 不能用作等级名：该词另有含义", "off、any、unstated 为保留词"),
    "body-expected": ("{name} is not a body", "a chair or a member belongs to an actor with is: body", "{name} 不是机构", "职位或成员应属于 is: body 的行动主体"),
    "duplicate-clause": ("the clause {name} is listed twice; first in line {line}", "", "条款 {name} 列了两次；首次在第 {line} 行", ""),
    "duplicate-id": ("the id {name} is used twice; first in line {line}", "", "编号 {name} 重复；首次在第 {line} 行", ""),
    "duplicate-level": ("the scheme has the value {name} twice", "", "体系中取值 {name} 重复", ""),
    "event-state": ("an event that is entered or left needs its state", "add state: scheme=level", "entered 或 left 类事件需要写明状态", "请加 state: 体系=等级"),
    "event-key": ("{name} does not belong to an event that is {kind}", "it belongs to: {known}", "{name} 不能用于 is: {kind} 的事件", "可用于：{known}"),
    "event-when": ("an event that holds needs its condition", "add when: with a guard", "holds 类事件需要写明条件", "请加 when: 条件"),
    "members-of": ("members need the body they belong to", "add of: with the body's id", "members 需要写明所属机构", "请加 of: 机构编号"),
    "field-missing": ("the reading does not say which field it settles", "add field: one of {known}|leave out field:", "解读未写明解决哪个字段", "请加 field:，可为 {known}|请去掉 field:"),
    "needs-kind": ("a measure cannot need {name}", "what it can need stands under {known}", "措施不能以 {name} 为前提", "可作前提的条目在 {known} 之下"),
    "not-an-answer": ("{value} does not answer the question", "the answers: {choices}", "{value} 不能回答该问题", "可答：{choices}"),
    "not-settled": ("no reading can settle {name} here", "did you mean {near}?|what can be settled: {known}", "解读不能解决此处的 {name}", "是否想写 {near}？|可解决：{known}"),
    "no-paraphrase": ("clause {no} has no paraphrase in both languages", "add zh and en", "条款 {no} 缺少中英文转述", "请加 zh 和 en"),
    "no-reason": ("the status {status} needs a reason", "add why", "状态 {status} 需要说明理由", "请加 why"),
    "off-criterion": ("criteria say when a level is reached, and {name} has none for off", "only an imposed scheme has: what lifts it", "标准说明何时达到某级，{name} 的 off 没有标准", "只有 imposed 类体系可以写，即何时解除"),
    "open-not-last": ("open stands for the 'etc.' that ends a list", "put it last", "open 表示列表末尾的“等”", "请放在最后"),
    "other-jurisdiction": ("this is for the jurisdiction {name}, not {wanted}", "", "辖区是 {name}，而不是 {wanted}", ""),
    "post-of": ("{name} is not an agency or body that a post can belong to", "", "{name} 不是职位可以隶属的部门或机构", ""),
    "says-nothing": ("the statement says nothing besides its clause", "leave out what the clause does not speak of", "该条目除条款号外没有内容", "条款没有说的，不必写成条目"),
    "settles-one": ("a reading settles one question, not {n}", "give one of statement, actor, indicator, entering, precedence", "一个解读只解决一个问题，此处有 {n} 个", "请只写 statement、actor、indicator、entering、precedence 之一"),
    "unknown-name": ("the jurisdiction knows no agency by the name {name}", "did you mean {near}?|add it to the agency's aliases", "辖区中没有叫 {name} 的部门", "是否想写 {near}？|请加入该部门的 aliases"),
    "waits-for-itself": ("{name} would wait for itself", "leave one of the needs out", "{name} 会等待自身", "请去掉其中一项 needs"),
    # units and guards
    "flag-compared": ("{name} is a flag and cannot be compared with {number}", "write just {name}, or not {name}", "{name} 是是非型指标，不能与 {number} 比较", "请只写 {name} 或 not {name}"),
    "number-as-flag": ("{name} is measured in {unit} and needs a comparison", "e.g. {name} < 10 {unit}", "{name} 以 {unit} 计，需要写成比较", "例如 {name} < 10 {unit}"),
    "not-a-flag": ("{name} is measured in {unit} and is not a flag", "people judge flags; give a number by a series", "{name} 以 {unit} 计，不是是非型指标", "此处只用于是非型指标；数值请用 series"),
    "unit-conflict": ("{name} is measured in {unit} here and in {other} in line {line}", "one variable has one unit", "{name} 此处以 {unit} 计，第 {line} 行以 {other} 计", "一个变量只用一种单位"),
    "wrong-unit": ("{amount} does not fit {name}, which is measured in {unit}", "", "{amount} 与 {name} 不符，后者以 {unit} 计", ""),
    # jurisdictions
    "duplicate-name": ("the name {name} belongs to {other} already", "", "名称 {name} 已属于 {other}", ""),
    "place-loop": ("the place {name} lies within itself", "", "地点 {name} 包含于自身", ""),
    "unknown-zone": ("there is no time zone {value}", "e.g. Asia/Shanghai", "没有时区 {value}", "例如 Asia/Shanghai"),
    # scenarios
    "bad-horizon": ("the horizon {value} is not usable", "more than 0, at most {limit} years", "时长 {value} 不可用", "应大于 0，且不超过 {limit} 年"),
    "bad-order": ("the numbers are not in order", "write [low, likely, high] or [low, high]", "数字顺序不对", "请写成 [低, 最可能, 高] 或 [低, 高]"),
    "beyond-calendar": ("the working calendar does not reach from {start} to {end}", "end earlier, or give the missing days in the scenario's days:", "工作日历未覆盖 {start} 至 {end}", "请缩短时段，或在情景的 days: 中给出所缺日期"),
    "based-on-loop": ("the scenario is based on itself by way of {name}", "", "情景经由 {name} 以自身为基础", ""),
    "below-zero": ("{amount} is below zero", "", "{amount} 小于零", ""),
    "effect-target": ("the effect {do} needs a target", "", "作用 {do} 需要 target", ""),
    "effect-to": ("the effect {do} needs its value", "add to: with value and basis", "作用 {do} 需要取值", "请加 to:，含 value 和 basis"),
    "inject-time": ("an inject happens at a time, every so often (longer than nothing), or when something comes to be so", "give one of at:, every:, when:", "注入事件要么有时刻，要么有间隔（须大于零），要么有条件", "at:、every:、when: 只写其一"),
    "abnormal-form": ("what makes a place abnormal is a comparison, or several joined by or: {value}", "e.g. price_rise >= 30 % or cover < 1 days-of-demand", "地点异常的条件应为比较式，可用 or 连接：{value}", "例如 price_rise >= 30 % or cover < 1 days-of-demand"),
    "finding-lasts": ("detection and finding_lasts go together", "how often it is found, and for how long a finding is new", "detection 与 finding_lasts 须同时给出", "多久被发现一次，发现后多久仍算新的"),
    "fleet-too-small": ("the fleet {name} has fewer than {n}", "such work could never begin", "车队 {name} 不足 {n} 辆", "这样的工作永远无法开始"),
    "no-chain": ("the market {name} has no chain", "add chain: to the market", "市场 {name} 没有加工供应链", "请在该市场加 chain:"),
    "not-done-there": ("{do} is not done to a world of this kind", "what is: {known}", "{do} 不能用于这类世界", "可用：{known}"),
    "not-positive": ("{amount} can be nothing at all", "it must be greater than zero", "{amount} 可能为零", "须大于零"),
    "noticing-way": ("something is noticed either every so often or some time after it changed", "give every: or after:, not both", "察觉要么按间隔，要么在变化之后", "every: 与 after: 只写其一"),
    "price-curve": ("the points go from little cover to much, and the price never rises with cover", "e.g. [[0 days-of-demand, 200 %], [3 days-of-demand, 100 %]]", "各点按库存天数由少到多，价格倍数不随之上升", "例如 [[0 days-of-demand, 200 %], [3 days-of-demand, 100 %]]"),
    "route-has-places": ("the route {name} has its places already", "leave out place", "线路 {name} 已有去向", "请去掉 place"),
    "target-twice": ("the name {name} is taken by another part of the world", "targets are told apart by their names", "名称 {name} 已被世界的其他部分占用", "作用对象以名称区分"),
    "local-time": ("the start is local time, without an offset: {value}", "leave out Z or +08:00", "开始时间用当地时间，不带时区：{value}", "请去掉 Z 或 +08:00"),
    "mixed-units": ("the numbers of one assumption have different kinds of unit", "", "同一假设中的数字单位种类不同", ""),
    "no-demand": ("nobody buys {name}", "every product needs some normal demand", "没有用户需要 {name}", "每个品种都应有正常需求"),
    "no-delay": ("where reports can be late, their delay is needed", "add delay:", "报告可能迟到时，需要给出迟延", "请加 delay:"),
    "no-source": ("the basis {basis} needs its source", "add source: with a tag of sources, or write basis: guess", "依据 {basis} 需要来源", "请加 source:（sources 中的标签），或写 basis: guess"),
    "not-a-share": ("{amount} is not a share", "between 0 and 1, or 0 % and 100 %", "{amount} 不是比例", "应在 0 与 1 之间，或 0 % 与 100 % 之间"),
    "not-a-time": ("{field} must be a duration", "e.g. 30 min or 2 d", "{field} 应为时长", "例如 30 min 或 2 d"),
    "one-form": ("an assumption has one form, not {n}", "give one of value, range, uniform, normal, exponential", "一个假设只有一种写法，此处有 {n} 种", "value、range、uniform、normal、exponential 只写其一"),
    "series-order": ("the times of a series start at 0 and increase", "", "序列的时间须从 0 开始并递增", ""),
    "shares-sum": ("the stores hold more than all of {name}", "their shares add up to at most 1", "各库点所占 {name} 的份额合计超过全部", "份额合计不超过 1"),
    "wrong-dimension": ("{amount} is a quantity of {found}; {wanted} is needed here", "e.g. {example}", "{amount} 的量纲是 {found}，此处需要 {wanted}", "例如 {example}"),
}
PROBLEMS |= {
    f"unknown-{kind}": (
        en if "{name}" in en else f"there is no {en} {{name}}",
        _NEAR[0],
        zh if "{name}" in zh else f"没有{zh} {{name}}",
        _NEAR[1],
    )
    for kind, (en, zh) in _KINDS.items()
}

# Words that stand in facts rather than in templates: the guard reader's reasons, and kinds of file.
_ZH_REASONS = [
    (r"^unexpected (.*)$", r"多余的 \1"),
    (r"^expected (.*), found (.*)$", r"应为\1，却是 \2"),
    (r"^too deeply nested$", "嵌套过深"),
    (r"^it is empty$", "内容为空"),
    (r"^a number is compared with < <= > >=$", "数字只能用 < <= > >= 比较"),
    (r"^a level is compared with = or !=$", "等级只能用 = 或 != 比较"),
    (r"^count\(…\) is compared with a whole number by < <= > >=$", "count(…) 只能用 < <= > >= 与整数比较"),
    (r"a condition", "条件"),
    (r"a number or a level", "数字或等级"),
    (r"the name of a set of places", "地点集合名"),
    (r"a comparison", "比较符"),
    (r"a whole number", "整数"),
    (r"a number", "数字"),
    (r"a duration", "时长"),
    (r"'the end'", "结尾"),
]
_ZH_WORDS = {
    "plan": "预案",
    "scenario": "情景",
    "jurisdiction": "辖区",
    "before": "修改前的预案",
    "after": "修改后的预案",
    "file": "文件",
    "folder": "运行结果文件夹",
    "run": "运行结果文件夹",
    "source": "运行结果文件夹或演练存储",
    "store": "演练存储",
    "number": "纯数",
    "mass": "质量",
    "mass rate": "质量流量",
    "area": "面积",
    "length": "长度",
    "money": "金额",
    "price": "单价",
    "days of demand": "需求天数",
    "days of demand per day": "每日需求天数变化",
    "count": "个数",
    "flag": "是否",
    "time": "时间",
}
_HINT = ("提示", "hint")
_PARTS = Formatter()


def safe(value: object, cut: int = CUT) -> str:
    """Text that a terminal shows as it is: control, format and unassigned characters escaped, long text cut."""
    text = str(value)
    shown: list[str] = []
    for char in text[: cut + 1]:
        category = unicodedata.category(char)
        odd = category[0] == "C" or category in ("Zl", "Zp")
        shown.append(char.encode("unicode-escape").decode("ascii") if odd else char)
    found = "".join(shown)
    return found if len(found) <= cut else found[: cut - 1] + "…"


def _told(name: str, value: object, lang: str) -> str:
    if isinstance(value, str):
        if lang == "zh" and name == "why":
            for pattern, words in _ZH_REASONS:
                value = re.sub(pattern, words, value)
        elif lang == "zh" and name in ("kind", "found", "wanted"):
            value = _ZH_WORDS.get(value, value)
        return safe(value, ALL if name == "clauses" else CUT)  # an open question is told with every clause
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
        more = ["…"] if len(items) > SHOWN else []
        return listed([safe(v) for v in items[:SHOWN]] + more, lang)
    return safe(value)


def _names(template: str) -> list[str]:
    return [name for _, name, _, _ in _PARTS.parse(template) if name]


def _hint(hints: str, facts: dict[str, str]) -> str:
    for template in hints.split("|") if "{" in hints else [hints]:
        if all(facts.get(name) for name in _names(template)):
            return template
    return ""


def _fill(template: str, facts: dict[str, str]) -> str:
    for_all = {name: facts.get(name, "…") for name in _names(template)}
    return template.format_map(for_all) if for_all else template


def tell(problem: Problem, lang: str) -> str:
    """One problem as ``file:line:col: message`` and, where there is one, a line with the hint.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    """
    texts = PROBLEMS[problem.code]
    message, hints = texts[2:] if lang == "zh" else texts[:2]
    facts = {name: _told(name, value, lang) for name, value in problem.facts.items()}
    place = ""
    if problem.where is not None:
        place = f"{safe(problem.where, 1000)}: "
    hint = _fill(_hint(hints, facts), facts)
    return place + _fill(message, facts) + (f"\n{headed(_HINT[lang != 'zh'], hint, lang)}" if hint else "")
