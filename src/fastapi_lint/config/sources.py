"""Where settings are written: configuration files, environment variables, the command line.

Each of them becomes a `Layer`: raw values by option key, and a way to say where each was written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from fastapi_lint import __version__
from fastapi_lint.config.errors import ConfigError, did_you_mean
from fastapi_lint.config.option_table import OPTION_FIELDS, Option, OptionValueError, option_table

OWN_FILE = "fastapi-lint.toml"
PYPROJECT = "pyproject.toml"
VARIABLE_PREFIX = "FASTAPI_LINT_"

_PYPROJECT_TABLE = ("tool", "fastapi-lint")
_OUR_HEADER = r"""\s*\[\s*tool\s*\.\s*["']?fastapi-lint["']?\s*\]"""


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """Options written in one place."""

    values: Mapping[str, Any]
    """Checked values by option key."""
    name: str
    """The place, as messages name it."""
    text: str = ""
    """The file's text, for finding lines."""
    path: Path | None = None

    def line_of(self, key: str, value: str | None = None) -> int | None:
        """The line on which an option stands, or, if it can be found, on which `value` stands within it."""
        line = _line_of_key(self.text, key)
        if line is None or value is None:
            return line
        following = self.text.splitlines()[line - 1 :]
        return next((line + index for index, row in enumerate(following) if value in row), line)

    def error(self, message: str, key: str, value: str | None = None) -> ConfigError:
        """An error about an option of this layer."""
        return ConfigError(message, source=self.name, line=self.line_of(key, value), key=key)


def find_config(start: Path) -> Path | None:
    """The configuration file nearest to the directory `start`, upwards."""
    for directory in (start, *start.parents):
        own = directory / OWN_FILE
        if own.is_file():
            return own
        pyproject = directory / PYPROJECT
        if pyproject.is_file() and _has_our_table(pyproject):
            return pyproject
    return None


def read_config(path: Path) -> Layer:
    """Read a configuration file: a `pyproject.toml`, or any other TOML file with options at its top level.

    Raises:
        ConfigError: it can not be read, is not TOML, or has an unknown key or a value of a wrong type.
    """
    name = _short(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"cannot read the configuration: {reason}", source=name) from error
    document = parse_toml(text, name)
    if path.name == PYPROJECT:
        for key in _PYPROJECT_TABLE:
            document = document.get(key, {})
            if not isinstance(document, dict):
                raise ConfigError(f"`{key}` is not a table", source=name, line=_line_of_key(text, key))
    return _checked(Layer(values=document, name=name, text=text, path=path))


def read_inline(text: str) -> Layer:
    """The option written as `--config 'key = value'`."""
    name = f"--config {text!r}"
    return _checked(Layer(values=parse_toml(text, name), name=name))


def read_environment(environment: Mapping[str, str]) -> Iterator[Layer]:
    """The options given as variables such as `FASTAPI_LINT_OUTPUT_FORMAT`; other variables are not ours."""
    for key, field in OPTION_FIELDS.items():
        variable = VARIABLE_PREFIX + field.upper()
        if not environment.get(variable):
            continue
        option = option_table()[key]
        name = f"environment variable {variable}"
        if not option.is_scalar:
            raise ConfigError(
                f"`{option.key}` takes {option.kind} and can not be set by a variable",
                source=name,
                key=option.key,
            )
        yield Layer(values={option.key: _converted(option, environment[variable], name)}, name=name)


def read_command_line(values: Mapping[str, Any]) -> Layer:
    """The options given on the command line."""
    return _checked(Layer(values=values, name="command line"))


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Parse TOML.

    Raises:
        ConfigError: it is not TOML.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        raise ConfigError(
            f"not valid TOML: {reason[:1].lower()}{reason[1:]}",
            source=name,
            line=int(line[1]) if line else None,
        ) from None


def _checked(layer: Layer) -> Layer:
    """The layer with its values checked and converted."""
    if not layer.values:
        return layer
    _check_required_version(layer)
    table = option_table()
    values = {}
    for key, value in layer.values.items():
        option = table.get(key)
        if option is None:
            raise layer.error(_unknown(key, layer), key)
        try:
            values[key] = option.convert(value)
        except OptionValueError as error:
            raise layer.error(str(error), key, error.part) from None
    return msgspec.structs.replace(layer, values=values)


def _check_required_version(layer: Layer) -> None:
    """Refuse a layer made for another version first: its unknown keys follow from that."""
    required = layer.values.get("required-version")
    if not isinstance(required, str):
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        wanted = SpecifierSet(
            required if required[:1] in tuple("<>=!~") else f"=={required}", prereleases=True
        )
    except InvalidSpecifier:
        message = f"`required-version` takes versions such as `>=0.1,<0.3`, not `{required}`"
        raise layer.error(message, "required-version") from None
    if not wanted.contains(__version__):
        message = f"this configuration needs fastapi-lint {required}; this is {__version__}"
        raise layer.error(message, "required-version")


def _converted(option: Option, text: str, name: str) -> Any:
    try:
        return option.convert(text, from_text=True)
    except OptionValueError as error:
        raise ConfigError(str(error), source=name, key=option.key) from None


def _unknown(key: str, layer: Layer) -> str:
    if key == _PYPROJECT_TABLE[0] and layer.path is not None:
        return f"options stand at the top level of {layer.path.name}, not in `[tool.fastapi-lint]`"
    return f"unknown option `{key}`{did_you_mean(key, option_table())}"


def _has_our_table(pyproject: Path) -> bool:
    """Whether a pyproject.toml has a table for us; one that is broken and does not mention us is not ours."""
    try:
        data = pyproject.read_bytes()
    except OSError:
        return False
    if b"fastapi-lint" not in data:
        return False
    tool = parse_toml(data.decode("utf-8-sig", "replace"), _short(pyproject)).get("tool")
    return isinstance(tool, dict) and "fastapi-lint" in tool


def _line_of_key(text: str, key: str) -> int | None:
    """The line of a TOML file on which the option `key` is written: `key = …`, `key.x = …` or `[….key]`."""
    name = rf"""["']?{re.escape(key)}["']?"""
    option = re.compile(rf"\s*{name}\s*[.=]")
    header = re.compile(rf"\s*\[+(?:[^\]#]*\.)?\s*{name}\s*[\].]")
    ours = holds_options = "[tool" not in text
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            ours = "fastapi-lint" in line or "[tool" not in text
            holds_options = ours and re.match(_OUR_HEADER, line) is not None
        if (ours and header.match(line)) or (holds_options and option.match(line)):
            return number
    return None


def _short(path: Path) -> str:
    """The path as messages show it: relative to the working directory where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
