"""Compare the route table that fastapi-lint derives with the one the running application has.

The static table is the JSON of `fastapi-lint routes`; the other comes from `runtime_routes.py`. What counts
as equal:

- A mount's path is compared without trailing slashes. Rows are paired by kind, path and methods, then by
  handler.
- A *handler* or *dependency* may bear any name that the run-time row lists: where it is defined, the variable
  that holds the object, or a function that a decorator's inner function closes over. For what a library
  defines, only the qualified name inside its module must be equal: who does not open the library knows it by
  the name it was imported under. Libraries are the packages in which the application has no handler.
- A *response model* is compared as a type: without module names, `List[X]` as `list[X]`, `Optional[X]` and
  `Union[X, None]` as `X | None`, `Annotated[X, ...]` as `X`.
- A *status code* may be given as declared (null when it is not) or as the default of the response class.
- *security* may name more than FastAPI's security schemes, but must name each of them.
- Where the run-time row has null (the `is_async` of a mount, say) the field is not compared.
- `{?}` in ours says "not known statically". A path with `{?}` pairs with every run-time route that it may
  stand for, and a field that is or contains it counts as unknown, neither right nor wrong; so does a field
  that the row's `unknown` gives a reason for.
- A row that is `conditional` (it exists only under a condition that is not known statically) is not invented
  where the run-time table lacks it.

FastAPI's documentation routes are in neither table.
"""

from __future__ import annotations

import ast
import bisect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

UNKNOWN = "{?}"
LIBRARIES = {"fastapi", "starlette"}
FROM_HANDLER = ("name", "is_async", "response_model", "dependencies", "security")
"""Fields that cannot be known where the handler is not."""


@dataclass(frozen=True)
class Difference:
    """A field of one route in which the two tables differ."""

    route: str
    field: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.route}: {self.field} is {self.theirs!r}, ours says {self.ours!r}"


@dataclass
class Comparison:
    """What two tables of one application have in common, and what not."""

    app: str
    pairs: list[tuple[Row, Row]] = field(default_factory=list)
    covered: list[tuple[Row, Row]] = field(default_factory=list)
    """Run-time routes for which ours only has a row with an unknown path."""
    missing: list[Row] = field(default_factory=list)
    invented: list[Row] = field(default_factory=list)
    conditional: list[Row] = field(default_factory=list)
    """Rows of ours that would exist under a condition which does not hold at run time."""
    unresolved: list[Row] = field(default_factory=list)
    """Rows of ours with an unknown path that stand for no run-time route."""
    differences: list[Difference] = field(default_factory=list)
    out_of_order: list[Row] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def agrees(self) -> bool:
        """Whether the tables are equal and nothing is unknown."""
        doubts = (self.unresolved, self.covered, self.conditional, self.unknown)
        return not self.problems() and not any(doubts)

    @property
    def actual(self) -> int:
        """The number of run-time routes."""
        return len(self.pairs) + len(self.covered) + len(self.missing)

    @property
    def derived(self) -> int:
        """The number of rows of ours that claim a route with a known path."""
        return len(self.pairs) + len(self.invented)

    def problems(self) -> list[str]:
        """Return one line for everything that ours has wrong."""
        return [
            *(f"missing: {describe(row)}" for row in self.missing),
            *(f"invented: {describe(row)}" for row in self.invented),
            *map(str, self.differences),
            *(f"out of order: {describe(row)}" for row in self.out_of_order),
        ]


def describe(row: Row) -> str:
    """Return a route as one line."""
    return f"{row['kind']} {','.join(row['methods']) or '-'} {row['path'] or '/'} → {row['handler']}"


def compare(ours: Sequence[Row], theirs: Sequence[Row], app: str) -> Comparison:
    """Compare the rows of one application; `app` is its name, `module:variable`, in the run-time table."""
    result = Comparison(app)
    handlers = [row["handler"] for row in ours if row["kind"] != "mount"]
    packages = {top_level(name) for name in (app, *handlers)} - LIBRARIES
    partners = pair(ours, theirs, packages)
    for index, actual in enumerate(theirs):
        derived = partners.get(index)
        if derived is None:
            result.missing.append(actual)
        elif UNKNOWN in ours[derived]["path"]:
            result.covered.append((ours[derived], actual))
        else:
            result.pairs.append((ours[derived], actual))
    used = set(partners.values())
    for index, row in enumerate(ours):
        if index not in used:
            unpaired(row, result).append(row)
    for derived_row, actual in result.pairs + result.covered:
        compare_fields(derived_row, actual, packages, result)
    in_match_order = [partners[index] for index in sorted(partners)]
    positions = [position for position in in_match_order if UNKNOWN not in ours[position]["path"]]
    result.out_of_order = [ours[position] for position in outside_longest_increase(positions)]
    return result


def unpaired(row: Row, result: Comparison) -> list[Row]:
    """Return the list for a row of ours that stands for no run-time route."""
    if UNKNOWN in row["path"]:
        return result.unresolved
    return result.conditional if row.get("conditional") else result.invented


# Pairing


def pair(ours: Sequence[Row], theirs: Sequence[Row], packages: AbstractSet[str]) -> dict[int, int]:
    """Map the index of a run-time row to that of ours, most certain pairs first."""
    partners: dict[int, int] = {}
    free = dict.fromkeys(range(len(ours)))

    def handled_alike(derived: Row, actual: Row) -> bool:
        return same_handler(derived["handler"], actual, packages)

    def pair_all(key: Callable[[Row], object], test: Callable[[Row, Row], bool]) -> None:
        by_key: dict[object, list[int]] = {}
        for index in free:
            by_key.setdefault(key(ours[index]), []).append(index)
        for number, actual in enumerate(theirs):
            if number in partners:
                continue
            for index in by_key.get(key(actual), ()):
                if index in free and test(ours[index], actual):
                    partners[number] = index
                    del free[index]
                    break

    pair_all(identity, handled_alike)
    pair_all(identity, lambda derived, actual: True)
    pair_all(lambda row: identity(row)[:2], handled_alike)
    pair_all(lambda row: identity(row)[:2], lambda derived, actual: UNKNOWN in derived["methods"])
    wildcards = [index for index in free if UNKNOWN in ours[index]["path"]]
    for number, actual in enumerate(theirs):
        if number not in partners:
            candidates = [index for index in wildcards if may_be(ours[index], actual)]
            candidates.sort(
                key=lambda index: (not handled_alike(ours[index], actual), unlike(ours[index], actual))
            )
            if candidates:
                partners[number] = candidates[0]
    return partners


def identity(row: Row) -> tuple[str, str, tuple[str, ...]]:
    """Return what tells routes apart: kind, path, methods."""
    path = row["path"].rstrip("/") if row["kind"] == "mount" else row["path"]
    methods = tuple(sorted(row["methods"])) if row["kind"] == "http" else ()
    return row["kind"], path, methods


def may_be(derived: Row, actual: Row) -> bool:
    """Tell whether a row with an unknown path may stand for a run-time route."""
    pattern = ".*".join(re.escape(part) for part in derived["path"].split(UNKNOWN))
    methods = derived["methods"]
    return (
        re.fullmatch(pattern, actual["path"]) is not None
        and (UNKNOWN in methods or derived["kind"] == actual["kind"])
        and (UNKNOWN in methods or sorted(methods) == actual["methods"] or actual["kind"] != "http")
    )


def unlike(derived: Row, actual: Row) -> int:
    """Rank rows with an unknown path by their tags: those with the same ones first, then those with unknown ones."""
    if "tags" in derived.get("unknown", ()) or is_unknown(derived["tags"]):
        return 1
    return 0 if derived["tags"] == actual["tags"] else 2


def outside_longest_increase(numbers: Sequence[int]) -> list[int]:
    """Return the numbers to take away, as few as possible, so that the rest increases."""
    tails: list[int] = []
    positions: list[int] = []
    previous: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect.bisect_left(tails, number)
        previous.append(positions[length - 1] if length else -1)
        tails[length:] = [number, *tails[length + 1 :]]
        positions[length:] = [position, *positions[length + 1 :]]
    kept = set()
    position = positions[-1] if positions else -1
    while position >= 0:
        kept.add(position)
        position = previous[position]
    return [number for position, number in enumerate(numbers) if position not in kept]


# Fields


def compare_fields(derived: Row, actual: Row, packages: AbstractSet[str], result: Comparison) -> None:
    """Note each field of a pair in which ours differs or is unknown."""
    tests: dict[str, Callable[[Any, Row], bool]] = {
        "methods": lambda ours, row: row["kind"] != "http" or sorted(ours) == row["methods"],
        "name": lambda ours, row: row["kind"] == "mount" or ours == row["name"],
        "handler": lambda ours, row: same_handler(ours, row, packages),
        "is_async": lambda ours, row: row["is_async"] is None or ours == row["is_async"],
        "status_code": lambda ours, row: ours in (row["status_code"], row["effective_status_code"]),
        "response_model": lambda ours, row: same_type(ours, row["response_model"]),
        "tags": lambda ours, row: ours == row["tags"],
        "include_in_schema": lambda ours, row: (
            row["include_in_schema"] is None or ours == row["include_in_schema"]
        ),
        "dependencies": lambda ours, row: same_names(ours, row["dependencies"], packages),
        "security": lambda ours, row: names_all(ours, row["security"]),
    }
    unknown = set(derived.get("unknown", ()))
    if "handler" in unknown:
        unknown.update(FROM_HANDLER)
    for name, equal in tests.items():
        ours = derived[name]
        if is_unknown(ours) or name in unknown:
            result.unknown[name] += 1
        elif not equal(ours, actual):
            result.differences.append(Difference(describe(actual), name, ours, shown(actual, name)))


def shown(actual: Row, name: str) -> Any:
    """Return a run-time field as a message shows it: the first name of each object."""
    if name in ("dependencies", "security"):
        return [names[0] for names in actual[name]]
    return actual[name]


def is_unknown(value: Any) -> bool:
    """Tell whether a value, or one in a list, says that it is not known statically."""
    return UNKNOWN in value if isinstance(value, (str, list)) else False


def same_handler(ours: str, actual: Row, packages: AbstractSet[str]) -> bool:
    """Tell whether a handler is the one of a run-time route; a frontend has none that could be named."""
    return not actual["handler_names"] or same_name(ours, actual["handler_names"], packages)


def same_name(ours: str, names: Iterable[str], packages: AbstractSet[str]) -> bool:
    """Tell whether `module:qualname` is a name of an object, whichever module of a library."""
    shortened = without_library(ours, packages)
    return any(shortened == without_library(name, packages) for name in names)


def without_library(name: str, packages: AbstractSet[str]) -> str:
    """Shorten a library's `module:qualname` to the qualified name; the application's own names stay whole."""
    return name if top_level(name) in packages else name.partition(":")[2]


def top_level(name: str) -> str:
    """Return the top-level package of `module:qualname`."""
    return name.partition(":")[0].partition(".")[0]


def same_names(ours: Sequence[str], theirs: Sequence[Sequence[str]], packages: AbstractSet[str]) -> bool:
    """Compare two lists of objects one by one."""
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(same_name(name, names, packages) for name, names in pairs)


def names_all(ours: Sequence[str], schemes: Sequence[Sequence[str]]) -> bool:
    """Tell whether each security scheme is named, by any of its names."""
    final_names = {name.rpartition(":")[2] for name in ours}
    return all(not final_names.isdisjoint(scheme) for scheme in schemes)


# Types


def same_type(ours: str | None, theirs: str | None) -> bool:
    """Tell whether two source texts name the same type."""
    if ours is None or theirs is None:
        return ours is theirs
    return normal_type(ours) == normal_type(theirs)


def normal_type(text: str) -> str:
    """Return a type's source text in one spelling, without module names."""
    try:
        return _normal(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError:
        return text


BUILTIN_SPELLING = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Type": "type",
}


def _normal(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return normal_type(text)
        case ast.Constant(value=value):
            return "..." if value is ... else repr(value)
        case ast.Name(id="NoneType"):
            return "None"
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return BUILTIN_SPELLING.get(name, name)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _union([left, right])
        case ast.List(elts=elements):
            return f"[{', '.join(map(_normal, elements))}]"
        case ast.Subscript(value=value, slice=index):
            return _normal_subscript(_normal(value), index.elts if isinstance(index, ast.Tuple) else [index])
        case _:
            return ast.unparse(node)


def _normal_subscript(name: str, arguments: list[ast.expr]) -> str:
    if name == "Annotated":
        return _normal(arguments[0])
    if name == "Union":
        return _union(arguments)
    if name == "Optional":
        return _union([*arguments, ast.Constant(None)])
    if name == "Literal":
        return f"Literal[{', '.join(map(ast.unparse, arguments))}]"
    return f"{name}[{', '.join(map(_normal, arguments))}]"


def _union(members: Iterable[ast.expr]) -> str:
    names = [name for member in members for name in _normal(member).split(" | ")]
    return " | ".join(sorted(set(names), key=lambda name: (name == "None", name)))
