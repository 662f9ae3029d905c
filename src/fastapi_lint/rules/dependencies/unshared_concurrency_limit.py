"""FAL417 unshared-concurrency-limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.annotations import definition
from fastapi_lint.application.model_dependencies import dependency_class
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.source_text import source_text
from fastapi_lint.application.values import External, Instance, Literal
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.depends_rule import DependsRule

if TYPE_CHECKING:
    from collections.abc import Hashable

    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall

_SINCE = "0.163"
"""The version of FastAPI that introduced `max_concurrency=`."""


class UnsharedConcurrencyLimit(DependsRule):
    """
    ## What it does
    Reports `Depends(f, max_concurrency=n)` where another place says so of the same dependency already.

    ## Why it is bad
    Each `Depends(…)` counts for itself: written in three places, the limit of five lets fifteen through, and the pool
    that it was to protect runs dry all the same.

    ## Use instead
    One alias that all of them share: `Connection = Annotated[…, Depends(get_connection, max_concurrency=5)]`.

    ## References
    - [FastAPI: Dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
    """

    code = "FAL417"
    name = "unshared-concurrency-limit"
    preset = Preset.STRICT

    @classmethod
    def is_wrong(cls, app: Application, depends: DependsCall) -> bool:
        """Whether another limit of the same dependency comes before it."""
        return _other_limit(app, depends) is not None

    def report_depends(self, node: cst.Call, depends: DependsCall) -> None:
        """Report the second limit, with the first one."""
        other = _other_limit(self.app, depends)
        if other is not None:
            name = source_text(depends.dependency) or "the dependency"
            place = Location(other.call.line, other.call.column + 1)
            self.report(
                node,
                f"this is a limit of its own: `{name}` runs that many times beside the calls that the other "
                "`Depends(…)` lets through",
                help="share one alias: `Annotated[…, Depends(…, max_concurrency=…)]`",
                trace=(TraceStep(other.module.path, place, f"`{source_text(other.call)}`"),),
            )


def _other_limit(app: Application, depends: DependsCall) -> DependsCall | None:
    """The limit of the same dependency that is taken for the first one: an alias before others, by place."""
    key = _limited(app, depends)
    if key is None or (app.versions is not None and app.versions.below("fastapi", _SINCE)):
        return None
    alike = [each for each in app.providers.calls if _limited(app, each) == key]
    first = min(
        alike, key=lambda each: (not _is_shared(each), each.module.path, each.call.line, each.call.column)
    )
    return first if first is not depends else None


def _limited(app: Application, depends: DependsCall) -> Hashable | None:
    """What a `Depends(…)` with a limit calls; None for one without."""
    given = depends.call.keyword("max_concurrency")
    if given is None or app.inference.infer(given, depends.scope) == Literal(None):
        return None
    if not app.is_production(depends.module):
        return None
    if isinstance(depends.dependency, nodes.Call):
        return None  # another object, or function, at each place
    value = depends.value
    if depends.dependency is None:
        return dependency_class(app, depends)
    if isinstance(value, Instance):
        return definition(app.inference, depends.dependency, depends.scope)
    return value if isinstance(value, (Class, External)) else depends.function


def _is_shared(depends: DependsCall) -> bool:
    """Whether a variable of the module holds it, perhaps in `Annotated[…]`."""
    for bindings in depends.module.scope.bindings.values():
        for binding in bindings:
            value = binding.value
            if binding.kind == "assign" and isinstance(value, nodes.Subscript):
                value = value.index
                if isinstance(value, nodes.Sequence) and any(each is depends.call for each in value.elements):
                    return True
            elif value is depends.call:
                return True
    return False
