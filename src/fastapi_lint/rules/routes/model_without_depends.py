"""FAL237 model-without-depends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.injected_classes import Provided, class_of
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.wording import words

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading

_FEWEST = 2
_ENTERING = frozenset({"login", "register", "signup"})
_TAKING = _ENTERING | {"create", "insert", "new", "replace", "save", "update"}
"""Words in the names of handlers that are given such an object by the client."""


class ModelWithoutDepends(ParameterRule):
    """
    ## What it does
    Reports parameters without `Depends(…)` whose class the rest of the project only ever gets from a dependency: the
    current user, the settings.

    ## Why it is bad
    FastAPI reads the parameter from the request body. A client who sends `{"name": "ada", "is_admin": true}` is that
    user; everybody else gets a 422.

    ## Use instead
    `user: Annotated[User, Depends(get_current_user)]`, best through an alias that all share.
    """

    code = "FAL237"
    name = "model-without-depends"
    preset = Preset.STRICT

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is the only parameter that takes such a class from the body."""
        return all(_provided(app, reading) is not None for reading in readings)

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        provided = _provided(self.app, readings[0])
        cls = class_of(parameter.shape)
        if provided is None or cls is None:
            return
        place = Location(provided.by.node.line, 1)
        self.report(
            node.name,
            f"`{shown(signature.routes[0])}` reads `{parameter.name}` from the request body: elsewhere a "
            f"`{cls.name}` comes from `{provided.by.name}`",
            help=f"write `Annotated[{cls.name}, Depends({provided.by.name})]`",
            trace=[TraceStep(provided.by.module.path, place, f"{provided.by.name} provides a `{cls.name}`")],
        )


def _provided(app: Application, reading: ParameterReading) -> Provided | None:
    """How others get the class of a parameter that is read from the body."""
    parameter, signature = reading
    if parameter.role != "body" or parameter.marker is not None or parameter.node is None:
        return None
    cls = class_of(parameter.shape)
    provided = app.injected_classes.provided.get(cls) if cls is not None else None
    if cls is None or provided is None or provided.parameters < _FEWEST:
        return None
    if app.injected_classes.from_body.get(cls) != [parameter.node]:
        return None
    return None if _is_subject(cls.name, signature.function.name) else provided


def _is_subject(cls: str, handler: str) -> bool:
    """Whether a handler is named for taking such an object: `create_user`, `login`."""
    found = set(words(handler))
    return not _TAKING.isdisjoint(found) and (set(words(cls)) <= found or not _ENTERING.isdisjoint(found))
