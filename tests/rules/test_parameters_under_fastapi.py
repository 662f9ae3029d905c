"""What the rules about parameters and their defaults say of FastAPI is what FastAPI does."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.rules.framework import imported


class TestUndeclaredFormParameter:
    def test_form_field_does_not_arrive(self) -> None:
        with imported("FAL226", "bad.py") as bad, imported("FAL226", "fixed.py") as fixed:
            form: dict[str, Any] = {"files": {"photo": b"x"}, "data": {"title": "Sea"}}
            answer = TestClient(bad.app).post("/photos", **form)
            assert answer.status_code == 422
            assert answer.json()["detail"][0]["loc"] == ["query", "title"]
            assert TestClient(fixed.app).post("/photos", **form).status_code == 200


class TestSecretInQuery:
    def test_password_is_part_of_the_url(self) -> None:
        with imported("FAL227", "bad.py") as bad, imported("FAL227", "good.py") as good:
            credentials = {"name": "Ada", "password": "Lovelace"}
            assert TestClient(bad.app).post("/login", params=credentials).json() is True
            assert TestClient(bad.app).post("/login", data=credentials).status_code == 422
            assert TestClient(good.app).post("/login", data=credentials).json() is True

    def test_everything_that_is_reported_is_a_query_parameter(self) -> None:
        with imported("FAL227", "bad_places.py") as bad:
            operations = bad.app.openapi()["paths"]
            names = {
                each["name"]
                for path in operations.values()
                for operation in path.values()
                for each in operation["parameters"]
                if each["in"] == "query"
            }
            assert names == {"api_key", "client_secret", "access_token", "token"}


class TestUnresolvableAnnotation:
    def test_parameter_and_document_fail(self) -> None:
        with imported("FAL228", "bad.py") as bad, imported("FAL228", "fixed.py") as fixed:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.get("/prices?net=1").status_code == 500
            assert client.get("/openapi.json").status_code == 500
            assert TestClient(fixed.app).get("/prices?net=1").json() == "1"

    def test_every_place(self) -> None:
        with imported("FAL228", "bad_places.py") as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.get("/answer").status_code == 500
            for path in ("/prices", "/discounts"):
                assert client.post(path, json={"net": 1}).status_code in (422, 500), path
            local = TestClient(bad.create_app(), raise_server_exceptions=False)
            assert local.post("/local", json={"name": "a"}).json()["detail"][0]["loc"] == ["query", "local"]
            assert local.get("/dependency").json()["detail"][0]["loc"] == ["query", "name"]
            for each in (client, local):
                assert each.get("/openapi.json").status_code == 500

    def test_another_model_is_rebuilt(self) -> None:
        with imported("FAL228", "bad_another_rebuilt") as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.post("/orders", json={"customer": {"name": "Ada"}}).status_code == 500
            assert client.get("/openapi.json").status_code == 500

    @pytest.mark.parametrize(
        "case",
        [
            "good_look_alikes.py",
            "good_without_future.py",
            "good_rebuilt.py",
            "good_rebuilt_elsewhere",
            "good_rebuilt_in_loop.py",
        ],
    )
    def test_look_alikes_have_a_document(self, case: str) -> None:
        with imported("FAL228", case) as good:
            assert good.app.openapi()


class TestFrozenDefault:
    @pytest.mark.parametrize("case", ["bad.py", "good.py"])
    def test_fields(self, case: str) -> None:
        with imported("FAL229", case) as example:
            client = TestClient(example.app)
            ids = {client.post("/orders").json()["id"] for _ in range(3)}
            assert len(ids) == (1 if case == "bad.py" else 3)

    @pytest.mark.parametrize("case", ["bad.py", "good.py"])
    def test_parameters(self, case: str) -> None:
        with imported("FAL229", case) as example:
            client = TestClient(example.app)
            times = {client.get("/orders").json() for _ in range(3)}
            assert len(times) == (1 if case == "bad.py" else 3)


class TestHiddenPathParameter:
    def test_variable_of_a_mount_is_read_from_the_query(self) -> None:
        with imported("FAL234", "bad.py") as bad, imported("FAL234", "fixed.py") as fixed:
            answer = TestClient(bad.app).get("/shops/tea/orders")
            assert answer.json()["detail"][0]["loc"] == ["query", "shop"]
            assert TestClient(bad.app).get("/shops/tea/orders?shop=other").json() == "orders of other"
            assert TestClient(fixed.app).get("/shops/tea/orders").json() == "orders of tea"

    def test_dependencies_and_nested_mounts(self) -> None:
        with imported("FAL234", "bad_dependency") as bad:
            path = "/regions/south/shops/7/admin/users/ada/orders/1"
            answer = TestClient(bad.app).get(path)
            assert [each["loc"] for each in answer.json()["detail"]] == [["query", "shop"]]
            assert TestClient(bad.app).get(f"{path}?shop=8").json() == "8ada1north"

    def test_variables_of_prefixes_are_read_from_the_path(self) -> None:
        with imported("FAL234", "good_prefixes") as good:
            client = TestClient(good.app)
            assert client.get("/shops/tea/north/orders").json() == "teanorth"
            assert client.get("/both/tea/coffee").json() == "coffee"


class TestUnboundedPagination:
    def test_any_number_gets_through(self) -> None:
        with imported("FAL223", "bad.py") as bad, imported("FAL223", "good.py") as good:
            assert len(TestClient(bad.app).get("/books?limit=10000").json()) == 10_000
            assert TestClient(good.app).get("/books?limit=10000").status_code == 422

    def test_every_spelling(self) -> None:
        with imported("FAL223", "bad_spellings.py") as bad:
            client = TestClient(bad.app)
            for path in (
                "a?per_page",
                "b?pageSize",
                "c?limit",
                "d?size",
                "d?take",
                "d?max_results",
                "e?limit",
            ):
                assert client.get(f"/{path}=1000000").json() >= 1_000_000, path

    def test_look_alikes_are_limited(self) -> None:
        with imported("FAL223", "good_look_alikes.py") as good:
            client = TestClient(good.app)
            for path in ("alias?limit", "types?limit", "types?per_page", "types?page_size", "checked?limit"):
                assert client.get(f"/{path}=1000000").status_code in (400, 422), path
            assert client.get("/clamped?limit=1000000").json() == 120


class TestUploadAsBytes:
    def test_the_handler_gets_all_of_it(self) -> None:
        with imported("FAL225", "bad.py") as bad, imported("FAL225", "good.py") as good:
            files = {"photo": b"x" * 100_000}
            for example in (bad, good):
                assert TestClient(example.app).post("/photos", files=files).json() == 100_000


class TestModelWithoutDepends:
    def test_the_client_is_whoever_he_says(self) -> None:
        with imported("FAL237", "bad.py") as bad, imported("FAL237", "good.py") as good:
            mallory: dict[str, Any] = {"json": {"name": "Mallory", "is_admin": True}}
            assert TestClient(bad.app).request("DELETE", "/users/ada", **mallory).status_code == 204
            assert TestClient(good.app).request("DELETE", "/users/ada", **mallory).status_code == 401

    def test_other_modules(self) -> None:
        with imported("FAL237", "bad_modules") as bad:
            operation = bad.app.openapi()["paths"]["/orders"]["post"]
            assert "requestBody" in operation


class TestListParameterIsBody:
    def test_query_is_not_read(self) -> None:
        with imported("FAL238", "bad.py") as bad, imported("FAL238", "good.py") as good:
            path = "/books?title=Emma&tags=a&tags=b"
            assert TestClient(bad.app).post(path).json()["detail"][0]["loc"] == ["body"]
            assert TestClient(good.app).post(path).json() == "Emma: ['a', 'b']"

    def test_every_spelling_is_a_body(self) -> None:
        with imported("FAL238", "bad_spellings.py") as bad:
            operation = bad.app.openapi()["paths"]["/books"]["put"]
            assert "parameters" not in operation


class TestOptionalWithoutDefault:
    def test_required_all_the_same(self) -> None:
        for case, status in (("bad.py", 422), ("good.py", 201)):
            with imported("FAL230", case) as example:
                client = TestClient(example.app)
                assert client.post("/orders", json={"number": 1}).status_code == status
                assert client.get("/books").status_code == (422 if status == 422 else 200)

    def test_every_spelling_is_required(self) -> None:
        with imported("FAL230", "bad_spellings.py") as bad:
            client = TestClient(bad.app)
            missing = client.put("/orders", json={"order": {"lines": [{}]}}).json()["detail"]
            assert {str(each["loc"][-1]) for each in missing} == {
                *("text", "page", "x-name", "session", "more", "note"),
            }
            assert client.post("/form").status_code == 422

    def test_look_alikes_are_not(self) -> None:
        with imported("FAL230", "good_look_alikes.py") as good:
            assert TestClient(good.app).get("/books/1?anything=1").status_code == 200
            for path in ("/taken", "/filled", "/made"):
                body = {"anything": 1} if path == "/taken" else {}
                assert TestClient(good.app).post(path, json=body).status_code == 200, path
