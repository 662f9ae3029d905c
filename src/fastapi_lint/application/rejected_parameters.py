"""Parameters of handlers and dependencies that FastAPI refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import Built, Constant, Foreign, Given, Listing, Table, Unknown
from fastapi_lint.application.markers import is_depends, marker_name, read_annotation
from fastapi_lint.application.rejections import Rejection
from fastapi_lint.application.schemaless_types import Schemaless, SchemalessTypes
from fastapi_lint.application.signatures import SEQUENCES
from fastapi_lint.application.source_text import source_text
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading, Reading
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.signatures import Parameter

_QUERY_MODELS = "0.115"
"""The version of FastAPI that brought models of the query string."""
_MODELS = ("pydantic", "sqlmodel")
_ADVICE = {
    "response": "annotate it with the class alone",
    "injected": "annotate it with the class alone: it is always given",
    "table": "take a Pydantic model, and make the row of it",
    "class": "take it from a dependency with `Depends(…)`, or make it a Pydantic model",
}


class RejectedParameters:
    """Looks at each parameter in each of its readings."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._interpreter = application.routing.interpreter
        self._types = SchemalessTypes(application.inference, application.models)

    @property
    def all(self) -> Iterator[Rejection]:
        """What is refused: of each parameter the first reason that there is; a type in linted files only."""
        for _, readings in self._application.routing.readings.parameters:
            found = next((each for each in map(self._rejection, readings) if each is not None), None)
            if found is None and self._application.is_linted(readings[0].signature.function.module):
                if self._application.lazy_annotations.of_parameter(readings) is None:
                    found = self._unusable(readings[0])
            if found is not None:
                yield found

    def _rejection(self, reading: ParameterReading) -> Rejection | None:
        parameter, signature = reading
        if parameter.marker is None:
            return self._not_scalar(reading) if parameter.role == "path" else None
        if parameter.marker_call is None or not _has_own_signature(signature):
            return None
        return (
            self._default_of_marker(reading)
            or self._two_markers(reading)
            or self._wrong_marker(reading)
            or self._not_scalar(reading)
        )

    # Markers

    def _default_of_marker(self, reading: ParameterReading) -> Rejection | None:
        """`Annotated[int, Query(1)]`, `Path(1)`."""
        parameter, _ = reading
        value = parameter.marker.value if parameter.marker is not None else None
        if not isinstance(value, Built) or is_depends(value):
            return None
        given = value.arguments.get(0, "default")
        marker = marker_name(value)
        if given is None or _means_required(given) or not (parameter.in_annotated or marker == "Path"):
            return None
        default = source_text(given.node)
        if marker == "Path":
            reason = f"a path parameter is always there, and `Path({default})` gives it a default"
            return self._at_marker(value, "path-default", reason, "leave the default out")
        reason = f"the default of `{parameter.name}` stands in `{marker}(…)` inside of `Annotated`"
        return self._at_marker(
            value, "default-in-annotated", reason, f"write it behind the parameter: `= {default}`"
        )

    def _at_marker(self, value: Built, kind: str, reason: str, advice: str) -> Rejection:
        arguments = value.arguments
        return Rejection(kind, arguments.environment.scope.module, arguments.call, reason, advice)

    def _two_markers(self, reading: ParameterReading) -> Rejection | None:
        """`Annotated[int, Query()] = Query()`."""
        parameter, signature = reading
        environment = signature.callee.environment
        if parameter.in_annotated or parameter.default is None or environment is None:
            return None
        node = parameter.node
        if node is None or parameter.marker_call is None:
            return None
        metadata = read_annotation(self._interpreter, node.annotation, environment).metadata
        inner = next((each.value for each in reversed(metadata) if marker_name(each.value) is not None), None)
        if inner is None or (is_depends(inner) and not self._is_dependency(parameter)):
            return None
        reason = (
            f"`{parameter.name}` has `{marker_name(inner)}` in `Annotated`, and "
            f"`{source_text(parameter.default)}` as its default"
        )
        return self._at_parameter(reading, "two-markers", reason, "keep one of them")

    def _is_dependency(self, parameter: Parameter) -> bool:
        return parameter.marker is not None and is_depends(parameter.marker.value)

    def _wrong_marker(self, reading: ParameterReading) -> Rejection | None:
        """A parameter of the path with `Query()`, or with a default; a request with any of them."""
        parameter, signature = reading
        if self._is_dependency(parameter):
            return None
        marker = marker_name(parameter.marker.value) if parameter.marker is not None else None
        if parameter.special is not None:
            reason = f"`{parameter.name}` is injected, and `{marker}` says where in the request it is"
            return self._at_parameter(reading, "marked-request", reason, f"leave `{marker}` out")
        route = _with_path_parameter(parameter, signature)
        if route is None:
            return None
        if parameter.in_annotated and parameter.default is not None:
            reason = f"`{parameter.name}` is a variable of `{route.path}`, which is always there, and has a default"
            return self._at_parameter(reading, "path-default", reason, "leave the default out")
        if marker == "Path":
            return None
        reason = f"`{parameter.name}` is a variable of `{route.path}`, and cannot have `{marker}`"
        return self._at_parameter(reading, "path-marker", reason, "use `Path()`, or no marker at all")

    # Types

    def _not_scalar(self, reading: ParameterReading) -> Rejection | None:
        """A list, dict or model in the path; a dict or nested list in the query string."""
        parameter, signature = reading
        kind = source_text(parameter.annotation)
        if parameter.role == "path":
            route = _with_path_parameter(parameter, signature)
            if route is None or not self._is_complex(parameter.shape):
                return None
            reason = f"`{parameter.name}` is a part of the path `{route.path}`, and cannot be a `{kind}`"
            advice = "take a scalar such as `str`, or read it from the body"
            return self._at_parameter(reading, "complex-path", reason, advice)
        if parameter.role != "query" or not self._is_no_query(parameter.shape):
            return None
        reason = f"`{parameter.name}` is read from the query string, which cannot hold a `{kind}`"
        advice = "take scalars, lists of these, or a Pydantic model; or read it from the body with `Body()`"
        return self._at_parameter(reading, "complex-query", reason, advice)

    def _is_complex(self, shape: shapes.Shape) -> bool:
        """Whether FastAPI surely takes a type for more than a scalar."""
        match shape:
            case shapes.Collection(name=name):
                return name in SEQUENCES
            case shapes.Union(members=members):
                return any(self._is_complex(each) for each in members)
            case shapes.Plain() | shapes.Dictionary():
                return self._application.routing.signatures.is_complex(shape) is True
        return False

    def _is_no_query(self, shape: shapes.Shape) -> bool:
        match shape:
            case shapes.Dictionary():
                return True
            case shapes.Plain(cls=cls):
                model = self._application.models.of(cls)
                if model is not None and model.kind in _MODELS:
                    versions = self._application.versions
                    return versions is not None and versions.below("fastapi", _QUERY_MODELS) is True
                return model is not None and model.kind in ("dataclass", "typeddict")
            case shapes.Collection(name=name, elements=elements):
                return name in SEQUENCES and any(self._is_complex(each) for each in elements)
            case shapes.Union(members=members):
                return any(self._is_no_query(each) for each in members)
        return False

    def _unusable(self, reading: ParameterReading) -> Rejection | None:
        """A type that Pydantic has no schema for."""
        parameter, signature = reading
        if parameter.role in ("depends", "special") or parameter.node is None:
            return None
        if signature.callee.environment is None or not _has_own_signature(signature):
            return None
        if parameter.may_be_marked or not self._default_is_plain(reading):
            return None
        found = self._types.find(parameter.node.annotation, signature.callee.environment.scope)
        if found is None:
            return None
        return self._at_parameter(
            reading, "schemaless", schemaless_reason(found, f"`{parameter.name}`"), _ADVICE[found.kind]
        )

    def _default_is_plain(self, reading: ParameterReading) -> bool:
        """Whether the default, if there is one, surely is no marker that only a library knows."""
        default, environment = reading.parameter.default, reading.signature.callee.environment
        if default is None or environment is None:
            return True
        value = self._interpreter.marker(default, environment).value
        return isinstance(value, (Constant, Listing, Table)) or marker_name(value) is not None

    def _at_parameter(self, reading: ParameterReading, kind: str, reason: str, advice: str) -> Rejection:
        parameter, signature = reading
        assert parameter.node is not None, "what FastAPI reads at a place is written there"
        chain = () if signature.is_handler else signature.routes[0].chain
        return Rejection(kind, signature.function.module, parameter.node, reason, advice, chain=chain)


def schemaless_reason(found: Schemaless, what: str) -> str:
    """Why such a type is refused; `what` has it."""
    if found.kind in ("response", "injected"):
        return f"{what} is a `{found.name}` together with something else, of which Pydantic can make no field"
    return f"{what} is a `{found.name}`, of which Pydantic can make no field"


def _has_own_signature(signature: Reading) -> bool:
    """Whether it is the written one that FastAPI reads, whatever the decorators do."""
    return bool(signature.routes) and signature.routes[0].resolution.has_own_signature(signature.callee)


def _means_required(given: Given) -> bool:
    """Whether a default is `...`, which is none; a name that is not known may stand for it."""
    if isinstance(given.node, nodes.Ellipsis):
        return True
    value = given.value
    if isinstance(value, Foreign) and isinstance(value.value, static.External):
        return value.value.last.endswith(("Undefined", "Ellipsis"))
    return isinstance(value, Unknown) and isinstance(given.node, (nodes.Name, nodes.Attribute))


def _with_path_parameter(parameter: Parameter, signature: Reading) -> Route | None:
    """A route that has the parameter in its path."""
    return next((route for route in signature.routes if parameter.name in route.path_parameters), None)
