"""Change TOML files that people write: their comments, order and layout stay.

Every change is checked by parsing the result: it must differ from what was there by that change alone.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.reference import in_toml
from fastapi_lint.config.sources import parse_toml

_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


class TomlEditError(Exception):
    """The file is written in a way that cannot be changed safely; the message says what was to be added."""


def with_option(text: str, table: Sequence[str], key: str, value: Any) -> str:
    """The text with `key = value` added to a table, which is added at the end where there is none.

    Raises:
        TomlEditError: the key is there already, or there is no safe way to add it.
    """
    line = f"{key} = {in_toml(value)}"
    start = _first_line_of(text, table)
    if table and start is not None:
        changed = f"{text[:start]}{line}\n{text[start:]}"
    elif table:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        changed = f"{text}{gap}[{'.'.join(table)}]\n{line}\n"
    else:
        header = _HEADER.search(text)
        end = header.start() if header else len(text)
        before = text[:end].rstrip("\n")
        gap = "\n\n" if header else "\n"
        changed = f"{before}{chr(10) * bool(before)}{line}{gap}{text[end:]}"
    return _checked(text, changed, (*table, *key.split(".")), value, line)


def with_list_entry(text: str, table: Sequence[str], key: str, entry: str) -> str:
    """The text with an entry put first into a list that is there already.

    Raises:
        TomlEditError: there is no safe way to add it.
    """
    keys = (*table, *key.split("."))
    present = _value(parse_toml(text, "the file"), keys)
    for split in range(len(keys)):
        start = _first_line_of(text, keys[:split])
        if start is None:
            continue
        written = re.compile(rf"^[ \t]*{re.escape('.'.join(keys[split:]))}[ \t]*=[ \t]*\[", re.MULTILINE)
        match = written.search(text, start)
        if match and isinstance(present, list):
            separator = ", " if present else ""
            changed = f"{text[: match.end()]}{in_toml(entry)}{separator}{text[match.end() :]}"
            return _checked(text, changed, keys, [entry, *present], f"{key} = [{in_toml(entry)}]")
    raise TomlEditError(f"`{key} = [{in_toml(entry)}]`")


def has_header(text: str, table: Sequence[str]) -> bool:
    """Whether a table is written with a header of its own."""
    return _first_line_of(text, table) is not None


def _first_line_of(text: str, table: Sequence[str]) -> int | None:
    """Where the line after a table's header begins; for the top level the start of the text."""
    if not table:
        return 0
    name = r"[ \t]*\.[ \t]*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in table)
    match = re.search(rf"^[ \t]*\[[ \t]*{name}[ \t]*\][^\n]*\n", text, re.MULTILINE)
    return match.end() if match else None


def _checked(before: str, after: str, keys: Sequence[str], value: Any, line: str) -> str:
    """The new text if it says what the old one does and the addition, and nothing else."""
    wanted = copy.deepcopy(parse_toml(before, "the file"))
    inner = wanted
    for key in keys[:-1]:
        inner = inner.setdefault(key, {})
    is_new = keys[-1] not in inner or isinstance(inner[keys[-1]], list)
    inner[keys[-1]] = list(value) if isinstance(value, tuple) else value
    try:
        if is_new and parse_toml(after, "the file") == wanted:
            return after
    except ConfigError:
        pass
    raise TomlEditError(f"`{line}` in `[{'.'.join(keys[:-1])}]`" if keys[:-1] else f"`{line}`")


def _value(document: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document
