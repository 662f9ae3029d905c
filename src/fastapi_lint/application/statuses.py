"""Status codes whose responses have no body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.routes import status_of

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.config.versions import ProjectVersions
    from fastapi_lint.index import nodes

_RESET_CONTENT = 205
_RESET_CONTENT_SINCE = "0.109.1"


def is_bodiless(status: int | None, versions: ProjectVersions | None) -> bool:
    """Whether FastAPI sends no body with a status code; 205 since 0.109.1."""
    if status is None:
        return False
    if status == _RESET_CONTENT:
        return versions is None or versions.at_least("fastapi", _RESET_CONTENT_SINCE) is not False
    return status in (204, 304) or 100 <= status < 200


def written_status(interpreter: Interpreter, node: nodes.Expression | None, scope: Scope) -> int | None:
    """The status code that an expression gives; None when it is not known."""
    if node is None:
        return None
    return status_of(interpreter.evaluate(node, interpreter.environment_at(scope)))
