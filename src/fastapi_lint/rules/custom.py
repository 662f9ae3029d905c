"""The rules of a run: those of this package, and the project's own.

Files that the option `rules` names are part of the project's configuration, and the only ones of it that are
imported.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.rule_sources import ENTRY_POINT_GROUP, local_rule_files, plugin_directories
from fastapi_lint.metadata import RuleMetadata
from fastapi_lint.rules.base import Rule
from fastapi_lint.rules.registry import all_metadata, all_rules, rules_in

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings

_CODE = re.compile(r"[A-Z]{3}\d{3}")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OUR_PREFIX = "FAL"
_CATEGORY = "custom"
_imported: dict[Path, tuple[bytes, list[type[Rule]]]] = {}


def rules_of(settings: Settings) -> Mapping[str, type[Rule]]:
    """Every rule that a project can use, by code, in order of code.

    Raises:
        ConfigError: an own rule cannot be imported, or has a code or name that it cannot have.
    """
    own = [*_local_rules(settings), *_plugin_rules()]
    if not own:
        return all_rules()
    found = dict(all_rules())
    names = {rule.name: rule for rule in found.values()}
    for rule, source in own:
        _check(rule, source, found, names)
        if not hasattr(rule, "category"):
            rule.category = _CATEGORY
        found[rule.code] = names[rule.name] = rule
    return dict(sorted(found.items()))


def metadata_of(settings: Settings) -> Mapping[str, RuleMetadata]:
    """The declarations of `rules_of`, by code."""
    return declarations(rules_of(settings))


def declarations(rules: Mapping[str, type[Rule]]) -> Mapping[str, RuleMetadata]:
    """What rules declare, by code."""
    known = all_metadata()
    return {code: known.get(code) or rule.metadata() for code, rule in rules.items()}


def _local_rules(settings: Settings) -> Iterator[tuple[type[Rule], str]]:
    for path in local_rule_files(settings):
        content = path.read_bytes()
        if path not in _imported or _imported[path][0] != content:
            _imported[path] = (content, _import(path))
        for rule in _imported[path][1]:
            yield rule, _shown(path, settings)


class _SourceLoader(SourceFileLoader):
    """Compiles the file as it is: by its bytecode, a change within the same second would go unseen."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _import(path: Path) -> list[type[Rule]]:
    """The rules that a file defines. It can import its neighbours by relative imports."""
    package = f"_fastapi_lint_rules_{abs(hash(path.parent))}"
    if package not in sys.modules:
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [str(path.parent)]
    name = f"{package}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_SourceLoader(name, str(path)))
    if spec is None or spec.loader is None:
        raise ConfigError("`rules` names what is no Python file", source=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigError(
            f"the rules cannot be imported: {type(error).__name__}: {error}",
            source=str(path),
            line=_line(error, path),
        ) from error
    return rules_in(module)


def _plugin_rules() -> Iterator[tuple[type[Rule], str]]:
    """The rules that installed packages announce: an entry point names a module or a rule."""
    if not plugin_directories():
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINT_GROUP):
        source = f"entry point {point.name} = {point.value}"
        try:
            target = point.load()
        except Exception as error:
            message = f"the rules cannot be imported: {type(error).__name__}: {error}"
            raise ConfigError(message, source=source) from error
        rules: Iterable[type[Rule]] = rules_in(target) if isinstance(target, ModuleType) else [target]
        for rule in rules:
            yield rule, source


def _check(
    rule: type[Rule], source: str, codes: Mapping[str, type[Rule]], names: Mapping[str, type[Rule]]
) -> None:
    """Refuse a rule that could not be told from others."""
    if not (isinstance(rule, type) and issubclass(rule, Rule)):
        raise ConfigError(f"{rule!r} is neither a rule nor a module of rules", source=source)
    code, name = getattr(rule, "code", ""), getattr(rule, "name", "")
    if not _CODE.fullmatch(code):
        message = f"`{rule.__name__}` needs a code of three capitals and three digits, not `{code}`"
    elif code.startswith(_OUR_PREFIX):
        message = f"`{rule.__name__}` has the code {code}: codes with `FAL` are fastapi-lint's own"
    elif not _NAME.fullmatch(name):
        message = f"`{rule.__name__}` needs a name such as `no-print`, not `{name}`"
    elif code in codes or name in names:
        other = codes.get(code) or names[name]
        message = f"`{rule.__name__}` is called {code} {name}, and so is `{other.__name__}` ({other.code} {other.name})"
    else:
        return
    raise ConfigError(message, source=source)


def _shown(path: Path, settings: Settings) -> str:
    root = Path(settings.root).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _line(error: Exception, path: Path) -> int | None:
    """The last line of the file that had to do with an error."""
    if isinstance(error, SyntaxError):
        return error.lineno
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(path):
            line = step.tb_lineno
        step = step.tb_next
    return line
