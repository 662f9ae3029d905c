"""What the rules about routers say of FastAPI is what FastAPI does."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.rules.framework import imported


class TestRouterIncludedTwice:
    def test_second_inclusion_protects_nothing(self) -> None:
        with imported("FAL212", "bad.py") as bad, imported("FAL212", "good.py") as good:
            assert TestClient(bad.app).get("/books/1").status_code == 200
            assert TestClient(good.app).get("/books/1").status_code == 401
            with pytest.warns(UserWarning, match="Duplicate Operation ID"):
                shown = bad.app.openapi()["paths"]["/books/{book_id}"]["get"]
            assert [each["name"] for each in shown["parameters"]] == ["book_id", "token"]

    def test_every_path_is_there_twice(self) -> None:
        with imported("FAL212", "bad_nested") as bad:
            with pytest.warns(UserWarning, match="Duplicate Operation ID") as warnings:
                assert set(bad.app.openapi()["paths"]) == {"/api/v1/books", "/all/books"}
            assert len(warnings) == 3


class TestUnincludedRouter:
    def test_nothing_is_served(self) -> None:
        with imported("FAL211", "bad.py") as bad, imported("FAL211", "good.py") as good:
            assert TestClient(bad.app).get("/books").status_code == 200
            assert TestClient(bad.app).get("/authors").status_code == 404
            assert TestClient(good.app).get("/authors").status_code == 200

    def test_routers_that_nobody_includes_and_theirs(self) -> None:
        with imported("FAL211", "bad_modules") as bad:
            client = TestClient(bad.app)
            assert client.get("/books/chapters").status_code == 200
            for path in ("/reports/charts", "/charts", "/old", "/old/more"):
                assert client.get(path).status_code == 404, path
