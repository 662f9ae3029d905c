"""Requirement lines: PEP 508, pip's requirements files, and Poetry's constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# Compiled when they are used: most runs need none of them.
_INCLUDE = r"(?:-r|--requirement|-c|--constraint)(?:\s+|=)?\s*(\S+)"
_COMMENT = r"(?:^|\s)#.*"
_PIP_OPTIONS = r"\s--?[a-z].*"
_REQUIREMENT = (
    r"(?P<name>[a-z0-9](?:[-\w.]*[a-z0-9])?)\s*(?:\[[^]]*\])?"
    r"\s*\(?(?P<specifier>(?:[<>=!~][^;@)]*)?)\)?\s*(?P<marker>;.*)?"
)
_PARTS = r"(\^|~=|~|>=|<=|!=|===|==|=|>|<)?\s*([0-9][^\s,]*|\*)"


class Requirement(NamedTuple):
    """A library and the versions of it that are needed."""

    library: str
    """Normalised name."""
    specifier: str
    """PEP 440; empty for any version."""
    line: int = 0
    conditional: bool = False
    """Whether it holds only under a marker, or in an extra or group."""
    path: Path | None = None
    """The file, where that is not the one being read."""


def parse_requirement(text: str) -> Requirement | None:
    """A PEP 508 requirement; None when it is not one, or is a URL."""
    match = re.fullmatch(_REQUIREMENT, text.strip(), re.IGNORECASE)
    if match is None:
        return None
    library = re.sub(r"[-_.]+", "-", match["name"]).lower()
    return Requirement(library, match["specifier"].strip(), conditional=match["marker"] is not None)


def read_requirements(path: Path, seen: frozenset[Path] = frozenset()) -> Iterator[Requirement]:
    """The requirements of a pip requirements file and of the files it includes or is constrained by."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return
    for line, written in _logical_lines(text):
        include = re.match(_INCLUDE, written)
        if include:
            included = path.parent / include[1]
            if included not in seen:
                yield from read_requirements(included, seen | {path, included})
        elif not written.startswith("-"):
            requirement = parse_requirement(re.sub(_PIP_OPTIONS, "", written))
            if requirement is not None:
                yield requirement._replace(line=line, path=path)


def poetry_specifiers(constraint: str) -> tuple[str, ...]:
    """PEP 440 specifiers for a Poetry constraint; several where it says `||`."""
    alternatives = constraint.split("||")
    return tuple(",".join(_poetry_parts(alternative)) for alternative in alternatives)


def _poetry_parts(constraint: str) -> Iterator[str]:
    for operator, version in re.findall(_PARTS, constraint):
        if version == "*":
            continue
        if operator in ("^", "~"):
            yield f">={version}"
            yield f"<{_first_excluded(version, caret=operator == '^')}"
        elif operator in ("", "="):
            yield f"=={version}"
        else:
            yield f"{operator}{version}"


def _first_excluded(version: str, *, caret: bool) -> str:
    """The version from which on `^version` or `~version` no longer holds."""
    release = [int(number) for number in re.findall(r"\d+", re.match(r"[\d.]*", version)[0])]  # type: ignore[index]
    if caret:
        kept = next((index for index, number in enumerate(release) if number), len(release) - 1)
    else:
        kept = min(1, len(release) - 1)
    return ".".join(map(str, (*release[:kept], release[kept] + 1)))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a requirements file without comments, continued ones joined, each with its number."""
    start, pending = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start if pending else number
        pending += re.sub(_COMMENT, "", line).strip()
        if pending.endswith("\\"):
            pending = pending[:-1].rstrip() + " "
            continue
        if pending.strip():
            yield start, pending.strip()
        pending = ""
