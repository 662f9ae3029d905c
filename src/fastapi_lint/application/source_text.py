"""Expressions of the index as source text again, for messages and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fastapi_lint.index import nodes


def source_text(node: nodes.Expression | None) -> str:
    """An expression as it could have been written; what the index does not keep is `…`."""
    if node is None:
        return ""
    write = _WRITERS.get(type(node))
    return write(node) if write is not None else "…"


def _all(values: Iterable[nodes.Expression]) -> str:
    return ", ".join(source_text(value) for value in values)


def _constant(node: nodes.Constant) -> str:
    if isinstance(node.value, str):
        quote = "'" if '"' in node.value else '"'
        return quote + node.value.replace("\n", "\\n") + quote
    return repr(node.value)


def _call(node: nodes.Call) -> str:
    arguments = [source_text(value) for value in node.args]
    arguments += [
        f"{keyword.name}={source_text(keyword.value)}" if keyword.name else f"**{source_text(keyword.value)}"
        for keyword in node.keywords
    ]
    return f"{source_text(node.func)}({', '.join(arguments)})"


def _subscript(node: nodes.Subscript) -> str:
    index = node.index
    inner = _all(index.elements) if isinstance(index, nodes.Sequence) and index.kind == "tuple" else None
    return f"{source_text(node.value)}[{source_text(index) if inner is None else inner}]"


def _sequence(node: nodes.Sequence) -> str:
    inner = _all(node.elements)
    if node.kind == "tuple":
        return f"({inner},)" if len(node.elements) == 1 else f"({inner})"
    return f"[{inner}]" if node.kind == "list" else f"{{{inner}}}"


def _mapping(node: nodes.Mapping) -> str:
    entries = [
        f"{source_text(key)}: {source_text(value)}" if key is not None else f"**{source_text(value)}"
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    return f"{{{', '.join(entries)}}}"


def _formatted(node: nodes.FormattedString) -> str:
    pieces = [
        str(part.value) if isinstance(part, nodes.Constant) else f"{{{source_text(part)}}}"
        for part in node.parts
    ]
    return f'f"{"".join(pieces)}"'


def _comparison(node: nodes.Comparison) -> str:
    pieces = [source_text(node.left)]
    for operator, right in zip(node.operators, node.comparators, strict=True):
        pieces += [operator, source_text(right)]
    return " ".join(pieces)


def _lambda(node: nodes.Lambda) -> str:
    return f"lambda {', '.join(parameter.name for parameter in node.parameters)}: {source_text(node.body)}"


_WRITERS: dict[type[nodes.Node], Callable[[Any], str]] = {
    nodes.Name: lambda node: node.id,
    nodes.Attribute: lambda node: f"{source_text(node.value)}.{node.attr}",
    nodes.Constant: _constant,
    nodes.Ellipsis: lambda node: "...",
    nodes.Call: _call,
    nodes.Subscript: _subscript,
    nodes.Sequence: _sequence,
    nodes.Mapping: _mapping,
    nodes.FormattedString: _formatted,
    nodes.Comparison: _comparison,
    nodes.Lambda: _lambda,
    nodes.BinaryOperation: lambda node: f"{source_text(node.left)} {node.operator} {source_text(node.right)}",
    nodes.BooleanOperation: lambda node: f" {node.operator} ".join(
        source_text(value) for value in node.values
    ),
    nodes.Negation: lambda node: f"not {source_text(node.value)}",
    nodes.Await: lambda node: f"await {source_text(node.value)}",
    nodes.Starred: lambda node: f"*{source_text(node.value)}",
    nodes.NamedExpression: lambda node: f"({node.name} := {source_text(node.value)})",
    nodes.Conditional: lambda node: (
        f"{source_text(node.body)} if {source_text(node.test)} else {source_text(node.orelse)}"
    ),
}
