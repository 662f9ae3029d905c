"""What is known of the world outside the project, from the knowledge files."""

from __future__ import annotations

from collections.abc import Iterable


class Externals:
    """Facts about library names. Every name is canonical: `fastapi.APIRouter`, wherever it was imported from."""

    def canonical(self, name: str) -> str:
        """The one spelling of a name that a library exports from several places."""
        return name

    def is_class(self, name: str) -> bool:
        """Whether a library name is a class: known as one, or spelled like one."""
        last = name.rpartition(".")[2]
        return last[:1].isupper() and not last.isupper()

    def is_coroutine(self, name: str) -> bool:
        """Whether calling it gives something that has to be awaited."""
        return False

    def result(self, name: str) -> str | None:
        """Class of what a function or method returns (after awaiting, for coroutine functions)."""
        return None

    def called_instance(self, cls: str) -> str | None:
        """Class of what calling an instance of a class gives: a session factory gives sessions."""
        return None

    def attribute(self, name: str) -> str | None:
        """Class of an attribute, named `class.attribute`."""
        return None

    def item(self, cls: str) -> str | None:
        """Class of what subscripting an instance gives."""
        return None

    def entered(self, cls: str, *, is_async: bool) -> str | None:
        """Class of what a `with` statement binds; None when it is the instance itself."""
        return None

    def iterated(self, cls: str) -> str | None:
        """Class of what a loop over an instance gives."""
        return None

    def bases(self, cls: str) -> Iterable[str]:
        """Known base classes of a library class."""
        return ()

    def exports(self, module: str, name: str) -> bool:
        """Whether `from module import *` is known to bring in `name`."""
        return False
