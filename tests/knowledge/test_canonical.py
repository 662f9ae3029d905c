"""Canonical names, against the real packages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.knowledge.canonical import _spellings, canonical

from .reality import MissingNameError, NotInstalledError, import_module, resolve


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fastapi.routing.APIRouter", "fastapi.APIRouter"),
        ("fastapi.params.Depends", "fastapi.Depends"),
        ("fastapi.param_functions.Query", "fastapi.Query"),
        ("starlette.requests.Request", "fastapi.Request"),
        ("starlette.requests.Request.json", "fastapi.Request.json"),
        ("starlette.responses.JSONResponse", "fastapi.responses.JSONResponse"),
        ("starlette.responses.Response", "fastapi.Response"),
        ("starlette.middleware.cors.CORSMiddleware", "fastapi.middleware.cors.CORSMiddleware"),
        ("starlette.websockets.WebSocketDisconnect", "fastapi.WebSocketDisconnect"),
        ("starlette.status.HTTP_404_NOT_FOUND", "fastapi.status.HTTP_404_NOT_FOUND"),
        ("fastapi.exceptions.HTTPException", "fastapi.HTTPException"),
        ("starlette.exceptions.HTTPException", "starlette.exceptions.HTTPException"),
        ("typing_extensions.Annotated", "typing.Annotated"),
        ("pydantic.main.BaseModel.model_dump", "pydantic.BaseModel.model_dump"),
        ("sqlalchemy.orm.session.Session", "sqlalchemy.orm.Session"),
        ("sqlalchemy.Engine", "sqlalchemy.engine.Engine"),
        ("sqlalchemy.ext.asyncio.session.AsyncSession", "sqlalchemy.ext.asyncio.AsyncSession"),
        ("requests.sessions.Session.get", "requests.Session.get"),
        ("httpx._client.AsyncClient", "httpx.AsyncClient"),
        ("redis.asyncio.client.Redis", "redis.asyncio.Redis"),
        ("redis.client.StrictRedis", "redis.Redis"),
        ("valkey.Valkey", "valkey.Redis"),
        ("requests.sessions", "requests.sessions"),
        ("acme.routing.APIRouter", "acme.routing.APIRouter"),
        ("fastapi", "fastapi"),
    ],
)
def test_canonical(name: str, expected: str) -> None:
    assert canonical(name) == expected


@given(
    st.sampled_from(sorted((*_spellings().names, *_spellings().modules))), st.sampled_from(["", ".x", ".x.y"])
)
def test_canonical_names_are_their_own(name: str, rest: str) -> None:
    once = canonical(name + rest)
    assert canonical(once) == once


# Used alike, but not the same object: the classes of the markers, and names with a changed base class.
ALIKE = {name for name in _spellings().names if name.startswith("fastapi.params.")}


@pytest.mark.parametrize("name", sorted(set(_spellings().names) - ALIKE))
def test_both_names_are_one_object(name: str) -> None:
    try:
        assert resolve(name) is resolve(_spellings().names[name])
    except (MissingNameError, NotInstalledError):
        pytest.skip("not in the installed version")


# Rewritten for older versions of Python, or for another operating system.
REIMPLEMENTED = {"ntpath", "typing_extensions"}


@pytest.mark.parametrize("name", sorted(set(_spellings().modules) - REIMPLEMENTED))
def test_modules_share_their_objects(name: str) -> None:
    module, target = import_module(name), import_module(_spellings().modules[name])
    if module is None or target is None:
        pytest.skip("not installed")
    own = {key: value for key, value in vars(module).items() if getattr(value, "__module__", None) == name}
    shared = {key: found(target, key) for key in own if not key.startswith("_")}
    assert [key for key, value in shared.items() if value is not None and value is not own[key]] == []


def found(module: object, name: str) -> object | None:
    try:
        return getattr(module, name, None)
    except Exception:
        return None
