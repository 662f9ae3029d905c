"""Statements to be written into functions: what they say depends on what the project has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from tests.linter.edits.project import (
    Known,
    Place,
    classes_of_module,
    functions_of_module,
    module_name,
    values_of_module,
)
from tests.linter.edits.source import Function

PHRASES: Mapping[str, tuple[str, ...]] = {
    "call a function": (
        "{function}()",
        "await {function}()",
        "found = {function}({name})",
        "found = await {function}({name})",
        "{function}({name}.{attribute})",
        "print({function}, {function}())",
        "{value}.{attribute}()",
        "await {value}.{attribute}()",
        "{value}.{attribute}({function})",
        "{function}({function})",
        "{function}({value}, {name})",
        "import {module}\n{module}.{attribute}()",
    ),
    "call a method": (
        "self.{attribute}()",
        "await self.{attribute}()",
        "{name}.{attribute}()",
        "await {name}.{attribute}({name})",
        "{klass}().{attribute}()",
        "await {klass}().{attribute}()",
        "{klass}({name})",
        "super().{attribute}()",
        "{name}()",
        "await {name}()",
        "{name}.{attribute} = {function}",
    ),
    "call something that blocks": (
        "import time\ntime.sleep(1)",
        "import requests\nrequests.get('https://example.org')",
        "import requests\nreturn requests.get({name}).json()",
        "open('notes.txt').read()",
        "import subprocess\nsubprocess.run(['true'])",
        "import asyncio\nawait asyncio.sleep(1)",
        "import asyncio\nasyncio.get_event_loop().run_until_complete({function}())",
        "with open('notes.txt') as file:\n    file.write({name})",
        "import threading\nthreading.Lock().acquire()",
        "sum(1 for _ in range(10_000_000))",
    ),
    "return something": (
        "return",
        "return None",
        "return {name}",
        "return {function}",
        "return {function}()",
        "return await {function}()",
        "return {klass}()",
        "return {klass}",
        "return {value}",
        "return self",
        "return self.{attribute}",
        "return {{'detail': {name}}}",
        "return [{klass}()]",
        "return lambda: {function}()",
        "from fastapi.responses import JSONResponse\nreturn JSONResponse({{'name': 1}}, status_code=404)",
        "from fastapi import HTTPException\nreturn HTTPException(404)",
        "return {{'a': 1}}, 404",
        "if {name}:\n    return {function}({name})",
    ),
    "raise something": (
        "from fastapi import HTTPException\nraise HTTPException(404, 'gone')",
        "from fastapi import HTTPException\nraise HTTPException(status_code=401)",
        "from fastapi import HTTPException\nif not {name}:\n    raise HTTPException(403, detail={name})",
        "raise ValueError({name})",
        "raise {klass}",
        "raise {klass}()",
        "raise",
        "assert {name} is not None",
        "import sys\nsys.exit(1)",
    ),
    "yield something": (
        "yield",
        "yield {name}",
        "yield {function}()",
        "yield await {function}()",
        "yield from {function}()",
        "found = yield {klass}()",
        "try:\n    yield {klass}()\nfinally:\n    {function}()",
        "with {klass}() as opened:\n    yield opened",
        "async with {function}() as opened:\n    yield opened",
    ),
    "bind something": (
        "self.{attribute} = {klass}()",
        "self.{attribute} = {function}",
        "self.{attribute} = {name}",
        "self.{attribute} = None",
        "global {value}\n{value} = {klass}()",
        "global {value}\n{value} = {name}",
        "global added\nadded = {function}()",
        "nonlocal {name}\n{name} = 1",
        "{name} = {function}()",
        "{name} = {klass}",
        "{name} = {value}",
        "{name}: {klass} = {name}",
        "{klass}.{attribute} = {function}",
        "{value}.{attribute} = {function}",
        "{value}['added'] = {name}",
        "{name} = await {name}",
        "del {name}",
        "for {name} in {function}():\n    pass",
        "if ({name} := {function}()):\n    pass",
        "from {module} import *",
        "from {module} import missing",
        "import missing\nmissing.wait()",
        "from missing import wait\nwait()",
        "from missing.deep import wait\nawait wait()",
    ),
    "define something": (
        "def inner():\n    return {function}()",
        "def {name}():\n    return {function}()",
        "async def inner():\n    await {function}()\nawait inner()",
        "async def inner():\n    {function}()\nreturn inner",
        "def inner(*args, **kwargs):\n    return {name}(*args, **kwargs)\nreturn inner",
        "inner = lambda: {function}()\ninner()",
        "inner = lambda {name}: {name}()",
        "class Inner({klass}):\n    added: int = 1\nreturn Inner()",
        "from pydantic import BaseModel\nclass Inner(BaseModel):\n    added: {klass}",
        "@{value}.get('/inner')\nasync def inner():\n    return {function}()",
        "@{value}.exception_handler({klass})\nasync def inner(request, exc):\n    return None",
        "@{value}.middleware('http')\nasync def inner(request, call_next):\n    return await call_next(request)",
        "@{function}\ndef inner():\n    pass",
        "import functools\n@functools.wraps({name})\ndef inner(*args):\n    return {name}(*args)\nreturn inner",
    ),
    "run something": (
        "import asyncio\nasyncio.run({function}())",
        "import asyncio\nasyncio.create_task({function}())",
        "import asyncio\ntask = asyncio.create_task({function}())\nawait task",
        "import asyncio\nawait asyncio.to_thread({function})",
        "import asyncio\nawait asyncio.gather({function}(), {function}())",
        "background_tasks.add_task({function})",
        "background_tasks.add_task({function}, {name})",
        "from fastapi.concurrency import run_in_threadpool\nawait run_in_threadpool({function})",
        "from starlette.concurrency import run_in_threadpool\nawait run_in_threadpool({name}.{attribute}, {name})",
        "import threading\nthreading.Thread(target={function}).start()",
        "from functools import partial\npartial({function}, {name})()",
        "list(map({function}, [{name}]))",
        "import atexit\natexit.register({function})",
        "import uvicorn\nuvicorn.run({value})",
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.run_until_complete({function}())",
    ),
    "set something up": (
        "{value}.include_router({value})",
        "{value}.include_router({value}, prefix='/added')",
        "{value}.add_api_route('/added', {function})",
        "{value}.get('/added')({function})",
        "{value}.mount('/added', {value})",
        "{value}.add_middleware({klass})",
        "{value}.add_exception_handler({klass}, {function})",
        "{value}.dependency_overrides[{function}] = {function}",
        "{value}.dependency_overrides.clear()",
        "{value}.dependency_overrides[{function}] = lambda: {name}",
        "{value}.state.{attribute} = {klass}()",
        "{value}.router.lifespan_context = {function}",
        "{klass}.model_rebuild()",
        "{klass}.model_rebuild(_types_namespace={{'{klass}': {klass}}})",
        "{klass}.update_forward_refs()",
        "from fastapi import FastAPI\nadded = FastAPI(dependencies=[{function}])\nreturn added",
        "from fastapi import FastAPI\nadded = FastAPI()\nadded.include_router({value})",
        "from fastapi import APIRouter\nadded = APIRouter()\nadded.get('/inner')({function})\nreturn added",
        "from fastapi.testclient import TestClient\nTestClient({value}).get('/')",
        "{name}.include_router({value})",
        "{name}.get('/added')({function})",
        "{name}.dependency_overrides[{function}] = {function}",
        "from fastapi import Depends\n{name} = Depends({function})",
    ),
}
"""What is done, and ways to do it. What comes from elsewhere in the project is imported in front of it."""

_Finder: TypeAlias = Callable[[Place, Function], str | Known]
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def phrase(place: Place, function: Function, kind: str) -> str:
    """Lines for the body of a function, with all that they import."""
    pattern = place.random.choice(PHRASES[kind])
    return written(place, function, pattern)


def written(place: Place, function: Function, pattern: str) -> str:
    """A phrase with names of the project in it."""
    imports: dict[str, None] = {}

    def fill(match: re.Match[str]) -> str:
        found = _FINDERS[match[1]](place, function)
        if isinstance(found, str):
            return found
        if found.name not in place.source.names or place.chance(0.1):
            imports[found.statement] = None
        return found.name

    lines = _PLACEHOLDER.sub(fill, pattern.replace("{{", "\0").replace("}}", "\1"))
    return "".join(imports) + lines.replace("\0", "{").replace("\1", "}")


def _function(place: Place, function: Function) -> str | Known:
    if place.chance(0.1):
        return function.name
    return place.project.known(place.random, functions_of_module) or "unknown"


def _class(place: Place, function: Function) -> str | Known:
    return place.project.known(place.random, classes_of_module) or "Unknown"


def _value(place: Place, function: Function) -> str | Known:
    return place.project.known(place.random, values_of_module) or "app"


def _module(place: Place, function: Function) -> str:
    return module_name(place.random.choice(place.project.paths))


_FINDERS: Mapping[str, _Finder] = {
    "function": _function,
    "klass": _class,
    "value": _value,
    "module": _module,
    "name": lambda place, function: place.name(function),
    "attribute": lambda place, function: place.attribute(),
}
