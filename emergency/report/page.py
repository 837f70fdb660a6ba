"""What every part of a report needs: the entries, names in one language, and the clauses cited so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from emergency.figures import Course, Names, courses, time_label
from emergency.log import Entry
from emergency.machine import Program, Value
from emergency.scenario import Scenario
from emergency.source import Clause, Id
from emergency.words import terms
from emergency.words.punctuation import headed, listed

__all__ = ["Cite", "Page"]

Cite = dict[str, str]


class Page:
    """One report being made.

    Attributes
    ----------
    cited : dict
        Every clause the report has cited, as ``plan:clause``; the appendix tells what each says.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        scenario: Scenario,
        programs: Mapping[str, Program],
        summary: Mapping[str, Any],
        lang: str,
    ) -> None:
        self.entries, self.scenario, self.programs = entries, scenario, programs
        self.summary, self.lang = summary, lang
        self.names = Names(scenario, programs, entries[0].start, lang)
        self.cited: dict[str, None] = {}
        self._courses: dict[str, Course] | None = None

    def courses(self) -> dict[str, Course]:
        """The courses of markets and outbreaks, as far as the log kept them."""
        if self._courses is None:
            self._courses = courses(self.entries, self.names)
        return self._courses

    def of(self, plan: str, *kinds: str) -> list[Entry]:
        """The entries of one plan of some kinds."""
        return [e for e in self.entries if e.plan == plan and e.kind in kinds]

    def when(self, t: float) -> str:
        """An instant in local time."""
        return time_label(self.names.at(t), self.lang)

    def span(self, hours: float) -> str:
        """A length of time."""
        return terms.span(hours, self.lang)

    def join(self, words: Iterable[str]) -> str:
        """A list in one line."""
        return listed(words, self.lang)

    def actors(self, ids: Iterable[str]) -> str:
        """Several actors in one line."""
        return self.join(self.names.actor(i) for i in ids)

    def cite(self, clauses: Iterable[str]) -> list[Cite]:
        """Citations as links to the appendix, each once."""
        mine = list(dict.fromkeys(map(str, clauses)))
        self.cited.update(dict.fromkeys(mine))
        told = self.names.clauses(mine)
        return [{"text": text, "anchor": anchor(one)} for text, one in zip(told, mine, strict=True)]

    def clauses(self, citations: Iterable[str], *, within: str | None = None) -> str:
        """Clauses in one line, as text; those of the plan `within` without its name."""
        return self.join(self.names.clauses(citations, within=within))

    def chip(self, plan: str, scheme: str | None, level: str | None) -> dict[str, str] | None:
        """A level in its colour; None for what belongs to no level."""
        if not scheme or not level:
            return None
        return {"text": self.names.level(plan, scheme, level), "colour": self.names.colour(plan, scheme, level)}

    def level(self, plan: str, scheme: str, value: str) -> str:
        """A value of a scheme that tells by itself which scheme it is of."""
        told, of = self.names.level(plan, scheme, value), self.names.scheme(plan, scheme)
        says = self.programs[plan].plan.schemes[Id(scheme)]
        graded = value.isalnum() and len(value) <= 4 and value in says.levels
        none = value == "off" and says.kind != "imposed" and of == terms.scheme_kind(says.kind, self.lang)
        if graded or none or told == of:
            return told
        told = terms.column("lifted", self.lang) if value == "off" else told
        return headed(of, told, self.lang)

    def thing(self, plan: str, ref: str) -> str:
        """What an entry's ref is called: a level, a measure, a report, or the ref itself."""
        scheme, is_value, level = ref.partition("=")
        program = self.programs[plan]
        if is_value and any(at == Value(scheme, level) for at in program.ranks):
            return self.names.level(plan, scheme, level)
        measure = self.names.measure(plan, ref)
        if measure is not None:
            return self.act(measure.verb, measure.object.in_(self.lang))
        for report in program.plan.reports:
            if report.id == ref:
                return report.content.in_(self.lang)
        for publication in program.plan.publications:
            if ref in (publication.id, str(publication.clause)):
                return publication.what.in_(self.lang)
        return ref

    def act(self, verb: str, object: str) -> str:
        """A verb and what it is done to."""
        return headed(terms.verb(verb, self.lang), object, self.lang)

    def choice(self, plan: str, text: str) -> str | None:
        """A reading's choice in words; None for one that is a formula and shown as such."""
        if self.names.actor(text) != text:
            return self.names.actor(text)
        if text.startswith("in-charge-of "):
            held = self.names.actor(text.removeprefix("in-charge-of "))
            return terms.column("in-charge-of", self.lang).replace("{name}", held)
        word, _, state = text.rpartition(" ")
        scheme, is_value, value = state.partition("=")
        if is_value and word in ("", "with") and scheme in self.programs[plan].plan.schemes:
            if value == "any":
                told = terms.column("any-level", self.lang).replace("{name}", self.names.scheme(plan, scheme))
            elif "|" in value:
                told = self.join(self.names.level(plan, scheme, v) for v in value.split("|"))
            else:
                told = f"{self.names.scheme(plan, scheme)} {self.names.level(plan, scheme, value)}"
            return terms.column("with", self.lang).replace("{name}", told) if word else told
        if re.fullmatch(r"[a-z-]+(, [a-z-]+)+", text):  # an order of steps
            return " → ".join(terms.verb(v, self.lang) for v in text.split(", "))
        event = next((e.name for e in self.programs[plan].plan.events if e.id == text), None)
        found = event.in_(self.lang) if event is not None else terms.choice(text, self.lang)
        if found == text and len(text.split()) == 2:
            found = terms.amount(text, self.lang)  # a length of time
        return None if found == text else found

    def appendix(self) -> list[dict[str, Any]]:
        """Every clause cited, by plan, in the order of print, with our paraphrase."""
        found = []
        for plan, program in self.programs.items():
            said = {str(c.no): c for c in program.plan.body()}
            mine = [c for c in self.cited if c.startswith(f"{plan}:")]
            rows = []
            for citation in sorted(mine, key=lambda c: Clause.parse(c.partition(":")[2]).sort_key()):
                entry = said.get(citation.partition(":")[2])
                text = entry.in_(self.lang) if entry is not None else ""
                rows.append(
                    {
                        "no": citation.partition(":")[2],
                        "anchor": anchor(citation),
                        "heading": (entry.heading or "") if entry is not None else "",
                        "text": text,
                    }
                )
            if rows:
                found.append({"title": program.plan.title.in_(self.lang), "rows": rows})
        return found


def anchor(citation: str) -> str:
    """A citation as the name of a place in the page.

    >>> anchor("fuel:4.2.1(3)"), anchor("fuel:2.2.3#4")
    ('c-fuel-4.2.1-3', 'c-fuel-2.2.3-p4')
    """
    swaps = {":": "-", "(": "-", ")": "", "#": "-p"}
    return "c-" + "".join(swaps.get(c, c if c.isalnum() or c in ".-_" else "-") for c in citation)
