"""What becomes of one part of a request in the body of a function."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.argument_binding import bound_arguments, callable_of
from fastapi_lint.application.names import visible_bindings
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Function, comprehension_scope, lambda_scope
from fastapi_lint.application.values import Alternatives, External, ExternalMethod, Instance, Partial, Value
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import children, walk
from fastapi_lint.knowledge.callbacks import Callbacks
from fastapi_lint.knowledge.request_takers import ignores_path

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.request_reads import RequestReads
    from fastapi_lint.application.scopes import Scope


class Part(enum.Enum):
    """What of a request something is."""

    REQUEST = enum.auto()
    PARAMETERS = enum.auto()
    """`request.path_params`"""
    SCOPE = enum.auto()
    URL = enum.auto()
    PATH = enum.auto()
    """Text in which the path stands."""


class Handed(NamedTuple):
    """A parameter that is given a part of a request."""

    function: Function
    parameter: str
    part: Part


@dataclass(slots=True, eq=False)
class RequestUses:
    """Follows one part of a request through the body of a function."""

    reads: RequestReads
    inference: Inference
    callbacks: Callbacks
    function: Function
    names: set[str] = field(default_factory=set)
    keys: list[nodes.Expression] = field(default_factory=list)
    handed: dict[Handed, None] = field(default_factory=dict)
    doubt: nodes.Node | None = None
    """A use that may read any parameter."""
    returned: set[Part] = field(default_factory=set)
    compares_path: bool = False
    parents: dict[nodes.Node, nodes.Node] = field(default_factory=dict)
    scopes: dict[nodes.Node, Scope] = field(default_factory=dict)
    waiting: list[tuple[Scope | None, str, Part]] = field(default_factory=list)
    """Variables yet to be followed, with the scope that binds them."""

    def follow(self, variable: str, part: Part) -> None:
        """Look at every use of a parameter, and of the variables that it is assigned to."""
        mentions: dict[str, list[nodes.Name]] = {}
        for node in walk(self.function.node.body):
            self.parents.update((child, node) for child in children(node))
            if isinstance(node, nodes.Name):
                mentions.setdefault(node.id, []).append(node)
        self.waiting.append((self.function.body_scope, variable, part))
        seen = set(self.waiting)
        while self.waiting:
            scope, name, part = self.waiting.pop()
            for mention in mentions.get(name, ()):
                if visible_bindings(name, self.scope_of(mention))[1] is scope:
                    self.use(mention, part)
            self.waiting = [each for each in self.waiting if each not in seen]
            seen.update(self.waiting)

    def scope_of(self, node: nodes.Node) -> Scope:
        """The scope in which a node of the body stands."""
        above = self.parents.get(node)
        if above is None:
            return self.function.body_scope
        if node not in self.scopes:
            outer = self.scope_of(above)
            is_inner = isinstance(above, _SCOPES) and _is_inside(node, above)
            self.scopes[node] = _scope_made_by(above, outer) if is_inner else outer
        return self.scopes[node]

    # Uses

    def use(self, node: nodes.Expression, part: Part) -> None:
        """Look at what happens to an expression that is a part of the request."""
        match self.parents.get(node):
            case nodes.Attribute() as attribute:
                _ATTRIBUTES[part](self, attribute)
            case nodes.Subscript() as item if part is Part.PATH and isinstance(item.index, nodes.Opaque):
                self.use(item, part)  # a slice
            case nodes.Subscript(value=value, index=index) as item if value is node:
                self.item(item, index, part)
            case nodes.Call() as call:
                self.hand_on(call, node, part)
            case nodes.Keyword(name=str()) as keyword:
                called = self.parents.get(keyword)
                if isinstance(called, nodes.Call):
                    self.hand_on(called, node, part)
            case nodes.Comparison() as comparison:
                self.compare(comparison, part)
            case nodes.Return() as statement if self.scope_of(statement) is self.function.body_scope:
                self.returned.add(part)
            case nodes.Negation() | nodes.If() | nodes.While() | nodes.Assert() | nodes.ExpressionStatement():
                pass
            case nodes.BooleanOperation(operator="and", values=values) if node is not values[-1]:
                pass
            case nodes.Conditional(test=test) if test is node:
                pass
            case (nodes.BooleanOperation() | nodes.Conditional()) as choice:
                self.use(choice, part)
            case nodes.NamedExpression(name=name) as named:
                self.assign(name, named, part)
                self.use(named, part)
            case nodes.Assign(targets=targets, value=value) as statement if value is node:
                for target in targets:
                    if isinstance(target, nodes.Name):
                        self.assign(target.id, statement, part)
                    else:
                        self.doubt = target
            case nodes.Assign() | nodes.Delete():
                pass  # it is written to
            case nodes.FormattedString() as text if part in (Part.URL, Part.PATH):
                self.use(text, Part.PATH)
            case nodes.FormattedString() if part is Part.REQUEST:
                pass  # its text is that of the object
            case _:
                self.doubt = node

    def assign(self, name: str, node: nodes.Node, part: Part) -> None:
        """Follow the variable that a part is assigned to."""
        self.waiting.append((visible_bindings(name, self.scope_of(node))[1], name, part))

    def request_attribute(self, node: nodes.Attribute) -> None:
        """`request.attr`."""
        match node.attr:
            case "path_params" | "scope" | "url" as name:
                self.use(node, _PARTS[name])
            case "get":
                self.scope_attribute(node)
            case "items" | "values" | "__dict__" | "_path_params" | "_url":
                self.doubt = node

    def mapping_attribute(self, node: nodes.Attribute, part: Part) -> None:
        """A method of `path_params` or of the scope."""
        call = self.parents.get(node)
        if (
            isinstance(call, nodes.Call)
            and node.attr in ("get", "pop", "setdefault", "__getitem__")
            and call.args
        ):
            self.item(call, call.args[0], part)
        else:
            self.doubt = node

    def parameters_attribute(self, node: nodes.Attribute) -> None:
        """`path_params.attr`."""
        self.mapping_attribute(node, Part.PARAMETERS)

    def scope_attribute(self, node: nodes.Attribute) -> None:
        """`scope.attr`."""
        self.mapping_attribute(node, Part.SCOPE)

    def url_attribute(self, node: nodes.Attribute) -> None:
        """`url.attr`."""
        if node.attr == "path":
            self.use(node, Part.PATH)
        elif node.attr in _CHANGED_URL:
            self.result(node, Part.URL)
        elif node.attr not in _BESIDE_PATH:
            self.doubt = node

    def text_attribute(self, node: nodes.Attribute) -> None:
        """A method of a text with the path in it."""
        if node.attr in ("startswith", "endswith"):
            self.compares_path = True
        elif node.attr in _CHANGED_TEXT:
            self.result(node, Part.PATH)
        else:
            self.doubt = node

    def result(self, method: nodes.Attribute, part: Part) -> None:
        """What a method returns is such a part, too."""
        call = self.parents.get(method)
        if isinstance(call, nodes.Call) and call.func is method:
            self.use(call, part)
        else:
            self.doubt = method

    def item(self, node: nodes.Expression, key: nodes.Expression, part: Part) -> None:
        """`parameters["key"]` or `scope["key"]`, or the same with `get`."""
        if part in (Part.URL, Part.PATH):
            self.doubt = node
            return
        text = self.inference.literal_string(key, self.scope_of(key))
        if part is Part.PARAMETERS:
            if text is not None:
                self.names.add(text)
            else:
                self.keys.append(key)
        elif text == "path_params":
            self.use(node, Part.PARAMETERS)
        elif text in ("path", "raw_path"):
            self.use(node, Part.PATH)
        elif text is None:
            self.doubt = node

    def compare(self, node: nodes.Comparison, part: Part) -> None:
        """A comparison, or a test for membership."""
        if part is Part.PARAMETERS:
            key = node.left.value if isinstance(node.left, nodes.Constant) else None
            if isinstance(key, str):
                self.names.add(key)
            else:
                self.doubt = node
        elif part in (Part.URL, Part.PATH):
            self.compares_path = True

    # Calls

    def hand_on(self, call: nodes.Call, node: nodes.Expression, part: Part) -> None:
        """A call with a part as an argument."""
        scope = self.scope_of(call)
        target = self.inference.callee(call, scope)
        if target is None and isinstance(call.func, nodes.Call):
            maker = self.inference.callee(call.func, scope)
            target = self.reads.decorated.returned_function(maker) if isinstance(maker, Function) else None
        self.give(target, call, node, part)

    def give(
        self, target: Value | None, call: nodes.Call, node: nodes.Expression, part: Part, skipped: int = 0
    ) -> None:
        """Something is called with a part among its arguments, after some that are not its own."""
        match target:
            case Alternatives(values=values):
                for each in values:
                    self.give(each, call, node, part, skipped)
            case External(name=name) | ExternalMethod(name=name):
                self.give_library(name, call, node, part)
            case Partial(function=function) if not target.call.args[1:]:
                self.give(function, call, node, part, skipped)
            case Instance():
                method = self.inference.member(target, "__call__")
                if method is None or isinstance(method, Instance):
                    self.doubt = call
                else:
                    self.give(method, call, node, part, skipped)
            case _:
                self.give_function(target, call, node, part, skipped)

    def give_function(
        self, target: Value | None, call: nodes.Call, node: nodes.Expression, part: Part, skipped: int
    ) -> None:
        """A function of the project takes it."""
        known = callable_of(self.inference, target)
        if known is not None:
            known.function.reveal(SOMETHING)
        given = bound_arguments(known.parameters, call, skipped) if known is not None else None
        if known is None or given is None or _is_abstract(known.function):
            self.doubt = call
            return
        own = {each.name for each in known.parameters if each.kind not in ("variadic", "keywords")}
        taking = [name for name, value in given.items() if value is node and name in own]
        for name in taking:
            handed = Handed(known.function, name, part)
            self.handed[handed] = None
            result = self.parents.get(call)
            for returned in self.reads.body(handed).returned:
                self.use(result if isinstance(result, nodes.Await) else call, returned)
        if not taking:
            self.doubt = call

    def give_library(self, name: str, call: nodes.Call, node: nodes.Expression, part: Part) -> None:
        """Something of a library takes it."""
        callback = self.callbacks.taken_by(name)
        if callback is not None and not callback.keyword_only and not callback.many:
            function = call.argument(callback.position, callback.keyword or "")
            if function is not None and function is not node:
                value = self.inference.infer(function, self.scope_of(call))
                self.give(value, call, node, part, callback.position + 1)
                return
        if name == "typing.cast" or (name in _COPIES and part in (Part.PARAMETERS, Part.SCOPE)):
            self.use(call, part)
        elif name in _REQUESTS and part is Part.SCOPE:
            self.use(call, Part.REQUEST)
        elif name == "builtins.str" and part in (Part.URL, Part.PATH):
            self.use(call, Part.PATH)
        elif name == "builtins.getattr" and part is Part.REQUEST and len(call.args) > 1:
            attribute = self.inference.literal_string(call.args[1], self.scope_of(call))
            if attribute in _PARTS:
                self.use(call, _PARTS[attribute])
            elif attribute is None or attribute.startswith("_"):
                self.doubt = call
        elif not ignores_path(name):
            self.doubt = call


_ATTRIBUTES = {
    Part.REQUEST: RequestUses.request_attribute,
    Part.PARAMETERS: RequestUses.parameters_attribute,
    Part.SCOPE: RequestUses.scope_attribute,
    Part.URL: RequestUses.url_attribute,
    Part.PATH: RequestUses.text_attribute,
}
_PARTS = {"path_params": Part.PARAMETERS, "scope": Part.SCOPE, "url": Part.URL}
_BESIDE_PATH = (
    "fragment",
    "hostname",
    "is_secure",
    "netloc",
    "password",
    "port",
    "query",
    "scheme",
    "username",
)
_CHANGED_URL = ("include_query_params", "remove_query_params", "replace", "replace_query_params")
_CHANGED_TEXT = (
    "encode",
    "decode",
    "lower",
    "lstrip",
    "removeprefix",
    "removesuffix",
    "rstrip",
    "strip",
    "upper",
)
_COPIES = ("builtins.dict", "copy.copy", "copy.deepcopy")
_REQUESTS = ("fastapi.Request", "fastapi.WebSocket", "fastapi.requests.HTTPConnection")
_SCOPES = (nodes.FunctionDef, nodes.ClassDef, nodes.Lambda, nodes.Comprehension)


def _is_inside(node: nodes.Node, definition: nodes.Node) -> bool:
    """Whether a node directly below a definition belongs to the scope that this makes."""
    match definition:
        case nodes.FunctionDef() | nodes.ClassDef():
            return any(node is each for each in definition.body)
        case nodes.Lambda(body=body):
            return node is body
    return True


def _scope_made_by(node: nodes.Node, outer: Scope) -> Scope:
    if isinstance(node, nodes.Lambda):
        return lambda_scope(node, outer)
    if isinstance(node, nodes.Comprehension):
        return comprehension_scope(node, outer)
    assert isinstance(node, (nodes.FunctionDef, nodes.ClassDef))
    symbols = (binding.symbol for binding in outer.bindings[node.name])
    return next(symbol.body_scope for symbol in symbols if symbol is not None and symbol.node is node)


def _is_abstract(function: Function) -> bool:
    """Whether a body says that another class has the code."""
    return all(_is_placeholder(statement) for statement in function.node.body)


def _is_placeholder(statement: nodes.Statement) -> bool:
    match statement:
        case nodes.Simple(kind="pass" | "string"):
            return True
        case nodes.ExpressionStatement(value=nodes.Constant() | nodes.Ellipsis()):
            return True
        case nodes.Raise(exception=nodes.Name(id=name) | nodes.Call(func=nodes.Name(id=name))):
            return name == "NotImplementedError"
    return False
