"""What the dumper says of small applications whose routes are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.oracle.runtime_routes import dump_in_child


def dump(directory: Path, source: str, target: str = "service") -> dict[str, Any]:
    directory.joinpath("service.py").write_text(source)
    return dump_in_child(target, [str(directory)])


def routes(directory: Path, source: str) -> list[dict[str, Any]]:
    (app,) = dump(directory, source)["apps"]
    rows: list[dict[str, Any]] = app["routes"]
    return rows


def test_included_routes_stand_where_the_router_was_included(tmp_path: Path) -> None:
    rows = routes(
        tmp_path,
        """
from fastapi import APIRouter, FastAPI
app, router = FastAPI(), APIRouter(prefix="/r", tags=["router"])
@app.get("/first")
def first(): ...
@router.post("/{item}", status_code=201, response_model=list[int])
async def second(item): ...
app.include_router(router, prefix="/v1", tags=["include"])
@app.get("/third", include_in_schema=False)
def third(): ...
""",
    )
    assert [(row["path"], row["methods"], row["handler"]) for row in rows] == [
        ("/first", ["GET"], "service:first"),
        ("/v1/r/{item}", ["POST"], "service:second"),
        ("/third", ["GET"], "service:third"),
    ]
    second = rows[1]
    assert second["tags"] == ["include", "router"]
    assert (second["status_code"], second["response_model"], second["is_async"]) == (201, "list[int]", True)
    assert second["path_parameters"] == ["item"]
    assert [row["include_in_schema"] for row in rows] == [True, True, False]


def test_dependencies_are_flattened_from_the_app_inwards(tmp_path: Path) -> None:
    (row,) = routes(
        tmp_path,
        """
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer
bearer = HTTPBearer(scheme_name="token")
class Limit:
    def __call__(self): ...
def user(token=Depends(bearer)): ...
def of_app(): ...
def of_include(again=Depends(of_app)): ...
def of_router(): ...
def of_decorator(): ...
app = FastAPI(dependencies=[Depends(of_app)])
router = APIRouter(dependencies=[Depends(of_router)])
@router.get("/", dependencies=[Depends(of_decorator), Depends(Limit())])
def index(who=Depends(user), token=Depends(bearer)): ...
app.include_router(router, dependencies=[Depends(of_include)])
""",
    )
    assert [names[0] for names in row["dependencies"]] == [
        "service:of_app",
        "service:of_include",
        "service:of_router",
        "service:of_decorator",
        "service:Limit",
        "service:user",
        "fastapi.security.http:HTTPBearer",
    ]
    assert row["dependencies"][-1][1:] == ["service:bearer"]
    assert row["security"] == [["token", "HTTPBearer", "bearer"]]


def test_handlers_are_named_after_what_was_written(tmp_path: Path) -> None:
    rows = routes(
        tmp_path,
        """
import functools
from fastapi import FastAPI
app = FastAPI()
def wrapped(function):
    @functools.wraps(function)
    async def inner(*args): return function(*args)
    return inner
def bare(function):
    def inner(): return function()
    return inner
class View:
    def __call__(self): ...
    def method(self): ...
class Derived(View): ...
def plain(flag=1): ...
@app.get("/wrapped")
@wrapped
def one(): ...
@app.get("/bare")
@bare
def two(): ...
app.add_api_route("/partial", functools.partial(plain, flag=2))
app.add_api_route("/instance", view := Derived())
app.add_api_route("/method", view.method)
app.add_api_route("/lambda", lambda: 1)
""",
    )
    handlers = [row["handler"] for row in rows]
    assert handlers[0] == "service:one"
    assert rows[0]["is_async"]
    assert rows[1]["handler_names"] == ["service:bare.<locals>.inner", "service:two"]
    assert handlers[2:] == ["service:plain", "service:Derived", "service:View.method", "service:<lambda>"]
    assert [row["name"] for row in rows[2:]] == ["partial", "Derived", "method", "<lambda>"]


def test_response_models_are_source_text_without_modules(tmp_path: Path) -> None:
    rows = routes(
        tmp_path,
        """
import typing
from fastapi import FastAPI, Response
from pydantic import BaseModel
class Item(BaseModel): ...
T = typing.TypeVar("T")
class Page(BaseModel, typing.Generic[T]): ...
app = FastAPI()
for number, model in enumerate([
    typing.List[Item], typing.Optional[Item], Page[Item], dict[str, typing.Any], typing.Annotated[Item, 1],
    typing.Literal["a"], None,
]):
    app.add_api_route(f"/{number}", lambda: 1, response_model=model)
@app.get("/response")
def response() -> Response: ...
@app.get("/quoted")
def quoted() -> "Item | None": ...
""",
    )
    assert [row["response_model"] for row in rows] == [
        "list[Item]",
        "Item | None",
        "Page[Item]",
        "dict[str, Any]",
        "Item",
        "Literal['a']",
        None,
        None,
        "Item | None",
    ]


def test_factories_are_called_and_mounted_apps_follow(tmp_path: Path) -> None:
    answer = dump(
        tmp_path,
        """
from fastapi import FastAPI
async def create():
    app, sub = FastAPI(), FastAPI()
    @sub.websocket("/ws")
    async def ws(websocket): ...
    app.mount("/sub/", sub, name="sub")
    return app
""",
        "service:create",
    )
    outer, inner = answer["apps"]
    assert (outer["app"], inner["app"], inner["mounted_at"]) == ("service:create", None, "/sub")
    assert [(row["kind"], row["path"]) for row in outer["routes"]] == [("mount", "/sub")]
    assert [(row["kind"], row["path"]) for row in inner["routes"]] == [("websocket", "/ws")]


def test_a_module_that_fails_or_hangs_gives_an_error(tmp_path: Path) -> None:
    assert dump(tmp_path, "raise RuntimeError('no database')")["error"] == "RuntimeError: no database"
    assert dump(tmp_path, "app = 1", "service:app")["error"].startswith("TypeError: service:app is int")
    tmp_path.joinpath("service.py").write_text("import time\ntime.sleep(60)")
    assert dump_in_child("service", [str(tmp_path)], timeout=0.3)["error"] == "no answer in 0.3 seconds"


def test_imports_leave_the_working_directory_alone(tmp_path: Path) -> None:
    dump(
        tmp_path, "import pathlib\npathlib.Path('written').touch()\npathlib.Path.home().joinpath('w').touch()"
    )
    assert [path.name for path in tmp_path.iterdir() if path.name != "__pycache__"] == ["service.py"]
