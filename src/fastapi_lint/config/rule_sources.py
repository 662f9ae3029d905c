"""Where a project's own rules come from: files that the option `rules` names, and installed packages."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from fastapi_lint.config.settings import Settings
from fastapi_lint.discovery import names_in

ENTRY_POINT_GROUP = "fastapi_lint.rules"

_ANNOUNCEMENT = f"[{ENTRY_POINT_GROUP}]".encode()


def local_rule_files(settings: Settings) -> Iterator[Path]:
    """The files that the option `rules` names; of a directory every module that does not begin with `_`.

    Raises:
        ConfigError: there is no such file or directory.
    """
    for written in settings.rules:
        path = (Path(settings.root) / Path(written).expanduser()).resolve()
        if path.is_dir():
            yield from sorted(each for each in path.glob("*.py") if not each.name.startswith("_"))
        elif path.is_file():
            yield path
        else:
            raise settings.error("rules", f"`rules` names `{written}`, which does not exist", written)


def plugin_directories() -> list[Path]:
    """The metadata directories of installed packages that have rules.

    They are found without `importlib.metadata`, whose import takes as long as all the rest of a short run.
    """
    return [
        Path(folder or ".") / name
        for folder in dict.fromkeys(sys.path)
        for name in sorted(names_in(folder or "."))
        if name.endswith(".dist-info")
        if _ANNOUNCEMENT in _entry_points(f"{folder or '.'}{os.sep}{name}")
    ]


def _entry_points(directory: str) -> bytes:
    try:
        with open(f"{directory}{os.sep}entry_points.txt", "rb", buffering=0) as file:  # noqa: PTH123 - of every package, in every run
            return file.read()
    except OSError:
        return b""


def state_of_rules(settings: Settings) -> list[tuple[str, bytes]]:
    """What the findings of a project's own rules depend on, for caches: equal states find the same.

    Raises:
        ConfigError: the option `rules` names what does not exist.
    """
    folders = {path.parent for path in local_rule_files(settings)}
    local = [
        (str(path), path.read_bytes()) for folder in sorted(folders) for path in sorted(folder.glob("*.py"))
    ]
    return local + [(str(path), _version(path)) for path in plugin_directories()]


def _version(directory: Path) -> bytes:
    """What changes with the code of an installed package; of one that is edited in place, every time."""
    origin = directory / "direct_url.json"
    is_editable = origin.is_file() and b'"editable"' in origin.read_bytes()
    record = directory / "RECORD"
    return str(time.time_ns()).encode() if is_editable or not record.is_file() else record.read_bytes()
