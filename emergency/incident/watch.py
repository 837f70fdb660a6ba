"""What is known lags what is: the reports of one plan.

Regular reports are a schedule, not a tick. While what was reported is still true no report is simulated; when
something changes, the first report at or after the change makes it known, if it is still so then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from emergency.chance import Stream
from emergency.incident.clock import Clock
from emergency.incident.prepared import CARRIED_BY, Prepared, ReadyPlan
from emergency.log import EventLog
from emergency.machine import Channel, Situation
from emergency.quantity import Duration
from emergency.scenario import Noticing

__all__ = ["Group", "Watch"]


Told = tuple[int, bool, float]
"""A signal, how it stands, and since when [h]."""


class Group:
    """The reports that carry one quantity, at whatever cadence is in force."""

    def __init__(self, carries: str, sids: list[int]) -> None:
        self.carries = carries
        self.sids = sids
        self.active: Channel | None = None
        self.due = math.inf
        self.last = -math.inf
        self.irregular = math.inf
        self.irregular_kind = ""
        self.count = 0


class Watch:
    """True and known state of one plan's signals during a run.

    Parameters
    ----------
    changed : callable
        Called when what is known has changed.
    value : callable
        ``value(variable)`` gives the true value of a world variable now.
    """

    def __init__(
        self,
        ready: ReadyPlan,
        prepared: Prepared,
        situation: Situation,
        clock: Clock,
        log: EventLog,
        stream: Stream,
        changed: Callable[[], None],
        value: Callable[[str], float],
    ) -> None:
        self.ready, self.prepared, self.situation = ready, prepared, situation
        self.clock, self.log, self.stream = clock, log, stream
        self._changed, self._value = changed, value
        signals = ready.signals.found
        self.true = [False] * len(signals)
        self.known = [False] * len(signals)
        self.since = [0.0] * len(signals)
        self._heard = [0.0] * len(signals)  # since when it had been as people last heard that it was
        self.sustained = [False] * len(ready.signals.sustained)
        self._timers = [0] * len(self.sustained)
        self.stale = False
        self._cadences = [False] * len(ready.cadences)
        self.groups: dict[str, Group] = {}
        self._group_of: list[Group | None] = []
        self._prompt: list[Noticing | None] = []
        self._judged: dict[tuple[str, str | None], bool] = {}
        carried = {c.carries for c, _ in ready.cadences}
        for sid, signal in enumerate(signals):
            names = [signal.variable, *sorted(ready.signals.under[sid])]
            names.append(CARRIED_BY.get(signal.atom.variable, signal.variable))
            name = next((n for n in names if n in carried), None)
            group = self.groups.setdefault(name, Group(name, [])) if name is not None else None
            if group is not None:
                group.sids.append(sid)
            self._group_of.append(group)
            self._prompt.append(next((ready.prompt[n] for n in names if n in ready.prompt), None))

    @property
    def plan(self) -> str:
        """The plan's id."""
        return self.ready.program.id

    def group_of(self, variable: str) -> Group | None:
        """The reports that carry an indicator, if any do."""
        for sid, signal in enumerate(self.ready.signals.found):
            if signal.variable == variable:
                return self._group_of[sid]
        return None

    def values(self) -> dict[str, str]:
        """The value of each scheme now."""
        return self.ready.machine.values(self.situation)

    def begin(self, truths: list[bool]) -> None:
        """Start with everything known as it is: the crisis has not begun."""
        self.true[:] = truths
        self.known[:] = truths
        self._recheck_cadences(first=True)
        self.sustain()
        self._judged = self._judge()

    # --- what is true

    def flip(self, sid: int, value: bool) -> None:
        """A signal has truly changed."""
        now = self.clock.now
        self.true[sid] = value
        self.since[sid] = now
        signal = self.ready.signals.found[sid]
        if not signal.judged and signal.unit != "flag":
            self._tell_indicator(sid, {"true": value})
        self.stale = True
        notice = self._prompt[sid]
        if notice is not None and notice.after is not None:
            after = self.stream.draw(notice.after, f"noticed:{self.plan}:{signal.atom.variable}")
            by, to = str(notice.by or notice.to), str(notice.to)
            channel = Channel(signal.variable, Duration(0, "h"), None, by, to, ())
            told = self._truth([sid])
            self.clock.at(now + after, lambda: self.learn(told, channel, "noticed"), last=True)

    def _tell_indicator(self, sid: int, detail: dict[str, object]) -> None:
        signal = self.ready.signals.found[sid]
        variable = self.ready.program.variables.get(signal.variable)
        facts: dict[str, object] = {"variable": signal.variable, "bound": signal.bound, "place": signal.place}
        if signal.unit != "flag":
            facts["value"] = self._value(signal.atom.variable)
        bound = () if signal.judged else self.ready.signals.cited[sid]
        self.log.add(
            self.clock.now,
            "indicator",
            plan=self.plan,
            ref=signal.variable,
            clauses=tuple(dict.fromkeys((*(variable.clauses if variable else ()), *bound))),
            detail={**facts, **detail},
        )

    def settle(self) -> None:
        """Once all that happens at one instant has happened: see which reports are due now, and for what."""
        if self.stale:
            self.stale = False
            self._recheck_cadences()
            for group in self.groups.values():
                self._consider(group)

    # --- cadence

    def _recheck_cadences(self, *, first: bool = False) -> None:
        """See which reports are due how often now; those who report know their own situation."""
        changed = first
        values = self.values()
        for k, (_, test) in enumerate(self.ready.cadences):
            holds = test is None or test(self.true, values, self.sustained)
            changed |= holds != self._cadences[k]
            self._cadences[k] = holds
        if changed:
            for group in self.groups.values():
                self._choose(group, first)

    def _choose(self, group: Group, first: bool) -> None:
        active = [
            c
            for (c, _), on in zip(self.ready.cadences, self._cadences, strict=True)
            if on and c.carries == group.carries
        ]
        best = min(active, key=lambda c: self.prepared.from_start(c.every), default=None)
        if best is group.active and not first:
            return
        before, group.active = group.active, best
        if not first and best is not None:
            detail = {
                "cadence": str(best.every),
                "before": str(before.every) if before else None,
                "carries": group.carries,
                "from": best.observer,
                "to": best.to,
            }
            self.log.add(
                self.clock.now,
                "note",
                plan=self.plan,
                actor=best.observer,
                ref="cadence",
                clauses=best.clauses,
                detail=detail,
            )
        group.due = math.inf
        group.count += 1
        self._next_irregular(group)
        self._consider(group)
        if before is not None and before.condition is not None and before not in active:
            self._await_last(group, before)

    def _await_last(self, group: Group, channel: Channel) -> None:
        """Reports that stop with their condition tell by stopping: when the next was due, people conclude."""
        due = self.prepared.report_time(channel, self.clock.now)
        if due > self.prepared.horizon:
            return
        mark, then = group.count, self._truth(group.sids)

        def conclude() -> None:
            if mark == group.count:  # what changed after the last report was sent does not follow from the silence
                self.learn([told for told in then if self.true[told[0]] == told[1]], channel, "report")

        self.clock.at(due, conclude, last=True)

    # --- reports

    def _consider(self, group: Group) -> None:
        """Plan the report that will carry the news, if there is any and none is planned as early."""
        if group.active is None or all(self.true[s] == self.known[s] for s in group.sids):
            return
        # What comes of a report is news for the next one, even if it comes in the same minute.
        now = self.clock.now
        due = self.prepared.report_time(group.active, now if now > group.last else now + 1e-6)
        if due < group.due:
            self._plan(group, due)

    def _plan(self, group: Group, due: float) -> None:
        group.due = due
        mark = group.count
        self.clock.at(due, lambda: self._report(group, mark, due), last=True)

    def _report(self, group: Group, mark: int, due: float) -> None:
        if mark != group.count or due != group.due:
            return  # the cadence has changed since
        group.due = math.inf
        if due == group.irregular and group.active is not None:
            if group.irregular_kind == "missed":
                step = group.active.every.hours(self.prepared.start, self.prepared.calendar)
                self._plan(group, self.prepared.report_time(group.active, due + step / 2))
                return
            told = self._truth(group.sids)  # a late report tells how things stood when it was due
            self.clock.at(due + self._drawn("delay", group), lambda: self._arrive(group, mark, told))
            return
        self._arrive(group, mark, self._truth(group.sids))

    def _arrive(self, group: Group, mark: int, told: list[Told]) -> None:
        if mark == group.count:
            group.last = self.clock.now
            self.learn(told, group.active, "report")
            self._consider(group)  # what has changed since a late one was due

    def _truth(self, sids: Iterable[int]) -> list[Told]:
        """How some signals stand now, and since when."""
        return [(s, self.true[s], self.since[s]) for s in sids]

    def learn(self, told: Iterable[Told], channel: Channel | None, how: str) -> None:
        """Make known how some signals stood when it was told; word that comes behind later word is not believed."""
        latest = [(sid, value, since) for sid, value, since in told if since >= self._heard[sid]]
        for sid, _, since in latest:
            self._heard[sid] = since
        news = [(sid, value, since) for sid, value, since in latest if self.known[sid] != value]
        for sid, value, since in news:
            self.known[sid] = value
            if not self.ready.signals.found[sid].judged:
                detail: dict[str, object] = {"known": value, "lag": self.clock.now - since}
                detail["how"] = how
                if channel is not None:
                    detail |= {"from": channel.observer, "to": channel.to, "cited": list(channel.clauses)}
                self._tell_indicator(sid, detail)
        if news:
            self._changed()

    def tell(self, names: Iterable[str]) -> None:
        """A report outside the schedule on some indicators."""
        wanted = set(names)
        under = self.ready.signals.under
        told = [s for s, one in enumerate(self.ready.signals.found) if one.variable in wanted or under[s] & wanted]
        self.learn(self._truth(told), None, "event")

    # --- what people make of it

    def _judge(self) -> dict[tuple[str, str | None], bool]:
        values = self.values()
        tests = self.ready.signals.judgements.items()
        return {whose: test(self.known, values, self.sustained) for whose, test in tests}

    def _tell_judgements(self) -> None:
        """Write down what people now judge otherwise than before."""
        now = self._judge()
        for (indicator, place), holds in now.items():
            if holds != self._judged[indicator, place]:
                variable = self.ready.program.variables.get(indicator)
                self.log.add(
                    self.clock.now,
                    "indicator",
                    plan=self.plan,
                    ref=indicator,
                    clauses=variable.clauses if variable else (),
                    detail={"variable": indicator, "place": place, "judged": holds},
                )
        self._judged = now

    # --- reports that fail

    def _next_irregular(self, group: Group) -> None:
        """Draw how many reports go right before one is missed or late."""
        rules = self.prepared.scenario.reporting
        missed = rules.missed.numbers[0] if rules.missed else 0.0
        late = rules.late.numbers[0] if rules.late else 0.0
        group.irregular = math.inf
        if group.active is None or missed + late <= 0:
            return
        cause = f"reports:{self.plan}:{group.carries}"
        u = self.stream.uniform(cause)
        skipped = int(math.log1p(-u) / math.log1p(-min(missed + late, 1 - 1e-12)))
        group.irregular_kind = "missed" if self.stream.uniform(cause) * (missed + late) < missed else "late"
        step = group.active.every.hours(self.prepared.start, self.prepared.calendar)
        after = self.clock.now + 1e-9 + skipped * step
        if after > self.prepared.horizon:
            return
        group.irregular = self.prepared.report_time(group.active, after)
        if group.irregular > self.prepared.horizon:
            return
        mark = group.count
        self.clock.at(group.irregular, lambda: self._irregular(group, mark))

    def _irregular(self, group: Group, mark: int) -> None:
        if mark != group.count or group.active is None:
            return
        detail = {"carries": group.carries, "how": group.irregular_kind, "to": group.active.to}
        self.log.add(
            self.clock.now,
            "deadline-missed",
            plan=self.plan,
            actor=group.active.observer,
            ref=f"report:{group.carries}",
            clauses=group.active.clauses,
            detail=detail,
        )
        # After the report of this instant has had its turn.
        again = lambda: self._next_irregular(group) if mark == group.count else None  # noqa: E731
        self.clock.at(self.clock.now, again, last=True)

    def _drawn(self, what: str, group: Group) -> float:
        found = self.prepared.scenario.reporting.delay
        return 0.0 if found is None else self.stream.draw(found, f"{what}:{self.plan}:{group.carries}")

    # --- conditions that must last

    def sustain(self) -> None:
        """Start, stop and restart the clocks of conditions that must hold for a time."""
        values = self.values()
        for k, one in enumerate(self.ready.signals.sustained):
            holds = one.inner(self.known, values, self.sustained)
            if not holds:
                self.sustained[k] = False
                self._timers[k] = 0
            elif not self._timers[k]:
                self._timers[k] = mark = self.clock.events + 1
                instant = self.prepared.instant(self.clock.now)
                span = one.duration.hours(instant, self.prepared.calendar)
                self.clock.at(self.clock.now + span, lambda k=k, mark=mark: self._lasted(k, mark), closing=True)  # type: ignore[misc]
        if self._judged:
            self._tell_judgements()

    def _lasted(self, k: int, mark: int) -> None:
        if self._timers[k] == mark:
            self.sustained[k] = True
            self._changed()
