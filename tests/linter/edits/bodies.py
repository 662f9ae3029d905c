"""Edits within the body of one function."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from tests.linter.edits.phrases import PHRASES, phrase, written
from tests.linter.edits.project import Place, is_read
from tests.linter.edits.source import Function, blocks, inside

BodyEdit: TypeAlias = Callable[[Place, Function], "str | None"]

_COMMENTS = (
    "# noqa",
    "# noqa: {code}",
    "# fastapi-lint: ignore",
    "# fastapi-lint: ignore[{code}] because",
    "# fastapi-lint: ignore-next-line[{code}]",
    "# fastapi-lint: disable[{code}]",
    "# fastapi-lint: enable",
    "# fastapi-lint: expect[{code}]",
    "# type: ignore",
    "# nothing in particular",
)
_CODES = ("FAL101", "FAL201", "FAL301", "FAL401", "FAL501", "FAL601", "FAL999", "ASYNC210")
_CONSTANTS = ("None", "True", "1", "404", "''", "'/added'", "'name'", "{}", "[]", "...")
_WRAPPERS = (
    "if {name}:",
    "if not {name}:",
    "while True:",
    "for each in {name}:",
    "with {name}:",
    "async with {name}:",
    "with {klass}() as opened:",
    "async for each in {function}():",
    "if TYPE_CHECKING:",
    "if __name__ == '__main__':",
    "def inner():",
    "async def inner():",
)


def delete_statement(place: Place, function: Function) -> str | None:
    block = place.random.choice(blocks(function))
    statement = place.random.choice(block)
    return place.source.with_lines(statement, "pass" if len(block) == 1 else "")


def duplicate_statement(place: Place, function: Function) -> str | None:
    statement = place.random.choice(_statements(function))
    lines = place.source.lines(statement)
    return place.source.after(statement, lines) if lines is not None else None


def swap_statements(place: Place, function: Function) -> str | None:
    block = place.random.choice(blocks(function))
    if len(block) < 2:
        return None
    first, second = sorted(place.random.sample(range(len(block)), 2))
    moved, other = place.source.lines(block[first]), place.source.lines(block[second])
    if moved is None or other is None:
        return None
    between = "".join(place.source.lines(each) or "" for each in block[first + 1 : second])
    return place.source.with_lines(block[first], other + between + moved, block[second])


def take_over_body(place: Place, function: Function) -> str | None:
    found = place.other_function()
    if found is None:
        return None
    source, other = found
    lines = source.lines(other.body[0], other.body[-1])
    return _with_body(place, function, lines) if lines is not None else None


def take_over_statement(place: Place, function: Function) -> str | None:
    lines = _other_statement(place)
    return _inserted(place, function, lines) if lines is not None else None


def replace_statement(place: Place, function: Function) -> str | None:
    lines = _other_statement(place)
    statement = place.random.choice(_statements(function))
    return place.source.with_lines(statement, lines) if lines is not None else None


def empty_body(place: Place, function: Function) -> str | None:
    return _with_body(
        place, function, place.random.choice(("pass", "...", "return None", "raise NotImplementedError"))
    )


def replace_expression(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.expr) and is_read(each))
    if node is None:
        return None
    new = place.expression() if place.chance(0.7) else written(place, function, "{name}.{attribute}")
    return place.source.replaced(node, new) if new is not None else None


def replace_name(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Name))
    return place.source.replaced(node, place.name(function)) if node is not None else None


def replace_attribute(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Attribute))
    if node is None:
        return None
    return place.source.replaced(node, f"{place.source.segment(node.value)}.{place.attribute()}")


def replace_constant(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Constant))
    return place.source.replaced(node, place.random.choice(_CONSTANTS)) if node is not None else None


def change_arguments(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Call))
    if node is None:
        return None
    given = [place.source.segment(each) for each in node.args]
    given += [place.source.text[slice(*place.source.span(each))] for each in node.keywords]
    if given and place.chance(0.5):
        given.remove(place.random.choice(given))
    else:
        given.insert(0, place.expression() or place.name(function))
    return place.source.replaced(node, f"{place.source.segment(node.func)}({', '.join(given)})")


def toggle_await(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Await | ast.Call))
    if node is None:
        return None
    if isinstance(node, ast.Await):
        return place.source.replaced(node, place.source.segment(node.value))
    return place.source.replaced(node, f"(await {place.source.segment(node)})")


def toggle_async(place: Place, function: Function) -> str | None:
    """Of a `with`, a `for` or a nested function."""
    kinds = (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.FunctionDef, ast.AsyncFunctionDef)
    statement = place.one_of(each for each in inside(function) if isinstance(each, kinds))
    lines = place.source.lines(statement) if statement is not None else None
    if statement is None or lines is None or lines.startswith("@"):
        return None
    other = lines.removeprefix("async ") if lines.startswith("async ") else f"async {lines}"
    return place.source.with_lines(statement, other)


def change_returned(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Return))
    if node is None:
        return None
    if place.chance(0.5):
        return place.source.with_lines(node, phrase(place, function, "return something"))
    new = place.expression(place.random.choice((ast.Call, ast.Name, ast.Await, ast.expr)))
    return place.source.replaced(node, f"return {new}") if new is not None else None


def remove_return(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Return))
    if node is None:
        return None
    return place.source.replaced(node, place.source.segment(node.value) if node.value is not None else "pass")


def remove_yield(place: Place, function: Function) -> str | None:
    node = place.one_of(each for each in inside(function) if isinstance(each, ast.Yield | ast.YieldFrom))
    if node is None:
        return None
    return place.source.replaced(node, place.source.segment(node.value) if node.value is not None else "None")


def wrap_statements(place: Place, function: Function) -> str | None:
    block = place.random.choice(blocks(function))
    first = place.random.randrange(len(block))
    last = place.random.randrange(first, len(block))
    lines = place.source.lines(block[first], block[last])
    if lines is None:
        return None
    wrapped = "".join(f"    {line}" for line in lines.splitlines(keepends=True))
    if place.chance(0.3):
        handler = place.random.choice(("except Exception:\n    pass\n", "finally:\n    pass\n"))
        return place.source.with_lines(block[first], f"try:\n{wrapped}{handler}", block[last])
    head = written(place, function, place.random.choice(_WRAPPERS))
    return place.source.with_lines(block[first], f"{head}\n{wrapped}", block[last])


def unwrap_statements(place: Place, function: Function) -> str | None:
    """What stands in a compound statement takes its place."""
    statement = place.one_of(
        each for each in inside(function) if isinstance(each, ast.stmt) and getattr(each, "body", None)
    )
    if statement is None:
        return None
    block = getattr(statement, "body")  # noqa: B009 - statements in general have none
    lines = place.source.lines(block[0], block[-1])
    return place.source.with_lines(statement, lines) if lines is not None else None


def comment_line(place: Place, function: Function) -> str | None:
    statement = place.random.choice(_statements(function))
    return place.source.before(statement, _comment(place))


def comment_statement(place: Place, function: Function) -> str | None:
    """At the end of the first line of a statement, or of a header."""
    statement = place.random.choice([function, *_statements(function)])
    start, _ = place.source.span(statement)
    end = place.source.text.find("\n", start)
    if end < 0:
        return None
    return f"{place.source.text[:end]}  {_comment(place)}{place.source.text[end:]}"


def blank_line(place: Place, function: Function) -> str | None:
    statement = place.random.choice(_statements(function))
    return place.source.before(statement, "\n" * place.random.randint(1, 3))


def edit_docstring(place: Place, function: Function) -> str | None:
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return place.source.before(first, '"""Added."""')
    return place.source.with_lines(
        first, place.random.choice(('"""Other."""', '"""Other:\n\n    it is longer.\n"""'))
    )


def _phrases(kind: str) -> BodyEdit:
    def insert(place: Place, function: Function) -> str | None:
        lines = phrase(place, function, kind)
        if place.chance(0.3):
            return place.source.with_lines(place.random.choice(_statements(function)), lines)
        return _inserted(place, function, lines)

    return insert


BODY_EDITS: dict[str, BodyEdit] = {
    **{
        each.__name__.replace("_", " "): each
        for each in (
            delete_statement,
            duplicate_statement,
            swap_statements,
            take_over_body,
            take_over_statement,
            replace_statement,
            empty_body,
            replace_expression,
            replace_name,
            replace_attribute,
            replace_constant,
            change_arguments,
            toggle_await,
            toggle_async,
            change_returned,
            remove_return,
            remove_yield,
            wrap_statements,
            unwrap_statements,
            comment_line,
            comment_statement,
            blank_line,
            edit_docstring,
        )
    },
    **{kind: _phrases(kind) for kind in PHRASES},
}


def _statements(function: Function) -> list[ast.stmt]:
    return [statement for block in blocks(function) for statement in block]


def _inserted(place: Place, function: Function, lines: str) -> str | None:
    """With new lines somewhere in the body, rather at its start than anywhere else: what ends a body hides the rest."""
    if place.chance(0.4):
        docstring = ast.get_docstring(function, clean=False) is not None
        if docstring:
            return place.source.after(function.body[0], lines)
        return place.source.before(function.body[0], lines)
    if place.chance(0.3):
        return place.source.after(function.body[-1], lines)
    return place.source.before(place.random.choice(_statements(function)), lines)


def _with_body(place: Place, function: Function, lines: str) -> str | None:
    return place.source.with_lines(function.body[0], lines, function.body[-1])


def _other_statement(place: Place) -> str | None:
    found = place.other_function()
    if found is None:
        return None
    source, other = found
    return source.lines(place.random.choice(_statements(other)))


def _comment(place: Place) -> str:
    return place.random.choice(_COMMENTS).format(code=place.random.choice(_CODES))
