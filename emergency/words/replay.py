"""Wording of exercises replayed, Chinese and English."""

from __future__ import annotations

from emergency.words.table import Table, filled

__all__ = ["REPLAY", "told"]

REPLAY: Table = {
    "replayed": ("同样的决定，另作改动：{changes}", "The same decisions, with this changed: {changes}"),
    "not-offered": ("{n} 项指令已无处可用，照录如下，推演继续：", "{n} commands had no place any more; they are kept here, and the replay went on:"),
    "all-offered": ("每项指令仍有其位置。", "Every command still had its place."),
    "one": ("{when}  {who}  {what}", "{when}  {who}  {what}"),
    "staff": ("导调、评估", "facilitator or evaluator"),
    "moved": ("结果的变化（原来 → 现在）：", "What came out otherwise (then → now):"),
    "nothing-moved": ("结果没有变化。", "Nothing came out otherwise."),
    "number": ("{name}：{before} → {after}", "{name}: {before} → {after}"),
    "never": ("未发生", "never"),
    "branched": ("已另存为 {name}：保留 {n} 项记录，停在 {when}。接着演练：{command}", "Branched off as {name}: {n} records kept, standing at {when}. Go on with: {command}"),
    "name-taken": ("库中已有 {name}", "there is an exercise {name} in the store already"),
    "not-replayable": ("席位策略与人员分开不影响由人作出的决定，不能用于重演：{value}", "policies and people apart do not bear on decisions of people; not for a replay: {value}"),
    # commands other than decisions
    "do-claim": ("入席", "take a seat"),
    "do-release": ("离席", "leave a seat"),
    "do-hand-over": ("移交席位", "hand a seat over"),
    "do-assign": ("指派席位", "assign a seat"),
    "do-say": ("发消息", "message"),
    "do-fill-form": ("填表", "fill in a form"),
    "do-file-finding": ("记录预案问题", "file a finding"),
    "do-rate": ("评定目标", "rate an objective"),
    "do-note": ("记录观察", "note"),
    "do-release-inject": ("发出情景", "release an inject"),
    "do-hold-inject": ("扣住情景", "hold an inject"),
    "do-skip-inject": ("跳过情景", "skip an inject"),
    "do-write-inject": ("现写情景", "write an inject"),
    "do-ready": ("准备就绪", "ready"),
    "do-start": ("开始", "start"),
    "do-pause": ("暂停", "pause"),
    "do-resume": ("继续", "resume"),
    "do-pace": ("调速", "pace"),
    "do-jump": ("跳转", "jump"),
    "do-tick": ("时间推进", "time passing"),
    "do-end": ("结束", "end"),
    "do-archive": ("归档", "archive"),
}


def told(name: str, lang: str, /, **facts: object) -> str:
    """A sentence with its facts filled in; a fact is never read as a template.

    >>> told("number", "en", name="Demand served", before="80 %", after="83 %")
    'Demand served: 80 % → 83 %'
    """
    return filled(REPLAY[name], lang, facts)
