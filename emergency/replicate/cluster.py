"""The same jobs done by the workers of a Dask cluster that is already running.

How scheduler and workers are started, on one network or with certificates between machines, stands in the README
under "Sweeps on several machines". Workers need no files: the plans and the scenario as read are sent to them. A
worker may be lost at any time; its jobs are done by the others. A cluster is for trusted networks: whoever reaches
its scheduler can have code executed on every worker.

References
----------
Rocklin (2015), Dask: parallel computation with blocked algorithms and task scheduling. SciPy 2015.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib import import_module
from threading import Event
from time import monotonic, sleep
from typing import Any

from emergency import __version__
from emergency.errors import InputError, MissingExtraError, Problem, RunError
from emergency.replicate.crew import Crew, Promised
from emergency.replicate.runs import Chunk, Job, Workshop
from emergency.source import Where

__all__ = ["cluster", "need_cluster"]

PATIENCE = 10.0  # s to wait for the scheduler, and for a first worker
LONELY = 30.0  # s without any worker before the jobs are given up; a nanny brings one back in less
FETCH = 5.0  # s that a chunk may be on its way here
TRIES = 10  # times a job is given out again when its worker is lost
_LOGS = ("distributed", "distributed.client", "tornado.application")
FORM = r"((tcp|tls)://)?([^\s/:@\[\]]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}/?"


def need_cluster(address: str) -> None:
    """See that a cluster can be spoken to there, before anything is read or written.

    Raises
    ------
    MissingExtraError
        If the package distributed is not installed.
    InputError
        If the address has not the form ``tcp://HOST:PORT`` or ``tls://HOST:PORT``, or there are no certificates
        for ``tls``.
    """
    if not re.fullmatch(FORM, address):
        facts = {"value": address, "pattern": "tcp://HOST:8786, tls://HOST:8786"}
        raise InputError([Problem("bad-form", Where("--scheduler"), facts)])
    try:
        import_module("distributed")
    except ModuleNotFoundError:
        raise MissingExtraError("distributed", "cluster") from None
    if address.startswith("tls://"):
        _need_certificates(address)


def _need_certificates(address: str) -> None:
    security: Any = import_module("distributed.security")
    try:
        found = security.Security().get_connection_args("client")["ssl_context"]
    except (OSError, ValueError, TypeError):  # a file that is not there, or is no certificate
        found = None
    if found is None:
        raise _refused("no-certificates", address)


@contextmanager
def cluster(workshop: Workshop, address: str) -> Iterator[Crew]:
    """The workers of a cluster; a job whose worker is lost goes to another.

    Parameters
    ----------
    address : str
        Of the scheduler, e.g. ``tcp://10.0.0.5:8786`` or ``tls://…``.

    Raises
    ------
    MissingExtraError
        If the package distributed is not installed.
    InputError
        If no scheduler answers there, it has no workers, they have another version of this package, or the
        scheduler or all workers are lost while jobs are waiting.
    """
    need_cluster(address)
    distributed: Any = import_module("distributed")
    with _quiet():
        yield from _connected(distributed, workshop, address)


def _connected(distributed: Any, workshop: Workshop, address: str) -> Iterator[Crew]:
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise _refused("no-scheduler", address, why=type(error).__name__) from None
    with client:
        _need_workers(client, address)
        yield _Workers(client, workshop, address)


@contextmanager
def _quiet() -> Iterator[None]:
    """Hush the log of the client: what it tells in tracebacks is told here in a sentence."""
    handlers = {h for name in _LOGS for h in logging.getLogger(name).handlers}
    before = {h: h.level for h in handlers}
    for one in handlers:
        one.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for one, level in before.items():
            one.setLevel(level)


def _refused(code: str, address: str, **facts: object) -> InputError:
    return InputError([Problem(code, Where(f"--scheduler {address}"), {"address": address, **facts})])


def _need_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise _refused("no-workers", address) from None
    try:
        found = sorted(map(str, set(client.run(_version).values())))
    except (ImportError, AttributeError):  # they have never heard of this package
        found = ["–"]
    if found != [__version__]:
        raise _refused("other-workers", address, found=found, wanted=__version__)


class _Workers:
    def __init__(self, client: Any, workshop: Workshop, address: str) -> None:
        self._client, self.address = client, address
        self._alone: float | None = None  # since when nobody is there
        # Made by a task and not scattered: what was scattered to workers that are lost is lost with them.
        self._shop = client.submit(_open, workshop, pure=False, retries=TRIES)

    def submit(self, job: Job) -> Promised:
        return _Promise(self._client.submit(_work, self._shop, job, pure=False, retries=TRIES), self)

    def stop(self) -> None:
        """Nothing: jobs that are not done are given up one by one."""

    def look(self) -> None:
        """See that there is somebody to wait for.

        Raises
        ------
        InputError
            If there has been no worker for a while.
        """
        try:
            there = self._client.sync(self._client.scheduler.ncores, callback_timeout=2)
        except Exception:  # the scheduler itself is silent: its client ends the jobs when it gives it up
            there = {}
        if there:
            self._alone = None
        elif self._alone is None:
            self._alone = monotonic()
        elif monotonic() - self._alone > LONELY:
            raise _refused("lost-cluster", self.address)


class _Promise:
    """A job on its way through the cluster."""

    def __init__(self, future: Any, workers: _Workers) -> None:
        self._future, self._workers, self._ended = future, workers, Event()
        self._chunk: Chunk | None = None
        future.add_done_callback(lambda _: self._ended.set())

    def done(self, patience: float) -> bool:
        self._ended.wait(patience)
        if self._future.done():
            if self._fetched():
                return True
        elif self._ended.is_set():  # it was done, but its worker is gone and it is made again
            sleep(patience)
        self._workers.look()
        return False

    def result(self) -> Chunk:
        """The chunk, once it is there.

        Raises
        ------
        InputError
            If the scheduler or all workers are lost.
        RunError
            If the cluster gave the job up, as where it was the end of every worker that took it.
        """
        while self._chunk is None:
            self.done(FETCH)
        return self._chunk

    def cancel(self) -> bool:
        if self._future.done() and self._fetched():
            return False
        self._future.cancel()
        return True

    def _fetched(self) -> bool:
        """Bring the chunk here; False where it went down with its worker."""
        if self._chunk is not None:
            return True
        try:
            self._chunk = self._future.result(timeout=FETCH)
        except TimeoutError:
            return False
        except CancelledError:  # the client has given up the scheduler
            raise _refused("lost-cluster", self._workers.address) from None
        except Exception as error:
            raise RunError(f"the cluster gave up a job: {type(error).__name__}: {error}") from None
        self._future.release()
        return True


def _version() -> str:
    return __version__


def _open(workshop: Workshop) -> Workshop:
    """A workshop on the worker; every worker that needs it gets a copy, and makes it ready once."""
    return workshop


def _work(workshop: Workshop, job: Job) -> Chunk:
    return workshop.chunk(job)
