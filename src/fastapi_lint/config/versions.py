"""Which versions of FastAPI and its companions the checked project declares.

Nothing is imported or run and nothing installed is looked at: only lock files, requirements and project files
count. An override in the settings beats a lock file, a lock file beats an exact pin, a pin beats a range.
Several declarations of the same rank are joined to the range that covers them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from packaging.specifiers import Specifier
    from packaging.version import Version

    from fastapi_lint.config.settings import Settings


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
        bound = _version(version)
        if self.minimum is not None and _version(self.minimum) >= bound:
            return True
        if self.maximum is None:
            return None
        maximum = _version(self.maximum)
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
    from packaging.specifiers import SpecifierSet

    try:
        bounds = [_bounds(part) for part in SpecifierSet(specifier)]
    except ValueError:
        return VersionRange(source=source)
    minima = [low for low, _, _ in bounds if low is not None]
    maxima = [(high, included) for _, high, included in bounds if high is not None]
    lowest = max(minima, default=None)
    highest, included = min(maxima, default=(None, False))
    if lowest is not None and highest is not None and lowest > highest:
        return VersionRange(source=source)
    return VersionRange(
        minimum=str(lowest) if lowest is not None else None,
        maximum=str(highest) if highest is not None else None,
        maximum_included=included,
        source=source,
    )


def covering(ranges: Iterable[VersionRange]) -> VersionRange:
    """The smallest range that contains all of `ranges`."""
    ranges = tuple(ranges)
    minima = [_version(part.minimum) for part in ranges if part.minimum is not None]
    maxima = [(_version(part.maximum), part.maximum_included) for part in ranges if part.maximum is not None]
    highest, included = max(maxima) if maxima and len(maxima) == len(ranges) else (None, False)
    return VersionRange(
        minimum=str(min(minima)) if minima and len(minima) == len(ranges) else None,
        maximum=str(highest) if highest is not None else None,
        maximum_included=included,
        source=", ".join(dict.fromkeys(part.source for part in ranges)),
    )


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


def _bounds(part: Specifier) -> tuple[Version | None, Version | None, bool]:
    """Least version, greatest version, and whether the greatest is included."""
    operator, text = part.operator, part.version
    if operator == "!=":
        return None, None, False
    if text.endswith(".*"):
        release = _version(text.removesuffix(".*"))
        return release, _next(release.release), False
    version = _version(text)
    if operator == "~=":
        return version, _next(version.release[:-1]), False
    if operator in ("==", "==="):
        return version, version, True
    if operator in (">=", ">"):
        return version, None, False
    return None, version, operator == "<="


def _next(release: tuple[int, ...]) -> Version:
    """The first version after all that begin with `release`."""
    return _version(".".join(map(str, (*release[:-1], release[-1] + 1))))


@cache
def _version(text: str) -> Version:
    from packaging.version import Version

    return Version(text)
