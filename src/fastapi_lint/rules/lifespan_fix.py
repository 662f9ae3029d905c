"""From the event handlers of an app to one `lifespan`: the fix of deprecated-on-event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from fastapi_lint.diagnostics import Applicability, Fix
from fastapi_lint.fixes.bindings import Imported
from fastapi_lint.fixes.regions import RegionEditor, build_fix

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter
    from fastapi_lint.application.registrars import App, EventHandler
    from fastapi_lint.fixes.tree import ParsedRegion
    from fastapi_lint.rules.visit import VisitedFile

_Node = TypeVar("_Node", bound=cst.CSTNode)
_NAMES = ("lifespan", "app_lifespan")
_NEEDED = (
    Imported("collections.abc", "AsyncIterator"),
    Imported("contextlib", "asynccontextmanager"),
    Imported("fastapi", "FastAPI"),
)
_LIFESPAN = """\
@{manager}
async def {name}(app: {app}) -> {iterator}[None]:
{start}
    yield
{end}
"""


class _NoFixError(Exception):
    """Something about the handlers does not allow it."""


def lifespan_fix(interpreter: Interpreter, file: VisitedFile, app: App) -> Fix | None:
    """The edits that replace all event handlers of an app by one lifespan, all in the file of the app."""
    name = next((name for name in _NAMES if name not in file.module.scope.bindings), None)
    if name is None or app.lifespan is not None or app.scope is not file.module.scope:
        return None
    try:
        return _Writer(interpreter, file, app).write(name)
    except _NoFixError:
        return None


class _Writer:
    def __init__(self, interpreter: Interpreter, file: VisitedFile, app: App) -> None:
        self._interpreter = interpreter
        self._file = file
        self._app = app
        self._region: ParsedRegion = file.parsed
        self._editor = RegionEditor(self._region)
        self._calls: dict[str, list[str]] = {"startup": [], "shutdown": []}

    def write(self, name: str) -> Fix | None:
        statement = self._statement_at(self._app.line)
        constructor = _only(call for call in _calls(statement) if self._row(call) == self._app.line)
        self._take_arguments(constructor)
        for handler in self._app.event_handlers:
            if handler.how != "argument":
                self._take_registration(handler)
        required = self._file.imports.require_all(_NEEDED, row=self._app.line)
        if required is None:
            return None
        (iterator, manager, fastapi), edits = required
        self._editor.add_argument(constructor, f"lifespan={name}")
        code = _LIFESPAN.format(
            manager=manager,
            name=name,
            app=fastapi,
            iterator=iterator,
            start="\n".join(self._calls["startup"]),
            end="\n".join(self._calls["shutdown"]),
        )
        code = "".join(f"{line}\n" for line in code.splitlines() if line)
        self._editor.insert_statement_before(
            statement, "\n" * self._missing_blank_lines(statement) + code + "\n\n"
        )
        return build_fix("write one lifespan", Applicability.UNSAFE, self._editor, imports=edits)

    def _missing_blank_lines(self, statement: cst.BaseStatement | cst.SimpleStatementLine) -> int:
        """How many blank lines a definition above the statement lacks."""
        place = self._region.full_span(statement).start
        above = self._file.text[: self._region.span(statement).start].rstrip(" \t")
        blank = len(above) - len(above.rstrip("\n")) - 1
        return max(0, 2 - max(blank, 0)) if place else 0

    def _take_arguments(self, constructor: cst.Call) -> None:
        """Move the handlers of `on_startup=[…]` and `on_shutdown=[…]`."""
        handlers = [each for each in self._app.event_handlers if each.how == "argument"]
        for argument in constructor.args:
            event = argument.keyword.value.removeprefix("on_") if argument.keyword is not None else ""
            if event not in self._calls:
                continue
            if not isinstance(argument.value, (cst.List, cst.Tuple)):
                raise _NoFixError
            elements = [element.value for element in argument.value.elements]
            given = [each for each in handlers if each.event == event]
            if len(elements) != len(given):
                raise _NoFixError
            for element, handler in zip(elements, given, strict=True):
                self._add_call(handler, element)
            self._editor.remove_argument(constructor, argument)

    def _take_registration(self, handler: EventHandler) -> None:
        """Move a handler that a decorator or a call of its own registers."""
        if handler.module is not self._file.module or handler.scope is not handler.module.scope:
            raise _NoFixError
        statement = self._statement_at(handler.line)
        if isinstance(statement, cst.FunctionDef):
            decorator = _only(each for each in statement.decorators if self._row(each) == handler.line)
            if len(statement.decorators) > 1:
                raise _NoFixError  # what the other decorators make of it is unknown
            self._editor.remove_decorator(decorator)
            self._add_call(handler, statement.name)
            return
        call = _only(call for call in _calls(statement) if self._row(call) == handler.line)
        if len(call.args) != 2 or not isinstance(statement, cst.SimpleStatementLine):
            raise _NoFixError
        self._add_call(handler, call.args[1].value)
        self._editor.remove_statement(statement)

    def _add_call(self, handler: EventHandler, written: cst.BaseExpression) -> None:
        function = self._interpreter.described(handler.handler).function
        if function is None or function.node.parameters or handler.event not in self._calls:
            raise _NoFixError
        if not isinstance(written, (cst.Name, cst.Attribute)):
            raise _NoFixError
        call = f"{self._region.tree.code_for_node(written)}()"
        self._calls[handler.event].append(f"    await {call}" if function.is_async else f"    {call}")

    def _statement_at(self, row: int) -> cst.BaseStatement | cst.SimpleStatementLine:
        """The module-level statement that a row belongs to."""
        for statement in self._region.tree.body:
            span = self._region.full_span(statement)
            first = self._file.line_map.location(span.start).row
            last = self._file.line_map.location(max(span.end - 1, span.start)).row
            if first <= row <= last:
                return statement
        raise _NoFixError

    def _row(self, node: cst.CSTNode) -> int:
        return self._file.line_map.location(self._region.span(node).start).row


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    """The outermost calls of a statement."""
    if isinstance(node, cst.Call):
        yield node
        return
    for child in node.children:
        yield from _calls(child)


def _only(found: Iterable[_Node]) -> _Node:
    nodes = list(found)
    if len(nodes) != 1:
        raise _NoFixError
    return nodes[0]
