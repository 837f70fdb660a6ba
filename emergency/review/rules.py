"""The registry of rules, and how to write one.

A rule is a generator over a `Case` (one plan) or, with `rule_across`, over `Cases` (several plans). It yields a
`Draft` for every sighting of its fault; ids, merging, order and wording are made here and in `check`::

    @rule(
        "level-without-criteria",   # its id: what is wrong, in words; findings bear it, so it is never renamed
        words=SCHEME,               # the table of its wording: emergency/words/rules/<module>.py
        cls="level scheme",         # one of the contract's classes
        severity="high",
    )
    def level_without_criteria(case: Case) -> Iterator[Draft]:
        for value in case.levels:
            if case.mentions[value] and not case.criteria_of[value]:
                yield Draft(str(value), case.cite(*case.mentions[value]), {"level": case.value_name(value)})

and in the table ``"level-without-criteria": RuleWords(because, says, suggests, reference)``, each a pair
``(zh, en)``: `because` is the reason the rule exists, `says` and `suggests` are templates over the draft's facts,
`reference` is the law or practice that asks for it, with its article (none by default).

Rules of the craft
------------------
- *One cause, one finding.* Sightings with one subject are merged: facts and evidence are joined, clauses united.
  Choose the subject so that what one edit of the plan would mend is one finding. Where another rule tells of the
  cause already, name it in `yields_to`: a draft is dropped where that rule found the same subject, or lists it in
  `covers`.
- *Absence is tested over the whole plan*, never over one clause; in doubt the finding is a ``candidate`` of lower
  severity, or is not made.
- *Readings are no part of a case.* A rule compares what the clauses say.
- *Severity*: ``critical``, a scenario dead-ends or the wrong authority acts; ``high``, a level, an authority or a
  deadline cannot be determined; ``medium``; ``low``. A draft may depart from its rule's severity and kind.
- A ``fact`` follows from the statements. What needs a reader's knowledge of the world is a ``candidate``.
- No words in a rule: what is put together from several facts is a phrase of its table (`words.rules.phrases`),
  a list, an aside or a quotation is made by `words.punctuation`; ``tests/test_words.py`` finds Chinese elsewhere.
- Facts that are names come as `Text` (`case.name(actor)`, `case.value_name(value)`), numbers and clauses as they are,
  several as a list; evidence is plain data and texts.
- A rule that needs an extra says so, ``needs=("z3", "check")``, and imports it inside the function (``# noqa:
  PLC0415  an extra``); where it is missing the rule is listed as not run, with the reason.
- No rule names a plan, an agency or a hazard.

Its module is listed in `check.MODULES` and registers its rules on import. Its test takes a tiny plan that has the
fault and one that has not (``tests/review_plans.py``)::

    def test_a_level_needs_criteria() -> None:
        '''A level that measures speak of and no clause gives criteria for is found, with the clauses.'''
        [finding] = found("level-without-criteria", tiny(measures=[measure("3.2", "response=I")], …))
        assert (finding.subject, finding.clauses) == ("response=I", ("tiny:3.2",))
        assert not found("level-without-criteria", tiny(criteria=[criterion("3.1", "response=I", "grave")], …))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Generic, Literal, TypeVar

from emergency.review.case import Case, Cases
from emergency.review.finding import Class, Draft, Kind, Severity
from emergency.words.findings import CLASSES, SEVERITIES
from emergency.words.rules import RuleWords

__all__ = ["RULES", "Across", "PerPlan", "Rule", "rule", "rule_across"]

PerPlan = Callable[[Case], Iterable[Draft]]
Across = Callable[[Cases], Iterable[Draft]]
Run = TypeVar("Run", PerPlan, Across)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes
    ----------
    words : the table its wording stands in, under its id.
    severity, kind : of a finding whose draft says nothing else.
    scope : ``plan`` for a rule over one plan, ``plans`` for one that compares several.
    needs : module and extra without which it cannot run.
    yields_to : rules that tell of the same cause better; where one of them found the subject, this one is silent.
    """

    id: str
    words: Mapping[str, RuleWords]
    class_: Class
    severity: Severity
    kind: Kind
    scope: Literal["plan", "plans"]
    run: Callable[..., Iterable[Draft]]
    needs: tuple[str, str] | None = None
    yields_to: tuple[str, ...] = ()

    def wording(self, variant: str | None = None) -> RuleWords:
        """Its wording, or that of some of its cases."""
        return self.words[f"{self.id}:{variant}" if variant else self.id]

    def sightings(self, cases: Cases) -> Iterator[tuple[str, Draft]]:
        """Every draft with the plan whose subjects it belongs to; "" across plans."""
        if self.scope == "plans":
            yield from (("", draft) for draft in self.run(cases))
        else:
            for case in cases:
                yield from ((case.id, draft) for draft in self.run(case))

    def missing(self) -> tuple[str, str] | None:
        """The package and extra it lacks here, if it lacks one."""
        return self.needs if self.needs and find_spec(self.needs[0]) is None else None


#: Every rule by its id, in the order of registration.
RULES: dict[str, Rule] = {}


class _Registering(Generic[Run]):
    """A decorator that registers rules of one scope; what the module's docstring shows as ``@rule(…)``."""

    def __init__(self, scope: Literal["plan", "plans"]) -> None:
        self.scope = scope

    def __call__(
        self,
        id: str,
        *,
        words: Mapping[str, RuleWords],
        cls: Class,
        severity: Severity,
        kind: Kind = "fact",
        needs: tuple[str, str] | None = None,
        yields_to: tuple[str, ...] = (),
    ) -> Callable[[Run], Run]:
        """Register a rule; the arguments are the fields of `Rule`."""

        def register(run: Run) -> Run:
            _add(Rule(id, words, cls, severity, kind, self.scope, run, needs, yields_to))
            return run

        return register


#: Registers a rule over one plan.
rule = _Registering[PerPlan]("plan")
#: Registers a rule that compares several plans.
rule_across = _Registering[Across]("plans")


def _add(made: Rule) -> None:
    known = RULES.get(made.id)
    if known is not None and known.run.__module__ != made.run.__module__:
        raise ValueError(f"two rules are called {made.id}")
    if made.class_ not in CLASSES or made.severity not in SEVERITIES or made.id not in made.words:
        raise ValueError(f"rule {made.id}: its class, severity or wording is not known")
    RULES[made.id] = made
