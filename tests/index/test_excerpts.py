"""Excerpts: what stays keeps its place, what goes leaves no trace but its extent."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import libcst as cst
import pytest

from fastapi_lint.index.excerpts import excerpt

SOURCES = sorted((Path(__file__).parents[2] / "src" / "fastapi_lint" / "application").glob("*s.py"))[:8]


def of(source: str, *wanted: int) -> str:
    lines = textwrap.dedent(source).strip("\n").split("\n")
    return "\n".join(excerpt(lines, wanted))


def test_headers_around_a_wanted_line_stay() -> None:
    source = """
        @app.get("/")
        async def read(
            db: Session,
        ):
            \"\"\"Read.\"\"\"
            first = 1
            if first:
                second = 2
                third = 3  # wanted
            elif other:
                fourth = 4
            else:
                fifth = [
                    5,
                ]
            return first
    """
    assert of(source, 9) == "\n".join(
        [
            '@app.get("/")',
            "async def read(",
            "    db: Session,",
            "):",
            "    '''",
            "'''",
            "    if first:",
            "        0",
            "        third = 3  # wanted",
            "    elif other:",
            "        0",
            "    else:",
            "        '''",
            "",
            "'''",
            "    0",
        ]
    )


def test_a_wanted_header_loses_its_body() -> None:
    assert of("def f(x):\n    y = x\n    return y\n", 1) == "def f(x):\n    '''\n'''"


def test_statements_on_a_shared_line_stay() -> None:
    source = "if a: b()\nc(); d()\ne()"
    assert of(source, 2) == "if a: b()\nc(); d()\n0".replace("if a: b()", "0")
    assert of("if a: b()\nelse:\n    c()", 1) == "if a: b()\nelse:\n    0"


def test_what_does_not_parse_comes_back_whole() -> None:
    assert of("def f(:\n    pass", 1) == "def f(:\n    pass"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_statement_of_real_code_can_be_cut_out(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for statement in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(statement, (ast.Return, ast.Assign, ast.Expr, ast.For, ast.FunctionDef)):
            found = excerpt(lines, {statement.lineno})
            assert len(found) == len(lines)
            first = statement.lineno - 1
            last = (statement.end_lineno if not hasattr(statement, "body") else statement.lineno) or 0
            assert found[first:last] == lines[first:last]
            kept = ast.walk(ast.parse("\n".join(found)))
            assert any(type(each) is type(statement) and each.lineno == statement.lineno for each in kept)


def test_libcst_reads_excerpts() -> None:
    lines = SOURCES[0].parent.joinpath("inference.py").read_text(encoding="utf-8").splitlines()
    for line in range(1, len(lines), 7):
        cst.parse_module("\n".join(excerpt(lines, {line})) + "\n")
