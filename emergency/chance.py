"""Streams of chance, keyed by (seed, cause, run).

Every draw has a name: the cause it serves (``work:fuel:warn:announce:2``) and how many draws that cause made
before. A draw does not depend on what else was drawn, so runs that differ in one decision share all other
chances (common random numbers), and run K of a sweep is the same alone as among thousands.

A counter-based generator (Philox) is keyed by seed and cause, and its counter is the run: the numbers of a
thousand neighbouring runs come out of one call, and one run reads its own place.

References
----------
Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3. SC '11.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Protocol

import numpy as np

__all__ = ["Chance", "Stream", "Uncertain"]

BLOCK = 1024


class Uncertain(Protocol):
    """A number that may differ from run to run."""

    @property
    def is_fixed(self) -> bool:
        """Whether every run uses the same number."""

    @property
    def draw(self) -> Callable[[float], float]:
        """From a quantile in [0, 1) to the value there."""


class Chance:
    """All the chance of one seed; hands out the stream of each run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._block = _Block(seed, 0)

    def run(self, number: int) -> Stream:
        """The stream of run `number`, counted from 0."""
        if number < 0:
            raise ValueError("runs are counted from 0")
        return Stream(self._block_of(number), number)

    def uniform(self, cause: str, nth: int, run: int) -> float:
        """The `nth` number in [0, 1) of a cause in a run."""
        block = self._block_of(run)
        return block.rows(cause, nth)[nth][run - block.first]

    def _block_of(self, run: int) -> _Block:
        first = run - run % BLOCK
        if first != self._block.first:  # keep one block of runs: a sweep goes through them in order
            self._block = _Block(self.seed, first)
        return self._block


class _Block:
    """The chance of neighbouring runs: for each count and cause one number in [0, 1) a run, drawn on first use."""

    __slots__ = ("drawn", "first", "seed")

    def __init__(self, seed: int, first: int) -> None:
        self.seed, self.first = seed, first
        self.drawn: dict[str, list[list[float]]] = {}  # cause → count → run

    def rows(self, cause: str, nth: int) -> list[list[float]]:
        """All that was drawn of a cause, the `nth` numbers among it."""
        found = self.drawn.setdefault(cause, [])
        while len(found) <= nth:
            found.append(self._draw(len(found), cause))
        return found

    def _draw(self, nth: int, cause: str) -> list[float]:
        name = f"{self.seed}\0{nth}\0{cause}".encode()
        words = np.frombuffer(blake2b(name, digest_size=16).digest(), dtype="<u8")
        bits = np.random.Philox(key=words)
        bits.advance(self.first // 4)  # one step of the counter yields four numbers
        found: list[float] = np.random.Generator(bits).random(BLOCK).tolist()
        return found


class Stream:
    """The chance of one run; remembers how often each cause has drawn."""

    __slots__ = ("_block", "_drawn", "_place", "run")

    def __init__(self, block: _Block, run: int) -> None:
        self._block, self._place = block, run - block.first
        self.run = run
        self._drawn: dict[str, int] = {}

    def uniform(self, cause: str) -> float:
        """The next number in [0, 1) of this cause."""
        nth = self._drawn.get(cause, 0)
        self._drawn[cause] = nth + 1
        rows = self._block.drawn.get(cause)
        if rows is None or nth >= len(rows):
            rows = self._block.rows(cause, nth)
        return rows[nth][self._place]

    def draw(self, what: Uncertain, cause: str) -> float:
        """The next value of something uncertain for this cause; what is fixed takes no chance."""
        return what.draw(0.0 if what.is_fixed else self.uniform(cause))
