"""Including routers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.adding import EMPTY
from fastapi_lint.application.assembly.making import LEVEL_OPTIONS
from fastapi_lint.application.assembly.values import (
    NONE,
    Arguments,
    Choice,
    Constant,
    Text,
    Unknown,
    alternatives,
    text_of,
)
from fastapi_lint.application.registrars import Certainty, Hop, Inclusion, Level, Registrar
from fastapi_lint.application.source_text import source_text

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter


def include_router(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    """`parent.include_router(router, …)`."""
    given = arguments.get(0, "router")
    value = given.value if given is not None else Unknown("no router is given")
    found = [each for each in alternatives(value) if isinstance(each, Registrar)]
    if not found:
        if isinstance(value, Constant) or (
            isinstance(value, Choice) and all(v == NONE for v in value.values)
        ):
            return
        text = source_text(given.node) if given is not None else "…"
        reason = value.reason if isinstance(value, Unknown) and value.reason else ""
        _include(
            interpreter, registrar, None, reason or f"`{text}` is not a router of the project", arguments
        )
        return
    with interpreter.under(Certainty.OPEN if len(alternatives(value)) > 1 else Certainty.SURE):
        for router in found:
            _include(interpreter, registrar, router, "", arguments)


def _include(
    interpreter: Interpreter,
    registrar: Registrar,
    router: Registrar | None,
    reason: str,
    arguments: Arguments,
) -> None:
    prefix = arguments.value(None, "prefix")
    if prefix is None:
        prefix = arguments.rest if arguments.rest is not None else Constant("")
    with interpreter.under(Certainty.OPEN if len(alternatives(prefix)) > 1 else Certainty.SURE):
        for each in alternatives(prefix):
            _include_at(interpreter, registrar, router, text_of(each) or EMPTY, reason, arguments)


def _include_at(
    interpreter: Interpreter,
    registrar: Registrar,
    router: Registrar | None,
    prefix: Text,
    reason: str,
    arguments: Arguments,
) -> None:
    call, scope = arguments.call, arguments.environment.scope
    options = {
        name: given
        for name in LEVEL_OPTIONS
        if (given := arguments.keywords.get(name)) is not None and given.value != NONE
    }
    inclusion = Inclusion(
        registrar=registrar,
        router=router,  # type: ignore[arg-type]  # an app's router is the app itself here
        reason=reason,
        level=Level(Hop(scope.module, call.line, source_text(call)), prefix, **options),
        parent=registrar.level,
        size=len(router.registrations) if router is not None else 0,
        module=scope.module,
        line=call.line,
        call=call,
        scope=scope,
        certainty=interpreter.certainty,
        is_circular=router is not None
        and interpreter.certainty >= Certainty.USUAL
        and _contains(router, registrar, frozenset()),
    )
    registrar.registrations.append(inclusion)
    if router is not None:
        router.included_in.append(inclusion)


def _contains(router: Registrar, other: Registrar, above: frozenset[Registrar]) -> bool:
    """Whether a router is another, or surely includes it, or something that does."""
    if router is other:
        return True
    below = above | {router}
    return any(
        each.router is not None
        and each.certainty >= Certainty.USUAL
        and each.router not in below
        and _contains(each.router, other, below)
        for each in router.inclusions
    )
