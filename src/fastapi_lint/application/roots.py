"""What FastAPI itself runs on the event loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application


@dataclass(frozen=True, slots=True)
class Root:
    """An `async def` that the framework runs."""

    function: Function
    label: str
    """What a person calls it: `GET /users/{id}`, `lifespan`, `dependency`."""
    kind: str
    """`route`, `dependency`, `middleware`, `exception handler`, `background task`, `stream`, `lifespan`."""

    @property
    def at_startup(self) -> bool:
        """Runs before the first and after the last request only."""
        return self.kind == "lifespan"


def find_roots(application: Application) -> Mapping[Function, Root]:
    """The roots of an application."""
    return {}
