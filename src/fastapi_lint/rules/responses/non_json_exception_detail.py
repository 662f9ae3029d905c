"""FAL321 non-json-exception-detail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.answers import HTTP_EXCEPTIONS
from fastapi_lint.application.assembly.values import Blueprint, Foreign
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.shapes import Collection, Plain, Scalar, Shape, Union, members
from fastapi_lint.application.values import External
from fastapi_lint.diagnostics import Severity
from fastapi_lint.index import nodes
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.wording import quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope

_MODELS = frozenset({"dataclass", "orm", "pydantic", "sqlmodel"})
_UNENCODABLE = frozenset(
    {
        "builtins.bytearray", "builtins.bytes", "builtins.complex", "datetime.date", "datetime.datetime",
        "datetime.time", "datetime.timedelta", "decimal.Decimal", "pathlib.Path", "pathlib.PurePath", "uuid.UUID",
    }
)  # fmt: skip
_SETS = frozenset({"builtins.frozenset", "builtins.set", "typing.Generator"})
_ENCODABLE_BASES = ("builtins.dict", "builtins.int", "builtins.list", "builtins.str")


class NonJsonExceptionDetail(Rule):
    """
    ## What it does
    Reports `HTTPException` with a detail that is no JSON: an exception, a model, a dataclass, a date, a set, also
    inside a dictionary or list.

    ## Why it is bad
    FastAPI puts the detail into a plain `JSONResponse`, which cannot encode it: the client gets a 500 in place of the
    error, and the log a TypeError that has nothing to do with it.

    ## Use instead
    A text, or what `model_dump(mode="json")` or `jsonable_encoder()` make of it.
    """

    code = "FAL321"
    name = "non-json-exception-detail"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls themselves: they are everywhere, so visiting all that might be one would cost too much."""
        if _has_own_handler(app):
            return
        for module in app.linted(app.modules):
            for call, scope in app.located(module).calls.values():
                if _culprit(app, call, scope) is not None:
                    yield Place(module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call that makes an HTTP error."""
        call = self.call(node)
        culprit = _culprit(self.app, call, self.scope) if call is not None else None
        if culprit is not None and not _has_own_handler(self.app):
            self.report(
                node,
                f"`{quoted(culprit)}` cannot be encoded as JSON: the client gets a 500 in place of this error",
                help="give a text as detail, or encode it with `jsonable_encoder`",
            )


def _culprit(app: Application, call: nodes.Call, scope: Scope) -> nodes.Expression | None:
    """The part of the detail that JSON has no form for, if a call makes an HTTP error."""
    detail = call.argument(1, "detail")
    if detail is None:
        return None
    made = app.inference.infer(call.func, scope)
    if not isinstance(made, External) or made.name not in HTTP_EXCEPTIONS:
        return None
    return _unencodable(app, detail, scope)


def _unencodable(app: Application, node: nodes.Expression, scope: Scope) -> nodes.Expression | None:
    """The part of a value that JSON has no form for."""
    match node:
        case nodes.Mapping(values=values):
            return next((found for each in values if (found := _unencodable(app, each, scope))), None)
        case nodes.Sequence(kind="list" | "tuple", elements=elements):
            return next((found for each in elements if (found := _unencodable(app, each, scope))), None)
        case nodes.Name(id=name, line=line):
            bindings = reaching_bindings(name, scope, line)
            if bindings and all(each.kind == "except" for each in bindings):
                return node
    shape = app.responses.values.of(node, scope)
    return node if all(_is_unencodable(app, each) for each in members(shape)) else None


def _is_unencodable(app: Application, shape: Shape) -> bool:
    match shape:
        case Scalar(name=name):
            return name in _UNENCODABLE or app.inference.is_subclass(
                External(name), ["builtins.BaseException"]
            )
        case Plain(cls=cls):
            return _is_unencodable_class(app, cls)
        case Collection(name=name, elements=elements):
            return name in _SETS or any(
                not isinstance(each, Union) and _is_unencodable(app, each) for each in elements
            )
    return False


def _is_unencodable_class(app: Application, cls: Class) -> bool:
    model = app.models.of(cls)
    if model is not None:
        plain_enum = model.kind == "enum" and not app.inference.is_subclass(cls, _ENCODABLE_BASES)
        return model.kind in _MODELS or (plain_enum and _is_bare_enum(app, cls))
    return app.inference.is_subclass(
        cls, ["builtins.BaseException", "builtins.Exception", "builtins.ValueError"]
    )


def _is_bare_enum(app: Application, cls: Class) -> bool:
    """Whether an enumeration derives from `Enum` alone."""
    return all(not isinstance(base, External) or base.name == "enum.Enum" for base in app.inference.mro(cls))


def _has_own_handler(app: Application) -> bool:
    """Whether the project answers HTTP errors itself, perhaps encoding the detail."""
    apps = [found for found in app.apps if app.is_production(found.module)]
    for each in (handler for found in apps for handler in found.exception_handlers):
        value = each.exception.value if each.exception is not None else None
        if isinstance(value, Blueprint):
            return True
        if not isinstance(value, Foreign) or not isinstance(value.value, External):
            return True
        if value.value.name in (*HTTP_EXCEPTIONS, "builtins.Exception"):
            return True
    return False
