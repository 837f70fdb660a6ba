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

from hashlib import blake2b

import numpy as np

__all__ = ["Chance", "Stream"]

BLOCK = 1024


class Chance:
    """All the chance of one seed; hands out the stream of each run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._blocks: dict[tuple[int, str], list[float]] = {}
        self._first = -1

    def run(self, number: int) -> Stream:
        """The stream of run `number`, counted from 0."""
        if number < 0:
            raise ValueError("runs are counted from 0")
        return Stream(self, number)

    def uniform(self, cause: str, nth: int, run: int) -> float:
        """The `nth` number in [0, 1) of a cause in a run."""
        first = run - run % BLOCK
        if first != self._first:  # keep one block of runs: a sweep goes through them in order
            self._blocks.clear()
            self._first = first
        key = (nth, cause)
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = self._draw(cause, nth, first)
        return block[run - first]

    def _draw(self, cause: str, nth: int, first: int) -> list[float]:
        name = f"{self.seed}\0{nth}\0{cause}".encode()
        words = np.frombuffer(blake2b(name, digest_size=16).digest(), dtype="<u8")
        bits = np.random.Philox(key=words)
        bits.advance(first // 4)  # one step of the counter yields four numbers
        return np.random.Generator(bits).random(BLOCK).tolist()  # type: ignore[no-any-return]


class Stream:
    """The chance of one run; remembers how often each cause has drawn."""

    __slots__ = ("_chance", "_drawn", "run")

    def __init__(self, chance: Chance, run: int) -> None:
        self._chance = chance
        self.run = run
        self._drawn: dict[str, int] = {}

    def uniform(self, cause: str) -> float:
        """The next number in [0, 1) of this cause."""
        nth = self._drawn.get(cause, 0)
        self._drawn[cause] = nth + 1
        return self._chance.uniform(cause, nth, self.run)
