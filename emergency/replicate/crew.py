"""Who does the jobs: this process, a pool of processes, or the workers of a cluster.

All of them are given jobs in order and are a bounded number of jobs ahead of whoever collects the results, so that
what waits to be written does not grow with the sweep.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Protocol

from emergency.errors import RunError
from emergency.replicate.runs import Chunk, Job

__all__ = ["AHEAD", "Promised", "Shop", "Submit", "chunks", "cores", "pool"]

AHEAD = 3  # jobs given out for each worker
YOUNG = 50_000
"""How many new objects the collector of a worker waits for."""


class Shop(Protocol):
    """Where jobs are done; plain enough to be sent to a process."""

    def chunk(self, job: Job) -> Chunk:
        """Do a job."""


class Promised(Protocol):
    """A job somebody is at."""

    def result(self) -> Chunk:
        """What became of it; waits until it is done."""


#: Give a job to somebody; the result comes later.
Submit = Callable[[Job], Promised]

_SHOP: Shop | None = None  # of this worker process
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
    submit: Submit | None = None,
    ahead: int = AHEAD,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Chunk]:
    """The results of jobs, in the order of the jobs.

    Parameters
    ----------
    submit : callable, optional
        Gives a job to a worker; without one, jobs are done here and now.
    stopped : callable
        Asked before each job: once it says so no more are begun, and those begun are finished.
    """
    if submit is None:
        for job in todo:
            if stopped():
                return
            yield shop.chunk(job)
        return
    waiting: deque[Promised] = deque()
    for job in todo:
        if stopped():
            break
        waiting.append(submit(job))
        if len(waiting) >= ahead:
            yield _result(waiting.popleft())
    while waiting:
        yield _result(waiting.popleft())


def _result(future: Promised) -> Chunk:
    try:
        return future.result()
    except BrokenProcessPool:
        raise RunError("a worker process was ended from outside (for want of memory?)") from None


@contextmanager
def pool(shop: Shop, workers: int) -> Iterator[Submit | None]:
    """A pool of processes; yields how to give them jobs, or None where one process is enough.

    Processes are spawned, not forked: nothing of this process but the cases goes into them.
    """
    if workers <= 1:
        yield None
        return
    executor: Executor = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(shop,)
    )

    def submit(job: Job) -> Promised:
        with _undisturbed():  # any of the first jobs may start a process
            return executor.submit(_work, job)

    try:
        yield submit
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


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


def _begin(shop: Shop) -> None:
    """Make this process a worker; an interruption is the business of the process that collects the results."""
    global _SHOP
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _SHOP = shop


def _work(job: Job) -> Chunk:
    """Do a job; the first one has made ready what stays for good."""
    global _FROZEN
    assert _SHOP is not None  # _begin has seen to it
    chunk = _SHOP.chunk(job)
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
