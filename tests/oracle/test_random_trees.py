"""Random applications: what is derived from their source is what FastAPI makes of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import fastapi
from hypothesis import HealthCheck, given, note, settings

from tests.oracle.compare import compare
from tests.oracle.path_parameters import path_verdicts
from tests.oracle.random_trees import Tree, sources, trees
from tests.oracle.runtime_routes import dump_in_child
from tests.oracle.tables import derived_table


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_a_random_application_is_derived_exactly(tree: Tree) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        root.joinpath("pyproject.toml").write_text(
            f'[project]\nname = "service"\nversion = "1"\ndependencies = ["fastapi=={fastapi.__version__}"]\n'
        )
        for name, text in sources(tree).items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            note(f"# {name}\n{text}")
        answer = dump_in_child("service.main:app", [str(root)])
        assert "error" not in answer, answer
        table = derived_table(root, "service")
        app = answer["apps"][0]
        verdicts = path_verdicts(root, ["service"], {"service.main:app": app})
    ours = [row for row in table if row["app"] == "service.main:app"]
    result = compare(ours, app["routes"], "service.main:app")
    assert result.problems() == []
    assert result.agrees, result
    assert verdicts.differences == []
    assert verdicts.doubts == {}
