"""The settings of a run: found, read, merged, and each traceable to where it was written.

Later sources win: defaults, the file that `extend` names, the configuration file, environment variables,
`--config 'key = value'`, the command line's own options.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.option_table import OPTION_FIELDS, option_table
from fastapi_lint.config.options import Options
from fastapi_lint.config.overrides import OVERRIDABLE, overridden, override_everywhere
from fastapi_lint.config.sources import (
    Layer,
    find_config,
    read_command_line,
    read_config,
    read_environment,
    read_inline,
)
from fastapi_lint.discovery import find_project_root


class Origin(msgspec.Struct, frozen=True):
    """Where the value of an option was written."""

    name: str
    line: int | None = None
    path: Path | None = None

    def __str__(self) -> str:
        return self.name if self.line is None else f"{self.name}:{self.line}"


class Settings(Options, frozen=True, kw_only=True):
    """Every option's effective value, and the project they apply to."""

    root: Path
    """The project root, absolute: what file names, globs and relative paths are relative to."""
    config_file: Path | None = None
    origins: Mapping[str, tuple[Origin, ...]] = {}
    """Where each option that is not at its default was written, by key; several places for joined lists."""

    def error(self, key: str, message: str, value: str | None = None) -> ConfigError:
        """An error about an option, or about one `value` within it, that names file and line."""
        origins = self.origins.get(key, ())
        for origin in reversed(origins):
            if value is not None and origin.path is not None:
                text = origin.path.read_text(encoding="utf-8-sig")
                line = Layer(values={}, name=origin.name, text=text).line_of(key, value)
                if line is not None and value in text.splitlines()[line - 1]:
                    return ConfigError(message, source=origin.name, line=line, key=key)
        last = origins[-1] if origins else Origin(f"option `{key}`")
        return ConfigError(message, source=last.name, line=last.line, key=key)


def load_settings(
    paths: Sequence[str | Path] = (),
    *,
    config: Sequence[str] = (),
    isolated: bool = False,
    command_line: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The settings for a run over `paths`.

    Args:
        paths: what is to be checked; the configuration is looked for from their common directory upwards.
        config: values of `--config`: at most one file, and any number of `key = value`.
        isolated: use neither configuration files nor environment variables.
        command_line: options given on the command line, by key.
        environment: in place of the process's own.

    Raises:
        ConfigError: the configuration can not be used.
    """
    start = _common_directory(paths)
    files = [Path(value) for value in config if not _is_inline(value)]
    chosen = _chosen_file(files, start, isolated)
    written = list(_extension_chain(chosen)) if chosen else []
    above = [] if isolated else [*read_environment(os.environ if environment is None else environment)]
    above += [read_inline(value) for value in config if _is_inline(value)]
    last = read_command_line(command_line or {})
    values, origins = _merged([*written, *above, _without_choice(last)])
    fields = {OPTION_FIELDS[key]: value for key, value in values.items()}
    settings = Settings(
        root=_root(chosen, start),
        config_file=chosen,
        origins={key: tuple(places) for key, places in origins.items()},
        **fields,
    )
    return _with_choice(settings, above, last)


def _without_choice(layer: Layer) -> Layer:
    """A layer without its choice of rules."""
    chosen = (*OVERRIDABLE, "extend-ignore")
    return msgspec.structs.replace(
        layer, values={key: value for key, value in layer.values.items() if key not in chosen}
    )


def _with_choice(settings: Settings, above: Sequence[Layer], last: Layer) -> Settings:
    """The settings with the command line's choice of rules; what wins over files wins over `overrides` in them."""
    given = override_everywhere(last.values)
    if given is not None:
        settings = overridden(settings, given, [Origin(last.name)])
    if not settings.overrides:
        return settings
    winning = [override_everywhere(layer.values) for layer in (*above, last)]
    overrides = (*settings.overrides, *(each for each in winning if each is not None))
    return msgspec.structs.replace(settings, overrides=overrides)


def _common_directory(paths: Sequence[str | Path]) -> Path:
    """The deepest directory that contains all of `paths`; the working directory when there are none."""
    absolute = [Path(path).resolve() for path in paths] or [Path.cwd()]
    try:
        common = Path(os.path.commonpath(absolute))
    except ValueError:  # several drives
        return Path.cwd()
    return common if common.is_dir() else common.parent


def _root(chosen: Path | None, start: Path) -> Path:
    """The configuration file's directory if it contains what is checked; the project's otherwise."""
    if chosen is not None and start.is_relative_to(chosen.parent):
        return chosen.parent
    return find_project_root([start])


def _is_inline(value: str) -> bool:
    return "=" in value and not Path(value).is_file()


def _chosen_file(files: Sequence[Path], start: Path, isolated: bool) -> Path | None:
    """The configuration file of the run, absolute."""
    if len(files) > 1:
        raise ConfigError(f"`--config` names several files: {', '.join(map(str, files))}")
    if files and isolated:
        raise ConfigError("`--isolated` excludes a configuration file, and `--config` names one")
    if files:
        return files[0].resolve()
    return None if isolated else find_config(start)


def _extension_chain(path: Path) -> Iterator[Layer]:
    """The layers of a configuration file and of those that it extends, the farthest first."""
    layers = [read_config(path)]
    seen = [path]
    while "extend" in layers[0].values:
        layer = layers[0]
        extended = (seen[-1].parent / Path(layer.values["extend"]).expanduser()).resolve()
        if extended in seen:
            raise layer.error("`extend` comes back to a file it started from", "extend")
        if not extended.is_file():
            raise layer.error(
                f"`extend` names a file that does not exist: {layer.values['extend']}", "extend"
            )
        seen.append(extended)
        layers.insert(0, read_config(extended))
    yield from layers


def _merged(layers: Iterable[Layer]) -> tuple[dict[str, Any], dict[str, list[Origin]]]:
    """Values by key and where they were written."""
    values: dict[str, Any] = {}
    origins: dict[str, list[Origin]] = {}
    for layer in layers:
        for key, value in layer.values.items():
            if key in values and option_table()[key].is_table:
                values[key] = {**values[key], **value}
            elif key in values and (key.startswith("extend-") or key == "overrides"):
                values[key] = (*values[key], *(entry for entry in value if entry not in values[key]))
            else:
                values[key] = value
                origins.pop(key, None)
            origins.setdefault(key, []).append(Origin(layer.name, layer.line_of(key), layer.path))
    return values, origins
