"""The log of those who judge, by leaves: the latest entries on their page, earlier ones when they are asked for.

A page is fetched anew at every change, and a log of some thousand lines with it would be most of what is sent. A leaf
that is full never changes, so one that has been opened stays as it is.
"""

from __future__ import annotations

from typing import Any

from emergency.console.views.knowledge import Eyes
from emergency.console.views.ledger import Ledger
from emergency.console.views.telling import Line

__all__ = ["LEAF", "latest", "leaf"]

LEAF = 100
"""Entries of a leaf; the page itself has as many at least, and fewer than twice as many."""


def latest(ledger: Ledger, eyes: Eyes, lang: str) -> dict[str, Any]:
    """The newest entries as ``log``, and the leaves of those before as ``earlier``, both the newest first.

    A leaf tells its number, its first and last entry and when they came.
    """
    seen = ledger.seen(eyes)
    full = max(0, len(seen) // LEAF - 1)
    page = ledger.page(lang)
    ends = [(n, seen[n * LEAF], seen[(n + 1) * LEAF - 1]) for n in range(full)]
    leaves = [
        {"leaf": n, "first": a.seq, "last": b.seq, "since": page.when(a.t), "until": page.when(b.t)}
        for n, a, b in ends
    ]
    return {"log": ledger.told(seen[full * LEAF :], eyes, lang), "earlier": leaves[::-1]}


def leaf(ledger: Ledger, eyes: Eyes, number: int, lang: str) -> list[Line]:
    """The entries of a leaf, the newest first; none of one that is not there."""
    return ledger.told(ledger.seen(eyes)[number * LEAF : (number + 1) * LEAF], eyes, lang)
