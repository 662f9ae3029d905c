"""Known functions and methods whose result has to be awaited."""

from __future__ import annotations

from functools import cache

from fastapi_lint.knowledge.catalogue import Catalogue, find
from fastapi_lint.knowledge.libraries import Awaited, CoroutineGroup, library


@cache
def awaited(name: str) -> Awaited | None:
    """What calling the function, or the method `class.method`, gives that has to be awaited; None if nothing.

    None also stands for what is not known. Methods are inherited.
    """
    group = find(name, lambda owner: _catalogue(owner.partition(".")[0]))
    return group.gives if group else None


@cache
def _catalogue(package: str) -> Catalogue[CoroutineGroup]:
    return Catalogue(library(package).coroutines)
