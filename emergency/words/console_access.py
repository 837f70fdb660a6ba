"""Wording of the door of the console, and of the command that opens it, Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emergency.words.table import Table, filled, shown

__all__ = ["ACCESS", "FAULTS", "FIELDS", "field", "malformed", "told"]

ACCESS: Table = {
    # --- not let in
    "nobody": ("请用你收到的邀请链接进入。", "Come in by the invitation link you were given."),
    "forged": ("这个链接无效。请核对是否复制完整，或请导调重新发一个。",
               "This link is not valid. See whether it was copied whole, or ask the facilitator for another."),
    "expired": ("这个邀请已过期，请向导调要一个新的。", "This invitation has expired; ask the facilitator for a new one."),
    "revoked": ("这个邀请已被收回或已换成新的链接，请向导调要一个新的。",
                "This invitation has been withdrawn or replaced; ask the facilitator for a new one."),
    "not-yours": ("你的身份不能使用这一页。", "This is not for your role."),
    "no-form": ("这个页面已失效，请刷新后再试。", "This page is out of date; reload it and try again."),
    "elsewhere": ("请求来自别的网站，未予受理。", "The request came from another site and was not taken."),
    "not-here": ("没有这个页面。", "There is no such page."),
    "not-so": ("不能这样使用这个地址。", "This address is not used that way."),
    "too-often": ("请求太快，请稍等几秒再试。", "That was too fast; wait a few seconds and try again."),
    "too-large": ("内容太长，未予受理。", "That is too long and was not taken."),
    "too-slow": ("内容没有及时送到，请再试一次。", "It did not arrive in time; try again."),
    "not-a-form": ("内容不是本页面的表单，未予受理。", "That is no form of this page and was not taken."),
    "crowded": ("现在人太多，请稍等几秒再试。", "Too many are asking; wait a few seconds and try again."),
    "out-of-order": ("演练暂时无法保存，因此什么也没有受理。已保存的内容没有丢失；恢复后演练停在暂停处。",
                     "The exercise cannot be kept at the moment, so nothing was taken. What was kept is safe; it comes back paused."),
    "broken": ("程序出错，未能完成。请告诉导调。", "Something went wrong here. Tell the facilitator."),
    "full": ("这场演练的邀请已满。", "This exercise has as many invitations as it can hold."),
    "too-long": ("邀请有效期须在 0 到 1440 小时之间。", "An invitation is good for more than 0 and up to 1440 hours."),
    "no-role": ("没有这样的身份。", "There is no such role."),
    "no-seat": ("没有席位“{name}”。", "There is no seat '{name}'."),
    "no-name": ("请写明邀请谁（1—80 字）。", "Say who is invited (1 to 80 characters)."),
    "no-badge": ("没有这样的邀请。", "There is no such invitation."),
    "not-yourself": ("不能收回自己的邀请。", "You cannot withdraw your own invitation."),
    "no-review": ("还没有复盘；请先生成。", "There is no review yet; make it first."),
    "reviewing": ("正在生成复盘：{done}/{runs}", "The review is being made: {done}/{runs}"),
    "review-under-way": ("复盘正在生成。", "The review is being made already."),
    "review-failed": ("复盘没有生成：{why}", "The review could not be made: {why}"),
    "not-a-number": ("请填数字：{name}", "A number is needed: {name}"),
    # --- refused commands that never reach the session
    "role": ("{role}不能进行“{do}”。", "The {role} does not {do}."),
    "bad-command": ("表单内容不对：{what}", "The form is not right: {what}"),
    # --- serve
    "facilitator": ("导调", "facilitator"),
    "player": ("参演人员", "player"),
    "evaluator": ("评估人员", "evaluator"),
    "wall": ("大屏", "wall display"),
    "serving": ("演练 {name}：{address}", "Exercise {name}: {address}"),
    "resumed": ("接着已有的演练，停在 {when}；另起一场请换 --name。",
                "Gone on with the exercise in the store, which stands at {when}; for a new one choose another --name."),
    "kept-in": ("保存在 {store}", "Kept in {store}"),
    "links": ("邀请链接（{hours} 小时内有效，每个只在此显示一次）：", "Invitations (good for {hours} hours, each shown only here):"),
    "link": ("  {name}：{url}", "  {name}: {url}"),
    "seated": ("{name}（{role}）", "{name} ({role})"),
    "stop": ("按 Ctrl-C 结束；之后可接着演练。", "Ctrl-C stops; the exercise can be gone on with later."),
    "stopped": ("已停止。接着演练：{command}", "Stopped. Go on with: {command}"),
    "open-network": ("警告：{host} 可从网络访问，而没有 TLS：链接和内容可被同一网络上的人看到。请用 --ssl-certfile 和 --ssl-keyfile。",
                     "warning: {host} can be reached from the network without TLS: others on it can read links and pages. Use --ssl-certfile and --ssl-keyfile."),
    "certificate": ("证书 {path} 不能用：{why}", "the certificate {path} cannot be used: {why}"),
    "port-taken": ("端口 {port} 不可用：{why}", "port {port} cannot be used: {why}"),
    "name": ("演练名称须为 1—60 个字母、数字、汉字、. _ -：{name}",
             "an exercise's name has 1 to 60 letters, digits, . _ -: {name}"),
    "no-seat-to-invite": ("没有席位 {name}；可用的席位：{list}", "there is no seat {name}; seats are: {list}"),
    "nothing-to-serve": ("没有可开的演练：给出情景，或给出存有演练的 --store。",
                         "Nothing to hold: give a scenario, or a --store that holds an exercise."),
    "left-out": ("略去演练 {name}：{why}", "left out the exercise {name}: {why}"),
    "key-open": ("密钥文件 {path} 可被他人读取或不是文件；请执行 chmod 600，或用 --key 另指一个。",
                 "the key file {path} can be read by others, or is no file; chmod 600 it, or name another with --key."),
    "key-short": ("密钥文件 {path} 太短；删去后会重新生成。", "the key file {path} is too short; delete it and another is made."),
    "held-elsewhere": ("另一个 serve 正在使用这个存储；两处同时写会毁掉演练。（{path}）",
                       "another serve holds this store; two at once would spoil the exercise ({path})"),
    "invitations-unusable": ("邀请文件 {path} 不能用：{why}", "the file of invitations {path} cannot be used: {why}"),
}  # fmt: skip

#: The fields of forms.
FIELDS: Table = {
    "ask": ("事项", "matter"),
    "badge": ("邀请", "invitation"),
    "clause": ("条款", "clause"),
    "do": ("操作", "action"),
    "entry": ("记录号", "number of the entry"),
    "fields": ("表单栏目", "fields of the form"),
    "form": ("表单", "form"),
    "hours": ("小时", "hours"),
    "inject": ("情景事件", "inject"),
    "kind": ("类别", "kind"),
    "name": ("姓名", "name"),
    "objective": ("目标", "objective"),
    "pace": ("倍速", "pace"),
    "plan": ("预案", "plan"),
    "rating": ("评定", "rating"),
    "ref": ("事项", "matter"),
    "report": ("所指报告", "report it is meant as"),
    "seat": ("席位", "seat"),
    "step": ("步骤", "step"),
    "text": ("内容", "text"),
    "title": ("标题", "title"),
    "to": ("对象", "to"),
    "verdict": ("决定", "decision"),
    "why": ("理由", "reason"),
}
#: The facts of sentences that are names of fields.
_NAMES_FIELD: Mapping[str, tuple[str, ...]] = {"bad-command": ("what",), "not-a-number": ("name",)}
#: What is wrong with a field.
FAULTS: Table = {
    "blank": ("请填写“{field}”。", "Fill in: {field}."),
    "long": ("“{field}”太长，最多 {max_length}。", "Too long: {field}; at most {max_length}."),
    "number": ("“{field}”须为数字。", "A number is needed: {field}."),
    "least": ("“{field}”至少为 {ge}。", "At least {ge} is needed: {field}."),
    "most": ("“{field}”至多为 {le}。", "At most {le} may be given: {field}."),
    "choice": ("“{field}”不在可选项之中。", "Not one of the choices: {field}."),
    "other": ("“{field}”填写有误。", "Not right: {field}."),
}
#: What pydantic calls a fault, as a pattern → what it is to people.
_CALLED = (
    ("missing|.*too_short", "blank"), (".*too_long", "long"), (".*_parsing|finite_number", "number"),
    ("greater_than_equal", "least"), ("less_than_equal", "most"), ("literal_error|union_tag.*", "choice"), (".*", "other"),
)  # fmt: skip


def field(name: str, lang: str) -> str:
    """A field of a form."""
    return shown(FIELDS, name, lang)


def malformed(facts: Mapping[str, object], lang: str) -> str:
    """What is wrong with a form, from the facts of a refused command (`exercise.from_data`).

    >>> malformed({"field": "text", "why": "string_too_long", "max_length": 4000}, "zh")
    '“内容”太长，最多 4000。'
    >>> malformed({"field": "pace", "why": "float_parsing"}, "en")
    'A number is needed: pace.'
    """
    why = str(facts.get("why"))
    fault = next(fault for pattern, fault in _CALLED if re.fullmatch(pattern, why))
    limits = {k: f"{v:g}" if isinstance(v, float) else v for k, v in facts.items()}
    return filled(FAULTS[fault], lang, {**limits, "field": field(str(facts.get("field", "do")), lang)})


def told(name: str, lang: str, /, **facts: object) -> str:
    """A sentence with its facts filled in; a fact is never read as a template.

    >>> told("not-a-number", "zh", name="hours")
    '请填数字：小时'
    """
    fields = {fact: field(str(facts[fact]), lang) for fact in _NAMES_FIELD.get(name, ()) if fact in facts}
    return filled(ACCESS[name], lang, {**facts, **fields})
