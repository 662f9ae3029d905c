"""What the rules about routes say of FastAPI is what FastAPI does."""

from __future__ import annotations

import inspect
import warnings

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
