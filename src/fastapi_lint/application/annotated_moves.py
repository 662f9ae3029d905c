"""Parameters whose default is a marker of FastAPI, and what it takes to move the marker into `Annotated`.

For FastAPI the two spellings are the same, with these exceptions, all of which it has been asked: it ignores the
metadata that stand beside a type when the marker is the default, and heeds them when the marker stands among them;
it looks through a `type` statement only if that is the whole annotation; and annotations that are kept as text see
the names of their module only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application import annotations as written
from fastapi_lint.application.dependency_aliases import DependencyAliases
from fastapi_lint.application.marker_defaults import MARKERS
from fastapi_lint.application.markers import marker_name
from fastapi_lint.application.names import visible_bindings
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import External, Value
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.readings import Reading
    from fastapi_lint.application.scopes import Scope

DEPENDENCY_MARKERS = frozenset({"Depends", "Security"})
_PLAIN_PACKAGES = frozenset(
    {
        "builtins",
        "collections",
        "datetime",
        "decimal",
        "enum",
        "fastapi",
        "pathlib",
        "starlette",
        "typing",
        "uuid",
    }
)
"""Packages none of whose types is an `Annotated` in disguise, as `pydantic.PositiveInt` is."""
_NOT_IN_ANNOTATIONS: frozenset[type[nodes.Node]] = frozenset(
    {nodes.Await, nodes.NamedExpression, nodes.Yield}
)


class MarkedParameter(NamedTuple):
    """A parameter that has a marker as its default."""

    node: nodes.Parameter
    marker: str
    """`Depends`, `Query` …"""

    @property
    def is_dependency(self) -> bool:
        """Whether the marker asks for a dependency, not for a part of the request."""
        return self.marker in DEPENDENCY_MARKERS


class Move(NamedTuple):
    """How one such parameter is written with `Annotated`."""

    parameter: MarkedParameter
    default: nodes.Expression | None
    """What remains as the default: the marker's own one."""
    alias: str | None
    """An alias in scope that is this very `Annotated[…]`."""
    type_name: str | None
    """A name in scope for the type, where the parameter has no annotation and its type is known."""
    is_same: bool
    """Whether FastAPI surely reads it as before."""
    caller_gets_default: bool
    """Whether a call in the project leaves it out, and got the marker so far."""


class AnnotatedMoves:
    """Answers for every function of a project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference
        self._aliases = DependencyAliases(application)

    @cached_property
    def marked(self) -> Mapping[Function, tuple[MarkedParameter, ...]]:
        """Functions of linted files, with the parameters that have a marker as default, not in the annotation."""
        found = {}
        defaults = self._application.marker_defaults
        readings = self._application.routing.readings.by_function
        read_by_framework = (each for each in readings if self._application.is_linted(each.module))
        for function in dict.fromkeys([*defaults.linted_functions, *read_by_framework]):
            read = self._read(readings.get(function, ()))
            marked = tuple(
                MarkedParameter(each, marker)
                for each in function.node.parameters
                if each.default is not None
                and (marker := read.get(each.name) or defaults.marker_of(each.default, function.scope))
                and not self._is_annotated(each, function.scope)
            )
            if marked:
                found[function] = marked
        return found

    def _read(self, readings: tuple[Reading, ...] | list[Reading]) -> dict[str, str]:
        """The markers that FastAPI finds in the defaults of a function, by parameter."""
        return {
            each.name: marker
            for reading in readings
            for each in reading.parameters
            if each.node is not None
            and each.default is not None
            and each.marker is not None
            and not each.in_annotated
            and each.marker.node is each.default
            and (marker := marker_name(each.marker.value))
        }

    def _is_annotated(self, parameter: nodes.Parameter, scope: Scope) -> bool:
        """Whether a marker stands in the annotation: FastAPI refuses two."""
        return any(
            self._application.marker_defaults.marker_of(each, where) is not None
            for each, where in written.located_metadata(self._inference, parameter.annotation, scope)
        )

    def of(self, function: Function) -> tuple[Move, ...]:
        """The parameters that can be written with `Annotated`, in order."""
        if any(callee.given for callee in self._callees(function)):
            return ()  # `functools.partial` gives arguments by position, or replaces a default
        moves = (self._move(each, function) for each in self.marked.get(function, ()))
        return tuple(each for each in moves if each is not None)

    def is_read(self, function: Function) -> bool:
        """Whether FastAPI surely reads the signature as it is written."""
        readings = self._application.routing.readings.by_function.get(function, ())
        return bool(readings) and all(
            route.resolution.has_own_signature(reading.callee)
            for reading in readings
            for route in reading.routes[:1]
        )

    def given_by_position(self, function: Function) -> frozenset[str]:
        """The parameters to which a call in the project gives a value without naming them."""
        calls = self._application.marker_defaults.direct_calls.get(function, ())
        return frozenset().union(*(call.by_position for call in calls))

    def _callees(self, function: Function) -> Iterator[Callee]:
        for reading in self._application.routing.readings.by_function.get(function, ()):
            yield reading.callee

    def _move(self, parameter: MarkedParameter, function: Function) -> Move | None:
        node, scope = parameter.node, function.scope
        if not self._is_evaluated(parameter, function):
            return None
        default = None
        if not parameter.is_dependency:
            if not self._is_plain_call(parameter, scope):
                return None
            default = _own_default(node.default)
        left_out = self._is_left_out(node.name, function)
        if left_out and default is None:
            return None  # a call that works today, or is reported for itself
        alias = self._aliases.matching(node, function) if parameter.is_dependency else None
        type_name = None
        if node.annotation is None and alias is None and parameter.is_dependency:
            type_name = self._aliases.type_name(node, function)
            if type_name is None and self._is_bare(parameter, scope):
                return None
        is_same = parameter.is_dependency or self._is_plain(node.annotation, scope)
        return Move(parameter, default, alias, type_name, is_same, left_out)

    def _is_plain_call(self, parameter: MarkedParameter, scope: Scope) -> bool:
        """Whether the marker's call stands there itself, and its default can be taken out of it."""
        call, annotation = parameter.node.default, parameter.node.annotation
        if (
            not isinstance(call, nodes.Call)
            or self._inference.qualified_name(call.func, scope) not in MARKERS
        ):
            return False
        default = _argument(call, "default")
        if any(isinstance(each, nodes.Starred) for each in call.args):
            return False
        if default is None and any(each.name is None for each in call.keywords):
            return False  # perhaps `**` gives one
        if parameter.marker == "Path" and _own_default(call) is not None:
            return False  # refused by FastAPI anyway
        is_text = any(
            isinstance(each, nodes.Constant) and isinstance(each.value, str) for each in [annotation]
        )
        return not is_text and not self._is_type_statement(annotation, scope)

    def _is_type_statement(self, annotation: nodes.Expression | None, scope: Scope) -> bool:
        if not isinstance(annotation, (nodes.Name, nodes.Attribute)):
            return False
        alias = written.alias_of(self._inference, annotation, scope)
        kind = alias.annotation if alias is not None else None
        return isinstance(kind, nodes.Name) and kind.id == "TypeAlias"

    def _is_plain(self, annotation: nodes.Expression | None, scope: Scope) -> bool:
        """Whether an annotation surely has no metadata at its outermost level."""
        match written.unquoted(self._inference, annotation):
            case None | nodes.Constant() | nodes.BinaryOperation():
                return True
            case nodes.Subscript(value=head):
                return _is_plain_type(self._inference.infer(head, scope), but="Annotated")
            case nodes.Name() | nodes.Attribute() as name:
                alias = written.alias_of(self._inference, name, scope)
                if alias is not None:
                    return self._is_plain(alias.value, alias.scope)
                return _is_plain_type(self._inference.infer(name, scope))
        return False

    def _is_left_out(self, name: str, function: Function) -> bool:
        calls = self._application.marker_defaults.direct_calls.get(function, ())
        return any(call.given is None or name not in call.given for call in calls)

    def _is_bare(self, parameter: MarkedParameter, scope: Scope) -> bool:
        """Whether it is `Depends()`, which depends on the type."""
        call = parameter.node.default
        return (
            parameter.is_dependency
            and isinstance(call, nodes.Call)
            and not call.args
            and call.keyword("dependency") is None
            and self._inference.qualified_name(call.func, scope) in MARKERS
        )

    # Annotations that are kept as text

    def _is_evaluated(self, parameter: MarkedParameter, function: Function) -> bool:
        """Whether type and marker mean in `Annotated` what they mean now."""
        node, scope = parameter.node, function.scope
        assert node.default is not None, "a marked parameter has its marker as default"
        if find_in_scope(node.default, _NOT_IN_ANNOTATIONS):
            return False
        is_text = isinstance(node.annotation, nodes.Constant) and isinstance(node.annotation.value, str)
        if not _keeps_text(scope):
            return not (is_text and self._is_bare(parameter, scope))
        if is_text or any(callee.kind not in ("function", "method") for callee in self._callees(function)):
            return False
        given = [node.default] if node.annotation is None else [node.annotation, node.default]
        return all(self._is_global(each.id, scope) for each in walk(given) if isinstance(each, nodes.Name))

    def _is_global(self, name: str, scope: Scope) -> bool:
        """Whether a name is surely a variable of the module, or built in."""
        bindings, where = visible_bindings(name, scope)
        if where is None:
            return True
        always = [binding for binding in bindings if binding.block_end is None]
        return where is scope.module.scope and len(always) == 1


def _keeps_text(scope: Scope) -> bool:
    """Whether the annotations of a module stay text until somebody evaluates them."""
    return any(each.module == "__future__" for each in scope.module.scope.bindings.get("annotations", ()))


def _is_plain_type(value: Value | None, but: str = "") -> bool:
    if isinstance(value, Class):
        return True
    return (
        isinstance(value, External) and value.last != but and value.name.partition(".")[0] in _PLAIN_PACKAGES
    )


def _argument(call: nodes.Expression | None, name: str) -> nodes.Expression | None:
    return call.argument(0, name) if isinstance(call, nodes.Call) else call


def _own_default(call: nodes.Expression | None) -> nodes.Expression | None:
    """The default that a marker such as `Query` gives its parameter; None when that is required."""
    default = _argument(call, "default")
    return None if isinstance(default, nodes.Ellipsis) else default
