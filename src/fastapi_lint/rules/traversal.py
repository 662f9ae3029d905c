"""Visits the nodes of a region's CST, each with the scope it stands in.

libcst's own traversal rebuilds the tree on the way, for transformers; a walk that only looks is several times
faster. White space, commas and parentheses are passed over: no rule is about them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import libcst as cst

_TRIVIA = (
    "asynchronous", "colon", "comma", "default_indent", "default_newline", "dot", "encoding", "equal", "footer",
    "has_trailing_newline", "header", "indent", "leading_lines", "lbrace", "lbracket", "lines_after_decorators",
    "lines_before_finally", "lpar", "newline", "operator", "rbrace", "rbracket", "rpar", "semicolon",
    "trailing_whitespace",
)  # fmt: skip


def walk(
    node: cst.CSTNode,
    visit: Callable[[cst.CSTNode], None],
    enter_body: Callable[[cst.FunctionDef | cst.ClassDef], None],
    leave: Callable[[cst.FunctionDef | cst.ClassDef], None],
) -> None:
    """Visit a node and everything below it, parents first.

    `enter_body` is called between the header of a definition, whose decorators, defaults and annotations are
    evaluated in the enclosing scope, and its body; `leave` after it.
    """
    visit(node)
    definition = node if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else None
    for name in _fields(type(node)):
        if definition is not None and name == "body":
            enter_body(definition)
        below: Any = getattr(node, name)
        if isinstance(below, cst.CSTNode):
            walk(below, visit, enter_body, leave)
        elif isinstance(below, (tuple, list)):
            for each in below:
                if isinstance(each, cst.CSTNode):
                    walk(each, visit, enter_body, leave)
    if definition is not None:
        leave(definition)


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node that may hold nodes of interest; the body of a definition last."""
    found = [
        name
        for name in kind.__dataclass_fields__
        if not name.startswith(("whitespace", "_")) and name not in _TRIVIA
    ]
    return tuple(sorted(found, key=lambda name: name == "body"))
