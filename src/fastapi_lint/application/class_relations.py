"""What is certain of two classes, or of the objects of one: where a base is not known, nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.members import bases, external_mro
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
    "fastapi.security.HTTPAuthorizationCredentials",
    "fastapi.security.HTTPBasicCredentials",
    "httpx.AsyncClient",
    "httpx.Client",
    "sqlalchemy.engine.Connection",
    "sqlalchemy.engine.Engine",
    "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.orm.Session",
    "sqlmodel.Session",
    "sqlmodel.ext.asyncio.session.AsyncSession",
    "typing.AsyncGenerator",
    "typing.AsyncIterator",
    "typing.Generator",
    "typing.Iterator",
    "uuid.UUID",
}
"""Library classes whose objects cannot be called."""

_STRUCTURAL = ("collections.abc.", "contextlib.", "typing.")
"""Where the classes live that an object is of by having the right methods."""
_ACCEPTED = frozenset(
    {
        ("builtins.bool", "builtins.int"),
        ("builtins.bool", "builtins.float"),
        ("builtins.int", "builtins.float"),
        ("datetime.datetime", "datetime.date"),
        ("enum.IntEnum", "builtins.int"),
        ("enum.StrEnum", "builtins.str"),
        ("sqlmodel.Session", "sqlalchemy.orm.Session"),
        ("typing.NamedTuple", "builtins.tuple"),
        ("typing.TypedDict", "builtins.dict"),
    }
)
"""Classes whose objects may stand for those of the other, whether they derive from it or not."""


class ClassRelations:
    """Says yes only where it is certain; no means that it is not known."""

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

    def are_unrelated(self, declared: Value | None, given: Value | None) -> bool:
        """Whether an object of one class surely is no object of the other, nor of a class derived from it."""
        if isinstance(declared, Alternatives):
            return all(self.are_unrelated(each, given) for each in declared.values)
        if isinstance(given, Alternatives):
            return all(self.are_unrelated(declared, each) for each in given.values)
        if not isinstance(declared, Instance) or not isinstance(given, Instance):
            return False
        return not self._may_be(declared.type, given.type) and not self._may_be(given.type, declared.type)

    def _may_be(self, cls: Class | External, base: Class | External) -> bool:
        """Whether a class may derive from another, or stand for it."""
        if isinstance(base, Class):
            if not self._is_nominal(base):
                return True
            # A class of a library is none of the project's, and derives from none.
            return isinstance(cls, Class) and (
                base in self._inference.mro(cls) or not self._bases_are_resolved(cls)
            )
        if base.name not in _OBJECTS or base.name.startswith(_STRUCTURAL):
            return True
        if isinstance(cls, External):
            line = external_mro(self._inference, cls)
            return cls.name not in _OBJECTS or base in line or (cls.name, base.name) in _ACCEPTED
        line = self._inference.mro(cls)
        return not self.ancestry_is_known(cls) or any(
            each == base or (isinstance(each, External) and (each.name, base.name) in _ACCEPTED)
            for each in line
        )

    def _is_nominal(self, cls: Class) -> bool:
        """Whether being of this class takes deriving from it: not so for a `Protocol`."""
        return self._bases_are_resolved(cls) and External("typing.Protocol") not in self._inference.mro(cls)

    def _bases_are_resolved(self, cls: Class) -> bool:
        return all(
            isinstance(each, External) or len(bases(self._inference, each)) == len(each.node.bases)
            for each in self._inference.mro(cls)
        )

    def _defines(self, cls: Class, name: str) -> bool:
        return any(
            isinstance(each, Class) and name in each.body_scope.bindings for each in self._inference.mro(cls)
        )


def _has_metaclass(cls: Class) -> bool:
    return any(keyword.name == "metaclass" for keyword in cls.node.keywords)
