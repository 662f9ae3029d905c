"""Graphs as Mermaid, as DOT, or as SVG drawn by Graphviz."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_lint.application.graphs import Graph

GRAPH_FORMATS = ("mermaid", "dot", "svg")

_MERMAID_SHAPES = {
    "app": ('[["', '"]]'),
    "router": ('("', '")'),
    "routes": ('["', '"]'),
    "dependency": ('("', '")'),
    "security": ('{{"', '"}}'),
    "unknown": ('["', '"]'),
    "plain": ('["', '"]'),
}
_DOT_SHAPES = {
    "app": "shape=box3d",
    "router": "shape=box, style=rounded",
    "routes": "shape=box",
    "dependency": "shape=box, style=rounded",
    "security": "shape=hexagon",
    "unknown": "shape=box, style=dashed",
    "plain": "shape=box",
}


class GraphvizMissingError(Exception):
    """Graphviz is not installed, or could not draw the graph."""


def render_graph(format: str, graph: Graph) -> str:
    """A graph in one of the `GRAPH_FORMATS`. Raises `GraphvizMissingError` when SVG cannot be drawn."""
    if format == "mermaid":
        return _mermaid(graph)
    dot = _dot(graph)
    return dot if format == "dot" else _svg(dot)


def _mermaid(graph: Graph) -> str:
    names = {key: f"n{number}" for number, key in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for key, node in graph.nodes.items():
        opening, closing = _MERMAID_SHAPES[node.kind]
        lines.append(f"    {names[key]}{opening}{_mermaid_text(node.label)}{closing}")
    for edge in graph.edges:
        arrow = "-.->" if edge.is_marked else "-->"
        label = f'|"{_mermaid_text(edge.label)}"|' if edge.label else ""
        lines.append(f"    {names[edge.start]} {arrow}{label} {names[edge.end]}")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    escaped = text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return escaped.replace("\n", "<br/>")


def _dot(graph: Graph) -> str:
    lines = [
        "digraph {",
        "    rankdir=LR;",
        '    node [fontname="Helvetica"];',
        '    edge [fontname="Helvetica"];',
    ]
    for key, node in graph.nodes.items():
        lines.append(f"    {_quoted(key)} [label={_quoted(node.label)}, {_DOT_SHAPES[node.kind]}];")
    for edge in graph.edges:
        attributes = [f"label={_quoted(edge.label)}"] if edge.label else []
        attributes += ["style=dashed"] if edge.is_marked else []
        suffix = f" [{', '.join(attributes)}]" if attributes else ""
        lines.append(f"    {_quoted(edge.start)} -> {_quoted(edge.end)}{suffix};")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _svg(dot: str) -> str:
    program = shutil.which("dot")
    if program is None:
        raise GraphvizMissingError(
            "SVG needs the program `dot` of Graphviz, which is not installed: "
            "install Graphviz, or use --format mermaid or --format dot."
        )
    finished = subprocess.run([program, "-Tsvg"], input=dot, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise GraphvizMissingError(f"Graphviz could not draw the graph: {finished.stderr.strip()}")
    return finished.stdout
