"""Fixes and hints for calls on the event loop: await something else, use a thread, become a plain `def`.

Imported when there is something to mend: it needs libcst.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.fixes.parameters import bare_comma

if TYPE_CHECKING:
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.rules.base import Rule

_ASYNC_CLIENT = "httpx.AsyncClient"
_SAME_KEYWORDS = frozenset(
    {"auth", "content", "cookies", "data", "files", "headers", "json", "params", "timeout"}
)
_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request"})
_FILES = ("builtins.open", "io.", "pathlib.Path.open")
"""Opening, reading and writing a file belong together: one of them in a thread of its own gains nothing."""
_CLIENT_MODULES = ("httpx", "httpx2", "requests")


def can_await(rule: Rule, node: cst.CSTNode) -> bool:
    """Whether an `await` may stand where a node stands: in an `async def`, and in nothing that runs elsewhere."""
    for each in rule.editor().region.ancestors(node):
        if isinstance(each, cst.FunctionDef):
            return each.asynchronous is not None
        if isinstance(
            each, (cst.Lambda, cst.ClassDef, cst.GeneratorExp, cst.Decorator, cst.Annotation, cst.Param)
        ):
            return False
    return False


def await_call(rule: Rule, call: cst.Call, message: str) -> Fix | None:
    """`f(…)` → `await f(…)`."""
    if not can_await(rule, call):
        return None
    editor = rule.editor()
    editor.wrap_in_await(call)
    return rule.build_fix(message, Applicability.UNSAFE, editor)


def await_other(rule: Rule, call: cst.Call, module: str, name: str) -> Fix | None:
    """`f(…)` → `await module.name(…)` with the same arguments."""
    if not can_await(rule, call):
        return None
    imports = rule.visit.imports
    needed = imports.require(module, row=rule.visit.span(call)[0])
    if needed is None:
        return None
    editor = rule.editor()
    editor.wrap_in_await(call)  # first: what both insert at the start of the call comes in this order
    editor.replace(call.func, f"{needed.expression}.{name}")
    return rule.build_fix(f"Await `{module}.{name}`", Applicability.UNSAFE, editor, imports=needed.edits)


def await_argument(rule: Rule, call: cst.Call) -> Fix | None:
    """`run(f(…))` → `await f(…)`."""
    if not can_await(rule, call) or len(call.args) != 1 or call.args[0].star:
        return None
    coroutine = call.args[0].value
    if not isinstance(coroutine, cst.Call):
        return None
    editor = rule.editor()
    editor.replace(call, cst.Await(coroutine))
    return rule.build_fix("Await the coroutine", Applicability.UNSAFE, editor)


def make_plain(rule: Rule, node: cst.CSTNode) -> Fix | None:
    """The function around a node without its `async`."""
    editor = rule.editor()
    for each in (node, *editor.region.ancestors(node)):
        if isinstance(each, cst.FunctionDef):
            editor.replace(each, each.with_changes(asynchronous=None))
            return rule.build_fix(f"Make `{each.name.value}` a plain `def`", Applicability.HINT, editor)
    return None


def use_thread(rule: Rule, node: cst.CSTNode) -> Fix | None:
    """`f(…)` → `await run_in_threadpool(f, …)`."""
    if not isinstance(node, cst.Call) or not can_await(rule, node):
        return None
    needed = rule.visit.imports.require(
        "fastapi.concurrency",
        "run_in_threadpool",
        row=rule.visit.span(node)[0],
        equivalents=["starlette.concurrency"],
    )
    if needed is None:
        return None
    editor = rule.editor()
    function = cst.Arg(node.func)
    if node.args:
        separate = isinstance(node.whitespace_before_args, cst.ParenthesizedWhitespace)
        space = node.whitespace_before_args if separate else cst.SimpleWhitespace(" ")
        function = function.with_changes(comma=bare_comma(cst.Comma(whitespace_after=space)))
    call = node.with_changes(func=cst.parse_expression(needed.expression), args=[function, *node.args])
    editor.replace(node, cst.Await(call))
    return rule.build_fix("Call it in a worker thread", Applicability.HINT, editor, imports=needed.edits)


def use_async_client(rule: Rule, node: cst.CSTNode, name: str) -> Fix | None:
    """`x = requests.get(…)` → the same request by an `httpx.AsyncClient`, for a statement that does nothing else."""
    module, _, verb = name.rpartition(".")
    if module not in _CLIENT_MODULES or verb not in _VERBS or not isinstance(node, cst.Call):
        return None
    keywords = {argument.keyword.value for argument in node.args if argument.keyword is not None}
    if (
        not can_await(rule, node)
        or not keywords <= _SAME_KEYWORDS
        or any(argument.star for argument in node.args)
    ):
        return None
    editor = rule.editor()
    statement = editor.region.parent(node)
    if not isinstance(statement, (cst.Assign, cst.Expr)):
        return None
    line = editor.region.statement_of(node)
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    needed = rule.visit.imports.require("httpx", row=rule.visit.span(node)[0])
    if needed is None:
        return None
    code = rule.visit.code(node)
    written = rule.visit.code(line.body[0])
    request = f"await client.{verb}{code[len(rule.visit.code(node.func)) :]}"
    inner = written.replace(code, request, 1).replace("\n", "\n    ")
    editor.replace_statement(line, f"async with {needed.expression}.AsyncClient() as client:\n    {inner}\n")
    return rule.build_fix(f"Await `{_ASYNC_CLIENT}`", Applicability.HINT, editor, imports=needed.edits)


def ways_out(rule: Rule, node: cst.CSTNode, name: str, *, can_be_plain: bool) -> Iterator[Fix]:
    """What may be done about a blocking call in an `async def`, for a person to choose from."""
    found = [
        make_plain(rule, node) if can_be_plain else None,
        use_async_client(rule, node, name),
        None if name.startswith(_FILES) else use_thread(rule, node),
    ]
    return (fix for fix in found if fix is not None)
