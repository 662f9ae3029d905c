"""Runs in which few files of a project are linted: what is found in them is what a run over everything finds there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.run import lint_sources
from fastapi_lint.linter.sources import find_sources
from tests.linter.projects import PROJECTS, name_of


@pytest.mark.parametrize("root", PROJECTS, ids=name_of)
def test_each_file_alone(root: Path) -> None:
    settings = load_settings([root], command_line={"select": ("ALL",), "cache": False, "workers": 1})
    settings = msgspec.structs.replace(settings, root=root)
    sources = find_sources(settings, [root])
    everything = lint_sources(settings, sources).diagnostics
    for path in sources.linted:
        alone = lint_sources(settings, sources._replace(linted=[path]))
        assert not alone.failures
        assert alone.diagnostics == [each for each in everything if each.filename == path]
