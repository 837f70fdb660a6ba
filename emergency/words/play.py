"""Wording of an exercise in the terminal, Chinese and English."""

from __future__ import annotations

from emergency.words.table import Table, filled

__all__ = ["PLAY", "REFUSALS", "told"]

PLAY: Table = {
    "title": ("演练：{title}", "Exercise: {title}"),
    "seats": ("你担任：{list}", "You hold: {list}"),
    "no-seats": ("没有席位由人担任，全部按预案处置。", "No seat is held by people; all follow the plan."),
    "seats-there": ("可担任的席位：{list}", "Seats there are: {list}"),
    "resumed": ("接着上次的演练，停在 {when}。", "Gone on with where it stood: {when}."),
    "now": ("{when}（第 {t}）", "{when} ({t} from the start)"),
    "nothing-open": ("没有等你决定的事项。", "Nothing waits for you."),
    "open": ("等你决定：", "Waiting for you:"),
    "ask": ("  {n}. {what}：{do}（{who}，依据 {clauses}，已等 {waited}{limit}）",
            "  {n}. {what}: {do} ({who}, by {clauses}, waiting for {waited}{limit})"),
    "limit": ("，时限 {due}", ", due {due}"),
    "urgency": ("，{word}", ", {word}"),
    "may": ("，可以不做", ", may be left"),
    "prompt": ("（? 帮助）> ", "(? for help) > "),
    "help": (
        "  数字        办理该事项\n"
        "  r 数字 理由  拒绝该事项\n"
        "  n 或回车     等到有新情况\n"
        "  t 2h        过 2 小时（min、h、d）；有新的事项等你时停下\n"
        "  f 条款 内容  记录预案的问题，如 f fuel:3.1 未写多久一次\n"
        "  w           再看一遍现状\n"
        "  e           结束演练并复盘\n"
        "  q           离开；有 --store 时可接着演练",
        "  NUMBER          do it\n"
        "  r NUMBER WHY    refuse it\n"
        "  n or Enter      wait until something new comes\n"
        "  t 2h            let 2 hours pass (min, h, d); stops when something new waits for you\n"
        "  f CLAUSE TEXT   file a finding on the plan, e.g. f fuel:3.1 how often?\n"
        "  w               show again how things stand\n"
        "  e               end the exercise and review it\n"
        "  q               leave; with --store you can go on later",
    ),
    "not-understood": ("不明白“{text}”；? 看帮助。", "'{text}' is not understood; ? for help."),
    "filed": ("已记录：{clause}。", "Filed: {clause}."),
    "over": ("演练结束：{when}。", "The exercise is over: {when}."),
    "left": ("已离开，停在 {when}。", "Left at {when}."),
    "go-on": ("接着演练：{command}", "Go on with: {command}"),
    "further": ("  另有 {n} 项办理", "  further acts: {n}"),
    "at-places": ("（{list}）", " ({list})"),
    "titled": ("{title}。{text}", "{title}. {text}"),
    "inject": ("情景：{what}", "Inject: {what}"),
    "message": ("接报：{who}：{what}", "Told: {who}: {what}"),
    "said": ("消息：{what}", "Message: {what}"),
    "known": ("得知：{what}", "Known: {what}"),
    "entered": ("进入：{what}", "Entered: {what}"),
    "missed": ("超过时限：{what}：{do}", "Limit passed: {what}: {do}"),
    "not-decided": ("未成决定：{what}", "Not decided: {what}"),
    "no-exercise": ("给出情景，或给出存有演练的 --store。", "Give a scenario, or a --store that holds an exercise."),
    "which": ("库中的演练：{list}；用 --name 选择。", "Exercises in the store: {list}; choose one with --name."),
    "other": ("演练 {name} 已按另一情景、种子或设置开始；请换一个 --name。",
              "The exercise {name} was begun with another scenario, seed or settings; choose another --name."),
}  # fmt: skip

#: How a refused command is told, by its code; the facts are the error's.
REFUSALS: Table = {
    "not-authorised": ("{by} 无权：{clauses} 把这一步交给 {whose}", "{by} may not: {clauses} gives it to {whose}"),
    "not-open": ("{ref} {do} 已不在等候", "{ref} {do} is not open"),
    "unknown-clause": ("预案没有条款 {name}", "the plan has no clause {name}"),
    "unknown-plan": ("这里没有预案 {name}", "there is no plan {name} here"),
    "wrong-phase": ("演练处于 {phase}，不能 {do}", "not while the exercise is {phase}: {do}"),
    "unknown-seat": ("没有席位 {name}", "there is no seat {name}"),
    "seat-taken": ("席位 {name} 已有人", "{name} is held already"),
    "divergence": (
        "与当时的记录不一致（第 {record} 条之前）：预案、情景或程序已经改变。首个不同之处：{entry}",
        "the replay differs before record {record}: a plan, the scenario or the engine has changed. First difference: {entry}",
    ),
}


def told(name: str, lang: str, /, **facts: object) -> str:
    """A sentence with its facts filled in; a fact is never read as a template."""
    return filled(PLAY.get(name) or REFUSALS[name], lang, facts)
