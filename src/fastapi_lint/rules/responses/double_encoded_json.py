"""FAL307 double-encoded-json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.returned import Nature, origins
from fastapi_lint.application.shapes import ANYTHING, UNKNOWN, Scalar, Shape, members
from fastapi_lint.application.source_text import source_text
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.rules.return_rule import ReturnRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.diagnostics import Fix

_ENCODERS = frozenset(
    {"json.dumps", "orjson.dumps", "simplejson.dumps", "ujson.dumps", "msgspec.json.encode"}
)
_METHODS = frozenset({"json", "model_dump_json"})
_MODELS = ("pydantic.BaseModel", "sqlmodel.SQLModel")
_HARMLESS = frozenset({"default", "ensure_ascii", "indent", "separators", "sort_keys"})


class DoubleEncodedJson(ReturnRule):
    """
    ## What it does
    Reports handlers of JSON routes that return JSON as text: `json.dumps(…)`, `model_dump_json()` and the like.

    ## Why it is bad
    FastAPI encodes what is returned, the text too: clients get a string with escaped quotes in it, and have to parse
    twice. With a response model it is no value of that model, and every request ends in a 500.

    ## Use instead
    Return the object. Where the text is all there is, put it into a response: `Response(text, media_type=…)`.

    ## Fix
    Unsafe: returns what was encoded. The answer is then the JSON that was meant.
    """

    code = "FAL307"
    name = "double-encoded-json"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The values that are text already."""
        if route.kind == "http" and route.registration.own is not None and app.responses.is_json(route):
            yield from (value for value in app.responses.returned(route) if _encoder(app, value) is not None)

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report the text."""
        encoder = _encoder(self.app, value)
        function = source_text(encoder.func) if encoder is not None else ""
        shape = self.app.responses.shape(route)
        fails = shape is not None and not any(_is_text(each) for each in members(shape))
        result = (
            "it is no value of the response model: a 500" if fails else "clients get a string with JSON in it"
        )
        self.report(
            node,
            f"`{function}` gives text, which `{shown(route)}` encodes once more: {result}",
            help="return the object itself: FastAPI encodes it",
            fix=self._fix(node, encoder, value) if shape is None or fails else None,
        )

    def _fix(self, node: cst.Return, encoder: nodes.Call | None, value: Returned) -> Fix | None:
        """Return what is encoded, where the call says nothing that FastAPI would do otherwise."""
        import libcst

        call = node.value
        if not isinstance(call, libcst.Call) or encoder is not value.statement.value:
            return None
        arguments = [each for each in call.args if not each.keyword or each.keyword.value not in _HARMLESS]
        if isinstance(call.func, libcst.Attribute) and call.func.attr.value in _METHODS and not arguments:
            encoded = call.func.value
        elif len(arguments) == 1 and not arguments[0].keyword and not arguments[0].star:
            encoded = arguments[0].value
        else:
            return None
        editor = self.editor()
        editor.replace(call, encoded)
        return self.build_fix("Return the object itself", Applicability.UNSAFE, editor)


def _encoder(app: Application, value: Returned) -> nodes.Call | None:
    """The call that makes text of what is returned."""
    if value.nature is Nature.RESPONSE:
        return None
    for node, scope in origins(value.node, value.scope):
        if (
            isinstance(node, nodes.Call)
            and isinstance(node.func, nodes.Attribute)
            and node.func.attr == "decode"
        ):
            node = node.func.value
        if isinstance(node, nodes.Call) and _encodes(app, node, scope):
            return node
    return None


def _encodes(app: Application, call: nodes.Call, scope: Scope) -> bool:
    if app.inference.qualified_name(call.func, scope) in _ENCODERS:
        return True
    if not isinstance(call.func, nodes.Attribute) or call.func.attr not in _METHODS:
        return False
    return app.inference.is_instance(app.inference.infer(call.func.value, scope), _MODELS)


def _is_text(shape: Shape) -> bool:
    return shape in (ANYTHING, UNKNOWN, Scalar("builtins.str"), Scalar("builtins.bytes"))
