"""What the route table says where code cannot be followed to the end, and what rules can ask of the model.

That routes are derived as FastAPI makes them is tested against FastAPI itself, in `tests/oracle`.
"""

from __future__ import annotations

import pytest

from fastapi_lint.application.application import Application
from fastapi_lint.application.registrars import Certainty
from fastapi_lint.application.routes import Route
from fastapi_lint.application.scopes import Function
from tests.support import application_of

START = """
from fastapi import APIRouter, Depends, FastAPI
import os
app = FastAPI()
def handler(): ...
"""


def application(code: str, **modules: str) -> Application:
    sources = {"main.py": START + code}
    sources.update({f"{name}.py": text for name, text in modules.items()})
    return application_of(sources)


def only_route(code: str, **modules: str) -> Route:
    routes = application(code, **modules).routes
    assert len(routes) == 1
    return routes[0]


@pytest.mark.parametrize(
    ("code", "path", "reason"),
    [
        ("app.get(os.environ['P'])(handler)", "{?}", "known only at run time"),
        ("app.get('/a' + open('p').read() + '/b')(handler)", "/a{?}/b", "known only at run time"),
        ("from somewhere import P\napp.get(f'{P}/x')(handler)", "{?}/x", "known only at run time"),
        ("for name in os.listdir():\n    app.get(f'/{name}')(handler)", "/{?}", "known only at run time"),
        ("app.get('/a'.replace(input(), 'b'))(handler)", "{?}", "known only at run time"),
        ("app.include_router(__import__('x').router, prefix='/p')", "/p{?}", "known only at run time"),
        ("def add(app: FastAPI, path):\n    app.get(path)(handler)\nadd(app, input())", "{?}", "run time"),
    ],
)
def test_an_unknown_part_of_a_path_is_kept_with_its_reason(code: str, path: str, reason: str) -> None:
    route = only_route(code)
    assert route.path == path
    assert reason in route.unknowns["path"]


def test_a_handler_that_is_not_known_has_a_reason() -> None:
    route = only_route("import x\napp.get('/x')(x.make())")
    assert route.handler.label == "{?}"
    assert "x.make()" in route.unknowns["handler"]


def test_a_method_that_is_not_known_is_shown_so() -> None:
    route = only_route("getattr(app, input())('/x')(handler)")
    assert route.methods == ("{?}",)
    assert "methods" in route.unknowns


@pytest.mark.parametrize(
    ("code", "certainty"),
    [
        ("app.get('/x')(handler)", Certainty.SURE),
        ("if input():\n    app.get('/x')(handler)", Certainty.OPEN),
        ("if os.getenv('X') == '1':\n    app.get('/x')(handler)", Certainty.UNUSUAL),
        ("if os.getenv('X', 'on') == 'on':\n    app.get('/x')(handler)", Certainty.USUAL),
        ("if os.getenv('X') is None:\n    app.get('/x')(handler)", Certainty.USUAL),
        ("try:\n    import x\n    app.get('/x')(handler)\nexcept ImportError:\n    pass", Certainty.OPEN),
        ("def f(a):\n    if input():\n        return\n    a.get('/x')(handler)\nf(app)", Certainty.OPEN),
        (
            "def f(a):\n    if input():\n        raise ValueError\n    a.get('/x')(handler)\nf(app)",
            Certainty.SURE,
        ),
        (
            "async def life(app):\n    app.get('/x')(handler)\n    yield\napp2 = FastAPI(lifespan=life)",
            Certainty.USUAL,
        ),
    ],
)
def test_a_route_under_a_condition_says_how_certain_it_is(code: str, certainty: Certainty) -> None:
    assert only_route(code).certainty is certainty


def test_settings_with_defaults_are_taken_at_their_defaults() -> None:
    settings = """
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    prefix: str = "/v1"
    debug: bool = False
settings = Settings()
"""
    code = (
        "from settings import settings\n"
        "app.get(f'{settings.prefix}/x')(handler)\n"
        "if settings.debug:\n    app.get('/debug')(handler)\n"
    )
    found = application(code, settings=settings).routes
    assert [(route.path, route.certainty) for route in found] == [
        ("/v1/x", Certainty.SURE),
        ("/debug", Certainty.UNUSUAL),
    ]


def test_alternatives_are_all_listed_under_a_condition() -> None:
    found = application("prefix = '/a' if input() else '/b'\napp.get(prefix + '/x')(handler)").routes
    assert [(route.path, route.conditional) for route in found] == [("/a/x", True), ("/b/x", True)]


def test_a_dependency_under_a_condition_says_so() -> None:
    code = (
        "common = []\n"
        "def check(): ...\n"
        "if input():\n    common.append(Depends(check))\n"
        "app.get('/x', dependencies=common)(handler)"
    )
    (dependency,) = only_route(code).dependencies
    assert dependency.label == "main:check"
    assert dependency.certainty is Certainty.OPEN


def test_routes_of_a_router_that_no_app_includes_have_no_app() -> None:
    route = only_route("router = APIRouter(prefix='/r')\n@router.get('/x')\ndef read(): ...")
    assert route.app is None
    assert route.path == "/r/x"
    assert route.root.name == "main:router"


def test_a_function_that_takes_an_app_gives_routes_of_no_app() -> None:
    route = only_route("def install(app: FastAPI):\n    app.get('/plugin')(handler)")
    assert route.app is None
    assert route.path == "/plugin"


def test_code_that_is_not_followed_is_remembered() -> None:
    app = application("import metrics\nmetrics.instrument(app)").apps[0]
    assert [each.reason for each in app.escapes] == ["it is passed to `metrics.instrument`"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import admin\nadmin.install([app])", "it is passed to `admin.install`"),
        ("import admin\nadmin.install(apps={'main': app})", "it is passed to `admin.install`"),
        ("app.router.routes = []", "its `routes` is replaced"),
        ("from cadwyn import Cadwyn\napp = Cadwyn()", "its class `cadwyn.Cadwyn` is a library's"),
        (
            "import cadwyn\nclass Own(cadwyn.Cadwyn): ...\napp = Own()",
            "its class `cadwyn.Cadwyn` is a library's",
        ),
    ],
)
def test_what_may_add_routes_is_remembered(code: str, reason: str) -> None:
    app = application(code).apps[-1]
    assert [(each.reason, each.may_register) for each in app.escapes] == [(reason, True)]


def test_the_routes_that_a_library_gives_to_its_router() -> None:
    code = (
        "from strawberry.fastapi import GraphQLRouter\n"
        "app.include_router(GraphQLRouter(schema), prefix='/first')\n"
        "app.include_router(GraphQLRouter(schema, '/second', include_in_schema=False))\n"
        "app.include_router(GraphQLRouter(schema, path=input(), tags=['graph']))\n"
    )
    routes = application(code).routes
    assert [(route.kind, route.methods, route.path) for route in routes] == [
        (kind, methods, path)
        for path in ("/first", "/second", "{?}")
        for kind, methods in (("http", ("GET",)), ("http", ("POST",)), ("websocket", ()))
    ]
    assert [route.name for route in routes[:3]] == [
        "handle_http_get",
        "handle_http_post",
        "websocket_endpoint",
    ]
    assert all(route.is_async and "dependencies" in route.unknowns for route in routes)
    assert (routes[0].include_in_schema, routes[3].include_in_schema) == (True, False)
    assert routes[6].tags == ("graph",)


def test_an_object_is_no_generator_function() -> None:
    code = (
        "import inspect\nfrom functools import wraps\n"
        "def wrapped(func):\n"
        "    if inspect.isgeneratorfunction(func):\n        return input()\n"
        "    @wraps(func)\n    def wrapper(): return func()\n    return wrapper\n"
        "class Check:\n    def __call__(self): yield 1\n"
        "app.get('/x', dependencies=[Depends(wrapped(Check())), Depends(wrapped(Check))])(handler)"
    )
    assert all(each.callee.is_known for each in only_route(code).dependencies)


def test_a_module_named_like_its_package_ends() -> None:
    found = application_of(
        {"users/users/__init__.py": "", "users/users/users.py": START + "app.get('/users')(handler)"}
    )
    assert [route.path for route in found.routes] == ["/users"]


def test_a_router_in_itself_ends() -> None:
    code = (
        "a = APIRouter(prefix='/a')\nb = APIRouter(prefix='/b')\n"
        "a.get('/x')(handler)\na.include_router(b)\nb.include_router(a)\napp.include_router(a)"
    )
    assert [route.path for route in application(code).routes] == ["/a/x"]


def test_functions_and_loops_without_end_end() -> None:
    code = (
        "def again(app, n):\n    app.get(f'/{n}')(handler)\n    again(app, n + 1)\nagain(app, 0)\n"
        "while True:\n    app.get('/loop')(handler)"
    )
    assert "/loop" in {route.path for route in application(code).routes}


@pytest.mark.parametrize(
    "made", ["def make(prefix=make()): return prefix", "make = lambda prefix=make(): prefix"]
)
def test_a_default_that_depends_on_itself_ends(made: str) -> None:
    code = f"{made}\napp.include_router(APIRouter(prefix=make()))\napp.get('/a')(handler)"
    assert [route.path for route in application(code).routes] == ["/a"]


@pytest.mark.parametrize(
    ("handling", "authenticates"),
    [("return None", False), ("print(error)", False), ("return fail(error)", True), ("raise", True)],
)
def test_an_error_that_is_caught_is_none_for_the_client(handling: str, authenticates: bool) -> None:
    route = only_route(
        "from fastapi import HTTPException\n"
        "def fail(error):\n    raise RuntimeError(error)\n"
        "def user():\n"
        "    try:\n        raise HTTPException(401)\n"
        f"    except Exception as error:\n        {handling}\n"
        "app.get('/', dependencies=[Depends(user)])(handler)"
    )
    assert bool(route.security) is authenticates


def test_what_rules_ask() -> None:
    app = application(
        "@app.get('/a')\n@app.post('/b')\ndef both(): ...\n"
        "router = APIRouter(prefix='/r')\nrouter.add_api_route('/c', both)\n"
        "app.include_router(router, prefix='/i')"
    )
    function = next(each for each in app.functions() if each.name == "both")
    assert isinstance(function, Function)
    assert [route.path for route in app.routes_of(function)] == ["/b", "/a", "/i/r/c"]
    assert app.answers_requests(function)
    decorator = function.node.decorators[0]
    assert [route.path for route in app.routes_registered_by(decorator)] == ["/a"]  # type: ignore[arg-type]
    assert sum(len(each.registrations) for each in (*app.apps, *app.routers)) == 4
    assert [hop.line for hop in app.routes_of(function)[2].chain] == [4, 11, 10]


def test_middleware_is_listed_from_the_outside_in() -> None:
    app = application(
        "from starlette.middleware import Middleware\n"
        "class A: ...\nclass B: ...\nclass C: ...\n"
        "service = FastAPI(middleware=[Middleware(A), Middleware(B)])\n"
        "service.add_middleware(C)\n"
        "@service.middleware('http')\nasync def timing(request, call_next): ...\n"
    )
    service = next(each for each in app.apps if each.name == "main:service")
    described = [app.routing.interpreter.described(each.cls).name for each in service.middleware]
    assert described == ["timing", "C", "A", "B"]


def test_routes_added_after_an_inclusion_are_served_since_0_137() -> None:
    code = "router = APIRouter()\napp.include_router(router)\nrouter.get('/late')(handler)"
    assert [route.path for route in application(code).routes] == ["/late"]
