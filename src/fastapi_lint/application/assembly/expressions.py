"""The value of an expression, under the names in force where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import truth
from fastapi_lint.application.assembly.containers import added, element, iterated
from fastapi_lint.application.assembly.environment import Environment
from fastapi_lint.application.assembly.texts import percent
from fastapi_lint.application.assembly.values import (
    NONE,
    Arguments,
    Blueprint,
    Constant,
    Element,
    Foreign,
    Given,
    LambdaRoutine,
    Listing,
    Table,
    TypeExpression,
    Unknown,
    Value,
    alternatives,
    choice,
    joined,
)
from fastapi_lint.application.registrars import Certainty
from fastapi_lint.application.source_text import source_text
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

_LONGEST_SHOWN = 60


def evaluate(interpreter: Interpreter, node: nodes.Expression, environment: Environment) -> Value:
    """The value of an expression."""
    handler = _HANDLERS.get(type(node))
    return handler(interpreter, node, environment) if handler is not None else unknown(node)


def unknown(node: nodes.Expression) -> Unknown:
    """An expression whose value is not known before the application runs."""
    text = source_text(node)
    shown = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return Unknown(f"`{shown}` is known only at run time")


# --- One handler per kind of expression ---------------------------------------------------------


def _name(interpreter: Interpreter, node: nodes.Name, environment: Environment) -> Value:
    return interpreter.lookup(node.id, environment, node.line)


def _attribute(interpreter: Interpreter, node: nodes.Attribute, environment: Environment) -> Value:
    value = interpreter.read(evaluate(interpreter, node.value, environment), node.attr)
    return unknown(node) if isinstance(value, Unknown) and not value.reason else value


def _call(interpreter: Interpreter, node: nodes.Call, environment: Environment) -> Value:
    if isinstance(node.func, nodes.Name) and node.func.id == "super" and not node.args:
        return interpreter.super_proxy(environment)
    function = evaluate(interpreter, node.func, environment)
    arguments = evaluated_arguments(interpreter, node, environment)
    value = interpreter.call(function, arguments)
    return unknown(node) if isinstance(value, Unknown) and not value.reason else value


def evaluated_arguments(interpreter: Interpreter, node: nodes.Call, environment: Environment) -> Arguments:
    """The arguments of a call, with `*` and `**` spread out."""
    result = Arguments(node, environment)
    for argument in node.args:
        if isinstance(argument, nodes.Starred):
            spread = evaluate(interpreter, argument.value, environment)
            elements, rest = iterated(spread)
            result.positional += [Given(each.value, argument.value, environment) for each in elements]
            result.rest = result.rest or rest
        else:
            result.positional.append(given(interpreter, argument, environment))
    for keyword in node.keywords:
        if keyword.name is not None:
            result.keywords[keyword.name] = given(interpreter, keyword.value, environment)
        else:
            _spread_keywords(interpreter, keyword.value, environment, result)
    return result


def _spread_keywords(
    interpreter: Interpreter, node: nodes.Expression, environment: Environment, result: Arguments
) -> None:
    value = evaluate(interpreter, node, environment)
    if not isinstance(value, Table):
        result.rest = value if isinstance(value, Unknown) else unknown(node)
        return
    result.rest = result.rest or value.rest
    for key, each in value.entries:
        if isinstance(key, Constant) and isinstance(key.value, str):
            result.keywords[key.value] = each
        else:
            result.rest = result.rest or unknown(node)


def given(interpreter: Interpreter, node: nodes.Expression, environment: Environment) -> Given:
    """An expression's value, with the expression by which it entered the function that runs here."""
    value = evaluate(interpreter, node, environment)
    if isinstance(node, nodes.Name) and node.id in environment.origins:
        origin = environment.origins[node.id]
        if origin.value is value:
            return origin
    return Given(value, node, environment)


def _constant(interpreter: Interpreter, node: nodes.Constant, environment: Environment) -> Value:
    return Constant(node.value)


def _sequence(interpreter: Interpreter, node: nodes.Sequence, environment: Environment) -> Value:
    result = Listing([], node.kind)
    for each in node.elements:
        if isinstance(each, nodes.Starred):
            elements, rest = iterated(evaluate(interpreter, each.value, environment))
            result.elements += elements
            result.rest = result.rest or rest
        else:
            result.elements.append(Element(evaluate(interpreter, each, environment)))
    return result


def _mapping(interpreter: Interpreter, node: nodes.Mapping, environment: Environment) -> Value:
    result = Table([])
    for key, each in zip(node.keys, node.values, strict=True):
        if key is not None:
            result.entries.append(
                (evaluate(interpreter, key, environment), given(interpreter, each, environment))
            )
            continue
        spread = evaluate(interpreter, each, environment)
        if isinstance(spread, Table):
            result.entries += spread.entries
            result.rest = result.rest or spread.rest
        else:
            result.rest = result.rest or unknown(each)
    return result


def _formatted_string(
    interpreter: Interpreter, node: nodes.FormattedString, environment: Environment
) -> Value:
    return joined([evaluate(interpreter, part, environment) for part in node.parts])


def _binary_operation(
    interpreter: Interpreter, node: nodes.BinaryOperation, environment: Environment
) -> Value:
    left = evaluate(interpreter, node.left, environment)
    right = evaluate(interpreter, node.right, environment)
    if node.operator == "+":
        return added(left, right) or unknown(node)
    if node.operator == "|":
        if isinstance(left, Table) and isinstance(right, Table):
            return Table(left.entries + right.entries, left.rest or right.rest)
        return TypeExpression(node, environment)
    if node.operator == "%" and isinstance(left, Constant) and isinstance(left.value, str):
        return percent(left.value, right)
    return unknown(node)


def _conditional(interpreter: Interpreter, node: nodes.Conditional, environment: Environment) -> Value:
    verdict = truth.of(evaluate(interpreter, node.test, environment))
    if verdict is not None:
        chosen = evaluate(interpreter, node.body if verdict.holds else node.orelse, environment)
        return as_assumed(chosen) if verdict.assumed else chosen
    with interpreter.under(Certainty.OPEN):
        return choice(evaluate(interpreter, each, environment) for each in (node.body, node.orelse))


def as_assumed(value: Value) -> Value:
    """A value that depends on defaults."""
    return Constant(value.value, assumed=True) if isinstance(value, Constant) else value


def _boolean_operation(
    interpreter: Interpreter, node: nodes.BooleanOperation, environment: Environment
) -> Value:
    is_or = node.operator == "or"
    possible: list[Value] = []
    assumed = False
    for each in node.values:
        value = evaluate(interpreter, each, environment)
        verdict = truth.of(value)
        if each is node.values[-1] or (verdict is not None and verdict.holds is is_or):
            result = choice([*possible, value])
            return as_assumed(result) if assumed else result
        if verdict is None:
            possible += [each for each in alternatives(value) if not (is_or and each == NONE)]
        else:
            assumed = assumed or verdict.assumed
    return choice(possible)


def _named_expression(
    interpreter: Interpreter, node: nodes.NamedExpression, environment: Environment
) -> Value:
    value = evaluate(interpreter, node.value, environment)
    interpreter.bind(node.name, value, environment)
    return value


def _lambda(interpreter: Interpreter, node: nodes.Lambda, environment: Environment) -> Value:
    return LambdaRoutine(node, environment)


def _await(interpreter: Interpreter, node: nodes.Await, environment: Environment) -> Value:
    return evaluate(interpreter, node.value, environment)


def _comprehension(interpreter: Interpreter, node: nodes.Comprehension, environment: Environment) -> Value:
    inner = Environment(environment.scope, environment)
    inner.origins = environment.origins
    results: list[Element] = []
    entries: list[tuple[Value, Given]] = []

    def element_of(certainty: Certainty) -> None:
        if node.kind == "dict":
            key = evaluate(interpreter, node.elements[0], inner)
            entries.append(
                (key, Given(evaluate(interpreter, node.elements[1], inner), node.elements[1], inner))
            )
        else:
            results.append(Element(evaluate(interpreter, node.elements[0], inner), certainty))

    rest = _generate(interpreter, node.generators, inner, Certainty.SURE, element_of)
    return Table(entries, rest) if node.kind == "dict" else Listing(results, "list", rest)


def _generate(
    interpreter: Interpreter,
    generators: Sequence[nodes.Generator],
    environment: Environment,
    certainty: Certainty,
    emit: Callable[[Certainty], None],
) -> Unknown | None:
    if not generators:
        emit(certainty)
        return None
    first, *others = generators
    elements, rest = iterated(evaluate(interpreter, first.iterable, environment))
    for each in elements:
        if not interpreter.step():
            return Unknown("there are too many elements")
        bind_target(interpreter, first.target, each.value, environment)
        verdicts = [truth.of(evaluate(interpreter, test, environment)) for test in first.conditions]
        tests = [Certainty.OPEN if verdict is None else verdict.certainty for verdict in verdicts]
        if all(verdict is None or verdict.holds or verdict.assumed for verdict in verdicts):
            under = min(certainty, each.certainty, *tests)
            rest = _generate(interpreter, others, environment, under, emit) or rest
    return rest


def bind_target(
    interpreter: Interpreter, target: nodes.Expression, value: Value, environment: Environment
) -> None:
    """Bind the names of a loop's or an assignment's target."""
    match target:
        case nodes.Name(id=name):
            interpreter.bind(name, value, environment)
        case nodes.Sequence(elements=targets):
            for position, each in enumerate(targets):
                if isinstance(each, nodes.Starred):
                    bind_target(interpreter, each.value, unknown(each), environment)
                else:
                    bind_target(interpreter, each, element(value, position), environment)
        case nodes.Attribute():
            holder = evaluate(interpreter, target.value, environment)
            interpreter.write(holder, target.attr, Given(value, target, environment))
        case nodes.Subscript():
            holder = evaluate(interpreter, target.value, environment)
            if isinstance(holder, Table):
                key = evaluate(interpreter, target.index, environment)
                before = holder.get(key) if interpreter.certainty is Certainty.OPEN else None
                known = choice([before.value, value]) if before is not None else value
                holder.entries.append((key, Given(known, target, environment)))


def _subscript(interpreter: Interpreter, node: nodes.Subscript, environment: Environment) -> Value:
    value = evaluate(interpreter, node.value, environment)
    match value:
        case Table():
            found = value.get(evaluate(interpreter, node.index, environment))
            return found.value if found is not None else unknown(node)
        case Listing():
            index = evaluate(interpreter, node.index, environment)
            if isinstance(index, Constant) and type(index.value) is int:
                return element(value, index.value)
            return unknown(node)
        case Blueprint() | TypeExpression():
            return TypeExpression(node, environment)
        case Foreign(value=static.External(name=name)) if interpreter.inference.externals.is_class(name):
            return TypeExpression(node, environment)
        case Foreign(value=static.External(name=name)) if name.startswith(("typing.", "builtins.")):
            return TypeExpression(node, environment)
    return value if isinstance(value, Unknown) else unknown(node)


def _comparison(interpreter: Interpreter, node: nodes.Comparison, environment: Environment) -> Value:
    if len(node.operators) != 1:
        return unknown(node)
    left = evaluate(interpreter, node.left, environment)
    right = evaluate(interpreter, node.comparators[0], environment)
    return truth.compare(left, node.operators[0], right) or unknown(node)


def _negation(interpreter: Interpreter, node: nodes.Negation, environment: Environment) -> Value:
    verdict = truth.of(evaluate(interpreter, node.value, environment))
    return Constant(not verdict.holds, verdict.assumed) if verdict is not None else unknown(node)


def _yield(interpreter: Interpreter, node: nodes.Yield, environment: Environment) -> Value:
    if interpreter.frames and node.value is not None:
        value = evaluate(interpreter, node.value, environment)
        found = [each.value for each in iterated(value)[0]] if node.is_from else [value]
        interpreter.frames[-1].yielded += found
    return Unknown("it is sent to a generator")


_HANDLERS: dict[type[nodes.Node], Callable[[Any, Any, Environment], Value]] = {
    nodes.Name: _name,
    nodes.Attribute: _attribute,
    nodes.Call: _call,
    nodes.Constant: _constant,
    nodes.Sequence: _sequence,
    nodes.Mapping: _mapping,
    nodes.FormattedString: _formatted_string,
    nodes.BinaryOperation: _binary_operation,
    nodes.Conditional: _conditional,
    nodes.BooleanOperation: _boolean_operation,
    nodes.NamedExpression: _named_expression,
    nodes.Lambda: _lambda,
    nodes.Await: _await,
    nodes.Comprehension: _comprehension,
    nodes.Subscript: _subscript,
    nodes.Comparison: _comparison,
    nodes.Negation: _negation,
    nodes.Yield: _yield,
}
