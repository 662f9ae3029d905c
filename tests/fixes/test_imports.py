from __future__ import annotations

import pytest

from fastapi_lint.diagnostics import Applicability, Fix
from fastapi_lint.fixes.apply import apply_edits
from fastapi_lint.fixes.bindings import Imported
from fastapi_lint.fixes.imports import ImportEditor, Requirement
from fastapi_lint.fixes.positions import Change, LineMap
from tests.fixes.sample import applied


def required(text: str, module: str, name: str | None, **options: str) -> tuple[str, str] | None:
    """The expression for what the row with `USE` in it needs, and the text with the import."""
    row = text[: text.index("USE")].count("\n") + 1
    found = ImportEditor(text, **options).require(module, name, row=row)
    return found and (found.expression, applied(text, found.edits))


KNOWN = {
    "a module": ("import asyncio\nUSE\n", "asyncio", None, "asyncio"),
    "not in a branch": ("if x:\n    import asyncio\nUSE\n", "asyncio", None, None),
    "not in two ifs": ("if x:\n  import asyncio\nif y:\n  import asyncio\nUSE\n", "asyncio", None, None),
    "not with a fallback": ("try:\n  import a\nexcept ImportError:\n  a = None\nUSE\n", "a", None, None),
    "under an alias": ("import asyncio as aio\nUSE\n", "asyncio", None, "aio"),
    "a name": ("from typing import Any, Annotated\nUSE\n", "typing", "Annotated", "Annotated"),
    "a name under an alias": ("from typing import Annotated as A\nUSE\n", "typing", "Annotated", "A"),
    "a name of a known module": ("import typing as t\nUSE\n", "typing", "Annotated", "t.Annotated"),
    "a name before a module": ("import typing as t\nfrom typing import Any\nUSE\n", "typing", "Any", "Any"),
    "a submodule": ("import os.path\nUSE\n", "os.path", None, "os.path"),
    "a submodule by its name": ("from os import path\nUSE\n", "os.path", None, "path"),
    "a package by its submodule": ("import os.path\nUSE\n", "os", None, "os"),
    "beside another submodule": ("import xml.dom\nimport xml.sax\nUSE\n", "xml.dom", None, "xml.dom"),
    "a name of a submodule": ("import os.path\nUSE\n", "os.path", "join", "os.path.join"),
    "in the function": ("def f():\n    import asyncio\n    USE\n", "asyncio", None, "asyncio"),
    "relative": ("from .deps import db\nUSE\n", "app.deps", "db", "db"),
    "relative to the parent": ("from ..deps import db\nUSE\n", "deps", "db", None),
    "before a function's own name": ("from a import b\ndef f(b):\n  pass\nUSE\n", "a", "b", "b"),
    "in the header of a function": ("from a import b\n@USE\ndef f(b):\n  pass\n", "a", "b", "b"),
}


@pytest.mark.parametrize(("text", "module", "name", "expression"), KNOWN.values(), ids=KNOWN)
def test_what_is_imported_already_is_used(text, module, name, expression):
    found = required(text, module, name, package="app")
    if expression is None:
        assert found is not None and found[1] != text
    else:
        assert found == (expression, text)


@pytest.mark.parametrize("condition", ["try", "if"])
def test_equivalents_in_both_branches_will_do(condition):
    first, second = {"try": ("try:", "except ImportError:"), "if": ("if sys.version_info > (3,):", "else:")}[
        condition
    ]
    text = f"{first}\n    from typing import Self\n{second}\n    from typing_extensions import Self\nx = 1\n"
    editor = ImportEditor(text)
    assert editor.require("typing", "Self", row=5, equivalents=["typing_extensions"]) == Requirement(
        "Self", ()
    )
    assert editor.require("typing", "Self", row=5).expression == "_Self"


NEW = {
    "in an empty file": ("USE\n", "asyncio", None, "import asyncio\n\nUSE\n"),
    "below the docstring": ('"""Doc."""\n\nUSE\n', "asyncio", None, '"""Doc."""\n\nimport asyncio\n\nUSE\n'),
    "below a close docstring": (
        '"""Doc."""\nUSE\n',
        "asyncio",
        None,
        '"""Doc."""\n\nimport asyncio\n\nUSE\n',
    ),
    "below a shebang": (
        "#!/bin/python\n# coding: utf-8\nUSE\n",
        "asyncio",
        None,
        "#!/bin/python\n# coding: utf-8\nimport asyncio\n\nUSE\n",
    ),
    "below a licence": (
        "# All rights\n\n# use\nUSE\n",
        "asyncio",
        None,
        "# All rights\n\nimport asyncio\n\n# use\nUSE\n",
    ),
    "below `__future__`": (
        "from __future__ import annotations\n\nUSE\n",
        "asyncio",
        None,
        "from __future__ import annotations\n\nimport asyncio\n\nUSE\n",
    ),
    "close below `__future__`": (
        "from __future__ import annotations\nimport os\nUSE\n",
        "asyncio",
        None,
        "from __future__ import annotations\nimport asyncio\nimport os\nUSE\n",
    ),
    "in the section of its kind": (
        "import os\n\nimport fastapi\n\nUSE\n",
        "re",
        None,
        "import os\nimport re\n\nimport fastapi\n\nUSE\n",
    ),
    "first in its section": (
        "import os\nimport sys\n\nUSE\n",
        "asyncio",
        None,
        "import asyncio\nimport os\nimport sys\n\nUSE\n",
    ),
    "with the plain imports": (
        "import os\nfrom ast import parse\n\nUSE\n",
        "sys",
        None,
        "import os\nimport sys\nfrom ast import parse\n\nUSE\n",
    ),
    "with the others of its package": (
        "import os\n\nfrom fastapi import FastAPI\n\nfrom app import x\n\nUSE\n",
        "fastapi.concurrency",
        "run_in_threadpool",
        "import os\n\nfrom fastapi import FastAPI\n"
        "from fastapi.concurrency import run_in_threadpool\n\nfrom app import x\n\nUSE\n",
    ),
    "in order of modules": (
        "from ast import parse\nimport os\n\nUSE\n",
        "json",
        None,
        "from ast import parse\nimport json\nimport os\n\nUSE\n",
    ),
    "at the end of a disordered section": (
        "import sys\nimport os\n\nUSE\n",
        "json",
        None,
        "import sys\nimport os\nimport json\n\nUSE\n",
    ),
    "with its kind in a mixed section": (
        "import sys\nimport os\nimport fastapi\n\nUSE\n",
        "json",
        None,
        "import sys\nimport os\nimport json\nimport fastapi\n\nUSE\n",
    ),
    "above the next section": (
        "import fastapi\n\nUSE\n",
        "json",
        None,
        "import json\n\nimport fastapi\n\nUSE\n",
    ),
    "above a commented section": (
        "'''doc'''\n\n# web\nimport fastapi\n\nUSE\n",
        "json",
        None,
        "'''doc'''\n\nimport json\n\n# web\nimport fastapi\n\nUSE\n",
    ),
    "below the last section": ("import os\n\nUSE\n", "fastapi", None, "import os\n\nimport fastapi\n\nUSE\n"),
    "above the code that needs it": (
        "import os\nUSE\nimport sys\n",
        "json",
        None,
        "import json\nimport os\nUSE\nimport sys\n",
    ),
    "not among those for the type checker": (
        "import os\nif TYPE_CHECKING:\n    import asyncio\n\nUSE\n",
        "asyncio",
        None,
        "import asyncio\nimport os\nif TYPE_CHECKING:\n    import asyncio\n\nUSE\n",
    ),
    "on a shared line": (
        "import os; x = [\n1]\nUSE\n",
        "sys",
        None,
        "import os; x = [\n1]\nimport sys\nUSE\n",
    ),
    "with Windows line ends": (
        "import os\r\n\r\nUSE\r\n",
        "sys",
        None,
        "import os\r\nimport sys\r\n\r\nUSE\r\n",
    ),
    "behind a long import": (
        "from os import (\n    path,  # p\n)\n\nUSE\n",
        "sys",
        None,
        "import sys\nfrom os import (\n    path,  # p\n)\n\nUSE\n",
    ),
}


@pytest.mark.parametrize(("text", "module", "name", "after"), NEW.values(), ids=NEW)
def test_a_new_import_goes_where_isort_would_put_it(text, module, name, after):
    assert required(text, module, name, package="app") == (name or module, after)


JOINED = {
    "in order": ("from typing import Any, List\nUSE\n", "Dict", "from typing import Any, Dict, List\nUSE\n"),
    "first": ("from typing import Any\nUSE\n", "Annotated", "from typing import Annotated, Any\nUSE\n"),
    "last": ("from typing import Any  # c\nUSE\n", "List", "from typing import Any, List  # c\nUSE\n"),
    "by kind": (
        "from typing import TYPE_CHECKING, Any, cast\nUSE\n",
        "List",
        "from typing import TYPE_CHECKING, Any, List, cast\nUSE\n",
    ),
    "by letter": (
        "from typing import Any, cast, List\nUSE\n",
        "Dict",
        "from typing import Any, cast, Dict, List\nUSE\n",
    ),
    "without order": (
        "from typing import cast, Any\nUSE\n",
        "List",
        "from typing import cast, Any, List\nUSE\n",
    ),
    "in parentheses": (
        "from typing import (Any, List)\nUSE\n",
        "Dict",
        "from typing import (Any, Dict, List)\nUSE\n",
    ),
    "one a line": (
        "from typing import (\n    Any,  # any\n    List,\n)\nUSE\n",
        "Dict",
        "from typing import (\n    Any,  # any\n    Dict,\n    List,\n)\nUSE\n",
    ),
    "last, one a line": (
        "from typing import (\n    Any,\n    Dict  # d\n)\nUSE\n",
        "List",
        "from typing import (\n    Any,\n    Dict,  # d\n    List\n)\nUSE\n",
    ),
    "over a continuation": (
        "from typing import Any, \\\n    List\nUSE\n",
        "Set",
        "from typing import Any, \\\n    List, Set\nUSE\n",
    ),
    "not with a star": (
        "from typing import *\nUSE\n",
        "Dict",
        "from typing import *\nfrom typing import Dict\nUSE\n",
    ),
}


@pytest.mark.parametrize(("text", "name", "after"), JOINED.values(), ids=JOINED)
def test_a_name_joins_the_import_from_its_module(text, name, after):
    assert required(text, "typing", name) == (name, after)


TAKEN = {
    "by a variable": ("status = 1\n\nUSE\n", "from fastapi import status as _status\n\nstatus = 1\n\nUSE\n"),
    "by a parameter": (
        "def f(status):\n    USE\n",
        "from fastapi import status as _status\n\ndef f(status):\n    USE\n",
    ),
    "by a loop": (
        "for status in x: pass\nUSE\n",
        "from fastapi import status as _status\n\nfor status in x: pass\nUSE\n",
    ),
    "by another import": (
        "from http import status\nUSE\n",
        "from http import status\n\nfrom fastapi import status as _status\n\nUSE\n",
    ),
    "through `global`": (
        "def f():\n    global status\n    status = 1\nUSE\n",
        "from fastapi import status as _status\n\ndef f():\n    global status\n    status = 1\nUSE\n",
    ),
    "perhaps by a star": (
        "from x import *\nstatus\nUSE\n",
        "from fastapi import status as _status\nfrom x import *\nstatus\nUSE\n",
    ),
    "in a class body": (
        "class C:\n    status = 1\n    USE\n",
        "from fastapi import status as _status\n\nclass C:\n    status = 1\n    USE\n",
    ),
    "not in a method of that class": (
        "class C:\n    status = 1\n    def f(self):\n        USE\n",
        "from fastapi import status\n\nclass C:\n    status = 1\n    def f(self):\n        USE\n",
    ),
    "not in another function": (
        "def f(status): ...\ndef g():\n    USE\n",
        "from fastapi import status\n\ndef f(status): ...\ndef g():\n    USE\n",
    ),
    "by a comprehension around it": (
        "[USE for status in x]\n",
        "from fastapi import status as _status\n\n[USE for status in x]\n",
    ),
}


@pytest.mark.parametrize(("text", "after"), TAKEN.values(), ids=TAKEN)
def test_a_name_that_is_taken_is_not_taken_again(text, after):
    expression = "_status" if "_status" in after else "status"
    assert required(text, "fastapi", "status") == (expression, after)


def test_when_every_name_is_taken_there_is_no_import():
    assert required("status = _status = 1\nUSE\n", "fastapi", "status") is None


def test_a_builtin_keeps_its_name():
    assert required("USE\n", "mine", "list") == ("_list", "from mine import list as _list\n\nUSE\n")


def test_there_must_be_room_above_the_row():
    assert required('"""doc"""; USE\n', "asyncio", None) is None


def test_several_requirements_at_once():
    text = "from typing import (\n    Any\n)\n\nx = 1\n"
    wanted = [
        Imported("typing", "Set"),
        Imported("typing", "List"),
        Imported("asyncio", None),
        Imported("typing", "Any"),
    ]
    expressions, edits = ImportEditor(text).require_all(wanted, row=5)
    assert expressions == ["Set", "List", "asyncio", "Any"]
    assert (
        applied(text, edits)
        == "import asyncio\nfrom typing import (\n    Any,\n    List,\n    Set\n)\n\nx = 1\n"
    )


def test_two_fixes_share_an_import():
    text = "from typing import Any\n\nx: int\ny: int\n"
    lines = LineMap(text)
    fixes = []
    for name in "xy":
        place = text.index(f"{name}: ") + 3
        edit = lines.edit(Change(place, place + 3, "Annotated[int, 1]"))
        needed = ImportEditor(text).require("typing", "Annotated", row=edit.location.row)
        fixes.append(Fix(name, Applicability.SAFE, (*needed.edits, edit)))
    result = apply_edits(text, fixes)
    assert result.text == "from typing import Annotated, Any\n\nx: Annotated[int, 1]\ny: Annotated[int, 1]\n"
