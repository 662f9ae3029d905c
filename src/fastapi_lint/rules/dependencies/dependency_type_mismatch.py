"""FAL412 dependency-type-mismatch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.annotations import declared
from fastapi_lint.application.providers import function_of
from fastapi_lint.application.source_text import source_text
from fastapi_lint.application.values import Alternatives, Instance, Value
from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.knowledge.decorators import keeps_thread
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.wording import quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall
    from fastapi_lint.index import nodes

_MANAGERS = ("contextlib.asynccontextmanager", "contextlib.contextmanager")


class _Mismatch(NamedTuple):
    """A type, and what the `Depends(…)` beside it gives."""

    declared: nodes.Expression
    given: Value


class DependencyTypeMismatch(Rule):
    """
    ## What it does
    Reports a parameter or `Annotated` alias whose class has nothing to do with what its dependency returns or
    yields: a `Session` from the factory of an `AsyncSession`, a `User` from a security scheme that gives a string.

    Both classes have to be known, with all their bases. Protocols, unions that have the right class in them, and
    classes derived from one another are fine.

    ## Why it is bad
    FastAPI checks nothing here, and neither does a type checker, for which `Depends` is of any type. The handler gets
    the other object, and fails at the first attribute that this one lacks, or forgets an `await`.

    ## Use instead
    The class that the dependency gives, or the dependency that gives this class.
    """

    code = "FAL412"
    name = "dependency-type-mismatch"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Every `Depends(…)` beside a type."""
        for each in app.providers.calls:
            if app.is_linted(each.module) and _wrong_type(app, each) is not None:
                yield Place(each.module, each.call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A `Depends(…)`."""
        depends = self.app.providers.written.get(self.module, {}).get(self.visit.span(node))
        found = _wrong_type(self.app, depends) if depends is not None else None
        if depends is None or found is None:
            return
        wanted = source_text(found.declared)
        dependency = quoted(depends.dependency)
        self.report(
            node,
            f"`{dependency}` gives {_named(found.given)} where `{wanted}` is declared: FastAPI does not check it, "
            "and passes on what it gets",
            help=f"declare {_named(found.given)}, or depend on what gives a `{wanted}`",
            trace=_definition(depends),
        )


def _named(value: Value) -> str:
    if isinstance(value, Alternatives):
        return " or ".join(_named(each) for each in value.values if each is not None)
    name = value.class_name.rpartition(".")[2] if isinstance(value, Instance) else "something else"
    return f"`{name}`"


def _definition(depends: DependsCall) -> Iterator[TraceStep]:
    function = depends.function
    if function is not None:
        place = Location(function.node.line, function.node.column + 1)
        returns = f" -> {source_text(function.node.returns)}" if function.node.returns is not None else ""
        yield TraceStep(function.module.path, place, f"def {function.name}(…){returns}")


def _wrong_type(app: Application, depends: DependsCall) -> _Mismatch | None:
    """The type beside a `Depends(…)` and what this gives, if the two have nothing in common."""
    beside = app.providers.type_beside(depends)
    given = _given(app, depends) if beside is not None else None
    if beside is None or given is None:
        return None
    wanted = declared(app.inference, beside.node, beside.scope)
    return _Mismatch(beside.node, given) if app.class_relations.are_unrelated(wanted, given) else None


def _given(app: Application, depends: DependsCall) -> Value | None:
    """What the dependency gives, where nothing may change that."""
    function = function_of(depends.value)
    if function is not None:
        names = app.inference.decorator_names(function)
        if any(name is None or name in _MANAGERS or not keeps_thread(name) for name in names):
            return None
    return app.inference.provided(depends.value)
