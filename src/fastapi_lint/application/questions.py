"""Answers that depend on one another, each worked out once, also where they depend on themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from typing import ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")

_UNANSWERED = object()
_INDEPENDENT = sys.maxsize
_DEEPEST = 90
"""Questions within questions that Python's stack has room for."""


class Questions:
    """Remembers the answers to questions.

    A question that is asked while it is being answered has no answer yet: None. Whatever was concluded from that
    is provisional: it holds until the question further up is answered, and is then forgotten.
    """

    def __init__(self) -> None:
        self._answers: dict[Hashable, object] = {}
        self._open: dict[Hashable, int] = {}
        """The questions being answered, by their depth."""
        self._provisional: dict[Hashable, int] = {}
        """Provisional answers, by the depth of the outermost open question they lean on."""
        self._leans_on = _INDEPENDENT
        """Depth of the outermost open question that the current answer has leaned on so far."""

    def answer(
        self,
        question: Hashable,
        work_out: Callable[_Arguments, _Answer],
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> _Answer | None:
        """The answer to `question`, which is what `work_out` returns for the arguments."""
        known = self._answers.get(question, _UNANSWERED)
        if known is not _UNANSWERED:
            if self._provisional and question in self._provisional:
                self._lean(self._provisional[question])
            return known  # type: ignore[return-value]  # what `work_out` returned
        depth = len(self._open)
        if question in self._open:
            self._lean(self._open[question])
            return None
        if depth >= _DEEPEST:
            self._lean(-1)
            return None
        outer, self._leans_on = self._leans_on, _INDEPENDENT
        provisional_before = len(self._provisional)
        self._open[question] = depth
        try:
            found = work_out(*args, **kwargs)
        finally:
            del self._open[question]
        self._answers[question] = found
        if self._leans_on < depth and depth > 0:
            self._provisional[question] = self._leans_on
            self._lean(outer)
        else:
            if len(self._provisional) > provisional_before:
                self._forget(provisional_before)
            self._leans_on = outer
        return found

    def forget(self, question: Hashable) -> None:
        """Work the answer out again when the question is asked next."""
        self._answers.pop(question, None)

    def _lean(self, depth: int) -> None:
        if depth < self._leans_on:
            self._leans_on = depth

    def _forget(self, kept: int) -> None:
        """Forget the provisional answers but the oldest `kept`."""
        while len(self._provisional) > kept:
            question, _ = self._provisional.popitem()
            del self._answers[question]
