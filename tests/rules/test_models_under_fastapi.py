"""What the rules about response models and models in general say is what FastAPI does."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from tests.rules.framework import imported


def app_of(module: Any) -> FastAPI:
    """A module's app, or one with its router."""
    if hasattr(module, "app"):
        app: FastAPI = module.app
        return app
    app = FastAPI()
    app.include_router(module.router)
    return app


class TestUntypedResponseModel:
    def test_openapi_says_nothing(self) -> None:
        with imported("FAL302", "bad_types.py") as bad:
            document = app_of(bad).openapi()
            for path, operations in document["paths"].items():
                schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                assert "properties" not in repr(schema), path

    def test_base_model_sends_no_field(self) -> None:
        with imported("FAL302", "bad_types.py") as bad:
            assert TestClient(app_of(bad)).get("/base").json() == {}

    def test_a_model_is_documented(self) -> None:
        with imported("FAL302", "good.py") as good:
            assert "Book" in good.app.openapi()["components"]["schemas"]


class TestInconsistentResponseShape:
    def test_keys_depend_on_the_request(self) -> None:
        with imported("FAL310", "bad.py") as bad, imported("FAL310", "good.py") as good:
            keys = [
                {frozenset(TestClient(module.app).get(f"/books/{number}").json()) for number in (1, 2)}
                for module in (bad, good)
            ]
            assert [len(each) for each in keys] == [2, 1]


class TestSameModelInAndOut:
    @pytest.mark.parametrize(("case", "number"), [("bad.py", 99), ("good.py", 1)])
    def test_client_sets_the_identifier(self, case: str, number: int) -> None:
        with imported("FAL313", case) as module:
            response = TestClient(module.app).post("/books", json={"id": 99, "title": "Dune"})
            assert response.json()["id"] == number

    def test_answer_lacks_the_identifier(self) -> None:
        with imported("FAL313", "bad_modules") as bad:
            assert TestClient(bad.app).post("/books", json={"title": "Dune"}).json() == {"title": "Dune"}


class TestUnexposedOrmResponse:
    def test_row_is_empty_after_a_commit(self) -> None:
        with imported("FAL315", "bad.py") as bad, imported("FAL315", "good.py") as good:
            with pytest.raises(ValidationError, match="Field required"):
                TestClient(bad.app).post("/books/Dune")
            assert TestClient(good.app).post("/books/Dune").json() == {"id": 1, "title": "Dune"}

    def test_models_that_read_no_attributes_refuse_a_row(self) -> None:
        with imported("FAL315", "bad.py") as bad, pytest.raises(ValidationError, match="instance of Book"):
            bad.Book.model_validate(bad.BookRow(id=1, title="Dune"))


class TestEllipsisDefault:
    @pytest.mark.parametrize("case", ["", "_markers"])
    def test_safe_fix_leaves_openapi_alone(self, case: str) -> None:
        with imported("FAL317", f"bad{case}.py") as bad, imported("FAL317", f"fixed{case}.py") as fixed:
            assert app_of(bad).openapi() == app_of(fixed).openapi()

    def test_parameters_stay_required(self) -> None:
        with imported("FAL317", "fixed.py") as fixed:
            assert TestClient(fixed.app).get("/books").status_code == 422
            with pytest.raises(ValidationError):
                fixed.Book()


class TestRootModel:
    def test_type_alone_is_documented_alike(self) -> None:
        with imported("FAL318", "bad.py") as bad, imported("FAL318", "good.py") as good:
            for module in (bad, good):
                assert TestClient(module.app).post("/tags", json=["a"]).json() == ["a"]
                assert TestClient(module.app).post("/tags", json=[1]).status_code == 422


class TestForbiddenExtraShared:
    @pytest.mark.parametrize(("case", "status"), [("bad.py", 422), ("good.py", 200)])
    def test_documented_parameter_is_refused(self, case: str, status: int) -> None:
        with imported("FAL319", case) as module:
            response = TestClient(module.app).get("/books", params={"number": 1, "q": "dune"})
            assert response.status_code == status

    @pytest.mark.parametrize(
        ("method", "path", "given"),
        [
            ("GET", "/models", {"params": {"text": "a"}}),
            ("GET", "/dependency", {"params": {"text": "a"}}),
            ("POST", "/form", {"data": {"text": "a", "title": "b"}}),
            ("GET", "/cookie", {"headers": {"cookie": "session=a"}}),
        ],
    )
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_every_way(self, method: str, path: str, given: dict[str, Any]) -> None:
        with imported("FAL319", "bad_ways.py") as bad:
            assert TestClient(app_of(bad)).request(method, path, **given).status_code == 422

    @pytest.mark.parametrize("path", ["/free", "/loosened"])
    def test_look_alikes_take_all(self, path: str) -> None:
        with imported("FAL319", "good_look_alikes.py") as good:
            assert TestClient(app_of(good)).get(path, params={"q": "a"}).status_code == 200


class TestManualSerialisation:
    def test_nothing_changes_without_it(self) -> None:
        with imported("FAL320", "bad_ways.py") as bad, imported("FAL320", "fixed_ways.py") as fixed:
            before, after = TestClient(app_of(bad)), TestClient(app_of(fixed))
            paths = [
                "/encoder",
                "/module?number=0",
                "/module?number=1",
                "/dict?novel=1",
                "/dict?novel=0",
                "/list",
            ]
            for path in [*paths, "/encoded-list", "/variable"]:
                assert before.get(path).json() == after.get(path).json(), path


class TestWidenedResponseUnion:
    def test_wider_member_takes_all(self) -> None:
        with imported("FAL323", "bad.py") as bad, imported("FAL323", "good.py") as good:
            assert "email" in TestClient(bad.app).get("/users/1").json()
            assert "email" not in TestClient(good.app).get("/users/1").json()

    @pytest.mark.parametrize("path", ["/dump", "/other?short=0", "/list"])
    def test_every_way(self, path: str) -> None:
        with imported("FAL323", "bad_ways.py") as bad:
            assert "price" in TestClient(app_of(bad)).get(path).text

    @pytest.mark.parametrize("path", ["/objects?short=1", "/dict", "/one"])
    def test_look_alikes_are_not_widened(self, path: str) -> None:
        with imported("FAL323", "good_look_alikes.py") as good:
            assert "price" not in TestClient(app_of(good)).get(path).text
