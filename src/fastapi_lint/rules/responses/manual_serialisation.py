"""FAL320 manual-serialisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.returned import is_changed, origins
from fastapi_lint.application.scopes import comprehension_scope
from fastapi_lint.application.shapes import Collection, Plain, Shape, members
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.return_rule import ReturnRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function, Scope
    from fastapi_lint.diagnostics import Fix

_ENCODER = "fastapi.encoders.jsonable_encoder"
_DUMPS = frozenset({"dict", "model_dump"})
_DUMPED = frozenset({"pydantic", "sqlmodel"})
_DECLARED = frozenset({"dataclass", "pydantic", "sqlmodel"})

_ASSIGNED_AND_RETURNED = 2


class ManualSerialisation(ReturnRule):
    """
    ## What it does
    Reports `return user.model_dump()` and `return jsonable_encoder(user)` in handlers whose response model makes
    FastAPI do it. Dumps with arguments, and dictionaries that are changed before they are returned, are left alone.

    ## Why it is bad
    The work is done twice: FastAPI makes the response model of the dictionary, and serialises that. On the way the
    dump loses what it knew: which fields were set (`response_model_exclude_unset` sends all of them), and the objects
    that a serialiser of the model would have worked on.

    ## Use instead
    `return user`.

    ## Fix
    Unsafe: returns the object itself.

    ## References
    - [FastAPI: Response Model](https://fastapi.tiangolo.com/tutorial/response-model/)
    """

    code = "FAL320"
    name = "manual-serialisation"
    preset = Preset.STRICT
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The values that need not be serialised."""
        if route.kind == "http" and app.responses.is_json(route) and _is_declared(app, route):
            for returned in app.responses.returned(route):
                if _serialisations(app, returned):
                    yield returned

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report the calls of one `return`."""
        calls = [
            call
            for returned in self.wrong(self.app, route)
            if returned.statement is value.statement
            for call in _serialisations(self.app, returned)
        ]
        name = (
            "jsonable_encoder"
            if isinstance(calls[0].func, nodes.Name)
            else getattr(calls[0].func, "attr", "")
        )
        model = route.response_model.text if route.response_model is not None else ""
        self.report(
            node,
            f"`{name}()` is needless: FastAPI makes a `{model}` of what `{route.handler.name}` returns, and serialises "
            "it",
            help="return the object itself",
            fix=self._fix(node, calls),
        )

    def _fix(self, node: cst.Return, calls: list[nodes.Call]) -> Fix | None:
        found = list(self._written(node, calls))
        if len(found) != len(calls):
            return None
        editor = self.editor()
        for call in found:
            inner = call.args[0].value if call.args else getattr(call.func, "value", call)
            editor.replace(call, self.visit.code(inner))
        return self.build_fix("Return the object itself", Applicability.UNSAFE, editor)

    def _written(self, node: cst.CSTNode, calls: list[nodes.Call]) -> Iterator[cst.Call]:
        """The calls as they stand in the `return` statement."""
        import libcst

        if isinstance(node, libcst.Call) and self.call(node) in calls:
            yield node
            return
        for child in node.children:
            yield from self._written(child, calls)


def _is_declared(app: Application, route: Route) -> bool:
    """Whether the response model has fields of its own, for each of its alternatives."""
    shape = app.responses.shape(route)
    return shape is not None and any(_has_fields(app, each) for each in members(shape))


def _has_fields(app: Application, shape: Shape) -> bool:
    match shape:
        case Plain(cls=cls):
            model = app.models.of(cls)
            return model is not None and model.kind in _DECLARED
        case Collection(elements=elements):
            return all(_has_fields(app, each) for each in elements)
    return False


def _serialisations(app: Application, returned: Returned) -> list[nodes.Call]:
    """The calls that serialise a returned value, or each of its elements."""
    function = returned.scope.function
    if isinstance(returned.node, nodes.Name) and function is not None:
        if is_changed(returned.node.id, function) or _is_used_otherwise(returned.node.id, function):
            return []
    found = []
    for node, scope in origins(returned.node, returned.scope):
        elements = [(node, scope)]
        if isinstance(node, nodes.Comprehension) and node.kind == "list":
            elements = [(node.elements[0], comprehension_scope(node, scope))]
        elif isinstance(node, nodes.Sequence) and node.kind == "list":
            elements = [(each, scope) for each in node.elements]
        calls = [
            each for each, where in elements if isinstance(each, nodes.Call) and _serialises(app, each, where)
        ]
        if not calls or len(calls) != len(elements):
            return []
        found += calls
    return found


def _is_used_otherwise(name: str, function: Function) -> bool:
    """Whether a variable is for more than to be returned."""
    mentions = [each for each in walk(function.node.body) if isinstance(each, nodes.Name) and each.id == name]
    return len(mentions) > _ASSIGNED_AND_RETURNED


def _serialises(app: Application, call: nodes.Call, scope: Scope) -> bool:
    """Whether a call makes a dictionary of a model, with all of it."""
    if call.keywords:
        return False
    if isinstance(call.func, nodes.Attribute) and call.func.attr in _DUMPS and not call.args:
        return _is_model(app, app.responses.values.of(call.func.value, scope), _DUMPED)
    if len(call.args) == 1 and app.inference.qualified_name(call.func, scope) == _ENCODER:
        return _is_model(app, app.responses.values.of(call.args[0], scope), _DECLARED | {"orm"})
    return False


def _is_model(app: Application, shape: Shape, kinds: frozenset[str]) -> bool:
    match shape:
        case Plain(cls=cls):
            model = app.models.of(cls)
            return model is not None and model.kind in kinds
        case Collection(name="builtins.list", elements=elements):
            return all(_is_model(app, each, kinds) for each in elements)
    return False
