"""FAL401 non-annotated-parameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.annotated_moves import MarkedParameter, Move
    from fastapi_lint.application.application import Application
    from fastapi_lint.diagnostics import Fix

_KNOWN_SINCE = "0.95"


class NonAnnotatedParameter(Rule):
    """
    ## What it does
    Reports parameters that have `Depends(…)`, `Query(…)` or another marker of FastAPI as their default: in handlers,
    in dependencies, also of other modules, and in the `__init__` and `__call__` of classes.

    ## Why it is bad
    The default is a lie. Whoever else calls the function without the argument, a test or a script, gets the marker
    object itself instead of an error, and type checkers believe that the argument is optional. The declaration can
    neither be named nor shared, so that `db: Session = Depends(get_db)` is repeated in every handler.

    ## Use instead
    `Annotated[Session, Depends(get_db)]`, and an alias for what many functions need:
    `SessionDep = Annotated[Session, Depends(get_db)]`.

    ## Fix
    Moves the markers of the whole signature. An alias that is in scope is used; what is required and stands behind
    a default becomes keyword-only, which FastAPI does not mind.

    Safe where FastAPI reads the signature for a known route: OpenAPI document and behaviour stay the same. Unsafe
    where nothing shows that FastAPI reads it, where a decorator stands between, where a call in the project leaves
    out an argument and then gets the real default, and where the type has other metadata (`pydantic.PositiveInt`
    has, too): FastAPI ignores those beside a default and heeds them in `Annotated`.

    ## References
    - [FastAPI: Query Parameters and String Validations](https://fastapi.tiangolo.com/tutorial/query-params-str-validations/)
    """

    code = "FAL401"
    name = "non-annotated-parameter"
    preset = Preset.STRICT
    fixes = (Applicability.SAFE, Applicability.UNSAFE)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The functions with markers as defaults."""
        if app.versions and app.versions.at_least("fastapi", _KNOWN_SINCE) is False:
            return
        for function in app.annotated_moves.marked:
            yield Place(function.module, function.node.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A function, perhaps with such parameters."""
        function = self.definition(node)
        if not isinstance(function, Function):
            return
        marked = {each.node.name: each for each in self.app.annotated_moves.marked.get(function, ())}
        if not marked or (self.app.versions and self.app.versions.at_least("fastapi", _KNOWN_SINCE) is False):
            return
        moves = self.app.annotated_moves.of(function)
        fix = self._fix(node, function, moves)
        mended = {move.parameter.node.name for move in moves}
        parameters = node.params
        for each in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
            name = each.name.value
            if name in marked:
                self._report(each, marked[name], function, fix if name in mended else None)

    def _report(self, node: cst.Param, marked: MarkedParameter, function: Function, fix: Fix | None) -> None:
        called = function.owner.name if function.owner is not None else function.name
        self.report(
            node.name,
            f"`{marked.node.name}` has `{marked.marker}(…)` as its default: who else calls `{called}` without it "
            "gets the marker itself",
            help=f"declare it as `{marked.node.name}: Annotated[…, {marked.marker}(…)]`",
            fix=fix,
        )

    def _fix(self, node: cst.FunctionDef, function: Function, moves: tuple[Move, ...]) -> Fix | None:
        from fastapi_lint.rules.annotated_fix import annotated_fix

        is_safe = self.app.annotated_moves.is_read(function) and all(
            move.is_same and not move.caller_gets_default for move in moves
        )
        by_position = self.app.annotated_moves.given_by_position(function)
        return annotated_fix(self, node, moves, by_position, is_safe=is_safe)
