"""Imports that nothing uses any more, once a fix is applied."""

from __future__ import annotations

import pytest

from fastapi_lint.fixes.imports import ImportEditor, without_unused_imports
from fastapi_lint.fixes.positions import Change, LineMap
from tests.fixes.sample import applied

UNUSED = {
    "one of several": ("from typing import Any, Optional\nUSE\nAny\n", "from typing import Any\nint\nAny\n"),
    "a line": ("import os\nfrom typing import Optional\nUSE\n", "import os\nint\n"),
    "a section": ("from typing import Optional\n\nimport os\n\nUSE\n", "import os\n\nint\n"),
    "one a line": (
        "from typing import (\n    Any,\n    Optional,\n)\nUSE\nAny\n",
        "from typing import (\n    Any,\n)\nint\nAny\n",
    ),
    "not one in use": ("from typing import Optional\nUSE\nOptional\n", None),
    "not one in an annotation": ("from typing import Optional\nUSE\nx: 'Optional[int]'\n", None),
    "not one in `__all__`": ("from typing import Optional\nUSE\n__all__ = ['Optional']\n", None),
    "not one that is commented": ("from typing import Optional  # for all\nUSE\n", None),
    "not one of those that are": ("from typing import (\n    Any,  # noqa\n    Optional,\n)\nUSE\n", None),
    "not one in a branch": ("if x:\n    from typing import Optional\nUSE\n", None),
    "not one re-exported": ("from typing import Optional as Optional\nUSE\n", None),
    "not one bound twice": ("from typing import Optional\nUSE\nOptional = 1\n", None),
    "not one on a shared line": ("from typing import Optional; x = 1\nUSE\n", None),
    "one in a docstring": ("'''Optional'''\nfrom typing import Optional\nUSE\n", "'''Optional'''\nint\n"),
}


@pytest.mark.parametrize(("text", "after"), UNUSED.values(), ids=UNUSED)
def test_removing_what_is_unused(text, after):
    before = text.replace("USE", "Optional")
    place = text.index("USE")
    edit = LineMap(before).edit(Change(place, place + 8, "int"))
    removal = ImportEditor(before).remove_if_unused(["Optional"], [edit])
    assert applied(before, [*removal, edit]) == (after or text.replace("USE", "int"))
    if after:
        assert ImportEditor(before, is_package=True).remove_if_unused(["Optional"], [edit]) == ()
        assert (
            without_unused_imports(before, text.replace("USE", "int"), lambda module: module == "typing")
            == after
        )
        assert without_unused_imports(
            before, text.replace("USE", "int"), lambda module: False
        ) == text.replace("USE", "int")
