"""`fastapi-lint routes` and `fastapi-lint graph`."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

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

    def test_what_unknown_code_may_add_is_unresolved(self, project: Path) -> None:
        main = project / "shop/main.py"
        text = main.read_text("utf-8")
        main.write_text(text + "import admin\nadmin.install(app, [router])\n", "utf-8")
        found = json.loads(run("routes", "--unresolved", "--output-format", "json"))
        rows = [(row["kind"], row["path"], row["line"], row["unknown"].get("path")) for row in found[-2:]]
        line = len(text.splitlines()) + 2
        assert rows == [
            ("unknown", "{?}", line, "`shop.main:app` may have more routes: it is passed to `admin.install`"),
            (
                "unknown",
                "{?}",
                line,
                "`shop.items:router` may have more routes: it is passed to `admin.install`",
            ),
        ]
        assert [row["app"] for row in found[-2:]] == ["shop.main:app", "shop.main:app"]
        assert "it is passed to `admin.install`" in run("routes", "--unresolved")
        assert all(row["kind"] != "unknown" for row in json.loads(run("routes", "--output-format", "json")))

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
        assert 'n0[["shop.main:app<br/>1 route"]]:::app' in text
        assert 'n0 -->|"/items"| n1' in text

    def test_dependencies_as_dot(self) -> None:
        text = run("graph", "--kind", "dependencies", "--format", "dot")
        assert text.startswith("digraph application {\n")
        assert '"shop/items.py" -> "fastapi.security:HTTPBearer" [label=" 1 route "];' in text

    def test_imports_mark_cycles(self, project: Path) -> None:
        items = project / "shop/items.py"
        items.write_text("import shop.main\n" + items.read_text("utf-8"), "utf-8")
        text = run("graph", "--kind", "imports", "--format", "dot")
        assert '"shop/main.py" -> "shop/items.py" [style=dashed, color="#b91c1c"];' in text

    def test_what_is_under_a_condition_is_dashed(self, project: Path) -> None:
        main = project / "shop/main.py"
        main.write_text(
            main.read_text("utf-8") + "if debug():\n    app.include_router(router, prefix='/debug')\n",
            "utf-8",
        )
        assert '[label=" /debug ", style=dashed];' in run("graph", "shop", "--format", "dot")

    def test_what_all_names_begin_with_is_written_once(self, project: Path) -> None:
        for name in ("pyproject.toml", "shop/main.py", "shop/items.py"):
            moved = project / "company" / name
            moved.parent.mkdir(parents=True, exist_ok=True)
            moved.write_text(SOURCES[name].replace("from shop", "from company.shop"), "utf-8")
        (project / "pyproject.toml").write_text(SOURCES["pyproject.toml"], "utf-8")
        (project / "company/pyproject.toml").unlink()
        text = run("graph", "company", "--format", "dot")
        assert 'label="company.shop"; labelloc=t' in text
        assert "<b>main:app</b>" in text

    def test_what_goes_to_unknown_code_is_noted(self, project: Path) -> None:
        main = project / "shop/main.py"
        main.write_text(main.read_text("utf-8") + "import admin\nadmin.install(app)\n", "utf-8")
        assert "{?} it is passed to `admin.install`" in run("graph", "shop")

    def test_names_are_escaped(self, project: Path) -> None:
        items = project / "shop/items.py"
        items.write_text(
            items.read_text("utf-8").replace("APIRouter()\nunused", "APIRouter(prefix='/<&>')\nunused"),
            "utf-8",
        )
        assert "/&lt;&amp;&gt;" in run("graph", "shop", "--format", "dot")
        assert "/#lt;#amp;#gt;" in run("graph", "shop")

    @pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
    @pytest.mark.parametrize("kind", ["routers", "dependencies", "imports"])
    def test_svg(self, kind: str) -> None:
        root = ElementTree.fromstring(run("graph", "--kind", kind, "--format", "svg"))
        texts = {node.text for node in root.iter("{http://www.w3.org/2000/svg}text")}
        assert {"routers": "shop.main:app", "dependencies": "shop.items", "imports": "shop.items"}[
            kind
        ] in texts

    def test_svg_without_graphviz_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda program: None)
        result = CliRunner().invoke(program, ["graph", "--format", "svg", "--isolated"])
        assert result.exit_code == 1
        assert "install Graphviz, or use --format mermaid" in result.output
