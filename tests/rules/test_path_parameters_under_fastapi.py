"""What is said of path parameters is what FastAPI's own OpenAPI document says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from fastapi_lint.application.application import Application
from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.project import load_application
from tests.rules.framework import RULES, imported

_UNREAL = {"good_foreign_decorators.py", "good_request_handed_on.py", "good_unknown.py"}
"""They import libraries that do not exist."""
_CASES = [
    (code, case.name)
    for code in ("FAL203", "FAL204")
    for case in sorted((RULES / code).iterdir())
    if case.name not in (*_UNREAL, "__pycache__")
]


def documented(app: FastAPI) -> dict[str, dict[str, str]]:
    """Where FastAPI reads each parameter, by path and method."""
    return {
        f"{method.upper()} {path}": {each["name"]: each["in"] for each in operation.get("parameters", [])}
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    }


def template(path: str) -> set[str]:
    """The variables in a path of the OpenAPI document."""
    return set(re.findall(r"{(\w+)}", path))


def derived(case: Path, project: Path) -> Application:
    """What we say of an example, in a project of its own."""
    project.joinpath("pyproject.toml").write_text('[project]\nname = "example"\n')
    if case.is_dir():
        shutil.copytree(case, project, dirs_exist_ok=True)
    else:
        shutil.copy(case, project)
    return load_application(load_settings([str(project)], isolated=True), [str(project)])


def shown(path: str) -> str:
    """A path as the OpenAPI document writes it."""
    return re.sub(r"{(\w+):\w+}", r"{\1}", path)


@pytest.mark.parametrize(("code", "case"), _CASES)
def test_verdicts_agree_with_openapi(code: str, case: str, tmp_path: Path) -> None:
    ours = derived(RULES / code / case, tmp_path)
    with imported(code, case) as module:
        theirs = documented(module.app)
    compared = 0
    for route in ours.routes:
        for key in (f"{method} {shown(route.path)}" for method in route.methods):
            if route.app is None or key not in theirs:
                continue
            places, variables = theirs[key], template(key)
            from_path = {name for name, place in places.items() if place == "path"}
            unmatched = ours.routing.unmatched_parameters.by_route.get(route, ())
            assert {
                each.parameter.external_name for each in unmatched if each.is_declared
            } == from_path - variables
            for each in unmatched:
                assert each.is_declared or places[each.parameter.external_name] == "query"
                assert each.variable is None or each.variable in variables - from_path
            assert set(route.resolution.unused_path_parameters) <= variables - from_path
            compared += 1
    assert compared == len(theirs)


def test_declared_and_missing_is_always_422() -> None:
    with imported("FAL204", "bad.py") as bad, imported("FAL204", "good.py") as good:
        for query in ("", "?order_id=1"):
            assert TestClient(bad.app).get(f"/orders{query}").status_code == 422
        assert TestClient(good.app).get("/orders/1").json() == 1


def test_another_name_is_read_from_the_query() -> None:
    with imported("FAL204", "bad.py") as bad, imported("FAL204", "good.py") as good:
        client = TestClient(bad.app)
        assert client.get("/items/1").status_code == 422
        assert client.get("/items/1?item_id=2").json() == 2
        assert TestClient(good.app).get("/items/1").json() == 1


def test_other_spellings() -> None:
    with imported("FAL204", "bad_spellings.py") as bad:
        client = TestClient(bad.app)
        for path in (
            "users/1",
            "items/1",
            "orders/1",
            "shops/1/parts/2",
            "teams/1/name",
            "files/a",
            "years/1",
        ):
            assert client.get(f"/{path}").status_code == 422, path
        assert client.get("/parcels/7").json() is None
        for path in ("/rooms/1", "/live"):
            with pytest.raises(WebSocketDisconnect), client.websocket_connect(path):
                pass


def test_path_of_a_mount_counts() -> None:
    with imported("FAL204", "good_prefixes.py") as good:
        client = TestClient(good.app)
        assert client.get("/shops/north/name").json() == "north"
        assert client.get("/a/b/items/3").json() == "a b 3"


def test_unused_variables_are_ignored() -> None:
    with imported("FAL203", "bad_request_elsewhere.py") as bad:
        client = TestClient(bad.app)
        first, second = (client.get(f"/api/users/{each}") for each in ("1", "anything"))
        assert first.status_code == 200
        assert first.json() == second.json()


def test_request_is_read() -> None:
    with imported("FAL203", "good_request_in_helpers") as good:
        client = TestClient(good.app)
        assert client.get("/parts/7").json() == "7"
        assert client.get("/orders/7").json() == {"order_id": "7"}
        assert client.get("/halls/private").status_code == 403
