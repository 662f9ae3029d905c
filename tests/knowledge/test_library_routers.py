"""The routes that libraries give to their routers are those that these have."""

from __future__ import annotations

import importlib
import inspect

import pytest
from fastapi import APIRouter

from fastapi_lint.knowledge.library_routers import LibraryRouter, library_routers


@pytest.mark.parametrize("known", library_routers().values(), ids=lambda known: known.cls)
def test_every_router_has_these_routes(known: LibraryRouter) -> None:
    module, _, name = known.cls.rpartition(".")
    pytest.importorskip(module.partition(".")[0])
    cls = getattr(importlib.import_module(module), name)
    assert issubclass(cls, APIRouter)
    parameters = list(inspect.signature(cls).parameters)
    assert parameters[known.position] == known.keyword
    routes = cls(None, **{known.keyword: "/x"}).routes
    found = {(f"{each.endpoint.__module__}:{each.endpoint.__qualname__}", each.path) for each in routes}
    assert found == {(each.label, "/x") for each in known.handlers}
