"""What expressions are known to be, across modules."""

from __future__ import annotations

import pytest

from fastapi_lint.application.application import Application
from fastapi_lint.application.values import External, ExternalMethod, Instance, Literal, Value
from fastapi_lint.index import nodes
from tests.support import application_of, module_of

SHOP = {
    "shop/__init__.py": "from .clients import client as public_client\nfrom .clients import *\n",
    "shop/clients.py": """
        import requests as r
        from requests import Session
        client = r.Session()
        lazy = None
        def connect():
            global lazy
            lazy = Session()
        def make() -> "Session":
            return Session()
        class Base:
            timeout: int = 3
            def __init__(self, inner: Session):
                self.inner = inner
                self.own = r.Session()
            @property
            def wrapped(self):
                return self.inner
            def again(self):
                return self
        class Derived(Base):
            def __enter__(self):
                return self.own
    """,
    "shop/database.py": """
        from collections.abc import AsyncIterator, Iterator
        from typing import Annotated, Optional
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
        from sqlalchemy.orm import Session, sessionmaker
        SessionLocal = sessionmaker()
        def get_db() -> Iterator[Session]:
            with SessionLocal() as session:
                yield session
        def untyped():
            db = SessionLocal()
            try:
                yield db
            finally:
                db.close()
        DB = Annotated[Session, Depends(get_db)]
        MaybeDB = Optional[DB]
    """,
}


def inferred(code: str, extra: dict[str, str] | None = None) -> Value | None:
    """The value of the last expression statement of a module `app`, in the shop's project."""
    application = application_of({**SHOP, "app.py": code, **(extra or {})})
    return last_value(application)


def last_value(application: Application) -> Value | None:
    module = module_of(application, "app")
    last = module.index.body[-1]
    scope = module.scope
    while isinstance(last, (nodes.FunctionDef, nodes.ClassDef)):
        definition = next(d for d in scope.definitions() if d.node is last)
        scope, last = definition.body_scope, last.body[-1]
    assert isinstance(last, nodes.ExpressionStatement)
    return application.inference.infer(last.value, scope)


def instance(name: str) -> Instance:
    return Instance(External(name))


REQUESTS = instance("requests.Session")
SESSION = instance("sqlalchemy.orm.Session")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from shop import public_client\npublic_client\n", REQUESTS),
        ("import shop\nshop.client\n", REQUESTS),
        ("import shop.clients as c\nc.make()\n", REQUESTS),
        ("from shop import clients\nclients.lazy\n", REQUESTS),
        ("from shop.clients import *\nmake()\n", REQUESTS),
        ("from shop.clients import Derived\nDerived(1).inner\n", REQUESTS),
        ("from shop.clients import Derived\nDerived(1).wrapped\n", REQUESTS),
        ("from shop.clients import Derived\nDerived(1).again().own\n", REQUESTS),
        ("from shop.clients import Derived\nDerived.timeout\n", Literal(3)),
        ("import os, sys\n(os.name, sys)[1].nothing\n", External("sys.nothing")),
        ("from elsewhere import thing as t\nt.x\n", External("elsewhere.thing.x")),
        ("PREFIX = '/a'\nV = 'v1'\nf'{PREFIX}/' + V\n", Literal("/a/v1")),
        ("x = len\nx\n", External("builtins.len")),
        ("(lambda: 1)()\n", None),
        ("unknown_name\n", None),
    ],
)
def test_module_level_values(code: str, expected: Value | None) -> None:
    assert inferred(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(db: DB):\n    db\n", SESSION),
        ("def f(db: 'MaybeDB' = None):\n    db\n", SESSION),
        ("def f(db=Depends(get_db)):\n    db\n", SESSION),
        ("def f(db=Depends(untyped)):\n    db\n", SESSION),
        ("def f():\n    with SessionLocal() as db:\n        pass\n    db\n", SESSION),
        ("def f():\n    with Derived(1) as own:\n        pass\n    own\n", REQUESTS),
        ("def f(x):\n    if x:\n        s = r.Session()\n    else:\n        s = make()\n    s\n", REQUESTS),
        ("def f(x):\n    s = r.Session()\n    s = x\n    s\n", None),
        ("def f(x):\n    s = None\n    if x:\n        s = make()\n    s\n", REQUESTS),
        ("def f(r):\n    r.Session()\n", None),
        ("def f():\n    for s in [make(), make()]:\n        pass\n    s\n", REQUESTS),
        ("def f():\n    a, (b, c) = 1, (2, make())\n    c\n", REQUESTS),
        ("def f(*args, **kw):\n    args\n", instance("builtins.tuple")),
        ("class K:\n    def m(self):\n        self.x = make()\n    def n(self):\n        self.x\n", REQUESTS),
        ("def f(x: list[Derived]):\n    x[0].own\n", REQUESTS),
        ("def f(x: dict[str, Derived]):\n    x['a'].own\n", REQUESTS),
        ("def f():\n    if (s := make()):\n        pass\n    s\n", REQUESTS),
    ],
)
def test_local_values(code: str, expected: Value | None) -> None:
    header = "from fastapi import Depends\nimport requests as r\n"
    header += "from shop.clients import *\nfrom shop.database import *\n"
    assert inferred(header + code) == expected


def test_a_method_of_a_library_object_is_named_by_its_class() -> None:
    value = inferred("from shop.clients import client\nclient.get\n")
    assert isinstance(value, ExternalMethod)
    assert value.name == "requests.Session.get"


def test_an_import_cycle_is_no_problem() -> None:
    application = application_of(
        {
            "a.py": "from b import x\nfrom b import *\n",
            "b.py": "from a import x\nfrom a import *\n",
            "app.py": "import a\na.x\n",
        }
    )
    assert last_value(application) is None


def test_modules_are_found_from_the_directory_of_the_importer() -> None:
    application = application_of(
        {
            "backend/app/main.py": "from app.settings import NAME\nNAME\n",
            "backend/app/settings.py": "NAME = 'shop'\n",
        }
    )
    module = application.project.module_at("backend/app/main.py")
    last = module.index.body[-1]
    assert isinstance(last, nodes.ExpressionStatement)
    assert application.inference.infer(last.value, module.scope) == Literal("shop")


def test_two_files_of_one_name_stay_apart() -> None:
    application = application_of({"pkg/a.py": "X = 1\n", "src/pkg/a.py": "X = 2\n"})
    names = {application.project.module_at(path).name for path in ("pkg/a.py", "src/pkg/a.py")}
    assert len(names) == 2
