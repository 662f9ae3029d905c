"""How long the language server takes from a change to the diagnostics of the changed file.

    python benchmarks/latency.py PROJECT FILE [--edits N] [--pause SECONDS] [--functions N]

Types a statement, key by key, at the end of functions of the file, takes it away again key by key, and waits after
each key for the diagnostics of exactly that version of the text. Then functions are added to the file, which changes
more than a body: of each the first diagnostics are waited for, and the last. Needs `fastapi-lint[lsp]`.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import contextlib
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

_TYPED = "note = [str(1)]"
_LONGEST = 300
"""Seconds that the first check may take."""


class Editor(LanguageClient):
    """Sends texts, and waits for the diagnostics of each."""

    def __init__(self) -> None:
        super().__init__("latency", "1")
        self._version = 0
        self._published = asyncio.Condition()
        self._last: types.PublishDiagnosticsParams | None = None

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]  # pygls
        async def published(params: types.PublishDiagnosticsParams) -> None:
            async with self._published:
                self._last = params
                self._published.notify_all()

    async def begin(self, root: Path) -> None:
        """Start the server."""
        await self.start_io(sys.executable, "-m", "fastapi_lint", "server")
        await self.initialize_async(
            types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=root.as_uri())
        )
        self.initialized(types.InitializedParams())

    async def open(self, uri: str, text: str) -> float:
        """Open a file; the seconds until its first diagnostics are there."""
        self._version = 1
        started = time.perf_counter()
        self.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", self._version, text))
        )
        await self._wait()
        return time.perf_counter() - started

    async def change(self, uri: str, text: str) -> float:
        """Change the file; the seconds until the diagnostics of the new text are there."""
        self._version += 1
        document = types.VersionedTextDocumentIdentifier(self._version, uri)
        started = time.perf_counter()
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(document, [types.TextDocumentContentChangeWholeDocument(text)])
        )
        await self._wait()
        return time.perf_counter() - started

    async def change_again(self, uri: str, text: str, longest: float) -> tuple[float, float]:
        """Change the file; the seconds until its first diagnostics are there, and until its last.

        Large projects get two: what is known early, and everything. `longest` says how long to wait for the second.
        """
        first = await self.change(uri, text)
        return first, first + await self.rest(longest)

    async def rest(self, longest: float) -> float:
        """Wait for further diagnostics of the same text; the seconds until they came, 0 if they do not."""
        started = time.perf_counter()
        async with self._published:
            known = self._last
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._published.wait_for(lambda: self._last is not known), longest)
                return time.perf_counter() - started
        return 0.0

    def processor_time(self) -> float:
        """Seconds that the server has computed so far; nan where that cannot be known."""
        if self._server is None:
            return math.nan
        try:
            fields = Path(f"/proc/{self._server.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return math.nan
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def _wait(self) -> None:
        async with self._published:
            await asyncio.wait_for(self._published.wait_for(self._is_current), _LONGEST)

    def _is_current(self) -> bool:
        return self._last is not None and self._last.version == self._version


def keys(text: str) -> Iterator[str]:
    """The text after each key: a statement is typed at the end of one function after the other, and removed."""
    lines = text.splitlines(keepends=True)
    functions = [
        node
        for node in ast.parse(text).body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None
    ]
    while True:
        for function in functions:
            at = function.body[0].lineno - 1 if len(function.body) == 1 else function.body[1].lineno - 1
            indentation = " " * function.body[0].col_offset
            typed = [indentation + _TYPED[:length] for length in range(len(_TYPED) + 1)]
            for line in [*typed, *reversed(typed)]:
                yield "".join([*lines[:at], line + "\n", *lines[at:]])
            yield text


async def _add_functions(editor: Editor, uri: str, text: str, count: int, longest: float) -> None:
    taken = []
    for number in range(1, count + 1):
        before = editor.processor_time()
        text += f"\n\ndef added_{number}() -> int:\n    return {number}\n"
        first, last = await editor.change_again(uri, text, longest)
        taken.append((first, last, editor.processor_time() - before))
    for kind, seconds in zip(
        ("first findings", "all findings", "processor time"), zip(*taken, strict=True), strict=False
    ):
        print(
            f"function added, {kind:14} median {statistics.median(seconds):.2f} s  most {max(seconds):.2f} s"
        )


async def measure(root: Path, name: str, edits: int, pause: float, functions: int) -> None:
    """Type, and print what it took."""
    path = root / name
    text = path.read_text("utf-8")
    editor = Editor()
    await editor.begin(root)
    first = await editor.open(path.as_uri(), text)
    last = first + await editor.rest(3 * first)
    print(f"{name}: {text.count(chr(10)):,} lines; opened: {first:.2f} s, all known after {last:.2f} s")
    before = editor.processor_time()
    complete: list[float] = []
    broken: list[float] = []
    for changed in islice(keys(text), edits):
        seconds = await editor.change(path.as_uri(), changed)
        (complete if _is_complete(changed) else broken).append(seconds)
        await asyncio.sleep(pause)
    for kind, taken in (("all edits", complete + broken), ("that parse", complete), ("that do not", broken)):
        if taken:
            print(
                f"{kind:12} {len(taken):4}  median {statistics.median(taken) * 1000:6.1f} ms"
                f"  least {min(taken) * 1000:6.1f}  nine of ten {sorted(taken)[int(len(taken) * 0.9)] * 1000:6.1f}"
                f"  most {max(taken) * 1000:6.1f}"
            )
    if edits:
        print(
            f"processor time of the server: {(editor.processor_time() - before) / edits * 1000:.1f} ms an edit"
        )
    await _add_functions(editor, path.as_uri(), text, functions, 3 * last)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    await editor.shutdown_async(None)
    editor.exit(None)
    await editor.stop()  # type: ignore[no-untyped-call]  # pygls


def _is_complete(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("file", help="relative to the project")
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two keys")
    parser.add_argument("--functions", type=int, default=0, help="how many functions to add at the end")
    given = parser.parse_args()
    asyncio.run(measure(given.project.resolve(), given.file, given.edits, given.pause, given.functions))


if __name__ == "__main__":
    main()
