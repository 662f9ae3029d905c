"""Statements; the bodies of functions are decoded when somebody asks for them."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

import msgspec

from fastapi_lint.index.nodes.expressions import BinaryOperator, Expression, Keyword, Parameter
from fastapi_lint.index.nodes.node import Node
from fastapi_lint.index.nodes.shared import Identifier, Line, shared
from fastapi_lint.index.recursion import deep_recursion

SimpleKind: TypeAlias = Literal["pass", "break", "continue", "string"]
ScopingKind: TypeAlias = Literal["global", "nonlocal"]


class FunctionDef(Node, tag=41):
    """A `def` or `async def`. `first_line` is that of its first decorator, `line` that of `def`."""

    name: Identifier
    parameters: tuple[Parameter, ...]
    returns: Expression | None
    decorators: tuple[Expression, ...]
    content: msgspec.Raw
    """The body as it is stored, or, once somebody has asked for it, decoded: see `body`."""
    is_async: bool
    is_generator: bool
    docstring: str | None
    """Its first line."""
    type_parameters: tuple[str, ...]
    first_line: Line
    line: Line
    column: int
    end_line: Line
    end_column: int
    body_line: Line
    """Line of the first statement of the body: the header ends before it."""
    called_names: str
    """See `called`; one string, as there are many functions and few are asked."""
    has_definitions: bool
    """Whether functions or classes are defined in the body."""
    global_names: tuple[str, ...]
    """What the body and the definitions inside it declare `global`."""
    stores_attributes: bool
    """Whether the body assigns to attributes of anything."""
    has_named_expressions: bool
    """Whether `:=` occurs in the body."""

    def __post_init__(self) -> None:
        if isinstance(self.content, msgspec.Raw):
            # As a part of what the whole file is stored as, it would keep all of that.
            self.content = self.content.copy()

    @property
    def called(self) -> list[str]:
        """Last names of everything called in the body and in the definitions inside it, sorted."""
        return self.called_names.split()

    @property
    def body(self) -> tuple[Statement, ...]:
        """The statements of the body; most bodies of a large project are never looked into."""
        content = self.content
        if isinstance(content, msgspec.Raw):
            decoded = _decode_body(content)
            self.content = cast("msgspec.Raw", decoded)
            return decoded
        return cast("tuple[Statement, ...]", content)


class ClassDef(Node, tag=42):
    """A class; `keywords` are those of its header (`table=True`, `metaclass=…`)."""

    name: Identifier
    bases: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    decorators: tuple[Expression, ...]
    body: tuple[Statement, ...]
    docstring: str | None
    """Its first line."""
    type_parameters: tuple[str, ...]
    first_line: Line
    line: Line
    column: int
    end_line: Line
    end_column: int
    body_line: Line


class Assign(Node, tag=43):
    """`a = b = value`, `a: T = value`, `a: T` (no value), `type a = value` (annotation `TypeAlias`)."""

    targets: tuple[Expression, ...]
    value: Expression | None
    annotation: Expression | None
    line: Line
    column: int
    end_line: Line


class AugmentedAssign(Node, tag=44):
    """`target += value`."""

    target: Expression
    operator: BinaryOperator
    value: Expression
    line: Line
    end_line: Line


class ExpressionStatement(Node, tag=45):
    """An expression evaluated for its effect."""

    value: Expression
    line: Line
    end_line: Line


class Return(Node, tag=46):
    """`return value`."""

    value: Expression | None
    line: Line
    column: int
    end_line: Line
    end_column: int


class Raise(Node, tag=47):
    """`raise exception from cause`."""

    exception: Expression | None
    cause: Expression | None
    line: Line
    end_line: Line


class If(Node, tag=48):
    """`if test: body else: orelse`; `elif` is an `If` in `orelse`."""

    test: Expression
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    line: Line
    end_line: Line


class For(Node, tag=49):
    """`for target in iterable`, possibly async."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    is_async: bool
    line: Line
    end_line: Line


class While(Node, tag=50):
    """`while test`."""

    test: Expression
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    line: Line
    end_line: Line


class WithItem(Node, tag=51):
    """`context as target`."""

    context: Expression
    target: Expression | None


class With(Node, tag=52):
    """`with items`, possibly async."""

    items: tuple[WithItem, ...]
    body: tuple[Statement, ...]
    is_async: bool
    line: Line
    end_line: Line


class ExceptHandler(Node, tag=53):
    """`except exception as name`."""

    exception: Expression | None
    name: Identifier | None
    body: tuple[Statement, ...]
    line: Line


class Try(Node, tag=54):
    """`try … except … else … finally`."""

    body: tuple[Statement, ...]
    handlers: tuple[ExceptHandler, ...]
    orelse: tuple[Statement, ...]
    finalbody: tuple[Statement, ...]
    line: Line
    end_line: Line


class MatchCase(Node, tag=55):
    """`case pattern if guard`; of the pattern only the names it binds are kept."""

    names: tuple[Identifier, ...]
    guard: Expression | None
    body: tuple[Statement, ...]


class Match(Node, tag=56):
    """`match subject`."""

    subject: Expression
    cases: tuple[MatchCase, ...]
    line: Line
    end_line: Line


class Alias(Node, tag=57):
    """`name as asname` of an import."""

    name: Identifier
    asname: Identifier | None


class Import(Node, tag=58):
    """`import a.b as c`."""

    names: tuple[Alias, ...]
    line: Line
    end_line: Line


class ImportFrom(Node, tag=59):
    """`from ..module import names`; `level` counts the dots, a star import has the name `*`."""

    module: Identifier
    names: tuple[Alias, ...]
    level: int
    line: Line
    end_line: Line


class Scoping(Node, tag=60):
    """`global names` or `nonlocal names`."""

    kind: ScopingKind
    names: tuple[Identifier, ...]
    line: Line
    end_line: Line


class Delete(Node, tag=61):
    """`del targets`."""

    targets: tuple[Expression, ...]
    line: Line
    end_line: Line


class Assert(Node, tag=62):
    """`assert test`."""

    test: Expression
    line: Line
    end_line: Line


class Simple(Node, tag=63):
    """`pass`, `break`, `continue`, or a `string` standing alone (a docstring)."""

    kind: SimpleKind
    line: Line
    end_line: Line


Statement: TypeAlias = (
    FunctionDef
    | ClassDef
    | Assign
    | AugmentedAssign
    | ExpressionStatement
    | Return
    | Raise
    | If
    | For
    | While
    | With
    | Try
    | Match
    | Import
    | ImportFrom
    | Scoping
    | Delete
    | Assert
    | Simple
)

_body_decoder = msgspec.msgpack.Decoder(tuple[Statement, ...], dec_hook=shared)


def _decode_body(content: msgspec.Raw) -> tuple[Statement, ...]:
    try:
        return _body_decoder.decode(content)
    except RecursionError:
        with deep_recursion():
            return _body_decoder.decode(content)
