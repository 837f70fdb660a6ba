"""The after-action review of an exercise while its server goes on: made in a process of its own, shown as a page.

The plan-perfect plays take minutes of a processor. In this process they would hold up every decision meanwhile; in
another one they only share the machine, and step back for whoever is in more of a hurry.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic

from emergency.console.host import Host
from emergency.console.place import Making, Role
from emergency.console.shelf import Shelf
from emergency.errors import RunError
from emergency.evaluation import Envelope, play_perfect, review
from emergency.incident import Prepared, prepare
from emergency.log import Entry
from emergency.reader import Inputs
from emergency.report.after_action import render_review

__all__ = ["Aftermath", "Premises"]

_LOG = logging.getLogger("emergency.console")

TELLING = 3.0
"""Seconds between two words of progress: every one has all who judge fetch their page."""


@dataclass(frozen=True, slots=True)
class Premises:
    """What an exercise is made of; plain values, so that they can be sent to a process.

    Attributes
    ----------
    settings : tuple of str
        Changes made to the scenario.
    """

    inputs: Inputs
    settings: tuple[str, ...]
    seed: int

    def prepared(self) -> Prepared:
        """The scenario made ready."""
        return prepare(self.inputs.scenario, self.inputs.plans, self.inputs.jurisdiction, list(self.settings))


class Aftermath:
    """The review of one exercise.

    Attributes
    ----------
    progress : Making or None
        How far it has come, while it is being made.
    failed : str
        Why the last one could not be made.
    """

    def __init__(self, host: Host, premises: Premises, shelf: Shelf | None = None) -> None:
        self._host, self._premises, self._shelf = host, premises, shelf
        self._task: asyncio.Task[None] | None = None
        self._left = threading.Event()
        self._envelope: Envelope | None = None
        self._pages: dict[str, str] = {}
        self._first: tuple[float, int] | None = None  # when the first word of progress came [s], and of how many
        self.progress: Making | None = None
        self.failed = ""

    def make(self, runs: int) -> bool:
        """Begin to make it of what has happened so far; False if one is being made."""
        if self.progress is not None:
            return False
        self._first = None
        self._say(Making(0, runs))
        self._task = asyncio.create_task(self._make(runs))
        return True

    async def page(self, lang: str) -> str | None:
        """The review as a page, if need be the one kept before this server started; None if there is none."""
        if lang not in self._pages and self._shelf is not None:
            marks = await self._host.see(lambda session, _: tuple(session.marks))
            kept = await asyncio.to_thread(self._shelf.find, marks, lang)
            if kept is not None:
                self._pages.setdefault(lang, kept)
        return self._pages.get(lang)

    async def stop(self) -> None:
        """Leave off."""
        self._left.set()
        if self._task is not None:
            await self._task

    async def _make(self, runs: int) -> None:
        self.failed = ""
        try:
            entries, marks = await self._host.see(lambda s, _: (tuple(s.log.entries), tuple(s.marks)))
            if self._envelope is None or self._envelope.runs != runs:
                self._envelope = await self._play(runs)
            self._say(Making(runs, runs))
            self._pages = await asyncio.to_thread(_written, self._premises, entries, self._envelope)
            await asyncio.to_thread(self._keep, marks)
        except Exception as error:
            self.failed = f"{type(error).__name__}: {error}"
        finally:
            self._say()

    def _keep(self, marks: tuple[str, ...]) -> None:
        """Put it on the shelf; one that cannot be kept can be shown all the same."""
        if self._shelf is not None:
            try:
                self._shelf.put(marks, self._pages)
            except OSError as error:
                _LOG.warning("the review cannot be kept: %s", error)

    def _say(self, making: Making | None = None) -> None:
        self.progress = self._host.busy = making
        self._host.tell(Role.facilitator, Role.evaluator)

    def _played(self, done: int, runs: int) -> None:
        """So many plays are done. How long the rest takes is reckoned from the first word of it: before the first
        play the other process has to start, which says nothing about plays."""
        now = monotonic()
        at, before = self._first = self._first or (now, done)
        left = (now - at) / (done - before) * (runs - done) if done > before else None
        self._say(Making(done, runs, left))

    async def _play(self, runs: int) -> Envelope:
        loop = asyncio.get_running_loop()

        def progress(done: int) -> None:
            loop.call_soon_threadsafe(self._played, done, runs)

        return await asyncio.to_thread(_play_apart, self._premises, runs, progress, self._left)


class LeftOff(RunError):
    """The server ends before the review is made."""


def _play_apart(premises: Premises, runs: int, progress: Callable[[int], None], left: threading.Event) -> Envelope:
    """The envelope from a process of its own, which ends with this call whatever comes."""
    if hasattr(signal, "pthread_sigmask"):  # not on every system
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # what this thread starts never sees Ctrl-C
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_play, args=(there, premises, runs), daemon=True)
    child.start()
    there.close()
    try:
        while not left.is_set():
            if not here.poll(0.2):
                continue
            told = here.recv()
            if isinstance(told, Envelope):
                return told
            progress(told)
        raise LeftOff("the server ends")
    finally:
        child.kill()
        child.join()
        here.close()


def _play(there: Connection, premises: Premises, runs: int) -> None:
    """In the other process: play, telling every few seconds how far it has come."""
    with suppress(OSError, AttributeError):
        os.nice(10)
    said = -TELLING

    def progress(done: int, of: int) -> None:
        nonlocal said
        if monotonic() - said >= TELLING and done < of:
            said = monotonic()
            there.send(done)

    there.send(play_perfect(premises.prepared(), premises.seed, runs, progress=progress))


def _written(premises: Premises, entries: tuple[Entry, ...], envelope: Envelope) -> dict[str, str]:
    """The review in both languages: whoever asks for the other one may come when this server is gone."""
    prepared = premises.prepared()
    programs = {id: ready.program for id, ready in prepared.plans.items()}
    found = review(entries, prepared.scenario, programs, envelope)
    return {lang: render_review(entries, prepared.scenario, programs, found, lang) for lang in ("zh", "en")}
