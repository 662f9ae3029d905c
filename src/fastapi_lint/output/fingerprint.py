"""Names for findings that stay the same while the code around them moves."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from fastapi_lint.diagnostics import Diagnostic

_QUOTED = re.compile(r"`[^`]*`")
_PLACE = re.compile(r"(\.pyi?):\d+(?::\d+)?")


def fingerprint(diagnostic: Diagnostic, lines: Sequence[str] | None, ordinal: int = 0) -> str:
    """32 hexadecimal digits from the rule, the file, the text of the flagged line and the code the message quotes.

    Neither row nor column counts, nor does the line's white space, nor the wording of the message, which another
    version may improve. `ordinal` tells apart findings that are equal in all this.
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
    quoted = _PLACE.sub(r"\1", "".join(_QUOTED.findall(diagnostic.message)))
    return (diagnostic.code, diagnostic.filename, " ".join(text.split()), quoted)
