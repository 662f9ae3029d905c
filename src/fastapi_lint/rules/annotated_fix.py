"""From `x: T = Marker(…)` to `x: Annotated[T, Marker(…)]`: the fix of non-annotated-parameter.

Imported when there is something to mend: it needs libcst.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.fixes.bindings import Imported
from fastapi_lint.fixes.parameters import bare_comma
from fastapi_lint.rules.marker_calls import default_argument, without_default

if TYPE_CHECKING:
    from fastapi_lint.application.annotated_moves import Move
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.rules.base import Rule

_ANNOTATED = Imported("typing", "Annotated")
_ANY = Imported("typing", "Any")


def annotated_fix(
    rule: Rule,
    function: cst.FunctionDef,
    moves: Sequence[Move],
    by_position: frozenset[str],
    *,
    is_safe: bool,
) -> Fix | None:
    """The markers of one function's signature, moved into `Annotated` all at once.

    `by_position` are the parameters that some call does not name: they have to stay where they are.
    """
    needed = [] if all(move.alias for move in moves) else [_ANNOTATED]
    if any(_is_untyped(move) for move in moves):
        needed.append(_ANY)
    row = rule.visit.span(function)[0]
    required = rule.visit.imports.require_all(needed, row=row, equivalents=("typing_extensions",))
    if required is None or not moves:
        return None
    names, imports = required
    writer = _Writer(rule, dict(zip(needed, names, strict=True)))
    moved = {move.parameter.node.name: move for move in moves}
    parameters = writer.parameters(function.params, moved, by_position)
    if parameters is None:
        return None
    editor = rule.editor()
    editor.replace(function.params, parameters)
    applicability = Applicability.SAFE if is_safe else Applicability.UNSAFE
    return rule.build_fix(_message(moves), applicability, editor, imports=imports)


def _is_untyped(move: Move) -> bool:
    return move.parameter.node.annotation is None and move.alias is None and move.type_name is None


def _message(moves: Iterable[Move]) -> str:
    changes = []
    if not all(move.is_same for move in moves):
        changes.append("what else stands in `Annotated` counts from now on")
    left_out = [f"`{move.parameter.node.name}`" for move in moves if move.caller_gets_default]
    if left_out:
        changes.append(f"calls that leave out {', '.join(left_out)} get the default, not the marker")
    return "; ".join(["Move the markers into `Annotated`", *changes])


class _Writer:
    """Writes parameters anew."""

    def __init__(self, rule: Rule, names: Mapping[Imported, str]) -> None:
        self._code = rule.visit.code
        self._names = names

    def parameters(
        self, written: cst.Parameters, moves: Mapping[str, Move], by_position: frozenset[str]
    ) -> cst.Parameters | None:
        """All parameters, those of `moves` with `Annotated`, in an order that Python takes.

        What is required and stands behind a default becomes keyword-only. None where that is no way out.
        """
        first, usual, named = (
            [self._moved(each, moves.get(each.name.value)) for each in group]
            for group in (written.posonly_params, written.params, written.kwonly_params)
        )
        place = _first_out_of_order([*first, *usual])
        if place is None:
            return written.with_changes(posonly_params=first, params=usual, kwonly_params=named)
        place -= len(first)
        before, freed = usual[: max(place, 0)], usual[max(place, 0) :]
        if not before or isinstance(written.star_arg, cst.Param):
            return None
        if not by_position.isdisjoint(each.name.value for each in freed):
            return None
        comma = before[-1].comma
        if isinstance(written.star_arg, cst.ParamStar):
            freed[-1] = freed[-1].with_changes(comma=written.star_arg.comma)
        return written.with_changes(
            posonly_params=first,
            params=before,
            star_arg=cst.ParamStar(comma=bare_comma(comma)),
            kwonly_params=[*freed, *named],
        )

    def _moved(self, parameter: cst.Param, move: Move | None) -> cst.Param:
        if move is None or parameter.default is None:
            return parameter
        annotation = cst.Annotation(self._annotation(parameter, move))
        equal: cst.AssignEqual | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        default = None
        if parameter.annotation is not None:
            annotation = parameter.annotation.with_changes(annotation=annotation.annotation)
        if move.default is not None:
            assert isinstance(parameter.default, cst.Call), "only a call has a default of its own"
            given = default_argument(parameter.default)
            assert given is not None, "what is moved is there"
            default = given.value
            equal = parameter.equal if parameter.annotation is not None else cst.AssignEqual()
        return parameter.with_changes(annotation=annotation, equal=equal, default=default)

    def _annotation(self, parameter: cst.Param, move: Move) -> cst.BaseExpression:
        if move.alias is not None:
            return cst.Name(move.alias)
        marker = parameter.default
        if not move.parameter.is_dependency and isinstance(marker, cst.Call):
            marker = without_default(marker)
        assert marker is not None, "a marked parameter has its marker as default"
        if parameter.annotation is None:
            inner: cst.BaseExpression = cst.parse_expression(move.type_name or self._names[_ANY])
        else:
            inner = parameter.annotation.annotation
        added = cst.SubscriptElement(cst.Index(marker))
        if isinstance(inner, cst.Subscript) and self._is_annotated(inner):
            *others, last = inner.slice
            comma, added = others[0].comma, added.with_changes(comma=last.comma)
            return inner.with_changes(slice=[*others, last.with_changes(comma=comma), added])
        first = cst.SubscriptElement(
            cst.Index(inner), comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        )
        return cst.Subscript(cst.parse_expression(self._names[_ANNOTATED]), slice=[first, added])

    def _is_annotated(self, annotation: cst.Subscript) -> bool:
        return self._code(annotation.value) in (self._names[_ANNOTATED], "Annotated")


def _first_out_of_order(parameters: Sequence[cst.Param]) -> int | None:
    """Where the first parameter without a default stands that follows one with a default."""
    has_default = False
    for place, each in enumerate(parameters):
        if each.default is None and has_default:
            return place
        has_default |= each.default is not None
    return None
