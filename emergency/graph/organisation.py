"""Who sits where, who tells and who directs whom in a plan, as a graph; and who holds it together.

An edge says one kind of tie between two actors with every clause that says so. What the text leaves open
(``unstated``, ``open``) is no actor and has no ties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import networkx as nx

from emergency.plan import Plan
from emergency.plan.statements import Decision, Duty, Measure, Statement
from emergency.source import Clause

__all__ = ["Standing", "Tie", "alike", "organisation_graph", "standings"]

TieKind = Literal["seat", "tells", "directs", "belongs"]

#: Verbs by which one tells another; any other verb towards somebody directs them.
_TELLING = frozenset({"report", "notify", "inform", "submit", "propose", "request"})


class Tie(NamedTuple):
    """Something that ties one actor to another: `word` is a role for a seat, else a verb."""

    source: str
    target: str
    kind: TieKind
    word: str
    clause: Clause | None = None


def organisation_graph(plan: Plan) -> nx.MultiDiGraph:
    """The actors of a plan and what ties them.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are ids of actors, with ``kind`` and ``acts`` (how many duties, measures and reports they have).
        Edges are keyed by (kind, word) and have both and ``clauses``: a seat leads from who holds it to the body,
        a report from who tells to who is told, an order from who gives it to who takes it, ``belongs`` from a post
        to its agency and from the members to their body.
    """
    graph = nx.MultiDiGraph(name=str(plan.plan))
    acts = _acts(plan)
    for id, actor in plan.actors.items():
        graph.add_node(str(id), kind=actor.kind, acts=acts[str(id)])
    said: dict[tuple[str, str, str, str], dict[Clause, None]] = defaultdict(dict)
    for tie in _ties(plan):
        if tie.source != tie.target and tie.source in graph and tie.target in graph:
            found = said[tie.source, tie.target, tie.kind, tie.word]
            if tie.clause is not None:
                found.setdefault(tie.clause)
    for (source, target, kind, word), clauses in said.items():
        graph.add_edge(source, target, key=(kind, word), kind=kind, word=word, clauses=tuple(clauses))
    return graph


def _acts(plan: Plan) -> Mapping[str, int]:
    """How many statements make each actor act."""
    found: dict[str, int] = defaultdict(int)
    for _, _, one in plan.statements():
        for actor in dict.fromkeys(map(str, _doers(one))):
            found[actor] += 1
    return found


def _doers(one: Statement) -> Iterable[str]:
    if isinstance(one, Duty):
        return one.actors
    return (*(getattr(one, "by", None) or ()), *getattr(one, "from_", ())) if _is_act(one) else ()


def _is_act(one: Statement) -> bool:
    return isinstance(getattr(one, "by", None) or getattr(one, "from_", None), tuple)


def _ties(plan: Plan) -> Iterator[Tie]:
    for id, actor in plan.actors.items():
        if actor.of is not None:
            yield Tie(str(id), str(actor.of), "belongs", actor.kind)
    for seat in plan.seats:
        for holder in seat.actors:
            yield Tie(str(holder), str(seat.body), "seat", seat.role, seat.clause)
    yield from _told(plan)
    acts: list[Duty | Measure] = [*plan.duties, *plan.measures]
    for act in acts:
        yield from _towards(act)


def _told(plan: Plan) -> Iterator[Tie]:
    """Reports, regular reports, and steps that pass a matter on."""
    for one in plan.reports:
        for source in one.from_:
            yield from (Tie(str(source), str(to), "tells", "report", one.clause) for to in one.to)
    stepped: list[Decision | Measure] = [*plan.decisions, *plan.measures]
    for decision in stepped:
        for step in decision.steps:
            yield from (Tie(str(step.by), str(to), "tells", step.do, decision.clause) for to in step.to or ())
    for seen in plan.indicators:
        if seen.observer is not None and seen.to is not None:
            yield Tie(str(seen.observer), str(seen.to), "tells", "report", seen.clause)


def _towards(act: Duty | Measure) -> Iterator[Tie]:
    kind: TieKind = "tells" if act.verb in _TELLING else "directs"
    for source in act.actors if isinstance(act, Duty) else act.by:
        yield from (Tie(str(source), str(to), kind, act.verb, act.clause) for to in act.towards or ())


# ---------------------------------------------------------------------------------------- standing


class Standing(NamedTuple):
    """Where an actor stands in the organisation.

    Attributes
    ----------
    degree : how many others it is tied to directly.
    between : the share, 0 to 1, of shortest ways between two others that lead over it (betweenness centrality).
    cuts : those who would lose every tie to the largest part of the rest if it were missing: it is a single point
        of failure (an articulation point) if there are any.
    chairs : its seats as (body, role), each once.
    """

    actor: str
    degree: int
    between: float
    cuts: tuple[str, ...]
    chairs: tuple[tuple[str, str], ...]


def standings(graph: nx.MultiDiGraph) -> list[Standing]:
    """Every tied actor, those most ways lead over first.

    References
    ----------
    Freeman (1977), "A set of measures of centrality based on betweenness", Sociometry 40(1).
    """
    plain = nx.Graph(graph.edges())
    between = nx.betweenness_centrality(plain)
    points = set(nx.articulation_points(plain))
    found = [
        Standing(id, plain.degree(id), between[id], _cut_off(plain, id) if id in points else (), _chairs(graph, id))
        for id in graph
        if id in plain
    ]
    return sorted(found, key=lambda one: (-round(one.between, 9), -one.degree, one.actor))


def _cut_off(plain: nx.Graph, id: str) -> tuple[str, ...]:
    own = nx.node_connected_component(plain, id)
    rest = sorted(nx.connected_components(plain.subgraph(own - {id})), key=lambda part: (-len(part), sorted(part)))
    return tuple(sorted(other for part in rest[1:] for other in part))


def _chairs(graph: nx.MultiDiGraph, id: str) -> tuple[tuple[str, str], ...]:
    return tuple((body, data["word"]) for _, body, data in graph.out_edges(id, data=True) if data["kind"] == "seat")


def alike(graph: nx.MultiDiGraph) -> list[tuple[str, ...]]:
    """The tied actors in groups that one box can serve: of one sort, with the same kinds of tie to the same others.

    Seats of different roles are different ties, orders in different words are not. Bodies stand alone; the order is
    that of the first member in the graph.
    """
    groups: dict[object, list[str]] = defaultdict(list)
    for id, data in graph.nodes(data=True):
        ways = frozenset((other, _rough(key)) for _, other, key in graph.out_edges(id, keys=True))
        back = frozenset((other, _rough(key)) for other, _, key in graph.in_edges(id, keys=True))
        if ways or back:
            sort = data["kind"] if data["kind"] in ("agency", "post") else "beside"
            groups[id if data["kind"] == "body" else (sort, ways, back)].append(id)
    return [tuple(group) for group in groups.values()]


def _rough(key: tuple[str, str]) -> tuple[str, ...]:
    return key if key[0] == "seat" else key[:1]
