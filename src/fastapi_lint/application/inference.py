"""What expressions are: values and types as far as the project's code writes them down.

Not a type checker. An answer is given only where annotations, constructors, known library functions or the
returned expressions of the project's own functions prove it; everything else is unknown, which is None.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_lint.application import annotations as written
from fastapi_lint.application import members, results
from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.expressions import HANDLERS
from fastapi_lint.application.externals import Externals
from fastapi_lint.application.imports import Imports
from fastapi_lint.application.modules import Module, Project
from fastapi_lint.application.names import BUILTINS, global_bindings, reaching_bindings
from fastapi_lint.application.questions import Questions
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.application.values import (
    NONE,
    Alternatives,
    Display,
    External,
    ExternalMethod,
    Instance,
    Literal,
    Method,
    Namespace,
    Partial,
    Unpacked,
    Value,
)
from fastapi_lint.index import nodes


class Inference(Imports):
    """Answers questions about the expressions of one project; every answer is computed once."""

    def __init__(self, project: Project, externals: Externals) -> None:
        self.project = project
        self.externals = externals
        questions = Questions()
        self.answer = questions.answer
        self.forget_answer = questions.forget
        self._behind_imports: dict[Binding, Binding | None] = {}
        self._starred: dict[tuple[Module, str], Binding | None] = {}
        self._globals: dict[Module, dict[str, list[Binding]]] = {}
        self._self_assignments: dict[Class, dict[str, list[Binding]]] = {}
        self.strings: dict[nodes.Constant, nodes.Expression] = {}
        """String annotations already parsed."""

    # Expressions

    def infer(self, node: nodes.Expression | None, scope: Scope) -> Value | None:
        """The value of an expression that stands in `scope`."""
        if type(node) is nodes.Name:  # the most frequent by far: what it is bound to is remembered
            return self.lookup(node.id, scope, node.line)
        handler = HANDLERS.get(type(node))  # type: ignore[arg-type]  # None has no handler
        return self.answer(node, handler, self, node, scope) if handler is not None else None

    def qualified_name(self, node: nodes.Expression | None, scope: Scope) -> str | None:
        """Canonical dotted name of what a name or attribute chain denotes; None when unknown."""
        return self.name_of(self.infer(node, scope))

    def name_of(self, value: Value | None) -> str | None:
        """Dotted name of a module, class, function or method; of an instance there is none."""
        match value:
            case External(name=name) | ExternalMethod(name=name) | Namespace(name=name):
                return name
            case Class() | Function():
                return value.full_name
            case Method(function=function):
                return function.full_name
            case Module():
                return value.name
        return None

    def literal_string(self, node: nodes.Expression | None, scope: Scope) -> str | None:
        """The text of an expression that is a constant string, through names, sums and f-strings."""
        value = self.infer(node, scope)
        return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None

    def forget(self, function: Function) -> None:
        """The body of a function is another now."""
        for question in ("returned", "yielded"):
            self.forget_answer((question, function))

    # Names

    def lookup(self, name: str, scope: Scope, line: int) -> Value | None:
        """The value of a name used on `line` of `scope`."""
        bindings = reaching_bindings(name, scope, line)
        if not bindings:
            return self.star_imported(name, scope.module) or (
                External(self.externals.canonical(f"builtins.{name}")) if name in BUILTINS else None
            )
        if len(bindings) == 1:
            value = self.bound(bindings[0])
        else:
            value = self.joined(self.bound(binding) for binding in bindings)
        if (value is None or value == NONE) and bindings[0].scope is scope.module.scope:
            replaced = self._global_bindings(scope.module).get(name)
            if replaced:
                return self.joined(self.bound(binding) for binding in replaced)
        return value

    def bound(self, binding: Binding) -> Value | None:
        """The value that a binding gives to its name."""
        return binding.symbol or self.answer(binding, self._bound, binding)

    def _bound(self, binding: Binding) -> Value | None:
        scope = binding.scope
        match binding.kind:
            case "import":
                return self.imported(binding)
            case "assign":
                return self._assigned(binding)
            case "parameter":
                return self._parameter(binding)
            case "loop":
                element = self.iterated(self.infer(binding.value, scope))
                return self.unpacked(element, binding.path)
            case "with":
                entered = self.entered(binding.value, scope, is_async=binding.is_async)
                return self.unpacked(entered, binding.path)
            case "except":
                raised = self.infer(binding.value, scope)
                return Instance(raised) if isinstance(raised, (Class, External)) else None
        return None

    def _assigned(self, binding: Binding) -> Value | None:
        scope = binding.scope
        if binding.annotation is not None:
            declared = written.declared(self, binding.annotation, scope)
            if declared is not None:
                # The literal default of a constant or a setting says more than its annotation.
                narrowed = self.infer(binding.value, scope) if binding.value is not None else None
                if not binding.path and _is_written_out(narrowed):
                    return narrowed
                return (
                    narrowed
                    if isinstance(narrowed, Instance) and isinstance(declared, Alternatives)
                    else declared
                )
        return self.unpacked(self.infer(binding.value, scope), binding.path)

    def _parameter(self, binding: Binding) -> Value | None:
        parameter = binding.node
        function = binding.scope.owner
        if not isinstance(parameter, nodes.Parameter):
            return None
        if isinstance(function, Function) and function.owner is not None:
            if function.node.parameters[0] is parameter and not _is_static(function):
                return self.receiver_of(function)
        outer = binding.scope.parent or binding.scope
        if parameter.kind == "variadic":
            return Instance(External("builtins.tuple"))
        if parameter.kind == "keywords":
            return Instance(External("builtins.dict"))
        if parameter.annotation is not None:
            declared = written.declared(self, parameter.annotation, outer)
            if declared is not None:
                return declared
        return self.injected(parameter, outer)

    def injected(self, parameter: nodes.Parameter, scope: Scope) -> Value | None:
        """What `= Depends(f)` or `Annotated[…, Depends(f)]` injects, by what `f` returns or yields."""
        default = parameter.default
        if isinstance(default, (nodes.Name, nodes.Attribute)):
            binding = written.definition(self, default, scope)
            if binding is not None and not binding.path:
                default, scope = binding.value, binding.scope
        for marker in (default, *written.metadata(self, parameter.annotation, scope)):
            if isinstance(marker, nodes.Call):
                name = self.qualified_name(marker.func, scope)
                if name in ("fastapi.Depends", "fastapi.Security"):
                    dependency = self.infer(marker.argument(0, "dependency"), scope)
                    return self.provided(dependency)
        return None

    def provided(self, dependency: Value | None) -> Value | None:
        """What a dependency gives to the parameter that asks for it."""
        match dependency:
            case Function():
                return self.yielded(dependency) if dependency.node.is_generator else self.returned(dependency)
            case Method(function=function):
                return self.yielded(function) if function.node.is_generator else self.returned(function)
            case Class():
                return Instance(dependency)
            case Instance():
                return self.provided(self.member(dependency, "__call__"))
            case Partial(function=function):
                return self.provided(function)
            case External(name=name) if self.externals.is_class(name):
                return Instance(dependency)
            case ExternalMethod(name=name):
                result = self.externals.result(name)
                return Instance(External(result)) if result is not None else None
        return None

    def receiver_of(self, method: Function) -> Value | None:
        """What the first parameter of a method is: an instance, or the class for class methods."""
        owner = method.owner
        if owner is None:
            return None
        if self.has_decorator(method, {"builtins.classmethod"}) or method.name in (
            "__new__",
            "__init_subclass__",
            "__class_getitem__",
        ):
            return owner
        return Instance(owner)

    def _global_bindings(self, module: Module) -> dict[str, list[Binding]]:
        if module not in self._globals:
            self._globals[module] = {}
            self._globals[module] = global_bindings(module)
        return self._globals[module]

    def joined(self, values: Iterable[Value | None]) -> Value | None:
        """One value out of alternatives: unknown if any is unknown; None as a default does not count."""
        distinct: list[Value] = []
        for value in values:
            if value is None:
                return None
            if value not in distinct:
                distinct.append(value)
        known = [value for value in distinct if value != NONE] or distinct
        return known[0] if len(known) == 1 else Alternatives(tuple(known))

    def unpacked(self, value: Value | None, path: tuple[int, ...]) -> Value | None:
        """The element at a place in (nested) tuples or lists: `(1, 0)` is the first one of the second."""
        for position in path:
            if isinstance(value, Unpacked) and position < len(value.elements):
                value = value.elements[position]
            elif isinstance(value, Display) and isinstance(value.node, nodes.Sequence):
                elements = value.node.elements
                if position >= len(elements) or any(isinstance(e, nodes.Starred) for e in elements):
                    return None
                value = self.infer(elements[position], value.scope)
            else:
                return None
        return value

    # Attributes, calls, results

    def member(self, value: Value | None, name: str) -> Value | None:
        """`value.name`."""
        return members.member(self, value, name)

    def mro(self, cls: Class) -> list[Class | External]:
        """The class and its bases, in Python's order as far as they are known."""
        return self.answer(cls, members.mro, self, cls) or [cls]

    def self_assignments(self, cls: Class) -> dict[str, list[Binding]]:
        """Assignments to attributes of `self` in the methods of a class, `__init__` first."""
        if cls not in self._self_assignments:
            self._self_assignments[cls] = members.find_self_assignments(cls)
        return self._self_assignments[cls]

    def is_subclass(self, cls: Class | External, names: Iterable[str]) -> bool:
        """Whether a class is, or derives from, one of the classes of these full names."""
        wanted = set(names)
        line = self.mro(cls) if isinstance(cls, Class) else members.external_mro(self, cls)
        return any((base.name if isinstance(base, External) else base.full_name) in wanted for base in line)

    def is_instance(self, value: Value | None, names: Iterable[str]) -> bool:
        """Whether a value is surely an instance of one of these classes or of their subclasses."""
        if isinstance(value, Alternatives):
            wanted = list(names)
            return all(self.is_instance(each, wanted) for each in value.values)
        return isinstance(value, Instance) and self.is_subclass(value.type, names)

    def callee(self, call: nodes.Call, scope: Scope) -> Value | None:
        """What a call calls."""
        target = self.infer(call.func, scope)
        if isinstance(target, Instance) and isinstance(call.func, nodes.Attribute):
            # Some objects have attributes of any name: called, they are the methods of that name.
            holder = self.infer(call.func.value, scope)
            if isinstance(holder, Instance) and isinstance(holder.type, External):
                if self.externals.called_instance(target.class_name) is None:
                    return ExternalMethod(f"{holder.class_name}.{call.func.attr}", holder)
        return target

    def called(self, function: Value | None, call: nodes.Call, scope: Scope) -> Value | None:
        """The result of a call."""
        return results.called(self, function, call, scope)

    def returned(self, function: Function) -> Value | None:
        """What a function returns (after awaiting, for coroutine functions)."""
        return self.answer(("returned", function), results.returned, self, function)

    def yielded(self, function: Function) -> Value | None:
        """What a generator function yields."""
        return self.answer(("yielded", function), results.yielded, self, function)

    def entered(self, context: nodes.Expression | None, scope: Scope, *, is_async: bool) -> Value | None:
        """What `with context as x` binds to `x`."""
        return results.entered(self, self.infer(context, scope), is_async)

    def iterated(self, value: Value | None) -> Value | None:
        """What one step of a loop over `value` gives."""
        return results.iterated(self, value)

    # Decorators

    def decorator_names(self, definition: Function | Class) -> list[str | None]:
        """Qualified names of the decorators, outermost first; of a call, of the function called."""
        names = []
        for decorator in definition.node.decorators:
            target = decorator.func if isinstance(decorator, nodes.Call) else decorator
            names.append(self.qualified_name(target, definition.scope))
        return names

    def has_decorator(self, definition: Function | Class, names: Iterable[str]) -> bool:
        """Whether one of the decorators has one of these qualified names."""
        if not definition.node.decorators:
            return False
        wanted = set(names)
        return any(name in wanted for name in self.decorator_names(definition))


def _is_written_out(value: Value | None) -> bool:
    """Whether a value is a constant, or a list or mapping that shows what is in it."""
    if isinstance(value, Display) and isinstance(value.node, nodes.Sequence):
        return bool(value.node.elements)
    return isinstance(value, Literal) and value != NONE


def _is_static(function: Function) -> bool:
    return any(isinstance(d, nodes.Name) and d.id == "staticmethod" for d in function.node.decorators)
