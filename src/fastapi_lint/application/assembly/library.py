"""What calls of the standard library and of the framework's plain classes give, as far as routes depend on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import adding, making, truth
from fastapi_lint.application.assembly.adding import let_escape
from fastapi_lint.application.assembly.containers import call_listing, call_table, iterated, update_table
from fastapi_lint.application.assembly.dynamic_imports import import_module, iter_modules
from fastapi_lint.application.assembly.texts import call_text
from fastapi_lint.application.assembly.values import (
    NONE,
    UNKNOWN_TEXT,
    Arguments,
    Blueprint,
    Bound,
    Built,
    Choice,
    Constant,
    Element,
    Foreign,
    Given,
    LibraryMethod,
    Listing,
    Partial,
    RouteList,
    Routine,
    Table,
    Text,
    Thing,
    Unknown,
    Value,
    Wraps,
    choice,
    joined,
)
from fastapi_lint.application.modules import Module
from fastapi_lint.application.registrars import Registrar
from fastapi_lint.application.scopes import Function

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

_HARMLESS = (
    "uvicorn.",
    "builtins.",
    "logging.",
    "fastapi.testclient.",
    "starlette.testclient.",
    "mangum.",
    "asyncio.",
)
"""What code of these does with an app or router adds no routes to it."""
_KEEPING = frozenset(
    {"builtins.staticmethod", "builtins.classmethod", "builtins.property", "functools.cached_property"}
)
_MOUNTING = frozenset({"starlette.routing.Host", "starlette.routing.Mount"})
_MAKING = frozenset({"fastapi.Depends", "fastapi.Security"})
_FIELD_MAKERS = frozenset({"attr.field", "attrs.field", "attr.ib", "attr.attrib", "dataclasses.field"})
_ENVIRONMENT_READERS = frozenset({"os.getenv", "os.environ.get"})


def call(interpreter: Interpreter, function: static.External, arguments: Arguments) -> Value:
    """The result of calling something of a library."""
    name = function.name
    special = _CALLS.get(name)
    if special is not None:
        return special(interpreter, arguments)
    kind = making.library_class(interpreter, function)
    if kind is not None:
        return making.make(interpreter, kind, None, arguments, name)
    if not name.startswith(_HARMLESS):
        let_escape(arguments, may_register=name not in _MOUNTING)
    if name in _KEEPING:
        return arguments.value(0, "function") or Unknown("")
    if name in _MAKING or name in _FIELD_MAKERS or interpreter.inference.externals.is_class(name):
        return Built(name, arguments)
    known = interpreter.inference.infer(arguments.call, arguments.environment.scope)
    return interpreter.lift(known, "")


def _partial(interpreter: Interpreter, arguments: Arguments) -> Value:
    function = arguments.value(0, "func")
    return Partial(function, arguments.after(1)) if function is not None else Unknown("")


def _wraps(interpreter: Interpreter, arguments: Arguments) -> Value:
    function = arguments.value(0, "wrapped")
    return Wraps(function) if function is not None else Unknown("")


def _update_wrapper(interpreter: Interpreter, arguments: Arguments) -> Value:
    wrapper, wrapped = arguments.value(0, "wrapper"), arguments.value(1, "wrapped")
    if isinstance(wrapper, Routine) and wrapped is not None:
        wrapper.wraps = wrapped
    return wrapper or Unknown("")


def _getattr(interpreter: Interpreter, arguments: Arguments) -> Value:
    holder, name = arguments.value(0, "object"), arguments.value(1, "name")
    if isinstance(holder, Registrar) and isinstance(name, (Unknown, Text)):
        return LibraryMethod(holder, UNKNOWN_TEXT)
    if holder is None or not isinstance(name, Constant) or not isinstance(name.value, str):
        return Unknown("")
    default = arguments.value(2, "default")
    if default is not None and _has(interpreter, holder, name.value) is False:
        return default
    found = interpreter.read(holder, name.value)
    return choice([found, default]) if isinstance(found, Unknown) and default is not None else found


def _hasattr(interpreter: Interpreter, arguments: Arguments) -> Value:
    holder, name = arguments.value(0, "object"), arguments.value(1, "name")
    if holder is None or not isinstance(name, Constant) or not isinstance(name.value, str):
        return Unknown("")
    found = _has(interpreter, holder, name.value)
    return Constant(found) if found is not None else Unknown("")


def _has(interpreter: Interpreter, holder: Value, name: str) -> bool | None:
    """Whether an object has an attribute; None when that is not known."""
    if isinstance(holder, Foreign) and isinstance(holder.value, Module):
        return interpreter.has_member(holder.value, name)
    found = interpreter.read(holder, name)
    return None if isinstance(found, (Unknown, Choice)) else True


def _setattr(interpreter: Interpreter, arguments: Arguments) -> Value:
    name = arguments.value(1, "name")
    if len(arguments.positional) == 3 and isinstance(name, Constant) and isinstance(name.value, str):
        interpreter.write(arguments.positional[0].value, name.value, arguments.positional[2])
    return NONE


def _collection(kind: str) -> Callable[[Interpreter, Arguments], Value]:
    def make(interpreter: Interpreter, arguments: Arguments) -> Value:
        if not arguments.positional:
            return Listing([], kind)
        elements, rest = iterated(arguments.positional[0].value)
        return Listing(elements, kind, rest)

    return make


def _dict(interpreter: Interpreter, arguments: Arguments) -> Value:
    result = Table([], arguments.rest)
    update_table(result, arguments)
    return result


def _str(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.value(0, "object")
    return joined([value]) if value is not None else Constant("")


def _enumerate(interpreter: Interpreter, arguments: Arguments) -> Value:
    elements, rest = iterated(arguments.positional[0].value) if arguments.positional else ([], Unknown(""))
    pairs = [
        Element(Listing([Element(Constant(number)), Element(each.value)], "tuple"), each.certainty)
        for number, each in enumerate(elements)
    ]
    return Listing(pairs, "list", rest)


def _zip(interpreter: Interpreter, arguments: Arguments) -> Value:
    columns = [iterated(given.value) for given in arguments.positional]
    rest = next((rest for _, rest in columns if rest is not None), None)
    rows = zip(*(elements for elements, _ in columns), strict=False)
    return Listing([Element(Listing(list(row), "tuple")) for row in rows], "list", rest)


def _reversed(interpreter: Interpreter, arguments: Arguments) -> Value:
    elements, rest = iterated(arguments.positional[0].value) if arguments.positional else ([], Unknown(""))
    return Listing(elements[::-1], "list", rest)


def _same(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.positional[0].value if arguments.positional else Unknown("")


def _bool(interpreter: Interpreter, arguments: Arguments) -> Value:
    verdict = truth.of(arguments.positional[0].value) if arguments.positional else None
    return Constant(verdict.holds, verdict.assumed) if verdict is not None else Unknown("")


def _asks(question: Callable[[Function], bool]) -> Callable[[Interpreter, Arguments], Value]:
    """A question of `inspect` about a function."""

    def answer(interpreter: Interpreter, arguments: Arguments) -> Value:
        value = arguments.positional[0].value if arguments.positional else None
        if isinstance(value, Bound):
            value = value.routine
        if isinstance(value, (Blueprint, Thing)):
            return Constant(False)  # a class or an object is no function, whatever calling it runs
        return Constant(question(value.function)) if isinstance(value, Routine) else Unknown("")

    return answer


def _map(interpreter: Interpreter, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return Unknown("")
    function, values = arguments.positional
    elements, rest = iterated(values.value)
    results = []
    for each in elements:
        given = Given(each.value, values.node, values.environment)
        inner = Arguments(arguments.call, arguments.environment, [given])
        with interpreter.under(each.certainty):
            results.append(Element(interpreter.call(function.value, inner), each.certainty))
    return Listing(results, "list", rest)


def _isinstance(interpreter: Interpreter, arguments: Arguments) -> Value:
    value, kind = arguments.value(0, ""), arguments.value(1, "")
    if isinstance(value, Registrar) and isinstance(kind, Foreign) and isinstance(kind.value, static.External):
        return Constant(making.is_a(value, kind.value.last))
    if isinstance(value, Constant) and isinstance(kind, Foreign) and isinstance(kind.value, static.External):
        known = {"builtins.str": str, "builtins.int": int, "builtins.bool": bool}.get(kind.value.name)
        if known is not None and not value.assumed:
            return Constant(isinstance(value.value, known))
    return Unknown("")


def _environment_value(interpreter: Interpreter, arguments: Arguments) -> Value:
    default = arguments.value(1, "default") or NONE
    return Constant(default.value, assumed=True) if isinstance(default, Constant) else Unknown("")


def _cast(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.value(1, "val") or Unknown("")


def _type(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.value(0, "object")
    return interpreter.read(value, "__class__") if value is not None else Unknown("")


_CALLS: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "functools.update_wrapper": _update_wrapper,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "builtins.list": _collection("list"),
    "builtins.tuple": _collection("tuple"),
    "builtins.set": _collection("set"),
    "builtins.sorted": _collection("list"),
    "builtins.frozenset": _collection("set"),
    "builtins.reversed": _reversed,
    "builtins.dict": _dict,
    "builtins.bool": _bool,
    "types.MappingProxyType": _same,
    "copy.copy": _same,
    "importlib.import_module": import_module,
    "pkgutil.iter_modules": iter_modules,
    "copy.deepcopy": _same,
    "builtins.str": _str,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.map": _map,
    "builtins.isinstance": _isinstance,
    "builtins.type": _type,
    "typing.cast": _cast,
    "inspect.iscoroutinefunction": _asks(
        lambda function: function.is_async and not function.node.is_generator
    ),
    "asyncio.iscoroutinefunction": _asks(
        lambda function: function.is_async and not function.node.is_generator
    ),
    "inspect.isasyncgenfunction": _asks(lambda function: function.is_async and function.node.is_generator),
    "inspect.isgeneratorfunction": _asks(
        lambda function: function.node.is_generator and not function.is_async
    ),
    **dict.fromkeys(_ENVIRONMENT_READERS, _environment_value),
}


def call_method(interpreter: Interpreter, receiver: Value, name: str, arguments: Arguments) -> Value:
    """The result of a method of a text, a collection, or an object of a library."""
    match receiver:
        case Listing():
            return call_listing(interpreter, receiver, name, arguments)
        case Table():
            return call_table(receiver, name, arguments)
        case Constant() | Text():
            return call_text(receiver, name, arguments)
        case RouteList(registrar=registrar):
            return adding.change_routes(interpreter, registrar, name, arguments)
    let_escape(arguments)
    known = interpreter.inference.infer(arguments.call, arguments.environment.scope)
    return interpreter.lift(known, "")
