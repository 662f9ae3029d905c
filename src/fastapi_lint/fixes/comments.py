"""Comments addressed to tools, which go with the code they speak of, and comments for people, which stay."""

from __future__ import annotations

import re

_PRAGMA = re.compile(
    r"#\s*(?:noqa|nosec|nosemgrep|(?:type|pyright|mypy|pylint|pragma|fmt|yapf|ruff|flake8|isort|fastapi-lint)\s*:)",
    re.IGNORECASE,
)


def is_pragma(comment: str) -> bool:
    """Whether a comment tells a tool how to treat its line, and means nothing without it."""
    return _PRAGMA.match(comment) is not None
