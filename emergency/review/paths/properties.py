"""What a user asks of a plan, in a file of properties, and whether every run keeps it.

::

    properties:
      - {id: no-warning-unanswered, never: "warning=I and response=off"}
      - {id: one-alarm, always: "response=off or warning=any"}
      - {id: can-end, eventually: "response=ended", after: "response=any"}
      - {id: quick-start, within: 24 h, after: "stock_days < 4 days-of-demand", reach: "response=I", plan: fuel}

``always`` and ``never`` speak of every situation that can come about. ``eventually``: from every such situation, or
every one in which `after` holds, one in which the guard holds can be reached. ``within``: from every situation in
which `after` holds, while the world stays as it is, `reach` comes about in that time even if each step takes all the
time its clause gives; a step without a limit takes for ever. Guards are those of plans. A property without `plan` is
asked of every plan whose schemes and indicators it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path

from pydantic_core import PydanticCustomError

from emergency.condition import Guard, InState, Node, leaves
from emergency.errors import InputError, Problem
from emergency.quantity import Duration
from emergency.reader.entries import entries_under, only_keys, stated, twice
from emergency.reader.files import known
from emergency.reader.guards import guard_problems
from emergency.reader.names import Trouble, about
from emergency.reader.nodes import Entry, Mapping, Scalar
from emergency.review.case import Case
from emergency.review.deadline.acts import in_words
from emergency.review.finding import Class, Draft, Kind
from emergency.review.paths.known import Account
from emergency.review.paths.latest import latest_run
from emergency.review.paths.reach import clauses_along, evidence, kind_of
from emergency.review.paths.search import Move, Search, Situation
from emergency.review.paths.telling import phrase, situation_in_words
from emergency.review.rules import Rule
from emergency.source import Clause, Text, Where
from emergency.words.rules import RuleWords
from emergency.words.rules.paths import PROPERTIES

__all__ = ["Property", "load_properties", "property_rules"]

KINDS = ("always", "never", "eventually", "within")
_KEYS = ("id", "plan", "after", "reach", *KINDS)


@dataclass(frozen=True, slots=True)
class Property:
    """One property: what is asked (`kind`), the guard it is asked of, and, for some, after what and in what time."""

    id: str
    kind: str
    guard: Guard
    after: Guard | None = None
    bound: Duration | None = None
    plan: str | None = None

    @property
    def guards(self) -> tuple[Node, ...]:
        """The trees it speaks of."""
        return (self.guard.tree, *((self.after.tree,) if self.after is not None else ()))

    def concerns(self, case: Case) -> bool:
        """Whether it is asked of a plan."""
        if self.plan is not None:
            return self.plan == case.id
        return not list(_unknown(case, self))


# --------------------------------------------------------------------------------------------- files


def load_properties(path: Path, cases: Iterable[Case] = ()) -> tuple[Property, ...]:
    """Read a file of properties.

    Parameters
    ----------
    cases : the plans they are asked of; a name that no plan concerned knows is a problem.

    Raises
    ------
    InputError
        With all problems of the file, by place.
    """
    nodes, problems = entries_under("properties", path)
    found = [(node, one) for node in nodes if (one := _property(node, problems)) is not None]
    problems += twice((one.id, node.where) for node, one in found)
    several = list(cases)
    for node, one in found:
        problems += _names(node, one, several)
    if problems:
        raise InputError(sorted(problems, key=lambda p: p.where or Where("")))
    return tuple(one for _, one in found)


def _property(node: Mapping, problems: list[Problem]) -> Property | None:
    before = len(problems)
    kinds = [k for k in KINDS if k in node.entries]
    kind = kinds[0] if kinds else "always"
    needed = ("id", kind, *(("after", "reach") if kind == "within" else ()))
    also = ("after",) if kind == "eventually" else ()
    only_keys(node, (*needed, "plan", *also), needed, problems)
    texts = {name: stated(node.entries[name], problems) for name in _KEYS if name in node.entries}
    if len(problems) > before:
        return None
    bound = _duration(node.entries[kind], problems) if kind == "within" else None
    guard = _guard(node.entries["reach" if kind == "within" else kind], problems)
    after = _guard(node.entries["after"], problems) if "after" in node.entries else None
    if len(problems) > before or guard is None:
        return None
    return Property(texts["id"], kind, guard, after, bound, texts.get("plan"))


def _guard(entry: Entry, problems: list[Problem]) -> Guard | None:
    assert isinstance(entry.value, Scalar)
    try:
        return Guard.parse(entry.value.text)
    except PydanticCustomError as error:
        problems.append(Problem(error.type, entry.value.where, dict(error.context or {})))
        return None


def _duration(entry: Entry, problems: list[Problem]) -> Duration | None:
    assert isinstance(entry.value, Scalar)
    try:
        bound = Duration.parse(entry.value.text)
        bound.plain_hours  # noqa: B018  refuses what needs a calendar
        return bound
    except PydanticCustomError as error:
        facts = {"value": entry.value.text} | (error.context or {})
        problems.append(Problem("bad-duration", entry.value.where, facts))
        return None


def _names(node: Mapping, one: Property, cases: list[Case]) -> Iterator[Problem]:
    """Names that the plan it is asked of, or every plan, does not know."""
    plans = {c.id for c in cases} | {k.id for k in known("plan")}
    if one.plan is not None and one.plan not in plans:
        yield Problem("unknown-plan", node.entries["plan"].value.where, about(one.plan, plans))
    asked = [c for c in cases if one.plan in (None, c.id)]
    if asked and all(any(_unknown(c, one)) for c in asked):
        for trouble in _unknown(asked[0], one):
            key = "after" if trouble.path == ("after",) else "reach" if one.kind == "within" else one.kind
            yield Problem(trouble.code, node.entries[key].value.where, trouble.facts)


def _unknown(case: Case, one: Property) -> Iterator[Trouble]:
    """What the guards of a property name that a plan does not have, and amounts of another kind."""
    units = {str(i.variable): i.unit for i in reversed(case.plan.indicators) if i.unit}
    schemes = {str(name): scheme for name, scheme in case.plan.schemes.items()}
    variables = {str(i.variable) for i in case.plan.indicators}
    for path, guard in (("guard", one.guard), ("after", one.after)):
        if guard is not None:
            yield from guard_problems((path,), guard, variables, schemes, units, case.jurisdiction)


# -------------------------------------------------------------------------------------------- judging


def property_rules(properties: Iterable[Property], account: Account) -> tuple[Rule, ...]:
    """Properties as rules, to be run beside the others; `account` notes what they searched."""
    return tuple(_rule(one, account) for one in properties)


def _rule(one: Property, account: Account) -> Rule:
    id, class_ = f"property-{one.id}", "deadline" if one.kind == "within" else "coverage"
    held: Class = "deadline" if class_ == "deadline" else "coverage"
    words = {id: RuleWords(*PROPERTIES[one.kind])}
    return Rule(id, words, held, "high", "fact", "plan", partial(_judged, one, account))


def _judged(one: Property, account: Account, case: Case) -> Iterator[Draft]:
    """The shortest run that breaks a property, if one does."""
    if not one.concerns(case):
        return
    search = account.search(case, one.guards)
    broken = _late(one, search) if one.kind == "within" else _broken(one, search)
    if broken is not None:
        at, run, facts, sure = broken
        guard = Text(zh=str(one.guard), en=str(one.guard))
        clauses = clauses_along(run) or case.cite(*_speaking(case, one))
        facts |= {"name": one.id, "guard": guard, "state": situation_in_words(search, at)}
        asked = {one.kind: str(one.bound or one.guard)}
        told: dict[str, object] = {"property": asked, "shows": _shown(search, one, run)}
        told |= ({"within_h": one.bound.plain_hours} if one.bound is not None else {}) | evidence(search, run)
        facts |= {"clauses": [c.clause for c in clauses], "steps": told["steps"]}
        yield Draft(one.id, clauses, facts, told, kind=sure)


def _shown(search: Search, one: Property, run: tuple[Move, ...]) -> list[str]:
    """The values at the end of the run, of the schemes that the property names."""
    last = search.values(run[-1].after if run else search.start)
    named = {n.scheme for n in leaves(one.guard.tree) if isinstance(n, InState)}
    return [f"{scheme}={value}" for scheme, value in last.items() if scheme in named]


def _speaking(case: Case, one: Property) -> list[Clause]:
    """The clauses on what a property names, for a run that takes no turn; the first where none speaks of it."""
    names = {getattr(n, "indicator", "") for tree in one.guards for n in leaves(tree)}
    found = [i.clause for i in case.plan.indicators if str(i.variable) in names]
    return found or [e.no for e in case.plan.body()][:1]


#: The situation that breaks a property, the run that shows it, facts to tell, and whether the run to it is sure.
Broken = tuple[Situation, tuple[Move, ...], dict[str, object], Kind]


def _broken(one: Property, search: Search) -> Broken | None:
    if one.kind == "eventually":
        if not search.whole:
            return None
        good = search.can_come_to(lambda at: search.holds(at, one.guard.tree))
        asked = (at for at in search.reached if one.after is None or search.holds(at, one.after.tree))
        bad = [at for at in asked if at not in good]
    else:
        bad = [at for at in search.reached if search.holds(at, one.guard.tree, one.kind == "never")]
    at = search.cheapest(bad)
    return None if at is None else (at, search.run_to(at), {}, kind_of(search.run_to(at)))


def _late(one: Property, search: Search) -> Broken | None:
    assert one.after is not None
    assert one.bound is not None
    limit = one.bound.plain_hours
    begins = sorted((search.reached[at], at) for at in search.reached if search.holds(at, one.after.tree))
    for _, at in begins:
        least, run = latest_run(search, at, one.guard.tree)
        if least > limit:
            told = phrase("not-at-all" if not run else "unbounded")
            if least < inf:
                told = phrase("after-hours", hours=f"{least:g}")
            before = search.run_to(at)
            return at, (*before, *run), {"least": told, "bound": in_words(one.bound)}, kind_of(before)
    return None
