"""What is certain of two classes, or of the objects of one: where a base is not known, nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.members import bases
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import (
    Alternatives,
    Awaitable,
    Display,
    External,
    Instance,
    Literal,
    Unpacked,
    Value,
)
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

_PLAIN_BASES = frozenset(
    {
        "abc.ABC",
        "builtins.object",
        "enum.Enum",
        "enum.IntEnum",
        "enum.StrEnum",
        "pydantic.BaseModel",
        "pydantic_settings.BaseSettings",
        "sqlalchemy.orm.DeclarativeBase",
        "sqlmodel.SQLModel",
        "typing.Generic",
        "typing.NamedTuple",
        "typing.TypedDict",
    }
)
"""Library classes of which all is known that matters here: their objects cannot be called."""
_BUILTINS = frozenset(
    f"builtins.{name}"
    for name in (
        "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple",
    )
)  # fmt: skip
_OBJECTS = _BUILTINS | {
    "collections.abc.AsyncGenerator",
    "collections.abc.AsyncIterator",
    "collections.abc.Generator",
    "collections.abc.Iterator",
    "contextlib.AbstractContextManager",
    "datetime.date",
    "datetime.datetime",
    "httpx.AsyncClient",
    "httpx.Client",
    "sqlalchemy.engine.Connection",
    "sqlalchemy.engine.Engine",
    "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.orm.Session",
    "sqlmodel.Session",
    "typing.AsyncGenerator",
    "typing.AsyncIterator",
    "typing.Generator",
    "typing.Iterator",
    "uuid.UUID",
}
"""Library classes whose objects cannot be called."""


class ClassRelations:
    """Answers that are certain."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def is_uncallable(self, value: Value | None) -> bool:
        """Whether a value surely cannot be called."""
        match value:
            case Literal() | Awaitable() | Unpacked():
                return True
            case Display(node=node):
                return not isinstance(node, nodes.Lambda)
            case Alternatives(values=values):
                return all(self.is_uncallable(each) for each in values)
            case Instance(type=External(name=name)):
                return name in _OBJECTS or name in _PLAIN_BASES
            case Instance(type=Class() as cls):
                return self.ancestry_is_known(cls) and not self._defines(cls, "__call__")
        return False

    def ancestry_is_known(self, cls: Class) -> bool:
        """Whether every base of a class, and of its bases, is the project's or a well-known one."""
        for each in self._inference.mro(cls):
            if isinstance(each, External):
                if each.name not in _PLAIN_BASES and each.name not in _OBJECTS:
                    return False
            elif len(bases(self._inference, each)) != len(each.node.bases) or _has_metaclass(each):
                return False
        return True

    def _defines(self, cls: Class, name: str) -> bool:
        return any(
            isinstance(each, Class) and name in each.body_scope.bindings for each in self._inference.mro(cls)
        )


def _has_metaclass(cls: Class) -> bool:
    return any(keyword.name == "metaclass" for keyword in cls.node.keywords)
