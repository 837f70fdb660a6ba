"""Who holds an exercise: one task owns its keeper and its clock, and everything that touches them waits in line.

A browser is never shown what a crash could undo. Time that passed without a command is kept by a `tick` before
anybody is told what it brought, and a command is on the disk before it is acknowledged; so after a kill the exercise
resumed from its store holds everything anybody has seen, but for the last seconds of a clock under which nothing
happened. It comes back paused.

Browsers are told that something changed, never what: each asks for its own page again. So a listener needs no queue;
it knows only whether it is behind, and one that is slow skips to the latest.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any, NamedTuple, TypeVar

from emergency.console.place import Badge, Role, Room
from emergency.errors import EmergencyError, RefusedError
from emergency.exercise import Command, ExerciseClock, Keeper, Phase, Session, from_data

__all__ = ["Busy", "Host", "Listener", "OutOfOrder"]

T = TypeVar("T")
Act = Callable[[Keeper, float], Any]

KEEP = 5.0
"""Seconds on the wall after which time is kept though nothing happened."""
REST = 0.25
"""Seconds on the wall between two looks at the clock at least."""
WAITING = 400
"""Who may stand in line at most."""
LISTENERS, LISTENERS_EACH = 600, 8
"""Open streams of an exercise, and of one badge."""
LINGER = 5.0
"""Seconds for which somebody still counts as present whose stream has ended: pages are reloaded, networks drop."""

PAUSE_LEAST, PAUSE_MOST = 0.3, 5.0
"""Seconds between two words to one listener; more of them the more it costs to answer all who then ask."""

#: Commands go first, then who waits for the answer to one: a hall full of screens must not hold up a decision.
_COMMAND, _ANSWER, _LOOK = 0, 1, 2
_PAUSE = from_data({"do": "pause", "by": "facilitator"})
_TICK = from_data({"do": "tick", "by": "facilitator"})


class Busy(EmergencyError):
    """Too many ask at once."""


class OutOfOrder(EmergencyError):
    """The exercise cannot be kept at the moment, so nothing is taken and nothing shown."""


class _Job(NamedTuple):
    rank: int
    number: int
    act: Act
    done: asyncio.Future[Any] | None


class Listener:
    """One open browser, which is told that it is behind."""

    def __init__(self, badge: Badge) -> None:
        self.badge = badge
        self._dismissed = asyncio.Event()
        self._behind = asyncio.Event()
        self._behind.set()  # whoever comes, or comes back, may have missed something

    def wake(self) -> None:
        """Something changed."""
        self._behind.set()

    def dismiss(self) -> None:
        """It is to go."""
        self._dismissed.set()
        self._behind.set()

    @property
    def dismissed(self) -> bool:
        """Whether it is to go."""
        return self._dismissed.is_set()

    async def behind(self, seconds: float) -> bool:
        """Wait until something changed; False after so many seconds in which nothing did."""
        await _wait(self._behind, seconds)
        found = self._behind.is_set()
        self._behind.clear()
        return found

    async def rest(self, seconds: float) -> None:
        """Wait so long, or until it is to go."""
        await _wait(self._dismissed, seconds)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


class Host:
    """One exercise being held.

    Parameters
    ----------
    reopen : callable
        Opens the exercise from its store; asked at the start, and again when the store has failed.
    badges : callable
        Who is invited.
    wall : callable
        What time it is on the wall [h], from any beginning.

    Attributes
    ----------
    version : int
        Grows whenever there is something new to see.
    busy : str
        What is being made meanwhile; say `tell` when it changes.
    """

    def __init__(
        self, reopen: Callable[[], Keeper], badges: Callable[[], tuple[Badge, ...]], wall: Callable[[], float]
    ) -> None:
        self._reopen, self._badges, self._wall = reopen, badges, wall
        self._keeper: Keeper | None = None
        self._clock = ExerciseClock()
        self._hand = ThreadPoolExecutor(1, "exercise")  # one, so that nothing overlaps
        self._line: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue(WAITING)
        self._numbers = count()
        self._task: asyncio.Task[None] | None = None
        self._listeners: set[Listener] = set()
        self._present: Counter[str] = Counter()
        self._presence: asyncio.TimerHandle | None = None
        self._kept_at, self._kept_t = 0.0, 0.0
        self._kept: tuple[Any, ...] = ()
        self._cost = 0.0  # of a look [s], lately
        self.version = 1
        self.busy = ""

    # --- its life

    async def start(self) -> None:
        """Open the exercise and let its time pass; one that was running stands still.

        Raises
        ------
        RefusedError
            If it does not replay.
        """
        await asyncio.get_running_loop().run_in_executor(self._hand, self._open)
        self._task = asyncio.create_task(self._own())

    async def stop(self) -> None:
        """Keep what time has brought, and close."""
        for listener in list(self._listeners):
            listener.dismiss()
        if self._presence is not None:
            self._presence.cancel()
        if self._task is not None:
            with suppress(EmergencyError):
                await self.see(lambda session, room: None)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        while not self._line.empty():
            left = self._line.get_nowait().done
            if left is not None:
                left.cancel()
        self._hand.shutdown()

    def _open(self) -> Keeper:
        keeper, wall = self._reopen(), self._wall()
        session = keeper.session
        if session.phase is Phase.running:
            keeper.give(_PAUSE, session.now)
        self._clock = ExerciseClock(end=session.prepared.horizon)
        self._follow(session, wall)
        self._keeper = keeper
        return keeper

    # --- from outside

    async def give(self, command: Command) -> int:
        """Give a command; kept when this returns.

        Returns
        -------
        int
            The version in which it is seen.

        Raises
        ------
        RefusedError
            If the exercise does not take it.
        Busy, OutOfOrder
        """

        def act(keeper: Keeper, wall: float) -> None:
            try:
                keeper.give(command, self._clock.now(wall))
            except RefusedError as error:
                if error.code == "not-authorised":  # an attempt, which is kept and told
                    self._follow(keeper.session, wall)
                raise
            self._follow(keeper.session, wall)

        await self._in_turn(_COMMAND, act)
        return self.version

    async def see(self, look: Callable[[Session, Room], T], *, soon: bool = False) -> T:
        """Look at the exercise as it stands, kept; nothing changes meanwhile.

        Parameters
        ----------
        soon : bool
            Before others who look: for the answer to a command.

        Raises
        ------
        Busy, OutOfOrder
        """

        def act(keeper: Keeper, wall: float) -> tuple[T | None, Exception | None]:
            self._pass(keeper, wall)
            began = self._wall()
            try:
                return look(keeper.session, self._room(keeper.session)), None
            except Exception as error:  # the looker's, and no sign that anything is wrong with the exercise
                return None, error
            finally:
                self._cost += ((self._wall() - began) * 3600.0 - self._cost) / 16

        found, error = await self._in_turn(_ANSWER if soon else _LOOK, act)
        if error is not None:
            raise error
        seen: T = found
        return seen

    def tell(self, *roles: Role) -> None:
        """Say that there is something new to see: to some roles, or to everyone."""
        self.version += 1
        for listener in self._listeners:
            if not roles or listener.badge.role in roles:
                listener.wake()

    @property
    def pause(self) -> float:
        """Seconds between two words to one listener, so that all screens together take half of the time at most."""
        return min(max(PAUSE_LEAST, 2.0 * len(self._listeners) * self._cost), PAUSE_MOST)

    def crowded(self, badge: Badge) -> bool:
        """Whether this badge, or the exercise, has as many open streams as it may."""
        mine = sum(one.badge.id == badge.id for one in self._listeners)
        return len(self._listeners) >= LISTENERS or mine >= LISTENERS_EACH

    @contextmanager
    def listening(self, badge: Badge) -> Iterator[Listener]:
        """Be told of changes as long as this is open.

        Raises
        ------
        Busy
            If too many listen already.
        """
        if self.crowded(badge):
            raise Busy("listeners")
        listener = Listener(badge)
        self._listeners.add(listener)
        self._count(badge.id, 1)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            asyncio.get_running_loop().call_later(LINGER, self._count, badge.id, -1)

    def dismiss(self, badge: str) -> None:
        """Close the streams of a badge that is no longer good."""
        for listener in self._listeners:
            if listener.badge.id == badge:
                listener.dismiss()

    def _count(self, badge: str, change: int) -> None:
        """People come and go in bursts, when a class sits down or a network drops: told once a second."""
        self._present[badge] += change
        self._present += Counter()  # drops those at zero
        if self._presence is None and self._task is not None:
            self._presence = asyncio.get_running_loop().call_later(1.0, self._presence_changed)

    def _presence_changed(self) -> None:
        self._presence = None
        self.tell(Role.facilitator)

    # --- the task that owns

    async def _in_turn(self, rank: int, act: Act) -> Any:
        """Stand in line; whoever goes away meanwhile does not stop what has begun."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            self._line.put_nowait(_Job(rank, next(self._numbers), act, done))
        except asyncio.QueueFull:
            raise Busy("line") from None
        return await done

    async def _own(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            job = await self._next()
            kept, kept_at = self._kept, self._kept_at
            try:
                found = await loop.run_in_executor(self._hand, self._work, job.act)
            except Exception as error:
                if job.done is not None and not job.done.done():
                    job.done.set_exception(error)
            else:
                if job.done is not None and not job.done.done():
                    job.done.set_result(found)
            if self._kept != kept:
                self.tell()
            elif self._kept_at != kept_at:  # gauges move between events
                self.tell(Role.facilitator, Role.evaluator, Role.wall)

    async def _next(self) -> _Job:
        """Who is first in line; nobody for a while: time passes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._rest()):
                return await self._line.get()
        return _Job(_LOOK, 0, self._pass, None)

    def _rest(self) -> float | None:
        """How long nothing happens by itself [s]; None for ever."""
        if self._clock.paused:
            return None
        if self._keeper is None:
            return KEEP
        wall = self._wall()
        event = self._clock.wall_at(self._keeper.session.next_event(), wall)
        return min(max(REST, (event - wall) * 3600.0), KEEP)

    def _work(self, act: Act) -> Any:
        """In the thread of the exercise: do one thing; after a failure the exercise is opened anew from its store."""
        try:
            keeper = self._keeper or self._open()
            return act(keeper, self._wall())
        except RefusedError as error:
            if self._keeper is None:  # it does not replay
                raise OutOfOrder(str(error)) from error
            raise
        except Exception as error:
            self._keeper = None  # what the store holds is what counts, whatever this session has come to
            raise OutOfOrder(f"{type(error).__name__}: {error}") from error

    # --- time

    def _pass(self, keeper: Keeper, wall: float) -> None:
        """Let time pass up to now, and keep it if it brought anything, or has been long."""
        session, t = keeper.session, self._clock.now(wall)
        session.run_to(t)
        long = (wall - self._kept_at) * 3600.0 >= KEEP and session.now > self._kept_t
        if session.phase is Phase.running and (long or _state(session) != self._kept):
            keeper.give(_TICK, t)
            self._follow(session, wall)

    def _follow(self, session: Session, wall: float) -> None:
        """Set the clock as the session says after a command; all the session is now follows from what is kept."""
        clock = self._clock
        clock.set_to(wall, session.now)
        if clock.pace != session.pace:
            clock.set_pace(wall, session.pace)
        if session.phase is Phase.running and clock.paused:
            clock.resume(wall)
        elif session.phase is not Phase.running and not clock.paused:
            clock.pause(wall)
        self._kept_at, self._kept_t, self._kept = wall, session.now, _state(session)

    def _room(self, session: Session) -> Room:
        clock, present = self._clock, dict(self._present)
        return Room(clock.paused, clock.pace, session.now, present, self._badges(), self.busy)


def _state(session: Session) -> tuple[Any, ...]:
    """What a change of is something to see."""
    asks = tuple(ask.id for ask in session.open_for())
    return len(session.marks), session.phase, session.pace, asks, tuple(session.injects.items())
