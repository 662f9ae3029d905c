"""What the rules about responses and models say of FastAPI is what FastAPI does."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import PydanticUserError
from sqlalchemy.orm import clear_mappers
from sqlmodel import SQLModel

from fastapi_lint.knowledge.sensitive import is_sensitive
from tests.rules.framework import RULES, imported

SECRETS = {"hunter2", "hunter22", "$argon2id$", "k-123", "s-123"}


def cases(code: str, kind: str, *, without: tuple[str, ...] = ()) -> list[str]:
    """The examples of a rule, but for those that need packages which do not exist."""
    found = [
        path.name for path in sorted((RULES / code).glob(f"{kind}*")) if path.is_dir() or path.suffix == ".py"
    ]
    return [name for name in found if name.removesuffix(".py") not in without]


@pytest.fixture(autouse=True)
def no_tables() -> None:
    """Each example declares its own tables."""
    forget_tables()


def forget_tables() -> None:
    clear_mappers()
    SQLModel.metadata.clear()


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of every route, with values for the variables of its path."""
    for context in iter_route_contexts(app.routes):
        route, path = context.original_route, context.path
        if isinstance(route, APIRoute) and path is not None:
            for parameter in route.param_convertors:
                path = path.replace(f"{{{parameter}}}", "1")
            yield min(route.methods or ()), path


def keys(answer: Any) -> Iterator[str]:
    """Every key of a JSON document."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield key
            yield from keys(value)
    elif isinstance(answer, list):
        for each in answer:
            yield from keys(each)


def values(answer: Any) -> Iterator[Any]:
    """Every value of a JSON document that is no list or object."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list):
        for each in answer:
            yield from values(each)
    else:
        yield answer


def answers(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """What every route of an example answers that does so without a body."""
    client = TestClient(module.app, raise_server_exceptions=False)
    for method, path in routes(module.app):
        answer = client.request(method, path, json={"name": "ada", "password": "hunter22"})
        if answer.status_code < 300 and answer.headers.get("content-type") == "application/json":
            yield f"{method} {path}", answer.json()


class TestRedundantResponseModel:
    @pytest.mark.parametrize("case", cases("FAL303", "fixed"))
    def test_fix_changes_nothing(self, case: str) -> None:
        with imported("FAL303", case.replace("fixed", "bad")) as bad, imported("FAL303", case) as fixed:
            assert bad.app.openapi() == fixed.app.openapi()


class TestSensitiveFieldInResponseModel:
    @pytest.mark.parametrize("case", cases("FAL304", "bad", without=("bad_factory",)))
    def test_secret_is_sent(self, case: str) -> None:
        with imported("FAL304", case) as bad:
            found = dict(answers(bad))
            assert found
            for route, answer in found.items():
                assert any(is_sensitive(key) for key in keys(answer)), route

    def test_factory(self) -> None:
        with imported("FAL304", "bad_factory.py") as bad:
            client = TestClient(bad.app)
            assert client.get("/users/").json() == [{"name": "ada"}]
            assert "hashed_password" in client.get("/accounts/").json()[0]

    @pytest.mark.parametrize(
        "case",
        cases("FAL304", "good", without=("good_unknown", "good_handed_out")),
    )
    def test_secret_is_not_sent(self, case: str) -> None:
        with imported("FAL304", case) as good:
            for route, answer in answers(good):
                assert SECRETS.isdisjoint(values(answer)), route


class TestSensitiveValueReturned:
    @pytest.mark.parametrize("case", cases("FAL305", "bad"))
    def test_secret_is_sent(self, case: str) -> None:
        with imported("FAL305", case) as bad:
            found = dict(answers(bad))
            assert found
            for route, answer in found.items():
                assert any(is_sensitive(key) for key in keys(answer)), route

    @pytest.mark.parametrize("case", ["good.py", "good_filtered.py"])
    def test_secret_is_not_sent(self, case: str) -> None:
        with imported("FAL305", case) as good:
            found = dict(answers(good))
            assert found
            for route, answer in found.items():
                assert SECRETS.isdisjoint(values(answer)), route


class TestDoubleEncodedJson:
    @pytest.mark.parametrize(
        "path", ["/model", "/renamed", "/variable", "/annotated-as-text", "/default-class"]
    )
    def test_is_a_string(self, path: str) -> None:
        with imported("FAL307", "bad_encoders.py") as bad:
            assert isinstance(TestClient(bad.app).get(path).json(), str)

    def test_is_no_value_of_the_model(self) -> None:
        with imported("FAL307", "bad_encoders.py") as bad, imported("FAL307", "fixed_encoders.py") as fixed:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.get("/annotated-with-a-model").status_code == 500
            answer = TestClient(fixed.app).get("/annotated-with-a-model").json()
            assert answer == {"fruit": "apple", "cents": 3}

    def test_look_alikes(self) -> None:
        with imported("FAL307", "good_text.py") as good:
            client = TestClient(good.app)
            for path in ("/plain", "/default", "/parsed", "/own-method", "/inside"):
                assert isinstance(client.get(path).json(), dict), path


class TestBodyWithBodilessStatus:
    @pytest.mark.parametrize("case", ["bad_refused.py", "bad_refused_model.py"])
    def test_is_refused_at_import(self, case: str) -> None:
        with pytest.raises(AssertionError, match="must not have a response body"), imported("FAL308", case):
            pass

    def test_value_is_dropped(self) -> None:
        with imported("FAL308", "bad_at_run_time.py") as bad:
            client = TestClient(bad.app)
            for path in ("/status", "/branch", "/reset"):
                assert client.get(path).content == b"", path

    def test_json_response_sends_its_body(self) -> None:
        with imported("FAL308", "bad.py") as bad, imported("FAL308", "bad_at_run_time.py") as more:
            assert TestClient(bad.app).delete("/orders/1").content == b'{"deleted":1}'
            assert TestClient(more.app).get("/none").content == b"null"

    def test_look_alikes(self) -> None:
        with imported("FAL308", "good_other_statuses.py") as good:
            client = TestClient(good.app)
            assert client.get("/own-response").json() == {"a": 1}
            assert client.get("/branch").json() == client.get("/replaced").json() == [1]


class TestUncheckedNoneResult:
    @pytest.mark.parametrize("case", cases("FAL309", "bad"))
    def test_is_a_server_error(self, case: str) -> None:
        with imported("FAL309", case) as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            for _, path in routes(bad.app):
                assert client.get(path).status_code == 500, path

    def test_look_alikes(self) -> None:
        with imported("FAL309", "good_checks.py") as good:
            client = TestClient(good.app, raise_server_exceptions=False)
            unlike = {"/used/1", "/assert/1"}
            for _, path in routes(good.app):
                assert client.get(path).status_code != 500 or path in unlike, path


class TestValidatorReturnsNothing:
    def test_field_becomes_none(self) -> None:
        with imported("FAL311", "bad.py") as bad, imported("FAL311", "fixed.py") as fixed:
            user = {"name": "ada"}
            assert TestClient(bad.app).post("/users", json=user).json() == "hello None"
            assert TestClient(fixed.app).post("/users", json=user).json() == "hello ada"

    def test_body_becomes_none(self) -> None:
        with imported("FAL311", "bad_kinds.py") as bad:
            client = TestClient(bad.app)
            assert client.post("/ranges", json={"low": 1, "high": 2}).json() == "None"
            assert client.post("/tickets", json={"price": 0}).json() == "Ticket(price=None)"


class TestMisorderedValidator:
    def test_never_runs(self) -> None:
        with imported("FAL312", "bad.py") as bad, imported("FAL312", "fixed.py") as fixed:
            blank = {"name": " "}
            assert TestClient(bad.app).post("/users", json=blank).status_code == 200
            assert TestClient(fixed.app).post("/users", json=blank).status_code == 422

    @pytest.mark.parametrize("case", ["bad_uncalled.py", "bad_unknown_field.py", "bad_alias.py"])
    def test_is_refused_at_import(self, case: str) -> None:
        with pytest.raises(PydanticUserError), imported("FAL312", case):
            pass

    def test_look_alikes_are_not(self) -> None:
        with imported("FAL312", "good_other_orders.py") as good:
            assert good.User.make().title == "ada"


class TestHttpExceptionInValidator:
    def test_other_mistakes_are_not_told(self) -> None:
        with imported("FAL316", "bad.py") as bad, imported("FAL316", "fixed.py") as fixed:
            wrong = {"name": " ", "age": "old"}
            answer = TestClient(bad.app).post("/users", json=wrong)
            assert answer.status_code == 400 and answer.json() == {"detail": "a name is not blank"}
            answer = TestClient(fixed.app).post("/users", json=wrong)
            assert answer.status_code == 422 and len(answer.json()["detail"]) == 2

    def test_comes_out_of_other_code(self) -> None:
        with imported("FAL316", "bad_kinds.py") as bad, pytest.raises(HTTPException):
            bad.Range(low=4)


class TestResponseBypassesModel:
    @pytest.mark.parametrize("case", cases("FAL306", "bad"))
    def test_nothing_is_filtered(self, case: str) -> None:
        with imported("FAL306", case) as bad:
            found = dict(answers(bad))
            assert found
            for route, answer in found.items():
                assert "email" in set(keys(answer)), route

    def test_model_filters_data(self) -> None:
        with imported("FAL306", "good.py") as good:
            assert TestClient(good.app).get("/users/ada").json() == {"name": "ada"}


class TestTableModelAsBody:
    def test_is_not_validated(self) -> None:
        with imported("FAL314", "bad.py") as bad:
            assert TestClient(bad.app).post("/users", json={"name": [1]}).json() == "hello [1]"
        forget_tables()
        with imported("FAL314", "good.py") as good:
            assert TestClient(good.app).post("/users", json={"name": [1]}).status_code == 422


class TestNonJsonExceptionDetail:
    @pytest.mark.parametrize(("case", "path"), [("bad.py", "/number/x"), ("bad_values.py", "")])
    def test_is_a_server_error(self, case: str, path: str) -> None:
        with imported("FAL321", case) as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            for each in [path] if path else [found for _, found in routes(bad.app)]:
                assert client.get(each).status_code == 500, each

    @pytest.mark.parametrize("case", ["good_values.py", "good_own_handler.py"])
    def test_look_alikes(self, case: str) -> None:
        with imported("FAL321", case) as good:
            client = TestClient(good.app, raise_server_exceptions=False)
            for _, path in routes(good.app):
                assert client.get(path).status_code == 400, path


class TestUnfilteredNoneAnnotation:
    def test_everything_is_sent(self) -> None:
        with imported("FAL322", "bad_branches.py") as bad:
            client = TestClient(bad.app)
            assert client.get("/users/ada").json() == {"name": "ada", "password": "hunter2"}
            assert client.get("/users/").json() == [{"name": "ada", "password": "hunter2"}]


class TestDiscardedResponseParameter:
    def test_is_lost(self) -> None:
        with imported("FAL324", "bad_changes.py") as bad, imported("FAL324", "bad.py") as login:
            client = TestClient(bad.app, follow_redirects=False)
            for path in ("/header", "/status", "/branch", "/named"):
                answer = client.get(path)
                assert not {"x-a", "set-cookie"} & set(answer.headers) and answer.status_code != 201, path
            assert "set-cookie" in client.get("/branch?away=false").headers
            assert "set-cookie" not in TestClient(login.app).post("/login").headers

    def test_is_kept(self) -> None:
        with imported("FAL324", "good_kept.py") as good:
            client = TestClient(good.app)
            for path in ("/data", "/same", "/nothing", "/either", "/merged", "/handed", "/own-name"):
                assert "x-a" in client.get(path).headers, path


class TestMissingResponseModel:
    def test_nothing_is_filtered(self) -> None:
        with imported("FAL301", "bad_known_types.py") as bad:
            schema = bad.app.openapi()["paths"]["/awaited"]["get"]["responses"]["200"]
            assert schema["content"]["application/json"]["schema"] == {}

    def test_annotation_is_a_response_model(self) -> None:
        with imported("FAL301", "fixed_known_types.py") as fixed:
            schema = fixed.app.openapi()["paths"]["/awaited"]["get"]["responses"]["200"]
            assert schema["content"]["application/json"]["schema"]["items"] == {
                "$ref": "#/components/schemas/User"
            }
