"""Write fixed files back: whole or not at all, and never over what somebody else wrote meanwhile."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from fastapi_lint.index.source import decode, encode


class WriteError(Exception):
    """A file was left as it is; the message is a sentence about it that begins without its name."""


def write_fixed(path: Path, original: bytes, text: str) -> None:
    """Replace a file's text, given the bytes it was read as, which it must still have.

    Encoding, byte order mark, mode and (where the system lets us) owner are kept; line ends are those of
    `text`. A symbolic link stays one: the file it leads to is replaced. Raises WriteError.
    """
    target = path.resolve()
    try:
        data = encode(text, decode(original))
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise WriteError(f"its encoding {error.encoding} has no {character!r}, which the fix needs") from None
    try:
        status = target.stat()
        if not status.st_mode & stat.S_IWUSR or not os.access(target, os.W_OK):
            raise WriteError("it is read-only")
        _replace(target, original, data, status)
    except OSError as error:
        raise WriteError(f"it could not be written: {error.strerror or error}") from error


def _replace(target: Path, original: bytes, data: bytes, status: os.stat_result) -> None:
    """Write a new file beside the old one and put it in its place in one step."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        if hasattr(os, "chown"):
            with contextlib.suppress(PermissionError):
                os.chown(temporary, status.st_uid, status.st_gid)
        temporary.chmod(stat.S_IMODE(status.st_mode))
        if target.read_bytes() != original:
            raise WriteError("it was changed by another program while it was being fixed")
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
