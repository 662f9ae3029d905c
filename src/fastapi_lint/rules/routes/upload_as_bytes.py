"""FAL225 upload-as-bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.shapes import Collection, NoneType, Scalar, Shape, members
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.diagnostics import Fix


class UploadAsBytes(ParameterRule):
    """
    ## What it does
    Reports uploads that are taken as `bytes` with `File()`, or as a list of them.

    ## Why it is bad
    FastAPI reads the whole file into memory before the handler is called, however long it is and however many
    clients send one. Its name and content type are lost.

    ## Use instead
    `UploadFile`: it keeps what is long on disk, and is read piece by piece. `max_body_size` (FastAPI 0.165) limits it.

    ## Fix
    Hint: takes an `UploadFile`. The code that uses the bytes has to read them: `await file.read()`.
    """

    code = "FAL225"
    name = "upload-as-bytes"
    preset = Preset.STRICT
    fixes = (Applicability.HINT,)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is a file that is read as bytes."""
        return all(parameter.role == "file" and _is_bytes(parameter.shape) for parameter, _ in readings)

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        self.report(
            node.name,
            f"`{shown(signature.routes[0])}` has all of `{parameter.name}` in memory before it can look at it",
            help="take an `UploadFile`",
            hints=self._hints(node),
        )

    def _hints(self, node: cst.Param) -> Iterator[Fix]:
        import libcst
        from libcst import matchers

        needed = self.visit.imports.require("fastapi", "UploadFile", row=self.visit.span(node)[0])
        found = (
            matchers.findall(node.annotation, matchers.Name("bytes")) if node.annotation is not None else ()
        )
        if needed is None or len(found) != 1:
            return
        editor = self.editor()
        editor.replace(found[0], libcst.parse_expression(needed.expression))
        fix = self.build_fix("Take an `UploadFile`", Applicability.HINT, editor, imports=needed.edits)
        if fix is not None:
            yield fix


def _is_bytes(shape: Shape) -> bool:
    found = [each for each in members(shape) if not isinstance(each, NoneType)]
    return bool(found) and all(
        any(map(_is_bytes, each.elements))
        if isinstance(each, Collection)
        else isinstance(each, Scalar) and each.name == "builtins.bytes"
        for each in found
    )
