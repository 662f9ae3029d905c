"""Who asks which names something calls: in a way that is remembered, so that it is known for whom an edit matters."""

from __future__ import annotations

import ast
from pathlib import Path

import fastapi_lint
from fastapi_lint.application.modules import Project
from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_index
from tests.support import MemoryFiles

SOURCE = Path(fastapi_lint.__file__).parent
NOT_ASKING = {
    "application/assembly/relevance.py",  # goes through the names to find those that it asks for
    "application/effects.py",  # of a function whose body it reveals
    "application/located.py",  # by names that are asked for, or in a linted file
    "application/modules.py",  # answers
    "linter/edits.py",  # compares
}
"""Where it is looked up otherwise; rules do it too, in the files they lint."""


def test_what_is_asked_is_remembered_and_answered() -> None:
    project = Project(MemoryFiles({}), (), lambda _: build_index(b""))
    asked = project.asked({"run", "add_task"})
    project.asked(["Depends"])
    assert project.asked_names == {"run", "add_task", "Depends"}
    index = build_index(
        b"def start():\n    def inner():\n        loop.run(main())\n\n\ndef stop():\n    run.main()\n"
    )
    start, stop = index.body
    assert isinstance(start, nodes.FunctionDef)
    assert isinstance(stop, nodes.FunctionDef)
    assert asked.called_in(index)
    assert [asked.called_in(start), asked.called_in(stop)] == [True, False]


def test_nobody_looks_it_up_without_asking() -> None:
    places = {
        path.relative_to(SOURCE).as_posix()
        for folder in ("application", "linter")
        for path in (SOURCE / folder).rglob("*.py")
        if any(map(_looks_up, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert places == NOT_ASKING


def _looks_up(node: ast.AST) -> bool:
    """Whether it is `function.node.called`, `module.index.called` or the like."""
    match node:
        case ast.Attribute(attr="called", value=ast.Attribute(attr=holder) | ast.Name(id=holder)):
            return holder in ("before", "index", "node", "now", "part")
    return False
