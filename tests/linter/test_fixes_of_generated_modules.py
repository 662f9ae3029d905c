"""Modules put together at random, with something to mend in most functions, and comments wherever Python allows them.

Whatever the fixes do, the module parses, every comment is there, and there is nothing left to do for a second run.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_lint.config.settings import load_settings
from fastapi_lint.index.grammar import parse
from fastapi_lint.linter.fixing import FixReport, fix
from fastapi_lint.linter.report import StandardInput
from tests.comments import comments

HEAD = """{docstring}{future}import asyncio
import time

import requests
from fastapi import Body, Depends, FastAPI, Header, HTTPException, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, field_validator
from sqlalchemy.orm import Session

app = FastAPI(){comment}


class Item(BaseModel):
    name: str = ...
    size: int = 1

    @field_validator("name")
    @classmethod
    def check(cls, value: str):
        if not value:
            raise ValueError("empty"){comment}


def get_db() -> Session:
    yield Session()


def get_user(db: Session = Depends(get_db)) -> Item:
    return Item(name="ada")


@app.on_event("startup")
def start() -> None:
    print("started")

"""
ANNOTATIONS = ["", ": str", ": int | None", ":str", ': "Item"', ": Item", ": list[int]"]
DEFAULTS = [
    "",
    "= 1",
    "=None",
    "= Query(None)",
    "= Query(...,{gap}max_length=3)",
    "= Query({gap}default='a',{gap}alias='b'{gap})",
    "=Depends(get_user)",
    "= Depends({gap}get_db,{gap}use_cache=False{gap})",
    "= Header('x')",
    "= Body({}, embed=True)",
]
STATEMENTS = [
    "time.sleep(1)",
    "requests.get('https://example.org')",
    "loop = asyncio.get_event_loop()",
    "if a: return {'a': 1}, 404",
    "if a:\n        return HTTPException(404, 'gone')",
    "try:\n        time.sleep(2)\n    finally:\n        pass",
    "asyncio.sleep(1)",
    "pass",
    "x = [time.sleep(each) for each in range(3)]",
    "return Item(name='a').model_dump_json()",
    "return {'name': 1}",
    "return JSONResponse({}, status_code=204)",
    "return 1",
]
DECORATORS = [
    "@app.get('/{name}')",
    "@app.post('/items',{gap}status_code=204)",
    "@app.delete('/items/<int:id>')",
    "@app.get('items', response_model=Item)",
    "@app.get('/both/{a}', tags='both', response_model=dict)",
    "@app.websocket('/ws')",
    "",
]
COMMENT = st.integers(0, 10**6).map(lambda number: f"# {number}")


@st.composite
def gaps(draw: st.DrawFn, text: str, indent: str) -> str:
    """Put white space, line ends and comments into the gaps of an expression in brackets."""
    while "{gap}" in text:
        comment = draw(st.one_of(st.just(""), COMMENT))
        gap = draw(st.sampled_from(["", " ", f"\n{indent}"])) if not comment else f"  {comment}\n{indent}"
        text = text.replace("{gap}", gap, 1)
    return text


@st.composite
def functions(draw: st.DrawFn, name: str) -> str:
    """A function with decorators, parameters and a body."""
    lines = [
        draw(gaps(each, "    ")) for each in draw(st.lists(st.sampled_from(DECORATORS), max_size=2)) if each
    ]
    parameters = []
    separate = draw(st.booleans())
    starred = had_default = False
    for letter in "abcde"[: draw(st.integers(0, 5))]:
        annotation, default = draw(st.sampled_from(ANNOTATIONS)), draw(st.sampled_from(DEFAULTS))
        if had_default and not default and not starred:
            parameters.append("*")
            starred = True
        had_default = had_default or bool(default)
        parameters.append(f"{letter}{annotation} {draw(gaps(default, ' ' * 8))}".rstrip())
    if separate and parameters:
        written = ""
        for number, each in enumerate(parameters):
            comma = "," if number + 1 < len(parameters) or (each != "*" and draw(st.booleans())) else ""
            comment = draw(st.one_of(st.just(""), COMMENT))
            written += f"    {each}{comma}{'  ' + comment if comment else ''}\n"
        signature = f"(\n{written})"
    else:
        signature = f"({', '.join(parameters)})"
    colour = draw(st.sampled_from(["", "async "]))
    returns = draw(st.sampled_from(["", " -> Item", " -> None", "->dict"]))
    lines.append(f"{colour}def {name}{signature}{returns}:")
    for statement in draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=4)):
        lines += [f"    {comment}" for comment in draw(st.lists(COMMENT, max_size=1))]
        lines.append(f"    {statement}" + draw(st.one_of(st.just(""), COMMENT.map(lambda each: f"  {each}"))))
    return "\n".join(lines)


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module with some functions, and line ends of one kind."""
    head = HEAD.format(
        docstring=draw(st.sampled_from(["", '"""A module."""\n', "#!/usr/bin/env python\n"])),
        future=draw(st.sampled_from(["", "from __future__ import annotations\n"])),
        comment=draw(st.one_of(st.just(""), COMMENT.map(lambda each: f"  {each}"))),
    )
    bodies = [draw(functions(f"f{number}")) for number in range(draw(st.integers(1, 3)))]
    text = head + "\n\n".join(bodies) + draw(st.sampled_from(["\n", ""]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


def fixed(root: str, data: bytes) -> FixReport:
    chosen = load_settings([root], isolated=True, command_line={"select": ("ALL",), "cache": False})
    return fix(chosen, (), stdin=StandardInput("main.py", data), unsafe=True)


@given(modules())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_fixes_of_a_generated_module(text: str) -> None:
    data = text.encode()
    parse(text)
    with tempfile.TemporaryDirectory() as root:
        Path(root, "main.py").touch()
        first = fixed(root, data)
        assert not first.report.failures
        after = first.changes[0].data if first.changes else data
        parse(after.decode())
        assert comments(text) - comments(after.decode()) == Counter()
        assert fixed(root, after).changes == []
