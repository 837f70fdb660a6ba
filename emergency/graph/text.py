"""Text forms of a plan's machine: Mermaid and Graphviz DOT."""

from __future__ import annotations

import networkx as nx

from emergency.graph.machine import PALETTE, ink

__all__ = ["to_dot", "to_mermaid"]



def to_mermaid(graph: nx.MultiDiGraph) -> str:
    """A Mermaid flowchart; text from the plan cannot end a label early or add markup."""
    ids = {at: f"n{i}" for i, at in enumerate(graph)}
    rows = ["flowchart TB"]
    for name in dict.fromkeys(data["scheme"] for _, data in graph.nodes(data=True)):
        rows.append(f'  subgraph s_{len(rows)}["{_mermaid(name)}"]')
        for at, data in graph.nodes(data=True):
            if data["scheme"] == name:
                rows.append(f'    {ids[at]}["{_mermaid(data["label"])}<br/>{_mermaid(str(at))}"]:::{data["colour"]}')
        rows.append("  end")
    for source, target, data in graph.edges(data=True):
        arrow = "-.->" if data["gap"] else "-->"
        label = _mermaid(f"{data['who']} ({', '.join(c.split(':', 1)[-1] for c in data['clauses'])})")
        rows.append(f'  {ids[source]} {arrow}|"{label}"| {ids[target]}')
    for colour, hexa in PALETTE.items():
        rows.append(f"  classDef {colour} fill:{hexa},color:{ink(hexa)},stroke:#444")
    return "\n".join(rows) + "\n"


def _mermaid(text: str) -> str:
    plain = " .,:;=-()（）、，；：/"
    return "".join(c if c.isalnum() or c in plain else f"#{ord(c)};" for c in " ".join(text.split()))


def to_dot(graph: nx.MultiDiGraph) -> str:
    """Graphviz DOT; text from the plan is quoted."""
    ids = {at: f"n{i}" for i, at in enumerate(graph)}
    rows = [f"digraph {_dot(graph.graph['name'])} {{", "  rankdir=TB;", '  node [shape=box, style="rounded,filled"];']
    for i, name in enumerate(dict.fromkeys(data["scheme"] for _, data in graph.nodes(data=True))):
        rows.append(f"  subgraph cluster_{i} {{ label={_dot(name)};")
        for at, data in graph.nodes(data=True):
            if data["scheme"] == name:
                fill = PALETTE[data["colour"]]
                label = _dot(f"{data['label']}\n{at}")
                rows.append(f'    {ids[at]} [label={label}, fillcolor="{fill}", fontcolor="{ink(fill)}"];')
        rows.append("  }")
    for source, target, data in graph.edges(data=True):
        label = f"{data['who']}\n{', '.join(c.split(':', 1)[-1] for c in data['clauses'])}"
        style = ", style=dashed" if data["gap"] else ""
        rows.append(f"  {ids[source]} -> {ids[target]} [label={_dot(label)}{style}];")
    return "\n".join([*rows, "}"]) + "\n"


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", " ")
    return f'"{escaped}"'
