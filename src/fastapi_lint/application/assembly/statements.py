"""Executing statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from fastapi_lint.application.assembly import adding, calls, expressions, imports, truth
from fastapi_lint.application.assembly.containers import added, iterated
from fastapi_lint.application.assembly.environment import Environment
from fastapi_lint.application.assembly.relevance import body_registers
from fastapi_lint.application.assembly.values import (
    Arguments,
    Blueprint,
    Element,
    Given,
    Listing,
    RouteList,
    Routine,
    Table,
    Unknown,
    Value,
    choice,
)
from fastapi_lint.application.registrars import Certainty
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

Branch: TypeAlias = tuple[tuple[nodes.Statement, ...], Certainty]
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


class Flow(IntEnum):
    """How control leaves a statement."""

    NEXT = 0
    UNUSUALLY = 1
    """It leaves the function or the loop step when settings differ from their defaults."""
    PERHAPS = 2
    """It may have left the function or the loop step."""
    RETURN = 3
    RAISE = 4
    CONTINUE = 5
    BREAK = 6


_GOING_ON = (Flow.NEXT, Flow.UNUSUALLY, Flow.PERHAPS)
_AFTER = {Flow.UNUSUALLY: Certainty.USUAL, Flow.PERHAPS: Certainty.OPEN}
"""Whether what follows is executed."""


def execute(interpreter: Interpreter, body: Iterable[nodes.Statement], environment: Environment) -> Flow:
    """Execute statements one after the other."""
    result = Flow.NEXT
    before = interpreter.certainty
    try:
        for statement in body:
            if not interpreter.step():
                return Flow.RETURN
            handler = _HANDLERS.get(type(statement))
            flow = handler(interpreter, statement, environment) if handler is not None else Flow.NEXT
            if flow not in _GOING_ON:
                return flow
            if flow is not Flow.NEXT:
                interpreter.certainty = min(interpreter.certainty, _AFTER[flow])
                result = max(result, flow)
    finally:
        interpreter.certainty = before
    return result


def _fork(interpreter: Interpreter, branches: list[Branch], environment: Environment) -> Flow:
    """Execute alternative branches, and join the values their variables have afterwards.

    A branch that is taken only when settings differ from their defaults gives no values as long as there is
    another.
    """
    before = environment.variables
    frame = interpreter.frames[-1] if interpreter.frames else None
    outcomes: list[_Outcome] = []
    for body, certainty in branches:
        environment.variables = dict(before)
        returned = len(frame.returned) if frame is not None else 0
        with interpreter.under(certainty):
            flow = execute(interpreter, body, environment)
        if frame is not None and certainty is Certainty.UNUSUAL:
            del frame.returned[returned:]
        outcomes.append(_Outcome(flow, certainty, environment.variables))
    going_on = [each for each in outcomes if each.flow in _GOING_ON]
    usual = [each for each in going_on if each.certainty is not Certainty.UNUSUAL] or going_on
    environment.variables = _merged([each.variables for each in usual]) if usual else outcomes[0].variables
    return _flow_after(outcomes)


class _Outcome(NamedTuple):
    flow: Flow
    certainty: Certainty
    variables: dict[str, Value]


def _flow_after(outcomes: list[_Outcome]) -> Flow:
    usual = [each for each in outcomes if each.certainty is not Certainty.UNUSUAL] or outcomes
    left = [each.flow for each in usual if each.flow not in _GOING_ON]
    if len(left) == len(usual):
        return next((flow for flow in left if flow is not Flow.RAISE), Flow.RAISE)
    if any(each.flow is Flow.PERHAPS for each in usual) or any(flow is not Flow.RAISE for flow in left):
        return Flow.PERHAPS
    leaves = any(each.flow not in (Flow.NEXT, Flow.RAISE) for each in outcomes)
    return Flow.UNUSUALLY if leaves else Flow.NEXT


def _merged(outcomes: list[dict[str, Value]]) -> dict[str, Value]:
    result = dict(outcomes[0])
    for variables in outcomes[1:]:
        for name, value in variables.items():
            if name not in result:
                result[name] = value
            elif result[name] is not value:
                result[name] = choice([result[name], value])
    return result


# --- Definitions and assignments ----------------------------------------------------------------


def _function(interpreter: Interpreter, node: nodes.FunctionDef, environment: Environment) -> Flow:
    function = _symbol(environment, node)
    if isinstance(function, Function):
        routine = Routine(function, environment)
        if environment.scope.function is None:
            routine = interpreter.routines.setdefault(function, routine)
        value = calls.decorated(interpreter, routine, environment) if node.decorators else routine
        environment.assign(node.name, value)
    return Flow.NEXT


def _class(interpreter: Interpreter, node: nodes.ClassDef, environment: Environment) -> Flow:
    cls = _symbol(environment, node)
    if isinstance(cls, Class):
        blueprint = Blueprint(cls, environment)
        if environment.scope.function is None:
            blueprint = interpreter.blueprints.setdefault(cls, blueprint)
        else:
            interpreter.blueprints[cls] = blueprint
        environment.assign(node.name, blueprint)
        if body_registers(node.body):
            execute(interpreter, node.body, interpreter.body_environment(blueprint))
        if any(_makes_view(decorator) for decorator in node.decorators):
            adding.make_view(interpreter, blueprint)
    return Flow.NEXT


def _makes_view(decorator: nodes.Expression) -> bool:
    """`@cbv(router)` of fastapi-utils and its many copies."""
    func = decorator.func if isinstance(decorator, nodes.Call) else None
    return isinstance(func, (nodes.Name, nodes.Attribute)) and _last(func) == "cbv"


def _last(node: nodes.Name | nodes.Attribute) -> str:
    return node.id if isinstance(node, nodes.Name) else node.attr


def _symbol(environment: Environment, node: nodes.FunctionDef | nodes.ClassDef) -> Function | Class | None:
    bindings = environment.scope.bindings.get(node.name, ())
    return next((each.symbol for each in bindings if each.node is node), None)


def _assign(interpreter: Interpreter, node: nodes.Assign, environment: Environment) -> Flow:
    if node.value is None:
        return Flow.NEXT
    early = interpreter.early.pop(node, None)
    value = early if early is not None else interpreter.evaluate(node.value, environment)
    for target in node.targets:
        expressions.bind_target(interpreter, target, value, environment)
    return Flow.NEXT


def _augmented_assign(
    interpreter: Interpreter, node: nodes.AugmentedAssign, environment: Environment
) -> Flow:
    if node.operator not in ("+", "|"):
        return Flow.NEXT
    before = interpreter.evaluate(node.target, environment)
    more = interpreter.evaluate(node.value, environment)
    certainty = interpreter.certainty
    if isinstance(before, Listing):
        elements, rest = iterated(more)
        before.elements += [Element(each.value, min(each.certainty, certainty)) for each in elements]
        before.rest = before.rest or rest
    elif isinstance(before, Table) and isinstance(more, Table):
        before.entries += more.entries
        before.rest = before.rest or more.rest
    elif isinstance(before, RouteList):
        arguments = Arguments(_call_at(node), environment, [Given(more, node.value, environment)])
        interpreter.change_routes(before, arguments)
    else:
        value = added(before, more) or expressions.unknown(node.target)
        expressions.bind_target(interpreter, node.target, value, environment)
    return Flow.NEXT


def _call_at(node: nodes.AugmentedAssign) -> nodes.Call:
    return nodes.Call(node.target, (node.value,), (), node.line, 0, node.end_line, 0)


def _expression(interpreter: Interpreter, node: nodes.ExpressionStatement, environment: Environment) -> Flow:
    interpreter.evaluate(node.value, environment)
    return Flow.NEXT


def _delete(interpreter: Interpreter, node: nodes.Delete, environment: Environment) -> Flow:
    for target in node.targets:
        if isinstance(target, nodes.Name):
            environment.variables.pop(target.id, None)
    return Flow.NEXT


# --- Control flow -------------------------------------------------------------------------------


def _return(interpreter: Interpreter, node: nodes.Return, environment: Environment) -> Flow:
    if interpreter.frames and node.value is not None:
        value = interpreter.evaluate(node.value, environment)
        interpreter.frames[-1].returned.append(value)
    return Flow.RETURN


def _raise(interpreter: Interpreter, node: nodes.Raise, environment: Environment) -> Flow:
    return Flow.RAISE


def _simple(interpreter: Interpreter, node: nodes.Simple, environment: Environment) -> Flow:
    return {"break": Flow.BREAK, "continue": Flow.CONTINUE}.get(node.kind, Flow.NEXT)


def _if(interpreter: Interpreter, node: nodes.If, environment: Environment) -> Flow:
    verdict = truth.of(interpreter.evaluate(node.test, environment))
    if verdict is None:
        return _fork(interpreter, [(node.body, Certainty.OPEN), (node.orelse, Certainty.OPEN)], environment)
    if verdict.assumed:
        branches = [(node.body, verdict.certainty), (node.orelse, (~verdict).certainty)]
        return _fork(interpreter, branches, environment)
    return execute(interpreter, node.body if verdict.holds else node.orelse, environment)


def _for(interpreter: Interpreter, node: nodes.For, environment: Environment) -> Flow:
    elements, rest = iterated(interpreter.evaluate(node.iterable, environment))
    certainty, result = Certainty.SURE, Flow.NEXT
    for each in elements:
        if not interpreter.step():
            break
        expressions.bind_target(interpreter, node.target, each.value, environment)
        with interpreter.under(min(each.certainty, certainty)):
            flow = execute(interpreter, node.body, environment)
        if flow in (Flow.RETURN, Flow.RAISE):
            return flow
        if flow is Flow.BREAK:
            return Flow.NEXT
        certainty = min(certainty, _AFTER.get(flow, Certainty.SURE))
        result = max(result, _after_step(flow, node.body))
    if rest is not None:
        expressions.bind_target(interpreter, node.target, rest, environment)
        flow = _perhaps(interpreter, node.body, environment)
        result = max(result, _after_step(flow, node.body))
    execute(interpreter, node.orelse, environment)
    return result


def _after_step(flow: Flow, body: tuple[nodes.Statement, ...]) -> Flow:
    """How control leaves a loop after a step that it may have left early: the step alone, or the function."""
    may_return = flow in _AFTER and bool(find_in_scope(body, {nodes.Return}))
    return flow if may_return else Flow.NEXT


def _perhaps(interpreter: Interpreter, body: tuple[nodes.Statement, ...], environment: Environment) -> Flow:
    return _fork(interpreter, [(body, Certainty.OPEN), ((), Certainty.OPEN)], environment)


def _while(interpreter: Interpreter, node: nodes.While, environment: Environment) -> Flow:
    verdict = truth.of(interpreter.evaluate(node.test, environment))
    if verdict is None or verdict.holds or verdict.assumed:
        return _after_step(_perhaps(interpreter, node.body, environment), node.body)
    return Flow.NEXT


def _with(interpreter: Interpreter, node: nodes.With, environment: Environment) -> Flow:
    for item in node.items:
        value = interpreter.evaluate(item.context, environment)
        if item.target is not None:
            entered = interpreter.inference.entered(item.context, environment.scope, is_async=node.is_async)
            known = value if not isinstance(value, Unknown) else interpreter.lift(entered, "it is entered")
            expressions.bind_target(interpreter, item.target, known, environment)
    return execute(interpreter, node.body, environment)


def _try(interpreter: Interpreter, node: nodes.Try, environment: Environment) -> Flow:
    optional = any(_catches_import_error(handler) for handler in node.handlers)
    may_fail = optional and _imports_from_outside(interpreter, node, environment)
    with interpreter.under(Certainty.OPEN if may_fail else Certainty.SURE):
        flow = execute(interpreter, node.body, environment)
    if flow is Flow.RAISE and node.handlers:
        certainty = Certainty.SURE if len(node.handlers) == 1 else Certainty.OPEN
        flow = _fork(interpreter, [(handler.body, certainty) for handler in node.handlers], environment)
    else:
        after_body = dict(environment.variables)
        for handler in node.handlers:
            _fork(interpreter, [(handler.body, Certainty.OPEN)], environment)
            environment.variables.update(after_body)
    if flow in _GOING_ON:
        following = execute(interpreter, node.orelse, environment)
        flow = following if following is not Flow.NEXT else flow
    final = execute(interpreter, node.finalbody, environment)
    return final if final is not Flow.NEXT else flow


def _catches_import_error(handler: nodes.ExceptHandler) -> bool:
    caught = handler.exception
    kinds = caught.elements if isinstance(caught, nodes.Sequence) else [caught]
    return any(kind is None or (isinstance(kind, nodes.Name) and kind.id in _IMPORT_ERRORS) for kind in kinds)


def _imports_from_outside(interpreter: Interpreter, node: nodes.Try, environment: Environment) -> bool:
    """Whether the body of a `try` imports something that may not be installed."""
    importer = environment.scope.module
    for statement in node.body:
        if isinstance(statement, nodes.Import):
            if any(interpreter.project.find_path(alias.name, importer) is None for alias in statement.names):
                return True
        elif isinstance(statement, nodes.ImportFrom) and not statement.level:
            if interpreter.project.find_path(statement.module, importer) is None:
                return True
    return False


def _match(interpreter: Interpreter, node: nodes.Match, environment: Environment) -> Flow:
    interpreter.evaluate(node.subject, environment)
    branches = [(case.body, Certainty.OPEN) for case in node.cases]
    return _fork(interpreter, [*branches, ((), Certainty.OPEN)], environment)


def _import(interpreter: Interpreter, node: nodes.Import, environment: Environment) -> Flow:
    imports.execute_import(interpreter, node, environment)
    return Flow.NEXT


def _import_from(interpreter: Interpreter, node: nodes.ImportFrom, environment: Environment) -> Flow:
    imports.execute_import_from(interpreter, node, environment)
    return Flow.NEXT


_HANDLERS: dict[type[nodes.Node], Callable[[Any, Any, Environment], Flow]] = {
    nodes.FunctionDef: _function,
    nodes.ClassDef: _class,
    nodes.Assign: _assign,
    nodes.AugmentedAssign: _augmented_assign,
    nodes.ExpressionStatement: _expression,
    nodes.Delete: _delete,
    nodes.Return: _return,
    nodes.Raise: _raise,
    nodes.Simple: _simple,
    nodes.If: _if,
    nodes.For: _for,
    nodes.While: _while,
    nodes.With: _with,
    nodes.Try: _try,
    nodes.Match: _match,
    nodes.Import: _import,
    nodes.ImportFrom: _import_from,
}
