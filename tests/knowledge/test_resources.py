"""What opens sessions, connections and pools."""

from __future__ import annotations

import pytest

from fastapi_lint.knowledge.canonical import canonical
from fastapi_lint.knowledge.resources import opened, openers
from tests.knowledge.reality import MissingNameError, NotInstalledError, resolve


@pytest.mark.parametrize("name", openers())
def test_names_exist(name: str) -> None:
    assert canonical(name) == name
    try:
        found = resolve(name)
    except NotInstalledError:
        pytest.skip("not installed")
    except MissingNameError:
        pytest.fail(f"there is no {name}")
    assert callable(found)


@pytest.mark.parametrize(
    ("name", "kind", "is_pool"),
    [
        ("sqlalchemy.orm.sessionmaker.__call__", "session", False),
        ("sqlmodel.Session", "session", False),
        ("sqlalchemy.engine.Engine.connect", "connection", False),
        ("sqlalchemy.create_engine", "engine", True),
        ("redis.asyncio.from_url", "client", True),
    ],
)
def test_what_is_opened(name: str, kind: str, is_pool: bool) -> None:
    group = opened(name)
    assert group is not None
    assert (group.kind, group.is_pool) == (kind, is_pool)


@pytest.mark.parametrize("name", ["sqlalchemy.orm.Session.execute", "httpx.AsyncClient", "builtins.open"])
def test_others_open_nothing_of_the_kind(name: str) -> None:
    assert opened(name) is None
