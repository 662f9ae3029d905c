"""What FastAPI refuses: declarations that raise when the module is imported, or with the first request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.registrars import Hop


@dataclass(frozen=True, slots=True)
class Rejection:
    """One declaration that FastAPI refuses."""

    kind: str
    """What is wrong, as a word: by it a fix is chosen."""
    module: Module
    node: nodes.Call | nodes.Parameter
    """The call or the parameter that is refused."""
    reason: str
    """The reason, which names things as the code does."""
    advice: str
    """What to write instead."""
    keyword: str | None = None
    """The argument of the call that is wrong, where it is one."""
    chain: tuple[Hop, ...] = ()
    """What else takes part in it, in other places."""


class Rejections:
    """All that FastAPI refuses in a project, by place. A place is reported for one reason only."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @property
    def all(self) -> Iterator[Rejection]:
        """Every one of them."""
        for found in self._by_call.values():
            yield from found
        yield from self._by_parameter.values()

    def of_call(self, call: nodes.Call) -> list[Rejection]:
        """What is wrong with a call."""
        return self._by_call.get(call, [])

    def of_parameter(self, module: Module, line: int, column: int) -> Rejection | None:
        """What is wrong with the parameter whose name stands there."""
        return self._by_parameter.get((module, line, column))

    @cached_property
    def _by_call(self) -> Mapping[nodes.Call, list[Rejection]]:
        from fastapi_lint.application.rejected_routing import RejectedRouting

        found: dict[nodes.Call, list[Rejection]] = {}
        for each in (*RejectedRouting(self._application).all, *self._in_signatures):
            if isinstance(each.node, nodes.Call):
                known = found.setdefault(each.node, [])
                if all(other.keyword != each.keyword for other in known):
                    known.append(each)
        return found

    @cached_property
    def _by_parameter(self) -> Mapping[tuple[Module, int, int], Rejection]:
        found: dict[tuple[Module, int, int], Rejection] = {}
        for each in self._in_signatures:
            if isinstance(each.node, nodes.Parameter):
                found.setdefault((each.module, each.node.line, each.node.column), each)
        return found

    @cached_property
    def _in_signatures(self) -> tuple[Rejection, ...]:
        from fastapi_lint.application.rejected_parameters import RejectedParameters

        return tuple(RejectedParameters(self._application).all)
