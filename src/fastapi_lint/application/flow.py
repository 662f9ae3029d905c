"""Whether execution goes on after statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope


def goes_on(
    body: Sequence[nodes.Statement], never_returns: Callable[[nodes.Call], bool] = lambda call: False
) -> bool:
    """Whether execution may reach the end of a block; `never_returns` knows the calls that always raise."""
    return all(_goes_on(statement, never_returns) for statement in body)


def _goes_on(statement: nodes.Statement, never_returns: Callable[[nodes.Call], bool]) -> bool:
    match statement:
        case nodes.Return() | nodes.Raise():
            return False
        case nodes.Simple(kind=kind):
            return kind not in ("break", "continue")
        case nodes.ExpressionStatement(value=value):
            call = value.value if isinstance(value, nodes.Await) else value
            return not (isinstance(call, nodes.Call) and never_returns(call))
        case nodes.If(test=test, body=body, orelse=orelse):
            if isinstance(test, nodes.Constant) and test.value:
                return goes_on(body, never_returns)
            return goes_on(body, never_returns) or goes_on(orelse, never_returns)
        case nodes.While(test=test, body=body):
            endless = isinstance(test, nodes.Constant) and bool(test.value)
            return not endless or _breaks(body)
        case nodes.With(body=body):
            return goes_on(body, never_returns)
        case nodes.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
            if not goes_on(finalbody, never_returns):
                return False
            return goes_on([*body, *orelse], never_returns) or any(
                goes_on(handler.body, never_returns) for handler in handlers
            )
        case nodes.Match(cases=cases):
            return any(goes_on(case.body, never_returns) for case in cases)
    return True


def _breaks(body: Sequence[nodes.Statement]) -> bool:
    return any(node.kind == "break" for node in find_in_scope(body, {nodes.Simple}))
