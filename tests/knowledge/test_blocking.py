"""Questions to the catalogue of blocking calls."""

from __future__ import annotations

import pytest

from fastapi_lint.knowledge.blocking import BlockingCalls
from fastapi_lint.knowledge.libraries import BlockingGroup, Weight

CALLS = BlockingCalls()


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("time.sleep", "FAL101"),
        ("requests.get", "FAL102"),
        ("requests.Session.get", "FAL102"),
        ("requests_oauthlib.OAuth2Session.get", "FAL102"),
        ("urllib.request.urlopen", "FAL102"),
        ("httpx.get", "FAL102"),
        ("httpx.Client.send", "FAL102"),
        ("httpx2.get", "FAL102"),
        ("httpx2.Client.post", "FAL102"),
        ("sqlite3.connect", "FAL103"),
        ("sqlalchemy.orm.Session.execute", "FAL103"),
        ("sqlmodel.Session.execute", "FAL103"),
        ("sqlmodel.Session.exec", "FAL103"),
        ("redis.Redis.hgetall", "FAL103"),
        ("valkey.Redis.hgetall", "FAL103"),
        ("pymongo.collection.Collection.find_one", "FAL103"),
        ("subprocess.run", "FAL104"),
        ("subprocess.Popen", "FAL104"),
        ("builtins.open", "FAL105"),
        ("pathlib.PosixPath.read_text", "FAL105"),
        ("smtplib.SMTP_SSL", "FAL106"),
        ("smtplib.SMTP_SSL.sendmail", "FAL106"),
        ("botocore.client.BaseClient.put_object", "FAL106"),
        ("openai.AnyResource.create", "FAL106"),
        ("google.cloud.speech.SpeechClient.recognize", "FAL106"),
        ("google.cloud.secretmanager_v1.SecretManagerServiceClient.access_secret_version", "FAL106"),
        ("azure.storage.blob.BlobClient.upload_blob", "FAL106"),
        ("kubernetes.client.CoreV1Api.list_namespaced_pod", "FAL106"),
        ("threading.Event.wait", "FAL107"),
        ("queue.PriorityQueue.get", "FAL107"),
        ("concurrent.futures.ThreadPoolExecutor.shutdown", "FAL107"),
        ("celery.result.EagerResult.get", "FAL107"),
        ("bcrypt.hashpw", "FAL108"),
        ("passlib.hash.bcrypt.verify", "FAL108"),
        ("asyncio.run", "FAL109"),
    ],
)
def test_blocks(name: str, rule: str) -> None:
    found = CALLS.function(name)
    assert found is not None
    assert found.rule == rule


@pytest.mark.parametrize(
    "name",
    [
        "asyncio.sleep",
        "httpx.AsyncClient.get",
        "httpx.Client",
        "requests.Session",
        "requests.Response.json",
        "sqlalchemy.ext.asyncio.AsyncSession.execute",
        "sqlalchemy.orm.Session.add",
        "sqlalchemy.orm.Session.query",
        "sqlalchemy.engine.Result.all",
        "redis.Redis",
        "redis.Redis.pipeline",
        "redis.asyncio.Redis.get",
        "redis.client.Pipeline.set",
        "pymongo.collection.Collection.find",
        "botocore.client.BaseClient.generate_db_auth_token",
        "botocore.client.BaseClient.generate_presigned_url",
        "google.cloud.speech.SpeechAsyncClient.recognize",
        "google.cloud.pubsub.PublisherClient.topic_path",
        "google.cloud.logging.Client.logger",
        "azure.storage.blob.aio.BlobClient.upload_blob",
        "azure.storage.blob.BlobServiceClient.get_blob_client",
        "pathlib.Path.joinpath",
        "io.BytesIO.read",
        "io.StringIO.write",
        "queue.Queue.get_nowait",
        "threading.Event.set",
        "asyncio.Event.wait",
        "subprocess.Popen.poll",
        "acme.get",
        "get",
        "",
    ],
)
def test_does_not_block(name: str) -> None:
    assert CALLS.function(name) is None


def test_weights() -> None:
    weights = {
        name: found.weight
        for name in (
            "pathlib.Path.exists",
            "pathlib.Path.read_text",
            "threading.Lock.acquire",
            "pandas.read_csv",
        )
        if (found := CALLS.function(name))
    }
    assert weights == {
        "pathlib.Path.exists": Weight.LIGHT,
        "pathlib.Path.read_text": Weight.HEAVY,
        "threading.Lock.acquire": Weight.LIGHT,
        "pandas.read_csv": Weight.LIGHT,
    }


@pytest.mark.parametrize(
    ("class_name", "rule"),
    [
        ("threading.Lock", "FAL107"),
        ("threading.BoundedSemaphore", "FAL107"),
        ("sqlite3.Connection", "FAL103"),
        ("requests.Session", None),
        ("asyncio.Lock", None),
        ("acme.Lock", None),
    ],
)
def test_entry(class_name: str, rule: str | None) -> None:
    found = CALLS.entry(class_name)
    assert (found and found.rule) == rule


@pytest.mark.parametrize(
    ("class_name", "rule"),
    [
        ("io.TextIOWrapper", "FAL105"),
        ("pymongo.cursor.Cursor", "FAL103"),
        ("django.db.models.Manager", "FAL103"),
        ("io.StringIO", None),
        ("builtins.list", None),
    ],
)
def test_iteration(class_name: str, rule: str | None) -> None:
    found = CALLS.iteration(class_name)
    assert (found and found.rule) == rule


def test_decorators() -> None:
    found = CALLS.decorator("tenacity.retry")
    assert found is not None
    assert found.rule == "FAL118"
    assert CALLS.decorator("functools.wraps") is None


def test_arguments_that_make_it_return_at_once() -> None:
    found = CALLS.function("queue.Queue.get")
    assert found is not None
    assert [(item.keyword, item.position, item.value) for item in found.unless] == [
        ("block", 0, False),
        ("timeout", 1, 0),
    ]


def test_mirrors_name_their_own_package() -> None:
    found = CALLS.function("httpx2.get")
    assert found is not None
    assert found.replacement == "`httpx2.AsyncClient`"


def test_additions_of_the_project() -> None:
    group = BlockingGroup(rule="FAL102", source="the project's settings", replacement="`acme.fetch_async`")
    calls = BlockingCalls({"acme.fetch": group, "requests.Session.mount": group})
    assert calls.function("acme.fetch") is group
    assert calls.method("requests_oauthlib.OAuth2Session", "mount") is group
    assert calls.function("requests.get") is CALLS.function("requests.get")


@pytest.mark.parametrize(
    ("removed", "name"),
    [
        ("requests.get", "requests.get"),
        ("requests", "requests.Session.get"),
        ("sqlalchemy.orm.Session", "sqlmodel.Session.execute"),
        ("sqlalchemy.orm.Session.execute", "sqlmodel.Session.execute"),
    ],
)
def test_removals_of_the_project(removed: str, name: str) -> None:
    assert CALLS.function(name) is not None
    assert BlockingCalls(removed=[removed]).function(name) is None


def test_removals_hold_for_with_and_for() -> None:
    calls = BlockingCalls(removed=["threading", "io.TextIOWrapper"])
    assert calls.entry("threading.Lock") is None
    assert calls.iteration("io.TextIOWrapper") is None
    assert calls.function("queue.Queue.get") is not None
