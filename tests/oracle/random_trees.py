"""Random router trees, and the packages that are written from them.

A tree is a list of routers of which the first is the app; a router includes only routers that stand after it, so
there is no cycle, but one router may be included many times and by many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

LIBRARY = '''\
"""What every router may use."""

import functools
from enum import Enum
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer
from pydantic import BaseModel


class Item(BaseModel):
    name: str


class Tag(Enum):
    ITEMS = "items"


scheme = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)
api_key = APIKeyHeader(name="x-key", scheme_name="key")


def plain(): ...


async def nested(value=Depends(plain)): ...


def generator(value: Annotated[int, Depends(nested)]):
    yield value


def user(token: Annotated[str, Depends(scheme)], again=Depends(plain)): ...


def keyed(key: str): ...


def handed(request: Request, key: Annotated[str, Path()], other=Depends(plain)):
    log(request)
    return request.path_params["rest"]


def log(request: Request):
    print(request.url.path, request.headers)


class Settings:
    def __init__(self, value=Depends(plain)): ...


class Limit:
    def __init__(self, count): ...

    def __call__(self, key: str = Depends(api_key)): ...


limit = Limit(3)
bound = functools.partial(nested, value=Depends(user))
CurrentUser = Annotated[str, Depends(user)]
'''

DEPENDENCIES = (
    "Depends({}plain)",
    "Depends({}nested)",
    "Depends({}generator)",
    "Depends({}Settings)",
    "Depends({}limit)",
    "Depends({}bound)",
    "Depends({}scheme)",
    "Security({}user, scopes=['read'])",
    "Depends({}keyed)",
    "Depends({}handed)",
)
PARAMETERS = (
    "{name}=Depends({}plain)",
    "{name}: Annotated[int, Depends({}generator)]",
    "{name}: {}CurrentUser",
    "{name}: {}Settings = Depends()",
    "{name}=Depends({}Limit(1))",
    "{name}: int = 0",
    "{name}=Depends({}handed)",
    "key: str",
    "rest: Annotated[str, Path()]",
    "{name}: Annotated[str, Path(alias='p1')]",
)
TAGS = ("'users'", "'admin'", "{}Tag.ITEMS")
MODELS = (None, "{}Item", "list[{}Item]", "{}Item | None", "dict[str, {}Item]")
STATUS_CODES = (None, "201", "status.HTTP_202_ACCEPTED", "HTTPStatus.NO_CONTENT")


@dataclass(frozen=True)
class Shared:
    """What an app, a router, an include and a route have in common."""

    tags: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    in_schema: bool = True


@dataclass(frozen=True)
class Route:
    """A handler and how it is registered; stacked decorators where there are several paths."""

    paths: tuple[str, ...]
    shared: Shared
    style: str
    methods: tuple[str, ...]
    parameters: tuple[str, ...]
    model: str | None
    model_in_annotation: bool
    status_code: str | None
    is_async: bool


@dataclass(frozen=True)
class Include:
    """One `include_router` call; in a loop over its routers where there are several."""

    routers: tuple[int, ...]
    prefix: str
    shared: Shared


@dataclass(frozen=True)
class Mount:
    """A sub-application with one route."""

    path: str


Statement = Route | Include | Mount


@dataclass(frozen=True)
class Router:
    """A router, or the app, and what its module does with it."""

    prefix: str
    shared: Shared
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Tree:
    """An application: routers, how modules import one another, and routes that come after all includes."""

    routers: tuple[Router, ...]
    late: tuple[tuple[int, Route], ...]
    import_style: str
    library_style: str


# Strategies


def some(values: tuple[str, ...], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """Return a strategy for a few of some values, repeats allowed."""
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


shared = st.builds(
    Shared,
    tags=some(TAGS),
    dependencies=some(DEPENDENCIES),
    in_schema=st.sampled_from([True, True, True, False]),
)


def routes(with_empty_path: bool) -> st.SearchStrategy[Route]:
    """Return a strategy for routes; an empty path needs a prefix before it."""
    paths = ["/", "/a", "/b/{key}", "/{rest:path}"] + [""] * with_empty_path
    return st.builds(
        Route,
        paths=st.lists(st.sampled_from(paths), min_size=1, max_size=2).map(tuple),
        shared=shared,
        style=st.sampled_from(["verb", "verb", "verb", "api_route", "add_api_route", "websocket"]),
        methods=some(("POST", "DELETE"), most=1).map(lambda methods: methods or ("GET", "PUT")),
        parameters=some(PARAMETERS),
        model=st.sampled_from(MODELS),
        model_in_annotation=st.booleans(),
        status_code=st.sampled_from(STATUS_CODES),
        is_async=st.booleans(),
    )


@st.composite
def routers(draw: st.DrawFn, index: int, count: int) -> Router:
    """Draw the router at an index; it may include those after it."""
    prefix = draw(st.sampled_from(["", f"/r{index}", f"/{{p{index}}}"])) if index else ""
    statements: list[st.SearchStrategy[Statement]] = [routes(bool(prefix))] * 3
    if index + 1 < count:
        children = st.lists(st.integers(index + 1, count - 1), min_size=1, max_size=2).map(tuple)
        prefixes = st.sampled_from(["", "/v1", f"/{{i{index}}}"])
        statements += [st.builds(Include, routers=children, prefix=prefixes, shared=shared)] * 3
    if index == 0:
        statements.append(st.builds(Mount, path=st.sampled_from(["/sub", "/sub/", "/{tenant}/files"])))
    body = draw(st.lists(st.one_of(statements), min_size=1, max_size=4))
    return Router(prefix, draw(shared), tuple(body))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw an application."""
    count = draw(st.integers(1, 5))
    drawn = tuple(draw(routers(index, count)) for index in range(count))
    late = draw(st.lists(st.tuples(st.integers(0, count - 1), routes(with_empty_path=False)), max_size=2))
    return Tree(
        routers=drawn,
        late=tuple(late),
        import_style=draw(st.sampled_from(["one module", "absolute", "relative", "module", "package"])),
        library_style=draw(st.sampled_from(["names", "module", "alias"])),
    )


# Writing

NameOf = Callable[[int, int], str]
"""What the module of the second router calls the first."""


def sources(tree: Tree) -> dict[str, str]:
    """Return the files of the package `service`, by path; its app is `service.main:app`."""
    return {**_Writer(tree).files(), "service/library.py": LIBRARY}


LIBRARY_IMPORTS = {
    "names": ("from service.library import *", ""),
    "module": ("from service import library", "library."),
    "alias": ("import service.library as lib", "lib."),
}
HEADER = """\
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Security, WebSocket, status
{library}
"""


def name_in_one_module(index: int, own: int) -> str:
    """Name a router where all of them stand in one module."""
    return f"router{index}" if index else "app"


class _Writer:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.library_import, self.library = LIBRARY_IMPORTS[tree.library_style]
        self.handlers = 0

    def files(self) -> dict[str, str]:
        last = len(self.tree.routers) - 1
        if self.tree.import_style == "one module":
            lines = [
                line for index in range(last, -1, -1) for line in self.module_body(index, name_in_one_module)
            ]
            lines += self.late(name_in_one_module)
            return {"service/__init__.py": "", "service/main.py": self.text(lines)}
        files = {"service/__init__.py": "", "service/routers/__init__.py": ""}
        for index in range(last, 0, -1):
            body = [*self.imports(index), *self.module_body(index, self.name_of)]
            files[f"service/routers/router{index}.py"] = self.text(body)
        if self.tree.import_style == "package":
            exports = [f"from .router{index} import router as router{index}" for index in range(1, last + 1)]
            files["service/routers/__init__.py"] = "\n".join(exports) + "\n"
        main = [*self.imports(0), *self.module_body(0, self.name_of), *self.late(self.name_of)]
        files["service/main.py"] = self.text(main)
        return files

    def text(self, lines: list[str]) -> str:
        return HEADER.format(library=self.library_import) + "\n".join(lines) + "\n"

    def imports(self, index: int) -> Iterator[str]:
        """Import every router that a module may speak of."""
        for other in range(index + 1, len(self.tree.routers)):
            yield {
                "absolute": f"from service.routers.router{other} import router as router{other}",
                "relative": f"from .{'routers.' * (index == 0)}router{other} import router as router{other}",
                "module": f"from service.routers import router{other}",
                "package": (
                    f"from service.routers import router{other}"
                    if index == 0
                    else f"from .router{other} import router as router{other}"
                ),
            }[self.tree.import_style]

    def name_of(self, index: int, own: int) -> str:
        """Return what a module calls a router."""
        if index == own:
            return "router" if index else "app"
        return f"router{index}.router" if self.tree.import_style == "module" else f"router{index}"

    def module_body(self, index: int, name_of: NameOf) -> Iterator[str]:
        """Make a router and do everything its module does with it."""
        router = self.tree.routers[index]
        arguments = self.arguments(router.shared, with_tags=index > 0)
        if index:
            yield f"{name_of(index, index)} = APIRouter({', '.join([f'prefix={router.prefix!r}', *arguments])})"
        else:
            yield f"app = FastAPI({', '.join(arguments)})"
        for statement in router.statements:
            yield from self.statement(statement, index, name_of)

    def late(self, name_of: NameOf) -> Iterator[str]:
        """Add routes to routers that are included already."""
        for index, route in self.tree.late:
            yield from self.route(route, name_of(index, 0))

    def statement(self, statement: Statement, index: int, name_of: NameOf) -> Iterator[str]:
        router = name_of(index, index)
        if isinstance(statement, Route):
            yield from self.route(statement, router)
        elif isinstance(statement, Mount):
            self.handlers += 1
            name = f"sub_app{self.handlers}"
            yield from (f"{name} = FastAPI()", f"@{name}.get('/inside')", f"def inside{self.handlers}(): ...")
            yield f"{router}.mount({statement.path!r}, {name}, name={name!r})"
        else:
            arguments = [f"prefix={statement.prefix!r}", *self.arguments(statement.shared)]
            children = [name_of(child, index) for child in statement.routers]
            if len(children) == 1:
                yield f"{router}.include_router({', '.join([*children, *arguments])})"
            else:
                yield f"for child in [{', '.join(children)}]:"
                yield f"    {router}.include_router({', '.join(['child', *arguments])})"

    def route(self, route: Route, router: str) -> Iterator[str]:
        """Write a handler and its registration."""
        self.handlers += 1
        name = f"handler{self.handlers}"
        parameters = [
            text.format(self.library, name=f"p{number}")
            for number, text in enumerate(sorted(set(route.parameters), key=lambda text: ("=" in text, text)))
        ]
        if route.style == "websocket":
            parameters.insert(0, "socket: WebSocket")
            options = [f"dependencies={self.depends(route.shared)}"]
        else:
            options = list(self.route_options(route))
        signature = f"def {name}({', '.join(parameters)}){self.annotation(route)}: ..."
        definition = f"async {signature}" if route.is_async or route.style == "websocket" else signature
        if route.style == "add_api_route":
            yield definition
            for path in route.paths:
                yield f"{router}.add_api_route({', '.join([repr(path), name, *options])})"
            return
        verb = route.methods[0].lower() if route.style == "verb" else route.style
        for path in route.paths:
            yield f"@{router}.{verb}({', '.join([repr(path), *options])})"
        yield definition

    def route_options(self, route: Route) -> Iterator[str]:
        yield from self.arguments(route.shared)
        if route.style != "verb":
            yield f"methods={list(route.methods)!r}"
        if route.status_code:
            yield f"status_code={route.status_code}"
        if self.model(route) and not route.model_in_annotation:
            yield f"response_model={self.model(route)}"

    def annotation(self, route: Route) -> str:
        if route.style == "websocket" or not (self.model(route) and route.model_in_annotation):
            return ""
        return f" -> {self.model(route)}"

    def model(self, route: Route) -> str | None:
        """Return the response model, which a status without a body must not have."""
        has_body = route.status_code != "HTTPStatus.NO_CONTENT"
        return route.model.format(self.library) if route.model and has_body else None

    def arguments(self, shared: Shared, *, with_tags: bool = True) -> Iterator[str]:
        if shared.tags and with_tags:
            yield f"tags=[{', '.join(tag.format(self.library) for tag in shared.tags)}]"
        if shared.dependencies:
            yield f"dependencies={self.depends(shared)}"
        if not shared.in_schema:
            yield "include_in_schema=False"

    def depends(self, shared: Shared) -> str:
        return f"[{', '.join(each.format(self.library) for each in shared.dependencies)}]"
