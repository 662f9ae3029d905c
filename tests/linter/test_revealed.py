"""What findings in other files may lean on in a body is revealed: see `application/revealed.py`."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.sources import find_sources
from tests.linter.body_reads import run
from tests.linter.projects import PROJECTS


@pytest.mark.parametrize("root", PROJECTS, ids=lambda root: f"{root.parent.name}/{root.name}")
def test_each_file_alone(root: Path) -> None:
    settings = load_settings([root], command_line={"select": ("ALL",), "cache": False, "workers": 1})
    settings = msgspec.structs.replace(settings, root=root)
    sources = find_sources(settings, [root])
    everything = run(settings, sources, sources.linted)
    for path in sources.linted:
        alone = run(settings, sources, [path])
        unrevealed = {
            (path, *place, fact, site)
            for place, fact, site in alone.reads
            if place.path != path and not alone.revealed[place] & (fact | SOMETHING)
        }
        assert not unrevealed
        for place, facts in alone.revealed.items():
            if place.path != path:
                assert facts & ~everything.revealed[place] == 0, (path, place)
