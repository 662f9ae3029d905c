"""What the rules about routers say of FastAPI is what FastAPI does."""

from __future__ import annotations

import warnings

import pytest
from fastapi import FastAPI
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


def duplicate_ids(app: FastAPI) -> list[str]:
    """The ids of which FastAPI warns when it makes the OpenAPI document."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        app.openapi()
    messages = [str(each.message) for each in found]
    return [each.split()[3] for each in messages if each.startswith("Duplicate Operation ID")]


class TestDuplicateOperationId:
    def test_fastapi_warns(self) -> None:
        with imported("FAL213", "bad.py") as bad:
            found = duplicate_ids(bad.app)
            assert found[0] == "list"
            assert found[1] in ("ping_ping_get", "ping_ping_post")
        with imported("FAL213", "bad_modules") as bad:
            assert sorted(duplicate_ids(bad.app)) == ["listBooks", "listBooks", "readBook"]

    def test_derived_ids(self) -> None:
        with imported("FAL213", "bad_derived.py") as bad:
            assert duplicate_ids(bad.app) == ["read", "books-list_all", "books-list_all"]
            assert duplicate_ids(bad.plain) == ["read_user_names__user__get", "change"]

    @pytest.mark.parametrize("case", ["good.py", "good_look_alikes.py"])
    def test_look_alikes_have_ids_of_their_own(self, case: str) -> None:
        with imported("FAL213", case) as good:
            assert duplicate_ids(good.app) == []
            assert duplicate_ids(getattr(good, "unknown", good.app)) == []
