"""Signatures as FastAPI reads them: where the value of each parameter comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import (
    Blueprint,
    Built,
    Choice,
    Constant,
    Foreign,
    Given,
    Unknown,
    Value,
)
from fastapi_lint.application.markers import is_depends, marker_name, read_annotation
from fastapi_lint.application.scopes import Class
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.environment import Environment
    from fastapi_lint.application.assembly.interpreter import Interpreter
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.models import Models
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Scope

_ROLES = {
    "Path": "path",
    "Query": "query",
    "Header": "header",
    "Cookie": "cookie",
    "Body": "body",
    "Form": "form",
    "File": "file",
}
_ALIASES = ("validation_alias", "alias")
"""Arguments of markers that name the parameter; the first one given counts."""
_SPECIAL = {
    "Request": "request",
    "WebSocket": "websocket",
    "HTTPConnection": "connection",
    "Response": "response",
    "BackgroundTasks": "background_tasks",
    "SecurityScopes": "security_scopes",
}
SEQUENCES = frozenset(
    f"{package}.{name}"
    for package, names in {
        "builtins": ("frozenset", "list", "set", "tuple"),
        "collections": ("deque",),
        "collections.abc": ("MutableSequence", "Sequence"),
        "typing": ("Sequence",),
    }.items()
    for name in names
)
"""Collections that FastAPI takes for complex types; it takes `Iterable` and `Set` for scalars."""
_UNSURE = (Choice, Unknown)
"""Values that may be a marker at run time."""
_DATA_MODELS = frozenset({"pydantic", "sqlmodel", "dataclass", "typeddict", "namedtuple"})


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter of a handler or dependency."""

    name: str
    role: str
    """`path`, `query`, `header`, `cookie`, `body`, `form`, `file`, `depends`, `special`, or `unknown`."""
    node: nodes.Parameter | None
    """As written; None for a field of a class that is used as a dependency."""
    line: int
    annotation: nodes.Expression | None
    """The type, without `Annotated` and through aliases."""
    environment: Environment
    """Where the type stands."""
    default: nodes.Expression | None
    """The written default, a marker included."""
    marker: Given | None = None
    """The `Query()`, `Depends()` … that decides."""
    in_annotated: bool = False
    """The marker stands in `Annotated`, not as the default."""
    alias: str | None = None
    """`alias=` of the marker."""
    special: str | None = None
    """`request`, `websocket`, `connection`, `response`, `background_tasks` or `security_scopes`."""
    shape: shapes.Shape = shapes.UNKNOWN
    may_be_marked: bool = False
    """Something that may be a marker at run time stands there, and no known one."""

    @property
    def scope(self) -> Scope:
        """The scope in which its type stands."""
        return self.environment.scope

    @property
    def module(self) -> Module:
        """The module in which its type stands."""
        return self.environment.scope.module

    @property
    def marker_call(self) -> nodes.Call | None:
        """The marker's call."""
        value = self.marker.value if self.marker is not None else None
        return value.arguments.call if isinstance(value, Built) else None

    @property
    def has_known_name(self) -> bool:
        """Whether the name that it has in the request is known: aliases may be computed, or several."""
        value = self.marker.value if self.marker is not None else None
        if not isinstance(value, Built):
            return True
        aliases = [value.arguments.value(None, name) for name in _ALIASES]
        return value.arguments.rest is None and all(
            each is None or isinstance(each, Constant) for each in aliases
        )

    @property
    def external_name(self) -> str:
        """The name it has in the request."""
        if self.alias is not None:
            return self.alias
        return self.name.replace("_", "-") if self.role == "header" else self.name


class Signatures:
    """Reads signatures; FastAPI's rules for parameters without a marker depend on the route's path."""

    def __init__(self, interpreter: Interpreter, models: Models) -> None:
        self._interpreter = interpreter
        self._models = models
        self._read: dict[tuple[int, frozenset[str]], list[Parameter]] = {}
        self._kept: list[Callee] = []

    def of(self, callee: Callee, path_parameters: Collection[str] = ()) -> list[Parameter]:
        """The parameters of a callable, in order, for a route with these variables in its path."""
        names = frozenset(path_parameters)
        key = (id(callee), names)
        if key not in self._read:
            self._kept.append(callee)
            self._read[key] = list(self._parameters(callee, names))
        return self._read[key]

    def _parameters(self, callee: Callee, path: frozenset[str]) -> Iterator[Parameter]:
        environment = callee.environment
        if environment is None:
            return
        if (
            callee.kind == "class"
            and callee.cls is not None
            and callee.function is None
            and not callee.is_view
        ):
            yield from self._fields(callee.cls, path)
            return
        bound = {name: given for arguments in callee.given for name, given in arguments.keywords.items()}
        for each in callee.parameters:
            yield self._parameter(
                each, each.name, each.annotation, each.default, environment, path, bound.get(each.name)
            )

        if callee.is_view and callee.cls is not None:
            yield from self._annotated_attributes(callee.cls, path)

    def _annotated_attributes(self, cls: Class, path: frozenset[str]) -> Iterator[Parameter]:
        """What a class-based view declares in its body."""
        for base in reversed(self._interpreter.inference.mro(cls)):
            if not isinstance(base, Class):
                continue
            environment = self._interpreter.environment_at(base.body_scope)
            for statement in base.node.body:
                if isinstance(statement, nodes.Assign) and isinstance(statement.targets[0], nodes.Name):
                    name, annotation = statement.targets[0].id, statement.annotation
                    if annotation is not None:
                        yield self._parameter(
                            None, name, annotation, statement.value, environment, path, None
                        )

    def _fields(self, cls: Class, path: frozenset[str]) -> Iterator[Parameter]:
        """A dataclass or a pydantic model used as a dependency: its fields are the parameters."""
        model = self._models.of(cls)
        if model is None:
            return
        for field in model.fields.values():
            environment = self._interpreter.environment_at(field.scope)
            yield self._parameter(None, field.name, field.annotation, field.default, environment, path, None)

    def _parameter(
        self,
        node: nodes.Parameter | None,
        name: str,
        annotation: nodes.Expression | None,
        default: nodes.Expression | None,
        environment: Environment,
        path: frozenset[str],
        bound: Given | None,
    ) -> Parameter:
        found = read_annotation(self._interpreter, annotation, environment)
        marker = next(
            (each for each in reversed(found.metadata) if marker_name(each.value) is not None), None
        )
        in_annotated = marker is not None
        may_be_marked = marker is None and any(isinstance(each.value, _UNSURE) for each in found.metadata)
        if default is not None and bound is None:
            as_default = self._interpreter.marker(default, environment)
            may_be_marked |= isinstance(default, nodes.Call) and isinstance(as_default.value, _UNSURE)
            may_be_marked |= _is_foreign(as_default.value)
            if marker_name(as_default.value) is not None:
                marker, in_annotated = as_default, False
        elif bound is not None and marker_name(bound.value) is not None:
            marker, in_annotated = bound, False
        special = None
        shape: shapes.Shape = shapes.UNKNOWN
        if marker is not None and is_depends(marker.value):
            role = "depends"
        else:
            special = self._special(found.type, found.environment)
            shape = self._models.shapes.of(found.type, found.environment.scope)
            role = self._role(name, marker, special, shape, found.type, path)
            if may_be_marked and marker is None and special is None and name not in path:
                role = "unknown"
        line = node.line if node is not None else getattr(annotation, "line", 0)
        return Parameter(
            name,
            role,
            node,
            line,
            found.type,
            found.environment,
            default,
            marker,
            in_annotated,
            _alias(marker),
            special,
            shape,
            may_be_marked and marker is None,
        )

    def _role(
        self,
        name: str,
        marker: Given | None,
        special: str | None,
        shape: shapes.Shape,
        annotation: nodes.Expression | None,
        path: frozenset[str],
    ) -> str:
        if marker is not None:
            return _ROLES[marker_name(marker.value) or ""]
        if special is not None:
            return "special"
        if name in path:
            return "path"
        if annotation is None:
            return "query"
        if _is_upload(shape) or _is_bare_collection(annotation, shape):
            return "file"
        complexity = self.is_complex(shape)
        return "unknown" if complexity is None else "body" if complexity else "query"

    def _special(self, annotation: nodes.Expression | None, environment: Environment) -> str | None:
        if annotation is None:
            return None
        value = self._interpreter.evaluate(annotation, environment)
        if isinstance(value, Foreign) and isinstance(value.value, static.External):
            return _special_of(value.value)
        if isinstance(value, Blueprint):
            for base in self._interpreter.inference.mro(value.cls):
                if isinstance(base, static.External):
                    found = _special_of(base)
                    if found is not None:
                        return found
        return None

    def is_complex(self, shape: shapes.Shape) -> bool | None:
        """Whether FastAPI takes a type for a body (a model, a collection); None when that is not known."""
        match shape:
            case shapes.NoneType() | shapes.Anything():
                return False
            case shapes.Collection(name=name):
                return not name.startswith("builtins.str")
            case shapes.Dictionary():
                return True
            case shapes.Scalar(name=name):
                return False if _is_known_scalar(name) else None
            case shapes.Plain(cls=cls):
                model = self._models.of(cls)
                if model is None:
                    return None
                return model.kind in _DATA_MODELS or (model.kind == "orm" and None)
            case shapes.Union(members=members):
                found = [self.is_complex(each) for each in members]
                return True if True in found else None if None in found else False
        return None


def _special_of(known: static.External) -> str | None:
    package = known.name.partition(".")[0]
    if package not in ("fastapi", "starlette"):
        return None
    return _SPECIAL.get(known.last) or ("response" if known.last.endswith("Response") else None)


def _is_upload(shape: shapes.Shape) -> bool:
    match shape:
        case shapes.Scalar(name=name):
            return name.rpartition(".")[2] == "UploadFile"
        case shapes.Union(members=members):
            return any(_is_upload(each) for each in members)
        case shapes.Collection(elements=elements):
            return bool(elements) and all(_is_upload(each) for each in elements)
    return False


def _is_foreign(value: Value) -> bool:
    """Whether a value is what an unknown library calls it: perhaps a dependency that it offers."""
    if not isinstance(value, Foreign) or not isinstance(value.value, static.External):
        return False
    return value.value.name.partition(".")[0] not in _KNOWN_PACKAGES


def _is_bare_collection(annotation: nodes.Expression, shape: shapes.Shape) -> bool:
    """Whether a type is `list` and no more: FastAPI takes it for a list of uploads, as nothing in it is none."""
    if not isinstance(annotation, (nodes.Name, nodes.Attribute)):
        return False
    return isinstance(shape, shapes.Collection) and shape.name in SEQUENCES


_SCALAR_PACKAGES = frozenset(
    {"builtins", "datetime", "decimal", "enum", "ipaddress", "pathlib", "typing", "uuid"}
)
_KNOWN_PACKAGES = _SCALAR_PACKAGES | {"fastapi", "http", "pydantic", "starlette", "sys"}
"""Packages whose objects are no markers, or are markers that are known."""


def _is_known_scalar(name: str) -> bool:
    package, _, _ = name.partition(".")
    return package in _SCALAR_PACKAGES or name.startswith("pydantic.")


def _alias(marker: Given | None) -> str | None:
    value = marker.value if marker is not None else None
    if not isinstance(value, Built):
        return None
    for name in _ALIASES:
        given = value.arguments.value(None, name)
        if isinstance(given, Constant) and isinstance(given.value, str):
            return given.value
    return None
