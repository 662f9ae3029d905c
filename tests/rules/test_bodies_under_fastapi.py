"""What the rules about request bodies say of FastAPI is what FastAPI does."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, WebSocketDisconnect
from fastapi.testclient import TestClient

from tests.rules.framework import imported


def reading(app: FastAPI, method: str) -> dict[str, bool]:
    """The paths that a method is served at, with whether it reads a body there."""
    return {
        path: "requestBody" in operations[method]
        for path, operations in app.openapi()["paths"].items()
        if method in operations
    }


class TestBodyOnGet:
    def test_query_string_is_not_read(self) -> None:
        with imported("FAL209", "bad.py") as bad, imported("FAL209", "good.py") as good:
            url = "/books/by-id?ids=1&ids=2"
            assert TestClient(bad.app).get(url).status_code == 422
            assert TestClient(good.app).get(url).json() == [1, 2]
            assert TestClient(bad.app).get("/books?author=Ada").status_code == 422
            assert TestClient(good.app).get("/books?author=Ada").json() == ["Ada"]

    def test_everything_that_is_reported_reads_a_body(self) -> None:
        with imported("FAL209", "bad_kinds.py") as bad:
            assert all(reading(bad.app, "get").values())
            assert all(reading(bad.app, "head").values())
        with imported("FAL209", "bad_shared_dependency") as bad:
            assert reading(bad.app, "get") == {"/books": True, "/authors": True}

    def test_look_alikes_read_none(self) -> None:
        with imported("FAL209", "good_look_alikes.py") as good:
            found = reading(good.app, "get")
            assert found.pop("/body-too")
            assert not any(found.values())


class TestJsonAndFormBody:
    def test_model_beside_a_file(self) -> None:
        with imported("FAL210", "bad.py") as bad, imported("FAL210", "good.py") as good:
            form: dict[str, Any] = {"files": {"file": b"x"}, "data": {"photo": '{"title": "Sea"}'}}
            answer = TestClient(bad.app).post("/photos", **form)
            assert answer.status_code == 422
            assert answer.json()["detail"][0]["loc"] == ["body", "photo"]
            assert TestClient(good.app).post("/photos", **form).json() == "Sea"
            json = {"photo": {"title": "Sea"}, "name": "a"}
            assert TestClient(bad.app).post("/albums", json=json).status_code == 422
            assert TestClient(bad.app).post("/albums", data={"title": "Sea", "name": "a"}).status_code == 422

    @pytest.mark.parametrize(
        ("path", "part"),
        [
            ("dict", "data"),
            ("list", "photos"),
            ("optional", "photo"),
            ("embedded", "photo"),
            ("default", "photo"),
            ("login", "photo"),
            ("own-login", "photo"),
            ("place", "place"),
            ("dependency", "photo"),
        ],
    )
    def test_no_field_of_a_form_is_a_model(self, path: str, part: str) -> None:
        with imported("FAL210", "bad_kinds.py") as bad:
            field = {part: '{"title": "Sea", "name": "a"}'}
            form: dict[str, Any] = {"username": "a", "password": "b", "name": "c", **field}
            answer = TestClient(bad.app).post(f"/{path}", data=form, files={"file": b"x", "files": b"x"})
            assert answer.status_code == 422
            assert answer.json()["detail"][0]["loc"][:2] == ["body", part]

    def test_look_alikes_arrive(self) -> None:
        with imported("FAL210", "good_look_alikes.py") as good:
            client = TestClient(good.app)
            photo = '{"title": "Sea"}'
            files = {"file": b"x"}
            for path in ("dependency", "before", "json-text"):
                answer = client.post(f"/{path}", data={"photo": photo}, files=files)
                assert answer.json() == "Sea", path
            text = client.post("/text", data={"photo": photo, "other": photo}, files=files)
            assert text.json() == "Sea"
            scalars = {"words": ["a", "b"], "number": "1", "title": "c"}
            assert client.post("/scalars", data=scalars, files=files).json() == "ac"
            for path in ("query", "class-dependency"):
                assert client.post(f"/{path}?title=Sea", files=files).json() == "Sea", path


class TestUntypedParameter:
    def test_everything_is_text(self) -> None:
        with imported("FAL214", "bad.py") as bad, imported("FAL214", "good.py") as good:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.get("/users/nobody").json() == {"user_id": "nobody"}
            assert client.get("/users").json() == 2
            assert client.get("/users?page=1").status_code == 500
            client = TestClient(good.app)
            assert client.get("/users/nobody").status_code == 422
            assert client.get("/users?page=1").json() == 2

    def test_places(self) -> None:
        with imported("FAL214", "bad_places.py") as bad:
            client = TestClient(bad.app)
            assert client.get("/request").json()["detail"][0]["loc"] == ["query", "request"]
            found = client.get("/v1/pages?words=a&exact=false&page=2").json()
            assert found == ["2", 10, "a", "false", None, "name"]
            with pytest.raises(WebSocketDisconnect), client.websocket_connect("/socket"):
                pass

    def test_look_alikes(self) -> None:
        with imported("FAL214", "good_look_alikes.py") as good:
            client = TestClient(good.app)
            found = client.get("/markers", headers={"Authorization": "Bearer a"}).json()
            assert found == ["Ada", "Ada", 1, None, None]
            assert client.get("/request?name=b").json() == "/requestab"
            assert client.get("/plain").text == "/plain"


class TestUntypedBody:
    def test_nothing_is_validated_or_documented(self) -> None:
        with imported("FAL215", "bad.py") as bad, imported("FAL215", "good.py") as good:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.post("/users", json={"name": "Ada", "age": "20"}).status_code == 500
            schema = bad.app.openapi()["paths"]["/users"]["post"]["requestBody"]["content"][
                "application/json"
            ]
            assert "properties" not in schema["schema"]
            assert TestClient(good.app).post("/users", json={"name": "Ada", "age": "20"}).json() == "Ada"
            assert TestClient(good.app).post("/users", json={"age": 20}).status_code == 422

    def test_wrong_types_reach_the_function(self) -> None:
        with imported("FAL215", "bad_kinds.py") as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            for path in ("mapping", "optional", "handed-on", "dependency"):
                assert client.post(f"/{path}", json={"other": 1}).status_code == 500, path
            assert client.post("/list", json=[{"name": 1, "size": 2}]).json() == [1]
            assert client.post("/any", json={"a": {}}).json() == {}


class TestRawRequestBody:
    def test_what_does_not_fit_is_a_server_error(self) -> None:
        with imported("FAL216", "bad.py") as bad, imported("FAL216", "good.py") as good:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.post("/users", json={"name": "Ada"}).json() == "Ada"
            assert client.post("/users", json={}).status_code == 500
            assert client.post("/users", content=b"{").status_code == 500
            assert client.post("/login").json() == "None"
            assert not any(reading(bad.app, "post").values())
            client = TestClient(good.app)
            assert client.post("/users", json={"name": "Ada"}).json() == "Ada"
            assert client.post("/users", json={}).status_code == 422
            assert client.post("/login").status_code == 422

    def test_every_way(self) -> None:
        with imported("FAL216", "bad_ways.py") as bad:
            assert not any(reading(bad.app, "post").values())
            client = TestClient(bad.app, raise_server_exceptions=False)
            for path in reading(bad.app, "post"):
                assert client.post(path, json={"name": "Ada"}).status_code == 200, path
                assert client.post(path, content=b"{").status_code == 500, path


class TestOpaqueBody:
    def test_anything_goes(self) -> None:
        with imported("FAL239", "bad.py") as bad, imported("FAL239", "good.py") as good:
            assert TestClient(bad.app).post("/settings", json={"theme": {}}).json() == 1
            assert TestClient(good.app).post("/settings", json={"theme": {}}).status_code == 422
            assert TestClient(good.app).post("/settings", json={"size": 1}).json() == 1
            assert TestClient(good.app).post("/labels", json={"a": 1}).status_code == 422
        with imported("FAL239", "bad_kinds.py") as bad:
            client = TestClient(bad.app)
            for path, body in (
                ("any", 1),
                ("optional", {"a": []}),
                ("computed?key=a", {}),
                ("dependency", [{}]),
            ):
                assert client.post(f"/{path}", json=body).status_code == 200, path

    def test_list_of_nothing_is_a_list_of_files(self) -> None:
        with imported("FAL239", "good_look_alikes.py") as good:
            uploads = [("files", b"a"), ("files", b"b")]
            assert TestClient(good.app).post("/uploads", files=uploads).json() == 2
            assert TestClient(good.app).post("/uploads", json=[1, 2]).status_code == 422
