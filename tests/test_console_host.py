"""Who holds an exercise: nothing overlaps, nothing shown is lost, and time passes as the clock says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency.chance import Chance
from emergency.console import host as host_module
from emergency.console.host import Busy, Host, OutOfOrder
from emergency.console.place import Badge, Role, Room
from emergency.errors import RefusedError
from emergency.exercise import Keeper, MemoryStore, Phase, Receipt, Session, SqliteStore, from_data, replay
from emergency.exercise.store import Record
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import EventLog
from emergency.reader import load_inputs

OUTAGE = "fuel-pipeline-outage"
HEAD = "vice-head-commerce"
T = TypeVar("T")


@cache
def prepared() -> Prepared:
    """The outage scenario."""
    inputs = load_inputs(OUTAGE)
    return prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)


def cmd(do: str, by: str = "facilitator", **rest: Any) -> Any:
    """A command as it comes from outside."""
    return from_data({"do": do, "by": by, **rest})


def decide(ask: Any, by: str) -> Any:
    """The answer to an open step."""
    return cmd("decide", by, ask=ask.id, plan=ask.plan, ref=ask.ref, step=ask.do, verdict="do")


class Wall:
    """A clock on the wall [h] that is set by hand."""

    def __init__(self) -> None:
        self.t = 1000.0

    def __call__(self) -> float:
        return self.t


class Room1:
    """A host with what it needs, its store and its clock at hand."""

    def __init__(self, store: Any = None, name: str = "x", badges: tuple[Badge, ...] = ()) -> None:
        self.store = MemoryStore() if store is None else store
        self.wall = Wall()
        receipt = Receipt(OUTAGE, {"fuel": "x"}, "1", 1, title=name)
        self.host = Host(lambda: Keeper(self.store, name, prepared(), receipt), lambda: badges, self.wall)
        self.name = name

    async def begin(self, *seats: str, pace: float = 1.0) -> None:
        """Open it, take seats, start."""
        await self.host.start()
        for seat in seats:
            await self.host.give(cmd("claim", f"seat:{seat}", name="A"))
        await self.host.give(cmd("ready"))
        await self.host.give(cmd("pace", pace=pace))
        await self.host.give(cmd("start"))

    async def see(self, look: Callable[[Session], T]) -> T:
        """Look at the session."""
        return await self.host.see(lambda session, room: look(session))

    def replayed(self) -> Session:
        """The exercise as its store gives it again."""
        return replay(prepared(), self.store.read(self.name)).session


def held(act: Callable[[Room1], Awaitable[T]], store: Any = None) -> T:
    """Do something with a host, and stop it afterwards."""

    async def all_of_it() -> T:
        room = Room1(store)
        try:
            return await act(room)
        finally:
            await room.host.stop()

    return asyncio.run(all_of_it())


def digest(session: Session) -> str:
    """What came to pass."""
    return session.digest


# ------------------------------------------------------------------------------------------------ time


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0.0, 0.2)),
        st.tuples(st.just("pace"), st.floats(1.0, 3600.0)),
        st.tuples(st.just("jump"), st.floats(0.0, 700.0)),
        st.tuples(st.sampled_from(["pause", "resume", "next"]), st.just(0.0)),
    ),
    max_size=12,
)


@cache
def run_once() -> list[dict[str, Any]]:
    """The log of the run with the same seed."""
    log = EventLog(prepared().start)
    simulate(Incident(prepared(), Chance(1).run(0), log))
    return [e.as_dict() for e in log]


@settings(max_examples=25)
@given(MOVES)
def test_with_all_seats_on_policy_it_is_the_run(moves: list[tuple[str, float]]) -> None:
    """However the clock is paced, paused and put forward: with nobody in a seat, the log is that of the run."""

    async def act(room: Room1) -> list[dict[str, Any]]:
        await room.begin(pace=60.0)
        for do, number in moves:
            if do == "wait":
                room.wall.t += number
                await room.see(digest)
                continue
            more = {"pace": {"pace": number}, "jump": {"to": number}}.get(do, {})
            with suppress(RefusedError):  # paused twice
                await room.host.give(cmd("jump" if do == "next" else do, **more))
        if await room.see(lambda session: session.phase) is Phase.paused:
            await room.host.give(cmd("resume"))
        room.wall.t += 1000.0
        return await room.see(lambda session: [e.as_dict() for e in session.log])

    assert held(act) == run_once()


def test_the_clock_follows_commands() -> None:
    """Pace, pause, resume and jump move session and clock together; a room tells how the clock stands."""

    async def act(room: Room1) -> None:
        await room.begin(pace=60.0)
        room.wall.t += 0.1
        seen: list[Room] = [await room.host.see(lambda _, place: place)]
        assert (seen[0].paused, seen[0].pace, seen[0].t) == (False, 60.0, pytest.approx(6.0))
        await room.host.give(cmd("pause"))
        room.wall.t += 5.0
        still = await room.host.see(lambda session, place: (place.paused, place.t, session.now))
        assert still == (True, pytest.approx(6.0), pytest.approx(6.0))
        await room.host.give(cmd("jump", to=20.0))
        await room.host.give(cmd("pace", pace=10.0))
        await room.host.give(cmd("resume"))
        room.wall.t += 0.5
        assert await room.see(lambda session: session.now) == pytest.approx(25.0)

    held(act)


def test_time_passes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """With nobody asking, what time brings is carried out, kept and told."""
    monkeypatch.setattr(host_module, "REST", 0.01)
    monkeypatch.setattr(host_module, "KEEP", 0.02)

    async def act(room: Room1) -> None:
        await room.begin(pace=3600.0)
        before, kept = room.host.version, len(room.store.read("x"))
        with room.host.listening(Badge("x", "w", Role.wall, None, "W")) as listener:
            await listener.behind(1.0)
            room.wall.t += 30 / 3600.0
            assert await listener.behind(10.0)
        assert room.host.version > before
        assert len(room.store.read("x")) > kept
        assert room.replayed().now == pytest.approx(30.0)

    held(act)


def test_a_pause_delays_no_inject_released_by_hand() -> None:
    """Released while time stands still, an inject is there at once."""

    async def act(room: Room1) -> None:
        await room.begin()
        await room.host.give(cmd("pause"))
        await room.host.give(cmd("release-inject", inject="outage"))
        assert await room.see(lambda s: [e.ref for e in s.log if e.kind == "inject"]) == ["outage"]

    held(act)


# ------------------------------------------------------------------------------------- nothing is lost


@settings(max_examples=15)
@given(st.lists(st.floats(0.0, 0.02), min_size=1, max_size=15))
def test_whatever_was_shown_is_in_the_store(waits: list[float]) -> None:
    """At every look, the exercise replayed from its store at that moment has come to the same log."""

    async def act(room: Room1) -> None:
        await room.begin(HEAD, pace=3600.0)
        for wait in waits:
            room.wall.t += wait
            shown, t = await room.see(lambda session: (session.digest, session.now))
            again = room.replayed()
            assert again.digest == shown
            assert again.now <= t + 1e-9
            asks = await room.see(lambda session: session.open_for(HEAD))
            assert [a.id for a in again.open_for(HEAD)] == [a.id for a in asks]
            if asks:
                await room.host.give(decide(asks[0], f"seat:{HEAD}"))
                assert room.replayed().digest == await room.see(digest)

    held(act)


def test_what_a_refused_command_let_happen_is_kept_before_it_is_shown() -> None:
    """A command that is refused passes time too; what that brought is in the store when it is seen."""

    async def act(room: Room1) -> None:
        await room.begin(HEAD, pace=3600.0)
        room.wall.t += 0.05
        with pytest.raises(RefusedError):
            await room.host.give(cmd("claim", "seat:harbour-master", name="B"))
        assert await room.see(digest) == room.replayed().digest
        assert len(room.replayed().log) > 10

    held(act)


def test_it_comes_back_paused_and_as_it_was(tmp_path: Path) -> None:
    """Opened again from its file, an exercise that ran stands still, at its pace, its log and open steps the same."""
    path = tmp_path / "x.sqlite"

    async def first(room: Room1) -> tuple[str, list[int], float]:
        await room.begin(HEAD, pace=3600.0)
        room.wall.t += 200 / 3600.0
        return await room.see(lambda s: (s.digest, [a.id for a in s.open_for(HEAD)], s.now))

    async def second(room: Room1) -> None:
        await room.host.start()
        paused, pace, t = await room.host.see(lambda s, place: (place.paused, place.pace, place.t))
        assert (paused, pace, t) == (True, 3600.0, before[2])
        room.wall.t += 1.0
        assert await room.see(lambda s: (s.digest, [a.id for a in s.open_for(HEAD)], s.now)) == before
        assert await room.see(lambda s: s.phase) is Phase.paused
        await room.host.give(cmd("resume"))
        room.wall.t += 1 / 3600.0
        assert await room.see(lambda s: s.now) == pytest.approx(before[2] + 1.0)

    before = held(first, SqliteStore(path))
    held(second, SqliteStore(path))


def test_several_exercises_in_one_store() -> None:
    """Two exercises held at once from one store know nothing of one another."""

    async def act() -> None:
        store = MemoryStore()
        rooms = [Room1(store, name) for name in ("a", "b")]
        for room in rooms:
            await room.begin(HEAD)
        await rooms[0].host.give(cmd("note", "evaluator", text="only here"))
        texts = [await room.see(lambda s: [e for e in s.log if e.ref == "observation"]) for room in rooms]
        assert [len(found) for found in texts] == [1, 0]
        for room in rooms:
            assert room.replayed().digest == await room.see(digest)
            await room.host.stop()

    asyncio.run(act())


class FailingStore(MemoryStore):
    """A store whose disk is full from time to time."""

    failing = False

    def append(self, exercise: str, record: Record, number: int | None = None) -> int:
        """Keep one record, or fail."""
        if self.failing:
            raise OSError(28, "No space left on device")
        return super().append(exercise, record, number)


def test_a_store_that_fails_stops_everything_and_loses_nothing() -> None:
    """While nothing can be kept, nothing is taken and nothing new shown; afterwards it goes on, paused."""
    store = FailingStore()

    async def act(room: Room1) -> None:
        await room.begin(HEAD, pace=3600.0)
        room.wall.t += 20 / 3600.0
        shown = await room.see(digest)
        store.failing = True
        room.wall.t += 20 / 3600.0
        with pytest.raises(OutOfOrder):
            await room.see(digest)
        with pytest.raises(OutOfOrder):
            await room.host.give(cmd("note", "evaluator", text="lost?"))
        store.failing = False
        assert await room.see(digest) != ""
        now, phase = await room.see(lambda s: (s.now, s.phase))
        assert phase is Phase.paused
        assert now >= 20.0 - 1e-9
        session = room.replayed()
        assert session.digest == await room.see(digest)
        assert not [e for e in session.log if e.ref == "observation"]
        assert shown in beginnings(session)  # what had been shown is a beginning of what there is

    held(act, store)


def beginnings(session: Session) -> set[str]:
    """The digest of every beginning of a log."""
    empty, found = Session(prepared(), 1), set()
    empty._digest = sha256()
    for entry in session.log:
        empty._seal(entry)
        found.add(empty.digest)
    return found


def test_a_page_that_fails_is_nobodys_business_but_its_own() -> None:
    """An error in looking reaches who looked; the exercise runs on and is not opened anew."""

    async def act(room: Room1) -> None:
        await room.begin()
        with pytest.raises(ZeroDivisionError):
            await room.host.see(lambda session, place: 1 / 0)
        assert await room.see(lambda session: session.phase) is Phase.running

    held(act)


# -------------------------------------------------------------------------------------------- in line


class SlowStore(MemoryStore):
    """A store that takes its time and notices when two come at once."""

    inside = 0
    overlapped = False

    def append(self, exercise: str, record: Record, number: int | None = None) -> int:
        """Keep one record, slowly."""
        self.inside += 1
        self.overlapped |= self.inside > 1
        time.sleep(0.002)
        found = super().append(exercise, record, number)
        self.inside -= 1
        return found


def test_commands_wait_in_line() -> None:
    """However many come at once, they are kept one after the other, in the order in which they came, all of them."""
    store = SlowStore()

    async def act(room: Room1) -> None:
        await room.begin()
        texts = [f"n{k}" for k in range(60)]
        versions = await asyncio.gather(*(room.host.give(cmd("note", "evaluator", text=t)) for t in texts))
        kept = [r["command"]["text"] for r in store.read("x")[1:] if r["command"]["do"] == "note"]
        assert kept == texts
        assert not store.overlapped
        assert sorted(versions) == versions

    held(act, store)


def test_who_goes_away_stops_nothing() -> None:
    """A command whose sender has gone is kept and carried out once begun, and the next one finds it so."""
    store = SlowStore()

    async def act(room: Room1) -> None:
        await room.begin()
        gone = asyncio.create_task(room.host.give(cmd("note", "evaluator", text="gone")))
        await asyncio.sleep(0.001)
        gone.cancel()
        await room.host.give(cmd("note", "evaluator", text="next"))
        notes = await room.see(lambda s: [e.detail["text"] for e in s.log if e.ref == "observation"])
        assert notes == ["gone", "next"]
        assert room.replayed().digest == await room.see(digest)

    held(act, store)


def test_commands_go_before_looks() -> None:
    """With a hall full of people looking, who decides need not wait until all have seen."""

    async def act(room: Room1) -> list[str]:
        await room.begin()
        done: list[str] = []

        async def look() -> None:
            await room.see(lambda session: time.sleep(0.001))
            done.append("look")

        async def give() -> None:
            await room.host.give(cmd("note", "evaluator", text="x"))
            done.append("give")

        await asyncio.gather(*(look() for _ in range(50)), give())
        return done

    assert held(act).index("give") <= 2


def test_the_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many wait, the next is told so at once instead of waiting for ever."""
    monkeypatch.setattr(host_module, "WAITING", 5)

    async def act(room: Room1) -> None:
        await room.begin()
        looks = [asyncio.create_task(room.see(lambda session: time.sleep(0.005))) for _ in range(20)]
        found = await asyncio.gather(*looks, return_exceptions=True)
        assert sum(isinstance(one, Busy) for one in found) >= 10
        assert sum(one is None for one in found) >= 5
        await room.host.give(cmd("pause"))

    held(act)


# --------------------------------------------------------------------------------------- who is told


def test_attempts_are_told_even_while_time_stands_still() -> None:
    """Somebody tries what the plan gives to another during a pause: refused with the clause, kept, and told."""

    async def act(room: Room1) -> None:
        await room.begin(HEAD, "market-supervision", pace=3600.0)
        room.wall.t += 200 / 3600.0
        ask = (await room.see(lambda s: s.open_for(HEAD)))[0]
        await room.host.give(cmd("pause"))
        before = room.host.version
        with pytest.raises(RefusedError) as refused:
            await room.host.give(decide(ask, "seat:market-supervision"))
        assert refused.value.clauses == ask.clauses
        assert room.host.version > before
        assert [e.actor for e in room.replayed().log if e.kind == "decision-refused"] == ["market-supervision"]

    held(act)


def test_holding_back_an_inject_is_told() -> None:
    """What the facilitator does with the queue leaves no entry in the log, and screens are told all the same."""

    async def act(room: Room1) -> None:
        await room.begin()
        before = room.host.version
        await room.host.give(cmd("hold-inject", inject="news"))
        assert room.host.version > before

    held(act)


WALL, LEAD = Badge("x", "w", Role.wall, None, "W"), Badge("x", "f", Role.facilitator, None, "F")


def test_a_slow_listener_skips_to_the_latest() -> None:
    """A thousand changes leave one word for who does not listen, and nothing piles up."""

    async def act(room: Room1) -> None:
        await room.host.start()
        with room.host.listening(WALL) as listener:
            assert await listener.behind(0.01)  # who comes is told at once
            assert not await listener.behind(0.01)
            for _ in range(1000):
                room.host.tell()
            assert await listener.behind(0.01)
            assert not await listener.behind(0.01)

    held(act)


def test_some_are_told_and_others_not() -> None:
    """What concerns one role only wakes only that one; who is dismissed is told to go."""

    async def act(room: Room1) -> None:
        await room.host.start()
        with room.host.listening(WALL) as wall, room.host.listening(LEAD) as lead:
            await wall.behind(0.01)
            await lead.behind(0.01)
            room.host.tell(Role.facilitator)
            assert await lead.behind(0.01)
            assert not await wall.behind(0.01)
            room.host.dismiss("w")
            assert await wall.behind(0.01)
            assert (wall.dismissed, lead.dismissed) == (True, False)

    held(act)


POLICE = Badge("x", "p", Role.player, "police", "P")


def test_who_is_not_concerned_is_not_told() -> None:
    """A player and the wall hear nothing of what does not reach them, at whatever rate it happens, and the number of
    the next word they do hear does not tell how much that was; who runs the exercise hears of everything."""

    async def act(room: Room1) -> None:
        await room.begin(HEAD)
        for badge in (POLICE, WALL):
            await room.host.attend(badge)
        listening = room.host.listening
        with listening(POLICE) as police, listening(WALL) as wall, listening(LEAD) as lead:
            for one in (police, wall, lead):
                await one.behind(0.01)
            words = [room.host.word(badge) for badge in (POLICE, WALL)]
            for n in range(7):
                await room.host.give(cmd("say", f"seat:{HEAD}", to=["finance"], text=f"{n}"))
                assert await lead.behind(1.0)
            assert not await police.behind(0.05)
            assert not await wall.behind(0.05)
            await room.host.give(cmd("say", f"seat:{HEAD}", to=["police"], text="to you"))
            assert await police.behind(1.0)
            assert not await wall.behind(0.05)
            assert [room.host.word(badge) for badge in (POLICE, WALL)] == [words[0] + 1, words[1]]

    held(act)


def test_who_comes_later_is_told_of_nothing_that_was_hidden() -> None:
    """Whoever begins to listen after others have acted is told when it comes, and again only of what concerns it."""

    async def act(room: Room1) -> None:
        await room.begin(HEAD)
        for n in range(5):
            await room.host.give(cmd("note", "evaluator", text=str(n)))
        await room.host.attend(POLICE)
        assert room.host.word(POLICE) == 1
        with room.host.listening(POLICE) as police:
            assert await police.behind(0.01)
            await room.host.give(cmd("note", "evaluator", text="unseen"))
            assert not await police.behind(0.05)
        await room.host.give(cmd("say", f"seat:{HEAD}", to=["police"], text="while away"))
        assert room.host.word(POLICE) == 2
        await room.host.attend(POLICE)
        with room.host.listening(POLICE) as police:
            assert await police.behind(0.01)
            await room.host.give(cmd("note", "evaluator", text="unseen"))
            assert not await police.behind(0.05)

    held(act)


def test_the_clock_concerns_everybody() -> None:
    """Paused, put forward or set to another pace, the clock is told to all, even where nothing else comes of it; that
    it goes on is news to nobody but who sees the gauges move."""

    async def act(room: Room1) -> None:
        await room.begin()
        await room.host.attend(WALL)
        with room.host.listening(WALL) as wall:
            await wall.behind(0.01)
            for do, more in (("pause", {}), ("jump", {"to": 0.001}), ("pace", {"pace": 7.0}), ("resume", {})):
                await room.host.give(cmd(do, **more))
                assert await wall.behind(1.0), do
        judge = Badge("x", "e", Role.evaluator, None, "E")
        with room.host.listening(WALL) as wall, room.host.listening(judge) as one, room.host.listening(LEAD) as lead:
            for each in (wall, one, lead):
                await each.behind(0.01)
            room.wall.t += 10.0 / 3600.0
            await room.see(digest)
            assert await lead.behind(1.0)  # who has the gauges before them
            assert not await one.behind(0.05)
            assert not await wall.behind(0.05)

    held(act)


def test_a_page_that_is_reloaded_stays_present() -> None:
    """Whose stream ends and begins again is not told away meanwhile, but may open it again at once."""

    async def act(room: Room1) -> None:
        await room.host.start()
        for _ in range(20):
            with room.host.listening(WALL):
                pass
        assert "w" in await room.host.see(lambda _, place: dict(place.present))
        assert not room.host.crowded(WALL)

    held(act)


@contextmanager
def many(host: Host, badge: Badge, n: int) -> Iterator[None]:
    """Several open streams."""
    with ExitStack() as stack:
        for _ in range(n):
            stack.enter_context(host.listening(badge))
        yield


def test_presence_is_counted_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each open stream counts for its badge, a closed one no longer; a badge has no more than a few."""
    monkeypatch.setattr(host_module, "LINGER", 0.0)

    async def act(room: Room1) -> None:
        await room.host.start()
        with many(room.host, WALL, 8), room.host.listening(LEAD):
            assert room.host.crowded(WALL)
            with pytest.raises(Busy), room.host.listening(WALL):
                pass
            assert await room.host.see(lambda _, place: dict(place.present)) == {"w": 8, "f": 1}
        await asyncio.sleep(0.01)
        assert await room.host.see(lambda _, place: dict(place.present)) == {}

    held(act)
