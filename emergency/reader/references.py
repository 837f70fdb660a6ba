"""What statements of one plan, or parts of one jurisdiction, say about names that exist nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from emergency.condition import Guard
from emergency.jurisdiction import Jurisdiction
from emergency.plan import Path, Plan, walk
from emergency.plan.declarations import Actor
from emergency.plan.leaves import OPEN, UNSTATED, ActorRef, EventRef, ObjectRef, State
from emergency.plan.statements import Event
from emergency.quantity import UNITS
from emergency.reader.guards import guard_problems, plan_units, state_problems, unit_problem
from emergency.reader.names import PlanNames, Trouble, about, about_unit
from emergency.reader.readings import precedence_problems, reading_problems
from emergency.source import Clause, Id, Leaf

__all__ = [
    "guard_problems",
    "jurisdiction_problems",
    "plan_problems",
    "plan_units",
    "repeated",
    "unit_problem",
]

_BODIES = {"body", "undeclared"}
_GROUPS = {"body", "undeclared", "listed"}
_EMPLOYERS = {"agency", "body", "undeclared", "outside", "listed"}
_RESERVED = {"off", "any", "unstated"}
#: Sections whose statements a measure can come after.
_NEEDED = ("measures", "decisions", "reports", "events", "resources")
#: Keys of an event → the kinds that can have it.
_KEYS_OF_EVENTS = {
    "state": {"entered", "left", "occurs", "recovered"},
    "when": {"holds"},
    "report": {"reported"},
}


def plan_problems(
    plan: Plan, jurisdiction: Jurisdiction | None, names: PlanNames | None = None
) -> Iterator[Trouble]:
    """Every reference of a plan that leads nowhere, and every name or unit used in two ways.

    Parameters
    ----------
    jurisdiction : Jurisdiction or None
        With None, what refers to the jurisdiction is not checked.
    names : PlanNames, optional
        The names that count as declared, where the file holds more than could be read.

    Yields
    ------
    Trouble
        The path in the file, the code of `words.PROBLEMS`, the facts.
    """
    names = names or PlanNames.of(plan)
    yield from _schemes(plan)
    yield from _actors(plan, names)
    yield from _repeats(plan)
    yield from _statements(plan, names)
    leaves = list(plan.leaves(Leaf))  # one walk for all kinds
    yield from _leaves(plan, names, leaves)
    yield from _indicators(plan)
    yield from precedence_problems(plan, names)
    units = plan_units([plan])
    yield from reading_problems(plan, names, units, jurisdiction)
    for path, leaf in leaves:
        if isinstance(leaf, Guard):
            yield from guard_problems(path, leaf, names.variables, names.schemes, units, jurisdiction)
    if jurisdiction is not None:
        yield from _against(plan, jurisdiction)


def jurisdiction_problems(jurisdiction: Jurisdiction) -> Iterator[Trouble]:
    """The same for a jurisdiction alone."""
    agencies, posts, places = jurisdiction.agencies, jurisdiction.posts, jurisdiction.places
    for id, post in posts.items():
        if post.of is not None and post.of not in agencies:
            yield Trouble(("posts", id, "of"), "unknown-agency", about(post.of, agencies))
    for i, division in enumerate(jurisdiction.divisions):
        for id, held in division.holds.items():
            if id not in posts:
                yield Trouble(("divisions", i, "holds", id, "[key]"), "unknown-post", about(id, posts))
            for j, agency in enumerate(held):
                if agency not in agencies:
                    yield Trouble(
                        ("divisions", i, "holds", id, j), "unknown-agency", about(agency, agencies)
                    )
    for id, place in places.items():
        if place.within is not None and place.within not in places:
            yield Trouble(("places", id, "within"), "unknown-place", about(place.within, places))
        elif _within_itself(id, jurisdiction):
            yield Trouble(("places", id, "within"), "place-loop", {"name": id})
    for id, one in jurisdiction.sets.items():
        for j, name in enumerate(one.places):
            if name not in places:
                yield Trouble(("sets", id, "places", j), "unknown-place", about(name, places))
    yield from _shared_names(jurisdiction)


def _within_itself(id: str, jurisdiction: Jurisdiction) -> bool:
    seen: set[str] = set()
    above: dict[str, str | None] = {str(name): place.within for name, place in jurisdiction.places.items()}
    at = above.get(id)
    while at is not None and at != id and at not in seen:
        seen.add(at)
        at = above.get(at)
    return at == id


def _shared_names(jurisdiction: Jurisdiction) -> Iterator[Trouble]:
    """A printed name that belongs to two agencies or posts cannot say who is meant."""
    owners: dict[str, str] = {}
    for section, group in (("agencies", jurisdiction.agencies), ("posts", jurisdiction.posts)):
        for id, one in group.items():
            places: list[tuple[Path, str]] = [((section, id, "zh"), one.zh)]
            places += [((section, id, "aliases", i), alias) for i, alias in enumerate(one.aliases)]
            for path, name in places:
                owner = owners.setdefault(name, id)
                if owner != id:
                    yield Trouble(path, "duplicate-name", {"name": name, "other": owner})


# --------------------------------------------------------------------------------- declarations


def _schemes(plan: Plan) -> Iterator[Trouble]:
    for id, scheme in plan.schemes.items():
        seen: set[str] = set()
        values: list[tuple[Path, str]] = []
        values += [(("schemes", id, "levels", i), v) for i, v in enumerate(scheme.levels)]
        if scheme.ends:
            values.append((("schemes", id, "ends"), scheme.ends))
        for path, value in values:
            if value in _RESERVED:
                yield Trouble(path, "reserved-level", {"name": value})
            elif value in seen:
                yield Trouble(path, "duplicate-level", {"name": value})
            seen.add(value)


def _actors(plan: Plan, names: PlanNames) -> Iterator[Trouble]:
    for id, actor in plan.actors.items():
        path: Path = ("actors", id)
        if str(id) in ("unstated", "open"):
            yield Trouble((*path, "[key]"), "bad-id", {"value": id})
        if actor.of is None:
            if actor.kind == "members":
                yield Trouble(path, "members-of", {})
        elif actor.of.named and actor.of not in names.actors:
            yield Trouble((*path, "of"), "unknown-actor", about(actor.of, names.actors))
        else:
            yield from _belongs((*path, "of"), actor, plan.actors.get(Id(actor.of)))


def _belongs(path: Path, actor: Actor, to: Actor | None) -> Iterator[Trouble]:
    if to is None:
        return
    if actor.kind == "members" and to.kind not in _GROUPS:
        yield Trouble(path, "body-expected", {"name": str(actor.of)})
    if actor.kind == "post" and to.kind not in _EMPLOYERS:
        yield Trouble(path, "post-of", {"name": str(actor.of)})


def repeated(code: str, named: Iterable[tuple[Path, str]]) -> Iterator[Trouble]:
    """A trouble for every name after its first use; `first` is the path of that use."""
    first: dict[str, Path] = {}
    for path, name in named:
        if name in first:
            yield Trouble(path, code, {"name": name.split("\0")[0], "first": first[name]})
        first.setdefault(name, path)


def _repeats(plan: Plan) -> Iterator[Trouble]:
    entries = [(("clauses", i, "no"), f"{c.no}\0{c.page}") for i, c in enumerate(plan.clauses)]
    yield from repeated("duplicate-clause", entries)
    yield from repeated("duplicate-id", [((s, i, "id"), x.id) for s, i, x in plan.statements() if x.id])
    yield from repeated("duplicate-id", [(("readings", i, "id"), r.id) for i, r in enumerate(plan.readings)])


# ----------------------------------------------------------------------------------- statements


def _leaves(plan: Plan, names: PlanNames, leaves: list[tuple[Path, Leaf]]) -> Iterator[Trouble]:
    """References that are leaves of their own type, wherever they stand."""
    events, paths = names.ids["events"], {path for path, _ in leaves}
    for path, leaf in [*leaves, *walk(plan.readings, Leaf, ("readings",))]:
        match leaf:
            case Clause() if leaf not in names.clauses:
                yield Trouble(path, "unknown-clause", about(leaf, names.clauses))
            case ActorRef() if leaf.named and leaf not in names.actors:
                yield Trouble(path, "unknown-actor", about(leaf, names.actors))
            case ActorRef() if leaf == OPEN and _next(path) in paths:
                yield Trouble(path, "open-not-last", {})
            case EventRef() if leaf not in events:
                yield Trouble(path, "unknown-event", about(leaf, events))
            case ObjectRef() if leaf not in names.objects:
                yield Trouble(path, "unknown-object", about(leaf, names.objects))
            case State():
                yield from state_problems(path, leaf.scheme, leaf.values, names.schemes)


def _next(path: Path) -> Path:
    """The path of the next entry of a list."""
    *above, last = path
    return (*above, last + 1) if isinstance(last, int) else ()


def _statements(plan: Plan, names: PlanNames) -> Iterator[Trouble]:
    """References that are plain ids of other statements."""
    yield from _labels(plan, names)
    for i, seat in enumerate(plan.seats):
        body = plan.actors.get(Id(seat.body))
        if body is not None and body.kind not in _BODIES:
            yield Trouble(("seats", i, "body"), "body-expected", {"name": str(seat.body)})
    for i, event in enumerate(plan.events):
        yield from _event(("events", i), event, names)
    for i, criterion in enumerate(plan.criteria):
        of = criterion.of if isinstance(criterion.of, State) else None
        scheme = names.schemes.get(of.scheme) if of is not None else None
        if of is not None and "off" in of.values and scheme is not None and scheme.kind != "imposed":
            yield Trouble(("criteria", i, "of"), "off-criterion", {"name": of.scheme})
        if criterion.same_as is not None and criterion.same_as not in names.schemes:
            yield Trouble(
                ("criteria", i, "same_as"), "unknown-scheme", about(criterion.same_as, names.schemes)
            )
    criteria = names.ids["criteria"]
    for i, group in enumerate(plan.groups):
        for j, id in enumerate(group.joins):
            if id not in criteria:
                yield Trouble(("groups", i, "joins", j), "unknown-criterion", about(id, criteria))
    yield from _measures(plan, names)
    yield from _papers(plan, names)


def _event(path: Path, event: Event, names: PlanNames) -> Iterator[Trouble]:
    """Keys that an event of its kind needs, or cannot have."""
    if event.kind in ("entered", "left") and event.state is None:
        yield Trouble(path, "event-state", {})
    if event.kind == "holds" and event.when is None:
        yield Trouble(path, "event-when", {})
    for key, kinds in _KEYS_OF_EVENTS.items():
        if getattr(event, key) is not None and event.kind not in kinds:
            yield Trouble((*path, key), "event-key", {"name": key, "kind": event.kind, "known": sorted(kinds)})
    if event.report is not None and event.report not in names.ids["reports"]:
        yield Trouble((*path, "report"), "unknown-report", about(event.report, names.ids["reports"]))


def _measures(plan: Plan, names: PlanNames) -> Iterator[Trouble]:
    """What measures come after or in place of."""
    own = names.ids["measures"]
    needed = set().union(*(names.ids[section] for section in _NEEDED))
    ahead = {str(m.id): [str(id) for id in m.needs if id in own] for m in plan.measures}
    for i, measure in enumerate(plan.measures):
        path: Path = ("measures", i)
        for j, id in enumerate(measure.needs):
            if id not in names.statements:
                yield Trouble((*path, "needs", j), "unknown-statement", about(id, names.statements))
            elif id not in needed:
                yield Trouble((*path, "needs", j), "needs-kind", {"name": id, "known": list(_NEEDED)})
            elif _leads_to(str(measure.id), str(id), ahead):
                yield Trouble((*path, "needs", j), "waits-for-itself", {"name": measure.id})
        other = measure.alternative
        if other is not None and other not in own:
            yield Trouble((*path, "alternative"), "unknown-measure", about(other, own))
        elif other is not None and other == measure.id:
            yield Trouble((*path, "alternative"), "waits-for-itself", {"name": measure.id})


def _leads_to(wanted: str, start: str, ahead: Mapping[str, list[str]]) -> bool:
    """Whether going from need to need one comes to a measure."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        at = todo.pop()
        if at == wanted:
            return True
        if at not in seen:
            seen.add(at)
            todo += ahead.get(at, [])
    return False


def _labels(plan: Plan, names: PlanNames) -> Iterator[Trouble]:
    for i, label in enumerate(plan.labels):
        if label.scheme not in names.schemes:
            yield Trouble(("labels", i, "scheme"), "unknown-scheme", about(label.scheme, names.schemes))
            continue
        scheme = names.schemes[label.scheme]
        if scheme is not None and label.level not in scheme.levels:
            yield Trouble(("labels", i, "level"), "unknown-level", about(label.level, scheme.levels))


def _papers(plan: Plan, names: PlanNames) -> Iterator[Trouble]:
    """Forms and contents that steps and reports name."""
    forms, contents = names.ids["forms"], names.ids["contents"]
    for section in ("decisions", "measures"):
        for i, one in enumerate(getattr(plan, section)):
            for j, step in enumerate(one.steps):
                path: Path = (section, i, "steps", j)
                if step.form is not None and step.form not in forms:
                    yield Trouble((*path, "form"), "unknown-form", about(step.form, forms))
                if step.contents is not None and step.contents not in contents:
                    yield Trouble((*path, "contents"), "unknown-contents", about(step.contents, contents))
    for i, report in enumerate(plan.reports):
        if report.contents is not None and report.contents not in contents:
            yield Trouble(("reports", i, "contents"), "unknown-contents", about(report.contents, contents))


def _against(plan: Plan, jurisdiction: Jurisdiction) -> Iterator[Trouble]:
    """What a plan says of its jurisdiction."""
    if plan.jurisdiction is not None and plan.jurisdiction != jurisdiction.jurisdiction:
        facts: dict[str, object] = {"name": plan.jurisdiction, "wanted": jurisdiction.jurisdiction}
        yield Trouble(("jurisdiction",), "other-jurisdiction", facts)
    printed = jurisdiction.names()
    areas = {*jurisdiction.sets, *jurisdiction.places}
    for id, actor in plan.actors.items():
        for j, name in enumerate(actor.printed if actor.kind == "agency" else ()):
            if name not in printed:
                yield Trouble(("actors", id, "printed", j), "unknown-name", about(name, printed))
        if actor.per is not None and actor.per not in areas:
            yield Trouble(("actors", id, "per"), "unknown-set", about(actor.per, areas))
    for i, indicator in enumerate(plan.indicators):
        if indicator.scope is not None and indicator.scope not in areas:
            yield Trouble(("indicators", i, "scope"), "unknown-set", about(indicator.scope, areas))
    spots = {*areas, *plan.objects}
    for i, resource in enumerate(plan.resources):
        if resource.place is not None and resource.place != UNSTATED and resource.place not in spots:
            yield Trouble(("resources", i, "place"), "unknown-place", about(resource.place, spots))


# ----------------------------------------------------------------------------------------- units


def _indicators(plan: Plan) -> Iterator[Trouble]:
    first: dict[str, tuple[Path, str]] = {}
    for i, indicator in enumerate(plan.indicators):
        path: Path = ("indicators", i, "unit")
        if indicator.unit is None:
            continue
        if indicator.unit not in UNITS:
            yield Trouble(path, "unknown-unit", about_unit(indicator.unit))
            continue
        before, unit = first.setdefault(indicator.variable, (path, indicator.unit))
        if unit != indicator.unit:
            facts: dict[str, object] = {"name": str(indicator.variable), "unit": indicator.unit}
            yield Trouble(path, "unit-conflict", {**facts, "other": unit, "first": before})
