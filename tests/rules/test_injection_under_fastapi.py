"""What the rules about resources, settings, models and overrides as dependencies say is what FastAPI does."""

from __future__ import annotations

import contextlib
import threading
import time
from inspect import signature
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from tests.rules.framework import imported


def served(module: Any) -> TestClient:
    """A client of a module's app, or of an app with its router."""
    app = getattr(module, "app", None)
    if app is None:
        app = FastAPI()
        app.include_router(module.router)
    return TestClient(app, raise_server_exceptions=False)


class TestResourceInHandler:
    @pytest.mark.parametrize(("case", "answer"), [("bad.py", 3), ("good.py", 7)])
    def test_only_an_injected_session_can_be_replaced(self, case: str, answer: int) -> None:
        class Stub:
            def scalar(self, statement: object) -> int:
                return 7

        with imported("FAL408", case) as module:
            dependency = getattr(module, "get_session", None)
            if dependency is not None:
                module.app.dependency_overrides[dependency] = Stub
            assert TestClient(module.app).get("/books/count").json() == answer

    def test_engine_of_a_helper_is_made_for_each_request(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with imported("FAL408", "bad_helpers") as bad:
            import database

            made = []
            create = database.create_engine
            monkeypatch.setattr(database, "create_engine", lambda url: made.append(url) or create(url))
            client = TestClient(bad.app)
            assert [client.get("/books/count").json() for _ in range(3)] == [3, 3, 3]
            assert len(made) == 3


class TestHoistableDependency:
    @pytest.mark.parametrize("case", ["bad.py", "good.py"])
    def test_both_ways_protect_alike(self, case: str) -> None:
        with imported("FAL411", case) as module:
            client = TestClient(module.app)
            assert client.get("/books/", headers={"x-key": "wrong"}).status_code == 403
            assert client.get("/books/", headers={"x-key": "secret"}).status_code == 200


class TestInstanceDependency:
    def test_object_with_a_name_can_be_overridden(self) -> None:
        with imported("FAL413", "good.py") as good:
            good.app.dependency_overrides[good.page_of_books] = lambda: range(1)
            assert TestClient(good.app).get("/books").json() == [0]

    def test_object_without_a_name_cannot(self) -> None:
        with imported("FAL413", "bad.py") as bad:
            bad.app.dependency_overrides[bad.Pager(20)] = lambda: range(1)
            assert len(TestClient(bad.app).get("/books").json()) == 20


class TestClassDependency:
    @pytest.mark.parametrize("case", ["bad.py", "good.py"])
    def test_parameters_of_init_are_those_of_the_route(self, case: str) -> None:
        with imported("FAL414", case) as module:
            parameters = module.app.openapi()["paths"]["/books"]["get"]["parameters"]
            assert [each["name"] for each in parameters] == ["page", "size"]


@pytest.mark.skipif("max_concurrency" not in signature(Depends).parameters, reason="needs FastAPI 0.163")
class TestUnsharedConcurrencyLimit:
    @pytest.mark.parametrize(("case", "most"), [("bad.py", 10), ("good.py", 5)])
    def test_each_depends_counts_for_itself(self, case: str, most: int) -> None:
        with imported("FAL417", case) as module:
            lock, running, seen = threading.Lock(), [0], [0]

            def connect() -> str:
                with lock:
                    running[0] += 1
                    seen[0] = max(seen[0], running[0])
                time.sleep(0.1)
                with lock:
                    running[0] -= 1
                return "connection"

            module.app.dependency_overrides[module.get_connection] = connect
            with TestClient(module.app) as client:
                paths = ["/books", "/authors"] * 10
                threads = [threading.Thread(target=client.get, args=(path,)) for path in paths]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            assert seen[0] == most


class TestUncachedSettings:
    @pytest.mark.parametrize(("case", "times"), [("bad.py", 3), ("fixed.py", 1)])
    def test_settings_are_made_for_each_request(
        self, case: str, times: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with imported("FAL418", case) as module:
            made = []
            settings = module.Settings
            monkeypatch.setattr(module, "Settings", lambda: made.append(1) or settings())
            client = TestClient(module.app)
            for _ in range(3):
                assert client.get("/title").json() == "Books"
            assert len(made) == times


class TestClientSuppliedSettings:
    @pytest.mark.parametrize(("case", "key"), [("bad.py", "mine"), ("good.py", "from the environment")])
    def test_client_replaces_the_fields_of_a_settings_class(self, case: str, key: str) -> None:
        with imported("FAL427", case) as module:
            assert TestClient(module.app).get("/key", params={"secret_key": "mine"}).json() == key


class TestStaleOverride:
    @pytest.mark.parametrize(("case", "answer"), [("bad.py", "production"), ("good.py", "test")])
    def test_override_of_what_nobody_needs_is_ignored(self, case: str, answer: str) -> None:
        with imported("FAL419", case) as module:
            with contextlib.suppress(AssertionError):
                module.test_read_database()
            assert TestClient(module.app).get("/database").json() == answer


class TestLeakingOverride:
    def test_override_outlives_the_test(self) -> None:
        with imported("FAL420", "bad.py") as bad:
            bad.test_read_database()
            assert TestClient(bad.app).get("/database").json() == "test"


class TestSplitDependencyCache:
    @pytest.mark.parametrize(("case", "pending"), [("bad.py", []), ("good.py", ["Dune"])])
    def test_what_one_session_has_the_other_lacks(self, case: str, pending: list[str]) -> None:
        with imported("FAL422", case) as module:
            assert TestClient(module.app).post("/books").json() == pending

    def test_other_scopes_make_other_objects(self) -> None:
        with imported("FAL422", "bad_scopes.py") as bad:
            client = TestClient(bad.app)
            assert [client.get(path).json() for path in ("/books", "/twice", "/second")] == [False] * 3

    @pytest.mark.parametrize("path", ["/early", "/written-out"])
    def test_look_alikes_share(self, path: str) -> None:
        with imported("FAL422", "good_look_alikes.py") as good:
            assert TestClient(good.app).get(path).json() is True


class TestUnvalidatedModelDependency:
    @pytest.mark.parametrize(("case", "status"), [("bad.py", 500), ("fixed.py", 422)])
    def test_what_a_validator_refuses(self, case: str, status: int) -> None:
        with imported("FAL425", case) as module:
            assert served(module).get("/books", params={"size": 200}).status_code == status

    def test_safe_fix_leaves_openapi_alone(self) -> None:
        with imported("FAL425", "bad.py") as bad, imported("FAL425", "fixed.py") as fixed:
            assert bad.app.openapi() == fixed.app.openapi()

    @pytest.mark.parametrize("path", ["/alias", "/named", "/dependency"])
    def test_every_way_to_write_it(self, path: str) -> None:
        with imported("FAL425", "bad_ways.py") as bad, imported("FAL425", "fixed_ways.py") as fixed:
            assert served(bad).get(path, params={"first": 5}).status_code == 500
            assert served(fixed).get(path, params={"first": 5}).status_code == 422

    def test_list_is_read_from_the_body(self) -> None:
        with imported("FAL425", "bad_ways.py") as bad:
            client = served(bad)
            assert client.get("/tagged", params={"q": "a", "tags": ["b"]}).json() == ["a"]
            assert client.request("GET", "/tagged", params={"q": "a"}, json=["b"]).json() == ["a", "b"]

    def test_constraints_of_fields_are_checked_anyway(self) -> None:
        with imported("FAL425", "good_look_alikes.py") as good:
            assert served(good).post("/books", params={"size": 200}).status_code == 422
