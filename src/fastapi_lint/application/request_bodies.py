"""What FastAPI reads from the body of a request: parameters of the handler and of all its dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application import shapes
from fastapi_lint.application import values as static
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.validators import validators_of

if TYPE_CHECKING:
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.models import Models
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.routing import Routing
    from fastapi_lint.application.signatures import Parameter

FORM_ROLES = frozenset({"form", "file"})
_FORMS = "fastapi.security.OAuth2PasswordRequestForm"
_SCHEMA_HOOKS = frozenset({"__get_pydantic_core_schema__", "__get_validators__"})


class BodyPart(NamedTuple):
    """One part of a body."""

    name: str
    role: str
    """`body` (JSON), `form` or `file`."""
    callee: Callee
    """The handler or dependency that asks for it."""
    parameter: Parameter | None
    """None for the fields of a form that the library defines."""


def body_parts(routing: Routing, route: Route) -> Iterator[BodyPart]:
    """The parts of the body of an HTTP route, those of the handler first."""
    if route.kind != "http" or route.registration.own is None:
        return
    for callee in (route.handler, *(each.callee for each in route.dependencies)):
        if _is_library_form(routing.interpreter.inference, callee):
            yield BodyPart("username", "form", callee, None)
        for parameter in routing.signatures.of(callee, route.path_parameters):
            if parameter.role == "body" or parameter.role in FORM_ROLES:
                yield BodyPart(parameter.name, parameter.role, callee, parameter)


def _is_library_form(inference: Inference, callee: Callee) -> bool:
    if callee.library_name is not None:
        return callee.library_name.startswith(_FORMS)
    if callee.kind != "class" or callee.cls is None or callee.function is not None:
        return False
    line = inference.mro(callee.cls)
    return any(isinstance(base, static.External) and base.name.startswith(_FORMS) for base in line)


def is_object(inference: Inference, models: Models, shape: shapes.Shape) -> bool:
    """Whether a value of a type surely is a JSON object, or a list of these, and a text never is one."""
    match shape:
        case shapes.Dictionary():
            return True
        case shapes.Plain(cls=cls):
            model = models.of(cls)
            if model is None or model.kind not in ("dataclass", "pydantic", "sqlmodel", "typeddict"):
                return False
            return models.root_of(cls) is None and not takes_text(inference, cls)
        case shapes.Collection(elements=elements):
            return bool(elements) and is_object(inference, models, elements[0])
        case shapes.Union(members=members):
            given = [each for each in members if each != shapes.NONE]
            return bool(given) and all(is_object(inference, models, each) for each in given)
    return False


def takes_text(inference: Inference, cls: Class) -> bool:
    """Whether a model may be made of a text, by a validator that runs before the fields are looked at."""
    for base in inference.mro(cls):
        if not isinstance(base, Class):
            continue
        if not _SCHEMA_HOOKS.isdisjoint(base.body_scope.bindings):
            return True
        for method in base.body_scope.definitions():
            if isinstance(method, Function):
                found = validators_of(inference, method)
                if any(not each.is_of_fields and _runs_before(each.name, each.mode) for each in found):
                    return True
    return False


def _runs_before(name: str, mode: str) -> bool:
    return name == "root_validator" or mode != "after"
