"""The shape of a value: the type that the code says an expression has, `None` among its alternatives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application import values as static
from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.queries import Queries
from fastapi_lint.application.scopes import Class, Function, comprehension_scope
from fastapi_lint.application.shapes import UNKNOWN, Collection, Dictionary, Plain, Scalar, Shape, union
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.decorated import Decorated
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope

_COPIES = frozenset({"builtins.list", "builtins.reversed", "builtins.sorted"})


class ValueShapes:
    """Reads expressions. A shape without `None` says nothing of whether the value may be None after all."""

    def __init__(self, inference: Inference, types: shapes.Shapes, decorated: Decorated) -> None:
        self._inference = inference
        self._types = types
        self._decorated = decorated
        self._queries = Queries(inference)

    def of(self, node: nodes.Expression | None, scope: Scope) -> Shape:
        """The shape of an expression that stands in `scope`."""
        if node is None:
            return shapes.NONE
        return self._inference.answer(("shape", node, scope), self._of, node, scope) or UNKNOWN

    def _of(self, node: nodes.Expression, scope: Scope) -> Shape:
        match node:
            case nodes.Constant(value=value):
                return shapes.NONE if value is None else Scalar(f"builtins.{type(value).__name__}")
            case nodes.Comparison() | nodes.Negation():
                return Scalar("builtins.bool")
            case nodes.FormattedString():
                return Scalar("builtins.str")
            case nodes.Await(value=nodes.Call() as call):
                return self._call(call, scope, awaited=True)
            case nodes.Call():
                return self._call(node, scope, awaited=False)
            case nodes.Name(id=name, line=line):
                bindings = reaching_bindings(name, scope, line)
                if bindings:
                    return self._joined(self._bound(each) for each in bindings)
            case nodes.NamedExpression(value=value):
                return self.of(value, scope)
            case nodes.Conditional(body=body, orelse=orelse):
                return self._joined([self.of(body, scope), self.of(orelse, scope)])
            case nodes.BooleanOperation(operator=operator, values=values):
                return self._either(operator, [self.of(each, scope) for each in values])
            case nodes.Sequence(kind=kind, elements=elements):
                return Collection(f"builtins.{kind}", self._elements(elements, scope))
            case nodes.Mapping(values=values):
                return Dictionary("builtins.dict", self._joined(self.of(each, scope) for each in values))
            case nodes.Comprehension():
                return self._comprehension(node, scope)
        return self.of_value(self._inference.infer(node, scope))

    def of_value(self, value: static.Value | None) -> Shape:
        """The shape of what the inference found; it does not keep `None` in a union."""
        match value:
            case static.Instance(type=cls, arguments=arguments):
                return self._types.of_class(cls, tuple(self.of_value(each) for each in arguments))
            case static.Literal(value=constant):
                return shapes.NONE if constant is None else Scalar(f"builtins.{type(constant).__name__}")
            case static.Display(node=node, scope=scope):
                return self.of(node, scope)
            case static.Unpacked(elements=elements):
                return Collection("builtins.tuple", tuple(self.of_value(each) for each in elements))
            case static.Alternatives(values=values):
                return self._joined(self.of_value(each) for each in values)
        return UNKNOWN

    def _joined(self, found: Iterable[Shape]) -> Shape:
        members = list(found)
        return union(members) if members else shapes.ANYTHING

    def _either(self, operator: str, found: list[Shape]) -> Shape:
        if operator == "and":
            return self._joined(found)
        present = [each for shape in found[:-1] for each in shapes.members(shape) if each != shapes.NONE]
        return self._joined([*present, found[-1]])

    def _elements(self, elements: tuple[nodes.Expression, ...], scope: Scope) -> tuple[Shape, ...]:
        found = [UNKNOWN if isinstance(each, nodes.Starred) else self.of(each, scope) for each in elements]
        return (self._joined(found),)

    def _comprehension(self, node: nodes.Comprehension, scope: Scope) -> Shape:
        inner = comprehension_scope(node, scope)
        if node.kind == "dict":
            return Dictionary("builtins.dict", self.of(node.elements[-1], inner))
        name = "typing.Generator" if node.kind == "generator" else f"builtins.{node.kind}"
        return Collection(name, (self.of(node.elements[0], inner),))

    # Names

    def _bound(self, binding: Binding) -> Shape:
        if binding.kind == "parameter" and isinstance(binding.node, nodes.Parameter):
            return self._parameter(binding, binding.node)
        if binding.kind == "assign" and not binding.path:
            if binding.annotation is not None:
                declared = self._types.of(binding.annotation, binding.scope)
                if declared != UNKNOWN:
                    return declared
            if binding.value is not None:
                return self.of(binding.value, binding.scope)
        if binding.kind == "loop" and not binding.path:
            looped = self.of(binding.value, binding.scope)
            if isinstance(looped, Collection) and looped.elements:
                return self._joined(looped.elements)
        return self.of_value(self._inference.bound(binding))

    def _parameter(self, binding: Binding, parameter: nodes.Parameter) -> Shape:
        outer = binding.scope.parent or binding.scope
        if parameter.kind in ("positional-only", "positional", "keyword-only"):
            declared = self._types.of(parameter.annotation, outer)
            if declared != UNKNOWN:
                return declared
        return self.of_value(self._inference.bound(binding))

    # Calls

    def _call(self, call: nodes.Call, scope: Scope, *, awaited: bool) -> Shape:
        queried = self._queries.result(call, scope)
        name = self._inference.qualified_name(call.func, scope)
        if queried is not None:
            return queried if awaited == self._inference.externals.is_coroutine(name or "") else UNKNOWN
        target = self._inference.infer(call.func, scope)
        match target:
            case Function():
                return self._returned(target, awaited=awaited)
            case static.Method(function=function):
                return self._returned(function, awaited=awaited)
            case Class() if not awaited:
                return self._types.of(call.func, scope)
            case static.External() if name in _COPIES and len(call.args) == 1 and not awaited:
                copied = self.of(call.args[0], scope)
                elements = copied.elements if isinstance(copied, Collection) else (UNKNOWN,)
                return Collection("builtins.list", elements)
        value = self._inference.infer(call, scope)
        if awaited:
            value = value.result if isinstance(value, static.Awaitable) else None
        return self.of_value(value)

    def _returned(self, function: Function, *, awaited: bool) -> Shape:
        if function.node.is_generator or function.is_async != awaited:
            return UNKNOWN
        if not self._decorated.keeps_result(function):
            return UNKNOWN
        if function.node.returns is not None:
            declared = self._types.of(function.node.returns, function.scope)
            return Plain(function.owner) if declared == Scalar("typing.Self") and function.owner else declared
        return self.of_value(self._inference.returned(function))
