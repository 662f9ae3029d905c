"""The index's own syntax tree: what the application model needs of a file, and nothing else.

It mirrors `ast`, reduced and serialisable: what no question of the model is about (slices, conversions,
docstrings' text, patterns) is dropped, and rare expressions keep only their parts, in an `Opaque` node.
Nodes are compared and hashed by identity. Lines are 1-based, columns are 0-based *characters*, ends are
exclusive; both as libcst reports them, so that a CST node and its index node can be matched by position.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

import msgspec

from fastapi_lint.index.recursion import deep_recursion

# Words of a small vocabulary are declared as such: decoded, all nodes share one string of each.
DisplayKind: TypeAlias = Literal["tuple", "list", "set"]
ComprehensionKind: TypeAlias = Literal["list", "set", "dict", "generator"]
ParameterKind: TypeAlias = Literal["positional-only", "positional", "variadic", "keyword-only", "keywords"]
SimpleKind: TypeAlias = Literal["pass", "break", "continue", "string"]
ScopingKind: TypeAlias = Literal["global", "nonlocal"]
BooleanOperator: TypeAlias = Literal["and", "or"]
BinaryOperator: TypeAlias = Literal[
    "+", "-", "*", "/", "//", "%", "**", "<<", ">>", "|", "^", "&", "@"
]  # fmt: skip
ComparisonOperator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]


class Node(msgspec.Struct, array_like=True, eq=False, gc=False):
    """Base of all nodes of the index."""


# --- Expressions ---------------------------------------------------------------------------------


class Name(Node, tag=1):
    """A bare name."""

    id: str
    line: int
    column: int


class Attribute(Node, tag=2):
    """`value.attr`."""

    value: Expression
    attr: str
    line: int
    column: int


class Call(Node, tag=3):
    """`func(*args, **keywords)`; an argument list keeps `*x` as `Starred`, `**x` as a keyword without name."""

    func: Expression
    args: list[Expression]
    keywords: list[Keyword]
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def span(self) -> tuple[int, int, int, int]:
        """Start line, start column, end line, end column."""
        return (self.line, self.column, self.end_line, self.end_column)

    def keyword(self, name: str) -> Expression | None:
        """The value of the keyword argument `name`, or None when it is not written."""
        for keyword in self.keywords:
            if keyword.name == name:
                return keyword.value
        return None

    def argument(self, position: int, name: str) -> Expression | None:
        """The argument given at `position` or as keyword `name`; None when absent or behind a `*`."""
        if position < len(self.args):
            before = self.args[: position + 1]
            if not any(isinstance(value, Starred) for value in before):
                return self.args[position]
        return self.keyword(name)


class Keyword(Node, tag=4):
    """`name=value` in a call or class header; `**value` has no name."""

    name: str | None
    value: Expression
    line: int
    column: int


class Constant(Node, tag=5):
    """A literal string, number, boolean or None."""

    value: str | int | float | bool | None
    line: int
    column: int


class Ellipsis(Node, tag=6):
    """`...`."""

    line: int


class Subscript(Node, tag=7):
    """`value[index]`; several indices are one tuple `Sequence`."""

    value: Expression
    index: Expression
    line: int
    column: int


class Sequence(Node, tag=8):
    """A tuple, list or set display."""

    kind: DisplayKind
    elements: list[Expression]
    line: int
    column: int


class Mapping(Node, tag=9):
    """A dict display; `**x` has the key None."""

    keys: list[Expression | None]
    values: list[Expression]
    line: int
    column: int


class BinaryOperation(Node, tag=10):
    """`left + right`, `left | right` and every other binary operator, written as in the source."""

    left: Expression
    operator: BinaryOperator
    right: Expression
    line: int
    column: int


class FormattedString(Node, tag=11):
    """An f-string; literal pieces are `Constant`, the others are the expressions interpolated."""

    parts: list[Expression]
    line: int
    column: int


class Await(Node, tag=12):
    """`await value`."""

    value: Expression
    line: int


class Starred(Node, tag=13):
    """`*value`."""

    value: Expression
    line: int


class Conditional(Node, tag=14):
    """`body if test else orelse`."""

    test: Expression
    body: Expression
    orelse: Expression
    line: int


class BooleanOperation(Node, tag=15):
    """`a and b`, `a or b`."""

    operator: BooleanOperator
    values: list[Expression]
    line: int


class NamedExpression(Node, tag=16):
    """`name := value`."""

    name: str
    value: Expression
    line: int


class Lambda(Node, tag=17):
    """`lambda parameters: body`."""

    parameters: list[Parameter]
    body: Expression
    line: int
    column: int


class Comprehension(Node, tag=18):
    """A comprehension or generator expression."""

    kind: ComprehensionKind
    elements: list[Expression]
    """The element, or key and value."""
    generators: list[Generator]
    line: int


class Generator(Node, tag=19):
    """`for target in iterable if conditions` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: list[Expression]
    is_async: bool


class Yield(Node, tag=20):
    """`yield value` or `yield from value`."""

    value: Expression | None
    is_from: bool
    line: int


class Comparison(Node, tag=22):
    """`left < a == b`."""

    left: Expression
    operators: list[ComparisonOperator]
    comparators: list[Expression]
    line: int


class Negation(Node, tag=23):
    """`not value`."""

    value: Expression
    line: int


class Opaque(Node, tag=21):
    """Any other expression: its operator is of no interest, the expressions inside it are."""

    parts: list[Expression]
    line: int


Expression: TypeAlias = (
    Name
    | Attribute
    | Call
    | Constant
    | Ellipsis
    | Subscript
    | Sequence
    | Mapping
    | BinaryOperation
    | FormattedString
    | Await
    | Starred
    | Conditional
    | BooleanOperation
    | NamedExpression
    | Lambda
    | Comprehension
    | Yield
    | Comparison
    | Negation
    | Opaque
)


# --- Statements ----------------------------------------------------------------------------------


class Parameter(Node, tag=40):
    """One parameter of a function."""

    name: str
    kind: ParameterKind
    annotation: Expression | None
    default: Expression | None
    line: int
    column: int


class FunctionDef(Node, tag=41):
    """A `def` or `async def`. `first_line` is that of its first decorator, `line` that of `def`."""

    name: str
    parameters: list[Parameter]
    returns: Expression | None
    decorators: list[Expression]
    content: msgspec.Raw
    """The body as it is stored, or, once somebody has asked for it, decoded: see `body`."""
    is_async: bool
    is_generator: bool
    docstring: str | None
    """Its first line."""
    type_parameters: list[str]
    first_line: int
    line: int
    column: int
    end_line: int
    end_column: int
    body_line: int
    """Line of the first statement of the body: the header ends before it."""
    called_names: str
    """See `called`; one string, as there are many functions and few are asked."""
    has_definitions: bool
    """Whether functions or classes are defined in the body."""
    global_names: list[str]
    """What the body and the definitions inside it declare `global`."""
    stores_attributes: bool
    """Whether the body assigns to attributes of anything."""
    has_named_expressions: bool
    """Whether `:=` occurs in the body."""

    @property
    def called(self) -> list[str]:
        """Last names of everything called in the body and in the definitions inside it, sorted."""
        return self.called_names.split()

    @property
    def body(self) -> list[Statement]:
        """The statements of the body; most bodies of a large project are never looked into."""
        content = self.content
        if isinstance(content, msgspec.Raw):
            decoded = _decode_body(content)
            self.content = cast("msgspec.Raw", decoded)
            return decoded
        return cast("list[Statement]", content)


class ClassDef(Node, tag=42):
    """A class; `keywords` are those of its header (`table=True`, `metaclass=…`)."""

    name: str
    bases: list[Expression]
    keywords: list[Keyword]
    decorators: list[Expression]
    body: list[Statement]
    docstring: str | None
    """Its first line."""
    type_parameters: list[str]
    first_line: int
    line: int
    column: int
    end_line: int
    end_column: int
    body_line: int


class Assign(Node, tag=43):
    """`a = b = value`, `a: T = value`, `a: T` (no value), `type a = value` (annotation `TypeAlias`)."""

    targets: list[Expression]
    value: Expression | None
    annotation: Expression | None
    line: int
    column: int
    end_line: int


class AugmentedAssign(Node, tag=44):
    """`target += value`."""

    target: Expression
    operator: BinaryOperator
    value: Expression
    line: int
    end_line: int


class ExpressionStatement(Node, tag=45):
    """An expression evaluated for its effect."""

    value: Expression
    line: int
    end_line: int


class Return(Node, tag=46):
    """`return value`."""

    value: Expression | None
    line: int
    column: int
    end_line: int
    end_column: int


class Raise(Node, tag=47):
    """`raise exception from cause`."""

    exception: Expression | None
    cause: Expression | None
    line: int
    end_line: int


class If(Node, tag=48):
    """`if test: body else: orelse`; `elif` is an `If` in `orelse`."""

    test: Expression
    body: list[Statement]
    orelse: list[Statement]
    line: int
    end_line: int


class For(Node, tag=49):
    """`for target in iterable`, possibly async."""

    target: Expression
    iterable: Expression
    body: list[Statement]
    orelse: list[Statement]
    is_async: bool
    line: int
    end_line: int


class While(Node, tag=50):
    """`while test`."""

    test: Expression
    body: list[Statement]
    orelse: list[Statement]
    line: int
    end_line: int


class WithItem(Node, tag=51):
    """`context as target`."""

    context: Expression
    target: Expression | None


class With(Node, tag=52):
    """`with items`, possibly async."""

    items: list[WithItem]
    body: list[Statement]
    is_async: bool
    line: int
    end_line: int


class ExceptHandler(Node, tag=53):
    """`except exception as name`."""

    exception: Expression | None
    name: str | None
    body: list[Statement]
    line: int


class Try(Node, tag=54):
    """`try … except … else … finally`."""

    body: list[Statement]
    handlers: list[ExceptHandler]
    orelse: list[Statement]
    finalbody: list[Statement]
    line: int
    end_line: int


class MatchCase(Node, tag=55):
    """`case pattern if guard`; of the pattern only the names it binds are kept."""

    names: list[str]
    guard: Expression | None
    body: list[Statement]


class Match(Node, tag=56):
    """`match subject`."""

    subject: Expression
    cases: list[MatchCase]
    line: int
    end_line: int


class Alias(Node, tag=57):
    """`name as asname` of an import."""

    name: str
    asname: str | None


class Import(Node, tag=58):
    """`import a.b as c`."""

    names: list[Alias]
    line: int
    end_line: int


class ImportFrom(Node, tag=59):
    """`from ..module import names`; `level` counts the dots, a star import has the name `*`."""

    module: str
    names: list[Alias]
    level: int
    line: int
    end_line: int


class Scoping(Node, tag=60):
    """`global names` or `nonlocal names`."""

    kind: ScopingKind
    names: list[str]
    line: int
    end_line: int


class Delete(Node, tag=61):
    """`del targets`."""

    targets: list[Expression]
    line: int
    end_line: int


class Assert(Node, tag=62):
    """`assert test`."""

    test: Expression
    line: int
    end_line: int


class Simple(Node, tag=63):
    """`pass`, `break`, `continue`, or a `string` standing alone (a docstring)."""

    kind: SimpleKind
    line: int
    end_line: int


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

_body_decoder = msgspec.msgpack.Decoder(list[Statement])


def _decode_body(content: msgspec.Raw) -> list[Statement]:
    try:
        return _body_decoder.decode(content)
    except RecursionError:
        with deep_recursion():
            return _body_decoder.decode(content)


class Region(Node, tag=80):
    """One or more top-level statements that share lines: what a rule visits with libcst. Lines inclusive."""

    first_line: int
    last_line: int


class Comment(Node, tag=81):
    """A comment that may be meant for this tool (`noqa` or `fastapi-lint:`), as written."""

    text: str
    line: int
    column: int
    own_line: bool
    """Nothing but white space before it."""
    code_line: int
    """The line of code that it is about: its own, or, where it stands alone, that of the next code."""
    removal: tuple[int, int, int, int]
    """What goes when the comment goes, from line and column to line and column: blanks before it, or its line."""


class Problem(Node, tag=82):
    """Why a file could not be read or parsed."""

    message: str
    line: int
    column: int


class ModuleIndex(Node, tag=90):
    """Everything the model knows of one file; depends on the file's bytes alone."""

    body: list[Statement]
    docstring: str | None
    regions: list[Region]
    comments: list[Comment]
    problem: Problem | None
    line_count: int
    has_named_expressions: bool
    """Whether `:=` occurs; where it does not, nobody has to look for names it binds."""
    called: list[str]
    """Last names of everything called in the file, sorted."""
    imports: list[Import | ImportFrom]
    """Every import statement, also those inside of functions."""
