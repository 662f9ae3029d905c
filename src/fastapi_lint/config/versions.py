"""Which versions of FastAPI and its companions the checked project declares.

Nothing is imported or run and nothing installed is looked at: only lock files, requirements and project files
count. An override in the settings beats a lock file, a lock file beats an exact pin, a pin beats a range.
Several declarations of the same rank are joined to the range that covers them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings

_RELEASE = r"\d+(?:\.\d+)*"
_SPECIFIER = r"(===|==|~=|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*|[-_.+a-z0-9]*)"

Release: TypeAlias = tuple[int, ...]
"""The numbers of a version without trailing zeros; a pre-release counts as the release it leads to."""


class VersionRange(msgspec.Struct, frozen=True):
    """The versions of one library that a project may run with; bounds are None where there is none."""

    minimum: str | None = None
    """The least version, itself included."""
    maximum: str | None = None
    """The greatest version, itself included or not as `maximum_included` says."""
    maximum_included: bool = False
    source: str = ""
    """Where it is declared, such as `uv.lock:123`; several places are joined by commas."""

    @property
    def exact(self) -> str | None:
        """The version, when only one is possible."""
        return self.minimum if self.maximum_included and self.minimum == self.maximum else None

    @property
    def is_bounded(self) -> bool:
        """Whether it rules any version out."""
        return self.minimum is not None or self.maximum is not None

    def at_least(self, version: str) -> bool | None:
        """Whether every version in the range is `version` or newer; None when some are and some are not."""
        bound = release(version)
        if self.minimum is not None and release(self.minimum) >= bound:
            return True
        if self.maximum is None:
            return None
        maximum = release(self.maximum)
        return False if maximum < bound or (maximum == bound and not self.maximum_included) else None

    def __str__(self) -> str:
        if self.exact is not None:
            return self.exact
        lower = [f">={self.minimum}"] if self.minimum is not None else []
        upper = [f"<{'=' * self.maximum_included}{self.maximum}"] if self.maximum is not None else []
        return ",".join(lower + upper) or "any version"


class ProjectVersions(msgspec.Struct, frozen=True):
    """The version ranges of the libraries that a project declares; `python` is one of them."""

    ranges: Mapping[str, VersionRange] = {}
    """By library; a library without declaration is absent."""

    def at_least(self, library: str, version: str) -> bool | None:
        """True if the project surely runs with `version` or newer, False if surely not, None if unknown."""
        declared = self.ranges.get(library)
        return None if declared is None else declared.at_least(version)

    def below(self, library: str, version: str) -> bool | None:
        """The opposite of `at_least`; None if unknown."""
        answer = self.at_least(library, version)
        return None if answer is None else not answer


def detect_versions(settings: Settings) -> ProjectVersions:
    """Read what the project declares, and put the settings' `versions` on top.

    Raises:
        ConfigError: an override is no version.
    """
    overrides: dict[str, VersionRange] = {
        library: _override(settings, library, written) for library, written in settings.versions.items()
    }
    return ProjectVersions({**declared_versions(settings.root), **overrides})


def declared_versions(root: Path) -> dict[str, VersionRange]:
    """The ranges that the files of a project declare, by library."""
    from fastapi_lint.config.version_files import declarations

    by_library: dict[str, list[tuple[int, VersionRange]]] = {}
    for declaration in declarations(root):
        found = covering(to_range(written, declaration.source) for written in declaration.alternatives)
        if found.is_bounded:
            rank = 0 if declaration.locked else 1 if found.exact else 2
            by_library.setdefault(declaration.library, []).append((rank, found))
    return {library: _best(ranked) for library, ranked in sorted(by_library.items())}


def to_range(specifier: str, source: str = "") -> VersionRange:
    """The range that a PEP 440 specifier allows; exclusions (`!=`) and nonsense do not count."""
    parts = [part.strip() for part in specifier.split(",") if part.strip()]
    matches = [re.fullmatch(_SPECIFIER, part, re.IGNORECASE) for part in parts]
    bounds = [_bounds(*match.groups()) for match in matches if match]
    minima = [bound.minimum for bound in bounds if bound.minimum is not None]
    maxima = [(bound.maximum, bound.included) for bound in bounds if bound.maximum is not None]
    lowest = max(minima, key=release, default=None)
    highest, included = min(maxima, key=_by_release, default=(None, False))
    is_empty = lowest is not None and highest is not None and release(lowest) > release(highest)
    if is_empty or None in matches:
        return VersionRange(source=source)
    return VersionRange(minimum=lowest, maximum=highest, maximum_included=included, source=source)


def covering(ranges: Iterable[VersionRange]) -> VersionRange:
    """The smallest range that contains all of `ranges`."""
    ranges = tuple(ranges)
    minima = [part.minimum for part in ranges if part.minimum is not None]
    maxima = [(part.maximum, part.maximum_included) for part in ranges if part.maximum is not None]
    highest, included = (
        max(maxima, key=_by_release) if maxima and len(maxima) == len(ranges) else (None, False)
    )
    return VersionRange(
        minimum=min(minima, key=release) if minima and len(minima) == len(ranges) else None,
        maximum=highest,
        maximum_included=included,
        source=", ".join(dict.fromkeys(part.source for part in ranges)),
    )


def release(version: str) -> Release:
    """What a version is compared by."""
    numbers = _numbers(version)
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _best(ranked: list[tuple[int, VersionRange]]) -> VersionRange:
    best = min(rank for rank, _ in ranked)
    return covering(found for rank, found in ranked if rank == best)


def _override(settings: Settings, library: str, written: str) -> VersionRange:
    specifier = written if written[:1] in tuple("<>=!~") else f"=={written}"
    found = to_range(specifier, source="option `versions`")
    if not found.is_bounded:
        message = f"`versions.{library}` takes a version such as `0.115.6` or `>=0.115`, not `{written}`"
        raise settings.error("versions", message, written)
    return found


class _Bounds(NamedTuple):
    minimum: str | None = None
    maximum: str | None = None
    included: bool = False


def _bounds(operator: str, version: str, suffix: str) -> _Bounds:
    """What one comparison allows. With a suffix such as `rc1` an upper bound admits the release itself."""
    if operator == "!=":
        return _Bounds()
    if suffix == ".*":
        return _Bounds(version, _next(_numbers(version)))
    if operator == "~=":
        return _Bounds(version, _next(_numbers(version)[:-1]))
    if operator in ("==", "==="):
        return _Bounds(version + suffix, version + suffix, included=True)
    if operator in (">=", ">"):
        return _Bounds(version + suffix)
    return _Bounds(None, version + suffix, included=operator == "<=" or bool(suffix))


def _by_release(bound: tuple[str, bool]) -> tuple[Release, bool]:
    return release(bound[0]), bound[1]


def _numbers(version: str) -> list[int]:
    match = re.match(_RELEASE, version)
    return [int(number) for number in match[0].split(".")] if match else []


def _next(numbers: list[int]) -> str:
    """The first version after all that begin with these numbers."""
    return ".".join(map(str, (*numbers[:-1], numbers[-1] + 1))) if numbers else ""
