"""What has to be awaited."""

from __future__ import annotations

import pytest

from fastapi_lint.knowledge.coroutines import awaited
from fastapi_lint.knowledge.libraries import Awaited


@pytest.mark.parametrize(
    ("name", "gives"),
    [
        ("asyncio.sleep", Awaited.COROUTINE),
        ("asyncio.PriorityQueue.get", Awaited.COROUTINE),
        ("fastapi.Request.json", Awaited.COROUTINE),
        ("fastapi.Request.form", Awaited.CONTEXT),
        ("fastapi.UploadFile.read", Awaited.COROUTINE),
        ("fastapi.WebSocket.send_text", Awaited.COROUTINE),
        ("httpx.AsyncClient.get", Awaited.COROUTINE),
        ("httpx2.AsyncClient.get", Awaited.COROUTINE),
        ("sqlmodel.ext.asyncio.session.AsyncSession.commit", Awaited.COROUTINE),
        ("redis.asyncio.Redis.get", Awaited.AWAITABLE),
        ("arq.ArqRedis.get", Awaited.AWAITABLE),
        ("arq.ArqRedis.enqueue_job", Awaited.COROUTINE),
        ("aiohttp.ClientSession.get", Awaited.CONTEXT),
        ("asyncpg.create_pool", Awaited.CONTEXT),
        ("openai.AnyAsyncResource.create", Awaited.CONTEXT),
        ("anyio.sleep", Awaited.COROUTINE),
    ],
)
def test_has_to_be_awaited(name: str, gives: Awaited) -> None:
    assert awaited(name) is gives


@pytest.mark.parametrize(
    "name",
    [
        "asyncio.create_task",
        "asyncio.gather",
        "asyncio.Queue.get_nowait",
        "asyncio.StreamWriter.write",
        "fastapi.Request.url_for",
        "httpx.AsyncClient.stream",
        "httpx.Client.get",
        "sqlalchemy.ext.asyncio.AsyncSession.add",
        "redis.asyncio.Redis.pipeline",
        "redis.asyncio.Redis.scan_iter",
        "redis.asyncio.client.Pipeline.set",
        "acme.sleep",
    ],
)
def test_need_not(name: str) -> None:
    assert awaited(name) is None
