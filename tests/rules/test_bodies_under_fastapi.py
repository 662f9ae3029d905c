"""What the rules about request bodies say of FastAPI is what FastAPI does."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.rules.framework import imported


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
