"""Import a FastAPI application and print the routes it really has, as JSON lines.

    python runtime_routes.py [--path DIR] [--timeout SECONDS] TARGET...

It runs in the interpreter of the application's own environment, so it needs nothing but the standard
library and FastAPI. A TARGET is `module` (every FastAPI object that is a module attribute) or
`module:expression` (an app, or a factory that is called without arguments). Every target is imported in a
process of its own, whose working directory and home are temporary, and gives one line:
`{"target", "fastapi", "apps": [...]}`, or `{"target", "error"}` when it cannot be imported.

An app is `{"app", "mounted_at", "routes", "openapi"}`. `app` is `module:variable` where it was made, or null
for one that was made in a function and mounted at `mounted_at`. Its routes stand in match order, FastAPI's own
documentation routes left out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import importlib
import inspect
import json
import os
import select
import signal
import sys
import tempfile
import time
import traceback
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import fastapi
import fastapi.openapi.utils
import fastapi.routing
from fastapi.security.base import SecurityBase
from starlette.routing import BaseRoute, Host, Mount, Route, WebSocketRoute

Json = dict[str, Any]

SERVED_FILES = ("static/index.html", "templates/index.html", "dist/index.html", "dist/404.html")
"""Made in the working directory: applications that serve such files refuse to start without."""


def main() -> None:
    """Dump every target named on the command line."""
    parser = argparse.ArgumentParser(description="Print the routes of FastAPI applications as JSON lines.")
    parser.add_argument("--path", action="append", default=[], help="a directory to import from")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for one target")
    parser.add_argument("targets", nargs="+", metavar="TARGET")
    options = parser.parse_args()
    del sys.path[0]
    for target in options.targets:
        print(json.dumps(dump_in_child(target, options.path, options.timeout)), flush=True)


def dump_in_child(target: str, paths: Iterable[str], timeout: float = 60.0) -> Json:
    """Dump one target in a forked process, so that no import is seen by the next one."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setpgrp()
        sys.path[:0] = [str(Path(path).resolve()) for path in paths]
        run_child(target, writer)
    os.close(writer)
    text, in_time = read_all(reader, timeout)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not in_time:
        return {"target": target, "error": f"no answer in {timeout:g} seconds"}
    if not text:
        return {"target": target, "error": "the process died"}
    return typing.cast(Json, json.loads(text))


def read_all(reader: int, timeout: float) -> tuple[bytes, bool]:
    """Read to the end of a pipe; the flag is false when that took too long."""
    chunks: list[bytes] = []
    deadline = time.monotonic() + timeout
    try:
        while select.select([reader], [], [], max(0.0, deadline - time.monotonic()))[0]:
            chunk = os.read(reader, 1 << 16)
            if not chunk:
                return b"".join(chunks), True
            chunks.append(chunk)
        return b"", False
    finally:
        os.close(reader)


def run_child(target: str, writer: int) -> typing.NoReturn:
    """Dump the target into the pipe and end the process without running exit handlers."""
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        os.environ.update(dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"), directory))
        os.chdir(directory)
        for name in SERVED_FILES:
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).touch()
        try:
            result = dump(target)
        except BaseException as error:
            trace = traceback.format_exc(limit=-3)
            result = {"target": target, "error": f"{type(error).__name__}: {error}", "traceback": trace}
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        json.dump(result, pipe, default=str)
    os._exit(0)


def dump(target: str) -> Json:
    """Import the target and describe its apps."""
    module_name, _, expression = target.partition(":")
    module = importlib.import_module(module_name)
    found = [(target, app_of(module, expression))] if expression else list(apps_of(module))
    variables = variables_by_identity()
    apps = []
    seen = set()
    queue: list[tuple[str | None, str | None, fastapi.FastAPI]] = [(name, None, app) for name, app in found]
    while queue:
        name, mounted_at, app = queue.pop(0)
        if id(app) in seen:
            continue
        seen.add(id(app))
        routes, mounted = describe_routes(app, variables)
        apps.append({"app": name, "mounted_at": mounted_at, "routes": routes, **openapi_of(app)})
        queue.extend((name_of_app(sub), (mounted_at or "") + path, sub) for path, sub in mounted)
    return {"target": target, "fastapi": fastapi.__version__, "apps": apps}


def app_of(module: types.ModuleType, expression: str) -> fastapi.FastAPI:
    """Evaluate an expression in a module; a factory is called, and awaited where it is `async def`."""
    value = eval(expression, vars(module))
    if not isinstance(value, fastapi.FastAPI) and callable(value):
        value = value()
    if inspect.iscoroutine(value):
        value = asyncio.run(value)
    if not isinstance(value, fastapi.FastAPI):
        raise TypeError(f"{module.__name__}:{expression} is {type(value).__name__}, not FastAPI")
    return value


def apps_of(module: types.ModuleType) -> Iterator[tuple[str, fastapi.FastAPI]]:
    """Yield the apps a module holds, each under the name it has where it was made."""
    for app in list(vars(module).values()):
        if isinstance(app, fastapi.FastAPI):
            yield str(name_of_app(app)), app


def name_of_app(app: fastapi.FastAPI) -> str | None:
    """Return `module:variable` of an app in the module that made it, or None where no module holds it.

    `sys.modules` has the order in which imports ended, so the first module that holds an app is its maker.
    """
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()) if isinstance(module, types.ModuleType) else ():
            if value is app:
                return f"{module.__name__}:{name}"
    return None


def openapi_of(app: fastapi.FastAPI) -> Json:
    """Return the OpenAPI document, or why there is none."""
    try:
        return {"openapi": app.openapi()}
    except Exception as error:
        return {"openapi": None, "openapi_error": f"{type(error).__name__}: {error}"}


# Routes


def describe_routes(
    app: fastapi.FastAPI, variables: dict[int, list[str]]
) -> tuple[list[Json], list[tuple[str, fastapi.FastAPI]]]:
    """Return an app's routes in match order, and the FastAPI apps mounted in it with their paths."""
    routes = []
    mounted = []
    for route in resolved_routes(app.routes):
        if is_documentation(route):
            continue
        row = describe(route, variables)
        routes.append(row)
        if isinstance(sub_app := getattr(route, "app", None), fastapi.FastAPI):
            mounted.append((row["path"], sub_app))
    routes.extend(describe_frontends(app, variables))
    return routes, mounted


def resolved_routes(routes: Iterable[BaseRoute]) -> Iterator[Any]:
    """Yield the routes as they are matched: what an included router holds stands where it was included."""
    included_router = getattr(fastapi.routing, "_IncludedRouter", ())
    for route in routes:
        if isinstance(route, included_router):
            for context in route.effective_route_contexts():
                yield context.starlette_route or context
        else:
            yield route


def is_documentation(route: Any) -> bool:
    """Tell whether FastAPI itself added this route: the OpenAPI document and its viewers."""
    return getattr(getattr(route, "endpoint", None), "__qualname__", "").startswith("FastAPI.setup.<locals>.")


def describe(route: Any, variables: dict[int, list[str]]) -> Json:
    """Describe one route as a row of the table."""
    original = getattr(route, "original_route", route)
    dependencies = flattened(getattr(route, "dependant", None))
    kind = kind_of(original)
    endpoint = route.app if kind == "mount" else route.endpoint
    names = names_of(endpoint, variables)
    return {
        "kind": kind,
        "path": "//" + route.host if isinstance(original, Host) else route.path,
        "methods": sorted(getattr(route, "methods", None) or ()),
        "name": route.name,
        "handler": names[0],
        "handler_names": names,
        "is_async": runs_on_event_loop(endpoint) if kind != "mount" else None,
        "status_code": getattr(route, "status_code", None),
        "effective_status_code": effective_status_code(route),
        "response_model": type_text(model) if (model := getattr(route, "response_model", None)) else None,
        "tags": [tag.value if isinstance(tag, Enum) else tag for tag in getattr(route, "tags", None) or ()],
        "include_in_schema": route.include_in_schema if kind == "http" else None,
        "deprecated": bool(getattr(route, "deprecated", None)),
        "operation_id": getattr(route, "unique_id", None),
        "dependencies": [names_of(dependency.call, variables) for dependency in dependencies],
        "security": security_of(dependencies, variables),
        "path_parameters": path_parameters(getattr(route, "dependant", None), dependencies),
    }


def kind_of(route: BaseRoute) -> str:
    """Return the table's word for a class of route."""
    if isinstance(route, (Mount, Host)):
        return "mount"
    if isinstance(route, WebSocketRoute):
        return "websocket"
    if isinstance(route, Route):
        return "http"
    raise TypeError(f"unknown class of route: {type(route).__name__}")


def effective_status_code(route: Any) -> int | None:
    """Return the status of a success as OpenAPI gives it: declared, or the default of the response class."""
    if getattr(route, "status_code", None) is not None:
        return int(route.status_code)
    response_class = getattr(route, "response_class", None)
    response_class = getattr(response_class, "value", response_class)
    if not inspect.isclass(response_class):
        return None
    parameter = inspect.signature(response_class.__init__).parameters.get("status_code")
    return parameter.default if parameter and isinstance(parameter.default, int) else 200


def describe_frontends(app: fastapi.FastAPI, variables: dict[int, list[str]]) -> Iterator[Json]:
    """Yield the frontends (FastAPI 0.138 and later), which are tried when no route matches."""
    groups = getattr(app.router, "_iter_low_priority_routes", lambda: ())
    for group in groups():
        prefix = getattr(group, "frontend_prefix", "")
        dependencies = flattened(group.dependant)
        for route in getattr(group, "original_route", group).routes:
            yield {
                "kind": "mount",
                "path": prefix if prefix and route.path == "/" else prefix + route.path,
                "methods": sorted(route.methods),
                "name": None,
                "handler": "fastapi:FastAPI.frontend",
                "handler_names": [],
                "is_async": None,
                "status_code": None,
                "effective_status_code": None,
                "response_model": None,
                "tags": [],
                "include_in_schema": None,
                "deprecated": False,
                "operation_id": None,
                "dependencies": [names_of(dependency.call, variables) for dependency in dependencies],
                "security": security_of(dependencies, variables),
                "path_parameters": [],
            }


# Dependencies


def flattened(dependant: Any) -> list[Any]:
    """Return the dependants below one, depth first, each distinct callable at its first place only."""
    result: list[Any] = []
    seen: set[int] = set()

    def walk(parent: Any) -> None:
        for child in parent.dependencies:
            if id(child.call) not in seen:
                seen.add(id(child.call))
                result.append(child)
                walk(child)

    if dependant is not None:
        walk(dependant)
    return result


def security_of(dependencies: list[Any], variables: dict[int, list[str]]) -> list[list[str]]:
    """Return each security scheme among dependencies by its names: in OpenAPI, of its class and variables."""
    result = []
    for dependency in dependencies:
        scheme = unwrapped(dependency.call)
        if isinstance(scheme, SecurityBase):
            names = [name.rpartition(":")[2] for name in names_of(scheme, variables)]
            result.append(list(dict.fromkeys([scheme.scheme_name, *names])))
    return result


def path_parameters(dependant: Any, dependencies: list[Any]) -> list[str]:
    """Return the names that the handler and its dependencies take from the path, each once."""
    dependants = [dependant, *dependencies] if dependant is not None else []
    fields = [field for each in dependants for field in each.path_params]
    return list(dict.fromkeys(getattr(field, "validation_alias", None) or field.alias for field in fields))


# Names


def unwrapped(call: Any) -> Any:
    """Return what stands behind `functools.partial` and `functools.wraps`."""
    while True:
        inner = inspect.unwrap(call.func if isinstance(call, functools.partial) else call)
        if inner is call:
            return call
        call = inner


def names_of(call: Any, variables: dict[int, list[str]]) -> list[str]:
    """Return the names a static reader may rightly give a callable; the first is where it is defined.

    The others are the variables that hold the object, the place of its code where `__qualname__` was
    overwritten, and, for a decorator's inner function without `functools.wraps`, what it closes over.
    """
    target = unwrapped(call)
    names = [defined_name(target)]
    function = getattr(target, "__func__", target)
    if inspect.isfunction(function):
        module = function.__globals__.get("__name__", function.__module__)
        names.append(f"{module}:{getattr(function.__code__, 'co_qualname', function.__qualname__)}")
        for cell in function.__closure__ or ():
            with contextlib.suppress(ValueError):
                if inspect.isfunction(cell.cell_contents):
                    names.append(defined_name(unwrapped(cell.cell_contents)))
    names += variables.get(id(call), []) + variables.get(id(target), [])
    return list(dict.fromkeys(names))


def defined_name(target: Any) -> str:
    """Return `module:qualname` of a function, method or class; of the class for any other object."""
    if not hasattr(target, "__qualname__"):
        target = type(target)
    return f"{target.__module__}:{target.__qualname__}"


def variables_by_identity() -> dict[int, list[str]]:
    """Map the identity of every callable without a name of its own to the module variables that hold it."""
    result: dict[int, list[str]] = {}
    for module_name, module in list(sys.modules.items()):
        for name, value in list(vars(module).items()) if isinstance(module, types.ModuleType) else ():
            if callable(value) and not issubclass(type(value), (type, types.FunctionType)):
                result.setdefault(id(value), []).append(f"{module_name}:{name}")
    return result


def runs_on_event_loop(endpoint: Any) -> bool | None:
    """Tell whether the handler is called on the event loop, not in a thread; null where neither is true."""
    target = unwrapped(endpoint)
    if inspect.isclass(target) or not callable(target):
        return None
    candidates: list[Callable[..., Any]] = [endpoint, target]
    if isinstance(endpoint, functools.partial):
        candidates.append(endpoint.func)
    candidates += [unwrapped(type(target).__call__)] if not inspect.isroutine(target) else []
    return any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in candidates)


def type_text(annotation: Any) -> str:
    """Return a type as source text with unqualified names: `list[Item]`, `Item | None`."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is None or annotation is type(None):
        return "None"
    if annotation is Ellipsis:
        return "..."
    if isinstance(annotation, (str, typing.ForwardRef)):
        return getattr(annotation, "__forward_arg__", str(annotation))
    if origin is typing.Annotated:
        return type_text(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return " | ".join(type_text(argument) for argument in arguments)
    if origin is typing.Literal:
        return f"Literal[{', '.join(str(a) if isinstance(a, Enum) else repr(a) for a in arguments)}]"
    if isinstance(annotation, list):
        return f"[{', '.join(map(type_text, annotation))}]"
    if origin is not None and arguments:
        return f"{type_text(origin)}[{', '.join(map(type_text, arguments))}]"
    return getattr(annotation, "__name__", None) or repr(annotation).rpartition(".")[2]


if __name__ == "__main__":
    main()
