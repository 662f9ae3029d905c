"""What runs when a decorated function is called.

The project's own decorators are analysed: a wrapper runs in the function's place, and runs the function itself
if it calls it. What a library's decorator does to a plain function is unknown, unless it is known to keep it in
the caller's thread; an `async def` stays on the loop whatever decorates it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.names import visible_bindings
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import Instance, Method
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import branches, find_in_scope, walk_scope
from fastapi_lint.knowledge.decorators import keeps_thread

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope


class Decorated:
    """Answers for every function of a project, each worked out once."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._running: dict[Function, tuple[Function, ...]] = {}

    def running(self, function: Function) -> tuple[Function, ...]:
        """The functions whose bodies run, in the caller's thread, when `function` is called; outermost first."""
        if function not in self._running:
            self._running[function] = (function,)
            self._running[function] = self._find(function)
        return self._running[function]

    def replaces_by(self, wrappers: frozenset[Function]) -> bool:
        """Whether one of these functions is known to run in place of one that is none of them."""
        return bool(wrappers) and any(
            not wrappers.isdisjoint(running)
            for function, running in self._running.items()
            if len(running) > 1 and function not in wrappers
        )

    def gives_coroutine(self, function: Function) -> bool:
        """Whether calling an `async def` surely gives a coroutine: not when an unknown decorator wraps it."""
        outermost = function
        for decorator in reversed(function.node.decorators):
            name = self._name(decorator, function.scope)
            if name is not None and keeps_thread(name):
                continue
            maker = self._maker(decorator, function.scope)
            if maker is None:
                return False
            wrapper = self.returned_function(maker)
            if wrapper is not None:
                outermost = wrapper
            elif not _returns(maker, _taken(maker)):
                return False
        return outermost.is_async and not outermost.node.is_generator

    def is_awaited_by_wrapper(self, function: Function) -> bool:
        """Whether an `async def` of the project is put in the place of a function, so that its own colour is fixed."""
        outermost = self.running(function)[0]
        return outermost is not function and outermost.is_async

    def keeps_result(self, function: Function) -> bool:
        """Whether a call surely gives what the body of the function returns, whatever decorates it."""
        return all(self._passes_on(decorator, function.scope) for decorator in function.node.decorators)

    def passes_result_on(self, wrapper: Function) -> bool:
        """Whether a wrapper returns what the function gives that it wraps, and nothing else."""
        wrapper.reveal(SOMETHING)
        returned = [
            node.value for node in find_in_scope(wrapper.node.body, {nodes.Return}) if node.value is not None
        ]
        return bool(returned) and all(_is_wrapped_call(value, wrapper.body_scope) for value in returned)

    def replacement(self, decorator: nodes.Expression, scope: Scope) -> Function | None:
        """The project's function that a decorator always puts in the place of the one below it."""
        maker = self._maker(decorator, scope)
        parameter = _taken(maker) if maker is not None else None
        if maker is None or parameter is None:
            return None
        wrapper = self.returned_function(maker)
        returned = [each for each in find_in_scope(maker.node.body, {nodes.Return}) if each.value is not None]
        if wrapper is None or len(returned) != 1:
            return None
        return wrapper if _calls(wrapper, parameter) else None

    def _passes_on(self, decorator: nodes.Expression, scope: Scope) -> bool:
        name = self._name(decorator, scope)
        if name is not None and keeps_thread(name):
            return True
        maker = self._maker(decorator, scope)
        if maker is None:
            return False
        wrapper = self.returned_function(maker)
        if wrapper is not None:
            return self.passes_result_on(wrapper)
        return _returns(maker, _taken(maker))

    def hands_on_arguments(self, function: Function) -> bool:
        """Whether the decorated function surely gets just the arguments that its caller gives."""
        for decorator in function.node.decorators:
            name = self._name(decorator, function.scope)
            if name is not None and keeps_thread(name):
                continue
            maker = self._maker(decorator, function.scope)
            parameter = _taken(maker) if maker is not None else None
            if maker is None or parameter is None:
                return False
            wrapper = self.returned_function(maker)
            if wrapper is None:
                if not _returns(maker, parameter):
                    return False
            elif not _hands_on_everything(wrapper, parameter):
                return False
        return True

    def _find(self, function: Function) -> tuple[Function, ...]:
        running: tuple[Function, ...] = (function,)
        if function.node.decorators and function is not function.outermost:
            function.reveal(SOMETHING)  # a decorator may be a variable of a function around it
        for decorator in reversed(function.node.decorators):
            name = self._name(decorator, function.scope)
            if (name is not None and keeps_thread(name)) or _is_accessor(decorator, function):
                continue
            maker = self._maker(decorator, function.scope)
            if maker is None:
                in_place = self._in_place_of(decorator, function.scope)
                if in_place is not None:
                    running = (in_place, *running)
                elif not function.is_async:
                    return ()
                continue
            parameter = _taken(maker)
            wrapper = self.returned_function(maker)
            if wrapper is not None and parameter is not None:
                running = (wrapper, *running) if _calls(wrapper, parameter) else (wrapper,)
            elif not _returns(maker, parameter) and not function.is_async:
                return ()
        return running

    def _name(self, decorator: nodes.Expression, scope: Scope) -> str | None:
        target = decorator.func if isinstance(decorator, nodes.Call) else decorator
        return self._inference.qualified_name(target, scope)

    def _maker(self, decorator: nodes.Expression, scope: Scope) -> Function | None:
        """The project's function that takes the decorated function: `d` in `@d`, what `d(…)` returns in `@d(…)`."""
        value = self._inference.infer(decorator, scope)
        if isinstance(value, Instance):
            method = self._inference.member(value, "__call__")
            return method.function if isinstance(method, Method) else None
        if not isinstance(decorator, nodes.Call):
            return self._applied(value) if isinstance(value, Function) else None
        factory = self._inference.infer(decorator.func, scope)
        return self.returned_function(factory) if isinstance(factory, Function) else None

    def _applied(self, decorator: Function) -> Function:
        """Of a decorator that works with and without arguments, the function that it applies at once."""
        for value in _returned_values(decorator):
            match value:
                case nodes.Call(func=nodes.Name() as inner, args=[nodes.Name(id=name)]) if name == _taken(
                    decorator
                ):
                    applied = self._inference.infer(inner, decorator.body_scope)
                    if isinstance(applied, Function) and applied.scope is decorator.body_scope:
                        return applied
        return decorator

    def _in_place_of(self, decorator: nodes.Expression, scope: Scope) -> Function | None:
        """`__call__` of a class that decorates, when it calls the function which the constructor has taken."""
        cls = None if isinstance(decorator, nodes.Call) else self._inference.infer(decorator, scope)
        method = self._inference.member(Instance(cls), "__call__") if isinstance(cls, Class) else None
        init = self._inference.member(Instance(cls), "__init__") if isinstance(cls, Class) else None
        if not (isinstance(cls, Class) and isinstance(method, Method) and isinstance(init, Method)):
            return None
        taken = _taken(init.function)
        for name, bindings in self._inference.self_assignments(cls).items():
            if any(isinstance(each.value, nodes.Name) and each.value.id == taken for each in bindings):
                method.function.reveal(SOMETHING)
                calls = method.function.calls
                if any(isinstance(call.func, nodes.Attribute) and call.func.attr == name for call in calls):
                    return method.function
        return None

    def returned_function(self, maker: Function) -> Function | None:
        """The nested function that `maker` returns."""
        found = [self._inference.infer(value, maker.body_scope) for value in _returned_values(maker)]
        nested = [value for value in found if isinstance(value, Function) and value.scope is maker.body_scope]
        return nested[-1] if nested else None


def _taken(maker: Function) -> str | None:
    """The parameter by which a decorator takes the function: the first, behind `self`."""
    parameters = maker.node.parameters[1 if maker.owner is not None else 0 :]
    return parameters[0].name if parameters else None


def _returned_values(function: Function) -> Iterator[nodes.Expression]:
    function.reveal(SOMETHING)
    for node in find_in_scope(function.node.body, {nodes.Return}):
        if node.value is not None:
            yield from branches(node.value)


def _is_accessor(decorator: nodes.Expression, function: Function) -> bool:
    """Whether a decorator adds a setter or deleter to the property of the same name."""
    match decorator:
        case nodes.Attribute(value=nodes.Name(id=name), attr="setter" | "deleter" | "getter"):
            return name == function.name
    return False


def _calls(wrapper: Function, parameter: str) -> bool:
    return any(isinstance(call.func, nodes.Name) and call.func.id == parameter for call in wrapper.calls)


def _hands_on_everything(wrapper: Function, parameter: str) -> bool:
    """Whether a wrapper only ever calls the function it wraps with all its own arguments, as they came."""
    gathered = {each.kind: each.name for each in wrapper.node.parameters}
    if gathered.keys() != {"variadic", "keywords"}:
        return False
    positional, keywords = gathered["variadic"], gathered["keywords"]
    forwarding = [
        each for each in wrapper.calls if isinstance(each.func, nodes.Name) and each.func.id == parameter
    ]
    handed = set()
    for call in forwarding:
        match call:
            case nodes.Call(
                args=[nodes.Starred(value=nodes.Name(id=first))],
                keywords=[nodes.Keyword(name=None, value=nodes.Name(id=second) as given)],
            ) if (first, second) == (positional, keywords):
                handed.add(given)
            case _:
                return False
    return bool(forwarding) and not _may_change(wrapper, keywords, handed)


def _may_change(wrapper: Function, name: str, harmless: set[nodes.Name]) -> bool:
    """Whether anything but reading an entry may happen to a dict, besides the harmless mentions of it."""
    for node in walk_scope(wrapper.node.body):
        match node:
            case nodes.Call(func=nodes.Attribute(value=nodes.Name(id=found) as read, attr="get" | "items")):
                if found == name:
                    harmless.add(read)
            case nodes.Comparison(comparators=[nodes.Name(id=found) as read]) if found == name:
                harmless.add(read)
    return any(
        isinstance(node, nodes.Name) and node.id == name and node not in harmless
        for node in walk_scope(wrapper.node.body)
    )


def _returns(maker: Function, parameter: str | None) -> bool:
    return any(isinstance(value, nodes.Name) and value.id == parameter for value in _returned_values(maker))


def _is_wrapped_call(node: nodes.Expression, scope: Scope, depth: int = 3) -> bool:
    """Whether an expression is what a call of a parameter of an enclosing function gave."""
    if isinstance(node, nodes.Await):
        node = node.value
    if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name):
        bindings, where = visible_bindings(node.func.id, scope)
        return where is not scope and bool(bindings) and bindings[0].kind == "parameter"
    if isinstance(node, nodes.Name) and depth:
        bindings, where = visible_bindings(node.id, scope)
        return where is scope and all(
            each.kind == "assign"
            and each.value is not None
            and _is_wrapped_call(each.value, scope, depth - 1)
            for each in bindings
        )
    return False
