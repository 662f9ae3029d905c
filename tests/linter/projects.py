"""The fixtures that are projects of several modules."""

from __future__ import annotations

from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROJECTS = [
    *sorted(each for each in (FIXTURES / "apps").iterdir() if each.is_dir()),
    *sorted(
        each
        for each in FIXTURES.glob("rules/*/*_*")
        if each.is_dir() and sum(1 for _ in each.rglob("*.py")) > 1
    ),
]


def name_of(root: Path) -> str:
    """What tests call a project."""
    return f"{root.parent.name}/{root.name}"
