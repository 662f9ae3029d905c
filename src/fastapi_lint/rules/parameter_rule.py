"""What rules about parameters share: where FastAPI reads signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.diagnostics import Applicability, Fix


class ParameterRule(Rule):
    """Base of rules that look at each parameter of handlers and dependencies."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The parameters that the rule judges to be wrong."""
        for node, readings in app.routing.readings.parameters:
            module = readings[0].signature.function.module
            if app.is_linted(module) and cls.is_wrong(app, readings):
                yield Place(module, node.line)

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter, perhaps of a function that FastAPI calls."""
        line, column, _, _ = self.visit.span(node.name)
        readings = self.app.routing.readings.at(self.module, line, column)
        if readings and self.is_wrong(self.app, readings):
            self.report_parameter(node, readings)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether there is something to say of a parameter, given all its readings."""
        raise NotImplementedError

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Say it."""
        raise NotImplementedError

    def marked(
        self, node: cst.Param, marker: str, applicability: Applicability, arguments: str = ""
    ) -> Fix | None:
        """A fix that puts a marker such as `Query()` beside the type of a parameter."""
        if node.annotation is None:
            return None
        row = self.visit.span(node)[0]
        annotated = self.visit.imports.require(
            "typing", "Annotated", row=row, equivalents=("typing_extensions",)
        )
        called = self.visit.imports.require("fastapi", marker, row=row)
        if annotated is None or called is None:
            return None
        written = self.visit.code(node.annotation.annotation)
        editor = self.editor()
        editor.replace(
            node.annotation.annotation, f"{annotated.expression}[{written}, {called.expression}({arguments})]"
        )
        imports = (*annotated.edits, *called.edits)
        return self.build_fix(
            f"Declare it with `{marker}({arguments})`", applicability, editor, imports=imports
        )


def is_ordinary(readings: tuple[ParameterReading, ...]) -> bool:
    """Whether it is a parameter with a name of its own: neither `*args` nor a receiver."""
    node = readings[0].parameter.node
    return node is not None and node.kind not in ("variadic", "keywords") and node.name not in ("self", "cls")


def markers(node: cst.Param) -> Iterator[cst.Call]:
    """The calls that may be markers of a parameter: its default, and what stands in its `Annotated[…]`."""
    import libcst

    if isinstance(node.default, libcst.Call):
        yield node.default
    annotation = node.annotation.annotation if node.annotation is not None else None
    for element in annotation.slice if isinstance(annotation, libcst.Subscript) else ():
        if isinstance(element.slice, libcst.Index) and isinstance(element.slice.value, libcst.Call):
            yield element.slice.value
