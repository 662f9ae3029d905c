"""The calls of FastAPI's markers, such as `Query(1, ge=0)`, as fixes rewrite them.

Imported when there is something to mend: it needs libcst.
"""

from __future__ import annotations

import libcst as cst

from fastapi_lint.rules.call_rule import keyword_argument


def default_argument(marker: cst.Call) -> cst.Arg | None:
    """The default that a marker gives its parameter; None when it gives none."""
    first = marker.args[0] if marker.args else None
    if first is not None and first.keyword is None and not first.star:
        return first
    return keyword_argument(marker, "default")


def without_default(marker: cst.Call) -> cst.Call:
    """A marker without its default, if it has one."""
    removed = default_argument(marker)
    if removed is None:
        return marker
    left = [each for each in marker.args if each is not removed]
    if not left:
        return marker.with_changes(args=[], whitespace_before_args=cst.SimpleWhitespace(""))
    if removed is marker.args[-1]:
        left[-1] = left[-1].with_changes(
            comma=removed.comma, whitespace_after_arg=removed.whitespace_after_arg
        )
    return marker.with_changes(args=left)
