"""FAL315 unexposed-orm-response."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.model_config import model_setting
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.shapes import Plain
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope

_READING = frozenset({"from_orm", "model_validate"})


class UnexposedOrmResponse(Rule):
    """
    ## What it does
    Reports handlers and dependencies that make a Pydantic model of a database row by hand, in ways that fail:
    `Book(**row.__dict__)`, `Book(**vars(row))`, and `Book.model_validate(row)` where `Book` does not say
    `from_attributes=True`.

    ## Why it is bad
    After a commit SQLAlchemy has emptied the `__dict__` of the row, to load it anew when it is read: all fields are
    missing then, and the client gets a 500. What is there holds the internals of SQLAlchemy too. And without
    `from_attributes`, Pydantic refuses anything but a dictionary.

    ## Use instead
    Return the row: FastAPI reads its attributes by the response model. Elsewhere, `Book.model_validate(row)` with
    `model_config = ConfigDict(from_attributes=True)`.

    ## References
    - [Pydantic: Arbitrary class instances](https://docs.pydantic.dev/latest/concepts/models/#arbitrary-class-instances)
    """

    code = "FAL315"
    name = "unexposed-orm-response"
    preset = Preset.STRICT

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Such calls in handlers and dependencies."""
        for function in app.routing.answering:
            if app.is_linted(function.module) and app.is_production(function.module):
                for call, scope in app.located(function.module).calls.values():
                    if scope.function is function and _problem(app, call, scope) is not None:
                        yield Place(function.module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call in a handler or dependency."""
        found = self.app.located(self.module).calls.get(self.visit.span(node))
        if found is None or found[1].function not in self.app.routing.answering:
            return
        problem = _problem(self.app, *found)
        if problem is not None:
            self.report(
                node, problem, help="return the row itself, or declare `from_attributes=True` and validate it"
            )


def _problem(app: Application, call: nodes.Call, scope: Scope) -> str | None:
    """What goes wrong when a call makes a model of a row; None when nothing does."""
    func = call.func
    if isinstance(func, nodes.Attribute) and func.attr in _READING:
        return _reading_problem(app, call, func, scope)
    spread = [each.value for each in call.keywords if each.name is None]
    if len(spread) != 1 or _model(app, func, scope) is None:
        return None
    row = _attributes_of(app, spread[0], scope)
    return _emptied(row) if row is not None else None


def _reading_problem(app: Application, call: nodes.Call, func: nodes.Attribute, scope: Scope) -> str | None:
    cls = _model(app, func.value, scope)
    if cls is None or not call.args or call.keywords:
        return None
    row = _attributes_of(app, call.args[0], scope)
    if row is not None:
        return _emptied(row)
    name = _row(app, call.args[0], scope)
    if name is None or _reads_attributes(app, cls, func.attr):
        return None
    return f"Pydantic refuses the `{name}`: `{cls.name}` reads no attributes"


def _reads_attributes(app: Application, cls: Class, method: str) -> bool:
    """Whether a model may take objects; `from_orm` with `orm_mode` is how Pydantic 1 does it."""
    names = ["from_attributes"]
    if method == "from_orm" and not (app.versions is not None and app.versions.at_least("pydantic", "2")):
        names.append("orm_mode")
    found = [model_setting(app.inference, cls, name) for name in names]
    return any(each.value or not each.is_known for each in found)


def _emptied(row: str) -> str:
    return f"after a commit the `__dict__` of a `{row}` is empty: the fields are missing, and the client gets a 500"


def _attributes_of(app: Application, node: nodes.Expression, scope: Scope) -> str | None:
    """The class of the row whose `__dict__` an expression is."""
    match node:
        case nodes.Attribute(value=value, attr="__dict__"):
            return _row(app, value, scope)
        case nodes.Call(args=[value]) if app.inference.qualified_name(node.func, scope) == "builtins.vars":
            return _row(app, value, scope)
    return None


def _row(app: Application, node: nodes.Expression, scope: Scope) -> str | None:
    shape = app.responses.values.of(node, scope)
    model = app.models.of(shape.cls) if isinstance(shape, Plain) else None
    return model.name if model is not None and model.is_table else None


def _model(app: Application, node: nodes.Expression, scope: Scope) -> Class | None:
    value = app.inference.infer(node, scope)
    model = app.models.of(value) if isinstance(value, Class) else None
    return model.cls if model is not None and model.kind == "pydantic" else None
