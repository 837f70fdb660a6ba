"""Who holds an exercise: one task owns its keeper and its clock, and everything that touches them waits in line.

A browser is never shown what a crash could undo. Time that passed without a command is kept by a `tick` before
anybody is told what it brought, and a command is on the disk before it is acknowledged; so after a kill the exercise
resumed from its store holds everything anybody has seen, but for the last seconds of a clock under which nothing
happened. It comes back paused.

Browsers are told that something changed, never what: each asks for its own page again. So a listener needs no queue;
it knows only whether it is behind, and one that is slow skips to the latest. Who does not see everything is told only
of what changes on its own page, and changes are counted for each by itself: else a player could count what others do.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from secrets import token_hex
from typing import Any, NamedTuple, TypeVar

from emergency.console.place import Badge, Making, Role, Room
from emergency.console.views import standing
from emergency.errors import EmergencyError, RefusedError
from emergency.exercise import Command, ExerciseClock, Keeper, Phase, Session, from_data

__all__ = ["Busy", "Host", "Listener", "OutOfOrder"]

T = TypeVar("T")
Act = Callable[[Keeper, float], Any]
Sight = tuple[Role, str | None]
"""Whose page it is: what all badges of one role and seat have in common."""

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

_SAME = 1e-6  # h
_ALL_SEEING = (Role.facilitator, Role.evaluator)

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

    def caught_up(self) -> None:
        """It has missed nothing, though it comes again."""
        self._behind.clear()

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
        Grows whenever there is something new for anybody to see; for this process only, see `word`.
    opened : str
        A mark of this process by which words of another one can be told from its own.
    busy : Making or None
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
        self._moved = 0  # how often the clock was set otherwise than by passing
        self._watched: dict[Sight, Badge] = {}  # who has ever listened
        self._stands: dict[Sight, tuple[Any, ...]] = {}  # how it stands for each who does not see everything
        self._standings: dict[Sight, tuple[Any, ...]] = {}  # what each was last told of
        self._words: Counter[Sight] = Counter()
        self._cost = 0.0  # of a look [s], lately
        self.version = 1
        self.opened = token_hex(4)
        self.busy: Making | None = None

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

    async def give(self, command: Command, read: Callable[[Session, Command], Command] | None = None) -> int:
        """Give a command; kept when this returns.

        Parameters
        ----------
        read : callable, optional
            Makes of the command what the session takes for it.

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
                keeper.give(read(keeper.session, command) if read else command, self._clock.now(wall))
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
        self._tell({sight for sight in self._watched if not roles or sight[0] in roles})

    def _tell(self, sights: Collection[Sight]) -> None:
        self.version += 1
        self._words.update(sights)
        for listener in self._listeners:
            if _sight(listener.badge) in sights:
                listener.wake()

    def word(self, badge: Badge) -> int:
        """How many words about its own page a badge has been owed since the exercise was opened."""
        return self._words[_sight(badge)] + 1

    @property
    def pause(self) -> float:
        """Seconds between two words to one listener, so that all screens together take half of the time at most."""
        return min(max(PAUSE_LEAST, 2.0 * len(self._listeners) * self._cost), PAUSE_MOST)

    def crowded(self, badge: Badge) -> bool:
        """Whether this badge, or the exercise, has as many open streams as it may."""
        mine = sum(one.badge.id == badge.id for one in self._listeners)
        return len(self._listeners) >= LISTENERS or mine >= LISTENERS_EACH

    async def attend(self, badge: Badge) -> None:
        """See how the exercise stands for a badge before it listens, so that it is told only of what is new."""
        sight = _sight(badge)
        if sight in self._watched or badge.role in _ALL_SEEING:
            return
        with suppress(EmergencyError):  # it is told once too often then
            stands = await self.see(lambda session, room: standing(session, badge))
            self._standings.setdefault(sight, (self._moved, *stands))

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
        self._watched.setdefault(_sight(badge), badge)
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
            state, kept_at = self._state(), self._kept_at
            try:
                found = await loop.run_in_executor(self._hand, self._work, job.act, tuple(self._watched.values()))
            except Exception as error:
                if job.done is not None and not job.done.done():
                    job.done.set_exception(error)
            else:
                if job.done is not None and not job.done.done():
                    job.done.set_result(found)
            if self._state() != state:
                self._tell_whom_it_concerns()
            elif self._kept_at != kept_at:  # gauges move between events
                self.tell(Role.facilitator)

    def _state(self) -> tuple[Any, ...]:
        return self._kept, self._moved

    def _tell_whom_it_concerns(self) -> None:
        """Tell those who see everything, and of the others those whose own page is another now."""
        fresh = {sight for sight, stands in self._stands.items() if self._standings.get(sight) != stands}
        self._standings.update(self._stands)
        self._tell(fresh | {sight for sight in self._watched if sight[0] in _ALL_SEEING})

    def _look_around(self, badges: Iterable[Badge]) -> None:
        """In the thread of the exercise: see how it stands for those who do not see everything."""
        keeper, moved = self._keeper, self._moved
        if keeper is not None:
            hidden_from = [badge for badge in badges if badge.role not in _ALL_SEEING]
            self._stands = {_sight(badge): (moved, *_standing(keeper.session, badge)) for badge in hidden_from}

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

    def _work(self, act: Act, watched: Iterable[Badge]) -> Any:
        """In the thread of the exercise: do one thing; after a failure the exercise is opened anew from its store."""
        state = self._state()
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
        finally:
            if self._state() != state:
                self._look_around(watched)

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
        self._moved += abs(clock.now(wall) - session.now) > _SAME
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


def _sight(badge: Badge) -> Sight:
    return badge.role, badge.seat


def _standing(session: Session, badge: Badge) -> tuple[Any, ...]:
    try:
        return standing(session, badge)
    except Exception:  # whoever cannot be told apart is told: a page too many, and the exercise goes on
        return (object(),)


def _state(session: Session) -> tuple[Any, ...]:
    """What a change of is something to see."""
    asks = tuple(ask.id for ask in session.open_for())
    return len(session.marks), session.phase, session.pace, asks, tuple(session.injects.items())
