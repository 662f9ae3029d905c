"""What is known of the world outside the project, from the knowledge files."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_lint.knowledge import result_types
from fastapi_lint.knowledge.canonical import canonical
from fastapi_lint.knowledge.coroutines import awaited
from fastapi_lint.knowledge.libraries import bases


class Externals:
    """Facts about library names. Names are canonical: `fastapi.APIRouter`, wherever it was imported from."""

    def canonical(self, name: str) -> str:
        """The one spelling of a name that a library exports from several places."""
        return canonical(name)

    def is_class(self, name: str) -> bool:
        """Whether a library name is a class: known as one, or spelled like one."""
        last = name.rpartition(".")[2]
        return (last[:1].isupper() and not last.isupper()) or result_types.is_class(name)

    def is_coroutine(self, name: str) -> bool:
        """Whether calling it gives something that has to be awaited."""
        return awaited(name) is not None

    def result(self, name: str) -> str | None:
        """Class of what a function or method returns (after awaiting, for coroutine functions)."""
        return result_types.returned(name)

    def module_object(self, name: str) -> str | None:
        """Class of an object that a library module holds, such as `sys.stdin`."""
        return result_types.module_object(name)

    def called_instance(self, cls: str) -> tuple[str, str | None] | None:
        """What calling an instance gives: a class, and the constructor's keyword that names another one."""
        product = result_types.called(cls)
        return (product.type, product.argument) if product is not None else None

    def attribute(self, cls: str, name: str) -> str | None:
        """Class of the attribute `name` of an instance of `cls`."""
        return result_types.attribute(cls, name)

    def item(self, cls: str) -> str | None:
        """Class of what subscripting an instance gives."""
        return result_types.item(cls)

    def entered(self, cls: str, *, is_async: bool) -> str:
        """Class of what a `with` statement binds."""
        return result_types.entered(cls, is_async=is_async)

    def iterated(self, cls: str) -> str | None:
        """Class of what a loop over an instance gives."""
        return result_types.iterated(cls)

    def bases(self, cls: str) -> Iterable[str]:
        """Known base classes of a library class."""
        return bases(cls)

    def exports(self, module: str, name: str) -> bool:
        """Whether `from module import *` is known to bring in `name`."""
        full = f"{module}.{name}"
        return canonical(full) != full or result_types.is_class(full)
