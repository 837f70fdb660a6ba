"""Who does the jobs: this process, a pool of processes, or the workers of a cluster.

All of them are given jobs in order and are a bounded number of jobs ahead of whoever collects the results, so that
what waits to be written does not grow with the sweep. Stopped, they give up what nobody has begun and end what is
under way after the run they are at; its runs so far are kept.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Protocol

from emergency.errors import RunError
from emergency.replicate.runs import Chunk, Job, never

__all__ = ["AHEAD", "Crew", "Promised", "Shop", "chunks", "cores", "pool"]

AHEAD = 3  # jobs given out for each worker
LOOK = 0.2  # s between looks whether to stop, while a result is waited for
YOUNG = 50_000
"""How many new objects the collector of a worker waits for."""


class Shop(Protocol):
    """Where jobs are done; plain enough to be sent to a process."""

    def chunk(self, job: Job, stopped: Callable[[], bool] = never) -> Chunk:
        """Do a job; where it is stopped between two runs, the chunk tells of a shorter job."""


class Promised(Protocol):
    """A job somebody is at."""

    def done(self, patience: float) -> bool:
        """Whether it is done; waits for it so long [s]."""

    def result(self) -> Chunk:
        """What became of it; waits until it is done."""

    def cancel(self) -> bool:
        """Give it up, if that is still possible; whether it was."""


class Crew(Protocol):
    """Those who do jobs elsewhere."""

    def submit(self, job: Job) -> Promised:
        """Give a job to somebody; the result comes later."""

    def stop(self) -> None:
        """Have everybody end the job under way after the run they are at."""


_SHOP: Shop | None = None  # of this worker process
_STOP: Any = None  # a flag, raised by the process that collects the results
_FROZEN = False


def cores() -> int:
    """The processors this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def chunks(
    shop: Shop,
    todo: Iterable[Job],
    crew: Crew | None = None,
    ahead: int = AHEAD,
    stopped: Callable[[], bool] = never,
) -> Iterator[Chunk]:
    """The results of jobs, in the order of the jobs.

    Parameters
    ----------
    crew : Crew, optional
        Who does the jobs; without one, they are done here and now.
    stopped : callable
        Asked before each job and while one is waited for: once it says so no more are begun, and of those begun
        comes what follows on what has come, without a gap in any case.
    """
    if crew is None:
        yield from _here(shop, todo, stopped)
        return
    waiting: deque[tuple[Job, Promised]] = deque()
    for job in todo:
        if stopped():
            break
        waiting.append((job, crew.submit(job)))
        if len(waiting) >= ahead:
            if not _awaited(waiting[0][1], stopped):
                break
            yield waiting.popleft()[1].result()
    while waiting and _awaited(waiting[0][1], stopped):
        yield waiting.popleft()[1].result()
    if waiting:
        yield from _without_gaps(crew, waiting)


def _here(shop: Shop, todo: Iterable[Job], stopped: Callable[[], bool]) -> Iterator[Chunk]:
    for job in todo:
        if stopped():
            return
        chunk = shop.chunk(job, stopped)
        if chunk.job.count:
            yield chunk


def _awaited(one: Promised, stopped: Callable[[], bool]) -> bool:
    """Wait for a result; whether it came before all was stopped."""
    while not one.done(LOOK):
        if stopped():
            return False
    return True


def _without_gaps(crew: Crew, waiting: Iterable[tuple[Job, Promised]]) -> Iterator[Chunk]:
    """Stop, and collect of each case what is done up to the first run that is not."""
    crew.stop()
    asked = list(waiting)
    dropped = {id(one) for _, one in reversed(asked) if one.cancel()}  # from the end, where work is begun last
    ended: set[int] = set()
    for job, one in asked:
        if id(one) in dropped:
            ended.add(job.case)
        if job.case in ended:
            continue
        chunk = one.result()
        if chunk.job.count:
            yield chunk
        if chunk.job.count < job.count:
            ended.add(job.case)


# ------------------------------------------------------------------------------ processes of this machine


@contextmanager
def pool(shop: Shop, workers: int) -> Iterator[Crew | None]:
    """A pool of processes; yields who takes jobs, or None where one process is enough.

    Processes are spawned, not forked: nothing of this process but the cases goes into them.
    """
    if workers <= 1:
        yield None
        return
    context = get_context("spawn")
    flag = context.RawValue(ctypes.c_bool, False)  # without a lock: raised once, and only looked at elsewhere
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(shop, flag))
    crew = _Processes(executor, flag)
    try:
        yield crew
    finally:
        crew.stop()  # however it ended, nobody waits for more than the run under way
        executor.shutdown(wait=True, cancel_futures=True)


class _Processes:
    def __init__(self, executor: Executor, flag: Any) -> None:
        self._executor, self._flag = executor, flag

    def submit(self, job: Job) -> Promised:
        with _undisturbed(), _whole():  # any of the first jobs may start a process
            return _Running(self._executor.submit(_work, job))

    def stop(self) -> None:
        self._flag.value = True


class _Running:
    def __init__(self, future: Future[Chunk]) -> None:
        self._future = future

    def done(self, patience: float) -> bool:
        return bool(wait([self._future], patience).done)

    def result(self) -> Chunk:
        with _whole():
            return self._future.result()

    def cancel(self) -> bool:
        return self._future.cancel()


@contextmanager
def _whole() -> Iterator[None]:
    """Tell in one plain error that a worker is gone."""
    try:
        yield
    except BrokenProcessPool:
        raise RunError("a worker process was ended from outside (for want of memory?)") from None


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let no interruption through; processes started meanwhile never see one, this one sees it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # not on every system
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(shop: Shop, flag: Any) -> None:
    """Make this process a worker; an interruption is the business of the process that collects the results."""
    global _SHOP, _STOP
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _SHOP, _STOP = shop, flag


def _stopping() -> bool:
    return bool(_STOP.value)


def _work(job: Job) -> Chunk:
    """Do a job; the first one has made ready what stays for good."""
    global _FROZEN
    assert _SHOP is not None  # _begin has seen to it
    chunk = _SHOP.chunk(job, _stopping)
    if not _FROZEN:
        look_rarely()
        _FROZEN = True
    return chunk


def look_rarely() -> None:
    """Have the collector of this process leave alone what is there now, and look for garbage once in many runs.

    A run leaves a few thousand objects that refer to each other; to look after every 700 of them costs a tenth of it.
    What survives a look is the run under way, with its block of chance: it must not wait for ten more looks.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 2, 1)
