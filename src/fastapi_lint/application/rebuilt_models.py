"""Models that the project completes itself, with `model_rebuild()`, once the types of their fields are known."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import Instance
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope

_REBUILDING = frozenset({"model_rebuild", "rebuild_dataclass", "update_forward_refs"})


class RebuiltModels:
    """Looks at every file of the project that rebuilds models, whatever else it is about."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def may_contain(self, cls: Class) -> bool:
        """Whether the types of a model's fields may become known after all.

        A call completes its class, and with it the classes it derives from, those derived from it, and the models in
        its fields. Of a call on an unknown class it is not known which it completes.
        """
        if self._covers_everything:
            return True
        line = self._application.inference.mro(cls)
        return cls in self._related or any(base in self._called_on for base in line)

    @cached_property
    def _receivers(self) -> list[Class | None]:
        """The classes on which the project calls it; None for each that is not known."""
        return [
            self._receiver(call.func.value, scope)
            for module in self._application.rebuilding_modules
            for call, scope in self._application.calls_of(module, _REBUILDING)
            if isinstance(call.func, nodes.Attribute)
        ]

    @cached_property
    def _covers_everything(self) -> bool:
        return None in self._receivers

    @cached_property
    def _called_on(self) -> set[Class]:
        return {each for each in self._receivers if each is not None}

    @cached_property
    def _related(self) -> set[Class]:
        """The bases of these classes, and the models in their fields, to any depth."""
        found: set[Class] = set()
        waiting = list(self._called_on)
        models = self._application.models
        while waiting:
            cls = waiting.pop()
            if cls not in found:
                found.add(cls)
                waiting += [base for base in self._application.inference.mro(cls) if isinstance(base, Class)]
                model = models.of(cls)
                for field in model.fields.values() if model is not None else ():
                    waiting += [each.cls for each in models.in_shape(field.shape)]
        return found

    def _receiver(self, node: nodes.Expression, scope: Scope) -> Class | None:
        value = self._application.inference.infer(node, scope)
        if isinstance(value, Instance) and isinstance(value.type, Class):
            return value.type
        return value if isinstance(value, Class) else None
