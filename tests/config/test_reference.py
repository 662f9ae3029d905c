from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.config.option_table import option_table
from fastapi_lint.config.reference import configuration_page, in_toml, json_schema, option_section
from fastapi_lint.config.sources import parse_toml

DOCS = Path(__file__).parents[2] / "docs"
values = st.recursive(
    st.booleans() | st.integers(-100, 100) | st.text(st.characters(exclude_characters="\x7f", codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("a-_.é ", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("name", "content"),
    [("configuration.md", configuration_page()), ("fastapi-lint.schema.json", json_schema())],
)
def test_generated_files_are_fresh(name: str, content: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == content, f"docs/{name} is out of date: run `python docs/generate_configuration.py`"


def test_the_page_has_every_option_with_type_default_and_example() -> None:
    page = configuration_page()
    for key, option in option_table().items():
        assert f"### {key}\n" in page
        assert f"- [`{key}`](#{key})" in page
        assert option.about.example in option_section(option)


def test_the_schema_knows_types_choices_and_keys() -> None:
    schema: dict[str, Any] = json.loads(json_schema())
    properties = schema["properties"]
    assert list(properties) == list(option_table())
    assert properties["select"] | {"description": ""} == {
        "description": "",
        "type": "array",
        "items": {"type": "string"},
    }
    assert properties["fail-on"]["enum"] == ["error", "info", "warning"]
    assert "sarif" in properties["output-format"]["enum"]
    assert properties["workers"]["minimum"] == 0
    assert properties["versions"]["propertyNames"]["enum"]
    assert properties["cache"]["default"] is True


@given(values)
def test_values_are_printed_in_toml(value: Any) -> None:
    assert parse_toml(f"key = {in_toml(value)}", "here")["key"] == value


def test_no_value() -> None:
    assert in_toml(None) == "(none)"
