from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.settings import Settings
from fastapi_lint.config.versions import (
    declared_versions,
    detect_versions,
)

UV_LOCK = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "fastapi"
version = "0.115.6"
source = { registry = "https://example.invalid/simple" }
dependencies = [
    { name = "pydantic" },
    { name = "starlette" },
]

[[package]]
name = "fastapi-users"
version = "14.0.0"

[[package]]
name = "pydantic"
version = "2.10.4"

[package.optional-dependencies]
email = [
    { name = "email-validator" },
]
"""
POETRY_LOCK = """\
[[package]]
category = "main"
description = "FastAPI framework"
name = "fastapi"
optional = false
python-versions = ">=3.6.1"
version = "0.70.0"

[[package]]
name = "SQLAlchemy"
version = "1.4.54"
description = "Database Abstraction Library"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def shown(root: Path) -> dict[str, tuple[str, str]]:
    return {library: (str(found), found.source) for library, found in declared_versions(root).items()}


class TestLockFiles:
    def test_uv(self, project: Path) -> None:
        write(project / "uv.lock", UV_LOCK)
        assert shown(project) == {"fastapi": ("0.115.6", "uv.lock:5"), "pydantic": ("2.10.4", "uv.lock:18")}

    def test_uv_with_several_versions(self, project: Path) -> None:
        write(project / "uv.lock", UV_LOCK + '\n[[package]]\nname = "pydantic"\nversion = "2.9.0"\n')
        assert shown(project)["pydantic"] == (">=2.9.0,<=2.10.4", "uv.lock:18")

    def test_poetry_in_its_older_order_of_keys(self, project: Path) -> None:
        write(project / "poetry.lock", POETRY_LOCK)
        assert shown(project) == {
            "fastapi": ("0.70.0", "poetry.lock:4"),
            "sqlalchemy": ("1.4.54", "poetry.lock:10"),
        }

    def test_pdm(self, project: Path) -> None:
        text = '[metadata]\n\n[[package]]\nname = "fastapi"\nversion = "0.110.0"\nrequires_python = ">=3.8"\n'
        write(project / "pdm.lock", text)
        assert shown(project) == {"fastapi": ("0.110.0", "pdm.lock:4")}

    def test_pylock(self, project: Path) -> None:
        write(
            project / "pylock.toml",
            'lock-version = "1.0"\n\n[[packages]]\nname = "fastapi"\nversion = "0.120.0"\n',
        )
        assert shown(project) == {"fastapi": ("0.120.0", "pylock.toml:4")}

    def test_lock_beats_range(self, project: Path) -> None:
        write(project / "uv.lock", UV_LOCK)
        write(
            project / "pyproject.toml", '[project]\ndependencies = ["fastapi>=0.100", "sqlmodel>=0.0.14"]\n'
        )
        assert shown(project)["fastapi"] == ("0.115.6", "uv.lock:5")
        assert shown(project)["sqlmodel"] == (">=0.0.14", "pyproject.toml:2")

    def test_lock_of_a_workspace_lies_above(self, project: Path) -> None:
        write(project / "uv.lock", UV_LOCK)
        write(project / "services" / "api" / "pyproject.toml", '[project]\ndependencies = ["fastapi"]\n')
        assert shown(project / "services" / "api")["fastapi"] == ("0.115.6", "../../uv.lock:5")

    def test_lock_above_the_repository_is_not_ours(self, project: Path) -> None:
        write(project / "uv.lock", UV_LOCK)
        (project / "inner" / ".git").mkdir(parents=True)
        (project / ".git").rmdir()
        (project / "loose").mkdir()
        assert shown(project / "inner") == shown(project / "loose") == {}


class TestRequirements:
    def test_pins_ranges_comments_and_hashes(self, project: Path) -> None:
        write(
            project / "requirements.txt",
            "# fastapi==0.1\n"
            "--index-url https://example.invalid/simple\n"
            "fastapi[standard]==0.115.0 \\\n"
            "    --hash=sha256:abc \\\n"
            "    --hash=sha256:def  # via app\n"
            "Pydantic >=2.1,<3  # models\n"
            "git+https://example.invalid/sqlmodel.git#egg=sqlmodel\n"
            "sqlalchemy @ https://example.invalid/sqlalchemy.whl\n"
            "starlette!=0.37.0\n"
            "not a requirement at all!\n",
        )
        assert shown(project) == {
            "fastapi": ("0.115.0", "requirements.txt:3"),
            "pydantic": (">=2.1,<3", "requirements.txt:6"),
        }

    def test_includes_and_constraints(self, project: Path) -> None:
        write(
            project / "requirements.txt",
            "-r requirements/base.txt\n-c constraints.txt\n-r requirements.txt\n",
        )
        write(project / "requirements" / "base.txt", "fastapi>=0.100\n")
        write(project / "constraints.txt", "\nfastapi<0.116\n")
        assert shown(project)["fastapi"][0] == ">=0.100"
        (project / "requirements" / "base.txt").rename(project / "base.in")
        write(project / "requirements.txt", "-r base.in\n--constraint=constraints.txt\n")
        assert shown(project) == {"fastapi": (">=0.100,<0.116", "base.in:1")}

    def test_markers_are_alternatives(self, project: Path) -> None:
        write(
            project / "requirements.txt",
            "pydantic>=1.10,<2; python_version < '3.12'\npydantic>=2.4,<3; python_version >= '3.12'\n",
        )
        assert shown(project)["pydantic"] == (">=1.10,<3", "requirements.txt:1")

    def test_several_files_are_covered(self, project: Path) -> None:
        write(project / "requirements.txt", "fastapi>=0.110\n")
        write(project / "requirements-dev.txt", "fastapi>=0.100\n")
        assert shown(project)["fastapi"] == (">=0.100", "requirements-dev.txt:1, requirements.txt:1")

    def test_a_bare_name_declares_nothing(self, project: Path) -> None:
        write(project / "requirements.txt", "fastapi\n")
        assert shown(project) == {}

    def test_pin_beats_range(self, project: Path) -> None:
        write(project / "requirements.txt", "fastapi==0.115.0\n")
        write(project / "pyproject.toml", '[project]\ndependencies = ["fastapi>=0.100"]\n')
        assert shown(project)["fastapi"] == ("0.115.0", "requirements.txt:1")


class TestPyproject:
    def test_pep_621(self, project: Path) -> None:
        write(
            project / "pyproject.toml",
            "[project]\n"
            'requires-python = ">=3.10,<3.14"\n'
            "dependencies = [\n"
            '    "fastapi[standard]>=0.115",\n'
            '    "SQLAlchemy~=2.0.30",\n'
            "]\n"
            "[project.optional-dependencies]\n"
            'db = ["sqlmodel>=0.0.20", "fastapi>=0.1"]\n'
            "[dependency-groups]\n"
            'test = ["pydantic==2.*", {include-group = "lint"}]\n'
            "lint = []\n",
        )
        assert shown(project) == {
            "fastapi": (">=0.115", "pyproject.toml:4"),
            "pydantic": (">=2,<3", "pyproject.toml:10"),
            "python": (">=3.10,<3.14", "pyproject.toml:2"),
            "sqlalchemy": (">=2.0.30,<2.1", "pyproject.toml:5"),
            "sqlmodel": (">=0.0.20", "pyproject.toml:8"),
        }

    def test_poetry(self, project: Path) -> None:
        write(
            project / "pyproject.toml",
            "[tool.poetry.dependencies]\n"
            'python = "^3.10"\n'
            'fastapi = {version = "^0.115.2", extras = ["standard"]}\n'
            'sqlalchemy = "~2.0"\n'
            'starlette = "*"\n'
            'sqlmodel = {git = "https://example.invalid/sqlmodel.git"}\n'
            "[tool.poetry.group.dev.dependencies]\n"
            'pydantic = "^1.10 || ^2.4"\n',
        )
        assert shown(project) == {
            "fastapi": (">=0.115.2,<0.116", "pyproject.toml:3"),
            "pydantic": (">=1.10,<3", "pyproject.toml:8"),
            "python": (">=3.10,<4", "pyproject.toml:2"),
            "sqlalchemy": (">=2.0,<2.1", "pyproject.toml:4"),
        }

    def test_poetry_with_several_constraints(self, project: Path) -> None:
        write(
            project / "pyproject.toml",
            "[tool.poetry.dependencies]\n"
            'pydantic = [{version = "<2", python = "<3.12"}, {version = ">=2,<2.9", python = ">=3.12"}]\n',
        )
        assert shown(project) == {"pydantic": ("<2.9", "pyproject.toml:2")}

    @pytest.mark.parametrize("text", ["[project", "project = 3", "[project]\ndependencies = 3", "tool = []"])
    def test_what_makes_no_sense_declares_nothing(self, project: Path, text: str) -> None:
        write(project / "pyproject.toml", text)
        assert shown(project) == {}


class TestSetup:
    def test_setup_cfg(self, project: Path) -> None:
        write(
            project / "setup.cfg",
            "[options]\n"
            "python_requires = >=3.9\n"
            "install_requires =\n"
            "    fastapi>=0.90\n"
            "    pydantic<2\n"
            "[options.extras_require]\n"
            "db =\n"
            "    sqlalchemy>=1.4\n",
        )
        assert shown(project) == {
            "fastapi": (">=0.90", "setup.cfg:4"),
            "pydantic": ("<2", "setup.cfg:5"),
            "python": (">=3.9", "setup.cfg:2"),
            "sqlalchemy": (">=1.4", "setup.cfg:8"),
        }

    def test_literals_of_setup_py(self, project: Path) -> None:
        write(
            project / "setup.py",
            "import setuptools\n"
            "from sys import exit\n"
            "exit(1)\n"
            "setuptools.setup(\n"
            "    name=NAME,\n"
            '    install_requires=["fastapi>=0.90"],\n'
            '    extras_require={"db": ["sqlmodel>=0.0.8"]},\n'
            '    python_requires=">=" + "3.9",\n'
            ")\n",
        )
        assert shown(project) == {"fastapi": (">=0.90", "setup.py:6"), "sqlmodel": (">=0.0.8", "setup.py:7")}

    @pytest.mark.parametrize("name", ["setup.py", "setup.cfg"])
    def test_broken_files_declare_nothing(self, project: Path, name: str) -> None:
        write(project / name, "install_requires = [\n((")
        assert shown(project) == {}


class TestDirectories:
    def test_a_backend_folder_is_found(self, project: Path) -> None:
        write(project / "backend" / "requirements.txt", "fastapi==0.115.0\n")
        write(project / "frontend" / "package.json", "{}")
        write(project / ".hidden" / "requirements.txt", "fastapi==0.1.0\n")
        assert shown(project) == {"fastapi": ("0.115.0", "backend/requirements.txt:1")}

    def test_folders_do_not_count_when_the_root_speaks(self, project: Path) -> None:
        write(project / "requirements.txt", "fastapi==0.115.0\n")
        write(project / "examples" / "requirements.txt", "fastapi==0.1.0\npydantic<2\n")
        assert set(shown(project)) == {"fastapi"}


class TestOverrides:
    def test_override_beats_lock(self, project: Path) -> None:
        write(project / "uv.lock", UV_LOCK)
        versions = detect_versions(Settings(root=project, versions={"fastapi": "0.90.1", "python": ">=3.12"}))
        assert versions.ranges["fastapi"].exact == "0.90.1"
        assert str(versions.ranges["python"]) == ">=3.12"
        assert versions.ranges["pydantic"].exact == "2.10.4"

    @pytest.mark.parametrize("written", ["latest", ">=new", "", "!=1.0"])
    def test_override_that_is_no_version(self, project: Path, written: str) -> None:
        with pytest.raises(ConfigError, match=r"`versions.fastapi` takes a version such as"):
            detect_versions(Settings(root=project, versions={"fastapi": written}))
