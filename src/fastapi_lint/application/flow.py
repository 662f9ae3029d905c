"""Whether execution goes on after statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import NEVER_RETURNS
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import External, Method
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope

_ENDINGS = frozenset({"os._exit", "os.abort", "pytest.fail", "pytest.skip", "sys.exit"})
_NOTHING = frozenset({"typing.Never", "typing.NoReturn"})


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


class NeverReturns:
    """Knows the calls that always raise or end the process: `raise_404()`, `sys.exit()`."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._known: dict[Function, bool] = {}

    def __call__(self, call: nodes.Call, scope: Scope) -> bool:
        """Whether execution never goes on after a call."""
        value = self._inference.infer(call.func, scope)
        if isinstance(value, Method):
            value = value.function
        if isinstance(value, Function):
            return self.of_function(value)
        return isinstance(value, External) and value.name in _ENDINGS

    def of_function(self, function: Function) -> bool:
        """Whether a call of a function never comes back."""
        if function not in self._known:
            self._known[function] = False  # for one that calls itself
            self._known[function] = not function.node.is_generator and (
                self._inference.qualified_name(function.node.returns, function.scope) in _NOTHING
                or self._never_ends(function)
            )
        return self._known[function]

    def _never_ends(self, function: Function) -> bool:
        function.reveal(NEVER_RETURNS)
        body = function.node.body
        return not (
            find_in_scope(body, {nodes.Return}) or goes_on(body, lambda call: self(call, function.body_scope))
        )
