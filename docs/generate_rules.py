"""Write what is made from the rules and their fixtures: the pages, their index, and the examples in the package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from fastapi_lint.rules.examples import DATA, Examples, all_examples
from fastapi_lint.rules.pages import described_fixes, rule_page
from fastapi_lint.rules.registry import all_metadata

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures" / "rules"

_MARKER = re.compile(r"#\s*expect:\s*")
_INTRODUCTION = """\
# Rules

<!-- Made from the rules by `docs/generate_rules.py`: edit their docstrings and fixtures instead. -->

`recommended` rules run by default; `preset = "strict"` adds the strict ones, `preset = "all"` the rest. A fix is
*safe* (`--fix` applies it), *unsafe* (it needs `--unsafe-fixes` too) or a *hint* (one of several ways out, for you to
choose in an editor).
"""


def examples() -> bytes:
    """The content of the data file in the package."""
    found = {
        code: _examples(FIXTURES / code) for code in all_metadata() if (FIXTURES / code / "bad.py").exists()
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"


def pages() -> Iterator[tuple[str, str]]:
    """The files of `docs/rules/`: name and content."""
    yield "README.md", _index()
    for rule in all_metadata().values():
        yield f"{rule.code}.md", rule_page(rule) + "\n"


def _examples(folder: Path) -> Examples:
    fixed = folder / "fixed.py"
    return Examples(
        bad=_source(folder / "bad.py"),
        good=_source(folder / "good.py"),
        fixed=_source(fixed) if fixed.exists() else None,
    )


def _source(path: Path) -> str:
    return _MARKER.sub("# ", path.read_text(encoding="utf-8", errors="replace"))


def _index() -> str:
    parts = [_INTRODUCTION]
    for category, rules in groupby(all_metadata().values(), key=lambda rule: rule.category):
        parts.append(f"## {category.capitalize()}\n")
        parts.append("| Code | Name | What it reports | Preset | Severity | Fix |\n|---|---|---|---|---|---|")
        for rule in rules:
            summary = rule.summary.removeprefix("Reports ").replace("|", "\\|")
            facts = f"{rule.preset.value} | {rule.severity.value} | {described_fixes(rule)}"
            parts.append(f"| [{rule.code}]({rule.code}.md) | {rule.name} | {summary} | {facts} |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    DATA.write_bytes(examples())
    all_examples.cache_clear()
    folder = HERE / "rules"
    folder.mkdir(exist_ok=True)
    written = dict(pages())
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    for stale in {path.name for path in folder.glob("*.md")} - written.keys():
        (folder / stale).unlink()
