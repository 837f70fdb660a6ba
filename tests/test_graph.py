"""The machine of a plan as a graph, as Mermaid and as DOT."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from review_plans import decision, seat, tiny, words

from emergency.graph import (
    PALETTE,
    alike,
    colours,
    ink,
    layout,
    machine_graph,
    organisation_graph,
    standings,
    stated_graph,
    to_dot,
    to_mermaid,
)
from emergency.machine import FlatMachine, Program, Value, compile_plan
from emergency.reader import load_jurisdiction, load_plan
from emergency.source import Text

ROOT = Path(__file__).parent.parent / "plans" / "yunxi"


@cache
def program() -> Program:
    """The fuel plan, compiled."""
    place = load_jurisdiction(ROOT / "jurisdiction.yaml")
    return compile_plan(load_plan(ROOT / "fuel.yaml", place), place)


def test_every_value_is_a_node() -> None:
    """Every value of every scheme is a node, and nothing else is."""
    schemes = program().plan.schemes
    assert set(machine_graph(program(), "en")) == {
        Value(str(n), str(v)) for n, s in schemes.items() for v in s.values
    }


def test_edges_are_the_machine() -> None:
    """There is an edge for a value exactly where the machine of a run has a transition."""
    graph, machine = machine_graph(program(), "en"), FlatMachine(program())
    for source in graph:
        for target in graph:
            if source.scheme != target.scheme or source == target:
                continue
            state = "/".join(source.value if s == source.scheme else "off" for s in machine.schemes)
            transitions = machine.machine.events.get(str(target))
            may = transitions is not None and state in transitions.transitions
            assert graph.has_edge(source, target) == may, (source, target)


def test_edges_cite_and_name() -> None:
    """Every edge says who settles it and cites a clause; one that only a reading allows is marked as a gap."""
    for _, target, data in machine_graph(program(), "zh").edges(data=True):
        assert data["who"]
        assert data["clauses"]
        assert (data["gap"] is not None) == (program().decisions[target].mode != "steps")


def test_colours_are_the_plans() -> None:
    """A level has the colour the plan prints for it, in every scheme; what is no level is grey."""
    found = colours(program().plan)
    printed = {label.level: label.colour for label in program().plan.labels if label.colour}
    assert printed
    for at, colour in found.items():
        assert colour == printed.get(at.value, "grey")  # type: ignore[call-overload]
        assert colour in PALETTE


def test_uncoloured_levels_grow_graver() -> None:
    """Levels nobody coloured take the usual colours by gravity, the gravest red."""
    plan = program().plan.model_copy(update={"labels": ()})
    scheme = plan.schemes["response"]  # type: ignore[index]
    found = [colours(plan)[Value("response", level)] for level in scheme.levels]
    assert found == ["blue", "yellow", "orange", "red"]


def test_words_on_colours_can_be_read() -> None:
    """Words on any of the colours reach a contrast of 4.5 to 1 (WCAG 2.1 AA)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in PALETTE.values():
        low, high = sorted((luminance(colour), luminance(ink(colour))))
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour


def test_text_forms_hold_every_value() -> None:
    """Mermaid and DOT name every value and draw what rests on a reading dashed."""
    for lang in ("zh", "en"):
        graph = machine_graph(program(), lang)
        for text in (to_mermaid(graph), to_dot(graph)):
            assert all(str(at) in text for at in graph)
        assert "-.->" in to_mermaid(graph)
        assert "style=dashed" in to_dot(graph)


def test_text_forms_cannot_be_broken_out_of() -> None:
    """Quotes, brackets and line breaks in a plan's text stay text in Mermaid and DOT."""
    evil = 'x"]; click n0 "javascript:1"\n-->]} \\"'
    graph = nx.MultiDiGraph(name=evil, title=evil)
    graph.add_node(Value("s", "off"), label=evil, colour="grey", scheme="s", kind="response")
    graph.add_node(Value("s", "I"), label="I", colour="red", scheme="s", kind="response")
    graph.add_edge(Value("s", "off"), Value("s", "I"), who=evil, clauses=("p:1",), gap=None)
    mermaid, dot = to_mermaid(graph), to_dot(graph)
    assert all(line.count('"') % 2 == 0 for line in mermaid.splitlines())
    assert '"]; click' not in mermaid
    assert 'x\\"]; click' in dot
    assert len(dot.splitlines()) == len(to_dot(machine_of_two()).splitlines())


def machine_of_two() -> nx.MultiDiGraph:
    """A graph of two values with harmless words."""
    graph = nx.MultiDiGraph(name="p", title="p")
    graph.add_node(Value("s", "off"), label="off", colour="grey", scheme="s", kind="response")
    graph.add_node(Value("s", "I"), label="I", colour="red", scheme="s", kind="response")
    graph.add_edge(Value("s", "off"), Value("s", "I"), who="a", clauses=("p:1",), gap=None)
    return graph


def test_layout_overlaps_nothing() -> None:
    """Boxes do not overlap, run down in the scheme's order, and every value that can be entered has its words."""
    graph = machine_graph(program(), "en")
    drawings = layout(graph, lambda text: 4.0 * len(text), "en", line=10.0)
    assert [d.scheme for d in drawings] == [str(s) for s in program().plan.schemes]
    for drawing in drawings:
        boxes = drawing.boxes
        assert [b.y for b in boxes] == sorted(b.y for b in boxes)
        assert all(b.y - a.y >= (a.height + b.height) / 2 for a, b in pairwise(boxes))
        entered = {at for _, at in graph.edges() if at.scheme == drawing.scheme}
        assert len(drawing.lines) == len(entered)


def test_layout_is_deterministic() -> None:
    """The same graph is laid out alike each time."""
    graph = machine_graph(program(), "zh")
    assert layout(graph, len, "zh") == layout(graph, len, "zh")


def test_names_are_the_readers() -> None:
    """A label is in the language asked for."""
    assert Text(zh="甲", en="A").in_("zh") == "甲"
    assert machine_graph(program(), "zh").nodes[Value("response", "III")]["label"] == "III级响应"
    assert machine_graph(program(), "en").nodes[Value("response", "III")]["label"] == "Level III response"


def test_what_decisions_state_can_be_drawn_without_readings() -> None:
    """A plan with open questions is drawn as decisions stand: from the values they name, else from all others."""
    plan = tiny(
        decisions=[
            decision("4.1", "response=II", "decide council", **{"from": "response=off"}),
            decision("4.2", "response=I", "decide council"),
            decision("4.3", "unstated", "announce council"),
        ]
    )
    graph = stated_graph(plan, "en")
    off, two, one, ended = (Value("response", v) for v in ("off", "II", "I", "ended"))
    assert set(graph.predecessors(two)) == {off}
    assert set(graph.predecessors(one)) == {off, two, ended}
    assert not list(graph.predecessors(ended))
    assert graph.edges[off, two, 0]["clauses"] == ("tiny:4.1",)
    assert [d.scheme for d in layout(graph, len, "en")] == ["warning", "response"]


# ------------------------------------------------------------------------------------ organisation


def hq(**more: object) -> nx.MultiDiGraph:
    """A headquarters with a head, members, an office in one of them that reports upward, and a firm directed."""
    kinds = {"hq": "body", "office": "body", "chief": "post", "firm": "outside"}
    actors = {id: {"is": kind, "zh": id, "en": id} for id, kind in kinds.items()}
    actors["chief"]["of"] = "police"
    sections: dict[str, object] = {
        "actors": actors,
        "seats": [
            seat("2.1", "hq", "head", "chief"),
            seat("2.1", "hq", "member", "health", "transport", "police", "open"),
            seat("2.2", "office", "office", "police"),
        ],
        "events": [{"clause": "5", "id": "e", "is": "occurs", "name": words("发生")}],
        "reports": [
            {"clause": "5", "id": "r", "after": "e", "from": ["office"], "to": ["province"], "content": words("报")}
        ],
        "duties": [
            {"clause": "6", "actors": ["police"], "verb": "direct", "object": words("令"), "towards": ["firm"]},
            {"clause": "7", "actors": ["police"], "verb": "inform", "object": words("告"), "towards": ["hq"]},
        ],
    }
    return organisation_graph(tiny(**(sections | more)))


def test_ties_are_seats_reports_orders_and_belonging() -> None:
    """A seat leads to the body, a report to who is told, an order to who takes it, a post to its agency."""
    found = {(a, b, d["kind"], d["word"]): d["clauses"] for a, b, d in hq().edges(data=True)}
    assert found == {
        ("chief", "police", "belongs", "post"): (),
        ("chief", "hq", "seat", "head"): ("2.1",),
        ("health", "hq", "seat", "member"): ("2.1",),
        ("transport", "hq", "seat", "member"): ("2.1",),
        ("police", "hq", "seat", "member"): ("2.1",),
        ("police", "office", "seat", "office"): ("2.2",),
        ("office", "province", "tells", "report"): ("5",),
        ("police", "firm", "directs", "direct"): ("6",),
        ("police", "hq", "tells", "inform"): ("7",),
    }


def test_a_seat_said_twice_is_one_tie_with_both_clauses() -> None:
    """Two clauses that give the same seat make one tie; what the text leaves open is nobody."""
    graph = hq(seats=[seat("2.1", "hq", "member", "health", "unstated"), seat("2.9", "hq", "member", "health")])
    assert graph.edges["health", "hq", ("seat", "member")]["clauses"] == ("2.1", "2.9")
    assert not {"unstated", "open"} & set(graph)


def test_single_points_of_failure_name_whom_they_cut_off() -> None:
    """An actor whose absence separates others is told with these; several chairs of one actor are all listed."""
    found = {one.actor: one for one in standings(hq())}
    assert found["police"].cuts == ("firm", "office", "province")
    assert found["office"].cuts == ("province",)
    assert found["hq"].cuts == ("health", "transport")
    assert not any(found[id].cuts for id in ("chief", "firm", "health", "province", "transport"))
    assert found["police"].chairs == (("hq", "member"), ("office", "office"))


def test_centrality_is_the_share_of_shortest_ways() -> None:
    """In a row of three all ways between the ends lead over the middle; a ring prefers nobody."""
    row = nx.MultiDiGraph([("a", "b"), ("b", "c")])
    ring = nx.MultiDiGraph([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")])
    for graph in (row, ring):
        nx.set_edge_attributes(graph, "tells", "kind")
    found = [(one.actor, one.degree, one.between) for one in standings(row)]
    assert found == [("b", 2, 1.0), ("a", 1, 0), ("c", 1, 0)]
    assert len({one.between for one in standings(ring)}) == 1
    assert not any(one.cuts for one in standings(ring))


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), min_size=1))
def test_who_is_cut_off_is_cut_off(pairs: list[tuple[str, str]]) -> None:
    """Taking a single point of failure out leaves those it cuts off without any way to the largest part left."""
    graph = nx.MultiDiGraph([(a, b) for a, b in pairs if a != b], name="x")
    nx.set_edge_attributes(graph, "tells", "kind")
    for one in standings(graph):
        rest = nx.Graph(graph.edges())
        own = nx.node_connected_component(rest, one.actor) - {one.actor}
        left = list(nx.connected_components(rest.subgraph(own)))
        kept = set().union(*left) - set(one.cuts) if left else set()
        assert bool(one.cuts) == (len(left) > 1)
        assert sum(bool(part & kept) for part in left) <= 1
        assert all(len(kept) >= len(part) for part in left)


def test_a_box_serves_those_with_the_same_ties() -> None:
    """Members of one body that nothing else ties share a box; a body and whoever has a tie more stand alone."""
    groups = alike(hq())
    assert ("health", "transport") in groups
    assert sorted(id for group in groups for id in group) == sorted(hq())
    assert all(len(group) == 1 for group in groups if group != ("health", "transport"))
