"""What the cells of an events list say, beside what a scenario file holds: the same both ways.

Some cells are told from others (whom an inject goes to, what it waits for, the expected actions): written into the
list for those who read it, and ignored when it is read back unless somebody has changed them. What a scenario has no
place for (who sends an inject, how, who is responsible, what was noted) is kept in the note of its time, a line for
each, and stands in its column again when the list is next written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import PydanticCustomError

from emergency.condition import All, Guard, InState, Node
from emergency.condition import Any as Either
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Plan
from emergency.plan.citing import told_citations
from emergency.review.case import Case
from emergency.review.conditions import told_condition
from emergency.source import Id
from emergency.words import terms
from emergency.words.exchange import heading, told
from emergency.words.punctuation import headed, listed, strung

__all__ = ["NOTED", "OWN", "Telling", "join_note", "notation", "split_note", "timed_by"]

Inject = Mapping[str, Any]

#: Columns in the scenario's own notation, as a file has them.
OWN = ("at", "every", "when", "of", "once", "after", "unless", "effects", "tells")
#: Columns a scenario has no place for: kept in the note of an inject's time.
NOTED = ("from", "to", "method", "controller", "waits", "expected", "objective", "note", "status", "actual")
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./%_-]*[A-Za-z0-9%])?")
_EMPTY = ("null", "Null", "NULL")


def notation(value: object) -> str:
    """A value as a scenario file writes it on one line; what could be read otherwise stands in quotes.

    >>> notation({"range": ["26 h", "30 h"], "note": "a: b"})
    '{range: [26 h, 30 h], note: "a: b"}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{notation(str(k))}: {notation(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(notation, value)) + "]"
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text not in _EMPTY else json.dumps(text, ensure_ascii=False)


def timed_by(inject: Inject) -> str:
    """The field that says when an inject comes, whose note holds what else is said of it."""
    return next((name for name in ("at", "every") if name in inject), "after")


def join_note(noted: Mapping[str, str], comments: str, lang: str) -> str:
    """One note of the comments and of what is noted, a line for each; further lines of one are indented."""
    labels = _labels(lang)
    comments = comments.strip()
    if any(line.startswith(tuple(label.rstrip() for label in labels)) for line in comments.split("\n")):
        noted, comments = {"comments": comments, **noted}, ""  # or they would be taken for what they look like
    said = {labels[label]: label for label in labels}
    lines = [f"{said[name]}{_indented(text)}" for name, text in noted.items() if text.strip()]
    return "\n".join([*([comments] if comments else []), *lines])


def split_note(note: str, lang: str) -> tuple[dict[str, str], str]:
    """The other way: what is noted by column, and the comments that are left.

    >>> split_note(join_note({"method": "phone\\nfax"}, "Early.", "en"), "en")
    ({'method': 'phone\\nfax'}, 'Early.')
    """
    labels = _labels(lang)
    noted: dict[str, list[str]] = {}
    comments: list[str] = []
    into = comments
    for line in note.split("\n"):
        label = next((one for one in labels if line.startswith(one) and labels[one] not in noted), None)
        if label is not None:
            into = noted[labels[label]] = [line.removeprefix(label)]
        elif into is not comments and line.startswith("  "):
            into.append(line[2:])
        else:
            into = comments
            comments.append(line)
    comments += noted.pop("comments", [])
    return {name: "\n".join(lines).strip() for name, lines in noted.items()}, "\n".join(comments).strip()


def _labels(lang: str) -> dict[str, str]:
    return {headed(heading(name, lang), "", lang): name for name in (*NOTED, "comments")}


def _indented(text: str) -> str:
    return "\n  ".join(line.rstrip() for line in text.strip().split("\n"))


class Telling:
    """The cells told from an inject and from the plans it tests.

    Parameters
    ----------
    objectives : the scenario's, as written.
    """

    def __init__(
        self,
        plans: Mapping[str, Plan],
        jurisdiction: Jurisdiction,
        objectives: Sequence[Mapping[str, Any]],
        lang: str,
    ) -> None:
        self.plans, self.jurisdiction, self.objectives = plans, jurisdiction, objectives
        self.lang = lang
        self._cases = {id: Case(plan, jurisdiction) for id, plan in plans.items()}
        self._clauses = {
            f"{id}:{entry.no}": entry.in_(lang) for id, plan in plans.items() for entry in plan.body()
        }

    def cells(self, inject: Inject) -> dict[str, str]:
        """What the columns ``to``, ``waits``, ``expected`` and ``objective`` say of an inject as written."""
        cited = [str(one) for one in inject.get("expects", ())]
        return {
            "to": self._to(inject),
            "waits": self._waits(inject),
            "expected": "\n".join(f"{self._cited(one)}  {self._clauses.get(one, '')}".strip() for one in cited),
            "objective": "\n".join(
                str(one["text"][self.lang]) for one in self.objectives if set(map(str, one["clauses"])) & set(cited)
            ),
        }

    def type(self, inject: Inject) -> str:
        """What kind of inject it is: a contingency inject stays away where what is expected has been done."""
        kinds = {"unless": "contingency", "when": "conditional", "every": "recurring"}
        return told(next((kind for name, kind in kinds.items() if name in inject), "inject"), self.lang)

    def _to(self, inject: Inject) -> str:
        seats = dict.fromkeys(str(tell.get("to", "")) for tell in inject.get("tells", ()))
        return listed(map(self._actor, seats), self.lang)

    def _cited(self, citation: str) -> str:
        return "".join(told_citations([citation], self.plans, self.lang))

    def _actor(self, id: str) -> str:
        found = next((plan.actors[Id(id)] for plan in self.plans.values() if id in plan.actors), None)
        known = found or self.jurisdiction.agencies.get(Id(id)) or self.jurisdiction.posts.get(Id(id))
        return known.in_(self.lang) if known is not None else id

    def _waits(self, inject: Inject) -> str:
        plan = str(inject.get("of") or next(iter(self.plans), ""))
        parts = []
        if "every" in inject:
            parts.append(told("waits-every", self.lang, time=self._time(inject["every"])))
        if "when" in inject:
            said = told("waits-when", self.lang, what=self._said(plan, str(inject["when"])))
            said += told("waits-after", self.lang, time=self._time(inject["after"])) if "after" in inject else ""
            parts.append(said + (told("waits-each", self.lang) if inject.get("once") == "no" else ""))
        if "unless" in inject:
            parts.append(told("waits-unless", self.lang, what=self._said(plan, str(inject["unless"]))))
        return strung(parts, self.lang)

    def _said(self, plan: str, guard: str) -> str:
        """A condition in words; one that cannot be read, or asks of what the plan does not have, as it is."""
        try:
            return self._told(self._cases[plan], Guard.parse(guard).tree)
        except (PydanticCustomError, LookupError):
            return guard

    def _told(self, case: Case, node: Node) -> str:
        match node:
            case InState(scheme, "any", negated):
                name = terms.scheme_kind(case.plan.schemes[Id(scheme)].kind, self.lang)
                return told("state-none" if negated else "state-any", self.lang, scheme=name)
            case All(parts) | Either(parts):
                word = told("and" if isinstance(node, All) else "or", self.lang)
                return word.join(self._told(case, part) for part in parts)
        return told_condition(case, node, self.lang)

    def _time(self, supposed: Mapping[str, Any]) -> str:
        """A supposed time in short: its likely value, or its bounds."""
        forms = ("value", "range", "uniform", "exponential", "normal")
        given = next((supposed[form] for form in forms if form in supposed), "")
        ends = given if isinstance(given, list | tuple) else [given]
        ends = [ends[0], ends[-1]] if "normal" not in supposed else ends[:1]
        return "–".join(dict.fromkeys(terms.amount(str(end), self.lang) for end in ends))
