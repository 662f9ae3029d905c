"""Set a project up for fastapi-lint: what would be written into its files, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fastapi_lint import __version__
from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.settings import Settings
from fastapi_lint.config.sources import OWN_FILE, PYPROJECT, parse_toml
from fastapi_lint.config.toml_editing import TomlEditError, has_header, with_list_entry, with_option

_OUR_TABLE = ("tool", "fastapi-lint")
_RUFF_FILES = (".ruff.toml", "ruff.toml", PYPROJECT)
_PRE_COMMIT_FILE = ".pre-commit-config.yaml"
_REPOS = re.compile(r"^repos:(?P<empty>\s*\[\s*\])?[ \t]*(?:#.*)?$", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*#.*", re.MULTILINE)
_LIST_ENTRY = re.compile(r"^([ \t]*)- ", re.MULTILINE)
_TOP_LEVEL_KEY = re.compile(r"^[^\s#-]", re.MULTILINE)
_HOOK = f"""\
- repo: local
  hooks:
    - id: fastapi-lint
      name: fastapi-lint
      entry: fastapi-lint check --force-exclude
      language: python
      additional_dependencies: ["fastapi-lint=={__version__}"]
      types_or: [python]
      require_serial: true
"""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to one file."""

    path: Path
    note: str
    """What is done, or why nothing is, as a person is told."""
    before: str = ""
    after: str | None = None
    """The new text; None when the file stays as it is."""


def set_up(settings: Settings, roots: Sequence[str]) -> Iterator[Change]:
    """What `fastapi-lint init` does in a project.

    Args:
        settings: of the project as it is now.
        roots: the source roots found in it, for the option `src`; none where the default fits.
    """
    texts = _Texts()
    yield _own_table(settings, roots, texts)
    yield from _ruff(settings.root, texts)
    yield from _pre_commit(settings.root, texts)


def configure(settings: Settings, key: str, value: Any) -> Change:
    """One option written into the project's configuration, which is made where there is none."""
    return _configured(_configuration_file(settings), {key: value}, _Texts())


class _Texts:
    """The files' texts, with the changes so far."""

    def __init__(self) -> None:
        self._changed: dict[Path, str] = {}

    def read(self, path: Path) -> str:
        if path in self._changed:
            return self._changed[path]
        try:
            return path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError("cannot be read as UTF-8 text", source=path.name) from error

    def change(self, path: Path, after: str, note: str) -> Change:
        before = self.read(path)
        self._changed[path] = after
        return Change(path=path, note=note, before=before, after=after)


def _own_table(settings: Settings, roots: Sequence[str], texts: _Texts) -> Change:
    if settings.config_file is not None:
        return Change(path=settings.config_file, note="fastapi-lint is configured already")
    options: dict[str, Any] = {"preset": "recommended"}
    if roots:
        options["src"] = list(roots)
    return _configured(_configuration_file(settings), options, texts)


def _configuration_file(settings: Settings) -> Path:
    if settings.config_file is not None:
        return settings.config_file
    pyproject = settings.root / PYPROJECT
    return pyproject if pyproject.is_file() else settings.root / OWN_FILE


def _configured(path: Path, options: dict[str, Any], texts: _Texts) -> Change:
    """Options of ours added to a configuration file."""
    after = texts.read(path)
    table = _OUR_TABLE if path.name == PYPROJECT else ()
    written = ", ".join(f"`{key}`" for key in options)
    try:
        for key, value in reversed(options.items()):
            after = with_option(after, table, key, value)
    except TomlEditError as error:
        return Change(path=path, note=f"cannot be changed safely: add {error} yourself")
    place = " to `[tool.fastapi-lint]`" if table else ""
    return texts.change(path, after, f"added {written}{place}")


def _ruff(root: Path, texts: _Texts) -> Iterator[Change]:
    """Ruff must know our codes, or RUF100 removes the `noqa` comments that name them."""
    path = next((root / name for name in _RUFF_FILES if _configures_ruff(root / name, texts)), None)
    if path is None:
        return
    text = texts.read(path)
    prefix = ("tool", "ruff") if path.name == PYPROJECT else ()
    document = parse_toml(text, path.name)
    for key in prefix:
        document = document[key]
    lint = document.get("lint", {})
    external = lint.get("external")
    if external is not None and "FAL" in external:
        yield Change(path=path, note="Ruff knows the codes already")
        return
    try:
        if external is not None:
            after = with_list_entry(text, prefix, "lint.external", "FAL")
        else:
            after = _with_external(text, prefix)
    except TomlEditError as error:
        yield Change(path=path, note=f"cannot be changed safely: add {error} yourself, for Ruff's RUF100")
        return
    note = 'added "FAL" to Ruff\'s `lint.external`, so that RUF100 keeps `noqa` comments that name our codes'
    yield texts.change(path, after, note)


def _with_external(text: str, prefix: tuple[str, ...]) -> str:
    if has_header(text, (*prefix, "lint")):
        return with_option(text, (*prefix, "lint"), "external", ["FAL"])
    return with_option(text, prefix, "lint.external", ["FAL"])


def _configures_ruff(path: Path, texts: _Texts) -> bool:
    if not path.is_file():
        return False
    if path.name != PYPROJECT:
        return True
    try:
        return "ruff" in parse_toml(texts.read(path), path.name).get("tool", {})
    except ConfigError:
        return False


def _pre_commit(root: Path, texts: _Texts) -> Iterator[Change]:
    path = root / _PRE_COMMIT_FILE
    if not path.is_file():
        return
    text = texts.read(path)
    if "fastapi-lint" in text:
        yield Change(path=path, note="has the hook already")
        return
    after = _with_hook(text)
    if after is None:
        yield Change(path=path, note=f"cannot be changed safely: add below `repos:` yourself\n{_HOOK}")
    else:
        yield texts.change(path, after, "added the hook")


def _with_hook(text: str) -> str | None:
    """pre-commit's configuration with the hook as the last one; None where the hooks are in no list of lines."""
    repos = _REPOS.search(text)
    if repos is None:
        return None
    if repos["empty"] is not None:
        text = text[: repos.start("empty")].rstrip() + text[repos.end("empty") :]
        repos = _REPOS.search(text)
        assert repos is not None
    rest = text[repos.end() :]
    following = _TOP_LEVEL_KEY.search(rest)
    hooks, others = (rest[: following.start()], rest[following.start() :]) if following else (rest, "")
    first = _LIST_ENTRY.search(hooks)
    if first is None and _COMMENT.sub("", hooks).strip():
        return None
    indent = first[1] if first else "  "
    kept = (text[: repos.end()] + hooks).rstrip("\n") + "\n"
    hook = "".join(f"{indent}{line}\n" for line in _HOOK.splitlines())
    gap = "\n" if following else ""
    return f"{kept}{hook}{gap}{others}"
