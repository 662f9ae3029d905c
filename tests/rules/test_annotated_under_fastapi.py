"""FastAPI itself says that the safe fixes of FAL401 change nothing in the OpenAPI document."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "fixtures" / "rules" / "FAL401"
SAFE = [
    "bad.py",
    "bad_callers.py",
    "bad_markers.py",
    "bad_modules",
    "bad_order.py",
    "bad_text.py",
    "bad_ways.py",
]


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Imports a case from a directory of its own, and returns the OpenAPI document of its app."""

    def read(case: Path) -> str:
        root = tmp_path / case.stem
        if case.is_dir():
            shutil.copytree(case, root)
        else:
            root.mkdir()
            shutil.copy(case, root / "main.py")
        with monkeypatch.context() as context:
            context.syspath_prepend(str(root))
            before = set(sys.modules)
            app = importlib.import_module("main").app
            for name in set(sys.modules) - before:
                if getattr(sys.modules[name], "__file__", None) and str(root) in str(
                    sys.modules[name].__file__
                ):
                    del sys.modules[name]
        return json.dumps(app.openapi(), indent=1)

    return read


@pytest.mark.parametrize("name", SAFE)
def test_the_document_stays_the_same(name, document) -> None:
    before, after = document(CASES / name), document(CASES / name.replace("bad", "fixed", 1))
    assert after == before
    assert '"paths": {}' not in before


def test_other_metadata_count_in_annotated_only(document) -> None:
    before, after = document(CASES / "bad_metadata.py"), document(CASES / "fixed_metadata.py")
    assert "exclusiveMinimum" not in before
    assert "exclusiveMinimum" in after


def test_a_quoted_type_does_not_matter_beside_a_dependency(document) -> None:
    before, after = document(CASES / "bad_quoted.py"), document(CASES / "fixed_quoted.py")
    assert after == before
