"""Whatever a module imports and binds: what is required of it is there at run time."""

from __future__ import annotations

import ast
import asyncio
import collections
import typing

from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.fixes.bindings import Imported
from fastapi_lint.fixes.imports import ImportEditor
from tests.fixes.sample import applied

imports = st.sampled_from(
    [
        "import asyncio",
        "import asyncio as aio",
        "import os, asyncio",
        "import asyncio.queues",
        "import collections.abc",
        "from typing import Any",
        "from typing import (\n    Any,  # any\n    Dict\n)",
        "from typing import Deque as D, List,\\\n  Set",
        "from collections import (deque, OrderedDict,)",
        "from collections import *",
        "from asyncio import *",
        "import typing as t",
        "try:\n    import asyncio\nexcept ImportError:\n    asyncio = None",
        "if False:\n    from typing import Any",
        "import sys; import re",
        "from collections import Counter; y = [\n1,\n]",
        "from typing import cast, Any",
        "try:\n    from typing import Any\nexcept ImportError:\n    from typing_extensions import Any",
    ]
)
others = st.sampled_from(
    [
        "",
        "",
        "\n",
        "# comment",
        "x = 1",
        "asyncio = 5",
        "Any = 5",
        "def deque(): ...",
        "for Any in [1]: pass",
        "class asyncio: ...",
        "def f(asyncio, Any=1):\n    deque = 3\n    return [Any for Any in [1]]",
        "del_ = [asyncio for asyncio in [1]]",
        "def g():\n    global deque\n    deque = 2",
        "lambda Any: Any",
        "with open('/dev/null') as deque: pass",
    ]
)
headers = st.sampled_from(
    [
        "",
        "#!/usr/bin/env python\n# coding: utf-8\n",
        '"""Doc é."""\n',
        "# Licence\n\n",
        '"""Doc."""\n\nfrom __future__ import annotations\n',
    ]
)
targets = st.sampled_from(
    [
        ("asyncio", None),
        ("typing", "Any"),
        ("collections", "deque"),
        ("collections.abc", None),
        ("typing", "Set"),
    ]
)


@given(
    headers,
    st.lists(st.one_of(imports, others), max_size=5),
    st.lists(targets, min_size=1, max_size=3),
    st.booleans(),
)
def test_what_is_required_is_there_at_run_time(header, statements, wanted, in_function):
    text = header + "".join(f"{statement}\n" for statement in statements)
    text += "def use():\n    return USE\nRESULT = use()\n" if in_function else "RESULT = USE\n"
    row = text[: text.index("USE")].count("\n") + 1
    found = ImportEditor(text).require_all([Imported(*each) for each in wanted], row=row)
    if found is None:
        return
    expressions, edits = found
    before = text.replace("USE", f"[{', '.join(expressions)}]")
    after = applied(before, edits)
    names: dict[str, object] = {}
    exec(compile(after, "generated", "exec"), names)
    meant = [_meaning(*each) for each in wanted]
    assert names["RESULT"] == meant

    row = after[: after.rindex(f"[{', '.join(expressions)}]")].count("\n") + 1
    again = ImportEditor(after).require_all([Imported(*each) for each in wanted], row=row)
    assert again is not None
    assert again[1] == ()
    rest = iter(after)
    assert all(character in rest for character in before), "an import only adds"
    assert ast.get_docstring(ast.parse(after)) == ast.get_docstring(ast.parse(before))


def _meaning(module: str, name: str | None) -> object:
    if name is None:
        return {"asyncio": asyncio, "collections.abc": collections.abc}[module]
    return getattr({"typing": typing, "collections": collections}[module], name)
