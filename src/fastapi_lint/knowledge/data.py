"""Reading the data files of this package."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

FOLDER = Path(__file__).parent

Data = TypeVar("Data")


def read(file: str, data_type: type[Data]) -> Data:
    """The contents of the TOML file `file` of this folder.

    Raises `msgspec.ValidationError` when they do not fit `data_type`: a mistake of ours, found by the tests.
    """
    return msgspec.toml.decode((FOLDER / file).read_bytes(), type=data_type)
