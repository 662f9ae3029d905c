from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.config.sources import parse_toml
from fastapi_lint.config.toml_editing import TomlEditError, with_list_entry, with_option

OURS = ("tool", "fastapi-lint")
keys = st.text("abc-_", min_size=1, max_size=5)
tables = st.dictionaries(keys, st.integers() | st.text("ab#[]='", max_size=6), max_size=3)


@pytest.mark.parametrize(
    ("before", "table", "after"),
    [
        ("", OURS, '[tool.fastapi-lint]\npreset = "all"\n'),
        ("[a]\nb = 1", OURS, '[a]\nb = 1\n\n[tool.fastapi-lint]\npreset = "all"\n'),
        (
            "[ tool . 'fastapi-lint' ] # ours\nx = 1\n",
            OURS,
            "[ tool . 'fastapi-lint' ] # ours\npreset = \"all\"\nx = 1\n",
        ),
        ("", (), 'preset = "all"\n'),
        ("# a\nx = 1\n\n[b]\n", (), '# a\nx = 1\npreset = "all"\n\n[b]\n'),
    ],
)
def test_an_option_is_added(before: str, table: tuple[str, ...], after: str) -> None:
    assert with_option(before, table, "preset", "all") == after


@pytest.mark.parametrize(
    "before",
    [
        '[tool.fastapi-lint]\npreset = "strict"\n',
        "[tool]\nfastapi-lint.src = []\n",
        'tool = { fastapi-lint = { src = ["."] } }\n',
        '[tool.x]\ntext = """\n[tool.fastapi-lint]\n"""\n',
    ],
)
def test_what_cannot_be_changed_safely(before: str) -> None:
    with pytest.raises(TomlEditError, match="preset"):
        with_option(before, OURS, "preset", "all")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[tool.ruff.lint]\nexternal = []\n", '[tool.ruff.lint]\nexternal = ["FAL"]\n'),
        (
            '[tool.ruff]\nlint.external = [\n    "V", # vulture\n]\n',
            '[tool.ruff]\nlint.external = ["FAL", \n    "V", # vulture\n]\n',
        ),
    ],
)
def test_an_entry_is_added_to_a_list(before: str, after: str) -> None:
    assert with_list_entry(before, ("tool", "ruff"), "lint.external", "FAL") == after


def test_a_list_of_another_table_is_left_alone() -> None:
    before = "[tool.ruff]\nlint = { external = [] }\n\n[tool.x]\nlint.external = []\n"
    with pytest.raises(TomlEditError):
        with_list_entry(before, ("tool", "ruff"), "lint.external", "FAL")


@given(st.dictionaries(keys, tables, max_size=3), keys, st.sampled_from([OURS, ("a",), ()]))
def test_nothing_else_changes(document: dict[str, Any], key: str, table: tuple[str, ...]) -> None:
    text = "".join(
        f"[{name}]\n" + "".join(f"{entry} = {_literal(value)}\n" for entry, value in entries.items())
        for name, entries in document.items()
    )
    try:
        changed = parse_toml(with_option(text, table, key, "new"), "changed")
    except TomlEditError:
        return
    inner = changed
    for part in table:
        inner = inner[part]
    assert inner.pop(key) == "new"
    for part in reversed(table):
        if not _at(changed, table[: table.index(part) + 1]) and part not in document:
            _at(changed, table[: table.index(part)]).pop(part)
    assert changed == parse_toml(text, "before")


def _literal(value: int | str) -> str:
    return f'"""{value}"""' if isinstance(value, str) else str(value)


def _at(document: dict[str, Any], table: tuple[str, ...]) -> dict[str, Any]:
    for part in table:
        document = document[part]
    return document
