"""Where reports go: standard output, files, or both."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

import click

from fastapi_lint.output import FORMATS


class Destination(NamedTuple):
    """One place for one report."""

    format: str
    path: Path | None = None
    """None for standard output."""


def destinations(written: Sequence[str], default_format: str) -> tuple[Destination, ...]:
    """The places that the values of `--output-file` name.

    `FILE` takes the place of standard output; `FORMAT=FILE` comes in addition to it.
    """
    in_place: list[Destination] = []
    additional: list[Destination] = []
    for value in written:
        output_format, separator, path = value.partition("=")
        if separator and output_format in FORMATS:
            additional.append(Destination(output_format, Path(path)))
        else:
            in_place.append(Destination(default_format, Path(value)))
    return (*(in_place or [Destination(default_format)]), *additional)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A stream whose text takes the place of a file when all of it is written; nobody sees half of it.

    Raises:
        click.ClickException: the file can not be written.
    """
    try:
        if path.exists() and not path.is_file():  # a device or a pipe
            with path.open("w", encoding="utf-8") as stream:
                yield stream
            return
        target = path.resolve()
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
