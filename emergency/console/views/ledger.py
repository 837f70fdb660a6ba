"""What has been worked out of a session's log so far, kept so that each entry is taken in once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

from emergency.console.views.knowledge import Audience, Eyes, Ground, audience_of
from emergency.console.views.telling import Line, line
from emergency.evaluation import Act
from emergency.evaluation.conformance import Conformance
from emergency.exercise import Session
from emergency.log import Entry
from emergency.machine import Value
from emergency.report.page import Page

__all__ = ["Ledger", "ledger_of"]


class Ledger:
    """The log of one session, read as far as it goes.

    Attributes
    ----------
    ground : what the rules of knowledge rest on.
    audiences : whom each entry reaches, by its place in the log.
    reported : plan, indicator and place (or ``""``) → the last entry by which it became known.
    drawings : state diagrams made so far, by plan, marked values and language.
    """

    def __init__(self, session: Session) -> None:
        self._entries = session.log.entries  # not the log: it knows its session, which must not be kept alive
        self._scenario = session.prepared.scenario
        self.ground = Ground(session.prepared)
        self.audiences: list[Audience] = []
        self._conformance = Conformance(self.ground.programs)
        self._acts: list[Act] | None = None
        self._pages: dict[str, Page] = {}
        self._seen: dict[Eyes, tuple[int, list[Entry]]] = {}
        self._lines: dict[str, list[Line | None]] = {}
        self.drawings: dict[tuple[str, frozenset[Value], str], bytes] = {}
        self.reported: dict[tuple[str, str, str], Entry] = {}

    def read_on(self) -> None:
        """Take in the entries that have come since."""
        for entry in self._entries[len(self.audiences) :]:
            self.audiences.append(audience_of(entry, self.ground))
            self._conformance(entry)
            self._acts = None
            if entry.kind == "indicator" and "known" in entry.detail and entry.plan:
                place = str(entry.detail.get("place") or "")
                self.reported[entry.plan, entry.ref or "", place] = entry

    def page(self, lang: str) -> Page:
        """Names and words in a language."""
        if lang not in self._pages:
            self._pages[lang] = Page(self._entries, self._scenario, self.ground.programs, {}, lang)
        return self._pages[lang]

    def actor(self, seat: str, lang: str) -> str:
        """What a seat is called in a language."""
        return self.page(lang).names.actor(seat)

    def acts(self) -> list[Act]:
        """All that the plans have asked for so far, with what became of it."""
        if self._acts is None:
            self._acts = self._conformance.acts()
        return self._acts

    def seen(self, eyes: Eyes) -> Sequence[Entry]:
        """The entries some eyes may see, in order."""
        read, found = self._seen.get(eyes, (0, []))
        new = zip(self._entries[read:], self.audiences[read:], strict=True)
        found += [e for e, audience in new if eyes.see(audience)]
        self._seen[eyes] = (len(self.audiences), found)
        return found

    def lines(self, eyes: Eyes, lang: str, kinds: frozenset[str] | None = None) -> list[Line]:
        """What some eyes may see, told in words, the newest first; of some kinds, or all."""
        wanted = (e for e in self.seen(eyes) if kinds is None or e.kind in kinds)
        return self.told(wanted, eyes, lang)

    def told(self, entries: Iterable[Entry], eyes: Eyes, lang: str) -> list[Line]:
        """Some entries in words, the newest first.

        Who does not see everything gets numbers of his own: gaps between them would tell how much is hidden.
        """
        told = self._told(lang)
        found = [one for e in entries if (one := told[e.seq]) is not None]
        if not eyes.everything:
            found = [{**one, "seq": n} for n, one in enumerate(found)]
        return found[::-1]

    def _told(self, lang: str) -> list[Line | None]:
        found = self._lines.setdefault(lang, [])
        page = self.page(lang)
        for entry in self._entries[len(found) :]:
            found.append(line(page, entry))
        return found


_LEDGERS: WeakKeyDictionary[Session, Ledger] = WeakKeyDictionary()


def ledger_of(session: Session) -> Ledger:
    """The ledger of a session, up to date."""
    ledger = _LEDGERS.get(session)
    if ledger is None:
        ledger = _LEDGERS[session] = Ledger(session)
    ledger.read_on()
    return ledger
