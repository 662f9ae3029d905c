"""What the rules about dependencies say of FastAPI is what FastAPI does."""

from __future__ import annotations

import pytest
from fastapi.exceptions import FastAPIError
from fastapi.testclient import TestClient

from tests.rules.framework import imported

CALLS = (
    "awaited", "constructed", "decorated", "derived", "handed-on", "inherited", "method", "static", "task", "thread",
)  # fmt: skip


class TestUnresolvedDefaultMarker:
    def test_markers_are_what_the_function_gets(self) -> None:
        with imported("FAL404", "bad.py") as bad, imported("FAL404", "good.py") as good:
            client = TestClient(bad.app)
            assert client.get("/books").json() == ["Dune", "Emma", "Ulysses"]
            with pytest.raises(AttributeError, match="'Depends' object has no attribute 'titles'"):
                client.get("/report")
            assert TestClient(good.app).get("/report").json() == "Dune, Emma, Ulysses"

    @pytest.mark.parametrize("path", CALLS)
    def test_every_way_to_call_fails(self, path: str) -> None:
        with imported("FAL404", "bad_ways_to_call.py") as bad, pytest.raises((AttributeError, TypeError)):
            TestClient(bad.app).get(f"/{path}")

    def test_look_alikes_work(self) -> None:
        with imported("FAL404", "good_look_alikes.py") as good:
            client = TestClient(good.app)
            for route in good.app.routes[4:]:
                assert client.get(route.path).status_code == 200, route.path

    def test_across_modules(self) -> None:
        with imported("FAL404", "bad_modules") as bad, pytest.raises(AttributeError, match="Depends"):
            TestClient(bad.app).get("/count")
        with imported("FAL404", "good_modules") as good:
            assert TestClient(good.app).get("/total").json() == 7


class TestUnprotectedYield:
    def test_clean_up_is_skipped(self) -> None:
        with imported("FAL405", "bad.py") as bad, imported("FAL405", "fixed.py") as fixed:
            for module in (bad, fixed):
                assert TestClient(module.app).get("/books/1").status_code == 404
            assert bad.open_connections == 1
            assert fixed.open_connections == 0


class TestYieldSwallowsException:
    def test_client_gets_a_500_in_the_place_of_a_404(self) -> None:
        with imported("FAL406", "bad.py") as bad, imported("FAL406", "fixed.py") as fixed:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.get("/books/1").status_code == 500
            assert TestClient(fixed.app).get("/books/1").status_code == 404

    @pytest.mark.parametrize("path", ["bare", "http", "suppressed", "nested", "provider"])
    def test_every_shape(self, path: str) -> None:
        with imported("FAL406", "bad_shapes.py") as bad, pytest.raises(FastAPIError):
            TestClient(bad.app).get(f"/{path}")

    def test_look_alikes_let_the_exception_through(self) -> None:
        with imported("FAL406", "good_look_alikes.py") as good:
            assert TestClient(good.app).get("/").status_code == 404


class TestCommitAfterYield:
    def test_client_has_its_answer_when_the_commit_fails(self) -> None:
        with imported("FAL423", "bad.py") as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert [client.post("/users/a").status_code for _ in range(2)] == [201, 201]
            with bad.SessionLocal() as session:
                assert session.query(bad.UserRow).count() == 1

    @pytest.mark.parametrize("case", ["good.py", "good_function_scope.py"])
    def test_client_learns_of_it(self, case: str) -> None:
        with imported("FAL423", case) as good:
            client = TestClient(good.app, raise_server_exceptions=False)
            assert [client.post("/users/a").status_code for _ in range(2)] == [201, 500]


class TestRaiseAfterYield:
    def test_client_has_its_answer(self) -> None:
        with imported("FAL424", "bad.py") as bad, imported("FAL424", "good.py") as good:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.post("/orders/200").status_code == 200
            with pytest.raises(RuntimeError, match="response already started"):
                TestClient(bad.app).post("/orders/200")
            assert TestClient(good.app).post("/orders/200").status_code == 402
