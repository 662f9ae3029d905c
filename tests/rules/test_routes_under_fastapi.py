"""What the rules about routes and parameters say of FastAPI is what FastAPI does."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import NoMatchFound

from tests.rules.framework import imported


def paths(app: FastAPI) -> list[str]:
    """The paths that OpenAPI shows."""
    return list(app.openapi()["paths"])


_NEEDS_BODY_LIMIT = pytest.mark.skipif(
    "max_body_size" not in inspect.signature(FastAPI.__init__).parameters, reason="needs fastapi>=0.165"
)


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


class TestUnknownKeyword:
    @pytest.mark.parametrize("case", ["bad.py", "bad_places.py"])
    def test_new_versions_raise(self, case: str) -> None:
        with pytest.raises(TypeError, match="unexpected keyword argument"), imported("FAL233", case):
            pass

    @pytest.mark.parametrize("case", ["good.py", pytest.param("good_new_version", marks=_NEEDS_BODY_LIMIT)])
    def test_known_keywords_are_accepted(self, case: str) -> None:
        with imported("FAL233", case) as good:
            assert good.app.openapi()


class TestMisusedRouteDecorator:
    def test_silent_slips(self) -> None:
        with imported("FAL236", "bad.py") as bad, imported("FAL236", "good.py") as good:
            client = TestClient(bad.app)
            assert client.get("/items").status_code == 404
            assert client.get("/orders").status_code == 404
            assert bad.app.openapi()["paths"]["/users"]["get"]["tags"] == list("users")
            assert TestClient(good.app).get("/orders").status_code == 200

    def test_nothing_is_registered(self) -> None:
        with imported("FAL236", "bad_not_called.py") as bad:
            assert paths(bad.app) == paths(bad.make()) == []
            assert not bad.router.routes

    def test_paths(self) -> None:
        with imported("FAL236", "bad_paths.py") as bad:
            client = TestClient(bad.app)
            assert client.get("/itemsrecent").json() == "recent"
            assert client.get("/items7").json() == 7
            assert client.get("/apiabout").json() == "about"
            for path in ("", "/", "/health", "/items/recent", "/items/7", "/api/about"):
                assert client.get(path).status_code == 404, path

    def test_strings_are_taken_letter_by_letter(self) -> None:
        with imported("FAL236", "bad_strings.py") as bad:
            assert TestClient(bad.app).get("/items").status_code == 405
            assert bad.app.openapi()["paths"]["/orders"]["get"]["tags"] == list("orders")

    def test_refused(self) -> None:
        with pytest.raises(TypeError, match="positional argument"), imported("FAL236", "bad_refused.py"):
            pass

    def test_look_alikes_are_served(self) -> None:
        with imported("FAL236", "good_look_alikes.py") as good:
            client = TestClient(good.app)
            for path in ("/items", "/items.json", "/items/any/thing", "/both", "/nested"):
                assert client.get(path).status_code == 200, path
            assert client.post("/items:cancel").json() == "cancelled"


class TestFlaskPathSyntax:
    def test_variables_are_plain_text(self) -> None:
        with imported("FAL207", "bad.py") as bad, imported("FAL207", "fixed.py") as fixed:
            for path in ("/users/1", "/orders/1"):
                assert TestClient(bad.app).get(path).status_code == 404
                assert TestClient(fixed.app).get(path).json() == 1

    def test_every_spelling(self) -> None:
        with imported("FAL207", "bad_spellings.py") as bad:
            client = TestClient(bad.app)
            for path in ("a/1/b/2", "c/1", "d/1/e", "f/1/2", "g/1", "h/1", "i/1"):
                assert client.get(f"/api/{path}").status_code == 404, path
            assert client.get("/j/1").status_code == 404


class TestTupleResponse:
    def test_error_is_a_success(self) -> None:
        with imported("FAL208", "bad.py") as bad, imported("FAL208", "fixed.py") as fixed:
            answer = TestClient(bad.app).get("/items/2")
            assert (answer.status_code, answer.json()) == (200, [{"error": "no such item"}, 404])
            assert TestClient(fixed.app).get("/items/2").status_code == 404

    def test_with_a_model_it_fails(self) -> None:
        with imported("FAL208", "bad_spellings.py") as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.post("/api/items", json={"name": "a"}).status_code == 200
            assert client.put("/api/items", json={"name": "a"}).json()[1] == 202
            assert client.get("/api/model").status_code == 500
            assert client.get("/api/declared").status_code == 500

    def test_look_alikes_are_meant(self) -> None:
        with imported("FAL208", "good_flask_decorator.py") as good:
            assert TestClient(good.app).get("/items").status_code == 404
        with imported("FAL208", "good_look_alikes.py") as good:
            for path in ("typed", "model", "anything", "size", "pair", "count", "number"):
                assert TestClient(good.app).get(f"/{path}").status_code == 200, path


class TestBypassedDecorator:
    def test_decorator_above_the_route_protects_nothing(self) -> None:
        with imported("FAL235", "bad.py") as bad, imported("FAL235", "fixed.py") as fixed:
            assert TestClient(bad.app).delete("/users?name=Mallory").status_code == 200
            assert TestClient(fixed.app).delete("/users?name=Mallory").status_code == 403
            assert TestClient(fixed.app).delete("/users?name=admin").status_code == 200

    def test_wrapper_hides_parameters(self) -> None:
        with imported("FAL235", "bad_no_wraps.py") as bad, imported("FAL235", "fixed_no_wraps.py") as fixed:
            for path in ("/items?page=2", "/orders", "/users"):
                assert TestClient(bad.app).get(path).status_code == 422
                assert TestClient(fixed.app).get(path).status_code == 200


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


class TestUnknownRouteName:
    def test_links_fail(self) -> None:
        with imported("FAL231", "bad.py") as bad, imported("FAL231", "good.py") as good:
            assert TestClient(bad.app, raise_server_exceptions=False).get("/").status_code == 500
            assert TestClient(good.app).get("/").json() == ["http://testserver/users/1"]

    def test_names_and_variables_of_other_modules(self) -> None:
        with imported("FAL231", "bad_modules") as bad:
            client = TestClient(bad.app)
            for path in ("/renamed", "/paths", "/app"):
                with pytest.raises(NoMatchFound):
                    client.get(path)
            with pytest.raises(NoMatchFound), client.websocket_connect("/live") as live:
                live.receive_text()

    def test_names_of_mounts_and_of_fastapi(self) -> None:
        with imported("FAL231", "good_mounts") as good:
            client = TestClient(good.app)
            assert len(client.get("/").json()) == 10
            assert client.get("/docs-here").status_code == 200


class TestStatusOfSuccess:
    def test_creation(self) -> None:
        with imported("FAL217", "bad.py") as bad:
            assert "200" in bad.app.openapi()["paths"]["/books"]["post"]["responses"]

    def test_creation_in_layers(self) -> None:
        with imported("FAL217", "bad_layers") as bad:
            client = TestClient(bad.app)
            for path in ("/api/orders", "/v2/orders/statement", "/api/orders/checkout"):
                assert client.post(path, json={"customer": "Ada"}).status_code == 200, path

    def test_deletion_sends_null(self) -> None:
        with imported("FAL218", "bad.py") as bad, imported("FAL218", "fixed.py") as fixed:
            answer = TestClient(bad.app).delete("/books/1")
            assert (answer.status_code, answer.text) == (200, "null")
            answer = TestClient(fixed.app).delete("/books/1")
            assert (answer.status_code, answer.text) == (204, "")

    def test_every_spelling_of_nothing(self) -> None:
        with imported("FAL218", "bad_spellings.py") as bad:
            for path in ("/books/none", "/books/return", "/shelf/1"):
                assert TestClient(bad.app).delete(path).text == "null", path

    def test_accepted(self) -> None:
        for case, status in (("bad.py", 200), ("fixed.py", 202)):
            with imported("FAL219", case) as example:
                assert TestClient(example.app).post("/mails?address=a").status_code == status


class TestUnboundedPagination:
    def test_any_number_gets_through(self) -> None:
        with imported("FAL223", "bad.py") as bad, imported("FAL223", "good.py") as good:
            assert len(TestClient(bad.app).get("/books?limit=10000").json()) == 10_000
            assert TestClient(good.app).get("/books?limit=10000").status_code == 422

    def test_every_spelling(self) -> None:
        with imported("FAL223", "bad_spellings.py") as bad:
            client = TestClient(bad.app)
            for path in ("a?per_page", "b?pageSize", "c?limit", "d?size", "d?take", "d?max_results"):
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


class TestMultiMethodRoute:
    def test_operations_share_an_id(self) -> None:
        with imported("FAL221", "bad.py") as bad, imported("FAL221", "good.py") as good:
            for example, count in ((bad, 1), (good, 2)):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    operations = example.app.openapi()["paths"]["/books"]
                assert len({each["operationId"] for each in operations.values()}) == count


class TestRouterOptionsAtInclude:
    def test_the_routes_are_the_same(self) -> None:
        with imported("FAL222", "bad.py") as bad, imported("FAL222", "good.py") as good:
            assert bad.app.openapi() == good.app.openapi()


class TestInconsistentTrailingSlash:
    def test_neighbours_are_redirected(self) -> None:
        with imported("FAL224", "bad.py") as bad, imported("FAL224", "good.py") as good:
            for example, status in ((bad, 307), (good, 200)):
                client = TestClient(example.app, follow_redirects=False)
                assert client.get("/books/new").status_code == status


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
