"""Graphs as Mermaid, as DOT, or as SVG drawn by Graphviz."""

from __future__ import annotations

import shutil
import subprocess
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_lint.application.graphs import Graph, Node

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
_TEXT = "#1e293b"
_FAINT = "#64748b"
_MARKED = "#b91c1c"
_COLOURS = {
    "app": ("#dbeafe", "#1d4ed8"),
    "router": ("#f8fafc", _FAINT),
    "routes": ("#dcfce7", "#15803d"),
    "dependency": ("#f8fafc", _FAINT),
    "security": ("#fef3c7", "#b45309"),
    "unknown": ("#fef2f2", _MARKED),
    "plain": ("#f8fafc", _FAINT),
}
"""Fill and border."""
_DOT_STYLES = {"app": "filled", "routes": "filled", "unknown": "filled,rounded,dashed"}
_DOT_EDGES = {"conditional": "style=dashed", "circular": f'style=dashed, color="{_MARKED}"'}
_FONT = 'fontname="Helvetica,Arial,sans-serif"'


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
        label = "\n".join([_short_name(graph, node), *node.details])
        lines.append(f"    {names[key]}{opening}{_mermaid_text(label)}{closing}:::{node.kind}")
    for edge in graph.edges:
        arrow = "-->" if edge.kind == "plain" else "-.->"
        label = f'|"{_mermaid_text(edge.label)}"|' if edge.label else ""
        lines.append(f"    {names[edge.start]} {arrow}{label} {names[edge.end]}")
    for kind in dict.fromkeys(node.kind for node in graph.nodes.values()):
        fill, border = _COLOURS[kind]
        dashes = ",stroke-dasharray:4" if kind == "unknown" else ""
        lines.append(f"    classDef {kind} fill:{fill},stroke:{border},color:{_TEXT}{dashes}")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    escaped = text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return escaped.replace("\n", "<br/>")


def _dot(graph: Graph) -> str:
    lines = [
        "digraph application {",
        "    rankdir=LR; nodesep=0.2; ranksep=0.9; pad=0.2;",
        f'    node [shape=box, {_FONT}, fontsize=11, fontcolor={_quoted(_TEXT)}, margin="0.15,0.08"];',
        f"    edge [{_FONT}, fontsize=9, fontcolor={_quoted(_TEXT)}, color={_quoted(_FAINT)}, arrowsize=0.7];",
    ]
    if graph.package:
        lines.append(f"    label={_quoted(graph.package)}; labelloc=t; labeljust=l; {_FONT}; fontsize=10;")
    for key, node in graph.nodes.items():
        fill, border = _COLOURS[node.kind]
        style = _DOT_STYLES.get(node.kind, "filled,rounded")
        colours = f"style={_quoted(style)}, fillcolor={_quoted(fill)}, color={_quoted(border)}"
        lines.append(f"    {_quoted(key)} [label=<{_dot_label(graph, node)}>, {colours}];")
    for edge in graph.edges:
        attributes = [f"label={_quoted(f' {edge.label} ')}"] if edge.label else []
        attributes += [_DOT_EDGES[edge.kind]] if edge.kind in _DOT_EDGES else []
        suffix = f" [{', '.join(attributes)}]" if attributes else ""
        lines.append(f"    {_quoted(edge.start)} -> {_quoted(edge.end)}{suffix};")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_label(graph: Graph, node: Node) -> str:
    name = f"<b>{escape(_short_name(graph, node))}</b>"
    details = "<br/>".join(escape(line) for line in node.details)
    return f'{name}<br/><font point-size="9" color="{_FAINT}">{details}</font>' if details else name


def _short_name(graph: Graph, node: Node) -> str:
    """The name of a node, without the package that all of the picture is about."""
    return node.name.removeprefix(f"{graph.package}.") if graph.package else node.name


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
