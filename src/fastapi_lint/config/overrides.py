"""Other rules and severities for some of the files: the tables of the option `overrides`.

A table is to its files what the command line is to a run, so the two are applied in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from fastapi_lint.config.settings import Origin, Settings

PresetName: TypeAlias = Literal["recommended", "strict", "all"]
SeverityName: TypeAlias = Literal["error", "warning", "info", "off"]


class Override(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True, omit_defaults=True
):
    """What is different in some of the files."""

    files: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="`.gitignore` patterns, relative to the project root, of the files meant."),
    ]
    preset: PresetName | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, SeverityName] = {}


class FilePatterns:
    """`.gitignore` patterns, relative to the project root."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns
        self._compiled: GitIgnoreSpec | None = None

    def match(self, filename: str) -> bool:
        """Whether they mean a file, named relative to the project root."""
        if self._compiled is None:
            from pathspec import GitIgnoreSpec

            self._compiled = GitIgnoreSpec.from_lines(self._patterns)
        return self._compiled.match_file(filename)


def settings_in(settings: Settings, filename: str) -> Settings:
    """The settings in a file, named relative to the project root."""
    written_in = settings.origins.get("overrides", ())
    for override in settings.overrides:
        if FilePatterns(override.files).match(filename):
            settings = overridden(settings, override, written_in)
    return settings


def overridden(settings: Settings, override: Override, written_in: Sequence[Origin]) -> Settings:
    """The settings in the files that an override means, which is written in these places."""
    changes = _changes(settings, override)
    origins = dict(settings.origins)
    for field, value in changes.items():
        key = field.replace("_", "-")
        before = origins.pop(key, ())
        if value:
            origins[key] = (*written_in,) if key in _REPLACED else (*before, *written_in)
    return msgspec.structs.replace(settings, **changes, origins=origins)


def override_everywhere(options: Mapping[str, Any]) -> Override | None:
    """Options, by key, as an override of all files; None when there are none that an override can have."""
    fields = {key.replace("-", "_"): value for key, value in options.items() if key in OVERRIDABLE}
    fields["ignore"] = (*options.get("ignore", ()), *options.get("extend-ignore", ()))
    override = Override(files=("*",), **fields)
    return None if override == _NOTHING else override


def _changes(settings: Settings, override: Override) -> dict[str, Any]:
    """The options that an override changes, by attribute.

    `select` says exactly what runs, so it sets aside whatever else is chosen; `preset` sets a `select` aside.
    `ignore` adds to what is ignored; `extend-select` undoes an `ignore` of the very same selector.
    """
    changes: dict[str, Any] = {}
    if override.preset is not None:
        changes |= {"preset": override.preset, "select": None}
    if override.select is not None:
        changes |= {"select": override.select, "extend_select": (), "ignore": (), "extend_ignore": ()}
    if override.extend_select:
        changes["extend_select"] = (
            *changes.get("extend_select", settings.extend_select),
            *override.extend_select,
        )
        for key in ("ignore", "extend_ignore"):
            ignored = changes.get(key, getattr(settings, key))
            changes[key] = tuple(selector for selector in ignored if selector not in override.extend_select)
    if override.ignore:
        changes["ignore"] = (*changes.get("ignore", settings.ignore), *override.ignore)
    if override.severity:
        changes["severity"] = {**settings.severity, **override.severity}
    return changes


_NOTHING = Override(files=("*",))
_REPLACED = ("preset", "select")
OVERRIDABLE = ("preset", "select", "extend-select", "ignore", "severity")
"""The options that an override can have."""
