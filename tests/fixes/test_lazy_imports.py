"""What applies, shows and writes fixes does not need libcst: only building one does."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["apply", "passes", "diff", "files", "imports"])
def test_libcst_is_not_imported(module):
    code = f"import sys, fastapi_lint.fixes.{module}; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
