"""Write what is made from the declarations of the options: the configuration page and the JSON schema."""

from __future__ import annotations

from pathlib import Path

from fastapi_lint.config.reference import configuration_page, json_schema

HERE = Path(__file__).parent

(HERE / "configuration.md").write_text(configuration_page(), encoding="utf-8")
(HERE / "fastapi-lint.schema.json").write_text(json_schema(), encoding="utf-8")
