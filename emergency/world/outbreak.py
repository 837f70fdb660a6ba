"""Outbreaks: a spreading organism in places, what holds it back, and the chance events it gives rise to.

Areas are in any one unit, rates in 1/h, times in h.  In each place the infested area I changes in hosts of area K
by ``dI/dt = r*I*(1 - I/K) - c*I``: r is the place's growth times the named factors in force, c the sum of the named
controls, each of them a rate per crew times the crews at work.  Crowding slows growth, not control: crews clear the
same part of what is infested in an hour whether little or all is.  A place tends to K*(1 - c/r) where c < r, and to
nothing where c >= r.  So every course has a closed form between changes, and the world switches by itself, at
logarithms, when

- an area that tends to less than the place's least area has come down to that: the place is clear;
- all hosts of a place are dead.  They still carry what infests them: dying takes nothing off I or K.

Spreading to other places and being found are hazards, proportional to I.  The world draws no chance: a caller
hands over a threshold (a unit exponential) for each hazard and is told when the integrated hazard gets there.
A change of rates on the way consumes nothing but time.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, inf, log, log1p, prod
from typing import NamedTuple

from emergency.world.base import Tracked, differ, require
from emergency.world.curve import INSTANT, ROUNDING, Piece, flat
from emergency.world.logistic import Integral, Logistic, Total
from emergency.world.track import Path, Track

__all__ = ["OutbreakWorld", "Place"]

EVERY = "*"
"""Target of a factor that is on all places."""


class Place(NamedTuple):
    """Somewhere to spread in.

    `area` is that of all hosts, `growth` the rate at which a small infested area grows uncontrolled [1/h], `kill`
    the rate at which hosts in it die [1/h].  Where growth and control would lead to less than `least`, an area that
    has come down to `least` is gone; with 0 none ever is.
    """

    id: str
    area: float
    growth: float
    kill: float = 0.0
    least: float = 0.0
    infested: float = 0.0


class Hazard:
    """A chance event on its way."""

    __slots__ = ("due", "kind", "name", "place", "rate", "reached", "scale", "threshold", "used")

    def __init__(self, name: str, place: str, kind: str, rate: float, threshold: float, scale: float) -> None:
        self.name, self.place, self.kind = name, place, kind
        self.rate, self.threshold, self.scale = rate, threshold, scale
        self.used, self.due, self.reached = 0.0, inf, False

    def settle(self, now: float, area: float) -> None:
        """Count `area` [area*h] gone by; what is due stays due, at its time."""
        self.reached = self.reached or self.due <= now + INSTANT
        if not self.reached:
            self.used += self.rate * self.scale * area

    def renew(self, now: float, spread: Logistic, threshold: float) -> None:
        """Go on afresh; what the course has gathered before `now` counts for nothing."""
        self.threshold, self.reached, self.due = threshold, False, inf
        self.used = -self.rate * self.scale * spread.integral(min(now, spread.end))
        self.plan(spread)

    def plan(self, spread: Logistic) -> None:
        """Work out when it is due if nothing changes."""
        if not self.reached:
            pace = self.rate * self.scale
            due = spread.reaches((self.threshold - self.used) / pace) if pace else inf
            self.due = due if due <= spread.end else inf


class Patch:
    """One place: its course from the last change on, and the paths that show it."""

    __slots__ = ("clear", "control", "controls", "dead", "factors", "growth", "hazards", "infested", "place",
                 "present", "spread")

    def __init__(self, place: Place, start: float) -> None:
        self.place = place
        self.growth, self.control = place.growth, 0.0
        self.factors: dict[str, float] = {}
        self.controls: dict[str, float] = {}
        self.hazards: dict[str, Hazard] = {}
        self.infested, self.dead, self.present, self.clear = Track([]), Track([]), Track([]), Track([])
        self.dead.renew(flat(start, inf, 0.0))
        self.spread = Logistic(start, inf, place.area, -inf, 0.0, 0.0)
        self.add(place.infested / place.area)

    def settle(self, now: float) -> None:
        """Bring the course, the dead and the hazards to `now`."""
        spread = self.spread
        area = spread.integral(min(now, spread.end))
        for hazard in self.hazards.values():
            hazard.settle(now, area)
        dead = self.dead.value(now)
        self.dead.renew(flat(now, inf, dead))
        # A caller's clock may wake a hair before the end it was told.
        self.lay(now, -inf if now >= spread.end - INSTANT else spread.exponent_at(now))

    def fades(self) -> bool:
        """Whether at the rates in force an area tends to less than the least one, so that no such area lasts."""
        net = self.growth - self.control
        return self.place.area * net < self.place.least * self.growth if net > 0.0 else self.control > 0.0

    def lay(self, now: float, exponent: float) -> None:
        """Go on from `now` with a share of this logarithm and the rates in force."""
        area, least, fades = self.place.area, self.place.least, self.place.least > 0.0 and self.fades()
        if fades and area * exp(exponent) <= least:
            exponent = -inf
        net, crowding = self.growth - self.control, self.growth * exp(exponent)
        # What is within rounding of where it tends to would go up or down at random.
        if exponent == -inf or abs(net - crowding) <= ROUNDING * crowding:
            self.spread = Logistic(now, inf, area, exponent, 0.0, 0.0)
        else:
            spread = Logistic(now, inf, area, exponent, net, self.growth)
            self.spread = spread.until(spread.meets(least)) if fades else spread

    def turn(self, common: float) -> None:
        """Work out the rates anew."""
        self.growth = self.place.growth * common * prod(self.factors.values())
        self.control = sum(self.controls.values(), 0.0)
        self.lay(self.spread.start, self.spread.exponent)

    def add(self, part: float) -> None:
        """Infest a part of all hosts more."""
        if part:
            share = exp(self.spread.exponent) + part
            self.lay(self.spread.start, log(share) if share < 1.0 else 0.0)

    def cut(self, part: float) -> None:
        """Remove a part of what is infested."""
        self.lay(self.spread.start, self.spread.exponent + log1p(-part) if part < 1.0 else -inf)

    def draw(self) -> None:
        """Make the paths follow the course as it is now, and time the hazards."""
        spread = self.spread
        now, end, net, growth = spread.start, spread.end, spread.net, spread.growth
        alive = float(spread.exponent > -inf)
        dead, kill = self.dead.value(now), self.place.kill
        course: Piece = spread if net or growth else flat(now, end, spread.value(now))
        self.infested.renew(course)
        self.present.renew(flat(now, end, alive))
        self.clear.renew(flat(now, end, 1.0 - alive))
        full = spread.reaches((spread.capacity - dead) / kill) if kill and alive else inf
        toll: Piece = Integral(now, min(end, full), dead, kill, spread) if kill and alive else flat(now, end, dead)
        self.dead.renew(toll)
        if min(full, end) < inf:
            self.dead.pieces.append(flat(min(full, end), inf, spread.capacity if full <= end else toll.value(end)))
        if end < inf:
            for track, value in ((self.infested, 0.0), (self.present, 0.0), (self.clear, 1.0)):
                track.pieces.append(flat(end, inf, value))
        for hazard in self.hazards.values():
            hazard.plan(spread)


class OutbreakWorld(Tracked):
    """Outbreaks in any number of places, moved by the changes its caller makes.

    Parameters
    ----------
    places : iterable of Place
    start : float
        The world's first moment [h].

    Notes
    -----
    Every change returns the variables that jumped; a caller evaluates only the atoms on those again.

    Variables: ``infested`` and ``infested@place`` [area]; ``infested_places``; ``mortality`` and
    ``mortality@place`` (share of the hosts dead, of all places by area); ``clear`` and ``clear@place`` (1 while
    nothing is infested, else 0); ``new-finding@place`` (1 from `found` to `unfound`).

    Control works on all that is infested, growth only as far as hosts are left: a place gone over falls at once under
    control, at first at the full rate c.  Control below the growth rate does not clear a place but holds it at
    K*(1 - c/r); such a place comes clear only if that is below its least area.
    """

    __slots__ = ("_batch", "_clear", "_common", "_finding", "_hazards", "_marks", "_patches", "_places",
                 "_scales", "_told", "_totals")

    def __init__(self, places: Iterable[Place], start: float = 0.0) -> None:
        super().__init__(start)
        self._places = tuple(places)
        _check(self._places)
        self._patches = {place.id: Patch(place, start) for place in self._places}
        self._common: dict[str, float] = {}
        self._scales: dict[tuple[str, str], float] = {}
        self._hazards: dict[str, Hazard] = {}
        self._finding = {place: Track([flat(start, inf, 0.0)]) for place in self._patches}
        self._clear = Track([])
        self._totals = [Total([getattr(patch, part) for patch in self._patches.values()], start)
                        for part in ("infested", "present", "dead")]
        self._batch = False
        self._marks: dict[str, tuple[float, float]] = {}
        self._told: dict[str, float] = {}
        for patch in self._patches.values():
            patch.draw()
        self._offer()
        self._refresh(start)

    # -- changes ---------------------------------------------------------------------------------------------

    def seed(self, t: float, place: str, area: float) -> frozenset[str]:
        """Infest `area` more of a place, at most all of it."""
        require(0.0 <= area < inf, "an area", area)
        [patch] = self._settle(t, self._patch(place))
        patch.add(area / patch.place.area)
        return self._resume()

    def treat(self, t: float, place: str, part: float) -> frozenset[str]:
        """Remove a part of what is infested in a place at once; 0.3 is 30 %."""
        require(0.0 <= part <= 1.0, "a part", part)
        [patch] = self._settle(t, self._patch(place))
        patch.cut(part)
        return self._resume()

    def clear(self, t: float, place: str) -> frozenset[str]:
        """Remove all that is infested in a place at once."""
        return self.treat(t, place, 1.0)

    def modify(self, t: float, target: str, name: str, factor: float | None) -> frozenset[str]:
        """Put a named factor on growth, replace it, or with None take it away.

        Parameters
        ----------
        target : str
            A place, or ``*`` for all.
        name : str
            Factors of different names multiply, those on the place and those on all.
        """
        require(factor is None or 0.0 <= factor < inf, f"factor {name!r}", factor)
        patches = self._settle(t, *self._targets(target))
        _put(self._common if target == EVERY else patches[0].factors, name, factor)
        return self._turn(patches)

    def control(self, t: float, place: str, name: str, rate: float | None, crews: float = 1.0) -> frozenset[str]:
        """Clear a place of what is infested at `rate` per crew at work [1/h]; None ends the control of that name."""
        require(rate is None or 0.0 <= rate < inf, f"control {name!r}", rate)
        require(0.0 <= crews < inf, f"crews of control {name!r}", crews)
        patches = self._settle(t, self._patch(place))
        _put(patches[0].controls, name, None if rate is None else rate * crews)
        return self._turn(patches)

    def quarantine(self, t: float, place: str, factor: float | None) -> frozenset[str]:
        """Scale the hazards of jumps out of a place (or all, ``*``); None lifts the quarantine."""
        return self._scale(t, "jump", place, factor)

    def survey(self, t: float, place: str, factor: float | None) -> frozenset[str]:
        """Scale the hazards of detection in a place (or all, ``*``) with the effort; None is effort 1."""
        return self._scale(t, "detection", place, factor)

    def found(self, t: float, place: str) -> frozenset[str]:
        """Something was found: ``new-finding@place`` holds until `unfound`."""
        return self._tell(t, place, 1.0)

    def unfound(self, t: float, place: str) -> frozenset[str]:
        """The finding is no longer new."""
        return self._tell(t, place, 0.0)

    def gather(self, t: float) -> None:
        """Work the changes of one instant out as one: until `resolve` a change returns nothing, and nothing may be
        asked of the world."""
        self.advance(t)
        self._batch = True

    def resolve(self) -> frozenset[str]:
        """The changes since `gather` are all; returns the variables that jumped."""
        self._batch = False
        return self._resume()

    # -- chance ----------------------------------------------------------------------------------------------

    def hazard(self, t: float, name: str, place: str, rate: float, threshold: float, kind: str) -> None:
        """Start a hazard of ``rate * I`` [1/h], with I the area infested in `place`.

        Parameters
        ----------
        rate : float
            Per infested area and hour; may be 0.
        threshold : float
            Integrated hazard at which it comes about: a unit exponential makes the event one of that hazard.
        kind : {'jump', 'detection'}
            Whether quarantine of the place scales it, or survey.
        """
        require(kind in ("jump", "detection"), "the kind of a hazard", kind)
        require(name not in self._hazards, "the name of a second hazard", name)
        _check_hazard(name, rate, threshold)
        [patch] = self._settle(t, self._patch(place))
        found = Hazard(name, place, kind, rate, threshold, self._scale_of(kind, place))
        self._hazards[name] = patch.hazards[name] = found
        self._resume()

    def rehazard(self, t: float, name: str, threshold: float | None = None, rate: float | None = None) -> None:
        """Go on with a hazard: afresh with a new threshold, or with another rate and what it has consumed."""
        hazard = self._hazards[name]
        _check_hazard(name, hazard.rate if rate is None else rate, threshold or 0.0)
        if rate is not None:
            self._settle(t, self._patch(hazard.place))
            hazard.rate = rate
            self._resume()
        if threshold is not None:  # no reason to begin the course of the place anew
            self.advance(t)
            hazard.renew(self.now, self._patch(hazard.place).spread, threshold)

    def unhazard(self, name: str) -> None:
        """Drop a hazard."""
        hazard = self._hazards.pop(name)
        del self._patches[hazard.place].hazards[name]

    def next_hazard(self, until: float) -> tuple[float, str] | None:
        """The earliest time, up to `until`, at which a hazard reaches its threshold, and its name.

        A hazard that got there stays due until it is given a new threshold or dropped.
        """
        first, due = "", inf
        for name, hazard in self._hazards.items():
            if hazard.due < due:
                first, due = name, hazard.due
        return (max(due, self.now), first) if due <= until and due < inf else None

    # -- the rest of a world ---------------------------------------------------------------------------------

    def steady(self, variable: str) -> bool:
        """Findings are the caller's; all else may move by itself after some change."""
        return variable.startswith("new-finding@")

    def part(self, variable: str) -> str:
        """The place of what is known by places; findings are told place by place too."""
        return variable if variable.startswith("new-finding@") else variable.partition("@")[2]

    def copy(self) -> OutbreakWorld:
        """An independent world in the same state."""
        twin = OutbreakWorld(self._places, self.now)
        twin._common = dict(self._common)
        twin._scales = dict(self._scales)
        for name, hazard in self._hazards.items():
            other = Hazard(name, hazard.place, hazard.kind, hazard.rate, hazard.threshold, hazard.scale)
            other.used, other.due, other.reached = hazard.used, hazard.due, hazard.reached
            twin._hazards[name] = twin._patches[hazard.place].hazards[name] = other
        for place, own in self._patches.items():
            patch = twin._patches[place]
            patch.growth, patch.control, patch.spread = own.growth, own.control, own.spread
            patch.factors, patch.controls = dict(own.factors), dict(own.controls)
            for part in ("infested", "dead", "present", "clear"):
                getattr(patch, part).renew(*getattr(own, part).pieces)
            twin._finding[place].renew(*self._finding[place].pieces)
        twin._refresh(self._totals[0].start)
        return twin

    # -- inside ----------------------------------------------------------------------------------------------

    def _offer(self) -> None:
        """Name the variables."""
        infested, present, dead = self._totals
        views: dict[str, tuple[Path, float]] = {
            "infested": (infested, 1.0),
            "infested_places": (present, 1.0),
            "mortality": (dead, 1.0 / sum([place.area for place in self._places], 0.0)),
            "clear": (self._clear, 1.0),
        }
        for place, patch in self._patches.items():
            views[f"infested@{place}"] = (patch.infested, 1.0)
            views[f"mortality@{place}"] = (patch.dead, 1.0 / patch.place.area)
            views[f"clear@{place}"] = (patch.clear, 1.0)
            views[f"new-finding@{place}"] = (self._finding[place], 1.0)
        self._views = views

    def _settle(self, t: float, *patches: Patch) -> tuple[Patch, ...]:
        """Bring places to `t`; `_resume` must follow."""
        self.advance(t)
        for patch in patches:
            if patch.place.id not in self._marks:
                self._marks[patch.place.id] = patch.infested.value(self.now), patch.present.value(self.now)
            patch.settle(self.now)
        return patches

    def _resume(self) -> frozenset[str]:
        """Go on after a change; returns what jumped."""
        if self._batch:
            return frozenset()
        jumped: set[str] = set()
        were = are = gone = come = 0.0
        for place, (infested, present) in self._marks.items():
            patch = self._patches[place]
            patch.draw()
            after, presence = patch.infested.value(self.now), patch.present.value(self.now)
            were, are = were + present, are + presence
            gone, come = gone + infested, come + after
            if differ(infested, after):
                jumped.add(f"infested@{place}")
            if present != presence:
                jumped.add(f"clear@{place}")
        self._stirred.update(self._marks)
        if self._marks:
            self._marks.clear()
            self._refresh(self.now)
            infested, present = (total.value(self.now) for total in self._totals[:2])
            if differ(gone, come, infested):
                jumped.add("infested")
            if were != are:
                jumped.add("infested_places")
            if (present == 0.0) != (present + were - are == 0.0):
                jumped.add("clear")
        self._stirred.update([f"new-finding@{place}" for place in self._told])
        for place, before in self._told.items():
            if self._finding[place].value(self.now) != before:
                jumped.add(f"new-finding@{place}")
        self._told.clear()
        return frozenset(jumped)

    def _refresh(self, t: float) -> None:
        """Make the totals follow the places as they are from `t` on."""
        for total in self._totals:
            total.restart(t)
        last = max((patch.spread.end for patch in self._patches.values() if patch.spread.exponent > -inf), default=t)
        self._clear.renew(*([flat(t, last, 0.0)] if last > t else []))
        if last < inf:
            self._clear.pieces.append(flat(max(t, last), inf, 1.0))

    def _patch(self, place: str) -> Patch:
        require(place in self._patches, "a place", place)
        return self._patches[place]

    def _targets(self, target: str) -> Iterable[Patch]:
        return self._patches.values() if target == EVERY else [self._patch(target)]

    def _turn(self, patches: Iterable[Patch]) -> frozenset[str]:
        common = prod(self._common.values())
        for patch in patches:
            patch.turn(common)
        return self._resume()

    def _scale(self, t: float, kind: str, target: str, factor: float | None) -> frozenset[str]:
        """Put a factor on the hazards of a kind; no variable jumps."""
        require(factor is None or 0.0 <= factor < inf, f"a factor on {kind}", factor)
        patches = self._settle(t, *self._targets(target))
        self._scales[kind, target] = 1.0 if factor is None else factor
        for patch in patches:
            for hazard in patch.hazards.values():
                hazard.scale = self._scale_of(hazard.kind, hazard.place)
        return self._resume()

    def _scale_of(self, kind: str, place: str) -> float:
        return self._scales.get((kind, EVERY), 1.0) * self._scales.get((kind, place), 1.0)

    def _tell(self, t: float, place: str, value: float) -> frozenset[str]:
        self._patch(place)
        self.advance(t)
        track = self._finding[place]
        if track.value(self.now) == value:
            return frozenset()
        self._told.setdefault(place, track.value(self.now))
        track.renew(flat(self.now, inf, value))
        return self._resume()


def _put(named: dict[str, float], name: str, value: float | None) -> None:
    if value is None:
        named.pop(name, None)
    else:
        named[name] = value


def _check_hazard(name: str, rate: float, threshold: float) -> None:
    require(0.0 <= rate < inf, f"the rate of hazard {name!r}", rate)
    require(threshold >= 0.0, f"the threshold of hazard {name!r}", threshold)


def _check(places: tuple[Place, ...]) -> None:
    require(bool(places), "the places", places)
    ids = [place.id for place in places]
    for one in places:
        require(ids.count(one.id) == 1, "an id used twice, as targets must be told apart,", one.id)
        require(one.id != EVERY, "the id of a place", one.id)
        require(0.0 < one.area < inf, f"the area of {one.id!r}", one.area)
        require(0.0 <= one.growth < inf, f"the growth in {one.id!r}", one.growth)
        require(0.0 <= one.kill < inf, f"the rate of dying in {one.id!r}", one.kill)
        require(0.0 <= one.least < one.area, f"the least area in {one.id!r}", one.least)
        require(0.0 <= one.infested <= one.area, f"the infested area in {one.id!r}", one.infested)
