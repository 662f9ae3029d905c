"""What the rules about routes and parameters say of FastAPI is what FastAPI does."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.rules.framework import imported


class TestUncalledMarker:
    def test_scheme_without_depends_is_a_query_parameter(self) -> None:
        with imported("FAL206", "bad.py") as bad, imported("FAL206", "fixed.py") as fixed:
            assert TestClient(bad.app).get("/me?token=anything").json() == "anything"
            assert TestClient(fixed.app).get("/me?token=anything").status_code == 401

    def test_dependency_without_depends_is_not_called(self) -> None:
        with imported("FAL206", "bad_functions.py") as bad:
            client = TestClient(bad.app)
            assert client.post("/orders", json={"name": "Mallory"}).json() == "Mallory"
            assert client.post("/bills", json={"name": "Mallory"}).json() == "Mallory"
            admin = {"name": "Mallory", "is_admin": True}
            assert client.request("DELETE", "/orders", json=admin).json() == "Mallory"

    def test_marker_as_default_is_the_default(self) -> None:
        with imported("FAL206", "bad_defaults.py") as bad:
            assert "function Query" in TestClient(bad.app).get("/search").json()

    def test_same_meaning(self) -> None:
        with imported("FAL206", "good_same_meaning.py") as good:
            client = TestClient(good.app)
            assert client.put("/items/1?dry_run=1", json={"name": "a"}).json() == "1 a True"
            assert client.get("/pages/2").json() == 2
