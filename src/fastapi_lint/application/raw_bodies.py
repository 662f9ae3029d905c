"""Functions that read the body of a request themselves, and take it apart as FastAPI would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi_lint.application.keyed_reads import keyed_reads
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import Reading
    from fastapi_lint.application.routes import Route

_METHODS = frozenset({"body", "form", "json"})
_SIGNED = ("hmac", "hook", "signature", "verify")
"""What the names and texts of a function contain that needs the very bytes, to check who sent them."""
_NEGOTIATES = "content-type"
_FROM_DICT = frozenset({"model_validate", "parse_obj"})
_FROM_TEXT = frozenset({"model_validate_json", "parse_raw"})
_WITHOUT_BODY = frozenset({"GET", "HEAD"})
_LOADS = frozenset({"json.loads", "orjson.loads", "ujson.loads"})


class RawBody(NamedTuple):
    """One reading of a body that a declared parameter would do."""

    function: Function
    call: nodes.Call
    """`request.json()`, `request.form()` or `request.body()`."""
    keys: tuple[str, ...]
    """What is taken of it; nothing where a model is made of it."""
    reading: Reading

    @property
    def is_form(self) -> bool:
        """Whether it is read as a form."""
        return isinstance(self.call.func, nodes.Attribute) and self.call.func.attr == "form"


def raw_bodies(application: Application) -> Mapping[nodes.Call, RawBody]:
    """These readings in handlers and dependencies of linted files, by the call that reads."""
    found: dict[nodes.Call, RawBody] = {}
    for function, readings in application.routing.readings.by_function.items():
        reading = readings[0]
        if not application.is_linted(function.module):
            continue
        if reading.routes and all(map(_has_body, reading.routes)):
            for each in _of_function(application, function, reading):
                found[each.call] = each
    return found


def _of_function(application: Application, function: Function, reading: Reading) -> Iterator[RawBody]:
    requests = {each.name for each in reading.parameters if each.special == "request"}
    if not requests:
        return
    everything = list(walk(function.node.body))
    calls = [each for each in everything if _reads_body(each, requests)]
    methods = {each.func.attr for each in calls}
    if len(methods) != 1 or _needs_bytes(function, reading, everything):
        return
    uses = _Uses(application, function, everything)
    for call in calls:
        keys = uses.of(call)
        if keys is not None:
            yield RawBody(function, call, keys, reading)


def _has_body(route: Route) -> bool:
    return route.kind == "http" and not _WITHOUT_BODY.issuperset(route.methods)


def _reads_body(node: Any, requests: set[str]) -> bool:
    match node:
        case nodes.Call(func=nodes.Attribute(value=nodes.Name(id=name), attr=method), args=[], keywords=[]):
            return name in requests and method in _METHODS
    return False


def _needs_bytes(function: Function, reading: Reading, everything: list[Any]) -> bool:
    """Whether the function checks a signature, is called by a service that signs, or accepts several formats."""
    texts = [function.name, *(route.path for route in reading.routes)]
    for each in everything:
        match each:
            case nodes.Name(id=text) | nodes.Attribute(attr=text) | nodes.Constant(value=str(text)):
                texts.append(text)
    return any(part in text.lower() for text in texts for part in (*_SIGNED, _NEGOTIATES))


class _Uses:
    """What becomes of a body in one function."""

    def __init__(self, application: Application, function: Function, everything: list[Any]) -> None:
        self._application = application
        self._function = function
        self._everything = everything
        self._tried = {
            id(each) for node in everything if isinstance(node, nodes.Try) for each in walk(node.body)
        }

    def of(self, call: nodes.Call) -> tuple[str, ...] | None:
        """The keys that are taken of it; none when a model is made of it, None when it is used otherwise."""
        assert isinstance(call.func, nodes.Attribute), "a method is called"
        read: nodes.Expression = next(
            (each for each in self._everything if isinstance(each, nodes.Await) and each.value is call), call
        )
        names = self._names_of(read)
        if self._makes_model(read, names):
            return ()
        if call.func.attr == "body":
            loaded = self._loaded(read, names)
            if loaded is None:
                return None
            read, names = loaded, self._names_of(loaded)
            if self._makes_model(read, names):
                return ()
        if len(names) != 1:
            return None
        reads = keyed_reads(self._function, names[0])
        return reads.keys if reads.keys and (reads.is_complete or reads.demanded) else None

    def _names_of(self, value: nodes.Expression) -> list[str]:
        """The variable that a value is assigned to, if it has no other value."""
        found = [
            target.id
            for each in self._everything
            if isinstance(each, nodes.Assign) and each.value is value
            for target in each.targets
            if isinstance(target, nodes.Name)
        ]
        bindings = self._function.body_scope.bindings
        return [name for name in found if len(bindings.get(name, ())) == 1]

    def _is(self, node: nodes.Expression, read: nodes.Expression, names: list[str]) -> bool:
        return node is read or (isinstance(node, nodes.Name) and node.id in names)

    def _makes_model(self, read: nodes.Expression, names: list[str]) -> bool:
        """`Item(**data)`, `Item.model_validate(data)` and the like, where nobody answers to what does not fit."""
        for each in self._everything:
            match each:
                case nodes.Call(func=nodes.Attribute(value=model, attr=method), args=[given]) if (
                    method in _FROM_DICT | _FROM_TEXT
                ):
                    pass
                case nodes.Call(func=model, args=[], keywords=[nodes.Keyword(name=None, value=given)]):
                    pass
                case _:
                    continue
            if id(each) not in self._tried and self._is(given, read, names) and self._is_model(model):
                return True
        return False

    def _is_model(self, node: nodes.Expression) -> bool:
        cls = self._application.inference.infer(node, self._function.body_scope)
        model = self._application.models.of(cls) if isinstance(cls, Class) else None
        return model is not None and model.kind in ("pydantic", "sqlmodel")

    def _loaded(self, read: nodes.Expression, names: list[str]) -> nodes.Call | None:
        """`json.loads(body)`, where the body is used for nothing else."""
        found = None
        for each in self._everything:
            if isinstance(each, nodes.Call) and len(each.args) == 1 and self._is(each.args[0], read, names):
                name = self._application.inference.qualified_name(each.func, self._function.body_scope)
                if name in _LOADS:
                    found = each
        uses = [each for each in self._everything if isinstance(each, nodes.Name) and each.id in names]
        return found if len(uses) <= 2 * len(names) else None
