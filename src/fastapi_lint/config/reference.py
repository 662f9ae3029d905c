"""What people and editors read about the options, made from their declarations: Markdown and JSON schema."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from fastapi_lint.config.option_table import Option, option_table
from fastapi_lint.config.overrides import Override

_REFERENCE = "#/definitions/{name}"
_SCHEMA_DIALECT = "http://json-schema.org/draft-07/schema#"

_INTRODUCTION = """\
# Configuration

<!-- Made from the declarations of the options by `docs/generate_configuration.py`: edit those instead. -->

Options stand in the table `[tool.fastapi-lint]` of `pyproject.toml`, or at the top level of a file named
`fastapi-lint.toml`. The file nearest to what is checked is used, upwards; in the same directory
`fastapi-lint.toml` comes first, and a `pyproject.toml` without the table is passed over. The directory of the
file is the *project root*: names of files, patterns and paths are relative to it.

```toml
[tool.fastapi-lint]
preset = "strict"
ignore = ["FAL217"]

[tool.fastapi-lint.per-file-ignores]
"app/legacy/" = ["upgrade"]

[[tool.fastapi-lint.overrides]]
files = ["app/admin/"]
severity = { security = "error" }
```

Later sources win over earlier ones:

1. the defaults below,
2. the file that `extend` names,
3. the configuration file, or the one given as `--config FILE`,
4. environment variables, for options with a single value: `FASTAPI_LINT_` and the key in capitals, with `_`
   for `-`, such as `FASTAPI_LINT_OUTPUT_FORMAT=json`,
5. `--config 'key = value'`, in TOML, as often as needed,
6. the command line's own options. There, `--select` says exactly which rules run, and sets the configuration's
   `ignore`, `extend-select` and `extend-ignore` aside; `--ignore` adds to the configured ones.

`--isolated` leaves out 2 to 4. An unknown key, a value of the wrong type or a selector that fits no rule is an
error: the run says where it is written and ends with exit code 2. `fastapi-lint config` prints the effective
value of every option and where it was written, with `--for FILE` those that hold in one file. Editors that
understand JSON schema can check the file against `fastapi-lint.schema.json`.

## Options
"""


def configuration_page() -> str:
    """The page of the documentation, as Markdown."""
    options = option_table().values()
    contents = "\n".join(f"- [`{option.key}`](#{option.key})" for option in options)
    return "\n".join([_INTRODUCTION, contents, "", *(option_section(option) for option in options)])


def option_section(option: Option) -> str:
    """What there is to know about one option, as Markdown."""
    if option.is_list_of_tables:
        example = f"[[tool.fastapi-lint.{option.key}]]\n{option.about.example}"
    elif option.is_table:
        example = f"[tool.fastapi-lint.{option.key}]\n{option.about.example}"
    else:
        example = f"[tool.fastapi-lint]\n{option.key} = {option.about.example}"
    return (
        f"### {option.key}\n\n{option.about.meaning}\n\n"
        f"- Takes: {option.kind}\n"
        f"- Default: {default_in_words(option)}\n\n"
        f"```toml\n{example}\n```\n"
    )


def default_in_words(option: Option) -> str:
    """The default as Markdown: in words where the option has some, in TOML otherwise."""
    return option.about.default or f"`{in_toml(option.default)}`"


def in_toml(value: Any) -> str:
    """A value of an option, in TOML on one line; None, which TOML lacks, as `(none)`."""
    if value is None:
        return "(none)"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(in_toml, value))}]"
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        entries = ", ".join(f"{_toml_key(key)} = {in_toml(entry)}" for key, entry in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    return json.dumps(value, ensure_ascii=False)


def json_schema() -> str:
    """The JSON schema of `fastapi-lint.toml` and of the table in `pyproject.toml`."""
    properties = {option.key: _option_schema(option) for option in option_table().values()}
    schema = {
        "$schema": _SCHEMA_DIALECT,
        "title": "Configuration of fastapi-lint",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "definitions": {"Override": _override_schema()},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _option_schema(option: Option) -> dict[str, Any]:
    (of_type,), _ = msgspec.json.schema_components([option.type], ref_template=_REFERENCE)
    schema: dict[str, Any] = {"description": option.about.meaning, **of_type}
    if option.about.choices is not None:
        schema["enum"] = list(option.choices)
    if option.keys:
        schema["propertyNames"] = {"enum": list(option.keys)}
    if option.default is not None:
        schema["default"] = option.default
    return schema


def _override_schema() -> dict[str, Any]:
    """The schema of one table of `overrides`, whose options mean what they mean above it."""
    _, components = msgspec.json.schema_components([Override], ref_template=_REFERENCE)
    schema: dict[str, Any] = components["Override"]
    properties = schema["properties"]
    for key in properties.keys() & option_table().keys():
        option = option_table()[key]
        properties[key] = {name: entry for name, entry in _option_schema(option).items() if name != "default"}
    return schema


def _toml_key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else json.dumps(key)
