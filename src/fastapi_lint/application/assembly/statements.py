"""Executing statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TYPE_CHECKING, Any

from fastapi_lint.application.assembly import calls, expressions, imports, truth
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
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


class Flow(Enum):
    """How control leaves a statement."""

    NEXT = 0
    PERHAPS = 1
    """It may have left the function or the loop step."""
    RETURN = 2
    RAISE = 3
    LOOP = 4
    """`break` or `continue`."""


def execute(interpreter: Interpreter, body: Iterable[nodes.Statement], environment: Environment) -> Flow:
    """Execute statements one after the other."""
    uncertain = False
    flow = Flow.NEXT
    try:
        for statement in body:
            if not interpreter.step():
                return Flow.RETURN
            handler = _HANDLERS.get(type(statement))
            flow = handler(interpreter, statement, environment) if handler is not None else Flow.NEXT
            if flow is Flow.PERHAPS:
                if not uncertain:
                    uncertain = True
                    interpreter.conditions += 1
            elif flow is not Flow.NEXT:
                break
    finally:
        interpreter.conditions -= uncertain
    return Flow.PERHAPS if uncertain and flow is Flow.NEXT else flow


def _fork(interpreter: Interpreter, branches: list[list[nodes.Statement]], environment: Environment) -> Flow:
    """Execute alternative branches, and join the values their variables have afterwards."""
    before = environment.variables
    outcomes: list[tuple[Flow, dict[str, Value]]] = []
    with interpreter.condition():
        for body in branches:
            environment.variables = dict(before)
            flow = execute(interpreter, body, environment)
            outcomes.append((flow, environment.variables))
    going_on = [variables for flow, variables in outcomes if flow in (Flow.NEXT, Flow.PERHAPS)]
    left = [flow for flow, _ in outcomes if flow not in (Flow.NEXT, Flow.PERHAPS)]
    environment.variables = _merged(going_on) if going_on else outcomes[0][1]
    if not going_on:
        return next((flow for flow in left if flow is not Flow.RAISE), Flow.RAISE)
    may_have_left = any(flow is Flow.PERHAPS for flow, _ in outcomes)
    return Flow.PERHAPS if may_have_left or any(flow is not Flow.RAISE for flow in left) else Flow.NEXT


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
    return Flow.NEXT


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
    added = interpreter.evaluate(node.value, environment)
    conditional = interpreter.conditions > 0
    if isinstance(before, Listing):
        elements, rest = expressions.iterated(added)
        before.elements += [Element(each.value, each.conditional or conditional) for each in elements]
        before.rest = before.rest or rest
    elif isinstance(before, Table) and isinstance(added, Table):
        before.entries += added.entries
        before.rest = before.rest or added.rest
    elif isinstance(before, RouteList):
        arguments = Arguments(_call_at(node), environment, [Given(added, node.value, environment)])
        interpreter.change_routes(before, arguments)
    else:
        value = expressions.added(before, added) or expressions.unknown(node.target)
        expressions.bind_target(interpreter, node.target, value, environment)
    return Flow.NEXT


def _call_at(node: nodes.AugmentedAssign) -> nodes.Call:
    return nodes.Call(node.target, [node.value], [], node.line, 0, node.end_line, 0)


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
    return Flow.LOOP if node.kind in ("break", "continue") else Flow.NEXT


def _if(interpreter: Interpreter, node: nodes.If, environment: Environment) -> Flow:
    decided = truth.of(interpreter.evaluate(node.test, environment))
    if decided is not None:
        return execute(interpreter, node.body if decided else node.orelse, environment)
    return _fork(interpreter, [node.body, node.orelse], environment)


def _for(interpreter: Interpreter, node: nodes.For, environment: Environment) -> Flow:
    elements, rest = expressions.iterated(interpreter.evaluate(node.iterable, environment))
    perhaps = False
    for each in elements:
        if not interpreter.step():
            break
        expressions.bind_target(interpreter, node.target, each.value, environment)
        with interpreter.condition(each.conditional or perhaps):
            flow = execute(interpreter, node.body, environment)
        if flow is Flow.RETURN:
            return flow
        perhaps = perhaps or flow is Flow.PERHAPS
    if rest is not None:
        expressions.bind_target(interpreter, node.target, rest, environment)
        _fork(interpreter, [node.body, []], environment)
    execute(interpreter, node.orelse, environment)
    return Flow.NEXT


def _while(interpreter: Interpreter, node: nodes.While, environment: Environment) -> Flow:
    if truth.of(interpreter.evaluate(node.test, environment)) is not False:
        _fork(interpreter, [node.body, []], environment)
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
    with interpreter.condition(optional and _imports_from_outside(interpreter, node, environment)):
        flow = execute(interpreter, node.body, environment)
    after_body = dict(environment.variables)
    for handler in node.handlers:
        _fork(interpreter, [handler.body], environment)
        environment.variables.update(after_body)
    if flow in (Flow.NEXT, Flow.PERHAPS):
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
    return _fork(interpreter, [*(case.body for case in node.cases), []], environment)


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
