"""The same jobs done by the workers of a Dask cluster that is already running.

On one machine ``dask scheduler --host 10.0.0.5``, on each of the others ``dask worker tcp://10.0.0.5:8786
--nthreads 1 --nworkers auto``, all with the same version of this package (extra ``cluster``); then
``emergency sweep SCENARIO -n 100000 --scheduler tcp://10.0.0.5:8786``. Workers need no files: the plans and the
scenario as read are sent to them. A worker may be lost at any time; its jobs are done by the others.

A cluster is for trusted networks: whoever reaches its scheduler can have code executed on every worker. Between
machines use certificates: ``--protocol tls --tls-ca-file CA --tls-cert CERT --tls-key KEY`` for scheduler and
workers, ``tls://`` in the address, and for this side the same files in Dask's configuration
(``DASK_DISTRIBUTED__COMM__TLS__CA_FILE``, ``…__CLIENT__CERT``, ``…__CLIENT__KEY``).

References
----------
Rocklin (2015), Dask: parallel computation with blocked algorithms and task scheduling. SciPy 2015.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from emergency import __version__
from emergency.errors import InputError, MissingExtraError, Problem, RunError
from emergency.replicate.crew import Submit
from emergency.replicate.runs import Chunk, Job, Workshop
from emergency.source import Where

__all__ = ["cluster"]

PATIENCE = 10.0  # s to wait for the scheduler
TRIES = 10  # times a job is given out again when its worker is lost


@contextmanager
def cluster(workshop: Workshop, address: str) -> Iterator[Submit]:
    """How to give jobs to the workers of a cluster; a job whose worker is lost goes to another.

    Parameters
    ----------
    address : str
        Of the scheduler, e.g. ``tcp://10.0.0.5:8786`` or ``tls://…``.

    Raises
    ------
    MissingExtraError
        If the package distributed is not installed.
    InputError
        If no scheduler answers there, it has no workers, or they have another version of this package.
    """
    try:
        distributed: Any = import_module("distributed")
    except ModuleNotFoundError:
        raise MissingExtraError("distributed", "cluster") from None
    where = Where(f"--scheduler {address}")
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = {"address": address, "why": type(error).__name__}
        raise InputError([Problem("no-scheduler", where, why)]) from None
    with client:
        versions = set(client.run(_version).values())
        if versions != {__version__}:
            facts: dict[str, object] = {"found": sorted(map(str, versions)), "wanted": __version__}
            raise InputError([Problem("other-workers", where, facts)])
        # Made by a task and not scattered: what was scattered to workers that are lost is lost with them.
        shop = client.submit(_open, workshop, pure=False, retries=TRIES)
        yield lambda job: _Promise(client.submit(_work, shop, job, pure=False, retries=TRIES))


class _Promise:
    """A job on its way through the cluster."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def result(self) -> Chunk:
        """The chunk, once it is there.

        Raises
        ------
        RunError
            If the cluster gave it up: all workers lost, or the scheduler.
        """
        try:
            found: Chunk = self._future.result()
        except Exception as error:
            raise RunError(f"the cluster gave up a job: {type(error).__name__}: {error}") from None
        self._future.release()
        return found


def _version() -> str:
    return __version__


def _open(workshop: Workshop) -> Workshop:
    """A workshop on the worker; every worker that needs it gets a copy, and makes it ready once."""
    return workshop


def _work(workshop: Workshop, job: Job) -> Chunk:
    return workshop.chunk(job)
