"""Parameters of a function, put together anew."""

from __future__ import annotations

import libcst as cst


def bare_comma(comma: cst.Comma | cst.MaybeSentinel) -> cst.Comma:
    """A comma and the line end behind it, without the comments that belong to what is before it."""
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else cst.SimpleWhitespace(" ")
    return cst.Comma(whitespace_after=_bare(space))


def with_first_parameter(function: cst.FunctionDef, added: cst.Param) -> cst.Parameters | None:
    """The parameters of a function, or of a method behind its `self`, with one more; None where it has no place."""
    parameters = function.params
    usual = list(parameters.params)
    place = int(bool(usual) and usual[0].name.value in ("self", "cls"))
    space = function.whitespace_before_params
    if parameters.posonly_params or (place and len(usual) == 1) or _has_comment(space):
        return None
    is_last = not (usual or parameters.kwonly_params or parameters.star_kwarg)
    if not is_last or isinstance(parameters.star_arg, cst.Param):
        separate = isinstance(space, cst.ParenthesizedWhitespace)
        follows = _bare(space) if separate else cst.SimpleWhitespace(" ")
        added = added.with_changes(comma=cst.Comma(whitespace_after=follows))
    usual.insert(place, added)
    return parameters.with_changes(params=usual)


def _has_comment(space: cst.BaseParenthesizableWhitespace) -> bool:
    """Whether a comment stands there, which speaks of what follows."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return False
    above = any(line.comment is not None for line in space.empty_lines)
    return above or space.first_line.comment is not None


def _bare(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    if isinstance(space, cst.ParenthesizedWhitespace):
        first = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
        return space.with_changes(first_line=first, empty_lines=[])
    return space
