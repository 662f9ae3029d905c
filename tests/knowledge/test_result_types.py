"""Types of results, attributes and context managers."""

from __future__ import annotations

import pytest

from fastapi_lint.knowledge import result_types
from fastapi_lint.knowledge.libraries import Product, ancestry, bases


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        ("builtins.open", "io.TextIOWrapper"),
        ("requests.session", "requests.Session"),
        ("requests_cache.CachedSession.get", "requests.Response"),
        ("httpx.AsyncClient.get", "httpx.Response"),
        ("sqlalchemy.create_engine", "sqlalchemy.engine.Engine"),
        ("sqlmodel.Session.execute", "sqlalchemy.engine.Result"),
        ("sqlmodel.ext.asyncio.session.AsyncSession.execute", "sqlalchemy.engine.Result"),
        ("sqlalchemy.orm.Query.filter", "sqlalchemy.orm.Query"),
        ("pathlib.PosixPath.joinpath", "pathlib.PosixPath"),
        ("boto3.client", "botocore.client.BaseClient"),
        ("boto3.resources.base.ServiceResource.Bucket", "boto3.resources.base.ServiceResource"),
        ("supabase.Query.eq", "supabase.Query"),
        ("asyncio.get_running_loop", "asyncio.AbstractEventLoop"),
        ("concurrent.futures.ProcessPoolExecutor.submit", "concurrent.futures.Future"),
        ("supabase.Query.execute", None),
        ("boto3.resources.base.ServiceResource.upload_file", None),
        ("acme.open", None),
    ],
)
def test_returned(name: str, class_name: str | None) -> None:
    assert result_types.returned(name) == class_name


@pytest.mark.parametrize(
    ("class_name", "name", "result"),
    [
        ("fastapi.UploadFile", "file", "tempfile.SpooledTemporaryFile"),
        ("pymongo.MongoClient", "shop", "pymongo.database.Database"),
        ("pymongo.database.Database", "orders", "pymongo.collection.Collection"),
        ("pymongo.database.Database", "client", "pymongo.MongoClient"),
        ("openai.OpenAI", "chat", "openai.AnyResource"),
        ("openai.AzureOpenAI", "chat", "openai.AnyResource"),
        ("openai.AnyResource", "completions", "openai.AnyResource"),
        ("openai.OpenAI", "base_url", "httpx.URL"),
        ("pathlib.PosixPath", "parent", "pathlib.Path"),
        ("fastapi.UploadFile", "acme", None),
        ("acme.Client", "chat", None),
    ],
)
def test_attribute(class_name: str, name: str, result: str | None) -> None:
    assert result_types.attribute(class_name, name) == result


def test_entered() -> None:
    entered = result_types.entered
    assert entered("requests.Session", is_async=False) == "requests.Session"
    assert entered("tempfile.TemporaryDirectory", is_async=False) == "builtins.str"
    assert entered("sqlalchemy.engine.BeginContext", is_async=False) == "sqlalchemy.engine.Connection"
    assert entered("gql.Client", is_async=False) == "gql.client.SyncClientSession"
    assert entered("gql.Client", is_async=True) == "gql.client.AsyncClientSession"


def test_items_and_iteration() -> None:
    assert result_types.item("pymongo.MongoClient") == "pymongo.database.Database"
    assert result_types.iterated("pathlib.Paths") == "pathlib.Path"
    assert result_types.item("acme.Client") is None


def test_calling_an_object() -> None:
    made = result_types.called("sqlalchemy.orm.sessionmaker")
    assert made == Product(type="sqlalchemy.orm.Session", argument="class_")
    assert result_types.called("sqlalchemy.orm.Session") is None


def test_module_objects() -> None:
    assert result_types.module_object("sys.stdin") == "io.TextIOWrapper"
    assert result_types.module_object("sys.argv") is None


@pytest.mark.parametrize(
    "name", ["requests.Session", "httpx2.Client", "kubernetes.client.CoreV1Api", "io.FileIO"]
)
def test_classes(name: str) -> None:
    assert result_types.is_class(name)


@pytest.mark.parametrize("name", ["requests.get", "httpx", "acme.Client"])
def test_not_known_as_classes(name: str) -> None:
    assert not result_types.is_class(name)


def test_ancestry_reaches_into_other_libraries() -> None:
    assert bases("sqlmodel.SQLModel") == ("pydantic.BaseModel",)
    assert list(ancestry("arq.ArqRedis")) == ["arq.ArqRedis", "redis.asyncio.Redis"]
    assert list(ancestry("acme.Thing")) == ["acme.Thing"]


def test_private_attributes_are_unknown() -> None:
    assert result_types.attribute("openai.OpenAI", "_client") is None
