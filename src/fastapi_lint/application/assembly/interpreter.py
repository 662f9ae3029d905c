"""Runs modules and functions abstractly, and keeps what was made on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi_lint.application import callables
from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import (
    adding,
    attributes,
    calls,
    expressions,
    imports,
    making,
    statements,
)
from fastapi_lint.application.assembly.environment import Environment
from fastapi_lint.application.assembly.relevance import Relevance, body_registers
from fastapi_lint.application.assembly.values import (
    NONE,
    Arguments,
    Blueprint,
    Bound,
    Constant,
    Element,
    Foreign,
    Given,
    Listing,
    Partial,
    RouteList,
    Routine,
    SuperProxy,
    Unknown,
    Value,
    choice,
)
from fastapi_lint.application.callables import Callee
from fastapi_lint.application.inference import Inference
from fastapi_lint.application.modules import Module, Project
from fastapi_lint.application.registrars import App, Certainty, Registrar, Router
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.index import nodes

_STEPS_PER_ROOT = 60_000
_DEPTH = 40


@dataclass(eq=False, slots=True)
class Frame:
    """One running function."""

    function: Function
    arguments: Arguments
    returned: list[Value] = field(default_factory=list)
    yielded: list[Value] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Decoration:
    """A function whose decorators are being applied."""

    function: Function
    decorator: nodes.Expression


class Interpreter:
    """Executes what leads to apps and routers; everything else is looked up when asked for."""

    def __init__(self, inference: Inference, modules: Iterable[Module]) -> None:
        self.inference = inference
        self.project: Project = inference.project
        modules = list(modules)
        self.candidates = frozenset(module.path for module in modules)
        """Paths of the modules whose text mentions the framework."""
        self._kinds: dict[Class, type[Registrar] | None] = {}
        self.relevance = Relevance(inference, modules, self._own_makers(modules))
        self.registrars: list[Registrar] = []
        self.certainty = Certainty.SURE
        """Whether the current statement is executed at all."""
        self.frames: list[Frame] = []
        self.decorations: list[Decoration] = []
        self.called: set[Function] = set()
        """Functions that were followed at least once."""
        self.started: set[Module] = set()
        self.early: dict[nodes.Node, Value] = {}
        """Values of assignments that were needed before they were executed."""
        self.environments: dict[Module, Environment] = {}
        self.routines: dict[Function, Routine] = {}
        self.blueprints: dict[Class, Blueprint] = {}
        self.active: set[object] = set()
        self._running_matters: dict[Module, bool] = {}
        self._markers: dict[tuple[nodes.Node, Environment], Given] = {}
        self._callees: dict[Value, Callee] = {}
        self._steps_left = _STEPS_PER_ROOT

    @property
    def apps(self) -> list[App]:
        """The apps made so far."""
        return [each for each in self.registrars if isinstance(each, App)]

    @property
    def routers(self) -> list[Router]:
        """The routers made so far."""
        return [each for each in self.registrars if isinstance(each, Router)]

    # Running

    def run(self, module: Module) -> None:
        """Execute a module's body, once; its parent packages first, as Python does."""
        if module not in self.started:
            imports.run_parents(self, module)
        if module in self.started:
            return
        self.started.add(module)
        with self._fresh():
            statements.execute(self, module.index.body, self.environment_of(module))

    def environment_of(self, module: Module) -> Environment:
        """The module-level environment."""
        if module not in self.environments:
            self.environments[module] = Environment(module.scope, None)
        return self.environments[module]

    def environment_at(self, scope: Scope) -> Environment:
        """The environment of a scope of which no execution is known."""
        owner = scope.owner
        if scope.parent is None:
            return self.environment_of(scope.module)
        if isinstance(owner, Class):
            return self.body_environment(self.blueprint(owner))
        return Environment(scope, self.environment_at(scope.parent))

    def routine(self, function: Function) -> Routine:
        """The object a `def` makes, outside any known execution of what surrounds it."""
        if function not in self.routines:
            self.routines[function] = Routine(function, self.environment_at(function.scope))
        return self.routines[function]

    def blueprint(self, cls: Class) -> Blueprint:
        """The object a class statement makes."""
        if cls not in self.blueprints:
            self.blueprints[cls] = Blueprint(cls, self.environment_at(cls.scope))
        return self.blueprints[cls]

    def body_environment(self, blueprint: Blueprint) -> Environment:
        """The names in the body of a class."""
        if blueprint.body is None:
            blueprint.body = Environment(blueprint.cls.body_scope, blueprint.environment)
        return blueprint.body

    # Limits and conditions

    def begin_root(self, steps: int = _STEPS_PER_ROOT) -> None:
        """Start afresh with counting steps; no more than these are made."""
        self._steps_left = steps

    def step(self) -> bool:
        """Count a step; False when too many were made."""
        self._steps_left -= 1
        return self._steps_left >= 0

    @property
    def too_deep(self) -> bool:
        """Whether calls are nested deeper than is followed."""
        return len(self.frames) >= _DEPTH

    @contextmanager
    def under(self, certainty: Certainty) -> Iterator[None]:
        """What happens inside is at most this certain."""
        before = self.certainty
        self.certainty = min(before, certainty)
        try:
            yield
        finally:
            self.certainty = before

    @contextmanager
    def _fresh(self) -> Iterator[None]:
        """An import does not happen under the conditions of the code that triggers it."""
        saved = self.certainty, self.frames, self.decorations
        self.certainty, self.frames, self.decorations = Certainty.SURE, [], []
        try:
            yield
        finally:
            self.certainty, self.frames, self.decorations = saved

    # Evaluating: each of these is a chapter of its own

    def evaluate(self, node: nodes.Expression, environment: Environment) -> Value:
        """The value of an expression."""
        return expressions.evaluate(self, node, environment)

    def call(self, function: Value, arguments: Arguments) -> Value:
        """The result of a call."""
        return calls.call(self, function, arguments)

    def follow(self, routine: Routine, arguments: Arguments, receiver: Value | None = None) -> Value:
        """The result of executing the body of a function."""
        return calls.follow(self, routine, arguments, receiver)

    def read(self, value: Value, name: str) -> Value:
        """`value.name`."""
        return attributes.read(self, value, name)

    def write(self, holder: Value, name: str, given: Given) -> None:
        """`holder.name = value`."""
        attributes.write(self, holder, name, given)

    def lookup(self, name: str, environment: Environment, line: int) -> Value:
        """The value of a name used on a line."""
        return imports.lookup(self, name, environment, line)

    def lookup_in(self, name: str, environment: Environment) -> Value:
        """The value that a name finally has in a module or class body."""
        return imports.lookup(self, name, environment, environment.scope.module.index.line_count + 1)

    def member_of_module(self, module: Module, name: str) -> Value:
        """`module.name`."""
        return imports.member_of_module(self, module, name)

    def has_member(self, module: Module, name: str) -> bool | None:
        """Whether a module has a name; None when that is not known."""
        return imports.has_member(self, module, name)

    def bind(self, name: str, value: Value, environment: Environment) -> None:
        """`name = value`."""
        environment.assign(name, value)
        calls.name_value(value, environment, name)

    def change_routes(self, routes: RouteList, arguments: Arguments) -> None:
        """`router.routes += …`."""
        adding.change_routes(self, routes.registrar, "extend", arguments)

    def super_proxy(self, environment: Environment) -> Value:
        """`super()`."""
        cls = environment.scope.enclosing_class
        current: Environment | None = environment
        while current is not None and not isinstance(current.scope.owner, Function):
            current = current.parent
        owner = current.scope.owner if current is not None else None
        if cls is None or current is None or not isinstance(owner, Function) or not owner.node.parameters:
            return Unknown("")
        receiver = current.variables.get(owner.node.parameters[0].name)
        return SuperProxy(cls, receiver) if receiver is not None else Unknown("")

    def run_function(self, function: Function, environment: Environment, arguments: Arguments) -> Value:
        """Execute a function's body; what it returns, or for a generator the list of what it yields."""
        frame = Frame(function, arguments)
        self.frames.append(frame)
        try:
            statements.execute(self, function.node.body, environment)
        finally:
            self.frames.pop()
        if function.node.is_generator:
            return Listing([Element(value) for value in frame.yielded], "list")
        return choice(frame.returned) if frame.returned else NONE

    @contextmanager
    def decorating(self, function: Function, decorator: nodes.Expression) -> Iterator[None]:
        """The decorators of a function are being applied."""
        self.decorations.append(Decoration(function, decorator))
        try:
            yield
        finally:
            self.decorations.pop()

    def place_of(self, endpoint: Value, arguments: Arguments) -> tuple[nodes.Call | None, int, Scope]:
        """Where a registration is written: at the decorator of the function that it registers, or at the call."""
        for decoration in reversed(self.decorations):
            if _stands_for(endpoint, decoration.function):
                decorator = decoration.decorator
                call = decorator if isinstance(decorator, nodes.Call) else None
                line = getattr(decorator, "line", decoration.function.node.line)
                return call, line, decoration.function.scope
        return arguments.call, arguments.call.line, arguments.environment.scope

    # What rules see: each is made once, so that the same object stays the same

    def marker(self, node: nodes.Expression, environment: Environment) -> Given:
        """The value of a default or of metadata of an annotation, evaluated once."""
        key = (node, environment)
        if key not in self._markers:
            self._markers[key] = Given(self.evaluate(node, environment), node, environment)
        return self._markers[key]

    def described(self, value: Value) -> Callee:
        """What calling a value calls."""
        if value not in self._callees:
            self._callees[value] = callables.describe(self, value)
        return self._callees[value]

    # Classes and static values

    def _own_makers(self, modules: list[Module]) -> frozenset[str]:
        """Names of the classes that derive from the framework's app and router classes."""
        return frozenset(
            cls.name
            for module in modules
            for cls in module.scope.definitions()
            if isinstance(cls, Class) and cls.node.bases and making.class_kind(self, cls) is not None
        )

    def running_matters(self, module: Module) -> bool:
        """Whether a module does more than define when it is imported, so that it has to be executed."""
        if module not in self._running_matters:
            is_candidate = module.path in self.candidates
            self._running_matters[module] = is_candidate or body_registers(module.index.body)
        return self._running_matters[module]

    def registrar_class(self, blueprint: Blueprint) -> type[Registrar] | None:
        """What a class of the project makes, if it derives from the framework's app or router class."""
        cls = blueprint.cls
        if cls not in self._kinds:
            self._kinds[cls] = making.class_kind(self, cls)
        return self._kinds[cls]

    def lift(self, value: static.Value | None, reason: str) -> Value:
        """What the inference of types knows, as a value; unknown for that reason when it knows nothing."""
        match value:
            case None:
                return Unknown(reason)
            case static.Literal(value=constant):
                return Constant(constant)
            case Function():
                return self.routine(value)
            case Class():
                return self.blueprint(value)
            case static.Alternatives():
                return Unknown(reason)
            case static.Display(node=node, scope=scope):
                return self.evaluate(node, self.environment_at(scope))
            case static.Method(function=function, receiver=receiver):
                return Bound(self.routine(function), self.lift(receiver, reason))
            case _:
                return Foreign(value)


def _stands_for(endpoint: Value, function: Function) -> bool:
    """Whether an endpoint is a function, or something made from it."""
    match endpoint:
        case Routine(function=found, wraps=wraps, environment=environment):
            if found is function or (wraps is not None and _stands_for(wraps, function)):
                return True
            held = environment.variables.values() if found.scope.function is not None else ()
            return any(isinstance(each, Routine) and each.function is function for each in held)
        case Bound(routine=routine):
            return _stands_for(routine, function)
        case Partial(function=inner):
            return _stands_for(inner, function)
    return False
