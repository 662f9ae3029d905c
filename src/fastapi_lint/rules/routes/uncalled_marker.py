"""FAL206 uncalled-marker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.markers import marker_name
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.shapes import Plain
from fastapi_lint.application.values import External, Instance
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import Attached
    from fastapi_lint.application.signatures import Parameter
    from fastapi_lint.diagnostics import Fix

_MARKERS = frozenset(
    f"fastapi.{name}"
    for name in ("Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security")
)
_SCHEMES = "fastapi.security."
_NO_SCHEMES = frozenset({"HTTPAuthorizationCredentials", "HTTPBasicCredentials", "SecurityScopes"})
_SOURCES = {"path": "the path", "query": "the query string", "body": "the request body"}


class UncalledMarker(Rule):
    """
    ## What it does
    Reports `Depends`, `Query` and the other markers where they are not called, and dependencies and security schemes
    that stand in `Annotated` or as a default without `Depends(…)` around them; also where an alias in another module
    holds them.

    ## Why it is bad
    FastAPI takes no notice. The parameter is read from the query string or from the request body instead, so that
    a client who sends `?user=admin` is whoever he likes to be. Nothing fails, not even the tests of a logged-in user.

    ## Use instead
    Call the marker, and wrap the dependency: `Annotated[User, Depends(get_current_user)]`.

    ## Fix
    Unsafe: adds the parentheses or the `Depends(…)`. Requests that got through are then refused.
    """

    code = "FAL206"
    name = "uncalled-marker"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Defaults and metadata of the parameters that FastAPI reads."""
        for (module, line, _), attached in app.routing.readings.attached.items():
            if _consequence(app, attached) is not None:
                yield Place(module, line)

    def visit_Param(self, node: cst.Param) -> None:
        """The default of a parameter."""
        self._check(node.default)

    def visit_Index(self, node: cst.Index) -> None:
        """An element of `Annotated[…]`."""
        self._check(node.value)

    def _check(self, node: cst.BaseExpression | None) -> None:
        if node is None:
            return
        line, column, _, _ = self.visit.span(node)
        attached = self.app.routing.readings.attached.get((self.module, line, column))
        consequence = _consequence(self.app, attached) if attached is not None else None
        if attached is not None and consequence is not None:
            code = self.visit.code(node)
            is_marker = _marker(self.app, attached) is not None
            self.report(
                node,
                f"`{code}` is {'not called' if is_marker else 'not wrapped in `Depends(…)`'}: {consequence}",
                help=f"write `{code}()`" if is_marker else f"write `Depends({code})`",
                fix=self._fix(node, attached),
            )

    def _fix(self, node: cst.BaseExpression, attached: Attached) -> Fix | None:
        code = self.visit.code(node)
        marker = _marker(self.app, attached)
        editor = self.editor()
        if marker is not None:
            is_dependency = marker in ("Depends", "Security")
            if is_dependency and not isinstance(attached.readings[0].parameter.shape, Plain):
                return None  # there is nothing that could be depended on
            editor.replace(node, f"{code}()")
            return self.build_fix(f"Call `{code}`", Applicability.UNSAFE, editor)
        needed = self.visit.imports.require("fastapi", "Depends", row=self.visit.span(node)[0])
        if needed is None:
            return None
        editor.replace(node, f"{needed.expression}({code})")
        return self.build_fix("Wrap it in `Depends(…)`", Applicability.UNSAFE, editor, imports=needed.edits)


def _marker(app: Application, attached: Attached) -> str | None:
    """Name of the marker class that stands there without a call."""
    value = app.inference.infer(attached.expression, attached.scope)
    return value.last if isinstance(value, External) and value.name in _MARKERS else None


def _consequence(app: Application, attached: Attached) -> str | None:
    """What happens at run time; None when there is nothing wrong."""
    parameter = attached.readings[0].parameter
    if parameter.role == "special" or parameter.marker is not None:
        return None
    marker = _marker(app, attached)
    if marker is not None:
        if _means_the_same(marker, parameter, attached):
            return None
    elif not _is_dependency(app, attached):
        return None
    source = _SOURCES.get(parameter.role)
    if source is None:
        return f"FastAPI takes `{parameter.name}` for data of the request"
    return f"FastAPI reads `{parameter.name}` from {source}, whatever the client sends"


def _means_the_same(marker: str, parameter: Parameter, attached: Attached) -> bool:
    """Whether FastAPI reads the parameter from where the marker says, though it does not see the marker."""
    if marker == "Path":
        return parameter.role == "path"
    if attached.is_default:
        return False
    return parameter.role == marker.lower() or (
        parameter.role == "unknown" and marker in ("Query", "Body", "File")
    )


def _is_dependency(app: Application, attached: Attached) -> bool:
    value = app.inference.infer(attached.expression, attached.scope)
    if isinstance(value, Instance):
        return _is_scheme(app, value)
    return isinstance(value, Function) and _looks_like_dependency(app, value, attached)


def _is_scheme(app: Application, value: Instance) -> bool:
    line = app.inference.mro(value.type) if isinstance(value.type, Class) else [value.type]
    return any(
        isinstance(base, External)
        and base.name.startswith(_SCHEMES)
        and not base.last.endswith("Form")
        and base.last not in _NO_SCHEMES
        for base in line
    )


def _looks_like_dependency(app: Application, function: Function, attached: Attached) -> bool:
    """Whether a function is a dependency elsewhere, has markers of its own, or returns the parameter's type."""
    readings = app.routing.readings.by_function.get(function, ())
    if any(not reading.is_handler for reading in readings):
        return True
    scope = function.scope
    for each in function.node.parameters:
        if each.default is not None:
            default = app.routing.interpreter.marker(
                each.default, app.routing.interpreter.environment_at(scope)
            )
            if marker_name(default.value) is not None:
                return True
    wanted = attached.readings[0].parameter.shape
    returned = app.models.shapes.of(function.node.returns, scope)
    return isinstance(wanted, Plain) and returned == wanted
