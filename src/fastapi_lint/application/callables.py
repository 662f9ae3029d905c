"""What FastAPI calls: handlers and dependencies, whatever kind of object they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import objects
from fastapi_lint.application.assembly.values import (
    UNKNOWN_TEXT,
    Arguments,
    Blueprint,
    Bound,
    Built,
    Choice,
    Foreign,
    LambdaRoutine,
    LibraryHandler,
    Partial,
    Routine,
    Thing,
    Unknown,
    Value,
    ViewMethod,
)
from fastapi_lint.application.registrars import Registrar
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.environment import Environment
    from fastapi_lint.application.assembly.interpreter import Interpreter


@dataclass(frozen=True, slots=True, eq=False)
class Callee:
    """A callable of the checked project or of a library."""

    value: Value
    """The object itself: two callees are the same when this is the same object."""
    kind: str
    """`function`, `method`, `lambda`, `class`, `instance`, `library`, `app` or `unknown`."""
    label: str
    """`module:qualname`: of an instance, the variable that holds it, or its class; `{?}` when unknown."""
    name: str
    """What FastAPI calls a route with this handler."""
    function: Function | None = None
    """Whose signature FastAPI reads: behind `functools.wraps`; `__init__` of a class, `__call__` of an instance."""
    cls: Class | None = None
    """The class of a class dependency, or of an instance."""
    library_name: str | None = None
    """Qualified name of a library's function, or of the class of a library's object."""
    wrappers: tuple[Function, ...] = ()
    """The functions that decorators put around it, outermost first."""
    node: nodes.Lambda | None = None
    receiver: Value | None = None
    """The object of a method; None when the first parameter is an ordinary one."""
    given: tuple[Arguments, ...] = ()
    """What `functools.partial` already gives, innermost first."""
    environment: Environment | None = None
    """Where the names of its signature are looked up."""
    reason: str = ""
    """Why it is unknown."""
    alternatives: tuple[Callee, ...] = field(default=())
    """What it may be, when that depends on a condition."""

    view: Callee | None = None
    """The class of a class-based view, of which FastAPI makes the object that the method is called on."""
    is_view: bool = False
    """It is such a class: its annotated attributes are parameters too."""

    @property
    def is_known(self) -> bool:
        """Whether it is known what is called."""
        return self.kind != "unknown"

    @property
    def is_async(self) -> bool | None:
        """Whether it runs on the event loop rather than in a thread; None when unknown."""
        if any(wrapper.is_async for wrapper in self.wrappers):
            return True
        if self.kind == "class" or self.node is not None:
            return False
        if isinstance(self.value, LibraryHandler):
            return True
        return self.function.is_async if self.function is not None else None

    @property
    def yields(self) -> bool:
        """Whether it is a generator function."""
        return self.kind != "class" and self.function is not None and self.function.node.is_generator

    @property
    def parameters(self) -> list[nodes.Parameter]:
        """The written parameters, without a receiver and without what partials give by position."""
        if self.node is not None:
            written = list(self.node.parameters)
        elif self.function is not None:
            written = list(self.function.node.parameters)
        else:
            return []
        if self.receiver is not None:
            written = written[1:]
        for arguments in self.given:
            written = written[len(arguments.positional) :]
        return written


def describe(interpreter: Interpreter, value: Value) -> Callee:
    """What calling a value calls."""
    match value:
        case Routine():
            return _function(interpreter, value, value, None)
        case Bound(routine=routine, receiver=receiver):
            return _function(interpreter, routine, value, receiver)
        case ViewMethod(routine=routine, view=view):
            method = _function(interpreter, routine, value, view)
            return replace(method, view=replace(_class(interpreter, view), is_view=True))
        case Partial(function=inner, arguments=arguments):
            return _partial(describe(interpreter, inner), value, arguments)
        case LambdaRoutine(node=node, environment=environment):
            return _lambda(value, node, environment)
        case Blueprint():
            return _class(interpreter, value)
        case Thing():
            return _instance(interpreter, value)
        case Built(cls=cls, name=name):
            label = name or library_label(cls)
            return Callee(value, "instance", label, cls.rpartition(".")[2], library_name=cls)
        case Foreign(value=static.External(name=name) | static.ExternalMethod(name=name)):
            return Callee(value, "library", library_label(name), name.rpartition(".")[2], library_name=name)
        case LibraryHandler(label=label):
            name = label.rpartition(".")[2]
            return Callee(value, "library", label, name, library_name=label.replace(":", "."))
        case Foreign(value=static.Instance() as known):
            cls = known.class_name
            return Callee(value, "instance", library_label(cls), cls.rpartition(".")[2], library_name=cls)
        case Registrar():
            return _app(value)
        case Choice(values=values):
            found = tuple(describe(interpreter, each) for each in values)
            reason = "it depends on a condition"
            return Callee(value, "unknown", UNKNOWN_TEXT, UNKNOWN_TEXT, reason=reason, alternatives=found)
    reason = value.reason if isinstance(value, Unknown) and value.reason else "it is known only at run time"
    return Callee(value, "unknown", UNKNOWN_TEXT, UNKNOWN_TEXT, reason=reason)


def _app(app: Registrar) -> Callee:
    if app.names:
        label = app.name
    elif app.blueprint is not None:
        label = app.blueprint.cls.label
    else:
        label = library_label(app.library_class)
    return Callee(app, "app", label, label.rpartition(":")[2])


def library_label(name: str) -> str:
    """`package.module:Name` for a library's dotted name."""
    module, _, last = name.rpartition(".")
    return f"{module}:{last}" if module else last


def _function(interpreter: Interpreter, routine: Routine, value: Value, receiver: Value | None) -> Callee:
    function = routine.function
    if routine.wraps is not None and routine.wraps is not routine:
        inner = describe(interpreter, routine.wraps)
        return replace(inner, value=value, wrappers=(function, *inner.wrappers))
    return Callee(
        value,
        "method" if function.owner is not None else "function",
        function.label,
        function.name,
        function=function,
        receiver=receiver,
        environment=routine.environment,
    )


def _partial(inner: Callee, value: Partial, arguments: Arguments) -> Callee:
    return replace(inner, value=value, name="partial", given=(*inner.given, arguments))


def _lambda(value: Value, node: nodes.Lambda, environment: Environment) -> Callee:
    scope = environment.scope
    inside = ".<locals>." if isinstance(scope.owner, Function) else "."
    outer = f"{scope.qualname}{inside}" if scope.owner is not None else ""
    label = f"{scope.module.name}:{outer}<lambda>"
    return Callee(value, "lambda", label, "<lambda>", node=node, environment=environment)


def _class(interpreter: Interpreter, blueprint: Blueprint) -> Callee:
    init = objects.class_attribute(interpreter, blueprint, "__init__")
    routine = init if isinstance(init, Routine) else None
    return Callee(
        blueprint,
        "class",
        blueprint.cls.label,
        blueprint.cls.name,
        function=routine.function if routine is not None else None,
        cls=blueprint.cls,
        receiver=blueprint if routine is not None else None,
        environment=routine.environment if routine is not None else blueprint.environment,
    )


def _instance(interpreter: Interpreter, thing: Thing) -> Callee:
    cls = thing.blueprint.cls
    method = objects.class_attribute(interpreter, thing.blueprint, "__call__")
    if not isinstance(method, Routine):
        known = next(
            (base.name for base in interpreter.inference.mro(cls) if isinstance(base, static.External)), None
        )
        return Callee(thing, "instance", thing.name or cls.label, cls.name, cls=cls, library_name=known)
    described = _function(interpreter, method, thing, thing)
    return Callee(
        thing,
        "instance",
        thing.name or cls.label,
        cls.name,
        function=described.function,
        cls=cls,
        wrappers=described.wrappers,
        receiver=thing,
        environment=described.environment,
    )
