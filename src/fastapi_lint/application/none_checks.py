"""Whether a function returns a result that may be None and that nothing has looked at.

The statements of a function are followed with one question in mind: may the variable still be None here, straight
from a call that gives None where it finds nothing? Whatever mentions the variable may be a check, and ends the matter;
a test says which of its branches it holds for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application.flow import NeverReturns
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import children, walk

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.scopes import Function, Scope
    from fastapi_lint.application.value_shapes import ValueShapes


class NoneChecks:
    """Judges returned values."""

    def __init__(self, inference: Inference, value_shapes: ValueShapes) -> None:
        self._shapes = value_shapes
        self._never_returns = NeverReturns(inference)

    def source(self, function: Function, returned: Returned) -> nodes.Call | None:
        """The call whose result is returned though it may be None; None where it is checked, or nothing is known."""
        if not isinstance(returned.node, nodes.Name):
            return self.optional_call(returned.node, returned.scope)
        path = _Path(self, self._never_returns, function.body_scope, returned)
        path.run(function.node.body, None)
        return path.arrived

    def optional_call(self, node: nodes.Expression | None, scope: Scope) -> nodes.Call | None:
        """The call that an expression is, perhaps awaited, if it may give None."""
        call = node.value if isinstance(node, nodes.Await) else node
        if isinstance(call, nodes.Call) and shapes.NONE in set(shapes.members(self._shapes.of(node, scope))):
            return call
        return None


class _Unreachable:
    """What follows is not executed."""


_UNREACHABLE = _Unreachable()
_State = nodes.Call | _Unreachable | None
"""The call from which the variable has a result that may be None; None when it has not, or has been checked."""


class _Path:
    """Follows one variable to one `return` statement."""

    def __init__(
        self, checks: NoneChecks, never_returns: NeverReturns, scope: Scope, returned: Returned
    ) -> None:
        self._checks = checks
        self._never_returns = never_returns
        self._scope = scope
        self._target = returned.statement
        self._name = returned.node.id if isinstance(returned.node, nodes.Name) else ""
        self._left: list[_State] = []
        """With what the enclosing loops were left early."""
        self.arrived: nodes.Call | None = None

    def run(self, body: Sequence[nodes.Statement], state: _State) -> _State:
        """Execute statements."""
        for statement in body:
            if isinstance(state, _Unreachable):
                break
            state = self._execute(statement, state)
        return state

    def _execute(self, statement: nodes.Statement, state: _State) -> _State:
        match statement:
            case nodes.Return():
                if statement is self._target and isinstance(state, nodes.Call):
                    self.arrived = state
                return _UNREACHABLE
            case nodes.Raise():
                return _UNREACHABLE
            case nodes.Simple(kind="break" | "continue"):
                self._left.append(state)
                return _UNREACHABLE
            case nodes.If(test=test, body=body, orelse=orelse):
                holds, fails = self._tested(test, state)
                return _joined(self.run(body, holds), self.run(orelse, fails))
            case nodes.Assert(test=test):
                return self._tested(test, state)[0]
            case nodes.While(test=test, body=body, orelse=orelse):
                holds, fails = self._tested(test, state)
                return self._loop(body, orelse, holds, fails, test)
            case nodes.For(iterable=iterable, target=target, body=body, orelse=orelse):
                state = None if self._mentions(iterable) or self._mentions(target) else state
                return self._loop(body, orelse, state, state)
            case nodes.With(items=items, body=body):
                return self.run(body, None if any(map(self._mentions, items)) else state)
            case nodes.Try():
                return self._try(statement, state)
            case nodes.Match(subject=subject, cases=cases):
                state = None if self._mentions(subject) else state
                return _joined(state, *(self.run(case.body, state) for case in cases))
            case nodes.Assign(targets=[nodes.Name(id=name)], value=value) if name == self._name:
                return self._checks.optional_call(value, self._scope)
            case nodes.ExpressionStatement(value=value):
                call = value.value if isinstance(value, nodes.Await) else value
                if isinstance(call, nodes.Call) and self._never_returns(call, self._scope):
                    return _UNREACHABLE
        return None if self._mentions(statement) else state

    def _loop(
        self,
        body: tuple[nodes.Statement, ...],
        orelse: tuple[nodes.Statement, ...],
        inside: _State,
        after: _State,
        test: nodes.Expression | None = None,
    ) -> _State:
        outer, self._left = self._left, []
        end = self.run(body, inside)
        left, self._left = self._left, outer
        if test is not None and not isinstance(end, _Unreachable):
            end = self._tested(test, end)[1]
        return _joined(self.run(orelse, _joined(after, end)), *left)

    def _try(self, statement: nodes.Try, state: _State) -> _State:
        done = self.run([*statement.body, *statement.orelse], state)
        handled = [self.run(handler.body, state) for handler in statement.handlers]
        return self.run(statement.finalbody, _joined(done, *handled))

    # Tests

    def _tested(self, test: nodes.Expression, state: _State) -> tuple[_State, _State]:
        """The states where a test holds and where it fails."""
        match test:
            case nodes.Negation(value=value):
                holds, fails = self._tested(value, state)
                return fails, holds
            case nodes.Name(id=name) if name == self._name:
                return None, state
            case nodes.NamedExpression(name=name, value=value) if name == self._name:
                return None, self._checks.optional_call(value, self._scope)
            case nodes.Comparison(left=left, operators=[operator], comparators=[right]):
                found = self._compared(left, operator, right, state)
                if found is not None:
                    return found
            case nodes.BooleanOperation(operator=operator, values=values):
                return self._combined(operator, values, state)
        return (None, None) if self._mentions(test) else (state, state)

    def _compared(
        self, left: nodes.Expression, operator: str, right: nodes.Expression, state: _State
    ) -> tuple[_State, _State] | None:
        if isinstance(left, nodes.Constant) and left.value is None:
            left, right = right, left
        if isinstance(left, nodes.NamedExpression) and left.name == self._name:
            state = self._checks.optional_call(left.value, self._scope)
        elif not (isinstance(left, nodes.Name) and left.id == self._name):
            return None
        if not (isinstance(right, nodes.Constant) and right.value is None):
            return (None, None)
        return (state, None) if operator in ("is", "==") else (None, state)

    def _combined(
        self, operator: str, values: tuple[nodes.Expression, ...], state: _State
    ) -> tuple[_State, _State]:
        """`and` goes on while its parts hold, `or` while they fail."""
        ends: list[_State] = []
        for value in values:
            holds, fails = self._tested(value, state)
            state, end = (holds, fails) if operator == "and" else (fails, holds)
            ends.append(end)
        joined = _joined(*ends)
        return (state, joined) if operator == "and" else (joined, state)

    def _mentions(self, node: nodes.Node | None) -> bool:
        if node is None:
            return False
        return any(isinstance(each, nodes.Name) and each.id == self._name for each in walk(node)) or any(
            isinstance(each, nodes.NamedExpression) and each.name == self._name
            for each in walk(children(node))
        )


def _joined(*states: _State) -> _State:
    """One state out of those of several paths: what may be None on any of them may be None."""
    reached = [state for state in states if not isinstance(state, _Unreachable)]
    if not reached:
        return _UNREACHABLE
    return next((state for state in reached if state is not None), None)
