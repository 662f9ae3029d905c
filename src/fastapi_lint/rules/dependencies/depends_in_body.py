"""FAL403 depends-in-body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.names import all_definitions
from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk, walk_scope
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.wording import quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall
    from fastapi_lint.application.scopes import Function

_OWN_ATTRIBUTES = frozenset({"dependency", "max_concurrency", "scope", "scopes", "use_cache"})
"""What a `Depends` object really has."""


class DependsInBody(Rule):
    """
    ## What it does
    Reports `Depends(…)` that is evaluated where FastAPI does not look: in the body of a handler or dependency, as an
    argument there, or as a variable whose attributes are then used as if it were what the dependency returns.

    Markers in signatures, in `Annotated`, in `dependencies=[…]`, in aliases for these, and in functions that build
    routers are what they should be.

    ## Why it is bad
    `Depends(…)` calls nothing. It makes an object that tells FastAPI what to call, and outside of a signature nobody
    reads it: `db.query` is an `AttributeError`, and a check written that way lets everybody through.

    ## Use instead
    Declare it in the signature, and pass the value on to what needs it.
    """

    code = "FAL403"
    name = "depends-in-body"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Every `Depends(…)` that is used as a value."""
        for each in app.providers.calls:
            if app.is_linted(each.module) and _misuse(app, each) is not None:
                yield Place(each.module, each.call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A `Depends(…)`."""
        found = self.app.providers.written.get(self.module, {}).get(self.visit.span(node))
        misuse = _misuse(self.app, found) if found is not None else None
        if found is None or misuse is None:
            return
        trace: tuple[TraceStep, ...] = ()
        if misuse is not found.call:
            place = Location(misuse.line, getattr(misuse, "column", 0) + 1)
            trace = (TraceStep(self.module.path, place, f"`{quoted(misuse)}` is read from the marker"),)
        called = quoted(found.dependency) if found.dependency is not None else "the dependency"
        self.report(
            node,
            f"nobody resolves this `{self.visit.code(node.func)}(…)`: `{called}` is not called, and what is used "
            "here is the marker object",
            help="declare it in the signature of the route or dependency, and pass the value on",
            trace=trace,
        )


def _misuse(app: Application, depends: DependsCall) -> nodes.Expression | None:
    """Where the object is taken for the dependency's result; None where it may be meant as a marker."""
    scope = depends.scope
    if scope.parent is None:
        return next(_attributes_read(_module_name(depends), depends), None)
    function = scope.function
    if function is None or scope.is_class:
        return None
    for node in walk_scope(function.node.body):
        how = _taken(node, depends.call)
        if how == "value" or (how in ("argument", "returned") and _runs_for_requests(app, function)):
            return depends.call
        if how is not None and how.startswith("="):
            if _runs_for_requests(app, function) and not _is_marker_again(function, how[1:]):
                return depends.call
            return next(_attributes_read(how[1:], depends), None)
    return None


def _runs_for_requests(app: Application, function: Function) -> bool:
    return app.answers_requests(function) or function in app.providers.functions


def _taken(node: nodes.Node, call: nodes.Call) -> str | None:
    """How a node uses a call directly below it; `=name` when it gives it that name."""
    match node:
        case nodes.Await(value=value) | nodes.Attribute(value=value) | nodes.ExpressionStatement(value=value):
            return "value" if value is call else None
        case nodes.WithItem(context=value) | nodes.For(iterable=value):
            return "value" if value is call else None
        case nodes.Return(value=value):
            return "returned" if value is call else None
        case nodes.Call():
            if node.func is call:
                return "value"
            handed = [*node.args, *(keyword.value for keyword in node.keywords)]
            return "argument" if any(each is call for each in handed) else None
        case nodes.Assign(targets=[nodes.Name(id=name)], value=value):
            return f"={name}" if value is call else None
    return None


def _is_marker_again(function: Function, name: str) -> bool:
    """Whether a nested function's signature, a list or an `Annotated` takes a variable."""
    for node in walk_scope(function.node.body):
        match node:
            case nodes.Parameter() | nodes.Subscript() | nodes.Sequence() | nodes.Mapping():
                if any(isinstance(each, nodes.Name) and each.id == name for each in walk(node)):
                    return True
    return False


def _module_name(depends: DependsCall) -> str | None:
    """The module-level variable that holds the object, if no function has one of that name."""
    module = depends.module
    for name, bindings in module.scope.bindings.items():
        if any(each.value is depends.call and each.kind == "assign" for each in bindings):
            inside = any(name in each.body_scope.bindings for each in all_definitions(module.scope))
            return None if inside or len(bindings) > 1 else name
    return None


def _attributes_read(name: str | None, depends: DependsCall) -> Iterator[nodes.Attribute]:
    """Attributes read from a variable that a `Depends` object does not have."""
    if name is None:
        return
    function = depends.scope.function
    for node in walk(function.node.body if function is not None else depends.module.index.body):
        match node:
            case nodes.Attribute(value=nodes.Name(id=read), attr=attr):
                if read == name and attr not in _OWN_ATTRIBUTES:
                    yield node
