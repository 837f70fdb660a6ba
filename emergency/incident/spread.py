"""Chance in outbreaks: where an organism is found, and where it is carried to.

The worlds integrate the hazards; here their thresholds are drawn, and what happens when one is reached.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log1p
from typing import cast

from emergency.chance import Stream
from emergency.incident.clock import Clock
from emergency.incident.worlds import Crisis
from emergency.log import EventLog
from emergency.scenario import OutbreakSpec, World
from emergency.world import Named, OutbreakWorld

__all__ = ["Spread"]

DETECTION, JUMP = "detection", "jump"


class Spread:
    """Findings and jumps of all outbreaks of one run.

    Parameters
    ----------
    before, jumped : callable
        Called around each change of a world, the latter with the variables that jumped.
    """

    def __init__(
        self,
        spec: World,
        crisis: Crisis,
        clock: Clock,
        stream: Stream,
        log: EventLog,
        before: Callable[[], None],
        jumped: Callable[[frozenset[str]], None],
    ) -> None:
        self._clock, self._stream, self._log = clock, stream, log
        self._before, self._jumped = before, jumped
        self._spec = {str(name): one for name, one in spec.outbreaks.items()}
        self._named = crisis.outbreaks
        self._fresh: dict[tuple[str, str], int] = {}

    def begin(self) -> None:
        """Start every hazard."""
        for name, spec in self._spec.items():
            world, kinds = self._world(name), []
            if spec.detection is not None:
                kinds.append((DETECTION, self._drawn(name, spec, "detection")))
            if spec.jumps is not None and len(spec.places) > 1:
                kinds.append((JUMP, self._drawn(name, spec, "jumps")))
            for kind, rate in kinds:
                for place in spec.places:
                    cause = f"{kind}:{place}"
                    world.hazard(0.0, cause, str(place), rate, self._threshold(name, cause), kind)

    def _drawn(self, name: str, spec: OutbreakSpec, what: str) -> float:
        found = spec.jumps.rate if what == "jumps" and spec.jumps is not None else spec.detection
        assert found is not None  # `begin` has looked
        return self._stream.draw(found, f"world:{name}:{what}")

    def _threshold(self, name: str, cause: str) -> float:
        return -log1p(-self._stream.uniform(f"{name}:{cause}"))

    def next(self, until: float) -> tuple[float, str, str] | None:
        """The next finding or jump up to `until` [h]: when, in which outbreak, and which."""
        found = [(*due, name) for name in self._spec if (due := self._world(name).next_hazard(until)) is not None]
        if not found:
            return None
        when, cause, name = min(found)
        return when, name, cause

    def happen(self, name: str, cause: str) -> None:
        """A hazard has reached its threshold."""
        kind, _, place = cause.partition(":")
        world, now = self._world(name), self._clock.now
        self._before()
        if kind == DETECTION:
            jumped = self._found(name, place)
        else:
            jumped = self._carried(name, place)
        world.rehazard(now, cause, self._threshold(name, cause))
        self._jumped(self._named[name].full(jumped))

    def _found(self, name: str, place: str) -> frozenset[str]:
        now, world, spec = self._clock.now, self._world(name), self._spec[name]
        area = world.value(f"infested@{place}", now)
        self._tell(f"{name}:new-finding", {"true": True, "place": place, "infested": area})
        mark = self._fresh[name, place] = self._fresh.get((name, place), 0) + 1
        assert spec.finding_lasts is not None  # goes with detection
        hours = self._stream.draw(spec.finding_lasts, f"{name}:finding:{place}")
        self._clock.at(now + hours, lambda: self._stale(name, place, mark))
        return world.found(now, place)

    def _stale(self, name: str, place: str, mark: int) -> None:
        """A finding is no longer new, unless there has been another."""
        if self._fresh[name, place] == mark:
            self._before()
            self._jumped(self._named[name].full(self._world(name).unfound(self._clock.now, place)))

    def _carried(self, name: str, place: str) -> frozenset[str]:
        """People carry it elsewhere: to a place in proportion to its hosts."""
        spec, world, now = self._spec[name], self._world(name), self._clock.now
        assert spec.jumps is not None
        others = {str(p): one.hosts.numbers[0] for p, one in spec.places.items() if p != place}
        u = self._stream.uniform(f"{name}:to:{place}") * sum(others.values(), 0.0)
        target = next(reversed(others))  # where rounding leaves a rest
        for other, weight in others.items():
            u -= weight
            if u < 0:
                target = other
                break
        size = self._stream.draw(spec.jumps.area, f"{name}:area:{place}")
        self._tell(f"{name}:jump", {"true": True, "from": place, "to": target, "area": size})
        return world.seed(now, target, size)

    def _tell(self, ref: str, detail: dict[str, object]) -> None:
        self._log.add(self._clock.now, "indicator", ref=ref, detail=detail)

    def _world(self, name: str) -> OutbreakWorld:
        named: Named = self._named[name]
        return cast(OutbreakWorld, named.world)
