"""Reading the files in which Python projects declare what they need, without running any of them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.requirements import (
    Requirement,
    parse_requirement,
    poetry_specifiers,
    read_requirements,
)
from fastapi_lint.config.sources import parse_toml
from fastapi_lint.discovery import names_in

LIBRARIES = ("fastapi", "starlette", "pydantic", "sqlalchemy", "sqlmodel")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
_PACKAGE_NAME = rf'\nname = "({"|".join(LIBRARIES)})"'
_PACKAGE_VERSION = r'\nversion = "([^"]+)"'


class Declaration(NamedTuple):
    """What one file says of one library, or of `python`."""

    library: str
    alternatives: tuple[str, ...]
    """PEP 440 specifiers, of which any one may apply."""
    source: str
    """File and line."""
    locked: bool = False


def declarations(root: Path) -> Iterator[Declaration]:
    """Everything that a project's files declare of the libraries that matter.

    Where the root says nothing of FastAPI (a repository with `backend/` and `frontend/`) the folders directly
    below it are read too; a workspace's lock file may lie above it, up to the repository's root.
    """
    found = list(_in_directory(root, root))
    if not any(declaration.library == "fastapi" for declaration in found):
        for child in sorted(root.iterdir()) if root.is_dir() else ():
            if child.is_dir() and not child.name.startswith("."):
                found.extend(_in_directory(child, root))
    if not any(declaration.locked for declaration in found):
        found.extend(_in_lock_above(root))
    yield from found


def _in_directory(directory: Path, root: Path) -> Iterator[Declaration]:
    names = names_in(directory)
    for name in _LOCKS:
        if name in names:
            yield from _locked(directory / name, root)
    for path in sorted(_requirements(directory, names)):
        yield from _combined(read_requirements(path), path, root)
    for name, read in (("pyproject.toml", _pyproject), ("setup.cfg", _setup_cfg), ("setup.py", _setup_py)):
        text = _text(directory / name) if name in names else None
        if text is not None:
            yield from _combined(read(text), directory / name, root)


def _requirements(directory: Path, names: Collection[str]) -> Iterator[Path]:
    """What looks like a requirements file, in a directory or in one of that name below it."""
    for name in names:
        if name.endswith(".txt") and (name.startswith("requirements") or name.endswith("requirements.txt")):
            yield directory / name
    if "requirements" in names:
        yield from (
            directory / "requirements" / name
            for name in names_in(directory / "requirements")
            if name.endswith(".txt")
        )


def _in_lock_above(root: Path) -> Iterator[Declaration]:
    """The declarations of the nearest lock file above a project, within its repository."""
    above = (root, *root.parents)
    repository = next((depth for depth, directory in enumerate(above) if (directory / ".git").exists()), 0)
    for directory in above[1 : repository + 1]:
        found = [declaration for name in _LOCKS for declaration in _locked(directory / name, root)]
        if found:
            yield from found
            return


def _locked(path: Path, root: Path) -> Iterator[Declaration]:
    """The versions in a lock file: every kind has lines `name = …` and `version = …` for each package."""
    text = _text(path)
    if text is None:
        return
    found: dict[str, dict[str, int]] = {}
    for match in re.finditer(_PACKAGE_NAME, text, re.IGNORECASE):
        start = text.rfind("\n[", 0, match.start())
        end = text.find("\n[", match.end())
        version = re.search(_PACKAGE_VERSION, text[max(start, 0) : end if end > 0 else None])
        if version:
            line = text.count("\n", 0, match.end()) + 1
            found.setdefault(match[1].lower(), {})[f"=={version[1]}"] = line
    for library, lines in found.items():
        yield Declaration(
            library, tuple(lines), f"{_relative(path, root)}:{min(lines.values())}", locked=True
        )


def _combined(requirements: Iterator[Requirement], path: Path, root: Path) -> Iterator[Declaration]:
    """One declaration for each library of a file.

    What is needed under every condition holds by itself; otherwise any of the conditional ones may apply.
    """
    by_library: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        if requirement.library in (*LIBRARIES, "python"):
            by_library.setdefault(requirement.library, []).append(requirement)
    for library, needed in by_library.items():
        always = [requirement for requirement in needed if not requirement.conditional]
        alternatives = tuple(requirement.specifier for requirement in always or needed)
        if always:
            alternatives = (",".join(filter(None, alternatives)),)
        first = (always or needed)[0]
        yield Declaration(library, alternatives, f"{_relative(first.path or path, root)}:{first.line}")


def _pyproject(text: str) -> Iterator[Requirement]:
    try:
        document = parse_toml(text, "pyproject.toml")
    except ConfigError:
        return
    project = _table(document, "project")
    yield from _python(text, project.get("requires-python"))
    yield from _listed(text, project.get("dependencies"), conditional=False)
    for groups in (_table(project, "optional-dependencies"), _table(document, "dependency-groups")):
        for group in groups.values():
            yield from _listed(text, group, conditional=True)
    yield from _poetry(text, _table(document, "tool", "poetry"))


def _poetry(text: str, poetry: Mapping[str, Any]) -> Iterator[Requirement]:
    yield from _poetry_table(text, _table(poetry, "dependencies"), conditional=False)
    yield from _poetry_table(text, _table(poetry, "dev-dependencies"), conditional=True)
    for group in _table(poetry, "group"):
        yield from _poetry_table(text, _table(poetry, "group", group, "dependencies"), conditional=True)


def _poetry_table(text: str, table: Mapping[str, Any], *, conditional: bool) -> Iterator[Requirement]:
    for name, value in table.items():
        constraints = value if isinstance(value, list) else [value]
        for constraint in constraints:
            written = constraint.get("version") if isinstance(constraint, dict) else constraint
            if isinstance(written, str):
                alternatives = poetry_specifiers(written)
                line = _line(text, rf'^\s*"?{re.escape(name)}"?\s*[=.]')
                for specifier in alternatives:
                    either = conditional or len(alternatives) > 1 or len(constraints) > 1
                    yield Requirement(name.lower(), specifier, line, conditional=either)


def _setup_cfg(text: str) -> Iterator[Requirement]:
    from configparser import Error, RawConfigParser

    parser = RawConfigParser()
    try:
        parser.read_string(text)
    except Error:
        return
    yield from _python(text, parser.get("options", "python_requires", fallback=None))
    yield from _listed(
        text, parser.get("options", "install_requires", fallback="").splitlines(), conditional=False
    )
    if parser.has_section("options.extras_require"):
        for _, extra in parser.items("options.extras_require"):
            yield from _listed(text, extra.splitlines(), conditional=True)


def _setup_py(text: str) -> Iterator[Requirement]:
    """The literal arguments of `setup(…)`."""
    import ast

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("setup", "setuptools.setup"):
            given = {keyword.arg: _literal(keyword.value) for keyword in node.keywords}
            yield from _python(text, given.get("python_requires"))
            yield from _listed(text, given.get("install_requires"), conditional=False)
            extras = given.get("extras_require")
            for extra in extras.values() if isinstance(extras, dict) else ():
                yield from _listed(text, extra, conditional=True)


def _literal(node: Any) -> Any:
    import ast

    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return None


def _python(text: str, written: object) -> Iterator[Requirement]:
    if isinstance(written, str):
        yield Requirement("python", written, _line(text, re.escape(written)))


def _listed(text: str, group: object, *, conditional: bool) -> Iterator[Requirement]:
    """The requirements of a list of PEP 508 strings; anything else in it is passed over."""
    for written in group if isinstance(group, (list, tuple)) else ():
        requirement = parse_requirement(written.strip()) if isinstance(written, str) else None
        if requirement is not None:
            line = _line(text, re.escape(written.strip()))
            yield requirement._replace(line=line, conditional=conditional or requirement.conditional)


def _table(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """A nested table; an empty one when it is absent or no table."""
    for key in keys:
        found = document.get(key)
        document = found if isinstance(found, dict) else {}
    return document


def _line(text: str, pattern: str) -> int:
    match = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, match.end() if match else 0) + 1


def _text(path: Path) -> str | None:
    """The text of a file; None when there is none that could be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def _relative(path: Path, root: Path) -> str:
    """The path from the project root; lock files of workspaces lie above it."""
    return Path(os.path.relpath(path, root)).as_posix()
