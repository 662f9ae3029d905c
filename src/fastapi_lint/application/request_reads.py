"""Which path parameters code reads from the request itself, followed through the project's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.decorated import Decorated
from fastapi_lint.application.request_uses import Handed, Part, RequestUses
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Callbacks

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Function

_MOST_FUNCTIONS = 300


class Reads(NamedTuple):
    """What code takes of the path of a request."""

    names: frozenset[str]
    """Path parameters that it reads by name."""
    keys: tuple[nodes.Expression, ...]
    """Names of further ones that it reads, where they are no constants."""
    doubt: str | None
    """Where it may read others; None when it surely does not."""
    compares_path: bool
    """Whether it compares the path with something, itself or in a function that it calls."""
    returns_part: bool
    """Whether it returns the request or what has the path in it."""


class RequestReads:
    """Answers for the functions of a project, each read once."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._callbacks = Callbacks()
        self.decorated = Decorated(inference)
        self._bodies: dict[Handed, RequestUses] = {}

    def of(self, function: Function, parameter: str) -> Reads:
        """What a function, and those it hands its request on to, reads; `parameter` is the request.

        That code compares the path, or logs it, is no reading of a parameter. That it takes it apart, keeps it or
        hands it on to unknown code may be.
        """
        function.reveal(SOMETHING)
        start = Handed(function, parameter, Part.REQUEST)
        seen = {start}
        waiting = [start]
        names: set[str] = set()
        doubt: str | None = None
        compares_path = False
        while waiting:
            handed = waiting.pop()
            body = self.body(handed)
            names |= body.names
            compares_path = compares_path or body.compares_path
            unknown = body.doubt or (body.keys[0] if body.keys and handed != start else None)
            if unknown is not None or len(seen) > _MOST_FUNCTIONS:
                doubt = (
                    f"`{handed.function.label}` in line {getattr(unknown, 'line', handed.function.node.line)}"
                )
                break
            waiting += [each for each in body.handed if each not in seen]
            seen.update(body.handed)
        body = self._bodies[start]
        return Reads(frozenset(names), tuple(body.keys), doubt, compares_path, bool(body.returned))

    def body(self, handed: Handed) -> RequestUses:
        """What becomes of a part of a request in the function that takes it."""
        if handed not in self._bodies:
            body = self._bodies[handed] = RequestUses(self, self._inference, self._callbacks, handed.function)
            body.follow(handed.parameter, handed.part)
        return self._bodies[handed]
