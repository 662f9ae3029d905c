"""Names for findings that stay the same while the code around them moves."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from fastapi_lint.diagnostics import Diagnostic

_PLACE = re.compile(r"(\.pyi?):\d+(?::\d+)?")
_QUOTED_OR_NUMBER = re.compile(r"`[^`]*`|\d+")


def fingerprint(diagnostic: Diagnostic, lines: Sequence[str] | None, ordinal: int = 0) -> str:
    """32 hexadecimal digits from the rule, the file, the text of the flagged line and the message.

    Neither row nor column counts, nor does the line's white space, nor a number in the message that is not
    part of quoted code (`reached by 3 routes`). `ordinal` tells apart findings that are equal in all this.
    """
    identity = "\0".join((*_identity(diagnostic, lines), str(ordinal)))
    return hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def fingerprints(
    diagnostics: Iterable[Diagnostic], source: Callable[[str], Sequence[str] | None]
) -> list[str]:
    """The fingerprint of each finding; equal findings of a file are numbered from 0 as they come."""
    seen: Counter[tuple[str, ...]] = Counter()
    result = []
    for diagnostic in diagnostics:
        lines = source(diagnostic.filename)
        identity = _identity(diagnostic, lines)
        result.append(fingerprint(diagnostic, lines, seen[identity]))
        seen[identity] += 1
    return result


def _identity(diagnostic: Diagnostic, lines: Sequence[str] | None) -> tuple[str, str, str, str]:
    row = diagnostic.location.row
    text = lines[row - 1] if lines is not None and 0 < row <= len(lines) else ""
    message = _without_positions(diagnostic.message)
    return (diagnostic.code, diagnostic.filename, " ".join(text.split()), message)


def _without_positions(message: str) -> str:
    message = _PLACE.sub(r"\1", message)
    return _QUOTED_OR_NUMBER.sub(lambda match: match[0] if match[0].startswith("`") else "#", message)
