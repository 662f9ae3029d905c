from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.linter.fixing import fix
from fastapi_lint.linter.run import lint

SAFE, UNSAFE, HINT = Applicability.SAFE, Applicability.UNSAFE, Applicability.HINT
CODE = """\
import asyncio
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def read() -> float:
    time.sleep(1)
    return asyncio.get_event_loop().time()
"""


def settings(root: Path, **options: Any) -> Any:
    (root / "main.py").write_text(CODE)
    return load_settings([root], isolated=True, command_line={"select": ("FAL101", "FAL117"), **options})


@pytest.mark.parametrize(
    ("options", "sleep", "loop"),
    [
        ({}, UNSAFE, SAFE),
        ({"extend-safe-fixes": ("FAL101",)}, SAFE, SAFE),
        ({"extend-unsafe-fixes": ("FAL1",)}, UNSAFE, UNSAFE),
        ({"unfixable": ("ALL",)}, HINT, HINT),
        ({"fixable": ("blocking-sleep",)}, UNSAFE, HINT),
    ],
)
def test_a_fix_is_shown_as_the_settings_count_it(
    tmp_path: Path, options: dict[str, Any], sleep: Applicability, loop: Applicability
) -> None:
    report = lint(settings(tmp_path, cache=False, **options), [str(tmp_path)])
    assert [each.fix and each.fix.applicability for each in report.diagnostics] == [sleep, loop]


def test_a_fix_is_applied_as_the_settings_count_it(tmp_path: Path) -> None:
    counted = settings(tmp_path, **{"extend-safe-fixes": ("FAL101",), "unfixable": ("FAL117",)})
    fixed = fix(counted, [str(tmp_path)])
    assert [each.code for each in fixed.applied] == ["FAL101"]
    assert "await asyncio.sleep(1)" in (tmp_path / "main.py").read_text()
    assert [each.code for each in fixed.report.diagnostics] == ["FAL117"]


HANDLERS = """\
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
def start() -> None: ...


@app.on_event("shutdown"){comment}
def stop() -> None: ...
"""


@pytest.mark.parametrize(("comment", "is_offered"), [("", True), ("  # noqa: FAL601", False)])
def test_a_fix_that_mends_what_is_suppressed_too_is_not_offered(
    tmp_path: Path, comment: str, is_offered: bool
) -> None:
    (tmp_path / "main.py").write_text(HANDLERS.format(comment=comment))
    chosen = load_settings([tmp_path], isolated=True, command_line={"select": ("FAL601",), "cache": False})
    first = lint(chosen, [str(tmp_path)]).diagnostics[0]
    assert first.location.row == 6
    assert (first.fix is not None) == is_offered
