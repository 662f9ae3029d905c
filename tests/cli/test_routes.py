"""`fastapi-lint routes` and `fastapi-lint graph`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fastapi_lint.cli import program

SOURCES = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from shop.items import router

app = FastAPI()
app.include_router(router, prefix="/items", dependencies=[Depends(HTTPBearer())])
app.include_router(__import__("plugin").router)

@app.get("/health", tags=["ops|all"])
async def health() -> str:
    return "ok"
""",
    "shop/items.py": """
from fastapi import APIRouter
router = APIRouter()
unused = APIRouter()

@router.post("/", status_code=201)
def create(): ...

@unused.get("/never")
def never(): ...
""",
    "tests/test_app.py": "from fastapi import FastAPI\nother = FastAPI()\nother.get('/test')(print)\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in SOURCES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(program, [*arguments, "--isolated"], standalone_mode=False)
    if result.exception is not None and status == 0:
        raise result.exception
    return result.output


def paths(*arguments: str) -> list[str]:
    return [row["path"] for row in json.loads(run("routes", "--output-format", "json", *arguments))]


@pytest.mark.usefixtures("project")
class TestRoutes:
    def test_the_routes_of_the_apps_in_match_order(self) -> None:
        assert paths() == ["/items/", "{?}", "/health"]

    def test_a_row_has_the_documented_fields(self) -> None:
        row = json.loads(run("routes", "--output-format", "json"))[0]
        assert row == {
            "kind": "http",
            "path": "/items/",
            "methods": ["POST"],
            "name": "create",
            "handler": "shop.items:create",
            "filename": "shop/items.py",
            "line": 6,
            "is_async": False,
            "status_code": 201,
            "response_model": None,
            "tags": [],
            "include_in_schema": True,
            "dependencies": ["fastapi.security:HTTPBearer"],
            "security": ["fastapi.security:HTTPBearer"],
            "app": "shop.main:app",
            "conditional": False,
            "unknown": {},
        }

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["--method", "post"], ["/items/"]),
            (["--path", "health"], ["/health"]),
            (["--path", "/items/*"], ["/items/"]),
            (["--app", "app"], ["/items/", "{?}", "/health"]),
            (["--app", "shop.main:app", "--unprotected"], ["{?}", "/health"]),
            (["--app", "other"], []),
            (["--unresolved"], ["{?}", "/never"]),
            (["shop/items.py"], ["/items/"]),
            (["tests"], ["/test"]),
        ],
    )
    def test_filters(self, arguments: list[str], expected: list[str]) -> None:
        assert paths(*arguments) == expected

    def test_the_table_names_the_app_and_the_reasons(self) -> None:
        text = run("routes")
        assert "shop.main:app · 3 routes" in text
        assert "{?}: " in text
        assert "shop/main.py:10" in text

    def test_csv_can_be_read_again(self) -> None:
        rows = list(csv.DictReader(io.StringIO(run("routes", "--output-format", "csv"))))
        assert [row["path"] for row in rows] == ["/items/", "{?}", "/health"]
        assert rows[2]["is_async"] == "yes"

    def test_markdown_escapes_bars(self) -> None:
        assert "ops\\|all" in run("routes", "--output-format", "markdown")


@pytest.mark.usefixtures("project")
class TestGraph:
    def test_routers_as_mermaid(self) -> None:
        text = run("graph", "shop")
        assert text.startswith("flowchart LR\n")
        assert 'n0[["shop.main:app<br/>1 route"]]' in text
        assert 'n0 -->|"/items"| n1' in text

    def test_dependencies_as_dot(self) -> None:
        text = run("graph", "--kind", "dependencies", "--format", "dot")
        assert text.startswith("digraph {\n")
        assert '"shop/items.py" -> "fastapi.security:HTTPBearer" [label="1 route"];' in text

    def test_imports_mark_cycles(self, project: Path) -> None:
        items = project / "shop/items.py"
        items.write_text("import shop.main\n" + items.read_text("utf-8"), "utf-8")
        text = run("graph", "--kind", "imports", "--format", "dot")
        assert '"shop/main.py" -> "shop/items.py" [style=dashed];' in text

    def test_svg_without_graphviz_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda program: None)
        result = CliRunner().invoke(program, ["graph", "--format", "svg", "--isolated"])
        assert result.exit_code == 1
        assert "install Graphviz, or use --format mermaid" in result.output
