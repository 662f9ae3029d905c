"""Imports examples of rules, to see what FastAPI itself makes of them."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

RULES = Path(__file__).parents[2] / "fixtures" / "rules"


@contextmanager
def imported(code: str, case: str) -> Iterator[ModuleType]:
    """The module of an example, or the `main` of one that is a directory, while the block runs."""
    path = RULES / code / case
    root, file = (path, path / "main.py") if path.is_dir() else (path.parent, path)
    before = dict(sys.modules)
    sys.path.insert(0, str(root))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield _load(file)
    finally:
        sys.path.remove(str(root))
        for name in sys.modules.keys() - before.keys():
            if _is_below(sys.modules[name], root):
                del sys.modules[name]


def single_mistakes(code: str, case: str, corrected: str | None = None) -> Iterator[str]:
    """A bad example, once for each marked line: with that mistake alone.

    `corrected` has the same lines without mistakes; by default it is the fixed example. What is reported at a
    decorator may stand in the line below it.
    """
    folder = RULES / code
    bad = (folder / f"{case}.py").read_text().splitlines()
    right = (folder / f"{corrected or case.replace('bad', 'fixed', 1)}.py").read_text().splitlines()
    assert len(bad) == len(right)
    for row, line in enumerate(bad):
        if "# expect:" in line:
            end = row + 2 if line.startswith("@") else row + 1
            yield "\n".join([*right[:row], *bad[row:end], *right[end:]])


def _load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _is_below(module: ModuleType, root: Path) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and root in Path(file).parents
